// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <math.h>

#include "research/sweep/expression.h"

static const char *const names[] = {"fast", "slow", "nothing"};
static const double values[] = {5, 20, NAN};
enum { NAMES = 3 };

static double value_of(const char *text) {
    struct expression expression;
    assert_ok(expression_parse("where", text, names, NAMES, &expression));
    return expression_value(&expression, values);
}

static void operators_bind_as_in_c_and_words_stand_for_signs(void **state) {
    (void)state;
    // The numbers are C's own for the same text.
    assert_true(value_of("1 + 2 * 3 - 4 / 2") == 1 + 2 * 3 - 4 / 2);
    assert_true(value_of("(1 + 2) * -3 % 4") == (1 + 2) * -3 % 4);
    assert_true(value_of("2 - 1 - 1") == 0);
    assert_true(value_of("-fast * -fast") == 25);
    assert_true(value_of("fast < slow && slow <= 4 * fast") == 1);
    assert_true(value_of("fast < slow and slow < 4 * fast") == 0);
    assert_true(value_of("fast > slow or not slow == 21") == 1);
    assert_true(value_of("1 || 0 && 0") == 1);
    assert_true(value_of("not fast == 3 and slow > 2") == value_of("(not fast == 3) and slow > 2"));
    assert_true(value_of("not fast == 1e9 and slow > 2 or fast < 0") == 1);
    assert_true(value_of("!fast != 1") == 0); // not (fast != 1)
    assert_true(value_of("fast % 2 == 1") == 1);
    assert_true(value_of(".5 + 1e1") == 10.5);
}

static void what_is_undefined_meets_no_comparison(void **state) {
    (void)state;
    static const char *const comparisons[] = {"nothing < 1",  "nothing >= 1", "nothing == nothing",
                                              "nothing != 1", "nothing > 1",  "nothing <= 1"};
    struct expression expression;
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++)
        assert_true(value_of(comparisons[i]) == 0);
    assert_ok(expression_parse("where", "nothing", names, NAMES, &expression));
    assert_false(expression_holds(&expression, values));
}

static void a_fault_is_named_with_its_column(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int code;
        const char *words;
    } rows[] = {
        {"fast < slwo", ERR_NOT_FOUND, "column 8: there is no 'slwo'; did you mean slow?"},
        {"fast <", ERR_PARSE, "ends where a number, a name or '(' is missing"},
        {"(fast", ERR_PARSE, "ends where ')' is missing"},
        {"fast slow", ERR_PARSE, "column 6 is 's', not an operator"},
        {"fast < 3x", ERR_PARSE, "column 8 is '3', not a number"},
        {"1 < fast < 9", ERR_PARSE, "comparisons do not chain"},
        {"", ERR_PARSE, "ends where"},
        {"fast = 3", ERR_PARSE, "column 6 is '=', not an operator"},
    };
    struct expression expression;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(expression_parse("where", rows[i].text, names, NAMES, &expression),
                         rows[i].code);
        if (strstr(err_story(), rows[i].words) == NULL)
            fail_msg("'%s' is not in '%s'", rows[i].words, err_story());
    }
}

static void what_is_too_deep_or_too_long_is_refused(void **state) {
    (void)state;
    char deep[2048], wide[4096] = "1";
    memset(deep, '(', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    for (size_t i = 1; i + 2 < sizeof wide; i += 2) memcpy(wide + i, "+1", 3);
    struct expression expression;
    assert_int_equal(expression_parse("where", deep, names, NAMES, &expression), ERR_FULL);
    assert_int_equal(expression_parse("where", wide, names, NAMES, &expression), ERR_FULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_bind_as_in_c_and_words_stand_for_signs),
        cmocka_unit_test(what_is_undefined_meets_no_comparison),
        cmocka_unit_test(a_fault_is_named_with_its_column),
        cmocka_unit_test(what_is_too_deep_or_too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
