// Bars of trades with what sold at the bid and bought at the ask of every price.
import { createMemo, type JSX } from "solid-js";
import type { FootprintBar } from "../api/model";
import { formatShort } from "../lib/decimal";
import { prefs } from "../lib/prefs";
import { formatInstant } from "../lib/time";
import { type Brush, Drawing } from "./drawing";

const LEFT = 66;
const FOOT = 52;
const HEAD = 6;
const GAP = 6;

export default function FootprintChart(props: {
    bars: readonly FootprintBar[];
    row: number;
    decimals: number;
    label: string;
}): JSX.Element {
    const range = createMemo(() => {
        let low = Number.POSITIVE_INFINITY;
        let high = Number.NEGATIVE_INFINITY;
        let most = 0;
        for (const bar of props.bars) {
            for (const cell of bar.cells) {
                low = Math.min(low, cell.price);
                high = Math.max(high, cell.price + props.row);
                most = Math.max(most, cell.bid, cell.ask);
            }
        }
        return { low, high, most, rows: Math.max(1, Math.round((high - low) / props.row)) };
    });
    const line = () => Math.max(4, Math.min(16, Math.floor(620 / range().rows)));
    const height = () => range().rows * line() + FOOT + HEAD;
    const column = () => (line() >= 11 ? 96 : 64);
    const width = () => LEFT + props.bars.length * column() + 8;
    const top = (price: number) => HEAD + ((range().high - price) / props.row) * line();

    function cells({ context, colour, font }: Brush, bar: FootprintBar, x: number): void {
        const { most } = range();
        const half = (column() - GAP) / 2;
        context.textBaseline = "middle";
        context.font = font(10.5);
        for (const cell of bar.cells) {
            const y = top(cell.price + props.row);
            for (const [size, name, at] of [
                [cell.bid, "down", x],
                [cell.ask, "up", x + half],
            ] as const) {
                context.globalAlpha = 0.08 + 0.6 * Math.sqrt(size / (most || 1));
                if (size > 0) {
                    context.fillStyle = colour(name);
                    context.fillRect(at, y + 0.5, half - 0.5, line() - 1);
                }
                context.globalAlpha = 1;
            }
            if (cell.stacked) {
                context.strokeStyle = colour("warn");
                context.lineWidth = 1.5;
                context.strokeRect(x + 0.75, y + 0.75, 2 * half - 1.5, line() - 1.5);
            }
            if (line() < 11) continue;
            context.fillStyle = colour("text");
            context.textAlign = "right";
            context.fillText(formatShort(cell.bid), x + half - 4, y + line() / 2 + 0.5);
            context.textAlign = "left";
            context.fillText(formatShort(cell.ask), x + half + 4, y + line() / 2 + 0.5);
        }
        const poc = top(bar.poc + props.row);
        context.strokeStyle = colour("text");
        context.lineWidth = 1;
        context.strokeRect(x + 0.5, poc + 0.5, 2 * half - 1, line() - 1);
    }
    function draw(brush: Brush): void {
        const { context, colour, font, height: all } = brush;
        if (props.bars.length === 0) return;
        const { low, high } = range();
        context.font = font(11);
        context.textBaseline = "middle";
        const every = Math.max(1, Math.ceil(22 / line()));
        for (let row = 0; row < range().rows; row += every) {
            const price = low + row * props.row;
            context.fillStyle = colour("text-dim");
            context.textAlign = "right";
            context.fillText(price.toFixed(props.decimals), LEFT - 8, top(price) - line() / 2);
        }
        props.bars.forEach((bar, index) => {
            const x = LEFT + index * column();
            context.strokeStyle = colour("line");
            context.lineWidth = 1;
            context.beginPath();
            context.moveTo(x - GAP / 2 + 0.5, top(high));
            context.lineTo(x - GAP / 2 + 0.5, all);
            context.stroke();
            cells(brush, bar, x);
            // The bar itself, as a thin candle beside its cells.
            context.strokeStyle = colour(bar.close >= bar.open ? "up" : "down");
            context.lineWidth = 2.5;
            context.beginPath();
            context.moveTo(x - 1.5, top(Math.max(bar.open, bar.close)));
            context.lineTo(x - 1.5, top(Math.min(bar.open, bar.close)) + 1);
            context.stroke();
            const middle = x + (column() - GAP) / 2;
            context.textAlign = "center";
            context.font = font(11, 560);
            context.fillStyle = colour(bar.delta >= 0 ? "up" : "down");
            context.fillText(`${bar.delta >= 0 ? "+" : "\u2212"}${formatShort(Math.abs(bar.delta))}`, middle, all - 40);
            context.font = font(11);
            context.fillStyle = colour("text-dim");
            context.fillText(formatShort(bar.volume), middle, all - 24);
            context.fillText(formatInstant(bar.open_ns, "time", prefs().zone), middle, all - 8);
        });
        context.textAlign = "right";
        context.fillStyle = colour("text-faint");
        context.fillText("Delta", LEFT - 8, all - 40);
        context.fillText("Volume", LEFT - 8, all - 24);
    }
    function words(at: number, down: number): string | null {
        const bar = props.bars[Math.floor((at - LEFT) / column())];
        if (!bar) return null;
        const price = range().high - ((down - HEAD) / line()) * props.row;
        const cell = bar.cells.find((one) => one.price <= price && price < one.price + props.row);
        const head = `${formatInstant(bar.open_ns, "second", prefs().zone)}  O ${bar.open}  H ${bar.high}  L ${bar.low}  C ${bar.close}`;
        if (!cell) return head;
        return `${head}  at ${cell.price.toFixed(props.decimals)}: sold ${cell.bid}, bought ${cell.ask}, ${cell.trades} trades`;
    }
    return (
        <Drawing
            label={props.label}
            height={height()}
            width={width()}
            draw={draw}
            words={words}
            resting="Left of a bar: sold at the bid; right: bought at the ask. Boxed: point of control. Amber: stacked imbalance."
        />
    );
}
