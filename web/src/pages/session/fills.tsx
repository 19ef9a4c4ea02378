// The latest fills.
import type { JSX } from "solid-js";
import type { Fill } from "../../api/model";
import { formatDecimal } from "../../lib/decimal";
import { prefs } from "../../lib/prefs";
import { priceText } from "../../lib/session";
import { formatMoment } from "../../lib/time";
import { Side } from "../../ui/figure";
import { Empty } from "../../ui/load";
import { type Column, Table } from "../../ui/table";

const FILL_COLUMNS: Column<Fill>[] = [
    { id: "at", head: "Time", get: (row) => row.time, cell: (row) => formatMoment(row.time, prefs().zone) },
    { id: "instrument", head: "Instrument", get: (row) => row.instrument },
    { id: "strategy", head: "Strategy", get: (row) => row.strategy, small: false },
    { id: "side", head: "Side", get: (row) => row.side, cell: (row) => <Side side={row.side} /> },
    {
        id: "qty",
        head: "Quantity",
        get: (row) => row.qty,
        cell: (row) => formatDecimal(row.qty, { trim: true }),
        right: true,
        number: true,
    },
    {
        id: "price",
        head: "Price",
        get: (row) => row.price,
        cell: (row) => priceText(row.instrument, row.price),
        right: true,
        number: true,
    },
    {
        id: "fee",
        head: "Fee",
        get: (row) => row.fee,
        cell: (row) => formatDecimal(row.fee, { places: 4 }),
        right: true,
        number: true,
        small: false,
    },
    { id: "order", head: "Order", get: (row) => row.order, right: true, number: true, small: false },
    { id: "liquidity", head: "As", get: (row) => row.liquidity, small: false },
];

export function Fills(props: { rows: readonly Fill[] }): JSX.Element {
    return (
        <Table
            name="fills"
            label="Latest fills"
            rows={props.rows}
            columns={FILL_COLUMNS}
            maxHeight={360}
            empty={<Empty title="No fill yet" />}
        />
    );
}
