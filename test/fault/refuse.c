// SPDX-License-Identifier: Apache-2.0
// A library to preload that lets the n-th call of a kind fail, for tests of what a program does then.
//
//   FULMAR_FAIL_ALLOC=n   the n-th malloc, calloc, realloc or strdup of the program returns NULL, and no other
//   FULMAR_FAIL_IO=n      the n-th open for writing, write, fsync, fdatasync or rename fails with ENOSPC, as do all
//                         later ones: a full disk stays full
//
// Says "refused" on standard error when it did, so that the test knows when n is past the last call.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

static atomic_long alloc_at = -1, io_at = -1; // -1: not read yet; 0: nothing fails
static atomic_long alloc_seen, io_seen;

static long limit_of(atomic_long *limit, const char *name) {
    long at = atomic_load(limit);
    if (at >= 0) return at;
    const char *text = getenv(name);
    at = text != NULL ? strtol(text, NULL, 10) : 0;
    atomic_store(limit, at);
    return at;
}

static void tell(void) {
    static const char words[] = "refused\n";
    static atomic_int told;
    typeof(&write) next = (typeof(&write))dlsym(RTLD_NEXT, "write");
    if (atomic_exchange(&told, 1) == 0) (void)!next(STDERR_FILENO, words, sizeof words - 1);
}

static int refuse_alloc(void) {
    long at = limit_of(&alloc_at, "FULMAR_FAIL_ALLOC");
    if (at == 0 || atomic_fetch_add(&alloc_seen, 1) + 1 != at) return 0;
    tell();
    errno = ENOMEM;
    return 1;
}

static int refuse_io(void) {
    long at = limit_of(&io_at, "FULMAR_FAIL_IO");
    if (at == 0 || atomic_fetch_add(&io_seen, 1) + 1 < at) return 0;
    tell();
    errno = ENOSPC;
    return 1;
}

void *malloc(size_t size) {
    return refuse_alloc() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    return refuse_alloc() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    return refuse_alloc() ? NULL : __libc_realloc(memory, size);
}

int open(const char *path, int flags, ...) {
    typeof(&open) next = (typeof(&open))dlsym(RTLD_NEXT, "open");
    va_list list;
    va_start(list, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
    va_end(list);
    return (flags & O_ACCMODE) != O_RDONLY && refuse_io() ? -1 : next(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
    va_end(list);
    return open(path, flags, mode);
}

// Standard output and error are not the disk.
ssize_t write(int fd, const void *data, size_t size) {
    typeof(&write) next = (typeof(&write))dlsym(RTLD_NEXT, "write");
    return fd > STDERR_FILENO && refuse_io() ? -1 : next(fd, data, size);
}

int fsync(int fd) {
    typeof(&fsync) next = (typeof(&fsync))dlsym(RTLD_NEXT, "fsync");
    return refuse_io() ? -1 : next(fd);
}

int fdatasync(int fd) {
    typeof(&fdatasync) next = (typeof(&fdatasync))dlsym(RTLD_NEXT, "fdatasync");
    return refuse_io() ? -1 : next(fd);
}

int rename(const char *from, const char *to) {
    typeof(&rename) next = (typeof(&rename))dlsym(RTLD_NEXT, "rename");
    return refuse_io() ? -1 : next(from, to);
}
