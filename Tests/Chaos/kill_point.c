/* Kills the program it is preloaded into at the N-th thing it does to the world.

   What counts: creating, writing, truncating, syncing, renaming and removing files, making directories, and sending on
   sockets. KILL_AT=N kills before the N-th; with KILL_TORN=1 a write is first half done. KILL_NAME is the program's
   name (others are left alone), KILL_LOG the file that takes a line about the deed. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long count;
static long kill_at;
static int torn;
static const char *log_path;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("KILL_NAME"), *at = getenv("KILL_AT");
    if (at && name && strcmp(name, program_invocation_short_name) == 0) kill_at = atol(at);
    torn = getenv("KILL_TORN") != NULL;
    log_path = getenv("KILL_LOG");
    unsetenv("LD_PRELOAD");
}

static int is_due(void) { return kill_at > 0 && atomic_fetch_add(&count, 1) + 1 == kill_at; }

static void die(const char *deed, const char *what) {
    char line[512];
    int length = snprintf(line, sizeof line, "%ld %s %s\n", kill_at, deed, what);
    int log = log_path ? REAL(open)(log_path, O_WRONLY | O_CREAT | O_APPEND, 0666) : -1;
    if (log >= 0 && REAL(write)(log, line, (size_t)length) < 0) perror("kill point");
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static const char *target(int fd, char *buffer, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, buffer, size - 1);
    buffer[length > 0 ? length : 0] = 0;
    return buffer;
}

static int counts(int fd) {
    struct stat status;
    return kill_at > 0 && fstat(fd, &status) == 0
        && (S_ISREG(status.st_mode) || S_ISSOCK(status.st_mode));
}

#define WRITER(name, extra_declaration, extra_argument)                                   \
    ssize_t name(int fd, const void *bytes, size_t size extra_declaration) {              \
        if (counts(fd) && is_due()) {                                                     \
            char path[300];                                                               \
            if (torn && REAL(name)(fd, bytes, size / 2 extra_argument) < 0) perror(#name); \
            die(#name, target(fd, path, sizeof path));                                    \
        }                                                                                 \
        return REAL(name)(fd, bytes, size extra_argument);                                \
    }
#define COMMA ,
WRITER(write, , )
WRITER(pwrite, COMMA off_t offset, COMMA offset)
WRITER(pwrite64, COMMA off64_t offset, COMMA offset)
WRITER(send, COMMA int flags, COMMA flags)

ssize_t writev(int fd, const struct iovec *pieces, int number) {
    char path[300];
    if (counts(fd) && is_due()) die("writev", target(fd, path, sizeof path));
    return REAL(writev)(fd, pieces, number);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    char path[300];
    if (counts(fd) && is_due()) die("sendmsg", target(fd, path, sizeof path));
    return REAL(sendmsg)(fd, message, flags);
}

#define ON_DESCRIPTOR(name, declaration, argument)                                    \
    int name(int fd declaration) {                                                    \
        char path[300];                                                               \
        if (counts(fd) && is_due()) die(#name, target(fd, path, sizeof path));        \
        return REAL(name)(fd argument);                                               \
    }
ON_DESCRIPTOR(fsync, , )
ON_DESCRIPTOR(fdatasync, , )
ON_DESCRIPTOR(ftruncate, COMMA off_t size, COMMA size)
ON_DESCRIPTOR(ftruncate64, COMMA off64_t size, COMMA size)

int rename(const char *from, const char *to) {
    if (is_due()) die("rename", to);
    return REAL(rename)(from, to);
}

int unlink(const char *path) {
    if (is_due()) die("unlink", path);
    return REAL(unlink)(path);
}

int mkdir(const char *path, mode_t mode) {
    if (is_due()) die("mkdir", path);
    return REAL(mkdir)(path, mode);
}

#define OPENER(name)                                                                  \
    int name(const char *path, int flags, ...) {                                      \
        va_list rest;                                                                 \
        va_start(rest, flags);                                                        \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;                     \
        va_end(rest);                                                                 \
        if (flags & (O_CREAT | O_TRUNC) && is_due()) die(#name, path);                \
        return REAL(name)(path, flags, mode);                                         \
    }
OPENER(open)
OPENER(open64)
