/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <support/framing.h>
#include <wire/wire-dots.h>
#include <wire/wire-framer.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A stream and what is asked of it: the input's first three bytes. */
typedef struct
{
  const char *data;
  gsize       size;
  gboolean    is_block;
  guint       flags;     /* WireFramerFlags */
  gsize       bytes_max; /* from 1 on */
} Input;

static void
append_unit (GByteArray *out, gboolean fits, int form, const char *unit, gsize length)
{
  gint32 head[] = { fits, form, (gint32) length };

  g_byte_array_append (out, (const guint8 *) head, sizeof head);
  g_byte_array_append (out, (const guint8 *) unit, (guint) length);
}

static GByteArray *
expect (const Input *input)
{
  GByteArray *out = g_byte_array_new ();
  gsize       begin = 0;

  for (gsize end = 1; end <= input->size; end++)
    {
      int form = input->is_block
                     ? framing_ends_block (input->data, begin, end, input->size, input->flags)
                     : framing_ends_line (input->data, begin, end, input->size, input->flags) - 1;

      if (form < 0)
        continue;
      append_unit (out, end - begin <= input->bytes_max, form, input->data + begin,
                   MIN (end - begin, input->bytes_max));
      begin = end;
    }
  return out;
}

/* Everything a framer gives out for the input, pushed in chunks. */
static GByteArray *
frame (const Input *input, gsize chunk)
{
  g_autoptr (WireFramer) framer = wire_framer_new ();
  GByteArray *out = g_byte_array_new ();

  for (gsize at = 0; at < input->size; at += chunk)
    {
      const guint8 *unit;
      gsize         length;
      WireFrame     frame;

      wire_framer_push (framer, (const guint8 *) input->data + at, MIN (chunk, input->size - at));
      while ((frame = input->is_block ? wire_framer_next_block (framer, input->bytes_max,
                                                                input->flags, &unit, &length)
                                      : wire_framer_next_line (framer, input->bytes_max,
                                                               input->flags, &unit, &length)) !=
             WIRE_FRAME_MORE)
        append_unit (out, frame == WIRE_FRAME_UNIT,
                     input->is_block ? (int) wire_framer_get_end (framer) : 0,
                     (const char *) unit, length);
      g_assert_cmpuint (wire_framer_get_n_waiting (framer), <=, input->bytes_max + 8);
    }
  return out;
}

/* One line after the other says how many bytes come next. */
static void
check_counts (const Input *input, gsize chunk, GByteArray *out)
{
  g_autoptr (WireFramer) framer = wire_framer_new ();
  const guint8 *unit;
  gsize         length;
  gsize         n_bytes = 0;
  gboolean      is_counted = FALSE;

  for (gsize at = 0; at < input->size; at += chunk)
    {
      wire_framer_push (framer, (const guint8 *) input->data + at, MIN (chunk, input->size - at));
      for (;;)
        {
          WireFrame frame =
              is_counted
                  ? wire_framer_next_counted (framer, n_bytes, input->bytes_max, &unit, &length)
                  : wire_framer_next_line (framer, 64, input->flags, &unit, &length);

          if (frame == WIRE_FRAME_MORE)
            break;
          g_assert_true (!is_counted || length == MIN (n_bytes, input->bytes_max));
          n_bytes = length > 0 ? unit[0] : 0;
          append_unit (out, frame == WIRE_FRAME_UNIT, is_counted, (const char *) unit, length);
          is_counted = !is_counted;
        }
    }
}

/* Stuffing is undone by unstuffing; what has no end loses nothing but dots. */
static void
check_dots (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) stuffed = wire_dots_stuff (data, size);
  gsize         length;
  const guint8 *bytes = g_bytes_get_data (stuffed, &length);
  g_autoptr (GBytes) back = wire_dots_unstuff (bytes, length, 0);

  g_assert_cmpuint (wire_dots_get_end_length (bytes, length), ==, 3);
  g_assert_cmpuint (wire_dots_get_end_form (bytes, length), ==, 0);
  bytes = g_bytes_get_data (back, &length);
  g_assert_cmpuint (length, >=, size);
  if (size > 0)
    g_assert_cmpint (memcmp (bytes, data, size), ==, 0);
  for (guint i = 0; i <= WIRE_FRAMER_N_ENDS; i++)
    {
      g_autoptr (GBytes) text = wire_dots_unstuff (data, size, framing_forms[i].flag);

      g_assert_cmpuint (g_bytes_get_size (text) + wire_dots_get_end_length (data, size), <=, size);
    }
}

/* What comes out is what the reference says, however the bytes are cut. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  Input input;
  g_autoptr (GByteArray) expected = NULL;
  g_autoptr (GByteArray) counts = g_byte_array_new ();

  check_dots (data, size);
  if (size < 3)
    return 0;
  input = (Input){ .data = (const char *) data + 3,
                   .size = MIN (size - 3, 512), /* the reference is slow */
                   .is_block = (data[0] & 1) != 0,
                   .flags = (data[0] >> 1 | (guint) data[1] << 7) & (WIRE_FRAMER_ENDS | 3),
                   .bytes_max = data[2] % 64 + 1 };
  expected = expect (&input);
  check_counts (&input, MAX (input.size, 1), counts);
  for (gsize chunk = 1; chunk < 12; chunk += chunk < 4 ? 1 : 4)
    {
      g_autoptr (GByteArray) cut = frame (&input, chunk);
      g_autoptr (GByteArray) cut_counts = g_byte_array_new ();

      g_assert_cmpmem (cut->data, cut->len, expected->data, expected->len);
      check_counts (&input, chunk, cut_counts);
      g_assert_cmpmem (cut_counts->data, cut_counts->len, counts->data, counts->len);
    }
  return 0;
}
