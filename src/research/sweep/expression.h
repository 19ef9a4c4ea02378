// SPDX-License-Identifier: Apache-2.0
// A formula over named numbers, for conditions on parameters and on results: "fast < slow and slow <= 4 * fast".
//
//   or, ||     and, &&     not, !     < <= > >= == !=     + -     * / %     unary -     ( )     numbers, names
//
// from weakest to strongest; comparisons do not chain ("a < b < c" is an error). A truth is 1 or 0, every number but 0
// is true, and a comparison with NaN (an undefined result) is false. % is the remainder of truncated division.
#ifndef FULMAR_RESEARCH_SWEEP_EXPRESSION_H
#define FULMAR_RESEARCH_SWEEP_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { EXPRESSION_STEPS_MAX = 256, EXPRESSION_DEPTH_MAX = 32 };

// One step of the formula in postfix form.
struct expression_step {
    uint32_t op;   // enum of expression.c
    uint32_t name; // index of the name that is read
    double number; // the constant that is read
};

struct expression {
    struct expression_step steps[EXPRESSION_STEPS_MAX];
    uint32_t count;
};

// Reads `text` over `names`; `what` ("where") begins the story of an error, which names the column. ERR_PARSE;
// ERR_NOT_FOUND: a name that is none of them (the nearest is suggested); ERR_FULL: too long or too deep.
int expression_parse(const char *what, const char *text, const char *const *names,
                     size_t name_count, struct expression *ret_expression) MUST_USE;

// Its value for these values of the names.
double expression_value(const struct expression *expression, const double *values);
bool expression_holds(const struct expression *expression, const double *values);

#endif
