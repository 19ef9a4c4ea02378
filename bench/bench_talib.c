// SPDX-License-Identifier: Apache-2.0
// Every function of TA-Lib's that is in the registry of indicators, against TA-Lib's C library in the same process:
// 1,000,000 real one-minute bars, defaults of the parameters, both write to memory of their own.
//
// The row is the time of all functions together; `fulmar-bench --parts talib` gives a row a function and
// `fulmar-bench talib_sma` that of one. Before anything is timed, names, defaults and numbers are compared: every
// output of every row of the bars and, with several sets of parameters, of walks, of equal bars and of few.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "bench.h"
#include "talib.h"

enum {
    BARS = 1000000,
    STRETCH = 5000,
    SHORT_BARS = 700,
    SAMPLES = 5,
    SIDES = 2,
    VARIANTS = 12,
    TOLD_MAX = 5
};
enum { OPEN, HIGH, LOW, CLOSE, VOLUME, PERIODS, COLUMNS };

static const char *const column_names[COLUMNS] = {"open",  "high",   "low",
                                                  "close", "volume", "periods"};
static const char *const files[] = {"data/crypto_bars/bitfinex_btcusd_1m_2018.csv.xz",
                                    "data/crypto_bars/bitfinex_ethusd_1m_2018.csv.xz"};

// What a difference is measured against is the larger of 1 and the value. TA-Lib takes a variance as the difference of
// two running sums of squares that it adds to and subtracts from for all rows: its own error is what these allow.
static const struct {
    const char *name;
    double tolerance;
} one_pass[] = {
    {"beta", 1e-6}, {"cci", 2e-8}, {"correl", 1e-4}, {"stddev", 1e-5}, {"var", 1e-7},
};
static const double tolerance_default = 1e-9;

// What else a difference is measured against. A sum of volumes since the first row comes near 0 again, but what
// rounding takes from it are digits of the largest magnitude that it has had. An index from 0 to 100 is a share of a
// sum: where a window has no rising money at all ours is 0, and TA-Lib's what its running sum has kept of money that
// has left.
static const struct {
    const char *name;
    bool cumulated;
    double scale; // the least
} scales[] = {
    {"ad", true, 1},
    {"mfi", false, 100},
};

struct series {
    double *columns[COLUMNS];
    size_t count;
};

struct memory {
    double *ours[INDICATOR_OUTPUTS_MAX];
    struct talib_result theirs;
    void *state;
};

// One function on both sides, or on ours alone.
struct pair {
    char name[64]; // "talib_sma"
    const struct indicator *ours;
    const struct talib_function *theirs; // NULL: the library is not there
    double seconds[SIDES][SAMPLES];
    double difference; // the largest, relative to the larger of 1 and the value
    size_t faults;
    bool comparable; // the two take the same arguments
};

static struct {
    struct pair pairs[TALIB_FUNCTIONS_MAX];
    size_t count;
    struct series bars;
    struct memory memory;
    const char *version;
    char input_sha256[SHA256_TEXT_SIZE];
    char missing[4096];
    size_t missing_count;
} talib;

static bool series_make(struct series *ret_series, size_t count) {
    bool good = true;
    for (int c = 0; c < COLUMNS; c++) {
        ret_series->columns[c] = malloc(count * sizeof(double));
        good = good && ret_series->columns[c] != NULL;
    }
    ret_series->count = count;
    for (size_t i = 0; good && i < count; i++)
        ret_series->columns[PERIODS][i] = (double)(2 + i * 7 % 37); // 2 .. 38, out of order
    return good;
}

static void series_free(struct series *series) {
    for (int c = 0; c < COLUMNS; c++) free(series->columns[c]);
}

static void set_bar(struct series *series, size_t row, double open, double high, double low,
                    double close, double volume) {
    series->columns[OPEN][row] = open;
    series->columns[HIGH][row] = high;
    series->columns[LOW][row] = low;
    series->columns[CLOSE][row] = close;
    series->columns[VOLUME][row] = volume;
}

// To the next 64th: running sums of such prices, which TA-Lib adds to and subtracts from, are exact, and what is
// compared is the functions and not what a million roundings leave in a sum.
static double tick(double price) {
    return round(price * 64) / 64;
}

// Rows `time,open,close,high,low,volume`; returns the number of rows in the series now. Prices are multiplied so that
// the first opens where the series closed, as in a continuous future.
static size_t add_file(struct series *series, size_t row, const char *text) {
    double ratio = 0;
    while (row < series->count && *text != '\0') {
        double cells[6];
        for (int i = 0; i < 6; i++) {
            char *end;
            cells[i] = strtod(text, &end);
            text = end + (*end != '\0');
        }
        if (ratio == 0) ratio = row > 0 ? series->columns[CLOSE][row - 1] / cells[1] : 1;
        set_bar(series, row++, tick(cells[1] * ratio), tick(cells[3] * ratio),
                tick(cells[4] * ratio), tick(cells[2] * ratio), cells[5]);
    }
    return row;
}

// A seeded walk with gaps; a third of the bars are without width, or as the one before.
static void walk(struct series *series, uint64_t seed, double price, double step) {
    struct prng prng;
    prng_seed(&prng, seed);
    for (size_t row = 0; row < series->count; row++) {
        double ends[4];
        bool still = row % 97 > 60;
        for (int i = 0; i < 4; i++)
            ends[i] = tick(step * ((double)prng_below(&prng, 2001) - 1000) / 1000);
        double open = still ? price : price + ends[0];
        double close = still ? price : open + ends[1];
        double high = fmax(open, close) + (still ? 0 : fabs(ends[2]));
        double low = fmin(open, close) - (still ? 0 : fabs(ends[3]));
        set_bar(series, row, open, high, low, close,
                row % 41 < 5 ? 0 : (double)prng_below(&prng, 100000));
        price = close > step * 3 ? close : close + step * 3;
    }
}

static int load_bars(void) {
    size_t row = 0;
    if (!series_make(&talib.bars, BARS)) return -1;
    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        const char *path = bench_shared(files[f]);
        size_t size;
        char *text = path != NULL ? bench_load(path, &size) : NULL;
        if (text != NULL) row = add_file(&talib.bars, row, text);
        free(text);
    }
    if (row < BARS) walk(&talib.bars, 1, 10000, 10);
    uint8_t digest[SHA256_SIZE];
    sha256(talib.bars.columns[CLOSE], BARS * sizeof(double), digest);
    sha256_print(talib.input_sha256, digest);
    return 0;
}

static int memory_make(struct memory *ret_memory) {
    enum { STATE_SIZE = 1 << 20 };
    bool good = (ret_memory->state = malloc(STATE_SIZE)) != NULL;
    for (int c = 0; c < INDICATOR_OUTPUTS_MAX; c++) {
        ret_memory->ours[c] = calloc(BARS, sizeof(double));
        ret_memory->theirs.reals[c] = calloc(BARS, sizeof(double));
        ret_memory->theirs.wholes[c] = calloc(BARS, sizeof(int));
        good = good && ret_memory->ours[c] != NULL && ret_memory->theirs.reals[c] != NULL &&
               ret_memory->theirs.wholes[c] != NULL;
    }
    return good ? 0 : -1;
}

static const double *column_of(const struct series *series, const char *name) {
    for (int c = 0; c < COLUMNS; c++)
        if (strcmp(column_names[c], name) == 0) return series->columns[c];
    return NULL;
}

// Where there is no library: what it would have, by the sources that the registry names.
static bool is_talib(const struct indicator *indicator) {
    return strstr(indicator->source, "TA-Lib") != NULL;
}

static void add_pair(const struct indicator *ours, const struct talib_function *theirs) {
    if (talib.count == TALIB_FUNCTIONS_MAX) return;
    struct pair *pair = &talib.pairs[talib.count++];
    *pair = (struct pair){.ours = ours, .theirs = theirs};
    snprintf(pair->name, sizeof pair->name, "talib_%s", ours->name);
}

static void make_pairs(void) {
    if (talib.version == NULL) {
        for (size_t i = 0; i < indicator_count(); i++)
            if (is_talib(indicator_at(i))) add_pair(indicator_at(i), NULL);
        return;
    }
    for (size_t i = 0; i < talib_count(); i++) {
        const struct talib_function *theirs = talib_at(i);
        const struct indicator *ours = indicator_find(theirs->name);
        if (ours != NULL) {
            add_pair(ours, theirs);
            continue;
        }
        size_t len = strlen(talib.missing);
        snprintf(talib.missing + len, sizeof talib.missing - len, " %s", theirs->name);
        talib.missing_count++;
    }
}

static int start(void) {
    static int started;
    if (started != 0) return started > 0 ? 0 : -1;
    started = -1;
    if (load_bars() != 0 || memory_make(&talib.memory) != 0) return -1;
    if (!talib_open(&talib.version)) talib.version = NULL;
    make_pairs();
    started = 1;
    return 0;
}

static void fault(struct pair *pair, const char *what, const char *ours, const char *theirs) {
    if (pair->faults++ < TOLD_MAX)
        fprintf(stderr, "%s: %s: %s, TA-Lib has %s\n", pair->name, what, ours, theirs);
}

static void number_fault(struct pair *pair, const char *what, double ours, double theirs) {
    char texts[2][32];
    if (ours == theirs) return;
    snprintf(texts[0], sizeof texts[0], "%.17g", ours);
    snprintf(texts[1], sizeof texts[1], "%.17g", theirs);
    fault(pair, what, texts[0], texts[1]);
}

static void compare_param(struct pair *pair, const struct param *ours,
                          const struct talib_param *theirs) {
    if (strcmp(ours->name, theirs->name) != 0) {
        fault(pair, "parameter", ours->name, theirs->name);
        pair->comparable = false;
    }
    number_fault(pair, "default", ours->def, theirs->def);
    if (ours->type == PARAM_INT && ours->min > theirs->min)
        number_fault(pair, "least value", ours->min, theirs->min);
}

// Names and defaults.
static void compare_signature(struct pair *pair) {
    const struct indicator *ours = pair->ours;
    const struct talib_function *theirs = pair->theirs;
    size_t before = pair->faults;
    number_fault(pair, "inputs", (double)ours->input_count, (double)theirs->input_count);
    number_fault(pair, "parameters", (double)ours->param_count, (double)theirs->param_count);
    number_fault(pair, "outputs", (double)ours->output_count, (double)theirs->output_count);
    if (pair->faults != before) return;
    pair->comparable = true;
    for (size_t i = 0; i < ours->param_count; i++)
        compare_param(pair, &ours->params[i], &theirs->params[i]);
    for (size_t i = 0; i < ours->output_count; i++)
        if (strcmp(ours->outputs[i], theirs->outputs[i]) != 0)
            fault(pair, "output", ours->outputs[i], theirs->outputs[i]);
}

static double tolerance_of(const struct pair *pair) {
    for (size_t i = 0; i < sizeof one_pass / sizeof *one_pass; i++)
        if (strcmp(one_pass[i].name, pair->ours->name) == 0) return one_pass[i].tolerance;
    return tolerance_default;
}

static double difference(double ours, double theirs, double scale) {
    if (!isfinite(ours) || !isfinite(theirs))
        return isfinite(ours) == isfinite(theirs) ? 0 : INFINITY;
    return fabs(ours - theirs) / fmax(scale, fabs(theirs));
}

// What the differences of a pair are relative to at a row, `scale` being that of the row before, at first 0.
static double scale_of(const struct pair *pair, double theirs, double scale) {
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++) {
        if (strcmp(scales[i].name, pair->ours->name) != 0) continue;
        return scales[i].cumulated && isfinite(theirs)
                   ? fmax(fmax(scales[i].scale, scale), fabs(theirs))
                   : scales[i].scale;
    }
    return 1;
}

static double their_value(const struct pair *pair, size_t output, size_t row) {
    const struct talib_result *result = &talib.memory.theirs;
    if (row < result->first) return NAN;
    return pair->theirs->whole[output] ? result->wholes[output][row - result->first]
                                       : result->reals[output][row - result->first];
}

static void tell_row(const struct pair *pair, const char *series, const double *params,
                     size_t count) {
    fprintf(stderr, "%s, %s of %zu", pair->name, series, count);
    for (size_t i = 0; i < pair->ours->param_count; i++)
        fprintf(stderr, " %s=%g", pair->ours->params[i].name, params[i]);
}

// Every output of every row; the first that differs is told.
static void compare_rows(struct pair *pair, const char *series, const double *params,
                         size_t count) {
    double allowed = tolerance_of(pair);
    bool told = false;
    for (size_t output = 0; output < pair->ours->output_count; output++) {
        double scale = 0;
        for (size_t row = 0; row < count; row++) {
            double ours = talib.memory.ours[output][row], theirs = their_value(pair, output, row);
            scale = scale_of(pair, theirs, scale);
            double away = difference(ours, theirs, scale);
            if (isfinite(away)) pair->difference = fmax(pair->difference, away);
            if (away <= allowed) continue;
            if (!told && pair->faults++ < TOLD_MAX) {
                tell_row(pair, series, params, count);
                fprintf(stderr, ": row %zu, %s: %.17g, TA-Lib has %.17g\n", row,
                        pair->ours->outputs[output], ours, theirs);
            }
            told = true;
        }
    }
}

static void bind(const struct pair *pair, const struct series *series, const double **ret_columns) {
    for (size_t i = 0; i < pair->ours->input_count; i++)
        ret_columns[i] = column_of(series, pair->theirs != NULL ? pair->theirs->inputs[i]
                                                                : pair->ours->inputs[i]);
}

static void compare(struct pair *pair, const char *name, const struct series *series,
                    const double *params) {
    const double *columns[TALIB_COLUMNS_MAX];
    bind(pair, series, columns);
    if (indicator_check(pair->ours, params) < 0) {
        fault(pair, "parameters", err_story(), "no objection");
        return;
    }
    struct talib_call *call = talib_bind(pair->theirs, params, columns, &talib.memory.theirs);
    if (call != NULL && talib_call(call, series->count, &talib.memory.theirs)) {
        indicator_batch(pair->ours, params, talib.memory.state, columns, series->count,
                        talib.memory.ours);
        compare_rows(pair, name, params, series->count);
    } else {
        fault(pair, name, "numbers", "refused");
    }
    if (call != NULL) talib_unbind(call);
}

// An average of one value has no start of its own in TA-Lib, whose lookbacks of it are -1.
static double shortest(const struct talib_param *param) {
    bool plain = strstr(param->name, "_period") != NULL; // of a stochastic
    return plain ? param->min : fmax(param->min, 2);
}

// KAMA and MAMA divide by what the last steps add up to. Where a stochastic stands still at no 64th, that is 0, or in
// TA-Lib what its running sum has kept of roundings.
static bool is_rounding(const struct pair *pair, int type) {
    return strncmp(pair->ours->name, "stoch", 5) == 0 && (type == 6 || type == 7);
}

// Variants 0 to 8: the averages of that type; then the shortest windows, short ones and long ones.
static bool variant_params(const struct pair *pair, int variant, double *ret_params) {
    bool changed = variant == 0;
    if (is_rounding(pair, variant)) return false;
    for (size_t i = 0; i < pair->theirs->param_count; i++) {
        const struct talib_param *param = &pair->theirs->params[i];
        bool average = strstr(param->name, "matype") != NULL;
        double value = param->def;
        if (average && variant <= 8) value = variant;
        if (!average && !param->real && variant == 9) value = shortest(param);
        if (!average && !param->real && variant == 10) value = fmax(param->min, 2 + (double)i);
        if (!average && !param->real && variant == 11) value = param->def * 2 + (double)i;
        changed = changed || value != param->def;
        ret_params[i] = value;
    }
    return changed;
}

static void compare_short(struct pair *pair, const char *name, const struct series *series) {
    static const size_t counts[] = {SHORT_BARS, 100, 33, 12, 3, 2, 1};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        struct series part = *series;
        double params[TALIB_PARAMS_MAX];
        part.count = counts[c];
        for (int variant = 0; variant < VARIANTS; variant++)
            if (variant_params(pair, variant, params)) compare(pair, name, &part, params);
    }
}

static void compare_pair(struct pair *pair) {
    struct series series;
    double defaults[PARAMS_MAX];
    compare_signature(pair);
    if (!pair->comparable || !series_make(&series, SHORT_BARS)) return;
    params_defaults(pair->ours->params, pair->ours->param_count, defaults);
    compare(pair, "the bars", &talib.bars, defaults);
    walk(&series, 3, 100, 1);
    compare_short(pair, "a walk", &series);
    walk(&series, 4, 30, 9);
    compare_short(pair, "a wild walk", &series);
    for (int c = 0; c < PERIODS; c++) // a grid of few prices: many ties
        for (size_t row = 0; row < SHORT_BARS; row++)
            series.columns[c][row] = floor(series.columns[c][row] / 8) * 8 + 8;
    compare_short(pair, "ties", &series);
    for (size_t row = 0; row < SHORT_BARS; row++) set_bar(&series, row, 50, 50, 50, 50, 1000);
    compare_short(pair, "equal bars", &series);
    series_free(&series);
}

// Nonzero: the two sides cannot be timed against one another.
static int prepare(struct pair *pair) {
    pair->comparable = pair->theirs == NULL;
    if (pair->theirs != NULL) compare_pair(pair);
    return pair->comparable ? 0 : -1;
}

// A timing of each side by turns, the first of which is the caches'.
static int measure(struct pair *pair) {
    const double *columns[TALIB_COLUMNS_MAX];
    double params[PARAMS_MAX];
    struct talib_call *call = NULL;
    bind(pair, &talib.bars, columns);
    params_defaults(pair->ours->params, pair->ours->param_count, params);
    if (pair->theirs != NULL)
        call = talib_bind(pair->theirs, params, columns, &talib.memory.theirs);
    for (int i = -1; i < SAMPLES; i++) {
        double begin = bench_now();
        indicator_batch(pair->ours, params, talib.memory.state, columns, BARS, talib.memory.ours);
        double middle = bench_now();
        bool good = call == NULL || talib_call(call, BARS, &talib.memory.theirs);
        if (!good) return -1;
        if (i < 0) continue;
        pair->seconds[0][i] = middle - begin;
        pair->seconds[1][i] = bench_now() - middle;
    }
    if (call != NULL) talib_unbind(call);
    return 0;
}

static double median(const double *samples) {
    double sorted[SAMPLES];
    memcpy(sorted, samples, sizeof sorted);
    return bench_sort(sorted, SAMPLES);
}

static void fill_peer(struct bench_row *row) {
    memcpy(row->input_sha256, talib.input_sha256, sizeof row->input_sha256);
    if (talib.version == NULL) return;
    snprintf(row->peer, sizeof row->peer, "TA-Lib C");
    snprintf(row->peer_version, sizeof row->peer_version, "%.*s", (int)strcspn(talib.version, " "),
             talib.version);
}

static size_t part_count(void) {
    return start() == 0 ? talib.count : 0;
}

static const char *part_name(size_t index) {
    return talib.pairs[index].name;
}

static int run_part(size_t index, struct bench_row *row) {
    struct pair *pair = &talib.pairs[index];
    if (prepare(pair) != 0 || measure(pair) != 0) return -1;
    row->unit = "ns/row";
    for (int i = 0; i < SAMPLES; i++) row->samples[row->count++] = pair->seconds[0][i] / BARS * 1e9;
    fill_peer(row);
    row->peer_value = median(pair->seconds[1]) / BARS * 1e9;
    snprintf(row->result_check, sizeof row->result_check,
             "outputs of %d bars and of short series: differences at most %.2g, %zu faults", BARS,
             pair->difference, pair->faults);
    return pair->faults == 0 ? 0 : BENCH_DIFFERS;
}

struct summary {
    double theirs, difference, slowest;
    const char *furthest, *slowest_name;
    size_t faults, slow;
};

static struct summary summarise(void) {
    struct summary summary = {.slowest = INFINITY, .furthest = "", .slowest_name = ""};
    for (size_t i = 0; i < talib.count; i++) {
        const struct pair *pair = &talib.pairs[i];
        summary.faults += pair->faults;
        if (!pair->comparable) continue;
        double theirs = median(pair->seconds[1]), ratio = theirs / median(pair->seconds[0]);
        summary.theirs += theirs;
        summary.slow += ratio < 0.8;
        if (ratio < summary.slowest) {
            summary.slowest = ratio;
            summary.slowest_name = pair->ours->name;
        }
        if (pair->difference > summary.difference && tolerance_of(pair) == tolerance_default) {
            summary.difference = pair->difference;
            summary.furthest = pair->ours->name;
        }
    }
    return summary;
}

static int run(struct bench_row *row) {
    if (start() != 0 || talib.count == 0) return -1;
    for (size_t i = 0; i < talib.count; i++) {
        struct pair *pair = &talib.pairs[i];
        if (prepare(pair) != 0) continue;
        if (measure(pair) != 0) return -1;
        for (int k = 0; k < SAMPLES; k++) row->samples[k] += pair->seconds[0][k];
    }
    row->unit = "s";
    row->count = SAMPLES;
    fill_peer(row);
    struct summary summary = summarise();
    row->peer_value = summary.theirs;
    if (talib.version == NULL) {
        snprintf(row->result_check, sizeof row->result_check,
                 "%zu functions; no peer to compare with", talib.count);
        return 0;
    }
    snprintf(row->result_check, sizeof row->result_check,
             "%zu functions of %zu on %d bars: largest difference %.2g (%s) but for those that "
             "TA-Lib takes from "
             "sums of squares, %zu faults; slowest against the peer %s, %.3gx, %zu below 0.8x",
             talib.count, talib_count(), BARS, summary.difference, summary.furthest, summary.faults,
             summary.slowest_name, summary.slowest, summary.slow);
    if (talib.missing_count > 0)
        fprintf(stderr, "talib: %zu functions are missing:%s\n", talib.missing_count,
                talib.missing);
    return summary.faults == 0 ? 0 : BENCH_DIFFERS;
}

const struct bench bench_talib = {
    .name = "talib",
    .summary = "TA-Lib's functions on 1,000,000 bars each, against TA-Lib's C library",
    .run = run,
    .part_count = part_count,
    .part_name = part_name,
    .run_part = run_part,
};
