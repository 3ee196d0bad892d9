/* Calls members of an object in C, and prints their results as JSON, one a line. */
#include <stdio.h>
#include OBJECT

static void print(const char *text) {
  putchar('"');
  for (; *text; text++) {
    unsigned char each = (unsigned char)*text;
    if (each < 32) printf("\\u%04x", each);
    else printf(each == '"' || each == '\\' ? "\\%c" : "%c", each);
  }
  puts("\"");
}

int main(int count, char **names) {
  for (int i = 1; i < count; i++) print(strcmp(names[i], "use") ? go_on() : use());
}
