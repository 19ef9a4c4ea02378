// SPDX-License-Identifier: Apache-2.0
// Volume profiles of a list of trades, as the command line shows them.
#ifndef FULMAR_APP_DATA_PROFILE_SET_H
#define FULMAR_APP_DATA_PROFILE_SET_H

#include "app/data/trade_list.h"
#include "quant/footprint/rolling_profile.h"

enum profile_kind { PROFILE_FIXED, PROFILE_SESSION, PROFILE_ROLLING };

struct profile_print {
    int64_t from_ns; // rolling: exclusive
    int64_t to_ns;   // rolling: inclusive
    struct volume_at_price_cell all;
    struct volume_at_price_area area;
    int64_t low; // first row
    uint32_t rows;
    struct volume_at_price_cell *cells; // [rows]; NULL: not kept (rolling, but for the last)
    size_t *high_nodes;                 // indices of rows; [rows]
    size_t *low_nodes;
    size_t high_count;
    size_t low_count;
};

struct profile_set {
    const struct trade_list *list;
    enum profile_kind kind;
    int64_t span_ns; // rolling
    int64_t step_ns;
    int64_t share_ppm;
    size_t smooth; // of nodes
    double prominence;
    bool extended;
    struct profile_print *profiles;
    size_t count;
    size_t max;
    uint64_t outside; // trades in no session
};

// All but the last four are set. ERR_NOMEM; ERR_FULL with the remedy; ERR_ARGUMENT: more than a million steps;
// ERR_NOT_FOUND: no trade in a session. To be freed either way.
int profile_set_make(struct profile_set *set) MUST_USE;
void profile_set_fini(struct profile_set *set);

int64_t profile_set_bottom(const struct profile_set *set, int64_t row); // lowest price of a row
int64_t profile_set_top(const struct profile_set *set, int64_t row);    // and the highest

// Profiles side by side, or the course of a rolling one. ERR_ARGUMENT, ERR_IO, ERR_NOMEM.
int profile_set_draw(const struct profile_set *set, const char *path) MUST_USE;

#endif
