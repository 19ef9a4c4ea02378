// What the API's objects are called here.
import type { components } from "./schema";

export interface AuthState {
    setup_needed: boolean;
    version?: string;
}

export interface Me {
    id: string;
    name: string;
    role: string;
    tenant: string;
    second_factor: boolean;
    stepped_up_until?: string | null;
}

export interface LoginAnswer {
    access_token: string;
    expires_in: number;
}

type Schemas = components["schemas"];

export type Param = Schemas["Parameter"];
export type Strategy = Schemas["Strategy"];
export type Indicator = Schemas["Indicator"];
export type RiskRule = Schemas["RiskRule"];
export type SeriesName = Schemas["SeriesName"];
export type Series = Schemas["Series"];
export type Bars = Schemas["Bars"];
export type Chart = Schemas["Chart"];
export type Job = Schemas["Job"];
export type System = Schemas["System"];
export type Ready = Schemas["Ready"];
export type BacktestAsk = Schemas["Backtest"];
export type SweepAsk = Schemas["Sweep"];

export interface SessionSummary {
    name: string;
    state: string;
    halted: string;
    reducing: boolean;
    clock: string | null;
    pace: number;
    currency: string;
    equity: string;
    equity_day: string;
    capital: string;
    positions: number;
    orders: number;
    story: string;
}

export interface SessionStrategy {
    index: number;
    name: string;
    mode: string;
    paused: string;
    budget: string;
    equity: string;
    realised: string;
    open: string;
    orders: number;
    fills: number;
    decided: string | null;
    decided_instrument: string | null;
    weight: number | null;
    confidence: number | null;
    params: Record<string, string | number | boolean>;
}

export interface SessionInstrument {
    index: number;
    symbol: string;
    series: string | null;
    currency: string;
    price_decimals: number;
    qty_decimals: number;
    last: string | null;
    last_at: string | null;
    bid: string | null;
    ask: string | null;
    bar: { open_at: string; open: string; high: string; low: string; close: string; volume: string } | null;
    position: string;
    buying: string;
    selling: string;
    halted: boolean;
    delisted: boolean;
}

export interface SessionPosition {
    strategy: string;
    instrument: string;
    qty: string;
    entry: string;
    last: string;
    value: string;
    cost: string;
    open: string;
    realised: string;
    fees: string;
    opened: string | null;
}

export interface SessionOrder {
    id: string;
    client_id: string;
    strategy: string;
    instrument: string;
    side: string;
    type: string;
    tif: string;
    qty: string;
    filled: string;
    limit: string | null;
    stop: string | null;
    average: string | null;
    state: string;
    submitted: string | null;
    updated: string | null;
    reason?: string;
}

export interface SessionFill {
    seq: number;
    at: string;
    order: string;
    strategy: string;
    instrument: string;
    side: string;
    liquidity: string;
    qty: string;
    price: string;
    fee: string;
    fee_currency: string;
}

export interface SessionRule {
    name: string;
    enabled: boolean;
    verdict: string;
    until: string | null;
    vetoes: number;
    trips: number;
    limit: number | null;
    value: number | null;
    params: Record<string, string | number | boolean>;
}

export interface SessionWatch {
    seq: number;
    at: string;
    kind: string;
    rule: string;
    code: string;
    verdict: string;
    strategy: string | null;
    instrument: string | null;
    limit: number | null;
    value: number | null;
}

export interface SessionView extends Omit<SessionSummary, "positions" | "orders"> {
    version: number;
    seq: number;
    state_hash: string | null;
    durable_seq: number | null;
    now: string | null;
    next: string | null;
    first: string | null;
    last: string | null;
    lag_ms: number;
    wall: string;
    rate: number;
    market: number;
    market_events: number;
    until: string | null;
    equity_peak: string;
    cash: string;
    gross: string;
    net: string;
    counts: Record<string, number>;
    rejected: number;
    unknown: number;
    commands: number;
    durability: string;
    manual: boolean;
    strategies: SessionStrategy[];
    instruments: SessionInstrument[];
    positions: SessionPosition[];
    orders: SessionOrder[];
    ended: SessionOrder[];
    fills: SessionFill[];
    rules: SessionRule[];
    watches: SessionWatch[];
}

export interface CommandResult {
    ticket: string | number;
    outcome: string;
    order_id?: string | null;
    story: string;
    canceled?: number;
    taken_ns?: number;
    finished_ns?: number;
}

export interface Statistics {
    [name: string]: string | number | null;
}

export type RunSummary = Omit<Schemas["RunSummary"], "statistics"> & { statistics: Statistics };
export type Run = Omit<Schemas["Run"], "statistics"> & { statistics: Statistics };
