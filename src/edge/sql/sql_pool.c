// SPDX-License-Identifier: Apache-2.0
#include "edge/sql/sql_pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/check.h"
#include "base/timestamp.h"

struct sql_pool {
    pthread_mutex_t lock;
    pthread_cond_t given;
    struct sql *all[SQL_POOL_MAX];
    struct sql *idle[SQL_POOL_MAX]; // the latest given is taken first: its statements are warm
    int count;
    int idle_count;
    struct sql_pool_counts counts;
};

static int make_all(struct sql_pool *pool, const char *url, const struct sql_options *options,
                    int count) {
    struct sql_options lazy = options != NULL ? *options : (struct sql_options){0};
    lazy.lazy = true;
    for (; pool->count < count; pool->count++) {
        struct sql *sql;
        TRY(sql_open(url, &lazy, &sql));
        pool->all[pool->count] = pool->idle[pool->idle_count++] = sql;
    }
    return 0;
}

int sql_pool_open(const char *url, const struct sql_options *options, int count,
                  struct sql_pool **ret_pool) {
    if (count < 1 || count > SQL_POOL_MAX)
        return ERR_SET(ERR_ARGUMENT, "a pool has 1 to %d connections, not %d", SQL_POOL_MAX, count);
    struct sql_pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL) return ERR_SET(ERR_NOMEM, "no memory for a pool of connections");
    pthread_condattr_t monotonic;
    CHECK(pthread_mutex_init(&pool->lock, NULL) == 0);
    CHECK(pthread_condattr_init(&monotonic) == 0);
    CHECK(pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0);
    CHECK(pthread_cond_init(&pool->given, &monotonic) == 0);
    pthread_condattr_destroy(&monotonic);
    int rc = make_all(pool, url, options, count);
    if (rc < 0)
        sql_pool_close(pool);
    else
        *ret_pool = pool;
    return rc;
}

void sql_pool_close(struct sql_pool *pool) {
    if (pool == NULL) return;
    CHECK(pool->idle_count == pool->count);
    for (int i = 0; i < pool->count; i++) sql_close(pool->all[i]);
    pthread_cond_destroy(&pool->given);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

static struct timespec after(int64_t timeout_ns) {
    struct timespec until;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
    int64_t ns = until.tv_nsec + timeout_ns % NS_PER_S;
    until.tv_sec += timeout_ns / NS_PER_S + ns / NS_PER_S;
    until.tv_nsec = ns % NS_PER_S;
    return until;
}

static struct sql *wait_for_one(struct sql_pool *pool, int64_t timeout_ns) {
    struct timespec until = after(timeout_ns);
    if (pool->idle_count == 0) pool->counts.waited++;
    while (pool->idle_count == 0)
        if (pthread_cond_timedwait(&pool->given, &pool->lock, &until) == ETIMEDOUT &&
            pool->idle_count == 0)
            return NULL;
    return pool->idle[--pool->idle_count];
}

int sql_pool_take(struct sql_pool *pool, int64_t tenant_id, int64_t timeout_ns,
                  struct sql **ret_sql) {
    CHECK(pthread_mutex_lock(&pool->lock) == 0);
    struct sql *sql = wait_for_one(pool, timeout_ns);
    pool->counts.taken += sql != NULL;
    pool->counts.refused += sql == NULL;
    pthread_mutex_unlock(&pool->lock);
    if (sql == NULL) return ERR_SET(ERR_BUSY, "every connection to the database is in use");
    int rc = sql_set_tenant(sql, tenant_id);
    if (rc < 0)
        sql_pool_give(pool, sql);
    else
        *ret_sql = sql;
    return rc;
}

void sql_pool_give(struct sql_pool *pool, struct sql *sql) {
    sql_rollback(sql);
    CHECK(pthread_mutex_lock(&pool->lock) == 0);
    CHECK(pool->idle_count < pool->count);
    pool->idle[pool->idle_count++] = sql;
    pthread_cond_signal(&pool->given);
    pthread_mutex_unlock(&pool->lock);
}

struct sql_pool_counts sql_pool_counts(struct sql_pool *pool) {
    CHECK(pthread_mutex_lock(&pool->lock) == 0);
    struct sql_pool_counts counts = pool->counts;
    counts.lent = pool->count - pool->idle_count;
    for (int i = 0; i < pool->idle_count; i++) counts.open += sql_is_up(pool->idle[i]);
    counts.open += counts.lent; // those are their borrowers' to look at
    pthread_mutex_unlock(&pool->lock);
    return counts;
}
