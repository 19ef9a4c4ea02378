// SPDX-License-Identifier: Apache-2.0
// Four strategies' returns of 240 days, made by a generator that a few lines of Python repeat, and what methods make of
// them. Expected weights are NumPy's and SciPy's: means, numpy.std, Ledoit and Wolf's covariance and Jorion's means
// written out there, risk parity by cyclical coordinate descent.
#ifndef FULMAR_TEST_UNIT_STRATEGY_ALLOCATE_H
#define FULMAR_TEST_UNIT_STRATEGY_ALLOCATE_H

#include <math.h>

#include "harness.h"
#include "strategy/allocation.h"

enum { ALLOCATE_COUNT = 4, ALLOCATE_DAYS = 240 };

struct allocate {
    double returns[ALLOCATE_COUNT][ALLOCATE_DAYS];
    double market[ALLOCATE_DAYS];
    double shares[ALLOCATE_COUNT];
    const double *columns[ALLOCATE_COUNT];
    struct allocation_view view;
    struct arena scratch;
    double weights[ALLOCATE_COUNT];
};

static inline double allocate_draw(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 33) / 2147483648.0 - 0.5;
}

static inline void allocate_begin(struct allocate *self) {
    uint64_t state = 1;
    memset(self, 0, sizeof *self);
    for (int t = 0; t < ALLOCATE_DAYS; t++) {
        self->market[t] = 0.02 * allocate_draw(&state) * (t / 20 % 2 == 1 ? 3 : 1);
        double common = allocate_draw(&state);
        for (int i = 0; i < ALLOCATE_COUNT; i++)
            self->returns[i][t] = 0.01 * (i + 1) * allocate_draw(&state) +
                                  (i < 2 ? 0.02 * common : 0) + 0.25 * self->market[t] +
                                  0.0012 * i - 0.001;
    }
    for (int i = 0; i < ALLOCATE_COUNT; i++) {
        self->columns[i] = self->returns[i];
        self->shares[i] = 0.1 * (i + 1);
    }
    self->view = (struct allocation_view){.count = ALLOCATE_COUNT,
                                          .days = ALLOCATE_DAYS,
                                          .returns = self->columns,
                                          .market = self->market,
                                          .shares = self->shares};
    assert_ok(arena_init(&self->scratch, allocation_memory(ALLOCATE_COUNT)));
}

static inline void allocate_end(struct allocate *self) {
    arena_fini(&self->scratch);
}

// Weights of a method with "name", "value" settings, NULL-terminated; without a floor unless it is set.
static inline bool allocate_by(struct allocate *self, const char *method,
                               const char *const *settings) {
    const struct allocation *allocation = allocation_find(method);
    assert_non_null(allocation);
    double params[PARAMS_MAX];
    params_defaults(allocation->params, allocation->param_count, params);
    params[ALLOCATION_FLOOR] = 0;
    for (; *settings != NULL; settings += 2)
        assert_ok(params_set(allocation->params, allocation->param_count, settings[0], settings[1],
                             params));
    bool known = allocation_weigh(allocation, params, &self->view, &self->scratch, self->weights);
    assert_int_equal(self->scratch.used, 0);
    return known;
}
#define SET(...) ((const char *const[]){__VA_ARGS__, NULL, NULL})
#define DEFAULTS ((const char *const[]){NULL})

static inline void assert_weights(const struct allocate *self, double a, double b, double c,
                                  double d) {
    const double want[ALLOCATE_COUNT] = {a, b, c, d};
    for (int i = 0; i < ALLOCATE_COUNT; i++)
        if (!(fabs(self->weights[i] - want[i]) <= 1e-12))
            fail_msg("weight %d: %.15g, not %.15g", i, self->weights[i], want[i]);
}

#endif
