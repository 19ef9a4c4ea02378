// The stream of this page, and what it says of itself.
import { createSignal } from "solid-js";
import { post, tokens } from "./client";
import { type SocketLike, Stream, type StreamFrame, type StreamState } from "./stream";

const [streamState, setStreamState] = createSignal<StreamState>("off");
const [streamAt, setStreamAt] = createSignal(Number.NaN);

export { streamAt, streamState };

async function open(): Promise<SocketLike | null> {
    if (!(await tokens.get())) return null;
    const { ticket } = await post<{ ticket: string }>("/stream/ticket", {});
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    return new WebSocket(
        `${scheme}//${location.host}/api/v1/stream?ticket=${encodeURIComponent(ticket)}`,
    ) as unknown as SocketLike;
}

function parse(text: string): StreamFrame | null {
    try {
        const frame = JSON.parse(text) as StreamFrame;
        setStreamAt(Date.now());
        return typeof frame.channel === "string" && typeof frame.seq === "number" ? frame : null;
    } catch {
        return null;
    }
}

export const stream = new Stream({
    open,
    parse,
    subscribe: (channel, fromSeq) =>
        JSON.stringify({ op: "subscribe", channel, ...(fromSeq > 0 ? { from_seq: fromSeq } : {}) }),
    unsubscribe: (channel) => JSON.stringify({ op: "unsubscribe", channel }),
    onState: setStreamState,
});

export function openStream(): void {
    stream.start();
}

window.addEventListener("online", () => stream.hurry());
document.addEventListener("visibilitychange", () => !document.hidden && stream.hurry());
