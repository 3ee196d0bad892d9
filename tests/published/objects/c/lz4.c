/* LZ4: frames of several levels, and a dictionary of texts that grows.
 * amino cc: --libc -I lz4libs lz4libs/{lz4,lz4hc,lz4frame,xxhash}.c
 */
#include "amino.h"
#include "lz4frame.h"
#include "xxhash.h"
#include <stdio.h>

static unsigned char plain[40000], frame[60000], back[40000];
static size_t size;
static uint32_t noise = 20;

static void add(size_t count, int kind) {
  for (size_t i = 0; i < count; i++) {
    noise = noise * 1664525 + 1013904223;
    plain[size++] = kind ? (unsigned char)(noise >> 24) : (unsigned char)"again and "[i % 10];
  }
}

/* Size and hash of a frame, and whether it is read back, by level. */
static const char *report(void) {
  char *text = amino_reply_text(400);
  text[0] = 0;
  for (int level = 0; level <= 12; level += 3) {
    LZ4F_preferences_t preferences = LZ4F_INIT_PREFERENCES;
    preferences.compressionLevel = level;
    preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
    size_t packed = LZ4F_compressFrame(frame, sizeof frame, plain, size, &preferences), room = sizeof back, rest = packed;
    LZ4F_dctx *context;
    LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
    size_t left = LZ4F_decompress(context, back, &room, frame, &rest, 0);
    LZ4F_freeDecompressionContext(context);
    snprintf(text + strlen(text), 400 - strlen(text), "%d: %zu %08x %d; ", level, packed, XXH32(frame, packed, 0),
             left == 0 && room == size && memcmp(back, plain, size) == 0);
  }
  frame[20] ^= 1;
  LZ4F_dctx *context;
  LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
  size_t room = sizeof back, rest = 5000, result = LZ4F_decompress(context, back, &room, frame, &rest, 0);
  LZ4F_freeDecompressionContext(context);
  snprintf(text + strlen(text), 400 - strlen(text), "damaged: %s", LZ4F_isError(result) ? LZ4F_getErrorName(result) : "accepted");
  return text;
}

AMINO_CLASS(Frames, "Packs LZ4 frames.")

AMINO_MEMBER(const char *, use, (void), "Packs noise and a text.") {
  add(3000, 1);
  add(20000, 0);
  return report();
}

AMINO_MEMBER(const char *, go_on, (void), "Packs more.") {
  add(500, 1);
  add(100, 0);
  return report();
}
