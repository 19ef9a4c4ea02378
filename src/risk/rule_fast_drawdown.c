// SPDX-License-Identifier: Apache-2.0
// Halts when the equity falls by a share of its highest within a window. The window moves by sixtieths of itself, so
// that the peak may be older than the window by one of them.
#include "risk/share.h"

enum { MAX_FALL, WINDOW, FLATTEN, CONFIRMATIONS, RESET, PARAMS, PARTS = 60, RING = 64 };

static const struct param params[PARAMS] = {
    {.name = "max_fall",
     .type = PARAM_REAL,
     .unit = "of peak equity",
     .def = 0.02,
     .min = 0,
     .max = 1,
     .help = "Fall from the highest equity of the window that halts trading."},
    {.name = "window_s",
     .type = PARAM_REAL,
     .unit = "s",
     .def = 900,
     .min = 60,
     .max = 864000,
     .help = "Length of the window."},
    {.name = "flatten",
     .type = PARAM_BOOL,
     .unit = "",
     .def = 0,
     .help = "Close every position as well."},
    {.name = "confirmations",
     .type = PARAM_INT,
     .unit = "looks",
     .def = 2,
     .min = 1,
     .max = 1000,
     .help = "How many looks in a row have to find the same."},
    {.name = "reset_s",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0,
     .min = 0,
     .max = 1e8,
     .help = "After how long trading goes on by itself; 0: by a command alone."},
};

struct part {
    money_t peak;
    int64_t index; // of the part of time; before 1970 below 0
    int64_t known; // 1: there is a peak
};
_Static_assert(sizeof(struct part) == 32, "engine state");

static enum risk_verdict watch(const struct risk_view *view, const double *values, void *state,
                               struct risk_result *ret_result) {
    struct part *parts = state;
    int64_t length_ns = (int64_t)(values[WINDOW] * 1e9 / PARTS);
    int64_t now = (int64_t)decimal_div_round(view->now_ns, length_ns, ROUND_FLOOR);
    struct part *latest = &parts[(uint64_t)now % RING];
    if (!latest->known || latest->index != now)
        *latest = (struct part){.peak = view->equity, .index = now, .known = 1};
    latest->peak = risk_larger(latest->peak, view->equity);
    struct risk_view peak = {.equity = view->equity, .money_decimals = view->money_decimals};
    for (int i = 0; i < RING; i++)
        if (parts[i].known && parts[i].index >= now - PARTS)
            peak.equity = risk_larger(peak.equity, parts[i].peak);
    money_t fall = money_sub(peak.equity, view->equity);
    if (fall.m <= 0 || fall.m < risk_limit(&peak, values[MAX_FALL]).m) return RISK_ALLOW;
    ret_result->flatten = values[FLATTEN] != 0;
    ret_result->limit = values[MAX_FALL];
    ret_result->value = risk_share(&peak, fall);
    return RISK_HALT;
}

static void note(const struct risk_view *view, const double *values, void *state,
                 const struct risk_fact *fact) {
    if (fact->strategy != STRATEGY_NONE) return;
    for (int i = 0; i < RING; i++) ((struct part *)state)[i] = (struct part){0};
}

const struct risk_rule risk_rule_fast_drawdown = {
    .name = "fast_drawdown",
    .summary =
        "Halts trading when the equity falls by max_fall from its highest of window_s seconds.",
    .params = params,
    .param_count = PARAMS,
    .state_size = RING * sizeof(struct part),
    .confirm = 1 + CONFIRMATIONS,
    .reset = 1 + RESET,
    .notes = 1u << RISK_FACT_RESUMED,
    .watch = watch,
    .note = note,
};
