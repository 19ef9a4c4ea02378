// SPDX-License-Identifier: Apache-2.0
// From the start of the program to its end: `fulmar --help`, its output thrown away.
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

enum { SAMPLES = 50, WARM_UP = 5, MS = 1000 };

extern char **environ;

// Starts `fulmar --help` with stdout going to a descriptor; 0 when it ended with status 0.
static int start(const posix_spawn_file_actions_t *actions) {
    char program[] = BENCH_FULMAR, help[] = "--help";
    char *argv[] = {program, help, NULL};
    pid_t pid;
    int status;
    if (posix_spawn(&pid, program, actions, NULL, argv, environ) != 0) return -1;
    return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : -1;
}

static int measure(struct bench_row *row) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    int rc = 0;
    for (int i = 0; i < WARM_UP + SAMPLES && rc == 0; i++) {
        double begin = bench_now();
        rc = start(&actions);
        if (i >= WARM_UP) row->samples[row->count++] = (bench_now() - begin) * MS;
    }
    posix_spawn_file_actions_destroy(&actions);
    return rc;
}

// The help names the verbs.
static int check(struct bench_row *row) {
    static const char *const verbs[] = {"data", "calc", "journal", "help"};
    char text[16384], path[256];
    posix_spawn_file_actions_t actions;
    snprintf(path, sizeof path, "%s/help.txt", bench_directory());
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, path, O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    int rc = start(&actions);
    posix_spawn_file_actions_destroy(&actions);
    FILE *file = rc == 0 ? fopen(path, "r") : NULL;
    if (file == NULL) return -1;
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = '\0';
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strstr(text, verbs[i]) == NULL) rc = -1;
    snprintf(row->result_check, sizeof row->result_check,
             "every run ended with status 0; the %zu bytes printed %s the verbs", size,
             rc == 0 ? "name" : "DO NOT NAME");
    return rc;
}

static int run(struct bench_row *row) {
    char *program;
    size_t size;
    uint8_t digest[SHA256_SIZE];
    row->unit = "ms";
    program = bench_load(BENCH_FULMAR, &size);
    if (program == NULL) return -1;
    sha256(program, size, digest);
    sha256_print(row->input_sha256, digest);
    free(program);
    int rc = measure(row);
    if (rc == 0) rc = check(row);
    if (rc != 0) fprintf(stderr, "cli_start: " BENCH_FULMAR " --help failed\n");
    return rc;
}

const struct bench bench_cli_start = {
    .name = "cli_start",
    .summary = "the wall time of `fulmar --help`",
    .run = run,
};
