// SPDX-License-Identifier: Apache-2.0
// Generated commands through the matching engine and through its plain twin: every event and, after every command, the
// state's hash must be the same. On the way what must hold whatever comes is looked at: quantities are conserved,
// nobody trades beyond a limit, and with prevention nobody trades with himself in continuous trading.
#include "harness.h"

#include "base/prng.h"
#include "matching_twin.h"

enum { COMMANDS = 50000, ORDERS = 400, OWNERS = 6, IDS = 1500, EVENTS = 4096, CHECK_EVERY = 64 };

enum { ACCOUNTS = COMMANDS + 2 };

// What the events said of an order.
struct account {
    int64_t limit;
    int64_t leaves;
    bool limited, prevents, live, hidden;
    uint32_t owner;
    int32_t side;
};

struct game {
    struct arena arena;
    struct matching engine;
    struct matching_twin *twin;
    struct matching_event *twin_events;
    struct matching_event *events;
    struct matching_sink sink;
    struct prng prng;
    int64_t mid;
    int64_t now_ns;
    uint64_t next_id;
    uint64_t fills, triggered, self_ends, uncrossed, expired, interrupted, hidden;
    struct account *accounts; // [ACCOUNTS] by id
};

static int64_t between(struct prng *prng, int64_t from, int64_t to) {
    return from + (int64_t)prng_below(prng, (uint64_t)(to - from + 1));
}

static bool chance(struct prng *prng, uint64_t of_100) {
    return prng_below(prng, 100) < of_100;
}

static struct matching_config config_of(uint64_t seed) {
    struct matching_config config = {
        .tick = 5,
        .price_min = 500,
        .price_max = 1500,
        .lot = seed % 3 == 0 ? 1 : 10,
        .order_max = ORDERS,
        .owner_max = OWNERS,
        .algorithm = seed % 2 == 0 ? MATCHING_FIFO : MATCHING_PRO_RATA,
        .stp = 1 + (uint32_t)(seed / 2) % (MATCHING_STP_COUNT - 1),
        .phase = seed % 5 == 0 ? MATCHING_PRE_OPEN : MATCHING_CONTINUOUS,
        .top_percent = seed % 4 == 1 ? 100 : 40,
        .top_max = seed % 4 == 1 ? 0 : 70,
        .fifo_percent = seed % 3 == 0 ? 30 : 0,
        .min_allocation = seed % 8 == 1 ? 20 : 0,
        .reference_price = seed % 5 == 0 ? 1000 : 0,
        .report = MATCHING_REPORT_INDICATIVE,
        .collar = seed % 5 == 2   ? 60
                  : seed % 5 == 3 ? 23
                                  : 0,
    };
    return config;
}

static void terms_of(struct game *game, struct matching_command *c) {
    struct prng *prng = &game->prng;
    int64_t far = chance(prng, 80) ? 4 : 30, lot = game->engine.config.lot;
    int64_t price = game->mid + between(prng, -far, far) * 5;
    static const uint16_t types[] = {
        ORDER_LIMIT,           ORDER_LIMIT,          ORDER_LIMIT,      ORDER_LIMIT,
        ORDER_MARKET,          ORDER_STOP,           ORDER_STOP_LIMIT, ORDER_TRAILING_STOP,
        ORDER_MARKET_TO_LIMIT, ORDER_MARKET_ON_CLOSE};
    c->type = types[prng_below(prng, sizeof types / sizeof types[0])];
    c->tif = chance(prng, 60) ? TIF_GTC : (uint16_t)prng_below(prng, TIF_COUNT);
    bool limit = c->type == ORDER_LIMIT || c->type == ORDER_STOP_LIMIT;
    bool stop = c->type == ORDER_STOP || c->type == ORDER_STOP_LIMIT;
    c->qty = between(prng, 1, 30) * lot;
    if (limit) c->price = price;
    if (stop || (c->type == ORDER_TRAILING_STOP && chance(prng, 50)))
        c->stop_price = game->mid + between(prng, -8, 8) * 5;
    if (c->type == ORDER_TRAILING_STOP) c->trail = between(prng, 1, 12) * 5;
    if (limit && chance(prng, 15)) c->display_qty = between(prng, 1, 4) * lot;
    if (c->tif == TIF_IOC && chance(prng, 40)) c->min_qty = between(prng, 1, 20) * lot;
    if (c->tif == TIF_GTD) c->expire_ns = game->now_ns + between(prng, 1, 400);
    if (c->type == ORDER_LIMIT && chance(prng, 8)) c->flags = MATCHING_POST_ONLY;
    if (limit && chance(prng, 12)) c->flags |= MATCHING_HIDDEN;
    if (chance(prng, 20)) c->stp = (uint16_t)prng_below(prng, MATCHING_STP_COUNT);
}

// Now and then a field holds what it must not.
static void spoil(struct prng *prng, struct matching_command *c) {
    int64_t *const fields[] = {&c->qty,         &c->price,   &c->stop_price, &c->trail,
                               &c->display_qty, &c->min_qty, &c->expire_ns};
    static const int64_t values[] = {-5, 0, 3, 7, 20, 495, 1505, 2000, INT64_MAX, INT64_MIN};
    *fields[prng_below(prng, 7)] = values[prng_below(prng, 10)];
    if (chance(prng, 20)) c->owner = OWNERS;
    if (chance(prng, 20)) c->side = 0;
    if (chance(prng, 10)) c->type = ORDER_TYPE_COUNT;
    if (chance(prng, 10)) c->flags = 1U << prng_below(prng, 10);
    if (chance(prng, 10)) c->tif = TIF_COUNT;
    if (chance(prng, 10)) c->order_id = 0;
}

static uint64_t known_id(struct game *game) {
    uint64_t span = game->next_id < IDS ? game->next_id : IDS;
    return game->next_id - prng_below(&game->prng, span + 1);
}

static void replace_of(struct game *game, struct matching_command *c) {
    struct prng *prng = &game->prng;
    struct matching_order order = {0};
    for (int i = 0; i < 20 && order.order_id == 0; i++) {
        c->order_id = known_id(game);
        (void)matching_order_find(&game->engine, c->order_id, &order);
    }
    bool priced = order.price != 0 || order.type == ORDER_STOP;
    c->owner = chance(prng, 97) ? order.owner : c->owner;
    c->price = order.price != 0 ? order.price : order.stop_price;
    if (!priced) c->price = 0;
    if (priced && chance(prng, 60)) c->price = game->mid + between(prng, -8, 8) * 5;
    if (chance(prng, 50)) c->qty = order.filled + between(prng, 0, 30) * game->engine.config.lot;
    if (chance(prng, 5)) c->display_qty = between(prng, 1, 4) * game->engine.config.lot;
    c->side = 0;
}

static struct matching_command command_of(struct game *game) {
    struct prng *prng = &game->prng;
    struct matching_command c = {.owner = (uint32_t)prng_below(prng, OWNERS),
                                 .side = chance(prng, 50) ? 1 : -1};
    uint64_t dice = prng_below(prng, 1000);
    game->now_ns += between(prng, 0, 3);
    if (chance(prng, 3)) game->mid += between(prng, -2, 2) * 5;
    if (game->mid < 600 || game->mid > 1400) game->mid = 1000;
    c.time_ns = game->now_ns - (chance(prng, 2) ? 5 : 0);
    if (dice < 550) {
        c.kind = MATCHING_NEW;
        c.order_id = chance(prng, 99) ? ++game->next_id : known_id(game);
        terms_of(game, &c);
    } else if (dice < 750) {
        struct matching_order order;
        c.kind = MATCHING_CANCEL;
        c.order_id = known_id(game);
        if (matching_order_find(&game->engine, c.order_id, &order) && chance(prng, 95))
            c.owner = order.owner;
    } else if (dice < 980) {
        c.kind = MATCHING_REPLACE;
        replace_of(game, &c);
    } else if (dice < 985) {
        c.kind = MATCHING_MASS_CANCEL;
        c.side = (int32_t)between(prng, -1, 1);
    } else if (dice < 997) {
        bool off = matching_phase(&game->engine) != MATCHING_CONTINUOUS;
        c.kind = MATCHING_PHASE;
        c.phase = (uint16_t)prng_below(prng, MATCHING_PHASE_COUNT + 1);
        if (off && chance(prng, 60)) c.phase = MATCHING_CONTINUOUS;
    } else {
        c.kind = (uint32_t)prng_below(prng, MATCHING_COMMAND_END + 1);
    }
    if (chance(prng, 3)) spoil(prng, &c);
    return c;
}

static void part(struct account *account, int64_t qty, int64_t leaves) {
    assert_true(account->live);
    assert_int_equal(account->leaves - qty, leaves);
    account->leaves = leaves;
    account->live = leaves > 0;
}

static void look_at_fill(struct game *game, const struct matching_event *e) {
    struct account *taker = &game->accounts[e->order_id], *maker = &game->accounts[e->other_id];
    assert_true(e->qty > 0 && e->qty % game->engine.config.lot == 0);
    assert_int_equal(taker->owner, e->owner);
    assert_int_equal(maker->owner, e->other_owner);
    assert_int_equal(taker->side, -maker->side);
    if (taker->limited) assert_true((e->price - taker->limit) * taker->side <= 0);
    if (maker->limited) assert_true((e->price - maker->limit) * maker->side <= 0);
    if (e->side != 0 && taker->prevents && e->owner != 0)
        assert_int_not_equal(e->owner, e->other_owner);
    game->hidden += maker->hidden;
    part(taker, e->qty, e->leaves);
    part(maker, e->qty, e->other_leaves);
}

static void look_at(struct game *game, const struct matching_command *c,
                    const struct matching_event *e) {
    struct account *account = &game->accounts[e->order_id < ACCOUNTS ? e->order_id : 0];
    uint32_t stp = c->stp == MATCHING_STP_DEFAULT ? game->engine.config.stp : c->stp;
    game->triggered += e->kind == MATCHING_TRIGGERED;
    game->uncrossed += e->kind == MATCHING_UNCROSSED;
    game->expired += e->kind == MATCHING_EXPIRED;
    game->interrupted += e->kind == MATCHING_PHASE_CHANGED && e->reason == REASON_VOLATILITY;
    game->self_ends += e->kind == MATCHING_CANCELED && e->reason == REASON_SELF_TRADE;
    game->fills += e->kind == MATCHING_FILL;
    switch (e->kind) {
    case MATCHING_ACCEPTED:
        assert_false(account->live);
        *account = (struct account){.limit = c->price,
                                    .leaves = e->qty,
                                    .limited = c->price != 0,
                                    .prevents = stp != MATCHING_STP_NONE,
                                    .live = true,
                                    .hidden = (c->flags & MATCHING_HIDDEN) != 0,
                                    .owner = c->owner,
                                    .side = c->side};
        break;
    case MATCHING_REPLACED:
        assert_true(account->live);
        account->leaves = e->leaves;
        if (account->limited) account->limit = e->price;
        break;
    case MATCHING_FILL:
        look_at_fill(game, e);
        break;
    case MATCHING_CANCELED:
    case MATCHING_EXPIRED:
    case MATCHING_REDUCED:
        part(account, e->qty, e->leaves);
        assert_true(e->kind == MATCHING_REDUCED || e->leaves == 0);
        break;
    default:
        break;
    }
}

// What the events told is what is there.
static void balance(const struct game *game) {
    uint64_t live = 0, leaves = 0;
    for (int i = 0; i < ACCOUNTS; i++) {
        struct matching_order order;
        const struct account *account = &game->accounts[i];
        bool found = matching_order_find(&game->engine, (uint64_t)i, &order);
        assert_int_equal(found, account->live);
        if (!found) continue;
        assert_int_equal(order.leaves, account->leaves);
        assert_int_equal(order.owner, account->owner);
        live++;
        leaves += (uint64_t)order.leaves;
    }
    struct matching_totals totals = matching_totals(&game->engine);
    assert_int_equal(live, matching_order_count(&game->engine));
    assert_int_equal(leaves, totals.live);
    assert_int_equal(totals.trades, game->fills);
    assert_int_equal(totals.accepted, 2 * totals.traded + totals.canceled + totals.live);
}

static void compare(struct game *game, int at, const struct matching_command *c) {
    const struct matching_twin *twin = game->twin;
    uint32_t count = game->sink.count;
    for (uint32_t i = 0; i < count && i < twin->event_count; i++)
        if (memcmp(&game->events[i], &twin->events[i], sizeof *twin->events) != 0)
            fail_msg(
                "command %d of kind %u type %u tif %u: event %u is %s of %ld, the twin's %s of %ld",
                at, c->kind, c->type, c->tif, i, matching_event_name(game->events[i].kind),
                (long)game->events[i].order_id, matching_event_name(twin->events[i].kind),
                (long)twin->events[i].order_id);
    if (count != twin->event_count)
        fail_msg("command %d of kind %u type %u tif %u: %u events, the twin has %u", at, c->kind,
                 c->type, c->tif, count, twin->event_count);
    if (matching_hash(&game->engine) != matching_twin_hash(twin))
        fail_msg("command %d of kind %u type %u tif %u: another state", at, c->kind, c->type,
                 c->tif);
    for (uint32_t i = 0; i < count; i++) look_at(game, c, &game->events[i]);
}

static void game_init(struct game *game, uint64_t seed) {
    struct matching_config config = config_of(seed);
    *game = (struct game){.mid = 1000, .now_ns = 1};
    assert_ok(arena_init(&game->arena, 1 << 20));
    assert_true(matching_size(&config) < 1 << 20);
    assert_ok(matching_init(&game->engine, &game->arena, &config));
    arena_seal(&game->arena);
    game->twin = calloc(1, sizeof *game->twin);
    game->twin_events = calloc(TWIN_EVENTS, sizeof *game->twin_events);
    game->events = calloc(EVENTS, sizeof *game->events);
    game->accounts = calloc(ACCOUNTS, sizeof *game->accounts);
    assert_true(game->accounts != NULL && game->twin != NULL && game->twin_events != NULL &&
                game->events != NULL);
    matching_twin_init(game->twin, &config, game->twin_events);
    game->sink = (struct matching_sink){.events = game->events, .max = EVENTS};
    prng_seed(&game->prng, seed);
}

static void game_fini(struct game *game) {
    arena_fini(&game->arena);
    free(game->twin);
    free(game->twin_events);
    free(game->events);
    free(game->accounts);
}

static void play(struct game *game, uint64_t seed) {
    game_init(game, seed);
    for (int i = 0; i < COMMANDS; i++) {
        struct matching_command c = command_of(game);
        game->sink.count = 0;
        matching_apply(&game->engine, &c, &game->sink);
        assert_true(game->sink.lost == 0);
        matching_twin_apply(game->twin, &c);
        compare(game, i, &c);
        if (i % CHECK_EVERY == 0) matching_check(&game->engine);
    }
}

static void play_all(uint64_t algorithm) {
    struct game game;
    for (uint64_t seed = algorithm; seed < 10; seed += 2) {
        play(&game, seed);
        balance(&game);
        assert_true(game.fills > 1000 && game.triggered > 100 && game.uncrossed > 10);
        assert_true(game.engine.config.collar == 0 || game.interrupted > 5);
        assert_true(game.expired > 10 && game.self_ends > 10 && game.hidden > 100);
        game_fini(&game);
    }
}

static void price_time_matching_is_that_of_the_plain_twin(void **state) {
    (void)state;
    play_all(MATCHING_FIFO);
}

static void pro_rata_matching_is_that_of_the_plain_twin(void **state) {
    (void)state;
    play_all(MATCHING_PRO_RATA);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(price_time_matching_is_that_of_the_plain_twin),
        cmocka_unit_test(pro_rata_matching_is_that_of_the_plain_twin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
