// SPDX-License-Identifier: Apache-2.0
// fulmar risk contrib|backtest: what adds to the risk of a portfolio from a file of returns, and whether forecasts
// of it were right.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/risk/risk_input.h"
#include "app/risk/risk_output.h"
#include "app/risk/risk_scenario.h"
#include "quant/math/normal.h"
#include "quant/risk/live_var.h"
#include "quant/risk/risk_contribution.h"
#include "quant/risk/var_backtest.h"
#include "quant/series/performance.h"
#include "quant/stream/order_window.h"

enum { CHANGES_MAX = 64 };

// Another weight of one position, the others as they are.
struct change {
    size_t asset;
    double weight;
    double var;        // normal without mean
    double historical; // NaN where there are no returns
};

struct parts {
    struct change changes[CHANGES_MAX];
    size_t change_count;
    double historical; // value at risk of the weights as they are
    double z, var, var_with_mean, es;
    double *means, *with_mean, *es_component, *percent, *spare;
    struct risk_contribution normal;
};

static int read_changes(const struct args *args, const struct risk_input *input,
                        struct parts *parts) {
    const char *word;
    for (; (word = args_nth(args, "change", parts->change_count)) != NULL; parts->change_count++) {
        struct change *change = &parts->changes[parts->change_count];
        const char *equals = strrchr(word, '=');
        char *end = NULL;
        if (parts->change_count == CHANGES_MAX)
            return ERR_SET(ERR_ARGUMENT, "--change is given more than %d times", CHANGES_MAX);
        change->weight = equals != NULL ? strtod(equals + 1, &end) : NAN;
        if (end == NULL || end == equals + 1 || *end != '\0' || !isfinite(change->weight))
            return ERR_SET(ERR_ARGUMENT, "--change is ASSET=WEIGHT, as SPY=0.1, not '%s'", word);
        int rc = risk_scenario_asset(input, word, (size_t)(equals - word), &change->asset);
        if (rc < 0) return ERR_APPEND(rc, "--change; an asset that is not held has weight 0");
    }
    return 0;
}

static int fill_live(const struct risk_input *input, struct live_var *live, double *slots,
                     double *row) {
    for (size_t i = 0; i < input->count; i++)
        TRY(live_var_weigh(live, slots, (uint32_t)i, input->weights[i]));
    for (size_t t = 0; t < input->rows; t++) {
        for (size_t i = 0; i < input->count; i++) row[i] = input->columns[i][t];
        TRY(live_var_row(live, slots, row));
    }
    return 0;
}

static int change_historical(const struct risk_input *input, double level, struct parts *parts) {
    uint32_t count = (uint32_t)input->count, rows = (uint32_t)input->rows;
    double *slots = calloc(live_var_slots(count, rows) + count, sizeof *slots);
    if (slots == NULL) return ERR_SET(ERR_NOMEM, "no memory for %u rows", rows);
    struct live_var live = live_var_make(count, rows);
    int rc = fill_live(input, &live, slots, slots + live_var_slots(count, rows));
    if (rc == 0) parts->historical = live_var_of(&live, slots, level).var;
    for (size_t k = 0; rc == 0 && k < parts->change_count; k++) {
        struct change *change = &parts->changes[k];
        change->historical =
            live_var_if(&live, slots, (uint32_t)change->asset, change->weight, level).var;
    }
    free(slots);
    return rc;
}

static int make_changes(const struct args *args, const struct risk_input *input, double level,
                        struct parts *parts) {
    TRY(read_changes(args, input, parts));
    parts->historical = NAN;
    for (size_t k = 0; k < parts->change_count; k++) {
        struct change *change = &parts->changes[k];
        change->historical = NAN;
        TRY(risk_contribution_change(input->covariance, input->count, input->weights, parts->z,
                                     change->asset, change->weight, &change->var));
    }
    return input->rows > 0 && parts->change_count > 0 ? change_historical(input, level, parts) : 0;
}

static void add_changes_json(const struct risk_input *input, const struct parts *parts,
                             struct text *out) {
    text_add(out, ",\"changes\":[");
    for (size_t k = 0; k < parts->change_count; k++) {
        const struct change *change = &parts->changes[k];
        text_printf(out, "%s{\"asset\":", k > 0 ? "," : "");
        risk_output_string(out, input->names[change->asset]);
        risk_output_item(out, true, false, "weight", change->weight);
        risk_output_item(out, true, false, "var_zero_mean", change->var);
        risk_output_item(out, true, false, "incremental", change->var - parts->var);
        risk_output_item(out, true, false, "historical", change->historical);
        risk_output_item(out, true, false, "historical_incremental",
                         change->historical - parts->historical);
        text_add_char(out, '}');
    }
    text_add_char(out, ']');
}

static void add_changes(const struct risk_input *input, const struct parts *parts,
                        struct text *out) {
    bool returns = input->rows > 0;
    text_printf(out, "\n%-12s %12s %12s %12s%s\n", "change of", "to", "var", "incremental",
                returns ? "   historical  incremental" : "");
    for (size_t k = 0; k < parts->change_count; k++) {
        const struct change *change = &parts->changes[k];
        text_printf(out, "%-12s %12.6g %12.6g %12.6g", input->names[change->asset], change->weight,
                    change->var, change->var - parts->var);
        if (returns)
            text_printf(out, " %12.6g %12.6g", change->historical,
                        change->historical - parts->historical);
        text_add_char(out, '\n');
    }
}

static void add_parts_json(const struct args *args, const struct risk_input *input, double level,
                           const struct parts *parts, const struct text *warnings,
                           struct text *out) {
    size_t n = input->count;
    text_add(out, "{\"portfolio\":");
    risk_output_string(out, input->portfolio);
    risk_output_item(out, true, false, "level", level);
    risk_output_item(out, true, false, "z", parts->z);
    risk_output_names(out, "assets", input->names, n);
    risk_output_array(out, "weights", input->weights, n);
    risk_output_item(out, true, false, "var_zero_mean", parts->var);
    risk_output_array(out, "marginal", parts->normal.marginal, n);
    risk_output_array(out, "component", parts->normal.component, n);
    risk_output_array(out, "percent", parts->percent, n);
    risk_output_array(out, "individual", parts->normal.individual, n);
    risk_output_array(out, "incremental_drop_asset", parts->normal.incremental, n);
    if (input->rows > 0) {
        risk_output_array(out, "marginal_with_mean", parts->with_mean, n);
        risk_output_item(out, true, false, "var_with_mean", parts->var_with_mean);
        risk_output_item(out, true, false, "historical_es_acerbi_tasche", parts->es);
        risk_output_array(out, "es_component", parts->es_component, n);
    }
    if (parts->change_count > 0) add_changes_json(input, parts, out);
    risk_output_warnings(args, warnings, out);
    text_add(out, "}\n");
}

static void add_parts(const struct risk_input *input, const struct parts *parts, struct text *out) {
    bool returns = input->rows > 0;
    text_printf(out, "value at risk, normal without mean: %.10g\n", parts->var);
    if (returns) text_printf(out, "expected shortfall, historical: %.10g\n", parts->es);
    text_printf(out, "%-12s %12s %12s %12s %9s %12s %12s%s\n", "asset", "weight", "marginal",
                "component", "percent", "individual", "incremental",
                returns ? "     of the ES" : "");
    for (size_t i = 0; i < input->count; i++) {
        text_printf(out, "%-12s %12.6g %12.6g %12.6g %8.2f%% %12.6g %12.6g", input->names[i],
                    input->weights[i], parts->normal.marginal[i], parts->normal.component[i],
                    100 * parts->percent[i], parts->normal.individual[i],
                    parts->normal.incremental[i]);
        if (returns) text_printf(out, " %13.6g", parts->es_component[i]);
        text_add_char(out, '\n');
    }
    if (parts->change_count > 0) add_changes(input, parts, out);
}

static int add_shortfall(const struct risk_input *input, double level, struct parts *parts) {
    uint32_t *order = calloc(2 * input->rows, sizeof *order);
    double *series = calloc(input->rows, sizeof *series);
    int rc = order != NULL && series != NULL
                 ? 0
                 : ERR_SET(ERR_NOMEM, "no memory for %zu rows", input->rows);
    if (rc == 0)
        risk_contribution_shortfall((const double *const *)input->columns, input->count,
                                    input->rows, input->weights, 1 - level, order, series,
                                    &parts->es, parts->es_component);
    free(order);
    free(series);
    return rc;
}

static int tell_contrib(const struct args *args, const struct risk_input *input, double level,
                        const struct parts *parts, int rc) {
    struct text out, warnings;
    text_init(&out, RISK_OUTPUT_MAX);
    text_init(&warnings, RISK_WARNINGS_MAX);
    risk_input_warn(args, input, &level, 1, true, &warnings);
    if (rc == 0 && args->json) {
        add_parts_json(args, input, level, parts, &warnings, &out);
    } else if (rc == 0) {
        add_parts(input, parts, &out);
        risk_output_warnings(args, &warnings, &out);
    }
    text_fini(&warnings);
    return risk_output_print(&out, rc);
}

static int answer_contrib(const struct args *args, const struct risk_input *input, double level,
                          double z) {
    size_t n = input->count;
    double *room = calloc(10 * n, sizeof *room);
    if (room == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu assets", n);
    struct parts parts = {.z = z,
                          .means = room,
                          .with_mean = room + n,
                          .es_component = room + 2 * n,
                          .percent = room + 3 * n,
                          .spare = room + 4 * n,
                          .normal = {room + 5 * n, room + 6 * n, room + 7 * n, room + 8 * n}};
    int rc = 0;
    if (input->rows > 0) {
        for (size_t i = 0; i < n; i++)
            parts.means[i] = performance_mean(input->columns[i], input->rows);
        rc = risk_contribution_normal(input->covariance, n, input->weights, parts.means, z,
                                      parts.spare, &parts.var_with_mean, &parts.normal);
        memcpy(parts.with_mean, parts.normal.marginal, n * sizeof *room);
        if (rc == 0) rc = add_shortfall(input, level, &parts);
    }
    if (rc == 0)
        rc = risk_contribution_normal(input->covariance, n, input->weights, NULL, z, parts.spare,
                                      &parts.var, &parts.normal);
    if (rc == 0) rc = make_changes(args, input, level, &parts);
    for (size_t i = 0; i < n; i++) parts.percent[i] = parts.normal.component[i] / parts.var;
    rc = tell_contrib(args, input, level, &parts, rc);
    free(room);
    return rc;
}

static int run_contrib(const struct args *args) {
    double level = 0.99, z = NAN;
    if (risk_input_check(args, true, true) < 0 ||
        args_real(args, "level", 0.5 + 1e-9, 1 - 1e-12, &level) < 0 ||
        args_real(args, "z", 1e-9, 100, &z) < 0)
        return STATUS_USAGE;
    if (isnan(z)) z = -normal_quantile(1 - level);
    struct risk_input input;
    int rc = risk_input_read(args, true, &input);
    bool usage = rc == ERR_ARGUMENT && input.weighed.columns == 0, other;
    if (rc == 0) rc = risk_input_estimate(args, &input, &other);
    if (rc == 0) rc = answer_contrib(args, &input, level, z);
    risk_input_free(&input);
    return rc == 0 ? STATUS_DONE : usage ? STATUS_USAGE : STATUS_FAILED;
}

static void add_test(const struct args *args, const struct var_backtest *test, double level,
                     struct text *out) {
    const struct {
        const char *key;
        double value;
    } items[] = {
        {"days", (double)test->count},
        {"violations", (double)test->violations},
        {"expected", test->expected},
        {"kupiec_lr", test->kupiec},
        {"kupiec_p", test->kupiec_p},
        {"n00", (double)test->transitions[0][0]},
        {"n01", (double)test->transitions[0][1]},
        {"n10", (double)test->transitions[1][0]},
        {"n11", (double)test->transitions[1][1]},
        {"independence_lr", test->independence},
        {"independence_p", test->independence_p},
        {"conditional_coverage_lr", test->coverage},
        {"conditional_coverage_p", test->coverage_p},
        {"basel_days", (double)(test->count < 250 ? test->count : 250)},
        {"basel_violations", (double)test->recent},
    };
    for (size_t i = 0; i < sizeof items / sizeof *items; i++)
        risk_output_item(out, args->json, i == 0, items[i].key, items[i].value);
    if (args->json)
        text_printf(out, ",\"basel_zone\":\"%s\"", var_zone_name(test->zone));
    else
        text_printf(out, "%-40s %s\n", "basel_zone", var_zone_name(test->zone));
    // The committee's table is for this level and these days alone.
    if (fabs(level - 0.99) < 1e-12 && test->count >= 250)
        risk_output_item(out, args->json, false, "basel_plus", var_backtest_plus(test->recent));
}

struct forecasts {
    long window;
    double lambda;
    double *slots, *var;
};

static int add_forecasts(const struct args *args, const struct risk_input *input,
                         const struct risk_levels *levels, const struct forecasts *with, bool ewma,
                         struct text *out) {
    size_t skip = (size_t)with->window;
    char name[32];
    snprintf(name, sizeof name, ewma ? "ewma%.0f" : "hist%.0f",
             ewma ? 100 * with->lambda : (double)with->window);
    if (args->json) text_printf(out, "%s\"%s\":{", ewma ? "," : "", name);
    for (size_t i = 0; i < levels->count; i++) {
        double level = levels->list[i];
        struct var_backtest test;
        if (ewma) {
            var_backtest_ewma(input->series, input->rows, with->lambda, level, with->var);
        } else {
            memset(with->slots, 0, order_window_slots((uint32_t)skip) * sizeof *with->slots);
            var_backtest_historical(input->series, input->rows, skip, level, with->slots,
                                    with->var);
        }
        TRY(var_backtest_of(input->series + skip, with->var + skip, input->rows - skip, level,
                            &test));
        if (args->json)
            text_printf(out, "%s\"%g\":{", i > 0 ? "," : "", level);
        else
            text_printf(out, "%s, level %g\n", name, level);
        add_test(args, &test, level, out);
        text_add_char(out, args->json ? '}' : '\n');
    }
    if (args->json) text_add_char(out, '}');
    return 0;
}

static int answer_backtest(const struct args *args, const struct risk_input *input,
                           const struct risk_levels *levels, long window, double lambda) {
    if (input->rows <= (size_t)window)
        return ERR_SET(ERR_ARGUMENT, "%s: %zu rows are too few: forecasts begin after %ld",
                       input->data.path, input->rows, window);
    struct forecasts with = {window, lambda,
                             calloc(order_window_slots((uint32_t)window), sizeof(double)),
                             calloc(input->rows, sizeof(double))};
    struct text out;
    text_init(&out, RISK_OUTPUT_MAX);
    int rc = with.slots != NULL && with.var != NULL ? 0 : ERR_SET(ERR_NOMEM, "no memory");
    if (args->json) text_add_char(&out, '{');
    if (rc == 0) rc = add_forecasts(args, input, levels, &with, false, &out);
    if (rc == 0) rc = add_forecasts(args, input, levels, &with, true, &out);
    if (args->json) text_add(&out, "}\n");
    free(with.slots);
    free(with.var);
    return risk_output_print(&out, rc);
}

static int run_backtest(const struct args *args) {
    struct risk_levels levels;
    long window = 250;
    double lambda = 0.94;
    if (risk_input_check(args, false, false) < 0 || risk_output_levels(args, &levels) < 0 ||
        args_int(args, "window", 2, 1000000, &window) < 0 ||
        args_real(args, "lambda", 1e-9, 1 - 1e-9, &lambda) < 0)
        return STATUS_USAGE;
    struct risk_input input;
    int rc = risk_input_read(args, false, &input);
    bool usage = rc == ERR_ARGUMENT && input.series == NULL && input.weighed.columns == 0;
    if (rc == 0) rc = answer_backtest(args, &input, &levels, window, lambda);
    risk_input_free(&input);
    return rc == 0 ? STATUS_DONE : usage ? STATUS_USAGE : STATUS_FAILED;
}

static const struct option of_contrib[] = {
    RISK_INPUT,
    RISK_INPUT_COLUMN,
    {"covariance", "FILE", NULL, "a covariance, with names in its header and first column"},
    {"level", "L", NULL, "confidence; default 0.99"},
    {"z", "Z", NULL, "the number of deviations itself instead of the level's"},
    {"change", "ASSET=WEIGHT", NULL, "what another weight would make of the risk; repeatable"},
    RISK_INPUT_ESTIMATOR};
static const struct option of_backtest[] = {
    RISK_INPUT,
    RISK_INPUT_COLUMN,
    RISK_INPUT_LEVEL,
    {"window", "N", NULL, "rows of the historical forecast, and before the first; default 250"},
    {"lambda", "L", NULL, "of the exponentially weighted forecast; default 0.94"}};

const struct command command_risk_contrib = {
    .name = "risk contrib",
    .summary = "what each position adds to a portfolio's risk",
    .operands = "",
    .details = "Marginal, component and incremental value at risk of the normal law, and the parts "
               "of the historical expected shortfall. Components add up to the whole. --change "
               "asks for a position more, fewer or none, each alone: an asset that is not held yet "
               "stands among the weights with 0.\n\n" RISK_INPUT_ABOUT,
    .example = "fulmar risk contrib --returns returns.csv --weights weights.csv --level 0.95\n"
               "fulmar risk contrib --returns returns.csv --weights weights.csv --change SPY=0\n"
               "fulmar risk contrib --covariance cov.csv --weights amounts.csv --amounts --z 1.65",
    .options = of_contrib,
    .option_count = sizeof of_contrib / sizeof *of_contrib,
    .run = run_contrib,
};

const struct command command_risk_backtest = {
    .name = "risk backtest",
    .summary = "whether value at risk was exceeded as often as it should",
    .operands = "",
    .details = "Rolling forecasts, historical and exponentially weighted, against the returns that "
               "followed: Kupiec's and Christoffersen's tests and the Basel traffic "
               "light.\n\n" RISK_INPUT_ABOUT,
    .example = "fulmar risk backtest --returns returns.csv --weights weights.csv --level 0.99",
    .options = of_backtest,
    .option_count = sizeof of_backtest / sizeof *of_backtest,
    .run = run_backtest,
};
