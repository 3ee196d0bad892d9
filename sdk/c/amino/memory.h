/* memory.h: malloc and its like for WebAssembly without a C library; amino.h includes it. */
#ifndef AMINO_MEMORY_H
#define AMINO_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* No C library: a free list over the memory behind the program, first fit, neighbours joined. */
extern unsigned char __heap_base;

typedef struct amino_block {
  size_t size; /* of the whole block, a multiple of 16 */
  struct amino_block *next;
  uint64_t padding;
} amino_block;

__attribute__((weak)) amino_block *amino_free_blocks;
__attribute__((weak)) unsigned char *amino_heap_end;

__attribute__((weak)) void free(void *pointer) {
  if (!pointer) return;
  amino_block *block = (amino_block *)((unsigned char *)pointer - 16);
  amino_block **link = &amino_free_blocks;
  while (*link && *link < block) link = &(*link)->next;
  block->next = *link;
  *link = block;
  if (block->next && (unsigned char *)block + block->size == (unsigned char *)block->next) {
    block->size += block->next->size;
    block->next = block->next->next;
  }
  if (link == &amino_free_blocks) return;
  amino_block *before = (amino_block *)((unsigned char *)link - offsetof(amino_block, next));
  if ((unsigned char *)before + before->size != (unsigned char *)block) return;
  before->size += block->size;
  before->next = block->next;
}

__attribute__((weak)) void *malloc(size_t size) {
  if (size > SIZE_MAX - 65536 - 32) return 0;
  size_t needed = (size + 16 + 15) & ~(size_t)15;
  for (amino_block **link = &amino_free_blocks; *link; link = &(*link)->next) {
    amino_block *block = *link;
    if (block->size < needed) continue;
    if (block->size - needed >= 48) {
      amino_block *rest = (amino_block *)((unsigned char *)block + needed);
      rest->size = block->size - needed;
      rest->next = block->next;
      *link = rest;
      block->size = needed;
    } else {
      *link = block->next;
    }
    return (unsigned char *)block + 16;
  }
  if (!amino_heap_end) amino_heap_end = (unsigned char *)(((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15);
  uintptr_t have = (uintptr_t)__builtin_wasm_memory_size(0) * 65536, wanted = (uintptr_t)amino_heap_end + needed;
  if (wanted < needed) return 0;
  if (wanted > have && __builtin_wasm_memory_grow(0, (wanted - have + 65535) / 65536) == (size_t)-1) return 0;
  amino_block *block = (amino_block *)amino_heap_end;
  amino_heap_end += needed;
  block->size = needed;
  return (unsigned char *)block + 16;
}

/* The compiler itself calls these. */
__attribute__((weak)) void *memcpy(void *to, const void *from, size_t size) {
  for (size_t i = 0; i < size; i++) ((volatile unsigned char *)to)[i] = ((const unsigned char *)from)[i];
  return to;
}

__attribute__((weak)) void *memmove(void *to, const void *from, size_t size) {
  if ((uintptr_t)to <= (uintptr_t)from) return memcpy(to, from, size);
  for (size_t i = size; i > 0; i--) ((volatile unsigned char *)to)[i - 1] = ((const unsigned char *)from)[i - 1];
  return to;
}

__attribute__((weak)) void *memset(void *to, int value, size_t size) {
  for (size_t i = 0; i < size; i++) ((volatile unsigned char *)to)[i] = (unsigned char)value;
  return to;
}

__attribute__((weak)) int memcmp(const void *a, const void *b, size_t size) {
  for (size_t i = 0; i < size; i++) {
    int difference = ((const unsigned char *)a)[i] - ((const unsigned char *)b)[i];
    if (difference) return difference;
  }
  return 0;
}

__attribute__((weak)) size_t strlen(const char *text) {
  size_t size = 0;
  while (text[size]) size++;
  return size;
}

#endif
