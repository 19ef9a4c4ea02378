// Who is signed in, and how one signs in and out.
import { createSignal } from "solid-js";
import { call, get, grantOf, post, tokens } from "./client";
import { openStream, stream } from "./live";
import type { AuthState, LoginAnswer, Me } from "./model";
import { ApiError } from "./problem";

export type Phase = "checking" | "setup" | "out" | "in" | "unreachable";

const [phase, setPhase] = createSignal<Phase>("checking");
const [me, setMe] = createSignal<Me | null>(null);

export { me, phase };

const RANK = { viewer: 1, trader: 2, admin: 3 } as const;
export function may(role: keyof typeof RANK): boolean {
    const user = me();
    return user !== null && RANK[user.role as keyof typeof RANK] >= RANK[role];
}

export async function refreshMe(): Promise<void> {
    setMe(await get<Me>("/me"));
}

async function enter(): Promise<void> {
    await refreshMe();
    setPhase("in");
    openStream();
}

let retry: ReturnType<typeof setTimeout> | undefined;

// At the start: a refresh cookie may be there from before.
export async function begin(): Promise<void> {
    clearTimeout(retry);
    try {
        if (await tokens.get()) {
            await enter();
            return;
        }
        const state = await call<AuthState>("GET", "/auth/state", { open: true });
        setPhase(state.setup_needed ? "setup" : "out");
    } catch (error) {
        if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429) {
            setPhase("out");
            return;
        }
        setPhase("unreachable");
        retry = setTimeout(() => void begin(), 2500);
    }
}

async function take(answer: LoginAnswer): Promise<void> {
    tokens.take(await grantOf(answer));
    await enter();
}

export async function signIn(name: string, password: string, code: string): Promise<void> {
    await take(await post<LoginAnswer>("/auth/login", { name, password, ...(code ? { code } : {}) }, { open: true }));
}

export async function setUp(token: string, name: string, password: string): Promise<void> {
    await take(await post<LoginAnswer>("/auth/setup", { token, name, password }, { open: true }));
}

export async function signOut(): Promise<void> {
    try {
        await post("/auth/logout", {});
    } finally {
        tokens.signOut();
    }
}

tokens.onSignedOut = () => {
    stream.stop();
    setMe(null);
    setPhase("out");
};
