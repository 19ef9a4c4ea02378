// A small curve without axes.
import type { JSX } from "solid-js";

export function Spark(props: { values: readonly number[]; label: string; kind?: "up" | "down" | "" }): JSX.Element {
    const path = () => {
        const values = props.values.filter((value) => Number.isFinite(value));
        if (values.length < 2) return "";
        const low = Math.min(...values);
        const span = Math.max(...values) - low || 1;
        const step = 100 / (values.length - 1);
        return values
            .map(
                (value, index) =>
                    `${index ? "L" : "M"}${(index * step).toFixed(2)} ${(23 - ((value - low) / span) * 22).toFixed(2)}`,
            )
            .join("");
    };
    return (
        <svg class={`spark ${props.kind ?? ""}`} viewBox="0 0 100 24" preserveAspectRatio="none" role="img">
            <title>{props.label}</title>
            <path d={path()} fill="none" stroke="currentColor" stroke-width="1.4" vector-effect="non-scaling-stroke" />
        </svg>
    );
}
