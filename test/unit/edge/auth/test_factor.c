// SPDX-License-Identifier: Apache-2.0
#include "auth_kit.h"
#include "edge/auth/codec.h"

static const char *code_of(struct kit *kit, const struct factor_offer *offer) {
    static char code[8];
    uint8_t secret[TOTP_SECRET_SIZE];
    size_t size;
    assert_int_equal(
        base32_decode(offer->secret, strlen(offer->secret), secret, sizeof secret, &size), 0);
    assert_int_equal(size, sizeof secret);
    snprintf(code, sizeof code, "%06u",
             totp_code(TOTP_SHA1, secret, size, 6, kit->caller.now_ns / NS_PER_S / 30));
    return code;
}

static void it_is_in_force_once_a_code_of_it_was_shown(void **state) {
    struct kit kit;
    struct factor_offer first, offer, again;
    struct factor_codes codes;
    kit_make(&kit, state);
    struct principal tom = kit_principal(&kit, "tom"), elsewhere = kit_principal(&kit, "tom");
    assert_int_equal(factor_confirm(kit.auth, kit.sql, &tom, "000000", 6, &kit.caller, &codes),
                     ERR_STATE);
    assert_ok(factor_begin(kit.auth, kit.sql, &tom, &kit.caller, &first));
    assert_ok(
        factor_begin(kit.auth, kit.sql, &tom, &kit.caller, &offer)); // another one in its place
    assert_non_null(strstr(offer.uri, "otpauth://totp/Fulmar:tom?secret="));
    assert_non_null(strstr(offer.uri, offer.secret));
    assert_int_equal(
        factor_confirm(kit.auth, kit.sql, &tom, code_of(&kit, &first), 6, &kit.caller, &codes),
        ERR_DENIED);
    struct login_result result;
    assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &result), LOGIN_DONE); // not yet
    assert_ok(
        factor_confirm(kit.auth, kit.sql, &tom, code_of(&kit, &offer), 6, &kit.caller, &codes));
    assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &result), LOGIN_FACTOR_NEEDED);
    assert_int_equal(factor_begin(kit.auth, kit.sql, &tom, &kit.caller, &again), ERR_STATE);
    assert_true(
        auth_still(kit.auth, &tom, kit.caller.now_ns)); // who set it goes on, other sessions end
    assert_false(auth_still(kit.auth, &elsewhere, kit.caller.now_ns));
    struct session_tokens tokens;
    assert_ok(session_step_up(kit.auth, kit.sql, &tom, true, &kit.caller, &tokens));
    assert_true(kit_ask(&kit, tokens.access, NULL).second_factor);
    for (int i = 0; i < RECOVERY_CODES; i++)
        for (int k = 0; k < i; k++) assert_string_not_equal(codes.codes[i], codes.codes[k]);
    // Neither secret nor codes stand in the database.
    uint8_t secret[TOTP_SECRET_SIZE];
    size_t size;
    assert_int_equal(
        base32_decode(offer.secret, strlen(offer.secret), secret, sizeof secret, &size), 0);
    assert_int_equal(database_int(kit.sql, "SELECT COUNT(*) FROM recovery_codes"), RECOVERY_CODES);
    kit_verify_audit(&kit);
    kit_drop(&kit);
}

static void codes_are_renewed_and_a_factor_is_taken_away(void **state) {
    struct kit kit;
    struct factor_offer offer;
    struct factor_codes codes, fresh;
    kit_make(&kit, state);
    struct principal tom = kit_principal(&kit, "tom");
    assert_ok(factor_begin(kit.auth, kit.sql, &tom, &kit.caller, &offer));
    assert_ok(
        factor_confirm(kit.auth, kit.sql, &tom, code_of(&kit, &offer), 6, &kit.caller, &codes));
    assert_int_equal(
        factor_use(kit.auth, kit.sql, kit.trader, codes.codes[0], 19, kit.caller.now_ns), 1);
    assert_int_equal(
        factor_use(kit.auth, kit.sql, kit.trader, codes.codes[0], 19, kit.caller.now_ns), 0);
    assert_int_equal(
        factor_use(kit.auth, kit.sql, kit.viewer, codes.codes[1], 19, kit.caller.now_ns),
        0); // another's
    assert_ok(factor_renew_codes(kit.auth, kit.sql, &tom, &kit.caller, &fresh));
    assert_int_equal(factor_codes_left(kit.sql, kit.trader), RECOVERY_CODES);
    assert_int_equal(
        factor_use(kit.auth, kit.sql, kit.trader, codes.codes[1], 19, kit.caller.now_ns), 0);
    assert_int_equal(
        factor_use(kit.auth, kit.sql, kit.trader, fresh.codes[1], 19, kit.caller.now_ns), 1);
    assert_ok(factor_remove(kit.auth, kit.sql, &tom, &kit.caller));
    assert_int_equal(factor_codes_left(kit.sql, kit.trader), 0);
    assert_int_equal(
        factor_use(kit.auth, kit.sql, kit.trader, fresh.codes[2], 19, kit.caller.now_ns), 0);
    struct login_result result;
    assert_int_equal(kit_login(&kit, "tom", KIT_PASSWORD, &result), LOGIN_DONE);
    assert_false(kit_ask(&kit, result.tokens.access, NULL).second_factor);
    assert_int_equal(factor_use(kit.auth, kit.sql, 999, "000000", 6, kit.caller.now_ns), 0);
    kit_drop(&kit);
}

static void a_secret_of_another_file_is_an_error_and_no_way_in(void **state) {
    struct kit kit;
    struct factor_offer offer;
    struct factor_codes codes;
    kit_make(&kit, state);
    struct principal tom = kit_principal(&kit, "tom");
    assert_ok(factor_begin(kit.auth, kit.sql, &tom, &kit.caller, &offer));
    assert_ok(
        factor_confirm(kit.auth, kit.sql, &tom, code_of(&kit, &offer), 6, &kit.caller, &codes));
    // Somebody with the database alone puts his own sealed secret, or another user's, into the row.
    database_run(kit.sql, "UPDATE users SET totp_enabled_ns = 1, totp_secret = (SELECT totp_secret "
                          "FROM users WHERE name = 'tom') WHERE name = 'vera'");
    kit.caller.now_ns += NS_PER_MIN;
    assert_int_equal(
        factor_use(kit.auth, kit.sql, kit.viewer, code_of(&kit, &offer), 6, kit.caller.now_ns),
        ERR_CORRUPT);
    kit_drop(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_in_force_once_a_code_of_it_was_shown),
        cmocka_unit_test(codes_are_renewed_and_a_factor_is_taken_away),
        cmocka_unit_test(a_secret_of_another_file_is_an_error_and_no_way_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
