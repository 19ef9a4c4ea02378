// SPDX-License-Identifier: Apache-2.0
#include "feed_run.h"

static const char *line_of(const char *table, const char *begin) {
    static char line[512];
    const char *at = strstr(table, begin);
    if (at == NULL) fail_msg("no line %s", begin);
    snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\r"), at);
    return line;
}

// The sums behind them are worked out in test_markout.c; groups that have no fill have no lines.
static void groups_and_horizons_have_a_line_each(void **state) {
    struct run run;
    struct text text;
    feed_session(&run);
    text_init(&text, 1 << 20);
    assert_ok(report_csv(run.report, "markouts", &text));
    const char *table = text_string(&text);
    size_t lines = 0;
    for (const char *at = table; *at != '\0'; at++) lines += *at == '\n';
    assert_int_equal(lines, 1 + 5 * 16); // all, makers, takers, maker buys, taker sells
    assert_string_equal(line_of(table, "AAA,takers,5.0"),
                        "AAA,takers,5.000000000,1,20.181634712411707,,0.02,20.181634712411707,"
                        "40.363269424823415,-20.181634712411707");
    assert_string_equal(line_of(table, "AAA,taker sells,300.0"),
                        "AAA,taker sells,300.000000000,0,,,0.00,,,");
    assert_null(strstr(table, "maker sells"));
    text_fini(&text);
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_and_horizons_have_a_line_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
