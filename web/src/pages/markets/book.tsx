// The book of a recorded feed at an instant: a ladder and the depth.
import { createMemo, type JSX, Show, Suspense } from "solid-js";
import { getSlow, path } from "../../api/client";
import type { Book, BookLevel, Series } from "../../api/model";
import { formatDecimal, formatShort, toNumber } from "../../lib/decimal";
import { query, setQuery } from "../../lib/router";
import { Facts, Note } from "../../ui/figure";
import { SelectField } from "../../ui/form";
import { createLoad, Empty, Loading, Panel, Shown } from "../../ui/load";
import { type Column, Table } from "../../ui/table";
import { Depth } from "../parts";
import { Scrub } from "./scrub";

interface Level extends BookLevel {
    side: "bid" | "ask";
    part: number;
}

const number = (value: number | string): number => (typeof value === "number" ? value : toNumber(value));

function Ladder(props: { book: Book; side: "bid" | "ask"; decimals: number }): JSX.Element {
    const rows = createMemo<Level[]>(() => {
        const levels = props.side === "bid" ? props.book.bids : props.book.asks;
        const most = Math.max(...[...props.book.bids, ...props.book.asks].map((one) => number(one.quantity)), 1e-12);
        return levels.map((one) => ({ ...one, side: props.side, part: number(one.quantity) / most }));
    });
    const columns: Column<Level>[] = [
        {
            id: "price",
            head: props.side === "bid" ? "Bid" : "Ask",
            get: (row) => String(row.price),
            number: true,
            cell: (row) => (
                <span class={row.side === "bid" ? "up" : "down"}>
                    {formatDecimal(row.price, { places: props.decimals })}
                </span>
            ),
            right: true,
        },
        {
            id: "quantity",
            head: "Quantity",
            get: (row) => String(row.quantity),
            number: true,
            cell: (row) => (
                <span class="level" data-side={row.side} style={{ "--part": String(row.part) }}>
                    {formatDecimal(row.quantity, { trim: true })}
                </span>
            ),
            right: true,
        },
        {
            id: "sum",
            head: "Sum",
            get: (row) => String(row.sum),
            number: true,
            cell: (row) => formatShort(row.sum),
            right: true,
        },
    ];
    return (
        <Table
            name={`${props.side}s`}
            label={props.side === "bid" ? "Bids, best first" : "Asks, best first"}
            rows={rows()}
            columns={columns}
            search={false}
            maxHeight={430}
            empty={<Empty title={`Nothing is ${props.side === "bid" ? "bid" : "asked"}`} />}
        />
    );
}

export function BookView(props: { series: Series }): JSX.Element {
    const at = () => query().get("at");
    const levels = () => query().get("levels") ?? "50";
    const book = createLoad(
        () => `${props.series.name} ${at()} ${levels()}`,
        (_key, signal) =>
            getSlow<Book>(
                path`/series/${props.series.venue}/${props.series.symbol}/${props.series.kind}/book`,
                { at: at(), levels: levels() },
                signal,
            ),
    );
    const sums = (list: readonly BookLevel[]) =>
        list.map((one) => ({ price: number(one.price), sum: number(one.sum) }));
    const best = (one: Book) => [one.bids[0]?.price, one.asks[0]?.price] as const;
    const spread = (one: Book) => {
        const [bid, ask] = best(one);
        return bid === undefined || ask === undefined ? Number.NaN : number(ask) - number(bid);
    };
    const lean = (one: Book) => {
        const bid = number(one.bids.at(-1)?.sum ?? 0);
        const ask = number(one.asks.at(-1)?.sum ?? 0);
        return (bid - ask) / (bid + ask || 1);
    };
    const decimals = () => Math.min(8, props.series.price_decimals);
    return (
        <Panel
            title="Book"
            at={book.at()}
            limitMs={3_600_000}
            actions={
                <Scrub
                    label="At"
                    first={props.series.first ?? ""}
                    last={props.series.last ?? ""}
                    at={at()}
                    onInput={(value) => setQuery({ at: value })}
                />
            }
            footer={<span>Played from the recording up to that instant, by the recorder's clock</span>}
        >
            <Shown load={book} lines={10}>
                {(one) => (
                    <div class="stack">
                        <Show when={!one().whole}>
                            <Note kind="warn">The recording has a gap before this instant: the book is not whole.</Note>
                        </Show>
                        <div class="row wide-gap">
                            <div class="grow">
                                <Facts
                                    items={[
                                        ["Best bid", formatDecimal(best(one())[0] ?? null, { places: decimals() })],
                                        ["Best ask", formatDecimal(best(one())[1] ?? null, { places: decimals() })],
                                        [
                                            "Spread",
                                            Number.isFinite(spread(one())) ? spread(one()).toFixed(decimals()) : "–",
                                        ],
                                        [
                                            "Lean",
                                            `${Math.abs(lean(one()) * 100).toFixed(0)}% to ${lean(one()) >= 0 ? "bids" : "asks"}`,
                                            "What is bid less what is asked, of both, within the levels shown",
                                        ],
                                        [
                                            "Levels",
                                            `${one().bid_levels.toLocaleString("en-US")} bid, ${one().ask_levels.toLocaleString("en-US")} asked`,
                                        ],
                                        ["Kept", one().by_order ? "order by order" : "price by price"],
                                    ]}
                                />
                            </div>
                            <SelectField
                                label="Levels a side"
                                value={levels()}
                                onInput={(value) => setQuery({ levels: value })}
                                options={["10", "50", "200", "1000"].map((value) => [value, value] as const)}
                            />
                        </div>
                        <Suspense fallback={<Loading lines={6} />}>
                            <Depth
                                bids={sums(one().bids)}
                                asks={sums(one().asks)}
                                decimals={decimals()}
                                label={`Depth of ${props.series.symbol}`}
                            />
                        </Suspense>
                        <div class="ladders">
                            <div>
                                <Ladder book={one()} side="bid" decimals={decimals()} />
                            </div>
                            <div>
                                <Ladder book={one()} side="ask" decimals={decimals()} />
                            </div>
                        </div>
                    </div>
                )}
            </Shown>
        </Panel>
    );
}
