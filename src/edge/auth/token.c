// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/token.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/jscan.h"
#include "edge/auth/codec.h"

#define ISSUER "fulmar"
#define AUDIENCE "fulmar-api"

enum {
    HEADER_SIZE = 96,
    CLAIMS_MAX = 512,
    SIGNATURE_LEN = BASE64URL_LEN(HMAC_SIZE),
    LIFETIME_MAX_S = 31 * 24 * 3600
};
#define TIME_MAX_S INT64_C(253402300799) // the end of the year 9999
#define NUMBER_MAX (INT64_C(1) << 53)

static const char *const type_names[TOKEN_TYPE_COUNT] = {"access", "refresh", "pending"};

// In the order in which they are written.
enum claim {
    CLAIM_AUD,
    CLAIM_EXP,
    CLAIM_IAT,
    CLAIM_ISS,
    CLAIM_JTI,
    CLAIM_MFA,
    CLAIM_NBF,
    CLAIM_ROLE,
    CLAIM_SID,
    CLAIM_STP,
    CLAIM_SUB,
    CLAIM_TEN,
    CLAIM_TYP,
    CLAIM_VER,
    CLAIM_COUNT
};
static const char *const claim_names[CLAIM_COUNT] = {"aud", "exp", "iat",  "iss", "jti",
                                                     "mfa", "nbf", "role", "sid", "stp",
                                                     "sub", "ten", "typ",  "ver"};

static size_t header_encode(const struct token_key *key, char ret_text[HEADER_SIZE]) {
    char json[HEADER_SIZE];
    int len =
        snprintf(json, sizeof json, "{\"alg\":\"HS256\",\"kid\":\"%s\",\"typ\":\"JWT\"}", key->kid);
    CHECK(len > 0 && BASE64URL_LEN((size_t)len) < HEADER_SIZE);
    return base64url_encode(ret_text, json, (size_t)len);
}

static size_t sign(const struct token_key *key, const char *text, size_t len,
                   char ret_signature[SIGNATURE_LEN + 1]) {
    uint8_t mac[HMAC_SIZE];
    hmac_sha256(&key->key, text, len, NULL, 0, mac);
    return base64url_encode(ret_signature, mac, sizeof mac);
}

size_t token_issue(const struct token_keys *keys, const struct token_claims *claims,
                   char ret_text[TOKEN_TEXT_SIZE]) {
    char json[CLAIMS_MAX];
    CHECK(claims->user_id > 0 && claims->tenant_id > 0 && claims->type < TOKEN_TYPE_COUNT);
    CHECK(claims->issued_s >= 0 && claims->expires_s > claims->issued_s &&
          claims->expires_s <= TIME_MAX_S);
    CHECK(claims->session_id > 0 && secret_is_id(claims->id, strlen(claims->id)));
    int size = snprintf(
        json, sizeof json,
        "{\"aud\":\"" AUDIENCE "\",\"exp\":%" PRId64 ",\"iat\":%" PRId64 ",\"iss\":\"" ISSUER
        "\",\"jti\":\"%s\",\"mfa\":%s,\"nbf\":%" PRId64 ",\"role\":\"%s\",\"sid\":%" PRId64
        ",\"stp\":%" PRId64 ",\"sub\":\"%" PRId64 "\",\"ten\":%" PRId64
        ",\"typ\":\"%s\",\"ver\":%" PRId64 "}",
        claims->expires_s, claims->issued_s, claims->id, claims->second_factor ? "true" : "false",
        claims->issued_s, role_name(claims->role), claims->session_id, claims->step_up_s,
        claims->user_id, claims->tenant_id, type_names[claims->type], claims->version);
    CHECK(size > 0 && (size_t)size < sizeof json);
    size_t len = header_encode(&keys->keys[0], ret_text);
    ret_text[len++] = '.';
    len += base64url_encode(ret_text + len, json, (size_t)size);
    char signature[SIGNATURE_LEN + 1];
    sign(&keys->keys[0], ret_text, len, signature);
    ret_text[len++] = '.';
    memcpy(ret_text + len, signature, sizeof signature);
    return len + SIGNATURE_LEN;
}

// The parts of a token; none of them holds a point.
struct parts {
    size_t header_len;
    const char *claims;
    size_t claims_len;
    const char *signature;
    size_t signature_len;
};

static bool split(const char *text, size_t len, struct parts *ret_parts) {
    if (len >= TOKEN_TEXT_SIZE) return false;
    const char *first = memchr(text, '.', len);
    if (first == NULL) return false;
    const char *claims = first + 1, *end = text + len;
    const char *second = memchr(claims, '.', (size_t)(end - claims));
    if (second == NULL || memchr(second + 1, '.', (size_t)(end - second - 1)) != NULL) return false;
    *ret_parts = (struct parts){.header_len = (size_t)(first - text),
                                .claims = claims,
                                .claims_len = (size_t)(second - claims),
                                .signature = second + 1,
                                .signature_len = (size_t)(end - second - 1)};
    return true;
}

static const struct token_key *find_key(const struct token_keys *keys, const char *header,
                                        size_t len) {
    for (size_t i = 0; i < keys->count; i++) {
        char ours[HEADER_SIZE];
        if (header_encode(&keys->keys[i], ours) == len && memcmp(ours, header, len) == 0)
            return &keys->keys[i];
    }
    return NULL;
}

static bool is_signed(const struct token_key *key, const char *text, const struct parts *parts) {
    uint8_t given[HMAC_SIZE], ours[HMAC_SIZE];
    size_t size;
    if (parts->signature_len != SIGNATURE_LEN ||
        base64url_decode(parts->signature, parts->signature_len, given, sizeof given, &size) < 0)
        return false;
    hmac_sha256(&key->key, text, parts->header_len + 1 + parts->claims_len, NULL, 0, ours);
    return secret_equal(given, ours, sizeof ours);
}

// Claims as they are read, before they are judged.
struct reading {
    struct token_claims claims;
    int64_t not_before_s;
    bool ours; // issuer and audience
    uint32_t seen;
};

static bool read_number(struct jscan_text text, int64_t max, int64_t *ret_value) {
    uint64_t value;
    if (text.quoted || !jscan_uint(text, &value) || value > (uint64_t)max) return false;
    *ret_value = (int64_t)value;
    return true;
}

static bool read_subject(struct jscan_text text, int64_t *ret_user) {
    if (!text.quoted || text.len == 0 || text.at[0] == '0') return false;
    text.quoted = false;
    return read_number(text, NUMBER_MAX, ret_user);
}

static bool read_id(struct jscan_text text, char ret_id[SECRET_ID_SIZE]) {
    if (!text.quoted || !secret_is_id(text.at, text.len)) return false;
    memcpy(ret_id, text.at, text.len);
    ret_id[text.len] = '\0';
    return true;
}

static bool read_role(struct jscan_text text, enum role *ret_role) {
    int role = text.quoted ? role_find(text.at, text.len) : -1;
    if (role < 0) return false;
    *ret_role = (enum role)role;
    return true;
}

static bool read_type(struct jscan_text text, enum token_type *ret_type) {
    for (int i = 0; text.quoted && i < TOKEN_TYPE_COUNT; i++) {
        if (!jscan_is(text, type_names[i])) continue;
        *ret_type = (enum token_type)i;
        return true;
    }
    return false;
}

static bool read_flag(struct jscan_text text, bool *ret_flag) {
    return !text.quoted && jscan_bool(text, ret_flag);
}

static bool read_place(struct jscan_text text, const char *word, struct reading *reading) {
    if (!text.quoted) return false;
    reading->ours = reading->ours && jscan_is(text, word);
    return true;
}

static bool read_claim(enum claim claim, struct jscan_text text, struct reading *reading) {
    struct token_claims *claims = &reading->claims;
    switch (claim) {
    case CLAIM_AUD:
        return read_place(text, AUDIENCE, reading);
    case CLAIM_ISS:
        return read_place(text, ISSUER, reading);
    case CLAIM_EXP:
        return read_number(text, TIME_MAX_S, &claims->expires_s);
    case CLAIM_IAT:
        return read_number(text, TIME_MAX_S, &claims->issued_s);
    case CLAIM_NBF:
        return read_number(text, TIME_MAX_S, &reading->not_before_s);
    case CLAIM_STP:
        return read_number(text, TIME_MAX_S, &claims->step_up_s);
    case CLAIM_JTI:
        return read_id(text, claims->id);
    case CLAIM_SID:
        return read_number(text, NUMBER_MAX, &claims->session_id) && claims->session_id > 0;
    case CLAIM_MFA:
        return read_flag(text, &claims->second_factor);
    case CLAIM_ROLE:
        return read_role(text, &claims->role);
    case CLAIM_SUB:
        return read_subject(text, &claims->user_id);
    case CLAIM_TEN:
        return read_number(text, NUMBER_MAX, &claims->tenant_id) && claims->tenant_id > 0;
    case CLAIM_TYP:
        return read_type(text, &claims->type);
    case CLAIM_VER:
        return read_number(text, NUMBER_MAX, &claims->version);
    default:
        return false;
    }
}

static bool read_member(struct jscan *json, struct jscan_text key, struct reading *reading) {
    for (unsigned i = 0; i < CLAIM_COUNT; i++) {
        struct jscan_text value;
        if (!jscan_is(key, claim_names[i])) continue;
        if ((reading->seen & (1u << i)) != 0 || !jscan_text(json, &value) || value.escaped)
            return false;
        reading->seen |= 1u << i;
        return read_claim((enum claim)i, value, reading);
    }
    return false;
}

static bool read_claims(const char *data, size_t size, struct reading *ret_reading) {
    struct jscan json;
    struct jscan_text key;
    *ret_reading = (struct reading){.ours = true};
    jscan_begin(&json, data, size);
    for (bool more = jscan_object(&json, &key); more; more = jscan_next(&json, &key))
        if (!read_member(&json, key, ret_reading)) return false;
    const struct token_claims *claims = &ret_reading->claims;
    return jscan_end(&json) && ret_reading->seen == (1u << CLAIM_COUNT) - 1 &&
           claims->expires_s > claims->issued_s &&
           claims->expires_s - claims->issued_s <= LIFETIME_MAX_S;
}

enum token_verdict token_verify(const struct token_keys *keys, const char *text, size_t len,
                                enum token_type type, int64_t now_s,
                                struct token_claims *ret_claims) {
    struct parts parts;
    struct reading reading;
    char json[CLAIMS_MAX + JSCAN_PADDING] = {0};
    size_t size;
    if (!split(text, len, &parts)) return TOKEN_MALFORMED;
    const struct token_key *key = find_key(keys, text, parts.header_len);
    if (key == NULL) return TOKEN_UNKNOWN_KEY;
    if (!is_signed(key, text, &parts)) return TOKEN_FORGED;
    if (base64url_decode(parts.claims, parts.claims_len, json, CLAIMS_MAX, &size) < 0)
        return TOKEN_MALFORMED;
    if (!read_claims(json, size, &reading)) return TOKEN_BAD_CLAIMS;
    if (!reading.ours) return TOKEN_WRONG_PLACE;
    if (reading.claims.type != type) return TOKEN_WRONG_TYPE;
    if (reading.claims.issued_s > now_s + TOKEN_SKEW_S ||
        reading.not_before_s > now_s + TOKEN_SKEW_S)
        return TOKEN_NOT_YET;
    if (now_s >= reading.claims.expires_s) return TOKEN_EXPIRED;
    *ret_claims = reading.claims;
    return TOKEN_VALID;
}

const char *token_verdict_name(enum token_verdict verdict) {
    static const char *const names[] = {"valid",      "malformed",  "unknown key",
                                        "forged",     "bad claims", "wrong place",
                                        "wrong type", "expired",    "not yet"};
    CHECK((unsigned)verdict < sizeof names / sizeof *names);
    return names[verdict];
}
