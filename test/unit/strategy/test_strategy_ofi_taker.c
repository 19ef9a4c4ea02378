// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "book_desk.h"

// A market in which the middle follows a flow of 1 by a tick within the horizon: a swing of ten ticks every 0.2 s.
// Fees of nothing, a horizon of 0.1 s; the book is 999.0 at 999.1 or ten ticks higher.
enum { LOW = 9990, HIGH = 10000 };

static void show(struct desk *desk, int64_t bid) {
    book_l2_clear(&desk->book, 0);
    desk_level(desk, 1, bid, 50);
    desk_level(desk, -1, bid + 1, 50);
}

static struct desk *taught(void) {
    struct desk *desk = desk_new("ofi_taker");
    desk_set(desk, "horizon", "100ms");
    desk_set(desk, "half_life", "10s");
    desk_set(desk, "fee", "0");
    desk_set(desk, "qty", "2");
    for (int i = 0; i < 60; i++) {
        show(desk, i % 2 ? HIGH : LOW);
        desk->inputs[0] = i % 2 ? -10 : 10; // what comes next
        desk_step(desk, 100);
        if (i < 25) assert_int_equal(desk->out.order_count, 0); // a quarter of the half life
    }
    show(desk, LOW);
    desk->inputs[0] = 0;
    desk_step(desk, 100);
    assert_int_equal(desk->out.order_count, 0);
    return desk;
}

static int answer(struct desk *desk, double flow) {
    desk->inputs[0] = flow;
    desk_step(desk, 1);
    assert_true(desk->out.order_count <= 1);
    return desk->out.order_count == 1 ? desk->out.orders[0].side : 0;
}

// A flow of f promises f ticks. The spread is one, the threshold one more.
static void it_takes_what_promises_more_than_it_costs(void **state) {
    struct desk *desk = taught();
    assert_int_equal(answer(desk, 1.9), 0);
    assert_int_equal(answer(desk, 2.1), 1);
    const struct strategy_order *order = &desk->out.orders[0];
    assert_true(order->type == ORDER_LIMIT && order->tif == TIF_IOC && order->qty == 2);
    assert_true(fabs(order->limit_price - 999.1) < 1e-9);
    assert_int_equal(answer(desk, -1.9), 0);
    assert_int_equal(answer(desk, -2.1), -1);
    assert_true(fabs(desk->out.orders[0].limit_price - 999.0) < 1e-9);
    desk_set(desk, "slip", "3");
    assert_int_equal(answer(desk, 2.1), 1);
    assert_true(fabs(desk->out.orders[0].limit_price - 999.4) < 1e-9);
    desk_set(desk, "threshold", "4");
    assert_int_equal(answer(desk, 4.9), 0);
    assert_int_equal(answer(desk, 5.1), 1);
    desk_set(desk, "fee", "0.5"); // twice 0.05 of 999.05: a tick
    assert_int_equal(answer(desk, 5.9), 0);
    assert_int_equal(answer(desk, 6.1), 1);
    desk_free(desk);
}

static void it_takes_nothing_on_a_line_that_explains_nothing(void **state) {
    struct desk *desk = desk_new("ofi_taker");
    desk_set(desk, "horizon", "100ms");
    desk_set(desk, "half_life", "10s");
    desk_set(desk, "fee", "0");
    desk_set(desk, "r2_min", "0.2");
    for (int i = 0; i < 400; i++) { // one swing of three is against the flow: r2 is a ninth
        bool high = i % 2, right = i % 3 != 0;
        show(desk, high ? HIGH : LOW);
        desk->inputs[0] = right == high ? -10 : 10;
        desk_step(desk, 100);
        assert_int_equal(desk->out.order_count, 0);
    }
    desk_set(desk, "r2_min", "0.05");
    assert_int_equal(answer(desk, 100), 1);
    desk_free(desk);
}

static void it_waits_for_answers(void **state) {
    struct desk *desk = taught();
    desk->working[0] = (struct strategy_working){1, LOW, 2, 1, ORDER_SUBMITTED};
    desk->view.working_count = 1;
    assert_int_equal(answer(desk, 9), 0);
    desk->view.working_count = 0;
    assert_int_equal(answer(desk, 9), 1);
    desk_free(desk);
}

// What each way out does alone: bought at the ask of 999.1, seen first at the next decision.
static struct desk *holding(double position, double entry) {
    struct desk *desk = taught();
    desk_set(desk, "hold", "1s");
    desk_set(desk, "stop", "0");
    desk_set(desk, "reverse", "0");
    desk->position = position;
    desk->entry_price = entry;
    assert_int_equal(answer(desk, 0), 0);
    return desk;
}

static void assert_closes(const struct desk *desk, int side) {
    const struct strategy_order *order = desk_order(desk, side);
    assert_non_null(order);
    assert_true(order->type == ORDER_MARKET && order->tif == TIF_IOC && order->qty == 1.5);
}

static void it_leaves_after_a_time(void **state) {
    struct desk *desk = holding(1.5, 999.1);
    assert_int_equal(answer(desk, 9), 0); // holds: does not add
    desk_step(desk, 998);
    assert_int_equal(desk->out.order_count, 0);
    desk_step(desk, 1);
    assert_closes(desk, -1);
    desk->position = 0; // closed; a new position has a time of its own
    assert_int_equal(answer(desk, 0), 0);
    desk->position = -1.5;
    assert_int_equal(answer(desk, 0), 0);
    desk_step(desk, 1000);
    assert_closes(desk, 1);
    desk_free(desk);
}

static void it_leaves_when_the_flow_turns(void **state) {
    struct desk *desk = holding(1.5, 999.1);
    desk_set(desk, "reverse", "3");
    assert_int_equal(answer(desk, -2.9), 0);
    assert_int_equal(answer(desk, -3.1), -1);
    assert_closes(desk, -1);
    desk_free(desk);
    desk = holding(-1.5, 999.0);
    desk_set(desk, "reverse", "3");
    assert_int_equal(answer(desk, -9), 0);
    assert_int_equal(answer(desk, 3.1), 1);
    assert_closes(desk, 1);
    desk_free(desk);
}

static void it_leaves_at_its_stop_and_at_its_gain(void **state) {
    struct desk *desk = holding(1.5, 999.1);
    desk_set(desk, "stop", "4.5");
    show(desk, LOW - 3); // sold at 998.7 it loses four ticks
    assert_int_equal(answer(desk, 0), 0);
    show(desk, LOW - 4);
    assert_int_equal(answer(desk, 0), -1);
    desk_set(desk, "stop", "0");
    assert_int_equal(answer(desk, 0), 0);
    desk_set(desk, "take", "4.5");
    show(desk, LOW + 5);
    assert_int_equal(answer(desk, 0), 0);
    show(desk, LOW + 6);
    assert_int_equal(answer(desk, 0), -1);
    desk_free(desk);
}

static void an_undefined_input_and_an_empty_side_take_nothing(void **state) {
    struct desk *desk = taught();
    assert_int_equal(answer(desk, NAN), 0);
    book_l2_clear(&desk->book, -1);
    assert_int_equal(answer(desk, 9), 0);
    desk_free(desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_takes_what_promises_more_than_it_costs),
        cmocka_unit_test(it_takes_nothing_on_a_line_that_explains_nothing),
        cmocka_unit_test(it_waits_for_answers),
        cmocka_unit_test(it_leaves_after_a_time),
        cmocka_unit_test(it_leaves_when_the_flow_turns),
        cmocka_unit_test(it_leaves_at_its_stop_and_at_its_gain),
        cmocka_unit_test(an_undefined_input_and_an_empty_side_take_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
