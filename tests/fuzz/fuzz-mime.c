/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mime/mime-meaning.h>
#include <mime/mime-message.h>

#include <stdint.h>
#include <string.h>

/* Spans whose meaning is asked for: each takes time in proportion to its own length. */
#define MEANINGS_MAX 200

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Parts are in order and lie inside of their parents; each can be decoded. */
static void
check_tree (const MimeTree *tree, size_t size, MimeCharsets *charsets)
{
  for (guint i = 0; i < MIN (mime_tree_get_n_parts (tree), 50); i++)
    {
      const MimePart  *part = mime_tree_get_part (tree, i);
      g_autofree char *number = mime_tree_dup_number (tree, i);
      g_autofree char *filename = mime_tree_dup_filename (tree, part, charsets);
      gsize            length;
      g_autofree char *text = mime_tree_dup_text (tree, part, charsets, &length, NULL);
      g_autoptr (GBytes) content = mime_tree_dup_content (tree, part);

      g_assert_nonnull (content);
      g_assert_nonnull (number);
      g_assert_cmpuint (part->header_offset + part->header_length, <=, part->body_offset);
      g_assert_cmpuint (part->body_offset + part->body_length, <=, size);
      g_assert_true (filename == NULL || g_utf8_validate (filename, -1, NULL));
      if (strcmp (part->type, "text") == 0)
        g_assert_true (g_utf8_validate_len (text, length, NULL) || memchr (text, 0, length));
      if (part->parent != MIME_NO_PART)
        {
          const MimePart *parent = mime_tree_get_part (tree, part->parent);

          g_assert_cmpuint (part->header_offset, >=, parent->body_offset);
          g_assert_cmpuint (part->body_offset + part->body_length, <=,
                            parent->body_offset + parent->body_length);
        }
    }
}

/* Annotation keeps its promises with and without a recorder, and explains every byte. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (WireSpans) spans = wire_annotate (&mime_grammar_message, data, size);
  g_autofree char *problem = wire_spans_check (spans);
  g_autoptr (MimeTree) tree = mime_tree_new (data, size);
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  g_autoptr (MimeMeaning) meanings = mime_meaning_new (spans, data, charsets);

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_true (wire_matches (&mime_grammar_message, data, size));
  check_tree (tree, size, charsets);
  for (guint i = 0; i < MIN (wire_spans_get_n (spans), MEANINGS_MAX); i++)
    {
      g_autofree char *meaning = mime_meaning_dup (meanings, i);

      g_assert_true (meaning == NULL || g_utf8_validate (meaning, -1, NULL));
    }
  if (size > 0)
    {
      g_assert_cmpuint (wire_spans_find_innermost (spans, 0), >, 0);
      g_assert_cmpuint (wire_spans_find_innermost (spans, size - 1), >, 0);
    }
  return 0;
}
