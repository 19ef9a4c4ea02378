// SPDX-License-Identifier: Apache-2.0
// Every byte of a password counts, and nobody is told whether there is such a user by how long it takes.
#include "harness.h"

#include <time.h>

#include "edge/auth/password.h"

enum { COST = PASSWORD_COST_MIN };
static struct secret_key pepper = {"a key that stands for the pepper"};

static void each_byte_counts_up_to_the_last_one(void **state) {
    (void)state;
    static const size_t lengths[] = {0, 1, 55, 56, 71, 72, 73, 74, 100, 255, 256};
    char password[257], hash[PASSWORD_HASH_SIZE];
    memset(password, 'A', sizeof password);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        size_t len = lengths[i];
        assert_ok(password_hash(&pepper, COST, password, len, hash));
        assert_int_equal(password_verify(&pepper, COST, password, len, hash), 1);
        assert_int_equal(password_verify(&pepper, COST, password, len + 1, hash), 0);
        if (len == 0) continue;
        assert_int_equal(password_verify(&pepper, COST, password, len - 1, hash), 0);
        password[len - 1] = 'B'; // the last one; raw bcrypt takes it from the 73rd on
        assert_int_equal(password_verify(&pepper, COST, password, len, hash), 0);
        password[len - 1] = 'A';
    }
    memcpy(password, "before\0after", 12); // raw bcrypt stops at the NUL
    assert_ok(password_hash(&pepper, COST, password, 12, hash));
    password[8] = 'x';
    assert_int_equal(password_verify(&pepper, COST, password, 12, hash), 0);
    assert_int_equal(password_verify(&pepper, COST, password, 6, hash), 0);
    static const char emoji[] = "\xf0\x9f\x94\x91\xf0\x9f\x94\x92 \xc3\xa9l\xc3\xa9phant";
    assert_ok(password_hash(&pepper, COST, emoji, sizeof emoji - 1, hash));
    assert_int_equal(password_verify(&pepper, COST, emoji, sizeof emoji - 1, hash), 1);
}

static void a_hash_has_its_salt_its_cost_and_its_pepper(void **state) {
    (void)state;
    char one[PASSWORD_HASH_SIZE], two[PASSWORD_HASH_SIZE];
    struct secret_key other = {"another key stands for a pepper."};
    assert_ok(password_hash(&pepper, COST, "correct horse", 13, one));
    assert_ok(password_hash(&pepper, COST, "correct horse", 13, two));
    assert_string_not_equal(one, two);
    assert_int_equal(password_cost(one), COST);
    assert_memory_equal(one, "$2b$04$", 7);
    assert_int_equal(password_verify(&pepper, COST, "correct horse", 13, two), 1);
    assert_int_equal(password_verify(&other, COST, "correct horse", 13, two), 0);
    assert_ok(password_hash(&pepper, COST + 1, "correct horse", 13, one));
    assert_int_equal(password_verify(&pepper, COST, "correct horse", 13, one), 1);
    assert_int_equal(password_cost(one), COST + 1);
}

// The key is base64 of the MAC: made with Python's hmac, the hash with libxcrypt's own crypt().
static void a_hash_made_elsewhere_is_taken(void **state) {
    (void)state;
    static const char known[] = "$2b$04$abcdefghijklmnopqrstuujmNIwjDMKG177OA83sW6DMKQnBUA.w.";
    assert_int_equal(password_verify(&pepper, COST, "tr0ub4dor&3", 11, known), 1);
    assert_int_equal(password_verify(&pepper, COST, "tr0ub4dor&4", 11, known), 0);
}

static void what_is_no_hash_is_an_error_and_no_password(void **state) {
    (void)state;
    char hash[PASSWORD_HASH_SIZE + 8];
    assert_ok(password_hash(&pepper, COST, "x", 1, hash));
    static const char *const bad[] = {"", "*0", "x", "$1$abc$def", "$2b$12$tooshort"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(password_verify(&pepper, COST, "x", 1, bad[i]), ERR_CORRUPT);
    hash[2] = 'a'; // the one with the bug of 2011
    assert_int_equal(password_verify(&pepper, COST, "x", 1, hash), ERR_CORRUPT);
    hash[2] = 'b';
    hash[4] = 'z';
    assert_int_equal(password_verify(&pepper, COST, "x", 1, hash), ERR_CORRUPT);
}

static double seconds(const char *hash, int cost) {
    struct timespec from, to;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    assert_int_equal(password_verify(&pepper, cost, "not this one", 12, hash), 0);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    return (double)(to.tv_sec - from.tv_sec) + 1e-9 * (double)(to.tv_nsec - from.tv_nsec);
}

static void an_unknown_user_takes_as_long_as_a_wrong_password(void **state) {
    (void)state;
    char hash[PASSWORD_HASH_SIZE];
    double known = 1e9, unknown = 1e9;
    assert_ok(password_hash(&pepper, 8, "the right one", 13, hash));
    for (int i = 0; i < 7; i++) { // the least of each is what nobody disturbed
        double a = seconds(hash, 8), b = seconds(NULL, 8);
        known = a < known ? a : known;
        unknown = b < unknown ? b : unknown;
    }
    assert_true(unknown > 0.8 * known && unknown < 1.25 * known);
}

static void the_cost_of_every_day_works(void **state) {
    (void)state;
    char hash[PASSWORD_HASH_SIZE];
    assert_ok(password_hash(&pepper, PASSWORD_COST, "correct horse battery", 21, hash));
    assert_memory_equal(hash, "$2b$12$", 7);
    assert_int_equal(password_verify(&pepper, PASSWORD_COST, "correct horse battery", 21, hash), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_byte_counts_up_to_the_last_one),
        cmocka_unit_test(a_hash_has_its_salt_its_cost_and_its_pepper),
        cmocka_unit_test(a_hash_made_elsewhere_is_taken),
        cmocka_unit_test(what_is_no_hash_is_an_error_and_no_password),
        cmocka_unit_test(an_unknown_user_takes_as_long_as_a_wrong_password),
        cmocka_unit_test(the_cost_of_every_day_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
