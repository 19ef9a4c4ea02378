import { createMemo, type JSX, Show } from "solid-js";
import { get, getAll } from "../api/client";
import type { AuditEntry } from "../api/model";
import { saveText } from "../lib/csv";
import { prefs } from "../lib/prefs";
import { query, setQuery } from "../lib/router";
import { formatInstant } from "../lib/time";
import { Button, say } from "../ui/act";
import { Badge } from "../ui/figure";
import { createLoad, Empty, Panel, Shown } from "../ui/load";
import { Table } from "../ui/table";

interface Head {
    whole: boolean;
    rows: number;
    digest: string;
    words: string;
}

interface Page {
    items: AuditEntry[];
    next: string | null;
}

function detailText(detail: unknown): string {
    const text = typeof detail === "string" ? detail : JSON.stringify(detail);
    return text === "{}" ? "" : text;
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
                <Button
                    kind="small"
                    title="Looks at every digest of the chain"
                    onClick={async () => {
                        const head = await get<Head>("/audit/head");
                        if (head.whole)
                            say("ok", `The chain is whole: ${head.rows} entries. Its last digest: ${head.digest}`);
                        else say("bad", `The chain is broken: ${head.words}`);
                    }}
                >
                    Verify
                </Button>
                <Button
                    kind="small"
                    onClick={async () => {
                        const all = await getAll<AuditEntry>("/audit", {}, 100_000);
                        saveText(
                            "audit.jsonl",
                            "application/jsonl",
                            all.map((one) => `${JSON.stringify(one)}\n`).join(""),
                        );
                    }}
                >
                    Export all
                </Button>
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
                                    id: "time",
                                    head: "Time",
                                    get: (row) => row.time,
                                    cell: (row) => formatInstant(row.time, "ms", prefs().zone),
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
                                    get: (row) => detailText(row.detail),
                                    cell: (row) => <span title={detailText(row.detail)}>{detailText(row.detail)}</span>,
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
