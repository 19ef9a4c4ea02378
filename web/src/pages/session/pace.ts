// The paces that recorded data is told at: seconds of data in a second.
import { formatNumber } from "../../lib/decimal";

export const PACES: readonly (readonly [string, string])[] = [
    ["1", "Real time"],
    ["60", "60 ×"],
    ["3600", "An hour a second"],
    ["86400", "A day a second"],
    ["604800", "A week a second"],
    ["0", "As fast as it goes"],
];

export function paceText(pace: number): string {
    const known = PACES.find(([value]) => Number(value) === pace);
    return known ? known[1] : `${formatNumber(pace, 0)} ×`;
}
