// SPDX-License-Identifier: Apache-2.0
#include "app/match/match_output.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "app/terminal.h"
#include "base/decimal.h"
#include "base/timestamp.h"

// What an event tells, as text; "" where it does not.
struct row {
    char time[TIMESTAMP_TEXT_SIZE];
    char order[24], other[24], number[24];
    char price[DECIMAL_TEXT_SIZE], qty[DECIMAL_TEXT_SIZE], leaves[DECIMAL_TEXT_SIZE];
    char other_leaves[DECIMAL_TEXT_SIZE];
    const char *event, *owner, *other_owner, *side, *reason;
};

static void row_of(const struct match_output *output, const struct matching_event *e,
                   struct row *ret_row);

static const struct {
    const char *name;
    size_t at;
    bool pointer;
} columns[] = {
    {"time", offsetof(struct row, time), false},
    {"event", offsetof(struct row, event), true},
    {"id", offsetof(struct row, order), false},
    {"owner", offsetof(struct row, owner), true},
    {"side", offsetof(struct row, side), true},
    {"price", offsetof(struct row, price), false},
    {"qty", offsetof(struct row, qty), false},
    {"leaves", offsetof(struct row, leaves), false},
    {"other_id", offsetof(struct row, other), false},
    {"other_owner", offsetof(struct row, other_owner), true},
    {"other_leaves", offsetof(struct row, other_leaves), false},
    {"number", offsetof(struct row, number), false},
    {"reason", offsetof(struct row, reason), true},
};
enum { COLUMN_COUNT = sizeof columns / sizeof columns[0], LINE_MAX_SIZE = 1 << 16 };

static const char *cell_of(const struct row *row, size_t column) {
    const char *at = (const char *)row + columns[column].at;
    return columns[column].pointer ? *(const char *const *)(const void *)at : at;
}

void match_output_header(const struct match_output *output) {
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        fprintf(output->stream, "%s%s", i > 0 ? "," : "", columns[i].name);
    fputc('\n', output->stream);
}

static void print_json(FILE *stream, const struct row *row) {
    json_t *object = json_object();
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        if (cell_of(row, i)[0] != '\0')
            json_object_set_new(object, columns[i].name, json_string(cell_of(row, i)));
    json_dumpf(object, stream, JSON_COMPACT | JSON_PRESERVE_ORDER);
    fputc('\n', stream);
    json_decref(object);
}

static void print_csv(FILE *stream, const struct row *row) {
    struct text line;
    text_init(&line, LINE_MAX_SIZE);
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        if (i > 0) text_add_char(&line, ',');
        csv_add_cell(&line, cell_of(row, i));
    }
    fprintf(stream, "%s\n", text_string(&line));
    text_fini(&line);
}

void match_output_event(const struct match_output *output, const struct matching_event *event) {
    struct row row;
    if (output->trades_only && event->kind != MATCHING_FILL) return;
    row_of(output, event, &row);
    if (output->json)
        print_json(output->stream, &row);
    else
        print_csv(output->stream, &row);
}

static const char *side_name(int32_t side) {
    return side > 0 ? "buy" : side < 0 ? "sell" : "";
}

// Numbers that the kind of event does not tell stay empty.
static void numbers_of(const struct match_output *output, const struct matching_event *e,
                       struct row *row) {
    int price = output->input->price_decimals, qty = output->input->qty_decimals;
    bool auction = e->kind == MATCHING_UNCROSSED || e->kind == MATCHING_INDICATIVE;
    bool fill = e->kind == MATCHING_FILL, level = e->kind == MATCHING_LEVEL;
    bool order = e->kind >= MATCHING_ACCEPTED && e->kind <= MATCHING_TRIGGERED;
    if (e->price != 0) decimal_print(row->price, sizeof row->price, e->price, price);
    if (order || auction || level) decimal_print(row->qty, sizeof row->qty, e->qty, qty);
    if (order && e->reason == REASON_NONE)
        decimal_print(row->leaves, sizeof row->leaves, e->leaves, qty);
    if (fill || auction)
        decimal_print(row->other_leaves, sizeof row->other_leaves, e->other_leaves, qty);
    if (fill || level) snprintf(row->number, sizeof row->number, "%" PRIu64, e->number);
    if (e->kind == MATCHING_MASS_CANCELED)
        snprintf(row->number, sizeof row->number, "%" PRId64, e->qty);
}

static void row_of(const struct match_output *output, const struct matching_event *e,
                   struct row *ret_row) {
    const struct match_input *input = output->input;
    struct row row = {.event = matching_event_name(e->kind), .side = side_name(e->side)};
    bool phase = e->kind == MATCHING_PHASE_CHANGED || e->kind == MATCHING_PHASE_REJECTED;
    timestamp_print(row.time, sizeof row.time, output->time_ns);
    if (e->order_id != 0) snprintf(row.order, sizeof row.order, "%" PRIu64, e->order_id);
    if (e->other_id != 0) snprintf(row.other, sizeof row.other, "%" PRIu64, e->other_id);
    row.owner = e->owner < input->owner_count ? input->owners[e->owner] : "";
    row.other_owner = e->other_owner < input->owner_count ? input->owners[e->other_owner] : "";
    row.reason = e->reason != REASON_NONE ? order_reason_name(e->reason) : "";
    if (phase && e->reason == REASON_NONE) row.reason = matching_phase_name((uint32_t)e->number);
    if (!phase) numbers_of(output, e, &row);
    *ret_row = row;
}

struct side {
    struct matching_quote *quotes;
    uint32_t count;
};

static void quote_cells(struct table *table, const struct match_output *output,
                        const struct side *side, uint32_t level, bool bid) {
    char qty[DECIMAL_TEXT_SIZE] = "", price[DECIMAL_TEXT_SIZE] = "", count[24] = "";
    if (level < side->count) {
        const struct matching_quote *at = &side->quotes[level];
        decimal_print(qty, sizeof qty, at->qty, output->input->qty_decimals);
        decimal_print(price, sizeof price, at->price, output->input->price_decimals);
        if (at->market) snprintf(price, sizeof price, "market");
        snprintf(count, sizeof count, "%u", at->count);
    }
    table_cell(table, "%s", bid ? count : price);
    table_cell(table, "%s", qty);
    table_cell(table, "%s", bid ? price : count);
}

static json_t *side_json(const struct match_output *output, const struct side *side) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < side->count; i++) {
        const struct matching_quote *at = &side->quotes[i];
        char qty[DECIMAL_TEXT_SIZE], price[DECIMAL_TEXT_SIZE];
        decimal_print(qty, sizeof qty, at->qty, output->input->qty_decimals);
        decimal_print(price, sizeof price, at->price, output->input->price_decimals);
        json_array_append_new(list, json_pack("{s:s,s:s,s:I}", "price", at->market ? "" : price,
                                              "qty", qty, "orders", (json_int_t)at->count));
    }
    return list;
}

static void book_json(const struct match_output *output, const struct matching *matching,
                      const struct side sides[2]) {
    struct matching_totals totals = matching_totals(matching);
    char hash[24], last[DECIMAL_TEXT_SIZE] = "";
    int64_t price;
    snprintf(hash, sizeof hash, "%016" PRIx64, matching_hash(matching));
    if (matching_last(matching, &price))
        decimal_print(last, sizeof last, price, output->input->price_decimals);
    json_t *root = json_pack("{s:s,s:s,s:I,s:I,s:s,s:o,s:o}", "phase",
                             matching_phase_name(matching_phase(matching)), "last", last, "trades",
                             (json_int_t)totals.trades, "orders",
                             (json_int_t)matching_order_count(matching), "state", hash, "bids",
                             side_json(output, &sides[0]), "asks", side_json(output, &sides[1]));
    json_dumpf(root, output->stream, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    fputc('\n', output->stream);
    json_decref(root);
}

static void book_table(const struct match_output *output, const struct matching *matching,
                       const struct side sides[2]) {
    struct matching_totals totals = matching_totals(matching);
    char traded[DECIMAL_TEXT_SIZE];
    struct table table;
    decimal_print(traded, sizeof traded, (int128_t)totals.traded, output->input->qty_decimals);
    fprintf(output->stream, "%s; %" PRIu64 " trades of %s, %u orders; state %016" PRIx64 "\n",
            matching_phase_name(matching_phase(matching)), totals.trades, traded,
            matching_order_count(matching), matching_hash(matching));
    table_init(&table, ">orders|>quantity|>bid|>ask|>quantity|>orders");
    for (uint32_t i = 0; i < sides[0].count || i < sides[1].count; i++) {
        quote_cells(&table, output, &sides[0], i, true);
        quote_cells(&table, output, &sides[1], i, false);
    }
    table_print(&table, output->stream);
}

void match_output_book(const struct match_output *output, const struct matching *matching,
                       uint32_t max) {
    struct side sides[2];
    for (int i = 0; i < 2; i++) {
        sides[i].quotes = calloc(max, sizeof *sides[i].quotes);
        sides[i].count = 0;
        if (sides[i].quotes != NULL)
            sides[i].count = matching_levels(matching, i == 0 ? 1 : -1, sides[i].quotes, max);
    }
    if (output->json)
        book_json(output, matching, sides);
    else
        book_table(output, matching, sides);
    free(sides[0].quotes);
    free(sides[1].quotes);
}
