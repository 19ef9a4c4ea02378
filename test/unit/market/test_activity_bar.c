// SPDX-License-Identifier: Apache-2.0
#include <stdbool.h>

#include "harness.h"

#include "base/prng.h"
#include "market/activity_bar.h"

enum { ROWS = 400, BARS_MAX = 200000 };

static struct bar rows[ROWS];
static struct activity_bar made[BARS_MAX], expected[BARS_MAX];

static void rows_make(unsigned seed, uint32_t volume_max, bool trades) {
    struct prng prng;
    prng_seed(&prng, seed);
    int64_t price = 1000;
    for (int i = 0; i < ROWS; i++) {
        int64_t open = price;
        price += (int64_t)prng_below(&prng, 41) - 20;
        if (price < 100) price = 100;
        if (trades) open = price;
        int64_t wick = trades ? 0 : (int64_t)prng_below(&prng, 15);
        rows[i] = (struct bar){.open_ns = i,
                               .close_ns = i + 1,
                               .open = {open},
                               .high = {(open > price ? open : price) + wick},
                               .low = {(open < price ? open : price) - wick},
                               .close = {price},
                               .volume = {(int64_t)prng_below(&prng, volume_max)}};
    }
}

static int build(enum activity_kind kind, int128_t limit, uint32_t flags,
                 struct activity_bar *ret_bars, struct activity_bar *ret_rest) {
    struct activity activity;
    assert_ok(activity_init(&activity, kind, limit, flags));
    int count = 0;
    for (int i = 0; i < ROWS; i++) {
        assert_ok(activity_row(&activity, &rows[i]));
        while (activity_next(&activity, &ret_bars[count]) > 0) {
            assert_int_equal(ret_bars[count].close_ns, rows[i].close_ns);
            assert_true(++count < BARS_MAX);
        }
    }
    *ret_rest = (struct activity_bar){0};
    activity_flush(&activity, ret_rest);
    return count;
}

// The twin trades one unit of quantity at a time.
static int unit_by_unit(enum activity_kind kind, int128_t limit, struct activity_bar *ret_bars,
                        struct activity_bar *ret_rest) {
    struct activity_bar bar = {0};
    int count = 0;
    for (int i = 0; i < ROWS; i++) {
        const struct bar *row = &rows[i];
        int here = count; // the bar that the row reaches first
        int last_seen = -1;
        for (int64_t unit = 0; unit == 0 || unit < row->volume.m; unit++) {
            bool first = count == here;
            int64_t open = first ? row->open.m : row->close.m;
            int64_t high = first ? row->high.m : row->close.m;
            int64_t low = first ? row->low.m : row->close.m;
            if (bar.rows == 0)
                bar = (struct activity_bar){.open_ns = first ? row->open_ns : row->close_ns,
                                            .open = {open},
                                            .high = {high},
                                            .low = {low}};
            if (high > bar.high.m) bar.high.m = high;
            if (low < bar.low.m) bar.low.m = low;
            bar.close = row->close;
            bar.close_ns = row->close_ns;
            if (last_seen != count) bar.rows++;
            last_seen = count;
            if (row->volume.m == 0) break;
            bar.volume.m++;
            bar.value += row->close.m;
            if ((kind == ACTIVITY_VOLUME ? bar.volume.m : bar.value) < limit) continue;
            ret_bars[count++] = bar;
            bar = (struct activity_bar){0};
        }
    }
    *ret_rest = bar;
    return count;
}

static void bars_equal_those_of_single_units(void **state) {
    for (unsigned seed = 1; seed <= 6; seed++) {
        rows_make(seed, seed % 2 ? 300 : 20, seed % 3 == 0);
        for (int64_t limit = 1; limit < 5000; limit = limit * 3 + 1)
            for (int kind = ACTIVITY_VOLUME; kind <= ACTIVITY_VALUE; kind++) {
                int128_t size = kind == ACTIVITY_VALUE ? (int128_t)limit * 777 : limit;
                struct activity_bar rest, expected_rest;
                int count = build((enum activity_kind)kind, size, 0, made, &rest);
                int units = unit_by_unit((enum activity_kind)kind, size, expected, &expected_rest);
                assert_int_equal(count, units);
                assert_memory_equal(made, expected, (size_t)count * sizeof *made);
                assert_memory_equal(&rest, &expected_rest, sizeof rest);
            }
    }
}

static void volume_and_turnover_are_conserved(void **state) {
    for (unsigned seed = 1; seed <= 4; seed++) {
        rows_make(seed, 100000, false);
        int128_t volume = 0, value = 0;
        for (int i = 0; i < ROWS; i++) {
            volume += rows[i].volume.m;
            value += (int128_t)rows[i].volume.m * rows[i].close.m;
        }
        for (int kind = 0; kind < ACTIVITY_KIND_COUNT; kind++)
            for (uint32_t flags = 0; flags <= ACTIVITY_WHOLE; flags++) {
                int128_t limit = kind == ACTIVITY_ROWS     ? 7
                                 : kind == ACTIVITY_VOLUME ? 1234
                                                           : 5000000;
                struct activity_bar rest;
                int count = build((enum activity_kind)kind, limit, flags, made, &rest);
                int128_t volumes = rest.volume.m, values = rest.value;
                for (int i = 0; i < count; i++) {
                    volumes += made[i].volume.m;
                    values += made[i].value;
                    assert_true(made[i].low.m <= made[i].open.m &&
                                made[i].open.m <= made[i].high.m);
                    assert_true(made[i].low.m <= made[i].close.m &&
                                made[i].close.m <= made[i].high.m);
                    if (kind == ACTIVITY_ROWS) assert_int_equal(made[i].rows, 7);
                    if (flags) continue;
                    if (kind == ACTIVITY_VOLUME) assert_int_equal(made[i].volume.m, 1234);
                    if (kind != ACTIVITY_VALUE) continue;
                    assert_true(made[i].value >= limit);
                    assert_true(made[i].value < limit + made[i].close.m);
                }
                assert_true(count > 0 && volumes == volume && values == value);
            }
    }
}

static struct activity_bar next(struct activity *activity) {
    struct activity_bar bar = {0};
    assert_int_equal(activity_next(activity, &bar), 1);
    return bar;
}

static void expect(const struct activity_bar *bar, int64_t open, int64_t high, int64_t low,
                   int64_t close, int64_t volume) {
    assert_int_equal(bar->open.m, open);
    assert_int_equal(bar->high.m, high);
    assert_int_equal(bar->low.m, low);
    assert_int_equal(bar->close.m, close);
    assert_int_equal(bar->volume.m, volume);
}

static void a_large_row_fills_many_bars_and_the_later_ones_stand_at_its_close(void **state) {
    struct activity activity;
    struct activity_bar bar;
    assert_ok(activity_init(&activity, ACTIVITY_VOLUME, 10, 0));
    struct bar small = {0, 60, {100}, {103}, {99}, {102}, {4}, 60, 0};
    struct bar large = {60, 120, {102}, {110}, {101}, {108}, {29}, 60, 0};
    assert_ok(activity_row(&activity, &small));
    assert_int_equal(activity_next(&activity, &bar), 0);
    assert_ok(activity_row(&activity, &large));
    bar = next(&activity); // 4 + 6
    expect(&bar, 100, 110, 99, 108, 10);
    assert_true(bar.open_ns == 0 && bar.close_ns == 120 && bar.rows == 2);
    bar = next(&activity); // 10 of the 23 that are left, at the close
    expect(&bar, 108, 108, 108, 108, 10);
    assert_true(bar.open_ns == 120 && bar.close_ns == 120 && bar.rows == 1);
    bar = next(&activity);
    expect(&bar, 108, 108, 108, 108, 10);
    assert_int_equal(activity_next(&activity, &bar), 0);
    assert_int_equal(activity_flush(&activity, &bar), 1);
    expect(&bar, 108, 108, 108, 108, 3);
    assert_int_equal(activity_flush(&activity, &bar), 0);

    assert_ok(activity_init(&activity, ACTIVITY_VOLUME, 10, ACTIVITY_WHOLE));
    assert_ok(activity_row(&activity, &small));
    assert_int_equal(activity_next(&activity, &bar), 0);
    assert_ok(activity_row(&activity, &large));
    bar = next(&activity);
    expect(&bar, 100, 110, 99, 108, 33);
    assert_int_equal(activity_next(&activity, &bar), 0);
    assert_int_equal(activity_flush(&activity, &bar), 0);
}

static void trades_by_turnover(void **state) {
    struct activity activity;
    struct activity_bar bar;
    assert_ok(activity_init(&activity, ACTIVITY_VALUE, 1000, 0));
    assert_ok(activity_trade(&activity, 5, PRICE(300), QTY(3)));
    assert_int_equal(activity_next(&activity, &bar), 0); // 900
    assert_ok(activity_trade(&activity, 7, PRICE(30), QTY(40)));
    bar = next(&activity); // 100 lack: 4 of 30
    expect(&bar, 300, 300, 30, 30, 7);
    assert_true(bar.value == 1020 && bar.open_ns == 5 && bar.close_ns == 7);
    bar = next(&activity); // 34 of 30
    expect(&bar, 30, 30, 30, 30, 34);
    assert_int_equal(activity_next(&activity, &bar), 0);
    assert_int_equal(activity_flush(&activity, &bar), 1);
    assert_true(bar.volume.m == 2 && bar.value == 60);
}

static void what_is_wrong_is_refused_and_changes_nothing(void **state) {
    struct activity activity, before;
    assert_int_equal(activity_init(&activity, ACTIVITY_KIND_COUNT, 1, 0), ERR_ARGUMENT);
    assert_int_equal(activity_init(&activity, ACTIVITY_ROWS, 0, 0), ERR_ARGUMENT);
    int128_t most = (int128_t)1 << 126;
    assert_int_equal(activity_init(&activity, ACTIVITY_VALUE, most + 1, 0), ERR_ARGUMENT);
    assert_ok(activity_init(&activity, ACTIVITY_VALUE, most, 0));
    assert_ok(activity_trade(&activity, 9, PRICE(INT64_MAX), QTY(INT64_MAX)));
    struct activity_bar bar;
    assert_int_equal(activity_next(&activity, &bar), 0);
    before = activity;
    struct bar faulty = {9, 10, {5}, {4}, {4}, {4}, {1}, 60, 0};
    assert_int_equal(activity_row(&activity, &faulty), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "outside"));
    assert_int_equal(activity_trade(&activity, 8, PRICE(1), QTY(1)), ERR_ARGUMENT);
    assert_int_equal(activity_trade(&activity, 9, PRICE(1), QTY(1)), ERR_RANGE);
    assert_int_equal(activity_trade(&activity, 9, PRICE(0), QTY(1)), ERR_ARGUMENT);
    assert_int_equal(activity_trade(&activity, 9, PRICE(1), QTY(0)), ERR_ARGUMENT);
    assert_memory_equal(&activity, &before, sizeof before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_equal_those_of_single_units),
        cmocka_unit_test(volume_and_turnover_are_conserved),
        cmocka_unit_test(a_large_row_fills_many_bars_and_the_later_ones_stand_at_its_close),
        cmocka_unit_test(trades_by_turnover),
        cmocka_unit_test(what_is_wrong_is_refused_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
