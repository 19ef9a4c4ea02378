// SPDX-License-Identifier: Apache-2.0
#include "quant/footprint/footprint.h"

#include "base/prng.h"
#include "base/timestamp.h"
#include "harness.h"
#include "market/activity_bar.h"

enum { ROWS = 256, TRADES = 4000 };

struct trade {
    int64_t ts_ns, price, qty;
    int side;
};

static struct trade trades[TRADES];
static struct volume_at_price_cell copy[ROWS];

static int trades_make(void **state) {
    struct prng prng;
    prng_seed(&prng, 3);
    int64_t ts_ns = 86000 * NS_PER_S, price = 5000;
    for (int i = 0; i < TRADES; i++) {
        ts_ns += (int64_t)prng_below(&prng, 2) * (int64_t)prng_below(&prng, 3 * NS_PER_S);
        price += (int64_t)prng_below(&prng, 7) - 3;
        trades[i] = (struct trade){ts_ns, price, 1 + (int64_t)prng_below(&prng, 30),
                                   (int)prng_below(&prng, 3) - 1};
    }
    return 0;
}

static struct footprint *footprint_new(enum footprint_kind kind, int64_t limit, uint32_t flags) {
    struct footprint *footprint = malloc(FOOTPRINT_BYTES(ROWS));
    struct footprint_config config = {.height = 2,
                                      .limit = limit,
                                      .kind = kind,
                                      .calendar = CALENDAR_24_7,
                                      .flags = flags,
                                      .rows_max = ROWS};
    assert_non_null(footprint);
    assert_ok(footprint_init(footprint, &config));
    return footprint;
}

// What trades first..last make, added up anew from the list.
static void check_bar(struct footprint_view view, int first, int last, int64_t cumulative) {
    struct footprint_bar bar = {.open = trades[first].price,
                                .high = trades[first].price,
                                .low = trades[first].price,
                                .close = trades[last].price};
    int64_t delta = 0, bid = 0, ask = 0, neither = 0, sums[2] = {0};
    memset(copy, 0, sizeof copy);
    int64_t base = view.cells->low;
    for (int i = first; i <= last; i++) {
        const struct trade *trade = &trades[i];
        int64_t row = trade->price / 2 - base;
        assert_true(row >= 0 && row < ROWS);
        bid += trade->side < 0 ? trade->qty : 0;
        ask += trade->side > 0 ? trade->qty : 0;
        neither += trade->side == 0 ? trade->qty : 0;
        copy[row].bid += trade->side < 0 ? trade->qty : 0;
        copy[row].ask += trade->side > 0 ? trade->qty : 0;
        copy[row].neither += trade->side == 0 ? trade->qty : 0;
        copy[row].trades++;
        delta += trade->side * trade->qty;
        if (delta > bar.delta_high) bar.delta_high = delta;
        if (delta < bar.delta_low) bar.delta_low = delta;
        if (trade->price > bar.high) bar.high = trade->price;
        if (trade->price < bar.low) bar.low = trade->price;
    }
    assert_true(view.bar->open == bar.open && view.bar->high == bar.high);
    assert_true(view.bar->low == bar.low && view.bar->close == bar.close);
    assert_true(view.bar->delta_high == bar.delta_high && view.bar->delta_low == bar.delta_low);
    assert_int_equal(view.bar->cumulative, cumulative + delta);
    assert_true(view.cells->all.bid == bid && view.cells->all.ask == ask);
    assert_true(view.cells->all.neither == neither && view.cells->all.trades == last - first + 1);
    assert_int_equal(view.cells->low, bar.low / 2);
    assert_int_equal(view.cells->high, bar.high / 2);
    for (int64_t row = view.cells->low; row <= view.cells->high; row++) {
        struct volume_at_price_cell cell = volume_at_price_get(view.cells, row);
        assert_memory_equal(&cell, &copy[row - base], sizeof cell);
        sums[0] += volume_at_price_sum(&cell);
        sums[1] += volume_at_price_delta(&cell);
    }
    assert_true(sums[0] == bid + ask + neither && sums[1] == delta);
}

static bool is_end(enum footprint_kind kind, int64_t limit, int first, int at) {
    int64_t volume = 0, delta = 0, high = INT64_MIN, low = INT64_MAX;
    for (int i = first; i <= at; i++) {
        volume += trades[i].qty;
        delta += trades[i].side * trades[i].qty;
        if (trades[i].price > high) high = trades[i].price;
        if (trades[i].price < low) low = trades[i].price;
    }
    if (kind == FOOTPRINT_VOLUME) return volume >= limit;
    if (kind == FOOTPRINT_TRADES) return at - first + 1 == limit;
    if (kind == FOOTPRINT_DELTA) return llabs(delta) >= limit;
    return high - low >= limit;
}

static void bars_by_activity_are_what_their_trades_add_up_to(void **state) {
    static const struct {
        enum footprint_kind kind;
        int64_t limit;
    } rows[] = {{FOOTPRINT_VOLUME, 400}, {FOOTPRINT_VOLUME, 1},  {FOOTPRINT_TRADES, 1},
                {FOOTPRINT_TRADES, 37},  {FOOTPRINT_DELTA, 120}, {FOOTPRINT_RANGE, 25}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        struct footprint *footprint = footprint_new(rows[k].kind, rows[k].limit, 0);
        int64_t cumulative = 0;
        int first = 0;
        for (int i = 0; i < TRADES; i++) {
            const struct trade *t = &trades[i];
            int rc = footprint_trade(footprint, t->ts_ns, t->price, t->qty, t->side);
            assert_int_equal(rc, is_end(rows[k].kind, rows[k].limit, first, i));
            if (rc != 1) continue;
            struct footprint_view view = footprint_done(footprint);
            check_bar(view, first, i, cumulative);
            assert_true(view.bar->open_ns == trades[first].ts_ns && view.bar->close_ns == t->ts_ns);
            cumulative = view.bar->cumulative;
            first = i + 1;
        }
        assert_int_equal(footprint_flush(footprint, trades[TRADES - 1].ts_ns), 0);
        assert_int_equal(footprint_flush(footprint, INT64_MAX), first < TRADES);
        if (first < TRADES) check_bar(footprint_done(footprint), first, TRADES - 1, cumulative);
        assert_int_equal(footprint_flush(footprint, INT64_MAX), 0);
        free(footprint);
    }
}

// The same bars as market/resample.h makes.
static void bars_of_time_are_those_of_resampling(void **state) {
    struct footprint *footprint = footprint_new(FOOTPRINT_TIME, 60, 0);
    struct resample resample;
    int64_t cumulative = 0;
    int first = 0, count = 0;
    assert_ok(resample_init(&resample, CALENDAR_24_7, 60, 0));
    for (int i = 0; i < TRADES; i++) {
        const struct trade *t = &trades[i];
        struct bar bar;
        int expected =
            resample_trade(&resample, t->ts_ns, (price_t){t->price}, (qty_t){t->qty}, &bar);
        int rc = footprint_trade(footprint, t->ts_ns, t->price, t->qty, t->side);
        assert_true(expected >= 0 && rc == expected);
        if (rc == 0) continue;
        struct footprint_view view = footprint_done(footprint);
        check_bar(view, first, i - 1, cumulative);
        assert_true(view.bar->open_ns == bar.open_ns && view.bar->close_ns == bar.close_ns);
        assert_true(view.bar->high == bar.high.m && view.bar->close == bar.close.m);
        assert_int_equal(volume_at_price_sum(&view.cells->all), bar.volume.m);
        cumulative = view.bar->cumulative;
        first = i;
        count++;
    }
    assert_true(count > 30);
    int64_t end_ns = footprint_making(footprint).bar->close_ns;
    assert_int_equal(footprint_flush(footprint, end_ns - 1), 0);
    assert_int_equal(footprint_flush(footprint, end_ns), 1);
    check_bar(footprint_done(footprint), first, TRADES - 1, cumulative);
    assert_null(footprint_making(footprint).bar);
    free(footprint);
}

// The same bars as market/activity_bar.h makes of undivided trades.
static void bars_by_volume_are_those_of_activity(void **state) {
    struct footprint *footprint = footprint_new(FOOTPRINT_VOLUME, 500, 0);
    struct activity activity;
    assert_ok(activity_init(&activity, ACTIVITY_VOLUME, 500, ACTIVITY_WHOLE));
    for (int i = 0; i < TRADES; i++) {
        const struct trade *t = &trades[i];
        struct activity_bar bar;
        assert_ok(activity_trade(&activity, t->ts_ns, (price_t){t->price}, (qty_t){t->qty}));
        int expected = activity_next(&activity, &bar);
        int rc = footprint_trade(footprint, t->ts_ns, t->price, t->qty, t->side);
        assert_int_equal(rc, expected);
        if (rc == 0) continue;
        assert_int_equal(activity_next(&activity, &(struct activity_bar){0}), 0);
        struct footprint_view view = footprint_done(footprint);
        assert_int_equal(volume_at_price_sum(&view.cells->all), bar.volume.m);
        assert_true(view.bar->open == bar.open.m && view.bar->low == bar.low.m);
        assert_int_equal(view.cells->all.trades, bar.rows);
    }
    free(footprint);
}

// The trades cross midnight UTC after 400 seconds.
static void cumulative_delta_begins_anew_with_a_session(void **state) {
    struct footprint *footprint = footprint_new(FOOTPRINT_TRADES, 10, FOOTPRINT_SESSIONS);
    int64_t cumulative = 0, day = 0;
    for (int i = 0; i < TRADES; i++) {
        const struct trade *t = &trades[i];
        if (t->ts_ns / NS_PER_DAY != day) cumulative = 0;
        day = t->ts_ns / NS_PER_DAY;
        cumulative += t->side * t->qty;
        if (footprint_trade(footprint, t->ts_ns, t->price, t->qty, t->side) == 1)
            assert_int_equal(footprint_done(footprint).bar->cumulative, cumulative);
    }
    assert_int_equal(day, 1);
    free(footprint);
}

// What was finished up to a trade is the same when the data end there.
static void a_bar_depends_on_no_later_trade(void **state) {
    for (int cut = 50; cut < TRADES; cut += 397) {
        struct footprint *whole = footprint_new(FOOTPRINT_DELTA, 90, 0);
        struct footprint *part = footprint_new(FOOTPRINT_DELTA, 90, 0);
        for (int i = 0; i < cut; i++) {
            const struct trade *t = &trades[i];
            int64_t price = t->price, other = i + 1 < cut ? price : price + 40; // the last differs
            (void)!footprint_trade(whole, t->ts_ns, price, t->qty, t->side);
            int before = (int)part->count;
            (void)!footprint_trade(part, t->ts_ns, other, t->qty, t->side);
            if (i + 1 == cut) assert_int_equal(part->count, whole->count);
            if (i + 1 == cut && part->count > (uint64_t)before) continue;
            if (whole->count == 0) continue;
            assert_memory_equal(footprint_done(whole).bar, footprint_done(part).bar,
                                sizeof(struct footprint_bar));
        }
        free(whole);
        free(part);
    }
}

static void bad_trades_change_nothing(void **state) {
    static const struct {
        int64_t ts_ns, price, qty;
        int code;
    } rows[] = {{10, 0, 1, ERR_ARGUMENT},       {10, -3, 1, ERR_ARGUMENT},
                {10, 5, 0, ERR_ARGUMENT},       {9, 100, 1, ERR_ARGUMENT},
                {10, 10000, 1, ERR_FULL},       {10, INT64_MAX, 1, ERR_FULL},
                {10, 100, INT64_MAX, ERR_RANGE}};
    struct footprint *footprint = footprint_new(FOOTPRINT_TRADES, 100, 0);
    assert_null(footprint_done(footprint).bar);
    assert_null(footprint_making(footprint).bar);
    assert_int_equal(footprint_flush(footprint, INT64_MAX), 0);
    assert_int_equal(footprint_trade(footprint, 10, 100, 5, 1), 0);
    struct footprint_bar before = *footprint_making(footprint).bar;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int rc = footprint_trade(footprint, rows[i].ts_ns, rows[i].price, rows[i].qty, 1);
        if (rc != rows[i].code) fail_msg("row %zu: %s", i, err_name(rc));
        assert_memory_equal(&before, footprint_making(footprint).bar, sizeof before);
    }
    assert_int_equal(footprint_flush(footprint, INT64_MAX), 1); // one trade is a bar
    assert_int_equal(footprint_done(footprint).cells->all.ask, 5);
    free(footprint);
}

// Sums stop at 64 bits: what would pass them is refused, in a session's first trade by that session's sum alone.
static void sums_that_do_not_fit_are_refused(void **state) {
    struct footprint *footprint = footprint_new(FOOTPRINT_TRADES, 1, FOOTPRINT_SESSIONS);
    assert_int_equal(footprint_trade(footprint, 10, 100, INT64_MAX, -1), 1);
    assert_int_equal(footprint_done(footprint).bar->cumulative, -INT64_MAX);
    assert_int_equal(footprint_trade(footprint, 10, 100, 2, -1), ERR_RANGE);
    assert_int_equal(footprint_trade(footprint, 10, 100, 1, -1), 1);
    assert_int_equal(footprint_done(footprint).bar->cumulative, INT64_MIN);
    assert_int_equal(footprint_trade(footprint, NS_PER_DAY, 100, 2, -1), 1); // another day
    assert_int_equal(footprint_done(footprint).bar->cumulative, -2);
    free(footprint);
}

static void bad_configurations_are_refused(void **state) {
    static const struct footprint_config rows[] = {
        {.height = 1, .limit = 1, .kind = FOOTPRINT_KIND_COUNT, .rows_max = 8},
        {.height = 1, .limit = 0, .kind = FOOTPRINT_VOLUME, .rows_max = 8},
        {.height = 0, .limit = 1, .kind = FOOTPRINT_VOLUME, .rows_max = 8},
        {.height = 1, .limit = 1, .kind = FOOTPRINT_VOLUME, .rows_max = 9},
        {.height = 1, .limit = 90000, .kind = FOOTPRINT_TIME, .rows_max = 8},
        {.height = 1, .limit = (int64_t)1 << 40, .kind = FOOTPRINT_TIME, .rows_max = 8},
        {.height = 1, .limit = 1, .kind = FOOTPRINT_VOLUME, .calendar = 99, .rows_max = 8},
    };
    struct footprint *footprint = malloc(FOOTPRINT_BYTES(ROWS));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (footprint_init(footprint, &rows[i]) != ERR_ARGUMENT) fail_msg("row %zu", i);
    free(footprint);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_by_activity_are_what_their_trades_add_up_to),
        cmocka_unit_test(bars_of_time_are_those_of_resampling),
        cmocka_unit_test(bars_by_volume_are_those_of_activity),
        cmocka_unit_test(cumulative_delta_begins_anew_with_a_session),
        cmocka_unit_test(a_bar_depends_on_no_later_trade),
        cmocka_unit_test(bad_trades_change_nothing),
        cmocka_unit_test(sums_that_do_not_fit_are_refused),
        cmocka_unit_test(bad_configurations_are_refused),
    };
    return cmocka_run_group_tests(tests, trades_make, NULL);
}
