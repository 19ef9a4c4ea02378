// Options: the chain of a source, the surface through it, and positions built of it.
import { createMemo, createSignal, type JSX, Match, Show, Switch } from "solid-js";
import { get, post } from "../api/client";
import type { OptionChain, OptionQuote, OptionSurface } from "../api/model";
import { legsText, parseLegs } from "../lib/options";
import { query, setQuery } from "../lib/router";
import { say } from "../ui/act";
import { SelectField, Tabs, TextField } from "../ui/form";
import { createLoad, Empty, Panel, Shown } from "../ui/load";
import { Builder } from "./options/builder";
import { ChainView, expiryOf } from "./options/chain";
import { SurfaceView } from "./options/surface";

interface Source {
    name: string;
    interest: boolean; // open interest alone, no quotes
}

const CSV_MAX = 4_000_000;
const HELP = "expiry,type,strike,bid,ask";

export default function Options(): JSX.Element {
    const tab = () => query().get("tab") ?? "chain";
    const sources = createLoad(
        () => true,
        async (_key, signal) =>
            (await get<{ items: Source[] }>("/options/sources", {}, signal)).items.filter((one) => !one.interest),
    );
    // A file of this machine's: it goes to the server with each question and is kept nowhere.
    const [file, setFile] = createSignal<{ name: string; csv: string } | null>(null);
    const source = () => query().get("source") ?? sources.data()?.[0]?.name ?? "";
    const question = createMemo(() => {
        const local = file();
        if (!local && !source()) return null;
        return JSON.stringify({
            ...(local ? { csv: local.csv } : { source: source() }),
            ...(query().get("date") ? { date: query().get("date") } : {}),
            ...(query().get("style") ? { style: query().get("style") } : {}),
        });
    });
    const chain = createLoad(question, (body, signal) =>
        post<OptionChain>("/options/chain", JSON.parse(body) as unknown, { signal, timeoutMs: 60_000 }),
    );
    const model = () => query().get("model") ?? "svi";
    const surface = createLoad(
        () => (tab() === "surface" && question() ? JSON.stringify([question(), model()]) : null),
        (key, signal) => {
            const [body, fit] = JSON.parse(key) as [string, string];
            return post<OptionSurface>(
                "/options/surface",
                { ...(JSON.parse(body) as object), model: fit },
                { signal, timeoutMs: 60_000 },
            );
        },
    );
    function addLeg(quote: OptionQuote, side: 1 | -1): void {
        const premium = String(side > 0 ? quote.ask : quote.bid);
        const legs = [
            ...parseLegs(query().get("legs")),
            { quantity: side, type: quote.type, strike: quote.strike, premium },
        ];
        const whole = chain.data();
        const expiry = whole && expiryOf(whole);
        setQuery({
            legs: legsText(legs),
            ...(whole && expiry
                ? {
                      spot: String(whole.spot),
                      days: String(Math.max(1, Math.round(expiry.years * 365))),
                      vol: ((quote.vol || 0.25) * 100).toFixed(1),
                      rate: (expiry.rate * 100).toFixed(2),
                  }
                : {}),
        });
        say(
            "ok",
            `${side > 0 ? "Bought" : "Sold"} in the strategy: ${quote.strike} ${quote.type} at ${premium}. ${legs.length} leg${legs.length === 1 ? "" : "s"}.`,
        );
    }
    async function take(chosen: File | undefined): Promise<void> {
        if (!chosen) return;
        if (chosen.size > CSV_MAX) {
            say("bad", "The file is larger than 4 MB.");
            return;
        }
        setFile({ name: chosen.name, csv: await chosen.text() });
        setQuery({ expiry: null });
    }
    return (
        <div class="page">
            <div class="page-head">
                <h1>Options</h1>
                <Tabs
                    label="Options"
                    value={tab()}
                    onInput={(value) => setQuery({ tab: value === "chain" ? null : value })}
                    tabs={[
                        { id: "chain", label: "Chain" },
                        { id: "surface", label: "Surface" },
                        {
                            id: "strategy",
                            label: "Strategy",
                            count: parseLegs(query().get("legs")).length || undefined,
                        },
                    ]}
                />
            </div>
            <Show when={tab() !== "strategy"}>
                <Panel title="Quotes">
                    <div class="form-grid">
                        <SelectField
                            label="From"
                            value={file() ? "" : source()}
                            onInput={(value) => {
                                setFile(null);
                                setQuery({ source: value || null, expiry: null, date: null });
                            }}
                            options={[
                                ...(file() ? [["", file()!.name] as const] : []),
                                ...(sources.data() ?? []).map((one) => [one.name, one.name] as const),
                                ...(!file() && (sources.data()?.length ?? 0) === 0
                                    ? [["", "The server has none"] as const]
                                    : []),
                            ]}
                        />
                        <div class="field">
                            <label for="chain-file">Or a CSV file of yours</label>
                            <input
                                id="chain-file"
                                class="input file"
                                type="file"
                                accept=".csv,text/csv"
                                onChange={(event) => void take(event.currentTarget.files?.[0])}
                            />
                            <span class="hint mono">{HELP}</span>
                        </div>
                        <TextField
                            label="Day of the quotes"
                            type="date"
                            value={query().get("date") ?? ""}
                            hint="Empty: the last one"
                            onInput={(value) => setQuery({ date: value || null, expiry: null })}
                        />
                        <SelectField
                            label="Exercise"
                            value={query().get("style") ?? ""}
                            onInput={(value) => setQuery({ style: value || null })}
                            options={[
                                ["", "As the file says"],
                                ["european", "European"],
                                ["american", "American"],
                            ]}
                        />
                        <Show when={tab() === "surface"}>
                            <SelectField
                                label="Model"
                                value={model()}
                                onInput={(value) => setQuery({ model: value === "svi" ? null : value })}
                                options={[
                                    ["svi", "SVI, a slice an expiry"],
                                    ["ssvi", "SSVI, one curve for all"],
                                    ["ssvi-heston", "SSVI with Heston's curve"],
                                ]}
                            />
                        </Show>
                    </div>
                </Panel>
            </Show>
            <Switch>
                <Match when={tab() === "strategy"}>
                    <Builder />
                </Match>
                <Match when={question() === null}>
                    <Panel title="No quotes yet">
                        <Empty title="Choose a CSV file of option quotes">
                            <span>
                                Columns <span class="mono">{HELP}</span>; or put files into the tape's folder{" "}
                                <span class="mono">options</span> on the server.
                            </span>
                        </Empty>
                    </Panel>
                </Match>
                <Match when={tab() === "surface"}>
                    <Shown load={surface} lines={12}>
                        {(one) => <SurfaceView surface={one()} chain={chain.data()} at={surface.at()} />}
                    </Shown>
                </Match>
                <Match when={true}>
                    <Shown
                        load={chain}
                        lines={12}
                        empty={(one) => one.expiries.length === 0}
                        emptyText={<Empty title="No sound quote on that day" />}
                    >
                        {(one) => <ChainView chain={one()} at={chain.at()} onLeg={addLeg} />}
                    </Shown>
                </Match>
            </Switch>
        </div>
    );
}
