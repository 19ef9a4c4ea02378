// What the API's objects are called here.
import type { components } from "./schema";

export interface AuthState {
    setup_needed: boolean;
}

export interface Me {
    user: string;
    tenant: string;
    name: string;
    role: string;
    scopes: string;
    key: boolean;
    second_factor: boolean; // shown at this login
    factor_set: boolean;
    recovery_codes: number;
    stepped_up: string | null;
    expires: string | null;
}

// What a login answers: tokens, or the word to go on with when a second factor is needed.
export interface LoginAnswer {
    verdict: "done" | "second_factor_needed";
    access: string | null;
    expires: string | null;
    pending: string | null;
    role: string | null;
    second_factor: boolean;
}

export interface User {
    user: string;
    name: string;
    email: string;
    role: string;
    created: string | null;
    disabled: string | null;
    last_login: string | null;
    factor_set: string | null;
}

export interface SignIn {
    login: string;
    began: string | null;
    used: string | null;
    expires: string | null;
    address: string;
    agent: string;
    second_factor: boolean;
    current?: boolean;
}

export interface ApiKey {
    key: string;
    user: string;
    public_id: string;
    name: string;
    scopes: string;
    from: string;
    signing: boolean;
    created: string | null;
    expires: string | null;
    revoked: string | null;
}

export interface AuditEntry {
    seq: number;
    time: string | null;
    actor: string;
    action: string;
    object: string;
    outcome: string;
    address: string;
    request_id: string;
    detail: unknown;
}

type Schemas = components["schemas"];

export type Param = Schemas["Parameter"];
export type Strategy = Schemas["Strategy"];
export type RiskRule = Schemas["RiskRule"];
export type SeriesName = Schemas["SeriesName"];
export type Series = Schemas["Series"];
export type Bars = Schemas["Bars"];
export type Chart = Schemas["Chart"];
export type Ticks = Schemas["Ticks"];
export type Job = Schemas["Job"];
export type System = Schemas["System"];
export type Ready = Schemas["Ready"];
export type BacktestAsk = Schemas["Backtest"];
export type SweepAsk = Schemas["Sweep"];

// A session in a list, and the head of its view. Without `account` it is not open.
export type Session = Schemas["Session"] & { data?: string[] };
export type Position = Schemas["Position"];
export type Order = Schemas["Order"];
export type Fill = Schemas["Fill"];
export type RunningStrategy = Schemas["RunningStrategy"];
export type Quote = Schemas["Quote"];
export type RunningRule = Schemas["RunningRule"];
export type RiskEvent = Schemas["RiskEvent"];
export type CommandResult = Schemas["CommandResult"];

// A session that is open, with all that it holds.
export interface SessionView extends Required<Schemas["Session"]> {
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

export interface Statistics {
    [name: string]: string | number | null;
}

export type RunSummary = Omit<Schemas["RunSummary"], "statistics"> & { statistics: Statistics };
export type Run = Omit<Schemas["Run"], "statistics"> & { statistics: Statistics };

// A walk-forward: a sweep in windows.
export type WalkforwardAsk = Omit<SweepAsk, "top"> & {
    method: "rolling" | "anchored" | "combinatorial";
    windows?: number;
    train?: string;
    test?: string;
    purge?: string;
    embargo?: string;
    groups?: number;
    test_groups?: number;
};

export interface WalkforwardWindow {
    train_from: string;
    train_to: string;
    test_from: string;
    test_to: string;
    params: Record<string, string>;
    chosen_here: boolean;
    admitted: number;
    in_objective: number | null;
    out_objective: number | null;
    in_sample: Record<string, number | string | null>;
    out_of_sample: Record<string, number | string | null>;
}

export interface WalkforwardResult {
    method: string;
    objective: string;
    trials: number;
    bars: number;
    windows?: WalkforwardWindow[];
    account?: Record<string, number | string | null>;
    psr?: number | null;
    positive_windows?: number | null;
    in_objective?: number | null;
    efficiency?: number | null;
    groups?: number;
    test_groups?: number;
    splits?: {
        tested: string | number;
        params: Record<string, string>;
        in_objective: number | null;
        out_objective: number | null;
    }[];
    paths?: { params: Record<string, string>[]; account: Record<string, number | string | null> }[];
    stability: Record<
        string,
        { mean: number; deviation: number; low: number; high: number; different: number; mean_step: number }
    >;
}

// What the program's analyses answer: the forms of its --json, which the API hands on.
export interface BookLevel {
    price: number | string;
    quantity: number | string;
    sum: number | string;
}

export interface Book {
    series: string;
    at_ns: number;
    receipt_ns: number;
    venue_ns: number;
    by_order: boolean;
    whole: boolean;
    bid_levels: number;
    ask_levels: number;
    bids: BookLevel[];
    asks: BookLevel[];
}

export interface BookHeat {
    series: string;
    from_ns: number;
    to_ns: number;
    columns: number;
    rows: number;
    low: number;
    high: number;
    values: number[]; // row by row from the lowest price
    bid: (number | null)[];
    ask: (number | null)[];
    trades: number;
    trade_x: number[];
    trade_price: number[];
    trade_qty: number[];
    trade_side: number[];
}

export interface FootprintCell {
    price: number;
    bid: number;
    ask: number;
    trades: number;
    stacked: boolean;
}

export interface FootprintBar {
    open_ns: number;
    close_ns: number;
    open: number;
    high: number;
    low: number;
    close: number;
    volume: number;
    bid: number;
    ask: number;
    trades: number;
    delta: number;
    delta_min: number;
    delta_max: number;
    cumulative_delta: number;
    poc: number;
    vah: number;
    val: number;
    signals: string[];
    cells: FootprintCell[];
}

export interface Footprint {
    series: string;
    row: number;
    trades: number;
    bars: FootprintBar[];
}

export interface VolumeProfile {
    from_ns: number;
    to_ns: number;
    volume: number;
    bid: number;
    ask: number;
    delta: number;
    trades: number;
    poc: number;
    vah: number;
    val: number;
    share: number;
    hvn: (number | string)[];
    lvn: (number | string)[];
    rows: { price: number; bid: number; ask: number; neither: number; trades: number }[];
}

export interface Profiles {
    series: string;
    row: number;
    trades: number;
    profiles: VolumeProfile[];
}

export interface Indicator {
    name: string;
    group: string;
    summary: string;
    source: string;
    inputs: string[];
    outputs: string[];
    params: Param[];
}

export interface IndicatorValues {
    series: string;
    indicator: string;
    frame_s: number;
    params: Record<string, string>;
    open_ns: number[];
    outputs: { name: string; values: (number | null)[] }[];
    next: string | null;
}

export interface OptionQuote {
    type: "call" | "put";
    status: string;
    strike: number;
    bid: number;
    ask: number;
    mid: number;
    vol: number;
    vol_bid: number;
    vol_ask: number;
    delta: number;
    vega: number;
    premium: number;
    open_interest: number | null;
}

export interface OptionChain {
    symbol: string;
    style: string;
    spot: number;
    rate: number;
    contracts: number;
    sound: number;
    faults: Record<string, string[]>;
    expiries: {
        expiry: string;
        pairs: number;
        years: number;
        forward: number;
        rate: number;
        yield: number;
        quotes: OptionQuote[];
    }[];
}

export interface SurfaceSlice {
    expiry: string;
    fitted: boolean;
    points: number;
    years: number;
    forward: number;
    a?: number;
    b?: number;
    rho?: number;
    m?: number;
    sigma?: number;
    rmse?: number;
    worst?: number;
    within?: number;
    grid?: { strike: number; k: number; vol: number; variance: number; local_vol: number; density: number }[];
}

export interface OptionSurface {
    symbol: string;
    model: string;
    spot: number;
    sound: number;
    contracts: number;
    slices: SurfaceSlice[];
    arbitrage: Record<string, number | Record<string, number>>;
}

export interface OptionPosition {
    net_debit: number;
    max_profit: number | "unlimited";
    max_loss: number | "unlimited";
    breakevens: number[];
    margin?: { deposit: number };
    probability_of_profit?: number;
    value?: number;
    delta?: number;
    gamma?: number;
    vega?: number;
    theta?: number;
    rho?: number;
    scenarios?: { later: number; vol_change: number }[];
    profit_then?: number | number[]; // of one what-if, or of each
    payoff: { spot: number; profit: number; profit_then?: number | number[] }[];
}

export interface Weights {
    weights: Record<string, number>;
    mean: number;
    vol: number;
    sharpe: number;
    certificate?: Record<string, number>;
    risk_share?: Record<string, number>;
    order?: string[];
}

export interface Frontier {
    points: Weights[];
}

export type TailRisk = { [name: string]: number | string | number[] | string[] | Record<string, number> };

export interface Exposures {
    equity: number;
    gross: number;
    net: number;
    leverage: number;
    items: { instrument: string; qty: number; last: number; value: number; share: number }[];
}

export interface Correlations {
    names: string[];
    rows: number;
    matrix: number[][];
}
