// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <math.h>

#include "base/prng.h"
#include "base/timestamp.h"
#include "quant/series/drawdown.h"
#include "quant/series/performance.h"
#include "research/sweep/score.h"

enum { DAYS = 500, MARKS = 4 }; // marks a day

#define NEAR(a, b) assert_true(fabs((a) - (b)) <= 1e-11 * fabs(b))

// The measures of quant, which take whole series, on the days of a walk with several marks a day.
static void measures_are_those_of_the_whole_series(void **state) {
    (void)state;
    static double equity[DAYS * MARKS + 1], returns[DAYS], kept[DAYS];
    struct prng prng;
    struct score score;
    struct score_result result;
    double last = 0, depth = 0, peak = 0;
    prng_seed(&prng, 7);
    score_init(&score, kept, DAYS);
    equity[0] = 1e13;
    for (int i = 0; i <= DAYS * MARKS; i++) {
        if (i > 0) equity[i] = floor(equity[i - 1] * (1.0005 + 0.02 * (prng_double(&prng) - 0.5)));
        score_mark(&score, 10 * NS_PER_DAY + i * (NS_PER_DAY / MARKS), equity[i], i % 3 == 0);
        peak = fmax(peak, equity[i]);
        depth = fmin(depth, equity[i] / peak - 1);
    }
    last = equity[DAYS * MARKS];
    // Mark 0 is at 00:00; the last mark of day k is at 00:00 of the next.
    for (int k = 0; k < DAYS; k++) returns[k] = equity[(k + 1) * MARKS] / equity[k * MARKS] - 1;
    score_end(&score, MONEY((int128_t)last), 8, 252, &result);
    assert_int_equal(result.days, DAYS);
    for (int k = 0; k < DAYS; k++) assert_true(kept[k] == returns[k]);
    NEAR(result.total_return, performance_total_return(returns, DAYS));
    NEAR(result.cagr, performance_cagr(returns, DAYS, 252));
    NEAR(result.volatility, performance_volatility(returns, DAYS, 252));
    NEAR(result.sharpe, performance_sharpe(returns, DAYS, 252, 0));
    NEAR(result.sortino, performance_sortino(returns, DAYS, 252));
    assert_true(fabs(result.skew - performance_skew(returns, DAYS)) < 1e-11);
    NEAR(result.kurtosis, performance_kurtosis(returns, DAYS));
    NEAR(result.max_drawdown, depth);
    NEAR(result.calmar, result.cagr / -depth);
    NEAR(result.time_in_market, (DAYS * MARKS / 3 + 1) / (double)(DAYS * MARKS + 1));
}

static void fill(struct score *score, struct score_position *position, int64_t qty, int64_t price,
                 int64_t fee) {
    int64_t size = qty < 0 ? -qty : qty, closed = score_closing(position, qty);
    struct score_fill done = {.ts_ns = 1,
                              .qty = qty,
                              .price = price,
                              .fee = fee,
                              .value = MONEY(size * price),
                              .closing = MONEY(closed * price),
                              .closed = closed};
    score_fill(score, position, &done);
}

// Bought 10 at 100 and 10 at 110 (fees 5, 5), sold 30 at 120 (fee 30): a trade of 20 units, 400 - 100 = 300 less fees
// 5 + 5 + 20; then 10 short at 120, covered at 130 (fee 13): -100 less 10 and 13.
static void a_fill_through_flat_ends_a_trade_and_begins_another(void **state) {
    (void)state;
    struct score score;
    struct score_position position = {0};
    struct score_result result;
    score_init(&score, NULL, 0);
    fill(&score, &position, 10, 100, 5);
    fill(&score, &position, 10, 110, 5);
    assert_int_equal(score.trades, 0);
    fill(&score, &position, -30, 120, 30);
    assert_int_equal(score.trades, 1);
    assert_true(score.profit.m == 300 - 30);
    assert_int_equal(position.qty, -10);
    fill(&score, &position, 10, 130, 13);
    assert_true(score.loss.m == 100 + 23);
    score_end(&score, MONEY(0), 2, 252, &result);
    assert_int_equal(result.trades, 2);
    assert_int_equal(result.fills, 4);
    assert_true(result.fees.m == 53);
    assert_true(result.hit_rate == 0.5);
    NEAR(result.profit_factor, 270.0 / 123);
    NEAR(result.expectancy, 1.47 / 2);
}

static void what_no_run_defines_is_nan_and_nothing_traps(void **state) {
    (void)state;
    struct score score;
    struct score_result result;
    double values[SCORE_MEASURES];
    score_init(&score, NULL, 0);
    score_end(&score, MONEY(100), 2, 252, &result);
    assert_true(isnan(result.sharpe) && isnan(result.total_return) && isnan(result.hit_rate));
    score_init(&score, NULL, 0);
    for (int i = 0; i < 5; i++) score_mark(&score, i * NS_PER_DAY, 100, false);
    score_end(&score, MONEY(100), 2, 252, &result);
    assert_true(result.total_return == 0 && result.volatility == 0 && result.time_in_market == 0);
    assert_true(isnan(result.sharpe) && isnan(result.profit_factor) && isnan(result.skew));
    score_measure_values(&result, 2, values);
    assert_true(values[score_measure_find("equity")] == 1);
    assert_int_equal(score_measure_find("luck"), -1);
}

static void other_fills_have_another_hash(void **state) {
    (void)state;
    struct score scores[3];
    for (int i = 0; i < 3; i++) {
        struct score_position position = {0};
        score_init(&scores[i], NULL, 0);
        fill(&scores[i], &position, 10, 100, 5);
        fill(&scores[i], &position, -10, i == 2 ? 101 : 100, 5);
    }
    assert_true(scores[0].fills_hash == scores[1].fills_hash);
    assert_true(scores[0].fills_hash != scores[2].fills_hash);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_are_those_of_the_whole_series),
        cmocka_unit_test(a_fill_through_flat_ends_a_trade_and_begins_another),
        cmocka_unit_test(what_no_run_defines_is_nan_and_nothing_traps),
        cmocka_unit_test(other_fills_have_another_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
