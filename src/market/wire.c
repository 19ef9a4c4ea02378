// SPDX-License-Identifier: Apache-2.0
#include "market/wire.h"

#include "base/decimal.h"
#include "base/timestamp.h"
#include "market/wire_list.h"

#define DECLARE(name) extern const struct wire_dialect wire_##name;
WIRE_LIST(DECLARE)

#define ENTRY(name) &wire_##name,
static const struct wire_dialect *const dialects[] = {WIRE_LIST(ENTRY)};

enum { DIALECT_COUNT = sizeof dialects / sizeof dialects[0] };

static bool key_next(struct jscan *json, struct jscan_text *ret_key);
static const struct wire_row *row_find(const struct wire *wire, struct jscan_text key);
static int value_read(struct wire *wire, struct jscan *json, const struct wire_row *row);
static int array_read(struct wire *wire, struct jscan *json, enum wire_array kind);
static int objects_read(struct wire *wire, struct jscan *json, enum wire_array kind);
static int changes_read(struct wire *wire, struct jscan *json);
static const char *level_quick(const char *at, struct wire_item *item);
static int level_slow(struct wire *wire, struct jscan *json, struct wire_item *item);
static void places_note(struct wire *wire, struct jscan_text price, struct jscan_text qty);

const struct wire_dialect *wire_dialect_at(size_t index) {
    return index < DIALECT_COUNT ? dialects[index] : NULL;
}

const struct wire_dialect *wire_dialect_find(const char *name) {
    for (size_t i = 0; i < DIALECT_COUNT; i++)
        if (strcmp(dialects[i]->name, name) == 0) return dialects[i];
    return NULL;
}

void wire_init(struct wire *wire, const struct wire_dialect *dialect, struct wire_item *items,
               uint32_t item_max) {
    CHECK(dialect->row_count <= WIRE_ROWS_MAX);
    *wire = (struct wire){.dialect = dialect, .items = items, .item_max = item_max};
    for (size_t i = 0; i < dialect->row_count; i++) {
        const char *key = dialect->rows[i].key;
        if (key[1] == '\0') wire->row_of[(unsigned char)key[0] & 127] = (uint8_t)(i + 1);
    }
}

int wire_decode(struct wire *wire, struct jscan_text word, const char *data, size_t size) {
    struct jscan json;
    wire->have = 0;
    wire->item_count = 0;
    wire->kept = wire->arrays = 0;
    wire->emitted = false;
    wire->price_places = wire->qty_places = 0;
    wire->fault = "no JSON";
    if (word.len > 0) {
        wire->fields[WIRE_TYPE] = word;
        wire->have = 1u << WIRE_TYPE;
    }
    jscan_begin(&json, data, size);
    char first = jscan_peek(&json);
    if (first == '[' && wire->dialect->array != NULL) {
        TRY(wire->dialect->array(wire, &json));
    } else if (first == '{') {
        TRY(wire_object(wire, &json));
    } else {
        (void)jscan_skip(&json);
    }
    if (!jscan_end(&json)) return ERR_PARSE;
    return wire->emitted ? 0 : wire_finish(wire);
}

int wire_fail(struct wire *wire, const char *fault) {
    wire->fault = fault;
    return ERR_PARSE;
}

int wire_emit(struct wire *wire, const struct wire_message *message) {
    wire->emitted = true;
    return wire->take(wire->self, message);
}

int wire_finish(struct wire *wire) {
    struct wire_message message = {.items = wire->items,
                                   .count = wire->item_count,
                                   .kind = WIRE_OTHER,
                                   .market = "",
                                   .venue_ns = WIRE_NO_TIME,
                                   .price_places = wire->price_places,
                                   .qty_places = wire->qty_places,
                                   .first_is_picture = wire->dialect->first_is_picture};
    if (wire_has(wire, WIRE_SYMBOL)) message.symbol = wire->fields[WIRE_SYMBOL];
    TRY(wire->dialect->finish(wire, &message));
    message.count = wire->item_count;
    return wire_emit(wire, &message);
}

struct wire_item *wire_item_add(struct wire *wire) {
    if (UNLIKELY(wire->item_count == wire->item_max)) return NULL;
    struct wire_item *item = &wire->items[wire->item_count++];
    *item = (struct wire_item){.venue_ns = WIRE_NO_TIME};
    return item;
}

int wire_object(struct wire *wire, struct jscan *json) {
    struct jscan_text key;
    for (bool more = jscan_object(json, &key); more; more = key_next(json, &key)) {
        const struct wire_row *row = row_find(wire, key);
        if (row == NULL)
            (void)jscan_skip(json);
        else
            TRY(value_read(wire, json, row));
    }
    return jscan_failed(json) ? ERR_PARSE : 0;
}

int wire_levels(struct wire *wire, struct jscan *json, int side) {
    int64_t what = feed_what(FEED_LEVEL, side, 0);
    bool more = jscan_array(json);
    while (more) {
        struct wire_item *item = wire_item_add(wire);
        if (item == NULL) return ERR_FULL;
        item->what = what;
        const char *end = json->at != NULL ? level_quick(json->at, item) : NULL;
        if (LIKELY(end != NULL && end <= json->end))
            json->at = end;
        else
            TRY(level_slow(wire, json, item));
        // Straight to the next level, or by whatever stands between.
        more = json->at != NULL && json->at[0] == ',' && json->at[1] == '[' && json->at < json->end;
        if (LIKELY(more))
            json->at++;
        else
            more = jscan_element(json);
    }
    return jscan_failed(json) ? ERR_PARSE : 0;
}

int wire_uint(struct wire *wire, enum wire_field field, uint64_t *ret_value) {
    if (!wire_has(wire, field) || jscan_uint(wire->fields[field], ret_value)) return 0;
    return wire_fail(wire, "a number that is none");
}

int wire_decimal(struct wire *wire, enum wire_field field, struct jscan_decimal *ret_value) {
    if (wire_has(wire, field) && jscan_decimal(wire->fields[field], ret_value)) return 0;
    return wire_fail(wire, "a price or a quantity that is none");
}

int wire_time(struct wire *wire, enum wire_field field, int64_t unit_ns, int64_t *ret_ns) {
    uint64_t units = 0;
    if (!wire_has(wire, field)) return 0;
    struct jscan_text text = wire->fields[field];
    if (jscan_uint(text, &units)) {
        if (units > (uint64_t)(INT64_MAX / unit_ns)) return wire_fail(wire, "a time out of range");
        *ret_ns = (int64_t)units * unit_ns;
        return 0;
    }
    if (timestamp_parse(text.at, text.len, ret_ns) == 0) return 0;
    return wire_fail(wire, "a time that is none");
}

int wire_seconds(struct wire *wire, struct jscan_text text, int64_t *ret_ns) {
    struct jscan_decimal seconds;
    if (!jscan_decimal(text, &seconds) || seconds.frac > 9 || seconds.m < 0 ||
        __builtin_mul_overflow(seconds.m, decimal_pow10(9 - seconds.frac), ret_ns))
        return wire_fail(wire, "a time that is none");
    return 0;
}

int wire_item_fields(struct wire *wire, enum wire_field price, enum wire_field qty, int64_t what) {
    struct wire_item *item = wire_item_add(wire);
    if (item == NULL) return ERR_FULL;
    item->what = what;
    TRY(wire_decimal(wire, price, &item->price));
    return wire_decimal(wire, qty, &item->qty);
}

void wire_items_kind(struct wire *wire, enum feed_kind kind) {
    for (uint32_t i = 0; i < wire->item_count; i++)
        wire->items[i].what = feed_what(kind, feed_side_of(wire->items[i].what), 0);
}

// jscan_next, with the keys of one letter that most feeds have taken at a glance.
static bool key_next(struct jscan *json, struct jscan_text *ret_key) {
    const char *at = json->at;
    bool quick = at != NULL && at + 5 <= json->end && at[0] == ',' && at[1] == '"' &&
                 at[3] == '"' && at[4] == ':' && at[2] > ' ' && at[2] != '"' && at[2] != '\\';
    if (UNLIKELY(!quick)) return jscan_next(json, ret_key);
    *ret_key = (struct jscan_text){at + 2, 1, true, false};
    json->at = at + 5;
    return true;
}

static const struct wire_row *row_find(const struct wire *wire, struct jscan_text key) {
    const struct wire_dialect *dialect = wire->dialect;
    if (LIKELY(key.len == 1)) {
        unsigned row = wire->row_of[(unsigned char)key.at[0] & 127];
        return row > 0 && dialect->rows[row - 1].key[0] == key.at[0] ? &dialect->rows[row - 1]
                                                                     : NULL;
    }
    for (size_t i = 0; i < dialect->row_count; i++)
        if (dialect->rows[i].key[0] == key.at[0] && jscan_is(key, dialect->rows[i].key))
            return &dialect->rows[i];
    return NULL;
}

static int value_read(struct wire *wire, struct jscan *json, const struct wire_row *row) {
    char first = jscan_peek(json);
    if (first == '[') {
        wire->arrays |= 1u << row->field;
        return array_read(wire, json, row->array);
    }
    if (first == '{') {
        if (row->into) return wire_object(wire, json);
        (void)jscan_skip(json);
        return 0;
    }
    if (jscan_text(json, &wire->fields[row->field])) wire->have |= 1u << row->field;
    return 0;
}

static int array_read(struct wire *wire, struct jscan *json, enum wire_array kind) {
    switch (kind) {
    case WIRE_BIDS:
        return wire_levels(wire, json, 1);
    case WIRE_ASKS:
        return wire_levels(wire, json, -1);
    case WIRE_CHANGES:
        return changes_read(wire, json);
    case WIRE_ITEMS:
    case WIRE_EVENTS:
        return objects_read(wire, json, kind);
    case WIRE_SKIP:
        break;
    }
    (void)jscan_skip(json);
    return 0;
}

// What stands in an object of the list holds for it alone.
static int objects_read(struct wire *wire, struct jscan *json, enum wire_array kind) {
    uint32_t outside = wire->have;
    for (bool more = jscan_array(json); more; more = jscan_element(json)) {
        struct jscan_text type = wire->fields[WIRE_TYPE];
        bool emitted = wire->emitted;
        wire->emitted = false;
        TRY(wire_object(wire, json));
        if (kind == WIRE_ITEMS)
            TRY(wire->dialect->item(wire));
        else if (!wire->emitted || wire->item_count > 0) // not all of it by events inside
            TRY(wire_finish(wire));
        wire->emitted |= emitted;
        wire->have = outside | wire->kept;
        wire->fields[WIRE_TYPE] = type;
        if (kind == WIRE_ITEMS) continue;
        wire->have = outside;
        wire->kept = wire->item_count = 0;
    }
    return jscan_failed(json) ? ERR_PARSE : 0;
}

static int changes_read(struct wire *wire, struct jscan *json) {
    for (bool more = jscan_array(json); more; more = jscan_element(json)) {
        struct wire_item *item = wire_item_add(wire);
        struct jscan_text side;
        if (item == NULL) return ERR_FULL;
        if (!jscan_array(json) || !jscan_text(json, &side) || !jscan_element(json))
            return wire_fail(wire, "a change that is not [side, price, quantity]");
        int sign = jscan_is(side, "buy") ? 1 : jscan_is(side, "sell") ? -1 : 0;
        if (sign == 0) return wire_fail(wire, "a side that is neither buy nor sell");
        item->what = feed_what(FEED_LEVEL, sign, 0);
        TRY(level_slow(wire, json, item));
    }
    return jscan_failed(json) ? ERR_PARSE : 0;
}

// ["61837.63000000","3.78826000"] without blanks: the form that most feeds have. NULL: another.
static const char *level_quick(const char *at, struct wire_item *item) {
    if (at[0] != '[' || at[1] != '"') return NULL;
    at = jscan_decimal_scan(at + 2, &item->price);
    if (at == NULL || at[0] != ',' || at[1] != '"') return NULL;
    at = jscan_decimal_scan(at + 2, &item->qty);
    return at != NULL && *at == ']' ? at + 1 : NULL;
}

// Of any form, with more behind the quantity; or, inside an array already, from the price on.
static int level_slow(struct wire *wire, struct jscan *json, struct wire_item *item) {
    struct jscan_text price, qty;
    if (jscan_peek(json) == '[' && !jscan_array(json))
        return wire_fail(wire, "a level that is not [price, quantity]");
    if (!jscan_text(json, &price) || !jscan_element(json) || !jscan_text(json, &qty))
        return wire_fail(wire, "a level that is not [price, quantity]");
    if (!jscan_decimal(price, &item->price) || !jscan_decimal(qty, &item->qty))
        return wire_fail(wire, "a price or a quantity that is none");
    places_note(wire, price, qty);
    bool more = jscan_element(json);
    if (more && wire->dialect->timed_levels) {
        struct jscan_text seconds;
        if (!jscan_text(json, &seconds)) return wire_fail(wire, "a level without its time");
        TRY(wire_seconds(wire, seconds, &item->venue_ns));
        more = jscan_element(json);
    }
    for (; more; more = jscan_element(json)) (void)jscan_skip(json);
    return 0;
}

static int32_t places_of(struct jscan_text text) {
    const char *point = memchr(text.at, '.', text.len);
    return point == NULL ? 0 : (int32_t)(text.at + text.len - point) - 1;
}

static void places_note(struct wire *wire, struct jscan_text price, struct jscan_text qty) {
    int32_t price_places = places_of(price), qty_places = places_of(qty);
    if (price_places > wire->price_places) wire->price_places = price_places;
    if (qty_places > wire->qty_places) wire->qty_places = qty_places;
}
