// SPDX-License-Identifier: Apache-2.0
// Storms of orders at two exchanges with a book that share an account, on made books that wander until the account
// breaks. A second account is kept from the reports alone, and what may be owed is worked out anew from the books and
// from all orders, one by one:
//   - positions and cash are the sums of the fills, those of the venue's own orders too;
//   - where one order was accepted that makes what is needed more, and nothing else happened, equity carries it: free
//     margin is not below zero;
//   - without short sales nothing is sold that is not held;
//   - after every step equity is at least maintenance margin, or the venue has canceled all and is closing;
//   - a liquidation is over when all is flat, and no order is accepted before;
//   - the same seed makes the same states, bit for bit.
#include "harness.h"

#include "base/hash.h"
#include "base/prng.h"
#include "sim/tick_state.h"

enum { BOOKS = 2, OWNERS = 2, STEPS = 20000, CASH = 4000000 };

struct storm {
    struct arena wiring, state;
    struct instruments instruments;
    struct sim_account account;
    struct tick_config config;
    struct tick_exchange *books[BOOKS];
    struct venue ports[BOOKS];
    struct prng prng;
    int64_t now_ns, middle[BOOKS];
    uint64_t ids;
    int8_t sides[1 << 16];
    uint8_t owners[1 << 16];
    // From the reports.
    int64_t held[OWNERS][BOOKS];
    int128_t cash;
    uint64_t accepted, fills, forced, refused, calls, carried;
};

static int64_t below(struct storm *storm, int64_t bound) {
    return (int64_t)prng_below(&storm->prng, (uint64_t)bound);
}

static void add_instruments(struct storm *storm, bool inverse) {
    assert_ok(instruments_init(&storm->instruments, &storm->wiring, BOOKS, 1));
    assert_ok(
        instruments_add_currency(&storm->instruments, inverse ? "BTC" : "USD", inverse ? 8 : 2));
    for (int i = 0; i < BOOKS; i++) {
        struct instrument instrument;
        instrument_defaults(&instrument, ASSET_CRYPTO, i == 0 ? "X" : "Y", 0);
        instrument.price_decimals = instrument.qty_decimals = 0;
        instrument.tick = PRICE(1);
        instrument.lot = instrument.qty_min = QTY(1);
        instrument.payoff = inverse ? PAYOFF_INVERSE : PAYOFF_LINEAR;
        assert_int_equal(instruments_add(&storm->instruments, &instrument), i);
    }
}

static void storm_open(struct storm *storm, uint64_t seed, bool inverse,
                       struct tick_margin margin) {
    memset(storm, 0, sizeof *storm);
    assert_ok(arena_init(&storm->wiring, 4 << 20));
    assert_ok(arena_init(&storm->state, 32 << 20));
    add_instruments(storm, inverse);
    assert_ok(sim_account_init(&storm->account, &storm->wiring, &storm->state, &storm->instruments,
                               OWNERS, 0));
    // A contract of 1 at 1,000 is 0.001 of a coin: cash for some hundreds of them, as the dollars are.
    storm->cash = inverse ? CASH : CASH / 10;
    if (margin.initial == MODEL_PARTS) storm->cash *= 3;
    sim_account_add_cash(&storm->account, 0, MONEY(storm->cash));
    prng_seed(&storm->prng, seed);
    tick_config_defaults(&storm->config);
    storm->config.instruments = &storm->instruments;
    storm->config.account = &storm->account;
    storm->config.strategy_count = OWNERS;
    storm->config.order_max = 64;
    storm->config.message_max = 64;
    storm->config.margin = margin;
    storm->config.fee_params[0] = -1;
    storm->config.fee_params[1] = 5;
    storm->config.book = (struct book_l2_config){.window = 4096, .level_max = 4096};
    for (uint32_t i = 0; i < BOOKS; i++) {
        storm->config.instrument = i;
        storm->books[i] = tick_exchange_new(&storm->wiring, &storm->state, &storm->config);
        if (storm->books[i] == NULL) fail_msg("%s", err_story());
        storm->ports[i] = tick_exchange_port(storm->books[i]);
        storm->middle[i] = 1000;
    }
}

static void storm_close(struct storm *storm) {
    arena_fini(&storm->wiring);
    arena_fini(&storm->state);
}

static money_t value_of(const struct storm *storm, uint32_t i, int64_t price, int64_t qty) {
    struct notional_scale scale = instrument_scale(&storm->instruments, i);
    money_t value;
    assert_ok(decimal_notional(PRICE(price), QTY(qty), &scale, ROUND_HALF_EVEN, &value));
    return value;
}

static void take_fill(struct storm *storm, uint32_t i, const struct order_event *report) {
    bool forced = order_id_is_venue(report->order_id);
    uint32_t owner = forced ? order_id_strategy(report->order_id) : storm->owners[report->order_id];
    int64_t *held = &storm->held[owner][i];
    int64_t side = forced ? (*held > 0 ? -1 : 1) : storm->sides[report->order_id];
    storm->cash -= side * value_of(storm, i, report->price.m, report->qty.m).m + report->fee;
    *held += side * report->qty.m;
    if (forced) assert_true(side > 0 ? *held <= 0 : *held >= 0); // it never turns a position
    storm->fills += !forced;
    storm->forced += forced;
}

// How many orders were accepted, and whether that was all that was said.
static int listen(struct storm *storm, uint32_t i, bool *ret_quiet) {
    union event events[16];
    int count, accepted = 0;
    while ((count = storm->ports[i].poll(storm->ports[i].self, storm->now_ns, events, 16)) > 0)
        for (int k = 0; k < count; k++) {
            const struct order_event *report = &events[k].order;
            uint16_t kind = report->header.kind;
            if (kind == EVENT_ORDER_FILLED) take_fill(storm, i, report);
            if (kind == EVENT_ORDER_ACCEPTED) accepted++;
            if (kind != EVENT_ORDER_ACCEPTED) *ret_quiet = false;
            storm->refused += report->reason == REASON_INSUFFICIENT_MARGIN ||
                              report->reason == REASON_NOT_SHORTABLE;
        }
    storm->accepted += (uint64_t)accepted;
    return accepted;
}

static int play(struct storm *storm, uint32_t i, const struct feed_rows *rows, bool *ret_quiet) {
    uint64_t row = 0;
    int accepted = 0;
    bool whole;
    do {
        whole = tick_exchange_play(storm->books[i], rows, &row, storm->now_ns);
        accepted += listen(storm, i, ret_quiet);
    } while (!whole);
    return accepted;
}

// The price that the account goes by; 0: there never was one.
static int64_t mark_of(const struct storm *storm, uint32_t i) {
    return storm->account.holdings[i].mark.m;
}

// Equity in one pass over what the reports said.
static int128_t equity_of(const struct storm *storm, int128_t *ret_gross) {
    int128_t equity = storm->cash, gross = 0;
    for (uint32_t i = 0; i < BOOKS; i++) {
        int64_t net = storm->held[0][i] + storm->held[1][i];
        if (net == 0) continue;
        int128_t value = value_of(storm, i, mark_of(storm, i), net).m;
        equity += value;
        gross += value < 0 ? -value : value;
    }
    *ret_gross = gross;
    return equity;
}

// The sum of what could be long or short, from every slot that is in use.
static int128_t needs_of(const struct storm *storm) {
    int128_t sum = 0;
    for (uint32_t i = 0; i < BOOKS; i++) {
        int64_t net = storm->held[0][i] + storm->held[1][i];
        int128_t held = net == 0 ? 0 : value_of(storm, i, mark_of(storm, i), net).m, up, down;
        if ((held < 0) != (net < 0)) held = -held;
        up = held;
        down = -held;
        for (uint32_t slot = 0; slot < storm->config.order_max; slot++) {
            const struct tick_order *order = &storm->books[i]->orders[slot];
            if (order->use == TICK_FREE || order->spec.flags & ORDER_REDUCE_ONLY) continue;
            int64_t price =
                order->spec.limit_price.m ? order->spec.limit_price.m : order->spec.stop_price.m;
            int128_t value = value_of(storm, i, price, order->leaves).m;
            if (value < 0) value = -value;
            *(order->spec.side > 0 ? &up : &down) += value;
        }
        sum += up > down ? up : down;
    }
    return sum;
}

static bool is_closing(const struct storm *storm) {
    for (uint32_t i = 0; i < BOOKS; i++)
        if (storm->books[i]->state->closing ||
            storm->books[i]->state->margin_calls != storm->account.state->margin_calls)
            return true;
    return false;
}

static void check(struct storm *storm, int accepted, bool quiet, int128_t needed) {
    int128_t gross, equity = equity_of(storm, &gross);
    const struct tick_margin *margin = &storm->config.margin;
    assert_true(storm->cash == storm->account.cash[0].cash.m);
    for (uint32_t i = 0; i < BOOKS; i++)
        for (uint32_t s = 0; s < OWNERS; s++) {
            assert_int_equal(storm->held[s][i], sim_account_quantity(&storm->account, s, i)->m);
            int64_t net = storm->held[0][i] + storm->held[1][i];
            if (!margin->allow_short) assert_true(net >= 0);
        }
    if (is_closing(storm)) return;
    assert_true(gross == 0 || equity * MODEL_PARTS >= gross * margin->maintenance);
    if (accepted != 1 || !quiet || needs_of(storm) <= needed) return;
    assert_true(equity * MODEL_PARTS >= needs_of(storm) * margin->initial);
    storm->carried++;
}

static void send(struct storm *storm, uint32_t i) {
    static const uint16_t types[] = {ORDER_LIMIT, ORDER_LIMIT, ORDER_LIMIT, ORDER_MARKET,
                                     ORDER_STOP};
    struct order_spec spec = {.instrument = i,
                              .strategy = (uint32_t)below(storm, OWNERS),
                              .side = below(storm, 2) ? 1 : -1,
                              .type = types[below(storm, 5)],
                              .tif = below(storm, 4) ? TIF_GTC : TIF_IOC,
                              .qty = QTY(1 + below(storm, 12))};
    if (spec.type == ORDER_LIMIT)
        spec.limit_price = PRICE(storm->middle[i] + spec.side * (below(storm, 14) - 10));
    if (spec.type == ORDER_STOP)
        spec.stop_price = PRICE(storm->middle[i] + spec.side * (3 + below(storm, 9)));
    if (below(storm, 6) == 0) spec.flags = ORDER_REDUCE_ONLY;
    uint64_t id = ++storm->ids;
    storm->sides[id] = (int8_t)spec.side;
    storm->owners[id] = (uint8_t)spec.strategy;
    const struct submit_event intent = {
        .header = {.ts_ns = storm->now_ns, .instrument = i}, .order_id = id, .spec = spec};
    assert_ok(storm->ports[i].submit(storm->ports[i].self, &intent));
}

static void disturb(struct storm *storm, uint32_t i) {
    uint64_t id = storm->ids - (uint64_t)below(storm, storm->ids < 40 ? (int64_t)storm->ids : 40);
    const struct cancel_event cancel = {.header = {.ts_ns = storm->now_ns, .instrument = i},
                                        .order_id = id};
    const struct replace_event replace = {
        .header = {.ts_ns = storm->now_ns, .instrument = i},
        .order_id = id,
        .qty = QTY(1 + below(storm, 20)),
        .price = PRICE(storm->middle[i] + storm->sides[id] * (below(storm, 14) - 10))};
    if (below(storm, 2))
        assert_ok(storm->ports[i].cancel(storm->ports[i].self, &cancel));
    else
        assert_ok(storm->ports[i].replace(storm->ports[i].self, &replace));
}

// A level or a trade; the middle wanders, now and then far.
static int feed(struct storm *storm, uint32_t i, bool *ret_quiet) {
    int64_t *middle = &storm->middle[i];
    if (below(storm, 6) == 0) *middle += below(storm, 7) - 3;
    if (below(storm, 300) == 0) *middle += below(storm, 400) - 200;
    if (*middle < 300 || *middle > 3000) *middle = 1000;
    int side = below(storm, 2) ? 1 : -1;
    bool trade = below(storm, 4) == 0;
    int64_t away = below(storm, 8), price = *middle - side * (trade ? 0 : 1 + away), id = 0;
    int64_t qty = !trade && below(storm, 3) == 0 ? 0 : 1 + below(storm, 9);
    // The other side has gone where this one comes.
    int64_t what[2] = {feed_what(FEED_CLEAR, -side, 0),
                       feed_what(trade ? FEED_TRADE : FEED_LEVEL, side, 0)};
    int64_t ns[2] = {storm->now_ns, storm->now_ns}, prices[2] = {0, price}, qtys[2] = {0, qty};
    uint64_t ids[2] = {(uint64_t)id, (uint64_t)id};
    const struct book_l2 *book = tick_exchange_book(storm->books[i]);
    int64_t other = side > 0 ? book_l2_best_ask(book) : book_l2_best_bid(book);
    bool none = other == BOOK_L2_NO_ASK || other == BOOK_L2_NO_BID;
    bool crosses = !trade && qty > 0 && !none && side * (price - other) >= 0;
    const struct feed_rows rows = {.venue_ns = ns + !crosses,
                                   .price = prices + !crosses,
                                   .qty = qtys + !crosses,
                                   .id = ids,
                                   .what = what + !crosses,
                                   .count = 1 + crosses};
    return play(storm, i, &rows, ret_quiet);
}

static uint64_t run(struct storm *storm) {
    const struct feed_rows none = {.count = 0};
    for (int step = 0; step < STEPS; step++) {
        uint32_t i = (uint32_t)below(storm, BOOKS);
        bool quiet = true;
        storm->now_ns++;
        int accepted = feed(storm, i, &quiet);
        check(storm, accepted, quiet, INT64_MAX);
        int128_t needed = needs_of(storm);
        bool closing = storm->books[i]->state->closing;
        if (below(storm, 3) == 0) send(storm, i);
        if (storm->ids > 0 && below(storm, 5) == 0) disturb(storm, i);
        quiet = true;
        storm->now_ns++;
        accepted = play(storm, i, &none, &quiet);
        check(storm, accepted, quiet, needed);
        if (closing) assert_int_equal(accepted, 0);
        if (step % 512 == 0)
            for (uint32_t k = 0; k < BOOKS; k++) tick_exchange_check(storm->books[k]);
        // Who is broke gets new money: the storm goes on.
        int128_t gross, equity = equity_of(storm, &gross);
        if (gross == 0 && equity < CASH / 20) {
            sim_account_add_cash(&storm->account, 0, MONEY(CASH / 10));
            storm->cash += CASH / 10;
        }
    }
    storm->calls = storm->account.state->margin_calls;
    return hash64(1, storm->state.base, storm->state.used);
}

static void nothing_is_owed_that_margin_does_not_carry(void **state) {
    const struct tick_margin margins[] = {
        {MODEL_PARTS / 10, MODEL_PARTS / 20, true},
        {MODEL_PARTS, MODEL_PARTS / 2, true},
        {MODEL_PARTS, 0, false},
    };
    struct storm *storm = calloc(1, sizeof *storm);
    for (int m = 0; m < 3; m++)
        for (int inverse = 0; inverse < 2 - (m == 2); inverse++) {
            uint64_t hashes[2];
            for (int turn = 0; turn < 2; turn++) {
                storm_open(storm, (uint64_t)(10 * m + inverse), inverse, margins[m]);
                hashes[turn] = run(storm);
                assert_true(storm->accepted > 900 && storm->fills > 50 && storm->refused > 50);
                assert_true(storm->carried > 0); // 14 to 187
                if (m == 0) assert_true(storm->calls > 10 && storm->forced > 10);
                storm_close(storm);
            }
            assert_true(hashes[0] == hashes[1]);
        }
    free(storm);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_owed_that_margin_does_not_carry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
