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
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OFF, KILL, SIGNAL, ERROR, SHORT, FULL };
enum { READS = 1, WRITES = 2, BOTH = 3 };

static char folder[4096];
static size_t folder_length;
static long calls, at;
static int mode, value;
static char is_below[65536];
enum { READ = 1, WRITTEN = 2 };

void fault_arm(const char *path, long number, int kind, int number_of_error) {
    strncpy(folder, path, sizeof folder - 1);
    folder_length = strlen(folder);
    calls = 0, at = number, mode = kind, value = number_of_error;
}

long fault_calls(void) { return calls; }

static int below(const char *path) { return mode != OFF && path && !strncmp(path, folder, folder_length); }
static int below_fd(int fd) { return mode != OFF && fd >= 0 && fd < 65536 && is_below[fd]; }
static void mark(int fd, int how) {
    if (fd >= 0 && fd < 65536) is_below[fd] = how;
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
        mark(fd, counted ? (flags & O_CREAT ? WRITTEN : READ) : 0);             \
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


#define AT_FOLDER(result, name, kind, declared, given)                          \
    result name declared {                                                      \
        int counted = below(path) || (path[0] != '/' && below_fd(folder_fd));   \
        if (counted && fails(kind)) return -1;                                  \
        result got = REAL(name) given;                                          \
        if (counted) after();                                                   \
        return got;                                                             \
    }
AT_FOLDER(int, unlinkat, READS, (int folder_fd, const char *path, int flags), (folder_fd, path, flags))
AT_FOLDER(int, fstatat, READS, (int folder_fd, const char *path, struct stat *status, int flags), (folder_fd, path, status, flags))
AT_FOLDER(int, fstatat64, READS, (int folder_fd, const char *path, struct stat64 *status, int flags), (folder_fd, path, status, flags))

static DIR *unread;

DIR *opendir(const char *path) {
    int counted = below(path);
    if (counted && fails(READS)) return NULL;
    DIR *got = REAL(opendir)(path);
    if (got && counted) mark(dirfd(got), READ), unread = got;
    if (counted) after();
    return got;
}

DIR *fdopendir(int fd) {
    int counted = below_fd(fd);
    if (counted && fails(READS)) return NULL;
    DIR *got = REAL(fdopendir)(fd);
    if (counted) unread = got, after();
    return got;
}

int closedir(DIR *folder) {
    mark(dirfd(folder), 0);
    return REAL(closedir)(folder);
}

/* Only the first entry of a folder is counted: the system reads many at once. */
#define READDIR(result, name)                                                   \
    result *name(DIR *folder) {                                                 \
        int counted = folder == unread && below_fd(dirfd(folder));              \
        if (folder == unread) unread = NULL;                                    \
        if (counted && fails(READS)) return NULL;                               \
        result *got = REAL(name)(folder);                                       \
        if (counted) after();                                                   \
        return got;                                                             \
    }
READDIR(struct dirent, readdir)
READDIR(struct dirent64, readdir64)

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
ON_FD(int, fstat, READS, (int fd, struct stat *status), (fd, status))
ON_FD(int, fstat64, READS, (int fd, struct stat64 *status), (fd, status))
ON_FD(ssize_t, sendfile, WRITES, (int fd, int source, off_t *offset, size_t size), (fd, source, offset, size))
ON_FD(ssize_t, sendfile64, WRITES, (int fd, int source, off64_t *offset, size_t size), (fd, source, offset, size))
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

/* Closing a file that was written may report an error of writing. The file is closed all the same. */
int close(int fd) {
    int counted = below_fd(fd) && is_below[fd] == WRITTEN;
    mark(fd, 0);
    int fails_now = counted && fails(READS), error = errno;
    int got = REAL(close)(fd);
    if (fails_now) {
        errno = error;
        return -1;
    }
    if (counted) after();
    return got;
}
