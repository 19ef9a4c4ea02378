// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/audit.h"

#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "edge/auth/escape.h"

enum { TEXTS = 7 };
#define AUDIT_LOCK INT64_C(0x61756469740000) // of sql_lock, and the tenant's number

static const char *text_of(const struct audit_entry *entry, int index) {
    const char *const texts[TEXTS] = {entry->actor,   entry->action,  entry->object,
                                      entry->outcome, entry->address, entry->request_id,
                                      entry->detail};
    return texts[index];
}

static void add_number(struct sha256 *sha, int64_t number) {
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)((uint64_t)number >> (8 * i));
    sha256_update(sha, bytes, sizeof bytes);
}

void audit_digest(const uint8_t previous[SHA256_SIZE], int64_t seq, const struct audit_entry *entry,
                  uint8_t ret_digest[SHA256_SIZE]) {
    static const char mark[] = "fulmar-audit-1";
    struct sha256 *sha = sha256_new();
    CHECK(sha != NULL);
    sha256_update(sha, previous, SHA256_SIZE);
    sha256_update(sha, mark, sizeof mark);
    add_number(sha, entry->tenant_id);
    add_number(sha, seq);
    add_number(sha, entry->ts_ns);
    for (int i = 0; i < TEXTS; i++) {
        const char *text = text_of(entry, i);
        add_number(sha, (int64_t)strlen(text));
        sha256_update(sha, text, strlen(text));
    }
    sha256_final(sha, ret_digest);
    sha256_free(sha);
}

void audit_origin(int64_t tenant_id, uint8_t ret_digest[SHA256_SIZE]) {
    uint8_t bytes[12 + 8];
    memcpy(bytes, "fulmar audit", 12);
    for (int i = 0; i < 8; i++) bytes[12 + i] = (uint8_t)((uint64_t)tenant_id >> (8 * i));
    sha256(bytes, sizeof bytes, ret_digest);
}

static void seal_of(const struct secret_key *key, int64_t tenant_id, const struct audit_head *head,
                    uint8_t ret_seal[HMAC_SIZE]) {
    int64_t numbers[2] = {tenant_id, head->seq};
    hmac_sha256(key, numbers, sizeof numbers, head->digest, sizeof head->digest, ret_seal);
}

static const struct sql_query find_head = {
    "audit.head", "SELECT seq, digest, seal FROM audit_heads WHERE tenant_id = ?"};

static int read_head(struct sql *sql, int64_t tenant_id, struct audit_head *ret_head,
                     uint8_t ret_seal[HMAC_SIZE]) {
    struct sql_rows *rows;
    struct audit_head head = {.seq = 0};
    int rc = sql_first(sql, &find_head, &rows, sql_int(tenant_id));
    if (rc < 0) return rc;
    audit_origin(tenant_id, head.digest);
    if (rc == 1) {
        size_t size, seal_size;
        const void *digest = sql_get_blob(rows, 1, &size),
                   *seal = sql_get_blob(rows, 2, &seal_size);
        head.seq = sql_get_int(rows, 0);
        bool good = digest != NULL && size == SHA256_SIZE && seal != NULL && seal_size == HMAC_SIZE;
        if (good) {
            memcpy(head.digest, digest, SHA256_SIZE);
            memcpy(ret_seal, seal, HMAC_SIZE);
        }
        sql_rows_close(rows);
        if (!good)
            return ERR_SET(ERR_CORRUPT, "the audit's head of tenant %" PRId64 " is no digest",
                           tenant_id);
    }
    *ret_head = head;
    return rc;
}

int audit_head(struct sql *sql, int64_t tenant_id, struct audit_head *ret_head) {
    uint8_t seal[HMAC_SIZE];
    int rc = read_head(sql, tenant_id, ret_head, seal);
    return rc < 0 ? rc : 0;
}

static int write_row(struct sql *sql, const struct audit_entry *entry,
                     const struct audit_head *before, const struct audit_head *head) {
    static const struct sql_query insert = {
        "audit.append", "INSERT INTO audit (tenant_id, seq, ts_ns, actor, action, object, outcome, "
                        "address, request_id, detail, "
                        "previous, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
    return sql_run(sql, &insert, sql_int(entry->tenant_id), sql_int(head->seq),
                   sql_int(entry->ts_ns), sql_text(entry->actor), sql_text(entry->action),
                   sql_text(entry->object), sql_text(entry->outcome), sql_text(entry->address),
                   sql_text(entry->request_id), sql_text(entry->detail),
                   sql_blob(before->digest, SHA256_SIZE), sql_blob(head->digest, SHA256_SIZE));
}

static int write_head(struct sql *sql, const struct secret_key *key, int64_t tenant_id,
                      const struct audit_head *head) {
    static const struct sql_query put = {
        "audit.head.put",
        "INSERT INTO audit_heads (tenant_id, seq, digest, seal) VALUES (?, ?, ?, ?) ON CONFLICT "
        "(tenant_id) DO "
        "UPDATE SET seq = excluded.seq, digest = excluded.digest, seal = excluded.seal"};
    uint8_t seal[HMAC_SIZE];
    seal_of(key, tenant_id, head, seal);
    return sql_run(sql, &put, sql_int(tenant_id), sql_int(head->seq),
                   sql_blob(head->digest, SHA256_SIZE), sql_blob(seal, sizeof seal));
}

static int append_within(struct sql *sql, const struct secret_key *key,
                         const struct audit_entry *entry) {
    struct audit_head before, head;
    uint8_t seal[HMAC_SIZE];
    TRY(sql_lock(sql, AUDIT_LOCK + entry->tenant_id));
    TRY(read_head(sql, entry->tenant_id, &before, seal));
    head.seq = before.seq + 1;
    audit_digest(before.digest, head.seq, entry, head.digest);
    TRY(write_row(sql, entry, &before, &head));
    TRY(write_head(sql, key, entry->tenant_id, &head));
    return 0;
}

// What a database takes: UTF-8 without control characters, of bounded length.
static const char *clean(struct text *room, const char *text) {
    size_t len = text == NULL ? 0 : strnlen(text, AUDIT_TEXT_MAX + 1);
    bool plain = len <= AUDIT_TEXT_MAX;
    for (size_t i = 0; plain && i < len; i++) plain = text[i] >= 0x20 && text[i] < 0x7f;
    if (plain) return text == NULL ? "" : text;
    escape_log(room, text, len > AUDIT_TEXT_MAX ? AUDIT_TEXT_MAX : len);
    return text_string(room);
}

int audit_append(struct sql *sql, const struct secret_key *key, const struct audit_entry *entry) {
    struct text rooms[TEXTS];
    const char *texts[TEXTS];
    int rc = 0;
    for (int i = 0; i < TEXTS; i++) {
        text_init(&rooms[i], 16 * AUDIT_TEXT_MAX);
        texts[i] = clean(&rooms[i], text_of(entry, i));
        if (rc == 0) rc = text_error(&rooms[i]);
    }
    struct audit_entry row = {
        entry->tenant_id, entry->ts_ns, texts[0],
        texts[1],         texts[2],     texts[3],
        texts[4],         texts[5],     texts[6][0] != '\0' ? texts[6] : "{}"};
    bool own = !sql_in_transaction(sql);
    if (rc == 0 && own) rc = sql_begin(sql, SQL_WRITE);
    if (rc == 0) {
        rc = append_within(sql, key, &row);
        if (own && rc == 0) rc = sql_commit(sql);
        if (own && rc < 0) sql_rollback(sql);
    }
    for (int i = 0; i < TEXTS; i++) text_fini(&rooms[i]);
    return rc < 0 ? rc : 0;
}

// A chain while it is read.
struct reading {
    struct audit_head at;
    const struct audit_head *known;
    bool seen_known;
};

static int broken(int64_t tenant_id, int64_t seq, const char *what) {
    return ERR_SET(ERR_CORRUPT, "audit of tenant %" PRId64 ", row %" PRId64 ": %s", tenant_id, seq,
                   what);
}

static bool blob_is(struct sql_rows *rows, int column, const uint8_t digest[SHA256_SIZE]) {
    size_t size;
    const void *blob = sql_get_blob(rows, column, &size);
    return blob != NULL && size == SHA256_SIZE && memcmp(blob, digest, SHA256_SIZE) == 0;
}

static int read_row(struct sql_rows *rows, int64_t tenant_id, struct reading *reading,
                    const struct audit_visitor *visitor) {
    int64_t seq = sql_get_int(rows, 0), expected = reading->at.seq + 1;
    struct audit_head next = {.seq = seq};
    struct audit_entry entry = {tenant_id,
                                sql_get_int(rows, 1),
                                sql_get_text(rows, 2),
                                sql_get_text(rows, 3),
                                sql_get_text(rows, 4),
                                sql_get_text(rows, 5),
                                sql_get_text(rows, 6),
                                sql_get_text(rows, 7),
                                sql_get_text(rows, 8)};
    if (seq != expected) return broken(tenant_id, expected, "it is missing");
    for (int i = 0; i < TEXTS; i++)
        if (text_of(&entry, i) == NULL) return broken(tenant_id, seq, "a text of it is gone");
    if (!blob_is(rows, 9, reading->at.digest))
        return broken(tenant_id, seq, "it does not follow the one before");
    audit_digest(reading->at.digest, seq, &entry, next.digest);
    if (!blob_is(rows, 10, next.digest))
        return broken(tenant_id, seq, "it is not as it was written");
    const struct audit_head *known = reading->known;
    if (known != NULL && known->seq == seq) {
        if (memcmp(known->digest, next.digest, SHA256_SIZE) != 0)
            return broken(tenant_id, seq, "it is not the one whose digest was noted");
        reading->seen_known = true;
    }
    reading->at = next;
    return visitor == NULL ? 0 : visitor->visit(visitor->self, seq, &entry, next.digest);
}

static int check_end(const struct secret_key *key, int64_t tenant_id, const struct reading *reading,
                     int there, const struct audit_head *head, const uint8_t seal[HMAC_SIZE]) {
    uint8_t ours[HMAC_SIZE];
    if (reading->known != NULL && reading->known->seq > 0 && !reading->seen_known)
        return broken(tenant_id, reading->known->seq, "it was noted, and is missing");
    if (there == 0 && reading->at.seq == 0) return 0;
    if (there == 0) return broken(tenant_id, reading->at.seq, "the chain has rows, and no head");
    if (head->seq > reading->at.seq) return broken(tenant_id, reading->at.seq + 1, "it is missing");
    if (head->seq < reading->at.seq || memcmp(head->digest, reading->at.digest, SHA256_SIZE) != 0)
        return broken(tenant_id, reading->at.seq, "the head is another one");
    if (key == NULL) return 0;
    seal_of(key, tenant_id, head, ours);
    if (secret_equal(ours, seal, sizeof ours)) return 0;
    return broken(tenant_id, head->seq,
                  "the head was not sealed with this secrets file: another file, or another hand");
}

static int read_chain(struct sql *sql, int64_t tenant_id, struct reading *reading,
                      const struct audit_visitor *visitor) {
    static const struct sql_query all = {"audit.read",
                                         "SELECT seq, ts_ns, actor, action, object, outcome, "
                                         "address, request_id, detail, previous, digest "
                                         "FROM audit WHERE tenant_id = ? ORDER BY seq"};
    struct sql_rows *rows;
    TRY(sql_select(sql, &all, &rows, sql_int(tenant_id)));
    int rc;
    while ((rc = sql_next(rows)) == 1) {
        rc = read_row(rows, tenant_id, reading, visitor);
        if (rc < 0) break;
    }
    sql_rows_close(rows);
    return rc;
}

// The head is read in the same picture of the database as the rows.
static int verify_within(struct sql *sql, const struct secret_key *key, int64_t tenant_id,
                         struct reading *reading, const struct audit_visitor *visitor) {
    struct audit_head head;
    uint8_t seal[HMAC_SIZE] = {0};
    int there = read_head(sql, tenant_id, &head, seal);
    if (there < 0) return there;
    TRY(read_chain(sql, tenant_id, reading, visitor));
    return check_end(key, tenant_id, reading, there, &head, seal);
}

int audit_verify(struct sql *sql, const struct secret_key *key, int64_t tenant_id,
                 const struct audit_head *known, const struct audit_visitor *visitor,
                 struct audit_head *ret_head) {
    struct reading reading = {.known = known};
    audit_origin(tenant_id, reading.at.digest);
    TRY(sql_begin(sql, SQL_READ));
    int rc = verify_within(sql, key, tenant_id, &reading, visitor);
    sql_rollback(sql);
    if (rc < 0) return rc;
    *ret_head = reading.at;
    return 0;
}
