// SPDX-License-Identifier: Apache-2.0
// Whatever is done to a row, verify finds it and names the row.
#include "auth_kit.h"

enum { ROWS = 8 };
static const struct secret_key key = {"the key that seals the heads ..."};

static struct audit_entry entry_of(int64_t tenant, int64_t at) {
    return (struct audit_entry){tenant, at,          "user:7", "order.place",    "order:9",
                                "done", "192.0.2.7", "req-1",  "{\"qty\":\"5\"}"};
}

// Two tenants; the second has ROWS rows.
static struct sql *make(struct database *database, void **state) {
    struct sql *sql = database_migrated(database, *state == NULL ? SQL_SQLITE : SQL_POSTGRES);
    database_run(sql, "INSERT INTO tenants (name, created_ns) VALUES ('a', 1), ('b', 1)");
    for (int i = 0; i < ROWS; i++) {
        struct audit_entry entry = entry_of(2, KIT_START + i);
        if (i % 3 == 0) assert_ok(sql_begin(sql, SQL_WRITE));
        assert_ok(audit_append(sql, &key, &entry));
        if (i % 3 == 0) assert_ok(sql_commit(sql));
        entry.tenant_id = 1;
        if (i < 2) assert_ok(audit_append(sql, &key, &entry));
    }
    return sql;
}

static int verify(struct sql *sql, int64_t tenant, const struct audit_head *known) {
    struct audit_head head;
    return audit_verify(sql, &key, tenant, known, NULL, &head);
}

// As somebody does who has the database to himself.
static void unlock(struct sql *sql) {
    if (sql_dialect(sql) == SQL_SQLITE)
        assert_ok(sql_script(sql, "test.unlock",
                             "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete;"));
    else
        assert_ok(sql_script(sql, "test.unlock", "ALTER TABLE audit DISABLE TRIGGER ALL;"));
}

static void a_chain_is_what_its_header_says(void **state) {
    struct database database;
    struct sql *sql = make(&database, state);
    struct audit_head head, other;
    assert_ok(verify(sql, 1, NULL));
    assert_ok(audit_verify(sql, &key, 2, NULL, NULL, &head));
    assert_int_equal(head.seq, ROWS);
    assert_ok(audit_head(sql, 2, &other));
    assert_memory_equal(&head, &other, sizeof head);
    // By hand: the first row of tenant 2, laid out as bytes.
    uint8_t bytes[512], digest[SHA256_SIZE], wanted[SHA256_SIZE];
    struct audit_entry entry = entry_of(2, KIT_START);
    const char *const texts[] = {"user:7",    "order.place", "order:9",        "done",
                                 "192.0.2.7", "req-1",       "{\"qty\":\"5\"}"};
    int64_t numbers[3] = {2, 1, KIT_START}, tenant = 2;
    memcpy(bytes, "fulmar audit", 12);
    memcpy(bytes + 12, &tenant, 8);
    sha256(bytes, 20, digest);
    memcpy(bytes, digest, 32);
    memcpy(bytes + 32, "fulmar-audit-1", 15);
    memcpy(bytes + 47, numbers, 24);
    size_t len = 71;
    for (int i = 0; i < 7; i++) {
        uint64_t size = strlen(texts[i]);
        memcpy(bytes + len, &size, 8);
        memcpy(bytes + len + 8, texts[i], size);
        len += 8 + size;
    }
    sha256(bytes, len, wanted);
    audit_digest(digest, 1, &entry, digest);
    assert_memory_equal(digest, wanted, sizeof digest);
    // Rows are kept by the database itself.
    assert_true(database_run(sql, "UPDATE audit SET actor = 'x'") < 0);
    assert_true(database_run(sql, "DELETE FROM audit") < 0);
    sql_close(sql);
    database_drop(&database);
}

static void every_change_is_found_and_named(void **state) {
    static const struct {
        const char *change, *story;
    } rows[] = {
        {"UPDATE audit SET ts_ns = ts_ns + 1 WHERE tenant_id = 2 AND seq = 3", "row 3"},
        {"UPDATE audit SET actor = 'user:8' WHERE tenant_id = 2 AND seq = 3", "row 3"},
        {"UPDATE audit SET action = 'order.placE' WHERE tenant_id = 2 AND seq = 4", "row 4"},
        {"UPDATE audit SET object = '' WHERE tenant_id = 2 AND seq = 1", "row 1"},
        {"UPDATE audit SET outcome = 'refused' WHERE tenant_id = 2 AND seq = 8", "row 8"},
        {"UPDATE audit SET address = '192.0.2.8' WHERE tenant_id = 2 AND seq = 2", "row 2"},
        {"UPDATE audit SET request_id = 'req-2' WHERE tenant_id = 2 AND seq = 2", "row 2"},
        {"UPDATE audit SET detail = '{\"qty\":\"6\"}' WHERE tenant_id = 2 AND seq = 5", "row 5"},
        {"UPDATE audit SET address = address || request_id, request_id = '' WHERE tenant_id = 2 "
         "AND seq = 5",
         "row 5"},
        {"UPDATE audit SET digest = previous WHERE tenant_id = 2 AND seq = 5", "row 5"},
        {"UPDATE audit SET previous = digest WHERE tenant_id = 2 AND seq = 6", "row 6"},
        {"DELETE FROM audit WHERE tenant_id = 2 AND seq = 1", "row 1"},
        {"DELETE FROM audit WHERE tenant_id = 2 AND seq = 4", "row 4"},
        {"DELETE FROM audit WHERE tenant_id = 2 AND seq = 8", "row 8"},
        {"DELETE FROM audit WHERE tenant_id = 2 AND seq > 2", "row 3"},
        {"DELETE FROM audit WHERE tenant_id = 2", "row 1"},
        {"UPDATE audit SET seq = 100 + seq WHERE tenant_id = 2 AND seq = 4", "row 4"},
        {"UPDATE audit SET seq = CASE seq WHEN 4 THEN 105 WHEN 5 THEN 104 END WHERE tenant_id = 2 "
         "AND seq IN (4, 5)",
         "row 4"},
        {"INSERT INTO audit SELECT tenant_id, 9, ts_ns, actor, action, object, outcome, address, "
         "request_id, detail, "
         "previous, digest FROM audit WHERE tenant_id = 2 AND seq = 8",
         "row 9"},
        {"UPDATE audit SET tenant_id = 1, seq = seq + 10 WHERE tenant_id = 2 AND seq = 3", "row 3"},
        {"DELETE FROM audit_heads WHERE tenant_id = 2", "no head"},
        {"UPDATE audit_heads SET seq = 7 WHERE tenant_id = 2", "head"},
        {"UPDATE audit_heads SET digest = seal WHERE tenant_id = 2", "head"},
        {"UPDATE audit_heads SET seal = digest WHERE tenant_id = 2", "sealed"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct database database;
        struct sql *sql = make(&database, state);
        unlock(sql);
        assert_true(database_run(sql, rows[i].change) >= 1);
        int rc = verify(sql, 2, NULL);
        if (rc != ERR_CORRUPT || strstr(err_story(), rows[i].story) == NULL)
            fail_msg("%s: %d %s", rows[i].change, rc, rc < 0 ? err_story() : "not found");
        sql_close(sql);
        database_drop(&database);
    }
}

// Who can write rows and digests anew, but has not the secrets file.
static void a_chain_that_was_written_anew_has_no_seal_and_a_noted_head_is_missed(void **state) {
    struct database database;
    struct sql *sql = make(&database, state);
    struct audit_head noted, head;
    struct secret_key other = {"a key that somebody made up ..."};
    assert_ok(audit_head(sql, 2, &noted));
    for (int i = 0; i < 3; i++) {
        struct audit_entry entry = entry_of(2, KIT_START + ROWS + i);
        assert_ok(audit_append(sql, &key, &entry));
    }
    assert_ok(verify(sql, 2, &noted)); // it is on the chain still
    unlock(sql);
    database_run(sql, "DELETE FROM audit WHERE tenant_id = 2");
    database_run(sql, "DELETE FROM audit_heads WHERE tenant_id = 2");
    for (int i = 0; i < ROWS + 3; i++) {
        struct audit_entry entry = entry_of(2, KIT_START + 7 * i);
        assert_ok(audit_append(sql, &other, &entry));
    }
    assert_int_equal(verify(sql, 2, NULL), ERR_CORRUPT);
    assert_non_null(strstr(err_story(), "sealed"));
    assert_ok(audit_verify(sql, &other, 2, NULL, NULL,
                           &head)); // who has both is found by the noted head alone
    assert_int_equal(audit_verify(sql, &other, 2, &noted, NULL, &head), ERR_CORRUPT);
    assert_non_null(strstr(err_story(), "row 8"));
    noted.seq = 50;
    assert_int_equal(audit_verify(sql, &other, 2, &noted, NULL, &head), ERR_CORRUPT);
    sql_close(sql);
    database_drop(&database);
}

static void whatever_is_told_becomes_one_clean_row(void **state) {
    struct database database;
    struct sql *sql = make(&database, state);
    static char longest[10000];
    memset(longest, 'x', sizeof longest - 1);
    struct audit_entry entry = {2,
                                KIT_START,
                                "user:7\n\x1b[31m",
                                "a\xff",
                                "'; DROP TABLE audit; --",
                                "\xe2\x80\xae",
                                longest,
                                NULL,
                                NULL};
    assert_ok(audit_append(sql, &key, &entry));
    assert_ok(verify(sql, 2, NULL));
    assert_string_equal(
        database_text(sql, "SELECT actor FROM audit WHERE tenant_id = 2 AND seq = 9"),
        "user:7\\n\\u001b[31m");
    assert_string_equal(
        database_text(sql, "SELECT object FROM audit WHERE tenant_id = 2 AND seq = 9"),
        "'; DROP TABLE audit; --");
    assert_int_equal(
        database_int(sql, "SELECT LENGTH(address) FROM audit WHERE tenant_id = 2 AND seq = 9"),
        AUDIT_TEXT_MAX);
    sql_close(sql);
    database_drop(&database);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        KIT_BOTH(a_chain_is_what_its_header_says),
        cmocka_unit_test(every_change_is_found_and_named),
        cmocka_unit_test(a_chain_that_was_written_anew_has_no_seal_and_a_noted_head_is_missed),
        KIT_BOTH(whatever_is_told_becomes_one_clean_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
