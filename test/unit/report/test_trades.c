// SPDX-License-Identifier: Apache-2.0
#include "report/trades.h"

#include "base/prng.h"
#include "runs.h"

static const char *const symbols[RUN_INSTRUMENTS] = {"AAA", "BBB", "CCC"};

// The naive twin: average cost of one strategy in one stock, in cents, by a plain reading of the rules; no ledger.
struct twin {
    int64_t qty;
    int64_t cost;
    int64_t gross;
    int64_t fees;
    int64_t count;
    int64_t nets[4096];
    int32_t sides[4096];
};

static int64_t half_even(int64_t a, int64_t b) {
    int64_t q = a / b, r = a % b;
    if (r < 0) {
        q--;
        r += b;
    }
    if (2 * r > b || (2 * r == b && q % 2 != 0)) q++;
    return q;
}

static void twin_fill(struct twin *twin, int side, int64_t qty, int64_t price, int64_t fee) {
    int64_t fee_left = fee, left = qty;
    if (twin->qty != 0 && (twin->qty > 0) != (side > 0)) {
        int64_t size = twin->qty < 0 ? -twin->qty : twin->qty;
        int64_t closed = qty < size ? qty : size;
        int64_t cost = closed == size ? twin->cost : half_even(twin->cost * closed, size);
        int64_t part = closed == qty ? fee : half_even(fee * closed, qty);
        twin->gross += -side * closed * price - cost;
        twin->fees += part;
        twin->cost -= cost;
        twin->qty += side * closed;
        fee_left -= part;
        left -= closed;
        if (twin->qty == 0) {
            twin->sides[twin->count] = -side;
            twin->nets[twin->count++] = twin->gross - twin->fees;
            twin->gross = twin->fees = 0;
        }
    }
    if (left == 0) return;
    twin->qty += side * left;
    twin->cost += side * left * price;
    twin->fees += fee_left;
}

// A 2:1 split: twice the units for the same money.
static void twin_split(struct twin *twin) {
    twin->qty *= 2;
}

static void random_fills_make_the_trades_of_a_naive_twin(void **state) {
    (void)state;
    static struct twin twins[RUN_STRATEGIES][RUN_INSTRUMENTS];
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct run run;
        struct prng prng;
        memset(twins, 0, sizeof twins);
        prng_seed(&prng, seed);
        run_open(&run, symbols);
        run_start(&run);
        run_deposit(&run, 1, 100000000);
        int splits = 0;
        for (int64_t now = 2; now < 3000; now++) {
            uint32_t s = (uint32_t)prng_below(&prng, 2), i = (uint32_t)prng_below(&prng, 3);
            int64_t price = 1000 + (int64_t)prng_below(&prng, 500);
            int64_t qty = 1 + (int64_t)prng_below(&prng, 9), fee = (int64_t)prng_below(&prng, 40);
            // Toward flat more often than not, so that trades end.
            int64_t held = twins[s][i].qty;
            int side = held == 0 || prng_below(&prng, 3) == 0 ? (prng_below(&prng, 2) ? 1 : -1)
                                                              : (held > 0 ? -1 : 1);
            if (prng_below(&prng, 3) == 0 && held != 0) qty = held < 0 ? -held : held;
            run_trade(&run, now, s, i, side, qty, price, fee);
            twin_fill(&twins[s][i], side, qty, price, fee);
            if (prng_below(&prng, 500) != 0 || splits++ == 4) continue;
            union event event;
            event_init(&event, EVENT_SPLIT, i, now);
            event.split.numerator = 2;
            event.split.denominator = 1;
            event.split.price = PRICE(price);
            assert_ok(report_put(run.report, &event.header));
            for (uint32_t k = 0; k < RUN_STRATEGIES; k++) twin_split(&twins[k][i]);
        }
        const struct trades *trades = &run.report->trades;
        int64_t seen[RUN_STRATEGIES][RUN_INSTRUMENTS] = {{0}};
        for (size_t k = 0; k < trades->count; k++) {
            const struct trade *trade = &trades->items[k];
            const struct twin *twin = &twins[trade->strategy][trade->instrument];
            int64_t at = seen[trade->strategy][trade->instrument]++;
            assert_true(at < twin->count);
            assert_true(trade->net.m == twin->nets[at]);
            assert_int_equal(trade->side, twin->sides[at]);
        }
        for (uint32_t s = 0; s < RUN_STRATEGIES; s++)
            for (uint32_t i = 0; i < RUN_INSTRUMENTS; i++) {
                assert_int_equal(seen[s][i], twins[s][i].count);
                assert_true(seen[s][i] > 20);
            }
        run_close(&run);
    }
}

// 2 at 10.00 and 4 at 10.75: 63.00 / 6 = 10.50; half sold before a 2:1 split at 12.00, the rest after at 7.00:
// sums of price x quantity stay, so the average in new units is half.
static void averages_follow_a_split(void **state) {
    (void)state;
    struct run run;
    run_open(&run, symbols);
    run_start(&run);
    run_deposit(&run, 1, 100000);
    run_trade(&run, 2, 0, 0, 1, 2, 1000, 0);
    run_trade(&run, 3, 0, 0, 1, 4, 1075, 0);
    run_trade(&run, 4, 0, 0, -1, 3, 1200, 0);
    union event event;
    event_init(&event, EVENT_SPLIT, 0, 5);
    event.split.numerator = 2;
    event.split.denominator = 1;
    event.split.price = PRICE(1200);
    assert_ok(report_put(run.report, &event.header));
    run_trade(&run, 6, 0, 0, -1, 6, 700, 0);
    assert_int_equal(run.report->trades.count, 1);
    const struct trade *trade = &run.report->trades.items[0];
    assert_int_equal(trade_entry_price(trade).m, 525);
    assert_int_equal(trade_exit_price(trade).m, 650); // (3 x 12 + 6 x 7) / 12
    assert_int_equal(trade->peak_qty.m, 12);
    assert_true(trade->entered.m == 6300);
    assert_true(trade->net.m == 1500); // 36 + 42 - 63
    assert_int_equal(trade->fills, 4);
    run_close(&run);
}

static void a_trade_before_a_split_is_charted_in_new_units(void **state) {
    (void)state;
    struct run run;
    run_open(&run, symbols);
    run_start(&run);
    run_deposit(&run, 1, 100000);
    run_trade(&run, 2, 0, 0, 1, 2, 1000, 0);
    run_trade(&run, 3, 0, 0, -1, 2, 1000, 0);
    union event event;
    event_init(&event, EVENT_SPLIT, 0, 5);
    event.split.numerator = 4;
    event.split.denominator = 1;
    event.split.price = PRICE(1000);
    assert_ok(report_put(run.report, &event.header));
    assert_true(run.report->trades.items[0].chart_factor == 0.25);
    run_close(&run);
}

static void sums_count_wins_losses_and_streaks(void **state) {
    (void)state;
    static const int64_t moves[] = {5, -3, -4, 0, -2, -1, -6, 7};
    struct run run;
    run_open(&run, symbols);
    run_start(&run);
    run_deposit(&run, 1, 100000);
    for (int k = 0; k < 8; k++) {
        run_trade(&run, 10 + k, 1, 1, 1, 1, 1000, 0);
        run_trade(&run, 10 + k, 1, 1, -1, 1, 1000 + moves[k], 0);
    }
    const struct trade_sums *sums = &run.report->trades.by_strategy[1];
    assert_int_equal(sums->count, 8);
    assert_int_equal(sums->wins, 2);
    assert_int_equal(sums->losses, 5);
    assert_true(sums->net.m == -4 && sums->profit.m == 12 && sums->loss.m == -16);
    assert_true(sums->best.m == 7 && sums->worst.m == -6);
    assert_int_equal(sums->streak_max, 3);
    assert_int_equal(run.report->trades.by_strategy[0].count, 0);
    assert_int_equal(run.report->trades.by_instrument[1].fills, 16);
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_fills_make_the_trades_of_a_naive_twin),
        cmocka_unit_test(averages_follow_a_split),
        cmocka_unit_test(a_trade_before_a_split_is_charted_in_new_units),
        cmocka_unit_test(sums_count_wins_losses_and_streaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
