// SPDX-License-Identifier: Apache-2.0
#include "edge/store/book_checksum.h"

#include <stdio.h>
#include <zlib.h>

#include "base/decimal.h"

enum { LEVELS = 10 }; // a side

static uint32_t number_add(uint32_t crc, int64_t mantissa, int decimals, int places) {
    char text[32];
    int64_t scaled = mantissa;
    if (places >= decimals)
        (void)!__builtin_mul_overflow(mantissa, decimal_pow10(places - decimals), &scaled);
    int len = snprintf(text, sizeof text, "%lld", (long long)scaled);
    return (uint32_t)crc32(crc, (const unsigned char *)text, (unsigned)len);
}

static uint32_t side_add(uint32_t crc, const struct book_checksum *form, const struct book_l2 *book,
                         int side) {
    struct book_l2_level levels[LEVELS];
    uint32_t count = book_l2_levels(book, side, levels, LEVELS);
    for (uint32_t i = 0; i < count; i++) {
        crc = number_add(crc, levels[i].tick, form->price_decimals, form->price_places);
        crc = number_add(crc, levels[i].qty, form->qty_decimals, form->qty_places);
    }
    return crc;
}

uint32_t book_checksum_of(const struct book_checksum *form, const struct book_l2 *book) {
    uint32_t asks = side_add((uint32_t)crc32(0, NULL, 0), form, book, -1);
    return side_add(asks, form, book, 1);
}
