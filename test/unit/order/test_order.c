// SPDX-License-Identifier: Apache-2.0
#include "desk.h"

#include <signal.h>
#include <sys/wait.h>

static int open_desk(void **state) {
    static struct desk desk;
    desk_open(&desk, 4);
    *state = &desk;
    return 0;
}

static int close_desk(void **state) {
    desk_close(*state);
    return 0;
}

static void an_order_starts_submitted_and_counts_as_working(void **state) {
    struct desk *desk = *state;
    uint32_t buy = desk_submit(desk, 1, 10);
    uint32_t sell = desk_submit(desk, -1, 7);
    const struct order *order = orders_get(&desk->orders, buy);
    assert_int_equal(order->state, ORDER_SUBMITTED);
    assert_int_equal(order->created_ns, 1000);
    assert_int_equal(order->updated_ns, 1000);
    assert_true(order_is_live(order));
    assert_int_equal(order_leaves(order).m, 10);
    assert_int_equal(desk_working(desk, 1), 10);
    assert_int_equal(desk_working(desk, -1), 7);
    assert_int_equal(desk->orders.exposure[1].count, 2);
    assert_int_equal(desk->orders.exposure[0].count, 0);
    assert_int_equal(desk->orders.exposure[0].first, UINT32_MAX);
    assert_int_equal(desk->orders.counts->submitted, 2);
    assert_int_equal(desk->orders.counts->live, 2);
    // Newest first.
    assert_int_equal(desk->orders.exposure[1].first, sell);
    assert_int_equal(orders_next_live(&desk->orders, sell), buy);
    assert_int_equal(orders_next_live(&desk->orders, buy), UINT32_MAX);
}

static void ids_are_strategy_and_sequence_from_one(void **state) {
    struct desk *desk = *state;
    struct order_spec spec = desk_spec(1, 1);
    uint32_t first = desk_submit(desk, 1, 1);
    spec.strategy = 0;
    int other = orders_submit(&desk->orders, &spec, 0);
    uint32_t second = desk_submit(desk, 1, 1);
    uint64_t first_id = orders_get(&desk->orders, first)->id;
    assert_true(first_id == (UINT64_C(1) << 48 | 1));
    assert_true(orders_get(&desk->orders, (uint32_t)other)->id == 1);
    assert_true(orders_get(&desk->orders, second)->id == (UINT64_C(1) << 48 | 2));
    assert_int_equal(order_id_strategy(first_id), 1);
    assert_int_equal(order_id_sequence(first_id), 1);
    assert_int_equal(orders_find(&desk->orders, first_id), first);
    assert_int_equal(orders_find(&desk->orders, 2), -1);
}

static void a_full_pool_refuses_and_ended_slots_return_in_order_of_ending(void **state) {
    struct desk *desk = *state;
    uint32_t handles[4];
    for (int i = 0; i < 4; i++) handles[i] = desk_submit(desk, 1, 1);
    struct order_spec spec = desk_spec(1, 1);
    assert_int_equal(orders_submit(&desk->orders, &spec, 0), ERR_FULL);
    assert_int_equal(desk->orders.counts->submitted, 4);
    uint64_t ended_id = orders_get(&desk->orders, handles[2])->id;
    desk_report(desk, handles[2], EVENT_ORDER_CANCELED);
    desk_report(desk, handles[0], EVENT_ORDER_REJECTED);
    // Ended orders are remembered until their slot is needed.
    assert_int_equal(orders_find(&desk->orders, ended_id), handles[2]);
    assert_int_equal(desk_submit(desk, 1, 1), handles[2]);
    assert_int_equal(orders_find(&desk->orders, ended_id), -1);
    assert_int_equal(desk_submit(desk, 1, 1), handles[0]);
    assert_int_equal(orders_submit(&desk->orders, &spec, 0), ERR_FULL);
}

static void a_late_fill_does_not_change_the_order_of_reuse(void **state) {
    struct desk *desk = *state;
    uint32_t handles[4];
    for (int i = 0; i < 4; i++) handles[i] = desk_submit(desk, 1, 5);
    for (int i = 0; i < 3; i++) desk_report(desk, handles[i], EVENT_ORDER_CANCELED);
    assert_int_equal(desk_fill(desk, handles[0], 1, 1, 0).outcome, ORDER_LATE_FILL);
    assert_int_equal(desk_submit(desk, 1, 1), handles[0]);
    assert_int_equal(desk_submit(desk, 1, 1), handles[1]);
}

static void working_quantities_beyond_64_bits_are_refused(void **state) {
    struct desk *desk = *state;
    uint32_t huge = desk_submit(desk, 1, INT64_MAX - 5);
    struct order_spec spec = desk_spec(1, 6);
    assert_int_equal(orders_submit(&desk->orders, &spec, 0), ERR_RANGE);
    uint32_t small = desk_submit(desk, 1, 5);
    assert_int_equal(orders_replace_sent(&desk->orders, small, QTY(6), PRICE(1), 0), ERR_RANGE);
    assert_int_equal(desk_replaced(desk, small, 6, 1).outcome, ORDER_STRANGE);
    assert_int_equal(desk_working(desk, 1), INT64_MAX);
    desk_report(desk, huge, EVENT_ORDER_CANCELED);
    assert_int_equal(desk_working(desk, 1), 5);
    desk_submit(desk, -1, INT64_MAX);
    assert_int_equal(desk_working(desk, -1), INT64_MAX);
}

static void a_replace_counts_by_the_larger_quantity_until_answered(void **state) {
    struct desk *desk = *state;
    uint32_t handle = desk_submit(desk, 1, 10);
    desk_report(desk, handle, EVENT_ORDER_ACCEPTED);
    assert_int_equal(orders_replace_sent(&desk->orders, handle, QTY(25), PRICE(90), 0), 0);
    assert_int_equal(desk_working(desk, 1), 25);
    assert_int_equal(desk_leaves(desk, handle), 10);
    desk_fill(desk, handle, 1, 4, 6);
    assert_int_equal(desk_working(desk, 1), 21);
    desk_report(desk, handle, EVENT_ORDER_REPLACE_REJECTED);
    assert_int_equal(desk_working(desk, 1), 6);
    // Downward, the old quantity counts until the venue says otherwise.
    assert_int_equal(orders_replace_sent(&desk->orders, handle, QTY(5), PRICE(90), 0), 0);
    assert_int_equal(desk_working(desk, 1), 6);
    desk_replaced(desk, handle, 5, 90);
    assert_int_equal(desk_working(desk, 1), 1);
    assert_int_equal(orders_get(&desk->orders, handle)->spec.limit_price.m, 90);
}

// Which states take a cancel or a replace: one row each.
static void requests_are_refused_where_they_make_no_sense(void **state) {
    static const struct {
        enum event_kind reports[2];
        bool cancel_sent;
        int cancel;
        int replace;
        uint32_t canceled_to;
    } rows[] = {
        {{0, 0}, false, 0, 0, ORDER_PENDING_CANCEL},
        {{EVENT_ORDER_ACCEPTED, 0}, false, 0, 0, ORDER_PENDING_CANCEL},
        {{EVENT_ORDER_ACCEPTED, EVENT_ORDER_UNKNOWN}, false, 0, ERR_STATE, ORDER_UNKNOWN},
        {{EVENT_ORDER_ACCEPTED, 0}, true, ERR_STATE, ERR_STATE, ORDER_PENDING_CANCEL},
        {{EVENT_ORDER_REJECTED, 0}, false, ERR_STATE, ERR_STATE, ORDER_REJECTED},
        {{EVENT_ORDER_ACCEPTED, EVENT_ORDER_CANCELED}, false, ERR_STATE, ERR_STATE, ORDER_CANCELED},
        {{EVENT_ORDER_ACCEPTED, EVENT_ORDER_EXPIRED}, false, ERR_STATE, ERR_STATE, ORDER_EXPIRED},
    };
    struct desk *desk = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t handle = desk_submit(desk, 1, 10);
        for (int r = 0; r < 2; r++)
            if (rows[i].reports[r] != 0) desk_report(desk, handle, rows[i].reports[r]);
        if (rows[i].cancel_sent) assert_int_equal(orders_cancel_sent(&desk->orders, handle, 0), 0);
        int replace = orders_replace_sent(&desk->orders, handle, QTY(9), PRICE(1), 0);
        assert_int_equal(replace, rows[i].replace);
        if (replace == 0) assert_int_equal(desk_state(desk, handle), ORDER_PENDING_REPLACE);
        assert_int_equal(orders_cancel_sent(&desk->orders, handle, 0), rows[i].cancel);
        assert_int_equal(desk_state(desk, handle), rows[i].canceled_to);
        desk_report(desk, handle, EVENT_ORDER_CANCELED);
    }
}

static void a_replace_must_ask_for_more_than_has_filled(void **state) {
    struct desk *desk = *state;
    uint32_t handle = desk_submit(desk, 1, 10);
    desk_fill(desk, handle, 1, 4, 6);
    assert_int_equal(orders_replace_sent(&desk->orders, handle, QTY(4), PRICE(1), 0), ERR_STATE);
    assert_int_equal(orders_replace_sent(&desk->orders, handle, QTY(8), PRICE(-1), 0), ERR_STATE);
    assert_int_equal(orders_replace_sent(&desk->orders, handle, QTY(5), PRICE(1), 0), 0);
}

// Bytes alone are the state: copied under another pool they go on the same way, the maps' counts included.
static void a_restored_copy_of_the_bytes_goes_on_as_if_nothing_happened(void **state) {
    struct desk *one = *state;
    struct desk other;
    for (uint64_t round = 0; round < 2000; round++) {
        uint32_t handle = desk_submit(one, 1, 10);
        desk_fill(one, handle, round, 3, 7);
        if (round != 700) {
            desk_report(one, handle, EVENT_ORDER_CANCELED);
            continue;
        }
        desk_open(&other, 4);
        memcpy(other.arena.base, one->arena.base, one->arena.used);
        other.now_ns = one->now_ns;
        desk_report(&other, handle, EVENT_ORDER_CANCELED);
        desk_report(one, handle, EVENT_ORDER_CANCELED);
        for (uint64_t more = round + 1; more < 2000; more++) {
            uint32_t twin = desk_submit(&other, 1, 10);
            desk_fill(&other, twin, more, 3, 7);
            desk_report(&other, twin, EVENT_ORDER_CANCELED);
        }
    }
    assert_memory_equal(one->arena.base, other.arena.base, one->arena.used);
    desk_close(&other);
}

static void an_arena_too_small_is_an_error(void **state) {
    struct orders_config config = {.max = 100, .instrument_count = 2, .strategy_count = 1};
    size_t size = orders_memory(&config);
    struct orders orders = {.max = 77};
    for (size_t part = 64; part < size * 3 / 4; part *= 4) {
        struct arena arena;
        assert_ok(arena_init(&arena, part));
        assert_int_equal(orders_init(&orders, &arena, &config), ERR_NOMEM);
        assert_int_equal(orders.max, 77);
        arena_fini(&arena);
    }
}

static void run_and_expect_abort(void (*act)(struct desk *), struct desk *desk) {
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        assert_non_null(freopen("/dev/null", "w", stderr));
        signal(SIGABRT, SIG_DFL);
        act(desk);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void miscount(struct desk *desk) {
    desk->orders.exposure[1].buy.m++;
    orders_check(&desk->orders);
}
static void forget(struct desk *desk) {
    desk->orders.items[0].state = ORDER_FILLED;
    orders_check(&desk->orders);
}
static void rename_order(struct desk *desk) {
    desk->orders.items[0].id++;
    orders_check(&desk->orders);
}
static void unlink_order(struct desk *desk) {
    desk->orders.exposure[1].first = UINT32_MAX;
    orders_check(&desk->orders);
}
static void overfill_uncounted(struct desk *desk) {
    desk->orders.items[0].filled_qty = QTY(11);
    desk->orders.items[0].fills = 1;
    orders_check(&desk->orders);
}
static void lose_a_trade(struct desk *desk) {
    desk_fill(desk, 0, 1, 1, 9);
    desk->orders.trade_ring[0]++;
    orders_check(&desk->orders);
}
static void submit_nothing(struct desk *desk) {
    struct order_spec spec = desk_spec(1, 0);
    (void)!orders_submit(&desk->orders, &spec, 0);
}
static void apply_a_bar(struct desk *desk) {
    desk_report(desk, 0, EVENT_BAR);
}

static void the_check_finds_what_is_broken(void **state) {
    struct desk *desk = *state;
    desk_submit(desk, 1, 10);
    void (*const acts[])(struct desk *) = {
        miscount,           forget,         rename_order, unlink_order,
        overfill_uncounted, submit_nothing, apply_a_bar,  lose_a_trade};
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) run_and_expect_abort(acts[i], desk);
}

int main(void) {
#define DESK(test) cmocka_unit_test_setup_teardown(test, open_desk, close_desk)
    const struct CMUnitTest tests[] = {
        DESK(an_order_starts_submitted_and_counts_as_working),
        DESK(ids_are_strategy_and_sequence_from_one),
        DESK(a_full_pool_refuses_and_ended_slots_return_in_order_of_ending),
        DESK(a_late_fill_does_not_change_the_order_of_reuse),
        DESK(working_quantities_beyond_64_bits_are_refused),
        DESK(a_replace_counts_by_the_larger_quantity_until_answered),
        DESK(requests_are_refused_where_they_make_no_sense),
        DESK(a_replace_must_ask_for_more_than_has_filled),
        DESK(a_restored_copy_of_the_bytes_goes_on_as_if_nothing_happened),
        cmocka_unit_test(an_arena_too_small_is_an_error),
        DESK(the_check_finds_what_is_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
