// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/indicator.h"

#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "base/simd.h"
#include "quant/indicator/indicator_list.h"

#define DECLARE(name) extern const struct indicator indicator_##name;
INDICATOR_LIST(DECLARE)

#define ENTRY(name) &indicator_##name,
static const struct indicator *const indicators[] = {INDICATOR_LIST(ENTRY)};

struct columns {
    const double *in[INDICATOR_INPUTS_MAX];
    double *out[INDICATOR_OUTPUTS_MAX];
};

static struct columns columns_at(const struct columns *columns, size_t row);
static bool overlap(const struct indicator *indicator, const struct columns *columns, size_t count);
static size_t chunk_rows(const struct indicator *indicator, const double *params);
static size_t stretch(const struct indicator *indicator, void *state, const struct columns *columns,
                      size_t count, bool apart, bool *strange);
static bool all_moderate(const struct indicator *indicator, const struct columns *columns,
                         size_t count);
static bool all_finite(const struct indicator *indicator, const struct columns *columns,
                       size_t count);
static void fold(const struct indicator *indicator, void *state, const struct columns *columns,
                 size_t count);
static void define(const struct indicator *indicator, const struct columns *columns, size_t count);

const struct indicator *indicator_find(const char *name) {
    for (size_t i = 0; i < indicator_count(); i++)
        if (strcmp(indicators[i]->name, name) == 0) return indicators[i];
    return NULL;
}

size_t indicator_count(void) {
    return sizeof indicators / sizeof *indicators;
}

const struct indicator *indicator_at(size_t index) {
    CHECK(index < indicator_count());
    return indicators[index];
}

int indicator_output(const struct indicator *indicator, const char *name) {
    for (size_t i = 0; i < indicator->output_count; i++)
        if (strcmp(indicator->outputs[i], name) == 0) return (int)i;
    return -1;
}

int indicator_check(const struct indicator *indicator, const double *params) {
    TRY(params_check(indicator->params, indicator->param_count, indicator->name, params));
    const char *fault = indicator->fault != NULL ? indicator->fault(params) : NULL;
    return fault != NULL ? ERR_SET(ERR_ARGUMENT, "%s: %s", indicator->name, fault) : 0;
}

void indicator_batch(const struct indicator *indicator, const double *params, void *state,
                     const double *const *inputs, size_t count, double *const *ret_outputs) {
    CHECK(indicator->input_count > 0 && indicator->input_count <= INDICATOR_INPUTS_MAX);
    CHECK(indicator->output_count > 0 && indicator->output_count <= INDICATOR_OUTPUTS_MAX);
    indicator->init(state, params);
    struct columns columns = {0};
    for (size_t i = 0; i < indicator->input_count; i++) columns.in[i] = inputs[i];
    for (size_t i = 0; i < indicator->output_count; i++) columns.out[i] = ret_outputs[i];
    bool apart = !overlap(indicator, &columns, count);
    size_t most = chunk_rows(indicator, params);
    bool strange = false; // some number was so large that a state may have overflowed
    for (size_t row = 0; row < count;) {
        struct columns rest = columns_at(&columns, row);
        row += stretch(indicator, state, &rest, count - row < most ? count - row : most, apart,
                       &strange);
    }
}

// Few enough that the columns stay in the nearest cache between the look at them and the run, and
// enough that a window's start, for which a run has no rows before it in its columns, is a small part.
static size_t chunk_rows(const struct indicator *indicator, const double *params) {
    enum { CELLS = 1536, FINITE_ROWS = 4096, LOOKBACKS = 16 };
    size_t rows = CELLS / (indicator->input_count + indicator->output_count);
    if (indicator->run_finite != NULL) rows = FINITE_ROWS;
    return rows + LOOKBACKS * indicator->lookback(params);
}

// Some of the rows, as fast as can be; returns how many.
static size_t stretch(const struct indicator *indicator, void *state, const struct columns *columns,
                      size_t count, bool apart, bool *strange) {
    if (apart && indicator->run_finite != NULL) {
        size_t done = indicator->run_finite(state, columns->in, count, columns->out);
        if (done > 0) return done;
    }
    bool moderate = all_moderate(indicator, columns, count);
    *strange = *strange || !moderate;
    if (apart && indicator->run != NULL && (moderate || all_finite(indicator, columns, count)))
        indicator->run(state, columns->in, count, columns->out);
    else
        fold(indicator, state, columns, count);
    if (UNLIKELY(*strange)) define(indicator, columns, count);
    return count;
}

static struct columns columns_at(const struct columns *columns, size_t row) {
    struct columns at = {0};
    for (size_t i = 0; i < INDICATOR_INPUTS_MAX; i++)
        if (columns->in[i] != NULL) at.in[i] = columns->in[i] + row;
    for (size_t i = 0; i < INDICATOR_OUTPUTS_MAX; i++)
        if (columns->out[i] != NULL) at.out[i] = columns->out[i] + row;
    return at;
}

static bool overlap(const struct indicator *indicator, const struct columns *columns,
                    size_t count) {
    for (size_t i = 0; i < indicator->input_count; i++)
        for (size_t o = 0; o < indicator->output_count; o++) {
            uintptr_t in = (uintptr_t)columns->in[i], out = (uintptr_t)columns->out[o];
            if ((in < out ? out - in : in - out) < count * sizeof(double)) return true;
        }
    return false;
}

// x - x is 0 for a finite x and NaN for any other, and a NaN stays in a sum.
SIMD_CLONES
static bool column_finite(const double *column, size_t count) {
    enum { LANES = 16 };
    double sums[LANES] = {0}, sum = 0;
    size_t row = 0;
    for (; row + LANES <= count; row += LANES)
        for (size_t lane = 0; lane < LANES; lane++)
            sums[lane] += column[row + lane] - column[row + lane];
    for (; row < count; row++) sum += column[row] - column[row];
    for (size_t lane = 0; lane < LANES; lane++) sum += sums[lane];
    return sum == 0;
}

static bool all_finite(const struct indicator *indicator, const struct columns *columns,
                       size_t count) {
    bool finite = true;
    for (size_t i = 0; i < indicator->input_count; i++)
        finite = finite && column_finite(columns->in[i], count);
    return finite;
}

// Numbers whose fourth powers and products with one another are far from the range of a double; false of one
// that is not finite.
SIMD_CLONES
static bool column_moderate(const double *column, size_t count) {
    enum { LANES = 16 };
    double sums[LANES] = {0}, sum = 0;
    size_t row = 0;
    for (; row + LANES <= count; row += LANES)
        for (size_t lane = 0; lane < LANES; lane++)
            sums[lane] += column[row + lane] * column[row + lane];
    for (; row < count; row++) sum += column[row] * column[row];
    for (size_t lane = 0; lane < LANES; lane++) sum += sums[lane];
    return sum <= 1e120;
}

static bool all_moderate(const struct indicator *indicator, const struct columns *columns,
                         size_t count) {
    bool moderate = true;
    for (size_t i = 0; i < indicator->input_count; i++)
        moderate = moderate && column_moderate(columns->in[i], count);
    return moderate;
}

static void fold(const struct indicator *indicator, void *state, const struct columns *columns,
                 size_t count) {
    for (size_t row = 0; row < count; row++) {
        double in[INDICATOR_INPUTS_MAX];
        double out[INDICATOR_OUTPUTS_MAX];
        for (size_t i = 0; i < indicator->input_count; i++) in[i] = columns->in[i][row];
        indicator_apply(indicator, state, in, out);
        for (size_t i = 0; i < indicator->output_count; i++) columns->out[i][row] = out[i];
    }
}

// indicator_define of every row.
static void define(const struct indicator *indicator, const struct columns *columns, size_t count) {
    for (size_t i = 0; i < indicator->output_count; i++)
        for (size_t row = 0; row < count; row++)
            if (isinf(columns->out[i][row])) columns->out[i][row] = NAN;
}
