// SPDX-License-Identifier: Apache-2.0
// What each factor is made of stands in docs/score.md, in the same order as here.
#include "quant/indicator/six_factor.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "quant/stream/average_true_range.h"
#include "quant/stream/order_window.h"
#include "quant/stream/window.h"

enum { FAST, SLOW, PERIOD, HISTORY, WEIGHTS };
enum { TECHNICAL, VOLUME, VOLATILITY, MOMENTUM, REWARD_RISK, TIMING, FACTORS };
_Static_assert((int)FACTORS == (int)SIX_FACTOR_COUNT, "six");

struct state {
    double weights[FACTORS]; // shares of 1
    double previous;         // close; NaN before the first
    struct average_true_range range;
    struct window_sum fast_sum, slow_sum; // of closes
    struct window past;                   // close `fast` rows ago
    struct window_sum path;               // of |change|, fast
    struct window_sum gains, losses;      // of changes, period
    struct window_sum volume;             // fast
    struct window_sum up, down;           // volume of rising and of falling rows, period
    struct window_max high, low, high_near, low_near; // history, fast; lows negated
    struct order_window ranks;                        // of the average true range, history
    double slots[];
};
_Static_assert(sizeof(struct state) == 416, "hashed as bytes: no padding");

const struct param six_factor_params[SIX_FACTOR_PARAMS] = {SIX_FACTOR_ROWS};

const char *six_factor_fault(const double *values) {
    double sum = 0;
    for (size_t i = 0; i < FACTORS; i++) sum += values[WEIGHTS + i];
    if (!(sum > 0)) return "one weight at least is above 0";
    return values[FAST] < values[SLOW] ? NULL : "fast is shorter than slow";
}

// The windows' slots, one after the other, in the order of update.
static size_t slot_count(const double *values) {
    uint32_t fast = (uint32_t)values[FAST], slow = (uint32_t)values[SLOW];
    uint32_t period = (uint32_t)values[PERIOD], history = (uint32_t)values[HISTORY];
    return 3 * window_sum_slots(fast) + window_sum_slots(slow) + window_delay_slots(fast) +
           4 * window_sum_slots(period) + 2 * window_max_slots(history) +
           2 * window_max_slots(fast) + order_window_slots(history);
}

size_t six_factor_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * slot_count(values);
}

size_t six_factor_lookback(const double *values) {
    size_t slow = (size_t)values[SLOW] - 1;
    size_t rank = (size_t)values[PERIOD] + (size_t)values[HISTORY] - 1;
    size_t fast = (size_t)values[FAST];
    size_t most = slow > rank ? slow : rank;
    return most > fast ? most : fast;
}

static size_t order_slots_at(const double *values) {
    return slot_count(values) - order_window_slots((uint32_t)values[HISTORY]);
}

void six_factor_init(void *memory, const double *values) {
    struct state *state = memory;
    uint32_t fast = (uint32_t)values[FAST], history = (uint32_t)values[HISTORY];
    uint32_t period = (uint32_t)values[PERIOD];
    double sum = 0;
    memset(state, 0, six_factor_size(values));
    for (size_t i = 0; i < FACTORS; i++) sum += values[WEIGHTS + i];
    for (size_t i = 0; i < FACTORS; i++) state->weights[i] = values[WEIGHTS + i] / sum;
    state->previous = NAN;
    state->range = average_true_range_make(period);
    state->fast_sum = state->path = state->volume = window_sum_make(fast);
    state->slow_sum = window_sum_make((uint32_t)values[SLOW]);
    state->past = window_make(fast);
    state->gains = state->losses = state->up = state->down = window_sum_make(period);
    state->high = state->low = window_max_make(history);
    state->high_near = state->low_near = window_max_make(fast);
    state->ranks = order_window_make(history, state->slots + order_slots_at(values));
}

// What a row is judged by; NaN before its window is full.
struct look {
    double close, close_value; // the latter: where in its bar, 0 at the low, 1 at the high
    double fast, slow;         // averages
    double past, path;
    double gains, losses, up, down;
    double volume, volume_mean;
    double high, low, high_near, low_near;
    double range, rank;
};

static double push_sum(struct window_sum *sum, double **slots, double x) {
    double *mine = *slots;
    *slots += window_sum_slots(sum->at.period);
    return window_sum_push(sum, mine, x);
}

static double push_max(struct window_max *max, double **slots, double x) {
    double *mine = *slots;
    *slots += window_max_slots(max->at.period);
    return window_max_push(max, mine, x);
}

// Windows of changes begin with the second row.
static void push_changes(struct state *state, double **slots, double change, double volume,
                         struct look *look) {
    size_t skipped =
        window_sum_slots(state->path.at.period) + 4 * window_sum_slots(state->gains.at.period);
    look->path = look->gains = look->losses = look->up = look->down = NAN;
    if (isnan(change)) {
        *slots += skipped;
        return;
    }
    look->path = push_sum(&state->path, slots, fabs(change));
    look->gains = push_sum(&state->gains, slots, change > 0 ? change : 0);
    look->losses = push_sum(&state->losses, slots, change < 0 ? -change : 0);
    look->up = push_sum(&state->up, slots, change > 0 ? volume : 0);
    look->down = push_sum(&state->down, slots, change < 0 ? volume : 0);
}

static double push_rank(struct state *state, double *slots, double range) {
    if (isnan(range)) return NAN;
    order_window_push(&state->ranks, slots, range);
    if (!state->ranks.at.full) return NAN;
    double below = (double)order_window_below(&state->ranks, slots, range);
    double up_to = (double)order_window_up_to(&state->ranks, slots, range);
    return (below + 1 + up_to) / 2 / (double)state->ranks.at.period;
}

static struct look observe(struct state *state, const double *inputs) {
    double high = inputs[0], low = inputs[1], close = inputs[2], volume = inputs[3];
    double *slots = state->slots;
    struct look look = {.close = close, .volume = volume};
    look.close_value = high > low ? (close - low) / (high - low) : 0.5;
    look.fast = push_sum(&state->fast_sum, &slots, close) / (double)state->fast_sum.at.period;
    look.slow = push_sum(&state->slow_sum, &slots, close) / (double)state->slow_sum.at.period;
    look.volume_mean = push_sum(&state->volume, &slots, volume) / (double)state->volume.at.period;
    look.past = window_delay_push(&state->past, slots, close);
    slots += window_delay_slots(state->past.period);
    push_changes(state, &slots, close - state->previous, volume, &look);
    look.high = push_max(&state->high, &slots, high);
    look.low = -push_max(&state->low, &slots, -low);
    look.high_near = push_max(&state->high_near, &slots, high);
    look.low_near = -push_max(&state->low_near, &slots, -low);
    look.range = average_true_range_push(&state->range, high, low, close);
    look.rank = push_rank(state, slots, look.range);
    state->previous = close;
    return look;
}

// 0 at `from` and before, 100 at `to` and beyond, straight between.
static double ramp(double x, double from, double to) {
    double share = (x - from) / (to - from);
    return share <= 0 ? 0 : share >= 1 ? 100 : 100 * share;
}

static double technical(const struct look *look, double side, const struct frames_look *frames) {
    double net = side * (look->close - look->past);
    double efficiency = net > 0 && look->path > 0 ? net / look->path : 0;
    double own = ramp(side * (look->fast - look->slow) / look->range, 0, 2) +
                 ramp(side * (look->close - look->slow) / look->range, -1, 3) +
                 ramp(efficiency, 0.1, 0.6);
    return frames == NULL ? own / 3 : (own + ramp(side * frames->alignment, -0.5, 1)) / 4;
}

static double volume(const struct look *look, double side) {
    double with = side > 0 ? look->up : look->down, both = look->up + look->down;
    double relative = look->volume_mean > 0 ? look->volume / look->volume_mean : 0;
    return (ramp(relative, 0.5, 2) + ramp(both > 0 ? with / both : 0, 0.3, 0.7)) / 2;
}

static double volatility(const struct look *look) {
    if (look->rank < 0.2) return 50 + ramp(look->rank, 0, 0.2) / 2;
    return 100 - ramp(look->rank, 0.6, 1);
}

static double momentum(const struct look *look, double side, double rows) {
    double with = side > 0 ? look->gains : look->losses, both = look->gains + look->losses;
    double reach = side * (look->close - look->past) / (look->range * sqrt(rows));
    return (ramp(both > 0 ? with / both : 0.5, 0.35, 0.7) + ramp(reach, -0.5, 1.5)) / 2;
}

// Where frames are looked at, their levels are the goal and the stop; where they have none, the extremes are.
static double reward_risk(const struct look *look, double side, const struct frames_look *frames) {
    double reward = side > 0 ? look->high - look->close : look->close - look->low;
    double risk = side > 0 ? look->close - look->low_near : look->high_near - look->close;
    if (frames != NULL) {
        double above = frames->around.resistance - look->close;
        double below = look->close - frames->around.support;
        double ahead = side > 0 ? above : below, behind = side > 0 ? below : above;
        if (!isnan(ahead)) reward = ahead;
        if (!isnan(behind)) risk = behind;
    }
    if (reward < look->range) reward = look->range;
    if (risk < look->range / 2) risk = look->range / 2;
    return ramp(reward / risk, 0.5, 3);
}

static double timing(const struct look *look, double side, const struct frames_look *frames) {
    double close = side > 0 ? look->close_value : 1 - look->close_value;
    double stretch = fabs(look->close - look->fast) / look->range;
    double own = 100 - ramp(stretch, 0.5, 3) + ramp(close, 0, 1);
    if (frames == NULL) return own / 2;
    return (own + (side * frames->alignment > 0 ? frames->confluence : 0)) / 3;
}

// Averages whose difference is but the rounding of their sums have no side.
static bool is_tie(const struct look *look) {
    return fabs(look->fast - look->slow) <= 1e-12 * fabs(look->slow);
}

void six_factor_update(void *memory, const double *inputs, const struct frames_look *frames,
                       double *ret_outputs) {
    struct state *state = memory;
    struct look look = observe(state, inputs);
    double factors[FACTORS], score = 0;
    for (size_t i = 0; i < FACTORS + 2; i++) ret_outputs[i] = NAN;
    bool known = state->slow_sum.at.full && state->path.at.full && state->gains.at.full &&
                 state->ranks.at.full;
    if (frames != NULL && isnan(frames->alignment)) return;
    if (!known || !(look.range > 0) || is_tie(&look)) return;
    double side = look.fast > look.slow ? 1 : -1;
    factors[TECHNICAL] = technical(&look, side, frames);
    factors[VOLUME] = volume(&look, side);
    factors[VOLATILITY] = volatility(&look);
    factors[MOMENTUM] = momentum(&look, side, (double)state->past.period);
    factors[REWARD_RISK] = reward_risk(&look, side, frames);
    factors[TIMING] = timing(&look, side, frames);
    for (size_t i = 0; i < FACTORS; i++) score += state->weights[i] * factors[i];
    ret_outputs[0] = score < 100 ? score : 100;
    ret_outputs[1] = side;
    memcpy(ret_outputs + 2, factors, sizeof factors);
}
