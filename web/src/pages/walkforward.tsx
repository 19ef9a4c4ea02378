// What a walk-forward found: how the account did that lived by what was chosen, window by window.
import { createMemo, type JSX, Show, Suspense } from "solid-js";
import type { WalkforwardResult, WalkforwardWindow } from "../api/model";
import { formatNumber, formatPercent } from "../lib/decimal";
import { formatInstant } from "../lib/time";
import { Facts, Note } from "../ui/figure";
import { Loading, Panel } from "../ui/load";
import { type Column, Table } from "../ui/table";
import { Lines } from "./parts";
import { figure, label } from "./report";

const SHOWN = [
    "total_return",
    "cagr",
    "sharpe",
    "sortino",
    "calmar",
    "volatility",
    "max_drawdown",
    "hit_rate",
    "profit_factor",
    "trades",
    "time_in_market",
] as const;

const paramsText = (params: Record<string, string>): string =>
    Object.entries(params)
        .map(([name, value]) => `${name}=${value}`)
        .join(" ");

const day = (instant: string): string => formatInstant(instant, "date", "utc");
const number = (value: number | string | null | undefined): number | null =>
    value === null || value === undefined ? null : Number(value);

function windowColumns(objective: string): Column<WalkforwardWindow>[] {
    const name = label(objective.replace(/^-/, ""));
    return [
        { id: "from", head: "Trained from", get: (row) => day(row.train_from), small: false },
        { id: "test", head: "Tested from", get: (row) => day(row.test_from) },
        { id: "to", head: "To", get: (row) => day(row.test_to) },
        {
            id: "params",
            head: "Lived by",
            get: (row) => paramsText(row.params),
            cell: (row) => (
                <span
                    class={row.chosen_here ? "" : "faint"}
                    title={row.chosen_here ? undefined : "None was admitted: those of before"}
                >
                    {paramsText(row.params)}
                </span>
            ),
        },
        {
            id: "in",
            head: `${name} in`,
            get: (row) => row.in_objective,
            cell: (row) => formatNumber(row.in_objective, 2),
            right: true,
        },
        {
            id: "out",
            head: `${name} out`,
            get: (row) => row.out_objective,
            cell: (row) => formatNumber(row.out_objective, 2),
            right: true,
        },
        {
            id: "return",
            head: "Return out",
            get: (row) => number(row.out_of_sample.total_return),
            cell: (row) => formatPercent(row.out_of_sample.total_return, 1),
            right: true,
        },
        {
            id: "drawdown",
            head: "Drawdown out",
            get: (row) => number(row.out_of_sample.max_drawdown),
            cell: (row) => formatPercent(row.out_of_sample.max_drawdown, 1),
            right: true,
            small: false,
        },
        { id: "admitted", head: "Admitted", get: (row) => row.admitted, right: true, small: false },
    ];
}

function Stability(props: { result: WalkforwardResult }): JSX.Element {
    const rows = () => Object.entries(props.result.stability).map(([param, one]) => ({ param, ...one }));
    return (
        <Panel title="How steady the choice was" flush>
            <Table
                name="stability"
                label="Steadiness of parameters"
                rows={rows()}
                search={false}
                columns={[
                    { id: "param", head: "Parameter", get: (row) => row.param },
                    {
                        id: "mean",
                        head: "Mean",
                        get: (row) => row.mean,
                        cell: (row) => formatNumber(row.mean, 2),
                        right: true,
                    },
                    {
                        id: "deviation",
                        head: "Deviation",
                        get: (row) => row.deviation,
                        cell: (row) => formatNumber(row.deviation, 2),
                        right: true,
                    },
                    { id: "low", head: "Least", get: (row) => row.low, right: true, small: false },
                    { id: "high", head: "Most", get: (row) => row.high, right: true, small: false },
                    { id: "different", head: "Different", get: (row) => row.different, right: true },
                ]}
            />
        </Panel>
    );
}

function Windows(props: { result: WalkforwardResult }): JSX.Element {
    const windows = () => props.result.windows ?? [];
    const times = createMemo(() => windows().map((one) => Date.parse(one.test_to) / 1000));
    const account = () => props.result.account ?? {};
    return (
        <>
            <Panel title="The account that lived by what was chosen">
                <div class="stack">
                    <Facts
                        items={[
                            [
                                "Efficiency",
                                formatPercent(props.result.efficiency ?? null, 0),
                                "A year's return out of sample, by that in sample: below half, the choice promised too much",
                            ],
                            ["Windows above 0", formatPercent(props.result.positive_windows ?? null, 0)],
                            ["Chance of a Sharpe above 0", formatPercent(props.result.psr ?? null, 1)],
                            ...SHOWN.map((name) => [label(name), figure(name, account()[name])] as const),
                        ]}
                    />
                    <Show when={(props.result.efficiency ?? 1) < 0.5}>
                        <Note kind="warn">
                            Out of sample less than half of what the past promised came. Do not trade it by these
                            figures.
                        </Note>
                    </Show>
                </div>
            </Panel>
            <Panel
                title={`${label(props.result.objective.replace(/^-/, ""))} in and out of sample, by the end of the test`}
            >
                <Suspense fallback={<Loading lines={6} />}>
                    <Lines
                        label="Objective in and out of sample"
                        height={220}
                        times={times()}
                        format={(value) => formatNumber(value, 2)}
                        points
                        zero
                        curves={[
                            { name: "In sample", values: windows().map((one) => one.in_objective), dash: [5, 4] },
                            { name: "Out of sample", values: windows().map((one) => one.out_objective), width: 1.8 },
                        ]}
                    />
                </Suspense>
            </Panel>
            <Panel title="Windows" flush>
                <Table
                    name="windows"
                    label="Windows"
                    rows={windows()}
                    columns={windowColumns(props.result.objective)}
                    maxHeight={460}
                    search={false}
                />
            </Panel>
        </>
    );
}

function Combinatorial(props: { result: WalkforwardResult }): JSX.Element {
    const objective = () => props.result.objective.replace(/^-/, "");
    const paths = createMemo(() =>
        (props.result.paths ?? []).map((path, index) => ({
            path: index + 1,
            ...Object.fromEntries(SHOWN.map((name) => [name, number(path.account[name])])),
        })),
    );
    return (
        <>
            <Panel title={`Paths through all of the data: ${paths().length}`} flush>
                <Table
                    name="paths"
                    label="Paths"
                    rows={paths() as Record<string, number | null>[]}
                    search={false}
                    columns={[
                        { id: "path", head: "Path", get: (row) => row.path },
                        ...SHOWN.map(
                            (name): Column<Record<string, number | null>> => ({
                                id: name,
                                head: label(name),
                                get: (row) => row[name],
                                cell: (row) => figure(name, row[name]),
                                right: true,
                                ...(name === "sharpe" || name === "total_return" || name === "max_drawdown"
                                    ? {}
                                    : { small: false }),
                            }),
                        ),
                    ]}
                />
            </Panel>
            <Panel title="Choices" flush>
                <Table
                    name="splits"
                    label="Choices of groups"
                    rows={props.result.splits ?? []}
                    search={false}
                    maxHeight={420}
                    columns={[
                        { id: "tested", head: "Tested", get: (row) => String(row.tested) },
                        { id: "params", head: "Chosen", get: (row) => paramsText(row.params) },
                        {
                            id: "in",
                            head: `${label(objective())} in`,
                            get: (row) => row.in_objective,
                            cell: (row) => formatNumber(row.in_objective, 2),
                            right: true,
                        },
                        {
                            id: "out",
                            head: `${label(objective())} out`,
                            get: (row) => row.out_objective,
                            cell: (row) => formatNumber(row.out_objective, 2),
                            right: true,
                        },
                    ]}
                />
            </Panel>
        </>
    );
}

export function WalkforwardView(props: { result: WalkforwardResult }): JSX.Element {
    return (
        <>
            <Show when={props.result.windows} fallback={<Combinatorial result={props.result} />}>
                <Windows result={props.result} />
            </Show>
            <Stability result={props.result} />
        </>
    );
}
