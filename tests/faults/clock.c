/*
 * Preloaded into a kiosk: its wall clock is wrong by what a file says, from one call to the next, and the machine may pretend to have been
 * started anew. Nothing else is touched: boot time, monotonic time and timers stay the machine's.
 *
 * KYCUONG_CLOCK_CONTROL  a file of sizeof(struct control) bytes, mapped and shared with who runs the test
 * KYCUONG_CLOCK_BOOT_ID  a file that is read in place of /proc/sys/kernel/random/boot_id
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* ClockControl.cs reads and writes the same words. */
struct control {
  _Atomic int64_t offset_ns;      /* added to CLOCK_REALTIME */
  _Atomic int64_t ppm, since_ns;  /* and this rate since then, CLOCK_MONOTONIC */
  _Atomic int64_t calls;          /* answered so far: 0 means that nobody asks here */
};

static struct control *control;
static const char *boot_id;

static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

#define REAL(name) static __typeof__(&name) call; if (!call) call = real(#name)

__attribute__((constructor)) static void begin(void) {
  boot_id = getenv("KYCUONG_CLOCK_BOOT_ID");
  const char *path = getenv("KYCUONG_CLOCK_CONTROL");
  if (!path) return;
  int file = open(path, O_RDWR | O_CLOEXEC);
  void *map = file < 0 ? MAP_FAILED : mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (map == MAP_FAILED) {
    fprintf(stderr, "clock: %s: %s\n", path, strerror(errno));
    _exit(99);
  }
  control = map;
}

int clock_gettime(clockid_t id, struct timespec *now) {
  REAL(clock_gettime);
  int code = call(id, now);
  if (code != 0 || !control || (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE)) return code;
  struct timespec steady;
  if (call(CLOCK_MONOTONIC, &steady) != 0) return code;
  int64_t passed = steady.tv_sec * INT64_C(1000000000) + steady.tv_nsec - atomic_load(&control->since_ns);
  int64_t ns = now->tv_sec * INT64_C(1000000000) + now->tv_nsec + atomic_load(&control->offset_ns) + passed / 1000000 * atomic_load(&control->ppm);
  atomic_fetch_add(&control->calls, 1);
  now->tv_sec = ns / 1000000000;
  now->tv_nsec = ns % 1000000000;
  return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  (void)zone;
  struct timespec exact;
  if (clock_gettime(CLOCK_REALTIME, &exact) != 0) return -1;
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *out) {
  struct timespec exact;
  if (clock_gettime(CLOCK_REALTIME, &exact) != 0) return (time_t)-1;
  if (out) *out = exact.tv_sec;
  return exact.tv_sec;
}

#define OPENS(name)                                                                              \
  int name(const char *path, int flags, ...) {                                                   \
    mode_t mode = 0;                                                                             \
    if (flags & (O_CREAT | O_TMPFILE)) {                                                         \
      va_list more;                                                                              \
      va_start(more, flags);                                                                     \
      mode = va_arg(more, mode_t);                                                               \
      va_end(more);                                                                              \
    }                                                                                            \
    REAL(name);                                                                                  \
    int asked = boot_id && strcmp(path, "/proc/sys/kernel/random/boot_id") == 0;                 \
    return call(asked ? boot_id : path, flags, mode);                                            \
  }

OPENS(open)
OPENS(open64)
