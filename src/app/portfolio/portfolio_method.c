// SPDX-License-Identifier: Apache-2.0
// The methods of `fulmar portfolio`.
#include <math.h>
#include <string.h>

#include "app/portfolio/portfolio_call.h"
#include "base/params.h"
#include "edge/solver/clp.h"
#include "quant/math/linalg.h"
#include "quant/portfolio/black_litterman.h"
#include "quant/portfolio/kelly.h"
#include "quant/portfolio/min_cvar.h"
#include "quant/portfolio/risk_parity.h"

enum {
    USE_LIMITS = USE_BOUNDS | USE_GROUPS,
    USE_REWARD = USE_LIMITS | USE_TURNOVER | USE_COST | USE_UNCERTAINTY,
};

static int min_variance(struct portfolio_call *call) {
    return portfolio_min_variance(&call->portfolio, call->rf, &call->input.arena, call->results);
}

static int mean_variance(struct portfolio_call *call) {
    if (isnan(call->target))
        return portfolio_utility(&call->portfolio, call->aversion, call->rf, &call->input.arena,
                                 call->results);
    if (args_has(call->args, "aversion"))
        return ERR_SET(ERR_ARGUMENT, "--target and --aversion exclude each other");
    return portfolio_target(&call->portfolio, call->target, call->rf, &call->input.arena,
                            call->results);
}

static int max_sharpe(struct portfolio_call *call) {
    return portfolio_max_sharpe(&call->portfolio, call->rf, &call->input.arena, call->results);
}

static int frontier(struct portfolio_call *call) {
    return portfolio_frontier(&call->portfolio, call->rf, call->points, &call->input.arena,
                              call->results);
}

// What holds of weights that no programme's conditions decide; the rest does not apply.
static struct qp_certificate plain_certificate(const struct portfolio_call *call,
                                               double stationarity) {
    double sum = -1;
    for (size_t i = 0; i < call->input.count; i++) sum += call->results->weights[i];
    return (struct qp_certificate){stationarity, fabs(sum), NAN, NAN};
}

static int erc(struct portfolio_call *call) {
    double miss, *budget = NULL;
    if (call->input.table_columns[PORTFOLIO_COLUMN_budget] != NULL)
        TRY(portfolio_input_values(&call->input, PORTFOLIO_COLUMN_budget, 1, &budget));
    TRY(risk_parity(call->input.covariance, call->input.count, call->input.names, budget,
                    &call->input.arena, call->results->weights, &miss));
    call->results->certificate = plain_certificate(call, miss);
    return 0;
}

static int max_diversification(struct portfolio_call *call) {
    double ratio;
    TRY(risk_parity_diversify(call->input.covariance, call->input.count, call->input.names,
                              &call->input.arena, call->results->weights, &ratio,
                              &call->results->certificate));
    portfolio_call_add(call, "diversification_ratio", ratio);
    return 0;
}

// The index of a value among names.
static int read_choice(const struct portfolio_call *call, const char *option,
                       const char *const *names, int *ret_index) {
    const char *value = args_get(call->args, option, names[*ret_index]);
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(value, names[i]) == 0) {
            *ret_index = i;
            return 0;
        }
    return ERR_SET(ERR_ARGUMENT, "--%s has no value '%s'; see fulmar portfolio --help", option,
                   value);
}

static int read_tree(struct portfolio_call *call, struct risk_parity_tree *ret_tree,
                     struct risk_parity_hierarchy *ret_hierarchy) {
    static const char *const distances[] = {"correlation", "columns", NULL};
    struct arena *arena = &call->input.arena;
    size_t n = call->input.count;
    *ret_tree = (struct risk_parity_tree){.order = ARENA_NEW(arena, size_t, n),
                                          .joins = ARENA_NEW(arena, struct hierarchy_join, n),
                                          .cluster = ARENA_NEW(arena, size_t, n)};
    if (ret_tree->order == NULL || ret_tree->joins == NULL || ret_tree->cluster == NULL)
        return ERR_NOMEM;
    call->order = ret_tree->order;
    int distance = RISK_PARITY_DISTANCE;
    TRY(read_choice(call, "distance", distances, &distance));
    *ret_hierarchy =
        (struct risk_parity_hierarchy){.distance = (enum risk_parity_distance)distance};
    return 0;
}

static int hrp(struct portfolio_call *call) {
    struct risk_parity_tree tree;
    struct risk_parity_hierarchy hierarchy;
    TRY(read_tree(call, &tree, &hierarchy));
    TRY(risk_parity_hierarchical(call->input.covariance, call->input.count, call->input.names,
                                 &hierarchy, &call->input.arena, call->results->weights, &tree));
    call->results->certificate = plain_certificate(call, NAN);
    return 0;
}

static int herc(struct portfolio_call *call) {
    static const char *const linkages[] = {"single", "complete", "average", "ward", NULL};
    struct risk_parity_tree tree;
    struct risk_parity_hierarchy hierarchy;
    int linkage = HIERARCHY_WARD;
    long count = 0;
    TRY(read_tree(call, &tree, &hierarchy));
    TRY(read_choice(call, "linkage", linkages, &linkage));
    TRY(args_int(call->args, "clusters", 1, (long)call->input.count, &count));
    hierarchy.linkage = (enum hierarchy_linkage)linkage;
    hierarchy.clusters = (size_t)count;
    TRY(risk_parity_clustered(call->input.covariance, call->input.count, call->input.names,
                              &hierarchy, &call->input.arena, call->results->weights, &tree));
    double *cluster = ARENA_NEW(&call->input.arena, double, call->input.count);
    if (cluster == NULL) return ERR_NOMEM;
    for (size_t i = 0; i < call->input.count; i++) cluster[i] = (double)tree.cluster[i] + 1;
    portfolio_call_add_vector(call, "cluster", cluster);
    portfolio_call_add(call, "clusters", (double)tree.cluster_count);
    call->results->certificate = plain_certificate(call, NAN);
    return 0;
}

static int needs_returns(const struct portfolio_call *call, const char *method) {
    return call->input.rows > 0
               ? 0
               : ERR_SET(ERR_ARGUMENT, "%s needs the returns themselves: --returns or --prices",
                         method);
}

static int min_cvar(struct portfolio_call *call) {
    struct arena *arena = &call->input.arena;
    struct min_cvar problem = {.portfolio = &call->portfolio,
                               .returns = call->input.columns,
                               .rows = call->input.rows,
                               .confidence = call->confidence,
                               .target = call->target};
    struct min_cvar_result result = {.weights = call->results->weights};
    struct lp lp;
    TRY(needs_returns(call, "min-cvar"));
    TRY(min_cvar_programme(&problem, arena, &lp));
    struct lp_solution solution = {.x = ARENA_NEW(arena, double, lp.columns),
                                   .price = ARENA_NEW(arena, double, lp.rows),
                                   .bound = ARENA_NEW(arena, double, lp.columns)};
    if (solution.x == NULL || solution.price == NULL || solution.bound == NULL) return ERR_NOMEM;
    TRY(clp_solve(&lp, &solution));
    TRY(min_cvar_result(&problem, &lp, &solution, arena, &result));
    call->results->certificate = result.certificate;
    portfolio_call_add(call, "confidence", call->confidence);
    portfolio_call_add(call, "cvar", result.cvar);
    portfolio_call_add(call, "var", result.var);
    return 0;
}

static int total_max(const struct portfolio_call *call, double *ret_total) {
    *ret_total = 1;
    return args_real(call->args, "total-max", 1e-9, 1e9, ret_total);
}

static int kelly(struct portfolio_call *call) {
    struct kelly_result result = {.weights = call->results->weights};
    struct kelly_history history = {.count = call->input.count,
                                    .rows = call->input.rows,
                                    .returns = call->input.columns,
                                    .names = call->input.names,
                                    .lower = call->portfolio.lower,
                                    .upper = call->portfolio.upper};
    TRY(needs_returns(call, "kelly"));
    TRY(total_max(call, &history.total_max));
    TRY(kelly_optimal(&history, &call->input.arena, &result));
    call->results->certificate = result.certificate;
    portfolio_call_add(call, "growth", result.growth);
    return 0;
}

static int kelly_mean(struct portfolio_call *call) {
    struct kelly_result result = {.weights = call->results->weights};
    double *excess = ARENA_NEW(&call->input.arena, double, call->input.count);
    struct kelly_market market = {.count = call->input.count,
                                  .names = call->input.names,
                                  .mean = excess,
                                  .covariance = call->input.covariance,
                                  .lower = call->portfolio.lower,
                                  .upper = call->portfolio.upper};
    if (excess == NULL) return ERR_NOMEM;
    if (call->input.mean == NULL)
        return ERR_SET(ERR_ARGUMENT,
                       "kelly-mean needs means: --returns, --prices, or --assets FILE "
                       "with a column 'mean'");
    for (size_t i = 0; i < call->input.count; i++) excess[i] = call->input.mean[i] - call->rf;
    TRY(total_max(call, &market.total_max));
    TRY(kelly_bounded(&market, &call->input.arena, &result));
    call->results->certificate = result.certificate;
    portfolio_call_add(call, "growth", call->rf + result.growth);
    return 0;
}

static int kelly_bet(struct portfolio_call *call) {
    double p = NAN, odds = NAN;
    TRY(args_real(call->args, "probability", 0, 1, &p));
    TRY(args_real(call->args, "odds", 1e-12, 1e12, &odds));
    if (isnan(p) || isnan(odds))
        return ERR_SET(ERR_ARGUMENT, "kelly-bet needs --probability P and --odds B");
    double stake = fmax(0, kelly_binary(p, odds));
    double lost = p < 1 ? (1 - p) * log1p(-stake) : 0;
    portfolio_call_add(call, "stake", stake);
    portfolio_call_add(call, "growth", p * log1p(stake * odds) + lost);
    return 0;
}

// A row a view: its value, its deviation where that column is there, and weights by the assets' names.
static int read_view_column(struct portfolio_call *call, const struct csv *csv, size_t column,
                            struct black_litterman *model) {
    size_t n = call->input.count, asset = 0;
    const char *name = csv_name(csv, column);
    double *numbers = ARENA_NEW(&call->input.arena, double, csv->rows + 1);
    bool value = strcmp(name, "value") == 0, deviation = strcmp(name, "deviation") == 0;
    if (numbers == NULL) return ERR_NOMEM;
    TRY(csv_numbers(csv, column, numbers));
    while (asset < n && strcmp(call->input.names[asset], name) != 0) asset++;
    if (!value && !deviation && asset == n)
        return ERR_SET(ERR_PARSE,
                       "%s:%zu: '%s' is no asset; the columns are value, deviation and the names "
                       "of assets",
                       csv->path, csv->list[0].line, name);
    for (size_t k = 0; k < csv->rows; k++) {
        if (isinf(numbers[k]) || (isnan(numbers[k]) && (value || deviation)))
            return ERR_SET(ERR_PARSE, "%s:%zu: field '%s': '%s' is not a finite number", csv->path,
                           csv->list[k + 1].line, name, csv_cell(csv, k, column));
        if (!value && !deviation)
            ((double *)model->views)[k * n + asset] = isnan(numbers[k]) ? 0 : numbers[k];
        if (deviation) numbers[k] *= numbers[k];
    }
    if (value) model->view_value = numbers;
    if (deviation) model->view_variance = numbers;
    return 0;
}

static int read_views(struct portfolio_call *call, struct black_litterman *model) {
    struct csv csv = {0};
    const char *path = args_get(call->args, "views", NULL);
    if (path == NULL) return 0;
    int rc = csv_open(&csv, path);
    if (rc == 0) {
        model->view_count = csv.rows;
        model->views = ARENA_NEW(&call->input.arena, double, csv.rows * call->input.count + 1);
        if (model->views == NULL) rc = ERR_NOMEM;
    }
    for (size_t column = 0; rc == 0 && column < csv.columns; column++)
        rc = read_view_column(call, &csv, column, model);
    if (rc == 0 && model->view_value == NULL)
        rc = ERR_SET(ERR_PARSE, "%s:%zu: has no column 'value'", path, csv.list[0].line);
    csv_close(&csv);
    return rc;
}

// The model's own weights, or those of the posterior's best within limits.
static int weigh_posterior(struct portfolio_call *call, const struct black_litterman *model,
                           const struct black_litterman_result *posterior) {
    size_t n = call->input.count;
    struct portfolio portfolio = call->portfolio;
    if (portfolio.lower != NULL || portfolio.upper != NULL || portfolio.group_count > 0) {
        portfolio.mean = posterior->mean;
        portfolio.covariance = posterior->covariance;
        return portfolio_utility(&portfolio, model->aversion, call->rf, &call->input.arena,
                                 call->results);
    }
    double worst = 0, scale = 0;
    memcpy(call->results->weights, posterior->weights, n * sizeof(double));
    for (size_t i = 0; i < n; i++) {
        double slope =
            model->aversion * linalg_dot(posterior->covariance + i * n, posterior->weights, n);
        worst = fmax(worst, fabs(slope - posterior->mean[i]));
        scale = fmax(scale, fabs(posterior->mean[i]));
    }
    call->results->certificate =
        (struct qp_certificate){scale > 0 ? worst / scale : 0, NAN, NAN, NAN};
    return 0;
}

static int black_litterman_method(struct portfolio_call *call) {
    struct arena *arena = &call->input.arena;
    size_t n = call->input.count;
    double *market;
    struct black_litterman model = {.count = n,
                                    .names = call->input.names,
                                    .covariance = call->input.covariance,
                                    .aversion = 2.5,
                                    .tau = 0.05};
    struct black_litterman_result posterior = {.equilibrium = ARENA_NEW(arena, double, n),
                                               .mean = ARENA_NEW(arena, double, n),
                                               .covariance = ARENA_NEW(arena, double, n *n),
                                               .weights = ARENA_NEW(arena, double, n)};
    if (posterior.equilibrium == NULL || posterior.mean == NULL || posterior.covariance == NULL ||
        posterior.weights == NULL)
        return ERR_NOMEM;
    if (call->input.table_columns[PORTFOLIO_COLUMN_market] == NULL)
        return ERR_SET(ERR_ARGUMENT, "black-litterman needs --assets FILE with a column 'market', "
                                     "the weights of the market");
    TRY(portfolio_input_values(&call->input, PORTFOLIO_COLUMN_market, 0, &market));
    model.market = market;
    TRY(args_real(call->args, "aversion", 1e-9, 1e12, &model.aversion));
    TRY(args_real(call->args, "tau", 1e-12, 1e6, &model.tau));
    TRY(read_views(call, &model));
    TRY(black_litterman(&model, arena, &posterior));
    TRY(weigh_posterior(call, &model, &posterior));
    // Moments that are told are the model's.
    call->input.mean = posterior.mean;
    call->input.covariance = posterior.covariance;
    portfolio_call_add_vector(call, "market", market);
    portfolio_call_add_vector(call, "equilibrium", posterior.equilibrium);
    portfolio_call_add_vector(call, "posterior", posterior.mean);
    return 0;
}

static const struct portfolio_method methods[] = {
    {"mean-variance", USE_REWARD | USE_IMPACT | USE_TARGET | USE_AVERSION, mean_variance},
    {"min-variance", USE_LIMITS | USE_TURNOVER, min_variance},
    {"max-sharpe", USE_REWARD, max_sharpe},
    {"frontier", USE_REWARD | USE_POINTS, frontier},
    {"min-cvar", USE_LIMITS | USE_TURNOVER | USE_COST | USE_TARGET | USE_CONFIDENCE, min_cvar},
    {"erc", USE_BUDGET, erc},
    {"hrp", USE_DISTANCE, hrp},
    {"herc", USE_DISTANCE | USE_CLUSTERS, herc},
    {"max-diversification", 0, max_diversification},
    {"black-litterman", USE_LIMITS | USE_VIEWS | USE_AVERSION, black_litterman_method},
    {"kelly", USE_BOUNDS | USE_TOTAL, kelly},
    {"kelly-mean", USE_BOUNDS | USE_TOTAL, kelly_mean},
    {"kelly-bet", USE_BET | USE_NO_DATA, kelly_bet},
};

const struct portfolio_method *portfolio_method_find(const char *name) {
    const char *names[sizeof methods / sizeof *methods], *near;
    size_t count = sizeof methods / sizeof *methods;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(methods[i].name, name) == 0) return &methods[i];
        names[i] = methods[i].name;
    }
    near = nearest_name(name, names, count);
    if (near != NULL) {
        (void)ERR_SET(ERR_ARGUMENT, "there is no method '%s'; did you mean %s?", name, near);
        return NULL;
    }
    struct text list;
    text_init(&list, 4096);
    for (size_t i = 0; i < count; i++)
        text_printf(&list, "%s%s", i > 0 ? ", " : "", methods[i].name);
    (void)ERR_SET(ERR_ARGUMENT, "there is no method '%s'; there are %s", name, text_string(&list));
    text_fini(&list);
    return NULL;
}
