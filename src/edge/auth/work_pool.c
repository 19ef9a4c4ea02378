// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/work_pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/check.h"

enum { NICE_ADDED = 5 };

struct worker {
    struct work_pool *pool;
    pthread_t thread;
    int turn;
};

struct work_pool {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct work *waiting; // a ring of `max`
    size_t max, first, count, running;
    uint64_t refused;
    bool closing;
    int threads;
    struct worker workers[WORK_POOL_THREADS_MAX];
};

static bool take(struct work_pool *pool, struct work *ret_work) {
    while (pool->count == 0 && !pool->closing) pthread_cond_wait(&pool->changed, &pool->lock);
    if (pool->count == 0) return false;
    *ret_work = pool->waiting[pool->first];
    pool->first = (pool->first + 1) % pool->max;
    pool->count--;
    pool->running++;
    return true;
}

static void *work_on(void *self) {
    struct worker *worker = self;
    struct work_pool *pool = worker->pool;
    struct work work;
    (void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), NICE_ADDED);
    pthread_mutex_lock(&pool->lock);
    while (take(pool, &work)) {
        pthread_mutex_unlock(&pool->lock);
        work.run(work.self, worker->turn);
        pthread_mutex_lock(&pool->lock);
        pool->running--;
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

// Signals are the business of the threads that were there before.
static int start(struct work_pool *pool, int threads) {
    sigset_t all, before;
    int rc = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int i = 0; rc == 0 && i < threads; i++) {
        pool->workers[i] = (struct worker){.pool = pool, .turn = i};
        if (pthread_create(&pool->workers[i].thread, NULL, work_on, &pool->workers[i]) != 0)
            rc = ERR_SET(ERR_IO, "cannot start a thread for passwords");
        else
            pool->threads++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

int work_pool_open(int threads, int queue, struct work_pool **ret_pool) {
    CHECK(threads >= 1 && threads <= WORK_POOL_THREADS_MAX);
    CHECK(queue >= 1 && queue <= WORK_POOL_QUEUE_MAX);
    struct work_pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL || (pool->waiting = calloc((size_t)queue, sizeof *pool->waiting)) == NULL) {
        free(pool);
        return ERR_SET(ERR_NOMEM, "no memory for a queue of work");
    }
    pool->max = (size_t)queue;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->changed, NULL);
    int rc = start(pool, threads);
    if (rc < 0)
        work_pool_close(pool);
    else
        *ret_pool = pool;
    return rc;
}

void work_pool_close(struct work_pool *pool) {
    if (pool == NULL) return;
    pthread_mutex_lock(&pool->lock);
    pool->closing = true;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->threads; i++) pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->lock);
    free(pool->waiting);
    free(pool);
}

int work_pool_submit(struct work_pool *pool, struct work work) {
    pthread_mutex_lock(&pool->lock);
    bool full = pool->count == pool->max || pool->closing;
    if (full) {
        pool->refused++;
    } else {
        pool->waiting[(pool->first + pool->count++) % pool->max] = work;
        pthread_cond_signal(&pool->changed);
    }
    pthread_mutex_unlock(&pool->lock);
    return full ? ERR_FULL : 0;
}

size_t work_pool_busy(struct work_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    size_t busy = pool->count + pool->running;
    pthread_mutex_unlock(&pool->lock);
    return busy;
}

uint64_t work_pool_refused(struct work_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    uint64_t refused = pool->refused;
    pthread_mutex_unlock(&pool->lock);
    return refused;
}
