/* A disk that forgets, loaded before libc (LD_PRELOAD). For the database and its write-ahead log it keeps, beside each
 * file, what would be on the platter: writes go to the real file at once, and to the platter only when that file is
 * synced. What was written and never synced lives in this process alone and dies with it.
 *
 * POWERCUT_FOLDER  the folder whose beacon.db and beacon.db-wal are watched
 * POWERCUT_PLATTER the folder that holds the platter's copies
 * POWERCUT_LEAK    of 100 writes, how many reach the platter unasked, in whatever order: a disk's own cache does that
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define FILES 2
#define HANDLES 4096

struct change { /* a write, or with no bytes a truncation to `at` */
    off_t at;
    size_t size;
    struct change *next;
    char bytes[];
};

static const char *const names[FILES] = {"beacon.db", "beacon.db-wal"};
static struct { int platter; struct change *first, **last; } files[FILES];
static signed char of_handle[HANDLES]; /* 0: not watched; otherwise the file's number and one */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char folder[PATH_MAX];
static int leak;

#define REAL(type, name, ...) static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static void die(const char *what) { perror(what); _exit(86); }

static int raw_open(const char *path, int flags) { REAL(int, "open64", const char *, int, ...); return real(path, flags, 0600); }
static ssize_t raw_pwrite(int fd, const void *b, size_t n, off_t at) { REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t); return real(fd, b, n, at); }
static int raw_truncate(int fd, off_t size) { REAL(int, "ftruncate64", int, off_t); return real(fd, size); }

__attribute__((constructor)) static void begin(void) {
    const char *where = getenv("POWERCUT_FOLDER"), *much = getenv("POWERCUT_LEAK");
    if (!where || !realpath(where, folder)) die("POWERCUT_FOLDER");
    leak = much ? atoi(much) : 0;
    srand48(getpid());
    for (int i = 0; i < FILES; i++) { files[i].platter = -1; files[i].last = &files[i].first; }
}

static int number_of(const char *path) {
    size_t length = strlen(folder);
    if (strncmp(path, folder, length) || path[length] != '/') return -1;
    for (int i = 0; i < FILES; i++) if (!strcmp(path + length + 1, names[i])) return i;
    return -1;
}

static void apply(int i, const struct change *c) {
    if (!c->size) { if (raw_truncate(files[i].platter, c->at)) die("platter"); return; }
    if (raw_pwrite(files[i].platter, c->bytes, c->size, c->at) != (ssize_t)c->size) die("platter");
}

static void opened(const char *path, int fd) {
    int i = number_of(path);
    if (fd < 0 || fd >= HANDLES) return;
    pthread_mutex_lock(&lock);
    of_handle[fd] = (signed char)(i + 1);
    if (i >= 0 && files[i].platter < 0) { /* when the power came back, file and platter were the same */
        char copy[PATH_MAX], whole[PATH_MAX], block[65536];
        const char *platter = getenv("POWERCUT_PLATTER");
        if (snprintf(whole, sizeof whole, "%s/%s", platter, names[i]) >= PATH_MAX) die(platter);
        if (snprintf(copy, sizeof copy, "%s/%s.new", platter, names[i]) >= PATH_MAX) die(platter);
        files[i].platter = raw_open(copy, O_RDWR | O_CREAT | O_CLOEXEC);
        int source = raw_open(path, O_RDONLY | O_CLOEXEC);
        if (files[i].platter < 0 || source < 0 || raw_truncate(files[i].platter, 0)) die(copy);
        off_t at = 0;
        for (ssize_t n; (n = pread(source, block, sizeof block, at)) > 0; at += n)
            if (raw_pwrite(files[i].platter, block, n, at) != n) die(copy);
        if (rename(copy, whole)) die(whole); /* so that whoever is killed meanwhile leaves no half of a copy */
        { REAL(int, "close", int); real(source); }
    }
    pthread_mutex_unlock(&lock);
}

static int watched(int fd) { return fd >= 0 && fd < HANDLES ? of_handle[fd] - 1 : -1; }

static void changed(int i, off_t at, const void *bytes, size_t size) {
    struct change *c = malloc(sizeof *c + size);
    if (!c) die("malloc");
    c->at = at; c->size = size; c->next = NULL;
    if (size) memcpy(c->bytes, bytes, size);
    pthread_mutex_lock(&lock);
    if (size && leak && lrand48() % 100 < leak) apply(i, c); /* it stays in line: a sync brings all in order */
    *files[i].last = c;
    files[i].last = &c->next;
    pthread_mutex_unlock(&lock);
}

static void synced(int i) {
    pthread_mutex_lock(&lock);
    for (struct change *c = files[i].first, *next; c; c = next) { apply(i, c); next = c->next; free(c); }
    files[i].first = NULL;
    files[i].last = &files[i].first;
    pthread_mutex_unlock(&lock);
}

#define OPENS(name) int name(const char *path, int flags, ...) { \
    REAL(int, #name, const char *, int, ...); \
    va_list rest; va_start(rest, flags); int mode = va_arg(rest, int); va_end(rest); \
    int fd = real(path, flags, mode); opened(path, fd); return fd; }
OPENS(open)
OPENS(open64)

int openat(int at, const char *path, int flags, ...) {
    REAL(int, "openat", int, const char *, int, ...);
    va_list rest; va_start(rest, flags); int mode = va_arg(rest, int); va_end(rest);
    int fd = real(at, path, flags, mode); opened(path, fd); return fd;
}

int close(int fd) {
    REAL(int, "close", int);
    if (fd >= 0 && fd < HANDLES) of_handle[fd] = 0;
    return real(fd);
}

#define PWRITES(name) ssize_t name(int fd, const void *bytes, size_t size, off_t at) { \
    REAL(ssize_t, #name, int, const void *, size_t, off_t); \
    ssize_t done = real(fd, bytes, size, at); \
    if (done > 0 && watched(fd) >= 0) { changed(watched(fd), at, bytes, done); } \
    return done; }
PWRITES(pwrite)
PWRITES(pwrite64)

ssize_t write(int fd, const void *bytes, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    off_t at = watched(fd) >= 0 ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t done = real(fd, bytes, size);
    if (done > 0 && watched(fd) >= 0) changed(watched(fd), at, bytes, done);
    return done;
}

#define TRUNCATES(name) int name(int fd, off_t size) { \
    REAL(int, #name, int, off_t); \
    int done = real(fd, size); \
    if (!done && watched(fd) >= 0) { changed(watched(fd), size, NULL, 0); } \
    return done; }
TRUNCATES(ftruncate)
TRUNCATES(ftruncate64)

/* What is synced was written before the call; the real sync is left out, as only a real power cut would need it. */
#define SYNCS(name) int name(int fd) { \
    REAL(int, #name, int); \
    if (watched(fd) < 0) { return real(fd); } \
    synced(watched(fd)); \
    return 0; }
SYNCS(fsync)
SYNCS(fdatasync)

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    int done = real(path), i = number_of(path);
    if (!done && i >= 0) { changed(i, 0, NULL, 0); synced(i); }
    return done;
}
