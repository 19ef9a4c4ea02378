// SPDX-License-Identifier: Apache-2.0
#include "app/walkforward/walkforward.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/terminal.h"
#include "base/check.h"
#include "research/walkforward/warmup.h"

#define ARENA_SIZE ((size_t)16 << 30)

static int choose_method(struct walkforward *walkforward, const struct args *args) {
    static const char *const names[] = {"rolling", "anchored", "combinatorial"};
    const char *word = args_get(args, "method", "rolling");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(word, names[i]) == 0) {
            walkforward->method = (enum walkforward_method)i;
            return 0;
        }
    return ERR_SET(ERR_ARGUMENT,
                   "there is no method '%s'; there are: rolling, anchored, combinatorial", word);
}

static int refuse(const struct args *args, const char *const *names, const char *why) {
    for (; *names != NULL; names++)
        if (args_has(args, *names)) return ERR_SET(ERR_ARGUMENT, "--%s: %s", *names, why);
    return 0;
}

static int open_windows(struct walkforward *walkforward, const struct args *args) {
    static const char *const others[] = {"embargo", "groups", "test-groups", NULL};
    long count = 0;
    struct windows_config config = {.first_ns = walkforward->log.first_ns,
                                    .last_ns = walkforward->log.last_ns,
                                    .purge_ns = walkforward->purge_ns,
                                    .anchored = walkforward->method == WALKFORWARD_ANCHORED};
    TRY(refuse(args, others,
               "is for --method combinatorial; in a walk nothing is trained on after its test"));
    TRY(args_int(args, "windows", 1, WINDOWS_MAX, &count));
    TRY(args_duration(args, "train", &config.train_ns));
    TRY(args_duration(args, "test", &config.test_ns));
    config.count = (uint32_t)count;
    walkforward->windows = ARENA_NEW(&walkforward->arena, struct window, WINDOWS_MAX);
    walkforward->choices = ARENA_NEW(&walkforward->arena, struct walkforward_choice, WINDOWS_MAX);
    walkforward->phases = ARENA_NEW(&walkforward->arena, struct engine_phase, WINDOWS_MAX);
    if (walkforward->windows == NULL || walkforward->choices == NULL || walkforward->phases == NULL)
        return ERR_NOMEM;
    return windows_make(&config, walkforward->windows, &walkforward->window_count);
}

static int choose_warmup(struct walkforward *walkforward, const struct args *args) {
    const struct sweep *sweep = &walkforward->sweep;
    const char *word = args_get(args, "warmup", NULL);
    long bars = 0;
    if (word == NULL)
        return warmup_bars(&sweep->trial, &sweep->space, &walkforward->arena, &walkforward->warmup);
    if (strcmp(word, "all") == 0) {
        walkforward->warmup = WARMUP_ALL;
        return 0;
    }
    TRY(args_int(args, "warmup", 0, 1 << 30, &bars));
    walkforward->warmup = (uint64_t)bars;
    return 0;
}

int walkforward_open(const struct args *args, struct walkforward *ret_walkforward) {
    struct walkforward *walkforward = ret_walkforward;
    *walkforward = (struct walkforward){0};
    TRY(arena_init(&walkforward->arena, ARENA_SIZE));
    TRY(choose_method(walkforward, args));
    TRY(args_duration(args, "purge", &walkforward->purge_ns));
    TRY(args_duration(args, "embargo", &walkforward->embargo_ns));
    TRY(sweep_open(args, &walkforward->sweep));
    walkforward->log = walkforward->sweep.log;
    TRY(log_index_make(&walkforward->index, &walkforward->arena, &walkforward->log));
    TRY(choose_warmup(walkforward, args));
    return walkforward->method == WALKFORWARD_COMBINATORIAL
               ? walkforward_cpcv_open(walkforward, args)
               : open_windows(walkforward, args);
}

void walkforward_close(struct walkforward *walkforward) {
    sweep_close(&walkforward->sweep);
    if (walkforward->arena.base != NULL) arena_fini(&walkforward->arena);
}

// The train stretch with the bars before it that inputs know.
static bool slice_train(const struct walkforward *walkforward, const struct window *window,
                        struct log *ret_log, uint64_t *ret_bars) {
    const struct log_index *index = &walkforward->index;
    uint64_t from = log_index_find(index, window->train_from_ns);
    uint64_t to = log_index_find(index, window->train_to_ns);
    if (from >= to) return false;
    *ret_bars = index->instants[to].bars - index->instants[from].bars;
    *ret_log =
        log_index_slice(index, from > walkforward->warmup ? from - walkforward->warmup : 0, to);
    return true;
}

// A search over one stretch of data, from its first trial on.
static int search(struct walkforward *walkforward, const struct log *log, int64_t from_ns,
                  const volatile sig_atomic_t *stop) {
    struct sweep *sweep = &walkforward->sweep;
    free(sweep->ranking);
    sweep->ranking = NULL;
    sweep->ranked = 0;
    sweep->done = 0;
    sweep->log = *log;
    sweep->trial.log = &sweep->log;
    // The first bar of all is no warm-up: a run from there on is a plain one.
    sweep->trial.from_ns = from_ns > log->first_ns ? from_ns : INT64_MIN;
    TRY(sweep_work(sweep, NULL, stop, sweep->args->json));
    if (sweep->interrupted) {
        walkforward->interrupted = true;
        return 0;
    }
    walkforward->trials += sweep->done;
    return sweep_rank(sweep);
}

static void choose(struct walkforward *walkforward, struct walkforward_choice *choice) {
    const struct sweep *sweep = &walkforward->sweep;
    choice->admitted = sweep->ranked;
    for (uint64_t i = 0; i < sweep->ranked && !choice->is_new; i++) {
        const struct sweep_row *row = &sweep->rows[sweep->ranking[i]];
        choice->in_objective = sweep_objective(sweep, &row->result);
        choice->is_new = !isnan(choice->in_objective);
        choice->in_sample = row->result;
        choice->point = row->point;
    }
}

static int work_window(struct walkforward *walkforward, uint32_t w,
                       const volatile sig_atomic_t *stop) {
    struct walkforward_choice *choice = &walkforward->choices[w];
    struct log slice;
    choice->window = walkforward->windows[w];
    choice->in_objective = choice->out_objective = NAN;
    if (slice_train(walkforward, &choice->window, &slice, &choice->bars)) {
        TRY(search(walkforward, &slice, choice->window.train_from_ns, stop));
        if (!walkforward->interrupted) choose(walkforward, choice);
    }
    if (!choice->is_new && walkforward->phase_count == 0) {
        walkforward->first_choice = w + 1;
        return 0;
    }
    if (!choice->is_new) choice->point = walkforward->choices[w - 1].point;
    struct engine_phase *phase = &walkforward->phases[walkforward->phase_count++];
    phase->from_ns = choice->window.test_from_ns;
    space_values(&walkforward->sweep.space, choice->point, phase->params);
    return 0;
}

static int run_account(struct walkforward *walkforward) {
    struct sweep *sweep = &walkforward->sweep;
    struct trial trial;
    sweep->log = walkforward->log;
    TRY(trial_init(&trial));
    int rc = account_run(&walkforward->account, &walkforward->arena, &trial, &sweep->trial,
                         walkforward->phases, walkforward->phase_count);
    trial_fini(&trial);
    return rc;
}

static void compare(struct walkforward *walkforward) {
    double cagr = 0, objective = 0;
    uint32_t count = 0;
    for (uint32_t w = walkforward->first_choice; w < walkforward->window_count; w++) {
        struct walkforward_choice *choice = &walkforward->choices[w];
        choice->out_of_sample = walkforward->account.parts[w - walkforward->first_choice];
        choice->out_objective = sweep_objective(&walkforward->sweep, &choice->out_of_sample);
        if (!choice->is_new) continue;
        cagr += choice->in_sample.cagr;
        objective += choice->in_objective;
        count++;
    }
    walkforward->in_cagr = cagr / count;
    walkforward->in_objective = objective / count;
}

static int work_windows(struct walkforward *walkforward, const volatile sig_atomic_t *stop) {
    for (uint32_t w = 0; w < walkforward->window_count && !walkforward->interrupted; w++) {
        TRY(work_window(walkforward, w, stop));
    }
    if (walkforward->interrupted) return 0;
    if (walkforward->phase_count == 0)
        return ERR_SET(ERR_NOT_FOUND, "in no window did a combination meet the conditions");
    TRY(run_account(walkforward));
    compare(walkforward);
    return 0;
}

int walkforward_work(struct walkforward *walkforward, const volatile sig_atomic_t *stop) {
    int64_t start = monotonic_ns();
    int rc = walkforward->method == WALKFORWARD_COMBINATORIAL
                 ? walkforward_cpcv_work(walkforward, stop)
                 : work_windows(walkforward, stop);
    walkforward->seconds = (double)(monotonic_ns() - start) / 1e9;
    return rc;
}
