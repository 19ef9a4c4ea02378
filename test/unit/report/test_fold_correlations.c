// SPDX-License-Identifier: Apache-2.0
#include "days_run.h"

// E[xy] - E[x]E[y] over the standard deviations.
static double naive(const struct days_run *days, bool bad) {
    long double n = 0, sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
    for (int d = 1; d < DAYS; d++) {
        if (bad && days->equity[d] >= days->equity[d - 1]) continue;
        long double x = (long double)days->of[d][0] / (long double)days->of[d - 1][0] - 1;
        long double y = (long double)days->of[d][1] / (long double)days->of[d - 1][1] - 1;
        n += 1;
        sx += x;
        sy += y;
        sxx += x * x;
        syy += y * y;
        sxy += x * y;
    }
    return (double)((n * sxy - sx * sy) / sqrtl((n * sxx - sx * sx) * (n * syy - sy * sy)));
}

static void a_pair_is_correlated_over_all_days_and_over_the_bad_ones(void **state) {
    (void)state;
    struct days_run days;
    struct text text;
    double all, bad;
    int count;
    days_run_open(&days, NULL, 0);
    text_init(&text, 1 << 16);
    assert_ok(report_csv(days.run.report, "correlations", &text));
    const char *row = strstr(text_string(&text), "alpha,beta,");
    assert_non_null(row);
    assert_int_equal(sscanf(row, "alpha,beta,%lf,%lf,%d", &all, &bad, &count), 3);
    assert_true(fabs(all - naive(&days, false)) < 1e-10);
    assert_true(fabs(bad - naive(&days, true)) < 1e-10);
    assert_int_equal(count, DAYS - 1);
    assert_int_equal(report_rows(days.run.report, "correlations"), 1);
    text_fini(&text);
    run_close(&days.run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pair_is_correlated_over_all_days_and_over_the_bad_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
