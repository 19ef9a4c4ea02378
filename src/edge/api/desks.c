// SPDX-License-Identifier: Apache-2.0
#include "edge/api/desks.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/timestamp.h"

enum { FIRST_LOOKS = 2000 };
#define ENDED ".ended-" // begins the folder of a session that was ended

// A call that waits for the result of a command.
struct pending {
    struct desk *desk; // NULL: an empty place
    uint64_t ticket;
    struct call *call;
    int (*print)(struct call *call, struct desk *desk, const struct session_result *result);
};

// A session's way to wake the loop: it is told once and then not again until it has been looked at.
struct bell {
    struct desks *desks;
    struct desk *desk;
};

struct desks {
    struct desks_options options;
    char root[RUN_STORE_PATH_SIZE];
    struct desk items[DESKS_MAX];
    struct bell bells[DESKS_MAX];
    struct pending pending[DESKS_PENDING_MAX];
    size_t pending_count;
    bool stopping;
};

static void look(void *self);

static void ring(void *self) {
    struct bell *bell = self;
    bell->desks->options.post(bell->desks->options.self, look, bell);
}

int desks_open(const struct desks_options *options, struct desks **ret_desks) {
    struct desks *desks = calloc(1, sizeof *desks);
    if (desks == NULL) return ERR_SET(ERR_NOMEM, "no memory for trading sessions");
    desks->options = *options;
    if (options->root != NULL) snprintf(desks->root, sizeof desks->root, "%s", options->root);
    for (size_t i = 0; i < DESKS_MAX; i++) desks->bells[i] = (struct bell){desks, &desks->items[i]};
    *ret_desks = desks;
    return 0;
}

void desk_plan_fini(struct desk_plan *plan) {
    text_fini(&plan->config);
}

static void forget(struct desk *desk) {
    session_view_free(desk->view);
    *desk = (struct desk){.name = ""};
}

void desks_stop(struct desks *desks) {
    desks->stopping = true;
    for (size_t i = 0; i < DESKS_MAX; i++)
        if (desks->items[i].phase == DESK_OPEN && desks->items[i].session != NULL)
            (void)!session_stop(desks->items[i].session);
    err_clear();
}

void desks_close(struct desks *desks) {
    if (desks == NULL) return;
    for (size_t i = 0; i < DESKS_MAX; i++) {
        session_close(desks->items[i].session);
        forget(&desks->items[i]);
    }
    free(desks);
}

struct desk *desks_at(struct desks *desks, size_t index) {
    struct desk *desk = &desks->items[index];
    return desk->name[0] != '\0' ? desk : NULL;
}

static struct desk *find_any(struct desks *desks, const char *name) {
    for (size_t i = 0; i < DESKS_MAX; i++)
        if (strcmp(desks->items[i].name, name) == 0) return &desks->items[i];
    return NULL;
}

struct desk *desks_find(struct desks *desks, int64_t tenant_id, const char *name) {
    struct desk *desk = name[0] != '\0' ? find_any(desks, name) : NULL;
    return desk != NULL && desk->tenant_id == tenant_id ? desk : NULL;
}

int desk_look(struct desk *desk, const struct session_view **ret_view) {
    static const char *const words[] = {"being opened", "open", "being closed", "not open"};
    if (desk->phase != DESK_OPEN)
        return ERR_SET(ERR_STATE, "session '%s' is %s%s%s", desk->name, words[desk->phase],
                       desk->story[0] != '\0' ? ": " : "", desk->story);
    session_view_read(desk->session, desk->view);
    *ret_view = desk->view;
    return 0;
}

// Opening and closing, which a worker does.
struct errand {
    struct desks *desks;
    struct desk *desk;
    struct desk_plan plan;
    struct call *call; // NULL: nobody waits
    void (*done)(struct call *call, struct desk *desk, int rc);
    struct session *session;
    struct session_view *view;
    int projected;
    bool is_new;
    int rc;
    char story[512];
};

static int join(const struct desks *desks, const char *name, const char *file, char *ret_path) {
    int len = snprintf(ret_path, RUN_STORE_PATH_SIZE, "%s/%s%s%s", desks->root, name,
                       file[0] != '\0' ? "/" : "", file);
    return len > 0 && len < RUN_STORE_PATH_SIZE
               ? 0
               : ERR_SET(ERR_RANGE, "%s: the path is too long", name);
}

// What the folder says of the session: the configuration first, then that it is one.
static int write_folder(const struct errand *errand) {
    const struct desk_plan *plan = &errand->plan;
    char folder[RUN_STORE_PATH_SIZE], path[RUN_STORE_PATH_SIZE];
    TRY(join(errand->desks, plan->name, "", folder));
    TRY(io_make_dirs(folder));
    TRY(join(errand->desks, plan->name, "config.yaml", path));
    TRY(io_write_file(path, plan->config.data, plan->config.len));
    TRY(join(errand->desks, plan->name, "session.json", path));
    json_t *object = json_pack("{s:s,s:I,s:s,s:I,s:f,s:b,s:b}", "format", "fulmar-session-1",
                               "tenant", (json_int_t)plan->tenant_id, "owner", plan->owner,
                               "made_ns", (json_int_t)errand->desk->made_ns, "pace", plan->pace,
                               "paused", plan->paused, "durable", plan->durable);
    char *text = json_dumps(object, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    json_decref(object);
    if (text == NULL) return ERR_SET(ERR_NOMEM, "no memory for a session");
    int rc = io_write_file(path, text, strlen(text));
    free(text);
    return rc;
}

void desks_note_clock(const struct desks *desks, const struct desk *desk, bool runs) {
    char stands[RUN_STORE_PATH_SIZE], ran[RUN_STORE_PATH_SIZE];
    if (desks->root[0] == '\0' || join(desks, desk->name, "clock.stands", stands) < 0 ||
        join(desks, desk->name, "clock.runs", ran) < 0)
        return;
    int file = open(runs ? ran : stands, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (file >= 0) close(file);
    if (!runs || file >= 0) (void)!unlink(runs ? stands : ran);
}

// What was noted last counts; before anything was, what the session was made with.
static bool stands_paused(const struct desks *desks, const char *name, bool made_paused) {
    char stands[RUN_STORE_PATH_SIZE], ran[RUN_STORE_PATH_SIZE];
    if (join(desks, name, "clock.stands", stands) < 0 || join(desks, name, "clock.runs", ran) < 0)
        return true;
    if (access(stands, F_OK) == 0) return true;
    return made_paused && access(ran, F_OK) != 0;
}

// Until the core has told of itself for the first time: what is answered then is a session that has begun.
static int look_first(struct errand *errand) {
    errand->view = session_view_new(errand->session);
    if (errand->view == NULL) return ERR_SET(ERR_NOMEM, "no memory for a session's view");
    for (int i = 0; i < FIRST_LOOKS; i++) {
        session_view_read(errand->session, errand->view);
        if (errand->view->state != SESSION_STOPPED) break;
        nanosleep(&(struct timespec){.tv_nsec = NS_PER_MS}, NULL);
    }
    return 0;
}

// Without a place for it the journal is followed when a server starts again.
static void project(struct errand *errand) {
    const struct desk_plan *plan = &errand->plan;
    const char *journal = session_info(errand->session)->journal;
    errand->projected = -1;
    if (errand->desks->options.projector == NULL || journal[0] == '\0') return;
    errand->projected =
        projector_add(errand->desks->options.projector,
                      &(struct projector_session){.tenant_id = plan->tenant_id,
                                                  .name = plan->name,
                                                  .kind = "paper",
                                                  .journal = journal,
                                                  .created_ns = errand->desk->made_ns});
    err_clear();
}

static int open_session(struct errand *errand) {
    const struct desk_plan *plan = &errand->plan;
    struct desks *desks = errand->desks;
    char folder[RUN_STORE_PATH_SIZE];
    struct session_options options = {
        .pace = plan->pace,
        .paused = plan->paused,
        .durability = plan->durable ? SESSION_DURABLE_JOURNAL : SESSION_DURABLE_NONE,
        .wake = ring,
        .wake_self = &desks->bells[errand->desk - desks->items],
    };
    snprintf(options.name, sizeof options.name, "%.63s", plan->name);
    if (desks->root[0] != '\0') {
        TRY(join(desks, plan->name, "", folder));
        options.folder = folder;
    }
    if (desks->options.maker.make == NULL)
        return ERR_SET(ERR_UNSUPPORTED, "this server makes no trading sessions");
    TRY(desks->options.maker.make(desks->options.maker.self, &options, plan->config.data,
                                  plan->config.len, &errand->session));
    int rc = errand->is_new && options.folder != NULL ? write_folder(errand) : 0;
    if (rc == 0) rc = session_start(errand->session);
    if (rc == 0) rc = look_first(errand);
    if (rc == 0) {
        project(errand);
        return 0;
    }
    session_close(errand->session);
    errand->session = NULL;
    return rc;
}

static void finish_open(void *self) {
    struct errand *errand = self;
    struct desk *desk = errand->desk;
    int rc = errand->rc;
    if (rc == 0) {
        desk->session = errand->session;
        desk->view = errand->view;
        desk->projected = errand->projected;
        session_tap_init(&desk->tap, desk->session, 1);
        desk->phase = DESK_OPEN;
        session_woken(desk->session);
        if (errand->desks->stopping) (void)!session_stop(desk->session);
        if (errand->desks->options.changed != NULL)
            errand->desks->options.changed(errand->desks->options.self, desk);
    } else {
        ERR_SET(rc, "%s", errand->story);
        snprintf(desk->story, sizeof desk->story, "%s", errand->story);
        desk->phase = DESK_FAILED;
    }
    if (errand->done != NULL) errand->done(errand->call, rc == 0 ? desk : NULL, rc);
    if (rc < 0 && errand->is_new) forget(desk);
    desk_plan_fini(&errand->plan);
    free(errand);
}

static void do_open(void *self, int turn) {
    struct errand *errand = self;
    (void)turn;
    errand->rc = open_session(errand);
    if (errand->rc < 0) snprintf(errand->story, sizeof errand->story, "%s", err_story());
    errand->desks->options.post(errand->desks->options.self, finish_open, errand);
}

static struct desk *empty_place(struct desks *desks) {
    for (size_t i = 0; i < DESKS_MAX; i++)
        if (desks->items[i].name[0] == '\0') return &desks->items[i];
    return NULL;
}

static int send(struct desks *desks, struct desk *desk, struct desk_plan *plan, struct call *call,
                void (*done)(struct call *call, struct desk *desk, int rc), bool is_new) {
    struct errand *errand = calloc(1, sizeof *errand);
    if (errand == NULL) return ERR_SET(ERR_NOMEM, "no memory for a session");
    *errand = (struct errand){
        .desks = desks, .desk = desk, .plan = *plan, .call = call, .done = done, .is_new = is_new};
    snprintf(desk->name, sizeof desk->name, "%s", plan->name);
    snprintf(desk->owner, sizeof desk->owner, "%s", plan->owner);
    desk->tenant_id = plan->tenant_id;
    desk->phase = DESK_OPENING;
    desk->projected = -1;
    *plan = (struct desk_plan){.name = ""};
    if (work_pool_submit(desks->options.pool, (struct work){do_open, errand}) == 0) return 0;
    *plan = errand->plan;
    free(errand);
    forget(desk);
    return ERR_SET(ERR_FULL, "too much is waiting for the disk; try again");
}

int desks_make(struct desks *desks, struct desk_plan *plan, struct call *call,
               void (*done)(struct call *call, struct desk *desk, int rc)) {
    struct timespec now;
    if (find_any(desks, plan->name) != NULL)
        return ERR_SET(ERR_EXISTS, "there is a session '%s' already; take another name",
                       plan->name);
    struct desk *desk = empty_place(desks);
    if (desk == NULL) return ERR_SET(ERR_FULL, "a server has %d sessions at most", DESKS_MAX);
    clock_gettime(CLOCK_REALTIME, &now);
    desk->made_ns = now.tv_sec * NS_PER_S + now.tv_nsec;
    return send(desks, desk, plan, call, done, true);
}

static int read_plan(const struct desks *desks, const char *name, struct desk_plan *ret_plan,
                     int64_t *ret_made) {
    char path[RUN_STORE_PATH_SIZE], *data;
    size_t size;
    TRY(join(desks, name, "session.json", path));
    TRY(io_read_file(path, 1 << 16, &data, &size));
    json_t *object = json_loadb(data, size, 0, NULL);
    const char *owner = json_string_value(json_object_get(object, "owner"));
    free(data);
    snprintf(ret_plan->name, sizeof ret_plan->name, "%s", name);
    snprintf(ret_plan->owner, sizeof ret_plan->owner, "%s", owner != NULL ? owner : "");
    ret_plan->tenant_id = json_integer_value(json_object_get(object, "tenant"));
    ret_plan->pace = json_number_value(json_object_get(object, "pace"));
    ret_plan->paused = stands_paused(desks, name, json_is_true(json_object_get(object, "paused")));
    ret_plan->durable = json_is_true(json_object_get(object, "durable"));
    *ret_made = json_integer_value(json_object_get(object, "made_ns"));
    json_decref(object);
    if (ret_plan->tenant_id <= 0)
        return ERR_SET(ERR_CORRUPT, "%s: it does not say whose it is", path);
    TRY(join(desks, name, "config.yaml", path));
    TRY(io_read_file(path, DESKS_CONFIG_MAX, &data, &size));
    text_init(&ret_plan->config, DESKS_CONFIG_MAX);
    text_add_bytes(&ret_plan->config, data, size);
    free(data);
    return text_error(&ret_plan->config);
}

// The folder of a session that was ended: where its journal lies now, what it is called in the tables, and the file
// that says that all of it is there.
enum { ENDED_NAME_SIZE = RUN_STORE_NAME_MAX + 24 };
struct ended {
    char name[ENDED_NAME_SIZE];
    char journal[RUN_STORE_PATH_SIZE];
    char marker[RUN_STORE_PATH_SIZE];
    struct projector_session session;
};

static int describe_ended(const struct desks *desks, const struct desk_plan *plan, int64_t made_ns,
                          struct ended *ended) {
    char folder[ENDED_NAME_SIZE + 8];
    snprintf(folder, sizeof folder, ENDED "%s-%" PRId64, plan->name, made_ns);
    snprintf(ended->name, sizeof ended->name, "%s.%" PRId64, plan->name, made_ns);
    TRY(join(desks, folder, SESSION_JOURNAL, ended->journal));
    TRY(join(desks, folder, "stored", ended->marker));
    ended->session = (struct projector_session){.tenant_id = plan->tenant_id,
                                                .name = ended->name,
                                                .former = plan->name,
                                                .kind = "paper",
                                                .journal = ended->journal,
                                                .created_ns = made_ns,
                                                .marker = ended->marker};
    return 0;
}

// One that was ended while the database was down, or whose end a server did not see through. Returns whether it took a
// place.
static bool recover_ended(struct desks *desks, const char *folder) {
    struct desk_plan plan = {.name = ""};
    struct ended ended;
    int64_t made = 0;
    const char *dash = strrchr(folder, '-');
    if (desks->options.projector == NULL || strncmp(folder, ENDED, strlen(ENDED)) != 0 ||
        dash == NULL)
        return false;
    int rc = read_plan(desks, folder, &plan, &made);
    snprintf(plan.name, sizeof plan.name, "%.*s", (int)(dash - folder - (ptrdiff_t)strlen(ENDED)),
             folder + strlen(ENDED));
    if (rc == 0) rc = describe_ended(desks, &plan, made, &ended);
    if (rc == 0 && access(ended.marker, F_OK) != 0 && access(ended.journal, F_OK) == 0)
        rc = projector_add(desks->options.projector, &ended.session);
    else
        rc = ERR_NOT_FOUND;
    desk_plan_fini(&plan);
    return rc >= 0;
}

void desks_recover(struct desks *desks) {
    DIR *folder = desks->root[0] != '\0' ? opendir(desks->root) : NULL;
    struct dirent *entry;
    int ended_left =
        PROJECTOR_SESSIONS_MAX - DESKS_MAX; // the other places are of sessions that go on
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        struct desk_plan plan = {.name = ""};
        struct desk *desk = empty_place(desks);
        int64_t made = 0;
        if (ended_left > 0 && recover_ended(desks, entry->d_name)) ended_left--;
        if (desk == NULL || run_store_check_name(entry->d_name) < 0) continue;
        int rc = read_plan(desks, entry->d_name, &plan, &made);
        if (rc == 0) {
            desk->made_ns = made;
            rc = send(desks, desk, &plan, NULL, NULL, false);
        }
        desk_plan_fini(&plan);
    }
    if (folder != NULL) closedir(folder);
    err_clear();
}

static void answer_all(struct desks *desks, struct desk *desk, int rc) {
    for (size_t i = 0; i < DESKS_PENDING_MAX; i++) {
        struct pending *pending = &desks->pending[i];
        if (pending->desk != desk) continue;
        struct call *call = pending->call;
        *pending = (struct pending){.desk = NULL};
        desks->pending_count--;
        call_done(call, ERR_SET(rc, "the session was ended"));
    }
}

static void finish_close(void *self) {
    struct errand *errand = self;
    struct desk *desk = errand->desk;
    forget(desk);
    if (errand->done != NULL) errand->done(errand->call, NULL, errand->rc);
    free(errand);
}

// The folder goes out of the way under a name that nothing opens.
static int put_away(const struct desks *desks, const char *name, int64_t made_ns) {
    char from[RUN_STORE_PATH_SIZE], to[RUN_STORE_PATH_SIZE];
    if (desks->root[0] == '\0') return 0;
    TRY(join(desks, name, "", from));
    int len = snprintf(to, sizeof to, "%s/" ENDED "%s-%" PRId64, desks->root, name, made_ns);
    if (len < 0 || len >= (int)sizeof to)
        return ERR_SET(ERR_RANGE, "%s: the path is too long", name);
    return io_rename(from, to);
}

// What is left of its journal is taken into the tables, whenever the database is there.
static void project_end(const struct errand *errand) {
    const struct desk *desk = errand->desk;
    struct desks *desks = errand->desks;
    struct ended ended;
    if (desk->projected < 0 || errand->rc < 0) return;
    if (describe_ended(desks, &errand->plan, desk->made_ns, &ended) == 0)
        (void)!projector_end(desks->options.projector, desk->projected, &ended.session);
    err_clear();
}

static void do_close(void *self, int turn) {
    struct errand *errand = self;
    (void)turn;
    session_close(errand->session);
    errand->rc = put_away(errand->desks, errand->plan.name, errand->desk->made_ns);
    if (errand->rc == ERR_NOT_FOUND) errand->rc = 0;
    project_end(errand);
    if (errand->rc < 0) snprintf(errand->story, sizeof errand->story, "%s", err_story());
    errand->desks->options.post(errand->desks->options.self, finish_close, errand);
}

int desks_end(struct desks *desks, struct desk *desk, struct call *call,
              void (*done)(struct call *call, struct desk *desk, int rc)) {
    if (desk->phase != DESK_OPEN && desk->phase != DESK_FAILED)
        return ERR_SET(ERR_STATE, "session '%s' is being opened or closed", desk->name);
    struct errand *errand = calloc(1, sizeof *errand);
    if (errand == NULL) return ERR_SET(ERR_NOMEM, "no memory to end a session");
    *errand = (struct errand){
        .desks = desks, .desk = desk, .call = call, .done = done, .session = desk->session};
    snprintf(errand->plan.name, sizeof errand->plan.name, "%s", desk->name);
    errand->plan.tenant_id = desk->tenant_id;
    if (work_pool_submit(desks->options.pool, (struct work){do_close, errand}) < 0) {
        free(errand);
        return ERR_SET(ERR_FULL, "too much is waiting for the disk; try again");
    }
    desk->phase = DESK_CLOSING;
    desk->session = NULL;
    answer_all(desks, desk, ERR_STATE);
    return 0;
}

static void take_results(struct desks *desks, struct desk *desk) {
    for (size_t i = 0; i < DESKS_PENDING_MAX && desks->pending_count > 0; i++) {
        struct pending pending = desks->pending[i];
        struct session_result result;
        if (pending.desk != desk) continue;
        int there = session_result(desk->session, pending.ticket, &result);
        if (there == 0) continue;
        desks->pending[i] = (struct pending){.desk = NULL};
        desks->pending_count--;
        int rc = there == 1 ? pending.print(pending.call, desk, &result)
                            : ERR_SET(ERR_STATE, "the result of the command is not known any more");
        call_done(pending.call, rc);
    }
}

static void look(void *self) {
    struct bell *bell = self;
    struct desk *desk = bell->desk;
    if (desk->phase != DESK_OPEN) return;
    session_woken(desk->session);
    take_results(bell->desks, desk);
    if (bell->desks->options.changed != NULL)
        bell->desks->options.changed(bell->desks->options.self, desk);
}

static int check_room(const struct desks *desks, const struct desk *desk,
                      const struct session_command *command) {
    uint32_t count = desks->pending_count, own = 0;
    if (session_verb_is_urgent(command->verb))
        return count < DESKS_PENDING_MAX ? 0 : ERR_SET(ERR_FULL, "too many commands are waiting");
    for (size_t i = 0; i < DESKS_PENDING_MAX && count >= DESKS_PENDING_TENANT; i++)
        own +=
            desks->pending[i].desk != NULL && desks->pending[i].desk->tenant_id == desk->tenant_id;
    if (count < DESKS_PENDING_MAX - DESKS_PENDING_KEPT && own < DESKS_PENDING_TENANT) return 0;
    return ERR_SET(ERR_FULL,
                   "too many commands are waiting; kill, halt and cancels still go through");
}

int desks_command(struct desks *desks, struct desk *desk, const struct session_command *command,
                  struct call *call,
                  int (*print)(struct call *call, struct desk *desk,
                               const struct session_result *result)) {
    const struct session_view *view;
    uint64_t ticket;
    size_t place = 0;
    TRY(desk_look(desk, &view));
    TRY(check_room(desks, desk, command));
    while (desks->pending[place].desk != NULL) place++;
    TRY(session_command(desk->session, command, &ticket));
    desks->pending[place] = (struct pending){desk, ticket, call, print};
    desks->pending_count++;
    return CALL_LATER;
}
