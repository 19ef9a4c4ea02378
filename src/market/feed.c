// SPDX-License-Identifier: Apache-2.0
#include "market/feed.h"

#include <stddef.h>

// What the records of a kind carry.
struct feed_rule {
    const char *name;
    enum { NO_SIDE, ANY_SIDE, ONE_SIDE } side; // 0; -1 to 1; -1 or 1
    bool priced;                               // else price is 0
    int64_t qty_min;
    int64_t qty_max;
};

static const struct feed_rule rules[FEED_KIND_END] = {
    [FEED_LEVEL] = {"level", ONE_SIDE, true, 0, INT64_MAX},
    [FEED_SNAPSHOT] = {"snapshot", ONE_SIDE, true, 0, INT64_MAX},
    [FEED_CLEAR] = {"clear", ANY_SIDE, false, 0, 0},
    [FEED_TRADE] = {"trade", ANY_SIDE, true, 1, INT64_MAX},
    [FEED_BEST] = {"best", ONE_SIDE, true, 0, INT64_MAX},
    [FEED_ADD] = {"add", ONE_SIDE, true, 1, INT64_MAX},
    [FEED_MODIFY] = {"modify", ONE_SIDE, true, 1, INT64_MAX},
    [FEED_REDUCE] = {"reduce", ONE_SIDE, false, 1, INT64_MAX},
    [FEED_DELETE] = {"delete", ONE_SIDE, false, 0, INT64_MAX},
    [FEED_EXECUTE] = {"execute", ONE_SIDE, true, 1, INT64_MAX},
    [FEED_STATUS] = {"status", NO_SIDE, false, FEED_TRADING, FEED_CLOSED},
    [FEED_FAULT] = {"fault", ANY_SIDE, false, FEED_GAP, FEED_FAULT_END - 1},
};

bool feed_record_valid(const struct feed_record *record) {
    int kind = feed_kind_of(record->what), side = feed_side_of(record->what);
    int flags = feed_flags_of(record->what);
    if (kind >= FEED_KIND_END || !rules[kind].name || flags & ~FEED_FLAGS) return false;
    const struct feed_rule *rule = &rules[kind];
    if (record->what != feed_what(kind, side, flags) || (record->what >> 8 & 3) == 2) return false;
    if (side == 0 ? rule->side == ONE_SIDE : rule->side == NO_SIDE) return false;
    if (!rule->priced && record->price != 0) return false;
    return record->qty >= rule->qty_min && record->qty <= rule->qty_max;
}

const char *feed_kind_name(enum feed_kind kind) {
    return kind < FEED_KIND_END ? rules[kind].name : NULL;
}

const char *feed_fault_name(enum feed_fault fault) {
    static const char *const names[FEED_FAULT_END] = {
        [FEED_GAP] = "gap",
        [FEED_CHECKSUM] = "checksum",
        [FEED_CROSSED] = "crossed",
        [FEED_UNKNOWN_ORDER] = "unknown_order",
    };
    return fault < FEED_FAULT_END ? names[fault] : NULL;
}

const char *feed_status_name(enum feed_status status) {
    static const char *const names[] = {[FEED_TRADING] = "trading",
                                        [FEED_HALTED] = "halted",
                                        [FEED_AUCTION] = "auction",
                                        [FEED_CLOSED] = "closed"};
    return status <= FEED_CLOSED ? names[status] : NULL;
}
