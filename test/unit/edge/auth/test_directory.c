// SPDX-License-Identifier: Apache-2.0
#include "auth_kit.h"
#include "edge/auth/directory.h"

static void what_is_put_is_found_among_thousands(void **state) {
    (void)state;
    struct directory *directory;
    struct directory_user user;
    struct api_key key;
    char text[API_KEY_TEXT_SIZE], ids[200][SECRET_ID_SIZE];
    assert_ok(directory_open(16, &directory));
    for (int64_t i = 1; i <= 5000; i++) {
        user = (struct directory_user){i * 1000003, i % 7 + 1, i, ROLE_TRADER, false};
        assert_ok(directory_put_user(directory, &user));
    }
    for (int64_t i = 1; i <= 5000; i++) {
        assert_true(directory_get_user(directory, i * 1000003, &user));
        assert_int_equal(user.version, i);
        assert_false(directory_get_user(directory, i * 1000003 + 1, &user));
    }
    assert_false(directory_get_user(directory, 0, &user));
    assert_false(directory_get_user(directory, -1, &user));
    for (int i = 0; i < 200; i++) {
        api_key_new(i % 2 == 0, &key, text);
        key.id = i + 1;
        memcpy(ids[i], key.public_id, sizeof ids[i]);
        assert_ok(directory_put_key(directory, &key));
    }
    for (int i = 0; i < 200; i++) {
        assert_true(directory_get_key(directory, ids[i], &key));
        assert_int_equal(key.id, i + 1);
    }
    assert_false(directory_get_key(directory, "aaaaaaaaaaaaaaaaaaaaaaaaaa", &key));
    directory_close(directory);
    directory_close(NULL);
}

static void when_no_more_sessions_can_be_denied_the_user_is(void **state) {
    (void)state;
    struct directory *directory;
    struct directory_user user = {7, 1, 1, ROLE_TRADER, false}, found;
    assert_ok(directory_open(4, &directory));
    assert_ok(directory_put_user(directory, &user));
    for (int64_t i = 1; i <= 4; i++) directory_deny_session(directory, i, 8, 100, 0);
    directory_deny_session(directory, 5, 7, 100, 0);
    assert_false(directory_is_denied(directory, 5, 0));
    assert_true(directory_get_user(directory, 7, &found));
    assert_true(found.disabled); // and so is every token of it
    assert_int_equal(directory_denied_count(directory, 0), 4);
    assert_true(directory_is_denied(directory, 4, 99));
    assert_false(directory_is_denied(directory, 4, 100));
    assert_int_equal(directory_denied_count(directory, 100), 0);
    directory_close(directory);
}

static void a_key_that_does_not_open_lets_nobody_in(void **state) {
    struct kit kit;
    char text[API_KEY_TEXT_SIZE], id[SECRET_ID_SIZE];
    int64_t key_id;
    struct api_key key;
    struct directory *directory;
    kit_make(&kit, state);
    struct principal tom = kit_principal(&kit, "tom");
    struct key_new new_key = {.name = "bot", .scopes = SCOPE_TRADE, .is_signing = true};
    assert_ok(key_create(kit.auth, kit.sql, &tom, &new_key, &kit.caller, text, &key_id));
    assert_true(api_key_read_id(text, strlen(text), id));
    assert_ok(directory_open(4, &directory));
    assert_ok(directory_load(directory, kit.sql, &kit.secrets.seal, kit.caller.now_ns));
    assert_true(directory_get_key(directory, id, &key));
    directory_close(directory);
    struct secret_key other = {"another secrets file's seal....."};
    assert_ok(directory_open(4, &directory));
    assert_ok(directory_load(directory, kit.sql, &other, kit.caller.now_ns));
    assert_false(directory_get_key(directory, id, &key));
    directory_close(directory);
    kit_drop(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_is_found_among_thousands),
        cmocka_unit_test(when_no_more_sessions_can_be_denied_the_user_is),
        cmocka_unit_test(a_key_that_does_not_open_lets_nobody_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
