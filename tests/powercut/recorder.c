/*
 * What a process asks of its disk, in order: loaded before libc (LD_PRELOAD), it does each call and writes it down.
 *
 *   KYCUONG_RECORD_ROOT  directory whose files are recorded, absolute and without links
 *   KYCUONG_RECORD_TO    directory of the recordings, outside of it: one file a process, <pid>.rec
 *
 * Recorded: opening for writing (with O_CREAT, O_TRUNC), write, pwrite, writev, pwritev, ftruncate, unlink, rename, and the
 * beginning and end of fsync and fdatasync, of directories too. What is written to standard output is recorded as said.
 * Not recorded: files that are named by a path that is not absolute; files that end in -shm, which SQLite maps and makes anew after a power cut; libc called past the dynamic
 * linker (P/Invoke asks libc by its handle). The harness compares its picture with the disk whenever nothing runs, so
 * that a write which came past this is found.
 *
 * A record: header below, then name, then data. Changes are made and written down under one lock, so that their order here is
 * their order on the disk; a sync begins in the order with the changes before it and ends when it has come back. What is said is
 * written down before it is said. Times are CLOCK_MONOTONIC, which is one for all processes: the harness merges by it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define MOST_FILES 65536

struct record {
  uint32_t magic;      /* "KCR1" */
  uint32_t kind;       /* Directory or file Opened, Written, Truncated, Unlinked, Renamed; sync Begun, Ended; X: said */
  uint64_t at;         /* ns */
  uint64_t file;       /* number of the opening, counted by process */
  uint64_t offset;     /* of a write; length of a truncate; flags of an opening; number of a sync */
  uint32_t name;       /* bytes that follow */
  uint32_t data;       /* bytes that follow the name */
};

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static size_t root_length;
static int log_fd = -1;
static _Atomic uint64_t opened[MOST_FILES]; /* number of the opening by descriptor; 0: not recorded */
static _Atomic uint64_t next_number = 1;
static atomic_bool says[MOST_FILES];        /* standard output, by whatever descriptor */


__attribute__((constructor)) static void start(void) {
  const char *of = getenv("KYCUONG_RECORD_ROOT"), *to = getenv("KYCUONG_RECORD_TO");
  char name[PATH_MAX];
  if (!of || !to || log_fd >= 0) return;
  snprintf(root, sizeof root, "%s", of);
  root_length = strlen(root);
  snprintf(name, sizeof name, "%s/%d.rec", to, (int)getpid());
  says[1] = true;
  log_fd = (int)syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void fail(void) {
  static const char text[] = "recorder: the recording cannot be written\n";
  syscall(SYS_write, 2, text, sizeof text - 1);
  _exit(99);
}

static void note(char kind, uint64_t file, uint64_t offset, const char *name, const struct iovec *data, int count) {
  struct iovec parts[2 + IOV_MAX - 2];
  struct record head = { 0x3152434b, (uint32_t)kind, 0, file, offset, name ? (uint32_t)strlen(name) : 0, 0 };
  struct timespec now;
  size_t all = 0;
  int i;
  if (count > IOV_MAX - 2) fail();
  clock_gettime(CLOCK_MONOTONIC, &now);
  head.at = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
  for (i = 0; i < count; i++) {
    parts[2 + i] = data[i];
    all += data[i].iov_len;
  }
  head.data = (uint32_t)all;
  parts[0].iov_base = &head;
  parts[0].iov_len = sizeof head;
  parts[1].iov_base = (void *)name;
  parts[1].iov_len = head.name;
  all += sizeof head + head.name;
  /* A short write is a killed process or a full disk; the reader takes a file up to its last whole record. */
  if (syscall(SYS_writev, log_fd, parts, 2 + count) != (long)all) fail();
}

static int is_inside(const char *path) {
  size_t length = strlen(path);
  if (log_fd < 0 || strncmp(path, root, root_length) != 0) return 0;
  if (path[root_length] != 0 && path[root_length] != '/') return 0;
  return length < 4 || strcmp(path + length - 4, "-shm") != 0;
}

/* The whole path of what was opened. */
static int path_of(int fd, char *path) {
  char link[64];
  ssize_t length;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink(link, path, PATH_MAX - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return 1;
}

static uint64_t number_of(int fd) { return fd >= 0 && fd < MOST_FILES ? opened[fd] : 0; }
static bool is_said(int fd) { return fd >= 0 && fd < MOST_FILES && says[fd]; }

static void forget(int fd) {
  if (fd < 0 || fd >= MOST_FILES) return;
  opened[fd] = 0;
  says[fd] = false;
}

static int note_open(int fd, int flags) {
  char path[PATH_MAX];
  struct stat what;
  int before = errno;
  if (fd >= 0 && fd < MOST_FILES) {
    says[fd] = false;
    opened[fd] = 0;
    if (log_fd >= 0 && path_of(fd, path) && is_inside(path) && fstat(fd, &what) == 0) {
      opened[fd] = next_number++;
      note(S_ISDIR(what.st_mode) ? 'D' : 'O', opened[fd], (uint64_t)flags, path, NULL, 0);
    }
  }
  errno = before;
  return fd;
}

static int do_open(int directory, const char *path, int flags, mode_t mode) {
  int fd;
  if (path[0] != '/' || !is_inside(path)) {
    /* Not under the lock: opening a pipe waits for its other end. */
    fd = (int)syscall(SYS_openat, directory, path, flags, mode);
    forget(fd);
    return fd;
  }

  pthread_mutex_lock(&gate);
  fd = note_open((int)syscall(SYS_openat, directory, path, flags, mode), flags);
  pthread_mutex_unlock(&gate);
  return fd;
}

#define MODE_OF(flags, mode) do { \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
  } while (0)

int open(const char *path, int flags, ...) { mode_t mode = 0; MODE_OF(flags, mode); return do_open(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { mode_t mode = 0; MODE_OF(flags, mode); return do_open(AT_FDCWD, path, flags, mode); }
int openat(int directory, const char *path, int flags, ...) { mode_t mode = 0; MODE_OF(flags, mode); return do_open(directory, path, flags, mode); }
int openat64(int directory, const char *path, int flags, ...) { mode_t mode = 0; MODE_OF(flags, mode); return do_open(directory, path, flags, mode); }
int creat(const char *path, mode_t mode) { return do_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int fd) {
  forget(fd);
  return (int)syscall(SYS_close, fd);
}

/* .NET writes to a copy of standard output. */
static int note_copy(int from, int to) {
  if (to >= 0 && to < MOST_FILES) {
    opened[to] = number_of(from);
    says[to] = is_said(from);
  }
  return to;
}

int dup(int fd) { return note_copy(fd, (int)syscall(SYS_dup, fd)); }

static int do_fcntl(int fd, int command, long value) {
  int done = (int)syscall(SYS_fcntl, fd, command, value);
  return command == F_DUPFD || command == F_DUPFD_CLOEXEC ? note_copy(fd, done) : done;
}

#define VALUE_OF(command, value) do { va_list rest; va_start(rest, command); value = va_arg(rest, long); va_end(rest); } while (0)

int fcntl(int fd, int command, ...) { long value; VALUE_OF(command, value); return do_fcntl(fd, command, value); }
int fcntl64(int fd, int command, ...) { long value; VALUE_OF(command, value); return do_fcntl(fd, command, value); }

static ssize_t note_write(uint64_t file, off_t offset, const struct iovec *data, int count, ssize_t done) {
  struct iovec parts[IOV_MAX - 2];
  ssize_t left = done;
  int i, before = errno;
  if (done > 0) {
    if (count > IOV_MAX - 2) fail();
    for (i = 0; i < count && left > 0; i++) {
      parts[i] = data[i];
      if ((ssize_t)parts[i].iov_len > left) parts[i].iov_len = (size_t)left;
      left -= (ssize_t)parts[i].iov_len;
    }
    note('W', file, (uint64_t)offset, NULL, parts, i);
  }
  errno = before;
  return done;
}

static ssize_t do_pwritev(int fd, const struct iovec *data, int count, off_t offset) {
  uint64_t file = number_of(fd);
  ssize_t done;
  if (!file) return syscall(SYS_pwritev, fd, data, count, (long)offset, 0L);
  pthread_mutex_lock(&gate);
  done = note_write(file, offset, data, count, syscall(SYS_pwritev, fd, data, count, (long)offset, 0L));
  pthread_mutex_unlock(&gate);
  return done;
}

static ssize_t do_writev(int fd, const struct iovec *data, int count) {
  uint64_t file = number_of(fd);
  ssize_t done;
  off_t offset;
  if (is_said(fd)) {
    pthread_mutex_lock(&gate);
    note('X', 0, 0, NULL, data, count);
    pthread_mutex_unlock(&gate);
  }
  if (!file) return syscall(SYS_writev, fd, data, count);
  pthread_mutex_lock(&gate);
  done = syscall(SYS_writev, fd, data, count);
  offset = (off_t)syscall(SYS_lseek, fd, 0L, SEEK_CUR) - (done > 0 ? done : 0);
  note_write(file, offset, data, count, done);
  pthread_mutex_unlock(&gate);
  return done;
}

ssize_t write(int fd, const void *data, size_t length) {
  struct iovec one = { (void *)data, length };
  if (!number_of(fd) && !is_said(fd)) return syscall(SYS_write, fd, data, length);
  return do_writev(fd, &one, 1);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
  struct iovec one = { (void *)data, length };
  return do_pwritev(fd, &one, 1, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) { return pwrite(fd, data, length, offset); }
ssize_t writev(int fd, const struct iovec *data, int count) { return do_writev(fd, data, count); }
ssize_t pwritev(int fd, const struct iovec *data, int count, off_t offset) { return do_pwritev(fd, data, count, offset); }
ssize_t pwritev64(int fd, const struct iovec *data, int count, off64_t offset) { return do_pwritev(fd, data, count, offset); }

int ftruncate(int fd, off_t length) {
  uint64_t file = number_of(fd);
  int done, before;
  if (!file) return (int)syscall(SYS_ftruncate, fd, (long)length);
  pthread_mutex_lock(&gate);
  done = (int)syscall(SYS_ftruncate, fd, (long)length);
  before = errno;
  if (done == 0) note('T', file, (uint64_t)length, NULL, NULL, 0);
  errno = before;
  pthread_mutex_unlock(&gate);
  return done;
}

int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }

int unlink(const char *path) {
  int done, before;
  if (path[0] != '/' || !is_inside(path)) return (int)syscall(SYS_unlink, path);
  pthread_mutex_lock(&gate);
  done = (int)syscall(SYS_unlink, path);
  before = errno;
  if (done == 0) note('U', 0, 0, path, NULL, 0);
  errno = before;
  pthread_mutex_unlock(&gate);
  return done;
}

int rename(const char *from, const char *to) {
  struct iovec target = { (void *)to, strlen(to) };
  int done, before;
  if (from[0] != '/' || !is_inside(from)) return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
  pthread_mutex_lock(&gate);
  done = (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
  before = errno;
  if (done == 0) note('R', 0, 0, from, &target, 1);
  errno = before;
  pthread_mutex_unlock(&gate);
  return done;
}

static int do_sync(int fd, long call) {
  uint64_t file = number_of(fd), sync;
  int done, before;
  if (!file) return (int)syscall(call, fd);
  sync = next_number++;
  pthread_mutex_lock(&gate);
  note('B', file, sync, NULL, NULL, 0);
  pthread_mutex_unlock(&gate);
  done = (int)syscall(call, fd);
  before = errno;
  if (done == 0) {
    pthread_mutex_lock(&gate);
    note('E', file, sync, NULL, NULL, 0);
    pthread_mutex_unlock(&gate);
  }
  errno = before;
  return done;
}

int fsync(int fd) { return do_sync(fd, SYS_fsync); }
int fdatasync(int fd) { return do_sync(fd, SYS_fdatasync); }
