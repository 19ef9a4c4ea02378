// SPDX-License-Identifier: Apache-2.0
#include "edge/api/studies.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "edge/sql/stored.h"

enum { CONFIG_SIZE = 2048 };
static const int64_t WAIT_NS = INT64_C(1000000000), RETRY_NS = INT64_C(1000000000);

// A job as it stood.
struct note {
    int64_t tenant_id, user_id;
    char name[STUDIES_NAME_SIZE];
    char kind[16];
    enum job_state state;
    char run[RUN_STORE_NAME_MAX + 1];
    int64_t asked_ns, began_ns, ended_ns;
    double progress;
    char story[JOBS_STORY_SIZE];
    char config[CONFIG_SIZE]; // the words of its call
};

// A job whose state was noted.
struct seen {
    uint64_t number; // 0: an empty place
    enum job_state state;
    char name[STUDIES_NAME_SIZE];
};

struct studies {
    struct sql_pool *store;
    pthread_mutex_t lock;
    struct note notes[STUDIES_WAITING_MAX]; // a ring
    size_t first, count;
    uint64_t lost;
    struct seen seen[JOBS_MAX];
    bool writing;
    int64_t retry_ns; // wall time
};

int studies_open(struct sql_pool *store, struct studies **ret_studies) {
    struct studies *studies = calloc(1, sizeof *studies);
    if (studies == NULL) return ERR_SET(ERR_NOMEM, "no memory for the past of jobs");
    studies->store = store;
    CHECK(pthread_mutex_init(&studies->lock, NULL) == 0);
    *ret_studies = studies;
    return 0;
}

void studies_close(struct studies *studies) {
    if (studies == NULL) return;
    pthread_mutex_destroy(&studies->lock);
    free(studies);
}

static bool is_over(enum job_state state) {
    return state != JOB_WAITING && state != JOB_RUNNING;
}

static void fill(const struct job *job, struct note *note) {
    *note = (struct note){.tenant_id = job->tenant_id,
                          .user_id = job->user_id,
                          .state = job->state,
                          .asked_ns = job->asked_ns,
                          .began_ns = job->began_ns,
                          .ended_ns = job->ended_ns,
                          .progress = job->progress};
    snprintf(note->name, sizeof note->name, "%s-%" PRId64 "-%" PRIu64, job->kind, job->asked_ns,
             job->number);
    snprintf(note->kind, sizeof note->kind, "%s", job->kind);
    snprintf(note->run, sizeof note->run, "%s", job->run);
    snprintf(note->story, sizeof note->story, "%s", job->story);
    size_t used = 0;
    for (size_t at = 0; job->words != NULL && at < job->words_size;) {
        const char *word = job->words + at;
        size_t len = strlen(word);
        at += len + 1;
        if (strcmp(word, "--tape") == 0 ||
            strcmp(word, "--runs") == 0) { // the machine's own affair
            if (at < job->words_size) at += strlen(job->words + at) + 1;
            continue;
        }
        if (used + len + 2 > CONFIG_SIZE) break;
        if (used > 0) note->config[used++] = ' ';
        memcpy(note->config + used, word, len);
        used += len;
    }
}

// The place of a job among those that were seen: its own, or the one that the number takes over.
static struct seen *place_of(struct studies *studies, uint64_t number) {
    return &studies->seen[number % JOBS_MAX];
}

void studies_take(struct studies *studies, const struct job *job) {
    if (studies->store == NULL) return;
    CHECK(pthread_mutex_lock(&studies->lock) == 0);
    struct seen *seen = place_of(studies, job->number);
    if (seen->number != job->number || seen->state != job->state) {
        if (studies->count == STUDIES_WAITING_MAX) {
            studies->first = (studies->first + 1) % STUDIES_WAITING_MAX;
            studies->count--;
            studies->lost++;
        }
        struct note *note =
            &studies->notes[(studies->first + studies->count++) % STUDIES_WAITING_MAX];
        fill(job, note);
        *seen = (struct seen){.number = job->number, .state = job->state};
        memcpy(seen->name, note->name, sizeof seen->name);
    }
    pthread_mutex_unlock(&studies->lock);
}

bool studies_due(struct studies *studies) {
    CHECK(pthread_mutex_lock(&studies->lock) == 0);
    bool due = studies->count > 0 && !studies->writing && sql_now_ns() >= studies->retry_ns;
    studies->writing = studies->writing || due;
    pthread_mutex_unlock(&studies->lock);
    return due;
}

static bool look_at_first(struct studies *studies, struct note *ret_note, uint64_t *ret_lost) {
    CHECK(pthread_mutex_lock(&studies->lock) == 0);
    bool there = studies->count > 0;
    if (there) *ret_note = studies->notes[studies->first];
    *ret_lost = studies->lost;
    pthread_mutex_unlock(&studies->lock);
    return there;
}

// Unless it went for want of room meanwhile.
static void drop_first(struct studies *studies, uint64_t lost) {
    CHECK(pthread_mutex_lock(&studies->lock) == 0);
    if (studies->lost == lost) {
        studies->first = (studies->first + 1) % STUDIES_WAITING_MAX;
        studies->count--;
    }
    pthread_mutex_unlock(&studies->lock);
}

static int write_one(struct studies *studies, const struct note *note) {
    static const char *const states[JOB_STATE_COUNT] = {"queued", "running", "done", "failed",
                                                        "canceled"};
    struct stored_run run = {.user_id = note->user_id,
                             .name = note->name,
                             .kind = note->kind,
                             .state = states[note->state],
                             .config = note->config,
                             .progress_ppm =
                                 note->progress > 0 ? (int64_t)(note->progress * 1e6) : 0,
                             .created_ns = note->asked_ns,
                             .started_ns = note->began_ns,
                             .ended_ns = note->ended_ns,
                             .folder = note->run[0] != '\0' ? note->run : NULL,
                             .error = note->state == JOB_FAILED ? note->story : NULL};
    struct sql *sql;
    TRY(sql_pool_take(studies->store, note->tenant_id, WAIT_NS, &sql));
    int rc = stored_run_note(sql, note->tenant_id, &run);
    sql_pool_give(studies->store, sql);
    return rc;
}

void studies_write(struct studies *studies) {
    struct note note;
    uint64_t lost;
    int rc = 0;
    while (look_at_first(studies, &note, &lost)) {
        rc = write_one(studies, &note);
        // What the database will not take, as a kind that it has no word for, is no reason to hold others up.
        if (rc == ERR_IO || rc == ERR_BUSY) break;
        drop_first(studies, lost);
    }
    err_clear();
    CHECK(pthread_mutex_lock(&studies->lock) == 0);
    studies->writing = false;
    if (rc == ERR_IO || rc == ERR_BUSY) studies->retry_ns = sql_now_ns() + RETRY_NS;
    pthread_mutex_unlock(&studies->lock);
}

void studies_put_off(struct studies *studies) {
    CHECK(pthread_mutex_lock(&studies->lock) == 0);
    studies->writing = false;
    pthread_mutex_unlock(&studies->lock);
}

bool studies_is_live(struct studies *studies, const char *name) {
    bool live = false;
    CHECK(pthread_mutex_lock(&studies->lock) == 0);
    for (size_t i = 0; i < JOBS_MAX && !live; i++)
        live = studies->seen[i].number != 0 && !is_over(studies->seen[i].state) &&
               strcmp(studies->seen[i].name, name) == 0;
    pthread_mutex_unlock(&studies->lock);
    return live;
}

uint64_t studies_lost(struct studies *studies) {
    CHECK(pthread_mutex_lock(&studies->lock) == 0);
    uint64_t lost = studies->lost;
    pthread_mutex_unlock(&studies->lock);
    return lost;
}
