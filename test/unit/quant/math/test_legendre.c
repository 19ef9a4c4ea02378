// SPDX-License-Identifier: Apache-2.0
#include "quant/math/legendre.h"

#include <math.h>

#include "harness.h"

static void polynomials_up_to_degree_95_are_integrated_exactly(void **state) {
    for (int degree = 0; degree <= 95; degree++) {
        double sum = 0;
        for (size_t i = 0; i < LEGENDRE_NODES; i++)
            sum += legendre_w[i] * pow(legendre_x[i], degree);
        assert_true(fabs(sum - (degree % 2 == 0 ? 2.0 / (degree + 1) : 0)) <= 2e-15);
    }
    double beyond = 0;
    for (size_t i = 0; i < LEGENDRE_NODES; i++) beyond += legendre_w[i] * pow(legendre_x[i], 400);
    assert_true(fabs(beyond - 2.0 / 401) > 1e-9);
}

static void nodes_ascend_and_are_symmetric(void **state) {
    for (size_t i = 0; i < LEGENDRE_NODES; i++) {
        size_t mirror = LEGENDRE_NODES - 1 - i;
        assert_true(legendre_x[i] == -legendre_x[mirror] && legendre_w[i] == legendre_w[mirror]);
        if (i > 0) assert_true(legendre_x[i] > legendre_x[i - 1]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(polynomials_up_to_degree_95_are_integrated_exactly),
        cmocka_unit_test(nodes_ascend_and_are_symmetric),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
