// SPDX-License-Identifier: Apache-2.0
// What every benchmark shares: timing, medians, rows.
//
// A benchmark takes `samples` timings of one piece of work after a warm-up, checks the results of that work
// against a reference in the same run, and emits a row. Where there is a peer, it ran on the same input in the
// same run (bench/peers/), and its results were compared too.
#ifndef FULMAR_BENCH_BENCH_H
#define FULMAR_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"

enum { BENCH_SAMPLES_MAX = 64, BENCH_CHECK_SIZE = 512 };

struct bench_row {
    const char *name;
    const char *unit; // of value, p50 and p99: "events/s", "MB/s", "s"
    double samples[BENCH_SAMPLES_MAX];
    size_t count;
    bool bigger_is_better;
    char peer[64]; // empty: none
    char peer_version[64];
    double peer_value;
    double peer_ours; // our figure on the peer's input where that is not the row's; 0: p50
    char input_sha256[SHA256_TEXT_SIZE];
    char result_check[BENCH_CHECK_SIZE]; // what was compared, and that it held
};

struct bench {
    const char *name;
    const char *summary;
    // Fills the row; negative when the benchmark could not run or a result differed (it says so on stderr).
    int (*run)(struct bench_row *ret_row);

    // A benchmark of many parts can measure each alone; NULL: it has none. Names begin with the benchmark's.
    size_t (*part_count)(void);
    const char *(*part_name)(size_t part);
    int (*run_part)(size_t part, struct bench_row *ret_row);
};

// What `run` returns for a row that is measured but whose results differ: it is shown, and the program fails.
enum { BENCH_DIFFERS = 1 };

extern const struct bench bench_bar_engine;
extern const struct bench bench_csv_import;
extern const struct bench bench_decision_path;
extern const struct bench bench_enhancements;
extern const struct bench bench_footprint;
extern const struct bench bench_hmm;
extern const struct bench bench_http_echo;
extern const struct bench bench_json_frames;
extern const struct bench bench_tape_read;
extern const struct bench bench_tape_events;
extern const struct bench bench_portfolio_249;
extern const struct bench bench_orchestra_249;
extern const struct bench bench_itch_parse;
extern const struct bench bench_journal_append;
extern const struct bench bench_journal_replay;
extern const struct bench bench_cli_start;
extern const struct bench bench_garch;
extern const struct bench bench_l2_replay;
extern const struct bench bench_l2_maker;
extern const struct bench bench_matching;
extern const struct bench bench_mean_variance;
extern const struct bench bench_microstructure;
extern const struct bench bench_l3_book;
extern const struct bench bench_option_iv;
extern const struct bench bench_option_greeks;
extern const struct bench bench_option_greeks_all;
extern const struct bench bench_mc_var;
extern const struct bench bench_var_update;
extern const struct bench bench_risk_check;
extern const struct bench bench_security_overhead;
extern const struct bench bench_talib;
extern const struct bench bench_streaming;
extern const struct bench bench_engine_under_load;
extern const struct bench bench_session_halt;
extern const struct bench bench_session_kill;
extern const struct bench bench_session_order;
extern const struct bench bench_session_rate;
extern const struct bench bench_surface;
extern const struct bench bench_ws_fanout_1000;
extern const struct bench bench_ws_fanout_10000;
extern const struct bench bench_cscv;
extern const struct bench bench_monte_carlo;
extern const struct bench bench_run_statistics;
extern const struct bench bench_sweep_minutes;
extern const struct bench bench_sweep_others;
extern const struct bench bench_sweep_sma;
extern const struct bench bench_walkforward;
extern const struct bench bench_zoom;

// Seconds, monotonic, less what this thread has waited for a processor that others held: a difference of two
// is what the work takes on a core of its own, waiting for the disk included.
double bench_now(void);

// A directory for the benchmark's files, removed at exit. Absolute.
const char *bench_directory(void);

// The path of a shared input, or NULL with a message on stderr that says what is missing.
const char *bench_shared(const char *relative);

// The whole of a (possibly .xz) file in memory from malloc, a NUL behind it; the caller frees. NULL with a message.
char *bench_load(const char *path, size_t *ret_size);

// Sorts samples; returns their median.
double bench_sort(double *samples, size_t count);

// Removes a file or a directory with all that is in it.
void bench_remove(const char *path);

// Allocations (malloc, calloc, realloc, ...) of this process so far.
uint64_t bench_allocations(void);

// The most memory that the process has held at once since the last bench_peak_reset(), in MiB; 0 when the
// system does not tell.
void bench_peak_reset(void);
double bench_peak_mib(void);

#endif
