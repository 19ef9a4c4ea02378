// SPDX-License-Identifier: Apache-2.0
// Nothing raises risk when the venue's clock and ours are too far apart.
#include <math.h>

#include "risk/rule.h"

enum { MAX_SKEW, CONFIRMATIONS, RESET, PARAMS };

static const struct param params[PARAMS] = {
    {.name = "max_skew_s",
     .type = PARAM_REAL,
     .unit = "s",
     .def = 5,
     .min = 0,
     .max = 1e9,
     .help = "Most distance of an event's time at the venue from its time here."},
    {.name = "confirmations",
     .type = PARAM_INT,
     .unit = "looks",
     .def = 3,
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

static enum risk_verdict watch(const struct risk_view *view, const double *values, void *state,
                               struct risk_result *ret_result) {
    const struct event_header *cause = view->cause;
    // A venue's time is that of its market events; reports of a bar's fills come with the bar.
    ret_result->unseen =
        cause == NULL || cause->kind >= EVENT_ORDER_ACCEPTED || cause->kind == EVENT_CLOCK;
    if (ret_result->unseen) return RISK_ALLOW;
    double skew_ns = fabs((double)(cause->ts_ns - cause->venue_ts_ns));
    ret_result->limit = values[MAX_SKEW];
    ret_result->value = skew_ns / 1e9;
    return skew_ns > values[MAX_SKEW] * 1e9 ? RISK_REDUCE : RISK_ALLOW;
}

const struct risk_rule risk_rule_clock_skew = {
    .name = "clock_skew",
    .summary = "Lets nothing raise risk when market events are more than max_skew_s away from the "
               "venue's time of them.",
    .params = params,
    .param_count = PARAMS,
    .confirm = 1 + CONFIRMATIONS,
    .reset = 1 + RESET,
    .watch = watch,
};
