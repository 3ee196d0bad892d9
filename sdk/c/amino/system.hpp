// system.hpp: functions that C++'s library is linked with, beside those of system.h.
#ifndef AMINO_SYSTEM_HPP
#define AMINO_SYSTEM_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "values.hpp"

#if defined(__wasi__)

#include <__verbose_abort>
#include <cstdarg>
#include <cstring>

namespace amino::detail {

// The library's words are "out_of_range was thrown in -fno-exceptions mode with message "vector"".
[[noreturn]] inline void stop(std::string_view format, std::string_view message) {
  size_t end = format.find(" was thrown");
  if (end == std::string_view::npos) raise("std::abort", message.empty() ? format : message);
  raise("std::" + std::string(format.substr(0, end)), message);
}

}  // namespace amino::detail

_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] __attribute__((weak)) void __libcpp_verbose_abort(const char *format, ...) noexcept {
  const char *message = "";
  if (strstr(format, "%s")) {
    va_list arguments;
    va_start(arguments, format);
    message = va_arg(arguments, const char *);
    va_end(arguments);
  }
  amino::detail::stop(format, message);
}
_LIBCPP_END_NAMESPACE_STD

#elif defined(_LIBCPP_AVAILABILITY_HAS_HASH_MEMORY)

// The engine's library of C++ is that of LLVM 20, which lacks this function of later headers.
_LIBCPP_BEGIN_NAMESPACE_STD
__attribute__((weak)) size_t __hash_memory(_LIBCPP_NOESCAPE const void *data, size_t size) noexcept {
  uint64_t hash = 14695981039346656037u;
  for (size_t i = 0; i < size; i++) hash = (hash ^ static_cast<const unsigned char *>(data)[i]) * 1099511628211u;
  return static_cast<size_t>(hash);
}
_LIBCPP_END_NAMESPACE_STD

#endif
#endif
