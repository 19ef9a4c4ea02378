// How much stood in a book at which price, over time; the best prices and the largest trades over it.
import type { JSX } from "solid-js";
import type { BookHeat } from "../api/model";
import { formatShort } from "../lib/decimal";
import { prefs } from "../lib/prefs";
import { formatInstant } from "../lib/time";
import { type Brush, Drawing, heatRamp, niceSteps } from "./drawing";

const RIGHT = 66;
const FOOT = 20;

export default function BookHeatMap(props: { heat: BookHeat; decimals: number; height?: number }): JSX.Element {
    const most = () => {
        const sorted = props.heat.values.filter((value) => value > 0).sort((a, b) => a - b);
        return sorted[Math.floor(sorted.length * 0.995)] ?? 1; // a wall does not make all else dark
    };
    function paint(brush: Brush): void {
        const { columns, rows, values } = props.heat;
        const ramp = heatRamp(brush.colour);
        const top = Math.log1p(most());
        const image = new ImageData(columns, rows);
        for (let row = 0; row < rows; row++) {
            for (let column = 0; column < columns; column++) {
                const value = values[row * columns + column] ?? 0;
                const part = Math.min(1, Math.log1p(Math.max(0, value)) / (top || 1));
                const [red, green, blue] = ramp[Math.round(part * 255)]!;
                const at = ((rows - 1 - row) * columns + column) * 4; // the lowest price is the lowest line
                image.data.set([red, green, blue, 255], at);
            }
        }
        const sheet = document.createElement("canvas");
        sheet.width = columns;
        sheet.height = rows;
        sheet.getContext("2d")?.putImageData(image, 0, 0);
        brush.context.imageSmoothingEnabled = false;
        brush.context.drawImage(sheet, 0, 0, brush.width - RIGHT, brush.height - FOOT);
    }
    function draw(brush: Brush): void {
        const { context, width, height, colour, font } = brush;
        const { columns, low, high, bid, ask, from_ns, to_ns } = props.heat;
        if (columns === 0 || !(high > low)) return;
        paint(brush);
        const y = (price: number) => (height - FOOT) * (1 - (price - low) / (high - low));
        const x = (part: number) => part * (width - RIGHT);
        for (const [line, name] of [
            [bid, "up"],
            [ask, "down"],
        ] as const) {
            context.beginPath();
            let open = false;
            line.forEach((price, column) => {
                if (price === null) {
                    open = false;
                    return;
                }
                const at = x((column + 0.5) / columns);
                if (open) context.lineTo(at, y(price));
                else context.moveTo(at, y(price));
                open = true;
            });
            context.strokeStyle = colour(name);
            context.lineWidth = 1.5;
            context.stroke();
        }
        const largest = Math.max(...props.heat.trade_qty, 1e-12);
        context.lineWidth = 1;
        props.heat.trade_x.forEach((part, index) => {
            const size = Math.sqrt((props.heat.trade_qty[index] ?? 0) / largest) * 11;
            if (size < 1.2) return;
            const side = props.heat.trade_side[index] ?? 0;
            context.beginPath();
            context.arc(x(part), y(props.heat.trade_price[index] ?? low), size, 0, 2 * Math.PI);
            context.globalAlpha = 0.55;
            context.fillStyle = colour(side > 0 ? "up" : side < 0 ? "down" : "text-dim");
            context.fill();
            context.globalAlpha = 1;
            context.strokeStyle = colour("bg");
            context.stroke();
        });
        context.font = font(11);
        context.fillStyle = colour("text-dim");
        context.textBaseline = "middle";
        context.textAlign = "left";
        for (const price of niceSteps(low, high, Math.floor(height / 46)))
            context.fillText(price.toFixed(props.decimals), width - RIGHT + 6, Math.max(7, y(price)));
        context.textAlign = "center";
        const marks = Math.max(2, Math.floor((width - RIGHT) / 110));
        for (let mark = 0; mark <= marks; mark++) {
            const at = from_ns + ((to_ns - from_ns) * mark) / marks;
            const place = Math.max(28, Math.min(width - RIGHT - 28, x(mark / marks)));
            context.fillText(formatInstant(at, "time", prefs().zone), place, height - FOOT / 2 + 2);
        }
    }
    function words(at: number, down: number, width: number, height: number): string | null {
        const { columns, rows, low, high, values, from_ns, to_ns } = props.heat;
        const part = at / (width - RIGHT);
        const up = 1 - down / (height - FOOT);
        if (part < 0 || part >= 1 || up < 0 || up >= 1) return null;
        const value = values[Math.floor(up * rows) * columns + Math.floor(part * columns)] ?? 0;
        const price = (low + up * (high - low)).toFixed(props.decimals);
        const time = formatInstant(from_ns + part * (to_ns - from_ns), "ms", prefs().zone);
        return `${time}  price ${price}  quantity ${formatShort(value.toFixed(4))}`;
    }
    const trades = () =>
        props.heat.trades > props.heat.trade_x.length
            ? `the largest ${props.heat.trade_x.length.toLocaleString("en-US")} of ${props.heat.trades.toLocaleString("en-US")} trades`
            : `${props.heat.trades.toLocaleString("en-US")} trades`;
    return (
        <Drawing
            label={`Heat map of the book from ${props.heat.low} to ${props.heat.high}, with ${trades()}`}
            height={props.height ?? 460}
            draw={draw}
            words={words}
            resting={`Bright: much stood there. Lines: best bid and ask. Discs: ${trades()}, by size.`}
        />
    );
}
