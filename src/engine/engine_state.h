// SPDX-License-Identifier: Apache-2.0
// The engine's own structs, for the files of engine/ alone. "State" is what the state arena holds: bytes that
// are hashed and saved, without pointers and padding. "Wiring" is rebuilt from the configuration.
#ifndef FULMAR_ENGINE_ENGINE_STATE_H
#define FULMAR_ENGINE_ENGINE_STATE_H

#include "engine/engine.h"
#include "strategy/book_signal.h"
#include "strategy/signal.h"

struct engine_core {    // state
    money_t equity;     // account, after the last event that could change it
    money_t equity_day; // at the start of day_ns
    money_t equity_peak;
    uint64_t seq;
    int64_t ts_ns;
    int64_t day_ns;       // midnight UTC
    uint64_t fingerprint; // of the configuration
    uint64_t timer_head;  // positions in the ring of acknowledgement timers, ever growing
    uint64_t timer_tail;
    uint64_t halted;   // enum halt_cause: no order may raise risk, what works and would is canceled
    uint64_t reducing; // enum halt_cause: no order may raise risk
    int64_t until_ns;  // when what breakers stopped goes on by time; 0: never
    int64_t pause_ns;  // the next end by time of a strategy's pause; 0: none
    uint64_t reserved;
    uint64_t refused; // slots of which the venue refused something, to be sent again
    struct engine_counts counts;
};
_Static_assert(sizeof(struct engine_core) == 240, "no padding");

enum halt_cause { HALT_NONE, HALT_OPERATOR, HALT_BREAKER };

struct ack_timer { // state; timeouts are equal, so a ring is in order
    int64_t due_ns;
    uint64_t order_id;
};

struct slot_state { // state: one (strategy, instrument)
    double weight;  // last SET weight, NaN = none yet or to be tried again
    double stop;    // wanted protection, raw price; NaN = none
    double take;
    double factor;   // what the instrument's prices are multiplied with for signals (splits)
    double position; // signed quantity, for views
    double entry_price;
    uint64_t entry_order; // id of the latest order toward the target, 0 = none
    uint64_t stop_order;
    uint64_t take_order;
    uint64_t fresh;   // SCOPE_UNIVERSE: a bar came since the last decision
    uint64_t refused; // the venue refused its protection or its closing: with the next bar again
    uint64_t denied;  // a halt refused the order of `weight`: not asked again while it stands
    uint64_t closing; // a breaker closes it: until it is flat or the halt ends
};
_Static_assert(sizeof(struct slot_state) == 104, "no padding");

struct net_slot {       // state, where targets are netted
    int64_t wish;       // the position that was last wanted, sized
    int64_t part;       // signed, of the account's order at work
    uint64_t asked;     // 1: the next clock looks at it
    uint64_t held_back; // 1: the policy keeps it from its wish
    double strength;    // |weight| x confidence
};
_Static_assert(sizeof(struct net_slot) == 40, "no padding");

struct net_row {       // state: an instrument
    uint64_t order_id; // the account's latest order
    uint64_t asked;    // slots that are
    uint64_t heir;     // slot of the instrument that gets what nobody asked for
};
_Static_assert(sizeof(struct net_row) == 24, "no padding");

struct gate_state { // state: a slot whose strategy has gates
    uint64_t shut;  // place + 1 of the gate that refused its latest target, 0: none did
    double weight;  // that was refused
    uint64_t count; // of decisions refused
};
_Static_assert(sizeof(struct gate_state) == 24, "no padding");

struct stop_state { // state: a slot whose positions the engine keeps stops for
    int64_t side;   // of the position that was seen: -1, 0, 1
    int64_t armed;  // of an entry on its way
    int64_t out;    // that a stop ended and that the strategy still asks for
    uint64_t bars;  // since the entry
    uint64_t expired;
    double best;  // price since the entry
    double level; // NaN: none yet
};
_Static_assert(sizeof(struct stop_state) == 56, "no padding");

struct strategy_state { // state
    uint64_t halted;    // enum halt_cause: a pause
    uint64_t mode;      // enum strategy_mode
    uint64_t faults;    // decisions that were none, since it began
    uint64_t orders;    // that it asked for on `day_ns`
    uint64_t decisions; // on that day, where they are limited
    int64_t day_ns;
    uint64_t trades;    // fills that closed something
    double return_mean; // of those, fraction of the closed value (Welford)
    double return_m2;
    int64_t until_ns; // when a breaker's pause ends by time; 0: never
};
_Static_assert(sizeof(struct strategy_state) == 80, "no padding");

struct instance_state { // state: one decide() owner
    uint64_t decisions;
    uint64_t pending; // SCOPE_UNIVERSE: decides at the next clock
};

struct phase_state { // state: an instance whose parameters change at given instants
    uint64_t phase;  // that it is in, counted from 1; 0: none yet
};

// What a feed traded since the last clock, of an instrument on which some strategy reads trades.
struct trade_tape { // state
    uint64_t count; // of all; the latest STRATEGY_TRADES_MAX are at the count modulo it
    int64_t bought; // quantity by aggressor, mantissas
    int64_t sold;
    int64_t unknown; // that no side was told of
    struct strategy_trade ring[STRATEGY_TRADES_MAX];
};
_Static_assert(sizeof(struct trade_tape) == 32 + 56 * STRATEGY_TRADES_MAX, "no padding");

struct instance_phases; // engine_phase.c
struct slot_gates;      // engine_gate.c
struct slot_stops;      // engine_stop.c
struct algo_parent;     // engine_algo.h
struct engine_algos;
struct engine_manual; // engine_manual.c
struct engine_exits;  // engine_exits.c

struct slot { // wiring
    struct slot_state *state;
    struct net_slot *net;     // NULL: targets are not netted
    struct slot_gates *gates; // NULL: nothing is in front of its entries
    struct slot_stops *stops; // NULL: its stops are the strategy's alone
    struct algo_parent
        *parent; // state: the order that is worked for its target; NULL: no execution
    struct instance *instance;
    const uint64_t *fresh; // whether its frame completed a bar with the latest
    uint32_t strategy;
    uint32_t instrument;
    uint32_t place;     // in the instance's arrays
    int32_t frame;      // signal frame handle
    int32_t volatility; // signal value for sizing, -1 = not needed
};

struct instance { // wiring
    const struct engine_strategy_config *config;
    const struct strategy *rules; // config's
    struct instance_state *state;
    void *strategy_state;
    struct slot *slots;
    const double **sources;    // [slot][input]: where the signal graph keeps it
    struct strategy_bar *bars; // scratch of the view
    double *inputs;
    double *position;
    double *entry_price;
    uint8_t *fresh;
    struct strategy_target *targets;
    struct strategy_view view; // what does not change from call to call is filled in once
    struct strategy_out out;   // what it decides; without orders between calls
    uint32_t strategy;
    uint32_t slot_count;
    bool guarded;                     // engine_may_decide() has to be asked
    struct instance_phases *phases;   // NULL: its parameters stay
    struct strategy_working *working; // SCOPE_BOOK: scratch of the view, [STRATEGY_WORKING_MAX]
    struct strategy_trade *trades;    // scratch of the view, [STRATEGY_TRADES_MAX]; NULL: not read
};

// What a lot of an instrument is worth in its currency is price x value_per_lot, of an inverse one
// value_per_lot / price.
struct instrument_cache { // wiring
    struct slot **slots;  // [slot_count], by strategy
    uint32_t slot_count;
    uint32_t reserved;
    double lot_per_unit;  // lots in one unit of quantity
    double value_per_lot; // multiplier x lot, in units
};

struct engine {
    struct engine_config config;
    struct engine_core *core;
    struct strategy_state *strategies;
    double *params; // state, [strategy][PARAMS_MAX]: as they are now
    double *
        peaks; // state, [strategy]: of its equity at its decisions; NULL: no size is scaled by them
    struct net_row *net_rows; // state, [instrument]; NULL: targets are not netted
    int64_t *net_deltas;      // scratch, [strategy], as those that follow
    int64_t *net_weights;
    int64_t *net_shares;
    int64_t *net_fees;
    uint64_t *instrument_halted; // state
    struct ack_timer *timers;    // state, [timer_mask + 1]
    uint64_t timer_mask;
    struct board board;
    struct book_l2 *books;          // [instrument], NULL: no feeds
    struct trade_tape **tapes;      // [instrument], NULL: nobody reads its trades
    struct book_signals **features; // [instrument], NULL: no strategy has inputs of its book
    struct orders orders;
    struct ledger *ledger;
    struct risk_gate gate;
    struct engine_algos *algos;     // NULL: no strategy has an execution
    struct engine_budgets *budgets; // NULL: no allocation
    struct engine_manual *manual;   // NULL: no orders by hand
    struct engine_exits *exits;     // scratch
    struct signal_graph *signals;
    struct instrument_cache *cache; // [instrument]
    struct slot *slots;
    struct slot **slot_order; // slots by instrument, then by strategy
    uint32_t *slot_of;        // [strategy][instrument], UINT32_MAX = none
    struct instance *instances;
    uint32_t slot_count;
    uint32_t instance_count;
    struct arena *state_arena;
    struct engine_outputs outputs;
    const struct event_header *cause; // of the event being applied
    int32_t money_decimals;
    bool wants_clock;
};

// engine_new.c
void engine_fingerprint(struct engine *engine);
int engine_full(const char *what); // ERR_NOMEM and its story
// Where an input of a strategy with these parameters stands: among the features of a book or in the signal graph.
int engine_input(struct engine *engine, const struct engine_strategy_config *config,
                 const double *params, uint32_t instrument, size_t index,
                 const double **ret_source) MUST_USE;

// engine_order.c: from wishes to outputs.
void *engine_emit(struct engine *engine, enum event_kind kind, uint16_t size, uint32_t instrument);
struct slot *engine_slot(struct engine *engine, uint32_t strategy, uint32_t instrument);
// Runs the rules and creates the order; its id, or 0 when it was refused (an EVENT_VETO tells why).
uint64_t engine_submit(struct engine *engine, const struct order_spec *spec);
// Runs the rules over what a live order would be, its own quantity apart from what else works; a rule that would shrink
// it refuses. What is no more and at no worse a price passes without.
bool engine_may_amend(struct engine *engine, const struct order *order,
                      const struct order_spec *spec);
void engine_cancel(struct engine *engine, uint32_t handle);
void engine_replace(struct engine *engine, uint32_t handle, qty_t qty, price_t price);
void engine_veto(struct engine *engine, const struct order_spec *spec, uint32_t code);
// With what was compared.
void engine_veto_of(struct engine *engine, const struct order_spec *spec, uint32_t code,
                    const struct risk_result *result);
// Of a rule of the gate, where there was no order to hold against it.
void engine_veto_by(struct engine *engine, const struct order_spec *spec, uint32_t rule,
                    const struct risk_result *result);
// Whether a halt in force refuses the order: it does more than to reduce a position.
bool engine_denies(const struct engine *engine, const struct order_spec *spec);
// How much of an order only reduces the account's position, or its strategy's own, whatever else works on that side
// fills first: two orders that close the same do not both reduce. self: its handle once it works, else UINT32_MAX.
int64_t engine_reducing(const struct engine *engine, const struct order_spec *spec, bool own,
                        uint32_t self);
// The same after engine_exits_build() of the instrument, and engine_exits_update() of what changed since.
int64_t engine_reducing_of_built(const struct engine *engine, const struct order_spec *spec,
                                 bool own, uint32_t self);
int64_t engine_asked_leaves(const struct engine *engine, const struct order *order);
static inline bool engine_protects(const struct order_spec *spec) {
    return spec->purpose == PURPOSE_STOP_LOSS || spec->purpose == PURPOSE_TAKE_PROFIT;
}
// Signed leaves of the slot's live orders of a purpose.
int64_t engine_pending(const struct engine *engine, const struct slot *slot, uint32_t purpose);

// Whether a target asks for nothing but what is held already: the same weight, and no word on protection.
static inline bool engine_holds(const struct slot_state *state,
                                const struct strategy_target *target) {
    return target->kind == TARGET_SET && target->weight == state->weight &&
           target->stop != target->stop && target->take != target->take; // NaN: none
}

// engine_target.c: targets and protection.
void engine_target(struct engine *engine, struct slot *slot, const struct strategy_target *target);
// Closes what the slot holds; its weight stays the one that was asked for.
void engine_target_leave(struct engine *engine, struct slot *slot);
void engine_explicit(struct engine *engine, struct instance *instance,
                     const struct strategy_out *out);
void engine_protect(struct engine *engine, struct slot *slot);
// The same for a position that will be `qty`.
void engine_protect_at(struct engine *engine, struct slot *slot, int64_t qty);
// Sends the strategy's own order.
void engine_move(struct engine *engine, struct slot *slot, int64_t position, int64_t delta);

// engine_net.c
void engine_net(struct engine *engine); // at a clock, after all decisions
void engine_net_wish(struct engine *engine, struct slot *slot, int64_t qty, double strength);
// Its position was closed by something else: what it wanted is over.
void engine_net_forget(struct engine *engine, struct slot *slot);
// And its part of the account's order is taken back.
void engine_net_leave(struct engine *engine, struct slot *slot);
void engine_net_fill(struct engine *engine, const struct order *order,
                     const struct order_event *event);
// The venue closed by itself what the account's order had filled. ERR_NOT_FOUND (no story): nobody could own it.
int engine_net_forced(struct engine *engine, const struct order_event *event) MUST_USE;
void engine_net_replaced(struct engine *engine, const struct order *order);
void engine_net_end(struct engine *engine, const struct order *order);
void engine_net_split(struct engine *engine, const struct split_event *split);
void engine_net_check(const struct engine *engine);

// engine_feed.c: a recorded feed's records, one or many; what is kept of their trades for who decides at a clock.
int engine_feed_init(struct engine *engine, struct arena *wiring, struct arena *state) MUST_USE;
void engine_feed_record(struct engine *engine, const struct feed_event *event);
void engine_feed_time(struct engine *engine); // a clock, before decisions
void engine_feed_view(const struct engine *engine, struct instance *instance);
void engine_feed_decided(struct engine *engine); // after all decisions of a clock

// engine_stop.c
int engine_stop_check(const struct engine_config *config) MUST_USE;
uint32_t engine_stop_nodes(const struct engine_config *config); // values of the signal graph
int engine_stop_init(struct engine *engine, struct arena *wiring) MUST_USE;
uint64_t engine_stop_fingerprint(const struct engine_strategy_config *config, uint64_t hash);
// The rest for slots with stops. At a target: its stop becomes the tightest; false: a stop has ended that side, and the
// strategy has not let go of it since.
bool engine_stop_arm(const struct engine *engine, const struct slot *slot,
                     struct strategy_target *target);
// After a decision on a fresh bar, before it is acted on: the position as it is now, and what the strategy asks for.
void engine_stop_see(struct engine *engine, struct slot *slot,
                     const struct strategy_target *target);
bool engine_stop_is_out(const struct slot *slot); // a side that it still asks for
void engine_stop_act(struct engine *engine,
                     struct slot *slot); // after it: moves the stop, or closes

// engine_size.c: from a target's weight to a quantity.
int engine_size_init(struct engine *engine, struct arena *state) MUST_USE;
void engine_size_watch(struct engine *engine,
                       uint32_t strategy); // where peaks are kept, at a decision
// Signed part of the strategy's equity.
double engine_size_fraction(const struct engine *engine, const struct slot *slot,
                            const struct strategy_target *target);
// The target position in mantissa units: whole lots toward zero, none that are worth less than the venue takes. False
// when it is not a number that fits.
bool engine_size_quantity(const struct engine *engine, const struct slot *slot, double fraction,
                          int64_t *ret_qty);
// Whether a change of position is large enough for the venue.
bool engine_size_is_worth(const struct engine *engine, const struct slot *slot, int64_t delta);

// engine_gate.c
int engine_gate_check(const struct engine_config *config) MUST_USE;
uint32_t engine_gate_nodes(const struct engine_config *config); // values of the signal graph
int engine_gate_init(struct engine *engine, struct arena *wiring) MUST_USE;
uint64_t engine_gate_fingerprint(const struct engine_strategy_config *config, uint64_t hash);
// Whether a slot's gates let a target pass; the first refusal of a kind is told by EVENT_VETO. slot->gates is set.
bool engine_gates_open(struct engine *engine, const struct slot *slot,
                       const struct strategy_target *target);
bool engine_gate_is_shut(const struct slot *slot); // to its latest target

// engine_phase.c
int engine_phase_check(const struct engine_config *config) MUST_USE;
uint32_t engine_phase_nodes(const struct engine_config *config); // values of the signal graph
int engine_phase_init(struct engine *engine, struct arena *wiring) MUST_USE;
uint64_t engine_phase_fingerprint(const struct engine_strategy_config *config, uint64_t hash);
// Before a decision: the phase that it belongs to; false: none has begun. instance->phases is set, as below.
bool engine_phase_look(struct engine *engine, struct instance *instance);
// After it: what a phase that has just begun says nothing of is closed.
void engine_phase_take_over(struct instance *instance);

// engine_decide.c
void engine_clock(struct engine *engine);

// engine_command.c: what operators say of a strategy; its mode and its quarantine.
void engine_strategy_command(struct engine *engine, const struct command_event *command);
void engine_tell_pause(struct engine *engine, uint32_t strategy, enum strategy_cause cause);
// Counts a decision to come; false: the strategy is not asked.
bool engine_may_decide(struct engine *engine, struct instance *instance);
// Counts an order that a strategy asks for; false: it is one too many.
bool engine_may_order(struct engine *engine, uint32_t strategy);
void engine_judge(struct engine *engine, uint32_t strategy); // after a decision
// A fill or an end of an order of a strategy that closes what it holds.
void engine_follow_drain(struct engine *engine, uint32_t strategy);
void engine_guard_instances(struct engine *engine); // after the state was overwritten
static inline bool engine_closes(const struct engine *engine, uint32_t strategy) {
    uint64_t mode = engine->strategies[strategy].mode;
    return UNLIKELY(mode != STRATEGY_RUNNING) &&
           (mode == STRATEGY_DRAINING ||
            (mode == STRATEGY_QUARANTINED &&
             engine->config.strategies[strategy].conduct[CONDUCT_CLOSE] != 0));
}

// engine_report.c: venue reports, money and corporate actions.
// spec: of the order that filled, NULL where the venue made it.
void engine_book_fill(struct engine *engine, uint32_t strategy, int32_t side,
                      const struct order_event *event, const struct order_spec *spec);
void engine_order_report(struct engine *engine, const struct order_event *event);
void engine_timers(struct engine *engine);
void engine_money(struct engine *engine, const union event *event);
void engine_split(struct engine *engine, const union event *event);

// engine_guard.c: the account's day, breakers, halts.
struct risk_view engine_risk_view(const struct engine *engine);
void engine_roll_day(struct engine *engine, int64_t ts_ns);
__attribute__((noinline)) void engine_watch_rules(struct engine *engine); // the breakers
__attribute__((noinline)) void engine_time_models(struct engine *engine);
void engine_halt(struct engine *engine, const struct command_event *command);
void engine_resume(struct engine *engine, const struct command_event *command);
void engine_unpause(struct engine *engine, uint32_t strategy); // its losses count anew, too
// The account's value may have changed.
static inline void engine_value(struct engine *engine) {
    struct engine_core *core = engine->core;
    core->equity = ledger_equity(engine->ledger);
    if (core->equity.m > core->equity_peak.m) core->equity_peak = core->equity;
}
static inline bool engine_has_watch(const struct engine *engine) {
    return engine->gate.watch_count > 0 && (!engine->core->halted || engine->core->until_ns > 0);
}
static inline bool engine_is_due(const struct engine_core *core, int64_t end_ns) {
    return end_ns > 0 && core->ts_ns >= end_ns;
}
// The time of what breakers stopped is over, whatever moves or does not.
static inline void engine_time(struct engine *engine) {
    const struct engine_core *core = engine->core;
    if (UNLIKELY(engine->gate.model_count > 0)) engine_time_models(engine);
    if (UNLIKELY(engine_is_due(core, core->until_ns) || engine_is_due(core, core->pause_ns)))
        engine_watch_rules(engine);
}
static inline void engine_watch(struct engine *engine) {
    engine_value(engine);
    if (engine_has_watch(engine)) engine_watch_rules(engine);
}

void engine_kill(struct engine *engine, const struct command_event *command);
// Tells the rules that hear of it.
void engine_note(struct engine *engine, const struct risk_fact *fact);
// Whether some rule wants to hear of it, for those who would have to work a fact out.
static inline bool engine_hears(const struct engine *engine, enum risk_fact_kind kind) {
    return UNLIKELY(risk_gate_hears(&engine->gate, kind));
}
// Whether no order may add to its position.
bool engine_slot_halted(const struct engine *engine, uint32_t strategy, uint32_t instrument);
// Whether the halts in force are of the order's strategy alone: it is held against that strategy's position then, and
// against the account's otherwise.
bool engine_halt_is_own(const struct engine *engine, const struct order_spec *spec);
void engine_halt_all(struct engine *engine, uint32_t rule, const struct risk_result *result);
void engine_cancel_halted(struct engine *engine); // what the halts in force no longer allow
void engine_allow_again(struct engine *engine);   // what a halt refused, and none refuses any more
// Sends the order that closes a slot which a breaker is closing, unless one is on its way.
void engine_close(struct engine *engine, struct slot *slot);
// Something of the slot was refused: the next bar of its instrument tries again.
static inline void engine_wait(struct engine *engine, struct slot *slot) {
    engine->core->refused += slot->state->refused == 0;
    slot->state->refused = 1;
}

#endif
