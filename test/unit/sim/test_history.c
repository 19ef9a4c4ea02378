// SPDX-License-Identifier: Apache-2.0
#include "pit.h"

#include <math.h>

#include "sim/history.h"

static void open_with_days(struct pit *pit, double days) {
    pit_prepare(pit);
    pit->frame_ns = NS_PER_DAY / 2;
    assert_ok(sim_config_set_slip(&pit->config, "sqrt"));
    pit->config.slip_params[1] = days;
    pit_open(pit);
}

static void half_day(struct pit *pit, int64_t close, int64_t volume) {
    pit_bar_volume(pit, close, close, close, close, volume);
}

// Closes by day 100, 110, 99, 108.9: returns +10 %, -10 %, +10 %, of which the last day is not over.
static void whole_days_are_remembered(void **state) {
    struct pit pit;
    open_with_days(&pit, 20);
    double sigma;
    double volume;
    static const int64_t closes[] = {10000, 11000, 9900, 10890};
    for (int day = 0; day < 4; day++) {
        half_day(&pit, 12345, 100);
        half_day(&pit, closes[day], 100 + day);
    }
    sim_history_read(pit.exchange, PIT_SHARE, &sigma, &volume);
    // Days 1 and 2: volumes 201 and 202, returns 0.1 and -0.1, mean 0, deviation sqrt(0.02 / 1).
    assert_float_equal(volume, 201.5, 1e-12);
    assert_float_equal(sigma, sqrt(0.02), 1e-12);
    sim_history_read(pit.exchange, PIT_OTHER, &sigma, &volume);
    assert_float_equal(volume, 0, 0);
    pit_close(&pit);
}

static void old_days_are_forgotten(void **state) {
    struct pit pit;
    open_with_days(&pit, 2);
    for (int day = 0; day < 10; day++) {
        half_day(&pit, 10000, 100);
        half_day(&pit, day < 6 ? 10000 * (1 + day % 2) : 10000, day < 6 ? 5000 : 100);
    }
    double sigma;
    double volume;
    sim_history_read(pit.exchange, PIT_SHARE, &sigma, &volume);
    assert_float_equal(volume, 200, 1e-12);
    assert_float_equal(sigma, 0, 1e-12);
    pit_close(&pit);
}

static void a_split_is_no_return(void **state) {
    struct pit pit;
    open_with_days(&pit, 5);
    for (int day = 0; day < 3; day++) {
        half_day(&pit, 10000, 100);
        half_day(&pit, 10000, 100);
    }
    union event event;
    event_init(&event, EVENT_SPLIT, PIT_SHARE, pit.now_ns);
    event.split.numerator = 4;
    event.split.denominator = 1;
    event.split.price = PRICE(10000);
    pit_event(&pit, &event);
    for (int day = 0; day < 2; day++) {
        half_day(&pit, 2500, 400);
        half_day(&pit, 2500, 400);
    }
    double sigma;
    double volume;
    sim_history_read(pit.exchange, PIT_SHARE, &sigma, &volume);
    assert_float_equal(sigma, 0, 1e-12);
    assert_float_equal(volume, 800, 1e-9);
    pit_close(&pit);
}

// Returns of +-10 % have a deviation near 11.5 %; a hundredth of the day's volume moves the price by a tenth of it.
static void the_venue_slips_by_it(void **state) {
    struct pit pit;
    open_with_days(&pit, 4);
    pit.frame_ns = NS_PER_DAY;
    for (int day = 0; day < 6; day++) half_day(&pit, day % 2 == 0 ? 10000 : 11000, 10000);
    double sigma;
    double volume;
    pit_send(&pit, pit_market(1, 100));
    half_day(&pit, 10000, 10000);
    sim_history_read(pit.exchange, PIT_SHARE, &sigma, &volume);
    // What the fill saw: returns -1/11, 0.1, -1/11, 0.1.
    double mean = (0.1 - 1.0 / 11) / 2;
    double expected_sigma = sqrt(4 * (0.1 - mean) * (0.1 - mean) / 3);
    double expected = 10000 * (1 + 0.0001 + expected_sigma * 0.1);
    char text[96];
    snprintf(text, sizeof text, "accepted 1; filled 1 100 @%.0f left 0 taker at open",
             ceil(expected));
    pit_expect(&pit, text);
    pit_close(&pit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_days_are_remembered),
        cmocka_unit_test(old_days_are_forgotten),
        cmocka_unit_test(a_split_is_no_return),
        cmocka_unit_test(the_venue_slips_by_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
