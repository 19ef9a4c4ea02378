// The latest fills.
import type { JSX } from "solid-js";
import type { Fill } from "../../api/model";
import { formatDecimal } from "../../lib/decimal";
import { whyOrder } from "../../lib/explain";
import { instrumentColumn, momentColumn, priceColumn, quantityColumn, sideColumn } from "../../ui/columns";
import { Empty } from "../../ui/load";
import { type Column, Table } from "../../ui/table";

const columns = (session: string): Column<Fill>[] => [
    momentColumn("at", "Time", (row) => row.time),
    instrumentColumn(),
    { id: "strategy", head: "Strategy", get: (row) => row.strategy, small: false },
    sideColumn(),
    quantityColumn("qty", "Quantity", (row) => row.qty),
    priceColumn("price", "Price", (row) => row.price),
    {
        id: "fee",
        head: "Fee",
        get: (row) => row.fee,
        cell: (row) => formatDecimal(row.fee, { places: 4 }),
        right: true,
        number: true,
        small: false,
    },
    {
        id: "order",
        head: "Order",
        get: (row) => row.order,
        cell: (row) => (
            <a href={whyOrder(session, row.order)} aria-label={`Why order ${row.order}`} title="Why it was sent">
                {row.order} why
            </a>
        ),
        right: true,
        number: true,
    },
    { id: "liquidity", head: "As", get: (row) => row.liquidity, small: false },
];

export function Fills(props: { session: string; rows: readonly Fill[] }): JSX.Element {
    return (
        <Table
            name="fills"
            label="Latest fills"
            rows={props.rows}
            columns={columns(props.session)}
            maxHeight={360}
            empty={<Empty title="No fill yet" />}
        />
    );
}
