// SPDX-License-Identifier: Apache-2.0
// What a person at a terminal sees: aligned tables, colour where it is wanted, progress on stderr.
#ifndef FULMAR_APP_TERMINAL_H
#define FULMAR_APP_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/text.h"

// Colour on `stream`: a terminal, NO_COLOR not set, TERM not "dumb"; CLICOLOR_FORCE overrides.
bool terminal_color(FILE *stream);

// Columns of the terminal on `stream`, from 60 to 120; 80 where it is none.
size_t terminal_width(FILE *stream);

// A progress line on stderr with rate and time left: shown only on a terminal and only once the work has
// taken a second; redrawn at most ten times a second.
//
// Where $FULMAR_PROGRESS_FD names a descriptor, programs are told there, as often, in lines of JSON:
// {"unit":"bars","done":1000,"total":5000,"rate":123.4}
struct progress {
    const char *what;
    const char *unit; // "rows", "bars"
    uint64_t total;   // 0: not known
    int64_t started_ns;
    int64_t drawn_ns;
    bool shown;
    bool terminal;
    int fd; // for programs; -1: none
};
void progress_start(struct progress *progress, const char *what, const char *unit, uint64_t total);
void progress_update(struct progress *progress, uint64_t done);
void progress_end(struct progress *progress); // clears the line

// A table: cells are added row by row, columns are aligned when it is printed. Numbers to the right.
enum { TABLE_COLUMNS_MAX = 16 };
struct table {
    struct text cells; // cells separated by NUL
    size_t columns;
    size_t count; // cells
    bool right[TABLE_COLUMNS_MAX];
};
// header: column names separated by '|'; a name that begins with '>' is right-aligned.
void table_init(struct table *table, const char *header);
void table_cell(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
void table_print(struct table *table, FILE *stream); // and frees it

// "1,234,567".
const char *thousands(char buf[32], int64_t value);

// Seconds of the monotonic clock, for elapsed times shown to people.
int64_t monotonic_ns(void);

#endif
