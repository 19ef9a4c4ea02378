// The latest trades or quotes of a series, row by row.
import { createMemo, type JSX } from "solid-js";
import { get, path } from "../../api/client";
import type { Series, Ticks } from "../../api/model";
import { formatDecimal } from "../../lib/decimal";
import { prefs } from "../../lib/prefs";
import { formatInstant } from "../../lib/time";
import { Side } from "../../ui/figure";
import { createLoad, Panel, Shown } from "../../ui/load";
import { type Column, Table } from "../../ui/table";

type Row = { time: number; [name: string]: string | number };

const COLUMNS = ["price", "qty", "bid", "bid_qty", "ask", "ask_qty"] as const;
const HEADS: Record<(typeof COLUMNS)[number], string> = {
    price: "Price",
    qty: "Quantity",
    bid: "Bid",
    bid_qty: "Bid quantity",
    ask: "Ask",
    ask_qty: "Ask quantity",
};

export function TicksView(props: { series: Series }): JSX.Element {
    const load = createLoad(
        () => props.series.name,
        (_name, signal) =>
            get<Ticks>(
                path`/series/${props.series.venue}/${props.series.symbol}/${props.series.kind}/ticks`,
                { limit: 2000, latest: true },
                signal,
            ),
    );
    const present = createMemo(() => COLUMNS.filter((name) => load.data()?.[name] !== undefined));
    const rows = createMemo<Row[]>(() => {
        const ticks = load.data();
        if (!ticks) return [];
        return ticks.ts_ns.map((time, index) => {
            const row: Row = { time };
            for (const name of present()) row[name] = ticks[name]?.[index] ?? "";
            if (ticks.side) row.side = ticks.side[index] ?? 0;
            return row;
        });
    });
    const columns = createMemo<Column<Row>[]>(() => [
        {
            id: "time",
            head: "Time",
            get: (row) => row.time,
            cell: (row) => formatInstant(row.time, "ms", prefs().zone),
        },
        ...present().map((name) => ({
            id: name,
            head: HEADS[name],
            get: (row: Row) => row[name],
            cell: (row: Row) => formatDecimal(row[name], { trim: name.endsWith("qty") }),
            right: true,
            number: true,
        })),
        ...(load.data()?.side
            ? [
                  {
                      id: "side",
                      head: "Side",
                      get: (row: Row) => row.side,
                      cell: (row: Row) => (row.side ? <Side side={Number(row.side) > 0 ? "buy" : "sell"} /> : "–"),
                  },
              ]
            : []),
    ]);
    return (
        <Panel title={`Latest ${props.series.kind}s`} at={load.at()} limitMs={3_600_000} flush>
            <Shown load={load} lines={10}>
                {() => (
                    <Table
                        name="ticks"
                        label={`Latest rows of ${props.series.name}`}
                        rows={rows()}
                        columns={columns()}
                        sort="-time"
                        maxHeight={560}
                        search={false}
                    />
                )}
            </Shown>
        </Panel>
    );
}
