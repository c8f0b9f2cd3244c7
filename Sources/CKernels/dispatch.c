#include "ckernels.h"

#include <stddef.h>

extern const kernel_set kernel_set_baseline;
#if defined(__x86_64__)
extern const kernel_set kernel_set_avx512;
extern const kernel_set kernel_set_avx2;

int kernel_set_count(void) { return 3; }

const char *kernel_set_name(int index) {
    static const char *const names[] = {"avx512", "avx2", "baseline"};
    return index >= 0 && index < 3 ? names[index] : NULL;
}

const kernel_set *kernel_set_at(int index) {
    __builtin_cpu_init();
    switch (index) {
    case 0:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
                   ? &kernel_set_avx512
                   : NULL;
    case 1:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernel_set_avx2
                                                                                : NULL;
    case 2: return &kernel_set_baseline;
    default: return NULL;
    }
}
#else
int kernel_set_count(void) { return 1; }

const char *kernel_set_name(int index) { return index == 0 ? "baseline" : NULL; }

const kernel_set *kernel_set_at(int index) { return index == 0 ? &kernel_set_baseline : NULL; }
#endif
