// What the session holds.
import type { JSX } from "solid-js";
import type { Position } from "../../api/model";
import { formatDecimal } from "../../lib/decimal";
import { prefs } from "../../lib/prefs";
import { query, setQuery } from "../../lib/router";
import { priceText } from "../../lib/session";
import { formatMoment } from "../../lib/time";
import { Change } from "../../ui/figure";
import { Check } from "../../ui/form";
import { Empty } from "../../ui/load";
import { type Column, Table } from "../../ui/table";

function positionColumns(): Column<Position>[] {
    return [
        { id: "instrument", head: "Instrument", get: (row) => row.instrument },
        { id: "strategy", head: "Strategy", get: (row) => row.strategy },
        {
            id: "qty",
            head: "Quantity",
            get: (row) => row.qty,
            cell: (row) => formatDecimal(row.qty, { trim: true }),
            right: true,
            number: true,
        },
        {
            id: "entry",
            head: "Entry",
            get: (row) => row.entry,
            cell: (row) => priceText(row.instrument, row.entry),
            right: true,
            number: true,
            small: false,
        },
        {
            id: "last",
            head: "Last",
            get: (row) => row.last,
            cell: (row) => priceText(row.instrument, row.last),
            right: true,
            number: true,
        },
        {
            id: "value",
            head: "Value",
            get: (row) => row.value,
            cell: (row) => formatDecimal(row.value, { places: 2 }),
            right: true,
            number: true,
        },
        {
            id: "open",
            head: "Open",
            get: (row) => row.open,
            cell: (row) => <Change value={row.open} places={2} />,
            right: true,
            number: true,
        },
        {
            id: "realised",
            head: "Realised",
            get: (row) => row.realised,
            cell: (row) => <Change value={row.realised} places={2} />,
            right: true,
            number: true,
        },
        {
            id: "fees",
            head: "Fees",
            get: (row) => row.fees,
            cell: (row) => formatDecimal(row.fees, { places: 2 }),
            right: true,
            number: true,
            small: false,
        },
        {
            id: "opened",
            head: "Since",
            get: (row) => row.opened,
            cell: (row) => formatMoment(row.opened, prefs().zone),
            small: false,
        },
    ];
}

export function Positions(props: { rows: readonly Position[] }): JSX.Element {
    return (
        <Table
            name="positions"
            label="Positions"
            rows={props.rows}
            columns={positionColumns()}
            maxHeight={360}
            onRow={(row) => setQuery({ instrument: row.instrument })}
            tools={
                <Check
                    label="with closed"
                    checked={query().get("all") === "1"}
                    onInput={(value) => setQuery({ all: value ? "1" : null })}
                />
            }
            empty={<Empty title="Nothing is held" />}
        />
    );
}
