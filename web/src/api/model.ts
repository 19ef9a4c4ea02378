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
