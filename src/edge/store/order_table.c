// SPDX-License-Identifier: Apache-2.0
#include "edge/store/order_table.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/check.h"

enum { ROWS_FIRST = 1024 };

static int table_grow(struct order_table *table);
static uint32_t home_of(const struct order_table *table, uint32_t owner, uint64_t id);

void order_table_fini(struct order_table *table) {
    free(table->rows);
    *table = (struct order_table){0};
}

struct order_row *order_table_find(struct order_table *table, uint32_t owner, uint64_t id) {
    if (table->rows == NULL) return NULL;
    for (uint32_t at = home_of(table, owner, id); table->rows[at].side != 0;
         at = (at + 1) & table->mask) {
        struct order_row *row = &table->rows[at];
        if (row->id == id && row->owner == owner) return row;
    }
    return NULL;
}

int order_table_put(struct order_table *table, const struct order_row *row) {
    DCHECK(row->side != 0 && order_table_find(table, row->owner, row->id) == NULL);
    if (table->rows == NULL || table->count > table->mask / 2) TRY(table_grow(table));
    uint32_t at = home_of(table, row->owner, row->id);
    while (table->rows[at].side != 0) at = (at + 1) & table->mask;
    table->rows[at] = *row;
    table->count++;
    return 0;
}

void order_table_remove(struct order_table *table, struct order_row *row) {
    uint32_t hole = (uint32_t)(row - table->rows);
    for (uint32_t at = (hole + 1) & table->mask; table->rows[at].side != 0;
         at = (at + 1) & table->mask) {
        uint32_t home = home_of(table, table->rows[at].owner, table->rows[at].id);
        if (((at - home) & table->mask) < ((at - hole) & table->mask)) continue;
        table->rows[hole] = table->rows[at];
        hole = at;
    }
    table->rows[hole] = (struct order_row){0};
    table->count--;
}

// What follows a removed row moves into its place, so a place is left only when it holds another's.
void order_table_clear(struct order_table *table, uint32_t owner) {
    for (uint32_t removed = 1; removed > 0 && table->count > 0;) {
        removed = 0;
        for (uint32_t at = 0; at <= table->mask;) {
            struct order_row *row = &table->rows[at];
            bool owned = row->side != 0 && row->owner == owner;
            if (owned) order_table_remove(table, row);
            removed += owned;
            at += !owned;
        }
    }
}

static int table_grow(struct order_table *table) {
    uint32_t size = table->rows == NULL ? ROWS_FIRST : (table->mask + 1) * 2;
    if (size > 2u * ORDER_TABLE_MAX)
        return ERR_SET(ERR_FULL, "more than %d orders at once", ORDER_TABLE_MAX);
    struct order_table grown = {.rows = calloc(size, sizeof *grown.rows), .mask = size - 1};
    if (grown.rows == NULL) return ERR_SET(ERR_NOMEM, "no memory for %u orders", size / 2);
    for (uint32_t i = 0; table->rows != NULL && i <= table->mask; i++) {
        const struct order_row *row = &table->rows[i];
        if (row->side == 0) continue;
        uint32_t at = home_of(&grown, row->owner, row->id);
        while (grown.rows[at].side != 0) at = (at + 1) & grown.mask;
        grown.rows[at] = *row;
        grown.count++;
    }
    free(table->rows);
    *table = grown;
    return 0;
}

static uint32_t home_of(const struct order_table *table, uint32_t owner, uint64_t id) {
    uint64_t hash = (id ^ (uint64_t)owner << 40) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(hash >> 32) & table->mask;
}
