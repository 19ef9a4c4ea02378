// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <stdbool.h>

#include "harness.h"

#include "base/prng.h"
#include "quant/making/quoting.h"

static void assert_near(double got, double want, double tolerance) {
    if (!(fabs(got - want) <= tolerance)) fail_msg("%.17g, want %.17g", got, want);
}

// The market of Avellaneda and Stoikov's section 3: sigma 2, A 140, k 1.5, a horizon of 1.
static const struct making_market paper = {.sigma = 2, .a = 140, .k = 1.5};

static void the_spread_and_the_reservation_price_are_the_papers(void **state) {
    const struct making_maker maker = {.gamma = 0.1, .size = 1};
    // 20 ln(1 + 1/15) = 1.29077..., and 0.4 more with the whole horizon left; the paper's average is 1.49.
    struct making_depths end = making_stoikov(&maker, &paper, 0, 0);
    struct making_depths start = making_stoikov(&maker, &paper, 0, 1);
    assert_near(end.bid + end.ask, 20 * log(16.0 / 15.0), 1e-12);
    assert_near(start.bid + start.ask, 20 * log(16.0 / 15.0) + 0.4, 1e-12);
    assert_near((start.bid + start.ask + end.bid + end.ask) / 2, 1.49, 0.005);
    // Three units, half of the horizon: the middle of the quotes is 3 x 0.1 x 4 x 0.5 = 0.6 lower.
    struct making_depths long3 = making_stoikov(&maker, &paper, 3, 0.5);
    assert_near((long3.ask - long3.bid) / 2, -0.6, 1e-12);
}

// The paper's simulation: 200 steps of 0.005, up or down by sigma sqrt(dt), each side's order met with probability
// a exp(-k depth) dt.
struct outcome {
    double spread, profit, profit_deviation, inventory, inventory_deviation;
};

static struct outcome simulate(double gamma, bool with_inventory, int runs) {
    const struct making_maker maker = {.gamma = gamma, .size = 1};
    const double dt = 0.005, step = paper.sigma * sqrt(dt);
    struct prng prng;
    struct outcome sum = {0};
    prng_seed(&prng, 2008);
    struct making_depths first = making_stoikov(&maker, &paper, 0, 1);
    struct making_depths last = making_stoikov(&maker, &paper, 0, 0);
    double average = (first.bid + last.bid) / 2;
    for (int run = 0; run < runs; run++) {
        double price = 100, cash = 0, inventory = 0;
        for (int i = 0; i < 200; i++) {
            struct making_depths at = {average, average};
            if (with_inventory) at = making_stoikov(&maker, &paper, inventory, 1 - i * dt);
            sum.spread += (at.bid + at.ask) / 200;
            bool sold = prng_double(&prng) < paper.a * exp(-paper.k * at.ask) * dt;
            bool bought = prng_double(&prng) < paper.a * exp(-paper.k * at.bid) * dt;
            if (sold) cash += price + at.ask;
            if (bought) cash -= price - at.bid;
            inventory += (double)bought - (double)sold;
            price += prng_next(&prng) >> 63 ? step : -step;
        }
        double profit = cash + inventory * price;
        sum.profit += profit;
        sum.profit_deviation += profit * profit;
        sum.inventory += inventory;
        sum.inventory_deviation += inventory * inventory;
    }
    struct outcome mean = {sum.spread / runs, sum.profit / runs, 0, sum.inventory / runs, 0};
    mean.profit_deviation = sqrt(sum.profit_deviation / runs - mean.profit * mean.profit);
    mean.inventory_deviation =
        sqrt(sum.inventory_deviation / runs - mean.inventory * mean.inventory);
    return mean;
}

// Table 1 of the paper (gamma 0.1, 1000 runs) within three standard errors of both simulations: a mean's is deviation /
// sqrt(runs), a deviation's deviation / sqrt(2 runs).
static void the_papers_simulation_is_reproduced(void **state) {
    const int runs = 4000;
    const double errors = 3 * sqrt(1.0 / 1000 + 1.0 / runs), errors2 = errors / sqrt(2);
    struct outcome ours = simulate(0.1, true, runs), symmetric = simulate(0.1, false, runs);
    assert_near(ours.spread, 1.49, 0.005);
    assert_near(ours.profit, 65.0, 6.6 * errors);
    assert_near(ours.profit_deviation, 6.6, 6.6 * errors2);
    assert_near(ours.inventory, 0, 2.9 * 3 / sqrt(runs));
    assert_near(ours.inventory_deviation, 2.9, 2.9 * errors2);
    assert_near(symmetric.spread, 1.49, 0.005);
    assert_near(symmetric.profit, 68.4, 13.9 * errors);
    assert_near(symmetric.profit_deviation, 13.9, 13.9 * errors2);
    assert_near(symmetric.inventory_deviation, 8.4, 8.4 * errors2);
}

// -exp(-gamma (x + q S)) with the discount of section 2.3 has the value -exp(-gamma (x + q S)) / (omega - (gamma q
// sigma)^2 / 2): at an indifference price the value is the same before and after a trade.
static double value(double gamma, double sigma, double omega, double cash, double inventory,
                    double price) {
    return -exp(-gamma * (cash + inventory * price)) /
           (omega - pow(gamma * inventory * sigma, 2) / 2);
}

static void without_a_horizon_quotes_stand_around_indifference_prices(void **state) {
    const struct making_maker maker = {.gamma = 0.05, .size = 2};
    const double inventory_max = 10, price = 3, sigma = paper.sigma;
    double arrivals = log(1 + 0.1 / 1.5) / 0.1, limit = inventory_max + 2;
    double omega = pow(0.05 * sigma * limit, 2) / 2;
    for (double held = -8; held <= 8; held += 2) {
        struct making_depths at = making_stoikov_endless(&maker, &paper, held, inventory_max);
        double bid = price - (at.bid - arrivals), ask = price + (at.ask - arrivals);
        double before = value(0.05, sigma, omega, 7, held, price);
        assert_near(value(0.05, sigma, omega, 7 - 2 * bid, held + 2, price) / before, 1, 1e-12);
        assert_near(value(0.05, sigma, omega, 7 + 2 * ask, held - 2, price) / before, 1, 1e-12);
        struct making_depths mirror = making_stoikov_endless(&maker, &paper, -held, inventory_max);
        assert_true(mirror.bid == at.ask && mirror.ask == at.bid);
    }
    assert_true(isinf(making_stoikov_endless(&maker, &paper, 10, inventory_max).bid));
    assert_true(isfinite(making_stoikov_endless(&maker, &paper, 10, inventory_max).ask));
    assert_true(isinf(making_stoikov_endless(&maker, &paper, -9, inventory_max).ask));
    const struct making_market still = {.sigma = 0, .a = 1, .k = 1.5};
    assert_near(making_stoikov_endless(&maker, &still, 8, inventory_max).bid, arrivals, 1e-12);
}

// GLFT's market in their figures: ticks and seconds.
static const struct making_market figure = {.sigma = 0.3, .a = 0.9, .k = 0.3};
enum { LOTS = 30, STATES = 2 * LOTS + 1 };

// The linear system of their theorem 1, v' = alpha q^2 v - eta (v(q - 1) + v(q + 1)), v(T) = 1, back to T - seconds by
// Runge and Kutta's fourth order; scaled as it goes, as only ratios matter.
static void slopes(double alpha, double eta, const double *v, double *ret) {
    for (int i = 0; i < STATES; i++) {
        double lots = i - LOTS, near = 0;
        if (i > 0) near += v[i - 1];
        if (i < STATES - 1) near += v[i + 1];
        ret[i] = -(alpha * lots * lots * v[i] - eta * near); // time runs back
    }
}

static void integrate(double alpha, double eta, double seconds, double *v) {
    const int steps = (int)(seconds * 400);
    double k[4][STATES], at[STATES], h = seconds / steps;
    for (int i = 0; i < STATES; i++) v[i] = 1;
    for (int step = 0; step < steps; step++) {
        static const double part[] = {0, 0.5, 0.5, 1};
        for (int stage = 0; stage < 4; stage++) {
            for (int i = 0; i < STATES; i++)
                at[i] = v[i] + (stage > 0 ? part[stage] * h * k[stage - 1][i] : 0);
            slopes(alpha, eta, at, k[stage]);
        }
        for (int i = 0; i < STATES; i++)
            v[i] += h / 6 * (k[0][i] + 2 * k[1][i] + 2 * k[2][i] + k[3][i]);
        double middle = v[LOTS];
        for (int i = 0; i < STATES; i++) v[i] /= middle;
    }
}

static void exact_depths_are_the_limit_of_the_papers_system(void **state) {
    const struct making_maker maker = {.gamma = 0.01, .size = 1};
    double v[STATES], scratch[3 * STATES], ratio = 0.3 / 0.01;
    double alpha = 0.3 / 2 * 0.01 * 0.09, eta = 0.9 * pow(1 + 1 / ratio, -(1 + ratio));
    double c1 = log(1 + 1 / ratio) / 0.01;
    integrate(alpha, eta, 600, v);
    for (int lots = -LOTS; lots <= LOTS; lots++) {
        struct making_depths at = making_gueant_exact(&maker, &figure, lots, LOTS, scratch);
        double *here = v + LOTS + lots;
        if (lots < LOTS)
            assert_near(at.bid, c1 + log(here[0] / here[1]) / 0.3, 1e-4);
        else
            assert_true(isinf(at.bid));
        if (lots > -LOTS)
            assert_near(at.ask, c1 + log(here[0] / here[-1]) / 0.3, 1e-4);
        else
            assert_true(isinf(at.ask));
    }
}

static void the_closed_form_is_near_the_exact_depths(void **state) {
    const struct making_maker maker = {.gamma = 0.01, .size = 1};
    double scratch[3 * STATES];
    for (int lots = -10; lots <= 10; lots++) {
        struct making_depths exact = making_gueant_exact(&maker, &figure, lots, LOTS, scratch);
        struct making_depths closed = making_gueant(&maker, &figure, lots);
        assert_near(closed.bid, exact.bid, 0.002);
        assert_near(closed.ask, exact.ask, 0.002);
    }
    // By hand: c1 = 100 ln(31/30) = 3.27898..., c2 = sqrt(0.01 / (2 x 0.9 x 0.3) x (31/30)^31) = 0.226221...
    double c1, c2;
    making_gueant_terms(&maker, &figure, &c1, &c2);
    assert_near(c1, 100 * log(31.0 / 30.0), 1e-12);
    assert_near(c2, sqrt(0.01 / 0.54 * pow(31.0 / 30.0, 31)), 1e-12);
    struct making_depths flat = making_gueant(&maker, &figure, 0);
    assert_near(flat.bid, c1 + 0.15 * c2, 1e-12);
    assert_near(flat.ask, flat.bid, 1e-12);
}

// Lots of 5 units are units of a price five times as large.
static void a_size_is_a_unit_of_another_price(void **state) {
    const struct making_maker lot = {.gamma = 0.01, .size = 5}, unit = {.gamma = 0.01, .size = 1};
    const struct making_market scaled = {figure.sigma * 5, figure.a, figure.k / 5};
    double scratch[3 * STATES];
    for (int lots = -4; lots <= 4; lots++) {
        const struct making_depths ours[] = {
            making_stoikov(&lot, &figure, lots * 5, 7),
            making_stoikov_endless(&lot, &figure, lots * 5, 40),
            making_gueant(&lot, &figure, lots * 5),
            making_gueant_exact(&lot, &figure, lots, LOTS, scratch),
        };
        const struct making_depths units[] = {
            making_stoikov(&unit, &scaled, lots, 7),
            making_stoikov_endless(&unit, &scaled, lots, 8),
            making_gueant(&unit, &scaled, lots),
            making_gueant_exact(&unit, &scaled, lots, LOTS, scratch),
        };
        for (int i = 0; i < 4; i++) {
            assert_near(ours[i].bid * 5, units[i].bid, 1e-9);
            assert_near(ours[i].ask * 5, units[i].ask, 1e-9);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_spread_and_the_reservation_price_are_the_papers),
        cmocka_unit_test(the_papers_simulation_is_reproduced),
        cmocka_unit_test(without_a_horizon_quotes_stand_around_indifference_prices),
        cmocka_unit_test(exact_depths_are_the_limit_of_the_papers_system),
        cmocka_unit_test(the_closed_form_is_near_the_exact_depths),
        cmocka_unit_test(a_size_is_a_unit_of_another_price),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
