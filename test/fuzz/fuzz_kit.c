// SPDX-License-Identifier: Apache-2.0
#include "fuzz_kit.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/io.h"

static char dir[64];
static struct io_ops ops;

static int no_wait(int fd) {
    (void)fd;
    return 0;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void dir_remove(void) {
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *fuzz_dir(void) {
    if (dir[0] != '\0') return dir;
    snprintf(dir, sizeof dir, "/tmp/fulmar_fuzz_XXXXXX");
    CHECK(mkdtemp(dir) != NULL);
    CHECK(atexit(dir_remove) == 0);
    ops = *io_system_ops();
    ops.fsync = no_wait;
    ops.fdatasync = no_wait;
    io_set_ops(&ops);
    return dir;
}

const char *fuzz_empty_dir(const char *name) {
    static char path[256];
    CHECK(snprintf(path, sizeof path, "%s/%s", fuzz_dir(), name) < (int)sizeof path);
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    CHECK(io_make_dirs(path) == 0);
    return path;
}

const char *fuzz_file(const char *name, const void *data, size_t size) {
    static char path[4096];
    CHECK(snprintf(path, sizeof path, "%s/%s", fuzz_dir(), name) < (int)sizeof path);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    CHECK(io_make_dirs(path) == 0);
    *slash = '/';
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    CHECK(fwrite(data, 1, size, file) == size);
    CHECK(fclose(file) == 0);
    return path;
}
