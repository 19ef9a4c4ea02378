// SPDX-License-Identifier: Apache-2.0
// The deterministic core. All trading state changes in engine_apply() (engine_apply_bars() for a run of bars), on
// one thread, as a fold over numbered input events; what the engine wants leaves as output events. It has no
// clock, no I/O, no thread, and allocates nothing after engine_new().
//
// One event's path: clock and due timers; market state and marks; signals; order machine and ledger (venue
// reports); strategies -> targets; sizing; risk rules; order machine; outputs.
//
// State is plain bytes in one arena: engine_state_hash() hashes them, engine_snapshot() copies them, and an
// engine built from the same configuration that restores them goes on as if it had never stopped.
#ifndef FULMAR_ENGINE_ENGINE_H
#define FULMAR_ENGINE_ENGINE_H

#include "ledger/ledger.h"
#include "market/board.h"
#include "market/book_l2.h"
#include "market/event.h"
#include "market/instrument.h"
#include "order/algo.h"
#include "order/manual.h"
#include "order/order.h"
#include "risk/gate.h"
#include "strategy/allocation.h"
#include "strategy/conduct.h"
#include "strategy/entry_gate.h"
#include "strategy/size_scale.h"
#include "strategy/sizing.h"
#include "strategy/stop_rule.h"
#include "strategy/strategy.h"

// Parameters that a strategy has from an instant on, as a search over what came before chose them. It begins a phase
// with no memory of its own, but its inputs know the past. What it holds goes over: it stays if the first decision
// asks for it, and is closed if that says nothing of it; explicit orders of the phase before are canceled. A phase
// with the parameters of the one before just goes on. Before the first phase the strategy is not asked.
struct engine_phase {
    int64_t from_ns;
    double params[PARAMS_MAX];
};

struct engine_strategy_config {
    const struct strategy *strategy;
    const struct sizing *sizing;
    double params[PARAMS_MAX];
    double sizing_params[PARAMS_MAX];
    const double
        *size_scale; // [SCALE_COUNT] of strategy/size_scale.h; NULL: sizes are the method's
    const uint32_t *instruments; // indices it trades
    uint32_t instrument_count;
    uint32_t frame_s;              // decision frame, a multiple of the data frame
    uint32_t share_ppm;            // of the account's capital, parts per million; all <= 1,000,000
    double conduct[CONDUCT_COUNT]; // limits at which it is quarantined, alone; 0: none
    const struct algo *execution;  // works what its targets want to trade; NULL: one market order
    double execution_params[PARAMS_MAX];
    const struct entry_gate_choice *gates; // [gate_count] that an entry passes, in this order
    uint32_t gate_count;
    uint32_t stop_count;
    const struct stop_choice *stops;   // [stop_count] that the engine keeps for its positions
    const struct engine_phase *phases; // [phase_count], ascending; none: its parameters stay
    uint32_t phase_count;
};

// What becomes of targets of several strategies on one instrument.
enum engine_netting {
    NETTING_OFF, // each strategy sends its own orders
    NETTING_NET, // each gets what it wants; the sum leaves as one order of the account
    NETTING_PRIORITY, // opposite wishes: the strategy first in the configuration wins, those against it hold nothing
    NETTING_VETO, // opposite wishes: nobody holds anything
    NETTING_STRONGEST, // opposite wishes: the largest |weight| x confidence wins, the first of equal ones
    NETTING_COUNT
};

struct engine_config {
    const struct instruments *instruments;
    const struct engine_strategy_config *strategies;
    uint32_t strategy_count;
    uint32_t account_currency;
    uint32_t data_frame_s; // length of the bars that will come
    uint32_t order_max;    // pool: live orders and recently ended ones
    uint32_t lot_max;
    uint32_t cost_method;     // enum cost_method
    int64_t order_timeout_ns; // SUBMITTED without an answer for so long is UNKNOWN; 0 = never
    double periods_per_year;  // of the decision frame, for annualised volatility in sizing
    uint64_t run_id;          // first half of client order ids
    const struct risk_config *risk;
    uint32_t netting;                    // enum engine_netting
    const uint32_t *risk_flags;          // [instrument], enum risk_flags; NULL: none
    const uint32_t *permissions;         // [strategy][instrument], RISK_MAY_; NULL: all
    const struct book_l2_config *book;   // of every instrument, where feeds will come; NULL: none
    const struct allocation *allocation; // moves capital among strategies; NULL: shares stay
    double allocation_params[PARAMS_MAX];
};

// Outputs of one engine_apply(): events back to back. The buffer belongs to the engine and is good until the
// next call. engine_new() sized it for the most that one input can cause.
struct engine_outputs {
    unsigned char *bytes;
    size_t size; // used
    size_t capacity;
    uint32_t count;
};

struct engine;

// Builds an engine; ERR_NOMEM when an arena is too small, ERR_ARGUMENT, ERR_PARSE for a strategy's faulty
// parameters or signal specs. wiring holds pointers and tables, state holds the state and nothing else
// (it is hashed and saved whole); seal both afterwards. Their `used` is the engine's memory bill.
int engine_new(struct arena *wiring, struct arena *state, const struct engine_config *config,
               struct engine **ret_engine) MUST_USE;

// Applies one input event. CHECKs that header.seq is the last one plus one and that ts_ns does not go back.
// Returns the outputs, possibly none.
const struct engine_outputs *engine_apply(struct engine *engine, const union event *event);

// The same for bars, one after the other, until one of them has outputs; the account after each goes to ret_marks.
// Returns how many were applied, 1 to `count` (> 0, CHECKed); the outputs are those of the last one.
int engine_apply_bars(struct engine *engine, const union event *events, int count,
                      struct account_mark *ret_marks);

// A feed as it reaches us: row i is known at ts_ns[i] + delay_ns, which never goes back.
struct engine_feed {
    const struct feed_rows *rows;
    const int64_t *ts_ns;
    int64_t delay_ns;
    uint32_t instrument;
    uint32_t reserved;
};
// The same as engine_apply() of an EVENT_FEED for each row from `first` that is known by until_ns. No row has
// outputs: who reads a book decides at EVENT_CLOCK. Returns the first row that is still to come.
uint64_t engine_apply_feed(struct engine *engine, const struct engine_feed *feed, uint64_t first,
                           int64_t until_ns);
const struct engine_outputs *engine_outputs(const struct engine *engine); // of the latest call

uint64_t engine_seq(const struct engine *engine);   // of the last input applied, 0 before the first
int64_t engine_now_ns(const struct engine *engine); // its time
money_t engine_equity(const struct engine *engine); // of the account, account money
bool engine_halted(const struct engine *engine);
enum strategy_mode engine_strategy_mode(const struct engine *engine, uint32_t strategy);
// Whether some strategy decides at EVENT_CLOCK, which the run must then insert after each group of equal ts_ns.
bool engine_wants_clock(const struct engine *engine);

uint64_t engine_state_hash(const struct engine *engine);
size_t engine_state_size(const struct engine *engine);
void engine_snapshot(const struct engine *engine, void *ret_bytes); // engine_state_size() bytes
// ERR_ARGUMENT when the size or the configuration's fingerprint differs.
int engine_restore(struct engine *engine, const void *bytes, size_t size) MUST_USE;

// Read-only views for reports and tests.
const struct ledger *engine_ledger(const struct engine *engine);
const struct orders *engine_orders(const struct engine *engine);
const struct board *engine_board(const struct engine *engine);
const struct book_l2 *engine_book(const struct engine *engine, uint32_t instrument); // NULL: none

// Orders by hand (order/manual.h). The strategy that they belong to; STRATEGY_NONE: there is none, and they are
// refused.
uint32_t engine_manual_strategy(const struct engine *engine);
// The order that a client id names; 0: none of those that are remembered, the latest 4,096 or four times as many as may
// be open.
uint64_t engine_manual_find(const struct engine *engine, const char client_id[MANUAL_ID_SIZE]);
const char *
engine_manual_client_id(const struct engine *engine,
                        uint64_t order_id); // "": of no order by hand that is remembered
// What EVENT_PLACE would make of it, before any rule; false: a field cannot be.
bool engine_manual_spec(const struct engine *engine, const struct manual_order *order,
                        struct order_spec *ret_spec);

// What is stopped, and the account's marks.
enum engine_halt { ENGINE_GOES_ON, ENGINE_HALTED_BY_OPERATOR, ENGINE_HALTED_BY_BREAKER };
struct engine_status {
    money_t equity_day; // at the start of the UTC day
    money_t equity_peak;
    int64_t until_ns;  // when what breakers stopped goes on by time; 0: never
    uint32_t halted;   // enum engine_halt
    uint32_t reducing; // likewise: nothing may raise risk
};
struct engine_status engine_status(const struct engine *engine);
uint32_t engine_strategy_paused(const struct engine *engine, uint32_t strategy); // enum engine_halt
uint32_t engine_instrument_halted(const struct engine *engine, uint32_t instrument);
const double *engine_strategy_params(const struct engine *engine,
                                     uint32_t strategy); // [PARAMS_MAX], as they are now
const struct risk_gate *engine_risk_gate(const struct engine *engine);

struct engine_counts {
    uint64_t inputs, bars, decisions, targets, submits, cancels, replaces, vetoes, fills, halts;
    uint64_t ledger_errors;  // fills or events that the ledger refused: an overflow or a full pool
    uint64_t levels_refused; // of feeds: the book was full
};
const struct engine_counts *engine_counts(const struct engine *engine);

#endif
