-- What is traded, by whom, and what came of it. Of orders, fills, positions, equity, risk_events and strategies a
-- session's journal is the truth (edge/sql/projection.h); `event` is the place of a record in it, from 1.

-- What can be traded: a catalogue for people. A session has its own, in session_instruments.
CREATE TABLE instruments (
    id {id},
    venue TEXT NOT NULL,
    symbol TEXT NOT NULL,
    asset TEXT NOT NULL,
    currency TEXT NOT NULL,
    calendar TEXT NOT NULL,
    payoff TEXT NOT NULL,
    price_decimals {int} NOT NULL,
    qty_decimals {int} NOT NULL,
    tick {amount} NOT NULL,
    lot {amount} NOT NULL,
    multiplier {amount} NOT NULL,
    updated_ns {int} NOT NULL,
    UNIQUE (venue, symbol)
) {strict};

-- Studies that people asked for: backtests, sweeps, walk-forwards.
CREATE TABLE runs (
    id {id},
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    user_id {int}, -- who asked; NULL: the command line
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('backtest', 'sweep', 'walkforward')),
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'canceled')),
    config TEXT NOT NULL,
    progress_ppm {int} NOT NULL DEFAULT 0 CHECK (progress_ppm BETWEEN 0 AND 1000000),
    created_ns {int} NOT NULL,
    started_ns {int},
    ended_ns {int},
    folder TEXT, -- where its files are
    state_hash TEXT,
    summary TEXT, -- JSON
    error TEXT,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
) {strict};
CREATE INDEX runs_state ON runs (tenant_id, state, id);

CREATE TABLE trading_sessions (
    id {id},
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('backtest', 'paper', 'live')),
    state TEXT NOT NULL CHECK (state IN ('starting', 'running', 'stopped', 'failed')),
    run_id TEXT NOT NULL, -- 16 hexadecimal digits: the journal's
    journal TEXT NOT NULL, -- path of its file
    currency TEXT NOT NULL, -- of the account
    capital {amount} NOT NULL,
    created_ns {int} NOT NULL,
    ended_ns {int},
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, name)
) {strict};

-- How far a session's journal is in the tables below: written with the rows, in one transaction.
CREATE TABLE projections (
    session_id {int} PRIMARY KEY,
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    events {int} NOT NULL, -- records of the journal that are taken in
    seq {int} NOT NULL, -- the latest input among them
    ts_ns {int} NOT NULL, -- and its time
    FOREIGN KEY (tenant_id, session_id) REFERENCES trading_sessions (tenant_id, id) ON DELETE CASCADE
) {strict};

CREATE TABLE session_instruments (
    session_id {int} NOT NULL,
    instrument {int} NOT NULL, -- its index in the session
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    venue TEXT NOT NULL,
    symbol TEXT NOT NULL,
    currency TEXT NOT NULL,
    price_decimals {int} NOT NULL,
    qty_decimals {int} NOT NULL,
    money_decimals {int} NOT NULL,
    PRIMARY KEY (session_id, instrument),
    FOREIGN KEY (tenant_id, session_id) REFERENCES trading_sessions (tenant_id, id) ON DELETE CASCADE
) {strict};

CREATE TABLE strategies (
    session_id {int} NOT NULL,
    strategy {int} NOT NULL, -- its index in the session; that of the account itself is the last
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    mode TEXT NOT NULL, -- "on", "stopped", "draining" ...
    budget {amount} NOT NULL,
    realised {amount} NOT NULL, -- less fees, with income
    open {amount} NOT NULL,
    updated_ns {int} NOT NULL,
    PRIMARY KEY (session_id, strategy),
    FOREIGN KEY (tenant_id, session_id) REFERENCES trading_sessions (tenant_id, id) ON DELETE CASCADE
) {strict};

CREATE TABLE orders (
    session_id {int} NOT NULL,
    order_id {int} NOT NULL,
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    client_order_id TEXT NOT NULL, -- as the venue sees it
    client_id TEXT, -- that a person or a program of theirs chose
    strategy {int} NOT NULL,
    instrument {int} NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
    type TEXT NOT NULL,
    tif TEXT NOT NULL,
    purpose TEXT NOT NULL,
    post_only {int} NOT NULL,
    reduce_only {int} NOT NULL,
    qty {amount} NOT NULL,
    limit_price {amount},
    stop_price {amount},
    trail {amount},
    expire_ns {int},
    group_id {int}, -- one cancels the other
    parent_id {int}, -- of a bracket
    state TEXT NOT NULL,
    reason TEXT, -- of its end
    filled_qty {amount} NOT NULL,
    filled_value {amount} NOT NULL, -- sum of price times quantity
    fills {int} NOT NULL,
    created_ns {int} NOT NULL,
    updated_ns {int} NOT NULL,
    ended_ns {int},
    event {int} NOT NULL, -- that made it
    updated_event {int} NOT NULL,
    PRIMARY KEY (session_id, order_id),
    FOREIGN KEY (tenant_id, session_id) REFERENCES trading_sessions (tenant_id, id) ON DELETE CASCADE
) {strict};
CREATE INDEX orders_event ON orders (session_id, event);
CREATE INDEX orders_client ON orders (session_id, client_id);
CREATE INDEX orders_state ON orders (session_id, state, event);

CREATE TABLE fills (
    session_id {int} NOT NULL,
    event {int} NOT NULL,
    ts_ns {int} NOT NULL,
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    seq {int} NOT NULL,
    venue_ts_ns {int} NOT NULL,
    order_id {int} NOT NULL,
    trade_id TEXT NOT NULL,
    strategy {int} NOT NULL, -- whose it was booked for
    instrument {int} NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
    liquidity TEXT NOT NULL CHECK (liquidity IN ('maker', 'taker', 'none')),
    qty {amount} NOT NULL,
    price {amount} NOT NULL,
    fee {amount} NOT NULL, -- below 0: a rebate
    fee_currency TEXT NOT NULL,
    notional {amount} NOT NULL,
    realised {amount} NOT NULL, -- before the fee
    position {amount} NOT NULL, -- after it
    PRIMARY KEY (session_id, event, ts_ns),
    FOREIGN KEY (tenant_id, session_id) REFERENCES trading_sessions (tenant_id, id) ON DELETE CASCADE
) {strict};
CREATE INDEX fills_order ON fills (session_id, order_id);

CREATE TABLE positions (
    session_id {int} NOT NULL,
    strategy {int} NOT NULL,
    instrument {int} NOT NULL,
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    qty {amount} NOT NULL,
    cost {amount} NOT NULL,
    entry {amount} NOT NULL, -- average price; 0 when flat
    value {amount} NOT NULL, -- at the latest mark
    realised {amount} NOT NULL, -- before fees
    fees {amount} NOT NULL,
    income {amount} NOT NULL,
    bought {amount} NOT NULL,
    sold {amount} NOT NULL,
    opened_ns {int}, -- NULL when flat
    updated_ns {int} NOT NULL,
    PRIMARY KEY (session_id, strategy, instrument),
    FOREIGN KEY (tenant_id, session_id) REFERENCES trading_sessions (tenant_id, id) ON DELETE CASCADE
) {strict};

-- What the account was worth at the end of each hour in which something happened.
CREATE TABLE equity (
    session_id {int} NOT NULL,
    hour_ns {int} NOT NULL, -- where the hour begins; a mark on the full hour is of the one before
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    ts_ns {int} NOT NULL, -- of the last event in it
    equity {amount} NOT NULL,
    gross {amount} NOT NULL,
    cash {amount} NOT NULL,
    PRIMARY KEY (session_id, hour_ns),
    FOREIGN KEY (tenant_id, session_id) REFERENCES trading_sessions (tenant_id, id) ON DELETE CASCADE
) {strict};

CREATE TABLE risk_events (
    session_id {int} NOT NULL,
    event {int} NOT NULL,
    ts_ns {int} NOT NULL,
    tenant_id {int} NOT NULL REFERENCES tenants (id),
    seq {int} NOT NULL,
    rule TEXT NOT NULL, -- "operator" where a person did it
    verdict TEXT NOT NULL, -- "veto", "shrink", "halt", "resume", "kill"
    strategy {int}, -- NULL: the account
    instrument {int},
    side TEXT,
    qty_asked {amount},
    qty_left {amount},
    limit_value {real},
    value {real},
    reason TEXT, -- the operator's number
    PRIMARY KEY (session_id, event, ts_ns),
    FOREIGN KEY (tenant_id, session_id) REFERENCES trading_sessions (tenant_id, id) ON DELETE CASCADE
) {strict};
