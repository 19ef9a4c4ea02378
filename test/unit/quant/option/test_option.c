// SPDX-License-Identifier: Apache-2.0
#include "quant/option/option.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/prng.h"
#include "harness.h"
#include "table.h"

static struct option_terms row_option(const struct table *table) {
    return (struct option_terms){.side = strcmp(table_text(table, "type"), "C") == 0 ? OPTION_CALL
                                                                                     : OPTION_PUT,
                                 .spot = table_number(table, "S"),
                                 .strike = table_number(table, "K"),
                                 .years = table_number(table, "T"),
                                 .rate = table_number(table, "r"),
                                 .yield = table_number(table, "q")};
}

static double scaled(double actual, double expected) {
    return fabs(actual - expected) / fmax(1, fabs(expected));
}

static void prices_and_sensitivities_equal_sixty_digits(void **state) {
    static const struct {
        const char *name;
        size_t at;
        double tolerance;
    } fields[] = {
        {"price", offsetof(struct option_greeks, price), 1e-13},
        {"delta", offsetof(struct option_greeks, delta), 1e-14},
        {"gamma", offsetof(struct option_greeks, gamma), 1e-14},
        {"vega", offsetof(struct option_greeks, vega), 1e-13},
        {"theta", offsetof(struct option_greeks, theta), 1e-13},
        {"rho", offsetof(struct option_greeks, rho), 1e-13},
        {"rho_dividend", offsetof(struct option_greeks, rho_dividend), 1e-13},
        {"vanna", offsetof(struct option_greeks, vanna), 1e-13},
        {"volga", offsetof(struct option_greeks, volga), 1e-13},
    };
    struct table table;
    size_t rows = 0;
    table_open(&table, "golden/options/bsm_grid_sample.csv");
    while (table_next(&table)) {
        struct option_terms option = row_option(&table);
        struct option_greeks greeks;
        option_greeks(&option, table_number(&table, "vol"), &greeks);
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
            double value = *(const double *)((const char *)&greeks + fields[i].at);
            if (!(scaled(value, table_number(&table, fields[i].name)) <= fields[i].tolerance))
                fail_msg("%s of row %zu: %.17g", fields[i].name, rows, value);
        }
        double price = option_price(&option, table_number(&table, "vol"));
        assert_true(fabs(price - greeks.price) <= 1e-15 * (option.spot + option.strike));
        rows++;
    }
    assert_true(rows > 50);
}

static double published(const struct option_terms *option, double vol, const char *quantity) {
    struct option_greeks g;
    option_greeks(option, vol, &g);
    if (strcmp(quantity, "price") == 0) return g.price;
    if (strcmp(quantity, "delta") == 0) return g.delta;
    if (strcmp(quantity, "gamma") == 0) return g.gamma;
    if (strcmp(quantity, "vega") == 0) return g.vega;
    if (strcmp(quantity, "theta") == 0) return g.theta;
    if (strcmp(quantity, "theta per day") == 0) return g.theta / 365;
    if (strcmp(quantity, "rho") == 0) return g.rho;
    if (strcmp(quantity, "dividendRho") == 0) return g.rho_dividend;
    if (strcmp(quantity, "elasticity") == 0) return g.delta * option->spot / g.price;
    fail_msg("no %s", quantity);
    return NAN;
}

static void textbooks_are_reproduced_to_the_printed_digit(void **state) {
    struct table table;
    table_open(&table, "golden/options/bsm_published.csv");
    while (table_next(&table)) {
        struct option_terms option = row_option(&table);
        const char *quantity = table_text(&table, "quantity");
        double value = published(&option, table_number(&table, "vol"), quantity);
        if (!(fabs(value - table_number(&table, "published")) <= table_number(&table, "abs_tol")))
            fail_msg("%s %s: %.9g, printed %s", table_text(&table, "source"), quantity, value,
                     table_text(&table, "published"));
    }
}

static void implied_volatility_has_the_digits_that_the_price_carries(void **state) {
    struct table table;
    size_t found = 0;
    table_open(&table, "golden/options/iv_grid_sample.csv");
    while (table_next(&table)) {
        struct option_terms option = row_option(&table);
        double vol;
        enum option_iv status = option_implied(&option, table_number(&table, "price"), &vol);
        if (strcmp(table_text(&table, "class"), "info_lost") == 0) {
            assert_true((status == OPTION_IV_FOUND) == isfinite(vol) || status == OPTION_IV_ZERO);
            continue;
        }
        double expected = table_number(&table, "expected_vol");
        assert_int_equal(status, OPTION_IV_FOUND);
        if (!(fabs(vol / expected - 1) <= 0.1 * table_number(&table, "rel_tol")))
            fail_msg("%s %s: %.17g, expected %.17g", table_text(&table, "K"),
                     table_text(&table, "class"), vol, expected);
        found++;
    }
    assert_true(found > 200);
}

static void prices_without_a_volatility_are_told_by_kind(void **state) {
    static const struct {
        const char *word;
        enum option_iv status;
    } kinds[] = {
        {"error_below_intrinsic", OPTION_IV_BELOW_INTRINSIC},
        {"error_above_upper_bound", OPTION_IV_ABOVE_BOUND},
        {"error_negative", OPTION_IV_NEGATIVE},
        {"error_expired", OPTION_IV_EXPIRED},
        {"zero_or_error", OPTION_IV_ZERO},
        {"error_nan", OPTION_IV_NOT_FINITE},
        {"error_domain", OPTION_IV_NOT_POSITIVE},
    };
    struct table table;
    table_open(&table, "golden/options/iv_invalid.csv");
    while (table_next(&table)) {
        struct option_terms option = row_option(&table);
        const char *price = table_text(&table, "price");
        size_t kind = 0;
        while (strcmp(kinds[kind].word, table_text(&table, "expected")) != 0) kind++;
        double vol;
        assert_int_equal(option_implied(&option, strtod(price, NULL), &vol), kinds[kind].status);
        assert_true(kinds[kind].status == OPTION_IV_ZERO ? vol == 0 : isnan(vol));
    }
    assert_string_equal(option_iv_name(OPTION_IV_NO_INFORMATION), "no_information");
    assert_string_equal(option_iv_name(OPTION_IV_NOT_POSITIVE), "not_positive");
    assert_string_equal(option_fault_name(OPTION_EXPIRED), "expired");
}

static double uniform(struct prng *prng, double low, double high) {
    return low + (high - low) * (double)prng_below(prng, 1000001) / 1e6;
}

static struct option_terms random_option(struct prng *prng, enum option_model model) {
    return (struct option_terms){.side = prng_below(prng, 2) ? OPTION_CALL : OPTION_PUT,
                                 .model = model,
                                 .spot = uniform(prng, 50, 150),
                                 .strike = uniform(prng, 50, 150),
                                 .years = uniform(prng, 0.05, 3),
                                 .rate = uniform(prng, -0.02, 0.1),
                                 .yield = uniform(prng, -0.02, 0.1)};
}

static double *term(struct option_terms *option, char which, double *vol) {
    return which == 'S'   ? &option->spot
           : which == 'T' ? &option->years
           : which == 'r' ? &option->rate
           : which == 'q' ? &option->yield
                          : vol;
}

// A field's central difference in one of the terms, of the fourth order.
static double slope(struct option_terms option, double vol, char which, double h, size_t field) {
    static const double weights[] = {1.0 / 12, -2.0 / 3, 2.0 / 3, -1.0 / 12};
    static const double steps[] = {-2, -1, 1, 2};
    double sum = 0;
    for (size_t i = 0; i < 4; i++) {
        struct option_terms moved = option;
        double moved_vol = vol;
        struct option_greeks greeks;
        *term(&moved, which, &moved_vol) += steps[i] * h;
        option_greeks(&moved, moved_vol, &greeks);
        sum += weights[i] * ((const double *)&greeks)[field];
    }
    return sum / h;
}

static void every_sensitivity_is_the_slope_of_another(void **state) {
    enum {
        PRICE,
        DELTA,
        GAMMA,
        VEGA,
        THETA,
        RHO,
        RHO_DIVIDEND,
        VANNA,
        VOLGA,
        CHARM,
        SPEED,
        ZOMMA,
        COLOR
    };
    static const struct {
        int field, of;
        char term;
        double sign;
    } rows[] = {{DELTA, PRICE, 'S', 1},  {GAMMA, DELTA, 'S', 1}, {VEGA, PRICE, 'v', 1},
                {THETA, PRICE, 'T', -1}, {RHO, PRICE, 'r', 1},   {RHO_DIVIDEND, PRICE, 'q', 1},
                {VANNA, DELTA, 'v', 1},  {VOLGA, VEGA, 'v', 1},  {CHARM, DELTA, 'T', -1},
                {SPEED, GAMMA, 'S', 1},  {ZOMMA, GAMMA, 'v', 1}, {COLOR, GAMMA, 'T', -1}};
    struct prng prng;
    prng_seed(&prng, 5);
    for (int i = 0; i < 600; i++) {
        struct option_terms option = random_option(&prng, (enum option_model)(i % 3));
        double level = option.model == OPTION_BACHELIER ? 100 : 1;
        double vol = level * uniform(&prng, 0.1, 0.6);
        struct option_greeks greeks;
        option_greeks(&option, vol, &greeks);
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
            double h = rows[k].term == 'S' ? 0.05 : rows[k].term == 'v' ? 5e-4 * level : 5e-4;
            double value = ((const double *)&greeks)[rows[k].field];
            double expected =
                rows[k].sign * slope(option, vol, rows[k].term, h, (size_t)rows[k].of);
            if (!(fabs(value - expected) <= 3e-6 * fmax(0.05, fabs(expected))))
                fail_msg("model %d field %d: %.12g, slope %.12g", (int)option.model, rows[k].field,
                         value, expected);
        }
    }
}

// The value as textbooks print it, in long double and with erfcl.
static long double textbook(const long double terms[5], long double strike, long double sign) {
    long double s = terms[0], t = terms[1], r = terms[2], q = terms[3], v = terms[4];
    long double d1 = (logl(s / strike) + (r - q + v * v / 2) * t) / (v * sqrtl(t));
    long double d2 = d1 - v * sqrtl(t);
    return sign *
           (s * expl(-q * t) * erfcl(-sign * d1 / sqrtl(2)) -
            strike * expl(-r * t) * erfcl(-sign * d2 / sqrtl(2))) /
           2;
}

// A derivative of it by central differences of the fourth order, along each of `along` (indices into terms).
static long double derivative(const long double terms[5], long double strike, long double sign,
                              const char *along) {
    static const long double weights[] = {1.0L / 12, -2.0L / 3, 2.0L / 3, -1.0L / 12};
    static const int steps[] = {-2, -1, 1, 2};
    if (*along == '\0') return textbook(terms, strike, sign);
    int which = *along - '0';
    long double h = which == 2 || which == 3 ? 1e-3L : 2e-3L * terms[which], sum = 0;
    for (size_t i = 0; i < 4; i++) {
        long double moved[5];
        memcpy(moved, terms, sizeof moved);
        moved[which] += steps[i] * h;
        sum += weights[i] * derivative(moved, strike, sign, along + 1);
    }
    return sum / h;
}

static void every_sensitivity_is_a_difference_of_the_textbook_in_long_double(void **state) {
    static const struct {
        size_t at;
        const char *along; // 0 spot, 1 years, 2 rate, 3 yield, 4 vol
        double sign;
    } rows[] = {{offsetof(struct option_greeks, price), "", 1},
                {offsetof(struct option_greeks, delta), "0", 1},
                {offsetof(struct option_greeks, gamma), "00", 1},
                {offsetof(struct option_greeks, vega), "4", 1},
                {offsetof(struct option_greeks, theta), "1", -1},
                {offsetof(struct option_greeks, rho), "2", 1},
                {offsetof(struct option_greeks, rho_dividend), "3", 1},
                {offsetof(struct option_greeks, vanna), "04", 1},
                {offsetof(struct option_greeks, volga), "44", 1},
                {offsetof(struct option_greeks, charm), "01", -1},
                {offsetof(struct option_greeks, speed), "000", 1},
                {offsetof(struct option_greeks, zomma), "004", 1},
                {offsetof(struct option_greeks, color), "001", -1}};
    struct prng prng;
    prng_seed(&prng, 12);
    for (int i = 0; i < 60; i++) {
        struct option_terms option = random_option(&prng, OPTION_BLACK_SCHOLES);
        double vol = uniform(&prng, 0.15, 0.8), sign = option.side == OPTION_CALL ? 1 : -1;
        option.strike = option.spot * exp(uniform(&prng, -1, 1) * vol * sqrt(option.years));
        option.years += 0.2;
        const long double terms[] = {option.spot, option.years, option.rate, option.yield, vol};
        struct option_greeks greeks;
        option_greeks(&option, vol, &greeks);
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
            double exact = *(const double *)((const char *)&greeks + rows[k].at);
            double near =
                rows[k].sign * (double)derivative(terms, option.strike, sign, rows[k].along);
            if (!(scaled(exact, near) <= (*rows[k].along == '\0' ? 1e-13 : 1e-7)))
                fail_msg("%s of option %d: %.12g, by differences %.12g", rows[k].along, i, exact,
                         near);
        }
    }
}

static void values_rise_with_the_volatility_and_are_convex_within_their_bounds(void **state) {
    struct prng prng;
    prng_seed(&prng, 13);
    for (int i = 0; i < 2000; i++) {
        struct option_terms option = random_option(&prng, OPTION_BLACK_SCHOLES), at = option;
        double vol = uniform(&prng, 0.02, 1.5), value = option_price(&option, vol);
        double asset = option.spot * exp(-option.yield * option.years);
        double paid = option.strike * exp(-option.rate * option.years);
        bool call = option.side == OPTION_CALL;
        double rounding = 1e-13 * (asset + paid);
        assert_true(value >= fmax(call ? asset - paid : paid - asset, 0) - rounding);
        assert_true(value <= (call ? asset : paid) + rounding);
        assert_true(option_price(&option, vol + 0.01) >= value - rounding);
        at.strike = option.strike + 1;
        double above = option_price(&at, vol);
        at.strike = option.strike - 1;
        double below = option_price(&at, vol);
        assert_true(call ? above <= value + rounding : above >= value - rounding);
        assert_true(above + below - 2 * value >= -4 * rounding);
        // The strike's slope lies within the discount.
        assert_true(fabs(above - value) <= exp(-option.rate * option.years) + rounding);
    }
}

static void calls_less_puts_are_the_forward_and_scale_with_the_prices(void **state) {
    struct prng prng;
    prng_seed(&prng, 6);
    for (int i = 0; i < 2000; i++) {
        struct option_terms option = random_option(&prng, OPTION_BLACK_SCHOLES);
        double vol = uniform(&prng, 0.01, 1.5);
        struct option_terms call = option, put = option, twice = option;
        call.side = OPTION_CALL;
        put.side = OPTION_PUT;
        twice.spot *= 4;
        twice.strike *= 4;
        double forward = option.spot * exp(-option.yield * option.years) -
                         option.strike * exp(-option.rate * option.years);
        double value = option_price(&option, vol);
        assert_true(fabs(option_price(&call, vol) - option_price(&put, vol) - forward) <= 1e-12);
        assert_true(fabs(option_price(&twice, vol) - 4 * value) <= 1e-12);
        assert_true(option_price(&option, vol * 1.01) >= value);
    }
}

// Near the end of a double's range a price has hardly a digit left, and none in units of the spot.
static void a_price_below_the_range_of_doubles_has_no_volatility(void **state) {
    struct option_terms option = {OPTION_CALL, OPTION_BLACK_SCHOLES, 100, 150, 0.5, 0.02, 0};
    static const double prices[] = {1e-322, 1e-312, 1e-307};
    double vol;
    for (size_t i = 0; i < sizeof prices / sizeof *prices; i++) {
        assert_int_equal(option_implied(&option, prices[i], &vol), OPTION_IV_NO_INFORMATION);
        assert_true(isnan(vol));
    }
    assert_int_equal(option_implied(&option, 1e-300, &vol), OPTION_IV_FOUND);
    assert_true(fabs(option_price(&option, vol) / 1e-300 - 1) < 1e-10);
}

static void bachelier_and_black_give_their_volatility_back(void **state) {
    struct prng prng;
    prng_seed(&prng, 7);
    for (int i = 0; i < 3000; i++) {
        struct option_terms option = random_option(&prng, (enum option_model)(1 + i % 2));
        double vol = uniform(&prng, 0.05, 0.8) * (option.model == OPTION_BACHELIER ? 100 : 1);
        double price = option_price(&option, vol), found;
        if (!(price > 1e-6)) continue;
        struct option_greeks greeks;
        option_greeks(&option, vol, &greeks);
        double carried = 1e-14 * (option.spot + option.strike) / (greeks.vega * vol);
        enum option_iv status = option_implied(&option, price, &found);
        if (status !=
            OPTION_IV_FOUND) { // only where the price holds nothing but the intrinsic value
            assert_true(status == OPTION_IV_NO_INFORMATION || status == OPTION_IV_ZERO);
            assert_true(carried > 0.01);
            continue;
        }
        if (!(fabs(found / vol - 1) <= 1e-13 + carried))
            fail_msg("model %d: %.17g for %.17g", (int)option.model, found, vol);
    }
    // At the money Bachelier is deviation / sqrt(2 pi).
    struct option_terms atm = {.model = OPTION_BACHELIER, .spot = -2, .strike = -2, .years = 4};
    assert_true(fabs(option_price(&atm, 3) - 6 / sqrt(2 * M_PI)) <= 1e-14);
}

static void terms_that_make_no_contract_have_no_price(void **state) {
    struct option_terms option = {.spot = 100, .strike = 100, .years = 1};
    assert_true(isnan(option_price(&option, -0.1)) && isnan(option_price(&option, INFINITY)));
    struct option_greeks greeks;
    option_greeks(&option, 0, &greeks);
    assert_true(isnan(greeks.price) && isnan(greeks.color));
    option.years = 0;
    assert_int_equal(option_fault(&option), OPTION_EXPIRED);
    assert_true(isnan(option_price(&option, 0.2)));
    option.spot = 0;
    assert_int_equal(option_fault(&option), OPTION_NOT_POSITIVE);
    option.strike = NAN;
    assert_int_equal(option_fault(&option), OPTION_NOT_FINITE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prices_and_sensitivities_equal_sixty_digits),
        cmocka_unit_test(textbooks_are_reproduced_to_the_printed_digit),
        cmocka_unit_test(implied_volatility_has_the_digits_that_the_price_carries),
        cmocka_unit_test(prices_without_a_volatility_are_told_by_kind),
        cmocka_unit_test(every_sensitivity_is_the_slope_of_another),
        cmocka_unit_test(every_sensitivity_is_a_difference_of_the_textbook_in_long_double),
        cmocka_unit_test(values_rise_with_the_volatility_and_are_convex_within_their_bounds),
        cmocka_unit_test(calls_less_puts_are_the_forward_and_scale_with_the_prices),
        cmocka_unit_test(a_price_below_the_range_of_doubles_has_no_volatility),
        cmocka_unit_test(bachelier_and_black_give_their_volatility_back),
        cmocka_unit_test(terms_that_make_no_contract_have_no_price),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
