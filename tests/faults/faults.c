/*
 * Preloaded into a kiosk or a server: numbers every call that changes or syncs a file below one directory, and at a given
 * number kills the process (before the call, in the middle of a write, after it) or lets the call fail.
 *
 * KYCUONG_FAULTS_DIR      the directory, absolute
 * KYCUONG_FAULTS_CONTROL  a file of sizeof(struct control) bytes, mapped and shared with who runs the test: orders go in,
 *                         what happened comes out, and an order may change while the process runs (a disk that heals)
 *
 * Numbered: open that may make or empty a file, write, pwrite, writev, pwritev, ftruncate, unlink, rename, fsync, fdatasync,
 * under all their names. Not numbered, and failing along with the rest once the disk has failed for good: files below logs/.
 * A stretch of one file, whatever it is renamed to, may be unreadable beside that: read and pread of it fail with EIO until
 * something is written there, which is when a disk puts another block in its place.
 * Functions found by dlsym are these too, for that is how .NET calls libc.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum action { COUNT, KILL_BEFORE, KILL_HALF, KILL_AFTER, FAIL_ONCE, FAIL_ON };
enum kind { OPEN, WRITE, TRUNCATE, UNLINK, RENAME, SYNC, KINDS };

/* FaultControl.cs reads and writes the same words. */
struct control {
  _Atomic int64_t action, at, error;                    /* orders */
  _Atomic int64_t calls;                                /* numbered so far */
  _Atomic int64_t failures, failed_syncs, first_ns;     /* calls failed; when the first did, CLOCK_MONOTONIC */
  _Atomic int64_t retried_syncs;                        /* syncs of a handle whose sync had failed before */
  _Atomic int64_t kinds[8];
  char first[240];                                      /* kind and path of the call the order hit first */
  _Atomic int64_t bad_file, bad_from, bad_to;           /* orders: inode and bytes that cannot be read; 0: none */
  _Atomic int64_t bad_reads;                            /* reads that failed for it */
};

static struct control *control;
static const char *watched;
static size_t watched_length;

#define MOST_FILES 4096
static struct { _Atomic int state; char path[256]; } files[MOST_FILES]; /* by descriptor: 0 foreign, 1 watched, 2 below logs/ */
static _Atomic char spoilt[MOST_FILES];                                 /* a sync of this descriptor failed */

static void *(*real_dlsym)(void *, const char *);

static void find_dlsym(void) {
  static const char *const versions[] = {"GLIBC_2.34", "GLIBC_2.17", "GLIBC_2.2.5"};
  for (size_t i = 0; !real_dlsym && i < sizeof versions / sizeof *versions; i++) real_dlsym = dlvsym(RTLD_NEXT, "dlsym", versions[i]);
  if (!real_dlsym) abort();
}

static void *real(const char *name) {
  if (!real_dlsym) find_dlsym();
  void *found = real_dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

#define REAL(name) static __typeof__(&name) call; if (!call) call = real(#name)

__attribute__((constructor)) static void begin(void) {
  const char *directory = getenv("KYCUONG_FAULTS_DIR"), *path = getenv("KYCUONG_FAULTS_CONTROL");
  if (!directory || !path) return;
  __typeof__(&open) open_really = real("open");
  int file = open_really(path, O_RDWR | O_CLOEXEC);
  void *map = file < 0 ? MAP_FAILED : mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (map == MAP_FAILED) {
    fprintf(stderr, "faults: %s: %s\n", path, strerror(errno));
    _exit(99);
  }
  watched = directory;
  watched_length = strlen(directory);
  control = map;
}

/* 0 foreign, 1 watched, 2 below logs/ */
static int place(const char *path) {
  if (!control || !path || strncmp(path, watched, watched_length) != 0) return 0;
  if (path[watched_length] == 0) return 1;
  if (path[watched_length] != '/') return 0;
  return strncmp(path + watched_length, "/logs/", 6) == 0 ? 2 : 1;
}

static void note(int file, const char *path) {
  if (file < 0 || file >= MOST_FILES) return;
  int where = place(path);
  if (where) snprintf(files[file].path, sizeof files[file].path, "%s", path + watched_length);
  atomic_store(&spoilt[file], 0);
  atomic_store(&files[file].state, where);
}

static int place_of(int file) { return file >= 0 && file < MOST_FILES ? atomic_load(&files[file].state) : 0; }
static const char *path_of(int file) { return files[file].path; }

static void hit(enum kind kind, const char *path) {
  static const char *const names[] = {"open", "write", "truncate", "unlink", "rename", "sync"};
  if (atomic_load(&control->first_ns)) return;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  snprintf(control->first, sizeof control->first, "%s %s", names[kind], path);
  atomic_store(&control->first_ns, now.tv_sec * 1000000000LL + now.tv_nsec);
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

/* What a disk with this fault refuses: one without room lets go of things, one that only reads has nothing to sync. */
static int refuses(enum kind kind) {
  int error = (int)atomic_load(&control->error);
  if (error == ENOSPC) return kind != UNLINK && kind != TRUNCATE;
  if (error == EROFS) return kind != SYNC;
  return 1;
}

/* 1: these bytes of it are the unreadable ones, or some of them. */
static int is_bad(int file, int64_t at, size_t count) {
  int64_t bad = control ? atomic_load(&control->bad_file) : 0;
  struct stat about;
  return bad && place_of(file) == 1 && at < atomic_load(&control->bad_to) && at + (int64_t)count > atomic_load(&control->bad_from)
      && fstat(file, &about) == 0 && (int64_t)about.st_ino == bad;
}

static int64_t where_is(int file) { return control && atomic_load(&control->bad_file) ? lseek(file, 0, SEEK_CUR) : 0; }

/* The bytes before the bad ones are read, as a disk does it; then EIO. */
static ssize_t readable(int file, int64_t at, size_t count) {
  if (!is_bad(file, at, count)) return (ssize_t)count;
  int64_t before = atomic_load(&control->bad_from) - at;
  if (before > 0) return before;
  atomic_fetch_add(&control->bad_reads, 1);
  errno = EIO;
  return -1;
}

static void written(int file, int64_t at, ssize_t count) {
  if (count > 0 && is_bad(file, at, (size_t)count)) atomic_store(&control->bad_file, 0);
}

enum verdict { GO, GO_HALF, GO_AND_DIE, FAIL };

/* Numbers a call and says what becomes of it. */
static enum verdict next(int where, enum kind kind, const char *path) {
  if (!where) return GO;
  int64_t action = atomic_load(&control->action);
  int64_t number = where == 1 ? atomic_fetch_add(&control->calls, 1) + 1 : 0;
  if (where == 1) atomic_fetch_add(&control->kinds[kind], 1);
  int64_t at = atomic_load(&control->at);
  int now = number != 0 && number == at;
  int since = action == FAIL_ON && (number ? number >= at : atomic_load(&control->failures) > 0);
  if ((action == FAIL_ONCE && now && refuses(kind)) || (since && refuses(kind))) {
    hit(kind, path);
    atomic_fetch_add(&control->failures, 1);
    if (kind == SYNC) atomic_fetch_add(&control->failed_syncs, 1);
    errno = (int)atomic_load(&control->error);
    return FAIL;
  }
  if (!now || action < KILL_BEFORE || action > KILL_AFTER) return GO;
  hit(kind, path);
  if (action == KILL_AFTER) return GO_AND_DIE;
  if (action == KILL_HALF && kind == WRITE) return GO_HALF;
  die();
  return GO;
}

static int may_change(int flags) { return (flags & (O_CREAT | O_TRUNC)) != 0; }

#define OPENS(name, parameters, ...)                                              \
  int name parameters {                                                           \
    mode_t mode = 0;                                                              \
    if (flags & (O_CREAT | O_TMPFILE)) {                                          \
      va_list more;                                                               \
      va_start(more, flags);                                                      \
      mode = va_arg(more, mode_t);                                                \
      va_end(more);                                                               \
    }                                                                             \
    REAL(name);                                                                   \
    int where = place(path);                                                      \
    enum verdict verdict = may_change(flags) ? next(where, OPEN, path) : GO;      \
    if (verdict == FAIL) return -1;                                               \
    int file = call(__VA_ARGS__, mode);                                           \
    if (verdict == GO_AND_DIE) die();                                             \
    note(file, path);                                                             \
    return file;                                                                  \
  }

OPENS(open, (const char *path, int flags, ...), path, flags)
OPENS(open64, (const char *path, int flags, ...), path, flags)
OPENS(openat, (int folder, const char *path, int flags, ...), folder, path, flags)
OPENS(openat64, (int folder, const char *path, int flags, ...), folder, path, flags)

int creat(const char *path, mode_t mode) { return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return open64(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int file) {
  REAL(close);
  if (file >= 0 && file < MOST_FILES) {
    atomic_store(&files[file].state, 0);
    atomic_store(&spoilt[file], 0);
  }
  return call(file);
}

ssize_t read(int file, void *bytes, size_t count) {
  REAL(read);
  ssize_t some = readable(file, where_is(file), count);
  return some < 0 ? -1 : call(file, bytes, (size_t)some);
}

ssize_t pread(int file, void *bytes, size_t count, off_t at) {
  REAL(pread);
  ssize_t some = readable(file, at, count);
  return some < 0 ? -1 : call(file, bytes, (size_t)some, at);
}

ssize_t pread64(int file, void *bytes, size_t count, off64_t at) {
  REAL(pread64);
  ssize_t some = readable(file, at, count);
  return some < 0 ? -1 : call(file, bytes, (size_t)some, at);
}

/* first: where it begins; of writes in pieces none goes to the files in question. */
#define WRITES(name, type, parameters, first, whole, half)                        \
  type name parameters {                                                          \
    REAL(name);                                                                   \
    int where = place_of(file);                                                   \
    int64_t begin = first;                                                        \
    enum verdict verdict = where ? next(where, WRITE, path_of(file)) : GO;        \
    if (verdict == FAIL) return -1;                                               \
    if (verdict == GO_HALF) {                                                     \
      half;                                                                       \
      die();                                                                      \
    }                                                                             \
    type done = whole;                                                            \
    written(file, begin, done);                                                   \
    if (verdict == GO_AND_DIE) die();                                             \
    return done;                                                                  \
  }

WRITES(write, ssize_t, (int file, const void *bytes, size_t count), where_is(file), call(file, bytes, count), (void)!call(file, bytes, count / 2))
WRITES(pwrite, ssize_t, (int file, const void *bytes, size_t count, off_t at), at, call(file, bytes, count, at), (void)!call(file, bytes, count / 2, at))
WRITES(pwrite64, ssize_t, (int file, const void *bytes, size_t count, off64_t at), at, call(file, bytes, count, at), (void)!call(file, bytes, count / 2, at))
/* Of several pieces the first is half of what is written. */
WRITES(writev, ssize_t, (int file, const struct iovec *pieces, int count), where_is(file), call(file, pieces, count), (void)!call(file, pieces, 1))
WRITES(pwritev, ssize_t, (int file, const struct iovec *pieces, int count, off_t at), at, call(file, pieces, count, at), (void)!call(file, pieces, 1, at))
WRITES(pwritev64, ssize_t, (int file, const struct iovec *pieces, int count, off64_t at), at, call(file, pieces, count, at), (void)!call(file, pieces, 1, at))

#define SIMPLE(name, kind, parameters, where_is, path_is, ...)                    \
  int name parameters {                                                           \
    REAL(name);                                                                   \
    int where = where_is;                                                         \
    enum verdict verdict = where ? next(where, kind, path_is) : GO;               \
    if (verdict == FAIL) return -1;                                               \
    int done = call(__VA_ARGS__);                                                 \
    if (verdict == GO_AND_DIE) die();                                             \
    return done;                                                                  \
  }

SIMPLE(ftruncate, TRUNCATE, (int file, off_t length), place_of(file), path_of(file), file, length)
SIMPLE(ftruncate64, TRUNCATE, (int file, off64_t length), place_of(file), path_of(file), file, length)
SIMPLE(unlink, UNLINK, (const char *path), place(path), path + watched_length, path)
SIMPLE(unlinkat, UNLINK, (int folder, const char *path, int flags), place(path), path + watched_length, folder, path, flags)
SIMPLE(rename, RENAME, (const char *from, const char *to), place(to), to + watched_length, from, to)
SIMPLE(renameat, RENAME, (int old, const char *from, int new, const char *to), place(to), to + watched_length, old, from, new, to)

#define SYNCS(name)                                                               \
  int name(int file) {                                                            \
    REAL(name);                                                                   \
    int where = place_of(file);                                                   \
    if (where && atomic_load(&spoilt[file])) atomic_fetch_add(&control->retried_syncs, 1); \
    enum verdict verdict = where ? next(where, SYNC, path_of(file)) : GO;         \
    if (verdict == FAIL) {                                                        \
      atomic_store(&spoilt[file], 1);                                             \
      return -1;                                                                  \
    }                                                                             \
    int done = call(file);                                                        \
    if (verdict == GO_AND_DIE) die();                                             \
    return done;                                                                  \
  }

SYNCS(fsync)
SYNCS(fdatasync)

void *dlsym(void *handle, const char *name) {
  static const struct { const char *name; void *ours; } all[] = {
#define OURS(name) {#name, (void *)name}
    OURS(open), OURS(open64), OURS(openat), OURS(openat64), OURS(creat), OURS(creat64), OURS(close), OURS(read), OURS(pread), OURS(pread64), OURS(write), OURS(pwrite), OURS(pwrite64),
    OURS(writev), OURS(pwritev), OURS(pwritev64), OURS(ftruncate), OURS(ftruncate64), OURS(unlink), OURS(unlinkat), OURS(rename), OURS(renameat),
    OURS(fsync), OURS(fdatasync)};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (strcmp(name, all[i].name) == 0) return all[i].ours;
  if (!real_dlsym) find_dlsym();
  return real_dlsym(handle, name); /* a jump, not a call: RTLD_NEXT goes by who asks */
}
