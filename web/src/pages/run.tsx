import { createSignal, For, type JSX, Show } from "solid-js";
import { may } from "../api/auth";
import { call, fetchBlob, get, path } from "../api/client";
import type { Run } from "../api/model";
import { prefs } from "../lib/prefs";
import { go } from "../lib/router";
import { formatMoment } from "../lib/time";
import { Button, confirm, say } from "../ui/act";
import { Badge, Pairs } from "../ui/figure";
import { createLoad, Panel, Shown } from "../ui/load";
import { type Report, ReportView } from "./report";

async function saveReport(name: string): Promise<void> {
    const blob = await fetchBlob(path`/runs/${name}/report.html`);
    const url = URL.createObjectURL(blob);
    const link = document.createElement("a");
    link.href = url;
    link.download = `${name}.html`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function Tags(props: { run: Run; refresh: () => void }): JSX.Element {
    const [text, setText] = createSignal("");
    const put = async (tags: string[]) => {
        await call("PUT", path`/runs/${props.run.name}/tags`, { body: { tags } });
        props.refresh();
    };
    return (
        <span class="row">
            <For each={props.run.tags}>
                {(tag) => (
                    <Badge>
                        {tag}
                        <Show when={may("trader")}>
                            <button
                                type="button"
                                class="btn quiet small"
                                aria-label={`Take the tag ${tag} away`}
                                onClick={() => void put(props.run.tags.filter((one) => one !== tag))}
                            >
                                ×
                            </button>
                        </Show>
                    </Badge>
                )}
            </For>
            <Show when={may("trader")}>
                <form
                    onSubmit={(event) => {
                        event.preventDefault();
                        const tag = text().trim();
                        if (!tag) return;
                        void put([...new Set([...props.run.tags, tag])]).catch((error: Error) =>
                            say("bad", error.message),
                        );
                        setText("");
                    }}
                >
                    <input
                        class="input small"
                        placeholder="Tag"
                        aria-label="Add a tag"
                        size="8"
                        value={text()}
                        onInput={(event) => setText(event.currentTarget.value)}
                    />
                </form>
            </Show>
        </span>
    );
}

export default function RunPage(props: { params: Record<string, string> }): JSX.Element {
    const name = () => props.params.run ?? "";
    const run = createLoad(name, (at, signal) => get<Run>(path`/runs/${at}`, {}, signal));
    const report = createLoad(name, (at, signal) => get<Report>(path`/runs/${at}/report`, {}, signal));
    const [config, setConfig] = createSignal<string | null>(null);
    return (
        <div class="page">
            <div class="page-head">
                <a class="btn quiet small" href="/research">
                    Research
                </a>
                <h1>{run.data()?.title ?? name()}</h1>
                <Show when={run.data()}>{(one) => <Tags run={one()} refresh={() => void run.refresh()} />}</Show>
                <span class="grow" />
                <a class="btn small" href={`/research/new?from=${encodeURIComponent(name())}`}>
                    Use as a start
                </a>
                <Button
                    kind="small"
                    onClick={() => saveReport(name())}
                    title="One HTML file that opens without a network"
                >
                    Report as a file
                </Button>
                <Show when={may("trader")}>
                    <Button
                        kind="small danger"
                        onClick={async () => {
                            if (
                                !(await confirm(
                                    `Remove ${name()}?`,
                                    "Its configuration, journal, report and tables are deleted. This cannot be undone.",
                                    "Remove it",
                                ))
                            )
                                return;
                            await call("DELETE", path`/runs/${name()}`);
                            go("/research");
                        }}
                    >
                        Remove
                    </Button>
                </Show>
            </div>
            <Shown load={report} lines={12}>
                {(one) => <ReportView report={one()} run={name()} />}
            </Shown>
            <Panel
                title="How to repeat it"
                actions={
                    <Button
                        kind="small"
                        onClick={async () => {
                            const blob = await fetchBlob(path`/runs/${name()}/file`, { name: "config.yaml" });
                            setConfig(await blob.text());
                        }}
                    >
                        Configuration
                    </Button>
                }
            >
                <Shown load={run}>
                    {(one) => (
                        <div class="stack">
                            <Pairs
                                items={[
                                    ["Strategies", one().strategies.join("; ")],
                                    [
                                        "Data",
                                        one()
                                            .data.map((part) => part.series ?? part.file ?? "")
                                            .join(", "),
                                    ],
                                    ["Made", formatMoment(one().made, prefs().zone)],
                                    ["Program", one().version],
                                    ["State at the end", <span class="mono">{one().state_hash}</span>],
                                    ["Journal", <span class="mono">{one().journal}</span>],
                                    ["Events", one().events.toLocaleString("en-US")],
                                    ["Took", `${one().seconds.toFixed(2)} s`],
                                ]}
                            />
                            <pre class="note">fulmar runs rerun {one().name}</pre>
                            <Show when={config()}>
                                <pre class="note">{config()}</pre>
                            </Show>
                        </div>
                    )}
                </Shown>
            </Panel>
        </div>
    );
}
