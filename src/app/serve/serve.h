// SPDX-License-Identifier: Apache-2.0
// fulmar serve: what the options mean, before anything is opened.
#ifndef FULMAR_APP_SERVE_SERVE_H
#define FULMAR_APP_SERVE_SERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "app/command.h"

enum { SERVE_PATH_SIZE = 4096, SERVE_HOST_SIZE = 64 };

struct serve {
    char tape[SERVE_PATH_SIZE];
    char runs[SERVE_PATH_SIZE];
    char program[SERVE_PATH_SIZE];
    char host[SERVE_HOST_SIZE]; // an address, without brackets
    uint16_t port;
    bool loopback;
    uint32_t jobs;           // that run at once
    uint64_t job_memory;     // bytes of one
    int64_t job_ns;          // of the processor's time, of one
    const char *certificate; // NULL: no TLS
    const char *key;
    char pages[SERVE_PATH_SIZE + 32];
    const char *web;                  // NULL: those of the build or of the installation
    struct text rates;                // changes of rate rules
    struct text hosts;                // names that it is called by, separated by blanks
    struct text origins;              // of other sites that may call
    struct text allow, deny, proxies; // networks, separated by blanks
};

// Reads the options. ERR_ARGUMENT: an address that is none, TLS of which a half is missing, an address that others
// reach without TLS. serve_free in every case.
int serve_read(const struct args *args, struct serve *ret_serve) MUST_USE;
void serve_free(struct serve *serve);

// "http://127.0.0.1:8000", with brackets round an IPv6 address.
void serve_url(const struct serve *serve, uint16_t port, struct text *out);

#endif
