#ifndef FRESHET_KERNELS_H
#define FRESHET_KERNELS_H

#include <malloc.h>

/// Asks for the cache line at `address`, which need not be mapped, without waiting for it.
static inline void freshet_prefetch(const void *address) { __builtin_prefetch(address); }

/// Lets the C library have so many arenas, and map blocks from so many bytes on one by one.
static inline void freshet_limit_heap(int arenas, int mapped_bytes) {
    mallopt(M_ARENA_MAX, arenas);
    mallopt(M_MMAP_THRESHOLD, mapped_bytes);
}

#endif
