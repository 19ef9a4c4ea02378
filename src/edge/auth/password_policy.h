// SPDX-License-Identifier: Apache-2.0
// Which passwords are taken: long ones that nobody tries first. There are no rules about kinds of characters.
//
// 12 characters at least, 256 bytes of UTF-8 at most. Refused are the words of a list of about 49,000 passwords that
// people use most (zxcvbn and zxcvbn-ts, MIT), also with digits and signs around them, doubled or in disguise
// (p4ssw0rd); a few characters over and over; rows of the keyboard and of the alphabet; the user's own name and the
// product's. The list is a Bloom filter of 128 KiB: one in 10,000 of other passwords is refused with it.
#ifndef FULMAR_EDGE_AUTH_PASSWORD_POLICY_H
#define FULMAR_EDGE_AUTH_PASSWORD_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { PASSWORD_CHARS_MIN = 12, PASSWORD_BYTES_MAX = 256 };

// ERR_ARGUMENT with a story that says what is wrong with it, and never holds it. `user` is the login name.
int password_policy_check(const char *password, size_t len, const char *user) MUST_USE;

// Whether a word, in small letters, is one of the list.
bool password_is_common(const char *word, size_t len);

#endif
