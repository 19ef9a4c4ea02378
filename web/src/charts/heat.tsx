// A heat map as a table of numbers: read by eye, by keyboard and by screen reader alike.
import { For, type JSX } from "solid-js";

export interface HeatProps {
    rows: readonly string[];
    columns: readonly string[];
    value: (row: number, column: number) => number | null;
    format: (value: number) => string;
    label: string;
    rowLabel?: string;
    columnLabel?: string;
    diverging?: boolean; // zero is the middle
    onPick?: (row: number, column: number) => void;
}

// From the palette's down over nothing to its up, or from nothing to the accent.
function heatColour(part: number, diverging: boolean): string {
    const size = Math.round(Math.min(1, Math.abs(part)) * 44);
    const tone = diverging ? (part >= 0 ? "var(--up)" : "var(--down)") : "var(--accent-strong)";
    return `color-mix(in srgb, ${tone} ${size}%, var(--surface))`;
}

export default function Heat(props: HeatProps): JSX.Element {
    const range = () => {
        let low = Number.POSITIVE_INFINITY;
        let high = Number.NEGATIVE_INFINITY;
        for (let row = 0; row < props.rows.length; row++) {
            for (let column = 0; column < props.columns.length; column++) {
                const value = props.value(row, column);
                if (value === null || !Number.isFinite(value)) continue;
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
        }
        return { low, high };
    };
    const part = (value: number | null) => {
        if (value === null || !Number.isFinite(value)) return 0;
        const { low, high } = range();
        if (props.diverging) return value / (Math.max(Math.abs(low), Math.abs(high)) || 1);
        return high > low ? (value - low) / (high - low) : 0.5;
    };
    return (
        <div class="table-wrap" tabindex="0" role="region" aria-label={props.label}>
            <table class="heat-table">
                <caption class="vh">{props.label}</caption>
                <thead>
                    <tr>
                        <th scope="col">
                            {props.rowLabel} {props.columnLabel ? `\\ ${props.columnLabel}` : ""}
                        </th>
                        <For each={props.columns}>{(column) => <th scope="col">{column}</th>}</For>
                    </tr>
                </thead>
                <tbody>
                    <For each={props.rows}>
                        {(row, r) => (
                            <tr>
                                <th scope="row">{row}</th>
                                <For each={props.columns}>
                                    {(_column, c) => {
                                        const value = () => props.value(r(), c());
                                        return (
                                            <td
                                                style={{ background: heatColour(part(value()), !!props.diverging) }}
                                                title={`${row}, ${props.columns[c()]}`}
                                            >
                                                {value() === null ? "" : props.format(value()!)}
                                            </td>
                                        );
                                    }}
                                </For>
                            </tr>
                        )}
                    </For>
                </tbody>
            </table>
        </div>
    );
}
