// Bars of a series with volume and the marks of trades. The library draws numbers; the exact texts stay in
// the legend and the tables. It never holds more than BARS_MAX bars: the page asks the server for fewer.
import {
    CandlestickSeries,
    createChart,
    createSeriesMarkers,
    HistogramSeries,
    type IChartApi,
    type ISeriesApi,
    type ISeriesMarkersPluginApi,
    LineSeries,
    type SeriesMarker,
    type Time,
    type UTCTimestamp,
} from "lightweight-charts";
import { createEffect, createSignal, For, type JSX, on, onCleanup, onMount, Show } from "solid-js";
import { isDark, prefs, themeColour } from "../lib/prefs";
import type { Study } from "../lib/studies";
import { formatMoment } from "../lib/time";

export const BARS_MAX = 20_000;
const WORDS_MAX = 16; // marks with their quantity; of more the arrows alone

export interface Bar {
    time: number; // seconds
    open: number;
    high: number;
    low: number;
    close: number;
    volume: number;
}

export interface Mark {
    time: number;
    side: "buy" | "sell";
    price?: number;
    text: string;
}

export interface CandlesProps {
    bars: readonly Bar[];
    decimals: number;
    marks?: readonly Mark[];
    studies?: readonly Study[]; // as many values as there are bars
    height?: number;
    label: string;
    // What is seen, in seconds, when a person pans or zooms.
    onRange?: (from: number, to: number) => void;
    fit?: unknown; // a change shows everything anew
    follow?: boolean; // new bars keep the right end in view
}

export default function Candles(props: CandlesProps): JSX.Element {
    let box!: HTMLDivElement;
    let chart: IChartApi | undefined;
    let candles: ISeriesApi<"Candlestick">;
    let volume: ISeriesApi<"Histogram">;
    let closes: ISeriesApi<"Line">; // in place of candles, where bars are closes alone
    let candlesMarkers: ISeriesMarkersPluginApi<Time>;
    let closesMarkers: ISeriesMarkersPluginApi<Time>;
    let marked: ISeriesMarkersPluginApi<Time>;
    let quiet = 0; // changes of the range that are ours
    let drawn: readonly Bar[] = [];
    let held = false; // a person looks at the past: new bars do not pull them away
    let drawnStudies: ISeriesApi<"Line" | "Histogram">[] = [];
    const [hover, setHover] = createSignal<Bar | null>(null);

    function colours(): void {
        if (!chart) return;
        const [text, line, up, down] = [
            themeColour("text-dim"),
            themeColour("line"),
            themeColour("up"),
            themeColour("down"),
        ];
        chart.applyOptions({
            layout: {
                background: { color: "transparent" },
                textColor: text,
                fontFamily: getComputedStyle(document.body).fontFamily,
                fontSize: 11,
                attributionLogo: false,
                panes: { separatorColor: line, separatorHoverColor: themeColour("line-strong") },
            },
            grid: { vertLines: { color: line }, horzLines: { color: line } },
            rightPriceScale: { borderColor: line },
            timeScale: { borderColor: line },
            crosshair: {
                vertLine: { color: themeColour("text-faint"), labelBackgroundColor: themeColour("line-strong") },
                horzLine: { color: themeColour("text-faint"), labelBackgroundColor: themeColour("line-strong") },
            },
        });
        candles.applyOptions({
            upColor: up,
            downColor: down,
            borderUpColor: up,
            borderDownColor: down,
            wickUpColor: up,
            wickDownColor: down,
        });
        volume.applyOptions({ color: themeColour("line-strong") });
        closes.applyOptions({ color: themeColour("series-1") });
        setMarks();
    }

    function setMarks(): void {
        const few = (props.marks?.length ?? 0) <= WORDS_MAX;
        const list: SeriesMarker<Time>[] = (props.marks ?? []).map((mark) => ({
            time: mark.time as UTCTimestamp,
            position: mark.side === "buy" ? "belowBar" : "aboveBar",
            shape: mark.side === "buy" ? "arrowUp" : "arrowDown",
            color: themeColour(mark.side === "buy" ? "up" : "down"),
            text: few ? mark.text : "",
            size: few ? 1 : 0.7,
        }));
        marked.setMarkers(list.sort((a, b) => Number(a.time) - Number(b.time)));
    }

    const candle = (bar: Bar) => ({
        time: bar.time as UTCTimestamp,
        open: bar.open,
        high: bar.high,
        low: bar.low,
        close: bar.close,
    });

    function setBars(): void {
        if (!chart) return;
        const bars = props.bars.slice(-BARS_MAX);
        const last = drawn[drawn.length - 1];
        const grown =
            last !== undefined &&
            bars.length >= drawn.length &&
            bars.length - drawn.length < 50 &&
            bars[0]?.time === drawn[0]?.time &&
            bars[drawn.length - 1]?.time === last.time;
        if (grown) {
            for (const bar of bars.slice(Math.max(0, drawn.length - 1))) {
                candles.update(candle(bar));
                closes.update({ time: bar.time as UTCTimestamp, value: bar.close });
                volume.update({ time: bar.time as UTCTimestamp, value: bar.volume });
            }
        } else {
            const range = drawn.length > 0 ? chart.timeScale().getVisibleRange() : null;
            quiet++;
            const flat = bars.length > 1 && bars.every((bar) => bar.high === bar.low);
            candles.setData(bars.map(candle));
            candles.applyOptions({ visible: !flat, lastValueVisible: !flat, priceLineVisible: !flat });
            closes.setData(bars.map((bar) => ({ time: bar.time as UTCTimestamp, value: bar.close })));
            closes.applyOptions({ visible: flat, lastValueVisible: flat, priceLineVisible: flat });
            marked = flat ? closesMarkers : candlesMarkers;
            (flat ? candlesMarkers : closesMarkers).setMarkers([]);
            setMarks();
            volume.setData(bars.map((bar) => ({ time: bar.time as UTCTimestamp, value: bar.volume })));
            const whole = bars.length > 0 && range && Number(range.from) <= bars[bars.length - 1]!.time;
            if (range && whole && Number(range.to) >= bars[0]!.time) {
                try {
                    chart.timeScale().setVisibleRange(range);
                } catch {
                    chart.timeScale().fitContent();
                }
            } else chart.timeScale().fitContent();
            setTimeout(() => quiet--, 80);
        }
        const hasVolume = bars.some((bar) => bar.volume > 0);
        volume.applyOptions({ visible: hasVolume });
        chart.priceScale("right").applyOptions({ scaleMargins: { top: 0.06, bottom: hasVolume ? 0.18 : 0.05 } });
        drawn = bars;
        if (props.follow && grown && !held) chart.timeScale().scrollToPosition(4, false);
    }

    // Studies are few and change seldom: they are made anew when one of them, or a bar, changes.
    function setStudies(): void {
        if (!chart) return;
        for (const series of drawnStudies) chart.removeSeries(series);
        drawnStudies = [];
        const bars = props.bars.slice(-BARS_MAX);
        let pane = 0;
        let colour = 0;
        for (const study of props.studies ?? []) {
            const at = study.onPrice ? 0 : ++pane;
            for (const line of study.lines) {
                const shade = themeColour(`series-${(colour++ % 8) + 1}`);
                const quiet = { lastValueVisible: false, priceLineVisible: false };
                const series = line.columns
                    ? chart.addSeries(HistogramSeries, { ...quiet, color: shade }, at)
                    : chart.addSeries(
                          LineSeries,
                          { ...quiet, color: shade, lineWidth: 1, crosshairMarkerVisible: false },
                          at,
                      );
                series.setData(
                    bars.map((bar, index) => {
                        const value = line.values[index];
                        const time = bar.time as UTCTimestamp;
                        return value === null || value === undefined ? { time } : { time, value };
                    }),
                );
                drawnStudies.push(series);
            }
        }
        chart.panes().forEach((one, index) => {
            one.setStretchFactor(index === 0 ? 3 : 1);
        });
    }

    onMount(() => {
        chart = createChart(box, {
            autoSize: true,
            layout: { attributionLogo: false },
            timeScale: { timeVisible: true, secondsVisible: false, rightOffset: 4, minBarSpacing: 0.05 },
            crosshair: { mode: 0 },
        });
        candles = chart.addSeries(CandlestickSeries, {
            priceFormat: { type: "price", precision: props.decimals, minMove: 10 ** -props.decimals },
        });
        volume = chart.addSeries(HistogramSeries, {
            priceScaleId: "volume",
            priceFormat: { type: "volume" },
            lastValueVisible: false,
            priceLineVisible: false,
        });
        chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.86, bottom: 0 } });
        closes = chart.addSeries(LineSeries, {
            lineWidth: 1,
            visible: false,
            priceFormat: { type: "price", precision: props.decimals, minMove: 10 ** -props.decimals },
        });
        candlesMarkers = createSeriesMarkers(candles, []);
        closesMarkers = createSeriesMarkers(closes, []);
        marked = candlesMarkers;
        setBars();
        colours();
        setStudies();
        chart.subscribeCrosshairMove((move) => {
            const at = move.seriesData.get(candles) ?? move.seriesData.get(closes);
            const bar = at && drawn.find((one) => one.time === Number(move.time));
            setHover(bar ?? null);
        });
        let wait: ReturnType<typeof setTimeout> | undefined;
        chart.timeScale().subscribeVisibleTimeRangeChange((range) => {
            if (!range || quiet > 0) return;
            held = (chart?.timeScale().scrollPosition() ?? 0) < -3;
            clearTimeout(wait);
            wait = setTimeout(() => props.onRange?.(Number(range.from), Number(range.to)), 140);
        });
        onCleanup(() => {
            clearTimeout(wait);
            chart?.remove();
            chart = undefined;
        });
    });
    createEffect(on(() => props.bars, setBars, { defer: true }));
    createEffect(on(() => props.studies, setStudies, { defer: true }));
    createEffect(
        on(
            () => props.marks,
            () => chart && setMarks(),
            { defer: true },
        ),
    );
    createEffect(
        on(
            [isDark, () => prefs().palette],
            () =>
                queueMicrotask(() => {
                    colours();
                    setStudies();
                }),
            { defer: true },
        ),
    );
    createEffect(
        on(
            () => props.fit,
            () => {
                drawn = [];
                chart?.timeScale().fitContent();
            },
            { defer: true },
        ),
    );
    createEffect(
        on(
            () => props.decimals,
            (decimals) =>
                chart &&
                [candles, closes].forEach((series) => {
                    series.applyOptions({
                        priceFormat: { type: "price", precision: decimals, minMove: 10 ** -decimals },
                    });
                }),
            { defer: true },
        ),
    );

    const studyText = (values: readonly (number | null)[], time: number, onPrice: boolean): string => {
        const bars = props.bars.slice(-BARS_MAX);
        const value = values[bars.findIndex((one) => one.time === time)];
        if (value === null || value === undefined) return "–";
        return onPrice ? value.toFixed(props.decimals) : String(Number(value.toPrecision(5)));
    };
    const legend = () =>
        (props.studies ?? [])
            .flatMap((study) => study.lines.map((line) => ({ ...line, onPrice: study.onPrice })))
            .map((line, index) => ({ ...line, shade: (index % 8) + 1 }));
    const shown = () => hover() ?? props.bars[props.bars.length - 1];
    return (
        <>
            <div class="legend chart-legend">
                <Show when={shown()}>
                    {(bar) => (
                        <>
                            <span>{formatMoment(bar().time * 1e9, prefs().zone)}</span>
                            <span>O {bar().open.toFixed(props.decimals)}</span>
                            <span>H {bar().high.toFixed(props.decimals)}</span>
                            <span>L {bar().low.toFixed(props.decimals)}</span>
                            <span class={bar().close >= bar().open ? "up" : "down"}>
                                C {bar().close.toFixed(props.decimals)}
                            </span>
                            <Show when={bar().volume > 0}>
                                <span>V {bar().volume.toLocaleString("en-US")}</span>
                            </Show>
                            <For each={legend()}>
                                {(line) => (
                                    <span class="swatch" style={{ "--shade": `var(--series-${line.shade})` }}>
                                        {line.name} {studyText(line.values, bar().time, line.onPrice)}
                                    </span>
                                )}
                            </For>
                        </>
                    )}
                </Show>
            </div>
            <div
                class="chart"
                style={{ "--chart-height": `${props.height ?? 380}px` }}
                role="img"
                aria-label={props.label}
            >
                <div ref={box} />
            </div>
            <div class="chart-credit">
                Drawn with{" "}
                <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
                    TradingView Lightweight Charts™
                </a>
            </div>
        </>
    );
}
