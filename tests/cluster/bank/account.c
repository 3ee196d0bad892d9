/* An account that notes who was there. */
#include "amino.h"

static int64_t money;
static size_t used;
static char notes[1 << 15];

AMINO_CLASS(Account, "An account.")

AMINO_CREATE((int64_t start)) { money = start; }

AMINO_MEMBER(int64_t, note, (int64_t amount, const char *name), "Adds an amount, and notes who did.") {
  size_t size = strlen(name);
  if (used + size + 1 > sizeof notes) amino_raise("Full", "no note fits any more");
  notes[used] = ' ';
  memcpy(notes + used + 1, name, size);
  used += size + 1;
  return money += amount;
}

AMINO_MEMBER(int64_t, transfer_to, (int64_t amount, const char *name, const char *target), "Sends an amount to another account.") {
  note(-amount, name);
  amino_push_int(amount);
  amino_push_string(name);
  amino_call(amino_get(target), "note");
  return amino_result_int();
}

AMINO_READ_ONLY(seen)
AMINO_MEMBER(const char *, seen, (void), "The money, and who has noted.") {
  char digits[24];
  size_t count = 0;
  uint64_t left = money < 0 ? 0 - (uint64_t)money : (uint64_t)money;
  do digits[count++] = (char)('0' + left % 10); while (left /= 10);
  if (money < 0) digits[count++] = '-';
  char *text = amino_reply_text(count + used);
  for (size_t at = 0; at < count; at++) text[at] = digits[count - 1 - at];
  memcpy(text + count, notes, used);
  return text;
}
