// SPDX-License-Identifier: Apache-2.0
// Rates and forwards of a chain from put-call parity.
#include <math.h>

#include "quant/math/mathfn.h"
#include "quant/option/chain.h"

enum { PAIRS_MAX = 1024, LINE_ROUNDS = 25, PREMIUM_ROUNDS = 2, NEAR_MIN = 3 };

// Of strikes from an American forward, in deviations; the next one where the one before has too few.
static const double reaches[] = {0.5, 2, INFINITY};
static const double OUTLIER = 3; // spreads; what is further off tells no more about the error
static const double RATE_ERROR_MAX = 0.01, RATE_MAX = 0.5;

struct pair {
    double strike;
    double gap;    // call less put, undone of premiums
    double spread; // half of both spreads: what the quotes leave open
    double offset; // where it stands in the weighted median
};

struct line { // gap = discount (forward - strike)
    double discount;
    double error; // of the discount
};

// The least x for which half of the weights 1 / spread lie at or below it; sorts by offset.
static double weighted_median(struct pair *pairs, size_t count) {
    double total = 0, sum = 0;
    for (size_t i = 1; i < count; i++) {
        struct pair moved = pairs[i];
        size_t at = i;
        for (; at > 0 && pairs[at - 1].offset > moved.offset; at--) pairs[at] = pairs[at - 1];
        pairs[at] = moved;
    }
    for (size_t i = 0; i < count; i++) total += 1 / pairs[i].spread;
    for (size_t i = 0; i < count; i++) {
        sum += 1 / pairs[i].spread;
        if (2 * sum >= total) return pairs[i].offset;
    }
    return NAN;
}

// The volatility of the one of both that is out of the money; NaN where it has none.
static double out_vol(const struct chain_quote *call, const struct chain_quote *put,
                      struct option_terms *option, double forward) {
    const struct chain_quote *out = call->strike >= forward ? call : put;
    double vol;
    option->side = (enum option_side)out->side;
    enum option_iv status = option_implied(option, 0.5 * (out->bid + out->ask), &vol);
    return status == OPTION_IV_FOUND ? vol : NAN;
}

// Takes the rights of early exercise out of the gap. False: the strike is further from the forward than `reach`
// deviations.
static bool undo_premiums(const struct chain_quote *call, const struct chain_quote *put,
                          const struct chain_expiry *expiry, const struct chain_terms *terms,
                          double reach, struct pair *pair) {
    struct option_terms option = {.model = OPTION_BLACK_SCHOLES,
                                  .spot = terms->spot,
                                  .strike = pair->strike,
                                  .years = expiry->years,
                                  .rate = expiry->rate,
                                  .yield = expiry->yield};
    double vol = out_vol(call, put, &option, expiry->forward);
    double distance = fabs(mathfn_log(pair->strike / expiry->forward));
    if (!(distance <= reach * vol * sqrt(expiry->years))) return false;
    option.side = OPTION_CALL;
    pair->gap -= chain_premium(&option, vol);
    option.side = OPTION_PUT;
    pair->gap += chain_premium(&option, vol);
    return true;
}

// The pairs of an expiry; with a reach those of American options near the forward that is known so far, less premiums.
static size_t find_pairs(const struct chain_quote *quotes, const struct chain_expiry *expiry,
                         const struct chain_terms *terms, double reach, struct pair *ret_pairs) {
    const struct chain_quote *end = quotes + expiry->first + expiry->count, *call = NULL;
    size_t count = 0;
    for (const struct chain_quote *quote = quotes + expiry->first; quote < end; quote++) {
        if (quote->fault != CHAIN_SOUND) continue;
        if (quote->side == OPTION_CALL) call = quote;
        if (quote->side == OPTION_CALL || call == NULL || call->strike != quote->strike ||
            count == PAIRS_MAX)
            continue;
        double spread = 0.5 * (call->ask - call->bid + quote->ask - quote->bid);
        struct pair pair = {.strike = quote->strike,
                            .gap = 0.5 * (call->bid + call->ask - quote->bid - quote->ask),
                            .spread = fmax(spread, 1e-6 * quote->strike)};
        if (reach > 0 && !undo_premiums(call, quote, expiry, terms, reach, &pair)) continue;
        ret_pairs[count++] = pair;
    }
    return count;
}

// Least absolute deviations in units of the spread, by reweighted least squares.
static struct line fit_line(const struct pair *pairs, size_t count) {
    struct line line = {.discount = NAN, .error = INFINITY};
    double level = 0, slope = 0;
    for (int round = 0; round < LINE_ROUNDS && count > 1; round++) {
        double w = 0, x = 0, y = 0, xx = 0, xy = 0, misfit = 0;
        for (size_t i = 0; i < count; i++) {
            const struct pair *p = &pairs[i];
            double rest = fabs(p->gap - level - slope * p->strike) / p->spread;
            double weight = 1 / (p->spread * p->spread * (round == 0 ? 1 : fmax(rest, 1e-3)));
            w += weight;
            x += weight * p->strike;
            y += weight * p->gap;
        }
        for (size_t i = 0; i < count; i++) {
            const struct pair *p = &pairs[i];
            double rest = fabs(p->gap - level - slope * p->strike) / p->spread;
            double weight = 1 / (p->spread * p->spread * (round == 0 ? 1 : fmax(rest, 1e-3)));
            double dx = p->strike - x / w;
            xx += weight * dx * dx;
            xy += weight * dx * (p->gap - y / w);
        }
        if (!(xx > 0)) return line;
        slope = xy / xx;
        level = (y - slope * x) / w;
        double plain = 0;
        for (size_t i = 0; i < count; i++) {
            double distance = (pairs[i].strike - x / w) / pairs[i].spread;
            plain += distance * distance;
            double rest = fabs(pairs[i].gap - level - slope * pairs[i].strike) / pairs[i].spread;
            misfit += fmin(rest, OUTLIER);
        }
        line.discount = -slope;
        // Spreads leave at least a third of themselves open, however well the pairs agree.
        line.error = fmax(misfit / (double)count, 1.0 / 3) / sqrt(plain);
    }
    return line;
}

static double rate_of(double discount, double years) {
    double rate = discount > 0 ? -mathfn_log(discount) / years : INFINITY;
    return fabs(rate) <= RATE_MAX ? rate : NAN;
}

static void set_rate(struct chain_expiry *expiry, double rate) {
    expiry->rate = rate;
    expiry->discount = mathfn_exp(-rate * expiry->years);
}

// Each expiry's own rate where it is known well enough, else the median of all by their errors.
static void find_rates(const struct chain_quote *quotes, struct chain_expiry *expiries,
                       size_t count, struct chain_terms *terms) {
    struct pair pairs[PAIRS_MAX], rates[CHAIN_EXPIRIES_MAX];
    double errors[CHAIN_EXPIRIES_MAX];
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        struct line line = fit_line(pairs, find_pairs(quotes, &expiries[i], terms, 0, pairs));
        set_rate(&expiries[i], rate_of(line.discount, expiries[i].years));
        errors[i] = line.error / (line.discount * expiries[i].years);
        if (isfinite(expiries[i].rate) && isfinite(errors[i]))
            rates[known++] = (struct pair){.offset = expiries[i].rate, .spread = errors[i]};
    }
    terms->rate = known > 0 ? weighted_median(rates, known) : 0;
    for (size_t i = 0; i < count; i++)
        if (!isfinite(expiries[i].rate) || !(errors[i] <= RATE_ERROR_MAX))
            set_rate(&expiries[i], terms->rate);
}

static void set_forward(struct pair *pairs, size_t count, struct chain_expiry *expiry) {
    if (count == 0) return;
    expiry->forward_error = INFINITY;
    for (size_t i = 0; i < count; i++) {
        pairs[i].offset = pairs[i].strike + pairs[i].gap / expiry->discount;
        expiry->forward_error = fmin(expiry->forward_error, pairs[i].spread / expiry->discount);
    }
    expiry->forward = weighted_median(pairs, count);
}

static double nearest_spot(const struct chain_expiry *expiries, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (isfinite(expiries[i].forward) && expiries[i].forward > 0)
            return expiries[i].forward * expiries[i].discount;
    return NAN;
}

// The spot, where it is not given, and the yields, from the forwards.
static int set_yields(struct chain_expiry *expiries, size_t count, double spot,
                      struct chain_terms *terms) {
    terms->spot = isnan(spot) ? nearest_spot(expiries, count) : spot;
    if (!(terms->spot > 0))
        return ERR_SET(ERR_NOT_FOUND, "no strike has a sound quote of both a call and a put");
    for (size_t i = 0; i < count; i++)
        expiries[i].yield =
            expiries[i].rate - mathfn_log(expiries[i].forward / terms->spot) / expiries[i].years;
    return 0;
}

// Again with premiums undone, from the strikes nearest to the forward so far that are enough.
static void improve_forward(const struct chain_quote *quotes, const struct chain_terms *terms,
                            struct chain_expiry *expiry) {
    struct pair pairs[PAIRS_MAX];
    size_t found = 0;
    for (size_t i = 0; i < sizeof reaches / sizeof *reaches && found < NEAR_MIN; i++)
        found = find_pairs(quotes, expiry, terms, reaches[i], pairs);
    set_forward(pairs, found, expiry);
}

int chain_parity(const struct chain_quote *quotes, struct chain_expiry *expiries, size_t count,
                 struct chain_terms *terms) {
    struct chain_terms found = *terms;
    if (isnan(found.rate) && !found.american) {
        find_rates(quotes, expiries, count, &found);
    } else {
        if (isnan(found.rate)) found.rate = 0;
        for (size_t i = 0; i < count; i++) set_rate(&expiries[i], found.rate);
    }
    for (size_t i = 0; i < count; i++) {
        struct pair pairs[PAIRS_MAX];
        expiries[i].pairs = find_pairs(quotes, &expiries[i], &found, 0, pairs);
        set_forward(pairs, expiries[i].pairs, &expiries[i]);
    }
    TRY(set_yields(expiries, count, terms->spot, &found));
    for (int round = 0; found.american && round < PREMIUM_ROUNDS; round++) {
        for (size_t i = 0; i < count; i++)
            if (isfinite(expiries[i].forward)) improve_forward(quotes, &found, &expiries[i]);
        TRY(set_yields(expiries, count, terms->spot, &found));
    }
    *terms = found;
    return 0;
}
