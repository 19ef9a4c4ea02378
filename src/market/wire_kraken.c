// SPDX-License-Identifier: Apache-2.0
// Kraken, version 1: arrays [channel, {...}, ..., "book-DEPTH", "PAIR"], "trade" and "spread". A book's update
// bears the CRC-32 of its ten best levels. A level is [price, quantity, seconds] and, where it is told again, "r".
// https://docs.kraken.com/api/docs/websocket-v1/book and .../guides/spot-ws-book-v1.
#include "market/wire.h"

static const struct wire_row rows[] = {
    {"b", WIRE_NONE, WIRE_BIDS, false},     {"a", WIRE_NONE, WIRE_ASKS, false},
    {"bs", WIRE_FIRST, WIRE_BIDS, false},   {"as", WIRE_FIRST, WIRE_ASKS, false},
    {"c", WIRE_CHECKSUM, WIRE_SKIP, false},
};

enum { PARTS_MAX = 4 };

static int array(struct wire *wire, struct jscan *json);
static int lists_read(struct wire *wire, struct jscan *json);
static int trade_read(struct wire *wire, struct jscan *json);
static int finish(struct wire *wire, struct wire_message *message);
static bool is_channel(const struct wire *wire, const char *begin);

const struct wire_dialect wire_kraken = {
    .name = "KRAKEN",
    .marks = {"\"channelName\":\"book-", "\"book-10", "\"book-25\"", "wss://ws.kraken.com"},
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .timed_levels = true,
    .finish = finish,
    .array = array,
};

// Names stand at the end, so the lists are read as what they look like: a trade's rows have six texts, a spread is one
// row.
static int array(struct wire *wire, struct jscan *json) {
    struct jscan_text texts[2] = {0};
    uint32_t count = 0;
    for (bool more = jscan_array(json); more; more = jscan_element(json)) {
        char first = jscan_peek(json);
        struct jscan_text text;
        if (first == '{') {
            TRY(wire_object(wire, json));
        } else if (first == '[') {
            TRY(lists_read(wire, json));
        } else if (jscan_text(json, &text) && text.quoted) {
            texts[count++ & 1] = text;
        }
    }
    if (count != 2) return 0;
    wire->fields[WIRE_STREAM] = texts[0];
    wire->fields[WIRE_SYMBOL] = texts[1];
    wire->have |= 1u << WIRE_STREAM | 1u << WIRE_SYMBOL;
    return 0;
}

static int lists_read(struct wire *wire, struct jscan *json) {
    struct jscan_text text;
    for (bool more = jscan_array(json); more; more = jscan_element(json)) {
        if (jscan_peek(json) == '[')
            TRY(trade_read(wire, json));
        else
            (void)jscan_text(json, &text); // of a spread, which says no more than the book
    }
    return 0;
}

// ["price","quantity","seconds","b or s","m or l","..."]
static int trade_read(struct wire *wire, struct jscan *json) {
    struct jscan_text parts[PARTS_MAX] = {0};
    int count = 0;
    for (bool more = jscan_array(json); more; more = jscan_element(json), count++) {
        struct jscan_text text;
        if (jscan_text(json, &text) && count < PARTS_MAX) parts[count] = text;
    }
    struct wire_item *item = wire_item_add(wire);
    if (item == NULL) return ERR_FULL;
    if (count < PARTS_MAX || !jscan_decimal(parts[0], &item->price) ||
        !jscan_decimal(parts[1], &item->qty))
        return wire_fail(wire, "a trade that is not [price, quantity, time, side, ...]");
    TRY(wire_seconds(wire, parts[2], &item->venue_ns));
    item->what = feed_what(FEED_TRADE, jscan_is(parts[3], "b") ? 1 : -1, 0);
    return 0;
}

static int finish(struct wire *wire, struct wire_message *message) {
    if (is_channel(wire, "trade")) {
        message->kind = WIRE_TRADES;
        return 0;
    }
    if (!is_channel(wire, "book-")) return 0;
    uint64_t checksum = 0, depth = 0;
    struct jscan_text name = wire->fields[WIRE_STREAM];
    struct jscan_text digits = {name.at + 5, name.len - 5, false, false};
    if (!jscan_uint(digits, &depth) || depth > 10000)
        return wire_fail(wire, "a book of no known depth");
    message->depth = (uint32_t)depth;
    bool whole = (wire->arrays >> WIRE_FIRST & 1) != 0;
    message->kind = whole ? WIRE_PICTURE : WIRE_DIFF;
    if (whole) {
        wire_items_kind(wire, FEED_SNAPSHOT);
        for (uint32_t i = 0; i < wire->item_count; i++) wire->items[i].venue_ns = WIRE_NO_TIME;
    }
    TRY(wire_uint(wire, WIRE_CHECKSUM, &checksum));
    message->checked = wire_has(wire, WIRE_CHECKSUM);
    message->checksum = (uint32_t)checksum;
    return 0;
}

static bool is_channel(const struct wire *wire, const char *begin) {
    struct jscan_text name = wire->fields[WIRE_STREAM];
    size_t len = strlen(begin);
    return wire_has(wire, WIRE_STREAM) && name.len >= len && memcmp(name.at, begin, len) == 0;
}
