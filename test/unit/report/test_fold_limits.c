// SPDX-License-Identifier: Apache-2.0
#include "days_run.h"

static void a_limit_tells_how_much_of_it_was_used_and_when(void **state) {
    (void)state;
    struct days_run days;
    struct text text;
    static const struct report_limit limits[] = {
        {"leverage.max_leverage", 0.1125, REPORT_GROSS, 0},
        {"position_count.max_positions", 3, REPORT_POSITIONS, 0},
        {"gross_exposure.max_amount", 20000, REPORT_GROSS_AMOUNT, 0},
    };
    days_run_open(&days, limits, 3);
    double highest = 0, amount = 0;
    int when = 0, near = 0;
    for (int d = 0; d < DAYS; d++) {
        double gross = days_gross(&days, d);
        near += gross >= 0.8 * 0.1125;
        amount = fmax(amount, (double)(100 * days.prices[d][0] + 50 * days.prices[d][1]) / 100);
        if (gross <= highest) continue;
        highest = gross;
        when = d;
    }
    text_init(&text, 1 << 16);
    assert_ok(report_csv(days.run.report, "limits", &text));
    double limit, most, used;
    int year, month, day, times;
    const char *row = strstr(text_string(&text), "leverage.max_leverage,");
    assert_non_null(row);
    assert_int_equal(sscanf(row,
                            "leverage.max_leverage,\"gross positions, of equity\","
                            "%lf,%lf,%lf,%d-%d-%d,%d",
                            &limit, &most, &used, &year, &month, &day, &times),
                     7);
    assert_true(limit == 0.1125 && fabs(most - highest) < 1e-12);
    assert_true(fabs(used - highest / 0.1125) < 1e-12);
    assert_int_equal(times, near);
    assert_true(near > 0 && near < DAYS);
    char expected[16];
    date_print(expected, sizeof expected, 1 + when);
    char told[40];
    snprintf(told, sizeof told, "%04d-%02d-%02d", year, month, day);
    assert_string_equal(told, expected);
    row = strstr(text_string(&text), "position_count.max_positions,positions,3,2,");
    assert_non_null(row);
    row = strstr(text_string(&text), "gross_exposure.max_amount,");
    assert_non_null(row);
    assert_int_equal(sscanf(row,
                            "gross_exposure.max_amount,\"gross positions, account money\",%lf,"
                            "%lf",
                            &limit, &most),
                     2);
    assert_true(fabs(most - amount) < 1e-6);
    text_fini(&text);
    run_close(&days.run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_limit_tells_how_much_of_it_was_used_and_when),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
