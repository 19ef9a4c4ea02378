// SPDX-License-Identifier: Apache-2.0
// Random portfolios under random limits: what an optimiser answers keeps every limit, and no small trade that keeps
// them makes its value better. Neither is taken from the solver's own certificate.
#include <math.h>
#include <string.h>

#include "base/prng.h"
#include "harness.h"
#include "quant/math/linalg.h"
#include "quant/math/sample.h"
#include "quant/portfolio/portfolio.h"

enum { ASSETS = 24, FACTORS = 4, GROUPS = 2, ROUNDS = 500, TRADES = 200 };
enum kind { LEAST_VARIANCE, UTILITY, SHARPE, KINDS };

struct draw {
    struct portfolio portfolio;
    enum kind kind;
    double aversion;
    double mean[ASSETS], lower[ASSETS], upper[ASSETS], held[ASSETS], cost[ASSETS], impact[ASSETS];
    double uncertainty[ASSETS], groups[GROUPS * ASSETS], group_lower[GROUPS], group_upper[GROUPS];
    double covariance[ASSETS * ASSETS];
};

static struct arena arena;

static int setup(void **state) {
    return arena_init(&arena, (size_t)32 << 20);
}

static int teardown(void **state) {
    arena_fini(&arena);
    return 0;
}

static void draw_numbers(struct draw *draw, size_t n, struct prng *prng) {
    double load[ASSETS * FACTORS];
    for (size_t i = 0; i < n * FACTORS; i++) load[i] = 0.1 * sample_normal(prng);
    for (size_t i = 0; i < n; i++) {
        draw->mean[i] = 0.05 * sample_normal(prng);
        draw->lower[i] = prng_below(prng, 3) > 0 ? 0 : -0.3 * prng_double(prng);
        draw->upper[i] = prng_below(prng, 3) > 0 ? 1 : 0.1 + 0.5 * prng_double(prng);
        draw->held[i] = 1 / (double)n;
        draw->cost[i] = 0.02 * prng_double(prng);
        draw->impact[i] = 0.1 * prng_double(prng);
        draw->uncertainty[i] = 0.03 * prng_double(prng);
        for (size_t k = 0; k < GROUPS; k++) draw->groups[k * n + i] = (double)prng_below(prng, 2);
        for (size_t j = 0; j < n; j++)
            draw->covariance[i * n + j] =
                linalg_dot(load + i * FACTORS, load + j * FACTORS, FACTORS) +
                (i == j ? 0.005 + 0.0001 * (double)i : 0);
    }
    // Both triangles have the same bits.
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) draw->covariance[j * n + i] = draw->covariance[i * n + j];
    for (size_t k = 0; k < GROUPS; k++) {
        draw->group_lower[k] = 0.2 * prng_double(prng);
        draw->group_upper[k] = 0.5 + 0.5 * prng_double(prng);
    }
}

static void draw_limits(struct draw *draw, struct prng *prng) {
    size_t n = 2 + prng_below(prng, ASSETS - 2), with = prng_below(prng, 64);
    struct portfolio *portfolio = &draw->portfolio;
    draw_numbers(draw, n, prng);
    draw->kind = (enum kind)prng_below(prng, KINDS);
    draw->aversion = 1 + 5 * prng_double(prng);
    *portfolio = (struct portfolio){.count = n, .mean = draw->mean, .covariance = draw->covariance};
    if (with & 1) {
        portfolio->lower = draw->lower;
        portfolio->upper = draw->upper;
    }
    if (with & 2) {
        portfolio->groups = draw->groups;
        portfolio->group_lower = draw->group_lower;
        portfolio->group_upper = draw->group_upper;
        portfolio->group_count = GROUPS;
    }
    if (with & 12) portfolio->held = draw->held;
    if (with & 4) portfolio->turnover_max = 0.1 + prng_double(prng);
    if (with & 8) portfolio->trade_cost = draw->cost;
    if ((with & 16) && draw->kind == UTILITY) portfolio->impact = draw->impact;
    if ((with & 32) && !((with & 1) && (with & 12))) portfolio->uncertainty = draw->uncertainty;
}

static int optimise(const struct draw *draw, struct portfolio_result *ret) {
    switch (draw->kind) {
    case LEAST_VARIANCE:
        return portfolio_min_variance(&draw->portfolio, 0, &arena, ret);
    case UTILITY:
        return portfolio_utility(&draw->portfolio, draw->aversion, 0, &arena, ret);
    default:
        return portfolio_max_sharpe(&draw->portfolio, 0, &arena, ret);
    }
}

// By how much the furthest limit is passed.
static double passed(const struct draw *draw, const double *w) {
    const struct portfolio *p = &draw->portfolio;
    double most = 0, sum = 0;
    for (size_t i = 0; i < p->count; i++) {
        most = fmax(most, (p->lower != NULL ? p->lower[i] : 0) - w[i]);
        if (p->upper != NULL) most = fmax(most, w[i] - p->upper[i]);
        sum += w[i];
    }
    if (p->turnover_max > 0) most = fmax(most, portfolio_turnover(p, w) - p->turnover_max);
    for (size_t k = 0; k < p->group_count; k++) {
        double group = linalg_dot(p->groups + k * p->count, w, p->count);
        most = fmax(most, fmax(p->group_lower[k] - group, group - p->group_upper[k]));
    }
    return fmax(most, fabs(sum - 1));
}

static double value_of(const struct draw *draw, const double *w) {
    const struct portfolio *p = &draw->portfolio;
    double variance = linalg_quadratic(p->covariance, p->count, w);
    double net = linalg_dot(p->mean, w, p->count) - portfolio_trade_cost(p, w);
    for (size_t i = 0; p->uncertainty != NULL && i < p->count; i++)
        net -= p->uncertainty[i] * fabs(w[i]);
    return draw->kind == LEAST_VARIANCE ? -variance
           : draw->kind == UTILITY      ? net - draw->aversion / 2 * variance
                                        : net / sqrt(variance);
}

// One or two pairs trade a little.
static void trade_a_little(size_t n, size_t pairs, struct prng *prng, double *w) {
    for (size_t k = 0; k < pairs; k++) {
        double traded = 1e-3 * prng_double(prng);
        w[prng_below(prng, n)] += traded;
        w[prng_below(prng, n)] -= traded;
    }
}

static void no_small_trade_within_the_limits_is_better(void **state) {
    static struct draw draw;
    struct prng prng;
    size_t answered = 0, tried = 0;
    prng_seed(&prng, 23);
    for (size_t round = 0; round < ROUNDS; round++) {
        double weights[ASSETS] = {0}, other[ASSETS];
        struct portfolio_result result = {.weights = weights};
        draw_limits(&draw, &prng);
        int rc = optimise(&draw, &result);
        // Limits may contradict each other, and no weights may earn anything; nothing else goes wrong.
        if (rc < 0) {
            assert_int_equal(rc, ERR_ARGUMENT);
            continue;
        }
        answered++;
        assert_true(qp_residual(&result.certificate) <= QP_RESIDUAL_MAX);
        assert_true(passed(&draw, weights) <= 1e-9);
        double best = value_of(&draw, weights);
        for (size_t k = 0; k < TRADES; k++) {
            memcpy(other, weights, sizeof other);
            trade_a_little(draw.portfolio.count, 1 + k % 2, &prng, other);
            if (passed(&draw, other) > 1e-12) continue;
            tried++;
            if (value_of(&draw, other) > best + 1e-10)
                fail_msg("round %zu, kind %d: %.17g is better than %.17g", round, (int)draw.kind,
                         value_of(&draw, other), best);
        }
    }
    assert_true(answered > ROUNDS / 2 && tried > 10 * answered);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_small_trade_within_the_limits_is_better),
    };
    return cmocka_run_group_tests_name("property/portfolio_optimum", tests, setup, teardown);
}
