// SPDX-License-Identifier: Apache-2.0
// The tail index of a column in a window, and what it says of the moves of a price. Both order the
// logarithms of sizes.
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/indicator/jump.h"
#include "quant/series/hill.h"

enum { BOTH, LOWER, UPPER }; // sides
enum { JUMP_WINDOW = 16 };

struct state {
    struct order_window window;
    struct jump jump;
    struct jump_law law;
    double tail; // values in it
    double side;
    double horizon;
    double level;
    double jump_level;
    double previous;               // close; NaN before the first
    double pairs[JUMP_WINDOW - 2]; // of jump
    double slots[];                // of window
};
_Static_assert(sizeof(struct state) == 232, "hashed as bytes: no padding");

#define PERIOD_PARAM INDICATOR_PERIOD("period", 500, 20, "Length of the window.")
#define SHARE_PARAM                                                                                \
    {                                                                                              \
        .name = "share", .type = PARAM_REAL, .unit = "fraction", .def = 0.05, .min = 1e-5,         \
        .max = 0.5,                                                                                \
        .help = "Share of the window that is its tail; the time of a row grows with "              \
                "it."                                                                              \
    }
#define SIDE_PARAM                                                                                 \
    {                                                                                              \
        .name = "side", .type = PARAM_ENUM, .unit = "", .def = BOTH, .max = UPPER,                 \
        .choices = "both|lower|upper", .help = "The tail: of sizes, of what is lost, or won."      \
    }
enum { PERIOD, SHARE, SIDE, HORIZON, LEVEL, JUMP_LEVEL };

static const struct param hill_params[] = {PERIOD_PARAM, SHARE_PARAM, SIDE_PARAM};

static const struct param swan_params[] = {
    PERIOD_PARAM,
    SHARE_PARAM,
    SIDE_PARAM,
    {.name = "horizon",
     .type = PARAM_REAL,
     .unit = "bars",
     .def = 250,
     .min = 1,
     .max = 1e9,
     .help = "Bars whose largest move is looked at."},
    {.name = "level",
     .type = PARAM_REAL,
     .unit = "probability",
     .def = 0.9,
     .min = 0,
     .max = 1,
     .help = "Score from which a move is flagged: 0.9 for one of ten horizons."},
    {.name = "jump_level",
     .type = PARAM_REAL,
     .unit = "probability",
     .def = 0.01,
     .min = 1e-12,
     .max = 0.5,
     .help = "Probability of a jump by chance within the horizon."},
};

static const char *fault(const double *values) {
    return values[SHARE] * values[PERIOD] < 2 ? "share leaves fewer than 2 rows in the tail" : NULL;
}

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * order_window_slots((uint32_t)values[PERIOD]);
}

static size_t hill_lookback(const double *values) {
    return (size_t)values[PERIOD] - 1;
}

static size_t swan_lookback(const double *values) {
    return (size_t)values[PERIOD] + 1;
}

static void hill_init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->window = order_window_make((uint32_t)values[PERIOD], state->slots);
    state->tail = floor(values[SHARE] * values[PERIOD]);
    state->side = values[SIDE];
}

static void swan_init(void *memory, const double *values) {
    struct state *state = memory;
    hill_init(memory, values);
    state->jump = jump_make(JUMP_WINDOW);
    state->horizon = values[HORIZON];
    state->level = values[LEVEL];
    state->law = jump_law_of(values[HORIZON] > 3 ? values[HORIZON] : 3);
    state->jump_level = values[JUMP_LEVEL];
    state->previous = NAN;
}

// -inf for what is not of the side.
static double log_size(const struct state *state, double x) {
    double size = state->side == BOTH ? fabs(x) : state->side == LOWER ? -x : x;
    return size > 0 ? mathfn_log(size) : -INFINITY;
}

static void hill_update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    order_window_push(&state->window, state->slots, log_size(state, inputs[0]));
    ret_outputs[0] = ret_outputs[1] = NAN;
    if (!state->window.at.full) return;
    struct hill hill = hill_of_window(&state->window, state->slots, (size_t)state->tail);
    if (isnan(hill.index)) return;
    ret_outputs[0] = hill.index;
    ret_outputs[1] = hill_error(&hill, (size_t)state->tail);
}

// Probability that the horizon brings no move as large, by the window as it stands.
static double rareness(const struct state *state, double log_move) {
    struct hill hill = hill_of_window(&state->window, state->slots, (size_t)state->tail);
    double count = state->window.count, beyond;
    if (isnan(hill.index)) return NAN;
    if (log_move > hill.log_threshold)
        beyond = hill_beyond(&hill, log_move);
    else
        beyond = 1 - order_window_below(&state->window, state->slots, log_move) / count;
    return mathfn_exp(-state->horizon * beyond);
}

static void swan_update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double r = mathfn_log(inputs[0] / state->previous);
    bool priced = inputs[0] > 0;
    for (size_t i = 0; i < 6; i++) ret_outputs[i] = NAN;
    if (priced) state->previous = inputs[0];
    if (!priced || isnan(r)) return;
    double log_move = log_size(state, r);
    double score = state->window.at.full ? rareness(state, log_move) : NAN;
    double statistic = jump_push(&state->jump, state->pairs, r);
    order_window_push(&state->window, state->slots, log_move);
    ret_outputs[0] = score;
    if (!isnan(score)) ret_outputs[1] = score >= state->level;
    if (!isnan(statistic)) {
        bool jumped = jump_p_value(&state->law, statistic) < state->jump_level;
        ret_outputs[5] = jumped ? (r > 0 ? 1 : -1) : 0;
    }
    if (!state->window.at.full) return;
    struct hill hill = hill_of_window(&state->window, state->slots, (size_t)state->tail);
    if (isnan(hill.index)) return;
    ret_outputs[2] = hill.index;
    ret_outputs[3] = hill_mean_of_largest(&hill, state->horizon);
    ret_outputs[4] = hill_median_of_largest(&hill, state->horizon);
}

const struct indicator indicator_black_swan = {
    .name = "black_swan",
    .group = "anomaly",
    .summary = "How far the bar's log return is from what the window before it leads to expect. "
               "The score is the probability that `horizon` bars bring no move as large, by the "
               "window's Pareto tail; the flag is up from `level` on. With the row in the window: "
               "its tail index, and mean and median of the worst move of the next `horizon` bars "
               "(the mean is undefined for an index of 1 or less). Jump: the test of Lee and "
               "Mykland over 16 bars, 1 or -1. Undefined while fewer moves of the side are in the "
               "window than its tail has.",
    .source = "Hill (1975); Weissman (1978); Lee and Mykland (2008)",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"score", "flag", "tail_index", "worst", "worst_median", "jump"},
    .output_count = 6,
    .params = swan_params,
    .param_count = sizeof swan_params / sizeof *swan_params,
    .fault = fault,
    .state_size = state_size,
    .lookback = swan_lookback,
    .init = swan_init,
    .update = swan_update,
};

const struct indicator indicator_hill = {
    .name = "hill",
    .group = "statistic",
    .summary = "Tail index of the column's values in the window, with its standard error. "
               "Undefined where the tail is not all above 0, or all equal.",
    .source = "Hill, Annals of Statistics 3, 1975",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"index", "error"},
    .output_count = 2,
    .params = hill_params,
    .param_count = sizeof hill_params / sizeof *hill_params,
    .fault = fault,
    .state_size = state_size,
    .lookback = hill_lookback,
    .init = hill_init,
    .update = hill_update,
};
