/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imap/imap-framer.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What is framed, and how its owner answers: the input's first byte. */
typedef struct
{
  const uint8_t *data;
  size_t         size;
  gboolean       is_server, allows_bare_lf, refuses, has_lines;
  gsize          line_bytes_max;
  guint64        literal_bytes_max;
} Input;

static void
append_piece (GByteArray *out, ImapFrame frame, const ImapPiece *piece)
{
  guint64 head[] = { frame, piece->name[0], piece->length, (guint64) piece->is_end,
                     piece->announced, (guint64) piece->is_binary,
                     (guint64) piece->is_synchronizing };

  g_byte_array_append (out, (const guint8 *) head, sizeof head);
  g_byte_array_append (out, piece->data, (guint) piece->length);
}

static void
check_piece (const Input *input, ImapFramer *framer, ImapFrame frame, const ImapPiece *piece)
{
  gsize         length;
  const guint8 *command = imap_framer_get_command (framer, &length);

  g_assert_cmpuint (length, >=, piece->length);
  g_assert_cmpuint (length, <=, input->line_bytes_max + input->literal_bytes_max);
  g_assert_true (piece->length == 0 ||
                 memcmp (command + length - piece->length, piece->data, piece->length) == 0);
  g_assert_true (!piece->is_end || piece->announced == 0);
  g_assert_true (frame != IMAP_FRAME_TOO_BIG || !piece->is_end);
  if (frame == IMAP_FRAME_UNIT)
    g_assert_cmpuint (piece->announced, <=, input->literal_bytes_max);
}

static void
answer (const Input *input, ImapFramer *framer, ImapFrame frame, const ImapPiece *piece)
{
  if (piece->is_synchronizing && (frame == IMAP_FRAME_TOO_BIG || input->refuses))
    imap_framer_refuse_literal (framer);
  else if (frame == IMAP_FRAME_TOO_BIG)
    imap_framer_skip_literal (framer);
}

/* All pieces, and how many bytes of them there are when none was dropped. */
static GByteArray *
frame_all (const Input *input, size_t chunk)
{
  g_autoptr (ImapFramer) framer = imap_framer_new (input->is_server);
  GByteArray *out = g_byte_array_new ();
  ImapPiece   piece = { 0 };
  gboolean    is_whole = TRUE;
  gsize       n_given = 0;

  piece.is_end = TRUE;
  for (size_t at = 0; at < input->size; at += chunk)
    {
      imap_framer_push (framer, input->data + at, MIN (chunk, input->size - at));
      for (;;)
        {
          gboolean  is_line = input->has_lines && piece.is_end && is_whole;
          ImapFrame frame =
              is_line ? imap_framer_next_line (framer, input->line_bytes_max,
                                               input->allows_bare_lf, "sasl", &piece)
                      : imap_framer_next (framer, input->line_bytes_max,
                                          input->literal_bytes_max, input->allows_bare_lf, &piece);

          if (frame == IMAP_FRAME_MORE)
            break;
          append_piece (out, frame, &piece);
          check_piece (input, framer, frame, &piece);
          is_whole = is_whole && frame == IMAP_FRAME_UNIT;
          g_assert_true (!is_whole || memcmp (piece.data, input->data + n_given,
                                              piece.length) == 0);
          n_given += piece.length;
          answer (input, framer, frame, &piece);
        }
      g_assert_cmpuint (imap_framer_get_n_waiting (framer), <=,
                        input->line_bytes_max + input->literal_bytes_max);
    }
  return out;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  Input input;
  g_autoptr (GByteArray) whole = NULL;

  if (size < 1)
    return 0;
  input = (Input){ .data = data + 1,
                   .size = size - 1,
                   .is_server = (data[0] & 1) != 0,
                   .allows_bare_lf = (data[0] & 2) != 0,
                   .refuses = (data[0] & 4) != 0,
                   .has_lines = (data[0] & 8) != 0,
                   .line_bytes_max = (data[0] & 16) ? 1000 : 20,
                   .literal_bytes_max = (data[0] & 32) ? 1000 : 10 };
  whole = frame_all (&input, MAX (input.size, 1));
  for (size_t chunk = 1; chunk < 12; chunk += chunk < 4 ? 1 : 4)
    {
      g_autoptr (GByteArray) pieces = frame_all (&input, chunk);

      g_assert_cmpmem (whole->data, whole->len, pieces->data, pieces->len);
    }
  return 0;
}
