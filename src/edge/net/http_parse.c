// SPDX-License-Identifier: Apache-2.0
#include "edge/net/http_parse.h"

#include <string.h>

#include "edge/net/http_char.h"

enum state {
    START,
    START_LF,
    METHOD,
    TARGET,
    VERSION,
    LINE_LF,
    FIELD,
    NAME,
    BLANKS,
    VALUE,
    FIELD_LF,
    END_LF,
    DONE,
    BAD
};
enum { VERSION_SIZE = 8, LENGTH_DIGITS_MAX = 18, PORT_DIGITS_MAX = 5 };

static const char *const singles[HTTP_SINGLES] = {
    [HTTP_HOST] = "host",
    [HTTP_CONTENT_LENGTH] = "content-length",
    [HTTP_TRANSFER_ENCODING] = "transfer-encoding",
    [HTTP_EXPECT] = "expect",
    [HTTP_CONTENT_TYPE] = "content-type",
    [HTTP_AUTHORIZATION] = "authorization",
    [HTTP_COOKIE] = "cookie",
    [HTTP_ORIGIN] = "origin",
    [HTTP_IDEMPOTENCY_KEY] = "idempotency-key",
    [HTTP_WEBSOCKET_KEY] = "sec-websocket-key",
    [HTTP_WEBSOCKET_VERSION] = "sec-websocket-version",
};

static bool bad(struct http_parse *parse, int status, const char *reason) {
    parse->state = BAD;
    parse->status = (int16_t)status;
    parse->reason = reason;
    return false;
}

void http_parse_init(struct http_parse *parse) {
    memset(parse, 0, offsetof(struct http_parse, fields));
    for (int i = 0; i < HTTP_SINGLES; i++) parse->single[i] = -1;
    parse->content_length = -1;
}

bool http_word_equal(const char *piece, size_t size, const char *lower) {
    for (size_t i = 0; i < size; i++)
        if (lower[i] == '\0' || http_char_lower(piece[i]) != lower[i]) return false;
    return lower[size] == '\0';
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

bool http_list_has(const char *list, size_t size, const char *lower) {
    const char *end = list + size;
    while (list < end) {
        const char *comma = memchr(list, ',', (size_t)(end - list));
        const char *last = comma != NULL ? comma : end;
        const char *first = list;
        list = comma != NULL ? comma + 1 : end;
        while (first < last && is_blank(*first)) first++;
        while (last > first && is_blank(last[-1])) last--;
        if (http_word_equal(first, (size_t)(last - first), lower)) return true;
    }
    return false;
}

bool http_parse_persists(const struct http_parse *parse) {
    return !parse->close && (parse->minor > 0 || parse->keep_alive);
}

// RFC 3986, 3.2.2 and 3.2.3, as far as hosts are written: a name or an address, and a port.
static bool is_host(const char *at, size_t size) {
    const char *end = at + size, *first = at;
    if (at < end && *at == '[') {
        for (at++; at < end && (http_char_hex(*at) >= 0 || *at == ':' || *at == '.'); at++)
            continue;
        if (at == end || *at++ != ']') return false;
    } else {
        while (at < end && http_char_host(*at)) at++;
    }
    if (at == first) return false;
    if (at == end) return true;
    if (*at++ != ':' || end - at > PORT_DIGITS_MAX) return false;
    while (at < end && *at >= '0' && *at <= '9') at++;
    return at == end;
}

// Whether each byte may stand there, and each '%' has its two digits.
static bool is_encoded(const char *at, size_t size, bool (*in_set)(char c)) {
    for (size_t i = 0; i < size; i++) {
        if (in_set(at[i])) continue;
        if (at[i] != '%' || size - i < 3 || http_char_hex(at[i + 1]) < 0 ||
            http_char_hex(at[i + 2]) < 0)
            return false;
        i += 2;
    }
    return true;
}

// "http://host" in front of a path: how many bytes; 0: something else.
static size_t scheme_size(const char *at, size_t size) {
    static const char *const schemes[] = {"http://", "https://"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t len = strlen(schemes[i]);
        if (size > len && http_word_equal(at, len, schemes[i])) return len;
    }
    return 0;
}

static size_t until(const char *at, size_t size, const char *ends) {
    size_t i = 0;
    while (i < size && strchr(ends, at[i]) == NULL) i++;
    return i;
}

// The path and the query of what follows the host.
static bool split_target(struct http_parse *parse, const char *data, uint16_t at, uint16_t size) {
    uint16_t path = (uint16_t)until(data + at, size, "?");
    parse->path_at = at;
    parse->path_size = path;
    if (path < size) {
        parse->query_at = (uint16_t)(at + path + 1);
        parse->query_size = (uint16_t)(size - path - 1);
    }
    if (!is_encoded(data + at, path, http_char_path))
        return bad(parse, 400, "a byte that no path may have");
    if (!is_encoded(data + parse->query_at, parse->query_size, http_char_query))
        return bad(parse, 400, "a byte that no query may have");
    return true;
}

static bool take_target(struct http_parse *parse, const char *data) {
    const char *target = data + parse->target_at;
    uint16_t size = parse->target_size;
    if (size > 0 && target[0] == '/') return split_target(parse, data, parse->target_at, size);
    if (size == 1 && target[0] == '*') {
        parse->asterisk = true;
        parse->path_at = parse->target_at;
        parse->path_size = 1;
        if (parse->method_size == 7 && memcmp(data + parse->line_at, "OPTIONS", 7) == 0)
            return true;
        return bad(parse, 400, "the target * is for OPTIONS");
    }
    size_t scheme = scheme_size(target, size);
    if (scheme == 0) return bad(parse, 400, "a target begins with / or with http://");
    size_t host = until(target + scheme, size - scheme, "/?");
    parse->authority_at = (uint16_t)(parse->target_at + scheme);
    parse->authority_size = (uint16_t)host;
    if (!is_host(target + scheme, host)) return bad(parse, 400, "the target's host is none");
    return split_target(parse, data, (uint16_t)(parse->authority_at + host),
                        (uint16_t)(size - scheme - host));
}

static bool take_version(struct http_parse *parse, const char *data) {
    const char *at = data + parse->mark;
    size_t size = parse->at - parse->mark;
    bool form = size == VERSION_SIZE && memcmp(at, "HTTP/", 5) == 0 && at[6] == '.' &&
                at[5] >= '0' && at[5] <= '9' && at[7] >= '0' && at[7] <= '9';
    if (!form) return bad(parse, 400, "the request line does not end with HTTP/1.1");
    if (at[5] != '1' || at[7] > '1')
        return bad(parse, 505, "the version of HTTP is neither 1.1 nor 1.0");
    parse->minor = (uint8_t)(at[7] - '0');
    return true;
}

static bool note_field(struct http_parse *parse, const char *data) {
    const struct http_field *field = &parse->fields[parse->field_count];
    const char *name = data + field->name_at, *value = data + field->value_at;
    for (int i = 0; i < HTTP_SINGLES; i++) {
        if (!http_word_equal(name, field->name_size, singles[i])) continue;
        if (parse->single[i] >= 0) return bad(parse, 400, "a field that comes once came twice");
        parse->single[i] = (int16_t)parse->field_count;
    }
    if (http_word_equal(name, field->name_size, "connection")) {
        parse->close |= http_list_has(value, field->value_size, "close");
        parse->keep_alive |= http_list_has(value, field->value_size, "keep-alive");
        parse->upgrade |= http_list_has(value, field->value_size, "upgrade");
    }
    parse->field_count++;
    return true;
}

// A single field's value, NULL where it is not there.
static const char *value_of(const struct http_parse *parse, const char *data,
                            enum http_single which, size_t *ret_size) {
    if (parse->single[which] < 0) return NULL;
    const struct http_field *field = &parse->fields[parse->single[which]];
    *ret_size = field->value_size;
    return data + field->value_at;
}

static bool take_host(struct http_parse *parse, const char *data) {
    size_t size = 0;
    const char *host = value_of(parse, data, HTTP_HOST, &size);
    if (host == NULL) {
        if (parse->minor > 0) return bad(parse, 400, "HTTP/1.1 without Host");
        return true;
    }
    if (!is_host(host, size)) return bad(parse, 400, "Host is neither a name nor an address");
    if (parse->authority_size == 0) return true;
    bool same = size == parse->authority_size;
    for (size_t i = 0; same && i < size; i++)
        same = http_char_lower(host[i]) == http_char_lower(data[parse->authority_at + i]);
    return same || bad(parse, 400, "the target has another host than Host");
}

static bool take_length(struct http_parse *parse, const char *data) {
    size_t size = 0;
    const char *digits = value_of(parse, data, HTTP_CONTENT_LENGTH, &size);
    if (digits == NULL) return true;
    int64_t length = 0;
    if (size == 0 || size > LENGTH_DIGITS_MAX)
        return bad(parse, 400, "Content-Length is no number of bytes");
    for (size_t i = 0; i < size; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return bad(parse, 400, "Content-Length is no number of bytes");
        length = length * 10 + digits[i] - '0';
    }
    parse->content_length = length;
    return true;
}

static bool take_framing(struct http_parse *parse, const char *data) {
    size_t size = 0;
    const char *coding = value_of(parse, data, HTTP_TRANSFER_ENCODING, &size);
    if (!take_length(parse, data)) return false;
    if (coding == NULL) return true;
    if (parse->content_length >= 0)
        return bad(parse, 400, "Transfer-Encoding and Content-Length exclude each other");
    if (parse->minor == 0) return bad(parse, 400, "HTTP/1.0 has no Transfer-Encoding");
    if (!http_word_equal(coding, size, "chunked"))
        return bad(parse, 400, "the one Transfer-Encoding is chunked");
    parse->chunked = true;
    return true;
}

static bool take_expect(struct http_parse *parse, const char *data) {
    size_t size = 0;
    const char *expect = value_of(parse, data, HTTP_EXPECT, &size);
    if (expect == NULL || parse->minor == 0) return true;
    if (!http_word_equal(expect, size, "100-continue"))
        return bad(parse, 417, "the one expectation is 100-continue");
    parse->expect_continue = true;
    return true;
}

static bool take_end(struct http_parse *parse, const char *data) {
    parse->state = DONE;
    return take_host(parse, data) && take_framing(parse, data) && take_expect(parse, data);
}

static bool end_name(struct http_parse *parse) {
    if (parse->field_count == HTTP_FIELDS_MAX) return bad(parse, 400, "more than 100 fields");
    parse->fields[parse->field_count] = (struct http_field){
        .name_at = parse->mark, .name_size = (uint16_t)(parse->at - parse->mark)};
    parse->state = BLANKS;
    return true;
}

static bool end_value(struct http_parse *parse, const char *data) {
    struct http_field *field = &parse->fields[parse->field_count];
    uint32_t end = parse->at;
    while (end > parse->mark && is_blank(data[end - 1])) end--;
    field->value_at = parse->mark;
    field->value_size = (uint16_t)(end - parse->mark);
    parse->state = FIELD_LF;
    return true;
}

static bool begin(struct http_parse *parse, enum state state) {
    parse->mark = (uint16_t)parse->at;
    parse->state = state;
    return true;
}

static bool line_feed(struct http_parse *parse, char c) {
    return c == '\n' || bad(parse, 400, "CR without LF");
}

// A byte of the request line. True: it is taken.
static bool line_byte(struct http_parse *parse, const char *data, char c) {
    switch ((enum state)parse->state) {
    case METHOD:
        if (http_char_token(c)) return true;
        parse->method_size = (uint8_t)(parse->at - parse->mark);
        parse->state = TARGET;
        parse->target_at = (uint16_t)(parse->at + 1);
        if (c == ' ' && parse->method_size > 0) return true;
        return bad(parse, 400, "the method is no token with one blank behind it");
    case TARGET:
        if (c > ' ' && c < 0x7f) return true;
        parse->target_size = (uint16_t)(parse->at - parse->target_at);
        if (c != ' ') return bad(parse, 400, "the target has a byte that none may have");
        parse->mark = (uint16_t)(parse->at + 1);
        parse->state = VERSION;
        return take_target(parse, data);
    case VERSION:
        if (c > ' ' && c < 0x7f && parse->at - parse->mark < VERSION_SIZE) return true;
        if (c != '\r') return bad(parse, 400, "the request line does not end with HTTP/1.1 CR LF");
        parse->state = LINE_LF;
        return take_version(parse, data);
    default:
        parse->state = FIELD;
        parse->fields_at = (uint16_t)(parse->at + 1);
        return line_feed(parse, c);
    }
}

// A byte of a field line.
static bool field_byte(struct http_parse *parse, const char *data, char c) {
    switch ((enum state)parse->state) {
    case FIELD:
        if (is_blank(c)) return bad(parse, 400, "a field that goes on in a second line");
        if (c == '\r')
            parse->state = END_LF;
        else
            (void)begin(parse, NAME);
        if (c == '\r' || http_char_token(c)) return true;
        return bad(parse, 400, "the name of a field is no token");
    case NAME:
        if (http_char_token(c)) return true;
        if (c != ':')
            return bad(parse, 400, "the name of a field is no token with a colon behind it");
        return end_name(parse);
    case BLANKS:
        if (is_blank(c)) return true;
        (void)begin(parse, VALUE);
        if (http_char_value(c)) return true;
        if (c == '\r') return end_value(parse, data);
        return bad(parse, 400, "a field with a control character");
    case VALUE:
        if (http_char_value(c)) return true;
        if (c == '\r') return end_value(parse, data);
        return bad(parse, 400, "a field with a control character");
    default:
        parse->state = FIELD;
        return line_feed(parse, c) && note_field(parse, data);
    }
}

static bool start_byte(struct http_parse *parse, char c) {
    if (parse->state == START_LF) {
        parse->state = METHOD;
        parse->mark = parse->line_at = (uint16_t)(parse->at + 1);
        return line_feed(parse, c);
    }
    if (c == '\r') {
        parse->state = START_LF;
        return true;
    }
    parse->line_at = (uint16_t)parse->at;
    (void)begin(parse, METHOD);
    return http_char_token(c) || bad(parse, 400, "a request begins with a method");
}

static bool in_limits(struct http_parse *parse) {
    if (parse->state < FIELD) {
        if (parse->state == METHOD && parse->at - parse->mark >= HTTP_METHOD_MAX)
            return bad(parse, 400, "the method is longer than 24 bytes");
        return parse->at - parse->line_at < HTTP_LINE_MAX ||
               bad(parse, 400, "the request line is longer than 8 KB");
    }
    // The two bytes of the empty line are no field.
    return parse->state >= END_LF ||
           parse->at - parse->fields_at < HTTP_FIELDS_SIZE_MAX + (parse->state == FIELD) ||
           bad(parse, 400, "the fields are longer than 32 KB");
}

static bool take_byte(struct http_parse *parse, const char *data, char c) {
    if (parse->state <= START_LF) return start_byte(parse, c);
    if (parse->state < FIELD) return line_byte(parse, data, c);
    if (parse->state < END_LF) return field_byte(parse, data, c);
    return line_feed(parse, c) && take_end(parse, data);
}

// The rest of a long part at once.
static void skip_run(struct http_parse *parse, const char *data, size_t end) {
    uint32_t at = parse->at;
    if (parse->state == VALUE)
        while (at < end && http_char_value(data[at])) at++;
    else if (parse->state == NAME)
        while (at < end && http_char_token(data[at])) at++;
    else if (parse->state == TARGET)
        while (at < end && data[at] > ' ' && data[at] < 0x7f) at++;
    parse->at = at;
}

enum http_parse_result http_parse(struct http_parse *parse, const char *data, size_t size) {
    size_t end = size < HTTP_HEAD_MAX ? size : HTTP_HEAD_MAX;
    while (parse->state < DONE) {
        skip_run(parse, data, end);
        if (!in_limits(parse) || parse->at >= end) break;
        if (!take_byte(parse, data, data[parse->at])) break;
        parse->at++;
    }
    if (parse->state == BAD) return HTTP_PARSE_BAD;
    return parse->state == DONE ? HTTP_PARSE_DONE : HTTP_PARSE_MORE;
}
