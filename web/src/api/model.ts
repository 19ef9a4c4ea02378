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

export interface Account {
    currency: string;
    equity: string;
    equity_day: string;
    equity_peak: string;
    cash: string;
    gross: string;
    net: string;
    capital: string;
}

// A session in a list, and the head of its view. Without `account` it is not open.
export interface Session {
    name: string;
    phase: string;
    story: string;
    owner: string;
    made: string | null;
    mode: string;
    state?: string;
    version?: number;
    seq?: number;
    state_hash?: string | null;
    clock?: string | null;
    next?: string | null;
    seen?: string | null;
    pace?: number;
    rate?: number;
    lag_ms?: number;
    progress?: number | null;
    durable?: boolean;
    halted?: string;
    reducing?: boolean;
    manual?: boolean;
    instruments?: string[];
    data?: string[];
    account?: Account;
    counts?: {
        events: number;
        decisions: number;
        orders: number;
        fills: number;
        vetoes: number;
        rejected: number;
        unknown: number;
        commands: number;
    };
}

export interface Position {
    strategy: string;
    instance: number;
    instrument: string;
    qty: string;
    entry: string;
    last: string;
    currency: string;
    value: string;
    cost: string;
    open: string;
    realised: string;
    fees: string;
    income: string;
    opened: string | null;
}

export interface Order {
    order: string;
    client_id: string | null;
    strategy: string;
    instance: number;
    instrument: string;
    side: string;
    type: string;
    tif: string;
    state: string;
    live: boolean;
    reason: string;
    purpose: string;
    qty: string;
    filled: string;
    leaves: string;
    limit_price: string | null;
    stop_price: string | null;
    average: string | null;
    post_only: boolean;
    reduce_only: boolean;
    created: string | null;
    updated: string | null;
}

export interface Fill {
    seq: number;
    time: string | null;
    order: string;
    strategy: string;
    instance: number;
    instrument: string;
    side: string;
    qty: string;
    price: string;
    fee: string;
    fee_currency: string;
    liquidity: string;
}

export interface RunningStrategy {
    instance: number;
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
    decided_instrument: string;
    decided_weight: number | null;
    decided_confidence: number | null;
    params: Record<string, string | number | boolean>;
}

export interface Quote {
    instrument: string;
    last: string | null;
    time: string | null;
    bid: string | null;
    ask: string | null;
    bar_open: string | null;
    open: string | null;
    high: string | null;
    low: string | null;
    close: string | null;
    volume: string;
    position: string;
    buying: string;
    selling: string;
    halted: string;
}

export interface RunningRule {
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

export interface RiskEvent {
    seq: number;
    time: string | null;
    kind: string;
    rule: string;
    code: string;
    verdict: string;
    strategy: string;
    instance: number;
    instrument: string;
    limit: number | null;
    value: number | null;
}

// A session that is open, with all that it holds.
export interface SessionView extends Required<Omit<Session, "data">> {
    data?: string[];
    positions: Position[];
    orders: Order[];
    fills: Fill[];
    strategies: RunningStrategy[];
    quotes: Quote[];
    until: string | null;
    rules: RunningRule[];
    events: RiskEvent[];
}

export interface CommandResult {
    outcome: "done" | "duplicate" | "shrunk";
    order: string | null;
    seq: number;
    time: string | null;
    durable: boolean;
    rule: string | null;
    limit: number | null;
    value: number | null;
    canceled: number;
    took_us: number;
}

export interface Statistics {
    [name: string]: string | number | null;
}

export type RunSummary = Omit<Schemas["RunSummary"], "statistics"> & { statistics: Statistics };
export type Run = Omit<Schemas["Run"], "statistics"> & { statistics: Statistics };
