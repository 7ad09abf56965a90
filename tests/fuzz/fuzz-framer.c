/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <wire/wire-dots.h>
#include <wire/wire-framer.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define LIMIT 40

/* Everything a framer gives out for the input, pushed in chunks: units one after the
 * other, each marked by its kind. */
static GByteArray *
frame (const uint8_t *data, size_t size, size_t chunk, WireFramerFlags flags, gboolean is_block)
{
  g_autoptr (WireFramer) framer = wire_framer_new ();
  GByteArray *out = g_byte_array_new ();

  for (size_t at = 0; at < size; at += chunk)
    {
      const guint8 *unit;
      gsize         length;
      WireFrame     frame;

      wire_framer_push (framer, data + at, MIN (chunk, size - at));
      while ((frame = is_block
                          ? wire_framer_next_block (framer, LIMIT, flags, &unit, &length)
                          : wire_framer_next_line (framer, LIMIT, flags, &unit, &length)) !=
             WIRE_FRAME_MORE)
        {
          guint8 mark = (guint8) frame;

          g_assert_cmpuint (length, <=, LIMIT);
          g_byte_array_append (out, &mark, 1);
          g_byte_array_append (out, unit, (guint) length);
        }
    }
  return out;
}

/* How the bytes are cut never changes what comes out; stuffing is undone by unstuffing. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) stuffed = NULL;
  g_autoptr (GBytes) back = NULL;
  gsize         length;
  const guint8 *bytes;

  for (guint kind = 0; kind < 8; kind++)
    {
      WireFramerFlags flags = kind & 3;
      g_autoptr (GByteArray) whole = frame (data, size, MAX (size, 1), flags, kind & 4);

      for (size_t chunk = 1; chunk < 8; chunk += 2)
        {
          g_autoptr (GByteArray) cut = frame (data, size, chunk, flags, kind & 4);

          g_assert_cmpmem (cut->data, cut->len, whole->data, whole->len);
        }
    }
  stuffed = wire_dots_stuff (data, size);
  bytes = g_bytes_get_data (stuffed, &length);
  g_assert_cmpuint (wire_dots_get_end_length (bytes, length), ==, 3);
  back = wire_dots_unstuff (bytes, length, FALSE);
  bytes = g_bytes_get_data (back, &length);
  g_assert_cmpuint (length, >=, size);
  if (size > 0)
    g_assert_cmpint (memcmp (bytes, data, size), ==, 0);
  return 0;
}
