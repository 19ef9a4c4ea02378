// Why: a decision from what the strategy saw to what came of it, folded out of the journal.
import { For, type JSX, Show } from "solid-js";
import { getSlow, path } from "../api/client";
import { formatDecimal, formatNumber, formatPercent } from "../lib/decimal";
import { prefs } from "../lib/prefs";
import { query } from "../lib/router";
import { formatMoment } from "../lib/time";
import { Badge, Change, Facts, Note, Side } from "../ui/figure";
import { createLoad, Empty, Panel, Shown } from "../ui/load";
import { Table } from "../ui/table";

interface Spec {
    side: string;
    qty: string;
    type: string;
    tif: string;
    purpose: string;
    limit: string | null;
    stop: string | null;
}

interface RuleWord {
    order: number;
    ts: string;
    asked: Spec;
    rule: string;
    verdict: string;
    left: string;
    limit: number | null;
    value: number | null;
    params: Record<string, number | string>;
}

interface Told {
    number: number;
    strategy: string;
    params: Record<string, number>;
    ts: string;
    seq: number;
    cause: string;
    bar?: Record<string, number | string | null> | null;
    book?: Record<string, number | string | null> | null;
    inputs: Record<string, number | null>;
    held: { position: number; entry: number; weight: number; stop: number | null; take: number | null };
    target: {
        kind: string;
        weight: number;
        confidence: number;
        stop: number | null;
        take: number | null;
        reason: number;
    } | null;
    quiet: string | null;
    mode: string;
    halted: boolean;
    halt: Record<string, unknown> | null;
    sizing: {
        method: string;
        params: Record<string, number>;
        fraction: number;
        equity: string;
        qty: string;
        held: string;
    } | null;
    rules: RuleWord[];
    blocked: Record<string, unknown>[];
    sent: { ts: string; kind: string; order: string; spec?: Spec }[];
    reports: Record<string, unknown>[];
    after: {
        ts: string;
        position: string;
        entry: string | null;
        realised: string;
        open: string;
        fees: string;
        currency: string;
        equity: string;
    } | null;
    last_act: string | null;
}

interface Explanation {
    symbol: string;
    order?: { id: string; ts: string; cause: string; spec: Spec; parent: string | null } | null;
    strategies: Told[];
    torn: boolean;
}

const moment = (instant: string): string => formatMoment(instant, prefs().zone);
const plain = (text: string): string => text.replace(/_/g, " ");

const short = (value: number | null): string =>
    value === null ? "–" : formatDecimal(Number(value.toPrecision(6)), { trim: true });

// "2017-12-26 21:00:00 order accepted, leaves 12870"
function reportLine(report: Record<string, unknown>): string {
    const { ts, kind, order, ...rest } = report;
    const number = order ? ` ${Number.parseInt(String(order), 16)}` : "";
    return `${moment(String(ts))} ${plain(String(kind))}${number}, ${lineOf(rest)}`;
}

function specText(spec: Spec): JSX.Element {
    const price = spec.limit ?? spec.stop;
    return (
        <>
            <Side side={spec.side} /> {formatDecimal(spec.qty, { trim: true })}, {plain(spec.type)}
            {price ? ` at ${price}` : ""}, {spec.tif}, {plain(spec.purpose)}
        </>
    );
}

// A value of whatever kind, in a line.
function lineOf(value: unknown): string {
    if (value === null || value === undefined) return "–";
    if (typeof value === "object")
        return Object.entries(value as Record<string, unknown>)
            .filter(([, part]) => part !== null && typeof part !== "object")
            .map(([name, part]) => `${plain(name)} ${/(^|_)ts$|time/.test(name) ? moment(String(part)) : String(part)}`)
            .join(", ");
    return String(value);
}

function Steps(props: { one: Told }): JSX.Element {
    const one = () => props.one;
    const inputs = () => Object.entries(one().inputs);
    return (
        <ol class="steps">
            <li>
                <h3>It saw</h3>
                <div class="stack">
                    <Show when={one().bar ?? one().book}>{(seen) => <span>{lineOf(seen())}</span>}</Show>
                    <Facts
                        items={inputs().map(([name, value]) => [
                            name,
                            value === null ? "not defined yet" : String(Number(value.toPrecision(9))),
                        ])}
                    />
                    <span class="dim">
                        Parameters: {lineOf(one().params)}. Held: {formatNumber(one().held.position, 4)}
                        {one().held.position !== 0 ? ` from ${one().held.entry}` : ""}.
                    </span>
                </div>
            </li>
            <li>
                <h3>It wanted</h3>
                <Show
                    when={one().target}
                    fallback={
                        <span>
                            {one().quiet ? plain(one().quiet ?? "") : "Nothing: it was not asked, or kept what it had."}
                        </span>
                    }
                >
                    {(target) => (
                        <span>
                            {plain(target().kind)} a weight of {formatPercent(target().weight, 1)}, confidence{" "}
                            {formatPercent(target().confidence, 0)}
                            {target().stop === null ? "" : `, stop ${target().stop}`}
                            {target().take === null ? "" : `, take profit at ${target().take}`}; its reason{" "}
                            {target().reason}
                            {one().quiet ? `. Nothing came of it: ${plain(one().quiet ?? "")}` : ""}
                        </span>
                    )}
                </Show>
            </li>
            <Show when={one().sizing}>
                {(sizing) => (
                    <li>
                        <h3>Sizing made of it</h3>
                        <span>
                            {formatDecimal(sizing().qty, { trim: true })} in all, {formatPercent(sizing().fraction, 2)}{" "}
                            of the strategy's equity of {formatDecimal(sizing().equity, { places: 2 })}, by{" "}
                            {plain(sizing().method)} ({lineOf(sizing().params)});{" "}
                            {formatDecimal(sizing().held, { trim: true })} was held
                        </span>
                    </li>
                )}
            </Show>
            <li>
                <h3>The risk gate said</h3>
                <div class="stack">
                    <Show when={one().halted}>
                        <Note kind="warn">Trading was halted: {lineOf(one().halt)}</Note>
                    </Show>
                    <Show when={one().rules.length > 0} fallback={<span class="dim">No order met the rules.</span>}>
                        <Table
                            name={`rules-${one().number}`}
                            label={`What each rule said to ${one().strategy}`}
                            rows={one().rules}
                            search={false}
                            columns={[
                                { id: "rule", head: "Rule", get: (row) => row.rule },
                                {
                                    id: "verdict",
                                    head: "Verdict",
                                    get: (row) => row.verdict,
                                    cell: (row) => (
                                        <Badge
                                            kind={
                                                row.verdict === "allow"
                                                    ? "ok"
                                                    : row.verdict === "shrink"
                                                      ? "warn"
                                                      : "bad"
                                            }
                                        >
                                            {row.verdict}
                                        </Badge>
                                    ),
                                },
                                {
                                    id: "asked",
                                    head: "Asked",
                                    get: (row) => row.asked.qty,
                                    right: true,
                                    number: true,
                                    small: false,
                                },
                                { id: "left", head: "Left", get: (row) => row.left, right: true, number: true },
                                {
                                    id: "value",
                                    head: "Value",
                                    get: (row) => row.value,
                                    cell: (row) => short(row.value),
                                    right: true,
                                },
                                {
                                    id: "limit",
                                    head: "Limit",
                                    get: (row) => row.limit,
                                    cell: (row) => short(row.limit),
                                    right: true,
                                },
                                { id: "params", head: "Set to", get: (row) => lineOf(row.params), small: false },
                            ]}
                        />
                    </Show>
                    <For each={one().blocked}>{(blocked) => <Note kind="bad">{lineOf(blocked)}</Note>}</For>
                </div>
            </li>
            <li>
                <h3>It sent, and the venue answered</h3>
                <Show
                    when={one().sent.length + one().reports.length > 0}
                    fallback={<span class="dim">Nothing left.</span>}
                >
                    <ul class="stack">
                        <For each={one().sent}>
                            {(sent) => (
                                <li>
                                    {moment(sent.ts)} {plain(sent.kind)} order {Number.parseInt(sent.order, 16)}
                                    <Show when={sent.spec}>{(spec) => <>: {specText(spec())}</>}</Show>
                                </li>
                            )}
                        </For>
                        <For each={one().reports}>{(report) => <li class="dim">{reportLine(report)}</li>}</For>
                    </ul>
                </Show>
            </li>
            <Show when={one().after}>
                {(after) => (
                    <li>
                        <h3>Afterwards</h3>
                        <Facts
                            items={[
                                ["At", moment(after().ts)],
                                ["Position", formatDecimal(after().position, { trim: true })],
                                ["Entry", formatDecimal(after().entry)],
                                ["Realised", <Change value={after().realised} places={2} />],
                                ["Open", <Change value={after().open} places={2} />],
                                ["Fees", formatDecimal(after().fees, { places: 2 })],
                                ["Equity", formatDecimal(after().equity, { places: 2 })],
                            ]}
                        />
                    </li>
                )}
            </Show>
        </ol>
    );
}

export default function Explain(props: { params: Record<string, string> }): JSX.Element {
    const ofRun = () => props.params.of === "run";
    const name = () => props.params.name ?? "";
    const wish = () => ({
        at: query().get("at"),
        symbol: query().get("symbol"),
        strategy: query().get("strategy"),
        order: query().get("order"),
    });
    const load = createLoad(
        () => JSON.stringify([ofRun(), name(), wish()]),
        (_key, signal) =>
            ofRun()
                ? getSlow<Explanation>(path`/runs/${name()}/explain`, wish(), signal)
                : getSlow<Explanation>(path`/sessions/${name()}/explain`, wish(), signal),
    );
    const back = () => `${ofRun() ? "/research/run" : "/session"}/${encodeURIComponent(name())}`;
    return (
        <div class="page">
            <div class="page-head">
                <a class="btn quiet small" href={back()}>
                    {name()}
                </a>
                <h1>
                    Why{" "}
                    {wish().order
                        ? `order ${wish().order}`
                        : [wish().strategy, wish().symbol].filter(Boolean).join(", ")}
                </h1>
                <Show when={wish().at}>
                    <span class="dim">at {moment(wish().at ?? "")}</span>
                </Show>
            </div>
            <Shown
                load={load}
                lines={12}
                empty={(one) => one.strategies.length === 0 && !one.order}
                emptyText={<Empty title="No decision is behind it" />}
            >
                {(one) => (
                    <>
                        <Show when={one().torn}>
                            <Note kind="warn">The journal is torn: it is explained as far as it is whole.</Note>
                        </Show>
                        <Show when={one().order}>
                            {(order) => (
                                <Panel title={`Order ${Number.parseInt(order().id, 16)} on ${one().symbol}`}>
                                    {specText(order().spec)}
                                    <span class="dim">
                                        {" "}
                                        sent {moment(order().ts)}, after {plain(order().cause)}
                                    </span>
                                </Panel>
                            )}
                        </Show>
                        <For each={one().strategies}>
                            {(told) => (
                                <Panel
                                    title={`${told.strategy} on ${one().symbol}, decided ${moment(told.ts)}`}
                                    footer={
                                        <span>
                                            Folded out of the journal up to event {told.seq.toLocaleString("en-US")}:
                                            nothing is estimated
                                            {told.mode === "running"
                                                ? ""
                                                : `, and the strategy was ${plain(told.mode)}`}
                                        </span>
                                    }
                                >
                                    <Steps one={told} />
                                </Panel>
                            )}
                        </For>
                    </>
                )}
            </Shown>
        </div>
    );
}
