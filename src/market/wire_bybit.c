// SPDX-License-Identifier: Apache-2.0
// Bybit, version 5: topics "orderbook.DEPTH.SYMBOL" (a snapshot, then deltas numbered one by one) and
// "publicTrade.SYMBOL", whose side is that of the order that came.
// https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook.
#include "base/timestamp.h"
#include "market/wire.h"

static const struct wire_row rows[] = {
    {"topic", WIRE_STREAM, WIRE_SKIP, false}, {"type", WIRE_TYPE, WIRE_SKIP, false},
    {"ts", WIRE_SENT, WIRE_SKIP, false},      {"cts", WIRE_TIME, WIRE_SKIP, false},
    {"data", WIRE_NONE, WIRE_EVENTS, true},   {"s", WIRE_SYMBOL, WIRE_SKIP, false},
    {"b", WIRE_NONE, WIRE_BIDS, false},       {"a", WIRE_NONE, WIRE_ASKS, false},
    {"u", WIRE_LAST, WIRE_SKIP, false},       {"T", WIRE_TIME, WIRE_SKIP, false},
    {"S", WIRE_SIDE, WIRE_SKIP, false},       {"v", WIRE_QTY, WIRE_SKIP, false},
    {"p", WIRE_PRICE, WIRE_SKIP, false},      {"i", WIRE_ID, WIRE_SKIP, false},
};

static int finish(struct wire *wire, struct wire_message *message);
static int book_finish(struct wire *wire, struct wire_message *message);
static int trade_finish(struct wire *wire, struct wire_message *message);
static bool is_topic(const struct wire *wire, const char *begin);

const struct wire_dialect wire_bybit = {
    .name = "BYBIT",
    .marks = {"\"topic\":\"orderbook.", "\"topic\":\"publicTrade."},
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .finish = finish,
};

static int finish(struct wire *wire, struct wire_message *message) {
    TRY(wire_time(wire, WIRE_SENT, NS_PER_MS, &message->venue_ns));
    TRY(wire_time(wire, WIRE_TIME, NS_PER_MS, &message->venue_ns));
    if (is_topic(wire, "orderbook.")) return book_finish(wire, message);
    return is_topic(wire, "publicTrade.") ? trade_finish(wire, message) : 0;
}

static int book_finish(struct wire *wire, struct wire_message *message) {
    bool first = wire_field_is(wire, WIRE_TYPE, "snapshot");
    TRY(wire_uint(wire, WIRE_LAST, &message->last));
    message->first = message->last;
    message->kind = first ? WIRE_PICTURE : WIRE_DIFF;
    message->anew = first; // its number says where the deltas go on
    if (first) wire_items_kind(wire, FEED_SNAPSHOT);
    return 0;
}

static int trade_finish(struct wire *wire, struct wire_message *message) {
    bool buys = wire_field_is(wire, WIRE_SIDE, "Buy");
    if (!buys && !wire_field_is(wire, WIRE_SIDE, "Sell"))
        return wire_fail(wire, "a side that is neither Buy nor Sell");
    TRY(wire_item_fields(wire, WIRE_PRICE, WIRE_QTY, feed_what(FEED_TRADE, buys ? 1 : -1, 0)));
    message->kind = WIRE_TRADES;
    // The number of a derivative's trade is a UUID: it has none here.
    if (wire_has(wire, WIRE_ID))
        (void)jscan_uint(wire->fields[WIRE_ID], &wire->items[wire->item_count - 1].id);
    return 0;
}

static bool is_topic(const struct wire *wire, const char *begin) {
    struct jscan_text topic = wire->fields[WIRE_STREAM];
    size_t len = strlen(begin);
    return wire_has(wire, WIRE_STREAM) && topic.len > len && memcmp(topic.at, begin, len) == 0;
}
