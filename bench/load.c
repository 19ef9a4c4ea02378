// SPDX-License-Identifier: Apache-2.0
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

enum { ANSWER_MAX = 4096, EVENTS_MAX = 256, NS_PER_MS_I = 1000000 };

int64_t load_now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

int load_dial(uint16_t port) {
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        perror("connect");
        if (fd >= 0) close(fd);
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

double load_percentile(double *samples, size_t count, double p) {
    (void)bench_sort(samples, count);
    return samples[(size_t)(p * (double)(count - 1))];
}

uint64_t load_resident_bytes(pid_t process) {
    char path[64];
    unsigned long size = 0, resident = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)process);
    FILE *file = fopen(path, "r");
    if (file == NULL) return 0;
    if (fscanf(file, "%lu %lu", &size, &resident) != 2) resident = 0;
    fclose(file);
    return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

bool load_raise_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

bool load_server_start(void (*serve)(void *argument, int tell), void *argument,
                       struct load_server *ret_server) {
    int ends[2];
    *ret_server = (struct load_server){0};
    fflush(NULL);
    if (pipe(ends) != 0) return false;
    pid_t process = fork();
    if (process == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        close(ends[0]);
        serve(argument, ends[1]);
        _exit(0);
    }
    close(ends[1]);
    bool told = process > 0 && read(ends[0], &ret_server->port, sizeof ret_server->port) ==
                                   sizeof ret_server->port;
    close(ends[0]);
    ret_server->process = process;
    if (!told && process > 0) load_server_stop(ret_server);
    return told;
}

void load_server_stop(const struct load_server *server) {
    kill(server->process, SIGTERM);
    waitpid(server->process, NULL, 0);
}

struct client {
    int fd;
    size_t got;
    int64_t due_ns; // of the request under way
    char answer[ANSWER_MAX];
};

struct load {
    const struct load_plan *plan;
    struct load_result *result;
    struct client *clients;
    int *idle;
    int idle_count, epoll_fd;
    size_t sent, answered;
    int64_t start_ns;
    char *answer; // the first, with its date blotted out
};

static bool fail(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    return false;
}

static bool send_one(struct load *load, int which, int64_t due_ns) {
    struct client *client = &load->clients[which];
    size_t size = strlen(load->plan->request);
    client->due_ns = due_ns;
    client->got = 0;
    load->sent++;
    return send(client->fd, load->plan->request, size, MSG_NOSIGNAL) == (ssize_t)size ||
           fail("send");
}

// The requests that are due, on connections that are idle.
static bool send_due(struct load *load) {
    const struct load_plan *plan = load->plan;
    while (load->idle_count > 0 && load->sent < plan->count) {
        int64_t now = load_now_ns(), due = now;
        if (plan->per_s > 0)
            due = load->start_ns + (int64_t)((double)load->sent * 1e9 / plan->per_s);
        if (due > now) break;
        if (!send_one(load, load->idle[--load->idle_count], due)) return false;
    }
    return true;
}

// One byte of the clock may turn between two answers.
static void blot_date(char *answer) {
    char *date = strstr(answer, "Date: ");
    if (date != NULL) memset(date + 6, '-', 29);
}

static bool same_answer(struct load *load, char *answer, size_t size) {
    answer[size] = '\0';
    blot_date(answer);
    if (load->answer == NULL) {
        load->answer = strdup(answer);
        load->result->answer_size = size;
        return strncmp(answer, "HTTP/1.1 200 ", 13) == 0;
    }
    return size == load->result->answer_size && memcmp(answer, load->answer, size) == 0;
}

// The size of a whole answer once its head is there; 0 before.
static size_t answer_size(const char *answer) {
    const char *end = strstr(answer, "\r\n\r\n"), *length = strstr(answer, "Content-Length: ");
    if (end == NULL || length == NULL) return 0;
    return (size_t)(end + 4 - answer) + strtoul(length + 16, NULL, 10);
}

static bool receive(struct load *load, int which) {
    struct client *client = &load->clients[which];
    ssize_t n = recv(client->fd, client->answer + client->got, ANSWER_MAX - 1 - client->got, 0);
    if (n <= 0) return fail("an answer broke off");
    client->got += (size_t)n;
    client->answer[client->got] = '\0';
    size_t whole = load->answer != NULL ? load->result->answer_size : answer_size(client->answer);
    if (whole == 0 || client->got < whole) return true;
    if (!same_answer(load, client->answer, client->got)) return fail("an answer differs");
    load->result->latencies[load->answered++] =
        (double)(load_now_ns() - client->due_ns) / NS_PER_MS_I;
    load->idle[load->idle_count++] = which;
    return true;
}

static bool turn(struct load *load) {
    struct epoll_event events[EVENTS_MAX];
    if (!send_due(load)) return false;
    // Paced: look again at once, so that no request is sent late for want of a finer clock.
    int wait = load->plan->per_s > 0 && load->sent < load->plan->count ? 0 : 1000;
    int count = epoll_wait(load->epoll_fd, events, EVENTS_MAX, wait);
    if (count == 0 && wait > 0) return fail("no answer for a second");
    for (int i = 0; i < count; i++)
        if (!receive(load, (int)events[i].data.u32)) return false;
    return true;
}

static bool connect_all(struct load *load) {
    load->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < load->plan->connections; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data = {.u32 = (uint32_t)i}};
        load->clients[i].fd = load_dial(load->plan->port);
        if (load->clients[i].fd < 0 ||
            epoll_ctl(load->epoll_fd, EPOLL_CTL_ADD, load->clients[i].fd, &event) != 0)
            return fail("connect");
        load->idle[load->idle_count++] = i;
    }
    return true;
}

bool load_run(const struct load_plan *plan, struct load_result *ret_result) {
    struct load load = {.plan = plan, .result = ret_result, .epoll_fd = -1};
    load.clients = calloc((size_t)plan->connections, sizeof *load.clients);
    load.idle = calloc((size_t)plan->connections, sizeof *load.idle);
    *ret_result = (struct load_result){.latencies = calloc(plan->count, sizeof(double))};
    for (int i = 0; i < plan->connections; i++) load.clients[i].fd = -1;
    bool good = connect_all(&load);
    load.start_ns = load_now_ns();
    while (good && load.answered < plan->count) good = turn(&load);
    ret_result->seconds = (double)(load_now_ns() - load.start_ns) / 1e9;
    for (int i = 0; i < plan->connections; i++)
        if (load.clients[i].fd >= 0) close(load.clients[i].fd);
    if (load.epoll_fd >= 0) close(load.epoll_fd);
    free(load.answer);
    free(load.clients);
    free(load.idle);
    return good;
}
