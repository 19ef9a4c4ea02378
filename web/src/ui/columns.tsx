// Columns that the tables of sessions, orders, positions and fills have alike.
import type { JSX } from "solid-js";
import { formatDecimal } from "../lib/decimal";
import { prefs } from "../lib/prefs";
import { priceText } from "../lib/session";
import { formatMoment } from "../lib/time";
import { Change, Side } from "./figure";
import type { Column } from "./table";

type Text = string | null | undefined;
type More = { small?: boolean };

// An exact decimal: it stands to the right and sorts as a number.
function exactColumn<T>(
    id: string,
    head: string,
    get: (row: T) => Text,
    cell: (row: T) => JSX.Element,
    more: More,
): Column<T> {
    return { id, head, get, cell, right: true, number: true, ...more };
}

export function quantityColumn<T>(id: string, head: string, get: (row: T) => Text, more: More = {}): Column<T> {
    return exactColumn(id, head, get, (row) => formatDecimal(get(row), { trim: true }), more);
}

export function moneyColumn<T>(id: string, head: string, get: (row: T) => Text, more: More = {}): Column<T> {
    return exactColumn(id, head, get, (row) => formatDecimal(get(row), { places: 2 }), more);
}

export function changeColumn<T>(id: string, head: string, get: (row: T) => Text, more: More = {}): Column<T> {
    return exactColumn(id, head, get, (row) => <Change value={get(row)} places={2} />, more);
}

export function priceColumn<T extends { instrument: string }>(
    id: string,
    head: string,
    get: (row: T) => Text,
    more: More = {},
): Column<T> {
    return exactColumn(id, head, get, (row) => priceText(row.instrument, get(row)), more);
}

export function momentColumn<T>(id: string, head: string, get: (row: T) => Text, more: More = {}): Column<T> {
    return { id, head, get, cell: (row) => formatMoment(get(row), prefs().zone), ...more };
}

export function instrumentColumn<T extends { instrument: string }>(): Column<T> {
    return { id: "instrument", head: "Instrument", get: (row) => row.instrument };
}

export function sideColumn<T extends { side: string }>(): Column<T> {
    return { id: "side", head: "Side", get: (row) => row.side, cell: (row) => <Side side={row.side} /> };
}
