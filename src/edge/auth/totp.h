// SPDX-License-Identifier: Apache-2.0
// One-time passwords by time (RFC 6238 over RFC 4226): six digits of 30 seconds with HMAC-SHA-1, which is what the apps
// on telephones know. A code of the step before or after is taken too, no step twice. And recovery codes: ten, each
// good once, for whom the telephone is lost.
#ifndef FULMAR_EDGE_AUTH_TOTP_H
#define FULMAR_EDGE_AUTH_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "edge/auth/secret.h"

enum {
    TOTP_SECRET_SIZE = 20,
    TOTP_DIGITS = 6,
    TOTP_STEP_S = 30,
    TOTP_URI_SIZE = 512,
    RECOVERY_CODES = 10,
    RECOVERY_CODE_SIZE = 20 // "xxxx-xxxx-xxxx-xxxx" of base32, 80 bits
};

enum totp_algorithm { TOTP_SHA1, TOTP_SHA256, TOTP_SHA512 };

// The code of one step, in `digits` digits (6 to 8).
uint32_t totp_code(enum totp_algorithm algorithm, const void *secret, size_t size, int digits,
                   int64_t step);

// The step that the six digits in `text` are the code of, at `now_ns` and after `last_step` (-1: none yet); -1: of
// none. Looks at every step that may be, whatever it finds.
int64_t totp_verify(const uint8_t secret[TOTP_SECRET_SIZE], const char *text, size_t len,
                    int64_t now_ns, int64_t last_step);

// otpauth://totp/Fulmar:NAME?secret=...&issuer=Fulmar, which a telephone reads as a picture. Returns the length.
size_t totp_uri(char ret_uri[TOTP_URI_SIZE], const uint8_t secret[TOTP_SECRET_SIZE],
                const char *name);

// A new code as it is shown, and what is kept of it: a keyed digest of its letters and digits. `text` is taken with or
// without dashes and in capitals or not; ERR_PARSE (no story) for what is no code.
void recovery_code_new(char ret_code[RECOVERY_CODE_SIZE]);
int recovery_code_digest(const struct secret_key *key, const char *text, size_t len,
                         uint8_t ret_digest[HMAC_SIZE]) MUST_USE;

#endif
