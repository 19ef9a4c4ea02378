// SPDX-License-Identifier: Apache-2.0
#include "quant/option/option_many.h"

#include <math.h>
#include <stdbool.h>

#include "base/prng.h"
#include "harness.h"

enum { COUNT = 5003 };

static double sign[COUNT], spot[COUNT], strike[COUNT], years[COUNT], rate[COUNT], yield[COUNT];
static double vol[COUNT], price[COUNT], found[COUNT], greeks[OPTION_GREEKS][COUNT];
static uint8_t status[COUNT];

static const struct option_many many = {COUNT, sign, spot, strike, years, rate, yield};

static double uniform(struct prng *prng, double low, double high) {
    return low + (high - low) * (double)prng_below(prng, 1000001) / 1e6;
}

// Contracts of all kinds, every fiftieth of them with a term that makes none.
static void fill(unsigned seed) {
    static const double bad[] = {0, -1, NAN, INFINITY, -INFINITY};
    struct prng prng;
    prng_seed(&prng, seed);
    for (size_t i = 0; i < COUNT; i++) {
        sign[i] = prng_below(&prng, 2) ? 1 : -1;
        spot[i] = 100;
        strike[i] = 100 * exp(uniform(&prng, -1.5, 1.5) * (i % 3 == 0 ? 0.01 : 1));
        years[i] = exp(uniform(&prng, -8, 3));
        rate[i] = uniform(&prng, -0.02, 0.1);
        yield[i] = uniform(&prng, -0.02, 0.1);
        vol[i] = exp(uniform(&prng, -4, 1));
        double *terms[] = {spot, strike, years, rate, yield, vol};
        if (i % 50 == 49) terms[i / 50 % 6][i] = bad[i / 300 % 5];
    }
    vol[7] = 0;
}

static struct option_terms terms_of(size_t i) {
    return (struct option_terms){.side = sign[i] > 0 ? OPTION_CALL : OPTION_PUT,
                                 .spot = spot[i],
                                 .strike = strike[i],
                                 .years = years[i],
                                 .rate = rate[i],
                                 .yield = yield[i]};
}

static bool same(double a, double b) {
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static void prices_and_sensitivities_have_the_bits_of_one_by_one(void **state) {
    double *columns[OPTION_GREEKS];
    fill(1);
    for (size_t k = 0; k < OPTION_GREEKS; k++) columns[k] = k == 3 ? NULL : greeks[k];
    option_price_many(&many, vol, price);
    option_greeks_many(&many, vol, columns);
    for (size_t i = 0; i < COUNT; i++) {
        struct option_terms terms = terms_of(i);
        struct option_greeks one;
        option_greeks(&terms, vol[i], &one);
        assert_true(same(price[i], option_price(&terms, vol[i])));
        for (size_t k = 0; k < OPTION_GREEKS; k++)
            if (columns[k] != NULL && !same(greeks[k][i], ((const double *)&one)[k]))
                fail_msg("row %zu field %zu: %.17g, one by one %.17g", i, k, greeks[k][i],
                         ((const double *)&one)[k]);
    }
}

static void implied_volatilities_have_the_bits_of_one_by_one(void **state) {
    static const double odd[] = {-1, 0, 1e9, NAN, INFINITY};
    fill(2);
    option_price_many(&many, vol, price);
    for (size_t i = 0; i < COUNT; i++)
        if (i % 40 == 0 || isnan(price[i])) price[i] = odd[i / 40 % 5];
    option_implied_many(&many, price, found, status);
    size_t solved = 0;
    for (size_t i = 0; i < COUNT; i++) {
        struct option_terms terms = terms_of(i);
        double one;
        enum option_iv kind = option_implied(&terms, price[i], &one);
        if (status[i] != kind || !same(found[i], one))
            fail_msg("row %zu: %s %.17g, one by one %s %.17g", i, option_iv_name(status[i]),
                     found[i], option_iv_name(kind), one);
        solved += kind == OPTION_IV_FOUND;
    }
    assert_true(solved > COUNT / 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prices_and_sensitivities_have_the_bits_of_one_by_one),
        cmocka_unit_test(implied_volatilities_have_the_bits_of_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
