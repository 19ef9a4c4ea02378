import { createMemo, type JSX, Show } from "solid-js";
import { fetchBlob, get } from "../api/client";
import { prefs } from "../lib/prefs";
import { query, setQuery } from "../lib/router";
import { formatInstant } from "../lib/time";
import { Badge } from "../ui/figure";
import { createLoad, Empty, Panel, Shown } from "../ui/load";
import { Table } from "../ui/table";

interface Entry {
    seq: number;
    at: string;
    actor: string;
    action: string;
    object: string;
    outcome: string;
    address: string;
    detail: string;
}

interface Page {
    items: Entry[];
    next: string | null;
}

export default function Audit(): JSX.Element {
    const cursor = () => query().get("cursor") ?? "";
    const load = createLoad(
        () => `${cursor()}|${query().get("action") ?? ""}`,
        (_key, signal) =>
            get<Page>("/audit", { limit: 200, cursor: cursor() || null, action: query().get("action") }, signal),
        { everyMs: () => (cursor() ? 0 : 5000) },
    );
    const rows = createMemo(() => load.data()?.items ?? []);
    return (
        <div class="page">
            <div class="page-head">
                <h1>Audit</h1>
                <span class="dim">
                    Every sign-in, command and change; each entry holds the digest of the one before.
                </span>
                <span class="grow" />
                <button
                    type="button"
                    class="btn small"
                    onClick={async () => {
                        const url = URL.createObjectURL(await fetchBlob("/audit/export"));
                        const link = document.createElement("a");
                        link.href = url;
                        link.download = "audit.jsonl";
                        link.click();
                    }}
                >
                    Export all
                </button>
            </div>
            <Panel
                title="Entries, newest first"
                at={load.at()}
                limitMs={15_000}
                flush
                actions={
                    <>
                        <Show when={cursor()}>
                            <button
                                type="button"
                                class="btn quiet small"
                                onClick={() => setQuery({ cursor: null }, false)}
                            >
                                Newest
                            </button>
                        </Show>
                        <Show when={load.data()?.next}>
                            <button
                                type="button"
                                class="btn small"
                                onClick={() => setQuery({ cursor: load.data()!.next }, false)}
                            >
                                Older
                            </button>
                        </Show>
                    </>
                }
            >
                <Shown load={load} lines={8}>
                    {() => (
                        <Table
                            name="audit"
                            label="Audit entries"
                            rows={rows()}
                            columns={[
                                { id: "seq", head: "No.", get: (row) => row.seq, right: true, small: false },
                                {
                                    id: "at",
                                    head: "Time",
                                    get: (row) => row.at,
                                    cell: (row) => formatInstant(row.at, "ms", prefs().zone),
                                },
                                { id: "actor", head: "Who", get: (row) => row.actor },
                                { id: "action", head: "What", get: (row) => row.action },
                                { id: "object", head: "On", get: (row) => row.object },
                                {
                                    id: "outcome",
                                    head: "Outcome",
                                    get: (row) => row.outcome,
                                    cell: (row) => (
                                        <Badge kind={/ok|done|success|allowed/.test(row.outcome) ? "ok" : "bad"}>
                                            {row.outcome}
                                        </Badge>
                                    ),
                                },
                                { id: "address", head: "From", get: (row) => row.address, small: false },
                                {
                                    id: "detail",
                                    head: "Detail",
                                    get: (row) => row.detail,
                                    cell: (row) => <span title={row.detail}>{row.detail}</span>,
                                    small: false,
                                },
                            ]}
                            empty={<Empty title="No entry" />}
                        />
                    )}
                </Shown>
            </Panel>
        </div>
    );
}
