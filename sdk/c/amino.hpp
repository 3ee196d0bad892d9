// amino.hpp: write an Amino object in C++20.
//
//   #include "amino.hpp"
//   class Counter {
//    public:
//     explicit Counter(int64_t start) : count(start) {}
//     int64_t incr(int64_t n) { return count += n; }
//     int64_t get() const { return count; }
//     std::vector<std::string> labels;
//    private:
//     int64_t count;
//   };
//   AMINO_OBJECT(Counter(int64_t start), (incr, n, "Adds n and gives the new count."), get, labels)
//
//   amino cc counter.cpp --target counter.wasm
//
// The first argument is the class, or its constructor with parameters. Each further one is a member: its name, or in parentheses its name,
// the names of its parameters and its documentation. A `const` method does not change the object. A field is a property.
// Parameters at the end that are std::optional may be left out. docs/guests.md says how classes of C++ travel.
// State: in WebAssembly the whole memory is captured. In bitcode, and to go on in another build, the class has
// `State amino_save() const` and `void amino_load(State)`, which is called on an object made without arguments.
#ifndef AMINO_HPP
#define AMINO_HPP

#include "amino/members.hpp"
#include "amino/system.hpp"

// ---- macros that do something for each of their arguments ----

#define AMINO_DETAIL_EMPTY ()
#define AMINO_DETAIL_AGAIN1(...) AMINO_DETAIL_AGAIN2(AMINO_DETAIL_AGAIN2(AMINO_DETAIL_AGAIN2(AMINO_DETAIL_AGAIN2(__VA_ARGS__))))
#define AMINO_DETAIL_AGAIN2(...) AMINO_DETAIL_AGAIN3(AMINO_DETAIL_AGAIN3(AMINO_DETAIL_AGAIN3(AMINO_DETAIL_AGAIN3(__VA_ARGS__))))
#define AMINO_DETAIL_AGAIN3(...) AMINO_DETAIL_AGAIN4(AMINO_DETAIL_AGAIN4(AMINO_DETAIL_AGAIN4(AMINO_DETAIL_AGAIN4(__VA_ARGS__))))
#define AMINO_DETAIL_AGAIN4(...) __VA_ARGS__
#define AMINO_DETAIL_EACH(macro, ...) __VA_OPT__(AMINO_DETAIL_AGAIN1(AMINO_DETAIL_STEP(macro, __VA_ARGS__)))
#define AMINO_DETAIL_STEP(macro, first, ...) macro(first) __VA_OPT__(AMINO_DETAIL_NEXT AMINO_DETAIL_EMPTY(macro, __VA_ARGS__))
#define AMINO_DETAIL_NEXT() AMINO_DETAIL_STEP

#define AMINO_DETAIL_JOIN(a, b) AMINO_DETAIL_JOINED(a, b)
#define AMINO_DETAIL_JOINED(a, b) a##b
#define AMINO_DETAIL_SECOND(first, second, ...) second
#define AMINO_DETAIL_CHECK(...) AMINO_DETAIL_SECOND(__VA_ARGS__, 0, 0)
#define AMINO_DETAIL_PROBE(...) ~, 1
#define AMINO_DETAIL_MEMBER(item) AMINO_DETAIL_JOIN(AMINO_DETAIL_MEMBER_, AMINO_DETAIL_CHECK(AMINO_DETAIL_PROBE item))(item)
#define AMINO_DETAIL_MEMBER_0(item) AMINO_DETAIL_EXPORT(item, )
#define AMINO_DETAIL_MEMBER_1(item) AMINO_DETAIL_EXPORT item

#define AMINO_DETAIL_EXPORT(member, ...)                                                                                                \
  AMINO_EXPORT(amino_member_##member) const char *amino_member_##member(void) {                                                         \
    static const std::string text = amino::detail::description_of<&amino_made::member>(#__VA_ARGS__);                                   \
    return text.c_str();                                                                                                                \
  }                                                                                                                                     \
  AMINO_EXPORT(amino_call_##member) const amino_bytes *amino_call_##member(const amino_bytes *packed) {                                 \
    static const amino::detail::listed names(#__VA_ARGS__);                                                                             \
    return amino::detail::guarded(                                                                                                      \
        [&] { return amino::detail::run<&amino_made::member>(*amino_instance, packed, std::string(amino_name()) + "." #member, names); }); \
  }

// ---- the object ----

#if !defined(__wasm__)
// By this name a kernel knows that the artifact needs the library of C++.
extern "C" {
AMINO_RUNTIME(amino_needs_cpp_library) void amino_needs_cpp_library() {}
}
#endif

// Makes a class the object of this artifact.
#define AMINO_OBJECT(made, ...)                                                                                                         \
  using amino_made = amino::detail::maker<made>::type;                                                                                   \
  static amino_made *amino_instance;                                                                                                    \
  static std::string_view amino_name() { return std::string_view(#made).substr(0, std::string_view(#made).find('(')); }                 \
  extern "C" {                                                                                                                          \
  AMINO_EXPORT(amino_class) const char *amino_class(void) {                                                                             \
    static const std::string name(amino_name());                                                                                        \
    return name.c_str();                                                                                                                \
  }                                                                                                                                     \
  AMINO_EXPORT(amino_member_amino_create) const char *amino_member_amino_create(void) {                                                 \
    static const std::string text =                                                                                                     \
        amino::detail::description<amino::detail::maker<made>::taken>(amino::detail::constructor_names(#made), "",                       \
                                                                     amino::detail::maker<made>::required());                            \
    return text.c_str();                                                                                                                \
  }                                                                                                                                     \
  AMINO_EXPORT(amino_create) const amino_bytes *amino_create(const amino_bytes *packed) {                                               \
    static const amino::detail::listed names = amino::detail::constructor_names(#made);                                                 \
    amino::detail::arguments in(packed, std::string(amino_name()), names);                                                              \
    return amino::detail::guarded([&]() -> const amino_bytes * {                                                                        \
      amino_instance = amino::detail::maker<made>::make(in);                                                                            \
      return nullptr;                                                                                                                   \
    });                                                                                                                                 \
  }                                                                                                                                     \
  AMINO_EXPORT(amino_hooks) int32_t amino_hooks(void) { return amino::detail::hooks<amino_made>::present; }                             \
  AMINO_EXPORT(amino_save) const amino_bytes *amino_save(void) { return amino::detail::hooks<amino_made>::save(*amino_instance); }      \
  AMINO_EXPORT(amino_load) void amino_load(const amino_bytes *state) { amino::detail::hooks<amino_made>::load(amino_instance, state); } \
  AMINO_DETAIL_EACH(AMINO_DETAIL_MEMBER, __VA_ARGS__)                                                                                   \
  }                                                                                                                                     \
  static_assert(true)

#define AMINO_DETAIL_FIELD(name) std::pair(#name, &amino_class_of_value::name),

// Lets values of a class travel under its name, as a map of the fields that are listed: AMINO_VALUE(Point, x, y)
#define AMINO_VALUE(made, ...)                                                             \
  template <>                                                                              \
  struct amino::codec<made> : amino::detail::record<amino::codec<made>, made> {            \
    using amino_class_of_value = made;                                                     \
    static constexpr const char *name = #made;                                             \
    static constexpr auto fields() { return std::tuple{AMINO_DETAIL_EACH(AMINO_DETAIL_FIELD, __VA_ARGS__) 0}; } \
  }

#endif
