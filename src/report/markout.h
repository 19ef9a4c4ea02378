// SPDX-License-Identifier: Apache-2.0
// Mark-outs: where the middle of the book was before and after our fills. It is worked out when the future has become
// the past: a fill waits here until its last horizon is over, at most MARKOUT_WAITING_MAX of an instrument at a time;
// the oldest of more is given up, and counted.
//
// Definitions, s = +1 for a buy and -1 for a sell of ours, p the fill's price, m(t) the middle of the best prices at
// the venue at t, all of the feed that is stamped t or before included, and T the instant of the fill at the venue:
//   m         m(T) for an order of ours that took, the last middle before T for one that rested: what filled it
//             is not in the price that it is compared with
//   move      s (m(T + h) - m), h from -5 min to 5 min: below 0 the price went against us
//   effective spread     2 a (p - m), a the aggressor's sign: s where we took, -s where we rested; the taker pays it
//   price impact         2 a (m(T + h) - m)
//   realised spread      2 a (p - m(T + h)) = effective spread - price impact
// (Huang and Stoll, "Dealer versus auction markets", Journal of Financial Economics 41, 1996; SEC Rule 605.) Ratios are
// of m, in basis points, each fill counting once. Standard errors take fills for independent, which fills that
// are close in time are not.
//
// Money: N is what the filled quantity is worth at the fill's price, V(t) the mean of its worths at bid and at ask,
// rounded half to even; both as ledger_value has them: an inverse contract's have the other sign. A fill that no middle
// is known for has V = N; a horizon without one has V(T + h) = V.
#ifndef FULMAR_REPORT_MARKOUT_H
#define FULMAR_REPORT_MARKOUT_H

#include "ledger/ledger.h"
#include "report/touch.h"

enum {
    MARKOUT_AFTER = 8,     // horizons after the fill
    MARKOUT_HORIZONS = 16, // the same before it, the farthest first, then those after it
    MARKOUT_WAITING_MAX = 1 << 16
};

// Of makers and takers, buys and sells.
enum markout_group {
    MARKOUT_MAKER_BUY,
    MARKOUT_MAKER_SELL,
    MARKOUT_TAKER_BUY,
    MARKOUT_TAKER_SELL,
    MARKOUT_GROUPS
};

// Of the fills of a group whose middle is known at the fill and at the horizon.
struct markout_sum {
    uint64_t count;
    double mean;      // of the move, basis points
    double squares;   // sum of squared deviations from the mean
    double effective; // sum of effective spreads, basis points
    double impact;    // sum of price impacts
    money_t moved;    // s (V(T + h) - V)
};

struct markout_fill {
    int64_t ts_ns; // T
    price_t price;
    qty_t qty;
    money_t worth; // N
    int32_t side;
    uint32_t group; // enum markout_group
};

struct markout_waiting {
    money_t value; // V, unsigned
    double middle; // twice m, mantissa; 0: not known
    struct markout_fill fill;
    double effective; // basis points
};

struct markouts {
    const struct ledger *ledger;
    const struct touches *touches;   // of the venue
    struct markout_waiting *waiting; // [MARKOUT_WAITING_MAX], a ring; NULL until the first fill
    uint64_t first, end;             // of those that wait
    uint64_t next[MARKOUT_AFTER];    // whose turn it is at each horizon
    struct markout_sum sums[MARKOUT_GROUPS][MARKOUT_HORIZONS];
    money_t bought;    // sum of s N
    money_t spread[2]; // sum of s (V - N), of makers and of takers
    money_t
        moved[2]
             [MARKOUT_AFTER]; // sum of s (V(T + h) - V), of all fills; complete after markouts_end
    uint64_t fills;
    uint64_t makers;         // of them
    uint64_t without_middle; // fills
    uint64_t given_up;       // horizons of fills that did not wait to their end
    uint32_t instrument;
};

// -5 min, ..., 5 min; ns.
int64_t markout_horizon_ns(int horizon);

// What the fill met: see m above. NULL: not known.
const struct touch *markout_met(const struct touches *touches, int64_t ts_ns,
                                enum markout_group group);

void markouts_init(struct markouts *markouts, const struct ledger *ledger,
                   const struct touches *touches, uint32_t instrument);
void markouts_fini(struct markouts *markouts);
int markouts_add(struct markouts *markouts, const struct markout_fill *fill) MUST_USE; // ERR_NOMEM

// Takes the horizons that are over at the latest instant of `touches`. O(1) where none is.
void markouts_advance(struct markouts *markouts);
// The horizons that reach beyond the feed are in no curve; in `moved` they stand at the feed's last middle.
void markouts_end(struct markouts *markouts);

// Adds the fills of one sum to another (Chan, Golub and LeVeque, 1979).
void markout_merge(struct markout_sum *sum, const struct markout_sum *other);
double
markout_error(const struct markout_sum *sum); // standard error of the mean; NaN below two fills

#endif
