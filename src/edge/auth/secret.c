// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/secret.h"

#include <string.h>

// OpenSSL has a type by the name of one of our errors.
#define ERR_STATE openssl_error_state
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#undef ERR_STATE

#include "base/check.h"
#include "base/hash.h"
#include "edge/auth/codec.h"

enum { NONCE_SIZE = 12, TAG_SIZE = 16, BLOCK_SIZE = 64, PIECE_MAX = 4096 };

// The definition itself, with one-shot hashes: a context from the library costs more than a short message.
void hmac_sha256(const struct secret_key *key, const void *data, size_t size, const void *more,
                 size_t more_size, uint8_t ret_mac[HMAC_SIZE]) {
    uint8_t buf[BLOCK_SIZE + PIECE_MAX], *all = buf;
    size_t total = BLOCK_SIZE + size + more_size;
    if (total > sizeof buf) CHECK((all = OPENSSL_malloc(total)) != NULL);
    memset(all, 0x36, BLOCK_SIZE);
    for (size_t i = 0; i < SECRET_SIZE; i++) all[i] ^= key->bytes[i];
    memcpy(all + BLOCK_SIZE, data, size);
    if (more_size > 0) memcpy(all + BLOCK_SIZE + size, more, more_size);
    uint8_t outer[BLOCK_SIZE + SHA256_SIZE];
    sha256(all, total, outer + BLOCK_SIZE);
    memset(outer, 0x5c, BLOCK_SIZE);
    for (size_t i = 0; i < SECRET_SIZE; i++) outer[i] ^= key->bytes[i];
    sha256(outer, sizeof outer, ret_mac);
    secret_wipe(outer, sizeof outer);
    secret_wipe(all, total);
    if (all != buf) OPENSSL_free(all);
}

struct secret_key secret_derive(const struct secret_key *key, const char *purpose) {
    static const char prefix[] = "fulmar:";
    struct secret_key derived;
    hmac_sha256(key, prefix, sizeof prefix - 1, purpose, strlen(purpose), derived.bytes);
    return derived;
}

void secret_random(void *buf, size_t size) {
    CHECK(size <= INT32_MAX && RAND_priv_bytes(buf, (int)size) == 1);
}

bool secret_equal(const void *a, const void *b, size_t size) {
    return CRYPTO_memcmp(a, b, size) == 0;
}

void secret_wipe(void *buf, size_t size) {
    OPENSSL_cleanse(buf, size);
}

void secret_id(char ret_id[SECRET_ID_SIZE]) {
    uint8_t bytes[16];
    secret_random(bytes, sizeof bytes);
    CHECK(base32_encode(ret_id, bytes, sizeof bytes) == SECRET_ID_SIZE - 1);
    for (char *c = ret_id; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
}

bool secret_is_id(const char *text, size_t len) {
    uint8_t bytes[16];
    size_t size;
    for (size_t i = 0; i < len; i++)
        if (text[i] >= 'A' && text[i] <= 'Z') return false;
    return len == SECRET_ID_SIZE - 1 && base32_decode(text, len, bytes, sizeof bytes, &size) == 0;
}

void secret_seal(const struct secret_key *key, const char *bound, const void *data, size_t size,
                 uint8_t *ret_sealed) {
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t *text = ret_sealed + NONCE_SIZE;
    int len;
    CHECK(context != NULL && size <= INT32_MAX);
    secret_random(ret_sealed, NONCE_SIZE);
    CHECK(EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key->bytes, ret_sealed) == 1);
    CHECK(EVP_EncryptUpdate(context, NULL, &len, (const uint8_t *)bound, (int)strlen(bound)) == 1);
    CHECK(EVP_EncryptUpdate(context, text, &len, data, (int)size) == 1);
    CHECK(EVP_EncryptFinal_ex(context, text + len, &len) == 1);
    CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG_SIZE, text + size) == 1);
    EVP_CIPHER_CTX_free(context);
}

static bool opens(EVP_CIPHER_CTX *context, const struct secret_key *key, const char *bound,
                  const uint8_t *sealed, size_t size, uint8_t *ret_data) {
    uint8_t tag[TAG_SIZE];
    int len;
    memcpy(tag, sealed + NONCE_SIZE + size, sizeof tag);
    return EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key->bytes, sealed) == 1 &&
           EVP_DecryptUpdate(context, NULL, &len, (const uint8_t *)bound, (int)strlen(bound)) ==
               1 &&
           EVP_DecryptUpdate(context, ret_data, &len, sealed + NONCE_SIZE, (int)size) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, tag) == 1 &&
           EVP_DecryptFinal_ex(context, ret_data + len, &len) == 1;
}

int secret_open(const struct secret_key *key, const char *bound, const uint8_t *sealed,
                size_t sealed_size, void *ret_data) {
    uint8_t plain[PIECE_MAX];
    if (sealed_size < SEAL_EXTRA || sealed_size - SEAL_EXTRA > sizeof plain)
        return ERR_SET(ERR_CORRUPT, "a sealed value is not of its size");
    size_t size = sealed_size - SEAL_EXTRA;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    CHECK(context != NULL);
    bool good = opens(context, key, bound, sealed, size, plain);
    EVP_CIPHER_CTX_free(context);
    if (good && size > 0) memcpy(ret_data, plain, size);
    secret_wipe(plain, sizeof plain);
    if (good) return 0;
    return ERR_SET(ERR_CORRUPT, "a sealed value does not open: another secrets file, or changed");
}

static inline uint64_t rotate(uint64_t word, unsigned bits) {
    return (word << bits) | (word >> (64 - bits));
}

static inline void sip_round(uint64_t v[4]) {
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32) + v[3];
    v[2] += v[1];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

static inline void sip_word(uint64_t v[4], uint64_t word) {
    v[3] ^= word;
    sip_round(v);
    sip_round(v);
    v[0] ^= word;
}

uint64_t siphash(const struct siphash_key *key, const void *data, size_t size) {
    const uint8_t *bytes = data;
    uint64_t v[4] = {
        key->words[0] ^ UINT64_C(0x736f6d6570736575), key->words[1] ^ UINT64_C(0x646f72616e646f6d),
        key->words[0] ^ UINT64_C(0x6c7967656e657261), key->words[1] ^ UINT64_C(0x7465646279746573)};
    uint64_t word = 0;
    size_t left = size;
    for (; left >= 8; left -= 8, bytes += 8) {
        memcpy(&word, bytes, 8);
        sip_word(v, word);
    }
    word = 0;
    if (left > 0) memcpy(&word, bytes, left);
    sip_word(v, word | ((uint64_t)size << 56));
    v[2] ^= 0xff;
    for (int i = 0; i < 4; i++) sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
