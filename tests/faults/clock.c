/*
 * Preloaded into a kiosk or a server: its wall clock is wrong by what a file says, from one call to the next, its boot-time clock too if that is
 * asked for, and the machine may pretend to have been started anew. Nothing else is touched: monotonic time and timers, for which the kernel waits by
 * its own clock, stay the machine's.
 *
 * A program of .NET asks the C library itself for the boot time, by a name looked up with dlsym: that answer is replaced.
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
  _Atomic int64_t boot_ns, boot_ppm; /* the same two of CLOCK_BOOTTIME, since the same instant */
  _Atomic int64_t boot_calls;
};

static struct control *control;
static const char *boot_id;

static void *looked_up(void *handle, const char *name) {
  static void *(*call)(void *, const char *);
  /* Since when the C library has it differs by machine. */
  static const char *const versions[] = {"GLIBC_2.34", "GLIBC_2.2.5", "GLIBC_2.17"};
  for (size_t i = 0; !call && i < sizeof versions / sizeof *versions; i++) call = dlvsym(RTLD_NEXT, "dlsym", versions[i]);
  if (!call) abort();
  return call(handle, name);
}

static void *real(const char *name) {
  void *found = looked_up(RTLD_NEXT, name);
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

static int64_t nanoseconds(const struct timespec *at) { return at->tv_sec * INT64_C(1000000000) + at->tv_nsec; }

int clock_gettime(clockid_t id, struct timespec *now) {
  REAL(clock_gettime);
  int code = call(id, now);
  int wall = id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE;
  if (code != 0 || !control || !(wall || id == CLOCK_BOOTTIME)) return code;
  struct timespec steady;
  if (call(CLOCK_MONOTONIC, &steady) != 0) return code;
  __int128 passed = nanoseconds(&steady) - atomic_load(&control->since_ns);
  /* Without steps: a clock that is slow never runs backwards. */
  int64_t ns = nanoseconds(now) + atomic_load(wall ? &control->offset_ns : &control->boot_ns)
    + (int64_t)(passed * atomic_load(wall ? &control->ppm : &control->boot_ppm) / 1000000);
  atomic_fetch_add(wall ? &control->calls : &control->boot_calls, 1);
  now->tv_sec = ns / 1000000000;
  now->tv_nsec = ns % 1000000000;
  return 0;
}

void *dlsym(void *restrict handle, const char *restrict name) {
  return strcmp(name, "clock_gettime") == 0 ? (void *)clock_gettime : looked_up(handle, name);
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
