// SPDX-License-Identifier: Apache-2.0
// A published simulator's results on a real session, fill by fill: the two-sided grid on Binance BTCUSDT with its
// latencies, queue models and ways to fill (golden/hft_oracle/definition.md, section numbers below).
#include <jansson.h>
#include <math.h>

#include "base/decimal.h"
#include "recording.h"
#include "research/tick_backtest.h"
#include "unit/market/shared_file.h"

#define RECORDING "data/crypto_l2/binance_usdm_btcusdt_20240808.txt.xz"
#define ORACLE "golden/hft_oracle/"

static const double tick_size = 0.1;
enum { ENTRIES_MAX = 4096, STEP_NS = 100000000 };

enum status { NONE, NEW, EXPIRED, FILLED, CANCELED, PARTIAL };
enum request { REQ_NONE, REQ_NEW, REQ_CANCEL };

struct entry { // section 9; the id is the tick
    int64_t tick, leaves, stamp;
    int32_t side;
    enum status status;
    enum request request;
};

struct fill {
    int64_t exchange_ns, local_ns, tick, qty, leaves;
    int side;
};

struct message { // of the log: a request (at its sending) or an answer (at the exchange)
    int64_t ts_ns, tick, leaves;
    char dir, side;
    const char *what;
};

struct case_params {
    double half_spread, interval, skew, min_step;
    int grid;
    int64_t order_lots, max_lots_twice; // the limit may stand half a lot off
    int64_t feed_ns, entry_ns, response_ns;
};

struct maker {
    struct case_params params;
    struct arena wiring, state;
    struct tick_exchange *exchange;
    struct venue venue;
    struct book_l2 book; // as we see it
    const struct feed_rows *rows;
    uint64_t exchange_row, local_row;
    int64_t now_ns, position, trades, buys, value_ticks_lots, balance, fee;
    int64_t news, cancels, accepted, expired, canceled, cancel_rejected, full, partial;
    struct entry entries[ENTRIES_MAX];
    int entry_count;
    struct fill *fills;
    size_t fill_count, fill_max;
    struct message *log;
    size_t log_count, log_max;
    uint64_t steps;
};

static struct entry *find(struct maker *maker, int64_t tick) {
    for (int i = 0; i < maker->entry_count; i++)
        if (maker->entries[i].tick == tick) return &maker->entries[i];
    return NULL;
}

static void note(struct maker *maker, int64_t ts_ns, char dir, const char *what, int side,
                 int64_t tick, int64_t leaves) {
    if (maker->log_count == maker->log_max) {
        maker->log_max = maker->log_max ? 2 * maker->log_max : 1024;
        maker->log = realloc(maker->log, maker->log_max * sizeof *maker->log);
    }
    maker->log[maker->log_count++] =
        (struct message){ts_ns, tick, leaves, dir, side > 0 ? 'B' : 'S', what};
}

static void submit(struct maker *maker, int side, int64_t tick) {
    struct submit_event intent = {
        .header = {.ts_ns = maker->now_ns, .instrument = 0},
        .order_id = (uint64_t)tick,
        .spec = {.side = side,
                 .type = ORDER_LIMIT,
                 .flags = ORDER_POST_ONLY,
                 .qty = QTY(maker->params.order_lots),
                 .limit_price = PRICE(tick)},
    };
    assert_ok(maker->venue.submit(maker->venue.self, &intent));
    assert_true(maker->entry_count < ENTRIES_MAX);
    maker->entries[maker->entry_count++] = (struct entry){.tick = tick,
                                                          .leaves = maker->params.order_lots,
                                                          .stamp = maker->now_ns,
                                                          .side = side,
                                                          .request = REQ_NEW};
    maker->news++;
    note(maker, maker->now_ns, 'Q', "NEW", side, tick, maker->params.order_lots);
}

static void cancel(struct maker *maker, struct entry *entry) {
    struct cancel_event intent = {.header = {.ts_ns = maker->now_ns},
                                  .order_id = (uint64_t)entry->tick};
    assert_ok(maker->venue.cancel(maker->venue.self, &intent));
    entry->request = REQ_CANCEL;
    entry->stamp = maker->now_ns;
    maker->cancels++;
    note(maker, maker->now_ns, 'Q', "CANCEL", entry->side, entry->tick, entry->leaves);
}

static void book_fill(struct maker *maker, const struct order_event *report,
                      const struct entry *entry) {
    maker->position += entry->side * report->qty.m;
    maker->balance -= entry->side * report->price.m * report->qty.m;
    maker->fee += report->fee;
    maker->trades++;
    maker->buys += entry->side > 0;
    maker->value_ticks_lots += report->price.m * report->qty.m;
    if (report->leaves_qty.m > 0)
        maker->partial++;
    else
        maker->full++;
    if (maker->fill_count == maker->fill_max) {
        maker->fill_max = maker->fill_max ? 2 * maker->fill_max : 1024;
        maker->fills = realloc(maker->fills, maker->fill_max * sizeof *maker->fills);
    }
    maker->fills[maker->fill_count++] = (struct fill){
        report->header.venue_ts_ns, report->header.ts_ns, report->price.m, report->qty.m,
        report->leaves_qty.m,       entry->side};
}

static void take_report(struct maker *maker, const struct order_event *report) {
    struct entry *entry = find(maker, (int64_t)report->order_id);
    if (report->header.kind == EVENT_ORDER_CANCEL_REJECTED) {
        maker->cancel_rejected++;
        note(maker, report->header.venue_ts_ns, 'R', "REJECT", 0, (int64_t)report->order_id, -1);
        int64_t stamp = report->header.venue_ts_ns - maker->params.entry_ns;
        if (entry && entry->stamp == stamp) entry->request = REQ_NONE;
        return;
    }
    assert_non_null(entry);
    entry->request = REQ_NONE;
    switch (report->header.kind) {
    case EVENT_ORDER_ACCEPTED:
        entry->status = NEW;
        maker->accepted++;
        break;
    case EVENT_ORDER_REJECTED:
        assert_int_equal(report->reason, REASON_POST_ONLY_WOULD_TAKE);
        entry->status = EXPIRED;
        maker->expired++;
        break;
    case EVENT_ORDER_FILLED:
        book_fill(maker, report, entry);
        entry->leaves = report->leaves_qty.m;
        entry->status = entry->leaves > 0 ? PARTIAL : FILLED;
        break;
    default:
        assert_int_equal(report->header.kind, EVENT_ORDER_CANCELED);
        entry->status = CANCELED;
        maker->canceled++;
        break;
    }
    static const char *const names[] = {
        [NEW] = "NEW",           [EXPIRED] = "EXPIRED", [FILLED] = "FILLED",
        [CANCELED] = "CANCELED", [PARTIAL] = "PARTIAL",
    };
    note(maker, report->header.venue_ts_ns, 'R', names[entry->status], entry->side, entry->tick,
         entry->leaves);
}

static void local_row(struct maker *maker, uint64_t i) {
    int64_t what = maker->rows->what[i];
    struct book_l2_change change;
    if (feed_kind_of(what) == FEED_TRADE) return;
    if (feed_kind_of(what) == FEED_CLEAR) {
        book_l2_clear(&maker->book, feed_side_of(what));
        return;
    }
    assert_ok(book_l2_set(&maker->book, feed_side_of(what), maker->rows->price[i],
                          maker->rows->qty[i], &change));
}

// Section 4; false at the END.
static bool advance(struct maker *maker) {
    int64_t target = maker->now_ns + STEP_NS;
    const struct feed_rows *rows = maker->rows;
    int64_t seen = target - maker->params.feed_ns;
    for (; maker->local_row < rows->count && rows->venue_ns[maker->local_row] <= seen;
         maker->local_row++)
        local_row(maker, maker->local_row);
    union event reports[64];
    for (bool whole = false; !whole;) {
        whole = tick_exchange_play(maker->exchange, rows, &maker->exchange_row, target);
        for (int count; (count = maker->venue.poll(maker->venue.self, target, reports, 64)) > 0;)
            for (int i = 0; i < count; i++) take_report(maker, &reports[i].order);
    }
    bool ended = maker->exchange_row == rows->count && maker->local_row == rows->count &&
                 tick_exchange_next_arrival_ns(maker->exchange) == INT64_MAX &&
                 tick_exchange_next_report_ns(maker->exchange) == INT64_MAX;
    if (ended) return false;
    maker->now_ns = target;
    maker->steps++;
    return true;
}

static void clear_inactive(struct maker *maker) {
    int kept = 0;
    for (int i = 0; i < maker->entry_count; i++) {
        enum status status = maker->entries[i].status;
        if (status != EXPIRED && status != FILLED && status != CANCELED)
            maker->entries[kept++] = maker->entries[i];
    }
    maker->entry_count = kept;
}

static bool wanted(const int64_t *ticks, int count, int64_t tick) {
    for (int i = 0; i < count; i++)
        if (ticks[i] == tick) return true;
    return false;
}

static void quote(struct maker *maker, int side, double price, double step) {
    int64_t ticks[64], room = maker->params.max_lots_twice;
    int count = 0;
    if (side > 0 ? 2 * maker->position < room : 2 * maker->position > -room)
        for (int i = 0; i < maker->params.grid; i++) {
            int64_t tick = llround(price / tick_size);
            if (!wanted(ticks, count, tick)) ticks[count++] = tick;
            price -= side * step;
        }
    int before = maker->entry_count;
    bool fresh[64];
    for (int i = 0; i < count; i++) fresh[i] = find(maker, ticks[i]) == NULL;
    for (int i = 0; i < before; i++) {
        struct entry *entry = &maker->entries[i];
        bool active =
            (entry->status == NEW || entry->status == PARTIAL) && entry->request == REQ_NONE;
        if (active && entry->side == side && !wanted(ticks, count, entry->tick))
            cancel(maker, entry);
    }
    for (int i = 0; i < count; i++)
        if (fresh[i]) submit(maker, side, ticks[i]);
}

// Section 10.
static void step(struct maker *maker) {
    const struct case_params *params = &maker->params;
    int64_t best_bid = book_l2_best_bid(&maker->book), best_ask = book_l2_best_ask(&maker->book);
    if (best_bid == BOOK_L2_NO_BID || best_ask == BOOK_L2_NO_ASK) return;
    double bb = (double)best_bid * tick_size, ba = (double)best_ask * tick_size;
    double mid = (bb + ba) / 2.0;
    double z = (double)maker->position / 1000 / ((double)params->order_lots / 1000);
    double below = params->half_spread + params->skew * z;
    double above = params->half_spread - params->skew * z;
    double bid = fmin(mid * (1.0 - below), bb), ask = fmax(mid * (1.0 + above), ba);
    double least = round(params->min_step / tick_size) * tick_size;
    double grid = fmax(round(mid * params->interval / least) * least, least);
    bid = floor(bid / grid) * grid;
    ask = ceil(ask / grid) * grid;
    clear_inactive(maker);
    quote(maker, 1, bid, grid);
    quote(maker, -1, ask, grid);
}

static void exchange_params(struct tick_config *config, const json_t *params) {
    const char *queue = json_string_value(json_object_get(params, "queue"));
    const char *fills = json_string_value(json_object_get(params, "exchange"));
    const struct {
        const char *theirs, *ours;
    } names[] = {{"RiskAverse", "risk_averse"}, {"PowerProb", "power"}, {"PowerProb2", "power2"},
                 {"PowerProb3", "power3"},      {"LogProb", "log"},     {"LogProb2", "log2"}};
    const char *ours = NULL;
    for (size_t i = 0; i < 6; i++)
        if (strcmp(names[i].theirs, queue) == 0) ours = names[i].ours;
    assert_non_null(ours);
    assert_ok(tick_config_set_queue(config, ours));
    if (config->queue->param_count > 0)
        config->queue_params[0] = json_number_value(json_object_get(params, "queue_n"));
    config->fills = strcmp(fills, "NPF") == 0 ? TICK_FILLS_WHOLE : TICK_FILLS_PART;
}

static double real(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    if (!json_is_number(value)) fail_msg("no number '%s'", key);
    return json_number_value(value);
}

static void tick_config_make(struct tick_config *config, const struct instruments *instruments,
                             const json_t *params) {
    tick_config_defaults(config);
    config->instruments = instruments;
    exchange_params(config, params);
    config->fee_params[0] = -0.5; // basis points: the maker's rebate
    config->fee_params[1] = 7;
    config->latency_params[0] = real(params, "entry_latency_ns") / 1e9;
    config->latency_params[1] = real(params, "response_latency_ns") / 1e9;
}

static void maker_init(struct maker *maker, const struct instruments *instruments,
                       const json_t *params, const struct feed_rows *rows) {
    *maker = (struct maker){
        .params = {.half_spread = real(params, "relative_half_spread"),
                   .interval = real(params, "relative_grid_interval"),
                   .skew = real(params, "skew"),
                   .min_step = real(params, "min_grid_step"),
                   .grid = (int)real(params, "grid_num"),
                   .order_lots = llround(real(params, "order_qty") * 1000),
                   .max_lots_twice = llround(real(params, "max_position") * 2000),
                   .feed_ns = (int64_t)real(params, "feed_latency_ns"),
                   .entry_ns = (int64_t)real(params, "entry_latency_ns"),
                   .response_ns = (int64_t)real(params, "response_latency_ns")},
        .rows = rows,
        .now_ns = rows->venue_ns[0],
    };
    struct tick_config config;
    tick_config_make(&config, instruments, params);
    assert_ok(arena_init(&maker->wiring, 1 << 20));
    assert_ok(arena_init(&maker->state, 32 << 20));
    maker->exchange = tick_exchange_new(&maker->wiring, &maker->state, &config);
    if (!maker->exchange) fail_msg("%s", err_story());
    maker->venue = tick_exchange_port(maker->exchange);
    assert_ok(book_l2_init(&maker->book, &maker->state, &config.book));
}

static void maker_fini(struct maker *maker) {
    arena_fini(&maker->wiring);
    arena_fini(&maker->state);
    free(maker->fills);
    free(maker->log);
}

// Section 12: exchange time, buys first, price, occurrence.
static int by_row(const void *a, const void *b) {
    const struct fill *x = a, *y = b;
    if (x->exchange_ns != y->exchange_ns) return x->exchange_ns < y->exchange_ns ? -1 : 1;
    if (x->side != y->side) return x->side > y->side ? -1 : 1;
    if (x->tick != y->tick) return x->tick < y->tick ? -1 : 1;
    return x->leaves > y->leaves ? -1 : x->leaves < y->leaves;
}

static void check_fills(struct maker *maker, const char *name, const char *file) {
    char path[256];
    size_t len, row = 0;
    snprintf(path, sizeof path, ORACLE "%s", file);
    char *text = shared_file(path, &len);
    qsort(maker->fills, maker->fill_count, sizeof *maker->fills, by_row);
    for (const char *line = next_line(text); line; line = next_line(line), row++) {
        long long exchange_ns, local_ns, tick;
        char side;
        double qty, leaves;
        int got = sscanf(line, "%lld,%lld,%c,%lld,%*[^,],%lf,%lf", &exchange_ns, &local_ns, &side,
                         &tick, &qty, &leaves);
        assert_int_equal(got, 6);
        if (row >= maker->fill_count) fail_msg("%s: fill %zu is missing", name, row);
        const struct fill *fill = &maker->fills[row];
        bool same = fill->exchange_ns == exchange_ns && fill->local_ns == local_ns &&
                    fill->side == (side == 'B' ? 1 : -1) && fill->tick == tick &&
                    fabs((double)fill->qty / 1000 - qty) < 1e-9 &&
                    fabs((double)fill->leaves / 1000 - leaves) < 1e-9;
        if (!same) fail_msg("%s: fill %zu differs: %s", name, row, line);
    }
    if (row != maker->fill_count) fail_msg("%s: %zu fills too many", name, maker->fill_count - row);
    free(text);
}

// Section 12: time, answers first, kind, side, price. A rejected cancel tells no side and no quantity.
static int by_message(const void *a, const void *b) {
    const struct message *x = a, *y = b;
    if (x->ts_ns != y->ts_ns) return x->ts_ns < y->ts_ns ? -1 : 1;
    if (x->dir != y->dir) return x->dir == 'R' ? -1 : 1;
    int by_name = strcmp(x->what, y->what);
    if (by_name != 0) return by_name;
    if (x->side != y->side && strcmp(x->what, "REJECT") != 0) return x->side < y->side ? -1 : 1;
    if (x->tick != y->tick) return x->tick < y->tick ? -1 : 1;
    return x->leaves < y->leaves ? -1 : x->leaves > y->leaves;
}

static void check_log(struct maker *maker, const char *name, const char *file) {
    char path[256];
    size_t len, row = 0;
    snprintf(path, sizeof path, ORACLE "%s", file);
    char *text = shared_file(path, &len);
    qsort(maker->log, maker->log_count, sizeof *maker->log, by_message);
    for (const char *line = next_line(text); line; line = next_line(line), row++) {
        long long ts_ns, tick;
        char dir, what[16], side;
        double leaves = -1;
        int got =
            sscanf(line, "%lld,%c,%15[A-Z],%c,%lld,%lf", &ts_ns, &dir, what, &side, &tick, &leaves);
        assert_true(got >= 5 && row < maker->log_count);
        const struct message *message = &maker->log[row];
        bool reject = strcmp(what, "REJECT") == 0;
        bool same = message->ts_ns == ts_ns && message->dir == dir &&
                    strcmp(message->what, what) == 0 && message->tick == tick &&
                    (reject || (message->side == side &&
                                fabs((double)message->leaves / 1000 - leaves) < 1e-9));
        if (!same) fail_msg("%s: message %zu differs: %.80s", name, row, line);
    }
    assert_int_equal(row, maker->log_count);
    free(text);
}

static void near(const char *name, const json_t *object, const char *key, double actual,
                 double tolerance) {
    double expected = real(object, key);
    if (!(fabs(actual - expected) <= tolerance))
        fail_msg("%s: %s is %.12g, not %.12g", name, key, actual, expected);
}

static void check_result(const struct maker *maker, const char *name, const json_t *expected) {
    const json_t *result = json_object_get(expected, "result");
    const json_t *orders = json_object_get(expected, "orders");
    near(name, result, "num_trades", (double)maker->trades, 0);
    near(name, result, "position", (double)maker->position / 1000, 1e-9);
    near(name, result, "balance", (double)maker->balance / 10000, 1e-6);
    near(name, result, "trading_value", (double)maker->value_ticks_lots / 10000, 1e-6);
    near(name, result, "fee", (double)maker->fee / 1e9, 1e-7);
    near(name, expected, "buys", (double)maker->buys, 0);
    near(name, orders, "new_requests", (double)maker->news, 0);
    near(name, orders, "cancel_requests", (double)maker->cancels, 0);
    near(name, orders, "accepted", (double)maker->accepted, 0);
    near(name, orders, "gtx_expired", (double)maker->expired, 0);
    near(name, orders, "canceled", (double)maker->canceled, 0);
    near(name, orders, "cancel_rejected", (double)maker->cancel_rejected, 0);
    near(name, orders, "fill_events_full", (double)maker->full, 0);
    near(name, orders, "fill_events_partial", (double)maker->partial, 0);
    double mid = ((double)book_l2_best_bid(&maker->book) * tick_size +
                  (double)book_l2_best_ask(&maker->book) * tick_size) /
                 2;
    near(name, expected, "final_mid", mid, 0);
    const struct tick_counts *counts = tick_exchange_counts(maker->exchange);
    assert_int_equal(counts->fills, maker->trades);
    assert_int_equal(counts->taker_fills, 0);
    assert_int_equal(counts->records, maker->rows->count);
}

static struct recording recording;
static json_t *oracle;

static int load(void **state) {
    return 0;
}

static void need(void) {
    const char *path = harness_shared(ORACLE "results.json");
    if (!oracle) oracle = json_load_file(path, 0, NULL);
    assert_non_null(oracle);
    if (!recording.records) recording_load(&recording, RECORDING);
}

static int unload(void **state) {
    json_decref(oracle);
    recording_free(&recording);
    return 0;
}

static void the_session_is_read_as_published(void **state) {
    need();
    const json_t *symbol = json_object_get(json_object_get(oracle, "symbols"), "btc");
    char digest[65];
    recording_digest(&recording, digest);
    assert_int_equal(recording.count, (size_t)real(symbol, "events"));
    assert_string_equal(digest, json_string_value(json_object_get(symbol, "events_sha256")));
}

static void instruments_make(struct arena *arena, struct instruments *instruments) {
    assert_ok(arena_init(arena, 1 << 16));
    assert_ok(instruments_init(instruments, arena, 1, 1));
    assert_ok(instruments_add_currency(instruments, "USDT", 9));
    struct instrument btc;
    instrument_defaults(&btc, ASSET_CRYPTO, "BTCUSDT", 0);
    btc.price_decimals = 1;
    btc.tick = PRICE(1);
    btc.qty_decimals = 3;
    btc.lot = btc.qty_min = QTY(1);
    assert_ok(instruments_add(instruments, &btc));
}

static void run_case(const struct instruments *instruments, const json_t *expected, int *ret_logs) {
    const char *name = json_string_value(json_object_get(expected, "name"));
    const json_t *params = json_object_get(expected, "params");
    recording_columns(&recording, (int)real(params, "passes"));
    struct maker *maker = malloc(sizeof *maker);
    maker_init(maker, instruments, params, &recording.rows);
    while (advance(maker)) step(maker);
    tick_exchange_check(maker->exchange);
    check_result(maker, name, expected);
    check_fills(maker, name, json_string_value(json_object_get(expected, "fills_csv")));
    const char *log = json_string_value(json_object_get(expected, "orders_csv"));
    if (log) check_log(maker, name, log);
    *ret_logs += log != NULL;
    maker_fini(maker);
    free(maker);
}

static void every_case_of_the_grid_fills_as_published(void **state) {
    need();
    struct arena arena;
    struct instruments instruments;
    instruments_make(&arena, &instruments);
    size_t i;
    int logs = 0;
    json_t *expected;
    json_array_foreach(json_object_get(oracle, "cases"), i, expected)
        run_case(&instruments, expected, &logs);
    assert_int_equal(i, 42);
    assert_int_equal(logs, 3);
    arena_fini(&arena);
}

// The same by way of the engine: the strategy of the registry, the order machine, the ledger.
struct engine_run {
    struct arena wiring, state, venue_state;
    struct engine_strategy_config strategy;
    struct risk_config risk; // no rule is on
    struct engine *engine;
    struct tick_exchange *exchange;
    struct maker fills; // its list alone
    struct fill last;
};

static int take_event(void *self, const struct event_header *header) {
    struct engine_run *run = self;
    if (header->kind != EVENT_ORDER_FILLED) return 0;
    const struct order_event *report = (const void *)header;
    const struct orders *orders = engine_orders(run->engine);
    const struct entry side = {
        .side = orders_get(orders, (uint32_t)orders_find(orders, report->order_id))->spec.side};
    book_fill(&run->fills, report, &side);
    return 0;
}

static void engine_make(struct engine_run *run, const struct instruments *instruments,
                        const json_t *params, const struct tick_config *venue) {
    static const uint32_t places[] = {0};
    run->strategy = (struct engine_strategy_config){.strategy = strategy_find("grid_maker"),
                                                    .sizing = sizing_at(0),
                                                    .instruments = places,
                                                    .instrument_count = 1,
                                                    .frame_s = 1,
                                                    .share_ppm = 1000000};
    const double values[] = {real(params, "relative_half_spread"),
                             real(params, "relative_grid_interval"),
                             real(params, "skew"),
                             real(params, "grid_num"),
                             real(params, "order_qty"),
                             real(params, "max_position"),
                             real(params, "min_grid_step")};
    memcpy(run->strategy.params, values, sizeof values);
    struct engine_config config = {.instruments = instruments,
                                   .strategies = &run->strategy,
                                   .strategy_count = 1,
                                   .data_frame_s = 1,
                                   .order_max = 1024,
                                   .lot_max = 8192,
                                   .periods_per_year = 365,
                                   .risk = &run->risk,
                                   .book = &venue->book};
    assert_ok(engine_new(&run->wiring, &run->state, &config, &run->engine));
}

static void run_engine_case(const struct instruments *instruments, const json_t *expected) {
    const char *name = json_string_value(json_object_get(expected, "name"));
    const json_t *params = json_object_get(expected, "params");
    recording_columns(&recording, (int)real(params, "passes"));
    struct engine_run *run = calloc(1, sizeof *run);
    assert_ok(arena_init(&run->wiring, 8 << 20));
    assert_ok(arena_init(&run->state, 16 << 20));
    assert_ok(arena_init(&run->venue_state, 16 << 20));
    struct tick_config venue;
    tick_config_make(&venue, instruments, params);
    engine_make(run, instruments, params, &venue);
    run->exchange = tick_exchange_new(&run->wiring, &run->venue_state, &venue);
    assert_non_null(run->exchange);
    const struct tick_backtest_feed feed = {
        .exchange = run->exchange,
        .parts = &recording.rows,
        .part_count = 1,
        .delay_ns = (int64_t)real(params, "feed_latency_ns"),
    };
    const struct tick_backtest_config config = {
        .feeds = &feed,
        .feed_count = 1,
        .step_ns = STEP_NS,
        .capital = MONEY(INT64_C(1000000000000000)),
        .observer = {.events = {.put = take_event, .self = run}},
    };
    struct backtest_result result;
    assert_ok(tick_backtest_run(&run->wiring, run->engine, &config, &result));
    check_fills(&run->fills, name, json_string_value(json_object_get(expected, "fills_csv")));
    const json_t *numbers = json_object_get(expected, "result");
    double equity = money_to_double(money_sub(result.equity, config.capital), 9);
    // Theirs is marked to the middle, ours to the middle rounded to a tick.
    double position = fabs(real(numbers, "position"));
    near(name, numbers, "equity", equity, position * tick_size / 2 + 1e-6);
    near(name, numbers, "num_trades", (double)run->fills.trades, 0);
    near(name, numbers, "position",
         (double)ledger_position(engine_ledger(run->engine), 0, 0)->qty.m / 1000, 1e-9);
    // What the engine holds is what it heard of: its book is the exchange's, at the end.
    assert_true(book_l2_hash(engine_book(run->engine, 0)) ==
                book_l2_hash(tick_exchange_book(run->exchange)));
    assert_int_equal(result.market, recording.rows.count);
    arena_fini(&run->wiring);
    arena_fini(&run->state);
    arena_fini(&run->venue_state);
    free(run->fills.fills);
    free(run);
}

static void the_engine_runs_the_grid_to_the_same_fills(void **state) {
    need();
    struct arena arena;
    struct instruments instruments;
    instruments_make(&arena, &instruments);
    size_t i;
    json_t *expected;
    json_array_foreach(json_object_get(oracle, "cases"), i, expected)
        run_engine_case(&instruments, expected);
    arena_fini(&arena);
}

static void the_book_at_the_end_is_the_published_one(void **state) {
    need();
    recording_columns(&recording, 1);
    struct arena arena;
    struct book_l2 book;
    const struct book_l2_config config = {.window = 1 << 12, .level_max = 1 << 16};
    assert_ok(arena_init(&arena, book_l2_size(&config)));
    assert_ok(book_l2_init(&book, &arena, &config));
    struct maker maker = {.rows = &recording.rows, .book = book};
    for (uint64_t i = 0; i < recording.rows.count; i++) local_row(&maker, i);
    size_t len;
    uint32_t counts[2] = {0, 0};
    char *text = shared_file(ORACLE "replay/btc_final_book.csv.xz", &len);
    for (const char *line = next_line(text); line; line = next_line(line)) {
        char side;
        long long tick;
        double qty;
        assert_int_equal(sscanf(line, "%c,%lld,%*[^,],%lf", &side, &tick, &qty), 3);
        counts[side == 'S']++;
        assert_int_equal(book_l2_qty(&maker.book, side == 'B' ? 1 : -1, tick), llround(qty * 1000));
    }
    assert_int_equal(book_l2_count(&maker.book, 1), counts[0]);
    assert_int_equal(book_l2_count(&maker.book, -1), counts[1]);
    book_l2_check(&maker.book);
    free(text);
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_session_is_read_as_published),
        cmocka_unit_test(every_case_of_the_grid_fills_as_published),
        cmocka_unit_test(the_engine_runs_the_grid_to_the_same_fills),
        cmocka_unit_test(the_book_at_the_end_is_the_published_one),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
