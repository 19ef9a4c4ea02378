import { createEffect, For, type JSX, Show } from "solid-js";
import { may } from "../api/auth";
import { go, query } from "../lib/router";
import { ask, current, live, refreshSessions, sessions, viewError } from "../lib/session";
import { Button, confirm } from "../ui/act";
import { Icon } from "../ui/icon";
import { Failed, Loading } from "../ui/load";
import { Controls } from "./session/controls";
import { Desk } from "./session/desk";
import { NewSession } from "./session/new";

export default function SessionPage(props: { params: Record<string, string> }): JSX.Element {
    const making = () => !props.params.name && (query().get("new") === "1" || sessions()?.length === 0);
    createEffect(() => {
        if (!props.params.name && !making() && current()) go(`/session/${encodeURIComponent(current())}`, true);
    });
    const view = () => (live.view && live.view.name === props.params.name ? live.view : null);
    const remove = async () => {
        const name = props.params.name ?? "";
        if (
            !(await confirm(
                `End the session ${name}?`,
                "Its orders are canceled and its threads stop. The journal stays on the disk.",
                "End it",
            ))
        )
            return;
        await ask<void>(name, "DELETE", "");
        await refreshSessions();
        go("/");
    };
    return (
        <div class="page">
            <div class="page-head">
                <h1>{making() ? "New session" : "Session"}</h1>
                <For each={making() ? [] : (sessions() ?? [])}>
                    {(one) => (
                        <a
                            class={`btn small ${one.name === props.params.name ? "primary" : ""}`}
                            href={`/session/${encodeURIComponent(one.name)}`}
                            aria-current={one.name === props.params.name ? "page" : undefined}
                        >
                            {one.name}
                        </a>
                    )}
                </For>
                <span class="grow" />
                <Show when={!making() && may("trader")}>
                    <a class="btn small" href="/session?new=1">
                        <Icon name="plus" /> New session
                    </a>
                    <Button kind="small danger" onClick={remove}>
                        End session
                    </Button>
                </Show>
            </div>
            <Show when={making()}>
                <NewSession first={sessions()?.length === 0} />
            </Show>
            <Show when={!making()}>
                <Show
                    when={view()}
                    fallback={
                        <Show when={viewError()} fallback={<Loading lines={10} />}>
                            <Failed error={viewError()} />
                        </Show>
                    }
                >
                    {(session) => (
                        <>
                            <Controls view={session()} />
                            <Desk view={session()} />
                        </>
                    )}
                </Show>
            </Show>
        </div>
    );
}
