// SPDX-License-Identifier: Apache-2.0
// Gemini market data, version 2: "l2_updates", the first of a symbol with its whole book and its latest trades, and
// "trade", whose side is that of the order that came. Changes tell no time.
// https://docs.gemini.com/websocket/market-data/v2.
#include "base/timestamp.h"
#include "market/wire.h"

static const struct wire_row rows[] = {
    {"type", WIRE_TYPE, WIRE_SKIP, false},       {"symbol", WIRE_SYMBOL, WIRE_SKIP, false},
    {"changes", WIRE_NONE, WIRE_CHANGES, false}, {"event_id", WIRE_ID, WIRE_SKIP, false},
    {"timestamp", WIRE_TIME, WIRE_SKIP, false},  {"price", WIRE_PRICE, WIRE_SKIP, false},
    {"quantity", WIRE_QTY, WIRE_SKIP, false},    {"side", WIRE_SIDE, WIRE_SKIP, false},
};

static int finish(struct wire *wire, struct wire_message *message);

const struct wire_dialect wire_gemini = {
    .name = "GEMINI",
    .marks = {"\"l2_updates\"", "api.gemini.com"},
    .rows = rows,
    .row_count = sizeof rows / sizeof rows[0],
    .first_is_picture = true,
    .finish = finish,
};

static int finish(struct wire *wire, struct wire_message *message) {
    TRY(wire_time(wire, WIRE_TIME, NS_PER_MS, &message->venue_ns));
    if (wire_field_is(wire, WIRE_TYPE, "l2_updates")) {
        message->kind = WIRE_DIFF;
    } else if (wire_field_is(wire, WIRE_TYPE, "trade")) {
        bool buys = wire_field_is(wire, WIRE_SIDE, "buy");
        if (!buys && !wire_field_is(wire, WIRE_SIDE, "sell"))
            return wire_fail(wire, "a side that is neither buy nor sell");
        TRY(wire_item_fields(wire, WIRE_PRICE, WIRE_QTY, feed_what(FEED_TRADE, buys ? 1 : -1, 0)));
        message->kind = WIRE_TRADES;
        return wire_uint(wire, WIRE_ID, &wire->items[wire->item_count - 1].id);
    }
    return 0;
}
