import { createSignal, For, type JSX, Show } from "solid-js";
import { me, refreshMe } from "../api/auth";
import { call, get, path, post } from "../api/client";
import type { SignIn } from "../api/model";
import { prefs } from "../lib/prefs";
import { formatMoment } from "../lib/time";
import { Button, confirm, createAction, say } from "../ui/act";
import { Badge, Note } from "../ui/figure";
import { TextField } from "../ui/form";
import { createLoad, Panel, Shown } from "../ui/load";
import { Table } from "../ui/table";

function Password(): JSX.Element {
    const [old, setOld] = createSignal("");
    const [next, setNext] = createSignal("");
    const [again, setAgain] = createSignal("");
    const change = createAction(async () => {
        if (next() !== again()) throw new Error("The two new passwords are not the same.");
        await post("/me/password", { old: old(), password: next() });
        setOld("");
        setNext("");
        setAgain("");
        say("ok", "The password is changed; other sign-ins have ended.");
    });
    return (
        <Panel class="c4" title="Password">
            <form
                class="form"
                onSubmit={(event) => {
                    event.preventDefault();
                    void change.run();
                }}
            >
                <input type="text" name="username" autocomplete="username" value={me()?.name ?? ""} hidden readonly />
                <TextField
                    label="Password now"
                    type="password"
                    value={old()}
                    onInput={setOld}
                    autocomplete="current-password"
                    required
                />
                <TextField
                    label="New password"
                    type="password"
                    value={next()}
                    onInput={setNext}
                    autocomplete="new-password"
                    hint="12 characters or more"
                    required
                />
                <TextField
                    label="The same again"
                    type="password"
                    value={again()}
                    onInput={setAgain}
                    autocomplete="new-password"
                    error={again() && again() !== next() ? "The two are not the same" : undefined}
                    required
                />
                <button type="submit" class="btn primary" disabled={change.busy()}>
                    Change it
                </button>
            </form>
        </Panel>
    );
}

function Codes(props: { codes: readonly string[] }): JSX.Element {
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

function Factor(): JSX.Element {
    const [offer, setOffer] = createSignal<{ uri: string; secret: string } | null>(null);
    const [codes, setCodes] = createSignal<string[]>([]);
    const [code, setCode] = createSignal("");
    const confirmIt = createAction(async () => {
        const answer = await post<{ codes: string[] }>("/me/factor/confirm", { code: code().trim() });
        setCodes(answer.codes);
        setOffer(null);
        setCode("");
        await refreshMe();
    });
    return (
        <Panel
            class="c4"
            title={
                <>
                    Second factor{" "}
                    <Badge kind={me()?.second_factor ? "ok" : "warn"}>{me()?.second_factor ? "on" : "off"}</Badge>
                </>
            }
        >
            <div class="stack">
                <Show when={codes().length > 0}>
                    <Codes codes={codes()} />
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
                                Give this secret to an authenticator, or <a href={one().uri}>open it there</a>, and type
                                the code that it shows.
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
                            when={me()?.second_factor}
                            fallback={
                                <Button kind="primary" onClick={async () => setOffer(await post("/me/factor", {}))}>
                                    Set it up
                                </Button>
                            }
                        >
                            <Button
                                onClick={async () =>
                                    setCodes((await post<{ codes: string[] }>("/me/factor/codes", {})).codes)
                                }
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
                                    await call("DELETE", "/me/factor");
                                    await refreshMe();
                                }}
                            >
                                Turn it off
                            </Button>
                        </Show>
                    </div>
                </Show>
            </div>
        </Panel>
    );
}

export default function Account(): JSX.Element {
    const load = createLoad(
        () => true,
        async (_key, signal) => (await get<{ items: SignIn[] }>("/me/sessions", {}, signal)).items,
        { everyMs: 30_000 },
    );
    return (
        <div class="page">
            <div class="page-head">
                <h1>Your account</h1>
                <span class="dim">
                    {me()?.name}, {me()?.role}
                </span>
            </div>
            <div class="grid">
                <Password />
                <Factor />
                <Panel class="c12" title="Where you are signed in" at={load.at()} limitMs={90_000} flush>
                    <Shown load={load}>
                        {(list) => (
                            <Table
                                name="sign-ins"
                                label="Sign-ins"
                                rows={list()}
                                columns={[
                                    {
                                        id: "agent",
                                        head: "Browser",
                                        get: (row) => row.agent,
                                        cell: (row) => (
                                            <span title={row.agent}>
                                                {row.current ? <Badge kind="info">this one</Badge> : null} {row.agent}
                                            </span>
                                        ),
                                    },
                                    { id: "address", head: "From", get: (row) => row.address },
                                    {
                                        id: "created",
                                        head: "Since",
                                        get: (row) => row.created,
                                        cell: (row) => formatMoment(row.created, prefs().zone),
                                        small: false,
                                    },
                                    {
                                        id: "used",
                                        head: "Last",
                                        get: (row) => row.used,
                                        cell: (row) => formatMoment(row.used, prefs().zone),
                                    },
                                    {
                                        id: "act",
                                        head: "",
                                        get: () => "",
                                        fixed: true,
                                        cell: (row) => (
                                            <Show when={!row.current}>
                                                <Button
                                                    kind="small danger"
                                                    label={`End the sign-in from ${row.address}`}
                                                    onClick={async () => {
                                                        await call("DELETE", path`/me/sessions/${row.id}`);
                                                        await load.refresh();
                                                    }}
                                                >
                                                    End it
                                                </Button>
                                            </Show>
                                        ),
                                    },
                                ]}
                            />
                        )}
                    </Shown>
                </Panel>
            </div>
        </div>
    );
}
