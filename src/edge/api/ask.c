// SPDX-License-Identifier: Apache-2.0
#include "edge/api/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/timestamp.h"

enum { SAID_MAX = 64 << 10, WAIT_MS = 50 };

struct asked {
    pid_t pid;
    int ends[2]; // its stdout and stderr
    struct text *texts[2];
    int64_t until_ns;
};

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static int spawn(const char *program, const struct jobs_call *call, const int out[2],
                 const int err[2], pid_t *ret_pid) {
    char *words[JOBS_WORDS_MAX];
    size_t count = 0;
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none;
    words[count++] = (char *)program;
    for (size_t at = 0; at < call->words.len && count < JOBS_WORDS_MAX - 1;
         at += strlen(call->words.data + at) + 1)
        words[count++] = call->words.data + at;
    words[count] = NULL;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, err[1], STDERR_FILENO);
    sigemptyset(&none);
    posix_spawnattr_init(&how);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK);
    int failed = posix_spawn(ret_pid, program, &files, &how, words, environ);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return failed == 0 ? 0 : ERR_SET(ERR_IO, "cannot start %s: %s", program, strerror(failed));
}

// Takes what is there of one end. False: that end is over.
static bool take(int fd, struct text *text) {
    char block[1 << 14];
    ssize_t got = read(fd, block, sizeof block);
    if (got > 0) text_add_bytes(text, block, (size_t)got);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

// Until both ends are over: true; false when the time is.
static bool listen_to(struct asked *asked) {
    struct pollfd ends[2] = {{asked->ends[0], POLLIN, 0}, {asked->ends[1], POLLIN, 0}};
    while (ends[0].fd >= 0 || ends[1].fd >= 0) {
        if (now_ns() > asked->until_ns || text_error(asked->texts[0]) < 0) return false;
        if (poll(ends, 2, WAIT_MS) <= 0) continue;
        for (int i = 0; i < 2; i++)
            if (ends[i].fd >= 0 && ends[i].revents != 0 && !take(ends[i].fd, asked->texts[i]))
                ends[i].fd = -1;
    }
    return true;
}

static int judge(const struct asked *asked, bool over, int status, struct text *said) {
    TRY(text_error(asked->texts[0]));
    if (!over) return ERR_SET(ERR_BUSY, "no answer in time");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
    while (said->len > 0 && said->data[said->len - 1] == '\n') said->data[--said->len] = '\0';
    const char *last = said->len > 0 ? strrchr(said->data, '\n') : NULL;
    last = last != NULL ? last + 1 : text_string(said);
    if (!WIFEXITED(status)) return ERR_SET(ERR_IO, "it was ended by signal %d", WTERMSIG(status));
    return ERR_SET(WEXITSTATUS(status) == 2 ? ERR_ARGUMENT : ERR_NOT_FOUND, "%s", last);
}

static int run(const char *program, const struct jobs_call *call, int64_t timeout_ns,
               const int out[2], const int err[2], struct text *ret_answer) {
    struct asked asked = {.ends = {out[0], err[0]}, .until_ns = now_ns() + timeout_ns};
    struct text said;
    int status = 0;
    text_init(&said, SAID_MAX);
    asked.texts[0] = ret_answer;
    asked.texts[1] = &said;
    int rc = spawn(program, call, out, err, &asked.pid);
    close(out[1]);
    close(err[1]);
    if (rc == 0) {
        bool over = listen_to(&asked);
        if (!over) kill(asked.pid, SIGKILL);
        while (waitpid(asked.pid, &status, 0) < 0 && errno == EINTR) continue;
        rc = judge(&asked, over, status, &said);
    }
    text_fini(&said);
    close(out[0]);
    close(err[0]);
    return rc;
}

int ask_program(const char *program, const struct jobs_call *call, int64_t timeout_ns,
                struct text *ret_answer) {
    int out[2], err[2];
    TRY(text_error(&call->words));
    if (pipe2(out, O_CLOEXEC) != 0) return ERR_SET(ERR_IO, "no pipe: %s", strerror(errno));
    if (pipe2(err, O_CLOEXEC) != 0) {
        close(out[0]);
        close(out[1]);
        return ERR_SET(ERR_IO, "no pipe: %s", strerror(errno));
    }
    return run(program, call, timeout_ns, out, err, ret_answer);
}
