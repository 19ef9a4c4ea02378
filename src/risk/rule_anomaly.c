// SPDX-License-Identifier: Apache-2.0
// For a while after a jump of an instrument's price, orders that raise risk in it are cut. What a jump is: Lee and
// Mykland's test, quant/indicator/jump.h. A jump is a warning, too.
#include <math.h>

#include "quant/indicator/jump.h"
#include "risk/share.h"

enum { LEVEL, WINDOW, COUNT, SHARE, HOLD, PARAMS };

static const struct param params[PARAMS] = {
    {.name = "level",
     .type = PARAM_REAL,
     .unit = "probability",
     .def = 0.01,
     .min = 1e-12,
     .max = 0.5,
     .help = "Of taking what is none for a jump, among `count` returns."},
    {.name = "window",
     .type = PARAM_INT,
     .unit = "returns",
     .def = 78,
     .min = JUMP_WINDOW_MIN,
     .max = 100000,
     .help = "Returns of the local volatility; the paper has 16 for days, 78 for hours, 270 for "
             "five minutes."},
    {.name = "count",
     .type = PARAM_REAL,
     .unit = "returns",
     .def = 1000,
     .min = 3,
     .max = 1e12,
     .help = "Returns among which a jump by chance has the probability `level`."},
    {.name = "share",
     .type = PARAM_REAL,
     .unit = "of the quantity",
     .def = 0.5,
     .min = 0,
     .max = 1,
     .help = "What is left of an order; 0: nothing."},
    {.name = "hold_s",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 3600,
     .min = 0,
     .max = 1e8,
     .help = "How long after a jump."},
};

struct watched { // of an instrument, with the slots of its window behind it
    double price;
    double statistic;
    int64_t jumped_ns;
    uint32_t started; // 1: a price was known
    uint32_t jumped;  // 1: jumped_ns is an instant
    struct jump jump;
    double slots[];
};

static size_t size_of(const double *values) {
    return sizeof(struct watched) + sizeof(double) * jump_slots((uint32_t)values[WINDOW]);
}

static size_t state_more(const double *values, uint32_t instruments, uint32_t strategies) {
    return sizeof(double) + instruments * size_of(values);
}

// The window that the state was made for comes first: a command changes the parameter, not the memory.
static struct watched *watched_of(const double *values, void *state, uint32_t instrument) {
    double *window = state, made[PARAMS] = {0};
    if (*window == 0) *window = values[WINDOW];
    made[WINDOW] = *window;
    unsigned char *first = (unsigned char *)(window + 1);
    return (void *)(first + instrument * size_of(made));
}

static enum risk_verdict watch(const struct risk_view *view, const double *values, void *state,
                               struct risk_result *ret_result) {
    if (!risk_is_price(view)) return RISK_ALLOW;
    struct watched *one = watched_of(values, state, view->cause->instrument);
    double price = (double)view->board->rows[view->cause->instrument].last.m;
    if (!(price > 0)) return RISK_ALLOW;
    if (!one->started) {
        one->started = 1;
        one->price = price;
        one->jump = jump_make((uint32_t) * (const double *)state);
        return RISK_ALLOW;
    }
    double statistic = jump_push(&one->jump, one->slots, mathfn_log(price / one->price));
    one->price = price;
    struct jump_law law = jump_law_of(values[COUNT]);
    ret_result->limit = jump_threshold(&law, values[LEVEL]);
    ret_result->value = fabs(statistic);
    if (!(ret_result->value > ret_result->limit)) return RISK_ALLOW;
    one->jumped = 1;
    one->jumped_ns = view->now_ns;
    one->statistic = ret_result->value;
    return RISK_WARN;
}

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    const struct watched *one = watched_of(values, state, order->spec->instrument);
    if (!one->jumped || view->now_ns >= one->jumped_ns + (int64_t)(values[HOLD] * 1e9))
        return RISK_ALLOW;
    ret_result->limit = values[SHARE];
    ret_result->value = one->statistic;
    return risk_scale(view, order, values[SHARE], ret_result);
}

static void note(const struct risk_view *view, const double *values, void *state,
                 const struct risk_fact *fact) {
    watched_of(values, state, fact->instrument)->price /= fact->ratio;
}

const struct risk_rule risk_rule_anomaly = {
    .name = "anomaly",
    .summary = "Cuts orders in an instrument to `share` of them for hold_s seconds after its price "
               "has jumped.",
    .params = params,
    .param_count = PARAMS,
    .state_more = state_more,
    .notes = 1u << RISK_FACT_SPLIT,
    .rank = RISK_RANK_ANOMALY,
    .check = check,
    .watch = watch,
    .note = note,
};
