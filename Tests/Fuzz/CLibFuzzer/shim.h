// libFuzzer as a library (llvm.org/docs/LibFuzzer.html, "Using libFuzzer as a library").
#ifndef GROKMAP_CLIBFUZZER_H
#define GROKMAP_CLIBFUZZER_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));

#endif
