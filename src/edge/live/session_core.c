// SPDX-License-Identifier: Apache-2.0
// The core's cycle: urgent commands, other commands, what the data's clock has due, what is to be told.
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "edge/live/session_state.h"

enum { STEPS_A_CYCLE = 256 };
#define SLEEP_MAX_NS INT64_C(200000000)
#define WAITING_NS INT64_C(1000000)

static int64_t clock_of(clockid_t id) {
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t session_mono_ns(void) {
    return clock_of(CLOCK_MONOTONIC);
}

int64_t session_wall_ns(void) {
    return clock_of(CLOCK_REALTIME);
}

static bool runs(const struct session *session) {
    return session->state == SESSION_RUNNING || session->state == SESSION_WAITING;
}

int64_t session_clock_at(const struct session *session, int64_t now_ns) {
    const struct session_clock *clock = &session->clock;
    if (!runs(session) || clock->groups_left > 0) return session->clock_ns;
    if (clock->pace == 0) return session->clock_ns;
    double passed = (double)(now_ns - clock->anchor_wall) * clock->pace;
    int64_t room = clock->until_ns - clock->anchor_data;
    return passed >= (double)room ? clock->until_ns : clock->anchor_data + (int64_t)passed;
}

void session_clock_anchor(struct session *session, int64_t now_ns) {
    session->clock.anchor_wall = now_ns;
    session->clock.anchor_data = session->clock_ns;
}

static void work_out_hash(struct session *session) {
    uint64_t seq = session_data_seq(session);
    if (session->hash_seq == seq) return;
    session->hash = engine_state_hash(session->desk.engine);
    session->hash_seq = seq;
}

// Whether a walk that ends now got to where it was to go.
static bool has_arrived(const struct session *session, uint32_t state) {
    const struct session_clock *clock = &session->clock;
    if (state == SESSION_ENDED) return true;
    return clock->walk_verb == SESSION_STEP ? clock->groups_left == 0
                                            : session->clock_ns >= clock->until_ns;
}

void session_pause(struct session *session, int64_t now_ns, uint32_t state) {
    if (runs(session)) session->clock_ns = session_clock_at(session, now_ns);
    uint32_t outcome = has_arrived(session, state) ? SESSION_DONE : SESSION_TOO_LATE;
    if (session->state != SESSION_BROKEN) session->state = state;
    session->clock.groups_left = 0;
    session->clock.until_ns = INT64_MAX;
    if (session->has_journal) keeper_want(&session->keeper, session_data_seq(session));
    work_out_hash(session);
    session_finish_walk(session, now_ns, outcome);
    session->mirror.due = true;
}

void session_break(struct session *session, int rc) {
    if (session->error == 0) {
        session->error = rc;
        snprintf(session->story, sizeof session->story, "%s", err_story());
    }
    session->state = SESSION_BROKEN;
    session_finish_walk(session, session_mono_ns(), SESSION_FAILED);
    session->mirror.due = true;
}

// The disk failed: nothing that follows could be recovered.
static void look_after_journal(struct session *session) {
    const struct keeper *keeper = &session->keeper;
    if (!session->has_journal || session->error < 0) return;
    int rc = atomic_load_explicit(&keeper->error, memory_order_acquire);
    if (rc < 0) session_break(session, ERR_SET(rc, "%s", keeper->story));
}

// Nothing more within the bound: the end of the data, or a pause that was asked for.
static void stand(struct session *session, int64_t now_ns) {
    int64_t next_ns;
    int rc = session_data_next(session, &next_ns);
    if (rc < 0)
        session_break(session, rc);
    else if (rc == 0)
        session_pause(session, now_ns, SESSION_ENDED);
    else if (session->clock.until_ns != INT64_MAX && next_ns > session->clock.until_ns &&
             (session->clock.pace == 0 ||
              session_clock_at(session, now_ns) >= session->clock.until_ns)) {
        if (session->clock.pace == 0) session->clock_ns = session->clock.until_ns;
        session_pause(session, now_ns, SESSION_PAUSED);
    }
}

// The bound of the next step: 1; 0: there is nothing left to step to.
static int next_bound(struct session *session, int64_t clock_ns, struct backtest_bound *ret_bound) {
    struct session_clock *clock = &session->clock;
    *ret_bound = (struct backtest_bound){.until_ns = clock_ns, .before_seq = UINT64_MAX};
    if (clock->groups_left > 0) return session_data_next(session, &ret_bound->until_ns);
    if (clock->pace == 0) ret_bound->until_ns = clock->until_ns;
    return 1;
}

static bool has_room(struct session *session) {
    return !session->has_journal || lane_room(&session->keeper.lane) > session->lane_reserve;
}

// After a step: false where no other is to follow.
static bool stepped(struct session *session, int64_t now_ns) {
    int64_t data_ns = session_data_now_ns(session);
    struct session_clock *clock = &session->clock;
    if (clock->pace == 0 || clock->groups_left > 0) session->clock_ns = data_ns;
    if (clock->groups_left == 0 || --clock->groups_left > 0) return true;
    session_clock_anchor(session, now_ns); // what was stepped over took no time
    session_pause(session, now_ns, SESSION_PAUSED);
    return false;
}

// One in some is timed.
static int step(struct session *session, const struct backtest_bound *bound) {
    if (LIKELY(++session->steps % TIMING_EVERY != 0)) return session_data_step(session, bound);
    int64_t before_ns = session_mono_ns();
    int rc = session_data_step(session, bound);
    if (rc > 0) session_timing_add(&session->timing, session_mono_ns() - before_ns);
    return rc;
}

static int advance(struct session *session, int64_t now_ns) {
    int steps = 0;
    if (!runs(session)) return 0;
    int64_t clock_ns = session_clock_at(session, now_ns);
    session->state = SESSION_RUNNING;
    for (; steps < STEPS_A_CYCLE && !mpsc_ready(&session->urgent); steps++) {
        struct backtest_bound bound;
        if (!has_room(session)) {
            session->state = SESSION_WAITING;
            waker_rouse(&session->keeper.waker);
            break;
        }
        int rc = next_bound(session, clock_ns, &bound);
        if (rc > 0) rc = step(session, &bound);
        if (rc < 0) session_break(session, rc);
        if (rc == 0) stand(session, now_ns);
        if (rc <= 0 || !stepped(session, now_ns)) break;
    }
    return steps;
}

int session_core_work(struct session *session, int64_t now_ns) {
    look_after_journal(session);
    int work = session_take_urgent(session, now_ns);
    work += session_take_normal(session, now_ns);
    session_give_ready(session);
    work += advance(session, now_ns);
    session_give_ready(session);
    work += session_finish_pending(session, now_ns);
    session->mirror.dirty = session->mirror.dirty || work > 0;
    if (session->mirror.dirty || session->mirror.due) work += session_publish(session, now_ns);
    return work;
}

static int64_t due_in(const struct session *session, int64_t now_ns) {
    const struct session_clock *clock = &session->clock;
    int64_t next_ns = 0;
    if (session_data_next(session, &next_ns) <= 0) return 0;
    if (next_ns > clock->until_ns) next_ns = clock->until_ns;
    double wall = (double)(next_ns - clock->anchor_data) / clock->pace;
    if (wall > 1e18) return SLEEP_MAX_NS;
    int64_t left = clock->anchor_wall + (int64_t)ceil(wall) - now_ns;
    return left > 0 ? left : 0;
}

int64_t session_core_sleep_ns(struct session *session, int64_t now_ns) {
    int64_t sleep_ns = SLEEP_MAX_NS;
    if (session->state == SESSION_WAITING) sleep_ns = WAITING_NS;
    if (session->state == SESSION_RUNNING)
        sleep_ns = session->clock.pace > 0 ? due_in(session, now_ns) : 0;
    if (session->mirror.dirty) {
        int64_t left_ns = session->mirror.published_ns + session->publish_ns - now_ns;
        if (left_ns < sleep_ns) sleep_ns = left_ns > 0 ? left_ns : 0;
    }
    return sleep_ns < SLEEP_MAX_NS ? sleep_ns : SLEEP_MAX_NS;
}
