// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/api_key.h"

#include <string.h>

#include "base/check.h"
#include "base/hash.h"
#include "edge/auth/codec.h"

static const char prefix[] = "fk_";
enum { PREFIX_LEN = sizeof prefix - 1, ID_LEN = SECRET_ID_SIZE - 1, STAMP_LEN_MAX = 15 };

const char *key_verdict_name(enum key_verdict verdict) {
    static const char *const names[] = {"valid",    "malformed", "unknown",        "forged",
                                        "unsigned", "revoked",   "expired",        "wrong address",
                                        "stale",    "replayed",  "too many nonces"};
    CHECK((unsigned)verdict < sizeof names / sizeof *names);
    return names[verdict];
}

void api_key_new(bool is_signing, struct api_key *ret_key, char ret_text[API_KEY_TEXT_SIZE]) {
    uint8_t secret[SECRET_SIZE];
    memset(ret_key, 0, sizeof *ret_key);
    secret_random(secret, sizeof secret);
    secret_id(ret_key->public_id);
    ret_key->is_signing = is_signing;
    char *at = ret_text;
    memcpy(at, prefix, PREFIX_LEN);
    memcpy(at + PREFIX_LEN, ret_key->public_id, ID_LEN);
    at += PREFIX_LEN + ID_LEN;
    *at++ = '_';
    CHECK(base64url_encode(at, secret, sizeof secret) == API_KEY_SECRET_LEN);
    if (is_signing)
        memcpy(ret_key->check, secret, sizeof secret);
    else
        sha256(at, API_KEY_SECRET_LEN, ret_key->check);
    secret_wipe(secret, sizeof secret);
}

bool api_key_read_id(const char *text, size_t len, char ret_id[SECRET_ID_SIZE]) {
    if (len != API_KEY_TEXT_SIZE - 1 || memcmp(text, prefix, PREFIX_LEN) != 0 ||
        text[PREFIX_LEN + ID_LEN] != '_' || !secret_is_id(text + PREFIX_LEN, ID_LEN))
        return false;
    memcpy(ret_id, text + PREFIX_LEN, ID_LEN);
    ret_id[ID_LEN] = '\0';
    return true;
}

static enum key_verdict check_rest(const struct api_key *key, const struct ip *address,
                                   int64_t now_ns) {
    if (key->revoked_ns != 0) return KEY_REVOKED;
    if (key->expires_ns != 0 && key->expires_ns <= now_ns) return KEY_EXPIRED;
    if (key->from.count > 0 && !ip_list_has(&key->from, address)) return KEY_ADDRESS;
    return KEY_VALID;
}

enum key_verdict api_key_check_bearer(const struct api_key *key, const char *text, size_t len,
                                      const struct ip *address, int64_t now_ns) {
    static const uint8_t nothing[SECRET_SIZE];
    char id[SECRET_ID_SIZE];
    uint8_t digest[SHA256_SIZE];
    if (!api_key_read_id(text, len, id)) return KEY_MALFORMED;
    sha256(text + len - API_KEY_SECRET_LEN, API_KEY_SECRET_LEN, digest);
    bool equal = secret_equal(digest, key != NULL ? key->check : nothing, sizeof digest);
    if (key == NULL || strcmp(key->public_id, id) != 0) return KEY_UNKNOWN;
    if (key->is_signing) return KEY_UNSIGNED;
    return equal ? check_rest(key, address, now_ns) : KEY_FORGED;
}

// Milliseconds of the header; -1 for what is none.
static int64_t read_stamp(const char *text) {
    size_t len = strlen(text);
    int64_t ms = 0;
    if (len == 0 || len > STAMP_LEN_MAX || text[0] == '0') return -1;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') return -1;
        ms = ms * 10 + text[i] - '0';
    }
    return ms;
}

static bool is_nonce(const char *text) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    size_t len = strlen(text);
    return len >= API_KEY_NONCE_MIN && len <= API_KEY_NONCE_MAX && strspn(text, letters) == len;
}

// The MAC's key is the secret's text: SHA-256 makes no difference of it, 43 bytes are below a block.
static void mac_of(const char *secret, const struct signed_request *request,
                   uint8_t ret_mac[HMAC_SIZE]) {
    uint8_t digest[SHA256_SIZE], block[64] = {0}, inner[SHA256_SIZE];
    char body[SHA256_TEXT_SIZE];
    const char *const lines[] = {"FULMAR1", request->timestamp, request->nonce, request->method,
                                 request->target};
    sha256(request->body_size > 0 ? request->body : "", request->body_size, digest);
    sha256_print(body, digest);
    memcpy(block, secret, API_KEY_SECRET_LEN);
    for (size_t i = 0; i < sizeof block; i++) block[i] ^= 0x36;
    struct sha256 *sha = sha256_new();
    CHECK(sha != NULL);
    sha256_update(sha, block, sizeof block);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        sha256_update(sha, lines[i], strlen(lines[i]));
        sha256_update(sha, "\n", 1);
    }
    sha256_update(sha, body, SHA256_TEXT_SIZE - 1);
    sha256_final(sha, inner);
    for (size_t i = 0; i < sizeof block; i++) block[i] ^= 0x36 ^ 0x5c;
    sha256_update(sha, block, sizeof block);
    sha256_update(sha, inner, sizeof inner);
    sha256_final(sha, ret_mac);
    sha256_free(sha);
    secret_wipe(block, sizeof block);
}

void api_key_sign(const char secret[API_KEY_SECRET_LEN + 1], const struct signed_request *request,
                  char *ret_signature) {
    uint8_t mac[HMAC_SIZE];
    mac_of(secret, request, mac);
    hex_encode(ret_signature, mac, sizeof mac);
}

static bool signature_is_right(const struct api_key *key, const struct signed_request *request,
                               const uint8_t given[HMAC_SIZE]) {
    char secret[API_KEY_SECRET_LEN + 1];
    uint8_t ours[HMAC_SIZE];
    base64url_encode(secret, key->check, sizeof key->check);
    mac_of(secret, request, ours);
    secret_wipe(secret, sizeof secret);
    return secret_equal(ours, given, sizeof ours);
}

// Keys do not share nonces.
static enum key_verdict keep_nonce(const struct api_key *key, const char *nonce, int64_t stamp_ns,
                                   struct expiry_set *nonces, int64_t now_ns) {
    char item[SECRET_ID_SIZE + API_KEY_NONCE_MAX];
    size_t len = strlen(nonce);
    memcpy(item, key->public_id, SECRET_ID_SIZE);
    memcpy(item + SECRET_ID_SIZE, nonce, len);
    int rc = expiry_set_add(nonces, item, SECRET_ID_SIZE + len, stamp_ns + API_KEY_WINDOW_NS + 1,
                            now_ns);
    return rc == 1 ? KEY_VALID : rc == 0 ? KEY_REPLAYED : KEY_FULL;
}

enum key_verdict api_key_check_signed(const struct api_key *key,
                                      const struct signed_request *request,
                                      const struct ip *address, struct expiry_set *nonces,
                                      int64_t now_ns) {
    uint8_t given[HMAC_SIZE];
    size_t size;
    if (request->timestamp == NULL || request->nonce == NULL || request->signature == NULL)
        return KEY_MALFORMED;
    int64_t stamp_ms = read_stamp(request->timestamp);
    if (stamp_ms < 0 || stamp_ms > INT64_MAX / 2000000 || !is_nonce(request->nonce) ||
        strlen(request->signature) != 2 * HMAC_SIZE ||
        hex_decode(request->signature, 2 * HMAC_SIZE, given, sizeof given, &size) < 0)
        return KEY_MALFORMED;
    if (key == NULL || !key->is_signing) return KEY_UNKNOWN;
    if (!signature_is_right(key, request, given)) return KEY_FORGED;
    enum key_verdict verdict = check_rest(key, address, now_ns);
    if (verdict != KEY_VALID) return verdict;
    int64_t stamp_ns = stamp_ms * 1000000;
    if (stamp_ns > now_ns + API_KEY_WINDOW_NS || stamp_ns < now_ns - API_KEY_WINDOW_NS)
        return KEY_STALE;
    return keep_nonce(key, request->nonce, stamp_ns, nonces, now_ns);
}
