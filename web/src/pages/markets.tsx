import { createEffect, type JSX, Match, Show, Switch } from "solid-js";
import type { Series, SeriesName } from "../api/model";
import { getSeries } from "../lib/bars";
import { formatDecimal } from "../lib/decimal";
import { prefs } from "../lib/prefs";
import { go, query, setQuery } from "../lib/router";
import { formatAge, formatMoment } from "../lib/time";
import { Facts, Note } from "../ui/figure";
import { Tabs } from "../ui/form";
import { createLoad, Empty, Panel, Shown } from "../ui/load";
import { type Column, Table } from "../ui/table";
import { loadSeries } from "./config";
import { BarsView } from "./markets/bars";
import { BookView } from "./markets/book";
import { FootprintView } from "./markets/footprint";
import { HeatView } from "./markets/heat";
import { ProfileView } from "./markets/profile";
import { TicksView } from "./markets/ticks";

function link(row: SeriesName): string {
    return `/markets/${encodeURIComponent(row.venue)}/${encodeURIComponent(row.symbol)}/${encodeURIComponent(row.kind)}`;
}

const COLUMNS: Column<SeriesName>[] = [
    { id: "symbol", head: "Symbol", get: (row) => row.symbol, cell: (row) => <a href={link(row)}>{row.symbol}</a> },
    { id: "venue", head: "Venue", get: (row) => row.venue },
    { id: "kind", head: "Kind", get: (row) => row.kind },
];

const VIEWS = {
    book: "Book",
    heat: "Liquidity",
    footprint: "Footprint",
    profile: "Volume profile",
    ticks: "Ticks",
} as const;
type View = keyof typeof VIEWS;

// What there is to see of a series that has no bars.
function viewsOf(kind: string): View[] {
    if (kind === "feed") return ["book", "heat", "footprint", "profile"];
    if (kind === "trade") return ["footprint", "profile", "ticks"];
    return ["ticks"];
}

function SeriesFacts(props: { series: Series }): JSX.Element {
    return (
        <Panel title="Series">
            <Facts
                items={[
                    ["Rows", props.series.rows.toLocaleString("en-US")],
                    ["First", formatMoment(props.series.first, prefs().zone)],
                    ["Last", formatMoment(props.series.last, prefs().zone)],
                    ["Bar", props.series.frame_s > 0 ? formatAge(props.series.frame_s * 1000) : "none"],
                    ["Gaps", props.series.gaps ?? "–"],
                    ["Asset", props.series.asset],
                    ["Currency", props.series.currency],
                    ["Tick", formatDecimal(props.series.tick, { trim: true })],
                    ["Lot", formatDecimal(props.series.lot, { trim: true })],
                    ["Multiplier", formatDecimal(props.series.multiplier, { trim: true })],
                    ["On disk", `${(props.series.bytes / 1e6).toFixed(1)} MB`],
                ]}
            />
        </Panel>
    );
}

function Tape(props: { series: Series }): JSX.Element {
    const views = () => viewsOf(props.series.kind);
    const view = (): View => {
        const wanted = query().get("view") as View | null;
        return wanted && views().includes(wanted) ? wanted : views()[0]!;
    };
    return (
        <>
            <Show when={views().length > 1}>
                <Tabs
                    label="What to see of the recording"
                    value={view()}
                    onInput={(value) => setQuery({ view: value })}
                    tabs={views().map((id) => ({ id, label: VIEWS[id] }))}
                />
            </Show>
            <Switch>
                <Match when={view() === "book"}>
                    <BookView series={props.series} />
                </Match>
                <Match when={view() === "heat"}>
                    <HeatView series={props.series} />
                </Match>
                <Match when={view() === "footprint"}>
                    <FootprintView series={props.series} />
                </Match>
                <Match when={view() === "profile"}>
                    <ProfileView series={props.series} />
                </Match>
                <Match when={view() === "ticks"}>
                    <TicksView series={props.series} />
                </Match>
            </Switch>
        </>
    );
}

export default function Markets(props: { params: Record<string, string> }): JSX.Element {
    const all = loadSeries();
    const name = () => (props.params.venue ? `${props.params.venue}/${props.params.symbol}/${props.params.kind}` : "");
    const series = createLoad(() => name() || null, getSeries);
    createEffect(() => {
        const first = all.data()?.find((one) => one.frame_s > 0);
        if (!name() && first && window.innerWidth > 1000) go(link(first), true);
    });
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
                <div class="grow stack">
                    <Show when={name()} fallback={<Note>Choose a series.</Note>}>
                        <Shown load={series} lines={12}>
                            {(one) => (
                                <>
                                    <Show when={one().frame_s > 0} fallback={<Tape series={one()} />}>
                                        <BarsView name={one().name} />
                                    </Show>
                                    <SeriesFacts series={one()} />
                                </>
                            )}
                        </Shown>
                    </Show>
                </div>
            </div>
        </div>
    );
}
