// SPDX-License-Identifier: Apache-2.0
#include "quant/option/arbitrage.h"

#include <math.h>
#include <stdbool.h>

#include "harness.h"
#include "quant/option/option.h"
#include "table.h"

enum { MAX = 64 };

static bool is(const struct arbitrage *a, enum arbitrage_kind kind, size_t index, double gain) {
    return a->kind == kind && a->index == index && fabs(a->gain - gain) <= 1e-12;
}

// Strikes 90, 100, 120 at a discount of 1/2; gains by hand.
static void calls_that_contradict_each_other_are_found_by_kind(void **state) {
    static const double strikes[] = {90, 100, 120};
    static const struct {
        double bids[3], asks[3];
        enum arbitrage_kind kind;
        size_t index;
        double gain;
    } cases[] = {
        // The upper of two is sold at 7 and the lower bought at 6.5.
        {{6, 7, 1}, {6.5, 7.5, 9}, ARBITRAGE_MONOTONE, 1, 0.5},
        // 12 for 6.75: more than half of the strikes' distance of 10.
        {{12, 6.5, 1}, {12.25, 6.75, 1.25}, ARBITRAGE_SPREAD, 1, 0.25},
        // Share 20 / 30: 2/3 9 + 1/3 1.5 = 6.5 buys what sells at 6.75.
        {{8.75, 6.75, 1.25}, {9, 7, 1.5}, ARBITRAGE_BUTTERFLY, 1, 0.25},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arbitrage found[MAX];
        size_t count =
            arbitrage_calls(strikes, cases[i].bids, cases[i].asks, 3, 0.5, 0, MAX, found);
        size_t at = 0;
        while (at < count && found[at].kind != cases[i].kind) at++;
        assert_true(at < count && is(&found[at], cases[i].kind, cases[i].index, cases[i].gain));
        assert_int_equal(arbitrage_calls(strikes, cases[i].bids, cases[i].asks, 3, 0.5,
                                         cases[i].gain, MAX, found),
                         count - 1);
    }
}

static void what_does_not_fit_is_counted_all_the_same(void **state) {
    static const double strikes[] = {1, 2, 3, 4}, rising[] = {1, 2, 3, 4};
    struct arbitrage found[1];
    assert_int_equal(arbitrage_calls(strikes, rising, rising, 4, 1, 0, 1, found), 3);
    assert_true(is(found, ARBITRAGE_MONOTONE, 1, 1));
    assert_int_equal(arbitrage_calls(strikes, rising, rising, 0, 1, 0, 1, found), 0);
    assert_int_equal(arbitrage_calls(strikes, rising, rising, 1, 1, 0, 1, found), 0);
}

// Quotes of the DAX of 5 July 2002 hold six butterflies worth more than 0.12 points.
static void the_butterflies_of_the_dax_are_six(void **state) {
    double strikes[MAX], prices[MAX], discount = 1, days = 0;
    size_t count = 0, butterflies = 0, others = 0;
    struct table table;
    table_open(&table, "golden/options/dax_surface_2002-07-05.csv");
    for (bool more = true; more;) {
        more = table_next(&table) != 0;
        if (!more || table_number(&table, "days") != days) {
            struct arbitrage found[MAX];
            size_t all =
                arbitrage_calls(strikes, prices, prices, count, discount, 0.12, MAX, found);
            for (size_t i = 0; i < all; i++) {
                butterflies += found[i].kind == ARBITRAGE_BUTTERFLY;
                others += found[i].kind != ARBITRAGE_BUTTERFLY;
            }
            count = 0;
        }
        if (!more) break;
        struct option_terms call = {.model = OPTION_BLACK_76,
                                    .spot = table_number(&table, "forward"),
                                    .strike = table_number(&table, "strike"),
                                    .years = table_number(&table, "T"),
                                    .rate = table_number(&table, "rate")};
        days = table_number(&table, "days");
        discount = exp(-call.rate * call.years);
        strikes[count] = call.strike;
        prices[count++] = option_price(&call, table_number(&table, "implied_vol"));
    }
    assert_int_equal(butterflies, 6);
    assert_int_equal(others, 0);
}

static void variance_that_falls_with_time_is_found_between_strikes(void **state) {
    static const double near_k[] = {-0.3, -0.1, 0.05, 0.2}, near_w[] = {0.9, 0.05, 0.031, 0.9};
    static const double far_k[] = {-0.2, 0, 0.1}, far_w[] = {0.06, 0.04, 0.02};
    struct arbitrage found[MAX];
    // At -0.1 the far one is 0.05: equal. At 0.05 it is 0.03. The others lie beyond its points.
    size_t count = arbitrage_calendar(near_k, near_w, 4, far_k, far_w, 3, 1e-12, MAX, found);
    assert_int_equal(count, 1);
    assert_true(is(found, ARBITRAGE_CALENDAR, 2, 0.001));
    assert_int_equal(arbitrage_calendar(near_k, near_w, 4, far_k, far_w, 1, 0, MAX, found), 0);
}

static void parity_is_broken_either_way(void **state) {
    static const double strikes[] = {90, 100, 110}, bids[] = {12, 5, 2}, asks[] = {12.5, 5.5, 2.5};
    static const double put_bids[] = {1, 5, 12.25}, put_asks[] = {1.5, 5.5, 12.75};
    struct arbitrage found[MAX];
    // Forward 100, discount 1: 12 - 1.5 - 10 = 0.5 for selling; 10 - ... at 110: -10 - 2.5 + 12.25 = -0.25.
    size_t count =
        arbitrage_parity(strikes, bids, asks, put_bids, put_asks, 3, 100, 1, 0, MAX, found);
    assert_int_equal(count, 1);
    assert_true(is(found, ARBITRAGE_PARITY, 0, 0.5));
    // Forward 101 and the put at 110 bought too dear: 101 - 110 - 2.5 + 12.25 = 0.75.
    count = arbitrage_parity(strikes, bids, asks, put_bids, put_asks, 3, 101, 1, 0.4, MAX, found);
    assert_int_equal(count, 2);
    assert_true(is(&found[0], ARBITRAGE_PARITY, 1, 0.5) &&
                is(&found[1], ARBITRAGE_PARITY, 2, 0.75));
    assert_string_equal(arbitrage_kind_name(ARBITRAGE_PARITY), "parity");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_that_contradict_each_other_are_found_by_kind),
        cmocka_unit_test(what_does_not_fit_is_counted_all_the_same),
        cmocka_unit_test(the_butterflies_of_the_dax_are_six),
        cmocka_unit_test(variance_that_falls_with_time_is_found_between_strikes),
        cmocka_unit_test(parity_is_broken_either_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
