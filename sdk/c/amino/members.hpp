// members.hpp: members of a class as exports of the artifact.
#ifndef AMINO_MEMBERS_HPP
#define AMINO_MEMBERS_HPP

#if defined(__cpp_exceptions)
#include <cxxabi.h>

#include <cstdlib>
#include <exception>
#include <typeinfo>
#endif
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "codecs.hpp"

namespace amino::detail {

template <class... A>
struct parameters {
  static constexpr size_t count = sizeof...(A);

  // How many arguments a call must give: those behind the last parameter that is no std::optional may be left out.
  static consteval size_t required() {
    size_t found = 0, at = 0;
    ((at++, found = is_optional<std::decay_t<A>> ? found : at), ...);
    return found;
  }

  static std::tuple<std::decay_t<A>...> read(class arguments &in);
};

// The facts about a pointer to a member: what it gives, takes, and whether it may change the object.
template <class M>
struct traits;
#define AMINO_DETAIL_TRAITS(tail, constant)                   \
  template <class R, class C, class... A>                     \
  struct traits<R (C::*)(A...) tail> {                        \
    using result = R;                                         \
    using taken = parameters<A...>;                           \
    static constexpr bool field = false, read_only = constant; \
  };
AMINO_DETAIL_TRAITS(, false)
AMINO_DETAIL_TRAITS(noexcept, false)
AMINO_DETAIL_TRAITS(const, true)
AMINO_DETAIL_TRAITS(const noexcept, true)
#undef AMINO_DETAIL_TRAITS
template <class T, class C>
struct traits<T C::*> {
  using result = T;
  using taken = parameters<>;
  static constexpr bool field = true, read_only = true;
};

// The names of parameters, and the documentation, as AMINO_OBJECT lists them: `n, other, "Adds n."`.
struct listed {
  std::vector<std::string> names;
  std::string doc;

  explicit listed(std::string_view text) {
    size_t quote = text.find('"');
    for (size_t i = quote; i < text.size() && ++i < text.size() && text[i] != '"';) {
      if (text[i] == '\\') i++;
      doc.push_back(text[i] == 'n' && text[i - 1] == '\\' ? '\n' : text[i]);
    }
    std::string name;
    for (char each : text.substr(0, quote)) {
      if (each == ',') add(name);
      else if (each != ' ') name.push_back(each);
    }
    add(name);
  }

  // The name of a parameter, as an argument of a message.
  std::string name(size_t index) const { return index < names.size() ? names[index] : "arg" + std::to_string(index); }

 private:
  void add(std::string &name) {
    if (!name.empty()) names.push_back(name);
    name.clear();
  }
};

// `packed read_only\n(n, other?)\nAdds n.`, as docs/webassembly.md says.
template <class P>
std::string description(const listed &names, std::string flags, size_t required = P::required()) {
  std::string text = "packed" + flags + "\n(";
  for (size_t i = 0; i < P::count; i++) text += (i > 0 ? ", " : "") + names.name(i) + (i >= required ? "?" : "");
  return text + ")\n" + names.doc;
}

// The arguments of a call: a list of values. Those that were left out are nothing.
class arguments {
 public:
  arguments(const amino_bytes *packed, std::string member, const listed &names)
      : reader_(packed->data, static_cast<size_t>(packed->size), member), names_(names), member_(std::move(member)), given_(reader_.next().number) {}

  uint64_t given() const { return given_; }

  template <class T>
  T next() {
    reader_.name("argument " + names_.name(index_) + " of " + member_);
    if (index_++ < given_) return get<T>(reader_);
    static const unsigned char nothing[] = {0xc0};
    reader left_out(nothing, 1, reader_.where());
    return get<T>(left_out);
  }

 private:
  reader reader_;
  const listed &names_;
  std::string member_;
  uint64_t given_;
  size_t index_ = 0;
};

template <class... A>
std::tuple<std::decay_t<A>...> parameters<A...>::read(arguments &in) {
  return {in.template next<std::decay_t<A>>()...};
}

// The class that AMINO_OBJECT names: `Counter`, or its constructor as a type, `Counter(int64_t start)`.
template <class S>
struct maker {
  using type = S;
  using taken = parameters<>;
  static_assert(std::is_default_constructible_v<S>, "name the constructor's parameters: AMINO_OBJECT(Counter(int64_t start), ...)");
  static consteval size_t required() { return 0; }
  static S *make(arguments &) { return new S(); }
};
template <class C, class... A>
struct maker<C(A...)> {
  using type = C;
  using taken = parameters<A...>;

  // How many arguments must be given: the constructor's own defaults stand for the others, or std::optional.
  static consteval size_t required() {
    size_t found = taken::required();
    [&]<size_t... K>(std::index_sequence<K...>) { ((found = takes<K>(std::make_index_sequence<K>()) && K < found ? K : found), ...); }
    (std::index_sequence_for<A...>());
    return found;
  }

  static C *make(arguments &in) { return with<0>(in); }

 private:
  // Whether the first K parameters will do.
  template <size_t K, size_t... I>
  static consteval bool takes(std::index_sequence<I...>) {
    return std::is_constructible_v<C, std::tuple_element_t<I, std::tuple<A...>>...>;
  }

  template <size_t K>
  static C *with(arguments &in) {
    if constexpr (K < sizeof...(A)) {
      constexpr bool enough = takes<K>(std::make_index_sequence<K>());
      if (!enough || in.given() != K) return with<K + 1>(in);
    }
    return build<K>(in, std::make_index_sequence<K>());
  }

  template <size_t K, size_t... I>
  static C *build(arguments &in, std::index_sequence<I...>) {
    if constexpr (takes<K>(std::make_index_sequence<K>())) {
      std::tuple<std::decay_t<std::tuple_element_t<I, std::tuple<A...>>>...> given{
          in.template next<std::decay_t<std::tuple_element_t<I, std::tuple<A...>>>>()...};
      return new C(std::get<I>(std::move(given))...);
    } else {
      static_assert(K < sizeof...(A), "the class has no constructor with the parameters that AMINO_OBJECT names");
      __builtin_unreachable();
    }
  }
};

template <class T>
const amino_bytes *reply(const T &content) {
  writer out;
  put(out, content);
  return out.reply();
}

#if defined(__cpp_exceptions)
// Runs a member; an exception that it throws ends the call with the name of its class and its words.
template <class Run>
const amino_bytes *guarded(Run run) {
  std::string type, message;
  try {
    return run();
  } catch (const std::exception &thrown) {
    int status = 0;
    char *name = abi::__cxa_demangle(typeid(thrown).name(), nullptr, nullptr, &status);
    type = name ? name : typeid(thrown).name();
    std::free(name);
    message = thrown.what();
  } catch (...) {
    type = "exception";
    message = "the member threw something that is no std::exception";
  }
  raise(type, message);
}
#else
template <class Run>
const amino_bytes *guarded(Run run) {
  return run();
}
#endif

// Runs a method, or reads or sets a field.
template <auto M, class C>
const amino_bytes *run(C &object, const amino_bytes *packed, std::string member, const listed &names) {
  using facts = traits<decltype(M)>;
  arguments in(packed, std::move(member), names);
  if constexpr (facts::field) {
    if (in.given() == 0) return reply<std::decay_t<typename facts::result>>(object.*M);
    if constexpr (!std::is_const_v<typename facts::result>) object.*M = in.template next<typename facts::result>();
    return nullptr;
  } else {
    auto given = facts::taken::read(in);
    auto call = [&](auto &&...each) -> decltype(auto) { return (object.*M)(std::forward<decltype(each)>(each)...); };
    if constexpr (std::is_void_v<typename facts::result>) {
      std::apply(call, std::move(given));
      return nullptr;
    } else {
      return reply<std::decay_t<typename facts::result>>(std::apply(call, std::move(given)));
    }
  }
}

template <auto M>
std::string description_of(std::string_view text) {
  using facts = traits<decltype(M)>;
  std::string flags = facts::read_only ? " read_only" : "";
  if (facts::field) flags += std::is_const_v<typename facts::result> ? " property" : " property writable";
  return description<typename facts::taken>(listed(text), flags);
}

// The names of a constructor's parameters in its text, `Counter(int64_t start, std::string name)`.
inline listed constructor_names(std::string_view text) {
  std::string names;
  int depth = 0;
  std::string word, last;
  for (char each : text) {
    bool letter = each == '_' || (each >= '0' && each <= '9') || (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z');
    if (letter) {
      word.push_back(each);
      continue;
    }
    if (!word.empty()) last = word;
    word.clear();
    bool ends = depth == 1 && (each == ',' || each == ')');
    depth += (each == '(' || each == '<') - (each == ')' || each == '>');
    if (ends) names += last + ",";
    if (each == '(' && depth == 1) last.clear();
  }
  return listed(names);
}

// amino_save and amino_load of a class, where it has them.
template <class C>
struct hooks {
  static constexpr bool present = requires(C &object) { object.amino_save(); };

  static const amino_bytes *save(C &object) {
    if constexpr (present) return reply<std::decay_t<decltype(object.amino_save())>>(object.amino_save());
    else return nullptr;
  }

  static void load(C *&object, const amino_bytes *state) {
    if constexpr (present) {
      static_assert(std::is_default_constructible_v<C>, "amino_load is called on an object made without arguments, so the class needs such a constructor");
      reader in(state->data, static_cast<size_t>(state->size), "the state");
      if (!object) object = new C();
      object->amino_load(get<std::decay_t<decltype(object->amino_save())>>(in));
    }
  }
};

// The codec that AMINO_VALUE makes.
template <class Codec, class T>
struct record {
  static constexpr bool keeps_name = true;

  static T read(reader &in) {
    head given = in.next();
    if (given.what == kind::extension && given.type == named) {
      in.next();
      in.skip();
      given = in.next();
    }
    if (given.what != kind::map) in.mismatch(Codec::name, given);
    T content{};
    for (uint64_t left = given.number; left > 0; left--) {
      auto key = get<std::string>(in);
      bool known = std::apply([&](const auto &...field) { return (fill(in, content, key, field) || ...); }, Codec::fields());
      if (!known) in.skip();
    }
    return content;
  }

  static void write(writer &out, const T &content) {
    constexpr size_t count = std::tuple_size_v<decltype(Codec::fields())> - 1;
    writer inner;
    inner.list(2);
    inner.text(Codec::name);
    inner.map(count);
    std::apply([&](const auto &...field) { (leave(inner, content, field), ...); }, Codec::fields());
    out.extension(named, inner);
  }

 private:
  template <class F>
  static bool fill(reader &in, T &content, const std::string &key, const std::pair<const char *, F T::*> &field) {
    if (key != field.first) return false;
    content.*field.second = get<F>(in);
    return true;
  }
  static bool fill(reader &, T &, const std::string &, int) { return false; }

  template <class F>
  static void leave(writer &out, const T &content, const std::pair<const char *, F T::*> &field) {
    out.text(field.first);
    put<F>(out, content.*field.second);
  }
  static void leave(writer &, const T &, int) {}
};

}  // namespace amino::detail

#endif
