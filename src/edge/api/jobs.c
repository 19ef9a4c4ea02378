// SPDX-License-Identifier: Apache-2.0
#include "edge/api/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/timestamp.h"
#include "edge/api/child.h"

enum { PROGRESS_FD = 3, NICE = 10, WORDS_SIZE_MAX = 1 << 16, PATH_SIZE = 256 };

struct jobs {
    struct jobs_options options;
    char *program;
    char folder[PATH_SIZE];
    struct job items[JOBS_MAX];
    uint64_t count;        // numbers given
    int64_t served_tenant; // whose job began last
};

const char *job_state_name(enum job_state state) {
    static const char *const names[] = {"waiting", "running", "done", "failed", "canceled"};
    return state < JOB_STATE_COUNT ? names[state] : "none";
}

int jobs_open(const struct jobs_options *options, struct jobs **ret_jobs) {
    const char *root = getenv("TMPDIR");
    struct jobs *jobs = calloc(1, sizeof *jobs);
    if (jobs == NULL) return ERR_SET(ERR_NOMEM, "no memory for jobs");
    jobs->options = *options;
    jobs->program = strdup(options->program);
    if (jobs->options.running_max == 0) jobs->options.running_max = 1;
    snprintf(jobs->folder, sizeof jobs->folder, "%.200s/fulmar-jobs-XXXXXX",
             root != NULL && root[0] != '\0' ? root : "/tmp");
    if (jobs->program == NULL || mkdtemp(jobs->folder) == NULL) {
        int rc =
            ERR_SET(ERR_IO, "cannot make a folder for jobs, %s: %s", jobs->folder, strerror(errno));
        free(jobs->program);
        free(jobs);
        return rc;
    }
    *ret_jobs = jobs;
    return 0;
}

static void path_of(const struct jobs *jobs, uint64_t number, const char *end, char *ret_path) {
    snprintf(ret_path, PATH_SIZE, "%.220s/%llu.%s", jobs->folder, (unsigned long long)number, end);
}

static void forget(struct jobs *jobs, struct job *job) {
    char path[PATH_SIZE];
    path_of(jobs, job->number, "out", path);
    unlink(path);
    path_of(jobs, job->number, "err", path);
    unlink(path);
    free(job->words);
    *job = (struct job){.number = 0, .progress_fd = -1};
}

void jobs_close(struct jobs *jobs) {
    if (jobs == NULL) return;
    for (size_t i = 0; i < JOBS_MAX; i++) {
        struct job *job = &jobs->items[i];
        if (job->number == 0) continue;
        if (job->state == JOB_RUNNING) {
            kill(-job->pid, SIGKILL);
            waitpid(job->pid, NULL, 0);
            if (job->progress_fd >= 0) close(job->progress_fd);
        }
        forget(jobs, job);
    }
    rmdir(jobs->folder);
    free(jobs->program);
    free(jobs);
}

void jobs_call_init(struct jobs_call *call) {
    text_init(&call->words, WORDS_SIZE_MAX);
}

void jobs_call_fini(struct jobs_call *call) {
    text_fini(&call->words);
}

void jobs_word(struct jobs_call *call, const char *format, ...) {
    va_list list;
    va_start(list, format);
    text_vprintf(&call->words, format, list);
    va_end(list);
    text_add_char(&call->words, '\0');
}

static size_t count_words(const struct text *words) {
    size_t count = 0;
    for (size_t i = 0; i < words->len; i++) count += words->data[i] == '\0';
    return count;
}

static size_t count_waiting(const struct jobs *jobs, int64_t tenant_id) {
    size_t count = 0;
    for (size_t i = 0; i < JOBS_MAX; i++)
        count += jobs->items[i].number != 0 && jobs->items[i].state == JOB_WAITING &&
                 jobs->items[i].tenant_id == tenant_id;
    return count;
}

// An empty place, else that of the job that ended first.
static struct job *place_for(struct jobs *jobs) {
    struct job *oldest = NULL;
    for (size_t i = 0; i < JOBS_MAX; i++) {
        struct job *job = &jobs->items[i];
        if (job->number == 0) return job;
        if (job->state >= JOB_DONE && (oldest == NULL || job->number < oldest->number))
            oldest = job;
    }
    if (oldest != NULL) forget(jobs, oldest);
    return oldest;
}

static void tell(struct jobs *jobs, struct job *job) {
    job->version++;
    if (jobs->options.changed != NULL) jobs->options.changed(jobs->options.self, job);
}

int jobs_submit(struct jobs *jobs, const struct job *job, struct jobs_call *call,
                const struct job **ret_job) {
    TRY(text_error(&call->words));
    if (count_words(&call->words) > JOBS_WORDS_MAX - 2)
        return ERR_SET(ERR_ARGUMENT, "a job is called with %d words at most", JOBS_WORDS_MAX - 2);
    if (count_waiting(jobs, job->tenant_id) >= JOBS_WAITING_MAX)
        return ERR_SET(ERR_FULL, "%d jobs are waiting already; wait for one of them, or cancel it",
                       JOBS_WAITING_MAX);
    struct job *place = place_for(jobs);
    if (place == NULL) return ERR_SET(ERR_FULL, "too many jobs are waiting");
    char *words = malloc(call->words.len + 1);
    if (words == NULL) return ERR_SET(ERR_NOMEM, "no memory for a job");
    memcpy(words, call->words.data, call->words.len);
    *place = *job;
    place->number = ++jobs->count;
    place->state = JOB_WAITING;
    place->progress = -1;
    place->progress_fd = -1;
    place->words = words;
    place->words_size = call->words.len;
    tell(jobs, place);
    *ret_job = place;
    return 0;
}

static struct job *find(struct jobs *jobs, int64_t tenant_id, uint64_t number) {
    for (size_t i = 0; i < JOBS_MAX; i++) {
        struct job *job = &jobs->items[i];
        if (job->number == number && number != 0 && job->tenant_id == tenant_id) return job;
    }
    return NULL;
}

const struct job *jobs_find(const struct jobs *jobs, int64_t tenant_id, uint64_t number) {
    return find((struct jobs *)jobs, tenant_id, number);
}

const struct job *jobs_at(const struct jobs *jobs, size_t index) {
    return jobs->items[index].number != 0 ? &jobs->items[index] : NULL;
}

int jobs_cancel(struct jobs *jobs, int64_t tenant_id, uint64_t number) {
    struct job *job = find(jobs, tenant_id, number);
    if (job == NULL)
        return ERR_SET(ERR_NOT_FOUND, "there is no job %llu", (unsigned long long)number);
    if (job->state >= JOB_DONE)
        return ERR_SET(ERR_STATE, "job %llu is %s already", (unsigned long long)number,
                       job_state_name(job->state));
    if (job->state == JOB_WAITING)
        job->state = JOB_CANCELED;
    else if (!job->canceling)
        kill(job->pid, SIGINT);
    job->canceling = true;
    tell(jobs, job);
    return 0;
}

static int read_part(const char *path, size_t max, struct text *out) {
    char *data;
    size_t size;
    TRY(io_read_file(path, max, &data, &size));
    text_add_bytes(out, data, size);
    free(data);
    return text_error(out);
}

int jobs_result(const struct jobs *jobs, const struct job *job, struct text *out) {
    char path[PATH_SIZE];
    if (job->state != JOB_DONE)
        return ERR_SET(ERR_STATE, "job %llu is %s: it has no result",
                       (unsigned long long)job->number, job_state_name(job->state));
    path_of(jobs, job->number, "out", path);
    TRY(read_part(path, JOBS_RESULT_MAX, out));
    if (out->len == 0)
        return ERR_SET(ERR_NOT_FOUND, "job %llu wrote nothing", (unsigned long long)job->number);
    return 0;
}

static void point_to_words(const struct jobs *jobs, const struct job *job,
                           char *ret_words[JOBS_WORDS_MAX]) {
    size_t count = 0;
    ret_words[count++] = jobs->program;
    for (size_t at = 0; at < job->words_size && count < JOBS_WORDS_MAX - 1;
         at += strlen(job->words + at) + 1)
        ret_words[count++] = job->words + at;
    ret_words[count] = NULL;
}

// The environment of this process and the descriptor for progress.
static char **child_environment(void) {
    static const char progress[] = "FULMAR_PROGRESS_FD=3";
    size_t count = 0;
    while (environ[count] != NULL) count++;
    char **copy = calloc(count + 2, sizeof *copy);
    if (copy == NULL) return NULL;
    memcpy(copy, environ, count * sizeof *copy);
    copy[count] = (char *)progress;
    return copy;
}

static int open_new(const struct jobs *jobs, const struct job *job, const char *end, int *ret_fd) {
    char path[PATH_SIZE];
    path_of(jobs, job->number, end, path);
    *ret_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return *ret_fd >= 0 ? 0 : ERR_SET(ERR_IO, "%s: %s", path, strerror(errno));
}

static int spawn_child(const struct jobs *jobs, struct job *job, int progress, pid_t *ret_pid) {
    char *words[JOBS_WORDS_MAX];
    struct child_file files[] = {{-1, STDOUT_FILENO}, {-1, STDERR_FILENO}, {progress, PROGRESS_FD}};
    struct child_call call = {.program = jobs->program,
                              .words = words,
                              .environment = child_environment(),
                              .files = files,
                              .file_count = sizeof files / sizeof *files,
                              .cpu_s = jobs->options.cpu_s,
                              .leads = true};
    point_to_words(jobs, job, words);
    int rc = call.environment != NULL ? 0 : ERR_SET(ERR_NOMEM, "no memory for a job");
    if (rc == 0) rc = open_new(jobs, job, "out", &files[0].fd);
    if (rc == 0) rc = open_new(jobs, job, "err", &files[1].fd);
    if (rc == 0) rc = child_begin(&call, ret_pid);
    for (size_t i = 0; i < 2; i++)
        if (files[i].fd >= 0) close(files[i].fd);
    free(call.environment);
    return rc;
}

static void fail(struct jobs *jobs, struct job *job, const char *story, int64_t wall_ns) {
    job->state = JOB_FAILED;
    job->ended_ns = wall_ns;
    snprintf(job->story, sizeof job->story, "%s", story);
    tell(jobs, job);
}

static void begin(struct jobs *jobs, struct job *job, int64_t wall_ns) {
    int ends[2];
    job->began_ns = wall_ns;
    jobs->served_tenant = job->tenant_id;
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
        fail(jobs, job, "no pipe for its progress", wall_ns);
        return;
    }
    int rc = spawn_child(jobs, job, ends[1], &job->pid);
    close(ends[1]);
    if (rc < 0) {
        close(ends[0]);
        fail(jobs, job, err_story(), wall_ns);
        return;
    }
    setpriority(PRIO_PROCESS, (id_t)job->pid, NICE);
    job->progress_fd = ends[0];
    job->state = JOB_RUNNING;
    tell(jobs, job);
}

// {"what":"bars","unit":"bars","done":1000,"total":5000,"rate":123.4}
static void take_line(struct jobs *jobs, struct job *job) {
    json_t *line = json_loadb(job->line, job->line_size, 0, NULL);
    double done = json_number_value(json_object_get(line, "done"));
    double total = json_number_value(json_object_get(line, "total"));
    const char *unit = json_string_value(json_object_get(line, "unit"));
    if (line != NULL) {
        job->progress = total > 0 ? done / total : -1;
        job->rate = json_number_value(json_object_get(line, "rate"));
        snprintf(job->unit, sizeof job->unit, "%s", unit != NULL ? unit : "");
        tell(jobs, job);
    }
    json_decref(line);
}

static void read_progress(struct jobs *jobs, struct job *job) {
    char block[4096];
    ssize_t got;
    while ((got = read(job->progress_fd, block, sizeof block)) > 0)
        for (ssize_t i = 0; i < got; i++) {
            if (block[i] == '\n') {
                take_line(jobs, job);
                job->line_size = 0;
            } else if (job->line_size < sizeof job->line) {
                job->line[job->line_size++] = block[i];
            }
        }
}

// The last line that the child said; without it the words of its end.
static void tell_story(const struct jobs *jobs, struct job *job, int status) {
    char path[PATH_SIZE];
    struct text said;
    text_init(&said, 1 << 20);
    path_of(jobs, job->number, "err", path);
    if (read_part(path, 1 << 20, &said) < 0) err_clear();
    while (said.len > 0 && said.data[said.len - 1] == '\n') said.data[--said.len] = '\0';
    const char *last = said.len > 0 ? strrchr(said.data, '\n') : NULL;
    last = last != NULL ? last + 1 : text_string(&said);
    if (job->is_fat)
        snprintf(job->story, sizeof job->story,
                 "it took more than %llu MiB of memory, the most a job may have",
                 (unsigned long long)(jobs->options.memory_max >> 20));
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        snprintf(job->story, sizeof job->story,
                 "it took more than %lld s of processor time, the most a job may have",
                 (long long)jobs->options.cpu_s);
    else if (last[0] != '\0')
        snprintf(job->story, sizeof job->story, "%s", last);
    else if (WIFSIGNALED(status))
        snprintf(job->story, sizeof job->story, "it was ended by signal %d", WTERMSIG(status));
    else
        snprintf(job->story, sizeof job->story, "it ended with status %d", WEXITSTATUS(status));
    text_fini(&said);
}

static void end(struct jobs *jobs, struct job *job, int status, int64_t wall_ns) {
    bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    read_progress(jobs, job);
    close(job->progress_fd);
    job->progress_fd = -1;
    job->ended_ns = wall_ns;
    job->state = good ? JOB_DONE : job->canceling ? JOB_CANCELED : JOB_FAILED;
    if (good) job->progress = 1;
    if (job->state == JOB_FAILED) tell_story(jobs, job, status);
    tell(jobs, job);
}

static void look_at(struct jobs *jobs, struct job *job, int64_t wall_ns, int64_t now_ns) {
    int status;
    read_progress(jobs, job);
    pid_t pid = waitpid(job->pid, &status, WNOHANG);
    if (pid == job->pid) {
        end(jobs, job, status, wall_ns);
        return;
    }
    if (jobs->options.memory_max > 0 && child_memory(job->pid) > jobs->options.memory_max) {
        job->is_fat = true;
        kill(-job->pid, SIGKILL);
    }
    if (!job->canceling) return;
    if (job->cancel_ns == 0) job->cancel_ns = now_ns;
    if (now_ns - job->cancel_ns > 5 * NS_PER_S) kill(-job->pid, SIGKILL);
}

// The first that waits of the tenant behind the one that was served last, in the order of tenants.
static struct job *next_waiting(struct jobs *jobs) {
    struct job *best = NULL;
    for (size_t i = 0; i < JOBS_MAX; i++) {
        struct job *job = &jobs->items[i];
        if (job->number == 0 || job->state != JOB_WAITING) continue;
        if (best == NULL) {
            best = job;
            continue;
        }
        bool job_later = job->tenant_id <= jobs->served_tenant;
        bool best_later = best->tenant_id <= jobs->served_tenant;
        bool first = job_later != best_later             ? best_later
                     : job->tenant_id != best->tenant_id ? job->tenant_id < best->tenant_id
                                                         : job->number < best->number;
        if (first) best = job;
    }
    return best;
}

void jobs_poll(struct jobs *jobs, int64_t wall_ns, int64_t now_ns) {
    uint32_t running = 0;
    struct job *job;
    for (size_t i = 0; i < JOBS_MAX; i++) {
        job = &jobs->items[i];
        if (job->number == 0 || job->state != JOB_RUNNING) continue;
        look_at(jobs, job, wall_ns, now_ns);
        running += job->state == JOB_RUNNING;
    }
    while (running < jobs->options.running_max && (job = next_waiting(jobs)) != NULL) {
        begin(jobs, job, wall_ns);
        running += job->state == JOB_RUNNING;
    }
}
