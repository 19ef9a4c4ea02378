import assert from "node:assert/strict";
import test from "node:test";
import { type Grant, TokenKeeper } from "../../src/api/token";

// Tabs of one browser: a lock and a channel between them, and a server that counts refreshes.
class Channel {
    static all: Channel[] = [];
    onmessage: ((event: { data: unknown }) => void) | null = null;
    constructor() {
        Channel.all.push(this);
    }
    postMessage(data: unknown): void {
        for (const other of Channel.all) if (other !== this) other.onmessage?.({ data });
    }
}

function browser() {
    let tail: Promise<unknown> = Promise.resolve();
    let refreshes = 0;
    let out = false;
    Channel.all = [];
    const lock = <T>(work: () => Promise<T>): Promise<T> => {
        const mine = tail.then(work);
        tail = mine.catch(() => {});
        return mine;
    };
    const refresh = async (): Promise<Grant | null> => {
        await new Promise((resolve) => setImmediate(resolve));
        if (out) return null;
        return { token: `t${++refreshes}`, expiresMs: 1_000_000 * (refreshes + 1) };
    };
    const tab = (now: () => number = () => 0) =>
        new TokenKeeper(refresh, { channel: new Channel() as unknown as BroadcastChannel, lock, now });
    return { tab, count: () => refreshes, end: () => (out = true) };
}

test("two tabs that refresh at once make one request and share its token", async () => {
    const { tab, count } = browser();
    const [a, b] = [tab(), tab()];
    const got = await Promise.all([a.get(), b.get(), a.get(), b.get()]);
    assert.deepEqual(got, ["t1", "t1", "t1", "t1"]);
    assert.equal(count(), 1);
});

test("a token that the server refused is not used again", async () => {
    const { tab, count } = browser();
    const a = tab();
    assert.equal(await a.get(), "t1");
    assert.equal(await a.get("t1"), "t2");
    assert.equal(await a.get("t1"), "t2"); // an older call's refusal says nothing of the new one
    assert.equal(count(), 2);
});

test("a token is renewed before it ends", async () => {
    const { tab, count } = browser();
    let now = 0;
    const a = tab(() => now);
    await a.get();
    now = 2_000_000 - 60_001;
    assert.equal(await a.get(), "t1");
    now = 2_000_000 - 59_999;
    assert.equal(await a.get(), "t2");
    assert.equal(count(), 2);
});

test("signing out in one tab signs out the others", async () => {
    const { tab, end } = browser();
    const [a, b] = [tab(), tab()];
    await a.get();
    let told = 0;
    b.onSignedOut = () => told++;
    end();
    a.signOut();
    assert.equal(told, 1);
    assert.equal(await b.get(), null);
});
