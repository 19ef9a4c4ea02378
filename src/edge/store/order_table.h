// SPDX-License-Identifier: Apache-2.0
// The orders that a file of changes has added so far, for formats that name an order by its number alone and leave
// its side, its price and what is left of it to be remembered. It grows as the file needs it, up to a limit.
#ifndef FULMAR_EDGE_STORE_ORDER_TABLE_H
#define FULMAR_EDGE_STORE_ORDER_TABLE_H

#include <stdint.h>

#include "base/err.h"

enum { ORDER_TABLE_MAX = 1 << 26 };

struct order_row {
    uint64_t id;
    int64_t price;
    int64_t qty;    // left
    int64_t filled; // the importer's own
    uint32_t owner; // whose numbers these are: a number is one order of one owner
    int32_t side;   // +1 or -1
};

struct order_table {
    struct order_row *rows; // open addressing; side 0: empty
    uint32_t mask;
    uint32_t count;
};

// An empty table is all zero; it ends with order_table_fini.
void order_table_fini(struct order_table *table);

// NULL: not there. Valid until the next put or remove.
struct order_row *order_table_find(struct order_table *table, uint32_t owner, uint64_t id);
// Adds an order that is not there. ERR_FULL, ERR_NOMEM.
int order_table_put(struct order_table *table, const struct order_row *row) MUST_USE;
void order_table_remove(struct order_table *table, struct order_row *row);
// Removes all orders of an owner.
void order_table_clear(struct order_table *table, uint32_t owner);

#endif
