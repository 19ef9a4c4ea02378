import { createSignal, type JSX, Show } from "solid-js";
import { may, me } from "../api/auth";
import { call, get, path, post } from "../api/client";
import type { ApiKey, User } from "../api/model";
import { prefs } from "../lib/prefs";
import { formatMoment, inputToInstant } from "../lib/time";
import { Button, confirm, createAction, Dialog, say } from "../ui/act";
import { Badge, Note } from "../ui/figure";
import { Check, SelectField, TextField } from "../ui/form";
import { createLoad, Empty, Panel, Shown } from "../ui/load";
import { Table } from "../ui/table";

const ROLES = [
    ["viewer", "Viewer: looks"],
    ["trader", "Trader: trades and runs"],
    ["admin", "Admin: people, keys, system"],
] as const;

function NewUser(props: { onDone: () => void; onClose: () => void }): JSX.Element {
    const [name, setName] = createSignal("");
    const [email, setEmail] = createSignal("");
    const [role, setRole] = createSignal("viewer");
    const [password, setPassword] = createSignal("");
    const add = createAction(async () => {
        await post("/users", {
            name: name().trim(),
            role: role(),
            password: password(),
            ...(email().trim() ? { email: email().trim() } : {}),
        });
        say("ok", `${name()} may sign in.`);
        props.onDone();
    });
    return (
        <Dialog title="New person" onClose={props.onClose}>
            <form
                class="form"
                onSubmit={(event) => {
                    event.preventDefault();
                    void add.run();
                }}
            >
                <TextField label="Name" value={name()} onInput={setName} required autofocus />
                <TextField
                    label="Mail"
                    type="email"
                    value={email()}
                    onInput={setEmail}
                    hint="Where alerts go; may stay empty"
                />
                <SelectField label="Role" value={role()} onInput={setRole} options={ROLES} />
                <TextField
                    label="First password"
                    type="password"
                    value={password()}
                    onInput={setPassword}
                    autocomplete="new-password"
                    hint="At least 12 characters; they change it after the first sign-in"
                    required
                />
                <button type="submit" class="btn primary" disabled={add.busy()}>
                    Add
                </button>
            </form>
        </Dialog>
    );
}

function Users(): JSX.Element {
    const load = createLoad(
        () => may("admin"),
        async (_key, signal) => (await get<{ items: User[] }>("/users", {}, signal)).items,
    );
    const [adding, setAdding] = createSignal(false);
    const change = async (user: User, body: Record<string, unknown>) => {
        await call("PATCH", path`/users/${user.user}`, { body });
        await load.refresh();
    };
    return (
        <Panel
            title="People"
            at={load.at()}
            limitMs={3_600_000}
            flush
            actions={
                <button type="button" class="btn small primary" onClick={() => setAdding(true)}>
                    New person
                </button>
            }
        >
            <Show when={adding()}>
                <NewUser
                    onClose={() => setAdding(false)}
                    onDone={() => {
                        setAdding(false);
                        void load.refresh();
                    }}
                />
            </Show>
            <Shown load={load}>
                {(list) => (
                    <Table
                        name="users"
                        label="People"
                        rows={list()}
                        columns={[
                            { id: "name", head: "Name", get: (row) => row.name },
                            {
                                id: "role",
                                head: "Role",
                                get: (row) => row.role,
                                cell: (row) => (
                                    <select
                                        class="input small"
                                        aria-label={`Role of ${row.name}`}
                                        disabled={row.user === me()?.user}
                                        onChange={(event) => {
                                            const role = event.currentTarget.value;
                                            void change(row, { role }).catch((error: Error) =>
                                                say("bad", error.message),
                                            );
                                        }}
                                    >
                                        {ROLES.map(([value]) => (
                                            <option value={value} selected={value === row.role}>
                                                {value}
                                            </option>
                                        ))}
                                    </select>
                                ),
                            },
                            {
                                id: "factor",
                                head: "Second factor",
                                get: (row) => (row.factor_set ? "yes" : "no"),
                                cell: (row) => (
                                    <Badge kind={row.factor_set ? "ok" : "warn"}>{row.factor_set ? "yes" : "no"}</Badge>
                                ),
                            },
                            {
                                id: "login",
                                head: "Signed in last",
                                get: (row) => row.last_login,
                                cell: (row) => formatMoment(row.last_login, prefs().zone),
                            },
                            {
                                id: "created",
                                head: "Since",
                                get: (row) => row.created,
                                cell: (row) => formatMoment(row.created, prefs().zone),
                                small: false,
                            },
                            {
                                id: "state",
                                head: "State",
                                get: (row) => (row.disabled ? "disabled" : "active"),
                                cell: (row) => (
                                    <Badge kind={row.disabled ? "bad" : "ok"}>
                                        {row.disabled ? "disabled" : "active"}
                                    </Badge>
                                ),
                            },
                            {
                                id: "act",
                                head: "",
                                get: () => "",
                                fixed: true,
                                cell: (row) => (
                                    <Show when={row.user !== me()?.user}>
                                        <Button
                                            kind={`small ${row.disabled ? "" : "danger"}`}
                                            label={`${row.disabled ? "Enable" : "Disable"} ${row.name}`}
                                            onClick={async () => {
                                                if (
                                                    row.disabled ||
                                                    (await confirm(
                                                        `Disable ${row.name}?`,
                                                        "Their sign-ins end and their keys stop at once. Nothing of theirs is removed.",
                                                        "Disable",
                                                    ))
                                                )
                                                    await change(row, { disabled: !row.disabled });
                                            }}
                                        >
                                            {row.disabled ? "Enable" : "Disable"}
                                        </Button>
                                    </Show>
                                ),
                            },
                        ]}
                    />
                )}
            </Shown>
        </Panel>
    );
}

const SCOPES = ["read", "trade", "run", "risk", "admin"] as const;

function NewKey(props: { onDone: () => void; onClose: () => void }): JSX.Element {
    const [name, setName] = createSignal("");
    const [scopes, setScopes] = createSignal<string[]>(["read"]);
    const [from, setFrom] = createSignal("");
    const [expires, setExpires] = createSignal("");
    const [signing, setSigning] = createSignal(false);
    const [secret, setSecret] = createSignal<string | null>(null);
    const add = createAction(async () => {
        const until = expires() ? inputToInstant(expires()) : null;
        const answer = await post<{ text: string }>("/keys", {
            name: name().trim(),
            scopes: scopes(),
            signing: signing(),
            ...(from().trim() ? { from: from().trim() } : {}),
            ...(until ? { expires: until } : {}),
        });
        setSecret(answer.text);
        props.onDone();
    });
    return (
        <Dialog title="New API key" onClose={props.onClose}>
            <Show
                when={secret()}
                fallback={
                    <form
                        class="form"
                        onSubmit={(event) => {
                            event.preventDefault();
                            void add.run();
                        }}
                    >
                        <TextField
                            label="Name"
                            value={name()}
                            onInput={setName}
                            placeholder="nightly backtests"
                            required
                            autofocus
                        />
                        <div class="row" role="group" aria-label="What it may do">
                            {SCOPES.map((scope) => (
                                <Check
                                    label={scope}
                                    checked={scopes().includes(scope)}
                                    onInput={(on) =>
                                        setScopes((list) =>
                                            on ? [...list, scope] : list.filter((one) => one !== scope),
                                        )
                                    }
                                />
                            ))}
                        </div>
                        <TextField
                            label="From"
                            value={from()}
                            onInput={setFrom}
                            placeholder="10.0.0.0/8 192.0.2.7"
                            hint="Networks that may use it; empty: any"
                        />
                        <TextField
                            label="Until"
                            value={expires()}
                            onInput={setExpires}
                            placeholder="2027-01-31"
                            hint="Empty: for good"
                        />
                        <Check
                            label="Its requests are signed (HMAC), the key itself is never sent"
                            checked={signing()}
                            onInput={setSigning}
                        />
                        <button type="submit" class="btn primary" disabled={add.busy() || scopes().length === 0}>
                            Make it
                        </button>
                    </form>
                }
            >
                <Note kind="warn">This is shown once. Put it where it is kept; the server has only its digest.</Note>
                <pre class="note" data-testid="new-key">
                    {secret()}
                </pre>
            </Show>
        </Dialog>
    );
}

function Keys(): JSX.Element {
    const load = createLoad(
        () => true,
        async (_key, signal) => (await get<{ items: ApiKey[] }>("/keys", {}, signal)).items,
    );
    const [adding, setAdding] = createSignal(false);
    return (
        <Panel
            title="API keys"
            at={load.at()}
            limitMs={3_600_000}
            flush
            actions={
                <button type="button" class="btn small primary" onClick={() => setAdding(true)}>
                    New key
                </button>
            }
        >
            <Show when={adding()}>
                <NewKey onClose={() => setAdding(false)} onDone={() => void load.refresh()} />
            </Show>
            <Shown load={load}>
                {(list) => (
                    <Table
                        name="keys"
                        label="API keys"
                        rows={list()}
                        columns={[
                            { id: "name", head: "Name", get: (row) => row.name },
                            {
                                id: "id",
                                head: "Key",
                                get: (row) => row.public_id,
                                cell: (row) => <span class="mono">{row.public_id}</span>,
                            },
                            { id: "scopes", head: "May", get: (row) => row.scopes },
                            { id: "from", head: "From", get: (row) => row.from || "anywhere", small: false },
                            { id: "signing", head: "Signed", get: (row) => (row.signing ? "yes" : "no"), small: false },
                            {
                                id: "created",
                                head: "Made",
                                get: (row) => row.created,
                                cell: (row) => formatMoment(row.created, prefs().zone),
                                small: false,
                            },
                            {
                                id: "expires",
                                head: "Until",
                                get: (row) => row.expires,
                                cell: (row) => (row.expires ? formatMoment(row.expires, prefs().zone) : "for good"),
                            },
                            {
                                id: "act",
                                head: "",
                                get: () => "",
                                fixed: true,
                                cell: (row) => (
                                    <Show when={!row.revoked} fallback={<Badge kind="bad">revoked</Badge>}>
                                        <Button
                                            kind="small danger"
                                            label={`Revoke ${row.name}`}
                                            onClick={async () => {
                                                if (
                                                    !(await confirm(
                                                        `Revoke ${row.name}?`,
                                                        "What uses it is refused from now on. It cannot be brought back; make a new one to rotate.",
                                                        "Revoke",
                                                    ))
                                                )
                                                    return;
                                                await call("DELETE", path`/keys/${row.key}`);
                                                await load.refresh();
                                            }}
                                        >
                                            Revoke
                                        </Button>
                                    </Show>
                                ),
                            },
                        ]}
                        empty={<Empty title="No key yet" />}
                    />
                )}
            </Shown>
        </Panel>
    );
}

export default function People(): JSX.Element {
    return (
        <div class="page">
            <div class="page-head">
                <h1>People and keys</h1>
            </div>
            <Show when={may("admin")} fallback={<Note>Admins see who may sign in; below are your own keys.</Note>}>
                <Users />
            </Show>
            <Keys />
        </div>
    );
}
