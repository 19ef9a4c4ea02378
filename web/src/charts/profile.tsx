// How much traded at which price, with the point of control, the value area and the nodes.
import type { JSX } from "solid-js";
import type { VolumeProfile } from "../api/model";
import { formatShort } from "../lib/decimal";
import { type Brush, Drawing } from "./drawing";

const LEFT = 72;

export default function ProfileChart(props: {
    profile: VolumeProfile;
    row: number;
    decimals: number;
    label: string;
    height?: number;
}): JSX.Element {
    const rows = () => props.profile.rows;
    const line = (height: number) => (height - 8) / Math.max(1, rows().length);
    function draw({ context, width, height, colour, font }: Brush): void {
        const list = rows();
        if (list.length === 0) return;
        const size = line(height);
        const most = Math.max(...list.map((one) => one.bid + one.ask + one.neither)) || 1;
        const y = (index: number) => height - 4 - (index + 1) * size;
        const scale = (value: number) => (value / most) * (width - LEFT - 60);
        const inside = (price: number) => price + props.row > props.profile.val && price <= props.profile.vah;
        list.forEach((row, index) => {
            if (inside(row.price)) {
                context.fillStyle = colour("raised");
                context.fillRect(LEFT, y(index), width - LEFT, Math.ceil(size));
            }
        });
        list.forEach((row, index) => {
            let x = LEFT;
            for (const [value, name] of [
                [row.bid, "down"],
                [row.ask, "up"],
                [row.neither, "text-faint"],
            ] as const) {
                context.globalAlpha = inside(row.price) ? 0.95 : 0.55;
                context.fillStyle = colour(name);
                context.fillRect(x, y(index), scale(value), Math.max(1, size - 1));
                x += scale(value);
            }
            context.globalAlpha = 1;
        });
        context.font = font(11);
        context.textBaseline = "middle";
        const every = Math.max(1, Math.ceil(26 / size));
        context.textAlign = "right";
        context.fillStyle = colour("text-dim");
        list.forEach((row, index) => {
            if (index % every === 0) context.fillText(row.price.toFixed(props.decimals), LEFT - 8, y(index) + size / 2);
        });
        const nodes: [number, string, string][] = [
            [props.profile.poc, "POC", "accent"],
            ...props.profile.hvn.map((one) => [Number(one), "HVN", "text"] as [number, string, string]),
            ...props.profile.lvn.map((one) => [Number(one), "LVN", "text-faint"] as [number, string, string]),
        ];
        context.textAlign = "right";
        const used: number[] = [];
        for (const [price, name, shade] of nodes) {
            const index = list.findIndex((one) => Math.abs(one.price - price) < props.row / 2);
            if (index < 0) continue;
            const at = y(index) + size / 2;
            if (used.some((one) => Math.abs(one - at) < 11)) continue;
            used.push(at);
            context.strokeStyle = colour(shade);
            context.setLineDash(name === "POC" ? [] : [2, 3]);
            context.beginPath();
            context.moveTo(LEFT, Math.round(at) + 0.5);
            context.lineTo(width - 34, Math.round(at) + 0.5);
            context.stroke();
            context.setLineDash([]);
            context.fillStyle = colour(shade);
            context.fillText(name, width - 4, at);
        }
    }
    function words(_x: number, down: number, _width: number, height: number): string | null {
        const row = rows()[Math.floor((height - 4 - down) / line(height))];
        if (!row) return null;
        const all = row.bid + row.ask + row.neither;
        return `${row.price.toFixed(props.decimals)}: ${formatShort(all)} traded, ${formatShort(row.bid)} at the bid, ${formatShort(row.ask)} at the ask, ${row.trades} trades`;
    }
    return (
        <Drawing
            label={props.label}
            height={props.height ?? 520}
            draw={draw}
            words={words}
            resting="Sold at the bid beside bought at the ask; strong and shaded: the value area"
        />
    );
}
