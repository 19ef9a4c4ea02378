// SPDX-License-Identifier: Apache-2.0
// The HTTP server with nothing behind it: a fixed JSON text of 300 bytes. Server and load generator share the machine.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "edge/net/server.h"
#include "load.h"

enum { SAMPLES = 11, REQUESTS = 100000, PACED = 200000, CONNECTIONS = 64, BODY_SIZE = 300 };
static const char request_text[] =
    "GET /body.json HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
    "User-Agent: fulmar-bench\r\nAuthorization: Bearer 0123456789abcdef0123456789abcdef\r\n\r\n";

static void fill_body(char body[BODY_SIZE + 1]) {
    int len = snprintf(body, BODY_SIZE, "{\"text\":\"");
    memset(body + len, 'x', (size_t)(BODY_SIZE - len));
    memcpy(body + BODY_SIZE - 2, "\"}", 3);
}

static volatile sig_atomic_t stop;

static void on_stop(int signal_number) {
    (void)signal_number;
    stop = 1;
}

static void on_request(void *self, struct http_exchange *exchange,
                       const struct http_request *request) {
    (void)request;
    http_reply(exchange, 200, "application/json", self, BODY_SIZE);
}

static void serve(void *argument, int tell) {
    struct server *server;
    struct server_options options = {.address = "127.0.0.1"};
    struct http_service service = {.self = argument, .request = on_request};
    server_limits_init(&options.limits);
    options.limits.connections_of_one = 0;
    signal(SIGTERM, on_stop);
    if (server_open(&options, &service, &server) < 0) return;
    uint16_t port = server_port(server);
    if (write(tell, &port, sizeof port) == sizeof port) (void)!server_run(server, &stop);
    server_close(server);
}

static int measure(struct bench_row *row, uint16_t port) {
    struct load_plan plan = {port, request_text, CONNECTIONS, 0, REQUESTS};
    struct load_result result;
    for (int i = 0; i <= SAMPLES; i++) { // the first warms up
        bool good = load_run(&plan, &result);
        free(result.latencies);
        if (!good) return -1;
        if (i > 0) row->samples[row->count++] = REQUESTS / result.seconds;
    }
    char *text = row->result_check;
    size_t left = sizeof row->result_check;
    int len = snprintf(text, left, "every answer the same %zu bytes;", result.answer_size);
    static const double rates[] = {10000, 20000};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        plan.per_s = rates[i];
        plan.count = PACED;
        bool good = load_run(&plan, &result);
        if (good)
            len += snprintf(text + len, left - (size_t)len,
                            " at %.0f/s p50 %.3f ms, p99 %.3f ms, p99.9 %.3f ms;", rates[i],
                            load_percentile(result.latencies, PACED, 0.5),
                            load_percentile(result.latencies, PACED, 0.99),
                            load_percentile(result.latencies, PACED, 0.999));
        free(result.latencies);
        if (!good) return -1;
    }
    return 0;
}

static const char nginx_text[] =
    "daemon off; master_process off; worker_processes 1; pid %s/nginx.pid; error_log "
    "%s/error.log;\n"
    "events { worker_connections 1024; }\n"
    "http { access_log off; keepalive_requests 1000000000; sendfile on; open_file_cache max=10;\n"
    "  types { application/json json; } tcp_nodelay on;\n"
    "  client_body_temp_path %s/a; proxy_temp_path %s/b; fastcgi_temp_path %s/c;\n"
    "  uwsgi_temp_path %s/d; scgi_temp_path %s/e;\n"
    "  server { listen 127.0.0.1:%d; root %s; } }\n";

static bool write_text(const char *name, const char *text) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", bench_directory(), name);
    FILE *file = fopen(path, "w");
    return file != NULL && fputs(text, file) >= 0 && fclose(file) == 0;
}

enum { NGINX_PORT = 18763, DIAL_TRIES = 100 };

static pid_t start_nginx(const char *body) {
    char config[2048], path[256];
    const char *dir = bench_directory();
    snprintf(config, sizeof config, nginx_text, dir, dir, dir, dir, dir, dir, dir, NGINX_PORT, dir);
    snprintf(path, sizeof path, "%s/nginx.conf", dir);
    if (!write_text("nginx.conf", config) || !write_text("body.json", body)) return -1;
    pid_t process = fork();
    if (process == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL) _exit(1);
        execl("/usr/sbin/nginx", "nginx", "-c", path, "-p", dir, (char *)NULL);
        _exit(1);
    }
    return process;
}

// The same requests to nginx, where Debian's package nginx-light is installed.
static void measure_nginx(struct bench_row *row, const char *body) {
    if (access("/usr/sbin/nginx", X_OK) != 0) return;
    struct load_plan plan = {NGINX_PORT, request_text, CONNECTIONS, 0, REQUESTS};
    struct load_result result;
    double samples[SAMPLES];
    pid_t process = start_nginx(body);
    if (process <= 0) return;
    usleep(500000);
    bool good = true;
    for (int i = 0; i <= SAMPLES && good; i++) {
        good = load_run(&plan, &result);
        free(result.latencies);
        if (i > 0) samples[i - 1] = REQUESTS / result.seconds;
    }
    kill(process, SIGTERM);
    waitpid(process, NULL, 0);
    if (!good) return;
    snprintf(row->peer, sizeof row->peer, "nginx (static file, one worker)");
    snprintf(row->peer_version, sizeof row->peer_version, "1.22");
    row->peer_value = bench_sort(samples, SAMPLES);
}

static int run(struct bench_row *row) {
    char body[BODY_SIZE + 1];
    uint8_t digest[SHA256_SIZE];
    struct load_server server;
    fill_body(body);
    row->unit = "req/s";
    row->bigger_is_better = true;
    sha256(request_text, sizeof request_text - 1, digest);
    sha256_print(row->input_sha256, digest);
    (void)load_raise_files();
    if (!load_server_start(serve, body, &server)) return -1;
    int rc = measure(row, server.port);
    load_server_stop(&server);
    if (rc == 0) measure_nginx(row, body);
    return rc;
}

const struct bench bench_http_echo = {
    .name = "http_echo",
    .summary = "HTTP/1.1 requests over 64 kept connections, answered with 300 bytes of JSON",
    .run = run,
};
