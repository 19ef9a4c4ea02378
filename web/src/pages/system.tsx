import { createEffect, createMemo, createSignal, For, type JSX, on, Show, Suspense } from "solid-js";
import { call, get, reach } from "../api/client";
import { stream, streamAt, streamState } from "../api/live";
import type { Ready, System } from "../api/model";
import { parseMetrics, type Sample } from "../lib/metrics";
import { prefs } from "../lib/prefs";
import { sessions } from "../lib/session";
import { formatAge, formatMoment, instantMs } from "../lib/time";
import { now } from "../ui/clock";
import { Badge, Facts, Pairs } from "../ui/figure";
import { createLoad, Loading, Panel, Shown } from "../ui/load";
import { Table } from "../ui/table";
import { Lines } from "./parts";

const KEPT = 240;

async function ready(): Promise<Ready> {
    const answer = await fetch("/health/ready", { cache: "no-store" });
    return (await answer.json()) as Ready;
}

async function metrics(): Promise<Sample[]> {
    return parseMetrics(await call<string>("GET", "/metrics", { plain: true, base: "" }));
}

export default function SystemPage(): JSX.Element {
    const system = createLoad(
        () => true,
        (_key, signal) => get<System>("/system", {}, signal),
        { everyMs: 3000 },
    );
    const health = createLoad(() => true, ready, { everyMs: 3000 });
    const samples = createLoad(() => true, metrics, { everyMs: 5000 });
    const [latency, setLatency] = createSignal<{ at: number[]; ms: number[] }>({ at: [], ms: [] });
    createEffect(
        on(
            () => system.at(),
            (at) =>
                Number.isFinite(at) &&
                setLatency((old) => ({
                    at: [...old.at.slice(-KEPT), at / 1000],
                    ms: [...old.ms.slice(-KEPT), reach().ms],
                })),
        ),
    );
    const skew = createMemo(() => {
        const server = instantMs(system.data()?.now);
        return Number.isFinite(server) ? server - system.at() : Number.NaN;
    });
    return (
        <div class="page">
            <div class="page-head">
                <h1>System</h1>
                <Show when={health.data()}>
                    {(one) => <Badge kind={one().status === "ok" ? "ok" : "bad"}>{one().status}</Badge>}
                </Show>
            </div>
            <div class="grid">
                <Panel class="c6" title="Server" at={system.at()} limitMs={9000}>
                    <Shown load={system}>
                        {(one) => (
                            <Facts
                                items={[
                                    ["Version", one().version],
                                    ["Started", formatMoment(one().started, prefs().zone)],
                                    ["Up", formatAge(one().uptime_s * 1000)],
                                    ["Clock, less this machine's", formatAge(Math.abs(skew()))],
                                    ["TLS", one().tls ? "yes" : "no: loopback only"],
                                    ["Connections", one().connections.toLocaleString("en-US")],
                                    ["Requests", one().requests.toLocaleString("en-US")],
                                    ["Kept runs", one().runs.toLocaleString("en-US")],
                                    ["Sessions", sessions()?.length ?? "–"],
                                ]}
                            />
                        )}
                    </Shown>
                </Panel>
                <Panel class="c6" title="What it needs" at={health.at()} limitMs={9000}>
                    <Shown load={health}>
                        {(one) => (
                            <ul class="stack">
                                <For each={one().checks}>
                                    {(check) => (
                                        <li class="row">
                                            <Badge kind={check.ok ? "ok" : "bad"}>
                                                {check.ok ? "well" : "not well"}
                                            </Badge>
                                            <span>{check.name}</span>
                                            <span class="bad">{check.words}</span>
                                        </li>
                                    )}
                                </For>
                            </ul>
                        )}
                    </Shown>
                </Panel>
                <Panel class="c6" title="This page">
                    <Pairs
                        items={[
                            ["Stream", streamState()],
                            ["Heard last", formatAge(now() - streamAt())],
                            ["Messages", now() > 0 ? stream.frames.toLocaleString("en-US") : ""],
                            ["Last answer took", `${reach().ms.toFixed(0)} ms`],
                            [
                                "Time zone",
                                prefs().zone === "utc" ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone,
                            ],
                        ]}
                    />
                </Panel>
                <Panel class="c6" title="Time of an answer">
                    <Suspense fallback={<Loading />}>
                        <Lines
                            label="Time of an answer"
                            height={150}
                            legend={false}
                            times={latency().at}
                            curves={[{ name: "Milliseconds", values: latency().ms }]}
                            format={(value) => `${value.toFixed(1)} ms`}
                        />
                    </Suspense>
                </Panel>
                <Panel class="c12" title="Metrics" at={samples.at()} limitMs={15_000} flush>
                    <Shown load={samples}>
                        {(list) => (
                            <Table
                                name="metrics"
                                label="Metrics"
                                rows={list()}
                                maxHeight={420}
                                columns={[
                                    {
                                        id: "name",
                                        head: "Metric",
                                        get: (row) => row.name,
                                        cell: (row) => <span title={row.help}>{row.name}</span>,
                                    },
                                    { id: "labels", head: "Of", get: (row) => row.labels },
                                    {
                                        id: "value",
                                        head: "Value",
                                        get: (row) => row.value,
                                        cell: (row) => row.value.toLocaleString("en-US", { maximumFractionDigits: 6 }),
                                        right: true,
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
