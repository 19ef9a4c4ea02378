// SPDX-License-Identifier: Apache-2.0
// Any bytes as what a client sends: heads and bodies, one after the other. Whatever comes: the end is the same whole
// and byte by byte, what is taken keeps to its limits, and a path that is let through cannot mislead.
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "edge/net/forwarded.h"
#include "edge/net/http_chunked.h"
#include "edge/net/http_parse.h"
#include "edge/net/http_path.h"
#include "edge/net/http_response.h"
#include "edge/net/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum http_parse_result parse_bytes(struct http_parse *parse, const char *data, size_t size) {
    enum http_parse_result result = HTTP_PARSE_MORE;
    http_parse_init(parse);
    for (size_t end = 1; end <= size && result == HTTP_PARSE_MORE; end++)
        result = http_parse(parse, data, end);
    return result;
}

static void check_path(const char *raw, size_t size) {
    char *path = malloc(size + 1);
    size_t len = 0;
    CHECK(path != NULL);
    if (http_path_decode(raw, size, path, &len) == NULL) {
        CHECK(len <= size && strlen(path) == len && utf8_valid(path, len));
        CHECK(strstr(path, "/../") == NULL && strstr(path, "/./") == NULL);
        for (size_t i = 0; i < len; i++) CHECK((unsigned char)path[i] >= ' ' && path[i] != 0x7f);
    }
    free(path);
}

static void check_query(const char *raw, size_t size) {
    struct http_query_pair pair;
    char *query = malloc(size + 1);
    CHECK(query != NULL);
    memcpy(query, raw, size);
    query[size] = '\0';
    const char *at = query;
    while (http_query_next(&at, &pair) > 0)
        CHECK(utf8_valid(pair.name, strlen(pair.name)) &&
              utf8_valid(pair.value, strlen(pair.value)));
    (void)!http_query_find(query, "a", pair.value, sizeof pair.value);
    free(query);
}

static void check_head(const struct http_parse *parse, const char *data) {
    CHECK(parse->at <= HTTP_HEAD_MAX && parse->field_count <= HTTP_FIELDS_MAX);
    CHECK(!(parse->chunked && parse->content_length >= 0));
    CHECK(parse->minor > 0 || !parse->chunked);
    CHECK(memcmp(data + parse->at - 4, "\r\n\r\n", 4) == 0);
    for (int i = 0; i < parse->field_count; i++) {
        const struct http_field *field = &parse->fields[i];
        CHECK(data[field->name_at + field->name_size] == ':');
        CHECK(field->value_at + field->value_size < parse->at);
        for (int k = 0; k < field->value_size; k++) {
            unsigned char c = (unsigned char)data[field->value_at + k];
            CHECK(c >= ' ' || c == '\t');
        }
    }
    check_path(data + parse->path_at, parse->path_size);
    check_query(data + parse->query_at, parse->query_size);
}

// The body in chunks, in pieces of `step`: how much of it there was, and a sum of it.
struct body {
    enum http_parse_result result;
    size_t used, size;
    uint32_t sum;
};

static struct body read_body(const char *data, size_t size, size_t step) {
    struct http_chunked chunked;
    struct body body = {.result = HTTP_PARSE_MORE};
    http_chunked_init(&chunked);
    while (body.used < size && body.result == HTTP_PARSE_MORE) {
        struct http_span span;
        size_t part = size - body.used < step ? size - body.used : step, used = 0;
        body.result = http_chunked(&chunked, data + body.used, part, &used, &span);
        CHECK(used > 0 && used <= part);
        CHECK(span.data >= data + body.used && span.data + span.size <= data + body.used + used);
        for (size_t i = 0; i < span.size; i++) body.sum = body.sum * 31 + (uint8_t)span.data[i];
        body.size += span.size;
        body.used += used;
    }
    return body;
}

static size_t check_chunks(const char *data, size_t size) {
    struct body whole = read_body(data, size, SIZE_MAX), cut = read_body(data, size, 1);
    CHECK(whole.result == cut.result && whole.size == cut.size && whole.sum == cut.sum);
    if (whole.result == HTTP_PARSE_DONE) CHECK(whole.used == cut.used);
    return whole.result == HTTP_PARSE_DONE ? whole.used : size;
}

static void check_forwarded(const char *data, size_t size) {
    static const char peer_text[] = "10.0.0.1";
    struct net_address peer;
    struct net_range range;
    char text[64];
    size_t len = size < sizeof text - 1 ? size : sizeof text - 1;
    memcpy(text, data, len);
    text[len] = '\0';
    CHECK(net_address_parse(peer_text, sizeof peer_text - 1, &peer) == 0);
    CHECK(net_range_parse("10.0.0.0/8", 10, &range) == 0);
    struct net_ranges trusted = {&range, 1};
    (void)forwarded_client(&peer, text, &trusted);
    (void)!net_range_parse(text, len, &range);
    (void)http_fields_valid(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size) {
    const char *data = (const char *)input;
    check_forwarded(data, size);
    while (size > 0) {
        struct http_parse whole, cut;
        http_parse_init(&whole);
        enum http_parse_result result = http_parse(&whole, data, size);
        CHECK(parse_bytes(&cut, data, size) == result);
        if (result == HTTP_PARSE_BAD)
            CHECK(whole.status == cut.status && whole.reason == cut.reason);
        if (result != HTTP_PARSE_DONE) break;
        CHECK(memcmp(&whole, &cut, offsetof(struct http_parse, fields)) == 0);
        check_head(&whole, data);
        size_t used = whole.at;
        if (whole.chunked) used += check_chunks(data + used, size - used);
        if (whole.content_length > 0)
            used = (uint64_t)whole.content_length < size - used
                       ? used + (size_t)whole.content_length
                       : size;
        data += used;
        size -= used;
    }
    return 0;
}
