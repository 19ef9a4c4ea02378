// What the session holds.
import type { JSX } from "solid-js";
import type { Position } from "../../api/model";
import { query, setQuery } from "../../lib/router";
import {
    changeColumn,
    instrumentColumn,
    momentColumn,
    moneyColumn,
    priceColumn,
    quantityColumn,
} from "../../ui/columns";
import { Check } from "../../ui/form";
import { Empty } from "../../ui/load";
import { type Column, Table } from "../../ui/table";

function positionColumns(): Column<Position>[] {
    return [
        instrumentColumn(),
        { id: "strategy", head: "Strategy", get: (row) => row.strategy },
        quantityColumn("qty", "Quantity", (row) => row.qty),
        priceColumn("entry", "Entry", (row) => row.entry, { small: false }),
        priceColumn("last", "Last", (row) => row.last),
        moneyColumn("value", "Value", (row) => row.value),
        changeColumn("open", "Open", (row) => row.open),
        changeColumn("realised", "Realised", (row) => row.realised),
        moneyColumn("fees", "Fees", (row) => row.fees, { small: false }),
        momentColumn("opened", "Since", (row) => row.opened, { small: false }),
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
