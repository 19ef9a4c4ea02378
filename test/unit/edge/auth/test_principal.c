// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/auth/principal.h"

static void roles_and_scopes_have_names_that_are_read_back(void **state) {
    (void)state;
    char text[SCOPE_TEXT_SIZE];
    for (uint32_t scopes = 0; scopes <= SCOPE_ALL; scopes++) {
        uint32_t back = 99;
        size_t len = scope_print(text, scopes);
        assert_int_equal(strlen(text), len);
        assert_ok(scope_parse(text, len, &back));
        assert_int_equal(back, scopes);
    }
    assert_string_equal(text, "read trade run risk admin");
    for (int role = ROLE_VIEWER; role < ROLE_COUNT; role++) {
        const char *name = role_name((enum role)role);
        assert_int_equal(role_find(name, strlen(name)), role);
        // A role may all that those before it may.
        assert_int_equal(role_scopes((enum role)(role - 1)) & ~role_scopes((enum role)role), 0);
    }
    assert_int_equal(role_scopes(ROLE_NONE), 0);
    assert_int_equal(role_scopes((enum role)9), 0);
    assert_int_equal(role_find("none", 4), -1);
    assert_int_equal(role_find("admin", 4), -1);
    assert_int_equal(role_find("Admin", 5), -1);
    assert_string_equal(role_name((enum role)17), "none");
}

static void a_list_of_scopes_is_read_strictly(void **state) {
    (void)state;
    static const char *const bad[] = {"root", "read ",     " read", "read  run", "read,run",
                                      "Read", "read read", " ",     "read\trun", "readrun"};
    uint32_t scopes = 77;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(scope_parse(bad[i], strlen(bad[i]), &scopes), ERR_PARSE);
    assert_int_equal(scopes, 77);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roles_and_scopes_have_names_that_are_read_back),
        cmocka_unit_test(a_list_of_scopes_is_read_strictly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
