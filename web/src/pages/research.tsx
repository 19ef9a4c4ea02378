import { createSignal, For, type JSX, Show } from "solid-js";
import { may } from "../api/auth";
import { getAll, path, post } from "../api/client";
import type { Job, RunSummary } from "../api/model";
import { formatNumber, formatPercent } from "../lib/decimal";
import { prefs } from "../lib/prefs";
import { go, query, setQuery } from "../lib/router";
import { formatInstant } from "../lib/time";
import { Button } from "../ui/act";
import { Badge, Change, Progress } from "../ui/figure";
import { Tabs } from "../ui/form";
import { Icon } from "../ui/icon";
import { createLoad, Empty, Shown } from "../ui/load";
import { type Column, Table } from "../ui/table";

const stat = (name: string) => (row: RunSummary) => row.statistics[name] as number | null;

export function jobKind(state: string): string {
    return state === "done" ? "ok" : state === "failed" ? "bad" : state === "running" ? "info" : "";
}

export function JobTable(props: { jobs: readonly Job[]; refresh: () => void }): JSX.Element {
    return (
        <Table
            name="jobs"
            label="Jobs"
            rows={props.jobs}
            sort="-job"
            onRow={(row) => go(`/research/job/${row.job}`)}
            columns={[
                {
                    id: "job",
                    head: "Job",
                    get: (row) => row.job,
                    number: true,
                    cell: (row) => <a href={`/research/job/${row.job}`}>{row.job}</a>,
                },
                { id: "kind", head: "Kind", get: (row) => row.kind },
                {
                    id: "run",
                    head: "Run",
                    get: (row) => row.run,
                    cell: (row) =>
                        row.run && row.state === "done" ? (
                            <a href={`/research/run/${encodeURIComponent(row.run)}`}>{row.run}</a>
                        ) : (
                            (row.run ?? "")
                        ),
                },
                {
                    id: "state",
                    head: "State",
                    get: (row) => row.state,
                    cell: (row) => <Badge kind={jobKind(row.state)}>{row.state}</Badge>,
                },
                {
                    id: "progress",
                    head: "Progress",
                    get: (row) => row.progress,
                    cell: (row) => (
                        <Show when={row.state === "running"} fallback={<span class="faint">{row.story}</span>}>
                            <span class="row nowrap">
                                <Progress part={row.progress} label={`Progress of job ${row.job}`} />
                                <span class="num">{row.progress === null ? "" : formatPercent(row.progress, 0)}</span>
                            </span>
                        </Show>
                    ),
                },
                {
                    id: "began",
                    head: "Began",
                    get: (row) => row.began,
                    cell: (row) => formatInstant(row.began, "second", prefs().zone),
                    small: false,
                },
                {
                    id: "act",
                    head: "",
                    get: () => "",
                    fixed: true,
                    cell: (row) => (
                        <Show when={may("trader") && (row.state === "running" || row.state === "waiting")}>
                            <Button
                                kind="small danger"
                                label={`Stop job ${row.job}`}
                                onClick={async () => {
                                    await post(path`/jobs/${row.job}/cancel`, undefined);
                                    props.refresh();
                                }}
                            >
                                Stop
                            </Button>
                        </Show>
                    ),
                },
            ]}
            empty={<Empty title="No job since the server started" />}
        />
    );
}

export default function Research(): JSX.Element {
    const tab = () => query().get("tab") ?? "runs";
    const runs = createLoad(
        () => true,
        (_key, signal) => getAll<RunSummary>("/runs", {}, 5000, signal),
        { everyMs: 10_000 },
    );
    const jobs = createLoad(
        () => true,
        (_key, signal) => getAll<Job>("/jobs", {}, 500, signal),
        { everyMs: () => (tab() === "jobs" ? 1000 : 4000) },
    );
    const [chosen, setChosen] = createSignal<string[]>([]);
    const toggle = (name: string) =>
        setChosen((list) => (list.includes(name) ? list.filter((one) => one !== name) : [...list, name].slice(-8)));
    const columns: Column<RunSummary>[] = [
        {
            id: "pick",
            head: "",
            get: () => "",
            fixed: true,
            cell: (row) => (
                <input
                    type="checkbox"
                    aria-label={`Choose ${row.name} to compare`}
                    checked={chosen().includes(row.name)}
                    onChange={() => toggle(row.name)}
                />
            ),
        },
        {
            id: "name",
            head: "Run",
            get: (row) => row.name,
            cell: (row) => <a href={`/research/run/${encodeURIComponent(row.name)}`}>{row.name}</a>,
        },
        { id: "title", head: "Title", get: (row) => row.title, small: false },
        {
            id: "made",
            head: "Made",
            get: (row) => row.made,
            cell: (row) => formatInstant(row.made, "minute", prefs().zone),
            small: false,
        },
        {
            id: "strategies",
            head: "Strategies",
            get: (row) => row.strategies.join("; "),
            cell: (row) => <span title={row.strategies.join("; ")}>{row.strategies.join("; ")}</span>,
            small: false,
        },
        {
            id: "return",
            head: "Return",
            get: stat("total_return"),
            cell: (row) => <Change value={stat("total_return")(row)} percent />,
            right: true,
        },
        {
            id: "cagr",
            head: "CAGR",
            get: stat("cagr"),
            cell: (row) => <Change value={stat("cagr")(row)} percent />,
            right: true,
            small: false,
        },
        {
            id: "sharpe",
            head: "Sharpe",
            get: stat("sharpe"),
            cell: (row) => formatNumber(stat("sharpe")(row)),
            right: true,
        },
        {
            id: "drawdown",
            head: "Max drawdown",
            get: stat("max_drawdown"),
            cell: (row) => formatPercent(stat("max_drawdown")(row)),
            right: true,
            small: false,
        },
        {
            id: "trades",
            head: "Trades",
            get: stat("trades"),
            cell: (row) => formatNumber(stat("trades")(row), 0),
            right: true,
            small: false,
        },
        {
            id: "tags",
            head: "Tags",
            get: (row) => row.tags.join(" "),
            cell: (row) => (
                <span class="row nowrap">
                    <For each={row.tags}>{(tag) => <Badge>{tag}</Badge>}</For>
                </span>
            ),
            small: false,
        },
    ];
    return (
        <div class="page">
            <div class="page-head">
                <h1>Research</h1>
                <span class="grow" />
                <Show when={chosen().length >= 2}>
                    <a class="btn" href={`/research/compare?runs=${chosen().map(encodeURIComponent).join(",")}`}>
                        Compare {chosen().length}
                    </a>
                </Show>
                <Show when={may("trader")}>
                    <a class="btn primary" href="/research/new">
                        <Icon name="plus" /> New run
                    </a>
                </Show>
            </div>
            <section class="panel">
                <header>
                    <Tabs
                        label="Research"
                        value={tab()}
                        onInput={(value) => setQuery({ tab: value })}
                        tabs={[
                            { id: "runs", label: "Kept runs", count: runs.data()?.length },
                            {
                                id: "jobs",
                                label: "Jobs",
                                count: jobs.data()?.filter((job) => job.state === "running").length,
                            },
                        ]}
                    />
                </header>
                <div class="panel-body flush" role="tabpanel" aria-label={tab()}>
                    <Show
                        when={tab() === "runs"}
                        fallback={
                            <Shown load={jobs}>
                                {(list) => <JobTable jobs={list()} refresh={() => void jobs.refresh()} />}
                            </Shown>
                        }
                    >
                        <Shown load={runs} lines={8}>
                            {(list) => (
                                <Table
                                    name="runs"
                                    label="Kept runs"
                                    rows={list()}
                                    columns={columns}
                                    sort="-made"
                                    onRow={(row) => go(`/research/run/${encodeURIComponent(row.name)}`)}
                                    empty={
                                        <Empty title="No run is kept yet">
                                            <span>
                                                A run keeps its configuration, journal, report and digests of its data.
                                            </span>
                                            <a class="btn primary" href="/research/new">
                                                Backtest a strategy
                                            </a>
                                        </Empty>
                                    }
                                />
                            )}
                        </Shown>
                    </Show>
                </div>
            </section>
        </div>
    );
}
