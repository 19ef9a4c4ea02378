// SPDX-License-Identifier: Apache-2.0
// The journal: journal_append records bars, checksummed and hash-chained, through the file system's cache;
// journal_replay runs a recorded backtest through a fresh engine and compares every output.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/run/replay.h"
#include "base/timestamp.h"
#include "bench.h"
#include "data.h"
#include "edge/store/journal.h"
#include "research/backtest.h"

enum { BARS = 1000000, SAMPLES = 11 };

static const char description[] = "made by fulmar-bench\n";

static struct bar_event *make_events(void) {
    struct bar_event *events = malloc(BARS * sizeof *events);
    int64_t *closes = malloc(BARS * sizeof *closes);
    if (events == NULL || closes == NULL) return NULL;
    bench_walk(1, BARS, closes);
    for (int64_t i = 0; i < BARS; i++) {
        union event event;
        event_init(&event, EVENT_BAR, 0, (i + 1) * NS_PER_MIN);
        event.header.seq = (uint64_t)i + 1;
        event.bar.bar = (struct bar){.open_ns = i * NS_PER_MIN,
                                     .close_ns = (i + 1) * NS_PER_MIN,
                                     .open = PRICE(closes[i > 0 ? i - 1 : 0]),
                                     .close = PRICE(closes[i]),
                                     .frame_s = 60};
        event.bar.bar.high = event.bar.bar.open;
        event.bar.bar.low = event.bar.bar.close;
        events[i] = event.bar;
    }
    free(closes);
    return events;
}

static int append_once(const char *path, const struct bar_event *events, double *ret_seconds,
                       char *ret_digest) {
    struct journal_writer *writer;
    uint8_t digest[SHA256_SIZE];
    bench_remove(path);
    if (journal_create(path, 1, description, strlen(description), &writer) < 0) return -1;
    int rc = 0;
    double start = bench_now();
    for (int i = 0; i < BARS && rc == 0; i++) rc = journal_append(writer, &events[i].header);
    if (rc == 0) rc = journal_flush(writer, false);
    *ret_seconds = bench_now() - start;
    int closed = journal_close(writer, digest);
    sha256_print(ret_digest, digest);
    return rc < 0 ? rc : closed;
}

// Every event comes back as it was, and the chain ends where the writer said.
static bool read_back(const char *path, const struct bar_event *events, const char *digest) {
    struct journal_reader *reader;
    const struct event_header *event;
    char text[SHA256_TEXT_SIZE];
    int64_t count = 0;
    bool same = true;
    if (journal_open(path, &reader) < 0) return false;
    int rc;
    while ((rc = journal_next(reader, &event)) > 0 && count < BARS && same)
        same = memcmp(event, &events[count++], sizeof *events) == 0;
    sha256_print(text, journal_digest(reader));
    journal_reader_close(reader);
    return same && rc == 0 && count == BARS && strcmp(text, digest) == 0;
}

static int measure_append(const char *path, const struct bar_event *events, struct bench_row *row) {
    char digest[SHA256_TEXT_SIZE], first[SHA256_TEXT_SIZE];
    double seconds;
    bool same = true;
    for (int i = 0; i <= SAMPLES; i++) {
        if (append_once(path, events, &seconds, digest) < 0) {
            fprintf(stderr, "journal_append: %s\n", err_story());
            return -1;
        }
        if (i == 0)
            memcpy(first, digest, sizeof first); // and warms up
        else
            row->samples[row->count++] = BARS / seconds;
        same = same && strcmp(first, digest) == 0;
    }
    same = same && read_back(path, events, digest);
    snprintf(row->result_check, sizeof row->result_check,
             "%d bars of %zu bytes read back %s; chain digest %.16s in every run", BARS,
             sizeof *events, same ? "equal" : "DIFFERENT", digest);
    if (!same) fprintf(stderr, "journal_append: %s\n", row->result_check);
    return same ? 0 : -1;
}

static int run_append(struct bench_row *row) {
    char path[256];
    uint8_t digest[SHA256_SIZE];
    struct bar_event *events = make_events();
    if (events == NULL) return -1;
    snprintf(path, sizeof path, "%s/append.journal", bench_directory());
    row->unit = "events/s";
    row->bigger_is_better = true;
    sha256(events, BARS * sizeof *events, digest);
    sha256_print(row->input_sha256, digest);
    int rc = measure_append(path, events, row);
    bench_remove(path);
    free(events);
    return rc;
}

struct recording {
    uint64_t state_hash;
    uint64_t inputs;
    uint64_t fills;
    int64_t equity;
    uint8_t digest[SHA256_SIZE];
};

static int record_run(struct run *run, const char *path, struct recording *ret_recording) {
    struct journal_writer *writer;
    struct backtest_result result;
    struct text text;
    text_init(&text, RUN_CONFIG_MAX);
    int rc = run_config_write(run->config, &text);
    if (rc == 0) rc = journal_create(path, run->id, text_string(&text), text.len, &writer);
    text_fini(&text);
    if (rc < 0) return rc;
    struct backtest_config config = {.source = run->source,
                                     .capital = run->capital,
                                     .account_currency = run->engine_config.account_currency,
                                     .observer = {.journal = journal_sink(writer)}};
    rc = backtest_run(&run->wiring, run->engine, run->exchange, &config, &result);
    int closed = journal_close(writer, ret_recording->digest);
    if (rc < 0 || closed < 0) return -1;
    ret_recording->state_hash = result.state_hash;
    ret_recording->inputs = result.inputs;
    ret_recording->fills = engine_counts(run->engine)->fills;
    return 0;
}

static int record(const char *tape, const char *path, struct recording *ret_recording) {
    struct run_config *config;
    struct run *run;
    if (run_config_parse("journal_replay", bench_sma_config, strlen(bench_sma_config), &config) < 0)
        return -1;
    if (run_open(config, tape, &run) < 0) return -1;
    int rc = record_run(run, path, ret_recording);
    run_close(run);
    return rc;
}

static int replay_once(const char *path, const struct recording *recording, double *ret_seconds,
                       uint64_t *ret_events) {
    struct journal_reader *reader;
    struct replay replay = {.run = NULL};
    if (journal_open(path, &reader) < 0) return -1;
    int rc = replay_open(reader, path, &replay.run);
    if (rc == 0) {
        double start = bench_now();
        rc = replay_all(&replay, reader);
        *ret_seconds = bench_now() - start;
        *ret_events = replay.tally.inputs + replay.tally.outputs;
        bool same = replay.mismatch_seq == 0 && replay.tally.inputs == recording->inputs &&
                    engine_state_hash(replay.run->engine) == recording->state_hash &&
                    engine_counts(replay.run->engine)->fills == recording->fills;
        if (rc == 0 && !same) rc = ERR_SET(ERR_CORRUPT, "replay came to another state");
        run_close(replay.run);
    }
    journal_reader_close(reader);
    return rc;
}

static int measure_replay(const char *path, const struct recording *recording,
                          struct bench_row *row) {
    uint64_t events = 0;
    double seconds;
    for (int i = 0; i <= SAMPLES; i++) {
        int rc = replay_once(path, recording, &seconds, &events);
        if (rc < 0) return rc;
        if (i > 0) row->samples[row->count++] = (double)events / seconds; // the first warms up
    }
    snprintf(row->result_check, sizeof row->result_check,
             "%" PRIu64 " events: every output equal to the recorded one, %" PRIu64
             " fills, state hash %016" PRIx64 " equal to the recorded run's",
             events, recording->fills, recording->state_hash);
    return 0;
}

static int run_replay(struct bench_row *row) {
    char csv[256], tape[256], path[256];
    struct recording recording = {0};
    snprintf(csv, sizeof csv, "%s/replay.csv", bench_directory());
    snprintf(tape, sizeof tape, "%s/replay", bench_directory());
    snprintf(path, sizeof path, "%s/replay.journal", bench_directory());
    row->unit = "events/s";
    row->bigger_is_better = true;
    if (bench_write_bars(csv, 1, BARS, row->input_sha256) == 0) return -1;
    int rc = bench_import(csv, tape, "WALK");
    if (rc == 0) rc = record(tape, path, &recording);
    if (rc == 0) rc = measure_replay(path, &recording, row);
    if (rc < 0) fprintf(stderr, "journal_replay: %s\n", err_story());
    bench_remove(csv);
    bench_remove(tape);
    bench_remove(path);
    return rc;
}

const struct bench bench_journal_append = {
    .name = "journal_append",
    .summary = "1,000,000 bars appended to a journal, buffered",
    .run = run_append,
};

const struct bench bench_journal_replay = {
    .name = "journal_replay",
    .summary = "the journal of a backtest over 1,000,000 bars through a fresh engine, compared",
    .run = run_replay,
};
