// The heat map of a recorded book over a stretch of time.
import { type JSX, Suspense } from "solid-js";
import { getSlow, path } from "../../api/client";
import type { BookHeat, Series } from "../../api/model";
import { withNumbers } from "../../lib/decimal";
import { query, setQuery } from "../../lib/router";
import { formatAge, instantMs } from "../../lib/time";
import { SelectField } from "../../ui/form";
import { createLoad, Loading, Panel, Shown } from "../../ui/load";
import { BookHeatMap } from "../parts";
import { Scrub } from "./scrub";

const SPANS: readonly (readonly [string, string])[] = [
    ["0", "All of it"],
    ["10", "10 s"],
    ["60", "1 min"],
    ["300", "5 min"],
    ["3600", "1 h"],
];

export function HeatView(props: { series: Series }): JSX.Element {
    const span = () => query().get("span") ?? "60";
    const at = () => query().get("at");
    // The stretch ends where the slider stands.
    const stretch = () => {
        const seconds = Number(span());
        if (!(seconds > 0)) return {};
        const end = at() ? instantMs(at()) : instantMs(props.series.last) + 1;
        const from = Math.max(instantMs(props.series.first), end - seconds * 1000);
        return { from: new Date(from).toISOString(), to: new Date(Math.max(end, from + 100)).toISOString() };
    };
    const heat = createLoad(
        () => JSON.stringify([props.series.name, stretch(), query().get("rows")]),
        async (_key, signal) =>
            withNumbers<BookHeat>(
                await getSlow<unknown>(
                    path`/series/${props.series.venue}/${props.series.symbol}/${props.series.kind}/heatmap`,
                    { ...stretch(), columns: 480, rows: query().get("rows") ?? "120" },
                    signal,
                ),
            ),
    );
    return (
        <Panel
            title="Liquidity"
            at={heat.at()}
            limitMs={3_600_000}
            actions={
                <Scrub
                    label="Up to"
                    first={props.series.first ?? ""}
                    last={props.series.last ?? ""}
                    at={at()}
                    onInput={(value) => setQuery({ at: value })}
                />
            }
            footer={
                <span>
                    {heat.data()
                        ? `${formatAge((heat.data()!.to_ns - heat.data()!.from_ns) / 1e6)} of the recording, ${heat.data()!.columns} moments by ${heat.data()!.rows} prices`
                        : "From the recording"}
                </span>
            }
        >
            <div class="stack">
                <div class="form-grid">
                    <SelectField
                        label="Stretch"
                        value={span()}
                        onInput={(value) => setQuery({ span: value })}
                        options={SPANS}
                    />
                    <SelectField
                        label="Prices"
                        value={query().get("rows") ?? "120"}
                        onInput={(value) => setQuery({ rows: value })}
                        options={["60", "120", "240", "400"].map((value) => [value, value] as const)}
                    />
                </div>
                <Shown load={heat} lines={12}>
                    {(one) => (
                        <Suspense fallback={<Loading lines={12} />}>
                            <BookHeatMap heat={one()} decimals={Math.min(4, props.series.price_decimals)} />
                        </Suspense>
                    )}
                </Shown>
            </div>
        </Panel>
    );
}
