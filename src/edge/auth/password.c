// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/password.h"

#include <crypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum {
    SALT_SIZE = 16,
    SETTING_LEN = 29, // "$2b$12$" and 22 characters of salt
    DIGEST_TEXT_SIZE = 4 * ((HMAC_SIZE + 2) / 3) + 1
};

static void base64(const uint8_t *data, size_t size, char *ret_text) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t len = 0;
    for (size_t i = 0; i < size; i += 3) {
        uint32_t group = (uint32_t)data[i] << 16;
        if (i + 1 < size) group |= (uint32_t)data[i + 1] << 8;
        if (i + 2 < size) group |= data[i + 2];
        ret_text[len++] = letters[group >> 18];
        ret_text[len++] = letters[(group >> 12) & 63];
        ret_text[len++] = i + 1 < size ? letters[(group >> 6) & 63] : '=';
        ret_text[len++] = i + 2 < size ? letters[group & 63] : '=';
    }
    ret_text[len] = '\0';
}

// crypt_r's own memory is 32 KiB and holds what it worked on.
static int bcrypt(const char *key, const char *setting, char ret_hash[PASSWORD_HASH_SIZE]) {
    struct crypt_data *data = calloc(1, sizeof *data);
    if (data == NULL) return ERR_SET(ERR_NOMEM, "no memory to hash a password");
    const char *hash = crypt_r(key, setting, data);
    bool good = hash != NULL && strlen(hash) == PASSWORD_HASH_SIZE - 1;
    if (good) memcpy(ret_hash, hash, PASSWORD_HASH_SIZE);
    secret_wipe(data, sizeof *data);
    free(data);
    return good ? 0 : ERR_SET(ERR_CORRUPT, "a user's password hash is not of the form $2b$");
}

static int hash_with(const struct secret_key *pepper, const char *setting, const char *password,
                     size_t len, char ret_hash[PASSWORD_HASH_SIZE]) {
    uint8_t mac[HMAC_SIZE];
    char key[DIGEST_TEXT_SIZE];
    hmac_sha256(pepper, password, len, NULL, 0, mac);
    base64(mac, sizeof mac, key);
    int rc = bcrypt(key, setting, ret_hash);
    secret_wipe(mac, sizeof mac);
    secret_wipe(key, sizeof key);
    return rc;
}

int password_cost(const char *hash) {
    if (strlen(hash) != PASSWORD_HASH_SIZE - 1 || memcmp(hash, "$2b$", 4) != 0 || hash[6] != '$' ||
        hash[4] < '0' || hash[4] > '3' || hash[5] < '0' || hash[5] > '9')
        return -1;
    return (hash[4] - '0') * 10 + hash[5] - '0';
}

int password_hash(const struct secret_key *pepper, int cost, const char *password, size_t len,
                  char ret_hash[PASSWORD_HASH_SIZE]) {
    char salt[SALT_SIZE], setting[CRYPT_GENSALT_OUTPUT_SIZE];
    CHECK(cost >= PASSWORD_COST_MIN && cost <= 31);
    secret_random(salt, sizeof salt);
    CHECK(crypt_gensalt_rn("$2b$", (unsigned long)cost, salt, sizeof salt, setting,
                           sizeof setting) != NULL);
    return hash_with(pepper, setting, password, len, ret_hash);
}

int password_verify(const struct secret_key *pepper, int cost, const char *password, size_t len,
                    const char *hash) {
    char setting[SETTING_LEN + 1], ours[PASSWORD_HASH_SIZE];
    CHECK(cost >= PASSWORD_COST_MIN && cost <= 31);
    if (hash == NULL)
        snprintf(setting, sizeof setting, "$2b$%02d$%s", cost, "abcdefghijklmnopqrstuu");
    else if (password_cost(hash) < 0)
        return ERR_SET(ERR_CORRUPT, "a user's password hash is not of the form $2b$");
    else
        snprintf(setting, sizeof setting, "%.*s", SETTING_LEN, hash);
    TRY(hash_with(pepper, setting, password, len, ours));
    return hash != NULL && secret_equal(ours, hash, sizeof ours);
}
