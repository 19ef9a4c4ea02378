// What rules and breakers said.
import type { JSX } from "solid-js";
import type { RiskEvent } from "../../api/model";
import { formatNumber } from "../../lib/decimal";
import { whyAt } from "../../lib/explain";
import { instrumentColumn, momentColumn } from "../../ui/columns";
import { Badge } from "../../ui/figure";
import { Empty } from "../../ui/load";
import { type Column, Table } from "../../ui/table";

export const watchColumns = (session: string): Column<RiskEvent>[] => [
    momentColumn("at", "Time", (row) => row.time),
    {
        id: "kind",
        head: "Word",
        get: (row) => row.kind,
        cell: (row) => <Badge kind={row.kind === "breaker" ? "bad" : "warn"}>{row.kind}</Badge>,
    },
    { id: "rule", head: "Rule", get: (row) => row.rule || row.code },
    { id: "verdict", head: "Verdict", get: (row) => row.verdict },
    instrumentColumn(),
    { id: "strategy", head: "Strategy", get: (row) => row.strategy, small: false },
    { id: "value", head: "Value", get: (row) => row.value, cell: (row) => formatNumber(row.value, 4), right: true },
    { id: "limit", head: "Limit", get: (row) => row.limit, cell: (row) => formatNumber(row.limit, 4), right: true },
    {
        id: "why",
        head: "",
        get: () => "",
        fixed: true,
        cell: (row) => (
            <a
                href={whyAt("session", session, row.time, row.instrument || undefined, row.strategy || undefined)}
                aria-label={`Why ${row.rule || row.code} at ${row.time ?? ""}`}
            >
                why
            </a>
        ),
    },
];

export function Words(props: { session: string; rows: readonly RiskEvent[] }): JSX.Element {
    return (
        <Table
            name="words"
            label="Words of rules and breakers"
            rows={props.rows}
            columns={watchColumns(props.session)}
            maxHeight={360}
            empty={<Empty title="No rule has refused or halted anything" />}
        />
    );
}
