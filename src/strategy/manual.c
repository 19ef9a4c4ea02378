// SPDX-License-Identifier: Apache-2.0
#include "strategy/manual.h"

static const struct param params[MANUAL_PARAM_COUNT] = {
    [MANUAL_ORDERS] = {.name = "orders",
                       .type = PARAM_INT,
                       .unit = "orders",
                       .def = 1024,
                       .min = 1,
                       .max = 100000,
                       .help = "How many orders by hand may be open at once."},
};

static void decide(const struct strategy_view *view, void *state, struct strategy_out *ret_out) {
    (void)view, (void)state, (void)ret_out;
}

const struct strategy strategy_manual = {
    .name = "manual",
    .summary = "Orders by hand: it decides nothing, people do.",
    .params = params,
    .param_count = MANUAL_PARAM_COUNT,
    .scope = SCOPE_NONE,
    .decide = decide,
};
