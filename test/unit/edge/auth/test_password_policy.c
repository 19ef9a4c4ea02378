// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/auth/password_policy.h"

static int check(const char *password) {
    return password_policy_check(password, strlen(password), "margaret");
}

static void long_ones_that_nobody_tries_are_taken_whatever_is_in_them(void **state) {
    (void)state;
    static const char *const good[] = {
        "correct horse battery staple",
        "kvwmzqrtlpxb",
        "the rain in Spain",
        "9182736450192837465564738",
        "\xd1\x81\xd0\xbb\xd0\xbe\xd0\xbd \xd0\xb8 \xd0\xbb\xd1\x83\xd0\xbd\xd0\xb0 "
        "\xd1\x81\xd0\xb2\xd0\xb5\xd1\x82",
        "tulip-anvil-cobalt-42",
        "margaret owns nine green boats",
        "\xf0\x9f\x94\x91 twelve of them \xf0\x9f\x94\x92",
        "(a+b)*c-d/e%f^g",
        "password is not the only word here"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (check(good[i]) < 0) fail_msg("%s: %s", good[i], err_story());
    char most[PASSWORD_BYTES_MAX + 2];
    for (size_t i = 0; i < sizeof most - 1; i++) most[i] = "kzqxvw"[i * i % 6] + (char)(i % 5);
    assert_int_equal(password_policy_check(most, PASSWORD_BYTES_MAX, "margaret"), 0);
    assert_int_equal(password_policy_check(most, PASSWORD_BYTES_MAX + 1, "margaret"), ERR_ARGUMENT);
}

static void easy_ones_are_refused_in_words_that_do_not_hold_them(void **state) {
    (void)state;
    static const struct {
        const char *password, *story;
    } rows[] = {
        {"", "fewer"},
        {"kvwmzqrtlpx", "fewer"},
        {"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", "fewer"}, // 12 bytes, 6 characters
        {"kvwmzqrtlpxb\n", "control"},
        {"kvwmzqrtlpx\x7f", "control"},
        {"kvwmzqrtlpx\xff", "UTF-8"},
        {"kvwmzqrtlpxb\xc3", "UTF-8"},
        {"kvwmzqrtlpxb\xed\xa0\x80", "UTF-8"},
        {"kvwmzqrtlpxb\xc0\xaf", "UTF-8"},
        {"aaaaaaaaaaaaaaaa", "repeats"},
        {"abababababababab", "repeats"},
        {"123412341234123412", "repeats"},
        {"abcdefghijklmnop", "keyboard"},
        {"qwertyuiop[]", "keyboard"},
        {"123456789012", "keyboard"},
        {"zyxwvutsrqponm", "keyboard"},
        {"asdfghjkl;'1", "keyboard"},
        {"qwertyuiopasdfghjkl", "keyboard"},
        {"margaret1234", "name"},
        {"MargaretMargaret", "name"},
        {"fulmar-fulmar!", "name"},
        {"password1234", "tried first"},
        {"Password!!!!", "tried first"},
        {"P@ssw0rd2024!", "tried first"},
        {"1234iloveyou5678", "tried first"},
        {"dragondragon", "tried first"},
        {"monkeymonkeymonkey", "tried first"},
        {"liverpoolfc1", "tried first"},
        {"unbelievable", "tried first"}, // of twelve letters, in the list itself
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int rc = check(rows[i].password);
        if (rc != ERR_ARGUMENT || strstr(err_story(), rows[i].story) == NULL)
            fail_msg("'%s': %d, %s", rows[i].password, rc, rc < 0 ? err_story() : "taken");
        if (rows[i].password[0] != '\0') assert_null(strstr(err_story(), rows[i].password));
    }
    assert_int_equal(password_policy_check("kvwmz\0qrtlpxb", 13, "margaret"), ERR_ARGUMENT);
}

static void the_list_knows_its_words_and_few_others(void **state) {
    (void)state;
    static const char *const words[] = {"password", "123456",   "qwerty",
                                        "letmein",  "trustno1", "iloveyou"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_true(password_is_common(words[i], strlen(words[i])));
    int wrong = 0;
    for (int i = 0; i < 100000; i++) {
        char word[32];
        int len = snprintf(word, sizeof word, "zz%dqx%dvk", i, i * 7919);
        wrong += password_is_common(word, (size_t)len);
    }
    assert_true(wrong < 40); // 0.313^8 of them is 9
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_ones_that_nobody_tries_are_taken_whatever_is_in_them),
        cmocka_unit_test(easy_ones_are_refused_in_words_that_do_not_hold_them),
        cmocka_unit_test(the_list_knows_its_words_and_few_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
