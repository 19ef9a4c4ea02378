// Numbers with their sign in colour and in words, and small parts around them.
import { For, type JSX } from "solid-js";
import { formatDecimal, formatPercent, signOf } from "../lib/decimal";

type Value = string | number | null | undefined;

// A gain or a loss: sign, colour, grouped digits.
export function Change(props: { value: Value; places?: number; percent?: boolean }): JSX.Element {
    const sign = () => signOf(props.value);
    const text = () =>
        props.percent
            ? formatPercent(props.value, props.places ?? 2, true)
            : formatDecimal(props.value, {
                  ...(props.places === undefined ? {} : { places: props.places }),
                  sign: true,
              });
    return <span class={`num ${sign() > 0 ? "up" : sign() < 0 ? "down" : ""}`}>{text()}</span>;
}

export function Side(props: { side: string | undefined }): JSX.Element {
    const buy = () => props.side === "buy";
    return (
        <span class={buy() ? "up" : "down"}>
            {buy() ? "▲" : "▼"} {props.side ?? "–"}
        </span>
    );
}

export function Badge(props: { kind?: string; children: JSX.Element; title?: string }): JSX.Element {
    return (
        <span class={`badge ${props.kind ?? ""}`} title={props.title}>
            {props.children}
        </span>
    );
}

export function Facts(props: {
    items: readonly (readonly [label: string, value: JSX.Element, help?: string])[];
    large?: boolean;
}): JSX.Element {
    return (
        <dl class={`facts ${props.large ? "large" : ""}`}>
            <For each={props.items}>
                {([label, value, help]) => (
                    <div title={help}>
                        <dt>{label}</dt>
                        <dd>{value}</dd>
                    </div>
                )}
            </For>
        </dl>
    );
}

export function Pairs(props: { items: readonly (readonly [label: string, value: JSX.Element])[] }): JSX.Element {
    return (
        <dl class="pairs">
            <For each={props.items}>
                {([label, value]) => (
                    <>
                        <dt>{label}</dt>
                        <dd>{value}</dd>
                    </>
                )}
            </For>
        </dl>
    );
}

// How much of a limit is used. Part above 1 is a breach.
export function Meter(props: { part: number; label: string; warn?: number; reverse?: boolean }): JSX.Element {
    const part = () => (Number.isFinite(props.part) ? Math.max(0, Math.min(1, props.part)) : 0);
    const kind = () => (props.part >= 1 ? "bad" : props.part >= (props.warn ?? 0.8) ? "warn" : "");
    return (
        <div
            class={`meter ${kind()}`}
            role="meter"
            aria-label={props.label}
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow={Math.round(part() * 100)}
        >
            <i style={{ "--part": String(part()) }} />
        </div>
    );
}

export function Progress(props: { part: number | null; label: string }): JSX.Element {
    return (
        <div
            class={`meter ${props.part === null ? "busy" : ""}`}
            role="progressbar"
            aria-label={props.label}
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow={props.part === null ? undefined : Math.round(props.part * 100)}
        >
            <i style={{ "--part": String(props.part ?? 1) }} />
        </div>
    );
}

export function Note(props: { kind?: string; children: JSX.Element }): JSX.Element {
    return (
        <div class={`note ${props.kind ?? ""}`} role={props.kind === "bad" ? "alert" : undefined}>
            <div>{props.children}</div>
        </div>
    );
}
