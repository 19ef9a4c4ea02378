// Footprint bars of trades, and what they say.
import { createMemo, type JSX, Show, Suspense } from "solid-js";
import { getSlow, path } from "../../api/client";
import type { Footprint, FootprintBar, Series } from "../../api/model";
import { formatNumber, withNumbers } from "../../lib/decimal";
import { query, setQuery } from "../../lib/router";
import { momentColumn } from "../../ui/columns";
import { Badge, Change } from "../../ui/figure";
import { SelectField } from "../../ui/form";
import { createLoad, Empty, Loading, Panel, Shown } from "../../ui/load";
import { type Column, Table } from "../../ui/table";
import { FootprintChart } from "../parts";

const BARS: readonly (readonly [string, string])[] = [
    ["15s", "15 seconds"],
    ["30s", "30 seconds"],
    ["1m", "A minute"],
    ["5m", "5 minutes"],
    ["1h", "An hour"],
    ["1d", "A day"],
    ["trades=500", "500 trades"],
    ["trades=5000", "5,000 trades"],
];
const BARS_MAX = 160; // drawn; the table has all

const words = (signal: string): string => signal.replace(/_/g, " ");

function columns(decimals: number): Column<FootprintBar>[] {
    const price = (id: keyof FootprintBar, head: string, small?: false): Column<FootprintBar> => ({
        id,
        head,
        get: (row) => row[id] as number,
        cell: (row) => (row[id] as number).toFixed(decimals),
        right: true,
        ...(small === false ? { small } : {}),
    });
    return [
        momentColumn("open_ns", "Opened", (row) => String(row.open_ns)),
        price("open", "Open", false),
        price("high", "High", false),
        price("low", "Low", false),
        price("close", "Close"),
        {
            id: "volume",
            head: "Volume",
            get: (row) => row.volume,
            cell: (row) => formatNumber(row.volume, 2),
            right: true,
        },
        {
            id: "delta",
            head: "Delta",
            get: (row) => row.delta,
            cell: (row) => <Change value={row.delta} places={2} />,
            right: true,
        },
        {
            id: "cumulative_delta",
            head: "Cumulative",
            get: (row) => row.cumulative_delta,
            cell: (row) => <Change value={row.cumulative_delta} places={2} />,
            right: true,
            small: false,
        },
        price("poc", "POC"),
        price("val", "Value from", false),
        price("vah", "Value to", false),
        {
            id: "signals",
            head: "Signals",
            get: (row) => row.signals.join(" "),
            cell: (row) => (
                <span class="row nowrap" title={row.signals.map(words).join(", ")}>
                    {row.signals.slice(0, 3).map((one) => (
                        <Badge>{words(one)}</Badge>
                    ))}
                    {row.signals.length > 3 ? `+${row.signals.length - 3}` : ""}
                </span>
            ),
            small: false,
        },
    ];
}

export function FootprintView(props: { series: Series }): JSX.Element {
    const bar = () => query().get("bar") ?? "30s";
    const multiple = () => query().get("ticks");
    const load = createLoad(
        () => `${props.series.name} ${bar()} ${multiple()}`,
        async (_key, signal) =>
            withNumbers<Footprint>(
                await getSlow<unknown>(
                    path`/series/${props.series.venue}/${props.series.symbol}/${props.series.kind}/footprint`,
                    { bar: bar(), tick_multiple: multiple() },
                    signal,
                ),
            ),
    );
    const decimals = () => Math.min(6, props.series.price_decimals);
    const shown = createMemo(() => load.data()?.bars.slice(-BARS_MAX) ?? []);
    return (
        <Panel
            title="Footprint"
            at={load.at()}
            limitMs={3_600_000}
            footer={
                <span>
                    From the trades of the recording
                    <Show when={load.data()}>
                        {(one) => `: ${one().trades.toLocaleString("en-US")} trades in ${one().bars.length} bars`}
                    </Show>
                </span>
            }
        >
            <div class="stack">
                <div class="form-grid">
                    <SelectField
                        label="A bar is"
                        value={bar()}
                        onInput={(value) => setQuery({ bar: value })}
                        options={BARS}
                    />
                    <SelectField
                        label="Ticks a row"
                        value={multiple() ?? ""}
                        onInput={(value) => setQuery({ ticks: value || null })}
                        options={[
                            ["", "As it fits"],
                            ...["1", "5", "10", "50", "100", "500"].map((one) => [one, one] as const),
                        ]}
                    />
                </div>
                <Shown
                    load={load}
                    lines={12}
                    empty={(one) => one.bars.length === 0}
                    emptyText={<Empty title="No trade in it" />}
                >
                    {(one) => (
                        <div class="stack">
                            <Suspense fallback={<Loading lines={12} />}>
                                <FootprintChart
                                    bars={shown()}
                                    row={one().row}
                                    decimals={decimals()}
                                    label={`Footprint of ${props.series.symbol}: ${shown().length} bars; the table below has their figures`}
                                />
                            </Suspense>
                            <Table
                                name="footprint"
                                label="Footprint bars"
                                rows={one().bars}
                                columns={columns(decimals())}
                                maxHeight={320}
                                search={false}
                            />
                        </div>
                    )}
                </Shown>
            </div>
        </Panel>
    );
}
