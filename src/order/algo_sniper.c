// SPDX-License-Identifier: Apache-2.0
// Sniper: shows nothing, waits, and takes what stands at a price within its limit.
//
// The limit is `limit` worse than the price at the decision (better, where it is negative). When the far side's best
// price, or the last price where no quote is known, is within it, an immediate-or-cancel order at the limit takes what
// stands there; all that is left, where the size is not known. A size below `min_size` of what is left is let go by.
// Where it fails: a price that runs away is never traded; at_end=market then pays for the wait.
#include "order/algo.h"

enum { LIMIT = ALGO_PARAM_FIRST, MIN_SIZE };

static const struct param params[] = {
    [ALGO_DURATION] = ALGO_DURATION_PARAM(3600),
    [ALGO_AT_END] = ALGO_AT_END_PARAM(ALGO_AT_END_CANCEL),
    [LIMIT] = {.name = "limit",
               .type = PARAM_REAL,
               .unit = "of the price",
               .def = 0.001,
               .min = -0.5,
               .max = 0.5,
               .help = "How much worse than at the decision a price may be; negative: better."},
    [MIN_SIZE] = {.name = "min_size",
                  .type = PARAM_REAL,
                  .unit = "of what is left",
                  .def = 0.1,
                  .min = 0,
                  .max = 1,
                  .help = "A size at the best price below this is not worth showing oneself for."},
};

// The worst price it takes, on the tick.
static int64_t worst_price(const struct algo_view *view) {
    int64_t arrival = view->arrival.m;
    int64_t away = (int64_t)((int128_t)arrival * view->params[LIMIT] / 1000000);
    int64_t worst = arrival + view->side * away, off = worst % view->tick.m;
    if (off != 0) worst += view->side > 0 ? -off : view->tick.m - off;
    return worst;
}

static void step(const struct algo_view *view, struct algo_out *ret_out) {
    int64_t worst = worst_price(view), open = algo_open(view).m;
    int64_t far = view->side > 0 ? view->ask.m : view->bid.m;
    int64_t size = far <= 0 ? 0 : view->side > 0 ? view->ask_qty.m : view->bid_qty.m;
    if (far <= 0) far = view->last.m;
    if (worst <= 0 || open <= 0 || view->child_count > 0 || view->side * (far - worst) > 0) return;
    int64_t take = size > 0 && size < open ? size : open;
    if (take < open && (int128_t)take * 1000000 < (int128_t)open * view->params[MIN_SIZE]) return;
    ret_out->orders[ret_out->order_count++] = (struct algo_order){
        .qty = QTY(take), .limit_price = PRICE(worst), .type = ORDER_LIMIT, .tif = TIF_IOC};
}

const struct algo algo_sniper = {
    .name = "sniper",
    .summary = "Waits, and takes what stands within its limit.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .curve = ALGO_CURVE_NONE,
    .slices_param = -1,
    .step = step,
};
