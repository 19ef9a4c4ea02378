// SPDX-License-Identifier: Apache-2.0
// Long work that a client asks for: backtests, sweeps and walk-forwards, as jobs.
//
// A request becomes the words of a command line, the same that a person would type. Every one is of a form that names
// something of this program or of the tape: none is a path, and none begins with a dash.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/jout.h"
#include "base/timestamp.h"
#include "edge/api/api_state.h"
#include "edge/api/routes.h"
#include "edge/api/run_request.h"

static const struct field backtest_fields[] = {
    {"run", FIELD_STRING, FIELD_REQUIRED, .form = &form_run,
     .help = "The name that the run is kept by."},
    {"title", FIELD_STRING, 0, .form = &form_line, .max = 100,
     .help = "What the report is called."},
    RUN_REQUEST_STRATEGIES,
    {"benchmark", FIELD_STRING, 0, .form = &form_series, .help = "A series to compare with."},
    RUN_REQUEST_FIELDS,
};
static OBJECT(backtest_object, "Backtest", backtest_fields, "A backtest to be run.");

static const struct field job_fields[] = {
    {"job", FIELD_STRING, FIELD_REQUIRED, .form = &form_number, .help = "Its number."},
    {"kind", FIELD_STRING, FIELD_REQUIRED, .choices = "backtest|sweep|walkforward",
     .help = "What it does."},
    {"state", FIELD_STRING, FIELD_REQUIRED, .choices = "waiting|running|done|failed|canceled",
     .help = "Where it is."},
    {"run", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_run,
     .help = "The run that it keeps."},
    {"user", FIELD_STRING, FIELD_REQUIRED, .help = "Who asked."},
    {"asked", FIELD_STRING, FIELD_REQUIRED, .form = &form_time, .help = "When."},
    {"began", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "When it began."},
    {"ended", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "When it ended."},
    {"progress", FIELD_NUMBER, FIELD_REQUIRED | FIELD_NULLABLE, .min = 0, .max = 1,
     .help = "How far it is."},
    {"rate", FIELD_NUMBER, FIELD_REQUIRED, .help = "Units in a second."},
    {"unit", FIELD_STRING, FIELD_REQUIRED, .help = "bars, trials."},
    {"story", FIELD_STRING, FIELD_REQUIRED, .max = 1000, .help = "Why it failed."},
};
static OBJECT(job_object, "Job", job_fields, "Long work.");

void routes_print_job(const struct job *job, struct text *out) {
    jout_object(out);
    jout_key(out, "job");
    text_printf(out, "\"%" PRIu64 "\"", job->number);
    jout_key_string(out, "kind", job->kind);
    jout_key_string(out, "state", job_state_name(job->state));
    jout_key_string(out, "run", job->run[0] != '\0' ? job->run : NULL);
    jout_key_string(out, "user", job->user);
    jout_key_time(out, "asked", job->asked_ns);
    jout_key_time(out, "began", job->began_ns);
    jout_key_time(out, "ended", job->ended_ns);
    jout_key_real(out, "progress", job->progress >= 0 ? job->progress : __builtin_nan(""));
    jout_key_real(out, "rate", job->rate);
    jout_key_string(out, "unit", job->unit);
    jout_key_string(out, "story", job->story);
    jout_end_object(out);
}

static int64_t wall_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static int submit(struct call *call, const char *kind, const char *run, struct jobs_call *words) {
    const struct job *job;
    struct job asked = {.tenant_id = call->caller.tenant_id,
                        .user_id = call->caller.user_id,
                        .asked_ns = wall_ns()};
    char location[64];
    snprintf(asked.user, sizeof asked.user, "%s", call->caller.name);
    snprintf(asked.kind, sizeof asked.kind, "%s", kind);
    snprintf(asked.run, sizeof asked.run, "%s", run);
    int rc = jobs_submit(call->api->jobs, &asked, words, &job);
    if (rc == ERR_FULL) return call_fail(call, 429, "queue_full", "%s", err_story());
    TRY(rc);
    snprintf(location, sizeof location, "/api/v1/jobs/%" PRIu64, job->number);
    call_header(call, "Location", location);
    routes_print_job(job, &call->out);
    return 0;
}

static int add_backtest(struct call *call, const struct tenant_runs *runs,
                        struct jobs_call *words) {
    jobs_word(words, "backtest");
    TRY(run_request_strategies(call, words));
    TRY(run_request_words(call, words));
    run_request_option(call, "benchmark", words);
    if (call_text(call, "title")[0] != '\0')
        jobs_word(words, "--name=%s", call_text(call, "title"));
    jobs_word(words, "--run");
    jobs_word(words, "%s", call_text(call, "run"));
    jobs_word(words, "--runs");
    jobs_word(words, "%s", runs->root);
    return 0;
}

static bool is_taken(struct call *call, const struct tenant_runs *runs, const char *run) {
    char path[RUN_STORE_PATH_SIZE];
    bool taken = run_store_find(runs->root, run, path) == 0;
    for (size_t i = 0; i < JOBS_MAX && !taken; i++) {
        const struct job *job = jobs_at(call->api->jobs, i);
        taken = job != NULL && job->tenant_id == runs->tenant_id && job->state < JOB_DONE &&
                strcmp(job->run, run) == 0;
    }
    err_clear();
    return taken;
}

static int submit_backtest(struct call *call) {
    const char *run = call_text(call, "run");
    struct tenant_runs *runs;
    struct jobs_call words;
    TRY(api_runs_place(call, &runs));
    if (is_taken(call, runs, run))
        return ERR_SET(ERR_EXISTS, "there is a run '%s', or there will be; take another name", run);
    jobs_call_init(&words);
    int rc = add_backtest(call, runs, &words);
    if (rc == 0) rc = submit(call, "backtest", run, &words);
    jobs_call_fini(&words);
    return rc;
}

const struct route route_submit_backtest = {
    .method = "POST",
    .path = "/api/v1/jobs/backtests",
    .id = "submit_backtest",
    .tag = "Jobs",
    .summary = "Runs a backtest, and keeps it as a run.",
    .role = ROUTE_TRADER,
    .scope = "run",
    .rate = "run",
    .flags = ROUTE_IDEMPOTENT | ROUTE_NO_STORE,
    .request = &backtest_object,
    .response = &job_object,
    .status = 202,
    .handle = submit_backtest,
};

static const struct field space_fields[] = {
    {"param", FIELD_STRING, FIELD_REQUIRED, .form = &form_word, .example = "\"fast\"",
     .help = "A parameter of the strategy."},
    {"values", FIELD_STRING, FIELD_REQUIRED, .form = &form_space, .max = RUN_REQUEST_MODEL_MAX,
     .help = "5:50, 1:3:0.25, 10:1000:x2, or 10,20,50."},
};
static OBJECT(space_object, "SweepParameter", space_fields, "A parameter and the values to try.");
// What a sweep and a walk search alike.
// clang-format off
#define SEARCH_FIELDS                                                                              \
    {"strategy", FIELD_STRING, FIELD_REQUIRED, .form = &form_word,                                 \
     .help = "Of /api/v1/strategies."},                                                            \
    {"space", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &space_object, .items = 24,         \
     .help = "Parameters and the values to try."},                                                 \
    {"where", FIELD_STRING, 0, .form = &form_condition, .max = 500,                                \
     .help = "Combinations to try."},                                                              \
    {"search", FIELD_STRING, 0, .choices = "grid|random|sobol",                                    \
     .help = "How points are chosen; every one."},                                                 \
    {"samples", FIELD_INTEGER, 0, .min = 1, .max = 100000,                                         \
     .help = "Of random and sobol; 1000."},                                                        \
    {"objective", FIELD_STRING, 0, .form = &form_word, .example = "\"sharpe\"",                    \
     .help = "What is best."},                                                                     \
    {"require", FIELD_STRING, 0, .form = &form_condition, .max = 500,                              \
     .example = "\"trades >= 20\"", .help = "Results to rank."}
// clang-format on
static const struct field sweep_fields[] = {
    SEARCH_FIELDS,
    {"top", FIELD_INTEGER, 0, .min = 1, .max = 1000, .help = "How many of the best are given; 10."},
    RUN_REQUEST_FIELDS,
};
static OBJECT(sweep_object, "Sweep", sweep_fields, "A sweep to be run.");

static int add_search(struct call *call, struct jobs_call *words) {
    size_t i;
    json_t *one;
    const json_t *space = call_member(call, "space");
    if (json_array_size(space) == 0)
        return call_refuse(call, "/space", "has at least one parameter");
    run_request_option(call, "strategy", words);
    json_array_foreach(space, i, one) {
        jobs_word(words, "--param");
        jobs_word(words, "%s=%s", json_string_value(json_object_get(one, "param")),
                  json_string_value(json_object_get(one, "values")));
    }
    run_request_option(call, "where", words);
    run_request_option(call, "search", words);
    run_request_option(call, "objective", words);
    run_request_option(call, "require", words);
    if (call_member(call, "samples") != NULL)
        jobs_word(words, "--samples=%" PRId64, call_int(call, "samples", 0));
    return run_request_words(call, words);
}

static int add_sweep(struct call *call, struct jobs_call *words) {
    jobs_word(words, "sweep");
    jobs_word(words, "--top=%" PRId64, call_int(call, "top", 10));
    return add_search(call, words);
}

static int submit_sweep(struct call *call) {
    struct jobs_call words;
    jobs_call_init(&words);
    int rc = add_sweep(call, &words);
    if (rc == 0) rc = submit(call, "sweep", "", &words);
    jobs_call_fini(&words);
    return rc;
}

const struct route route_submit_sweep = {
    .method = "POST",
    .path = "/api/v1/jobs/sweeps",
    .id = "submit_sweep",
    .tag = "Jobs",
    .summary = "Searches a strategy's parameters.",
    .role = ROUTE_TRADER,
    .scope = "run",
    .rate = "run",
    .flags = ROUTE_IDEMPOTENT | ROUTE_NO_STORE,
    .request = &sweep_object,
    .response = &job_object,
    .status = 202,
    .handle = submit_sweep,
};

static const struct field walk_fields[] = {
    SEARCH_FIELDS,
    {"method", FIELD_STRING, 0, .choices = "rolling|anchored|combinatorial",
     .help = "Train stretches of one length, growing ones, or every choice of groups; rolling."},
    {"windows", FIELD_INTEGER, 0, .min = 1, .max = 1000,
     .help = "How many; 10, or what test leaves room for."},
    {"train", FIELD_STRING, 0, .form = &form_length, .example = "\"52w\"",
     .help = "What parameters are chosen on; four times test."},
    {"test", FIELD_STRING, 0, .form = &form_length, .example = "\"13w\"",
     .help = "What they are lived by on; what the windows leave."},
    {"purge", FIELD_STRING, 0, .form = &form_length, .help = "Left out of training before a test."},
    {"embargo", FIELD_STRING, 0, .form = &form_length,
     .help = "Combinatorial: left out of training after a test."},
    {"groups", FIELD_INTEGER, 0, .min = 2, .max = 100, .help = "Combinatorial: parts; 8."},
    {"test_groups", FIELD_INTEGER, 0, .min = 1, .max = 50,
     .help = "Combinatorial: how many of them are tested; 2."},
    RUN_REQUEST_FIELDS,
};
static OBJECT(walk_object, "WalkForward", walk_fields, "A walk forward to be run.");

static void add_count(const struct call *call, const char *name, const char *option,
                      struct jobs_call *words) {
    if (call_member(call, name) != NULL)
        jobs_word(words, "--%s=%" PRId64, option, call_int(call, name, 0));
}

static int add_walk(struct call *call, struct jobs_call *words) {
    static const char *const names[] = {"method", "train", "test", "purge", "embargo"};
    jobs_word(words, "walkforward");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        run_request_option(call, names[i], words);
    add_count(call, "windows", "windows", words);
    add_count(call, "groups", "groups", words);
    add_count(call, "test_groups", "test-groups", words);
    return add_search(call, words);
}

static int submit_walk(struct call *call) {
    struct jobs_call words;
    jobs_call_init(&words);
    int rc = add_walk(call, &words);
    if (rc == 0) rc = submit(call, "walkforward", "", &words);
    jobs_call_fini(&words);
    return rc;
}

const struct route route_submit_walk = {
    .method = "POST",
    .path = "/api/v1/jobs/walkforwards",
    .id = "submit_walk",
    .tag = "Jobs",
    .summary = "Chooses parameters on the past, and lives by them on what follows.",
    .role = ROUTE_TRADER,
    .scope = "run",
    .rate = "run",
    .flags = ROUTE_IDEMPOTENT | ROUTE_NO_STORE,
    .request = &walk_object,
    .response = &job_object,
    .status = 202,
    .handle = submit_walk,
};

static const struct field jobs_fields[] = {
    {"items", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &job_object,
     .help = "The page, newest first."},
    {"next", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_cursor,
     .help = "The next page's cursor."},
};
static OBJECT(jobs_object, "JobPage", jobs_fields, "Jobs of the tenant.");
static const struct field jobs_query[] = {
    CALL_PAGE_FIELDS,
    {"state", FIELD_STRING, 0, .choices = "waiting|running|done|failed|canceled",
     .help = "Those in a state alone."},
};

static int newest_first(const void *left, const void *right) {
    const struct job *a = *(const struct job *const *)left, *b = *(const struct job *const *)right;
    return (a->number < b->number) - (a->number > b->number);
}

static int list_jobs(struct call *call) {
    const struct job *jobs[JOBS_MAX];
    struct call_page page;
    size_t count = 0;
    const char *state = call_query(call, "state");
    for (size_t i = 0; i < JOBS_MAX; i++) {
        const struct job *job = jobs_at(call->api->jobs, i);
        bool mine = job != NULL && job->tenant_id == call->caller.tenant_id;
        if (mine && (state == NULL || strcmp(state, job_state_name(job->state)) == 0))
            jobs[count++] = job;
    }
    qsort(jobs, count, sizeof *jobs, newest_first);
    TRY(call_page_begin(call, &page));
    page.falling = true;
    for (size_t i = 0; i < count; i++) {
        char key[24];
        snprintf(key, sizeof key, "%020" PRIu64, jobs[i]->number);
        if (call_page_take(&page, key)) routes_print_job(jobs[i], &call->out);
    }
    call_page_end(call, &page);
    return 0;
}

const struct route route_list_jobs = {
    .method = "GET",
    .path = "/api/v1/jobs",
    .id = "list_jobs",
    .tag = "Jobs",
    .summary = "Jobs, newest first.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    ROUTE_QUERY(jobs_query),
    .response = &jobs_object,
    .status = 200,
    .handle = list_jobs,
};

static int find_job(struct call *call, const struct job **ret_job) {
    const char *number = call_param(call, "job");
    *ret_job = jobs_find(call->api->jobs, call->caller.tenant_id, strtoull(number, NULL, 10));
    return *ret_job != NULL ? 0 : ERR_SET(ERR_NOT_FOUND, "there is no job %s", number);
}

static int get_job(struct call *call) {
    const struct job *job;
    TRY(find_job(call, &job));
    routes_print_job(job, &call->out);
    return 0;
}

const struct route route_get_job = {
    .method = "GET",
    .path = "/api/v1/jobs/{job}",
    .id = "get_job",
    .tag = "Jobs",
    .summary = "A job, and how far it is.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    .response = &job_object,
    .status = 200,
    .handle = get_job,
};

static const struct object result_object = {
    .name = "JobResult",
    .help = "What fulmar backtest, sweep or walkforward --json prints.",
    .open = true};

static int get_job_result(struct call *call) {
    const struct job *job;
    TRY(find_job(call, &job));
    return jobs_result(call->api->jobs, job, &call->out);
}

const struct route route_get_job_result = {
    .method = "GET",
    .path = "/api/v1/jobs/{job}/result",
    .id = "get_job_result",
    .tag = "Jobs",
    .summary = "What a job found.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "report",
    .flags = ROUTE_CONFLICT,
    .response = &result_object,
    .status = 200,
    .handle = get_job_result,
};

static int cancel_job(struct call *call) {
    const struct job *job;
    TRY(find_job(call, &job));
    TRY(jobs_cancel(call->api->jobs, call->caller.tenant_id, job->number));
    routes_print_job(job, &call->out);
    return 0;
}

const struct route route_cancel_job = {
    .method = "POST",
    .path = "/api/v1/jobs/{job}/cancel",
    .id = "cancel_job",
    .tag = "Jobs",
    .summary = "Takes a job back: it keeps nothing.",
    .role = ROUTE_TRADER,
    .scope = "run",
    .rate = "session",
    .flags = ROUTE_CONFLICT | ROUTE_NO_STORE,
    .response = &job_object,
    .status = 202,
    .handle = cancel_job,
};
