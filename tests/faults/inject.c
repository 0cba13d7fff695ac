/* Counts the system calls of a process that concern one folder, and makes one of them fail. Loaded with LD_PRELOAD. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OFF, KILL, SIGNAL, ERROR, SHORT, FULL };
enum { READS = 1, WRITES = 2, BOTH = 3 };

static char folder[4096];
static size_t folder_length;
static long calls, at;
static int mode, value;
static char is_below[65536];

void fault_arm(const char *path, long number, int kind, int number_of_error) {
    strncpy(folder, path, sizeof folder - 1);
    folder_length = strlen(folder);
    calls = 0, at = number, mode = kind, value = number_of_error;
}

long fault_calls(void) { return calls; }

static int below(const char *path) { return mode != OFF && path && !strncmp(path, folder, folder_length); }
static int below_fd(int fd) { return mode != OFF && fd >= 0 && fd < 65536 && is_below[fd]; }
static void mark(int fd, int yes) {
    if (fd >= 0 && fd < 65536) is_below[fd] = yes;
}

/* Count a call. Return whether it must fail, with errno set. */
static int fails(int kind) {
    ++calls;
    if (mode == FULL && calls >= at && kind == WRITES) {
        errno = ENOSPC;
        return 1;
    }
    if (calls != at) return 0;
    if (mode == KILL) raise(SIGKILL);
    if (mode == ERROR) {
        errno = value;
        return 1;
    }
    return 0;
}

static void after(void) {
    if (mode == SIGNAL && calls == at) {
        int saved = errno;
        raise(value);
        errno = saved;
    }
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define OPEN(name)                                                              \
    int name(const char *path, int flags, ...) {                                \
        va_list list;                                                           \
        va_start(list, flags);                                                  \
        mode_t permissions = va_arg(list, mode_t);                              \
        va_end(list);                                                           \
        int counted = below(path);                                              \
        if (counted && fails(flags & O_CREAT ? WRITES : READS)) return -1;      \
        int fd = REAL(name)(path, flags, permissions);                          \
        mark(fd, counted);                                                      \
        if (counted) after();                                                   \
        return fd;                                                              \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                            \
    int name(int folder_fd, const char *path, int flags, ...) {                 \
        va_list list;                                                           \
        va_start(list, flags);                                                  \
        mode_t permissions = va_arg(list, mode_t);                              \
        va_end(list);                                                           \
        int counted = below(path) || (path[0] != '/' && below_fd(folder_fd));   \
        if (counted && fails(READS)) return -1;                                 \
        int fd = REAL(name)(folder_fd, path, flags, permissions);               \
        mark(fd, counted);                                                      \
        if (counted) after();                                                   \
        return fd;                                                              \
    }
OPENAT(openat)
OPENAT(openat64)

#define ON_PATH(result, name, kind, declared, given)                            \
    result name declared {                                                      \
        int counted = below(path);                                              \
        if (counted && fails(kind)) return -1;                                  \
        result got = REAL(name) given;                                          \
        if (counted) after();                                                   \
        return got;                                                             \
    }
ON_PATH(int, mkdir, WRITES, (const char *path, mode_t permissions), (path, permissions))
ON_PATH(int, rmdir, READS, (const char *path), (path))
ON_PATH(int, unlink, READS, (const char *path), (path))
ON_PATH(int, rename, WRITES, (const char *path, const char *target), (path, target))
ON_PATH(int, link, WRITES, (const char *path, const char *target), (path, target))
ON_PATH(int, stat, READS, (const char *path, struct stat *status), (path, status))
ON_PATH(int, lstat, READS, (const char *path, struct stat *status), (path, status))
ON_PATH(int, stat64, READS, (const char *path, struct stat64 *status), (path, status))
ON_PATH(int, lstat64, READS, (const char *path, struct stat64 *status), (path, status))

DIR *opendir(const char *path) {
    int counted = below(path);
    if (counted && fails(READS)) return NULL;
    DIR *got = REAL(opendir)(path);
    if (counted) after();
    return got;
}

#define ON_FD(result, name, kind, declared, given)                              \
    result name declared {                                                      \
        int counted = below_fd(fd);                                             \
        if (counted && fails(kind)) return (result)-1;                          \
        result got = REAL(name) given;                                          \
        if (counted) after();                                                   \
        return got;                                                             \
    }
ON_FD(ssize_t, read, READS, (int fd, void *data, size_t size), (fd, data, size))
ON_FD(ssize_t, pread, READS, (int fd, void *data, size_t size, off_t offset), (fd, data, size, offset))
ON_FD(ssize_t, pread64, READS, (int fd, void *data, size_t size, off64_t offset), (fd, data, size, offset))
ON_FD(int, fsync, READS, (int fd), (fd))
ON_FD(int, flock, READS, (int fd, int operation), (fd, operation))

ssize_t write(int fd, const void *data, size_t size) {
    int counted = below_fd(fd);
    if (counted && fails(WRITES)) return -1;
    if (counted && mode == SHORT && calls == at && size > 1) size /= 2;
    ssize_t got = REAL(write)(fd, data, size);
    if (counted) after();
    return got;
}

#define MMAP(name, offset_type)                                                                     \
    void *name(void *address, size_t size, int protection, int flags, int fd, offset_type offset) { \
        static __typeof__(&name) real;                                                              \
        if (!real) real = REAL(name);                                                               \
        int counted = !(flags & MAP_ANONYMOUS) && below_fd(fd);                                     \
        if (counted && fails(READS)) return MAP_FAILED;                                             \
        void *got = real(address, size, protection, flags, fd, offset);                             \
        if (counted) after();                                                                       \
        return got;                                                                                 \
    }
MMAP(mmap, off_t)
MMAP(mmap64, off64_t)

int close(int fd) {
    mark(fd, 0);
    return REAL(close)(fd);
}
