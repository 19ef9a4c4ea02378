// SPDX-License-Identifier: Apache-2.0
// Spikes against a robust scale. Each indicator makes one number of a row; the rest is shared.
#include <string.h>

#include "quant/indicator/episode.h"
#include "quant/indicator/indicator.h"
#include "quant/math/mathfn.h"
#include "quant/stream/order_window.h"
#include "quant/stream/robust.h"
#include "quant/stream/true_range.h"

struct state {
    struct order_window window;
    struct episode episode;
    double previous; // close; NaN before the first
    double side;
    double slots[];
};
_Static_assert(sizeof(struct state) == 72, "hashed as bytes: no padding");

enum { PERIOD, ENTER, LEAVE, CALM, SIDE };
enum { BOTH, UP, DOWN };

static const struct param params[] = {
    INDICATOR_PERIOD("period", 250, 5, "Rows before this one that tell what is usual."),
    {.name = "enter",
     .type = PARAM_REAL,
     .unit = "sigmas",
     .def = 5,
     .min = 0,
     .max = ROBUST_SCORE_MAX,
     .help = "Score at which an anomaly begins."},
    {.name = "leave",
     .type = PARAM_REAL,
     .unit = "sigmas",
     .def = 2.5,
     .min = 0,
     .max = ROBUST_SCORE_MAX,
     .help = "Score below which a row is calm."},
    {.name = "calm",
     .type = PARAM_INT,
     .unit = "bars",
     .def = 3,
     .min = 1,
     .max = 100000,
     .help = "Calm rows in a row with which an anomaly is over."},
    {.name = "side",
     .type = PARAM_ENUM,
     .unit = "",
     .def = BOTH,
     .max = DOWN,
     .choices = "both|up|down",
     .help = "Direction of the scores that count."},
};

// Of volume and volatility, whose spikes are upward: everything but the side.
enum { UPWARD_PARAMS = SIDE };

static const char *fault(const double *values) {
    return values[LEAVE] > values[ENTER] ? "leave is not above enter" : NULL;
}

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * order_window_slots((uint32_t)values[PERIOD]);
}

static size_t lookback_of_rows(const double *values) {
    return (size_t)values[PERIOD];
}

static size_t lookback_of_changes(const double *values) {
    return (size_t)values[PERIOD] + 1;
}

static void init_upward(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->window = order_window_make((uint32_t)values[PERIOD], state->slots);
    state->episode = (struct episode){
        .enter = values[ENTER], .leave = values[LEAVE], .calm = (uint32_t)values[CALM]};
    state->previous = NAN;
    state->side = UP;
}

static void init_sided(void *memory, const double *values) {
    struct state *state = memory;
    init_upward(memory, values);
    state->side = values[SIDE];
}

static void put(struct state *state, double x, double *ret_outputs) {
    for (size_t i = 0; i < 4; i++) ret_outputs[i] = NAN;
    if (UNLIKELY(isnan(x))) return;
    if (state->window.at.full) {
        double score = robust_score(&state->window, state->slots, x);
        double size = state->side == BOTH ? fabs(score) : state->side == UP ? score : -score;
        ret_outputs[0] = score;
        episode_push(&state->episode, size, ret_outputs + 1);
    }
    order_window_push(&state->window, state->slots, x);
}

static void update_column(void *memory, const double *inputs, double *ret_outputs) {
    put(memory, inputs[0], ret_outputs);
}

static void update_price(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double change = mathfn_log(inputs[0] / state->previous);
    bool priced = inputs[0] > 0;
    put(state, priced ? change : NAN, ret_outputs);
    if (priced) state->previous = inputs[0];
}

static void update_volume(void *memory, const double *inputs, double *ret_outputs) {
    put(memory, inputs[0] >= 0 ? mathfn_log1p(inputs[0]) : NAN, ret_outputs);
}

static void update_volatility(void *memory, const double *inputs, double *ret_outputs) {
    static const double basis_points = 1e4;
    struct state *state = memory;
    double range = true_range(inputs[0], inputs[1], state->previous) / state->previous;
    bool priced = inputs[2] > 0 && range >= 0;
    put(state, priced ? mathfn_log1p(basis_points * range) : NAN, ret_outputs);
    if (inputs[2] > 0) state->previous = inputs[2];
}

#define SPIKE_INDICATOR(name_, summary_, init_, update_, lookback_, param_count_, ...)             \
    const struct indicator indicator_##name_ = {                                                   \
        .name = #name_,                                                                            \
        .group = "anomaly",                                                                        \
        .summary = summary_ " The score is in robust sigmas of the `period` rows before; an "      \
                            "anomaly is active from the row at which it starts to the one at "     \
                            "which it ends.",                                                      \
        .source = "Iglewicz and Hoaglin (1993): (x - median) / (1.4826 median |x - median|)",      \
        .inputs = {__VA_ARGS__},                                                                   \
        .input_count = sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *),               \
        .outputs = {"score", "active", "start", "end"},                                            \
        .output_count = 4,                                                                         \
        .params = params,                                                                          \
        .param_count = (param_count_),                                                             \
        .fault = fault,                                                                            \
        .state_size = state_size,                                                                  \
        .lookback = (lookback_),                                                                   \
        .init = (init_),                                                                           \
        .update = (update_),                                                                       \
    };

SPIKE_INDICATOR(price_spike,
                "Spikes of the price: its log return; undefined where a price is not above 0.",
                init_sided, update_price, lookback_of_changes, SIDE + 1, "close")
SPIKE_INDICATOR(robust_z, "Spikes of a column as it is.", init_sided, update_column,
                lookback_of_rows, SIDE + 1, "close")
SPIKE_INDICATOR(volatility_spike,
                "Spikes of the volatility: the logarithm of 1 + the true range in basis points of "
                "the close before.",
                init_upward, update_volatility, lookback_of_changes, UPWARD_PARAMS, "high", "low",
                "close")
SPIKE_INDICATOR(volume_spike, "Spikes of the volume: the logarithm of 1 + volume.", init_upward,
                update_volume, lookback_of_rows, UPWARD_PARAMS, "volume")
