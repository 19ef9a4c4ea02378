// SPDX-License-Identifier: Apache-2.0
// The analyser of frames against its definition: at a row everything is made anew from the rows up to it, so that a
// result that knew more than those would differ.
#include "quant/indicator/frames.h"

#include <math.h>

#include "harness.h"
#include "quant/indicator/indicator.h"

enum { ROWS_MAX = 60000, SWING_COUNT_MAX = 1 << 15 };

struct rows {
    size_t count;
    double high[ROWS_MAX], low[ROWS_MAX], close[ROWS_MAX], time[ROWS_MAX];
};

struct whole { // bars of one frame, all complete
    size_t count;
    double high[ROWS_MAX], low[ROWS_MAX], close[ROWS_MAX];
};

struct turn {
    double price, weight;
};

static struct rows rows;
static struct whole bars;

// Minutes of the file, in seconds at their end.
static void read_minutes(const char *relative) {
    const char *path = harness_shared(relative);
    char command[4200], line[256];
    snprintf(command, sizeof command, "xz -dc '%s'", path);
    FILE *stream = popen(command, "r");
    assert_non_null(stream);
    rows.count = 0;
    while (rows.count < ROWS_MAX && fgets(line, sizeof line, stream) != NULL) {
        double ms, open, volume;
        size_t i = rows.count;
        assert_int_equal(sscanf(line, "%lf,%lf,%lf,%lf,%lf,%lf", &ms, &open, &rows.close[i],
                                &rows.high[i], &rows.low[i], &volume),
                         6);
        rows.time[i] = ms / 1000 + 60;
        if (i == 0 || rows.time[i] > rows.time[i - 1]) rows.count++;
    }
    pclose(stream);
    assert_true(rows.count > 30000);
}

// Rows up to `last` grouped by the frame that holds their last instant; an unfinished group is no bar.
static void make_bars(size_t last, double length) {
    long long group = -1;
    bars.count = 0;
    for (size_t i = 0; i <= last; i++) {
        long long mine = ((long long)rows.time[i] - 1) / (long long)length;
        size_t at = mine == group ? bars.count - 1 : bars.count++;
        if (mine != group) {
            bars.high[at] = rows.high[i];
            bars.low[at] = rows.low[i];
        }
        group = mine;
        bars.high[at] = fmax(bars.high[at], rows.high[i]);
        bars.low[at] = fmin(bars.low[at], rows.low[i]);
        bars.close[at] = rows.close[i];
    }
    if (rows.time[last] < (double)(group + 1) * length) bars.count--;
}

static double ema(size_t period) {
    double value = 0;
    if (bars.count < period) return NAN;
    for (size_t i = 0; i < period; i++) value += bars.close[i] / (double)period;
    for (size_t i = period; i < bars.count; i++)
        value = value * ((double)period - 1) / ((double)period + 1) +
                bars.close[i] * 2 / ((double)period + 1);
    return value;
}

static double range_of(size_t period) {
    double value = 0;
    if (bars.count < period + 1) return NAN;
    for (size_t i = 1; i < bars.count; i++) {
        double high = fmax(bars.high[i], bars.close[i - 1]);
        double range = high - fmin(bars.low[i], bars.close[i - 1]);
        value = i <= period
                    ? value + range / (double)period
                    : value * ((double)period - 1) / (double)period + range / (double)period;
    }
    return value;
}

static bool turns(const double *prices, size_t i, size_t wing, double sign) {
    for (size_t k = 1; k <= wing; k++)
        if (sign * prices[i - k] >= sign * prices[i] || sign * prices[i + k] > sign * prices[i])
            return false;
    return true;
}

// The latest `max` swings of the frame, appended.
static size_t add_turns(struct turn *list, size_t count, size_t wing, size_t max, double weight) {
    static double found[SWING_COUNT_MAX];
    size_t n = 0;
    for (size_t i = wing; i + wing < bars.count; i++) {
        assert_true(n + 2 < SWING_COUNT_MAX);
        if (turns(bars.high, i, wing, 1)) found[n++] = bars.high[i];
        if (turns(bars.low, i, wing, -1)) found[n++] = bars.low[i];
    }
    for (size_t i = n > max ? n - max : 0; i < n; i++)
        list[count++] = (struct turn){found[i], weight};
    return count;
}

static int by_price(const void *a, const void *b) {
    double x = ((const struct turn *)a)->price, y = ((const struct turn *)b)->price;
    return (x > y) - (x < y);
}

static struct level_pair around(struct turn *list, size_t count, double close, double width,
                                size_t touches) {
    struct level_pair pair = {NAN, NAN, NAN, NAN};
    qsort(list, count, sizeof *list, by_price);
    for (size_t first = 0, next; first < count; first = next) {
        double value = 0, weight = 0;
        for (next = first; next < count && list[next].price - list[first].price <= width; next++) {
            value += list[next].price * list[next].weight;
            weight += list[next].weight;
        }
        if (next - first < touches) continue;
        if (value / weight > close && isnan(pair.resistance)) {
            pair.resistance = value / weight;
            pair.resistance_strength = weight;
        } else if (value / weight <= close) {
            pair.support = value / weight;
            pair.support_strength = weight;
        }
    }
    return pair;
}

static double way_left(const struct level_pair *pair, double close, bool up) {
    bool above = !isnan(pair->resistance), below = !isnan(pair->support);
    if (!above && !below) return 0.5;
    if (!above || !below) return above == up ? 0 : 1;
    double of = (pair->resistance - close) / (pair->resistance - pair->support);
    return up ? of : 1 - of;
}

static struct frames_look naive(size_t last, const double *params) {
    static const double standard[] = {60, 300, 900, 1800, 3600, 14400, 86400};
    struct turn list[512];
    struct frames_look look = {NAN, NAN, NAN, {NAN, NAN, NAN, NAN}, 0};
    double weights = 0, up = 0, down = 0, sum = 0, width = NAN;
    size_t count = 0;
    for (size_t f = 0; f < 7; f++) {
        double weight = params[FRAMES_WEIGHTS] == 0 ? (double)f + 1 : 1;
        make_bars(last, standard[f]);
        double range = range_of((size_t)params[FRAMES_RANGE]);
        double apart = ema((size_t)params[FRAMES_FAST]) - ema((size_t)params[FRAMES_SLOW]);
        count = add_turns(list, count, (size_t)params[FRAMES_WING], (size_t)params[FRAMES_SWINGS],
                          weight);
        if (f <= 3 && !isnan(range)) width = params[FRAMES_WIDTH] * range;
        if (isnan(range) || isnan(apart)) continue;
        double trend = fmax(-1, fmin(1, apart / range));
        look.known++;
        weights += weight;
        sum += weight * trend;
        up += trend > 0 ? weight : 0;
        down += trend < 0 ? weight : 0;
    }
    double close = rows.close[last];
    if (!isnan(width))
        look.around = around(list, count, close, width, (size_t)params[FRAMES_TOUCHES]);
    if (weights == 0) return look;
    look.alignment = sum / weights;
    look.agreement = (sum > 0 ? up : down) / weights;
    look.confluence =
        100.0 / 3 *
        (fabs(look.alignment) + look.agreement + way_left(&look.around, close, sum > 0));
    return look;
}

static void assert_near(const char *what, size_t row, double actual, double expected) {
    if (isnan(actual) && isnan(expected)) return;
    if (!(fabs(actual - expected) <= 1e-9 * fmax(1, fabs(expected))))
        fail_msg("row %zu, %s: %.17g, twin %.17g", row, what, actual, expected);
}

static void against_the_twin(const double *params, size_t step) {
    struct frames *frames = malloc(sizeof *frames);
    frames_init(frames, params);
    size_t full = 0, levels = 0;
    for (size_t i = 0; i < rows.count; i++) {
        assert_true(frames_push(frames, rows.high[i], rows.low[i], rows.close[i], rows.time[i]));
        struct frames_look look = frames_look(frames, rows.close[i]);
        if (i % step != step - 1) continue;
        struct frames_look want = naive(i, params);
        assert_near("alignment", i, look.alignment, want.alignment);
        assert_near("agreement", i, look.agreement, want.agreement);
        assert_near("confluence", i, look.confluence, want.confluence);
        assert_near("support", i, look.around.support, want.around.support);
        assert_near("resistance", i, look.around.resistance, want.around.resistance);
        assert_near("support_strength", i, look.around.support_strength,
                    want.around.support_strength);
        assert_near("resistance_strength", i, look.around.resistance_strength,
                    want.around.resistance_strength);
        assert_near("known", i, look.known, want.known);
        full += look.known == FRAMES_MAX;
        levels += !isnan(look.around.support) && !isnan(look.around.resistance);
    }
    assert_true(full > 5 && levels > 5);
    free(frames);
}

static void every_view_is_that_of_the_rows_so_far_on_real_minutes(void **state) {
    (void)state;
    double params[FRAMES_PARAM_COUNT];
    params_defaults(frames_params, FRAMES_PARAM_COUNT, params);
    read_minutes("data/crypto_bars/bitfinex_btcusd_1m_2018.csv.xz");
    against_the_twin(params, 1801);
    params[FRAMES_FAST] = 3;
    params[FRAMES_SLOW] = 7;
    params[FRAMES_RANGE] = 5;
    params[FRAMES_WING] = 4;
    params[FRAMES_SWINGS] = 16;
    params[FRAMES_WIDTH] = 2;
    params[FRAMES_TOUCHES] = 3;
    params[FRAMES_WEIGHTS] = 1;
    against_the_twin(params, 2880); // at midnights, when every frame completes
}

static void push(struct frames *frames, double price, double time) {
    assert_true(frames_push(frames, price, price, price, time));
}

static void a_frame_counts_at_its_end_or_late_but_never_before(void **state) {
    (void)state;
    double params[FRAMES_PARAM_COUNT];
    struct frames frames;
    params_defaults(frames_params, FRAMES_PARAM_COUNT, params);
    frames_init(&frames, params);
    for (int m = 1; m <= 4; m++) push(&frames, 100 + m, 60.0 * m);
    assert_int_equal(frames.views[1].bars, 0);
    push(&frames, 105, 300);
    assert_int_equal(frames.views[1].bars, 1); // M5, with the row that ends at its end
    push(&frames, 99, 360);
    push(&frames, 98, 900); // the rest of the second M5 is missing: late, and the third's own
    assert_int_equal(frames.views[1].bars, 3);
    assert_int_equal(frames.views[2].bars, 1);
    assert_true(frames.views[2].high == 105 && frames.views[2].low == 98);
}

static void a_row_no_later_than_the_last_is_left_out(void **state) {
    (void)state;
    double params[FRAMES_PARAM_COUNT];
    struct frames frames, before;
    params_defaults(frames_params, FRAMES_PARAM_COUNT, params);
    frames_init(&frames, params);
    push(&frames, 100, 60);
    memcpy(&before, &frames, sizeof frames);
    assert_false(frames_push(&frames, 1, 1, 1, 60));
    assert_false(frames_push(&frames, 1, 1, 1, 0));
    assert_memory_equal(&frames, &before, sizeof frames);
}

static void rows_that_are_stamped_where_they_begin_end_a_row_later(void **state) {
    (void)state;
    double params[FRAMES_PARAM_COUNT];
    struct frames ends, begins;
    params_defaults(frames_params, FRAMES_PARAM_COUNT, params);
    frames_init(&ends, params);
    params[FRAMES_STAMP] = 1;
    frames_init(&begins, params);
    for (int m = 1; m < 200; m++) {
        push(&ends, 100 + m % 7, 60.0 * m);
        push(&begins, 100 + m % 7, 60.0 * (m - 1));
    }
    begins.shift = 0;
    assert_memory_equal(&ends, &begins, sizeof ends);
}

// Rows of five minutes have the frames M5 to D1, rows of a day D1 alone, rows of seven minutes nothing but themselves
// and what seven divides: no frame of the list.
static void frames_are_those_that_a_row_divides(void **state) {
    (void)state;
    double params[FRAMES_PARAM_COUNT];
    struct frames frames;
    params_defaults(frames_params, FRAMES_PARAM_COUNT, params);
    static const double lengths[] = {60, 300, 600, 86400, 420};
    static const uint64_t counts[] = {7, 6, 5, 1, 1};
    for (size_t i = 0; i < 5; i++) {
        params[FRAMES_ROW] = lengths[i];
        frames_init(&frames, params);
        assert_int_equal(frames.count, counts[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_view_is_that_of_the_rows_so_far_on_real_minutes),
        cmocka_unit_test(a_frame_counts_at_its_end_or_late_but_never_before),
        cmocka_unit_test(a_row_no_later_than_the_last_is_left_out),
        cmocka_unit_test(rows_that_are_stamped_where_they_begin_end_a_row_later),
        cmocka_unit_test(frames_are_those_that_a_row_divides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
