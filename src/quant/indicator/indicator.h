// SPDX-License-Identifier: Apache-2.0
// The contract of the family "indicator": a function of the rows seen so far (bars, or any columns
// of numbers), one row at a time. A new one is a `const struct indicator indicator_<name>` in a
// file of quant/ (indicator_<name>.c; close relatives share one) and a line in
// quant/indicator/indicator_list.h; `fulmar calc`, the signal graph, the pages of docs/ and the batch form
// come for free. What TA-Lib has too carries its name, parameter names, defaults and order of
// outputs, in lower case.
//
// Time: the outputs of row i depend on rows 0..i and on nothing else: no clock, no global.
//
// State: state_size(params) bytes at an 8-byte boundary, the caller's; plain bytes without pointers
// or padding, so that it is hashed, saved, copied and moved as bytes. A copy goes on exactly as the
// original would. The size is a function of the parameters and a multiple of 8; init writes all of
// it.
//
// Undefined outputs are NaN: before enough rows were seen (lookback), and where the formula has no
// value (a z-score of equal values); each indicator's summary says which. So is what no double can hold, a sum of
// prices of 1e308: indicator_apply and indicator_batch give NaN for an infinite output of update and run.
//
// Inputs of `update` are finite. indicator_apply and indicator_batch guard that: a row with a
// non-finite input is no observation, its outputs are NaN and the state is untouched; so an
// indicator of an indicator needs no special start.
//
// Accuracy: within 1e-12 of the definition computed directly, after any number of rows, relative to
// the output or, for a difference of averages, to what it is the difference of; rolling windows
// never subtract what they added (quant/stream/window.h).
//
// Same inputs, same bits, on every CPU, compiler and optimisation level: no fused multiply-add,
// logarithms from quant/math/mathfn.h.
#ifndef FULMAR_QUANT_INDICATOR_INDICATOR_H
#define FULMAR_QUANT_INDICATOR_INDICATOR_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/params.h"

enum {
    INDICATOR_INPUTS_MAX = 5,
    INDICATOR_OUTPUTS_MAX = 8,
    INDICATOR_PERIOD_MAX = 100000 // of every parameter that is a window length, in rows
};

// What TA-Lib takes for 0 where it divides or takes a root; the indicators that it has do too.
#define INDICATOR_ZERO 1e-14

// A parameter row of a window length in rows.
#define INDICATOR_PERIOD(name_, def_, min_, help_)                                                 \
    {                                                                                              \
        .name = (name_), .type = PARAM_INT, .unit = "bars", .def = (def_), .min = (min_),          \
        .max = INDICATOR_PERIOD_MAX, .help = (help_)                                               \
    }

// The same under TA-Lib's name for the only one, which `period` means too.
#define INDICATOR_TIMEPERIOD(def_, min_, help_)                                                    \
    {                                                                                              \
        .name = "timeperiod", .type = PARAM_INT, .unit = "bars", .def = (def_), .min = (min_),     \
        .max = INDICATOR_PERIOD_MAX, .alias = "period", .help = (help_)                            \
    }

struct indicator {
    const char *name;    // lower_snake_case, unique in the family
    const char *group;   // one of INDICATOR_GROUPS
    const char *summary; // one sentence
    const char *source;  // where the formula comes from

    // Names of the input columns, in the order `update` reads them: "open", "high", "low", "close",
    // "volume". An indicator whose only input is "close" is meaningful on any column.
    const char *inputs[INDICATOR_INPUTS_MAX];
    size_t input_count; // >= 1

    // Names of the outputs, in the order `update` writes them; "value" where there is one only.
    const char *outputs[INDICATOR_OUTPUTS_MAX];
    size_t output_count; // >= 1
    bool gives_rows;     // the outputs are rows that were observed, counted from 0 as TA-Lib does

    const struct param *params; // NULL where there are none
    size_t param_count;

    // What is wrong with a combination of parameters that are each within their rows' ranges: a
    // sentence, or NULL when all is well. The member is NULL where any combination is valid.
    const char *(*fault)(const double *params);

    // Bytes of state.
    size_t (*state_size)(const double *params);

    // Index, from 0, of the first row at which every output can be defined; single outputs may be
    // defined before.
    size_t (*lookback)(const double *params);

    // Makes the state of an indicator that has seen nothing. params were checked (indicator_check);
    // they are not kept.
    void (*init)(void *state, const double *params);

    // One row: input_count finite inputs to output_count outputs. O(1) amortised over the rows, or
    // O(log window).
    void (*update)(void *state, const double *inputs, double *ret_outputs);

    // update on each of `count` rows in turn, the same bits in outputs and state, only faster:
    // inlined, kept in registers or in vectors. Every input is finite; no output column overlaps an
    // input column. NULL: update itself is called.
    void (*run)(void *state, const double *const *inputs, size_t count, double *const *ret_outputs);

    // In place of `run`, over inputs that nobody has looked at, where a look of its own would cost
    // as much as the work: it may stop before any row, must before one with an input that is not
    // finite, and returns how many rows it took; none of its outputs is infinite. NULL where there is none.
    size_t (*run_finite)(void *state, const double *const *inputs, size_t count,
                         double *const *ret_outputs);
};

// Defines `run` as the fold of a file's `update`, which is inlined into it.
#define INDICATOR_RUN(input_count_, output_count_)                                                 \
    static void run(void *memory, const double *const *inputs, size_t count,                       \
                    double *const *ret_outputs) {                                                  \
        const double *in[input_count_];                                                            \
        double *out[output_count_];                                                                \
        for (size_t i = 0; i < (input_count_); i++) in[i] = inputs[i];                             \
        for (size_t i = 0; i < (output_count_); i++) out[i] = ret_outputs[i];                      \
        for (size_t row = 0; row < count; row++) {                                                 \
            double from[input_count_], to[output_count_];                                          \
            for (size_t i = 0; i < (input_count_); i++) from[i] = in[i][row];                      \
            update(memory, from, to);                                                              \
            for (size_t i = 0; i < (output_count_); i++) out[i][row] = to[i];                      \
        }                                                                                          \
    }

// The groups, in the order in which they are shown.
#define INDICATOR_GROUPS                                                                           \
    "overlap", "momentum", "trend", "volume", "volatility", "price", "cycle", "statistic",         \
        "pattern", "anomaly", "regime", "microstructure", "math"

// The indicator of that name, or NULL. The list is in alphabetical order.
const struct indicator *indicator_find(const char *name);
size_t indicator_count(void);
const struct indicator *indicator_at(size_t index); // index < indicator_count() (CHECK)

// The position of an output's name, or -1.
int indicator_output(const struct indicator *indicator, const char *name);

// ERR_RANGE: a value outside its row's bounds, not finite, or not whole where the row is not REAL.
// ERR_ARGUMENT: a combination that `fault` refuses. The story names the parameter.
int indicator_check(const struct indicator *indicator, const double *params) MUST_USE;

// Outputs that are infinite become undefined.
static inline void indicator_define(const struct indicator *indicator, double *outputs) {
    for (size_t i = 0; i < indicator->output_count; i++)
        outputs[i] = isinf(outputs[i]) ? NAN : outputs[i];
}

// update for inputs that may be undefined (NaN) or infinite.
static inline void indicator_apply(const struct indicator *indicator, void *state,
                                   const double *inputs, double *ret_outputs) {
    bool finite = true;
    for (size_t i = 0; i < indicator->input_count; i++) finite = finite && isfinite(inputs[i]);
    if (finite) {
        indicator->update(state, inputs, ret_outputs);
        indicator_define(indicator, ret_outputs);
        return;
    }
    for (size_t i = 0; i < indicator->output_count; i++) ret_outputs[i] = NAN;
}

// The fold of indicator_apply over whole columns, by `run` where there is one: inputs[c][r],
// c < input_count, r < count, to outputs[c][r]. `state` is state_size bytes of the caller's,
// initialised here; afterwards it is the state after the last row, so a stream can go on from a
// batch. An output column may be the same memory as an input column. params were checked.
void indicator_batch(const struct indicator *indicator, const double *params, void *state,
                     const double *const *inputs, size_t count, double *const *ret_outputs);

#endif
