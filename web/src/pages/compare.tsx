import { createMemo, For, type JSX, Show, Suspense } from "solid-js";
import { get, path } from "../api/client";
import { formatNumber, toNumber } from "../lib/decimal";
import { query } from "../lib/router";
import { Note } from "../ui/figure";
import { createLoad, Loading, Panel, Shown } from "../ui/load";
import { type Column, Table } from "../ui/table";
import { Lines } from "./parts";
import { figure, label, type Report } from "./report";

interface Statistic {
    name: string;
    values: (string | number | null)[];
}

export default function Compare(): JSX.Element {
    const names = createMemo(() => (query().get("runs") ?? "").split(",").filter((name) => name !== ""));
    const load = createLoad(
        () => (names().length > 0 ? names().join(",") : null),
        (_key, signal) => Promise.all(names().map((name) => get<Report>(path`/runs/${name}/report`, {}, signal))),
    );
    // Every run begins at 100 on the first day that all of them have.
    const growth = createMemo(() => {
        const reports = load.data() ?? [];
        const days = new Map<string, (number | null)[]>();
        reports.forEach((report, index) => {
            for (const row of report.tables.equity ?? []) {
                const day = String(row.date).slice(0, 10);
                let values = days.get(day);
                if (!values) {
                    values = reports.map(() => null);
                    days.set(day, values);
                }
                values[index] = toNumber(row.equity as string);
            }
        });
        const sorted = [...days.keys()].sort();
        const start = sorted.find((day) => days.get(day)!.every((value) => value !== null));
        const base = start ? days.get(start)! : [];
        const from = sorted.filter((day) => !start || day >= start);
        return {
            times: from.map((day) => Date.parse(`${day}T00:00:00Z`) / 1000),
            curves: names().map((name, index) => ({
                name,
                values: from.map((day) => {
                    const value = days.get(day)![index];
                    const first = base[index];
                    return value === null || value === undefined || !first ? null : (value / first) * 100;
                }),
            })),
        };
    });
    const rows = createMemo<Statistic[]>(() => {
        const reports = load.data() ?? [];
        return Object.keys(reports[0]?.statistics ?? {}).map((name) => ({
            name,
            values: reports.map((report) => report.statistics[name] ?? null),
        }));
    });
    const columns = createMemo<Column<Statistic>[]>(() => [
        { id: "name", head: "Statistic", get: (row) => label(row.name) },
        ...names().map((name, index) => ({
            id: name,
            head: name,
            get: (row: Statistic) => row.values[index],
            cell: (row: Statistic) => figure(row.name, row.values[index]),
            right: true,
        })),
    ]);
    return (
        <div class="page">
            <div class="page-head">
                <a class="btn quiet small" href="/research">
                    Research
                </a>
                <h1>Compare {names().length} runs</h1>
                <For each={names()}>{(name) => <a href={`/research/run/${encodeURIComponent(name)}`}>{name}</a>}</For>
            </div>
            <Show when={names().length > 0} fallback={<Note>Choose runs to compare in Research.</Note>}>
                <Shown load={load} lines={10}>
                    {() => (
                        <>
                            <Panel title="Growth of 100 from the first day that all have">
                                <Suspense fallback={<Loading lines={6} />}>
                                    <Lines
                                        label="Growth of 100"
                                        height={320}
                                        times={growth().times}
                                        curves={growth().curves}
                                        format={(value) => formatNumber(value, value > 1000 ? 0 : 1)}
                                    />
                                </Suspense>
                            </Panel>
                            <Panel title="Statistics" flush>
                                <Table
                                    name="statistics"
                                    label="Statistics"
                                    rows={rows()}
                                    columns={columns()}
                                    maxHeight={640}
                                />
                            </Panel>
                        </>
                    )}
                </Shown>
            </Show>
        </div>
    );
}
