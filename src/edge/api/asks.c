// SPDX-License-Identifier: Apache-2.0
#include "edge/api/asks.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"
#include "base/params.h"
#include "edge/api/api_state.h"
#include "edge/api/ask.h"

enum { FIRST_INPUT = 10, OPTION_SIZE = 40, WHAT_SIZE = 24 };

struct question {
    struct call *call;
    struct jobs_call words;
    struct child_file files[ASK_FILES_MAX];
    char what[ASK_FILES_MAX][WHAT_SIZE]; // that a file is called
    size_t file_count;
    asks_prepare prepare; // NULL: nothing is to be read before
    void *kept;           // that it reads; NULL: nothing
    void (*forget)(void *kept);
    bool of_body;
    int rc;
    char story[512];
};

// How many questions of a tenant are in the lane; the loop's.
struct share {
    int64_t tenant_id;
    uint32_t count;
};

struct asks {
    struct work_pool *pool;
    struct api_worker workers[ASKS_THREADS];
    struct share shares[ASKS_THREADS + ASKS_QUEUE_MAX];
    uint64_t refused;
    atomic_bool stops; // children are not waited for any longer
};

int asks_open(struct asks **ret_asks) {
    struct asks *asks = calloc(1, sizeof *asks);
    if (asks == NULL) return ERR_SET(ERR_NOMEM, "no memory for questions");
    int rc = work_pool_open(ASKS_THREADS, ASKS_QUEUE_MAX, &asks->pool);
    if (rc < 0)
        free(asks);
    else
        *ret_asks = asks;
    return rc;
}

void asks_stop(struct asks *asks) {
    if (asks == NULL) return;
    atomic_store(&asks->stops, true);
    work_pool_close(asks->pool);
    asks->pool = NULL;
}

void asks_close(struct asks *asks) {
    if (asks == NULL) return;
    asks_stop(asks);
    for (size_t i = 0; i < ASKS_THREADS; i++) tape_cache_close(asks->workers[i].tapes);
    free(asks);
}

size_t asks_busy(struct asks *asks) {
    return asks->pool != NULL ? work_pool_busy(asks->pool) : 0;
}

uint64_t asks_refused(const struct asks *asks) {
    return asks->refused;
}

int asks_make(struct call *call, struct question **ret_question) {
    struct question *question = calloc(1, sizeof *question);
    if (question == NULL) return ERR_SET(ERR_NOMEM, "no memory for a question");
    question->call = call;
    jobs_call_init(&question->words);
    *ret_question = question;
    return 0;
}

static void forget(struct question *question) {
    for (size_t i = 0; i < question->file_count; i++) close(question->files[i].fd);
    if (question->forget != NULL) question->forget(question->kept);
    jobs_call_fini(&question->words);
    free(question);
}

int asks_drop(struct question *question, int rc) {
    forget(question);
    return rc;
}

void asks_word(struct question *question, const char *format, ...) {
    va_list list;
    char word[4096];
    va_start(list, format);
    int len = vsnprintf(word, sizeof word, format, list);
    va_end(list);
    CHECK(len >= 0 && (size_t)len < sizeof word);
    jobs_word(&question->words, "%s", word);
}

// max_weight: --max-weight.
static void name_option(const char *name, char ret_option[OPTION_SIZE]) {
    snprintf(ret_option, OPTION_SIZE, "--%s", name);
    for (char *at = ret_option; *at != '\0'; at++)
        if (*at == '_') *at = '-';
}

// As short as it can be read back.
static void add_real(struct question *question, const char *option, double value) {
    static const struct param number = {.type = PARAM_REAL};
    struct text word;
    text_init(&word, 128);
    params_print_value(&number, value, &word);
    asks_word(question, "%s=%s", option, text_string(&word));
    text_fini(&word);
}

// One word, so that a value is never taken for an option.
static void add_value(struct question *question, const char *option, const json_t *value) {
    if (json_is_string(value))
        asks_word(question, "%s=%s", option, json_string_value(value));
    else if (json_is_integer(value))
        asks_word(question, "%s=%" JSON_INTEGER_FORMAT, option, json_integer_value(value));
    else if (json_is_real(value))
        add_real(question, option, json_real_value(value));
    else if (json_is_true(value))
        asks_word(question, "%s", option);
}

void asks_option(struct question *question, const char *name) {
    const struct call *call = question->call;
    char option[OPTION_SIZE];
    name_option(name, option);
    if (call->route->request == NULL) {
        const char *value = call_query(call, name);
        if (value != NULL) asks_word(question, "%s=%s", option, value);
        return;
    }
    const json_t *member = call_member(call, name);
    if (!json_is_array(member)) {
        add_value(question, option, member);
        return;
    }
    for (size_t i = 0; i < json_array_size(member); i++)
        add_value(question, option, json_array_get(member, i));
}

int asks_input(struct question *question, const char *option, const char *what, const char *data,
               size_t size) {
    char name[OPTION_SIZE];
    CHECK(question->file_count < ASK_FILES_MAX);
    int fd = memfd_create("fulmar-input", MFD_CLOEXEC);
    if (fd < 0) return ERR_SET(ERR_IO, "no room for an input: %s", strerror(errno));
    size_t at = question->file_count++;
    question->files[at] = (struct child_file){fd, FIRST_INPUT + (int)at};
    snprintf(question->what[at], WHAT_SIZE, "%s", what);
    for (size_t done = 0; done < size;) {
        ssize_t put = write(fd, data + done, size - done);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return ERR_SET(ERR_IO, "no room for an input: %s", strerror(errno));
        done += (size_t)put;
    }
    name_option(option, name);
    asks_word(question, "%s=/dev/fd/%d", name, question->files[at].as);
    return 0;
}

void asks_before(struct question *question, asks_prepare prepare) {
    question->prepare = prepare;
}

void asks_keep(struct question *question, void *kept, void (*forget_kept)(void *kept)) {
    question->kept = kept;
    question->forget = forget_kept;
}

void *asks_kept(const struct question *question) {
    return question->kept;
}

void asks_of_body(struct question *question) {
    question->of_body = true;
}

// A place in the server's folders, or what the child calls itself, is nobody's business.
static void leave_out(char *story, const char *what) {
    size_t len = what != NULL ? strlen(what) : 0;
    char *at = len > 0 ? strstr(story, what) : NULL;
    if (at == NULL) return;
    const char *rest = at + len + (at[len] == '/');
    if (at > story && at[-1] == ' ' && (at[len] == '\0' || strchr(",;:", at[len]) != NULL)) at--;
    memmove(at, rest, strlen(rest) + 1);
}

static void leave_out_places(const struct api_options *options, char *story) {
    char *colon = strstr(story, ": ");
    if (strncmp(story, "fulmar ", 7) == 0 && colon != NULL)
        memmove(story, colon + 2, strlen(colon + 2) + 1);
    leave_out(story, options->session_root);
    leave_out(story, options->run_root);
    leave_out(story, options->tape_root);
}

// "/dev/fd/10:3: field 'bid'": the sender knows it as "csv:3: field 'bid'".
static void name_inputs(const struct question *question, char story[512]) {
    for (size_t i = 0; i < question->file_count; i++) {
        char path[24];
        int len = snprintf(path, sizeof path, "/dev/fd/%d", question->files[i].as);
        size_t is = strlen(question->what[i]);
        char *at = strstr(story, path);
        if (at == NULL) continue;
        memmove(at + is, at + len, strlen(at + len) + 1); // a name is no longer than a path
        memcpy(at, question->what[i], is);
    }
}

static struct share *share_of(struct asks *asks, int64_t tenant_id) {
    struct share *empty = NULL;
    for (size_t i = 0; i < sizeof asks->shares / sizeof *asks->shares; i++) {
        struct share *share = &asks->shares[i];
        if (share->count > 0 && share->tenant_id == tenant_id) return share;
        if (share->count == 0 && empty == NULL) empty = share;
    }
    if (empty != NULL) empty->tenant_id = tenant_id;
    return empty;
}

static void answered(void *self) {
    struct question *question = self;
    struct call *call = question->call;
    int rc = question->rc;
    share_of(call->api->asks, call->caller.tenant_id)->count--;
    if (rc < 0) ERR_SET(rc, "%s", question->story);
    if (rc == ERR_ARGUMENT || rc == ERR_RANGE || rc == ERR_FULL ||
        (rc == ERR_NOT_FOUND && question->of_body))
        rc = call_fail(call, 422, NULL, "%s", question->story);
    call->worker = NULL;
    forget(question);
    call_done(call, rc);
}

static int ask(struct question *question) {
    struct call *call = question->call;
    int rc = question->prepare != NULL ? question->prepare(question, call) : 0;
    api_leave_runs(call);
    if (rc != 0) return rc == ASKS_ANSWERED ? 0 : rc;
    asks_word(question, "--json");
    struct ask ask = {.program = call->api->options.program,
                      .call = &question->words,
                      .files = question->files,
                      .file_count = question->file_count,
                      .timeout_ns = ASKS_TIMEOUT_NS,
                      .memory_max = ASKS_MEMORY_MAX,
                      .stops = &call->api->asks->stops};
    return ask_program(&ask, &call->out);
}

static void work_on(void *self, int turn) {
    struct question *question = self;
    struct api *api = question->call->api;
    struct api_worker *worker = &api->asks->workers[turn];
    err_clear();
    question->rc = 0;
    question->call->worker = worker;
    if (worker->tapes == NULL)
        question->rc = tape_cache_open(api->options.tape_root, &worker->tapes);
    if (question->rc == 0) question->rc = ask(question);
    if (question->rc < 0) {
        snprintf(question->story, sizeof question->story, "%s", err_story());
        name_inputs(question, question->story);
        leave_out_places(&api->options, question->story);
    }
    api_post(api, answered, question);
}

static int refuse(struct asks *asks, struct call *call, const char *words) {
    asks->refused++;
    call_header(call, "Retry-After", "1");
    return call_fail(call, 503, "busy", "%s", words);
}

int asks_send(struct question *question) {
    struct call *call = question->call;
    struct asks *asks = call->api->asks;
    struct share *share = share_of(asks, call->caller.tenant_id);
    if (text_error(&question->words.words) < 0)
        return asks_drop(question, ERR_SET(ERR_ARGUMENT, "too much for one question"));
    if (share == NULL || share->count >= ASKS_TENANT_MAX)
        return asks_drop(
            question, refuse(asks, call, "as many questions as one tenant may ask are under way"));
    if (work_pool_submit(asks->pool, (struct work){work_on, question}) < 0)
        return asks_drop(question, refuse(asks, call, "too many questions are waiting; try again"));
    share->count++;
    return CALL_LATER;
}
