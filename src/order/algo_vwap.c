// SPDX-License-Identifier: Apache-2.0
// Volume-weighted average price: slices as large as the market's volume is wont to be at their time of day.
//
// The volume curve is `history`, the mean share of each quarter of an hour in the days before today
// (order/volume_profile.h), even before the first whole day; `u_shape`, high at both ends of the duration and low in
// the middle; or `flat`. Today's volume is not read: a curve of today would know what comes.
// Where it fails: on a day unlike those before it.
#include "order/algo.h"

enum { SLICES = ALGO_PARAM_FIRST, CURVE };

static const struct param params[] = {
    [ALGO_DURATION] = ALGO_DURATION_PARAM(3600),
    [ALGO_AT_END] = ALGO_AT_END_PARAM(ALGO_AT_END_MARKET),
    [SLICES] = ALGO_SLICES_PARAM(60),
    [CURVE] = {.name = "curve",
               .type = PARAM_ENUM,
               .unit = "",
               .def = ALGO_VOLUME_HISTORY,
               .choices = "history|u_shape|flat",
               .help = "How volume is expected to be spread over the duration."},
};

const struct algo algo_vwap = {
    .name = "vwap",
    .summary = "Slices as large as volume is wont to be at their time of day.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .curve = ALGO_CURVE_VOLUME,
    .slices_param = SLICES,
    .step = algo_follow_curve,
};
