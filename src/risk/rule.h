// SPDX-License-Identifier: Apache-2.0
// The family "risk rule": one file and one registry line each.
//
// A rule looks at an order before it leaves (check) and may allow it, shrink it or veto it with a reason;
// and it looks at the account after every event (watch) and may halt trading: a breaker. Rules run in
// order of precedence (enum risk_rank); each sees the quantity the previous one left. Orders that only reduce a
// position meet only the rules that ask for them (checks_reducing), so that risk can always be taken off.
//
// A breaker warns, pauses a strategy, reduces (nothing may raise risk, what works may stay), or halts (what works
// and would raise risk is canceled as well, and what is held is closed where it says so). It speaks once for each
// step up, and once for each strategy that it pauses. What it stopped goes on by time, where its parameter `reset_s`
// is above 0, or by EVENT_RESUME with a reason. With `confirmations` above 1 it has to find the same at so many looks
// in a row: one bad tick trips nothing.
//
// Between the two a rule may hear facts (note): what was sent, filled, refused, when a day began.
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

enum risk_verdict {
    RISK_ALLOW,
    RISK_SHRINK,
    RISK_VETO,
    RISK_HALT,
    RISK_WARN,
    RISK_REDUCE,
    RISK_PAUSE,
    RISK_VERDICT_COUNT
};
const char *risk_verdict_name(uint32_t verdict); // "allow", "shrink", ...; "unknown"

// What an instrument is not to be used for; 0 = nothing.
enum risk_flags {
    RISK_NO_TRADE = 1, // restricted: no order that raises a position
    RISK_NO_SHORT = 2, // nothing is sold that is not held
    RISK_NO_BUY = 4,   // no buying but to cover a short
};

// What a strategy may do with an instrument; of order types RISK_MAY_SEND(type).
enum { RISK_MAY_LONG = 1, RISK_MAY_SHORT = 2, RISK_MAY_ALL = -1 };
#define RISK_MAY_SEND(type) (UINT32_C(256) << (type))
_Static_assert(ORDER_TYPE_COUNT <= 24, "a bit for each type");

// Whether an order of a type and a side may leave that makes the strategy's position `after`.
static inline bool risk_may(uint32_t may, uint32_t type, int32_t side, int128_t after) {
    if (!(may & RISK_MAY_SEND(type))) return false;
    return (may & (side > 0 ? RISK_MAY_LONG : RISK_MAY_SHORT)) || side * after <= 0;
}

struct risk_exposure; // risk/exposure.h
struct risk_model;    // risk/model.h
struct risk_model_spec;

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
    uint32_t strategy_count;
    const struct event_header
        *cause; // the input that is being applied; NULL in tests of single rules
    // Filled in by the gate for the rules that use them (`uses`).
    const uint32_t *flags;       // [instrument], enum risk_flags; NULL: none
    const uint32_t *permissions; // [strategy][instrument], RISK_MAY_; NULL: all
    const struct risk_exposure *exposure;
    struct risk_model *model; // of the rule that is asked
};

// An order about to leave, with what the rules need of it worked out once.
struct risk_order {
    const struct order_spec *spec;
    price_t reference;  // the price it is valued at: its limit, else the last known; 0 = none known
    qty_t position;     // the account's quantity now, signed
    qty_t working;      // live orders of the same side on the instrument
    qty_t reducing_qty; // how much of spec.qty reduces the position
    money_t
        notional; // of qty at reference, account money; rounded to its unit, so 0 of what is worth less
};

struct risk_result {
    qty_t qty;         // SHRINK: what is left, a multiple of the lot, > 0
    bool flatten;      // HALT: close what is held, too
    double limit;      // the limit that was met, in the parameter's unit
    double value;      // what the order or the account had, same unit
    uint32_t strategy; // PAUSE: which
    bool unseen;       // ALLOW of a breaker: nothing to look at; what it found before stands
    int64_t until_ns;  // of a breaker's step, by the gate: when it ends by time; 0: never
};

// What happens to the account's orders and days, for rules that keep count.
enum risk_fact_kind {
    RISK_FACT_SENT,    // an order left: spec, qty, notional
    RISK_FACT_CANCEL,  // a cancel left
    RISK_FACT_REPLACE, // a replace left
    RISK_FACT_EXECUTED, // an order of ours filled at the venue: spec, side, price, qty; once, whoever owns it
    RISK_FACT_FILLED, // a strategy's part of that: spec, price, qty; realised where it closed something
    RISK_FACT_ENDED,    // an order ended without filling whole: spec, qty is what did not fill
    RISK_FACT_REJECTED, // the venue refused an order, a cancel or a replace
    RISK_FACT_STRANGE, // a fill of no order of ours, or beyond an order's quantity, or after its end
    RISK_FACT_PARENT, // a strategy decided: signed qty is what its position is to change by; confidence
    RISK_FACT_DAY,     // the account's day began; equity_day is still that of the day before
    RISK_FACT_SPLIT,   // the instrument's prices were divided by `ratio`
    RISK_FACT_PAUSED,  // `strategy` was paused because this rule said so; told to that rule alone
    RISK_FACT_RESUMED, // trading goes on: of `strategy`, or of all (STRATEGY_NONE)
    RISK_FACT_COUNT
};
struct risk_fact {
    enum risk_fact_kind kind;
    uint32_t strategy;
    uint32_t instrument;
    const struct order_spec *spec; // NULL where there is no order
    int32_t side;                  // FILLED: +1 bought, -1 sold
    qty_t qty;
    price_t price;
    price_t last; // of the board when the order left or filled
    money_t notional;
    money_t realised; // account money, of what the fill closed
    bool closed;      // the fill closed something
    double ratio;
    double confidence;
};

// The order in which orders meet the rules. A rule's place in the registry is its number in journals and says
// nothing of that.
enum risk_rank {
    RISK_RANK_PERMISSIONS,
    RISK_RANK_RESTRICTED,
    RISK_RANK_SESSION,
    RISK_RANK_TICK_LOT,
    RISK_RANK_ORDER_SIZE,
    RISK_RANK_ORDER_NOTIONAL,
    RISK_RANK_PRICE_BAND,
    RISK_RANK_DUPLICATE,
    RISK_RANK_CHILD_ORDERS,
    RISK_RANK_MESSAGE_RATE,
    RISK_RANK_POSITION,
    RISK_RANK_POSITION_COUNT,
    RISK_RANK_GROSS_EXPOSURE,
    RISK_RANK_NET_EXPOSURE,
    RISK_RANK_LEVERAGE,
    RISK_RANK_BUYING_POWER,
    RISK_RANK_PATTERN_DAY_TRADER,
    RISK_RANK_INTRADAY_MARGIN,
    RISK_RANK_SELF_TRADE,
    RISK_RANK_CONCENTRATION,
    RISK_RANK_CORRELATION,
    RISK_RANK_VAR_LIMIT,
    RISK_RANK_ES_LIMIT,
    RISK_RANK_DRAWDOWN_SCALE,
    RISK_RANK_ANOMALY,
    RISK_RANK_CONFIDENCE,
    RISK_RANK_COUNT
};

enum risk_uses {
    RISK_USES_EXPOSURE = 1,
    RISK_USES_MODEL = 2,
    RISK_USES_FLAGS = 4,
    RISK_USES_PERMISSIONS = 8
};

struct risk_rule {
    const char *name; // lower_snake_case, stable: journals and reports name it
    const char *summary;
    const struct param *params;
    size_t param_count;
    size_t state_size; // bytes, zeroed at start
    // NULL: no more than that. Bytes that follow state_size, for a rule that is on at the start; such a rule cannot
    // be turned on later.
    size_t (*state_more)(const double *params, uint32_t instruments, uint32_t strategies);
    bool on_by_default;   // has a limit that fits every account; others wait for theirs
    bool checks_reducing; // also looks at orders that only reduce a position
    bool checks_cut;      // looks once more at what the rules left of an order that they cut
    bool rebases;         // measures from the day's equity: from now on, when time ends its stop
    uint8_t rank;         // enum risk_rank, of rules that check: each has its own
    // 1 + the index of its parameter `confirmations`; 0: it has none, one look is enough.
    uint8_t confirm;
    uint8_t
        reset; // 1 + the index of its parameter `reset_s`; 0: it has none, a halt waits for RESUME
    uint32_t uses; // enum risk_uses, of what its check reads
    // NULL: it reads no model. Which one, from the parameters at the start; rules that ask for the same share it.
    struct risk_model_spec (*model)(const double *params);
    uint32_t notes; // bits 1 << enum risk_fact_kind, of what it hears
    // NULL: the rule does not look at orders. ret_result is set for SHRINK and VETO.
    enum risk_verdict (*check)(const struct risk_view *view, const double *params, void *state,
                               const struct risk_order *order, struct risk_result *ret_result);
    // NULL: the rule does not watch. RISK_ALLOW, WARN, PAUSE, REDUCE or HALT; ret_result is set but for ALLOW. PAUSE
    // names a strategy that the rule has not paused yet.
    enum risk_verdict (*watch)(const struct risk_view *view, const double *params, void *state,
                               struct risk_result *ret_result);
    // NULL: it hears nothing.
    void (*note)(const struct risk_view *view, const double *params, void *state,
                 const struct risk_fact *fact);
};

// The registry.
size_t risk_rule_count(void);
const struct risk_rule *risk_rule_at(size_t index);
int risk_rule_find(const char *name); // -1

// EVENT_VETO; EVENT_HALTED for every step of a breaker, with verdict RISK_ALLOW when its time is over.
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
    VETO_REDUCING,     // a breaker lets nothing raise risk
    VETO_NO_REASON,    // RESUME after a breaker has to name one
    VETO_GATE,         // the first gate of strategy/entry_gate.h that is shut, in its order
    VETO_GATE_END = VETO_GATE + 5,
    VETO_COUNT = VETO_GATE_END
};
const char *engine_veto_name(uint32_t code);

#endif
