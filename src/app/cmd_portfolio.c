// SPDX-License-Identifier: Apache-2.0
// fulmar portfolio METHOD: weights from a file of returns or prices, one column an asset.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/csv.h"
#include "app/terminal.h"
#include "base/params.h"
#include "quant/math/sum.h"
#include "quant/portfolio/kelly.h"
#include "quant/portfolio/portfolio.h"
#include "quant/portfolio/risk_parity.h"
#include "quant/series/covariance.h"

#define ARENA_SIZE ((size_t)1 << 30)
enum { FRONTIER = 11 };

// A file's returns with their yearly means and covariances, and the answer.
struct call {
    struct csv csv;
    struct arena arena;
    size_t count, rows;
    const char **names;
    const double **columns;
    double *mean, *covariance, *lower, *upper;
    double rf, periods, aversion, target;
    struct portfolio_result results[FRONTIER];
    size_t points;
    double number; // of the method, NaN where it has none
    const char *number_name;
    size_t *order;
};

static struct portfolio portfolio_of(const struct call *call) {
    return (struct portfolio){.count = call->count,
                              .names = call->names,
                              .mean = call->mean,
                              .covariance = call->covariance,
                              .lower = call->lower,
                              .upper = call->upper};
}

static int min_variance(struct call *call) {
    struct portfolio portfolio = portfolio_of(call);
    return portfolio_min_variance(&portfolio, call->rf, &call->arena, call->results);
}

static int mean_variance(struct call *call) {
    struct portfolio portfolio = portfolio_of(call);
    if (!isnan(call->target))
        return portfolio_target(&portfolio, call->target, call->rf, &call->arena, call->results);
    return portfolio_utility(&portfolio, call->aversion, call->rf, &call->arena, call->results);
}

static int max_sharpe(struct call *call) {
    struct portfolio portfolio = portfolio_of(call);
    return portfolio_max_sharpe(&portfolio, call->rf, &call->arena, call->results);
}

static int frontier(struct call *call) {
    struct portfolio portfolio = portfolio_of(call);
    call->points = FRONTIER;
    return portfolio_frontier(&portfolio, call->rf, FRONTIER, &call->arena, call->results);
}

static int erc(struct call *call) {
    call->number_name = "largest_miss";
    return risk_parity(call->covariance, call->count, call->names, NULL, &call->arena,
                       call->results->weights, &call->number);
}

static int max_diversification(struct call *call) {
    call->number_name = "diversification_ratio";
    return risk_parity_diversify(call->covariance, call->count, call->names, &call->arena,
                                 call->results->weights, &call->number,
                                 &call->results->certificate);
}

static int hrp_by(struct call *call, enum risk_parity_distance distance) {
    struct risk_parity_hierarchy hierarchy = {.distance = distance};
    struct risk_parity_tree tree = {
        .order = ARENA_NEW(&call->arena, size_t, call->count),
        .joins = ARENA_NEW(&call->arena, struct hierarchy_join, call->count)};
    if (tree.joins == NULL || tree.order == NULL) return ERR_NOMEM;
    call->order = tree.order;
    return risk_parity_hierarchical(call->covariance, call->count, call->names, &hierarchy,
                                    &call->arena, call->results->weights, &tree);
}

static int hrp(struct call *call) {
    return hrp_by(call, RISK_PARITY_DISTANCE);
}

static int hrp_columns(struct call *call) {
    return hrp_by(call, RISK_PARITY_COLUMNS);
}

static int kelly(struct call *call) {
    struct kelly_history history = {.count = call->count,
                                    .rows = call->rows,
                                    .returns = call->columns,
                                    .names = call->names,
                                    .lower = call->lower,
                                    .upper = call->upper,
                                    .total_max = 1};
    struct kelly_result result = {.weights = call->results->weights};
    TRY(kelly_optimal(&history, &call->arena, &result));
    call->results->certificate = result.certificate;
    call->number_name = "growth";
    call->number = result.growth;
    return 0;
}

static const struct {
    const char *name;
    int (*run)(struct call *call);
} methods[] = {
    {"mean-variance", mean_variance},
    {"min-variance", min_variance},
    {"max-sharpe", max_sharpe},
    {"frontier", frontier},
    {"erc", erc},
    {"hrp", hrp},
    {"hrp-columns", hrp_columns},
    {"max-diversification", max_diversification},
    {"kelly", kelly},
};
enum { METHOD_COUNT = sizeof methods / sizeof *methods };

// Every column but the first, which holds the dates; prices become simple returns.
static int read_columns(struct call *call, bool prices) {
    call->count = call->csv.columns - 1;
    call->rows = call->csv.rows - prices;
    call->names = ARENA_NEW(&call->arena, const char *, call->count + 1);
    call->columns = ARENA_NEW(&call->arena, const double *, call->count + 1);
    if (call->names == NULL || call->columns == NULL) return ERR_NOMEM;
    for (size_t j = 0; j < call->count; j++) {
        double *numbers = ARENA_NEW(&call->arena, double, call->csv.rows);
        if (numbers == NULL) return ERR_NOMEM;
        call->names[j] = csv_name(&call->csv, j + 1);
        call->columns[j] = numbers;
        TRY(csv_numbers(&call->csv, j + 1, numbers));
        for (size_t i = 0; i < call->csv.rows; i++)
            if (!isfinite(numbers[i]) || (prices && !(numbers[i] > 0)))
                return ERR_SET(ERR_PARSE, "%s:%zu: %s: '%s' is not a %s", call->csv.path,
                               call->csv.list[i + 1].line, call->names[j],
                               csv_cell(&call->csv, i, j + 1), prices ? "price" : "return");
        for (size_t i = 0; prices && i < call->rows; i++)
            numbers[i] = numbers[i + 1] / numbers[i] - 1;
    }
    return 0;
}

static int read_moments(struct call *call) {
    size_t n = call->count;
    if (call->rows <= n)
        return ERR_SET(ERR_ARGUMENT,
                       "%s has %zu returns of %zu assets: the covariance is singular; "
                       "give more rows than assets",
                       call->csv.path, call->rows, n);
    double *scratch = ARENA_NEW(&call->arena, double, n * call->rows);
    call->covariance = ARENA_NEW(&call->arena, double, n *n);
    call->mean = ARENA_NEW(&call->arena, double, n);
    if (scratch == NULL || call->covariance == NULL || call->mean == NULL) return ERR_NOMEM;
    covariance_of(call->columns, n, call->rows, 1, scratch, call->covariance);
    for (size_t i = 0; i < n * n; i++) call->covariance[i] *= call->periods;
    for (size_t j = 0; j < n; j++)
        call->mean[j] = call->periods * sum_mean(call->columns[j], call->rows);
    return 0;
}

static int read_call(const struct args *args, struct call *call) {
    double lower = 0, upper = INFINITY;
    bool prices = args_has(args, "prices");
    call->rf = 0.02;
    call->periods = 252;
    call->aversion = 1;
    call->target = call->number = NAN;
    call->points = 1;
    TRY(args_real(args, "rf", -10, 10, &call->rf));
    TRY(args_real(args, "periods", 1e-6, 1e9, &call->periods));
    TRY(args_real(args, "aversion", 0, 1e12, &call->aversion));
    TRY(args_real(args, "target", -1e6, 1e6, &call->target));
    TRY(args_real(args, "min-weight", -1e6, 1, &lower));
    TRY(args_real(args, "max-weight", -1, 1e6, &upper));
    if (prices == args_has(args, "returns"))
        return ERR_SET(ERR_ARGUMENT, "give --returns FILE or --prices FILE");
    TRY(csv_open(&call->csv, args_get(args, prices ? "prices" : "returns", NULL)));
    if (call->csv.columns < 2 || call->csv.rows < 3 || call->csv.columns > PORTFOLIO_ASSETS_MAX)
        return ERR_SET(ERR_ARGUMENT, "%s needs a column of dates, one an asset, and three rows",
                       call->csv.path);
    TRY(arena_init(&call->arena, ARENA_SIZE));
    TRY(read_columns(call, prices));
    TRY(read_moments(call));
    call->lower = ARENA_NEW(&call->arena, double, call->count);
    call->upper = ARENA_NEW(&call->arena, double, call->count);
    if (call->lower == NULL || call->upper == NULL) return ERR_NOMEM;
    for (size_t j = 0; j < call->count; j++) {
        call->lower[j] = lower;
        call->upper[j] = upper;
    }
    for (size_t k = 0; k < FRONTIER; k++)
        if ((call->results[k].weights = ARENA_NEW(&call->arena, double, call->count)) == NULL)
            return ERR_NOMEM;
    return 0;
}

static void describe(struct call *call, struct portfolio_result *result) {
    double mean = 0, variance = 0;
    for (size_t i = 0; i < call->count; i++) {
        mean += result->weights[i] * call->mean[i];
        for (size_t j = 0; j < call->count; j++)
            variance +=
                result->weights[i] * call->covariance[i * call->count + j] * result->weights[j];
    }
    result->mean = mean;
    result->vol = sqrt(variance);
    result->sharpe = variance > 0 ? (mean - call->rf) / result->vol : 0;
}

static void add_json(const struct call *call, const struct portfolio_result *result,
                     struct text *out) {
    const struct qp_certificate *certificate = &result->certificate;
    text_add(out, "{\"weights\":{");
    for (size_t j = 0; j < call->count; j++)
        text_printf(out, "%s\"%s\":%.17g", j > 0 ? "," : "", call->names[j], result->weights[j]);
    text_printf(out, "},\"mean\":%.17g,\"vol\":%.17g,\"sharpe\":%.17g", result->mean, result->vol,
                result->sharpe);
    if (call->order != NULL) {
        text_add(out, ",\"order\":[");
        for (size_t j = 0; j < call->count; j++)
            text_printf(out, "%s\"%s\"", j > 0 ? "," : "", call->names[call->order[j]]);
        text_add_char(out, ']');
    }
    if (call->number_name != NULL)
        text_printf(out, ",\"%s\":%.17g", call->number_name, call->number);
    text_printf(out,
                ",\"certificate\":{\"stationarity\":%.3g,\"feasibility\":%.3g,\"sign\":%.3g,"
                "\"complementarity\":%.3g}}",
                certificate->stationarity, certificate->feasibility, certificate->sign,
                certificate->complementarity);
}

static void print_json(const struct call *call, bool several) {
    struct text text;
    text_init(&text, (size_t)1 << 26);
    if (several) text_add(&text, "{\"points\":[");
    for (size_t k = 0; k < call->points; k++) {
        if (k > 0) text_add_char(&text, ',');
        add_json(call, &call->results[k], &text);
    }
    text_add(&text, several ? "]}\n" : "\n");
    fwrite(text_string(&text), 1, text.len, stdout);
    text_fini(&text);
}

static void print_table(const struct call *call) {
    struct table table;
    table_init(&table, call->points == 1 ? "asset|>weight" : ">mean|>vol|>sharpe");
    for (size_t j = 0; call->points == 1 && j < call->count; j++) {
        table_cell(&table, "%s", call->names[j]);
        table_cell(&table, "%.6f", call->results->weights[j]);
    }
    for (size_t k = 0; call->points > 1 && k < call->points; k++) {
        table_cell(&table, "%.6f", call->results[k].mean);
        table_cell(&table, "%.6f", call->results[k].vol);
        table_cell(&table, "%.4f", call->results[k].sharpe);
    }
    table_print(&table, stdout);
    if (call->points == 1)
        printf("\nmean %.6f  vol %.6f  sharpe %.4f  residual %.2g\n", call->results->mean,
               call->results->vol, call->results->sharpe, qp_residual(&call->results->certificate));
}

static int run(const struct args *args) {
    size_t method = METHOD_COUNT;
    for (size_t i = 0; i < METHOD_COUNT; i++)
        if (args->operand_count == 1 && strcmp(methods[i].name, args->operands[0]) == 0) method = i;
    if (method == METHOD_COUNT) {
        (void)ERR_SET(ERR_ARGUMENT, "name one method; see fulmar portfolio --help");
        return STATUS_USAGE;
    }
    struct call call = {0};
    int rc = read_call(args, &call);
    if (rc == 0) rc = methods[method].run(&call);
    for (size_t k = 0; rc == 0 && k < call.points; k++) describe(&call, &call.results[k]);
    if (rc == 0 && args->json) print_json(&call, call.points > 1);
    if (rc == 0 && !args->json) print_table(&call);
    if (call.arena.base != NULL) arena_fini(&call.arena);
    csv_close(&call.csv);
    return rc < 0 ? STATUS_FAILED : STATUS_DONE;
}

static const struct option options[] = {
    {"returns", "FILE", NULL, "a CSV file: dates, then a column of simple returns an asset"},
    {"prices", "FILE", NULL, "the same with prices"},
    {"rf", "R", NULL, "riskless rate a year; default 0.02"},
    {"periods", "N", NULL, "rows a year; default 252"},
    {"min-weight", "W", NULL, "least weight of an asset; default 0"},
    {"max-weight", "W", NULL, "largest weight of an asset; default none"},
    {"target", "R", NULL, "mean-variance: the return a year to reach"},
    {"aversion", "A", NULL, "mean-variance without a target: risk aversion; default 1"},
};

const struct command command_portfolio = {
    .name = "portfolio",
    .summary = "weights of a portfolio from returns or prices",
    .operands = "METHOD",
    .details =
        "METHOD is mean-variance, min-variance, max-sharpe, frontier, erc, hrp, hrp-columns, "
        "max-diversification or kelly. Means and covariances are those of a year. --json "
        "adds the residuals of the optimality conditions.",
    .example = "fulmar portfolio max-sharpe --returns returns.csv --rf 0.02\n"
               "fulmar portfolio hrp --prices prices.csv --json",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
