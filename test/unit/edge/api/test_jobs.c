// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <time.h>

#include "edge/api/jobs.h"

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

// A shell stands for the program: its words are a script.
static struct jobs *open_jobs(void) {
    struct jobs_options options = {.program = "/bin/sh"};
    struct jobs *jobs;
    assert_ok(jobs_open(&options, &jobs));
    return jobs;
}

static int submit(struct jobs *jobs, int64_t tenant, const char *script,
                  const struct job **ret_job) {
    struct job job = {.tenant_id = tenant, .kind = "backtest"};
    struct jobs_call call;
    jobs_call_init(&call);
    jobs_word(&call, "-c");
    jobs_word(&call, "%s", script);
    int rc = jobs_submit(jobs, &job, &call, ret_job);
    jobs_call_fini(&call);
    return rc;
}

static void wait_for(struct jobs *jobs, const struct job *job) {
    int64_t end = now_ns() + INT64_C(120000000000); // a busy machine gives jobs little
    while (job->state < JOB_DONE && now_ns() < end) {
        jobs_poll(jobs, now_ns(), now_ns());
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
}

static void a_job_gives_what_it_wrote(void **state) {
    (void)state;
    struct jobs *jobs = open_jobs();
    const struct job *job;
    struct text out;
    text_init(&out, 1 << 16);
    assert_ok(submit(
        jobs, 1,
        "echo '{\"unit\":\"bars\",\"done\":1,\"total\":4,\"rate\":8}' >&3; printf '{\"a\":1}'",
        &job));
    assert_int_equal(jobs_result(jobs, job, &out), ERR_STATE);
    wait_for(jobs, job);
    assert_int_equal(job->state, JOB_DONE);
    assert_string_equal(job->unit, "bars");
    assert_true(job->rate == 8);
    assert_ok(jobs_result(jobs, job, &out));
    assert_string_equal(text_string(&out), "{\"a\":1}");
    text_fini(&out);
    jobs_close(jobs);
}

static void a_job_that_fails_tells_its_last_line(void **state) {
    (void)state;
    struct jobs *jobs = open_jobs();
    const struct job *job;
    assert_ok(submit(jobs, 1, "echo first >&2; echo no such series >&2; exit 1", &job));
    wait_for(jobs, job);
    assert_int_equal(job->state, JOB_FAILED);
    assert_string_equal(job->story, "no such series");
    assert_int_equal(jobs_cancel(jobs, 1, job->number), ERR_STATE);
    jobs_close(jobs);
}

static void a_job_is_canceled_waiting_or_running(void **state) {
    (void)state;
    struct jobs *jobs = open_jobs();
    const struct job *running, *waiting;
    assert_ok(submit(jobs, 1, "sleep 60 & wait", &running));
    assert_ok(submit(jobs, 1, "true", &waiting));
    jobs_poll(jobs, now_ns(), now_ns());
    assert_int_equal(running->state, JOB_RUNNING);
    assert_int_equal(jobs_cancel(jobs, 2, running->number), ERR_NOT_FOUND); // another tenant's
    assert_ok(jobs_cancel(jobs, 1, waiting->number));
    assert_int_equal(waiting->state, JOB_CANCELED);
    assert_ok(jobs_cancel(jobs, 1, running->number));
    wait_for(jobs, running);
    assert_int_equal(running->state, JOB_CANCELED);
    jobs_close(jobs);
}

static void tenants_take_turns(void **state) {
    (void)state;
    struct jobs *jobs = open_jobs();
    const struct job *first, *second, *other;
    assert_ok(submit(jobs, 1, "true", &first));
    assert_ok(submit(jobs, 1, "true", &second));
    assert_ok(submit(jobs, 2, "true", &other));
    wait_for(jobs, first);
    wait_for(jobs, other);
    assert_true(second->state != JOB_DONE || other->began_ns <= second->began_ns);
    wait_for(jobs, second);
    assert_int_equal(second->state, JOB_DONE);
    jobs_close(jobs);
}

static void a_tenant_s_queue_has_an_end(void **state) {
    (void)state;
    struct jobs *jobs = open_jobs();
    const struct job *job;
    for (int i = 0; i < JOBS_WAITING_MAX; i++) assert_ok(submit(jobs, 1, "true", &job));
    assert_int_equal(submit(jobs, 1, "true", &job), ERR_FULL);
    assert_ok(submit(jobs, 2, "true", &job));
    jobs_close(jobs);
}

static void a_job_has_limits(void **state) {
    (void)state;
    struct jobs_options options = {
        .program = "/bin/sh", .running_max = 2, .memory_max = 4 << 20, .cpu_s = 1};
    struct jobs *jobs;
    const struct job *fat, *busy;
    assert_ok(jobs_open(&options, &jobs));
    assert_ok(
        submit(jobs, 1, "x=$(head -c 8000000 /dev/zero | tr '\\0' a); sleep 60; echo $x", &fat));
    assert_ok(submit(jobs, 1, "while :; do :; done", &busy));
    wait_for(jobs, fat);
    wait_for(jobs, busy);
    assert_int_equal(fat->state, JOB_FAILED);
    assert_non_null(strstr(fat->story, "MiB of memory"));
    assert_int_equal(busy->state, JOB_FAILED);
    assert_non_null(strstr(busy->story, "processor time"));
    jobs_close(jobs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_gives_what_it_wrote),
        cmocka_unit_test(a_job_that_fails_tells_its_last_line),
        cmocka_unit_test(a_job_is_canceled_waiting_or_running),
        cmocka_unit_test(tenants_take_turns),
        cmocka_unit_test(a_tenant_s_queue_has_an_end),
        cmocka_unit_test(a_job_has_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
