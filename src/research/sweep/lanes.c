// SPDX-License-Identifier: Apache-2.0
#include "research/sweep/lanes.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/simd.h"
#include "base/timestamp.h"
#include "market/notional.h"
#include "strategy/signal.h"

#define ARENA_SIZE ((size_t)4 << 30)
#define AMOUNT_MAX ((int64_t)1 << 62)

enum { PARAM_FAST, PARAM_SLOW, PARAM_SIDES };
enum { GROWTH = 1000 };
enum { LENGTH_MAX = 10000, NODES_MAX = 2 * LANES_RUNS_MAX };
enum { DUE_TRADE = 1, DUE_LEAVE = 2 };

// Eight lanes at once. Written out, for left alone gcc takes them one by one; macros, for a function that hands vectors
// over has another ABI on each processor.
typedef double reals_t __attribute__((vector_size(LANES * sizeof(double))));
typedef int64_t ints_t __attribute__((vector_size(LANES * sizeof(int64_t))));
#define LOAD_REALS(from) (*(const reals_u *)(const void *)(from))
#define LOAD_INTS(from) (*(const ints_u *)(const void *)(from))
#define STORE(to, vector) memcpy((to), &(vector), sizeof(vector))
#define TO_REALS(ints) __builtin_convertvector((ints), reals_t)
#define TO_INTS(reals) __builtin_convertvector((reals), ints_t)
#define PICK(mask, yes, no) ((reals_t)(((ints_t)(yes) & (mask)) | ((ints_t)(no) & ~(mask))))
typedef double reals_u __attribute__((vector_size(LANES * sizeof(double)), aligned(8), may_alias));
typedef int64_t ints_u __attribute__((vector_size(LANES * sizeof(int64_t)), aligned(8), may_alias));

// Eight runs. What changes at every bar is in arrays over lanes; what changes with trades is in `scores`.
struct group {
    int64_t cash[LANES], qty[LANES], held_marks[LANES];
    double weight[LANES]; // last target, NaN: none yet
    double last[LANES], base[LANES], peak[LANES], worst_peak[LANES], worst_trough[LANES];
    double sum1[LANES], sum2[LANES], sum3[LANES], sum4[LANES], below[LANES];
    int64_t
        order[LANES]; // signed quantity on its way to the next open, and then to the one after it
    struct order_so_far {
        int64_t value, qty, fees; // of what was filled of it
    } orders[LANES];
    uint32_t fast[LANES], slow[LANES]; // columns
    struct score scores[LANES];
    struct score_position positions[LANES];
    double *returns; // the group's tile, of the next day; NULL: nobody wants them
    bool waiting;    // some order is not 0
    uint8_t left[LANES];
};

// What does not change while a group goes through a block of bars.
struct block {
    const struct bar *bars;
    const double *rows; // [count][columns]
    const uint8_t *day; // 1: a day ends before this bar
    uint32_t count;
    uint32_t columns;
    int64_t start_ns;
};

struct machine {
    const struct trial_config *config;
    const struct instrument *instrument;
    struct notional notional;
    double inverse; // 1 / power
    int64_t power;  // of ten that the product of price and quantity has too many
    int64_t qty_max;
    double lot_value;
    int money_decimals;
    int64_t volume_parts;
    double order_units_max;
    int64_t volume_ns; // of the first bar that has one
    int64_t price_max;
    bool wide; // products of price and quantity have more than 64 bits
};

static bool only_bars(const struct log *log) {
    int64_t known_ns = INT64_MIN;
    for (size_t at = 0; at < log->size;) {
        const struct event_header *event = log_event(log, at);
        if (event->kind != EVENT_BAR || event->ts_ns <= known_ns) return false;
        const struct bar *bar = &((const struct bar_event *)(const void *)event)->bar;
        if (bar->open_ns < known_ns || bar->close_ns != event->ts_ns) return false;
        known_ns = event->ts_ns;
        at = log_next(event, at);
    }
    return true;
}

static bool risk_is_usual(const struct risk_config *risk) {
    static const char *const known[] = {"permissions", "restricted",     "tick_lot",
                                        "order_size",  "order_notional", "price_band"};
    for (uint32_t i = 0; i < risk_rule_count(); i++) {
        bool is_known = false;
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            is_known |= strcmp(known[k], risk_rule_at(i)->name) == 0;
        if (risk->enabled[i] && !is_known) return false;
    }
    return risk->params[risk_rule_find("order_notional")][0] >= 1.01;
}

static bool venue_is_usual(const struct sim_config *sim) {
    static const char *const fees[] = {"maker_taker", "per_share", "per_order"};
    bool fee = false;
    for (size_t i = 0; i < sizeof fees / sizeof *fees; i++)
        fee |= strcmp(fees[i], sim->fee->name) == 0;
    return fee && sim->slip->history == NULL && sim->latency->fixed &&
           sim->latency->entry_ns(sim->latency_params, NULL) == 0 &&
           sim->latency->report_ns(sim->latency_params, NULL) == 0 &&
           sim->params[SIM_MARGIN_INITIAL] == 1 && sim->params[SIM_MARGIN_MAINTENANCE] <= 0.25 &&
           sim->params[SIM_BORROW_RATE] == 0 && sim->params[SIM_CREDIT_RATE] == 0 &&
           sim->params[SIM_DEBIT_RATE] == 0 && sim->params[SIM_FAULT_REJECT] == 0 &&
           sim->params[SIM_FAULT_DISCONNECT] == 0 && sim->funding_count == 0;
}

// A target of the lanes is never at fault; what is counted a day would be.
static bool is_limited(const struct engine_strategy_config *strategy) {
    return strategy->conduct[CONDUCT_LOSS] != 0 || strategy->conduct[CONDUCT_ORDERS] != 0 ||
           strategy->conduct[CONDUCT_DECISIONS] != 0;
}

const char *lanes_refusal(const struct trial_config *config) {
    const struct engine_config *engine = config->engine;
    const struct engine_strategy_config *strategy = &engine->strategies[0];
    const struct instrument *instrument = &engine->instruments->items[0];
    if (strcmp(strategy->strategy->name, "sma_cross") != 0)
        return "its orders are not market orders alone";
    if (engine->instruments->count != 1 || engine->strategy_count != 1)
        return "there is more than one instrument or strategy";
    if (strcmp(strategy->sizing->name, "fixed_fraction") != 0 ||
        !(strategy->sizing_params[0] > 0) || strategy->sizing_params[0] > 1)
        return "sizes are no fixed fraction of the equity up to 1";
    if (strategy->execution != NULL || engine->netting != NETTING_OFF || is_limited(strategy) ||
        strategy->share_ppm != 1000000)
        return "orders are worked, netted or limited";
    if (strategy->size_scale != NULL || strategy->gate_count > 0 || strategy->stop_count > 0 ||
        engine->allocation != NULL)
        return "gates, stops, scaled sizes or an allocation stand around the strategy";
    if (strategy->frame_s != engine->data_frame_s)
        return "it decides on longer bars than the data's";
    if (instrument_is_inverse(instrument) || instrument->currency != engine->account_currency ||
        instrument->asset == ASSET_INDEX || instrument->notional_min > 0)
        return "the instrument is no plain one in the account's currency";
    if (!risk_is_usual(engine->risk)) return "risk rules beside the usual ones are on";
    if (engine->permissions != NULL || engine->risk_flags != NULL)
        return "what may be traded is restricted";
    if (!venue_is_usual(config->sim)) return "the venue's costs or faults are not simple";
    return only_bars(config->log) ? NULL : "the data is more than one bar an instant";
}

int lanes_init(struct lanes *lanes) {
    return arena_init(&lanes->arena, ARENA_SIZE);
}

void lanes_fini(struct lanes *lanes) {
    if (lanes->arena.base != NULL) arena_fini(&lanes->arena);
}

static void leave(struct group *group, int lane) {
    group->left[lane] = 1;
    group->order[lane] = group->qty[lane] = 0;
    group->cash[lane] = 0;
}

static int64_t worth(const struct machine *machine, int64_t price, int64_t qty) {
    money_t value;
    int rc = notional_value(&machine->notional, PRICE(price), QTY(qty), &value);
    CHECK(rc == 0); // qty_max is kept
    return (int64_t)value.m;
}

// Slippage and rounding to the tick against us, as sim/fill.c has them.
static int64_t taken_price(const struct machine *machine, const struct bar *bar, int64_t qty,
                           bool unknown_volume) {
    const struct sim_config *sim = machine->config->sim;
    int64_t tick = machine->instrument->tick.m;
    struct slip_view view = {
        .price = bar->open,
        .tick = PRICE(tick),
        .qty = QTY(qty < 0 ? -qty : qty),
        .volume = unknown_volume ? QTY(0) : bar->volume,
    };
    int side = qty < 0 ? -1 : 1;
    int128_t moved =
        (int128_t)bar->open.m + (int128_t)side * sim->slip->offset(&view, sim->slip_params);
    int64_t ticks = (int64_t)decimal_div_round(moved, tick, side > 0 ? ROUND_CEIL : ROUND_FLOOR);
    return ticks < 1 ? tick : ticks * tick;
}

// The fee of a fill that its order's sums have already; it joins them.
static int64_t fee_of(const struct machine *machine, struct order_so_far *order, int64_t value,
                      int64_t size) {
    const struct sim_config *sim = machine->config->sim;
    order->value += value;
    order->qty += size;
    struct fee_view view = {
        .order_value = MONEY(order->value),
        .order_qty = QTY(order->qty),
        .order_fees = order->fees,
        .value = MONEY(value),
        .qty = QTY(size),
        .money_decimals = machine->money_decimals,
        .qty_decimals = machine->instrument->qty_decimals,
        .liquidity = LIQUIDITY_TAKER,
    };
    int64_t fee = sim->fee->fee(&view, sim->fee_params);
    order->fees += fee;
    return fee;
}

// How much of an order a bar's volume allows, in whole lots.
static int64_t allowed(const struct machine *machine, const struct bar *bar, int64_t size,
                       bool *ret_unknown) {
    *ret_unknown = (bar->flags & (BAR_CLOSE_ONLY | BAR_QUOTE)) != 0;
    if (*ret_unknown || machine->volume_parts == 0) return size;
    if (bar->volume.m == 0 && bar->close_ns <= machine->volume_ns) return size;
    int64_t room = (int64_t)((int128_t)bar->volume.m * machine->volume_parts / MODEL_PARTS);
    if (size > room) size = room;
    return size - size % machine->instrument->lot.m;
}

static void fill_lane(const struct machine *machine, struct group *group, int lane,
                      const struct bar *bar) {
    int64_t left = group->order[lane];
    bool unknown;
    int64_t size = allowed(machine, bar, left < 0 ? -left : left, &unknown);
    int64_t qty = left < 0 ? -size : size;
    if (size == 0) return; // the rest waits for the next bar
    group->order[lane] = left - qty;
    int64_t price = taken_price(machine, bar, qty, unknown);
    if (price > machine->price_max) {
        leave(group, lane);
        return;
    }
    int64_t value = worth(machine, price, size),
            fee = fee_of(machine, &group->orders[lane], value, size);
    struct score_position *position = &group->positions[lane];
    int64_t closed = score_closing(position, qty);
    struct score_fill fill = {
        .ts_ns = bar->close_ns,
        .qty = qty,
        .price = price,
        .fee = fee,
        .value = MONEY(value),
        .closing = MONEY(closed == size ? value : worth(machine, price, closed)),
        .closed = closed,
    };
    score_fill(&group->scores[lane], position, &fill);
    group->cash[lane] -= (qty < 0 ? -value : value) + fee;
    group->qty[lane] += qty;
    if (group->cash[lane] > AMOUNT_MAX || group->cash[lane] < -AMOUNT_MAX) leave(group, lane);
}

static __attribute__((noinline)) void fill_orders(const struct machine *machine,
                                                  struct group *group, const struct bar *bar) {
    group->waiting = false;
    for (int lane = 0; lane < LANES; lane++) {
        if (group->order[lane] != 0) fill_lane(machine, group, lane, bar);
        group->waiting |= group->order[lane] != 0;
    }
}

// The quantity that a fraction of the equity buys, as engine/engine_target.c has it; false: beyond what is sure.
static bool target_quantity(const struct machine *machine, double equity, const struct bar *bar,
                            int64_t *ret_qty) {
    double price = decimal_to_double(bar->close.m, machine->instrument->price_decimals);
    double value = machine->lot_value * price;
    double fraction = machine->config->engine->strategies[0].sizing_params[0];
    double lots = equity > 0 ? floor(fraction * equity / value) : 0;
    if (!(lots >= 0 && lots <= (double)(machine->qty_max / machine->instrument->lot.m)))
        return false;
    *ret_qty = (int64_t)lots * machine->instrument->lot.m;
    return true;
}

// Whether the venue would take the order: what it adds is paid for, at the last price.
static bool is_paid(const struct machine *machine, const struct group *group, int lane,
                    const struct bar *bar, int64_t order) {
    int64_t price = bar->close.m, qty = group->qty[lane];
    if (order < 0) return true;
    int64_t held = worth(machine, price, qty), needs = held + worth(machine, price, order);
    double units = decimal_to_double(order, machine->instrument->qty_decimals);
    return needs <= group->cash[lane] + held && units <= machine->order_units_max;
}

static void decide_lane(const struct machine *machine, struct group *group, int lane,
                        const struct bar *bar, bool above) {
    int64_t want = 0;
    money_t equity = MONEY(group->cash[lane] + worth(machine, bar->close.m, group->qty[lane]));
    double worth_now = money_to_double(equity, machine->money_decimals);
    if (above && !target_quantity(machine, worth_now, bar, &want)) {
        leave(group, lane);
        return;
    }
    group->weight[lane] = above;
    int64_t order = want - group->qty[lane], least = machine->instrument->qty_min.m;
    int64_t pending = group->order[lane], change = order - pending;
    // What is on its way the other way is taken back, if the change is not less than that.
    bool turns = (pending > 0 && change <= -pending) || (pending < 0 && change >= -pending);
    if (pending != 0 && !turns) {
        leave(group, lane);
        return;
    }
    group->order[lane] = 0;
    if (order == 0 || (order < least && -order < least && want != 0)) return;
    if ((order < 0 ? -order : order) < least || !is_paid(machine, group, lane, bar, order)) {
        leave(group, lane);
        return;
    }
    group->order[lane] = order;
    group->orders[lane] = (struct order_so_far){0};
    group->waiting = true;
}

static __attribute__((noinline)) void act(const struct machine *machine, struct group *group,
                                          const struct bar *bar, const double *row,
                                          const int64_t *due) {
    for (int lane = 0; lane < LANES; lane++) {
        bool above = row[group->fast[lane]] > row[group->slow[lane]];
        if (due[lane] & DUE_LEAVE) leave(group, lane);
        if (!(due[lane] & DUE_TRADE)) continue;
        if (group->left[lane])
            group->weight[lane] = above;
        else
            decide_lane(machine, group, lane, bar, above);
    }
}

// Products of more than 64 bits, one by one.
static __attribute__((noinline)) void values_wide(const struct machine *machine, const int64_t *qty,
                                                  int64_t price, int64_t *ret_value) {
    for (int i = 0; i < LANES; i++) {
        uint64_t value = 0;
        bool quick = qty[i] == 0 || notional_quick(&machine->notional, price, qty[i], &value);
        ret_value[i] = quick ? (int64_t)value : worth(machine, price, qty[i]);
    }
}

// The value of quantities at a price, half to even: the product's quotient by a power of ten, by the reciprocal in
// doubles and twice what is left of it.
static inline __attribute__((always_inline)) void
values_of(const struct machine *machine, const int64_t *qty, int64_t price, int64_t *ret_value) {
    int64_t power = machine->power, factor = price * (int64_t)machine->notional.factor;
    double inverse = machine->inverse;
    if (machine->wide) {
        values_wide(machine, qty, price, ret_value);
        return;
    }
    if (power == 1) {
        for (int i = 0; i < LANES; i++) ret_value[i] = qty[i] * factor;
        return;
    }
    ints_t product, one = {1, 1, 1, 1, 1, 1, 1, 1};
    memcpy(&product, qty, sizeof product);
    product *= factor;
    ints_t quotient = TO_INTS(TO_REALS(product) * inverse), rest = product - quotient * power;
    ints_t more = TO_INTS(TO_REALS(rest) * inverse);
    quotient += more;
    rest -= more * power;
    ints_t low = rest < 0; // all bits where it is
    quotient += low;
    rest += low & power;
    ints_t high = rest >= power;
    quotient -= high;
    rest -= high & power;
    ints_t twice = rest + rest;
    quotient -= (twice > power) | ((twice == power) & -(quotient & one));
    memcpy(ret_value, &quotient, sizeof quotient);
}

static inline __attribute__((always_inline)) void close_day(struct group *group) {
    reals_t base = LOAD_REALS(group->base), last = LOAD_REALS(group->last);
    reals_t change = last / base - 1, square = change * change;
    reals_t zero = {0}, fall = PICK(change < 0, change, zero);
    reals_t sum1 = LOAD_REALS(group->sum1) + change, sum2 = LOAD_REALS(group->sum2) + square;
    reals_t sum3 = LOAD_REALS(group->sum3) + square * change;
    reals_t sum4 = LOAD_REALS(group->sum4) + square * square;
    reals_t below = LOAD_REALS(group->below) + fall * fall;
    STORE(group->sum1, sum1);
    STORE(group->sum2, sum2);
    STORE(group->sum3, sum3);
    STORE(group->sum4, sum4);
    STORE(group->below, below);
    STORE(group->base, last);
    if (group->returns == NULL) return;
    STORE(group->returns, change);
    group->returns += LANES;
}

static inline __attribute__((always_inline)) void mark(struct group *group, const double *equity) {
    reals_t now = LOAD_REALS(equity), peak = LOAD_REALS(group->peak);
    reals_t worst_peak = LOAD_REALS(group->worst_peak);
    reals_t worst_trough = LOAD_REALS(group->worst_trough);
    peak = PICK(now > peak, now, peak);
    ints_t worse = now * worst_peak < worst_trough * peak;
    ints_t held = LOAD_INTS(group->held_marks) - (LOAD_INTS(group->qty) != 0);
    worst_trough = PICK(worse, now, worst_trough);
    worst_peak = PICK(worse, peak, worst_peak);
    STORE(group->peak, peak);
    STORE(group->worst_trough, worst_trough);
    STORE(group->worst_peak, worst_peak);
    STORE(group->last, now);
    STORE(group->held_marks, held);
}

// Which lanes change their target, and which could be called for margin: with cash below 0 and little equity.
static inline __attribute__((always_inline)) int64_t
look(const struct group *group, const double *row, const int64_t *value, int64_t *ret_due) {
    const uint32_t *f = group->fast, *s = group->slow;
    reals_t fast = {row[f[0]], row[f[1]], row[f[2]], row[f[3]],
                    row[f[4]], row[f[5]], row[f[6]], row[f[7]]};
    reals_t slow = {row[s[0]], row[s[1]], row[s[2]], row[s[3]],
                    row[s[4]], row[s[5]], row[s[6]], row[s[7]]};
    reals_t ones = {1, 1, 1, 1, 1, 1, 1, 1}, weight = LOAD_REALS(group->weight);
    ints_t above = fast > slow, differ = above | (fast < slow);
    reals_t want = PICK(above, ones, ones - ones);
    ints_t worth_now = LOAD_INTS(value), cash = LOAD_INTS(group->cash);
    ints_t thin = (cash < 0) & (cash + worth_now < worth_now - (worth_now >> 1)); // worth >= 0
    ints_t due = (differ & (want != weight) & DUE_TRADE) | (thin & DUE_LEAVE);
    int64_t any = 0;
    STORE(ret_due, due);
    for (int i = 0; i < LANES; i++) any |= ret_due[i];
    return any;
}

SIMD_CLONES_WIDE static void research_lanes_advance(const struct machine *machine,
                                                    struct group *group,
                                                    const struct block *block) {
    for (uint32_t t = 0; t < block->count; t++) {
        const struct bar *bar = &block->bars[t];
        const double *row = block->rows + (size_t)t * block->columns;
        int64_t value[LANES], due[LANES];
        double equity[LANES];
        if (UNLIKELY(group->waiting)) fill_orders(machine, group, bar);
        values_of(machine, group->qty, bar->close.m, value);
        reals_t now = TO_REALS(LOAD_INTS(group->cash) + LOAD_INTS(value));
        STORE(equity, now);
        if (block->day[t]) close_day(group);
        mark(group, equity);
        if (UNLIKELY(bar->close_ns == block->start_ns)) STORE(group->base, now);
        if (UNLIKELY(look(group, row, value, due) != 0)) act(machine, group, bar, row, due);
    }
}

static void start_group(const struct machine *machine, struct group *group, uint32_t runs) {
    int64_t capital = (int64_t)machine->config->capital.m;
    memset(group, 0, sizeof *group);
    for (int i = 0; i < LANES; i++) {
        double equity = (double)capital;
        group->cash[i] = capital;
        group->weight[i] = NAN;
        group->last[i] = group->base[i] = group->peak[i] = equity;
        group->worst_peak[i] = group->worst_trough[i] = equity;
        group->left[i] = (uint32_t)i >= runs;
        score_init(&group->scores[i], NULL, 0);
    }
}

// Averages by length: each is computed once, whichever runs read it.
struct columns {
    struct signal_graph *graph;
    const double **places; // [count], where the values stand
    uint16_t *of_length;   // [LENGTH_MAX + 1], column + 1; 0: none yet
    uint32_t count;
};

static int column_of(struct columns *columns, const struct trial_config *config, double *params,
                     double length, uint32_t *ret_column) {
    const struct strategy *rules = config->engine->strategies[0].strategy;
    uint16_t *known = &columns->of_length[(int)length];
    if (*known == 0) {
        params[PARAM_FAST] = length;
        int value = signal_add(columns->graph, 0, config->engine->data_frame_s, rules->inputs[0],
                               rules->params, rules->param_count, params);
        TRY(value);
        columns->places[columns->count++] = signal_place(columns->graph, value);
        *known = (uint16_t)columns->count;
    }
    *ret_column = *known - 1u;
    return 0;
}

static int add_columns(struct columns *columns, struct group *group,
                       const struct trial_config *config, const struct space *space,
                       const uint64_t *points, uint32_t runs) {
    double params[PARAMS_MAX] = {0};
    for (uint32_t i = 0; i < runs; i++) {
        space_values(space, points[i], params);
        double fast = params[PARAM_FAST];
        if (params[PARAM_SIDES] != 0) group->left[i] = 1;
        TRY(column_of(columns, config, params, params[PARAM_SLOW], &group->slow[i]));
        TRY(column_of(columns, config, params, fast, &group->fast[i]));
    }
    return 0;
}

static void start_machine(struct machine *machine, const struct trial_config *config) {
    const struct engine_config *engine = config->engine;
    const struct instrument *instrument = &engine->instruments->items[0];
    struct notional_scale scale = instrument_scale(engine->instruments, 0);
    int64_t most = 1;
    *machine = (struct machine){.config = config, .instrument = instrument, .volume_ns = INT64_MAX};
    notional_init(&machine->notional, &scale);
    for (size_t at = 0; at < config->log->size;) {
        const struct bar_event *event = (const void *)log_event(config->log, at);
        most = event->bar.high.m > most ? event->bar.high.m : most;
        if (event->bar.volume.m > 0 && machine->volume_ns == INT64_MAX)
            machine->volume_ns = event->header.ts_ns;
        at = log_next(&event->header, at);
    }
    machine->power = machine->notional.lost > 0 ? (int64_t)machine->notional.power : 1;
    machine->inverse = 1 / (double)machine->power;
    int128_t unit = (int128_t)most * (int128_t)machine->notional.factor;
    machine->price_max = most < INT64_MAX / 2 ? 2 * most : INT64_MAX;
    // Room for the product of price and quantity in 64 bits, until the capital has grown so much.
    machine->wide = config->capital.m > AMOUNT_MAX / GROWTH / machine->power;
    int128_t room = machine->wide ? (int128_t)AMOUNT_MAX * machine->power : AMOUNT_MAX;
    int128_t qty_max = unit > 0 && unit < AMOUNT_MAX ? room / unit / 2 : 0;
    machine->qty_max = qty_max < AMOUNT_MAX ? (int64_t)qty_max : AMOUNT_MAX;
    machine->money_decimals = engine->instruments->currencies[engine->account_currency].decimals;
    machine->lot_value = decimal_to_double(instrument->lot.m, instrument->qty_decimals) *
                         decimal_to_double(instrument->multiplier, instrument->multiplier_decimals);
    machine->volume_parts = model_parts(config->sim->params[SIM_VOLUME_SHARE]);
    machine->order_units_max = engine->risk->enabled[risk_rule_find("order_size")]
                                   ? engine->risk->params[risk_rule_find("order_size")][0]
                                   : INFINITY;
}

// The next bars and their inputs, and where days end; advances the log.
struct feed {
    const struct log *log;
    size_t at;
    int64_t day_end_ns;
    int64_t start_ns;
    bool day_open;
    uint64_t days;
    uint64_t marks;
    int64_t last_price;
};

static int64_t day_end(int64_t ts_ns) {
    int64_t day = (ts_ns - 1) / NS_PER_DAY - (ts_ns - 1 < 0 && (ts_ns - 1) % NS_PER_DAY != 0);
    return (day + 1) * NS_PER_DAY;
}

// What comes before `from_ns` is for the inputs alone. Where everything counts the deposit is the first mark, at the
// first bar's instant.
static void start_feed(struct feed *feed, const struct columns *columns, int64_t from_ns) {
    const struct log *log = feed->log;
    feed->marks = from_ns == INT64_MIN;
    feed->start_ns = log->first_ns;
    while (feed->at < log->size) {
        const struct bar_event *event = (const void *)log_event(log, feed->at);
        feed->start_ns = event->header.ts_ns;
        if (event->header.ts_ns >= from_ns) break;
        signal_apply(columns->graph, 0, &event->bar);
        feed->last_price = event->bar.close.m;
        feed->at = log_next(&event->header, feed->at);
    }
    feed->day_end_ns = day_end(feed->start_ns);
}

static void read_block(struct feed *feed, const struct columns *columns, struct block *block,
                       struct bar *bars, double *rows, uint8_t *day) {
    *block = (struct block){.bars = bars,
                            .rows = rows,
                            .day = day,
                            .columns = columns->count,
                            .start_ns = feed->start_ns};
    while (block->count < LANES_BARS && feed->at < feed->log->size) {
        const struct bar_event *event = (const void *)log_event(feed->log, feed->at);
        int64_t ts_ns = event->header.ts_ns;
        double *row = rows + (size_t)block->count * block->columns;
        bool ends = ts_ns > feed->day_end_ns;
        signal_apply(columns->graph, 0, &event->bar);
        for (uint32_t c = 0; c < block->columns; c++) row[c] = *columns->places[c];
        day[block->count] = ends && feed->day_open;
        feed->days += day[block->count];
        if (ends) {
            feed->day_open = false;
            feed->day_end_ns = day_end(ts_ns);
        }
        feed->day_open |= ts_ns > feed->start_ns;
        feed->marks++;
        feed->last_price = event->bar.close.m;
        bars[block->count++] = event->bar;
        feed->at = log_next(&event->header, feed->at);
    }
}

static void end_lane(const struct machine *machine, const struct group *group, int lane,
                     const struct feed *feed, struct score_result *ret_result) {
    struct score score = group->scores[lane];
    score.last = group->last[lane];
    score.base = group->base[lane];
    score.start = (double)(int64_t)machine->config->capital.m;
    score.peak = group->peak[lane];
    score.worst_peak = group->worst_peak[lane];
    score.worst_trough = group->worst_trough[lane];
    score.sum1 = group->sum1[lane];
    score.sum2 = group->sum2[lane];
    score.sum3 = group->sum3[lane];
    score.sum4 = group->sum4[lane];
    score.below = group->below[lane];
    if (feed->day_open && group->returns != NULL)
        group->returns[lane] = score.last / score.base - 1;
    score.held_marks = (uint64_t)group->held_marks[lane];
    score.days = feed->days;
    score.marks = feed->marks;
    score.day_open = feed->day_open;
    money_t equity = MONEY(group->cash[lane] + worth(machine, feed->last_price, group->qty[lane]));
    score_end(&score, equity, machine->money_decimals, machine->config->days_a_year, ret_result);
    ret_result->engine = SCORE_BY_LANES;
}

// What one call works with, all in the thread's arena.
struct work {
    struct machine machine;
    struct columns columns;
    struct group *groups;
    uint32_t group_count;
    struct bar *bars;
    double *rows;
    uint8_t *day;
};

static int start_columns(struct columns *columns, struct arena *arena,
                         const struct trial_config *config) {
    struct signal_config signals = {.instruments = config->engine->instruments,
                                    .node_max = NODES_MAX,
                                    .frame_max = 1,
                                    .data_frame_s = config->engine->data_frame_s};
    columns->graph = signal_graph_new(arena, arena, &signals);
    columns->places = ARENA_NEW(arena, const double *, NODES_MAX);
    columns->of_length = ARENA_NEW(arena, uint16_t, LENGTH_MAX + 1);
    bool made = columns->graph != NULL && columns->places != NULL && columns->of_length != NULL;
    return made ? 0 : ERR_APPEND(ERR_NOMEM, "while making the columns of a sweep");
}

static int start_work(struct work *work, struct arena *arena, const struct trial_config *config,
                      const struct space *space, const uint64_t *points, uint32_t count) {
    start_machine(&work->machine, config);
    TRY(start_columns(&work->columns, arena, config));
    work->group_count = (count + LANES - 1) / LANES;
    work->groups = ARENA_NEW(arena, struct group, work->group_count);
    if (work->groups == NULL) return ERR_NOMEM;
    for (uint32_t g = 0; g < work->group_count; g++) {
        uint32_t left = count - g * LANES, runs = left < LANES ? left : LANES;
        start_group(&work->machine, &work->groups[g], runs);
        TRY(add_columns(&work->columns, &work->groups[g], config, space, points + g * LANES, runs));
    }
    work->bars = ARENA_NEW(arena, struct bar, LANES_BARS);
    work->day = ARENA_NEW(arena, uint8_t, LANES_BARS);
    work->rows = ARENA_NEW(arena, double, (size_t)LANES_BARS * work->columns.count);
    return work->bars == NULL || work->day == NULL || work->rows == NULL ? ERR_NOMEM : 0;
}

int lanes_run(struct lanes *lanes, const struct trial_config *config, const struct space *space,
              const uint64_t *points, uint32_t count, struct score_result *ret_results,
              uint8_t *ret_left, struct returns *ret_returns) {
    struct work work = {0};
    struct block block = {0};
    struct feed feed = {.log = config->log};
    CHECK(count > 0 && count <= LANES_RUNS_MAX);
    arena_rewind(&lanes->arena, 0);
    TRY(start_work(&work, &lanes->arena, config, space, points, count));
    for (uint32_t g = 0; g < work.group_count && ret_returns != NULL; g++)
        work.groups[g].returns = returns_tile(ret_returns, (uint64_t)g * LANES);
    start_feed(&feed, &work.columns, config->from_ns);
    while (feed.at < config->log->size) {
        read_block(&feed, &work.columns, &block, work.bars, work.rows, work.day);
        for (uint32_t g = 0; g < work.group_count; g++)
            research_lanes_advance(&work.machine, &work.groups[g], &block);
        if (config->stop != NULL && *config->stop) return ERR_INTERRUPTED;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct group *group = &work.groups[i / LANES];
        ret_left[i] = group->left[i % LANES];
        if (!ret_left[i]) end_lane(&work.machine, group, (int)(i % LANES), &feed, &ret_results[i]);
    }
    return 0;
}
