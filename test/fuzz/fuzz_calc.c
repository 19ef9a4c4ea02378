// SPDX-License-Identifier: Apache-2.0
// Any bytes as a call of a function of quant/: which one, its parameters, its columns. Whatever comes, an
// indicator's batch equals its fold in every bit; a statistic answers with results of the shapes that it
// declares, or refuses with a story.
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "quant/indicator/indicator.h"
#include "quant/statistic/statistic.h"

enum { ROWS_MAX = 400, COLUMNS_MAX = 8, INT_SPAN = 50 };

struct bytes {
    const uint8_t *data;
    size_t size;
};

static unsigned byte_next(struct bytes *bytes) {
    if (bytes->size == 0) return 0;
    bytes->size--;
    return *bytes->data++;
}

// A value of a row's range: of whole numbers the small ones, so that windows fit the rows.
static double param_next(const struct param *row, struct bytes *bytes) {
    unsigned byte = byte_next(bytes);
    double share = byte / 255.0;
    switch (row->type) {
    case PARAM_BOOL:
        return byte & 1;
    case PARAM_ENUM: {
        double count = 1;
        for (const char *c = row->choices; *c != '\0'; c++) count += *c == '|';
        return byte % (unsigned)count;
    }
    case PARAM_INT: {
        double span = row->max - row->min < INT_SPAN ? row->max - row->min : INT_SPAN;
        return row->min + floor(span * share);
    }
    case PARAM_REAL:
    case PARAM_DURATION:
        if (byte == 0) return row->def;
        if (byte < 8) return row->min;
        if (byte > 247) return row->max;
        return row->def + (row->max - row->def) * share * share * share;
    }
    return row->def;
}

// A price, a small number, an extreme one, a repetition or none at all.
static double cell_next(struct bytes *bytes, double before) {
    static const double extremes[] = {0, -0.0, 1e-300, -1e-300, 1e300, -1e300, 5e-324, 1e15};
    unsigned kind = byte_next(bytes), byte = byte_next(bytes);
    if (kind < 150) return 100 + ((double)kind - 75) / 8 + (double)byte / 256;
    if (kind < 200) return ((double)byte - 128) / 1000;
    if (kind < 230) return before;
    if (kind < 240) return (double)byte;
    if (kind < 250) return extremes[byte % 8];
    return NAN;
}

static double columns[COLUMNS_MAX][ROWS_MAX];

static size_t columns_read(struct bytes *bytes, size_t count) {
    size_t rows = bytes->size / (2 * count);
    if (rows > ROWS_MAX) rows = ROWS_MAX;
    for (size_t row = 0; row < rows; row++)
        for (size_t c = 0; c < count; c++)
            columns[c][row] = cell_next(bytes, row > 0 ? columns[c][row - 1] : 1);
    return rows;
}

static void try_indicator(const struct indicator *indicator, struct bytes *bytes) {
    double params[PARAMS_MAX];
    for (size_t i = 0; i < indicator->param_count; i++)
        params[i] = param_next(&indicator->params[i], bytes);
    if (indicator_check(indicator, params) < 0) return;
    size_t rows = columns_read(bytes, indicator->input_count);
    static double batch[INDICATOR_OUTPUTS_MAX][ROWS_MAX];
    const double *in[INDICATOR_INPUTS_MAX];
    double *out[INDICATOR_OUTPUTS_MAX];
    for (size_t i = 0; i < indicator->input_count; i++) in[i] = columns[i];
    for (size_t i = 0; i < indicator->output_count; i++) out[i] = batch[i];
    size_t size = indicator->state_size(params);
    void *first = malloc(size), *second = malloc(size);
    CHECK(first != NULL && second != NULL);
    memset(second, 0xa5, size);
    indicator_batch(indicator, params, first, in, rows, out);
    indicator->init(second, params);
    for (size_t row = 0; row < rows; row++) {
        double from[INDICATOR_INPUTS_MAX], to[INDICATOR_OUTPUTS_MAX];
        for (size_t i = 0; i < indicator->input_count; i++) from[i] = columns[i][row];
        indicator_apply(indicator, second, from, to);
        for (size_t i = 0; i < indicator->output_count; i++)
            CHECK(memcmp(&to[i], &batch[i][row], sizeof to[i]) == 0 ||
                  (isnan(to[i]) && isnan(batch[i][row])));
    }
    CHECK(memcmp(first, second, size) == 0);
    free(first);
    free(second);
}

static void check_value(const struct statistic_output *output, const struct statistic_value *value,
                        size_t rows) {
    if (output->shape == STATISTIC_NUMBER) return;
    if (output->shape == STATISTIC_SERIES) CHECK(value->values != NULL && value->rows == rows);
    CHECK(value->values != NULL || value->rows * value->columns == 0);
}

static void try_statistic(const struct statistic *statistic, struct bytes *bytes) {
    double params[PARAMS_MAX];
    for (size_t i = 0; i < statistic->param_count; i++)
        params[i] = param_next(&statistic->params[i], bytes);
    if (statistic_check(statistic, params) < 0) return;
    size_t count = statistic->input_count + (statistic->repeats ? byte_next(bytes) % 3 : 0);
    size_t rows = columns_read(bytes, count), whole = 0;
    for (size_t row = 0; row < rows;
         row++) { // as the callers do, rows without a value are left out
        bool finite = true;
        for (size_t c = 0; c < count; c++) finite = finite && isfinite(columns[c][row]);
        for (size_t c = 0; c < count; c++) columns[c][whole] = columns[c][row];
        whole += finite;
    }
    struct arena arena;
    CHECK(arena_init(&arena, (size_t)1 << 28) == 0);
    struct statistic_data data = {.column_count = count, .count = whole, .arena = &arena};
    struct statistic_value values[STATISTIC_OUTPUTS_MAX] = {0};
    for (size_t c = 0; c < count; c++) data.columns[c] = columns[c];
    err_clear();
    int rc = statistic->evaluate(&data, params, values);
    CHECK(rc <= 0);
    if (rc < 0) CHECK(err_story()[0] != '\0');
    for (size_t i = 0; rc == 0 && i < statistic->output_count; i++)
        check_value(&statistic->outputs[i], &values[i], whole);
    arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct bytes bytes = {data, size};
    size_t index = 0; // any change is likely to reach another function
    for (size_t i = 0; i < size; i++) index = index * 31 + data[i];
    index %= indicator_count() + statistic_count();
    if (index < indicator_count())
        try_indicator(indicator_at(index), &bytes);
    else
        try_statistic(statistic_at(index - indicator_count()), &bytes);
    return 0;
}
