// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/prng.h"
#include "base/timestamp.h"
#include "market/resample.h"
#include "shared_file.h"

struct series {
    struct bar *bars;
    int count, max;
};

static void series_add(struct series *series, const struct bar *bar) {
    if (series->count == series->max) {
        series->max = series->max > 0 ? 2 * series->max : 1024;
        series->bars = realloc(series->bars, (size_t)series->max * sizeof *bar);
    }
    series->bars[series->count++] = *bar;
}

static int64_t at(const char *text) {
    int64_t ns;
    assert_ok(timestamp_parse(text, strlen(text), &ns));
    return ns;
}

static struct bar minute(int64_t open_ns, int64_t open, int64_t high, int64_t low, int64_t close,
                         int64_t volume) {
    return (struct bar){open_ns, open_ns + NS_PER_MIN, {open}, {high}, {low}, {close}, {volume}, 60,
                        0};
}

// Feeds a series through, with the promises that hold for every input checked on the way.
static struct series resampled(const struct series *in, enum calendar_id calendar, uint32_t frame_s,
                               uint32_t flags, uint64_t *ret_outside) {
    struct resample resample;
    assert_ok(resample_init(&resample, calendar, frame_s, flags));
    struct series out = {0};
    struct bar bars[2];
    for (int i = 0; i < in->count; i++) {
        int got = resample_bar(&resample, &in->bars[i], bars);
        assert_in_range(got, 0, 2);
        for (int j = 0; j < got; j++) {
            assert_true(bars[j].close_ns <= in->bars[i].close_ns); // certain by now
            assert_int_equal(bar_check(&bars[j]), BAR_OK);
            if (out.count > 0) assert_true(bars[j].open_ns >= out.bars[out.count - 1].close_ns);
            series_add(&out, &bars[j]);
        }
    }
    if (resample_flush(&resample, INT64_MAX, bars) > 0) series_add(&out, bars);
    if (ret_outside != NULL) *ret_outside = resample.outside;
    return out;
}

static void series_expect_equal(const struct series *a, const struct series *b) {
    assert_int_equal(a->count, b->count);
    assert_memory_equal(a->bars, b->bars, (size_t)a->count * sizeof *a->bars);
}

static void bar_expect(const struct bar *bar, const char *open_time, const char *close_time,
                       int64_t open, int64_t high, int64_t low, int64_t close, int64_t volume) {
    assert_int_equal(bar->open_ns, at(open_time));
    assert_int_equal(bar->close_ns, at(close_time));
    assert_int_equal(bar->open.m, open);
    assert_int_equal(bar->high.m, high);
    assert_int_equal(bar->low.m, low);
    assert_int_equal(bar->close.m, close);
    assert_int_equal(bar->volume.m, volume);
}

static void five_minutes_are_given_at_their_end_or_late_after_a_gap(void **state) {
    struct resample resample;
    assert_ok(resample_init(&resample, CALENDAR_24_7, 300, 0));
    struct bar bars[2];
    int64_t start = at("2018-01-01T00:00:00Z");
    const struct {
        int minute;
        int64_t open, high, low, close, volume;
        int given;
    } rows[] = {
        {0, 10, 12, 9, 11, 1, 0}, {1, 11, 15, 11, 14, 2, 0},  {4, 14, 14, 8, 9, 3, 1},
        {6, 9, 10, 9, 10, 4, 0},  {14, 20, 21, 19, 20, 5, 2}, // 00:05 late, 00:10 at its end
        {17, 7, 7, 7, 7, 6, 0},
    };
    const char *open_times[] = {"2018-01-01T00:00", "2018-01-01T00:05", "2018-01-01T00:10"};
    const char *close_times[] = {"2018-01-01T00:05", "2018-01-01T00:10", "2018-01-01T00:15"};
    const int64_t values[3][5] = {{10, 15, 8, 9, 6}, {9, 10, 9, 10, 4}, {20, 21, 19, 20, 5}};
    int given = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bar bar = minute(start + rows[i].minute * NS_PER_MIN, rows[i].open, rows[i].high,
                                rows[i].low, rows[i].close, rows[i].volume);
        assert_int_equal(resample_bar(&resample, &bar, bars), rows[i].given);
        for (int j = 0; j < rows[i].given; j++, given++) {
            const int64_t *v = values[given];
            bar_expect(&bars[j], open_times[given], close_times[given], v[0], v[1], v[2], v[3],
                       v[4]);
            assert_int_equal(bars[j].frame_s, 300);
        }
    }
    assert_int_equal(given, 3);
    assert_int_equal(resample_flush(&resample, start + 20 * NS_PER_MIN - 1, bars), 0);
    assert_int_equal(resample_flush(&resample, start + 20 * NS_PER_MIN, bars), 1);
    assert_int_equal(bars[0].volume.m, 6);
    assert_int_equal(resample_flush(&resample, INT64_MAX, bars), 0);
}

static void new_york_frames_start_at_the_open_and_are_cut_at_the_close(void **state) {
    struct series day = {0};
    // The short Friday of 2013-11-29, 09:30 to 13:00, a bar every minute, and some outside.
    for (int64_t ns = at("2013-11-29T13:00Z"); ns < at("2013-11-29T20:00Z"); ns += NS_PER_MIN) {
        struct bar bar = minute(ns, 5, 5, 5, 5, 1);
        series_add(&day, &bar);
    }
    uint64_t outside;
    struct series hours = resampled(&day, CALENDAR_XNYS, 3600, 0, &outside);
    assert_int_equal(hours.count, 4);
    bar_expect(&hours.bars[0], "2013-11-29T14:30", "2013-11-29T15:30", 5, 5, 5, 5, 60);
    bar_expect(&hours.bars[3], "2013-11-29T17:30", "2013-11-29T18:00", 5, 5, 5, 5, 30);
    assert_int_equal(outside, 90 + 120);
    struct series days = resampled(&day, CALENDAR_XNYS, FRAME_DAY_S, 0, NULL);
    assert_int_equal(days.count, 1);
    bar_expect(&days.bars[0], "2013-11-29T14:30", "2013-11-29T18:00", 5, 5, 5, 5, 210);

    struct series all = resampled(&day, CALENDAR_XNYS, 3600, RESAMPLE_EXTENDED, &outside);
    assert_int_equal(outside, 0);
    assert_int_equal(all.count, 2 + 4 + 2);
    bar_expect(&all.bars[0], "2013-11-29T12:30", "2013-11-29T13:30", 5, 5, 5, 5, 30);
    bar_expect(&all.bars[1], "2013-11-29T13:30", "2013-11-29T14:30", 5, 5, 5, 5, 60);
    bar_expect(&all.bars[6], "2013-11-29T18:00", "2013-11-29T19:00", 5, 5, 5, 5, 60);
    struct series whole = resampled(&day, CALENDAR_XNYS, FRAME_DAY_S, RESAMPLE_EXTENDED, NULL);
    bar_expect(&whole.bars[0], "2013-11-29T05:00", "2013-11-30T05:00", 5, 5, 5, 5, 420);
    free(day.bars), free(hours.bars), free(days.bars), free(all.bars), free(whole.bars);
}

static void frames_that_do_not_divide_a_day_end_with_it(void **state) {
    struct resample resample;
    int64_t begin, end;
    assert_ok(resample_init(&resample, CALENDAR_24_7, 7 * 3600, 0));
    assert_true(resample_frame(&resample, at("2018-01-01T22:00Z"), &begin, &end));
    assert_int_equal(begin, at("2018-01-01T21:00Z"));
    assert_int_equal(end, at("2018-01-02"));
    // 2024-03-10 has 23 hours in New York; a Sunday, so local midnight is the grid's origin.
    assert_ok(resample_init(&resample, CALENDAR_XNYS, FRAME_DAY_S, RESAMPLE_EXTENDED));
    assert_true(resample_frame(&resample, at("2024-03-10T12:00Z"), &begin, &end));
    assert_int_equal(end - begin, 23 * NS_PER_HOUR);
    assert_ok(resample_init(&resample, CALENDAR_XNYS, FRAME_DAY_S, 0));
    assert_false(resample_frame(&resample, at("2024-03-10T12:00Z"), &begin, &end));
}

// New York 2013-11-29 from midnight, 05:00 UTC: a grid of 4 h outward from 14:30 and from 18:00.
static void extended_frames_run_outward_from_the_session(void **state) {
    struct resample resample;
    const struct {
        const char *instant, *begin, *end;
    } rows[] = {
        {"2013-11-29T05:00Z", "2013-11-29T05:00Z", "2013-11-29T06:30Z"},
        {"2013-11-29T06:29:59Z", "2013-11-29T05:00Z", "2013-11-29T06:30Z"},
        {"2013-11-29T06:30Z", "2013-11-29T06:30Z", "2013-11-29T10:30Z"},
        {"2013-11-29T14:29:59Z", "2013-11-29T10:30Z", "2013-11-29T14:30Z"},
        {"2013-11-29T14:30Z", "2013-11-29T14:30Z", "2013-11-29T18:00Z"},
        {"2013-11-29T18:00Z", "2013-11-29T18:00Z", "2013-11-29T22:00Z"},
        {"2013-11-30T04:59:59Z", "2013-11-30T02:00Z", "2013-11-30T05:00Z"},
        {"2013-11-30T05:00Z", "2013-11-30T05:00Z", "2013-11-30T09:00Z"}, // Saturday
    };
    assert_ok(resample_init(&resample, CALENDAR_XNYS, 4 * 3600, RESAMPLE_EXTENDED));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t begin, end;
        assert_true(resample_frame(&resample, at(rows[i].instant), &begin, &end));
        assert_int_equal(begin, at(rows[i].begin));
        assert_int_equal(end, at(rows[i].end));
    }
}

static void flags_of_any_input_stay_on_the_bar(void **state) {
    struct resample resample;
    struct bar bars[2], bar = minute(at("2018-01-01T00:01Z"), 5, 5, 5, 5, 1);
    assert_ok(resample_init(&resample, CALENDAR_24_7, 300, 0));
    assert_int_equal(resample_bar(&resample, &bar, bars), 0);
    bar = minute(at("2018-01-01T00:02Z"), 5, 5, 5, 5, 1);
    bar.flags = BAR_QUOTE | BAR_ADJUSTED;
    assert_int_equal(resample_bar(&resample, &bar, bars), 0);
    assert_int_equal(resample_flush(&resample, INT64_MAX, bars), 1);
    assert_int_equal(bars[0].flags, BAR_QUOTE | BAR_ADJUSTED);
}

static void weeks_and_months_run_from_first_open_to_last_close(void **state) {
    struct resample resample;
    int64_t begin, end;
    // Good Friday 2024-03-29 closes week and month early.
    assert_ok(resample_init(&resample, CALENDAR_XNYS, FRAME_WEEK_S, 0));
    assert_true(resample_frame(&resample, at("2024-03-27T15:00Z"), &begin, &end));
    assert_int_equal(begin, at("2024-03-25T13:30Z"));
    assert_int_equal(end, at("2024-03-28T20:00Z"));
    assert_ok(resample_init(&resample, CALENDAR_XNYS, FRAME_MONTH_S, 0));
    assert_true(resample_frame(&resample, at("2024-03-27T15:00Z"), &begin, &end));
    assert_int_equal(begin, at("2024-03-01T14:30Z"));
    assert_int_equal(end, at("2024-03-28T20:00Z"));
    assert_ok(resample_init(&resample, CALENDAR_24_7, FRAME_WEEK_S, 0));
    assert_true(resample_frame(&resample, at("2018-01-07T23:59Z"), &begin, &end));
    assert_int_equal(begin, at("2018-01-01"));
    assert_int_equal(end, at("2018-01-08"));
    assert_ok(resample_init(&resample, CALENDAR_24_7, FRAME_MONTH_S, 0));
    assert_true(resample_frame(&resample, at("2020-02-29T12:00Z"), &begin, &end));
    assert_int_equal(begin, at("2020-02-01"));
    assert_int_equal(end, at("2020-03-01"));
}

static void trades_make_the_bars_that_their_prices_say(void **state) {
    struct resample resample;
    struct bar bar;
    assert_ok(resample_init(&resample, CALENDAR_24_7, 60, 0));
    int64_t start = at("2018-01-01T00:00Z");
    assert_int_equal(resample_trade(&resample, start, PRICE(10), QTY(1), &bar), 0);
    assert_int_equal(resample_trade(&resample, start, PRICE(12), QTY(2), &bar), 0);
    assert_int_equal(resample_trade(&resample, start + NS_PER_MIN - 1, PRICE(9), QTY(3), &bar), 0);
    assert_int_equal(resample_trade(&resample, start + NS_PER_MIN, PRICE(11), QTY(4), &bar), 1);
    bar_expect(&bar, "2018-01-01T00:00", "2018-01-01T00:01", 10, 12, 9, 9, 6);
    assert_int_equal(resample_trade(&resample, start, PRICE(11), QTY(4), &bar), ERR_ARGUMENT);
    assert_int_equal(resample_trade(&resample, start + NS_PER_MIN, PRICE(0), QTY(4), &bar),
                     ERR_ARGUMENT);
    assert_int_equal(resample_trade(&resample, start + NS_PER_MIN, PRICE(1), QTY(0), &bar),
                     ERR_ARGUMENT);
    assert_int_equal(resample_trade(&resample, start + NS_PER_MIN, PRICE(1), QTY(INT64_MAX), &bar),
                     ERR_RANGE);
    assert_int_equal(resample_flush(&resample, start + 2 * NS_PER_MIN, &bar), 1);
    assert_int_equal(bar.volume.m, 4);
}

static void inputs_that_break_the_contract_change_nothing(void **state) {
    struct resample resample, before;
    struct bar bars[2], bar = minute(at("2018-01-01T00:01Z"), 5, 5, 5, 5, 1);
    const uint32_t bad_frames[] = {0, 86401, 2 * 86400, 8 * 86400};
    for (int i = 0; i < 4; i++)
        assert_int_equal(resample_init(&resample, CALENDAR_24_7, bad_frames[i], 0), ERR_ARGUMENT);
    assert_int_equal(resample_init(&resample, CALENDAR_COUNT, 60, 0), ERR_ARGUMENT);
    assert_ok(resample_init(&resample, CALENDAR_24_7, 300, 0));
    assert_int_equal(resample_bar(&resample, &bar, bars), 0);
    before = resample;
    assert_int_equal(resample_bar(&resample, &bar, bars), ERR_ARGUMENT);
    bar = minute(at("2018-01-01T00:02Z"), 5, 5, 5, 5, INT64_MAX);
    assert_int_equal(resample_bar(&resample, &bar, bars), ERR_RANGE);
    bar.frame_s = 3600;
    assert_int_equal(resample_bar(&resample, &bar, bars), ERR_ARGUMENT);
    assert_memory_equal(&resample, &before, sizeof before);
}

static void a_split_restates_the_unfinished_bar(void **state) {
    struct resample resample;
    struct bar bars[2], bar = minute(at("2018-01-01T00:01Z"), 700, 1400, 3, 707, 10);
    assert_ok(resample_init(&resample, CALENDAR_24_7, FRAME_WEEK_S, 0));
    resample_split(&resample, 7, 1);
    assert_int_equal(resample_bar(&resample, &bar, bars), 0);
    resample_split(&resample, 7, 1);
    assert_int_equal(resample_flush(&resample, INT64_MAX, bars), 1);
    assert_int_equal(bars[0].open.m, 100);
    assert_int_equal(bars[0].high.m, 200);
    assert_int_equal(bars[0].low.m, 1); // 3/7 rounds to nothing; prices stay above it
    assert_int_equal(bars[0].close.m, 101);
    assert_int_equal(bars[0].volume.m, 70);
}

// The naive twin: all bars of a frame looked up by its number, for frames that divide a UTC day.
static struct series naive(const struct series *in, int64_t frame_s) {
    struct series out = {0};
    int64_t frame_ns = frame_s * NS_PER_S;
    for (int i = 0; i < in->count;) {
        int64_t number = in->bars[i].open_ns / frame_ns;
        int end = i;
        while (end < in->count && in->bars[end].open_ns / frame_ns == number) end++;
        struct bar bar = {.open_ns = number * frame_ns,
                          .close_ns = (number + 1) * frame_ns,
                          .open = in->bars[i].open,
                          .close = in->bars[end - 1].close,
                          .low = PRICE(INT64_MAX),
                          .frame_s = (uint32_t)frame_s};
        for (; i < end; i++) {
            if (in->bars[i].high.m > bar.high.m) bar.high = in->bars[i].high;
            if (in->bars[i].low.m < bar.low.m) bar.low = in->bars[i].low;
            bar.volume.m += in->bars[i].volume.m;
        }
        series_add(&out, &bar);
    }
    return out;
}

// Resampling in steps is resampling at once, both are the naive twin, and no volume is lost.
static void series_expect_laws(const struct series *minutes) {
    struct series five = resampled(minutes, CALENDAR_24_7, 300, 0, NULL);
    struct series hours = resampled(minutes, CALENDAR_24_7, 3600, 0, NULL);
    struct series stepped = resampled(&five, CALENDAR_24_7, 3600, 0, NULL);
    struct series days = resampled(&hours, CALENDAR_24_7, FRAME_DAY_S, 0, NULL);
    struct series twins[] = {naive(minutes, 300), naive(minutes, 3600), naive(minutes, 86400)};
    series_expect_equal(&five, &twins[0]);
    series_expect_equal(&hours, &twins[1]);
    series_expect_equal(&stepped, &hours);
    series_expect_equal(&days, &twins[2]);
    int64_t in = 0, out = 0;
    for (int i = 0; i < minutes->count; i++) in += minutes->bars[i].volume.m;
    for (int i = 0; i < days.count; i++) out += days.bars[i].volume.m;
    assert_int_equal(in, out);
    free(five.bars), free(hours.bars), free(stepped.bars), free(days.bars);
    for (int i = 0; i < 3; i++) free(twins[i].bars);
}

static void steps_are_the_same_as_one_step_on_random_minutes(void **state) {
    struct prng prng;
    prng_seed(&prng, 7);
    for (int trial = 0; trial < 20; trial++) {
        struct series minutes = {0};
        int64_t ns = at("2018-03-01") + (int64_t)prng_below(&prng, 1440) * NS_PER_MIN;
        for (int i = 0; i < 2000; i++) {
            int64_t low = 1 + (int64_t)prng_below(&prng, 50);
            int64_t high = low + (int64_t)prng_below(&prng, 50);
            uint64_t range = (uint64_t)(high - low + 1);
            struct bar bar =
                minute(ns, low + (int64_t)prng_below(&prng, range), high, low,
                       low + (int64_t)prng_below(&prng, range), (int64_t)prng_below(&prng, 1000));
            series_add(&minutes, &bar);
            uint64_t gap = prng_below(&prng, 10) == 0 ? prng_below(&prng, 400) : 0;
            ns += (int64_t)(1 + gap) * NS_PER_MIN;
        }
        series_expect_laws(&minutes);
        free(minutes.bars);
    }
}

// Cut at any input, what was given out until then is the same: nothing depends on the future.
static void what_was_given_out_does_not_depend_on_what_follows(void **state) {
    struct prng prng;
    prng_seed(&prng, 11);
    struct series minutes = {0};
    int64_t ns = at("2018-07-02T13:30Z");
    for (int i = 0; i < 1500; i++, ns += (int64_t)(1 + prng_below(&prng, 4)) * NS_PER_MIN) {
        struct bar bar = minute(ns, 5, 5 + i, 1, 5, i);
        series_add(&minutes, &bar);
    }
    struct resample whole, cut;
    struct bar bars[2], cut_bars[2];
    assert_ok(resample_init(&whole, CALENDAR_XNYS, 1800, 0));
    cut = whole;
    for (int i = 0; i < minutes.count; i++) {
        if (i % 97 == 0) cut = whole; // a snapshot of the state goes on alike
        int got = resample_bar(&whole, &minutes.bars[i], bars);
        assert_int_equal(resample_bar(&cut, &minutes.bars[i], cut_bars), got);
        if (got > 0) assert_memory_equal(bars, cut_bars, (size_t)got * sizeof bars[0]);
    }
    assert_memory_equal(&whole, &cut, sizeof cut);
    free(minutes.bars);
}

// Bitfinex rows: ms, open, close, high, low, volume.
static struct series bitfinex(const char *relative) {
    size_t len;
    char *text = shared_file(relative, &len);
    struct series series = {0};
    for (const char *line = text; line != NULL; line = next_line(line)) {
        int64_t fields[6];
        const char *field = line;
        for (int i = 0; i < 6; i++) {
            size_t width = strcspn(field, ",\r\n");
            assert_ok(
                decimal_parse_round(field, width, i == 0 ? 0 : 8, ROUND_HALF_EVEN, &fields[i]));
            field += width + 1;
        }
        struct bar bar =
            minute(fields[0] * NS_PER_MS, fields[1], fields[3], fields[4], fields[2], fields[5]);
        series_add(&series, &bar);
    }
    free(text);
    return series;
}

static void steps_are_the_same_as_one_step_on_a_real_year_with_56326_gaps(void **state) {
    struct series minutes = bitfinex("data/crypto_bars/bitfinex_ltcusd_1m_2018.csv.xz");
    assert_int_equal(minutes.count, 427263);
    series_expect_laws(&minutes);
    free(minutes.bars);
}

// Lean rows of a day: "ms since midnight, open, high, low, close, volume" or "yyyymmdd 00:00, ...".
static struct series lean(const char *relative, const char *minutes_of) {
    size_t len;
    char *text = shared_file(relative, &len);
    struct zone zone = calendar_zone(CALENDAR_XNYS);
    struct series series = {0};
    for (const char *line = text; line != NULL; line = next_line(line)) {
        long long v[6];
        struct session session;
        struct bar bar;
        int32_t date;
        if (minutes_of != NULL) {
            assert_int_equal(sscanf(line, "%lld,%lld,%lld,%lld,%lld,%lld", &v[0], &v[1], &v[2],
                                    &v[3], &v[4], &v[5]),
                             6);
            int64_t local = at(minutes_of) + v[0] * NS_PER_MS;
            bar = minute(zone_to_utc(zone, local), v[1], v[2], v[3], v[4], v[5]);
        } else {
            assert_ok(date_parse(line, 8, &date));
            assert_int_equal(
                sscanf(line + 15, "%lld,%lld,%lld,%lld,%lld", &v[1], &v[2], &v[3], &v[4], &v[5]),
                5);
            assert_true(calendar_session(CALENDAR_XNYS, date, &session));
            bar = (struct bar){session.open_ns, session.close_ns, {v[1]}, {v[2]}, {v[3]},
                               {v[4]},          {v[5]},           86400,  0};
        }
        series_add(&series, &bar);
    }
    free(text);
    return series;
}

static void real_minutes_of_a_session_make_its_hours_and_its_day(void **state) {
    struct series minutes =
        lean("data/equity_intraday/lean/equity/usa/minute/spy/20131007_trade.zip", "2013-10-07");
    uint64_t outside;
    struct series hours = resampled(&minutes, CALENDAR_XNYS, 3600, 0, &outside);
    struct series days = resampled(&minutes, CALENDAR_XNYS, FRAME_DAY_S, 0, NULL);
    assert_int_equal(hours.count, 7);
    assert_int_equal(days.count, 1);
    assert_int_equal(minutes.count - (int)outside, 390);
    assert_int_equal(hours.bars[6].open_ns, at("2013-10-07T19:30"));
    assert_int_equal(hours.bars[6].close_ns, at("2013-10-07T20:00"));
    struct series stepped = resampled(&hours, CALENDAR_XNYS, FRAME_DAY_S, 0, NULL);
    series_expect_equal(&stepped, &days);
    // The vendor's own day of the same minutes.
    struct series daily = lean("data/equity_daily/lean/equity/usa/daily/spy.zip", NULL);
    const struct bar *vendor = NULL;
    for (int i = 0; i < daily.count; i++)
        if (daily.bars[i].open_ns == days.bars[0].open_ns) vendor = &daily.bars[i];
    assert_non_null(vendor);
    days.bars[0].flags = vendor->flags;
    assert_memory_equal(&days.bars[0], vendor, sizeof *vendor);
    free(minutes.bars), free(hours.bars), free(days.bars), free(stepped.bars), free(daily.bars);
}

// 23 years of real days against weeks and months gathered by their own numbers.
static void real_days_make_weeks_and_months_whole(void **state) {
    struct series daily = lean("data/equity_daily/lean/equity/usa/daily/spy.zip", NULL);
    for (int monthly = 0; monthly < 2; monthly++) {
        uint64_t outside;
        uint32_t frame_s = monthly ? FRAME_MONTH_S : FRAME_WEEK_S;
        struct series out = resampled(&daily, CALENDAR_XNYS, frame_s, 0, &outside);
        assert_int_equal(outside, 0);
        int at_out = -1, last_key = -1, first = 0;
        for (int i = 0; i < daily.count; i++) {
            int32_t date = calendar_day_of(CALENDAR_XNYS, daily.bars[i].open_ns);
            struct civil_date civil = date_to_civil(date);
            int key = monthly ? civil.year * 12 + civil.month : (date + 3) / 7;
            if (key != last_key) {
                at_out++;
                first = i;
                assert_int_equal(out.bars[at_out].open.m, daily.bars[i].open.m);
            }
            last_key = key;
            const struct bar *bar = &out.bars[at_out];
            assert_true(daily.bars[i].open_ns >= bar->open_ns);
            assert_true(daily.bars[i].close_ns <= bar->close_ns);
            assert_true(daily.bars[i].high.m <= bar->high.m);
            assert_true(daily.bars[i].low.m >= bar->low.m);
            if (daily.bars[i].close_ns == bar->close_ns) {
                assert_int_equal(bar->close.m, daily.bars[i].close.m);
                if (at_out > 0) // the data begin in the middle of a week
                    assert_int_equal(bar->open_ns, daily.bars[first].open_ns);
            }
        }
        assert_int_equal(at_out + 1, out.count);
        assert_int_equal(out.count, monthly ? 279 : 1214);
        free(out.bars);
    }
    free(daily.bars);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_minutes_are_given_at_their_end_or_late_after_a_gap),
        cmocka_unit_test(new_york_frames_start_at_the_open_and_are_cut_at_the_close),
        cmocka_unit_test(frames_that_do_not_divide_a_day_end_with_it),
        cmocka_unit_test(extended_frames_run_outward_from_the_session),
        cmocka_unit_test(flags_of_any_input_stay_on_the_bar),
        cmocka_unit_test(weeks_and_months_run_from_first_open_to_last_close),
        cmocka_unit_test(trades_make_the_bars_that_their_prices_say),
        cmocka_unit_test(inputs_that_break_the_contract_change_nothing),
        cmocka_unit_test(a_split_restates_the_unfinished_bar),
        cmocka_unit_test(steps_are_the_same_as_one_step_on_random_minutes),
        cmocka_unit_test(what_was_given_out_does_not_depend_on_what_follows),
        cmocka_unit_test(steps_are_the_same_as_one_step_on_a_real_year_with_56326_gaps),
        cmocka_unit_test(real_minutes_of_a_session_make_its_hours_and_its_day),
        cmocka_unit_test(real_days_make_weeks_and_months_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
