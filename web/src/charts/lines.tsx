// Curves over time, a million points if need be: equity, drawdown, rates.
import { createEffect, type JSX, on, onCleanup, onMount } from "solid-js";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { isDark, prefs, themeColour } from "../lib/prefs";
import { formatInstant } from "../lib/time";

export interface Curve {
    name: string;
    values: readonly (number | null)[];
    colour?: string; // of the theme: "up", "series-1"
    fill?: boolean;
    width?: number;
    dash?: number[];
    dots?: boolean; // points alone, without a line
}

export interface LinesProps {
    times: readonly number[]; // seconds, or plain numbers
    curves: readonly Curve[];
    label: string;
    height?: number;
    format?: (value: number) => string;
    plainX?: boolean; // the first axis is no time
    xFormat?: (value: number) => string;
    legend?: boolean;
    bars?: boolean;
    points?: boolean;
    zero?: boolean; // a line where the values are 0
    xName?: string; // of a first axis that is no time
}

// What stands at the steps of time: the years, months, days and hours of ISO 8601, coarser parts below where they change.
const TIME_STEPS: uPlot.Axis.Values = [
    [31_536_000, "{YYYY}", null, null, null, null, null, null, 1],
    [2_419_200, "{YYYY}-{MM}", null, null, null, null, null, null, 1],
    [86_400, "{MM}-{DD}", "\n{YYYY}", null, null, null, null, null, 1],
    [3600, "{HH}:{mm}", "\n{YYYY}-{MM}-{DD}", null, null, null, null, null, 1],
    [60, "{HH}:{mm}", "\n{YYYY}-{MM}-{DD}", null, null, null, null, null, 1],
    [1, "{HH}:{mm}:{ss}", "\n{YYYY}-{MM}-{DD}", null, null, null, null, null, 1],
    [0.001, ":{ss}.{fff}", "\n{YYYY}-{MM}-{DD} {HH}:{mm}", null, null, null, null, null, 1],
];

function alpha(colour: string): string {
    return /^#[0-9a-f]{6}$/i.test(colour) ? `${colour}26` : colour;
}

export default function Lines(props: LinesProps): JSX.Element {
    let box!: HTMLDivElement;
    let plot: uPlot | undefined;

    const format = (value: number | null) =>
        value === null || value === undefined
            ? "–"
            : (props.format ?? ((x: number) => x.toLocaleString("en-US")))(value);

    function axis(): Partial<uPlot.Axis> {
        return {
            stroke: themeColour("text-dim"),
            grid: { stroke: themeColour("line"), width: 1 },
            ticks: { stroke: themeColour("line"), width: 1, size: 4 },
            font: `11px ${getComputedStyle(document.body).fontFamily}`,
        };
    }

    function make(): void {
        plot?.destroy();
        const data = [props.times, ...props.curves.map((curve) => curve.values)] as uPlot.AlignedData;
        plot = new uPlot(
            {
                width: Math.max(80, box.clientWidth),
                height: Math.max(60, box.clientHeight - (props.legend === false ? 0 : 24)),
                padding: [8, 14, 0, 0],
                legend: { show: props.legend !== false, live: true },
                ...(props.zero ? { hooks: { drawAxes: [drawZero] } } : {}),
                cursor: { drag: { x: true, y: false }, points: { size: 5 } },
                scales: { x: { time: !props.plainX } },
                tzDate: (ts) =>
                    prefs().zone === "utc" ? uPlot.tzDate(new Date(ts * 1000), "Etc/UTC") : new Date(ts * 1000),
                series: [
                    {
                        label: props.xName ?? (props.plainX ? "At" : "Time"),
                        value: (_plot, value) =>
                            value === null
                                ? "–"
                                : props.xFormat
                                  ? props.xFormat(value)
                                  : props.plainX
                                    ? String(value)
                                    : formatInstant(Math.round(value * 1000) * 1e6, "minute", prefs().zone).replace(
                                          " 00:00",
                                          "",
                                      ),
                    },
                    ...props.curves.map((curve, index) => {
                        const colour = themeColour(curve.colour ?? `series-${(index % 8) + 1}`);
                        return {
                            label: curve.name,
                            stroke: colour,
                            width: curve.dots ? 0 : (curve.width ?? 1.3),
                            spanGaps: true,
                            points: { show: curve.dots ?? props.points ?? false, size: curve.dots ? 6 : 4 },
                            value: (_plot: uPlot, value: number | null) => format(value),
                            ...(curve.dash ? { dash: curve.dash } : {}),
                            ...(curve.fill || props.bars ? { fill: alpha(colour) } : {}),
                            ...(props.bars && uPlot.paths.bars ? { paths: uPlot.paths.bars({ size: [0.8, 40] }) } : {}),
                        } satisfies uPlot.Series;
                    }),
                ],
                axes: [
                    {
                        ...axis(),
                        size: 36,
                        ...(props.plainX || props.xFormat
                            ? {
                                  values: (_plot: uPlot, splits: number[]) =>
                                      splits.map((split) => (props.xFormat ?? String)(split)),
                              }
                            : { values: TIME_STEPS }),
                    },
                    {
                        ...axis(),
                        size: 62,
                        values: (_plot, splits) => splits.map((split) => format(split)),
                    },
                ],
            },
            data,
            box,
        );
        fit();
    }

    // The legend has the lines that it needs, the plot what is left.
    function fit(): void {
        if (!plot) return;
        const legend = props.legend === false ? 0 : (box.querySelector<HTMLElement>(".u-legend")?.offsetHeight ?? 24);
        plot.setSize({
            width: Math.max(80, box.clientWidth),
            height: Math.max(60, box.clientHeight - legend),
        });
    }

    function drawZero(own: uPlot): void {
        const y = Math.round(own.valToPos(0, "y", true));
        const { left, top, width, height } = own.bbox;
        if (y < top || y > top + height) return;
        own.ctx.save();
        own.ctx.strokeStyle = themeColour("text-faint");
        own.ctx.lineWidth = 1;
        own.ctx.beginPath();
        own.ctx.moveTo(left, y + 0.5);
        own.ctx.lineTo(left + width, y + 0.5);
        own.ctx.stroke();
        own.ctx.restore();
    }

    onMount(() => {
        make();
        const watch = new ResizeObserver(fit);
        watch.observe(box);
        onCleanup(() => {
            watch.disconnect();
            plot?.destroy();
            plot = undefined;
        });
    });
    createEffect(on([isDark, () => prefs().palette, () => prefs().zone], () => queueMicrotask(make), { defer: true }));
    createEffect(
        on(
            [() => props.times, () => props.curves],
            ([times, curves], before) => {
                const old = before?.[1];
                if (
                    !plot ||
                    !old ||
                    old.length !== curves.length ||
                    old.some((one, i) => one.name !== curves[i]?.name)
                ) {
                    make();
                    return;
                }
                plot.setData([times, ...curves.map((curve) => curve.values)] as uPlot.AlignedData);
            },
            { defer: true },
        ),
    );
    return (
        <div
            class="chart"
            style={{ "--chart-height": `${props.height ?? 240}px` }}
            role="img"
            aria-label={`${props.label}: ${props.curves.map((curve) => curve.name).join(", ")}`}
        >
            <div ref={box} />
        </div>
    );
}
