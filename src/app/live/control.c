// SPDX-License-Identifier: Apache-2.0
#include "app/live/control.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATIENCE_MS = 1000, ANSWER_PATIENCE_MS = 120000 };

static int address_of(const char *folder, struct sockaddr_un *ret_address) {
    *ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
    int len = snprintf(ret_address->sun_path, sizeof ret_address->sun_path, "%s/control", folder);
    if (len > 0 && (size_t)len < sizeof ret_address->sun_path) return 0;
    return ERR_SET(ERR_RANGE, "%s: the path of a session's socket has at most %zu characters",
                   folder, sizeof ret_address->sun_path - 1 - strlen("/control"));
}

int control_open(struct control *control, const char *folder) {
    struct sockaddr_un address;
    control->fd = -1;
    TRY(address_of(folder, &address));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return ERR_SET(ERR_IO, "no socket: %s", strerror(errno));
    unlink(address.sun_path); // of a session that was killed: the folder's lock is ours
    mode_t before = umask(0177);
    int rc = bind(fd, (const void *)&address, sizeof address);
    umask(before);
    if (rc < 0 || listen(fd, 8) < 0) {
        rc = ERR_SET(ERR_IO, "%s: %s", address.sun_path, strerror(errno));
        close(fd);
        return rc;
    }
    memcpy(control->path, address.sun_path, sizeof control->path);
    control->fd = fd;
    return 0;
}

void control_close(struct control *control) {
    if (control->fd < 0) return;
    close(control->fd);
    unlink(control->path);
    control->fd = -1;
}

// Until a newline, the end, or the patience's end; the line without its newline.
static int read_line(int fd, char line[CONTROL_LINE_MAX]) {
    size_t len = 0;
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    while (len < CONTROL_LINE_MAX - 1 && poll(&ready, 1, PATIENCE_MS) > 0) {
        ssize_t n = recv(fd, line + len, CONTROL_LINE_MAX - 1 - len, 0);
        if (n <= 0) break;
        len += (size_t)n;
        if (memchr(line, '\n', len) != NULL) break;
    }
    line[len] = '\0';
    char *end = strchr(line, '\n');
    if (end == NULL) return ERR_SET(ERR_IO, "a caller of the session said no whole line");
    *end = '\0';
    return 0;
}

static int send_all(int fd, const char *bytes, size_t size) {
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    while (size > 0) {
        if (poll(&ready, 1, PATIENCE_MS) <= 0)
            return ERR_SET(ERR_IO, "the other side does not read");
        ssize_t n = send(fd, bytes, size, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return ERR_SET(ERR_IO, "the other side went away: %s", strerror(errno));
        if (n <= 0) continue;
        bytes += n;
        size -= (size_t)n;
    }
    return 0;
}

int control_take(struct control *control,
                 void (*answer)(void *self, const char *line, struct text *out), void *self) {
    char line[CONTROL_LINE_MAX];
    struct text out;
    int fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) return ERR_SET(ERR_IO, "%s: %s", control->path, strerror(errno));
    int rc = read_line(fd, line);
    if (rc == 0) {
        text_init(&out, CONTROL_ANSWER_MAX);
        answer(self, line, &out);
        rc = send_all(fd, text_string(&out), out.len);
        text_fini(&out);
    }
    close(fd);
    return rc;
}

static int read_answer(int fd, struct text *ret_answer) {
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    char bytes[4096];
    while (true) {
        if (poll(&ready, 1, ANSWER_PATIENCE_MS) <= 0)
            return ERR_SET(ERR_IO, "the session does not answer");
        ssize_t n = recv(fd, bytes, sizeof bytes, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return ERR_SET(ERR_IO, "the session's answer broke off: %s", strerror(errno));
        if (n == 0) break;
        text_add_bytes(ret_answer, bytes, (size_t)n);
    }
    return ret_answer->len > 0 ? text_error(ret_answer)
                               : ERR_SET(ERR_IO, "the session closed before it answered");
}

int control_send(const char *folder, const char *line, struct text *ret_answer) {
    struct sockaddr_un address;
    TRY(address_of(folder, &address));
    if (strlen(line) > CONTROL_LINE_MAX - 2 || strchr(line, '\n') != NULL)
        return ERR_SET(ERR_ARGUMENT, "a command is one line of at most %d characters",
                       CONTROL_LINE_MAX - 2);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return ERR_SET(ERR_IO, "no socket: %s", strerror(errno));
    int rc = connect(fd, (const void *)&address, sizeof address) < 0
                 ? ERR_SET(ERR_NOT_FOUND, "no session runs in %s (%s)", folder, strerror(errno))
                 : send_all(fd, line, strlen(line));
    if (rc == 0) rc = send_all(fd, "\n", 1);
    if (rc == 0) rc = read_answer(fd, ret_answer);
    close(fd);
    return rc;
}
