// Calls of Linux that Swift's Glibc module hides.
#ifndef GROKMAP_CLINUX_H
#define GROKMAP_CLINUX_H

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

// syncfs(2): glibc declares it for _GNU_SOURCE only, which Swift's module is built without.
int syncfs(int descriptor);
long syscall(long number, ...);

// Sends bytes and a descriptor (unix(7), SCM_RIGHTS), whose macros Swift does not see.
static inline ssize_t clinux_send_descriptor(int to, const void *bytes, size_t size, int descriptor) {
    union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr header; } control;
    struct iovec piece = {(void *)bytes, size};
    struct msghdr message = {0};
    memset(&control, 0, sizeof control);
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    return sendmsg(to, &message, MSG_NOSIGNAL);
}

// Receives bytes and the descriptor that came with them, -1 for none.
static inline ssize_t clinux_receive_descriptor(int from, void *bytes, size_t size, int *descriptor) {
    union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr header; } control;
    struct iovec piece = {bytes, size};
    struct msghdr message = {0};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    *descriptor = -1;
    ssize_t count = recvmsg(from, &message, MSG_CMSG_CLOEXEC);
    if (count < 0) return count;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
        memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
    return count;
}

// Sends bytes to a socket whose other end may be gone.
static inline ssize_t clinux_send(int to, const void *bytes, size_t size) {
    return send(to, bytes, size, MSG_NOSIGNAL);
}

// Lets receiving from a socket fail after so many seconds.
static inline int clinux_limit_wait(int socket, long seconds) {
    struct timeval limit = {seconds, 0};
    return setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

// Closes every descriptor from `first` on.
static inline int clinux_close_from(unsigned first) {
#ifdef SYS_close_range
    return (int)syscall(SYS_close_range, first, ~0U, 0);
#else
    errno = ENOSYS;
    return -1;
#endif
}

// Gives up everything that reading bytes does not need, for good: a limit on memory, no files written, no core dumped, and
// (seccomp(2)) no call but those of the list, which opens nothing and starts nothing. 0, or -1 with errno when the kernel
// has no seccomp; the limits stand all the same.
static inline int clinux_confine(unsigned long memory) {
    struct rlimit space = {memory, memory}, none = {0, 0};
    setrlimit(RLIMIT_AS, &space);
    setrlimit(RLIMIT_FSIZE, &none);
    setrlimit(RLIMIT_CORE, &none);
#if defined(__x86_64__)
#define CLINUX_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define CLINUX_ARCH AUDIT_ARCH_AARCH64
#endif
#ifdef CLINUX_ARCH
#define CLINUX_LET(name) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), \
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#ifdef SYS_alarm
#define CLINUX_ALARM CLINUX_LET(alarm),
#else
#define CLINUX_ALARM
#endif
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CLINUX_ARCH, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        CLINUX_LET(read), CLINUX_LET(write), CLINUX_LET(lseek), CLINUX_LET(close),
        CLINUX_LET(recvmsg), CLINUX_LET(sendmsg), CLINUX_LET(recvfrom), CLINUX_LET(sendto),
        CLINUX_LET(mmap), CLINUX_LET(munmap), CLINUX_LET(mremap), CLINUX_LET(mprotect),
        CLINUX_LET(madvise), CLINUX_LET(brk), CLINUX_LET(futex), CLINUX_LET(setitimer), CLINUX_ALARM
        CLINUX_LET(clock_gettime), CLINUX_LET(clock_nanosleep), CLINUX_LET(nanosleep),
        CLINUX_LET(sched_yield), CLINUX_LET(getrandom), CLINUX_LET(getpid), CLINUX_LET(gettid),
        CLINUX_LET(tgkill), CLINUX_LET(rt_sigaction), CLINUX_LET(rt_sigprocmask),
        CLINUX_LET(rt_sigreturn), CLINUX_LET(restart_syscall), CLINUX_LET(exit),
        CLINUX_LET(exit_group),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    };
    struct sock_fprog filter = {sizeof program / sizeof program[0], program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter) == 0
        ? 0 : -1;
#else
    errno = ENOSYS;
    return -1;
#endif
}

#include <sys/syscall.h>
#include <unistd.h>

// sched_getaffinity(2) as the kernel has it: takes a mask of any length and says how many bytes it filled, -1 when they
// are too few. syscall(2) is variadic, which Swift cannot call.
static inline long grokmap_affinity(unsigned long *mask, unsigned long bytes) {
    return syscall(SYS_sched_getaffinity, 0, bytes, mask);
}

// sched_setaffinity(2) of this process, likewise.
static inline long grokmap_set_affinity(const unsigned long *mask, unsigned long bytes) {
    return syscall(SYS_sched_setaffinity, 0, bytes, mask);
}

#endif
