// SPDX-License-Identifier: Apache-2.0
// Reading the tape: tape_read adds up every column where it is mapped, against the same sum over an array of
// the same size; tape_events turns the rows into events.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "bench.h"
#include "data.h"
#include "edge/store/tape.h"

enum { BARS = 2000000, COLUMNS = 7, SAMPLES = 15, BATCH = 256 };

static int open_tape(struct bench_row *row, struct tape **ret_tape) {
    char csv[256], root[256];
    struct tape_series series;
    snprintf(csv, sizeof csv, "%s/read.csv", bench_directory());
    snprintf(root, sizeof root, "%s/read", bench_directory());
    if (bench_write_bars(csv, 1, BARS, row->input_sha256) == 0) return -1;
    int rc = bench_import(csv, root, "READ");
    bench_remove(csv);
    if (rc < 0 || tape_find(root, "READ", &series) < 0) return -1;
    rc = tape_open(root, &series, ret_tape);
    bench_remove(root); // what is mapped stays
    return rc;
}

static void columns_of(const struct tape *tape, uint32_t partition,
                       const int64_t *ret_columns[COLUMNS], uint64_t *ret_count) {
    struct tape_bars bars = tape_bars(tape, partition);
    const int64_t *columns[COLUMNS] = {bars.open_ns, bars.close_ns, bars.open,  bars.high,
                                       bars.low,     bars.close,    bars.volume};
    memcpy(ret_columns, columns, sizeof columns);
    *ret_count = bars.count;
}

// Not inlined, so that both sums are the same machine code.
__attribute__((noinline)) static uint64_t sum(const int64_t *column, uint64_t count) {
    uint64_t total = 0;
    for (uint64_t i = 0; i < count; i++) total += (uint64_t)column[i];
    return total;
}

static uint64_t sum_tape(const struct tape *tape) {
    uint64_t total = 0, count;
    const int64_t *columns[COLUMNS];
    for (uint32_t p = 0; p < tape_partition_count(tape); p++) {
        columns_of(tape, p, columns, &count);
        for (int c = 0; c < COLUMNS; c++) total += sum(columns[c], count);
    }
    return total;
}

// The tape's columns one after the other in memory of this process.
static int64_t *copy_tape(const struct tape *tape) {
    int64_t *array = malloc((size_t)BARS * COLUMNS * sizeof *array), *at = array;
    const int64_t *columns[COLUMNS];
    uint64_t count;
    for (uint32_t p = 0; array != NULL && p < tape_partition_count(tape); p++) {
        columns_of(tape, p, columns, &count);
        for (int c = 0; c < COLUMNS; c++, at += count) memcpy(at, columns[c], count * sizeof *at);
    }
    return array;
}

// The two sums take turns, so that both see the same machine.
static int measure_read(const struct tape *tape, const int64_t *array, struct bench_row *row) {
    double plain[SAMPLES], bytes = (double)BARS * COLUMNS * sizeof(int64_t) / 1e9;
    uint64_t mapped_sum = sum_tape(tape);
    uint64_t array_sum = sum(array, (uint64_t)BARS * COLUMNS);
    bool same = mapped_sum == array_sum && tape_count(tape) == BARS;
    for (int i = 0; i < SAMPLES; i++) {
        double start = bench_now();
        same = same && sum_tape(tape) == mapped_sum;
        double between = bench_now();
        same = same && sum(array, (uint64_t)BARS * COLUMNS) == array_sum;
        row->samples[row->count++] = bytes / (between - start);
        plain[i] = bytes / (bench_now() - between);
    }
    snprintf(row->peer, sizeof row->peer, "array in memory");
    snprintf(row->peer_version, sizeof row->peer_version, "same loop, same bytes");
    row->peer_value = bench_sort(plain, SAMPLES);
    snprintf(row->result_check, sizeof row->result_check,
             "the sum of %d columns of %d rows %s that of the array", COLUMNS, BARS,
             same ? "equals" : "DIFFERS FROM");
    if (!same) fprintf(stderr, "tape_read: %s\n", row->result_check);
    return same ? 0 : -1;
}

static int run_read(struct bench_row *row) {
    struct tape *tape;
    row->unit = "GB/s";
    row->bigger_is_better = true;
    if (open_tape(row, &tape) < 0) return -1;
    int64_t *array = copy_tape(tape);
    int rc = array != NULL ? measure_read(tape, array, row) : -1;
    free(array);
    tape_close(tape);
    return rc;
}

// The sum of all fields of all events, and how many there were; negative on error.
static int64_t read_events(struct tape *tape, struct arena *arena, uint64_t *ret_sum) {
    static union event events[BATCH];
    uint64_t total = 0;
    int64_t count = 0;
    struct tape_source *source = tape_source_new(arena, tape, 0, INT64_MIN, INT64_MAX);
    if (source == NULL) return -1;
    struct event_source port = tape_source_port(source);
    int got;
    while ((got = port.fill(port.self, events, BATCH)) > 0) {
        for (int i = 0; i < got; i++) {
            const struct bar *bar = &events[i].bar.bar;
            total += (uint64_t)(bar->open_ns + bar->close_ns + bar->open.m + bar->high.m +
                                bar->low.m + bar->close.m + bar->volume.m);
        }
        count += got;
    }
    *ret_sum = total;
    return got < 0 ? got : count;
}

static int measure_events(struct tape *tape, struct arena *arena, struct bench_row *row) {
    bool same = true;
    uint64_t total, expected = sum_tape(tape);
    for (int i = 0; i <= SAMPLES; i++) {
        double start = bench_now();
        int64_t count = read_events(tape, arena, &total);
        double seconds = bench_now() - start;
        same = same && count == BARS && total == expected;
        if (i > 0) row->samples[row->count++] = BARS / seconds; // the first warms up
    }
    snprintf(row->result_check, sizeof row->result_check,
             "%d events; the sum of their fields %s that of the columns", BARS,
             same ? "equals" : "DIFFERS FROM");
    if (!same) fprintf(stderr, "tape_events: %s\n", row->result_check);
    return same ? 0 : -1;
}

static int run_events(struct bench_row *row) {
    struct tape *tape;
    struct arena arena;
    row->unit = "events/s";
    row->bigger_is_better = true;
    if (open_tape(row, &tape) < 0) return -1;
    int rc = arena_init(&arena, 1 << 20);
    if (rc == 0) {
        rc = measure_events(tape, &arena, row);
        arena_fini(&arena);
    }
    tape_close(tape);
    return rc;
}

const struct bench bench_tape_read = {
    .name = "tape_read",
    .summary =
        "the sum of all columns of 2,000,000 bars, mapped, against an array of as many bytes",
    .run = run_read,
};

const struct bench bench_tape_events = {
    .name = "tape_events",
    .summary = "2,000,000 bars of the tape as events",
    .run = run_events,
};
