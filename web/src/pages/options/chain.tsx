// The chain of one expiry: calls to the left, puts to the right, the strike between them. A price begins a leg.
import { createEffect, createMemo, type JSX, on } from "solid-js";
import type { OptionChain, OptionQuote } from "../../api/model";
import { formatNumber, formatPercent } from "../../lib/decimal";
import { query, setQuery } from "../../lib/router";
import { Facts, Note } from "../../ui/figure";
import { SelectField } from "../../ui/form";
import { Empty, Panel } from "../../ui/load";
import { type Column, Table } from "../../ui/table";

interface StrikeRow {
    strike: number;
    call: OptionQuote | undefined;
    put: OptionQuote | undefined;
}

export function expiryOf(chain: OptionChain): OptionChain["expiries"][number] | undefined {
    return chain.expiries.find((one) => one.expiry === query().get("expiry")) ?? chain.expiries[0];
}

export function ChainView(props: {
    chain: OptionChain;
    at: number;
    onLeg: (quote: OptionQuote, side: 1 | -1) => void;
}): JSX.Element {
    const expiry = () => expiryOf(props.chain);
    const rows = createMemo<StrikeRow[]>(() => {
        const found = new Map<number, StrikeRow>();
        for (const quote of expiry()?.quotes ?? []) {
            const row = found.get(quote.strike) ?? { strike: quote.strike, call: undefined, put: undefined };
            row[quote.type] = quote;
            found.set(quote.strike, row);
        }
        return [...found.values()].sort((a, b) => a.strike - b.strike);
    });
    const money = createMemo(() => {
        const forward = expiry()?.forward ?? Number.NaN;
        return rows().reduce(
            (best, row) => (Math.abs(row.strike - forward) < Math.abs(best - forward) ? row.strike : best),
            Number.POSITIVE_INFINITY,
        );
    });
    const price = (type: "call" | "put", part: "bid" | "ask"): Column<StrikeRow> => ({
        id: `${type}_${part}`,
        head: part === "bid" ? "Bid" : "Ask",
        help: part === "bid" ? "Sell at the bid: adds a leg" : "Buy at the ask: adds a leg",
        get: (row) => row[type]?.[part],
        cell: (row) => {
            const quote = row[type];
            if (!quote || !(quote[part] > 0)) return <span class="faint">–</span>;
            return (
                <button
                    type="button"
                    class={`btn quiet small ${part === "bid" ? "sells" : "buys"}`}
                    aria-label={`${part === "bid" ? "Sell" : "Buy"} the ${row.strike} ${type} at ${quote[part]}`}
                    onClick={() => props.onLeg(quote, part === "bid" ? -1 : 1)}
                >
                    {formatNumber(quote[part], 2)}
                </button>
            );
        },
        right: true,
    });
    const figure = (type: "call" | "put", id: "vol" | "delta" | "open_interest", head: string): Column<StrikeRow> => ({
        id: `${type}_${id}`,
        head,
        get: (row) => row[type]?.[id],
        cell: (row) => {
            const quote = row[type];
            const value = quote?.[id];
            if (!quote || value === null || value === undefined) return <span class="faint">–</span>;
            if (quote.status !== "sound")
                return (
                    <span class="faint" title={`Left out: ${quote.status.replace(/_/g, " ")}`}>
                        {quote.status.replace(/_/g, " ")}
                    </span>
                );
            return id === "vol" ? formatPercent(value, 1) : formatNumber(value, id === "delta" ? 2 : 0);
        },
        right: true,
        small: false,
    });
    const columns: Column<StrikeRow>[] = [
        figure("call", "delta", "Delta"),
        figure("call", "vol", "Volatility"),
        price("call", "bid"),
        price("call", "ask"),
        {
            id: "strike",
            head: "Strike",
            get: (row) => row.strike,
            cell: (row) => (
                <strong title={row.strike === money() ? "Nearest to the forward" : undefined}>
                    {row.strike === money() ? "★ " : ""}
                    {row.strike}
                </strong>
            ),
            right: true,
        },
        price("put", "bid"),
        price("put", "ask"),
        figure("put", "vol", "Volatility"),
        figure("put", "delta", "Delta"),
    ];
    // The money comes into view when an expiry is opened.
    createEffect(
        on(
            () => expiry()?.expiry,
            () =>
                requestAnimationFrame(() => {
                    const row = document.querySelector<HTMLElement>('.chain tr[aria-selected="true"]');
                    const wrap = row?.closest<HTMLElement>(".table-wrap");
                    if (row && wrap) wrap.scrollTop = row.offsetTop - wrap.clientHeight / 2;
                }),
        ),
    );
    const faults = () =>
        Object.entries(props.chain.faults)
            .filter(([, list]) => list.length > 0)
            .map(([name, list]) => `${list.length} ${name.replace(/_/g, " ")}`)
            .join(", ");
    return (
        <Panel
            title={`${props.chain.symbol || "Chain"}: calls and puts`}
            at={props.at}
            limitMs={3_600_000}
            flush
            footer={
                <span>
                    {props.chain.sound.toLocaleString("en-US")} of {props.chain.contracts.toLocaleString("en-US")}{" "}
                    quotes are sound{faults() ? `; left out: ${faults()}` : ""}
                </span>
            }
        >
            <div class="panel-body stack">
                <div class="row wide-gap">
                    <div class="grow">
                        <Facts
                            items={[
                                ["Spot", formatNumber(props.chain.spot, 2)],
                                ["Forward", formatNumber(expiry()?.forward ?? null, 2)],
                                ["Days", formatNumber((expiry()?.years ?? 0) * 365, 0)],
                                ["Rate", formatPercent(expiry()?.rate ?? null, 2), "From put-call parity"],
                                ["Yield", formatPercent(expiry()?.yield ?? null, 2)],
                                ["Exercise", props.chain.style],
                            ]}
                        />
                    </div>
                    <SelectField
                        label="Expiry"
                        value={expiry()?.expiry ?? ""}
                        onInput={(value) => setQuery({ expiry: value })}
                        options={props.chain.expiries.map(
                            (one) => [one.expiry, `${one.expiry} (${one.quotes.length})`] as const,
                        )}
                    />
                </div>
                <Note>Left: calls. Right: puts. A bid sells, an ask buys: the leg goes to the strategy.</Note>
            </div>
            <div class="chain">
                <Table
                    name="chain"
                    label="Option chain: calls left of the strike, puts right of it"
                    rows={rows()}
                    columns={columns}
                    maxHeight={560}
                    selected={(row) => row.strike === money()}
                    empty={<Empty title="No quote of that expiry" />}
                />
            </div>
        </Panel>
    );
}
