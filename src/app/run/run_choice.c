// SPDX-License-Identifier: Apache-2.0
// The configuration's words become registry rows and numbers.
#include <stdio.h>
#include <string.h>

#include "app/plugin.h"
#include "app/run/run_parts.h"
#include "base/check.h"
#include "base/timestamp.h"
#include "strategy/manual.h"

enum { NAMES_MAX = 64 };

int run_no_such(const char *what, const char *name, const char *const *names, size_t count) {
    const char *near = nearest_name(name, names, count);
    struct text list;
    text_init(&list, 4096);
    for (size_t i = 0; i < count; i++) text_printf(&list, "%s%s", i > 0 ? ", " : "", names[i]);
    int rc = near != NULL
                 ? ERR_SET(ERR_ARGUMENT, "there is no %s '%s'; did you mean %s?", what, name, near)
                 : ERR_SET(ERR_ARGUMENT, "there is no %s '%s'; there are: %s", what, name,
                           text_string(&list));
    text_fini(&list);
    return rc;
}

int run_set_params(const char *what, const struct param *table, size_t table_count,
                   const char *const *params, uint32_t count, double *values) {
    for (uint32_t i = 0; i < count; i++) {
        const char *equals = strchr(params[i], '=');
        char name[64];
        if (equals == NULL || equals == params[i] || (size_t)(equals - params[i]) >= sizeof name)
            return ERR_SET(ERR_ARGUMENT, "%s: '%s' is not of the form name=value", what, params[i]);
        snprintf(name, sizeof name, "%.*s", (int)(equals - params[i]), params[i]);
        int rc = params_set(table, table_count, name, equals + 1, values);
        if (rc < 0) return ERR_APPEND(ERR_ARGUMENT, "in the parameters of %s", what);
    }
    return 0;
}

static int choose_strategy(const char *name, const struct strategy **ret_strategy) {
    if (plugin_is_path(name)) return plugin_load(name, ret_strategy);
    if (strcmp(name, strategy_manual.name) == 0) {
        *ret_strategy = &strategy_manual;
        return 0;
    }
    const char *names[NAMES_MAX];
    size_t count = 0;
    for (; count < strategy_count() && count < NAMES_MAX; count++)
        names[count] = strategy_at(count)->name;
    *ret_strategy = strategy_find(name);
    return *ret_strategy != NULL ? 0 : run_no_such("strategy", name, names, count);
}

static int choose_sizing(const char *name, const struct sizing **ret_sizing) {
    const char *names[NAMES_MAX];
    size_t count = 0;
    for (; count < sizing_count() && count < NAMES_MAX; count++)
        names[count] = sizing_at(count)->name;
    *ret_sizing = sizing_find(name);
    return *ret_sizing != NULL ? 0 : run_no_such("sizing", name, names, count);
}

static int choose_frame(const struct run *run, const char *text, uint32_t *ret_frame_s) {
    int64_t ns = (int64_t)run->engine_config.data_frame_s * NS_PER_S;
    if (text != NULL && (duration_parse(text, strlen(text), &ns) < 0 || ns % NS_PER_S != 0 ||
                         ns / NS_PER_S > UINT32_MAX))
        return ERR_SET(ERR_ARGUMENT, "frame: '%s' is not a duration such as 5m, 1h or 1d", text);
    *ret_frame_s = (uint32_t)(ns / NS_PER_S);
    return 0;
}

int run_find_instrument(const struct run *run, const char *what, const char *word,
                        uint32_t *ret_index) {
    const char *slash = strchr(word, '/');
    int venue_len = slash != NULL ? (int)(slash - word) : 0;
    const char *symbol = slash != NULL ? slash + 1 : word;
    uint32_t count = 0;
    for (uint32_t i = run->instruments.count; i-- > 0;) {
        const struct instrument *instrument = &run->instruments.items[i];
        if (strcmp(instrument->symbol, symbol) != 0) continue;
        if (slash != NULL && (strncmp(instrument->venue, word, (size_t)venue_len) != 0 ||
                              instrument->venue[venue_len] != '\0'))
            continue;
        *ret_index = i;
        count++;
    }
    if (count == 1) return 0;
    if (count == 0)
        return ERR_SET(ERR_NOT_FOUND, "%s: the run's data has no instrument '%s'", what, word);
    return ERR_SET(ERR_ARGUMENT, "%s: %u venues have %s; say which: %s/%s", what, count, word,
                   run->instruments.items[*ret_index].venue, word);
}

static int choose_instruments(struct run *run, const struct run_strategy *words,
                              struct engine_strategy_config *strategy) {
    uint32_t all = run->instruments.count;
    uint32_t count = words->instruments_count > 0 ? words->instruments_count : all;
    uint32_t *indices = ARENA_NEW(&run->wiring, uint32_t, count);
    char what[128];
    if (indices == NULL) return ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        indices[i] = i;
        if (words->instruments_count == 0) continue;
        snprintf(what, sizeof what, "strategy %s", words->strategy);
        TRY(run_find_instrument(run, what, words->instruments[i], &indices[i]));
    }
    strategy->instruments = indices;
    strategy->instrument_count = count;
    return 0;
}

static int choose_execution(const struct run_strategy *words,
                            struct engine_strategy_config *strategy) {
    if (words->execution == NULL) {
        if (words->execution_params_count == 0) return 0;
        return ERR_SET(ERR_ARGUMENT, "execution_params of strategy %s: there is no execution",
                       words->strategy);
    }
    const char *names[NAMES_MAX];
    size_t count = 0;
    for (; count < algo_count() && count < NAMES_MAX; count++) names[count] = algo_at(count)->name;
    const struct algo *algo = algo_find(words->execution);
    if (algo == NULL) return run_no_such("execution algorithm", words->execution, names, count);
    strategy->execution = algo;
    params_defaults(algo->params, algo->param_count, strategy->execution_params);
    return run_set_params(algo->name, algo->params, algo->param_count, words->execution_params,
                          words->execution_params_count, strategy->execution_params);
}

// What "score:min=60,same_side=false" names in a registry.
struct choice {
    const char *what; // "gate"
    const char *(*name_at)(size_t index);
    size_t count;
};

static int choose_row(const struct choice *of, const char *word, uint32_t *ret_index) {
    const char *names[NAMES_MAX];
    char name[64];
    size_t len = strcspn(word, ":");
    if (len == 0 || len >= sizeof name)
        return ERR_SET(ERR_ARGUMENT, "%s: '%s' is not of the form NAME:PARAM=VALUE,...", of->what,
                       word);
    snprintf(name, sizeof name, "%.*s", (int)len, word);
    for (size_t i = 0; i < of->count; i++) {
        names[i] = of->name_at(i);
        *ret_index = (uint32_t)i;
        if (strcmp(names[i], name) == 0) return 0;
    }
    return run_no_such(of->what, name, names, of->count);
}

// The part after the colon.
static int choose_values(const char *word, const char *name, const struct param *table,
                         size_t table_count, double *values) {
    char list[512];
    const char *colon = strchr(word, ':');
    if (strlen(word) >= sizeof list)
        return ERR_SET(ERR_ARGUMENT, "%s: parameters of over %zu characters", name, sizeof list);
    snprintf(list, sizeof list, "%s", colon != NULL ? colon + 1 : "");
    params_defaults(table, table_count, values);
    for (char *save = NULL, *one = strtok_r(list, ",", &save); one != NULL;
         one = strtok_r(NULL, ",", &save))
        TRY(run_set_params(name, table, table_count, (const char *const[]){one}, 1, values));
    return 0;
}

static const char *gate_name(size_t index) {
    return entry_gate_at(index)->name;
}

static int choose_gate(const char *word, struct entry_gate_choice *ret_choice) {
    const struct choice of = {"gate", gate_name, entry_gate_count()};
    TRY(choose_row(&of, word, &ret_choice->gate));
    const struct entry_gate *gate = entry_gate_at(ret_choice->gate);
    TRY(choose_values(word, gate->name, gate->params, gate->param_count, ret_choice->params));
    return entry_gate_check(ret_choice);
}

static const char *stop_name(size_t index) {
    return stop_rule_at(index)->name;
}

static int choose_stop(const char *word, struct stop_choice *ret_choice) {
    const struct choice of = {"stop", stop_name, stop_rule_count()};
    TRY(choose_row(&of, word, &ret_choice->rule));
    const struct stop_rule *rule = stop_rule_at(ret_choice->rule);
    return choose_values(word, rule->name, rule->params, rule->param_count, ret_choice->params);
}

static int choose_stops(struct run *run, const struct run_strategy *words,
                        struct engine_strategy_config *strategy) {
    if (words->stops_count > STOP_RULES_MAX)
        return ERR_SET(ERR_ARGUMENT, "strategy %s: %u stops are over the limit of %d",
                       words->strategy, words->stops_count, STOP_RULES_MAX);
    struct stop_choice *stops = ARENA_NEW(&run->wiring, struct stop_choice, words->stops_count + 1);
    if (stops == NULL) return ERR_NOMEM;
    for (uint32_t i = 0; i < words->stops_count; i++) TRY(choose_stop(words->stops[i], &stops[i]));
    strategy->stops = stops;
    strategy->stop_count = words->stops_count;
    return 0;
}

static int choose_gates(struct run *run, const struct run_strategy *words,
                        struct engine_strategy_config *strategy) {
    if (words->gates_count > ENTRY_GATES_MAX)
        return ERR_SET(ERR_ARGUMENT, "strategy %s: %u gates are over the limit of %d",
                       words->strategy, words->gates_count, ENTRY_GATES_MAX);
    struct entry_gate_choice *gates =
        ARENA_NEW(&run->wiring, struct entry_gate_choice, words->gates_count + 1);
    if (gates == NULL) return ERR_NOMEM;
    for (uint32_t i = 0; i < words->gates_count; i++) TRY(choose_gate(words->gates[i], &gates[i]));
    strategy->gates = gates;
    strategy->gate_count = words->gates_count;
    return 0;
}

static int choose_scale(struct run *run, const struct run_strategy *words,
                        struct engine_strategy_config *strategy) {
    if (words->scale_count == 0) return 0;
    double *scale = ARENA_NEW(&run->wiring, double, SCALE_COUNT);
    if (scale == NULL) return ERR_NOMEM;
    params_defaults(size_scale_params, SCALE_COUNT, scale);
    TRY(run_set_params("scale", size_scale_params, SCALE_COUNT, words->scale, words->scale_count,
                       scale));
    strategy->size_scale = scale;
    return 0;
}

static int build_strategy(struct run *run, const struct run_strategy *words,
                          struct engine_strategy_config *strategy) {
    TRY(choose_strategy(words->strategy, &strategy->strategy));
    TRY(choose_sizing(words->sizing != NULL ? words->sizing : "fixed_fraction", &strategy->sizing));
    params_defaults(strategy->strategy->params, strategy->strategy->param_count, strategy->params);
    params_defaults(strategy->sizing->params, strategy->sizing->param_count,
                    strategy->sizing_params);
    TRY(run_set_params(words->strategy, strategy->strategy->params, strategy->strategy->param_count,
                       words->params, words->params_count, strategy->params));
    TRY(run_set_params(strategy->sizing->name, strategy->sizing->params,
                       strategy->sizing->param_count, words->sizing_params,
                       words->sizing_params_count, strategy->sizing_params));
    params_defaults(conduct_params, CONDUCT_COUNT, strategy->conduct);
    TRY(run_set_params("limits", conduct_params, CONDUCT_COUNT, words->limits, words->limits_count,
                       strategy->conduct));
    TRY(choose_execution(words, strategy));
    TRY(choose_gates(run, words, strategy));
    TRY(choose_scale(run, words, strategy));
    TRY(choose_stops(run, words, strategy));
    TRY(choose_frame(run, words->frame, &strategy->frame_s));
    return choose_instruments(run, words, strategy);
}

static const char *share_of(const struct run *run, uint32_t strategy) {
    const char *share = run->config->strategies[strategy].share;
    bool manual = strategy_is_manual(run->strategies[strategy].strategy);
    return share == NULL && manual ? "0" : share;
}

// Given shares are kept; the rest of the capital is split evenly among strategies without one. Orders by hand are the
// account's: their strategy has no capital of its own unless it is given some.
static int share_capital(struct run *run) {
    int64_t given = 0;
    uint32_t open = 0;
    for (uint32_t i = 0; i < run->strategy_count; i++) {
        const char *share = share_of(run, i);
        int64_t ppm = 0;
        if (share != NULL &&
            (decimal_parse(share, strlen(share), 6, &ppm) < 0 || ppm < 0 || ppm > 1000000))
            return ERR_SET(ERR_ARGUMENT, "share: '%s' is not a fraction from 0 to 1 of 6 decimals",
                           share);
        run->strategies[i].share_ppm = (uint32_t)ppm;
        given += ppm;
        open += share == NULL;
    }
    if (given > 1000000)
        return ERR_SET(ERR_ARGUMENT, "the strategies' shares add up to %.6g, over 1",
                       (double)given / 1e6);
    for (uint32_t i = 0; i < run->strategy_count; i++)
        if (share_of(run, i) == NULL)
            run->strategies[i].share_ppm = (uint32_t)((1000000 - given) / open);
    return 0;
}

static int choose_netting(struct run *run) {
    static const char *const names[NETTING_COUNT] = {"off", "net", "priority", "veto", "strongest"};
    const char *word = run->config->netting;
    for (uint32_t i = 0; i < NETTING_COUNT; i++)
        if (word == NULL || strcmp(word, names[i]) == 0) {
            run->engine_config.netting = i;
            return 0;
        }
    return run_no_such("netting", word, names, NETTING_COUNT);
}

static int choose_allocation(struct run *run) {
    const struct run_model *words = run->config->allocation;
    const char *names[NAMES_MAX];
    size_t count = 0;
    if (words == NULL) return 0;
    for (; count < allocation_count() && count < NAMES_MAX; count++)
        names[count] = allocation_at(count)->name;
    const struct allocation *method = allocation_find(words->model);
    if (method == NULL) return run_no_such("allocation", words->model, names, count);
    run->engine_config.allocation = method;
    params_defaults(method->params, method->param_count, run->engine_config.allocation_params);
    return run_set_params(method->name, method->params, method->param_count, words->params,
                          words->params_count, run->engine_config.allocation_params);
}

int run_choose_strategies(struct run *run) {
    TRY(choose_netting(run));
    TRY(choose_allocation(run));
    uint32_t count = run->config->strategies_count;
    if (count > RUN_STRATEGIES_MAX)
        return ERR_SET(ERR_ARGUMENT, "%u strategies are over the limit of %d", count,
                       RUN_STRATEGIES_MAX);
    for (uint32_t i = 0; i < count; i++)
        TRY(build_strategy(run, &run->config->strategies[i], &run->strategies[i]));
    run->strategy_count = count;
    return share_capital(run);
}

static int choose_fee(struct run *run, const struct run_model *words) {
    struct sim_config *sim = &run->sim_config;
    if (words == NULL) return 0;
    if (sim_config_set_fee(sim, words->model) < 0)
        return ERR_APPEND(ERR_ARGUMENT, "fulmar backtest --list names all models");
    return run_set_params(words->model, sim->fee->params, sim->fee->param_count, words->params,
                          words->params_count, sim->fee_params);
}

static int choose_slip(struct run *run, const struct run_model *words) {
    struct sim_config *sim = &run->sim_config;
    if (words == NULL) return 0;
    if (sim_config_set_slip(sim, words->model) < 0)
        return ERR_APPEND(ERR_ARGUMENT, "fulmar backtest --list names all models");
    return run_set_params(words->model, sim->slip->params, sim->slip->param_count, words->params,
                          words->params_count, sim->slip_params);
}

static int choose_latency(struct run *run, const struct run_model *words) {
    struct sim_config *sim = &run->sim_config;
    if (words == NULL) return 0;
    if (sim_config_set_latency(sim, words->model) < 0)
        return ERR_APPEND(ERR_ARGUMENT, "fulmar backtest --list names all models");
    if (sim->latency->by_series) return run_open_latency(run, words);
    return run_set_params(words->model, sim->latency->params, sim->latency->param_count,
                          words->params, words->params_count, sim->latency_params);
}

int run_choose_venue_models(struct run *run) {
    sim_config_defaults(&run->sim_config);
    TRY(choose_fee(run, run->config->fees));
    return choose_latency(run, run->config->latency);
}

int run_choose_venue(struct run *run) {
    const struct run_config *config = run->config;
    if (config->feeds_count > 0)
        return ERR_SET(ERR_ARGUMENT, "feeds: settings of recorded feeds, and the data are bars");
    if (config->queue != NULL)
        return ERR_SET(ERR_ARGUMENT, "queue: bars have no queues; the data would have to be a "
                                     "recorded feed");
    TRY(run_choose_venue_models(run));
    TRY(choose_slip(run, config->slippage));
    TRY(run_set_params("the venue", sim_params, SIM_PARAM_COUNT, config->venue, config->venue_count,
                       run->sim_config.params));
    run->sim_config.instruments = &run->instruments;
    bool netted = run->engine_config.netting != NETTING_OFF; // the account has orders of its own
    run->sim_config.strategy_count = run->strategy_count + netted;
    run->sim_config.account_currency = run->engine_config.account_currency;
    run->sim_config.order_max = run->engine_config.order_max;
    run->sim_config.cash = run->capital;
    TRY(run_read_funding(run));
    run->sim_config.funding = run->funding;
    run->sim_config.funding_count = run->funding_count;
    run->sim_config.seed = (uint64_t)config->seed;
    return 0;
}
