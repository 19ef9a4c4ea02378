// The instruments of a session; one of them is on the chart.
import type { JSX } from "solid-js";
import type { Quote, SessionView } from "../../api/model";
import { setQuery } from "../../lib/router";
import { symbolOf, viewAt } from "../../lib/session";
import { priceColumn, quantityColumn } from "../../ui/columns";
import { Panel } from "../../ui/load";
import { type Column, Table } from "../../ui/table";

function instrumentColumns(): Column<Quote>[] {
    return [
        { id: "symbol", head: "Instrument", get: (row) => row.instrument, cell: (row) => symbolOf(row.instrument) },
        priceColumn("last", "Last", (row) => row.last),
        quantityColumn("position", "Held", (row) => row.position),
    ];
}

export function Instruments(props: { view: SessionView; instrument: Quote | undefined }): JSX.Element {
    return (
        <Panel title="Instruments" at={viewAt()} limitMs={5000} flush>
            <Table
                plain
                name="instruments"
                label="Instruments"
                rows={props.view.quotes}
                columns={instrumentColumns()}
                maxHeight={420}
                onRow={(row) => setQuery({ instrument: row.instrument })}
                selected={(row) => row.instrument === props.instrument?.instrument}
            />
        </Panel>
    );
}
