// Addresses of explanations: why an order was sent, why a rule refused, why a trade began.
const word = encodeURIComponent;

export const whyOrder = (session: string, order: string): string =>
    `/explain/session/${word(session)}?order=${word(order)}`;

// The decision before an instant: what fills at it was decided earlier.
export function justBefore(instant: string): string {
    const match = /^(.*?)(?:\.(\d+))?Z$/.exec(instant);
    const whole = Date.parse(`${match?.[1]}Z`);
    if (!match || Number.isNaN(whole)) return instant;
    const nanos = Number((match[2] ?? "").padEnd(9, "0").slice(0, 9)) - 1;
    const second = new Date(nanos < 0 ? whole - 1000 : whole).toISOString().slice(0, 19);
    return `${second}.${String(nanos < 0 ? 999_999_999 : nanos).padStart(9, "0")}Z`;
}

export function whyAt(
    of: "session" | "run",
    name: string,
    at: string | null | undefined,
    instrument?: string | undefined,
    strategy?: string | undefined,
): string {
    const query = new URLSearchParams();
    if (at) query.set("at", at);
    if (instrument) query.set("symbol", instrument);
    if (strategy) query.set("strategy", strategy);
    return `/explain/${of}/${word(name)}?${query.toString()}`;
}
