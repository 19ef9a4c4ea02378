// SPDX-License-Identifier: Apache-2.0
// 1 - (f / (f + b))^n.
#include <sleef.h>

#include "sim/model.h"

static const struct param params[] = {
    {.name = "n",
     .type = PARAM_REAL,
     .unit = "",
     .def = 3,
     .min = 0.1,
     .max = 20,
     .help = "exponent: the larger, the more decreases happen where more is waiting"}};

static double behind(const double *values, double front, double back) {
    return 1.0 - Sleef_cinz_powd1_u10purec(front / (front + back), values[0]);
}

const struct queue_model queue_power3 = {
    .name = "power3",
    .summary = "decreases happen ahead of us by front^n : (front + back)^n",
    .params = params,
    .param_count = 1,
    .behind = behind,
};
