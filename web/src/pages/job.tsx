import { createMemo, type JSX, Match, Show, Switch } from "solid-js";
import { get, path, post } from "../api/client";
import type { Job, WalkforwardResult } from "../api/model";
import Heat from "../charts/heat";
import { formatNumber, formatPercent, toNumber } from "../lib/decimal";
import { prefs } from "../lib/prefs";
import { query, setQuery } from "../lib/router";
import { formatInstant } from "../lib/time";
import { Button } from "../ui/act";
import { Badge, Facts, Note, Progress } from "../ui/figure";
import { SelectField } from "../ui/form";
import { createLoad, Empty, type Load, Panel, Shown } from "../ui/load";
import { Table } from "../ui/table";
import { columnsOf, label } from "./report";
import { jobKind } from "./research";
import { WalkforwardView } from "./walkforward";

type Row = Record<string, string | number | boolean | null>;

// What a sweep wrote: the best of its points, best first.
interface SweepResult {
    trials: number;
    planned: number;
    search: string;
    objective: string;
    bars: number;
    admitted: number;
    doubt?: Record<string, number | null>;
    top: (Row & { params: Record<string, string> })[];
}

function SweepView(props: { result: SweepResult }): JSX.Element {
    // One flat row a point, parameters first.
    const rows = createMemo<Row[]>(() =>
        props.result.top.map(({ params, ...rest }) => ({
            ...Object.fromEntries(Object.entries(params).map(([name, value]) => [name, toNumber(value)])),
            ...(rest as Row),
        })),
    );
    const params = createMemo(() => {
        const names = Object.keys(props.result.top[0]?.params ?? {});
        return names.filter((name) => new Set(rows().map((row) => row[name])).size > 1);
    });
    const scores = createMemo(() =>
        Object.keys(props.result.top[0] ?? {}).filter(
            (name) => name !== "params" && typeof props.result.top[0]?.[name] === "number",
        ),
    );
    const across = () => query().get("x") ?? params()[0] ?? "";
    const down = () => query().get("y") ?? params()[1] ?? "";
    const value = () => query().get("z") ?? props.result.objective.replace(/^-/, "");
    const values = (name: string) => [...new Set(rows().map((row) => Number(row[name])))].sort((a, b) => a - b);
    // The best of all points that share two parameters.
    const cells = createMemo(() => {
        const best = new Map<string, number>();
        for (const row of rows()) {
            const at = `${down() ? row[down()] : ""}|${row[across()]}`;
            const now = Number(row[value()]);
            if (!Number.isFinite(now)) continue;
            const before = best.get(at);
            if (before === undefined || now > before) best.set(at, now);
        }
        return best;
    });
    const lines = () => (down() ? values(down()).map(String) : [""]);
    const names = (list: readonly string[]) => list.map((name) => [name, label(name)] as const);
    const show = (number: number) =>
        /return|drawdown|cagr|rate|volatility|time_in/.test(value()) ? formatPercent(number, 1) : formatNumber(number);
    return (
        <>
            <Panel title="The best is lucky in part">
                <div class="stack">
                    <Facts
                        items={[
                            [
                                "Points tried",
                                `${props.result.trials.toLocaleString("en-US")} of ${props.result.planned.toLocaleString("en-US")}`,
                            ],
                            ["Bars", props.result.bars.toLocaleString("en-US")],
                            ["Best by", label(props.result.objective)],
                            ...Object.entries(props.result.doubt ?? {})
                                .filter(([name]) => name !== "trials")
                                .map(
                                    ([name, number]) =>
                                        [
                                            label(name),
                                            name === "deflated_sharpe" || name === "psr"
                                                ? formatPercent(number)
                                                : formatNumber(number, name === "min_track_record" ? 0 : 4),
                                        ] as const,
                                ),
                        ]}
                    />
                    <span class="dim">
                        Of many tries one looks good by chance. The deflated Sharpe is the probability that the best is
                        more than that; below 95 % do not believe it.
                    </span>
                </div>
            </Panel>
            <Show when={params().length > 0}>
                <Panel title={`${label(value())} by parameter`}>
                    <div class="stack">
                        <div class="form-grid">
                            <SelectField
                                label="Across"
                                value={across()}
                                onInput={(name) => setQuery({ x: name })}
                                options={names(params())}
                            />
                            <Show when={params().length > 1}>
                                <SelectField
                                    label="Down"
                                    value={down()}
                                    onInput={(name) => setQuery({ y: name })}
                                    options={names(params())}
                                />
                            </Show>
                            <SelectField
                                label="Shows the best"
                                value={value()}
                                onInput={(name) => setQuery({ z: name })}
                                options={names(scores())}
                            />
                        </div>
                        <Heat
                            label={`${value()} by ${down()} and ${across()}`}
                            rows={lines()}
                            columns={values(across()).map(String)}
                            rowLabel={down()}
                            columnLabel={across()}
                            value={(row, column) => cells().get(`${lines()[row]}|${values(across())[column]}`) ?? null}
                            format={show}
                        />
                    </div>
                </Panel>
            </Show>
            <Panel title="Points, best first" flush>
                <Table
                    name="points"
                    label="Points of the sweep"
                    rows={rows()}
                    columns={columnsOf(rows()).filter((column) => column.id !== "fills_hash")}
                    maxHeight={520}
                />
            </Panel>
        </>
    );
}

export default function JobPage(props: { params: Record<string, string> }): JSX.Element {
    const id = () => props.params.job ?? "";
    const job: Load<Job> = createLoad<string, Job>(id, (at, signal) => get<Job>(path`/jobs/${at}`, {}, signal), {
        everyMs: () => (job.data() && ["done", "failed", "canceled"].includes(job.data()!.state) ? 0 : 700),
    });
    const done = () => job.data()?.state === "done";
    const result = createLoad(
        () => (done() && job.data()?.kind !== "backtest" ? id() : null),
        (at, signal) => get<SweepResult | WalkforwardResult>(path`/jobs/${at}/result`, {}, signal),
    );
    const going = () => ["running", "waiting"].includes(job.data()?.state ?? "");
    return (
        <div class="page">
            <div class="page-head">
                <a class="btn quiet small" href="/research?tab=jobs">
                    Jobs
                </a>
                <h1>
                    {job.data()?.kind ?? "Job"} {job.data()?.run}
                </h1>
                <Show when={job.data()}>{(one) => <Badge kind={jobKind(one().state)}>{one().state}</Badge>}</Show>
                <span class="grow" />
                <Show when={going()}>
                    <Button
                        kind="danger"
                        onClick={async () => {
                            await post(path`/jobs/${id()}/cancel`, undefined);
                            await job.refresh();
                        }}
                    >
                        Stop it
                    </Button>
                </Show>
            </div>
            <Shown load={job}>
                {(one) => (
                    <Panel title="Progress" at={job.at()} limitMs={5000}>
                        <div class="stack">
                            <Show when={going()}>
                                <Progress part={one().progress} label="Progress" />
                            </Show>
                            <Facts
                                items={[
                                    ["State", one().state],
                                    ["Done", one().progress === null ? "–" : formatPercent(one().progress, 0)],
                                    ["Began", formatInstant(one().began, "second", prefs().zone)],
                                    ["Ended", formatInstant(one().ended, "second", prefs().zone)],
                                ]}
                            />
                            <Show when={going() && one().kind !== "backtest" && (one().progress ?? 0) >= 1}>
                                <span class="dim">
                                    All points are tried; how much of the best is luck is being judged.
                                </span>
                            </Show>
                            <Switch>
                                <Match when={one().state === "failed"}>
                                    <Note kind="bad">{one().story || "It failed."}</Note>
                                </Match>
                                <Match when={one().state === "done" && one().kind === "backtest" && one().run}>
                                    <div>
                                        <a
                                            class="btn primary"
                                            href={`/research/run/${encodeURIComponent(one().run ?? "")}`}
                                            data-testid="open-run"
                                        >
                                            Open the report
                                        </a>
                                    </div>
                                </Match>
                            </Switch>
                        </div>
                    </Panel>
                )}
            </Shown>
            <Show when={done() && job.data()?.kind !== "backtest"}>
                <Shown
                    load={result}
                    empty={(one) => "top" in one && one.top.length === 0}
                    emptyText={<Empty title="No point gave a result" />}
                >
                    {(one) => (
                        <Show
                            when={job.data()?.kind === "sweep"}
                            fallback={<WalkforwardView result={one() as WalkforwardResult} />}
                        >
                            <SweepView result={one() as SweepResult} />
                        </Show>
                    )}
                </Shown>
            </Show>
        </div>
    );
}
