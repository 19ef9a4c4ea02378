// SPDX-License-Identifier: Apache-2.0
// Asks a sizing method, by name, with parameters as text.
#ifndef FULMAR_TEST_UNIT_STRATEGY_SIZE_H
#define FULMAR_TEST_UNIT_STRATEGY_SIZE_H

#include <math.h>

#include "harness.h"
#include "strategy/sizing.h"

static const struct sizing_view plain = {
    .price = 50, .equity = 1000, .volatility = NAN, .shares = 1};
static const struct strategy_target full = {.weight = 1, .confidence = 1, .stop = NAN, .take = NAN};

// The fraction that a method gives with "name=value" parameters, NULL-terminated.
static inline double size(const char *method, const char *const *settings,
                          const struct sizing_view *view, const struct strategy_target *target) {
    const struct sizing *sizing = sizing_find(method);
    assert_non_null(sizing);
    double params[PARAMS_MAX];
    params_defaults(sizing->params, sizing->param_count, params);
    for (; *settings != NULL; settings += 2)
        assert_ok(
            params_set(sizing->params, sizing->param_count, settings[0], settings[1], params));
    return sizing->fraction(view, params, target);
}
#define SET(...) ((const char *const[]){__VA_ARGS__, NULL, NULL})
#define DEFAULTS ((const char *const[]){NULL})

static inline void assert_near(double got, double want) {
    if (!(fabs(got - want) <= 1e-15 * fabs(want))) fail_msg("%.17g, not %.17g", got, want);
}

#endif
