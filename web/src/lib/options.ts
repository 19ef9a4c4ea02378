// Options: legs of a position as they stand in the address, positions by name, and a surface on one grid.
import type { OptionSurface, SurfaceSlice } from "../api/model";

export interface Leg {
    quantity: number;
    type: "call" | "put" | "share";
    strike: number;
    premium: string; // "": what it is worth by the volatility
}

// "1:call:100:5;-1:call:110": the leg of `fulmar option strategy`.
export function parseLegs(text: string | null): Leg[] {
    const legs: Leg[] = [];
    for (const part of (text ?? "").split(";").slice(0, 16)) {
        const [quantity = "", type = "", strike = "", premium = ""] = part.split(":");
        if (!/^-?\d+$/.test(quantity)) continue;
        if (type === "share") legs.push({ quantity: Number(quantity), type, strike: 0, premium: strike });
        else if ((type === "call" || type === "put") && Number(strike) > 0)
            legs.push({ quantity: Number(quantity), type, strike: Number(strike), premium });
    }
    return legs;
}

export function legText(leg: Leg): string {
    if (leg.type === "share") return `${leg.quantity}:share${leg.premium ? `:${leg.premium}` : ""}`;
    return `${leg.quantity}:${leg.type}:${leg.strike}${leg.premium ? `:${leg.premium}` : ""}`;
}

export const legsText = (legs: readonly Leg[]): string => legs.map(legText).join(";");

type Shape = readonly (readonly [quantity: number, type: Leg["type"], steps: number])[];

// Positions by name, in steps of strikes from the money.
const SHAPES: Record<string, Shape> = {
    "Long call": [[1, "call", 0]],
    "Long put": [[1, "put", 0]],
    "Covered call": [[1, "share", 0], [-1, "call", 1]],
    "Protective put": [[1, "share", 0], [1, "put", -1]],
    Collar: [[1, "share", 0], [1, "put", -1], [-1, "call", 1]],
    "Bull call spread": [[1, "call", 0], [-1, "call", 1]],
    "Bear put spread": [[1, "put", 0], [-1, "put", -1]],
    Straddle: [[1, "call", 0], [1, "put", 0]],
    Strangle: [[1, "put", -1], [1, "call", 1]],
    Butterfly: [[1, "call", -1], [-2, "call", 0], [1, "call", 1]],
    "Iron condor": [[1, "put", -2], [-1, "put", -1], [-1, "call", 1], [1, "call", 2]],
    "Iron butterfly": [[1, "put", -1], [-1, "put", 0], [-1, "call", 0], [1, "call", 1]],
    "Risk reversal": [[-1, "put", -1], [1, "call", 1]],
}; // biome-ignore format: a table

export const SHAPE_NAMES = Object.keys(SHAPES);

// A step of about a twentieth of the spot, as strikes are: 1, 2, 2.5 or 5 times a power of ten.
export function strikeStep(spot: number): number {
    const raw = spot / 20;
    const unit = 10 ** Math.floor(Math.log10(raw));
    return unit * ([1, 2, 2.5, 5, 10].find((one) => one * unit >= raw * 0.999) ?? 10);
}

export function shapeLegs(name: string, spot: number): Leg[] {
    const step = strikeStep(spot);
    const money = Math.round(spot / step) * step;
    return (SHAPES[name] ?? []).map(([quantity, type, steps]) => ({
        quantity,
        type,
        strike: type === "share" ? 0 : Number(Math.max(step, money + steps * step).toPrecision(12)),
        premium: "",
    }));
}

// Spots around the strikes and the spot for a pay-off table: rising, the strikes among them.
const SPOTS_MAX = 64; // that the server takes

export function payoffSpots(legs: readonly Leg[], spot: number): number[] {
    const strikes = legs.filter((leg) => leg.type !== "share").map((leg) => leg.strike);
    const marks = [...strikes, ...(spot > 0 ? [spot] : [])];
    if (marks.length === 0) return [];
    const low = Math.min(...marks);
    const high = Math.max(...marks);
    const margin = Math.max((high - low) * 0.6, high * 0.12);
    const from = Math.max(high * 0.001, low - margin);
    const to = high + margin;
    const spots = new Set(marks);
    const count = SPOTS_MAX - spots.size - 1;
    for (let index = 0; index <= count; index++)
        spots.add(Number((from + ((to - from) * index) / count).toPrecision(9)));
    return [...spots].sort((a, b) => a - b);
}

export interface SurfaceGrid {
    x: number[]; // log of strike over forward, by the root of the years
    rows: { expiry: string; years: number; vols: number[] }[];
}

function volAt(slice: SurfaceSlice, k: number): number {
    const grid = slice.grid ?? [];
    let right = grid.findIndex((one) => one.k >= k);
    if (right < 0) right = grid.length - 1;
    if (right === 0) right = 1;
    const a = grid[right - 1]!;
    const b = grid[right]!;
    const part = b.k === a.k ? 0 : (k - a.k) / (b.k - a.k);
    return a.vol + (b.vol - a.vol) * Math.max(0, Math.min(1, part));
}

// All fitted expiries over the same distances from the forward, as far as all of them reach.
export function surfaceGrid(surface: OptionSurface, count = 25): SurfaceGrid {
    const slices = surface.slices.filter((one) => one.fitted && (one.grid?.length ?? 0) > 1 && one.years > 0);
    if (slices.length === 0) return { x: [], rows: [] };
    const ends = slices.map((one) => {
        const root = Math.sqrt(one.years);
        return [one.grid![0]!.k / root, one.grid![one.grid!.length - 1]!.k / root] as const;
    });
    const low = Math.max(...ends.map(([first]) => first));
    const high = Math.min(...ends.map(([, last]) => last));
    const x = Array.from({ length: count }, (_, index) => low + ((high - low) * index) / (count - 1));
    return {
        x,
        rows: slices.map((one) => ({
            expiry: one.expiry,
            years: one.years,
            vols: x.map((at) => volAt(one, at * Math.sqrt(one.years))),
        })),
    };
}
