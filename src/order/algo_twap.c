// SPDX-License-Identifier: Apache-2.0
// Time-weighted average price: the same quantity in each of n equal parts of the duration, at the market.
//
// By the k-th part (from 0) (k + 1) / n of the quantity is due, in whole lots, so that rounding never adds up and the
// last part completes the order. The average of the fills is that of the prices at the parts' beginnings, but for lots.
// Where it fails: it trades as much when nobody else does as when everybody does, and its clockwork can be seen.
#include "order/algo.h"

enum { SLICES = ALGO_PARAM_FIRST };

static const struct param params[] = {
    [ALGO_DURATION] = ALGO_DURATION_PARAM(1800),
    [ALGO_AT_END] = ALGO_AT_END_PARAM(ALGO_AT_END_MARKET),
    [SLICES] = ALGO_SLICES_PARAM(10),
};

const struct algo algo_twap = {
    .name = "twap",
    .summary = "Equal parts over equal times: the time-weighted average price.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .curve = ALGO_CURVE_EVEN,
    .slices_param = SLICES,
    .step = algo_follow_curve,
};
