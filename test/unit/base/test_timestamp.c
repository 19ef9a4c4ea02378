// SPDX-License-Identifier: Apache-2.0
// Instants against the C library's calendar (timegm, gmtime_r, strftime), durations against plain arithmetic.
#include "harness.h"

#include <regex.h>
#include <stdbool.h>
#include <time.h>

#include "base/prng.h"
#include "base/timestamp.h"

enum { ROUNDS = 20000 };

// Parses a copy that ends where its memory ends, so that a byte read too far is seen.
static int parse_copy(const char *text, size_t len, int64_t *ret_ns) {
    char *copy = malloc(len > 0 ? len : 1);
    assert_non_null(copy);
    memcpy(copy, text, len);
    int rc = timestamp_parse(copy, len, ret_ns);
    free(copy);
    return rc;
}

static void documented_forms_parse(void **state) {
    static const struct {
        const char *text;
        int64_t seconds; // date -u -d ... +%s
        int64_t ns;
    } rows[] = {
        {"2018-01-01T00:00:00.5Z", 1514764800, 500000000},
        {"2018-01-01T00:00:00Z", 1514764800, 0},
        {"2018-01-01t00:00:00z", 1514764800, 0},
        {"2018-01-01 00:00:00", 1514764800, 0},
        {"2018-01-01T00:00", 1514764800, 0},
        {"2018-01-01 00:00Z", 1514764800, 0},
        {"2018-01-01", 1514764800, 0},
        {"20180101", 1514764800, 0},
        {"20180101 00:00", 1514764800, 0},
        {"20180101T00:00:00.25", 1514764800, 250000000},
        {"2018-01-01T05:30:00+05:30", 1514764800, 0},
        {"2017-12-31T19:00:00-05:00", 1514764800, 0},
        {"2018-01-01T00:00:00-00:00", 1514764800, 0},
        {"2022-01-01 00:01:00.000000", 1640995260, 0},
        {"2020-02-29T23:59:59.999999999Z", 1583020799, 999999999},
        {"2000-02-29", 951782400, 0},
        {"1970-01-01T00:00:00Z", 0, 0},
        {"1969-12-31T23:59:59.999999999Z", -1, 999999999},
        {"1900-01-01", INT64_C(-2208988800), 0},
        {"2100-02-28", INT64_C(4107456000), 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t ns = 0;
        int rc = parse_copy(rows[i].text, strlen(rows[i].text), &ns);
        if (rc != 0 || ns != rows[i].seconds * NS_PER_S + rows[i].ns)
            fail_msg("\"%s\": %d %lld", rows[i].text, rc, (long long)ns);
    }
}

static void instants_at_the_ends_of_the_range_fit(void **state) {
    int64_t ns = 0;
    assert_ok(timestamp_parse("2262-04-11T23:47:16.854775807Z", 30, &ns));
    assert_true(ns == INT64_MAX);
    assert_ok(timestamp_parse("1677-09-21T00:12:43.145224192Z", 30, &ns));
    assert_true(ns == INT64_MIN);
    assert_ok(timestamp_parse("2262-04-12T01:47:16.854775807+02:00", 35, &ns));
    assert_true(ns == INT64_MAX);
    char text[TIMESTAMP_TEXT_SIZE];
    timestamp_print(text, sizeof text, INT64_MAX);
    assert_string_equal(text, "2262-04-11T23:47:16.854775807Z");
    timestamp_print(text, sizeof text, INT64_MIN);
    assert_string_equal(text, "1677-09-21T00:12:43.145224192Z");
}

static void texts_of_no_form_or_no_instant_are_refused(void **state) {
    static const struct {
        const char *text;
        int rc;
    } rows[] = {
        {"", ERR_PARSE},
        {"2018", ERR_PARSE},
        {"2018-01", ERR_PARSE},
        {"2018-1-1", ERR_PARSE},
        {"2018-01-1", ERR_PARSE},
        {"2018/01/01", ERR_PARSE},
        {"2018-0101", ERR_PARSE},
        {"201801-01", ERR_PARSE},
        {"18-01-01 00:00", ERR_PARSE},
        {"+2018-01-01", ERR_PARSE},
        {"2018-01-01 ", ERR_PARSE},
        {"2018-01-01T", ERR_PARSE},
        {"2018-01-01T00", ERR_PARSE},
        {"2018-01-01T0000", ERR_PARSE},
        {"2018-01-01T00:00:", ERR_PARSE},
        {"2018-01-01T00:00:0", ERR_PARSE},
        {"2018-01-01T00:00:00.", ERR_PARSE},
        {"2018-01-01T00:00:00.Z", ERR_PARSE},
        {"2018-01-01T00:00:00,5", ERR_PARSE},
        {"2018-01-01T00:00:00.0000000001", ERR_PARSE},
        {"2018-01-01T00:00:00ZZ", ERR_PARSE},
        {"2018-01-01T00:00:00 Z", ERR_PARSE},
        {"2018-01-01T00:00:00+0530", ERR_PARSE},
        {"2018-01-01T00:00:00+05", ERR_PARSE},
        {"2018-01-01T00:00:00+05:3", ERR_PARSE},
        {"2018-01-01T00:00:00+05:300", ERR_PARSE},
        {"2018-01-01T00:00:00+0a:30", ERR_PARSE},
        {"2018-01-01Z", ERR_PARSE},
        {" 2018-01-01", ERR_PARSE},
        {"2018-01-01x00:00", ERR_PARSE},
        {"2018-00-01", ERR_RANGE},
        {"2018-13-01", ERR_RANGE},
        {"2018-01-00", ERR_RANGE},
        {"2018-01-32", ERR_RANGE},
        {"2018-04-31", ERR_RANGE},
        {"2018-02-29", ERR_RANGE},
        {"1900-02-29", ERR_RANGE},
        {"2100-02-29", ERR_RANGE},
        {"20180230", ERR_RANGE},
        {"2018-01-01T24:00:00", ERR_RANGE},
        {"2018-01-01T23:60:00", ERR_RANGE},
        {"2016-12-31T23:59:60Z", ERR_RANGE},
        {"2018-01-01T00:00:00+24:00", ERR_RANGE},
        {"2018-01-01T00:00:00+05:60", ERR_RANGE},
        {"2262-04-11T23:47:16.854775808Z", ERR_RANGE},
        {"1677-09-21T00:12:43.145224191Z", ERR_RANGE},
        {"1677-09-21", ERR_RANGE},
        {"0000-01-01", ERR_RANGE},
        {"9999-12-31T23:59:59Z", ERR_RANGE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t ns = 42;
        int rc = parse_copy(rows[i].text, strlen(rows[i].text), &ns);
        if (rc != rows[i].rc || ns != 42) fail_msg("\"%s\": %d", rows[i].text, rc);
    }
}

// strftime of gmtime_r, and the fraction in the fewest groups of three digits.
static void twin_print(char *buf, size_t size, int64_t ns) {
    time_t seconds = (time_t)(ns / NS_PER_S);
    long fraction = (long)(ns % NS_PER_S);
    if (fraction < 0) {
        fraction += (long)NS_PER_S;
        seconds--;
    }
    struct tm tm;
    assert_non_null(gmtime_r(&seconds, &tm));
    size_t len = strftime(buf, size, "%Y-%m-%dT%H:%M:%S", &tm);
    if (fraction % 1000000 == 0 && fraction > 0)
        len += (size_t)snprintf(buf + len, size - len, ".%03ld", fraction / 1000000);
    else if (fraction % 1000 == 0 && fraction > 0)
        len += (size_t)snprintf(buf + len, size - len, ".%06ld", fraction / 1000);
    else if (fraction > 0)
        len += (size_t)snprintf(buf + len, size - len, ".%09ld", fraction);
    snprintf(buf + len, size - len, "Z");
}

static void random_instants_print_as_strftime_and_come_back(void **state) {
    static const int64_t grains[] = {1, NS_PER_US, NS_PER_MS, NS_PER_S, NS_PER_MIN, NS_PER_DAY};
    struct prng prng;
    prng_seed(&prng, 1);
    for (int i = 0; i < ROUNDS; i++) {
        int64_t ns = (int64_t)prng_next(&prng) >> prng_below(&prng, 40);
        ns -= ns % grains[prng_below(&prng, 6)];
        char expected[64];
        char text[TIMESTAMP_TEXT_SIZE];
        twin_print(expected, sizeof expected, ns);
        size_t len = timestamp_print(text, sizeof text, ns);
        assert_string_equal(text, expected);
        assert_int_equal(len, strlen(text));
        int64_t back = 0;
        assert_ok(parse_copy(text, len, &back));
        assert_true(back == ns);
    }
}

static void random_offsets_are_taken_off(void **state) {
    struct prng prng;
    prng_seed(&prng, 2);
    for (int i = 0; i < ROUNDS; i++) {
        int64_t local = (int64_t)prng_next(&prng) / 2 / NS_PER_S * NS_PER_S;
        int hour = (int)prng_below(&prng, 24);
        int minute = (int)prng_below(&prng, 60);
        bool west = prng_below(&prng, 2);
        char text[64];
        size_t len = timestamp_print(text, sizeof text, local) - 1;
        len += (size_t)snprintf(text + len, sizeof text - len, "%c%02d:%02d", west ? '-' : '+',
                                hour, minute);
        int64_t offset = (hour * 3600 + minute * 60) * NS_PER_S;
        int64_t ns = 0;
        assert_ok(parse_copy(text, len, &ns));
        assert_true(ns == (west ? local + offset : local - offset));
    }
}

static void every_day_of_the_range_agrees_with_timegm(void **state) {
    for (int32_t date = -106752; date <= 106751; date++) {
        time_t seconds = (time_t)date * 86400;
        struct tm tm;
        assert_non_null(gmtime_r(&seconds, &tm));
        struct civil_date civil = date_to_civil(date);
        assert_int_equal(civil.year, tm.tm_year + 1900);
        assert_int_equal(civil.month, tm.tm_mon + 1);
        assert_int_equal(civil.day, tm.tm_mday);
        assert_int_equal(date_weekday(date), (tm.tm_wday + 6) % 7);
        assert_int_equal(date_from_civil(civil.year, civil.month, civil.day), date);
        struct tm first = {.tm_year = tm.tm_year, .tm_mon = tm.tm_mon + 1, .tm_mday = 0};
        if (civil.day == 1) {
            // Day 0 of the next month is the last of this one.
            assert_true(timegm(&first) >= seconds);
            assert_int_equal(date_days_in_month(civil.year, civil.month), first.tm_mday);
        }
    }
}

static void dates_far_out_keep_their_order(void **state) {
    struct prng prng;
    prng_seed(&prng, 3);
    for (int i = 0; i < ROUNDS; i++) {
        int32_t date = (int32_t)prng_next(&prng);
        struct civil_date civil = date_to_civil(date);
        assert_int_equal(date_from_civil(civil.year, civil.month, civil.day), date);
        assert_in_range(date_weekday(date), 0, 6);
        assert_true(civil.day <= date_days_in_month(civil.year, civil.month));
    }
    assert_int_equal(date_from_civil(0, 3, 1), -719468);
}

static void dates_parse_and_print(void **state) {
    int32_t date = 0;
    char text[DATE_TEXT_SIZE];
    assert_ok(date_parse("2018-01-01", 10, &date));
    assert_int_equal(date, 17532);
    assert_ok(date_parse("20180101", 8, &date));
    assert_int_equal(date, 17532);
    assert_int_equal(date_print(text, sizeof text, date), 10);
    assert_string_equal(text, "2018-01-01");
    assert_ok(date_parse("1677-09-22", 10, &date));
    assert_true(date_to_ns(date) < INT64_MIN + NS_PER_DAY);
    assert_ok(date_parse("2262-04-11", 10, &date));
    assert_true(date_to_ns(date) > INT64_MAX - NS_PER_DAY);
    date = 42;
    assert_int_equal(date_parse("1677-09-21", 10, &date), ERR_RANGE);
    assert_int_equal(date_parse("2262-04-12", 10, &date), ERR_RANGE);
    assert_int_equal(date_parse("2018-02-29", 10, &date), ERR_RANGE);
    assert_int_equal(date_parse("2018-01-01T", 11, &date), ERR_PARSE);
    assert_int_equal(date_parse("2018-01-01 00:00", 16, &date), ERR_PARSE);
    assert_int_equal(date, 42);
}

static void an_instant_belongs_to_the_date_it_is_in(void **state) {
    assert_int_equal(date_of_ns(0), 0);
    assert_int_equal(date_of_ns(-1), -1);
    assert_int_equal(date_of_ns(NS_PER_DAY - 1), 0);
    assert_int_equal(date_of_ns(NS_PER_DAY), 1);
    assert_int_equal(date_of_ns(-NS_PER_DAY), -1);
    assert_int_equal(date_of_ns(-NS_PER_DAY - 1), -2);
    assert_int_equal(date_of_ns(INT64_MIN), -106752);
    assert_int_equal(date_of_ns(INT64_MAX), 106751);
}

// Days that a calendar on paper names.
static void known_days_have_their_weekday(void **state) {
    assert_int_equal(date_weekday(date_from_civil(1970, 1, 1)), 3);   // Thursday
    assert_int_equal(date_weekday(date_from_civil(1929, 10, 29)), 1); // Black Tuesday
    assert_int_equal(date_weekday(date_from_civil(1987, 10, 19)), 0); // Black Monday
    assert_int_equal(date_weekday(date_from_civil(2000, 2, 29)), 1);
    assert_int_equal(date_weekday(date_from_civil(2010, 5, 6)), 3); // the flash crash, a Thursday
}

// The grammar of the header as a POSIX regular expression.
static void random_texts_parse_only_where_the_grammar_matches(void **state) {
    regex_t grammar;
    assert_int_equal(
        regcomp(&grammar,
                "^[0-9]{4}(-[0-9]{2}-[0-9]{2}|[0-9]{4})([ Tt][0-9]{2}:[0-9]{2}(:[0-9]{2}("
                "\\.[0-9]{1,9})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})?)?$",
                REG_EXTENDED | REG_NOSUB),
        0);
    static const char *const seeds[] = {"2018-01-01T00:00:00.123456789+05:30",
                                        "20180101 10:11:12.5Z", "2022-01-01 00:01:00.000000",
                                        "19991231", "2020-02-29T23:59"};
    static const char alphabet[] = "0123456789-:.TZ +\xff/;";
    struct prng prng;
    prng_seed(&prng, 4);
    int matched = 0;
    for (int i = 0; i < 2 * ROUNDS; i++) {
        char text[64];
        snprintf(text, sizeof text, "%s", seeds[prng_below(&prng, 5)]);
        size_t len = strlen(text);
        // A slip or two: a byte replaced, dropped or doubled, or the end cut off.
        for (uint64_t n = prng_below(&prng, 3); n > 0 && len > 0; n--) {
            size_t at = prng_below(&prng, len);
            switch (prng_below(&prng, 4)) {
            case 0:
                text[at] = alphabet[prng_below(&prng, sizeof alphabet - 1)];
                break;
            case 1:
                memmove(text + at, text + at + 1, len-- - at);
                break;
            case 2:
                memmove(text + at + 1, text + at, ++len - at);
                break;
            default:
                text[len = at] = '\0';
                break;
            }
        }
        bool matches = regexec(&grammar, text, 0, NULL, 0) == 0;
        int64_t ns = 0;
        int rc = parse_copy(text, len, &ns);
        // A hopeless date may be told before the hopeless form behind it.
        if (matches ? rc == ERR_PARSE : rc == 0) fail_msg("\"%s\": %d", text, rc);
        if (rc == 0) {
            char printed[TIMESTAMP_TEXT_SIZE];
            int64_t back = 0;
            assert_ok(
                timestamp_parse(printed, timestamp_print(printed, sizeof printed, ns), &back));
            assert_true(back == ns);
        }
        matched += matches;
    }
    assert_true(matched > ROUNDS / 10 && matched < 2 * ROUNDS);
    regfree(&grammar);
}

static void any_bytes_are_read_within_their_length(void **state) {
    struct prng prng;
    prng_seed(&prng, 5);
    for (int i = 0; i < ROUNDS; i++) {
        char text[40];
        size_t len = prng_below(&prng, sizeof text);
        for (size_t k = 0; k < len; k++)
            text[k] =
                prng_below(&prng, 4) ? (char)('-' + prng_below(&prng, 14)) : (char)prng_next(&prng);
        int64_t ns = 0;
        int rc = parse_copy(text, len, &ns);
        assert_true(rc == 0 || rc == ERR_PARSE || rc == ERR_RANGE);
        char *copy = malloc(len > 0 ? len : 1);
        assert_non_null(copy);
        memcpy(copy, text, len);
        rc = duration_parse(copy, len, &ns);
        assert_true(rc == 0 || rc == ERR_PARSE || rc == ERR_RANGE);
        int32_t date = 0;
        rc = date_parse(copy, len, &date);
        assert_true(rc == 0 || rc == ERR_PARSE || rc == ERR_RANGE);
        free(copy);
    }
}

static void durations_parse(void **state) {
    static const struct {
        const char *text;
        int rc;
        int64_t ns;
    } rows[] = {
        {"90s", 0, 90 * NS_PER_S},
        {"5m", 0, 5 * NS_PER_MIN},
        {"1h", 0, NS_PER_HOUR},
        {"1d", 0, NS_PER_DAY},
        {"1w", 0, 7 * NS_PER_DAY},
        {"250ms", 0, 250 * NS_PER_MS},
        {"10us", 0, 10 * NS_PER_US},
        {"5ns", 0, 5},
        {"007s", 0, 7 * NS_PER_S},
        {"9223372036854775807ns", 0, INT64_MAX},
        {"106751d", 0, 106751 * NS_PER_DAY},
        {"9223372036854775808ns", ERR_RANGE, 0},
        {"106752d", ERR_RANGE, 0},
        {"99999999999999999999999s", ERR_RANGE, 0},
        {"0s", ERR_RANGE, 0},
        {"", ERR_PARSE, 0},
        {"5", ERR_PARSE, 0},
        {"s", ERR_PARSE, 0},
        {"-5s", ERR_PARSE, 0},
        {"+5s", ERR_PARSE, 0},
        {"1.5s", ERR_PARSE, 0},
        {"5 s", ERR_PARSE, 0},
        {"5S", ERR_PARSE, 0},
        {"5min", ERR_PARSE, 0},
        {"1h30m", ERR_PARSE, 0},
        {"5ms ", ERR_PARSE, 0},
        {"99999999999999999999999x", ERR_PARSE, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t ns = 0;
        int rc = duration_parse(rows[i].text, strlen(rows[i].text), &ns);
        if (rc != rows[i].rc || ns != rows[i].ns) fail_msg("\"%s\": %d", rows[i].text, rc);
    }
}

static void durations_print_their_shortest_text(void **state) {
    static const struct {
        int64_t ns;
        const char *text;
    } rows[] = {{90 * NS_PER_S, "90s"},
                {5 * NS_PER_MIN, "5m"},
                {60 * NS_PER_MIN, "1h"},
                {24 * NS_PER_HOUR, "1d"},
                {7 * NS_PER_DAY, "1w"},
                {10 * NS_PER_DAY, "10d"},
                {1500 * NS_PER_US, "1500us"},
                {1, "1ns"},
                {0, "0s"},
                {-5 * NS_PER_MIN, "-5m"},
                {INT64_MAX, "9223372036854775807ns"},
                {INT64_MIN, "-9223372036854775808ns"}};
    char text[TIMESTAMP_TEXT_SIZE];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(duration_print(text, sizeof text, rows[i].ns), strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
    }
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {{"ns", 1},         {"us", NS_PER_US},  {"ms", NS_PER_MS}, {"s", NS_PER_S},
                 {"m", NS_PER_MIN}, {"h", NS_PER_HOUR}, {"d", NS_PER_DAY}, {"w", 7 * NS_PER_DAY}};
    struct prng prng;
    prng_seed(&prng, 6);
    for (int i = 0; i < ROUNDS; i++) {
        int64_t grain = units[prng_below(&prng, 8)].ns;
        int64_t ns = (int64_t)(1 + prng_below(&prng, 15000)) * grain;
        size_t len = duration_print(text, sizeof text, ns);
        int64_t back = 0;
        assert_ok(duration_parse(text, len, &back));
        assert_true(back == ns);
        // No unit gives a shorter text.
        for (int u = 0; u < 8; u++) {
            char other[40];
            if (ns % units[u].ns == 0)
                assert_true((size_t)snprintf(other, sizeof other, "%lld%s",
                                             (long long)(ns / units[u].ns), units[u].name) >= len);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documented_forms_parse),
        cmocka_unit_test(instants_at_the_ends_of_the_range_fit),
        cmocka_unit_test(texts_of_no_form_or_no_instant_are_refused),
        cmocka_unit_test(random_instants_print_as_strftime_and_come_back),
        cmocka_unit_test(random_offsets_are_taken_off),
        cmocka_unit_test(every_day_of_the_range_agrees_with_timegm),
        cmocka_unit_test(dates_far_out_keep_their_order),
        cmocka_unit_test(dates_parse_and_print),
        cmocka_unit_test(an_instant_belongs_to_the_date_it_is_in),
        cmocka_unit_test(known_days_have_their_weekday),
        cmocka_unit_test(random_texts_parse_only_where_the_grammar_matches),
        cmocka_unit_test(any_bytes_are_read_within_their_length),
        cmocka_unit_test(durations_parse),
        cmocka_unit_test(durations_print_their_shortest_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
