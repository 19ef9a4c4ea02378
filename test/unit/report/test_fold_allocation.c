// SPDX-License-Identifier: Apache-2.0
#include "days_run.h"

static void each_day_has_a_row_of_each_strategy(void **state) {
    (void)state;
    struct days_run days;
    struct text text;
    char line[160];
    days_run_open(&days, NULL, 0);
    text_init(&text, 1 << 20);
    assert_ok(report_csv(days.run.report, "allocation", &text));
    assert_int_equal(report_rows(days.run.report, "allocation"), 2 * DAYS);
    assert_non_null(strstr(text_string(&text), "date,strategy,equity,share,gross,net\r\n"));
    const char *at = text_string(&text);
    for (int d = 0; d < DAYS; d++)
        for (int s = 0; s < 2; s++) {
            double equity, share, gross, net;
            char date[16];
            at = strchr(at, '\n') + 1;
            snprintf(line, sizeof line, "%%15[^,],%s,%%lf,%%lf,%%lf,%%lf",
                     s == 0 ? "alpha" : "beta");
            assert_int_equal(sscanf(at, line, date, &equity, &share, &gross, &net), 5);
            double value =
                s == 0 ? 100.0 * (double)days.prices[d][0] : 50.0 * (double)days.prices[d][1];
            assert_true(fabs(equity - (double)days.of[d][s] / 100) < 1e-9);
            assert_true(fabs(share - (double)days.of[d][s] / (double)days.equity[d]) < 1e-12);
            assert_true(fabs(gross - value / (double)days.equity[d]) < 1e-12);
            assert_true(fabs(net - (s == 0 ? gross : -gross)) < 1e-12);
        }
    text_fini(&text);
    run_close(&days.run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_day_has_a_row_of_each_strategy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
