// SPDX-License-Identifier: Apache-2.0
// The inside of a session, for its own files.
#ifndef FULMAR_EDGE_LIVE_SESSION_STATE_H
#define FULMAR_EDGE_LIVE_SESSION_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/check.h"
#include "base/ring.h"
#include "edge/live/cells.h"
#include "edge/live/keeper.h"
#include "edge/live/session.h"
#include "edge/live/waker.h"

enum {
    SESSION_URGENT_MAX = 1024, // commands that wait in the priority lane
    SESSION_NORMAL_MAX = 4096, // and in the other
    SESSION_RESULTS = 8192,    // that are kept
    SESSION_READY_MAX = 1024,  // of a cycle
    SESSION_LANE = 16 << 20,   // bytes, at least, of events on their way to the disk
    SESSION_LANE_PARTS = 4,    // one of which data leaves free, for commands and what they cause
};

struct queued { // a command in its lane
    uint64_t ticket;
    int64_t at_ns; // monotonic
    struct session_command command;
};

// Where the data's clock is, on the core's thread.
struct session_clock {
    double pace;         // 0: as fast as possible
    int64_t anchor_wall; // monotonic: at which the data's clock was anchor_data
    int64_t anchor_data;
    int64_t until_ns;     // it pauses there; INT64_MAX: never
    uint64_t groups_left; // of a step; 0: it does not step
    uint64_t walk_ticket; // whose result waits for that pause; 0: none
    int64_t walk_at_ns;
    uint32_t walk_verb;
    uint32_t reserved;
};

// What came of the command that is being applied.
struct session_capture {
    bool on;
    bool refused;
    bool has_manual;
    uint32_t manual; // enum manual_outcome
    uint32_t canceled;
    uint64_t order_id;
    const struct veto_event *veto; // NULL: none; points to `word`
    struct veto_event word;
};

// What is told of the past, on the core's thread; rings of the latest.
struct session_past {
    struct session_fill fills[SESSION_FILLS];
    uint64_t fill_count;
    uint64_t ended[SESSION_ENDED_ORDERS]; // order ids
    uint64_t ended_count;
    struct session_watch watches[SESSION_WATCHES];
    uint64_t watch_count;
    struct session_strategy *strategies; // [strategy_count]: fills and decisions
    struct session_rule *rules;          // [rule_count]: counts and latest words
    uint64_t commands;
};

// A histogram of durations: of each power of two eight parts.
enum { TIMING_PARTS = 8, TIMING_BUCKETS = 64 * TIMING_PARTS, TIMING_EVERY = 16 };
struct session_histogram {
    uint64_t counts[TIMING_BUCKETS];
    uint64_t count;
    int64_t most_ns;
};

// The read model's shared memory: two copies, of which readers take the one that was finished last.
struct session_mirror {
    _Atomic uint64_t latest;   // version of the newest; 0: none yet
    _Atomic uint64_t marks[2]; // version of each copy; 0 while it is written
    _Atomic uint64_t *words[2];
    struct session_view *draft; // the core's own
    int64_t published_ns;
    int64_t rate_ns; // since when the rate is measured
    uint64_t rate_market;
    bool due;   // as soon as possible
    bool dirty; // something changed
};

struct session {
    struct session_info info;
    struct session_desk desk;
    struct arena arena;
    struct backtest_config config;
    struct backtest *backtest;   // over bars
    struct tick_backtest *feeds; // or over recorded feeds
    struct tick_backtest_config ticks;
    void (*wake)(void *self);
    void *wake_self;
    _Atomic uint32_t woken;
    int lock_fd;

    bool started;
    bool has_journal;
    pthread_t core_thread;
    pthread_t store_thread;
    _Atomic uint32_t stop_core;
    _Atomic uint32_t stop_store;
    struct waker waker; // of the core
    struct keeper keeper;
    uint64_t lane_reserve;

    struct mpsc_ring urgent;
    struct mpsc_ring normal;
    _Atomic uint64_t tickets;       // the latest given
    _Atomic uint32_t stops_waiting; // commands of session_ends_waiting() that were not taken yet
    _Atomic uint32_t closed;        // no more commands

    struct cells results;
    struct cells tap;
    _Atomic uint64_t tap_tail; // number of the latest entry
    struct session_mirror mirror;
    uint32_t positions_max; // of a view

    // The core's own.
    uint32_t state; // enum session_state
    int64_t clock_ns;
    struct session_clock clock;
    struct session_capture capture;
    struct session_past past;
    struct session_histogram timing;
    uint64_t steps;
    struct session_result *pending; // [SESSION_RESULTS], that wait for the disk
    uint64_t pending_first, pending_last;
    struct session_result *ready; // [SESSION_READY_MAX], that wait for the end of the cycle
    uint32_t ready_count;
    uint32_t ready_reserved;
    uint64_t hash;
    uint64_t hash_seq;
    int64_t publish_ns; // least time between two publications
    int error;
    char story[SESSION_STORY_SIZE];
    struct journal_reader *recovering; // what is compared with; NULL: events are new
    uint64_t recovered_events;
};

// session_data.c: what moves the data, of either kind; as in research/backtest.h.
int session_data_open(struct session *session) MUST_USE;
int session_data_next(const struct session *session, int64_t *ret_ts_ns) MUST_USE;
int session_data_step(struct session *session, const struct backtest_bound *bound) MUST_USE;
int session_data_command(struct session *session, union event *event) MUST_USE;
void session_data_result(const struct session *session, struct backtest_result *ret_result);
uint64_t session_data_seq(const struct session *session);
int64_t session_data_now_ns(const struct session *session);
uint64_t session_data_market(const struct session *session);

int64_t session_mono_ns(void);
int64_t session_wall_ns(void);
void session_notify(struct session *session);
// The session is over; `story` of the thread's error.
void session_break(struct session *session, int rc);

// session_core.c
int session_core_work(struct session *session, int64_t now_ns); // an agent's cycle: what it did
int64_t session_core_sleep_ns(struct session *session, int64_t now_ns); // how long nothing is due
int64_t session_clock_at(const struct session *session, int64_t now_ns);
void session_clock_anchor(struct session *session, int64_t now_ns);
void session_pause(struct session *session, int64_t now_ns, uint32_t state);

// session_command.c
int session_take_urgent(struct session *session, int64_t now_ns); // how many
int session_take_normal(struct session *session, int64_t now_ns);
int session_finish_pending(struct session *session, int64_t now_ns);
void session_give_ready(struct session *session); // publishes first
void session_finish_walk(struct session *session, int64_t now_ns, uint32_t outcome);
// A kill, or a halt of all: no order waits for the disk any more.
bool session_ends_waiting(const struct session_command *command);
void session_fail_all(struct session *session); // what waits in the lanes

// session_sink.c
struct event_sink session_sink(struct session *session);
void session_hold(struct session *session, uint64_t seq);

// session_timing.c
void session_timing_add(struct session_histogram *histogram, int64_t ns);
struct session_timing session_timing_of(const struct session_histogram *histogram);

// session_publish.c
int session_mirror_init(struct session *session) MUST_USE;
int session_publish(struct session *session, int64_t now_ns); // 1: it did

// session_recover.c
int session_recover(struct session *session, const char *path) MUST_USE;

#endif
