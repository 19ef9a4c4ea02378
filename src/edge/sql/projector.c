// SPDX-License-Identifier: Apache-2.0
#include "edge/sql/projector.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "edge/sql/stored.h"

enum { EACH = 20000 }; // records a transaction
static const int64_t INTERVAL_NS = 100 * NS_PER_MS;
static const int64_t LAST_LOOK_NS = 5 * NS_PER_S;

enum place_state { PLACE_FREE, PLACE_USED, PLACE_ENDING };

// Strings of a session, in one piece of memory.
struct words {
    struct projector_session session;
    char text[];
};

struct place {
    enum place_state state;
    struct words *words; // the thread's, as what follows
    struct projection *projection;
    struct journal_reader *reader;
    char *path; // of the journal, from the root
    void *hold; // of what the source opened
    bool attached;
    bool over;                      // nothing of it is left to do
    struct words *next;             // under the lock: that of the session from the next look on
    struct projector_status status; // under the lock
};

struct projector {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t woken; // there is something to do
    pthread_cond_t ended; // a place became free
    struct sql *sql;      // the thread's
    struct projector_source source;
    int64_t interval_ns;
    int64_t until_ns; // monotonic; after which no look begins; 0: on and on
    bool stop;
    bool wake;
    struct place places[PROJECTOR_SESSIONS_MAX];
};

static int64_t mono_ns(void) {
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

// The thread's own, without the lock.

static void drop(struct projector *projector, struct place *place) {
    projection_free(place->projection);
    if (place->hold != NULL) projector->source.close(projector->source.self, place->hold);
    if (place->reader != NULL) journal_reader_close(place->reader);
    free(place->path);
    place->path = NULL;
    place->projection = NULL;
    place->hold = NULL;
    place->reader = NULL;
    place->attached = place->over = false;
}

static int build(struct projector *projector, struct place *place) {
    const struct projector_session *session = &place->words->session;
    struct projection_config config = {.tenant_id = 0};
    TRY(projector->source.open(projector->source.self, place->reader, session->journal, &config,
                               &place->hold));
    config.run_id = journal_run_id(place->reader);
    config.tenant_id = session->tenant_id;
    config.name = session->name;
    config.former = session->former;
    config.kind = session->kind;
    free(place->path);
    place->path = realpath(session->journal, NULL);
    config.journal = place->path != NULL ? place->path : session->journal;
    config.created_ns = session->created_ns;
    int rc = projection_new(&config, &place->projection);
    if (rc == 0) return 0;
    projector->source.close(projector->source.self, place->hold);
    place->hold = NULL;
    return rc;
}

static int tell_state(struct projector *projector, struct place *place, const char *state) {
    const struct stored_scope scope = {place->words->session.tenant_id,
                                       projection_session(place->projection)};
    return stored_session_state(projector->sql, scope, state);
}

static int prepare(struct projector *projector, struct place *place) {
    const struct projector_session *session = &place->words->session;
    if (place->reader == NULL) TRY(journal_open(session->journal, &place->reader));
    if (place->projection == NULL) TRY(build(projector, place));
    TRY(sql_set_tenant(projector->sql, session->tenant_id));
    if (place->attached) return 0;
    TRY(projection_attach(place->projection, projector->sql));
    if (session->former == NULL) TRY(tell_state(projector, place, "running"));
    place->attached = true;
    return 0;
}

static int follow(struct projector *projector, struct place *place) {
    TRY(prepare(projector, place));
    TRY(journal_refresh(place->reader));
    return projection_follow(place->projection, projector->sql, place->reader, EACH);
}

// All of a session that is over is in the tables.
static int settle(struct projector *projector, struct place *place) {
    const char *marker = place->words->session.marker;
    // The marker says that it need not be read again: there this commit, and with it those before, reach the disk.
    bool remote = sql_dialect(projector->sql) == SQL_POSTGRES;
    if (remote) TRY(sql_script(projector->sql, "settle", "SET synchronous_commit = on"));
    TRY(tell_state(projector, place, "stopped"));
    if (remote) TRY(sql_script(projector->sql, "settled", "SET synchronous_commit = off"));
    int file = marker != NULL ? open(marker, O_CREAT | O_WRONLY | O_CLOEXEC, 0600) : -1;
    if (file >= 0) close(file); // without it the journal is looked at again, in vain
    return 0;
}

// A journal that is not there yet, or whose first bytes are being written.
static bool is_early(const struct place *place, int rc) {
    return place->reader == NULL && (rc == ERR_NOT_FOUND || rc == ERR_TRUNCATED);
}

static void note(struct projector *projector, struct place *place, int rc) {
    struct projector_status status = {.error = rc < 0 ? rc : 0};
    // Where it was, while a reader is not made anew.
    if (place->projection == NULL) status.written = place->status.written;
    if (rc < 0) snprintf(status.story, sizeof status.story, "%s", err_story());
    if (place->projection != NULL) {
        status.session_id = projection_session(place->projection);
        status.taken = projection_taken(place->projection);
        status.written = projection_written(place->projection);
        status.refused = projection_refused(place->projection);
    }
    if (place->reader != NULL)
        status.behind_bytes = journal_size(place->reader) - journal_offset(place->reader);
    CHECK(pthread_mutex_lock(&projector->lock) == 0);
    place->status = status;
    pthread_mutex_unlock(&projector->lock);
}

static bool passes(int error) {
    return error == 0 || error == ERR_IO || error == ERR_BUSY || error == ERR_CONFLICT;
}

// Whether there is more to take at once.
static bool look(struct projector *projector, struct place *place) {
    if (!passes(place->status.error)) return false;
    int rc = follow(projector, place);
    if (is_early(place, rc)) {
        err_clear();
        rc = 0;
    }
    // Another process has taken it further: begin anew, from where the database is then.
    if (rc == ERR_CONFLICT && place->attached) drop(projector, place);
    if (rc == 0 && place->attached && place->words->session.former != NULL) {
        rc = settle(projector, place);
        place->over = rc == 0;
    }
    note(projector, place, rc);
    return rc > 0;
}

// A session that went on stands now, as far as is known here.
static void tell_stop(struct projector *projector, struct place *place) {
    if (place->attached && place->words->session.former == NULL && place->status.error == 0 &&
        sql_set_tenant(projector->sql, place->words->session.tenant_id) == 0)
        (void)!tell_state(projector, place, "stopped");
    err_clear();
}

static void leave(struct projector *projector, struct place *place) {
    tell_stop(projector, place);
    drop(projector, place);
    free(place->words);
    place->words = NULL;
    CHECK(pthread_mutex_lock(&projector->lock) == 0);
    place->state = PLACE_FREE;
    pthread_cond_broadcast(&projector->ended);
    pthread_mutex_unlock(&projector->lock);
}

// What was said of it since the last look.
static enum place_state hear(struct projector *projector, struct place *place) {
    CHECK(pthread_mutex_lock(&projector->lock) == 0);
    enum place_state state = place->state;
    struct words *next = place->next;
    place->next = NULL;
    if (next != NULL) place->status.error = 0;
    pthread_mutex_unlock(&projector->lock);
    if (next == NULL) return state;
    drop(projector, place); // the new name and place of it are taken with a fresh beginning
    free(place->words);
    place->words = next;
    return state;
}

static bool look_at_all(struct projector *projector) {
    bool more = false;
    for (int i = 0; i < PROJECTOR_SESSIONS_MAX; i++) {
        struct place *place = &projector->places[i];
        if (projector->until_ns != 0 && mono_ns() > projector->until_ns) return false;
        enum place_state state = hear(projector, place);
        if (state == PLACE_FREE) continue;
        bool goes_on = look(projector, place);
        more = more || goes_on;
        if ((state == PLACE_ENDING && !goes_on) || place->over) leave(projector, place);
    }
    return more;
}

static struct timespec after(int64_t ns) {
    ns += mono_ns();
    return (struct timespec){.tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S};
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
    if (stop) projector->until_ns = mono_ns() + LAST_LOOK_NS;
    return stop;
}

static void *work(void *argument) {
    struct projector *projector = argument;
    bool stop = false;
    while (!stop) {
        stop = wait(projector);
        while (look_at_all(projector)) continue;
    }
    for (int i = 0; i < PROJECTOR_SESSIONS_MAX; i++) {
        tell_stop(projector, &projector->places[i]);
        drop(projector, &projector->places[i]);
        free(projector->places[i].words);
        free(projector->places[i].next);
    }
    return NULL;
}

// What others call.

int projector_open(const char *url, const struct projector_options *options,
                   struct projector **ret_projector) {
    // What a journal can make again need not reach the disk at once.
    const struct sql_options connection = {.role = options->role, .relaxed = true, .lazy = true};
    struct projector *projector = calloc(1, sizeof *projector);
    if (projector == NULL) return ERR_SET(ERR_NOMEM, "no memory for the store thread");
    projector->source = options->source;
    projector->interval_ns = options->interval_ns > 0 ? options->interval_ns : INTERVAL_NS;
    int rc = sql_open(url, &connection, &projector->sql);
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

static int copy_words(const struct projector_session *session, struct words **ret_words) {
    const char *const from[] = {session->name, session->former, session->kind, session->journal,
                                session->marker};
    size_t size = 0;
    for (size_t i = 0; i < sizeof from / sizeof *from; i++)
        if (from[i] != NULL) size += strlen(from[i]) + 1;
    struct words *words = malloc(sizeof *words + size);
    if (words == NULL) return ERR_SET(ERR_NOMEM, "no memory for a session that is followed");
    words->session = *session;
    const char **const to[] = {&words->session.name, &words->session.former, &words->session.kind,
                               &words->session.journal, &words->session.marker};
    char *at = words->text;
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        if (from[i] == NULL) continue;
        size_t len = strlen(from[i]) + 1;
        *to[i] = memcpy(at, from[i], len);
        at += len;
    }
    *ret_words = words;
    return 0;
}

int projector_add(struct projector *projector, const struct projector_session *session) {
    struct words *words;
    TRY(copy_words(session, &words));
    CHECK(pthread_mutex_lock(&projector->lock) == 0);
    int number = find_free(projector);
    if (number >= 0) {
        struct place *place = &projector->places[number];
        free(place->next);
        place->next = words;
        place->status = (struct projector_status){.error = 0};
        place->state = PLACE_USED;
        projector->wake = true;
        pthread_cond_signal(&projector->woken);
    }
    pthread_mutex_unlock(&projector->lock);
    if (number < 0) free(words);
    return number;
}

int projector_end(struct projector *projector, int number,
                  const struct projector_session *session) {
    CHECK(number >= 0 && number < PROJECTOR_SESSIONS_MAX && session->former != NULL);
    struct words *words;
    struct place *place = &projector->places[number];
    TRY(copy_words(session, &words));
    CHECK(pthread_mutex_lock(&projector->lock) == 0);
    CHECK(place->state == PLACE_USED);
    free(place->next);
    place->next = words;
    projector->wake = true;
    pthread_cond_signal(&projector->woken);
    pthread_mutex_unlock(&projector->lock);
    return 0;
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

void projector_totals(struct projector *projector, struct projector_totals *ret_totals) {
    struct projector_totals totals = {.sessions = 0};
    CHECK(pthread_mutex_lock(&projector->lock) == 0);
    for (int i = 0; i < PROJECTOR_SESSIONS_MAX; i++) {
        const struct place *place = &projector->places[i];
        if (place->state == PLACE_FREE) continue;
        totals.sessions++;
        totals.waiting += place->status.error != 0 && passes(place->status.error);
        totals.stopped += !passes(place->status.error);
        totals.taken += place->status.taken;
        totals.written += place->status.written;
        totals.behind_bytes += place->status.behind_bytes;
    }
    pthread_mutex_unlock(&projector->lock);
    *ret_totals = totals;
}
