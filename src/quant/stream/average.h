// SPDX-License-Identifier: Apache-2.0
// Moving averages of every type that TA-Lib knows by number, as one building block: bands, oscillators and stochastics
// take the type as a parameter. An average is plain bytes of a size that follows from type and length.
//
// | type  | first value at row | definition |
// |---|---|---|
// | sma   | p - 1    | mean of the last p |
// | ema   | p - 1    | weight 2 / (p + 1), seeded with the mean of the first p |
// | wma   | p - 1    | weights 1 to p, the newest heaviest |
// | dema  | 2(p - 1) | 2 E1 - E2, an EMA and the EMA of it, each seeded with its own first p inputs |
// | tema  | 3(p - 1) | 3 E1 - 3 E2 + E3 |
// | trima | p - 1    | a mean of means, whose weights are a triangle |
// | kama  | p        | Kaufman's: the weight follows the efficiency of the last p steps |
// | mama  | 32       | Ehlers's (quant/stream/cycle.h) with limits 0.5 and 0.05; the length has no meaning |
// | t3    | 6(p - 1) | Tillson's with a volume factor of 0.7 |
//
// With a length of 1 each of them is the value itself, from row 0 on.
#ifndef FULMAR_QUANT_STREAM_AVERAGE_H
#define FULMAR_QUANT_STREAM_AVERAGE_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "quant/stream/cycle.h"
#include "quant/stream/smooth.h"
#include "quant/stream/window.h"

enum average_type {
    AVERAGE_SMA,
    AVERAGE_EMA,
    AVERAGE_WMA,
    AVERAGE_DEMA,
    AVERAGE_TEMA,
    AVERAGE_TRIMA,
    AVERAGE_KAMA,
    AVERAGE_MAMA,
    AVERAGE_T3,
    AVERAGE_TYPES
};

#define AVERAGE_CHOICES "sma|ema|wma|dema|tema|trima|kama|mama|t3"

// A parameter row of a type.
#define AVERAGE_PARAM(name_, help_)                                                                \
    { .name = (name_), .type = PARAM_ENUM, .unit = "", .choices = AVERAGE_CHOICES, .help = (help_) }

struct average {
    uint32_t type;
    uint32_t period;
    double body[];
};

size_t average_size(enum average_type type, uint32_t period);
size_t average_lookback(enum average_type type, uint32_t period);

void average_init(struct average *average, enum average_type type, uint32_t period);
void average_init_t3(struct average *average, uint32_t period, double factor); // size of AVERAGE_T3

// Takes one value; NaN before row average_lookback.
double average_push(struct average *average, double x);

// push of each value in turn, the same bits. No overlap.
void average_run(struct average *average, const double *restrict x, size_t count,
                 double *restrict ret);

// The same over values that nobody has looked at, for ema and kama, which wait for every value before: it stops before
// the first that is not finite or beyond 1e60, or some rows earlier, and returns how many it took. 0 of other types, of
// an average that is not defined yet and of one that has seen such values.
size_t average_run_finite(struct average *average, const double *restrict x, size_t count,
                          double *restrict ret);

// Two averages of the same values. Where they start together, the one that is defined earlier is fed later, so that
// both are defined at once; else both are fed from the first value on.
struct average_pair {
    uint64_t wait[2]; // values until each is fed
    uint64_t offset;  // of the second among the bodies, in doubles
    double bodies[];
};

struct average_kind {
    enum average_type type;
    uint32_t period;
};

size_t average_pair_size(const struct average_kind kinds[2]);
size_t average_pair_lookback(const struct average_kind kinds[2]);
void average_pair_init(struct average_pair *pair, const struct average_kind kinds[2],
                       bool together);

// Takes one value; each is NaN until it is defined, both are from row average_pair_lookback on.
void average_pair_push(struct average_pair *pair, double x, double *ret_first, double *ret_second);
void average_pair_run(struct average_pair *pair, const double *restrict x, size_t count,
                      double *restrict ret_first, double *restrict ret_second);

// How many of the next `count` values come before an average is defined; `left` is how many do of all to come.
static inline size_t average_wait(uint64_t *left, size_t count) {
    size_t undefined = *left < count ? (size_t)*left : count;
    *left -= undefined;
    return undefined;
}

// The bodies, and push for a type that is known to the compiler.

struct average_sma {
    struct window_sum sum;
    double slots[];
};

struct average_wma {
    struct window_weighted weighted;
    double slots[];
};

struct average_trima {
    struct window_sum inner;
    struct window_sum outer;
    double slots[]; // of inner, then of outer
};

struct average_kama {
    uint64_t seen;
    double previous;
    double value;
    struct window delay;
    struct window_sum path; // of |steps|
    double slots[];         // of delay, then of path
};

// Six EMAs as weighted sums, `rest` of what was and the rest of 1 of what comes: two operations from row to row instead
// of the three of smooth_next. They smooth distances from the first value: what is rounded is the size of a move and
// not of a price, and a constant series stays exact.
struct average_t3 {
    struct smooth chain[6];
    double base;       // the first value; not a number before it
    double rest;       // 1 - alpha
    double weights[4]; // of the third to the sixth
};

// A chain of `depth` EMAs, each fed when the one before is defined; true when the last one is.
static inline bool average_chain_push(struct smooth *chain, size_t depth, double x) {
    for (size_t i = 0; i < depth; i++) {
        if (!smooth_push(&chain[i], x)) return false;
        x = chain[i].value;
    }
    return true;
}

// The weights add up to 1 exactly: `rest` is rounded, alpha is what it leaves.
static inline double average_t3_next(double value, double x, double rest) {
    return value * rest + x * (1 - rest);
}

static inline bool average_t3_push(struct average_t3 *t3, double x) {
    if (UNLIKELY(isnan(t3->base))) t3->base = x;
    x -= t3->base;
    for (size_t i = 0; i < 6; i++) {
        struct smooth *stage = &t3->chain[i];
        if (LIKELY(stage->left == 0))
            stage->value = average_t3_next(stage->value, x, t3->rest);
        else if (!smooth_push(stage, x))
            return false;
        x = stage->value;
    }
    return true;
}

static inline double average_dema(const struct smooth *chain) {
    return 2 * chain[0].value - chain[1].value;
}

static inline double average_tema(const struct smooth *chain) {
    return 3 * (chain[0].value - chain[1].value) + chain[2].value;
}

static inline double average_t3_value(const struct average_t3 *t3) {
    double distance = (t3->weights[0] * t3->chain[2].value + t3->weights[1] * t3->chain[3].value) +
                      (t3->weights[2] * t3->chain[4].value + t3->weights[3] * t3->chain[5].value);
    return t3->base + distance;
}

static inline uint32_t average_trima_inner(uint32_t period) {
    return (period + 1) / 2;
}

static inline double average_trima_push(struct average_trima *trima, double x) {
    double count = (double)trima->inner.at.period * (double)trima->outer.at.period;
    double inner = window_sum_push(&trima->inner, trima->slots, x);
    if (UNLIKELY(!trima->inner.at.full)) return NAN;
    double outer = window_sum_push(&trima->outer, trima->slots + trima->inner.at.period, inner);
    return LIKELY(trima->outer.at.full) ? outer / count : NAN;
}

// The weight of a value: the square of an exponential average's, from slow to fast by the efficiency.
static inline double average_kama_weight(double x, double old, double path) {
    const double fast = 2.0 / 3, slow = 2.0 / 31;
    double way = x - old;
    double straight = fabs(way / path);
    double efficiency = ((path <= way) | (path < 1e-14)) ? 1 : straight; // less is 0 to TA-Lib
    double share = efficiency * (fast - slow) + slow;
    return share * share;
}

static inline double average_kama_push(struct average_kama *kama, double x) {
    double *path_slots = kama->slots + kama->delay.period;
    double old = window_delay_push(&kama->delay, kama->slots, x);
    double step = fabs(x - kama->previous);
    if (UNLIKELY(kama->seen++ == 0)) {
        kama->previous = x;
        return NAN;
    }
    double path = window_sum_push(&kama->path, path_slots, step);
    if (UNLIKELY(!kama->path.at.full)) {
        kama->previous = x;
        return NAN;
    }
    double from = UNLIKELY(kama->seen == kama->delay.period + 1) ? kama->previous : kama->value;
    kama->previous = x;
    double weight = average_kama_weight(x, old, path);
    return kama->value = from * (1 - weight) + x * weight;
}

// push for what was initialised with that type.
static inline double average_push_as(struct average *average, enum average_type type, double x) {
    void *body = average->body;
    if (UNLIKELY(average->period == 1)) type = AVERAGE_SMA;
    if (type == AVERAGE_SMA) {
        struct average_sma *sma = body;
        double sum = window_sum_push(&sma->sum, sma->slots, x);
        return LIKELY(sma->sum.at.full) ? sum / (double)sma->sum.at.period : NAN;
    }
    if (type == AVERAGE_EMA) {
        struct smooth *ema = body;
        return smooth_push(ema, x) ? ema->value : NAN;
    }
    if (type == AVERAGE_WMA) {
        struct average_wma *wma = body;
        double sum = window_weighted_push(&wma->weighted, wma->slots, x);
        double period = (double)wma->weighted.at.period;
        return LIKELY(wma->weighted.at.full) ? sum / (period * (period + 1) / 2) : NAN;
    }
    if (type == AVERAGE_DEMA) return average_chain_push(body, 2, x) ? average_dema(body) : NAN;
    if (type == AVERAGE_TEMA) return average_chain_push(body, 3, x) ? average_tema(body) : NAN;
    if (type == AVERAGE_TRIMA) return average_trima_push(body, x);
    if (type == AVERAGE_KAMA) return average_kama_push(body, x);
    if (type == AVERAGE_T3) {
        struct average_t3 *t3 = body;
        return average_t3_push(t3, x) ? average_t3_value(t3) : NAN;
    }
    CHECK(type == AVERAGE_MAMA);
    struct mama *mama = body;
    return mama_push(mama, x) ? mama->mama : NAN;
}

#endif
