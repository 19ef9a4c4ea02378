// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <math.h>

#include "report/compare.h"

static double sharpe(const void *self, const char *name) {
    if (strcmp(name, "trades") == 0) return 290;
    return strcmp(name, "sharpe") == 0 ? *(const double *)self : NAN;
}

static const double first_sharpe = 1.25, second_sharpe = -0.5;
static const int32_t first_dates[] = {1, 2, 3, 4}, second_dates[] = {2, 3, 4, 5};
static const double first_returns[] = {0.1, -0.1, 0.2, 0.05};
static const double second_returns[] = {0.01, 0.03, NAN, 0.02};

static void set_up(struct compare_run runs[2]) {
    runs[0] = (struct compare_run){.name = "one",
                                   .about = "sma_cross & more",
                                   .dates = first_dates,
                                   .returns = first_returns,
                                   .days = 4,
                                   .statistic = sharpe,
                                   .self = &first_sharpe};
    runs[1] = (struct compare_run){.name = "<two>",
                                   .about = "carry",
                                   .dates = second_dates,
                                   .returns = second_returns,
                                   .days = 4,
                                   .statistic = sharpe,
                                   .self = &second_sharpe};
}

// Days 2 and 3 are what both have and know: two points are in one line.
static void a_correlation_is_over_the_days_that_both_have(void **state) {
    (void)state;
    struct compare_run runs[2];
    set_up(runs);
    assert_true(fabs(compare_correlation(&runs[0], &runs[1]) - 1) < 1e-12);
    assert_true(fabs(compare_correlation(&runs[0], &runs[0]) - 1) < 1e-12);
    runs[1].days = 1;
    assert_true(isnan(compare_correlation(&runs[0], &runs[1])));
    static const double flat[] = {0, 0, 0, 0};
    runs[1].days = 4;
    runs[1].returns = flat;
    assert_true(isnan(compare_correlation(&runs[0], &runs[1])));
}

static void a_page_has_each_run_and_escapes_their_words(void **state) {
    (void)state;
    struct compare_run runs[2];
    struct text out;
    set_up(runs);
    text_init(&out, 1 << 20);
    assert_ok(compare_html("A & B", runs, 2, "two\tother <data>\nthree\n", &out));
    const char *page = text_string(&out);
    assert_non_null(strstr(page, "A &amp; B"));
    assert_non_null(strstr(page, "&lt;two&gt;"));
    assert_null(strstr(page, "<two>"));
    assert_non_null(strstr(page, "sma_cross &amp; more"));
    assert_non_null(strstr(page, "<dt>two</dt><dd>other &lt;data&gt;</dd>"));
    assert_non_null(strstr(page, "Sharpe ratio</th><td>1.25</td><td>-0.50</td>"));
    assert_non_null(strstr(page, "Closed trades</th><td>290</td><td>290</td>"));
    assert_non_null(strstr(page, "id=\"chart-growth\""));
    assert_non_null(strstr(page, "line s1"));
    text_fini(&out);
}

static void runs_without_days_are_a_page_too(void **state) {
    (void)state;
    struct compare_run runs[2];
    struct text out;
    set_up(runs);
    runs[0].days = runs[1].days = 0;
    text_init(&out, 1 << 20);
    assert_ok(compare_html("Nothing", runs, 2, "", &out));
    assert_null(strstr(text_string(&out), "What differs"));
    text_clear(&out);
    assert_ok(compare_html("One", runs, 1, "", &out));
    assert_null(strstr(text_string(&out), "<h2>Correlation"));
    text_fini(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_correlation_is_over_the_days_that_both_have),
        cmocka_unit_test(a_page_has_each_run_and_escapes_their_words),
        cmocka_unit_test(runs_without_days_are_a_page_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
