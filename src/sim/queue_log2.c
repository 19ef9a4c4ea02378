// SPDX-License-Identifier: Apache-2.0
// log(1 + b) / log(1 + b + f).
#include <sleef.h>

#include "sim/model.h"

static double behind(const double *values, double front, double back) {
    return Sleef_cinz_logd1_u10purec(1.0 + back) / Sleef_cinz_logd1_u10purec(1.0 + (back + front));
}

const struct queue_model queue_log2 = {
    .name = "log2",
    .summary = "decreases happen behind us by log(1 + back) : log(1 + front + back)",
    .behind = behind,
};
