// What this process was started with, kept before main: Swift's CommandLine reads /proc/self/cmdline, which is not everywhere.
#ifndef GROKMAP_CARGUMENTS_H
#define GROKMAP_CARGUMENTS_H

int grokmap_argument_count(void);
char **grokmap_arguments(void);

#endif
