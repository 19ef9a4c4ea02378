// SPDX-License-Identifier: Apache-2.0
// Several series of bars side by side, a column each: closes of the instants (days, where bars are a day or longer) at
// which all of them have a bar, as prices or as simple returns, and as CSV for what reads that.
#ifndef FULMAR_EDGE_API_PANEL_H
#define FULMAR_EDGE_API_PANEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "edge/api/tape_cache.h"

enum { PANEL_SERIES_MAX = 64, PANEL_NAME_SIZE = 48, PANEL_ROWS_MAX = 20000 };

struct panel_options {
    const char *const *series; // VENUE/SYMBOL/kind, or a part that names one
    size_t count;
    int64_t from_ns, to_ns; // of closes; to_ns is not included
    size_t rows;            // the latest so many prices; at most PANEL_ROWS_MAX
};

struct panel {
    size_t count, rows;
    char names[PANEL_SERIES_MAX]
              [PANEL_NAME_SIZE]; // the symbol; VENUE:SYMBOL where two have the same
    int64_t *close_ns;           // [rows], of the first series
    double *prices;              // [count][rows]
};

// ERR_NOT_FOUND: no such series; ERR_ARGUMENT: a name that several fit, no bars, or bars of another length; ERR_RANGE:
// fewer than three common rows. To be freed either way.
int panel_read(struct tape_cache *tapes, const char *root, const struct panel_options *options,
               struct panel *ret_panel) MUST_USE;
void panel_free(struct panel *panel);

// Row r is what came of row r to r + 1.
double panel_return(const struct panel *panel, size_t column, size_t row);
void panel_print(const struct panel *panel, bool returns, struct text *out);

#endif
