// Makes the object of a file in C++, calls members of it, and prints their results as JSON, one a line.
#include <cstdio>
#include <string>

#define AMINO_HPP
#define AMINO_OBJECT(...)
#include OBJECT

static void print(const std::string &text) {
  std::putchar('"');
  for (unsigned char each : text) {
    if (each < 32) std::printf("\\u%04x", each);
    else std::printf(each == '"' || each == '\\' ? "\\%c" : "%c", each);
  }
  std::puts("\"");
}

int main(int count, char **names) {
  Main object;
  for (int i = 1; i < count; i++) print(std::string(names[i]) == "use" ? object.use() : object.go_on());
}
