// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/totp.h"

#include <string.h>

// OpenSSL has a type by the name of one of our errors.
#define ERR_STATE openssl_error_state
#include <openssl/evp.h>
#include <openssl/hmac.h>
#undef ERR_STATE

#include "base/check.h"
#include "base/timestamp.h"
#include "edge/auth/codec.h"

enum { RECOVERY_BYTES = 10, RECOVERY_LETTERS = 16, RECOVERY_GROUP = 4, NAME_MAX_LEN = 128 };

static const EVP_MD *digest_of(enum totp_algorithm algorithm) {
    return algorithm == TOTP_SHA1     ? EVP_sha1()
           : algorithm == TOTP_SHA256 ? EVP_sha256()
                                      : EVP_sha512();
}

uint32_t totp_code(enum totp_algorithm algorithm, const void *secret, size_t size, int digits,
                   int64_t step) {
    uint8_t counter[8], mac[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    uint32_t modulus = 1;
    CHECK(digits >= 6 && digits <= 8 && size <= 128);
    for (int i = 0; i < 8; i++) counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
    CHECK(HMAC(digest_of(algorithm), secret, (int)size, counter, sizeof counter, mac, &len) !=
          NULL);
    const uint8_t *at = mac + (mac[len - 1] & 15);
    uint32_t word =
        (uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    for (int i = 0; i < digits; i++) modulus *= 10;
    return word % modulus;
}

int64_t totp_verify(const uint8_t secret[TOTP_SECRET_SIZE], const char *text, size_t len,
                    int64_t now_ns, int64_t last_step) {
    uint32_t given = 0;
    if (len != TOTP_DIGITS || now_ns < 0) return -1;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') return -1;
        given = given * 10 + (uint32_t)(text[i] - '0');
    }
    int64_t now = now_ns / (TOTP_STEP_S * NS_PER_S), found = -1;
    for (int64_t step = now - 1; step <= now + 1; step++) {
        uint32_t code = totp_code(TOTP_SHA1, secret, TOTP_SECRET_SIZE, TOTP_DIGITS, step);
        if (secret_equal(&code, &given, sizeof code) && step > last_step) found = step;
    }
    return found;
}

static size_t add(char *uri, size_t at, const char *text) {
    size_t len = strlen(text);
    CHECK(at + len < TOTP_URI_SIZE);
    memcpy(uri + at, text, len + 1);
    return at + len;
}

size_t totp_uri(char ret_uri[TOTP_URI_SIZE], const uint8_t secret[TOTP_SECRET_SIZE],
                const char *name) {
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    static const char hex[] = "0123456789ABCDEF";
    char base32[BASE32_LEN(TOTP_SECRET_SIZE) + 1];
    size_t len = add(ret_uri, 0, "otpauth://totp/Fulmar:");
    CHECK(strlen(name) <= NAME_MAX_LEN && len + 3 * strlen(name) < TOTP_URI_SIZE);
    for (const unsigned char *c = (const unsigned char *)name; *c != '\0'; c++) {
        if (strchr(plain, *c) != NULL) {
            ret_uri[len++] = (char)*c;
        } else {
            ret_uri[len++] = '%';
            ret_uri[len++] = hex[*c >> 4];
            ret_uri[len++] = hex[*c & 15];
        }
    }
    base32_encode(base32, secret, TOTP_SECRET_SIZE);
    len = add(ret_uri, len, "?secret=");
    len = add(ret_uri, len, base32);
    return add(ret_uri, len, "&issuer=Fulmar&algorithm=SHA1&digits=6&period=30");
}

void recovery_code_new(char ret_code[RECOVERY_CODE_SIZE]) {
    uint8_t bytes[RECOVERY_BYTES];
    char letters[RECOVERY_LETTERS + 1];
    size_t len = 0;
    secret_random(bytes, sizeof bytes);
    CHECK(base32_encode(letters, bytes, sizeof bytes) == RECOVERY_LETTERS);
    for (size_t i = 0; i < RECOVERY_LETTERS; i++) {
        if (i > 0 && i % RECOVERY_GROUP == 0) ret_code[len++] = '-';
        ret_code[len++] = letters[i] >= 'A' ? (char)(letters[i] - 'A' + 'a') : letters[i];
    }
    ret_code[len] = '\0';
    secret_wipe(bytes, sizeof bytes);
}

int recovery_code_digest(const struct secret_key *key, const char *text, size_t len,
                         uint8_t ret_digest[HMAC_SIZE]) {
    char letters[RECOVERY_LETTERS];
    uint8_t bytes[RECOVERY_BYTES];
    size_t count = 0, size;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '-' || text[i] == ' ') continue;
        if (count == RECOVERY_LETTERS) return ERR_PARSE;
        letters[count++] = text[i];
    }
    if (count != RECOVERY_LETTERS || base32_decode(letters, count, bytes, sizeof bytes, &size) < 0)
        return ERR_PARSE;
    hmac_sha256(key, bytes, sizeof bytes, NULL, 0, ret_digest);
    return 0;
}
