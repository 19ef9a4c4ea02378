// SPDX-License-Identifier: Apache-2.0
// What touches secrets, through libcrypto: HMAC-SHA-256, random bytes, comparison in constant time, sealing, wiping;
// and the ids that are made of random bytes.
#ifndef FULMAR_EDGE_AUTH_SECRET_H
#define FULMAR_EDGE_AUTH_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { SECRET_SIZE = 32, HMAC_SIZE = 32 };

// One key, for one use.
struct secret_key {
    uint8_t bytes[SECRET_SIZE];
};

// HMAC-SHA-256 (RFC 2104) of one or two pieces, one behind the other (`more` may be NULL).
void hmac_sha256(const struct secret_key *key, const void *data, size_t size, const void *more,
                 size_t more_size, uint8_t ret_mac[HMAC_SIZE]);

// A key for a use of its own: HMAC-SHA-256(key, "fulmar:" purpose).
struct secret_key secret_derive(const struct secret_key *key, const char *purpose);

// From the system's generator; CHECKs that it answers.
void secret_random(void *buf, size_t size);
// Takes as long whatever the bytes are.
bool secret_equal(const void *a, const void *b, size_t size);
void secret_wipe(void *buf, size_t size);

// Ids: 128 random bits in base32, small letters; no one guesses one.
enum { SECRET_ID_SIZE = 27 };
void secret_id(char ret_id[SECRET_ID_SIZE]);
bool secret_is_id(const char *text, size_t len);

// AES-256-GCM with a random nonce: nonce, ciphertext, tag. `bound` is what the bytes belong to (a user's id, say): they
// open only with the same. seal writes size + SEAL_EXTRA bytes. open: ERR_CORRUPT when anything differs, with no word
// of what.
enum { SEAL_EXTRA = 12 + 16 };
void secret_seal(const struct secret_key *key, const char *bound, const void *data, size_t size,
                 uint8_t *ret_sealed);
int secret_open(const struct secret_key *key, const char *bound, const uint8_t *sealed,
                size_t sealed_size, void *ret_data) MUST_USE;

// SipHash-2-4 (Aumasson, Bernstein): for tables whose keys come from strangers. `key` is 16 random bytes of the
// process.
struct siphash_key {
    uint64_t words[2];
};
uint64_t siphash(const struct siphash_key *key, const void *data, size_t size);

#endif
