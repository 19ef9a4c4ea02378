// SPDX-License-Identifier: Apache-2.0
// So much a share, with a least amount an order and a most in percent of the order's value; where the two
// meet, the most wins: the fixed schedule of Interactive Brokers for US shares. The minimum is of the order,
// not of each of its fills: each fill pays what the order owes by now less what it has paid.
#include "sim/model.h"

enum { PER_SHARE, ORDER_MIN, VALUE_MAX, PARAM_COUNT };

static const struct param params[PARAM_COUNT] = {
    {.name = "per_share",
     .type = PARAM_REAL,
     .unit = "currency",
     .def = 0.005,
     .min = 0,
     .max = 1000,
     .help = "paid for each unit of quantity"},
    {.name = "minimum",
     .type = PARAM_REAL,
     .unit = "currency",
     .def = 1,
     .min = 0,
     .max = 1e6,
     .help = "least fee of an order"},
    {.name = "maximum",
     .type = PARAM_REAL,
     .unit = "percent",
     .def = 1,
     .min = 0,
     .max = 100,
     .help = "most fee of an order in percent of its value; 0 = no maximum"},
};

static int64_t fee(const struct fee_view *view, const double *values) {
    int128_t unit = decimal_pow10(view->money_decimals);
    int128_t parts = model_parts(values[PER_SHARE]) * unit;
    int128_t owed =
        decimal_div_round((int128_t)view->order_qty.m * parts,
                          (int128_t)MODEL_PARTS * decimal_pow10(view->qty_decimals), ROUND_CEIL);
    int128_t least = model_share_up(unit, model_parts(values[ORDER_MIN]));
    if (owed < least) owed = least;
    if (values[VALUE_MAX] > 0) {
        int128_t most = model_share_up(view->order_value.m, model_parts(values[VALUE_MAX] / 100));
        if (owed > most) owed = most;
    }
    return owed > view->order_fees ? model_fee(owed - view->order_fees) : 0;
}

const struct fee_model fee_per_share = {
    .name = "per_share",
    .summary = "so much a share, at least so much an order, at most a percentage of its value",
    .params = params,
    .param_count = PARAM_COUNT,
    .fee = fee,
};
