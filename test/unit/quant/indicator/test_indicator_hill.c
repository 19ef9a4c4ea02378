// SPDX-License-Identifier: Apache-2.0
#include "base/prng.h"
#include "harness.h"
#include "twin.h"

enum { PERIOD, SHARE, SIDE, HORIZON, LEVEL, JUMP_LEVEL };

static int falling(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static double size_of(double x, double side) {
    return side == 0 ? fabs(x) : side == 1 ? -x : x;
}

// Index, threshold of sizes; NaN where there is none. `sorted` gets them, the largest first.
static double index_of(const double *x, size_t n, const double *params, double *sorted,
                       double *ret_threshold) {
    size_t k = (size_t)(params[SHARE] * params[PERIOD]);
    double sum = 0;
    for (size_t i = 0; i < n; i++) sorted[i] = size_of(x[i], params[SIDE]);
    qsort(sorted, n, sizeof *sorted, falling);
    *ret_threshold = sorted[k];
    if (!(sorted[k] > 0) || sorted[0] == sorted[k]) return NAN;
    for (size_t i = 0; i < k; i++) sum += log(sorted[i] / sorted[k]);
    return (double)k / sum;
}

static void hill_twin(const double *const *in, size_t count, const double *params,
                      double *const *out) {
    size_t period = (size_t)params[PERIOD];
    double sorted[1000], threshold;
    for (size_t i = 0; i < count; i++) {
        out[0][i] = out[1][i] = NAN;
        if (i + 1 < period) continue;
        out[0][i] = index_of(&in[0][i + 1 - period], period, params, sorted, &threshold);
        out[1][i] = out[0][i] / sqrt(floor(params[SHARE] * params[PERIOD]));
    }
}

static void judge(const double *r, size_t i, const double *params, double *const *out) {
    size_t period = (size_t)params[PERIOD];
    double sorted[1000], threshold, horizon = params[HORIZON];
    double share = floor(params[SHARE] * params[PERIOD]) / params[PERIOD];
    if (i > period) {
        double index = index_of(&r[i - period], period, params, sorted, &threshold), beyond = 0;
        double move = size_of(r[i], params[SIDE]);
        for (size_t k = 0; k < period; k++) beyond += sorted[k] >= move || !(move > 0);
        beyond /= (double)period;
        if (move > threshold) beyond = share * pow(move / threshold, -index);
        out[0][i] = isnan(index) ? NAN : exp(-horizon * beyond);
        out[1][i] = isnan(index) ? NAN : out[0][i] >= params[LEVEL];
    }
    if (i >= period) {
        double index = index_of(&r[i + 1 - period], period, params, sorted, &threshold);
        out[2][i] = index;
        if (index > 1)
            out[3][i] = threshold * pow(horizon * share, 1 / index) * tgamma(1 - 1 / index);
        out[4][i] = threshold * pow(horizon * share / log(2), 1 / index);
    }
}

static void swan_twin(const double *const *in, size_t count, const double *params,
                      double *const *out) {
    double *r = malloc(count * sizeof *r);
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < 6; c++) out[c][i] = NAN;
        r[i] = i > 0 ? log(in[0][i] / in[0][i - 1]) : NAN;
        judge(r, i, params, out);
        if (i < 16) continue;
        double sum = 0, n = fmax(3, params[HORIZON]), l = sqrt(2 * log(n)), c = sqrt(2 / M_PI);
        for (size_t j = i - 14; j < i; j++) sum += fabs(r[j] * r[j - 1]);
        if (sum == 0 && r[i] != 0) continue;
        double size = sum > 0 ? fabs(r[i]) / sqrt(sum / 14) : 0;
        double z = (size - l / c + (log(M_PI) + log(log(n))) / (2 * c * l)) * c * l;
        bool jumped = 1 - exp(-exp(-z)) < params[JUMP_LEVEL];
        out[5][i] = jumped ? (r[i] > 0 ? 1 : -1) : 0;
    }
    free(r);
}

static void hill_equals_its_definition(void **state) {
    twin_check_within("hill", "period=50 share=0.2", hill_twin, 1e-6);
    twin_check_within("hill", "period=201 share=0.1 side=upper", hill_twin, 1e-6);
}

static void black_swan_equals_its_definition(void **state) {
    twin_check_within("black_swan", "period=100 share=0.1 horizon=50 level=0.6", swan_twin, 1e-6);
    twin_check_within("black_swan", "period=60 share=0.1 side=lower horizon=20 jump_level=0.2",
                      swan_twin, 1e-6);
}

static void hill_is_undefined_for_a_tail_of_nothing(void **state) {
    const struct indicator *indicator = indicator_find("hill");
    const double params[] = {20, 0.2, 1};
    double out[2];
    void *memory = malloc(indicator->state_size(params));
    indicator->init(memory, params);
    for (int i = 0; i < 40; i++) {
        indicator->update(memory, &(double){i + 1}, out); // nothing is lost
        assert_true(isnan(out[0]) && isnan(out[1]));
    }
    free(memory);
    const double few[] = {20, 0.05, 1};
    assert_int_equal(indicator_check(indicator, few), ERR_ARGUMENT);
}

static void a_crash_is_flagged_and_a_usual_bad_day_is_not(void **state) {
    const struct indicator *indicator = indicator_find("black_swan");
    struct prng prng;
    double params[PARAMS_MAX], out[6], price = 100;
    size_t flags = 0;
    prng_seed(&prng, 6);
    params_defaults(indicator->params, indicator->param_count, params);
    void *memory = malloc(indicator->state_size(params));
    indicator->init(memory, params);
    for (size_t i = 0; i < 3000; i++) {
        double u = prng_double(&prng), r = 0.004 * (pow(1 - u, -0.25) - 1);
        r = prng_double(&prng) < 0.5 ? -r : r;
        price *= exp(i == 2500 ? -0.2 : r);
        indicator->update(memory, &price, out);
        if (i == 2500) {
            assert_true(out[1] == 1 && out[0] > 0.95 && out[5] == -1);
        } else if (i > 500) {
            flags += out[1] == 1;
        }
        if (i > 500) assert_true(out[4] > 0.006 && out[4] < 0.1 && out[3] > out[4]);
    }
    assert_true(flags <= 4); // one of ten horizons of 250 rows is expected
    free(memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hill_equals_its_definition),
        cmocka_unit_test(black_swan_equals_its_definition),
        cmocka_unit_test(hill_is_undefined_for_a_tail_of_nothing),
        cmocka_unit_test(a_crash_is_flagged_and_a_usual_bad_day_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
