// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/params.h"
#include "quant/option/payoff.h"

#define C PAYOFF_CALL
#define P PAYOFF_PUT
#define SHARE PAYOFF_SHARE

// Names and legs as in Natenberg, "Option Volatility and Pricing", 2nd ed., 2015.
static const struct payoff_name names[] = {
    {"long-call", 1, 1, {{C, 0, 1}}},
    {"short-call", 1, 1, {{C, 0, -1}}},
    {"long-put", 1, 1, {{P, 0, 1}}},
    {"short-put", 1, 1, {{P, 0, -1}}},
    {"covered-call", 1, 2, {{SHARE, 0, 1}, {C, 0, -1}}},
    {"protective-put", 1, 2, {{SHARE, 0, 1}, {P, 0, 1}}},
    {"collar", 2, 3, {{SHARE, 0, 1}, {P, 0, 1}, {C, 1, -1}}},
    {"synthetic-long", 1, 2, {{C, 0, 1}, {P, 0, -1}}},
    {"synthetic-short", 1, 2, {{C, 0, -1}, {P, 0, 1}}},
    {"risk-reversal", 2, 2, {{P, 0, -1}, {C, 1, 1}}},
    {"bull-call-spread", 2, 2, {{C, 0, 1}, {C, 1, -1}}},
    {"bear-call-spread", 2, 2, {{C, 0, -1}, {C, 1, 1}}},
    {"bull-put-spread", 2, 2, {{P, 0, 1}, {P, 1, -1}}},
    {"bear-put-spread", 2, 2, {{P, 0, -1}, {P, 1, 1}}},
    {"long-straddle", 1, 2, {{C, 0, 1}, {P, 0, 1}}},
    {"short-straddle", 1, 2, {{C, 0, -1}, {P, 0, -1}}},
    {"long-strangle", 2, 2, {{P, 0, 1}, {C, 1, 1}}},
    {"short-strangle", 2, 2, {{P, 0, -1}, {C, 1, -1}}},
    {"strip", 1, 2, {{C, 0, 1}, {P, 0, 2}}},
    {"strap", 1, 2, {{C, 0, 2}, {P, 0, 1}}},
    {"call-butterfly", 3, 3, {{C, 0, 1}, {C, 1, -2}, {C, 2, 1}}},
    {"put-butterfly", 3, 3, {{P, 0, 1}, {P, 1, -2}, {P, 2, 1}}},
    {"iron-butterfly", 3, 4, {{P, 0, 1}, {P, 1, -1}, {C, 1, -1}, {C, 2, 1}}},
    {"call-condor", 4, 4, {{C, 0, 1}, {C, 1, -1}, {C, 2, -1}, {C, 3, 1}}},
    {"put-condor", 4, 4, {{P, 0, 1}, {P, 1, -1}, {P, 2, -1}, {P, 3, 1}}},
    {"iron-condor", 4, 4, {{P, 0, 1}, {P, 1, -1}, {C, 2, -1}, {C, 3, 1}}},
    {"call-ratio-spread", 2, 2, {{C, 0, 1}, {C, 1, -2}}},
    {"put-ratio-spread", 2, 2, {{P, 1, 1}, {P, 0, -2}}},
    {"call-backspread", 2, 2, {{C, 0, -1}, {C, 1, 2}}},
    {"put-backspread", 2, 2, {{P, 1, -1}, {P, 0, 2}}},
    {"jade-lizard", 3, 3, {{P, 0, -1}, {C, 1, -1}, {C, 2, 1}}},
    {"box", 2, 4, {{C, 0, 1}, {C, 1, -1}, {P, 1, 1}, {P, 0, -1}}},
    // From here on the second half of the legs is of the second expiry.
    {"call-calendar", 1, 2, {{C, 0, -1}, {C, 0, 1}}},
    {"put-calendar", 1, 2, {{P, 0, -1}, {P, 0, 1}}},
    {"call-diagonal", 2, 2, {{C, 1, -1}, {C, 0, 1}}},
    {"put-diagonal", 2, 2, {{P, 0, -1}, {P, 1, 1}}},
    {"jelly-roll", 1, 4, {{C, 0, -1}, {P, 0, 1}, {C, 0, 1}, {P, 0, -1}}},
};
enum { NAME_COUNT = sizeof names / sizeof *names, LATE_COUNT = 5 };

size_t payoff_name_count(void) {
    return NAME_COUNT;
}

const struct payoff_name *payoff_name_at(size_t index) {
    CHECK(index < NAME_COUNT);
    return &names[index];
}

static int unknown(const char *name) {
    const char *list[NAME_COUNT];
    for (size_t i = 0; i < NAME_COUNT; i++) list[i] = names[i].name;
    const char *nearest = nearest_name(name, list, NAME_COUNT);
    if (nearest == NULL) return ERR_SET(ERR_NOT_FOUND, "there is no position '%s'", name);
    return ERR_SET(ERR_NOT_FOUND, "there is no position '%s'; did you mean %s?", name, nearest);
}

int payoff_from_name(const char *name, const double *strikes, size_t count, double apart,
                     struct payoff *ret_position) {
    size_t at = 0;
    while (at < NAME_COUNT && strcmp(names[at].name, name) != 0) at++;
    if (at == NAME_COUNT) return unknown(name);
    if (count != names[at].strikes)
        return ERR_SET(ERR_ARGUMENT, "%s has %zu strike%s, not %zu", name, names[at].strikes,
                       names[at].strikes == 1 ? "" : "s", count);
    for (size_t i = 0; i < count; i++)
        if (!(strikes[i] > (i > 0 ? strikes[i - 1] : 0) && isfinite(strikes[i])))
            return ERR_SET(ERR_ARGUMENT, "the strikes of %s ascend from above 0", name);
    struct payoff position = {.count = names[at].legs};
    for (size_t i = 0; i < position.count; i++) {
        bool late = at >= NAME_COUNT - LATE_COUNT && i >= position.count / 2;
        if (late && !(apart > 0 && isfinite(apart)))
            return ERR_SET(ERR_ARGUMENT, "%s has two expiries: a time above 0 parts them", name);
        position.legs[i] = (struct payoff_leg){.kind = names[at].leg[i].kind,
                                               .strike = strikes[names[at].leg[i].strike],
                                               .quantity = names[at].leg[i].quantity,
                                               .vol = NAN,
                                               .later = late ? apart : 0};
    }
    *ret_position = position;
    return 0;
}
