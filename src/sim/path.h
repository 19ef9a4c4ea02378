// SPDX-License-Identifier: Apache-2.0
// The path that a price is taken to have walked inside a bar.
#ifndef FULMAR_SIM_PATH_H
#define FULMAR_SIM_PATH_H

#include <stdbool.h>

#include "market/bar.h"
#include "sim/exchange.h"

enum { PATH_POINTS = 4 };

// Who asks, for the pessimistic path.
struct sim_path_view {
    qty_t position; // of the account, signed
    bool buys;      // there are live orders to buy
    bool sells;     // there are live orders to sell
};

// open, one extreme, the other, close; see sim/exchange.h for which extreme comes first.
void sim_path_walk(enum sim_path path, const struct bar *bar, const struct sim_path_view *view,
                   price_t ret_points[PATH_POINTS]);

#endif
