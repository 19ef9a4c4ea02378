// SPDX-License-Identifier: Apache-2.0
// A backtest from its configuration to its report: what fulmar backtest and fulmar runs rerun do alike.
#ifndef FULMAR_APP_RUN_RUN_SESSION_H
#define FULMAR_APP_RUN_RUN_SESSION_H

#include "app/run/run.h"
#include "app/run/run_report.h"
#include "app/terminal.h"
#include "edge/store/journal.h"
#include "research/backtest.h"

enum { RUN_LOG_MAX = 1 << 20 };

struct run_session {
    struct run *run;
    struct run_report *report;
    struct journal_writer *journal; // until it is played
    uint8_t journal_digest[SHA256_SIZE];
    bool journaled;
    struct progress progress;
    struct backtest_result result;
    double seconds;
    struct text log; // what was said to the user, line by line
};

// `session` is zero. Owns config from here on; `journal` is a path or NULL. On failure the session is to be closed as
// well. Errors as run_open, and journal_create's.
int run_session_open(struct run_session *session, struct run_config *config, const char *tape_root,
                     const char *journal) MUST_USE;
// Plays it to its end, or until SIGINT, and works out the report. ERR_INTERRUPTED is not given here: it is in
// session->result.stopped.
int run_session_play(struct run_session *session) MUST_USE;
void run_session_close(struct run_session *session);

// A line to stderr and to the log.
void run_session_tell(struct run_session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
