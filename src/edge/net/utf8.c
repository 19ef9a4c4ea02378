// SPDX-License-Identifier: Apache-2.0
#include "edge/net/utf8.h"

#include <string.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)

// The first byte of a character above ASCII; Unicode 15, table 3-7.
static bool first_byte(struct utf8 *utf8, uint8_t c) {
    *utf8 = (struct utf8){.low = 0x80, .high = 0xbf};
    if (c >= 0xc2 && c <= 0xdf) utf8->need = 1;
    if (c >= 0xe0 && c <= 0xef) utf8->need = 2;
    if (c >= 0xf0 && c <= 0xf4) utf8->need = 3;
    if (c == 0xe0) utf8->low = 0xa0;
    if (c == 0xed) utf8->high = 0x9f;
    if (c == 0xf0) utf8->low = 0x90;
    if (c == 0xf4) utf8->high = 0x8f;
    return utf8->need > 0;
}

static size_t skip_ascii(const uint8_t *at, size_t size) {
    size_t i = 0;
    for (uint64_t word; size - i >= sizeof word; i += sizeof word) {
        memcpy(&word, at + i, sizeof word);
        if ((word & HIGH_BITS) != 0) break;
    }
    while (i < size && at[i] < 0x80) i++;
    return i;
}

bool utf8_apply(struct utf8 *utf8, const void *data, size_t size) {
    const uint8_t *at = data;
    for (size_t i = 0; i < size; i++) {
        if (utf8->need == 0) {
            i += skip_ascii(at + i, size - i);
            if (i == size) break;
            if (!first_byte(utf8, at[i])) return false;
            continue;
        }
        if (at[i] < utf8->low || at[i] > utf8->high) return false;
        utf8->need--;
        utf8->low = 0x80;
        utf8->high = 0xbf;
    }
    return true;
}

bool utf8_whole(const struct utf8 *utf8) {
    return utf8->need == 0;
}

bool utf8_valid(const void *data, size_t size) {
    struct utf8 utf8 = {0};
    return utf8_apply(&utf8, data, size) && utf8_whole(&utf8);
}
