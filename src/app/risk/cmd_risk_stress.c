// SPDX-License-Identifier: Apache-2.0
// fulmar risk stress: losses of a portfolio in assumed moves and in those of markets past, when correlations break and
// when positions have to be left.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/risk/risk_input.h"
#include "app/risk/risk_liquidity.h"
#include "app/risk/risk_output.h"
#include "app/risk/risk_scenario.h"
#include "quant/math/linalg.h"
#include "quant/math/normal.h"
#include "quant/risk/liquidity.h"
#include "quant/risk/stress.h"

struct answer {
    bool json;
    size_t printed;
    bool misused; // a word of an option does not have the option's form
    struct text text;
};

// What was asked for beside the portfolio.
struct request {
    const struct args *args;
    double level, loss, participation, multiple;
};

// A heading of the table.
static void begin(struct answer *answer, const char *words) {
    if (!answer->json) text_printf(&answer->text, "%s%s\n", answer->printed > 0 ? "\n" : "", words);
}

// With all digits in the object, with six in the table.
static void add(struct answer *answer, const char *name, double value) {
    struct text *out = &answer->text;
    if (!answer->json) {
        text_printf(out, "  %-24s %12.6g\n", name, value);
    } else {
        text_printf(out, "%s\"%s\":", answer->printed > 0 ? "," : "{", name);
        risk_output_number(out, value);
    }
    answer->printed++;
}

// A number of every asset, in the order of the weights.
static void add_each(const struct risk_input *input, const char *key, const double *values,
                     struct answer *answer) {
    if (answer->json) {
        risk_output_array(&answer->text, key, values, input->count);
        return;
    }
    text_printf(&answer->text, "  %s\n", key);
    for (size_t i = 0; i < input->count; i++)
        text_printf(&answer->text, "    %-22s %12.6g\n", input->names[i], values[i]);
}

static int loss_of(const struct risk_input *input, const double *covariance,
                   const struct risk_shocks *shocks, double *moves, double *ret_loss) {
    double scratch[RISK_SHOCKS_MAX * (RISK_SHOCKS_MAX + 1)];
    size_t fault = 0;
    if (shocks->still) {
        memset(moves, 0, input->count * sizeof *moves);
        for (size_t k = 0; k < shocks->count; k++) moves[shocks->moved[k]] = shocks->moves[k];
    } else {
        int rc = stress_propagate(covariance, input->count, shocks->moved, shocks->moves,
                                  shocks->count, scratch, &fault, moves);
        if (rc < 0) return ERR_APPEND(rc, "it is '%s'", input->names[shocks->moved[fault]]);
    }
    *ret_loss = stress_loss(input->weights, moves, input->count);
    return 0;
}

static int add_shocks(const struct args *args, const struct risk_input *input, double *moves,
                      struct answer *answer) {
    struct risk_shocks shocks = {.all = NAN};
    const char *word;
    double loss;
    for (size_t i = 0; (word = args_nth(args, "shock", i)) != NULL; i++) {
        int rc = risk_scenario_add_shock(word, input, &shocks);
        answer->misused = rc == ERR_ARGUMENT;
        if (rc < 0) return ERR_APPEND(rc, "--shock");
    }
    if (shocks.count == 0) return 0;
    TRY(loss_of(input, input->covariance, &shocks, moves, &loss));
    begin(answer, "loss in assumed moves");
    add(answer, "shocks", loss);
    return 0;
}

static int add_episodes(const struct args *args, const struct risk_input *input, double *moves,
                        struct answer *answer) {
    static const char *const options[] = {"equity", "crypto"};
    bool begun = false;
    for (size_t i = 0; i < STRESS_EPISODES; i++) {
        const struct stress_episode *episode = stress_episode_at(i);
        const char *option = options[episode->market], *name = args_get(args, option, NULL);
        struct risk_shocks shocks = {.moves = {stress_episode_move(episode)}, .count = 1};
        double loss;
        if (name == NULL) continue;
        int rc = risk_scenario_asset(input, name, strlen(name), shocks.moved);
        if (rc < 0) return ERR_APPEND(rc, "--%s", option);
        TRY(loss_of(input, input->covariance, &shocks, moves, &loss));
        if (!begun) begin(answer, "loss in crises past");
        begun = true;
        add(answer, episode->name, loss);
    }
    return 0;
}

static double normal_var(const double *covariance, const struct risk_input *input, double level) {
    double variance = linalg_quadratic(covariance, input->count, input->weights);
    return -normal_quantile(1 - level) * sqrt(fmax(variance, 0));
}

// A copy of the covariance with the correlations that break.
static int break_correlations(const struct risk_input *input, const struct risk_shocks *shocks,
                              double *ret_covariance, double *ret_repair) {
    size_t n = input->count;
    double *scratch = calloc(4 * n * n + 4 * n, sizeof *scratch);
    if (scratch == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu assets", n);
    memcpy(ret_covariance, input->covariance, n * n * sizeof *ret_covariance);
    int rc = stress_correlate(ret_covariance, n, shocks->all, shocks->pairs, shocks->pair_count,
                              scratch, ret_repair);
    free(scratch);
    return rc;
}

static int add_correlations(const struct request *request, const struct risk_input *input,
                            double *covariance, struct answer *answer) {
    struct risk_shocks shocks = {.all = NAN};
    const char *word;
    double repair;
    for (size_t i = 0; (word = args_nth(request->args, "correlation", i)) != NULL; i++) {
        int rc = risk_scenario_add_correlation(word, input, &shocks);
        answer->misused = rc == ERR_ARGUMENT;
        if (rc < 0) return ERR_APPEND(rc, "--correlation");
    }
    if (isnan(shocks.all) && shocks.pair_count == 0) return 0;
    TRY(break_correlations(input, &shocks, covariance, &repair));
    begin(answer, "normal value at risk, as correlations are and as they break");
    add(answer, "var", normal_var(input->covariance, input, request->level));
    add(answer, "var_broken", normal_var(covariance, input, request->level));
    add(answer, "correlation_repair", repair);
    return 0;
}

static int add_scenario(const struct request *request, const struct risk_input *input,
                        const struct risk_scenario *scenario, double *covariance, double *moves,
                        struct answer *answer) {
    struct risk_shocks shocks;
    double loss = NAN, repair = 0;
    TRY(risk_scenario_shocks(scenario, input, &shocks));
    bool breaks = !isnan(shocks.all) || shocks.pair_count > 0;
    memcpy(covariance, input->covariance, input->count * input->count * sizeof *covariance);
    if (breaks) TRY(break_correlations(input, &shocks, covariance, &repair));
    if (shocks.count > 0) TRY(loss_of(input, covariance, &shocks, moves, &loss));
    double var = normal_var(covariance, input, request->level);
    struct text *out = &answer->text;
    if (answer->json) {
        text_add(out, "{\"name\":");
        risk_output_string(out, scenario->name);
        risk_output_item(out, true, false, "loss", loss);
        risk_output_item(out, true, false, "var", var);
        risk_output_item(out, true, false, "correlation_repair", repair);
        text_add_char(out, '}');
    } else if (shocks.count > 0) {
        text_printf(out, "  %-24s %12.6g %12.6g\n", scenario->name, loss, var);
    } else {
        text_printf(out, "  %-24s %12s %12.6g\n", scenario->name, "-", var);
    }
    return 0;
}

static int add_scenarios(const struct request *request, const struct risk_input *input,
                         double *covariance, double *moves, struct answer *answer) {
    const char *path = args_get(request->args, "scenarios", NULL);
    struct risk_scenarios *scenarios;
    if (path == NULL) return 0;
    TRY(risk_scenario_read(path, input, &scenarios));
    begin(answer, "scenarios                          loss  normal VaR");
    if (answer->json)
        text_printf(&answer->text, "%s\"scenarios\":[", answer->printed > 0 ? "," : "{");
    answer->printed++;
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < scenarios->list_count; i++) {
        if (answer->json && i > 0) text_add_char(&answer->text, ',');
        rc = add_scenario(request, input, &scenarios->list[i], covariance, moves, answer);
        if (rc < 0) rc = ERR_APPEND(rc, "%s: scenario '%s'", path, scenarios->list[i].name);
    }
    if (answer->json) text_add_char(&answer->text, ']');
    risk_scenario_free(scenarios);
    return rc;
}

static int read_bounds(const struct args *args, const struct risk_input *input, double *lower,
                       double *upper, bool *ret_misused) {
    const char *word;
    for (size_t i = 0; i < input->count; i++) lower[i] = -INFINITY, upper[i] = INFINITY;
    for (size_t i = 0; (word = args_nth(args, "bound", i)) != NULL; i++) {
        const char *equals = strrchr(word, '=');
        char *end = NULL, *last = NULL;
        double low = equals != NULL ? strtod(equals + 1, &end) : NAN;
        double high = end != NULL && *end == ':' ? strtod(end + 1, &last) : NAN;
        *ret_misused = last == NULL || *last != '\0' || !(low <= high);
        if (*ret_misused)
            return ERR_SET(ERR_ARGUMENT, "--bound is ASSET=LOW:HIGH, as SPY=-0.3:0.2, not '%s'",
                           word);
        bool all = equals - word == 3 && memcmp(word, "all", 3) == 0;
        size_t first = 0, length = input->count;
        if (!all) {
            TRY(risk_scenario_asset(input, word, (size_t)(equals - word), &first));
            length = 1;
        }
        for (size_t k = first; k < first + length; k++) lower[k] = low, upper[k] = high;
    }
    return 0;
}

static int reverse_within(const struct request *request, const struct risk_input *input,
                          double *moves, double *ret_distance, bool *ret_misused) {
    size_t n = input->count;
    double *bounds = calloc(2 * n + 1, sizeof *bounds);
    struct arena arena;
    if (bounds == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu assets", n);
    int rc = read_bounds(request->args, input, bounds, bounds + n, ret_misused);
    if (rc == 0) rc = arena_init(&arena, sizeof(double) * (64 * n * n + 256 * n) + (1 << 20));
    if (rc == 0) {
        const struct stress_bounds within = {bounds, bounds + n, input->names};
        rc = stress_reverse_within(input->covariance, input->weights, n, request->loss, &within,
                                   &arena, moves, ret_distance);
        arena_fini(&arena);
    }
    free(bounds);
    return rc;
}

static int add_reverse(const struct request *request, const struct risk_input *input, double *moves,
                       struct answer *answer) {
    double distance;
    if (isnan(request->loss)) return 0;
    if (args_has(request->args, "bound"))
        TRY(reverse_within(request, input, moves, &distance, &answer->misused));
    else
        TRY(stress_reverse(input->covariance, input->weights, input->count, request->loss, moves,
                           &distance));
    begin(answer, "reverse stress: the least unlikely move that loses so much");
    add(answer, "reverse_distance", distance);
    add_each(input, "reverse_moves", moves, answer);
    return 0;
}

static int add_liquid(const struct request *request, const struct risk_input *input,
                      const char *path, const struct liquidity *market, struct answer *answer) {
    size_t n = input->count, fault = n;
    double *costs = calloc(4 * n + 1, sizeof *costs), *periods = costs + n, cost = NAN;
    if (costs == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu assets", n);
    int rc = liquidity_cost(market, input->weights, n, request->multiple, &fault, costs, &cost);
    if (rc == 0)
        rc = liquidity_periods(market, input->weights, n, request->participation, &fault, periods);
    if (rc < 0 && fault < n) rc = ERR_APPEND(rc, "%s: '%s'", path, input->names[fault]);
    if (rc == 0) {
        double variance =
            liquidity_variance(input->covariance, input->weights, periods, n, periods + n);
        double z = -normal_quantile(1 - request->level);
        double var = normal_var(input->covariance, input, request->level);
        begin(answer, "normal value at risk, and with the cost and the time of leaving");
        add(answer, "liquidity_var_before", var);
        add(answer, "liquidity_cost", cost);
        add(answer, "liquidity_var", var + cost);
        add(answer, "liquidation_var", z * sqrt(fmax(variance, 0)) + cost);
        add_each(input, "liquidation_costs", costs, answer);
        add_each(input, "liquidation_periods", periods, answer);
    }
    free(costs);
    return rc;
}

static int add_liquidity(const struct request *request, const struct risk_input *input,
                         struct answer *answer) {
    const char *path = args_get(request->args, "liquidity", NULL);
    if (path == NULL) return 0;
    struct liquidity *market = calloc(input->count + 1, sizeof *market);
    int rc = market != NULL ? 0 : ERR_SET(ERR_NOMEM, "no memory for a market");
    if (rc == 0) rc = risk_liquidity_read(path, input, market);
    if (rc == 0) rc = add_liquid(request, input, path, market, answer);
    free(market);
    return rc;
}

static int add_drawdowns(const struct request *request, const struct risk_input *input,
                         struct answer *answer) {
    if (args_has(request->args, "amounts")) return 0;
    double *scratch = calloc(2 * input->rows, sizeof *scratch);
    if (scratch == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu rows", input->rows);
    struct stress_drawdown drawdown =
        stress_drawdown_of(input->series, input->rows, request->level, scratch);
    free(scratch);
    begin(answer, "drawdowns of the past");
    add(answer, "drawdown_at_risk", drawdown.at_risk);
    add(answer, "drawdown_expected", drawdown.expected);
    add(answer, "drawdown_worst", drawdown.worst);
    return 0;
}

static int add_all(const struct request *request, const struct risk_input *input,
                   struct answer *answer) {
    size_t n = input->count;
    double *moves = calloc(n + 1, sizeof *moves), *spare = calloc(n * n + 1, sizeof *spare);
    int rc = moves != NULL && spare != NULL ? 0 : ERR_SET(ERR_NOMEM, "no memory for %zu assets", n);
    if (rc == 0) rc = add_shocks(request->args, input, moves, answer);
    if (rc == 0) rc = add_episodes(request->args, input, moves, answer);
    if (rc == 0) rc = add_scenarios(request, input, spare, moves, answer);
    if (rc == 0) rc = add_correlations(request, input, spare, answer);
    if (rc == 0) rc = add_reverse(request, input, moves, answer);
    if (rc == 0) rc = add_liquidity(request, input, answer);
    if (rc == 0) rc = add_drawdowns(request, input, answer);
    free(moves);
    free(spare);
    return rc;
}

static void add_warnings(const struct request *request, const struct risk_input *input,
                         struct answer *answer) {
    struct text lines;
    text_init(&lines, RISK_WARNINGS_MAX);
    risk_input_warn(request->args, input, &request->level, 1, false, &lines);
    if (answer->printed > 0) risk_output_warnings(request->args, &lines, &answer->text);
    text_fini(&lines);
}

static int run_stress(const struct args *args) {
    struct request request = {args, 0.95, NAN, 0.1, 3};
    bool other;
    if (risk_input_check(args, false, true) < 0 ||
        args_real(args, "level", 0.5 + 1e-12, 1 - 1e-12, &request.level) < 0 ||
        args_real(args, "loss", 1e-12, 1e18, &request.loss) < 0 ||
        args_real(args, "participation", 1e-9, 1, &request.participation) < 0 ||
        args_real(args, "spread-multiple", 0, 100, &request.multiple) < 0)
        return STATUS_USAGE;
    struct risk_input input;
    struct answer answer = {.json = args->json};
    text_init(&answer.text, RISK_OUTPUT_MAX);
    int rc = risk_input_read(args, false, &input);
    bool usage = rc == ERR_ARGUMENT && input.series == NULL && input.weighed.columns == 0;
    if (rc == 0) rc = risk_input_estimate(args, &input, &other);
    if (rc == 0) rc = add_all(&request, &input, &answer);
    if (rc == 0) add_warnings(&request, &input, &answer);
    if (args->json) text_add(&answer.text, answer.printed > 0 ? "}\n" : "{}\n");
    rc = risk_output_print(&answer.text, rc);
    risk_input_free(&input);
    return rc == 0 ? STATUS_DONE : usage || answer.misused ? STATUS_USAGE : STATUS_FAILED;
}

static const struct option options[] = {
    RISK_INPUT,
    RISK_INPUT_COLUMN,
    {"shock", "ASSET=MOVE", NULL, "a move of an asset, as SPY=-0.2; repeatable, all at once"},
    {"equity", "ASSET", NULL, "the asset that takes the moves of the S&P 500 in past crises"},
    {"crypto", "ASSET", NULL, "the asset that takes those of bitcoin"},
    {"scenarios", "FILE", NULL, "a YAML file of scenarios"},
    {"correlation", "A:B=R", NULL, "what a correlation becomes; all=R those of all; repeatable"},
    {"loss", "L", NULL, "reverse stress: the least unlikely move that loses so much"},
    {"bound", "ASSET=LOW:HIGH", NULL, "within which that move stays; all=LOW:HIGH; repeatable"},
    {"liquidity", "FILE", NULL, "a CSV file: asset, spread, spread_deviation, volume a period"},
    {"spread-multiple", "K", NULL, "deviations that spreads are above their mean; default 3"},
    {"participation", "P", NULL, "share of the volume that one sells or buys; default 0.1"},
    {"level", "L", NULL, "of value at risk and of the drawdown at risk; default 0.95"},
    RISK_INPUT_ESTIMATOR};

const struct command command_risk_stress = {
    .name = "risk stress",
    .summary = "what a portfolio loses in assumed moves and in crises past",
    .operands = "",
    .details =
        "Assets that no shock names move as their covariance with those that it names leads one to "
        "expect. An asset of weight 0 serves as a factor. Crises: 1987, 1998, 2000-02, 2008, 2011, "
        "2015, 2018 and 2020 by closes of the S&P 500, 2018 and 2022 by those of bitcoin. Losses "
        "are positive. Moves of a reverse stress are in the order of the weights.\n\n"
        "A file of scenarios has a list, scenarios, of mappings: name; shocks, as [SPY=-0.2, "
        "TLT=0.05]; others, "
        "expected or still; correlations, as [all=0.8, SPY:TLT=0.5]. Correlations that cannot be "
        "together become the nearest that can; correlation_repair is the largest change of one.\n\n"
        "Spreads are relative, (ask - bid) / mid; volumes in the units of the weights. "
        "liquidity_var adds the cost of leaving at once, liquidation_var is the risk while each "
        "position is left in equal parts.",
    .example = "fulmar risk stress --returns returns.csv --weights weights.csv --shock SPY=-0.2\n"
               "fulmar risk stress --returns returns.csv --weights weights.csv --equity SPY "
               "--loss 0.25 --bound all=-0.4:0.4 --json\n"
               "fulmar risk stress --returns returns.csv --weights weights.csv --scenarios "
               "scenarios.yaml --correlation all=0.9",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_stress,
};
