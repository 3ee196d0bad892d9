// A notebook in C++: texts by key in a map, each write counted by another object.
#include "amino.hpp"

class Notebook {
 public:
  void count_with(amino::object other) { counter = other; }

  int64_t write(std::string key, std::string text) {
    texts[key] = text;
    return counter ? counter.call<int64_t>("incr", 1) : 0;
  }

  std::string read(const std::string &key) const {
    auto found = texts.find(key);
    if (found == texts.end()) amino::raise("KeyError", key);
    return found->second;
  }

  int64_t size() const { return static_cast<int64_t>(texts.size()); }

  std::map<std::string, std::string> texts;

 private:
  amino::object counter;
};

AMINO_OBJECT(Notebook, (count_with, other, "Lets another object count the writes from now on."),
             (write, key, text, "Keeps a text and gives the number of writes so far, or 0 when nobody counts."),
             (read, key, "The text of a key."), (size, "The number of keys."), texts);
