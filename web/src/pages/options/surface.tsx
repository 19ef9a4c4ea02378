// The surface of implied volatility: in three dimensions, as a map of numbers, and one expiry's smile beside its quotes.
import { createMemo, createSignal, type JSX, lazy, Show, Suspense } from "solid-js";
import type { OptionChain, OptionSurface } from "../../api/model";
import Heat from "../../charts/heat";
import { hasWebGl } from "../../charts/webgl";
import { formatNumber, formatPercent } from "../../lib/decimal";
import { surfaceGrid } from "../../lib/options";
import { query, setQuery } from "../../lib/router";
import { Facts, Note } from "../../ui/figure";
import { Segments, SelectField } from "../../ui/form";
import { Empty, Loading, Panel } from "../../ui/load";
import { type Column, Table } from "../../ui/table";
import { Lines } from "../parts";
import { expiryOf } from "./chain";

const Surface3d = lazy(() => import("../../charts/surface"));

type Slice = OptionSurface["slices"][number];
const SLICES: Column<Slice>[] = [
    { id: "expiry", head: "Expiry", get: (row) => row.expiry },
    { id: "years", head: "Years", get: (row) => row.years, cell: (row) => formatNumber(row.years, 3), right: true },
    {
        id: "forward",
        head: "Forward",
        get: (row) => row.forward,
        cell: (row) => formatNumber(row.forward, 2),
        right: true,
    },
    { id: "points", head: "Quotes", get: (row) => row.points, right: true },
    {
        id: "rmse",
        head: "Misfit",
        help: "Root of the mean square of volatility less that of the mid quotes",
        get: (row) => row.rmse,
        cell: (row) => formatPercent(row.rmse ?? null, 2),
        right: true,
    },
    {
        id: "within",
        head: "Within bid and ask",
        get: (row) => row.within,
        cell: (row) => formatPercent(row.within ?? null, 0),
        right: true,
        small: false,
    },
    ...(["a", "b", "rho", "m", "sigma"] as const).map((name) => ({
        id: name,
        head: name,
        get: (row: Slice) => row[name],
        cell: (row: Slice) => formatNumber(row[name] ?? null, 4),
        right: true,
        small: false,
    })),
];

function Smile(props: { chain: OptionChain | undefined; surface: OptionSurface }): JSX.Element {
    const expiry = () =>
        props.surface.slices.find((one) => one.expiry === query().get("expiry"))?.expiry ??
        props.surface.slices[0]?.expiry ??
        "";
    // The fit's strikes and those of the quotes on one axis.
    const data = createMemo(() => {
        const slice = props.surface.slices.find((one) => one.expiry === expiry());
        const chain = props.chain && {
            ...props.chain,
            expiries: props.chain.expiries.filter((one) => one.expiry === expiry()),
        };
        const points = new Map<number, { fit: number | null; mid: number | null }>();
        const low = slice?.grid?.[0]?.strike ?? 0;
        const high = slice?.grid?.at(-1)?.strike ?? Number.POSITIVE_INFINITY;
        for (const one of slice?.grid ?? []) points.set(one.strike, { fit: one.vol, mid: null });
        for (const quote of (chain && expiryOf(chain))?.quotes ?? []) {
            const out =
                quote.type === "call" ? quote.strike >= (slice?.forward ?? 0) : quote.strike < (slice?.forward ?? 0);
            if (quote.status !== "sound" || !out || quote.strike < low || quote.strike > high) continue;
            points.set(quote.strike, { fit: points.get(quote.strike)?.fit ?? null, mid: quote.vol });
        }
        const rows = [...points.entries()].sort((a, b) => a[0] - b[0]);
        return {
            x: rows.map(([strike]) => strike),
            fit: rows.map(([, one]) => one.fit),
            mid: rows.map(([, one]) => one.mid),
        };
    });
    return (
        <Panel
            title="Smile"
            actions={
                <SelectField
                    label=""
                    name="Expiry of the smile"
                    value={expiry()}
                    onInput={(value) => setQuery({ expiry: value })}
                    options={props.surface.slices.map((one) => [one.expiry, one.expiry] as const)}
                />
            }
        >
            <Suspense fallback={<Loading lines={6} />}>
                <Lines
                    label={`Volatility by strike of ${expiry()}`}
                    height={300}
                    plainX
                    times={data().x}
                    xFormat={(value) => formatNumber(value, 0)}
                    format={(value) => formatPercent(value, 1)}
                    curves={[
                        { name: "Fitted", values: data().fit, width: 1.6 },
                        { name: "Mid quotes out of the money", values: data().mid, dots: true, colour: "series-2" },
                    ]}
                />
            </Suspense>
        </Panel>
    );
}

export function SurfaceView(props: {
    surface: OptionSurface;
    chain: OptionChain | undefined;
    at: number;
}): JSX.Element {
    const grid = createMemo(() => surfaceGrid(props.surface));
    const [fault, setFault] = createSignal(hasWebGl() ? "" : "This browser has no WebGL");
    const shape = () => (fault() ? "map" : query().get("shape") === "map" ? "map" : "3d");
    const free = (name: string) => Number(props.surface.arbitrage[name] ?? 0);
    return (
        <div class="stack">
            <Panel
                title={`Implied volatility of ${props.surface.symbol || "the chain"}`}
                at={props.at}
                limitMs={3_600_000}
                actions={
                    <Segments
                        label="How it is drawn"
                        value={shape()}
                        onInput={(value) => setQuery({ shape: value === "map" ? "map" : null })}
                        options={[
                            ["3d", "Surface"],
                            ["map", "Map"],
                        ]}
                    />
                }
                footer={
                    <span>
                        {props.surface.model} through {props.surface.sound.toLocaleString("en-US")} sound quotes;
                        across: log(strike / forward) by the root of the years
                    </span>
                }
            >
                <div class="stack">
                    <Facts
                        items={[
                            ["Expiries fitted", `${grid().rows.length} of ${props.surface.slices.length}`],
                            ["Butterflies below 0", free("butterflies")],
                            ["Slices that cross", free("calendars")],
                            ["Wings too steep", free("wings")],
                            ["Spot", formatNumber(props.surface.spot, 2)],
                        ]}
                    />
                    <Show when={fault()}>
                        <Note>{fault()}: the same surface as a map of numbers.</Note>
                    </Show>
                    <Show when={grid().rows.length > 0} fallback={<Empty title="No expiry could be fitted" />}>
                        <Show
                            when={shape() === "3d"}
                            fallback={
                                <Heat
                                    label="Implied volatility by expiry and distance from the forward"
                                    rows={grid().rows.map((one) => one.expiry)}
                                    columns={grid().x.map((value) => formatNumber(value, 2))}
                                    rowLabel="Expiry"
                                    columnLabel="log(K/F)/√T"
                                    value={(row, column) => grid().rows[row]?.vols[column] ?? null}
                                    format={(value) => formatPercent(value, 1)}
                                />
                            }
                        >
                            <Suspense fallback={<Loading lines={14} />}>
                                <Surface3d
                                    x={grid().x}
                                    y={grid().rows.map((one) => one.expiry)}
                                    z={grid().rows.map((one) => one.vols)}
                                    xName="log(K/F)/√T"
                                    yName=""
                                    zName="Volatility"
                                    xFormat={(value) => formatNumber(value, 1)}
                                    zFormat={(value) => formatPercent(value, 0)}
                                    label={`Surface of implied volatility over ${grid().rows.length} expiries; the map has the numbers`}
                                    onFail={setFault}
                                />
                            </Suspense>
                            <span class="faint">Drag to turn, scroll to come nearer. The map has the numbers.</span>
                        </Show>
                    </Show>
                </div>
            </Panel>
            <Smile chain={props.chain} surface={props.surface} />
            <Panel title="Fits by expiry" flush>
                <Table
                    name="slices"
                    label="Fits by expiry"
                    rows={props.surface.slices}
                    columns={SLICES}
                    search={false}
                />
            </Panel>
        </div>
    );
}
