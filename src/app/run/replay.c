// SPDX-License-Identifier: Apache-2.0
#include "app/run/replay.h"

#include <inttypes.h>
#include <string.h>

#include "base/check.h"

void journal_tally_add(struct journal_tally *tally, const struct event_header *event) {
    if (tally->inputs + tally->outputs == 0) tally->first_ns = event->ts_ns;
    if (event->kind < EVENT_OUTPUT)
        tally->inputs++;
    else
        tally->outputs++;
    if (event->kind < EVENT_KIND_END) tally->by_kind[event->kind]++;
    tally->last_ns = event->ts_ns;
}

static void note_mismatch(struct replay *replay, uint64_t seq) {
    if (replay->mismatch_seq == 0) replay->mismatch_seq = seq;
}

// Outputs that the engine made and the journal lacks.
static void finish_outputs(struct replay *replay) {
    if (replay->outputs != NULL && replay->at != replay->outputs->size)
        note_mismatch(replay, engine_seq(replay->run->engine));
}

static void compare_output(struct replay *replay, const struct event_header *event) {
    const struct engine_outputs *outputs = replay->outputs;
    bool there = outputs != NULL && replay->at + event->size <= outputs->size;
    if (!there || memcmp(outputs->bytes + replay->at, event, event->size) != 0)
        note_mismatch(replay, event->seq);
    if (there) replay->at += event->size;
}

static int tell(const struct replay *replay, const struct event_header *event) {
    const struct event_sink *events = &replay->observer.events;
    if (events->put == NULL || event->kind == EVENT_FEED) return 0;
    union event copy; // the journal aligns to 8 bytes, amounts need 16
    memcpy(&copy, event, event->size);
    return events->put(events->self, &copy.header);
}

// Bars and what comes with them in an instant: the account is told when all of it is applied.
static bool is_of_group(const struct replay *replay, const struct event_header *event) {
    return event->kind < EVENT_ORDER_ACCEPTED && event->kind != EVENT_CLOCK &&
           !replay->run->is_feed && !engine_wants_clock(replay->run->engine);
}

static void mark(struct replay *replay) {
    const struct engine *engine = replay->run->engine;
    replay->mark_due = replay->group_open = false;
    if (replay->observer.mark == NULL) return;
    const struct account_mark now = {.equity = engine_equity(engine),
                                     .gross = ledger_gross_value(engine_ledger(engine)),
                                     .ts_ns = engine_now_ns(engine)};
    replay->observer.mark(replay->observer.self, &now, engine);
}

// Before an input: whether what came before it ended a group.
static void mark_before(struct replay *replay, const struct event_header *event) {
    bool goes_on = is_of_group(replay, event) && event->ts_ns == engine_now_ns(replay->run->engine);
    if (replay->mark_due || (replay->group_open && !goes_on)) mark(replay);
    replay->group_open = is_of_group(replay, event);
    replay->mark_due = event->kind == EVENT_CLOCK || event->seq == 1;
}

static int apply_input(struct replay *replay, const struct event_header *event) {
    const struct engine *engine = replay->run->engine;
    uint64_t next = engine_seq(engine) + 1;
    if (event->seq != next || event->size != event_kind_size(event->kind) ||
        event->ts_ns < engine_now_ns(engine))
        return ERR_SET(ERR_CORRUPT, "event %" PRIu64 " does not follow %" PRIu64, event->seq,
                       next - 1);
    finish_outputs(replay);
    mark_before(replay, event);
    TRY(tell(replay, event));
    union event copy; // the journal aligns to 8 bytes, amounts need 16
    memcpy(&copy, event, event->size);
    replay->outputs = engine_apply(replay->run->engine, &copy);
    replay->at = 0;
    return 0;
}

int replay_open(struct journal_reader *reader, const char *name, struct run **ret_run) {
    size_t size;
    const char *description = journal_description(reader, &size);
    struct run_config *config;
    TRY(run_config_parse(name, description, size, &config));
    return run_open_replay(config, ret_run);
}

int replay_all(struct replay *replay, struct journal_reader *reader) {
    const struct event_header *event;
    int rc;
    while ((rc = journal_next(reader, &event)) > 0) {
        if (event->kind < EVENT_OUTPUT) {
            TRY(apply_input(replay, event));
        } else {
            compare_output(replay, event);
            TRY(tell(replay, event));
        }
        journal_tally_add(&replay->tally, event);
    }
    if (replay->mark_due || replay->group_open || replay->run->is_feed) mark(replay);
    // Of a writer that was killed, a whole block may end between the last input and what came of it.
    return rc;
}
