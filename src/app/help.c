// SPDX-License-Identifier: Apache-2.0
// Help, man pages and completion from the verb tables.
#include <stdio.h>
#include <string.h>

#include "app/command.h"

enum { OPTION_COLUMN = 26, WIDTH = 100 };

static const struct option common_options[] = {
    {"json", NULL, NULL, "Print one JSON object and nothing else on stdout."},
    {"help", NULL, NULL, "Print this help."},
};
enum { COMMON_COUNT = sizeof common_options / sizeof common_options[0] };

static const struct option *option_at(const struct command *command, size_t i) {
    return i < command->option_count ? &command->options[i]
                                     : &common_options[i - command->option_count];
}

// Words up to the width; later lines begin at `indent`. With `shell` a line breaks before an option alone, and is
// continued as a shell has it.
static void add_wrapped(struct text *out, const char *line, size_t len, size_t column,
                        size_t indent, bool shell) {
    while (len > 0) {
        size_t word = 0;
        while (word < len && line[word] == ' ') word++; // what stands before it
        size_t gap = word;
        while (word < len && line[word] != ' ') word++;
        size_t reach = word;
        // To where the next break may be.
        while (shell && reach < len && strncmp(line + reach, " --", 3) != 0) reach++;
        if (!shell) reach = word;
        bool breaks = column > indent && column + reach + (shell ? 2 : 0) > WIDTH;
        if (breaks) text_printf(out, "%s\n%*s", shell ? " \\" : "", (int)indent, "");
        size_t from = breaks ? gap : 0;
        text_add_bytes(out, line + from, reach - from);
        column = (breaks ? indent : column) + reach - from;
        line += reach;
        len -= reach;
    }
    text_add_char(out, '\n');
}

static void add_lines(struct text *out, const char *lines, size_t indent, bool shell) {
    while (*lines != '\0') {
        const char *end = strchr(lines, '\n');
        size_t len = end != NULL ? (size_t)(end - lines) : strlen(lines);
        if (len > 0) text_printf(out, "%*s", (int)indent, "");
        add_wrapped(out, lines, len, indent, shell ? indent + 2 : indent, shell);
        lines += len + (end != NULL);
    }
}

static void add_option_line(struct text *out, const struct option *option) {
    char head[96];
    int len = snprintf(head, sizeof head, "  --%s%s%s", option->name, option->arg ? " " : "",
                       option->arg ? option->arg : "");
    if (len < OPTION_COLUMN)
        text_printf(out, "%-*s", OPTION_COLUMN, head);
    else
        text_printf(out, "%s\n%*s", head, OPTION_COLUMN, "");
    add_wrapped(out, option->help, strlen(option->help), OPTION_COLUMN, OPTION_COLUMN, false);
}

void command_help(const struct command *command, struct text *out) {
    text_printf(out, "fulmar %s: %s\n\nUsage:\n  fulmar %s [OPTIONS]%s%s\n", command->name,
                command->summary, command->name, command->operands[0] ? " " : "",
                command->operands);
    if (command->details != NULL) {
        text_add_char(out, '\n');
        add_lines(out, command->details, 0, false);
    }
    text_add(out, "\nOptions:\n");
    for (size_t i = 0; i < command->option_count + COMMON_COUNT; i++)
        add_option_line(out, option_at(command, i));
    text_add(out, "\nExample:\n");
    add_lines(out, command->example, 2, true);
}

void command_overview(struct text *out) {
    text_add(out, "fulmar: an algorithmic-trading platform in one program\n\nUsage:\n"
                  "  fulmar VERB [OPTIONS] [OPERANDS]\n\nVerbs:\n");
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *command = command_at(i);
        text_printf(out, "  %-*s%s\n", OPTION_COLUMN - 2, command->name, command->summary);
    }
    text_add(out,
             "\n  fulmar VERB --help tells more, with an example; fulmar --version the version.\n"
             "\nExit status: 0 done, 1 failed, 2 the call was wrong.\n");
}

// Text in roff: a backslash and a leading dot or quote need care, a dash must be a real minus.
static void add_roff(struct text *out, const char *string) {
    bool line_start = true;
    for (const char *c = string; *c != '\0'; c++) {
        if (line_start && (*c == '.' || *c == '\'')) text_add(out, "\\&");
        if (*c == '\\')
            text_add(out, "\\e");
        else if (*c == '-')
            text_add(out, "\\-");
        else
            text_add_char(out, *c);
        line_start = *c == '\n';
    }
}

static void add_roff_name(struct text *out, const char *name) {
    for (const char *c = name; *c != '\0'; c++) text_add(out, *c == ' ' ? "\\-" : (char[]){*c, 0});
}

static void add_man_options(const struct command *command, struct text *out) {
    text_add(out, ".SH OPTIONS\n");
    for (size_t i = 0; i < command->option_count + COMMON_COUNT; i++) {
        const struct option *option = option_at(command, i);
        text_add(out, ".TP\n\\fB\\-\\-");
        add_roff(out, option->name);
        text_add(out, "\\fR");
        if (option->arg != NULL) text_printf(out, " \\fI%s\\fR", option->arg);
        text_add_char(out, '\n');
        add_roff(out, option->help);
        text_add_char(out, '\n');
    }
}

void command_man(const struct command *command, struct text *out) {
    text_add(out, ".TH FULMAR\\-");
    add_roff_name(out, command->name);
    text_printf(out, " 1 \"\" \"fulmar %s\"\n.SH NAME\nfulmar\\-", FULMAR_VERSION);
    add_roff_name(out, command->name);
    text_add(out, " \\- ");
    add_roff(out, command->summary);
    text_printf(out, "\n.SH SYNOPSIS\n.B fulmar %s\n[OPTIONS] ", command->name);
    add_roff(out, command->operands);
    text_add_char(out, '\n');
    if (command->details != NULL) {
        text_add(out, ".SH DESCRIPTION\n");
        add_roff(out, command->details);
        text_add_char(out, '\n');
    }
    add_man_options(command, out);
    text_add(out, ".SH EXAMPLE\n.nf\n");
    add_roff(out, command->example);
    text_add(out, "\n.fi\n.SH EXIT STATUS\n0 done, 1 failed, 2 the call was wrong.\n");
}

void command_man_overview(struct text *out) {
    text_printf(out, ".TH FULMAR 1 \"\" \"fulmar %s\"\n.SH NAME\n", FULMAR_VERSION);
    text_add(out, "fulmar \\- an algorithmic\\-trading platform in one program\n"
                  ".SH SYNOPSIS\n.B fulmar VERB\n[OPTIONS] [OPERANDS]\n.SH VERBS\n");
    for (size_t i = 0; i < command_count(); i++) {
        text_add(out, ".TP\n\\fBfulmar\\-");
        add_roff_name(out, command_at(i)->name);
        text_add(out, "\\fR(1)\n");
        add_roff(out, command_at(i)->summary);
        text_add_char(out, '\n');
    }
    text_add(out, ".SH EXIT STATUS\n0 done, 1 failed, 2 the call was wrong.\n");
}

static void add_bash(struct text *out) {
    text_add(out, "_fulmar() {\n  local cur=${COMP_WORDS[COMP_CWORD]} "
                  "verb=\"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" words=\n  case $verb in\n");
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *command = command_at(i);
        text_printf(out, "  \"%s%s\"*) words='", command->name,
                    strchr(command->name, ' ') != NULL ? "" : " ");
        for (size_t k = 0; k < command->option_count + COMMON_COUNT; k++)
            text_printf(out, "--%s ", option_at(command, k)->name);
        text_add(out, "' ;;\n");
    }
    text_add(out, "  *) words='");
    for (size_t i = 0; i < command_count(); i++) text_printf(out, "%s ", command_at(i)->name);
    text_add(out, "' ;;\n  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                  "  [[ $cur == -* ]] || COMPREPLY+=($(compgen -f -- \"$cur\"))\n}\n"
                  "complete -o filenames -F _fulmar fulmar\n");
}

static void add_zsh(struct text *out) {
    text_add(out, "#compdef fulmar\n_fulmar() {\n  case \"$words[2] $words[3]\" in\n");
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *command = command_at(i);
        text_printf(out, "  '%s%s'*) _arguments '*:file:_files'", command->name,
                    strchr(command->name, ' ') != NULL ? "" : " ");
        for (size_t k = 0; k < command->option_count + COMMON_COUNT; k++) {
            const struct option *option = option_at(command, k);
            text_printf(out, " '--%s%s'", option->name,
                        option->arg != NULL ? "=:value:_files" : "");
        }
        text_add(out, " ;;\n");
    }
    text_add(out, "  *) _values verb");
    for (size_t i = 0; i < command_count(); i++) text_printf(out, " '%s'", command_at(i)->name);
    text_add(out, " ;;\n  esac\n}\n_fulmar \"$@\"\n");
}

int command_completion(const char *shell, struct text *out) {
    if (strcmp(shell, "bash") == 0)
        add_bash(out);
    else if (strcmp(shell, "zsh") == 0)
        add_zsh(out);
    else
        return ERR_SET(ERR_ARGUMENT, "no completion for '%s'; there is one for bash and zsh",
                       shell);
    return text_error(out);
}
