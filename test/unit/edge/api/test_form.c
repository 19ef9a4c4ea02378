// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <regex.h>

#include "edge/api/form.h"
#include "edge/api/run_request.h"

static const struct {
    const struct form *form;
    const char *text;
    bool good;
} rows[] = {
    {&form_stored, "trend-1.1764584347000000000", true},
    {&form_stored, ".hidden", false},
    {&form_stored, "a/b", false},
    {&form_stored, "", false},
    {&form_run, "trend-1", true},
    {&form_run, ".hidden", false},
    {&form_run, "-x", false},
    {&form_run, "a/b", false},
    {&form_run, "", false},
    {&form_run, "..", false},
    {&form_word, "sma_cross", true},
    {&form_word, "Sma", false},
    {&form_word, "1x", false},
    {&form_user, "ada@example.com", true},
    {&form_user, "<b>", false},
    {&form_user, "@x", false},
    {&form_decimal, "-12.50", true},
    {&form_decimal, "1e3", false},
    {&form_decimal, "NaN", false},
    {&form_decimal, ".5", false},
    {&form_decimal, "5.", false},
    {&form_decimal, "+5", false},
    {&form_decimal, "1234567890123456789", false},
    {&form_decimal, "--1", false},
    {&form_length, "5m", true},
    {&form_length, "0s", false},
    {&form_length, "5", false},
    {&form_venue, "BTC-USD", true},
    {&form_venue, "a/b", false},
    {&form_venue, ".x", false},
    {&form_cursor, "abc_-1", true},
    {&form_cursor, "a=", false},
    {&form_cursor, "", false},
    {&form_number, "0", true},
    {&form_number, "01", false},
    {&form_number, "-1", false},
    {&form_key, "7d2f!", true},
    {&form_key, "a b", false},
    {&form_key, "a\x7f", false},
    {&form_series, "LOCAL/AAPL/bar-1d", true},
    {&form_series, "BTCUSD", true},
    {&form_series, "../x", false},
    {&form_series, "a/../b", false},
    {&form_series, "/etc/passwd", false},
    {&form_series, "a//b", false},
    {&form_series, "a/b/c/d", false},
    {&form_series, "--data", false},
    {&form_series, "", false},
    {&form_model, "maker_taker:maker=10,taker=20", true},
    {&form_model, "./plugin.so", false},
    {&form_model, "x/y", false},
    {&form_space, "5:50:5", true},
    {&form_space, "-1", false},
    {&form_condition, "fast < slow", true},
    {&form_condition, "-x", false},
    {&form_condition, "a;b", false},
};

static void each_form_takes_what_it_says(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].form->check(rows[i].text, strlen(rows[i].text)) != rows[i].good)
            fail_msg("%s: '%s'", rows[i].form->name, rows[i].text);
}

// What clients read of a form says the same as its predicate.
static void patterns_agree_with_their_predicates(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct form *form = rows[i].form;
        regex_t pattern;
        if (form->pattern == NULL) continue;
        assert_int_equal(regcomp(&pattern, form->pattern, REG_EXTENDED | REG_NOSUB), 0);
        if ((regexec(&pattern, rows[i].text, 0, NULL, 0) == 0) != rows[i].good)
            fail_msg("%s: '%s' by its pattern", form->name, rows[i].text);
        if (regexec(&pattern, form->example, 0, NULL, 0) != 0)
            fail_msg("%s: its example", form->name);
        assert_true(form->check(form->example, strlen(form->example)));
        regfree(&pattern);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_takes_what_it_says),
        cmocka_unit_test(patterns_agree_with_their_predicates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
