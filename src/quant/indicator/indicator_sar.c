// SPDX-License-Identifier: Apache-2.0
// Wilder's parabolic: a stop that closes in on the price, faster with each new extreme, and turns over when it is hit.
#include <stdint.h>

#include "base/check.h"
#include "quant/indicator/indicator.h"

enum { PIECE = 512 };

// One side's speeds, and how far the stop is moved out when it turns.
struct side {
    double init;
    double step;
    double max;
};

struct state {
    struct side sides[2]; // short, long
    double start;
    double offset;
    double sign; // of outputs while short
    double high; // of the row before
    double low;
    double stop;
    double extreme;
    double factor;
    uint64_t is_long;
    uint64_t seen;
};
_Static_assert(sizeof(struct state) == 128, "hashed as bytes: no padding");

static inline double larger(double a, double b) {
    return a > b ? a : b;
}

static inline double smaller(double a, double b) {
    return a < b ? a : b;
}

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return 1;
}

// The second row settles the side: short if the low fell by more than the high rose, unless a start was given.
static void begin(struct state *state, double high, double low) {
    double rise = high - state->high, fall = state->low - low;
    state->is_long = state->start != 0 ? state->start > 0 : !(fall > 0 && rise < fall);
    state->stop = state->is_long ? state->low : state->high;
    if (state->start != 0) state->stop = fabs(state->start);
    state->extreme = state->is_long ? high : low;
    state->factor = state->sides[state->is_long].init;
    state->high = high;
    state->low = low;
}

// The stop was hit: it jumps to the extreme, but not into the last two bars.
static inline double turn(struct state *state, double high, double low) {
    double top = larger(state->high, high), bottom = smaller(state->low, low);
    state->is_long = !state->is_long;
    double stop = state->extreme;
    stop = state->is_long ? smaller(stop, bottom) : larger(stop, top);
    stop += state->is_long ? -stop * state->offset : stop * state->offset;
    state->factor = state->sides[state->is_long].init;
    state->extreme = state->is_long ? high : low;
    double next = stop + state->factor * (state->extreme - stop);
    state->stop = state->is_long ? smaller(next, bottom) : larger(next, top);
    return stop;
}

static inline double advance(struct state *state, double high, double low) {
    double stop = state->stop, extreme = state->extreme;
    const struct side *side = &state->sides[state->is_long];
    bool further = state->is_long ? high > extreme : low < extreme;
    if (further) {
        extreme = state->is_long ? high : low;
        state->factor = smaller(state->factor + side->step, side->max);
    }
    double next = stop + state->factor * (extreme - stop);
    state->extreme = extreme;
    state->stop = state->is_long ? smaller(next, smaller(state->low, low))
                                 : larger(next, larger(state->high, high));
    return stop;
}

static inline double push(struct state *state, double high, double low) {
    if (UNLIKELY(state->seen < 2)) {
        uint64_t row = state->seen++;
        if (row == 1) begin(state, high, low);
        state->high = high;
        state->low = low;
        if (row == 0) return NAN;
    }
    bool hit = state->is_long ? low <= state->stop : high >= state->stop;
    double stop = UNLIKELY(hit) ? turn(state, high, low) : advance(state, high, low);
    state->high = high;
    state->low = low;
    return state->is_long ? stop : state->sign * stop;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    ret_outputs[0] = push(memory, inputs[0], inputs[1]);
}

static bool far(double x) {
    return !(fabs(x) <= 1e60);
}

// The state is kept once all rows of a piece are known to be moderate: the look at them costs no time while a stop
// waits for the one before.
static size_t run_finite(void *memory, const double *const *inputs, size_t count,
                         double *const *ret_outputs) {
    struct state *state = memory;
    const double *high = inputs[0], *low = inputs[1];
    double *restrict out = ret_outputs[0];
    size_t at = 0;
    if (far(state->stop) || far(state->extreme)) return 0;
    for (size_t n; at < count; at += n) {
        struct state local = *state;
        bool moderate = true;
        n = count - at < PIECE ? count - at : PIECE;
        for (size_t row = at; row < at + n; row++) {
            out[row] = push(&local, high[row], low[row]);
            moderate &= !far(high[row]) & !far(low[row]);
        }
        if (!moderate) break;
        *state = local;
    }
    return at;
}

#define SAR_FACTOR(name_, def_, help_)                                                             \
    {                                                                                              \
        .name = (name_), .type = PARAM_REAL, .unit = "fraction", .def = (def_), .min = 0,          \
        .max = 3e37, .help = (help_)                                                               \
    }

static const struct param sar_params[] = {
    SAR_FACTOR("acceleration", 0.02, "Speed at first, and what a new extreme adds."),
    SAR_FACTOR("maximum", 0.2, "Speed at most."),
};

static void sar_init(void *memory, const double *values) {
    double step = smaller(values[0], values[1]);
    struct side side = {.init = step, .step = step, .max = values[1]};
    *(struct state *)memory = (struct state){.sides = {side, side}, .sign = 1};
}

const struct indicator indicator_sar = {
    .name = "sar",
    .group = "overlap",
    .summary = "Parabolic stop and reverse.",
    .source = "Wilder, New Concepts in Technical Trading Systems (1978); TA-Lib SAR, which starts "
              "short if the second bar's low fell by more than its high rose",
    .inputs = {"high", "low"},
    .input_count = 2,
    .outputs = {"value"},
    .output_count = 1,
    .params = sar_params,
    .param_count = sizeof sar_params / sizeof *sar_params,
    .state_size = state_size,
    .lookback = lookback,
    .init = sar_init,
    .update = update,
    .run_finite = run_finite,
};

enum { START, OFFSET, INIT_LONG, STEP_LONG, MAX_LONG, INIT_SHORT, STEP_SHORT, MAX_SHORT };

static const struct param sarext_params[] = {
    [START] = {.name = "startvalue",
               .type = PARAM_REAL,
               .unit = "",
               .def = 0,
               .min = -3e37,
               .max = 3e37,
               .help = "First stop: above 0 long, below 0 short at its size; 0 as sar starts."},
    [OFFSET] = SAR_FACTOR("offsetonreverse", 0, "Share of itself that a turning stop moves out."),
    [INIT_LONG] = SAR_FACTOR("accelerationinitlong", 0.02, "Speed at first while long."),
    [STEP_LONG] = SAR_FACTOR("accelerationlong", 0.02, "What a new extreme adds while long."),
    [MAX_LONG] = SAR_FACTOR("accelerationmaxlong", 0.2, "Speed at most while long."),
    [INIT_SHORT] = SAR_FACTOR("accelerationinitshort", 0.02, "Speed at first while short."),
    [STEP_SHORT] = SAR_FACTOR("accelerationshort", 0.02, "What a new extreme adds while short."),
    [MAX_SHORT] = SAR_FACTOR("accelerationmaxshort", 0.2, "Speed at most while short."),
};

static struct side side_of(const double *values) {
    return (struct side){.init = smaller(values[0], values[2]),
                         .step = smaller(values[1], values[2]),
                         .max = values[2]};
}

static void sarext_init(void *memory, const double *values) {
    *(struct state *)memory =
        (struct state){.sides = {side_of(values + INIT_SHORT), side_of(values + INIT_LONG)},
                       .start = values[START],
                       .offset = values[OFFSET],
                       .sign = -1};
}

const struct indicator indicator_sarext = {
    .name = "sarext",
    .group = "overlap",
    .summary = "Parabolic stop and reverse with speeds of their own for both sides; below 0 while "
               "short.",
    .source = "Wilder, New Concepts in Technical Trading Systems (1978); TA-Lib SAREXT",
    .inputs = {"high", "low"},
    .input_count = 2,
    .outputs = {"value"},
    .output_count = 1,
    .params = sarext_params,
    .param_count = sizeof sarext_params / sizeof *sarext_params,
    .state_size = state_size,
    .lookback = lookback,
    .init = sarext_init,
    .update = update,
    .run_finite = run_finite,
};
