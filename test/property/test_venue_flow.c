// SPDX-License-Identifier: Apache-2.0
// The life of an order from its birth to each of its ends, with every time in force, at each simulated venue: the one
// that fills from data, the one with a book, and the matching engine. One script; the same words from all of them,
// where a venue has no reason to differ; and the order machine of the engine finds none of it strange.
//
// The market is 99 x 10 bid, 101 x 10 asked, ours is instrument 0 with ticks and lots of 1.
#include "harness.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "sim/exchange.h"
#include "sim/matching_venue.h"
#include "sim/tick_exchange.h"

#define START_NS INT64_C(1514764800000000000) // 2018-01-01T00:00:00Z
#define DAY_NS (86400 * NS_PER_S)
#define UNTIL_NS (START_NS + 60 * NS_PER_S) // of GTD

enum { OURS, OTHERS, STRATEGIES };

struct rig {
    const struct floor *floor;
    struct arena wiring, state;
    struct instruments instruments;
    struct venue venue;
    struct orders orders;
    struct sim_exchange *bars;
    struct tick_exchange *book;
    struct matching_venue *matching;
    int64_t now_ns;
    uint64_t ours, others; // the order; how many others sent
    int64_t held;
    struct text log;
};

static void listen(struct rig *rig);

// A venue with the market above.
struct floor {
    const char *name;
    void (*open)(struct rig *rig);
    void (*trade)(struct rig *rig, int64_t qty); // somebody sells at 100
    void (*pass)(struct rig *rig);               // time goes on to now, the market is what it was
};

// The venue that fills from data.
static void bars_pass(struct rig *rig) {
    union event quote;
    event_init(&quote, EVENT_QUOTE, 0, rig->now_ns);
    quote.quote.bid = PRICE(99);
    quote.quote.ask = PRICE(101);
    quote.quote.bid_qty = quote.quote.ask_qty = QTY(10);
    assert_true(sim_exchange_market(rig->bars, &quote) >= 0);
}

static void bars_open(struct rig *rig) {
    struct sim_config config;
    sim_config_defaults(&config);
    config.instruments = &rig->instruments;
    config.strategy_count = STRATEGIES;
    config.cash = MONEY(100000000);
    config.params[SIM_LIMIT_FILL] = SIM_LIMIT_TOUCH;
    config.params[SIM_VOLUME_SHARE] = 1;
    rig->bars = sim_exchange_new(&rig->wiring, &rig->state, &config);
    assert_non_null(rig->bars);
    rig->venue = sim_exchange_port(rig->bars);
    bars_pass(rig);
}

static void bars_trade(struct rig *rig, int64_t qty) {
    union event trade;
    event_init(&trade, EVENT_TRADE, 0, rig->now_ns);
    trade.trade.price = PRICE(100);
    trade.trade.qty = QTY(qty);
    assert_true(sim_exchange_market(rig->bars, &trade) >= 0);
}

// The venue with a book.
static void play(struct rig *rig, int64_t what, int64_t price, int64_t qty) {
    uint64_t row = 0, id = 0;
    const struct feed_rows rows = {.venue_ns = &rig->now_ns,
                                   .price = &price,
                                   .qty = &qty,
                                   .id = &id,
                                   .what = &what,
                                   .count = what != 0};
    while (!tick_exchange_play(rig->book, &rows, &row, rig->now_ns)) listen(rig);
}

static void book_pass(struct rig *rig) {
    play(rig, 0, 0, 0);
}

static void book_open(struct rig *rig) {
    struct tick_config config;
    tick_config_defaults(&config);
    config.instruments = &rig->instruments;
    config.strategy_count = STRATEGIES;
    config.book = (struct book_l2_config){.window = 256, .level_max = 256};
    rig->book = tick_exchange_new(&rig->wiring, &rig->state, &config);
    assert_non_null(rig->book);
    rig->venue = tick_exchange_port(rig->book);
    play(rig, feed_what(FEED_LEVEL, 1, 0), 99, 10);
    play(rig, feed_what(FEED_LEVEL, -1, 0), 101, 10);
}

static void book_trade(struct rig *rig, int64_t qty) {
    play(rig, feed_what(FEED_TRADE, -1, 0), 100, qty);
}

// The matching engine.
static void others_send(struct rig *rig, int32_t side, int64_t price, int64_t qty, uint16_t tif) {
    const struct submit_event intent = {.header = {.ts_ns = rig->now_ns},
                                        .order_id = order_id_make(OTHERS, ++rig->others),
                                        .spec = {.strategy = OTHERS,
                                                 .side = side,
                                                 .type = ORDER_LIMIT,
                                                 .tif = tif,
                                                 .qty = QTY(qty),
                                                 .limit_price = PRICE(price)}};
    assert_ok(rig->venue.submit(rig->venue.self, &intent));
}

static void matching_pass(struct rig *rig) {
    bool closes = rig->now_ns >= START_NS + DAY_NS;
    if (closes) matching_venue_phase(rig->matching, MATCHING_CLOSED, rig->now_ns);
    struct cancel_event nothing = {.header = {.ts_ns = rig->now_ns},
                                   .order_id = order_id_make(OTHERS, 99)};
    assert_ok(rig->venue.cancel(rig->venue.self, &nothing));
}

static void matching_open(struct rig *rig) {
    const struct matching_venue_config config = {.matching = {.tick = 1,
                                                              .price_min = 1,
                                                              .price_max = 1000,
                                                              .lot = 1,
                                                              .order_max = 100,
                                                              .stp = MATCHING_STP_NEWEST,
                                                              .phase = MATCHING_CONTINUOUS},
                                                 .strategy_count = STRATEGIES,
                                                 .message_max = 256};
    rig->matching = matching_venue_new(&rig->wiring, &config);
    if (rig->matching == NULL) fail_msg("%s", err_story());
    rig->venue = matching_venue_port(rig->matching);
    others_send(rig, 1, 99, 10, TIF_GTC);
    others_send(rig, -1, 101, 10, TIF_GTC);
}

static void matching_trade(struct rig *rig, int64_t qty) {
    others_send(rig, -1, 100, qty, TIF_IOC);
}

static const struct floor floors[] = {
    {"bars", bars_open, bars_trade, bars_pass},
    {"book", book_open, book_trade, book_pass},
    {"matching", matching_open, matching_trade, matching_pass},
};
enum { FLOORS = sizeof floors / sizeof *floors };

static void rig_open(struct rig *rig, const struct floor *floor) {
    *rig = (struct rig){.floor = floor, .now_ns = START_NS};
    assert_ok(arena_init(&rig->wiring, 16 << 20));
    assert_ok(arena_init(&rig->state, 8 << 20));
    assert_ok(instruments_init(&rig->instruments, &rig->wiring, 1, 1));
    assert_ok(instruments_add_currency(&rig->instruments, "USD", 2));
    struct instrument instrument;
    instrument_defaults(&instrument, ASSET_CRYPTO, "X", 0);
    instrument.price_decimals = instrument.qty_decimals = 0;
    instrument.tick = PRICE(1);
    instrument.lot = instrument.qty_min = QTY(1);
    assert_ok(instruments_add(&rig->instruments, &instrument));
    const struct orders_config config = {.instruments = &rig->instruments,
                                         .max = 16,
                                         .instrument_count = 1,
                                         .strategy_count = STRATEGIES};
    assert_ok(orders_init(&rig->orders, &rig->state, &config));
    text_init(&rig->log, 1 << 16);
    floor->open(rig);
}

static void rig_close(struct rig *rig) {
    if (rig->bars != NULL) sim_exchange_check(rig->bars);
    if (rig->book != NULL) tick_exchange_check(rig->book);
    if (rig->matching != NULL) matching_check(matching_venue_book(rig->matching));
    assert_int_equal(rig->orders.counts->illegal + rig->orders.counts->overfills, 0);
    assert_int_equal(rig->orders.counts->late_fills + rig->orders.counts->duplicate_trades, 0);
    text_fini(&rig->log);
    arena_fini(&rig->wiring);
    arena_fini(&rig->state);
}

static void write_report(struct rig *rig, const struct order_event *report) {
    static const size_t PREFIX = sizeof "order_" - 1;
    text_printf(&rig->log, "%s%s", rig->log.len > 0 ? ", " : "",
                event_kind_name(report->header.kind) + PREFIX);
    if (report->header.kind == EVENT_ORDER_FILLED)
        text_printf(&rig->log, " %lld", (long long)report->qty.m);
    if (report->header.kind == EVENT_ORDER_REPLACED)
        text_printf(&rig->log, " %lld@%lld", (long long)report->qty.m, (long long)report->price.m);
    if (report->reason != REASON_NONE)
        text_printf(&rig->log, " %s", order_reason_name(report->reason));
}

// What the venue says of ours goes to the order machine, which must find it right.
static void listen(struct rig *rig) {
    union event events[8];
    int count;
    while ((count = rig->venue.poll(rig->venue.self, rig->now_ns, events, 8)) > 0)
        for (int i = 0; i < count; i++) {
            const struct order_event *report = &events[i].order;
            if (order_id_strategy(report->order_id) != OURS) continue;
            struct order_change change = orders_apply(&rig->orders, report);
            assert_int_equal(change.outcome, ORDER_APPLIED);
            const struct order *order = orders_get(&rig->orders, change.handle);
            if (change.is_fill) rig->held += order->spec.side * report->qty.m;
            if (order_is_live(order)) assert_int_equal(order_leaves(order).m, report->leaves_qty.m);
            write_report(rig, report);
        }
    assert_int_equal(count, 0);
}

static void ask(struct rig *rig, struct order_spec spec) {
    int handle = orders_submit(&rig->orders, &spec, rig->now_ns);
    assert_true(handle >= 0);
    rig->ours = orders_get(&rig->orders, (uint32_t)handle)->id;
    const struct submit_event intent = {
        .header = {.ts_ns = rig->now_ns}, .order_id = rig->ours, .spec = spec};
    assert_ok(rig->venue.submit(rig->venue.self, &intent));
}

static void replace(struct rig *rig, int64_t qty, int64_t price) {
    const struct replace_event intent = {.header = {.ts_ns = rig->now_ns},
                                         .order_id = rig->ours,
                                         .qty = QTY(qty),
                                         .price = PRICE(price)};
    uint32_t handle = (uint32_t)orders_find(&rig->orders, rig->ours);
    assert_ok(orders_replace_sent(&rig->orders, handle, intent.qty, intent.price, rig->now_ns));
    assert_ok(rig->venue.replace(rig->venue.self, &intent));
}

static void cancel(struct rig *rig) {
    const struct cancel_event intent = {.header = {.ts_ns = rig->now_ns}, .order_id = rig->ours};
    uint32_t handle = (uint32_t)orders_find(&rig->orders, rig->ours);
    assert_ok(orders_cancel_sent(&rig->orders, handle, rig->now_ns));
    assert_ok(rig->venue.cancel(rig->venue.self, &intent));
}

// "t4": 4 trade at 100. "r8@98": replace. "c": cancel. "d", "u": the end of the day, the time of GTD. "x": cancel and a
// trade of 20 that comes first.
static void step(struct rig *rig, const char *words) {
    long long qty = 0, price = 0;
    rig->now_ns += NS_PER_S;
    sscanf(words + 1, "%lld@%lld", &qty, &price);
    if (words[0] == 't') rig->floor->trade(rig, qty);
    if (words[0] == 'r') replace(rig, qty, price);
    if (words[0] == 'c') cancel(rig);
    if (words[0] == 'x') {
        rig->floor->trade(rig, 20);
        cancel(rig);
    }
    if (words[0] == 'd') rig->now_ns = START_NS + DAY_NS;
    if (words[0] == 'u') rig->now_ns = UNTIL_NS;
    if (words[0] != 't') rig->floor->pass(rig);
    listen(rig);
}

struct row {
    const char *name;
    struct order_spec spec; // a buy
    const char *steps;
    const char *says;
    enum order_state ends;
    int64_t held;
};

static struct order_spec buy(uint16_t type, uint16_t tif, int64_t qty, int64_t price) {
    return (struct order_spec){.side = 1,
                               .type = type,
                               .tif = tif,
                               .qty = QTY(qty),
                               .limit_price = PRICE(price),
                               .expire_ns = tif == TIF_GTD ? UNTIL_NS : 0};
}

static void run_row(const struct row *row, const struct floor *floor) {
    struct rig rig;
    rig_open(&rig, floor);
    ask(&rig, row->spec);
    rig.now_ns += NS_PER_S;
    floor->pass(&rig);
    listen(&rig);
    for (const char *at = row->steps; *at != '\0';) {
        step(&rig, at);
        while (*at != '\0' && *at++ != ' ') continue;
    }
    if (strcmp(text_string(&rig.log), row->says) != 0)
        fail_msg("%s at %s: '%s' in place of '%s'", row->name, floor->name, text_string(&rig.log),
                 row->says);
    int handle = orders_find(&rig.orders, rig.ours);
    assert_int_equal(orders_get(&rig.orders, (uint32_t)handle)->state, row->ends);
    assert_int_equal(rig.held, row->held);
    rig_close(&rig);
}

static void every_order_lives_the_same_life_at_every_venue(void **state) {
    struct order_spec post = buy(ORDER_LIMIT, TIF_GTC, 5, 101);
    post.flags = ORDER_POST_ONLY;
    const struct row rows[] = {
        {"new and filled", buy(ORDER_LIMIT, TIF_GTC, 10, 100), "t10", "accepted, filled 10",
         ORDER_FILLED, 10},
        {"in parts", buy(ORDER_LIMIT, TIF_GTC, 10, 100), "t4 t6", "accepted, filled 4, filled 6",
         ORDER_FILLED, 10},
        {"canceled", buy(ORDER_LIMIT, TIF_GTC, 10, 100), "c", "accepted, canceled requested",
         ORDER_CANCELED, 0},
        {"canceled when part is filled", buy(ORDER_LIMIT, TIF_GTC, 10, 100), "t4 c",
         "accepted, filled 4, canceled requested", ORDER_CANCELED, 4},
        {"replaced by less", buy(ORDER_LIMIT, TIF_GTC, 10, 100), "r8@100 t8",
         "accepted, replaced 8@100, filled 8", ORDER_FILLED, 8},
        {"replaced at another price, and back", buy(ORDER_LIMIT, TIF_GTC, 10, 100),
         "r12@98 r12@100 t12", "accepted, replaced 12@98, replaced 12@100, filled 12", ORDER_FILLED,
         12},
        {"replaced when part is filled", buy(ORDER_LIMIT, TIF_GTC, 10, 100), "t4 r9@100 t5",
         "accepted, filled 4, replaced 9@100, filled 5", ORDER_FILLED, 9},
        {"good for the day", buy(ORDER_LIMIT, TIF_DAY, 10, 100), "t4 d",
         "accepted, filled 4, expired end_of_session", ORDER_EXPIRED, 4},
        {"good till its time", buy(ORDER_LIMIT, TIF_GTD, 10, 100), "t4 u",
         "accepted, filled 4, expired time", ORDER_EXPIRED, 4},
        {"good till cancelled lasts", buy(ORDER_LIMIT, TIF_GTC, 10, 100), "u", "accepted",
         ORDER_WORKING, 0},
        {"fill or kill, filled", buy(ORDER_LIMIT, TIF_FOK, 10, 101), "", "accepted, filled 10",
         ORDER_FILLED, 10},
        {"fill or kill, killed", buy(ORDER_LIMIT, TIF_FOK, 11, 101), "",
         "accepted, canceled no_liquidity", ORDER_CANCELED, 0},
        {"at once, whole", buy(ORDER_LIMIT, TIF_IOC, 10, 101), "", "accepted, filled 10",
         ORDER_FILLED, 10},
        {"at once, in part", buy(ORDER_LIMIT, TIF_IOC, 15, 101), "",
         "accepted, filled 10, canceled no_liquidity", ORDER_CANCELED, 10},
        {"at once, nothing", buy(ORDER_LIMIT, TIF_IOC, 15, 100), "",
         "accepted, canceled no_liquidity", ORDER_CANCELED, 0},
        {"at the market", buy(ORDER_MARKET, TIF_IOC, 10, 0), "", "accepted, filled 10",
         ORDER_FILLED, 10},
        {"would take", post, "", "rejected post_only_would_take", ORDER_REJECTED, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int f = 0; f < FLOORS; f++) run_row(&rows[i], &floors[f]);
}

static void what_comes_too_late_is_refused_and_changes_nothing(void **state) {
    for (int f = 0; f < FLOORS; f++) {
        struct rig rig;
        rig_open(&rig, &floors[f]);
        ask(&rig, buy(ORDER_LIMIT, TIF_GTC, 10, 100));
        rig.floor->pass(&rig);
        listen(&rig);
        step(&rig, "x");
        assert_string_equal(text_string(&rig.log),
                            f == 2 ? "accepted, filled 10, cancel_rejected unknown_order"
                                   : "accepted, filled 10, cancel_rejected too_late");
        int handle = orders_find(&rig.orders, rig.ours);
        assert_int_equal(orders_get(&rig.orders, (uint32_t)handle)->state, ORDER_FILLED);
        assert_int_equal(rig.held, 10);
        rig_close(&rig);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_lives_the_same_life_at_every_venue),
        cmocka_unit_test(what_comes_too_late_is_refused_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
