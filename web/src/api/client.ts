// The one door to the API. Every call carries the token, waits for no longer than it should, and fails with an ApiError.
import { createSignal } from "solid-js";
import type { LoginAnswer } from "./model";
import { ApiError, problemOf } from "./problem";
import { browserLock, type Grant, TokenKeeper } from "./token";

const BASE = "/api/v1";
const TIMEOUT_MS = 20_000;

export interface CallOptions {
    query?: Record<string, string | number | boolean | null | undefined> | undefined;
    body?: unknown;
    signal?: AbortSignal | undefined;
    idempotencyKey?: string;
    timeoutMs?: number;
    plain?: boolean; // text comes back
    open?: boolean; // without a token
    noStepUp?: boolean; // a refusal for want of a fresh proof is the caller's
    base?: string; // in place of the API's
}

// Whether the server answered lately, and how long it took.
const [reach, setReach] = createSignal<{ ok: boolean; ms: number; at: number }>({ ok: true, ms: 0, at: Date.now() });

export { reach };

// The server's clock less this machine's: a token ends by the server's.
let skewMs = 0;

function queryText(query: CallOptions["query"]): string {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query ?? {})) {
        if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
    }
    const text = search.toString();
    return text ? `?${text}` : "";
}

// A path with its parameters filled in: `path` is a tag of template texts.
export function path(parts: TemplateStringsArray, ...values: (string | number)[]): string {
    return parts.reduce((text, part, index) => text + encodeURIComponent(String(values[index - 1] ?? "")) + part);
}

async function send(method: string, at: string, options: CallOptions, token: string | null): Promise<Response> {
    const headers: Record<string, string> = { Accept: options.plain ? "*/*" : "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (options.body !== undefined) headers["Content-Type"] = "application/json";
    if (options.idempotencyKey) headers["Idempotency-Key"] = options.idempotencyKey;
    const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
    const began = performance.now();
    try {
        const answer = await fetch((options.base ?? BASE) + at + queryText(options.query), {
            method,
            headers,
            credentials: "same-origin",
            cache: method === "GET" ? "no-cache" : "no-store",
            signal: options.signal ? anySignal(options.signal, timeout) : timeout,
            ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
        });
        const date = Date.parse(answer.headers.get("date") ?? "");
        if (Number.isFinite(date) && Math.abs(date - Date.now()) > 5000) skewMs = date - Date.now();
        else skewMs = 0;
        setReach({ ok: true, ms: performance.now() - began, at: Date.now() });
        return answer;
    } catch (error) {
        if (options.signal?.aborted) throw error;
        setReach({ ok: false, ms: performance.now() - began, at: reach().at });
        throw new ApiError(0, {});
    }
}

function anySignal(a: AbortSignal, b: AbortSignal): AbortSignal {
    if ("any" in AbortSignal) return AbortSignal.any([a, b]);
    return a;
}

export function grantOf(answer: { access: string | null; expires?: string | null }): Grant {
    const ends = Date.parse(answer.expires ?? "");
    // By the server's clock; a token without an end is renewed after ten minutes.
    return { token: answer.access ?? "", expiresMs: Number.isFinite(ends) ? ends - skewMs : Date.now() + 600_000 };
}

async function refresh(): Promise<Grant | null> {
    const answer = await send("POST", "/auth/refresh", {}, null);
    if (answer.status === 401 || answer.status === 403) return null; // signed out
    if (!answer.ok) throw await problemOf(answer);
    return grantOf((await answer.json()) as LoginAnswer);
}

export const tokens = new TokenKeeper(refresh, {
    lock: browserLock,
    channel: "BroadcastChannel" in window ? new BroadcastChannel("fulmar.auth") : null,
});

// Asks the person for a fresh proof; the shell sets it. False: they would not.
let askProof: () => Promise<boolean> = async () => false;
export function onStepUp(work: () => Promise<boolean>): void {
    askProof = work;
}

export async function call<T>(method: string, at: string, options: CallOptions = {}): Promise<T> {
    const token = options.open ? null : await tokens.get();
    if (!options.open && !token) throw new ApiError(401, { detail: "You are signed out." });
    let answer = await send(method, at, options, token);
    if (answer.status === 401 && token) {
        const next = await tokens.get(token);
        if (next) answer = await send(method, at, options, next);
    }
    if (!answer.ok) {
        const problem = await problemOf(answer);
        if (/^step.?up/.test(String(problem.body.code ?? "")) && !options.noStepUp && (await askProof())) {
            return call(method, at, { ...options, noStepUp: true });
        }
        throw problem;
    }
    if (answer.status === 204) return undefined as T;
    if (options.plain) return (await answer.text()) as T;
    return (await answer.json()) as T;
}

export const get = <T>(at: string, query?: CallOptions["query"], signal?: AbortSignal): Promise<T> =>
    call<T>("GET", at, { query, signal });
// Of what the server has to compute first.
export const getSlow = <T>(at: string, query?: CallOptions["query"], signal?: AbortSignal): Promise<T> =>
    call<T>("GET", at, { query, signal, timeoutMs: 90_000 });
export const post = <T>(at: string, body: unknown, options: CallOptions = {}): Promise<T> =>
    call<T>("POST", at, { ...options, body });

// All pages of a list, at most `most` items.
export async function getAll<T>(
    at: string,
    query: CallOptions["query"] = {},
    most = 5000,
    signal?: AbortSignal,
): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | null = null;
    do {
        const page: { items: T[]; next?: string | null } = await get(
            at,
            { limit: 1000, ...query, ...(cursor ? { cursor } : {}) },
            signal,
        );
        items.push(...page.items);
        cursor = page.next ?? null;
    } while (cursor && items.length < most);
    return items;
}

// A file that only a signed-in person may have, handed on as a download or shown in a tab of its own.
export async function fetchBlob(at: string, query?: CallOptions["query"]): Promise<Blob> {
    const token = await tokens.get();
    const answer = await send("GET", at, { plain: true, query, timeoutMs: 60_000 }, token);
    if (!answer.ok) throw await problemOf(answer);
    return answer.blob();
}

export function idempotencyKey(): string {
    return crypto.randomUUID();
}
