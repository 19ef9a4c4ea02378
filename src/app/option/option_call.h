// SPDX-License-Identifier: Apache-2.0
// One question about one option or about a file of them: which terms and numbers it names, and the answer.
#ifndef FULMAR_APP_OPTION_OPTION_CALL_H
#define FULMAR_APP_OPTION_OPTION_CALL_H

#include <stdbool.h>

#include "app/command.h"
#include "app/csv.h"
#include "quant/option/american.h"
#include "quant/option/asian.h"
#include "quant/option/barrier.h"
#include "quant/option/dividend.h"
#include "quant/option/heston.h"

enum option_question { OPTION_ASK_PRICE, OPTION_ASK_IV, OPTION_ASK_GREEKS };

enum option_kind { OPTION_EUROPEAN, OPTION_AMERICAN, OPTION_BARRIER, OPTION_ASIAN, OPTION_HESTON };

struct option_call {
    enum option_question question;
    struct option_terms
        option; // the terms that --spot and the like name; of a file those that its columns lack
    double vol; // under Heston's model the root of the variance now
    double price;
    enum option_kind kind;
    enum american_method method;
    size_t steps;
    double *scratch;
    struct barrier barrier;
    struct asian asian;
    struct dividends dividends;
    enum dividend_model dividend_model;
    bool grid;            // finite differences, in place of `method`
    struct heston heston; // but for v0
};

// Names of the fields of struct option_greeks, in their order.
enum { OPTION_FIELDS = sizeof(struct option_greeks) / sizeof(double) };
extern const char *const option_fields[OPTION_FIELDS];

struct option_answer {
    double vol;
    enum option_iv status;
    struct option_greeks greeks; // price alone unless they were asked for
};

// From the options of a verb. ERR_ARGUMENT names the option and what it takes.
int option_call_read(const struct args *args, enum option_question question,
                     struct option_call *ret_call) MUST_USE;
void option_call_free(struct option_call *call);

// Whether the answer is a tree's although the integral equation was asked for: american_has_two_boundaries.
bool option_call_is_by_tree(const struct option_call *call);

// ERR_ARGUMENT, ERR_UNSUPPORTED: terms that make no contract, unless a volatility was asked for: then the
// status says it.
int option_call_answer(const struct option_call *call, struct option_answer *ret_answer) MUST_USE;

// A row of a file: type, S, K, T, r, q and vol or price, by those names or longer ones, in any case.
struct option_columns {
    int side, spot, strike, years, rate, yield, number; // -1: not there, the call's own
};

// ERR_NOT_FOUND names the column that is missing and those that there are.
int option_columns_find(const struct csv *csv, const struct option_call *call,
                        struct option_columns *ret_columns) MUST_USE;
// The call of a row. ERR_PARSE names file, line and field.
int option_columns_read(const struct csv *csv, const struct option_columns *columns, size_t row,
                        const struct option_call *call, struct option_call *ret_call) MUST_USE;

#endif
