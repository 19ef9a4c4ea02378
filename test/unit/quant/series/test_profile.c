// SPDX-License-Identifier: Apache-2.0
#include "quant/series/profile.h"

#include <math.h>
#include <stdbool.h>

#include "base/prng.h"
#include "harness.h"

// Rows of height 1 from 10 on. Bar 1 trades 40 over 10..14, 10 a row; bar 2 60 at 12.5; bar 3 20 over 13.5..15.5: a
// quarter in row 3, half in row 4, a quarter in row 5. Rows: 10, 10, 70, 15, 10, 5, in all 120.
static void volume_is_spread_over_the_range_of_its_bar(void **state) {
    const double high[] = {14, 12.5, 15.5}, low[] = {10, 12.5, 13.5}, volume[] = {40, 60, 20};
    const double expected[] = {10, 10, 70, 15, 10, 5};
    double rows[16] = {0};
    struct profile profile;
    assert_int_equal(profile_span(high, low, 3, 16, 1, &profile), 6);
    assert_true(profile.bottom == 10);
    profile.volume = rows;
    profile_add(&profile, high, low, volume, 3);
    for (size_t i = 0; i < 6; i++) assert_true(fabs(rows[i] - expected[i]) <= 1e-12);
}

// From the control row, 70 of 120: 84 are wanted for 70 %. Above are 15 + 10, below 10 + 10: the two above join, 95.
static void the_value_area_grows_by_the_larger_two_rows(void **state) {
    double rows[] = {10, 10, 70, 15, 10, 5};
    struct profile profile = {.bottom = 10, .height = 1, .rows = 6, .volume = rows};
    struct value_area area = profile_value_area(&profile, 0.7);
    assert_int_equal(area.control, 2);
    assert_int_equal(area.low, 2);
    assert_int_equal(area.high, 4);
    assert_true(fabs(area.share - 95.0 / 120) <= 1e-15);
    area = profile_value_area(&profile, 0.9); // 108: then the two below, 115
    assert_true(area.low == 0 && area.high == 4);
    area = profile_value_area(&profile, 1);
    assert_true(area.low == 0 && area.high == 5 && area.share == 1);
    area = profile_value_area(&profile, 0.01);
    assert_true(area.low == 2 && area.high == 2);
    double even[] = {5, 5, 5, 5,
                     5}; // the lowest of equal rows is the control; those above go first
    profile = (struct profile){.bottom = 0, .height = 1, .rows = 5, .volume = even};
    area = profile_value_area(&profile, 0.6);
    assert_true(area.control == 0 && area.low == 0 && area.high == 2);
}

static void no_volume_is_lost_whatever_the_bars(void **state) {
    static double high[500], low[500], volume[500], rows[4096];
    struct prng prng;
    prng_seed(&prng, 1);
    for (int run = 0; run < 40; run++) {
        double all = 0, sum = 0;
        for (size_t i = 0; i < 500; i++) {
            low[i] = 50 + (double)prng_below(&prng, 5000) / 100;
            high[i] = low[i] + (double)prng_below(&prng, 300) / 100 * (double)(i % 3);
            volume[i] = (double)prng_below(&prng, 1000);
            all += volume[i];
        }
        struct profile profile;
        size_t count = run % 2 ? profile_span(high, low, 500, (size_t)run + 1, 0, &profile)
                               : profile_span(high, low, 500, 4096, 0.05 * (run + 1), &profile);
        assert_in_range(count, 1, 4096);
        memset(rows, 0, sizeof rows);
        profile.volume = rows;
        profile_add(&profile, high, low, volume, 500);
        for (size_t i = 0; i < count; i++) {
            assert_true(rows[i] >= 0);
            sum += rows[i];
        }
        assert_true(fabs(sum - all) <= 1e-9 * all);
        struct value_area area = profile_value_area(&profile, 0.7);
        assert_true(area.low <= area.control && area.control <= area.high && area.high < count);
        assert_true(area.share >= 0.7 - 1e-12);
    }
}

static void one_price_is_one_row_and_too_many_rows_are_refused(void **state) {
    const double price[] = {7, 7}, volume[] = {1, 2};
    double rows[2] = {0};
    struct profile profile;
    assert_int_equal(profile_span(price, price, 2, 24, 0, &profile), 1);
    profile.volume = rows;
    profile_add(&profile, price, price, volume, 2);
    assert_true(rows[0] == 3 && profile_value_area(&profile, 0.7).share == 1);
    const double high[] = {1e9}, low[] = {0};
    assert_int_equal(profile_span(high, low, 1, 1000, 0.01, &profile), 0);
}

// The same by definition, for every row: how low one must go before higher ground, either way.
static size_t nodes_naive(const double *values, size_t rows, double share, size_t *ret_high) {
    size_t count = 0;
    double most = 0;
    for (size_t i = 0; i < rows; i++) most = fmax(most, values[i]);
    for (size_t i = 0; i < rows; i++) {
        double base = 0;
        bool first = i == 0 || values[i - 1] < values[i], last = true;
        for (size_t k = i + 1; k < rows && values[k] >= values[i]; k++)
            last = values[k] == values[i];
        for (size_t k = i + 1; k < rows && last; k++) {
            if (values[k] == values[i]) continue;
            last = values[k] < values[i];
            break;
        }
        for (size_t k = 0; k < rows; k++) {
            if (!(values[k] > values[i])) continue;
            double least = values[i];
            for (size_t j = k < i ? k : i; j <= (k < i ? i : k); j++)
                least = fmin(least, values[j]);
            base = fmax(base, least);
        }
        if (first && last && values[i] > 0 && values[i] - base >= share * most)
            ret_high[count++] = i;
    }
    return count;
}

// Peaks 9 and 6 with 2 between them, 4 with 3 before it: the prominences are 9, 4 and 1.
static void nodes_are_peaks_by_prominence_and_the_gaps_between(void **state) {
    double rows[] = {1, 9, 4, 2, 2, 6, 3, 4, 0}, scratch[9];
    size_t high[9], low[9];
    struct profile profile = {.height = 1, .rows = 9, .volume = rows};
    struct profile_nodes nodes = {.share = 0.4, .scratch = scratch, .high = high, .low = low};
    profile_find_nodes(&profile, &nodes);
    assert_true(nodes.high_count == 2 && high[0] == 1 && high[1] == 5);
    assert_true(nodes.low_count == 1 && low[0] == 3);
    nodes.share = 0.1;
    profile_find_nodes(&profile, &nodes);
    assert_true(nodes.high_count == 3 && high[2] == 7);
    assert_true(nodes.low_count == 2 && low[1] == 6);
    nodes.smooth = 1; // 10/3, 14/3, 5, 8/3, 10/3, 11/3, 13/3, 7/3, 4/3
    profile_find_nodes(&profile, &nodes);
    assert_true(nodes.high_count == 2 && high[0] == 2 && high[1] == 6);
    assert_true(nodes.low_count == 1 && low[0] == 3);
    assert_true(fabs(scratch[8] - 4.0 / 3) <= 1e-15);
}

static void nodes_agree_with_their_definition(void **state) {
    struct prng prng;
    prng_seed(&prng, 4);
    for (int run = 0; run < 2000; run++) {
        double rows[40], scratch[40];
        size_t high[40], low[40], expected[40];
        size_t count = 1 + (size_t)prng_below(&prng, 40);
        for (size_t i = 0; i < count; i++) rows[i] = (double)prng_below(&prng, 8);
        struct profile profile = {.height = 1, .rows = count, .volume = rows};
        struct profile_nodes nodes = {.share = 0.3, .scratch = scratch, .high = high, .low = low};
        profile_find_nodes(&profile, &nodes);
        assert_int_equal(nodes.high_count, nodes_naive(rows, count, 0.3, expected));
        for (size_t i = 0; i < nodes.high_count; i++) assert_int_equal(high[i], expected[i]);
        assert_true(nodes.high_count == 0 || nodes.low_count == nodes.high_count - 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(volume_is_spread_over_the_range_of_its_bar),
        cmocka_unit_test(the_value_area_grows_by_the_larger_two_rows),
        cmocka_unit_test(no_volume_is_lost_whatever_the_bars),
        cmocka_unit_test(one_price_is_one_row_and_too_many_rows_are_refused),
        cmocka_unit_test(nodes_are_peaks_by_prominence_and_the_gaps_between),
        cmocka_unit_test(nodes_agree_with_their_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
