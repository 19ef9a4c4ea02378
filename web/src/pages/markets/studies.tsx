// Which indicators stand beside the bars: chosen from the program's own, with their parameters.
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { Indicator } from "../../api/model";
import { query, setQuery } from "../../lib/router";
import { parseWishes, type Wish, wishesText, wishText } from "../../lib/studies";
import { Dialog } from "../../ui/act";
import { Icon } from "../../ui/icon";
import { ParamForm, paramFault, type Values } from "../parts";

export const wishes = () => parseWishes(query().get("ind"));
const set = (list: readonly Wish[]) => setQuery({ ind: wishesText(list) || null });

export function StudyPick(props: { indicators: readonly Indicator[]; faults: Record<string, string> }): JSX.Element {
    const [editing, setEditing] = createSignal<number | null>(null);
    const [edits, setEdits] = createSignal<Values>({});
    const groups = createMemo(() => [...new Set(props.indicators.map((one) => one.group))].sort());
    const open = createMemo(() => {
        const index = editing();
        const wish = index === null ? undefined : wishes()[index];
        const meta = props.indicators.find((one) => one.name === wish?.name);
        return index !== null && wish && meta ? { index, wish, meta } : null;
    });
    const close = () => {
        setEditing(null);
        setEdits({});
    };
    function apply(): void {
        const now = open();
        if (!now) return;
        const params: Record<string, string> = {};
        for (const param of now.meta.params) {
            const value = edits()[param.name] ?? now.wish.params[param.name] ?? param.default;
            if (value !== param.default) params[param.name] = value;
        }
        set(wishes().map((one, index) => (index === now.index ? { name: one.name, params } : one)));
        close();
    }
    const faulty = () =>
        open()?.meta.params.some((param) => {
            const value = edits()[param.name];
            return value !== undefined && paramFault(param, value) !== undefined;
        }) ?? false;
    return (
        <div class="row">
            <label class="row nowrap">
                <span class="vh">Add an indicator</span>
                <select
                    class="input small"
                    disabled={wishes().length >= 8}
                    onChange={(event) => {
                        const name = event.currentTarget.value;
                        event.currentTarget.value = "";
                        if (name) set([...wishes(), { name, params: {} }]);
                    }}
                >
                    <option value="">Add an indicator</option>
                    <For each={groups()}>
                        {(group) => (
                            <optgroup label={group}>
                                <For each={props.indicators.filter((one) => one.group === group)}>
                                    {(one) => (
                                        <option value={one.name} title={one.summary}>
                                            {one.name}
                                        </option>
                                    )}
                                </For>
                            </optgroup>
                        )}
                    </For>
                </select>
            </label>
            <For each={wishes()}>
                {(wish, index) => (
                    <span
                        class={`badge ${props.faults[wishText(wish)] ? "bad" : "info"}`}
                        title={props.faults[wishText(wish)]}
                    >
                        <button
                            type="button"
                            class="btn quiet small"
                            aria-label={`Change ${wishText(wish)}`}
                            onClick={() => setEditing(index())}
                        >
                            {wishText(wish).replace(":", " ")}
                        </button>
                        <button
                            type="button"
                            class="btn quiet small"
                            aria-label={`Take ${wishText(wish)} away`}
                            onClick={() => set(wishes().filter((_, at) => at !== index()))}
                        >
                            <Icon name="close" />
                        </button>
                    </span>
                )}
            </For>
            <Show when={open()}>
                {(now) => (
                    <Dialog
                        title={now().meta.name}
                        onClose={close}
                        footer={
                            <>
                                <button type="button" class="btn" onClick={close}>
                                    Keep as it is
                                </button>
                                <button type="button" class="btn primary" disabled={faulty()} onClick={apply}>
                                    Apply
                                </button>
                            </>
                        }
                    >
                        <p class="dim">{now().meta.summary}</p>
                        <ParamForm
                            params={now().meta.params}
                            values={{ ...now().wish.params, ...edits() }}
                            onInput={(name, value) => setEdits({ ...edits(), [name]: value })}
                        />
                        <p class="faint">Source: {now().meta.source}</p>
                    </Dialog>
                )}
            </Show>
        </div>
    );
}
