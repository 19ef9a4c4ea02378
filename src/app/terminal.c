// SPDX-License-Identifier: Apache-2.0
#include "app/terminal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/timestamp.h"

enum { TABLE_TEXT_MAX = 64 << 20 };

int64_t monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

bool terminal_color(FILE *stream) {
    const char *force = getenv("CLICOLOR_FORCE");
    if (force != NULL && force[0] != '\0' && strcmp(force, "0") != 0) return true;
    const char *none = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if (none != NULL && none[0] != '\0') return false;
    return isatty(fileno(stream)) && term != NULL && strcmp(term, "dumb") != 0;
}

size_t terminal_width(FILE *stream) {
    struct winsize size;
    if (!isatty(fileno(stream)) || ioctl(fileno(stream), TIOCGWINSZ, &size) < 0) return 80;
    return size.ws_col < 60 ? 60 : size.ws_col > 120 ? 120 : size.ws_col;
}

const char *thousands(char buf[32], int64_t value) {
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRId64, value);
    int out = 0;
    for (int i = 0; i < len; i++) {
        int left = len - i;
        if (i > 0 && left % 3 == 0 && digits[i - 1] != '-') buf[out++] = ',';
        buf[out++] = digits[i];
    }
    buf[out] = '\0';
    return buf;
}

static int progress_fd(void) {
    const char *text = getenv("FULMAR_PROGRESS_FD");
    if (text == NULL || text[0] < '0' || text[0] > '9' || strlen(text) > 3) return -1;
    return (int)strtol(text, NULL, 10);
}

void progress_start(struct progress *progress, const char *what, const char *unit, uint64_t total) {
    *progress = (struct progress){.what = what, .unit = unit, .total = total};
    progress->started_ns = monotonic_ns();
    progress->terminal = isatty(STDERR_FILENO);
    progress->fd = progress_fd();
}

// Who listens may be gone, or slow: what cannot be told now is told the next time.
static void tell_program(struct progress *progress, uint64_t done, int64_t now) {
    char line[256];
    double seconds = (double)(now - progress->started_ns) / 1e9;
    int len =
        snprintf(line, sizeof line,
                 "{\"unit\":\"%s\",\"done\":%" PRIu64 ",\"total\":%" PRIu64 ",\"rate\":%.6g}\n",
                 progress->unit, done, progress->total, seconds > 0 ? (double)done / seconds : 0.0);
    if (len > 0 && write(progress->fd, line, (size_t)len) < 0) return;
}

void progress_update(struct progress *progress, uint64_t done) {
    if (!progress->terminal && progress->fd < 0) return;
    int64_t now = monotonic_ns();
    if (now - progress->drawn_ns < NS_PER_S / 10) return;
    if (progress->fd >= 0) {
        tell_program(progress, done, now);
        progress->drawn_ns = now;
        return;
    }
    if (now - progress->started_ns < NS_PER_S) return;
    double seconds = (double)(now - progress->started_ns) / 1e9;
    double rate = (double)done / seconds;
    char count[32];
    bool millions = rate >= 1e5;
    fprintf(stderr, "\r\033[K%s: %s %s, %.3g%s/s", progress->what, thousands(count, (int64_t)done),
            progress->unit, millions ? rate / 1e6 : rate, millions ? " M" : "");
    if (progress->total > 0 && done > 0) {
        double share = (double)done / (double)progress->total;
        fprintf(stderr, ", %.0f %%, %.0f s left", 100 * share, seconds / share - seconds);
    }
    fflush(stderr);
    progress->drawn_ns = now;
    progress->shown = true;
}

void progress_end(struct progress *progress) {
    if (progress->shown) fputs("\r\033[K", stderr);
    progress->shown = false;
}

static void add_cell(struct table *table, const char *cell, size_t len) {
    text_add_bytes(&table->cells, cell, len);
    text_add_bytes(&table->cells, "", 1);
    table->count++;
}

void table_init(struct table *table, const char *header) {
    *table = (struct table){0};
    text_init(&table->cells, TABLE_TEXT_MAX);
    while (true) {
        const char *end = strchrnul(header, '|');
        CHECK(table->columns < TABLE_COLUMNS_MAX);
        table->right[table->columns] = header[0] == '>';
        header += header[0] == '>';
        add_cell(table, header, (size_t)(end - header));
        table->columns++;
        if (*end == '\0') break;
        header = end + 1;
    }
}

void table_cell(struct table *table, const char *format, ...) {
    va_list list;
    va_start(list, format);
    text_vprintf(&table->cells, format, list);
    va_end(list);
    text_add_bytes(&table->cells, "", 1);
    table->count++;
}

// Columns a terminal shows for UTF-8 text of single-width characters.
static size_t display_width(const char *cell) {
    size_t width = 0;
    for (; *cell != '\0'; cell++) width += ((unsigned char)*cell & 0xc0) != 0x80;
    return width;
}

static void print_cell(FILE *stream, const char *cell, size_t width, bool right, bool last) {
    size_t pad = width - display_width(cell);
    if (right) fprintf(stream, "%*s", (int)pad, "");
    fputs(cell, stream);
    if (!right && !last) fprintf(stream, "%*s", (int)pad, "");
    fputs(last ? "\n" : "  ", stream);
}

void table_print(struct table *table, FILE *stream) {
    CHECK(table->count % table->columns == 0);
    size_t width[TABLE_COLUMNS_MAX] = {0};
    const char *cell = text_string(&table->cells);
    size_t whole = text_error(&table->cells) == 0 ? table->count : 0;
    for (size_t i = 0; i < whole; i++, cell += strlen(cell) + 1) {
        size_t column = i % table->columns;
        if (display_width(cell) > width[column]) width[column] = display_width(cell);
    }
    bool bold = terminal_color(stream);
    cell = text_string(&table->cells);
    for (size_t i = 0; i < whole; i++, cell += strlen(cell) + 1) {
        size_t column = i % table->columns;
        if (bold && i == 0) fputs("\033[1m", stream);
        print_cell(stream, cell, width[column], table->right[column], column + 1 == table->columns);
        if (bold && i + 1 == table->columns) fputs("\033[0m", stream);
    }
    text_fini(&table->cells);
}
