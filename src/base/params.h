// SPDX-License-Identifier: Apache-2.0
// Typed parameter tables. A strategy, an indicator, a fee model, a risk rule declares its parameters once, as rows;
// configuration, --help, the JSON schema and web forms are made from those rows.
//
// Every value is kept as a double: integers and enumeration indices are exact, booleans are 0 and 1, durations are
// seconds.
#ifndef FULMAR_BASE_PARAMS_H
#define FULMAR_BASE_PARAMS_H

#include <stddef.h>

#include "base/err.h"
#include "base/text.h"

enum param_type { PARAM_INT, PARAM_REAL, PARAM_BOOL, PARAM_ENUM, PARAM_DURATION };

enum { PARAMS_MAX = 24 };

struct param {
    const char *name; // lower_snake_case
    enum param_type type;
    const char *unit; // "bars", "fraction", "USD", "" where none
    double def;
    double min; // inclusive; ignored for BOOL and ENUM
    double max;
    const char *choices; // ENUM: "first|second|third", values 0, 1, 2; NULL otherwise
    const char *help;    // one sentence
    const char *alias;   // a second name that is understood as well; NULL: none
};

// A table is `count` rows (<= PARAMS_MAX); values is an array of the same length.
void params_defaults(const struct param *table, size_t count, double *ret_values);

// The row's index by its name or its alias, or -1.
int params_find(const struct param *table, size_t count, const char *name);

// Sets one value from text; a choice of an ENUM is read without regard to case, or as its value.
// ERR_NOT_FOUND (the story suggests the nearest name), ERR_PARSE, ERR_RANGE (the story
// names the bounds). values is untouched on failure.
int params_set(const struct param *table, size_t count, const char *name, const char *value,
               double *values) MUST_USE;

// Checks values that did not come from text. ERR_RANGE: one is outside its row's bounds, not finite, or not whole where
// the row is not REAL or DURATION; the story names it and `owner`, whose table it is.
int params_check(const struct param *table, size_t count, const char *owner,
                 const double *values) MUST_USE;

// Prints a value as params_set would read it.
void params_print_value(const struct param *row, double value, struct text *out);
// One aligned line a row: name, type, default, range, unit, help.
void params_help(const struct param *table, size_t count, struct text *out);
// A JSON Schema (2020-12) object of the table: {"type":"object","properties":{...},"additionalProperties":false}.
void params_json_schema(const struct param *table, size_t count, struct text *out);

// The choice of `names` (count of them) nearest to `word` by edit distance, or NULL when none is near enough to be
// meant.
const char *nearest_name(const char *word, const char *const *names, size_t count);

#endif
