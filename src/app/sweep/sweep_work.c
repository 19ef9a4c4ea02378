// SPDX-License-Identifier: Apache-2.0
// Threads take blocks of trials one after the other; whoever completes the next block in order writes it, and those
// that wait behind it.
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "app/sweep/sweep.h"
#include "app/terminal.h"

struct work {
    struct sweep *sweep;
    struct sweep_file *file;
    const volatile sig_atomic_t *stop;
    struct trial_config trial;
    struct progress progress;
    char what[64]; // of the progress line
    pthread_mutex_t lock;
    uint8_t *complete; // [blocks], under the lock, as is all that follows
    uint64_t blocks;
    uint64_t next;    // block that nobody has taken
    uint64_t written; // blocks in order that are in the file
    double best;      // objective so far
    int error;        // the first, and its story
    char story[1024];
};

struct worker {
    struct work *work;
    struct trial trial;
    struct lanes lanes;
    struct score_result results[LANES_RUNS_MAX];
    uint8_t left[LANES_RUNS_MAX];
    double *returns; // of one run, NULL: nobody wants them
};

static uint32_t block_size(const struct sweep *sweep, uint64_t block) {
    uint64_t left = sweep->plan.count - block * sweep->unit;
    return left < sweep->unit ? (uint32_t)left : sweep->unit;
}

// A story belongs to its thread: the first is kept for who started them.
static void fail(struct work *work, int rc) {
    pthread_mutex_lock(&work->lock);
    if (work->error == 0) {
        work->error = rc;
        snprintf(work->story, sizeof work->story, "%s", err_story());
    }
    pthread_mutex_unlock(&work->lock);
}

static bool take_block(struct work *work, uint64_t *ret_block) {
    pthread_mutex_lock(&work->lock);
    bool taken = work->next < work->blocks && work->error == 0 && !*work->stop;
    if (taken) *ret_block = work->next++;
    pthread_mutex_unlock(&work->lock);
    return taken;
}

static void look_at(struct work *work, uint64_t block) {
    const struct sweep *sweep = work->sweep;
    for (uint32_t i = 0; i < block_size(sweep, block); i++) {
        double value = sweep_objective(sweep, &sweep->rows[block * sweep->unit + i].result);
        bool better = isnan(work->best) || sweep->better * value > sweep->better * work->best;
        if (better && !isnan(value)) work->best = value;
    }
}

// Under the lock: what is complete in order is written and told.
static int write_blocks(struct work *work) {
    struct sweep *sweep = work->sweep;
    while (work->written < work->blocks && work->complete[work->written]) {
        uint64_t block = work->written;
        uint32_t count = block_size(sweep, block);
        if (work->file != NULL && block * sweep->unit >= sweep->resumed)
            TRY(sweep_file_append(work->file, sweep->rows + block * sweep->unit, count));
        look_at(work, block);
        work->written++;
        sweep->done += count;
    }
    snprintf(work->what, sizeof work->what, "sweep, best %s %.6g",
             score_measures[sweep->objective].name, work->best);
    progress_update(&work->progress, sweep->done);
    return 0;
}

static int complete(struct work *work, uint64_t block) {
    pthread_mutex_lock(&work->lock);
    work->complete[block] = 1;
    int rc = write_blocks(work);
    pthread_mutex_unlock(&work->lock);
    return rc;
}

// The part of the search's returns that begins with a trial at the edge of a tile.
static struct returns *returns_of(const struct worker *worker, uint64_t first, uint32_t count,
                                  struct returns *part) {
    const struct returns *returns = &worker->work->sweep->returns;
    if (returns->tiles == NULL) return NULL;
    *part = (struct returns){returns_tile(returns, first), count, returns->days};
    return part;
}

// In lanes, as far as they are sure.
static int run_lanes(struct worker *worker, uint64_t first, uint32_t count) {
    struct work *work = worker->work;
    struct sweep *sweep = work->sweep;
    struct score_result *results = worker->results;
    struct returns returns;
    memset(worker->left, 1, count);
    if (sweep->refusal != NULL) return 0;
    TRY(lanes_run(&worker->lanes, sweep->plan.points + first, count, results, worker->left,
                  returns_of(worker, first, count, &returns)));
    for (uint32_t i = 0; i < count; i++)
        if (!worker->left[i]) sweep->rows[first + i].result = results[i];
    return 0;
}

static int run_block(struct worker *worker, uint64_t block) {
    struct work *work = worker->work;
    struct sweep *sweep = work->sweep;
    uint64_t first = block * sweep->unit;
    uint32_t count = block_size(sweep, block);
    TRY(run_lanes(worker, first, count));
    for (uint32_t i = 0; i < count; i++) {
        struct sweep_row *row = &sweep->rows[first + i];
        double params[PARAMS_MAX] = {0};
        row->point = sweep->plan.points[first + i];
        if (!worker->left[i]) continue;
        space_values(&sweep->space, row->point, params);
        TRY(trial_run(&worker->trial, &work->trial, params, worker->returns, sweep->returns.days,
                      &row->result));
        if (worker->returns != NULL)
            returns_put(&sweep->returns, first + i, worker->returns, row->result.days);
    }
    return 0;
}

static void *run_blocks(void *context) {
    struct worker *worker = context;
    uint64_t block;
    int rc = 0;
    while (rc == 0 && take_block(worker->work, &block)) {
        rc = run_block(worker, block);
        if (rc == 0) rc = complete(worker->work, block);
    }
    if (rc < 0 && rc != ERR_INTERRUPTED) fail(worker->work, rc);
    return NULL;
}

static int start_workers(struct work *work, struct worker *workers, uint32_t count) {
    pthread_t ids[SWEEP_THREADS_MAX];
    uint32_t started = 0;
    for (uint32_t i = 0; i < count; i++) {
        workers[i].work = work;
        TRY(trial_init(&workers[i].trial));
        TRY(lanes_init(&workers[i].lanes));
        if (work->sweep->refusal == NULL)
            TRY(lanes_open(&workers[i].lanes, &work->trial, &work->sweep->space));
        if (work->sweep->returns.tiles == NULL) continue;
        workers[i].returns = calloc(work->sweep->returns.days + 1, sizeof(double));
        if (workers[i].returns == NULL) return ERR_SET(ERR_NOMEM, "no memory for returns");
    }
    // This thread is the first; where another does not start, the rest do its part.
    while (started + 1 < count &&
           pthread_create(&ids[started], NULL, run_blocks, &workers[started + 1]) == 0)
        started++;
    (void)run_blocks(&workers[0]);
    for (uint32_t i = 0; i < started; i++) pthread_join(ids[i], NULL);
    return 0;
}

static int work_through(struct work *work) {
    struct sweep *sweep = work->sweep;
    struct worker *workers = calloc(sweep->threads, sizeof *workers);
    if (workers == NULL) return ERR_SET(ERR_NOMEM, "no memory for %u threads", sweep->threads);
    int rc = start_workers(work, workers, sweep->threads);
    for (uint32_t i = 0; i < sweep->threads; i++) {
        trial_fini(&workers[i].trial);
        lanes_fini(&workers[i].lanes);
        free(workers[i].returns);
    }
    free(workers);
    if (rc == 0 && work->error < 0) rc = ERR_SET(work->error, "%s", work->story);
    return rc;
}

int sweep_work(struct sweep *sweep, struct sweep_file *file, const volatile sig_atomic_t *stop,
               bool quiet) {
    struct work work = {.sweep = sweep, .file = file, .stop = stop, .trial = sweep->trial};
    work.trial.stop = stop;
    work.blocks = (sweep->plan.count + sweep->unit - 1) / sweep->unit;
    // Daily returns of what was read from a file are in no file.
    if (sweep->returns.tiles != NULL) sweep->done = 0;
    work.next = work.written = sweep->done / sweep->unit;
    if (sweep->done == sweep->plan.count) work.next = work.written = work.blocks;
    work.complete = calloc(work.blocks + 1, 1);
    if (work.complete == NULL) return ERR_SET(ERR_NOMEM, "no memory for the search");
    work.best = NAN;
    pthread_mutex_init(&work.lock, NULL);
    snprintf(work.what, sizeof work.what, "sweep");
    progress_start(&work.progress, work.what, "trials", sweep->plan.count);
    if (quiet) work.progress.terminal = false;
    int64_t start = monotonic_ns();
    int rc = work_through(&work);
    sweep->seconds = (double)(monotonic_ns() - start) / 1e9;
    progress_end(&work.progress);
    pthread_mutex_destroy(&work.lock);
    free(work.complete);
    sweep->interrupted = sweep->done < sweep->plan.count;
    return rc;
}
