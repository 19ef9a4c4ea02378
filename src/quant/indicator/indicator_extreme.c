// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"
#include "quant/indicator/window_tail.h"
#include "quant/stream/window.h"

static const struct param params[] = {INDICATOR_TIMEPERIOD(30, 2, "Length of the window.")};

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

// The largest or, kept as the largest of -x, the smallest value.
struct extreme {
    struct window_max max;
    double slots[];
};
_Static_assert(sizeof(struct extreme) == 24, "hashed as bytes: no padding");

static size_t extreme_size(const double *values) {
    return sizeof(struct extreme) + sizeof(double) * window_max_slots((uint32_t)values[0]);
}

static void extreme_init(void *memory, const double *values) {
    struct extreme *extreme = memory;
    memset(extreme, 0, extreme_size(values));
    extreme->max = window_max_make((uint32_t)values[0]);
}

static void max_update(void *memory, const double *inputs, double *ret_outputs) {
    struct extreme *extreme = memory;
    double max = window_max_push(&extreme->max, extreme->slots, inputs[0]);
    ret_outputs[0] = LIKELY(extreme->max.at.full) ? max : NAN;
}

static void max_run(void *memory, const double *const *inputs, size_t count,
                    double *const *ret_outputs) {
    struct extreme *extreme = memory;
    size_t row = window_missing(&extreme->max.at, count);
    run_rows(max_update, extreme, inputs, 1, 0, row, ret_outputs, 1);
    window_max_run(&extreme->max, extreme->slots, inputs[0] + row, count - row,
                   ret_outputs[0] + row);
}

static void min_update(void *memory, const double *inputs, double *ret_outputs) {
    struct extreme *extreme = memory;
    double min = window_min_push(&extreme->max, extreme->slots, inputs[0]);
    ret_outputs[0] = LIKELY(extreme->max.at.full) ? min : NAN;
}

static void min_run(void *memory, const double *const *inputs, size_t count,
                    double *const *ret_outputs) {
    struct extreme *extreme = memory;
    size_t row = window_missing(&extreme->max.at, count);
    run_rows(min_update, extreme, inputs, 1, 0, row, ret_outputs, 1);
    window_min_run(&extreme->max, extreme->slots, inputs[0] + row, count - row,
                   ret_outputs[0] + row);
}

static size_t minmax_size(const double *values) {
    return 2 * extreme_size(values);
}

static struct extreme *second(struct extreme *first) {
    return (struct extreme *)(first->slots + window_max_slots(first->max.at.period));
}

static void minmax_init(void *memory, const double *values) {
    extreme_init(memory, values);
    extreme_init(second(memory), values);
}

static void minmax_update(void *memory, const double *inputs, double *ret_outputs) {
    min_update(memory, inputs, &ret_outputs[0]);
    max_update(second(memory), inputs, &ret_outputs[1]);
}

static void minmax_run(void *memory, const double *const *inputs, size_t count,
                       double *const *ret_outputs) {
    min_run(memory, inputs, count, &ret_outputs[0]);
    max_run(second(memory), inputs, count, &ret_outputs[1]);
}

// The row of an extreme, as TA-Lib follows it: a new value takes the place over when it equals the
// one that is followed; when that leaves the window, the oldest of equals follows.
struct place {
    struct window_peak peak;
    double row; // of the extreme that is followed; -1 before the first
    double now; // rows seen
    double slots[];
};
_Static_assert(sizeof(struct place) == 56, "hashed as bytes: no padding");

static size_t place_size(const double *values) {
    return sizeof(struct place) + sizeof(double) * window_peak_slots((uint32_t)values[0]);
}

static void place_init(void *memory, const double *values) {
    struct place *place = memory;
    memset(place, 0, place_size(values));
    place->peak = window_peak_make((uint32_t)values[0]);
    place->row = -1;
}

// The rows of a call that are pushed one by one: until the window is full and lies in the columns.
RUN_INLINE size_t pushed(const struct window *window, size_t count) {
    return window->period > WINDOW_TAIL_REACH ? count : run_least(count, window->period);
}

// The place after row `now`, where the window's peak is as given.
RUN_INLINE double follow(double row, double now, double period, double x, double peak,
                         double peak_row) {
    double next = x >= peak ? now : row;
    return row <= now - period ? peak_row : next;
}

RUN_INLINE void place_update(struct place *place, double x, double sign, double *ret) {
    struct peak peak = window_peak_push(&place->peak, place->slots, sign * x, PEAK_OLDEST);
    double now = place->now++;
    *ret = NAN;
    if (UNLIKELY(!place->peak.at.full)) return;
    *ret = place->row =
        follow(place->row, now, (double)place->peak.at.period, sign * x, peak.value, peak.row);
}

RUN_INLINE void place_run(struct place *place, const double *x, size_t count, double sign,
                          double *ret) {
    double value[WINDOW_TAIL_ROWS], at[WINDOW_TAIL_ROWS];
    size_t period = place->peak.at.period, first = pushed(&place->peak.at, count);
    for (size_t row = 0; row < first; row++) place_update(place, x[row], sign, &ret[row]);
    for (size_t row = first, n; row < count; row += n) {
        n = run_least(count - row, WINDOW_TAIL_ROWS);
        window_tail_peak(x + row, n, period, sign, PEAK_OLDEST, place->now, value, at);
        double followed = place->row, now = place->now;
        for (size_t i = 0; i < n; i++, now += 1)
            ret[row + i] = followed =
                follow(followed, now, (double)period, sign * x[row + i], value[i], at[i]);
        place->row = followed;
        place->now = now;
    }
    window_peak_skip(&place->peak, place->slots, x + first, count - first, sign, PEAK_OLDEST);
}

static void maxindex_update(void *memory, const double *inputs, double *ret_outputs) {
    place_update(memory, inputs[0], 1, ret_outputs);
}

SIMD_CLONES static void maxindex_run(void *memory, const double *const *inputs, size_t count,
                                     double *const *ret_outputs) {
    place_run(memory, inputs[0], count, 1, ret_outputs[0]);
}

static void minindex_update(void *memory, const double *inputs, double *ret_outputs) {
    place_update(memory, inputs[0], -1, ret_outputs);
}

SIMD_CLONES static void minindex_run(void *memory, const double *const *inputs, size_t count,
                                     double *const *ret_outputs) {
    place_run(memory, inputs[0], count, -1, ret_outputs[0]);
}

static size_t minmaxindex_size(const double *values) {
    return 2 * place_size(values);
}

static struct place *second_place(struct place *first) {
    return (struct place *)(first->slots + window_peak_slots(first->peak.at.period));
}

static void minmaxindex_init(void *memory, const double *values) {
    place_init(memory, values);
    place_init(second_place(memory), values);
}

static void minmaxindex_update(void *memory, const double *inputs, double *ret_outputs) {
    place_update(memory, inputs[0], -1, &ret_outputs[0]);
    place_update(second_place(memory), inputs[0], 1, &ret_outputs[1]);
}

SIMD_CLONES static void minmaxindex_run(void *memory, const double *const *inputs, size_t count,
                                        double *const *ret_outputs) {
    place_run(memory, inputs[0], count, -1, ret_outputs[0]);
    place_run(second_place(memory), inputs[0], count, 1, ret_outputs[1]);
}

#define EXTREME_INDICATOR(name_, summary_, source_, size_, init_, rows_, count_, ...)              \
    const struct indicator indicator_##name_ = {                                                   \
        .name = #name_,                                                                            \
        .group = "math",                                                                           \
        .summary = (summary_),                                                                     \
        .source = (source_),                                                                       \
        .inputs = {"close"},                                                                       \
        .input_count = 1,                                                                          \
        .outputs = {__VA_ARGS__},                                                                  \
        .output_count = (count_),                                                                  \
        .gives_rows = (rows_),                                                                     \
        .params = params,                                                                          \
        .param_count = sizeof params / sizeof *params,                                             \
        .state_size = (size_),                                                                     \
        .lookback = lookback,                                                                      \
        .init = (init_),                                                                           \
        .update = name_##_update,                                                                  \
        .run = name_##_run,                                                                        \
    };

EXTREME_INDICATOR(max, "The largest value of the window.", "Plain definition; TA-Lib MAX",
                  extreme_size, extreme_init, false, 1, "value")
EXTREME_INDICATOR(maxindex,
                  "Row, counted from 0, of the largest value of the window; the newest of equals, "
                  "or the oldest right after a larger one has left.",
                  "Plain definition; TA-Lib MAXINDEX", place_size, place_init, true, 1, "value")
EXTREME_INDICATOR(min, "The smallest value of the window.", "Plain definition; TA-Lib MIN",
                  extreme_size, extreme_init, false, 1, "value")
EXTREME_INDICATOR(minindex,
                  "Row, counted from 0, of the smallest value of the window; the newest of equals, "
                  "or the oldest right after a smaller one has left.",
                  "Plain definition; TA-Lib MININDEX", place_size, place_init, true, 1, "value")
EXTREME_INDICATOR(minmax, "The smallest and the largest value of the window.",
                  "Plain definition; TA-Lib MINMAX", minmax_size, minmax_init, false, 2, "min",
                  "max")
EXTREME_INDICATOR(minmaxindex,
                  "Rows, counted from 0, of the smallest and the largest value of the window: "
                  "minindex and maxindex.",
                  "Plain definition; TA-Lib MINMAXINDEX", minmaxindex_size, minmaxindex_init, true,
                  2, "minidx", "maxidx")
