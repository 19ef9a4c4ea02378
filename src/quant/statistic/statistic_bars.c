// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "market/activity_bar.h"
#include "market/renko.h"
#include "quant/statistic/statistic.h"

#define PARAMS(table) .params = (table), .param_count = sizeof(table) / sizeof *(table)
#define OUTPUTS(table) .outputs = (table), .output_count = sizeof(table) / sizeof *(table)
#define ROWS .inputs = {"open", "high", "low", "close", "volume"}, .input_count = 5

enum { BARS_MORE = 1 << 20, LIMIT_DECIMALS = 6 };

enum { OPEN, HIGH, LOW, CLOSE, VOLUME, ROW, VALUE, REST }; // outputs

static const struct statistic_output bar_outputs[] = {
    {.name = "open", .shape = STATISTIC_VECTOR},
    {.name = "high", .shape = STATISTIC_VECTOR},
    {.name = "low", .shape = STATISTIC_VECTOR},
    {.name = "close", .shape = STATISTIC_VECTOR},
    {.name = "volume", .shape = STATISTIC_VECTOR},
    {.name = "row",
     .shape = STATISTIC_VECTOR,
     .is_row = true,
     .help = "The row that completes the bar."},
    {.name = "value", .shape = STATISTIC_VECTOR, .help = "Turnover: sum of close x volume."},
    {.name = "rest", .help = "Volume of the unfinished bar at the end, which is not given out."}};
static const struct statistic_output brick_outputs[] = {
    {.name = "open", .shape = STATISTIC_VECTOR},
    {.name = "high", .shape = STATISTIC_VECTOR},
    {.name = "low", .shape = STATISTIC_VECTOR},
    {.name = "close", .shape = STATISTIC_VECTOR},
    {.name = "volume",
     .shape = STATISTIC_VECTOR,
     .help = "Traded since the brick before; of several bricks of one row the first has it all."},
    {.name = "row",
     .shape = STATISTIC_VECTOR,
     .is_row = true,
     .help = "The row that makes the brick."}};

#define PRICE_DECIMALS                                                                             \
    {                                                                                              \
        .name = "price_decimals", .type = PARAM_INT, .unit = "digits", .def = 8, .min = 0,         \
        .max = 9, .help = "Prices are integers of so many decimals; further ones are rounded."     \
    }
#define VOLUME_DECIMALS                                                                            \
    {                                                                                              \
        .name = "volume_decimals", .type = PARAM_INT, .unit = "digits", .def = 8, .min = 0,        \
        .max = 9, .help = "Volumes are integers of so many decimals; further ones are rounded."    \
    }
#define LIMIT(name_, unit_, def_, help_)                                                           \
    {                                                                                              \
        .name = (name_), .type = PARAM_REAL, .unit = (unit_), .def = (def_), .min = 1e-6,          \
        .max = 1e12, .help = (help_)                                                               \
    }
#define DIVIDE                                                                                     \
    {                                                                                              \
        .name = "divide", .type = PARAM_BOOL, .unit = "", .def = 1,                                \
        .help = "Divide a row that fills more than the bar; 0: the bar ends with all of it."       \
    }

static const struct param tick_params[] = {{.name = "rows",
                                            .type = PARAM_INT,
                                            .unit = "rows",
                                            .def = 100,
                                            .min = 1,
                                            .max = 1e9,
                                            .help = "Rows of a bar."},
                                           PRICE_DECIMALS,
                                           VOLUME_DECIMALS};
static const struct param volume_params[] = {LIMIT("size", "units", 10000, "Volume of a bar."),
                                             DIVIDE, PRICE_DECIMALS, VOLUME_DECIMALS};
static const struct param dollar_params[] = {LIMIT("size", "money", 1e6, "Turnover of a bar."),
                                             DIVIDE, PRICE_DECIMALS, VOLUME_DECIMALS};
static const struct param renko_params[] = {LIMIT("size", "price", 1, "Height of a brick."),
                                            PRICE_DECIMALS, VOLUME_DECIMALS};

struct scale {
    int price;
    int volume;
};

// Where the bars go: nowhere in a first pass, which counts them.
struct sink {
    double *columns[REST];
    size_t count;
};

static int mantissa(double x, int decimals, const char *column, size_t row, int64_t *ret_mantissa) {
    int rc = decimal_from_double(x, decimals, ROUND_HALF_EVEN, ret_mantissa);
    return rc < 0 ? ERR_SET(rc, "row %zu: %s is %.15g, too large for %d decimals", row + 1, column,
                            x, decimals)
                  : 0;
}

// The one fault of a row that only what came before it shows.
static int overflow(int rc, const struct scale *scale, size_t row) {
    return ERR_SET(rc, "row %zu: volume adds up to more than %d decimals leave room for", row + 1,
                   scale->volume);
}

// One bar a row and a million more are enough for any size that is meant.
static int too_many(const struct sink *sink, size_t rows) {
    if (sink->count <= rows + BARS_MORE) return 0;
    return ERR_SET(ERR_ARGUMENT, "more than %zu bars of %zu rows: the size is too small",
                   rows + BARS_MORE, rows);
}

static void sink_bar(struct sink *sink, const struct activity_bar *bar, const struct scale *scale,
                     size_t row) {
    size_t at = sink->count++;
    if (sink->columns[0] == NULL) return;
    sink->columns[OPEN][at] = decimal_to_double(bar->open.m, scale->price);
    sink->columns[HIGH][at] = decimal_to_double(bar->high.m, scale->price);
    sink->columns[LOW][at] = decimal_to_double(bar->low.m, scale->price);
    sink->columns[CLOSE][at] = decimal_to_double(bar->close.m, scale->price);
    sink->columns[VOLUME][at] = decimal_to_double(bar->volume.m, scale->volume);
    sink->columns[ROW][at] = (double)row + 1;
    sink->columns[VALUE][at] = money_to_double(MONEY(bar->value), scale->price + scale->volume);
}

static const char *const names[] = {"open", "high", "low", "close", "volume"};

// What bar_check would refuse, told in the words of the columns.
static int row_check(const struct statistic_data *data, const struct scale *scale, size_t row,
                     const struct bar *bar) {
    const int64_t prices[] = {bar->open.m, bar->high.m, bar->low.m, bar->close.m};
    size_t at = row + 1;
    for (size_t i = 0; i < VOLUME; i++)
        if (prices[i] <= 0)
            return ERR_SET(ERR_ARGUMENT, "row %zu: %s is %.15g; with %d decimals it is not above 0",
                           at, names[i], data->columns[i][row], scale->price);
    double open = data->columns[OPEN][row], high = data->columns[HIGH][row];
    double low = data->columns[LOW][row], close = data->columns[CLOSE][row];
    switch (bar_check(bar)) {
    case BAR_HIGH_LOW:
        return ERR_SET(ERR_ARGUMENT, "row %zu: high %.15g is below low %.15g", at, high, low);
    case BAR_OUTSIDE:
        return open < low || open > high
                   ? ERR_SET(ERR_ARGUMENT, "row %zu: open %.15g is outside %.15g to %.15g", at,
                             open, low, high)
                   : ERR_SET(ERR_ARGUMENT, "row %zu: close %.15g is outside %.15g to %.15g", at,
                             close, low, high);
    case BAR_BAD_VOLUME:
        return ERR_SET(ERR_ARGUMENT, "row %zu: volume is %.15g; it is 0 or above", at,
                       data->columns[VOLUME][row]);
    case BAR_OK:
    case BAR_BAD_TIME:
    case BAR_BAD_PRICE:
    case BAR_FAULT_COUNT:
        break;
    }
    return 0;
}

static int row_read(const struct statistic_data *data, const struct scale *scale, size_t row,
                    struct bar *ret_bar) {
    struct bar bar = {.open_ns = (int64_t)row, .close_ns = (int64_t)row + 1};
    int64_t *const targets[] = {&bar.open.m, &bar.high.m, &bar.low.m, &bar.close.m, &bar.volume.m};
    for (size_t i = 0; i < 5; i++)
        TRY(mantissa(data->columns[i][row], i == VOLUME ? scale->volume : scale->price, names[i],
                     row, targets[i]));
    *ret_bar = bar;
    return row_check(data, scale, row, &bar);
}

static int pass(const struct statistic_data *data, const struct scale *scale,
                struct activity *activity, struct sink *sink) {
    for (size_t row = 0; row < data->count; row++) {
        struct bar bar;
        TRY(row_read(data, scale, row, &bar));
        int rc = activity_row(activity, &bar);
        if (rc < 0) return overflow(rc, scale, row);
        struct activity_bar made;
        while (activity_next(activity, &made) > 0) {
            sink_bar(sink, &made, scale, row);
            TRY(too_many(sink, data->count));
        }
    }
    return 0;
}

static int columns_make(const struct statistic_data *data, size_t columns, struct sink *sink,
                        struct statistic_value *ret_values) {
    for (size_t c = 0; c < columns; c++) {
        sink->columns[c] = statistic_vector(data, sink->count, &ret_values[c]);
        if (sink->columns[c] == NULL) return ERR_NOMEM;
    }
    sink->count = 0;
    return 0;
}

static int build(const struct statistic_data *data, const struct scale *scale,
                 const struct activity *fresh, struct statistic_value *ret_values) {
    struct activity activity = *fresh;
    struct sink sink = {0};
    TRY(pass(data, scale, &activity, &sink));
    TRY(columns_make(data, REST, &sink, ret_values));
    activity = *fresh;
    TRY(pass(data, scale, &activity, &sink));
    ret_values[REST].number = decimal_to_double(activity.bar.volume.m, scale->volume);
    return 0;
}

// A size at `decimals`, where at least one unit is left of it.
static int limit_of(double size, int decimals, int128_t *ret_limit) {
    int64_t at_six;
    int rc = decimal_from_double(size, LIMIT_DECIMALS, ROUND_HALF_EVEN, &at_six);
    if (rc == 0) rc = decimal_rescale(at_six, LIMIT_DECIMALS, decimals, ROUND_HALF_EVEN, ret_limit);
    if (rc < 0) return ERR_SET(rc, "a size of %g does not fit with %d decimals", size, decimals);
    if (*ret_limit > 0) return 0;
    return ERR_SET(ERR_ARGUMENT, "a size of %g is 0 at %d decimals", size, decimals);
}

static int tick_bars(const struct statistic_data *data, const double *params,
                     struct statistic_value *ret_values) {
    struct scale scale = {(int)params[1], (int)params[2]};
    struct activity activity;
    TRY(activity_init(&activity, ACTIVITY_ROWS, (int128_t)params[0], 0));
    return build(data, &scale, &activity, ret_values);
}

static int sized(const struct statistic_data *data, const double *params, enum activity_kind kind,
                 struct statistic_value *ret_values) {
    struct scale scale = {(int)params[2], (int)params[3]};
    int decimals = scale.volume + (kind == ACTIVITY_VALUE ? scale.price : 0);
    struct activity activity;
    int128_t limit = 0;
    TRY(limit_of(params[0], decimals, &limit));
    TRY(activity_init(&activity, kind, limit, params[1] != 0 ? 0 : ACTIVITY_WHOLE));
    return build(data, &scale, &activity, ret_values);
}

static int volume_bars(const struct statistic_data *data, const double *params,
                       struct statistic_value *ret_values) {
    return sized(data, params, ACTIVITY_VOLUME, ret_values);
}

static int dollar_bars(const struct statistic_data *data, const double *params,
                       struct statistic_value *ret_values) {
    return sized(data, params, ACTIVITY_VALUE, ret_values);
}

static void sink_brick(struct sink *sink, const struct renko_brick *brick,
                       const struct scale *scale, size_t row) {
    size_t at = sink->count++;
    if (sink->columns[0] == NULL) return;
    double open = decimal_to_double(brick->open.m, scale->price);
    double close = decimal_to_double(brick->close.m, scale->price);
    sink->columns[OPEN][at] = open;
    sink->columns[HIGH][at] = open > close ? open : close;
    sink->columns[LOW][at] = open < close ? open : close;
    sink->columns[CLOSE][at] = close;
    sink->columns[VOLUME][at] = decimal_to_double(brick->volume.m, scale->volume);
    sink->columns[ROW][at] = (double)row + 1;
}

static int brick_pass(const struct statistic_data *data, const struct scale *scale,
                      struct renko *renko, struct sink *sink) {
    for (size_t row = 0; row < data->count; row++) {
        price_t price;
        qty_t volume;
        TRY(mantissa(data->columns[0][row], scale->price, "close", row, &price.m));
        TRY(mantissa(data->columns[1][row], scale->volume, "volume", row, &volume.m));
        if (price.m <= 0)
            return ERR_SET(ERR_ARGUMENT,
                           "row %zu: close is %.15g; with %d decimals it is not above 0", row + 1,
                           data->columns[0][row], scale->price);
        if (volume.m < 0)
            return ERR_SET(ERR_ARGUMENT, "row %zu: volume is %.15g; it is 0 or above", row + 1,
                           data->columns[1][row]);
        int rc = renko_price(renko, (int64_t)row, price, volume);
        if (rc < 0) return overflow(rc, scale, row);
        struct renko_brick brick;
        while (renko_next(renko, &brick) > 0) {
            sink_brick(sink, &brick, scale, row);
            TRY(too_many(sink, data->count));
        }
    }
    return 0;
}

static int renko_bricks(const struct statistic_data *data, const double *params,
                        struct statistic_value *ret_values) {
    struct scale scale = {(int)params[1], (int)params[2]};
    struct renko fresh;
    int128_t size = 0;
    price_t height;
    TRY(limit_of(params[0], scale.price, &size));
    if (decimal_narrow(size, &height.m) < 0)
        return ERR_SET(ERR_RANGE, "a brick of %g does not fit with %d decimals", params[0],
                       scale.price);
    TRY(renko_init(&fresh, height));
    struct renko renko = fresh;
    struct sink sink = {0};
    TRY(brick_pass(data, &scale, &renko, &sink));
    TRY(columns_make(data, VALUE, &sink, ret_values));
    renko = fresh;
    return brick_pass(data, &scale, &renko, &sink);
}

static const struct statistic statistics[] = {
    {.name = "dollar_bars",
     .summary = "Bars of equal turnover: volume at the row's close. A large row fills many bars; "
                "each has at least the size, by less than the price of one unit of volume.",
     .source = "Lopez de Prado, Advances in Financial Machine Learning (2018), 2.3.1",
     ROWS,
     OUTPUTS(bar_outputs),
     PARAMS(dollar_params),
     .evaluate = dollar_bars},
    {.name = "renko",
     .summary = "Renko bricks of the close: a brick for each move of a whole size from the last "
                "one, from the first close on; a turn takes two sizes.",
     .source = "Nison, Beyond Candlesticks (1994)",
     .inputs = {"close", "volume"},
     .input_count = 2,
     OUTPUTS(brick_outputs),
     PARAMS(renko_params),
     .evaluate = renko_bricks},
    {.name = "tick_bars",
     .summary = "Bars of equally many rows, which are trades in the plain case.",
     .source = "Lopez de Prado, Advances in Financial Machine Learning (2018), 2.3.1",
     ROWS,
     OUTPUTS(bar_outputs),
     PARAMS(tick_params),
     .evaluate = tick_bars},
    {.name = "volume_bars",
     .summary = "Bars of equal volume. A large row fills many bars: the first has its open, high "
                "and low, those after it stand at its close.",
     .source = "Lopez de Prado, Advances in Financial Machine Learning (2018), 2.3.1",
     ROWS,
     OUTPUTS(bar_outputs),
     PARAMS(volume_params),
     .evaluate = volume_bars},
};

const struct statistic_table statistic_bars = {
    .title = "Bars by activity",
    .rows = statistics,
    .count = sizeof statistics / sizeof *statistics,
};
