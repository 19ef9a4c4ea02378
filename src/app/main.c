// SPDX-License-Identifier: Apache-2.0
// fulmar VERB ...: finds the verb, parses its options, runs it, tells what went wrong.
#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "app/commands.h"
#include "base/params.h"

enum { HELP_MAX = 1 << 20, COMMANDS_MAX = 64 };

// clang-format off
static const struct command *const registry[] = {
    &command_data_import,
    &command_data_info,
    &command_data_export,
    &command_data_book,
    &command_data_heatmap,
    &command_data_micro,
    &command_data_footprint,
    &command_data_profile,
    &command_data_latency,
    &command_backtest,
    &command_paper,
    &command_sweep,
    &command_walkforward,
    &command_lookahead,
    &command_match,
    &command_calc,
    &command_score,
    &command_option_price,
    &command_option_iv,
    &command_option_greeks,
    &command_option_strategy,
    &command_option_chain,
    &command_option_surface,
    &command_option_hedge,
    &command_portfolio_rebalance,
    &command_portfolio_lots,
    &command_portfolio,
    &command_risk_var,
    &command_risk_es,
    &command_risk_contrib,
    &command_risk_backtest,
    &command_risk_stress,
    &command_journal_inspect,
    &command_journal_verify,
    &command_journal_replay,
    &command_explain,
    &command_report,
    &command_runs_list,
    &command_runs_show,
    &command_runs_diff,
    &command_runs_tag,
    &command_runs_rerun,
    &command_runs_rm,
    &command_serve,
    &command_db_migrate,
    &command_db_verify,
    &command_db_backup,
    &command_db_restore,
    &command_db_rebuild,
    &command_user_add,
    &command_user_list,
    &command_user_role,
    &command_user_disable,
    &command_user_reset,
    &command_audit_verify,
    &command_audit_export,
    &command_doctor,
    &command_completion_verb,
    &command_man_verb,
};
// clang-format on

size_t command_count(void) {
    return sizeof registry / sizeof registry[0];
}

const struct command *command_at(size_t index) {
    return registry[index];
}

static int print_text(struct text *text, FILE *stream) {
    int error = text_error(text);
    if (error == 0) fputs(text_string(text), stream);
    text_fini(text);
    return error == 0 ? STATUS_DONE : STATUS_FAILED;
}

// The command whose words begin argv, and how many words it took.
static const struct command *find_command(int argc, char **argv, int *ret_words) {
    for (size_t i = 0; i < command_count(); i++) {
        const char *name = command_at(i)->name;
        const char *space = strchr(name, ' ');
        size_t first = space != NULL ? (size_t)(space - name) : strlen(name);
        if (strlen(argv[0]) != first || memcmp(argv[0], name, first) != 0) continue;
        if (space == NULL) {
            *ret_words = 1;
            return command_at(i);
        }
        if (argc > 1 && strcmp(argv[1], space + 1) == 0) {
            *ret_words = 2;
            return command_at(i);
        }
    }
    return NULL;
}

// What stdout did not take is not done, however early it was refused.
static int close_stdout(int status) {
    bool refused = ferror(stdout) != 0;
    if ((fflush(stdout) == 0 && !refused) || status != STATUS_DONE) return status;
    fprintf(stderr, "fulmar: cannot write standard output\n");
    return STATUS_FAILED;
}

// The verbs that begin with a word that is none by itself: "data", "journal". False when there are none.
static bool tell_group(const char *word, FILE *stream) {
    size_t length = strlen(word);
    bool found = false;
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *command = command_at(i);
        if (strncmp(command->name, word, length) != 0 || command->name[length] != ' ') continue;
        if (!found) fprintf(stream, "fulmar %s is one of:\n", word);
        fprintf(stream, "  fulmar %-18s %s\n", command->name, command->summary);
        found = true;
    }
    return found;
}

static int unknown_verb(int argc, char **argv) {
    bool help = argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
    if ((argc == 1 || help) && tell_group(argv[0], help ? stdout : stderr))
        return help ? close_stdout(STATUS_DONE) : STATUS_USAGE;
    const char *names[COMMANDS_MAX];
    size_t count = 0;
    char word[128];
    for (; count < command_count() && count < COMMANDS_MAX; count++)
        names[count] = command_at(count)->name;
    snprintf(word, sizeof word, "%s%s%s", argv[0], argc > 1 && argv[1][0] != '-' ? " " : "",
             argc > 1 && argv[1][0] != '-' ? argv[1] : "");
    const char *near = nearest_name(word, names, count);
    fprintf(stderr, "fulmar: there is no verb '%s'", word);
    if (near != NULL) fprintf(stderr, "; did you mean 'fulmar %s'?", near);
    fprintf(stderr, "\nfulmar --help lists the verbs\n");
    return STATUS_USAGE;
}

static int run_command(const struct command *command, int argc, char **argv) {
    static struct args args;
    int status = STATUS_USAGE;
    if (args_parse(command, argc, argv, &args) == 0) {
        if (args.help && args.operand_count > 0 && command->help != NULL) {
            status = command->help(&args);
        } else if (args.help) {
            struct text text;
            text_init(&text, HELP_MAX);
            command_help(command, &text);
            return close_stdout(print_text(&text, stdout));
        } else {
            status = command->run(&args);
        }
    }
    if (status != STATUS_DONE && err_story()[0] != '\0')
        fprintf(stderr, "fulmar %s: %s\n", command->name, err_story());
    return close_stdout(status);
}

int main(int argc, char **argv) {
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        struct text text;
        text_init(&text, HELP_MAX);
        command_overview(&text);
        int status = print_text(&text, argc < 2 ? stderr : stdout);
        return argc < 2 && status == STATUS_DONE ? STATUS_USAGE : close_stdout(status);
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("fulmar %s\n", FULMAR_VERSION);
        return close_stdout(STATUS_DONE);
    }
    int words = 0;
    const struct command *command = find_command(argc - 1, argv + 1, &words);
    if (command == NULL) return unknown_verb(argc - 1, argv + 1);
    return run_command(command, argc - 1 - words, argv + 1 + words);
}
