// SPDX-License-Identifier: Apache-2.0
// Every rule that looks at orders, said once more on plain arrays: nothing is kept up to date, all of it is added up at
// each question, and no header of risk/ is needed to know the answer.
#ifndef FULMAR_TEST_RISK_ORACLE_H
#define FULMAR_TEST_RISK_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    ORACLE_INSTRUMENTS = 6,
    ORACLE_STRATEGIES = 3,
    ORACLE_ORDERS = 48, // live at once, at most
    ORACLE_SENT = 4096, // remembered, of what was sent
    ORACLE_ROWS = 40,   // of returns
    ORACLE_DAYS = 512,
    ORACLE_PRICES = 1 << 20, // of all instruments
    ORACLE_WINDOW = 30,      // of the test for jumps
};

enum oracle_class { STOCK, COIN, FX, FUTURE };

struct oracle_instrument {
    enum oracle_class class;
    int64_t tick, lot, qty_min, notional_min, multiplier;
    int qty_decimals; // prices and money have 2
    bool new_york;    // trades in sessions
    bool no_trade, no_short, no_buy;
};

struct oracle_order {
    int64_t qty, leaves, limit, stop, trail, sent_ns;
    uint32_t instrument, strategy;
    int side;
    bool market, resting, target; // types: market, limit that rests, else stop; toward a target
};

struct oracle_decision {
    bool known;
    int64_t target, qty, entered, children;
    double confidence;
};

struct oracle_day {
    int64_t number; // since 1970
    double square;  // of the day's return of equity
    int day_trades;
};

struct oracle {
    struct oracle_instrument instruments[ORACLE_INSTRUMENTS];
    bool may_long[ORACLE_STRATEGIES][ORACLE_INSTRUMENTS];
    bool may_short[ORACLE_STRATEGIES][ORACLE_INSTRUMENTS];
    bool may_limit[ORACLE_STRATEGIES][ORACLE_INSTRUMENTS];
    int64_t positions[ORACLE_STRATEGIES][ORACLE_INSTRUMENTS];
    int64_t last[ORACLE_INSTRUMENTS], last_ns[ORACLE_INSTRUMENTS];
    int64_t equity, equity_peak, now_ns; // money in cents
    struct oracle_order live[ORACLE_ORDERS];
    uint32_t live_count;
    struct oracle_order sent[ORACLE_SENT]; // the latest at the count modulo it
    int64_t sent_value[ORACLE_SENT];       // -1: a cancel
    uint64_t sent_count;
    struct oracle_decision decisions[ORACLE_STRATEGIES][ORACLE_INSTRUMENTS];
    double returns[ORACLE_ROWS][ORACLE_INSTRUMENTS]; // the latest row is the last
    uint32_t rows;
    uint32_t known[ORACLE_INSTRUMENTS];
    double
        moves[4096]
             [ORACLE_INSTRUMENTS]; // all rows, for correlations; the latest at `move_count` modulo
    uint64_t move_count;
    struct oracle_day days[ORACLE_DAYS]; // those that ended, the last is today
    uint32_t day_count;
    int64_t opened[ORACLE_INSTRUMENTS]; // today and still held
    bool closing[ORACLE_INSTRUMENTS];
    double changes[ORACLE_INSTRUMENTS][ORACLE_WINDOW]; // |log return|, the latest last
    uint64_t change_count[ORACLE_INSTRUMENTS];
    int64_t jumped_ns[ORACLE_INSTRUMENTS];
    bool jumped[ORACLE_INSTRUMENTS];
};

// How many of order->qty the rule leaves; 0: it refuses.
struct oracle_rule {
    const char *name;
    int64_t (*leaves)(const struct oracle *oracle, const struct oracle_order *order);
    bool reducing; // looks at what only reduces, too
};
extern const struct oracle_rule oracle_rules[]; // in order of precedence
extern const uint32_t oracle_rule_count;

// Of the account.
int64_t oracle_position(const struct oracle *oracle, uint32_t instrument);
// In cents at a price, rounded half to even.
int64_t oracle_value(const struct oracle *oracle, uint32_t instrument, int64_t price, int64_t qty);
int64_t oracle_price(const struct oracle *oracle, const struct oracle_order *order);

// What happens.
void oracle_price_is(struct oracle *oracle, uint32_t instrument, int64_t price);
void oracle_row(struct oracle *oracle, const double *returns, const bool *moves);
void oracle_sends(struct oracle *oracle, const struct oracle_order *order);
void oracle_ends(struct oracle *oracle, uint32_t live, int64_t filled);
void oracle_decides(struct oracle *oracle, uint32_t strategy, uint32_t instrument, int64_t qty,
                    double confidence);
void oracle_day(struct oracle *oracle, int64_t number, double change); // change NaN: the first

#endif
