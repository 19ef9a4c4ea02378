// SPDX-License-Identifier: Apache-2.0
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PEERS_ABSENT = 3 }; // status of bench/peers/run

// The script's stdout as a stream; its process goes to *ret_pid.
static FILE *start(char *const *argv, pid_t *ret_pid) {
    int ends[2];
    if (pipe(ends) != 0) return NULL;
    *ret_pid = fork();
    if (*ret_pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execv(argv[0], argv);
        perror(argv[0]);
        _exit(127);
    }
    close(ends[1]);
    FILE *stream = *ret_pid > 0 ? fdopen(ends[0], "r") : NULL;
    if (stream == NULL) close(ends[0]);
    return stream;
}

json_t *bench_peer(const char *script, const char *const *args) {
    char run[] = BENCH_SOURCE_ROOT "/bench/peers/run";
    char *argv[BENCH_PEER_ARGS_MAX + 3] = {run, (char *)script};
    pid_t pid;
    int status = -1;
    for (size_t i = 0; args[i] != NULL && i < BENCH_PEER_ARGS_MAX; i++)
        argv[i + 2] = (char *)args[i];
    FILE *stream = start(argv, &pid);
    if (stream == NULL) {
        perror("bench/peers/run");
        return NULL;
    }
    json_error_t error;
    json_t *object = json_loadf(stream, JSON_DISABLE_EOF_CHECK, &error);
    fclose(stream);
    waitpid(pid, &status, 0);
    if (object != NULL && status == 0) return object;
    bool absent = WIFEXITED(status) && WEXITSTATUS(status) == PEERS_ABSENT; // and has said so
    if (!absent) fprintf(stderr, "bench/peers/%s failed: its columns stay empty\n", script);
    json_decref(object);
    return NULL;
}

void bench_peer_fill(struct bench_row *row, const json_t *object, double work) {
    double samples[BENCH_SAMPLES_MAX];
    const json_t *list = json_object_get(object, "samples");
    size_t count = json_array_size(list);
    if (count == 0) return;
    if (count > BENCH_SAMPLES_MAX) count = BENCH_SAMPLES_MAX;
    for (size_t i = 0; i < count; i++) samples[i] = json_number_value(json_array_get(list, i));
    double median = bench_sort(samples, count);
    snprintf(row->peer, sizeof row->peer, "%s", json_string_value(json_object_get(object, "peer")));
    snprintf(row->peer_version, sizeof row->peer_version, "%s",
             json_string_value(json_object_get(object, "version")));
    row->peer_value = work > 0 ? work / median : median;
}
