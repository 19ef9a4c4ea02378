// SPDX-License-Identifier: Apache-2.0
#include "app/risk/risk_paths.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct work {
    const struct monte_carlo *mc;
    size_t paths;
    double *returns;
    _Atomic uint64_t next; // block that nobody has taken
};

struct worker {
    struct work *work;
    double *scratch; // of the model, and a block for the paths beyond the last
};

static void *draw(void *context) {
    const struct worker *worker = context;
    struct work *work = worker->work;
    double *spare = worker->scratch + monte_carlo_scratch(work->mc);
    for (;;) {
        uint64_t block = atomic_fetch_add(&work->next, 1);
        size_t at = block * MONTE_CARLO_BLOCK;
        if (at >= work->paths) return NULL;
        size_t left = work->paths - at;
        double *to = left < MONTE_CARLO_BLOCK ? spare : work->returns + at;
        monte_carlo_draw(work->mc, block, worker->scratch, to);
        if (to == spare) memcpy(work->returns + at, spare, left * sizeof *spare);
    }
}

static size_t processors(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? (size_t)CPU_COUNT(&set) : 1;
}

int risk_paths_draw(const struct monte_carlo *mc, size_t paths, size_t threads,
                    double *ret_returns) {
    size_t blocks = (paths + MONTE_CARLO_BLOCK - 1) / MONTE_CARLO_BLOCK;
    size_t each = monte_carlo_scratch(mc) + MONTE_CARLO_BLOCK, started = 0;
    struct work work = {.mc = mc, .paths = paths, .returns = ret_returns};
    struct worker workers[RISK_THREADS_MAX];
    pthread_t ids[RISK_THREADS_MAX];
    if (threads == 0) threads = processors();
    if (threads > RISK_THREADS_MAX) threads = RISK_THREADS_MAX;
    if (threads > blocks) threads = blocks > 0 ? blocks : 1;
    double *scratch = calloc(threads * each, sizeof *scratch);
    if (scratch == NULL) return ERR_SET(ERR_NOMEM, "no memory for %zu threads", threads);
    for (size_t i = 0; i < threads; i++) workers[i] = (struct worker){&work, scratch + i * each};
    // This thread is the first; where another does not start, the rest do its part.
    while (started + 1 < threads &&
           pthread_create(&ids[started], NULL, draw, &workers[started + 1]) == 0)
        started++;
    (void)draw(&workers[0]);
    for (size_t i = 0; i < started; i++) pthread_join(ids[i], NULL);
    free(scratch);
    return 0;
}
