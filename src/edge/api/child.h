// SPDX-License-Identifier: Apache-2.0
// A child process of the server: this same program with other words. It ends with the thread that began it, however
// the server ends; it is the first that the kernel takes when memory runs out; it has no descriptor but those that it
// is given, and is called with words, never through a shell.
#ifndef FULMAR_EDGE_API_CHILD_H
#define FULMAR_EDGE_API_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum { CHILD_FILES_MAX = 8 };

struct child_file {
    int fd; // of ours
    int as; // its number over there
};

struct child_call {
    const char *program;
    char **words;       // the program's name first, NULL at the end
    char **environment; // NULL: the server's
    const struct child_file *files;
    size_t file_count;
    int64_t cpu_s; // of processor time, after which it is ended by SIGXCPU; 0: no limit
    bool leads;    // a process group of its own
};

// Descriptors 0, 1 and 2 that are not among the files are /dev/null. ERR_IO: it did not begin, and why.
int child_begin(const struct child_call *call, pid_t *ret_pid) MUST_USE;

// Bytes of memory that a child has of its own now; 0: it is not known, or it has ended.
uint64_t child_memory(pid_t pid);

#endif
