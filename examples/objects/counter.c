/* A counter in C. See sdk/c/amino.h for how to compile it to WebAssembly or to LLVM bitcode. */
#include "amino.h"

static int64_t count;

AMINO_CLASS(Counter, "Counts.")

AMINO_CREATE((int64_t start)) { count = start; }

AMINO_MEMBER(int64_t, incr, (int64_t n), "Adds n and gives the new count.") {
  count += n;
  return count;
}

AMINO_READ_ONLY(get)
AMINO_MEMBER(int64_t, get, (void), "The count.") { return count; }

AMINO_MEMBER(int64_t, add_to, (amino_object other, int64_t n), "Adds n to another counter, in whatever language, and gives its new count.") {
  amino_push_int(n);
  amino_call(other, "incr");
  return amino_result_int();
}

AMINO_SAVE {
  amino_bytes *state = amino_reply(sizeof count);
  memcpy(state->data, &count, sizeof count);
  return state;
}

AMINO_LOAD(state) { memcpy(&count, state->data, sizeof count); }
