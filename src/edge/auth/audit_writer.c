// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/audit_writer.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/timestamp.h"

enum { BATCH_MAX = 256, TEXTS = 7 };
#define RETRY_NS (100 * NS_PER_MS)

// An entry and its texts, one behind the other, in one piece of memory.
struct item {
    struct audit_entry entry;
    char texts[];
};

struct audit_writer {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    struct sql *sql;
    struct secret_key key;
    struct item **items; // a ring of `max`
    size_t max, first, count;
    uint64_t written, refused;
    bool closing, failing;
};

static struct item *copy(const struct audit_entry *entry) {
    const char *const texts[TEXTS] = {entry->actor,   entry->action,  entry->object,
                                      entry->outcome, entry->address, entry->request_id,
                                      entry->detail};
    size_t lens[TEXTS], total = 0;
    for (int i = 0; i < TEXTS; i++) {
        lens[i] = texts[i] == NULL ? 0 : strlen(texts[i]);
        if (lens[i] > AUDIT_TEXT_MAX) lens[i] = AUDIT_TEXT_MAX;
        total += lens[i] + 1;
    }
    struct item *item = malloc(sizeof *item + total);
    if (item == NULL) return NULL;
    const char *copies[TEXTS];
    char *at = item->texts;
    for (int i = 0; i < TEXTS; i++) {
        if (lens[i] > 0) memcpy(at, texts[i], lens[i]);
        at[lens[i]] = '\0';
        copies[i] = at;
        at += lens[i] + 1;
    }
    item->entry =
        (struct audit_entry){entry->tenant_id, entry->ts_ns, copies[0], copies[1], copies[2],
                             copies[3],        copies[4],    copies[5], copies[6]};
    return item;
}

// All of a batch or nothing of it.
static int write_batch(struct audit_writer *writer, struct item *const *batch, size_t count) {
    TRY(sql_begin(writer->sql, SQL_WRITE));
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = audit_append(writer->sql, &writer->key, &batch[i]->entry);
    if (rc == 0) rc = sql_commit(writer->sql);
    if (rc < 0) sql_rollback(writer->sql);
    return rc;
}

static void wait_until(struct audit_writer *writer, int64_t from_now_ns) {
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    int64_t ns = (int64_t)end.tv_sec * NS_PER_S + end.tv_nsec + from_now_ns;
    end = (struct timespec){.tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S};
    pthread_cond_timedwait(&writer->changed, &writer->lock, &end);
}

// The lock is held, except while the database works.
static void write_some(struct audit_writer *writer) {
    struct item *batch[BATCH_MAX];
    size_t count = writer->count < BATCH_MAX ? writer->count : BATCH_MAX;
    for (size_t i = 0; i < count; i++) batch[i] = writer->items[(writer->first + i) % writer->max];
    pthread_mutex_unlock(&writer->lock);
    int rc = write_batch(writer, batch, count);
    err_clear();
    pthread_mutex_lock(&writer->lock);
    writer->failing = rc < 0;
    if (rc < 0) return;
    writer->first = (writer->first + count) % writer->max;
    writer->count -= count;
    writer->written += count;
    pthread_cond_broadcast(&writer->changed);
    for (size_t i = 0; i < count; i++) free(batch[i]);
}

static void *work(void *self) {
    struct audit_writer *writer = self;
    pthread_mutex_lock(&writer->lock);
    while (!writer->closing || (writer->count > 0 && !writer->failing)) {
        if (writer->count == 0)
            pthread_cond_wait(&writer->changed, &writer->lock);
        else
            write_some(writer);
        if (writer->failing && !writer->closing) wait_until(writer, RETRY_NS);
    }
    pthread_mutex_unlock(&writer->lock);
    return NULL;
}

static int start(struct audit_writer *writer) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&writer->thread, NULL, work, writer);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc == 0 ? 0 : ERR_SET(ERR_IO, "cannot start the audit's thread");
}

int audit_writer_open(const char *url, const struct secret_key *key, size_t max,
                      struct audit_writer **ret_writer) {
    CHECK(max > 0);
    struct audit_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL || (writer->items = calloc(max, sizeof *writer->items)) == NULL) {
        free(writer);
        return ERR_SET(ERR_NOMEM, "no memory for the audit's queue");
    }
    writer->max = max;
    writer->key = *key;
    pthread_mutex_init(&writer->lock, NULL);
    pthread_cond_init(&writer->changed, NULL);
    int rc =
        sql_open(url, &(struct sql_options){.role = SQL_ROLE_AUTH, .lazy = true}, &writer->sql);
    if (rc == 0) rc = start(writer);
    if (rc == 0) {
        *ret_writer = writer;
        return 0;
    }
    sql_close(writer->sql);
    free(writer->items);
    free(writer);
    return rc;
}

int audit_write(struct audit_writer *writer, const struct audit_entry *entry) {
    struct item *item = copy(entry);
    pthread_mutex_lock(&writer->lock);
    bool full = item == NULL || writer->count == writer->max || writer->closing;
    if (full) {
        writer->refused++;
    } else {
        writer->items[(writer->first + writer->count++) % writer->max] = item;
        if (writer->count == 1) pthread_cond_broadcast(&writer->changed);
    }
    pthread_mutex_unlock(&writer->lock);
    if (full) free(item);
    return full ? ERR_FULL : 0;
}

bool audit_writer_flush(struct audit_writer *writer, int64_t wait_ns) {
    int64_t until_ns = sql_now_ns() + wait_ns;
    pthread_mutex_lock(&writer->lock);
    uint64_t goal = writer->written + writer->count;
    int64_t left;
    while (writer->written < goal && (left = until_ns - sql_now_ns()) > 0) wait_until(writer, left);
    bool done = writer->written >= goal;
    pthread_mutex_unlock(&writer->lock);
    return done;
}

void audit_writer_look(struct audit_writer *writer, struct audit_writer_state *ret_state) {
    pthread_mutex_lock(&writer->lock);
    *ret_state = (struct audit_writer_state){.written = writer->written,
                                             .waiting = writer->count,
                                             .refused = writer->refused,
                                             .failing = writer->failing};
    pthread_mutex_unlock(&writer->lock);
}

void audit_writer_close(struct audit_writer *writer, int64_t wait_ns, size_t *ret_lost) {
    if (writer == NULL) return;
    (void)audit_writer_flush(writer, wait_ns);
    pthread_mutex_lock(&writer->lock);
    writer->closing = true;
    pthread_cond_broadcast(&writer->changed);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
    if (ret_lost != NULL) *ret_lost = writer->count;
    for (size_t i = 0; i < writer->count; i++)
        free(writer->items[(writer->first + i) % writer->max]);
    sql_close(writer->sql);
    pthread_cond_destroy(&writer->changed);
    pthread_mutex_destroy(&writer->lock);
    secret_wipe(&writer->key, sizeof writer->key);
    free(writer->items);
    free(writer);
}
