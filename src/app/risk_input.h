// SPDX-License-Identifier: Apache-2.0
// What the verbs of `fulmar risk` read: returns, a column an asset, or a covariance, and weights.
//
// A file of returns has a header; columns called date, day, time, timestamp or ts are passed over. A file of
// weights has the asset's name in its first column, or in the one called asset, and weights in the others.
#ifndef FULMAR_APP_RISK_INPUT_H
#define FULMAR_APP_RISK_INPUT_H

#include "app/command.h"
#include "app/csv.h"

struct risk_input {
    struct csv data;       // returns, or a covariance
    struct csv weighed;    // closed where there are no weights
    const char *portfolio; // the column of weights, or the one series
    size_t count;          // of assets
    size_t rows;           // of returns; 0: of a covariance
    const char **names;
    double *weights;
    double **columns;   // [count], each of `rows` returns
    double *series;     // [rows], of the portfolio
    double *covariance; // [count^2], sample divisor
};

// --returns with --weights and --portfolio, or with --column; or --covariance with --weights, where the verb
// has it. Errors name file, line and field. To be freed either way.
int risk_input_read(const struct args *args, bool takes_covariance,
                    struct risk_input *ret_input) MUST_USE;
void risk_input_free(struct risk_input *input);

#endif
