// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "market/bar.h"

static const struct bar good = {
    .open_ns = 0,
    .close_ns = 60,
    .open = {100},
    .high = {110},
    .low = {90},
    .close = {105},
    .volume = {7},
    .frame_s = 60,
};

static void a_sound_bar_has_no_fault(void **state) {
    assert_int_equal(bar_check(&good), BAR_OK);
    struct bar flat = good;
    flat.open = flat.high = flat.low = flat.close = PRICE(1);
    flat.volume = QTY(0);
    assert_int_equal(bar_check(&flat), BAR_OK);
}

// One fault a row; the last rows have several, of which the first in order is named.
static void each_fault_is_named_in_order_of_precedence(void **state) {
    const struct {
        struct bar bar;
        enum bar_fault fault;
    } rows[] = {
        {{0, 0, {100}, {110}, {90}, {105}, {7}, 60, 0}, BAR_BAD_TIME},
        {{5, 4, {100}, {110}, {90}, {105}, {7}, 60, 0}, BAR_BAD_TIME},
        {{0, 1, {0}, {110}, {90}, {105}, {7}, 60, 0}, BAR_BAD_PRICE},
        {{0, 1, {100}, {0}, {90}, {105}, {7}, 60, 0}, BAR_BAD_PRICE},
        {{0, 1, {100}, {110}, {-1}, {105}, {7}, 60, 0}, BAR_BAD_PRICE},
        {{0, 1, {100}, {110}, {90}, {0}, {7}, 60, 0}, BAR_BAD_PRICE},
        {{0, 1, {100}, {90}, {110}, {105}, {7}, 60, 0}, BAR_HIGH_LOW},
        {{0, 1, {111}, {110}, {90}, {105}, {7}, 60, 0}, BAR_OUTSIDE},
        {{0, 1, {89}, {110}, {90}, {105}, {7}, 60, 0}, BAR_OUTSIDE},
        {{0, 1, {100}, {110}, {90}, {111}, {7}, 60, 0}, BAR_OUTSIDE},
        {{0, 1, {100}, {110}, {90}, {89}, {7}, 60, 0}, BAR_OUTSIDE},
        {{0, 1, {100}, {110}, {90}, {105}, {-1}, 60, 0}, BAR_BAD_VOLUME},
        {{0, 0, {0}, {1}, {2}, {105}, {-1}, 60, 0}, BAR_BAD_TIME},
        {{0, 1, {200}, {90}, {110}, {105}, {-1}, 60, 0}, BAR_HIGH_LOW},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(bar_check(&rows[i].bar), rows[i].fault);
}

static void every_fault_has_its_own_name(void **state) {
    assert_string_equal(bar_fault_name(BAR_HIGH_LOW), "high_below_low");
    for (int i = 0; i < BAR_FAULT_COUNT; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(bar_fault_name((enum bar_fault)i),
                                    bar_fault_name((enum bar_fault)j));
    assert_null(bar_fault_name(BAR_FAULT_COUNT));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_bar_has_no_fault),
        cmocka_unit_test(each_fault_is_named_in_order_of_precedence),
        cmocka_unit_test(every_fault_has_its_own_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
