/* A notebook in C: entries by key, each write counted by another object. */
#include "amino.h"

#define ENTRIES 64

typedef struct entry {
  char *key;
  char *text;
} entry;

static entry entries[ENTRIES];
static int32_t used;
static amino_object counter;

AMINO_CLASS(Notebook, "Keeps texts by key.")

static char *copy(const char *text) {
  size_t size = strlen(text) + 1;
  char *own = malloc(size);
  memcpy(own, text, size);
  return own;
}

static entry *find(const char *key) {
  for (int32_t i = 0; i < used; i++) {
    if (strlen(entries[i].key) == strlen(key) && memcmp(entries[i].key, key, strlen(key)) == 0) return &entries[i];
  }
  return 0;
}

AMINO_MEMBER(void, count_with, (amino_object other), "Lets another object count the writes from now on.") { counter = other; }

AMINO_MEMBER(int64_t, write, (const char *key, const char *text), "Keeps a text and gives the number of writes so far, or 0 when nobody counts.") {
  entry *known = find(key);
  if (!known) {
    if (used == ENTRIES) amino_raise("Full", "the notebook has no room for another key");
    known = &entries[used++];
    known->key = copy(key);
    known->text = 0;
  }
  free(known->text);
  known->text = copy(text);
  if (!counter) return 0;
  amino_push_int(1);
  amino_call(counter, "incr");
  return amino_result_int();
}

AMINO_READ_ONLY(read)
AMINO_MEMBER(const char *, read, (const char *key), "The text of a key.") {
  entry *known = find(key);
  if (!known) amino_raise("KeyError", key);
  return known->text;
}

AMINO_READ_ONLY(size)
AMINO_MEMBER(int32_t, size, (void), "The number of keys.") { return used; }
