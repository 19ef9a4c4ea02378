// Instants are nanoseconds since 1970 as the API writes them, or RFC 3339 text. Nanoseconds of today do not fit a double,
// so they stay text or BigInt until milliseconds are enough.

export type Instant = string | number | bigint | null | undefined;

const DIGITS = /^-?\d+$/;

// Milliseconds since 1970; NaN where there is none. A number or text of digits is nanoseconds.
export function instantMs(value: Instant): number {
    if (value === null || value === undefined || value === "" || value === 0 || value === "0") return Number.NaN;
    if (typeof value === "bigint") return Number(value / 1_000_000n);
    if (typeof value === "number") return value / 1e6;
    if (DIGITS.test(value)) return Number(BigInt(value) / 1_000_000n);
    return Date.parse(value);
}

export type Zone = "utc" | "local";

function parts(ms: number, zone: Zone): { date: string; time: string } {
    const moved = zone === "utc" ? ms : ms - new Date(ms).getTimezoneOffset() * 60_000;
    const text = new Date(moved).toISOString();
    return { date: text.slice(0, 10), time: text.slice(11, 23) };
}

// "2020-04-17", "2020-04-17 14:30", "14:30:05.123": what fits the need. "–" where there is no instant.
export function formatInstant(value: Instant, shape: "date" | "minute" | "second" | "ms" | "time", zone: Zone): string {
    const ms = instantMs(value);
    if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return "–";
    const { date, time } = parts(ms, zone);
    switch (shape) {
        case "date":
            return date;
        case "minute":
            return `${date} ${time.slice(0, 5)}`;
        case "second":
            return `${date} ${time.slice(0, 8)}`;
        case "ms":
            return `${date} ${time}`;
        case "time":
            return time.slice(0, 8);
    }
}

// A date alone where the time of day is midnight: daily bars read as days.
export function formatMoment(value: Instant, zone: Zone): string {
    const text = formatInstant(value, "second", zone);
    return text.endsWith(" 00:00:00") ? text.slice(0, 10) : text;
}

// "0.4 s", "12 s", "3 min", "2 h", "5 d".
export function formatAge(ms: number): string {
    if (!Number.isFinite(ms)) return "–";
    const size = Math.max(0, ms);
    if (size < 1000) return `${Math.round(size)} ms`;
    if (size < 10_000) return `${(size / 1000).toFixed(1)} s`;
    if (size < 120_000) return `${Math.round(size / 1000)} s`;
    if (size < 7_200_000) return `${Math.round(size / 60_000)} min`;
    if (size < 172_800_000) return `${Math.round(size / 3_600_000)} h`;
    return `${Math.round(size / 86_400_000)} d`;
}

// What a person may type for a data time: a date, or a date and a time, taken as UTC.
export function inputToInstant(text: string): string | null {
    const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?)?$/.exec(text.trim());
    if (!match) return null;
    const full = `${match[1]}T${match[2] ?? "00:00"}${match[3] ?? ":00"}Z`;
    return Number.isNaN(Date.parse(full)) ? null : full;
}
