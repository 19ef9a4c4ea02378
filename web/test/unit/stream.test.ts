import assert from "node:assert/strict";
import test from "node:test";
import { backoffMs, type SocketLike, Stream, type StreamFrame } from "../../src/api/stream";

class Socket implements SocketLike {
    readyState = 1;
    sent: string[] = [];
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: unknown }) => void) | null = null;
    onclose: ((event: { code: number }) => void) | null = null;
    send(text: string): void {
        this.sent.push(text);
    }
    close(): void {
        this.readyState = 3;
    }
    say(channel: string, seq: number, type: string, data: unknown = seq): void {
        this.onmessage?.({ data: JSON.stringify({ channel, seq, type, data }) });
    }
}

function world() {
    const sockets: Socket[] = [];
    const timers: { work: () => void; ms: number; dead?: boolean }[] = [];
    let frame: (() => void) | null = null;
    const stream = new Stream({
        open: async () => {
            const socket = new Socket();
            sockets.push(socket);
            return socket;
        },
        frame: (work) => {
            frame = work;
        },
        timer: (work, ms) => {
            const timer = { work, ms };
            timers.push(timer);
            return timer;
        },
        cancel: (timer) => {
            (timer as { dead: boolean }).dead = true;
        },
        random: () => 0.5,
        subscribe: (channel, from) => `sub ${channel} ${from}`,
        unsubscribe: (channel) => `unsub ${channel}`,
        parse: (text) => JSON.parse(text) as StreamFrame,
    });
    const got: number[][] = [];
    let gaps = 0;
    const listener = {
        onFrames: (frames: StreamFrame[]) => got.push(frames.map((one) => one.seq)),
        onGap: () => gaps++,
    };
    const paint = () => {
        const work = frame;
        frame = null;
        work?.();
    };
    const fire = (least = 0) => {
        const due = timers.filter((timer) => !timer.dead && timer.ms >= least);
        for (const timer of due) {
            timer.dead = true;
            timer.work();
        }
    };
    return { stream, sockets, timers, got, listener, paint, fire, gaps: () => gaps };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

test("a snapshot and its deltas arrive in one batch a frame", async () => {
    const { stream, sockets, got, listener, paint } = world();
    stream.listen("a", listener);
    stream.start();
    await tick();
    assert.deepEqual(sockets[0]?.sent, ["sub a 0"]);
    sockets[0]?.say("a", 7, "snapshot");
    for (let seq = 8; seq <= 1000; seq++) sockets[0]?.say("a", seq, "delta");
    assert.equal(got.length, 0);
    paint();
    assert.equal(got.length, 1);
    assert.equal(got[0]?.length, 994);
});

test("deltas before the snapshot and those told twice are dropped", async () => {
    const { stream, sockets, got, listener, paint } = world();
    stream.listen("a", listener);
    stream.start();
    await tick();
    sockets[0]?.say("a", 3, "delta");
    sockets[0]?.say("a", 5, "snapshot");
    sockets[0]?.say("a", 5, "delta");
    sockets[0]?.say("a", 6, "delta");
    sockets[0]?.say("a", 6, "delta");
    paint();
    assert.deepEqual(got, [[5, 6]]);
});

test("a hole in the numbers asks for a snapshot", async () => {
    const { stream, sockets, got, listener, paint, gaps } = world();
    stream.listen("a", listener);
    stream.start();
    await tick();
    sockets[0]?.say("a", 5, "snapshot");
    sockets[0]?.say("a", 7, "delta");
    assert.equal(gaps(), 1);
    assert.deepEqual(sockets[0]?.sent.slice(1), ["unsub a", "sub a 0"]);
    sockets[0]?.say("a", 9, "snapshot");
    paint();
    assert.deepEqual(got, [[9]]);
});

test("after a dropped socket it goes on from the number that it had", async () => {
    const { stream, sockets, listener, paint, fire } = world();
    stream.listen("a", listener);
    stream.start();
    await tick();
    sockets[0]?.say("a", 5, "snapshot");
    paint();
    sockets[0]?.onclose?.({ code: 1006 });
    assert.equal(stream.state, "waiting");
    fire();
    await tick();
    assert.equal(sockets.length, 2);
    assert.deepEqual(sockets[1]?.sent, ["sub a 5"]);
    assert.equal(stream.state, "live");
});

test("a socket that says nothing is given up", async () => {
    const { stream, sockets, timers, fire } = world();
    stream.start();
    await tick();
    assert.equal(timers.at(-1)?.ms, 20_000);
    fire(20_000);
    assert.equal(sockets[0]?.readyState, 3);
    assert.equal(stream.state, "waiting");
});

test("waits double, differ by chance and end at fifteen seconds", () => {
    assert.equal(backoffMs(0, 0), 125);
    assert.equal(backoffMs(0, 1), 250);
    assert.equal(backoffMs(3, 1), 2000);
    assert.equal(backoffMs(60, 1), 15_000);
});

test("a listener that leaves ends the subscription", async () => {
    const { stream, sockets, listener } = world();
    const leave = stream.listen("a", listener);
    stream.start();
    await tick();
    leave();
    assert.deepEqual(sockets[0]?.sent, ["sub a 0", "unsub a"]);
});
