// SPDX-License-Identifier: Apache-2.0
// log(1 + b) / (log(1 + b) + log(1 + f)).
#include <sleef.h>

#include "sim/model.h"

static double behind(const double *values, double front, double back) {
    double b = Sleef_cinz_logd1_u10purec(1.0 + back), f = Sleef_cinz_logd1_u10purec(1.0 + front);
    return b / (b + f);
}

const struct queue_model queue_log = {
    .name = "log",
    .summary = "decreases happen behind us by log(1 + back) : log(1 + front)",
    .behind = behind,
};
