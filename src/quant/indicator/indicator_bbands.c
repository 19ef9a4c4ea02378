// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/simd.h"
#include "quant/indicator/indicator.h"
#include "quant/stream/average.h"

enum { TIMEPERIOD, UP, DOWN, MATYPE };
enum { PIECE = 1024 };

struct state {
    struct window_moments moments;
    double up;
    double down;
    uint64_t
        type; // of the average behind the slots; a plain one is that of the moments, and there is no other
    double slots[];
};
_Static_assert(sizeof(struct state) == 64, "hashed as bytes: no padding");

#define BBANDS_WIDTH(name_, help_)                                                                 \
    {                                                                                              \
        .name = (name_), .type = PARAM_REAL, .unit = "deviations", .def = 2, .min = -3e37,         \
        .max = 3e37, .help = (help_)                                                               \
    }

static const struct param params[] = {
    [TIMEPERIOD] = INDICATOR_TIMEPERIOD(5, 2, "Length of the window and of the average."),
    [UP] = BBANDS_WIDTH("nbdevup", "Distance of the upper band from the middle."),
    [DOWN] = BBANDS_WIDTH("nbdevdn", "Distance of the lower band from the middle."),
    [MATYPE] = AVERAGE_PARAM("matype", "Type of the average in the middle."),
};

static size_t state_size(const double *values) {
    uint32_t period = (uint32_t)values[TIMEPERIOD];
    enum average_type type = (enum average_type)values[MATYPE];
    return sizeof(struct state) + sizeof(double) * window_moments_slots(period) +
           (type == AVERAGE_SMA ? 0 : average_size(type, period));
}

// MAMA may be defined before the window is full.
static size_t lookback(const double *values) {
    size_t window = (size_t)values[TIMEPERIOD] - 1;
    size_t middle =
        average_lookback((enum average_type)values[MATYPE], (uint32_t)values[TIMEPERIOD]);
    return middle > window ? middle : window;
}

static struct average *average_of(struct state *state) {
    return (struct average *)(state->slots + window_moments_slots(state->moments.at.period));
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    uint32_t period = (uint32_t)values[TIMEPERIOD];
    memset(state, 0, state_size(values));
    state->moments = window_moments_make(period);
    state->up = values[UP];
    state->down = values[DOWN];
    state->type = (uint64_t)values[MATYPE];
    if (state->type != AVERAGE_SMA)
        average_init(average_of(state), (enum average_type)state->type, period);
}

static inline double deviation_of(double squares, double period) {
    double variance = squares / period, deviation = sqrt(variance);
    return variance >= INDICATOR_ZERO ? deviation : 0;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    struct moments moments = window_moments_push(&state->moments, state->slots, inputs[0]);
    double middle = moments.mean;
    if (state->type != AVERAGE_SMA) middle = average_push(average_of(state), inputs[0]);
    if (UNLIKELY(state->moments.at.full == 0)) middle = NAN;
    double deviation = deviation_of(moments.squares, (double)state->moments.at.period);
    ret_outputs[0] = middle + state->up * deviation;
    ret_outputs[1] = middle;
    ret_outputs[2] = middle - state->down * deviation;
}

SIMD_CLONES
static void put(const struct state *state, const double *restrict squares, size_t count,
                double *restrict ret_upper, const double *restrict middle,
                double *restrict ret_lower) {
    double period = (double)state->moments.at.period, up = state->up, down = state->down;
    for (size_t i = 0; i < count; i++) {
        double deviation = deviation_of(squares[i], period);
        ret_upper[i] = middle[i] + up * deviation;
        ret_lower[i] = middle[i] - down * deviation;
    }
}

static void run(void *memory, const double *const *inputs, size_t count,
                double *const *ret_outputs) {
    struct state *state = memory;
    double squares[PIECE];
    for (size_t at = 0, n; at < count; at += n) {
        const double *x = inputs[0] + at;
        double *middle = ret_outputs[1] + at;
        n = count - at < PIECE ? count - at : PIECE;
        size_t undefined = window_missing(&state->moments.at, n);
        window_moments_run(&state->moments, state->slots, x, n, middle, squares);
        if (state->type != AVERAGE_SMA) average_run(average_of(state), x, n, middle);
        for (size_t i = 0; i < undefined; i++) middle[i] = NAN;
        put(state, squares, n, ret_outputs[0] + at, middle, ret_outputs[2] + at);
    }
}

const struct indicator indicator_bbands = {
    .name = "bbands",
    .group = "overlap",
    .summary =
        "Bollinger bands: a moving average and population standard deviations, 0 below 1e-7, "
        "around it.",
    .source = "Bollinger, Bollinger on Bollinger Bands (2001); TA-Lib BBANDS",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"upperband", "middleband", "lowerband"},
    .output_count = 3,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
