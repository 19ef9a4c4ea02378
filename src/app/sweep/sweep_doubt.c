// SPDX-License-Identifier: Apache-2.0
#include "app/sweep/sweep_doubt.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/terminal.h"
#include "quant/series/bootstrap.h"

enum { ROWS_NEAR_MAX = 1 << 20 };

int sweep_doubt_level_of(const struct args *args, enum sweep_doubt_level *ret_level) {
    static const char *const names[] = {"off", "quick", "full"};
    const char *word = args_get(args, "doubt", "full");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(word, names[i]) == 0) {
            *ret_level = (enum sweep_doubt_level)i;
            return 0;
        }
    return ERR_SET(ERR_ARGUMENT, "--doubt: '%s' is none of off, quick, full", word);
}

int sweep_doubt_prepare(struct sweep *sweep, struct sweep_doubt *doubt) {
    if (doubt->level == SWEEP_DOUBT_OFF) return 0;
    uint64_t days = log_days(&sweep->log, INT64_MIN, NULL), count = sweep->plan.count;
    size_t size = returns_size(count, days);
    size_t taken = sweep->log.size + count * (sizeof *sweep->rows + 12) +
                   sweep->threads * sweep_thread_memory(sweep);
    taken += returns_size(count, (uint64_t)4 << (CSCV_BLOCKS / 2)); // tables of cscv_of()
    if (days == 0) return 0;
    if (size + taken > sweep->memory) {
        snprintf(doubt->why_returns, sizeof doubt->why_returns,
                 "the daily returns of all trials take %zu MiB; --memory allows %zu", size >> 20,
                 sweep->memory > taken ? (sweep->memory - taken) >> 20 : 0);
        return 0;
    }
    // What a file holds has no daily returns: lanes make them again, the event engine would take too long.
    if (sweep->resumed > 0 && sweep->refusal != NULL) {
        snprintf(doubt->why_returns, sizeof doubt->why_returns,
                 "the search went on from a file, which holds no daily returns");
        return 0;
    }
    sweep->returns = (struct returns){
        .tiles = arena_alloc(&sweep->arena, size, 64), .runs = count, .days = days};
    return sweep->returns.tiles == NULL ? ERR_NOMEM : 0;
}

// Returns of the best trial by day, for the length of blocks that its memory asks for.
static double block_of(const struct sweep *sweep, uint64_t best) {
    const struct returns *returns = &sweep->returns;
    double *column = calloc(2 * returns->days + 1, sizeof *column);
    if (column == NULL) return 1;
    for (uint64_t day = 0; day < returns->days; day++)
        column[day] = returns_get(returns, best, day);
    double block =
        bootstrap_block(column, returns->days, BOOTSTRAP_STATIONARY, column + returns->days);
    free(column);
    return isnan(block) ? 1 : block;
}

static int judge_all(struct sweep *sweep, struct sweep_doubt *doubt) {
    struct snoop_config config = {.returns = &sweep->returns,
                                  .block = block_of(sweep, sweep->ranking[0]),
                                  .draws = SNOOP_DRAWS,
                                  .seed = (uint64_t)sweep->run->config->seed + 1};
    if (sweep->returns.tiles == NULL) return 0;
    int rc = cscv_of(&sweep->returns, CSCV_BLOCKS, sweep->run->days_per_year, &sweep->arena,
                     &doubt->cscv);
    if (rc == ERR_NOMEM) return rc;
    doubt->has_cscv = rc == 0;
    if (rc < 0) snprintf(doubt->why_returns, sizeof doubt->why_returns, "%s", err_story());
    rc = snoop_of(&config, &sweep->arena, &doubt->snoop);
    if (rc == ERR_NOMEM) return rc;
    doubt->has_snoop = rc == 0;
    if (rc < 0) snprintf(doubt->why_returns, sizeof doubt->why_returns, "%s", err_story());
    return 0;
}

static int judge_place(struct sweep *sweep, struct sweep_doubt *doubt) {
    struct neighbours neighbours;
    if (sweep->done > ROWS_NEAR_MAX) return 0;
    size_t used = sweep->arena.used;
    uint64_t *points = ARENA_NEW(&sweep->arena, uint64_t, sweep->done);
    double *values = ARENA_NEW(&sweep->arena, double, sweep->done);
    if (points == NULL || values == NULL) return ERR_NOMEM;
    for (uint64_t i = 0; i < sweep->done; i++) {
        points[i] = sweep->rows[i].point;
        values[i] = sweep_objective(sweep, &sweep->rows[i].result);
    }
    TRY(neighbours_init(&neighbours, &sweep->arena, &sweep->space, points, values, sweep->done));
    neighbours_of(&neighbours, sweep->ranking[0], sweep->better, &doubt->near);
    doubt->robust = neighbours_best(&neighbours, sweep->better, &doubt->robust_mean);
    doubt->has_neighbours = doubt->near.count > 0;
    arena_rewind(&sweep->arena, used);
    return 0;
}

// A stock that was delisted has a last bar before the others'. Where none has, they were chosen after the fact.
static void judge_survivors(struct sweep *sweep, struct sweep_doubt *doubt) {
    const struct instruments *instruments = &sweep->run->instruments;
    int64_t *last = calloc(instruments->count + 1, sizeof *last);
    int64_t near_ns = (sweep->log.last_ns - sweep->log.first_ns) / 50;
    if (last == NULL) return;
    for (size_t at = 0; at < sweep->log.size;) {
        const struct event_header *event = log_event(&sweep->log, at);
        if (event->instrument < instruments->count) last[event->instrument] = event->ts_ns;
        at = log_next(event, at);
    }
    for (uint32_t i = 0; i < instruments->count; i++) {
        if (instruments->items[i].asset != ASSET_EQUITY) continue;
        doubt->series++;
        doubt->ended += last[i] < sweep->log.last_ns - near_ns;
    }
    free(last);
}

int sweep_doubt_work(struct sweep *sweep, struct sweep_doubt *doubt) {
    if (sweep->ranked == 0 || doubt->level == SWEEP_DOUBT_OFF || sweep->interrupted) return 0;
    int64_t start = monotonic_ns();
    doubt_of(&sweep->rows[0].result, sizeof *sweep->rows, sweep->done, sweep->ranking[0],
             sweep->run->days_per_year, &doubt->sharpe);
    TRY(judge_all(sweep, doubt));
    TRY(judge_place(sweep, doubt));
    judge_survivors(sweep, doubt);
    if (doubt->level == SWEEP_DOUBT_FULL) TRY(sweep_rerun(sweep, doubt));
    doubt->seconds = (double)(monotonic_ns() - start) / 1e9;
    return 0;
}
