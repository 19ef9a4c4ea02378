// SPDX-License-Identifier: Apache-2.0
// Orders by hand: what a person, or a program of theirs, asks of the account. They are inputs like any command, and
// what comes of them passes the same rules and the same life cycle as a strategy's orders; they belong to the strategy
// `manual` (strategy/strategy_manual.c), which has a book of its own and decides nothing.
//
// A client id names an order once: placing the same one again is that order, not another. The engine remembers the
// latest of them as state, so that this holds across restarts.
#ifndef FULMAR_ORDER_MANUAL_H
#define FULMAR_ORDER_MANUAL_H

#include "order/order.h"

enum { MANUAL_ID_SIZE = 40 }; // with its NUL

struct manual_order {
    char client_id[MANUAL_ID_SIZE]; // printable ASCII without blanks, NUL-padded
    uint32_t instrument;
    int32_t side;  // +1 buy, -1 sell
    uint16_t type; // enum order_type
    uint16_t tif;
    uint32_t flags; // enum order_flags
    qty_t qty;      // PLACE: > 0, a multiple of the lot; REPLACE: the new total, 0: as it is
    price_t limit_price;
    price_t stop_price;
    price_t trail;
    int64_t expire_ns; // GTD
    uint64_t reserved;
};
_Static_assert(sizeof(struct manual_order) == 104, "journal format");

// EVENT_PLACE, EVENT_TAKE_BACK, EVENT_AMEND.
struct manual_event {
    struct event_header header;
    uint64_t actor;    // who, in the numbers of whoever keeps people
    uint64_t order_id; // TAKE_BACK, AMEND: of any order; 0: by client_id
    struct manual_order order;
};
_Static_assert(sizeof(struct manual_event) == EVENT_SIZE_MANUAL, "journal format");

enum manual_outcome {
    MANUAL_DONE,
    MANUAL_DUPLICATE, // the client id is an order's already: order_id
    MANUAL_VETOED,    // an EVENT_VETO of the same input says why
    MANUAL_NOT_FOUND,
    MANUAL_TOO_LATE, // the order is done, or its state does not allow it
    MANUAL_INVALID,  // a field that cannot be, or there is no strategy `manual`
    MANUAL_OUTCOME_COUNT
};

// EVENT_MANUAL: what became of it.
struct manual_result_event {
    struct event_header header;
    uint64_t order_id; // 0: none
    uint32_t outcome;  // enum manual_outcome
    uint32_t reserved;
};
_Static_assert(sizeof(struct manual_result_event) == 48, "journal format");

const char *
manual_outcome_name(uint32_t outcome); // "done", "duplicate"; NULL for a number that names nothing

// Whether a client id is one: 1 to 39 printable ASCII characters without blanks, then NULs only.
bool manual_id_is_valid(const char id[MANUAL_ID_SIZE]);

#endif
