// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/prng.h"
#include "base/timestamp.h"
#include "edge/store/import_input.h"
#include "edge/store/import_time.h"

static bool scan(struct time_scanner *scanner, const char *text, int64_t *ret_ns) {
    char field[64 + INPUT_PADDING] = "";
    size_t len = strlen(text);
    memcpy(field, text, len);
    field[len] = ',';
    const char *end = time_scan(scanner, field, field + len + 1, ',', ret_ns);
    if (end != NULL) assert_ptr_equal(end, field + len);
    return end != NULL;
}

static int64_t at(const char *text) {
    int64_t ns;
    assert_ok(timestamp_parse(text, strlen(text), &ns));
    return ns;
}

static void formats_are_told_apart_by_their_size(void **state) {
    static const struct {
        const char *text;
        enum time_format format;
    } ROWS[] = {{"1514764800", TIME_EPOCH_S},           {"1514764800.25", TIME_EPOCH_S},
                {"1514764800000", TIME_EPOCH_MS},       {"1514764800000000", TIME_EPOCH_US},
                {"1514764800000000000", TIME_EPOCH_NS}, {"20180101", TIME_TEXT},
                {"20180101 09:30", TIME_TEXT},          {"2018-01-01", TIME_TEXT},
                {"2018-01-01T00:00:00Z", TIME_TEXT},    {"2018-01-01 00:00:00+05:30", TIME_TEXT}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        enum time_format format;
        if (!time_format_sniff(ROWS[i].text, strlen(ROWS[i].text), &format) ||
            format != ROWS[i].format)
            fail_msg("%s", ROWS[i].text);
    }
    static const char *const BAD[] = {"", "1", "13.5", "AAPL", "20181301", "2018-02-30", "-5"};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        enum time_format format;
        if (time_format_sniff(BAD[i], strlen(BAD[i]), &format)) fail_msg("%s", BAD[i]);
    }
}

static void epochs_are_read_at_their_unit(void **state) {
    static const struct {
        enum time_format format;
        const char *text, *time;
    } ROWS[] = {{TIME_EPOCH_S, "1514764800", "2018-01-01"},
                {TIME_EPOCH_S, "1514764800.25", "2018-01-01T00:00:00.25Z"},
                {TIME_EPOCH_MS, "1514764800001", "2018-01-01T00:00:00.001Z"},
                {TIME_EPOCH_US, "1514764800000001", "2018-01-01T00:00:00.000001Z"},
                {TIME_EPOCH_NS, "1514764800000000001", "2018-01-01T00:00:00.000000001Z"},
                {TIME_EPOCH_S, "-1", "1969-12-31T23:59:59Z"}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct time_scanner scanner;
        int64_t ns;
        time_scanner_init(&scanner, ROWS[i].format, (struct zone){0});
        assert_true(scan(&scanner, ROWS[i].text, &ns));
        assert_int_equal(ns, at(ROWS[i].time));
        assert_true(scanner.zoned);
    }
    struct time_scanner scanner;
    int64_t ns;
    time_scanner_init(&scanner, TIME_EPOCH_MS, (struct zone){0});
    assert_false(scan(&scanner, "9223372036854775807", &ns));
    assert_false(scan(&scanner, "2018-01-01", &ns));
    assert_false(scan(&scanner, "", &ns));
}

static void times_whose_differences_would_overflow_are_refused(void **state) {
    static const char *const BAD[] = {"1723-01-01T00:02:00Z", "1823-11-11", "2116-02-21",
                                      "2200-01-01 00:00"};
    static const char *const GOOD[] = {"1823-11-13", "2116-02-20T00:00:00Z"};
    struct time_scanner scanner;
    int64_t ns;
    time_scanner_init(&scanner, TIME_TEXT, (struct zone){0});
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
            if (scan(&scanner, BAD[i], &ns)) fail_msg("%s", BAD[i]);
        for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++)
            if (!scan(&scanner, GOOD[i], &ns)) fail_msg("%s", GOOD[i]);
    }
    time_scanner_init(&scanner, TIME_EPOCH_NS, (struct zone){0});
    assert_false(scan(&scanner, "9000000000000000000", &ns));
}

static void a_time_of_day_is_of_the_zones_midnight(void **state) {
    struct time_scanner scanner;
    struct zone zone;
    int64_t ns;
    assert_true(zone_find("America/New_York", &zone));
    time_scanner_init(&scanner, TIME_OF_DAY_MS, zone);
    scanner.day_ns = at("2013-10-07");
    assert_true(scan(&scanner, "34200000", &ns));
    assert_int_equal(ns, at("2013-10-07T13:30:00Z"));
    assert_false(scan(&scanner, "86400001", &ns));
    assert_false(scan(&scanner, "-1", &ns));
}

static void times_without_a_zone_are_of_the_given_one(void **state) {
    struct time_scanner scanner;
    struct zone zone;
    int64_t ns;
    assert_true(zone_find("Asia/Kolkata", &zone));
    time_scanner_init(&scanner, TIME_TEXT, zone);
    for (int round = 0; round < 2; round++) {
        assert_true(scan(&scanner, "2020-10-01 09:15:00", &ns));
        assert_int_equal(ns, at("2020-10-01T03:45:00Z"));
        assert_false(scanner.zoned);
        assert_true(scan(&scanner, "2020-10-01T09:15:00Z", &ns));
        assert_int_equal(ns, at("2020-10-01T09:15:00Z"));
        assert_true(scanner.zoned);
        assert_true(scan(&scanner, "2020-10-01 09:15:00+00:00", &ns));
        assert_int_equal(ns, at("2020-10-01T09:15:00Z"));
        assert_true(scanner.zoned);
        assert_true(scan(&scanner, "2020-10-01", &ns));
        assert_int_equal(ns, at("2020-09-30T18:30:00Z"));
    }
}

// The fast way and the long way agree on everything, dates that do not exist included.
static void random_times_are_read_as_timestamp_parse_reads_them(void **state) {
    struct time_scanner scanner;
    struct prng prng;
    prng_seed(&prng, 3);
    time_scanner_init(&scanner, TIME_TEXT, (struct zone){0});
    for (int round = 0; round < 100000; round++) {
        char text[64];
        unsigned r[8];
        for (int i = 0; i < 8; i++) r[i] = (unsigned)prng_below(&prng, 100);
        int len = snprintf(text, sizeof text, "20%02u-%02u-%02u%c%02u:%02u", r[0] % 3, r[1] % 14,
                           r[2] % 33, r[3] % 2 == 0 ? 'T' : ' ', r[4] % 25, r[5] % 61);
        if (r[6] > 20) len += snprintf(text + len, sizeof text - (size_t)len, ":%02u", r[6] % 61);
        if (r[6] > 60) {
            unsigned digits = r[7] % 10 + 1;
            len += snprintf(text + len, sizeof text - (size_t)len, ".%0*u", digits,
                            digits > 2 ? r[7] : r[7] % 10);
        }
        if (r[7] % 3 == 0) snprintf(text + len, sizeof text - (size_t)len, "Z");
        if (r[7] % 7 == 1) snprintf(text + len, sizeof text - (size_t)len, "-03:30");
        int64_t ns = 0, expected = 0;
        bool read = scan(&scanner, text, &ns);
        bool right = timestamp_parse(text, strlen(text), &expected) == 0;
        if (read != right || ns != expected) fail_msg("'%s': %d %d", text, read, right);
    }
}

static void a_time_of_day_stands_alone(void **state) {
    static const struct {
        const char *text;
        int64_t seconds; // -1: none
    } ROWS[] = {{"09:30", 34200},
                {"09:30:05", 34205},
                {"0930", 34200},
                {"093005", 34205},
                {"23:59:59.5", 86399},
                {"24:00", -1},
                {"2400", -1},
                {"930", -1},
                {"09-30", -1},
                {"09:30x", -1},
                {"", -1},
                {"09:30:05.1234567890123", -1}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        int64_t ns = 0;
        bool read = clock_parse(ROWS[i].text, strlen(ROWS[i].text), &ns);
        if (read != (ROWS[i].seconds >= 0) || (read && ns / NS_PER_S != ROWS[i].seconds))
            fail_msg("%s", ROWS[i].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_are_told_apart_by_their_size),
        cmocka_unit_test(epochs_are_read_at_their_unit),
        cmocka_unit_test(times_whose_differences_would_overflow_are_refused),
        cmocka_unit_test(a_time_of_day_is_of_the_zones_midnight),
        cmocka_unit_test(a_time_of_day_stands_alone),
        cmocka_unit_test(times_without_a_zone_are_of_the_given_one),
        cmocka_unit_test(random_times_are_read_as_timestamp_parse_reads_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
