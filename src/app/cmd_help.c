// SPDX-License-Identifier: Apache-2.0
// fulmar completion SHELL, fulmar man VERB...: texts made from the verb tables.
#include <stdio.h>
#include <string.h>

#include "app/commands.h"

enum { HELP_MAX = 1 << 20 };

static int run_completion(const struct args *args) {
    struct text text;
    text_init(&text, HELP_MAX);
    if (args->operand_count != 1) {
        ERR_SET(ERR_ARGUMENT, "give one shell: bash or zsh");
        return STATUS_USAGE;
    }
    int rc = command_completion(args->operands[0], &text);
    if (rc == 0) fputs(text_string(&text), stdout);
    text_fini(&text);
    return rc == 0 ? STATUS_DONE : STATUS_USAGE;
}

const struct command command_completion_verb = {
    .name = "completion",
    .summary = "print the completion script of a shell",
    .operands = "bash|zsh",
    .example = "fulmar completion bash > ~/.local/share/bash-completion/completions/fulmar",
    .run = run_completion,
};

static int print_man(const struct command *command) {
    struct text text;
    text_init(&text, HELP_MAX);
    if (command != NULL)
        command_man(command, &text);
    else
        command_man_overview(&text);
    fputs(text_string(&text), stdout);
    text_fini(&text);
    return STATUS_DONE;
}

static int run_man(const struct args *args) {
    char name[128];
    if (args->operand_count == 0) return print_man(NULL);
    snprintf(name, sizeof name, "%s%s%s", args->operands[0], args->operand_count > 1 ? " " : "",
             args->operand_count > 1 ? args->operands[1] : "");
    for (size_t i = 0; i < command_count(); i++)
        if (strcmp(command_at(i)->name, name) == 0) return print_man(command_at(i));
    ERR_SET(ERR_ARGUMENT, "there is no verb '%s'; fulmar --help lists them", name);
    return STATUS_USAGE;
}

const struct command command_man_verb = {
    .name = "man",
    .summary = "print the man page of a verb, or of the program, in roff",
    .operands = "[VERB...]",
    .example = "fulmar man backtest | man -l -",
    .run = run_man,
};
