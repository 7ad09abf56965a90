/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-composer.h>
#include <mime/mime-edit.h>
#include <mime/mime-flowed.h>
#include <mime/mime-html.h>
#include <mime/mime-reply.h>
#include <mime/mime-writer.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Parts of a message that are edited. */
#define N_EDITED_MAX 6

static guint64
count_up (gpointer user_data)
{
  return (*(guint64 *) user_data)++;
}

/* Lines end in CRLF and have at most 998 octets; of @is_ascii. */
static void
check_lines (const char *text, gsize length, gboolean is_ascii)
{
  gsize line = 0;

  for (gsize i = 0; i < length; i++)
    {
      g_assert_true (!is_ascii || ((guint8) text[i] < 0x80 && text[i] != '\0'));
      g_assert_true (text[i] != '\n' || (i > 0 && text[i - 1] == '\r'));
      g_assert_true (text[i] != '\r' || (i + 1 < length && text[i + 1] == '\n'));
      if (text[i] == '\n')
        line = i + 1;
      g_assert_cmpuint (i + 1 - line, <=, IMF_LINE_CHARACTERS_MAX + 1); /* its CR counts, too */
    }
}

/* Answers and forwards: what is built keeps to the rules, whatever it is an answer to. */
static void
check_replies (const MimeTree *tree, MimeCharsets *charsets)
{
  for (guint kind = MIME_REPLY; kind <= MIME_FORWARD_ATTACHED; kind++)
    {
      g_autoptr (MimeDraft) draft = mime_reply_new (tree, kind, "Me <me@m.example>", charsets);
      g_autoptr (GBytes) message = NULL;
      guint64     number = 0;
      gsize       length;
      const char *text;

      draft->message_id = g_strdup ("1@m.example");
      message = mime_draft_build (draft, count_up, &number, NULL);
      if (message == NULL)
        continue;
      text = g_bytes_get_data (message, &length);
      check_lines (text, length, draft->attachments->len == 0 && !draft->allows_utf8_header);
    }
}

static void
check_edits (const MimeTree *tree)
{
  static const char content[] = "a\r\n--b\r\nFrom \303\244\r\n";
  guint             n_parts = MIN (mime_tree_get_n_parts (tree), N_EDITED_MAX);
  g_autoptr (GBytes) bytes = g_bytes_new_static (content, sizeof content - 1);

  for (guint i = 0; i < n_parts; i++)
    {
      const MimePart *part = mime_tree_get_part (tree, i);
      g_autoptr (GBytes) edited = mime_edit_replace_content (tree, i, bytes, NULL);
      g_autoptr (GBytes) added = mime_edit_replace_field (tree, i, NULL, "X-A", "b \303\244", NULL);
      g_autoptr (GBytes) removed =
          part->n_fields > 0
              ? mime_edit_replace_field (tree, i, mime_tree_get_field (tree, part->first_field),
                                         "X-A", NULL, NULL)
              : NULL;

      g_assert_true ((edited != NULL) == (part->kind == MIME_PART_LEAF));
      g_assert_nonnull (added);
      g_assert_true ((removed != NULL) == (part->n_fields > 0));
      if (edited != NULL)
        {
          g_autoptr (MimeTree) again =
              mime_tree_new (g_bytes_get_data (edited, NULL), g_bytes_get_size (edited));

          g_assert_cmpuint (mime_tree_get_n_parts (again), >, i);
        }
    }
}

/* "Name: value": one field comes out, or none. */
static void
check_field (const uint8_t *data, size_t size)
{
  const uint8_t   *colon = memchr (data, ':', size);
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (ImfHeader) header = NULL;
  g_autofree char *problem = NULL;

  if (colon == NULL)
    return;
  name = g_strndup ((const char *) data, (gsize) (colon - data));
  value = g_strndup ((const char *) colon + 1, size - (gsize) (colon + 1 - data));
  if (!mime_write_field (out, name, value, FALSE, &problem))
    {
      g_assert_nonnull (problem);
      g_assert_cmpuint (out->len, ==, 0);
      return;
    }
  check_lines (out->str, out->len, TRUE);
  header = imf_header_new ((const guint8 *) out->str, out->len);
  g_assert_cmpuint (imf_header_get_n (header), ==, 1);
  g_assert_cmpuint (header->end, ==, out->len);
}

static void
check_text (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *flowed = NULL;
  g_autofree char *back = NULL;
  g_autofree char *again = NULL;
  g_autofree char *plain = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    return;
  plain = mime_html_to_text (text);
  g_assert_true (g_utf8_validate (plain, -1, NULL));
  flowed = mime_flowed_encode (text);
  if (flowed == NULL)
    return;
  back = mime_flowed_decode (flowed, FALSE);
  again = mime_flowed_encode (back);
  g_assert_true (g_utf8_validate (back, -1, NULL));
  if (strstr (flowed, "\n >") == NULL && !g_str_has_prefix (flowed, " >"))
    g_assert_cmpstr (again, ==, flowed);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static MimeCharsets *charsets;
  g_autofree guint8   *copy = g_memdup2 (data, size);
  g_autoptr (MimeTree) tree = mime_tree_new (copy, size);

  if (size == 0)
    return 0;
  if (charsets == NULL)
    charsets = mime_charsets_new ();
  check_replies (tree, charsets);
  check_edits (tree);
  check_field (data, size);
  check_text (data, size);
  return 0;
}
