// SPDX-License-Identifier: Apache-2.0
// Replay of a journal: its inputs are applied once more by an engine built from its description, and what the
// engine makes of them is compared with the outputs that were recorded, byte for byte and in order.
#ifndef FULMAR_APP_RUN_REPLAY_H
#define FULMAR_APP_RUN_REPLAY_H

#include "app/run/run.h"
#include "edge/store/journal.h"
#include "market/event.h"
#include "research/backtest.h"

// What a journal holds.
struct journal_tally {
    uint64_t inputs, outputs;
    uint64_t by_kind[EVENT_KIND_END];
    int64_t first_ns, last_ns;
};

void journal_tally_add(struct journal_tally *tally, const struct event_header *event);

struct replay {
    struct run *run;                      // run_open_replay() of the journal's description
    const struct engine_outputs *outputs; // of the input applied last; NULL before the first
    size_t at;                            // bytes of them that were compared
    struct journal_tally tally;
    uint64_t mismatch_seq; // first input whose outputs differ; 0: none so far
    struct backtest_observer
        observer;    // `events` and `mark`, as in the run itself; NULL members: nothing
    bool group_open; // bars of an instant whose account is not told yet
    bool mark_due;   // the account is to be told before the next input
};

// Builds the engine that the journal describes. The run is the caller's to close. Errors as run_config_parse and
// run_open_replay; `name` is for messages.
int replay_open(struct journal_reader *reader, const char *name, struct run **ret_run) MUST_USE;

// Reads and applies from where the reader stands to the journal's end. `replay` is zero but for `run` and `observer`,
// which is told what it was told in the run that was recorded, and the account at the same instants. Negative: the
// reader's error, an observer's, or ERR_CORRUPT when an input does not follow the one before. A difference is no error:
// it is in mismatch_seq. Outputs of the last input that the journal ends before are no difference.
int replay_all(struct replay *replay, struct journal_reader *reader) MUST_USE;

#endif
