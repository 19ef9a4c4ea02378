// SPDX-License-Identifier: Apache-2.0
// Avellaneda and Stoikov's market maker: one bid and one offer around a price that moves against what is held.
//
// Idea: who holds something risks the middle's moves, so the price at which it is as well to buy as to sell lies
// below the middle when long and above it when short; around it a spread that weighs the gain of a trade against its
// likelihood. The volatility of the middle and the rate of orders by depth are estimated as they come. Source:
// Avellaneda and Stoikov, "High-frequency trading in a limit order book", Quantitative Finance 8 (2008) 217. Where it
// fails: its orders come at random and tell nothing. Real ones do: a fill is followed by a move against it, which the
// model knows nothing of, and a queue stands before each quote, which it does not see.
#include <math.h>

#include "strategy/maker.h"

enum {
    GAMMA,
    FORM,
    HORIZON,
    QTY_ORDER,
    MAX_POSITION,
    DEPTH,
    HALF_LIFE,
    TOLERANCE,
    IMPROVE,
    SIGMA,
    K,
};
enum { FORM_SESSION, FORM_ROLLING, FORM_ENDLESS };

static const struct param params[] = {
    [GAMMA] = {.name = "gamma",
               .type = PARAM_REAL,
               .unit = "per unit of money",
               .def = 0.1,
               .min = 1e-12,
               .max = 1e6,
               .help = "Aversion to risk: the larger, the further the quotes move against what is "
                       "held."},
    [FORM] = {.name = "form",
              .type = PARAM_ENUM,
              .unit = "",
              .choices = "session|rolling|endless",
              .help = "The time left: counted down from horizon and begun anew, always horizon, or "
                      "none, by the model without a horizon."},
    [HORIZON] = {.name = "horizon",
                 .type = PARAM_DURATION,
                 .unit = "s",
                 .def = 60,
                 .min = 1e-3,
                 .max = 86400,
                 .help = "Until what is held is valued at the middle."},
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
                      .def = 0.1,
                      .min = 0,
                      .max = 1e12,
                      .help = "A side is not quoted while the position has reached this on it."},
    [DEPTH] = {.name = "depth",
               .type = PARAM_REAL,
               .unit = "ticks",
               .def = 80,
               .min = 4,
               .max = 1e6,
               .help = "Up to which the rate of orders by depth is measured."},
    [HALF_LIFE] = {.name = "half_life",
                   .type = PARAM_DURATION,
                   .unit = "s",
                   .def = 60,
                   .min = 1,
                   .max = 86400,
                   .help = "After which what was measured counts half. Nothing is quoted in the "
                           "first quarter of it."},
    [TOLERANCE] = {.name = "tolerance",
                   .type = PARAM_INT,
                   .unit = "ticks",
                   .def = 2,
                   .min = 0,
                   .max = 1e6,
                   .help = "A quote this near to where it should be keeps its place."},
    [IMPROVE] = {.name = "improve",
                 .type = PARAM_BOOL,
                 .unit = "",
                 .help = "Quotes may stand inside the spread, where the model wants them there."},
    [SIGMA] = {.name = "sigma",
               .type = PARAM_REAL,
               .unit = "price per square root of a second",
               .def = 0,
               .min = 0,
               .max = 1e12,
               .help = "Volatility of the middle; 0: as estimated."},
    [K] = {.name = "k",
           .type = PARAM_REAL,
           .unit = "per unit of price",
           .def = 0,
           .min = 0,
           .max = 1e12,
           .help = "How fast the rate of orders falls with depth; 0: as estimated."},
};

static double left_of(const struct strategy_view *view, const struct maker_state *state) {
    double horizon = view->params[HORIZON];
    if (view->params[FORM] == FORM_ROLLING) return horizon;
    double passed = (double)(view->now_ns - state->first_ns) / 1e9;
    return horizon - (passed - floor(passed / horizon) * horizon);
}

static struct making_depths depths_of(const struct strategy_view *view,
                                      const struct maker_state *state, double middle,
                                      const struct making_market *market) {
    const double *values = view->params;
    const struct making_maker maker = {values[GAMMA], maker_units(view, values[QTY_ORDER])};
    const struct making_market in_units = maker_market(view, middle, market);
    double held = maker_units(view, view->position[0]);
    double most = maker_units(view, values[MAX_POSITION]);
    struct making_depths depths =
        values[FORM] != FORM_ENDLESS
            ? making_stoikov(&maker, &in_units, held, left_of(view, state))
            : making_stoikov_endless(&maker, &in_units, fmin(fmax(held, -most), most), most);
    return maker_depths(view, middle, depths);
}

static void decide(const struct strategy_view *view, void *memory, struct strategy_out *ret_out) {
    struct maker_state *state = memory;
    const double *values = view->params;
    double middle = maker_look(state, view, values[DEPTH], values[HALF_LIFE]);
    struct making_market market = {.a = 1};
    bool known = making_estimate_market(&state->estimate, &market);
    if (values[SIGMA] > 0) market.sigma = values[SIGMA];
    if (values[K] > 0) market.k = values[K];
    known = known || (values[SIGMA] > 0 && values[K] > 0);
    struct making_depths depths = {INFINITY, INFINITY};
    if (known && !isnan(middle)) depths = depths_of(view, state, middle, &market);
    for (int side = 1; side >= -1; side -= 2) {
        struct quotes quotes = {.count = 0};
        int64_t tick;
        if (maker_may(view, side, values[MAX_POSITION]) &&
            maker_tick(view, side, middle, side > 0 ? depths.bid : depths.ask, values[IMPROVE] != 0,
                       &tick))
            quotes_add(&quotes, quotes_hold(view, side, tick, (int64_t)values[TOLERANCE]));
        quotes_move(view, side, &quotes, values[QTY_ORDER], ret_out);
    }
}

static int check(const double *values) {
    if (values[MAX_POSITION] >= values[QTY_ORDER]) return 0;
    return ERR_SET(ERR_ARGUMENT, "max_position (%g) must be at least qty (%g)",
                   values[MAX_POSITION], values[QTY_ORDER]);
}

const struct strategy strategy_avellaneda_stoikov = {
    .name = "avellaneda_stoikov",
    .summary = "Quotes both sides around a reservation price that leans against its inventory.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .scope = SCOPE_BOOK,
    .reads_trades = true,
    .state_size = sizeof(struct maker_state),
    .check = check,
    .decide = decide,
};
