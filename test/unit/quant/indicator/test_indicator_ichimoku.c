// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "peer.h"
#include "twin.h"

static double middle(const double *const *in, size_t row, size_t period) {
    if (row + 1 < period) return NAN;
    double high = in[0][row], low = in[1][row];
    for (size_t j = row + 1 - period; j < row; j++) {
        high = fmax(high, in[0][j]);
        low = fmin(low, in[1][j]);
    }
    return (high + low) / 2;
}

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t conversion = (size_t)params[0], base = (size_t)params[1], span = (size_t)params[2];
    size_t displacement = (size_t)params[3];
    for (size_t i = 0; i < count; i++) {
        out[0][i] = middle(in, i, conversion);
        out[1][i] = middle(in, i, base);
        out[4][i] = (out[0][i] + out[1][i]) / 2;
        out[5][i] = middle(in, i, span);
        bool before = i >= displacement;
        out[2][i] = before ? out[4][i - displacement] : NAN;
        out[3][i] = before ? out[5][i - displacement] : NAN;
        out[6][i] = before ? in[2][i - displacement] : NAN;
    }
}

static void ichimoku_equals_its_definition(void **state) {
    twin_check("ichimoku", "", twin);
    twin_check("ichimoku", "conversion=1 base=1 span=1 displacement=1", twin);
    twin_check("ichimoku", "conversion=60 base=20 span=30 displacement=90", twin);
}

// ta 0.11, IchimokuIndicator; the clouds at the row with visual=True.
static void another_program_agrees(void **state) {
    peer_check("ichimoku", "", "conversion", (double[]){245.55, 240.06, 243.67}, 1e-12);
    peer_check("ichimoku", "", "base", (double[]){240.465, 240.88, 241.18}, 1e-12);
    peer_check("ichimoku", "", "lead_a", (double[]){243.0075, 240.47, 242.425}, 1e-12);
    peer_check("ichimoku", "", "lead_b", (double[]){240.465, 242.855, 241.18}, 1e-12);
    peer_check("ichimoku", "", "span_a", (double[]){239.4125, 241.145, 240.47}, 1e-12);
    peer_check("ichimoku", "", "span_b", (double[]){242.125, 240.465, 240.88}, 1e-12);
    peer_check("ichimoku", "", "lagging", (double[]){235.87, 238.08, 239.66}, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ichimoku_equals_its_definition),
        cmocka_unit_test(another_program_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
