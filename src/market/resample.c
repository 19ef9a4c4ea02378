// SPDX-License-Identifier: Apache-2.0
#include "market/resample.h"

#include "base/check.h"
#include "base/timestamp.h"

struct span {
    int64_t begin_ns;
    int64_t end_ns;
};

static struct resample_day day_of(enum calendar_id calendar, int64_t ns);
static bool span_of(const struct resample *resample, const struct resample_day *day, int64_t ns,
                    struct span *ret_span);
static struct span span_on_grid(const struct resample_day *day, int64_t ns, int64_t frame_ns);
static struct span span_of_dates(enum calendar_id calendar, bool extended, int32_t first,
                                 int32_t last);
static bool frame_begin(struct resample *resample, int64_t ns, const struct bar *bar);
static int frame_add(struct bar *frame, const struct bar *bar);
static void frame_give(struct resample *resample, struct bar *ret_bar);
static int64_t scale(int64_t value, int64_t numerator, int64_t denominator);

int resample_init(struct resample *resample, enum calendar_id calendar, uint32_t frame_s,
                  uint32_t flags) {
    bool longer = frame_s == FRAME_DAY_S || frame_s == FRAME_WEEK_S || frame_s == FRAME_MONTH_S;
    if (!longer && (frame_s == 0 || frame_s > FRAME_DAY_S))
        return ERR_SET(ERR_ARGUMENT,
                       "a frame of %u seconds: want less than a day, a day, a week (%d) or a month "
                       "(%d)",
                       frame_s, FRAME_WEEK_S, FRAME_MONTH_S);
    if ((unsigned)calendar >= CALENDAR_COUNT)
        return ERR_SET(ERR_ARGUMENT, "calendar %d does not exist", (int)calendar);
    *resample = (struct resample){
        .last_ns = INT64_MIN, .frame_s = frame_s, .calendar = calendar, .flags = flags};
    return 0;
}

int resample_bar(struct resample *resample, const struct bar *bar, struct bar ret_bars[2]) {
    if (bar->frame_s > resample->frame_s)
        return ERR_SET(ERR_ARGUMENT, "a bar of %u seconds is longer than its frame of %u",
                       bar->frame_s, resample->frame_s);
    if (bar->close_ns <= resample->last_ns)
        return ERR_SET(ERR_ARGUMENT, "a bar ends at %lld ns, no later than the one before, %lld",
                       (long long)bar->close_ns, (long long)resample->last_ns);
    int count = 0;
    int64_t last_instant_ns = bar->close_ns - 1;
    if (resample->building && last_instant_ns < resample->bar.close_ns)
        TRY(frame_add(&resample->bar, bar));
    else {
        if (resample->building) frame_give(resample, &ret_bars[count++]);
        if (!frame_begin(resample, last_instant_ns, bar)) resample->outside++;
    }
    resample->last_ns = bar->close_ns;
    if (resample->building && bar->close_ns == resample->bar.close_ns)
        frame_give(resample, &ret_bars[count++]);
    return count;
}

int resample_trade(struct resample *resample, int64_t ts_ns, price_t price, qty_t qty,
                   struct bar *ret_bar) {
    if (price.m <= 0 || qty.m <= 0)
        return ERR_SET(ERR_ARGUMENT, "a trade of %lld at %lld: both must be above zero",
                       (long long)qty.m, (long long)price.m);
    if (ts_ns < resample->last_ns)
        return ERR_SET(ERR_ARGUMENT, "a trade at %lld ns comes before the one before, %lld",
                       (long long)ts_ns, (long long)resample->last_ns);
    struct bar trade = {.open = price, .high = price, .low = price, .close = price, .volume = qty};
    int count = 0;
    if (resample->building && ts_ns < resample->bar.close_ns)
        TRY(frame_add(&resample->bar, &trade));
    else {
        if (resample->building) {
            frame_give(resample, ret_bar);
            count = 1;
        }
        if (!frame_begin(resample, ts_ns, &trade)) resample->outside++;
    }
    resample->last_ns = ts_ns;
    return count;
}

int resample_flush(struct resample *resample, int64_t now_ns, struct bar *ret_bar) {
    if (!resample->building || now_ns < resample->bar.close_ns) return 0;
    frame_give(resample, ret_bar);
    return 1;
}

void resample_split(struct resample *resample, int64_t numerator, int64_t denominator) {
    CHECK(numerator > 0 && denominator > 0);
    if (!resample->building) return;
    price_t *prices[] = {&resample->bar.open, &resample->bar.high, &resample->bar.low,
                         &resample->bar.close};
    for (int i = 0; i < 4; i++) {
        int64_t price = scale(prices[i]->m, denominator, numerator);
        prices[i]->m = price > 0 ? price : 1;
    }
    resample->bar.volume.m = scale(resample->bar.volume.m, numerator, denominator);
}

bool resample_frame(const struct resample *resample, int64_t ns, int64_t *ret_begin_ns,
                    int64_t *ret_end_ns) {
    struct resample_day day = day_of((enum calendar_id)resample->calendar, ns);
    struct span span;
    if (!span_of(resample, &day, ns, &span)) return false;
    *ret_begin_ns = span.begin_ns;
    *ret_end_ns = span.end_ns;
    return true;
}

static struct resample_day day_of(enum calendar_id calendar, int64_t ns) {
    struct zone zone = calendar_zone(calendar);
    int32_t date = date_of_ns(zone_to_local(zone, ns));
    struct resample_day day = {
        .begin_ns = zone_to_utc(zone, date_to_ns(date)),
        .end_ns = zone_to_utc(zone, date_to_ns(date + 1)),
    };
    struct session session;
    if (calendar_session(calendar, date, &session)) {
        day.open_ns = session.open_ns;
        day.close_ns = session.close_ns;
    }
    return day;
}

static bool span_of(const struct resample *resample, const struct resample_day *day, int64_t ns,
                    struct span *ret_span) {
    bool extended = resample->flags & RESAMPLE_EXTENDED;
    if (!extended && (ns < day->open_ns || ns >= day->close_ns)) return false;
    if (resample->frame_s < FRAME_DAY_S) {
        *ret_span = span_on_grid(day, ns, resample->frame_s * NS_PER_S);
        return true;
    }
    if (resample->frame_s == FRAME_DAY_S) {
        *ret_span = extended ? (struct span){day->begin_ns, day->end_ns}
                             : (struct span){day->open_ns, day->close_ns};
        return true;
    }
    enum calendar_id calendar = (enum calendar_id)resample->calendar;
    int32_t date = date_of_ns(zone_to_local(calendar_zone(calendar), ns));
    if (resample->frame_s == FRAME_WEEK_S) {
        int32_t monday = date - date_weekday(date);
        *ret_span = span_of_dates(calendar, extended, monday, monday + 6);
    } else {
        struct civil_date civil = date_to_civil(date);
        int32_t first = date - civil.day + 1;
        int32_t last = first + date_days_in_month(civil.year, civil.month) - 1;
        *ret_span = span_of_dates(calendar, extended, first, last);
    }
    return true;
}

static struct span span_on_grid(const struct resample_day *day, int64_t ns, int64_t frame_ns) {
    bool session = day->close_ns > day->open_ns;
    struct span span;
    if (session && ns < day->open_ns) {
        int64_t frames = (day->open_ns - ns - 1) / frame_ns;
        span.end_ns = day->open_ns - frames * frame_ns;
        span.begin_ns = span.end_ns - frame_ns;
        if (span.begin_ns < day->begin_ns) span.begin_ns = day->begin_ns;
        return span;
    }
    int64_t origin_ns = day->begin_ns, limit_ns = day->end_ns;
    if (session && ns < day->close_ns) {
        origin_ns = day->open_ns;
        limit_ns = day->close_ns;
    } else if (session) {
        origin_ns = day->close_ns;
    }
    span.begin_ns = ns - (ns - origin_ns) % frame_ns;
    span.end_ns = span.begin_ns + frame_ns;
    if (span.end_ns > limit_ns) span.end_ns = limit_ns;
    return span;
}

// From the first session of [first, last] to its last one, or from local midnight to local midnight. Without
// `extended` there is a session among the dates.
static struct span span_of_dates(enum calendar_id calendar, bool extended, int32_t first,
                                 int32_t last) {
    struct zone zone = calendar_zone(calendar);
    if (extended)
        return (struct span){zone_to_utc(zone, date_to_ns(first)),
                             zone_to_utc(zone, date_to_ns(last + 1))};
    struct session begin, end;
    calendar_next_session(calendar, first - 1, &begin);
    calendar_prev_session(calendar, last + 1, &end);
    CHECK(begin.date <= last && end.date >= first);
    return (struct span){begin.open_ns, end.close_ns};
}

// Starts the frame that holds an instant with a first bar; false, and no frame, outside sessions.
static bool frame_begin(struct resample *resample, int64_t ns, const struct bar *bar) {
    if (ns < resample->day.begin_ns || ns >= resample->day.end_ns)
        resample->day = day_of((enum calendar_id)resample->calendar, ns);
    struct span span;
    if (!span_of(resample, &resample->day, ns, &span)) return false;
    resample->bar = *bar;
    resample->bar.open_ns = span.begin_ns;
    resample->bar.close_ns = span.end_ns;
    resample->bar.frame_s = resample->frame_s;
    resample->building = 1;
    return true;
}

static int frame_add(struct bar *frame, const struct bar *bar) {
    int64_t volume;
    if (__builtin_add_overflow(frame->volume.m, bar->volume.m, &volume))
        return ERR_SET(ERR_RANGE, "the volume of a bar overflows");
    frame->volume.m = volume;
    if (bar->high.m > frame->high.m) frame->high = bar->high;
    if (bar->low.m < frame->low.m) frame->low = bar->low;
    frame->close = bar->close;
    frame->flags |= bar->flags;
    return 0;
}

static void frame_give(struct resample *resample, struct bar *ret_bar) {
    *ret_bar = resample->bar;
    resample->bar = (struct bar){0};
    resample->building = 0;
}

static int64_t scale(int64_t value, int64_t numerator, int64_t denominator) {
    int128_t scaled = decimal_div_round((int128_t)value * numerator, denominator, ROUND_HALF_EVEN);
    return scaled > INT64_MAX ? INT64_MAX : (int64_t)scaled;
}
