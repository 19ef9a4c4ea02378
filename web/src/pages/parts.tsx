// Parts that several pages share.
import { createEffect, createMemo, createSignal, For, type JSX, lazy, on, Show, Suspense } from "solid-js";
import { get, path } from "../api/client";
import type { Param } from "../api/model";
import { formatShort, toNumber } from "../lib/decimal";
import { live } from "../lib/session";
import { instantMs } from "../lib/time";
import { Field, TextField } from "../ui/form";
import { createLoad, Empty, Loading, Shown } from "../ui/load";

export const Lines = lazy(() => import("../charts/lines"));
export const Candles = lazy(() => import("../charts/candles"));

interface Curve {
    at: string[];
    equity: string[];
}

// A session's equity: what the server kept of it, and what the stream adds while the page is open.
export function EquityCurve(props: { session: string; height?: number }): JSX.Element {
    const load = createLoad(
        () => props.session,
        (name, signal) => get<Curve>(path`/sessions/${name}/equity`, { points: 1500 }, signal),
        { everyMs: 20_000 },
    );
    const [added, setAdded] = createSignal<[number, number][]>([]);
    createEffect(
        on(
            () => load.data(),
            () => setAdded([]),
        ),
    );
    createEffect(
        on(
            () => (live.view?.name === props.session ? `${live.view.clock}|${live.view.account.equity}` : ""),
            () => {
                const ms = instantMs(live.view?.clock);
                if (Number.isFinite(ms))
                    setAdded((list) => [...list.slice(-2000), [ms / 1000, toNumber(live.view?.account.equity)]]);
            },
        ),
    );
    const data = createMemo(() => {
        const base = load.data();
        const times = (base?.at ?? []).map((at) => instantMs(at) / 1000);
        const values = (base?.equity ?? []).map(toNumber);
        for (const [time, value] of added()) {
            if (times.length > 0 && time <= times[times.length - 1]!) continue;
            times.push(time);
            values.push(value);
        }
        return { times, values };
    });
    return (
        <Shown
            load={load}
            empty={() => data().times.length < 2}
            emptyText={<Empty title="The curve begins with the second day of data" />}
        >
            {() => (
                <Suspense fallback={<Loading />}>
                    <Lines
                        label={`Equity of ${props.session}`}
                        height={props.height ?? 240}
                        times={data().times}
                        curves={[{ name: "Equity", values: data().values, fill: true }]}
                        format={(value) => formatShort(value.toFixed(2))}
                    />
                </Suspense>
            )}
        </Shown>
    );
}

export type Values = Record<string, string>;

export function defaultsOf(params: readonly Param[]): Values {
    return Object.fromEntries(params.map((param) => [param.name, param.default]));
}

// What is wrong with a value as typed; undefined: nothing.
export function paramFault(param: Param, text: string): string | undefined {
    if (text.trim() === "") return "A value is needed";
    if (param.type === "int" && !/^[+-]?\d+$/.test(text)) return "A whole number is needed";
    if (param.type === "real" && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return "A number is needed";
    if (param.type === "duration" && !/^\d+(\.\d+)?(ns|us|ms|s|m|h|d|w)$/.test(text)) return "Like 30s, 5m, 1h, 1d";
    if (param.type === "int" || param.type === "real") {
        const value = Number(text);
        if (param.min !== null && value < param.min) return `At least ${param.min}`;
        if (param.max !== null && value > param.max) return `At most ${param.max}`;
    }
    return undefined;
}

// A form from a table of typed parameters.
export function ParamForm(props: {
    params: readonly Param[];
    values: Values;
    onInput: (name: string, value: string) => void;
    disabled?: (param: Param) => boolean;
}): JSX.Element {
    return (
        <Show when={props.params.length > 0} fallback={<span class="dim">It has no parameters.</span>}>
            <div class="form-grid">
                <For each={props.params}>
                    {(param) => {
                        const value = () => props.values[param.name] ?? param.default;
                        const off = () => props.disabled?.(param) ?? false;
                        if (param.type === "bool" || param.type === "enum") {
                            const choices = param.type === "bool" ? ["true", "false"] : param.choices;
                            return (
                                <Field label={param.name} hint={param.help}>
                                    {(id) => (
                                        <select
                                            id={id}
                                            class="input"
                                            disabled={off()}
                                            onChange={(event) => props.onInput(param.name, event.currentTarget.value)}
                                        >
                                            <For each={choices}>
                                                {(choice) => (
                                                    <option value={choice} selected={choice === value()}>
                                                        {choice}
                                                    </option>
                                                )}
                                            </For>
                                        </select>
                                    )}
                                </Field>
                            );
                        }
                        return (
                            <TextField
                                label={param.name}
                                unit={param.unit}
                                number={param.type !== "duration"}
                                hint={param.help}
                                value={value()}
                                disabled={off()}
                                error={paramFault(param, value())}
                                onInput={(text) => props.onInput(param.name, text)}
                            />
                        );
                    }}
                </For>
            </div>
        </Show>
    );
}
