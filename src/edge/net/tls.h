// SPDX-License-Identifier: Apache-2.0
// TLS 1.2 and 1.3 for the accepting side, through OpenSSL 3, on sockets that do not block.
#ifndef FULMAR_EDGE_NET_TLS_H
#define FULMAR_EDGE_NET_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

struct tls;
struct tls_session;

// Reads a chain of certificates and their key, both PEM. TLS 1.2 with forward secrecy and authenticated ciphers, and
// TLS 1.3; no compression, no renegotiation, no tickets that outlive the process. ERR_NOT_FOUND, ERR_IO; ERR_ARGUMENT
// when the key is not the certificate's, or others than its owner may read it (0600 is right); ERR_PARSE.
int tls_open(const char *certificate, const char *key, struct tls **ret_tls) MUST_USE;
void tls_close(struct tls *tls); // NULL is fine

// A session over a connected socket, which stays the caller's. NULL without memory.
struct tls_session *tls_session_new(struct tls *tls, int fd);
void tls_session_free(struct tls_session *session); // NULL is fine

// What reading and writing give when they give no bytes.
enum { TLS_END = 0, TLS_WAIT = -1, TLS_BROKEN = -2 };

// The handshake is made under way. The number of bytes, TLS_END (reading: the other side is through), TLS_WAIT: call
// again when the socket is readable, or writable where tls_wants_write says so; or TLS_BROKEN.
ssize_t tls_read(struct tls_session *session, void *buf, size_t size);
// After TLS_WAIT the same bytes (not the same place) are to be given again.
ssize_t tls_write(struct tls_session *session, const void *data, size_t size);
bool tls_wants_write(const struct tls_session *session);
// Bytes that were decrypted and not read: the socket does not tell of them.
size_t tls_buffered(const struct tls_session *session);
// Tells the other side that nothing more comes, as far as the socket takes it.
void tls_end(struct tls_session *session);

#endif
