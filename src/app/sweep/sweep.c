// SPDX-License-Identifier: Apache-2.0
#include "app/sweep/sweep.h"

#include <inttypes.h>
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "app/run/run_args.h"
#include "base/check.h"

// Address space, not memory: pages are taken when they are touched.
#define ARENA_SIZE ((size_t)64 << 30)
#define MEMORY_DEFAULT ((size_t)2 << 30)
// What a thread's engine and venue take, without what its strategy needs: measured, rounded up.
#define THREAD_MEMORY ((size_t)8 << 20)
// Bars that a block of trials reads, about: so often there is a result and a place to go on from.
#define UNIT_BARS ((uint64_t)1 << 18)
enum {
    UNIT_MIN = 8,
    UNIT_MAX = 1024,
    UNIT_LANES = 64,
    LOT_MAX = 1024,
    TOP_DEFAULT = 10,
    SAMPLES_DEFAULT = 1000
};

// The options of the run without --param, whose words here are axes.
static struct args run_args(const struct args *args) {
    struct args rest = *args;
    rest.count = 0;
    for (size_t i = 0; i < args->count; i++) {
        if (strcmp(args->names[i], "param") == 0) continue;
        rest.names[rest.count] = args->names[i];
        rest.values[rest.count++] = args->values[i];
    }
    return rest;
}

// What a trial's score has no account of yet: quantities that change by themselves, and money of other currencies.
static int check_score(const struct run *run) {
    const struct run_config *config = run->config;
    if (config->actions_count > 0 || config->funding_count > 0)
        return ERR_SET(ERR_ARGUMENT, "a sweep scores trades without splits, dividends and funding; "
                                     "leave out --actions and --funding");
    for (uint32_t i = 0; i < run->instruments.count; i++)
        if (run->instruments.items[i].currency != run->engine_config.account_currency)
            return ERR_SET(ERR_ARGUMENT,
                           "a sweep scores trades in the account's currency; %s has "
                           "another",
                           run->instruments.items[i].symbol);
    return 0;
}

static int open_run(struct sweep *sweep) {
    struct run_config *config;
    char root[4096];
    struct args args = run_args(sweep->args);
    TRY(command_tape_root(&args, root, sizeof root));
    if (run_config_from_args(&args, &config) < 0) return ERR_ARGUMENT;
    if (config->strategies_count != 1) {
        uint32_t count = config->strategies_count;
        run_config_free(config);
        return ERR_SET(ERR_ARGUMENT, "a sweep varies one strategy, and there are %u", count);
    }
    TRY(run_open(config, root, &sweep->run));
    if (sweep->run->is_feed)
        return ERR_SET(ERR_ARGUMENT, "a sweep runs on bars; %s is none",
                       sweep->run->config->instruments[0].series);
    TRY(check_score(sweep->run));
    // Lots are kept for first-in-first-out costs, which a search does not look at.
    if (sweep->run->engine_config.cost_method == COST_AVERAGE)
        sweep->run->engine_config.lot_max = LOT_MAX;
    return 0;
}

static int open_space(struct sweep *sweep) {
    const struct engine_strategy_config *strategy = &sweep->run->strategies[0];
    const struct strategy *rules = strategy->strategy;
    const char *word;
    space_init(&sweep->space, rules->params, rules->param_count, strategy->params);
    for (size_t i = 0; (word = args_nth(sweep->args, "param", i)) != NULL; i++)
        TRY(space_add(&sweep->space, &sweep->arena, word));
    if (sweep->space.axis_count == 0)
        return ERR_SET(
            ERR_ARGUMENT, "nothing is varied: give --param NAME=LOW:HIGH[:STEP]; %s has %s",
            rules->name, rules->param_count > 0 ? rules->params[0].name : "no parameter");
    const char *names[PARAMS_MAX];
    for (size_t i = 0; i < rules->param_count; i++) names[i] = rules->params[i].name;
    const char *where = args_get(sweep->args, "where", NULL);
    sweep->has_where = where != NULL;
    if (where != NULL &&
        expression_parse("where", where, names, rules->param_count, &sweep->where) < 0)
        return ERR_ARGUMENT;
    return 0;
}

static int choose_measures(struct sweep *sweep) {
    const char *names[SCORE_MEASURES];
    for (int i = 0; i < SCORE_MEASURES; i++) names[i] = score_measures[i].name;
    const char *objective = args_get(sweep->args, "objective", "sharpe");
    const char *require = args_get(sweep->args, "require", NULL);
    bool turned = *objective == '-'; // "-fees": the other way round
    int measure = score_measure_find(objective + turned);
    if (measure < 0) {
        const char *near = nearest_name(objective + turned, names, SCORE_MEASURES);
        return ERR_SET(ERR_ARGUMENT, "there is no objective '%s'%s%s%s", objective,
                       near != NULL ? "; did you mean " : "; fulmar sweep --help names them",
                       near != NULL ? near : "", near != NULL ? "?" : "");
    }
    sweep->objective = (uint32_t)measure;
    sweep->better = turned ? -score_measures[measure].better : score_measures[measure].better;
    sweep->has_require = require != NULL;
    if (require != NULL &&
        expression_parse("require", require, names, SCORE_MEASURES, &sweep->require) < 0)
        return ERR_ARGUMENT;
    return 0;
}

static int choose_method(struct sweep *sweep) {
    const char *word = args_get(sweep->args, "search", "grid");
    long samples = SAMPLES_DEFAULT;
    struct plan_config *config = &sweep->plan_config;
    *config = (struct plan_config){
        .space = &sweep->space,
        .where = sweep->has_where ? &sweep->where : NULL,
        .check = sweep->run->strategies[0].strategy->check,
        .method = PLAN_METHOD_COUNT,
        .seed = (uint64_t)sweep->run->config->seed,
    };
    for (int i = 0; i < PLAN_METHOD_COUNT; i++)
        if (strcmp(word, plan_method_name((enum plan_method)i)) == 0)
            config->method = (enum plan_method)i;
    if (config->method == PLAN_METHOD_COUNT)
        return ERR_SET(ERR_ARGUMENT, "there is no search '%s'; there are: grid, random, sobol",
                       word);
    TRY(args_int(sweep->args, "samples", 1, 1 << 24, &samples));
    if (config->method == PLAN_GRID && args_has(sweep->args, "samples"))
        return ERR_SET(ERR_ARGUMENT, "--samples: a grid has every point; --search random or sobol");
    config->samples = (uint64_t)samples;
    return 0;
}

static uint32_t processors(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? (uint32_t)CPU_COUNT(&set) : 1;
}

size_t sweep_thread_memory(const struct sweep *sweep) {
    return THREAD_MEMORY + (sweep->refusal == NULL ? LANES_MEMORY : 0);
}

static int no_room(const struct sweep *sweep, size_t wanted) {
    return ERR_SET(ERR_ARGUMENT,
                   "--memory: %zu MiB are not enough: the data takes %zu MiB, the results of "
                   "%" PRIu64 " trials %zu MiB, a thread %zu MiB; give %zuM",
                   sweep->memory >> 20, sweep->log.size >> 20, sweep->plan.count,
                   (size_t)(sweep->plan.count * sizeof *sweep->rows) >> 20,
                   sweep_thread_memory(sweep) >> 20, (wanted >> 20) + 1);
}

// Trials of a block, whatever the number of threads: enough blocks for them to share, and so large that columns that
// each works out are few beside its trials. In lanes, where all bars are few, they are kept from block to block.
static uint32_t unit_of(const struct sweep *sweep) {
    uint64_t unit = UNIT_BARS / (sweep->log.count + 1), least = UNIT_MIN;
    if (sweep->refusal == NULL) {
        unit = sweep->plan.count / (sweep->log.count <= LANES_BARS ? 64 : 16);
        unit = (unit + RETURNS_TILE - 1) / RETURNS_TILE * RETURNS_TILE;
        least = UNIT_LANES;
    }
    return unit < least ? (uint32_t)least : unit > UNIT_MAX ? UNIT_MAX : (uint32_t)unit;
}

// Threads and blocks that the memory allows.
static int choose_chunks(struct sweep *sweep) {
    long threads = processors();
    size_t thread = sweep_thread_memory(sweep);
    uint64_t memory = MEMORY_DEFAULT;
    TRY(args_size(sweep->args, "memory", &memory));
    sweep->memory = memory;
    TRY(args_int(sweep->args, "threads", 1, SWEEP_THREADS_MAX, &threads));
    size_t fixed = sweep->log.size + sweep->plan.count * (sizeof *sweep->rows + 12);
    if (fixed + thread > sweep->memory) return no_room(sweep, fixed + thread);
    size_t most = (sweep->memory - fixed) / thread;
    sweep->threads = (size_t)threads < most ? (uint32_t)threads : (uint32_t)most;
    sweep->unit = unit_of(sweep);
    return 0;
}

static int build(struct sweep *sweep) {
    TRY(arena_init(&sweep->arena, ARENA_SIZE));
    TRY(arena_init(&sweep->data, ARENA_SIZE));
    TRY(open_run(sweep));
    TRY(open_space(sweep));
    TRY(choose_measures(sweep));
    TRY(choose_method(sweep));
    TRY(plan_make(&sweep->plan, &sweep->arena, &sweep->plan_config));
    TRY(log_read(&sweep->log, &sweep->data, sweep->run->source));
    sweep->trial = (struct trial_config){
        .engine = &sweep->run->engine_config,
        .sim = &sweep->run->sim_config,
        .log = &sweep->log,
        .capital = sweep->run->capital,
        .days_a_year = sweep->run->days_per_year,
        .from_ns = INT64_MIN,
    };
    sweep->refusal =
        args_has(sweep->args, "events") ? "--events asks for it" : lanes_refusal(&sweep->trial);
    TRY(choose_chunks(sweep));
    sweep->rows = ARENA_NEW(&sweep->arena, struct sweep_row, sweep->plan.count);
    if (sweep->rows == NULL) return ERR_NOMEM;
    sweep->top = TOP_DEFAULT;
    return 0;
}

int sweep_open(const struct args *args, struct sweep *ret_sweep) {
    *ret_sweep = (struct sweep){.args = args};
    return build(ret_sweep);
}

void sweep_close(struct sweep *sweep) {
    run_close(sweep->run);
    if (sweep->arena.base != NULL) arena_fini(&sweep->arena);
    if (sweep->data.base != NULL) arena_fini(&sweep->data);
    free(sweep->ranking);
}

int sweep_money_decimals(const struct sweep *sweep) {
    const struct engine_config *config = &sweep->run->engine_config;
    return config->instruments->currencies[config->account_currency].decimals;
}

int sweep_describe(const struct sweep *sweep, struct text *out) {
    TRY(run_config_write(sweep->run->config, out));
    text_printf(out, "# program %s\n# search %s, %" PRIu64 " trials, seed %" PRIu64 "\n",
                FULMAR_VERSION, plan_method_name(sweep->plan_config.method), sweep->plan.count,
                sweep->plan_config.seed);
    const char *word;
    for (size_t i = 0; (word = args_nth(sweep->args, "param", i)) != NULL; i++)
        text_printf(out, "# param %s\n", word);
    if (sweep->has_where) text_printf(out, "# where %s\n", args_get(sweep->args, "where", ""));
    text_printf(out, "# data %" PRIu64 " events, hash %016" PRIx64 "\n", sweep->log.count,
                sweep->log.hash);
    text_add(out, "# columns");
    static const char *const types[] = {"u64", "f64", "i128"};
    for (size_t i = 0; i < sweep_file_column_count(); i++)
        text_printf(out, " %s:%s", sweep_file_columns[i].name, types[sweep_file_columns[i].type]);
    text_add(out, "\n");
    return text_error(out);
}

double sweep_objective(const struct sweep *sweep, const struct score_result *result) {
    double values[SCORE_MEASURES];
    score_measure_values(result, sweep_money_decimals(sweep), values);
    return values[sweep->objective];
}

static bool is_admitted(const struct sweep *sweep, const struct score_result *result) {
    double values[SCORE_MEASURES];
    if (!sweep->has_require) return true;
    score_measure_values(result, sweep_money_decimals(sweep), values);
    return expression_holds(&sweep->require, values);
}

// Better first; what is undefined last; equal ones in order of the plan.
struct ranked {
    double value;
    uint32_t row;
};

static int by_value(const void *left, const void *right) {
    const struct ranked *a = left, *b = right;
    if (isnan(a->value) != isnan(b->value)) return isnan(a->value) ? 1 : -1;
    if (a->value > b->value) return -1;
    if (a->value < b->value) return 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

int sweep_rank(struct sweep *sweep) {
    struct ranked *ranked = calloc(sweep->done + 1, sizeof *ranked);
    sweep->ranking = calloc(sweep->done + 1, sizeof *sweep->ranking);
    if (ranked == NULL || sweep->ranking == NULL) {
        free(ranked);
        return ERR_SET(ERR_NOMEM, "no memory to rank %" PRIu64 " trials", sweep->done);
    }
    for (uint64_t i = 0; i < sweep->done; i++) {
        const struct score_result *result = &sweep->rows[i].result;
        if (!is_admitted(sweep, result)) continue;
        ranked[sweep->ranked++] =
            (struct ranked){sweep->better * sweep_objective(sweep, result), (uint32_t)i};
    }
    qsort(ranked, sweep->ranked, sizeof *ranked, by_value);
    for (uint64_t i = 0; i < sweep->ranked; i++) sweep->ranking[i] = ranked[i].row;
    free(ranked);
    return 0;
}
