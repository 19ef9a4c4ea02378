// SPDX-License-Identifier: Apache-2.0
#include "edge/api/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/timestamp.h"

enum { SAID_MAX = 64 << 10, WAIT_MS = 50 };

struct asked {
    pid_t pid;
    int ends[2]; // its stdout and stderr
    struct text *texts[2];
    int64_t until_ns;
    uint64_t memory_max; // 0: none
    const atomic_bool *stops;
    bool is_fat; // it took more
};

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static int spawn(const struct ask *ask, int out, int err, pid_t *ret_pid) {
    const struct text *said = &ask->call->words;
    char *words[JOBS_WORDS_MAX];
    struct child_file files[CHILD_FILES_MAX];
    size_t count = 0;
    words[count++] = (char *)ask->program;
    for (size_t at = 0; at < said->len && count < JOBS_WORDS_MAX - 1;
         at += strlen(said->data + at) + 1)
        words[count++] = said->data + at;
    words[count] = NULL;
    CHECK(ask->file_count <= ASK_FILES_MAX);
    for (size_t i = 0; i < ask->file_count; i++) files[i] = ask->files[i];
    files[ask->file_count] = (struct child_file){out, STDOUT_FILENO};
    files[ask->file_count + 1] = (struct child_file){err, STDERR_FILENO};
    struct child_call call = {.program = ask->program,
                              .words = words,
                              .files = files,
                              .file_count = ask->file_count + 2,
                              .cpu_s = ask->timeout_ns / NS_PER_S + 1};
    return child_begin(&call, ret_pid);
}

// Takes what is there of one end. False: that end is over.
static bool take(int fd, struct text *text) {
    char block[1 << 14];
    ssize_t got = read(fd, block, sizeof block);
    if (got > 0) text_add_bytes(text, block, (size_t)got);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

// Until both ends are over: true; false when the time is, or the memory.
static bool listen_to(struct asked *asked) {
    struct pollfd ends[2] = {{asked->ends[0], POLLIN, 0}, {asked->ends[1], POLLIN, 0}};
    while (ends[0].fd >= 0 || ends[1].fd >= 0) {
        if (now_ns() > asked->until_ns || text_error(asked->texts[0]) < 0) return false;
        if (asked->stops != NULL && atomic_load(asked->stops)) return false;
        asked->is_fat = asked->memory_max > 0 && child_memory(asked->pid) > asked->memory_max;
        if (asked->is_fat) return false;
        if (poll(ends, 2, WAIT_MS) <= 0) continue;
        for (int i = 0; i < 2; i++)
            if (ends[i].fd >= 0 && ends[i].revents != 0 && !take(ends[i].fd, asked->texts[i]))
                ends[i].fd = -1;
    }
    return true;
}

static int judge(const struct asked *asked, bool over, int status, struct text *said) {
    TRY(text_error(asked->texts[0]));
    if (asked->is_fat)
        return ERR_SET(ERR_RANGE, "it took more than %llu MiB of memory; ask for less at once",
                       (unsigned long long)(asked->memory_max >> 20));
    if (!over) return ERR_SET(ERR_BUSY, "no answer in time");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
    while (said->len > 0 && said->data[said->len - 1] == '\n') said->data[--said->len] = '\0';
    const char *last = said->len > 0 ? strrchr(said->data, '\n') : NULL;
    last = last != NULL ? last + 1 : text_string(said);
    if (!WIFEXITED(status)) return ERR_SET(ERR_IO, "it was ended by signal %d", WTERMSIG(status));
    return ERR_SET(WEXITSTATUS(status) == 2 ? ERR_ARGUMENT : ERR_NOT_FOUND, "%s", last);
}

static int run(const struct ask *ask, const int out[2], const int err[2], struct text *ret_answer) {
    struct asked asked = {.ends = {out[0], err[0]},
                          .until_ns = now_ns() + ask->timeout_ns,
                          .memory_max = ask->memory_max,
                          .stops = ask->stops};
    struct text said;
    int status = 0;
    text_init(&said, SAID_MAX);
    asked.texts[0] = ret_answer;
    asked.texts[1] = &said;
    int rc = spawn(ask, out[1], err[1], &asked.pid);
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

int ask_program(const struct ask *ask, struct text *ret_answer) {
    int out[2], err[2];
    TRY(text_error(&ask->call->words));
    if (pipe2(out, O_CLOEXEC) != 0) return ERR_SET(ERR_IO, "no pipe: %s", strerror(errno));
    if (pipe2(err, O_CLOEXEC) != 0) {
        close(out[0]);
        close(out[1]);
        return ERR_SET(ERR_IO, "no pipe: %s", strerror(errno));
    }
    return run(ask, out, err, ret_answer);
}
