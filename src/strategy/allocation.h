// SPDX-License-Identifier: Apache-2.0
// The family "allocation": how the account's capital is divided among its strategies, from what they earned lately. One
// file and one registry line each.
//
// A method sees daily returns of each strategy on its own equity and answers with weights. The rules around it are the
// same for all: when it is asked (`every`), on how many days (`window`, at least `least`), between which bounds each
// weight stays (`floor`, `cap`), how much of the way is gone (`pace`), and how far capital has to be from where it
// should be before any of it moves (`band`, the hysteresis).
//
// Pure functions of the view: no clock, no memory, no I/O.
#ifndef FULMAR_STRATEGY_ALLOCATION_H
#define FULMAR_STRATEGY_ALLOCATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/params.h"

enum { ALLOCATION_WINDOW_MAX = 504, ALLOCATION_STRATEGIES_MAX = 256 };

// The first rows of every method's parameters; its own come after them.
enum allocation_rule {
    ALLOCATION_EVERY,  // trading days between looks
    ALLOCATION_WINDOW, // days of returns that a look has at most
    ALLOCATION_LEAST,  // and at least
    ALLOCATION_BAND,   // a look moves nothing while every weight is that near
    ALLOCATION_PACE,   // part of the way that capital goes
    ALLOCATION_FLOOR,  // least weight of each
    ALLOCATION_CAP,    // largest
    ALLOCATION_RESIZE, // 1: positions of who got or gave are sized anew at its next decision
    ALLOCATION_OWN
};

struct allocation_view {
    uint32_t count;               // strategies, > 0
    uint32_t days;                // of returns
    const double *const *returns; // [count], each [days], oldest first; simple, of a day, finite
    const double *market;         // [days]: mean return of the instruments traded
    const double *shares;         // [count]: configured, each in [0, 1], sum at most 1
};

struct allocation {
    const char *name; // lower_snake_case, stable
    const char *summary;
    const struct param *params; // ALLOCATION_RULES first
    size_t param_count;
    bool
        reads_returns; // asked only with enough of them, and only for strategies whose returns vary
    // Weights >= 0 of a whole of 1; what they leave of it stays cash. Bounds are applied afterwards. Any error, which
    // has a story: there is no answer, and nothing moves.
    int (*weigh)(const struct allocation_view *view, const double *params, struct arena *scratch,
                 double *ret_weights);
};

size_t allocation_count(void);
const struct allocation *allocation_at(size_t index);
const struct allocation *allocation_find(const char *name); // NULL

// ERR_ARGUMENT with a story when parameters contradict each other: floor above cap or 1 / count, least above window.
int allocation_check(const struct allocation *allocation, uint32_t count,
                     const double *params) MUST_USE;

// Asks a method, and applies floor and cap. A strategy whose returns do not vary keeps its configured share of the
// whole, the method divides the rest. False: there is no answer, ret_weights is undefined. Scratch is left as it was.
bool allocation_weigh(const struct allocation *allocation, const double *params,
                      const struct allocation_view *view, struct arena *scratch,
                      double *ret_weights);
// Bytes of scratch that allocation_weigh() needs at most.
size_t allocation_memory(uint32_t count);

// weights[i] := min(max(x weights[i], floor), cap) with the x that keeps their sum, as far as the bounds let it: the
// nearest in relative entropy. floor <= cap.
void allocation_bound(double *weights, uint32_t count, double floor, double cap);

#endif
