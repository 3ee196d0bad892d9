// system.hpp: the few functions of an operating system that C++'s library is linked with, where there is none. Printed lines go to the object's log.
#ifndef AMINO_SYSTEM_HPP
#define AMINO_SYSTEM_HPP

#if defined(__wasi__)

#include <__verbose_abort>
#include <cstdarg>
#include <cstring>
#include <string>
#include <string_view>

#include "values.hpp"

namespace amino::detail {

constexpr int32_t bad_file = 8, not_supported = 52;

struct piece {
  const char *data;
  size_t size;
};

// What was printed without a line's end.
inline std::string &line() {
  static std::string kept;
  return kept;
}

inline void print(std::string_view text) {
  for (char each : text) {
    if (each != '\n') line().push_back(each);
    else {
      log(line());
      line().clear();
    }
  }
}

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

extern "C" {

__attribute__((weak)) int32_t __imported_wasi_snapshot_preview1_fd_write(int32_t file, int32_t pieces, int32_t count, int32_t written) {
  if (file != 1 && file != 2) return amino::detail::bad_file;
  const auto *at = reinterpret_cast<const amino::detail::piece *>(pieces);
  size_t size = 0;
  for (int32_t i = 0; i < count; i++) {
    amino::detail::print({at[i].data, at[i].size});
    size += at[i].size;
  }
  std::memcpy(reinterpret_cast<void *>(written), &size, sizeof size);
  return 0;
}

// A terminal, so that each line is written when it ends.
__attribute__((weak)) int32_t __imported_wasi_snapshot_preview1_fd_fdstat_get(int32_t file, int32_t facts) {
  if (file != 1 && file != 2) return amino::detail::bad_file;
  std::memset(reinterpret_cast<void *>(facts), 0, 24);
  *reinterpret_cast<unsigned char *>(facts) = 2;
  return 0;
}

__attribute__((weak)) int32_t __imported_wasi_snapshot_preview1_fd_close(int32_t) { return amino::detail::bad_file; }
__attribute__((weak)) int32_t __imported_wasi_snapshot_preview1_fd_seek(int32_t, int64_t, int32_t, int32_t) { return amino::detail::bad_file; }
__attribute__((weak)) int32_t __imported_wasi_snapshot_preview1_fd_read(int32_t, int32_t, int32_t, int32_t) { return amino::detail::bad_file; }
__attribute__((weak)) int32_t __imported_wasi_snapshot_preview1_environ_get(int32_t, int32_t) { return 0; }
__attribute__((weak)) int32_t __imported_wasi_snapshot_preview1_environ_sizes_get(int32_t count, int32_t size) {
  std::memset(reinterpret_cast<void *>(count), 0, 4);
  std::memset(reinterpret_cast<void *>(size), 0, 4);
  return 0;
}
__attribute__((weak)) int32_t __imported_wasi_snapshot_preview1_clock_time_get(int32_t, int64_t, int32_t) { return amino::detail::not_supported; }
__attribute__((weak)) [[noreturn]] void __imported_wasi_snapshot_preview1_proc_exit(int32_t status) {
  amino::raise("Exit", "the object ended itself with " + std::to_string(status));
}

}

#elif defined(_LIBCPP_AVAILABILITY_HAS_HASH_MEMORY)

#include <cstddef>
#include <cstdint>

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
