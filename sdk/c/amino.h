/* amino.h: write an Amino object in C. For C++ there is amino.hpp.
 *
 *   #include "amino.h"
 *   static int64_t count;
 *   AMINO_CLASS(Counter, "Counts.")
 *   AMINO_READ_ONLY(get)
 *   AMINO_MEMBER(int64_t, incr, (int64_t n), "Adds n and gives the new count.") { count += n; return count; }
 *   AMINO_MEMBER(int64_t, get, (void), "The count.") { return count; }
 *
 * One source, two roads. WebAssembly (runs in the sandbox, needs no permission):
 *   zig cc --target=wasm32-freestanding -nostdlib -O2 -Wl,--no-entry -o counter.wasm counter.c
 * LLVM bitcode (as trusted as the kernel itself: needs --allow native):
 *   zig cc --target=x86_64-linux-gnu -emit-llvm -c -O1 -g0 -fno-sanitize=undefined -Xclang -disable-lifetime-markers -o counter.bc counter.c
 *   clang --target=x86_64-unknown-linux-gnu -emit-llvm -c -O1 -o counter.bc counter.c
 * (GraalVM 25 reads the bitcode of compilers newer than LLVM 18 only without debug information and lifetime markers.)
 * (`python -m ziglang cc` is the compiler of the wheel `ziglang`.) Code that needs a C library: --target=wasm32-wasi -mexec-model=reactor.
 *
 * Types of parameters and results: int8_t … int64_t, uint8_t … uint64_t, int, long, size_t, bool, float, double, void,
 * `const char *` (UTF-8, ends with NUL), `const amino_bytes *` (any bytes), `amino_object` (another object).
 * Memory of an argument belongs to the runtime and is gone after the call: copy what you keep. Memory of a result stays yours; for a
 * result made for the answer only, take it from amino_reply(): the runtime frees it.
 * State: each object has memory of its own. In WebAssembly it is captured whole; in bitcode write AMINO_SAVE and AMINO_LOAD.
 */
#ifndef AMINO_H
#define AMINO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__wasm__) && !defined(__wasi__)
#include "amino/memory.h"
#else
#include <stdlib.h>
#include <string.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__wasm__)
#define AMINO_EXPORT(name) __attribute__((export_name(#name), used, nodebug, visibility("default")))
#define AMINO_IMPORT(name) __attribute__((import_module("amino"), import_name(#name)))
#else
/* nodebug: GraalVM 25 fails on the types that compilers newer than LLVM 18 describe. */
#define AMINO_EXPORT(name) __attribute__((used, nodebug, visibility("default")))
#endif
#define AMINO_RUNTIME(name) __attribute__((weak)) AMINO_EXPORT(name)

/* Bytes with their number; used as `const amino_bytes *`. */
typedef struct amino_bytes {
  uint64_t size;
  unsigned char data[];
} amino_bytes;

/* Another object; 0 is none. A handle may be kept as long as this object lives. */
typedef int32_t amino_object;

/* ---- what the object offers ---- */

/* Declares and exports a member. Its description is read by the runtime: types and names come from the code itself. */
#define AMINO_MEMBER(result, name, parameters, doc)                                                                        \
  AMINO_EXPORT(amino_member_##name) const char *amino_member_##name(void) { return #result "\n" #parameters "\n" doc; }    \
  AMINO_EXPORT(name) result name parameters

/* The member does not change the object. */
#define AMINO_READ_ONLY(name)                                      \
  AMINO_EXPORT(amino_read_only_##name) int32_t amino_read_only_##name(void) { return 1; }

/* Name and documentation of the interface; without it the file's name is taken. */
#define AMINO_CLASS(name, doc)                                     \
  AMINO_EXPORT(amino_class) const char *amino_class(void) { return #name "\n" doc; }

/* Runs when an object is made: AMINO_CREATE((int64_t start)) { count = start; } */
#define AMINO_CREATE(parameters) AMINO_MEMBER(void, amino_create, parameters, "")

/* The state as bytes, and back: AMINO_SAVE { … return bytes; }   AMINO_LOAD(state) { … } */
#define AMINO_SAVE AMINO_EXPORT(amino_save) const amino_bytes *amino_save(void)
#define AMINO_LOAD(state) AMINO_EXPORT(amino_load) void amino_load(const amino_bytes *state)

/* ---- memory ---- */

AMINO_RUNTIME(amino_allocate) uint64_t amino_allocate(uint64_t size) { return (uint64_t)(uintptr_t)malloc((size_t)size); }
AMINO_RUNTIME(amino_release) void amino_release(uint64_t address) { free((void *)(uintptr_t)address); }

/* Chain of what amino_reply() gave since the call began. */
typedef struct amino_replied {
  struct amino_replied *next;
  uint64_t padding;
} amino_replied;

__attribute__((weak)) amino_replied *amino_replies;

__attribute__((weak)) void *amino_temporary(size_t size) {
  amino_replied *block = (amino_replied *)malloc(size + sizeof(amino_replied));
  if (!block) return 0;
  block->next = amino_replies;
  amino_replies = block;
  return block + 1;
}

AMINO_RUNTIME(amino_end_call) void amino_end_call(void) {
  while (amino_replies) {
    amino_replied *next = amino_replies->next;
    free(amino_replies);
    amino_replies = next;
  }
}

/* Room for a result of `size` bytes, freed by the runtime when the answer is sent. */
static inline amino_bytes *amino_reply(uint64_t size) {
  amino_bytes *bytes = (amino_bytes *)amino_temporary((size_t)size + sizeof(amino_bytes));
  if (bytes) bytes->size = size;
  return bytes;
}

/* The same for a string of `size` bytes; its end is put. */
static inline char *amino_reply_text(size_t size) {
  char *text = (char *)amino_temporary(size + 1);
  if (text) text[size] = 0;
  return text;
}

/* ---- the runtime's side of the memory: bitcode is read and written through these ---- */

#if !defined(__wasm__)
AMINO_RUNTIME(amino_peek) uint64_t amino_peek(uint64_t address) { uint64_t word; memcpy(&word, (void *)(uintptr_t)address, 8); return word; }
AMINO_RUNTIME(amino_peek_byte) int32_t amino_peek_byte(uint64_t address) { return *(unsigned char *)(uintptr_t)address; }
AMINO_RUNTIME(amino_poke) void amino_poke(uint64_t address, uint64_t word) { memcpy((void *)(uintptr_t)address, &word, 8); }
AMINO_RUNTIME(amino_poke_byte) void amino_poke_byte(uint64_t address, int32_t value) { *(unsigned char *)(uintptr_t)address = (unsigned char)value; }
AMINO_RUNTIME(amino_text_size) uint64_t amino_text_size(uint64_t address) { return strlen((const char *)(uintptr_t)address); }
#endif

#if defined(__wasm__)
/* A member that ends with an error leaves the stack as it stood; the runtime puts it back, and makes room before it restores a state. */
__asm__(".globaltype __stack_pointer, i32\n");
AMINO_RUNTIME(amino_stack) uint32_t amino_stack(void) {
  uint32_t top;
  __asm__ volatile("global.get __stack_pointer\nlocal.set %0" : "=r"(top));
  return top;
}
AMINO_RUNTIME(amino_unwind) void amino_unwind(uint32_t top) { __asm__ volatile("local.get %0\nglobal.set __stack_pointer" : : "r"(top)); }
AMINO_RUNTIME(amino_grow) int32_t amino_grow(uint32_t pages) {
  size_t have = __builtin_wasm_memory_size(0);
  return pages <= have || __builtin_wasm_memory_grow(0, pages - have) != (size_t)-1;
}
#endif

/* ---- calls to other objects ---- */

typedef enum amino_kind {
  AMINO_FAILED = -1, AMINO_NULL, AMINO_INT, AMINO_DOUBLE, AMINO_BOOL, AMINO_STRING, AMINO_BYTES, AMINO_OBJECT, AMINO_OTHER
} amino_kind;

enum { AMINO_OP_GET, AMINO_OP_SELF, AMINO_OP_PUSH_NULL, AMINO_OP_PUSH_INT, AMINO_OP_PUSH_DOUBLE, AMINO_OP_PUSH_BOOL, AMINO_OP_PUSH_STRING,
  AMINO_OP_PUSH_BYTES, AMINO_OP_PUSH_OBJECT, AMINO_OP_CALL, AMINO_OP_RESULT_INT, AMINO_OP_RESULT_DOUBLE, AMINO_OP_RESULT_SIZE,
  AMINO_OP_RESULT_COPY, AMINO_OP_ERROR, AMINO_OP_RAISE, AMINO_OP_RETHROW, AMINO_OP_LOG, AMINO_OP_PUSH_VALUE, AMINO_OP_RESULT_VALUE, AMINO_OP_REFUSE,
  AMINO_OP_OBJECT_OF, AMINO_OP_REFERENCE_OF };

#if defined(__wasm__)
AMINO_IMPORT(host) int64_t amino_host(int32_t operation, int64_t a, int64_t b, int64_t c);
#else
typedef int64_t (*amino_host_function)(int32_t operation, int64_t a, int64_t b, int64_t c);
__attribute__((weak)) amino_host_function amino_host_pointer;
AMINO_RUNTIME(amino_attach) void amino_attach(amino_host_function host) { amino_host_pointer = host; }
static inline int64_t amino_host(int32_t operation, int64_t a, int64_t b, int64_t c) { return amino_host_pointer(operation, a, b, c); }
#endif

#define AMINO_ADDRESS(pointer) ((int64_t)(uintptr_t)(pointer))

/* The object registered under a name. When there is none, the member ends with that error. */
static inline amino_object amino_get(const char *name) { return (amino_object)amino_host(AMINO_OP_GET, AMINO_ADDRESS(name), (int64_t)strlen(name), 0); }
/* The object whose member runs now. */
static inline amino_object amino_self(void) { return (amino_object)amino_host(AMINO_OP_SELF, 0, 0, 0); }
/* A line in the object's log. */
static inline void amino_log(const char *text) { amino_host(AMINO_OP_LOG, AMINO_ADDRESS(text), (int64_t)strlen(text), 0); }

#if defined(__wasi__)
#include "amino/system.h"
#endif

/* Arguments of the next call, in order. */
static inline void amino_push_null(void) { amino_host(AMINO_OP_PUSH_NULL, 0, 0, 0); }
static inline void amino_push_int(int64_t value) { amino_host(AMINO_OP_PUSH_INT, value, 0, 0); }
static inline void amino_push_bool(bool value) { amino_host(AMINO_OP_PUSH_BOOL, value, 0, 0); }
static inline void amino_push_object(amino_object value) { amino_host(AMINO_OP_PUSH_OBJECT, value, 0, 0); }
static inline void amino_push_string(const char *text) { amino_host(AMINO_OP_PUSH_STRING, AMINO_ADDRESS(text), (int64_t)strlen(text), 0); }
static inline void amino_push_bytes(const void *data, uint64_t size) { amino_host(AMINO_OP_PUSH_BYTES, AMINO_ADDRESS(data), (int64_t)size, 0); }
static inline void amino_push_double(double value) {
  union { double number; int64_t bits; } both = {value};
  amino_host(AMINO_OP_PUSH_DOUBLE, both.bits, 0, 0);
}

/* Calls a method with the pushed arguments and waits. An error of the callee ends this member with the same error. C has no unwinding:
 * nothing of this member's own runs after it. */
static inline amino_kind amino_call(amino_object object, const char *method) {
  amino_kind kind = (amino_kind)amino_host(AMINO_OP_CALL, object, AMINO_ADDRESS(method), (int64_t)strlen(method));
  if (kind == AMINO_FAILED) amino_host(AMINO_OP_RETHROW, 0, 0, 0);
  return kind;
}
/* The same, but gives AMINO_FAILED instead; then ask amino_error(). */
static inline amino_kind amino_try_call(amino_object object, const char *method) {
  return (amino_kind)amino_host(AMINO_OP_CALL, object, AMINO_ADDRESS(method), (int64_t)strlen(method));
}

/* The answer of the last call, by its kind. */
static inline int64_t amino_result_int(void) { return amino_host(AMINO_OP_RESULT_INT, 0, 0, 0); }
static inline bool amino_result_bool(void) { return amino_result_int() != 0; }
static inline amino_object amino_result_object(void) { return (amino_object)amino_result_int(); }
static inline double amino_result_double(void) {
  union { int64_t bits; double number; } both = {amino_host(AMINO_OP_RESULT_DOUBLE, 0, 0, 0)};
  return both.number;
}
/* Size in bytes of a string or bytes, and a copy of them. */
static inline uint64_t amino_result_size(void) { return (uint64_t)amino_host(AMINO_OP_RESULT_SIZE, 0, 0, 0); }
static inline void amino_result_copy(void *to) { amino_host(AMINO_OP_RESULT_COPY, AMINO_ADDRESS(to), 0, 0); }
/* A string answer, freed when this member's own answer is sent. */
static inline const char *amino_result_text(void) {
  char *text = amino_reply_text((size_t)amino_result_size());
  if (text) amino_result_copy(text);
  return text;
}
/* After AMINO_FAILED: 0 the code, 1 the type, 2 the message. Freed when this member's own answer is sent. */
static inline const char *amino_error(int32_t which) {
  amino_host(AMINO_OP_ERROR, which, 0, 0);
  return amino_result_text();
}
/* Ends this member with an error of its own. */
static inline void amino_raise(const char *type, const char *message) {
  amino_push_string(type);
  amino_host(AMINO_OP_RAISE, AMINO_ADDRESS(message), (int64_t)strlen(message), 0);
  __builtin_unreachable();
}

#ifdef __cplusplus
}
#endif

#endif
