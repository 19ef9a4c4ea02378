// A surface in three dimensions: turned by dragging, drawn by ECharts GL, which comes when it is wanted. Where the browser
// has no WebGL the caller shows the map of numbers, which holds the same.
import { VisualMapContinuousComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { SurfaceChart } from "echarts-gl/charts";
import { Grid3DComponent } from "echarts-gl/components";
import { createEffect, type JSX, on, onCleanup, onMount } from "solid-js";
import { isDark, prefs, themeColour } from "../lib/prefs";

use([CanvasRenderer, VisualMapContinuousComponent, SurfaceChart, Grid3DComponent] as never[]);

const FACE = "sans-serif";

export interface SurfaceProps {
    x: readonly number[]; // one for each column
    y: readonly string[]; // one for each row
    z: readonly (readonly (number | null)[])[]; // row by row
    xName: string;
    yName: string;
    zName: string;
    xFormat: (value: number) => string;
    zFormat: (value: number) => string;
    label: string;
    height?: number;
    onFail: (words: string) => void;
}

interface Chart {
    setOption: (option: unknown, replace?: boolean) => void;
    resize: () => void;
    dispose: () => void;
}

export default function Surface(props: SurfaceProps): JSX.Element {
    let box!: HTMLDivElement;
    let chart: Chart | null = null;

    function axis(name: string): Record<string, unknown> {
        return {
            name,
            nameGap: 26,
            nameTextStyle: { color: themeColour("text"), fontSize: 16, fontFamily: FACE },
            axisLabel: {
                margin: 12,
                textStyle: { color: themeColour("text-dim"), fontSize: 15, fontFamily: FACE },
            },
            axisLine: { lineStyle: { color: themeColour("line-strong") } },
            axisTick: { lineStyle: { color: themeColour("line-strong") } },
            splitLine: { lineStyle: { color: themeColour("line-strong"), opacity: 0.6 } },
            axisPointer: { show: false },
        };
    }

    function option(): Record<string, unknown> {
        const data: (number | null)[][] = [];
        let low = Number.POSITIVE_INFINITY;
        let high = Number.NEGATIVE_INFINITY;
        props.z.forEach((line, row) => {
            line.forEach((value, column) => {
                data.push([props.x[column]!, row, value]);
                if (value !== null) {
                    low = Math.min(low, value);
                    high = Math.max(high, value);
                }
            });
        });
        return {
            animation: false,
            backgroundColor: "transparent",
            visualMap: {
                show: false,
                min: low,
                max: high,
                dimension: 2,
                inRange: { color: ["heat-1", "heat-2", isDark() ? "heat-3" : "series-2"].map(themeColour) },
            },
            xAxis3D: {
                type: "value",
                min: props.x[0],
                max: props.x[props.x.length - 1],
                ...axis(props.xName),
                axisLabel: { ...(axis("").axisLabel as object), formatter: props.xFormat },
            },
            yAxis3D: { type: "category", data: props.y, ...axis(props.yName) },
            zAxis3D: {
                type: "value",
                scale: true,
                ...axis(props.zName),
                axisLabel: { ...(axis("").axisLabel as object), formatter: props.zFormat },
            },
            grid3D: {
                boxWidth: 130,
                boxDepth: 90,
                boxHeight: 62,
                viewControl: { distance: 165, alpha: 22, beta: 32, animation: false, rotateSensitivity: 1.2 },
                light: { main: { intensity: 1.1, shadow: false }, ambient: { intensity: 0.45 } },
                postEffect: { enable: false },
                temporalSuperSampling: { enable: false },
            },
            series: [
                {
                    type: "surface",
                    dataShape: [props.z.length, props.x.length],
                    data,
                    shading: "lambert",
                    wireframe: { show: true, lineStyle: { color: themeColour("bg"), opacity: 0.35, width: 1 } },
                },
            ],
        };
    }

    onMount(() => {
        try {
            chart = init(box) as unknown as Chart;
            chart.setOption(option());
        } catch (error) {
            props.onFail(error instanceof Error ? error.message : String(error));
        }
    });
    const watch = new ResizeObserver(() => chart?.resize());
    onMount(() => watch.observe(box));
    onCleanup(() => {
        watch.disconnect();
        chart?.dispose();
    });
    createEffect(
        on(
            [() => props.z, isDark, () => prefs().palette],
            () => queueMicrotask(() => chart?.setOption(option(), true)),
            { defer: true },
        ),
    );
    return (
        <div class="chart" style={{ "--chart-height": `${props.height ?? 460}px` }} role="img" aria-label={props.label}>
            <div ref={box} />
        </div>
    );
}
