// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/walkforward/walkforward.h"
#include "base/check.h"

enum { GROUPS_DEFAULT = 8, TESTS_DEFAULT = 2 };

static int refuse(const struct args *args) {
    static const char *const others[] = {"windows", "train", "test", "warmup"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (args_has(args, others[i]))
            return ERR_SET(ERR_ARGUMENT,
                           "--%s: is for a walk; --method combinatorial has --groups and "
                           "--test-groups",
                           others[i]);
    if (args_has(args, "require"))
        return ERR_SET(ERR_ARGUMENT,
                       "--require: combinatorial cross-validation judges daily returns "
                       "of parts of a run, which have no trades to ask for");
    return 0;
}

static int open_returns(struct walkforward *walkforward) {
    struct sweep *sweep = &walkforward->sweep;
    uint64_t days = log_days(&walkforward->log, INT64_MIN, NULL);
    size_t size = returns_size(sweep->plan.count, days);
    if (size + walkforward->log.size > sweep->memory)
        return ERR_SET(ERR_ARGUMENT,
                       "--memory: the daily returns of %" PRIu64
                       " trials take %zu MiB; give %zuM or "
                       "fewer trials",
                       sweep->plan.count, size >> 20, ((size + walkforward->log.size) >> 20) + 64);
    sweep->returns = (struct returns){.tiles = arena_alloc(&walkforward->arena, size, 64),
                                      .runs = sweep->plan.count,
                                      .days = days};
    return sweep->returns.tiles == NULL ? ERR_NOMEM : 0;
}

int walkforward_cpcv_open(struct walkforward *walkforward, const struct args *args) {
    const struct sweep *sweep = &walkforward->sweep;
    struct cpcv *cpcv = &walkforward->cpcv;
    struct arena *arena = &walkforward->arena;
    long groups = GROUPS_DEFAULT, tests = TESTS_DEFAULT;
    TRY(refuse(args));
    TRY(args_int(args, "groups", 2, CPCV_GROUPS_MAX, &groups));
    TRY(args_int(args, "test-groups", 1, CPCV_GROUPS_MAX, &tests));
    if (!score_measures[sweep->objective].of_returns)
        return ERR_SET(
            ERR_ARGUMENT,
            "--objective: %s is no measure of daily returns, which is what is cut up here",
            score_measures[sweep->objective].name);
    TRY(cpcv_init(cpcv, (uint32_t)groups, (uint32_t)tests, walkforward->log.first_ns,
                  walkforward->log.last_ns, walkforward->purge_ns, walkforward->embargo_ns));
    walkforward->split_points = ARENA_NEW(arena, uint64_t, cpcv->splits);
    walkforward->split_in = ARENA_NEW(arena, double, cpcv->splits);
    walkforward->split_out = ARENA_NEW(arena, double, cpcv->splits);
    walkforward->paths = ARENA_NEW(arena, struct walkforward_path, cpcv->paths);
    if (walkforward->split_points == NULL || walkforward->split_in == NULL ||
        walkforward->split_out == NULL || walkforward->paths == NULL)
        return ERR_NOMEM;
    return open_returns(walkforward);
}

// Days to train on, and days that are tested, of a split.
struct masks {
    const int64_t *ends; // [days]
    uint8_t *train;
    uint8_t *test;
};

static void mask_days(const struct walkforward *walkforward, uint32_t tested, struct masks *masks) {
    const struct cpcv *cpcv = &walkforward->cpcv;
    for (uint64_t day = 0; day < walkforward->sweep.returns.days; day++) {
        int64_t begin = day > 0 ? masks->ends[day - 1] : cpcv->first_ns;
        masks->train[day] =
            cpcv_trains(cpcv, tested, begin) && cpcv_trains(cpcv, tested, masks->ends[day]);
        masks->test[day] = tested >> cpcv_group(cpcv, masks->ends[day]) & 1;
    }
}

static int choose(struct walkforward *walkforward, uint32_t split, const struct masks *masks) {
    const struct sweep *sweep = &walkforward->sweep;
    const struct returns *returns = &sweep->returns;
    struct score_result results[SCORE_TILE];
    uint64_t best = UINT64_MAX;
    double most = NAN;
    for (uint64_t run = 0; run < returns->runs; run++) {
        if (run % SCORE_TILE == 0)
            score_tile(returns_tile(returns, run), masks->train, returns->days,
                       sweep->run->days_per_year, results);
        double value = sweep_objective(sweep, &results[run % SCORE_TILE]);
        if (isnan(value) || (!isnan(most) && sweep->better * value <= sweep->better * most))
            continue;
        most = value;
        best = run;
    }
    if (best == UINT64_MAX)
        return ERR_SET(ERR_NOT_FOUND, "no trial has a %s on what split %u is trained on",
                       score_measures[sweep->objective].name, split);
    score_tile(returns_tile(returns, best), masks->test, returns->days, sweep->run->days_per_year,
               results);
    walkforward->split_points[split] = sweep->rows[best].point;
    walkforward->split_in[split] = most;
    walkforward->split_out[split] = sweep_objective(sweep, &results[best % SCORE_TILE]);
    return 0;
}

static int work_splits(struct walkforward *walkforward) {
    struct arena *arena = &walkforward->arena;
    uint64_t days = walkforward->sweep.returns.days;
    int64_t *ends = ARENA_NEW(arena, int64_t, days + 1);
    struct masks masks = {.ends = ends,
                          .train = ARENA_NEW(arena, uint8_t, days + 1),
                          .test = ARENA_NEW(arena, uint8_t, days + 1)};
    if (ends == NULL || masks.train == NULL || masks.test == NULL) return ERR_NOMEM;
    log_days(&walkforward->log, INT64_MIN, ends);
    for (uint32_t split = 0; split < walkforward->cpcv.splits; split++) {
        mask_days(walkforward, cpcv_split(&walkforward->cpcv, split), &masks);
        TRY(choose(walkforward, split, &masks));
    }
    return 0;
}

static int run_path(struct walkforward *walkforward, uint32_t p, struct trial *trial) {
    const struct cpcv *cpcv = &walkforward->cpcv;
    struct walkforward_path *path = &walkforward->paths[p];
    path->phases = ARENA_NEW(&walkforward->arena, struct engine_phase, cpcv->groups);
    path->points = ARENA_NEW(&walkforward->arena, uint64_t, cpcv->groups);
    if (path->phases == NULL || path->points == NULL) return ERR_NOMEM;
    for (uint32_t group = 0; group < cpcv->groups; group++) {
        path->points[group] = walkforward->split_points[cpcv_of_path(cpcv, p, group)];
        path->phases[group].from_ns = cpcv_group_from(cpcv, group);
        space_values(&walkforward->sweep.space, path->points[group], path->phases[group].params);
    }
    TRY(account_run(&path->account, &walkforward->arena, trial, &walkforward->sweep.trial,
                    path->phases, cpcv->groups));
    path->objective = sweep_objective(&walkforward->sweep, &path->account.total);
    return 0;
}

int walkforward_cpcv_work(struct walkforward *walkforward, const volatile sig_atomic_t *stop) {
    struct sweep *sweep = &walkforward->sweep;
    struct trial trial;
    sweep->trial.log = &walkforward->log;
    TRY(sweep_work(sweep, NULL, stop, sweep->args->json));
    walkforward->interrupted = sweep->interrupted;
    walkforward->trials = sweep->done;
    if (sweep->interrupted) return 0;
    TRY(sweep_rank(sweep));
    TRY(work_splits(walkforward));
    TRY(trial_init(&trial));
    int rc = 0;
    for (uint32_t p = 0; p < walkforward->cpcv.paths && rc == 0; p++)
        rc = run_path(walkforward, p, &trial);
    trial_fini(&trial);
    return rc;
}
