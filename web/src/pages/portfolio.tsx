// Portfolios: the frontier of some series, and the weights of a method.
import { createMemo, createSignal, type JSX, Show, Suspense } from "solid-js";
import { post } from "../api/client";
import type { Frontier, Weights } from "../api/model";
import { formatNumber, formatPercent } from "../lib/decimal";
import { query, setQuery } from "../lib/router";
import { inputToInstant } from "../lib/time";
import { Facts, Note } from "../ui/figure";
import { SelectField, TextField } from "../ui/form";
import { createLoad, Empty, Loading, Panel, Shown } from "../ui/load";
import { Table } from "../ui/table";
import { loadSeries, SeriesPick } from "./config";
import { Lines } from "./parts";

const METHODS = [
    ["max-sharpe", "Greatest Sharpe"],
    ["min-variance", "Least variance"],
    ["mean-variance", "Mean and variance"],
    ["min-cvar", "Least shortfall (CVaR)"],
    ["erc", "Equal shares of risk"],
    ["hrp", "Hierarchical risk parity"],
    ["herc", "Hierarchical equal risk"],
    ["max-diversification", "Most diversified"],
    ["kelly", "Kelly: fastest growth"],
] as const;
const HAS_BOUNDS = new Set(["max-sharpe", "min-variance", "mean-variance", "min-cvar", "kelly"]);
const HAS_RF = new Set(["max-sharpe", "kelly"]);

interface Row {
    asset: string;
    weight: number;
    risk: number | null;
}

function WeightsTable(props: { one: Weights }): JSX.Element {
    const rows = createMemo<Row[]>(() =>
        Object.entries(props.one.weights).map(([asset, weight]) => ({
            asset,
            weight,
            risk: props.one.risk_share?.[asset] ?? null,
        })),
    );
    const most = () => Math.max(...rows().map((row) => Math.abs(row.weight)), 1e-9);
    return (
        <Table
            name="weights"
            label="Weights"
            rows={rows()}
            sort="-weight"
            maxHeight={420}
            columns={[
                { id: "asset", head: "Asset", get: (row) => row.asset },
                {
                    id: "weight",
                    head: "Weight",
                    get: (row) => row.weight,
                    cell: (row) => (
                        <span
                            class="level"
                            data-side={row.weight < 0 ? "ask" : "bid"}
                            style={{ "--part": String(Math.abs(row.weight) / most()) }}
                        >
                            {formatPercent(row.weight, 2)}
                        </span>
                    ),
                    right: true,
                },
                {
                    id: "risk",
                    head: "Share of the risk",
                    get: (row) => row.risk,
                    cell: (row) => formatPercent(row.risk, 1),
                    right: true,
                },
            ]}
        />
    );
}

function residual(one: Weights): string {
    const most = Math.max(0, ...Object.values(one.certificate ?? {}));
    return most === 0 ? "nothing" : most.toExponential(0);
}

export default function Portfolio(): JSX.Element {
    const series = loadSeries();
    const text = (name: string, otherwise = "") => query().get(name) ?? otherwise;
    const chosen = createMemo(() => text("series").split(",").filter(Boolean));
    const method = () => text("method", "max-sharpe");
    const from = () => (text("from") ? inputToInstant(text("from")) : null);
    const to = () => (text("to") ? inputToInstant(text("to")) : null);
    const number = (name: string) => (/^-?\d+(\.\d+)?$/.test(text(name)) ? Number(text(name)) : null);
    const bad = () => {
        if (chosen().length < 2) return "Choose two series or more.";
        if (text("from") && !from()) return "From is not a date like 2010-01-04.";
        if (text("to") && !to()) return "To is not a date like 2017-12-29.";
        for (const name of ["max", "rf"])
            if (text(name) && number(name) === null) return "A weight or rate is no number.";
        if (number("max") !== null && number("max")! * chosen().length < 100)
            return "Weights of that size cannot sum to 100 %.";
        return null;
    };
    const common = () => ({
        series: chosen(),
        ...(from() ? { from: from() } : {}),
        ...(to() ? { to: to() } : {}),
    });
    const limits = () => (number("max") === null ? {} : { max_weight: number("max")! / 100 });
    const rf = () => (number("rf") === null ? {} : { rf: number("rf")! / 100 });
    // Asked when somebody says so: it may take a while.
    const [asked, setAsked] = createSignal<string | null>(null);
    const body = createMemo(() =>
        bad()
            ? null
            : JSON.stringify({
                  ...common(),
                  method: method(),
                  ...(HAS_BOUNDS.has(method()) ? limits() : {}),
                  ...(HAS_RF.has(method()) ? rf() : {}),
              }),
    );
    const frontierBody = () => JSON.stringify({ ...common(), method: "frontier", points: 21, ...limits() });
    const auto = () => (query().get("go") === "1" ? body() : null);
    const question = () => asked() ?? auto();
    const weights = createLoad(question, (sent, signal) =>
        post<Weights>("/portfolio/optimise", JSON.parse(sent) as unknown, { signal, timeoutMs: 60_000 }),
    );
    const frontier = createLoad(
        () => (question() ? frontierBody() : null),
        (sent, signal) =>
            post<Frontier>("/portfolio/optimise", JSON.parse(sent) as unknown, { signal, timeoutMs: 60_000 }),
    );
    const curve = createMemo(() => {
        const points = [...(frontier.data()?.points ?? [])].sort((a, b) => a.vol - b.vol);
        const one = weights.data();
        const all = points.map((point) => ({
            vol: point.vol,
            mean: point.mean as number | null,
            mine: null as number | null,
        }));
        if (one) all.push({ vol: one.vol, mean: null, mine: one.mean });
        all.sort((a, b) => a.vol - b.vol);
        return all;
    });
    return (
        <div class="page">
            <div class="page-head">
                <h1>Portfolio</h1>
                <Show when={weights.data()}>
                    <span class="dim">{METHODS.find(([name]) => name === method())?.[1]}</span>
                </Show>
            </div>
            <div class="grid">
                <Panel class="c4" title="What is held together">
                    <div class="form">
                        <Shown load={series}>
                            {(list) => (
                                <SeriesPick
                                    series={list()}
                                    chosen={chosen()}
                                    onInput={(names) => setQuery({ series: names.join(",") || null, go: null })}
                                />
                            )}
                        </Shown>
                        <SelectField
                            label="Method"
                            value={method()}
                            onInput={(value) => setQuery({ method: value })}
                            options={METHODS}
                        />
                        <div class="form-grid">
                            <TextField
                                label="From"
                                placeholder="2010-01-04"
                                value={text("from")}
                                onInput={(value) => setQuery({ from: value || null })}
                            />
                            <TextField
                                label="To"
                                placeholder="2017-12-29"
                                value={text("to")}
                                onInput={(value) => setQuery({ to: value || null })}
                            />
                            <TextField
                                label="Largest weight"
                                unit="%"
                                number
                                placeholder="none"
                                value={text("max")}
                                onInput={(value) => setQuery({ max: value || null })}
                            />
                            <TextField
                                label="Riskless rate"
                                unit="% a year"
                                number
                                placeholder="2"
                                value={text("rf")}
                                onInput={(value) => setQuery({ rf: value || null })}
                            />
                        </div>
                        <Show when={bad()}>
                            <Note>{bad()}</Note>
                        </Show>
                        <div class="row">
                            <button
                                type="button"
                                class="btn primary"
                                disabled={bad() !== null || weights.busy()}
                                data-testid="optimise"
                                onClick={() => {
                                    setQuery({ go: "1" });
                                    setAsked(body());
                                }}
                            >
                                {weights.busy() ? "At it" : "Find the weights"}
                            </button>
                        </div>
                        <p class="faint">
                            Means of the past are poor guesses of the future. Weights that swing with the dates are
                            telling you so.
                        </p>
                    </div>
                </Panel>
                <div class="c8 stack">
                    <Show
                        when={question()}
                        fallback={
                            <Panel title="Weights">
                                <Empty title="Choose series and a method" />
                            </Panel>
                        }
                    >
                        <Panel title="Efficient frontier" at={frontier.at()} limitMs={3_600_000}>
                            <Shown
                                load={frontier}
                                lines={8}
                                empty={(one) => one.points.length === 0}
                                emptyText={<Empty title="No frontier" />}
                            >
                                {() => (
                                    <Suspense fallback={<Loading lines={8} />}>
                                        <Lines
                                            label="Return by volatility, a year"
                                            height={300}
                                            plainX
                                            times={curve().map((point) => point.vol)}
                                            xFormat={(value) => formatPercent(value, 1)}
                                            format={(value) => formatPercent(value, 1)}
                                            xName="Volatility"
                                            curves={[
                                                {
                                                    name: "Frontier",
                                                    values: curve().map((point) => point.mean),
                                                    width: 1.8,
                                                },
                                                {
                                                    name: METHODS.find(([name]) => name === method())?.[1] ?? method(),
                                                    values: curve().map((point) => point.mine),
                                                    dots: true,
                                                    colour: "series-2",
                                                },
                                            ]}
                                        />
                                    </Suspense>
                                )}
                            </Shown>
                        </Panel>
                        <Panel
                            title="Weights"
                            at={weights.at()}
                            limitMs={3_600_000}
                            flush
                            footer={
                                <span>From the closes of the tape; means, volatilities and covariances of a year</span>
                            }
                        >
                            <Shown load={weights} lines={8}>
                                {(one) => (
                                    <>
                                        <div class="panel-body">
                                            <Facts
                                                items={[
                                                    ["Return a year", formatPercent(one().mean, 2)],
                                                    ["Volatility", formatPercent(one().vol, 2)],
                                                    ["Sharpe", formatNumber(one().sharpe, 2)],
                                                    [
                                                        "Held",
                                                        Object.values(one().weights).filter(
                                                            (weight) => Math.abs(weight) > 1e-6,
                                                        ).length,
                                                    ],
                                                    [
                                                        "Off the optimum by",
                                                        residual(one()),
                                                        "The largest residual of the conditions of optimality",
                                                    ],
                                                ]}
                                            />
                                        </div>
                                        <WeightsTable one={one()} />
                                    </>
                                )}
                            </Shown>
                        </Panel>
                    </Show>
                </div>
            </div>
        </div>
    );
}
