// Trading sessions: the list, and the chosen one live. The stream says what changed; without it the page asks each second.
import { createEffect, createMemo, createRoot, createSignal, on, onCleanup } from "solid-js";
import { createStore, reconcile, type SetStoreFunction } from "solid-js/store";
import { phase } from "../api/auth";
import { call, get, getAll, path } from "../api/client";
import { stream, streamState } from "../api/live";
import type {
    CommandResult,
    Fill,
    Order,
    Position,
    Quote,
    RiskEvent,
    RunningRule,
    RunningStrategy,
    SeriesName,
    Session,
    SessionView,
} from "../api/model";
import type { StreamFrame } from "../api/stream";
import { formatDecimal, toNumber } from "./decimal";
import { prefs, setPref } from "./prefs";
import { matchPath, path as place } from "./router";
import { instantMs } from "./time";

const LIST_MS = 3000;
const VIEW_MS = 1000;
const RULES_MS = 3000; // limits are not in the stream

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

// Equity by the session's clock, as far as this tab has seen it; thinned out when it grows long.
const EQUITY_MAX = 4000;
const curves = new Map<string, [time: number, equity: number][]>();

export function equityOf(session: string): readonly [number, number][] {
    return curves.get(session) ?? [];
}

function noteEquity(name: string, clock: string | null | undefined, equity: string | undefined): void {
    const time = instantMs(clock) / 1000;
    const value = toNumber(equity);
    if (!Number.isFinite(time) || !Number.isFinite(value)) return;
    const curve = curves.get(name) ?? [];
    const last = curve[curve.length - 1];
    if (last && time < last[0]) return;
    if (last && time === last[0]) last[1] = value;
    else curve.push([time, value]);
    curves.set(name, curve.length > EQUITY_MAX ? curve.filter((_, index) => index % 2 === 0) : curve);
}

function merge(changes: Partial<SessionView>): void {
    const view = live.view;
    if (view) noteEquity(view.name, changes.clock ?? view.clock, changes.account?.equity ?? view.account.equity);
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

// What the stream says of a session: members of its state, whole; all of them in a snapshot.
interface Told {
    session?: Session;
    positions?: Position[];
    orders?: Order[];
    fills?: Fill[];
    strategies?: RunningStrategy[];
    quotes?: Quote[];
    risk?: RiskEvent[];
}

const FILLS_KEPT = 500;

// The stream has the latest of fills and events; what the page knows from before stays behind them.
function prepend<T extends { seq: number }>(latest: readonly T[], known: readonly T[], key: (one: T) => string): T[] {
    const seen = new Set(latest.map(key));
    return [...latest, ...known.filter((one) => !seen.has(key(one)))].slice(0, FILLS_KEPT);
}

function take(frames: StreamFrame[]): void {
    const view = live.view;
    if (!view) return;
    const changes: Partial<SessionView> = {};
    for (const frame of frames) {
        const told = frame.data as Told;
        if (told.session) Object.assign(changes, told.session);
        if (told.positions) changes.positions = told.positions;
        if (told.orders) changes.orders = told.orders;
        if (told.strategies) changes.strategies = told.strategies;
        if (told.quotes) changes.quotes = told.quotes;
        if (told.fills) {
            const key = (one: Fill) => `${one.seq} ${one.order}`;
            changes.fills = prepend(told.fills, changes.fills ?? view.fills, key);
        }
        if (told.risk) {
            const key = (one: RiskEvent) => `${one.seq} ${one.rule} ${one.code} ${one.instance} ${one.instrument}`;
            changes.events = prepend(told.risk, changes.events ?? view.events, key);
        }
    }
    merge(changes);
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

// What a view is made of beside its head.
const LISTS = ["positions", "orders", "fills", "strategies", "quotes"] as const;

interface RiskPart {
    until: string | null;
    rules: RunningRule[];
    events: RiskEvent[];
}

async function askView(name: string): Promise<SessionView> {
    const base = path`/sessions/${name}`;
    const [head, risk, ...lists] = await Promise.all([
        get<Session>(base),
        get<RiskPart>(`${base}/risk`),
        ...LISTS.map((list) => get<{ items: unknown[] }>(`${base}/${list}`)),
    ]);
    const view: Record<string, unknown> = { ...head, until: risk.until, rules: risk.rules, events: risk.events };
    LISTS.forEach((list, index) => {
        view[list] = lists[index]?.items ?? [];
    });
    return view as unknown as SessionView;
}

async function refreshRules(name: string): Promise<void> {
    try {
        const risk = await get<RiskPart>(`${path`/sessions/${name}`}/risk`);
        if (live.view?.name === name) merge({ until: risk.until, rules: risk.rules });
    } catch {
        // The next time.
    }
}

async function refreshView(name: string): Promise<void> {
    try {
        const view = await askView(name);
        if (current() === name) replace(view);
    } catch (error) {
        if (current() === name) setViewError(() => error);
    }
}

// The AAPL of "LOCAL/AAPL".
export function symbolOf(instrument: string | undefined): string {
    return instrument?.split("/")[1] ?? instrument ?? "";
}

const scaleOf = (text: string | null): number => (text?.includes(".") ? text.length - text.indexOf(".") - 1 : 0);

// A price with as many places as its instrument's prices have, so that columns of them stand in line.
export function priceText(instrument: string, price: string | null | undefined): string {
    const quote = live.view?.quotes.find((one) => one.instrument === instrument);
    const texts = quote ? [quote.last, quote.open, quote.high, quote.low, quote.close, price ?? null] : [price ?? null];
    return formatDecimal(price, { places: Math.max(2, ...texts.map(scaleOf)) });
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
            const rules = setInterval(() => {
                if (!document.hidden && live.view?.name === name) void refreshRules(name);
            }, RULES_MS);
            const timer = setInterval(() => {
                const quiet = streamState() !== "live" || !(Date.now() - viewAt() < 5000);
                if (quiet && !document.hidden) void refreshView(name);
            }, VIEW_MS);
            onCleanup(() => {
                leave();
                clearInterval(rules);
                clearInterval(timer);
            });
        }),
    );
});

// Asks something of a session; a refusal is an ApiError with the reason in words.
export async function ask<T = CommandResult>(
    session: string,
    method: "POST" | "PUT" | "PATCH" | "DELETE",
    at: string,
    body?: unknown,
    options: { idempotencyKey?: string } = {},
): Promise<T> {
    const answer = await call<T>(method, `${path`/sessions/${session}`}${at}`, {
        ...options,
        ...(body === undefined ? {} : { body }),
    });
    if (streamState() !== "live") void refreshView(session);
    return answer;
}

export interface Killed {
    sessions: number;
    canceled: number;
    failed: string[];
}

// Halts every session at once; one that fails does not keep the others from it.
export async function killAll(flatten: boolean): Promise<Killed> {
    const open = (sessions() ?? []).filter((session) => session.phase === "open");
    const results = await Promise.allSettled(open.map((session) => ask(session.name, "POST", "/kill", { flatten })));
    void refreshSessions();
    return {
        sessions: open.length,
        canceled: results.reduce((sum, one) => sum + (one.status === "fulfilled" ? one.value.canceled : 0), 0),
        failed: open.filter((_, index) => results[index]?.status === "rejected").map((session) => session.name),
    };
}
