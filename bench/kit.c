// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "bench.h"

double bench_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static char directory[128];

static void remove_directory(void) {
    char command[160];
    snprintf(command, sizeof command, "rm -rf '%s'", directory);
    if (system(command) != 0) fprintf(stderr, "%s could not be removed\n", directory);
}

const char *bench_directory(void) {
    if (directory[0] != '\0') return directory;
    const char *base = getenv("TMPDIR");
    snprintf(directory, sizeof directory, "%s/fulmar-bench-XXXXXX", base != NULL ? base : "/tmp");
    if (mkdtemp(directory) == NULL) {
        perror(directory);
        exit(1);
    }
    atexit(remove_directory);
    return directory;
}

const char *bench_shared(const char *relative) {
    static char path[1024];
    const char *root = getenv("FULMAR_SHARED");
    if (root != NULL)
        snprintf(path, sizeof path, "%s/%s", root, relative);
    else
        snprintf(path, sizeof path, "%s/../shared/%s", BENCH_SOURCE_ROOT, relative);
    if (access(path, R_OK) == 0) return path;
    fprintf(stderr, "needs %s, which is absent (FULMAR_SHARED names its directory)\n", relative);
    return NULL;
}

char *bench_load(const char *path, size_t *ret_size) {
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;
    size_t size = 0, cap = 1 << 20;
    char *bytes = malloc(cap);
    archive_read_support_filter_all(archive);
    archive_read_support_format_raw(archive);
    archive_read_support_format_zip(archive);
    bool good = archive_read_open_filename(archive, path, 1 << 16) == ARCHIVE_OK &&
                archive_read_next_header(archive, &entry) == ARCHIVE_OK;
    while (good) {
        if (size == cap) bytes = realloc(bytes, cap *= 2);
        la_ssize_t count = archive_read_data(archive, bytes + size, cap - size);
        if (count < 0) good = false;
        if (count <= 0) break;
        size += (size_t)count;
    }
    if (!good) {
        fprintf(stderr, "%s: %s\n", path, archive_error_string(archive));
        free(bytes);
        bytes = NULL;
    }
    archive_read_free(archive);
    *ret_size = size;
    return bytes;
}

// Every allocation of the process passes here, libraries' included.
static _Atomic uint64_t allocations;
static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void *(*real_aligned_alloc)(size_t, size_t);
static int (*real_posix_memalign)(void **, size_t, size_t);

// dlsym itself may ask for memory before the real calloc is known.
static unsigned char early[4096];
static size_t early_used;

#define FIND(name)                                                                                 \
    do {                                                                                           \
        if (real_##name == NULL) *(void **)&real_##name = dlsym(RTLD_NEXT, #name);                 \
    } while (0)

void *malloc(size_t size) {
    FIND(malloc);
    atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
    return real_malloc(size);
}

void *calloc(size_t count, size_t size) {
    static bool finding;
    if (real_calloc == NULL && finding) {
        void *at = early + early_used;
        early_used += (count * size + 15) & ~(size_t)15;
        return early_used <= sizeof early ? at : NULL;
    }
    finding = true;
    FIND(calloc);
    finding = false;
    atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
    return real_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    FIND(realloc);
    atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
    return real_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    FIND(aligned_alloc);
    atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
    return real_aligned_alloc(alignment, size);
}

int posix_memalign(void **ret, size_t alignment, size_t size) {
    FIND(posix_memalign);
    atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
    return real_posix_memalign(ret, alignment, size);
}

uint64_t bench_allocations(void) {
    return atomic_load(&allocations);
}
