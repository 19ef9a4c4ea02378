// SPDX-License-Identifier: Apache-2.0
// Verbs and their options: one table each. Parsing, --help, man pages and shell completion are made from
// the same rows.
//
// Exit statuses: 0 done, 1 failed, 2 the call itself was wrong. Results go to stdout, talk to stderr.
#ifndef FULMAR_APP_COMMAND_H
#define FULMAR_APP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

enum { STATUS_DONE = 0, STATUS_FAILED = 1, STATUS_USAGE = 2 };
enum { ARGS_MAX = 1024 };

struct option {
    const char *name;    // without dashes: "tape"
    const char *arg;     // "DIR"; NULL for a flag
    const char *choices; // "csv|arrow" for completion, or NULL
    const char *help;    // one sentence; says the default where there is one
};

struct args;

struct command {
    const char *name;             // "data import": one or two words
    const char *summary;          // one line
    const char *operands;         // "FILE...", "[SERIES]", or "" where none is taken
    const char *details;          // paragraphs for --help and the man page, or NULL
    const char *example;          // lines that work as they stand, without prompt
    const struct option *options; // besides --help and --json, which every verb has
    size_t option_count;
    // Returns an exit status. Has printed its own results; on STATUS_FAILED and STATUS_USAGE the caller
    // prints err_story().
    int (*run)(const struct args *args);
    // Prints the help of what the operands name, as run does; NULL: the verb's is all there is.
    int (*help)(const struct args *args);
};

// A parsed command line. Strings are those of argv.
struct args {
    const struct command *command;
    const char *names[ARGS_MAX];  // of given options, in order
    const char *values[ARGS_MAX]; // "" for flags
    size_t count;
    const char *operands[ARGS_MAX];
    size_t operand_count;
    bool json;
    bool help;
};

// The registry: every verb, in the order of help. app/main.c holds the table.
size_t command_count(void);
const struct command *command_at(size_t index);

// Parses what follows the verb. Understands --name VALUE, --name=VALUE, flags, "--" and operands in any
// order. ERR_ARGUMENT with a story that suggests the nearest option.
int args_parse(const struct command *command, int argc, char **argv,
               struct args *ret_args) MUST_USE;

// The last value of an option, or `fallback`. CHECKs that the command declares the option.
const char *args_get(const struct args *args, const char *name, const char *fallback);
bool args_has(const struct args *args, const char *name);
// The index-th value of a repeatable option, NULL past the last.
const char *args_nth(const struct args *args, const char *name, size_t index);
// A size in bytes (512M, 2G; 1M at least), a duration, an instant, a whole number or a real number; ERR_ARGUMENT names
// the option. When the option is absent ret_value is untouched and the result is 0.
int args_size(const struct args *args, const char *name, uint64_t *ret_bytes) MUST_USE;
int args_duration(const struct args *args, const char *name, int64_t *ret_ns) MUST_USE;
int args_instant(const struct args *args, const char *name, int64_t *ret_ns) MUST_USE;
int args_int(const struct args *args, const char *name, long min, long max,
             long *ret_value) MUST_USE;
int args_real(const struct args *args, const char *name, double min, double max,
              double *ret_value) MUST_USE;

// Help in three forms.
void command_help(const struct command *command, struct text *out);
void command_man(const struct command *command, struct text *out);    // roff, section 1
void command_man_overview(struct text *out);                          // fulmar(1)
void command_overview(struct text *out);                              // fulmar --help
int command_completion(const char *shell, struct text *out) MUST_USE; // "bash" or "zsh"

// A directory of the user's data: the option, else the environment's variable, else fulmar/<option> in the XDG data
// directory. Writes at most size bytes.
int command_data_root(const struct args *args, const char *option, const char *variable,
                      char *ret_path, size_t size) MUST_USE;
// The user's tape directory: --tape, else $FULMAR_TAPE, else the XDG data directory. Writes at most size bytes.
int command_tape_root(const struct args *args, char *ret_path, size_t size) MUST_USE;

#endif
