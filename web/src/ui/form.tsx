// Fields of forms, and forms made from the tables of typed parameters that the server has.
import { createUniqueId, For, type JSX, Show } from "solid-js";

export function Field(props: {
    label: string;
    hint?: string | undefined;
    error?: string | undefined;
    unit?: string | undefined;
    children: (id: string) => JSX.Element;
}): JSX.Element {
    const id = createUniqueId();
    return (
        <div class="field">
            <Show when={props.label}>
                <label for={id}>
                    <span>{props.label}</span>
                    <Show when={props.unit}>
                        <span class="faint">{props.unit}</span>
                    </Show>
                </label>
            </Show>
            {props.children(id)}
            <Show when={props.error}>
                <span class="error" role="alert">
                    {props.error}
                </span>
            </Show>
            <Show when={props.hint && !props.error}>
                <span class="hint">{props.hint}</span>
            </Show>
        </div>
    );
}

export function TextField(props: {
    label: string;
    value: string;
    onInput: (value: string) => void;
    type?: string;
    hint?: string | undefined;
    error?: string | undefined;
    unit?: string | undefined;
    number?: boolean | undefined;
    placeholder?: string | undefined;
    autocomplete?: string | undefined;
    required?: boolean | undefined;
    name?: string | undefined;
    list?: string[] | undefined;
    autofocus?: boolean | undefined;
    disabled?: boolean | undefined;
}): JSX.Element {
    const list = createUniqueId();
    return (
        <Field label={props.label} hint={props.hint} error={props.error} unit={props.unit}>
            {(id) => (
                <>
                    <input
                        id={id}
                        class={`input ${props.number ? "num" : ""}`}
                        type={props.type ?? "text"}
                        name={props.name}
                        value={props.value}
                        inputmode={props.number ? "decimal" : undefined}
                        placeholder={props.placeholder}
                        autocomplete={(props.autocomplete ?? "off") as "off"}
                        required={props.required}
                        disabled={props.disabled}
                        aria-invalid={props.error ? "true" : undefined}
                        list={props.list ? list : undefined}
                        spellcheck={false}
                        ref={(element) => props.autofocus && queueMicrotask(() => element.focus())}
                        onInput={(event) => props.onInput(event.currentTarget.value)}
                    />
                    <Show when={props.list}>
                        <datalist id={list}>
                            <For each={props.list}>{(item) => <option value={item} />}</For>
                        </datalist>
                    </Show>
                </>
            )}
        </Field>
    );
}

export function SelectField(props: {
    label: string;
    value: string;
    onInput: (value: string) => void;
    options: readonly (readonly [value: string, label: string])[];
    hint?: string | undefined;
    disabled?: boolean | undefined;
    name?: string; // for screen readers, where no label is seen
}): JSX.Element {
    return (
        <Field label={props.label} hint={props.hint}>
            {(id) => (
                <select
                    id={id}
                    class="input"
                    aria-label={props.name}
                    disabled={props.disabled}
                    onChange={(event) => props.onInput(event.currentTarget.value)}
                >
                    <For each={props.options}>
                        {([value, label]) => (
                            <option value={value} selected={value === props.value}>
                                {label}
                            </option>
                        )}
                    </For>
                </select>
            )}
        </Field>
    );
}

export function Check(props: { label: string; checked: boolean; onInput: (value: boolean) => void }): JSX.Element {
    return (
        <label class="check">
            <input
                type="checkbox"
                checked={props.checked}
                onChange={(event) => props.onInput(event.currentTarget.checked)}
            />
            <span>{props.label}</span>
        </label>
    );
}

export function Segments<T extends string>(props: {
    label: string;
    value: T;
    options: readonly (readonly [value: T, label: string, kind?: string])[];
    onInput: (value: T) => void;
    wide?: boolean;
}): JSX.Element {
    return (
        <div class={`segments ${props.wide ? "wide" : ""}`} role="radiogroup" aria-label={props.label}>
            <For each={props.options}>
                {([value, label, kind], index) => (
                    <button
                        type="button"
                        role="radio"
                        class={kind ?? ""}
                        aria-checked={props.value === value}
                        tabindex={props.value === value ? 0 : -1}
                        onClick={() => props.onInput(value)}
                        onKeyDown={(event) => {
                            const step =
                                event.key === "ArrowRight" || event.key === "ArrowDown"
                                    ? 1
                                    : event.key === "ArrowLeft" || event.key === "ArrowUp"
                                      ? -1
                                      : 0;
                            if (!step) return;
                            event.preventDefault();
                            const next = (index() + step + props.options.length) % props.options.length;
                            props.onInput(props.options[next]![0]);
                            const group = event.currentTarget.parentElement;
                            queueMicrotask(() => (group?.children[next] as HTMLElement | undefined)?.focus());
                        }}
                    >
                        {label}
                    </button>
                )}
            </For>
        </div>
    );
}

export function Tabs(props: {
    label: string;
    value: string;
    tabs: readonly { id: string; label: string; count?: number | undefined }[];
    onInput: (id: string) => void;
}): JSX.Element {
    return (
        <div class="tabs" role="tablist" aria-label={props.label}>
            <For each={props.tabs}>
                {(tab, index) => (
                    <button
                        type="button"
                        role="tab"
                        aria-selected={props.value === tab.id}
                        tabindex={props.value === tab.id ? 0 : -1}
                        onClick={() => props.onInput(tab.id)}
                        onKeyDown={(event) => {
                            const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
                            if (!step) return;
                            const next = (index() + step + props.tabs.length) % props.tabs.length;
                            props.onInput(props.tabs[next]!.id);
                            const group = event.currentTarget.parentElement;
                            queueMicrotask(() => (group?.children[next] as HTMLElement | undefined)?.focus());
                        }}
                    >
                        {`${tab.label} `}
                        <Show when={tab.count !== undefined}>
                            <span class="count">{tab.count}</span>
                        </Show>
                    </button>
                )}
            </For>
        </div>
    );
}
