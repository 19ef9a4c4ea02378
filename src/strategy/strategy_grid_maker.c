// SPDX-License-Identifier: Apache-2.0
// A two-sided grid of resting orders around the middle of the book.
//
// Idea: who shows liquidity earns the spread and the rebate; a grid takes what comes, and a skew against its inventory
// sells what it holds sooner than it buys more.
// Source: the market-making example of hftbacktest ("High-Frequency Grid Trading"); the inventory skew is that of
// Avellaneda and Stoikov, "High-frequency trading in a limit order book", Quantitative Finance 8 (2008), made linear.
// Where it fails: in a trend it fills on one side alone, up to its limit, and holds what nobody wants; its fills
// are the ones that somebody better informed wanted to give.
#include <math.h>

#include "strategy/quotes.h"

enum { HALF_SPREAD, INTERVAL, SKEW, LEVELS, QTY_ORDER, MAX_POSITION, MIN_STEP };

static const struct param params[] = {
    [HALF_SPREAD] = {.name = "half_spread",
                     .type = PARAM_REAL,
                     .unit = "fraction",
                     .def = 1e-4,
                     .min = 0,
                     .max = 0.5,
                     .help = "Distance of the first order from the middle, of the price."},
    [INTERVAL] = {.name = "interval",
                  .type = PARAM_REAL,
                  .unit = "fraction",
                  .def = 5e-5,
                  .min = 0,
                  .max = 0.5,
                  .help = "Distance between orders, of the price."},
    [SKEW] = {.name = "skew",
              .type = PARAM_REAL,
              .unit = "fraction",
              .def = 1e-5,
              .min = 0,
              .max = 0.5,
              .help = "How far the grid moves against each order's worth of inventory, of the "
                      "price."},
    [LEVELS] = {.name = "levels",
                .type = PARAM_INT,
                .unit = "orders",
                .def = 10,
                .min = 1,
                .max = QUOTES_MAX,
                .help = "Orders a side."},
    [QTY_ORDER] = {.name = "qty",
                   .type = PARAM_REAL,
                   .unit = "quantity",
                   .def = 0.01,
                   .min = 1e-9,
                   .max = 1e12,
                   .help = "Quantity of each order."},
    [MAX_POSITION] = {.name = "max_position",
                      .type = PARAM_REAL,
                      .unit = "quantity",
                      .def = 0.2,
                      .min = 0,
                      .max = 1e12,
                      .help = "A side is not quoted while the position has reached this on it."},
    [MIN_STEP] = {.name = "min_step",
                  .type = PARAM_REAL,
                  .unit = "price",
                  .def = 0,
                  .min = 0,
                  .max = 1e9,
                  .help = "The grid's prices are multiples of this at least; 0: of the tick."},
};

static struct quotes side_of(const struct strategy_view *view, int sign, double price,
                             double step) {
    struct quotes quotes = {.count = 0};
    bool full = sign * view->position[0] >= view->params[MAX_POSITION];
    for (int i = 0; i < (int)view->params[LEVELS] && !full; i++, price -= sign * step)
        quotes_add(&quotes, llround(price / view->tick));
    return quotes;
}

static void decide(const struct strategy_view *view, void *state, struct strategy_out *ret_out) {
    int64_t best_bid = book_l2_best_bid(view->book), best_ask = book_l2_best_ask(view->book);
    if (best_bid == BOOK_L2_NO_BID || best_ask == BOOK_L2_NO_ASK) return;
    const double *values = view->params;
    double touch_bid = (double)best_bid * view->tick, touch_ask = (double)best_ask * view->tick;
    double middle = (touch_bid + touch_ask) / 2.0;
    double inventory = view->position[0] / values[QTY_ORDER];
    double below = values[HALF_SPREAD] + values[SKEW] * inventory;
    double above = values[HALF_SPREAD] - values[SKEW] * inventory;
    double bid = fmin(middle * (1.0 - below), touch_bid);
    double ask = fmax(middle * (1.0 + above), touch_ask);
    double least = fmax(round(values[MIN_STEP] / view->tick), 1) * view->tick;
    double step = fmax(round(middle * values[INTERVAL] / least) * least, least);
    struct quotes bids = side_of(view, 1, floor(bid / step) * step, step);
    struct quotes asks = side_of(view, -1, ceil(ask / step) * step, step);
    quotes_move(view, 1, &bids, values[QTY_ORDER], ret_out);
    quotes_move(view, -1, &asks, values[QTY_ORDER], ret_out);
}

const struct strategy strategy_grid_maker = {
    .name = "grid_maker",
    .summary = "Rests a grid of orders on both sides of a book, skewed against its inventory.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .scope = SCOPE_BOOK,
    .decide = decide,
};
