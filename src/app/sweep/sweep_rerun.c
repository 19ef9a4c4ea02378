// SPDX-License-Identifier: Apache-2.0
// The best parameters again: with other costs, on moved candles, with entries at random; and what else its trades and
// days could have made.
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/sweep/sweep_doubt.h"
#include "quant/series/bootstrap.h"
#include "quant/series/moment.h"
#include "quant/series/rank.h"
#include "research/overfit/candles.h"

// Bars that runs on moved candles go through together, about: a second of the event engine.
#define CANDLES_BARS ((uint64_t)20 << 20)
enum { CANDLES_MAX = 100, CANDLES_LEAST = 10, TRADES_LEAST = 5, GARCH_DAYS_MAX = 20000 };
enum { BREAK_EVEN_STEPS = 20 };
static const double candles_strength = 0.1, break_even_most = 0.2;

// What the best run did, trade by trade and day by day.
struct story {
    struct sweep *sweep;
    struct log_index index;
    struct score score; // of one instrument, to know where a trade ends
    struct score_position *positions;
    struct entries_trade *trades; // [trade_max]
    double *trade_returns;
    uint32_t trade_count;
    uint32_t trade_max;
    uint32_t from; // bar of the entry
    int32_t side;
    double entry_equity;
    double equity; // at the last mark
    double *days;
    uint64_t day_count;
    double traded; // value of all fills, money mantissa
    bool several;  // instruments: trades overlap
};

struct bench {
    struct sweep *sweep;
    struct sweep_doubt *doubt;
    struct trial trial;
    struct trial_config config;
    double params[PARAMS_MAX];
    struct story story;
};

static void on_mark(void *self, const struct account_mark *mark) {
    struct story *story = self;
    story->equity = (double)mark->equity.m;
}

static void on_fill(void *self, uint32_t instrument, const struct score_fill *fill) {
    struct story *story = self;
    struct score_position *position = &story->positions[instrument];
    uint64_t trades = story->score.trades;
    money_t net = money_sub(story->score.profit, story->score.loss);
    uint32_t bar = (uint32_t)log_index_find(&story->index, fill->ts_ns);
    if (position->qty == 0) {
        story->from = bar;
        story->side = fill->qty > 0 ? 1 : -1;
        story->entry_equity = story->equity;
    }
    score_fill(&story->score, position, fill);
    story->traded += fabs((double)fill->value.m);
    if (story->score.trades == trades || story->trade_count == story->trade_max) return;
    money_t gain = money_sub(money_sub(story->score.profit, story->score.loss), net);
    story->trade_returns[story->trade_count] = (double)gain.m / story->entry_equity;
    story->trades[story->trade_count++] =
        (struct entries_trade){.from = story->from, .to = bar, .side = story->side};
    if (position->qty == 0) return;
    story->from = bar; // through flat: the next begins
    story->side = position->qty > 0 ? 1 : -1;
    story->entry_equity = story->equity;
}

static int run_story(struct bench *bench) {
    struct sweep *sweep = bench->sweep;
    struct story *story = &bench->story;
    struct trial_watch watch = {.mark = on_mark, .fill = on_fill, .self = story};
    struct score_result result;
    uint64_t days = log_days(&sweep->log, INT64_MIN, NULL);
    const struct score_result *best = &sweep->rows[sweep->ranking[0]].result;
    story->sweep = sweep;
    story->several = sweep->run->instruments.count != 1;
    story->equity = (double)sweep->run->capital.m;
    story->trade_max =
        best->trades < ENTRIES_TRADES_MAX ? (uint32_t)best->trades : ENTRIES_TRADES_MAX;
    TRY(log_index_make(&story->index, &sweep->arena, &sweep->log));
    score_init(&story->score, NULL, 0);
    story->positions =
        ARENA_NEW(&sweep->arena, struct score_position, sweep->run->instruments.count);
    story->trades = ARENA_NEW(&sweep->arena, struct entries_trade, story->trade_max + 1);
    story->trade_returns = ARENA_NEW(&sweep->arena, double, story->trade_max + 1);
    story->days = ARENA_NEW(&sweep->arena, double, days + 1);
    if (story->positions == NULL || story->trades == NULL || story->trade_returns == NULL ||
        story->days == NULL)
        return ERR_NOMEM;
    struct trial_config config = bench->config;
    config.watch = &watch;
    TRY(trial_run(&bench->trial, &config, bench->params, story->days, days, &result));
    story->day_count = result.days;
    if (result.fills_hash == best->fills_hash) return 0;
    return ERR_SET(ERR_STATE,
                   "the best trial run again is another run: its strategy remembers more "
                   "than its state");
}

static int add_variant(struct bench *bench, const struct sim_config *sim, const char *name) {
    struct sweep_doubt *doubt = bench->doubt;
    struct trial_config config = bench->config;
    struct sweep_variant *variant = &doubt->variants[doubt->variant_count];
    if (doubt->variant_count == SWEEP_VARIANTS_MAX) return 0;
    config.sim = sim;
    snprintf(variant->name, sizeof variant->name, "%s", name);
    TRY(trial_run(&bench->trial, &config, bench->params, NULL, 0, &variant->result));
    doubt->variant_count++;
    return 0;
}

static int add_fees(struct bench *bench) {
    static const double times[] = {0, 2, 5};
    const struct sim_config *own = bench->config.sim;
    if (own->fee->by_volume) return 0;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        struct sim_config sim = *own;
        char name[48];
        bool any = false;
        for (size_t p = 0; p < sim.fee->param_count; p++) {
            any |= sim.fee_params[p] != 0;
            sim.fee_params[p] *= times[i];
        }
        snprintf(name, sizeof name, "fees x %g", times[i]);
        if (any) TRY(add_variant(bench, &sim, name));
    }
    return 0;
}

static int run_slipped(struct bench *bench, double bps, const char *name,
                       struct score_result *ret_result) {
    struct sim_config sim = *bench->config.sim;
    TRY(sim_config_set_slip(&sim, "fixed"));
    sim.slip_params[0] = bps;
    sim.slip_params[1] = 0;
    if (name != NULL) return add_variant(bench, &sim, name);
    struct trial_config config = bench->config;
    config.sim = &sim;
    return trial_run(&bench->trial, &config, bench->params, NULL, 0, ret_result);
}

// Where slippage leaves nothing, to a hundredth of a basis point.
static int find_break_even(struct bench *bench) {
    double low = 0, high = 1e4 * break_even_most;
    struct score_result result;
    bench->doubt->break_even = NAN;
    TRY(run_slipped(bench, 0, NULL, &result));
    if (!(result.total_return > 0)) return 0;
    TRY(run_slipped(bench, high, NULL, &result));
    if (result.total_return > 0) return 0;
    for (int i = 0; i < BREAK_EVEN_STEPS && high - low > 0.01; i++) {
        double middle = (low + high) / 2;
        TRY(run_slipped(bench, middle, NULL, &result));
        if (result.total_return > 0)
            low = middle;
        else
            high = middle;
    }
    bench->doubt->break_even = (low + high) / 2 / 1e4;
    return 0;
}

static int add_costs(struct bench *bench) {
    static const double slips[] = {1, 5, 20};
    uint32_t frame_s = bench->config.engine->data_frame_s;
    TRY(add_fees(bench));
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        char name[48];
        snprintf(name, sizeof name, "slippage %g bps", slips[i]);
        TRY(run_slipped(bench, slips[i], name, NULL));
    }
    for (uint32_t bars = 1; bars <= 2; bars++) {
        struct sim_config sim = *bench->config.sim;
        char name[48];
        TRY(sim_config_set_latency(&sim, "constant"));
        sim.latency_params[0] = (double)bars * frame_s;
        snprintf(name, sizeof name, "orders %u bar%s later", bars, bars > 1 ? "s" : "");
        TRY(add_variant(bench, &sim, name));
    }
    return find_break_even(bench);
}

static int judge_entries(struct bench *bench) {
    struct sweep *sweep = bench->sweep;
    struct sweep_doubt *doubt = bench->doubt;
    const struct story *story = &bench->story;
    const char *why = story->several                             ? "there are several instruments"
                      : story->trade_count < TRADES_LEAST        ? "there are too few trades"
                      : story->score.trades > story->trade_count ? "there are too many trades"
                                                                 : NULL;
    for (uint32_t i = 0; why == NULL && i < story->trade_count; i++)
        if (story->trades[i].to <= story->trades[i].from)
            why = "trades end in the bar they begin in";
    if (why == NULL &&
        (story->index.count != sweep->log.bars || sweep->log.count != sweep->log.bars))
        why = "there are other events beside the bars";
    if (why != NULL) {
        snprintf(doubt->why_entries, sizeof doubt->why_entries, "%s", why);
        return 0;
    }
    double *opens = ARENA_NEW(&sweep->arena, double, story->index.count);
    if (opens == NULL) return ERR_NOMEM;
    for (uint64_t i = 0; i < story->index.count; i++) {
        const struct event_header *event = log_event(&sweep->log, story->index.instants[i].at);
        opens[i] = event->kind == EVENT_BAR
                       ? (double)((const struct bar_event *)(const void *)event)->bar.open.m
                   : i > 0 ? opens[i - 1]
                           : 1;
    }
    struct entries_config config = {.opens = opens,
                                    .bars = story->index.count,
                                    .trades = story->trades,
                                    .count = story->trade_count,
                                    .cost = (double)story->score.fees.m / story->traded,
                                    .draws = ENTRIES_DRAWS,
                                    .seed = (uint64_t)sweep->run->config->seed + 2};
    doubt->has_entries = true;
    return entries_of(&config, &sweep->arena, &doubt->entries);
}

// Threads take parts of the paths.
struct share {
    struct redraw *redraw;
    size_t first, count;
    double *scratch;
};

static void *run_share(void *context) {
    struct share *share = context;
    redraw_run(share->redraw, share->first, share->count, share->scratch);
    return NULL;
}

static int run_paths(struct sweep *sweep, struct redraw *redraw) {
    uint32_t threads = sweep->threads < 16 ? sweep->threads : 16, started = 0;
    struct share shares[16];
    pthread_t ids[16];
    size_t paths = redraw->config.paths;
    for (uint32_t i = 0; i < threads; i++) {
        size_t first = paths * i / threads, end = paths * (i + 1) / threads;
        shares[i] = (struct share){redraw, first, end - first,
                                   ARENA_NEW(&sweep->arena, double, redraw_scratch(redraw))};
        if (shares[i].scratch == NULL) return ERR_NOMEM;
    }
    while (started + 1 < threads &&
           pthread_create(&ids[started], NULL, run_share, &shares[started + 1]) == 0)
        started++;
    for (uint32_t i = started + 1; i < threads; i++) run_share(&shares[i]);
    run_share(&shares[0]);
    for (uint32_t i = 0; i < started; i++) pthread_join(ids[i], NULL);
    return 0;
}

static int spread(struct bench *bench, const struct redraw_config *config) {
    struct sweep *sweep = bench->sweep;
    struct redraw redraw;
    size_t used = sweep->arena.used;
    double *scratch = ARENA_NEW(&sweep->arena, double, config->paths);
    if (scratch == NULL) return ERR_NOMEM;
    TRY(redraw_init(&redraw, &sweep->arena, config));
    TRY(run_paths(sweep, &redraw));
    redraw_spread_of(&redraw, scratch, &bench->doubt->spreads[config->method]);
    bench->doubt->has_spread[config->method] = true;
    bench->doubt->spread_count[config->method] = config->count;
    arena_rewind(&sweep->arena, used);
    return 0;
}

// Of the days that moved: those without a position have no variance, and no model fits both.
static int spread_garch(struct bench *bench, struct redraw_config *config) {
    struct garch_fit fit;
    const struct story *story = &bench->story;
    double *scratch = ARENA_NEW(&bench->sweep->arena, double, story->day_count);
    double *moves = ARENA_NEW(&bench->sweep->arena, double, story->day_count);
    if (scratch == NULL || moves == NULL) return ERR_NOMEM;
    config->count = 0;
    for (uint64_t day = 0; day < story->day_count; day++)
        if (story->days[day] != 0) moves[config->count++] = story->days[day];
    config->returns = moves;
    config->length = config->count;
    config->method = REDRAW_GARCH;
    config->spec = (struct garch_spec){GARCH_PLAIN, GARCH_STUDENT, GARCH_MEAN_E2};
    if (garch_fit(&config->spec, config->returns, config->count, scratch, &fit) < 0) return 0;
    for (int i = 0; i < GARCH_PARAMS; i++)
        config->params[i] = isnan(fit.params[i]) ? 0 : fit.params[i];
    config->first = garch_sample_make(moves, config->count).variance;
    return spread(bench, config);
}

static int spread_all(struct bench *bench) {
    struct story *story = &bench->story;
    struct redraw_config config = {.paths = REDRAW_PATHS,
                                   .seed = (uint64_t)bench->sweep->run->config->seed + 3};
    if (story->trade_count >= TRADES_LEAST) {
        config.returns = story->trade_returns;
        config.count = config.length = story->trade_count;
        for (int method = REDRAW_SHUFFLE; method <= REDRAW_BOOTSTRAP; method++) {
            config.method = (enum redraw_method)method;
            TRY(spread(bench, &config));
        }
    }
    if (story->day_count < GARCH_ROWS_MIN || story->day_count > GARCH_DAYS_MAX) return 0;
    double *scratch = ARENA_NEW(&bench->sweep->arena, double, story->day_count);
    if (scratch == NULL) return ERR_NOMEM;
    config.returns = story->days;
    config.count = config.length = story->day_count;
    config.block = bootstrap_block(story->days, story->day_count, BOOTSTRAP_STATIONARY, scratch);
    if (isnan(config.block)) return 0;
    bench->doubt->block = config.block;
    config.method = REDRAW_BLOCKS;
    TRY(spread(bench, &config));
    return spread_garch(bench, &config);
}

static void three(double *values, uint32_t count, double *ret_three) {
    static const double levels[3] = {0.05, 0.5, 0.95};
    double scratch[CANDLES_MAX];
    uint32_t defined = 0;
    for (uint32_t i = 0; i < count; i++)
        if (!isnan(values[i])) values[defined++] = values[i];
    rank_sort(values, defined, scratch);
    for (int i = 0; i < 3; i++)
        ret_three[i] = defined > 0 ? moment_quantile(values, defined, levels[i], 7) : NAN;
}

static int move_candles(struct bench *bench) {
    struct sweep *sweep = bench->sweep;
    struct sweep_candles *candles = &bench->doubt->candles;
    double objectives[CANDLES_MAX], returns[CANDLES_MAX];
    uint64_t runs = CANDLES_BARS / sweep->log.bars;
    runs = runs < CANDLES_LEAST ? CANDLES_LEAST : runs > CANDLES_MAX ? CANDLES_MAX : runs;
    candles->strength = candles_strength;
    for (uint32_t i = 0; i < runs; i++) {
        struct log moved;
        struct score_result result;
        struct trial_config config = bench->config;
        size_t used = sweep->arena.used;
        TRY(candles_move(&sweep->log, &sweep->run->instruments, candles_strength,
                         (uint64_t)sweep->run->config->seed + 1000 + i, &sweep->arena, &moved));
        config.log = &moved;
        TRY(trial_run(&bench->trial, &config, bench->params, NULL, 0, &result));
        objectives[i] = sweep_objective(sweep, &result);
        returns[i] = result.total_return;
        candles->loss += (result.total_return <= 0) / (double)runs;
        arena_rewind(&sweep->arena, used);
    }
    candles->runs = (uint32_t)runs;
    three(objectives, candles->runs, candles->objective);
    three(returns, candles->runs, candles->total_return);
    return 0;
}

int sweep_rerun(struct sweep *sweep, struct sweep_doubt *doubt) {
    static struct bench bench;
    bench = (struct bench){.sweep = sweep, .doubt = doubt, .config = sweep->trial};
    size_t used = sweep->arena.used;
    space_values(&sweep->space, sweep->rows[sweep->ranking[0]].point, bench.params);
    TRY(trial_init(&bench.trial));
    int rc = run_story(&bench);
    if (rc == 0) rc = add_costs(&bench);
    if (rc == 0) rc = judge_entries(&bench);
    if (rc == 0) rc = spread_all(&bench);
    if (rc == 0) rc = move_candles(&bench);
    trial_fini(&bench.trial);
    arena_rewind(&sweep->arena, used);
    return rc;
}
