// Bars from the server: never more than are seen, re-aggregated there when there are more.
import type { Bar } from "../charts/candles";
import { get, path } from "../api/client";
import type { Bars, Series } from "../api/model";
import { toNumber } from "./decimal";

export function seriesPath(name: string): string {
    const [venue = "", symbol = "", kind = ""] = name.split("/");
    return path`/series/${venue}/${symbol}/${kind}`;
}

export function getSeries(name: string, signal?: AbortSignal): Promise<Series> {
    return get<Series>(seriesPath(name), {}, signal);
}

export function toBars(answer: Bars): Bar[] {
    const bars: Bar[] = [];
    let before = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < answer.open_ns.length; index++) {
        const time = Math.floor(answer.open_ns[index]! / 1e9);
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

export interface BarsWish {
    from?: string;
    to?: string;
    limit?: number;
    latest?: boolean;
    points?: number;
}

export async function getBars(name: string, wish: BarsWish, signal?: AbortSignal): Promise<Bars> {
    return get<Bars>(`${seriesPath(name)}/bars`, { ...wish }, signal);
}

export const secondsToInstant = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
