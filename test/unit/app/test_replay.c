// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "app/run/replay.h"
#include "base/io.h"
#include "base/timestamp.h"

enum { BARS = 40, EVENTS_MAX = 256 };

// As a run writes it into its journal.
static const char config_text[] = "name: replay\n"
                                  "data: [LOCAL/A/bar-1m]\n"
                                  "capital: \"1000\"\n"
                                  "strategies:\n"
                                  "- strategy: sma_cross\n"
                                  "  params: [fast=2, slow=3]\n"
                                  "instruments:\n"
                                  "- series: LOCAL/A/bar-1m\n"
                                  "  symbol: A\n"
                                  "  venue: LOCAL\n"
                                  "  currency: USD\n"
                                  "  asset: crypto\n"
                                  "  calendar: 24/7\n"
                                  "  price_decimals: 2\n"
                                  "  qty_decimals: 0\n"
                                  "  tick: 1\n"
                                  "  lot: 1\n"
                                  "  qty_min: 1\n"
                                  "  notional_min: 0\n"
                                  "  multiplier: 1\n"
                                  "  multiplier_decimals: 0\n"
                                  "  frame_s: 60\n"
                                  "  bar_flags: 0\n"
                                  "  bars: 40\n";

// A recorded run: inputs and outputs in order, to be altered, and the state it ended in.
struct record {
    char path[64];
    union event events[EVENTS_MAX];
    uint32_t count;
    uint64_t state_hash;
};

static struct run *open_run(void) {
    struct run_config *config;
    struct run *run;
    assert_ok(run_config_parse("test", config_text, strlen(config_text), &config));
    assert_ok(run_open_replay(config, &run));
    return run;
}

static void keep(struct record *record, const struct event_header *event) {
    assert_true(record->count < EVENTS_MAX);
    memcpy(&record->events[record->count++], event, event->size);
}

static void apply(struct record *record, struct run *run, union event *event) {
    event->header.seq = engine_seq(run->engine) + 1;
    keep(record, &event->header);
    const struct engine_outputs *outputs = engine_apply(run->engine, event);
    for (size_t at = 0; at < outputs->size;) {
        const struct event_header *output = (const void *)(outputs->bytes + at);
        keep(record, output);
        at += output->size;
    }
}

// A deposit, then bars that rise and fall, so that the averages cross again and again.
static void make_record(struct record *record) {
    union event event;
    struct run *run = open_run();
    event_init(&event, EVENT_CASH, INSTRUMENT_NONE, 1);
    event.cash.amount = run->engine_config.account_currency == 0 ? MONEY(100000000000) : MONEY(0);
    event.cash.reason = CASH_DEPOSIT;
    event.cash.strategy = STRATEGY_NONE;
    apply(record, run, &event);
    for (int64_t i = 1; i <= BARS; i++) {
        price_t price = PRICE(10000 + (i % 8 < 4 ? i % 8 : 8 - i % 8) * 100);
        event_init(&event, EVENT_BAR, 0, i * NS_PER_MIN);
        event.bar.bar = (struct bar){.open_ns = (i - 1) * NS_PER_MIN,
                                     .close_ns = i * NS_PER_MIN,
                                     .open = price,
                                     .high = price,
                                     .low = price,
                                     .close = price,
                                     .volume = QTY(1000),
                                     .frame_s = 60};
        apply(record, run, &event);
    }
    record->state_hash = engine_state_hash(run->engine);
    run_close(run);
}

static int setup(void **state) {
    struct record *record = calloc(1, sizeof *record);
    snprintf(record->path, sizeof record->path, "/tmp/fulmar_replay_XXXXXX");
    int fd = mkstemp(record->path);
    if (fd < 0 || close(fd) != 0) return -1;
    make_record(record);
    *state = record;
    return 0;
}

static int teardown(void **state) {
    struct record *record = *state;
    unlink(record->path);
    free(record);
    return 0;
}

// Writes the record as a journal and replays it; the result of replay_all.
static int replay_record(const struct record *record, struct replay *ret_replay,
                         uint64_t *ret_state_hash) {
    struct journal_writer *writer;
    struct journal_reader *reader;
    struct replay replay = {.run = NULL};
    uint8_t digest[SHA256_SIZE];
    unlink(record->path);
    assert_ok(journal_create(record->path, 1, config_text, strlen(config_text), &writer));
    for (uint32_t i = 0; i < record->count; i++)
        assert_ok(journal_append(writer, &record->events[i].header));
    assert_ok(journal_close(writer, digest));
    assert_ok(journal_open(record->path, &reader));
    assert_ok(replay_open(reader, record->path, &replay.run));
    int rc = replay_all(&replay, reader);
    *ret_state_hash = engine_state_hash(replay.run->engine);
    run_close(replay.run);
    journal_reader_close(reader);
    *ret_replay = replay;
    return rc;
}

// The first output from `from` on.
static uint32_t output_at(const struct record *record, uint32_t from) {
    while (record->events[from].header.kind < EVENT_OUTPUT) from++;
    assert_true(from < record->count);
    return from;
}

static void leave_out(struct record *record, uint32_t at) {
    record->count--;
    memmove(&record->events[at], &record->events[at + 1],
            (record->count - at) * sizeof record->events[0]);
}

static void a_run_replays_to_the_same_outputs_and_state(void **state) {
    struct record *record = *state;
    struct replay replay;
    uint64_t hash;
    assert_int_equal(replay_record(record, &replay, &hash), 0);
    assert_int_equal(replay.mismatch_seq, 0);
    assert_int_equal(hash, record->state_hash);
    assert_int_equal(replay.tally.inputs, BARS + 1);
    assert_int_equal(replay.tally.outputs, record->count - BARS - 1);
    assert_true(replay.tally.by_kind[EVENT_SUBMIT] > 0);
    assert_int_equal(replay.tally.by_kind[EVENT_BAR], BARS);
    assert_int_equal(replay.tally.first_ns, 1);
    assert_int_equal(replay.tally.last_ns, BARS * NS_PER_MIN);
}

static void an_output_that_differs_is_named_by_its_input(void **state) {
    struct record *record = *state;
    struct replay replay;
    uint64_t hash;
    uint32_t at = output_at(record, 0);
    record->events[at].bytes[record->events[at].header.size - 9] ^= 1;
    assert_int_equal(replay_record(record, &replay, &hash), 0);
    assert_int_equal(replay.mismatch_seq, record->events[at].header.seq);
    assert_int_equal(hash, record->state_hash); // the inputs were the same
}

static void an_output_that_is_missing_is_named_by_its_input(void **state) {
    struct record *record = *state;
    struct replay replay;
    uint64_t hash;
    uint32_t at = output_at(record, 0);
    uint64_t seq = record->events[at].header.seq;
    leave_out(record, at);
    assert_int_equal(replay_record(record, &replay, &hash), 0);
    assert_int_equal(replay.mismatch_seq, seq);
}

static void a_journal_may_end_before_the_outputs_of_its_last_input(void **state) {
    struct record *record = *state;
    struct replay replay;
    uint64_t hash;
    while (record->events[record->count - 1].header.kind < EVENT_OUTPUT) record->count--;
    record->count--;
    assert_int_equal(replay_record(record, &replay, &hash), 0);
    assert_int_equal(replay.mismatch_seq, 0);
}

static void an_output_too_many_is_named_by_its_input(void **state) {
    struct record *record = *state;
    struct replay replay;
    uint64_t hash;
    uint32_t last = record->count - 1;
    while (record->events[last].header.kind < EVENT_OUTPUT) last--;
    record->count = last + 1;
    keep(record, &record->events[last].header);
    assert_int_equal(replay_record(record, &replay, &hash), 0);
    assert_int_equal(replay.mismatch_seq, record->events[last].header.seq);
}

static void an_input_out_of_sequence_is_an_error(void **state) {
    struct record *record = *state;
    struct replay replay;
    uint64_t hash;
    leave_out(record, 1);
    assert_int_equal(replay_record(record, &replay, &hash), ERR_CORRUPT);
    assert_non_null(strstr(err_story(), "event 3 does not follow 1"));
    assert_int_equal(replay.tally.inputs, 1);
}

static void an_input_whose_time_goes_back_is_an_error(void **state) {
    struct record *record = *state;
    struct replay replay;
    uint64_t hash;
    record->events[2].header.ts_ns = 0;
    assert_int_equal(replay_record(record, &replay, &hash), ERR_CORRUPT);
}

static void an_input_of_another_size_is_an_error(void **state) {
    struct record *record = *state;
    struct replay replay;
    uint64_t hash;
    record->events[1].header.size += 8;
    assert_int_equal(replay_record(record, &replay, &hash), ERR_CORRUPT);
}

static void a_description_that_is_no_configuration_is_an_error(void **state) {
    struct record *record = *state;
    struct journal_writer *writer;
    struct journal_reader *reader;
    struct run *run = NULL;
    uint8_t digest[SHA256_SIZE];
    unlink(record->path);
    assert_ok(journal_create(record->path, 1, "nothing: known\n", 15, &writer));
    assert_ok(journal_close(writer, digest));
    assert_ok(journal_open(record->path, &reader));
    assert_int_equal(replay_open(reader, record->path, &run), ERR_PARSE);
    assert_null(run);
    journal_reader_close(reader);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(a_run_replays_to_the_same_outputs_and_state),
        CASE(an_output_that_differs_is_named_by_its_input),
        CASE(an_output_that_is_missing_is_named_by_its_input),
        CASE(a_journal_may_end_before_the_outputs_of_its_last_input),
        CASE(an_output_too_many_is_named_by_its_input),
        CASE(an_input_out_of_sequence_is_an_error),
        CASE(an_input_whose_time_goes_back_is_an_error),
        CASE(an_input_of_another_size_is_an_error),
        CASE(a_description_that_is_no_configuration_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
