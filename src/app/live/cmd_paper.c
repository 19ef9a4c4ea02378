// SPDX-License-Identifier: Apache-2.0
// fulmar paper: a trading session on recorded data, at the data's own pace or another.
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/db/db.h"
#include "app/db/journal_source.h"
#include "app/live/control.h"
#include "app/live/desk.h"
#include "app/live/words.h"
#include "app/run/run_args.h"
#include "app/terminal.h"
#include "base/io.h"
#include "base/timestamp.h"
#include "edge/sql/migrate.h"
#include "strategy/manual.h"

enum { LOOK_MS = 100, ANSWER_MAX = 1 << 16 };
#define RESULT_NS INT64_C(60000000000)

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal) {
    (void)signal;
    interrupted = 1;
}

struct paper {
    const struct args *args;
    const char *folder; // NULL: nothing is kept
    struct session *session;
    struct session_view *view;
    struct desk *desk;           // the session's
    struct projector *projector; // of --db
    struct control control;
    char line[WORDS_LINE_MAX]; // of stdin, as far as it came
    size_t line_len;
    bool input_over;
    bool quit;
    bool terminal; // a status line on stderr
    bool drawn;
};

static void clear_line(struct paper *paper) {
    if (paper->drawn) fputs("\r\033[K", stderr);
    paper->drawn = false;
}

static void draw_line(struct paper *paper) {
    struct text text;
    if (!paper->terminal) return;
    text_init(&text, ANSWER_MAX);
    words_line(session_info(paper->session), paper->view, &text);
    fprintf(stderr, "\r\033[K%.*s", (int)terminal_width(stderr) - 1, text_string(&text));
    fflush(stderr);
    paper->drawn = true;
    text_fini(&text);
}

static void give_command(struct paper *paper, const struct session_command *command,
                         struct text *out) {
    struct session_result result;
    uint64_t ticket;
    // A walk is answered when it is over; here nobody waits for it.
    bool walks =
        command->verb == SESSION_STEP || (command->verb == SESSION_RUN && command->until_ns != 0);
    int rc = session_command(paper->session, command, &ticket);
    if (rc < 0) {
        text_printf(out, "%s: failed: %s\n", session_verb_name(command->verb), err_story());
        return;
    }
    rc = session_wait(paper->session, ticket, walks ? 0 : RESULT_NS, &result);
    if (rc == 1)
        words_result(session_info(paper->session), &result, paper->args->json, out);
    else if (paper->args->json)
        text_printf(out, "{\"command\":\"%s\",\"outcome\":\"%s\"}\n",
                    session_verb_name(command->verb), walks ? "done" : "waiting");
    else
        text_printf(out, "%s: %s\n", session_verb_name(command->verb),
                    walks ? "done" : "waits for the session");
}

// A line of stdin or of the socket.
static void answer(void *self, const char *line, struct text *out) {
    struct paper *paper = self;
    struct session_command command;
    enum words_ask ask;
    session_view_read(paper->session, paper->view);
    int rc = words_parse(paper->desk->run, paper->view, line, &ask, &command);
    if (rc < 0)
        words_invalid(paper->args->json, out);
    else if (ask == WORDS_COMMAND)
        give_command(paper, &command, out);
    else
        words_tell(session_info(paper->session), paper->view, ask, paper->args->json, out);
    if (rc == 0 && ask == WORDS_QUIT) paper->quit = true;
    err_clear();
}

static void take_line(struct paper *paper, const char *line) {
    struct text out;
    if (line[strspn(line, " \t\r")] == '\0') return;
    text_init(&out, CONTROL_ANSWER_MAX);
    answer(paper, line, &out);
    clear_line(paper);
    fputs(text_string(&out), stderr);
    text_fini(&out);
}

// As much of stdin as is there, line by line.
static void take_input(struct paper *paper) {
    char *rest = paper->line + paper->line_len;
    ssize_t n = read(STDIN_FILENO, rest, sizeof paper->line - 1 - paper->line_len);
    if (n <= 0) {
        paper->input_over = n == 0 || (errno != EAGAIN && errno != EINTR);
        return;
    }
    paper->line_len += (size_t)n;
    paper->line[paper->line_len] = '\0';
    for (char *end; (end = strchr(paper->line, '\n')) != NULL;) {
        *end = '\0';
        take_line(paper, paper->line);
        paper->line_len -= (size_t)(end + 1 - paper->line);
        memmove(paper->line, end + 1, paper->line_len + 1);
    }
    if (paper->line_len < sizeof paper->line - 1) return;
    fprintf(stderr, "a line of more than %d characters is no command\n", WORDS_LINE_MAX - 1);
    paper->line_len = 0;
}

static void look_around(struct paper *paper) {
    struct pollfd ready[2] = {{.fd = paper->control.fd, .events = POLLIN},
                              {.fd = paper->input_over ? -1 : STDIN_FILENO, .events = POLLIN}};
    if (poll(ready, 2, LOOK_MS) <= 0) return;
    if (ready[0].revents != 0 && control_take(&paper->control, answer, paper) < 0) err_clear();
    if (ready[1].revents != 0) take_input(paper);
}

static void serve(struct paper *paper) {
    while (!interrupted && !paper->quit) {
        look_around(paper);
        bool fresh = session_view_read(paper->session, paper->view);
        uint32_t state = paper->view->state;
        if (state == SESSION_ENDED || state == SESSION_BROKEN) break;
        if (fresh) draw_line(paper);
    }
    clear_line(paper);
}

static void tell_saved(const struct paper *paper) {
    char at[TIMESTAMP_TEXT_SIZE];
    const struct session_view *view = paper->view;
    const struct session_info *info = session_info(paper->session);
    timestamp_print(at, sizeof at, view->now_ns);
    bool over = view->market == info->market_events;
    if (paper->folder == NULL)
        fprintf(stderr,
                "stopped at %s, after %" PRIu64 " inputs; without --folder nothing is kept\n", at,
                view->seq);
    else
        fprintf(stderr, "saved: %" PRIu64 " inputs up to %s in %s, state %016" PRIx64 "\n",
                view->seq, at, info->journal, view->state_hash);
    if (!over && paper->folder != NULL)
        fprintf(stderr, "it goes on with: fulmar paper --folder %s\n", paper->folder);
}

static void tell_opened(const struct paper *paper) {
    const struct session_info *info = session_info(paper->session);
    char number[32];
    if (info->cut_bytes > 0)
        fprintf(stderr, "%s: a torn tail of %" PRIu64 " bytes was cut off\n", info->journal,
                info->cut_bytes);
    if (info->recovered_seq > 0)
        fprintf(stderr, "%s: %s inputs were run again; the state is what it was\n", info->journal,
                thousands(number, (int64_t)info->recovered_seq));
}

static int set_pace(const struct args *args, struct session_options *options) {
    const char *word = args_get(args, "pace", "max");
    char *end;
    options->pace = strcmp(word, "max") == 0 ? 0 : strtod(word, &end);
    if (strcmp(word, "max") == 0 || (*end == '\0' && options->pace > 0 && options->pace <= 1e12))
        return 0;
    return ERR_SET(ERR_ARGUMENT, "--pace: '%s' is neither max nor a number above 0", word);
}

static int set_options(const struct args *args, struct session_options *options) {
    TRY(set_pace(args, options));
    const char *word = args_get(args, "durability", "none");
    options->durability =
        strcmp(word, "journal") == 0 ? SESSION_DURABLE_JOURNAL : SESSION_DURABLE_NONE;
    if (strcmp(word, "journal") != 0 && strcmp(word, "none") != 0)
        return ERR_SET(ERR_ARGUMENT, "--durability: '%s' is neither none nor journal", word);
    options->folder = args_get(args, "folder", NULL);
    options->paused = args_has(args, "paused");
    const char *slash = options->folder != NULL ? strrchr(options->folder, '/') : NULL;
    snprintf(options->name, sizeof options->name, "%.60s",
             slash != NULL             ? slash + 1
             : options->folder != NULL ? options->folder
                                       : "paper");
    return 0;
}

static int run_yaml_path(const char *folder, char path[4096]) {
    int len = snprintf(path, 4096, "%s/run.yaml", folder);
    return len > 0 && len < 4096 ? 0 : ERR_SET(ERR_RANGE, "%s: the path is too long", folder);
}

// That of the call, which is then kept in the folder, or the one that is there.
static int choose_config(const struct args *args, const char *folder,
                         struct run_config **ret_config) {
    char path[4096];
    bool given = args_has(args, "config") || args_has(args, "data") || args_has(args, "strategy");
    if (folder != NULL) TRY(run_yaml_path(folder, path));
    if (folder != NULL && !given) return run_config_read(path, ret_config);
    TRY(run_config_from_args(args, ret_config));
    return args_has(args, "no-manual") ? 0 : desk_add_manual(*ret_config);
}

static int keep_config(const char *folder, const struct run_config *config) {
    struct text text;
    char path[4096], *there;
    size_t size;
    if (folder == NULL) return 0;
    TRY(run_yaml_path(folder, path));
    text_init(&text, RUN_CONFIG_MAX);
    int rc = run_config_write(config, &text);
    if (rc == 0) {
        rc = io_read_file(path, RUN_CONFIG_MAX, &there, &size);
        if (rc == 0) {
            bool same = size == text.len && memcmp(there, text_string(&text), size) == 0;
            free(there);
            if (!same)
                rc = ERR_SET(ERR_ARGUMENT,
                             "%s is of another configuration; leave --config out to go on with it, "
                             "or begin another folder",
                             path);
        } else if (rc == ERR_NOT_FOUND) {
            rc = session_make_folder(folder);
            if (rc == 0) rc = io_write_file(path, text_string(&text), text.len);
        }
    }
    text_fini(&text);
    return rc;
}

static int open_paper(struct paper *paper, const char *tape_root, struct session_options *options) {
    struct run_config *config = NULL;
    struct session_desk desk;
    TRY(set_options(paper->args, options));
    TRY(choose_config(paper->args, options->folder, &config));
    int rc = keep_config(options->folder, config);
    if (rc < 0) {
        run_config_free(config);
        return rc;
    }
    TRY(desk_open(config, tape_root, &desk));
    paper->desk = desk.self;
    paper->folder = options->folder;
    TRY(session_open(options, &desk, &paper->session));
    paper->view = session_view_new(paper->session);
    if (paper->view == NULL) return ERR_SET(ERR_NOMEM, "no memory for a view of the session");
    if (paper->folder != NULL) TRY(control_open(&paper->control, paper->folder));
    return 0;
}

// Its journal goes into a database beside the trading, which does not know of it.
static int follow(struct paper *paper, const struct session_options *session) {
    const struct projector_options options = {.source = journal_source()};
    const char *url = args_get(paper->args, "db", NULL);
    struct sql *sql;
    int64_t tenant_id = 0;
    if (url == NULL) return 0;
    if (paper->folder == NULL)
        return ERR_SET(ERR_ARGUMENT, "--db takes in what the journal says; give a --folder for it");
    TRY(sql_open(url, NULL, &sql));
    int rc = migrate_check(sql);
    if (rc == 0) rc = db_tenant(sql, NULL, &tenant_id);
    sql_close(sql);
    TRY(rc);
    TRY(projector_open(url, &options, &paper->projector));
    int number = projector_add(
        paper->projector,
        &(struct projector_session){.tenant_id = tenant_id,
                                    .name = session->name,
                                    .kind = "paper",
                                    .journal = session_info(paper->session)->journal});
    return number < 0 ? number : 0;
}

// The report is what fulmar backtest would print of the same events.
static int report(struct paper *paper) {
    struct backtest_result sums;
    session_sums(paper->session, &sums);
    if (sums.market < session_info(paper->session)->market_events) sums.stopped = 1;
    TRY(run_report_finish(paper->desk->report, &sums));
    return run_report_write(paper->desk->report, paper->args);
}

static int run_session(struct paper *paper) {
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    tell_opened(paper);
    paper->terminal = isatty(STDERR_FILENO) != 0;
    TRY(session_start(paper->session));
    serve(paper);
    int rc = session_stop(paper->session);
    session_view_read(paper->session, paper->view);
    tell_saved(paper);
    return rc < 0 ? rc : report(paper);
}

// The first word after the command's name.
static bool was_done(const char *text) {
    return strstr(text, "\"outcome\":\"done\"") != NULL ||
           strstr(text, "\"outcome\":\"duplicate\"") != NULL ||
           strstr(text, "\"outcome\":\"shrunk\"") != NULL || strstr(text, "\"state\":") != NULL;
}

static bool was_done_words(const char *text) {
    static const char *const bad[] = {"invalid: ",  ": invalid", ": vetoed", ": not_found",
                                      ": too_late", ": refused", ": failed", ": waits"};
    size_t len = strcspn(text, ",(\n");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *there = strstr(text, bad[i]);
        if (there != NULL && (size_t)(there - text) < len) return false;
    }
    return true;
}

static int send_line(const struct args *args) {
    struct text out;
    const char *folder = args_get(args, "folder", NULL);
    if (folder == NULL) {
        ERR_SET(ERR_ARGUMENT, "--send needs --folder, where the session runs");
        return STATUS_USAGE;
    }
    text_init(&out, CONTROL_ANSWER_MAX);
    int rc = control_send(folder, args_get(args, "send", ""), &out);
    bool done = rc == 0 && (text_string(&out)[0] == '{' ? was_done(text_string(&out))
                                                        : was_done_words(text_string(&out)));
    if (rc == 0) fputs(text_string(&out), stdout);
    text_fini(&out);
    if (done) return STATUS_DONE;
    if (rc == 0) ERR_SET(ERR_STATE, "the session did not do it");
    return STATUS_FAILED;
}

static int run_paper(const struct args *args) {
    struct paper paper = {.args = args, .control.fd = -1};
    struct session_options options = {0};
    char tape_root[4096];
    if (args_has(args, "send")) return send_line(args);
    if (command_tape_root(args, tape_root, sizeof tape_root) < 0) return STATUS_USAGE;
    int rc = open_paper(&paper, tape_root, &options);
    bool misuse = rc == ERR_ARGUMENT;
    if (rc == 0) rc = follow(&paper, &options);
    misuse = misuse || rc == ERR_ARGUMENT;
    if (rc == 0) rc = run_session(&paper);
    projector_close(paper.projector);
    control_close(&paper.control);
    session_view_free(paper.view);
    session_close(paper.session);
    if (rc == 0) return STATUS_DONE;
    return misuse ? STATUS_USAGE : STATUS_FAILED;
}

static const struct option options[] = {
    RUN_OPTIONS,
    {"folder", "DIR", NULL, "Where its journal is kept, and found again; without it nothing is."},
    {"pace", "FACTOR|max", NULL,
     "Data time by wall time: 1, 60, ...; max, the default, waits for nothing."},
    {"paused", NULL, NULL, "Open it and wait for run or step."},
    {"durability", "WHAT", "none|journal",
     "journal: an order leaves when what caused it is on the disk; none by default."},
    {"db", "URL", NULL,
     "Take the journal into this database while it grows: sqlite:PATH or postgresql://... "
     "(docs/database.md)."},
    {"no-manual", NULL, NULL, "Take no orders by hand: leave the strategy manual out."},
    {"send", "COMMAND", NULL,
     "Say one command to the session that runs in --folder, and print its answer."},
    {"report", "FILE.html", NULL, "Write the report: one HTML file that opens without a network."},
    {"csv", "DIR", NULL, "Write trades, equity, orders and executions as CSV files here."},
};

const struct command command_paper = {
    .name = "paper",
    .summary = "trade recorded data with a simulated venue, as if it were today",
    .operands = "",
    .details =
        "A trading session: the engine, rules and venue of fulmar backtest, moved by a clock. It "
        "takes\n"
        "commands while it runs, from standard input and from fulmar paper --send: orders by hand, "
        "kill,\n"
        "halt, resume, strategies and their parameters, limits, pause, step and pace; help lists "
        "them.\n\n"
        "With --folder everything is journaled. A session that was stopped, or killed, goes on "
        "from "
        "there:\n"
        "fulmar paper --folder DIR. Without commands it gives what fulmar backtest gives.",
    .example = "fulmar paper --config run.yaml --folder ~/paper --pace 60\n"
               "fulmar paper --folder ~/paper --send 'buy AAPL 10 limit 180.50'\n"
               "fulmar paper --folder ~/paper --send 'kill flatten'",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_paper,
};
