// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <stdatomic.h>

#include "hall.h"

enum { SEED = 11, BARS = 400 };

static void a_session_without_commands_is_the_backtest(void **state) {
    struct world world;
    hall_world(&world, SEED, BARS);
    world_run(&world);
    const char *folder = hall_folder();
    struct hall hall;
    assert_ok(hall_open(&hall, SEED, BARS, &(struct session_options){.folder = folder}));
    assert_ok(session_start(hall.session));
    const struct session_view *view = hall_await(&hall, SESSION_ENDED);
    assert_int_equal(view->seq, world.result.inputs);
    assert_int_equal(view->market, world.result.market);
    assert_int_equal(view->hash_seq, view->seq);
    assert_int_equal(view->state_hash, world.result.state_hash);
    assert_true(view->equity.m == world.result.equity.m);
    hall_close(&hall);
    size_t size;
    unsigned char *journal = hall_journal(folder, &size);
    assert_int_equal(size, world.log_size);
    assert_memory_equal(journal, world.log, size);
    free(journal);
    world_fini(&world);
    hall_folder_remove(folder);
}

static int64_t time_of(const struct hall *hall, size_t part, size_t parts) {
    const struct world *world = &hall->world;
    return world->events[(world->count - 1) * part / parts].header.ts_ns;
}

// What is done with people's orders in the middle of a run.
static void script_to(struct hall *hall, const char *const ids[4], size_t parts) {
    for (size_t part = 1; part < parts; part++) {
        if (hall_look(hall)->now_ns < time_of(hall, part, parts))
            hall_run_until(hall, time_of(hall, part, parts));
        if (part > 4) continue;
        struct session_command order =
            hall_order(ids[part - 1], part & 1, part == 3 ? -1 : 1, 2 + (int64_t)part, 0);
        struct session_result result = hall_do(hall, &order);
        if (result.outcome != SESSION_DONE && result.outcome != SESSION_DUPLICATE &&
            result.outcome != SESSION_VETOED)
            fail_msg("%s: %s", session_outcome_name(result.outcome), result.story);
    }
}

static const char *const ids[4] = {"one", "two", "three", "four"};

static void a_session_that_is_opened_again_is_where_it_was_and_goes_on(void **state) {
    struct session_options options = {.folder = hall_folder(), .paused = true};
    struct hall hall;
    uint64_t hash, seq, orders;
    assert_ok(hall_open(&hall, SEED, BARS, &options));
    assert_ok(session_start(hall.session));
    script_to(&hall, ids, 6);
    assert_ok(session_stop(hall.session));
    hash = hall_look(&hall)->state_hash;
    seq = hall.view->seq;
    orders = hall.view->order_count;
    assert_int_equal(hall.view->hash_seq, seq);
    assert_int_equal(hall.view->state, SESSION_STOPPED);
    hall_close(&hall);

    for (int turn = 0; turn < 2; turn++) { // recovery changes nothing itself
        assert_ok(hall_open(&hall, SEED, BARS, &options));
        const struct session_view *view = hall_look(&hall);
        assert_int_equal(view->seq, seq);
        assert_int_equal(view->state_hash, hash);
        assert_int_equal(view->order_count, orders);
        assert_int_equal(session_info(hall.session)->recovered_seq, seq);
        assert_int_equal(session_info(hall.session)->cut_bytes, 0);
        hall_close(&hall);
    }

    assert_ok(hall_open(&hall, SEED, BARS, &options));
    assert_ok(session_start(hall.session));
    struct session_command again = hall_order("one", 1, 1, 3, 0);
    assert_int_equal(hall_do(&hall, &again).outcome, SESSION_DUPLICATE);
    hall_verb(&hall, SESSION_RUN);
    uint64_t end = hall_await(&hall, SESSION_ENDED)->state_hash, end_seq = hall.view->seq;
    hall_close(&hall);
    hall_folder_remove(options.folder);

    // The same without the break.
    options.folder = NULL;
    assert_ok(hall_open(&hall, SEED, BARS, &options));
    assert_ok(session_start(hall.session));
    script_to(&hall, ids, 6);
    hall_verb(&hall, SESSION_RUN);
    assert_int_equal(hall_await(&hall, SESSION_ENDED)->seq, end_seq);
    assert_int_equal(hall.view->state_hash, end);
    hall_close(&hall);
}

static void a_journal_cut_anywhere_is_made_whole_again(void **state) {
    struct session_options options = {.folder = hall_folder(), .paused = true};
    struct hall hall;
    char path[128];
    snprintf(path, sizeof path, "%s/journal.fj", options.folder);
    assert_ok(hall_open(&hall, SEED, 60, &options));
    assert_ok(session_start(hall.session));
    hall_run_until(&hall, time_of(&hall, 1, 2));
    hall_verb(&hall, SESSION_RUN);
    uint64_t hash = hall_await(&hall, SESSION_ENDED)->state_hash;
    hall_close(&hall);
    size_t whole_size;
    unsigned char *whole = hall_journal(options.folder, &whole_size);
    FILE *file = fopen(path, "rb");
    static unsigned char bytes[1 << 22];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_true(size < sizeof bytes);
    for (int turn = 0; turn < 24; turn++) {
        size_t kept = turn == 0 ? 0 : turn == 1 ? 30 : size * (size_t)turn / 24 + (size_t)turn % 5;
        file = fopen(path, "wb");
        assert_int_equal(fwrite(bytes, 1, kept, file), kept);
        fclose(file);
        assert_ok(hall_open(&hall, SEED, 60, &options));
        assert_ok(session_start(hall.session));
        hall_verb(&hall, SESSION_RUN);
        if (hall_await(&hall, SESSION_ENDED)->state_hash != hash) fail_msg("cut at %zu", kept);
        hall_close(&hall);
        size_t again;
        unsigned char *mended = hall_journal(options.folder, &again);
        assert_int_equal(again, whole_size); // each event of the uncut one, and no other
        assert_memory_equal(mended, whole, whole_size);
        free(mended);
    }
    free(whole);
    hall_folder_remove(options.folder);
}

static void a_journal_of_other_data_or_of_another_configuration_is_refused(void **state) {
    struct session_options options = {.folder = hall_folder()};
    struct hall hall;
    assert_ok(hall_open(&hall, SEED, 60, &options));
    assert_ok(session_start(hall.session));
    hall_await(&hall, SESSION_ENDED);
    hall_close(&hall);
    assert_int_equal(hall_open(&hall, SEED + 1, 60, &options), ERR_CORRUPT);
    assert_non_null(strstr(err_story(), "is not what the same data"));
    assert_int_equal(hall_open(&hall, SEED, 40, &options), ERR_CORRUPT); // the tape became shorter
    // Another configuration says so of itself, or is another run's.
    static const struct hall_config others[] = {{SEED, "another world", 7}, {SEED, "a world", 8}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_int_equal(hall_open_with(&hall, SEED, 60, &options, &others[i]), ERR_ARGUMENT);
        assert_non_null(strstr(err_story(), "another configuration"));
    }
    // And where it does not, as a strategy decides otherwise than the program that wrote the journal: its first act.
    const struct hall_config silent = {SEED + 1, "a world", 7};
    assert_int_equal(hall_open_with(&hall, SEED, 60, &options, &silent), ERR_CORRUPT);
    assert_non_null(strstr(err_story(), "is not what the same data"));
    size_t before, after;
    unsigned char *journal = hall_journal(options.folder, &before);
    assert_ok(hall_open(&hall, SEED, 60, &options)); // none of that has touched it
    hall_close(&hall);
    unsigned char *untouched = hall_journal(options.folder, &after);
    assert_int_equal(after, before);
    assert_memory_equal(untouched, journal, before);
    free(journal);
    free(untouched);
    hall_folder_remove(options.folder);
}

static void a_folder_is_open_once(void **state) {
    struct session_options options = {.folder = hall_folder()};
    struct hall hall, other;
    assert_ok(hall_open(&hall, SEED, 60, &options));
    assert_int_equal(hall_open(&other, SEED, 60, &options), ERR_STATE);
    hall_close(&hall);
    assert_ok(hall_open(&hall, SEED, 60, &options));
    hall_close(&hall);
    hall_folder_remove(options.folder);
}

static void a_step_at_a_pace_takes_the_clock_along(void **state) {
    struct session_options options = {.paused = true, .pace = 60};
    struct hall hall;
    assert_ok(hall_open(&hall, SEED, BARS, &options));
    assert_ok(session_start(hall.session));
    struct session_command step = {.verb = SESSION_STEP, .count = 2};
    assert_int_equal(hall_do(&hall, &step).outcome, SESSION_DONE);
    hall_await(&hall, SESSION_PAUSED);
    assert_true(hall.view->now_ns > 0 && hall.view->clock_ns >= hall.view->now_ns);
    hall_close(&hall);
}

static void a_walk_that_is_cut_short_is_not_done(void **state) {
    struct session_options options = {.paused = true, .pace = 1};
    struct hall hall;
    assert_ok(hall_open(&hall, SEED, BARS, &options));
    assert_ok(session_start(hall.session));
    struct session_command run = {.verb = SESSION_RUN, .until_ns = INT64_MAX - 1};
    uint64_t ticket;
    assert_ok(session_command(hall.session, &run, &ticket));
    hall_await(&hall, SESSION_RUNNING);
    hall_verb(&hall, SESSION_PAUSE);
    struct session_result result;
    assert_int_equal(session_wait(hall.session, ticket, HALL_PATIENCE, &result), 1);
    assert_int_equal(result.outcome, SESSION_TOO_LATE);
    hall_close(&hall);
}

static void steps_pauses_and_paces_move_the_clock(void **state) {
    struct session_options options = {.paused = true};
    struct hall hall;
    assert_ok(hall_open(&hall, SEED, BARS, &options));
    assert_ok(session_start(hall.session));
    assert_int_equal(hall_look(&hall)->market, 0);
    struct session_command step = {.verb = SESSION_STEP, .count = 3};
    int64_t third_ns = 0;
    int groups = 0;
    for (uint64_t i = 0; groups < 3; i++)
        if (i == 0 || hall.world.events[i].header.ts_ns != hall.world.events[i - 1].header.ts_ns) {
            third_ns = hall.world.events[i].header.ts_ns;
            groups++;
        }
    assert_int_equal(hall_do(&hall, &step).ts_ns, third_ns);
    assert_int_equal(hall_await(&hall, SESSION_PAUSED)->now_ns, third_ns);
    // A pace at which an hour of data is a second; then a pause, at which the clock stands.
    struct session_command pace = {.verb = SESSION_PACE, .pace = 36000};
    assert_int_equal(hall_do(&hall, &pace).outcome, SESSION_DONE);
    hall_verb(&hall, SESSION_RUN);
    int64_t end_ns = hall_now() + HALL_PATIENCE;
    while (hall_look(&hall)->now_ns == third_ns && hall_now() < end_ns) hall_nap();
    hall_verb(&hall, SESSION_PAUSE);
    hall_await(&hall, SESSION_PAUSED);
    assert_true(hall.view->now_ns > third_ns && hall.view->state == SESSION_PAUSED);
    assert_true(hall.view->clock_ns >= hall.view->now_ns);
    assert_true(hall.view->next_ns > hall.view->clock_ns);
    int64_t clock_ns = hall.view->clock_ns;
    assert_int_equal(hall_verb(&hall, SESSION_HALT).ts_ns, clock_ns); // stamped with the clock
    pace.pace = -1;
    assert_int_equal(hall_do(&hall, &pace).outcome, SESSION_INVALID);
    step.count = 0;
    assert_int_equal(hall_do(&hall, &step).outcome, SESSION_INVALID);
    pace.pace = 0;
    hall_do(&hall, &pace);
    hall_verb(&hall, SESSION_RUN);
    hall_await(&hall, SESSION_ENDED);
    assert_int_equal(hall_verb(&hall, SESSION_RUN).outcome, SESSION_REFUSED);
    hall_close(&hall);
}

static void orders_by_hand_are_placed_filled_replaced_and_canceled(void **state) {
    struct session_options options = {.paused = true};
    struct hall hall;
    assert_ok(hall_open(&hall, SEED, BARS, &options));
    assert_ok(session_start(hall.session));
    hall_run_until(&hall, time_of(&hall, 1, 4));
    struct session_command buy = hall_order("buy", 0, 1, 2, 0);
    struct session_result bought = hall_do(&hall, &buy);
    assert_int_equal(bought.outcome, SESSION_DONE);
    assert_true(bought.order_id != 0 && bought.seq != 0 && bought.durable);
    int64_t below = hall_look(&hall)->quotes[0].last.m * 97 / 100;
    struct session_command rest = hall_order("rest", 0, 1, 1, below);
    struct session_result resting = hall_do(&hall, &rest);
    assert_int_equal(resting.outcome, SESSION_DONE);
    const struct session_view *view = hall_look(&hall);
    const struct session_order *mine = NULL;
    for (uint32_t i = 0; i < view->order_count; i++)
        if (strcmp(view->orders[i].client_id, "rest") == 0) mine = &view->orders[i];
    assert_non_null(mine);
    assert_int_equal(mine->order.id, resting.order_id);
    assert_int_equal(mine->order.state, ORDER_WORKING); // the venue answered at once
    struct session_command replace = {.verb = SESSION_REPLACE, .order_id = resting.order_id};
    replace.order.qty = QTY(3);
    assert_int_equal(hall_do(&hall, &replace).outcome, SESSION_DONE);
    struct session_command cancel = {.verb = SESSION_CANCEL};
    snprintf(cancel.order.client_id, MANUAL_ID_SIZE, "rest");
    assert_int_equal(hall_do(&hall, &cancel).outcome, SESSION_DONE);
    assert_int_equal(hall_do(&hall, &cancel).outcome, SESSION_TOO_LATE);
    hall_do(&hall, &(struct session_command){.verb = SESSION_STEP, .count = 4});
    view = hall_look(&hall);
    int64_t held = 0;
    for (uint32_t i = 0; i < view->position_count; i++)
        if (view->positions[i].strategy == session_info(hall.session)->manual)
            held += view->positions[i].qty.m;
    assert_int_equal(held, 2);
    bool told = false;
    for (uint32_t i = 0; i < view->fill_count; i++)
        told = told || view->fills[i].order_id == bought.order_id;
    assert_true(told);
    hall_close(&hall);
}

// Where the first strategy is flat again and others hold something.
static void hold_behind_flat_ones(struct hall *hall, const struct session_options *options) {
    assert_ok(hall_open(hall, SEED, BARS, options));
    assert_ok(session_start(hall->session));
    hall_run_until(hall, time_of(hall, 1, 2));
    for (uint32_t i = 0; i < 2; i++) {
        struct session_command buy = hall_order(i == 0 ? "first" : "second", i, 1, 2, 0);
        assert_int_equal(hall_do(hall, &buy).outcome, SESSION_DONE);
    }
    struct session_command drain = {.verb = SESSION_STRATEGY_DRAIN, .index = 0};
    assert_int_equal(hall_do(hall, &drain).outcome, SESSION_DONE);
    hall_do(hall, &(struct session_command){.verb = SESSION_STEP, .count = 8});
    hall_look(hall);
}

static uint32_t held_in(const struct session_view *view) {
    uint32_t held = 0;
    for (uint32_t i = 0; i < view->position_count; i++) held += view->positions[i].qty.m != 0;
    return held;
}

static void positions_without_room_in_a_view_are_counted_and_flat_ones_go_first(void **state) {
    struct session_options options = {.paused = true};
    struct hall hall;
    hold_behind_flat_ones(&hall, &options);
    uint32_t all = hall.view->position_count, held = held_in(hall.view);
    assert_int_equal(hall.view->positions_left_out, 0);
    assert_true(hall.view->positions[0].qty.m == 0 && held >= 2 && held < all);
    hall_close(&hall);
    for (uint32_t room = 1; room <= all; room++) {
        options.positions_max = room;
        hold_behind_flat_ones(&hall, &options);
        assert_int_equal(hall.view->position_count, room);
        assert_int_equal(hall.view->positions_left_out, all - room);
        assert_int_equal(held_in(hall.view), room < held ? room : held);
        assert_true(room == all || hall.view->positions[0].qty.m != 0);
        hall_close(&hall);
    }
}

static void what_cannot_be_done_is_said_and_leaves_no_event(void **state) {
    struct session_options options = {.paused = true};
    struct hall hall;
    assert_ok(hall_open(&hall, SEED, BARS, &options));
    assert_ok(session_start(hall.session));
    hall_run_until(&hall, time_of(&hall, 1, 4));
    uint64_t seq = hall_look(&hall)->seq, ticket;
    struct session_result none;
    struct session_command rows[] = {
        hall_order("", 0, 1, 1, 0),
        hall_order("a b", 0, 1, 1, 0),
        hall_order("x", 7, 1, 1, 0),
        hall_order("x", 0, 0, 1, 0),
        hall_order("x", 0, 1, 0, 0),
        {.verb = SESSION_CANCEL},
        {.verb = SESSION_CANCEL, .order_id = UINT64_MAX},
        {.verb = SESSION_REPLACE, .order_id = UINT64_MAX},
        {.verb = SESSION_HALT, .scope = HALT_STRATEGY, .index = 9},
        {.verb = SESSION_HALT, .scope = 3},
        {.verb = SESSION_RESUME, .scope = HALT_INSTRUMENT, .index = 2},
        {.verb = SESSION_STRATEGY_STOP, .index = 3},
        {.verb = SESSION_SET_PARAM, .index = 0, .param = 99},
        {.verb = SESSION_SET_LIMIT, .rule = 999},
        {.verb = SESSION_SET_LIMIT, .value = (double)NAN},
    };
    static const uint32_t outcomes[] = {
        SESSION_INVALID,   SESSION_INVALID,   SESSION_INVALID,   SESSION_INVALID, SESSION_INVALID,
        SESSION_NOT_FOUND, SESSION_NOT_FOUND, SESSION_NOT_FOUND, SESSION_REFUSED, SESSION_REFUSED,
        SESSION_REFUSED,   SESSION_REFUSED,   SESSION_REFUSED,   SESSION_REFUSED, SESSION_INVALID};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct session_result result = hall_do(&hall, &rows[i]);
        if (result.outcome != outcomes[i] || result.story[0] == '\0')
            fail_msg("row %zu: %s", i, session_outcome_name(result.outcome));
    }
    assert_int_equal(hall_look(&hall)->seq, seq);
    assert_int_equal(session_command(hall.session,
                                     &(struct session_command){.verb = SESSION_VERB_COUNT},
                                     &ticket),
                     ERR_ARGUMENT);
    assert_int_equal(session_result(hall.session, 0, &none), ERR_NOT_FOUND);
    assert_int_equal(session_result(hall.session, 1000, &none), ERR_NOT_FOUND);
    hall_close(&hall);
}

static void a_rules_refusal_comes_back_with_its_numbers(void **state) {
    struct session_options options = {.paused = true};
    struct hall hall;
    assert_ok(hall_open(&hall, SEED, BARS, &options));
    assert_ok(session_start(hall.session));
    hall_run_until(&hall, time_of(&hall, 1, 4));
    struct session_command limit = {
        .verb = SESSION_SET_LIMIT, .rule = (uint32_t)risk_rule_find("order_size"), .value = 5};
    assert_int_equal(hall_do(&hall, &limit).outcome, SESSION_DONE);
    limit.value = -1;
    assert_int_equal(hall_do(&hall, &limit).outcome, SESSION_REFUSED);
    struct session_command large = hall_order("large", 0, 1, 9, 0);
    struct session_result result = hall_do(&hall, &large);
    assert_true(result.outcome == SESSION_VETOED || result.outcome == SESSION_SHRUNK);
    assert_int_equal(result.rule, risk_rule_find("order_size"));
    assert_true(result.limit == 5 && result.value == 9);
    assert_non_null(strstr(result.story, "order_size"));
    hall_verb(&hall, SESSION_KILL);
    struct session_command after = hall_order("after", 0, 1, 1, 0);
    result = hall_do(&hall, &after);
    assert_int_equal(result.outcome, SESSION_VETOED);
    assert_int_equal(result.code, VETO_HALTED);
    hall_verb(&hall, SESSION_RESUME);
    assert_int_equal(hall_do(&hall, &after).outcome, SESSION_DONE);
    hall_close(&hall);
}

static void strategies_stop_drain_start_and_take_parameters(void **state) {
    struct session_options options = {.paused = true};
    struct hall hall;
    assert_ok(hall_open(&hall, SEED, BARS, &options));
    assert_ok(session_start(hall.session));
    hall_run_until(&hall, time_of(&hall, 1, 4));
    struct session_command command = {.verb = SESSION_STRATEGY_STOP, .index = 0};
    assert_int_equal(hall_do(&hall, &command).outcome, SESSION_DONE);
    assert_int_equal(hall_look(&hall)->strategies[0].mode, STRATEGY_STOPPED);
    command.verb = SESSION_STRATEGY_START;
    assert_int_equal(hall_do(&hall, &command).outcome, SESSION_DONE);
    assert_int_equal(hall_look(&hall)->strategies[0].mode, STRATEGY_RUNNING);
    command = (struct session_command){.verb = SESSION_HALT, .scope = HALT_STRATEGY, .index = 1};
    assert_int_equal(hall_do(&hall, &command).outcome, SESSION_DONE);
    assert_int_equal(hall_look(&hall)->strategies[1].paused, ENGINE_HALTED_BY_OPERATOR);
    command = (struct session_command){.verb = SESSION_SET_PARAM, .index = 0, .value = -7};
    assert_int_equal(hall_do(&hall, &command).outcome, SESSION_REFUSED);
    command.value = 3;
    assert_int_equal(hall_do(&hall, &command).outcome, SESSION_DONE);
    assert_true(hall_look(&hall)->strategies[0].params[0] == 3);
    hall_close(&hall);
}

static void the_tap_gives_all_but_market_data_in_order_and_says_what_was_lost(void **state) {
    struct world world;
    hall_world(&world, SEED, BARS);
    world_run(&world);
    for (int small = 0; small < 2; small++) {
        struct session_options options = {.paused = true, .tap_capacity = small ? 64 : 1 << 16};
        struct session_tap tap;
        struct hall hall;
        union event event;
        uint64_t number, before = 0, lost = 0, read = 0;
        int rc;
        assert_ok(hall_open(&hall, SEED, BARS, &options));
        session_tap_init(&tap, hall.session, 1);
        assert_ok(session_start(hall.session));
        hall_verb(&hall, SESSION_RUN);
        hall_await(&hall, SESSION_ENDED);
        const struct event_header *there = world_next(&world, NULL);
        while ((rc = session_tap_read(&tap, &event, &number)) != 0) {
            if (rc == ERR_RANGE) {
                lost += tap.next - before - 1;
                before = tap.next - 1;
                continue;
            }
            assert_int_equal(number, before + 1);
            before = number;
            read++;
            if (small) continue;
            while (there->kind < EVENT_ORDER_ACCEPTED) there = world_next(&world, there);
            assert_memory_equal(&event, there, there->size);
            there = world_next(&world, there);
        }
        assert_true(small ? lost > 0 && read >= 32 : lost == 0);
        assert_int_equal(before + 1, hall_look(&hall)->tap_seq);
        hall_close(&hall);
    }
    world_fini(&world);
}

static _Atomic int woken;
static void wake(void *self) {
    (void)self;
    atomic_fetch_add(&woken, 1);
}

static void the_program_is_woken_once_until_it_says_that_it_looked(void **state) {
    struct session_options options = {.paused = true, .wake = wake};
    struct hall hall;
    atomic_store(&woken, 0);
    assert_ok(hall_open(&hall, SEED, 60, &options));
    assert_ok(session_start(hall.session));
    for (int i = 0; i < 5; i++) hall_verb(&hall, SESSION_PAUSE);
    assert_int_equal(atomic_load(&woken), 1);
    session_woken(hall.session);
    hall_verb(&hall, SESSION_PAUSE);
    assert_int_equal(atomic_load(&woken), 2);
    hall_close(&hall);
}

static void two_sessions_in_one_process_know_nothing_of_each_other(void **state) {
    struct hall one, two;
    assert_ok(hall_open(&one, SEED, BARS, &(struct session_options){0}));
    assert_ok(hall_open(&two, SEED + 1, BARS, &(struct session_options){0}));
    assert_ok(session_start(one.session));
    assert_ok(session_start(two.session));
    uint64_t first = hall_await(&one, SESSION_ENDED)->state_hash;
    uint64_t second = hall_await(&two, SESSION_ENDED)->state_hash;
    hall_close(&one);
    hall_close(&two);
    struct world world;
    hall_world(&world, SEED, BARS);
    world_run(&world);
    assert_int_equal(first, world.result.state_hash);
    assert_true(first != second);
    world_fini(&world);
}

static void options_that_cannot_be_are_refused(void **state) {
    static const struct session_options rows[] = {{.pace = -1},
                                                  {.pace = (double)NAN},
                                                  {.publish_hz = 1001},
                                                  {.tap_capacity = 100},
                                                  {.durability = 2, .folder = "/tmp/x"},
                                                  {.durability = 1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct hall hall;
        if (hall_open(&hall, SEED, 10, &rows[i]) != ERR_ARGUMENT) fail_msg("row %zu", i);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_without_commands_is_the_backtest),
        cmocka_unit_test(a_session_that_is_opened_again_is_where_it_was_and_goes_on),
        cmocka_unit_test(a_journal_cut_anywhere_is_made_whole_again),
        cmocka_unit_test(a_journal_of_other_data_or_of_another_configuration_is_refused),
        cmocka_unit_test(a_folder_is_open_once),
        cmocka_unit_test(a_step_at_a_pace_takes_the_clock_along),
        cmocka_unit_test(a_walk_that_is_cut_short_is_not_done),
        cmocka_unit_test(steps_pauses_and_paces_move_the_clock),
        cmocka_unit_test(orders_by_hand_are_placed_filled_replaced_and_canceled),
        cmocka_unit_test(positions_without_room_in_a_view_are_counted_and_flat_ones_go_first),
        cmocka_unit_test(what_cannot_be_done_is_said_and_leaves_no_event),
        cmocka_unit_test(a_rules_refusal_comes_back_with_its_numbers),
        cmocka_unit_test(strategies_stop_drain_start_and_take_parameters),
        cmocka_unit_test(the_tap_gives_all_but_market_data_in_order_and_says_what_was_lost),
        cmocka_unit_test(the_program_is_woken_once_until_it_says_that_it_looked),
        cmocka_unit_test(two_sessions_in_one_process_know_nothing_of_each_other),
        cmocka_unit_test(options_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
