/* Fails one call of the program it is preloaded into.

   The FAIL_AT-th call of the kind FAIL_CALL (open, write, fsync, read, close, rename) on a path that holds FAIL_PATH does
   nothing and fails with FAIL_ERRNO; of the kind short, a write does half. With FAIL_ON=1 all later ones fail as well.
   FAIL_NAME is the program's name where others are to be left alone; FAIL_LOG takes a line about it. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_long count;
static const char *call, *part, *log_path;
static long fail_at;
static int error, goes_on;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("FAIL_NAME");
    if (name && strcmp(name, program_invocation_short_name) != 0) return;
    call = getenv("FAIL_CALL");
    goes_on = getenv("FAIL_ON") != NULL;
    part = getenv("FAIL_PATH");
    log_path = getenv("FAIL_LOG");
    const char *at = getenv("FAIL_AT"), *number = getenv("FAIL_ERRNO");
    fail_at = at ? atol(at) : 0;
    error = number ? atoi(number) : EIO;
}

static int is_due(const char *kind, const char *path) {
    if (!call || strcmp(call, kind) != 0 || !strstr(path, part)) return 0;
    long number = atomic_fetch_add(&count, 1) + 1;
    if (goes_on ? number < fail_at : number != fail_at) return 0;
    int log = REAL(open)(log_path, O_WRONLY | O_CREAT | O_APPEND, 0666);
    if (log < 0 || REAL(write)(log, path, strlen(path)) < 0) abort();
    errno = error;
    return 1;
}

static int is_due_on(const char *kind, int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = 0;
    return is_due(kind, path);
}

ssize_t write(int fd, const void *bytes, size_t size) {
    if (is_due_on("write", fd)) return -1;
    if (size > 1 && is_due_on("short", fd)) size /= 2;
    return REAL(write)(fd, bytes, size);
}

ssize_t read(int fd, void *bytes, size_t size) {
    return is_due_on("read", fd) ? -1 : REAL(read)(fd, bytes, size);
}

ssize_t pread(int fd, void *bytes, size_t size, off_t offset) {
    return is_due_on("read", fd) ? -1 : REAL(pread)(fd, bytes, size, offset);
}

ssize_t pread64(int fd, void *bytes, size_t size, off64_t offset) {
    return is_due_on("read", fd) ? -1 : REAL(pread64)(fd, bytes, size, offset);
}

int fsync(int fd) { return is_due_on("fsync", fd) ? -1 : REAL(fsync)(fd); }

int close(int fd) {
    int fails = is_due_on("close", fd), code = errno;
    int result = REAL(close)(fd);
    if (fails) errno = code;
    return fails ? -1 : result;
}

int rename(const char *from, const char *to) {
    return is_due("rename", to) ? -1 : REAL(rename)(from, to);
}

#define OPENER(name)                                                              \
    int name(const char *path, int flags, ...) {                                  \
        va_list rest;                                                             \
        va_start(rest, flags);                                                    \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;                 \
        va_end(rest);                                                             \
        return is_due("open", path) ? -1 : REAL(name)(path, flags, mode);         \
    }
OPENER(open)
OPENER(open64)
