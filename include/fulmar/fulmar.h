// SPDX-License-Identifier: Apache-2.0
// Fulmar inside another program: tapes as columns, functions of quant/, backtests, strategies of the program's own.
// What libfulmar.so exports; the Python package is made of it.
//
// Functions that return int give 0, or a negative code with a story for people in fulmar_error(). Objects are made by
// one function and given back to another; NULL may be given back. Tapes may be read from several threads, one thread
// a tape; backtests and added strategies are for one thread at a time.
#ifndef FULMAR_FULMAR_H
#define FULMAR_FULMAR_H

#include <fulmar/strategy.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define FULMAR_EXPORT __attribute__((visibility("default")))
#else
#define FULMAR_EXPORT
#endif

#define FULMAR_ABI 1

enum fulmar_library_limit { FULMAR_COLUMNS_MAX = 8, FULMAR_OUTPUTS_MAX = 32 };

FULMAR_EXPORT int32_t fulmar_abi(void);         // FULMAR_ABI of the library
FULMAR_EXPORT const char *fulmar_version(void); // "0.1.0"
FULMAR_EXPORT const char *
fulmar_error(void); // of the thread's last failure, until its next; "" before
FULMAR_EXPORT const char *fulmar_code(int error); // "not_found", "parse" ...

// Tapes: market data on disk, mapped into memory.
struct fulmar_tape;

// Calls `visit` with "VENUE/SYMBOL/kind" of every series under root; a negative answer ends it and is returned.
FULMAR_EXPORT int fulmar_tape_list(const char *root, int (*visit)(void *self, const char *series),
                                   void *self);
// `series` may be a part of the name that only one has.
FULMAR_EXPORT int fulmar_tape_open(const char *root, const char *series,
                                   struct fulmar_tape **ret_tape);
FULMAR_EXPORT void fulmar_tape_close(struct fulmar_tape *tape);
FULMAR_EXPORT const char *fulmar_tape_series(const struct fulmar_tape *tape);
FULMAR_EXPORT uint32_t fulmar_tape_partitions(const struct fulmar_tape *tape);

enum fulmar_column_unit {
    FULMAR_NANOSECONDS = -2, // since 1970-01-01 UTC
    FULMAR_INTEGER = -1,     // a number or bits
    // from 0: a decimal, as its mantissa with so many digits behind the point
};

// Columns of a partition, where they are on the tape: nothing is copied. Valid until the tape is closed.
struct fulmar_columns {
    uint64_t rows;
    uint32_t count;
    uint32_t reserved;
    const char *names[FULMAR_COLUMNS_MAX];
    const int64_t *values[FULMAR_COLUMNS_MAX];
    int32_t units[FULMAR_COLUMNS_MAX]; // enum fulmar_column_unit, or decimals
};
FULMAR_EXPORT int fulmar_tape_columns(const struct fulmar_tape *tape, uint32_t partition,
                                      struct fulmar_columns *ret_columns);

// Functions: indicators and statistics.
//
// All of them as JSON, or those of a group: what `fulmar calc --list --json` prints. To be freed.
FULMAR_EXPORT int fulmar_functions(const char *group, char **ret_json);
FULMAR_EXPORT void fulmar_free(void *memory);

struct fulmar_values;
// One function over columns of `rows` values, NaN where there is none, as `fulmar calc` evaluates it. Parameters are
// "name=value".
FULMAR_EXPORT int fulmar_calc(const char *name, const char *const *params, uint32_t param_count,
                              const double *const *columns, uint32_t column_count, uint64_t rows,
                              struct fulmar_values **ret_values);
FULMAR_EXPORT void fulmar_values_free(struct fulmar_values *values);

enum fulmar_shape { FULMAR_NUMBER = 0, FULMAR_VECTOR = 1, FULMAR_MATRIX = 2, FULMAR_SERIES = 3 };
struct fulmar_output {
    const char *name;
    int32_t shape; // enum fulmar_shape
    uint32_t reserved;
    uint64_t rows;        // of a matrix; the length of a vector or a series; 1 of a number
    uint64_t columns;     // of a matrix, else 1
    const double *values; // row by row
};
FULMAR_EXPORT uint32_t fulmar_values_count(const struct fulmar_values *values);
FULMAR_EXPORT int fulmar_values_get(const struct fulmar_values *values, uint32_t output,
                                    struct fulmar_output *ret_output);

// Strategies of the program's own, which a configuration names as "host/NAME" where `name` is NAME. What `strategy`
// points to stays as it is until another one takes its name; eight names at most, plug-ins of files counted with them.
FULMAR_EXPORT int fulmar_strategy_add(const char *name, const struct fulmar_strategy *strategy);

// Backtests: a configuration in YAML, as `fulmar backtest --config` reads it, over the tapes under root.
struct fulmar_run;
FULMAR_EXPORT int fulmar_backtest(const char *configuration, const char *root,
                                  struct fulmar_run **ret_run);
FULMAR_EXPORT void fulmar_run_free(struct fulmar_run *run);
// The report as JSON, a table of it as CSV, the page as HTML: as the program writes them. To be freed.
FULMAR_EXPORT int fulmar_run_json(struct fulmar_run *run, char **ret_text);
FULMAR_EXPORT int fulmar_run_table(struct fulmar_run *run, const char *table, char **ret_text);
FULMAR_EXPORT int fulmar_run_page(struct fulmar_run *run, char **ret_text);
FULMAR_EXPORT uint64_t fulmar_run_state_hash(const struct fulmar_run *run);

#ifdef __cplusplus
}
#endif

#endif
