// SPDX-License-Identifier: Apache-2.0
// 249 US stocks over five years of days, which several benchmarks trade.
#ifndef FULMAR_BENCH_PANEL_H
#define FULMAR_BENCH_PANEL_H

#include "app/run/run_config.h"

// The file, or NULL with a message.
const char *panel_path(void);
// Into a tape. Negative with a message.
int panel_import(const char *path, const char *tape);
// A configuration over every series of the tape: `text` without its data.
int panel_config(const char *name, const char *text, const char *tape,
                 struct run_config **ret_config);
// The file's text, from malloc, whose digest goes to ret_sha256 (65 bytes). NULL with a message.
char *panel_load(const char *path, char *ret_sha256);

#endif
