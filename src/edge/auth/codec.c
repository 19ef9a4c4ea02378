// SPDX-License-Identifier: Apache-2.0
#include "edge/auth/codec.h"

#include <string.h>

static const char base64url_letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char base32_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
static const char hex_letters[] = "0123456789abcdef";

// Groups of `bits` bits from the left, the last one filled up with zeros.
static size_t encode(char *buf, const void *data, size_t size, const char *letters, unsigned bits) {
    const uint8_t *bytes = data;
    uint32_t kept = 0;
    unsigned held = 0;
    size_t len = 0;
    for (size_t i = 0; i < size; i++) {
        kept = (kept << 8) | bytes[i];
        for (held += 8; held >= bits; held -= bits)
            buf[len++] = letters[(kept >> (held - bits)) & ((1u << bits) - 1)];
    }
    if (held > 0) buf[len++] = letters[(kept << (bits - held)) & ((1u << bits) - 1)];
    buf[len] = '\0';
    return len;
}

static int digit_of(const char *letters, unsigned bits, char c) {
    const char *at = memchr(letters, c, (size_t)1 << bits);
    return at == NULL ? -1 : (int)(at - letters);
}

static int decode(const char *text, size_t len, void *buf, size_t max, const char *letters,
                  unsigned bits, size_t *ret_size) {
    uint8_t *bytes = buf;
    uint32_t kept = 0;
    unsigned held = 0;
    size_t size = 0;
    for (size_t i = 0; i < len; i++) {
        int digit = digit_of(letters, bits, text[i]);
        if (digit < 0) return ERR_PARSE;
        kept = (kept << bits) | (uint32_t)digit;
        held += bits;
        if (held < 8) continue;
        if (size == max) return ERR_RANGE;
        held -= 8;
        bytes[size++] = (uint8_t)(kept >> held);
    }
    // A whole letter that adds no bit, or bits that are no zeros, are another spelling of the same bytes.
    if (held >= bits || (kept & ((1u << held) - 1)) != 0) return ERR_PARSE;
    *ret_size = size;
    return 0;
}

size_t base64url_encode(char *buf, const void *data, size_t size) {
    return encode(buf, data, size, base64url_letters, 6);
}

size_t base32_encode(char *buf, const void *data, size_t size) {
    return encode(buf, data, size, base32_letters, 5);
}

size_t hex_encode(char *buf, const void *data, size_t size) {
    return encode(buf, data, size, hex_letters, 4);
}

int base64url_decode(const char *text, size_t len, void *buf, size_t max, size_t *ret_size) {
    return decode(text, len, buf, max, base64url_letters, 6, ret_size);
}

int base32_decode(const char *text, size_t len, void *buf, size_t max, size_t *ret_size) {
    char capitals[256];
    if (len > sizeof capitals) return ERR_RANGE;
    for (size_t i = 0; i < len; i++)
        capitals[i] = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 'a' + 'A') : text[i];
    return decode(capitals, len, buf, max, base32_letters, 5, ret_size);
}

int hex_decode(const char *text, size_t len, void *buf, size_t max, size_t *ret_size) {
    return decode(text, len, buf, max, hex_letters, 4, ret_size);
}
