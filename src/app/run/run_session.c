// SPDX-License-Identifier: Apache-2.0
#include "app/run/run_session.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

#include "app/plugin.h"

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal) {
    (void)signal;
    interrupted = 1;
}

void run_session_tell(struct run_session *session, const char *format, ...) {
    char line[1024];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    fprintf(stderr, "%s\n", line);
    text_printf(&session->log, "%s\n", line);
}

static void on_progress(void *self, uint64_t done) {
    struct run_session *session = self;
    progress_update(&session->progress, done);
}

static int open_journal(struct run_session *session, const char *path) {
    if (path == NULL) return 0;
    struct text text;
    text_init(&text, RUN_CONFIG_MAX);
    int rc = run_config_write(session->run->config, &text);
    if (rc == 0)
        rc =
            journal_create(path, session->run->id, text_string(&text), text.len, &session->journal);
    text_fini(&text);
    return rc;
}

static int close_journal(struct run_session *session, int rc) {
    if (session->journal == NULL) return rc;
    int closed = journal_close(session->journal, session->journal_digest);
    session->journal = NULL;
    session->journaled = closed == 0;
    if (closed == 0) closed = run_report_set_journal(session->report, session->journal_digest);
    return rc < 0 ? rc : closed;
}

int run_session_open(struct run_session *session, struct run_config *config, const char *tape_root,
                     const char *journal) {
    text_init(&session->log, RUN_LOG_MAX);
    TRY(run_open(config, tape_root, &session->run));
    TRY(run_report_new(session->run, tape_root, &session->report));
    return open_journal(session, journal);
}

static int play(struct run_session *session) {
    struct run *run = session->run;
    struct backtest_config config = {
        .capital = run->capital,
        .account_currency = run->engine_config.account_currency,
        .stop = &interrupted,
        .observer = run_report_observer(session->report),
    };
    config.observer.progress = on_progress;
    config.observer.progress_self = session;
    if (session->journal != NULL) config.observer.journal = journal_sink(session->journal);
    const char *unit = run->is_feed ? "records" : "bars";
    progress_start(&session->progress, "backtest", unit, run->market_events);
    int64_t start = monotonic_ns();
    int rc = run_play(run, &config, &session->result);
    session->seconds = (double)(monotonic_ns() - start) / 1e9;
    progress_end(&session->progress);
    return rc < 0 ? rc : plugin_faults();
}

// A run without orders has a reason that its empty tables do not show.
static void tell_idle(struct run_session *session) {
    const struct engine_counts *counts = engine_counts(session->run->engine);
    if (counts->submits > 0) return;
    const char *why = counts->vetoes > 0
                          ? "risk rules or the engine refused every one"
                          : "no target came to a position; inputs may need more bars than the "
                            "data has, risk_to_stop needs a strategy that sets stops, and the "
                            "capital must buy the smallest quantity";
    run_session_tell(session, "no order was sent: %s", why);
}

// What a venue refuses all the time hides in a total that looks like a quiet strategy.
static void tell_refused(struct run_session *session) {
    uint64_t rejected = run_rejected(session->run);
    uint64_t sent = engine_counts(session->run->engine)->submits;
    if (rejected == 0 || rejected < sent / 10) return;
    char number[32], total[32];
    run_session_tell(session,
                     "%s of %s orders were refused by the venue; the report lists the reasons",
                     thousands(number, (int64_t)rejected), thousands(total, (int64_t)sent));
}

// Splits in prices as they were traded look like crashes.
static void tell_unadjusted(struct run_session *session) {
    const struct run *run = session->run;
    if (run->config->actions_count > 0) return;
    for (uint32_t i = 0; i < run->config->instruments_count; i++) {
        const struct run_instrument *instrument = &run->config->instruments[i];
        if (instrument->bar_flags & BAR_ADJUSTED || run->instruments.items[i].asset != ASSET_EQUITY)
            continue;
        run_session_tell(
            session,
            "%s is not marked as adjusted: a split in it would count as a loss, and no dividend "
            "is paid; --actions %s=FILE gives them%s",
            instrument->series, run->instruments.items[i].symbol,
            run->config->instruments_count > 1 ? " (the same may be true of others)" : "");
        return;
    }
}

int run_session_play(struct run_session *session) {
    signal(SIGINT, on_interrupt);
    TRY(close_journal(session, play(session)));
    TRY(run_report_finish(session->report, &session->result));
    if (session->result.stopped)
        run_session_tell(session, "interrupted: the report covers what was run");
    tell_idle(session);
    tell_refused(session);
    tell_unadjusted(session);
    return 0;
}

void run_session_close(struct run_session *session) {
    (void)!close_journal(session, 0);
    run_report_free(session->report);
    run_close(session->run);
    text_fini(&session->log);
}
