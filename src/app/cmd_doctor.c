// SPDX-License-Identifier: Apache-2.0
// fulmar doctor: is this machine, this program and this tape fit to be trusted?
#include <archive.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/terminal.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/timestamp.h"
#include "edge/store/tape.h"
#include "quant/math/mathfn.h"

enum { CHECKS_MAX = 64, WORDS_SIZE = 256, PATH_SIZE = 4096 };
enum verdict { GOOD, NOTICE, BAD };

struct finding {
    const char *check;
    enum verdict verdict;
    char words[WORDS_SIZE]; // what was found, and the remedy where it is not good
};

struct doctor {
    struct finding findings[CHECKS_MAX];
    size_t count;
    char root[PATH_SIZE];
    uint64_t series;
    uint64_t rows;
};

static void find(struct doctor *doctor, const char *check, enum verdict verdict, const char *format,
                 ...) __attribute__((format(printf, 4, 5)));
static void find(struct doctor *doctor, const char *check, enum verdict verdict, const char *format,
                 ...) {
    va_list list;
    if (doctor->count == CHECKS_MAX) return;
    struct finding *finding = &doctor->findings[doctor->count++];
    finding->check = check;
    finding->verdict = verdict;
    va_start(list, format);
    vsnprintf(finding->words, sizeof finding->words, format, list);
    va_end(list);
}

static void check_program(struct doctor *doctor) {
    find(doctor, "program", GOOD, "fulmar %s, %s", FULMAR_VERSION, __VERSION__);
    find(doctor, "libraries", GOOD, "jansson %s, %s", JANSSON_VERSION, archive_version_string());
}

// a x b + c where a fused multiply-add and the two roundings of the standard differ, and a logarithm whose last bit
// depends on the library: both must be what every other machine gets.
static void check_numbers(struct doctor *doctor) {
    volatile double a = 1 + 0x1p-27, b = 1 - 0x1p-27, c = -1;
    double product = a * b;
    bool fused = product + c != 0;
    double log = mathfn_log(1.1);
    uint64_t bits;
    memcpy(&bits, &log, sizeof bits);
    bool good = !fused && bits == UINT64_C(0x3fb8663f793c46cd);
    find(doctor, "arithmetic", good ? GOOD : BAD,
         good ? "same bits as every other machine (no fused multiply-add, ln 1.1 = %016" PRIx64 ")"
              : "differs (ln 1.1 = %016" PRIx64 "): runs will not replay here; rebuild without "
                "-ffast-math and -march flags",
         bits);
    bool crc = crc32c(0, "123456789", 9) == UINT32_C(0xe3069283);
    find(doctor, "checksums", crc ? GOOD : BAD,
         crc ? "CRC-32C and SHA-256 give the published values"
             : "CRC-32C is wrong: this build must not be used");
}

static void check_clock(struct doctor *doctor) {
    struct timespec real, resolution;
    clock_gettime(CLOCK_REALTIME, &real);
    clock_getres(CLOCK_MONOTONIC, &resolution);
    char now[TIMESTAMP_TEXT_SIZE];
    timestamp_print(now, sizeof now, real.tv_sec * NS_PER_S);
    bool sane = real.tv_sec > 1704067200; // 2024
    find(doctor, "clock", sane ? GOOD : BAD, "%s, monotonic resolution %ld ns%s", now,
         resolution.tv_nsec, sane ? "" : "; set the time of day, or live trading is refused");
}

static void check_memory(struct doctor *doctor) {
    long pages = sysconf(_SC_PHYS_PAGES), free_pages = sysconf(_SC_AVPHYS_PAGES);
    long mib = pages / 256, free_mib = free_pages / 256;
    find(doctor, "memory", mib >= 512 ? GOOD : NOTICE, "%ld MiB, %ld free, %ld processors%s", mib,
         free_mib, sysconf(_SC_NPROCESSORS_ONLN), mib >= 512 ? "" : "; long backtests may not fit");
}

// The directory, or the nearest one above it that exists.
static void existing_parent(char path[PATH_SIZE]) {
    while (access(path, F_OK) != 0) {
        char *slash = strrchr(path, '/');
        if (slash == NULL || slash == path) {
            snprintf(path, PATH_SIZE, "%s", slash == path ? "/" : ".");
            return;
        }
        *slash = '\0';
    }
}

static void check_disk(struct doctor *doctor) {
    char path[PATH_SIZE];
    struct statvfs stat;
    snprintf(path, sizeof path, "%s", doctor->root);
    existing_parent(path);
    if (access(path, W_OK) != 0) {
        find(doctor, "disk", BAD, "%s cannot be written; give --tape DIR", path);
        return;
    }
    if (statvfs(path, &stat) != 0) return;
    uint64_t free_mib = (uint64_t)stat.f_bavail * stat.f_frsize >> 20;
    find(doctor, "disk", free_mib >= 1024 ? GOOD : NOTICE, "%" PRIu64 " MiB free at %s%s", free_mib,
         path, free_mib >= 1024 ? "" : "; imports need room beside what they replace");
}

// How long the disk takes to promise that something is on it: what the journal waits for.
static void check_sync(struct doctor *doctor) {
    char folder[PATH_SIZE], path[PATH_SIZE + 32];
    int fd;
    snprintf(folder, sizeof folder, "%s", doctor->root);
    existing_parent(folder);
    snprintf(path, sizeof path, "%s/.fulmar-doctor", folder);
    if (io_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600, &fd) < 0) return;
    int64_t worst = 0;
    int rc = 0;
    for (int i = 0; i < 5 && rc == 0; i++) {
        int64_t start = monotonic_ns();
        rc = io_write(fd, path, "fulmar", 6);
        if (rc == 0) rc = io_sync_data(fd, path);
        int64_t took = monotonic_ns() - start;
        if (took > worst) worst = took;
    }
    (void)!io_close(fd, path);
    (void)!io_remove(path);
    if (rc < 0)
        find(doctor, "sync", BAD, "%s", err_story());
    else
        find(doctor, "sync", worst < 100 * NS_PER_MS ? GOOD : NOTICE,
             "a durable write takes up to %.2f ms", (double)worst / 1e6);
}

static int check_series(void *self, const struct tape_series *series) {
    struct doctor *doctor = self;
    struct tape *tape = NULL;
    char name[TAPE_NAME_SIZE];
    tape_series_print(series, name);
    int rc = tape_open(doctor->root, series, &tape);
    if (rc == 0) rc = tape_verify(tape);
    if (rc < 0)
        find(doctor, "tape", BAD, "%s: %s; import it again", name, err_story());
    else
        doctor->rows += tape_count(tape);
    doctor->series++;
    tape_close(tape);
    return 0;
}

static void check_tape(struct doctor *doctor) {
    size_t before = doctor->count;
    struct tape_visitor visitor = {.visit = check_series, .self = doctor};
    int rc = tape_list(doctor->root, &visitor);
    char rows[32];
    if (rc < 0)
        find(doctor, "tape", BAD, "%s", err_story());
    else if (doctor->series == 0)
        find(doctor, "tape", NOTICE, "no series at %s; fulmar data import FILE makes some",
             doctor->root);
    else if (doctor->count == before)
        find(doctor, "tape", GOOD, "%" PRIu64 " series, %s rows, every checksum holds",
             doctor->series, thousands(rows, (int64_t)doctor->rows));
}

// What a server needs of the machine: a descriptor a client, and a way for its children to be given files.
static void check_server(struct doctor *doctor) {
    enum { CLIENTS = 10000, BESIDE = 1000 };
    struct rlimit files = {0, 0};
    (void)!getrlimit(RLIMIT_NOFILE, &files);
    bool enough = files.rlim_max >= CLIENTS + BESIDE;
    find(doctor, "descriptors", enough ? GOOD : NOTICE, "%llu open files at most%s",
         (unsigned long long)files.rlim_max,
         enough ? "" : "; a server for 10,000 clients needs 11,000 (ulimit -n)");
    bool children = access("/dev/fd", R_OK) == 0 && access("/proc/self/statm", R_OK) == 0;
    find(doctor, "children", children ? GOOD : BAD,
         children
             ? "jobs and questions can be given files, and are watched"
             : "/proc or /dev/fd is not there: the server's questions and limits of jobs fail");
}

// The server's own folder, where there is one: secrets are its owner's alone.
static void check_state(struct doctor *doctor, const struct args *args) {
    char folder[PATH_SIZE], secrets[PATH_SIZE + 16];
    struct stat status;
    if (command_data_root(args, "state", "FULMAR_STATE", folder, sizeof folder) < 0) return;
    if (stat(folder, &status) != 0) {
        find(doctor, "server", GOOD, "no server has run here (%s)", folder);
        return;
    }
    unsigned open = status.st_mode & 077;
    snprintf(secrets, sizeof secrets, "%s/secrets", folder);
    if (stat(secrets, &status) == 0) open |= status.st_mode & 077;
    find(doctor, "server", open == 0 ? GOOD : BAD,
         open == 0 ? "%s is its owner's alone"
                   : "%s or the secrets in it can be read by others; "
                     "chmod -R go= it, and make new secrets",
         folder);
}

static const char *const verdict_names[] = {"good", "notice", "BAD"};

static void print_json(const struct doctor *doctor, bool fit) {
    json_t *checks = json_array();
    for (size_t i = 0; i < doctor->count; i++) {
        const struct finding *finding = &doctor->findings[i];
        json_array_append_new(
            checks, json_pack("{s:s,s:s,s:s}", "check", finding->check, "verdict",
                              finding->verdict == BAD ? "bad" : verdict_names[finding->verdict],
                              "words", finding->words));
    }
    json_t *object = json_pack("{s:b,s:o}", "fit", fit, "checks", checks);
    json_dumpf(object, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(object);
}

static void print_table(const struct doctor *doctor) {
    struct table table;
    table_init(&table, "check|verdict|found");
    for (size_t i = 0; i < doctor->count; i++) {
        const struct finding *finding = &doctor->findings[i];
        table_cell(&table, "%s", finding->check);
        table_cell(&table, "%s", verdict_names[finding->verdict]);
        table_cell(&table, "%s", finding->words);
    }
    table_print(&table, stdout);
}

static int run_doctor(const struct args *args) {
    static struct doctor doctor;
    if (command_tape_root(args, doctor.root, sizeof doctor.root) < 0) return STATUS_USAGE;
    check_program(&doctor);
    check_numbers(&doctor);
    check_clock(&doctor);
    check_memory(&doctor);
    check_disk(&doctor);
    check_sync(&doctor);
    check_server(&doctor);
    check_state(&doctor, args);
    check_tape(&doctor);
    err_clear();
    bool fit = true;
    for (size_t i = 0; i < doctor.count; i++) fit = fit && doctor.findings[i].verdict != BAD;
    if (args->json)
        print_json(&doctor, fit);
    else
        print_table(&doctor);
    return fit ? STATUS_DONE : STATUS_FAILED;
}

static const struct option options[] = {
    {"tape", "DIR", NULL, "The tape; $FULMAR_TAPE or the user's data directory by default."},
    {"state", "DIR", NULL, "The server's own folder; $FULMAR_STATE or the user's data directory."},
};

const struct command command_doctor = {
    .name = "doctor",
    .summary = "check this machine, this program and the tape",
    .operands = "",
    .details =
        "Arithmetic that replays elsewhere, checksums, clock, memory, disk, the time a durable "
        "write\n"
        "takes, what a server needs and who can read its secrets, and every checksum of every "
        "series\n"
        "on the tape. Fails when something is bad.",
    .example = "fulmar doctor",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_doctor,
};
