// SPDX-License-Identifier: Apache-2.0
// The shared twelve stocks: their daily returns, yearly means and covariances.
#ifndef FULMAR_TEST_QUANT_STOCKS_H
#define FULMAR_TEST_QUANT_STOCKS_H

#include <math.h>

#include "golden.h"
#include "harness.h"
#include "quant/math/sum.h"
#include "quant/series/covariance.h"

enum { STOCKS = 12 };

#define STOCKS_EXPECTED "golden/risk/expected.json"

struct stocks {
    size_t rows;
    double returns[STOCKS * GOLDEN_ROWS_MAX]; // column j from j * GOLDEN_ROWS_MAX on
    const double *columns[STOCKS];
    double mean[STOCKS]; // times 252
    double covariance[STOCKS * STOCKS];
};

static const char *const stock_names[STOCKS] = {"AAPL", "AMZN", "GE",  "AMD", "WMT", "BAC",
                                                "T",    "XOM",  "BBY", "PFE", "JPM", "SBUX"};

// Skips the test where the file is absent.
static inline const struct stocks *stocks_load(void) {
    static struct stocks stocks;
    static double scratch[STOCKS * GOLDEN_ROWS_MAX];
    stocks.rows = golden_panel("golden/risk/returns12.csv", STOCKS, stocks.returns);
    for (size_t j = 0; j < STOCKS; j++) {
        stocks.columns[j] = stocks.returns + j * GOLDEN_ROWS_MAX;
        stocks.mean[j] = 252 * sum_mean(stocks.columns[j], stocks.rows);
    }
    covariance_of(stocks.columns, STOCKS, stocks.rows, 1, scratch, stocks.covariance);
    for (size_t i = 0; i < (size_t)STOCKS * STOCKS; i++) stocks.covariance[i] *= 252;
    return &stocks;
}

static inline void near(double actual, double wanted, double tolerance) {
    if (!(fabs(actual - wanted) <= tolerance)) fail_msg("%.17g, expected %.17g", actual, wanted);
}

static inline void all_near(const double *actual, const double *wanted, size_t count,
                            double tolerance) {
    for (size_t i = 0; i < count; i++)
        if (!(fabs(actual[i] - wanted[i]) <= tolerance))
            fail_msg("[%zu]: %.17g, expected %.17g", i, actual[i], wanted[i]);
}

// An array of the expected numbers, "a/b/c" reaching inside.
static inline void stocks_expected(const char *key, size_t count, double *ret) {
    golden_file_numbers(STOCKS_EXPECTED, key, count, ret);
}

#endif
