// SPDX-License-Identifier: Apache-2.0
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"

enum { READ_FIRST = 64 * 1024, DIR_MODE = 0777, FILE_MODE = 0666 };

static int system_open(const char *path, int flags, mode_t mode);
static int system_size(int fd, off_t *ret_size);

static const struct io_ops system_ops = {
    .open = system_open,
    .close = close,
    .read = read,
    .pread = pread,
    .write = write,
    .writev = writev,
    .pwrite = pwrite,
    .fsync = fsync,
    .fdatasync = fdatasync,
    .ftruncate = ftruncate,
    .fsize = system_size,
    .rename = rename,
    .unlink = unlink,
    .mkdir = mkdir,
    .mmap = mmap,
    .munmap = munmap,
};

static const struct io_ops *ops = &system_ops;

static int fail(const char *verb, const char *path);
static int parent_of(const char *path, char *buf, size_t size);
static int make_dir(const char *path);
static int read_all(int fd, const char *path, size_t max, char **ret_data, size_t *ret_size);
static int write_synced(const char *path, const void *data, size_t size);

const struct io_ops *io_system_ops(void) {
    return &system_ops;
}

void io_set_ops(const struct io_ops *replacement) {
    ops = replacement != NULL ? replacement : &system_ops;
}

int io_open(const char *path, int flags, mode_t mode, int *ret_fd) {
    int fd;
    do fd = ops->open(path, flags | O_CLOEXEC, mode);
    while (fd < 0 && errno == EINTR);
    if (fd < 0) return fail("open", path);
    *ret_fd = fd;
    return 0;
}

int io_close(int fd, const char *path) {
    // On Linux the descriptor is closed even when a signal interrupts the call.
    if (ops->close(fd) != 0 && errno != EINTR) return fail("close", path);
    return 0;
}

int io_read(int fd, const char *path, void *buf, size_t size, size_t *ret_size) {
    size_t done = 0;
    while (done < size) {
        ssize_t n = ops->read(fd, (char *)buf + done, size - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail("read", path);
        if (n == 0) break;
        done += (size_t)n;
    }
    *ret_size = done;
    return 0;
}

int io_read_at(int fd, const char *path, void *buf, size_t size, uint64_t offset,
               size_t *ret_size) {
    CHECK(offset <= INT64_MAX - size);
    size_t done = 0;
    while (done < size) {
        ssize_t n = ops->pread(fd, (char *)buf + done, size - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail("read", path);
        if (n == 0) break;
        done += (size_t)n;
    }
    *ret_size = done;
    return 0;
}

int io_write(int fd, const char *path, const void *data, size_t size) {
    size_t done = 0;
    while (done < size) {
        ssize_t n = ops->write(fd, (const char *)data + done, size - done);
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) errno = ENOSPC;
        if (n <= 0) return fail("write", path);
        done += (size_t)n;
    }
    return 0;
}

int io_write_at(int fd, const char *path, const void *data, size_t size, uint64_t offset) {
    CHECK(offset <= INT64_MAX - size);
    size_t done = 0;
    while (done < size) {
        ssize_t n = ops->pwrite(fd, (const char *)data + done, size - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) errno = ENOSPC;
        if (n <= 0) return fail("write", path);
        done += (size_t)n;
    }
    return 0;
}

int io_write_parts(int fd, const char *path, const struct iovec *parts, int count) {
    struct iovec left[IO_PARTS_MAX];
    CHECK(count >= 0 && count <= IO_PARTS_MAX);
    for (int i = 0; i < count; i++) left[i] = parts[i];
    int first = 0;
    while (first < count) {
        if (left[first].iov_len == 0) {
            first++;
            continue;
        }
        ssize_t n = ops->writev(fd, left + first, count - first);
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) errno = ENOSPC;
        if (n <= 0) return fail("write", path);
        for (size_t done = (size_t)n; done > 0;) {
            size_t step = done < left[first].iov_len ? done : left[first].iov_len;
            left[first].iov_base = (char *)left[first].iov_base + step;
            left[first].iov_len -= step;
            done -= step;
            if (left[first].iov_len == 0) first++;
        }
    }
    return 0;
}

int io_sync(int fd, const char *path) {
    // Never repeated after a failure: the kernel may have dropped the pages, and a second call would lie.
    return ops->fsync(fd) == 0 ? 0 : fail("sync", path);
}

int io_sync_data(int fd, const char *path) {
    return ops->fdatasync(fd) == 0 ? 0 : fail("sync", path);
}

int io_truncate(int fd, const char *path, uint64_t size) {
    CHECK(size <= INT64_MAX);
    int rc;
    do rc = ops->ftruncate(fd, (off_t)size);
    while (rc != 0 && errno == EINTR);
    return rc == 0 ? 0 : fail("truncate", path);
}

int io_size(int fd, const char *path, uint64_t *ret_size) {
    off_t size = 0;
    if (ops->fsize(fd, &size) != 0) return fail("look at", path);
    *ret_size = (uint64_t)size;
    return 0;
}

int io_rename(const char *from, const char *to) {
    if (ops->rename(from, to) != 0) {
        int rc = fail("rename", from);
        return ERR_APPEND(rc, "the new name is %s", to);
    }
    return io_sync_parent(to);
}

int io_remove(const char *path) {
    return ops->unlink(path) == 0 ? 0 : fail("remove", path);
}

int io_sync_parent(const char *path) {
    char parent[PATH_MAX];
    int fd = -1;
    TRY(parent_of(path, parent, sizeof parent));
    TRY(io_open(parent, O_RDONLY | O_DIRECTORY, 0, &fd));
    int rc = io_sync(fd, parent);
    int close_rc = io_close(fd, parent);
    return rc < 0 ? rc : close_rc;
}

int io_make_dirs(const char *path) {
    char partial[PATH_MAX];
    size_t len = strlen(path);
    if (len == 0 || len >= sizeof partial)
        return ERR_SET(ERR_ARGUMENT, "a directory's name of %zu bytes", len);
    memcpy(partial, path, len + 1);
    for (size_t i = 1; i < len; i++) {
        if (partial[i] != '/') continue;
        partial[i] = '\0';
        TRY(make_dir(partial));
        partial[i] = '/';
    }
    return make_dir(partial);
}

int io_map(int fd, const char *path, size_t size, const void **ret_data) {
    CHECK(size > 0);
    void *data = ops->mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    if (data == MAP_FAILED) return fail("map", path);
    *ret_data = data;
    return 0;
}

void io_unmap(const void *data, size_t size) {
    CHECK(ops->munmap((void *)(uintptr_t)data, size) == 0);
}

int io_read_file(const char *path, size_t max, char **ret_data, size_t *ret_size) {
    CHECK(max < SIZE_MAX - 1);
    int fd = -1;
    char *data = NULL;
    size_t size = 0;
    TRY(io_open(path, O_RDONLY, 0, &fd));
    int rc = read_all(fd, path, max, &data, &size);
    // Nothing was written: a close that fails loses nothing.
    (void)ops->close(fd);
    if (rc < 0) return rc;
    *ret_data = data;
    *ret_size = size;
    return 0;
}

// A pipe or a device takes what it is given and stays what it is.
static int write_through(const char *path, const void *data, size_t size) {
    int fd = -1;
    TRY(io_open(path, O_WRONLY, 0, &fd));
    int rc = io_write(fd, path, data, size);
    if (ops->close(fd) != 0 && rc == 0) rc = fail("close", path);
    return rc;
}

static int replace_file(const char *path, const void *data, size_t size) {
    char temporary[PATH_MAX];
    int len = snprintf(temporary, sizeof temporary, "%s.%ld.tmp", path, (long)getpid());
    if (len < 0 || (size_t)len >= sizeof temporary)
        return ERR_SET(ERR_ARGUMENT, "a file's name of %zu bytes", strlen(path));
    int rc = write_synced(temporary, data, size);
    if (rc == 0 && ops->rename(temporary, path) != 0) rc = fail("replace", path);
    if (rc < 0) {
        // Best effort: the story is that of the first failure.
        (void)ops->unlink(temporary);
        return rc;
    }
    return io_sync_parent(path);
}

int io_write_file(const char *path, const void *data, size_t size) {
    struct stat status;
    bool there = stat(path, &status) == 0;
    if (there && !S_ISREG(status.st_mode)) return write_through(path, data, size);
    char followed[PATH_MAX]; // a link goes on to name the new file
    bool link = there && realpath(path, followed) != NULL;
    return replace_file(link ? followed : path, data, size);
}

static int system_open(const char *path, int flags, mode_t mode) {
    return open(path, flags, mode);
}

static int system_size(int fd, off_t *ret_size) {
    struct stat status;
    if (fstat(fd, &status) != 0) return -1;
    *ret_size = status.st_size;
    return 0;
}

static int fail(const char *verb, const char *path) {
    int number = errno;
    int code = number == ENOENT ? ERR_NOT_FOUND : number == EEXIST ? ERR_EXISTS : ERR_IO;
    return ERR_SET(code, "cannot %s %s: %s", verb, path, strerror(number));
}

// "." for a bare name, "/" for a name in the root.
static int parent_of(const char *path, char *buf, size_t size) {
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL || slash == path ? 1 : (size_t)(slash - path);
    if (len >= size) return ERR_SET(ERR_ARGUMENT, "a file's name of %zu bytes", strlen(path));
    memcpy(buf, slash == NULL ? "." : path, len);
    buf[len] = '\0';
    return 0;
}

static int make_dir(const char *path) {
    if (ops->mkdir(path, DIR_MODE) == 0) return 0;
    if (errno != EEXIST) return fail("make the directory", path);
    int fd = ops->open(path, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
    if (fd < 0 && errno == ENOTDIR)
        return ERR_SET(ERR_EXISTS, "%s is there and is not a directory", path);
    if (fd < 0) return fail("open", path);
    return io_close(fd, path);
}

static int read_all(int fd, const char *path, size_t max, char **ret_data, size_t *ret_size) {
    uint64_t told = 0;
    TRY(io_size(fd, path, &told));
    // One byte more than the file is said to have shows its end without another turn; pipes say 0.
    size_t cap = told == 0 ? READ_FIRST : told < max ? (size_t)told + 1 : max + 1;
    char *data = NULL;
    size_t used = 0;
    for (;;) {
        if (cap > max + 1) cap = max + 1;
        char *grown = realloc(data, cap + 1);
        if (grown == NULL) {
            free(data);
            return ERR_SET(ERR_NOMEM, "no memory for the %zu bytes of %s", cap, path);
        }
        data = grown;
        size_t got = 0;
        int rc = io_read(fd, path, data + used, cap - used, &got);
        used += got;
        if (rc == 0 && used > max)
            rc = ERR_SET(ERR_FULL, "%s is longer than the limit of %zu bytes", path, max);
        if (rc < 0) {
            free(data);
            return rc;
        }
        if (used < cap) break;
        cap *= 2;
    }
    data[used] = '\0';
    *ret_data = data;
    *ret_size = used;
    return 0;
}

static int write_synced(const char *path, const void *data, size_t size) {
    int fd = -1;
    TRY(io_open(path, O_WRONLY | O_CREAT | O_TRUNC, FILE_MODE, &fd));
    int rc = io_write(fd, path, data, size);
    if (rc == 0) rc = io_sync(fd, path);
    int close_rc = io_close(fd, path);
    return rc < 0 ? rc : close_rc;
}
