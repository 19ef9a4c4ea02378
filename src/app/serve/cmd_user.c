// SPDX-License-Identifier: Apache-2.0
// fulmar user add|list|role|disable|reset: people, by the one who sits at the machine.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <jansson.h>

#include "app/commands.h"
#include "app/serve/state.h"
#include "app/terminal.h"
#include "base/timestamp.h"
#include "edge/auth/password_policy.h"
#include "edge/auth/user.h"

enum { LINE_SIZE = PASSWORD_BYTES_MAX + 3 };

#define PASSWORD_OPTION                                                                            \
    { "password-stdin", NULL, NULL, "Read the password from the first line of standard input." }

static int read_line(FILE *in, char line[LINE_SIZE]) {
    if (fgets(line, LINE_SIZE, in) == NULL)
        return ERR_SET(ERR_ARGUMENT, "there is no password to read");
    size_t len = strcspn(line, "\n");
    if (line[len] == '\0' && len == LINE_SIZE - 1)
        return ERR_SET(ERR_ARGUMENT, "the password is longer than %d bytes", PASSWORD_BYTES_MAX);
    line[len] = '\0';
    return 0;
}

// From the terminal, without showing it.
static int ask(const char *prompt, char line[LINE_SIZE]) {
    struct termios before, quiet;
    fputs(prompt, stderr);
    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return ERR_SET(ERR_IO, "the terminal does not answer");
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    int rc = read_line(stdin, line);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
    return rc;
}

static int read_password(const struct args *args, char line[LINE_SIZE]) {
    char again[LINE_SIZE];
    if (args_has(args, "password-stdin")) return read_line(stdin, line);
    if (!isatty(STDIN_FILENO))
        return ERR_SET(ERR_ARGUMENT,
                       "there is no terminal to ask for a password; give --password-stdin");
    TRY(ask("Password: ", line));
    TRY(ask("Once more: ", again));
    int rc = strcmp(line, again) == 0 ? 0 : ERR_SET(ERR_ARGUMENT, "the two are not the same");
    secret_wipe(again, sizeof again);
    return rc;
}

static int one_operand(const struct args *args, const char *what) {
    if (args->operand_count == 1) return 0;
    return ERR_SET(ERR_ARGUMENT, "give %s: fulmar %s %s", what, args->command->name,
                   args->command->operands);
}

static int find_role(const char *name, enum role *ret_role) {
    int role = role_find(name, strlen(name));
    if (role < 0)
        return ERR_SET(ERR_ARGUMENT, "'%s' is no role; there are: viewer, trader, admin", name);
    *ret_role = (enum role)role;
    return 0;
}

// The tenant that is named, "main" when none is; that one is made where it is missing.
static int find_tenant(const struct args *args, struct state *state, int64_t *ret_id) {
    const char *name = args_get(args, "tenant", "main");
    struct auth_caller caller = state_caller();
    int rc = tenant_find(state->sql, name, ret_id);
    if (rc != ERR_NOT_FOUND || (strcmp(name, "main") != 0 && !args_has(args, "new-tenant")))
        return rc;
    return tenant_create(state->auth, state->sql, NULL, name, &caller, ret_id);
}

// What every verb does around its own step.
typedef int (*user_step)(const struct args *args, struct state *state);

static int with_state(const struct args *args, user_step step) {
    struct state state;
    int rc = state_open(args, &state);
    if (rc == 0) rc = step(args, &state);
    state_close(&state);
    if (rc == ERR_ARGUMENT) return STATUS_USAGE;
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static void tell(const struct args *args, const char *what, const char *name, int64_t id) {
    if (args->json)
        printf("{\"user\":\"%s\",\"id\":%" PRId64 ",\"done\":\"%s\"}\n", name, id, what);
    else
        printf("%s: %s\n", name, what);
}

static int add(const struct args *args, struct state *state) {
    char password[LINE_SIZE];
    struct user_new user = {.name = args->operands[0], .email = args_get(args, "email", "")};
    struct auth_caller caller = state_caller();
    int64_t id;
    TRY(find_role(args_get(args, "role", "viewer"), &user.role));
    TRY(read_password(args, password));
    user.password = password;
    user.password_len = strlen(password);
    int rc = find_tenant(args, state, &user.tenant_id);
    if (rc == 0) rc = user_create(state->auth, state->sql, NULL, &user, &caller, &id);
    secret_wipe(password, sizeof password);
    if (rc == 0) tell(args, "added", user.name, id);
    return rc;
}

static int run_add(const struct args *args) {
    if (one_operand(args, "one name") < 0) return STATUS_USAGE;
    return with_state(args, add);
}

static const struct option add_options[] = {
    {"role", "ROLE", "viewer|trader|admin", "What the user may; viewer by default."},
    {"tenant", "NAME", NULL, "Whose the user is; main by default."},
    {"new-tenant", NULL, NULL, "Make the tenant where it is missing."},
    {"email", "ADDRESS", NULL, "The user's e-mail address."},
    PASSWORD_OPTION,
    STATE_OPTIONS,
};

const struct command command_user_add = {
    .name = "user add",
    .summary = "add a user of the server",
    .operands = "NAME",
    .details = "The password is asked for, and never an argument. It has 12 characters or more and "
               "is none\n"
               "of those that are tried first. Admins set up a second factor when they log in.",
    .example = "fulmar user add anna --role admin",
    .options = add_options,
    .option_count = sizeof add_options / sizeof *add_options,
    .run = run_add,
};

struct listing {
    struct table *table; // NULL: JSON
    json_t *rows;
    size_t count;
};

static void time_cell(struct table *table, int64_t ns) {
    char text[TIMESTAMP_TEXT_SIZE] = "-";
    if (ns > 0) timestamp_print(text, sizeof text, ns / NS_PER_S * NS_PER_S);
    table_cell(table, "%s", text);
}

static int list_one(void *self, const struct user_row *row) {
    struct listing *listing = self;
    listing->count++;
    if (listing->table == NULL) {
        json_array_append_new(listing->rows,
                              json_pack("{s:I,s:I,s:s,s:s,s:s,s:b,s:b}", "id", (json_int_t)row->id,
                                        "tenant", (json_int_t)row->tenant_id, "name", row->name,
                                        "email", row->email, "role", role_name(row->role),
                                        "disabled", row->disabled_ns > 0, "second_factor",
                                        row->factor_set_ns > 0));
        return 0;
    }
    table_cell(listing->table, "%" PRId64, row->id);
    table_cell(listing->table, "%s", row->name);
    table_cell(listing->table, "%s", role_name(row->role));
    table_cell(listing->table, "%" PRId64, row->tenant_id);
    table_cell(listing->table, "%s", row->disabled_ns > 0 ? "disabled" : "active");
    table_cell(listing->table, "%s", row->factor_set_ns > 0 ? "set" : "none");
    time_cell(listing->table, row->last_login_ns);
    return 0;
}

static int list(const struct args *args, struct state *state) {
    struct table table;
    struct listing listing = {.rows = args->json ? json_array() : NULL,
                              .table = args->json ? NULL : &table};
    int64_t tenant_id = 0;
    if (args_has(args, "tenant"))
        TRY(tenant_find(state->sql, args_get(args, "tenant", ""), &tenant_id));
    if (!args->json)
        table_init(&table, ">id|name|role|>tenant|state|second factor|last login, UTC");
    int rc = user_list(state->sql, tenant_id, &(struct user_visitor){list_one, &listing});
    if (args->json) {
        json_t *object = json_pack("{s:o}", "users", listing.rows);
        json_dumpf(object, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(object);
    } else if (rc == 0 && listing.count > 0) {
        table_print(&table, stdout);
    } else {
        text_fini(&table.cells);
        if (rc == 0) fputs("no user yet; fulmar user add NAME --role admin makes one\n", stderr);
    }
    return rc;
}

static int run_list(const struct args *args) {
    if (args->operand_count > 0) {
        ERR_SET(ERR_ARGUMENT, "user list takes no operand");
        return STATUS_USAGE;
    }
    return with_state(args, list);
}

static const struct option list_options[] = {
    {"tenant", "NAME", NULL, "Only those of this tenant."},
    STATE_OPTIONS,
};

const struct command command_user_list = {
    .name = "user list",
    .summary = "list the users of the server",
    .operands = "",
    .example = "fulmar user list\nfulmar user list --json",
    .options = list_options,
    .option_count = sizeof list_options / sizeof *list_options,
    .run = run_list,
};

static int role(const struct args *args, struct state *state) {
    struct auth_caller caller = state_caller();
    enum role role;
    int64_t id, tenant_id;
    TRY(find_role(args->operands[1], &role));
    TRY(user_find(state->sql, args->operands[0], &id, &tenant_id));
    TRY(user_set_role(state->auth, state->sql, NULL, tenant_id, id, role, &caller));
    tell(args, role_name(role), args->operands[0], id);
    return 0;
}

static int run_role(const struct args *args) {
    if (args->operand_count != 2) {
        ERR_SET(ERR_ARGUMENT, "give a name and a role: fulmar user role NAME ROLE");
        return STATUS_USAGE;
    }
    return with_state(args, role);
}

static const struct option state_options[] = {STATE_OPTIONS};

const struct command command_user_role = {
    .name = "user role",
    .summary = "give a user another role",
    .operands = "NAME viewer|trader|admin",
    .details = "A server that runs takes it within a second: tokens of the role before are void.",
    .example = "fulmar user role anna trader",
    .options = state_options,
    .option_count = sizeof state_options / sizeof *state_options,
    .run = run_role,
};

static int disable(const struct args *args, struct state *state) {
    struct auth_caller caller = state_caller();
    int64_t id, tenant_id;
    bool disabled = !args_has(args, "undo");
    TRY(user_find(state->sql, args->operands[0], &id, &tenant_id));
    TRY(user_set_disabled(state->auth, state->sql, NULL, tenant_id, id, disabled, &caller));
    tell(args, disabled ? "disabled" : "enabled", args->operands[0], id);
    return 0;
}

static int run_disable(const struct args *args) {
    if (one_operand(args, "one name") < 0) return STATUS_USAGE;
    return with_state(args, disable);
}

static const struct option disable_options[] = {
    {"undo", NULL, NULL, "Let the user in again."},
    STATE_OPTIONS,
};

const struct command command_user_disable = {
    .name = "user disable",
    .summary = "shut a user out, or let one in again",
    .operands = "NAME",
    .details = "All of the user's sessions end, and keys are refused. A server that runs takes it "
               "within a second.",
    .example = "fulmar user disable tom\nfulmar user disable tom --undo",
    .options = disable_options,
    .option_count = sizeof disable_options / sizeof *disable_options,
    .run = run_disable,
};

static int reset(const struct args *args, struct state *state) {
    struct auth_caller caller = state_caller();
    char password[LINE_SIZE];
    int64_t id, tenant_id;
    TRY(user_find(state->sql, args->operands[0], &id, &tenant_id));
    TRY(read_password(args, password));
    int rc = user_reset(state->auth, state->sql, NULL, tenant_id, id, password, strlen(password),
                        args_has(args, "forget-factor"), &caller);
    secret_wipe(password, sizeof password);
    if (rc == 0) tell(args, "reset", args->operands[0], id);
    return rc;
}

static int run_reset(const struct args *args) {
    if (one_operand(args, "one name") < 0) return STATUS_USAGE;
    return with_state(args, reset);
}

static const struct option reset_options[] = {
    {"forget-factor", NULL, NULL, "Take the second factor and its recovery codes away too."},
    PASSWORD_OPTION,
    STATE_OPTIONS,
};

const struct command command_user_reset = {
    .name = "user reset",
    .summary = "give a user a new password",
    .operands = "NAME",
    .details = "For who has lost the password, or with --forget-factor the telephone too. All "
               "sessions end.",
    .example = "fulmar user reset tom --forget-factor",
    .options = reset_options,
    .option_count = sizeof reset_options / sizeof *reset_options,
    .run = run_reset,
};
