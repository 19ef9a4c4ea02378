// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <time.h>

#include "base/timestamp.h"
#include "market/zone.h"

static struct zone zone_of(const char *name) {
    struct zone zone;
    assert_true(zone_find(name, &zone));
    return zone;
}

static int64_t at(const char *text) {
    int64_t ns;
    assert_ok(timestamp_parse(text, strlen(text), &ns));
    return ns;
}

static void zones_are_found_by_name_and_by_offset(void **state) {
    assert_int_equal(zone_of("UTC").offset_s, 0);
    assert_int_equal(zone_of("America/Chicago").offset_s, -6 * 3600);
    assert_int_equal(zone_of("Asia/Kolkata").offset_s, 19800);
    assert_int_equal(zone_of("Asia/Hong_Kong").offset_s, 28800);
    assert_int_equal(zone_of("UTC-05").offset_s, -5 * 3600);
    assert_int_equal(zone_of("UTC+0530").offset_s, 19800);
    assert_int_equal(zone_of("+05:30").offset_s, 19800);
    struct zone zone = {7, 7};
    const char *unknown[] = {"",       "UTC-5",  "UTC+24",    "+05:3",
                             "+05:60", "+5:030", "Mars/Base", "+0530x"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        assert_false(zone_find(unknown[i], &zone));
    assert_int_equal(zone.offset_s, 7);
}

// Published changes: the year, the UTC instant of the spring and of the autumn change in New York.
static void new_york_changes_at_the_published_instants(void **state) {
    const char *changes[][2] = {
        {"1967-04-30T07:00:00Z", "1967-10-29T06:00:00Z"},
        {"1974-01-06T07:00:00Z", "1974-10-27T06:00:00Z"},
        {"1975-02-23T07:00:00Z", "1975-10-26T06:00:00Z"},
        {"1976-04-25T07:00:00Z", "1976-10-31T06:00:00Z"},
        {"1986-04-27T07:00:00Z", "1986-10-26T06:00:00Z"},
        {"1987-04-05T07:00:00Z", "1987-10-25T06:00:00Z"},
        {"2006-04-02T07:00:00Z", "2006-10-29T06:00:00Z"},
        {"2007-03-11T07:00:00Z", "2007-11-04T06:00:00Z"},
        {"2024-03-10T07:00:00Z", "2024-11-03T06:00:00Z"},
    };
    struct zone zone = zone_of("America/New_York");
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        assert_int_equal(zone_offset_s(zone, at(changes[i][0]) - 1), -5 * 3600);
        assert_int_equal(zone_offset_s(zone, at(changes[i][0])), -4 * 3600);
        assert_int_equal(zone_offset_s(zone, at(changes[i][1]) - 1), -4 * 3600);
        assert_int_equal(zone_offset_s(zone, at(changes[i][1])), -5 * 3600);
    }
    assert_int_equal(zone_offset_s(zone, at("1966-07-01")), -5 * 3600);
}

static void chicago_changes_an_hour_after_new_york(void **state) {
    struct zone zone = zone_of("America/Chicago");
    assert_int_equal(zone_offset_s(zone, at("2024-03-10T08:00:00Z") - 1), -6 * 3600);
    assert_int_equal(zone_offset_s(zone, at("2024-03-10T08:00:00Z")), -5 * 3600);
    assert_int_equal(zone_offset_s(zone, at("2024-11-03T07:00:00Z")), -6 * 3600);
}

static void a_skipped_hour_moves_on_and_a_repeated_one_is_its_first(void **state) {
    struct zone zone = zone_of("America/New_York");
    assert_int_equal(zone_to_utc(zone, at("2024-03-10T01:59:59")), at("2024-03-10T06:59:59Z"));
    assert_int_equal(zone_to_utc(zone, at("2024-03-10T02:30:00")), at("2024-03-10T07:30:00Z"));
    assert_int_equal(zone_to_utc(zone, at("2024-03-10T03:00:00")), at("2024-03-10T07:00:00Z"));
    assert_int_equal(zone_to_utc(zone, at("2024-11-03T00:59:59")), at("2024-11-03T04:59:59Z"));
    assert_int_equal(zone_to_utc(zone, at("2024-11-03T01:30:00")), at("2024-11-03T05:30:00Z"));
    assert_int_equal(zone_to_utc(zone, at("2024-11-03T02:00:00")), at("2024-11-03T07:00:00Z"));
}

// Round trips every 20 minutes for 60 years; only the second pass of a repeated hour may differ.
static void local_and_back_is_the_same_instant(void **state) {
    struct zone zone = zone_of("America/New_York");
    int repeated = 0;
    for (int64_t ns = at("1970-01-01"); ns < at("2030-01-01"); ns += 20 * NS_PER_MIN) {
        int64_t back = zone_to_utc(zone, zone_to_local(zone, ns));
        if (back == ns) continue;
        assert_int_equal(back, ns - NS_PER_HOUR);
        repeated++;
    }
    assert_int_equal(repeated, 60 * 3);
}

// The C library's own reading of POSIX zone rules, which needs no zone files either.
// glibc does not apply such rules before 1971.
static void the_c_library_agrees_every_hour(void **state) {
    const struct {
        const char *tz, *from, *to;
    } eras[] = {
        {"EST5EDT,M4.5.0,M10.5.0", "1971-01-01", "1974-01-01"},
        {"EST5EDT,M4.5.0,M10.5.0", "1976-01-01", "1987-01-01"},
        {"EST5EDT,M4.1.0,M10.5.0", "1987-01-01", "2007-01-01"},
        {"EST5EDT,M3.2.0,M11.1.0", "2007-01-01", "2040-01-01"},
    };
    struct zone zone = zone_of("America/New_York");
    for (size_t i = 0; i < sizeof eras / sizeof eras[0]; i++) {
        setenv("TZ", eras[i].tz, 1);
        tzset();
        for (int64_t ns = at(eras[i].from); ns < at(eras[i].to); ns += NS_PER_HOUR) {
            time_t seconds = (time_t)(ns / NS_PER_S);
            struct tm local;
            localtime_r(&seconds, &local);
            if (zone_offset_s(zone, ns) != local.tm_gmtoff) fail_msg("at %lld", (long long)ns);
        }
    }
    unsetenv("TZ");
    tzset();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zones_are_found_by_name_and_by_offset),
        cmocka_unit_test(new_york_changes_at_the_published_instants),
        cmocka_unit_test(chicago_changes_an_hour_after_new_york),
        cmocka_unit_test(a_skipped_hour_moves_on_and_a_repeated_one_is_its_first),
        cmocka_unit_test(local_and_back_is_the_same_instant),
        cmocka_unit_test(the_c_library_agrees_every_hour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
