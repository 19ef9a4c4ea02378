// SPDX-License-Identifier: Apache-2.0
// The key of a WebSocket handshake and its answer (RFC 6455, 4.2.2).
#ifndef FULMAR_EDGE_NET_WEBSOCKET_KEY_H
#define FULMAR_EDGE_NET_WEBSOCKET_KEY_H

#include <stdbool.h>

enum { WEBSOCKET_ACCEPT_SIZE = 29 };

// False when `key` is not 16 bytes in base64.
bool websocket_accept(const char *key, char ret_accept[WEBSOCKET_ACCEPT_SIZE]);

#endif
