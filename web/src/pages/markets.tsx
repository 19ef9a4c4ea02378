import { createEffect, createMemo, createSignal, type JSX, on, Show, Suspense } from "solid-js";
import type { SeriesName } from "../api/model";
import { BARS_MAX, type Bar, type Mark } from "../charts/candles";
import { barTime, chartBars, getChart, getSeries, secondsToInstant, usedDecimals } from "../lib/bars";
import { formatDecimal } from "../lib/decimal";
import { prefs } from "../lib/prefs";
import { go, query, setQuery } from "../lib/router";
import { live } from "../lib/session";
import { formatAge, formatMoment, instantMs } from "../lib/time";
import { Facts, Note } from "../ui/figure";
import { Segments } from "../ui/form";
import { createLoad, Empty, Failed, Loading, Panel, Shown } from "../ui/load";
import { type Column, Table } from "../ui/table";
import { loadSeries } from "./config";
import { Candles } from "./parts";

const POINTS = 2000;

function link(row: SeriesName): string {
    return `/markets/${encodeURIComponent(row.venue)}/${encodeURIComponent(row.symbol)}/${encodeURIComponent(row.kind)}`;
}

const COLUMNS: Column<SeriesName>[] = [
    { id: "symbol", head: "Symbol", get: (row) => row.symbol, cell: (row) => <a href={link(row)}>{row.symbol}</a> },
    { id: "venue", head: "Venue", get: (row) => row.venue },
    { id: "kind", head: "Kind", get: (row) => row.kind },
];

function View(props: { name: string }): JSX.Element {
    const series = createLoad(() => props.name, getSeries);
    const [range, setRange] = createSignal<{ from?: string; to?: string }>({});
    const [bars, setBars] = createSignal<Bar[]>([]);
    const [frame, setFrame] = createSignal(0);
    const [decimals, setDecimals] = createSignal(2);
    const [fault, setFault] = createSignal<unknown>();
    let turn = 0;
    let whole = { from: 0, to: 0 }; // what is loaded, in seconds

    async function load(wish: { from?: string; to?: string }): Promise<void> {
        const mine = ++turn;
        try {
            const answer = await getChart(props.name, { ...wish, points: POINTS });
            if (mine !== turn) return;
            const list = chartBars(answer).slice(-BARS_MAX);
            whole = { from: list[0]?.time ?? 0, to: list[list.length - 1]?.time ?? 0 };
            setFrame(Math.max(answer.frame_s, answer.width_ns / 1e9));
            setRange(wish);
            setDecimals(usedDecimals(answer, series.data()?.price_decimals ?? 8));
            setBars(list);
            setFault(undefined);
        } catch (error) {
            if (mine === turn) setFault(() => error);
        }
    }

    createEffect(
        on(
            () => props.name,
            () => {
                setBars([]);
                void load({});
            },
        ),
    );

    // Zoomed in to less than a third of what is loaded, or panned beyond it: the server has finer bars, or others.
    function onRange(from: number, to: number): void {
        const own = series.data();
        if (!own || bars().length === 0) return;
        const span = to - from;
        const loaded = whole.to - whole.from;
        const finer = frame() > own.frame_s && span < loaded / 3;
        const wider = span > loaded * 0.98 && range().from !== undefined;
        const beyond =
            (from < whole.from - frame() && instantMs(own.first) / 1000 < whole.from - frame()) ||
            (to > whole.to + frame() && instantMs(own.last) / 1000 > whole.to + 2 * frame());
        if (!finer && !wider && !beyond) return;
        void load({ from: secondsToInstant(Math.floor(from - span)), to: secondsToInstant(Math.ceil(to + span)) });
    }

    const marks = createMemo<Mark[]>(() => {
        const own = series.data();
        if (query().get("fills") !== "1" || !live.view || !own) return [];
        const list = bars();
        return live.view.fills
            .filter((fill) => fill.instrument === `${own.venue}/${own.symbol}`)
            .map((fill) => ({
                time: barTime(list, instantMs(fill.time) / 1000),
                side: fill.side === "buy" ? ("buy" as const) : ("sell" as const),
                text: formatDecimal(fill.qty, { trim: true }),
            }))
            .filter((mark) => Number.isFinite(mark.time));
    });

    const preset = (days: number | null) => {
        const own = series.data();
        if (!own?.last) return;
        if (days === null) void load({});
        else
            void load({
                from: secondsToInstant(Math.floor(instantMs(own.last) / 1000 - days * 86_400)),
                to: secondsToInstant(Math.ceil(instantMs(own.last) / 1000) + 1),
            });
        setFit((n) => n + 1);
    };
    const [fit, setFit] = createSignal(0);

    return (
        <div class="stack">
            <Panel
                title={props.name.split("/")[1] ?? props.name}
                actions={
                    <>
                        <Segments
                            label="Range"
                            value=""
                            onInput={(value) => preset(value === "all" ? null : Number(value))}
                            options={[
                                ["7", "1W"],
                                ["31", "1M"],
                                ["366", "1Y"],
                                ["1827", "5Y"],
                                ["all", "All"],
                            ]}
                        />
                        <label class="check nowrap hide-small">
                            <input
                                type="checkbox"
                                checked={query().get("fills") === "1"}
                                onChange={(event) => setQuery({ fills: event.currentTarget.checked ? "1" : null })}
                            />
                            Fills of {live.view?.name ?? "the session"}
                        </label>
                    </>
                }
                footer={
                    <span>
                        {bars().length.toLocaleString("en-US")} bars of{" "}
                        {frame() ? formatAge(frame() * 1000) : "their own length"} from the tape; zoom for finer ones
                    </span>
                }
            >
                <Show
                    when={bars().length > 0}
                    fallback={
                        <Show when={fault()} fallback={<Loading lines={10} />}>
                            <Failed error={fault()} retry={() => void load({})} />
                        </Show>
                    }
                >
                    <Suspense fallback={<Loading lines={10} />}>
                        <Candles
                            bars={bars()}
                            marks={marks()}
                            decimals={decimals()}
                            label={`Bars of ${props.name}`}
                            height={440}
                            onRange={onRange}
                            fit={`${props.name}${fit()}`}
                        />
                    </Suspense>
                </Show>
            </Panel>
            <Panel title="Series">
                <Shown load={series}>
                    {(one) => (
                        <Facts
                            items={[
                                ["Rows", one().rows.toLocaleString("en-US")],
                                ["First", formatMoment(one().first, prefs().zone)],
                                ["Last", formatMoment(one().last, prefs().zone)],
                                ["Bar", formatAge(one().frame_s * 1000)],
                                ["Gaps", one().gaps ?? "–"],
                                ["Asset", one().asset],
                                ["Currency", one().currency],
                                ["Tick", formatDecimal(one().tick, { trim: true })],
                                ["Lot", formatDecimal(one().lot, { trim: true })],
                                ["Multiplier", formatDecimal(one().multiplier, { trim: true })],
                                ["On disk", `${(one().bytes / 1e6).toFixed(1)} MB`],
                            ]}
                        />
                    )}
                </Shown>
            </Panel>
        </div>
    );
}

export default function Markets(props: { params: Record<string, string> }): JSX.Element {
    const all = loadSeries();
    const name = () => (props.params.venue ? `${props.params.venue}/${props.params.symbol}/${props.params.kind}` : "");
    createEffect(() => {
        const first = all.data()?.find((one) => one.frame_s > 0);
        if (!name() && first && window.innerWidth > 1000) go(link(first), true);
    });
    const isBars = () => all.data()?.find((one) => one.name === name())?.frame_s !== 0;
    return (
        <div class="page">
            <div class="page-head">
                <h1>Markets</h1>
                <Show when={name()}>
                    <span class="dim">{name()}</span>
                </Show>
            </div>
            <div class="market">
                <Panel title="Tape" flush at={all.at()} limitMs={3_600_000} class="market-list">
                    <Shown
                        load={all}
                        lines={10}
                        empty={(list) => list.length === 0}
                        emptyText={
                            <Empty title="The tape is empty">
                                <span class="mono">fulmar data import FILE</span>
                            </Empty>
                        }
                    >
                        {(list) => (
                            <Table
                                name="series"
                                label="Series"
                                rows={list()}
                                columns={COLUMNS}
                                maxHeight={620}
                                onRow={(row) => go(link(row) + location.search)}
                                selected={(row) => row.name === name()}
                                sort="symbol"
                            />
                        )}
                    </Shown>
                </Panel>
                <div class="grow">
                    <Show when={name()} fallback={<Note>Choose a series.</Note>}>
                        <Show
                            when={isBars()}
                            fallback={<Note>Quotes, trades and books have no bars to draw yet.</Note>}
                        >
                            <View name={name()} />
                        </Show>
                    </Show>
                </div>
            </div>
        </div>
    );
}
