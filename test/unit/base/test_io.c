// SPDX-License-Identifier: Apache-2.0
// Files in a directory of the test's own; then every system call fails in turn, comes short or is interrupted.
#include "harness.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/prng.h"

// The plan of a faulty disk: which call fails (counted from 1, 0: none) and how; and how much the others take at once.
static struct {
    int calls;
    int fail_at;
    int number;     // errno
    size_t bite;    // bytes that a read or write moves at most; 0: no limit
    int interrupts; // every third call says EINTR first
    char synced[PATH_MAX];
} disk;

static bool fails(void) {
    disk.calls++;
    errno = disk.number;
    return disk.calls == disk.fail_at;
}

static bool interrupted(void) {
    static int turn;
    errno = EINTR;
    return disk.interrupts && ++turn % 3 == 0;
}

static size_t bite(size_t size) {
    return disk.bite > 0 && size > disk.bite ? disk.bite : size;
}

static int faulty_open(const char *path, int flags, mode_t mode) {
    return interrupted() || fails() ? -1 : io_system_ops()->open(path, flags, mode);
}
static int faulty_close(int fd) {
    // As on Linux: the descriptor goes even when the call fails.
    int rc = io_system_ops()->close(fd);
    return interrupted() || fails() ? -1 : rc;
}
static ssize_t faulty_read(int fd, void *buf, size_t size) {
    return interrupted() || fails() ? -1 : io_system_ops()->read(fd, buf, bite(size));
}
static ssize_t faulty_pread(int fd, void *buf, size_t size, off_t offset) {
    return interrupted() || fails() ? -1 : io_system_ops()->pread(fd, buf, bite(size), offset);
}
static ssize_t faulty_write(int fd, const void *buf, size_t size) {
    return interrupted() || fails() ? -1 : io_system_ops()->write(fd, buf, bite(size));
}
static ssize_t faulty_writev(int fd, const struct iovec *parts, int count) {
    // Short as a write is: a part of the first part.
    if (interrupted() || fails()) return -1;
    if (disk.bite == 0) return io_system_ops()->writev(fd, parts, count);
    return io_system_ops()->write(fd, parts->iov_base, bite(parts->iov_len));
}
static ssize_t faulty_pwrite(int fd, const void *buf, size_t size, off_t offset) {
    return interrupted() || fails() ? -1 : io_system_ops()->pwrite(fd, buf, bite(size), offset);
}
static int faulty_fsync(int fd) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, disk.synced, sizeof disk.synced - 1);
    disk.synced[len > 0 ? len : 0] = '\0';
    return fails() ? -1 : 0;
}
static int faulty_ftruncate(int fd, off_t size) {
    return interrupted() || fails() ? -1 : io_system_ops()->ftruncate(fd, size);
}
static int faulty_fsize(int fd, off_t *ret_size) {
    return fails() ? -1 : io_system_ops()->fsize(fd, ret_size);
}
static int faulty_rename(const char *from, const char *to) {
    return fails() ? -1 : io_system_ops()->rename(from, to);
}
static int faulty_unlink(const char *path) {
    return fails() ? -1 : io_system_ops()->unlink(path);
}
static int faulty_mkdir(const char *path, mode_t mode) {
    return fails() ? -1 : io_system_ops()->mkdir(path, mode);
}
static void *faulty_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    return fails() ? MAP_FAILED : io_system_ops()->mmap(at, size, protection, flags, fd, offset);
}

static int munmap_system(void *data, size_t size) {
    return io_system_ops()->munmap(data, size);
}

static const struct io_ops faulty_ops = {
    .open = faulty_open,
    .close = faulty_close,
    .read = faulty_read,
    .pread = faulty_pread,
    .write = faulty_write,
    .writev = faulty_writev,
    .pwrite = faulty_pwrite,
    .fsync = faulty_fsync,
    .fdatasync = faulty_fsync,
    .ftruncate = faulty_ftruncate,
    .fsize = faulty_fsize,
    .rename = faulty_rename,
    .unlink = faulty_unlink,
    .mkdir = faulty_mkdir,
    .mmap = faulty_mmap,
    .munmap = munmap_system,
};

static char folder[64];

static int make_folder(void **state) {
    snprintf(folder, sizeof folder, "/tmp/fulmar_test_io_XXXXXX");
    memset(&disk, 0, sizeof disk);
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int entries_count(void) {
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    int count = -2; // "." and ".."
    while (readdir(dir) != NULL) count++;
    closedir(dir);
    return count;
}

static int remove_folder(void **state) {
    io_set_ops(NULL);
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static const char *in_folder(const char *name) {
    static char path[4][PATH_MAX];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static void assert_content(const char *path, const char *expected) {
    char *data = NULL;
    size_t size = 0;
    assert_ok(io_read_file(path, 1 << 20, &data, &size));
    assert_int_equal(size, strlen(expected));
    assert_string_equal(data, expected);
    free(data);
}

static void a_written_file_is_read_back(void **state) {
    const char *path = in_folder("a.txt");
    assert_ok(io_write_file(path, "first", 5));
    assert_content(path, "first");
    assert_ok(io_write_file(path, "second text", 11));
    assert_content(path, "second text");
    assert_ok(io_write_file(path, "", 0));
    assert_content(path, "");
    assert_int_equal(entries_count(), 1);
}

static void parts_are_written_one_after_the_other_however_short_the_writes(void **state) {
    static char first[] = "one ", second[] = "two ", third[] = "three";
    const struct iovec parts[] = {{first, 4}, {NULL, 0}, {second, 4}, {third, 5}, {NULL, 0}};
    const char *path = in_folder("parts.txt");
    for (size_t limit = 0; limit < 6; limit++) {
        int fd;
        assert_ok(io_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666, &fd));
        disk.bite = limit;
        disk.interrupts = 1;
        io_set_ops(&faulty_ops);
        int rc = io_write_parts(fd, path, parts, 5);
        disk.calls = 0;
        disk.fail_at = 1;
        disk.number = EIO;
        disk.interrupts = 0;
        int failed = io_write_parts(fd, path, parts, 5);
        disk.fail_at = 0;
        io_set_ops(NULL);
        assert_ok(rc);
        assert_int_equal(failed, ERR_IO);
        assert_non_null(strstr(err_story(), path));
        assert_ok(io_close(fd, path));
        assert_content(path, "one two three");
    }
}

static void a_file_is_read_up_to_its_maximum(void **state) {
    const char *path = in_folder("a.txt");
    assert_ok(io_write_file(path, "12345678", 8));
    char *data = NULL;
    size_t size = 42;
    assert_int_equal(io_read_file(path, 7, &data, &size), ERR_FULL);
    assert_non_null(strstr(err_story(), path));
    assert_null(data);
    assert_int_equal(size, 42);
    assert_ok(io_read_file(path, 8, &data, &size));
    assert_int_equal(size, 8);
    free(data);
    data = NULL;
    // Devices and pipes do not tell their size.
    assert_int_equal(io_read_file("/dev/zero", 100000, &data, &size), ERR_FULL);
    assert_ok(io_read_file("/dev/null", 0, &data, &size));
    assert_int_equal(size, 0);
    free(data);
    assert_ok(io_read_file("/proc/self/status", 1 << 20, &data, &size));
    assert_int_equal(size, strlen(data));
    assert_non_null(strstr(data, "PPid:"));
    free(data);
}

static void large_files_grow_through_every_size(void **state) {
    struct prng prng;
    prng_seed(&prng, 1);
    io_set_ops(&faulty_ops);
    for (int i = 0; i < 20; i++) {
        size_t size = prng_below(&prng, 300000);
        char *data = malloc(size + 1);
        assert_non_null(data);
        for (size_t k = 0; k < size; k++) data[k] = (char)prng_next(&prng);
        disk.bite = 1 + prng_below(&prng, 70000);
        disk.interrupts = i % 2;
        assert_ok(io_write_file(in_folder("large"), data, size));
        char *back = NULL;
        size_t back_size = 0;
        assert_ok(io_read_file(in_folder("large"), 300000, &back, &back_size));
        assert_int_equal(back_size, size);
        assert_memory_equal(back, data, size);
        free(back);
        free(data);
    }
}

static void errors_name_the_path_and_the_reason(void **state) {
    char *data = NULL;
    size_t size = 0;
    int fd = -1;
    assert_int_equal(io_read_file(in_folder("none"), 10, &data, &size), ERR_NOT_FOUND);
    assert_non_null(strstr(err_story(), in_folder("none")));
    assert_non_null(strstr(err_story(), "No such file"));
    assert_int_equal(io_open(in_folder("none/x"), O_RDONLY, 0, &fd), ERR_NOT_FOUND);
    assert_int_equal(io_remove(in_folder("none")), ERR_NOT_FOUND);
    assert_int_equal(io_rename(in_folder("none"), in_folder("other")), ERR_NOT_FOUND);
    assert_non_null(strstr(err_story(), in_folder("other")));
    assert_ok(io_write_file(in_folder("here"), "x", 1));
    assert_int_equal(io_open(in_folder("here"), O_RDWR | O_CREAT | O_EXCL, 0600, &fd), ERR_EXISTS);
    assert_int_equal(io_read_file(folder, 10, &data, &size), ERR_IO);
    assert_int_equal(fd, -1);
    char name[PATH_MAX + 10];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(io_write_file(name, "x", 1), ERR_ARGUMENT);
    assert_int_equal(io_make_dirs(name), ERR_ARGUMENT);
    assert_int_equal(io_make_dirs(""), ERR_ARGUMENT);
}

static void directories_are_made_on_the_way(void **state) {
    assert_ok(io_make_dirs(in_folder("a/b/c")));
    assert_ok(io_make_dirs(in_folder("a/b/c")));
    assert_ok(io_make_dirs(in_folder("a//b/d/")));
    struct stat status;
    assert_int_equal(stat(in_folder("a/b/d"), &status), 0);
    assert_true(S_ISDIR(status.st_mode));
    assert_ok(io_write_file(in_folder("a/file"), "x", 1));
    assert_int_equal(io_make_dirs(in_folder("a/file")), ERR_EXISTS);
    assert_int_equal(io_make_dirs(in_folder("a/file/b")), ERR_EXISTS);
    assert_ok(io_make_dirs("/"));
}

static void a_file_is_written_and_read_by_place(void **state) {
    const char *path = in_folder("log");
    int fd = -1;
    io_set_ops(&faulty_ops);
    disk.bite = 3;
    disk.interrupts = 1;
    assert_ok(io_open(path, O_RDWR | O_CREAT, 0600, &fd));
    assert_ok(io_write(fd, path, "0123456789", 10));
    assert_ok(io_write_at(fd, path, "abcd", 4, 2));
    uint64_t size = 0;
    assert_ok(io_size(fd, path, &size));
    assert_int_equal(size, 10);
    char buf[16] = {0};
    size_t got = 0;
    assert_ok(io_read_at(fd, path, buf, 8, 1, &got));
    assert_int_equal(got, 8);
    assert_memory_equal(buf, "1abcd678", 8);
    assert_ok(io_read_at(fd, path, buf, 8, 7, &got));
    assert_int_equal(got, 3);
    assert_ok(io_truncate(fd, path, 5));
    assert_ok(io_sync_data(fd, path));
    assert_ok(io_sync(fd, path));
    assert_string_equal(disk.synced, path);
    const void *data = NULL;
    assert_ok(io_map(fd, path, 5, &data));
    assert_memory_equal(data, "01abc", 5);
    io_unmap(data, 5);
    assert_ok(io_close(fd, path));
    assert_ok(io_rename(path, in_folder("moved")));
    assert_string_equal(disk.synced, folder);
    assert_content(in_folder("moved"), "01abc");
    assert_ok(io_remove(in_folder("moved")));
    assert_int_equal(entries_count(), 0);
}

static void a_bare_name_and_the_root_have_parents(void **state) {
    io_set_ops(&faulty_ops);
    char here[PATH_MAX];
    assert_non_null(getcwd(here, sizeof here));
    assert_ok(io_sync_parent("name"));
    assert_string_equal(disk.synced, here);
    assert_ok(io_sync_parent("/name"));
    assert_string_equal(disk.synced, "/");
}

static int descriptors_count(void) {
    DIR *dir = opendir("/proc/self/fd");
    assert_non_null(dir);
    int count = 0;
    while (readdir(dir) != NULL) count++;
    closedir(dir);
    return count;
}

// Whichever call fails, the file is the old one or the new one, and nothing else is left over.
static void a_replacement_that_fails_anywhere_leaves_a_whole_file(void **state) {
    static const int numbers[] = {EIO, ENOSPC, EDQUOT};
    const char *path = in_folder("state");
    int descriptors = descriptors_count();
    for (size_t e = 0; e < 3; e++) {
        bool failed = true;
        int failures = 0;
        for (int n = 1; failed; n++) {
            io_set_ops(NULL);
            assert_ok(io_write_file(path, "old content", 11));
            io_set_ops(&faulty_ops);
            memset(&disk, 0, sizeof disk);
            disk.bite = 4;
            disk.fail_at = n;
            disk.number = numbers[e];
            int rc = io_write_file(path, "new content", 11);
            failed = disk.calls >= n;
            if (failed) {
                assert_int_equal(rc, ERR_IO);
                assert_non_null(strstr(err_story(), strerror(numbers[e])));
                failures++;
            } else {
                assert_ok(rc);
            }
            disk.fail_at = 0;
            char *data = NULL;
            size_t size = 0;
            assert_ok(io_read_file(path, 100, &data, &size));
            assert_int_equal(size, 11);
            assert_true(strcmp(data, "new content") == 0 ||
                        (failed && strcmp(data, "old content") == 0));
            free(data);
            assert_int_equal(entries_count(), 1);
            assert_int_equal(descriptors_count(), descriptors);
        }
        // open, 3 writes, fsync, close, rename; open, fsync, close of the directory.
        assert_int_equal(failures, 10);
    }
}

static void a_read_that_fails_anywhere_leaves_nothing(void **state) {
    const char *path = in_folder("state");
    assert_ok(io_write_file(path, "content", 7));
    int descriptors = descriptors_count();
    io_set_ops(&faulty_ops);
    bool failed = true;
    for (int n = 1; failed; n++) {
        char *data = NULL;
        size_t size = 42;
        memset(&disk, 0, sizeof disk);
        disk.bite = 3;
        disk.fail_at = n;
        disk.number = EIO;
        int rc = io_read_file(path, 100, &data, &size);
        failed = rc < 0;
        if (failed) {
            assert_int_equal(rc, ERR_IO);
            assert_null(data);
            assert_int_equal(size, 42);
        } else {
            assert_int_equal(size, 7);
            free(data);
            // open, size, 4 reads; the failing close does not matter.
            assert_int_equal(n, 7);
        }
        assert_int_equal(descriptors_count(), descriptors);
    }
}

static void every_single_call_reports_its_failure(void **state) {
    const char *path = in_folder("file");
    int fd = -1;
    char buf[4];
    size_t size = 42;
    uint64_t length = 42;
    const void *data = NULL;
    io_set_ops(&faulty_ops);
    assert_ok(io_open(path, O_RDWR | O_CREAT, 0600, &fd));
    disk.number = EIO;
#define ASSERT_FAILS(call)                                                                         \
    do {                                                                                           \
        disk.fail_at = disk.calls + 1;                                                             \
        assert_int_equal(call, ERR_IO);                                                            \
        assert_non_null(strstr(err_story(), folder));                                              \
    } while (0)
    ASSERT_FAILS(io_read(fd, path, buf, 4, &size));
    ASSERT_FAILS(io_read_at(fd, path, buf, 4, 0, &size));
    ASSERT_FAILS(io_write(fd, path, buf, 4));
    ASSERT_FAILS(io_write_at(fd, path, buf, 4, 0));
    ASSERT_FAILS(io_sync(fd, path));
    ASSERT_FAILS(io_sync_data(fd, path));
    ASSERT_FAILS(io_truncate(fd, path, 0));
    ASSERT_FAILS(io_size(fd, path, &length));
    ASSERT_FAILS(io_map(fd, path, 10, &data));
    ASSERT_FAILS(io_rename(path, in_folder("new")));
    ASSERT_FAILS(io_remove(path));
    ASSERT_FAILS(io_sync_parent(path));
    ASSERT_FAILS(io_close(fd, path));
#undef ASSERT_FAILS
    disk.fail_at = disk.calls + 1;
    assert_int_equal(io_make_dirs(in_folder("dir")), ERR_IO);
    assert_non_null(strstr(err_story(), "cannot make the directory /tmp:"));
    assert_int_equal(size, 42);
    assert_int_equal(length, 42);
    assert_null(data);
}

static void a_pipe_is_written_to_and_a_link_keeps_pointing(void **state) {
    char place[] = "/tmp/fulmar-io-XXXXXX", pipe_path[64], link_path[64], file_path[64];
    assert_non_null(mkdtemp(place));
    snprintf(pipe_path, sizeof pipe_path, "%s/pipe", place);
    snprintf(link_path, sizeof link_path, "%s/link", place);
    snprintf(file_path, sizeof file_path, "%s/file", place);
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    int reader = open(pipe_path, O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    assert_ok(io_write_file(pipe_path, "through", 7));
    char got[16];
    assert_int_equal(read(reader, got, sizeof got), 7);
    close(reader);
    struct stat status;
    assert_int_equal(lstat(pipe_path, &status), 0);
    assert_true(S_ISFIFO(status.st_mode));

    assert_ok(io_write_file(file_path, "old", 3));
    assert_int_equal(symlink(file_path, link_path), 0);
    assert_ok(io_write_file(link_path, "newer", 5));
    assert_int_equal(lstat(link_path, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(stat(file_path, &status), 0);
    assert_int_equal(status.st_size, 5);
    unlink(pipe_path);
    unlink(link_path);
    unlink(file_path);
    rmdir(place);
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_written_file_is_read_back),
        IN_FOLDER(parts_are_written_one_after_the_other_however_short_the_writes),
        IN_FOLDER(a_file_is_read_up_to_its_maximum),
        IN_FOLDER(large_files_grow_through_every_size),
        IN_FOLDER(errors_name_the_path_and_the_reason),
        IN_FOLDER(directories_are_made_on_the_way),
        IN_FOLDER(a_file_is_written_and_read_by_place),
        IN_FOLDER(a_bare_name_and_the_root_have_parents),
        IN_FOLDER(a_replacement_that_fails_anywhere_leaves_a_whole_file),
        IN_FOLDER(a_read_that_fails_anywhere_leaves_nothing),
        IN_FOLDER(every_single_call_reports_its_failure),
        cmocka_unit_test(a_pipe_is_written_to_and_a_link_keeps_pointing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
