// Trading sessions: the list, and the chosen one live. The stream says what changed; without it the page asks each second.
import { createEffect, createMemo, createRoot, createSignal, on, onCleanup } from "solid-js";
import { createStore, reconcile, type SetStoreFunction } from "solid-js/store";
import { phase } from "../api/auth";
import { get, getAll, path, post } from "../api/client";
import { stream, streamState } from "../api/live";
import type { CommandResult, SeriesName, Session, SessionView } from "../api/model";
import type { StreamFrame } from "../api/stream";
import { prefs, setPref } from "./prefs";
import { matchPath, path as place } from "./router";

const LIST_MS = 3000;
const VIEW_MS = 1000;

interface Live {
    view: SessionView | null;
}

const [sessions, setSessions] = createSignal<Session[] | undefined>();
const [sessionsError, setSessionsError] = createSignal<unknown>();
const [live, setLive] = createStore<Live>({ view: null });
const [viewAt, setViewAt] = createSignal(Number.NaN);
const [viewError, setViewError] = createSignal<unknown>();

export { live, sessions, sessionsError, viewAt, viewError };

// Rows keep their identity by these, so that only what changed is drawn again.
const KEYS: Partial<Record<keyof SessionView, string>> = {
    strategies: "instance",
    quotes: "instrument",
    orders: "order",
    rules: "name",
};

function merge(changes: Partial<SessionView>): void {
    const set = setLive as SetStoreFunction<{ view: SessionView }>;
    for (const [name, value] of Object.entries(changes)) {
        const member = name as keyof SessionView;
        const key = KEYS[member];
        set("view", member, reconcile(value as never, key ? { key, merge: false } : { merge: true }));
    }
    setViewAt(Date.now());
}

function replace(view: SessionView): void {
    if (live.view === null || live.view.name !== view.name) {
        setLive("view", view);
        setViewAt(Date.now());
    } else merge(view);
    setViewError(undefined);
}

function take(frames: StreamFrame[]): void {
    for (const frame of frames) {
        if (frame.type === "snapshot") replace(frame.data as SessionView);
        else if (live.view) merge(frame.data as Partial<SessionView>);
    }
}

// The session of the page's path, else the one chosen last, else the first.
export const current = createRoot(() =>
    createMemo(() => {
        const named = matchPath("/session/{name}", place())?.name;
        if (named) return named;
        const list = sessions() ?? [];
        const kept = prefs().session;
        return (list.find((one) => one.name === kept) ?? list[0])?.name ?? "";
    }),
);

export function choose(name: string): void {
    setPref("session", name);
}

export async function refreshSessions(): Promise<void> {
    try {
        const page = await get<{ items: Session[] }>("/sessions");
        setSessions(page.items);
        setSessionsError(undefined);
    } catch (error) {
        setSessionsError(() => error);
    }
}

// What a view is made of beside its head, and where each part is asked for.
const PARTS = ["positions", "orders", "fills", "strategies", "quotes", "rules", "events"] as const;

async function askView(name: string): Promise<SessionView> {
    const [head, ...parts] = await Promise.all([
        get<Session>(path`/sessions/${name}`),
        ...PARTS.map((part) => get<{ items: unknown[] }>(`${path`/sessions/${name}`}/${part}`, { limit: 500 })),
    ]);
    const view = { ...head } as Record<string, unknown>;
    PARTS.forEach((part, index) => {
        view[part] = parts[index]?.items ?? [];
    });
    return view as unknown as SessionView;
}

async function refreshView(name: string): Promise<void> {
    try {
        const view = await askView(name);
        if (current() === name) replace(view);
    } catch (error) {
        if (current() === name) setViewError(() => error);
    }
}

// "LOCAL/AAPL" is AAPL where no other venue has one.
export function symbolOf(instrument: string | undefined): string {
    return instrument?.split("/")[1] ?? instrument ?? "";
}

export function isHalted(session: { halted?: string } | null | undefined): boolean {
    return session?.halted !== undefined && session.halted !== "" && session.halted !== "no";
}

// The bars on the tape that a session's instrument comes from.
const [catalogue, setCatalogue] = createSignal<SeriesName[]>([]);
export function seriesOf(view: SessionView, instrument: string): string | null {
    const fits = catalogue().filter((one) => one.frame_s > 0 && `${one.venue}/${one.symbol}` === instrument);
    const named = fits.find((one) => view.data?.includes(one.name));
    return (named ?? fits.sort((a, b) => a.frame_s - b.frame_s)[0])?.name ?? null;
}

createRoot(() => {
    createEffect(
        on(phase, (now) => {
            if (now !== "in") {
                setSessions(undefined);
                setLive("view", null);
                return;
            }
            void refreshSessions();
            void getAll<SeriesName>("/series", {}, 20_000)
                .then(setCatalogue)
                .catch(() => {});
            const timer = setInterval(() => !document.hidden && void refreshSessions(), LIST_MS);
            onCleanup(() => clearInterval(timer));
        }),
    );
    createEffect(
        on([current, phase], ([name, now]) => {
            if (live.view?.name !== name) {
                setLive("view", null);
                setViewAt(Number.NaN);
                setViewError(undefined);
            }
            if (!name || now !== "in") return;
            choose(name);
            void refreshView(name);
            const leave = stream.listen(`session/${name}`, { onFrames: take });
            const timer = setInterval(() => {
                const quiet = streamState() !== "live" || !(Date.now() - viewAt() < 5000);
                if (quiet && !document.hidden) void refreshView(name);
            }, VIEW_MS);
            onCleanup(() => {
                leave();
                clearInterval(timer);
            });
        }),
    );
});

export async function command(
    session: string,
    verb: string,
    rest: Record<string, unknown> = {},
): Promise<CommandResult> {
    const result = await post<CommandResult>(path`/sessions/${session}/commands`, { verb, ...rest });
    if (streamState() !== "live") void refreshView(session);
    return result;
}

// What a command's result means for a person; null: it was done.
export function refusal(result: CommandResult): string | null {
    if (result.outcome === "done" || result.outcome === "duplicate" || result.outcome === "shrunk") return null;
    return result.story || result.outcome.replace("_", " ");
}
