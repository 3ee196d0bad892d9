#include "amino.h"

static int64_t value;

AMINO_CLASS(Worker, "Counts, and computes.")

AMINO_MEMBER(int64_t, incr, (int64_t n, const char *padding), "Adds n and gives the new count.") {
  (void)padding;
  return value += n;
}

AMINO_READ_ONLY(run)
AMINO_MEMBER(int64_t, run, (int64_t seed, int64_t steps), "So many steps of Lehmer's random numbers.") {
  int64_t current = seed;
  for (int64_t step = 0; step < steps; step++) current = current * 16807 % 2147483647;
  return current;
}
