// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "sim/model.h"

static void every_way_takes_its_time(void **state) {
    const struct latency_model *model = latency_model_at((size_t)latency_model_find("constant"));
    double params[] = {0.000125, 1.5};
    struct prng prng;
    prng_seed(&prng, 1);
    struct prng before = prng;
    assert_int_equal(model->entry_ns(params, &prng), 125000);
    assert_int_equal(model->report_ns(params, &prng), 1500000000);
    assert_memory_equal(&prng, &before, sizeof prng);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_way_takes_its_time)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
