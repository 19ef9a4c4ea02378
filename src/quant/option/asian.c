// SPDX-License-Identifier: Apache-2.0
#include "quant/option/asian.h"

#include <math.h>
#include <stdbool.h>

#include "quant/math/legendre.h"
#include "quant/math/mathfn.h"
#include "quant/math/normal.h"

struct average {
    const struct option_terms *option;
    double carry; // growth of the forward a year
    double vol;
    size_t fixings; // 0: without a pause
};

static int check(const struct option_terms *option, const struct asian *asian, double vol) {
    enum option_fault fault = option_fault(option);
    if (fault != OPTION_SOUND)
        return ERR_SET(ERR_ARGUMENT, "the option's terms are %s", option_fault_name(fault));
    if (option->model == OPTION_BACHELIER)
        return ERR_SET(ERR_ARGUMENT, "options on an average are priced with lognormal models");
    if (!(vol > 0 && isfinite(vol)))
        return ERR_SET(ERR_ARGUMENT, "a volatility must be positive, not %g", vol);
    if (asian->fixings > ASIAN_FIXINGS_MAX)
        return ERR_SET(ERR_ARGUMENT, "an average has %d fixings at most, not %zu",
                       ASIAN_FIXINGS_MAX, asian->fixings);
    return 0;
}

// The value of an option on a lognormal whose mean and deviation at expiry these are.
static double lognormal_price(const struct option_terms *option, double log_mean,
                              double deviation) {
    struct option_terms forward = *option;
    forward.model = OPTION_BLACK_76;
    forward.spot = option->spot * mathfn_exp(log_mean);
    return option_price(&forward, deviation / sqrt(option->years));
}

// Mean and variance of the mean of ln(spot at a fixing / spot).
static void geometric(const struct average *average, double *ret_mean, double *ret_variance) {
    double n = (double)average->fixings, years = average->option->years;
    bool counted = average->fixings > 0;
    double middle = counted ? 0.5 * (n + 1) / n : 0.5;
    double share = counted ? (n + 1) * (2 * n + 1) / (6 * n * n) : 1.0 / 3;
    *ret_mean = (average->carry - 0.5 * average->vol * average->vol) * years * middle;
    *ret_variance = average->vol * average->vol * years * share;
}

// (exp(x) - 1) / x.
static double mean_growth(double x) {
    return fabs(x) > 1e-12 ? mathfn_expm1(x) / x : 1 + 0.5 * x;
}

// Fixings as nodes of a sum: time as a share of the years, and weight.
static size_t node_count(const struct average *average) {
    return average->fixings > 0 ? average->fixings : LEGENDRE_NODES;
}

static void node_at(const struct average *average, size_t i, double *ret_share,
                    double *ret_weight) {
    bool counted = average->fixings > 0;
    *ret_share = counted ? (double)(i + 1) / (double)average->fixings : 0.5 * (1 + legendre_x[i]);
    *ret_weight = counted ? 1 / (double)average->fixings : 0.5 * legendre_w[i];
}

// E(average / spot) and E(average^2 / spot^2). Of two fixings s <= t the product has the mean
// exp(carry (s + t) + vol^2 s).
static void moments(const struct average *average, double *ret_first, double *ret_second) {
    double years = average->option->years, b = average->carry * years;
    double v = average->vol * average->vol * years, first = 0, second = 0;
    double n = (double)average->fixings, later = 0; // sum of the weighted forwards behind a fixing
    for (size_t k = node_count(average); k-- > 0;) {
        double share, weight;
        node_at(average, k, &share, &weight);
        double forward = weight * mathfn_exp(b * share), square = mathfn_exp((b + v) * share);
        first += forward;
        if (average->fixings > 0) {
            second += square * (forward + 2 * later) / n;
            later += forward;
        } else { // the integral over what follows is known
            later = (1 - share) * mathfn_exp(b * share) * mean_growth(b * (1 - share));
            second += weight * 2 * square * later;
        }
    }
    *ret_first = first;
    *ret_second = second;
}

static double turnbull_wakeman(const struct average *average) {
    double first, second;
    moments(average, &first, &second);
    double variance = mathfn_log(second) - 2 * mathfn_log(first);
    return lognormal_price(average->option, mathfn_log(first), sqrt(variance > 0 ? variance : 0));
}

// Covariance of a fixing's logarithm with the mean of all.
static double covariance(const struct average *average, double share) {
    double v = average->vol * average->vol * average->option->years;
    double pause = average->fixings > 0 ? 1 / (double)average->fixings : 0;
    return v * share * (1 - 0.5 * (share - pause));
}

// What the average over the spot is expected to be when the geometric one is exp(mean + x).
static double expected(const struct average *average, double variance, double x) {
    double drift = average->carry - 0.5 * average->vol * average->vol, sum = 0;
    double years = average->option->years, v = average->vol * average->vol * years;
    for (size_t i = 0; i < node_count(average); i++) {
        double share, weight;
        node_at(average, i, &share, &weight);
        double common = covariance(average, share), own = v * share - common * common / variance;
        sum += weight * mathfn_exp(drift * years * share + common / variance * x + 0.5 * own);
    }
    return sum;
}

// The x at which that is the strike: it rises with x, and x is bracketed and halved.
static double critical(const struct average *average, double variance) {
    double strike = average->option->strike / average->option->spot;
    double low = -8 * sqrt(variance), high = -low;
    while (expected(average, variance, low) > strike) low *= 2;
    while (expected(average, variance, high) < strike) high *= 2;
    for (int round = 0; round < 200 && high - low > 1e-15 * fmax(high, -low); round++) {
        double middle = 0.5 * (low + high);
        if (expected(average, variance, middle) < strike)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

static double curran(const struct average *average) {
    const struct option_terms *option = average->option;
    double mean, variance, sign = option->side == OPTION_CALL ? 1 : -1, sum = 0;
    geometric(average, &mean, &variance);
    double x = critical(average, variance), root = sqrt(variance);
    for (size_t i = 0; i < node_count(average); i++) {
        double share, weight;
        node_at(average, i, &share, &weight);
        double forward = mathfn_exp(average->carry * option->years * share);
        double common = covariance(average, share);
        sum += weight * forward * normal_cdf(sign * (common - x) / root);
    }
    double paid = option->strike * normal_cdf(-sign * x / root);
    return sign * mathfn_exp(-option->rate * option->years) * (option->spot * sum - paid);
}

int asian_price(const struct option_terms *option, const struct asian *asian, double vol,
                double *ret_price) {
    TRY(check(option, asian, vol));
    double yield = option->model == OPTION_BLACK_76 ? option->rate : option->yield;
    struct average average = {option, option->rate - yield, vol, asian->fixings};
    double mean, variance, price = 0;
    switch (asian->method) {
    case ASIAN_GEOMETRIC:
        geometric(&average, &mean, &variance);
        price = lognormal_price(option, mean + 0.5 * variance, sqrt(variance));
        break;
    case ASIAN_TURNBULL_WAKEMAN:
        price = turnbull_wakeman(&average);
        break;
    case ASIAN_CURRAN:
        price = curran(&average);
        break;
    }
    *ret_price = price > 0 ? price : 0;
    return 0;
}
