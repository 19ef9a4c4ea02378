// A canvas that draws itself anew when its data, its size or the theme changes, sharp on every screen, with a line of
// words for what the pointer is on.
import { createEffect, createSignal, type JSX, on, onCleanup, onMount, Show } from "solid-js";
import { isDark, prefs, themeColour } from "../lib/prefs";

export interface Brush {
    context: CanvasRenderingContext2D;
    width: number;
    height: number;
    colour: (name: string) => string;
    font: (size: number, weight?: number) => string;
}

export interface DrawingProps {
    draw: (brush: Brush) => void;
    label: string;
    height: number;
    width?: number; // beyond that of the box: it scrolls
    words?: (x: number, y: number, width: number, height: number) => string | null;
    resting?: string; // the words when the pointer is elsewhere
}

export function Drawing(props: DrawingProps): JSX.Element {
    let box!: HTMLDivElement;
    let canvas!: HTMLCanvasElement;
    const [size, setSize] = createSignal({ width: 0, height: 0 });
    const [words, setWords] = createSignal<string | null>(null);

    function paint(): void {
        const { width, height } = size();
        const context = canvas.getContext("2d");
        if (!context || width < 20 || height < 20) return;
        const ratio = Math.min(3, window.devicePixelRatio || 1);
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        context.clearRect(0, 0, width, height);
        const family = getComputedStyle(document.body).fontFamily;
        props.draw({
            context,
            width,
            height,
            colour: themeColour,
            font: (points, weight = 450) => `${weight} ${points}px ${family}`,
        });
    }

    onMount(() => {
        const watch = new ResizeObserver(() => {
            const width = Math.max(props.width ?? 0, box.clientWidth);
            if (width !== size().width || props.height !== size().height) setSize({ width, height: props.height });
        });
        watch.observe(box);
        onCleanup(() => watch.disconnect());
    });
    createEffect(
        on(
            () => [props.width, props.height] as const,
            ([width, height]) => setSize({ width: Math.max(width ?? 0, box.clientWidth), height }),
            { defer: true },
        ),
    );
    createEffect(() => {
        // The style of the theme is there one turn after the choice.
        const chosen = `${isDark()} ${prefs().palette}`;
        if (chosen) queueMicrotask(() => size().width > 0 && paint());
        paint();
    });
    return (
        <>
            <Show when={props.words}>
                <div class="legend chart-legend">{words() ?? props.resting ?? "\u00a0"}</div>
            </Show>
            <div class="drawing" ref={box} tabindex={props.width ? 0 : undefined}>
                <canvas
                    ref={canvas}
                    role="img"
                    aria-label={props.label}
                    style={{ width: `${size().width}px`, height: `${props.height}px` }}
                    onPointerMove={(event) => {
                        const { width, height } = size();
                        setWords(props.words?.(event.offsetX, event.offsetY, width, height) ?? null);
                    }}
                    onPointerLeave={() => setWords(null)}
                />
            </div>
        </>
    );
}

// Steps that people count in: about `count` of them between two numbers.
export function niceSteps(low: number, high: number, count: number): number[] {
    if (!(high > low) || count < 1) return [];
    const raw = (high - low) / count;
    const unit = 10 ** Math.floor(Math.log10(raw));
    const step = unit * ([1, 2, 2.5, 5, 10].find((one) => one * unit >= raw) ?? 10);
    const steps: number[] = [];
    for (let at = Math.ceil(low / step) * step; at <= high + step * 1e-9; at += step)
        steps.push(Number(at.toPrecision(12)));
    return steps;
}

type Rgb = [number, number, number];

function rgbOf(colour: string): Rgb {
    const match = /^#([0-9a-f]{6})$/i.exec(colour);
    const value = match ? Number.parseInt(match[1]!, 16) : 0x808080;
    return [value >> 16, (value >> 8) & 255, value & 255];
}

// 256 colours from nothing to most, for maps of heat: they differ in lightness, so that no eye needs their hue.
export function heatRamp(colour: (name: string) => string): Rgb[] {
    const stops = ["heat-0", "heat-1", "heat-2", "heat-3"].map((name) => rgbOf(colour(name)));
    return Array.from({ length: 256 }, (_, index) => {
        const at = (index / 255) * (stops.length - 1);
        const left = Math.min(stops.length - 2, Math.floor(at));
        const part = at - left;
        return [0, 1, 2].map((one) =>
            Math.round(stops[left]![one]! * (1 - part) + stops[left + 1]![one]! * part),
        ) as Rgb;
    });
}
