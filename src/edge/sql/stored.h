// SPDX-License-Identifier: Apache-2.0
// What the tables hold, for whoever shows it: sessions, orders, fills, positions, equity, risk events, runs.
//
// Every call names the tenant; what is another's is not there (ERR_NOT_FOUND), whoever the connection runs as. Lists
// come in pages: an item's `key` is where it stands, and a page begins behind the key of the last item of the page
// before, so that what is added meanwhile neither repeats nor hides anything. Newest first, but for equity.
//
// Texts of an item live until `put` returns. Amounts are exact decimals. A negative return of `put` stops the list and
// is returned; otherwise a list returns how many items it gave. Errors as edge/sql/sql.h; ERR_ARGUMENT for a limit that
// is none.
#ifndef FULMAR_EDGE_SQL_STORED_H
#define FULMAR_EDGE_SQL_STORED_H

#include "edge/sql/sql.h"

enum { STORED_PAGE_MAX = 1001, STORED_ANY = -1 };

struct stored_page {
    int64_t after; // key of the last item of the page before; 0: the first page
    int limit;     // 1 to STORED_PAGE_MAX
};

// Whose, and of which session.
struct stored_scope {
    int64_t tenant_id;
    int64_t session_id;
};

struct stored_session {
    int64_t key; // its id
    const char *name;
    const char *kind;  // "backtest", "paper", "live"
    const char *state; // "starting", "running", "stopped", "failed"
    const char *run_id;
    const char *journal;
    const char *currency;
    const char *capital;
    int64_t created_ns;
    int64_t ended_ns; // 0: it goes on
    int64_t events;   // of its journal that are in the tables
    int64_t seq;
    int64_t ts_ns; // of the latest input among them
};
int stored_sessions(struct sql *sql, int64_t tenant_id, struct stored_page page,
                    int (*put)(void *self, const struct stored_session *session),
                    void *self) MUST_USE;
// By name. ERR_NOT_FOUND.
int stored_session(struct sql *sql, int64_t tenant_id, const char *name,
                   int (*put)(void *self, const struct stored_session *session),
                   void *self) MUST_USE;
// "running", "stopped", "failed"; the end is stamped with the last two. ERR_NOT_FOUND.
int stored_session_state(struct sql *sql, struct stored_scope scope, const char *state) MUST_USE;

struct stored_order {
    int64_t key;
    int64_t order_id;
    const char *client_order_id; // the venue's name of it
    const char *client_id;       // its sender's; NULL: none
    int64_t strategy;
    const char *strategy_name; // NULL: the account's own
    int64_t instrument;
    const char *venue, *symbol;
    const char *side, *type, *tif, *purpose;
    bool post_only, reduce_only;
    const char *qty;
    const char *limit_price, *stop_price, *trail; // NULL: none
    int64_t expire_ns;                            // 0: none
    int64_t group_id, parent_id;
    const char *state;
    const char *reason; // NULL: it has not ended, or as it should
    const char *filled_qty, *filled_value;
    int64_t fills;
    int64_t created_ns, updated_ns, ended_ns; // ended_ns 0: it is live
};
struct stored_order_filter {
    int64_t strategy, instrument; // STORED_ANY
    const char *venue, *symbol;   // NULL: any
    const char *state;            // likewise
    bool live;                    // those that have not ended alone
};
int stored_orders(struct sql *sql, struct stored_scope scope,
                  const struct stored_order_filter *filter, struct stored_page page,
                  int (*put)(void *self, const struct stored_order *order), void *self) MUST_USE;
// ERR_NOT_FOUND.
int stored_order(struct sql *sql, struct stored_scope scope, int64_t order_id,
                 int (*put)(void *self, const struct stored_order *order), void *self) MUST_USE;

struct stored_fill {
    int64_t key;
    int64_t seq;
    int64_t ts_ns, venue_ts_ns;
    int64_t order_id;
    const char *trade_id;
    int64_t strategy;
    const char *strategy_name;
    int64_t instrument;
    const char *venue, *symbol;
    const char *side, *liquidity;
    const char *qty, *price, *fee, *fee_currency, *notional, *realised, *position;
};
struct stored_fill_filter {
    int64_t strategy, instrument, order_id; // STORED_ANY
    const char *venue, *symbol;             // NULL: any
    int64_t from_ns, until_ns;              // until_ns is not included; 0: open
};
int stored_fills(struct sql *sql, struct stored_scope scope,
                 const struct stored_fill_filter *filter, struct stored_page page,
                 int (*put)(void *self, const struct stored_fill *fill), void *self) MUST_USE;

struct stored_position {
    int64_t key; // strategy x 2^32 + instrument + 1
    int64_t strategy;
    const char *strategy_name;
    int64_t instrument;
    const char *venue, *symbol, *currency;
    const char *qty, *cost, *entry, *value, *realised, *fees, *income, *bought, *sold;
    int64_t opened_ns; // 0: flat
    int64_t updated_ns;
};
// By strategy and instrument; `open`: those that hold something alone.
int stored_positions(struct sql *sql, struct stored_scope scope, bool open, struct stored_page page,
                     int (*put)(void *self, const struct stored_position *position),
                     void *self) MUST_USE;

struct stored_equity {
    int64_t key; // hour_ns
    int64_t ts_ns;
    const char *equity, *gross, *cash;
};
// Oldest first; from_ns and until_ns (not included) are of hours, 0: open.
int stored_equity(struct sql *sql, struct stored_scope scope, int64_t from_ns, int64_t until_ns,
                  struct stored_page page, int (*put)(void *self, const struct stored_equity *row),
                  void *self) MUST_USE;

struct stored_risk_event {
    int64_t key;
    int64_t seq, ts_ns;
    const char *rule, *verdict;
    int64_t strategy; // STORED_ANY: the account
    const char *strategy_name;
    int64_t instrument; // STORED_ANY: none
    const char *venue, *symbol;
    const char *side, *qty_asked, *qty_left; // NULL: nothing was asked
    double limit, value;                     // NaN: none
    const char *reason;
};
int stored_risk_events(struct sql *sql, struct stored_scope scope, const char *rule,
                       struct stored_page page,
                       int (*put)(void *self, const struct stored_risk_event *event),
                       void *self) MUST_USE;

// Runs that were asked for.
struct stored_run {
    int64_t key;     // its id
    int64_t user_id; // 0: the command line
    const char *name, *kind, *state, *config;
    int64_t progress_ppm;
    int64_t created_ns, started_ns, ended_ns; // 0: not yet
    const char *folder, *state_hash, *summary, *error;
};
// Writes it as it stands, by its name: the row that is there follows, but for what it was asked with. Written twice it
// is the same.
int stored_run_note(struct sql *sql, int64_t tenant_id, const struct stored_run *run) MUST_USE;
int stored_runs(struct sql *sql, int64_t tenant_id, const char *state, struct stored_page page,
                int (*put)(void *self, const struct stored_run *run), void *self) MUST_USE;
int stored_run(struct sql *sql, int64_t tenant_id, const char *name,
               int (*put)(void *self, const struct stored_run *run), void *self) MUST_USE;

#endif
