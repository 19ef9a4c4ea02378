// SPDX-License-Identifier: Apache-2.0
// fulmar risk var|es|contrib|backtest: the risk of a portfolio from a file of returns.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/risk_input.h"
#include "base/params.h"
#include "quant/math/normal.h"
#include "quant/risk/risk_contribution.h"
#include "quant/risk/tail_risk.h"
#include "quant/risk/var_backtest.h"
#include "quant/series/performance.h"
#include "quant/stream/order_window.h"

enum { LEVELS_MAX = 16, OUTPUT_MAX = 1 << 26 };

#define METHODS                                                                                    \
    "historical|lower|age|filtered-ewma|filtered-garch|normal|normal-zero|student|student-fitted|" \
    "cornish-fisher|modified|all"

// The key of a number in the output; %g stands for the degrees of freedom.
static const struct {
    const char *var, *es;
} keys[TAIL_METHODS] = {
    {"historical_type7", "historical_type7_es_mean_le_q"},
    {"historical_lower_order_stat", "historical_es_acerbi_tasche"},
    {"age_weighted", "age_weighted_es"},
    {"filtered_ewma", "filtered_ewma_es"},
    {"filtered_garch", "filtered_garch_es"},
    {"parametric_normal", "parametric_normal_es"},
    {"parametric_normal_zero_mean", "parametric_normal_zero_mean_es"},
    {"student_t%g_same_variance", "student_t%g_same_variance_es"},
    {"student_t_fitted", "student_t_fitted_es"},
    {"cornish_fisher", "cornish_fisher_es_integral"},
    {"modified_var_population_sd", "modified_es_boudt_performanceanalytics"},
};

static const struct param number = {.type = PARAM_REAL};
static const struct param method_row = {.name = "--method", .type = PARAM_ENUM, .choices = METHODS};

struct levels {
    double list[LEVELS_MAX];
    size_t count;
};

static void add_number(struct text *out, double value) {
    if (isfinite(value))
        params_print_value(&number, value, out);
    else
        text_add(out, "null");
}

// A line of the table, or a member of the object.
static void add_item(struct text *out, bool json, bool first, const char *key, double value) {
    if (json)
        text_printf(out, "%s\"%s\":", first ? "" : ",", key);
    else
        text_printf(out, "%-40s ", key);
    add_number(out, value);
    if (!json) text_add_char(out, '\n');
}

static void add_array(struct text *out, const char *key, const double *values, size_t count) {
    text_printf(out, ",\"%s\":[", key);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) text_add_char(out, ',');
        add_number(out, values[i]);
    }
    text_add_char(out, ']');
}

static void add_string(struct text *out, const char *string) {
    text_add_char(out, '"');
    for (; *string != '\0'; string++) {
        if (*string == '"' || *string == '\\') text_add_char(out, '\\');
        if ((unsigned char)*string < ' ')
            text_printf(out, "\\u%04x", (unsigned)*string);
        else
            text_add_char(out, *string);
    }
    text_add_char(out, '"');
}

static int print(struct text *text, int rc) {
    if (rc == 0 && text_error(text) < 0)
        rc = ERR_SET(text_error(text), "no memory for the results");
    if (rc == 0) fwrite(text_string(text), 1, text->len, stdout);
    text_fini(text);
    return rc;
}

static int read_levels(const struct args *args, struct levels *ret) {
    *ret = (struct levels){{0.99}, 1};
    for (size_t i = 0; args_nth(args, "level", i) != NULL; i++) {
        const char *word = args_nth(args, "level", i);
        char *end;
        if (i == LEVELS_MAX)
            return ERR_SET(ERR_ARGUMENT, "--level is given more than %d times", LEVELS_MAX);
        ret->list[i] = strtod(word, &end);
        if (end == word || *end != '\0' || !(ret->list[i] >= 0.5 && ret->list[i] < 1))
            return ERR_SET(ERR_ARGUMENT, "--level is a number within [0.5, 1), not '%s'", word);
        ret->count = i + 1;
    }
    return 0;
}

static int read_tail(const struct args *args, struct tail_options *ret_options, int *ret_method,
                     struct levels *ret_levels) {
    double method = TAIL_HISTORICAL;
    *ret_options = tail_options_default();
    TRY(read_levels(args, ret_levels));
    if (args_has(args, "method"))
        TRY(params_set(&method_row, 1, "--method", args_get(args, "method", NULL), &method));
    *ret_method = (int)method;
    TRY(args_real(args, "horizon", 1e-9, 1e9, &ret_options->horizon));
    TRY(args_real(args, "decay", 1e-9, 1, &ret_options->decay));
    TRY(args_real(args, "lambda", 1e-9, 1 - 1e-9, &ret_options->lambda));
    return args_real(args, "dof", 2 + 1e-9, 1e9, &ret_options->dof);
}

// Of all methods, those that the returns are not fit for are null, and standard error says why.
static int add_methods(const struct args *args, const struct risk_input *input, int method,
                       const struct tail_options *options, bool es, struct text *out) {
    double *scratch = calloc(tail_risk_scratch(input->rows), sizeof *scratch);
    if (scratch == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu returns", input->rows);
    int rc = 0, first = method == TAIL_METHODS ? 0 : method;
    int last = method == TAIL_METHODS ? TAIL_METHODS - 1 : method;
    for (int m = first; rc == 0 && m <= last; m++) {
        struct tail_risk risk = {.var = NAN, .es = NAN};
        char key[64];
        rc = tail_risk_of((enum tail_method)m, input->series, input->rows, options, scratch, &risk);
        if (m == TAIL_STUDENT)
            snprintf(key, sizeof key,
                     es ? "student_t%g_same_variance_es" : "student_t%g_same_variance",
                     options->dof);
        else
            snprintf(key, sizeof key, "%s", es ? keys[m].es : keys[m].var);
        if (rc < 0 && method == TAIL_METHODS) {
            fprintf(stderr, "fulmar %s: %s: %s\n", args->command->name, key, err_story());
            rc = 0;
        }
        add_item(out, args->json, m == first, key, es ? risk.es : risk.var);
    }
    free(scratch);
    return rc;
}

static int answer_tail(const struct args *args, const struct risk_input *input, int method,
                       struct tail_options options, const struct levels *levels, bool es) {
    struct text out;
    text_init(&out, OUTPUT_MAX);
    const double *r = input->series;
    size_t n = input->rows;
    if (args->json) {
        text_add(&out, "{\"portfolio\":");
        add_string(&out, input->portfolio);
        add_item(&out, true, false, "n", (double)n);
        add_item(&out, true, false, "mean", performance_mean(r, n));
        add_item(&out, true, false, "std_ddof1", performance_deviation(r, n));
        add_item(&out, true, false, "skew_population", performance_skew(r, n));
        add_item(&out, true, false, "excess_kurt_population", performance_kurtosis(r, n) - 3);
        add_item(&out, true, false, "horizon", options.horizon);
    }
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < levels->count; i++) {
        options.level = levels->list[i];
        if (args->json)
            text_printf(&out, ",\"%g\":{", options.level);
        else if (levels->count > 1)
            text_printf(&out, "level %g\n", options.level);
        rc = add_methods(args, input, method, &options, es, &out);
        if (args->json) text_add_char(&out, '}');
    }
    if (args->json) text_add(&out, "}\n");
    return print(&out, rc);
}

static int run_tail(const struct args *args, bool es) {
    struct tail_options options;
    struct levels levels;
    int method;
    if (read_tail(args, &options, &method, &levels) < 0) return STATUS_USAGE;
    struct risk_input input;
    int rc = risk_input_read(args, false, &input);
    if (rc == 0) rc = answer_tail(args, &input, method, options, &levels, es);
    bool usage = rc == ERR_ARGUMENT && input.series == NULL && input.weighed.columns == 0;
    risk_input_free(&input);
    return rc == 0 ? STATUS_DONE : usage ? STATUS_USAGE : STATUS_FAILED;
}

static int run_var(const struct args *args) {
    return run_tail(args, false);
}

static int run_es(const struct args *args) {
    return run_tail(args, true);
}

struct parts {
    double z, var, var_with_mean, es;
    double *means, *with_mean, *es_component, *percent, *spare;
    struct risk_contribution normal;
};

static void add_parts_json(const struct risk_input *input, double level, const struct parts *parts,
                           struct text *out) {
    size_t n = input->count;
    text_add(out, "{\"portfolio\":");
    add_string(out, input->portfolio);
    add_item(out, true, false, "level", level);
    add_item(out, true, false, "z", parts->z);
    text_add(out, ",\"assets\":[");
    for (size_t i = 0; i < n; i++) {
        if (i > 0) text_add_char(out, ',');
        add_string(out, input->names[i]);
    }
    text_add_char(out, ']');
    add_array(out, "weights", input->weights, n);
    add_item(out, true, false, "var_zero_mean", parts->var);
    add_array(out, "marginal", parts->normal.marginal, n);
    add_array(out, "component", parts->normal.component, n);
    add_array(out, "percent", parts->percent, n);
    add_array(out, "individual", parts->normal.individual, n);
    add_array(out, "incremental_drop_asset", parts->normal.incremental, n);
    if (input->rows > 0) {
        add_array(out, "marginal_with_mean", parts->with_mean, n);
        add_item(out, true, false, "var_with_mean", parts->var_with_mean);
        add_item(out, true, false, "historical_es_acerbi_tasche", parts->es);
        add_array(out, "es_component", parts->es_component, n);
    }
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
    for (size_t i = 0; i < n; i++) parts.percent[i] = parts.normal.component[i] / parts.var;
    struct text out;
    text_init(&out, OUTPUT_MAX);
    if (rc == 0 && args->json)
        add_parts_json(input, level, &parts, &out);
    else if (rc == 0)
        add_parts(input, &parts, &out);
    rc = print(&out, rc);
    free(room);
    return rc;
}

static int run_contrib(const struct args *args) {
    double level = 0.99, z = NAN;
    if (args_real(args, "level", 0.5 + 1e-9, 1 - 1e-12, &level) < 0 ||
        args_real(args, "z", 1e-9, 100, &z) < 0)
        return STATUS_USAGE;
    if (isnan(z)) z = -normal_quantile(1 - level);
    struct risk_input input;
    int rc = risk_input_read(args, true, &input);
    bool usage = rc == ERR_ARGUMENT && input.weighed.columns == 0;
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
        add_item(out, args->json, i == 0, items[i].key, items[i].value);
    if (args->json)
        text_printf(out, ",\"basel_zone\":\"%s\"", var_zone_name(test->zone));
    else
        text_printf(out, "%-40s %s\n", "basel_zone", var_zone_name(test->zone));
    // The committee's table is for this level and these days alone.
    if (fabs(level - 0.99) < 1e-12 && test->count >= 250)
        add_item(out, args->json, false, "basel_plus", var_backtest_plus(test->recent));
}

struct forecasts {
    long window;
    double lambda;
    double *slots, *var;
};

static int add_forecasts(const struct args *args, const struct risk_input *input,
                         const struct levels *levels, const struct forecasts *with, bool ewma,
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
                           const struct levels *levels, long window, double lambda) {
    if (input->rows <= (size_t)window)
        return ERR_SET(ERR_ARGUMENT, "%s: %zu rows are too few: forecasts begin after %ld",
                       input->data.path, input->rows, window);
    struct forecasts with = {window, lambda,
                             calloc(order_window_slots((uint32_t)window), sizeof(double)),
                             calloc(input->rows, sizeof(double))};
    struct text out;
    text_init(&out, OUTPUT_MAX);
    int rc = with.slots != NULL && with.var != NULL ? 0 : ERR_SET(ERR_NOMEM, "no memory");
    if (args->json) text_add_char(&out, '{');
    if (rc == 0) rc = add_forecasts(args, input, levels, &with, false, &out);
    if (rc == 0) rc = add_forecasts(args, input, levels, &with, true, &out);
    if (args->json) text_add(&out, "}\n");
    free(with.slots);
    free(with.var);
    return print(&out, rc);
}

static int run_backtest(const struct args *args) {
    struct levels levels;
    long window = 250;
    double lambda = 0.94;
    if (read_levels(args, &levels) < 0 || args_int(args, "window", 2, 1000000, &window) < 0 ||
        args_real(args, "lambda", 1e-9, 1 - 1e-9, &lambda) < 0)
        return STATUS_USAGE;
    struct risk_input input;
    int rc = risk_input_read(args, false, &input);
    bool usage = rc == ERR_ARGUMENT && input.series == NULL && input.weighed.columns == 0;
    if (rc == 0) rc = answer_backtest(args, &input, &levels, window, lambda);
    risk_input_free(&input);
    return rc == 0 ? STATUS_DONE : usage ? STATUS_USAGE : STATUS_FAILED;
}

#define INPUT                                                                                      \
    {"returns", "FILE", NULL, "a CSV file of simple returns, a column an asset, a row a period"},  \
        {"weights", "FILE", NULL, "a CSV file with a row an asset: its name, then weights"},       \
        {"portfolio", "NAME", NULL, "the column of weights; default the first"}, {                 \
        "amounts", NULL, NULL, "weights are amounts: they need not add up to 1"                    \
    }
#define COLUMN                                                                                     \
    { "column", "NAME", NULL, "one series of the returns instead of a portfolio" }
#define LEVEL                                                                                      \
    { "level", "L", NULL, "confidence: 0.99 (the default) is one loss in a hundred; repeatable" }
#define ABOUT_INPUT                                                                                \
    "Every weight names a column of the returns; columns without a weight are not held. A cell "   \
    "that is no number, a name that is unknown and weights that do not add up to 1 are errors."

static const struct option of_tail[] = {
    INPUT,
    COLUMN,
    LEVEL,
    {"method", "M", METHODS, "one method or all; default historical"},
    {"horizon", "H", NULL, "periods: results are multiplied by its square root; default 1"},
    {"decay", "D", NULL, "of age: weight of a return one period older; default 0.98"},
    {"lambda", "L", NULL, "of filtered-ewma; default 0.94"},
    {"dof", "N", NULL, "of student: degrees of freedom, above 2; default 5"}};
static const struct option of_contrib[] = {
    INPUT,
    COLUMN,
    {"covariance", "FILE", NULL, "a covariance, with names in its header and first column"},
    {"level", "L", NULL, "confidence; default 0.99"},
    {"z", "Z", NULL, "the number of deviations itself instead of the level's"}};
static const struct option of_backtest[] = {
    INPUT,
    COLUMN,
    LEVEL,
    {"window", "N", NULL, "rows of the historical forecast, and before the first; default 250"},
    {"lambda", "L", NULL, "of the exponentially weighted forecast; default 0.94"}};

#define ABOUT_METHODS                                                                              \
    "historical: type 7 quantile. lower: order statistic, with the shortfall of Acerbi and "       \
    "Tasche. age: weights that fall with age. filtered-ewma, filtered-garch: returns rescaled to " \
    "today's volatility. normal, normal-zero: with and without mean. student, student-fitted: "    \
    "degrees of freedom given, or by maximum likelihood. cornish-fisher, modified: expansions "    \
    "about the normal quantile.\n\n" ABOUT_INPUT

const struct command command_risk_var = {
    .name = "risk var",
    .summary = "value at risk of a portfolio or a series",
    .operands = "",
    .details = "Losses are positive, as fractions or in the units of the amounts. " ABOUT_METHODS,
    .example = "fulmar risk var --returns returns.csv --weights weights.csv --level 0.99\n"
               "fulmar risk var --returns returns.csv --column SPY --method all --json",
    .options = of_tail,
    .option_count = sizeof of_tail / sizeof *of_tail,
    .run = run_var,
};

const struct command command_risk_es = {
    .name = "risk es",
    .summary = "expected shortfall of a portfolio or a series",
    .operands = "",
    .details = "The mean loss beyond the value at risk. " ABOUT_METHODS,
    .example = "fulmar risk es --returns returns.csv --weights weights.csv --level 0.975",
    .options = of_tail,
    .option_count = sizeof of_tail / sizeof *of_tail,
    .run = run_es,
};

const struct command command_risk_contrib = {
    .name = "risk contrib",
    .summary = "what each position adds to a portfolio's risk",
    .operands = "",
    .details =
        "Marginal, component and incremental value at risk of the normal law, and the parts "
        "of the historical expected shortfall. Components add up to the whole.\n\n" ABOUT_INPUT,
    .example = "fulmar risk contrib --returns returns.csv --weights weights.csv --level 0.95\n"
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
               "light.\n\n" ABOUT_INPUT,
    .example = "fulmar risk backtest --returns returns.csv --weights weights.csv --level 0.99",
    .options = of_backtest,
    .option_count = sizeof of_backtest / sizeof *of_backtest,
    .run = run_backtest,
};
