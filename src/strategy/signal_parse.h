// SPDX-License-Identifier: Apache-2.0
// Reads the text of an input spec; its grammar is in strategy/signal.h, that of features in strategy/book_signal.h.
#ifndef FULMAR_STRATEGY_SIGNAL_PARSE_H
#define FULMAR_STRATEGY_SIGNAL_PARSE_H

#include <stdint.h>

#include "quant/indicator/indicator.h"
#include "quant/micro/micro.h"

// The first five in the order of struct strategy_bar's fields; the time is when the bar ends, in seconds since 1970.
enum signal_column {
    COLUMN_OPEN,
    COLUMN_HIGH,
    COLUMN_LOW,
    COLUMN_CLOSE,
    COLUMN_VOLUME,
    COLUMN_TIME,
    COLUMN_COUNT
};

struct signal_spec {
    const struct indicator *indicator;
    double args[PARAMS_MAX];               // in the order of the indicator's table, checked
    uint8_t columns[INDICATOR_INPUTS_MAX]; // enum signal_column, one an input
    uint32_t output;                       // index
    uint32_t frame_s;                      // 0: not said, the decision frame is meant
};

// A feature of a book and its trades: strategy/book_signal.h has the grammar.
struct signal_feature {
    const struct micro *micro;
    double args[MICRO_PARAMS_MAX]; // in the order of the feature's table, each within its bounds
    uint32_t output;               // index
};

// What $names stand for: a strategy's parameter table and values. Borrowed for the call.
struct signal_terms {
    const struct param *params;
    size_t param_count;
    const double *values;
};

// ERR_PARSE: not of the form. ERR_NOT_FOUND: no such indicator, column, argument, output or $parameter.
// ERR_ARGUMENT: too many columns or arguments, one twice, or a combination that the indicator refuses.
// ERR_RANGE: a value outside its bounds. The story holds the text and the column, from 1, of the fault.
int signal_parse(const char *text, const struct signal_terms *terms,
                 struct signal_spec *ret_spec) MUST_USE;

// The same of a feature: without columns and frames, and with "()" only where there are arguments.
int signal_parse_feature(const char *text, const struct signal_terms *terms,
                         struct signal_feature *ret_feature) MUST_USE;

#endif
