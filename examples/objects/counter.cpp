// A counter in C++. See sdk/c/amino.hpp for how to compile it.
#include "amino.hpp"

class Counter {
 public:
  explicit Counter(int64_t start = 0) : count(start) {}

  int64_t incr(int64_t n) { return count += n; }
  int64_t get() const { return count; }
  int64_t add_to(amino::object other, int64_t n) { return other.call<int64_t>("incr", n); }

  int64_t amino_save() const { return count; }
  void amino_load(int64_t saved) { count = saved; }

 private:
  int64_t count;
};

AMINO_OBJECT(Counter(int64_t start), (incr, n, "Adds n and gives the new count."), (get, "The count."),
             (add_to, other, n, "Adds n to another counter, in whatever language, and gives its new count."));
