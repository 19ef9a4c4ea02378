// SPDX-License-Identifier: Apache-2.0
#include "days_run.h"

static int by_value(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

// What the positions of day d would have made on each of the last days, sorted; of equity.
static int simulate(const struct days_run *days, int d, double outcomes[DAILY_WINDOW]) {
    int count = 0;
    for (int k = d; k > 0 && count < DAILY_WINDOW; k--) {
        double a = (double)days->prices[k][0] / (double)days->prices[k - 1][0] - 1;
        double b = (double)days->prices[k][1] / (double)days->prices[k - 1][1] - 1;
        double made =
            100.0 * (double)days->prices[d][0] * a - 50.0 * (double)days->prices[d][1] * b;
        outcomes[count++] = made / (double)days->equity[d];
    }
    qsort(outcomes, (size_t)count, sizeof *outcomes, by_value);
    return count;
}

// Type 7: linear between order statistics; the mean of those at or below it.
static void tail(const double *sorted, int count, double *ret_var, double *ret_es) {
    double place = 0.05 * (count - 1), sum = 0;
    int below = (int)floor(place), taken = 0;
    double quantile = sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
    for (; taken < count && sorted[taken] <= quantile; taken++) sum += sorted[taken];
    *ret_var = -quantile;
    *ret_es = -sum / taken;
}

static void value_at_risk_is_what_these_positions_made_on_the_last_days(void **state) {
    (void)state;
    struct days_run days;
    double outcomes[DAILY_WINDOW], var, es;
    days_run_open(&days, NULL, 0);
    const struct daily *daily = &days.run.report->daily;
    assert_int_equal(daily->count, DAYS);
    for (int d = 0; d < DAYS; d++) {
        const struct daily_day *day = &daily->days[d];
        int count = simulate(&days, d, outcomes);
        assert_true(isfinite(day->var) == (count >= DAILY_LEAST));
        if (count < DAILY_LEAST) continue;
        tail(outcomes, count, &var, &es);
        assert_true(fabs(day->var - var) < 1e-12);
        assert_true(fabs(day->es - es) < 1e-12);
        assert_true(day->es >= day->var);
    }
    run_close(&days.run);
}

static void a_day_has_the_positions_and_the_course_of_the_account(void **state) {
    (void)state;
    struct days_run days;
    int64_t peak = DAYS_CAPITAL;
    days_run_open(&days, NULL, 0);
    const struct daily *daily = &days.run.report->daily;
    for (int d = 0; d < DAYS; d++) {
        const struct daily_day *day = &daily->days[d];
        peak = days.equity[d] > peak ? days.equity[d] : peak;
        double largest = fmax((double)(100 * days.prices[d][0]), (double)(50 * days.prices[d][1]));
        assert_true(fabs(day->gross - days_gross(&days, d)) < 1e-12);
        assert_true(fabs(day->net - days_net(&days, d)) < 1e-12);
        assert_true(fabs(day->largest - largest / (double)days.equity[d]) < 1e-12);
        assert_int_equal(day->positions, 2);
        assert_true(fabs(day->drawdown - (1 - (double)days.equity[d] / (double)peak)) < 1e-12);
        double before = (double)(d == 0 ? DAYS_CAPITAL : days.equity[d - 1]);
        double change = (double)days.equity[d] / before - 1;
        assert_true(fabs(day->change - change) < 1e-12);
    }
    run_close(&days.run);
}

// Of four for one, what was 40 is 10: the day over which it happens is no fall.
static void a_split_is_no_change(void **state) {
    (void)state;
    struct days_run days;
    days_run_open(&days, NULL, 0);
    struct daily *daily = &days.run.report->daily;
    double first = daily->last[0], second = daily->last[1];
    assert_true(first == (double)days.prices[DAYS - 1][0]);
    daily_split(daily, 0, 4, 1);
    assert_true(daily->last[0] == first / 4);
    assert_true(daily->last[1] == second);
    daily_split(daily, 0, 1, 8);
    assert_true(daily->last[0] == first * 2);
    run_close(&days.run);
}

// Money that comes is no profit, and no way out of a drawdown.
static void capital_that_comes_is_no_change(void **state) {
    (void)state;
    struct run run;
    run_open(&run, run_symbols);
    run_start(&run);
    int64_t now = NS_PER_DAY + 1;
    run_deposit(&run, now, 100000);
    report_mark(run.report, now, MONEY(100000), MONEY(0));
    run_deposit(&run, now + NS_PER_DAY, 50000);
    report_mark(run.report, now + NS_PER_DAY, MONEY(150000), MONEY(0));
    report_mark(run.report, now + 2 * NS_PER_DAY, MONEY(150000), MONEY(0));
    assert_ok(report_end(run.report));
    const struct daily *daily = &run.report->daily;
    assert_int_equal(daily->count, 2);
    for (size_t i = 0; i < daily->count; i++) {
        assert_true(daily->days[i].change == 0);
        assert_true(daily->days[i].drawdown == 0);
        assert_int_equal(daily->days[i].positions, 0);
        assert_true(daily->days[i].gross == 0 && daily->days[i].var == 0);
    }
    run_close(&run);
}

static void losses_beyond_the_evening_befores_are_counted(void **state) {
    (void)state;
    struct days_run days;
    days_run_open(&days, NULL, 0);
    const struct daily *daily = &days.run.report->daily;
    size_t beyond = 0, of = 0;
    for (int d = 1; d < DAYS; d++) {
        if (!(daily->days[d - 1].var > 0)) continue;
        double change = (double)days.equity[d] / (double)days.equity[d - 1] - 1;
        of++;
        beyond += change < -daily->days[d - 1].var;
    }
    struct daily_exceeded exceeded = daily_exceeded(daily);
    assert_int_equal(exceeded.days, beyond);
    assert_int_equal(exceeded.of, of);
    // One in twenty, give or take three standard deviations of a count.
    assert_true(fabs((double)beyond - 0.05 * (double)of) < 3 * sqrt(0.05 * 0.95 * (double)of));
    run_close(&days.run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(value_at_risk_is_what_these_positions_made_on_the_last_days),
        cmocka_unit_test(a_day_has_the_positions_and_the_course_of_the_account),
        cmocka_unit_test(a_split_is_no_change),
        cmocka_unit_test(capital_that_comes_is_no_change),
        cmocka_unit_test(losses_beyond_the_evening_befores_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
