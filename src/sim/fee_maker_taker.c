// SPDX-License-Identifier: Apache-2.0
// A share of the traded value: one rate for resting orders, one for orders that take. A negative rate is
// a rebate.
#include "sim/model.h"

enum { MAKER_BPS, TAKER_BPS, PARAM_COUNT };

static const struct param params[PARAM_COUNT] = {
    {.name = "maker",
     .type = PARAM_REAL,
     .unit = "bps",
     .def = 0,
     .min = -100,
     .max = 1000,
     .help = "rate of fills of resting limit orders"},
    {.name = "taker",
     .type = PARAM_REAL,
     .unit = "bps",
     .def = 0,
     .min = -100,
     .max = 1000,
     .help = "rate of all other fills"},
};

static int64_t fee(const struct fee_view *view, const double *values) {
    double bps = view->liquidity == LIQUIDITY_MAKER ? values[MAKER_BPS] : values[TAKER_BPS];
    return model_fee(model_share_up(view->value.m, model_parts(bps / 1e4)));
}

const struct fee_model fee_maker_taker = {
    .name = "maker_taker",
    .summary = "a share of the traded value, one rate for makers and one for takers",
    .params = params,
    .param_count = PARAM_COUNT,
    .fee = fee,
};
