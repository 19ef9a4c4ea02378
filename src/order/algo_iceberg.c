// SPDX-License-Identifier: Apache-2.0
// Iceberg: rests in the market and shows a part of itself; when that has filled it shows the next.
//
// The price is the near side's best, or the last price where no quote is known, `offset` ticks further away. With
// `follow` a part whose price is no longer that one is taken back and shown again there; without, it stays.
// Where it fails: resting orders fill when the price comes through them, which is when one would rather not have
// bought; each part queues anew; and repeated parts of one size are seen.
#include "order/algo.h"

enum { DISPLAY = ALGO_PARAM_FIRST, OFFSET, FOLLOW };

static const struct param params[] = {
    [ALGO_DURATION] = ALGO_DURATION_PARAM(3600),
    [ALGO_AT_END] = ALGO_AT_END_PARAM(ALGO_AT_END_MARKET),
    [DISPLAY] = {.name = "display",
                 .type = PARAM_REAL,
                 .unit = "of the order",
                 .def = 0.1,
                 .min = 0.0001,
                 .max = 1,
                 .help = "The part that is shown at once."},
    [OFFSET] = {.name = "offset",
                .type = PARAM_INT,
                .unit = "ticks",
                .def = 0,
                .min = 0,
                .max = 1000000,
                .help = "How far behind the best price of its side it rests."},
    [FOLLOW] = {.name = "follow",
                .type = PARAM_BOOL,
                .unit = "",
                .def = 1,
                .min = 0,
                .max = 1,
                .help = "Whether it moves with the best price."},
};

// On the tick, away from the market; 0: there is none.
static int64_t resting_price(const struct algo_view *view) {
    int64_t near = view->side > 0 ? view->bid.m : view->ask.m;
    if (near <= 0) near = view->last.m;
    int64_t off = near % view->tick.m;
    if (off != 0) near += view->side > 0 ? -off : view->tick.m - off;
    int64_t price = near - view->side * view->params[OFFSET] * view->tick.m;
    return price > 0 ? price : 0;
}

static void step(const struct algo_view *view, struct algo_out *ret_out) {
    int64_t price = resting_price(view);
    for (uint32_t i = 0; i < view->child_count; i++)
        if (view->params[FOLLOW] && !view->children[i].canceling &&
            view->children[i].limit_price.m != price)
            ret_out->cancels[ret_out->cancel_count++] = view->children[i].id;
    if (view->child_count > 0 || price == 0) return;
    int64_t shown = (int64_t)((int128_t)view->qty.m * view->params[DISPLAY] / 1000000);
    int64_t least = view->qty_min.m > view->lot.m ? view->qty_min.m : view->lot.m;
    if (shown < least) shown = least;
    ret_out->orders[ret_out->order_count++] = (struct algo_order){
        .qty = QTY(shown), .limit_price = PRICE(price), .type = ORDER_LIMIT, .tif = TIF_GTC};
}

const struct algo algo_iceberg = {
    .name = "iceberg",
    .summary = "Rests in the market and shows a part of itself at a time.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .curve = ALGO_CURVE_NONE,
    .slices_param = -1,
    .step = step,
};
