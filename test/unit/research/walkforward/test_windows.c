// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/timestamp.h"
#include "research/walkforward/windows.h"

static struct window windows[WINDOWS_MAX];
static uint32_t count;
#define DAYS(n) ((int64_t)(n)*NS_PER_DAY)

static void tests_follow_each_other_and_the_last_ends_with_the_data(void **state) {
    (void)state;
    struct windows_config config = {.first_ns = DAYS(10),
                                    .last_ns = DAYS(1010) - 1,
                                    .train_ns = DAYS(300),
                                    .test_ns = DAYS(100),
                                    .purge_ns = DAYS(5)};
    assert_ok(windows_make(&config, windows, &count));
    assert_int_equal(count, 6); // (1000 - 305) / 100
    assert_int_equal(windows[count - 1].test_to_ns, DAYS(1010));
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(windows[i].test_to_ns - windows[i].test_from_ns, DAYS(100));
        assert_int_equal(windows[i].test_from_ns - windows[i].train_to_ns, DAYS(5));
        assert_int_equal(windows[i].train_to_ns - windows[i].train_from_ns, DAYS(300));
        assert_true(windows[i].train_from_ns >= DAYS(10));
        if (i > 0) assert_int_equal(windows[i].test_from_ns, windows[i - 1].test_to_ns);
    }
}

static void anchored_training_begins_with_the_data(void **state) {
    (void)state;
    struct windows_config config = {
        .first_ns = 0, .last_ns = DAYS(500) - 1, .test_ns = DAYS(50), .count = 3, .anchored = true};
    assert_ok(windows_make(&config, windows, &count));
    assert_int_equal(count, 3);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(windows[i].train_from_ns, 0);
        assert_int_equal(windows[i].train_to_ns, DAYS(350 + 50 * i));
    }
}

static void lengths_that_are_not_given_fill_the_data(void **state) {
    (void)state;
    struct windows_config config = {.first_ns = 0, .last_ns = DAYS(1400) - 1};
    assert_ok(windows_make(&config, windows, &count));
    assert_int_equal(count, WINDOWS_DEFAULT);
    assert_int_equal(windows[0].train_from_ns, 0);
    assert_int_equal(windows[0].test_from_ns, DAYS(400)); // 4 : 10 x 1
    config.train_ns = DAYS(400);
    config.count = 20;
    assert_ok(windows_make(&config, windows, &count));
    assert_int_equal(windows[0].test_to_ns - windows[0].test_from_ns, DAYS(50));
}

static void data_that_is_too_short_is_told(void **state) {
    (void)state;
    static const struct {
        struct windows_config config;
        const char *story;
    } rows[] = {
        {{.last_ns = DAYS(100), .train_ns = DAYS(90), .test_ns = DAYS(20)},
         "too short for 1 window"},
        {{.last_ns = DAYS(100), .train_ns = DAYS(50), .test_ns = DAYS(20), .count = 3},
         "too short for 3 windows"},
        {{.last_ns = DAYS(100), .test_ns = DAYS(20), .purge_ns = DAYS(1)}, "1 of purge"},
        {{.last_ns = DAYS(5000), .train_ns = DAYS(1), .test_ns = DAYS(1)}, "make --test longer"},
        {{.last_ns = DAYS(5000), .count = 1001}, "1001 windows are over 1000"},
        {{.last_ns = 5, .count = 10}, "too short"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(windows_make(&rows[i].config, windows, &count), ERR_ARGUMENT);
        if (strstr(err_story(), rows[i].story) == NULL) fail_msg("row %zu: %s", i, err_story());
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tests_follow_each_other_and_the_last_ends_with_the_data),
        cmocka_unit_test(anchored_training_begins_with_the_data),
        cmocka_unit_test(lengths_that_are_not_given_fill_the_data),
        cmocka_unit_test(data_that_is_too_short_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
