// SPDX-License-Identifier: Apache-2.0
// What the verbs of `fulmar risk` read: returns, a column an asset, or a covariance, and weights.
//
// A file of returns has a header; columns called date, day, time, timestamp or ts are passed over. A file of
// weights has the asset's name in its first column, or in the one called asset, and weights in the others.
#ifndef FULMAR_APP_RISK_RISK_INPUT_H
#define FULMAR_APP_RISK_RISK_INPUT_H

#include "app/command.h"
#include "app/csv.h"

// Rows of option tables, and what a verb says of them.
#define RISK_INPUT                                                                                 \
    {"returns", "FILE", NULL, "a CSV file of simple returns, a column an asset, a row a period"},  \
        {"weights", "FILE", NULL, "a CSV file with a row an asset: its name, then weights"},       \
        {"portfolio", "NAME", NULL, "the column of weights; default the first"}, {                 \
        "amounts", NULL, NULL, "weights are amounts: they need not add up to 1"                    \
    }
#define RISK_INPUT_COLUMN                                                                          \
    { "column", "NAME", NULL, "one series of the returns instead of a portfolio" }
#define RISK_INPUT_LEVEL                                                                           \
    { "level", "L", NULL, "confidence: 0.99 (the default) is one loss in a hundred; repeatable" }
#define RISK_INPUT_ESTIMATOR                                                                       \
    {"estimator", "E", RISK_INPUT_ESTIMATORS,                                                      \
     "of the covariance: of the sample, exponentially weighted, or shrunk; default sample"},       \
    {                                                                                              \
        "lambda", "L", NULL, "of ewma: weight of the covariance before; default 0.94"              \
    }
#define RISK_INPUT_ESTIMATORS "sample|ewma|identity|constant|oas"
#define RISK_INPUT_ABOUT                                                                           \
    "Every weight names a column of the returns; columns without a weight are not held. A cell "   \
    "that is no number, a name that is unknown and weights that do not add up to 1 are errors."

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

// What the options say by themselves: which files are given, --estimator and --lambda. ERR_ARGUMENT: misuse.
int risk_input_check(const struct args *args, bool takes_covariance, bool takes_estimator) MUST_USE;

// After risk_input_check: --returns with --weights and --portfolio, or with --column; or --covariance with --weights,
// where the verb has it. Errors name file, line and field. To be freed either way.
int risk_input_read(const struct args *args, bool takes_covariance,
                    struct risk_input *ret_input) MUST_USE;

// Replaces the covariance by that of --estimator (quant/series/covariance.h): ewma with --lambda and no mean, identity
// and constant of Ledoit and Wolf, oas. *ret_other: it is not `sample`.
int risk_input_estimate(const struct args *args, struct risk_input *input,
                        bool *ret_other) MUST_USE;

// A line for each thing that a user should know of what the numbers rest on: a covariance of no more rows than
// assets, and, where `empirical`, levels beyond which less than one row lies.
void risk_input_warn(const struct args *args, const struct risk_input *input, const double *levels,
                     size_t level_count, bool empirical, struct text *out);

void risk_input_free(struct risk_input *input);

#endif
