// SPDX-License-Identifier: Apache-2.0
#include "auth_kit.h"

static int create(struct kit *kit, const struct principal *who, struct key_new key,
                  char text[API_KEY_TEXT_SIZE], int64_t *id) {
    return key_create(kit->auth, kit->sql, who, &key, &kit->caller, text, id);
}

static void a_key_comes_in_as_its_user_with_its_scopes(void **state) {
    struct kit kit;
    char text[API_KEY_TEXT_SIZE];
    int64_t id;
    kit_make(&kit, state);
    struct principal tom = kit_principal(&kit, "tom"), anna = kit_principal(&kit, "anna"),
                     sam = kit_principal(&kit, "sam");
    assert_ok(create(
        &kit, &tom,
        (struct key_new){"read only", SCOPE_READ, false, "192.0.2.0/24", KIT_START + NS_PER_DAY},
        text, &id));
    struct principal bot = kit_ask(&kit, text, NULL);
    assert_true(bot.user_id == kit.trader && bot.key_id == id && bot.session_id == 0);
    assert_int_equal(bot.scopes, SCOPE_READ);
    assert_int_equal(bot.expires_ns, KIT_START + NS_PER_DAY);
    const char *reason;
    struct ip home = kit.caller.address;
    assert_ok(ip_parse("198.51.100.1", 12, &kit.caller.address));
    assert_int_equal(kit_ask(&kit, text, &reason).user_id, 0);
    assert_string_equal(reason, "wrong address");
    kit.caller.address = home;
    // Its user falls, and the key with it.
    assert_ok(
        user_set_role(kit.auth, kit.sql, NULL, kit.tenant, kit.trader, ROLE_VIEWER, &kit.caller));
    assert_int_equal(kit_ask(&kit, text, NULL).role, ROLE_VIEWER);
    assert_ok(
        user_set_disabled(kit.auth, kit.sql, NULL, kit.tenant, kit.trader, true, &kit.caller));
    assert_int_equal(kit_ask(&kit, text, NULL).user_id, 0);
    assert_ok(
        user_set_disabled(kit.auth, kit.sql, NULL, kit.tenant, kit.trader, false, &kit.caller));
    assert_int_equal(kit_ask(&kit, text, NULL).user_id, kit.trader);
    assert_int_equal(key_revoke(kit.auth, kit.sql, &sam, id, &kit.caller), ERR_NOT_FOUND);
    anna.second_factor = false; // an admin who showed none revokes her own alone
    assert_int_equal(key_revoke(kit.auth, kit.sql, &anna, id, &kit.caller), ERR_NOT_FOUND);
    anna.second_factor = true;
    assert_ok(key_revoke(kit.auth, kit.sql, &anna, id, &kit.caller));
    assert_int_equal(kit_ask(&kit, text, NULL).user_id, 0);
    assert_int_equal(kit_audited(&kit, "key create", "done"), 1);
    assert_int_equal(kit_audited(&kit, "key revoke", "done"), 1);
    kit_drop(&kit);
}

static void a_key_may_no_more_than_its_user_and_what_trades_signs(void **state) {
    struct kit kit;
    char text[API_KEY_TEXT_SIZE];
    int64_t id;
    kit_make(&kit, state);
    struct principal vera = kit_principal(&kit, "vera"), tom = kit_principal(&kit, "tom");
    assert_int_equal(
        create(&kit, &vera, (struct key_new){"x", SCOPE_TRADE, true, NULL, 0}, text, &id),
        ERR_DENIED);
    assert_int_equal(create(&kit, &tom,
                            (struct key_new){"x", SCOPE_READ | SCOPE_ADMIN, true, NULL, 0}, text,
                            &id),
                     ERR_DENIED);
    assert_int_equal(
        create(&kit, &tom, (struct key_new){"x", SCOPE_TRADE, false, NULL, 0}, text, &id),
        ERR_ARGUMENT);
    assert_int_equal(create(&kit, &tom, (struct key_new){"x", SCOPE_RISK, false, "", 0}, text, &id),
                     ERR_ARGUMENT);
    assert_ok(
        create(&kit, &tom, (struct key_new){"x", SCOPE_TRADE, false, "10.0.0.0/8", 0}, text, &id));
    assert_int_equal(create(&kit, &tom, (struct key_new){"x", 0, true, NULL, 0}, text, &id),
                     ERR_ARGUMENT);
    assert_int_equal(create(&kit, &tom, (struct key_new){"", SCOPE_READ, true, NULL, 0}, text, &id),
                     ERR_ARGUMENT);
    assert_int_equal(
        create(&kit, &tom, (struct key_new){"a\nb", SCOPE_READ, true, NULL, 0}, text, &id),
        ERR_ARGUMENT);
    assert_int_equal(
        create(&kit, &tom, (struct key_new){"x", SCOPE_READ, true, NULL, KIT_START}, text, &id),
        ERR_ARGUMENT);
    assert_int_equal(
        create(&kit, &tom, (struct key_new){"x", SCOPE_READ, true, "10.0.0.1/8", 0}, text, &id),
        ERR_PARSE);
    kit_drop(&kit);
}

static void a_signed_request_is_its_keys(void **state) {
    struct kit kit;
    char text[API_KEY_TEXT_SIZE], signature[65], key_id[SECRET_ID_SIZE];
    int64_t id;
    const char *reason;
    struct principal who;
    kit_make(&kit, state);
    struct principal tom = kit_principal(&kit, "tom");
    assert_ok(create(&kit, &tom, (struct key_new){"bot", SCOPE_READ | SCOPE_TRADE, true, NULL, 0},
                     text, &id));
    assert_true(api_key_read_id(text, strlen(text), key_id));
    struct signed_request request = {
        "1800000000000", "abcdefghijklmnop", signature, "POST", "/api/v1/orders", "{}", 2};
    api_key_sign(text + strlen(text) - API_KEY_SECRET_LEN, &request, signature);
    assert_int_equal(kit_ask(&kit, text, &reason).user_id, 0); // not as a bearer
    assert_string_equal(reason, "unsigned");
    // The secret stands nowhere as it is.
    assert_int_equal(database_int(kit.sql, "SELECT COUNT(*) FROM api_keys WHERE secret_hash IS "
                                           "NULL AND LENGTH(secret_sealed) = 60"),
                     1);
    auth_close(kit.auth); // and is known after a start anew
    kit_open_auth(&kit);
    assert_int_equal(auth_signed(kit.auth, key_id, &request, &kit.caller.address, kit.caller.now_ns,
                                 &who, &reason),
                     AUTH_KNOWN);
    assert_true(who.user_id == kit.trader && who.scopes == (SCOPE_READ | SCOPE_TRADE));
    assert_int_equal(auth_signed(kit.auth, key_id, &request, &kit.caller.address, kit.caller.now_ns,
                                 &who, &reason),
                     AUTH_REFUSED);
    assert_string_equal(reason, "replayed");
    static const char *const ids[] = {NULL, "", "nothing", "aaaaaaaaaaaaaaaaaaaaaaaaaa"};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(auth_signed(kit.auth, ids[i], &request, &kit.caller.address,
                                     kit.caller.now_ns, &who, &reason),
                         AUTH_REFUSED);
        assert_string_equal(reason, "unknown");
    }
    kit_drop(&kit);
}

static int count_row(void *self, const struct key_row *row) {
    assert_true(row->id > 0 && secret_is_id(row->public_id, strlen(row->public_id)));
    ++*(int *)self;
    return 0;
}

static void keys_are_listed_and_have_a_number(void **state) {
    struct kit kit;
    char text[API_KEY_TEXT_SIZE];
    int64_t id = 0;
    int rows = 0, all = 0, others = 0;
    kit_make(&kit, state);
    struct principal tom = kit_principal(&kit, "tom"), vera = kit_principal(&kit, "vera");
    for (int i = 0; i < KEY_STORE_MAX; i++)
        assert_ok(create(&kit, &tom, (struct key_new){"x", SCOPE_READ, i % 2, NULL, 0}, text, &id));
    assert_int_equal(
        create(&kit, &tom, (struct key_new){"x", SCOPE_READ, true, NULL, 0}, text, &id), ERR_FULL);
    assert_int_equal(key_revoke(kit.auth, kit.sql, &vera, id, &kit.caller), ERR_NOT_FOUND);
    assert_ok(key_revoke(kit.auth, kit.sql, &tom, id, &kit.caller));
    assert_ok(create(&kit, &tom, (struct key_new){"x", SCOPE_READ, true, NULL, 0}, text, &id));
    assert_ok(create(&kit, &vera, (struct key_new){"x", SCOPE_READ, true, NULL, 0}, text, &id));
    assert_ok(key_list(kit.sql, kit.tenant, kit.trader, &(struct key_visitor){count_row, &rows}));
    assert_ok(key_list(kit.sql, kit.tenant, 0, &(struct key_visitor){count_row, &all}));
    assert_ok(key_list(kit.sql, kit.other_tenant, 0, &(struct key_visitor){count_row, &others}));
    assert_true(rows == KEY_STORE_MAX + 1 && all == KEY_STORE_MAX + 2 && others == 0);
    kit_drop(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        KIT_BOTH(a_key_comes_in_as_its_user_with_its_scopes),
        cmocka_unit_test(a_key_may_no_more_than_its_user_and_what_trades_signs),
        KIT_BOTH(a_signed_request_is_its_keys),
        cmocka_unit_test(keys_are_listed_and_have_a_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
