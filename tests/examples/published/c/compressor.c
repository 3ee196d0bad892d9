/* LZ4's frames as an object, made of the library's own sources. */
#include "amino.h"
#include "lz4.c"
#include "lz4hc.c"
#include "xxhash.c"
#include "lz4frame.c"

AMINO_CLASS(Compressor, "Packs and unpacks LZ4 frames.")

static size_t checked(size_t result) {
  if (LZ4F_isError(result)) amino_raise("LZ4Error", LZ4F_getErrorName(result));
  return result;
}

AMINO_READ_ONLY(compress)
AMINO_MEMBER(const amino_bytes *, compress, (const amino_bytes *plain, int32_t level), "One frame, with size and checksum of the content.") {
  LZ4F_preferences_t preferences = LZ4F_INIT_PREFERENCES;
  preferences.compressionLevel = level;
  preferences.frameInfo.contentSize = plain->size;
  preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
  size_t room = LZ4F_compressFrameBound((size_t)plain->size, &preferences);
  amino_bytes *frame = amino_reply(room);
  frame->size = checked(LZ4F_compressFrame(frame->data, room, plain->data, (size_t)plain->size, &preferences));
  return frame;
}

AMINO_READ_ONLY(decompress)
AMINO_MEMBER(const amino_bytes *, decompress, (const amino_bytes *frame), "The content of a frame that says its size.") {
  LZ4F_dctx *context;
  checked(LZ4F_createDecompressionContext(&context, LZ4F_VERSION));
  LZ4F_frameInfo_t info;
  size_t consumed = (size_t)frame->size;
  size_t result = LZ4F_getFrameInfo(context, &info, frame->data, &consumed);
  amino_bytes *plain = 0;
  if (!LZ4F_isError(result)) {
    plain = amino_reply(info.contentSize);
    size_t room = (size_t)info.contentSize, rest = (size_t)frame->size - consumed;
    result = LZ4F_decompress(context, plain->data, &room, frame->data + consumed, &rest, 0);
  }
  LZ4F_freeDecompressionContext(context);
  if (checked(result) != 0) amino_raise("LZ4Error", "the frame ends too early");
  return plain;
}
