/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-mbox.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A field of the message's own could count rightly by chance: such a message is not followed. */
static gboolean
may_count (const uint8_t *data, size_t size)
{
  static const char name[] = "content-length";

  for (size_t i = 0; i + strlen (name) <= size; i++)
    if (g_ascii_strncasecmp ((const char *) data + i, name, strlen (name)) == 0)
      return TRUE;
  return FALSE;
}

/* What is written as mboxrd is read back the same, between others. */
static void
check_round_trip (const uint8_t *data, size_t size)
{
  g_autoptr (GString) file = g_string_new (NULL);
  g_autoptr (GBytes) message = g_bytes_new (data, size);
  g_autoptr (GBytes) other = g_bytes_new_static ("\n>From x\n", 9);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (ImfMbox) mbox = NULL;

  imf_mbox_append (file, IMF_MBOX_RD, NULL, 0, other);
  imf_mbox_append (file, IMF_MBOX_RD, "a@b.example", G_MAXINT64, message);
  imf_mbox_append (file, IMF_MBOX_RD, "", G_MININT64, other);
  mbox = imf_mbox_new ((const guint8 *) file->str, file->len);
  g_assert_cmpint (mbox->variant, ==, IMF_MBOX_RD);
  g_assert_cmpuint (imf_mbox_get_n (mbox), ==, 3);
  again = imf_mbox_dup_message (mbox, 1);
  g_assert_true (g_bytes_equal (message, again));
}

/* Messages lie in the file in order and apart, and each can be kept in each variant again. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (ImfMbox) mbox = imf_mbox_new (data, size);
  gsize end = 0;

  imf_mbox_is (data, size);
  for (guint i = 0; i < imf_mbox_get_n (mbox); i++)
    {
      const ImfMboxMessage *message = imf_mbox_get (mbox, i);
      g_autoptr (GBytes) bytes = imf_mbox_dup_message (mbox, i);

      g_assert_cmpuint (message->separator_offset, >=, end);
      g_assert_cmpuint (message->offset, >, message->separator_offset);
      end = message->offset + message->length;
      g_assert_cmpuint (end, <=, size);
      g_assert_cmpuint (g_bytes_get_size (bytes), <=, message->length);
      for (guint variant = IMF_MBOX_O; variant <= IMF_MBOX_CL2; variant++)
        {
          g_autoptr (GString) file = g_string_new (NULL);
          g_autoptr (ImfMbox) again = NULL;

          imf_mbox_append (file, variant, NULL, 0, bytes);
          again = imf_mbox_new ((const guint8 *) file->str, file->len);
          g_assert_cmpuint (imf_mbox_get_n (again), >=, 1);
          g_assert_cmpuint (imf_mbox_get (again, 0)->separator_offset, ==, 0);
        }
    }
  if ((size == 0 || data[size - 1] == '\n') && !may_count (data, size))
    check_round_trip (data, size);
  return 0;
}
