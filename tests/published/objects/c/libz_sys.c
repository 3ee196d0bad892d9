/* zlib: a stream that is packed piece by piece, and is open while the object moves.
 * amino cc: --libc -I libz-sys/src/zlib libz-sys/src/zlib/{adler32,compress,crc32,deflate,inffast,inflate,inftrees,trees,uncompr,zutil}.c
 */
#include "amino.h"
#include "zlib.h"
#include <stdio.h>

static z_stream packing;
static unsigned char packed[65536];
static char plain[65536];
static size_t plain_size;

static void add(const char *text, int flush) {
  size_t size = strlen(text);
  memcpy(plain + plain_size, text, size);
  packing.next_in = (Bytef *)plain + plain_size;
  packing.avail_in = (uInt)size;
  plain_size += size;
  deflate(&packing, flush);
}

static const char *report(void) {
  static unsigned char back[sizeof plain];
  z_stream reading = {0};
  inflateInit(&reading);
  reading.next_in = packed;
  reading.avail_in = (uInt)packing.total_out;
  reading.next_out = back;
  reading.avail_out = sizeof back;
  int ended = inflate(&reading, Z_SYNC_FLUSH);
  int same = reading.total_out == plain_size && memcmp(back, plain, plain_size) == 0;
  inflateEnd(&reading);
  char *text = amino_reply_text(200);
  snprintf(text, 200, "%s: %lu to %lu bytes, same %d, ended %d, crc %08lx, adler %08lx, packed crc %08lx", zlibVersion(), (unsigned long)plain_size,
           (unsigned long)packing.total_out, same, ended, crc32(0, (Bytef *)plain, (uInt)plain_size), packing.adler, crc32(0, packed, (uInt)packing.total_out));
  return text;
}

AMINO_CLASS(Packing, "Packs texts into one stream.")

AMINO_MEMBER(const char *, use, (void), "Begins the stream.") {
  deflateInit(&packing, 9);
  packing.next_out = packed;
  packing.avail_out = sizeof packed;
  for (int i = 0; i < 200; i++) {
    char line[64];
    snprintf(line, sizeof line, "line %d of the stream, %d\n", i, i * i % 17);
    add(line, i % 50 ? Z_NO_FLUSH : Z_SYNC_FLUSH);
  }
  add("the end of the first part\n", Z_SYNC_FLUSH);
  return report();
}

AMINO_MEMBER(const char *, go_on, (void), "Goes on with the same stream.") {
  add("line 7 of the stream, 15, and more of it: line 8 of the stream\n", Z_SYNC_FLUSH);
  return report();
}
