// SPDX-License-Identifier: Apache-2.0
// Every kind of order, group, bracket, replace, fault, split and margin call at once, over two instruments and two
// strategies. Nothing is predicted; what must hold always is looked at after every event: the venue's own books,
// an order's fills never more than it asked for, reduce-only never past flat, volume never exceeded, the
// account as the sum of the reports, every order told exactly one end, and the same run twice the same.
#include "../unit/sim/pit.h"

#include "base/hash.h"

enum { ROUNDS = 60, BARS = 120, ORDERS = 1024 };

struct life {
    struct order_spec spec;
    int64_t asked; // as the venue last said
    int64_t filled;
    uint32_t ends;
    uint32_t accepted;
};

struct storm {
    struct pit pit;
    struct prng prng;
    struct life lives[ORDERS];
    int64_t held[PIT_STRATEGIES][PIT_INSTRUMENTS];
    int64_t taken;
    uint64_t hash;
    bool forced; // this event closed positions of the venue's own accord
};

static int64_t between(struct storm *storm, int64_t from, int64_t to) {
    return from + (int64_t)prng_below(&storm->prng, (uint64_t)(to - from + 1));
}

static bool chance(struct storm *storm, uint64_t one_in) {
    return prng_below(&storm->prng, one_in) == 0;
}

static void take_fill(struct storm *storm, const struct order_event *report) {
    uint32_t instrument = report->header.instrument;
    assert_true(report->qty.m > 0 && report->price.m > 0);
    if (order_id_is_venue(report->order_id)) {
        int64_t *held = &storm->held[order_id_strategy(report->order_id)][instrument];
        assert_int_equal(report->qty.m, *held > 0 ? *held : -*held);
        *held = 0;
        storm->forced = true;
        return;
    }
    struct life *life = &storm->lives[report->order_id];
    int64_t *held = &storm->held[life->spec.strategy][instrument];
    int64_t before = *held;
    *held += life->spec.side * report->qty.m;
    if (life->spec.flags & ORDER_REDUCE_ONLY)
        assert_true(before != 0 && (*held == 0 || (before > 0) == (*held > 0)));
    life->filled += report->qty.m;
    assert_true(life->accepted && life->ends == 0 && life->filled <= life->asked);
    assert_int_equal(report->leaves_qty.m, life->asked - life->filled);
    if (life->filled == life->asked) life->ends++;
    storm->taken += report->qty.m;
}

static void take_report(struct storm *storm, const union event *event) {
    storm->hash = hash64(storm->hash, event, event->header.size);
    pit_write(&storm->pit, event);
    if (event->header.kind == EVENT_CASH) return;
    const struct order_event *report = &event->order;
    if (event->header.kind == EVENT_ORDER_FILLED) {
        take_fill(storm, report);
        return;
    }
    struct life *life = &storm->lives[report->order_id];
    switch (event->header.kind) {
    case EVENT_ORDER_ACCEPTED:
        assert_true(!life->accepted && life->ends == 0);
        life->accepted = 1;
        break;
    case EVENT_ORDER_REPLACED:
        assert_true(life->accepted && life->ends == 0 && report->qty.m > life->filled);
        life->asked = report->qty.m;
        assert_int_equal(report->leaves_qty.m, life->asked - life->filled);
        break;
    case EVENT_ORDER_REJECTED:
        assert_false(life->accepted);
        life->ends++;
        break;
    case EVENT_ORDER_CANCELED:
    case EVENT_ORDER_EXPIRED:
        assert_true(life->accepted);
        life->ends++;
        break;
    default:
        break;
    }
    assert_true(life->ends <= 1);
}

static void poll(struct storm *storm, int64_t now_ns) {
    union event events[16];
    int count;
    while ((count = storm->pit.venue.poll(storm->pit.venue.self, now_ns, events, 16)) > 0)
        for (int i = 0; i < count; i++) take_report(storm, &events[i]);
    text_clear(&storm->pit.log);
    sim_exchange_check(storm->pit.exchange);
}

static void feed(struct storm *storm, const union event *event) {
    storm->taken = 0;
    storm->forced = false;
    assert_true(sim_exchange_market(storm->pit.exchange, event) >= 0);
    poll(storm, event->header.ts_ns);
}

static int64_t feed_bar(struct storm *storm, uint32_t instrument, int64_t last) {
    struct pit *pit = &storm->pit;
    union event event;
    event_init(&event, EVENT_BAR, instrument, pit->now_ns + pit->frame_ns);
    int64_t open = last + between(storm, -150, 150);
    int64_t high = open + between(storm, 0, 150);
    int64_t low = open - between(storm, 0, 150);
    event.bar.bar = (struct bar){.open_ns = pit->now_ns,
                                 .close_ns = event.header.ts_ns,
                                 .open = PRICE(open),
                                 .high = PRICE(high),
                                 .low = PRICE(low),
                                 .close = PRICE(between(storm, low, high)),
                                 .volume = QTY(between(storm, 1, 20000)),
                                 .frame_s = (uint32_t)(pit->frame_ns / NS_PER_S)};
    feed(storm, &event);
    assert_true(10 * storm->taken <= event.bar.bar.volume.m);
    int64_t close = event.bar.bar.close.m;
    return close < 5000 ? 5000 : close > 20000 ? 20000 : close;
}

static struct order_spec random_spec(struct storm *storm, uint32_t instrument, int64_t last) {
    int32_t side = chance(storm, 2) ? 1 : -1;
    int64_t price = last + between(storm, -200, 200);
    struct order_spec spec = {.instrument = instrument,
                              .strategy = (uint32_t)prng_below(&storm->prng, PIT_STRATEGIES),
                              .side = side,
                              .type = (uint16_t)prng_below(&storm->prng, ORDER_TYPE_COUNT),
                              .tif = (uint16_t)prng_below(&storm->prng, TIF_COUNT),
                              .qty = QTY(between(storm, 1, 1500))};
    if (spec.type == ORDER_LIMIT || spec.type == ORDER_STOP_LIMIT) spec.limit_price = PRICE(price);
    if (spec.type == ORDER_STOP || spec.type == ORDER_STOP_LIMIT)
        spec.stop_price = PRICE(price + between(storm, -30, 30));
    if (spec.type == ORDER_TRAILING_STOP) spec.trail = PRICE(between(storm, 1, 200));
    if (spec.tif == TIF_GTD) spec.expire_ns = storm->pit.now_ns + between(storm, 1, 5 * NS_PER_DAY);
    if (chance(storm, 5)) spec.flags |= ORDER_REDUCE_ONLY;
    if (chance(storm, 9)) spec.flags |= ORDER_POST_ONLY;
    // The latest few orders are the parents and the groups.
    uint64_t recent = storm->pit.next_id;
    if (recent > 3 && chance(storm, 3)) spec.parent = recent - prng_below(&storm->prng, 3);
    if (recent > 3 && chance(storm, 3)) spec.group = recent - prng_below(&storm->prng, 3);
    return spec;
}

static void send(struct storm *storm, uint32_t instrument, int64_t last) {
    struct pit *pit = &storm->pit;
    if (pit->next_id + 1 == ORDERS) return;
    struct submit_event intent = {.header = {.ts_ns = pit->now_ns},
                                  .order_id = pit->next_id + 1,
                                  .spec = random_spec(storm, instrument, last)};
    int rc = pit->venue.submit(pit->venue.self, &intent);
    assert_true(rc == 0 || rc == ERR_FULL);
    if (rc != 0) return;
    pit->next_id++;
    pit->side_of[pit->next_id & 4095] = intent.spec.side;
    pit->strategy_of[pit->next_id & 4095] = intent.spec.strategy;
    storm->lives[pit->next_id] = (struct life){.spec = intent.spec, .asked = intent.spec.qty.m};
}

static void disturb(struct storm *storm, int64_t last) {
    struct pit *pit = &storm->pit;
    if (pit->next_id == 0) return;
    uint64_t id = pit->next_id - prng_below(&storm->prng, pit->next_id < 20 ? pit->next_id : 20);
    uint32_t instrument = storm->lives[id].spec.instrument;
    struct cancel_event cancel = {.header = {.ts_ns = pit->now_ns, .instrument = instrument},
                                  .order_id = id};
    struct replace_event replace = {.header = {.ts_ns = pit->now_ns, .instrument = instrument},
                                    .order_id = id,
                                    .qty = QTY(between(storm, 1, 1500)),
                                    .price = PRICE(last + between(storm, -200, 200))};
    if (chance(storm, 3)) assert_ok(pit->venue.cancel(pit->venue.self, &cancel));
    if (chance(storm, 3)) assert_ok(pit->venue.replace(pit->venue.self, &replace));
}

static void open_storm(struct storm *storm, uint64_t seed) {
    *storm = (struct storm){0};
    prng_seed(&storm->prng, seed);
    struct pit *pit = &storm->pit;
    pit_prepare(pit);
    pit->frame_ns = 7 * NS_PER_HOUR;
    pit->config.cash = MONEY(8000000);
    pit->config.seed = seed;
    pit->config.fee_params[1] = 2;
    pit_set(pit, SIM_PATH, (double)(seed % 4));
    pit_set(pit, SIM_LIMIT_FILL, (double)(seed / 4 % 2));
    pit_set(pit, SIM_ALLOW_SHORT, seed % 3 != 0);
    pit_set(pit, SIM_MARGIN_INITIAL, 0.3);
    pit_set(pit, SIM_MARGIN_MAINTENANCE, 0.28);
    pit_set(pit, SIM_BORROW_RATE, 0.05);
    pit_set(pit, SIM_DEBIT_RATE, 0.05);
    if (seed % 5 == 0) pit_set(pit, SIM_FAULT_REJECT, 0.1);
    if (seed % 5 == 0) pit_set(pit, SIM_FAULT_DISCONNECT, 0.1);
    if (seed % 2 == 0) assert_ok(sim_config_set_latency(&pit->config, "uniform"));
    pit_open(pit);
}

static uint64_t weather(struct storm *storm, uint64_t seed) {
    open_storm(storm, seed);
    struct pit *pit = &storm->pit;
    int64_t last[2] = {10000, 10000};
    for (int b = 0; b < BARS; b++) {
        for (uint32_t i = 0; i < 2; i++) last[i] = feed_bar(storm, i, last[i]);
        pit->now_ns += pit->frame_ns;
        for (uint32_t i = 0; i < 2; i++) {
            for (uint64_t n = prng_below(&storm->prng, 6); n > 0; n--) send(storm, i, last[i]);
            disturb(storm, last[i]);
        }
        poll(storm, pit->now_ns);
        pit_check_account(pit);
        for (uint32_t i = 0; i < 2; i++)
            for (uint32_t s = 0; s < PIT_STRATEGIES; s++)
                assert_int_equal(sim_exchange_strategy_quantity(pit->exchange, s, i).m,
                                 storm->held[s][i]);
        if (seed % 3 == 0)
            for (uint32_t i = 0; i < 2; i++)
                assert_true(sim_exchange_quantity(pit->exchange, i).m >= 0);
    }
    sim_exchange_end_of_data(pit->exchange);
    poll(storm, pit->now_ns);
    for (uint64_t id = 1; id <= pit->next_id; id++) assert_int_equal(storm->lives[id].ends, 1);
    uint64_t hash = hash64(storm->hash, pit->state.base, pit->state.used);
    return hash;
}

static void whatever_is_sent_the_venue_keeps_its_books(void **state) {
    static struct storm storm;
    uint64_t fills = 0;
    uint64_t calls = 0;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        uint64_t hash = weather(&storm, seed);
        const struct sim_counts *counts = sim_exchange_counts(storm.pit.exchange);
        fills += counts->fills;
        calls += counts->margin_calls;
        pit_close(&storm.pit);
        if (seed > 10) continue;
        assert_true(weather(&storm, seed) == hash);
        pit_close(&storm.pit);
    }
    assert_true(fills > 20 * ROUNDS && calls > 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_is_sent_the_venue_keeps_its_books),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
