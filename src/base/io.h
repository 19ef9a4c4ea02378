// SPDX-License-Identifier: Apache-2.0
// The one door to the disk: whole reads and writes, EINTR and short counts handled, errors with the path and the
// system's words in their story. For the edges and the program itself; the deterministic core does no I/O.
//
// Every system call goes through a table that a test can replace (io_set_ops), so that each operation in turn can be
// made to fail. That table is the layer's only mutable variable: it is set before other threads start, by tests alone.
//
// All functions return 0 or ERR_IO with a story, and where noted ERR_NOT_FOUND (the path is not there), ERR_EXISTS,
// ERR_FULL, ERR_NOMEM. `path` next to an `fd` is for the story only.
#ifndef FULMAR_BASE_IO_H
#define FULMAR_BASE_IO_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "base/err.h"

// As in POSIX: -1 (mmap: MAP_FAILED) and errno on failure.
struct io_ops {
    int (*open)(const char *path, int flags, mode_t mode);
    int (*close)(int fd);
    ssize_t (*read)(int fd, void *buf, size_t size);
    ssize_t (*pread)(int fd, void *buf, size_t size, off_t offset);
    ssize_t (*write)(int fd, const void *buf, size_t size);
    ssize_t (*writev)(int fd, const struct iovec *parts, int count);
    ssize_t (*pwrite)(int fd, const void *buf, size_t size, off_t offset);
    int (*fsync)(int fd);
    int (*fdatasync)(int fd);
    int (*ftruncate)(int fd, off_t size);
    int (*fsize)(int fd, off_t *ret_size); // fstat's st_size
    int (*rename)(const char *from, const char *to);
    int (*unlink)(const char *path);
    int (*mkdir)(const char *path, mode_t mode);
    void *(*mmap)(void *at, size_t size, int protection, int flags, int fd, off_t offset);
    int (*munmap)(void *data, size_t size);
};

const struct io_ops *io_system_ops(void);
void io_set_ops(const struct io_ops *ops); // NULL: the system's again

// open(2) with O_CLOEXEC added. ERR_NOT_FOUND, ERR_EXISTS.
int io_open(const char *path, int flags, mode_t mode, int *ret_fd) MUST_USE;
// The descriptor is gone afterwards, whatever the result (close is not repeated after EINTR).
int io_close(int fd, const char *path) MUST_USE;

// Reads until `size` bytes or the end of the file; *ret_size tells how many came.
int io_read(int fd, const char *path, void *buf, size_t size, size_t *ret_size) MUST_USE;
int io_read_at(int fd, const char *path, void *buf, size_t size, uint64_t offset,
               size_t *ret_size) MUST_USE;
// Writes all of it, or fails; then an unknown part may be written.
int io_write(int fd, const char *path, const void *data, size_t size) MUST_USE;
int io_write_at(int fd, const char *path, const void *data, size_t size, uint64_t offset) MUST_USE;
// The same for `count` parts (at most IO_PARTS_MAX, CHECKed), one after the other, in as few calls as the system
// takes. A large file that comes in one call is kept by the page cache in large pieces, which are quicker to map.
enum { IO_PARTS_MAX = 32 };
int io_write_parts(int fd, const char *path, const struct iovec *parts, int count) MUST_USE;

int io_sync(int fd, const char *path) MUST_USE; // data and metadata are on the disk
int io_sync_data(int fd,
                 const char *path) MUST_USE; // data and what is needed to read it (fdatasync)
int io_truncate(int fd, const char *path, uint64_t size) MUST_USE;
int io_size(int fd, const char *path, uint64_t *ret_size) MUST_USE;

// rename(2), then the directory of `to` is synced: after a crash one of the two names stands, whole.
int io_rename(const char *from, const char *to) MUST_USE;
int io_remove(const char *path) MUST_USE; // ERR_NOT_FOUND
// Syncs the directory that holds `path`, so that a new or removed name survives a crash.
int io_sync_parent(const char *path) MUST_USE;
// Creates the directory and every missing one above it (mode 0777 less the umask). One that is there already is fine;
// ERR_EXISTS when something else bears the name. Nothing is synced.
int io_make_dirs(const char *path) MUST_USE;

// Maps [0, size) of the file for reading; size > 0. io_unmap CHECKs that it succeeds.
int io_map(int fd, const char *path, size_t size, const void **ret_data) MUST_USE;
void io_unmap(const void *data, size_t size);

// The whole file, at most `max` bytes (else ERR_FULL), in memory from malloc that the caller frees; a NUL follows the
// last byte. Works on pipes as well. ERR_NOT_FOUND, ERR_NOMEM.
int io_read_file(const char *path, size_t max, char **ret_data, size_t *ret_size) MUST_USE;

// Replaces or creates the file so that a reader, or a crash, sees the old content or the new one: written to
// "<path>.<process>.tmp" beside it, synced, renamed, directory synced. On failure the old file stands and the
// temporary one is removed. A link goes on to name the new file; a pipe or a device is written to as it is. Not for two
// threads writing one path at once.
int io_write_file(const char *path, const void *data, size_t size) MUST_USE;

#endif
