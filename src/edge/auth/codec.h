// SPDX-License-Identifier: Apache-2.0
// Bytes as text: base64url (RFC 4648 section 5, no padding), base32 (section 6, no padding), hex. Decoding takes the
// one canonical spelling of a value and nothing else: no padding, no line ends, no other alphabet, no stray bits behind
// the last byte, so that two texts are never the same bytes.
#ifndef FULMAR_EDGE_AUTH_CODEC_H
#define FULMAR_EDGE_AUTH_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

// Characters without the NUL.
#define BASE64URL_LEN(bytes) (((bytes)*4 + 2) / 3)
#define BASE32_LEN(bytes) (((bytes)*8 + 4) / 5)

// Write the text with a NUL; return its length. buf has room for both.
size_t base64url_encode(char *buf, const void *data, size_t size);
size_t base32_encode(char *buf, const void *data, size_t size); // capitals
size_t hex_encode(char *buf, const void *data, size_t size);    // small letters

// ERR_PARSE: not the canonical text; ERR_RANGE: more than `max` bytes. No story is set. base32 takes small letters too,
// because people type it; hex takes small letters alone.
int base64url_decode(const char *text, size_t len, void *buf, size_t max,
                     size_t *ret_size) MUST_USE;
int base32_decode(const char *text, size_t len, void *buf, size_t max, size_t *ret_size) MUST_USE;
int hex_decode(const char *text, size_t len, void *buf, size_t max, size_t *ret_size) MUST_USE;

#endif
