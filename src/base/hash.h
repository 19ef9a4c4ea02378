// SPDX-License-Identifier: Apache-2.0
// Hashes and checksums, one contract each. The same bytes give the same number on every machine.
#ifndef FULMAR_BASE_HASH_H
#define FULMAR_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

// 64 bits by 128-bit multiply and fold, eight bytes a step; for state hashes and maps. Not for adversaries.
uint64_t hash64(uint64_t seed, const void *data, size_t size);

// CRC-32C (Castagnoli, RFC 3720 appendix B.4): crc32c(0, "123456789", 9) = 0xE3069283. crc32c(crc32c(0, a), b) =
// crc32c(0, ab). Uses the SSE4.2 or ARMv8 instruction where there is one; crc32c_portable is the table twin.
uint32_t crc32c(uint32_t crc, const void *data, size_t size);
uint32_t crc32c_portable(uint32_t crc, const void *data, size_t size);

// SHA-256 (FIPS 180-4), through libcrypto. One shot; and a running form for files and chains.
enum { SHA256_SIZE = 32, SHA256_TEXT_SIZE = 65 };
struct sha256;
void sha256(const void *data, size_t size, uint8_t ret_digest[SHA256_SIZE]);
struct sha256 *sha256_new(void); // NULL when memory is out
void sha256_update(struct sha256 *sha, const void *data, size_t size);
void sha256_final(struct sha256 *sha,
                  uint8_t ret_digest[SHA256_SIZE]); // and ready for the next message
void sha256_free(struct sha256 *sha);
void sha256_print(char buf[SHA256_TEXT_SIZE],
                  const uint8_t digest[SHA256_SIZE]); // 64 lower-case hex digits

#endif
