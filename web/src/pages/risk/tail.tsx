// What the session could lose by what it holds now: value at risk, what each position adds, what moves together.
import { createMemo, For, type JSX, Show } from "solid-js";
import { getSlow, path } from "../../api/client";
import type { Correlations, Exposures, SessionView, TailRisk } from "../../api/model";
import Heat from "../../charts/heat";
import { formatDecimal, formatNumber, formatPercent, toNumber } from "../../lib/decimal";
import { query, setQuery } from "../../lib/router";
import { Note } from "../../ui/figure";
import { SelectField } from "../../ui/form";
import { createLoad, Empty, Panel, Shown } from "../../ui/load";
import { Table } from "../../ui/table";

const LEVELS = ["0.95", "0.99"] as const;
const METHODS = [
    ["historical", "Of the past returns"],
    ["filtered-ewma", "Of the past, at today's volatility"],
    ["normal", "Normal"],
    ["student-fitted", "Student's t, fitted"],
    ["cornish-fisher", "Cornish and Fisher"],
] as const;
const EVERY_MS = 30_000;

// The first number of a level's answer that is no error bar.
export function levelOf(answer: TailRisk | undefined, level: string): number | null {
    const found = answer?.[level];
    if (typeof found === "number") return found;
    if (typeof found !== "object" || Array.isArray(found)) return null;
    for (const [name, value] of Object.entries(found))
        if (!name.endsWith("_stderr") && typeof value === "number") return value;
    return null;
}

interface LevelRow {
    level: string;
    var: number | null;
    es: number | null;
}

export function TailRiskPanel(props: { view: SessionView }): JSX.Element {
    const method = () => query().get("var") ?? "historical";
    const horizon = () => query().get("horizon") ?? "1";
    const holds = () => props.view.positions.some((one) => toNumber(one.qty) !== 0);
    const base = () => path`/sessions/${props.view.name}`;
    const tail = createLoad(
        () => (holds() ? `${props.view.name} ${method()} ${horizon()}` : null),
        async (_key, signal) => {
            const ask = (measure: string, level: string) =>
                getSlow<TailRisk>(
                    `${base()}/risk/tail`,
                    { measure, level, method: method(), horizon: horizon() },
                    signal,
                );
            // One after the other: each is a computation of the server's.
            const rows: LevelRow[] = [];
            for (const level of LEVELS) {
                const loss = await ask("var", level);
                rows.push({ level, var: levelOf(loss, level), es: levelOf(await ask("es", level), level) });
            }
            return rows;
        },
        { everyMs: EVERY_MS },
    );
    const parts = createLoad(
        () => (holds() ? props.view.name : null),
        (_key, signal) => getSlow<TailRisk>(`${base()}/risk/tail`, { measure: "contrib", level: "0.99" }, signal),
        { everyMs: EVERY_MS },
    );
    const exposures = createLoad(
        () => (holds() ? props.view.name : null),
        (_key, signal) => getSlow<Exposures>(`${base()}/risk/exposures`, {}, signal),
        { everyMs: 5000 },
    );
    // What each instrument is worth, and its part of the loss that is passed on one day in a hundred.
    const rows = createMemo(() => {
        const names = (parts.data()?.assets as string[] | undefined) ?? [];
        const percent = (parts.data()?.percent as number[] | undefined) ?? [];
        return (exposures.data()?.items ?? []).map((one) => {
            const at = names.findIndex((name) => name === one.instrument || one.instrument.endsWith(`/${name}`));
            return { ...one, part: percent[at] ?? null };
        });
    });
    const equity = () => toNumber(props.view.account.equity);
    return (
        <div class="grid">
            <Panel
                class="c5"
                title="Value at risk"
                at={tail.at()}
                limitMs={120_000}
                flush
                footer={<span>Of what is held now, by the past returns of its own series; a loss is above 0</span>}
            >
                <Show when={holds()} fallback={<Empty title="Nothing is held, so nothing is at risk" />}>
                    <div class="panel-body form-grid">
                        <SelectField
                            label="By"
                            value={method()}
                            onInput={(value) => setQuery({ var: value })}
                            options={METHODS}
                        />
                        <SelectField
                            label="Over"
                            value={horizon()}
                            onInput={(value) => setQuery({ horizon: value })}
                            options={[
                                ["1", "a bar"],
                                ["5", "5 bars"],
                                ["10", "10 bars"],
                            ]}
                        />
                    </div>
                    <Shown load={tail}>
                        {(list) => (
                            <Table
                                name="tail"
                                label="Value at risk and expected shortfall"
                                rows={list()}
                                search={false}
                                columns={[
                                    {
                                        id: "level",
                                        head: "One in",
                                        get: (row) => row.level,
                                        cell: (row) =>
                                            `${Math.round(1 / (1 - Number(row.level)))} (${formatPercent(row.level, 0)})`,
                                    },
                                    {
                                        id: "var",
                                        head: "Loses at least",
                                        get: (row) => row.var,
                                        cell: (row) => formatDecimal(row.var === null ? null : row.var.toFixed(2)),
                                        right: true,
                                    },
                                    {
                                        id: "part",
                                        head: "Of equity",
                                        get: (row) => (row.var === null ? null : row.var / equity()),
                                        cell: (row) => (row.var === null ? "–" : formatPercent(row.var / equity(), 2)),
                                        right: true,
                                        small: false,
                                    },
                                    {
                                        id: "es",
                                        head: "Then on average",
                                        get: (row) => row.es,
                                        cell: (row) => formatDecimal(row.es === null ? null : row.es.toFixed(2)),
                                        right: true,
                                    },
                                ]}
                            />
                        )}
                    </Shown>
                </Show>
            </Panel>
            <Panel class="c7" title="Exposure" at={exposures.at()} limitMs={20_000} flush>
                <Show when={holds()} fallback={<Empty title="Nothing is held" />}>
                    <Shown load={exposures}>
                        {() => (
                            <Table
                                name="exposures"
                                label="Exposure by instrument"
                                rows={rows()}
                                sort="-share"
                                search={false}
                                maxHeight={300}
                                columns={[
                                    { id: "instrument", head: "Instrument", get: (row) => row.instrument },
                                    {
                                        id: "qty",
                                        head: "Quantity",
                                        get: (row) => row.qty,
                                        cell: (row) => formatDecimal(row.qty, { trim: true }),
                                        right: true,
                                        number: true,
                                        small: false,
                                    },
                                    {
                                        id: "value",
                                        head: "Value",
                                        get: (row) => row.value,
                                        cell: (row) => formatDecimal(row.value, { places: 2 }),
                                        right: true,
                                        number: true,
                                        small: false,
                                    },
                                    {
                                        id: "share",
                                        head: "Of equity",
                                        get: (row) => row.share,
                                        cell: (row) => formatPercent(row.share, 1),
                                        right: true,
                                        number: true,
                                    },
                                    {
                                        id: "part",
                                        head: "Of the risk",
                                        help: "Its part of the value at risk, one in a hundred",
                                        get: (row) => row.part,
                                        cell: (row) => formatPercent(row.part, 1),
                                        right: true,
                                    },
                                ]}
                            />
                        )}
                    </Shown>
                </Show>
            </Panel>
        </div>
    );
}

export function CorrelationPanel(props: { view: SessionView }): JSX.Element {
    const rows = () => query().get("bars") ?? "250";
    const load = createLoad(
        () => (props.view.quotes.length > 1 ? `${props.view.name} ${rows()}` : null),
        (_key, signal) =>
            getSlow<Correlations>(`${path`/sessions/${props.view.name}`}/risk/correlations`, { rows: rows() }, signal),
        { everyMs: 60_000 },
    );
    const short = (name: string) => name.split("/")[1] ?? name;
    // Pairs that are nearly one: two positions in them are one larger position.
    const close = createMemo(() => {
        const one = load.data();
        if (!one) return [];
        const pairs: { words: string; size: number }[] = [];
        one.names.forEach((a, i) => {
            one.names.slice(0, i).forEach((b, j) => {
                const value = one.matrix[i]?.[j] ?? 0;
                if (Math.abs(value) >= 0.8)
                    pairs.push({
                        words: `${short(a)} and ${short(b)} (${formatNumber(value, 2)})`,
                        size: Math.abs(value),
                    });
            });
        });
        return pairs.sort((a, b) => b.size - a.size).slice(0, 5);
    });
    return (
        <Panel
            title="Correlations"
            at={load.at()}
            limitMs={180_000}
            actions={
                <SelectField
                    label=""
                    name="Bars that correlations are of"
                    value={rows()}
                    onInput={(value) => setQuery({ bars: value })}
                    options={["60", "120", "250", "500", "1000"].map((value) => [value, `${value} bars`] as const)}
                />
            }
            footer={<span>Of the returns of the session's series up to its clock</span>}
        >
            <Show
                when={props.view.quotes.length > 1}
                fallback={<Empty title="One instrument has nothing to move with" />}
            >
                <Shown load={load} empty={(one) => one.names.length < 2} emptyText={<Empty title="Too few bars yet" />}>
                    {(one) => (
                        <div class="stack">
                            <Heat
                                label="Correlations"
                                rows={one().names.map(short)}
                                columns={one().names.map(short)}
                                value={(row, column) => one().matrix[row]?.[column] ?? null}
                                format={(value) => formatNumber(value, 2)}
                                diverging
                            />
                            <Show when={close().length > 0}>
                                <Note kind="warn">
                                    Nearly one:{" "}
                                    <For each={close()}>
                                        {(pair, index) => `${index() > 0 ? ", " : ""}${pair.words}`}
                                    </For>
                                </Note>
                            </Show>
                        </div>
                    )}
                </Shown>
            </Show>
        </Panel>
    );
}
