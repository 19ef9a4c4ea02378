// SPDX-License-Identifier: Apache-2.0
#include "edge/net/websocket_key.h"

#include <string.h>

#include <openssl/evp.h>

#include "base/check.h"

enum { KEY_SIZE = 24, SHA1_SIZE = 20 };
static const char suffix[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

static bool is_key(const char *key) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    // The last letter holds two bits of the sixteenth byte; the rest of it is zero.
    return strlen(key) == KEY_SIZE && strspn(key, letters) == KEY_SIZE - 2 &&
           strchr("AQgw", key[KEY_SIZE - 3]) != NULL && strcmp(key + KEY_SIZE - 2, "==") == 0;
}

bool websocket_accept(const char *key, char ret_accept[WEBSOCKET_ACCEPT_SIZE]) {
    char both[KEY_SIZE + sizeof suffix];
    unsigned char digest[SHA1_SIZE];
    if (!is_key(key)) return false;
    memcpy(both, key, KEY_SIZE);
    memcpy(both + KEY_SIZE, suffix, sizeof suffix);
    CHECK(EVP_Digest(both, sizeof both - 1, digest, NULL, EVP_sha1(), NULL) == 1);
    CHECK(EVP_EncodeBlock((unsigned char *)ret_accept, digest, sizeof digest) ==
          WEBSOCKET_ACCEPT_SIZE - 1);
    return true;
}
