// SPDX-License-Identifier: Apache-2.0
// fulmar backtest: strategies on recorded data, with the simulated venue, to a report.
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "app/commands.h"
#include "app/run/run_args.h"
#include "app/run/run_list.h"
#include "app/run/run_record.h"
#include "app/run/run_session.h"

static void tell_speed(struct run_session *session) {
    char bars[32], memory[32];
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    const struct run *run = session->run;
    run_session_tell(
        session,
        "%s %s in %.3f s (%.3g M/s); memory: engine state %s KiB, peak of the process %ld MiB",
        thousands(bars, (int64_t)session->result.market), run->is_feed ? "records" : "bars",
        session->seconds, (double)session->result.market / session->seconds / 1e6,
        thousands(memory, (int64_t)(run->state.used >> 10)), usage.ru_maxrss >> 10);
}

// As a shell would take it.
static void tell_call(const struct args *args, struct text *out) {
    text_printf(out, "fulmar %s", args->command->name);
    for (size_t i = 0; i < args->count; i++) {
        text_printf(out, " --%s", args->names[i]);
        if (args->values[i][0] == '\0') continue;
        text_add(out, " '");
        for (const char *c = args->values[i]; *c != '\0'; c++)
            if (*c == '\'')
                text_add(out, "'\\''");
            else
                text_add_char(out, *c);
        text_add_char(out, '\'');
    }
}

static bool is_kept(const struct args *args) {
    return args_has(args, "run") || args_has(args, "runs");
}

static int begin_record(const struct args *args, const struct run_config *config,
                        const char *tape_root, char root[RUN_STORE_PATH_SIZE],
                        struct run_record *record) {
    if (!is_kept(args)) return 0;
    if (args_has(args, "journal"))
        return ERR_SET(ERR_ARGUMENT, "a run that is kept has its journal in its folder: leave "
                                     "--journal out, or --run and --runs");
    TRY(run_record_root(args, root, RUN_STORE_PATH_SIZE));
    TRY(run_record_begin(record, root, args_get(args, "run", NULL), tape_root, config));
    tell_call(args, &record->call);
    return 0;
}

static int finish(const struct args *args, struct run_session *session, struct run_record *record) {
    TRY(run_session_play(session));
    TRY(run_report_write(session->report, args));
    if (!args->json) tell_speed(session);
    if (is_kept(args)) {
        TRY(run_record_keep(record, session));
        fprintf(stderr, "run: %s/%s\n", record->root, record->name);
    }
    return session->result.stopped ? ERR_SET(ERR_INTERRUPTED, "the run was interrupted") : 0;
}

static int run_backtest(const struct args *args) {
    if (args_has(args, "list")) return run_list();
    struct run_config *config;
    struct run_session session = {0};
    struct run_record record = {0};
    char tape_root[4096], root[RUN_STORE_PATH_SIZE];
    if (command_tape_root(args, tape_root, sizeof tape_root) < 0) return STATUS_USAGE;
    if (run_config_from_args(args, &config) < 0) return STATUS_USAGE;
    int rc = begin_record(args, config, tape_root, root, &record);
    bool misuse = rc == ERR_ARGUMENT;
    if (rc < 0) {
        run_config_free(config);
    } else {
        const char *journal = is_kept(args) ? record.journal : args_get(args, "journal", NULL);
        rc = run_session_open(&session, config, tape_root, journal);
        misuse = rc == ERR_ARGUMENT; // a name, a parameter or a limit that does not exist
        if (rc == 0) rc = finish(args, &session, &record);
    }
    run_session_close(&session);
    run_record_end(&record);
    if (rc == 0) return STATUS_DONE;
    return misuse ? STATUS_USAGE : STATUS_FAILED;
}

static const struct option options[] = {
    RUN_OPTIONS,
    {"report", "FILE.html", NULL, "Write the report: one HTML file that opens without a network."},
    {"csv", "DIR", NULL, "Write trades, equity, orders and executions as CSV files here."},
    {"list", NULL, NULL, "Print all strategies, models, rules and settings with their parameters."},
    {"journal", "FILE", NULL, "Record every event; fulmar journal replay runs it again."},
    {"run", "NAME", NULL, "Keep the run in a folder of this name; fulmar runs shows it."},
    {"runs", "DIR", NULL, "Keep it here; $FULMAR_RUNS or the user's data directory by default."},
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
        "setting with its parameters.\n\n"
        "--run keeps the run in a folder: configuration, journal, report, tables, log, and the\n"
        "digests of data and program. fulmar runs lists, compares and repeats such runs, and\n"
        "fulmar explain --run asks them. --runs without --run names the run itself.",
    .example = "fulmar backtest --data BTCUSD --strategy sma_cross:fast=50,slow=200 --frame 1h \\\n"
               "  --fee maker_taker:maker=10,taker=20 --report report.html",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_backtest,
};
