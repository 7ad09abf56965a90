/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imf-deviation.h"
#include "imf-scan.h"

#include <string.h>

/* Returns: whether any of @length bytes is a NUL, a control, or beyond ASCII. */
static gboolean
has_odd_byte (const guint8 *bytes, gsize length)
{
  gboolean is_odd = FALSE;

  for (gsize i = 0; i < length; i++)
    is_odd |= bytes[i] >= 0x7f || bytes[i] < ' ';
  return is_odd;
}

/* From the first byte that satisfies @is_meant to the last. Returns: whether there is one. */
static gboolean
deviate_for (WireScan            *scan,
             gsize                from,
             gboolean           (*is_meant) (guint8 byte),
             const WireDeviation *deviation)
{
  gsize first = from;
  gsize end = scan->pos;

  while (first < end && !is_meant (scan->data[first]))
    first++;
  if (first == end)
    return FALSE;
  while (!is_meant (scan->data[end - 1]))
    end--;
  wire_scan_deviate_at (scan, deviation, first, end - first);
  return TRUE;
}

static gboolean
is_nul (guint8 byte)
{
  return byte == '\0';
}

static gboolean
is_beyond_ascii (guint8 byte)
{
  return byte >= 0x80;
}

/* NULs are another matter. */
static gboolean
is_utf8 (const guint8 *bytes, gsize length)
{
  gsize pos = 0;

  while (pos < length)
    {
      const guint8 *nul = memchr (bytes + pos, '\0', length - pos);
      gsize         end = nul != NULL ? (gsize) (nul - bytes) : length;

      if (!g_utf8_validate_len ((const char *) bytes + pos, end - pos, NULL))
        return FALSE;
      pos = end + 1;
    }
  return TRUE;
}

static gboolean
is_other_control (guint8 byte)
{
  return imf_is_control (byte) && byte != '\r' && byte != '\n' && byte != '\0';
}

void
imf_scan_flag_bytes (WireScan *scan, gsize from)
{
  gsize length = scan->pos - from;

  if (!has_odd_byte (scan->data + from, length))
    return;
  deviate_for (scan, from, is_nul, &imf_deviation_nul_octet);
  deviate_for (scan, from, is_other_control, &imf_deviation_control_character);
  deviate_for (scan, from, is_beyond_ascii,
               is_utf8 (scan->data + from, length) ? &imf_deviation_utf8_header
                                                   : &imf_deviation_invalid_utf8);
}
