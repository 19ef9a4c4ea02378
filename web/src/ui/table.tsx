// Tables: sorted and filtered by TanStack's core, exported as CSV, drawn only as far as they are seen.
import {
    type ColumnDef,
    createTable,
    getCoreRowModel,
    getFilteredRowModel,
    getSortedRowModel,
    type RowData,
    type SortingState,
} from "@tanstack/table-core";
import { createMemo, createSignal, For, type JSX, onCleanup, onMount, Show } from "solid-js";
import { csvText, saveText } from "../lib/csv";
import { toNumber } from "../lib/decimal";
import { query, setQuery } from "../lib/router";
import { Icon } from "./icon";

export interface Column<T> {
    id: string;
    head: string;
    get: (row: T) => string | number | bigint | boolean | null | undefined; // what is sorted, searched and exported
    cell?: (row: T) => JSX.Element;
    right?: boolean; // numbers
    number?: boolean; // sorts as numbers though it is text: exact decimals
    help?: string;
    small?: boolean; // false on narrow screens
    fixed?: boolean; // does not sort
}

export interface TableProps<T extends RowData> {
    rows: readonly T[];
    columns: readonly Column<T>[];
    name: string; // of the exported file, and of what the table keeps in the URL
    label: string;
    onRow?: ((row: T) => void) | undefined;
    selected?: ((row: T) => boolean) | undefined;
    tools?: JSX.Element;
    search?: boolean;
    plain?: boolean; // without the line of tools
    maxHeight?: number;
    empty?: JSX.Element;
    sort?: string; // "-id": descending
}

const WINDOW_FROM = 160; // rows: above this only what is seen is drawn
const AROUND = 12;

function compareOf<T>(column: Column<T>) {
    return (a: { original: T }, b: { original: T }): number => {
        const left = column.get(a.original);
        const right = column.get(b.original);
        if (left === right) return 0;
        if (left === null || left === undefined || left === "") return -1;
        if (right === null || right === undefined || right === "") return 1;
        if (column.number || (typeof left === "number" && typeof right === "number")) {
            const difference = toNumber(String(left)) - toNumber(String(right));
            return Number.isNaN(difference) ? 0 : Math.sign(difference);
        }
        if (typeof left === "bigint" && typeof right === "bigint") return left < right ? -1 : 1;
        return String(left).localeCompare(String(right), undefined, { numeric: true });
    };
}

export function Table<T extends RowData>(props: TableProps<T>): JSX.Element {
    const sorting = createMemo<SortingState>(() => {
        const text = query().get(`${props.name}.sort`) ?? props.sort ?? "";
        return text ? [{ id: text.replace(/^-/, ""), desc: text.startsWith("-") }] : [];
    });
    const filter = createMemo(() => query().get(`${props.name}.find`) ?? "");

    const columns = createMemo<ColumnDef<T>[]>(() =>
        props.columns.map((column) => ({
            id: column.id,
            accessorFn: (row: T) => String(column.get(row) ?? ""),
            sortingFn: compareOf(column),
            filterFn: "includesString" as const,
            enableSorting: !column.fixed,
        })),
    );

    const rows = createMemo(() => {
        const table = createTable<T>({
            data: props.rows as T[],
            columns: columns(),
            state: {
                sorting: sorting(),
                globalFilter: filter(),
                columnPinning: { left: [], right: [] },
            },
            onStateChange: () => {},
            renderFallbackValue: null,
            globalFilterFn: "includesString",
            getColumnCanGlobalFilter: () => true,
            getCoreRowModel: getCoreRowModel(),
            getSortedRowModel: getSortedRowModel(),
            getFilteredRowModel: getFilteredRowModel(),
        });
        return table.getRowModel().rows.map((row) => row.original);
    });

    let wrap!: HTMLDivElement;
    const [scroll, setScroll] = createSignal(0);
    const [height, setHeight] = createSignal(400);
    const rowHeight = () =>
        Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--row")) + 1 || 25;
    const slice = createMemo(() => {
        const all = rows();
        if (all.length <= WINDOW_FROM) return { first: 0, shown: all, before: 0, after: 0 };
        const first = Math.max(0, Math.floor(scroll() / rowHeight()) - AROUND);
        const count = Math.ceil(height() / rowHeight()) + 2 * AROUND;
        const shown = all.slice(first, first + count);
        return {
            first,
            shown,
            before: first * rowHeight(),
            after: Math.max(0, all.length - first - shown.length) * rowHeight(),
        };
    });
    onMount(() => {
        const watch = new ResizeObserver(() => setHeight(wrap.clientHeight));
        watch.observe(wrap);
        onCleanup(() => watch.disconnect());
    });

    function sortBy(column: Column<T>): void {
        const now = sorting()[0];
        const first = column.right ? "-" : "";
        const second = column.right ? "" : "-";
        const next = now?.id !== column.id ? first + column.id : now.desc === (first === "-") ? second + column.id : "";
        setQuery({ [`${props.name}.sort`]: next || null });
    }

    function save(): void {
        const head = props.columns.filter((column) => column.head).map((column) => column.id);
        const body = rows().map((row) =>
            props.columns.filter((column) => column.head).map((column) => column.get(row)),
        );
        saveText(`${props.name}.csv`, "text/csv", csvText(head, body));
    }

    const sortState = (column: Column<T>): "ascending" | "descending" | "none" => {
        const now = sorting()[0];
        return now?.id === column.id ? (now.desc ? "descending" : "ascending") : "none";
    };

    return (
        <>
            <Show when={!props.plain}>
                <div class="table-tools">
                    <Show when={props.search !== false}>
                        <input
                            class="input small"
                            type="search"
                            placeholder="Filter"
                            aria-label={`Filter ${props.label}`}
                            value={filter()}
                            onInput={(event) => setQuery({ [`${props.name}.find`]: event.currentTarget.value || null })}
                        />
                    </Show>
                    <span class="nowrap">
                        {rows().length === props.rows.length
                            ? `${rows().length}`
                            : `${rows().length} of ${props.rows.length}`}
                    </span>
                    <span class="grow" />
                    {props.tools}
                    <button
                        type="button"
                        class="btn quiet small"
                        title="Export these rows as CSV"
                        aria-label={`Export ${props.label} as CSV`}
                        onClick={save}
                    >
                        <Icon name="download" /> CSV
                    </button>
                </div>
            </Show>
            <div
                class="table-wrap"
                ref={wrap}
                tabindex="0"
                role="region"
                aria-label={props.label}
                style={{ "--table-max": props.maxHeight ? `${props.maxHeight}px` : "none" }}
                onScroll={() => setScroll(wrap.scrollTop)}
            >
                <table class="table">
                    <caption class="vh">{props.label}</caption>
                    <thead>
                        <tr>
                            <For each={props.columns}>
                                {(column) => (
                                    <th
                                        scope="col"
                                        class={`${column.right ? "right" : ""} ${column.small === false ? "hide-small" : ""}`}
                                        aria-sort={sortState(column)}
                                        title={column.help}
                                    >
                                        <Show
                                            when={!column.fixed && column.head}
                                            fallback={<span>{column.head || <i class="vh">Actions</i>}</span>}
                                        >
                                            <button type="button" onClick={() => sortBy(column)}>
                                                {column.head}
                                                <span class="arrow" aria-hidden="true">
                                                    {sortState(column) === "ascending"
                                                        ? "▲"
                                                        : sortState(column) === "descending"
                                                          ? "▼"
                                                          : ""}
                                                </span>
                                            </button>
                                        </Show>
                                    </th>
                                )}
                            </For>
                        </tr>
                    </thead>
                    <tbody>
                        <Show when={slice().before > 0}>
                            <tr>
                                <td colspan={props.columns.length} style={{ height: `${slice().before}px` }} />
                            </tr>
                        </Show>
                        <For each={slice().shown}>
                            {(row) => (
                                <tr
                                    class={props.onRow ? "link" : ""}
                                    aria-selected={props.selected ? props.selected(row) : undefined}
                                    onClick={(event) => {
                                        if (!props.onRow) return;
                                        if ((event.target as Element).closest("a,button,input,select,label")) return;
                                        props.onRow(row);
                                    }}
                                >
                                    <For each={props.columns}>
                                        {(column) => (
                                            <td
                                                class={`${column.right ? "right" : ""} ${column.small === false ? "hide-small" : ""}`}
                                            >
                                                {column.cell ? column.cell(row) : String(column.get(row) ?? "")}
                                            </td>
                                        )}
                                    </For>
                                </tr>
                            )}
                        </For>
                        <Show when={slice().after > 0}>
                            <tr>
                                <td colspan={props.columns.length} style={{ height: `${slice().after}px` }} />
                            </tr>
                        </Show>
                    </tbody>
                </table>
                <Show when={rows().length === 0}>
                    <div class="state">
                        {props.rows.length > 0 ? "No row matches the filter." : (props.empty ?? "Nothing here yet.")}
                    </div>
                </Show>
            </div>
        </>
    );
}
