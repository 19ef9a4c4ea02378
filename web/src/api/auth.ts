// Who is signed in, and how one signs in and out.
import { createSignal } from "solid-js";
import { call, get, grantOf, post, tokens } from "./client";
import { openStream, stream } from "./live";
import type { AuthState, LoginAnswer, Me } from "./model";
import { ApiError } from "./problem";

export type Phase = "checking" | "setup" | "out" | "factor" | "in" | "unreachable";

const [phase, setPhase] = createSignal<Phase>("checking");
const [me, setMe] = createSignal<Me | null>(null);

export { me, phase };

const RANK = { viewer: 1, trader: 2, admin: 3 } as const;
export function may(role: keyof typeof RANK): boolean {
    const user = me();
    return user !== null && RANK[user.role as keyof typeof RANK] >= RANK[role];
}

export async function refreshMe(): Promise<void> {
    setMe(await get<Me>("/auth/me"));
}

const MARK = "fulmar.signed-in";

function wasSignedIn(): boolean {
    try {
        return localStorage.getItem(MARK) === "1";
    } catch {
        return true;
    }
}

function mark(signedIn: boolean): void {
    try {
        if (signedIn) localStorage.setItem(MARK, "1");
        else localStorage.removeItem(MARK);
    } catch {
        // Then it is asked each time.
    }
}

// An admin without a second factor may do nothing but set one up.
function factorNeeded(): boolean {
    const user = me();
    return user?.role === "admin" && !user.second_factor;
}

async function enter(): Promise<void> {
    mark(true);
    await refreshMe();
    if (factorNeeded()) {
        setPhase("factor");
        return;
    }
    setPhase("in");
    openStream();
}

// After the second factor was set up.
export async function goOn(): Promise<void> {
    await enter();
}

let retry: ReturnType<typeof setTimeout> | undefined;

// At the start: a refresh cookie may be there from before.
export async function begin(): Promise<void> {
    clearTimeout(retry);
    try {
        // Without the mark nobody was signed in here: the server need not be asked.
        if (wasSignedIn() && (await tokens.get())) {
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
    tokens.take(grantOf(answer));
    await enter();
}

// null: signed in; else the word to go on with, together with a code of the second factor.
export async function signIn(name: string, password: string): Promise<string | null> {
    const answer = await post<LoginAnswer>("/auth/login", { name, password }, { open: true });
    if (answer.pending) return answer.pending;
    await take(answer);
    return null;
}

export async function secondFactor(pending: string, code: string): Promise<void> {
    await take(await post<LoginAnswer>("/auth/second-factor", { pending, code }, { open: true }));
}

// Proves that the person is still there: a code of the second factor, or the password of who has none.
export async function stepUp(proof: string): Promise<void> {
    tokens.take(grantOf(await post<LoginAnswer>("/auth/step-up", { proof }, { noStepUp: true })));
    await refreshMe();
}

export async function setUp(token: string, name: string, password: string): Promise<void> {
    await post("/auth/setup", { token, name, password }, { open: true });
    await signIn(name, password);
}

// Takes an access token that came with another answer: the old one is void.
export async function takeAccess(answer: { access: string | null; expires?: string | null }): Promise<void> {
    if (answer.access) tokens.take(grantOf(answer));
    await refreshMe();
    stream.hurry();
}

export function showSetUp(): void {
    setPhase("setup");
}

export function showSignIn(): void {
    setPhase("out");
}

export async function signOut(): Promise<void> {
    try {
        await post("/auth/logout", undefined, { open: true });
    } finally {
        tokens.signOut();
    }
}

tokens.onSignedOut = () => {
    mark(false);
    stream.stop();
    setMe(null);
    setPhase("out");
};
