// Parts that several pages share.
import { createMemo, For, type JSX, lazy, Show, Suspense } from "solid-js";
import type { Param } from "../api/model";
import { formatShort } from "../lib/decimal";
import { equityOf, live } from "../lib/session";
import { Field, TextField } from "../ui/form";
import { Empty, Loading } from "../ui/load";

export const Lines = lazy(() => import("../charts/lines"));
export const Candles = lazy(() => import("../charts/candles"));
export const Depth = lazy(() => import("../charts/depth"));
export const BookHeatMap = lazy(() => import("../charts/book-heat"));
export const FootprintChart = lazy(() => import("../charts/footprint"));
export const ProfileChart = lazy(() => import("../charts/profile"));

// A session's equity since this tab knows of it, by the session's clock.
export function EquityCurve(props: { session: string; height?: number }): JSX.Element {
    const data = createMemo(() => {
        // The version is read so that a new one draws the curve again.
        const known = live.view?.name === props.session && live.view.version >= 0;
        const points = known ? equityOf(props.session) : [];
        return { times: points.map(([time]) => time), values: points.map(([, value]) => value) };
    });
    return (
        <Show
            when={data().times.length > 1}
            fallback={<Empty title="The curve grows from here, with the session's clock" />}
        >
            <Suspense fallback={<Loading />}>
                <Lines
                    label={`Equity of ${props.session}`}
                    height={props.height ?? 240}
                    times={data().times}
                    curves={[{ name: "Equity", values: data().values, fill: true }]}
                    format={(value) => formatShort(value.toFixed(2))}
                />
            </Suspense>
        </Show>
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
