/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-base64.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *
wire_base64_encode (const guint8 *data, gsize length)
{
  return g_base64_encode (data, length);
}

/* Returns: the value of a base64 digit, or -1. */
static int
get_digit (char c)
{
  const char *at = c != '\0' ? strchr (alphabet, c) : NULL;

  return at != NULL ? (int) (at - alphabet) : -1;
}

static GBytes *
refuse (GByteArray *bytes, gsize offset, gsize *out_error_offset)
{
  g_byte_array_unref (bytes);
  if (out_error_offset != NULL)
    *out_error_offset = offset;
  return NULL;
}

GBytes *
wire_base64_decode (const char *text, gsize length, gsize *out_error_offset)
{
  GByteArray *bytes = g_byte_array_sized_new ((guint) (length / 4 * 3 + 3));

  for (gsize at = 0; at < length; at += 4)
    {
      guint32 group = 0;
      guint   n_digits = 0;
      guint8  octets[3];

      for (; n_digits < 4 && at + n_digits < length; n_digits++)
        {
          int digit = get_digit (text[at + n_digits]);

          if (digit < 0)
            break;
          group |= (guint32) digit << (18 - 6 * n_digits);
        }
      if (n_digits < 4)
        {
          gboolean is_last = at + 4 == length;

          if (!is_last || n_digits < 2)
            return refuse (bytes, at + n_digits, out_error_offset);
          for (guint i = n_digits; i < 4; i++)
            if (text[at + i] != '=')
              return refuse (bytes, at + i, out_error_offset);
          if (group & ((1u << (24 - 8 * (n_digits - 1))) - 1))
            return refuse (bytes, at + n_digits - 1, out_error_offset);
        }
      octets[0] = (guint8) (group >> 16);
      octets[1] = (guint8) (group >> 8);
      octets[2] = (guint8) group;
      g_byte_array_append (bytes, octets, n_digits - 1);
    }
  return g_byte_array_free_to_bytes (bytes);
}
