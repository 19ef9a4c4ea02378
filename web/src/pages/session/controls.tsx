// What stands above a session: its clock, how it runs, its account.
import { For, type JSX, Show } from "solid-js";
import { may } from "../../api/auth";
import type { SessionView } from "../../api/model";
import { formatDecimal, formatNumber, formatPercent, toNumber } from "../../lib/decimal";
import { prefs } from "../../lib/prefs";
import { ask, viewAt } from "../../lib/session";
import { formatMoment } from "../../lib/time";
import { Button, say } from "../../ui/act";
import { Badge, Change, Facts, Progress } from "../../ui/figure";
import { Icon } from "../../ui/icon";
import { Panel } from "../../ui/load";
import { stateKind } from "../../ui/shell";
import { PACES, paceText } from "./pace";

const clock = (session: string, action: string, rest: Record<string, unknown> = {}): Promise<unknown> =>
    ask(session, "POST", "/clock", { action, ...rest });

export function Controls(props: { view: SessionView }): JSX.Element {
    const name = () => props.view.name;
    const running = () => props.view.state === "running" || props.view.state === "waiting";
    const done = () => (props.view.state === "ended" ? 1 : (props.view.progress ?? 0));
    return (
        <Panel
            title={
                <>
                    {props.view.name} <Badge kind={stateKind(props.view.state)}>{props.view.state}</Badge>
                </>
            }
            at={viewAt()}
            limitMs={5000}
            actions={
                <Show when={may("trader")}>
                    <Button
                        kind="small"
                        disabled={props.view.state === "ended"}
                        onClick={() => clock(name(), running() ? "pause" : "run")}
                        label={running() ? "Pause the data" : "Run the data"}
                    >
                        <Icon name={running() ? "pause" : "play"} /> {running() ? "Pause" : "Run"}
                    </Button>
                    <Button
                        kind="small"
                        disabled={running() || props.view.state === "ended"}
                        onClick={() => clock(name(), "step", { steps: 1 })}
                        label="One step of data"
                    >
                        <Icon name="step" /> Step
                    </Button>
                    <select
                        class="input small"
                        aria-label="Pace of the data"
                        onChange={(event) => {
                            const pace = Number(event.currentTarget.value);
                            void clock(name(), "pace", { pace }).catch((error: Error) => say("bad", error.message));
                        }}
                    >
                        <Show when={!PACES.some(([value]) => Number(value) === props.view.pace)}>
                            <option value={String(props.view.pace)} selected>
                                {paceText(props.view.pace)}
                            </option>
                        </Show>
                        <For each={PACES}>
                            {([value, label]) => (
                                <option value={value} selected={Number(value) === props.view.pace}>
                                    {label}
                                </option>
                            )}
                        </For>
                    </select>
                </Show>
            }
            footer={
                <>
                    <span>
                        Recorded data, paper money.{" "}
                        {props.view.durable ? "The journal is on the disk." : "The journal is being written."}
                    </span>
                    <Show when={props.view.state_hash}>
                        <span class="mono">state {props.view.state_hash}</span>
                    </Show>
                </>
            }
        >
            <div class="stack">
                <Facts
                    items={[
                        ["Equity", formatDecimal(props.view.account.equity, { places: 2 })],
                        [
                            "Since start",
                            <Change
                                percent
                                value={toNumber(props.view.account.equity) / toNumber(props.view.account.capital) - 1}
                            />,
                        ],
                        ["Cash", formatDecimal(props.view.account.cash, { places: 2 })],
                        ["Gross", formatDecimal(props.view.account.gross, { places: 2 })],
                        ["Data clock", formatMoment(props.view.clock, prefs().zone)],
                        ["Next", formatMoment(props.view.next, prefs().zone)],
                        [
                            "Lag",
                            props.view.lag_ms > 1500 ? (
                                <span class="warn">{formatNumber(props.view.lag_ms / 1000, 1)} s</span>
                            ) : (
                                "none"
                            ),
                        ],
                        ["Events", props.view.seq.toLocaleString("en-US")],
                    ]}
                />
                <Progress part={done()} label={`Data replayed: ${formatPercent(done(), 0)}`} />
            </div>
        </Panel>
    );
}
