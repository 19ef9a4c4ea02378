// SPDX-License-Identifier: Apache-2.0
// The family "risk rule": one file and one registry line each.
//
// A rule looks at an order before it leaves (check) and may allow it, shrink it or veto it with a reason;
// and it looks at the account after every event (watch) and may halt trading: a breaker. Rules run in
// registry order; each sees the quantity the previous one left. Orders that only reduce a position meet
// only the rules that ask for them (checks_reducing), so that risk can always be taken off.
//
// Rules are pure functions of the view and of their own state (plain bytes in the engine's state).
#ifndef FULMAR_RISK_RULE_H
#define FULMAR_RISK_RULE_H

#include <stdbool.h>

#include "base/params.h"
#include "ledger/ledger.h"
#include "market/board.h"
#include "market/instrument.h"
#include "order/order.h"

enum risk_verdict { RISK_ALLOW, RISK_SHRINK, RISK_VETO, RISK_HALT };

// What a rule may read. The account's numbers are in account money.
struct risk_view {
    const struct instruments *instruments;
    const struct board *board;
    const struct ledger *ledger;
    const struct orders *orders;
    int64_t now_ns;
    int64_t day_ns; // start of the account's current day
    money_t equity;
    money_t equity_day;     // at the start of that day
    money_t equity_peak;    // highest since the start or the last reset
    int32_t money_decimals; // of the account currency
    uint32_t reserved;
};

// An order about to leave, with what the rules need of it worked out once.
struct risk_order {
    const struct order_spec *spec;
    price_t reference;  // the price it is valued at: its limit, else the last known; 0 = none known
    qty_t position;     // the account's quantity now, signed
    qty_t working;      // live orders of the same side on the instrument
    qty_t reducing_qty; // how much of spec.qty reduces the position
    money_t notional;   // of qty at reference, account money
    money_t unit_notional; // of one lot at reference, account money
};

struct risk_result {
    qty_t qty;    // SHRINK: what is left, a multiple of the lot, > 0
    bool flatten; // HALT: close what is held, too
    double limit; // the limit that was met, in the parameter's unit
    double value; // what the order or the account had, same unit
};

struct risk_rule {
    const char *name; // lower_snake_case, stable: journals and reports name it
    const char *summary;
    const struct param *params;
    size_t param_count;
    size_t state_size;    // bytes, zeroed at start
    bool on_by_default;   // has a limit that fits every account; others wait for theirs
    bool checks_reducing; // also looks at orders that only reduce a position
    // NULL: the rule does not look at orders. ret_result is set for SHRINK and VETO.
    enum risk_verdict (*check)(const struct risk_view *view, const double *params, void *state,
                               const struct risk_order *order, struct risk_result *ret_result);
    // NULL: the rule does not watch. RISK_HALT or RISK_ALLOW; ret_result is set for HALT.
    enum risk_verdict (*watch)(const struct risk_view *view, const double *params, void *state,
                               struct risk_result *ret_result);
};

// The registry, in order of precedence.
size_t risk_rule_count(void);
const struct risk_rule *risk_rule_at(size_t index);
int risk_rule_find(const char *name); // -1

// EVENT_VETO, EVENT_HALTED.
struct veto_event {
    struct event_header header;
    uint32_t rule;     // registry index, or RISK_RULE_ENGINE
    uint32_t verdict;  // enum risk_verdict
    uint32_t strategy; // STRATEGY_NONE: the account
    int32_t side;
    qty_t qty_asked;
    qty_t qty_left;
    double limit;
    double value;
    uint32_t code; // RISK_RULE_ENGINE: enum engine_veto
    uint32_t reserved;
};
_Static_assert(sizeof(struct veto_event) == 88, "journal format");

// Refusals by the engine itself.
#define RISK_RULE_ENGINE UINT32_MAX
enum engine_veto {
    VETO_NONE,
    VETO_HALTED,       // trading is halted
    VETO_NO_PRICE,     // no price is known
    VETO_ORDERS_FULL,  // the order pool is full
    VETO_LOTS_FULL,    // the ledger's lot pool is nearly full
    VETO_BAD_TARGET,   // a NaN, infinite or overflowing target
    VETO_NOT_TRADABLE, // delisted
    VETO_CONDUCT,      // beyond the strategy's own limit of orders
    VETO_COUNT
};
const char *engine_veto_name(uint32_t code);

#endif
