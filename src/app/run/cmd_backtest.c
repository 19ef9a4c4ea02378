// SPDX-License-Identifier: Apache-2.0
// fulmar backtest: strategies on recorded data, with the simulated venue, to a report.
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "app/commands.h"
#include "app/plugin.h"
#include "app/run/run.h"
#include "app/run/run_args.h"
#include "app/run/run_list.h"
#include "app/run/run_report.h"
#include "app/terminal.h"
#include "edge/store/journal.h"
#include "research/backtest.h"

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal) {
    (void)signal;
    interrupted = 1;
}

struct session {
    const struct args *args;
    struct run *run;
    struct run_report *report;
    struct journal_writer *journal;
    struct progress progress;
    struct backtest_result result;
    double seconds;
};

static void on_progress(void *self, uint64_t done) {
    struct session *session = self;
    progress_update(&session->progress, done);
}

static int open_journal(struct session *session) {
    const char *path = args_get(session->args, "journal", NULL);
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

static int close_journal(struct session *session, int rc) {
    uint8_t digest[SHA256_SIZE];
    if (session->journal == NULL) return rc;
    int closed = journal_close(session->journal, digest);
    if (closed == 0) closed = run_report_set_journal(session->report, digest);
    return rc < 0 ? rc : closed;
}

static int run_session(struct session *session) {
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

static void tell_speed(const struct session *session) {
    char bars[32], memory[32];
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    const struct run *run = session->run;
    fprintf(
        stderr,
        "%s %s in %.3f s (%.1f M/s); memory: engine state %s KiB, peak of the process %ld MiB\n",
        thousands(bars, (int64_t)session->result.market), run->is_feed ? "records" : "bars",
        session->seconds, (double)session->result.market / session->seconds / 1e6,
        thousands(memory, (int64_t)(run->state.used >> 10)), usage.ru_maxrss >> 10);
}

// A run without orders has a reason that its empty tables do not show.
static void tell_idle(const struct run *run) {
    const struct engine_counts *counts = engine_counts(run->engine);
    if (counts->submits > 0) return;
    const char *why = counts->vetoes > 0
                          ? "risk rules or the engine refused every one"
                          : "no target came to a position; inputs may need more bars than the "
                            "data has, risk_to_stop needs a strategy that sets stops, and the "
                            "capital must buy the smallest quantity";
    fprintf(stderr, "no order was sent: %s\n", why);
}

// What a venue refuses all the time hides in a total that looks like a quiet strategy.
static void tell_refused(const struct run *run) {
    uint64_t rejected = run_rejected(run);
    uint64_t sent = engine_counts(run->engine)->submits;
    if (rejected == 0 || rejected < sent / 10) return;
    char number[32], total[32];
    fprintf(stderr, "%s of %s orders were refused by the venue; the report lists the reasons\n",
            thousands(number, (int64_t)rejected), thousands(total, (int64_t)sent));
}

// Splits in prices as they were traded look like crashes.
static void tell_unadjusted(const struct run *run) {
    if (run->config->actions_count > 0) return;
    for (uint32_t i = 0; i < run->config->instruments_count; i++) {
        const struct run_instrument *instrument = &run->config->instruments[i];
        if (instrument->bar_flags & BAR_ADJUSTED || run->instruments.items[i].asset != ASSET_EQUITY)
            continue;
        fprintf(
            stderr,
            "%s is not marked as adjusted: a split in it would count as a loss, and no dividend "
            "is paid; --actions %s=FILE gives them%s\n",
            instrument->series, run->instruments.items[i].symbol,
            run->config->instruments_count > 1 ? " (the same may be true of others)" : "");
        return;
    }
}

static int finish(struct session *session) {
    TRY(run_report_finish(session->report, &session->result));
    if (session->result.stopped) fprintf(stderr, "interrupted: the report covers what was run\n");
    tell_idle(session->run);
    tell_refused(session->run);
    tell_unadjusted(session->run);
    TRY(run_report_write(session->report, session->args));
    if (!session->args->json) tell_speed(session);
    return session->result.stopped ? ERR_SET(ERR_INTERRUPTED, "the run was interrupted") : 0;
}

static int run_backtest(const struct args *args) {
    if (args_has(args, "list")) return run_list();
    struct run_config *config;
    struct session session = {.args = args};
    char root[4096];
    if (command_tape_root(args, root, sizeof root) < 0) return STATUS_USAGE;
    if (run_config_from_args(args, &config) < 0) return STATUS_USAGE;
    int rc = run_open(config, root, &session.run);
    if (rc == ERR_ARGUMENT)
        return STATUS_USAGE; // a name, a parameter or a limit that does not exist
    if (rc == 0) rc = run_report_new(session.run, root, &session.report);
    if (rc == 0) rc = open_journal(&session);
    if (rc == 0) {
        signal(SIGINT, on_interrupt);
        rc = run_session(&session);
        rc = close_journal(&session, rc);
    }
    if (rc == 0) rc = finish(&session);
    run_report_free(session.report);
    run_close(session.run);
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option options[] = {
    RUN_OPTIONS,
    {"report", "FILE.html", NULL, "Write the report: one HTML file that opens without a network."},
    {"csv", "DIR", NULL, "Write trades, equity, orders and executions as CSV files here."},
    {"list", NULL, NULL, "Print all strategies, models, rules and settings with their parameters."},
    {"journal", "FILE", NULL, "Record every event; fulmar journal replay runs it again."},
};

const struct command command_backtest = {
    .name = "backtest",
    .summary = "run strategies on recorded data and report honestly",
    .operands = "",
    .details =
        "Runs one or more strategies through one deterministic engine, with its ledger and risk "
        "rules,\n"
        "against a simulated venue. Orders fill at the next bar at the earliest; every assumption "
        "is\n"
        "printed in the report. The same run gives the same bytes, whatever the compiler.\n\n"
        "--list prints every strategy, sizing, fee, slippage and latency model, risk rule and "
        "venue\n"
        "setting with its parameters.",
    .example = "fulmar backtest --data BTCUSD --strategy sma_cross:fast=50,slow=200 --frame 1h \\\n"
               "  --fee maker_taker:maker=10,taker=20 --report report.html",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_backtest,
};
