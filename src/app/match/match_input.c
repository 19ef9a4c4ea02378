// SPDX-License-Identifier: Apache-2.0
#include "app/match/match_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/decimal.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/timestamp.h"

enum column {
    TIME,
    ACTION,
    ID,
    OWNER,
    SIDE,
    TYPE,
    TIF,
    QTY_,
    PRICE_,
    STOP,
    TRAIL,
    DISPLAY,
    MIN_QTY,
    EXPIRE,
    POST_ONLY,
    HIDDEN,
    STP,
    PHASE,
    COLUMNS
};

static const char *const column_names[COLUMNS] = {
    "time", "action", "id",      "owner",   "side",   "type",      "tif",    "qty", "price",
    "stop", "trail",  "display", "min_qty", "expire", "post_only", "hidden", "stp", "phase",
};

static const char *const action_names[MATCHING_COMMAND_END] = {
    [MATCHING_NEW] = "new",         [MATCHING_CANCEL] = "cancel",
    [MATCHING_REPLACE] = "replace", [MATCHING_MASS_CANCEL] = "mass_cancel",
    [MATCHING_PHASE] = "phase",     [MATCHING_CLOCK] = "clock",
};

enum { COMMANDS_MAX = 1 << 28 };

struct reader {
    struct match_input *input;
    int columns[COLUMNS]; // -1: none
    size_t row;
    int64_t time_ns;
    struct arena arena;
    struct map by_name; // hash of an owner's name -> the first owner of that hash
};

static int read_rows(struct reader *reader);
static int find_columns(struct reader *reader);
static int read_command(struct reader *reader, struct matching_command *ret_command);
static int read_numbers(const struct reader *reader, struct matching_command *c);
static int read_names(const struct reader *reader, struct matching_command *c);
static int read_owner(struct reader *reader, uint32_t *ret_owner);
static int read_time(const struct reader *reader, enum column column, int64_t *ret_ns);
static void widen(struct match_input *input, const struct matching_command *c);

int match_input_read(struct match_input *input, const char *path, int price_decimals,
                     int qty_decimals) {
    *input = (struct match_input){.price_decimals = price_decimals,
                                  .qty_decimals = qty_decimals,
                                  .price_low = INT64_MAX,
                                  .price_high = INT64_MIN};
    struct reader reader = {.input = input};
    TRY(csv_open(&input->csv, path));
    TRY(find_columns(&reader));
    if (input->csv.rows > COMMANDS_MAX)
        return ERR_SET(ERR_FULL, "%s: has more than %d lines", input->csv.path, COMMANDS_MAX);
    input->commands = calloc(input->csv.rows + 1, sizeof *input->commands);
    input->owners = calloc(input->csv.rows + 1, sizeof *input->owners);
    if (input->commands == NULL || input->owners == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for the commands");
    input->owners[input->owner_count++] = "";
    TRY(arena_init(&reader.arena, (input->csv.rows + 2) * 4 * sizeof(struct map_slot)));
    int rc = read_rows(&reader);
    arena_fini(&reader.arena);
    return rc;
}

static int read_rows(struct reader *reader) {
    struct match_input *input = reader->input;
    TRY(map_init(&reader->by_name, &reader->arena, (uint32_t)input->csv.rows + 1));
    for (; reader->row < input->csv.rows; reader->row++) {
        struct matching_command *c = &input->commands[input->count++];
        TRY(read_command(reader, c));
        widen(input, c);
    }
    return 0;
}

void match_input_free(struct match_input *input) {
    csv_close(&input->csv);
    free(input->commands);
    free(input->owners);
    *input = (struct match_input){0};
}

static int find_columns(struct reader *reader) {
    const struct csv *csv = &reader->input->csv;
    for (int k = 0; k < COLUMNS; k++) reader->columns[k] = csv_find(csv, column_names[k]);
    for (size_t i = 0; i < csv->columns; i++) {
        bool known = false;
        for (int k = 0; k < COLUMNS; k++) known = known || reader->columns[k] == (int)i;
        if (known) continue;
        return ERR_SET(ERR_PARSE,
                       "%s: there is no column '%.40s'; those are time, action, id, owner, "
                       "side, type, tif, qty, price, stop, trail, display, min_qty, expire, "
                       "post_only, hidden, stp and phase, each once",
                       csv->path, csv_name(csv, i));
    }
    return 0;
}

static const char *cell_of(const struct reader *reader, enum column column) {
    int at = reader->columns[column];
    return at < 0 ? "" : csv_cell(&reader->input->csv, reader->row, (size_t)at);
}

static int fault(const struct reader *reader, enum column column, int code, const char *right) {
    const struct csv *csv = &reader->input->csv;
    return ERR_SET(code, "%s:%zu: %s: '%.40s' is not %s", csv->path,
                   csv->list[reader->row + 1].line, column_names[column], cell_of(reader, column),
                   right);
}

static int read_command(struct reader *reader, struct matching_command *ret_command) {
    struct matching_command c = {.time_ns = reader->time_ns};
    TRY(read_time(reader, TIME, &c.time_ns));
    TRY(read_time(reader, EXPIRE, &c.expire_ns));
    TRY(read_numbers(reader, &c));
    TRY(read_names(reader, &c));
    TRY(read_owner(reader, &c.owner));
    reader->time_ns = c.time_ns;
    *ret_command = c;
    return 0;
}

static int read_whole(const char *cell, uint64_t *ret_number) {
    uint64_t number = 0;
    for (; *cell != '\0'; cell++) {
        if (*cell < '0' || *cell > '9') return ERR_PARSE;
        if (number > (UINT64_MAX - 9) / 10) return ERR_RANGE;
        number = number * 10 + (uint64_t)(*cell - '0');
    }
    *ret_number = number;
    return 0;
}

static int read_time(const struct reader *reader, enum column column, int64_t *ret_ns) {
    const char *cell = cell_of(reader, column);
    uint64_t ns;
    if (cell[0] == '\0') return 0;
    if (read_whole(cell, &ns) == 0 && ns <= INT64_MAX) {
        *ret_ns = (int64_t)ns;
        return 0;
    }
    if (timestamp_parse(cell, strlen(cell), ret_ns) == 0) return 0;
    return fault(reader, column, ERR_PARSE, "a time such as 2024-03-01T09:30:00Z, nor nanoseconds");
}

static int read_decimal(const struct reader *reader, enum column column, int decimals,
                        int64_t *ret_mantissa) {
    const char *cell = cell_of(reader, column);
    char right[96];
    if (cell[0] == '\0') return 0;
    int rc = decimal_parse(cell, strlen(cell), decimals, ret_mantissa);
    if (rc == 0) return 0;
    snprintf(right, sizeof right, "a decimal of at most %d digits behind the point", decimals);
    return fault(reader, column, rc, right);
}

static int read_numbers(const struct reader *reader, struct matching_command *c) {
    int price = reader->input->price_decimals, qty = reader->input->qty_decimals;
    if (read_whole(cell_of(reader, ID), &c->order_id) < 0)
        return fault(reader, ID, ERR_PARSE, "a whole number");
    TRY(read_decimal(reader, QTY_, qty, &c->qty));
    TRY(read_decimal(reader, DISPLAY, qty, &c->display_qty));
    TRY(read_decimal(reader, MIN_QTY, qty, &c->min_qty));
    TRY(read_decimal(reader, PRICE_, price, &c->price));
    TRY(read_decimal(reader, STOP, price, &c->stop_price));
    return read_decimal(reader, TRAIL, price, &c->trail);
}

static const char *action_name(uint32_t action) {
    return action < MATCHING_COMMAND_END ? action_names[action] : NULL;
}

// The number of a name that `names` counts up from `first`.
static int read_name(const struct reader *reader, enum column column,
                     const char *(*names)(uint32_t), uint32_t first, uint16_t *ret_number) {
    const char *cell = cell_of(reader, column), *name;
    struct text right;
    if (cell[0] == '\0') return 0;
    for (uint32_t i = first; (name = names(i)) != NULL; i++) {
        if (strcasecmp(name, cell) != 0) continue;
        *ret_number = (uint16_t)i;
        return 0;
    }
    text_init(&right, 1024);
    text_add(&right, "one of");
    for (uint32_t i = first; (name = names(i)) != NULL; i++) text_printf(&right, " %s", name);
    int rc = fault(reader, column, ERR_PARSE, text_string(&right));
    text_fini(&right);
    return rc;
}

static int read_flag(const struct reader *reader, enum column column, uint32_t flag,
                     uint32_t *flags) {
    const char *cell = cell_of(reader, column);
    if (strcasecmp(cell, "yes") == 0)
        *flags |= flag;
    else if (cell[0] != '\0' && strcasecmp(cell, "no") != 0)
        return fault(reader, column, ERR_PARSE, "yes or no");
    return 0;
}

static int read_names(const struct reader *reader, struct matching_command *c) {
    uint16_t action = MATCHING_NEW;
    const char *side = cell_of(reader, SIDE);
    c->type = cell_of(reader, PRICE_)[0] != '\0' ? ORDER_LIMIT : ORDER_MARKET;
    TRY(read_name(reader, ACTION, action_name, MATCHING_NEW, &action));
    TRY(read_name(reader, TYPE, order_type_name, 0, &c->type));
    TRY(read_name(reader, TIF, order_tif_name, 0, &c->tif));
    TRY(read_name(reader, STP, matching_stp_name, 0, &c->stp));
    TRY(read_name(reader, PHASE, matching_phase_name, 0, &c->phase));
    c->kind = action;
    if (action == MATCHING_PHASE && cell_of(reader, PHASE)[0] == '\0')
        return fault(reader, PHASE, ERR_PARSE, "a phase, which the action needs");
    if (strcasecmp(side, "buy") == 0)
        c->side = 1;
    else if (strcasecmp(side, "sell") == 0)
        c->side = -1;
    else if (side[0] != '\0')
        return fault(reader, SIDE, ERR_PARSE, "buy or sell");
    TRY(read_flag(reader, POST_ONLY, MATCHING_POST_ONLY, &c->flags));
    return read_flag(reader, HIDDEN, MATCHING_HIDDEN, &c->flags);
}

static int read_owner(struct reader *reader, uint32_t *ret_owner) {
    struct match_input *input = reader->input;
    const char *cell = cell_of(reader, OWNER);
    uint64_t hash = hash64(0, cell, strlen(cell));
    uint32_t at = 0;
    if (cell[0] == '\0') return 0;
    bool seen = map_get(&reader->by_name, hash, &at);
    if (!seen) at = input->owner_count;
    while (at < input->owner_count && strcmp(input->owners[at], cell) != 0) at++;
    if (at == MATCHING_OWNERS_MAX)
        return fault(reader, OWNER, ERR_FULL, "one of the first 2^20 - 1 owners");
    if (at == input->owner_count) input->owners[input->owner_count++] = cell;
    *ret_owner = at;
    return seen ? 0 : map_put(&reader->by_name, hash, at);
}

static void widen_by(struct match_input *input, int64_t price) {
    if (price < input->price_low) input->price_low = price;
    if (price > input->price_high) input->price_high = price;
}

static void widen(struct match_input *input, const struct matching_command *c) {
    bool limit = c->type == ORDER_LIMIT || c->type == ORDER_STOP_LIMIT;
    if (c->kind == MATCHING_NEW && limit) widen_by(input, c->price);
    if (c->kind == MATCHING_REPLACE && c->price != 0) widen_by(input, c->price);
    if (c->stop_price != 0) widen_by(input, c->stop_price);
}
