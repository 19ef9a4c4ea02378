// SPDX-License-Identifier: Apache-2.0
#include "report/statistics.h"

#include <jansson.h>
#include <math.h>

#include "runs.h"

static const char *const symbols[RUN_INSTRUMENTS] = {"AAA", "BBB", "CCC"};

// Feeds a series of daily returns as an account's equity, and another as the benchmark's prices.
static int64_t feed(struct run *run, FILE *file) {
    char line[256];
    double equity = 1e15, price = 100;
    int64_t last = 0;
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file) != NULL) {
        int32_t date;
        double own, other;
        assert_ok(date_parse(line, 10, &date));
        assert_int_equal(sscanf(line + 10, ",%lf,%lf", &own, &other), 2);
        if (last == 0) {
            int64_t start = date_to_ns(date) - 3 * NS_PER_HOUR;
            run_deposit(run, start, 1000000000000000);
            report_mark(run->report, start, MONEY(1000000000000000), MONEY(0));
            assert_ok(report_benchmark(run->report, start, price));
        }
        last = date_to_ns(date) + 21 * NS_PER_HOUR;
        equity *= 1 + own;
        price *= 1 + other;
        report_mark(run->report, last, MONEY((int64_t)llround(equity)), MONEY(0));
        assert_ok(report_benchmark(run->report, last, price));
    }
    return last;
}

static const char *const pairs[][2] = {
    {"total_return", "total_return"},
    {"cagr", "cagr"},
    {"volatility", "vol_ann"},
    {"sharpe", "sharpe_rf0"},
    {"sortino", "sortino_mar0"},
    {"max_drawdown", "max_drawdown"},
    {"calmar", "calmar"},
    {"ulcer", "ulcer_index"},
    {"pain", "pain_index"},
    {"omega", "omega_0"},
    {"tail_ratio", "tail_ratio_type7"},
    {"var95", "var95_hist_type7"},
    {"cvar95", "cvar95_mean_le"},
    {"positive_days", "hit_rate_gt0"},
    {"best_day", "best"},
    {"worst_day", "worst"},
    {"skew", "skew_population"},
    {"kurtosis", "kurtosis_population_nonexcess"},
    {"psr", "psr_0"},
    {"min_track_record", "min_track_record_len_95_sr0"},
    {"stability", "stability_r2_cumlog"},
    {"beta", "beta"},
    {"correlation", "corr"},
    {"tracking_error", "tracking_error_ann"},
    {"information_ratio", "information_ratio"},
    {"up_capture", "up_capture_geometric"},
    {"down_capture", "down_capture_geometric"},
};

// Eight years of daily returns: definitions and second computations stand beside the data. Equity is rounded to
// 1e-15 of the start, the days' returns with it.
static void statistics_are_the_published_ones(void **state) {
    (void)state;
    const char *returns = harness_shared("golden/performance/returns_daily.csv");
    const char *expected = harness_shared("golden/performance/expected.json");
    struct run run;
    run_open(&run, symbols);
    run.config.benchmark = "INDEX";
    run_start(&run);
    FILE *file = fopen(returns, "r");
    assert_non_null(file);
    feed(&run, file);
    fclose(file);
    assert_ok(report_end(run.report));
    json_t *json = json_load_file(expected, 0, NULL);
    json_t *values = json_object_get(json, "daily_equalweight_vs_SPY");
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        double value = report_statistic(run.report, pairs[i][0]);
        double wanted = json_number_value(json_object_get(values, pairs[i][1]));
        if (!(fabs(value - wanted) <= 1e-9 * fabs(wanted)))
            fail_msg("%s is %.17g, expected %.17g", pairs[i][0], value, wanted);
    }
    int32_t peak, trough, recovery;
    assert_ok(date_parse(json_string_value(json_object_get(values, "mdd_peak_date")), 10, &peak));
    assert_ok(
        date_parse(json_string_value(json_object_get(values, "mdd_trough_date")), 10, &trough));
    assert_ok(
        date_parse(json_string_value(json_object_get(values, "mdd_recovery_date")), 10, &recovery));
    const struct curve_drawdown *deepest = &run.report->curve.drawdowns[0];
    assert_int_equal(curve_date(deepest->peak_ns), peak);
    assert_int_equal(curve_date(deepest->trough_ns), trough);
    assert_int_equal(curve_date(deepest->recovery_ns), recovery);
    json_decref(json);
    run_close(&run);
}

static void names_are_distinct_and_groups_stand_together(void **state) {
    (void)state;
    struct run run;
    run_open(&run, symbols);
    run.config.benchmark = "INDEX";
    run_start(&run);
    assert_ok(report_end(run.report));
    const struct statistics *statistics = &run.report->statistics;
    for (size_t i = 0; i < statistics->count; i++) {
        const struct statistic *own = &statistics->items[i];
        assert_ptr_equal(statistics_find(statistics, own->name), own);
        for (size_t k = i + 2; k < statistics->count; k++)
            if (strcmp(own->group, statistics->items[k].group) == 0)
                assert_string_equal(own->group, statistics->items[k - 1].group);
    }
    assert_null(statistics_find(statistics, "no_such_thing"));
    run_close(&run);
}

static void what_has_no_value_is_undefined(void **state) {
    (void)state;
    struct run run;
    run_open(&run, symbols);
    run_start(&run);
    run_deposit(&run, 1, 10000);
    for (int day = 0; day < 4; day++)
        report_mark(run.report, 1 + day * NS_PER_DAY, MONEY(10000), MONEY(0));
    assert_ok(report_end(run.report));
    assert_true(report_statistic(run.report, "total_return") == 0);
    assert_true(report_statistic(run.report, "max_drawdown") == 0);
    static const char *const undefined[] = {"sharpe",        "sortino",    "calmar", "hit_rate",
                                            "profit_factor", "expectancy", "psr",    "skew"};
    for (size_t i = 0; i < sizeof undefined / sizeof undefined[0]; i++)
        if (!isnan(report_statistic(run.report, undefined[i]))) fail_msg("%s", undefined[i]);
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statistics_are_the_published_ones),
        cmocka_unit_test(names_are_distinct_and_groups_stand_together),
        cmocka_unit_test(what_has_no_value_is_undefined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
