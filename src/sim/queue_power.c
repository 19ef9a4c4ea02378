// SPDX-License-Identifier: Apache-2.0
// b^n / (b^n + f^n).
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
    double b = Sleef_cinz_powd1_u10purec(back, values[0]),
           f = Sleef_cinz_powd1_u10purec(front, values[0]);
    return b / (b + f);
}

const struct queue_model queue_power = {
    .name = "power",
    .summary = "decreases happen behind us by back^n : front^n",
    .params = params,
    .param_count = 1,
    .behind = behind,
};
