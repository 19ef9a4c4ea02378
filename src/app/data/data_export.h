// SPDX-License-Identifier: Apache-2.0
// Writes a series of the tape as text.
#ifndef FULMAR_APP_DATA_DATA_EXPORT_H
#define FULMAR_APP_DATA_DATA_EXPORT_H

#include <signal.h>
#include <stdint.h>

#include "base/err.h"
#include "edge/store/tape.h"

struct data_export {
    int64_t from_ns;                   // of the bar's open or the tick's time
    int64_t to_ns;                     // not included
    const char *output;                // NULL: standard output
    const volatile sig_atomic_t *stop; // set from elsewhere: the user asked to stop; NULL = cannot
    uint64_t rows;                     // set by data_export_csv: written
};

// Header and rows, prices and quantities exact, times RFC 3339 (a bar's is its open). A file is written beside its
// name and renamed at the end: on failure what bore the name stands, and nothing else is left; a pipe or a device is
// written as it is. ERR_IO, ERR_INTERRUPTED, ERR_ARGUMENT.
int data_export_csv(const struct tape *tape, struct data_export *data_export) MUST_USE;

#endif
