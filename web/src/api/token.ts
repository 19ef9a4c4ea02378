// The access token lives in this tab's memory alone; the refresh token in a cookie that no script reads. Refreshing
// changes the cookie, so of several tabs one asks at a time (a lock of the browser), and tells the others what it got.

export interface Grant {
    token: string;
    expiresMs: number; // by this machine's clock
}

type Refresh = () => Promise<Grant | null>; // null: signed out

const EARLY_MS = 60_000;

export class TokenKeeper {
    private grant: Grant | null = null;
    private pending: Promise<Grant | null> | null = null;
    private readonly channel: BroadcastChannel | null;
    private readonly refresh: Refresh;
    private readonly now: () => number;
    private readonly lock: <T>(work: () => Promise<T>) => Promise<T>;
    onSignedOut: () => void = () => {};

    constructor(
        refresh: Refresh,
        options: {
            channel?: BroadcastChannel | null;
            now?: () => number;
            lock?: <T>(work: () => Promise<T>) => Promise<T>;
        } = {},
    ) {
        this.refresh = refresh;
        this.now = options.now ?? Date.now;
        this.lock = options.lock ?? ((work) => work());
        this.channel = options.channel ?? null;
        if (this.channel) {
            this.channel.onmessage = (event: MessageEvent<Grant | "out">) => {
                if (event.data === "out") this.drop();
                else if (!this.grant || event.data.expiresMs > this.grant.expiresMs) this.grant = event.data;
            };
        }
    }

    private fresh(): boolean {
        return this.grant !== null && this.grant.expiresMs - EARLY_MS > this.now();
    }

    take(grant: Grant): void {
        this.grant = grant;
        this.channel?.postMessage(grant);
    }

    private drop(): void {
        this.grant = null;
        this.onSignedOut();
    }

    signOut(): void {
        this.channel?.postMessage("out");
        this.drop();
    }

    // A token that is good for a while, or null: nobody is signed in. `rejected` is a token that the server refused.
    async get(rejected?: string): Promise<string | null> {
        if (this.fresh() && this.grant!.token !== rejected) return this.grant!.token;
        this.pending ??= this.lock(async () => {
            // While this tab waited for the lock another may have told us of its own.
            if (this.fresh() && this.grant!.token !== rejected) return this.grant;
            const got = await this.refresh();
            if (got) this.take(got); // before the lock is let go: who waits for it needs this
            return got;
        }).finally(() => {
            this.pending = null;
        });
        const grant = await this.pending;
        if (!grant) {
            if (this.grant) this.drop();
            return null;
        }
        return grant.token;
    }
}

// One holder among all tabs of this origin.
export function browserLock<T>(work: () => Promise<T>): Promise<T> {
    if (!("locks" in navigator)) return work();
    return navigator.locks.request("fulmar.refresh", work) as Promise<T>;
}
