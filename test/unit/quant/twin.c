// SPDX-License-Identifier: Apache-2.0
#include "twin.h"

#include <float.h>

#include "harness.h"

enum { ROWS = 700 };

struct setup {
    const struct indicator *indicator;
    double params[PARAMS_MAX];
    const double *inputs[INDICATOR_INPUTS_MAX];
};

static double uniform(uint64_t *seed) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(*seed >> 11) / 9007199254740992.0;
}

void bars_make(struct bars *ret_bars, size_t count, unsigned seed) {
    assert_true(count <= BARS_MAX);
    uint64_t state = seed;
    double price = 100;
    ret_bars->count = count;
    for (size_t i = 0; i < count; i++) {
        bool still = i % 97 > 60; // longer than some windows
        double open = still ? price : price * (0.99 + 0.02 * uniform(&state));
        price = still ? price : open * (0.98 + 0.0401 * uniform(&state));
        double high = open > price ? open : price;
        double low = open < price ? open : price;
        ret_bars->open[i] = open;
        ret_bars->high[i] = still ? high : high * (1 + 0.01 * uniform(&state));
        ret_bars->low[i] = still ? low : low * (1 - 0.01 * uniform(&state));
        ret_bars->close[i] = price;
        ret_bars->volume[i] = i % 41 < 9 ? 0 : floor(1e6 * uniform(&state));
        ret_bars->periods[i] = 0.5 + (double)(i * 7 % 37);
    }
}

const double *bars_column(const struct bars *bars, const char *name) {
    if (strcmp(name, "open") == 0 || strcmp(name, "x") == 0) return bars->open;
    if (strcmp(name, "high") == 0 || strcmp(name, "ask") == 0) return bars->high;
    if (strcmp(name, "low") == 0 || strcmp(name, "bid") == 0) return bars->low;
    if (strcmp(name, "ask_size") == 0) return bars->periods;
    if (strcmp(name, "price") == 0) return bars->close;
    if (strcmp(name, "close") == 0 || strcmp(name, "y") == 0) return bars->close;
    if (strcmp(name, "periods") == 0) return bars->periods;
    return bars->volume; // or any other column of numbers
}

static void set_params(const struct indicator *indicator, const char *text, double *values) {
    params_defaults(indicator->params, indicator->param_count, values);
    while (*text != '\0') {
        char name[32], value[32];
        int used = 0;
        assert_int_equal(sscanf(text, " %31[a-z0-9_]=%31s %n", name, value, &used), 2);
        assert_ok(params_set(indicator->params, indicator->param_count, name, value, values));
        text += used;
    }
    assert_ok(indicator_check(indicator, values));
}

static void setup_make(struct setup *setup, const char *name, const char *text,
                       const struct bars *bars) {
    setup->indicator = indicator_find(name);
    assert_non_null(setup->indicator);
    set_params(setup->indicator, text, setup->params);
    for (size_t i = 0; i < setup->indicator->input_count; i++)
        setup->inputs[i] = bars_column(bars, setup->indicator->inputs[i]);
}

static void *state_make(const struct setup *setup, int fill) {
    size_t size = setup->indicator->state_size(setup->params);
    assert_int_equal(size % 8, 0);
    void *state = malloc(size);
    assert_non_null(state);
    memset(state, fill, size);
    setup->indicator->init(state, setup->params);
    return state;
}

static void row_apply(const struct setup *setup, void *state, size_t row, double *ret_outputs) {
    double in[INDICATOR_INPUTS_MAX];
    for (size_t i = 0; i < setup->indicator->input_count; i++) in[i] = setup->inputs[i][row];
    indicator_apply(setup->indicator, state, in, ret_outputs);
}

static void columns_make(double *memory, size_t count, double **ret_columns) {
    for (size_t i = 0; i < INDICATOR_OUTPUTS_MAX; i++) ret_columns[i] = memory + i * count;
}

static double difference(double actual, double expected) {
    if (isnan(expected) && isnan(actual)) return 0;
    if (isnan(expected) || isnan(actual)) return DBL_MAX;
    return fabs(actual - expected) / fmax(1, fabs(expected));
}

static void against_twin(const struct setup *setup, twin_fn *twin, double tolerance, size_t count) {
    const struct indicator *indicator = setup->indicator;
    double *memory = malloc(2 * INDICATOR_OUTPUTS_MAX * count * sizeof *memory);
    double *actual[INDICATOR_OUTPUTS_MAX], *expected[INDICATOR_OUTPUTS_MAX];
    columns_make(memory, count, actual);
    columns_make(memory + INDICATOR_OUTPUTS_MAX * count, count, expected);
    void *state = state_make(setup, 0xaa);
    indicator_batch(indicator, setup->params, state, setup->inputs, count, actual);
    twin(setup->inputs, count, setup->params, expected);
    for (size_t c = 0; c < indicator->output_count; c++)
        for (size_t row = 0; row < count; row++)
            if (!(difference(actual[c][row], expected[c][row]) <= tolerance))
                fail_msg("%s.%s row %zu: %.17g, twin %.17g", indicator->name, indicator->outputs[c],
                         row, actual[c][row], expected[c][row]);
    size_t first = indicator->lookback(setup->params);
    for (size_t row = 0; row < count && row <= first; row++) {
        bool all = true;
        for (size_t c = 0; c < indicator->output_count; c++) all = all && !isnan(actual[c][row]);
        if (all != (row == first))
            fail_msg("%s: lookback %zu, row %zu", indicator->name, first, row);
    }
    free(state);
    free(memory);
}

// Two states over different leftovers of memory; one is moved half-way, and is offered a NaN row
// now and then.
static void against_itself(const struct setup *setup, size_t count) {
    const struct indicator *indicator = setup->indicator;
    size_t size = indicator->state_size(setup->params);
    double *memory = malloc(INDICATOR_OUTPUTS_MAX * count * sizeof *memory);
    double *batch[INDICATOR_OUTPUTS_MAX];
    columns_make(memory, count, batch);
    void *first = state_make(setup, 0xaa);
    void *second = state_make(setup, 0x55);
    indicator_batch(indicator, setup->params, first, setup->inputs, count, batch);
    for (size_t row = 0; row < count; row++) {
        double out[INDICATOR_OUTPUTS_MAX];
        row_apply(setup, second, row, out);
        for (size_t c = 0; c < indicator->output_count; c++)
            assert_memory_equal(&out[c], &batch[c][row], sizeof(double));
        if (row % 50 == 7) {
            double in[INDICATOR_INPUTS_MAX] = {1, 1, 1, 1, 1};
            in[row % indicator->input_count] = row % 100 == 7 ? NAN : INFINITY;
            indicator_apply(indicator, second, in, out);
            for (size_t c = 0; c < indicator->output_count; c++) assert_true(isnan(out[c]));
        }
        if (row == count / 2) {
            void *moved = malloc(size);
            memcpy(moved, second, size);
            memset(second, 0xcc, size);
            free(second);
            second = moved;
        }
    }
    assert_memory_equal(first, second, size);
    free(first);
    free(second);
    free(memory);
}

void twin_check(const char *name, const char *text, twin_fn *twin) {
    twin_check_within(name, text, twin, 1e-12);
}

void twin_check_within(const char *name, const char *text, twin_fn *twin, double tolerance) {
    struct bars *bars = malloc(sizeof *bars);
    for (unsigned seed = 1; seed <= 4; seed++) {
        struct setup setup;
        bars_make(bars, ROWS, seed);
        if (seed == 4) // far from zero, a ten-thousandth wide
            for (size_t i = 0; i < ROWS; i++) {
                double base = 1e4;
                bars->open[i] = base + 1e-4 * bars->open[i];
                bars->high[i] = base + 1e-4 * bars->high[i];
                bars->low[i] = base + 1e-4 * bars->low[i];
                bars->close[i] = base + 1e-4 * bars->close[i];
            }
        setup_make(&setup, name, text, bars);
        against_twin(&setup, twin, tolerance, ROWS);
        against_itself(&setup, ROWS);
    }
    free(bars);
}

// Splits a line in place at commas; empty cells are empty strings.
static size_t split(char *line, char **ret_cells, size_t max) {
    size_t count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *cell; count < max && (cell = strsep(&line, ",")) != NULL;) ret_cells[count++] = cell;
    return count;
}

#define GOLDEN_BARS "golden/indicators/ref252_ohlcv.csv"

static void golden_bars(struct bars *ret_bars) {
    FILE *file = fopen(harness_shared(GOLDEN_BARS), "r");
    assert_non_null(file);
    char line[512];
    assert_non_null(fgets(line, sizeof line, file));
    assert_string_equal(line, "date,open,high,low,close,volume\n");
    size_t n = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        char *cells[6];
        assert_int_equal(split(line, cells, 6), 6);
        ret_bars->open[n] = strtod(cells[1], NULL);
        ret_bars->high[n] = strtod(cells[2], NULL);
        ret_bars->low[n] = strtod(cells[3], NULL);
        ret_bars->close[n] = strtod(cells[4], NULL);
        ret_bars->volume[n++] = strtod(cells[5], NULL);
    }
    fclose(file);
    assert_int_equal(n, 252);
    ret_bars->count = n;
}

static void golden_column(const char *name, const char *column, double *ret_values, size_t count) {
    char path[64];
    snprintf(path, sizeof path, "golden/indicators/ref252_%s.csv", name);
    FILE *file = fopen(harness_shared(path), "r");
    assert_non_null(file);
    static char line[16384];
    char *cells[160];
    assert_non_null(fgets(line, sizeof line, file));
    size_t columns = split(line, cells, 160);
    size_t index = 0;
    while (index < columns && strcmp(cells[index], column) != 0) index++;
    assert_true(index < columns);
    for (size_t row = 0; row < count; row++) {
        assert_non_null(fgets(line, sizeof line, file));
        assert_int_equal(split(line, cells, 160), columns);
        ret_values[row] = *cells[index] == '\0' ? NAN : strtod(cells[index], NULL);
    }
    fclose(file);
}

void golden_check(const char *name, const char *text, const char *output, const char *file,
                  const char *column, double tolerance) {
    (void)harness_shared(GOLDEN_BARS); // skips here, where nothing is allocated yet
    struct bars *bars = malloc(sizeof *bars);
    struct setup setup;
    golden_bars(bars);
    setup_make(&setup, name, text, bars);
    int index = indicator_output(setup.indicator, output);
    assert_true(index >= 0);
    double expected[252];
    golden_column(file, column, expected, 252);
    void *state = state_make(&setup, 0);
    double worst = 0;
    for (size_t row = 0; row < bars->count; row++) {
        double out[INDICATOR_OUTPUTS_MAX];
        row_apply(&setup, state, row, out);
        double d = difference(out[index], expected[row]);
        worst = fmax(worst, d);
        if (!(d <= tolerance))
            fail_msg("%s.%s row %zu: %.17g, expected %.17g", name, output, row, out[index],
                     expected[row]);
    }
    print_message("# %s %s %s: worst difference %.2g\n", name, text, column, worst);
    free(state);
    free(bars);
}

double drift(const char *name, const char *text, twin_fn *twin, size_t count, size_t span) {
    const struct indicator *indicator = indicator_find(name);
    double params[PARAMS_MAX];
    set_params(indicator, text, params);
    assert_int_equal(indicator->input_count, 1);
    double *x = malloc((count + INDICATOR_OUTPUTS_MAX * span) * sizeof *x);
    double *expected[INDICATOR_OUTPUTS_MAX];
    for (size_t c = 0; c < INDICATOR_OUTPUTS_MAX; c++) expected[c] = x + count + c * span;
    uint64_t seed = 42;
    double price = 1000;
    for (size_t i = 0; i < count; i++) x[i] = price *= 1 + 0.002 * (uniform(&seed) - 0.5);
    void *state = malloc(indicator->state_size(params));
    indicator->init(state, params);
    double worst = 0;
    for (size_t i = 0; i < count; i++) {
        double out[INDICATOR_OUTPUTS_MAX];
        indicator->update(state, &x[i], out);
        if (i + 1 < span || (count - 1 - i) % (count / 50) != 0) continue;
        const double *window = &x[i + 1 - span];
        twin(&window, span, params, expected);
        for (size_t c = 0; c < indicator->output_count; c++)
            worst = fmax(worst, difference(out[c], expected[c][span - 1]));
    }
    free(state);
    free(x);
    return worst;
}

double twin_mean(const double *x, size_t n) {
    long double sum = 0;
    for (size_t i = 0; i < n; i++) sum += (long double)x[i] - x[0];
    return (double)(x[0] + sum / (long double)n);
}

double twin_squares(const double *x, size_t n) {
    long double mean = 0, sum = 0;
    for (size_t i = 0; i < n; i++) mean += ((long double)x[i] - x[0]) / (long double)n;
    for (size_t i = 0; i < n; i++) {
        long double d = ((long double)x[i] - x[0]) - mean;
        sum += d * d;
    }
    return (double)sum;
}
