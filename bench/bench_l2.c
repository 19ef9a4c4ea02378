// SPDX-License-Identifier: Apache-2.0
// A recorded session of a book by price, played through the exchange with a book and heard by the engine with a book of
// its own: l2_replay without an order, l2_maker with a grid of orders on both sides, 5 ms each way.
//
// The session is Binance's BTCUSDT perpetual, imported to a tape and taken from there in the order of the venue's time,
// levels, pictures and trades. It is played twelve times over: each copy but the first begins with a cleared book. The
// peer gets the same events and the same rules; what a published run of them says is compared too.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "bench.h"
#include "edge/store/import.h"
#include "edge/store/tape.h"
#include "peer.h"
#include "research/tick_backtest.h"
#include "strategy/strategy.h"

#define RECORDING "data/crypto_l2/binance_usdm_btcusdt_20240808.txt.xz"
#define PUBLISHED "golden/hft_oracle/results.json"
#define PUBLISHED_CASE "btc_x12_g10_lat5_pp3n3_npf"

enum { PASSES = 12, SAMPLES = 9, PEER_SAMPLES = 5, STEP_MS = 100, LATENCY_MS = 5, COLUMNS = 4 };

#define CAPITAL MONEY(INT64_C(1000000000000000)) // of which no rule asks

struct session {
    char path[256];   // the columns of one pass as a file, for the peer
    int64_t *once;    // [COLUMNS][once_count]: venue_ns, price, qty, what
    int64_t *columns; // [COLUMNS][rows.count]: all passes
    size_t once_count;
    struct feed_rows rows;
    struct instrument instrument;
    char currency[CURRENCY_CODE_SIZE];
};

struct outcome {
    double seconds;
    int64_t best_bid, best_ask; // of the engine's book, ticks
    bool books_agree;
    uint64_t events, fills;
    double position, balance, fee;
};

static bool is_event(int64_t what) {
    enum feed_kind kind = feed_kind_of(what);
    return kind == FEED_LEVEL || kind == FEED_SNAPSHOT || kind == FEED_TRADE;
}

struct place {
    int64_t venue_ns;
    uint64_t row;
};

static int by_time(const void *a, const void *b) {
    const struct place *x = a, *y = b;
    if (x->venue_ns != y->venue_ns) return x->venue_ns < y->venue_ns ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

// One pass in the order of the venue's time, what is of one instant as it was heard.
static int take_rows(const struct tape_feed *feed, struct session *session) {
    struct place *places = malloc(feed->count * sizeof *places);
    size_t count = 0;
    if (places == NULL) return -1;
    for (uint64_t i = 0; i < feed->count; i++)
        if (is_event(feed->what[i])) places[count++] = (struct place){feed->venue_ns[i], i};
    qsort(places, count, sizeof *places, by_time);
    int64_t *at = session->once = malloc(COLUMNS * count * sizeof *at);
    session->once_count = count;
    for (size_t i = 0; i < count && at != NULL; i++) {
        uint64_t row = places[i].row;
        at[i] = places[i].venue_ns;
        at[count + i] = feed->price[row];
        at[2 * count + i] = feed->qty[row];
        at[3 * count + i] = feed->what[row] & 0xffff; // without flags
    }
    free(places);
    return at != NULL ? 0 : -1;
}

static int import_session(struct session *session) {
    char root[256];
    const char *path = bench_shared(RECORDING);
    struct import_options options;
    struct import_report report;
    struct tape_series series;
    struct tape *tape;
    if (path == NULL) return -1;
    snprintf(root, sizeof root, "%s/l2", bench_directory());
    import_options_init(&options, root);
    int rc = import_run(&options, &path, 1, &report);
    import_report_fini(&report);
    if (rc < 0 || tape_find(root, "BTCUSDT", &series) < 0) return -1;
    if (tape_open(root, &series, &tape) < 0) return -1;
    bench_remove(root); // what is mapped stays
    session->instrument = tape_meta(tape)->instrument;
    memcpy(session->currency, tape_meta(tape)->currency, sizeof session->currency);
    struct tape_feed feed = tape_feed(tape, 0);
    rc = tape_partition_count(tape) == 1 ? take_rows(&feed, session) : -1;
    tape_close(tape);
    return rc;
}

static int repeat(struct session *session) {
    size_t once = session->once_count, total = (once + 1) * PASSES - 1, at = 0;
    int64_t *columns = session->columns = malloc(COLUMNS * total * sizeof *columns);
    if (columns == NULL) return -1;
    const int64_t *times = session->once;
    int64_t span = times[once - 1] - times[0] + NS_PER_S;
    for (int pass = 0; pass < PASSES; pass++) {
        if (pass > 0) {
            columns[at] = times[0] + pass * span - 1;
            columns[total + at] = columns[2 * total + at] = 0;
            columns[3 * total + at++] = feed_what(FEED_CLEAR, 0, 0);
        }
        for (int c = 0; c < COLUMNS; c++)
            memcpy(columns + c * total + at, times + c * once, once * sizeof *columns);
        for (size_t i = 0; i < once; i++) columns[at + i] += pass * span;
        at += once;
    }
    session->rows = (struct feed_rows){.venue_ns = columns,
                                       .price = columns + total,
                                       .qty = columns + 2 * total,
                                       .what = columns + 3 * total,
                                       .count = total};
    return 0;
}

static int write_session(struct session *session, struct bench_row *row) {
    uint8_t digest[SHA256_SIZE];
    size_t size = COLUMNS * session->once_count * sizeof *session->once;
    sha256(session->once, size, digest);
    sha256_print(row->input_sha256, digest);
    snprintf(session->path, sizeof session->path, "%s/l2.bin", bench_directory());
    FILE *file = fopen(session->path, "wb");
    if (file == NULL) {
        perror(session->path);
        return -1;
    }
    bool good = fwrite(session->once, 1, size, file) == size;
    return fclose(file) == 0 && good ? 0 : -1;
}

static int session_open(struct session *session, struct bench_row *row) {
    *session = (struct session){0};
    if (import_session(session) < 0 || repeat(session) < 0 || write_session(session, row) < 0) {
        fprintf(stderr, "%s: %s\n", row->name, err_story());
        return -1;
    }
    return 0;
}

static void session_close(struct session *session) {
    free(session->once);
    free(session->columns);
}

// A run with its memory, made anew for each sample and not timed.
struct run {
    struct arena wiring, state, venue_state;
    struct instruments instruments;
    struct risk_config risk; // no rule is on
    struct engine_strategy_config strategy;
    struct engine *engine;
    struct tick_exchange *exchange;
    int64_t cash, fee; // of the fills, in price times quantity and in money's smallest part
    uint64_t fills;
};

static int take_event(void *self, const struct event_header *header) {
    struct run *run = self;
    if (header->kind != EVENT_ORDER_FILLED) return 0;
    const struct order_event *fill = (const void *)header;
    const struct orders *orders = engine_orders(run->engine);
    uint32_t order = (uint32_t)orders_find(orders, fill->order_id);
    run->cash -= orders_get(orders, order)->spec.side * fill->price.m * fill->qty.m;
    run->fee += fill->fee;
    run->fills++;
    return 0;
}

static int make_engine(struct run *run, double max_position, const struct book_l2_config *book) {
    static const uint32_t places[] = {0};
    run->strategy = (struct engine_strategy_config){.strategy = strategy_find("grid_maker"),
                                                    .sizing = sizing_at(0),
                                                    .instruments = places,
                                                    .instrument_count = 1,
                                                    .frame_s = 1,
                                                    .share_ppm = 1000000};
    const double values[] = {1e-4, 5e-5, 1e-5, 10, 0.01, max_position, 0.1};
    memcpy(run->strategy.params, values, sizeof values);
    const struct engine_config config = {.instruments = &run->instruments,
                                         .strategies = &run->strategy,
                                         .strategy_count = 1,
                                         .data_frame_s = 1,
                                         .order_max = 1024,
                                         .lot_max = 8192,
                                         .periods_per_year = 365,
                                         .risk = &run->risk,
                                         .book = book};
    return engine_new(&run->wiring, &run->state, &config, &run->engine);
}

static int run_init(struct run *run, const struct session *session, double max_position) {
    struct instrument instrument = session->instrument;
    struct tick_config venue;
    instrument.currency = 0;
    TRY(arena_init(&run->wiring, 8 << 20));
    TRY(arena_init(&run->state, 16 << 20));
    TRY(arena_init(&run->venue_state, 16 << 20));
    TRY(instruments_init(&run->instruments, &run->wiring, 1, 1));
    TRY(instruments_add_currency(&run->instruments, session->currency, 9));
    TRY(instruments_add(&run->instruments, &instrument));
    tick_config_defaults(&venue);
    venue.instruments = &run->instruments;
    venue.fills = TICK_FILLS_WHOLE;
    venue.fee_params[0] = -0.5; // basis points: the maker's rebate
    venue.fee_params[1] = 7;
    venue.latency_params[0] = venue.latency_params[1] = LATENCY_MS / 1e3;
    TRY(make_engine(run, max_position, &venue.book));
    run->exchange = tick_exchange_new(&run->wiring, &run->venue_state, &venue);
    return run->exchange != NULL ? 0 : ERR_NOMEM;
}

static void run_fini(struct run *run) {
    arena_fini(&run->wiring);
    arena_fini(&run->state);
    arena_fini(&run->venue_state);
}

static int play(struct run *run, const struct session *session, struct outcome *ret_outcome) {
    const struct tick_backtest_feed feed = {
        .exchange = run->exchange,
        .parts = &session->rows,
        .part_count = 1,
        .delay_ns = LATENCY_MS * NS_PER_MS,
    };
    const struct tick_backtest_config config = {
        .feeds = &feed,
        .feed_count = 1,
        .step_ns = STEP_MS * NS_PER_MS,
        .capital = CAPITAL,
        .observer = {.events = {.put = take_event, .self = run}},
    };
    struct backtest_result result;
    double start = bench_now();
    TRY(tick_backtest_run(&run->wiring, run->engine, &config, &result));
    ret_outcome->seconds = bench_now() - start;
    const struct book_l2 *book = engine_book(run->engine, 0);
    ret_outcome->best_bid = book_l2_best_bid(book);
    ret_outcome->best_ask = book_l2_best_ask(book);
    ret_outcome->books_agree =
        book_l2_hash(book) == book_l2_hash(tick_exchange_book(run->exchange));
    ret_outcome->events = result.market;
    ret_outcome->fills = run->fills;
    ret_outcome->position = (double)ledger_position(engine_ledger(run->engine), 0, 0)->qty.m / 1e3;
    ret_outcome->balance = (double)run->cash / 1e4;
    ret_outcome->fee = (double)run->fee / 1e9;
    return 0;
}

static int run_once(const struct session *session, double max_position,
                    struct outcome *ret_outcome) {
    struct run run = {.fills = 0};
    int rc = run_init(&run, session, max_position);
    if (rc == 0) rc = play(&run, session, ret_outcome);
    run_fini(&run);
    return rc;
}

static double number(const json_t *object, const char *key) {
    return json_number_value(json_object_get(object, key));
}

static bool is_near(double a, double b, double tolerance) {
    return fabs(a - b) <= tolerance;
}

static bool same_account(const struct outcome *ours, const json_t *theirs, const char *fills) {
    return ours->fills == (uint64_t)number(theirs, fills) &&
           is_near(ours->position, number(theirs, "position"), 1e-9) &&
           is_near(ours->balance, number(theirs, "balance"), 1e-6) &&
           is_near(ours->fee, number(theirs, "fee"), 1e-7);
}

static json_t *published_case(const json_t *published) {
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(published, "cases"), i,
                       one) if (strcmp(json_string_value(json_object_get(one, "name")),
                                       PUBLISHED_CASE) == 0) return json_object_get(one, "result");
    return NULL;
}

// Against the published run: counts, the touch at the end and, with orders, the account.
static bool as_published(const struct session *session, const struct outcome *ours, bool orders) {
    const char *path = bench_shared(PUBLISHED);
    json_t *published = path != NULL ? json_load_file(path, 0, NULL) : NULL;
    const json_t *symbol = json_object_get(json_object_get(published, "symbols"), "btc");
    const json_t *touch = json_object_get(json_object_get(published, "replay"), "btc");
    bool same = session->once_count == (size_t)number(symbol, "events") &&
                ours->best_bid == (int64_t)number(touch, "best_bid_tick") &&
                ours->best_ask == (int64_t)number(touch, "best_ask_tick") &&
                (!orders || same_account(ours, published_case(published), "num_trades"));
    json_decref(published);
    return same;
}

static int check(const struct session *session, const struct outcome *ours, bool orders,
                 struct bench_row *row) {
    bool expected =
        ours->events == session->rows.count && ours->books_agree && (orders || ours->fills == 0);
    bool same = expected && as_published(session, ours, orders);
    snprintf(row->result_check, sizeof row->result_check,
             "%llu events, %d times a session, both books end alike at %lld/%lld ticks; %llu "
             "fills, position %.3f, balance %.4f, fees %.6f; %s %s the published run's",
             (unsigned long long)ours->events, PASSES, (long long)ours->best_bid,
             (long long)ours->best_ask, (unsigned long long)ours->fills, ours->position,
             ours->balance, ours->fee, orders ? "events, touch and account" : "events and touch",
             same ? "equal" : "DIFFER FROM");
    if (!same) fprintf(stderr, "%s: %s\n", row->name, row->result_check);
    return same ? 0 : -1;
}

static int compare_peer(const struct session *session, const struct outcome *ours, bool orders,
                        struct bench_row *row) {
    char samples[8], passes[8];
    snprintf(samples, sizeof samples, "%d", PEER_SAMPLES);
    snprintf(passes, sizeof passes, "%d", PASSES);
    const char *args[] = {session->path, samples, passes, orders ? "1" : "0", NULL};
    json_t *object = bench_peer("hftbacktest_grid", args);
    if (object == NULL) return 0;
    bench_peer_fill(row, object, (double)session->rows.count);
    bool same = ours->events == (uint64_t)number(object, "events") &&
                ours->best_bid == (int64_t)number(object, "best_bid") &&
                ours->best_ask == (int64_t)number(object, "best_ask") &&
                same_account(ours, object, "fills");
    size_t len = strlen(row->result_check);
    snprintf(row->result_check + len, sizeof row->result_check - len,
             " and %s the peer's %.0f fills, %.3f, %.4f, %.6f", same ? "equal" : "DIFFER FROM",
             number(object, "fills"), number(object, "position"), number(object, "balance"),
             number(object, "fee"));
    json_decref(object);
    if (!same) fprintf(stderr, "%s: %s\n", row->name, row->result_check);
    return same ? 0 : -1;
}

static int measure(const struct session *session, double max_position, struct bench_row *row) {
    struct outcome outcome;
    bool orders = max_position > 0;
    for (int i = 0; i <= SAMPLES; i++) {
        if (run_once(session, max_position, &outcome) < 0) {
            fprintf(stderr, "%s: %s\n", row->name, err_story());
            return -1;
        }
        if (i > 0) // the first warms up
            row->samples[row->count++] = (double)outcome.events / outcome.seconds;
    }
    if (check(session, &outcome, orders, row) < 0) return -1;
    return compare_peer(session, &outcome, orders, row);
}

static int run_session(double max_position, struct bench_row *row) {
    struct session session;
    row->unit = "events/s";
    row->bigger_is_better = true;
    int rc = session_open(&session, row);
    if (rc == 0) rc = measure(&session, max_position, row);
    session_close(&session);
    return rc;
}

static int run_replay(struct bench_row *row) {
    return run_session(0, row); // a grid that may hold nothing shows no order
}

static int run_maker(struct bench_row *row) {
    return run_session(0.2, row);
}

const struct bench bench_l2_replay = {
    .name = "l2_replay",
    .summary = "a recorded book by price through the exchange's book and the engine's",
    .run = run_replay,
};

const struct bench bench_l2_maker = {
    .name = "l2_maker",
    .summary = "the same with a grid of orders on both sides, latencies, queues and fees",
    .run = run_maker,
};
