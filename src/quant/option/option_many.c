// SPDX-License-Identifier: Apache-2.0
#include "quant/option/option_many.h"

#include <math.h>
#include <stdbool.h>

#include "base/simd.h"
#include "quant/math/mathfn_many.h"
#include "quant/option/black_many.h"
#include "quant/option/option_lane.h"

// What a lane that makes no contract is computed with, so that no vector meets what it cannot take.
static const double plain_spot = 100, plain_years = 1, plain_number = 0.2;

// A block of options: their terms, plain where they make no contract, and their legs.
struct block {
    size_t count;
    double fault[BLACK_LANES]; // enum option_fault
    double sign[BLACK_LANES];
    double spot[BLACK_LANES];
    double strike[BLACK_LANES];
    double years[BLACK_LANES];
    double rate[BLACK_LANES];
    double yield[BLACK_LANES];
    double number[BLACK_LANES]; // volatility or price
    double asset[BLACK_LANES];
    double paid[BLACK_LANES];
    double log[BLACK_LANES];
    double carry[BLACK_LANES];
    double root[BLACK_LANES];
};

static inline bool is_finite(double x) {
    return x - x == 0;
}

SIMD_CLONES static void block_terms(const struct option_many *many, size_t at,
                                    const double *restrict number, struct block *block) {
    const double *sign = many->sign + at, *spot = many->spot + at, *strike = many->strike + at;
    const double *years = many->years + at, *rate = many->rate + at, *yield = many->yield + at;
    for (size_t i = 0; i < block->count; i++) {
        bool finite = is_finite(spot[i]) && is_finite(strike[i]) && is_finite(years[i]) &&
                      is_finite(rate[i]) && is_finite(yield[i]);
        bool positive = spot[i] > 0 && strike[i] > 0, later = years[i] > 0;
        bool sound = finite && positive && later, counted = sound && is_finite(number[at + i]);
        double fault = later ? OPTION_SOUND : OPTION_EXPIRED;
        fault = positive ? fault : OPTION_NOT_POSITIVE;
        block->fault[i] = finite ? fault : OPTION_NOT_FINITE;
        block->sign[i] = sign[i];
        block->spot[i] = sound ? spot[i] : plain_spot;
        block->strike[i] = sound ? strike[i] : plain_spot;
        block->years[i] = sound ? years[i] : plain_years;
        block->rate[i] = sound ? rate[i] : 0;
        block->yield[i] = sound ? yield[i] : 0;
        block->number[i] = counted ? number[at + i] : plain_number;
    }
}

SIMD_CLONES static void block_logs(const struct block *block, const double *restrict near,
                                   const double *restrict far, double *restrict ret_money) {
    for (size_t i = 0; i < block->count; i++)
        ret_money[i] =
            option_is_near(option_part(block->spot[i], block->strike[i])) ? near[i] : far[i];
}

SIMD_CLONES static void block_from(struct block *block, const double *restrict discount,
                                   const double *restrict carry, const double *restrict money) {
    for (size_t i = 0; i < block->count; i++) {
        struct option_legs legs =
            option_legs_from(block->spot[i], block->strike[i], block->years[i], block->rate[i],
                             block->yield[i], discount[i], carry[i], money[i]);
        block->asset[i] = legs.asset;
        block->paid[i] = legs.strike;
        block->log[i] = legs.log;
        block->carry[i] = legs.carry;
        block->root[i] = legs.root;
    }
}

static void block_fill(const struct option_many *many, size_t at, const double *number,
                       struct block *block) {
    double discount[BLACK_LANES], carry[BLACK_LANES], near[BLACK_LANES], far[BLACK_LANES];
    block->count = many->count - at < BLACK_LANES ? many->count - at : BLACK_LANES;
    block_terms(many, at, number, block);
    for (size_t i = 0; i < block->count; i++) {
        double part = option_part(block->spot[i], block->strike[i]);
        discount[i] = -block->rate[i] * block->years[i];
        carry[i] = -block->yield[i] * block->years[i];
        near[i] = option_is_near(part) ? part : 0;
        far[i] = block->spot[i] / block->strike[i];
    }
    mathfn_exp_many(discount, block->count, discount);
    mathfn_exp_many(carry, block->count, carry);
    mathfn_log1p_many(near, block->count, near);
    mathfn_log_many(far, block->count, far);
    double money[BLACK_LANES];
    block_logs(block, near, far, money);
    block_from(block, discount, carry, money);
}

static inline struct option_legs legs_of(const struct block *block, size_t i) {
    return (struct option_legs){block->asset[i], block->paid[i], block->log[i], block->carry[i],
                                block->root[i]};
}

// b of every lane into lanes->value; a volatility of 0 is left to the caller.
static void block_black(const struct block *block, struct black_lanes *lanes) {
    for (size_t i = 0; i < block->count; i++) {
        double s = block->number[i] * sqrt(block->years[i]);
        lanes->x[i] = -fabs(block->log[i]);
        lanes->s[i] = s > 0 ? s : 1;
        lanes->limit[i] = 0.5 * lanes->x[i];
    }
    mathfn_exp_many(lanes->limit, block->count, lanes->limit);
    black_value_many(lanes, block->count);
}

static bool has_price(const struct block *block, size_t i, double vol) {
    return block->fault[i] == OPTION_SOUND && vol >= 0 && is_finite(vol);
}

static double price_of(const struct block *block, const struct black_lanes *lanes, size_t i) {
    struct option_legs legs = legs_of(block, i);
    return option_price_from(&legs, block->sign[i], block->number[i] > 0 ? lanes->value[i] : 0);
}

void option_price_many(const struct option_many *many, const double *vol, double *ret_price) {
    struct block block;
    struct black_lanes lanes;
    for (size_t at = 0; at < many->count; at += BLACK_LANES) {
        block_fill(many, at, vol, &block);
        block_black(&block, &lanes);
        for (size_t i = 0; i < block.count; i++)
            ret_price[at + i] =
                has_price(&block, i, vol[at + i]) ? price_of(&block, &lanes, i) : NAN;
    }
}

struct columns {
    double greeks[OPTION_GREEKS][BLACK_LANES];
};

SIMD_CLONES static void block_greeks(const struct block *block, const double *restrict e1,
                                     const double *restrict e2, const double *restrict price,
                                     struct columns *restrict ret) {
    for (size_t i = 0; i < block->count; i++) {
        struct option_legs legs = legs_of(block, i);
        struct option_greeks g = option_greeks_from(
            &legs, block->sign[i], block->spot[i], block->years[i], block->rate[i], block->yield[i],
            block->number[i], e1[i], e2[i], price[i]);
        ret->greeks[0][i] = g.price;
        ret->greeks[1][i] = g.delta;
        ret->greeks[2][i] = g.gamma;
        ret->greeks[3][i] = g.vega;
        ret->greeks[4][i] = g.theta;
        ret->greeks[5][i] = g.rho;
        ret->greeks[6][i] = g.rho_dividend;
        ret->greeks[7][i] = g.vanna;
        ret->greeks[8][i] = g.volga;
        ret->greeks[9][i] = g.charm;
        ret->greeks[10][i] = g.speed;
        ret->greeks[11][i] = g.zomma;
        ret->greeks[12][i] = g.color;
    }
}

static void block_densities(const struct block *block, double *ret_e1, double *ret_e2) {
    for (size_t i = 0; i < block->count; i++) {
        struct option_legs legs = legs_of(block, i);
        double s = block->number[i] * sqrt(block->years[i]);
        double d1 = option_d1(&legs, s), d2 = option_d2(&legs, s);
        ret_e1[i] = -0.5 * d1 * d1;
        ret_e2[i] = -0.5 * d2 * d2;
    }
    mathfn_exp_many(ret_e1, block->count, ret_e1);
    mathfn_exp_many(ret_e2, block->count, ret_e2);
}

void option_greeks_many(const struct option_many *many, const double *vol,
                        double *const ret_columns[OPTION_GREEKS]) {
    struct block block;
    struct black_lanes lanes;
    struct columns columns;
    double e1[BLACK_LANES], e2[BLACK_LANES], price[BLACK_LANES];
    for (size_t at = 0; at < many->count; at += BLACK_LANES) {
        block_fill(many, at, vol, &block);
        for (size_t i = 0; i < block.count; i++)
            if (!(block.number[i] > 0)) block.number[i] = plain_number;
        block_black(&block, &lanes);
        for (size_t i = 0; i < block.count; i++) price[i] = price_of(&block, &lanes, i);
        block_densities(&block, e1, e2);
        block_greeks(&block, e1, e2, price, &columns);
        for (size_t k = 0; k < OPTION_GREEKS; k++) {
            if (ret_columns[k] == NULL) continue;
            for (size_t i = 0; i < block.count; i++) {
                bool sound = has_price(&block, i, vol[at + i]) && vol[at + i] > 0;
                ret_columns[k][at + i] = sound ? columns.greeks[k][i] : NAN;
            }
        }
    }
}

static enum option_iv fault_status(const struct block *block, size_t i, double price) {
    if (!is_finite(price) || block->fault[i] == OPTION_NOT_FINITE) return OPTION_IV_NOT_FINITE;
    if (block->fault[i] == OPTION_NOT_POSITIVE) return OPTION_IV_NOT_POSITIVE;
    return block->fault[i] == OPTION_EXPIRED ? OPTION_IV_EXPIRED : OPTION_IV_FOUND;
}

// Statuses of a block, and the problems of those lanes that have one: at[k] is where the k-th stands.
static size_t block_problems(const struct block *block, const double *price, uint8_t *ret_status,
                             size_t *ret_at, double *ret_x, double *ret_value,
                             double *ret_complement) {
    size_t count = 0;
    for (size_t i = 0; i < block->count; i++) {
        struct option_legs legs = legs_of(block, i);
        struct option_quote quote = option_quote_of(&legs, block->sign[i], block->number[i]);
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
        for (size_t i = 0; i < block.count; i++) {
            ret_vol[at + i] = status[i] == OPTION_IV_ZERO ? 0 : NAN;
            if (ret_status != NULL) ret_status[at + i] = status[i];
        }
        for (size_t k = 0; k < count; k++)
            ret_vol[at + places[k]] = s[k] / sqrt(block.years[places[k]]);
    }
}
