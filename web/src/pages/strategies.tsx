import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { may } from "../api/auth";
import { path } from "../api/client";
import type { Strategy } from "../api/model";
import { formatDecimal, formatNumber, formatPercent } from "../lib/decimal";
import { prefs } from "../lib/prefs";
import { go, query } from "../lib/router";
import { ask, live, viewAt } from "../lib/session";
import { formatMoment } from "../lib/time";
import { Button, say } from "../ui/act";
import { Badge, Change, Facts, Note } from "../ui/figure";
import { Empty, Panel, Shown } from "../ui/load";
import { Table } from "../ui/table";
import { loadStrategies } from "./config";
import { ParamForm, paramFault, type Values } from "./parts";
import { StrategyTable } from "./session/strategies";

// The parameters of a running strategy, as its table has them, each changed by a command.
function Running(props: { index: number; all: readonly Strategy[] }): JSX.Element {
    const one = () => live.view?.strategies.find((row) => row.instance === props.index);
    const table = () => props.all.find((strategy) => one()?.name.startsWith(strategy.name));
    const now = createMemo<Values>(() =>
        Object.fromEntries(Object.entries(one()?.params ?? {}).map(([name, value]) => [name, String(value)])),
    );
    const [edits, setEdits] = createSignal<Values>({});
    const changed = () =>
        Object.entries(edits()).filter(([name, value]) => {
            const param = table()?.params.find((each) => each.name === name);
            return param && value !== now()[name] && !paramFault(param, value);
        });
    async function apply(): Promise<void> {
        const session = live.view?.name ?? "";
        for (const [param, value] of changed()) {
            await ask(session, "PUT", path`/strategies/${props.index}/params`, { param, value });
        }
        setEdits({});
        say("ok", "The parameters are changed; the journal has it.");
    }
    return (
        <Show when={one()}>
            {(row) => (
                <Panel title={row().name} at={viewAt()} limitMs={5000}>
                    <div class="stack">
                        <Facts
                            items={[
                                ["State", row().mode],
                                ["Equity", formatDecimal(row().equity, { places: 2 })],
                                ["Realised", <Change value={row().realised} places={2} />],
                                ["Open", <Change value={row().open} places={2} />],
                                ["Fills", row().fills],
                                [
                                    "Last target",
                                    row().decided
                                        ? `${formatPercent(row().decided_weight, 1)} of ${row().decided_instrument ?? ""}`
                                        : "none",
                                ],
                                ["Decided", formatMoment(row().decided, prefs().zone)],
                                ["Confidence", formatNumber(row().decided_confidence)],
                            ]}
                        />
                        <ParamForm
                            params={table()?.params ?? []}
                            values={{ ...now(), ...edits() }}
                            onInput={(name, value) => setEdits({ ...edits(), [name]: value })}
                            disabled={(param) => param.fixed === true || !may("trader")}
                        />
                        <div class="row">
                            <Button kind="primary" disabled={changed().length === 0} onClick={apply}>
                                Apply {changed().length || ""}
                            </Button>
                            <span class="faint">
                                Parameters that are grey decide what is computed, and stay while it runs.
                            </span>
                        </div>
                    </div>
                </Panel>
            )}
        </Show>
    );
}

export default function Strategies(props: { params: Record<string, string> }): JSX.Element {
    const all = loadStrategies();
    const chosen = () => all.data()?.find((one) => one.name === props.params.strategy);
    return (
        <div class="page">
            <div class="page-head">
                <h1>Strategies</h1>
            </div>
            <Show when={live.view}>
                {(view) => (
                    <>
                        <Panel title={`Running in ${view().name}`} at={viewAt()} limitMs={5000} flush>
                            <StrategyTable view={view()} />
                        </Panel>
                        <Show
                            when={query().get("at")}
                            fallback={<Note>Choose a strategy above to see and change its parameters.</Note>}
                        >
                            <Running index={Number(query().get("at"))} all={all.data() ?? []} />
                        </Show>
                    </>
                )}
            </Show>
            <div class="grid">
                <Panel class={chosen() ? "c6" : "c12"} title="What the program has" flush>
                    <Shown load={all} lines={8}>
                        {(list) => (
                            <Table
                                name="strategies"
                                label="Strategies"
                                rows={list()}
                                columns={[
                                    {
                                        id: "name",
                                        head: "Strategy",
                                        get: (row) => row.name,
                                        cell: (row) => <a href={`/strategies/${row.name}`}>{row.name}</a>,
                                    },
                                    { id: "scope", head: "Sees", get: (row) => row.scope },
                                    { id: "params", head: "Parameters", get: (row) => row.params.length, right: true },
                                    { id: "summary", head: "What it does", get: (row) => row.summary, small: false },
                                ]}
                                onRow={(row) => go(`/strategies/${row.name}${location.search}`)}
                                selected={(row) => row.name === props.params.strategy}
                                maxHeight={520}
                            />
                        )}
                    </Shown>
                </Panel>
                <Show when={chosen()}>
                    {(one) => (
                        <Panel
                            class="c6"
                            title={one().name}
                            actions={
                                <a class="btn small" href={`/research/new?strategy=${one().name}`}>
                                    Backtest it
                                </a>
                            }
                        >
                            <div class="stack">
                                <p>{one().summary}</p>
                                <Show when={one().inputs.length > 0}>
                                    <div class="row">
                                        <For each={one().inputs}>{(input) => <Badge>{input}</Badge>}</For>
                                    </div>
                                </Show>
                                <Table
                                    plain
                                    name="params"
                                    label={`Parameters of ${one().name}`}
                                    rows={one().params}
                                    columns={[
                                        { id: "name", head: "Parameter", get: (row) => row.name },
                                        { id: "default", head: "Default", get: (row) => row.default, right: true },
                                        { id: "unit", head: "Unit", get: (row) => row.unit },
                                        { id: "min", head: "Min", get: (row) => row.min, right: true },
                                        { id: "max", head: "Max", get: (row) => row.max, right: true },
                                        {
                                            id: "help",
                                            head: "Meaning",
                                            get: (row) => row.help,
                                            cell: (row) => <span title={row.help}>{row.help}</span>,
                                        },
                                    ]}
                                    empty={<Empty title="It has none" />}
                                />
                            </div>
                        </Panel>
                    )}
                </Show>
            </div>
        </div>
    );
}
