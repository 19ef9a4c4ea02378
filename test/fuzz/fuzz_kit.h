// SPDX-License-Identifier: Apache-2.0
// A scratch directory that lives as long as the process, and a disk that does not wait.
#ifndef FULMAR_TEST_FUZZ_KIT_H
#define FULMAR_TEST_FUZZ_KIT_H

#include <stddef.h>
#include <stdint.h>

// libFuzzer's entry, which replay_main.c calls as well.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Made on first use, removed at exit.
const char *fuzz_dir(void);
// A directory in it, emptied by each call (static storage).
const char *fuzz_empty_dir(const char *name);

// Writes bytes as <scratch>/<name>, directories included, and returns the path (static storage).
const char *fuzz_file(const char *name, const void *data, size_t size);

#endif
