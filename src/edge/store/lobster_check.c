// SPDX-License-Identifier: Apache-2.0
#include "edge/store/lobster_check.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "edge/store/import_csv.h"
#include "edge/store/import_input.h"
#include "edge/store/order_table.h"
#include "market/book_l3.h"

enum { ORDERS_MAX = 1 << 20, PRICES_MAX = 1 << 17, LEVELS_MAX = 256, FIELDS = 4 };
enum { ARENA_SIZE = 1 << 27 };
static const int64_t VALUE_MAX = 1000000000000; // of prices and sizes: sums stay far from overflow

struct lobster_check {
    char path[PATH_MAX];
    struct import_input *input;
    const char *at; // of the block at hand
    const char *end;
    struct arena arena;
    struct book_l3 book; // of the known orders
    struct order_table
        adjusted; // side and price -> qty: what comes to those, filled: the row that last showed it
    int64_t row;
    uint32_t level_count;
    struct book_l3_level levels[2][LEVELS_MAX]; // of the row at hand: bids, asks
};

static int check_start(struct lobster_check *check, const char *path);
static int entry_find(struct lobster_check *check);
static int line_next(struct lobster_check *check, const char **ret_at, const char **ret_end);
static bool row_parse(struct lobster_check *check, const char *at, const char *end);
static void message_take(struct lobster_check *check, const struct feed_record *record);
static int side_compare(struct lobster_check *check, int side, enum lobster_row *row);
static int level_compare(struct lobster_check *check, int side, int64_t price, int64_t qty,
                         enum lobster_row *row);
static int hidden_compare(struct lobster_check *check, int side, enum lobster_row *row);
static int64_t known_qty(const struct lobster_check *check, int side, int64_t price);
static struct order_row *adjustment(struct lobster_check *check, int side, int64_t price);

int lobster_check_open(const char *path, struct lobster_check **ret_check) {
    struct lobster_check *check = calloc(1, sizeof *check);
    if (check == NULL) return ERR_SET(ERR_NOMEM, "no memory to check %s", path);
    int rc = check_start(check, path);
    if (rc < 0) {
        lobster_check_close(check);
        return rc;
    }
    *ret_check = check;
    return 0;
}

void lobster_check_close(struct lobster_check *check) {
    if (check == NULL) return;
    import_input_close(check->input);
    if (check->arena.base != NULL) arena_fini(&check->arena);
    order_table_fini(&check->adjusted);
    free(check);
}

int lobster_check_row(struct lobster_check *check, const struct feed_record *record,
                      enum lobster_row *ret_row) {
    const char *at = NULL, *end = NULL;
    enum lobster_row row = LOBSTER_EQUAL;
    check->level_count = 0;
    int rc = line_next(check, &at, &end);
    if (rc < 0 && rc != ERR_END) return rc;
    check->row++;
    message_take(check, record);
    bool full = book_l3_outcomes(&check->book, BOOK_L3_FULL) > 0;
    if (rc == ERR_END || !row_parse(check, at, end) || full) {
        *ret_row = LOBSTER_DIFFERS;
        return 0;
    }
    TRY(side_compare(check, 1, &row));
    TRY(side_compare(check, -1, &row));
    *ret_row = row;
    return 0;
}

uint32_t lobster_check_levels(const struct lobster_check *check,
                              const struct book_l3_level *ret_levels[2]) {
    for (int s = 0; s < 2; s++) ret_levels[s] = check->levels[s];
    return check->level_count;
}

static int check_start(struct lobster_check *check, const char *path) {
    static const char MESSAGE[] = "_message_", BOOK[] = "_orderbook_";
    const struct book_l3_config config = {ORDERS_MAX, PRICES_MAX};
    const char *slash = strrchr(path, '/');
    const char *word = strstr(slash == NULL ? path : slash, MESSAGE);
    int len = word == NULL ? snprintf(check->path, sizeof check->path, "%s", path)
                           : snprintf(check->path, sizeof check->path, "%.*s%s%s",
                                      (int)(word - path), path, BOOK, word + strlen(MESSAGE));
    if (len >= (int)sizeof check->path) return ERR_SET(ERR_RANGE, "%s is too long a path", path);
    TRY(import_input_open(check->path, &check->input));
    TRY(entry_find(check));
    TRY(arena_init(&check->arena, ARENA_SIZE));
    return book_l3_init(&check->book, &check->arena, &config);
}

static int entry_find(struct lobster_check *check) {
    for (;;) {
        int rc = import_input_next_entry(check->input);
        if (rc == ERR_END) return ERR_SET(ERR_NOT_FOUND, "%s has no order book", check->path);
        TRY(rc);
        if (strstr(import_input_entry_name(check->input), "_orderbook_") != NULL) return 0;
    }
}

// The next line without its end.
static int line_next(struct lobster_check *check, const char **ret_at, const char **ret_end) {
    if (check->at == check->end) {
        const char *data;
        size_t size;
        TRY(import_input_read(check->input, &data, &size));
        check->at = data;
        check->end = data + size;
    }
    const char *stop = memchr(check->at, '\n', (size_t)(check->end - check->at));
    if (stop == NULL) stop = check->end;
    *ret_at = check->at;
    *ret_end = stop > check->at && stop[-1] == '\r' ? stop - 1 : stop;
    check->at = stop == check->end ? stop : stop + 1;
    return 0;
}

// Ask price, size, bid price, size, level after level; a level that is not there has size 0.
static bool row_parse(struct lobster_check *check, const char *at, const char *end) {
    struct csv_field fields[FIELDS * LEVELS_MAX];
    int64_t values[FIELDS];
    size_t count = csv_split(at, end, ',', fields, FIELDS * LEVELS_MAX);
    if (count == 0 || count % FIELDS != 0 || count > FIELDS * LEVELS_MAX) return false;
    for (uint32_t i = 0; i < count / FIELDS; i++) {
        for (int k = 0; k < FIELDS; k++) {
            const struct csv_field *field = &fields[FIELDS * i + (uint32_t)k];
            struct number number = number_parse(field->at, field->at + field->len);
            if (number.state != NUMBER_OK || number.frac != 0) return false;
            if (number.m > VALUE_MAX || number.m < -VALUE_MAX) return false;
            values[k] = number.m;
        }
        if (values[1] < 0 || values[3] < 0) return false;
        check->levels[0][i] = (struct book_l3_level){.price = values[2], .qty = values[3]};
        check->levels[1][i] = (struct book_l3_level){.price = values[0], .qty = values[1]};
    }
    check->level_count = (uint32_t)(count / FIELDS);
    return true;
}

// What a change takes and the known orders do not have is taken from what the level has besides.
static void message_take(struct lobster_check *check, const struct feed_record *record) {
    int kind = feed_kind_of(record->what), side = feed_side_of(record->what);
    struct feed_record change = *record;
    if (kind != FEED_ADD && kind != FEED_REDUCE && kind != FEED_DELETE && kind != FEED_EXECUTE)
        return;
    if (record->qty == 0 || record->qty > VALUE_MAX) return; // no message: the row differs
    int64_t before = known_qty(check, side, record->price);
    if (kind == FEED_DELETE) change.qty = 0;
    if (kind == FEED_REDUCE || kind == FEED_DELETE) change.price = 0;
    enum book_l3_outcome outcome = book_l3_apply(&check->book, &change);
    if (kind == FEED_ADD) return;
    int64_t taken = before - known_qty(check, side, record->price);
    struct order_row *level = adjustment(check, side, record->price);
    if (outcome == BOOK_L3_UNKNOWN) taken = 0;
    if (level != NULL) level->qty -= record->qty - taken;
}

static int side_compare(struct lobster_check *check, int side, enum lobster_row *row) {
    const struct book_l3_level *levels = check->levels[side < 0];
    for (uint32_t i = 0; i < check->level_count; i++)
        if (levels[i].qty > 0) TRY(level_compare(check, side, levels[i].price, levels[i].qty, row));
    return hidden_compare(check, side, row);
}

// `qty` is what the row shows at a price; 0: it is within the row's prices and not shown.
static int level_compare(struct lobster_check *check, int side, int64_t price, int64_t qty,
                         enum lobster_row *row) {
    struct order_row *level = adjustment(check, side, price);
    const struct order_row fresh = {
        .id = (uint64_t)price, .owner = side < 0, .side = side, .filled = -1};
    if (level == NULL) {
        TRY(order_table_put(&check->adjusted, &fresh));
        level = adjustment(check, side, price);
    }
    int64_t held = known_qty(check, side, price) + level->qty;
    bool was_shown = level->filled == check->row - 1;
    if (held != qty) {
        if (was_shown) *row = LOBSTER_DIFFERS;
        if (!was_shown && *row == LOBSTER_EQUAL) *row = LOBSTER_EXPLAINED;
        level->qty += qty - held;
    }
    level->filled = check->row;
    return 0;
}

// Levels of known orders that are not worse than the row's last, and not in it.
static int hidden_compare(struct lobster_check *check, int side, enum lobster_row *row) {
    const struct book_l3_level *levels = check->levels[side < 0];
    const struct book_l3_ladder *ladder = &check->book.ladders[side < 0];
    const struct book_l3_level *last = &levels[check->level_count - 1];
    uint32_t shown = 0;
    for (uint32_t rank = ladder->count; rank > 0; rank--) {
        int64_t price = check->book.levels[ladder->levels[rank]].price;
        if (last->qty > 0 && (price - last->price) * side < 0) break;
        while (shown < check->level_count && (levels[shown].price - price) * side > 0) shown++;
        if (shown < check->level_count && levels[shown].price == price && levels[shown].qty > 0)
            continue;
        TRY(level_compare(check, side, price, 0, row));
    }
    return 0;
}

static int64_t known_qty(const struct lobster_check *check, int side, int64_t price) {
    struct book_l3_level level;
    return book_l3_level_find(&check->book, side, price, &level) ? level.qty : 0;
}

static struct order_row *adjustment(struct lobster_check *check, int side, int64_t price) {
    return order_table_find(&check->adjusted, side < 0, (uint64_t)price);
}
