// The part of a form that says what trades on what: series, strategies with their parameters, costs, dates.
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { SetStoreFunction } from "solid-js/store";
import { get, getAll } from "../api/client";
import type { SeriesName, Strategy } from "../api/model";
import type { ConfigDraft } from "../lib/config";
import { Badge } from "../ui/figure";
import { Field, SelectField, TextField } from "../ui/form";
import { Icon } from "../ui/icon";
import { createLoad, Empty, type Load, Shown } from "../ui/load";
import { defaultsOf, ParamForm } from "./parts";

export function loadStrategies(): Load<Strategy[]> {
    return createLoad(
        () => true,
        async (_key, signal) => (await get<{ items: Strategy[] }>("/strategies", {}, signal)).items,
    );
}

export function loadSeries(): Load<SeriesName[]> {
    return createLoad(
        () => true,
        (_key, signal) => getAll<SeriesName>("/series", {}, 20_000, signal),
    );
}

const SHOWN_MAX = 200;

export function SeriesPick(props: {
    series: readonly SeriesName[];
    chosen: readonly string[];
    onInput: (chosen: string[]) => void;
}): JSX.Element {
    const [find, setFind] = createSignal("");
    const frame = createMemo(() => props.series.find((one) => one.name === props.chosen[0])?.frame_s);
    const matching = createMemo(() => {
        const words = find().toLowerCase();
        return props.series.filter((one) => one.frame_s > 0 && one.name.toLowerCase().includes(words));
    });
    const toggle = (name: string) =>
        props.onInput(
            props.chosen.includes(name) ? props.chosen.filter((one) => one !== name) : [...props.chosen, name],
        );
    return (
        <Field
            label={`Data: ${props.chosen.length} series`}
            hint={frame() ? "All series of a run have bars of one length" : "Choose one or more"}
        >
            {(id) => (
                <div class="stack">
                    <div class="row">
                        <input
                            id={id}
                            class="input grow"
                            type="search"
                            placeholder="Find a series"
                            value={find()}
                            onInput={(event) => setFind(event.currentTarget.value)}
                        />
                        <button type="button" class="btn small" onClick={() => props.onInput([])}>
                            None
                        </button>
                        <button
                            type="button"
                            class="btn small"
                            onClick={() => {
                                const first = frame() ?? matching()[0]?.frame_s;
                                props.onInput(
                                    matching()
                                        .filter((one) => one.frame_s === first)
                                        .map((one) => one.name),
                                );
                            }}
                        >
                            All shown
                        </button>
                    </div>
                    <div class="pick" role="group" aria-label="Series">
                        <For each={matching().slice(0, SHOWN_MAX)}>
                            {(one) => (
                                <label class="check">
                                    <input
                                        type="checkbox"
                                        checked={props.chosen.includes(one.name)}
                                        disabled={frame() !== undefined && one.frame_s !== frame()}
                                        onChange={() => toggle(one.name)}
                                    />
                                    <span class="cut">{one.name}</span>
                                </label>
                            )}
                        </For>
                        <Show when={matching().length > SHOWN_MAX}>
                            <span class="faint">{matching().length - SHOWN_MAX} more; type to narrow</span>
                        </Show>
                        <Show when={matching().length === 0}>
                            <span class="faint">
                                {props.series.length === 0
                                    ? "The tape is empty: fulmar data import brings data in."
                                    : "Nothing has that in its name."}
                            </span>
                        </Show>
                    </div>
                </div>
            )}
        </Field>
    );
}

export function StrategyPick(props: {
    strategies: readonly Strategy[];
    draft: ConfigDraft;
    set: SetStoreFunction<ConfigDraft>;
    single?: boolean;
}): JSX.Element {
    const add = (name: string) => {
        const strategy = props.strategies.find((one) => one.name === name);
        if (!strategy) return;
        props.set("strategies", (list) => [
            ...(props.single ? [] : list),
            { strategy: name, params: defaultsOf(strategy.params), share: "" },
        ]);
    };
    return (
        <div class="stack">
            <SelectField
                label={props.single ? "Strategy" : "Add a strategy"}
                value=""
                onInput={add}
                options={[
                    ["", "Choose"],
                    ...props.strategies.map((one) => [one.name, `${one.name} (${one.scope})`] as const),
                ]}
            />
            <For each={props.draft.strategies}>
                {(one, index) => {
                    const strategy = () => props.strategies.find((each) => each.name === one.strategy);
                    return (
                        <section class="panel">
                            <header>
                                <h3>{one.strategy}</h3>
                                <Badge>{strategy()?.scope}</Badge>
                                <span class="spacer" />
                                <button
                                    type="button"
                                    class="btn quiet small"
                                    aria-label={`Take ${one.strategy} away`}
                                    onClick={() =>
                                        props.set("strategies", (list) => list.filter((_, at) => at !== index()))
                                    }
                                >
                                    <Icon name="close" />
                                </button>
                            </header>
                            <div class="panel-body stack">
                                <p class="dim">{strategy()?.summary}</p>
                                <ParamForm
                                    params={strategy()?.params ?? []}
                                    values={one.params}
                                    onInput={(name, value) => props.set("strategies", index(), "params", name, value)}
                                />
                            </div>
                        </section>
                    );
                }}
            </For>
            <Show when={props.draft.strategies.length === 0}>
                <Empty title="No strategy chosen" />
            </Show>
        </div>
    );
}

type TextKey = { [K in keyof ConfigDraft]: ConfigDraft[K] extends string ? K : never }[keyof ConfigDraft];

const COSTS: readonly {
    key: TextKey;
    label: string;
    number?: boolean;
    unit?: string;
    placeholder?: string;
    hint?: string;
}[] = [
    { key: "capital", label: "Capital", number: true },
    { key: "feeBps", label: "Fees", number: true, unit: "basis points" },
    { key: "slippageBps", label: "Slippage", number: true, unit: "basis points" },
    { key: "from", label: "From", placeholder: "2010-01-04", hint: "Empty: from the first bar" },
    { key: "to", label: "To", placeholder: "2017-12-29", hint: "Empty: to the last bar" },
    { key: "frame", label: "Decide on", placeholder: "1d", hint: "Empty: the data's own bars" },
];

export function CostFields(props: { draft: ConfigDraft; set: SetStoreFunction<ConfigDraft> }): JSX.Element {
    return (
        <div class="form-grid">
            <For each={COSTS}>
                {({ key, ...field }) => (
                    <TextField {...field} value={props.draft[key]} onInput={(value) => props.set(key, value)} />
                )}
            </For>
        </div>
    );
}

export function Needs<A, B>(props: {
    a: Load<A>;
    b: Load<B>;
    children: (a: () => A, b: () => B) => JSX.Element;
}): JSX.Element {
    return <Shown load={props.a}>{(a) => <Shown load={props.b}>{(b) => props.children(a, b)}</Shown>}</Shown>;
}
