import { createMemo, createSignal, type JSX, Show } from "solid-js";
import { may } from "../api/auth";
import { get } from "../api/client";
import type { RiskRule, RunningRule, SessionView } from "../api/model";
import { formatDecimal, formatNumber, formatPercent, toNumber } from "../lib/decimal";
import { query, setQuery } from "../lib/router";
import { ask, isHalted, live, sessions, viewAt, viewError } from "../lib/session";
import { Button, confirm, HoldButton, say } from "../ui/act";
import { Badge, Change, Facts, Meter, Note } from "../ui/figure";
import { createLoad, Empty, Failed, Loading, Panel, Shown } from "../ui/load";
import { Table } from "../ui/table";
import { ParamForm, paramFault, type Values } from "./parts";
import { CorrelationPanel, TailRiskPanel } from "./risk/tail";
import { watchColumns } from "./session/words";

// How much of a limit is used: 1 is all of it. NaN where a rule has not spoken.
function usedPart(rule: RunningRule): number {
    if (rule.limit === null || rule.value === null || rule.limit === 0) return Number.NaN;
    return Math.abs(rule.value) / Math.abs(rule.limit);
}

const setText = (rule: RunningRule): string =>
    Object.entries(rule.params)
        .map(([name, value]) => `${name.replace(/_/g, " ")} ${String(value)}`)
        .join(", ");

function Halt(props: { view: SessionView }): JSX.Element {
    const halted = () => isHalted(props.view);
    async function act(verb: "halt" | "kill" | "resume", body: Record<string, unknown>): Promise<void> {
        const result = await ask(props.view.name, "POST", `/${verb}`, body);
        if (verb !== "resume") say("ok", `Halted; ${result.canceled} orders canceled.`);
    }
    return (
        <Panel
            title={
                <>
                    Trading of {props.view.name}{" "}
                    <Badge kind={halted() ? "bad" : props.view.reducing ? "warn" : "ok"}>
                        {halted()
                            ? `halted by ${props.view.halted}`
                            : props.view.reducing
                              ? "may only reduce"
                              : "allowed"}
                    </Badge>
                </>
            }
            at={viewAt()}
            limitMs={5000}
        >
            <div class="stack">
                <Facts
                    items={[
                        ["Equity", formatDecimal(props.view.account.equity, { places: 2 })],
                        [
                            "Today",
                            <Change
                                percent
                                value={
                                    toNumber(props.view.account.equity) / toNumber(props.view.account.equity_day) - 1
                                }
                            />,
                        ],
                        [
                            "From peak",
                            <Change
                                percent
                                value={
                                    toNumber(props.view.account.equity) / toNumber(props.view.account.equity_peak) - 1
                                }
                            />,
                        ],
                        [
                            "Gross",
                            formatPercent(toNumber(props.view.account.gross) / toNumber(props.view.account.equity), 1),
                        ],
                        [
                            "Net",
                            formatPercent(toNumber(props.view.account.net) / toNumber(props.view.account.equity), 1),
                        ],
                        ["Live orders", props.view.orders.filter((one) => one.live).length],
                        [
                            "Unknown orders",
                            <span class={props.view.counts.unknown > 0 ? "bad" : ""}>{props.view.counts.unknown}</span>,
                        ],
                        ["Rejected", props.view.counts.rejected],
                    ]}
                />
                <Show when={may("trader")}>
                    <div class="row">
                        <Show
                            when={halted()}
                            fallback={
                                <>
                                    <HoldButton
                                        kind="danger"
                                        label={`Halt ${props.view.name} and cancel its orders`}
                                        onDone={() => act("halt", {})}
                                        text="Halt this session"
                                    />
                                    <HoldButton
                                        kind="danger"
                                        label={`Halt ${props.view.name} and close all it holds`}
                                        onDone={() => act("kill", { flatten: true })}
                                        text="Halt and flatten"
                                    />
                                </>
                            }
                        >
                            <Button
                                kind="primary"
                                onClick={async () => {
                                    if (
                                        await confirm(
                                            `Resume ${props.view.name}?`,
                                            "Strategies may send orders again, within the limits below.",
                                            "Resume trading",
                                            false,
                                        )
                                    )
                                        await act("resume", props.view.halted === "breaker" ? { reason: 1 } : {});
                                }}
                            >
                                Resume trading
                            </Button>
                        </Show>
                        <span class="faint">Hold a red button for a second. KILL above stops every session.</span>
                    </div>
                </Show>
            </div>
        </Panel>
    );
}

function Limits(props: { view: SessionView; rules: readonly RiskRule[] }): JSX.Element {
    const chosen = () => query().get("rule") ?? "";
    const rows = createMemo(() =>
        [...props.view.rules]
            .filter((rule) => rule.enabled || query().get("off") === "1")
            .map((rule) => ({ rule, meta: props.rules.find((one) => one.name === rule.name) })),
    );
    const open = createMemo(() => {
        const rule = props.view.rules.find((one) => one.name === chosen());
        const meta = props.rules.find((one) => one.name === chosen());
        return rule && meta ? { rule, meta } : null;
    });
    const [edits, setEdits] = createSignal<Values>({});
    const now = createMemo<Values>(() =>
        Object.fromEntries(Object.entries(open()?.rule.params ?? {}).map(([name, value]) => [name, String(value)])),
    );
    const changed = () =>
        Object.entries(edits()).filter(([name, value]) => {
            const param = open()?.meta.params.find((one) => one.name === name);
            return param && value !== now()[name] && !paramFault(param, value);
        });
    async function apply(): Promise<void> {
        const rule = open()?.rule;
        if (!rule) return;
        if (
            !(await confirm(
                `Change ${rule.name}?`,
                changed()
                    .map(([name, value]) => `${name}: ${now()[name] ?? "default"} becomes ${value}`)
                    .join("; "),
                "Change the limit",
                false,
            ))
        )
            return;
        for (const [param, value] of changed()) {
            await ask(props.view.name, "PUT", "/risk/limits", { rule: rule.name, param, value });
        }
        setEdits({});
        say("ok", "The limit is changed; the journal and the audit have it.");
    }
    return (
        <div class="grid">
            <Panel class={open() ? "c8" : "c12"} title="Limits" at={viewAt()} limitMs={5000} flush>
                <Table
                    name="rules"
                    label="Risk rules"
                    rows={rows()}
                    maxHeight={460}
                    onRow={(row) => {
                        setEdits({});
                        setQuery({ rule: row.rule.name });
                    }}
                    selected={(row) => row.rule.name === chosen()}
                    tools={
                        <label class="check">
                            <input
                                type="checkbox"
                                checked={query().get("off") === "1"}
                                onChange={(event) => setQuery({ off: event.currentTarget.checked ? "1" : null })}
                            />
                            with those that are off
                        </label>
                    }
                    columns={[
                        {
                            id: "name",
                            head: "Rule",
                            get: (row) => row.rule.name,
                            cell: (row) => (
                                <a href={`/risk?rule=${row.rule.name}`} title={row.meta?.summary}>
                                    {row.rule.name}
                                </a>
                            ),
                        },
                        {
                            id: "kind",
                            head: "Kind",
                            get: (row) => (row.meta?.is_breaker ? "breaker" : "order"),
                            small: false,
                        },
                        {
                            id: "state",
                            head: "State",
                            get: (row) => (row.rule.enabled ? row.rule.verdict : "off"),
                            cell: (row) => (
                                <Badge
                                    kind={
                                        !row.rule.enabled
                                            ? ""
                                            : row.rule.verdict === "allow"
                                              ? "ok"
                                              : row.rule.verdict === "halt"
                                                ? "bad"
                                                : "warn"
                                    }
                                >
                                    {row.rule.enabled ? row.rule.verdict : "off"}
                                </Badge>
                            ),
                        },
                        {
                            id: "used",
                            head: "Used",
                            get: (row) => usedPart(row.rule),
                            cell: (row) => (
                                <Show
                                    when={Number.isFinite(usedPart(row.rule))}
                                    fallback={<span class="faint">no word yet</span>}
                                >
                                    <span class="row nowrap">
                                        <Meter part={usedPart(row.rule)} label={`Used of ${row.rule.name}`} />
                                        <span class="num">
                                            {usedPart(row.rule) > 9.99
                                                ? "over 999%"
                                                : formatPercent(usedPart(row.rule), 0)}
                                        </span>
                                    </span>
                                </Show>
                            ),
                        },
                        {
                            id: "set",
                            head: "Set to",
                            get: (row) => setText(row.rule),
                            cell: (row) => <span title={setText(row.rule)}>{setText(row.rule)}</span>,
                            small: false,
                        },
                        {
                            id: "value",
                            head: "Value",
                            get: (row) => row.rule.value,
                            cell: (row) => formatNumber(row.rule.value, 4),
                            right: true,
                            small: false,
                        },
                        {
                            id: "limit",
                            head: "Limit",
                            get: (row) => row.rule.limit,
                            cell: (row) => formatNumber(row.rule.limit, 4),
                            right: true,
                            small: false,
                        },
                        { id: "vetoes", head: "Vetoes", get: (row) => row.rule.vetoes, right: true },
                        { id: "trips", head: "Trips", get: (row) => row.rule.trips, right: true, small: false },
                    ]}
                    empty={<Empty title="No rule is on" />}
                />
            </Panel>
            <Show when={open()}>
                {(both) => (
                    <Panel class="c4" title={both().meta.name}>
                        <div class="stack">
                            <p class="dim">{both().meta.summary}</p>
                            <ParamForm
                                params={both().meta.params}
                                values={{ ...now(), ...edits() }}
                                onInput={(name, value) => setEdits({ ...edits(), [name]: value })}
                                disabled={() => !may("trader")}
                            />
                            <div class="row">
                                <Button kind="primary" disabled={changed().length === 0} onClick={apply}>
                                    Change
                                </Button>
                            </div>
                        </div>
                    </Panel>
                )}
            </Show>
        </div>
    );
}

export default function Risk(): JSX.Element {
    const rules = createLoad(
        () => true,
        async (_key, signal) => (await get<{ items: RiskRule[] }>("/risk/rules", {}, signal)).items,
    );
    return (
        <div class="page">
            <div class="page-head">
                <h1>Risk</h1>
            </div>
            <Show
                when={live.view}
                fallback={
                    <Show
                        when={sessions()?.length === 0}
                        fallback={
                            <Show when={viewError()} fallback={<Loading lines={8} />}>
                                <Failed error={viewError()} />
                            </Show>
                        }
                    >
                        <Note>
                            No session trades, so no limit is in use. <a href="/session">Start one</a>; the rules that
                            the program has are below.
                        </Note>
                    </Show>
                }
            >
                {(view) => (
                    <>
                        <Halt view={view()} />
                        <Limits view={view()} rules={rules.data() ?? []} />
                        <TailRiskPanel view={view()} />
                        <CorrelationPanel view={view()} />
                        <Panel title="What rules and breakers said last" at={viewAt()} limitMs={5000} flush>
                            <Table
                                name="words"
                                label="Words of rules and breakers"
                                rows={view().events}
                                columns={watchColumns(view().name)}
                                maxHeight={320}
                                empty={<Empty title="No rule has refused or halted anything" />}
                            />
                        </Panel>
                    </>
                )}
            </Show>
            <Panel title="Rules that the program has" flush>
                <Shown load={rules} lines={6}>
                    {(list) => (
                        <Table
                            name="catalogue"
                            label="Rules of the program"
                            rows={list()}
                            maxHeight={320}
                            columns={[
                                { id: "name", head: "Rule", get: (row) => row.name },
                                { id: "kind", head: "Kind", get: (row) => (row.is_breaker ? "breaker" : "order") },
                                {
                                    id: "default",
                                    head: "On by default",
                                    get: (row) => (row.on_by_default ? "yes" : "no"),
                                },
                                {
                                    id: "summary",
                                    head: "What it holds",
                                    get: (row) => row.summary,
                                    cell: (row) => <span title={row.summary}>{row.summary}</span>,
                                },
                            ]}
                        />
                    )}
                </Shown>
            </Panel>
        </div>
    );
}
