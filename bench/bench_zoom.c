// SPDX-License-Identifier: Apache-2.0
// zoom: a chart of a series of 100,000,000 trades at any zoom, from its pyramid:
// the slowest of eleven zooms from all of it down to minutes, 2,000 stretches each, and one of 20,000. What comes out
// is held against the rows themselves.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "bench.h"
#include "edge/store/pyramid.h"
#include "edge/store/tape_writer.h"

enum { ROWS = 100000000, SAMPLES = 9, ZOOMS = 11, POINTS = 2000 };
#define START INT64_C(1577836800000000000) // 2020-01-01
#define STEP INT64_C(300000000)            // a trade each 0.3 s on average: a year

static struct pyramid_row rows[PYRAMID_ROWS_MAX];

static int write_trades(const char *root, const struct tape_series *series) {
    struct tape_meta meta = {.currency = "USD"};
    struct tape_writer *writer;
    struct tape_added_counts counts;
    struct prng prng;
    int64_t row[5] = {START, 1000000, 0, 0, 1};
    instrument_defaults(&meta.instrument, ASSET_CRYPTO, "ZOOM", UINT32_MAX);
    meta.instrument.price_decimals = 2;
    meta.instrument.qty_decimals = 3;
    meta.instrument.tick = PRICE(0);
    meta.instrument.lot = meta.instrument.qty_min = QTY(0);
    prng_seed(&prng, 1);
    TRY(tape_writer_open(root, series, &meta, false, &writer));
    int rc = 0;
    for (int i = 0; i < ROWS && rc >= 0; i++) {
        uint64_t roll = prng_next(&prng);
        row[0] += 1 + (int64_t)(roll % (2 * STEP));
        row[1] += (int64_t)(roll >> 40 & 15) - 7 + (row[1] < 100000 ? 100 : 0);
        row[2] = 1 + (int64_t)(roll >> 48);
        row[3] = i;
        rc = tape_writer_add(writer, row);
    }
    if (rc >= 0) rc = tape_writer_prepare(writer, &counts);
    if (rc >= 0) rc = tape_writer_commit(writer);
    tape_writer_close(writer);
    return rc < 0 ? rc : 0;
}

// The n-th zoom: each a quarter of the one before, around the middle.
static double zoom(const struct pyramid *pyramid, const struct tape *tape, int n, int points) {
    int64_t first = tape_first_ns(tape), length = tape_last_ns(tape) + 1 - first;
    int64_t width = length >> (2 * n), from = first + (length - width) / 2;
    double start = bench_now();
    pyramid_read(pyramid, from, from + (width > points ? width : points), points, rows);
    return bench_now() - start;
}

// The stretches of one zoom against their rows, by looking at each.
static bool agrees(const struct pyramid *pyramid, const struct tape *tape) {
    int64_t first = tape_first_ns(tape), to = tape_last_ns(tape) + 1;
    int count = pyramid_read(pyramid, first, to, POINTS, rows), at = -1;
    int64_t width = pyramid_width(first, to, POINTS), high = 0, low = 0;
    uint64_t seen = 0;
    bool same = true;
    for (uint32_t p = 0; p < tape_partition_count(tape); p++) {
        struct tape_trades trades = tape_trades(tape, p);
        for (uint64_t i = 0; i < trades.count; i++) {
            int64_t begin = first + (trades.ts_ns[i] - first) / width * width;
            if (at < 0 || rows[at].from_ns != begin) {
                same = same && (at < 0 || (rows[at].high == high && rows[at].low == low &&
                                           rows[at].rows == seen));
                if (++at >= count) return false;
                high = low = trades.price[i];
                seen = 0;
            }
            if (trades.price[i] > high) high = trades.price[i];
            if (trades.price[i] < low) low = trades.price[i];
            seen++;
        }
    }
    return same && at == count - 1;
}

static int measure(const struct tape *tape, struct bench_row *row) {
    struct pyramid *pyramid;
    double start = bench_now();
    TRY(pyramid_open(tape, &pyramid));
    double built = bench_now() - start;
    bool same = agrees(pyramid, tape);
    for (int i = 0; i < SAMPLES; i++) {
        double worst = zoom(pyramid, tape, 0, PYRAMID_ROWS_MAX);
        for (int n = 0; n < ZOOMS; n++) {
            double took = zoom(pyramid, tape, n, POINTS);
            worst = took > worst ? took : worst;
        }
        row->samples[row->count++] = 1e3 * worst;
    }
    snprintf(row->result_check, sizeof row->result_check,
             "2,000 stretches of %d trades %s what their rows are; built in %.1f s, %.1f MB beside "
             "%.1f GB",
             ROWS, same ? "are" : "ARE NOT", built, (double)pyramid_bytes(pyramid) / 1e6,
             (double)tape_bytes(tape) / 1e9);
    pyramid_close(pyramid);
    return same ? 0 : BENCH_DIFFERS;
}

static int run_zoom(struct bench_row *row) {
    char root[256];
    struct tape_series series;
    struct tape *tape;
    row->unit = "ms";
    snprintf(root, sizeof root, "%s/zoom", bench_directory());
    if (tape_series_parse("BENCH/ZOOM/trade", &series) < 0 || write_trades(root, &series) < 0 ||
        tape_open(root, &series, &tape) < 0) {
        fprintf(stderr, "zoom: %s\n", err_story());
        return -1;
    }
    int rc = measure(tape, row);
    tape_close(tape);
    bench_remove(root);
    return rc;
}

const struct bench bench_zoom = {
    .name = "zoom",
    .summary = "a chart of 100,000,000 trades at any zoom: the slowest of twelve",
    .run = run_zoom,
};
