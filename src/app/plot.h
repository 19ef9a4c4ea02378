// SPDX-License-Identifier: Apache-2.0
// Charts into files: panels of lines over one axis of rows, or a matrix as a heat map; SVG or PNG by the
// file's ending.
#ifndef FULMAR_APP_PLOT_H
#define FULMAR_APP_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { PLOT_LINES_MAX = 8, PLOT_PANELS_MAX = 8 };

struct plot_line {
    const char *name;
    const double *values; // [count of the plot]; NaN is a gap
};

struct plot_panel {
    struct plot_line lines[PLOT_LINES_MAX];
    size_t line_count;
    bool stems; // bars from 0 instead of a line
};

struct plot {
    const char *title;
    const char *subtitle;
    size_t count;         // rows
    const int64_t *times; // [count]; NULL: the axis counts rows from 1
    struct plot_panel panels[PLOT_PANELS_MAX];
    size_t panel_count;
};

struct plot_matrix {
    const char *title;
    const char *subtitle;
    const double *values; // row by row
    size_t rows;
    size_t columns;
    // The name of a row or column, valid until the next call.
    const char *(*label)(const void *context, bool row, size_t index);
    const void *context;
};

// The whole file or none. ERR_ARGUMENT: an ending that is neither .svg nor .png; ERR_IO, ERR_NOMEM.
int plot_write(const struct plot *plot, const char *path) MUST_USE;
int plot_write_matrix(const struct plot_matrix *matrix, const char *path) MUST_USE;

#endif
