// SPDX-License-Identifier: Apache-2.0
// Bitstamp: {"event","channel","data"} of version 2 (differences and pictures of books, trades, single orders), and the
// feed of 2015, where the event stands before its data and no channel's name has a pair: BTC/USD. order_type 0 is a
// bid, a trade's type 0 a buyer who came; the datetime of an order is that of its creation.
// https://www.bitstamp.net/websocket/v2/.
#include "base/timestamp.h"
#include "market/wire.h"

static const struct wire_row rows[] = {
    {"event", WIRE_TYPE, WIRE_SKIP, false},      {"channel", WIRE_STREAM, WIRE_SKIP, false},
    {"data", WIRE_NONE, WIRE_SKIP, true},        {"timestamp", WIRE_SENT, WIRE_SKIP, false},
    {"datetime", WIRE_SENT, WIRE_SKIP, false},   {"microtimestamp", WIRE_TIME, WIRE_SKIP, false},
    {"bids", WIRE_NONE, WIRE_BIDS, false},       {"asks", WIRE_NONE, WIRE_ASKS, false},
    {"id", WIRE_ID, WIRE_SKIP, false},           {"price", WIRE_BID, WIRE_SKIP, false},
    {"amount", WIRE_BID_QTY, WIRE_SKIP, false},  {"price_str", WIRE_PRICE, WIRE_SKIP, false},
    {"amount_str", WIRE_QTY, WIRE_SKIP, false},  {"type", WIRE_SIDE, WIRE_SKIP, false},
    {"order_type", WIRE_SIDE, WIRE_SKIP, false},
};

static int finish(struct wire *wire, struct wire_message *message);
static int book_finish(struct wire *wire, struct wire_message *message);
static int trade_finish(struct wire *wire, struct wire_message *message);
static int order_finish(struct wire *wire, struct wire_message *message, enum feed_kind kind);
static int item_take(struct wire *wire, int64_t what);
static struct jscan_text symbol_of(const struct wire *wire);

const struct wire_dialect wire_bitstamp = {
    .name = "BITSTAMP",
    .marks = {"\"channel\":\"diff_order_book_", "\"channel\":\"live_", " order_created {",
              "bts:sub"},
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .symbol = "BTCUSD",
    .finish = finish,
};

static int finish(struct wire *wire, struct wire_message *message) {
    static const struct {
        const char *event;
        enum feed_kind kind;
    } orders[] = {{"order_created", FEED_ADD},
                  {"order_changed", FEED_MODIFY},
                  {"order_deleted", FEED_DELETE}};
    message->symbol = symbol_of(wire);
    TRY(wire_time(wire, WIRE_TIME, NS_PER_US, &message->venue_ns));
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++)
        if (wire_field_is(wire, WIRE_TYPE, orders[i].event))
            return order_finish(wire, message, orders[i].kind);
    if (wire_field_is(wire, WIRE_TYPE, "trade")) return trade_finish(wire, message);
    if (wire_field_is(wire, WIRE_TYPE, "order_book")) {
        message->kind = WIRE_TOP;
        return 0;
    }
    return wire_field_is(wire, WIRE_TYPE, "data") ? book_finish(wire, message) : 0;
}

// "diff_order_book_x", or "order_book_x" and "detail_order_book_x": the hundred best levels, anew each time.
static int book_finish(struct wire *wire, struct wire_message *message) {
    struct jscan_text name = wire->fields[WIRE_STREAM];
    if (!wire_has(wire, WIRE_STREAM)) return 0;
    bool diff = name.len > 5 && memcmp(name.at, "diff_", 5) == 0;
    message->kind = diff ? WIRE_DIFF : WIRE_PICTURE;
    if (!diff) wire_items_kind(wire, FEED_SNAPSHOT);
    return 0;
}

static int trade_finish(struct wire *wire, struct wire_message *message) {
    int side = wire_field_is(wire, WIRE_SIDE, "0")   ? 1
               : wire_field_is(wire, WIRE_SIDE, "1") ? -1
                                                     : 0;
    message->kind = WIRE_TRADES;
    return item_take(wire, feed_what(FEED_TRADE, side, 0));
}

static int order_finish(struct wire *wire, struct wire_message *message, enum feed_kind kind) {
    bool bid = wire_field_is(wire, WIRE_SIDE, "0");
    if (!bid && !wire_field_is(wire, WIRE_SIDE, "1"))
        return wire_fail(wire, "an order that is neither bid nor ask");
    message->kind = WIRE_ORDERS;
    if (kind == FEED_ADD && message->venue_ns == WIRE_NO_TIME)
        TRY(wire_time(wire, WIRE_SENT, NS_PER_S, &message->venue_ns));
    TRY(item_take(wire, feed_what(kind, bid ? 1 : -1, 0)));
    return 0;
}

// The text of a price, where there is one, rather than the number that was made of it.
static int item_take(struct wire *wire, int64_t what) {
    bool text = wire_has(wire, WIRE_PRICE) && wire_has(wire, WIRE_QTY);
    TRY(wire_item_fields(wire, text ? WIRE_PRICE : WIRE_BID, text ? WIRE_QTY : WIRE_BID_QTY, what));
    return wire_uint(wire, WIRE_ID, &wire->items[wire->item_count - 1].id);
}

// "live_trades_btcusd": behind the last bar.
static struct jscan_text symbol_of(const struct wire *wire) {
    struct jscan_text name = wire->fields[WIRE_STREAM];
    if (!wire_has(wire, WIRE_STREAM)) return (struct jscan_text){0};
    const char *bar = memrchr(name.at, '_', name.len);
    if (bar == NULL) return (struct jscan_text){0};
    return (struct jscan_text){bar + 1, (uint32_t)(name.at + name.len - bar) - 1, true, false};
}
