// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "runs.h"

// 100 to 110, down to 88 after three hours, back after five; and 121 to 120.
static void drawdowns_have_depth_dates_and_lengths(void **state) {
    (void)state;
    static const int64_t equity[] = {10000, 11000, 9900, 8800, 11000, 12100, 12000};
    struct run run;
    run_open(&run, run_symbols);
    run_start(&run);
    run_deposit(&run, NS_PER_DAY, 10000);
    for (int i = 0; i < 7; i++)
        report_mark(run.report, NS_PER_DAY + i * NS_PER_HOUR, MONEY(equity[i]), MONEY(0));
    assert_ok(report_end(run.report));
    assert_table(
        &run, "drawdowns",
        "rank,depth,peak,trough,recovery,to_trough,length,loss\r\n"
        "1,-0.19999999999999996,1970-01-02T01:00:00Z,1970-01-02T03:00:00Z,"
        "1970-01-02T04:00:00Z,7200.000000000,10800.000000000,-22.00\r\n"
        "2,-0.008264462809917328,1970-01-02T05:00:00Z,1970-01-02T06:00:00Z,,3600.000000000,"
        "3600.000000000,-1.00\r\n");
    run_close(&run);
}

static void start_with(struct run *run, const int64_t *equity, int count) {
    run_open(run, run_symbols);
    run_start(run);
    run_deposit(run, NS_PER_DAY, equity[0]);
    for (int i = 0; i < count; i++)
        report_mark(run->report, NS_PER_DAY + i * NS_PER_HOUR, MONEY(equity[i]), MONEY(0));
    assert_ok(report_end(run->report));
}

// 110 to 99 after two hours, one more hour below the peak when the run ends.
static void a_drawdown_that_goes_on_is_not_called_recovered(void **state) {
    (void)state;
    static const int64_t equity[] = {10000, 11000, 9900, 10500};
    struct run run;
    start_with(&run, equity, 4);
    struct text page, json;
    text_init(&page, REPORT_TEXT_MAX);
    text_init(&json, REPORT_TEXT_MAX);
    report_html(run.report, &page);
    report_json(run.report, &json);
    const char *html = text_string(&page);
    assert_null(strstr(html, "From peak to recovery"));
    assert_non_null(strstr(html, "<dd class=\"small\">From peak, not recovered 2\u00a0h 0"));
    assert_non_null(strstr(html, ">Recovered</th><td>not recovered</td>"));
    assert_non_null(strstr(html, "<td title=\"there is none\">not recovered</td>"));
    assert_non_null(strstr(text_string(&json), "\"max_drawdown_recovery\":null"));
    assert_non_null(strstr(text_string(&json), "\"recovery\":null"));
    text_fini(&page);
    text_fini(&json);
    run_close(&run);
}

static void a_drawdown_that_ended_or_never_was_has_its_usual_words(void **state) {
    (void)state;
    static const int64_t back[] = {10000, 9000, 10000}, never[] = {10000, 10000, 10001};
    for (int k = 0; k < 2; k++) {
        struct run run;
        start_with(&run, k == 0 ? back : never, 3);
        struct text page;
        text_init(&page, REPORT_TEXT_MAX);
        report_html(run.report, &page);
        assert_null(strstr(text_string(&page), "not recovered"));
        assert_non_null(strstr(text_string(&page), k == 0 ? "From peak to recovery 2\u00a0h 0"
                                                          : "From peak to recovery \u2013"));
        text_fini(&page);
        run_close(&run);
    }
}

// 100 to 90 and back to 98 before the day ends: 10 % over every mark, 2 % at the end of the day.
static void a_fall_within_a_day_is_deeper_than_that_of_days_and_said_to_be(void **state) {
    (void)state;
    static const int64_t equity[] = {10000, 9000, 9800};
    struct run run;
    start_with(&run, equity, 3);
    assert_true(fabs(report_statistic(run.report, "max_drawdown") + 0.1) < 1e-12);
    assert_true(fabs(run.report->series.drawdown[1] + 0.02) < 1e-12);
    assert_int_equal(run.report->series.count, 1);
    struct text page, json;
    text_init(&page, REPORT_TEXT_MAX);
    text_init(&json, REPORT_TEXT_MAX);
    report_html(run.report, &page);
    report_json(run.report, &json);
    assert_non_null(strstr(text_string(&page), "Every mark counts here"));
    assert_non_null(strstr(text_string(&json), "{\"name\":\"drawdowns\",\"value\":\"The max"));
    assert_non_null(strstr(text_string(&json), "{\"name\":\"open trades\",\"value\":\"Trades"));
    text_fini(&page);
    text_fini(&json);
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drawdowns_have_depth_dates_and_lengths),
        cmocka_unit_test(a_drawdown_that_goes_on_is_not_called_recovered),
        cmocka_unit_test(a_drawdown_that_ended_or_never_was_has_its_usual_words),
        cmocka_unit_test(a_fall_within_a_day_is_deeper_than_that_of_days_and_said_to_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
