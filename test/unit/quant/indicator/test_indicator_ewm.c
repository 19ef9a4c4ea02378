// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    double keep = 1 - 2 / (params[0] + 1);
    for (size_t i = 0; i < count; i++) {
        long double weights = 0, squares = 0, mean = 0, variance = 0;
        for (int pass = 0; pass < 2; pass++) {
            long double weight = 1;
            for (size_t k = 0; k <= i; k++, weight *= (long double)keep) {
                long double w =
                    params[1] != 0 || k == i ? weight : (1 - (long double)keep) * weight;
                long double x = (long double)in[0][i - k] - in[0][0];
                if (pass == 0) {
                    weights += w;
                    squares += w * w;
                    mean += w * x;
                } else {
                    variance += w * (x - mean) * (x - mean);
                }
            }
            if (pass == 0) mean /= weights;
        }
        variance /= params[2] != 0 ? weights : weights - squares / weights;
        out[0][i] = (double)(mean + in[0][0]);
        out[1][i] = params[2] != 0 || i > 0 ? (double)variance : NAN;
        out[2][i] = sqrt(out[1][i]);
    }
}

static void ewm_equals_its_definition(void **state) {
    twin_check("ewm", "", twin);
    twin_check("ewm", "adjust=0", twin);
    twin_check("ewm", "span=2 bias=1", twin);
    twin_check("ewm", "span=150.5 adjust=0 bias=1", twin);
}

// pandas 3.1, ewm(span=20).
static void another_program_agrees(void **state) {
    peer_check("ewm", "", "mean", (double[]){243.389187868106, 240.447551804848, 242.557890008874},
               1e-12);
    peer_check("ewm", "", "variance",
               (double[]){18.8654605773701, 3.75341925594106, 3.60510114448287}, 1e-11);
    peer_check("ewm", "", "deviation",
               (double[]){4.34343879631912, 1.93737432003757, 1.89871038983908}, 1e-11);
    peer_check("ewm", "adjust=0", "mean",
               (double[]){243.389187868106, 240.447551804848, 242.557890008874}, 1e-12);
    peer_check("ewm", "adjust=0 bias=1", "variance",
               (double[]){17.9221875485017, 3.5657482931439, 3.4248460872587}, 1e-11);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ewm_equals_its_definition),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
