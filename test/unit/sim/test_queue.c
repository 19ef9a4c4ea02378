// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "harness.h"

#include "sim/queue.h"

static double half(const double *params, double front, double back) {
    return 0.5;
}
static const struct queue_model halves = {.name = "halves", .behind = half};
static const struct queue_model averse = {.name = "averse"};

static void trades_bring_an_order_on_and_its_turn_comes_in_whole_lots(void **state) {
    struct queue_place place;
    queue_join(&place, 10);
    queue_trade(&place, 8);
    assert_int_equal(queue_take(&place, 1), 0);
    queue_trade(&place, 4.4); // 2.4 past us: two lots
    assert_int_equal(queue_take(&place, 1), 2);
    assert_true(place.front == 0);
    queue_trade(&place, 0.5); // half a lot is rounded away from zero
    assert_int_equal(queue_take(&place, 1), 1);
    place.front = NAN;
    assert_int_equal(queue_take(&place, 1), 0);
}

static void an_increase_joins_behind(void **state) {
    struct queue_place place;
    queue_join(&place, 10);
    queue_change(&halves, NULL, &place, 10, 25);
    assert_true(place.front == 10);
}

static void a_decrease_that_traded_is_no_surprise(void **state) {
    struct queue_place place;
    queue_join(&place, 10);
    queue_trade(&place, 4);
    queue_change(&halves, NULL, &place, 20, 16); // the 4 that traded
    assert_true(place.front == 6);
    // Now 4 leave, half of them ahead: 16 - 6 = 10 are behind.
    queue_change(&halves, NULL, &place, 16, 12);
    assert_true(place.front == 4);
}

static void more_than_is_behind_cannot_leave_behind(void **state) {
    struct queue_place place;
    queue_join(&place, 10);
    // 8 leave of 11; 1 is behind: at most that one, so at least 7 left ahead.
    queue_change(&halves, NULL, &place, 11, 3);
    assert_true(place.front == 3);
}

static void the_risk_averse_wait_until_the_level_shows_less_than_is_ahead(void **state) {
    struct queue_place place;
    queue_join(&place, 10);
    queue_change(&averse, NULL, &place, 20, 12);
    assert_true(place.front == 10);
    queue_change(&averse, NULL, &place, 12, 7);
    assert_true(place.front == 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trades_bring_an_order_on_and_its_turn_comes_in_whole_lots),
        cmocka_unit_test(an_increase_joins_behind),
        cmocka_unit_test(a_decrease_that_traded_is_no_surprise),
        cmocka_unit_test(more_than_is_behind_cannot_leave_behind),
        cmocka_unit_test(the_risk_averse_wait_until_the_level_shows_less_than_is_ahead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
