// SPDX-License-Identifier: Apache-2.0
#include "quant/footprint/aggressor.h"

#include "harness.h"

static void the_venue_is_asked_first_then_quotes_then_the_last_change(void **state) {
    static const struct {
        int64_t bid, ask, price;
        int told, expected;
    } rows[] = {
        {0, 0, 100, 0, 0},      // nothing is known
        {0, 0, 100, 0, 0},      // no change yet
        {0, 0, 101, 0, 1},      // higher
        {0, 0, 101, 0, 1},      // as before
        {0, 0, 99, 0, -1},      // lower
        {0, 0, 99, 1, 1},       // told, against the tick rule
        {0, 0, 99, 0, -1},      // which goes on
        {98, 100, 100, 0, 1},   // at the ask
        {98, 100, 98, 0, -1},   // at the bid
        {98, 101, 99, 0, -1},   // below the middle, although higher than the one before
        {98, 100, 99, 0, 1},    // at the middle: the last change was up
        {0, 100, 98, 0, -1},    // half a quote is none
        {101, 100, 99, 0, 1},   // a crossed one is none
        {98, 100, 100, -1, -1}, // told, against the quote
    };
    struct aggressor aggressor = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        aggressor_quote(&aggressor, 1, rows[i].bid);
        aggressor_quote(&aggressor, -1, rows[i].ask);
        int side = aggressor_side(&aggressor, rows[i].price, rows[i].told);
        if (side != rows[i].expected) fail_msg("row %zu: %d", i, side);
    }
    assert_int_equal(aggressor.told, 2);
    assert_int_equal(aggressor.quoted, 3);
    assert_int_equal(aggressor.ticked, 7);
    assert_int_equal(aggressor.unknown, 2);
}

static void the_middle_of_large_prices_does_not_overflow(void **state) {
    struct aggressor aggressor = {.bid = INT64_MAX - 4, .ask = INT64_MAX - 1};
    assert_int_equal(aggressor_side(&aggressor, INT64_MAX, 0), 1);
    assert_int_equal(aggressor_side(&aggressor, INT64_MAX - 3, 0), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_venue_is_asked_first_then_quotes_then_the_last_change),
        cmocka_unit_test(the_middle_of_large_prices_does_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
