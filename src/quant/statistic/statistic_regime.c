// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "quant/indicator/indicator.h"
#include "quant/math/mathfn.h"
#include "quant/regime/hmm.h"
#include "quant/regime/hmm_given.h"
#include "quant/regime/regime.h"
#include "quant/series/hill.h"
#include "quant/statistic/statistic.h"

#define OUTPUTS(table) .outputs = (table), .output_count = sizeof(table) / sizeof *(table)
#define PARAMS(table) .params = (table), .param_count = sizeof(table) / sizeof *(table)
#define SERIES(name_, help_)                                                                       \
    { .name = (name_), .shape = STATISTIC_SERIES, .help = (help_) }
#define VECTOR(name_, help_)                                                                       \
    { .name = (name_), .shape = STATISTIC_VECTOR, .help = (help_) }
#define BY_INPUT(name_, help_)                                                                     \
    { .name = (name_), .shape = STATISTIC_MATRIX, .help = (help_), .column_inputs = true }
#define MATRIX(name_, help_)                                                                       \
    { .name = (name_), .shape = STATISTIC_MATRIX, .help = (help_) }

static const struct param fit_params[] = {
    {.name = "states",
     .type = PARAM_INT,
     .unit = "",
     .def = 2,
     .min = HMM_STATES_MIN,
     .max = HMM_STATES_MAX,
     .help = "Number of states."},
    {.name = "covariance",
     .type = PARAM_ENUM,
     .unit = "",
     .def = 0,
     .max = 1,
     .choices = "full|diagonal",
     .help = "Of several columns in a state: any, or without correlations."},
    {.name = "tied",
     .type = PARAM_BOOL,
     .unit = "",
     .def = 0,
     .max = 1,
     .help = "One covariance for all states."},
    {.name = "start",
     .type = PARAM_ENUM,
     .unit = "",
     .def = 0,
     .max = 1,
     .choices = "free|stationary",
     .help = "States of the first row: free, or the chain's stationary distribution."},
    {.name = "starts",
     .type = PARAM_INT,
     .unit = "",
     .def = 8,
     .min = 1,
     .max = 1000,
     .help = "Points from which the search begins; the best maximum wins."},
    {.name = "seed",
     .type = PARAM_INT,
     .unit = "",
     .def = 1,
     .min = 0,
     .max = 1e9,
     .help = "Of the starts behind the first two."},
    {.name = "iterations",
     .type = PARAM_INT,
     .unit = "",
     .def = 5000,
     .min = 1,
     .max = 1e6,
     .help = "Passes over the data at most."},
};
enum { STATES, COVARIANCE, TIED, START, STARTS, SEED, ITERATIONS };

#define PROBABILITIES                                                                              \
    SERIES("filtered_0", "Probability of state 0, from the rows up to this one."),                 \
        SERIES("filtered_1", NULL),                                                                \
        SERIES("filtered_2", "Undefined where there are fewer states, as are all of them."),       \
        SERIES("filtered_3", NULL),                                                                \
        SERIES("smoothed_0", "Probability of state 0, from all rows: it looks ahead."),            \
        SERIES("smoothed_1", NULL), SERIES("smoothed_2", NULL), SERIES("smoothed_3", NULL)

static const struct statistic_output fit_outputs[] = {
    {.name = "loglik", .help = "Natural logarithm of the likelihood, in the units of the data."},
    {.name = "aic", .help = "2 parameters - 2 loglik."},
    {.name = "bic", .help = "parameters log(rows) - 2 loglik."},
    {.name = "iterations", .help = "Passes over the data of the search that won."},
    {.name = "collapsed", .help = "Starts that ended with a state on a few rows."},
    BY_INPUT("mean", "A row for each state, a column for each input."),
    BY_INPUT("sigma", "Standard deviations, likewise; states are in their order."),
    BY_INPUT("covariance", "The states' covariances below each other."),
    MATRIX("move", "Probability of each state, by column, after each state, by row."),
    VECTOR("start", "Probability of each state at the first row."),
    VECTOR("stationary", "Share of time in each state; undefined where the chain falls apart."),
    VECTOR("duration", "Expected rows in a state, 1 / (1 - move)."),
    VECTOR("forecast", "Probability of each state at the row after the last."),
    VECTOR("mean_error", "Standard error; undefined with several columns, and on the edge."),
    VECTOR("sigma_error", NULL),
    MATRIX("move_error", NULL),
    SERIES("state", "The most probable path (Viterbi)."),
    PROBABILITIES,
};
enum {
    LOGLIK,
    AIC,
    BIC,
    PASSES,
    COLLAPSED,
    MEAN,
    SIGMA,
    COVARIANCES,
    MOVE,
    FIRST,
    STATIONARY,
    DURATION,
    FORECAST,
    MEAN_ERROR,
    SIGMA_ERROR,
    MOVE_ERROR,
    PATH,
    FILTERED,
    SMOOTHED = FILTERED + HMM_STATES_MAX,
    FIT_OUTPUTS = SMOOTHED + HMM_STATES_MAX
};
_Static_assert(FIT_OUTPUTS == sizeof fit_outputs / sizeof *fit_outputs, "in the table's order");

static const struct statistic_output path_outputs[] = {
    {.name = "loglik", .help = "Natural logarithm of the likelihood of the rows."},
    {.name = "path_density", .help = "Logarithm of the joint density of the path and the rows."},
    VECTOR("forecast", "Probability of each state at the row after the last."),
    SERIES("state", "The most probable path."),
    PROBABILITIES,
};
enum { PATH_LOGLIK, PATH_DENSITY, PATH_FORECAST, PATH_STATE, PATH_FILTERED };

// Filtered and smoothed probabilities into 2 HMM_STATES_MAX series, the forecast and the path.
static int decode(const struct statistic_data *data, const struct hmm *model, double *ret_loglik,
                  double *ret_joint, struct statistic_value *ret_forecast,
                  struct statistic_value *ret_path, struct statistic_value *ret_series) {
    size_t states = model->states, count = data->count;
    double *filtered = ARENA_NEW(data->arena, double, count *states);
    double *smoothed = ARENA_NEW(data->arena, double, count *states);
    double *path = statistic_series(data, ret_path);
    double *forecast = statistic_vector(data, states, ret_forecast);
    if (filtered == NULL || smoothed == NULL || path == NULL || forecast == NULL) return ERR_NOMEM;
    TRY(hmm_smooth(model, data->columns, count, data->arena, ret_loglik, filtered, smoothed));
    TRY(hmm_viterbi(model, data->columns, count, data->arena, path, ret_joint));
    hmm_forecast(model, filtered + (count - 1) * states, forecast);
    for (size_t s = 0; s < 2 * HMM_STATES_MAX; s++) {
        const double *from = s < HMM_STATES_MAX ? filtered : smoothed;
        double *series = statistic_series(data, &ret_series[s]);
        if (series == NULL) return ERR_NOMEM;
        size_t k = s % HMM_STATES_MAX;
        for (size_t t = 0; t < count; t++) series[t] = k < states ? from[t * states + k] : NAN;
    }
    return 0;
}

static int put_model(const struct statistic_data *data, const struct hmm *model,
                     struct statistic_value *ret) {
    size_t states = model->states, columns = model->columns;
    double *mean = statistic_matrix(data, states, columns, &ret[MEAN]);
    double *sigma = statistic_matrix(data, states, columns, &ret[SIGMA]);
    double *covariance = statistic_matrix(data, states * columns, columns, &ret[COVARIANCES]);
    double *move = statistic_matrix(data, states, states, &ret[MOVE]);
    double *start = statistic_vector(data, states, &ret[FIRST]);
    double *stationary = statistic_vector(data, states, &ret[STATIONARY]);
    double *duration = statistic_vector(data, states, &ret[DURATION]);
    if (mean == NULL || sigma == NULL || covariance == NULL || move == NULL || start == NULL ||
        stationary == NULL || duration == NULL)
        return ERR_NOMEM;
    bool whole = hmm_stationary(model->move, states, stationary);
    for (size_t k = 0; k < states; k++) {
        if (!whole) stationary[k] = NAN;
        start[k] = model->start[k];
        duration[k] = 1 / (1 - model->move[k][k]);
        for (size_t j = 0; j < states; j++) move[k * states + j] = model->move[k][j];
        for (size_t i = 0; i < columns; i++) {
            mean[k * columns + i] = model->mean[k][i];
            sigma[k * columns + i] = sqrt(model->covariance[k][i][i]);
            for (size_t j = 0; j < columns; j++)
                covariance[(k * columns + i) * columns + j] = model->covariance[k][i][j];
        }
    }
    return 0;
}

// A Hessian without an inverse leaves the errors undefined; it does not fail the fit.
static int put_errors(const struct statistic_data *data, const struct hmm *model,
                      const double *params, struct statistic_value *ret) {
    struct hmm_errors errors;
    size_t states = model->states;
    double *mean = statistic_vector(data, states, &ret[MEAN_ERROR]);
    double *sigma = statistic_vector(data, states, &ret[SIGMA_ERROR]);
    double *move = statistic_matrix(data, states, states, &ret[MOVE_ERROR]);
    if (mean == NULL || sigma == NULL || move == NULL) return ERR_NOMEM;
    bool known = false;
    if (model->columns == 1) {
        int rc = hmm_errors(model, params[TIED] != 0, params[START] != 0, data->columns[0],
                            data->count, data->arena, &errors);
        if (rc == ERR_NOMEM) return rc;
        known = rc == 0;
        if (!known) err_clear();
    }
    for (size_t k = 0; k < states; k++) {
        mean[k] = known ? errors.mean[k] : NAN;
        sigma[k] = known ? errors.sigma[k] : NAN;
        for (size_t j = 0; j < states; j++) move[k * states + j] = known ? errors.move[k][j] : NAN;
    }
    return 0;
}

static int fit(const struct statistic_data *data, const double *params,
               struct statistic_value *ret_values) {
    struct hmm_options options = {.states = (size_t)params[STATES],
                                  .diagonal = params[COVARIANCE] != 0,
                                  .tied = params[TIED] != 0,
                                  .stationary = params[START] != 0,
                                  .starts = (size_t)params[STARTS],
                                  .iterations_max = (size_t)params[ITERATIONS],
                                  .seed = (uint64_t)params[SEED]};
    struct hmm_fit found;
    double joint, loglik;
    if (data->column_count > HMM_COLUMNS_MAX)
        return ERR_SET(ERR_ARGUMENT, "a hidden Markov model takes at most %d columns, not %zu",
                       HMM_COLUMNS_MAX, data->column_count);
    TRY(hmm_fit(&options, data->columns, data->column_count, data->count, data->arena, &found));
    double parameters = (double)found.parameters;
    ret_values[LOGLIK].number = found.loglik;
    ret_values[AIC].number = 2 * parameters - 2 * found.loglik;
    ret_values[BIC].number = parameters * mathfn_log((double)data->count) - 2 * found.loglik;
    ret_values[PASSES].number = (double)found.iterations;
    ret_values[COLLAPSED].number = (double)found.collapsed;
    TRY(put_model(data, &found.model, ret_values));
    TRY(put_errors(data, &found.model, params, ret_values));
    return decode(data, &found.model, &loglik, &joint, &ret_values[FORECAST], &ret_values[PATH],
                  &ret_values[FILTERED]);
}

static const char *path_fault(const double *params) {
    struct hmm model;
    return hmm_given(params, &model);
}

static int path(const struct statistic_data *data, const double *params,
                struct statistic_value *ret_values) {
    struct hmm model;
    const char *fault = hmm_given(params, &model);
    if (fault != NULL) return ERR_SET(ERR_ARGUMENT, "%s", fault);
    return decode(data, &model, &ret_values[PATH_LOGLIK].number, &ret_values[PATH_DENSITY].number,
                  &ret_values[PATH_FORECAST], &ret_values[PATH_STATE], &ret_values[PATH_FILTERED]);
}

// The regime indicator over the whole column, and what its classes did.
static const struct statistic_output moves_outputs[] = {
    MATRIX("move", "Share of the transitions from each class, by row, into each, by column; "
                   "undefined for a class that was never left."),
    MATRIX("count", "Number of those transitions."),
    VECTOR("share", "Share of the rows in each class."),
    VECTOR("duration", "Mean rows of a stay; undefined for a class that never was."),
    SERIES("class", "As the indicator tells it."),
};
enum { MOVES_MOVE, MOVES_COUNT, MOVES_SHARE, MOVES_DURATION, MOVES_CLASS };

// Counts transitions, rows and stays of a series of classes, which is NaN where there is none.
static void count_moves(const double *class, size_t count, double *ret_counts, double *ret_rows,
                        double *ret_stays) {
    double before = NAN;
    for (size_t t = 0; t < count; t++) {
        if (isnan(class[t])) continue;
        ret_rows[(size_t) class[t]]++;
        if (class[t] != before) ret_stays[(size_t) class[t]]++;
        if (!isnan(before)) ret_counts[(size_t)before * REGIMES + (size_t) class[t]]++;
        before = class[t];
    }
}

static int regime_moves(const struct statistic_data *data, const double *params,
                        struct statistic_value *ret_values) {
    const struct indicator *regime = indicator_find("regime");
    size_t least = regime->lookback(params) + 2;
    double *columns[INDICATOR_OUTPUTS_MAX], rows[REGIMES] = {0}, stays[REGIMES] = {0}, all = 0;
    if (data->count < least)
        return ERR_SET(ERR_ARGUMENT, "regimes over these windows need %zu rows, not %zu", least,
                       data->count);
    void *state = arena_alloc(data->arena, regime->state_size(params), 8);
    double *move = statistic_matrix(data, REGIMES, REGIMES, &ret_values[MOVES_MOVE]);
    double *counts = statistic_matrix(data, REGIMES, REGIMES, &ret_values[MOVES_COUNT]);
    double *share = statistic_vector(data, REGIMES, &ret_values[MOVES_SHARE]);
    double *duration = statistic_vector(data, REGIMES, &ret_values[MOVES_DURATION]);
    columns[0] = statistic_series(data, &ret_values[MOVES_CLASS]);
    bool full = state == NULL || move == NULL || counts == NULL || share == NULL ||
                duration == NULL || columns[0] == NULL;
    for (size_t c = 1; c < regime->output_count; c++) {
        columns[c] = ARENA_NEW(data->arena, double, data->count);
        full = full || columns[c] == NULL;
    }
    if (full) return ERR_NOMEM;
    indicator_batch(regime, params, state, data->columns, data->count, columns);
    count_moves(columns[0], data->count, counts, rows, stays);
    for (size_t i = 0; i < REGIMES; i++) all += rows[i];
    for (size_t i = 0; i < REGIMES; i++) {
        double total = 0;
        for (size_t j = 0; j < REGIMES; j++) total += counts[i * REGIMES + j];
        for (size_t j = 0; j < REGIMES; j++)
            move[i * REGIMES + j] = total > 0 ? counts[i * REGIMES + j] / total : NAN;
        share[i] = rows[i] / all;
        duration[i] = stays[i] > 0 ? rows[i] / stays[i] : NAN;
    }
    return 0;
}

static const struct param tail_params[] = {
    {.name = "share",
     .type = PARAM_REAL,
     .unit = "fraction",
     .def = 0.05,
     .min = 1e-5,
     .max = 0.5,
     .help = "Share of the rows that is the tail."},
    {.name = "side",
     .type = PARAM_ENUM,
     .unit = "",
     .def = 1,
     .max = 2,
     .choices = "both|lower|upper",
     .help = "The tail: of sizes, of losses, or of gains."},
    {.name = "horizon",
     .type = PARAM_REAL,
     .unit = "rows",
     .def = 250,
     .min = 1,
     .max = 1e9,
     .help = "Rows whose largest is looked at."},
};
enum { TAIL_SHARE, TAIL_SIDE, TAIL_HORIZON };
static const struct statistic_output tail_outputs[] = {
    {.name = "index", .help = "Moments from it on do not exist."},
    {.name = "error", .help = "Standard error."},
    {.name = "rows", .help = "In the tail."},
    {.name = "threshold", .help = "Beyond which it is."},
    {.name = "worst",
     .help = "Mean of the largest of `horizon` rows; undefined for an index of 1."},
    {.name = "worst_median", .help = "Its median."},
};

static int tail_index(const struct statistic_data *data, const double *params,
                      struct statistic_value *ret_values) {
    double *sizes = ARENA_NEW(data->arena, double, data->count);
    double *scratch = ARENA_NEW(data->arena, double, data->count);
    size_t k = (size_t)(params[TAIL_SHARE] * (double)data->count), above = 0;
    if (k < 2)
        return ERR_SET(ERR_ARGUMENT, "a tail of %g of %zu rows has fewer than 2",
                       params[TAIL_SHARE], data->count);
    if (sizes == NULL || scratch == NULL) return ERR_NOMEM;
    for (size_t t = 0; t < data->count; t++) {
        double x = data->columns[0][t];
        sizes[t] = params[TAIL_SIDE] == 0 ? fabs(x) : params[TAIL_SIDE] == 1 ? -x : x;
        above += sizes[t] > 0;
    }
    if (above <= k)
        return ERR_SET(ERR_ARGUMENT, "the tail needs %zu rows of its side, there are %zu", k + 1,
                       above);
    struct hill hill = hill_of(sizes, data->count, k, scratch);
    if (isnan(hill.index)) return ERR_SET(ERR_ARGUMENT, "the %zu rows of the tail are equal", k);
    ret_values[0].number = hill.index;
    ret_values[1].number = hill_error(&hill, k);
    ret_values[2].number = (double)k;
    ret_values[3].number = mathfn_exp(hill.log_threshold);
    ret_values[4].number = hill_mean_of_largest(&hill, params[TAIL_HORIZON]);
    ret_values[5].number = hill_median_of_largest(&hill, params[TAIL_HORIZON]);
    return 0;
}

static const struct statistic statistics[] = {
    {.name = "hmm",
     .summary = "Gaussian hidden Markov model by maximum likelihood, with the states' path and "
                "probabilities. States are counted from 0, by sigma ascending; with several "
                "columns by the determinant of their covariance, tied ones by the first mean.",
     .source = "Rabiner (1989); Hamilton (1989); EM with squared extrapolation of Varadhan and "
               "Roland (2008)",
     .inputs = {"returns"},
     .input_count = 1,
     .repeats = true,
     OUTPUTS(fit_outputs),
     PARAMS(fit_params),
     .evaluate = fit},
    {.name = "hmm_viterbi",
     .summary = "The most probable path, and the states' probabilities, of a Gaussian hidden "
                "Markov model with given parameters.",
     .source = "Viterbi, IEEE Transactions on Information Theory 13(2), 1967; Rabiner (1989)",
     .inputs = {"returns"},
     .input_count = 1,
     OUTPUTS(path_outputs),
     .params = hmm_given_params,
     .param_count = HMM_GIVEN_PARAMS,
     .fault = path_fault,
     .evaluate = path},
    {.name = "regime_moves",
     .summary = "How the classes of the indicator `regime` follow each other: transitions, shares "
                "of time, mean stays.",
     .source = "Plain count; the classes are of quant/regime/regime.h",
     .inputs = {"close"},
     .input_count = 1,
     OUTPUTS(moves_outputs),
     .params = regime_params,
     .param_count = REGIME_PARAMS,
     .evaluate = regime_moves},
    {.name = "tail_index",
     .summary = "Hill's estimate of how heavy a tail is, and of the worst that it leads to expect.",
     .source = "Hill, Annals of Statistics 3, 1975; Weissman, JASA 73, 1978",
     .inputs = {"returns"},
     .input_count = 1,
     OUTPUTS(tail_outputs),
     PARAMS(tail_params),
     .evaluate = tail_index},
};

const struct statistic_table statistic_regime = {
    .title = "Regimes and tails",
    .rows = statistics,
    .count = sizeof statistics / sizeof *statistics,
};
