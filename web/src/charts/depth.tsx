// What a book holds, summed from the best prices on: bids to the left, asks to the right.
import type { JSX } from "solid-js";
import { formatShort } from "../lib/decimal";
import { type Brush, Drawing, niceSteps } from "./drawing";

export interface DepthLevel {
    price: number;
    sum: number;
}

const LEFT = 52;
const FOOT = 20;

export default function Depth(props: {
    bids: readonly DepthLevel[];
    asks: readonly DepthLevel[];
    decimals: number;
    label: string;
    height?: number;
}): JSX.Element {
    const scale = (width: number, height: number) => {
        const all = [...props.bids, ...props.asks];
        const low = Math.min(...all.map((one) => one.price));
        const high = Math.max(...all.map((one) => one.price));
        const top = Math.max(...all.map((one) => one.sum)) * 1.05;
        return {
            low,
            high,
            top,
            x: (price: number) => LEFT + ((price - low) / (high - low || 1)) * (width - LEFT - 8),
            y: (sum: number) => height - FOOT - (sum / (top || 1)) * (height - FOOT - 8),
        };
    };
    function draw({ context, width, height, colour, font }: Brush): void {
        if (props.bids.length + props.asks.length === 0) return;
        const { low, high, top, x, y } = scale(width, height);
        context.font = font(11);
        context.fillStyle = colour("text-dim");
        context.strokeStyle = colour("line");
        context.lineWidth = 1;
        context.textAlign = "right";
        context.textBaseline = "middle";
        for (const sum of niceSteps(0, top, 5)) {
            context.beginPath();
            context.moveTo(LEFT, Math.round(y(sum)) + 0.5);
            context.lineTo(width - 8, Math.round(y(sum)) + 0.5);
            context.stroke();
            context.fillText(formatShort(sum), LEFT - 6, y(sum));
        }
        context.textAlign = "center";
        for (const price of niceSteps(low, high, Math.max(2, Math.floor(width / 130))))
            context.fillText(price.toFixed(props.decimals), Math.min(width - 30, x(price)), height - FOOT / 2 + 2);
        for (const [levels, name] of [
            [props.bids, "up"],
            [props.asks, "down"],
        ] as const) {
            if (levels.length === 0) continue;
            context.beginPath();
            context.moveTo(x(levels[0]!.price), y(0));
            let before = 0;
            for (const level of levels) {
                context.lineTo(x(level.price), y(before));
                context.lineTo(x(level.price), y(level.sum));
                before = level.sum;
            }
            const last = levels[levels.length - 1]!;
            context.strokeStyle = colour(name);
            context.lineWidth = 1.5;
            context.stroke();
            context.lineTo(x(last.price), y(0));
            context.closePath();
            context.globalAlpha = 0.18;
            context.fillStyle = colour(name);
            context.fill();
            context.globalAlpha = 1;
        }
    }
    function words(at: number, _y: number, width: number, height: number): string | null {
        if (props.bids.length + props.asks.length === 0) return null;
        const { low, high } = scale(width, height);
        const price = low + ((at - LEFT) / (width - LEFT - 8)) * (high - low);
        const bid = props.bids.filter((one) => one.price >= price).at(-1);
        const ask = props.asks.filter((one) => one.price <= price).at(-1);
        const side = bid ?? ask;
        if (!side) return `${price.toFixed(props.decimals)}: between the best prices`;
        return `${bid ? "Bids down to" : "Asks up to"} ${price.toFixed(props.decimals)}: ${side.sum.toLocaleString("en-US")} in all`;
    }
    return (
        <Drawing
            label={props.label}
            height={props.height ?? 240}
            draw={draw}
            words={words}
            resting="Point at a price for the quantity up to it"
        />
    );
}
