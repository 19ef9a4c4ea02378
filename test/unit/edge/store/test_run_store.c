// SPDX-License-Identifier: Apache-2.0
// A run is there whole or not at all: whatever fails, and whoever is killed.
#include "harness.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "edge/store/run_store.h"

static char root[64];

static int set_up(void **state) {
    (void)state;
    snprintf(root, sizeof root, "/tmp/fulmar_runs_XXXXXX");
    return mkdtemp(root) == NULL;
}

static int tear_down(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", root);
    return system(command);
}

static void fill(const struct run_store_draft *draft) {
    char path[RUN_STORE_PATH_SIZE + 32];
    snprintf(path, sizeof path, "%s/tables", run_store_draft_path(draft));
    assert_int_equal(io_make_dirs(path), 0);
    snprintf(path, sizeof path, "%s/tables/a.csv", run_store_draft_path(draft));
    assert_int_equal(io_write_file(path, "a,b\n", 4), 0);
    snprintf(path, sizeof path, "%s/config.yaml", run_store_draft_path(draft));
    assert_int_equal(io_write_file(path, "x\n", 2), 0);
}

static void keep(const char *name) {
    struct run_store_draft *draft;
    assert_int_equal(run_store_begin(root, name, &draft), 0);
    fill(draft);
    assert_int_equal(run_store_commit(draft), 0);
}

// Everything in the root, drafts too.
static int entries(void) {
    DIR *folder = opendir(root);
    int count = -2; // itself and its parent
    while (readdir(folder) != NULL) count++;
    closedir(folder);
    return count;
}

static int add_name(void *self, const char *name) {
    strcat(self, name);
    strcat(self, " ");
    return 0;
}

static const char *listed(void) {
    static char names[1024];
    names[0] = '\0';
    assert_int_equal(run_store_list(root, &(struct run_store_visitor){add_name, names}), 0);
    return names;
}

static void a_run_is_seen_when_it_is_whole_and_gone_when_it_is_removed(void **state) {
    (void)state;
    struct run_store_draft *draft;
    char path[RUN_STORE_PATH_SIZE], digest[SHA256_TEXT_SIZE];
    assert_int_equal(run_store_begin(root, "one", &draft), 0);
    fill(draft);
    assert_string_equal(listed(), "");
    assert_int_equal(run_store_find(root, "one", path), ERR_NOT_FOUND);
    assert_int_equal(run_store_commit(draft), 0);
    keep("another-1.0");
    assert_string_equal(listed(), "another-1.0 one ");
    assert_int_equal(run_store_find(root, "one", path), 0);
    strcat(path, "/config.yaml");
    assert_int_equal(run_store_digest(path, digest), 0);
    // printf 'x\n' | sha256sum
    assert_string_equal(digest, "73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac");
    assert_int_equal(run_store_begin(root, "one", &draft), ERR_EXISTS);
    assert_int_equal(run_store_remove(root, "one"), 0);
    assert_string_equal(listed(), "another-1.0 ");
    assert_int_equal(entries(), 1);
    assert_int_equal(run_store_remove(root, "one"), ERR_NOT_FOUND);
}

static void a_draft_that_is_given_up_leaves_nothing(void **state) {
    (void)state;
    struct run_store_draft *draft;
    assert_int_equal(run_store_begin(root, "one", &draft), 0);
    fill(draft);
    run_store_abandon(draft);
    run_store_abandon(NULL);
    assert_int_equal(entries(), 0);
}

static void a_killed_writer_leaves_no_run_and_the_next_one_cleans_up(void **state) {
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct run_store_draft *draft;
        if (run_store_begin(root, "one", &draft) == 0) fill(draft);
        (void)!raise(SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(entries(), 1);
    assert_string_equal(listed(), "");
    keep("one");
    assert_int_equal(entries(), 1);
    assert_string_equal(listed(), "one ");
}

static void a_writer_at_work_is_not_swept_away(void **state) {
    (void)state;
    struct run_store_draft *first, *second;
    assert_int_equal(run_store_begin(root, "one", &first), 0);
    fill(first);
    assert_int_equal(run_store_begin(root, "one", &second), 0);
    fill(second);
    assert_int_equal(entries(), 2);
    assert_int_equal(run_store_commit(first), 0);
    assert_int_equal(run_store_commit(second), ERR_EXISTS);
    assert_int_equal(entries(), 1);
}

static int syncs_left;
static int fault_fsync(int fd) {
    if (syncs_left-- != 0) return io_system_ops()->fsync(fd);
    errno = EIO;
    return -1;
}

static void a_sync_that_fails_leaves_the_whole_run_or_none(void **state) {
    (void)state;
    struct io_ops ops = *io_system_ops();
    ops.fsync = fault_fsync;
    int failed = 0;
    for (int nth = 0; nth < 16; nth++) {
        struct run_store_draft *draft;
        assert_int_equal(run_store_begin(root, "one", &draft), 0);
        fill(draft);
        syncs_left = nth;
        io_set_ops(&ops);
        int rc = run_store_commit(draft);
        io_set_ops(NULL);
        if (rc == 0) break;
        failed++;
        // The last sync is of the root, behind the rename: the run is there then, and whole.
        assert_int_equal(rc, ERR_IO);
        char path[RUN_STORE_PATH_SIZE + 32];
        if (entries() == 0) continue;
        assert_int_equal(run_store_find(root, "one", path), 0);
        strcat(path, "/tables/a.csv");
        assert_int_equal(access(path, R_OK), 0);
        assert_int_equal(run_store_remove(root, "one"), 0);
    }
    assert_int_equal(failed, 5); // two files, two folders, the root
}

static void a_faulty_name_is_refused_with_what_would_be_right(void **state) {
    (void)state;
    static const char *const names[] = {"", ".", "..", "a/b", ".hidden", "-x", "a b", "é"};
    struct run_store_draft *draft;
    char path[RUN_STORE_PATH_SIZE], longest[RUN_STORE_NAME_MAX + 2];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(run_store_begin(root, names[i], &draft), ERR_ARGUMENT);
        assert_non_null(strstr(err_story(), "letters"));
        assert_int_equal(run_store_find(root, names[i], path), ERR_ARGUMENT);
        assert_int_equal(run_store_remove(root, names[i]), ERR_ARGUMENT);
    }
    memset(longest, 'a', sizeof longest);
    longest[RUN_STORE_NAME_MAX + 1] = '\0';
    assert_int_equal(run_store_check_name(longest), ERR_ARGUMENT);
    longest[RUN_STORE_NAME_MAX] = '\0';
    assert_int_equal(run_store_check_name(longest), 0);
    keep("momentum");
    assert_int_equal(run_store_find(root, "momentun", path), ERR_NOT_FOUND);
    assert_non_null(strstr(err_story(), "did you mean momentum"));
}

static void what_is_no_run_is_not_listed(void **state) {
    (void)state;
    char path[128];
    keep("one");
    snprintf(path, sizeof path, "%s/file", root);
    assert_int_equal(io_write_file(path, "x", 1), 0);
    snprintf(path, sizeof path, "%s/link", root);
    assert_int_equal(symlink("one", path), 0);
    assert_string_equal(listed(), "one ");
    snprintf(path, sizeof path, "%s/missing", root);
    assert_int_equal(run_store_list(path, &(struct run_store_visitor){add_name, NULL}), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define ROW(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        ROW(a_run_is_seen_when_it_is_whole_and_gone_when_it_is_removed),
        ROW(a_draft_that_is_given_up_leaves_nothing),
        ROW(a_killed_writer_leaves_no_run_and_the_next_one_cleans_up),
        ROW(a_writer_at_work_is_not_swept_away),
        ROW(a_sync_that_fails_leaves_the_whole_run_or_none),
        ROW(a_faulty_name_is_refused_with_what_would_be_right),
        ROW(what_is_no_run_is_not_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
