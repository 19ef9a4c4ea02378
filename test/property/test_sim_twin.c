// SPDX-License-Identifier: Apache-2.0
// Random orders on random bars. A naive twin knows of each order only its terms and its bar: it looks at every bar
// after the arrival in turn and says where the order fills. Where volume caps nothing and margin forbids
// nothing, the venue must agree on every order's bar and price, on any path inside the bar. Then, with
// everything at once, what must always hold is looked at after every bar.
#include "../unit/sim/pit.h"

enum { ROUNDS = 60, BARS = 150, ORDERS_MAX = 400 };

struct twin_order {
    struct order_spec spec;
    int64_t arrival_ns;
    int64_t fill_price; // 0: not filled
    int64_t fill_open_ns;
    int64_t canceled_ns;
};

struct game {
    struct pit pit;
    struct prng prng;
    struct bar bars[BARS];
    struct twin_order orders[ORDERS_MAX];
    int64_t got_price[ORDERS_MAX];
    int64_t got_open_ns[ORDERS_MAX];
    int bar_count;
    int order_count;
};

static int64_t between(struct prng *prng, int64_t from, int64_t to) {
    return from + (int64_t)prng_below(prng, (uint64_t)(to - from + 1));
}

static struct bar random_bar(struct game *game, int64_t open_ns, int64_t last) {
    struct prng *prng = &game->prng;
    int64_t open = last + between(prng, -60, 60); // gaps are common
    int64_t high = open + between(prng, 0, 80);
    int64_t low = open - between(prng, 0, 80);
    return (struct bar){.open_ns = open_ns,
                        .close_ns = open_ns + NS_PER_MIN,
                        .open = PRICE(open),
                        .high = PRICE(high),
                        .low = PRICE(low),
                        .close = PRICE(between(prng, low, high)),
                        .volume = QTY(between(prng, 0, 400)),
                        .frame_s = 60};
}

static struct order_spec random_spec(struct game *game, int64_t last) {
    struct prng *prng = &game->prng;
    int32_t side = prng_below(prng, 2) == 0 ? 1 : -1;
    int64_t qty = between(prng, 1, 60);
    int64_t price = last + between(prng, -120, 120);
    switch (prng_below(prng, 3)) {
    case 0:
        return pit_market(side, qty);
    case 1:
        return pit_limit(side, qty, price);
    default:
        return pit_stop(side, qty, price);
    }
}

// The naive twin: one order, one bar.
static int64_t naive_fill(const struct twin_order *order, const struct bar *bar) {
    bool buys = order->spec.side > 0;
    int64_t limit = order->spec.limit_price.m;
    int64_t stop = order->spec.stop_price.m;
    if (bar->open_ns < order->arrival_ns) return 0;
    if (order->canceled_ns != 0 && bar->open_ns >= order->canceled_ns) return 0;
    if (order->spec.type == ORDER_MARKET) return bar->open.m;
    if (order->spec.type == ORDER_LIMIT) {
        if (buys && bar->open.m < limit) return bar->open.m;
        if (!buys && bar->open.m > limit) return bar->open.m;
        if (buys && bar->low.m < limit) return limit;
        if (!buys && bar->high.m > limit) return limit;
        return 0;
    }
    if (buys && bar->open.m >= stop) return bar->open.m;
    if (!buys && bar->open.m <= stop) return bar->open.m;
    if (buys && bar->high.m >= stop) return stop;
    if (!buys && bar->low.m <= stop) return stop;
    return 0;
}

static void naive_run(struct game *game) {
    for (int i = 0; i < game->order_count; i++) {
        struct twin_order *order = &game->orders[i];
        for (int b = 0; b < game->bar_count && order->fill_price == 0; b++) {
            order->fill_price = naive_fill(order, &game->bars[b]);
            if (order->fill_price != 0) order->fill_open_ns = game->bars[b].open_ns;
        }
    }
}

// Polls and writes down every fill; CHECKs each against the bar that is being filled from.
static void collect(struct game *game, const struct bar *bar, int64_t now_ns, int64_t *ret_taken) {
    struct pit *pit = &game->pit;
    union event events[8];
    int count;
    while ((count = pit->venue.poll(pit->venue.self, now_ns, events, 8)) > 0) {
        for (int i = 0; i < count; i++) {
            pit_write(pit, &events[i]);
            if (events[i].header.kind != EVENT_ORDER_FILLED) continue;
            const struct order_event *fill = &events[i].order;
            assert_non_null(bar);
            assert_in_range(fill->price.m, bar->low.m, bar->high.m);
            assert_int_equal(fill->header.ts_ns, bar->close_ns);
            struct twin_order *order = &game->orders[fill->order_id - 1];
            assert_true(bar->open_ns >= order->arrival_ns);
            game->got_price[fill->order_id - 1] = fill->price.m;
            game->got_open_ns[fill->order_id - 1] = bar->open_ns;
            *ret_taken += fill->qty.m;
        }
    }
    text_clear(&pit->log);
    sim_exchange_check(pit->exchange);
}

static void send(struct game *game, struct order_spec spec, int64_t latency_ns) {
    struct pit *pit = &game->pit;
    if (game->order_count == ORDERS_MAX) return;
    struct submit_event intent = {.header = {.ts_ns = pit->now_ns},
                                  .order_id = (uint64_t)game->order_count + 1,
                                  .spec = spec};
    int rc = pit->venue.submit(pit->venue.self, &intent);
    assert_int_equal(rc, 0);
    pit->side_of[intent.order_id & 4095] = spec.side;
    game->orders[game->order_count++] =
        (struct twin_order){.spec = spec, .arrival_ns = pit->now_ns + latency_ns};
}

static void maybe_cancel(struct game *game, int64_t latency_ns) {
    struct pit *pit = &game->pit;
    if (game->order_count == 0 || prng_below(&game->prng, 3) != 0) return;
    uint64_t id = 1 + prng_below(&game->prng, (uint64_t)game->order_count);
    struct cancel_event intent = {.header = {.ts_ns = pit->now_ns}, .order_id = id};
    assert_int_equal(pit->venue.cancel(pit->venue.self, &intent), 0);
    struct twin_order *order = &game->orders[id - 1];
    if (order->canceled_ns == 0) order->canceled_ns = pit->now_ns + latency_ns;
}

static void open_game(struct game *game, uint64_t seed, enum sim_path path, double latency_s,
                      double volume_share) {
    *game = (struct game){0};
    prng_seed(&game->prng, seed);
    pit_prepare(&game->pit);
    pit_set(&game->pit, SIM_ALLOW_SHORT, 1);
    pit_set(&game->pit, SIM_PATH, path);
    pit_set(&game->pit, SIM_VOLUME_SHARE, volume_share);
    game->pit.config.cash = MONEY(INT64_C(1000000000000));
    game->pit.config.latency_params[0] = latency_s;
    game->pit.config.order_max = ORDERS_MAX;
    pit_open(&game->pit);
}

static void play(struct game *game, int64_t latency_ns, double volume_share) {
    struct pit *pit = &game->pit;
    int64_t last = 10000;
    for (int b = 0; b < BARS; b++) {
        struct bar bar = random_bar(game, pit->now_ns, last);
        game->bars[game->bar_count++] = bar;
        union event event;
        event_init(&event, EVENT_BAR, PIT_SHARE, bar.close_ns);
        event.bar.bar = bar;
        assert_ok(sim_exchange_market(pit->exchange, &event));
        int64_t taken = 0;
        collect(game, &bar, bar.close_ns, &taken);
        if (volume_share > 0 && b > 0)
            assert_true((double)taken <= volume_share * (double)bar.volume.m);
        pit_check_account(pit);
        pit->now_ns = bar.close_ns;
        last = bar.close.m;
        for (uint64_t n = prng_below(&game->prng, 4); n > 0; n--)
            send(game, random_spec(game, last), latency_ns);
        maybe_cancel(game, latency_ns);
        collect(game, NULL, pit->now_ns, &taken);
    }
}

static void play_twins(enum sim_path path, double latency_s) {
    static struct game game;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        open_game(&game, seed, path, latency_s, 0);
        play(&game, (int64_t)(latency_s * 1e9), 0);
        naive_run(&game);
        int filled = 0;
        for (int i = 0; i < game.order_count; i++) {
            if (game.orders[i].fill_price != game.got_price[i] ||
                game.orders[i].fill_open_ns != game.got_open_ns[i])
                fail_msg("seed %llu, order %d: the twin says %lld, the venue %lld",
                         (unsigned long long)seed, i + 1, (long long)game.orders[i].fill_price,
                         (long long)game.got_price[i]);
            filled += game.got_price[i] != 0;
        }
        assert_true(filled > 50 && filled < game.order_count);
        pit_close(&game.pit);
    }
}

static void every_order_fills_where_the_naive_twin_says(void **state) {
    for (enum sim_path path = SIM_PATH_PESSIMISTIC; path <= SIM_PATH_CLOSEST; path++)
        play_twins(path, 0);
}

static void with_latency_too(void **state) {
    play_twins(SIM_PATH_PESSIMISTIC, 0.25);
    play_twins(SIM_PATH_PESSIMISTIC, 60);
    play_twins(SIM_PATH_OHLC, 200);
}

static void volume_is_never_exceeded(void **state) {
    static struct game game;
    for (uint64_t seed = 100; seed < 100 + ROUNDS; seed++) {
        open_game(&game, seed, SIM_PATH_PESSIMISTIC, 0, 0.1);
        play(&game, 0, 0.1);
        pit_close(&game.pit);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_fills_where_the_naive_twin_says),
        cmocka_unit_test(with_latency_too),
        cmocka_unit_test(volume_is_never_exceeded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
