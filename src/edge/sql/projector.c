// SPDX-License-Identifier: Apache-2.0
#include "edge/sql/projector.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/check.h"
#include "base/timestamp.h"

enum { EACH = 20000 }; // records a transaction
static const int64_t INTERVAL_NS = 100 * NS_PER_MS;

enum place_state { PLACE_FREE, PLACE_USED, PLACE_ENDING };

struct place {
    enum place_state state;
    struct projection_config config;
    struct projection *projection; // the thread's, as what follows
    struct journal_reader *reader;
    bool attached;
    struct projector_status status; // under the lock
};

struct projector {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t woken; // there is something to do
    pthread_cond_t ended; // a place became free
    struct sql *sql;      // the thread's
    int64_t interval_ns;
    bool stop;
    bool wake;
    struct place places[PROJECTOR_SESSIONS_MAX];
};

// The thread's own, without the lock.

static void drop(struct place *place) {
    projection_free(place->projection);
    if (place->reader != NULL) journal_reader_close(place->reader);
    place->projection = NULL;
    place->reader = NULL;
    place->attached = false;
}

static int prepare(struct projector *projector, struct place *place) {
    if (place->reader == NULL) TRY(journal_open(place->config.journal, &place->reader));
    if (place->projection == NULL) TRY(projection_new(&place->config, &place->projection));
    if (place->attached) return 0;
    TRY(projection_attach(place->projection, projector->sql));
    place->attached = true;
    return 0;
}

static int follow(struct projector *projector, struct place *place) {
    TRY(prepare(projector, place));
    TRY(journal_refresh(place->reader));
    return projection_follow(place->projection, projector->sql, place->reader, EACH);
}

// A journal that is not there yet, or whose first bytes are being written.
static bool is_early(const struct place *place, int rc) {
    return place->reader == NULL && (rc == ERR_NOT_FOUND || rc == ERR_TRUNCATED);
}

static void note(struct projector *projector, struct place *place, int rc) {
    struct projector_status status = {.error = rc < 0 ? rc : 0};
    if (rc < 0) snprintf(status.story, sizeof status.story, "%s", err_story());
    if (place->projection != NULL) {
        status.session_id = projection_session(place->projection);
        status.taken = projection_taken(place->projection);
        status.written = projection_written(place->projection);
    }
    if (place->reader != NULL)
        status.behind_bytes = journal_size(place->reader) - journal_offset(place->reader);
    CHECK(pthread_mutex_lock(&projector->lock) == 0);
    place->status = status;
    pthread_mutex_unlock(&projector->lock);
}

// Whether there is more to take at once.
static bool look(struct projector *projector, struct place *place) {
    int before = place->status.error;
    bool passes = before == 0 || before == ERR_IO || before == ERR_BUSY || before == ERR_CONFLICT;
    if (!passes) return false;
    int rc = follow(projector, place);
    if (is_early(place, rc)) {
        err_clear();
        rc = 0;
    }
    // Another process has taken it further: begin anew, from where the database is then.
    if (rc == ERR_CONFLICT && place->attached) drop(place);
    note(projector, place, rc);
    return rc > 0;
}

static bool look_at_all(struct projector *projector) {
    bool more = false;
    for (int i = 0; i < PROJECTOR_SESSIONS_MAX; i++) {
        struct place *place = &projector->places[i];
        CHECK(pthread_mutex_lock(&projector->lock) == 0);
        enum place_state state = place->state;
        pthread_mutex_unlock(&projector->lock);
        if (state == PLACE_FREE) continue;
        bool goes_on = look(projector, place);
        more = more || goes_on;
        if (state != PLACE_ENDING || goes_on) continue;
        drop(place);
        CHECK(pthread_mutex_lock(&projector->lock) == 0);
        place->state = PLACE_FREE;
        pthread_cond_broadcast(&projector->ended);
        pthread_mutex_unlock(&projector->lock);
    }
    return more;
}

static struct timespec after(int64_t ns) {
    struct timespec until;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
    ns += until.tv_nsec;
    until.tv_sec += ns / NS_PER_S;
    until.tv_nsec = ns % NS_PER_S;
    return until;
}

// Until the interval is over or somebody has something to say; whether it is to stop.
static bool wait(struct projector *projector) {
    struct timespec until = after(projector->interval_ns);
    CHECK(pthread_mutex_lock(&projector->lock) == 0);
    while (!projector->stop && !projector->wake)
        if (pthread_cond_timedwait(&projector->woken, &projector->lock, &until) != 0) break;
    bool stop = projector->stop;
    projector->wake = false;
    pthread_mutex_unlock(&projector->lock);
    return stop;
}

static void *work(void *argument) {
    struct projector *projector = argument;
    bool stop = false;
    while (!stop) {
        stop = wait(projector);
        while (look_at_all(projector)) continue;
    }
    for (int i = 0; i < PROJECTOR_SESSIONS_MAX; i++) drop(&projector->places[i]);
    return NULL;
}

// What others call.

int projector_open(const char *url, int64_t interval_ns, struct projector **ret_projector) {
    // What a journal can make again need not reach the disk at once.
    static const struct sql_options options = {.relaxed = true, .lazy = true};
    struct projector *projector = calloc(1, sizeof *projector);
    if (projector == NULL) return ERR_SET(ERR_NOMEM, "no memory for the store thread");
    projector->interval_ns = interval_ns > 0 ? interval_ns : INTERVAL_NS;
    int rc = sql_open(url, &options, &projector->sql);
    if (rc < 0) {
        free(projector);
        return rc;
    }
    pthread_condattr_t monotonic;
    CHECK(pthread_mutex_init(&projector->lock, NULL) == 0);
    CHECK(pthread_condattr_init(&monotonic) == 0);
    CHECK(pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0);
    CHECK(pthread_cond_init(&projector->woken, &monotonic) == 0);
    CHECK(pthread_cond_init(&projector->ended, NULL) == 0);
    pthread_condattr_destroy(&monotonic);
    CHECK(pthread_create(&projector->thread, NULL, work, projector) == 0);
    *ret_projector = projector;
    return 0;
}

void projector_close(struct projector *projector) {
    if (projector == NULL) return;
    CHECK(pthread_mutex_lock(&projector->lock) == 0);
    projector->stop = true;
    pthread_cond_signal(&projector->woken);
    pthread_mutex_unlock(&projector->lock);
    CHECK(pthread_join(projector->thread, NULL) == 0);
    sql_close(projector->sql);
    pthread_cond_destroy(&projector->woken);
    pthread_cond_destroy(&projector->ended);
    pthread_mutex_destroy(&projector->lock);
    free(projector);
}

static int find_free(const struct projector *projector) {
    for (int i = 0; i < PROJECTOR_SESSIONS_MAX; i++)
        if (projector->places[i].state == PLACE_FREE) return i;
    return ERR_SET(ERR_FULL, "at most %d sessions are followed", PROJECTOR_SESSIONS_MAX);
}

int projector_add(struct projector *projector, const struct projection_config *config) {
    CHECK(pthread_mutex_lock(&projector->lock) == 0);
    int number = find_free(projector);
    if (number >= 0) {
        struct place *place = &projector->places[number];
        place->config = *config;
        place->status = (struct projector_status){.error = 0};
        place->state = PLACE_USED;
        projector->wake = true;
        pthread_cond_signal(&projector->woken);
    }
    pthread_mutex_unlock(&projector->lock);
    return number;
}

void projector_remove(struct projector *projector, int number) {
    CHECK(number >= 0 && number < PROJECTOR_SESSIONS_MAX);
    struct place *place = &projector->places[number];
    CHECK(pthread_mutex_lock(&projector->lock) == 0);
    CHECK(place->state == PLACE_USED);
    place->state = PLACE_ENDING;
    projector->wake = true;
    pthread_cond_signal(&projector->woken);
    while (place->state != PLACE_FREE)
        CHECK(pthread_cond_wait(&projector->ended, &projector->lock) == 0);
    pthread_mutex_unlock(&projector->lock);
}

void projector_wake(struct projector *projector) {
    CHECK(pthread_mutex_lock(&projector->lock) == 0);
    projector->wake = true;
    pthread_cond_signal(&projector->woken);
    pthread_mutex_unlock(&projector->lock);
}

void projector_status(struct projector *projector, int number,
                      struct projector_status *ret_status) {
    CHECK(number >= 0 && number < PROJECTOR_SESSIONS_MAX);
    CHECK(pthread_mutex_lock(&projector->lock) == 0);
    *ret_status = projector->places[number].status;
    pthread_mutex_unlock(&projector->lock);
}
