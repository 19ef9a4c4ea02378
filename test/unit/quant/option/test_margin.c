// SPDX-License-Identifier: Apache-2.0
// Every expected number is worked out by hand from the rules beside it.
#include "quant/option/margin.h"

#include <math.h>

#include "base/prng.h"
#include "harness.h"

#define C PAYOFF_CALL
#define P PAYOFF_PUT
#define SHARE PAYOFF_SHARE

static const struct {
    const char *name;
    struct payoff position;
    double shares, options, deposit; // at a spot of 100
} rows[] = {
    {"a bought call is paid in full", {.legs = {{C, 100, 1, 5, 0, 0}}, .count = 1}, 0, 0, 5},
    // 3 + max(20 - 5, 10), of which 3 came in.
    {"a sold call out of the money", {.legs = {{C, 105, -1, 3, 0, 0}}, .count = 1}, 0, 18, 15},
    // 0.5 + max(20 - 30, 10).
    {"a sold call far out", {.legs = {{C, 130, -1, 0.5, 0, 0}}, .count = 1}, 0, 10.5, 10},
    // 1 + max(20 - 20, 10 % of 80).
    {"a sold put far out", {.legs = {{P, 80, -1, 1, 0, 0}}, .count = 1}, 0, 9, 8},
    // 12 + 20, nothing out of the money.
    {"a sold put in the money", {.legs = {{P, 110, -2, 12, 0, 0}}, .count = 1}, 0, 64, 40},
    // 10 between the strikes, 3 received.
    {"a credit spread",
     {.legs = {{C, 100, -1, 5, 0, 0}, {C, 110, 1, 2, 0, 0}}, .count = 2},
     0,
     10,
     7},
    {"a debit spread",
     {.legs = {{C, 100, 1, 5, 0, 0}, {C, 110, -1, 2, 0, 0}}, .count = 2},
     0,
     0,
     3},
    // Only one side of an iron condor can be exercised: 10, less 1 + 1 received.
    {"an iron condor",
     {.legs =
          {{P, 80, 1, 1, 0, 0}, {P, 90, -1, 2, 0, 0}, {C, 110, -1, 2, 0, 0}, {C, 120, 1, 1, 0, 0}},
      .count = 4},
     0,
     10,
     8},
    // Call 5 + 20, put 4 + 20: the greater 25 and the other's premium 4; 9 received.
    {"a sold straddle",
     {.legs = {{C, 100, -1, 5, 0, 0}, {P, 100, -1, 4, 0, 0}}, .count = 2},
     0,
     29,
     20},
    // Pairs would need 10, exercise of all costs nothing.
    {"a bought butterfly",
     {.legs = {{C, 90, 1, 12, 0, 0}, {C, 100, -2, 5, 0, 0}, {C, 110, 1, 2, 0, 0}}, .count = 3},
     0,
     0,
     4},
    // Half the shares; the call is covered.
    {"a covered call",
     {.legs = {{SHARE, 0, 1, 100, 0, 0}, {C, 105, -1, 3, 0, 0}}, .count = 2},
     50,
     0,
     47},
    {"a protective put",
     {.legs = {{SHARE, 0, 1, 100, 0, 0}, {P, 95, 1, 2, 0, 0}}, .count = 2},
     50,
     0,
     52},
    {"a put covered by shares sold short",
     {.legs = {{SHARE, 0, -1, 100, 0, 0}, {P, 95, -1, 2, 0, 0}}, .count = 2},
     50,
     0,
     48},
    // The share counts 80: half of that, and the 20 that it is worth more.
    {"a covered call in the money",
     {.legs = {{SHARE, 0, 1, 100, 0, 0}, {C, 80, -1, 22, 0, 0}}, .count = 2},
     60,
     0,
     38},
    // The share sold short counts 110, of which 100 came in: half of 110, and 10.
    {"a put in the money covered by shares sold short",
     {.legs = {{SHARE, 0, -1, 100, 0, 0}, {P, 110, -1, 12, 0, 0}}, .count = 2},
     65,
     0,
     53},
    // The bought put offsets the dearer of the sold ones: 5, and 1 + max(20 - 10, 9) for the other.
    {"two sold puts and a bought one between",
     {.legs = {{P, 90, -1, 1, 0, 0}, {P, 95, 1, 2, 0, 0}, {P, 100, -1, 4, 0, 0}}, .count = 3},
     0,
     16,
     13},
    // The later one has to offset the later: 0 and 5, not 0 and an uncovered one.
    {"two sold calls of two expiries",
     {.legs = {{C, 100, -1, 3, 0, 0},
               {C, 100, -1, 5, 0, 0.5},
               {C, 105, 1, 2, 0, 0},
               {C, 100, 1, 5, 0, 0.5}},
      .count = 4},
     0,
     5,
     4},
    // One of two calls is covered by the shares, the other by 5 + 20.
    {"more calls than shares",
     {.legs = {{SHARE, 0, 1, 100, 0, 0}, {C, 100, -2, 5, 0, 0}}, .count = 2},
     50,
     25,
     65},
    // A bought call that lives longer offsets, one that ends first does not: 5 + 20.
    {"a calendar", {.legs = {{C, 100, -1, 3, 0, 0}, {C, 100, 1, 5, 0, 0.25}}, .count = 2}, 0, 0, 2},
    {"a calendar turned round",
     {.legs = {{C, 100, 1, 3, 0, 0}, {C, 100, -1, 5, 0, 0.25}}, .count = 2},
     0,
     25,
     23},
    // One of two sold calls is offset, the other not: 2 + max(20 - 10, 10).
    {"a ratio spread",
     {.legs = {{C, 100, 1, 5, 0, 0}, {C, 110, -2, 2, 0, 0}}, .count = 2},
     0,
     12,
     13},
};

static void each_strategy_needs_what_its_rule_says(void **state) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct margin margin;
        margin_estimate(&rows[i].position, 100, &margin);
        if (!(fabs(margin.shares - rows[i].shares) <= 1e-12 &&
              fabs(margin.options - rows[i].options) <= 1e-12 &&
              fabs(margin.deposit - rows[i].deposit) <= 1e-12))
            fail_msg("%s: %g %g %g", rows[i].name, margin.shares, margin.options, margin.deposit);
    }
}

// Whatever the options: no less than nothing, no more than they can lose, and twice as much of twice the position.
static void an_estimate_is_bounded_and_grows_with_the_position(void **state) {
    struct prng prng;
    prng_seed(&prng, 3);
    for (int i = 0; i < 2000; i++) {
        struct payoff one = {.count = 1 + prng_below(&prng, 5)}, two;
        struct payoff_summary summary;
        struct margin margin, twice;
        for (size_t k = 0; k < one.count; k++)
            one.legs[k] = (struct payoff_leg){prng_below(&prng, 2) ? C : P,
                                              80 + 5 * (double)prng_below(&prng, 9),
                                              prng_below(&prng, 2) ? 1 : -1,
                                              0,
                                              NAN,
                                              0};
        two = one;
        for (size_t k = 0; k < two.count; k++) two.legs[k].quantity *= 2;
        payoff_summarise(&one, &summary);
        margin_estimate(&one, 100, &margin);
        margin_estimate(&two, 100, &twice);
        assert_true(margin.options >= 0 && margin.options <= fmax(-summary.max_loss, 0));
        assert_true(fabs(twice.deposit - 2 * margin.deposit) <= 1e-9);
    }
}

// The least over all ways to pair options one by one, where each leg is one option.
static double least_pairing(const struct payoff *position, size_t leg, unsigned taken,
                            double spot) {
    while (leg < position->count && position->legs[leg].quantity > 0) leg++;
    if (leg == position->count) return 0;
    const struct payoff_leg *sold = &position->legs[leg];
    bool call = sold->kind == C;
    double out = fmax(call ? sold->strike - spot : spot - sold->strike, 0);
    double alone = sold->cost + fmax(0.2 * spot - out, 0.1 * (call ? spot : sold->strike));
    double least = alone + least_pairing(position, leg + 1, taken, spot);
    for (size_t k = 0; k < position->count; k++) {
        const struct payoff_leg *bought = &position->legs[k];
        if (bought->quantity < 0 || taken >> k & 1 || bought->later < sold->later) continue;
        double width = call ? bought->strike - sold->strike : sold->strike - bought->strike;
        least =
            fmin(least, fmax(width, 0) + least_pairing(position, leg + 1, taken | 1u << k, spot));
    }
    return least;
}

// One kind only, expiries before and after: exercise of all has no limit where a bought one ends before a sold one.
static void offsets_are_the_best_of_all_pairings(void **state) {
    struct prng prng;
    size_t paired = 0;
    prng_seed(&prng, 11);
    for (int i = 0; i < 3000; i++) {
        struct payoff one = {.count = 2 + prng_below(&prng, 6)};
        enum payoff_kind kind = prng_below(&prng, 2) ? C : P;
        double sold = 0, bought = INFINITY;
        for (size_t k = 0; k < one.count; k++) {
            one.legs[k] = (struct payoff_leg){kind,
                                              80 + 5 * (double)prng_below(&prng, 9),
                                              prng_below(&prng, 2) ? 1 : -1,
                                              (double)prng_below(&prng, 8),
                                              NAN,
                                              0.25 * (double)prng_below(&prng, 3)};
            if (one.legs[k].quantity < 0)
                sold = fmax(sold, one.legs[k].later);
            else
                bought = fmin(bought, one.legs[k].later);
        }
        if (!(bought < sold)) continue;
        struct margin margin;
        margin_estimate(&one, 100, &margin);
        double wanted = least_pairing(&one, 0, 0, 100);
        if (!(fabs(margin.options - wanted) <= 1e-9))
            fail_msg("case %d: %g, best pairing %g", i, margin.options, wanted);
        paired++;
    }
    assert_true(paired > 500);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_strategy_needs_what_its_rule_says),
        cmocka_unit_test(an_estimate_is_bounded_and_grows_with_the_position),
        cmocka_unit_test(offsets_are_the_best_of_all_pairings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
