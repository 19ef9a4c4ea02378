// SPDX-License-Identifier: Apache-2.0
// The market maker of Gueant, Lehalle and Fernandez-Tapia: a half spread, a skew for each unit held, a grid behind.
//
// Idea: far from any horizon the best quotes depend on the inventory alone. A half spread and a slope follow from the
// volatility of the middle and from how the rate of orders falls with depth, both estimated as they come.
// Source: Gueant, Lehalle and Fernandez-Tapia, "Dealing with the inventory risk: a solution to the market making
// problem", Mathematics and Financial Economics 7 (2013) 477; the grid and the two factors are those of hftbacktest's
// example of the model ("Gueant-Lehalle-Fernandez-Tapia Market Making Model and Grid Trading").
// Where it fails: the middle has no memory in the model and orders tell nothing. In a trend it sells into the rise up
// to its limit, and its fills are those that somebody better informed wanted to give.
#include <math.h>

#include "strategy/maker.h"

enum {
    GAMMA,
    FORM,
    SPREAD_FACTOR,
    SKEW_FACTOR,
    LEVELS,
    INTERVAL,
    QTY_ORDER,
    MAX_POSITION,
    DEPTH,
    HALF_LIFE,
    TOLERANCE,
    IMPROVE,
};
enum { FORM_CLOSED, FORM_EXACT };

static const struct param params[] = {
    [GAMMA] = {.name = "gamma",
               .type = PARAM_REAL,
               .unit = "per unit of money",
               .def = 0.05,
               .min = 1e-12,
               .max = 1e6,
               .help = "Aversion to risk: the larger, the further the quotes move against what is "
                       "held."},
    [FORM] = {.name = "form",
              .type = PARAM_ENUM,
              .unit = "",
              .choices = "closed|exact",
              .help = "The paper's closed form, or its depths with max_position as the limit of "
                      "the inventory."},
    [SPREAD_FACTOR] = {.name = "spread_factor",
                       .type = PARAM_REAL,
                       .unit = "",
                       .def = 1,
                       .min = 0,
                       .max = 1e6,
                       .help = "The half spread is this many of the model's."},
    [SKEW_FACTOR] = {.name = "skew_factor",
                     .type = PARAM_REAL,
                     .unit = "",
                     .def = 1,
                     .min = 0,
                     .max = 1e6,
                     .help = "The move against what is held is this many of the model's."},
    [LEVELS] = {.name = "levels",
                .type = PARAM_INT,
                .unit = "orders",
                .def = 3,
                .min = 1,
                .max = QUOTES_MAX,
                .help = "Orders a side."},
    [INTERVAL] = {.name = "interval",
                  .type = PARAM_REAL,
                  .unit = "half spreads",
                  .def = 1,
                  .min = 0,
                  .max = 1e6,
                  .help = "Distance between orders of a side, at least a tick."},
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
};

// The model's depths, drawn apart into what both sides share and what leans against the inventory.
struct shape {
    double half;
    double skew;
};

static struct making_depths depths_of(const struct strategy_view *view, double middle,
                                      const struct making_market *market) {
    const double *values = view->params;
    const struct making_maker maker = {values[GAMMA], maker_units(view, values[QTY_ORDER])};
    const struct making_market in_units = maker_market(view, middle, market);
    double scratch[3 * (2 * MAKING_LOTS_MAX + 1)], held = view->position[0];
    struct making_depths depths;
    if (values[FORM] == FORM_CLOSED) {
        depths = making_gueant(&maker, &in_units, maker_units(view, held));
    } else {
        int most = (int)floor(values[MAX_POSITION] / values[QTY_ORDER] + 1e-9);
        double lots = fmin(fmax(round(held / values[QTY_ORDER]), -most), most);
        depths = making_gueant_exact(&maker, &in_units, (int)lots, most, scratch);
    }
    return maker_depths(view, middle, depths);
}

// At the limit of the exact form one side has no depth: the other alone is quoted, and is all there is to go by.
static struct shape shape_of(const struct strategy_view *view, double middle,
                             const struct making_market *market) {
    struct making_depths depths = depths_of(view, middle, market);
    if (isinf(depths.bid)) return (struct shape){depths.ask, 0};
    if (isinf(depths.ask)) return (struct shape){depths.bid, 0};
    return (struct shape){(depths.bid + depths.ask) / 2, (depths.bid - depths.ask) / 2};
}

static struct quotes side_of(const struct strategy_view *view, int side, double middle,
                             const struct shape *shape) {
    const double *values = view->params;
    struct quotes quotes = {.count = 0};
    double half = shape->half * values[SPREAD_FACTOR];
    double depth = half + side * shape->skew * values[SKEW_FACTOR];
    double step = fmax(half * values[INTERVAL], view->tick);
    int64_t first, tick;
    if (isnan(middle) || !maker_may(view, side, values[MAX_POSITION])) return quotes;
    if (!maker_tick(view, side, middle, depth, values[IMPROVE] != 0, &first)) return quotes;
    for (int i = 0; i < (int)values[LEVELS]; i++) {
        tick = first - side * llround(i * step / view->tick);
        if (tick < 1) break;
        quotes_add(&quotes, quotes_hold(view, side, tick, (int64_t)values[TOLERANCE]));
    }
    return quotes;
}

static void decide(const struct strategy_view *view, void *memory, struct strategy_out *ret_out) {
    struct maker_state *state = memory;
    const double *values = view->params;
    double middle = maker_look(state, view, values[DEPTH], values[HALF_LIFE]);
    struct making_market market;
    struct shape shape = {0};
    if (!isnan(middle) && making_estimate_market(&state->estimate, &market))
        shape = shape_of(view, middle, &market);
    else
        middle = NAN;
    for (int side = 1; side >= -1; side -= 2) {
        struct quotes quotes = side_of(view, side, middle, &shape);
        quotes_move(view, side, &quotes, values[QTY_ORDER], ret_out);
    }
}

static int check(const double *values) {
    double lots = values[MAX_POSITION] / values[QTY_ORDER];
    if (lots < 1 - 1e-9)
        return ERR_SET(ERR_ARGUMENT, "max_position (%g) must be at least qty (%g)",
                       values[MAX_POSITION], values[QTY_ORDER]);
    if (values[FORM] == FORM_EXACT && lots > MAKING_LOTS_MAX + 0.5)
        return ERR_SET(ERR_ARGUMENT,
                       "max_position (%g) is over %d orders of qty (%g): form=closed has no limit",
                       values[MAX_POSITION], MAKING_LOTS_MAX, values[QTY_ORDER]);
    return 0;
}

const struct strategy strategy_gueant_lehalle = {
    .name = "gueant_lehalle",
    .summary = "Rests a grid by Gueant, Lehalle and Fernandez-Tapia's half spread and skew.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .scope = SCOPE_BOOK,
    .reads_trades = true,
    .state_size = sizeof(struct maker_state),
    .check = check,
    .decide = decide,
};
