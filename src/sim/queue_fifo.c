// SPDX-License-Identifier: Apache-2.0
// The place that the feed's own orders tell: sim/tick_orders.c.
#include "sim/model.h"

const struct queue_model queue_fifo = {
    .name = "fifo",
    .summary = "first come, first served; the feed tells every order (books by order alone)",
    .by_order = true,
};
