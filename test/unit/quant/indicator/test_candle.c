// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/candle.h"

#include "base/prng.h"
#include "harness.h"
#include "twin.h"

enum { WALK_BARS = 100000 };

struct walk {
    double columns[4][WALK_BARS];
    double values[WALK_BARS];
    double others[WALK_BARS];
};

static bool is_pattern(const struct indicator *indicator) {
    return strcmp(indicator->group, "pattern") == 0;
}

static uint64_t below(uint64_t *seed, uint64_t n) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (*seed >> 33) % n;
}

// Bars in whole ticks, so that ties are exact, with gaps, dojis and bars without shadows.
static struct walk *walk_make(void) {
    static const int gaps[] = {0, 0, 0, 1, 2, 3, 5, 8}, bodies[] = {0, 1, 1, 2, 3, 5, 9, 15},
                     shadows[] = {0, 0, 0, 0, 1, 2, 5, 12};
    struct walk *walk = malloc(sizeof *walk);
    uint64_t seed = 1;
    int close = 1000, way = 1;
    for (size_t i = 0; i < WALK_BARS; i++) {
        if (below(&seed, 3) == 0) way = -way;
        if (close > 1500) way = -1;
        if (close < 500) way = 1;
        int gap = gaps[below(&seed, 8)];
        int open = below(&seed, 2) > 0 ? close + gap * way : close - gap * way;
        close = open + bodies[below(&seed, 8)] * way;
        walk->columns[0][i] = open;
        walk->columns[1][i] = (open > close ? open : close) + shadows[below(&seed, 8)];
        walk->columns[2][i] = (open < close ? open : close) - shadows[below(&seed, 8)];
        walk->columns[3][i] = close;
    }
    return walk;
}

static const double *const *walk_columns(const struct walk *walk, size_t row, const double **ret) {
    for (size_t k = 0; k < 4; k++) ret[k] = walk->columns[k] + row;
    return ret;
}

// What TA-Lib 0.6.4 makes of the walk: the first row with a value, how many are above and below
// zero, and the sum of each value times its row counted from 1.
static const struct {
    const char *name;
    size_t first;
    int up, down;
    int64_t sum;
} references[] = {
    {"cdl2crows", 12, 0, 8, -27769700},
    {"cdl3blackcrows", 13, 0, 8, -50246600},
    {"cdl3inside", 12, 383, 340, 285177300},
    {"cdl3linestrike", 8, 43, 22, 106398300},
    {"cdl3outside", 3, 558, 978, -2206147700},
    {"cdl3starsinsouth", 12, 1, 0, 4333900},
    {"cdl3whitesoldiers", 12, 230, 0, 1143418100},
    {"cdlabandonedbaby", 12, 22, 13, 95930800},
    {"cdladvanceblock", 12, 0, 732, -3740961600},
    {"cdlbelthold", 10, 9554, 9584, -231071900},
    {"cdlbreakaway", 14, 0, 3, -9262500},
    {"cdlclosingmarubozu", 10, 9500, 9541, -71271000},
    {"cdlconcealbabyswall", 13, 2, 0, 3636100},
    {"cdlcounterattack", 11, 31, 43, -95490700},
    {"cdldarkcloudcover", 11, 0, 130, -654647200},
    {"cdldoji", 10, 22706, 0, 113873722400},
    {"cdldojistar", 11, 1292, 1249, 229030200},
    {"cdldragonflydoji", 10, 5474, 0, 27156629200},
    {"cdlengulfing", 2, 3013, 6158, -13676347960},
    {"cdleveningdojistar", 12, 0, 109, -558107900},
    {"cdleveningstar", 12, 0, 301, -1560701200},
    {"cdlgapsidesidewhite", 7, 435, 323, 357722600},
    {"cdlgravestonedoji", 10, 5398, 0, 27001937900},
    {"cdlhammer", 11, 5388, 0, 27016958400},
    {"cdlhangingman", 11, 0, 4379, -21624176600},
    {"cdlharami", 11, 5028, 4926, 585109480},
    {"cdlharamicross", 11, 2299, 2287, 118237420},
    {"cdlhighwave", 10, 4214, 1251, 14694192500},
    {"cdlhikkake", 5, 5019, 5086, -354909300},
    {"cdlhikkakemod", 10, 83, 85, 476200},
    {"cdlhomingpigeon", 11, 999, 0, 4942788500},
    {"cdlidentical3crows", 12, 0, 371, -1930640800},
    {"cdlinneck", 11, 0, 156, -762343300},
    {"cdlinvertedhammer", 11, 2428, 0, 12112557700},
    {"cdlkicking", 11, 7, 5, -156600},
    {"cdlkickingbylength", 11, 5, 7, -13316200},
    {"cdlladderbottom", 14, 53, 0, 231228600},
    {"cdllongleggeddoji", 10, 15478, 0, 77276349900},
    {"cdllongline", 10, 8959, 8872, 326243200},
    {"cdlmarubozu", 10, 5147, 5267, -686965800},
    {"cdlmatchinglow", 6, 1157, 0, 5659229200},
    {"cdlmathold", 14, 1, 0, 6518100},
    {"cdlmorningdojistar", 12, 128, 0, 673400900},
    {"cdlmorningstar", 12, 321, 0, 1669549500},
    {"cdlonneck", 11, 0, 171, -860724600},
    {"cdlpiercing", 11, 129, 0, 695886800},
    {"cdlrickshawman", 10, 2390, 0, 12105574300},
    {"cdlrisefall3methods", 14, 2, 2, -5992900},
    {"cdlseparatinglines", 11, 128, 562, -2184107700},
    {"cdlshootingstar", 11, 0, 2460, -12483606200},
    {"cdlshortline", 10, 19431, 12950, 32905946900},
    {"cdlspinningtop", 10, 5418, 2429, 14832044800},
    {"cdlstalledpattern", 12, 0, 479, -2356608400},
    {"cdlsticksandwich", 7, 94, 0, 488061400},
    {"cdltakuri", 10, 5070, 0, 25224320500},
    {"cdltasukigap", 7, 46, 50, -9755600},
    {"cdlthrusting", 11, 0, 255, -1309046800},
    {"cdltristar", 12, 249, 237, 61066600},
    {"cdlunique3river", 12, 60, 0, 287018200},
    {"cdlupsidegap2crows", 12, 0, 11, -54428400},
    {"cdlxsidegap3methods", 2, 21, 27, -41499800},
};

static void every_pattern_is_found_where_the_reference_finds_it(void **state) {
    struct walk *walk = walk_make();
    const double *columns[4];
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        const struct indicator *indicator = indicator_find(references[i].name);
        assert_non_null(indicator);
        double params[PARAMS_MAX];
        params_defaults(indicator->params, indicator->param_count, params);
        struct candle_state memory;
        indicator_batch(indicator, params, &memory, walk_columns(walk, 0, columns), WALK_BARS,
                        (double *[]){walk->values});
        int up = 0, down = 0;
        int64_t sum = 0;
        assert_int_equal(indicator->lookback(params), references[i].first);
        for (size_t row = 0; row < WALK_BARS; row++) {
            double value = walk->values[row];
            assert_true(isnan(value) == (row < references[i].first));
            if (isnan(value)) continue;
            up += value > 0;
            down += value < 0;
            sum += (int64_t)value * (int64_t)(row + 1);
        }
        if (up != references[i].up || down != references[i].down || sum != references[i].sum)
            fail_msg("%s: %d up, %d down, sum %lld", indicator->name, up, down, (long long)sum);
    }
    size_t patterns = 0;
    for (size_t i = 0; i < indicator_count(); i++) patterns += is_pattern(indicator_at(i));
    assert_int_equal(patterns, sizeof references / sizeof *references);
    free(walk);
}

// Chunks of all sizes around those that matter inside, in any order.
static void a_batch_in_chunks_of_any_size_equals_the_fold(void **state) {
    enum { ROWS = 6000 };
    struct walk *walk = walk_make();
    for (size_t i = 0; i < indicator_count(); i++) {
        const struct indicator *indicator = indicator_at(i);
        if (!is_pattern(indicator)) continue;
        double params[PARAMS_MAX];
        params_defaults(indicator->params, indicator->param_count, params);
        struct candle_state chunks, fold;
        indicator->init(&chunks, params);
        indicator->init(&fold, params);
        struct prng prng;
        prng_seed(&prng, i);
        for (size_t row = 0, step; row < ROWS; row += step) {
            step = prng_below(&prng, prng_below(&prng, 2) ? 40 : 700);
            if (step > ROWS - row) step = ROWS - row;
            const double *columns[4];
            size_t done = indicator->run_finite(&chunks, walk_columns(walk, row, columns), step,
                                                (double *[]){walk->values + row});
            assert_int_equal(done, step);
            for (size_t k = row; k < row + step; k++) {
                double bar[] = {walk->columns[0][k], walk->columns[1][k], walk->columns[2][k],
                                walk->columns[3][k]};
                indicator->update(&fold, bar, &walk->others[k]);
            }
            assert_memory_equal(&chunks, &fold, sizeof fold);
        }
        assert_memory_equal(walk->values, walk->others, ROWS * sizeof(double));
    }
    free(walk);
}

// A long column is written past the caches: the same values, to memory that starts anywhere.
static void a_long_column_has_the_values_of_its_parts(void **state) {
    enum { ROWS = (1 << 17) + 701, PART = 50000 };
    const struct indicator *pattern = indicator_find("cdldoji");
    double *columns[4], *whole = calloc(ROWS + 1, sizeof(double)),
                        *parts = calloc(ROWS, sizeof(double));
    struct walk *walk = walk_make();
    for (size_t k = 0; k < 4; k++) {
        columns[k] = calloc(ROWS, sizeof(double));
        for (size_t i = 0; i < ROWS; i++) columns[k][i] = walk->columns[k][i % WALK_BARS];
    }
    struct candle_state one, many;
    for (size_t offset = 0; offset < 2; offset++) {
        pattern->init(&one, NULL);
        pattern->init(&many, NULL);
        const double *in[4] = {columns[0], columns[1], columns[2], columns[3]};
        assert_int_equal(pattern->run_finite(&one, in, ROWS, (double *[]){whole + offset}), ROWS);
        for (size_t row = 0, n; row < ROWS; row += n) {
            n = ROWS - row < PART ? ROWS - row : PART;
            for (size_t k = 0; k < 4; k++) in[k] = columns[k] + row;
            assert_int_equal(pattern->run_finite(&many, in, n, (double *[]){parts + row}), n);
        }
        assert_memory_equal(whole + offset, parts, ROWS * sizeof(double));
        assert_memory_equal(&one, &many, sizeof one);
    }
    for (size_t k = 0; k < 4; k++) free(columns[k]);
    free(whole), free(parts), free(walk);
}

// Ranges and sums beyond the largest double: no pattern perhaps, but a value, and the same.
static void the_largest_prices_give_values_too(void **state) {
    enum { ROWS = 600 };
    struct walk *walk = walk_make();
    for (size_t k = 0; k < 4; k++)
        for (size_t row = 0; row < ROWS; row++) walk->columns[k][row] *= row % 3 ? 1e305 : -1e305;
    for (size_t i = 0; i < indicator_count(); i++) {
        const struct indicator *indicator = indicator_at(i);
        if (!is_pattern(indicator)) continue;
        double params[PARAMS_MAX];
        params_defaults(indicator->params, indicator->param_count, params);
        struct candle_state batch, fold;
        const double *columns[4];
        indicator_batch(indicator, params, &batch, walk_columns(walk, 0, columns), ROWS,
                        (double *[]){walk->values});
        indicator->init(&fold, params);
        for (size_t row = 0; row < ROWS; row++) {
            double bar[] = {columns[0][row], columns[1][row], columns[2][row], columns[3][row]};
            indicator->update(&fold, bar, &walk->others[row]);
            assert_true(isnan(walk->others[row]) == (row < indicator->lookback(params)));
        }
        assert_memory_equal(walk->values, walk->others, ROWS * sizeof(double));
        assert_memory_equal(&batch, &fold, sizeof fold);
    }
    free(walk);
}

// The mean of `part` over the `bars` rows before row i.
static long double usual(const double *const *in, size_t i, size_t bars,
                         long double (*part)(const double *const *in, size_t i)) {
    long double sum = 0;
    for (size_t k = 1; k <= bars; k++) sum += part(in, i - k);
    return sum / (long double)bars;
}

static long double body(const double *const *in, size_t i) {
    return fabsl((long double)in[3][i] - in[0][i]);
}

static long double range(const double *const *in, size_t i) {
    return (long double)in[1][i] - in[2][i];
}

static long double upper(const double *const *in, size_t i) {
    return (long double)in[1][i] - fmax(in[0][i], in[3][i]);
}

static long double lower(const double *const *in, size_t i) {
    return (long double)fmin(in[0][i], in[3][i]) - in[2][i];
}

static long double shadows(const double *const *in, size_t i) {
    return range(in, i) - body(in, i);
}

static void doji(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) {
        out[0][i] = NAN;
        if (i >= 10) out[0][i] = body(in, i) <= usual(in, i, 10, range) / 10 ? 100 : 0;
    }
}

static void top(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) {
        out[0][i] = NAN;
        if (i < 10) continue;
        bool spins = body(in, i) < usual(in, i, 10, body) && upper(in, i) > body(in, i) &&
                     lower(in, i) > body(in, i);
        out[0][i] = spins ? (in[3][i] >= in[0][i] ? 100 : -100) : 0;
    }
}

static void line(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) {
        out[0][i] = NAN;
        if (i < 10) continue;
        long double half = usual(in, i, 10, shadows) / 2;
        bool is =
            body(in, i) > usual(in, i, 10, body) && upper(in, i) < half && lower(in, i) < half;
        out[0][i] = is ? (in[3][i] >= in[0][i] ? 100 : -100) : 0;
    }
}

static void low(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) {
        out[0][i] = NAN;
        if (i < 6) continue;
        bool black = in[3][i] < in[0][i] && in[3][i - 1] < in[0][i - 1];
        long double equal = usual(in, i - 1, 5, range) / 20;
        bool match = fabsl((long double)in[3][i] - in[3][i - 1]) <= equal;
        out[0][i] = black && match ? 100 : 0;
    }
}

static void means_are_those_of_the_bars_before(void **state) {
    twin_check("cdldoji", "", doji);
    twin_check("cdlspinningtop", "", top);
    twin_check("cdllongline", "", line);
    twin_check("cdlmatchinglow", "", low);
}

// A bar of another magnitude is forgotten with the window: TA-Lib's sums, which add and subtract,
// lose every digit of what came with it.
static void nothing_lingers_of_what_left_the_window(void **state) {
    const struct indicator *line = indicator_find("cdllongline");
    struct candle_state memory;
    line->init(&memory, NULL);
    double value;
    for (size_t i = 0; i < 100; i++) {
        double huge[] = {1e18, 3e18, 1e17, 2e18}, usual[] = {100, 101.5, 99.5, 101};
        line->update(&memory, i == 20 ? huge : usual, &value);
        if (i >= 20 && i <= 30) continue;
        struct candle_state copy = memory;
        line->update(&copy, (double[]){100, 102.3, 99.8, 102}, &value);
        assert_true(i < 9 ? isnan(value) : value == (i == 30 ? 0 : 100));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pattern_is_found_where_the_reference_finds_it),
        cmocka_unit_test(a_batch_in_chunks_of_any_size_equals_the_fold),
        cmocka_unit_test(a_long_column_has_the_values_of_its_parts),
        cmocka_unit_test(the_largest_prices_give_values_too),
        cmocka_unit_test(means_are_those_of_the_bars_before),
        cmocka_unit_test(nothing_lingers_of_what_left_the_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
