// SPDX-License-Identifier: Apache-2.0
#include <stdint.h>

#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"
#include "quant/math/sum.h"

// Rows at once: few enough that the next ones' flows are worked out while the chain of sums waits.
enum { PIECE = 32 };

struct line {
    struct sum total; // compensated: it runs for ever
};
_Static_assert(sizeof(struct line) == 16, "hashed as bytes: no padding");

// The oscillator takes the line's level out again, and with it what the line's sum has lost before.
struct oscillator {
    double line;
    double fast; // averages of the line, seeded with its first value
    double slow;
    double fast_alpha;
    double slow_alpha;
    uint32_t left; // rows still to come before the oscillator is defined
    uint32_t seen; // 1 once the averages have their seed
};
_Static_assert(sizeof(struct oscillator) == 48, "hashed as bytes: no padding");

static const struct param adosc_params[] = {
    {.name = "fastperiod",
     .type = PARAM_INT,
     .unit = "bars",
     .def = 3,
     .min = 2,
     .max = INDICATOR_PERIOD_MAX,
     .help = "Length of the average that the other is taken from."},
    INDICATOR_PERIOD("slowperiod", 10, 2, "Length of the average that is taken off."),
};

static size_t ad_size(const double *values) {
    return sizeof(struct line);
}

static size_t ad_lookback(const double *values) {
    return 0;
}

static void ad_init(void *memory, const double *values) {
    *(struct line *)memory = (struct line){.total = {0}};
}

static size_t adosc_size(const double *values) {
    return sizeof(struct oscillator);
}

static size_t adosc_lookback(const double *values) {
    return (size_t)fmax(values[0], values[1]) - 1;
}

static void adosc_init(void *memory, const double *values) {
    *(struct oscillator *)memory = (struct oscillator){.fast_alpha = 2 / (values[0] + 1),
                                                       .slow_alpha = 2 / (values[1] + 1),
                                                       .left = (uint32_t)adosc_lookback(values)};
}

// The volume of a bar, weighted from -1 for a close at the low to 1 for one at the high.
RUN_INLINE double flow(double high, double low, double close, double volume) {
    double weighted = ((close - low) - (high - close)) / (high - low) * volume;
    return high > low ? weighted : 0;
}

RUN_INLINE void flows(const double *const *inputs, size_t row, size_t count, double *restrict ret) {
    const double *high = inputs[0] + row, *low = inputs[1] + row;
    const double *close = inputs[2] + row, *volume = inputs[3] + row;
    for (size_t i = 0; i < count; i++) ret[i] = flow(high[i], low[i], close[i], volume[i]);
}

// The rows of the chunk behind this one that `count` rows from `row` on make place for.
RUN_INLINE void fetch_chunk(const double *const *inputs, const double *out, size_t row,
                            size_t chunk, size_t count) {
    for (size_t k = 0; k < 4; k++) simd_fetch(inputs[k] + row, chunk, count);
    simd_fetch(out + row, chunk, count);
}

static void ad_update(void *memory, const double *inputs, double *ret_outputs) {
    struct line *line = memory;
    sum_add(&line->total, flow(inputs[0], inputs[1], inputs[2], inputs[3]));
    ret_outputs[0] = sum_value(&line->total);
}

SIMD_CLONES static void ad_run(void *memory, const double *const *inputs, size_t count,
                               double *const *ret_outputs) {
    struct line *line = memory;
    double *restrict out = ret_outputs[0];
    for (size_t row = 0, n; row < count; row += n) {
        n = run_least(count - row, PIECE);
        fetch_chunk(inputs, out, row, count, n);
        flows(inputs, row, n, out + row);
        sum_run(&line->total, out + row, n, out + row);
    }
}

RUN_INLINE double oscillate(struct oscillator *state, double volume) {
    state->line += volume;
    state->fast = state->fast * (1 - state->fast_alpha) + state->line * state->fast_alpha;
    state->slow = state->slow * (1 - state->slow_alpha) + state->line * state->slow_alpha;
    return state->fast - state->slow;
}

static void adosc_update(void *memory, const double *inputs, double *ret_outputs) {
    struct oscillator *state = memory;
    double volume = flow(inputs[0], inputs[1], inputs[2], inputs[3]);
    if (UNLIKELY(state->seen == 0)) state->fast = state->slow = volume;
    state->seen = 1;
    double value = oscillate(state, volume);
    ret_outputs[0] = state->left > 0 ? NAN : value;
    if (state->left > 0) state->left--;
}

SIMD_CLONES static void adosc_run(void *memory, const double *const *inputs, size_t count,
                                  double *const *ret_outputs) {
    struct oscillator *state = memory;
    size_t row = run_least(count, state->left + 1);
    double *restrict out = ret_outputs[0];
    run_rows(adosc_update, state, inputs, 4, 0, row, ret_outputs, 1);
    struct oscillator local = *state;
    for (size_t n; row < count; row += n) {
        n = run_least(count - row, PIECE);
        fetch_chunk(inputs, out, row, count, n);
        flows(inputs, row, n, out + row);
        for (size_t i = row; i < row + n; i++) out[i] = oscillate(&local, out[i]);
    }
    *state = local;
}

const struct indicator indicator_ad = {
    .name = "ad",
    .group = "volume",
    .summary = "Accumulation/distribution line: volume by where the close lies between low and "
               "high, summed; a bar without range adds nothing.",
    .source = "Chaikin: sum ((close - low) - (high - close)) / (high - low) volume; TA-Lib AD",
    .inputs = {"high", "low", "close", "volume"},
    .input_count = 4,
    .outputs = {"value"},
    .output_count = 1,
    .state_size = ad_size,
    .lookback = ad_lookback,
    .init = ad_init,
    .update = ad_update,
    .run = ad_run,
};

const struct indicator indicator_adosc = {
    .name = "adosc",
    .group = "volume",
    .summary = "Chaikin oscillator: a fast less a slow exponential average of the "
               "accumulation/distribution line, both starting at its first value.",
    .source = "Chaikin; TA-Lib ADOSC",
    .inputs = {"high", "low", "close", "volume"},
    .input_count = 4,
    .outputs = {"value"},
    .output_count = 1,
    .params = adosc_params,
    .param_count = sizeof adosc_params / sizeof *adosc_params,
    .state_size = adosc_size,
    .lookback = adosc_lookback,
    .init = adosc_init,
    .update = adosc_update,
    .run = adosc_run,
};
