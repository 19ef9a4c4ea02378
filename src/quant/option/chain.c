// SPDX-License-Identifier: Apache-2.0
#include "quant/option/chain.h"

#include <math.h>

#include "base/check.h"

const char *chain_fault_name(enum chain_fault fault) {
    static const char *const names[] = {"sound",     "not_finite", "expired",   "negative",
                                        "duplicate", "no_quote",   "one_sided", "zero_bid",
                                        "crossed",   "stale",      "no_vol"};
    _Static_assert(sizeof names / sizeof *names == CHAIN_FAULTS, "a name each");
    CHECK((size_t)fault < CHAIN_FAULTS);
    return names[fault];
}

// Whether a stands after b: by expiry, strike, side and id. What is not finite stands last.
static bool is_after(const struct chain_quote *a, const struct chain_quote *b) {
    const double left[] = {a->years, a->strike}, right[] = {b->years, b->strike};
    for (size_t i = 0; i < 2; i++) {
        if (isnan(left[i]) || isnan(right[i])) {
            if (isnan(left[i]) != isnan(right[i])) return isnan(left[i]);
            continue;
        }
        if (left[i] != right[i]) return left[i] > right[i];
    }
    if (a->side != b->side) return a->side > b->side;
    return a->id > b->id;
}

static void sift(struct chain_quote *quotes, size_t root, size_t count) {
    struct chain_quote moved = quotes[root];
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && is_after(&quotes[child + 1], &quotes[child])) child++;
        if (!is_after(&quotes[child], &moved)) break;
        quotes[root] = quotes[child];
    }
    quotes[root] = moved;
}

// Heap sort, unless the quotes are in order as they come.
static void sort(struct chain_quote *quotes, size_t count) {
    size_t ordered = 1;
    while (ordered < count && !is_after(&quotes[ordered - 1], &quotes[ordered])) ordered++;
    if (ordered >= count) return;
    for (size_t i = count / 2; i-- > 0;) sift(quotes, i, count);
    for (size_t last = count; last-- > 1;) {
        struct chain_quote top = quotes[0];
        quotes[0] = quotes[last];
        quotes[last] = top;
        sift(quotes, 0, last);
    }
}

static bool same_strike(const struct chain_quote *a, const struct chain_quote *b) {
    return a->years == b->years && a->strike == b->strike;
}

static enum chain_fault fault_of(const struct chain_quote *quote, const struct chain_quote *before,
                                 double stale_s) {
    bool no_bid = isnan(quote->bid), no_ask = isnan(quote->ask);
    if (!isfinite(quote->years) || !isfinite(quote->strike) || isinf(quote->bid) ||
        isinf(quote->ask))
        return CHAIN_NOT_FINITE;
    if (quote->years <= 0) return CHAIN_EXPIRED;
    if (quote->strike <= 0 || quote->bid < 0 || quote->ask < 0) return CHAIN_NEGATIVE;
    if (before != NULL && same_strike(before, quote) && before->side == quote->side)
        return CHAIN_DUPLICATE;
    if (no_bid && no_ask) return CHAIN_NO_QUOTE;
    if (no_bid || no_ask) return CHAIN_ONE_SIDED;
    if (quote->bid == 0) return CHAIN_ZERO_BID;
    if (quote->bid > quote->ask) return CHAIN_CROSSED;
    return quote->age_s > stale_s ? CHAIN_STALE : CHAIN_SOUND;
}

static bool has_terms(const struct chain_quote *quote) {
    return quote->fault != CHAIN_NOT_FINITE && quote->fault != CHAIN_EXPIRED &&
           quote->fault != CHAIN_NEGATIVE;
}

// Of quotes at the same strike, which stand beside each other, calls first.
static void mark_alone(struct chain_quote *quotes, size_t count) {
    for (size_t first = 0, end; first < count; first = end) {
        bool sides[2] = {false, false};
        for (end = first;
             end < count && (end == first || same_strike(quotes + first, quotes + end)); end++)
            sides[quotes[end].side] = true;
        for (size_t i = first; i < end; i++)
            quotes[i].alone = has_terms(&quotes[i]) && !(sides[0] && sides[1]);
    }
}

void chain_clean(struct chain_quote *quotes, size_t count, double stale_s) {
    sort(quotes, count);
    for (size_t i = 0; i < count; i++) {
        struct chain_quote *quote = &quotes[i];
        CHECK(quote->side == OPTION_CALL || quote->side == OPTION_PUT);
        quote->fault = (uint8_t)fault_of(quote, i > 0 ? quote - 1 : NULL, stale_s);
        quote->premium = quote->vol = quote->vol_bid = quote->vol_ask = NAN;
        quote->vega = quote->delta = NAN;
    }
    mark_alone(quotes, count);
}

struct chain_counts chain_count(const struct chain_quote *quotes, size_t count) {
    struct chain_counts counts = {.total = count};
    for (size_t i = 0; i < count; i++) {
        counts.faults[quotes[i].fault]++;
        counts.alone += quotes[i].alone;
    }
    return counts;
}

int chain_group(const struct chain_quote *quotes, size_t count,
                struct chain_expiry ret_expiries[CHAIN_EXPIRIES_MAX], size_t *ret_count) {
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (!has_terms(&quotes[i])) continue;
        struct chain_expiry *last = found > 0 ? &ret_expiries[found - 1] : NULL;
        if (last != NULL && last->years == quotes[i].years) {
            last->count = i - last->first + 1;
            continue;
        }
        if (found == CHAIN_EXPIRIES_MAX)
            return ERR_SET(ERR_FULL, "the chain has more than %d expiries", CHAIN_EXPIRIES_MAX);
        ret_expiries[found++] = (struct chain_expiry){.years = quotes[i].years,
                                                      .first = i,
                                                      .count = 1,
                                                      .rate = NAN,
                                                      .discount = NAN,
                                                      .forward = NAN,
                                                      .forward_error = NAN,
                                                      .yield = NAN};
    }
    *ret_count = found;
    return 0;
}
