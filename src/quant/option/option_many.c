// SPDX-License-Identifier: Apache-2.0
#include "quant/option/option_many.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/simd.h"
#include "quant/math/mathfn_many.h"
#include "quant/option/black_many.h"
#include "quant/option/option_lane.h"

// What a lane that makes no contract is computed with, so that no vector meets what it cannot take.
static const double plain_spot = 100, plain_years = 1, plain_number = 0.2;

// A block of options: their terms, plain where they make no contract, so that what follows has no special cases.
struct terms {
    size_t count;
    double fault[BLACK_LANES]; // enum option_fault
    double sign[BLACK_LANES];
    double spot[BLACK_LANES];
    double strike[BLACK_LANES];
    double years[BLACK_LANES];
    double rate[BLACK_LANES];
    double yield[BLACK_LANES];
    double number[BLACK_LANES];  // volatility or price
    double defined[BLACK_LANES]; // 1; NaN where there are no sensitivities
};

static inline bool is_finite(double x) {
    return x - x == 0;
}

SIMD_CLONES_WIDE static void terms_fill(const struct option_many *many, size_t at,
                                        const double *restrict numbers,
                                        struct terms *restrict ret) {
    const double *sign = many->sign + at, *spot = many->spot + at, *strike = many->strike + at;
    const double *years = many->years + at, *rate = many->rate + at, *yield = many->yield + at;
    size_t left = many->count - at, count = left < BLACK_LANES ? left : BLACK_LANES;
    for (size_t i = 0; i < count; i++) {
        double s = spot[i], k = strike[i], t = years[i], r = rate[i], q = yield[i];
        double number = numbers[at + i];
        bool finite = is_finite(s) & is_finite(k) & is_finite(t) & is_finite(r) & is_finite(q);
        bool positive = (s >= DBL_MIN) & (k >= DBL_MIN), later = t > 0;
        bool sound = finite & positive & later, counted = sound & is_finite(number);
        double fault = later ? OPTION_SOUND : OPTION_EXPIRED;
        fault = positive ? fault : OPTION_NOT_POSITIVE;
        ret->fault[i] = finite ? fault : OPTION_NOT_FINITE;
        ret->sign[i] = sign[i];
        ret->spot[i] = sound ? s : plain_spot;
        ret->strike[i] = sound ? k : plain_spot;
        ret->years[i] = sound ? t : plain_years;
        ret->rate[i] = sound ? r : 0;
        ret->yield[i] = sound ? q : 0;
        ret->number[i] = counted ? number : plain_number;
        ret->defined[i] = (counted & (number > 0)) ? 1 : NAN;
    }
    ret->count = count;
}

static inline struct option_legs legs_at(const struct terms *terms, size_t i) {
    return option_legs_of(terms->spot[i], terms->strike[i], terms->years[i], terms->rate[i],
                          terms->yield[i]);
}

// The same with its legs.
struct block {
    struct terms terms;
    double asset[BLACK_LANES];
    double paid[BLACK_LANES];
    double log[BLACK_LANES];
    double root[BLACK_LANES];
};

SIMD_CLONES_WIDE static void block_legs(struct block *restrict block) {
    for (size_t i = 0; i < block->terms.count; i++) {
        struct option_legs legs = legs_at(&block->terms, i);
        block->asset[i] = legs.asset;
        block->paid[i] = legs.strike;
        block->log[i] = legs.log;
        block->root[i] = legs.root;
    }
}

static void block_fill(const struct option_many *many, size_t at, const double *numbers,
                       struct block *block) {
    terms_fill(many, at, numbers, &block->terms);
    block_legs(block);
}

static inline struct option_legs legs_of(const struct block *block, size_t i) {
    return (struct option_legs){block->asset[i], block->paid[i], block->log[i], block->root[i]};
}

// b of every lane into lanes->value; a volatility of 0 is left to the caller.
static void block_black(const struct block *block, struct black_lanes *lanes) {
    for (size_t i = 0; i < block->terms.count; i++) {
        double s = block->terms.number[i] * sqrt(block->terms.years[i]);
        lanes->x[i] = -fabs(block->log[i]);
        lanes->s[i] = s > 0 ? s : 1;
        lanes->limit[i] = 0.5 * lanes->x[i];
    }
    mathfn_exp_many(lanes->limit, block->terms.count, lanes->limit);
    black_value_many(lanes, block->terms.count);
}

static bool has_price(const struct block *block, size_t i, double vol) {
    return block->terms.fault[i] == OPTION_SOUND && vol >= 0 && is_finite(vol);
}

static double price_of(const struct block *block, const struct black_lanes *lanes, size_t i) {
    struct option_legs legs = legs_of(block, i);
    return option_price_from(&legs, block->terms.sign[i],
                             block->terms.number[i] > 0 ? lanes->value[i] : 0);
}

void option_price_many(const struct option_many *many, const double *vol, double *ret_price) {
    struct block block;
    struct black_lanes lanes;
    for (size_t at = 0; at < many->count; at += BLACK_LANES) {
        block_fill(many, at, vol, &block);
        block_black(&block, &lanes);
        for (size_t i = 0; i < block.terms.count; i++)
            ret_price[at + i] =
                has_price(&block, i, vol[at + i]) ? price_of(&block, &lanes, i) : NAN;
    }
}

// Sensitivities of a block.
enum { GREEKS_FIRST = offsetof(struct option_greeks, vanna) / sizeof(double) };
struct columns {
    _Alignas(64) double at[OPTION_GREEKS][BLACK_LANES];
};

// `higher`: those behind the first GREEKS_FIRST as well.
static inline __attribute__((always_inline)) void
greek_lanes(const struct terms *restrict terms, bool higher, struct columns *restrict ret) {
    for (size_t i = 0; i < terms->count; i++) {
        struct option_legs legs = legs_at(terms, i);
        struct option_greeks g =
            option_greeks_of(&legs, terms->sign[i], terms->spot[i], terms->years[i], terms->rate[i],
                             terms->yield[i], terms->number[i]);
        double defined = terms->defined[i];
        ret->at[0][i] = g.price * defined;
        ret->at[1][i] = g.delta * defined;
        ret->at[2][i] = g.gamma * defined;
        ret->at[3][i] = g.vega * defined;
        ret->at[4][i] = g.theta * defined;
        ret->at[5][i] = g.rho * defined;
        ret->at[6][i] = g.rho_dividend * defined;
        if (!higher) continue;
        ret->at[7][i] = g.vanna * defined;
        ret->at[8][i] = g.volga * defined;
        ret->at[9][i] = g.charm * defined;
        ret->at[10][i] = g.speed * defined;
        ret->at[11][i] = g.zomma * defined;
        ret->at[12][i] = g.color * defined;
    }
}

SIMD_CLONES_WIDE static void first_greeks(const struct terms *terms, struct columns *ret) {
    greek_lanes(terms, false, ret);
}

SIMD_CLONES_WIDE static void all_greeks(const struct terms *terms, struct columns *ret) {
    greek_lanes(terms, true, ret);
}

// The arithmetic is quick enough to wait for memory: the next block's terms, and the places that this one's answers go
// to, are asked for before it begins.
enum { LINE = 64 / sizeof(double) };

static void fetch_terms(const struct option_many *many, size_t at, const double *numbers) {
    const double *const from[] = {many->sign, many->spot,  many->strike, many->years,
                                  many->rate, many->yield, numbers};
    if (at + BLACK_LANES > many->count) return;
    for (size_t c = 0; c < sizeof from / sizeof *from; c++)
        for (size_t i = 0; i < BLACK_LANES; i += LINE) __builtin_prefetch(from[c] + at + i);
}

static void fetch_columns(double *const columns[OPTION_GREEKS], size_t at, size_t count) {
    for (size_t k = 0; k < OPTION_GREEKS; k++)
        for (size_t i = 0; columns[k] != NULL && i < count; i += LINE)
            __builtin_prefetch(columns[k] + at + i, 1);
}

void option_greeks_many(const struct option_many *many, const double *vol,
                        double *const ret_columns[OPTION_GREEKS]) {
    struct terms terms;
    struct columns columns;
    bool higher = false;
    for (size_t k = GREEKS_FIRST; k < OPTION_GREEKS; k++) higher |= ret_columns[k] != NULL;
    for (size_t at = 0; at < many->count; at += BLACK_LANES) {
        terms_fill(many, at, vol, &terms);
        fetch_terms(many, at + BLACK_LANES, vol);
        fetch_columns(ret_columns, at, terms.count);
        if (higher)
            all_greeks(&terms, &columns);
        else
            first_greeks(&terms, &columns);
        for (size_t k = 0; k < OPTION_GREEKS; k++)
            if (ret_columns[k] != NULL)
                memcpy(ret_columns[k] + at, columns.at[k], terms.count * sizeof(double));
    }
}

static enum option_iv fault_status(const struct block *block, size_t i, double price) {
    if (!is_finite(price) || block->terms.fault[i] == OPTION_NOT_FINITE)
        return OPTION_IV_NOT_FINITE;
    if (block->terms.fault[i] == OPTION_NOT_POSITIVE) return OPTION_IV_NOT_POSITIVE;
    return block->terms.fault[i] == OPTION_EXPIRED ? OPTION_IV_EXPIRED : OPTION_IV_FOUND;
}

// Statuses of a block, and the problems of those lanes that have one: at[k] is where the k-th stands.
static size_t block_problems(const struct block *block, const double *price, uint8_t *ret_status,
                             size_t *ret_at, double *ret_x, double *ret_value,
                             double *ret_complement) {
    size_t count = 0;
    for (size_t i = 0; i < block->terms.count; i++) {
        struct option_legs legs = legs_of(block, i);
        struct option_quote quote =
            option_quote_of(&legs, block->terms.sign[i], block->terms.number[i]);
        enum option_iv status = fault_status(block, i, price[i]);
        if (status == OPTION_IV_FOUND) status = (enum option_iv)quote.status;
        ret_status[i] = (uint8_t)status;
        if (status != OPTION_IV_FOUND) continue;
        ret_at[count] = i;
        ret_x[count] = -fabs(legs.log);
        ret_value[count] = quote.value;
        ret_complement[count++] = quote.complement;
    }
    return count;
}

void option_implied_many(const struct option_many *many, const double *price, double *ret_vol,
                         uint8_t *ret_status) {
    struct block block;
    uint8_t status[BLACK_LANES];
    size_t places[BLACK_LANES];
    double x[BLACK_LANES], value[BLACK_LANES], complement[BLACK_LANES], s[BLACK_LANES];
    for (size_t at = 0; at < many->count; at += BLACK_LANES) {
        block_fill(many, at, price, &block);
        size_t count = block_problems(&block, price + at, status, places, x, value, complement);
        black_deviation_many(x, value, complement, count, s);
        for (size_t i = 0; i < block.terms.count; i++) {
            ret_vol[at + i] = status[i] == OPTION_IV_ZERO ? 0 : NAN;
            if (ret_status != NULL) ret_status[at + i] = status[i];
        }
        for (size_t k = 0; k < count; k++)
            ret_vol[at + places[k]] = s[k] / sqrt(block.terms.years[places[k]]);
    }
}
