// SPDX-License-Identifier: Apache-2.0
#include "market/zone.h"

#include <string.h>

#include "base/timestamp.h"

enum { HOUR_S = 3600, MINUTE_S = 60 };

struct zone_row {
    const char *name;
    struct zone zone;
};

static const struct zone_row zone_rows[] = {
    {"UTC", {0, ZONE_FIXED}},
    {"Z", {0, ZONE_FIXED}},
    {"Etc/UTC", {0, ZONE_FIXED}},
    {"America/New_York", {-5 * HOUR_S, ZONE_UNITED_STATES}},
    {"America/Chicago", {-6 * HOUR_S, ZONE_UNITED_STATES}},
    {"Asia/Kolkata", {5 * HOUR_S + 30 * MINUTE_S, ZONE_FIXED}},
    {"Asia/Hong_Kong", {8 * HOUR_S, ZONE_FIXED}},
};

// Daylight time holds while the wall clock, read as standard time, is in [begin_ns, end_ns).
struct daylight {
    int64_t begin_ns;
    int64_t end_ns;
};

static bool offset_parse(const char *text, int32_t *ret_offset_s);
static struct daylight daylight_of(int64_t local_ns);
static int32_t first_sunday(int32_t year, int32_t month);
static int32_t last_sunday(int32_t year, int32_t month);

bool zone_find(const char *name, struct zone *ret_zone) {
    for (size_t i = 0; i < sizeof zone_rows / sizeof zone_rows[0]; i++) {
        if (strcmp(zone_rows[i].name, name) != 0) continue;
        *ret_zone = zone_rows[i].zone;
        return true;
    }
    if (strncmp(name, "UTC", 3) == 0) name += 3;
    int32_t offset_s;
    if (!offset_parse(name, &offset_s)) return false;
    *ret_zone = (struct zone){.offset_s = offset_s, .rule = ZONE_FIXED};
    return true;
}

int32_t zone_offset_s(struct zone zone, int64_t utc_ns) {
    if (zone.rule == ZONE_FIXED) return zone.offset_s;
    int64_t standard_ns = utc_ns + zone.offset_s * NS_PER_S;
    struct daylight daylight = daylight_of(standard_ns);
    bool inside = standard_ns >= daylight.begin_ns && standard_ns < daylight.end_ns;
    return zone.offset_s + (inside ? HOUR_S : 0);
}

int64_t zone_to_local(struct zone zone, int64_t utc_ns) {
    return utc_ns + zone_offset_s(zone, utc_ns) * NS_PER_S;
}

int64_t zone_to_utc(struct zone zone, int64_t local_ns) {
    int64_t standard_ns = local_ns - zone.offset_s * NS_PER_S;
    if (zone.rule == ZONE_FIXED) return standard_ns;
    struct daylight daylight = daylight_of(local_ns);
    // The wall clock shows an hour more than standard time: the skipped hour falls out below, the
    // repeated one is inside.
    int64_t wall_ns = local_ns - NS_PER_HOUR;
    bool inside = wall_ns >= daylight.begin_ns && wall_ns < daylight.end_ns;
    return standard_ns - (inside ? NS_PER_HOUR : 0);
}

// "+05:30", "-05", "+0530".
static bool offset_parse(const char *text, int32_t *ret_offset_s) {
    if (*text != '+' && *text != '-') return false;
    int32_t sign = *text++ == '-' ? -1 : 1;
    int32_t digits[4] = {0};
    int count = 0;
    for (; *text != '\0'; text++) {
        if (*text == ':' && count == 2) continue;
        if (*text < '0' || *text > '9' || count == 4) return false;
        digits[count++] = *text - '0';
    }
    int32_t hours = digits[0] * 10 + digits[1];
    int32_t minutes = digits[2] * 10 + digits[3];
    if ((count != 2 && count != 4) || hours > 23 || minutes > 59) return false;
    *ret_offset_s = sign * (hours * HOUR_S + minutes * MINUTE_S);
    return true;
}

static struct daylight daylight_of(int64_t local_ns) {
    int32_t year = date_to_civil(date_of_ns(local_ns)).year;
    int32_t begin, end;
    if (year < 1967) {
        return (struct daylight){0, 0};
    } else if (year >= 2007) {
        begin = first_sunday(year, 3) + 7;
        end = first_sunday(year, 11);
    } else {
        begin = year >= 1987 ? first_sunday(year, 4) : last_sunday(year, 4);
        if (year == 1974) begin = date_from_civil(1974, 1, 6);
        if (year == 1975) begin = date_from_civil(1975, 2, 23);
        end = last_sunday(year, 10);
    }
    // Forward at 02:00 standard time, back at 02:00 daylight time.
    return (struct daylight){date_to_ns(begin) + 2 * NS_PER_HOUR, date_to_ns(end) + NS_PER_HOUR};
}

static int32_t first_sunday(int32_t year, int32_t month) {
    int32_t first = date_from_civil(year, month, 1);
    return first + 6 - date_weekday(first);
}

static int32_t last_sunday(int32_t year, int32_t month) {
    int32_t last = date_from_civil(year, month, date_days_in_month(year, month));
    return last - (date_weekday(last) + 1) % 7;
}
