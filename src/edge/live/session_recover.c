// SPDX-License-Identifier: Apache-2.0
// A journal from before: the same data once more, its commands at their places, every event compared with it.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "edge/live/session_state.h"

// What a first reading finds.
struct outline {
    union event *commands; // that came from outside of the data, in order
    uint64_t command_count;
    uint64_t command_max;
    uint64_t last_seq; // of the last input
};

// Of a session's commands the venue's time is the wall clock's; what is part of the data has its own.
static bool is_command(const struct event_header *event) {
    return event->kind >= EVENT_HALT && event->kind < EVENT_OUTPUT &&
           event->venue_ts_ns != event->ts_ns;
}

static int add_command(struct outline *outline, const struct event_header *event) {
    if (outline->command_count == outline->command_max) {
        uint64_t max = outline->command_max > 0 ? 2 * outline->command_max : 64;
        union event *more = realloc(outline->commands, max * sizeof *more);
        if (more == NULL) return ERR_SET(ERR_NOMEM, "no memory for the journal's commands");
        outline->commands = more;
        outline->command_max = max;
    }
    memcpy(&outline->commands[outline->command_count++], event, event->size);
    return 0;
}

static int read_outline(const char *path, struct outline *outline) {
    struct journal_reader *reader;
    const struct event_header *event;
    int rc;
    TRY(journal_open(path, &reader));
    while ((rc = journal_next(reader, &event)) > 0) {
        if (event->kind >= EVENT_OUTPUT) continue;
        outline->last_seq = event->seq;
        if (is_command(event) && (rc = add_command(outline, event)) < 0) break;
    }
    journal_reader_close(reader);
    return rc == ERR_TRUNCATED ? 0 : rc;
}

static int same_description(const struct session *session, const struct journal_reader *reader) {
    size_t size;
    const char *description = journal_description(reader, &size);
    if (size == session->desk.description_size &&
        memcmp(description, session->desk.description, size) == 0 &&
        journal_run_id(reader) == session->desk.run_id)
        return 0;
    return ERR_SET(ERR_ARGUMENT,
                   "%s was written with another configuration, or of other data; open it with its "
                   "own, or begin another folder",
                   session->info.journal);
}

static int run_again(struct session *session, const struct outline *outline) {
    uint64_t next = 0;
    while (backtest_seq(session->backtest) < outline->last_seq) {
        bool left = next < outline->command_count;
        uint64_t seq = left ? outline->commands[next].header.seq : outline->last_seq + 1;
        int64_t data_ns;
        if (left && backtest_seq(session->backtest) + 1 == seq) {
            TRY(backtest_command(session->backtest, &outline->commands[next++]));
            continue;
        }
        struct backtest_bound bound = {.until_ns = INT64_MAX, .before_seq = seq};
        int rc = backtest_step(session->backtest, &bound);
        // The capital comes in before the first look at the data.
        if (rc == 0) rc = backtest_next(session->backtest, &data_ns);
        if (rc < 0) return rc;
        if (rc == 0 && (!left || backtest_seq(session->backtest) + 1 != seq) &&
            backtest_seq(session->backtest) < outline->last_seq)
            return ERR_SET(
                ERR_CORRUPT, "%s goes on to input %" PRIu64 ", and the data end at input %" PRIu64,
                session->info.journal, outline->last_seq, backtest_seq(session->backtest));
    }
    return 0;
}

static int compare_all(struct session *session, const char *path, const struct outline *outline) {
    const struct event_header *event;
    struct journal_reader *reader;
    TRY(journal_open(path, &reader));
    session->recovering = reader;
    int rc = same_description(session, reader);
    if (rc == 0) rc = run_again(session, outline);
    // What is left is the outputs of an input that the data made no more of.
    if (rc == 0) rc = journal_next(reader, &event);
    if (rc > 0)
        rc = ERR_SET(ERR_CORRUPT, "%s: event %" PRIu64 " (%s) does not come of its input any more",
                     path, event->seq, event_kind_name(event->kind));
    if (rc == ERR_TRUNCATED) rc = 0;
    session->recovering = NULL;
    struct journal_writer *writer = NULL;
    session->info.cut_bytes = journal_size(reader) - journal_offset(reader);
    if (rc == 0) rc = journal_continue(path, reader, &writer);
    session->keeper.journal = writer;
    journal_reader_close(reader);
    return rc;
}

int session_recover(struct session *session, const char *path) {
    struct outline outline = {0};
    int rc = read_outline(path, &outline);
    if (rc == 0) rc = compare_all(session, path, &outline);
    free(outline.commands);
    session->info.recovered_seq = rc == 0 ? outline.last_seq : 0;
    return rc;
}
