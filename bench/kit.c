// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "bench.h"

// Nanoseconds that this thread was ready to run and did not: the second number of schedstat. 0 where the kernel
// does not tell.
static double waited_ns(void) {
    static int fd = -2;
    char text[96];
    if (fd == -2) fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? 0 : pread(fd, text, sizeof text - 1, 0);
    if (size <= 0) return 0;
    text[size] = '\0';
    const char *second = strchr(text, ' ');
    return second != NULL ? strtod(second, NULL) : 0;
}

double bench_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + ((double)now.tv_nsec - waited_ns()) / 1e9;
}

static char directory[128];

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw) {
    (void)stat, (void)type, (void)ftw;
    return remove(path);
}

void bench_remove(const char *path) {
    enum { OPEN_MAX_AT_ONCE = 16 };
    if (nftw(path, remove_one, OPEN_MAX_AT_ONCE, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
        perror(path);
}

static void remove_directory(void) {
    bench_remove(directory);
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
        if (size + 1 >= cap) bytes = realloc(bytes, cap *= 2);
        la_ssize_t count = archive_read_data(archive, bytes + size, cap - size - 1);
        if (count < 0) good = false;
        if (count <= 0) break;
        size += (size_t)count;
    }
    if (!good) {
        fprintf(stderr, "%s: %s\n", path, archive_error_string(archive));
        free(bytes);
        bytes = NULL;
    }
    if (good) bytes[size] = '\0';
    archive_read_free(archive);
    *ret_size = size;
    return bytes;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_sort(double *samples, size_t count) {
    qsort(samples, count, sizeof *samples, by_value);
    return (samples[(count - 1) / 2] + samples[count / 2]) / 2;
}
