// SPDX-License-Identifier: Apache-2.0
#include "quant/micro/microprice.h"

#include <stdbool.h>
#include <string.h>

#include "base/check.h"
#include "quant/math/linalg.h"

enum { MAX = MICROPRICE_STATES_MAX };

// The chain as probabilities, [x * states + y].
struct chain {
    double leave[MAX * MAX]; // I - Q
    double moved[MAX * MAX]; // T
    double jump[MAX];        // R
    bool seen[MAX];
};

static void chain_make(const struct microprice_counts *counts, struct chain *ret_chain);
static bool always_moves(const double *after, const bool *seen, size_t states);
static bool sum_up(const double *first, const double *after, size_t states, double *ret_adjustment);

uint32_t microprice_state(double imbalance, uint32_t states) {
    double state = imbalance * states;
    if (!(state >= 0)) return 0;
    return state >= states ? states - 1 : (uint32_t)state;
}

void microprice_count(struct microprice_counts *counts, uint32_t from, uint32_t to, int64_t jump) {
    DCHECK(from < counts->states && to < counts->states);
    uint64_t *cells = jump == 0 ? counts->stayed : counts->moved;
    cells[from * MAX + to]++;
    counts->jumps[from] += jump;
    counts->total++;
}

int microprice_fit(const struct microprice_counts *counts, struct microprice_fit *ret_fit) {
    struct chain chain;
    size_t states = counts->states, pivots[MAX];
    CHECK(states >= 2 && states <= MAX);
    chain_make(counts, &chain);
    if (linalg_lu(chain.leave, states, pivots) < states)
        return ERR_SET(ERR_UNSUPPORTED, "from some state of the book the mid never moves");
    struct microprice_fit fit = {.first = {0}};
    memcpy(fit.first, chain.jump, states * sizeof *fit.first);
    linalg_lu_solve(chain.leave, pivots, states, fit.first);
    for (size_t y = 0; y < states; y++) {
        double column[MAX];
        for (size_t x = 0; x < states; x++) column[x] = chain.moved[x * states + y];
        linalg_lu_solve(chain.leave, pivots, states, column);
        for (size_t x = 0; x < states; x++) fit.after[x * states + y] = column[x];
    }
    if (!always_moves(fit.after, chain.seen, states))
        return ERR_SET(ERR_UNSUPPORTED, "from some state of the book the mid never moves");
    if (!sum_up(fit.first, fit.after, states, fit.adjustment))
        return ERR_SET(ERR_UNSUPPORTED, "the mid's moves have no end to sum up to");
    *ret_fit = fit;
    return 0;
}

static void chain_make(const struct microprice_counts *counts, struct chain *ret_chain) {
    size_t states = counts->states;
    memset(ret_chain, 0, sizeof *ret_chain);
    for (size_t x = 0; x < states; x++) {
        size_t other = states - 1 - x;
        double rows = 0;
        for (size_t y = 0; y < states; y++) {
            size_t here = x * MAX + y, there = other * MAX + (states - 1 - y);
            double stayed = (double)(counts->stayed[here] + counts->stayed[there]);
            double moved = (double)(counts->moved[here] + counts->moved[there]);
            ret_chain->leave[x * states + y] = -stayed;
            ret_chain->moved[x * states + y] = moved;
            rows += stayed + moved;
        }
        for (size_t y = 0; y < states && rows > 0; y++) {
            ret_chain->leave[x * states + y] /= rows;
            ret_chain->moved[x * states + y] /= rows;
        }
        ret_chain->leave[x * states + x] += 1;
        ret_chain->seen[x] = rows > 0;
        if (rows > 0)
            ret_chain->jump[x] = ((double)counts->jumps[x] - (double)counts->jumps[other]) / rows;
    }
}

// A row of B sums up to 1, unless some of its paths never see the mid move.
static bool always_moves(const double *after, const bool *seen, size_t states) {
    for (size_t x = 0; x < states; x++) {
        double sum = 0;
        for (size_t y = 0; y < states; y++) sum += after[x * states + y];
        if (seen[x] && !(sum > 1 - 1e-6 && sum < 1 + 1e-6)) return false;
    }
    return true;
}

// (I - B) g = G1 for the first half of the states, the other half being its negative.
static bool sum_up(const double *first, const double *after, size_t states,
                   double *ret_adjustment) {
    size_t half = states / 2, pivots[MAX];
    double matrix[MAX * MAX], sum[MAX];
    for (size_t x = 0; x < half; x++) {
        for (size_t y = 0; y < half; y++)
            matrix[x * half + y] =
                (x == y) - after[x * states + y] + after[x * states + states - 1 - y];
        sum[x] = (first[x] - first[states - 1 - x]) / 2;
    }
    if (linalg_lu(matrix, half, pivots) < half) return false;
    linalg_lu_solve(matrix, pivots, half, sum);
    for (size_t x = 0; x < half; x++) {
        ret_adjustment[x] = sum[x];
        ret_adjustment[states - 1 - x] = -sum[x];
    }
    return true;
}
