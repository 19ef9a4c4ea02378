// SPDX-License-Identifier: Apache-2.0
// All features of books and trades at once, those with a depth at 50 levels, over a recorded session: what a change
// of the book or a trade costs: the mean of an update over whole passes, and beside it one update at a time.
//
// A pass plays the book too, some 20 records an update; what a pass without the features takes is taken off. In the
// same run the features are compared with those of a set that is told of no level and reads the whole book anew at
// every change: the same bits, or the benchmark fails; and eighteen outputs are worked out from their formulas by code
// that shares nothing with them (microstructure_twin.h).
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"
#include "edge/store/import.h"
#include "edge/store/tape.h"
#include "microstructure_twin.h"
#include "quant/micro/micro_feed.h"

#define RECORDING "data/crypto_l2/binance_usdm_btcusdt_20240808.txt.xz"
#define FEATURES                                                                                   \
    "all,depth:levels=50,imbalance:levels=50,sweep_cost:levels=50,whale:levels=50,"                \
    "spoofing:levels=50,layering:levels=50,ofi_levels:levels=10"

enum { SAMPLES = 9, LEVEL_MAX = 1 << 14 };

struct session {
    struct tape *tape;
    struct tape_feed feed;
    double price_unit, qty_unit;
};

static const struct feed_book_config BOOK = {{.window = 1 << 14, .level_max = LEVEL_MAX}, 1 << 14};

static int session_open(struct session *session, struct bench_row *row) {
    char root[256];
    const char *path = bench_shared(RECORDING);
    struct import_options options;
    struct import_report report;
    struct tape_series series;
    uint8_t digest[SHA256_SIZE];
    if (path == NULL) return -1;
    snprintf(root, sizeof root, "%s/micro", bench_directory());
    import_options_init(&options, root);
    int rc = import_run(&options, &path, 1, &report);
    import_report_fini(&report);
    if (rc < 0 || tape_find(root, "BTCUSDT", &series) < 0) return -1;
    if (tape_open(root, &series, &session->tape) < 0) return -1;
    session->feed = tape_feed(session->tape, 0);
    const struct instrument *instrument = &tape_meta(session->tape)->instrument;
    session->price_unit = 1 / pow(10, instrument->price_decimals);
    session->qty_unit = 1 / pow(10, instrument->qty_decimals);
    sha256(session->feed.price, session->feed.count * sizeof(int64_t), digest);
    sha256_print(row->input_sha256, digest);
    return tape_partition_count(session->tape) == 1 ? 0 : -1;
}

// A pass of the session: the same book for both sets, and what a call costs.
struct pass {
    struct arena arena;
    struct feed_book book;
    struct micro_set set;
    void *state;
    bool naive;     // every change has the book read anew
    bool bare;      // the book alone
    double seconds; // of play(), the book's among them
    uint64_t updates;
    double *each; // ns of each update; NULL: not wanted
};

static int pass_init(struct pass *pass, const struct session *session, bool naive) {
    *pass = (struct pass){.naive = naive};
    micro_set_init(&pass->set, session->price_unit, session->qty_unit);
    TRY(micro_set_parse(&pass->set, FEATURES));
    TRY(arena_init(&pass->arena, feed_book_size(&BOOK) + micro_set_size(&pass->set) + (1 << 16)));
    TRY(feed_book_init(&pass->book, &pass->arena, &BOOK));
    pass->state = arena_alloc(&pass->arena, micro_set_size(&pass->set), 64);
    if (pass->state == NULL) return ERR_NOMEM;
    micro_set_begin(&pass->set, pass->state);
    return 0;
}

// The levels of a message, told at once when it is whole.
struct message {
    struct {
        int64_t price, qty;
        int side;
    } levels[LEVEL_MAX];
    uint32_t count;
    bool begins;
};

static void tell(struct pass *pass, const struct message *message, const struct micro_trade *trade,
                 int64_t now_ns) {
    const struct micro_source source = {.l2 = &pass->book.l2};
    double start = pass->each != NULL ? bench_now() : 0;
    if (pass->bare) {
        pass->updates++;
        return;
    }
    if (trade != NULL) {
        micro_set_trade(&pass->set, pass->state, trade, now_ns);
    } else {
        if (message->begins) micro_set_begin_book(&pass->set, pass->state);
        if (pass->naive)
            micro_book_stale(pass->state, 0);
        else
            for (uint32_t i = 0; i < message->count; i++)
                micro_set_level(&pass->set, pass->state, message->levels[i].side,
                                message->levels[i].price, message->levels[i].qty);
        micro_set_commit(&pass->set, pass->state, &source, now_ns);
    }
    if (pass->each != NULL) pass->each[pass->updates] = (bench_now() - start) * 1e9;
    pass->updates++;
}

// Takes the next record; true: it was an update.
static bool step(struct pass *pass, const struct session *session, uint64_t row,
                 struct message *message) {
    struct feed_record record = tape_feed_record(&session->feed, row);
    enum feed_kind kind = feed_kind_of(record.what);
    int side = feed_side_of(record.what);
    if (kind == FEED_TRADE) {
        const struct micro_trade trade = {record.price, record.qty, side, 0};
        tell(pass, NULL, &trade, record.receipt_ns);
        return true;
    }
    if (kind != FEED_LEVEL && kind != FEED_SNAPSHOT) return false;
    feed_book_apply(&pass->book, &record);
    message->begins = message->begins || kind == FEED_SNAPSHOT;
    if (message->count < LEVEL_MAX) {
        message->levels[message->count].price = record.price;
        message->levels[message->count].qty = book_l2_qty(&pass->book.l2, side, record.price);
        message->levels[message->count++].side = side;
    }
    if ((feed_flags_of(record.what) & FEED_LAST) == 0) return false;
    if (pass->book.synced) tell(pass, message, NULL, record.receipt_ns);
    bool told = pass->book.synced;
    message->count = 0;
    message->begins = false;
    return told;
}

static int play(struct pass *pass, const struct session *session) {
    struct message *message = calloc(1, sizeof *message);
    if (message == NULL) return ERR_NOMEM;
    double start = bench_now();
    for (uint64_t row = 0; row < session->feed.count; row++) step(pass, session, row, message);
    pass->seconds = bench_now() - start;
    free(message);
    return 0;
}

// Whether an output is another; the first one is named.
static bool differs(const struct pass *a, const struct pass *b) {
    for (uint32_t i = 0; i < a->set.count; i++) {
        const double *x = micro_set_outputs(&a->set, a->state, i);
        const double *y = micro_set_outputs(&b->set, b->state, i);
        const struct micro *feature = a->set.calls[i].feature;
        for (size_t k = 0; k < feature->output_count; k++) {
            if (x[k] == y[k] || (isnan(x[k]) && isnan(y[k]))) continue;
            fprintf(stderr, "%s.%s: %.17g and %.17g after %llu updates\n", feature->name,
                    feature->outputs[k], x[k], y[k], (unsigned long long)a->updates);
            return true;
        }
    }
    return false;
}

// What the twin hears of a record that was an update; whether the set says otherwise.
static bool twin_differs(struct micro_twin *twin, const struct pass *pass,
                         const struct feed_record *record, bool begins) {
    if (feed_kind_of(record->what) == FEED_TRADE)
        micro_twin_trade(twin, record->price, feed_side_of(record->what));
    else
        micro_twin_book(twin, &pass->book.l2, begins);
    return micro_twin_differs(twin, &pass->set, pass->state);
}

// Both sets side by side, and the twin.
static int compare(const struct session *session, struct bench_row *row) {
    struct pass fast, naive;
    struct message *messages = calloc(2, sizeof *messages);
    uint64_t updates = 0, differing = 0;
    struct micro_twin twin;
    bool begins = false;
    if (messages == NULL) return ERR_NOMEM;
    micro_twin_init(&twin, session->price_unit, session->qty_unit);
    TRY(pass_init(&fast, session, false));
    TRY(pass_init(&naive, session, true));
    for (uint64_t i = 0; i < session->feed.count; i++) {
        bool told = step(&fast, session, i, &messages[0]);
        if (told != step(&naive, session, i, &messages[1])) differing++;
        const struct feed_record record = tape_feed_record(&session->feed, i);
        begins = begins || feed_kind_of(record.what) == FEED_SNAPSHOT;
        updates += told;
        differing += told && differs(&fast, &naive);
        differing += told && differing == 0 && twin_differs(&twin, &fast, &record, begins);
        if (told && feed_kind_of(record.what) != FEED_TRADE) begins = false;
    }
    snprintf(row->result_check, sizeof row->result_check,
             "%u features, %u outputs after each of %llu updates %s those of a set that reads the "
             "whole book anew at each change, %d of them within 1e-9 of their formulas'",
             fast.set.count, fast.set.output_count, (unsigned long long)updates,
             differing == 0 ? "equal in every bit" : "DIFFER FROM", TWIN_VALUES);
    free(messages);
    arena_fini(&fast.arena);
    arena_fini(&naive.arena);
    return differing == 0 ? 0 : -1;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// The least that two readings of the clock are apart, in ns: taken off each update.
static double clock_cost(void) {
    double least = 1;
    for (int i = 0; i < 1000; i++) {
        double start = bench_now(), took = bench_now() - start;
        if (took < least) least = took;
    }
    return least * 1e9;
}

// One pass, in ns an update.
static int pass_time(const struct session *session, bool bare, double *each, double *ret_ns,
                     uint64_t *ret_updates) {
    struct pass pass;
    TRY(pass_init(&pass, session, false));
    pass.bare = bare;
    pass.each = each;
    TRY(play(&pass, session));
    *ret_ns = pass.seconds / (double)pass.updates * 1e9;
    *ret_updates = pass.updates;
    arena_fini(&pass.arena);
    return 0;
}

static int measure(const struct session *session, struct bench_row *row) {
    double cost = clock_cost(), *each = malloc(session->feed.count * sizeof *each);
    double both, book = 0;
    uint64_t updates = 0;
    if (each == NULL) return ERR_NOMEM;
    TRY(pass_time(session, false, each, &both, &updates)); // warms up, and times each update
    qsort(each, updates, sizeof *each, by_value);
    double p50 = each[updates / 2] - cost, p99 = each[updates - updates / 100] - cost;
    free(each);
    for (int i = 0; i < SAMPLES; i++) {
        TRY(pass_time(session, true, NULL, &book, &updates));
        TRY(pass_time(session, false, NULL, &both, &updates));
        row->samples[row->count++] = both - book;
    }
    size_t len = strlen(row->result_check);
    snprintf(row->result_check + len, sizeof row->result_check - len,
             "; the book itself, taken off, %.0f ns; single updates: median %.0f ns, p99 %.0f ns, "
             "the clock's %.0f ns taken off",
             book, p50, p99, cost);
    return 0;
}

static int run(struct bench_row *row) {
    struct session session = {.tape = NULL};
    row->unit = "ns";
    int rc = session_open(&session, row);
    if (rc == 0) rc = compare(&session, row);
    if (rc == 0) rc = measure(&session, row);
    if (rc < 0) fprintf(stderr, "%s: %s %s\n", row->name, err_story(), row->result_check);
    tape_close(session.tape);
    return rc < 0 ? -1 : 0;
}

const struct bench bench_microstructure = {
    .name = "microstructure",
    .summary = "all features of books and trades over a recorded session, an update",
    .run = run,
};
