import { createMemo, For, type JSX, Show } from "solid-js";
import { get, getAll } from "../api/client";
import type { Fill, Job, Position, RunSummary, Session } from "../api/model";
import { differenceText, formatDecimal, formatNumber, formatPercent, toNumber } from "../lib/decimal";
import { prefs } from "../lib/prefs";
import { go } from "../lib/router";
import { isHalted, live, sessions, sessionsError, viewAt } from "../lib/session";
import { formatInstant } from "../lib/time";
import {
    changeColumn,
    instrumentColumn,
    momentColumn,
    moneyColumn,
    priceColumn,
    quantityColumn,
    sideColumn,
} from "../ui/columns";
import { Badge, Change, Facts, Progress } from "../ui/figure";
import { createLoad, Empty, Failed, Loading, Panel, Shown } from "../ui/load";
import { stateKind } from "../ui/shell";
import { type Column, Table } from "../ui/table";
import { EquityCurve } from "./parts";

const SESSION_COLUMNS: Column<Session>[] = [
    {
        id: "name",
        head: "Session",
        get: (row) => row.name,
        cell: (row) => <a href={`/session/${encodeURIComponent(row.name)}`}>{row.name}</a>,
    },
    {
        id: "state",
        head: "State",
        get: (row) => row.state ?? row.phase,
        cell: (row) => (
            <Badge kind={isHalted(row) || row.phase === "failed" ? "bad" : stateKind(row.state)} title={row.story}>
                {isHalted(row) ? `halted (${row.halted})` : (row.state ?? row.phase)}
            </Badge>
        ),
    },
    moneyColumn("equity", "Equity", (row) => row.account?.equity),
    changeColumn("today", "Today", (row) => differenceText(row.account?.equity, row.account?.equity_day)),
    changeColumn("profit", "Since start", (row) => differenceText(row.account?.equity, row.account?.capital)),
    { id: "fills", head: "Fills", get: (row) => row.counts?.fills ?? 0, right: true, small: false },
    { id: "vetoes", head: "Vetoes", get: (row) => row.counts?.vetoes ?? 0, right: true, small: false },
    momentColumn("clock", "Data clock", (row) => row.clock, { small: false }),
];

const RUN_COLUMNS: Column<RunSummary>[] = [
    {
        id: "name",
        head: "Run",
        get: (row) => row.name,
        cell: (row) => <a href={`/research/run/${encodeURIComponent(row.name)}`}>{row.name}</a>,
    },
    {
        id: "made",
        head: "Made",
        get: (row) => row.made,
        cell: (row) => formatInstant(row.made, "minute", prefs().zone),
        small: false,
    },
    {
        id: "return",
        head: "CAGR",
        get: (row) => row.statistics.cagr as number,
        cell: (row) => <Change value={row.statistics.cagr as number} percent />,
        right: true,
    },
    {
        id: "sharpe",
        head: "Sharpe",
        get: (row) => row.statistics.sharpe as number,
        cell: (row) => formatNumber(row.statistics.sharpe as number),
        right: true,
    },
    {
        id: "drawdown",
        head: "Max drawdown",
        get: (row) => row.statistics.max_drawdown as number,
        cell: (row) => formatPercent(row.statistics.max_drawdown as number),
        right: true,
    },
];

const HELD_COLUMNS: Column<Position>[] = [
    instrumentColumn(),
    { id: "strategy", head: "Strategy", get: (row) => row.strategy, small: false },
    quantityColumn("qty", "Quantity", (row) => row.qty),
    moneyColumn("value", "Value", (row) => row.value, { small: false }),
    changeColumn("open", "Open profit", (row) => row.open),
];

const LATEST_COLUMNS: Column<Fill>[] = [
    momentColumn("at", "Time", (row) => row.time, { small: false }),
    instrumentColumn(),
    sideColumn(),
    quantityColumn("qty", "Quantity", (row) => row.qty),
    priceColumn("price", "Price", (row) => row.price),
];

export default function Overview(): JSX.Element {
    const runs = createLoad(
        () => true,
        (_key, signal) => get<{ items: RunSummary[] }>("/runs", { limit: 8 }, signal),
        { everyMs: 15_000 },
    );
    const jobs = createLoad(
        () => true,
        (_key, signal) => getAll<Job>("/jobs", {}, 100, signal),
        { everyMs: 3000 },
    );
    const view = () => live.view;
    const active = createMemo(() =>
        (jobs.data() ?? []).filter((job) => job.state === "running" || job.state === "waiting"),
    );
    const held = createMemo(() =>
        (view()?.positions ?? [])
            .filter((one) => toNumber(one.qty) !== 0)
            .sort((a, b) => Math.abs(toNumber(b.value)) - Math.abs(toNumber(a.value))),
    );
    return (
        <div class="page">
            <div class="page-head">
                <h1>Overview</h1>
            </div>
            <div class="grid">
                <Panel
                    class="c12"
                    title="Trading sessions"
                    flush
                    actions={
                        <a class="btn small" href="/session">
                            New session
                        </a>
                    }
                >
                    <Show
                        when={sessions()}
                        fallback={
                            <Show when={sessionsError()} fallback={<Loading lines={3} />}>
                                <Failed error={sessionsError()} />
                            </Show>
                        }
                    >
                        {(list) => (
                            <Table
                                plain
                                name="sessions"
                                label="Trading sessions"
                                rows={list()}
                                columns={SESSION_COLUMNS}
                                onRow={(row) => go(`/session/${encodeURIComponent(row.name)}`)}
                                empty={
                                    <Empty title="No session yet">
                                        <span>
                                            A session trades strategies on paper, on recorded data, at any speed.
                                        </span>
                                        <a class="btn primary" href="/session">
                                            Start one
                                        </a>
                                    </Empty>
                                }
                            />
                        )}
                    </Show>
                </Panel>
                <Show when={view()}>
                    {(session) => (
                        <>
                            <Panel class="c8" title={`Equity of ${session().name}`} at={viewAt()} limitMs={5000}>
                                <EquityCurve session={session().name} height={250} />
                            </Panel>
                            <Panel class="c4" title="Account" at={viewAt()} limitMs={5000}>
                                <Facts
                                    items={[
                                        ["Equity", formatDecimal(session().account.equity, { places: 2 })],
                                        ["Cash", formatDecimal(session().account.cash, { places: 2 })],
                                        ["Gross", formatDecimal(session().account.gross, { places: 2 })],
                                        ["Net", formatDecimal(session().account.net, { places: 2 })],
                                        [
                                            "Leverage",
                                            formatNumber(
                                                toNumber(session().account.gross) / toNumber(session().account.equity),
                                            ),
                                        ],
                                        ["Peak", formatDecimal(session().account.equity_peak, { places: 2 })],
                                        [
                                            "Drawdown",
                                            <Change
                                                percent
                                                value={
                                                    toNumber(session().account.equity) /
                                                        toNumber(session().account.equity_peak) -
                                                    1
                                                }
                                            />,
                                        ],
                                        ["Live orders", session().orders.filter((one) => one.live).length],
                                        ["Vetoes", session().rules.reduce((sum, rule) => sum + rule.vetoes, 0)],
                                    ]}
                                />
                            </Panel>
                            <Panel class="c6" title="Positions" at={viewAt()} limitMs={5000} flush>
                                <Table
                                    plain
                                    name="held"
                                    label="Positions"
                                    maxHeight={260}
                                    rows={held()}
                                    columns={HELD_COLUMNS}
                                    empty={<Empty title="Nothing is held" />}
                                />
                            </Panel>
                            <Panel class="c6" title="Latest fills" at={viewAt()} limitMs={5000} flush>
                                <Table
                                    plain
                                    name="latest"
                                    label="Latest fills"
                                    maxHeight={260}
                                    rows={session().fills.slice(0, 40)}
                                    columns={LATEST_COLUMNS}
                                    empty={<Empty title="No fill yet" />}
                                />
                            </Panel>
                        </>
                    )}
                </Show>
                <Panel
                    class="c8"
                    title="Latest runs"
                    at={runs.at()}
                    limitMs={40_000}
                    flush
                    actions={
                        <>
                            <a class="btn quiet small" href="/research">
                                All
                            </a>
                            <a class="btn small" href="/research/new">
                                New run
                            </a>
                        </>
                    }
                >
                    <Shown load={runs} lines={4}>
                        {(page) => (
                            <Table
                                plain
                                name="runs"
                                label="Latest runs"
                                rows={page().items}
                                columns={RUN_COLUMNS}
                                onRow={(row) => go(`/research/run/${encodeURIComponent(row.name)}`)}
                                empty={
                                    <Empty title="No run is kept yet">
                                        <a class="btn" href="/research/new">
                                            Backtest a strategy
                                        </a>
                                    </Empty>
                                }
                            />
                        )}
                    </Shown>
                </Panel>
                <Panel class="c4" title="Work under way" at={jobs.at()} limitMs={10_000}>
                    <Shown
                        load={jobs}
                        lines={2}
                        empty={() => active().length === 0}
                        emptyText={<span class="dim">Nothing is being computed.</span>}
                    >
                        {() => (
                            <ul class="stack">
                                <For each={active()}>
                                    {(job) => (
                                        <li class="stack">
                                            <div class="row">
                                                <a href={`/research/job/${job.job}`} class="grow cut">
                                                    {job.kind} {job.run}
                                                </a>
                                                <span class="num">
                                                    {job.progress === null ? job.state : formatPercent(job.progress, 0)}
                                                </span>
                                            </div>
                                            <Progress
                                                part={job.progress}
                                                label={`Progress of ${job.kind} ${job.job}`}
                                            />
                                        </li>
                                    )}
                                </For>
                            </ul>
                        )}
                    </Shown>
                </Panel>
            </div>
        </div>
    );
}
