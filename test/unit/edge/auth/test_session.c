// SPDX-License-Identifier: Apache-2.0
// However many refresh at once, there is one successor; a token that comes twice ends its family; what ends a session
// ends its tokens.
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "auth_kit.h"

static enum session_verdict refresh(struct kit *kit, const char *token,
                                    struct session_tokens *tokens) {
    enum session_verdict verdict;
    assert_ok(
        session_refresh(kit->auth, kit->sql, token, strlen(token), &kit->caller, &verdict, tokens));
    return verdict;
}

static void a_refresh_gives_one_successor_and_the_same_one_to_who_was_late(void **state) {
    struct kit kit;
    struct session_tokens first, second, late, third;
    kit_make(&kit, state);
    first = kit_enter(&kit, "tom");
    kit.caller.now_ns += NS_PER_HOUR;
    assert_int_equal(refresh(&kit, first.refresh, &second), SESSION_REFRESHED);
    assert_string_not_equal(second.refresh, first.refresh);
    assert_int_equal(second.session_id, first.session_id);
    assert_int_equal(kit_ask(&kit, second.access, NULL).user_id, kit.trader);
    kit.caller.now_ns += SESSION_GRACE_NS;
    assert_int_equal(refresh(&kit, first.refresh, &late), SESSION_REFRESHED);
    assert_string_equal(late.refresh, second.refresh);
    assert_int_equal(refresh(&kit, second.refresh, &third), SESSION_REFRESHED);
    assert_string_not_equal(third.refresh, second.refresh);
    assert_int_equal(database_int(kit.sql, "SELECT COUNT(*) FROM refresh_tokens"), 3);
    assert_int_equal(
        database_int(kit.sql, "SELECT COUNT(*) FROM refresh_tokens WHERE used_ns IS NULL"), 1);
    kit_drop(&kit);
}

static void a_token_that_comes_again_later_ends_the_family_and_tells(void **state) {
    struct kit kit;
    struct session_tokens first, second, third;
    kit_make(&kit, state);
    first = kit_enter(&kit, "tom");
    struct session_tokens other = kit_enter(&kit, "tom");
    assert_int_equal(refresh(&kit, first.refresh, &second), SESSION_REFRESHED);
    kit.caller.now_ns += SESSION_GRACE_NS + 1;
    assert_int_equal(refresh(&kit, first.refresh, &third), SESSION_REUSED);
    assert_int_equal(refresh(&kit, second.refresh, &third), SESSION_REFUSED); // whoever holds it
    assert_int_equal(refresh(&kit, first.refresh, &third), SESSION_REUSED);
    const char *reason;
    assert_int_equal(kit_ask(&kit, second.access, &reason).user_id, 0);
    assert_string_equal(reason, "session ended");
    assert_int_equal(kit_ask(&kit, first.access, NULL).user_id, 0);
    assert_int_equal(kit_ask(&kit, other.access, NULL).user_id,
                     kit.trader); // another login of the same person
    assert_true(kit_audited(&kit, "refresh", "reused") >= 1);
    kit_verify_audit(&kit);
    kit_drop(&kit);
}

static void no_other_token_refreshes(void **state) {
    struct kit kit;
    struct session_tokens tokens, out;
    kit_make(&kit, state);
    tokens = kit_enter(&kit, "tom");
    assert_int_equal(refresh(&kit, tokens.access, &out), SESSION_REFUSED);
    assert_int_equal(refresh(&kit, "", &out), SESSION_REFUSED);
    assert_int_equal(kit_ask(&kit, tokens.refresh, NULL).user_id,
                     0); // nor does it do anything else
    struct token_claims claims = {.type = TOKEN_REFRESH,
                                  .user_id = kit.trader,
                                  .tenant_id = kit.tenant,
                                  .role = ROLE_TRADER,
                                  .session_id = tokens.session_id,
                                  .issued_s = KIT_START / NS_PER_S,
                                  .expires_s = KIT_START / NS_PER_S + 1000};
    char text[TOKEN_TEXT_SIZE];
    secret_id(claims.id); // signed by us, but none that was given out
    token_issue(&kit.secrets.tokens, &claims, text);
    assert_int_equal(refresh(&kit, text, &out), SESSION_REFUSED);
    kit.caller.now_ns += TOKEN_REFRESH_S * NS_PER_S;
    assert_int_equal(refresh(&kit, tokens.refresh, &out), SESSION_REFUSED);
    kit_drop(&kit);
}

static void a_session_lives_thirty_days_at_most(void **state) {
    struct kit kit;
    kit_make(&kit, state);
    struct session_tokens tokens = kit_enter(&kit, "tom");
    int days = 0;
    for (; days < 60; days++) {
        kit.caller.now_ns += NS_PER_DAY;
        if (refresh(&kit, tokens.refresh, &tokens) != SESSION_REFRESHED) break;
        assert_true(tokens.refresh_expires_ns <= KIT_START + SESSION_MOST_NS);
    }
    assert_int_equal(days, 29);
    kit_drop(&kit);
}

static int count_row(void *self, const struct session_row *row) {
    assert_true(row->id > 0 && row->address[0] != '\0' && row->agent != NULL);
    ++*(int *)self;
    return 0;
}

static int count(struct kit *kit, int64_t user) {
    int rows = 0;
    assert_ok(session_list(kit->sql, kit->tenant, user, kit->caller.now_ns,
                           &(struct session_visitor){count_row, &rows}));
    return rows;
}

static void what_ends_a_session_ends_its_tokens(void **state) {
    struct kit kit;
    struct session_tokens out;
    kit_make(&kit, state);
    struct session_tokens a = kit_enter(&kit, "tom"), b = kit_enter(&kit, "tom"),
                          c = kit_enter(&kit, "tom");
    struct principal tom = kit_ask(&kit, a.access, NULL), anna = kit_principal(&kit, "anna");
    struct principal sam = kit_principal(&kit, "sam");
    assert_int_equal(count(&kit, kit.trader), 3);
    assert_ok(session_logout(kit.auth, kit.sql, &tom, &kit.caller));
    assert_int_equal(kit_ask(&kit, a.access, NULL).user_id, 0);
    assert_int_equal(refresh(&kit, a.refresh, &out), SESSION_REFUSED);
    assert_int_equal(kit_ask(&kit, b.access, NULL).user_id, kit.trader);
    assert_int_equal(session_end(kit.auth, kit.sql, &sam, kit.trader, b.session_id, &kit.caller),
                     ERR_NOT_FOUND);
    assert_int_equal(session_end(kit.auth, kit.sql, &anna, kit.viewer, b.session_id, &kit.caller),
                     ERR_NOT_FOUND);
    assert_int_equal(session_end_all(kit.auth, kit.sql, &sam, kit.trader, 0, &kit.caller), 0);
    assert_ok(session_end(kit.auth, kit.sql, &anna, kit.trader, b.session_id, &kit.caller));
    assert_int_equal(kit_ask(&kit, b.access, NULL).user_id, 0);
    struct session_tokens d = kit_enter(&kit, "tom");
    assert_int_equal(
        session_end_all(kit.auth, kit.sql, &anna, kit.trader, d.session_id, &kit.caller), 1);
    assert_int_equal(kit_ask(&kit, c.access, NULL).user_id, 0);
    assert_int_equal(kit_ask(&kit, d.access, NULL).user_id, kit.trader);
    assert_int_equal(count(&kit, kit.trader), 1);
    assert_ok(session_logout_token(kit.auth, kit.sql, d.refresh, strlen(d.refresh), &kit.caller));
    assert_int_equal(kit_ask(&kit, d.access, NULL).user_id, 0);
    assert_ok(session_logout_token(kit.auth, kit.sql, "nothing", 7, &kit.caller));
    // Another process reads it, and a start anew too.
    auth_close(kit.auth);
    kit_open_auth(&kit);
    assert_int_equal(kit_ask(&kit, b.access, NULL).user_id, 0);
    assert_int_equal(kit_ask(&kit, d.access, NULL).user_id, 0);
    kit_verify_audit(&kit);
    kit_drop(&kit);
}

static void what_another_process_ends_is_ended_here_with_the_next_look(void **state) {
    struct kit kit, other;
    kit_make(&kit, state);
    other = kit;
    kit_open_auth(&other);
    struct session_tokens tokens = kit_enter(&kit, "tom");
    struct principal tom = kit_ask(&other, tokens.access, NULL);
    assert_int_equal(tom.user_id, kit.trader);
    assert_true(auth_still(other.auth, &tom, kit.caller.now_ns));
    assert_ok(session_logout(kit.auth, kit.sql, &tom, &kit.caller));
    kit.caller.now_ns = other.caller.now_ns += NS_PER_S;
    assert_ok(auth_refresh(other.auth, other.sql, other.caller.now_ns));
    assert_int_equal(kit_ask(&other, tokens.access, NULL).user_id, 0);
    assert_false(auth_still(other.auth, &tom, kit.caller.now_ns));
    auth_close(other.auth);
    kit_drop(&kit);
}

static void a_user_has_ten_sessions_and_the_oldest_makes_room(void **state) {
    struct kit kit;
    kit_make(&kit, state);
    struct session_tokens all[12];
    for (int i = 0; i < 12; i++) {
        kit.caller.now_ns += NS_PER_S;
        all[i] = kit_enter(&kit, "tom");
    }
    assert_int_equal(count(&kit, kit.trader), 10);
    for (int i = 0; i < 12; i++)
        assert_int_equal(kit_ask(&kit, all[i].access, NULL).user_id != 0, i >= 2);
    kit_drop(&kit);
}

// Threads that refresh one token at once, each with a connection of its own.
enum { THREADS = 5, CALLS = 20, ROUNDS_SQLITE = 20, ROUNDS_POSTGRES = 10 };

struct race {
    struct kit *kit;
    const char *token;
    struct sql *sql[THREADS];
    pthread_barrier_t start;
    atomic_int next;
    int refreshed[THREADS];
    char successor[THREADS][TOKEN_TEXT_SIZE];
    bool differ[THREADS];
};

static void *run(void *self) {
    struct race *race = self;
    int turn = atomic_fetch_add(&race->next, 1);
    pthread_barrier_wait(&race->start);
    for (int i = 0; i < CALLS; i++) {
        struct session_tokens tokens;
        enum session_verdict verdict = SESSION_REFUSED;
        int rc;
        do
            rc = session_refresh(race->kit->auth, race->sql[turn], race->token, strlen(race->token),
                                 &race->kit->caller, &verdict, &tokens);
        while (rc == ERR_BUSY);
        if (rc < 0 || verdict != SESSION_REFRESHED) continue;
        if (race->refreshed[turn]++ == 0)
            memcpy(race->successor[turn], tokens.refresh, sizeof tokens.refresh);
        else if (strcmp(race->successor[turn], tokens.refresh) != 0)
            race->differ[turn] = true;
    }
    return NULL;
}

static void a_hundred_refreshes_at_once_have_one_successor(void **state) {
    static struct kit kit;
    static struct race race;
    kit_make(&kit, state);
    memset(&race, 0, sizeof race);
    race.kit = &kit;
    for (int i = 0; i < THREADS; i++) race.sql[i] = database_open(&kit.database);
    struct session_tokens tokens = kit_enter(&kit, "tom");
    char token[TOKEN_TEXT_SIZE];
    memcpy(token, tokens.refresh, sizeof token);
    int rounds = *state == NULL ? ROUNDS_SQLITE : ROUNDS_POSTGRES;
    for (int round = 0; round < rounds; round++) {
        pthread_t threads[THREADS];
        race.token = token;
        atomic_store(&race.next, 0);
        memset(race.refreshed, 0, sizeof race.refreshed);
        pthread_barrier_init(&race.start, NULL, THREADS);
        for (int i = 0; i < THREADS; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, run, &race), 0);
        for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
        pthread_barrier_destroy(&race.start);
        for (int i = 0; i < THREADS; i++) {
            assert_int_equal(race.refreshed[i], CALLS);
            assert_false(race.differ[i]);
            assert_string_equal(race.successor[i], race.successor[0]);
        }
        memcpy(token, race.successor[0], sizeof token);
        kit.caller.now_ns += NS_PER_MIN;
    }
    assert_int_equal(database_int(kit.sql, "SELECT COUNT(*) FROM refresh_tokens"), rounds + 1);
    assert_int_equal(
        database_int(kit.sql, "SELECT COUNT(*) FROM refresh_tokens WHERE used_ns IS NULL"), 1);
    assert_int_equal(
        database_int(kit.sql, "SELECT COUNT(*) FROM login_sessions WHERE ended_ns IS NULL"), 1);
    for (int i = 0; i < THREADS; i++) sql_close(race.sql[i]);
    kit_drop(&kit);
}

// A process that refreshes on and on is killed; whatever it was about to do, the token that it had is good.
static void a_kill_in_between_leaves_a_session_that_goes_on(void **state) {
    struct kit kit;
    kit_make(&kit, state);
    struct session_tokens tokens = kit_enter(&kit, "tom"), out;
    for (int i = 0; i < 10; i++) {
        int ends[2];
        char last[TOKEN_TEXT_SIZE] = "";
        assert_int_equal(pipe(ends), 0);
        fflush(NULL);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct sql *sql = database_open(&kit.database);
            enum session_verdict verdict;
            char line[TOKEN_TEXT_SIZE] = "";
            memcpy(out.refresh, tokens.refresh, sizeof out.refresh);
            for (;;) {
                memcpy(line, out.refresh, sizeof line);
                if (write(ends[1], line, sizeof line) != sizeof line) _exit(1);
                if (session_refresh(kit.auth, sql, line, strlen(line), &kit.caller, &verdict,
                                    &out) < 0)
                    _exit(2);
            }
        }
        close(ends[1]);
        for (int n = 0; n <= 3 * i; n++) // some whole turns, then in the middle of one
            assert_int_equal(read(ends[0], last, sizeof last), sizeof last);
        kill(child, SIGKILL);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        char more[TOKEN_TEXT_SIZE];
        for (ssize_t n; (n = read(ends[0], more, sizeof more)) == sizeof more;)
            memcpy(last, more, sizeof last);
        close(ends[0]);
        // The last token that it held refreshes: it is unused, or its successor is there.
        assert_int_equal(refresh(&kit, last, &tokens), SESSION_REFRESHED);
        kit.caller.now_ns += SESSION_GRACE_NS + NS_PER_S;
    }
    assert_int_equal(
        database_int(kit.sql, "SELECT COUNT(*) FROM refresh_tokens WHERE used_ns IS NULL"), 1);
    kit_drop(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        KIT_BOTH(a_refresh_gives_one_successor_and_the_same_one_to_who_was_late),
        KIT_BOTH(a_token_that_comes_again_later_ends_the_family_and_tells),
        cmocka_unit_test(no_other_token_refreshes),
        cmocka_unit_test(a_session_lives_thirty_days_at_most),
        KIT_BOTH(what_ends_a_session_ends_its_tokens),
        KIT_BOTH(what_another_process_ends_is_ended_here_with_the_next_look),
        cmocka_unit_test(a_user_has_ten_sessions_and_the_oldest_makes_room),
        KIT_BOTH(a_hundred_refreshes_at_once_have_one_successor),
        cmocka_unit_test(a_kill_in_between_leaves_a_session_that_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
