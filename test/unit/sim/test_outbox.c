// SPDX-License-Identifier: Apache-2.0
#include "pit.h"

static void poll_gives_no_more_than_it_is_asked_for(void **state) {
    struct pit pit;
    pit_start(&pit);
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    for (uint64_t id = 1; id <= 5; id++) {
        struct submit_event intent = {.order_id = id, .spec = pit_limit(1, 1, 9000)};
        intent.header.ts_ns = pit.now_ns;
        assert_int_equal(pit.venue.submit(pit.venue.self, &intent), 0);
    }
    union event events[5];
    assert_int_equal(pit.venue.poll(pit.venue.self, pit.now_ns, events, 2), 2);
    assert_int_equal(events[1].order.order_id, 2);
    assert_int_equal(pit.venue.poll(pit.venue.self, pit.now_ns, events, 5), 3);
    assert_int_equal(events[0].order.order_id, 3);
    assert_int_equal(events[0].header.size, sizeof(struct order_event));
    assert_int_equal(events[0].header.ts_ns, pit.now_ns);
    assert_int_equal(events[0].header.seq, 0);
    assert_int_equal(pit.venue.poll(pit.venue.self, pit.now_ns, events, 5), 0);
    pit_close(&pit);
}

// Reports that nobody fetches fill the box; then nothing more is taken until they are fetched.
static void a_full_box_takes_no_more_data_and_no_more_orders(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit.config.order_max = 1;
    pit_open(&pit);
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    int rc = 0;
    struct cancel_event cancel = {.header = {.ts_ns = pit.now_ns}, .order_id = 1};
    union event bar;
    event_init(&bar, EVENT_BAR, PIT_SHARE, pit.now_ns);
    bar.bar.bar = (struct bar){.open_ns = pit.now_ns - pit.frame_ns,
                               .close_ns = pit.now_ns,
                               .open = PRICE(1),
                               .high = PRICE(1),
                               .low = PRICE(1),
                               .close = PRICE(1),
                               .frame_s = 60};
    for (int i = 0; i < 1000 && rc >= 0; i++) {
        rc = pit.venue.cancel(pit.venue.self, &cancel);
        bar.header.ts_ns++;
        if (rc >= 0) rc = sim_exchange_market(pit.exchange, &bar);
    }
    assert_true(rc == ERR_FULL || rc == ERR_STATE);
    assert_int_equal(pit.venue.cancel(pit.venue.self, &cancel), ERR_FULL);
    assert_int_equal(sim_exchange_market(pit.exchange, &bar), ERR_STATE);
    pit_poll(&pit, bar.header.ts_ns);
    assert_ok(sim_exchange_market(pit.exchange, &bar));
    pit_close(&pit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(poll_gives_no_more_than_it_is_asked_for),
        cmocka_unit_test(a_full_box_takes_no_more_data_and_no_more_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
