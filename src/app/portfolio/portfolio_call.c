// SPDX-License-Identifier: Apache-2.0
#include "app/portfolio/portfolio_call.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "quant/math/linalg.h"
#include "quant/portfolio/lots.h"

// Which use an option or a column belongs to.
static const struct {
    const char *option;
    unsigned use;
} option_uses[] = {
    {"min-weight", USE_BOUNDS},
    {"max-weight", USE_BOUNDS},
    {"group", USE_GROUPS},
    {"turnover", USE_TURNOVER},
    {"trade-cost", USE_COST},
    {"impact", USE_IMPACT},
    {"uncertainty", USE_UNCERTAINTY},
    {"target", USE_TARGET},
    {"aversion", USE_AVERSION},
    {"points", USE_POINTS},
    {"confidence", USE_CONFIDENCE},
    {"clusters", USE_CLUSTERS},
    {"linkage", USE_CLUSTERS},
    {"distance", USE_DISTANCE},
    {"views", USE_VIEWS},
    {"tau", USE_VIEWS},
    {"total-max", USE_TOTAL},
    {"probability", USE_BET},
    {"odds", USE_BET},
};
static const struct {
    enum portfolio_column column;
    unsigned use;
} column_uses[] = {
    {PORTFOLIO_COLUMN_min, USE_BOUNDS},    {PORTFOLIO_COLUMN_max, USE_BOUNDS},
    {PORTFOLIO_COLUMN_cost, USE_COST},     {PORTFOLIO_COLUMN_impact, USE_IMPACT},
    {PORTFOLIO_COLUMN_budget, USE_BUDGET}, {PORTFOLIO_COLUMN_uncertainty, USE_UNCERTAINTY},
};

static int refuse_unused(const struct args *args, const struct portfolio_method *method);
static int refuse_columns(const struct portfolio_call *call, const struct portfolio_method *method);
static int read_bounds(struct portfolio_call *call);
static int read_groups(struct portfolio_call *call);
static int read_trades(struct portfolio_call *call);
static int read_numbers(struct portfolio_call *call);
static int describe(struct portfolio_call *call, struct portfolio_result *result);
static int add_lots(struct portfolio_call *call);

static int read_call(const struct portfolio_method *method, struct portfolio_call *call) {
    call->misused = true;
    TRY(refuse_unused(call->args, method));
    TRY(read_numbers(call));
    call->misused = false;
    if (method->uses & USE_NO_DATA) return 0;
    TRY(portfolio_input_read(call->args, true, &call->input));
    TRY(refuse_columns(call, method));
    call->portfolio = (struct portfolio){.count = call->input.count,
                                         .names = call->input.names,
                                         .mean = call->input.mean,
                                         .covariance = call->input.covariance};
    TRY(read_bounds(call));
    TRY(read_groups(call));
    TRY(read_trades(call));
    call->results = ARENA_NEW(&call->input.arena, struct portfolio_result, PORTFOLIO_POINTS_MAX);
    if (call->results == NULL) return ERR_NOMEM;
    for (size_t k = 0; k < call->points; k++) {
        call->results[k].weights = ARENA_NEW(&call->input.arena, double, call->input.count);
        if (call->results[k].weights == NULL) return ERR_NOMEM;
    }
    return 0;
}

int portfolio_call_run(const struct args *args, const struct portfolio_method *method,
                       struct portfolio_call *ret_call) {
    *ret_call = (struct portfolio_call){.args = args, .points = 1};
    if (method->uses & USE_POINTS) {
        long points = 11;
        TRY(args_int(args, "points", 2, PORTFOLIO_POINTS_MAX, &points));
        ret_call->points = (size_t)points;
    }
    TRY(read_call(method, ret_call));
    TRY(method->run(ret_call));
    for (size_t k = 0; ret_call->results != NULL && k < ret_call->points; k++)
        TRY(describe(ret_call, &ret_call->results[k]));
    return args_has(args, "value") ? add_lots(ret_call) : 0;
}

void portfolio_call_free(struct portfolio_call *call) {
    portfolio_input_free(&call->input);
}

void portfolio_call_add(struct portfolio_call *call, const char *name, double number) {
    CHECK(call->number_count < PORTFOLIO_NUMBERS_MAX);
    call->number_names[call->number_count] = name;
    call->numbers[call->number_count++] = number;
}

void portfolio_call_add_vector(struct portfolio_call *call, const char *name,
                               const double *values) {
    CHECK(call->vector_count < PORTFOLIO_VECTORS_MAX);
    call->vector_names[call->vector_count] = name;
    call->vectors[call->vector_count++] = values;
}

static int refuse_unused(const struct args *args, const struct portfolio_method *method) {
    static const char *const data_options[] = {"returns", "prices", "covariance", "assets", "rf",
                                               "periods", "shrink", "value",      "plot"};
    for (size_t i = 0; i < sizeof data_options / sizeof *data_options; i++)
        if ((method->uses & USE_NO_DATA) && args_has(args, data_options[i]))
            return ERR_SET(ERR_ARGUMENT, "--%s has no effect on %s; leave it out", data_options[i],
                           method->name);
    for (size_t i = 0; i < sizeof option_uses / sizeof *option_uses; i++)
        if (args_has(args, option_uses[i].option) && !(method->uses & option_uses[i].use))
            return ERR_SET(ERR_ARGUMENT, "--%s has no effect on %s; leave it out",
                           option_uses[i].option, method->name);
    return 0;
}

static int refuse_columns(const struct portfolio_call *call,
                          const struct portfolio_method *method) {
    for (size_t i = 0; i < sizeof column_uses / sizeof *column_uses; i++)
        if (call->input.table_columns[column_uses[i].column] != NULL &&
            !(method->uses & column_uses[i].use))
            return ERR_SET(ERR_ARGUMENT, "%s: the column '%s' has no effect on %s; leave it out",
                           call->input.table.path,
                           portfolio_input_column_name(column_uses[i].column), method->name);
    return 0;
}

static int read_numbers(struct portfolio_call *call) {
    call->rf = 0.02;
    call->aversion = 1;
    call->confidence = 0.95;
    call->target = NAN;
    TRY(args_real(call->args, "rf", -10, 10, &call->rf));
    TRY(args_real(call->args, "aversion", 0, 1e12, &call->aversion));
    TRY(args_real(call->args, "target", -1e6, 1e6, &call->target));
    return args_real(call->args, "confidence", 1e-6, 1 - 1e-6, &call->confidence);
}

// A value an asset: the table's column over the option; NULL where there is neither.
static int read_values(struct portfolio_call *call, const char *option,
                       enum portfolio_column column, double min, double max, double fallback,
                       const double **ret_values) {
    double *values;
    if (!args_has(call->args, option) && call->input.table_columns[column] == NULL) return 0;
    TRY(args_real(call->args, option, min, max, &fallback));
    TRY(portfolio_input_values(&call->input, column, fallback, &values));
    *ret_values = values;
    return 0;
}

static int read_bounds(struct portfolio_call *call) {
    struct portfolio *portfolio = &call->portfolio;
    TRY(read_values(call, "min-weight", PORTFOLIO_COLUMN_min, -1e6, 1, 0, &portfolio->lower));
    return read_values(call, "max-weight", PORTFOLIO_COLUMN_max, -1, 1e6, INFINITY,
                       &portfolio->upper);
}

// NAME=LOW:HIGH, either of them empty.
static int read_group(struct portfolio_call *call, const char *text, size_t k, double *row,
                      double *ret_low, double *ret_high) {
    const char *equals = strrchr(text, '='), *colon = equals != NULL ? strchr(equals, ':') : NULL;
    char *end = NULL;
    if (colon == NULL || equals == text)
        return ERR_SET(ERR_ARGUMENT,
                       "--group takes NAME=LOW:HIGH, such as energy=0.1:0.3 or "
                       "energy=:0.3, not '%s'",
                       text);
    *ret_low = colon == equals + 1 ? -INFINITY : strtod(equals + 1, &end);
    if (colon != equals + 1 && (end != colon || !isfinite(*ret_low)))
        return ERR_SET(ERR_ARGUMENT, "--group %s: its low limit is not a number", text);
    *ret_high = colon[1] == '\0' ? INFINITY : strtod(colon + 1, &end);
    if (colon[1] != '\0' && (*end != '\0' || !isfinite(*ret_high)))
        return ERR_SET(ERR_ARGUMENT, "--group %s: its high limit is not a number", text);
    size_t members = 0, len = (size_t)(equals - text);
    for (size_t i = 0; i < call->input.count; i++) {
        row[i] = portfolio_input_in_group(call->input.groups[i], text, len);
        members += row[i] != 0;
    }
    if (members == 0)
        return ERR_SET(ERR_ARGUMENT, "--group %s: no asset of %s is in '%.*s'", text,
                       call->input.table.path, (int)len, text);
    struct text name;
    text_init(&name, 4096);
    text_printf(&name, "the limit of group %.*s", (int)len, text);
    char *copy = ARENA_NEW(&call->input.arena, char, name.len + 1);
    if (copy != NULL) memcpy(copy, text_string(&name), name.len);
    ((const char **)call->portfolio.group_names)[k] = copy;
    text_fini(&name);
    return copy != NULL ? 0 : ERR_NOMEM;
}

static int read_groups(struct portfolio_call *call) {
    struct arena *arena = &call->input.arena;
    size_t count = 0, n = call->input.count;
    while (args_nth(call->args, "group", count) != NULL) count++;
    if (count == 0) return 0;
    if (call->input.groups == NULL)
        return ERR_SET(ERR_ARGUMENT,
                       "--group needs --assets FILE with a column 'group' that says who is in it");
    double *rows = ARENA_NEW(arena, double, count *n), *low = ARENA_NEW(arena, double, count);
    double *high = ARENA_NEW(arena, double, count);
    call->portfolio.group_names = ARENA_NEW(arena, const char *, count);
    if (rows == NULL || low == NULL || high == NULL || call->portfolio.group_names == NULL)
        return ERR_NOMEM;
    for (size_t k = 0; k < count; k++)
        TRY(read_group(call, args_nth(call->args, "group", k), k, rows + k * n, &low[k], &high[k]));
    call->portfolio.groups = rows;
    call->portfolio.group_lower = low;
    call->portfolio.group_upper = high;
    call->portfolio.group_count = count;
    return 0;
}

static int read_trades(struct portfolio_call *call) {
    struct portfolio *portfolio = &call->portfolio;
    double *held;
    TRY(args_real(call->args, "turnover", 1e-9, 1e6, &portfolio->turnover_max));
    TRY(read_values(call, "trade-cost", PORTFOLIO_COLUMN_cost, 0, 1e6, 0, &portfolio->trade_cost));
    TRY(read_values(call, "impact", PORTFOLIO_COLUMN_impact, 0, 1e9, 0, &portfolio->impact));
    TRY(read_values(call, "uncertainty", PORTFOLIO_COLUMN_uncertainty, 0, 1e6, 0,
                    &portfolio->uncertainty));
    if (call->input.table_columns[PORTFOLIO_COLUMN_held] == NULL) {
        if (portfolio->turnover_max > 0)
            return ERR_SET(ERR_ARGUMENT, "--turnover needs --assets FILE with a column 'held', the "
                                         "weights that are held now");
        return 0;
    }
    TRY(portfolio_input_values(&call->input, PORTFOLIO_COLUMN_held, 0, &held));
    portfolio->held = held;
    return 0;
}

// Moments of the weights, whichever method they come from.
static int describe(struct portfolio_call *call, struct portfolio_result *result) {
    size_t n = call->input.count;
    double variance = linalg_quadratic(call->input.covariance, n, result->weights);
    result->vol = sqrt(fmax(0, variance));
    result->mean =
        call->input.mean != NULL ? linalg_dot(call->input.mean, result->weights, n) : NAN;
    result->sharpe = result->vol > 0 ? (result->mean - call->rf) / result->vol : NAN;
    if (call->points > 1) return 0;
    double *share = ARENA_NEW(&call->input.arena, double, n);
    if (share == NULL) return ERR_NOMEM;
    linalg_apply(call->input.covariance, n, n, result->weights, share);
    for (size_t i = 0; i < n; i++)
        share[i] = variance > 0 ? share[i] * result->weights[i] / variance : 0;
    portfolio_call_add_vector(call, "risk_share", share);
    if (call->portfolio.held == NULL) return 0;
    portfolio_call_add_vector(call, "held", call->portfolio.held);
    portfolio_call_add(call, "turnover", portfolio_turnover(&call->portfolio, result->weights));
    portfolio_call_add(call, "trade_cost", portfolio_trade_cost(&call->portfolio, result->weights));
    return 0;
}

// The weights as whole lots at the last prices.
static int add_lots(struct portfolio_call *call) {
    struct arena *arena = &call->input.arena;
    size_t n = call->input.count;
    double *lot, *units = ARENA_NEW(arena, double, n);
    struct lots lots = {.count = n, .names = call->input.names, .price = call->input.last};
    struct lots_result result = {.lots = ARENA_NEW(arena, int64_t, n)};
    if (units == NULL || result.lots == NULL) return ERR_NOMEM;
    if (lots.price == NULL || call->points > 1)
        return ERR_SET(ERR_ARGUMENT, "--value needs --prices and a method with one answer");
    TRY(args_real(call->args, "value", 0, 1e300, &lots.money));
    TRY(portfolio_input_values(&call->input, PORTFOLIO_COLUMN_lot, 1, &lot));
    lots.lot = lot;
    lots.weights = call->results->weights;
    TRY(lots_exact(&lots, arena, &result));
    for (size_t i = 0; i < n; i++) units[i] = (double)result.lots[i] * lot[i];
    portfolio_call_add_vector(call, "price", call->input.last);
    portfolio_call_add_vector(call, "units", units);
    portfolio_call_add(call, "leftover", result.leftover);
    portfolio_call_add(call, "miss", result.miss);
    return 0;
}
