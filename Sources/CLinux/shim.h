// Calls of Linux that Swift's Glibc module hides.
#ifndef GROKMAP_CLINUX_H
#define GROKMAP_CLINUX_H

// syncfs(2): glibc declares it for _GNU_SOURCE only, which Swift's module is built without.
int syncfs(int descriptor);

#endif
