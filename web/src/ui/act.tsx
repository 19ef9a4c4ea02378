// Buttons that act: with a wait, by holding, after a question; and what they say afterwards.
import { createSignal, For, type JSX, onCleanup, Show } from "solid-js";
import { Portal } from "solid-js/web";
import { errorText } from "../api/problem";
import { Icon } from "./icon";

interface Toast {
    id: number;
    kind: "ok" | "bad" | "warn" | "info";
    text: string;
}

const [toasts, setToasts] = createSignal<Toast[]>([]);
let toastId = 0;

export function say(kind: Toast["kind"], text: string): void {
    const id = ++toastId;
    setToasts((list) => [...list.slice(-4), { id, kind, text }]);
    setTimeout(() => setToasts((list) => list.filter((toast) => toast.id !== id)), kind === "bad" ? 12_000 : 5000);
}

export function Toasts(): JSX.Element {
    return (
        <div class="toasts" role="status" aria-live="polite">
            <For each={toasts()}>{(toast) => <div class={`toast ${toast.kind}`}>{toast.text}</div>}</For>
        </div>
    );
}

// Runs an action once at a time; what it throws is said.
export function createAction<A extends unknown[]>(
    work: (...args: A) => Promise<unknown>,
): { busy: () => boolean; run: (...args: A) => Promise<boolean> } {
    const [busy, setBusy] = createSignal(false);
    return {
        busy,
        run: async (...args: A) => {
            if (busy()) return false;
            setBusy(true);
            try {
                await work(...args);
                return true;
            } catch (error) {
                say("bad", errorText(error));
                return false;
            } finally {
                setBusy(false);
            }
        },
    };
}

export function Button(props: {
    children: JSX.Element;
    onClick: () => unknown;
    kind?: string;
    disabled?: boolean | undefined;
    title?: string | undefined;
    label?: string | undefined;
    pressed?: boolean | undefined;
}): JSX.Element {
    const action = createAction(async () => {
        await props.onClick();
    });
    return (
        <button
            type="button"
            class={`btn ${props.kind ?? ""}`}
            disabled={props.disabled || action.busy()}
            title={props.title}
            aria-label={props.label}
            aria-pressed={props.pressed}
            onClick={() => void action.run()}
        >
            {props.children}
        </button>
    );
}

const HOLD_MS = 1000;

// Acts after it was held for a second, by pointer, space or enter. Let go before, and nothing happens.
export function HoldButton(props: {
    children: JSX.Element;
    onDone: () => unknown;
    kind?: string;
    disabled?: boolean;
    state?: string;
    label: string;
    testId?: string;
}): JSX.Element {
    let button!: HTMLButtonElement;
    let frame = 0;
    let since = 0;
    const [hint, setHint] = createSignal(false);

    function paint(): void {
        const part = since ? Math.min(1, (performance.now() - since) / HOLD_MS) : 0;
        button.style.setProperty("--held", String(part));
        if (!since) return;
        if (part >= 1) {
            end();
            void Promise.resolve(props.onDone()).catch((error) => say("bad", errorText(error)));
            return;
        }
        frame = requestAnimationFrame(paint);
    }

    function begin(): void {
        if (since || props.disabled) return;
        since = performance.now();
        setHint(true);
        frame = requestAnimationFrame(paint);
    }

    function end(): void {
        since = 0;
        cancelAnimationFrame(frame);
        button.style.setProperty("--held", "0");
        setHint(false);
    }

    onCleanup(() => cancelAnimationFrame(frame));
    return (
        <button
            ref={button}
            type="button"
            class={`btn hold ${props.kind ?? ""}`}
            disabled={props.disabled}
            data-state={props.state}
            data-testid={props.testId}
            title={`${props.label}: hold for a second`}
            aria-label={`${props.label}: hold for a second`}
            onPointerDown={(event) => event.button === 0 && begin()}
            onPointerUp={end}
            onPointerLeave={end}
            onPointerCancel={end}
            onBlur={end}
            onContextMenu={(event) => event.preventDefault()}
            onKeyDown={(event) => {
                if (event.key !== " " && event.key !== "Enter") return;
                event.preventDefault();
                begin();
            }}
            onKeyUp={(event) => (event.key === " " || event.key === "Enter") && end()}
        >
            <span>{hint() ? "Keep holding" : props.children}</span>
        </button>
    );
}

export function Dialog(props: {
    title: string;
    onClose: () => void;
    footer?: JSX.Element;
    wide?: boolean;
    children: JSX.Element;
}): JSX.Element {
    let dialog!: HTMLDialogElement;
    const id = `dialog-${++toastId}`;
    return (
        <Portal>
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: a click beside it closes it, as escape does */}
            <dialog
                ref={(element) => {
                    dialog = element;
                    queueMicrotask(() => dialog.isConnected && !dialog.open && dialog.showModal());
                }}
                class={props.wide ? "wide" : ""}
                aria-labelledby={id}
                onClose={() => props.onClose()}
                onClick={(event) => event.target === dialog && dialog.close()}
            >
                <header>
                    <h2 id={id}>{props.title}</h2>
                    <button type="button" class="btn quiet" aria-label="Close" onClick={() => dialog.close()}>
                        <Icon name="close" />
                    </button>
                </header>
                <div class="dialog-body">{props.children}</div>
                <Show when={props.footer}>
                    <footer>{props.footer}</footer>
                </Show>
            </dialog>
        </Portal>
    );
}

interface Question {
    title: string;
    text: string;
    yes: string;
    danger: boolean;
    answer: (yes: boolean) => void;
}

const [question, setQuestion] = createSignal<Question | null>(null);

// Asks once, clearly.
export function confirm(title: string, text: string, yes: string, danger = true): Promise<boolean> {
    return new Promise((resolve) => {
        setQuestion({
            title,
            text,
            yes,
            danger,
            answer: (value) => {
                setQuestion(null);
                resolve(value);
            },
        });
    });
}

export function Questions(): JSX.Element {
    return (
        <Show when={question()}>
            {(asked) => (
                <Dialog
                    title={asked().title}
                    onClose={() => asked().answer(false)}
                    footer={
                        <>
                            <button type="button" class="btn" onClick={() => asked().answer(false)}>
                                Keep as it is
                            </button>
                            <button
                                type="button"
                                class={`btn ${asked().danger ? "danger" : "primary"}`}
                                data-testid="confirm"
                                onClick={() => asked().answer(true)}
                            >
                                {asked().yes}
                            </button>
                        </>
                    }
                >
                    <p>{asked().text}</p>
                </Dialog>
            )}
        </Show>
    );
}

export function Menu(props: { label: string; button: JSX.Element; kind?: string; children: JSX.Element }): JSX.Element {
    const [open, setOpen] = createSignal(false);
    let wrap!: HTMLDivElement;
    const outside = (event: Event) => {
        if (!wrap.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    onCleanup(() => document.removeEventListener("pointerdown", outside));
    return (
        // biome-ignore lint/a11y/noStaticElementInteractions: escape closes the menu wherever the focus is in it
        <div
            class="menu-wrap"
            ref={wrap}
            onKeyDown={(event) => {
                if (event.key === "Escape" && open()) {
                    setOpen(false);
                    wrap.querySelector("button")?.focus();
                }
            }}
        >
            <button
                type="button"
                class={`btn ${props.kind ?? "quiet"}`}
                aria-label={props.label}
                aria-expanded={open()}
                onClick={() => setOpen(!open())}
            >
                {props.button}
            </button>
            <Show when={open()}>
                {/* biome-ignore lint/a11y/noStaticElementInteractions: a choice closes the menu */}
                <div
                    class="menu"
                    onClick={(event) => (event.target as Element).closest("a,button[data-close]") && setOpen(false)}
                    onKeyDown={() => {}}
                >
                    {props.children}
                </div>
            </Show>
        </div>
    );
}
