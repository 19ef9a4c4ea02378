// Bars from the server: never more than are seen, re-aggregated there when there are more.

import { get, path } from "../api/client";
import type { Bars, Chart, Indicator, IndicatorValues, Series } from "../api/model";
import type { Bar } from "../charts/candles";
import { toNumber } from "./decimal";
import { alignValues, NO_PRICE, onPrice, paramText, type Study, type Wish, wishText } from "./studies";

function seriesPath(name: string): string {
    const [venue = "", symbol = "", kind = ""] = name.split("/");
    return path`/series/${venue}/${symbol}/${kind}`;
}

export function getSeries(name: string, signal?: AbortSignal): Promise<Series> {
    return get<Series>(seriesPath(name), {}, signal);
}

type Columns = Pick<Bars, "open" | "high" | "low" | "close" | "volume">;

function join(times: readonly number[], answer: Columns): Bar[] {
    const bars: Bar[] = [];
    let before = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < times.length; index++) {
        const time = Math.floor(times[index]! / 1e9);
        if (time <= before) continue; // one bar a second is all that the chart can tell apart
        before = time;
        bars.push({
            time,
            open: toNumber(answer.open[index]),
            high: toNumber(answer.high[index]),
            low: toNumber(answer.low[index]),
            close: toNumber(answer.close[index]),
            volume: toNumber(answer.volume[index]),
        });
    }
    return bars;
}

export const toBars = (answer: Bars): Bar[] => join(answer.open_ns, answer);
export const chartBars = (answer: Chart): Bar[] => join(answer.from_ns, answer);

export interface BarsWish {
    from?: string;
    to?: string;
    limit?: number;
    latest?: boolean;
}

// At most `points` stretches, each with its first, highest, lowest and last price.
export async function getChart(
    name: string,
    wish: { from?: string; to?: string; points: number },
    signal?: AbortSignal,
): Promise<Chart> {
    return get<Chart>(`${seriesPath(name)}/chart`, { ...wish }, signal);
}

export async function getBars(name: string, wish: BarsWish, signal?: AbortSignal): Promise<Bars> {
    return get<Bars>(`${seriesPath(name)}/bars`, { ...wish }, signal);
}

export const secondsToInstant = (seconds: number): string =>
    new Date(seconds * 1000).toISOString().replace(".000Z", "Z");

// How many digits behind the point the prices really use.
export function usedDecimals(answer: Columns, most: number): number {
    let used = 0;
    for (const column of [answer.close, answer.open, answer.high, answer.low]) {
        for (const text of column) {
            const point = text.indexOf(".");
            if (point < 0) continue;
            let end = text.length;
            while (end > point + 1 && text[end - 1] === "0") end--;
            used = Math.max(used, end - point - 1);
        }
    }
    return Math.min(most, Math.max(used, Math.min(2, most)));
}

// The bar in which an instant lies: the last that opened before it.
export function barTime(bars: readonly Bar[], seconds: number): number {
    let low = 0;
    let high = bars.length - 1;
    let found = Number.NEGATIVE_INFINITY;
    while (low <= high) {
        const middle = (low + high) >> 1;
        if (bars[middle]!.time <= seconds) {
            found = bars[middle]!.time;
            low = middle + 1;
        } else high = middle - 1;
    }
    return found;
}

// The values of an indicator over the stretch of a chart, bar by bar.
export async function getStudy(
    series: string,
    wish: Wish,
    indicator: Indicator,
    bars: { times: readonly number[]; frameS: number; from?: string; to?: string; frame: string | null },
    signal?: AbortSignal,
): Promise<Study> {
    const [venue = "", symbol = "", kind = ""] = series.split("/");
    const answer = await get<IndicatorValues>(
        path`/series/${venue}/${symbol}/${kind}/indicators/${wish.name}`,
        {
            from: bars.from,
            to: bars.to,
            limit: 20_000,
            latest: true,
            frame: bars.frame,
            params: paramText(wish.params) || null,
        },
        signal,
    );
    const over = onPrice(indicator);
    return {
        key: wishText(wish),
        name: wishText(wish).replace(":", " "),
        onPrice: over,
        lines: answer.outputs
            .filter((output) => !(over && NO_PRICE.has(output.name)))
            .map((output) => ({
                name: output.name === "value" ? wish.name : output.name,
                values: alignValues(bars.times, bars.frameS, answer.open_ns, output.values),
                columns: /hist/.test(output.name) || indicator.group === "pattern",
            })),
    };
}
