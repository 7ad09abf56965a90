/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "framing.h"

#include <string.h>

const FramingForm framing_forms[FRAMING_N_FORMS] = {
  { "crlf-crlf", 0, FRAMING_TEXT ("\r\n"), FRAMING_TEXT ("\r\n") },
  { "lf-lf", WIRE_FRAMER_END_LF_LF, FRAMING_TEXT ("\n"), FRAMING_TEXT ("\n") },
  { "lf-crlf", WIRE_FRAMER_END_LF_CRLF, FRAMING_TEXT ("\n"), FRAMING_TEXT ("\r\n") },
  { "crlf-lf", WIRE_FRAMER_END_CRLF_LF, FRAMING_TEXT ("\r\n"), FRAMING_TEXT ("\n") },
  { "cr-cr", WIRE_FRAMER_END_CR_CR, FRAMING_TEXT ("\r"), FRAMING_TEXT ("\r") },
  { "cr-crlf", WIRE_FRAMER_END_CR_CRLF, FRAMING_TEXT ("\r"), FRAMING_TEXT ("\r\n") },
  { "crlf-cr", WIRE_FRAMER_END_CRLF_CR, FRAMING_TEXT ("\r\n"), FRAMING_TEXT ("\r") },
  { "lf-cr", WIRE_FRAMER_END_LF_CR, FRAMING_TEXT ("\n"), FRAMING_TEXT ("\r") },
  { "cr-lf", WIRE_FRAMER_END_CR_LF, FRAMING_TEXT ("\r"), FRAMING_TEXT ("\n") },
  { "crcrlf-crcrlf", WIRE_FRAMER_END_CRCRLF_CRCRLF, FRAMING_TEXT ("\r\r\n"),
    FRAMING_TEXT ("\r\r\n") },
  { "crlf-nul", WIRE_FRAMER_END_CRLF_NUL, FRAMING_TEXT ("\r\n\0"), FRAMING_TEXT ("\r\n") },
};

static gboolean
ends_with (const char *unit, gsize length, FramingText end)
{
  return length >= end.length && memcmp (unit + length - end.length, end.data, end.length) == 0;
}

static gboolean
has_bare_cr_at_end (const char *input, gsize end, gsize size)
{
  return input[end - 1] == '\r' && end < size && input[end] != '\n';
}

gboolean
framing_ends_line (const char *input, gsize begin, gsize end, gsize size, guint flags)
{
  if (end - begin >= 2 && input[end - 1] == '\n' && input[end - 2] == '\r')
    return TRUE;
  if (input[end - 1] == '\n')
    return (flags & WIRE_FRAMER_BARE_LF_ENDS_LINE) != 0;
  return (flags & WIRE_FRAMER_BARE_CR_ENDS_LINE) && has_bare_cr_at_end (input, end, size);
}

static gboolean
ends_in_form (const char *input, gsize begin, gsize end, gsize size, guint form)
{
  const char *unit = input + begin;
  gsize       length = end - begin;
  FramingText        before = framing_forms[form].before;
  FramingText        after = framing_forms[form].after;

  if (!ends_with (unit, length, after))
    return FALSE;
  if (after.length == 1 && after.data[0] == '\r' && !has_bare_cr_at_end (input, end, size))
    return FALSE;
  length -= after.length;
  if (!ends_with (unit, length, (FramingText) FRAMING_TEXT (".")))
    return FALSE;
  length--;
  if (ends_with (unit, length, before))
    return before.length > 1 || before.data[0] == '\r' ||
           !ends_with (unit, length, (FramingText) FRAMING_TEXT ("\r\n"));
  /* The beginning counts as CRLF. */
  return before.data[0] == '\r' && before.length > 1 && before.data[1] == '\n' &&
         length == before.length - 2 && memcmp (unit, before.data + 2, length) == 0;
}

int
framing_ends_block (const char *input, gsize begin, gsize end, gsize size, guint flags)
{
  for (guint i = 0; i < FRAMING_N_FORMS; i++)
    if ((framing_forms[i].flag == 0 || (flags & framing_forms[i].flag) != 0) &&
        ends_in_form (input, begin, end, size, i))
      return (int) framing_forms[i].flag;
  return -1;
}
