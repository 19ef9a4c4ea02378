// SPDX-License-Identifier: Apache-2.0
// Every function of quant/ that the command line can evaluate: on columns, indicators (a row out for
// each row in) and statistics (a few numbers for the whole); on recorded feeds, features of books and trades.
#ifndef FULMAR_APP_CALC_FUNCTION_H
#define FULMAR_APP_CALC_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "quant/indicator/indicator.h"
#include "quant/micro/micro.h"
#include "quant/statistic/statistic.h"

struct function {
    const char *name;
    const char *group; // of an indicator, or a statistic's theme
    const char *summary;
    const char *source;
    const char *const *inputs;
    size_t input_count;
    const char *outputs[STATISTIC_OUTPUTS_MAX];
    size_t output_count;
    const struct param *params;
    size_t param_count;
    const struct indicator *indicator; // one of the three, the others NULL
    const struct statistic *statistic;
    const struct micro *micro;
};

size_t function_count(void);
struct function function_at(size_t index);
// "indicator", "statistic", "feature".
const char *function_kind(const struct function *function);
// Of columns before those of feeds, where both have the name. ERR_NOT_FOUND with a story that suggests the nearest
// name.
int function_find(const char *name, struct function *ret_function) MUST_USE;

// Groups of indicators, features and themes of statistics, in the order in which they are shown.
size_t function_group_count(void);
const char *function_group_at(size_t index);
// Whether a word stands in a group's name, in any case; NULL stands in all. Whether it does in one, or is one.
bool function_in_group(const char *group, const char *word);
bool function_is_group(const char *word, bool exact);

// Whether an input may be given more than once; the shape and the help (or NULL) of an output; the rows before the
// first one at which every output can be defined, under the default parameters.
bool function_repeats(const struct function *function, size_t input);
enum statistic_shape function_shape(const struct function *function, size_t output);
const char *function_output_help(const struct function *function, size_t output);
size_t function_warm_up(const struct function *function);

// A call that works on a file with these columns.
void function_example(const struct function *function, struct text *out);

// Those of the groups that a word names (function_in_group), a line or two each; one of them in full. Lines are `width`
// columns at most where words allow it.
void function_add_list(const char *word, size_t width, struct text *out);
void function_add_page(const struct function *function, size_t width, struct text *out);
// The same as one JSON object: {"functions": [...]}, or the function's.
int function_print_list_json(const char *word) MUST_USE;
int function_print_json(const struct function *function) MUST_USE;
// The list as text, to be freed; NULL: no memory.
char *function_list_json(const char *word);
// docs/functions.md.
int function_print_page(void) MUST_USE;

#endif
