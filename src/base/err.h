// SPDX-License-Identifier: Apache-2.0
// Operating errors: what the outside world can do to us (a missing file, a bad row, a full disk).
//
// A function that can fail so returns `int`: 0, or a negative `enum err`. The thread keeps the story of its
// latest failure: the function that failed tells what happened (ERR_SET), callers add where they
// were (ERR_APPEND), and the edge of the program prints the whole once. A story names the place and the remedy.
// Bugs are CHECKs, not errors. Domain outcomes (a rejected order, a vetoed intent) are results in events.
#ifndef FULMAR_BASE_ERR_H
#define FULMAR_BASE_ERR_H

enum err {
    ERR_OK = 0,
    ERR_NOMEM = -1,        // no memory, or an arena is full before its seal
    ERR_IO = -2,           // the operating system said no; the story has its words
    ERR_NOT_FOUND = -3,    // the named thing does not exist
    ERR_EXISTS = -4,       // the named thing exists already
    ERR_ARGUMENT = -5,     // a value outside what the function documents
    ERR_PARSE = -6,        // text that is not of the documented form
    ERR_RANGE = -7,        // a number that does not fit (overflow, non-finite)
    ERR_INEXACT = -8,      // a decimal with more fraction digits than its type keeps
    ERR_CORRUPT = -9,      // a checksum, a magic number or an invariant of a file is wrong
    ERR_TRUNCATED = -10,   // a file ends early; what precedes is whole
    ERR_FULL = -11,        // a limit that configuration set is reached
    ERR_UNSUPPORTED = -12, // a valid request that this build cannot serve
    ERR_STATE = -13,       // the call does not fit the object's state
    ERR_INTERRUPTED = -14, // the user asked to stop
    ERR_END = -15,         // no more items; not a failure of anything
    ERR_CONVERGE = -16,    // an iteration did not reach its end
    ERR_BUSY = -17,        // somebody else is in the way; the same call may work later
    ERR_CONFLICT = -18,    // it contradicts what is stored: a key that is taken
    ERR_DENIED = -19,      // the caller may not do it
};

#define MUST_USE __attribute__((warn_unused_result))

// Starts the thread's story anew with a formatted sentence and returns `code` (which is negative).
#define ERR_SET(code, ...) err_negative(err_set((code), __FILE__, __LINE__, __VA_ARGS__))

// Adds "; <sentence>" to the thread's story and returns `code`.
#define ERR_APPEND(code, ...) err_negative(err_append((code), __VA_ARGS__))

// Evaluates a call once and returns its error from the enclosing function if it failed.
#define TRY(call)                                                                                  \
    do {                                                                                           \
        int try_rc_ = (call);                                                                      \
        if (__builtin_expect(try_rc_ < 0, 0)) return try_rc_;                                      \
    } while (0)

int err_set(int code, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5), cold));
int err_append(int code, const char *format, ...) __attribute__((format(printf, 2, 3), cold));

// Lets compilers and analysers know what err_set CHECKs, so that they see which results are set after TRY.
static inline int err_negative(int code) {
    if (code >= 0) __builtin_unreachable();
    return code;
}

// The thread's story, "" when there is none. Valid until the thread's next ERR_SET, ERR_APPEND or err_clear.
const char *err_story(void);

// Where the story began, "src/layer/file.c:line" of the latest ERR_SET; "" when there is none.
const char *err_place(void);

void err_clear(void);

// The stable lower-case name of a code, for machines: "not_found", "parse", ...; "unknown" otherwise.
const char *err_name(int code);

#endif
