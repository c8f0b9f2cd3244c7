#pragma once

/// Starts counting the calling thread's calls of malloc.
void allocation_counter_start(void);
/// Ends counting and returns the number of calls since it started.
long allocation_counter_stop(void);
