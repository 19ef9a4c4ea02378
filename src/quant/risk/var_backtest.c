// SPDX-License-Identifier: Apache-2.0
#include "quant/risk/var_backtest.h"

#include <math.h>
#include <stdbool.h>

#include "base/check.h"
#include "quant/math/distribution.h"
#include "quant/math/mathfn.h"
#include "quant/math/normal.h"
#include "quant/stream/order_window.h"

enum { BASEL_DAYS = 250 };

static double times_log(size_t count, double x);
static double independence_of(size_t transitions[2][2]);

void var_backtest_historical(const double *returns, size_t count, size_t window, double level,
                             double *slots, double *ret_var) {
    CHECK(window > 0 && window < INT32_MAX);
    struct order_window order = order_window_make((uint32_t)window, slots);
    for (size_t t = 0; t < count; t++) {
        ret_var[t] = t >= window ? -order_window_quantile(&order, slots, 1 - level) : NAN;
        order_window_push(&order, slots, returns[t]);
    }
}

void var_backtest_ewma(const double *returns, size_t count, double lambda, double level,
                       double *ret_var) {
    double z = -normal_quantile(1 - level), variance = NAN;
    for (size_t t = 0; t < count; t++) {
        ret_var[t] = z * sqrt(variance);
        double square = returns[t] * returns[t];
        variance = t == 0 ? square : lambda * variance + (1 - lambda) * square;
    }
}

const char *var_zone_name(enum var_zone zone) {
    static const char *const names[] = {"green", "yellow", "red"};
    return names[zone];
}

// P(N or fewer) of T draws is I_level(T - N, N + 1).
enum var_zone var_backtest_zone(size_t count, size_t violations, double level) {
    if (violations >= count) return VAR_RED;
    double below =
        distribution_beta((double)(count - violations), (double)violations + 1, level, 1 - level);
    return below < 0.95 ? VAR_GREEN : below < 0.9999 ? VAR_YELLOW : VAR_RED;
}

double var_backtest_plus(size_t violations) {
    static const double plus[] = {0, 0, 0, 0, 0, 0.40, 0.50, 0.65, 0.75, 0.85};
    return violations < sizeof plus / sizeof *plus ? plus[violations] : 1;
}

double var_backtest_kupiec(size_t count, size_t violations, double p) {
    CHECK(count > 0 && violations <= count);
    double rate = (double)violations / (double)count;
    double free = times_log(violations, rate) + times_log(count - violations, 1 - rate);
    double held = times_log(violations, p) + times_log(count - violations, 1 - p);
    return fmax(2 * (free - held), 0);
}

int var_backtest_of(const double *returns, const double *var, size_t count, double level,
                    struct var_backtest *ret) {
    struct var_backtest test = {.count = count, .expected = (double)count * (1 - level)};
    if (!(level > 0 && level < 1))
        return ERR_SET(ERR_ARGUMENT, "the level is within (0, 1), not %g", level);
    if (count == 0) return ERR_SET(ERR_ARGUMENT, "there is no forecast to test");
    bool before = false;
    for (size_t t = 0; t < count; t++) {
        if (!isfinite(returns[t]) || !isfinite(var[t]))
            return ERR_SET(ERR_ARGUMENT, "%s %zu is not a finite number",
                           isfinite(returns[t]) ? "forecast" : "return", t + 1);
        bool violated = returns[t] < -var[t];
        test.violations += violated;
        if (count - t <= BASEL_DAYS) test.recent += violated;
        if (t > 0) test.transitions[before][violated]++;
        before = violated;
    }
    test.kupiec = var_backtest_kupiec(count, test.violations, 1 - level);
    test.kupiec_p = distribution_chi2_tail(test.kupiec, 1);
    test.independence = independence_of(test.transitions);
    test.independence_p = distribution_chi2_tail(test.independence, 1);
    test.coverage = test.kupiec + test.independence;
    test.coverage_p = distribution_chi2_tail(test.coverage, 2);
    test.zone = var_backtest_zone(count < BASEL_DAYS ? count : BASEL_DAYS, test.recent, level);
    *ret = test;
    return 0;
}

// With 0 log 0 = 0.
static double times_log(size_t count, double x) {
    return count > 0 ? (double)count * mathfn_log(x) : 0;
}

static double independence_of(size_t transitions[2][2]) {
    size_t from[2] = {transitions[0][0] + transitions[0][1], transitions[1][0] + transitions[1][1]};
    size_t to[2] = {transitions[0][0] + transitions[1][0], transitions[0][1] + transitions[1][1]};
    double all = (double)(from[0] + from[1]), chain = 0, apart = 0;
    for (int j = 0; j < 2; j++) {
        apart += times_log(to[j], (double)to[j] / all);
        for (int i = 0; i < 2; i++)
            chain += times_log(transitions[i][j], (double)transitions[i][j] / (double)from[i]);
    }
    return fmax(2 * (chain - apart), 0);
}
