// SPDX-License-Identifier: Apache-2.0
// Against self-deception: what stands under every search. Statistics over all of its trials, and what its best does
// when something is a little different.
#ifndef FULMAR_APP_SWEEP_SWEEP_DOUBT_H
#define FULMAR_APP_SWEEP_SWEEP_DOUBT_H

#include "app/sweep/sweep.h"
#include "research/overfit/cscv.h"
#include "research/overfit/entries.h"
#include "research/overfit/neighbours.h"
#include "research/overfit/redraw.h"
#include "research/overfit/snoop.h"
#include "research/sweep/doubt.h"

enum sweep_doubt_level { SWEEP_DOUBT_OFF, SWEEP_DOUBT_QUICK, SWEEP_DOUBT_FULL };
enum { SWEEP_VARIANTS_MAX = 12, SWEEP_WHY_SIZE = 160 };

// The best parameters under other costs.
struct sweep_variant {
    char name[48];
    struct score_result result;
};

// Measures of the best on moved candles.
struct sweep_candles {
    uint32_t runs; // 0: none
    double strength;
    double objective[3]; // 5, 50 and 95 %
    double total_return[3];
    double loss; // share of the runs
};

struct sweep_doubt {
    enum sweep_doubt_level level;
    struct doubt sharpe;
    bool has_cscv, has_snoop, has_entries, has_neighbours;
    struct cscv cscv;
    struct snoop snoop;
    struct neighbourhood near;
    uint64_t robust; // row with the best mean of itself and its neighbours
    double robust_mean;
    // Why there is nothing, where there is nothing.
    char why_returns[SWEEP_WHY_SIZE];
    char why_entries[SWEEP_WHY_SIZE];
    struct entries entries;
    struct sweep_variant variants[SWEEP_VARIANTS_MAX];
    uint32_t variant_count;
    double break_even; // slippage in parts of the price at which nothing is left; NaN: not found
    bool has_spread[REDRAW_METHODS];
    struct redraw_spread spreads[REDRAW_METHODS];
    size_t spread_count[REDRAW_METHODS]; // trades or days that paths are made of
    double block;                        // days
    struct sweep_candles candles;
    uint32_t series; // of stocks; those that end before the data does
    uint32_t ended;
    double seconds;
};

// --doubt; ERR_ARGUMENT.
int sweep_doubt_level_of(const struct args *args, enum sweep_doubt_level *ret_level) MUST_USE;
// Makes room for the trials' returns before they are worked out, if memory allows it.
int sweep_doubt_prepare(struct sweep *sweep, struct sweep_doubt *doubt) MUST_USE;
// After sweep_rank.
int sweep_doubt_work(struct sweep *sweep, struct sweep_doubt *doubt) MUST_USE;
// sweep_rerun.c
int sweep_rerun(struct sweep *sweep, struct sweep_doubt *doubt) MUST_USE;

// sweep_doubt_output.c
void sweep_doubt_print(const struct sweep *sweep, const struct sweep_doubt *doubt);
struct json_t;
struct json_t *sweep_doubt_json(const struct sweep *sweep, const struct sweep_doubt *doubt);
// sweep_page.c
int sweep_page(const struct sweep *sweep, const struct sweep_doubt *doubt,
               const char *path) MUST_USE;

#endif
