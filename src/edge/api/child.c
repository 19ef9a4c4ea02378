// SPDX-License-Identifier: Apache-2.0
#include "edge/api/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"

// Descriptors on their way are above all numbers that a child may be given.
enum { ABOVE = 64, STANDARD = 3 };

// What a child needs, all of it made before the fork.
struct birth {
    const struct child_call *call;
    char **environment;
    struct child_file files[CHILD_FILES_MAX + STANDARD];
    size_t file_count;
    int trouble; // the end that tells the parent why nothing began; closed by exec
    pid_t parent;
};

static bool is_given(const struct child_call *call, int as) {
    for (size_t i = 0; i < call->file_count; i++)
        if (call->files[i].as == as) return true;
    return false;
}

static bool add_file(struct birth *birth, int fd, int as) {
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, ABOVE);
    if (moved < 0) return false;
    birth->files[birth->file_count++] = (struct child_file){moved, as};
    return true;
}

static bool add_files(struct birth *birth) {
    const struct child_call *call = birth->call;
    for (size_t i = 0; i < call->file_count; i++)
        if (!add_file(birth, call->files[i].fd, call->files[i].as)) return false;
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    bool good = nothing >= 0;
    for (int as = 0; as < STANDARD && good; as++)
        good = is_given(call, as) || add_file(birth, nothing, as);
    if (nothing >= 0) close(nothing);
    return good;
}

static void close_files(const struct birth *birth) {
    for (size_t i = 0; i < birth->file_count; i++) close(birth->files[i].fd);
}

// The kernel's choice when memory runs out; where it cannot be said, it is as for any other process.
static void offer_to_the_kernel(void) {
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return;
    (void)!write(fd, "1000", 4);
    close(fd);
}

// Only what may be called behind a fork of a program with threads.
static noreturn void become(const struct birth *birth) {
    const struct child_call *call = birth->call;
    struct rlimit seconds = {(rlim_t)call->cpu_s, (rlim_t)call->cpu_s + 1};
    struct rlimit none = {0, 0};
    sigset_t empty;
    sigemptyset(&empty);
    bool good = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
    if (getppid() != birth->parent) _exit(127); // the server ended before that
    offer_to_the_kernel();
    good = good && (!call->leads || setpgid(0, 0) == 0) && setrlimit(RLIMIT_CORE, &none) == 0 &&
           (call->cpu_s == 0 || setrlimit(RLIMIT_CPU, &seconds) == 0);
    for (size_t i = 0; i < birth->file_count && good; i++)
        good = dup2(birth->files[i].fd, birth->files[i].as) >= 0;
    good = good && sigprocmask(SIG_SETMASK, &empty, NULL) == 0;
    if (good) execve(call->program, call->words, birth->environment);
    int why = errno;
    (void)!write(birth->trouble, &why, sizeof why);
    _exit(127);
}

// 0, or why it did not begin.
static int give_birth(struct birth *birth, pid_t *ret_pid) {
    int ends[2], why = 0;
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    birth->trouble = fcntl(ends[1], F_DUPFD_CLOEXEC, ABOVE);
    close(ends[1]);
    if (birth->trouble < 0) {
        why = errno;
        close(ends[0]);
        return why;
    }
    birth->parent = getpid();
    pid_t pid = fork();
    if (pid == 0) become(birth);
    if (pid < 0) why = errno;
    close(birth->trouble);
    ssize_t got = 0;
    while (pid > 0 && (got = read(ends[0], &why, sizeof why)) < 0 && errno == EINTR) continue;
    close(ends[0]);
    if (pid > 0 && got > 0)
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
    if (why == 0) *ret_pid = pid;
    return why;
}

int child_begin(const struct child_call *call, pid_t *ret_pid) {
    struct birth birth = {.call = call,
                          .environment = call->environment != NULL ? call->environment : environ};
    CHECK(call->file_count <= CHILD_FILES_MAX);
    int why = add_files(&birth) ? give_birth(&birth, ret_pid) : errno;
    close_files(&birth);
    return why == 0 ? 0 : ERR_SET(ERR_IO, "cannot start %s: %s", call->program, strerror(why));
}

uint64_t child_memory(pid_t pid) {
    char path[64], line[128];
    unsigned long long size = 0, resident = 0, shared = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t got = read(fd, line, sizeof line - 1);
    close(fd);
    if (got <= 0) return 0;
    line[got] = '\0';
    if (sscanf(line, "%llu %llu %llu", &size, &resident, &shared) != 3 || resident < shared)
        return 0;
    return (uint64_t)(resident - shared) * (uint64_t)sysconf(_SC_PAGESIZE);
}
