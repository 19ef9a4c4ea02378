// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <sys/stat.h>

#include "base/io.h"
#include "edge/auth/codec.h"
#include "edge/auth/secrets.h"

static char folder[64], path[128];

static int set_up(void **state) {
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/fulmar_secrets_XXXXXX");
    if (mkdtemp(folder) == NULL) return -1;
    snprintf(path, sizeof path, "%s/secrets", folder);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static void the_first_start_makes_them_and_the_next_one_reads_them(void **state) {
    (void)state;
    struct secrets made, read, other;
    struct stat status;
    bool is_new = false;
    assert_ok(secrets_open(path, &made, &is_new));
    assert_true(is_new);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_ok(secrets_open(path, &read, &is_new));
    assert_false(is_new);
    assert_memory_equal(&made, &read, sizeof made);
    assert_memory_not_equal(&made.pepper, &made.seal, sizeof made.seal);
    unlink(path);
    assert_ok(secrets_open(path, &other, &is_new));
    assert_memory_not_equal(&made.pepper, &other.pepper, sizeof made.pepper); // none is a default
    assert_int_equal(secrets_open("/nonexistent/folder/secrets", &read, &is_new), ERR_NOT_FOUND);
}

static void a_new_key_signs_and_the_one_before_still_verifies(void **state) {
    (void)state;
    struct secrets before, after, third;
    struct stat status;
    bool is_new;
    assert_ok(secrets_open(path, &before, &is_new));
    assert_ok(secrets_rotate(path, &after));
    assert_int_equal(after.tokens.count, 2);
    assert_memory_equal(&after.tokens.keys[1], &before.tokens.keys[0], sizeof(struct token_key));
    assert_string_not_equal(after.tokens.keys[0].kid, before.tokens.keys[0].kid);
    assert_memory_equal(&after.pepper, &before.pepper, sizeof before.pepper);
    assert_ok(secrets_rotate(path, &third));
    assert_int_equal(third.tokens.count, 2);
    assert_memory_equal(&third.tokens.keys[1], &after.tokens.keys[0], sizeof(struct token_key));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_ok(secrets_open(path, &after, &is_new));
    assert_memory_equal(&third, &after, sizeof after);
}

static void others_may_not_read_them(void **state) {
    (void)state;
    static const mode_t modes[] = {0644, 0640, 0604, 0660, 0666, 0601, 0777, 0620};
    struct secrets secrets;
    bool is_new;
    char link_path[160];
    assert_ok(secrets_open(path, &secrets, &is_new));
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        chmod(path, modes[i]);
        assert_int_equal(secrets_open(path, &secrets, &is_new), ERR_DENIED);
        assert_non_null(strstr(err_story(), "chmod 600"));
    }
    chmod(path, 0600);
    snprintf(link_path, sizeof link_path, "%s.link", path);
    assert_int_equal(symlink(path, link_path), 0);
    assert_int_equal(secrets_open(link_path, &secrets, &is_new), ERR_DENIED);
    assert_int_equal(secrets_open(folder, &secrets, &is_new), ERR_DENIED);
    unlink(link_path);
    assert_int_equal(mkfifo(link_path, 0600), 0);
    assert_int_equal(secrets_open(link_path, &secrets, &is_new),
                     ERR_DENIED); // and does not wait for a writer
    chmod(path, 0400);
    assert_ok(secrets_open(path, &secrets, &is_new));
}

// A file of four secrets, the `at`-th of which is this one.
static int parse_with(int at, const char *secret) {
    static const char *const names[] = {"pepper", "seal", "audit", "token k1"};
    char text[2048] = "# a comment\n\n";
    for (int i = 0; i < 4; i++) {
        uint8_t bytes[SECRET_SIZE];
        char random[64];
        secret_random(bytes, sizeof bytes);
        bytes[0] = 0xff;
        base64url_encode(random, bytes, sizeof bytes);
        size_t len = strlen(text);
        snprintf(text + len, sizeof text - len, "%s %s\n", names[i], i == at ? secret : random);
    }
    struct secrets secrets;
    return secrets_parse(text, strlen(text), &secrets);
}

static void samples_and_words_are_no_secrets(void **state) {
    (void)state;
    static const char *const samples[] = {
        "somethingRandomSomethingRandom12", "super-secret-super-secret-super-",
        "0123456789abcdef0123456789abcdef", "correct horse battery staple 123"};
    char text[64];
    uint8_t bytes[SECRET_SIZE] = {0};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        assert_int_equal(strlen(samples[i]), SECRET_SIZE);
        base64url_encode(text, samples[i], SECRET_SIZE);
        for (int at = 0; at < 4; at++) assert_int_equal(parse_with(at, text), ERR_CORRUPT);
        assert_int_equal(parse_with(0, samples[i]), ERR_CORRUPT);
    }
    base64url_encode(text, bytes, SECRET_SIZE); // zeros
    assert_int_equal(parse_with(0, text), ERR_CORRUPT);
    for (int i = 0; i < SECRET_SIZE; i++) bytes[i] = (uint8_t)(128 + i % 8);
    base64url_encode(text, bytes, SECRET_SIZE);
    assert_int_equal(parse_with(0, text), ERR_CORRUPT);
    secret_random(bytes, sizeof bytes);
    base64url_encode(text, bytes, SECRET_SIZE - 1); // too short
    assert_int_equal(parse_with(0, text), ERR_CORRUPT);
    bytes[0] = 0xff;
    base64url_encode(text, bytes, SECRET_SIZE);
    assert_ok(parse_with(0, text));
    strncat(text, "=", 2);
    assert_int_equal(parse_with(0, text), ERR_CORRUPT);
}

static void a_file_is_whole_and_says_where_it_is_not(void **state) {
    (void)state;
    static const char a[] = "_wECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
                      b[] = "_gECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    static const char c[] = "_QECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
                      d[] = "_AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    const struct {
        const char *format, *story;
    } rows[] = {
        {"pepper %s\nseal %s\naudit %s\ntoken k1 %s\n", NULL},
        {"pepper %s\nseal %s\naudit %s\ntoken k1 %s", NULL},
        {"pepper %s\nseal %s\nseal %s\ntoken k1 %s\n", "line 3"},
        {"pepper %s\nseal %s\naudit %s\ntoken %s\n", "line 4"},
        {"pepper %s\nseal %s\naudit %s\ntoken K1 %s\n", "line 4"},
        {"pepper %s\nseal %s\naudit %s\ntoken k1k1k1k1k1k1k1k1k %s\n", "line 4"},
        {"pepper %s\nseal %s\naudit %s\nother %s\n", "line 4"},
        {"pepper %s\nseal %s\naudit %s\ntoken k1 %s\nx", "line 5"},
        {"pepper %s\r\nseal %s\naudit %s\ntoken k1 %s\n", "line 1"},
        {"pepper %s\nseal %s\ntoken k1 %s\ntoken k1 %s\n", "line 4"},
        {"pepper %s\nseal %s\ntoken k1 %s\ntoken k2 %s\n", "'audit' is missing"},
    };
    struct secrets secrets;
    char text[2048];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(text, sizeof text, rows[i].format, a, b, c, d);
        int rc = secrets_parse(text, strlen(text), &secrets);
        if (rows[i].story == NULL ? rc != 0
                                  : rc != ERR_CORRUPT || strstr(err_story(), rows[i].story) == NULL)
            fail_msg("row %zu: %s", i, err_story());
        if (rc < 0) assert_null(strstr(err_story(), "ECAwQF")); // and no secret
    }
    snprintf(text, sizeof text, rows[0].format, a, b, c, a);
    assert_int_equal(secrets_parse(text, strlen(text), &secrets), ERR_CORRUPT);
    assert_int_equal(secrets_parse("", 0, &secrets), ERR_CORRUPT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_first_start_makes_them_and_the_next_one_reads_them,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_new_key_signs_and_the_one_before_still_verifies, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(others_may_not_read_them, set_up, tear_down),
        cmocka_unit_test(samples_and_words_are_no_secrets),
        cmocka_unit_test(a_file_is_whole_and_says_where_it_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
