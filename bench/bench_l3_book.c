// SPDX-License-Identifier: Apache-2.0
// Books by order: two million records of a seeded stream of one stock with 20,000 orders at a time, and two real
// captures where they are. The book at the end is compared with a plain twin's, order by order in its queue.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "bench.h"
#include "edge/store/import.h"
#include "edge/store/tape.h"
#include "market/book_l3.h"
#include "orders.h"
#include "peer.h"

enum { RECORDS = 2000000, LIVE = 20000, SAMPLES = 15, ARENA_SIZE = 1 << 26 };
static const struct book_l3_config config = {1 << 17, 1 << 16};
static const char *peer_samples = "5";

struct feed {
    struct feed_record *records;
    uint64_t count;
};

// Orders by number, as a stream has them that counts its numbers up.
struct row {
    uint64_t id;
    int64_t price;
    int64_t qty;
    int64_t place; // when it joined its queue
    int side;      // 0: gone
};

static int by_queue(const void *a, const void *b) {
    const struct row *x = a, *y = b;
    if (x->side != y->side) return x->side > y->side ? -1 : 1;
    if (x->price != y->price) return (x->price > y->price) == (x->side > 0) ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static uint64_t twin_hash(const struct feed *feed) {
    struct row *rows = calloc(feed->count + 1, sizeof *rows);
    uint64_t hash = 0, used = 0;
    for (uint64_t i = 0; rows != NULL && i < feed->count; i++) {
        const struct feed_record *r = &feed->records[i];
        struct row *row = &rows[r->id];
        int kind = feed_kind_of(r->what);
        if (kind == FEED_ADD)
            *row = (struct row){r->id, r->price, r->qty, (int64_t)i, feed_side_of(r->what)};
        if (kind == FEED_REDUCE || kind == FEED_EXECUTE) row->qty -= r->qty;
        if (kind == FEED_DELETE || row->qty <= 0) row->side = 0;
    }
    for (uint64_t i = 0; rows != NULL && i <= feed->count; i++)
        if (rows[i].side != 0) rows[used++] = rows[i];
    if (rows != NULL) qsort(rows, used, sizeof *rows, by_queue);
    for (uint64_t i = 0; i < used; i++) {
        const int64_t order[] = {rows[i].side, rows[i].price, (int64_t)rows[i].id, rows[i].qty};
        hash = hash64(hash, order, sizeof order);
    }
    free(rows);
    return hash;
}

// Records a second; the hash of the book that they leave.
static double pass(const struct feed *feed, struct arena *arena, uint64_t *ret_hash) {
    struct book_l3 book;
    arena_rewind(arena, 0);
    if (book_l3_init(&book, arena, &config) < 0) return -1;
    double start = bench_now();
    book_l3_apply_run(&book, feed->records, feed->count);
    double seconds = bench_now() - start;
    *ret_hash = book_l3_hash(&book);
    return (double)feed->count / seconds;
}

static double one_by_one(const struct feed *feed, struct arena *arena, uint64_t *ret_hash) {
    struct book_l3 book;
    arena_rewind(arena, 0);
    if (book_l3_init(&book, arena, &config) < 0) return -1;
    double start = bench_now();
    for (uint64_t i = 0; i < feed->count; i++) (void)book_l3_apply(&book, &feed->records[i]);
    double seconds = bench_now() - start;
    *ret_hash = book_l3_hash(&book);
    return (double)feed->count / seconds;
}

// A capture through its importer. No records where it is absent.
static struct feed capture(const char *relative) {
    struct feed feed = {NULL, 0};
    struct import_options options;
    struct import_report report;
    struct tape_series series;
    struct tape *tape;
    char root[256];
    const char *path = bench_shared(relative);
    if (path == NULL) return feed;
    snprintf(root, sizeof root, "%s/capture", bench_directory());
    import_options_init(&options, root);
    int rc = import_run(&options, &path, 1, &report);
    if (rc == 0) series = report.series[0].series;
    import_report_fini(&report);
    if (rc < 0 || tape_open(root, &series, &tape) < 0) return feed;
    feed.records = calloc(tape_count(tape), sizeof *feed.records);
    for (uint32_t p = 0; feed.records != NULL && p < tape_partition_count(tape); p++) {
        struct tape_feed columns = tape_feed(tape, p);
        for (uint64_t i = 0; i < columns.count; i++)
            feed.records[feed.count++] = tape_feed_record(&columns, i);
    }
    tape_close(tape);
    bench_remove(root);
    return feed;
}

static double capture_rate(const char *relative, struct arena *arena) {
    enum { ROUNDS = 9 };
    double samples[ROUNDS];
    uint64_t hash;
    struct feed feed = capture(relative);
    for (int i = 0; feed.count > 0 && i < ROUNDS; i++) samples[i] = pass(&feed, arena, &hash);
    free(feed.records);
    return feed.count > 0 ? bench_sort(samples, ROUNDS) : 0;
}

// The same records through bench/peers/map_book.cpp; its book must have as many orders, levels and the same digest.
static int compare_peer(const struct feed *feed, const struct book_l3 *book,
                        struct bench_row *row) {
    char path[256];
    snprintf(path, sizeof path, "%s/orders.bin", bench_directory());
    FILE *file = fopen(path, "w");
    if (file == NULL) return -1;
    size_t wrote = fwrite(feed->records, sizeof *feed->records, feed->count, file);
    if (fclose(file) != 0 || wrote != feed->count) return -1;
    const char *args[] = {path, peer_samples, NULL};
    json_t *object = bench_peer("map_book", args);
    bench_remove(path);
    if (object == NULL) return 0;
    bench_peer_fill(row, object, (double)feed->count);
    uint64_t digest = 0, levels = 0;
    struct book_l3_level *rows = calloc(config.level_max, sizeof *rows);
    for (int side = 1; rows != NULL && side >= -1; side -= 2) {
        uint32_t count = book_l3_levels(book, side, rows, config.level_max);
        levels += count;
        for (uint32_t i = 0; i < count; i++)
            digest = digest * 1000003 + (uint64_t)rows[i].price * 31 + (uint64_t)rows[i].qty;
    }
    free(rows);
    bool same =
        (uint64_t)json_integer_value(json_object_get(object, "orders")) ==
            book_l3_order_count(book) &&
        (uint64_t)json_integer_value(json_object_get(object, "levels")) == levels &&
        (uint64_t)json_integer_value(json_object_get(object, "digest")) == (digest & INT64_MAX);
    json_decref(object);
    size_t used = strlen(row->result_check);
    snprintf(row->result_check + used, sizeof row->result_check - used,
             "; %" PRIu64 " levels %s the peer's", levels, same ? "equal" : "DIFFER FROM");
    return same ? 0 : BENCH_DIFFERS;
}

static int measure(const struct feed *feed, struct arena *arena, struct bench_row *row) {
    uint64_t hash = 0, expected = twin_hash(feed), single_hash = 0;
    double single[SAMPLES];
    bool same = true;
    (void)pass(feed, arena, &hash);
    for (int i = 0; i < SAMPLES; i++) {
        row->samples[row->count++] = pass(feed, arena, &hash);
        single[i] = one_by_one(feed, arena, &single_hash);
        same = same && hash == expected && single_hash == expected;
    }
    double amzn = capture_rate("data/mbo/lobster_AMZN_2012-06-21_5.zip", arena);
    double es = capture_rate("data/mbo/esh4_glbx_20231225.mbo.dbn.zst", arena);
    snprintf(row->result_check, sizeof row->result_check,
             "the book after %d records, order by order in its queue, %s a plain twin's; one by "
             "one %.3g M/s; AMZN 2012-06-21 %.3g M/s, ESH4 2023-12-25 %.3g M/s",
             RECORDS, same ? "equals" : "DIFFERS FROM", bench_sort(single, SAMPLES) / 1e6,
             amzn / 1e6, es / 1e6);
    if (!same) return BENCH_DIFFERS;
    struct book_l3 book;
    arena_rewind(arena, 0);
    if (book_l3_init(&book, arena, &config) < 0) return -1;
    book_l3_apply_run(&book, feed->records, feed->count);
    return compare_peer(feed, &book, row);
}

static int run(struct bench_row *row) {
    uint8_t digest[SHA256_SIZE];
    struct arena arena;
    struct feed feed = {calloc(RECORDS, sizeof *feed.records), RECORDS};
    row->unit = "records/s";
    row->bigger_is_better = true;
    int rc = feed.records == NULL ? -1 : bench_orders(7, RECORDS, LIVE, feed.records);
    if (rc == 0) rc = arena_init(&arena, ARENA_SIZE);
    if (rc == 0) {
        sha256(feed.records, RECORDS * sizeof *feed.records, digest);
        sha256_print(row->input_sha256, digest);
        rc = measure(&feed, &arena, row);
        arena_fini(&arena);
    }
    free(feed.records);
    return rc;
}

const struct bench bench_l3_book = {
    .name = "l3_book",
    .summary = "a book by order: 2,000,000 records of one stock, 20,000 orders at a time",
    .run = run,
};
