// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/timestamp.h"
#include "market/calendar.h"
#include "shared_file.h"

enum { DATES_MAX = 20000 };

// Days seen in a data set, marked by day number from 1970.
struct days {
    unsigned char seen[DATES_MAX * 2];
    int32_t first, last;
    int count;
};

static int32_t day(const char *text) {
    int32_t date;
    assert_ok(date_parse(text, strlen(text), &date));
    return date;
}

static int64_t at(const char *text) {
    int64_t ns;
    assert_ok(timestamp_parse(text, strlen(text), &ns));
    return ns;
}

static bool trades(enum calendar_id calendar, int32_t date) {
    struct session session;
    return calendar_session(calendar, date, &session);
}

static void days_add(struct days *days, int32_t date) {
    assert_in_range(date, 0, sizeof days->seen - 1);
    if (days->count == 0 || date < days->first) days->first = date;
    if (days->count == 0 || date > days->last) days->last = date;
    days->count += !days->seen[date];
    days->seen[date] = 1;
}

// The dates that lines begin with.
static struct days *days_read(const char *relative, size_t date_len, bool header) {
    size_t len;
    char *text = shared_file(relative, &len);
    struct days *days = calloc(1, sizeof *days);
    for (const char *line = header ? next_line(text) : text; line != NULL; line = next_line(line)) {
        int32_t date;
        assert_ok(date_parse(line, date_len, &date));
        days_add(days, date);
    }
    free(text);
    return days;
}

// Calendar and data agree on every date of the data's span.
static void days_expect(const struct days *days, enum calendar_id calendar) {
    for (int32_t date = days->first; date <= days->last; date++) {
        char text[DATE_TEXT_SIZE];
        date_print(text, sizeof text, date);
        if (trades(calendar, date) != days->seen[date])
            fail_msg("%s: the data %s, %s disagrees", text,
                     days->seen[date] ? "trades" : "is closed", calendar_name(calendar));
    }
}

static void sessions_open_and_close_at_the_published_hours(void **state) {
    const struct {
        enum calendar_id calendar;
        const char *date, *open, *close;
        bool early;
    } rows[] = {
        {CALENDAR_24_7, "2018-01-06", "2018-01-06T00:00:00Z", "2018-01-07T00:00:00Z", false},
        {CALENDAR_XNYS, "2018-01-05", "2018-01-05T14:30:00Z", "2018-01-05T21:00:00Z", false},
        {CALENDAR_XNYS, "2018-07-05", "2018-07-05T13:30:00Z", "2018-07-05T20:00:00Z", false},
        {CALENDAR_XNYS, "2018-07-03", "2018-07-03T13:30:00Z", "2018-07-03T17:00:00Z", true},
        {CALENDAR_XNYS, "2024-11-29", "2024-11-29T14:30:00Z", "2024-11-29T18:00:00Z", true},
        {CALENDAR_XNYS, "1992-12-24", "1992-12-24T14:30:00Z", "1992-12-24T19:00:00Z", true},
        {CALENDAR_XNYS, "2002-09-11", "2002-09-11T16:00:00Z", "2002-09-11T20:00:00Z", true},
        {CALENDAR_XNYS, "2007-03-12", "2007-03-12T13:30:00Z", "2007-03-12T20:00:00Z", false},
        {CALENDAR_XNSE, "2024-01-02", "2024-01-02T03:45:00Z", "2024-01-02T10:00:00Z", false},
        {CALENDAR_XNSE, "2021-11-04", "2021-11-04T12:45:00Z", "2021-11-04T13:45:00Z", true},
        {CALENDAR_XNSE, "2024-01-20", "2024-01-20T03:45:00Z", "2024-01-20T10:00:00Z", false},
        {CALENDAR_XNSE, "2025-10-21", "2025-10-21T08:15:00Z", "2025-10-21T09:15:00Z", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct session session;
        assert_true(calendar_session(rows[i].calendar, day(rows[i].date), &session));
        assert_int_equal(session.open_ns, at(rows[i].open));
        assert_int_equal(session.close_ns, at(rows[i].close));
        assert_int_equal(session.early, rows[i].early);
        assert_int_equal(session.date, day(rows[i].date));
    }
}

static void a_closed_day_leaves_the_session_untouched(void **state) {
    const char *closed[] = {"1994-04-27", "2001-09-14", "2004-06-11", "2007-01-02", "2012-10-30",
                            "2018-12-05", "2025-01-09", "1999-12-24", "2010-12-24", "2022-06-20",
                            "2027-06-18", "2024-03-29", "2023-01-02", "2024-11-28", "2024-11-30"};
    struct session session = {.date = 42};
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++)
        assert_false(calendar_session(CALENDAR_XNYS, day(closed[i]), &session));
    assert_int_equal(session.date, 42);
    // Not holidays: before their time, or on a Saturday that nothing makes up for.
    const char *open[] = {"1997-01-20", "2021-06-18", "2010-12-31", "2021-12-31", "2027-12-31"};
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
        assert_true(calendar_session(CALENDAR_XNYS, day(open[i]), &session));
}

static void next_and_previous_sessions_step_over_closures(void **state) {
    struct session session;
    calendar_next_session(CALENDAR_XNYS, day("2001-09-10"), &session);
    assert_int_equal(session.date, day("2001-09-17"));
    calendar_prev_session(CALENDAR_XNYS, day("2001-09-17"), &session);
    assert_int_equal(session.date, day("2001-09-10"));
    calendar_next_session(CALENDAR_24_7, day("2018-12-31"), &session);
    assert_int_equal(session.date, day("2019-01-01"));
    calendar_next_session(CALENDAR_XNSE, day("2024-01-19"), &session);
    assert_int_equal(session.date, day("2024-01-20"));
    calendar_next_session(CALENDAR_XNSE, day("2024-01-20"), &session);
    assert_int_equal(session.date, day("2024-01-23"));
}

static void an_instant_belongs_to_its_local_date_or_the_next_session(void **state) {
    const struct {
        enum calendar_id calendar;
        const char *instant, *date;
        bool open;
    } rows[] = {
        {CALENDAR_24_7, "2018-01-01T23:59:59.999999999Z", "2018-01-01", true},
        {CALENDAR_24_7, "2018-01-02T00:00:00Z", "2018-01-02", true},
        {CALENDAR_XNYS, "2018-01-05T14:29:59.999999999Z", "2018-01-05", false},
        {CALENDAR_XNYS, "2018-01-05T14:30:00Z", "2018-01-05", true},
        {CALENDAR_XNYS, "2018-01-05T20:59:59.999999999Z", "2018-01-05", true},
        {CALENDAR_XNYS, "2018-01-05T21:00:00Z", "2018-01-05", false},
        {CALENDAR_XNYS, "2018-01-06T04:59:59Z", "2018-01-05", false}, // 23:59:59 in New York
        {CALENDAR_XNYS, "2018-01-06T05:00:00Z", "2018-01-08", false}, // Saturday there
        {CALENDAR_XNSE, "2024-01-01T18:30:00Z", "2024-01-02", false}, // midnight in Kolkata
        {CALENDAR_XNSE, "2024-01-02T03:45:00Z", "2024-01-02", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(calendar_day_of(rows[i].calendar, at(rows[i].instant)), day(rows[i].date));
        assert_int_equal(calendar_is_open(rows[i].calendar, at(rows[i].instant)), rows[i].open);
    }
}

static void calendars_have_names_years_and_known_spans(void **state) {
    for (int i = 0; i < CALENDAR_COUNT; i++)
        assert_int_equal(calendar_find(calendar_name((enum calendar_id)i)), i);
    assert_int_equal(calendar_find("XLON"), -1);
    assert_int_equal(calendar_days_per_year(CALENDAR_24_7), 365);
    assert_int_equal(calendar_days_per_year(CALENDAR_XNYS), 252);
    assert_int_equal(calendar_zone(CALENDAR_XNSE).offset_s, 19800);
    assert_true(calendar_covers(CALENDAR_XNYS, day("1990-01-01")));
    assert_false(calendar_covers(CALENDAR_XNYS, day("1989-12-31")));
    assert_true(calendar_covers(CALENDAR_XNYS, day("2028-12-31")));
    assert_false(calendar_covers(CALENDAR_XNSE, day("2018-12-31")));
    assert_true(calendar_covers(CALENDAR_XNSE, day("2026-12-31")));
    assert_false(calendar_covers(CALENDAR_XNSE, day("2026-11-08")));
    assert_false(calendar_covers(CALENDAR_XNSE, day("2027-01-01")));
    assert_false(trades(CALENDAR_XNSE, day("2031-01-04")));
    assert_true(trades(CALENDAR_XNSE, day("2031-01-06")));
}

// The exchange's own count of trading days a year, from its yearly statistics.
static void new_york_years_have_the_known_count_of_sessions(void **state) {
    const struct {
        int32_t year;
        int count;
    } rows[] = {{1990, 253}, {1992, 254}, {1996, 254}, {2000, 252}, {2001, 248}, {2008, 253},
                {2012, 250}, {2016, 252}, {2020, 253}, {2023, 250}, {2024, 252}, {2025, 250}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int count = 0;
        int32_t end = date_from_civil(rows[i].year + 1, 1, 1);
        for (int32_t date = date_from_civil(rows[i].year, 1, 1); date < end; date++)
            count += trades(CALENDAR_XNYS, date);
        assert_int_equal(count, rows[i].count);
    }
}

static void new_york_matches_the_days_spy_traded_1998_to_2021(void **state) {
    struct days *days = days_read("data/equity_daily/lean/equity/usa/daily/spy.zip", 8, false);
    assert_int_equal(days->count, 5849);
    days_expect(days, CALENDAR_XNYS);
    free(days);
}

static void new_york_matches_the_days_of_20_stocks_1990_to_2017(void **state) {
    struct days *days =
        days_read("data/equity_daily/skfolio_sp500_dataset_1990_2017.csv.xz", 10, true);
    assert_int_equal(days->count, 7056);
    days_expect(days, CALENDAR_XNYS);
    free(days);
}

static void new_york_matches_the_days_of_249_stocks_2013_to_2018(void **state) {
    struct days *days =
        days_read("data/equity_daily/sp500_daily_2013_2018_dev_249syms.csv.xz", 10, true);
    assert_int_equal(days->count, 1259);
    days_expect(days, CALENDAR_XNYS);
    free(days);
}

static void india_matches_the_days_of_25_stocks_2020_to_2025(void **state) {
    struct days *days =
        days_read("data/equity_daily_nse/nifty50_daily_2020_2025_dev_25syms.csv.xz", 10, true);
    assert_int_equal(days->count, 1241);
    days_expect(days, CALENDAR_XNSE);
    free(days);
}

// The dates of a list in Lean's market hours, "month/day/year", as sorted marks.
static struct days *lean_days(const char *entry, const char *list, char closing) {
    size_t len;
    char *text =
        shared_file("data/reference/lean/market-hours/market-hours-database.json.xz", &len);
    const char *at_entry = strstr(text, entry);
    assert_non_null(at_entry);
    const char *at_list = strstr(at_entry, list);
    assert_non_null(at_list);
    const char *end = strchr(at_list, closing);
    struct days *days = calloc(1, sizeof *days);
    for (const char *p = at_list + strlen(list); p < end; p++) {
        int month, of_month, year;
        if (*p == '"' && sscanf(p, "\"%d/%d/%d\"", &month, &of_month, &year) == 3)
            days_add(days, date_from_civil(year, month, of_month));
    }
    free(text);
    return days;
}

// Lean has for New York what the rules give, but for holidays on weekends, which close nothing.
static void new_york_matches_leans_holidays_1998_to_2028(void **state) {
    struct days *days = lean_days("\"Equity-usa-[*]\"", "\"holidays\"", ']');
    assert_int_equal(days->count, 293);
    int weekend = 0;
    for (int32_t date = day("1998-01-01"); date <= day("2028-12-31"); date++) {
        bool saturday_or_sunday = date_weekday(date) >= 5;
        weekend += saturday_or_sunday && days->seen[date];
        bool closed = days->seen[date] || saturday_or_sunday;
        if (closed == trades(CALENDAR_XNYS, date)) {
            char text[DATE_TEXT_SIZE];
            date_print(text, sizeof text, date);
            fail_msg("%s: Lean says %s", text, closed ? "closed" : "open");
        }
    }
    assert_int_equal(weekend, 2); // 2011-01-01 and 2022-01-01
    free(days);
}

// Lean's early closes begin in late 1999; these it lacks or has in error.
static void new_york_matches_leans_early_closes_but_for_explained_ones(void **state) {
    const char *explained[] = {
        "1999-12-31", // 13:00 close: Lean lacks it
        "2002-09-11", // opened at noon: Lean keeps no late opening
        "2017-12-24", // Lean: a Sunday
    };
    struct days *days = lean_days("\"Equity-usa-[*]\"", "\"earlyCloses\"", '}');
    assert_int_equal(days->count, 65);
    assert_true(days->seen[day("2028-07-03")]);
    size_t met = 0;
    for (int32_t date = day("1999-11-01"); date <= day("2028-12-31"); date++) {
        struct session session;
        bool early = calendar_session(CALENDAR_XNYS, date, &session) && session.early;
        if (early == days->seen[date]) continue;
        if (met < 3 && date == day(explained[met])) {
            met++;
            continue;
        }
        char text[DATE_TEXT_SIZE];
        date_print(text, sizeof text, date);
        fail_msg("%s: Lean says %s", text, days->seen[date] ? "early" : "not early");
    }
    assert_int_equal(met, 3);
    free(days);
}

// On the days that close at 13:00, and on no other, IBM's hours from 14:00 on have under 2 % of the day's
// volume (late reports).
static void new_york_closes_early_on_the_days_ibms_volume_ends_early(void **state) {
    size_t len;
    char *text = shared_file("data/equity_daily/lean/equity/usa/hour/ibm.zip", &len);
    int64_t volume = 0, late = 0;
    int days = 0, short_days = 0;
    for (const char *line = text; line != NULL;) {
        int hour;
        double bar_volume;
        assert_int_equal(sscanf(line + 9, "%d:00,%*d,%*d,%*d,%*d,%lf", &hour, &bar_volume), 2);
        volume += (int64_t)bar_volume;
        late += hour >= 14 ? (int64_t)bar_volume : 0;
        const char *next = next_line(line);
        if (next == NULL || memcmp(line, next, 8) != 0) {
            int32_t date;
            struct session session;
            assert_ok(date_parse(line, 8, &date));
            assert_true(calendar_session(CALENDAR_XNYS, date, &session));
            bool closes_early = session.early && date != day("2002-09-11"); // which opened late
            if (closes_early != (late < volume / 50)) fail_msg("on %.8s", line);
            days++;
            short_days += closes_early;
            volume = late = 0;
        }
        line = next;
    }
    assert_int_equal(days, 5849);
    assert_int_equal(short_days, 52);
    free(text);
}

// Lean's Indian list is whole to 2021; from 2022 it has the holidays of fixed date alone.
static void india_matches_leans_holidays_2019_to_2021(void **state) {
    struct days *days = lean_days("\"Equity-india-[*]\"", "\"holidays\"", ']');
    for (int32_t date = day("2019-01-01"); date <= day("2021-12-31"); date++)
        if (date_weekday(date) < 5)
            assert_int_equal(trades(CALENDAR_XNSE, date), !days->seen[date]);
    int both = 0;
    for (int32_t date = day("2022-01-01"); date <= day("2026-12-31"); date++) {
        if (!days->seen[date]) continue;
        both++;
        assert_false(trades(CALENDAR_XNSE, date));
    }
    assert_int_equal(both, 25);
    free(days);
}

// 2018-07-03 is a short day in New York: 13:00 there, 17:00 UTC. The 4th is a holiday.
static void the_next_close_is_of_the_session_or_the_one_to_come(void **state) {
    int64_t morning_ns;
    int64_t close_ns;
    assert_ok(timestamp_parse("2018-07-03T14:00:00Z", 20, &morning_ns));
    assert_ok(timestamp_parse("2018-07-03T17:00:00Z", 20, &close_ns));
    assert_int_equal(calendar_next_close(CALENDAR_XNYS, morning_ns), close_ns);
    int64_t next_ns, midnight_ns;
    assert_ok(timestamp_parse("2018-01-01T00:00:00Z", 20, &midnight_ns));
    assert_ok(timestamp_parse("2018-07-05T20:00:00Z", 20, &next_ns));
    assert_int_equal(calendar_next_close(CALENDAR_XNYS, close_ns), next_ns);
    assert_int_equal(calendar_next_close(CALENDAR_24_7, midnight_ns), midnight_ns + NS_PER_DAY);
    assert_int_equal(calendar_next_close(CALENDAR_24_7, midnight_ns - 1), midnight_ns);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_open_and_close_at_the_published_hours),
        cmocka_unit_test(a_closed_day_leaves_the_session_untouched),
        cmocka_unit_test(next_and_previous_sessions_step_over_closures),
        cmocka_unit_test(an_instant_belongs_to_its_local_date_or_the_next_session),
        cmocka_unit_test(the_next_close_is_of_the_session_or_the_one_to_come),
        cmocka_unit_test(calendars_have_names_years_and_known_spans),
        cmocka_unit_test(new_york_years_have_the_known_count_of_sessions),
        cmocka_unit_test(new_york_matches_the_days_spy_traded_1998_to_2021),
        cmocka_unit_test(new_york_matches_the_days_of_20_stocks_1990_to_2017),
        cmocka_unit_test(new_york_matches_the_days_of_249_stocks_2013_to_2018),
        cmocka_unit_test(india_matches_the_days_of_25_stocks_2020_to_2025),
        cmocka_unit_test(new_york_matches_leans_holidays_1998_to_2028),
        cmocka_unit_test(new_york_matches_leans_early_closes_but_for_explained_ones),
        cmocka_unit_test(new_york_closes_early_on_the_days_ibms_volume_ends_early),
        cmocka_unit_test(india_matches_leans_holidays_2019_to_2021),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
