// Indicators beside a chart's bars: which are asked for (in the address), where they are drawn, and their values bar by
// bar.
import type { Indicator } from "../api/model";

export interface Wish {
    name: string;
    params: Record<string, string>; // what is not as by default
}

export interface Study {
    key: string;
    name: string;
    onPrice: boolean; // over the bars; else in a pane of its own
    lines: { name: string; values: (number | null)[]; columns: boolean }[];
}

// "bbands:timeperiod=20,nbdevup=2;rsi"
export function parseWishes(text: string | null): Wish[] {
    return (text ?? "")
        .split(";")
        .filter(Boolean)
        .slice(0, 8)
        .map((part) => {
            const colon = part.indexOf(":");
            const name = colon < 0 ? part : part.slice(0, colon);
            const pairs = colon < 0 ? [] : part.slice(colon + 1).split(",");
            const params: Record<string, string> = {};
            for (const pair of pairs) {
                const at = pair.indexOf("=");
                if (at > 0) params[pair.slice(0, at)] = pair.slice(at + 1);
            }
            return { name, params };
        });
}

export const paramText = (params: Record<string, string>): string =>
    Object.entries(params)
        .map(([name, value]) => `${name}=${value}`)
        .join(",");

export function wishText(wish: Wish): string {
    const params = paramText(wish.params);
    return wish.name + (params ? `:${params}` : "");
}

export const wishesText = (wishes: readonly Wish[]): string => wishes.map(wishText).join(";");

const ON_PRICE = new Set([
    "chandelier", "donchian", "ichimoku", "supertrend", "keltner", "vwap", "vwap_anchored", "vwap_session",
    "ht_trendline", "median", "linearreg", "tsf", "quantile",
]); // biome-ignore format: a list

// Lines of these are no prices though their indicator is drawn over prices.
export const NO_PRICE = new Set(["direction"]);

export function onPrice(indicator: Pick<Indicator, "name" | "group">): boolean {
    return indicator.group === "overlap" || indicator.group === "price" || ON_PRICE.has(indicator.name);
}

// For each bar the latest value that was known when it ended: values of finer bars than the chart's are thinned out, and
// a bar that has none is a gap.
export function alignValues(
    barTimes: readonly number[], // seconds, rising
    frameS: number,
    times: readonly number[], // nanoseconds, rising
    values: readonly (number | null)[],
): (number | null)[] {
    const aligned: (number | null)[] = [];
    let at = 0;
    for (let bar = 0; bar < barTimes.length; bar++) {
        const from = barTimes[bar]!;
        const to = bar + 1 < barTimes.length ? barTimes[bar + 1]! : from + Math.max(1, frameS);
        let value: number | null = null;
        while (at < times.length && times[at]! / 1e9 < to) {
            if (times[at]! / 1e9 >= from - 1 && values[at] !== null && Number.isFinite(values[at])) value = values[at]!;
            at++;
        }
        aligned.push(value);
    }
    return aligned;
}
