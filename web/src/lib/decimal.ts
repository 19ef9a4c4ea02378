// Exact decimals as the API writes them: "-12.50". What is added, compared or rounded for display is a BigInt with a
// scale; a double never stands between the server's text and the screen.

export interface Decimal {
    readonly units: bigint; // value * 10^scale
    readonly scale: number;
}

const FORM = /^([+-]?)(\d+)(?:\.(\d+))?$/;

// null where the text is not a plain decimal.
export function parseDecimal(text: string | number | null | undefined): Decimal | null {
    if (text === null || text === undefined) return null;
    const match = FORM.exec(typeof text === "number" ? plain(text) : text.trim());
    if (!match) return null;
    const fraction = match[3] ?? "";
    const units = BigInt((match[2] ?? "0") + fraction);
    return { units: match[1] === "-" ? -units : units, scale: fraction.length };
}

// A double without an exponent; "" where it is not finite.
function plain(value: number): string {
    if (!Number.isFinite(value)) return "";
    const text = String(value);
    return /e/i.test(text) ? value.toFixed(12) : text;
}

function power(exponent: number): bigint {
    return 10n ** BigInt(exponent);
}

// To another scale; digits that fall off are rounded half away from zero, as people round.
export function rescale(value: Decimal, scale: number): Decimal {
    if (scale >= value.scale) return { units: value.units * power(scale - value.scale), scale };
    const unit = power(value.scale - scale);
    const negative = value.units < 0n;
    const size = negative ? -value.units : value.units;
    const rounded = (size + unit / 2n) / unit;
    return { units: negative ? -rounded : rounded, scale };
}

export function addDecimal(a: Decimal, b: Decimal): Decimal {
    const scale = Math.max(a.scale, b.scale);
    return { units: rescale(a, scale).units + rescale(b, scale).units, scale };
}

export function subtractDecimal(a: Decimal, b: Decimal): Decimal {
    return addDecimal(a, { units: -b.units, scale: b.scale });
}

export function multiplyDecimal(a: Decimal, b: Decimal): Decimal {
    return { units: a.units * b.units, scale: a.scale + b.scale };
}

export function compareDecimal(a: Decimal, b: Decimal): number {
    const scale = Math.max(a.scale, b.scale);
    const left = rescale(a, scale).units;
    const right = rescale(b, scale).units;
    return left < right ? -1 : left > right ? 1 : 0;
}

export function signOf(text: string | number | null | undefined): -1 | 0 | 1 {
    const value = parseDecimal(text);
    if (!value || value.units === 0n) return 0;
    return value.units < 0n ? -1 : 1;
}

// For lengths of bars and places on charts alone.
export function toNumber(text: string | number | null | undefined): number {
    if (typeof text === "number") return text;
    const value = parseDecimal(text);
    return value ? Number(value.units) / 10 ** value.scale : Number.NaN;
}

export function decimalText(value: Decimal): string {
    const negative = value.units < 0n;
    const digits = (negative ? -value.units : value.units).toString().padStart(value.scale + 1, "0");
    const whole = digits.slice(0, digits.length - value.scale);
    const fraction = value.scale > 0 ? `.${digits.slice(digits.length - value.scale)}` : "";
    return (negative ? "-" : "") + whole + fraction;
}

const THIN = ","; // groups of thousands

function group(whole: string): string {
    return whole.replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

export interface DecimalStyle {
    places?: number; // rounds to it; without: all digits that the text has
    sign?: boolean; // "+" before what is above zero
    trim?: boolean; // trailing zeros of the fraction go
}

// For people: thousands are grouped, the minus is a true minus. "–" where there is no number.
export function formatDecimal(text: string | number | null | undefined, style: DecimalStyle = {}): string {
    const parsed = parseDecimal(text);
    if (!parsed) return "–";
    const value = style.places === undefined ? parsed : rescale(parsed, style.places);
    const plainText = decimalText(value);
    const negative = plainText.startsWith("-");
    const [whole = "0", fraction = ""] = plainText.replace("-", "").split(".");
    const kept = style.trim ? fraction.replace(/0+$/, "") : fraction;
    const shown = group(whole) + (kept ? `.${kept}` : "");
    if (negative && value.units !== 0n) return `\u2212${shown}`;
    return style.sign && value.units > 0n ? `+${shown}` : shown;
}

const UNITS: readonly [bigint, string][] = [
    [1_000_000_000_000n, "T"],
    [1_000_000_000n, "B"],
    [1_000_000n, "M"],
    [10_000n, "k"],
];

// Three figures and a unit, for narrow places: 1.25M.
export function formatShort(text: string | number | null | undefined): string {
    const value = parseDecimal(text);
    if (!value) return "–";
    const size = value.units < 0n ? -value.units : value.units;
    for (const [unit, name] of UNITS) {
        if (size < unit * power(value.scale)) continue;
        const divisor = name === "k" ? 1000n : unit;
        const scaled = { units: (value.units * 1000n) / (divisor * power(value.scale)), scale: 3 };
        const places = Math.max(0, 3 - decimalText({ units: size / (divisor * power(value.scale)), scale: 0 }).length);
        return formatDecimal(decimalText(scaled), { places: Math.min(2, places) }) + name;
    }
    return formatDecimal(text, { places: Math.min(2, value.scale) });
}

// A ratio as a percentage.
export function formatPercent(value: number | string | null | undefined, places = 2, sign = false): string {
    const parsed = parseDecimal(value ?? null);
    if (!parsed) return "–";
    return `${formatDecimal(decimalText({ units: parsed.units * 100n, scale: parsed.scale }), { places, sign })}%`;
}

// A statistic: a double with so many figures after the point.
export function formatNumber(value: number | null | undefined, places = 2): string {
    if (value === null || value === undefined || !Number.isFinite(value)) return "–";
    return formatDecimal(value.toFixed(places));
}

// a less b as text, exactly; null where one of them is no number.
export function differenceText(a: string | null | undefined, b: string | null | undefined): string | null {
    const left = parseDecimal(a);
    const right = parseDecimal(b);
    return left && right ? decimalText(subtractDecimal(left, right)) : null;
}

// An answer whose decimals are texts, with numbers in their place: for what is drawn.
export function withNumbers<T>(value: unknown): T {
    if (typeof value === "string") return (FORM.test(value) ? Number(value) : value) as T;
    if (Array.isArray(value)) return value.map((one) => withNumbers(one)) as T;
    if (value !== null && typeof value === "object")
        return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withNumbers(one)])) as T;
    return value as T;
}
