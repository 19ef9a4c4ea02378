// SPDX-License-Identifier: Apache-2.0
// fulmar portfolio rebalance and portfolio lots: from weights to trades.
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "app/commands.h"
#include "app/portfolio/portfolio_input.h"
#include "app/terminal.h"
#include "quant/portfolio/lots.h"
#include "quant/portfolio/rebalance.h"

// A column that the table must have, without empty cells where `whole`.
static int need_column(struct portfolio_input *input, enum portfolio_column column, bool whole,
                       double **ret_values) {
    const char *name = portfolio_input_column_name(column);
    const double *cells = input->table_columns[column];
    if (cells == NULL) return ERR_SET(ERR_PARSE, "%s: has no column '%s'", input->table.path, name);
    for (size_t i = 0; whole && i < input->count; i++)
        if (isnan(cells[i]))
            return ERR_SET(ERR_PARSE, "%s: '%s' has no %s", input->table.path, input->names[i],
                           name);
    return portfolio_input_values(input, column, 0, ret_values);
}

// An answer an asset as a member of an object, and numbers behind them.
static void add_vector(json_t *object, const struct portfolio_input *input, const char *name,
                       const double *values) {
    json_t *member = json_object();
    for (size_t i = 0; i < input->count; i++)
        json_object_set_new(member, input->names[i], json_real(values[i]));
    json_object_set_new(object, name, member);
}

static void print_json(json_t *object) {
    json_dumpf(object, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17));
    putchar('\n');
    json_decref(object);
}

static int read_rebalance(const struct args *args, struct portfolio_input *input,
                          struct rebalance *call) {
    double *held, *target, *cost, fallback = 0;
    double absolute = INFINITY, relative = INFINITY;
    TRY(portfolio_input_read(args, false, input));
    TRY(need_column(input, PORTFOLIO_COLUMN_held, false, &held));
    TRY(need_column(input, PORTFOLIO_COLUMN_target, true, &target));
    TRY(args_real(args, "trade-cost", 0, 0.999999, &fallback));
    TRY(portfolio_input_values(input, PORTFOLIO_COLUMN_cost, fallback, &cost));
    TRY(args_real(args, "band", 0, 1, &absolute));
    TRY(args_real(args, "relative-band", 0, 1e6, &relative));
    if (!args_has(args, "band") && !args_has(args, "relative-band")) absolute = 0;
    const char *to = args_get(args, "to", "target");
    if (strcmp(to, "target") != 0 && strcmp(to, "edge") != 0)
        return ERR_SET(ERR_ARGUMENT, "--to is target or edge, not '%s'", to);
    *call = (struct rebalance){.count = input->count,
                               .names = input->names,
                               .held = held,
                               .target = target,
                               .band_absolute = absolute,
                               .band_relative = relative,
                               .to = strcmp(to, "edge") == 0 ? REBALANCE_EDGE : REBALANCE_TARGET,
                               .cost = cost};
    TRY(args_real(args, "cash", 0, 1e300, &call->cash));
    return args_real(args, "fee", 0, 1e300, &call->fee);
}

static const char *furthest_name(const struct rebalance *call,
                                 const struct rebalance_result *result) {
    return result->furthest < call->count ? call->names[result->furthest] : "cash";
}

static void rebalance_json(const struct portfolio_input *input, const struct rebalance *call,
                           const struct rebalance_result *result) {
    json_t *object = json_object();
    add_vector(object, input, "trade", result->trade);
    add_vector(object, input, "value", result->value);
    json_object_set_new(object, "cash", json_real(result->cash));
    json_object_set_new(object, "total", json_real(result->total));
    json_object_set_new(object, "costs", json_real(result->costs));
    json_object_set_new(object, "turnover", json_real(result->turnover));
    json_object_set_new(object, "outside", json_integer((json_int_t)result->outside));
    if (result->outside > 0) {
        json_object_set_new(object, "furthest", json_string(furthest_name(call, result)));
        json_object_set_new(object, "furthest_by", json_real(result->furthest_by));
    }
    print_json(object);
}

static void rebalance_row(struct table *table, const char *name, double held, double trade,
                          double value, const double weights[3]) {
    table_cell(table, "%s", name);
    table_cell(table, "%.2f", held);
    table_cell(table, "%.6f", weights[0]);
    table_cell(table, "%.6f", weights[1]);
    table_cell(table, "%.2f", trade);
    table_cell(table, "%.2f", value);
    table_cell(table, "%.6f", weights[2]);
}

static void rebalance_table(const struct rebalance *call, const struct rebalance_result *result) {
    struct table table;
    double after = result->total - result->costs, targets = 0;
    table_init(&table, "asset|>held|>weight|>target|>trade|>value|>new weight");
    for (size_t i = 0; i < call->count; i++) {
        double weights[] = {call->held[i] / result->total, call->target[i],
                            result->value[i] / after};
        rebalance_row(&table, call->names[i], call->held[i], result->trade[i], result->value[i],
                      weights);
        targets += call->target[i];
    }
    double weights[] = {call->cash / result->total, fmax(0, 1 - targets), result->cash / after};
    rebalance_row(&table, "(cash)", call->cash, result->cash - call->cash, result->cash, weights);
    table_print(&table, stdout);
    if (result->outside == 0) {
        printf("\nEvery weight is within its band: nothing to trade.\n");
        return;
    }
    printf("\n%zu outside their bands, %s furthest, by %.6f\n"
           "costs %.2f  turnover %.6f\n",
           result->outside, furthest_name(call, result), result->furthest_by, result->costs,
           result->turnover);
}

static int run_rebalance(const struct args *args) {
    struct portfolio_input input;
    struct rebalance call = {0};
    struct rebalance_result result = {0};
    int rc = read_rebalance(args, &input, &call);
    if (rc == 0) {
        result.trade = ARENA_NEW(&input.arena, double, input.count);
        result.value = ARENA_NEW(&input.arena, double, input.count);
        rc = result.trade != NULL && result.value != NULL ? rebalance(&call, &input.arena, &result)
                                                          : ERR_NOMEM;
    }
    if (rc == 0 && args->json) rebalance_json(&input, &call, &result);
    if (rc == 0 && !args->json) rebalance_table(&call, &result);
    portfolio_input_free(&input);
    return rc < 0 ? STATUS_FAILED : STATUS_DONE;
}

static int read_lots(const struct args *args, struct portfolio_input *input, struct lots *call) {
    double *weights, *price, *lot;
    TRY(portfolio_input_read(args, false, input));
    TRY(need_column(input, PORTFOLIO_COLUMN_target, true, &weights));
    TRY(need_column(input, PORTFOLIO_COLUMN_price, true, &price));
    TRY(portfolio_input_values(input, PORTFOLIO_COLUMN_lot, 1, &lot));
    *call = (struct lots){.count = input->count,
                          .names = input->names,
                          .weights = weights,
                          .price = price,
                          .lot = lot};
    if (!args_has(args, "value"))
        return ERR_SET(ERR_ARGUMENT, "give --value V, the money to place");
    return args_real(args, "value", 0, 1e300, &call->money);
}

static void lots_json(const struct portfolio_input *input, const struct lots *call,
                      const struct lots_result *result) {
    json_t *object = json_object(), *lots = json_object(), *units = json_object();
    for (size_t i = 0; i < call->count; i++) {
        json_object_set_new(lots, input->names[i], json_integer(result->lots[i]));
        json_object_set_new(units, input->names[i],
                            json_real((double)result->lots[i] * call->lot[i]));
    }
    json_object_set_new(object, "lots", lots);
    json_object_set_new(object, "units", units);
    json_object_set_new(object, "leftover", json_real(result->leftover));
    json_object_set_new(object, "miss", json_real(result->miss));
    json_object_set_new(object, "bound", json_real(result->bound));
    json_object_set_new(object, "exact", json_boolean(result->exact));
    print_json(object);
}

static void lots_table(const struct lots *call, const struct lots_result *result, bool greedy) {
    struct table table;
    table_init(&table, "asset|>target|>price|>lots|>units|>value|>weight");
    for (size_t i = 0; i < call->count; i++) {
        double units = (double)result->lots[i] * call->lot[i], value = units * call->price[i];
        table_cell(&table, "%s", call->names[i]);
        table_cell(&table, "%.6f", call->weights[i]);
        table_cell(&table, "%.10g", call->price[i]);
        table_cell(&table, "%lld", (long long)result->lots[i]);
        table_cell(&table, "%.10g", units);
        table_cell(&table, "%.2f", value);
        table_cell(&table, "%.6f", value / call->money);
    }
    table_print(&table, stdout);
    printf("\nleftover %.2f\n", result->leftover);
    if (greedy)
        printf("misses the weights and the money by %.2f in all; without --greedy a nearer plan "
               "is looked for\n",
               result->miss);
    else if (result->exact)
        printf("misses the weights and the money by %.2f in all; no plan is nearer\n",
               result->miss);
    else
        printf("misses the weights and the money by %.2f in all, the best of %d branches; no plan "
               "misses by less than %.2f\n",
               result->miss, LOTS_BRANCHES_MAX, result->bound);
}

static int run_lots(const struct args *args) {
    struct portfolio_input input;
    struct lots call = {0};
    struct lots_result result = {0};
    bool greedy = args_has(args, "greedy");
    int rc = read_lots(args, &input, &call);
    if (rc == 0) {
        result.lots = ARENA_NEW(&input.arena, int64_t, input.count);
        if (result.lots == NULL)
            rc = ERR_NOMEM;
        else if (greedy)
            rc = lots_greedy(&call, &input.arena, &result);
        else
            rc = lots_exact(&call, &input.arena, &result);
    }
    if (rc == 0 && args->json) lots_json(&input, &call, &result);
    if (rc == 0 && !args->json) lots_table(&call, &result, greedy);
    portfolio_input_free(&input);
    return rc < 0 ? STATUS_FAILED : STATUS_DONE;
}

static const struct option rebalance_options[] = {
    {"assets", "FILE", NULL,
     "a table with a row an asset: asset, held (a value), target (a weight), cost"},
    {"cash", "V", NULL, "money beside what is held; default 0"},
    {"band", "W", NULL,
     "how far a weight may be from its target; default 0 without --relative-band"},
    {"relative-band", "S", NULL, "the same as a share of the target; the narrower of both counts"},
    {"to", "WHERE", "target|edge",
     "target: all weights to their targets; edge: those outside to the edge of their bands; "
     "default "
     "target"},
    {"trade-cost", "C", NULL, "cost as a share of what is traded; default 0"},
    {"fee", "V", NULL, "cost of each trade; default 0"},
};

const struct command command_portfolio_rebalance = {
    .name = "portfolio rebalance",
    .summary = "trades back to target weights, once one has left its band",
    .operands = "",
    .details =
        "Targets may add up to less than 1: the rest is cash. Trades go to the weights of what "
        "remains after their own costs. --band 0.05 --relative-band 0.25 is the rule 5/25.",
    .example = "fulmar portfolio rebalance --assets holdings.csv --cash 1200 --band 0.05 "
               "--relative-band 0.25 --trade-cost 0.001",
    .options = rebalance_options,
    .option_count = sizeof rebalance_options / sizeof *rebalance_options,
    .run = run_rebalance,
};

static const struct option lots_options[] = {
    {"assets", "FILE", NULL,
     "a table with a row an asset: asset, target (a weight), price, lot (units in one; default 1)"},
    {"value", "V", NULL, "the money to place"},
    {"greedy", NULL, NULL, "one lot at a time, without looking for the nearest plan"},
};

const struct command command_portfolio_lots = {
    .name = "portfolio lots",
    .summary = "weights as whole lots that money buys",
    .operands = "",
    .details =
        "The nearest plan has the least sum of differences between values bought and wanted, the "
        "money that is left included; it is found by branch and bound.",
    .example = "fulmar portfolio lots --assets weights.csv --value 10000",
    .options = lots_options,
    .option_count = sizeof lots_options / sizeof *lots_options,
    .run = run_lots,
};
