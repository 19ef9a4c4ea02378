// SPDX-License-Identifier: Apache-2.0
#include "sim/path.h"

static bool high_first(enum sim_path path, const struct bar *bar, const struct sim_path_view *view);

void sim_path_walk(enum sim_path path, const struct bar *bar, const struct sim_path_view *view,
                   price_t ret_points[PATH_POINTS]) {
    bool up = high_first(path, bar, view);
    ret_points[0] = bar->open;
    ret_points[1] = up ? bar->high : bar->low;
    ret_points[2] = up ? bar->low : bar->high;
    ret_points[3] = bar->close;
}

static bool high_first(enum sim_path path, const struct bar *bar,
                       const struct sim_path_view *view) {
    if (path == SIM_PATH_OHLC) return true;
    if (path == SIM_PATH_OLHC) return false;
    if (path == SIM_PATH_CLOSEST) return bar->high.m - bar->open.m < bar->open.m - bar->low.m;
    if (view->position.m != 0) return view->position.m < 0;
    if (view->buys != view->sells) return view->buys;
    return bar->high.m - bar->close.m > bar->close.m - bar->low.m;
}
