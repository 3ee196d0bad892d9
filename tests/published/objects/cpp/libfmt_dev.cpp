// {fmt}: texts of values, and a buffer that grows.
// amino cc: -I include -D FMT_HEADER_ONLY

#include "amino.hpp"
#include <fmt/args.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <string>
#include <vector>

class Main {
 public:
  std::string use() {
    std::map<std::string, std::vector<int>> counts = {{"tea", {1, 2}}, {"milk", {}}};
    fmt::dynamic_format_arg_store<fmt::format_context> later;
    later.push_back(42);
    later.push_back("named");
    fmt::format_to(std::back_inserter(buffer), "{:*^12}|{:>+8.3f}|{:#x}|{:08b}|{:e}|{:g}", "mid", 3.14159, 255, 5, 12345.678, 1e21);
    return fmt::to_string(buffer) + fmt::format(" {} {:.2} {} {} {:?}", counts, "abcdef", true, 0.1 + 0.2, "quoted\n\"x\"") +
           fmt::vformat(" {1} {0:5d} {0:<5}|", later) + fmt::format(" {:%H:%M:%S} {}", std::chrono::seconds(3725), std::chrono::milliseconds(42)) +
           fmt::format(" {:{}.{}} {:L} {}", 2.0 / 3, 10, 4, 1234567, fmt::join(std::vector<double>{1.5, 2}, "; ")) + fmt::format(" {}", std::numeric_limits<double>::max());
  }

  std::string go_on() {
    fmt::format_to(std::back_inserter(buffer), " {:>3}", buffer.size());
    args.push_back(fmt::arg("count", static_cast<int>(buffer.size())));
    std::string text = fmt::vformat("{count}", args) + fmt::to_string(buffer).substr(20);
    args.clear();
    return text;
  }

 private:
  fmt::memory_buffer buffer;
  fmt::dynamic_format_arg_store<fmt::format_context> args;
};

AMINO_OBJECT(Main, use, go_on);
