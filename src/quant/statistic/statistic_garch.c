// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "quant/math/mathfn.h"
#include "quant/statistic/statistic.h"
#include "quant/volatility/garch.h"

#define RETURNS .inputs = {"returns"}, .input_count = 1
#define OUTPUTS(table) .outputs = (table), .output_count = sizeof(table) / sizeof *(table)
#define PARAMS(table) .params = (table), .param_count = sizeof(table) / sizeof *(table)

enum { HORIZON_MAX = 100000 };

#define ENUM(name_, choices_, help_)                                                               \
    { .name = (name_), .type = PARAM_ENUM, .unit = "", .choices = (choices_), .help = (help_) }
#define INIT                                                                                       \
    ENUM("init", "mean_e2|backcast",                                                               \
         "Variance before the sample: mean of e^2, or weighted over the first 75 returns.")
#define LAW ENUM("distribution", "normal|t", "Of the standardised returns.")
#define HORIZON(def_)                                                                              \
    {                                                                                              \
        .name = "horizon", .type = PARAM_INT, .unit = "rows", .def = (def_), .min = 1,             \
        .max = HORIZON_MAX, .help = "Steps ahead."                                                 \
    }
#define PERIODS                                                                                    \
    {                                                                                              \
        .name = "periods", .type = PARAM_REAL, .unit = "a year", .def = 252, .min = 1, .max = 1e9, \
        .help = "Returns in a year, of the term structure."                                        \
    }
#define VALUE(name_, def_, min_, max_, help_)                                                      \
    {                                                                                              \
        .name = (name_), .type = PARAM_REAL, .unit = "", .def = (def_), .min = (min_),             \
        .max = (max_), .help = (help_)                                                             \
    }

enum { FIT_INIT, FIT_LAW, FIT_HORIZON, FIT_PERIODS };
static const struct param fit_params[] = {
    [FIT_INIT] = INIT, [FIT_LAW] = LAW, [FIT_HORIZON] = HORIZON(10), [FIT_PERIODS] = PERIODS};

enum {
    GIVEN_MODEL,
    GIVEN_INIT,
    GIVEN_LAW,
    GIVEN_MU,
    GIVEN_OMEGA,
    GIVEN_ALPHA,
    GIVEN_GAMMA,
    GIVEN_BETA,
    GIVEN_NU,
    GIVEN_HORIZON,
    GIVEN_LAST // periods or seed
};
#define GIVEN(horizon_, ...)                                                                       \
    [GIVEN_MODEL] = ENUM("model", "garch|gjr_garch|egarch", "Of the variance."),                   \
    [GIVEN_INIT] = INIT, [GIVEN_LAW] = LAW,                                                        \
    [GIVEN_MU] = VALUE("mu", 0, -1e9, 1e9, "Mean of the returns."),                                \
    [GIVEN_OMEGA] = VALUE("omega", 0.05, -1e3, 1e12, "Constant of the variance, or of its log."),  \
    [GIVEN_ALPHA] = VALUE("alpha", 0.05, -1e3, 1e3, "Weight of the last shock."),                  \
    [GIVEN_GAMMA] =                                                                                \
        VALUE("gamma", 0, -1e3, 1e3, "Weight of a fall, or of a shock with its sign."),            \
    [GIVEN_BETA] = VALUE("beta", 0.9, -1, 1, "Weight of the last variance, or of its log."),       \
    [GIVEN_NU] = VALUE("nu", 8, 2.001, 1e6, "Degrees of freedom of t."),                           \
    [GIVEN_HORIZON] = HORIZON(horizon_), [GIVEN_LAST] = __VA_ARGS__

static const struct param filter_params[] = {GIVEN(10, PERIODS)};
static const struct param simulate_params[] = {GIVEN(1000, {.name = "seed",
                                                            .type = PARAM_INT,
                                                            .unit = "",
                                                            .def = 1,
                                                            .min = 0,
                                                            .max = 9007199254740991,
                                                            .help = "Of the random numbers."})};

// clang-format off
#define OUTPUT(name_, shape_, help_) {.name = (name_), .shape = (shape_), .help = (help_)}
#define SERIES_OUTPUTS \
    OUTPUT("variance", STATISTIC_SERIES, "Of each return, given those before it."), \
    OUTPUT("residual", STATISTIC_SERIES, "(return - mu) / sqrt(variance)."), \
    OUTPUT("forecast", STATISTIC_VECTOR, "Expected variance 1, 2 ... steps ahead."), \
    OUTPUT("term", STATISTIC_VECTOR, \
           "Volatility a year over the next 1, 2 ... steps together, in the returns' unit.")
#define MEASURE_OUTPUTS \
    OUTPUT("loglik", STATISTIC_NUMBER, "Log-likelihood."), \
    OUTPUT("persistence", STATISTIC_NUMBER, \
           "What is left of a shock to the variance a step later."), \
    OUTPUT("uncond_var", STATISTIC_NUMBER, "Mean of the variance."), \
    OUTPUT("half_life", STATISTIC_NUMBER, "Steps until half of a shock is left.")
#define FIT_OUTPUTS \
    OUTPUT("aic", STATISTIC_NUMBER, "Akaike's criterion."), \
    OUTPUT("bic", STATISTIC_NUMBER, "Schwarz's criterion."), \
    OUTPUT("iterations", STATISTIC_NUMBER, "Of the search."), \
    OUTPUT("bounds", STATISTIC_NUMBER, \
           "How many parameters, the persistence among them, are on a bound; those have no errors.")
#define PARAM_OUTPUTS(prefix, words) \
    OUTPUT(prefix "mu", STATISTIC_NUMBER, words), \
    OUTPUT(prefix "omega", STATISTIC_NUMBER, words), \
    OUTPUT(prefix "alpha", STATISTIC_NUMBER, words)
#define TAIL_OUTPUTS(prefix, words) \
    OUTPUT(prefix "beta", STATISTIC_NUMBER, words), \
    OUTPUT(prefix "nu", STATISTIC_NUMBER, "Undefined under the normal distribution.")
// clang-format on
#define HESSIAN "Standard error, of the inverse Hessian."
#define ROBUST "Standard error, robust to the distribution."

static const struct statistic_output plain_outputs[] = {PARAM_OUTPUTS("", NULL),
                                                        TAIL_OUTPUTS("", NULL),
                                                        PARAM_OUTPUTS("se_", HESSIAN),
                                                        TAIL_OUTPUTS("se_", HESSIAN),
                                                        PARAM_OUTPUTS("robust_se_", ROBUST),
                                                        TAIL_OUTPUTS("robust_se_", ROBUST),
                                                        MEASURE_OUTPUTS,
                                                        FIT_OUTPUTS,
                                                        SERIES_OUTPUTS};
static const struct statistic_output lever_outputs[] = {
    PARAM_OUTPUTS("", NULL),
    {.name = "gamma", .shape = STATISTIC_NUMBER, .help = NULL},
    TAIL_OUTPUTS("", NULL),
    PARAM_OUTPUTS("se_", HESSIAN),
    {.name = "se_gamma", .shape = STATISTIC_NUMBER, .help = HESSIAN},
    TAIL_OUTPUTS("se_", HESSIAN),
    PARAM_OUTPUTS("robust_se_", ROBUST),
    {.name = "robust_se_gamma", .shape = STATISTIC_NUMBER, .help = ROBUST},
    TAIL_OUTPUTS("robust_se_", ROBUST),
    MEASURE_OUTPUTS,
    FIT_OUTPUTS,
    SERIES_OUTPUTS};
static const struct statistic_output filter_outputs[] = {MEASURE_OUTPUTS, SERIES_OUTPUTS};
static const struct statistic_output simulate_outputs[] = {
    {.name = "returns", .shape = STATISTIC_VECTOR, .help = "A path that goes on from the series."},
    {.name = "variance", .shape = STATISTIC_VECTOR, .help = "Of each of them."}};

// Sets four measures from `out` on, then returns what is behind them.
static struct statistic_value *set_measures(const struct garch_spec *spec, const double *params,
                                            double loglik, struct statistic_value *out) {
    out[0].number = loglik;
    out[1].number = garch_persistence(spec, params);
    out[2].number = garch_unconditional(spec, params);
    out[3].number = garch_half_life(spec, params);
    return out + 4;
}

// The paths under the parameters: variances, residuals, forecast and term structure.
static int set_series(const struct statistic_data *d, const struct garch_spec *spec,
                      const double *params, size_t horizon, double periods, double *ret_loglik,
                      struct statistic_value *out) {
    const double *y = d->columns[0];
    struct garch_sample sample = garch_sample_make(y, d->count);
    double *variance = statistic_series(d, &out[0]), *residual = statistic_series(d, &out[1]);
    double *forecast = statistic_vector(d, horizon, &out[2]);
    double *term = statistic_vector(d, horizon, &out[3]);
    if (variance == NULL || residual == NULL || forecast == NULL || term == NULL) return ERR_NOMEM;
    TRY(garch_filter(spec, params, &sample, variance, ret_loglik));
    for (size_t i = 0; i < d->count; i++)
        residual[i] = (y[i] - params[GARCH_MU]) / sqrt(variance[i]);
    double next = garch_next(spec, params, y[d->count - 1], variance[d->count - 1]);
    garch_forecast(spec, params, next, horizon, forecast);
    double sum = 0;
    for (size_t k = 0; k < horizon; k++) {
        sum += forecast[k];
        term[k] = sqrt(periods * sum / ((double)k + 1));
    }
    return 0;
}

static int fit(const struct statistic_data *d, enum garch_model model, const double *p,
               struct statistic_value *out) {
    struct garch_spec spec = {model, p[FIT_LAW] != 0, p[FIT_INIT] != 0};
    struct garch_fit fit;
    double loglik, params[GARCH_PARAMS];
    double *scratch = ARENA_NEW(d->arena, double, d->count);
    if (scratch == NULL) return ERR_NOMEM;
    TRY(garch_fit(&spec, d->columns[0], d->count, scratch, &fit));
    size_t bounds = fit.integrated;
    for (int i = 0; i < GARCH_PARAMS; i++) {
        bounds += fit.bound[i];
        params[i] = garch_uses(&spec, i) ? fit.params[i] : 0;
    }
    const double *const sets[] = {fit.params, fit.errors, fit.robust};
    for (size_t k = 0; k < 3; k++)
        for (int i = 0; i < GARCH_PARAMS; i++)
            if (i != GARCH_GAMMA || model != GARCH_PLAIN) (out++)->number = sets[k][i];
    out = set_measures(&spec, params, fit.loglik, out);
    double used = (double)fit.used;
    (out++)->number = 2 * used - 2 * fit.loglik;
    (out++)->number = used * mathfn_log((double)d->count) - 2 * fit.loglik;
    (out++)->number = (double)fit.iterations;
    (out++)->number = (double)bounds;
    return set_series(d, &spec, params, (size_t)p[FIT_HORIZON], p[FIT_PERIODS], &loglik, out);
}

static int plain(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    return fit(d, GARCH_PLAIN, p, out);
}

static int gjr(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    return fit(d, GARCH_GJR, p, out);
}

static int exponential(const struct statistic_data *d, const double *p,
                       struct statistic_value *out) {
    return fit(d, GARCH_EXPONENTIAL, p, out);
}

static struct garch_spec given_spec(const double *p) {
    return (struct garch_spec){(enum garch_model)p[GIVEN_MODEL], p[GIVEN_LAW] != 0,
                               p[GIVEN_INIT] != 0};
}

static const char *given_fault(const double *p) {
    struct garch_spec spec = given_spec(p);
    return garch_fault(&spec, p + GIVEN_MU);
}

static int need_rows(const struct statistic_data *d) {
    if (d->count >= 1) return 0;
    return ERR_SET(ERR_ARGUMENT, "needs at least 1 row, there are none");
}

static int filter(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    struct garch_spec spec = given_spec(p);
    double loglik;
    TRY(need_rows(d));
    TRY(set_series(d, &spec, p + GIVEN_MU, (size_t)p[GIVEN_HORIZON], p[GIVEN_LAST], &loglik,
                   out + 4));
    set_measures(&spec, p + GIVEN_MU, loglik, out);
    return 0;
}

static int simulate(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    struct garch_spec spec = given_spec(p);
    TRY(need_rows(d));
    struct garch_sample sample = garch_sample_make(d->columns[0], d->count);
    size_t horizon = (size_t)p[GIVEN_HORIZON];
    double *before = ARENA_NEW(d->arena, double, d->count), loglik;
    double *returns = statistic_vector(d, horizon, &out[0]);
    double *variances = statistic_vector(d, horizon, &out[1]);
    if (before == NULL || returns == NULL || variances == NULL) return ERR_NOMEM;
    TRY(garch_filter(&spec, p + GIVEN_MU, &sample, before, &loglik));
    double first =
        garch_next(&spec, p + GIVEN_MU, d->columns[0][d->count - 1], before[d->count - 1]);
    struct prng prng;
    prng_seed(&prng, (uint64_t)p[GIVEN_LAST]);
    garch_simulate(&spec, p + GIVEN_MU, first, &prng, horizon, returns, variances);
    return 0;
}

#define FIT_SOURCE "; maximum likelihood, constant mean"

static const struct statistic statistics[] = {
    {.name = "egarch",
     .summary = "EGARCH(1,1): parameters with errors, variances and forecasts.",
     .source = "Nelson (1991)" FIT_SOURCE,
     RETURNS,
     OUTPUTS(lever_outputs),
     PARAMS(fit_params),
     .evaluate = exponential},
    {.name = "garch",
     .summary = "GARCH(1,1): parameters with errors, variances and forecasts.",
     .source = "Bollerslev (1986)" FIT_SOURCE,
     RETURNS,
     OUTPUTS(plain_outputs),
     PARAMS(fit_params),
     .evaluate = plain},
    {.name = "garch_filter",
     .summary = "Variances, log-likelihood and forecasts of a GARCH model with given parameters.",
     .source = "Bollerslev (1986), Nelson (1991), Glosten, Jagannathan and Runkle (1993)",
     RETURNS,
     OUTPUTS(filter_outputs),
     PARAMS(filter_params),
     .fault = given_fault,
     .evaluate = filter},
    {.name = "garch_simulate",
     .summary = "A simulated path that goes on from the series, of a GARCH model with given "
                "parameters.",
     .source = "Bollerslev (1986), Nelson (1991), Glosten, Jagannathan and Runkle (1993)",
     RETURNS,
     OUTPUTS(simulate_outputs),
     PARAMS(simulate_params),
     .fault = given_fault,
     .evaluate = simulate},
    {.name = "gjr_garch",
     .summary = "GJR-GARCH(1,1,1), in which falls count more: parameters with errors, variances "
                "and forecasts.",
     .source = "Glosten, Jagannathan and Runkle (1993)" FIT_SOURCE,
     RETURNS,
     OUTPUTS(lever_outputs),
     PARAMS(fit_params),
     .evaluate = gjr},
};

const struct statistic_table statistic_garch = {
    .title = "Conditional variance of returns",
    .rows = statistics,
    .count = sizeof statistics / sizeof *statistics,
};
