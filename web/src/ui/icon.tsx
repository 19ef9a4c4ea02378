// Line icons of 16 units, drawn for this program.
import type { JSX } from "solid-js";

const PATHS = {
    overview: "M2 2.500h5v5H2zM9 2.500h5v3H9zM9 7.500h5v6H9zM2 9.500h5v4H2z",
    session: "M1.500 8h2.700l2-5 3.200 10 2.200-5h2.900",
    markets: "M4 2v2.500M4 10v3.500M2.500 4.500h3V10h-3zM11.500 1.500v3M11.500 11v3.500M10 4.500h3V11h-3z",
    strategies:
        "M3 3.500a1.500 1.500 0 1 0 .01 0zM13 8a1.500 1.500 0 1 0 .01 0zM3 11.500a1.500 1.500 0 1 0 .01 0zM4.500 5h3l4 4M4.500 13h3l3-3",
    risk: "M8 1.500l5.500 2v4.300c0 3.200-2.300 5.500-5.500 6.700-3.200-1.200-5.500-3.500-5.500-6.700V3.500zM8 5v3.500M8 10.800v.2",
    research:
        "M6 1.500h4M7 1.500v5l-4.200 6.300c-.5.8 0 1.700.9 1.700h8.600c.9 0 1.400-.9.9-1.700L9 6.500v-5M4.800 10h6.400",
    options: "M1.500 11.500h5l3.500-7h4.500M1.500 14h13M8.200 1.500v2M8.200 12v.2",
    portfolio: "M8 8V1.800a6.200 6.200 0 1 0 6.200 6.200zM10.500 1.900a6.200 6.200 0 0 1 3.700 3.700h-3.700z",
    people: "M6 7.500a2.800 2.800 0 1 0-.01 0zM1.500 14c0-2.800 1.800-4.500 4.500-4.500s4.500 1.700 4.500 4.500M10.500 2.300a2.700 2.700 0 0 1 0 5M12 9.800c1.600.5 2.500 2 2.500 4.200",
    audit: "M3.500 1.500h6l3 3v10h-9zM9.500 1.500v3h3M5.500 8h5M5.500 10.500h5",
    system: "M2 3h12v4H2zM2 9h12v4H2zM4.500 5h.2M4.500 11h.2",
    menu: "M2 4h12M2 8h12M2 12h12",
    close: "M3.500 3.500l9 9M12.500 3.500l-9 9",
    play: "M4.500 2.500l8.500 5.500-8.500 5.500z",
    pause: "M5 3v10M11 3v10",
    step: "M3.500 3l6.500 5-6.500 5zM12.500 3v10",
    fast: "M2 3.500l5.500 4.500L2 12.500zM8 3.500l5.500 4.500L8 12.500z",
    down: "M4 6l4 4 4-4",
    user: "M8 8a3 3 0 1 0-.01 0zM2.500 14.500c0-3 2.200-5 5.500-5s5.500 2 5.500 5",
    download: "M8 2v8M4.500 7L8 10.500 11.500 7M2.500 13.500h11",
    search: "M7 11.500a4.500 4.500 0 1 0-.01 0zM10.300 10.300l3.700 3.700",
    plus: "M8 3v10M3 8h10",
    stop: "M3.500 3.500h9v9h-9z",
    key: "M5 11.500a3 3 0 1 0-.01 0zM7.300 6.500L14 2M11.500 3.700l1.700 2.300",
    question: "M8 14.500a6.500 6.500 0 1 0-.01 0zM6 6.200c0-1.200.9-2 2-2s2 .8 2 1.900c0 1.400-2 1.600-2 3M8 11.300v.2",
    more: "M3.500 8h.01M8 8h.01M12.500 8h.01",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon(props: { name: IconName }): JSX.Element {
    return (
        <svg
            viewBox="0 0 16 16"
            fill="none"
            stroke="currentColor"
            stroke-width="1.4"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
        >
            <path d={PATHS[props.name]} />
        </svg>
    );
}

export function Mark(): JSX.Element {
    return (
        <svg viewBox="0 0 32 32" aria-hidden="true">
            <path
                fill="var(--accent)"
                d="M3 17c5.200-1 8.600-4.200 11.400-4.200 1.800 0 2.200 1.800 1.600 3.700 1.900-3.600 6.500-6.500 13-7-4.200 1.600-7.400 4.300-8.900 7.300-1.500 3-4.200 5.300-7.500 5.300-2.200 0-3.700-1-4.100-2.600 1.500.7 3 .4 4.200-.8C10.400 17.400 7.500 16.200 3 17z"
            />
        </svg>
    );
}
