// SPDX-License-Identifier: Apache-2.0
// Random order flow of several strategies on several instruments against a small honest venue, with the fills
// booked in the ledger.
//
// The venue keeps its own truth of each order and says every report once and in order, but late; requests cross
// reports on the way, the client loses contact now and then (UNKNOWN), and fills that were delivered are delivered
// again. Held at every step:
//   the order machine's and the ledger's own checks;
//   working quantities never understate what the venue could still fill;
//   positions are the sums of the fills delivered, each once;
//   nothing an honest venue says is strange.
// And when all is delivered: what the client knows of each order is what the venue knows, to the last unit.
#include "harness.h"

#include "base/prng.h"
#include "ledger/ledger.h"
#include "order/order.h"

enum { INSTRUMENTS = 3, STRATEGIES = 3, ORDERS = 600, QUEUE = 64, POOL = 48, STEPS = 4000 };

struct venue_order {
    uint64_t id;
    uint32_t instrument;
    uint32_t strategy;
    int32_t side;
    bool alive;
    bool told_end; // its last report was delivered
    int64_t qty;
    int64_t filled;
    struct order_event queue[QUEUE];
    int first;
    int last;
    struct order_event told_fill; // the latest delivered
};

struct world {
    struct arena wiring, state;
    struct instruments instruments;
    struct orders orders;
    struct ledger *ledger;
    struct prng prng;
    struct venue_order venue[ORDERS];
    int count;
    uint64_t next_trade;
    int64_t now_ns;
    int64_t position[STRATEGIES][INSTRUMENTS];
    uint64_t redelivered;
};

static int64_t between(struct world *world, int64_t low, int64_t high) {
    return low + (int64_t)prng_below(&world->prng, (uint64_t)(high - low + 1));
}

static struct order_event *say(struct world *world, struct venue_order *order,
                               enum event_kind kind) {
    union event event;
    assert_true(order->last < QUEUE);
    event_init(&event, kind, order->instrument, world->now_ns);
    struct order_event *report = &order->queue[order->last++];
    *report = event.order;
    report->order_id = order->id;
    report->leaves_qty = QTY(order->alive ? order->qty - order->filled : 0);
    return report;
}

static void submit(struct world *world) {
    if (world->count == ORDERS) return;
    struct order_spec spec = {.instrument = (uint32_t)between(world, 0, INSTRUMENTS - 1),
                              .strategy = (uint32_t)between(world, 0, STRATEGIES - 1),
                              .side = between(world, 0, 1) ? 1 : -1,
                              .type = ORDER_LIMIT,
                              .qty = QTY(between(world, 1, 50)),
                              .limit_price = PRICE(100)};
    int handle = orders_submit(&world->orders, &spec, world->now_ns);
    if (handle == ERR_FULL) return;
    assert_true(handle >= 0);
    struct venue_order *order = &world->venue[world->count++];
    *order = (struct venue_order){.id = orders_get(&world->orders, (uint32_t)handle)->id,
                                  .instrument = spec.instrument,
                                  .strategy = spec.strategy,
                                  .side = spec.side,
                                  .alive = between(world, 0, 9) != 0,
                                  .qty = spec.qty.m};
    say(world, order, order->alive ? EVENT_ORDER_ACCEPTED : EVENT_ORDER_REJECTED);
}

static void fill(struct world *world, struct venue_order *order) {
    if (!order->alive || order->last > QUEUE - 8) return;
    int64_t qty = between(world, 1, order->qty - order->filled);
    order->filled += qty;
    order->alive = order->filled < order->qty;
    struct order_event *report = say(world, order, EVENT_ORDER_FILLED);
    report->trade_id = ++world->next_trade;
    report->qty = QTY(qty);
    report->price = PRICE(between(world, 90, 110));
    report->fee = between(world, -1, 3);
}

static void end(struct world *world, struct venue_order *order) {
    if (!order->alive) return;
    order->alive = false;
    say(world, order, between(world, 0, 1) ? EVENT_ORDER_CANCELED : EVENT_ORDER_EXPIRED);
}

static void request_cancel(struct world *world, struct venue_order *order) {
    int handle = orders_find(&world->orders, order->id);
    if (handle < 0 || order->last > QUEUE - 8) return;
    if (orders_cancel_sent(&world->orders, (uint32_t)handle, world->now_ns) < 0) return;
    if (!order->alive || between(world, 0, 4) == 0) {
        say(world, order, EVENT_ORDER_CANCEL_REJECTED)->reason = REASON_TOO_LATE;
        return;
    }
    order->alive = false;
    say(world, order, EVENT_ORDER_CANCELED)->reason = REASON_REQUESTED;
}

static void request_replace(struct world *world, struct venue_order *order) {
    int handle = orders_find(&world->orders, order->id);
    if (handle < 0 || order->last > QUEUE - 8) return;
    int64_t qty = between(world, 1, 60);
    if (orders_replace_sent(&world->orders, (uint32_t)handle, QTY(qty), PRICE(99), world->now_ns) <
        0)
        return;
    if (!order->alive || qty <= order->filled || between(world, 0, 3) == 0) {
        say(world, order, EVENT_ORDER_REPLACE_REJECTED);
        return;
    }
    order->qty = qty;
    struct order_event *report = say(world, order, EVENT_ORDER_REPLACED);
    report->qty = QTY(qty);
    report->price = PRICE(99);
}

static void book(struct world *world, const struct venue_order *order,
                 const struct order_event *event) {
    struct ledger_fill made = {.strategy = order->strategy,
                               .instrument = order->instrument,
                               .side = order->side,
                               .qty = event->qty,
                               .price = event->price,
                               .fee = event->fee,
                               .ts_ns = event->header.ts_ns};
    struct ledger_result result;
    assert_int_equal(ledger_fill(world->ledger, &made, &result), 0);
}

// A fill is new to the client when the venue tells it for the first time.
static void deliver(struct world *world, struct venue_order *order) {
    if (order->first == order->last) return;
    struct order_event event = order->queue[order->first++];
    event.header.ts_ns = world->now_ns;
    bool is_fill = event.header.kind == EVENT_ORDER_FILLED;
    struct order_change change = orders_apply(&world->orders, &event);
    if (change.handle == UINT32_MAX) {
        // Ended and forgotten: only the refusal of a request that came too late can still arrive.
        assert_true(order->told_end && !is_fill);
        return;
    }
    assert_int_equal(change.outcome, ORDER_APPLIED);
    assert_int_equal(change.is_fill, is_fill);
    if (is_fill) {
        order->told_fill = event;
        world->position[order->strategy][order->instrument] += order->side * event.qty.m;
        book(world, order, &event);
    }
    order->told_end |= change.ended;
}

static void deliver_again(struct world *world, struct venue_order *order) {
    if (order->told_fill.trade_id == 0) return;
    struct order_change change = orders_apply(&world->orders, &order->told_fill);
    assert_false(change.is_fill);
    assert_true(change.outcome == ORDER_DUPLICATE || change.handle == UINT32_MAX);
    world->redelivered += change.outcome == ORDER_DUPLICATE;
}

static void lose_contact(struct world *world, struct venue_order *order) {
    union event event;
    if (orders_find(&world->orders, order->id) < 0) return;
    event_init(&event, EVENT_ORDER_UNKNOWN, order->instrument, world->now_ns);
    event.order.order_id = order->id;
    assert_int_equal(orders_apply(&world->orders, &event.order).outcome, ORDER_APPLIED);
}

static void check(const struct world *world, bool all_delivered) {
    orders_check(&world->orders);
    ledger_check(world->ledger);
    int64_t could_fill[INSTRUMENTS][2] = {0};
    for (int i = 0; i < world->count; i++) {
        const struct venue_order *order = &world->venue[i];
        if (order->alive)
            could_fill[order->instrument][order->side > 0] += order->qty - order->filled;
    }
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        const struct order_exposure *exposure = &world->orders.exposure[i];
        assert_true(exposure->buy.m >= could_fill[i][1]);
        assert_true(exposure->sell.m >= could_fill[i][0]);
        if (all_delivered) assert_int_equal(exposure->buy.m, could_fill[i][1]);
        if (all_delivered) assert_int_equal(exposure->sell.m, could_fill[i][0]);
        int64_t quantity = 0;
        for (uint32_t s = 0; s < STRATEGIES; s++) {
            quantity += world->position[s][i];
            assert_int_equal(ledger_position(world->ledger, s, i)->qty.m, world->position[s][i]);
        }
        assert_int_equal(ledger_quantity(world->ledger, i).m, quantity);
    }
    assert_int_equal(world->orders.counts->illegal, 0);
    assert_int_equal(world->orders.counts->late_fills, 0);
    assert_int_equal(world->orders.counts->overfills, 0);
}

static void compare_orders(const struct world *world) {
    for (int i = 0; i < world->count; i++) {
        const struct venue_order *order = &world->venue[i];
        int handle = orders_find(&world->orders, order->id);
        assert_true(handle >= 0 || order->told_end);
        if (handle < 0) continue;
        const struct order *known = orders_get(&world->orders, (uint32_t)handle);
        assert_int_equal(known->filled_qty.m, order->filled);
        assert_int_equal(order_is_live(known), order->alive);
        if (order->alive) assert_int_equal(known->spec.qty.m, order->qty);
        assert_int_equal(known->replace_qty.m, 0);
    }
}

static void world_open(struct world *world, uint64_t seed) {
    memset(world, 0, sizeof *world);
    prng_seed(&world->prng, seed);
    assert_ok(arena_init(&world->wiring, 1 << 16));
    assert_ok(arena_init(&world->state, 4 << 20));
    assert_ok(instruments_init(&world->instruments, &world->wiring, INSTRUMENTS, 1));
    assert_int_equal(instruments_add_currency(&world->instruments, "USD", 2), 0);
    static const char *const symbols[INSTRUMENTS] = {"A", "B", "C"};
    for (uint32_t i = 0; i < INSTRUMENTS; i++) {
        struct instrument made;
        instrument_defaults(&made, ASSET_EQUITY, symbols[i], 0);
        assert_ok(instruments_add(&world->instruments, &made));
    }
    struct orders_config orders = {.instruments = &world->instruments,
                                   .max = POOL,
                                   .instrument_count = INSTRUMENTS,
                                   .strategy_count = STRATEGIES};
    struct ledger_config ledger = {
        .instruments = &world->instruments, .strategy_count = STRATEGIES, .lot_max = 4096};
    assert_ok(orders_init(&world->orders, &world->state, &orders));
    world->ledger = ledger_new(&world->wiring, &world->state, &ledger);
    assert_non_null(world->ledger);
}

static void step(struct world *world) {
    world->now_ns++;
    int recent = world->count > 80 ? world->count - 80 : 0;
    if (world->count == 0 || between(world, 0, 5) == 0) submit(world);
    if (world->count == 0) return;
    struct venue_order *order = &world->venue[between(world, recent, world->count - 1)];
    switch (between(world, 0, 11)) {
    case 0:
        request_cancel(world, order);
        break;
    case 1:
        request_replace(world, order);
        break;
    case 2:
    case 3:
        fill(world, order);
        break;
    case 4:
        if (between(world, 0, 4) == 0) end(world, order);
        break;
    case 5:
        deliver_again(world, order);
        break;
    case 6:
        if (between(world, 0, 2) == 0) lose_contact(world, order);
        break;
    default:
        deliver(world, order);
    }
}

static void honest_venues_and_clients_agree_in_the_end(void **state) {
    static struct world world;
    uint64_t redelivered = 0;
    uint64_t filled = 0;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        world_open(&world, seed);
        for (int i = 0; i < STEPS; i++) {
            step(&world);
            check(&world, false);
        }
        for (int i = 0; i < world.count; i++)
            while (world.venue[i].first < world.venue[i].last) deliver(&world, &world.venue[i]);
        check(&world, true);
        compare_orders(&world);
        redelivered += world.redelivered;
        filled += world.orders.counts->filled;
        arena_fini(&world.wiring);
        arena_fini(&world.state);
    }
    assert_true(redelivered > 100 && filled > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_venues_and_clients_agree_in_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
