// A run's configuration as a form makes it: the members of fulmar's YAML, so that what the page starts the command line can
// start too.
import type { Strategy } from "../api/model";

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

// Only what differs from the defaults: "fast=50".
export function changedParams(strategy: Strategy | undefined, values: Record<string, string>): string[] {
    const changed: string[] = [];
    for (const param of strategy?.params ?? []) {
        const value = values[param.name];
        if (value !== undefined && value !== param.default) changed.push(`${param.name}=${value}`);
    }
    return changed;
}

export interface RunConfig {
    name?: string;
    data: string[];
    strategies: { strategy: string; params?: string[]; share?: number }[];
    capital?: string;
    fees?: { model: string; params: string[] };
    slippage?: { model: string; params: string[] };
    from?: string;
    to?: string;
    frame?: string;
    venue?: string[];
    risk?: string[];
    benchmark?: string;
}

export function toConfig(draft: ConfigDraft, strategies: readonly Strategy[]): RunConfig {
    const config: RunConfig = {
        data: draft.data,
        strategies: draft.strategies.map((one) => {
            const params = changedParams(
                strategies.find((strategy) => strategy.name === one.strategy),
                one.params,
            );
            return { strategy: one.strategy, ...(params.length > 0 ? { params } : {}) };
        }),
    };
    if (draft.name) config.name = draft.name;
    if (draft.capital) config.capital = draft.capital;
    if (Number(draft.feeBps) > 0)
        config.fees = { model: "maker_taker", params: [`maker=${draft.feeBps}`, `taker=${draft.feeBps}`] };
    if (Number(draft.slippageBps) > 0) config.slippage = { model: "fixed", params: [`bps=${draft.slippageBps}`] };
    if (draft.from) config.from = draft.from;
    if (draft.to) config.to = draft.to;
    if (draft.frame) config.frame = draft.frame;
    if (draft.allowIndex) config.venue = ["allow_index=true"];
    if (draft.risk.length > 0) config.risk = draft.risk;
    if (draft.benchmark) config.benchmark = draft.benchmark;
    return config;
}

function scalar(value: string | number): string {
    const text = String(value);
    return /^[A-Za-z0-9_./=+:-]+$/.test(text) && !/^(true|false|null|yes|no|on|off|~|-)$/i.test(text) && !/:$/.test(text)
        ? text
        : JSON.stringify(text);
}

// The configuration as YAML, for people to keep.
export function toYaml(value: unknown, indent = ""): string {
    if (Array.isArray(value)) {
        return value
            .map((item) =>
                typeof item === "object" && item !== null
                    ? `${indent}- ${toYaml(item, `${indent}  `).trimStart()}`
                    : `${indent}- ${scalar(item as string)}\n`,
            )
            .join("");
    }
    if (typeof value === "object" && value !== null) {
        return Object.entries(value)
            .map(([key, member]) =>
                typeof member === "object" && member !== null
                    ? `${indent}${key}:\n${toYaml(member, indent)}`
                    : `${indent}${key}: ${scalar(member as string)}\n`,
            )
            .join("");
    }
    return `${indent}${scalar(value as string)}\n`;
}
