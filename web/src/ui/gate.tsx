// Before one is in: the first set-up, signing in, and waiting for a server that does not answer.
import { createSignal, type JSX, Match, onMount, Show, Switch } from "solid-js";
import { begin, goOn, phase, secondFactor, setUp, showSetUp, showSignIn, signIn } from "../api/auth";
import { errorText } from "../api/problem";
import { Factor } from "./factor";
import { Note } from "./figure";
import { TextField } from "./form";
import { Mark } from "./icon";

function Card(props: { title: string; children: JSX.Element }): JSX.Element {
    return (
        <main class="gate" id="main" tabindex="-1">
            <div class="gate-card">
                <span class="brand">
                    <Mark />
                    <span>Fulmar</span>
                </span>
                <h1>{props.title}</h1>
                {props.children}
            </div>
        </main>
    );
}

function Form(props: { work: () => Promise<void>; label: string; children: JSX.Element }): JSX.Element {
    const [error, setError] = createSignal<unknown>();
    const [busy, setBusy] = createSignal(false);
    return (
        <form
            class="form"
            onSubmit={async (event) => {
                event.preventDefault();
                if (busy()) return;
                setBusy(true);
                setError(undefined);
                try {
                    await props.work();
                } catch (caught) {
                    setError(() => caught);
                }
                setBusy(false);
            }}
        >
            {props.children}
            <Show when={error()}>
                <Note kind="bad">{errorText(error())}</Note>
            </Show>
            <button type="submit" class="btn primary" disabled={busy()}>
                {busy() ? "One moment" : props.label}
            </button>
        </form>
    );
}

function SignIn(): JSX.Element {
    const [name, setName] = createSignal("");
    const [password, setPassword] = createSignal("");
    const [code, setCode] = createSignal("");
    const [pending, setPending] = createSignal<string | null>(null);
    return (
        <Card title="Sign in">
            <Form
                label="Sign in"
                work={async () => {
                    const word = pending();
                    if (word) await secondFactor(word, code().trim());
                    else setPending(await signIn(name().trim(), password()));
                }}
            >
                <TextField
                    label="Name"
                    name="username"
                    value={name()}
                    onInput={setName}
                    autocomplete="username"
                    required
                    autofocus
                />
                <TextField
                    label="Password"
                    name="password"
                    type="password"
                    value={password()}
                    onInput={setPassword}
                    autocomplete="current-password"
                    required
                />
                <Show when={pending()}>
                    <TextField
                        label="Code of your second factor"
                        name="code"
                        value={code()}
                        onInput={setCode}
                        autocomplete="one-time-code"
                        hint="Six digits of your authenticator, or a recovery code"
                        required
                        autofocus
                    />
                </Show>
            </Form>
            <button type="button" class="btn quiet small" onClick={showSetUp}>
                First start? Set this server up
            </button>
        </Card>
    );
}

function SetUp(): JSX.Element {
    // A token in the address is taken out of it at once: it is not to stay in the history.
    const given = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
    const [token, setToken] = createSignal(given);
    const [name, setName] = createSignal("");
    const [password, setPassword] = createSignal("");
    const [again, setAgain] = createSignal("");
    onMount(() => given && history.replaceState(null, "", location.pathname));
    const mismatch = () => (again() !== "" && again() !== password() ? "The two are not the same" : undefined);
    return (
        <Card title="Set up this server">
            <p class="dim">
                Nobody can sign in yet. The server printed a one-time token when it started; with it you make the first
                account, which may do everything.
            </p>
            <Form
                label="Make the account"
                work={async () => {
                    if (password() !== again()) throw new Error("The two passwords are not the same.");
                    await setUp(token().trim(), name().trim(), password());
                }}
            >
                <TextField
                    label="One-time token"
                    value={token()}
                    onInput={setToken}
                    required
                    autofocus={!given}
                    hint="From the server's terminal"
                />
                <TextField
                    label="Name"
                    name="username"
                    value={name()}
                    onInput={setName}
                    autocomplete="username"
                    required
                    autofocus={!!given}
                />
                <TextField
                    label="Password"
                    name="new-password"
                    type="password"
                    value={password()}
                    onInput={setPassword}
                    autocomplete="new-password"
                    hint="At least 12 characters; a few words are better"
                    required
                />
                <TextField
                    label="The same again"
                    type="password"
                    value={again()}
                    onInput={setAgain}
                    autocomplete="new-password"
                    error={mismatch()}
                    required
                />
            </Form>
            <button type="button" class="btn quiet small" onClick={showSignIn}>
                There is an account already
            </button>
        </Card>
    );
}

export function Gate(): JSX.Element {
    return (
        <Switch>
            <Match when={phase() === "checking"}>
                <main class="gate" id="main" tabindex="-1">
                    <span class="dim" role="status">
                        Connecting
                    </span>
                </main>
            </Match>
            <Match when={phase() === "unreachable"}>
                <Card title="The server does not answer">
                    <p class="dim">The page tries again every few seconds. Is it running?</p>
                    <p class="mono">fulmar serve</p>
                    <button type="button" class="btn" onClick={() => void begin()}>
                        Try now
                    </button>
                </Card>
            </Match>
            <Match when={phase() === "setup"}>
                <SetUp />
            </Match>
            <Match when={phase() === "factor"}>
                <Card title="One more step">
                    <p class="dim">
                        Who may do everything needs more than a password: a code of an authenticator app on your phone.
                    </p>
                    <Factor done={() => void goOn()} />
                </Card>
            </Match>
            <Match when={phase() === "out"}>
                <SignIn />
            </Match>
        </Switch>
    );
}
