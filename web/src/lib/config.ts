// A run's configuration as a form makes it: the members of fulmar's YAML, so that what the page starts the command line can
// start too.
import type { BacktestAsk, Strategy, SweepAsk, WalkforwardAsk } from "../api/model";
import { inputToInstant } from "./time";

export interface StrategyDraft {
    strategy: string;
    params: Record<string, string>;
    share: string;
}

export interface ConfigDraft {
    name: string;
    data: string[];
    strategies: StrategyDraft[];
    capital: string;
    feeBps: string;
    slippageBps: string;
    from: string;
    to: string;
    frame: string;
    allowIndex: boolean;
    risk: string[];
    benchmark: string;
}

export function emptyDraft(): ConfigDraft {
    return {
        name: "",
        data: [],
        strategies: [],
        capital: "100000",
        feeBps: "5",
        slippageBps: "5",
        from: "",
        to: "",
        frame: "",
        allowIndex: true,
        risk: [],
        benchmark: "",
    };
}

type Value = string | number | boolean;

// Only what differs from the defaults, as JSON has it.
export function changedParams(strategy: Strategy | undefined, values: Record<string, string>): Record<string, Value> {
    const changed: Record<string, Value> = {};
    for (const param of strategy?.params ?? []) {
        const value = values[param.name];
        if (value === undefined || value === param.default) continue;
        if (param.type === "int" || param.type === "real") changed[param.name] = Number(value);
        else if (param.type === "bool") changed[param.name] = value === "true";
        else changed[param.name] = value;
    }
    return changed;
}

export type Common = Pick<
    BacktestAsk,
    "data" | "strategies" | "capital" | "fee" | "slippage" | "from" | "to" | "frame" | "risk"
>;

// What all kinds of runs and sessions have in common.
export function commonAsk(draft: ConfigDraft, strategies: readonly Strategy[]): Common {
    const from = draft.from ? inputToInstant(draft.from) : null;
    const to = draft.to ? inputToInstant(draft.to) : null;
    return {
        data: [...draft.data],
        strategies: draft.strategies.map((one) => {
            const params = changedParams(
                strategies.find((strategy) => strategy.name === one.strategy),
                one.params,
            );
            return { name: one.strategy, ...(Object.keys(params).length > 0 ? { params } : {}) };
        }),
        ...(draft.capital ? { capital: draft.capital } : {}),
        ...(Number(draft.feeBps) > 0 ? { fee: `maker_taker:maker=${draft.feeBps},taker=${draft.feeBps}` } : {}),
        ...(Number(draft.slippageBps) > 0 ? { slippage: `fixed:bps=${draft.slippageBps}` } : {}),
        ...(from ? { from } : {}),
        ...(to ? { to } : {}),
        ...(draft.frame ? { frame: draft.frame } : {}),
        ...(draft.risk.length > 0 ? { risk: [...draft.risk] } : {}),
    };
}

export function backtestAsk(draft: ConfigDraft, strategies: readonly Strategy[]): BacktestAsk {
    return {
        run: draft.name,
        ...commonAsk(draft, strategies),
        ...(draft.benchmark ? { benchmark: draft.benchmark } : {}),
    };
}

// A sweep: the axes, and what else is not as by default held fast.
export function sweepAsk(draft: ConfigDraft, strategies: readonly Strategy[], axes: Axes, objective: string): SweepAsk {
    return { ...searchAsk(draft, strategies, axes, objective), top: 1000 };
}

type Axes = Record<string, { from: string; to: string; step: string }>;

// What a sweep and a walk-forward have alike.
function searchAsk(draft: ConfigDraft, strategies: readonly Strategy[], axes: Axes, objective: string) {
    const { strategies: chosen, ...rest } = commonAsk(draft, strategies);
    const fixed = Object.entries(chosen[0]?.params ?? {}).filter(([name]) => !(name in axes));
    return {
        ...rest,
        strategy: chosen[0]?.name ?? "",
        objective,
        space: [
            ...Object.entries(axes).map(([param, axis]) => ({ param, values: `${axis.from}:${axis.to}:${axis.step}` })),
            ...fixed.map(([param, value]) => ({ param, values: String(value) })),
        ],
    };
}

export interface WindowsDraft {
    method: "rolling" | "anchored" | "combinatorial";
    windows: string;
    train: string;
    test: string;
    purge: string;
    embargo: string;
    groups: string;
    testGroups: string;
}

export function emptyWindows(): WindowsDraft {
    return {
        method: "rolling",
        windows: "8",
        train: "",
        test: "",
        purge: "",
        embargo: "",
        groups: "6",
        testGroups: "2",
    };
}

// A walk-forward: the grid, and the windows in which it is searched and lived by.
export function walkforwardAsk(
    draft: ConfigDraft,
    strategies: readonly Strategy[],
    axes: Axes,
    objective: string,
    windows: WindowsDraft,
): WalkforwardAsk {
    const parts = windows.method === "combinatorial";
    const texts = { train: windows.train, test: windows.test, purge: windows.purge };
    return {
        ...searchAsk(draft, strategies, axes, objective),
        method: windows.method,
        ...(parts
            ? { groups: Number(windows.groups), test_groups: Number(windows.testGroups) }
            : windows.windows
              ? { windows: Number(windows.windows) }
              : {}),
        ...Object.fromEntries(Object.entries(texts).filter(([name, value]) => value && (!parts || name === "purge"))),
        ...(parts && windows.embargo ? { embargo: windows.embargo } : {}),
    };
}

const quote = (text: string): string =>
    /^[A-Za-z0-9_./:=,+-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`;

// The same as a command line, for people to keep.
export function commandLine(draft: ConfigDraft, strategies: readonly Strategy[]): string {
    const ask = commonAsk(draft, strategies);
    const words = ["fulmar backtest"];
    for (const name of ask.data) words.push(`--data ${quote(name)}`);
    for (const one of ask.strategies) {
        const params = Object.entries(one.params ?? {}).map(([name, value]) => `${name}=${String(value)}`);
        words.push(`--strategy ${quote(one.name + (params.length > 0 ? `:${params.join(",")}` : ""))}`);
    }
    for (const name of ["capital", "fee", "slippage", "from", "to", "frame"] as const) {
        const value = ask[name];
        if (value) words.push(`--${name} ${quote(value)}`);
    }
    if (draft.name) words.push(`--run ${quote(draft.name)}`);
    return words.join(" \\\n    ");
}
