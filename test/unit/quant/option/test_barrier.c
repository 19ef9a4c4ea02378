// SPDX-License-Identifier: Apache-2.0
#include "quant/option/barrier.h"

#include <math.h>
#include <stdbool.h>

#include "base/prng.h"
#include "harness.h"

static double price(const struct option_terms *option, struct barrier barrier, double vol) {
    double value = NAN;
    assert_ok(barrier_price(option, &barrier, vol, &value));
    return value;
}

// Haug, "The Complete Guide to Option Pricing Formulas", 2nd ed., table 4-13: spot 100, rebate 3, half a year, rate
// 8 %, cost of carry 4 %; strikes 90, 100, 110.
static void haugs_table_is_reproduced_to_the_printed_digit(void **state) {
    static const struct {
        enum option_side side;
        enum barrier_kind kind;
        double level, vol, printed[3];
    } rows[] = {
        {OPTION_CALL, BARRIER_DOWN_OUT, 95, 0.25, {9.0246, 6.7924, 4.8759}},
        {OPTION_CALL, BARRIER_DOWN_OUT, 100, 0.25, {3, 3, 3}},
        {OPTION_CALL, BARRIER_UP_OUT, 105, 0.25, {2.6789, 2.3580, 2.3453}},
        {OPTION_CALL, BARRIER_DOWN_IN, 95, 0.25, {7.7627, 4.0109, 2.0576}},
        {OPTION_CALL, BARRIER_DOWN_IN, 100, 0.25, {13.8333, 7.8494, 3.9795}},
        {OPTION_CALL, BARRIER_UP_IN, 105, 0.25, {14.1112, 8.4482, 4.5910}},
        {OPTION_CALL, BARRIER_DOWN_OUT, 95, 0.3, {8.8334, 7.0285, 5.4137}},
        {OPTION_CALL, BARRIER_UP_OUT, 105, 0.3, {2.6341, 2.4389, 2.4315}},
        {OPTION_CALL, BARRIER_DOWN_IN, 95, 0.3, {9.0093, 5.1370, 2.8517}},
        {OPTION_CALL, BARRIER_UP_IN, 105, 0.3, {15.2098, 9.7278, 5.8350}},
        {OPTION_PUT, BARRIER_DOWN_OUT, 95, 0.25, {2.2798, 2.2947, 2.6252}},
        {OPTION_PUT, BARRIER_UP_OUT, 105, 0.25, {3.7760, 5.4932, 7.5187}},
        {OPTION_PUT, BARRIER_DOWN_IN, 95, 0.25, {2.9586, 6.5677, 11.9752}},
        {OPTION_PUT, BARRIER_UP_IN, 105, 0.25, {1.4653, 3.3721, 7.0846}},
        {OPTION_PUT, BARRIER_DOWN_OUT, 95, 0.3, {2.4170, 2.4258, 2.6246}},
        {OPTION_PUT, BARRIER_UP_OUT, 105, 0.3, {4.2293, 5.8032, 7.5649}},
        {OPTION_PUT, BARRIER_DOWN_IN, 95, 0.3, {3.8769, 7.7989, 13.3078}},
        {OPTION_PUT, BARRIER_UP_IN, 105, 0.3, {2.0658, 4.4226, 8.3686}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t k = 0; k < 3; k++) {
            struct option_terms option = {.side = rows[i].side,
                                          .spot = 100,
                                          .strike = 90 + 10 * (double)k,
                                          .years = 0.5,
                                          .rate = 0.08,
                                          .yield = 0.04};
            double value =
                price(&option, (struct barrier){rows[i].kind, rows[i].level, 3}, rows[i].vol);
            if (!(fabs(value - rows[i].printed[k]) <= 1.1e-4))
                fail_msg("row %zu strike %g: %.6f, printed %g", i, option.strike, value,
                         rows[i].printed[k]);
        }
}

enum { NODES = 1200, STEPS = 1200 };

struct grid {
    double low, width; // of ln(spot)
    double value[NODES + 1];
};

// One step of the theta scheme; ends[] are the values at both ends after it.
static void step_back(struct grid *grid, const struct option_terms *option, double vol, double dt,
                      double theta, const double ends[2]) {
    double a = 0.5 * vol * vol / (grid->width * grid->width);
    double b = 0.5 * (option->rate - option->yield - 0.5 * vol * vol) / grid->width;
    double down = (a - b) * dt, up = (a + b) * dt, middle = (2 * a + option->rate) * dt;
    static double right[NODES + 1], factor[NODES + 1];
    double *v = grid->value;
    factor[0] = 0;
    right[0] = ends[0];
    for (size_t i = 1; i < NODES; i++) {
        double old = v[i] + (1 - theta) * (down * v[i - 1] - middle * v[i] + up * v[i + 1]);
        double pivot = 1 + theta * middle + theta * down * factor[i - 1];
        factor[i] = -theta * up / pivot;
        right[i] = (old + theta * down * right[i - 1]) / pivot;
    }
    v[NODES] = ends[1];
    for (size_t i = NODES; i-- > 1;) v[i] = right[i] - factor[i] * v[i + 1];
    v[0] = ends[0];
}

// An "out" by the differential equation: an end of the grid is the barrier, the other far away. The first steps are
// implicit, so that the kink at the strike does not ring.
static double by_grid(const struct option_terms *option, const struct barrier *barrier,
                      double vol) {
    static struct grid grid;
    bool down = barrier->kind == BARRIER_DOWN_OUT;
    double edge = log(barrier->level), far = 7 * vol * sqrt(option->years);
    double sign = option->side == OPTION_CALL ? 1 : -1, dt = option->years / STEPS;
    double other = log(option->spot) + (down ? far : -far);
    grid.low = down ? edge : other;
    grid.width = ((down ? other : edge) - grid.low) / NODES;
    for (size_t i = 0; i <= NODES; i++)
        grid.value[i] = fmax(sign * (exp(grid.low + (double)i * grid.width) - option->strike), 0);
    grid.value[down ? 0 : NODES] = barrier->rebate;
    for (int step = 1; step <= STEPS; step++) {
        double left = dt * step;
        double asset = exp(other - option->yield * left);
        double open = fmax(sign * (asset - option->strike * exp(-option->rate * left)), 0);
        double ends[2] = {down ? barrier->rebate : open, down ? open : barrier->rebate};
        step_back(&grid, option, vol, dt, step <= 4 ? 1 : 0.5, ends);
    }
    double at = (log(option->spot) - grid.low) / grid.width;
    size_t i = (size_t)at;
    return grid.value[i] + (at - (double)i) * (grid.value[i + 1] - grid.value[i]);
}

static double uniform(struct prng *prng, double low, double high) {
    return low + (high - low) * prng_double(prng);
}

static struct option_terms random_option(struct prng *prng) {
    return (struct option_terms){.side = prng_below(prng, 2) ? OPTION_CALL : OPTION_PUT,
                                 .spot = 100,
                                 .strike = uniform(prng, 80, 120),
                                 .years = uniform(prng, 0.1, 2),
                                 .rate = uniform(prng, 0, 0.1),
                                 .yield = uniform(prng, 0, 0.1)};
}

static void an_out_solves_the_differential_equation(void **state) {
    struct prng prng;
    prng_seed(&prng, 5);
    for (int i = 0; i < 24; i++) {
        struct option_terms option = random_option(&prng);
        bool down = i % 2 == 0;
        struct barrier barrier = {down ? BARRIER_DOWN_OUT : BARRIER_UP_OUT,
                                  down ? uniform(&prng, 75, 97) : uniform(&prng, 103, 130),
                                  i % 3 == 0 ? 0 : 2.5};
        double vol = uniform(&prng, 0.15, 0.5), value = price(&option, barrier, vol);
        double grid = by_grid(&option, &barrier, vol);
        if (!(fabs(value - grid) <= 4e-3))
            fail_msg("%d: strike %g level %g: %.6f, by the equation %.6f", i, option.strike,
                     barrier.level, value, grid);
    }
}

static void in_and_out_are_the_european_option_together(void **state) {
    struct prng prng;
    prng_seed(&prng, 6);
    for (int i = 0; i < 500; i++) {
        struct option_terms option = random_option(&prng);
        double vol = uniform(&prng, 0.05, 0.8), european = option_price(&option, vol);
        bool down = prng_below(&prng, 2);
        double level = down ? uniform(&prng, 60, 99) : uniform(&prng, 101, 160);
        double in =
            price(&option, (struct barrier){down ? BARRIER_DOWN_IN : BARRIER_UP_IN, level, 0}, vol);
        double out = price(
            &option, (struct barrier){down ? BARRIER_DOWN_OUT : BARRIER_UP_OUT, level, 0}, vol);
        assert_true(in >= 0 && in <= european + 1e-12 && fabs(in + out - european) <= 1e-12);
        // A barrier that is hardly ever touched.
        double far = down ? 100 * exp(-12 * vol * sqrt(2)) : 100 * exp(12 * vol * sqrt(2));
        struct barrier never = {down ? BARRIER_DOWN_OUT : BARRIER_UP_OUT, far, 0};
        assert_true(fabs(price(&option, never, vol) - european) <= 1e-9);
    }
}

static void a_touched_barrier_leaves_the_option_or_the_rebate(void **state) {
    struct option_terms option = {.spot = 100, .strike = 95, .years = 1, .rate = 0.03};
    double european = option_price(&option, 0.2);
    assert_true(price(&option, (struct barrier){BARRIER_DOWN_IN, 100, 3}, 0.2) == european);
    assert_true(price(&option, (struct barrier){BARRIER_UP_IN, 90, 3}, 0.2) == european);
    assert_true(price(&option, (struct barrier){BARRIER_DOWN_OUT, 120, 3}, 0.2) == 3);
    assert_true(price(&option, (struct barrier){BARRIER_UP_OUT, 100, 0}, 0.2) == 0);
}

static void what_cannot_be_priced_is_told(void **state) {
    static const struct {
        struct option_terms option;
        struct barrier barrier;
        double vol;
        int rc;
        const char *word;
    } rows[] = {
        {{.spot = -1, .strike = 1, .years = 1}, {0, 1, 0}, 0.2, ERR_ARGUMENT, "not_positive"},
        {{.spot = 1, .strike = 1, .years = 0}, {0, 1, 0}, 0.2, ERR_ARGUMENT, "expired"},
        {{.model = OPTION_BACHELIER, .spot = 1, .strike = 1, .years = 1},
         {0, 1, 0},
         0.2,
         ERR_ARGUMENT,
         "lognormal"},
        {{.spot = 1, .strike = 1, .years = 1}, {0, 1, 0}, 0, ERR_ARGUMENT, "volatility"},
        {{.spot = 1, .strike = 1, .years = 1}, {0, 0, 0}, 0.2, ERR_ARGUMENT, "above 0"},
        {{.spot = 1, .strike = 1, .years = 1}, {0, 1, -1}, 0.2, ERR_ARGUMENT, "rebate"},
        {{.spot = 100, .strike = 100, .years = 1, .rate = -0.2, .yield = -0.2},
         {BARRIER_DOWN_OUT, 90, 3},
         0.2,
         ERR_UNSUPPORTED,
         "closed form"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double value = 7;
        assert_int_equal(barrier_price(&rows[i].option, &rows[i].barrier, rows[i].vol, &value),
                         rows[i].rc);
        assert_non_null(strstr(err_story(), rows[i].word));
        assert_true(value == 7);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(haugs_table_is_reproduced_to_the_printed_digit),
        cmocka_unit_test(an_out_solves_the_differential_equation),
        cmocka_unit_test(in_and_out_are_the_european_option_together),
        cmocka_unit_test(a_touched_barrier_leaves_the_option_or_the_rebate),
        cmocka_unit_test(what_cannot_be_priced_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
