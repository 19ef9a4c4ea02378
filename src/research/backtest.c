// SPDX-License-Identifier: Apache-2.0
#include "research/backtest.h"

#include <string.h>

#include "research/relay.h"

// Events are read a few at a time, so that they are still in the nearest cache when they are applied; the rest
// of the buffer is for groups of equal time.
enum { BUFFER_EVENTS = 2048, READ_EVENTS = 64, PROGRESS_EVERY = 1 << 16 };
enum { QUIET_MAX = READ_EVENTS }; // bars of a run of quiet ones

struct backtest {
    const struct backtest_config *config;
    struct relay relay;
    struct sim_exchange *exchange;
    union event *buffer;        // [BUFFER_EVENTS], events from `first` to `last` are waiting
    struct account_mark *marks; // [QUIET_MAX]
    int first;
    int last;
    bool drained; // the source has no more
    bool begun;   // the capital is in
    bool clock;
    uint64_t next_progress;
    struct backtest_result result;
};

// Moves what is left to the front and fills the rest of the buffer.
static int refill(struct backtest *run) {
    int left = run->last - run->first;
    int room = BUFFER_EVENTS - left;
    memmove(run->buffer, run->buffer + run->first, (size_t)left * sizeof *run->buffer);
    run->first = 0;
    run->last = left;
    int count = run->config->source.fill(run->config->source.self, run->buffer + left,
                                         room < READ_EVENTS ? room : READ_EVENTS);
    if (count < 0) return count;
    run->drained = count == 0;
    run->last += count;
    return 0;
}

// The end (exclusive) of the group that begins at `first`; refills while the group may go on. A group
// longer than the buffer goes in pieces.
static int group_end(struct backtest *run, int *ret_end) {
    while (true) {
        int end = run->first;
        int64_t ts_ns = run->buffer[end].header.ts_ns;
        while (end < run->last && run->buffer[end].header.ts_ns == ts_ns) end++;
        bool whole =
            end < run->last || run->drained || (run->first == 0 && run->last == BUFFER_EVENTS);
        if (whole) {
            *ret_end = end;
            return 0;
        }
        TRY(refill(run));
    }
}

static int run_group(struct backtest *run, int end) {
    int64_t ts_ns = run->buffer[run->first].header.ts_ns;
    for (int i = run->first; i < end; i++) {
        int waiting = sim_exchange_market(run->exchange, &run->buffer[i]);
        if (waiting != 0) TRY(waiting < 0 ? waiting : relay_drain(&run->relay, ts_ns));
    }
    for (int i = run->first; i < end; i++) TRY(relay_apply(&run->relay, &run->buffer[i]));
    run->result.market += (uint64_t)(end - run->first);
    if (run->clock) {
        union event clock;
        event_init(&clock, EVENT_CLOCK, INSTRUMENT_NONE, ts_ns);
        int waiting = sim_exchange_market(run->exchange, &clock);
        if (waiting != 0) TRY(waiting < 0 ? waiting : relay_drain(&run->relay, ts_ns));
        TRY(relay_apply(&run->relay, &clock));
    }
    run->first = end;
    relay_mark(&run->relay);
    return 0;
}

static bool same_instant(const union event *a, const union event *b) {
    return a->header.ts_ns == b->header.ts_ns;
}

// How many of the coming events are within the bound.
static int within(const struct backtest *run, const struct backtest_bound *bound, int count) {
    const union event *events = run->buffer + run->first;
    uint64_t room = bound->before_seq - run->relay.seq - 1; // the caller has seen that one fits
    if ((uint64_t)count > room) count = (int)room;
    while (count > 0 && events[count - 1].header.ts_ns > bound->until_ns) count--;
    return count;
}

// How many of the waiting events are a run of bars that the engine may take before the venue does: whole groups, at
// which the venue has nothing to do. 0 where somebody wants to be told one by one.
static int quiet_bars(const struct backtest *run, const struct backtest_bound *bound) {
    const struct backtest_observer *observer = &run->config->observer;
    const union event *events = run->buffer + run->first;
    int count = run->last - run->first;
    bool one_by_one = observer->bars == NULL && (observer->events.put || observer->mark);
    if (run->clock || one_by_one) return 0;
    if (count > QUIET_MAX) count = QUIET_MAX;
    count = sim_exchange_quiet(run->exchange, events, count);
    if (UNLIKELY(bound != NULL)) count = within(run, bound, count);
    // Of the buffer's last group more may be to come.
    while (count > 0 &&
           (run->first + count == run->last || same_instant(&events[count - 1], &events[count])))
        count--;
    return count;
}

// A mark after every bar becomes one after every group.
static int marks_of_groups(struct account_mark *marks, const union event *bars, int count) {
    int groups = 0;
    while (groups < count && !same_instant(&bars[groups], &bars[groups + 1])) groups++;
    for (int i = groups; i < count; i++) {
        marks[groups] = marks[i];
        groups += !same_instant(&bars[i], &bars[i + 1]);
    }
    return groups;
}

static int tell_bars(struct backtest *run, const union event *bars, int count) {
    const struct backtest_observer *observer = &run->config->observer;
    if (observer->bars == NULL || count == 0) return 0;
    int groups = marks_of_groups(run->marks, bars, count);
    return observer->bars(observer->self, bars, count, run->marks, groups);
}

// The bar at `at` of a quiet run wants something: the groups before its own are told at once, its own as in run_group.
static int leave_quiet(struct backtest *run, union event *events, int at,
                       const struct engine_outputs *outputs) {
    int group = at, end = at + 1;
    while (group > 0 && same_instant(&events[group - 1], &events[at])) group--;
    while (run->first + end < run->last && same_instant(&events[end], &events[at])) end++;
    sim_exchange_pass(run->exchange, events, end);
    TRY(tell_bars(run, events, group));
    for (int i = group; i <= at; i++) TRY(relay_tell(&run->relay, &events[i]));
    TRY(relay_outputs(&run->relay, outputs));
    for (int i = at + 1; i < end; i++) TRY(relay_apply(&run->relay, &events[i]));
    run->result.market += (uint64_t)end;
    run->first += end;
    relay_mark(&run->relay);
    return 0;
}

// A journal has each bar before the engine does; without one the engine has them all at once.
static int run_quiet(struct backtest *run, int count) {
    union event *events = run->buffer + run->first;
    int step = run->config->observer.journal.put == NULL ? count : 1;
    for (int done = 0; done < count;) {
        for (int i = done; i < done + step; i++) TRY(relay_enter(&run->relay, &events[i]));
        done += engine_apply_bars(run->relay.engine, &events[done], step, &run->marks[done]);
        run->relay.seq = events[done - 1].header.seq;
        run->relay.now_ns = events[done - 1].header.ts_ns;
        const struct engine_outputs *outputs = engine_outputs(run->relay.engine);
        if (outputs->count > 0) return leave_quiet(run, events, done - 1, outputs);
    }
    sim_exchange_pass(run->exchange, events, count);
    run->result.market += (uint64_t)count;
    run->first += count;
    return tell_bars(run, events, count);
}

static int begin(struct backtest *run) {
    const struct backtest_config *config = run->config;
    TRY(refill(run));
    if (run->last == 0) return ERR_SET(ERR_NOT_FOUND, "there is no market data in this range");
    run->result.first_ns = run->buffer[0].header.ts_ns;
    run->begun = true;
    return relay_deposit(&run->relay, config->capital, config->account_currency,
                         run->result.first_ns);
}

int backtest_open(struct arena *arena, struct engine *engine, struct sim_exchange *exchange,
                  const struct backtest_config *config, struct backtest **ret_backtest) {
    struct backtest *run = ARENA_NEW(arena, struct backtest, 1);
    if (run == NULL) return ERR_APPEND(ERR_NOMEM, "for the run's buffers");
    *run = (struct backtest){
        .config = config,
        .exchange = exchange,
        .buffer = ARENA_NEW(arena, union event, BUFFER_EVENTS),
        .marks = ARENA_NEW(arena, struct account_mark, QUIET_MAX),
        .clock = engine_wants_clock(engine),
    };
    if (run->buffer == NULL || run->marks == NULL)
        return ERR_APPEND(ERR_NOMEM, "for the run's buffers");
    TRY(relay_init(&run->relay, arena, engine, sim_exchange_port(exchange), &config->observer));
    *ret_backtest = run;
    return 0;
}

// Two events wait, so that the end of a group is seen, unless there are no more.
static int look_ahead(struct backtest *run) {
    if (UNLIKELY(!run->begun)) TRY(begin(run));
    while (run->last - run->first < 2 && !run->drained) TRY(refill(run));
    return run->first < run->last;
}

int backtest_next(struct backtest *run, int64_t *ret_ts_ns) {
    int rc = look_ahead(run);
    if (rc > 0) *ret_ts_ns = run->buffer[run->first].header.ts_ns;
    return rc;
}

int backtest_step(struct backtest *run, const struct backtest_bound *bound) {
    int rc = look_ahead(run), end;
    if (rc <= 0) return rc;
    if (bound != NULL && (run->buffer[run->first].header.ts_ns > bound->until_ns ||
                          run->relay.seq + 1 >= bound->before_seq))
        return 0;
    int quiet = quiet_bars(run, bound);
    if (LIKELY(quiet > 0)) {
        TRY(run_quiet(run, quiet));
    } else {
        TRY(group_end(run, &end));
        TRY(run_group(run, end));
    }
    return 1;
}

int backtest_command(struct backtest *run, union event *event) {
    TRY(relay_apply(&run->relay, event));
    return relay_drain(&run->relay, run->relay.now_ns);
}

void backtest_result(const struct backtest *run, struct backtest_result *ret_result) {
    *ret_result = run->result;
    ret_result->last_ns = run->relay.now_ns;
    ret_result->inputs = run->relay.seq;
    ret_result->equity = ledger_equity(engine_ledger(run->relay.engine));
    ret_result->state_hash = engine_state_hash(run->relay.engine);
}

uint64_t backtest_seq(const struct backtest *run) {
    return run->relay.seq;
}

int64_t backtest_now_ns(const struct backtest *run) {
    return run->relay.now_ns;
}

uint64_t backtest_market(const struct backtest *run) {
    return run->result.market;
}

// Whether the run is to end early; told after some events.
static bool is_stopped(struct backtest *run) {
    const struct backtest_config *config = run->config;
    run->next_progress = run->result.market + PROGRESS_EVERY;
    if (config->observer.progress != NULL)
        config->observer.progress(config->observer.progress_self, run->result.market);
    if (config->stop == NULL || !*config->stop) return false;
    run->result.stopped = 1;
    return true;
}

int backtest_run(struct arena *arena, struct engine *engine, struct sim_exchange *exchange,
                 const struct backtest_config *config, struct backtest_result *ret_result) {
    struct backtest *run;
    int rc;
    TRY(backtest_open(arena, engine, exchange, config, &run));
    while ((rc = backtest_step(run, NULL)) > 0)
        if (UNLIKELY(run->result.market >= run->next_progress) && is_stopped(run)) break;
    if (rc < 0) return rc;
    // Orders that work now go on working, as far as anybody knows: a run that ends is not a venue that closes.
    backtest_result(run, ret_result);
    return 0;
}
