// SPDX-License-Identifier: Apache-2.0
// A flat amount an order, whatever its number of fills; or, where that is less, a percentage of its value:
// the flat brokerage of Indian and European discount brokers.
#include "sim/model.h"

enum { AMOUNT, VALUE_MAX, PARAM_COUNT };

static const struct param params[PARAM_COUNT] = {
    {.name = "amount",
     .type = PARAM_REAL,
     .unit = "currency",
     .def = 1,
     .min = 0,
     .max = 1e6,
     .help = "fee of an order"},
    {.name = "maximum",
     .type = PARAM_REAL,
     .unit = "percent",
     .def = 0,
     .min = 0,
     .max = 100,
     .help = "most fee of an order in percent of its value; 0 = no maximum"},
};

static int64_t fee(const struct fee_view *view, const double *values) {
    int128_t owed =
        model_share_up(decimal_pow10(view->money_decimals), model_parts(values[AMOUNT]));
    if (values[VALUE_MAX] > 0) {
        int128_t most = model_share_up(view->order_value.m, model_parts(values[VALUE_MAX] / 100));
        if (owed > most) owed = most;
    }
    return owed > view->order_fees ? model_fee(owed - view->order_fees) : 0;
}

const struct fee_model fee_per_order = {
    .name = "per_order",
    .summary = "a flat amount an order, at most a percentage of its value",
    .params = params,
    .param_count = PARAM_COUNT,
    .fee = fee,
};
