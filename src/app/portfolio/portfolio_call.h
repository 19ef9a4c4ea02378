// SPDX-License-Identifier: Apache-2.0
// One call of `fulmar portfolio METHOD`: what was read, what was asked for, what came out. A method is a row of
// portfolio_method.c's table; an option or a column that it has no use for is an error.
#ifndef FULMAR_APP_PORTFOLIO_PORTFOLIO_CALL_H
#define FULMAR_APP_PORTFOLIO_PORTFOLIO_CALL_H

#include <stdbool.h>

#include "app/portfolio/portfolio_input.h"
#include "quant/portfolio/portfolio.h"

enum { PORTFOLIO_POINTS_MAX = 1001, PORTFOLIO_NUMBERS_MAX = 12, PORTFOLIO_VECTORS_MAX = 10 };

// What a method makes use of; each belongs to options and columns.
enum portfolio_use {
    USE_BOUNDS = 1 << 0,
    USE_GROUPS = 1 << 1,
    USE_TURNOVER = 1 << 2,
    USE_COST = 1 << 3,
    USE_IMPACT = 1 << 4,
    USE_UNCERTAINTY = 1 << 5,
    USE_TARGET = 1 << 6,
    USE_AVERSION = 1 << 7,
    USE_POINTS = 1 << 8,
    USE_CONFIDENCE = 1 << 9,
    USE_CLUSTERS = 1 << 10,
    USE_DISTANCE = 1 << 11,
    USE_VIEWS = 1 << 12,
    USE_TOTAL = 1 << 13,
    USE_BUDGET = 1 << 14,
    USE_BET = 1 << 15,
    USE_NO_DATA = 1 << 16, // takes numbers alone
};

struct portfolio_call {
    const struct args *args;
    bool misused; // what failed is an option by itself, before any file
    struct portfolio_input input;
    struct portfolio portfolio;
    double rf, target, aversion, confidence;
    // Answers: one, or the points of a frontier.
    struct portfolio_result *results;
    size_t points;
    // Beside the weights: numbers by name, numbers an asset by name, and the order of a tree's leaves.
    const char *number_names[PORTFOLIO_NUMBERS_MAX];
    double numbers[PORTFOLIO_NUMBERS_MAX];
    size_t number_count;
    const char *vector_names[PORTFOLIO_VECTORS_MAX];
    const double *vectors[PORTFOLIO_VECTORS_MAX];
    size_t vector_count;
    const size_t *order;
};

struct portfolio_method {
    const char *name;
    unsigned uses;
    int (*run)(struct portfolio_call *call);
};

// NULL: there is none of that name; the story lists them.
const struct portfolio_method *portfolio_method_find(const char *name);

// Reads what the method takes, and computes. To be freed either way.
int portfolio_call_run(const struct args *args, const struct portfolio_method *method,
                       struct portfolio_call *ret_call) MUST_USE;
void portfolio_call_free(struct portfolio_call *call);

// Answers beside the weights, in the order in which they are added.
void portfolio_call_add(struct portfolio_call *call, const char *name, double number);
void portfolio_call_add_vector(struct portfolio_call *call, const char *name, const double *values);

// What is printed: JSON of everything, or tables.
void portfolio_output_json(const struct portfolio_call *call);
void portfolio_output_table(const struct portfolio_call *call);
// A picture: moments and weights along a frontier, or weights and shares of risk as a heat map.
int portfolio_output_plot(struct portfolio_call *call, const char *path) MUST_USE;

#endif
