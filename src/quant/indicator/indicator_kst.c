// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/window.h"

enum { RATES = 4 };

struct state {
    struct window rates[RATES];
    struct window_sum averages[RATES];
    struct window_sum signal;
    double slots[]; // of rates, averages and signal
};
_Static_assert(sizeof(struct state) == 184, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("roc1", 10, 1, "Length of the first rate of change."),
    INDICATOR_PERIOD("roc2", 15, 1, "Length of the second rate of change."),
    INDICATOR_PERIOD("roc3", 20, 1, "Length of the third rate of change."),
    INDICATOR_PERIOD("roc4", 30, 1, "Length of the fourth rate of change."),
    INDICATOR_PERIOD("sma1", 10, 1, "Length of the average of the first."),
    INDICATOR_PERIOD("sma2", 10, 1, "Length of the average of the second."),
    INDICATOR_PERIOD("sma3", 10, 1, "Length of the average of the third."),
    INDICATOR_PERIOD("sma4", 15, 1, "Length of the average of the fourth."),
    INDICATOR_PERIOD("signal", 9, 1, "Length of the signal's average."),
};

static size_t state_size(const double *values) {
    size_t slots = window_sum_slots((uint32_t)values[2 * RATES]);
    for (size_t k = 0; k < RATES; k++)
        slots +=
            window_delay_slots((uint32_t)values[k]) + window_sum_slots((uint32_t)values[RATES + k]);
    return sizeof(struct state) + sizeof(double) * slots;
}

static size_t lookback(const double *values) {
    double rows = 0;
    for (size_t k = 0; k < RATES; k++)
        if (values[k] + values[RATES + k] - 1 > rows) rows = values[k] + values[RATES + k] - 1;
    return (size_t)(rows + values[2 * RATES]) - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    for (size_t k = 0; k < RATES; k++) {
        state->rates[k] = window_make((uint32_t)values[k]);
        state->averages[k] = window_sum_make((uint32_t)values[RATES + k]);
    }
    state->signal = window_sum_make((uint32_t)values[2 * RATES]);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double *slots = state->slots;
    double value = 0;
    for (size_t k = 0; k < RATES; k++) {
        struct window *rate = &state->rates[k];
        struct window_sum *average = &state->averages[k];
        bool full = rate->full;
        double old = window_delay_push(rate, slots, inputs[0]);
        slots += window_delay_slots(rate->period);
        double mean = NAN;
        if (full && old != 0) {
            mean = window_sum_push(average, slots, 100 * ((inputs[0] - old) / old)) /
                   (double)average->at.period;
            if (!average->at.full) mean = NAN;
        }
        slots += window_sum_slots(average->at.period);
        value += (double)(k + 1) * mean;
    }
    ret_outputs[0] = value;
    ret_outputs[1] = NAN;
    if (isnan(value)) return;
    double sum = window_sum_push(&state->signal, slots, value);
    if (state->signal.at.full) ret_outputs[1] = sum / (double)state->signal.at.period;
}

INDICATOR_RUN(1, 2)

const struct indicator indicator_kst = {
    .name = "kst",
    .group = "momentum",
    .summary = "Know sure thing: four averaged rates of change in per cent, weighted 1 to 4, and "
               "its moving average; undefined at a row one of whose old values is 0.",
    .source = "Pring, Summed Rate of Change (KST), Stocks & Commodities 10:9 (1992)",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"value", "signal"},
    .output_count = 2,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
