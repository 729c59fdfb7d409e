/*
 * Preloaded into a kiosk: a FIFO answers as an input device of the kernel does to the calls a reader that types needs, and what was
 * asked of it is written down, a line each: "grab 1", "clock 1", "other 80084502". Nothing else is touched.
 *
 * A program of .NET looks ioctl up with dlsym: that answer is replaced.
 *
 * KYCUONG_INPUT_DEVICE   the FIFO, absolute
 * KYCUONG_INPUT_ASKED    the file that is written, appended to
 * KYCUONG_INPUT_ANSWERS  two numbers, "16 0": the errno of grab and of clock, 0 for success; read at each call
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void *looked_up(void *handle, const char *name) {
  static void *(*call)(void *, const char *);
  /* Since when the C library has it differs by machine. */
  static const char *const versions[] = {"GLIBC_2.34", "GLIBC_2.2.5", "GLIBC_2.17"};
  for (size_t i = 0; !call && i < sizeof versions / sizeof *versions; i++) call = dlvsym(RTLD_NEXT, "dlsym", versions[i]);
  if (!call) abort();
  return call(handle, name);
}

static int is_device(int fd) {
  const char *path = getenv("KYCUONG_INPUT_DEVICE");
  struct stat asked, device;
  return path && fstat(fd, &asked) == 0 && stat(path, &device) == 0 && asked.st_dev == device.st_dev && asked.st_ino == device.st_ino;
}

static void write_down(const char *what, unsigned long value) {
  const char *path = getenv("KYCUONG_INPUT_ASKED");
  int file = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
  if (file < 0 || dprintf(file, "%s %lx\n", what, value) < 0) {
    fprintf(stderr, "input: %s: %s\n", path ? path : "no KYCUONG_INPUT_ASKED", strerror(errno));
    _exit(99);
  }
  close(file);
}

static int answer(int which) {
  const char *path = getenv("KYCUONG_INPUT_ANSWERS");
  FILE *file = path ? fopen(path, "re") : NULL;
  int errors[2];
  if (!file || fscanf(file, "%d %d", &errors[0], &errors[1]) != 2) {
    fprintf(stderr, "input: no two numbers in %s\n", path ? path : "KYCUONG_INPUT_ANSWERS");
    _exit(99);
  }
  fclose(file);
  errno = errors[which];
  return errors[which] == 0 ? 0 : -1;
}

int ioctl(int fd, unsigned long request, ...) {
  va_list more;
  va_start(more, request);
  void *argument = va_arg(more, void *);
  va_end(more);
  if (is_device(fd)) {
    if (request == EVIOCGRAB) {
      write_down("grab", (unsigned long)(uintptr_t)argument);
      return answer(0);
    }
    if (request == EVIOCSCLOCKID) {
      write_down("clock", (unsigned long)*(int *)argument);
      return answer(1);
    }
    write_down("other", request);
    errno = EINVAL;
    return -1;
  }
  static int (*call)(int, unsigned long, ...);
  if (!call) call = looked_up(RTLD_NEXT, "ioctl");
  if (!call) abort();
  return call(fd, request, argument);
}

void *dlsym(void *restrict handle, const char *restrict name) {
  return strcmp(name, "ioctl") == 0 ? (void *)ioctl : looked_up(handle, name);
}
