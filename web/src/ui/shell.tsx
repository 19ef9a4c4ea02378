// What stands around every page: where one can go, what the account is worth, whether the page is live, and the switch
// that stops everything.
import { createEffect, createSignal, For, type JSX, Match, on, Show, Switch } from "solid-js";
import { may, me, signOut } from "../api/auth";
import { reach } from "../api/client";
import { stream, streamAt, streamState } from "../api/live";
import { differenceText, formatDecimal } from "../lib/decimal";
import { type Density, type Palette, prefs, setPref, type Theme } from "../lib/prefs";
import { go, path } from "../lib/router";
import { choose, current, isHalted, killAll, live, sessions, viewAt } from "../lib/session";
import { formatAge, formatMoment, type Zone } from "../lib/time";
import { Dialog, HoldButton, Menu, say } from "./act";
import { now } from "./clock";
import { Change } from "./figure";
import { Check, Segments } from "./form";
import { Icon, type IconName, Mark } from "./icon";
import { Fresh } from "./load";

interface Place {
    to: string;
    name: string;
    icon: IconName;
    key: string; // after "g"
    admin?: boolean;
}

const PLACES: readonly (Place | string)[] = [
    "Trade",
    { to: "/", name: "Overview", icon: "overview", key: "o" },
    { to: "/session", name: "Session", icon: "session", key: "t" },
    { to: "/markets", name: "Markets", icon: "markets", key: "m" },
    { to: "/strategies", name: "Strategies", icon: "strategies", key: "s" },
    { to: "/risk", name: "Risk", icon: "risk", key: "r" },
    "Analyse",
    { to: "/research", name: "Research", icon: "research", key: "e" },
    { to: "/options", name: "Options", icon: "options", key: "p" },
    { to: "/portfolio", name: "Portfolio", icon: "portfolio", key: "f" },
    "Manage",
    { to: "/people", name: "People and keys", icon: "people", key: "u" },
    { to: "/audit", name: "Audit", icon: "audit", key: "a", admin: true },
    { to: "/system", name: "System", icon: "system", key: "y" },
];

const places = PLACES.filter((place): place is Place => typeof place !== "string");

function isHere(to: string): boolean {
    return to === "/" ? path() === "/" : path() === to || path().startsWith(`${to}/`);
}

export function stateKind(state: string | undefined): string {
    switch (state) {
        case "running":
            return "ok";
        case "paused":
        case "waiting":
            return "warn";
        case "broken":
            return "bad";
        default:
            return "";
    }
}

function Account(): JSX.Element {
    const view = () => live.view;
    return (
        <dl class="ticker" aria-label="Account">
            <Show when={view()}>
                {(session) => (
                    <>
                        <div class="tick">
                            <dt>Equity {session().account.currency}</dt>
                            <dd data-testid="equity">{formatDecimal(session().account.equity, { places: 2 })}</dd>
                        </div>
                        <div class="tick">
                            <dt>Today</dt>
                            <dd>
                                <Change
                                    value={differenceText(session().account.equity, session().account.equity_day)}
                                    places={2}
                                />
                            </dd>
                        </div>
                        <div class="tick hide-small">
                            <dt>Since start</dt>
                            <dd>
                                <Change
                                    value={differenceText(session().account.equity, session().account.capital)}
                                    places={2}
                                />
                            </dd>
                        </div>
                        <div class="tick hide-small">
                            <dt>Data clock</dt>
                            <dd>{formatMoment(session().clock, prefs().zone)}</dd>
                        </div>
                    </>
                )}
            </Show>
        </dl>
    );
}

function SessionChoice(): JSX.Element {
    return (
        <Show when={(sessions()?.length ?? 0) > 0}>
            <label class="row nowrap hide-small">
                <span class={`dot ${stateKind(live.view?.state)}`} />
                <span class="vh">Trading session</span>
                <select
                    class="input small"
                    onChange={(event) => {
                        const name = event.currentTarget.value;
                        choose(name);
                        if (path().startsWith("/session/")) go(`/session/${encodeURIComponent(name)}`);
                    }}
                >
                    <For each={sessions()}>
                        {(session) => (
                            <option value={session.name} selected={session.name === current()}>
                                {session.name} ({session.state})
                            </option>
                        )}
                    </For>
                </select>
            </label>
        </Show>
    );
}

function KillSwitch(): JSX.Element {
    const [flatten, setFlatten] = createSignal(false);
    const halted = () => {
        const list = sessions() ?? [];
        return list.length > 0 && list.every(isHalted);
    };
    async function kill(): Promise<void> {
        const began = performance.now();
        const done = await killAll(flatten());
        const ms = Math.round(performance.now() - began);
        if (done.failed.length > 0) {
            say("bad", `Not stopped: ${done.failed.join(", ")}. Hold again.`);
            return;
        }
        say(
            "ok",
            `${done.sessions} session${done.sessions === 1 ? "" : "s"} halted in ${ms} ms, ` +
                `${done.canceled} order${done.canceled === 1 ? "" : "s"} canceled${flatten() ? ", positions are being closed" : ""}.`,
        );
    }
    return (
        <Show when={may("trader")}>
            <div class="row nowrap kill-wrap">
                <span class="hide-small">
                    <Check label="and flatten" checked={flatten()} onInput={setFlatten} />
                </span>
                <HoldButton
                    kind="kill"
                    label="Stop all trading and cancel every order"
                    onDone={kill}
                    state={halted() ? "killed" : ""}
                    testId="kill"
                    text={halted() ? "HALTED" : "KILL"}
                />
            </div>
        </Show>
    );
}

function SettingsMenu(): JSX.Element {
    return (
        <Menu
            label="Settings and account"
            button={
                <>
                    <Icon name="user" /> <span class="hide-small">{me()?.name}</span>
                </>
            }
        >
            <span class="title">
                {me()?.name}, {me()?.role}
            </span>
            <a href="/account">Password, second factor, sign-ins</a>
            <hr />
            <span class="title">Theme</span>
            <Segments<Theme>
                wide
                label="Theme"
                value={prefs().theme}
                onInput={(value) => setPref("theme", value)}
                options={[
                    ["dark", "Dark"],
                    ["light", "Light"],
                    ["system", "System"],
                ]}
            />
            <span class="title">Up and down</span>
            <Segments<Palette>
                wide
                label="Colours of up and down"
                value={prefs().palette}
                onInput={(value) => setPref("palette", value)}
                options={[
                    ["teal", "Teal, coral"],
                    ["blue", "Blue, orange"],
                    ["east", "Coral, teal"],
                ]}
            />
            <span class="title">Times</span>
            <Segments<Zone>
                wide
                label="Time zone"
                value={prefs().zone}
                onInput={(value) => setPref("zone", value)}
                options={[
                    ["utc", "UTC"],
                    ["local", "Local"],
                ]}
            />
            <span class="title">Rows</span>
            <Segments<Density>
                wide
                label="Density"
                value={prefs().density}
                onInput={(value) => setPref("density", value)}
                options={[
                    ["compact", "Compact"],
                    ["normal", "Roomy"],
                ]}
            />
            <hr />
            <a href="/api/docs" target="_blank" rel="noreferrer">
                API documentation
            </a>
            <button type="button" data-close onClick={() => setShowKeys(true)}>
                Keyboard <kbd>?</kbd>
            </button>
            <button type="button" data-close onClick={() => void signOut()}>
                Sign out
            </button>
        </Menu>
    );
}

const [showKeys, setShowKeys] = createSignal(false);

function Keys(): JSX.Element {
    return (
        <Show when={showKeys()}>
            <Dialog title="Keyboard" onClose={() => setShowKeys(false)}>
                <dl class="pairs">
                    <For each={places}>
                        {(place) => (
                            <>
                                <dt>{place.name}</dt>
                                <dd>
                                    <kbd>g</kbd> <kbd>{place.key}</kbd>
                                </dd>
                            </>
                        )}
                    </For>
                    <dt>Stop all trading</dt>
                    <dd>
                        <kbd>Ctrl</kbd> <kbd>Shift</kbd> <kbd>K</kbd>, then hold <kbd>Enter</kbd>
                    </dd>
                    <dt>Theme</dt>
                    <dd>
                        <kbd>g</kbd> <kbd>d</kbd>
                    </dd>
                    <dt>This list</dt>
                    <dd>
                        <kbd>?</kbd>
                    </dd>
                </dl>
            </Dialog>
        </Show>
    );
}

let leader = 0;

export function onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement | null;
    if (event.ctrlKey && event.shiftKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        document.querySelector<HTMLElement>("[data-testid=kill]")?.focus();
        return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target?.closest("input,select,textarea,dialog")) return;
    if (event.key === "?") {
        setShowKeys(true);
    } else if (event.key === "g") {
        leader = Date.now();
    } else if (Date.now() - leader < 1500) {
        leader = 0;
        if (event.key === "d") setPref("theme", prefs().theme === "dark" ? "light" : "dark");
        const place = places.find((one) => one.key === event.key);
        if (place) go(place.to);
    }
}

function Connection(): JSX.Element {
    const kind = () => (!reach().ok ? "bad" : streamState() === "live" ? "ok" : "warn");
    const words = () => {
        if (!reach().ok) return "No answer from the server";
        switch (streamState()) {
            case "live":
                return "Live";
            case "connecting":
                return "Connecting";
            case "waiting":
                return "Stream lost, asking each second";
            default:
                return "Stream off";
        }
    };
    return (
        <span class="row nowrap" role="status" data-testid="connection" data-state={kind()}>
            <span class={`dot ${kind()}`} />
            {words()}
            <Show when={streamState() === "waiting" || !reach().ok}>
                <button type="button" class="btn quiet small" onClick={() => stream.hurry()}>
                    Reconnect
                </button>
            </Show>
        </span>
    );
}

function StatusBar(): JSX.Element {
    return (
        <footer class="statusbar">
            <Connection />
            <span>
                {reach().ok ? `${Math.round(reach().ms)} ms` : `last answer ${formatAge(now() - reach().at)} ago`}
            </span>
            <Show when={live.view}>
                {(view) => (
                    <>
                        <span>
                            {view().name}: <Fresh at={viewAt()} limitMs={5000} label="Session" />
                        </span>
                        <span class="hide-small">
                            event {view().seq.toLocaleString("en-US")}
                            <Show when={view().rate > 0 && view().state === "running"}>
                                , {Math.round(view().rate).toLocaleString("en-US")}/s
                            </Show>
                        </span>
                    </>
                )}
            </Show>
            <span class="grow" />
            <Show when={Number.isFinite(streamAt()) && streamState() === "live"}>
                <span class="hide-small">stream {formatAge(Math.max(0, now() - streamAt()))}</span>
            </Show>
            <span>{prefs().zone === "utc" ? "UTC" : "local time"}</span>
        </footer>
    );
}

function Banner(): JSX.Element {
    const view = () => live.view;
    return (
        <Switch>
            <Match when={!reach().ok}>
                <div class="banner bad" role="alert">
                    The server does not answer. What you see is {formatAge(now() - reach().at)} old; orders are not
                    sent.
                </div>
            </Match>
            <Match when={view()?.state === "broken"}>
                <div class="banner bad" role="alert">
                    {view()?.name} is broken: {view()?.story}
                </div>
            </Match>
            <Match when={isHalted(view())}>
                <div class="banner warn" role="status">
                    Trading of {view()?.name} is halted by {view()?.halted === "breaker" ? "a breaker" : "an operator"}.{" "}
                    <a href="/risk">Risk says why, and how it resumes</a>
                </div>
            </Match>
            <Match when={(view()?.counts.unknown ?? 0) > 0}>
                <div class="banner warn" role="status">
                    {view()?.counts.unknown} order{view()?.counts.unknown === 1 ? "" : "s"} of unknown state: counted at
                    the worst.
                </div>
            </Match>
        </Switch>
    );
}

export function Shell(props: { children: JSX.Element }): JSX.Element {
    const [menu, setMenu] = createSignal(false);
    let main!: HTMLElement;
    createEffect(
        on(
            path,
            () => {
                setMenu(false);
                main.scrollTop = 0;
            },
            { defer: true },
        ),
    );
    return (
        <div class="shell" data-rail={prefs().rail ? "wide" : "narrow"}>
            <a class="skip" href="#main">
                Skip to the page
            </a>
            <header class="topbar">
                <a href="/" class="brand" aria-label="Fulmar, overview">
                    <Mark />
                    <span>Fulmar</span>
                </a>
                <Account />
                <SessionChoice />
                <KillSwitch />
                <SettingsMenu />
            </header>
            <nav class={`rail ${menu() ? "open" : ""}`} aria-label="Pages">
                <For each={PLACES.filter((place) => typeof place === "string" || !place.admin || may("admin"))}>
                    {(place) =>
                        typeof place === "string" ? (
                            <span class="rail-group">{place}</span>
                        ) : (
                            <a href={place.to} aria-current={isHere(place.to) ? "page" : undefined} title={place.name}>
                                <Icon name={place.icon} />
                                <span>{place.name}</span>
                            </a>
                        )
                    }
                </For>
            </nav>
            <main class="main" id="main" tabindex="-1" ref={main}>
                <Banner />
                {props.children}
            </main>
            <StatusBar />
            <nav class="tabbar" aria-label="Main pages">
                <For each={places.filter((place) => ["/", "/session", "/markets", "/risk"].includes(place.to))}>
                    {(place) => (
                        <a href={place.to} aria-current={isHere(place.to) ? "page" : undefined}>
                            <Icon name={place.icon} />
                            {place.name}
                        </a>
                    )}
                </For>
                <button type="button" aria-expanded={menu()} onClick={() => setMenu(!menu())}>
                    <Icon name="menu" />
                    More
                </button>
            </nav>
            <Keys />
        </div>
    );
}
