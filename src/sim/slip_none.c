// SPDX-License-Identifier: Apache-2.0
#include "sim/model.h"

static int64_t offset(const struct slip_view *view, const double *values) {
    return 0;
}

const struct slip_model slip_none = {
    .name = "none",
    .summary = "fills at the price seen",
    .offset = offset,
};
