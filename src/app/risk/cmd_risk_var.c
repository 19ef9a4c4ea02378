// SPDX-License-Identifier: Apache-2.0
// fulmar risk var|es: value at risk and expected shortfall from a file of returns.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/risk/risk_input.h"
#include "app/risk/risk_output.h"
#include "app/risk/risk_paths.h"
#include "base/params.h"
#include "quant/math/linalg.h"
#include "quant/risk/tail_risk.h"
#include "quant/series/performance.h"

enum { METHODS = TAIL_METHODS + MONTE_CARLO_LAWS, PATHS_MAX = 1 << 28, NAME_SIZE = 64 };

#define METHOD_NAMES                                                                               \
    "historical|lower|age|filtered-ewma|filtered-garch|normal|normal-zero|student|student-fitted|" \
    "cornish-fisher|modified|mc-normal|mc-student|mc-bootstrap|mc-normal-copula|"                  \
    "mc-student-copula|all"

// As --method has it, and the keys of its two numbers in the object; %g stands for the degrees of freedom.
static const struct {
    const char *name, *var, *es;
} methods[METHODS] = {
    {"historical", "historical_type7", "historical_type7_es_mean_le_q"},
    {"lower", "historical_lower_order_stat", "historical_es_acerbi_tasche"},
    {"age", "age_weighted", "age_weighted_es"},
    {"filtered-ewma", "filtered_ewma", "filtered_ewma_es"},
    {"filtered-garch", "filtered_garch", "filtered_garch_es"},
    {"normal", "parametric_normal", "parametric_normal_es"},
    {"normal-zero", "parametric_normal_zero_mean", "parametric_normal_zero_mean_es"},
    {"student", "student_t%g_same_variance", "student_t%g_same_variance_es"},
    {"student-fitted", "student_t_fitted", "student_t_fitted_es"},
    {"cornish-fisher", "cornish_fisher", "cornish_fisher_es_integral"},
    {"modified", "modified_var_population_sd", "modified_es_boudt_performanceanalytics"},
    {"mc-normal", "mc_normal", "mc_normal_es"},
    {"mc-student", "mc_student", "mc_student_es"},
    {"mc-bootstrap", "mc_bootstrap", "mc_bootstrap_es"},
    {"mc-normal-copula", "mc_normal_copula", "mc_normal_copula_es"},
    {"mc-student-copula", "mc_student_copula", "mc_student_copula_es"},
};

static const struct param method_row = {
    .name = "--method", .type = PARAM_ENUM, .choices = METHOD_NAMES};

// What was asked for.
struct request {
    const struct args *args;
    bool es;
    int first, last; // methods
    struct risk_levels levels;
    struct tail_options options;
    long paths, threads, seed;
    double block;
    double nu; // degrees of freedom of mc-student-copula; 0: to be fitted
};

// A number for every method and level; NaN where the returns are not fit for the method.
struct answer {
    double value[METHODS][RISK_LEVELS_MAX];
    double error[METHODS][RISK_LEVELS_MAX]; // of what is drawn
    double nu;                              // that mc-student-copula was drawn with
    double nu_low, nu_high;                 // what the sample does not reject of it
};

static int read_request(const struct args *args, bool es, struct request *ret) {
    double method = TAIL_HISTORICAL;
    *ret = (struct request){.args = args,
                            .es = es,
                            .options = tail_options_default(),
                            .paths = 100000,
                            .seed = 1,
                            .block = 1};
    TRY(risk_output_levels(args, &ret->levels));
    if (args_has(args, "method"))
        TRY(params_set(&method_row, 1, "--method", args_get(args, "method", NULL), &method));
    ret->first = method == METHODS ? 0 : (int)method;
    ret->last = method == METHODS ? METHODS - 1 : (int)method;
    TRY(args_real(args, "horizon", 1e-9, 1e9, &ret->options.horizon));
    TRY(args_real(args, "decay", 1e-9, 1, &ret->options.decay));
    TRY(args_real(args, "lambda", 1e-9, 1 - 1e-9, &ret->options.lambda));
    TRY(args_real(args, "dof", 2 + 1e-9, 1e9, &ret->options.dof));
    if (strcmp(args_get(args, "nu", "fit"), "fit") != 0)
        TRY(args_real(args, "nu", 2, 1e9, &ret->nu));
    TRY(args_int(args, "paths", 100, PATHS_MAX, &ret->paths));
    TRY(args_int(args, "threads", 1, RISK_THREADS_MAX, &ret->threads));
    TRY(args_int(args, "seed", 0, INT32_MAX, &ret->seed));
    return args_real(args, "block", 1, 1e9, &ret->block);
}

static int answer_tail(const struct request *request, const struct risk_input *input, bool other,
                       int method, double *ret_values) {
    enum tail_method tail = (enum tail_method)method;
    bool given = other && (tail == TAIL_NORMAL || tail == TAIL_NORMAL_ZERO || tail == TAIL_STUDENT);
    double variance = linalg_quadratic(input->covariance, input->count, input->weights);
    double *scratch = calloc(tail_risk_scratch(input->rows), sizeof *scratch);
    if (scratch == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu returns", input->rows);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < request->levels.count; i++) {
        struct tail_options options = request->options;
        struct tail_risk risk = {.var = NAN, .es = NAN};
        options.level = request->levels.list[i];
        if (given)
            risk = tail_risk_given(tail, performance_mean(input->series, input->rows),
                                   sqrt(variance), &options);
        else
            rc = tail_risk_of(tail, input->series, input->rows, &options, scratch, &risk);
        ret_values[i] = request->es ? risk.es : risk.var;
    }
    free(scratch);
    return rc;
}

static int draw(const struct request *request, const struct risk_input *input,
                enum monte_carlo_law law, struct arena *arena, double *ret_returns,
                struct answer *answer) {
    struct monte_carlo mc;
    double *means = ARENA_NEW(arena, double, input->count);
    size_t fault;
    if (means == NULL) return ERR_NOMEM;
    for (size_t i = 0; i < input->count; i++)
        means[i] = performance_mean(input->columns[i], input->rows);
    if (request->options.horizon != floor(request->options.horizon))
        return ERR_SET(ERR_ARGUMENT, "paths are drawn over whole periods, not over %g",
                       request->options.horizon);
    struct monte_carlo_options options = {law,
                                          input->count,
                                          input->weights,
                                          means,
                                          input->covariance,
                                          (const double *const *)input->columns,
                                          input->rows,
                                          law == MONTE_CARLO_STUDENT_COPULA ? request->nu
                                                                            : request->options.dof,
                                          request->block,
                                          (size_t)request->options.horizon,
                                          (uint64_t)request->seed};
    int rc = monte_carlo_init(&mc, &options, arena, &fault);
    if (rc < 0 && fault < input->count)
        return ERR_APPEND(rc, "%s: it is '%s'", input->data.path, input->names[fault]);
    if (rc < 0) return rc;
    if (law == MONTE_CARLO_STUDENT_COPULA) {
        answer->nu = mc.options.dof;
        answer->nu_low = mc.dof_low;
        answer->nu_high = mc.dof_high;
    }
    return risk_paths_draw(&mc, (size_t)request->paths, (size_t)request->threads, ret_returns);
}

static int answer_drawn(const struct request *request, const struct risk_input *input, int method,
                        struct answer *answer) {
    size_t paths = (size_t)request->paths, n = input->count, rows = input->rows;
    double *returns = calloc(2 * paths, sizeof *returns);
    struct arena arena;
    if (returns == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu paths", paths);
    int rc = arena_init(&arena, sizeof(double) * (8 * n * n + n * rows + 8 * rows) + (1 << 20));
    if (rc == 0) {
        rc = draw(request, input, (enum monte_carlo_law)(method - TAIL_METHODS), &arena, returns,
                  answer);
        arena_fini(&arena);
    }
    for (size_t i = 0; rc == 0 && i < request->levels.count; i++) {
        struct monte_carlo_risk risk =
            monte_carlo_risk_of(returns, paths, request->levels.list[i], returns + paths);
        answer->value[method][i] = request->es ? risk.es : risk.var;
        answer->error[method][i] = request->es ? risk.es_error : risk.var_error;
    }
    free(returns);
    return rc;
}

// Of all methods, those that the returns are not fit for are left out, and standard error says why.
static int answer_all(const struct request *request, const struct risk_input *input, bool other,
                      struct answer *ret) {
    ret->nu = NAN;
    for (int m = request->first; m <= request->last; m++) {
        for (size_t i = 0; i < RISK_LEVELS_MAX; i++) ret->value[m][i] = ret->error[m][i] = NAN;
        int rc = m < TAIL_METHODS ? answer_tail(request, input, other, m, ret->value[m])
                                  : answer_drawn(request, input, m, ret);
        if (rc < 0 && request->first == request->last) return rc;
        if (rc < 0)
            fprintf(stderr, "fulmar %s: %s: %s\n", request->args->command->name, methods[m].name,
                    err_story());
    }
    return 0;
}

// Degrees that run from fat tails to next to none tell nothing of how assets fall together.
static void add_warnings(const struct request *request, const struct risk_input *input,
                         const struct answer *answer, struct text *out) {
    static const double degrees_low = 10, ratio = 10;
    bool empirical = request->first <= TAIL_AGE;
    risk_input_warn(request->args, input, request->levels.list, request->levels.count, empirical,
                    out);
    if (answer->nu_low < degrees_low && answer->nu_high > ratio * answer->nu_low)
        text_printf(out,
                    "mc-student-copula: %zu returns tell little of the degrees of freedom: %.3g, "
                    "and anything from %.3g to %.3g is as well; give --nu\n",
                    input->rows, answer->nu, answer->nu_low, answer->nu_high);
}

static void add_json(const struct request *request, const struct risk_input *input,
                     const struct answer *answer, const struct text *warnings, struct text *out) {
    const double *r = input->series;
    size_t n = input->rows;
    bool drawn = request->last >= TAIL_METHODS;
    text_add(out, "{\"portfolio\":");
    risk_output_string(out, input->portfolio);
    risk_output_item(out, true, false, "n", (double)n);
    risk_output_item(out, true, false, "mean", performance_mean(r, n));
    risk_output_item(out, true, false, "std_ddof1", performance_deviation(r, n));
    risk_output_item(out, true, false, "skew_population", performance_skew(r, n));
    risk_output_item(out, true, false, "excess_kurt_population", performance_kurtosis(r, n) - 3);
    risk_output_item(out, true, false, "horizon", request->options.horizon);
    if (drawn) risk_output_item(out, true, false, "paths", (double)request->paths);
    if (drawn) risk_output_item(out, true, false, "seed", (double)request->seed);
    if (request->last == TAIL_METHODS + MONTE_CARLO_STUDENT_COPULA)
        risk_output_item(out, true, false, "mc_student_copula_nu", answer->nu);
    for (size_t i = 0; i < request->levels.count; i++) {
        text_printf(out, ",\"%g\":{", request->levels.list[i]);
        for (int m = request->first; m <= request->last; m++) {
            char key[NAME_SIZE], stderr_key[2 * NAME_SIZE];
            const char *form = request->es ? methods[m].es : methods[m].var;
            if (m == TAIL_STUDENT)
                snprintf(key, sizeof key,
                         request->es ? "student_t%g_same_variance_es" : "student_t%g_same_variance",
                         request->options.dof);
            else
                snprintf(key, sizeof key, "%s", form);
            risk_output_item(out, true, m == request->first, key, answer->value[m][i]);
            snprintf(stderr_key, sizeof stderr_key, "%s_stderr", key);
            if (m >= TAIL_METHODS)
                risk_output_item(out, true, false, stderr_key, answer->error[m][i]);
        }
        text_add_char(out, '}');
    }
    risk_output_warnings(request->args, warnings, out);
    text_add(out, "}\n");
}

static void add_cell(struct text *out, double value) {
    if (isfinite(value))
        text_printf(out, " %12.6g", value);
    else
        text_printf(out, " %12s", "-");
}

// A row a method, a column a level; behind it the standard errors of what was drawn.
static void add_table(const struct request *request, const struct risk_input *input,
                      const struct answer *answer, struct text *out) {
    text_printf(out, "%s of '%s': %zu returns, mean %.6g, deviation %.6g; %g period%s ahead\n",
                request->es ? "expected shortfall" : "value at risk", input->portfolio, input->rows,
                performance_mean(input->series, input->rows),
                performance_deviation(input->series, input->rows), request->options.horizon,
                request->options.horizon == 1 ? "" : "s");
    text_printf(out, "%-18s", "method");
    for (size_t i = 0; i < request->levels.count; i++)
        text_printf(out, " %12g", request->levels.list[i]);
    if (request->last >= TAIL_METHODS)
        text_printf(out, "  standard error, %ld paths", request->paths);
    text_add_char(out, '\n');
    for (int m = request->first; m <= request->last; m++) {
        text_printf(out, "%-18s", methods[m].name);
        for (size_t i = 0; i < request->levels.count; i++) add_cell(out, answer->value[m][i]);
        for (size_t i = 0; m >= TAIL_METHODS && i < request->levels.count; i++)
            text_printf(out, "  %.2g", answer->error[m][i]);
        if (m == TAIL_METHODS + MONTE_CARLO_STUDENT_COPULA && isfinite(answer->nu))
            text_printf(out, "  (%.4g degrees of freedom)", answer->nu);
        text_add_char(out, '\n');
    }
}

static int answer_input(const struct request *request, const struct risk_input *input, bool other) {
    struct answer *answer = calloc(1, sizeof *answer);
    struct text out, warnings;
    text_init(&out, RISK_OUTPUT_MAX);
    text_init(&warnings, RISK_WARNINGS_MAX);
    int rc = answer != NULL ? 0 : ERR_SET(ERR_NOMEM, "no memory for the results");
    if (rc == 0) rc = answer_all(request, input, other, answer);
    if (rc == 0) add_warnings(request, input, answer, &warnings);
    if (rc == 0 && request->args->json) {
        add_json(request, input, answer, &warnings, &out);
    } else if (rc == 0) {
        add_table(request, input, answer, &out);
        risk_output_warnings(request->args, &warnings, &out);
    }
    text_fini(&warnings);
    free(answer);
    return risk_output_print(&out, rc);
}

static int run_tail(const struct args *args, bool es) {
    struct request request;
    bool other = false;
    if (risk_input_check(args, false, true) < 0 || read_request(args, es, &request) < 0)
        return STATUS_USAGE;
    struct risk_input input;
    int rc = risk_input_read(args, false, &input);
    bool usage = rc == ERR_ARGUMENT && input.series == NULL && input.weighed.columns == 0;
    if (rc == 0) rc = risk_input_estimate(args, &input, &other);
    if (rc == 0) rc = answer_input(&request, &input, other);
    risk_input_free(&input);
    return rc == 0 ? STATUS_DONE : usage ? STATUS_USAGE : STATUS_FAILED;
}

static int run_var(const struct args *args) {
    return run_tail(args, false);
}

static int run_es(const struct args *args) {
    return run_tail(args, true);
}

static const struct option of_tail[] = {
    RISK_INPUT,
    RISK_INPUT_COLUMN,
    RISK_INPUT_LEVEL,
    {"method", "M", METHOD_NAMES, "one method or all; default historical"},
    {"horizon", "H", NULL, "periods: by the square root, or drawn one after the other; default 1"},
    {"decay", "D", NULL, "of age: weight of a return one period older; default 0.98"},
    {"dof", "N", NULL, "of student, mc-student: degrees of freedom, above 2; default 5"},
    {"nu", "N", NULL, "of mc-student-copula: degrees of freedom from 2 on, or fit, the default"},
    RISK_INPUT_ESTIMATOR,
    {"paths", "N", NULL, "of the methods that draw; default 100000"},
    {"block", "B", NULL, "of mc-bootstrap: mean rows of a stretch of the past; default 1"},
    {"seed", "S", NULL, "of the methods that draw; default 1"},
    {"threads", "N", NULL, "that draw, the numbers being the same; default one a processor"}};

#define ABOUT_METHODS                                                                              \
    "historical: type 7 quantile. lower: order statistic, with the shortfall of Acerbi and "       \
    "Tasche. age: weights that fall with age. filtered-ewma, filtered-garch: returns rescaled to " \
    "today's volatility. normal, normal-zero: with and without mean. student, student-fitted: "    \
    "degrees of freedom given, or by maximum likelihood. cornish-fisher, modified: expansions "    \
    "about the normal quantile.\n\n"                                                               \
    "mc-...: paths drawn from a seed. mc-normal, mc-student: of the means and the covariance. "    \
    "mc-bootstrap: stretches of the past. mc-normal-copula, mc-student-copula: each asset's own "  \
    "past returns, joined by a copula; --nu fit takes the degrees of maximum likelihood.\n\n"      \
    "--estimator makes the covariance of normal, normal-zero, student, mc-normal and mc-student; " \
    "--lambda is that of its ewma and of filtered-ewma.\n\n" RISK_INPUT_ABOUT

const struct command command_risk_var = {
    .name = "risk var",
    .summary = "value at risk of a portfolio or a series",
    .operands = "",
    .details = "Losses are positive, as fractions or in the units of the amounts. " ABOUT_METHODS,
    .example = "fulmar risk var --returns returns.csv --weights weights.csv --level 0.99\n"
               "fulmar risk var --returns returns.csv --weights weights.csv --method mc-student "
               "--paths 1000000\n"
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
    .example = "fulmar risk es --returns returns.csv --weights weights.csv --level 0.975\n"
               "fulmar risk es --returns returns.csv --weights weights.csv --method mc-bootstrap "
               "--block 10 --horizon 10",
    .options = of_tail,
    .option_count = sizeof of_tail / sizeof *of_tail,
    .run = run_es,
};
