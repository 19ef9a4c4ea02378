// SPDX-License-Identifier: Apache-2.0
#include "micro_kit.h"

static void features_are_named_with_their_parameters(void **state) {
    struct micro_set set;
    micro_set_init(&set, 0.1, 0.001);
    assert_ok(
        micro_set_parse(&set, "spread,imbalance:levels=7,ofi_levels:levels=3,sum=total,depth"));
    assert_int_equal(set.count, 4);
    assert_string_equal(set.calls[1].feature->name, "imbalance");
    assert_true(set.calls[1].params[0] == 7);
    assert_true(set.calls[2].params[0] == 3 && set.calls[2].params[1] == 2);
    assert_int_equal(set.levels, 10); // depth's default
    assert_int_equal(set.calls[3].output_at, 3 + 1 + 10);
    assert_ok(micro_set_parse(&set, "imbalance:levels=7")); // the same is there once
    assert_int_equal(set.count, 4);
    assert_ok(micro_set_parse(&set, "imbalance:levels=8"));
    assert_int_equal(set.count, 5);
    assert_int_equal(micro_set_size(&set) % 8, 0);
}

static void all_is_every_feature_under_its_defaults(void **state) {
    struct micro_set set;
    micro_set_init(&set, 1, 1);
    assert_ok(micro_set_parse(&set, "all"));
    assert_int_equal(set.count, micro_count());
}

static void a_word_that_means_nothing_is_named(void **state) {
    static const struct {
        const char *text;
        int rc;
        const char *story;
    } rows[] = {
        {"spraed", ERR_NOT_FOUND, "did you mean 'spread'"},
        {"levels=5", ERR_PARSE, "follows no feature"},
        {"imbalance:level=5", ERR_NOT_FOUND, "levels"},
        {"imbalance:levels=65", ERR_RANGE, "64"},
        {"imbalance:levels=0", ERR_RANGE, "1"},
        {"imbalance:levels=x", ERR_PARSE, "x"},
        {"spread,", ERR_PARSE, "spread"},
        {",spread", ERR_PARSE, "missing"},
        {"ofi:window=0s", ERR_RANGE, "window"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct micro_set set;
        micro_set_init(&set, 1, 1);
        int rc = micro_set_parse(&set, rows[i].text);
        if (rc != rows[i].rc || strstr(err_story(), rows[i].story) == NULL)
            fail_msg("%s: %d, %s", rows[i].text, rc, err_story());
    }
}

static void outputs_are_undefined_at_first_and_are_where_they_are_said_to_be(void **state) {
    struct kit kit;
    kit_open_units(&kit, "imbalance:levels=1,spread", 0.5, 0.25);
    for (uint32_t i = 0; i < 3; i++) assert_true(isnan(kit_value(&kit, 1, i)));
    kit_put(&kit, 0, 1, 100, 30);
    assert_true(isnan(kit_value(&kit, 1, 0)));
    kit_put(&kit, 0, -1, 104, 10);
    assert_true(kit_value(&kit, 0, 0) == 0.75);
    assert_true(kit_value(&kit, 1, 0) == 2);
    assert_true(micro_set_outputs(&kit.set, kit.state, 0)[1] == 2);
    kit_put(&kit, 0, -1, 104, 0); // a side is empty again
    assert_true(isnan(kit_value(&kit, 1, 0)) && isnan(kit_value(&kit, 0, 0)));
    kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(features_are_named_with_their_parameters),
        cmocka_unit_test(all_is_every_feature_under_its_defaults),
        cmocka_unit_test(a_word_that_means_nothing_is_named),
        cmocka_unit_test(outputs_are_undefined_at_first_and_are_where_they_are_said_to_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
