// SPDX-License-Identifier: Apache-2.0
#include "market/calendar.h"

#include <stddef.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"

enum { HOUR_S = 3600, MONDAY = 0, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

// Minutes after local midnight; both 0 on a closed day.
struct hours {
    int16_t open;
    int16_t close;
};

// A date, as the number yyyymmdd, that does not follow its calendar's rules.
struct exception {
    int32_t day;
    struct hours hours;
};

struct calendar_row {
    const char *name;
    struct zone zone;
    struct hours regular;
    int32_t days_per_year;
    int32_t first_year; // covered
    int32_t last_year;
};

#define HHMM(hour, minute) ((hour)*60 + (minute))
#define CLOSED                                                                                     \
    { 0, 0 }

static const struct calendar_row calendar_rows[CALENDAR_COUNT] = {
    [CALENDAR_24_7] = {"24/7", {0, ZONE_FIXED}, {0, HHMM(24, 0)}, 365, 1677, 2262},
    [CALENDAR_XNYS] =
        {"XNYS", {-5 * HOUR_S, ZONE_UNITED_STATES}, {HHMM(9, 30), HHMM(16, 0)}, 252, 1990, 2028},
    [CALENDAR_XNSE] = {"XNSE",
                       {5 * HOUR_S + HOUR_S / 2, ZONE_FIXED},
                       {HHMM(9, 15), HHMM(15, 30)},
                       252,
                       2019,
                       2026},
};

static const struct exception xnys_exceptions[] = {
    {19940211, {HHMM(9, 30), HHMM(14, 30)}}, // snow
    {19940427, CLOSED},                      // funeral of President Nixon
    {19951218, {HHMM(10, 30), HHMM(16, 0)}}, // computer trouble
    {19960108, {HHMM(11, 0), HHMM(14, 0)}},  // snow
    {19971027, {HHMM(9, 30), HHMM(15, 30)}}, // circuit breaker
    {19971226, {HHMM(9, 30), HHMM(13, 0)}},
    {19991231, {HHMM(9, 30), HHMM(13, 0)}},
    {20010911, CLOSED}, // attack on the World Trade Center
    {20010912, CLOSED},
    {20010913, CLOSED},
    {20010914, CLOSED},
    {20020911, {HHMM(12, 0), HHMM(16, 0)}}, // its anniversary
    {20031226, {HHMM(9, 30), HHMM(13, 0)}},
    {20040611, CLOSED}, // funeral of President Reagan
    {20070102, CLOSED}, // funeral of President Ford
    {20121029, CLOSED}, // hurricane Sandy
    {20121030, CLOSED},
    {20181205, CLOSED}, // funeral of President G. H. W. Bush
    {20250109, CLOSED}, // funeral of President Carter
};

static const struct exception xnse_exceptions[] = {
    {20190304, CLOSED},
    {20190321, CLOSED},
    {20190417, CLOSED},
    {20190419, CLOSED},
    {20190429, CLOSED},
    {20190501, CLOSED},
    {20190605, CLOSED},
    {20190812, CLOSED},
    {20190815, CLOSED},
    {20190902, CLOSED},
    {20190910, CLOSED},
    {20191002, CLOSED},
    {20191008, CLOSED},
    {20191021, CLOSED},
    {20191027, {HHMM(18, 15), HHMM(19, 15)}}, // Muhurat, Sunday
    {20191028, CLOSED},
    {20191112, CLOSED},
    {20191225, CLOSED},
    {20200201, {HHMM(9, 15), HHMM(15, 30)}}, // budget, Saturday
    {20200221, CLOSED},
    {20200310, CLOSED},
    {20200402, CLOSED},
    {20200406, CLOSED},
    {20200410, CLOSED},
    {20200414, CLOSED},
    {20200501, CLOSED},
    {20200525, CLOSED},
    {20201002, CLOSED},
    {20201114, {HHMM(18, 15), HHMM(19, 15)}}, // Muhurat, Saturday
    {20201116, CLOSED},
    {20201130, CLOSED},
    {20201225, CLOSED},
    {20210126, CLOSED},
    {20210311, CLOSED},
    {20210329, CLOSED},
    {20210402, CLOSED},
    {20210414, CLOSED},
    {20210421, CLOSED},
    {20210513, CLOSED},
    {20210721, CLOSED},
    {20210819, CLOSED},
    {20210910, CLOSED},
    {20211015, CLOSED},
    {20211104, {HHMM(18, 15), HHMM(19, 15)}}, // Muhurat
    {20211105, CLOSED},
    {20211119, CLOSED},
    {20220126, CLOSED},
    {20220301, CLOSED},
    {20220318, CLOSED},
    {20220414, CLOSED},
    {20220415, CLOSED},
    {20220503, CLOSED},
    {20220809, CLOSED},
    {20220815, CLOSED},
    {20220831, CLOSED},
    {20221005, CLOSED},
    {20221024, {HHMM(18, 15), HHMM(19, 15)}}, // Muhurat
    {20221026, CLOSED},
    {20221108, CLOSED},
    {20230126, CLOSED},
    {20230307, CLOSED},
    {20230330, CLOSED},
    {20230404, CLOSED},
    {20230407, CLOSED},
    {20230414, CLOSED},
    {20230501, CLOSED},
    {20230629, CLOSED},
    {20230815, CLOSED},
    {20230919, CLOSED},
    {20231002, CLOSED},
    {20231024, CLOSED},
    {20231112, {HHMM(18, 15), HHMM(19, 15)}}, // Muhurat, Sunday
    {20231114, CLOSED},
    {20231127, CLOSED},
    {20231225, CLOSED},
    {20240120, {HHMM(9, 15), HHMM(15, 30)}}, // Saturday, for the Monday that follows
    {20240122, CLOSED},
    {20240126, CLOSED},
    {20240302, {HHMM(9, 15), HHMM(12, 30)}}, // disaster recovery site, Saturday
    {20240308, CLOSED},
    {20240325, CLOSED},
    {20240329, CLOSED},
    {20240411, CLOSED},
    {20240417, CLOSED},
    {20240501, CLOSED},
    {20240518, {HHMM(9, 15), HHMM(12, 30)}}, // disaster recovery site, Saturday
    {20240520, CLOSED},
    {20240617, CLOSED},
    {20240717, CLOSED},
    {20240815, CLOSED},
    {20241002, CLOSED},
    {20241101, {HHMM(18, 0), HHMM(19, 0)}}, // Muhurat
    {20241115, CLOSED},
    {20241120, CLOSED},
    {20241225, CLOSED},
    {20250201, {HHMM(9, 15), HHMM(15, 30)}}, // budget, Saturday
    {20250226, CLOSED},
    {20250314, CLOSED},
    {20250331, CLOSED},
    {20250410, CLOSED},
    {20250414, CLOSED},
    {20250418, CLOSED},
    {20250501, CLOSED},
    {20250815, CLOSED},
    {20250827, CLOSED},
    {20251002, CLOSED},
    {20251021, {HHMM(13, 45), HHMM(14, 45)}}, // Muhurat
    {20251022, CLOSED},
    {20251105, CLOSED},
    {20251225, CLOSED},
    {20260115, CLOSED}, // municipal elections
    {20260126, CLOSED},
    {20260201, {HHMM(9, 15), HHMM(15, 30)}}, // budget, Sunday
    {20260303, CLOSED},
    {20260326, CLOSED},
    {20260331, CLOSED},
    {20260403, CLOSED},
    {20260414, CLOSED},
    {20260501, CLOSED},
    {20260528, CLOSED},
    {20260626, CLOSED},
    {20260914, CLOSED},
    {20261002, CLOSED},
    {20261020, CLOSED},
    {20261110, CLOSED},
    {20261124, CLOSED},
    {20261225, CLOSED},
};

// Longest run of days without a session that any calendar has, with room to spare.
enum { CLOSED_RUN_MAX = 30 };

static const struct calendar_row *calendar_row(enum calendar_id calendar);
static struct hours calendar_hours(enum calendar_id calendar, int32_t date);
static const struct exception *exception_find(const struct exception *rows, size_t count,
                                              struct civil_date civil);
static struct hours xnys_hours(int32_t date);
static bool xnys_holiday(struct civil_date civil, int32_t date, int32_t weekday);
static int32_t xnys_close(struct civil_date civil, int32_t weekday);
static bool fixed_holiday(struct civil_date civil, int32_t weekday, int32_t month, int32_t day);
static int32_t easter_sunday(int32_t year);

bool calendar_session(enum calendar_id calendar, int32_t date, struct session *ret_session) {
    const struct calendar_row *row = calendar_row(calendar);
    struct hours hours = calendar_hours(calendar, date);
    if (hours.close == 0) return false;
    int64_t midnight_ns = date_to_ns(date);
    *ret_session = (struct session){
        .open_ns = zone_to_utc(row->zone, midnight_ns + hours.open * NS_PER_MIN),
        .close_ns = zone_to_utc(row->zone, midnight_ns + hours.close * NS_PER_MIN),
        .date = date,
        .early = hours.close - hours.open < row->regular.close - row->regular.open,
    };
    return true;
}

int64_t calendar_next_close(enum calendar_id calendar, int64_t ns) {
    int32_t date = calendar_day_of(calendar, ns);
    struct session session;
    if (calendar_session(calendar, date, &session) && session.close_ns > ns)
        return session.close_ns;
    calendar_next_session(calendar, date, &session);
    return session.close_ns;
}

void calendar_next_session(enum calendar_id calendar, int32_t date, struct session *ret_session) {
    for (int32_t step = 1; step <= CLOSED_RUN_MAX; step++)
        if (calendar_session(calendar, date + step, ret_session)) return;
    CHECK(!"a calendar without a session in a month");
}

void calendar_prev_session(enum calendar_id calendar, int32_t date, struct session *ret_session) {
    for (int32_t step = 1; step <= CLOSED_RUN_MAX; step++)
        if (calendar_session(calendar, date - step, ret_session)) return;
    CHECK(!"a calendar without a session in a month");
}

bool calendar_covers(enum calendar_id calendar, int32_t date) {
    const struct calendar_row *row = calendar_row(calendar);
    struct civil_date civil = date_to_civil(date);
    if (calendar == CALENDAR_XNSE && date == date_from_civil(2026, 11, 8)) return false;
    return civil.year >= row->first_year && civil.year <= row->last_year;
}

int32_t calendar_day_of(enum calendar_id calendar, int64_t ns) {
    int32_t date = date_of_ns(zone_to_local(calendar_row(calendar)->zone, ns));
    struct session session;
    if (!calendar_session(calendar, date, &session))
        calendar_next_session(calendar, date, &session);
    return session.date;
}

bool calendar_is_open(enum calendar_id calendar, int64_t ns) {
    int32_t date = date_of_ns(zone_to_local(calendar_row(calendar)->zone, ns));
    struct session session;
    return calendar_session(calendar, date, &session) && ns >= session.open_ns &&
           ns < session.close_ns;
}

int32_t calendar_days_per_year(enum calendar_id calendar) {
    return calendar_row(calendar)->days_per_year;
}

struct zone calendar_zone(enum calendar_id calendar) {
    return calendar_row(calendar)->zone;
}

const char *calendar_name(enum calendar_id calendar) {
    return calendar_row(calendar)->name;
}

int calendar_find(const char *name) {
    for (int i = 0; i < CALENDAR_COUNT; i++)
        if (strcmp(calendar_rows[i].name, name) == 0) return i;
    return -1;
}

static const struct calendar_row *calendar_row(enum calendar_id calendar) {
    CHECK((unsigned)calendar < CALENDAR_COUNT);
    return &calendar_rows[calendar];
}

static struct hours calendar_hours(enum calendar_id calendar, int32_t date) {
    struct hours regular = calendar_rows[calendar].regular;
    if (calendar == CALENDAR_24_7) return regular;
    if (calendar == CALENDAR_XNYS) return xnys_hours(date);
    const struct exception *exception = exception_find(
        xnse_exceptions, sizeof xnse_exceptions / sizeof xnse_exceptions[0], date_to_civil(date));
    if (exception != NULL) return exception->hours;
    return date_weekday(date) >= SATURDAY ? (struct hours)CLOSED : regular;
}

static const struct exception *exception_find(const struct exception *rows, size_t count,
                                              struct civil_date civil) {
    int32_t day = civil.year * 10000 + civil.month * 100 + civil.day;
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rows[middle].day < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && rows[low].day == day ? &rows[low] : NULL;
}

static struct hours xnys_hours(int32_t date) {
    int32_t weekday = date_weekday(date);
    if (weekday >= SATURDAY) return (struct hours)CLOSED;
    struct civil_date civil = date_to_civil(date);
    const struct exception *exception =
        exception_find(xnys_exceptions, sizeof xnys_exceptions / sizeof xnys_exceptions[0], civil);
    if (exception != NULL) return exception->hours;
    if (xnys_holiday(civil, date, weekday)) return (struct hours)CLOSED;
    return (struct hours){HHMM(9, 30), (int16_t)xnys_close(civil, weekday)};
}

// NYSE Rule 7.2 and its forerunners; `date` is not on a weekend.
static bool xnys_holiday(struct civil_date civil, int32_t date, int32_t weekday) {
    int32_t week = (civil.day - 1) / 7 + 1; // which of its weekday in the month
    bool monday = weekday == MONDAY;
    switch (civil.month) {
    case 1:
        // On a Saturday it is not made up for: the Friday before closes the exchange's year.
        if (civil.day == 1 || (monday && civil.day == 2)) return true;
        return monday && week == 3 && civil.year >= 1998; // Martin Luther King, Jr. Day
    case 2:
        return monday && week == 3; // Washington's Birthday
    case 3:
    case 4:
        return weekday == FRIDAY && date == easter_sunday(civil.year) - 2;
    case 5:
        return monday && civil.day > 24; // Memorial Day
    case 6:
        return civil.year >= 2022 && fixed_holiday(civil, weekday, 6, 19); // Juneteenth
    case 7:
        return fixed_holiday(civil, weekday, 7, 4);
    case 9:
        return monday && week == 1; // Labor Day
    case 11:
        return weekday == THURSDAY && week == 4; // Thanksgiving
    case 12:
        return fixed_holiday(civil, weekday, 12, 25);
    default:
        return false;
    }
}

// The minute of the close on a day that is no holiday.
static int32_t xnys_close(struct civil_date civil, int32_t weekday) {
    int32_t early = civil.year >= 1993 ? HHMM(13, 0) : HHMM(14, 0);
    if (civil.month == 11 && weekday == FRIDAY && civil.day >= 23 && civil.day <= 29)
        return civil.year >= 1992 ? early : HHMM(16, 0); // after Thanksgiving
    if (civil.month == 12 && civil.day == 24 && weekday <= THURSDAY)
        return civil.year >= 1990 ? early : HHMM(16, 0);
    if (civil.month != 7 || civil.year < 1995) return HHMM(16, 0);
    // Around Independence Day: the 3rd, but until 2012 the Friday after a Thursday holiday instead.
    if (civil.day == 3 && weekday <= THURSDAY && (weekday != WEDNESDAY || civil.year >= 2013))
        return early;
    if (civil.day == 5 && weekday == FRIDAY && civil.year < 2013) return early;
    return HHMM(16, 0);
}

// A holiday of a fixed day that moves to Friday from Saturday and to Monday from Sunday.
static bool fixed_holiday(struct civil_date civil, int32_t weekday, int32_t month, int32_t day) {
    if (civil.month != month) return false;
    return civil.day == day || (weekday == FRIDAY && civil.day == day - 1) ||
           (weekday == MONDAY && civil.day == day + 1);
}

// The anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, chapter 8).
static int32_t easter_sunday(int32_t year) {
    int32_t a = year % 19;
    int32_t b = year / 100, c = year % 100;
    int32_t d = b / 4, e = b % 4;
    int32_t f = (b + 8) / 25;
    int32_t g = (b - f + 1) / 3;
    int32_t h = (19 * a + b - d - g + 15) % 30;
    int32_t i = c / 4, k = c % 4;
    int32_t l = (32 + 2 * e + 2 * i - h - k) % 7;
    int32_t m = (a + 11 * h + 22 * l) / 451;
    int32_t n = h + l - 7 * m + 114;
    return date_from_civil(year, n / 31, n % 31 + 1);
}
