// SPDX-License-Identifier: Apache-2.0
// A trading session under load: a million minute bars as fast as they come, a journal on the disk, orders by hand.
//
// Core and store thread are on one processor, readers on the other, where there are two: what is measured is what
// readers do to the core, and not that they are in its place.
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/live/desk.h"
#include "bench.h"
#include "data.h"
#include "risk/rule.h"

enum { BARS = 1000000, ORDERS = 1000, READERS = 8, SAMPLES = 7, KILLS = 15 };
#define PATIENCE_NS INT64_C(120000000000)

static char tape[256];
static char input_sha256[SHA256_TEXT_SIZE];

static int make_tape(struct bench_row *row) {
    char csv[256];
    if (tape[0] == '\0') {
        snprintf(csv, sizeof csv, "%s/session.csv", bench_directory());
        snprintf(tape, sizeof tape, "%s/session-tape", bench_directory());
        if (bench_write_bars(csv, 1, BARS, input_sha256) == 0) return -1;
        if (bench_import(csv, tape, "WALK") < 0) return -1;
    }
    memcpy(row->input_sha256, input_sha256, sizeof input_sha256);
    return 0;
}

static void pin(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    (void)sched_setaffinity(0, sizeof set, &set); // one alone: nothing to choose
}

static int open_session(const struct session_options *options, struct session **ret_session) {
    struct run_config *config;
    struct session_desk desk;
    if (run_config_parse("session", bench_sma_config, strlen(bench_sma_config), &config) < 0)
        return -1;
    if (desk_add_manual(config) < 0 || desk_open(config, tape, &desk) < 0) return -1;
    int rc = session_open(options, &desk, ret_session);
    if (rc < 0) fprintf(stderr, "session: %s\n", err_story());
    return rc;
}

static int order(struct session *session, const struct session_command *command,
                 struct session_result *ret_result) {
    uint64_t ticket;
    if (session_command(session, command, &ticket) < 0) return -1;
    return session_wait(session, ticket, PATIENCE_NS, ret_result) == 1 ? 0 : -1;
}

static int verb(struct session *session, uint32_t what, uint64_t count) {
    struct session_result result;
    struct session_command command = {.verb = what, .count = count};
    return order(session, &command, &result);
}

// Bids far below the market, which stay where they are.
static int place_many(struct session *session, int count, int from, double *ret_taken,
                      double *ret_finished) {
    struct session_command off = {.verb = SESSION_SET_LIMIT, .value = 0.999};
    struct session_result result;
    off.rule = (uint32_t)risk_rule_find("price_band");
    if (order(session, &off, &result) < 0) return -1;
    const struct instrument *instrument = &session_info(session)->instruments->items[0];
    for (int i = 0; i < count; i++) {
        struct session_command bid = {.verb = SESSION_PLACE};
        snprintf(bid.order.client_id, MANUAL_ID_SIZE, "bid-%d", from + i);
        bid.order.side = 1;
        bid.order.type = ORDER_LIMIT;
        bid.order.qty = instrument->qty_min;
        bid.order.limit_price = PRICE(instrument->tick.m * (100000000000 + i % 7));
        if (order(session, &bid, &result) < 0) return -1;
        if (result.outcome != SESSION_DONE) {
            fprintf(stderr, "session: a bid: %s: %s\n", session_outcome_name(result.outcome),
                    result.story);
            return -1;
        }
        if (ret_taken != NULL) ret_taken[i] = (double)result.taken_ns / 1e9;
        if (ret_finished != NULL) ret_finished[i] = (double)result.finished_ns / 1e9;
    }
    return 0;
}

static void folder_of(const char *name, int number, char path[256]) {
    snprintf(path, 256, "%s/%s-%d", bench_directory(), name, number);
}

static int kill_once(int number, uint32_t stop, double *ret_seconds, uint32_t *ret_canceled) {
    char folder[256];
    struct session *session;
    struct session_result result;
    folder_of("kill", number, folder);
    if (open_session(&(struct session_options){.folder = folder, .paused = true}, &session) < 0)
        return -1;
    int rc = session_start(session);
    if (rc == 0) rc = verb(session, SESSION_STEP, 1000);
    if (rc == 0) rc = place_many(session, ORDERS, 0, NULL, NULL);
    if (rc == 0) rc = verb(session, SESSION_RUN, 0);
    nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL); // the burst is on
    if (rc == 0) rc = order(session, &(struct session_command){.verb = stop}, &result);
    session_close(session);
    bench_remove(folder);
    if (rc < 0) return -1;
    *ret_seconds = (double)result.taken_ns / 1e9;
    *ret_canceled = result.canceled;
    return result.canceled >= ORDERS ? 0 : -1;
}

static int run_stop(struct bench_row *row, uint32_t stop) {
    uint32_t canceled = 0;
    if (make_tape(row) < 0) return -1;
    for (int i = 0; i < KILLS; i++)
        if (kill_once(i, stop, &row->samples[i], &canceled) < 0) return -1;
    row->count = KILLS;
    row->unit = "s";
    snprintf(row->result_check, sizeof row->result_check,
             "from the call to the last of %u cancels that left, with bars coming as fast as they "
             "can and a journal on the disk",
             canceled);
    return 0;
}

static int run_kill(struct bench_row *row) {
    return run_stop(row, SESSION_KILL);
}

static int run_halt(struct bench_row *row) {
    return run_stop(row, SESSION_HALT);
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// The samples are of a run each: the 99th percentile of 1,000 orders.
static int run_durable(struct bench_row *row) {
    static double finished[ORDERS];
    double median = 0;
    if (make_tape(row) < 0) return -1;
    for (int i = 0; i < SAMPLES; i++) {
        char folder[256];
        struct session *session;
        folder_of("durable", i, folder);
        if (open_session(&(struct session_options){.folder = folder,
                                                   .paused = true,
                                                   .durability = SESSION_DURABLE_JOURNAL},
                         &session) < 0)
            return -1;
        int rc = session_start(session);
        if (rc == 0) rc = verb(session, SESSION_STEP, 1000);
        if (rc == 0) rc = place_many(session, ORDERS, 0, NULL, finished);
        session_close(session);
        bench_remove(folder);
        if (rc < 0) return -1;
        qsort(finished, ORDERS, sizeof *finished, compare_doubles);
        row->samples[i] = finished[ORDERS * 99 / 100];
        median = finished[ORDERS / 2];
    }
    row->count = SAMPLES;
    row->unit = "s";
    snprintf(row->result_check, sizeof row->result_check,
             "the 99th percentile of 1,000 orders by hand, one after the other, each synced to the "
             "disk before "
             "it left and before it was answered; half of them within %.2f ms",
             median * 1e3);
    return 0;
}

struct reader {
    struct session *session;
    _Atomic int *stop;
    uint64_t views;
};

static void *read_all(void *self) {
    struct reader *reader = self;
    pin(1);
    struct session_view *view = session_view_new(reader->session);
    while (!atomic_load(reader->stop)) reader->views += session_view_read(reader->session, view);
    session_view_free(view);
    return NULL;
}

// A million bars from the first to the last; the rate, and the 99.9th percentile of a step.
static int run_through(int readers, double *ret_rate, double *ret_p999, uint64_t *ret_hash) {
    struct reader self[READERS];
    pthread_t threads[READERS];
    _Atomic int stop = 0;
    struct session *session;
    cpu_set_t before;
    sched_getaffinity(0, sizeof before, &before);
    if (open_session(&(struct session_options){.paused = true}, &session) < 0) return -1;
    pin(0);
    int rc = session_start(session);
    for (int i = 0; i < readers; i++) {
        self[i] = (struct reader){session, &stop, 0};
        pthread_create(&threads[i], NULL, read_all, &self[i]);
    }
    double start = bench_now();
    if (rc == 0) rc = verb(session, SESSION_STEP, BARS);
    double seconds = bench_now() - start;
    atomic_store(&stop, 1);
    for (int i = 0; i < readers; i++) pthread_join(threads[i], NULL);
    sched_setaffinity(0, sizeof before, &before);
    struct session_view *view = session_view_new(session);
    session_view_read(session, view);
    *ret_rate = BARS / seconds;
    *ret_p999 = (double)view->timing.p999_ns / 1e9;
    *ret_hash = view->state_hash;
    session_view_free(view);
    session_close(session);
    return rc;
}

static int run_load(struct bench_row *row) {
    double rate[2] = {0, 0}, alone[SAMPLES], p999, least = INFINITY;
    uint64_t hashes[2] = {0, 0};
    if (make_tape(row) < 0) return -1;
    for (int i = 0; i < SAMPLES;
         i++) { // turn and turn about, so that the machine's moods are shared
        if (run_through(0, &rate[0], &alone[i], &hashes[0]) < 0) return -1;
        if (run_through(READERS, &rate[1], &p999, &hashes[1]) < 0) return -1;
        row->samples[i] = p999;
        if (p999 < least) least = p999;
    }
    row->count = SAMPLES;
    row->unit = "s";
    bench_sort(alone, SAMPLES);
    bool same = hashes[0] == hashes[1];
    snprintf(row->result_check, sizeof row->result_check,
             "99.9th percentile of a step, one bar, of a million, with %d threads that read the "
             "model without pause; %.3g s without them; at the best of %d runs each %.3g and %.3g "
             "s; %.3g and %.3g bars/s; state hashes %s",
             READERS, alone[SAMPLES / 2], SAMPLES, least, alone[0], rate[1], rate[0],
             same ? "equal" : "DIFFER");
    return same ? 0 : -1;
}

// A session with a journal beside it, as fast as the data come.
static int run_rate(struct bench_row *row) {
    if (make_tape(row) < 0) return -1;
    uint64_t inputs = 0;
    for (int i = 0; i < SAMPLES; i++) {
        char folder[256];
        struct session *session;
        struct session_view *view;
        folder_of("rate", i, folder);
        if (open_session(&(struct session_options){.folder = folder}, &session) < 0) return -1;
        view = session_view_new(session);
        double start = bench_now();
        int rc = session_start(session);
        while (rc == 0 && view->state != SESSION_ENDED && view->state != SESSION_BROKEN) {
            nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
            session_view_read(session, view);
        }
        row->samples[i] = BARS / (bench_now() - start);
        inputs = view->seq;
        session_view_free(view);
        session_close(session);
        bench_remove(folder);
        if (rc < 0) return -1;
    }
    row->count = SAMPLES;
    row->unit = "bars/s";
    row->bigger_is_better = true;
    snprintf(row->result_check, sizeof row->result_check,
             "%llu inputs through a session with its journal on the disk, report included",
             (unsigned long long)inputs);
    return 0;
}

const struct bench bench_session_kill = {
    .name = "session_kill",
    .summary = "a kill of 1,000 open orders in the midst of a burst of bars",
    .run = run_kill,
};
const struct bench bench_session_halt = {
    .name = "session_halt",
    .summary = "a halt, which takes 1,000 open orders back that would raise risk",
    .run = run_halt,
};
const struct bench bench_session_order = {
    .name = "session_order",
    .summary = "orders by hand, each on the disk before it leaves: the 99th percentile of 1,000",
    .run = run_durable,
};
const struct bench bench_engine_under_load = {
    .name = "engine_under_load",
    .summary = "a step of the core with 8 threads that read its model all the time",
    .run = run_load,
};
const struct bench bench_session_rate = {
    .name = "session_rate",
    .summary = "a million bars through a session with a journal",
    .run = run_rate,
};
