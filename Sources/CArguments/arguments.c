#include "CArguments.h"

static int count;
static char **values;

// The dynamic linker hands constructors what it hands main (System V ABI for glibc: argc, argv, envp).
__attribute__((constructor)) static void keep(int argc, char **argv) {
    count = argc;
    values = argv;
}

int grokmap_argument_count(void) { return count; }
char **grokmap_arguments(void) { return values; }
