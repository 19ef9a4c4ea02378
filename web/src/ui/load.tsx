// What a page shows comes from a Load: the data, how old they are, what went wrong, and how to ask again.
import { type Accessor, createEffect, createSignal, type JSX, Match, on, onCleanup, Show, Switch } from "solid-js";
import { ApiError, errorText } from "../api/problem";
import { formatAge } from "../lib/time";
import { now } from "./clock";

export interface Load<T> {
    data: Accessor<T | undefined>;
    error: Accessor<unknown>;
    busy: Accessor<boolean>;
    at: Accessor<number>; // when the data came, this machine's milliseconds; NaN: never
    refresh: () => Promise<void>;
    set: (data: T) => void;
}

export interface LoadOptions {
    everyMs?: number | (() => number); // asks again so long after each answer; 0: never
}

const BUSY_TRIES = 6;

// Asks when `key` changes (undefined: not yet) and as often as the options say. What an older question answers after a
// newer one is dropped; when the page is hidden nothing is asked.
export function createLoad<K, T>(
    key: Accessor<K | undefined | null | false>,
    ask: (key: K, signal: AbortSignal) => Promise<T>,
    options: LoadOptions = {},
): Load<T> {
    const [data, setData] = createSignal<T | undefined>();
    const [error, setError] = createSignal<unknown>();
    const [busy, setBusy] = createSignal(false);
    const [at, setAt] = createSignal(Number.NaN);
    let turn = 0;
    let refused = 0; // times in a row that the server was too busy
    let timer: ReturnType<typeof setTimeout> | undefined;
    let abort: AbortController | undefined;

    async function run(): Promise<void> {
        const value = key();
        clearTimeout(timer);
        if (value === undefined || value === null || value === false) return;
        const mine = ++turn;
        abort?.abort();
        abort = new AbortController();
        setBusy(true);
        try {
            const answer = await ask(value as K, abort.signal);
            if (mine !== turn) return;
            refused = 0;
            setData(() => answer);
            setError(undefined);
            setAt(Date.now());
        } catch (caught) {
            if (mine !== turn) return;
            // Too much at once: asked again when the server says, some times, before it is told.
            if (caught instanceof ApiError && [429, 503].includes(caught.status) && refused++ < BUSY_TRIES) {
                timer = setTimeout(() => void run(), 1000 * Math.max(1, caught.retryAfterS) + 400 * refused);
                return;
            }
            setError(() => caught);
        }
        setBusy(false);
        again();
    }

    function again(): void {
        const every = typeof options.everyMs === "function" ? options.everyMs() : (options.everyMs ?? 0);
        if (every <= 0) return;
        const failed = error() instanceof ApiError;
        timer = setTimeout(
            () => {
                if (document.hidden) again();
                else void run();
            },
            failed ? Math.max(every, 3000) : every,
        );
    }

    createEffect(
        on(key, () => {
            setData(undefined);
            setError(undefined);
            setAt(Number.NaN);
            void run();
        }),
    );
    onCleanup(() => {
        turn++;
        abort?.abort();
        clearTimeout(timer);
    });
    return {
        data,
        error,
        busy,
        at,
        refresh: run,
        set: (value) => {
            setData(() => value);
            setAt(Date.now());
        },
    };
}

// The age of what is shown, and whether it is too old to trust.
export function Fresh(props: { at: number; limitMs?: number; label?: string }): JSX.Element {
    const age = () => now() - props.at;
    const limit = () => props.limitMs ?? 10_000;
    const level = () => (age() > limit() * 6 ? "dead" : age() > limit() ? "old" : "");
    return (
        <Show when={Number.isFinite(props.at)}>
            <span
                class={`fresh ${level()}`}
                title={`${props.label ?? "Data"} of ${new Date(props.at).toISOString()}`}
                data-testid="fresh"
            >
                {age() < 1500 ? "now" : `${formatAge(age())} ago`}
            </span>
        </Show>
    );
}

export function Loading(props: { lines?: number }): JSX.Element {
    return (
        <div class="panel-body stack" role="status" aria-label="Loading">
            {Array.from({ length: props.lines ?? 4 }, () => (
                <span class="skeleton" />
            ))}
        </div>
    );
}

export function Empty(props: { title: string; children?: JSX.Element }): JSX.Element {
    return (
        <div class="state">
            <strong>{props.title}</strong>
            {props.children}
        </div>
    );
}

export function Failed(props: { error: unknown; retry?: (() => void) | undefined }): JSX.Element {
    const offline = () => props.error instanceof ApiError && props.error.offline;
    const id = () => (props.error instanceof ApiError ? props.error.body.request_id : undefined);
    return (
        <div class="state" role="alert">
            <strong>{offline() ? "No answer from the server" : "That did not work"}</strong>
            <span>{offline() ? "The page tries again by itself." : errorText(props.error)}</span>
            <Show when={id()}>
                <span class="faint mono">request {String(id())}</span>
            </Show>
            <Show when={props.retry}>
                <button type="button" class="btn small" onClick={() => props.retry?.()}>
                    Try again
                </button>
            </Show>
        </div>
    );
}

// Loading, failed, empty or the data: one place for the four.
export function Shown<T>(props: {
    load: Load<T>;
    lines?: number;
    empty?: (data: T) => boolean;
    emptyText?: JSX.Element;
    children: (data: Accessor<T>) => JSX.Element;
}): JSX.Element {
    const data = () => props.load.data();
    return (
        <Switch>
            <Match when={data() === undefined && props.load.error() !== undefined}>
                <Failed error={props.load.error()} retry={() => void props.load.refresh()} />
            </Match>
            <Match when={data() === undefined}>
                <Loading lines={props.lines ?? 4} />
            </Match>
            <Match when={props.empty?.(data() as T)}>{props.emptyText ?? <Empty title="Nothing here yet" />}</Match>
            <Match when={data() !== undefined}>{props.children(data as Accessor<T>)}</Match>
        </Switch>
    );
}

export function Panel(props: {
    title: JSX.Element;
    actions?: JSX.Element;
    at?: number;
    limitMs?: number;
    class?: string;
    flush?: boolean;
    footer?: JSX.Element;
    stale?: unknown;
    children: JSX.Element;
    id?: string;
}): JSX.Element {
    return (
        <section class={`panel ${props.class ?? ""}`} id={props.id}>
            <header>
                <h2>{props.title}</h2>
                <Show when={props.at !== undefined}>
                    <Fresh at={props.at ?? Number.NaN} {...(props.limitMs ? { limitMs: props.limitMs } : {})} />
                </Show>
                <span class="spacer" />
                {props.actions}
            </header>
            <div class={`panel-body ${props.flush ? "flush" : ""}`}>{props.children}</div>
            <Show when={props.footer}>
                <footer>{props.footer}</footer>
            </Show>
        </section>
    );
}
