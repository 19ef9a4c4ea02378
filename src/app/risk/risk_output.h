// SPDX-License-Identifier: Apache-2.0
// What the verbs of `fulmar risk` print: members of an object, or lines of a table.
#ifndef FULMAR_APP_RISK_RISK_OUTPUT_H
#define FULMAR_APP_RISK_RISK_OUTPUT_H

#include "app/command.h"

enum { RISK_LEVELS_MAX = 16, RISK_OUTPUT_MAX = 1 << 26, RISK_WARNINGS_MAX = 1 << 16 };

struct risk_levels {
    double list[RISK_LEVELS_MAX];
    size_t count;
};

// --level, repeatable, within [0.5, 1); 0.99 where none is given. ERR_ARGUMENT.
int risk_output_levels(const struct args *args, struct risk_levels *ret) MUST_USE;

// The shortest text that is read back as the same number; null for what is not finite.
void risk_output_number(struct text *out, double value);
// A line of a table, or a member of an object, with a comma before it unless it is the first.
void risk_output_item(struct text *out, bool json, bool first, const char *key, double value);
// ,"key":[...]
void risk_output_array(struct text *out, const char *key, const double *values, size_t count);
void risk_output_names(struct text *out, const char *key, const char *const *names, size_t count);
// "..." as JSON has it.
void risk_output_string(struct text *out, const char *string);

// Lines as the member "warnings" of an object, ,"warnings":[...], where there are any; and each to standard error.
void risk_output_warnings(const struct args *args, const struct text *lines, struct text *out);

// Prints the text if rc is 0, and frees it. Returns rc, or the error of the text.
int risk_output_print(struct text *text, int rc) MUST_USE;

#endif
