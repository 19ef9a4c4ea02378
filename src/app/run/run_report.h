// SPDX-License-Identifier: Apache-2.0
// Between a run and its report: what the report layer cannot see (configuration, engine, tapes) is told to it
// in plain arguments.
#ifndef FULMAR_APP_RUN_RUN_REPORT_H
#define FULMAR_APP_RUN_RUN_REPORT_H

#include "app/command.h"
#include "app/run/run.h"
#include "base/hash.h"
#include "market/source.h"
#include "report/report.h"
#include "research/backtest.h"

struct run_report;

// Reads the benchmark's closes from the tape, if the run names one. The run outlives the report. Of a run that replays
// a journal the report has what the journal has, and tape_root may be NULL.
int run_report_new(struct run *run, const char *tape_root, struct run_report **ret_report) MUST_USE;
void run_report_free(struct run_report *report); // NULL is fine

// What it fills; the report's own.
const struct report *run_report_get(const struct run_report *report);

// What tells a run to it; journal and progress are the caller's to add.
struct backtest_observer run_report_observer(struct run_report *report);
int run_report_set_journal(struct run_report *report, const uint8_t digest[SHA256_SIZE]) MUST_USE;
int run_report_finish(struct run_report *report, const struct backtest_result *result) MUST_USE;

// The page, the tables into a directory that is made, the JSON.
int run_report_page(struct run_report *report, const char *path) MUST_USE;
int run_report_tables(struct run_report *report, const char *directory) MUST_USE;
int run_report_save_json(struct run_report *report, const char *path) MUST_USE;

// The summary or the JSON on stdout, but for a replay; the files that --report and --csv name.
int run_report_write(struct run_report *report, const struct args *args) MUST_USE;

#endif
