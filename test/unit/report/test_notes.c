// SPDX-License-Identifier: Apache-2.0
#include "report/notes.h"

#include "harness.h"

static void notes_are_kept_up_to_the_maximum_and_all_counted(void **state) {
    (void)state;
    struct notes notes;
    assert_ok(notes_init(&notes));
    char rule[16] = "size";
    for (int i = 0; i < REPORT_NOTES_MAX + 5; i++) {
        struct report_note note = {
            .ts_ns = i, .rule = rule, .verdict = i % 2 == 0 ? "veto" : "shrink"};
        assert_ok(notes_add(&notes, &note));
    }
    memset(rule, 'x', 4);
    assert_int_equal(notes.count, REPORT_NOTES_MAX);
    assert_int_equal(notes.left_out, 5);
    assert_int_equal(notes.rule_count, 2);
    assert_string_equal(notes.rules[0].rule, "size");
    assert_string_equal(notes.rules[1].verdict, "shrink");
    assert_int_equal(notes.rules[0].count + notes.rules[1].count, REPORT_NOTES_MAX + 5);
    assert_int_equal(notes.rules[0].first_ns, 0);
    assert_int_equal(notes.rules[1].last_ns, REPORT_NOTES_MAX + 3);
    notes_fini(&notes);
}

static void more_words_than_there_is_room_for_are_other(void **state) {
    (void)state;
    struct notes notes;
    assert_ok(notes_init(&notes));
    for (int i = 0; i < 2 * NOTE_WORDS_MAX; i++) {
        char rule[NOTE_WORD_SIZE * 2];
        snprintf(rule, sizeof rule, "%d%070d", i, i);
        struct report_note note = {.ts_ns = i, .rule = rule, .verdict = "veto"};
        assert_ok(notes_add(&notes, &note));
    }
    assert_string_equal(notes.items[notes.count - 1].rule, "other");
    uint64_t all = 0;
    for (size_t i = 0; i < notes.rule_count; i++) all += notes.rules[i].count;
    assert_int_equal(all, 2 * NOTE_WORDS_MAX);
    assert_true(notes.rule_count <= NOTE_RULES_MAX);
    notes_fini(&notes);
}

// A breaker from 10 to 30, what happens meanwhile changes nothing; an operator from 50 on, whom a breaker's time does
// not end.
static void the_time_in_which_nothing_could_raise_risk_is_counted(void **state) {
    (void)state;
    static const struct {
        int64_t ts_ns;
        const char *rule, *verdict;
        uint32_t strategy, instrument;
        int64_t stopped_ns; // ten later
    } rows[] = {{5, "position", "halt", STRATEGY_NONE, 0, 0},
                {6, "consecutive_losses", "pause", 1, INSTRUMENT_NONE, 0},
                {7, "size", "veto", 0, 0, 0},
                {10, "daily_loss", "reduce", STRATEGY_NONE, INSTRUMENT_NONE, 10},
                {15, "daily_loss", "halt", STRATEGY_NONE, INSTRUMENT_NONE, 15},
                {20, "time", "resume", 1, INSTRUMENT_NONE, 20},
                {30, "time", "resume", STRATEGY_NONE, INSTRUMENT_NONE, 20},
                {50, "operator", "kill", STRATEGY_NONE, INSTRUMENT_NONE, 30},
                {60, "time", "resume", STRATEGY_NONE, INSTRUMENT_NONE, 40},
                {70, "operator", "resume", STRATEGY_NONE, INSTRUMENT_NONE, 40}};
    struct notes notes;
    assert_ok(notes_init(&notes));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report_note note = {.ts_ns = rows[i].ts_ns,
                                   .rule = rows[i].rule,
                                   .verdict = rows[i].verdict,
                                   .strategy = rows[i].strategy,
                                   .instrument = rows[i].instrument};
        assert_ok(notes_add(&notes, &note));
        int64_t stopped_ns = notes_stopped_ns(&notes, rows[i].ts_ns + 10);
        if (stopped_ns != rows[i].stopped_ns) fail_msg("row %zu: %d", i, (int)stopped_ns);
        if (rows[i].ts_ns == 15) assert_string_equal(notes.stop_rule, "daily_loss");
    }
    assert_null(notes.stop_rule);
    notes_fini(&notes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes_are_kept_up_to_the_maximum_and_all_counted),
        cmocka_unit_test(the_time_in_which_nothing_could_raise_risk_is_counted),
        cmocka_unit_test(more_words_than_there_is_room_for_are_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
