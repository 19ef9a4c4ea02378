// SPDX-License-Identifier: Apache-2.0
// Binance spot, USD-M and COIN-M futures: combined streams {"stream":..,"data":{..}} or the data alone, and the REST
// picture of a book. Numbers of changes: spot U to u, each message begins where the one before ended; futures name the
// end of the one before, pu. https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams and
// .../docs/derivatives.
#include "base/timestamp.h"
#include "market/wire.h"

static const struct wire_row rows[] = {
    {"stream", WIRE_STREAM, WIRE_SKIP, false},
    {"data", WIRE_NONE, WIRE_SKIP, true},
    {"e", WIRE_TYPE, WIRE_SKIP, false},
    {"E", WIRE_SENT, WIRE_SKIP, false},
    {"T", WIRE_TIME, WIRE_SKIP, false},
    {"s", WIRE_SYMBOL, WIRE_SKIP, false},
    {"symbol", WIRE_SYMBOL, WIRE_SKIP, false},
    {"U", WIRE_FIRST, WIRE_SKIP, false},
    {"u", WIRE_LAST, WIRE_SKIP, false},
    {"pu", WIRE_PREVIOUS, WIRE_SKIP, false},
    {"lastUpdateId", WIRE_SEQUENCE, WIRE_SKIP, false},
    {"bids", WIRE_NONE, WIRE_BIDS, false},
    {"asks", WIRE_NONE, WIRE_ASKS, false},
    {"b", WIRE_BID, WIRE_BIDS, false},
    {"B", WIRE_BID_QTY, WIRE_SKIP, false},
    {"a", WIRE_ASK, WIRE_ASKS, false}, // or an aggregate trade's number
    {"A", WIRE_ASK_QTY, WIRE_SKIP, false},
    {"p", WIRE_PRICE, WIRE_SKIP, false},
    {"q", WIRE_QTY, WIRE_SKIP, false},
    {"t", WIRE_ID, WIRE_SKIP, false},
    {"X", WIRE_MARK, WIRE_SKIP, false},
    {"m", WIRE_SIDE, WIRE_SKIP, false},
    {"M", WIRE_MAKER, WIRE_SKIP, false}, // in spot alone, and without a meaning
    {"ps", WIRE_PAIR, WIRE_SKIP, false},
};

static int finish(struct wire *wire, struct wire_message *message);
static int picture_finish(struct wire *wire, struct wire_message *message);
static int trade_finish(struct wire *wire, struct wire_message *message);
static int best_finish(struct wire *wire, struct wire_message *message);
static const char *market_of(const struct wire *wire);
static struct jscan_text stream_symbol(const struct wire *wire);

const struct wire_dialect wire_binance = {
    .name = "BINANCE",
    .marks = {"\"e\":\"depthUpdate\"", "\"lastUpdateId\"", "@bookTicker\"", "@aggTrade\""},
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .finish = finish,
};

static int finish(struct wire *wire, struct wire_message *message) {
    message->market = market_of(wire);
    TRY(wire_time(wire, WIRE_SENT, NS_PER_MS, &message->venue_ns));
    TRY(wire_time(wire, WIRE_TIME, NS_PER_MS, &message->venue_ns));
    if (wire_field_is(wire, WIRE_TYPE, "depthUpdate")) {
        message->kind = WIRE_DIFF;
        TRY(wire_uint(wire, WIRE_FIRST, &message->first));
        TRY(wire_uint(wire, WIRE_LAST, &message->last));
        return wire_uint(wire, WIRE_PREVIOUS, &message->previous);
    }
    if (wire_has(wire, WIRE_SEQUENCE) && !wire_has(wire, WIRE_TYPE))
        return picture_finish(wire, message);
    if (wire_field_is(wire, WIRE_TYPE, "trade") || wire_field_is(wire, WIRE_TYPE, "aggTrade"))
        return trade_finish(wire, message);
    bool best = wire_has(wire, WIRE_BID_QTY) && wire_has(wire, WIRE_ASK_QTY) &&
                wire_has(wire, WIRE_LAST) && wire_has(wire, WIRE_SYMBOL);
    if (best && (!wire_has(wire, WIRE_TYPE) || wire_field_is(wire, WIRE_TYPE, "bookTicker")))
        return best_finish(wire, message);
    return 0;
}

static int picture_finish(struct wire *wire, struct wire_message *message) {
    message->kind = WIRE_PICTURE;
    if (message->symbol.len == 0) message->symbol = stream_symbol(wire);
    wire_items_kind(wire, FEED_SNAPSHOT);
    return wire_uint(wire, WIRE_SEQUENCE, &message->last);
}

// "m": the buyer was resting, so the seller came.
static int trade_finish(struct wire *wire, struct wire_message *message) {
    bool aggregate = wire_field_is(wire, WIRE_TYPE, "aggTrade"), seller = false;
    if (!wire_has(wire, WIRE_SIDE) || !jscan_bool(wire->fields[WIRE_SIDE], &seller))
        return wire_fail(wire, "a trade without its side");
    TRY(wire_item_fields(wire, WIRE_PRICE, WIRE_QTY, feed_what(FEED_TRADE, seller ? -1 : 1, 0)));
    message->kind = WIRE_TRADES;
    bool market = !wire_has(wire, WIRE_MARK) || wire_field_is(wire, WIRE_MARK, "MARKET");
    if (!market) wire->items[wire->item_count - 1].what = 0; // an insurance fund's, a liquidation's
    return wire_uint(wire, aggregate ? WIRE_ASK : WIRE_ID, &wire->items[wire->item_count - 1].id);
}

static int best_finish(struct wire *wire, struct wire_message *message) {
    message->kind = WIRE_BEST;
    TRY(wire_uint(wire, WIRE_LAST, &message->last));
    TRY(wire_item_fields(wire, WIRE_BID, WIRE_BID_QTY, feed_what(FEED_BEST, 1, 0)));
    return wire_item_fields(wire, WIRE_ASK, WIRE_ASK_QTY, feed_what(FEED_BEST, -1, 0));
}

// Contracts on a coin are quoted in USD and bear the date or PERP behind it; spot trades say M and the rest of spot
// tells no time of the event.
static const char *market_of(const struct wire *wire) {
    struct jscan_text symbol = wire->fields[WIRE_SYMBOL];
    bool coin = wire_has(wire, WIRE_SYMBOL) && symbol.len > 4 &&
                memmem(symbol.at, symbol.len, "USD_", 4) != NULL;
    if (coin || wire_has(wire, WIRE_PAIR)) return "-COINM";
    return wire_has(wire, WIRE_TIME) && !wire_has(wire, WIRE_MAKER) ? "-USDM" : "";
}

// "btcusdt@depth20": before the sign. It is in lower case; the importer knows.
static struct jscan_text stream_symbol(const struct wire *wire) {
    struct jscan_text stream = wire->fields[WIRE_STREAM];
    if (!wire_has(wire, WIRE_STREAM)) return (struct jscan_text){0};
    const char *sign = memchr(stream.at, '@', stream.len);
    if (sign != NULL) stream.len = (uint32_t)(sign - stream.at);
    return stream;
}
