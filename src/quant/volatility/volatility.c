// SPDX-License-Identifier: Apache-2.0
#include "quant/volatility/volatility.h"

#include <math.h>

#include "quant/math/sum.h"

// A number that bar i of a sample contributes.
typedef double term_fn(const struct volatility_bars *bars, size_t i);

static double mean_of(const struct volatility_bars *bars, term_fn *term);
static double variance_of(const struct volatility_bars *bars, term_fn *term);
static double deviation(double variance, double periods);
static double close_return(const struct volatility_bars *bars, size_t i);
static double overnight(const struct volatility_bars *bars, size_t i);
static double daytime(const struct volatility_bars *bars, size_t i);
static double parkinson(const struct volatility_bars *bars, size_t i);
static double garman_klass(const struct volatility_bars *bars, size_t i);
static double rogers_satchell(const struct volatility_bars *bars, size_t i);

static int check_column(const double *column, size_t count, const char *name) {
    for (size_t i = 0; column != NULL && i < count; i++)
        if (!(column[i] > 0))
            return ERR_SET(ERR_ARGUMENT, "row %zu: %s is %.15g; a price is above 0", i + 1, name,
                           column[i]);
    return 0;
}

int volatility_check(const struct volatility_bars *bars, size_t rows) {
    if (bars->count < rows)
        return ERR_SET(ERR_ARGUMENT, "needs at least %zu rows, there are %zu", rows, bars->count);
    TRY(check_column(bars->open, bars->count, "open"));
    TRY(check_column(bars->high, bars->count, "high"));
    TRY(check_column(bars->low, bars->count, "low"));
    TRY(check_column(bars->close, bars->count, "close"));
    for (size_t i = 0; bars->high != NULL && bars->low != NULL && i < bars->count; i++)
        if (bars->high[i] < bars->low[i])
            return ERR_SET(ERR_ARGUMENT, "row %zu: high %.15g is below low %.15g", i + 1,
                           bars->high[i], bars->low[i]);
    return 0;
}

static int outside(const double *column, const struct volatility_bars *bars, const char *name) {
    for (size_t i = 0; column != NULL && i < bars->count; i++)
        if (column[i] < bars->low[i] || column[i] > bars->high[i])
            return ERR_SET(ERR_ARGUMENT, "row %zu: %s %.15g is outside low %.15g to high %.15g",
                           i + 1, name, column[i], bars->low[i], bars->high[i]);
    return 0;
}

int volatility_outside(const struct volatility_bars *bars) {
    if (bars->low != NULL && bars->high != NULL) {
        TRY(outside(bars->open, bars, "open"));
        TRY(outside(bars->close, bars, "close"));
    }
    return ERR_SET(ERR_ARGUMENT, "the variance of these bars is not a number of 0 or above");
}

double volatility_close_to_close(const struct volatility_bars *bars, double periods) {
    return deviation(variance_of(bars, close_return), periods);
}

double volatility_parkinson(const struct volatility_bars *bars, double periods) {
    return deviation(mean_of(bars, parkinson), periods);
}

double volatility_garman_klass(const struct volatility_bars *bars, double periods) {
    return deviation(mean_of(bars, garman_klass), periods);
}

double volatility_rogers_satchell(const struct volatility_bars *bars, double periods) {
    return deviation(mean_of(bars, rogers_satchell), periods);
}

double volatility_yang_zhang(const struct volatility_bars *bars, double periods) {
    if (bars->count < 3) return NAN;
    double weight = volatility_yang_zhang_weight((double)bars->count - 1);
    double variance = variance_of(bars, overnight) + weight * variance_of(bars, daytime) +
                      (1 - weight) * mean_of(bars, rogers_satchell);
    return deviation(variance, periods);
}

double volatility_ewma(const struct volatility_bars *bars, double lambda, size_t seed) {
    if (bars->count < seed + 1) return NAN;
    struct sum first = {0};
    for (size_t i = 1; i <= seed; i++) {
        double r = close_return(bars, i);
        sum_add(&first, r * r);
    }
    double variance = sum_value(&first) / (double)seed;
    for (size_t i = seed + 1; i < bars->count; i++) {
        double r = close_return(bars, i);
        variance = lambda * variance + (1 - lambda) * (r * r);
    }
    return variance;
}

static double mean_of(const struct volatility_bars *bars, term_fn *term) {
    if (bars->count < 2) return NAN;
    struct sum sum = {0};
    for (size_t i = 1; i < bars->count; i++) sum_add(&sum, term(bars, i));
    return sum_value(&sum) / (double)(bars->count - 1);
}

// Of a sample: divisor n - 1.
static double variance_of(const struct volatility_bars *bars, term_fn *term) {
    if (bars->count < 3) return NAN;
    double mean = mean_of(bars, term);
    struct sum squares = {0};
    for (size_t i = 1; i < bars->count; i++) {
        double d = term(bars, i) - mean;
        sum_add(&squares, d * d);
    }
    return sum_value(&squares) / (double)(bars->count - 2);
}

static double deviation(double variance, double periods) {
    return sqrt(variance * periods);
}

static double close_return(const struct volatility_bars *bars, size_t i) {
    return volatility_log_ratio(bars->close[i], bars->close[i - 1]);
}

static double overnight(const struct volatility_bars *bars, size_t i) {
    return volatility_log_ratio(bars->open[i], bars->close[i - 1]);
}

static double daytime(const struct volatility_bars *bars, size_t i) {
    return volatility_log_ratio(bars->close[i], bars->open[i]);
}

static double parkinson(const struct volatility_bars *bars, size_t i) {
    return volatility_parkinson_term(bars->high[i], bars->low[i]);
}

static double garman_klass(const struct volatility_bars *bars, size_t i) {
    return volatility_garman_klass_term(bars->open[i], bars->high[i], bars->low[i], bars->close[i]);
}

static double rogers_satchell(const struct volatility_bars *bars, size_t i) {
    return volatility_rogers_satchell_term(bars->open[i], bars->high[i], bars->low[i],
                                           bars->close[i]);
}
