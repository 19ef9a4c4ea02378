// The second factor: a code of an authenticator beside the password.
import { createSignal, For, type JSX, Show } from "solid-js";
import { me, refreshMe, takeAccess } from "../api/auth";
import { call, post } from "../api/client";
import { Button, confirm, createAction } from "./act";
import { Note } from "./figure";
import { TextField } from "./form";

interface Codes {
    codes: string[];
    access: string | null;
}

function CodeList(props: { codes: readonly string[] }): JSX.Element {
    return (
        <>
            <Note kind="warn">
                Recovery codes, each good once in place of your authenticator. They are shown now and never again.
            </Note>
            <pre class="note">
                <For each={props.codes}>{(code) => `${code}\n`}</For>
            </pre>
        </>
    );
}

// Sets a second factor up, renews its recovery codes, turns it off. `done`: is called when the codes were written down.
export function Factor(props: { done?: () => void }): JSX.Element {
    const [offer, setOffer] = createSignal<{ uri: string; secret: string } | null>(null);
    const [codes, setCodes] = createSignal<string[]>([]);
    const [code, setCode] = createSignal("");
    const confirmIt = createAction(async () => {
        const answer = await call<Codes>("PUT", "/auth/factor", { body: { code: code().trim() } });
        setCodes(answer.codes);
        setOffer(null);
        setCode("");
        await takeAccess(answer);
    });
    return (
        <div class="stack">
            <Show when={codes().length > 0}>
                <CodeList codes={codes()} />
                <Show when={props.done}>
                    <button type="button" class="btn primary" onClick={() => props.done?.()}>
                        They are written down
                    </button>
                </Show>
            </Show>
            <Show when={offer()}>
                {(one) => (
                    <form
                        class="form"
                        onSubmit={(event) => {
                            event.preventDefault();
                            void confirmIt.run();
                        }}
                    >
                        <p>
                            Give this secret to an authenticator, or <a href={one().uri}>open it there</a>, and type the
                            code that it shows.
                        </p>
                        <pre class="note">{one().secret.replace(/(.{4})/g, "$1 ")}</pre>
                        <TextField
                            label="Code"
                            value={code()}
                            onInput={setCode}
                            autocomplete="one-time-code"
                            required
                            autofocus
                        />
                        <button type="submit" class="btn primary" disabled={confirmIt.busy()}>
                            Turn it on
                        </button>
                    </form>
                )}
            </Show>
            <Show when={!offer()}>
                <p class="dim">
                    A code of your phone beside the password. Admins need it, and so does trading with real money.
                </p>
                <div class="row">
                    <Show
                        when={me()?.factor_set}
                        fallback={
                            <Button
                                kind="primary"
                                onClick={async () => setOffer(await post("/auth/factor", undefined))}
                            >
                                Set it up
                            </Button>
                        }
                    >
                        <Button
                            onClick={async () => setCodes((await post<Codes>("/auth/factor/codes", undefined)).codes)}
                        >
                            New recovery codes
                        </Button>
                        <Button
                            kind="danger"
                            onClick={async () => {
                                if (
                                    !(await confirm(
                                        "Turn the second factor off?",
                                        "The password alone will then let in whoever has it.",
                                        "Turn it off",
                                    ))
                                )
                                    return;
                                await call("DELETE", "/auth/factor");
                                await refreshMe();
                            }}
                        >
                            Turn it off
                        </Button>
                    </Show>
                </div>
            </Show>
        </div>
    );
}
