// SPDX-License-Identifier: Apache-2.0
// What strategies held of each instrument, and for how long.
#include <math.h>

#include "report/fold.h"

enum {
    STRATEGY,
    INSTRUMENT,
    FILLS,
    TRADED,
    HIGHEST,
    LOWEST,
    END,
    MEAN,
    MEAN_SIZE,
    LONG,
    SHORT,
    FLAT,
    LIMIT,
    AT_LIMIT,
    TURNOVER,
    HELD,
    HALF_LIFE
};

static const struct fold_column columns[] = {
    {"strategy", "Strategy", FOLD_TEXT, NULL},
    {"instrument", "Instrument", FOLD_TEXT, NULL},
    {"fills", "Fills", FOLD_COUNT, NULL},
    {"traded", "Traded", FOLD_EXACT, "quantity bought and sold"},
    {"highest", "Highest", FOLD_EXACT, "position"},
    {"lowest", "Lowest", FOLD_EXACT, "position"},
    {"end", "At the end", FOLD_EXACT, "position"},
    {"mean", "Mean", FOLD_NUMBER, "position, over time"},
    {"mean_size", "Mean size", FOLD_NUMBER, "of the position without its sign, over time"},
    {"long", "Long", FOLD_RATIO, "share of time"},
    {"short", "Short", FOLD_RATIO, "share of time"},
    {"flat", "Flat", FOLD_RATIO, "share of time"},
    {"limit", "Limit", FOLD_NUMBER, "the position that the strategy's parameters stop it at"},
    {"at_limit", "At the limit", FOLD_RATIO, "share of time with a position of that size or more"},
    {"turnover", "Turnover", FOLD_NUMBER,
     "how often the mean size was turned over in the run: traded / 2 / mean size"},
    {"held", "Mean holding time", FOLD_SECONDS,
     "the integral of the position's size over time, over the quantity that was opened"},
    {"half_life", "Half-life", FOLD_SECONDS,
     "of the position, by the regression of it on itself a step before; none where it does not "
     "come back"},
};

static void *open_rows(const struct fold_view *view) {
    return (void *)view;
}

static bool has_row(const struct holding *holding) {
    return holding->fills > 0;
}

static const struct holding *at(const struct fold_view *view, size_t row, uint32_t *ret_strategy,
                                uint32_t *ret_instrument) {
    for (uint32_t s = 0; s < view->config->strategy_count; s++)
        for (uint32_t i = 0; i < view->instruments->count; i++) {
            const struct holding *holding = venue_side_holding(view->venue_side, s, i);
            if (!has_row(holding) || row-- > 0) continue;
            *ret_strategy = s;
            *ret_instrument = i;
            return holding;
        }
    return NULL;
}

static size_t rows(const void *self) {
    uint32_t strategy, instrument;
    size_t count = 0;
    while (at(self, count, &strategy, &instrument) != NULL) count++;
    return count;
}

static double share(const struct holding *holding, int64_t ns) {
    int64_t all = holding->since_ns - holding->start_ns;
    return all > 0 ? (double)ns / (double)all : NAN;
}

// Mantissa x time over time, in units.
static double mean(const struct holding *holding, int128_t sum, int32_t decimals) {
    int64_t all = holding->since_ns - holding->start_ns;
    return all > 0 ? money_to_double(MONEY(sum), decimals) / (double)all : NAN;
}

static double number_of(const struct holding *holding, size_t column, int32_t decimals) {
    int64_t all = holding->since_ns - holding->start_ns;
    switch (column) {
    case MEAN:
        return mean(holding, holding->net_time, decimals);
    case MEAN_SIZE:
        return mean(holding, holding->size_time, decimals);
    case LONG:
        return share(holding, holding->long_ns);
    case SHORT:
        return share(holding, holding->short_ns);
    case FLAT:
        return share(holding, all - holding->long_ns - holding->short_ns);
    case LIMIT:
        return holding->limit > 0 ? decimal_to_double(holding->limit, decimals) : NAN;
    case AT_LIMIT:
        return holding->limit > 0 ? share(holding, holding->limit_ns) : NAN;
    default:
        return money_to_double(MONEY(holding->bought + holding->sold), decimals) / 2 /
               mean(holding, holding->size_time, decimals);
    }
}

static int128_t exact_of(const struct holding *holding, size_t column) {
    return column == TRADED    ? holding->bought + holding->sold
           : column == HIGHEST ? holding->highest
           : column == LOWEST  ? holding->lowest
                               : holding->qty;
}

static void cell(const void *self, size_t row, size_t column, struct fold_cell *ret_cell) {
    const struct fold_view *view = self;
    uint32_t s, i;
    const struct holding *holding = at(view, row, &s, &i);
    *ret_cell = (struct fold_cell){.decimals = view->instruments->items[i].qty_decimals};
    switch (column) {
    case STRATEGY:
        ret_cell->text = view->config->strategies[s].name;
        break;
    case INSTRUMENT:
        ret_cell->text = view->instrument_names[i];
        break;
    case FILLS:
        ret_cell->integer = (int64_t)holding->fills;
        break;
    case TRADED:
    case HIGHEST:
    case LOWEST:
    case END:
        ret_cell->exact = exact_of(holding, column);
        break;
    case HELD:
        ret_cell->integer = holding_mean_ns(holding);
        ret_cell->missing = ret_cell->integer < 0;
        break;
    case HALF_LIFE: {
        double steps = holding_half_life_steps(holding);
        double ns = steps * (double)view->config->step_ns;
        ret_cell->missing = !(ns < 9e18);
        if (!ret_cell->missing) ret_cell->integer = (int64_t)ns;
        break;
    }
    default:
        ret_cell->number = number_of(holding, column, ret_cell->decimals);
        break;
    }
}

extern const struct fold fold_inventory;
const struct fold fold_inventory = {
    .name = "inventory",
    .title = "Inventory",
    .summary = "What each strategy held, over the time of the run, by the venue's clock.",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .venue_side = true,
    .open = open_rows,
    .rows = rows,
    .cell = cell,
};
