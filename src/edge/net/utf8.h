// SPDX-License-Identifier: Apache-2.0
// UTF-8 (RFC 3629) in pieces: no overlong forms, no surrogates, nothing beyond U+10FFFF.
#ifndef FULMAR_EDGE_NET_UTF8_H
#define FULMAR_EDGE_NET_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// All zero at the start of a text.
struct utf8 {
    uint8_t need;      // bytes that the character under way still wants
    uint8_t low, high; // between which its next byte is
};

// False as soon as a byte cannot be: what comes after it does not matter.
bool utf8_apply(struct utf8 *utf8, const void *data, size_t size);
// True between characters, where a text may end.
bool utf8_whole(const struct utf8 *utf8);

bool utf8_valid(const void *data, size_t size);

#endif
