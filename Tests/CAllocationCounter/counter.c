#include "callocationcounter.h"

#include <stddef.h>

// glibc allows a program to define malloc itself and keeps its own under this name (glibc manual,
// "Replacing malloc"); Swift objects and buffers all come through here.
extern void *__libc_malloc(size_t size);

static _Thread_local int counting;
static _Thread_local long calls;

void *malloc(size_t size) {
    if (counting) calls++;
    return __libc_malloc(size);
}

void allocation_counter_start(void) {
    calls = 0;
    counting = 1;
}

long allocation_counter_stop(void) {
    counting = 0;
    return calls;
}
