// A run's report, as tables and curves.
import { createMemo, For, type JSX, Show, Suspense } from "solid-js";
import Heat from "../charts/heat";
import { formatDecimal, formatNumber, formatPercent, formatShort, toNumber } from "../lib/decimal";
import { justBefore, whyAt } from "../lib/explain";
import { prefs } from "../lib/prefs";
import { query, setQuery } from "../lib/router";
import { formatAge, formatMoment } from "../lib/time";
import { Change, Facts, Side } from "../ui/figure";
import { Tabs } from "../ui/form";
import { Empty, Loading, Panel } from "../ui/load";
import { type Column, Table } from "../ui/table";
import { Lines } from "./parts";

type Row = Record<string, string | number | boolean | null>;

export interface Report {
    title: string;
    currency: string;
    benchmark: string | null;
    difference: string;
    statistics: Record<string, string | number | null>;
    tables: Record<string, Row[]>;
    assumptions: { name: string; value: string }[];
    origin: { name: string; value: string }[];
}

const PERCENT = new Set([
    "total_return",
    "cagr",
    "best_day",
    "worst_day",
    "positive_days",
    "best_month",
    "worst_month",
    "volatility",
    "var95",
    "cvar95",
    "max_drawdown",
    "ulcer",
    "pain",
    "hit_rate",
    "long_share",
    "time_in_market",
    "average_exposure",
    "max_exposure",
    "fees_of_traded",
    "fees_of_capital",
    "psr",
    "share",
    "return",
    "drawdown",
    "depth",
    "of_capital",
    "of_traded",
    "gross_share",
    "alpha",
    "tracking_error",
]);
const DURATION = new Set(["max_drawdown_length", "average_held", "to_trough", "length", "held"]);
const COUNT = new Set(["days", "trades", "open_trades", "fills", "losses_in_a_row", "rank", "year", "count", "sent"]);

// A figure of a report by its name: ratios as percentages, money with two places, times as dates.
export function figure(name: string, value: string | number | boolean | null | undefined): string {
    if (value === null || value === undefined) return "–";
    if (typeof value === "boolean") return value ? "yes" : "no";
    if (typeof value === "string" && /^\d{4}-\d{2}-\d{2}/.test(value)) {
        return value.length > 10 ? formatMoment(value, prefs().zone) : value;
    }
    if (DURATION.has(name)) return formatAge(Number(value) * 1000);
    if (PERCENT.has(name)) return formatPercent(value);
    if (COUNT.has(name)) return formatNumber(Number(value), 0);
    if (typeof value === "string") {
        if (!/^-?\d+(\.\d+)?$/.test(value)) return value.replace(/_/g, " ");
        return name.includes("price") || name === "qty"
            ? formatDecimal(value, { trim: true })
            : formatDecimal(value, { places: 2 });
    }
    return Number.isInteger(value) ? formatNumber(value, 0) : formatNumber(value, Math.abs(value) < 0.1 ? 4 : 2);
}

const NAMES: Record<string, string> = {
    cagr: "CAGR",
    var95: "VaR 95 %",
    cvar95: "CVaR 95 %",
    psr: "PSR",
    es: "Expected shortfall",
    var: "VaR",
    qty: "Quantity",
};

export function label(name: string): string {
    const known = NAMES[name];
    if (known) return known;
    const text = name.replace(/_/g, " ");
    return text.charAt(0).toUpperCase() + text.slice(1);
}

const GAIN = new Set([
    "profit",
    "net",
    "realised",
    "open",
    "return",
    "total",
    "net_profit",
    "total_return",
    "cagr",
    "gross_profit",
    "amount",
]);

export function columnsOf(rows: readonly Row[], left: readonly string[] = []): Column<Row>[] {
    const first = rows[0];
    if (!first) return [];
    return Object.keys(first).map((name) => {
        const value = rows.find((row) => row[name] !== null)?.[name];
        const numeric =
            !left.includes(name) &&
            (typeof value === "number" || (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value)));
        return {
            id: name,
            head: label(name),
            get: (row: Row) => row[name],
            cell: (row: Row) => {
                const item = row[name];
                if (name === "side")
                    return <Side side={item === "long" ? "buy" : item === "short" ? "sell" : String(item)} />;
                if (GAIN.has(name) && item !== null)
                    return <Change value={item as string | number} percent={PERCENT.has(name)} places={2} />;
                return (
                    <span title={typeof item === "string" && item.length > 40 ? item : undefined}>
                        {figure(name, item)}
                    </span>
                );
            },
            right: numeric,
            number: numeric,
        };
    });
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "total"];

const GROUPS: readonly [string, readonly string[]][] = [
    [
        "Growth",
        [
            "start_equity",
            "end_equity",
            "net_profit",
            "total_return",
            "cagr",
            "volatility",
            "best_day",
            "worst_day",
            "best_month",
            "worst_month",
            "positive_days",
        ],
    ],
    [
        "Risk and return",
        [
            "sharpe",
            "sortino",
            "calmar",
            "omega",
            "psr",
            "max_drawdown",
            "max_drawdown_length",
            "ulcer",
            "var95",
            "cvar95",
            "skew",
            "kurtosis",
        ],
    ],
    [
        "Trades",
        [
            "trades",
            "hit_rate",
            "profit_factor",
            "payoff_ratio",
            "expectancy",
            "average_win",
            "average_loss",
            "best_trade",
            "worst_trade",
            "average_held",
            "losses_in_a_row",
        ],
    ],
    [
        "Costs and exposure",
        [
            "fees",
            "fees_of_capital",
            "traded",
            "turnover",
            "time_in_market",
            "average_exposure",
            "max_exposure",
            "long_share",
            "min_track_record",
        ],
    ],
];

export function Headline(props: { statistics: Report["statistics"] }): JSX.Element {
    return (
        <Facts
            large
            items={[
                "total_return",
                "cagr",
                "sharpe",
                "sortino",
                "max_drawdown",
                "volatility",
                "trades",
                "hit_rate",
                "profit_factor",
                "fees",
            ].map((name) => [
                label(name),
                GAIN.has(name) ? (
                    <Change value={props.statistics[name]} percent={PERCENT.has(name)} places={2} />
                ) : (
                    figure(name, props.statistics[name])
                ),
            ])}
        />
    );
}

const seconds = (day: unknown): number => Date.parse(`${String(day).slice(0, 10)}T00:00:00Z`) / 1000;

// Where a row of a table has its explanation.
function whyColumn(run: string): Column<Row> {
    return {
        id: "why",
        head: "",
        get: () => "",
        fixed: true,
        cell: (row) => {
            const at = String(row.entry_time ?? row.time ?? "");
            if (!at) return null;
            // Reports call a strategy by its name and its parameters.
            const strategy = row.strategy ? String(row.strategy).split(" ")[0] : undefined;
            return (
                <a
                    href={whyAt(
                        "run",
                        run,
                        justBefore(at),
                        row.instrument ? String(row.instrument) : undefined,
                        strategy,
                    )}
                    aria-label={`Why the trade of ${at}`}
                >
                    why
                </a>
            );
        },
    };
}

export function ReportView(props: { report: Report; run?: string }): JSX.Element {
    const tables = () => props.report.tables;
    const equity = createMemo(() => {
        const rows = tables().equity ?? [];
        return {
            times: rows.map((row) => seconds(row.date)),
            equity: rows.map((row) => toNumber(row.equity as string)),
            drawdown: rows.map((row) => Number(row.drawdown) * 100),
            benchmark: rows.some((row) => row.benchmark !== null)
                ? rows.map((row) => (row.benchmark === null ? null : toNumber(row.benchmark as string)))
                : null,
        };
    });
    const names = createMemo(() =>
        Object.keys(tables()).filter(
            (name) => !["equity", "months", "risk"].includes(name) && (tables()[name]?.length ?? 0) > 0,
        ),
    );
    const chosen = () => {
        const wanted = query().get("table") ?? "trades";
        return names().includes(wanted) ? wanted : (names()[0] ?? "");
    };
    return (
        <>
            <Panel title="Headline">
                <Headline statistics={props.report.statistics} />
            </Panel>
            <div class="grid">
                <Panel class="c12" title="Equity">
                    <Suspense fallback={<Loading lines={6} />}>
                        <Lines
                            label="Equity"
                            height={270}
                            times={equity().times}
                            curves={[
                                { name: "Equity", values: equity().equity, fill: true },
                                ...(equity().benchmark
                                    ? [{ name: "Benchmark", values: equity().benchmark!, colour: "series-2" }]
                                    : []),
                            ]}
                            format={(value) => formatShort(value.toFixed(2))}
                        />
                        <Lines
                            label="Drawdown"
                            height={130}
                            times={equity().times}
                            curves={[{ name: "Drawdown", values: equity().drawdown, colour: "down", fill: true }]}
                            format={(value) => `${value.toFixed(1)}%`}
                        />
                    </Suspense>
                </Panel>
                <Panel class="c7" title="Returns by month">
                    <Show when={(tables().months?.length ?? 0) > 0} fallback={<Empty title="Less than a month" />}>
                        <Heat
                            label="Returns by month"
                            rows={(tables().months ?? []).map((row) => String(row.year))}
                            columns={MONTHS.map((name) => label(name))}
                            value={(row, column) =>
                                (tables().months?.[row]?.[MONTHS[column]!] ?? null) as number | null
                            }
                            format={(value) => (value * 100).toFixed(1)}
                            diverging
                        />
                    </Show>
                </Panel>
                <div class="c5 grid">
                    <For each={GROUPS}>
                        {([title, members]) => (
                            <Panel class="c6" title={title}>
                                <dl class="pairs">
                                    <For each={members.filter((name) => name in props.report.statistics)}>
                                        {(name) => (
                                            <>
                                                <dt>{label(name)}</dt>
                                                <dd>{figure(name, props.report.statistics[name])}</dd>
                                            </>
                                        )}
                                    </For>
                                </dl>
                            </Panel>
                        )}
                    </For>
                </div>
            </div>
            <section class="panel">
                <header>
                    <Tabs
                        label="Tables"
                        value={chosen()}
                        onInput={(value) => setQuery({ table: value })}
                        tabs={names().map((name) => ({ id: name, label: label(name), count: tables()[name]?.length }))}
                    />
                </header>
                <div class="panel-body flush" role="tabpanel" aria-label={label(chosen())}>
                    <Show when={chosen()} keyed>
                        {(name) => (
                            <Table
                                name={name}
                                label={label(name)}
                                rows={tables()[name] ?? []}
                                columns={[
                                    ...columnsOf(tables()[name] ?? [], ["year"]),
                                    ...(props.run && name === "trades" ? [whyColumn(props.run)] : []),
                                ]}
                                maxHeight={460}
                            />
                        )}
                    </Show>
                </div>
            </section>
            <div class="grid">
                <Panel class="c6" title="What was taken for granted">
                    <dl class="stack">
                        <For each={props.report.assumptions}>
                            {(one) => (
                                <div>
                                    <dt class="faint">{label(one.name)}</dt>
                                    <dd>{one.value}</dd>
                                </div>
                            )}
                        </For>
                    </dl>
                </Panel>
                <Panel class="c6" title="Where the numbers come from">
                    <dl class="stack">
                        <For each={props.report.origin}>
                            {(one) => (
                                <div>
                                    <dt class="faint">{label(one.name)}</dt>
                                    <dd class="break">{one.value}</dd>
                                </div>
                            )}
                        </For>
                        <div>
                            <dt class="faint">The report's equity less the engine's</dt>
                            <dd>{props.report.difference}</dd>
                        </div>
                    </dl>
                </Panel>
            </div>
        </>
    );
}
