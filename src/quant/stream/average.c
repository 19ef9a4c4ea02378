// SPDX-License-Identifier: Apache-2.0
#include "quant/stream/average.h"

#include <string.h>

#include "base/simd.h"

enum {
    PIECE = 2048,
    KAMA_PIECE = 256,
    EMA_PIECE = 256,
    T3_PIECE = 256,
    T3_STAGES = 6
}; // values whose intermediate columns lie on the stack

static const double t3_factor = 0.7, mama_fast_limit = 0.5, mama_slow_limit = 0.05;

// 1 where x is not a number, infinite or so large that its powers may be.
static inline uint64_t average_far(double x) {
    return !(fabs(x) <= 1e60);
}

// A length of 1 is the value itself, whatever the type: that is the plain mean of one.
static enum average_type type_of(enum average_type type, uint32_t period) {
    return period == 1 ? AVERAGE_SMA : type;
}

static size_t body_size(enum average_type type, uint32_t period) {
    uint32_t inner = average_trima_inner(period);
    switch (type) {
    case AVERAGE_SMA:
        return sizeof(struct average_sma) + sizeof(double) * window_sum_slots(period);
    case AVERAGE_EMA:
        return sizeof(struct smooth);
    case AVERAGE_WMA:
        return sizeof(struct average_wma) + sizeof(double) * window_weighted_slots(period);
    case AVERAGE_DEMA:
        return 2 * sizeof(struct smooth);
    case AVERAGE_TEMA:
        return 3 * sizeof(struct smooth);
    case AVERAGE_TRIMA:
        return sizeof(struct average_trima) +
               sizeof(double) * (window_sum_slots(inner) + window_sum_slots(period - inner + 1));
    case AVERAGE_KAMA:
        return sizeof(struct average_kama) +
               sizeof(double) * (window_delay_slots(period) + window_sum_slots(period));
    case AVERAGE_MAMA:
        return sizeof(struct mama);
    case AVERAGE_T3:
        return sizeof(struct average_t3);
    case AVERAGE_TYPES:
        break;
    }
    CHECK(false);
    return 0;
}

size_t average_size(enum average_type type, uint32_t period) {
    return sizeof(struct average) + body_size(type_of(type, period), period);
}

size_t average_lookback(enum average_type type, uint32_t period) {
    size_t before = (size_t)period - 1;
    switch (type_of(type, period)) {
    case AVERAGE_DEMA:
        return 2 * before;
    case AVERAGE_TEMA:
        return 3 * before;
    case AVERAGE_KAMA:
        return period;
    case AVERAGE_MAMA:
        return MAMA_LOOKBACK;
    case AVERAGE_T3:
        return 6 * before;
    default:
        return before;
    }
}

static void init_chain(struct smooth *chain, size_t depth, uint32_t period) {
    for (size_t i = 0; i < depth; i++) chain[i] = smooth_ema(period);
}

static void weigh_t3(struct average_t3 *t3, double factor) {
    double square = factor * factor, cube = square * factor;
    t3->weights[0] = 1 + 3 * factor + 3 * square + cube;
    t3->weights[1] = -3 * factor - 6 * square - 3 * cube;
    t3->weights[2] = 3 * square + 3 * cube;
    t3->weights[3] = -cube;
}

static void init_t3(struct average_t3 *t3, uint32_t period) {
    init_chain(t3->chain, T3_STAGES, period);
    t3->base = NAN;
    t3->rest = 1 - t3->chain[0].alpha;
    weigh_t3(t3, t3_factor);
}

static void init_trima(struct average_trima *trima, uint32_t period) {
    uint32_t inner = average_trima_inner(period);
    trima->inner = window_sum_make(inner);
    trima->outer = window_sum_make(period - inner + 1);
}

static void init_kama(struct average_kama *kama, uint32_t period) {
    kama->delay = window_make(period);
    kama->path = window_sum_make(period);
}

void average_init(struct average *average, enum average_type type, uint32_t period) {
    void *body = average->body;
    type = type_of(type, period);
    memset(average, 0, average_size(type, period));
    average->type = type;
    average->period = period;
    switch (type) {
    case AVERAGE_SMA:
        ((struct average_sma *)body)->sum = window_sum_make(period);
        break;
    case AVERAGE_EMA:
        init_chain(body, 1, period);
        break;
    case AVERAGE_WMA:
        ((struct average_wma *)body)->weighted = window_weighted_make(period);
        break;
    case AVERAGE_DEMA:
        init_chain(body, 2, period);
        break;
    case AVERAGE_TEMA:
        init_chain(body, 3, period);
        break;
    case AVERAGE_TRIMA:
        init_trima(body, period);
        break;
    case AVERAGE_KAMA:
        init_kama(body, period);
        break;
    case AVERAGE_MAMA:
        *(struct mama *)body = mama_make(mama_fast_limit, mama_slow_limit);
        break;
    case AVERAGE_T3:
        init_t3(body, period);
        break;
    case AVERAGE_TYPES:
        break;
    }
}

void average_init_t3(struct average *average, uint32_t period, double factor) {
    average_init(average, AVERAGE_T3, period);
    if (average->type == AVERAGE_T3) weigh_t3((struct average_t3 *)average->body, factor);
}

double average_push(struct average *average, double x) {
    return average_push_as(average, average->type, x);
}

static void undefine(double *ret, size_t count) {
    for (size_t i = 0; i < count; i++) ret[i] = NAN;
}

static void run_sma(struct average_sma *sma, const double *restrict x, size_t count,
                    double *restrict ret) {
    size_t undefined = window_missing(&sma->sum.at, count);
    double period = (double)sma->sum.at.period;
    window_mean_run(&sma->sum, sma->slots, x, count, period, ret);
    undefine(ret, undefined);
}

static void run_wma(struct average_wma *wma, const double *restrict x, size_t count,
                    double *restrict ret) {
    size_t undefined = window_missing(&wma->weighted.at, count);
    double period = (double)wma->weighted.at.period;
    double weights = period * (period + 1) / 2;
    window_weighted_run(&wma->weighted, wma->slots, x, count, weights, ret);
    undefine(ret, undefined);
}

static void run_trima(struct average_trima *trima, const double *restrict x, size_t count,
                      double *restrict ret) {
    double terms = (double)trima->inner.at.period * (double)trima->outer.at.period;
    double *outer_slots = trima->slots + trima->inner.at.period;
    double inner[PIECE];
    for (size_t at = 0, n; at < count; at += n) {
        n = count - at < PIECE ? count - at : PIECE;
        size_t first = window_missing(&trima->inner.at, n);
        window_sum_run(&trima->inner, trima->slots, x + at, n, inner);
        size_t undefined = first + window_missing(&trima->outer.at, n - first);
        window_mean_run(&trima->outer, outer_slots, inner + first, n - first, terms,
                        ret + at + first);
        undefine(ret + at, undefined);
    }
}

// Values follow one another and wait: sixteen at a time, so that the processor works out the next weights meanwhile.
SIMD_CLONES
static double follow_kama(double value, const double *restrict x, const double *restrict old,
                          const double *restrict paths, size_t count, double *restrict ret) {
    enum { BLOCK = 16 };
    double kept[BLOCK], added[BLOCK];
    size_t at = 0;
    for (; at + BLOCK <= count; at += BLOCK) {
        simd_fetch(x + at, count, BLOCK);
        simd_fetch(ret + at, count, BLOCK);
        for (size_t i = 0; i < BLOCK; i++) {
            double weight = average_kama_weight(x[at + i], old[at + i], paths[at + i]);
            kept[i] = 1 - weight;
            added[i] = x[at + i] * weight;
        }
        SIMD_STORED(kept);
        SIMD_STORED(added);
        for (size_t i = 0; i < BLOCK; i++) ret[at + i] = value = value * kept[i] + added[i];
    }
    for (; at < count; at++) {
        double weight = average_kama_weight(x[at], old[at], paths[at]);
        ret[at] = value = value * (1 - weight) + x[at] * weight;
    }
    return value;
}

// Returns whether all values are moderate.
SIMD_CLONES
static bool steps_of(double before, const double *restrict x, size_t count, double *restrict ret) {
    uint64_t far = average_far(x[0]);
    ret[0] = fabs(x[0] - before);
    for (size_t i = 1; i < count; i++) {
        ret[i] = fabs(x[i] - x[i - 1]);
        far |= average_far(x[i]);
    }
    return far == 0;
}

// old[i] is the value `period` before x[i].
static void run_kama_piece(struct average_kama *kama, const double *restrict x,
                           const double *restrict old, const double *restrict steps, size_t count,
                           double *restrict ret) {
    double paths[PIECE];
    window_sum_run(&kama->path, kama->slots + kama->delay.period, steps, count, paths);
    kama->value = follow_kama(kama->value, x, old, paths, count, ret);
    kama->previous = x[count - 1];
    kama->seen += count;
}

// The rows behind the first value. Once a period of values is in `x` itself, the old ones are there too and need not be
// kept aside. `checked`: ends before a piece with a value that is not moderate, and rather with a lap than in one.
static size_t follow_kama_rows(struct average_kama *kama, const double *restrict x, size_t count,
                               bool checked, double *restrict ret) {
    size_t period = kama->delay.period, at = 0, start = period < count ? period : count;
    double aside[PIECE], steps[PIECE];
    for (size_t n; at < count; at += n) {
        const double *old = aside;
        if (checked && at > 0 && count - at < 4 * period) break;
        n = window_block(&kama->path.at, count - at, KAMA_PIECE);
        if (at < start && n > start - at) n = start - at;
        if (!steps_of(kama->previous, x + at, n, steps) && checked) break;
        if (at < start)
            window_delay_run(&kama->delay, kama->slots, x + at, n, aside);
        else
            old = x + at - period;
        run_kama_piece(kama, x + at, old, steps, n, ret + at);
    }
    if (at > start) window_delay_put(&kama->delay, kama->slots, x + start, at - start);
    return at;
}

static void run_kama(struct average_kama *kama, const double *restrict x, size_t count,
                     double *restrict ret) {
    size_t at = 0;
    for (; at < count && kama->seen <= kama->delay.period; at++)
        ret[at] = average_kama_push(kama, x[at]);
    if (at < count) follow_kama_rows(kama, x + at, count - at, false, ret + at);
}

// A chain of EMAs from the first row on at which all are defined, in registers.
#define RUN_CHAIN(depth_, value_)                                                                  \
    do {                                                                                           \
        struct smooth local[depth_];                                                               \
        size_t at = 0;                                                                             \
        for (; at < count && chain[(depth_)-1].left > 0; at++)                                     \
            ret[at] = average_chain_push(chain, depth_, x[at]) ? (value_)(chain) : NAN;            \
        memcpy(local, chain, sizeof local);                                                        \
        double alpha = local[0].alpha;                                                             \
        for (; at < count; at++) {                                                                 \
            double in = x[at];                                                                     \
            for (size_t i = 0; i < (depth_); i++)                                                  \
                in = local[i].value += (in - local[i].value) * alpha;                              \
            ret[at] = (value_)(local);                                                             \
        }                                                                                          \
        for (size_t i = 0; i < (depth_); i++) chain[i].value = local[i].value;                     \
    } while (0)

static double last_value(const struct smooth *chain) {
    return chain[0].value;
}

static void run_ema(struct smooth *chain, const double *restrict x, size_t count,
                    double *restrict ret) {
    RUN_CHAIN(1, last_value);
}

// A piece's last value is kept once all of the piece are known to be moderate, which costs no time while one waits for
// the other.
static size_t run_ema_finite(struct smooth *ema, const double *restrict x, size_t count,
                             double *restrict ret) {
    double value = ema->value, alpha = ema->alpha;
    size_t at = 0;
    for (size_t n; at < count; at += n) {
        uint64_t far = 0;
        n = count - at < EMA_PIECE ? count - at : EMA_PIECE;
        for (size_t i = at; i < at + n; i++) {
            ret[i] = value += (x[i] - value) * alpha;
            far |= average_far(x[i]);
        }
        if (far != 0) break;
        ema->value = value;
    }
    return at;
}

static void run_dema(struct smooth *chain, const double *restrict x, size_t count,
                     double *restrict ret) {
    RUN_CHAIN(2, average_dema);
}

static void run_tema(struct smooth *chain, const double *restrict x, size_t count,
                     double *restrict ret) {
    RUN_CHAIN(3, average_tema);
}

// The chain one row behind from stage to stage, so that what a step adds does not wait for the stage before it. Step i
// of `count` rows and 5 more; `whole`: all stages have a row.
static inline __attribute__((always_inline)) void
t3_step(double *e, double base, double rest, const double *restrict x, size_t i, size_t count,
        bool whole, double (*restrict ret_columns)[T3_PIECE]) {
    for (size_t stage = T3_STAGES; stage-- > 0;) {
        if (!whole && (i < stage || i >= count + stage)) continue;
        double in = stage == 0 ? x[i] - base : e[stage - 1];
        e[stage] = average_t3_next(e[stage], in, rest);
        if (stage >= 2) ret_columns[stage - 2][i - stage] = e[stage];
    }
}

SIMD_CLONES
static void t3_values(double base, const double *restrict weights,
                      const double (*restrict columns)[T3_PIECE], size_t count,
                      double *restrict ret) {
    for (size_t i = 0; i < count; i++)
        ret[i] = base + ((weights[0] * columns[0][i] + weights[1] * columns[1][i]) +
                         (weights[2] * columns[2][i] + weights[3] * columns[3][i]));
}

static void run_t3(struct average_t3 *t3, const double *restrict x, size_t count,
                   double *restrict ret) {
    double columns[4][T3_PIECE], e[T3_STAGES], rest = t3->rest;
    size_t at = 0, last = T3_STAGES - 1;
    for (; at < count && t3->chain[last].left > 0; at++)
        ret[at] = average_t3_push(t3, x[at]) ? average_t3_value(t3) : NAN;
    double base = t3->base;
    for (size_t k = 0; k < T3_STAGES; k++) e[k] = t3->chain[k].value;
    for (size_t n; at < count; at += n) {
        n = count - at < T3_PIECE ? count - at : T3_PIECE;
        size_t i = 0;
        for (; i < last; i++) t3_step(e, base, rest, x + at, i, n, false, columns);
        for (; i < n; i++) t3_step(e, base, rest, x + at, i, n, true, columns);
        for (; i < n + last; i++) t3_step(e, base, rest, x + at, i, n, false, columns);
        t3_values(base, t3->weights, columns, n, ret + at);
    }
    for (size_t k = 0; k < T3_STAGES; k++) t3->chain[k].value = e[k];
}

static void run_mama(struct mama *mama, const double *restrict x, size_t count,
                     double *restrict ret) {
    struct mama local = *mama;
    for (size_t i = 0; i < count; i++) ret[i] = mama_push(&local, x[i]) ? local.mama : NAN;
    *mama = local;
}

void average_run(struct average *average, const double *restrict x, size_t count,
                 double *restrict ret) {
    void *body = average->body;
    switch ((enum average_type)average->type) {
    case AVERAGE_SMA:
        run_sma(body, x, count, ret);
        break;
    case AVERAGE_EMA:
        run_ema(body, x, count, ret);
        break;
    case AVERAGE_WMA:
        run_wma(body, x, count, ret);
        break;
    case AVERAGE_DEMA:
        run_dema(body, x, count, ret);
        break;
    case AVERAGE_TEMA:
        run_tema(body, x, count, ret);
        break;
    case AVERAGE_TRIMA:
        run_trima(body, x, count, ret);
        break;
    case AVERAGE_KAMA:
        run_kama(body, x, count, ret);
        break;
    case AVERAGE_MAMA:
        run_mama(body, x, count, ret);
        break;
    case AVERAGE_T3:
        run_t3(body, x, count, ret);
        break;
    case AVERAGE_TYPES:
        break;
    }
}

size_t average_run_finite(struct average *average, const double *restrict x, size_t count,
                          double *restrict ret) {
    void *body = average->body;
    if (average->type == AVERAGE_EMA) {
        struct smooth *ema = body;
        if (ema->left > 0 || average_far(ema->value)) return 0;
        return run_ema_finite(ema, x, count, ret);
    }
    if (average->type == AVERAGE_KAMA) {
        struct average_kama *kama = body;
        if (kama->seen <= kama->delay.period || average_far(kama->value)) return 0;
        return follow_kama_rows(kama, x, count, true, ret);
    }
    return 0;
}

size_t average_pair_size(const struct average_kind kinds[2]) {
    return sizeof(struct average_pair) + average_size(kinds[0].type, kinds[0].period) +
           average_size(kinds[1].type, kinds[1].period);
}

size_t average_pair_lookback(const struct average_kind kinds[2]) {
    size_t first = average_lookback(kinds[0].type, kinds[0].period);
    size_t second = average_lookback(kinds[1].type, kinds[1].period);
    return first > second ? first : second;
}

static struct average *member(struct average_pair *pair, size_t i) {
    return (struct average *)(pair->bodies + (i == 0 ? 0 : pair->offset));
}

void average_pair_init(struct average_pair *pair, const struct average_kind kinds[2],
                       bool together) {
    size_t latest = average_pair_lookback(kinds);
    pair->offset = average_size(kinds[0].type, kinds[0].period) / sizeof(double);
    for (size_t i = 0; i < 2; i++) {
        size_t own = average_lookback(kinds[i].type, kinds[i].period);
        pair->wait[i] = together ? latest - own : 0;
        average_init(member(pair, i), kinds[i].type, kinds[i].period);
    }
}

static double push_member(struct average_pair *pair, size_t i, double x) {
    if (LIKELY(pair->wait[i] == 0)) return average_push(member(pair, i), x);
    pair->wait[i]--;
    return NAN;
}

void average_pair_push(struct average_pair *pair, double x, double *ret_first, double *ret_second) {
    *ret_first = push_member(pair, 0, x);
    *ret_second = push_member(pair, 1, x);
}

static void run_member(struct average_pair *pair, size_t i, const double *restrict x, size_t count,
                       double *restrict ret) {
    size_t wait = average_wait(&pair->wait[i], count);
    undefine(ret, wait);
    average_run(member(pair, i), x + wait, count - wait, ret + wait);
}

void average_pair_run(struct average_pair *pair, const double *restrict x, size_t count,
                      double *restrict ret_first, double *restrict ret_second) {
    run_member(pair, 0, x, count, ret_first);
    run_member(pair, 1, x, count, ret_second);
}
