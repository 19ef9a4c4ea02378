// SPDX-License-Identifier: Apache-2.0
// A body in chunks (RFC 9112, 7.1), read strictly and in pieces: no I/O, no allocation.
//
// Sizes are at most 16 hexadecimal digits and fit 63 bits; lines end with CR LF. Extensions are skipped, all of a body
// together at most 4 KB; so is the trailer, at most 8 KB, whose fields have to be well-formed.
#ifndef FULMAR_EDGE_NET_HTTP_CHUNKED_H
#define FULMAR_EDGE_NET_HTTP_CHUNKED_H

#include <stddef.h>
#include <stdint.h>

#include "edge/net/http_parse.h"

enum { HTTP_CHUNK_EXTENSIONS_MAX = 4096, HTTP_TRAILER_MAX = 8192 };

struct http_chunked {
    uint64_t left;  // of the chunk
    uint32_t extra; // bytes of extensions, later of the trailer
    uint8_t state;
    uint8_t digits;
    const char *reason; // BAD: what was wrong, a constant
};

struct http_span {
    const char *data;
    size_t size;
};

void http_chunked_init(struct http_chunked *chunked);

// Reads on from `data`; *ret_used tells how much was read, *ret_span the part of it that is content (perhaps empty).
// MORE: call again with what follows, which may be the rest of this data. A call with size > 0 reads something.
enum http_parse_result http_chunked(struct http_chunked *chunked, const char *data, size_t size,
                                    size_t *ret_used, struct http_span *ret_span);

#endif
