// codecs.hpp: how the classes of C++'s library travel.
#ifndef AMINO_CODECS_HPP
#define AMINO_CODECS_HPP

#include <array>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "values.hpp"

namespace amino {

template <>
struct codec<bool> {
  static bool read(detail::reader &in) {
    detail::head given = in.next();
    if (given.what != detail::kind::boolean) in.mismatch("a boolean", given);
    return given.number != 0;
  }
  static void write(detail::writer &out, bool content) { out.boolean(content); }
};

template <std::integral T>
struct codec<T> {
  static T read(detail::reader &in) {
    detail::head given = in.next_integer();
    bool big = given.what == detail::kind::extension && given.type == detail::big_integer;
    if (given.what != detail::kind::integer && !big) in.mismatch("an integer", given);
    if (big || !fits(given)) {
      std::string wanted = std::string(std::is_signed_v<T> ? "a signed" : "an unsigned") + " integer of " + std::to_string(8 * sizeof(T)) + " bits";
      std::string found = given.beyond ? std::to_string(given.number) : std::to_string(static_cast<int64_t>(given.number));
      in.mismatch(wanted.c_str(), big ? "larger" : found.c_str());
    }
    return static_cast<T>(given.number);
  }
  static void write(detail::writer &out, T content) {
    if constexpr (std::is_signed_v<T>) out.integer(content);
    else out.natural(content);
  }

 private:
  static bool fits(const detail::head &given) {
    auto wide = static_cast<int64_t>(given.number);
    if constexpr (std::is_signed_v<T>) return !given.beyond && wide >= std::numeric_limits<T>::min() && wide <= std::numeric_limits<T>::max();
    else return (given.beyond || wide >= 0) && given.number <= std::numeric_limits<T>::max();
  }
};

template <std::floating_point T>
struct codec<T> {
  static T read(detail::reader &in) {
    detail::head given = in.next_integer();
    if (given.what == detail::kind::integer) return given.beyond ? static_cast<T>(given.number) : static_cast<T>(static_cast<int64_t>(given.number));
    if (given.what != detail::kind::number) in.mismatch("a number", given);
    double content;
    std::memcpy(&content, &given.number, 8);
    return static_cast<T>(content);
  }
  static void write(detail::writer &out, T content) { out.number(content); }
};

template <>
struct codec<std::string> {
  static std::string read(detail::reader &in) {
    detail::head given = in.next();
    if (given.what != detail::kind::text) in.mismatch("a text", given);
    return std::string(in.take(given.number));
  }
  static void write(detail::writer &out, std::string_view content) { out.text(content); }
};

template <>
struct codec<const char *> {
  static void write(detail::writer &out, const char *content) { out.text(content); }
};

template <>
struct codec<std::string_view> {
  static void write(detail::writer &out, std::string_view content) { out.text(content); }
};

template <>
struct codec<bytes> {
  static bytes read(detail::reader &in) {
    detail::head given = in.next();
    if (given.what != detail::kind::bytes) in.mismatch("bytes", given);
    std::string_view content = in.take(given.number);
    return bytes(content.begin(), content.end());
  }
  static void write(detail::writer &out, const bytes &content) { out.binary(content.data(), content.size()); }
};

template <class T>
struct codec<std::optional<T>> {
  static std::optional<T> read(detail::reader &in) {
    if (in.peek().what == detail::kind::nothing) {
      in.next();
      return std::nullopt;
    }
    return detail::get<T>(in);
  }
  static void write(detail::writer &out, const std::optional<T> &content) {
    if (content) detail::put(out, *content);
    else out.nothing();
  }
};

namespace detail {

// The length of a list or, with `as_set`, of a set or list.
inline uint64_t length(reader &in, bool as_set) {
  head given = in.next();
  if (as_set && given.what == kind::extension && given.type == set) given = in.next();
  if (given.what != kind::list) in.mismatch(as_set ? "a set" : "a list", given);
  return given.number;
}

template <class C, bool as_set>
struct elements {
  static C read(reader &in) {
    C content;
    for (uint64_t left = length(in, as_set); left > 0; left--) content.insert(content.end(), get<typename C::value_type>(in));
    return content;
  }
  static void write(writer &out, const C &content) {
    writer inner;
    writer &target = as_set ? inner : out;
    target.list(content.size());
    for (const typename C::value_type &element : content) put<typename C::value_type>(target, element);
    if (as_set) out.extension(set, inner);
  }
};

template <class C>
struct entries {
  static C read(reader &in) {
    head given = in.next();
    if (given.what != kind::map) in.mismatch("a map", given);
    C content;
    for (uint64_t left = given.number; left > 0; left--) {
      auto key = get<typename C::key_type>(in);
      content.insert_or_assign(std::move(key), get<typename C::mapped_type>(in));
    }
    return content;
  }
  static void write(writer &out, const C &content) {
    out.map(content.size());
    for (const auto &[key, element] : content) {
      put(out, key);
      put<typename C::mapped_type>(out, element);
    }
  }
};

// Lists of a fixed length.
template <class C, class... T>
struct fixed {
  static C read(reader &in) {
    if (length(in, false) != sizeof...(T)) refuse(in.where() + " must be a list of " + std::to_string(sizeof...(T)) + " elements");
    return C{get<T>(in)...};
  }
  static void write(writer &out, const C &content) {
    out.list(sizeof...(T));
    std::apply([&](const auto &...parts) { (put<T>(out, parts), ...); }, content);
  }
};

template <class T, class I>
struct repeated;
template <class T, size_t... I>
struct repeated<T, std::index_sequence<I...>> {
  template <size_t>
  using same = T;
  using codec = fixed<std::array<T, sizeof...(I)>, same<I>...>;
};

}  // namespace detail

template <class T>
struct codec<std::vector<T>> : detail::elements<std::vector<T>, false> {};
template <class T>
struct codec<std::deque<T>> : detail::elements<std::deque<T>, false> {};
template <class T>
struct codec<std::list<T>> : detail::elements<std::list<T>, false> {};
template <class T>
struct codec<std::set<T>> : detail::elements<std::set<T>, true> {};
template <class T>
struct codec<std::unordered_set<T>> : detail::elements<std::unordered_set<T>, true> {};
template <class K, class V>
struct codec<std::map<K, V>> : detail::entries<std::map<K, V>> {};
template <class K, class V>
struct codec<std::unordered_map<K, V>> : detail::entries<std::unordered_map<K, V>> {};
template <class A, class B>
struct codec<std::pair<A, B>> : detail::fixed<std::pair<A, B>, A, B> {};
template <class... T>
struct codec<std::tuple<T...>> : detail::fixed<std::tuple<T...>, T...> {};
template <class T, size_t N>
struct codec<std::array<T, N>> : detail::repeated<T, std::make_index_sequence<N>>::codec {};

}  // namespace amino

#endif
