// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <ctype.h>

#include "base/decimal.h"
#include "base/prng.h"
#include "edge/store/import_input.h"
#include "edge/store/import_number.h"

static struct number scan(const char *text, size_t *ret_len) {
    char field[128 + INPUT_PADDING] = "";
    struct number number;
    size_t len = strlen(text);
    memcpy(field, text, len);
    const char *end = number_scan(field, field + len, ',', &number);
    *ret_len = (size_t)(end - field);
    return number;
}

static void a_field_ends_at_its_mark(void **state) {
    static const struct {
        const char *text;
        size_t len;
        int64_t m;
        int32_t frac, state;
    } ROWS[] = {
        {"1,2", 1, 1, 0, NUMBER_OK},
        {"12345678,", 8, 12345678, 0, NUMBER_OK},
        {"123456789.5\n", 11, 1234567895, 1, NUMBER_OK},
        {"13752.18233851\r\n", 14, INT64_C(1375218233851), 8, NUMBER_OK},
        {"0.123456789", 11, 123456789, 9, NUMBER_OK},
        {".5,", 2, 5, 1, NUMBER_OK},
        {"5.,", 2, 5, 0, NUMBER_OK},
        {"17.240000,", 9, 17240000, 6, NUMBER_OK},
        {"-3.5,", 4, -35, 1, NUMBER_OK},
        {"+7,", 2, 7, 0, NUMBER_OK},
        {"2.9e-7,", 6, 29, 8, NUMBER_OK},
        {"1e3,", 3, 1000, 0, NUMBER_OK},
        {" 1.5 ,", 5, 15, 1, NUMBER_OK},
        {"\"1.5\",", 5, 15, 1, NUMBER_OK},
        {"1234567890123456789,", 19, INT64_C(1234567890123456789), 0, NUMBER_OK},
        {"99999999999999999999,", 20, 0, 0, NUMBER_OVERFLOW},
        {",", 0, 0, 0, NUMBER_BLANK},
        {"\"\",", 2, 0, 0, NUMBER_BLANK},
        {"NA\n", 2, 0, 0, NUMBER_BLANK},
        {"null", 4, 0, 0, NUMBER_BLANK},
        {"nan,", 3, 0, 0, NUMBER_NON_FINITE},
        {"-Inf,", 4, 0, 0, NUMBER_NON_FINITE},
        {"1.2.3,", 5, 0, 0, NUMBER_SYNTAX},
        {"12a,", 3, 0, 0, NUMBER_SYNTAX},
        {"0x10,", 4, 0, 0, NUMBER_SYNTAX},
        {"\".5\",", 4, 5, 1, NUMBER_OK},
        {" 5. ,", 4, 5, 0, NUMBER_OK},
        {"-.5,", 3, -5, 1, NUMBER_OK},
        {"1..5,", 4, 0, 0, NUMBER_SYNTAX},
        {".,", 1, 0, 0, NUMBER_SYNTAX},
        {"--1,", 3, 0, 0, NUMBER_SYNTAX},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        size_t len;
        struct number number = scan(ROWS[i].text, &len);
        bool same = len == ROWS[i].len && number.state == ROWS[i].state;
        if (same && number.state == NUMBER_OK)
            same = number.m == ROWS[i].m && number.frac == ROWS[i].frac;
        if (!same)
            fail_msg("'%s': %zu bytes, %lld e-%d, state %d", ROWS[i].text, len, (long long)number.m,
                     number.frac, number.state);
    }
}

// The value of any text is that of decimal_parse, whatever way it was read.
static void random_texts_have_the_value_that_decimal_parse_gives(void **state) {
    static const char ALPHABET[] = "0123456789012345678901234567890.eE+- ";
    struct prng prng;
    prng_seed(&prng, 11);
    for (int round = 0; round < 200000; round++) {
        char text[32];
        size_t len = prng_below(&prng, 22), used;
        for (size_t i = 0; i < len; i++) text[i] = ALPHABET[prng_below(&prng, sizeof ALPHABET - 1)];
        text[len] = '\0';
        struct number number = scan(text, &used);
        assert_int_equal(used, len);
        while (len > 0 && text[len - 1] == ' ') text[--len] = '\0';
        const char *at = text + strspn(text, " ");
        const char *point = strchr(at, '.');
        int64_t m;
        int frac = decimal_text_decimals(at, strlen(at));
        bool half = point != NULL && (point == at || !isdigit((unsigned char)point[-1]) ||
                                      !isdigit((unsigned char)point[1]));
        if (half) continue; // .5 and 5. are read here and not there
        if (frac < 0) {
            if (number.state == NUMBER_OK) fail_msg("'%s' was read", text);
            continue;
        }
        if (frac > DECIMALS_MAX || decimal_parse(at, strlen(at), frac, &m) < 0) continue;
        assert_int_equal(number.state, NUMBER_OK);
        while (number.frac > frac) {
            assert_int_equal(number.m % 10, 0);
            number.m /= 10;
            number.frac--;
        }
        if (number.frac != frac || number.m != m) fail_msg("'%s'", text);
    }
}

static void what_does_not_fit_is_rounded_to_what_does(void **state) {
    size_t len;
    struct number number = scan("12.345678901234567890123", &len);
    assert_int_equal(number.state, NUMBER_OK);
    assert_int_equal(number.frac, 17);
    assert_int_equal(number.m, INT64_C(1234567890123456789));
    number = scan("0.30000000000000004", &len);
    assert_int_equal(number.frac, 17);
    assert_int_equal(number.m, INT64_C(30000000000000004));
}

static void a_quoted_field_may_hold_the_mark(void **state) {
    static const char TEXT[] = "\"a,b\",c";
    assert_ptr_equal(field_end(TEXT, TEXT + sizeof TEXT - 1, ','), TEXT + 5);
    static const char OPEN[] = "\"a,b\nc,d";
    assert_ptr_equal(field_end(OPEN, OPEN + sizeof OPEN - 1, ','), OPEN + 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_ends_at_its_mark),
        cmocka_unit_test(random_texts_have_the_value_that_decimal_parse_gives),
        cmocka_unit_test(what_does_not_fit_is_rounded_to_what_does),
        cmocka_unit_test(a_quoted_field_may_hold_the_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
