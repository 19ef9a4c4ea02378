// SPDX-License-Identifier: Apache-2.0
#include "app/serve/serve.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/run/run_record.h"
#include "base/io.h"
#include "base/timestamp.h"
#include "edge/net/address.h"

enum { WORDS_MAX = 4096 };

// "127.0.0.1:8000", "[::1]:8000", "localhost:8000".
static int read_address(const char *text, struct serve *serve) {
    const char *colon = strrchr(text, ':');
    struct net_address address;
    char *end;
    if (colon == NULL)
        return ERR_SET(ERR_ARGUMENT, "--bind takes ADDRESS:PORT, like 127.0.0.1:8000, not '%s'",
                       text);
    unsigned long port = strtoul(colon + 1, &end, 10);
    if (colon[1] == '\0' || *end != '\0' || port > 65535)
        return ERR_SET(ERR_ARGUMENT, "--bind '%s': the port is a number from 0 to 65535", text);
    size_t len = (size_t)(colon - text);
    bool brackets = len > 2 && text[0] == '[' && text[len - 1] == ']';
    if (brackets) text++, len -= 2;
    if (len >= sizeof serve->host) return ERR_SET(ERR_ARGUMENT, "--bind: the address is too long");
    snprintf(serve->host, sizeof serve->host, "%.*s", (int)len, text);
    if (strcmp(serve->host, "localhost") == 0)
        snprintf(serve->host, sizeof serve->host, "127.0.0.1");
    if (net_address_parse(serve->host, strlen(serve->host), &address) < 0)
        return ERR_SET(ERR_ARGUMENT, "--bind: '%s' is no IP address", serve->host);
    serve->port = (uint16_t)port;
    serve->loopback = net_address_is_loopback(&address);
    return 0;
}

static int check_tls(const struct serve *serve) {
    if ((serve->certificate == NULL) != (serve->key == NULL))
        return ERR_SET(ERR_ARGUMENT, "--tls-cert and --tls-key go together");
    if (serve->certificate == NULL && !serve->loopback)
        return ERR_SET(
            ERR_ARGUMENT,
            "%s is reached from other machines: give --tls-cert and --tls-key, or bind to "
            "127.0.0.1",
            serve->host);
    return 0;
}

static void read_words(const struct args *args, const char *name, struct text *ret_words) {
    const char *word;
    text_init(ret_words, WORDS_MAX);
    for (size_t i = 0; (word = args_nth(args, name, i)) != NULL; i++)
        text_printf(ret_words, "%s%s", i > 0 ? " " : "", word);
}

static int read_jobs(const struct args *args, struct serve *serve) {
    long jobs = 1, pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    serve->job_memory = pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size / 2 : 0;
    serve->job_ns = NS_PER_DAY;
    TRY(args_int(args, "jobs", 1, 64, &jobs));
    TRY(args_size(args, "job-memory", &serve->job_memory));
    TRY(args_duration(args, "job-time", &serve->job_ns));
    if (serve->job_ns < NS_PER_S) return ERR_SET(ERR_ARGUMENT, "--job-time is a second at least");
    serve->jobs = (uint32_t)jobs;
    return 0;
}

static int find_program(struct serve *serve) {
    ssize_t len = readlink("/proc/self/exe", serve->program, sizeof serve->program - 1);
    if (len <= 0) return ERR_SET(ERR_IO, "cannot tell where this program is: %s", strerror(errno));
    serve->program[len] = '\0';
    return 0;
}

// The dashboard of this build, or of this installation, where no other one is named.
static void find_pages(struct serve *serve) {
    static const char *const places[] = {"../../../../web/dist", "../share/fulmar/web"};
    const char *slash = strrchr(serve->program, '/');
    for (size_t i = 0; serve->web == NULL && slash != NULL && i < sizeof places / sizeof *places;
         i++) {
        snprintf(serve->pages, sizeof serve->pages, "%.*s/%s", (int)(slash - serve->program),
                 serve->program, places[i]);
        if (access(serve->pages, R_OK | X_OK) == 0) serve->web = serve->pages;
    }
}

int serve_read(const struct args *args, struct serve *ret_serve) {
    read_words(args, "host", &ret_serve->hosts);
    read_words(args, "origin", &ret_serve->origins);
    read_words(args, "rate", &ret_serve->rates);
    read_words(args, "allow", &ret_serve->allow);
    read_words(args, "deny", &ret_serve->deny);
    read_words(args, "proxy", &ret_serve->proxies);
    ret_serve->certificate = args_get(args, "tls-cert", NULL);
    ret_serve->key = args_get(args, "tls-key", NULL);
    ret_serve->web = args_get(args, "web", NULL);
    TRY(command_tape_root(args, ret_serve->tape, sizeof ret_serve->tape));
    TRY(run_record_root(args, ret_serve->runs, sizeof ret_serve->runs));
    TRY(read_address(args_get(args, "bind", "127.0.0.1:8000"), ret_serve));
    TRY(check_tls(ret_serve));
    TRY(text_error(&ret_serve->hosts));
    TRY(text_error(&ret_serve->origins));
    TRY(text_error(&ret_serve->rates));
    TRY(text_error(&ret_serve->allow));
    TRY(text_error(&ret_serve->deny));
    TRY(text_error(&ret_serve->proxies));
    TRY(read_jobs(args, ret_serve));
    TRY(find_program(ret_serve));
    find_pages(ret_serve);
    return 0;
}

void serve_free(struct serve *serve) {
    text_fini(&serve->hosts);
    text_fini(&serve->origins);
    text_fini(&serve->rates);
    text_fini(&serve->allow);
    text_fini(&serve->deny);
    text_fini(&serve->proxies);
}

void serve_url(const struct serve *serve, uint16_t port, struct text *out) {
    bool v6 = strchr(serve->host, ':') != NULL;
    text_printf(out, "%s://%s%s%s:%u", serve->certificate != NULL ? "https" : "http", v6 ? "[" : "",
                serve->host, v6 ? "]" : "", port);
}
