// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/average.h"

enum { MIN_PERIOD, MAX_PERIOD, MATYPE };
enum { PIECE = 1024, BYTES_MAX = 1 << 26 };

// An average of each length, in order; all are defined at the row at which the last one is.
struct state {
    uint64_t type;
    uint32_t min;
    uint32_t max;
    uint64_t seen;
    double averages[];
};
_Static_assert(sizeof(struct state) == 24, "hashed as bytes: no padding");

static const struct param params[] = {
    [MIN_PERIOD] = INDICATOR_PERIOD("minperiod", 2, 2, "Shorter lengths are taken as this one."),
    [MAX_PERIOD] = INDICATOR_PERIOD("maxperiod", 30, 2, "Longer lengths are taken as this one."),
    [MATYPE] = AVERAGE_PARAM("matype", "Type of the averages."),
};

static size_t state_size(const double *values) {
    enum average_type type = (enum average_type)values[MATYPE];
    size_t size = sizeof(struct state);
    for (uint32_t p = (uint32_t)values[MIN_PERIOD]; p <= (uint32_t)values[MAX_PERIOD]; p++)
        size += average_size(type, p);
    return size;
}

static const char *fault(const double *values) {
    if (values[MIN_PERIOD] > values[MAX_PERIOD]) return "minperiod must not be above maxperiod";
    if (state_size(values) > BYTES_MAX)
        return "the averages of all lengths from minperiod to maxperiod need more than 64 MiB";
    return NULL;
}

static size_t lookback(const double *values) {
    return average_lookback((enum average_type)values[MATYPE], (uint32_t)values[MAX_PERIOD]);
}

static struct average *next_of(struct average *average) {
    size_t size = average_size((enum average_type)average->type, average->period);
    return (struct average *)((char *)average + size);
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    *state = (struct state){.type = (uint64_t)values[MATYPE],
                            .min = (uint32_t)values[MIN_PERIOD],
                            .max = (uint32_t)values[MAX_PERIOD]};
    struct average *average = (struct average *)state->averages;
    for (uint32_t p = state->min; p <= state->max; p++, average = next_of(average))
        average_init(average, (enum average_type)state->type, p);
}

// The row at which the average of a length takes its first value.
static uint64_t start_of(const struct state *state, uint32_t period) {
    return average_lookback((enum average_type)state->type, state->max) -
           average_lookback((enum average_type)state->type, period);
}

static uint32_t length_of(const struct state *state, double period) {
    if (period < (double)state->min) return state->min;
    return period > (double)state->max ? state->max : (uint32_t)period;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    struct average *average = (struct average *)state->averages;
    uint32_t wanted = length_of(state, inputs[1]);
    double value = NAN;
    for (uint32_t p = state->min; p <= state->max; p++, average = next_of(average)) {
        if (state->seen < start_of(state, p)) continue;
        double x = average_push(average, inputs[0]);
        if (p == wanted) value = x;
    }
    bool defined = state->seen++ >= average_lookback((enum average_type)state->type, state->max);
    ret_outputs[0] = defined ? value : NAN;
}

// At most PIECE rows: each average over all of them, of which the rows that want it take theirs.
static void run_piece(struct state *state, const double *x, const double *periods, size_t count,
                      double *ret) {
    struct average *average = (struct average *)state->averages;
    size_t latest = average_lookback((enum average_type)state->type, state->max);
    uint32_t wanted[PIECE];
    double values[PIECE];
    for (size_t i = 0; i < count; i++) {
        wanted[i] = length_of(state, periods[i]);
        ret[i] = NAN;
    }
    for (uint32_t p = state->min; p <= state->max; p++, average = next_of(average)) {
        uint64_t start = start_of(state, p);
        size_t wait = start > state->seen ? (size_t)(start - state->seen) : 0;
        if (wait >= count) continue;
        average_run(average, x + wait, count - wait, values + wait);
        for (size_t i = wait; i < count; i++) ret[i] = wanted[i] == p ? values[i] : ret[i];
    }
    for (size_t i = 0; i < count && state->seen + i < latest; i++) ret[i] = NAN;
    state->seen += count;
}

static void run(void *memory, const double *const *inputs, size_t count,
                double *const *ret_outputs) {
    for (size_t at = 0, n; at < count; at += n) {
        n = count - at < PIECE ? count - at : PIECE;
        run_piece(memory, inputs[0] + at, inputs[1] + at, n, ret_outputs[0] + at);
    }
}

const struct indicator indicator_mavp = {
    .name = "mavp",
    .group = "overlap",
    .summary = "Moving average whose length is given row by row, cut to whole rows.",
    .source = "The definitions of its types; TA-Lib MAVP",
    .inputs = {"close", "periods"},
    .input_count = 2,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .fault = fault,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
