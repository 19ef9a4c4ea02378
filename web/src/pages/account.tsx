import { createSignal, type JSX, Show } from "solid-js";
import { me, takeAccess } from "../api/auth";
import { call, get, path, post } from "../api/client";
import type { LoginAnswer, SignIn } from "../api/model";
import { prefs } from "../lib/prefs";
import { formatMoment } from "../lib/time";
import { Button, createAction, say } from "../ui/act";
import { Factor } from "../ui/factor";
import { Badge } from "../ui/figure";
import { TextField } from "../ui/form";
import { createLoad, Panel, Shown } from "../ui/load";
import { Table } from "../ui/table";

function Password(): JSX.Element {
    const [old, setOld] = createSignal("");
    const [next, setNext] = createSignal("");
    const [again, setAgain] = createSignal("");
    const change = createAction(async () => {
        if (next() !== again()) throw new Error("The two new passwords are not the same.");
        await takeAccess(await post<LoginAnswer>("/auth/password", { old: old(), new: next() }));
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
                    hint="At least 12 characters"
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

export default function Account(): JSX.Element {
    const load = createLoad(
        () => true,
        async (_key, signal) => (await get<{ items: SignIn[] }>("/auth/logins", {}, signal)).items,
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
                <Panel
                    class="c4"
                    title={
                        <>
                            Second factor{" "}
                            <Badge kind={me()?.factor_set ? "ok" : "warn"}>{me()?.factor_set ? "on" : "off"}</Badge>
                        </>
                    }
                >
                    <Factor />
                </Panel>
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
                                        get: (row) => row.began,
                                        cell: (row) => formatMoment(row.began, prefs().zone),
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
                                                    label={`End it: the sign-in from ${row.address}`}
                                                    onClick={async () => {
                                                        await call("DELETE", path`/auth/logins/${row.login}`);
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
