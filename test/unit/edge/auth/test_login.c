// SPDX-License-Identifier: Apache-2.0
// Right passwords come in, others wait, and nobody learns who exists.
#include "auth_kit.h"
#include "edge/auth/codec.h"

static const char WRONG[] = "not-the-password-1";

static void a_right_password_comes_in_whatever_the_case_of_the_name(void **state) {
    struct kit kit;
    struct login_result result;
    kit_make(&kit, state);
    assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &result), LOGIN_DONE);
    struct principal tom = kit_ask(&kit, result.tokens.access, NULL);
    assert_int_equal(tom.user_id, kit.trader);
    assert_int_equal(tom.tenant_id, kit.tenant);
    assert_int_equal(tom.role, ROLE_TRADER);
    assert_int_equal(tom.scopes, role_scopes(ROLE_TRADER));
    assert_false(tom.second_factor);
    assert_int_equal(kit_login(&kit, "TOM", KIT_PASSWORD, &result), LOGIN_DONE);
    assert_int_equal(kit_login(&kit, "tom", "Tulip-anvil-cobalt", &result), LOGIN_REFUSED);
    assert_int_equal(kit_audited(&kit, "login", "done"), 2);
    assert_int_equal(kit_audited(&kit, "login", "refused"), 1);
    kit_verify_audit(&kit);
    kit_drop(&kit);
}

// Each of them gives the same, byte for byte, and waits alike.
static void who_exists_is_not_told(void **state) {
    static const char *const names[] = {
        "tom",  "nobody",   "off",
        "x",    "",         "' OR 1=1 --",
        "a\nb", "\xff\xfe", "a-name-that-is-much-longer-than-any-name-of-a-user-may-be-0123456789"};
    struct kit kit;
    struct login_result results[sizeof names / sizeof *names];
    kit_make(&kit, state);
    int64_t off = kit_user(&kit, kit.tenant, "off", ROLE_VIEWER);
    assert_ok(user_set_disabled(kit.auth, kit.sql, NULL, kit.tenant, off, true, &kit.caller));
    for (int round = 0; round < 12; round++) {
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            char address[32]; // another one each, so that only names count
            snprintf(address, sizeof address, "10.0.%d.%zu", round, i);
            assert_ok(ip_parse(address, strlen(address), &kit.caller.address));
            // The disabled one's password is the right one.
            kit_login(&kit, names[i], strcmp(names[i], "off") == 0 ? KIT_PASSWORD : WRONG,
                      &results[i]);
            assert_memory_equal(&results[i], &results[0], sizeof results[0]);
        }
        assert_int_equal(results[0].verdict, LOGIN_REFUSED);
    }
    kit_drop(&kit);
}

static void guesses_wait_and_a_locked_door_opens_for_nobody(void **state) {
    struct kit kit;
    struct login_result result;
    kit_make(&kit, state);
    for (int i = 0; i < 5; i++)
        assert_int_equal(kit_login(&kit, "tom", WRONG, &result), LOGIN_REFUSED);
    assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &result),
                     LOGIN_WAIT); // though it is right
    assert_int_equal(result.retry_ns, NS_PER_S);
    assert_int_equal(kit_login(&kit, "TOM", KIT_PASSWORD, &result), LOGIN_WAIT);
    assert_int_equal(kit_login(&kit, "vera", KIT_PASSWORD, &result), LOGIN_DONE); // another name
    struct ip home = kit.caller.address;
    assert_ok(ip_parse("198.51.100.1", 12, &kit.caller.address)); // tom, from home
    assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &result), LOGIN_DONE);
    kit.caller.address = home;
    kit.caller.now_ns += NS_PER_S;
    assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &result), LOGIN_DONE);
    // One caller that tries many names is stopped as a whole.
    int refused = 0;
    for (int i = 0; i < 60; i++) {
        char name[16];
        snprintf(name, sizeof name, "user%d", i);
        refused += kit_login(&kit, name, WRONG, &result) == LOGIN_REFUSED;
    }
    assert_true(refused <= 21);
    assert_int_equal(kit_login(&kit, "vera", KIT_PASSWORD, &result), LOGIN_WAIT);
    kit_drop(&kit);
}

static void a_guesser_gets_few_tries_a_day(void **state) {
    struct kit kit;
    struct login_result result;
    int tries = 0;
    kit_make(&kit, state);
    int64_t end = kit.caller.now_ns + NS_PER_DAY;
    while (kit.caller.now_ns < end) {
        if (kit_login(&kit, "tom", WRONG, &result) == LOGIN_WAIT)
            kit.caller.now_ns += result.retry_ns;
        else
            tries++;
    }
    assert_true(tries < 120);
    kit_drop(&kit);
}

static void a_hash_of_another_cost_is_made_anew(void **state) {
    struct kit kit;
    struct login_result result;
    kit_make(&kit, state);
    auth_close(kit.auth);
    struct auth_options options = {.secrets = &kit.secrets, .password_cost = PASSWORD_COST_MIN + 1};
    assert_ok(auth_open(&options, &kit.auth));
    assert_ok(auth_load(kit.auth, kit.sql, kit.caller.now_ns));
    assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &result), LOGIN_DONE);
    assert_memory_equal(
        database_text(kit.sql, "SELECT password_hash FROM users WHERE name = 'tom'"), "$2b$05$", 7);
    assert_memory_equal(
        database_text(kit.sql, "SELECT password_hash FROM users WHERE name = 'vera'"), "$2b$04$",
        7);
    assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &result), LOGIN_DONE);
    kit_drop(&kit);
}

static void a_long_password_costs_no_more_and_is_refused(void **state) {
    struct kit kit;
    struct login_result result;
    static char many[100000];
    kit_make(&kit, state);
    memset(many, 'a', sizeof many - 1);
    assert_int_equal(kit_login(&kit, "tom", many, &result), LOGIN_REFUSED);
    assert_ok(login_password(kit.auth, kit.sql, many, sizeof many - 1, KIT_PASSWORD,
                             strlen(KIT_PASSWORD), &kit.caller, &result));
    assert_int_equal(result.verdict, LOGIN_REFUSED);
    kit_drop(&kit);
}

// Sets up a second factor; returns its secret.
static void set_factor(struct kit *kit, const char *name, uint8_t ret_secret[TOTP_SECRET_SIZE],
                       struct factor_codes *codes) {
    struct principal who = kit_principal(kit, name);
    struct factor_offer offer;
    char code[8];
    size_t size;
    assert_ok(factor_begin(kit->auth, kit->sql, &who, &kit->caller, &offer));
    assert_int_equal(
        base32_decode(offer.secret, strlen(offer.secret), ret_secret, TOTP_SECRET_SIZE, &size), 0);
    snprintf(
        code, sizeof code, "%06u",
        totp_code(TOTP_SHA1, ret_secret, TOTP_SECRET_SIZE, 6, kit->caller.now_ns / NS_PER_S / 30));
    assert_ok(factor_confirm(kit->auth, kit->sql, &who, code, 6, &kit->caller, codes));
    kit->caller.now_ns += 60 * NS_PER_S;
}

static enum login_verdict give(struct kit *kit, const char *pending, const char *code,
                               struct login_result *result) {
    assert_ok(login_second_factor(kit->auth, kit->sql, pending, strlen(pending), code, strlen(code),
                                  &kit->caller, result));
    return result->verdict;
}

static const char *code_of(struct kit *kit, const uint8_t *secret, int64_t off) {
    static char code[8];
    snprintf(code, sizeof code, "%06u",
             totp_code(TOTP_SHA1, secret, TOTP_SECRET_SIZE, 6,
                       kit->caller.now_ns / NS_PER_S / 30 + off));
    return code;
}

static void a_second_factor_is_asked_for_and_good_once(void **state) {
    struct kit kit;
    struct login_result first, second, third;
    uint8_t secret[TOTP_SECRET_SIZE];
    struct factor_codes codes;
    kit_make(&kit, state);
    set_factor(&kit, "tom", secret, &codes);
    assert_int_equal(kit_login(&kit, "tom", WRONG, &first), LOGIN_REFUSED); // first the password
    assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &first), LOGIN_FACTOR_NEEDED);
    assert_string_equal(first.tokens.access, "");
    assert_int_equal(kit_ask(&kit, first.pending, NULL).user_id, 0); // it is no way in
    assert_int_equal(give(&kit, first.pending, "000000", &second), LOGIN_REFUSED);
    assert_int_equal(give(&kit, first.pending, code_of(&kit, secret, 0), &second), LOGIN_DONE);
    struct principal tom = kit_ask(&kit, second.tokens.access, NULL);
    assert_true(tom.second_factor && tom.step_up_ns > 0);
    assert_int_equal(give(&kit, first.pending, code_of(&kit, secret, 1), &third),
                     LOGIN_REFUSED); // it was used
    assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &first), LOGIN_FACTOR_NEEDED);
    assert_int_equal(give(&kit, first.pending, code_of(&kit, secret, 0), &third),
                     LOGIN_REFUSED); // so was the code
    kit.caller.now_ns += 30 * NS_PER_S;
    assert_int_equal(give(&kit, first.pending, code_of(&kit, secret, 0), &third), LOGIN_DONE);
    assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &first), LOGIN_FACTOR_NEEDED);
    kit.caller.now_ns += TOKEN_PENDING_S * NS_PER_S;
    assert_int_equal(give(&kit, first.pending, code_of(&kit, secret, 0), &third),
                     LOGIN_REFUSED); // too late
    assert_int_equal(give(&kit, second.tokens.access, code_of(&kit, secret, 0), &third),
                     LOGIN_REFUSED);
    kit_verify_audit(&kit);
    kit_drop(&kit);
}

static void codes_cannot_be_guessed_and_a_lost_telephone_is_no_end(void **state) {
    struct kit kit;
    struct login_result first, second;
    uint8_t secret[TOTP_SECRET_SIZE];
    struct factor_codes codes;
    kit_make(&kit, state);
    set_factor(&kit, "tom", secret, &codes);
    assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &first), LOGIN_FACTOR_NEEDED);
    int tries = 0;
    for (int i = 0; i < 100; i++) {
        char guess[16];
        snprintf(guess, sizeof guess, "%06d", 500000 + i);
        tries += give(&kit, first.pending, guess, &second) == LOGIN_REFUSED;
    }
    assert_int_equal(tries, 5); // whatever the address: it is counted by user
    kit.caller.now_ns += NS_PER_HOUR;
    for (int i = 0; i < 2; i++) { // a recovery code, the second time in vain
        assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &first), LOGIN_FACTOR_NEEDED);
        assert_int_equal(give(&kit, first.pending, codes.codes[3], &second),
                         i == 0 ? LOGIN_DONE : LOGIN_REFUSED);
    }
    assert_int_equal(factor_codes_left(kit.sql, kit.trader), RECOVERY_CODES - 1);
    kit_drop(&kit);
}

static void a_step_up_asks_again(void **state) {
    struct kit kit;
    struct login_result result;
    uint8_t secret[TOTP_SECRET_SIZE];
    struct factor_codes codes;
    kit_make(&kit, state);
    struct principal vera = kit_principal(&kit, "vera");
    kit.caller.now_ns += 10 * NS_PER_MIN;
    assert_ok(login_step_up(kit.auth, kit.sql, &vera, WRONG, strlen(WRONG), &kit.caller, &result));
    assert_int_equal(result.verdict, LOGIN_REFUSED);
    assert_ok(login_step_up(kit.auth, kit.sql, &vera, KIT_PASSWORD, strlen(KIT_PASSWORD),
                            &kit.caller, &result));
    assert_int_equal(result.verdict, LOGIN_DONE);
    struct principal after = kit_ask(&kit, result.tokens.access, NULL);
    assert_int_equal(after.step_up_ns, kit.caller.now_ns);
    assert_int_equal(after.session_id, vera.session_id);
    assert_false(after.second_factor);
    set_factor(&kit, "tom", secret, &codes);
    struct principal tom = {.user_id = kit.trader, .tenant_id = kit.tenant};
    assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &result), LOGIN_FACTOR_NEEDED);
    assert_int_equal(give(&kit, result.pending, code_of(&kit, secret, 0), &result), LOGIN_DONE);
    tom = kit_ask(&kit, result.tokens.access, NULL);
    kit.caller.now_ns += 10 * NS_PER_MIN;
    // Where there is a second factor the password is not enough.
    assert_ok(login_step_up(kit.auth, kit.sql, &tom, KIT_PASSWORD, strlen(KIT_PASSWORD),
                            &kit.caller, &result));
    assert_int_equal(result.verdict, LOGIN_REFUSED);
    const char *code = code_of(&kit, secret, 0);
    assert_ok(login_step_up(kit.auth, kit.sql, &tom, code, 6, &kit.caller, &result));
    assert_int_equal(result.verdict, LOGIN_DONE);
    assert_true(kit_ask(&kit, result.tokens.access, NULL).second_factor);
    tom.session_id = 0;
    tom.key_id = 5;
    assert_int_equal(login_step_up(kit.auth, kit.sql, &tom, code, 6, &kit.caller, &result),
                     ERR_STATE);
    kit_drop(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        KIT_BOTH(a_right_password_comes_in_whatever_the_case_of_the_name),
        cmocka_unit_test(who_exists_is_not_told),
        cmocka_unit_test(guesses_wait_and_a_locked_door_opens_for_nobody),
        cmocka_unit_test(a_guesser_gets_few_tries_a_day),
        cmocka_unit_test(a_hash_of_another_cost_is_made_anew),
        cmocka_unit_test(a_long_password_costs_no_more_and_is_refused),
        KIT_BOTH(a_second_factor_is_asked_for_and_good_once),
        KIT_BOTH(codes_cannot_be_guessed_and_a_lost_telephone_is_no_end),
        cmocka_unit_test(a_step_up_asks_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
