// The stream: one socket a tab, channels on it, each a snapshot and then deltas with numbers without a gap. What arrives
// is gathered and handed on once a frame, so that ten thousand messages a second are sixty updates.

export type StreamState = "off" | "connecting" | "live" | "waiting";

export interface StreamFrame {
    channel: string;
    seq: number;
    type: string; // "snapshot", "delta", ...
    data: unknown;
    ts?: number;
}

export interface StreamListener {
    onFrames(frames: StreamFrame[]): void; // of one channel, in order, once an animation frame
    onGap?(): void; // what came before is lost: a snapshot follows
}

interface Channel {
    listeners: Set<StreamListener>;
    seq: number; // of the latest frame; 0: none yet
    queue: StreamFrame[];
}

export interface SocketLike {
    readyState: number;
    send(text: string): void;
    close(code?: number): void;
    onopen: ((event: unknown) => void) | null;
    onmessage: ((event: { data: unknown }) => void) | null;
    onclose: ((event: { code: number }) => void) | null;
}

export interface StreamOptions {
    open: () => Promise<SocketLike | null>; // with a ticket; null: nobody is signed in
    frame?: (work: () => void) => void;
    timer?: (work: () => void, ms: number) => unknown;
    cancel?: (timer: unknown) => void;
    random?: () => number;
    now?: () => number;
    subscribe: (channel: string, fromSeq: number) => string;
    unsubscribe: (channel: string) => string;
    parse: (text: string) => StreamFrame | null;
    onState?: (state: StreamState) => void;
}

const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 15_000;
const SILENCE_MS = 20_000; // the server says something at least every ten seconds
const QUEUE_MAX = 50_000;

// How long to wait before try `attempt` (0, 1, ...): doubling, with half of it by chance, so that a server that comes
// back is not met by all pages at once.
export function backoffMs(attempt: number, random: number): number {
    const full = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** attempt);
    return full / 2 + (full / 2) * random;
}

export class Stream {
    private readonly options: StreamOptions;
    private readonly channels = new Map<string, Channel>();
    private socket: SocketLike | null = null;
    private attempt = 0;
    private wanted = false;
    private scheduled = false;
    private retry: unknown = null;
    private watchdog: unknown = null;
    state: StreamState = "off";
    lastMs = Number.NaN; // when the server was last heard
    frames = 0;

    constructor(options: StreamOptions) {
        this.options = options;
    }

    private now(): number {
        return (this.options.now ?? Date.now)();
    }

    private later(work: () => void, ms: number): unknown {
        return (this.options.timer ?? setTimeout)(work, ms);
    }

    private drop(timer: unknown): void {
        if (timer !== null) (this.options.cancel ?? ((handle) => clearTimeout(handle as number)))(timer);
    }

    private setState(state: StreamState): void {
        if (state === this.state) return;
        this.state = state;
        this.options.onState?.(state);
    }

    // Returns what ends it.
    listen(name: string, listener: StreamListener): () => void {
        let channel = this.channels.get(name);
        if (!channel) {
            channel = { listeners: new Set(), seq: 0, queue: [] };
            this.channels.set(name, channel);
            this.say(this.options.subscribe(name, 0));
        } else if (channel.seq > 0) {
            // A newcomer needs a snapshot; the others take it as well.
            channel.seq = 0;
            this.say(this.options.unsubscribe(name));
            this.say(this.options.subscribe(name, 0));
        }
        channel.listeners.add(listener);
        return () => {
            channel.listeners.delete(listener);
            if (channel.listeners.size > 0 || this.channels.get(name) !== channel) return;
            this.channels.delete(name);
            this.say(this.options.unsubscribe(name));
        };
    }

    start(): void {
        if (this.wanted) return;
        this.wanted = true;
        void this.connect();
    }

    stop(): void {
        this.wanted = false;
        this.drop(this.retry);
        this.retry = null;
        this.close();
        this.setState("off");
    }

    // Now rather than when the wait is over: the network came back, or a person asked.
    hurry(): void {
        if (!this.wanted || this.socket) return;
        this.drop(this.retry);
        this.retry = null;
        this.attempt = 0;
        void this.connect();
    }

    private say(text: string): void {
        if (this.socket?.readyState === 1) this.socket.send(text);
    }

    private close(): void {
        const socket = this.socket;
        this.socket = null;
        this.drop(this.watchdog);
        this.watchdog = null;
        if (!socket) return;
        socket.onclose = null;
        socket.onmessage = null;
        socket.close(1000);
    }

    private async connect(): Promise<void> {
        this.setState("connecting");
        let socket: SocketLike | null = null;
        try {
            socket = await this.options.open();
        } catch {
            socket = null;
        }
        if (!this.wanted) {
            socket?.close(1000);
            return;
        }
        if (!socket) {
            this.wait();
            return;
        }
        this.socket = socket;
        socket.onopen = () => this.opened();
        socket.onmessage = (event) => this.received(event.data);
        socket.onclose = () => this.lost();
        if (socket.readyState === 1) this.opened();
        this.guard();
    }

    private opened(): void {
        this.attempt = 0;
        this.lastMs = this.now();
        this.setState("live");
        for (const [name, channel] of this.channels) this.say(this.options.subscribe(name, channel.seq));
    }

    private lost(): void {
        this.socket = null;
        this.drop(this.watchdog);
        this.watchdog = null;
        if (this.wanted) this.wait();
    }

    private wait(): void {
        this.setState("waiting");
        const ms = backoffMs(this.attempt++, (this.options.random ?? Math.random)());
        this.retry = this.later(() => {
            this.retry = null;
            void this.connect();
        }, ms);
    }

    // A socket that says nothing is as good as none.
    private guard(): void {
        this.drop(this.watchdog);
        this.watchdog = this.later(() => {
            this.close();
            this.lost();
        }, SILENCE_MS);
    }

    private received(data: unknown): void {
        this.lastMs = this.now();
        this.frames++;
        if (this.frames % 64 === 1) this.guard();
        if (typeof data !== "string") return;
        const frame = this.options.parse(data);
        const channel = frame && this.channels.get(frame.channel);
        if (!frame || !channel) return;
        if (frame.type === "snapshot") {
            channel.queue = [];
        } else if (frame.seq <= channel.seq) {
            return; // already there: what a resume told again
        } else if (channel.seq > 0 && frame.seq !== channel.seq + 1) {
            this.gap(frame.channel, channel);
            return;
        } else if (channel.seq === 0) {
            return; // its snapshot is still to come
        }
        channel.seq = frame.seq;
        channel.queue.push(frame);
        if (channel.queue.length > QUEUE_MAX) this.gap(frame.channel, channel);
        this.schedule();
    }

    private gap(name: string, channel: Channel): void {
        channel.seq = 0;
        channel.queue = [];
        for (const listener of channel.listeners) listener.onGap?.();
        this.say(this.options.unsubscribe(name));
        this.say(this.options.subscribe(name, 0));
    }

    private schedule(): void {
        if (this.scheduled) return;
        this.scheduled = true;
        (this.options.frame ?? ((work) => requestAnimationFrame(work)))(() => {
            this.scheduled = false;
            this.flush();
        });
    }

    private flush(): void {
        for (const channel of this.channels.values()) {
            if (channel.queue.length === 0) continue;
            const frames = channel.queue;
            channel.queue = [];
            for (const listener of channel.listeners) listener.onFrames(frames);
        }
    }
}
