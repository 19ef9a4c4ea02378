// SPDX-License-Identifier: Apache-2.0
#include "averages.h"
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, bool percent,
                 double *ret) {
    double *slow = malloc(count * sizeof *slow);
    size_t fast_period = (size_t)fmin(params[0], params[1]);
    size_t slow_period = (size_t)fmax(params[0], params[1]);
    naive_average((int)params[2], in[0], count, fast_period, ret);
    naive_average((int)params[2], in[0], count, slow_period, slow);
    for (size_t i = 0; i < count; i++) {
        ret[i] -= slow[i];
        if (percent) ret[i] = ret[i] / slow[i] * 100;
    }
    free(slow);
}

static void apo(const double *const *in, size_t count, const double *params, double *const *out) {
    twin(in, count, params, false, out[0]);
}

static void ppo(const double *const *in, size_t count, const double *params, double *const *out) {
    twin(in, count, params, true, out[0]);
}

// Differences of averages that stand at 1e4, where one is rounded to 2e-12.
static void both_equal_their_definition(void **state) {
    static const char *const texts[] = {"",
                                        "fastperiod=26 slowperiod=12",
                                        "fastperiod=2 slowperiod=2",
                                        "matype=ema",
                                        "fastperiod=40 slowperiod=9 matype=1",
                                        "matype=wma",
                                        "matype=dema",
                                        "matype=tema",
                                        "matype=trima",
                                        "matype=kama",
                                        "fastperiod=4 slowperiod=9 matype=t3"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        twin_check_within("apo", texts[i], apo, 4e-11);
        twin_check_within("ppo", texts[i], ppo, 4e-11);
    }
}

static void a_slow_average_of_zero_gives_zero_percent(void **state) {
    const struct indicator *indicator = indicator_find("ppo");
    double params[] = {2, 3, 0}, out = 7;
    void *memory = malloc(indicator->state_size(params));
    indicator->init(memory, params);
    for (double x = -1; x <= 1; x++) indicator->update(memory, &x, &out);
    assert_true(out == 0);
    free(memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_equal_their_definition),
        cmocka_unit_test(a_slow_average_of_zero_gives_zero_percent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
