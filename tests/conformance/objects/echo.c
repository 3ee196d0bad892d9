/* The conformance object in C: one member a type, since C's types are its own. */
#include "amino.h"

AMINO_CLASS(Echo, "Gives back what it is given.")

AMINO_READ_ONLY(echo_int)
AMINO_MEMBER(int64_t, echo_int, (int64_t value), "A 64-bit integer.") { return value; }

AMINO_READ_ONLY(echo_small)
AMINO_MEMBER(int32_t, echo_small, (int32_t value), "A 32-bit integer.") { return value; }

AMINO_READ_ONLY(echo_double)
AMINO_MEMBER(double, echo_double, (double value), "A double.") { return value; }

AMINO_READ_ONLY(echo_bool)
AMINO_MEMBER(bool, echo_bool, (bool value), "A boolean.") { return value; }

AMINO_READ_ONLY(echo_text)
AMINO_MEMBER(const char *, echo_text, (const char *text), "A string.") {
  char *copy = amino_reply_text(strlen(text));
  memcpy(copy, text, strlen(text));
  return copy;
}

AMINO_READ_ONLY(echo_bytes)
AMINO_MEMBER(const amino_bytes *, echo_bytes, (const amino_bytes *bytes), "Any bytes.") {
  amino_bytes *copy = amino_reply(bytes->size);
  memcpy(copy->data, bytes->data, (size_t)bytes->size);
  return copy;
}

AMINO_MEMBER(void, fail, (const char *message), "Raises.") { amino_raise("EchoFailure", message); }

AMINO_MEMBER(int64_t, relay, (const char *name, const char *method, int64_t value), "Calls another object with an integer.") {
  amino_push_int(value);
  amino_call(amino_get(name), method);
  return amino_result_int();
}

/* Not offered: the artifact exports it, but it is no member. */
int64_t helper(int64_t value) { return value + 1; }
