// SPDX-License-Identifier: Apache-2.0
// Coinbase, two dialects: the exchange's own feed ("l2update", "match") and Advanced Trade's channels ("l2_data",
// "market_trades", "ticker"), whose messages are numbered by connection. A trade's side is that of the resting order in
// both. https://docs.cdp.coinbase.com/exchange/websocket-feed/channels and
// https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-channels.
#include "market/wire.h"

static const struct wire_row rows[] = {
    {"type", WIRE_TYPE, WIRE_SKIP, false},
    {"product_id", WIRE_SYMBOL, WIRE_SKIP, false},
    {"time", WIRE_TIME, WIRE_SKIP, false},
    {"changes", WIRE_NONE, WIRE_CHANGES, false},
    {"bids", WIRE_NONE, WIRE_BIDS, false},
    {"asks", WIRE_NONE, WIRE_ASKS, false},
    {"side", WIRE_SIDE, WIRE_SKIP, false},
    {"size", WIRE_QTY, WIRE_SKIP, false},
    {"price", WIRE_PRICE, WIRE_SKIP, false},
    {"trade_id", WIRE_ID, WIRE_SKIP, false},
    {"channel", WIRE_STREAM, WIRE_SKIP, false},
    {"timestamp", WIRE_SENT, WIRE_SKIP, false},
    {"sequence_num", WIRE_SEQUENCE, WIRE_SKIP, false},
    {"events", WIRE_NONE, WIRE_EVENTS, false},
    {"updates", WIRE_NONE, WIRE_ITEMS, false},
    {"trades", WIRE_NONE, WIRE_ITEMS, false},
    {"tickers", WIRE_NONE, WIRE_EVENTS, false},
    {"event_time", WIRE_TIME, WIRE_SKIP, false},
    {"price_level", WIRE_PRICE, WIRE_SKIP, false},
    {"new_quantity", WIRE_QTY, WIRE_SKIP, false},
    {"best_bid", WIRE_BID, WIRE_SKIP, false},
    {"best_bid_quantity", WIRE_BID_QTY, WIRE_SKIP, false},
    {"best_bid_size", WIRE_BID_QTY, WIRE_SKIP, false},
    {"best_ask", WIRE_ASK, WIRE_SKIP, false},
    {"best_ask_quantity", WIRE_ASK_QTY, WIRE_SKIP, false},
    {"best_ask_size", WIRE_ASK_QTY, WIRE_SKIP, false},
};

static int finish(struct wire *wire, struct wire_message *message);
static int channel_finish(struct wire *wire, struct wire_message *message);
static int best_finish(struct wire *wire, struct wire_message *message);
static int item(struct wire *wire);
static int side_of(struct wire *wire, int *ret_side);
static void reverse(struct wire *wire);

const struct wire_dialect wire_coinbase = {
    .name = "COINBASE",
    .marks = {"\"product_id\"", "\"sequence_num\""},
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .finish = finish,
    .item = item,
};

static int finish(struct wire *wire, struct wire_message *message) {
    TRY(wire_time(wire, WIRE_SENT, 1, &message->venue_ns));
    TRY(wire_time(wire, WIRE_TIME, 1, &message->venue_ns));
    if (wire_has(wire, WIRE_STREAM)) return channel_finish(wire, message);
    if (wire_field_is(wire, WIRE_TYPE, "l2update")) {
        message->kind = WIRE_DIFF;
    } else if (wire_field_is(wire, WIRE_TYPE, "snapshot")) {
        message->kind = WIRE_PICTURE;
        wire_items_kind(wire, FEED_SNAPSHOT);
    } else if (wire_field_is(wire, WIRE_TYPE, "match")) {
        int side;
        TRY(side_of(wire, &side));
        TRY(wire_item_fields(wire, WIRE_PRICE, WIRE_QTY, feed_what(FEED_TRADE, -side, 0)));
        TRY(wire_uint(wire, WIRE_ID, &wire->items[wire->item_count - 1].id));
        message->kind = WIRE_TRADES;
    } else if (wire_field_is(wire, WIRE_TYPE, "ticker")) {
        return best_finish(wire, message);
    } else if (wire_field_is(wire, WIRE_TYPE, "last_match")) {
        message->kind = WIRE_OLD; // the trade before the connection
    }
    return 0;
}

static int channel_finish(struct wire *wire, struct wire_message *message) {
    bool first = wire_field_is(wire, WIRE_TYPE, "snapshot");
    if (wire_has(wire, WIRE_SEQUENCE)) {
        TRY(wire_uint(wire, WIRE_SEQUENCE, &message->sequence));
        message->sequence++;
    }
    if (wire_field_is(wire, WIRE_STREAM, "l2_data")) {
        message->kind = first ? WIRE_PICTURE : WIRE_DIFF;
        if (first) wire_items_kind(wire, FEED_SNAPSHOT);
    } else if (wire_field_is(wire, WIRE_STREAM, "market_trades")) {
        message->kind = first ? WIRE_OLD : WIRE_TRADES; // the latest trades before the subscription
        if (wire_has(wire, WIRE_PAIR)) message->symbol = wire->fields[WIRE_PAIR];
        reverse(wire); // newest first
    } else if (wire_field_is(wire, WIRE_STREAM, "ticker")) {
        return best_finish(wire, message);
    }
    return 0;
}

// The feed of the exchange told no quantities until 2022.
static int best_finish(struct wire *wire, struct wire_message *message) {
    if (!wire_has(wire, WIRE_BID_QTY) || !wire_has(wire, WIRE_ASK_QTY)) return 0;
    message->kind = WIRE_BEST;
    TRY(wire_item_fields(wire, WIRE_BID, WIRE_BID_QTY, feed_what(FEED_BEST, 1, 0)));
    return wire_item_fields(wire, WIRE_ASK, WIRE_ASK_QTY, feed_what(FEED_BEST, -1, 0));
}

// One of "updates" or "trades". Trades of another product begin another message.
static int item(struct wire *wire) {
    int side;
    bool level = wire_field_is(wire, WIRE_STREAM, "l2_data");
    TRY(side_of(wire, &side));
    if (!level && wire->item_count > 0 &&
        (wire->fields[WIRE_SYMBOL].len != wire->fields[WIRE_PAIR].len ||
         memcmp(wire->fields[WIRE_SYMBOL].at, wire->fields[WIRE_PAIR].at,
                wire->fields[WIRE_SYMBOL].len) != 0)) {
        TRY(wire_finish(wire));
        wire->item_count = 0;
    }
    if (!level && wire_has(wire, WIRE_SYMBOL)) {
        wire->fields[WIRE_PAIR] = wire->fields[WIRE_SYMBOL];
        wire->kept |= 1u << WIRE_PAIR;
    }
    TRY(wire_item_fields(wire, WIRE_PRICE, WIRE_QTY,
                         feed_what(level ? FEED_LEVEL : FEED_TRADE, level ? side : -side, 0)));
    struct wire_item *last = &wire->items[wire->item_count - 1];
    TRY(wire_time(wire, WIRE_TIME, 1, &last->venue_ns));
    return wire_uint(wire, WIRE_ID, &last->id);
}

static int side_of(struct wire *wire, int *ret_side) {
    static const struct {
        const char *word;
        int side;
    } words[] = {{"buy", 1}, {"sell", -1}, {"BUY", 1}, {"SELL", -1}, {"bid", 1}, {"offer", -1}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!wire_field_is(wire, WIRE_SIDE, words[i].word)) continue;
        *ret_side = words[i].side;
        return 0;
    }
    return wire_fail(wire, "a side that is none");
}

static void reverse(struct wire *wire) {
    for (uint32_t lo = 0, hi = wire->item_count; lo + 1 < hi; lo++) {
        struct wire_item kept = wire->items[lo];
        wire->items[lo] = wire->items[--hi];
        wire->items[hi] = kept;
    }
}
