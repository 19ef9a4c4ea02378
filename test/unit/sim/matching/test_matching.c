// SPDX-License-Identifier: Apache-2.0
#include "pitch.h"

#include "base/prng.h"

static void an_order_rests_trades_and_ends(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    (void)state;
    pitch_init(&pitch, &config);
    pitch_put(&pitch, 1, -1, 5, 101);
    assert_said(&pitch, "accepted 1");
    pitch_put(&pitch, 2, -1, 4, 100);
    pitch_put(&pitch, 3, -1, 3, 100);
    assert_string_equal(pitch_side(&pitch, -1), "2:4@100 3:3@100 1:5@101");
    pitch_put(&pitch, 4, 1, 9, 101); // better price first, then time, at the price that rests
    assert_said(&pitch, "accepted 4, fill 4x2 4@100, fill 4x3 3@100, fill 4x1 2@101");
    assert_string_equal(pitch_side(&pitch, -1), "1:3@101");
    struct matching_command cancel = {.kind = MATCHING_CANCEL, .order_id = 1};
    pitch_apply(&pitch, cancel);
    assert_said(&pitch, "canceled 1 3 requested");
    pitch_apply(&pitch, cancel);
    assert_said(&pitch, "cancel_rejected 1 unknown_order");
    struct matching_totals totals = matching_totals(&pitch.book);
    assert_int_equal(totals.accepted, 21);
    assert_int_equal(totals.traded, 9);
    assert_int_equal(totals.canceled, 3);
    assert_int_equal(totals.live, 0);
    pitch_fini(&pitch);
}

// In order of precedence: a row has also every fault of the rows below that it can have.
static void what_is_refused_says_why(void **state) {
    (void)state;
    struct pitch pitch;
    struct matching_config config = pitch_config();
    config.order_max = 2;
    config.lot = 2;
    config.tick = 5;
    config.price_min = 5;
    pitch_init(&pitch, &config);
    pitch_put(&pitch, 1, 1, 2, 100);
    pitch_put(&pitch, 2, -1, 2, 105);
    const struct matching_command good = pitch_limit(3, 1, 2, 105);
    struct {
        struct matching_command command;
        const char *said;
    } rows[12];
    for (size_t i = 0; i < 12; i++) rows[i].command = good;
    rows[0].command.order_id = 0, rows[0].said = "rejected bad_order";
    rows[1].command.side = 2, rows[1].said = "rejected 3 bad_order";
    rows[2].command.qty = 3, rows[2].said = "rejected 3 bad_order";
    rows[3].command.qty = INT64_MAX, rows[3].said = "rejected 3 bad_order";
    rows[4].command.price = 103, rows[4].said = "rejected 3 bad_order";
    rows[5].command.stop_price = 100, rows[5].said = "rejected 3 bad_order";
    rows[6].command.price = 1005, rows[6].said = "rejected 3 price_band";
    rows[7].command.price = INT64_MIN, rows[7].said = "rejected 3 price_band";
    rows[8].command.order_id = 1, rows[8].said = "rejected 1 duplicate_id";
    rows[9].command.tif = TIF_AT_OPEN, rows[9].said = "rejected 3 phase";
    rows[10].command.price = 95, rows[10].said = "rejected 3 full";
    rows[11].command.owner = 8, rows[11].said = "rejected 3 bad_order";
    for (size_t i = 0; i < 12; i++) {
        pitch_apply(&pitch, rows[i].command);
        assert_said(&pitch, rows[i].said);
    }
    pitch_apply(&pitch, (struct matching_command){.kind = MATCHING_CANCEL, .order_id = 1});
    struct matching_command poster = good;
    poster.flags = MATCHING_POST_ONLY;
    pitch_apply(&pitch, poster);
    assert_said(&pitch, "rejected 3 post_only_would_take");
    pitch_phase(&pitch, MATCHING_HALTED);
    pitch_apply(&pitch, good);
    assert_said(&pitch, "rejected 3 halted");
    pitch_phase(&pitch, MATCHING_CLOSED);
    pitch_apply(&pitch, good);
    assert_said(&pitch, "rejected 3 market_closed");
    pitch_fini(&pitch);
}

static void a_faulty_configuration_is_named(void **state) {
    (void)state;
    struct {
        struct matching_config config;
        const char *words;
    } rows[] = {
        {pitch_config(), "tick"},  {pitch_config(), "price_min"}, {pitch_config(), "2^22"},
        {pitch_config(), "owner"}, {pitch_config(), "order_max"}, {pitch_config(), "stp"},
        {pitch_config(), "lot"},   {pitch_config(), "percent"},
    };
    rows[0].config.tick = 0;
    rows[1].config.price_max = 0;
    rows[2].config.price_max = INT64_C(1) << 40;
    rows[3].config.owner_max = 0;
    rows[4].config.order_max = 0;
    rows[5].config.stp = MATCHING_STP_DEFAULT;
    rows[6].config.lot = 0;
    rows[7].config.top_percent = 101;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct matching book;
        struct arena arena;
        assert_int_equal(matching_size(&rows[i].config), 0);
        assert_ok(arena_init(&arena, 4096));
        assert_int_equal(matching_init(&book, &arena, &rows[i].config), ERR_ARGUMENT);
        assert_non_null(strstr(err_story(), rows[i].words));
        arena_fini(&arena);
    }
}

static void the_size_of_the_state_is_what_it_takes(void **state) {
    (void)state;
    for (uint32_t orders = 1; orders < 5000; orders = orders * 3 + 1) {
        struct matching_config config = pitch_config();
        struct matching book;
        struct arena arena;
        config.order_max = orders;
        config.price_max = 1 + orders * 7;
        config.owner_max = 1 + orders / 3;
        assert_ok(arena_init(&arena, 1 << 23));
        assert_ok(matching_init(&book, &arena, &config));
        assert_int_equal(arena.used, matching_size(&config));
        arena_fini(&arena);
    }
}

// A replace keeps the time when it asks for no more at the same price.
static void a_replace_keeps_or_loses_its_time(void **state) {
    static const struct {
        int64_t qty, price;
        const char *said, *side;
    } rows[] = {
        {5, 100, "replaced 1", "1:5@100 2:8@100"}, // less
        {8, 100, "replaced 1", "1:8@100 2:8@100"}, // the same
        {9, 100, "replaced 1", "2:8@100 1:9@100"}, // more
        {0, 99, "replaced 1", "1:8@99 2:8@100"},   // another price
        {0, 101, "replaced 1", "2:8@100 1:8@101"}, //
        {4, 90, "replaced 1, fill 1x3 4@95", "2:8@100"},
        {0, 1001, "replace_rejected 1 price_band", "1:8@100 2:8@100"},
        {-1, 100, "replace_rejected 1 bad_order", "1:8@100 2:8@100"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pitch pitch;
        struct matching_config config = pitch_config();
        pitch_init(&pitch, &config);
        pitch_put(&pitch, 1, -1, 8, 100);
        pitch_put(&pitch, 2, -1, 8, 100);
        pitch_put(&pitch, 3, 1, 4, 95);
        pitch_apply(&pitch, (struct matching_command){.kind = MATCHING_REPLACE,
                                                      .order_id = 1,
                                                      .qty = rows[i].qty,
                                                      .price = rows[i].price});
        assert_said(&pitch, rows[i].said);
        assert_string_equal(pitch_side(&pitch, -1), rows[i].side);
        pitch_fini(&pitch);
    }
}

static void a_total_that_has_filled_already_is_too_late(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    (void)state;
    pitch_init(&pitch, &config);
    pitch_put(&pitch, 1, -1, 8, 100);
    pitch_put(&pitch, 2, 1, 5, 100);
    struct matching_command replace = {
        .kind = MATCHING_REPLACE, .order_id = 1, .qty = 5, .price = 100};
    pitch_apply(&pitch, replace);
    assert_said(&pitch, "replace_rejected 1 too_late");
    replace.qty = 6;
    pitch_apply(&pitch, replace);
    assert_said(&pitch, "replaced 1");
    assert_string_equal(pitch_side(&pitch, -1), "1:1@100");
    pitch_fini(&pitch);
}

static void a_mass_cancel_ends_an_owners_orders_everywhere(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    (void)state;
    pitch_init(&pitch, &config);
    for (uint64_t i = 1; i <= 6; i++) {
        struct matching_command c = pitch_limit(i, i % 2 ? 1 : -1, 2, i % 2 ? 90 : 110);
        c.owner = i > 4 ? 2 : 1;
        if (i == 3) c.tif = TIF_AT_CLOSE; // beside the book
        pitch_apply(&pitch, c);
    }
    pitch_apply(&pitch,
                (struct matching_command){.kind = MATCHING_MASS_CANCEL, .owner = 1, .side = -1});
    assert_said(&pitch, "canceled 2 2 requested, canceled 4 2 requested, mass_canceled");
    pitch_apply(&pitch, (struct matching_command){.kind = MATCHING_MASS_CANCEL, .owner = 1});
    assert_said(&pitch, "canceled 1 2 requested, canceled 3 2 requested, mass_canceled");
    assert_int_equal(matching_order_count(&pitch.book), 2);
    pitch_apply(&pitch, (struct matching_command){.kind = MATCHING_MASS_CANCEL, .owner = 99});
    assert_said(&pitch, "mass_canceled");
    pitch_fini(&pitch);
}

static void orders_end_when_their_time_comes(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    (void)state;
    pitch_init(&pitch, &config);
    for (uint64_t i = 1; i <= 3; i++) {
        struct matching_command c = pitch_limit(i, 1, 2, 90);
        c.tif = TIF_GTD;
        c.expire_ns = i == 1 ? 30 : 20;
        pitch_apply(&pitch, c);
    }
    struct matching_command day = pitch_limit(4, 1, 2, 91);
    day.tif = TIF_DAY;
    pitch_apply(&pitch, day);
    pitch_apply(&pitch, (struct matching_command){.kind = MATCHING_CLOCK, .time_ns = 19});
    assert_said(&pitch, "");
    pitch_apply(&pitch, (struct matching_command){.kind = MATCHING_CLOCK, .time_ns = 20});
    assert_said(&pitch, "expired 2 2 time, expired 3 2 time");
    pitch_phase(&pitch, MATCHING_CLOSED); // the time does not go back
    assert_said(&pitch, "expired 4 2 end_of_session, phase_changed");
    assert_string_equal(pitch_side(&pitch, 1), "1:2@90");
    pitch_fini(&pitch);
}

// The levels that events tell, against those that are there.
static void the_levels_told_are_the_levels_that_are(void **state) {
    enum { COMMANDS = 4000, LAST = 40, LEVELS = 41 };
    struct pitch pitch;
    struct matching_config config = pitch_config();
    int64_t told[2][LEVELS] = {{0}};
    struct prng prng;
    (void)state;
    config.report = MATCHING_REPORT_LEVELS;
    config.price_max = LAST;
    pitch_init(&pitch, &config);
    prng_seed(&prng, 5);
    for (uint64_t i = 1; i <= COMMANDS; i++) {
        struct matching_command c =
            pitch_limit(i, prng_below(&prng, 2) ? 1 : -1, 1 + (int64_t)prng_below(&prng, 9),
                        1 + (int64_t)prng_below(&prng, LAST));
        if (prng_below(&prng, 4) == 0 && c.qty > 2) c.display_qty = 2;
        if (prng_below(&prng, 3) == 0)
            c = (struct matching_command){.kind = MATCHING_CANCEL,
                                          .order_id = i - prng_below(&prng, 60)};
        pitch_apply(&pitch, c);
        for (uint32_t k = 0; k < pitch.sink.count; k++) {
            const struct matching_event *e = &pitch.events[k];
            if (e->kind == MATCHING_LEVEL) told[e->side < 0][e->price] = e->qty;
        }
        for (int side = 0; side < 2; side++) {
            struct matching_quote quotes[LEVELS];
            int64_t there[LEVELS] = {0};
            uint32_t count = matching_levels(&pitch.book, side == 0 ? 1 : -1, quotes, LEVELS);
            for (uint32_t k = 0; k < count; k++) there[quotes[k].price] = quotes[k].qty;
            assert_memory_equal(there, told[side], sizeof there);
        }
    }
    pitch_fini(&pitch);
}

static void a_copy_goes_on_as_the_original(void **state) {
    struct pitch pitch, copy;
    struct matching_config config = pitch_config();
    struct prng prng;
    (void)state;
    pitch_init(&pitch, &config);
    pitch_init(&copy, &config);
    prng_seed(&prng, 9);
    for (uint64_t i = 1; i <= 2000; i++) {
        struct matching_command c =
            pitch_limit(i, prng_below(&prng, 2) ? 1 : -1, 1 + (int64_t)prng_below(&prng, 9),
                        400 + (int64_t)prng_below(&prng, 20));
        pitch_apply(&pitch, c);
        if (i == 1000) matching_copy(&copy.book, &pitch.book);
        if (i <= 1000) continue;
        pitch_apply(&copy, c);
        assert_int_equal(copy.sink.count, pitch.sink.count);
        assert_memory_equal(copy.events, pitch.events, pitch.sink.count * sizeof pitch.events[0]);
        assert_int_equal(matching_hash(&copy.book), matching_hash(&pitch.book));
    }
    assert_memory_equal(copy.book.state, pitch.book.state, pitch.book.size);
    pitch_fini(&pitch);
    pitch_fini(&copy);
}

static uint32_t flushed;
static void flush(void *self, const struct matching_event *events, uint32_t count) {
    *(uint64_t *)self += events[count - 1].kind;
    flushed += count;
}

static void a_full_sink_is_flushed_or_counted(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    uint64_t kinds = 0;
    (void)state;
    flushed = 0;
    pitch_init(&pitch, &config);
    for (uint64_t i = 1; i <= 10; i++) pitch_put(&pitch, i, -1, 1, 100);
    pitch.sink.max = 4;
    pitch.sink.flush = flush;
    pitch.sink.self = &kinds;
    pitch_put(&pitch, 11, 1, 8, 100); // accepted and eight fills
    assert_int_equal(flushed, 8);
    assert_int_equal(kinds, 2 * MATCHING_FILL);
    assert_int_equal(pitch.sink.count, 1);
    pitch.sink.flush = NULL;
    pitch.sink.max = 1;
    pitch_put(&pitch, 12, 1, 2, 100);
    assert_int_equal(pitch.sink.lost, 2);
    pitch_fini(&pitch);
}

static void every_name_is_there(void **state) {
    (void)state;
    for (uint32_t i = 1; i < MATCHING_EVENT_END; i++) assert_non_null(matching_event_name(i));
    for (uint32_t i = 0; i < MATCHING_PHASE_COUNT; i++) assert_non_null(matching_phase_name(i));
    for (uint32_t i = 0; i < MATCHING_STP_COUNT; i++) assert_non_null(matching_stp_name(i));
    assert_null(matching_event_name(MATCHING_EVENT_END));
    assert_null(matching_phase_name(MATCHING_PHASE_COUNT));
    assert_null(matching_stp_name(MATCHING_STP_COUNT));
    assert_string_equal(matching_algorithm_name(MATCHING_PRO_RATA), "pro_rata");
    assert_null(matching_algorithm_name(MATCHING_ALGORITHM_COUNT));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_rests_trades_and_ends),
        cmocka_unit_test(what_is_refused_says_why),
        cmocka_unit_test(a_faulty_configuration_is_named),
        cmocka_unit_test(the_size_of_the_state_is_what_it_takes),
        cmocka_unit_test(a_replace_keeps_or_loses_its_time),
        cmocka_unit_test(a_total_that_has_filled_already_is_too_late),
        cmocka_unit_test(a_mass_cancel_ends_an_owners_orders_everywhere),
        cmocka_unit_test(orders_end_when_their_time_comes),
        cmocka_unit_test(the_levels_told_are_the_levels_that_are),
        cmocka_unit_test(a_copy_goes_on_as_the_original),
        cmocka_unit_test(a_full_sink_is_flushed_or_counted),
        cmocka_unit_test(every_name_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
