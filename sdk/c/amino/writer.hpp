// writer.hpp: writes values as docs/wire.md, section 1, says.
#ifndef AMINO_WRITER_HPP
#define AMINO_WRITER_HPP

#include <cstring>
#include <string>
#include <string_view>

#include "reader.hpp"

namespace amino::detail {

inline bool is_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    auto first = static_cast<unsigned char>(text[i++]);
    if (first < 0x80) continue;
    int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    uint32_t point = first & (0x3f >> more);
    if (first < 0xc2 || first > 0xf4) return false;
    for (int k = 0; k < more; k++, i++) {
      if (i >= text.size() || (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return false;
      point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
    }
    if (point < (more == 1 ? 0x80u : more == 2 ? 0x800u : 0x10000u) || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return false;
  }
  return true;
}

class writer {
 public:
  const std::string &bytes() const { return bytes_; }

  void nothing() { octet(0xc0); }
  void boolean(bool value) { octet(value ? 0xc3 : 0xc2); }

  void integer(int64_t value) {
    if (value >= 0) return natural(static_cast<uint64_t>(value));
    if (value >= -32) return octet(static_cast<unsigned char>(value));
    if (value >= INT8_MIN) return marked(0xd0, static_cast<uint64_t>(value), 1);
    if (value >= INT16_MIN) return marked(0xd1, static_cast<uint64_t>(value), 2);
    if (value >= INT32_MIN) return marked(0xd2, static_cast<uint64_t>(value), 4);
    marked(0xd3, static_cast<uint64_t>(value), 8);
  }

  void natural(uint64_t value) {
    if (value < 0x80) return octet(static_cast<unsigned char>(value));
    if (value <= UINT8_MAX) return marked(0xcc, value, 1);
    if (value <= UINT16_MAX) return marked(0xcd, value, 2);
    marked(value <= UINT32_MAX ? 0xce : 0xcf, value, value <= UINT32_MAX ? 4 : 8);
  }

  void number(double value) {
    uint64_t bits;
    std::memcpy(&bits, &value, 8);
    marked(0xcb, bits, 8);
  }

  void text(std::string_view value) {
    if (!is_utf8(value)) refuse("a result or argument is a text that is not UTF-8; give amino::bytes", true);
    if (value.size() < 32) octet(static_cast<unsigned char>(0xa0 | value.size()));
    else sized(0xd9, value.size());
    raw(value);
  }

  void binary(const void *data, size_t size) {
    sized(0xc4, size);
    raw({static_cast<const char *>(data), size});
  }

  void list(size_t length) {
    if (length < 16) return octet(static_cast<unsigned char>(0x90 | length));
    marked(length <= UINT16_MAX ? 0xdc : 0xdd, length, length <= UINT16_MAX ? 2 : 4);
  }

  void map(size_t length) {
    if (length < 16) return octet(static_cast<unsigned char>(0x80 | length));
    marked(length <= UINT16_MAX ? 0xde : 0xdf, length, length <= UINT16_MAX ? 2 : 4);
  }

  void extension(int8_t type, const writer &payload) {
    sized(0xc7, payload.bytes_.size());
    octet(static_cast<unsigned char>(type));
    raw(payload.bytes_);
  }

  void raw(std::string_view encoded) { bytes_.append(encoded); }

  // The bytes as the answer of a member.
  const amino_bytes *reply() const {
    amino_bytes *answer = amino_reply(bytes_.size());
    if (answer) std::memcpy(answer->data, bytes_.data(), bytes_.size());
    return answer;
  }

 private:
  std::string bytes_;

  void octet(unsigned char value) { bytes_.push_back(static_cast<char>(value)); }

  void marked(unsigned char mark, uint64_t value, int size) {
    octet(mark);
    for (int i = size - 1; i >= 0; i--) octet(static_cast<unsigned char>(value >> 8 * i));
  }

  // A size of 8, 16 or 32 bits behind the mark for that.
  void sized(unsigned char mark, size_t size) {
    if (size <= UINT8_MAX) return marked(mark, size, 1);
    if (size <= UINT16_MAX) return marked(static_cast<unsigned char>(mark + 1), size, 2);
    marked(static_cast<unsigned char>(mark + 2), size, 4);
  }
};

}  // namespace amino::detail

#endif
