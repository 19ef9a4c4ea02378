// SPDX-License-Identifier: Apache-2.0
// What the projection's own files share: the fold, and the rows that wait to be written.
#ifndef FULMAR_EDGE_SQL_PROJECTION_STATE_H
#define FULMAR_EDGE_SQL_PROJECTION_STATE_H

#include "base/arena.h"
#include "edge/sql/projection.h"
#include "market/board.h"
#include "order/manual.h"

enum {
    PROJECTION_ROWS_MAX = 8192,   // of each kind that wait
    PROJECTION_TIMERS_MAX = 4096, // the engine's: engine/engine_new.c
};

struct order_row {
    struct order order;
    uint64_t event; // that made it
    uint64_t updated_event;
    int64_t ended_ns; // 0: it lives
    char client_id[MANUAL_ID_SIZE];
};

struct fill_row {
    struct ledger_fill fill;
    money_t notional;
    money_t realised;
    qty_t position;
    uint64_t event;
    uint64_t seq;
    int64_t venue_ts_ns;
    uint64_t order_id;
    uint64_t trade_id;
    uint32_t liquidity;
};

struct risk_row {
    uint64_t event;
    uint64_t seq;
    int64_t ts_ns;
    const char *rule; // static
    const char *verdict;
    uint32_t strategy;
    uint32_t instrument;
    int32_t side;
    bool sized; // qty_asked and qty_left say something
    qty_t qty_asked;
    qty_t qty_left;
    double limit;
    double value;
    uint64_t reason; // 0: none
};

struct equity_row {
    int64_t hour_ns;
    int64_t ts_ns;
    money_t equity;
    money_t gross;
    money_t cash;
};

// Of a slot of the order machine.
struct order_note {
    uint64_t event;
    uint32_t waiting; // index of its row that waits, UINT32_MAX: none
    char client_id[MANUAL_ID_SIZE];
};

struct strategy_note {
    uint32_t mode;
    int64_t updated_ns;
};

struct projection {
    struct projection_config config;
    struct arena wiring;
    struct arena state;
    struct ledger *ledger;
    struct orders orders;
    struct board board;
    uint32_t *shares_ppm;             // [strategy]
    struct order_note *order_notes;   // [order_max]
    struct strategy_note *strategies; // [strategy]
    int64_t *touched_ns;              // [strategy][instrument]: when a booking changed it; 0: never
    struct {
        int64_t due_ns;
        uint64_t order_id;
    } timers[PROJECTION_TIMERS_MAX];
    uint64_t timer_head, timer_tail;
    struct order_event executed; // the latest fill of an order: allocations are parts of it
    struct manual_event placed;  // the latest order by hand
    uint64_t taken;              // records
    uint64_t digest;             // of them
    uint64_t refused;            // bookings among them
    uint64_t seq;
    int64_t ts_ns;
    int64_t hour_ns; // of the latest input; INT64_MIN before the first

    int64_t session_id;
    uint64_t written;                  // that the database has
    char mark[PROJECTION_DIGEST_SIZE]; // the digest of those, as the database has it
    struct order_row *order_rows;
    struct fill_row *fill_rows;
    struct risk_row *risk_rows;
    struct equity_row *equity_rows;
    uint32_t order_count, fill_count, risk_count, equity_count;
};

// Takes an event into the fold and keeps the rows that come of it, where `keeps` is set.
int projection_fold(struct projection *projection, const union event *event, bool keeps) MUST_USE;
struct equity_row projection_equity(const struct projection *projection);
// Writes all rows that wait and what stands now; within a transaction.
int projection_write_rows(const struct projection *projection, struct sql *sql) MUST_USE;

static inline uint32_t projection_place(const struct projection *projection, uint32_t strategy,
                                        uint32_t instrument) {
    return strategy * projection->config.instruments->count + instrument;
}

#endif
