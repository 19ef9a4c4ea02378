// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "edge/api/child.h"

// A shell stands for the program: its words are a script. What it writes to descriptor 7 is read here.
static pid_t begin(const char *script, const int out[2], int64_t cpu_s, bool leads) {
    char *words[] = {(char *)"/bin/sh", (char *)"-c", (char *)script, NULL};
    struct child_file files[] = {{out[1], 7}};
    struct child_call call = {.program = words[0],
                              .words = words,
                              .files = files,
                              .file_count = 1,
                              .cpu_s = cpu_s,
                              .leads = leads};
    pid_t pid = 0;
    assert_ok(child_begin(&call, &pid));
    close(out[1]);
    return pid;
}

static int wait_for(pid_t pid) {
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void read_all(int fd, char *ret_text, size_t size) {
    size_t len = 0;
    ssize_t got;
    while (len < size - 1 && (got = read(fd, ret_text + len, size - 1 - len)) > 0)
        len += (size_t)got;
    ret_text[len] = '\0';
    close(fd);
}

static void a_child_has_the_files_that_it_was_given_and_no_others(void **state) {
    (void)state;
    int out[2];
    char said[256];
    assert_int_equal(pipe2(out, 0), 0); // not even closed by exec: they are above all numbers
    pid_t pid = begin("for fd in 0 1 2 7; do readlink /proc/$$/fd/$fd; done >&7; "
                      "cat /proc/$$/oom_score_adj >&7",
                      out, 0, false);
    read_all(out[0], said, sizeof said);
    assert_int_equal(wait_for(pid), 0);
    assert_memory_equal(said, "/dev/null\n", 10);
    assert_non_null(strstr(said, "pipe:"));
    assert_non_null(strstr(said, "\n1000\n"));
}

static void what_cannot_begin_says_so(void **state) {
    (void)state;
    char *words[] = {(char *)"/nowhere/fulmar", NULL};
    struct child_call call = {.program = words[0], .words = words};
    pid_t pid = 0;
    assert_int_equal(child_begin(&call, &pid), ERR_IO);
    assert_non_null(strstr(err_story(), "No such file"));
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); // nothing of it is left
}

static void processor_time_has_an_end(void **state) {
    (void)state;
    int out[2];
    assert_int_equal(pipe2(out, 0), 0);
    pid_t pid = begin("while :; do :; done", out, 1, false);
    int status = wait_for(pid);
    close(out[0]);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGXCPU);
}

static void memory_is_looked_at(void **state) {
    (void)state;
    int out[2];
    char said[8];
    assert_int_equal(pipe2(out, 0), 0);
    pid_t pid = begin("x=$(head -c 30000000 /dev/zero | tr '\\0' a); echo here >&7; "
                      "sleep 60; echo $x | wc -c",
                      out, 0, true);
    assert_int_equal(read(out[0], said, sizeof said), 5); // it goes on, and keeps its end open
    close(out[0]);
    assert_true(child_memory(pid) > 20000000);
    kill(-pid, SIGKILL);
    wait_for(pid);
    assert_int_equal(child_memory(pid), 0);
}

struct beginning {
    int out[2];
    pid_t pid;
};

static void *begin_and_end(void *self) {
    struct beginning *beginning = self;
    beginning->pid = begin("sleep 60", beginning->out, 0, false);
    return NULL;
}

static void it_ends_with_the_thread_that_began_it(void **state) {
    (void)state;
    struct beginning beginning;
    pthread_t thread;
    assert_int_equal(pipe2(beginning.out, 0), 0);
    assert_int_equal(pthread_create(&thread, NULL, begin_and_end, &beginning), 0);
    pthread_join(thread, NULL);
    int status = wait_for(beginning.pid);
    close(beginning.out[0]);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_has_the_files_that_it_was_given_and_no_others),
        cmocka_unit_test(what_cannot_begin_says_so),
        cmocka_unit_test(processor_time_has_an_end),
        cmocka_unit_test(memory_is_looked_at),
        cmocka_unit_test(it_ends_with_the_thread_that_began_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
