// SPDX-License-Identifier: Apache-2.0
// What a stretch of bars with the same cash and quantity does to a score, to the bit what score_mark makes of them one
// by one. The equity rises and falls with the close, so that the highest and the lowest close say whether there can be
// a new drawdown at all; days' returns are worked out eight at a time, each in the part of the sums that its number
// has (score.h).
#include <string.h>

#include "base/check.h"
#include "base/simd.h"
#include "research/sweep/lane_state.h"

// Bars of a stretch that are asked about together before they are marked one by one.
enum { STEP = SCORE_PARTS, BLOCK = 16 };

// Written out, for left alone gcc takes lanes one by one; macros, for a function that hands vectors over has another
// ABI on each processor.
typedef double reals_t __attribute__((vector_size(STEP * sizeof(double))));
typedef int64_t ints_t __attribute__((vector_size(STEP * sizeof(int64_t))));
typedef uint64_t uints_t __attribute__((vector_size(STEP * sizeof(uint64_t))));
typedef double reals_u __attribute__((vector_size(STEP * sizeof(double)), aligned(8), may_alias));
typedef int64_t ints_u __attribute__((vector_size(STEP * sizeof(int64_t)), aligned(8), may_alias));
#define LOAD_REALS(from) (*(const reals_u *)(const void *)(from))
#define LOAD_INTS(from) (*(const ints_u *)(const void *)(from))
#define STORE(to, vector) memcpy((to), &(vector), sizeof(vector))
#define TO_REALS(ints) __builtin_convertvector((ints), reals_t)
#define TO_INTS(reals) __builtin_convertvector((reals), ints_t)
#define PICK_INTS(mask, yes, no) (((ints_t)(yes) & (mask)) | ((ints_t)(no) & ~(mask)))
#define PICK(mask, yes, no) ((reals_t)PICK_INTS(mask, yes, no))

struct range {
    int64_t low, high;
};

static inline __attribute__((always_inline)) struct range range_of(const int64_t *closes,
                                                                   uint32_t from, uint32_t to) {
    struct range range = {closes[from], closes[from]};
    if (from + STEP <= to) {
        ints_t low = LOAD_INTS(closes + from), high = low;
        for (from += STEP; from + STEP <= to; from += STEP) {
            ints_t now = LOAD_INTS(closes + from);
            low = PICK_INTS(now < low, now, low);
            high = PICK_INTS(now > high, now, high);
        }
        for (int i = 0; i < STEP; i++) {
            range.low = low[i] < range.low ? low[i] : range.low;
            range.high = high[i] > range.high ? high[i] : range.high;
        }
    }
    for (; from < to; from++) {
        range.low = closes[from] < range.low ? closes[from] : range.low;
        range.high = closes[from] > range.high ? closes[from] : range.high;
    }
    return range;
}

// As score.c has it for one mark.
static inline void follow(struct score *score, double equity) {
    if (equity > score->peak) score->peak = equity;
    if (equity * score->worst_peak < score->worst_trough * score->peak) {
        score->worst_trough = equity;
        score->worst_peak = score->peak;
    }
}

static inline double equity_at(const struct lane_machine *machine, const struct lane *lane,
                               int64_t price) {
    return (double)(lane->cash + lane_worth(machine, price, lane->qty));
}

// Whether no mark of a range can be a new worst drawdown; its peak counts then. Its lowest equity under the highest
// peak there may be is the worst that could come, in whatever order they stood.
static inline bool passes(const struct lane_machine *machine, struct lane *lane,
                          struct range range) {
    struct score *score = &lane->score;
    double low = equity_at(machine, lane, range.low), high = equity_at(machine, lane, range.high);
    double peak = high > score->peak ? high : score->peak;
    if (low * score->worst_peak < score->worst_trough * peak) return false;
    score->peak = peak;
    return true;
}

static inline __attribute__((always_inline)) void follow_closes(const struct lane_machine *machine,
                                                                const int64_t *closes,
                                                                struct lane *lane, struct range all,
                                                                uint32_t from, uint32_t to) {
    if (passes(machine, lane, all)) return;
    while (from < to) {
        uint32_t end = from + BLOCK < to ? from + BLOCK : to;
        if (end - from > 2 && passes(machine, lane, range_of(closes, from, end))) {
            from = end;
            continue;
        }
        for (; from < end; from++) follow(&lane->score, equity_at(machine, lane, closes[from]));
    }
}

// Values of a quantity at eight prices, half to even: the product's quotient by a power of ten. The first guess is of
// doubles; what it leaves of the product is a small number, and so its lower 64 bits are all of it, however many the
// product itself has.
static inline __attribute__((always_inline)) void values_of(const struct lane_machine *machine,
                                                            int64_t qty, const int64_t *prices,
                                                            ints_t *ret_values) {
    if (machine->scalar) {
        for (int i = 0; i < STEP; i++) (*ret_values)[i] = lane_worth(machine, prices[i], qty);
        return;
    }
    uint64_t amount = (uint64_t)qty * machine->notional.factor, power = (uint64_t)machine->power;
    double inverse = machine->inverse, share = (double)qty * machine->unit;
    ints_t price = LOAD_INTS(prices), one = {1, 1, 1, 1, 1, 1, 1, 1};
    uints_t product = (uints_t)price * amount;
    if (power == 1) {
        *ret_values = (ints_t)product;
        return;
    }
    ints_t quotient = TO_INTS(TO_REALS(price) * share);
    ints_t rest = (ints_t)(product - (uints_t)quotient * power);
    ints_t more = TO_INTS(TO_REALS(rest) * inverse), signed_power = one * machine->power;
    quotient += more;
    rest -= more * signed_power;
    ints_t low = rest < 0; // all bits where it is
    quotient += low;
    rest += low & signed_power;
    ints_t high = rest >= signed_power;
    quotient -= high;
    rest -= high & signed_power;
    ints_t twice = rest + rest;
    quotient -= (twice > signed_power) | ((twice == signed_power) & -(quotient & one));
    *ret_values = quotient;
}

// What eight days add to the sums of powers of their returns.
struct sums {
    reals_t sum1, sum2, sum3, sum4, below;
};

static inline __attribute__((always_inline)) void add(struct sums *sums,
                                                      const reals_t *day_changes) {
    reals_t change = *day_changes, square = change * change, zero = {0};
    reals_t fall = PICK(change < 0, change, zero);
    sums->sum1 += change;
    sums->sum2 += square;
    sums->sum3 += square * change;
    sums->sum4 += square * square;
    sums->below += fall * fall;
}

static inline __attribute__((always_inline)) void
put(const struct lane *lane, uint64_t day, const reals_t *day_changes, uint32_t from, uint32_t to) {
    double changes[STEP];
    memcpy(changes, day_changes, sizeof changes);
    for (uint32_t i = from; i < to; i++) lane->returns[(day + i) * RETURNS_TILE] = changes[i];
}

// The days at places from to to - 1 of the chunk end.
static inline __attribute__((always_inline)) void end_days(const struct lane_machine *machine,
                                                           const struct lane_chunk *chunk,
                                                           struct lane *lane, uint32_t from,
                                                           uint32_t to) {
    struct score *score = &lane->score;
    reals_t zero = {0}, base = zero + score->base, now = base;
    ints_t places = {0, 1, 2, 3, 4, 5, 6, 7}, values;
    struct sums sums = {LOAD_REALS(score->sum1), LOAD_REALS(score->sum2), LOAD_REALS(score->sum3),
                        LOAD_REALS(score->sum4), LOAD_REALS(score->below)};
    for (uint32_t at = from - from % STEP; at < to; at += STEP) {
        reals_t before = now;
        values_of(machine, lane->qty, chunk->day_closes + at, &values);
        now = TO_REALS(values + lane->cash);
        uint32_t first = at < from ? from - at : 0, last = to - at < STEP ? to - at : STEP;
        if (first > 0) now = PICK(places < (int64_t)first, base, now);
        before = __builtin_shufflevector(before, now, 7, 8, 9, 10, 11, 12, 13, 14);
        reals_t change = now / before - 1;
        if (last < STEP) change = PICK(places < (int64_t)last, change, zero);
        if (first > 0) change = PICK(places < (int64_t)first, zero, change);
        add(&sums, &change);
        if (lane->returns != NULL) put(lane, chunk->day_base + at, &change, first, last);
    }
    STORE(score->sum1, sums.sum1);
    STORE(score->sum2, sums.sum2);
    STORE(score->sum3, sums.sum3);
    STORE(score->sum4, sums.sum4);
    STORE(score->below, sums.below);
    score->base = now[(to - 1) % STEP];
}

void lane_end_day(struct lane *lane, uint64_t day) {
    struct score *score = &lane->score;
    double change = score->last / score->base - 1;
    score_add(score, day, change);
    if (lane->returns != NULL) lane->returns[day * RETURNS_TILE] = change;
    score->base = score->last;
}

// Days after the first in which nothing is held return nothing, which changes no sum.
static void mark_flat(const struct lane_chunk *chunk, struct lane *lane, uint32_t from,
                      uint32_t to) {
    lane->score.last = (double)lane->cash;
    follow(&lane->score, lane->score.last);
    if (chunk->day_at[to] > chunk->day_at[from])
        lane_end_day(lane, chunk->day_base + chunk->day_at[from]);
}

// Cash below 0 and less equity than half of what is held: a call for margin could come.
static bool is_thin(const struct lane *lane, int64_t worth) {
    return lane->cash < 0 && lane->cash + worth < worth - (worth >> 1);
}

SIMD_CLONES_WIDE static void research_lanes_mark(const struct lane_machine *machine,
                                                 const struct lane_chunk *chunk, struct lane *lane,
                                                 uint32_t from, uint32_t to) {
    struct range range = range_of(chunk->closes, from, to);
    if (is_thin(lane, lane_worth(machine, range.low, lane->qty))) lane->left = true;
    follow_closes(machine, chunk->closes, lane, range, from, to);
    if (chunk->day_at[to] > chunk->day_at[from])
        end_days(machine, chunk, lane, chunk->day_at[from], chunk->day_at[to]);
    lane->score.last = equity_at(machine, lane, chunk->closes[to - 1]);
    lane->score.held_marks += to - from;
}

void lane_mark(const struct lane_machine *machine, const struct lane_chunk *chunk,
               struct lane *lane, uint32_t from, uint32_t to) {
    DCHECK(from < to && to <= chunk->count);
    if (lane->qty == 0)
        mark_flat(chunk, lane, from, to);
    else
        research_lanes_mark(machine, chunk, lane, from, to);
}
