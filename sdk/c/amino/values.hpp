// values.hpp: the values that have no class of C++'s library: any value as it came, bytes, and another object.
#ifndef AMINO_VALUES_HPP
#define AMINO_VALUES_HPP

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "reader.hpp"
#include "writer.hpp"

namespace amino {

// How a class of C++ is read from a value and written as one. Give a class of your own a codec by AMINO_VALUE, or specialise this.
template <class T>
struct codec;

using bytes = std::vector<unsigned char>;

namespace detail {

template <class T>
constexpr bool keeps_name = requires { codec<T>::keeps_name; };

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;

template <class T>
T get(reader &in) {
  if constexpr (is_optional<T>) {
    return codec<T>::read(in);
  } else {
    std::optional<T> found;
    in.resolve(keeps_name<T>, [&] { found.emplace(codec<T>::read(in)); });
    return std::move(*found);
  }
}

template <class T>
void put(writer &out, const T &value) {
  codec<T>::write(out, value);
}

// The answer that the runtime holds, encoded.
inline std::string answer(int64_t size) {
  std::string content(static_cast<size_t>(size), '\0');
  amino_result_copy(content.data());
  return content;
}

}  // namespace detail

// Any value, as it came: a list that holds itself, an integer beyond 64 bits, a class that is not known here. It leaves again unchanged.
class value {
 public:
  value() : encoded_("\xc0") {}
  template <class T>
  static value of(const T &content) {
    detail::writer out;
    detail::put(out, content);
    return value(out.bytes());
  }
  static value encoded(std::string bytes) { return value(std::move(bytes)); }

  const std::string &encoded() const { return encoded_; }

  bool is_nothing() const { return what() == detail::kind::nothing; }
  bool is_boolean() const { return what() == detail::kind::boolean; }
  bool is_integer() const { return what() == detail::kind::integer; }
  bool is_number() const { return what() == detail::kind::number || is_integer(); }
  bool is_text() const { return what() == detail::kind::text; }
  bool is_bytes() const { return what() == detail::kind::bytes; }
  bool is_list() const { return what() == detail::kind::list; }
  bool is_map() const { return what() == detail::kind::map; }

  // The value as a class of C++; the member ends with ARGUMENT_INVALID where it is another.
  template <class T>
  T as(std::string where = "the value") const {
    detail::reader in = reader(std::move(where));
    return detail::get<T>(in);
  }

 private:
  std::string encoded_;

  explicit value(std::string bytes) : encoded_(std::move(bytes)) {}

  detail::reader reader(std::string where) const {
    return {reinterpret_cast<const unsigned char *>(encoded_.data()), encoded_.size(), std::move(where)};
  }

  detail::kind what() const { return reader("the value").peek().what; }
};

template <>
struct codec<value> {
  static constexpr bool keeps_name = true;
  static value read(detail::reader &) = delete;
  static void write(detail::writer &out, const value &content) { out.raw(content.encoded()); }
};

namespace detail {

template <>
inline value get<value>(reader &in) {
  if (in.in_graph()) refuse(in.where() + " has parts that stand in two places; take all of it as amino::value");
  const unsigned char *from = in.at();
  in.skip();
  return value::encoded({reinterpret_cast<const char *>(from), static_cast<size_t>(in.at() - from)});
}

}  // namespace detail

// What became of a call that may fail: its result, or the error of the callee. For `void` the result says only that there is one.
template <class T>
struct outcome {
  std::optional<std::conditional_t<std::is_void_v<T>, bool, T>> result;
  std::string code, type, message;

  explicit operator bool() const { return result.has_value(); }
};

// Another object, or none. It may be kept in a field.
class object {
 public:
  object() = default;
  explicit object(amino_object handle) : handle_(handle) {}

  amino_object handle() const { return handle_; }
  explicit operator bool() const { return handle_ != 0; }
  bool operator==(const object &) const = default;

  // Calls a member and waits. An error of the callee ends the calling member with the same error.
  template <class R = value, class... A>
  R call(std::string_view member, const A &...arguments) const {
    if (send(member, arguments...) == AMINO_FAILED) amino_host(AMINO_OP_RETHROW, 0, 0, 0);
    return result<R>(member);
  }

  // The same, but an error of the callee is an outcome.
  template <class R = value, class... A>
  outcome<R> try_call(std::string_view member, const A &...arguments) const {
    if (send(member, arguments...) == AMINO_FAILED) return {std::nullopt, amino_error(0), amino_error(1), amino_error(2)};
    if constexpr (std::is_void_v<R>) return {true, {}, {}, {}};
    else return {result<R>(member), {}, {}, {}};
  }

 private:
  amino_object handle_ = 0;

  template <class T>
  static void push(const T &argument) {
    detail::writer out;
    detail::put(out, argument);
    amino_host(AMINO_OP_PUSH_VALUE, AMINO_ADDRESS(out.bytes().data()), static_cast<int64_t>(out.bytes().size()), 0);
  }
  static void push(const char *argument) { push(std::string(argument)); }

  template <class... A>
  int64_t send(std::string_view member, const A &...arguments) const {
    (push(arguments), ...);
    return amino_host(AMINO_OP_CALL, handle_, AMINO_ADDRESS(member.data()), static_cast<int64_t>(member.size()));
  }

  template <class R>
  static R result(std::string_view member) {
    if constexpr (!std::is_void_v<R>) {
      value answer = value::encoded(detail::answer(amino_host(AMINO_OP_RESULT_VALUE, 0, 0, 0)));
      return answer.template as<R>("the answer of " + std::string(member));
    }
  }
};

// The object registered under a name. When there is none, the member ends with that error.
inline object get(std::string_view name) {
  return object(static_cast<amino_object>(amino_host(AMINO_OP_GET, AMINO_ADDRESS(name.data()), static_cast<int64_t>(name.size()), 0)));
}

// The object whose member runs now.
inline object self() { return object(amino_self()); }

// A line in the object's log.
inline void log(std::string_view line) { amino_host(AMINO_OP_LOG, AMINO_ADDRESS(line.data()), static_cast<int64_t>(line.size()), 0); }

// Ends the member with an error of its own. Destructors of what the member has on its stack do not run.
[[noreturn]] inline void raise(std::string_view type, std::string_view message) {
  amino_host(AMINO_OP_PUSH_STRING, AMINO_ADDRESS(type.data()), static_cast<int64_t>(type.size()), 0);
  amino_host(AMINO_OP_RAISE, AMINO_ADDRESS(message.data()), static_cast<int64_t>(message.size()), 0);
  __builtin_unreachable();
}

template <>
struct codec<object> {
  static object read(detail::reader &in) {
    const unsigned char *from = in.at();
    detail::head given = in.next();
    if (given.what == detail::kind::nothing) return object();
    if (given.what != detail::kind::extension || given.type != detail::reference) in.mismatch("an object", given);
    in.take(given.number);
    return object(static_cast<amino_object>(amino_host(AMINO_OP_OBJECT_OF, AMINO_ADDRESS(from), in.at() - from, 0)));
  }
  static void write(detail::writer &out, const object &other) {
    if (!other) return out.nothing();
    out.raw(detail::answer(amino_host(AMINO_OP_REFERENCE_OF, other.handle(), 0, 0)));
  }
};

}  // namespace amino

#endif
