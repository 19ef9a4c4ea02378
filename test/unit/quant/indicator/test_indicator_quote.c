// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void spread_twin(const double *const *in, size_t count, const double *params,
                        double *const *out) {
    for (size_t i = 0; i < count; i++) {
        out[0][i] = in[1][i] - in[0][i];
        out[2][i] = (in[0][i] + in[1][i]) / 2;
        out[1][i] = out[2][i] > 0 ? out[0][i] / out[2][i] * 1e4 : NAN;
    }
}

static void share_twin(const double *const *in, size_t count, const double *params,
                       double *const *out) {
    for (size_t i = 0; i < count; i++) out[0][i] = in[0][i] / (in[0][i] + in[1][i]);
}

static void queue_twin(const double *const *in, size_t count, const double *params,
                       double *const *out) {
    for (size_t i = 0; i < count; i++) out[0][i] = (in[0][i] - in[1][i]) / (in[0][i] + in[1][i]);
}

static void mid_twin(const double *const *in, size_t count, const double *params,
                     double *const *out) {
    for (size_t i = 0; i < count; i++)
        out[0][i] = (in[0][i] * in[3][i] + in[1][i] * in[2][i]) / (in[3][i] + in[2][i]);
}

static void ofi_twin(const double *const *in, size_t count, const double *params,
                     double *const *out) {
    for (size_t i = 0; i < count; i++) {
        out[0][i] = 0;
        if (i > 0) {
            double pb = in[0][i], pb1 = in[0][i - 1], pa = in[1][i], pa1 = in[1][i - 1];
            out[0][i] = (pb >= pb1) * in[2][i] - (pb <= pb1) * in[2][i - 1] -
                        (pa <= pa1) * in[3][i] + (pa >= pa1) * in[3][i - 1];
        }
        out[1][i] = (i > 0 ? out[1][i - 1] : 0) + out[0][i];
    }
}

static int tick(const double *price, size_t i) {
    for (; i > 0; i--)
        if (price[i] != price[i - 1]) return price[i] > price[i - 1] ? 1 : -1;
    return 0;
}

static void sign_twin(const double *const *in, size_t count, const double *params,
                      double *const *out) {
    for (size_t i = 0; i < count; i++) {
        int t = tick(in[0], i);
        double mid = (in[1][i] + in[2][i]) / 2;
        int sign = in[0][i] > mid ? 1 : in[0][i] < mid ? -1 : t;
        out[0][i] = t ? t : NAN;
        out[1][i] = sign ? sign : NAN;
    }
}

static void effective_twin(const double *const *in, size_t count, const double *params,
                           double *const *out) {
    for (size_t i = 0; i < count; i++) {
        double mid = (in[1][i] + in[2][i]) / 2;
        out[0][i] = 2 * fabs(in[0][i] - mid);
        if (in[0][i] == mid && tick(in[0], i) == 0) out[0][i] = NAN;
        out[1][i] = out[0][i] / mid * 1e4;
    }
}

static void quotes_equal_their_definitions(void **state) {
    twin_check("spread", "", spread_twin);
    twin_check("imbalance", "", share_twin);
    twin_check("queue_imbalance", "", queue_twin);
    twin_check("weighted_mid", "", mid_twin);
    twin_check_within("ofi", "", ofi_twin, 1e-10);
    twin_check("trade_sign", "", sign_twin);
    twin_check("effective_spread", "", effective_twin);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_equal_their_definitions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
