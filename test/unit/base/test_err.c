// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <pthread.h>
#include <stdbool.h>

#include "base/err.h"

static int open_book(void) {
    return ERR_SET(ERR_NOT_FOUND, "no book %s at page %d", "ledger", 7);
}

static int read_book(int *calls) {
    ++*calls;
    TRY(open_book());
    ++*calls;
    return 0;
}

static void assert_ends_with(const char *text, const char *end) {
    size_t len = strlen(text);
    assert_true(len >= strlen(end));
    assert_string_equal(text + len - strlen(end), end);
}

static void a_story_begins_and_grows(void **state) {
    int line = __LINE__ + 1;
    int rc = ERR_SET(ERR_PARSE, "bad %d", 5);
    assert_int_equal(rc, ERR_PARSE);
    assert_string_equal(err_story(), "bad 5");
    char place[64];
    snprintf(place, sizeof place, "test/unit/base/test_err.c:%d", line);
    assert_ends_with(err_place(), place);
    assert_int_equal(ERR_APPEND(rc, "line %d of %s", 3, "x.csv"), ERR_PARSE);
    assert_string_equal(err_story(), "bad 5; line 3 of x.csv");
    assert_ends_with(err_place(), place);
    rc = ERR_SET(ERR_IO, "anew");
    assert_int_equal(rc, ERR_IO);
    assert_string_equal(err_story(), "anew");
    err_clear();
    assert_string_equal(err_story(), "");
    assert_string_equal(err_place(), "");
    assert_int_equal(ERR_APPEND(ERR_IO, "alone"), ERR_IO);
    assert_string_equal(err_story(), "alone");
}

static void a_place_is_told_from_the_root_of_the_sources(void **state) {
    static const struct {
        const char *file;
        const char *place;
    } rows[] = {{"src/base/io.c", "src/base/io.c:5"},
                {"../../src/base/io.c", "src/base/io.c:5"},
                {"../home/src/fulmar/src/edge/store/tape.c", "src/edge/store/tape.c:5"},
                {"/usr/src/fulmar-1/src/app/main.c", "src/app/main.c:5"},
                {"../test/x.c", "test/x.c:5"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(err_set(ERR_IO, rows[i].file, 5, "x"), ERR_IO);
        assert_string_equal(err_place(), rows[i].place);
    }
}

static void a_story_may_hold_the_former_one(void **state) {
    int rc = ERR_SET(ERR_IO, "disk");
    rc = ERR_SET(ERR_STATE, "start: %s", err_story());
    rc = ERR_APPEND(rc, "again: %s", err_story());
    assert_int_equal(rc, ERR_STATE);
    assert_string_equal(err_story(), "start: disk; again: start: disk");
}

static void a_story_that_does_not_fit_ends_in_dots(void **state) {
    char sentence[5000];
    memset(sentence, 'a', sizeof sentence - 1);
    sentence[sizeof sentence - 1] = '\0';
    assert_int_equal(ERR_SET(ERR_IO, "%s", sentence), ERR_IO);
    size_t full = strlen(err_story());
    assert_int_equal(full, 1023);
    assert_string_equal(err_story() + full - 4, "a...");
    assert_int_equal(ERR_APPEND(ERR_IO, "more"), ERR_IO);
    assert_int_equal(strlen(err_story()), full);
    // Every length around the edge, grown piece by piece.
    for (int piece = 1; piece < 40; piece++) {
        assert_int_equal(ERR_SET(ERR_IO, "start"), ERR_IO);
        for (int i = 0; i < 1100 / piece; i++)
            assert_int_equal(ERR_APPEND(ERR_IO, "%.*s", piece, sentence), ERR_IO);
        size_t len = strlen(err_story());
        assert_true(len <= full);
        if (len == full) assert_string_equal(err_story() + len - 3, "...");
    }
    char file[400];
    memset(file, 'f', sizeof file - 1);
    file[sizeof file - 1] = '\0';
    assert_int_equal(err_set(ERR_IO, file, 1, "x"), ERR_IO);
    assert_true(strlen(err_place()) < 128);
}

static void try_returns_the_first_failure(void **state) {
    int calls = 0;
    assert_int_equal(read_book(&calls), ERR_NOT_FOUND);
    assert_int_equal(calls, 1);
    assert_string_equal(err_story(), "no book ledger at page 7");
}

static void *tell_another_story(void *clean) {
    bool *ret_clean = clean;
    *ret_clean = err_story()[0] == '\0';
    (void)ERR_SET(ERR_IO, "of the other thread");
    *ret_clean = *ret_clean && strcmp(err_story(), "of the other thread") == 0;
    return NULL;
}

static void each_thread_has_its_own_story(void **state) {
    (void)ERR_SET(ERR_IO, "of this thread");
    pthread_t thread;
    bool clean = false;
    assert_int_equal(pthread_create(&thread, NULL, tell_another_story, &clean), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(clean);
    assert_string_equal(err_story(), "of this thread");
}

static void every_code_has_a_name_of_its_own(void **state) {
    assert_string_equal(err_name(ERR_OK), "ok");
    assert_string_equal(err_name(ERR_NOT_FOUND), "not_found");
    assert_string_equal(err_name(ERR_PARSE), "parse");
    assert_string_equal(err_name(ERR_END), "end");
    assert_string_equal(err_name(ERR_CONVERGE), "no_convergence");
    assert_string_equal(err_name(ERR_DENIED - 1), "unknown");
    assert_string_equal(err_name(1), "unknown");
    for (int a = ERR_DENIED; a <= 0; a++)
        for (int b = ERR_DENIED; b <= 0; b++)
            assert_true((a == b) == (strcmp(err_name(a), err_name(b)) == 0));
}

static void set_a_success(void *context) {
    (void)ERR_SET(0, "all is well");
}

static void a_success_has_no_story(void **state) {
    harness_assert_aborts(set_a_success, NULL, "code < 0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_story_begins_and_grows),
        cmocka_unit_test(a_place_is_told_from_the_root_of_the_sources),
        cmocka_unit_test(a_story_may_hold_the_former_one),
        cmocka_unit_test(a_story_that_does_not_fit_ends_in_dots),
        cmocka_unit_test(try_returns_the_first_failure),
        cmocka_unit_test(each_thread_has_its_own_story),
        cmocka_unit_test(every_code_has_a_name_of_its_own),
        cmocka_unit_test(a_success_has_no_story),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
