// SPDX-License-Identifier: Apache-2.0
// fulmar data import, info and export as a user runs them.
#include "program.h"

#include <dirent.h>
#include <ftw.h>
#include <jansson.h>

static char dir[64];

static const char CSV[] = "time,open,high,low,close,volume\n"
                          "2020-01-31T23:58:00Z,10,12.5,9,11,5\n"
                          "2020-01-31T23:59:00Z,11,12,9,11,0.25\n"
                          "2020-02-01T00:00:00Z,11,9,12,11,5\n"
                          "2020-02-01T00:03:00Z,11,12,9,11,5\n";

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int scratch_make(void **state) {
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/fulmar_data_XXXXXX");
    return mkdtemp(dir) == NULL ? -1 : 0;
}

static int scratch_remove(void **state) {
    (void)state;
    return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void file_write(const char *name, const char *text) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void import_x(void) {
    file_write("X.csv", CSV);
    struct program *program =
        program_run("data import --tape %s/tape %s/X.csv --venue V 2>/dev/null", dir, dir);
    assert_int_equal(program->status, 0);
}

static json_t *json_of(const struct program *program) {
    json_error_t error;
    json_t *root = json_loads(program->out, 0, &error); // nothing may follow the object
    if (root == NULL) fail_msg("%s: %s", error.text, program->out);
    return root;
}

static int64_t number_of(json_t *object, const char *name) {
    json_t *value = json_object_get(object, name);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static void an_import_tells_people_what_it_did(void **state) {
    (void)state;
    file_write("X.csv", CSV);
    struct program *program =
        program_run("data import --tape %s/tape %s/X.csv --venue V 2>&1", dir, dir);
    assert_int_equal(program->status, 0);
    static const char *const SAID[] = {"X.csv:4: high is below low (high_below_low)",
                                       "V/X/bar-1m",
                                       "left out: 1 high_below_low",
                                       "kept: 1 gap, the longest 4m",
                                       "assumed: frame 1m (--frame)",
                                       "4 rows read, 3 new on the tape, 0 there already"};
    for (size_t i = 0; i < sizeof SAID / sizeof SAID[0]; i++)
        if (strstr(program->out, SAID[i]) == NULL)
            fail_msg("no '%s' in: %s", SAID[i], program->out);
    program = program_run("data import --tape %s/tape %s/X.csv --venue V 2>/dev/null", dir, dir);
    assert_non_null(strstr(program->out, "0 new on the tape, 3 there already"));
}

static void an_import_tells_machines_in_one_object(void **state) {
    (void)state;
    file_write("X.csv", CSV);
    struct program *program = program_run(
        "data import --json --dry-run --tape %s/tape %s/X.csv --venue V 2>/dev/null", dir, dir);
    assert_int_equal(program->status, 0);
    json_t *root = json_of(program);
    assert_true(json_is_false(json_object_get(root, "committed")));
    assert_int_equal(number_of(root, "rows"), 4);
    assert_int_equal(number_of(root, "rows_new"), 3);
    assert_int_equal(number_of(json_object_get(root, "faults"), "high_below_low"), 1);
    assert_int_equal(number_of(json_object_get(root, "notes"), "gap"), 1);
    assert_int_equal(json_array_size(json_object_get(root, "series")), 1);
    json_decref(root);
    program = program_run("data info --tape %s/tape --json", dir);
    root = json_of(program);
    assert_int_equal(json_array_size(json_object_get(root, "series")), 0);
    json_decref(root);
}

static void info_lists_and_describes(void **state) {
    (void)state;
    import_x();
    struct program *program = program_run("data info --tape %s/tape", dir);
    assert_int_equal(program->status, 0);
    assert_non_null(strstr(program->out, "V/X/bar-1m"));
    assert_non_null(strstr(program->out, "2020-01-31T23:58:00Z"));
    program = program_run("data info X --json --tape %s/tape", dir);
    assert_int_equal(program->status, 0);
    json_t *root = json_of(program);
    assert_int_equal(number_of(root, "rows"), 3);
    assert_int_equal(number_of(root, "gaps"), 1);
    assert_int_equal(number_of(root, "price_decimals"), 1);
    assert_int_equal(number_of(root, "qty_decimals"), 2);
    assert_int_equal(number_of(root, "partitions"), 2);
    json_decref(root);
    assert_int_equal(program_run("data info Y --tape %s/tape 2>/dev/null", dir)->status, 1);
    assert_int_equal(program_run("data info X --verify --tape %s/tape >/dev/null", dir)->status, 0);
}

static void info_tells_a_tape_that_is_not_there_from_an_empty_one(void **state) {
    (void)state;
    static const char *const CALLS[] = {"data info", "data info --json", "data info X"};
    for (size_t i = 0; i < sizeof CALLS / sizeof CALLS[0]; i++) {
        struct program *program = program_run("%s --tape %s/none 2>/dev/null", CALLS[i], dir);
        assert_int_equal(program->status, 1);
        assert_string_equal(program->out, "");
        program = program_run("%s --tape %s/none 2>&1", CALLS[i], dir);
        assert_non_null(strstr(program->out, "there is no tape at"));
        assert_non_null(strstr(program->out, "fulmar data import"));
    }
    struct program *program = program_run("data info --tape %s 2>/dev/null", dir);
    assert_int_equal(program->status, 0);
    assert_string_equal(program->out, "");
    program = program_run("data info --tape %s 2>&1", dir);
    assert_non_null(strstr(program->out, "no series on the tape"));
    program = program_run("data info --json --tape %s 2>&1", dir);
    assert_int_equal(program->status, 0);
    json_decref(json_of(program));
}

// 2014-01-01 to 2020-04-23 are 2,304 days, 55,296 h.
static void a_long_gap_is_told_in_days_or_years(void **state) {
    (void)state;
    static const struct {
        const char *last, *said, *shown;
    } ROWS[] = {{"2014-01-02T22:00:00Z", "the longest 46h\n", " 46h "},
                {"2014-01-04T12:00:00Z", "the longest 3.5 days\n", "3.5 days"},
                {"2015-01-01T00:00:00Z", "the longest 365 days\n", "365 days"},
                {"2020-04-23T00:00:00Z", "the longest 6.3 years\n", "6.3 years"}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "time,close\n2013-12-31T23:00:00Z,1\n2014-01-01T00:00:00Z,1\n%s,1\n",
                 ROWS[i].last);
        file_write("G.csv", text);
        struct program *program = program_run(
            "data import --tape %s/tape%zu %s/G.csv --frame 1h 2>/dev/null", dir, i, dir);
        if (strstr(program->out, ROWS[i].said) == NULL) fail_msg("%s", program->out);
        program = program_run("data info --tape %s/tape%zu", dir, i);
        if (strstr(program->out, ROWS[i].shown) == NULL) fail_msg("%s", program->out);
    }
}

static void verification_fails_on_a_damaged_file(void **state) {
    (void)state;
    import_x();
    char path[512] = "", folder[128];
    snprintf(folder, sizeof folder, "%s/tape/V/X/bar-1m", dir);
    DIR *entries = opendir(folder);
    assert_non_null(entries);
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries))
        if (strstr(entry->d_name, ".tape") != NULL)
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    closedir(entries);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    fseek(file, 4096, SEEK_SET);
    fputc(1, file);
    fclose(file);
    struct program *program = program_run("data info --verify --tape %s/tape 2>&1 >/dev/null", dir);
    assert_int_equal(program->status, 1);
    assert_non_null(strstr(program->out, "checksum"));
}

static void an_exported_series_reads_back_without_a_change(void **state) {
    (void)state;
    import_x();
    struct program *program = program_run("data export V/X --tape %s/tape", dir);
    assert_int_equal(program->status, 0);
    assert_string_equal(program->out, "time,open,high,low,close,volume\n"
                                      "2020-01-31T23:58:00Z,10,12.5,9,11,5\n"
                                      "2020-01-31T23:59:00Z,11,12,9,11,0.25\n"
                                      "2020-02-01T00:03:00Z,11,12,9,11,5\n");
    program = program_run("data export X --tape %s/tape --from 2020-01-31T23:59:00Z "
                          "--to 2020-02-01 --json --output %s/part.csv",
                          dir, dir);
    assert_int_equal(program->status, 0);
    json_t *root = json_of(program);
    assert_int_equal(number_of(root, "rows"), 1);
    json_decref(root);
    program_run("data export X --tape %s/tape --output %s/X.csv", dir, dir);
    program = program_run("data import --tape %s/tape %s/X.csv --venue V --strict", dir, dir);
    assert_int_equal(program->status, 0);
    assert_non_null(strstr(program->out, "0 new on the tape, 3 there already, 0 in conflict"));
}

static void a_wrong_call_and_a_failure_have_their_own_status(void **state) {
    (void)state;
    static const struct {
        const char *call;
        int status;
        const char *said;
    } ROWS[] = {{"data import", 2, "give the files"},
                {"data import --strict X.csv --frame tall", 2, "--frame"},
                {"data import X.csv --calendar XLON", 2, "24/7, XNYS or XNSE"},
                {"data import X.csv --asset house", 2, "equity, crypto"},
                {"data import X.csv --formt csv", 2, "format"},
                {"data import X.csv --format cvs", 2, "csv"},
                {"data import none.csv", 1, "none.csv"},
                {"data import X.csv --strict", 1, "X.csv:4"},
                {"data info A B", 2, "one series"},
                {"data export", 2, "one series"},
                {"data export X", 1, "no series 'X'"},
                {"data export X --format xls", 2, "csv"}};
    file_write("X.csv", CSV);
    assert_int_equal(chdir(dir), 0);
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct program *program = program_run("%s --tape tape 2>&1 >/dev/null", ROWS[i].call);
        if (program->status != ROWS[i].status || strstr(program->out, ROWS[i].said) == NULL)
            fail_msg("%s: %d: %s", ROWS[i].call, program->status, program->out);
    }
    assert_int_equal(chdir("/"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_import_tells_people_what_it_did, scratch_make,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(an_import_tells_machines_in_one_object, scratch_make,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(info_lists_and_describes, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(info_tells_a_tape_that_is_not_there_from_an_empty_one,
                                        scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(a_long_gap_is_told_in_days_or_years, scratch_make,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(verification_fails_on_a_damaged_file, scratch_make,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(an_exported_series_reads_back_without_a_change,
                                        scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(a_wrong_call_and_a_failure_have_their_own_status,
                                        scratch_make, scratch_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
