// SPDX-License-Identifier: Apache-2.0
// Every function of quant/ that the command line can evaluate on columns: indicators (a row out for
// each row in) and statistics (a few numbers for the whole).
#ifndef FULMAR_APP_FUNCTION_H
#define FULMAR_APP_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>

#include "quant/indicator/indicator.h"
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
    const struct indicator *indicator; // one of the two, the other NULL
    const struct statistic *statistic;
};

size_t function_count(void);
struct function function_at(size_t index);
// ERR_NOT_FOUND with a story that suggests the nearest name.
int function_find(const char *name, struct function *ret_function) MUST_USE;

// All of them as two aligned tables, or one JSON object {"functions": [...]}; one of them in full.
void function_print_list(void);
int function_print_list_json(void) MUST_USE;
// docs/functions.md.
int function_print_page(void) MUST_USE;
int function_print(const struct function *function) MUST_USE;
int function_print_json(const struct function *function) MUST_USE;

#endif
