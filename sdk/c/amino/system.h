/* system.h: the few functions of an operating system that a C library is linked with, where there is none. Included by amino.h.
 * Printed lines go to the object's log. Time and random bytes come from the kernel. There are no files and no environment: each function of
 * theirs answers with an error, as libraries expect. */
#ifndef AMINO_SYSTEM_H
#define AMINO_SYSTEM_H

enum { AMINO_BAD_FILE = 8, AMINO_NOT_SUPPORTED = 52, AMINO_OP_NOW = 32, AMINO_OP_RANDOM = 33 };

#define AMINO_SYSTEM(name) __attribute__((weak)) int32_t __imported_wasi_snapshot_preview1_##name
#define AMINO_NO_FILE(name, ...) AMINO_SYSTEM(name)(__VA_ARGS__) { return AMINO_BAD_FILE; }

struct amino_piece {
  const char *data;
  size_t size;
};

/* The beginning of a line whose end is not yet printed. */
__attribute__((weak)) char amino_line[4096];
__attribute__((weak)) size_t amino_line_size;

__attribute__((weak)) void amino_print(const char *data, size_t size) {
  for (size_t i = 0; i < size; i++) {
    if (data[i] != '\n') amino_line[amino_line_size++] = data[i];
    if (data[i] != '\n' && amino_line_size < sizeof amino_line) continue;
    amino_host(AMINO_OP_LOG, AMINO_ADDRESS(amino_line), (int64_t)amino_line_size, 0);
    amino_line_size = 0;
  }
}

AMINO_SYSTEM(fd_write)(int32_t file, int32_t pieces, int32_t count, int32_t written) {
  if (file != 1 && file != 2) return AMINO_BAD_FILE;
  const struct amino_piece *at = (const struct amino_piece *)pieces;
  size_t size = 0;
  for (int32_t i = 0; i < count; i++) {
    amino_print(at[i].data, at[i].size);
    size += at[i].size;
  }
  memcpy((void *)written, &size, sizeof size);
  return 0;
}

/* A terminal, so that each line is written when it ends. */
AMINO_SYSTEM(fd_fdstat_get)(int32_t file, int32_t facts) {
  if (file != 1 && file != 2) return AMINO_BAD_FILE;
  memset((void *)facts, 0, 24);
  *(unsigned char *)facts = 2;
  return 0;
}

/* Standard input is empty. */
AMINO_SYSTEM(fd_read)(int32_t file, int32_t pieces, int32_t count, int32_t read) {
  (void)pieces, (void)count;
  if (file != 0) return AMINO_BAD_FILE;
  memset((void *)read, 0, 4);
  return 0;
}

AMINO_NO_FILE(fd_close, int32_t file)
/* The part of the library that is written in Zig calls it by another name. */
__attribute__((weak)) int32_t amino_fd_close(int32_t file) __asm__("fd_close|wasi_snapshot_preview1");
__attribute__((weak)) int32_t amino_fd_close(int32_t file) { return (void)file, AMINO_BAD_FILE; }
AMINO_NO_FILE(fd_seek, int32_t file, int64_t offset, int32_t whence, int32_t place)
AMINO_NO_FILE(fd_tell, int32_t file, int32_t place)
AMINO_NO_FILE(fd_sync, int32_t file)
AMINO_NO_FILE(fd_datasync, int32_t file)
AMINO_NO_FILE(fd_pread, int32_t file, int32_t pieces, int32_t count, int64_t offset, int32_t read)
AMINO_NO_FILE(fd_pwrite, int32_t file, int32_t pieces, int32_t count, int64_t offset, int32_t written)
AMINO_NO_FILE(fd_readdir, int32_t file, int32_t to, int32_t size, int64_t from, int32_t used)
AMINO_NO_FILE(fd_renumber, int32_t file, int32_t to)
AMINO_NO_FILE(fd_fdstat_set_flags, int32_t file, int32_t flags)
AMINO_NO_FILE(fd_filestat_get, int32_t file, int32_t facts)
AMINO_NO_FILE(fd_filestat_set_size, int32_t file, int64_t size)
AMINO_NO_FILE(fd_filestat_set_times, int32_t file, int64_t seen, int64_t changed, int32_t which)
AMINO_NO_FILE(fd_prestat_get, int32_t file, int32_t facts)
AMINO_NO_FILE(fd_prestat_dir_name, int32_t file, int32_t name, int32_t size)
AMINO_NO_FILE(path_create_directory, int32_t file, int32_t name, int32_t size)
AMINO_NO_FILE(path_filestat_get, int32_t file, int32_t flags, int32_t name, int32_t size, int32_t facts)
AMINO_NO_FILE(path_filestat_set_times, int32_t file, int32_t flags, int32_t name, int32_t size, int64_t seen, int64_t changed, int32_t which)
AMINO_NO_FILE(path_link, int32_t file, int32_t flags, int32_t name, int32_t size, int32_t to, int32_t new_name, int32_t new_size)
AMINO_NO_FILE(path_open, int32_t file, int32_t look, int32_t name, int32_t size, int32_t open, int64_t own, int64_t inherited, int32_t flags, int32_t made)
AMINO_NO_FILE(path_readlink, int32_t file, int32_t name, int32_t size, int32_t to, int32_t room, int32_t used)
AMINO_NO_FILE(path_remove_directory, int32_t file, int32_t name, int32_t size)
AMINO_NO_FILE(path_rename, int32_t file, int32_t name, int32_t size, int32_t to, int32_t new_name, int32_t new_size)
AMINO_NO_FILE(path_symlink, int32_t name, int32_t size, int32_t file, int32_t to, int32_t new_size)
AMINO_NO_FILE(path_unlink_file, int32_t file, int32_t name, int32_t size)

AMINO_SYSTEM(environ_get)(int32_t texts, int32_t bytes) { return (void)texts, (void)bytes, 0; }
AMINO_SYSTEM(environ_sizes_get)(int32_t count, int32_t size) {
  memset((void *)count, 0, 4);
  memset((void *)size, 0, 4);
  return 0;
}

AMINO_SYSTEM(clock_res_get)(int32_t clock, int32_t to) { return (void)clock, *(int64_t *)to = 1000, 0; }
AMINO_SYSTEM(clock_time_get)(int32_t clock, int64_t precision, int32_t to) { return (void)precision, *(int64_t *)to = amino_host(AMINO_OP_NOW, clock, 0, 0), 0; }
AMINO_SYSTEM(random_get)(int32_t to, int32_t size) {
  for (int32_t done = 0; done < size;) done += (int32_t)amino_host(AMINO_OP_RANDOM, (int64_t)(uint32_t)to + done, size - done, 0);
  return 0;
}
AMINO_SYSTEM(sched_yield)(void) { return 0; }
AMINO_SYSTEM(poll_oneoff)(int32_t wanted, int32_t seen, int32_t count, int32_t number) {
  return (void)wanted, (void)seen, (void)count, (void)number, AMINO_NOT_SUPPORTED;
}

__attribute__((weak, noreturn)) void __imported_wasi_snapshot_preview1_proc_exit(int32_t status) {
  static const char type[] = "Exit";
  char message[] = "the object ended itself with          0", *end = message + sizeof message - 1, *at = end;
  for (uint32_t rest = (uint32_t)status; rest; rest /= 10) *--at = (char)('0' + rest % 10);
  if (at == end) at--;
  size_t head = strlen("the object ended itself with ");
  memmove(message + head, at, (size_t)(end - at));
  amino_host(AMINO_OP_PUSH_STRING, AMINO_ADDRESS(type), (int64_t)(sizeof type - 1), 0);
  amino_host(AMINO_OP_RAISE, AMINO_ADDRESS(message), (int64_t)(head + (size_t)(end - at)), 0);
  __builtin_unreachable();
}

#endif
