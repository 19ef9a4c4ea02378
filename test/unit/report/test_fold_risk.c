// SPDX-License-Identifier: Apache-2.0
#include "days_run.h"

static void each_day_has_a_row_and_no_value_at_risk_before_it_is_known(void **state) {
    (void)state;
    struct days_run days;
    struct text text;
    days_run_open(&days, NULL, 0);
    const struct daily *daily = &days.run.report->daily;
    text_init(&text, 1 << 20);
    assert_ok(report_csv(days.run.report, "risk", &text));
    const char *at = text_string(&text);
    assert_non_null(
        strstr(at, "date,gross,net,largest,positions,var,es,change,drawdown\r\n1970-01-02,"));
    for (int d = 0; d < DAYS; d++) {
        double gross, net, largest, var, es, change, drawdown;
        int positions;
        char date[16];
        at = strchr(at, '\n') + 1;
        if (d < DAILY_LEAST) {
            assert_int_equal(sscanf(at, "%15[^,],%lf,%lf,%lf,%d,,,%lf,%lf", date, &gross, &net,
                                    &largest, &positions, &change, &drawdown),
                             7);
            continue;
        }
        assert_int_equal(sscanf(at, "%15[^,],%lf,%lf,%lf,%d,%lf,%lf,%lf,%lf", date, &gross, &net,
                                &largest, &positions, &var, &es, &change, &drawdown),
                         9);
        assert_true(gross == daily->days[d].gross && net == daily->days[d].net);
        assert_true(var == daily->days[d].var && es == daily->days[d].es);
        assert_true(largest == daily->days[d].largest);
        assert_int_equal(positions, daily->days[d].positions);
        assert_true(change == daily->days[d].change && drawdown == -daily->days[d].drawdown);
    }
    text_fini(&text);
    run_close(&days.run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_day_has_a_row_and_no_value_at_risk_before_it_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
