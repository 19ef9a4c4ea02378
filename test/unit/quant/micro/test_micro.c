// SPDX-License-Identifier: Apache-2.0
// What holds of every feature of the registry, whichever there are.
#include "micro_kit.h"

enum { STEPS = 6000 };

static void rows_are_complete_and_in_order(void **state) {
    for (size_t i = 0; i < micro_count(); i++) {
        const struct micro *row = micro_at(i);
        assert_ptr_equal(micro_find(row->name), row);
        if (i > 0 && strcmp(micro_at(i - 1)->name, row->name) >= 0) fail_msg("%s", row->name);
        assert_true(strlen(row->summary) > 20 && strlen(row->source) > 10);
        assert_true(row->output_count >= 1 && row->output_count <= MICRO_OUTPUTS_MAX);
        assert_true(row->param_count <= MICRO_PARAMS_MAX);
        assert_true(row->book != NULL || row->trade != NULL);
        assert_true(!row->reads_trades || row->trade != NULL);
        double params[MICRO_PARAMS_MAX];
        params_defaults(row->params, row->param_count, params);
        assert_ok(params_check(row->params, row->param_count, row->name, params));
        assert_int_equal(row->state_size(params) % 8, 0);
        for (size_t k = 0; k < row->output_count; k++)
            assert_int_equal(micro_output(row, row->outputs[k]), k);
        assert_int_equal(micro_output(row, "nothing"), -1);
    }
}

static void nothing_is_infinite_whatever_comes(void **state) {
    struct kit kit;
    kit_open(&kit, "all");
    prng_seed(&kit.prng, 11);
    for (int step = 0; step < STEPS; step++) {
        kit_storm(&kit);
        if (step % 50 == 0) micro_set_time(&kit.set, kit.state, kit.now_ns += KIT_S);
        const double *outputs = micro_set_outputs(&kit.set, kit.state, 0);
        for (uint32_t i = 0; i < kit.set.output_count; i++) assert_false(isinf(outputs[i]));
    }
    kit_trade(&kit, 0, 1, 10000, 0); // is no trade
    kit_trade(&kit, 0, 1, 10000, INT64_MAX / 4);
    kit_trade(&kit, 0, -1, -10000, 5);
    kit_put(&kit, 0, 1, 10000, INT64_MAX / 256);
    kit_put(&kit, 0, -1, -20000, 7); // below 0, under the bids
    kit_trade(&kit, 86400000, -1, 1, 1);
    const double *outputs = micro_set_outputs(&kit.set, kit.state, 0);
    for (uint32_t i = 0; i < kit.set.output_count; i++) assert_false(isinf(outputs[i]));
    kit_close(&kit);
}

// Two sets over the same storm; the second is copied and moved in the middle of it.
static void state_is_plain_bytes(void **state) {
    struct kit a, b;
    kit_open(&a, "all");
    kit_open(&b, "all");
    prng_seed(&a.prng, 12);
    prng_seed(&b.prng, 12);
    size_t size = micro_set_size(&a.set);
    void *elsewhere = arena_alloc(&b.arena, size, 64);
    for (int step = 0; step < STEPS; step++) {
        kit_storm(&a);
        kit_storm(&b);
        if (step % 100 == 0) {
            memcpy(elsewhere, b.state, size);
            memset(b.state, 0xa5, size);
            void *free = b.state;
            b.state = elsewhere;
            elsewhere = free;
        }
    }
    assert_memory_equal(a.state, b.state, size);
    kit_close(&a);
    kit_close(&b);
}

// What is known at t does not change by what comes after: a run that stops there says the same.
static void nothing_looks_ahead(void **state) {
    struct kit whole, part;
    kit_open(&whole, "all");
    double *then = calloc(whole.set.output_count, sizeof *then);
    size_t size = whole.set.output_count * sizeof *then;
    for (int stop = 500; stop <= STEPS; stop += 1100) {
        kit_close(&whole);
        kit_open(&whole, "all");
        kit_open(&part, "all");
        prng_seed(&whole.prng, 13);
        prng_seed(&part.prng, 13);
        for (int step = 0; step < stop + 300; step++) {
            kit_storm(&whole);
            if (step == stop) memcpy(then, micro_set_outputs(&whole.set, whole.state, 0), size);
            if (step <= stop) kit_storm(&part);
        }
        assert_memory_equal(then, micro_set_outputs(&part.set, part.state, 0), size);
        kit_close(&part);
    }
    free(then);
    kit_close(&whole);
}

// A feature in a set of many says what it says alone.
static void features_do_not_know_of_each_other(void **state) {
    struct kit all, one;
    for (size_t i = 0; i < micro_count(); i++) {
        kit_open(&all, "all");
        kit_open(&one, micro_at(i)->name);
        prng_seed(&all.prng, 14);
        prng_seed(&one.prng, 14);
        for (int step = 0; step < STEPS / 3; step++) {
            kit_storm(&all);
            kit_storm(&one);
            assert_memory_equal(micro_set_outputs(&all.set, all.state, (uint32_t)i),
                                micro_set_outputs(&one.set, one.state, 0),
                                micro_at(i)->output_count * sizeof(double));
        }
        kit_close(&all);
        kit_close(&one);
    }
}

// The first call of `time` changes what it will, the second at the same instant nothing.
static void time_is_told_once(void **state) {
    struct kit kit;
    kit_open(&kit, "all");
    prng_seed(&kit.prng, 15);
    double *then = calloc(kit.set.output_count, sizeof *then);
    size_t size = kit.set.output_count * sizeof *then;
    for (int step = 0; step < STEPS / 3; step++) {
        kit_storm(&kit);
        kit.now_ns += 10000000;
        micro_set_time(&kit.set, kit.state, kit.now_ns);
        memcpy(then, micro_set_outputs(&kit.set, kit.state, 0), size);
        micro_set_time(&kit.set, kit.state, kit.now_ns);
        assert_memory_equal(then, micro_set_outputs(&kit.set, kit.state, 0), size);
    }
    free(then);
    kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_complete_and_in_order),
        cmocka_unit_test(nothing_is_infinite_whatever_comes),
        cmocka_unit_test(state_is_plain_bytes),
        cmocka_unit_test(nothing_looks_ahead),
        cmocka_unit_test(features_do_not_know_of_each_other),
        cmocka_unit_test(time_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
