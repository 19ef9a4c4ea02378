// SPDX-License-Identifier: Apache-2.0
// A generator of load for servers on this machine: one thread, many connections, one request of each at a time.
#ifndef FULMAR_BENCH_LOAD_H
#define FULMAR_BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

int64_t load_now_ns(void);    // CLOCK_MONOTONIC, the same in every process
int load_dial(uint16_t port); // a connection to 127.0.0.1 that does not block; -1
double load_percentile(double *samples, size_t count, double p); // sorts them
uint64_t load_resident_bytes(pid_t process);                     // 0 when the system does not tell
bool load_raise_files(void); // the limit of descriptors to the most that is allowed

// A process of its own that runs `serve(argument, tell)`: it tells its port by writing a uint16_t to `tell`, and is
// ended by SIGTERM. False when it did not come up.
struct load_server {
    pid_t process;
    uint16_t port;
};
bool load_server_start(void (*serve)(void *argument, int tell), void *argument,
                       struct load_server *ret_server);
void load_server_stop(const struct load_server *server);

// Sends one request again and again over `connections` kept connections and checks that each answer is as the first.
struct load_plan {
    uint16_t port;
    const char *request;
    int connections;
    double
        per_s; // requests a second at even distances, each timed from when it was due; 0: as fast as answers come
    size_t count; // requests
};
struct load_result {
    double seconds;
    double *latencies; // in ms, `count`, from malloc
    size_t answer_size;
};
// False (told on stderr) when a connection broke or an answer differed.
bool load_run(const struct load_plan *plan, struct load_result *ret_result);

#endif
