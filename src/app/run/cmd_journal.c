// SPDX-License-Identifier: Apache-2.0
// fulmar journal inspect|verify|replay
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "app/commands.h"
#include "app/event_print.h"
#include "app/run/replay.h"
#include "app/run/run_report.h"
#include "app/terminal.h"
#include "base/check.h"
#include "edge/store/journal.h"

static int open_operand(const struct args *args, struct journal_reader **ret_reader) {
    if (args->operand_count != 1)
        return ERR_SET(ERR_ARGUMENT, "give one journal file: fulmar %s FILE", args->command->name);
    return journal_open(args->operands[0], ret_reader);
}

static void print_tally(const struct journal_tally *tally) {
    struct table table;
    table_init(&table, "kind|>events");
    for (int kind = 0; kind < EVENT_KIND_END; kind++) {
        char count[32];
        if (tally->by_kind[kind] == 0) continue;
        table_cell(&table, "%s", event_kind_name((uint16_t)kind));
        table_cell(&table, "%s", thousands(count, (int64_t)tally->by_kind[kind]));
    }
    table_print(&table, stdout);
}

static json_t *tally_json(const struct journal_tally *tally) {
    json_t *kinds = json_object();
    for (int kind = 0; kind < EVENT_KIND_END; kind++)
        if (tally->by_kind[kind] > 0)
            json_object_set_new(kinds, event_kind_name((uint16_t)kind),
                                json_integer((json_int_t)tally->by_kind[kind]));
    return json_pack("{s:I,s:I,s:o}", "inputs", (json_int_t)tally->inputs, "outputs",
                     (json_int_t)tally->outputs, "kinds", kinds);
}

static void dump_json(json_t *object) {
    json_dumpf(object, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(object);
}

// Reads to the end; the reader's error, if any, is the result.
static int read_all(struct journal_reader *reader, struct journal_tally *tally) {
    const struct event_header *event;
    int rc;
    struct progress progress;
    progress_start(&progress, "reading the journal", "bytes", journal_size(reader));
    while ((rc = journal_next(reader, &event)) > 0) {
        journal_tally_add(tally, event);
        if ((tally->inputs & 0xffff) == 0) progress_update(&progress, journal_offset(reader));
    }
    progress_end(&progress);
    return rc;
}

static int run_verify(const struct args *args) {
    struct journal_reader *reader;
    if (open_operand(args, &reader) < 0)
        return args->operand_count != 1 ? STATUS_USAGE : STATUS_FAILED;
    struct journal_tally tally = {0};
    char digest[SHA256_TEXT_SIZE];
    int rc = read_all(reader, &tally);
    sha256_print(digest, journal_digest(reader));
    if (args->json) {
        json_t *object = tally_json(&tally);
        json_object_set_new(object, "whole", json_boolean(rc == 0));
        json_object_set_new(object, "digest", json_string(digest));
        json_object_set_new(object, "bytes", json_integer((json_int_t)journal_offset(reader)));
        dump_json(object);
    } else {
        print_tally(&tally);
        printf("%s: %" PRIu64 " of %" PRIu64 " bytes whole, chain ends in %s\n", args->operands[0],
               journal_offset(reader), journal_size(reader), digest);
    }
    journal_reader_close(reader);
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option no_options[] = {{NULL, NULL, NULL, NULL}};

const struct command command_journal_verify = {
    .name = "journal verify",
    .summary = "check every checksum and the hash chain of a journal",
    .operands = "FILE",
    .details =
        "Prints what the journal holds. A torn tail (a writer killed in mid-block) and corruption\n"
        "are told apart; both fail, naming the byte.",
    .example = "fulmar journal verify run.journal",
    .options = no_options,
    .option_count = 0,
    .run = run_verify,
};

static bool kind_matches(const char *want, uint16_t kind) {
    const char *name = event_kind_name(kind);
    return want == NULL || (name != NULL && strcmp(want, name) == 0);
}

static int run_inspect(const struct args *args) {
    struct journal_reader *reader;
    long limit = 100, from = 0;
    if (args_int(args, "limit", 0, INT64_MAX, &limit) < 0 ||
        args_int(args, "seq", 0, INT64_MAX, &from) < 0)
        return STATUS_USAGE;
    if (open_operand(args, &reader) < 0)
        return args->operand_count != 1 ? STATUS_USAGE : STATUS_FAILED;
    size_t size;
    const char *description = journal_description(reader, &size);
    const char *kind = args_get(args, "kind", NULL);
    if (args_has(args, "description")) {
        fwrite(description, 1, size, stdout);
        journal_reader_close(reader);
        return STATUS_DONE;
    }
    const struct event_header *event;
    int rc = 0;
    long shown = 0;
    if (args->json) fputs("{\"events\":[", stdout);
    while ((limit == 0 || shown < limit) && (rc = journal_next(reader, &event)) > 0) {
        if ((long)event->seq < from || !kind_matches(kind, event->kind)) continue;
        if (args->json) fputs(shown > 0 ? ",\n" : "\n", stdout);
        event_print(event, args->json, stdout);
        shown++;
    }
    if (args->json) fputs("\n]}\n", stdout);
    journal_reader_close(reader);
    return rc >= 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option inspect_options[] = {
    {"limit", "COUNT", NULL, "Print at most so many events; 100 by default, 0 for all."},
    {"seq", "NUMBER", NULL, "Begin at this sequence number."},
    {"kind", "KIND", NULL, "Only events of a kind: bar, order_filled, submit, veto, ..."},
    {"description", NULL, NULL, "Print the recorded configuration instead, in YAML."},
};

const struct command command_journal_inspect = {
    .name = "journal inspect",
    .summary = "print the events of a journal",
    .operands = "FILE",
    .example = "fulmar journal inspect run.journal --kind order_filled --limit 20",
    .options = inspect_options,
    .option_count = sizeof inspect_options / sizeof *inspect_options,
    .run = run_inspect,
};

static void print_replay(const struct args *args, const struct replay *replay, double seconds) {
    uint64_t hash = engine_state_hash(replay->run->engine);
    char text[17];
    snprintf(text, sizeof text, "%016" PRIx64, hash);
    bool same = replay->mismatch_seq == 0;
    if (args->json) {
        json_t *object = tally_json(&replay->tally);
        json_object_set_new(object, "state_hash", json_string(text));
        json_object_set_new(object, "outputs_equal", json_boolean(same));
        json_object_set_new(object, "first_difference",
                            json_integer((json_int_t)replay->mismatch_seq));
        dump_json(object);
        return;
    }
    char count[32];
    printf("replayed   %s inputs in %.2f s (%.3g M/s)\n",
           thousands(count, (int64_t)replay->tally.inputs), seconds,
           (double)replay->tally.inputs / seconds / 1e6);
    printf("outputs    %s, %s\n", thousands(count, (int64_t)replay->tally.outputs),
           same ? "all as recorded" : "NOT as recorded");
    if (!same) printf("           first difference at input %" PRIu64 "\n", replay->mismatch_seq);
    printf("state hash %s\n", text);
}

static int write_report(const struct replay *replay, struct journal_reader *reader,
                        struct run_report *report, const struct args *args) {
    const struct backtest_result result = {.inputs = replay->tally.inputs,
                                           .state_hash = engine_state_hash(replay->run->engine)};
    TRY(run_report_set_journal(report, journal_digest(reader)));
    TRY(run_report_finish(report, &result));
    return run_report_write(report, args);
}

static int run_replay(const struct args *args) {
    struct journal_reader *reader;
    if (open_operand(args, &reader) < 0)
        return args->operand_count != 1 ? STATUS_USAGE : STATUS_FAILED;
    struct replay replay = {0};
    struct run_report *report = NULL;
    int rc = replay_open(reader, args->operands[0], &replay.run);
    if (rc == 0 && (args_has(args, "report") || args_has(args, "csv"))) {
        rc = run_report_new(replay.run, NULL, &report);
        if (rc == 0) replay.observer = run_report_observer(report);
    }
    if (rc == 0) {
        int64_t start = monotonic_ns();
        rc = replay_all(&replay, reader);
        print_replay(args, &replay, (double)(monotonic_ns() - start) / 1e9);
        if (rc == 0 && replay.mismatch_seq != 0)
            rc = ERR_SET(ERR_CORRUPT,
                         "replay makes other outputs than were recorded, first at input "
                         "%" PRIu64,
                         replay.mismatch_seq);
        if (rc == 0 && report != NULL) rc = write_report(&replay, reader, report, args);
    }
    run_report_free(report);
    run_close(replay.run);
    journal_reader_close(reader);
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option replay_options[] = {
    {"report", "FILE.html", NULL, "Write the run's report, as far as the journal knows it."},
    {"csv", "DIR", NULL, "Write its tables as CSV files into this directory."},
};

const struct command command_journal_replay = {
    .name = "journal replay",
    .summary = "run a journal through a fresh engine and compare",
    .operands = "FILE",
    .details =
        "Applies the recorded inputs in order, compares every output with the recorded one byte "
        "for\n"
        "byte, and prints the hash of the final state: equal to that of the run that wrote it.\n"
        "--report makes the run's report from the journal alone. The benchmark, the venue's\n"
        "assumptions, and of a recorded feed the venue's best prices and queues are not in it.",
    .example = "fulmar journal replay run.journal --report report.html",
    .options = replay_options,
    .option_count = sizeof replay_options / sizeof *replay_options,
    .run = run_replay,
};
