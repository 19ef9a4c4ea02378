// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/directory.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "edge/auth/token.h"

// What was committed late or by a machine whose clock is behind is looked at again.
#define OVERLAP_NS (60 * NS_PER_S)
enum { FIRST_SLOTS = 64 };

// A table of `size` bytes a row by a number that is not 0, open addressing, at most half full.
struct table {
    uint64_t *keys;
    unsigned char *rows;
    size_t size, slots, count;
};

struct directory {
    pthread_rwlock_t lock;
    struct table users; // by id
    struct table keys;  // by hash of the public id
    struct siphash_key hash;
    struct expiry_set *denied;
    int64_t looked_ns;
};

static int table_init(struct table *table, size_t size, size_t slots) {
    *table = (struct table){.size = size, .slots = slots};
    table->keys = calloc(slots, sizeof *table->keys);
    table->rows = calloc(slots, size);
    if (table->keys != NULL && table->rows != NULL) return 0;
    free(table->keys);
    free(table->rows);
    return ERR_SET(ERR_NOMEM, "no memory for the directory of users and keys");
}

static void table_fini(struct table *table) {
    if (table->rows != NULL) secret_wipe(table->rows, table->slots * table->size);
    free(table->keys);
    free(table->rows);
}

static size_t table_slot(const struct table *table, uint64_t key) {
    size_t at = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 20) & (table->slots - 1);
    while (table->keys[at] != 0 && table->keys[at] != key) at = (at + 1) & (table->slots - 1);
    return at;
}

static int table_grow(struct table *table) {
    struct table wider;
    TRY(table_init(&wider, table->size, table->slots * 2));
    for (size_t i = 0; i < table->slots; i++) {
        if (table->keys[i] == 0) continue;
        size_t at = table_slot(&wider, table->keys[i]);
        wider.keys[at] = table->keys[i];
        memcpy(wider.rows + at * wider.size, table->rows + i * table->size, table->size);
    }
    wider.count = table->count;
    table_fini(table);
    *table = wider;
    return 0;
}

static int table_put(struct table *table, uint64_t key, const void *row) {
    if (2 * (table->count + 1) > table->slots) TRY(table_grow(table));
    size_t at = table_slot(table, key);
    table->count += table->keys[at] == 0;
    table->keys[at] = key;
    memcpy(table->rows + at * table->size, row, table->size);
    return 0;
}

static bool table_get(const struct table *table, uint64_t key, void *ret_row) {
    size_t at = table_slot(table, key);
    if (table->keys[at] == 0) return false;
    memcpy(ret_row, table->rows + at * table->size, table->size);
    return true;
}

int directory_open(size_t denied_max, struct directory **ret_directory) {
    struct directory *directory = calloc(1, sizeof *directory);
    if (directory == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for the directory of users and keys");
    pthread_rwlock_init(&directory->lock, NULL);
    secret_random(&directory->hash, sizeof directory->hash);
    int rc = table_init(&directory->users, sizeof(struct directory_user), FIRST_SLOTS);
    if (rc == 0) rc = table_init(&directory->keys, sizeof(struct api_key), FIRST_SLOTS);
    if (rc == 0) rc = expiry_set_open(denied_max, &directory->denied);
    if (rc < 0)
        directory_close(directory);
    else
        *ret_directory = directory;
    return rc;
}

void directory_close(struct directory *directory) {
    if (directory == NULL) return;
    table_fini(&directory->users);
    table_fini(&directory->keys);
    expiry_set_close(directory->denied);
    pthread_rwlock_destroy(&directory->lock);
    free(directory);
}

int directory_put_user(struct directory *directory, const struct directory_user *user) {
    CHECK(user->id > 0);
    pthread_rwlock_wrlock(&directory->lock);
    int rc = table_put(&directory->users, (uint64_t)user->id, user);
    pthread_rwlock_unlock(&directory->lock);
    return rc;
}

bool directory_get_user(struct directory *directory, int64_t id, struct directory_user *ret_user) {
    if (id <= 0) return false;
    pthread_rwlock_rdlock(&directory->lock);
    bool found = table_get(&directory->users, (uint64_t)id, ret_user);
    pthread_rwlock_unlock(&directory->lock);
    return found;
}

static uint64_t key_hash(const struct directory *directory, const char *public_id) {
    uint64_t hash = siphash(&directory->hash, public_id, strlen(public_id));
    return hash != 0 ? hash : 1;
}

int directory_put_key(struct directory *directory, const struct api_key *key) {
    pthread_rwlock_wrlock(&directory->lock);
    int rc = table_put(&directory->keys, key_hash(directory, key->public_id), key);
    pthread_rwlock_unlock(&directory->lock);
    return rc;
}

bool directory_get_key(struct directory *directory, const char *public_id,
                       struct api_key *ret_key) {
    struct api_key key;
    pthread_rwlock_rdlock(&directory->lock);
    bool found = table_get(&directory->keys, key_hash(directory, public_id), &key);
    pthread_rwlock_unlock(&directory->lock);
    if (!found || strcmp(key.public_id, public_id) != 0) return false;
    *ret_key = key;
    return true;
}

static void deny_user(struct directory *directory, int64_t user_id) {
    struct directory_user user;
    pthread_rwlock_wrlock(&directory->lock);
    if (table_get(&directory->users, (uint64_t)user_id, &user)) {
        user.disabled = true;
        (void)!table_put(&directory->users, (uint64_t)user_id,
                         &user); // it is there: no memory is needed
    }
    pthread_rwlock_unlock(&directory->lock);
}

void directory_deny_session(struct directory *directory, int64_t session_id, int64_t user_id,
                            int64_t until_ns, int64_t now_ns) {
    if (expiry_set_add(directory->denied, &session_id, sizeof session_id, until_ns, now_ns) < 0)
        deny_user(directory, user_id);
}

bool directory_is_denied(struct directory *directory, int64_t session_id, int64_t now_ns) {
    return expiry_set_has(directory->denied, &session_id, sizeof session_id, now_ns);
}

size_t directory_denied_count(struct directory *directory, int64_t now_ns) {
    return expiry_set_count(directory->denied, now_ns);
}

int directory_read_key(struct sql_rows *rows, const struct secret_key *seal,
                       struct api_key *ret_key) {
    struct api_key key;
    memset(&key, 0, sizeof key);
    key.id = sql_get_int(rows, 0);
    key.tenant_id = sql_get_int(rows, 1);
    key.user_id = sql_get_int(rows, 2);
    key.expires_ns = sql_get_int(rows, 8);
    key.revoked_ns = sql_get_int(rows, 9);
    const char *id = sql_get_text(rows, 3), *scopes = sql_get_text(rows, 6),
               *from = sql_get_text(rows, 7);
    if (id == NULL || !secret_is_id(id, strlen(id)) || scopes == NULL || from == NULL ||
        scope_parse(scopes, strlen(scopes), &key.scopes) < 0 || ip_list_parse(from, &key.from) < 0)
        return ERR_SET(ERR_CORRUPT, "API key %" PRId64 " is not as it was written", key.id);
    memcpy(key.public_id, id, SECRET_ID_SIZE);
    size_t size, sealed_size;
    const void *hash = sql_get_blob(rows, 4, &size);
    const uint8_t *sealed = sql_get_blob(rows, 5, &sealed_size);
    key.is_signing = sealed != NULL;
    if (sealed != NULL && sealed_size == SECRET_SIZE + SEAL_EXTRA)
        TRY(secret_open(seal, key.public_id, sealed, sealed_size, key.check));
    else if (sealed == NULL && hash != NULL && size == sizeof key.check)
        memcpy(key.check, hash, sizeof key.check);
    else
        return ERR_SET(ERR_CORRUPT, "API key %" PRId64 " has no secret", key.id);
    *ret_key = key;
    return 0;
}

#define USER_COLUMNS                                                                               \
    "SELECT u.id, u.tenant_id, u.version, u.role, COALESCE(u.disabled_ns, t.disabled_ns) "         \
    "FROM users u JOIN tenants t ON t.id = u.tenant_id"
#define CHANGED " IN (SELECT user_id FROM identity_changes WHERE at_ns >= ?)"

static int read_user(struct directory *directory, struct sql_rows *rows) {
    const char *role = sql_get_text(rows, 3);
    int found = role == NULL ? -1 : role_find(role, strlen(role));
    struct directory_user user = {.id = sql_get_int(rows, 0),
                                  .tenant_id = sql_get_int(rows, 1),
                                  .version = sql_get_int(rows, 2),
                                  .role = found < 0 ? ROLE_NONE : (enum role)found,
                                  .disabled = !sql_is_null(rows, 4)};
    return directory_put_user(directory, &user);
}

static int read_users(struct directory *directory, struct sql_rows *rows) {
    int rc;
    while ((rc = sql_next(rows)) == 1)
        if ((rc = read_user(directory, rows)) < 0) break;
    sql_rows_close(rows);
    return rc;
}

static int read_keys(struct directory *directory, const struct secret_key *seal,
                     struct sql_rows *rows) {
    int rc;
    while ((rc = sql_next(rows)) == 1) {
        struct api_key key;
        if (directory_read_key(rows, seal, &key) < 0)
            continue; // one that does not open lets nobody in
        rc = directory_put_key(directory, &key);
        secret_wipe(&key, sizeof key);
        if (rc < 0) break;
    }
    sql_rows_close(rows);
    return rc;
}

// A denied token's id is the session's, in digits.
static int read_denied(struct directory *directory, struct sql_rows *rows, int64_t now_ns) {
    int rc;
    while ((rc = sql_next(rows)) == 1) {
        const char *text = sql_get_text(rows, 0);
        long long session;
        if (text == NULL || sscanf(text, "session:%lld", &session) != 1) continue;
        directory_deny_session(directory, session, sql_get_int(rows, 2), sql_get_int(rows, 1),
                               now_ns);
    }
    sql_rows_close(rows);
    return rc;
}

#define DENIED_COLUMNS                                                                             \
    "SELECT d.token_id, d.expires_ns, COALESCE(s.user_id, 0) FROM denied_tokens d "                \
    "LEFT JOIN login_sessions s ON d.token_id = 'session:' || s.id WHERE d.expires_ns > ?"

static const struct sql_query denied = {"directory.denied", DENIED_COLUMNS};

int directory_load(struct directory *directory, struct sql *sql, const struct secret_key *seal,
                   int64_t now_ns) {
    static const struct sql_query users = {"directory.users", USER_COLUMNS " WHERE u.id > ?"};
    static const struct sql_query keys = {
        "directory.keys",
        "SELECT " DIRECTORY_KEY_COLUMNS " FROM api_keys k WHERE k.id > ? AND k.revoked_ns IS NULL"};
    struct sql_rows *rows;
    TRY(sql_select(sql, &users, &rows, sql_int(0)));
    TRY(read_users(directory, rows));
    TRY(sql_select(sql, &keys, &rows, sql_int(0)));
    TRY(read_keys(directory, seal, rows));
    TRY(sql_select(sql, &denied, &rows, sql_int(now_ns)));
    TRY(read_denied(directory, rows, now_ns));
    directory->looked_ns = now_ns;
    return 0;
}

int directory_refresh(struct directory *directory, struct sql *sql, const struct secret_key *seal,
                      int64_t now_ns) {
    static const struct sql_query users = {"directory.changed_users",
                                           USER_COLUMNS " WHERE u.id" CHANGED};
    static const struct sql_query keys = {"directory.changed_keys",
                                          "SELECT " DIRECTORY_KEY_COLUMNS
                                          " FROM api_keys k WHERE k.user_id" CHANGED};
    struct sql_rows *rows;
    int64_t since_ns = directory->looked_ns - OVERLAP_NS;
    TRY(sql_select(sql, &users, &rows, sql_int(since_ns)));
    TRY(read_users(directory, rows));
    TRY(sql_select(sql, &keys, &rows, sql_int(since_ns)));
    TRY(read_keys(directory, seal, rows));
    // Whatever is denied now is denied for TOKEN_ACCESS_S: those before are known.
    int64_t newer_ns = since_ns + TOKEN_ACCESS_S * NS_PER_S;
    TRY(sql_select(sql, &denied, &rows, sql_int(newer_ns > now_ns ? newer_ns : now_ns)));
    TRY(read_denied(directory, rows, now_ns));
    directory->looked_ns = now_ns;
    return 0;
}
