// SPDX-License-Identifier: Apache-2.0
#include "report/print.h"

#include <jansson.h>
#include <math.h>

#include "base/prng.h"
#include "base/timestamp.h"
#include "harness.h"

static struct text text;

static int setup(void **state) {
    (void)state;
    text_init(&text, 1 << 20);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    text_fini(&text);
    return 0;
}

#define assert_prints(call, expected)                                                              \
    do {                                                                                           \
        text_clear(&text);                                                                         \
        call;                                                                                      \
        assert_string_equal(text_string(&text), expected);                                         \
    } while (0)

static void a_double_reads_back_as_itself_in_the_fewest_digits(void **state) {
    (void)state;
    assert_prints(print_double(&text, 0.1), "0.1");
    assert_prints(print_double(&text, 1. / 3), "0.3333333333333333");
    assert_prints(print_double(&text, 0.1 + 0.2), "0.30000000000000004");
    assert_prints(print_double(&text, -0.0), "0");
    assert_prints(print_double(&text, 1e300), "1e+300");
    assert_prints(print_double(&text, NAN), "null");
    assert_prints(print_double(&text, -INFINITY), "null");
    struct prng prng;
    prng_seed(&prng, 1);
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = prng_next(&prng);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) continue;
        text_clear(&text);
        print_double(&text, value);
        assert_true(strtod(text_string(&text), NULL) == value);
        char fewest[40];
        for (int digits = 1; digits <= 17; digits++) {
            snprintf(fewest, sizeof fewest, "%.*g", digits, value);
            if (strtod(fewest, NULL) == value) break;
        }
        assert_string_equal(text_string(&text), fewest);
    }
}

static void json_strings_are_read_by_another_reader(void **state) {
    (void)state;
    static const char *const strings[] = {"plain", "quo\"te \\ slash", "tab\tline\n\x01",
                                          "</script>", "\u00e9\u4e16\U0001f600"};
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        text_clear(&text);
        print_json_string(&text, strings[i]);
        assert_null(strchr(text_string(&text), '<'));
        json_t *json = json_loads(text_string(&text), JSON_DECODE_ANY, NULL);
        assert_string_equal(json_string_value(json), strings[i]);
        json_decref(json);
    }
}

static void bytes_that_are_no_utf8_are_replaced(void **state) {
    (void)state;
    // A lone continuation, an overlong slash, a surrogate, beyond U+10FFFF, a cut sequence.
    assert_prints(print_json_string(&text, "a\x80z"), "\"a\ufffdz\"");
    assert_prints(print_json_string(&text, "\xc0\xaf"), "\"\ufffd\ufffd\"");
    assert_prints(print_json_string(&text, "\xed\xa0\x80"), "\"\ufffd\ufffd\ufffd\"");
    assert_prints(print_json_string(&text, "\xf4\x90\x80\x80"), "\"\ufffd\ufffd\ufffd\ufffd\"");
    assert_prints(print_html_string(&text, "\xe4\xb8"), "\ufffd\ufffd");
}

static void html_text_is_escaped(void **state) {
    (void)state;
    assert_prints(print_html_string(&text, "<a b='c' d=\"e\"> & \x07"),
                  "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt; &amp; ");
}

static void csv_text_is_quoted_and_no_formula(void **state) {
    (void)state;
    assert_prints(print_csv_string(&text, "plain"), "plain");
    assert_prints(print_csv_string(&text, "a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
    assert_prints(print_csv_string(&text, "=1+1"), "'=1+1");
    assert_prints(print_csv_string(&text, "@x,y"), "\"'@x,y\"");
}

static void people_read_groups_and_units(void **state) {
    (void)state;
    assert_prints(print_grouped(&text, 1234567.891, 2), "1,234,567.89");
    assert_prints(print_grouped(&text, -999.999, 2), "-1,000.00");
    assert_prints(print_grouped(&text, -0.001, 2), "0.00");
    assert_prints(print_grouped_exact(&text, -123456789, 4, 2), "-12,345.68");
    assert_prints(print_grouped_exact(&text, 5, 0, 2), "5");
    assert_prints(print_percent(&text, -0.12345, 2), "-12.35\u00a0%");
    assert_prints(print_percent(&text, NAN, 2), "\u2013");
    assert_prints(print_length(&text, 59 * NS_PER_S), "59\u00a0s");
    assert_prints(print_length(&text, 0), "0\u00a0s");
    assert_prints(print_length(&text, 1500 * NS_PER_MS), "1.5\u00a0s");
    assert_prints(print_length(&text, -10 * NS_PER_MS), "-10\u00a0ms");
    assert_prints(print_length(&text, 12345), "12.3\u00a0\u00b5s");
    assert_prints(print_length(&text, 7), "7\u00a0ns");
    assert_prints(print_length(&text, 3700 * NS_PER_S), "1\u00a0h 1\u00a0min");
    assert_prints(print_length(&text, 51 * NS_PER_HOUR), "2\u00a0d 3\u00a0h");
    assert_prints(print_length(&text, 40 * NS_PER_DAY), "40\u00a0d");
    assert_prints(print_length(&text, 1930 * NS_PER_DAY), "5.3\u00a0years");
}

static void cells_have_one_form_for_machines_and_one_for_people(void **state) {
    (void)state;
    struct fold_cell money = {.exact = 123450, .decimals = 4};
    assert_prints(print_json_cell(&text, FOLD_MONEY, &money), "\"12.3450\"");
    assert_prints(print_csv_cell(&text, FOLD_MONEY, &money), "12.3450");
    assert_prints(print_human_cell(&text, FOLD_MONEY, &money, 2, true), "12.34");
    assert_prints(print_human_cell(&text, FOLD_EXACT, &money, 2, true), "12.345");
    assert_prints(print_human_cell(&text, FOLD_MONEY, &money, print_money_digits("BTC"), true),
                  "12.3450");
    assert_prints(print_human_cell(&text, FOLD_MONEY, &money, print_money_digits("JPY"), true),
                  "12");
    money.withheld = "n/a";
    assert_prints(print_human_cell(&text, FOLD_MONEY, &money, 2, true), "n/a");
    assert_prints(print_json_cell(&text, FOLD_MONEY, &money), "\"12.3450\"");
    struct fold_cell time = {.integer = NS_PER_DAY + NS_PER_MS};
    assert_prints(print_json_cell(&text, FOLD_TIME, &time), "\"1970-01-02T00:00:00.001Z\"");
    assert_prints(print_human_cell(&text, FOLD_TIME, &time, 2, true), "1970-01-02 00:00");
    assert_prints(print_human_cell(&text, FOLD_INSTANT, &time, 2, true), "1970-01-02 00:00:00.001");
    assert_prints(print_json_cell(&text, FOLD_SECONDS, &time), "\"86400.001000000\"");
    struct fold_cell date = {.integer = 1};
    assert_prints(print_csv_cell(&text, FOLD_DATE, &date), "1970-01-02");
    struct fold_cell none = {.missing = true};
    assert_prints(print_json_cell(&text, FOLD_TEXT, &none), "null");
    assert_prints(print_csv_cell(&text, FOLD_TEXT, &none), "");
    assert_prints(print_human_cell(&text, FOLD_TEXT, &none, 2, true), "\u2013");
    struct fold_cell nan = {.number = NAN};
    assert_prints(print_json_cell(&text, FOLD_RATIO, &nan), "null");
    assert_prints(print_csv_cell(&text, FOLD_RATIO, &nan), "");
    struct fold_cell name = {.text = "<b>"};
    assert_prints(print_human_cell(&text, FOLD_TEXT, &name, 2, true), "&lt;b&gt;");
    assert_prints(print_human_cell(&text, FOLD_TEXT, &name, 2, false), "<b>");
}

static void money_has_the_decimals_of_its_currency(void **state) {
    static const struct {
        const char *code;
        int digits;
    } rows[] = {{"USD", 2}, {"USDT", 2}, {"EUR", 2}, {"JPY", 0}, {"BTC", 8}, {"ETH", 8}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(print_money_digits(rows[i].code), rows[i].digits);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_double_reads_back_as_itself_in_the_fewest_digits),
        cmocka_unit_test(json_strings_are_read_by_another_reader),
        cmocka_unit_test(bytes_that_are_no_utf8_are_replaced),
        cmocka_unit_test(html_text_is_escaped),
        cmocka_unit_test(csv_text_is_quoted_and_no_formula),
        cmocka_unit_test(people_read_groups_and_units),
        cmocka_unit_test(money_has_the_decimals_of_its_currency),
        cmocka_unit_test(cells_have_one_form_for_machines_and_one_for_people),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
