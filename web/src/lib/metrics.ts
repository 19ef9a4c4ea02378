// Prometheus' text format, as far as a table needs it.

export interface Sample {
    name: string;
    labels: string;
    value: number;
    help: string;
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)/;

export function parseMetrics(text: string): Sample[] {
    const help = new Map<string, string>();
    const samples: Sample[] = [];
    for (const line of text.split("\n")) {
        const words = /^# HELP (\S+) (.*)$/.exec(line);
        if (words) help.set(words[1]!, words[2]!);
        if (line.startsWith("#") || line.trim() === "") continue;
        const match = LINE.exec(line);
        if (!match || match[1]!.endsWith("_bucket")) continue;
        const value = Number(match[3]);
        if (!Number.isFinite(value)) continue;
        const name = match[1]!;
        samples.push({
            name,
            labels: match[2] ?? "",
            value,
            help: help.get(name) ?? help.get(name.replace(/_(sum|count)$/, "")) ?? "",
        });
    }
    return samples;
}
