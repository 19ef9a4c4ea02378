// SPDX-License-Identifier: Apache-2.0
// What the journal's writer and reader share.
#ifndef FULMAR_EDGE_STORE_JOURNAL_FORMAT_H
#define FULMAR_EDGE_STORE_JOURNAL_FORMAT_H

#include <string.h>

#include "edge/store/journal.h"

#define JOURNAL_MAGIC "FULMARJ\n"
#define JOURNAL_BLOCK_MAGIC UINT32_C(0x4b424a46) // "FJBK"

static inline uint32_t journal_preamble_crc(const struct journal_preamble *preamble,
                                            const void *description, size_t padded) {
    struct journal_preamble copy = *preamble;
    copy.crc = 0;
    return crc32c(crc32c(0, &copy, sizeof copy), description, padded);
}

static inline uint32_t journal_block_crc(const struct journal_block *block) {
    struct journal_block copy = *block;
    copy.crc = 0;
    memset(copy.digest, 0, sizeof copy.digest);
    return crc32c(0, &copy, sizeof copy);
}

static inline void journal_chain(struct sha256 *sha, const uint8_t previous[SHA256_SIZE],
                                 const struct journal_block *block, const void *records,
                                 uint8_t ret_digest[SHA256_SIZE]) {
    sha256_update(sha, previous, SHA256_SIZE);
    sha256_update(sha, block, offsetof(struct journal_block, digest));
    sha256_update(sha, records, block->size);
    sha256_final(sha, ret_digest);
}

static inline size_t journal_padded(size_t size) {
    return (size + 7) & ~(size_t)7;
}

#endif
