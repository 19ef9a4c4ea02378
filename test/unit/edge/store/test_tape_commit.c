// SPDX-License-Identifier: Apache-2.0
// The tape stays whole whatever fails: every operation on the disk in turn, and a process that dies.
#include "store_kit.h"

#include <dirent.h>
#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>

static const char NAME[] = "A/B/bar-1m";

// Fails the n-th operation from now on, and none after it.
static int64_t countdown = -1;
static bool failed;

static bool fails(void) {
    if (countdown < 0 || countdown-- != 0) return false;
    errno = EIO;
    failed = true;
    return true;
}

static int fault_open(const char *path, int flags, mode_t mode) {
    return fails() ? -1 : io_system_ops()->open(path, flags, mode);
}
static int fault_close(int fd) {
    int rc = io_system_ops()->close(fd);
    return fails() ? -1 : rc;
}
static ssize_t fault_read(int fd, void *buf, size_t size) {
    return fails() ? -1 : io_system_ops()->read(fd, buf, size);
}
static ssize_t fault_write(int fd, const void *buf, size_t size) {
    return fails() ? -1 : io_system_ops()->write(fd, buf, size);
}
static ssize_t fault_writev(int fd, const struct iovec *parts, int count) {
    return fails() ? -1 : io_system_ops()->writev(fd, parts, count);
}
static int fault_fsync(int fd) {
    return fails() ? -1 : io_system_ops()->fsync(fd);
}
static int fault_fdatasync(int fd) {
    return fails() ? -1 : io_system_ops()->fdatasync(fd);
}
static int fault_fsize(int fd, off_t *ret_size) {
    return fails() ? -1 : io_system_ops()->fsize(fd, ret_size);
}
static int fault_rename(const char *from, const char *to) {
    return fails() ? -1 : io_system_ops()->rename(from, to);
}
static int fault_unlink(const char *path) {
    return fails() ? -1 : io_system_ops()->unlink(path);
}
static int fault_mkdir(const char *path, mode_t mode) {
    return fails() ? -1 : io_system_ops()->mkdir(path, mode);
}
static void *fault_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    return fails() ? MAP_FAILED : io_system_ops()->mmap(at, size, protection, flags, fd, offset);
}

static void faults_install(struct io_ops *ops) {
    *ops = *io_system_ops();
    ops->open = fault_open;
    ops->close = fault_close;
    ops->read = fault_read;
    ops->write = fault_write;
    ops->writev = fault_writev;
    ops->fsync = fault_fsync;
    ops->fdatasync = fault_fdatasync;
    ops->fsize = fault_fsize;
    ops->rename = fault_rename;
    ops->unlink = fault_unlink;
    ops->mkdir = fault_mkdir;
    ops->mmap = fault_mmap;
    io_set_ops(ops);
}

static void tape_is(const struct kit *kit, uint64_t count) {
    struct tape *tape = kit_open(kit, NAME);
    assert_ok(tape_verify(tape));
    assert_int_equal(tape_count(tape), count);
    tape_close(tape);
}

static size_t files_in(const struct kit *kit, const char *name) {
    DIR *dir = opendir(kit_path(kit, name));
    size_t count = 0;
    if (dir == NULL) return 0;
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

// One minute file over two months that changes both partitions of the tape.
static void csv_write(const struct kit *kit) {
    char text[8192] = "time,open,high,low,close,volume\n";
    for (int minute = 3; minute < 60; minute++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%d,10.0%d,20,5,10.0%d,1%s\n",
                 1580515080 + 60 * (minute - 4), minute, minute, minute == 30 ? ".5" : "");
    kit_text(kit, "b.csv", text);
}

static void the_nth_fault_of_an_import_leaves_the_old_tape_whole(void **state) {
    struct kit *kit = *state;
    struct io_ops ops;
    struct import_options options;
    struct import_report report;
    csv_write(kit);
    import_options_init(&options, kit->tape);
    options.venue = "A";
    options.symbol = "B";
    options.asset = ASSET_CRYPTO;
    options.currency = "USD";
    struct tape_writer *writer = kit_writer(kit, NAME, false);
    kit_add(writer, 0, 2);
    kit_commit(writer);
    const char *path = kit_path(kit, "b.csv");
    int64_t n = 0;
    int rc;
    do {
        faults_install(&ops);
        countdown = n++;
        failed = false;
        rc = import_run(&options, &path, 1, &report);
        io_set_ops(NULL);
        if (rc < 0) assert_string_not_equal(err_story(), "");
        bool committed = report.committed;
        import_report_fini(&report);
        // A fault after the commit point may be told although the new tape stands; before, the old one does.
        struct tape *tape = kit_open(kit, NAME);
        assert_ok(tape_verify(tape));
        uint64_t count = tape_count(tape);
        tape_close(tape);
        if (committed) assert_int_equal(rc, 0);
        if (count != 2 && count != 57) fail_msg("fault %" PRId64 ": %" PRIu64 " rows", n, count);
        if (rc == 0) assert_int_equal(count, 57);
        if (count == 57 && failed) {
            // Begin again from the old tape, so that the next fault hits it too.
            nftw(kit->tape, kit_remove_one, 16, FTW_DEPTH | FTW_PHYS);
            writer = kit_writer(kit, NAME, false);
            kit_add(writer, 0, 2);
            kit_commit(writer);
        }
    } while (failed);
    assert_true(n > 40);
    assert_ok(rc);
    tape_is(kit, 57);
    assert_int_equal(files_in(kit, "tape/A/B/bar-1m"), 3);
}

static void a_writer_that_gives_up_takes_its_files_along(void **state) {
    struct kit *kit = *state;
    struct tape_added_counts counts;
    struct tape_writer *writer = kit_writer(kit, NAME, false);
    kit_add(writer, 0, 50);
    assert_ok(tape_writer_prepare(writer, &counts));
    assert_int_equal(files_in(kit, "tape/A/B/bar-1m"), 2);
    tape_writer_close(writer);
    assert_int_equal(files_in(kit, "tape"), 0);
    writer = kit_writer(kit, NAME, false);
    kit_add(writer, 0, 2);
    kit_commit(writer);
    writer = kit_writer(kit, NAME, false);
    kit_add(writer, 0, 50);
    assert_ok(tape_writer_prepare(writer, &counts));
    tape_writer_close(writer);
    assert_int_equal(files_in(kit, "tape/A/B/bar-1m"), 2);
    tape_is(kit, 2);
}

static void a_process_that_is_killed_leaves_the_old_tape_whole(void **state) {
    struct kit *kit = *state;
    struct tape_writer *writer = kit_writer(kit, NAME, false);
    kit_add(writer, 0, 2);
    kit_commit(writer);
    pid_t child = fork();
    if (child == 0) {
        struct tape_added_counts counts;
        writer = kit_writer(kit, NAME, false);
        kit_add(writer, 0, 50);
        assert_ok(tape_writer_prepare(writer, &counts));
        raise(SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    tape_is(kit, 2);
    assert_true(files_in(kit, "tape/A/B/bar-1m") > 2);
    writer = kit_writer(kit, NAME, false);
    kit_add(writer, 0, 50);
    assert_int_equal(kit_commit(writer).rows, 48);
    tape_is(kit, 50);
    assert_int_equal(files_in(kit, "tape/A/B/bar-1m"), 3);
}

static void a_damaged_partition_is_not_merged_into_a_new_one(void **state) {
    struct kit *kit = *state;
    struct tape_added_counts counts;
    struct tape_writer *writer = kit_writer(kit, NAME, false);
    kit_add(writer, 0, 2);
    kit_commit(writer);
    DIR *dir = opendir(kit_path(kit, "tape/A/B/bar-1m"));
    char path[KIT_PATH_SIZE] = "";
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        if (strstr(entry->d_name, ".tape") != NULL)
            snprintf(path, sizeof path, "%s/A/B/bar-1m/%s", kit->tape, entry->d_name);
    closedir(dir);
    FILE *file = fopen(path, "r+");
    fseek(file, 4096, SEEK_SET);
    fputc('x', file);
    fclose(file);
    writer = kit_writer(kit, NAME, false);
    kit_add(writer, 1, 3);
    assert_int_equal(tape_writer_prepare(writer, &counts), ERR_CORRUPT);
    tape_writer_close(writer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_nth_fault_of_an_import_leaves_the_old_tape_whole,
                                        kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_writer_that_gives_up_takes_its_files_along, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(a_process_that_is_killed_leaves_the_old_tape_whole,
                                        kit_setup, kit_teardown),
        cmocka_unit_test_setup_teardown(a_damaged_partition_is_not_merged_into_a_new_one, kit_setup,
                                        kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
