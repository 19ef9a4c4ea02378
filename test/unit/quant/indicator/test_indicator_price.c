// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void avgprice(const double *const *in, size_t count, const double *params,
                     double *const *out) {
    for (size_t i = 0; i < count; i++)
        out[0][i] = 0.25 * in[0][i] + 0.25 * in[1][i] + 0.25 * in[2][i] + 0.25 * in[3][i];
}

static void medprice(const double *const *in, size_t count, const double *params,
                     double *const *out) {
    for (size_t i = 0; i < count; i++) out[0][i] = 0.5 * in[0][i] + 0.5 * in[1][i];
}

static void typprice(const double *const *in, size_t count, const double *params,
                     double *const *out) {
    for (size_t i = 0; i < count; i++)
        out[0][i] = (double)(((long double)in[0][i] + in[1][i] + in[2][i]) / 3);
}

static void wclprice(const double *const *in, size_t count, const double *params,
                     double *const *out) {
    for (size_t i = 0; i < count; i++)
        out[0][i] = 0.25 * in[0][i] + 0.25 * in[1][i] + 0.5 * in[2][i];
}

// Bars without range are among the rows.
static void bop(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) {
        out[0][i] = 0;
        if (in[1][i] > in[2][i]) out[0][i] = (in[3][i] - in[0][i]) / (in[1][i] - in[2][i]);
    }
}

static void prices_equal_their_definitions(void **state) {
    twin_check("avgprice", "", avgprice);
    twin_check("medprice", "", medprice);
    twin_check("typprice", "", typprice);
    twin_check("wclprice", "", wclprice);
    twin_check("bop", "", bop);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prices_equal_their_definitions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
