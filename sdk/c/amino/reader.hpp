// reader.hpp: takes values apart as docs/wire.md, section 1, writes them.
#ifndef AMINO_READER_HPP
#define AMINO_READER_HPP

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "../amino.h"

namespace amino {

// Ends the member: the caller gets ARGUMENT_INVALID (or VALUE_INVALID for a result) with this message.
[[noreturn]] inline void refuse(const std::string &message, bool result = false) {
  amino_host(AMINO_OP_REFUSE, AMINO_ADDRESS(message.data()), static_cast<int64_t>(message.size()), result ? 1 : 0);
  __builtin_unreachable();
}

namespace detail {

enum class kind : uint8_t { nothing, boolean, integer, number, text, bytes, list, map, extension };

enum extension : int8_t { timestamp = -1, big_integer = 1, set = 2, duration = 3, reference = 4, graph = 6, back_reference = 7, named = 9 };

inline const char *name_of(kind what) {
  static const char *const names[] = {"nothing", "a boolean", "an integer", "a number", "a text", "bytes", "a list", "a map", "another value"};
  return names[static_cast<int>(what)];
}

// The beginning of an item: its kind, and its number: the value of an integer, the bits of a double, the size of a text, the length of a list.
struct head {
  kind what;
  int8_t type = 0;         // of an extension
  bool beyond = false;     // an integer from 2^63 on, whose bits the number holds
  uint64_t number = 0;
};

class reader {
 public:
  reader(const unsigned char *from, size_t size, std::string where) : at_(from), end_(from + size), where_(std::move(where)) {}

  const unsigned char *at() const { return at_; }
  void seek(const unsigned char *to) { at_ = to; }
  bool more() const { return at_ < end_; }
  void name(std::string where) { where_ = std::move(where); }
  const std::string &where() const { return where_; }

  [[noreturn]] void mismatch(const char *wanted, const head &given) const { mismatch(wanted, name_of(given.what)); }
  [[noreturn]] void mismatch(const char *wanted, const char *given) const { refuse(where_ + " must be " + wanted + ", but is " + given); }

  // Reads the beginning of the next item.
  head next() {
    unsigned char first = octet();
    if (first < 0x80) return {kind::integer, 0, false, first};
    if (first >= 0xe0) return {kind::integer, 0, false, static_cast<uint64_t>(static_cast<int64_t>(static_cast<int8_t>(first)))};
    if (first < 0x90) return {kind::map, 0, false, static_cast<uint64_t>(first & 0x0f)};
    if (first < 0xa0) return {kind::list, 0, false, static_cast<uint64_t>(first & 0x0f)};
    if (first < 0xc0) return {kind::text, 0, false, static_cast<uint64_t>(first & 0x1f)};
    return marked(first);
  }

  head peek() {
    const unsigned char *before = at_;
    head found = next();
    at_ = before;
    return found;
  }

  // The same, where an integer beyond 64 bits with a sign becomes an integer if 64 bits can hold it.
  head next_integer() {
    head given = next();
    if (given.what != kind::extension || given.type != big_integer) return given;
    std::string_view content = take(given.number);
    bool negative = !content.empty() && (content[0] & 0x80) != 0;
    bool beyond = content.size() == 9 && content[0] == 0 && (content[1] & 0x80) != 0;
    if (content.size() > 8 && !beyond) return {kind::extension, big_integer, negative, 0};
    uint64_t number = negative ? ~uint64_t{0} : 0;
    for (char each : content) number = number << 8 | static_cast<unsigned char>(each);
    return {kind::integer, 0, beyond, number};
  }

  // The content of a text, of bytes or of an extension.
  std::string_view take(uint64_t size) {
    if (size > static_cast<uint64_t>(end_ - at_)) refuse(where_ + " is cut off");
    std::string_view content(reinterpret_cast<const char *>(at_), static_cast<size_t>(size));
    at_ += size;
    return content;
  }

  // Passes the next item with all that it holds.
  void skip() {
    uint64_t left = 1;
    while (left-- > 0) {
      head item = next();
      if (item.what == kind::list) left += item.number;
      if (item.what == kind::map) left += 2 * item.number;
      if (item.what == kind::text || item.what == kind::bytes || item.what == kind::extension) take(item.number);
    }
  }

  // Reads a value with read(). A part with several places is read anew for each of them, and a name is passed.
  template <class Read>
  void resolve(bool keep_name, Read read) {
    head item = peek();
    if (item.what != kind::extension || (item.type != graph && item.type != back_reference && (item.type != named || keep_name))) return read();
    next();
    const unsigned char *after = at_ + item.number;
    if (++depth_ > 200) refuse(where_ + " holds itself");
    if (item.type == named) {
      next();
      skip();
      resolve(keep_name, read);
    } else if (item.type == graph) {
      std::vector<const unsigned char *> before = std::move(nodes_);
      nodes_.clear();
      for (uint64_t left = next().number; left > 0; left--) {
        nodes_.push_back(at_);
        skip();
      }
      if (nodes_.empty()) refuse(where_ + " is cut off");
      at_ = nodes_[0];
      resolve(keep_name, read);
      nodes_ = std::move(before);
    } else {
      uint64_t index = next().number;
      if (index >= nodes_.size()) refuse(where_ + " refers to what is not there");
      at_ = nodes_[static_cast<size_t>(index)];
      resolve(keep_name, read);
    }
    depth_--;
    at_ = after;
  }

  // Whether a part of the value that is being read may be shared.
  bool in_graph() const { return !nodes_.empty(); }

 private:
  const unsigned char *at_, *end_;
  std::string where_;
  std::vector<const unsigned char *> nodes_;
  int depth_ = 0;

  unsigned char octet() {
    if (at_ >= end_) refuse(where_ + " is cut off");
    return *at_++;
  }

  uint64_t big_endian(int size) {
    uint64_t value = 0;
    for (int i = 0; i < size; i++) value = value << 8 | octet();
    return value;
  }

  head extension_of(uint64_t size) {
    auto type = static_cast<int8_t>(octet());
    return {kind::extension, type, false, size};
  }

  head marked(unsigned char first) {
    switch (first) {
      case 0xc0: return {kind::nothing};
      case 0xc2: return {kind::boolean, 0, false, 0};
      case 0xc3: return {kind::boolean, 0, false, 1};
      case 0xc4: case 0xc5: case 0xc6: return {kind::bytes, 0, false, big_endian(1 << (first - 0xc4))};
      case 0xc7: case 0xc8: case 0xc9: return extension_of(big_endian(1 << (first - 0xc7)));
      case 0xca: return {kind::number, 0, false, widened(static_cast<uint32_t>(big_endian(4)))};
      case 0xcb: return {kind::number, 0, false, big_endian(8)};
      case 0xcc: case 0xcd: case 0xce: return {kind::integer, 0, false, big_endian(1 << (first - 0xcc))};
      case 0xcf: {
        uint64_t value = big_endian(8);
        return {kind::integer, 0, value >> 63 != 0, value};
      }
      case 0xd0: return {kind::integer, 0, false, static_cast<uint64_t>(static_cast<int64_t>(static_cast<int8_t>(octet())))};
      case 0xd1: return {kind::integer, 0, false, static_cast<uint64_t>(static_cast<int64_t>(static_cast<int16_t>(big_endian(2))))};
      case 0xd2: return {kind::integer, 0, false, static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(big_endian(4))))};
      case 0xd3: return {kind::integer, 0, false, big_endian(8)};
      case 0xd4: case 0xd5: case 0xd6: case 0xd7: case 0xd8: return extension_of(uint64_t{1} << (first - 0xd4));
      case 0xd9: case 0xda: case 0xdb: return {kind::text, 0, false, big_endian(1 << (first - 0xd9))};
      case 0xdc: return {kind::list, 0, false, big_endian(2)};
      case 0xdd: return {kind::list, 0, false, big_endian(4)};
      case 0xde: return {kind::map, 0, false, big_endian(2)};
      case 0xdf: return {kind::map, 0, false, big_endian(4)};
      default: refuse(where_ + " is no value");
    }
  }

  static uint64_t widened(uint32_t bits) {
    float narrow;
    std::memcpy(&narrow, &bits, 4);
    double wide = narrow;
    uint64_t found;
    std::memcpy(&found, &wide, 8);
    return found;
  }
};

}  // namespace detail
}  // namespace amino

#endif
