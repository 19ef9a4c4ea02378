// SPDX-License-Identifier: Apache-2.0
// One text through a dialect, told as lines:
//   diff BTCUSDT-USDM 1723161256298000000 1..2<0 | bid 58710.2x0.014 #3 | ...
#ifndef FULMAR_TEST_WIRE_KIT_H
#define FULMAR_TEST_WIRE_KIT_H

#include "harness.h"

#include <inttypes.h>

#include "base/decimal.h"
#include "market/wire.h"

enum { WIRE_KIT_ITEMS = 64, WIRE_KIT_TEXT = 4096 };

static inline void wire_kit_item(char *out, const struct wire_item *item) {
    char price[DECIMAL_TEXT_SIZE], qty[DECIMAL_TEXT_SIZE];
    int side = feed_side_of(item->what);
    decimal_print_short(price, sizeof price, item->price.m, item->price.frac);
    decimal_print_short(qty, sizeof qty, item->qty.m, item->qty.frac);
    const char *kind = item->what == 0 ? "none" : feed_kind_name(feed_kind_of(item->what));
    sprintf(out + strlen(out), " | %s %s %sx%s", kind,
            side > 0   ? "bid"
            : side < 0 ? "ask"
                       : "-",
            price, qty);
    if (item->id != 0) sprintf(out + strlen(out), " #%" PRIu64, item->id);
    if (item->venue_ns != WIRE_NO_TIME) sprintf(out + strlen(out), " @%" PRId64, item->venue_ns);
}

static inline int wire_kit_take(void *self, const struct wire_message *message) {
    static const char *const kinds[] = {"other", "diff",   "picture", "trades",
                                        "best",  "orders", "top",     "old"};
    char *out = self;
    sprintf(out + strlen(out), "%s%s %.*s%s", out[0] == '\0' ? "" : "\n", kinds[message->kind],
            (int)message->symbol.len, message->symbol.len > 0 ? message->symbol.at : "",
            message->market);
    if (message->venue_ns != WIRE_NO_TIME)
        sprintf(out + strlen(out), " @%" PRId64, message->venue_ns);
    if (message->last != 0)
        sprintf(out + strlen(out), " %" PRIu64 "..%" PRIu64 "<%" PRIu64, message->first,
                message->last, message->previous);
    if (message->sequence != 0) sprintf(out + strlen(out), " s%" PRIu64, message->sequence);
    if (message->checked) sprintf(out + strlen(out), " c%" PRIu32, message->checksum);
    for (uint32_t i = 0; i < message->count; i++) wire_kit_item(out, &message->items[i]);
    return 0;
}

static inline int wire_kit_decode(const char *venue, const char *word, const char *text,
                                  char ret_out[WIRE_KIT_TEXT], const char **ret_fault) {
    static struct wire_item items[WIRE_KIT_ITEMS];
    static char padded[WIRE_KIT_TEXT];
    struct wire wire;
    const struct wire_dialect *dialect = wire_dialect_find(venue);
    assert_non_null(dialect);
    memset(padded, 0, sizeof padded);
    strcpy(padded, text);
    wire_init(&wire, dialect, items, WIRE_KIT_ITEMS);
    wire.take = wire_kit_take;
    wire.self = ret_out;
    ret_out[0] = '\0';
    struct jscan_text type = {word, word == NULL ? 0 : (uint32_t)strlen(word), true, false};
    int rc = wire_decode(&wire, type, padded, strlen(text));
    if (ret_fault != NULL) *ret_fault = wire.fault;
    return rc;
}

static inline void wire_kit_check(const char *venue, const char *word, const char *text,
                                  const char *expected) {
    char out[WIRE_KIT_TEXT];
    const char *fault;
    int rc = wire_kit_decode(venue, word, text, out, &fault);
    if (rc < 0) fail_msg("%s: %s: %s", text, err_name(rc), fault);
    assert_string_equal(out, expected);
}

#endif
