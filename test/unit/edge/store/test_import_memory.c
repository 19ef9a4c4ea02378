// SPDX-License-Identifier: Apache-2.0
// An import that runs out of memory, at every allocation in turn: the tape stays as it was, nothing leaks. The linker
// sends malloc, calloc and realloc of our own code here (-Wl,--wrap).
#include "store_kit.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *data, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *data, size_t size);

static int64_t countdown = -1;
static bool failed;

static bool fails(void) {
    if (countdown < 0 || countdown-- != 0) return false;
    failed = true;
    return true;
}

void *__wrap_malloc(size_t size) {
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *data, size_t size) {
    return fails() ? NULL : __real_realloc(data, size);
}

static const char FIRST[] = "date,close,Name\n2020-01-06,5,AA\n2020-01-07,6,AA\n2020-01-08,7,AA\n"
                            "2020-01-06,8,BB\n2020-01-07,9,BB\n";
static const char SECOND[] =
    "date,close,Name\n2020-01-08,7.5,AA\n2020-01-09,8,AA\n2020-01-10,x,AA\n"
    "2020-01-08,8,CC\n2020-01-09,9,CC\n";

static uint64_t rows_of(const struct kit *kit, const char *name) {
    struct tape *tape = kit_open(kit, name);
    assert_ok(tape_verify(tape));
    uint64_t count = tape_count(tape);
    tape_close(tape);
    return count;
}

static void the_nth_allocation_that_fails_leaves_the_old_tape_whole(void **state) {
    struct kit *kit = *state;
    struct import_report report;
    kit_import(kit, kit_text(kit, "a.csv", FIRST), NULL, 0, &report);
    import_report_fini(&report);
    struct import_options options;
    import_options_init(&options, kit->tape);
    options.calendar = CALENDAR_24_7;
    options.frame_s = 86400;
    char second[KIT_PATH_SIZE];
    snprintf(second, sizeof second, "%s", kit_text(kit, "b.csv", SECOND));
    const char *path = second;
    int64_t n = 0;
    int rc;
    do {
        failed = false;
        countdown = n++;
        rc = import_run(&options, &path, 1, &report);
        countdown = -1;
        bool committed = report.committed;
        import_report_fini(&report);
        if (rc == 0) assert_true(committed);
        // A text that finds no memory for the report's words costs the words, not the import.
        if (rc < 0 && rc != ERR_NOMEM) fail_msg("allocation %" PRId64 ": %s", n, err_story());
        if (!committed) assert_int_equal(rows_of(kit, "LOCAL/AA/bar-1d"), 3);
        if (committed && failed) {
            nftw(kit->tape, kit_remove_one, 16, FTW_DEPTH | FTW_PHYS);
            kit_import(kit, kit_path(kit, "a.csv"), NULL, 0, &report);
            import_report_fini(&report);
        }
        assert_int_equal(rows_of(kit, "LOCAL/BB/bar-1d"), 2);
    } while (failed);
    assert_true(n > 20);
    assert_int_equal(rc, 0);
    assert_int_equal(rows_of(kit, "LOCAL/AA/bar-1d"), 4);
    assert_int_equal(rows_of(kit, "LOCAL/CC/bar-1d"), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_nth_allocation_that_fails_leaves_the_old_tape_whole,
                                        kit_setup, kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
