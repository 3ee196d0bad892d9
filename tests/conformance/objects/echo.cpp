// The conformance object in C++: any value, and one member a type.
#include "amino.hpp"

#include <chrono>
#include <random>

struct Point {
  double x, y;
};

AMINO_VALUE(Point, x, y);

using Table = std::map<std::string, std::vector<int64_t>>;
using Names = std::unordered_map<std::string, std::string>;
using Mixed = std::tuple<int64_t, std::string, bool>;

class Echo {
 public:
  amino::value echo(amino::value given) const { return given; }
  int64_t echo_int(int64_t given) const { return given; }
  int32_t echo_small(int32_t given) const { return given; }
  uint64_t echo_natural(uint64_t given) const { return given; }
  double echo_double(double given) const { return given; }
  bool echo_bool(bool given) const { return given; }
  std::string echo_text(const std::string &given) const { return given; }
  amino::bytes echo_bytes(amino::bytes given) const { return given; }
  std::vector<int64_t> echo_list(std::vector<int64_t> given) const { return given; }
  Table echo_map(Table given) const { return given; }
  Names echo_names(const Names &given) const { return given; }
  std::set<std::string> echo_set(std::set<std::string> given) const { return given; }
  Mixed echo_tuple(Mixed given) const { return given; }
  Point echo_point(Point given) const { return given; }
  std::optional<int64_t> echo_optional(std::optional<int64_t> given) const { return given; }

  void fail(std::string message) { amino::raise("EchoFailure", message); }
  amino::value relay(std::string name, std::string method, std::optional<amino::value> given) {
    amino::object other = amino::get(name);
    return given ? other.call(method, *given) : other.call(method, amino::value());
  }
  std::string code_of(std::string name, std::string method) { return amino::get(name).try_call(method).code; }
  int64_t at(std::vector<int64_t> list, int64_t index) const { return list.at(static_cast<size_t>(index)); }

  int64_t now() const {
    auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
  }
  amino::bytes random(int64_t size) const {
    std::random_device source;
    amino::bytes drawn(static_cast<size_t>(size));
    for (unsigned char &each : drawn) each = static_cast<unsigned char>(source());
    return drawn;
  }
  std::vector<std::string> note(std::string text) {
    notes.push_back(text);
    return notes;
  }
  std::vector<std::string> forget(int64_t count) {
    for (; count > 0; count--) notes.pop_back();
    return notes;
  }

  std::vector<std::string> notes;
};

AMINO_OBJECT(Echo, (echo, given, "Gives back what it is given."), (echo_int, given), (echo_small, given), (echo_natural, given), (echo_double, given),
             (echo_bool, given), (echo_text, given), (echo_bytes, given), (echo_list, given), (echo_map, given), (echo_names, given),
             (echo_set, given), (echo_tuple, given), (echo_point, given), (echo_optional, given), (fail, message, "Raises."),
             (relay, name, method, given, "Calls another object."), (code_of, name, method), (at, list, index), now, (random, size), (note, text), (forget, count), notes);
