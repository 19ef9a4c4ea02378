// The volume profile: over all, by session, or rolling.
import { createMemo, type JSX, Show, Suspense } from "solid-js";
import { getSlow, path } from "../../api/client";
import type { Profiles, Series } from "../../api/model";
import { formatNumber, formatPercent, withNumbers } from "../../lib/decimal";
import { prefs } from "../../lib/prefs";
import { query, setQuery } from "../../lib/router";
import { formatInstant } from "../../lib/time";
import { Change, Facts } from "../../ui/figure";
import { Segments, SelectField } from "../../ui/form";
import { createLoad, Empty, Loading, Panel, Shown } from "../../ui/load";
import { Table } from "../../ui/table";
import { ProfileChart } from "../parts";

type By = "whole" | "session" | "rolling";

export function ProfileView(props: { series: Series }): JSX.Element {
    const by = (): By => (query().get("by") as By | null) ?? "whole";
    const span = () => query().get("window") ?? "1m";
    const multiple = () => query().get("ticks");
    const load = createLoad(
        () => `${props.series.name} ${by()} ${span()} ${multiple()}`,
        async (_key, signal) =>
            withNumbers<Profiles>(
                await getSlow<unknown>(
                    path`/series/${props.series.venue}/${props.series.symbol}/${props.series.kind}/profile`,
                    { by: by(), rolling: by() === "rolling" ? span() : null, tick_multiple: multiple() },
                    signal,
                ),
            ),
    );
    const decimals = () => Math.min(6, props.series.price_decimals);
    const index = createMemo(() => {
        const count = load.data()?.profiles.length ?? 0;
        const wanted = Number(query().get("n") ?? count - 1);
        return Math.max(0, Math.min(count - 1, Number.isFinite(wanted) ? wanted : count - 1));
    });
    return (
        <Panel
            title="Volume profile"
            at={load.at()}
            limitMs={3_600_000}
            actions={
                <Segments<By>
                    label="A profile over"
                    value={by()}
                    onInput={(value) => setQuery({ by: value === "whole" ? null : value, n: null })}
                    options={[
                        ["whole", "All"],
                        ["session", "Sessions"],
                        ["rolling", "Rolling"],
                    ]}
                />
            }
            footer={<span>From the trades of the recording, by the rules of docs/footprint.md</span>}
        >
            <div class="stack">
                <div class="form-grid">
                    <SelectField
                        label="Ticks a row"
                        value={multiple() ?? ""}
                        onInput={(value) => setQuery({ ticks: value || null })}
                        options={[
                            ["", "As it fits"],
                            ...["1", "5", "10", "50", "100", "500"].map((one) => [one, one] as const),
                        ]}
                    />
                    <Show when={by() === "rolling"}>
                        <SelectField
                            label="Over the last"
                            value={span()}
                            onInput={(value) => setQuery({ window: value, n: null })}
                            options={["10s", "30s", "1m", "5m", "1h"].map((value) => [value, value] as const)}
                        />
                    </Show>
                </div>
                <Shown
                    load={load}
                    lines={12}
                    empty={(one) => one.profiles.length === 0}
                    emptyText={<Empty title="No trade in it" />}
                >
                    {(all) => (
                        <Show when={all().profiles[index()]} keyed>
                            {(one) => (
                                <div class="stack">
                                    <Show when={all().profiles.length > 1}>
                                        <label class="row">
                                            <span class="dim nowrap">
                                                Profile {index() + 1} of {all().profiles.length}
                                            </span>
                                            <input
                                                class="grow"
                                                type="range"
                                                min="0"
                                                max={all().profiles.length - 1}
                                                value={index()}
                                                onChange={(event) => setQuery({ n: event.currentTarget.value })}
                                            />
                                            <span class="num">{formatInstant(one.to_ns, "second", prefs().zone)}</span>
                                        </label>
                                    </Show>
                                    <Facts
                                        items={[
                                            ["Point of control", one.poc.toFixed(decimals())],
                                            [
                                                "Value area",
                                                `${one.val.toFixed(decimals())} to ${one.vah.toFixed(decimals())}`,
                                            ],
                                            ["It holds", formatPercent(one.share, 1)],
                                            ["Volume", formatNumber(one.volume, 2)],
                                            ["Delta", <Change value={one.delta} places={2} />],
                                            ["Trades", one.trades.toLocaleString("en-US")],
                                            ["From", formatInstant(one.from_ns, "second", prefs().zone)],
                                            ["To", formatInstant(one.to_ns, "second", prefs().zone)],
                                        ]}
                                    />
                                    <Suspense fallback={<Loading lines={12} />}>
                                        <ProfileChart
                                            profile={one}
                                            row={all().row}
                                            decimals={decimals()}
                                            label={`Volume by price of ${props.series.symbol}; the table below has the figures`}
                                        />
                                    </Suspense>
                                    <Table
                                        name="profile"
                                        label="Volume by price"
                                        rows={one.rows}
                                        search={false}
                                        sort="-price"
                                        maxHeight={300}
                                        columns={[
                                            {
                                                id: "price",
                                                head: "Price",
                                                get: (row) => row.price,
                                                cell: (row) => row.price.toFixed(decimals()),
                                                right: true,
                                            },
                                            { id: "bid", head: "At the bid", get: (row) => row.bid, right: true },
                                            { id: "ask", head: "At the ask", get: (row) => row.ask, right: true },
                                            {
                                                id: "neither",
                                                head: "Neither",
                                                get: (row) => row.neither,
                                                right: true,
                                                small: false,
                                            },
                                            { id: "trades", head: "Trades", get: (row) => row.trades, right: true },
                                        ]}
                                    />
                                </div>
                            )}
                        </Show>
                    )}
                </Shown>
            </div>
        </Panel>
    );
}
