/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-composer.h>
#include <mime/mime-downgrade.h>
#include <mime/mime-tree.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Octets below 0x80, no NUL, no line above 998. */
static void
check_7bit (const guint8 *data, gsize length)
{
  gsize line = 0;

  for (gsize i = 0; i < length; i++)
    {
      g_assert_true (data[i] < 0x80 && data[i] != '\0');
      if (data[i] == '\r' || data[i] == '\n')
        line = i + 1;
      g_assert_cmpuint (i + 1 - line, <=, IMF_LINE_CHARACTERS_MAX);
    }
}

static void
check_part (const MimeTree *old, const MimeTree *new, guint i)
{
  const MimePart *a = mime_tree_get_part (old, i), *b = mime_tree_get_part (new, i);
  g_autoptr (GBytes) content_a = NULL;
  g_autoptr (GBytes) content_b = NULL;

  g_assert_cmpint (a->kind, ==, b->kind);
  g_assert_cmpuint (a->parent, ==, b->parent);
  g_assert_cmpstr (a->type, ==, b->type);
  g_assert_cmpstr (a->subtype, ==, b->subtype);
  if (a->kind != MIME_PART_LEAF)
    return;
  content_a = mime_tree_dup_content (old, a);
  content_b = mime_tree_dup_content (new, b);
  g_assert_true (g_bytes_equal (content_a, content_b));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) message = g_bytes_new_static (data, size);
  g_autofree char *problem = NULL;
  g_autoptr (GBytes) result = mime_downgrade (message, &problem);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (MimeTree) old = NULL;
  g_autoptr (MimeTree) new = NULL;
  const guint8 *text;
  gsize length;

  g_assert_true ((result == NULL) == (problem != NULL));
  if (result == NULL)
    return 0;
  text = g_bytes_get_data (result, &length);
  check_7bit (text, length);
  old = mime_tree_new (data, size);
  new = mime_tree_new (text, length);
  g_assert_cmpuint (mime_tree_get_n_parts (old), ==, mime_tree_get_n_parts (new));
  for (guint i = 0; i < mime_tree_get_n_parts (old); i++)
    check_part (old, new, i);
  again = mime_downgrade (result, NULL);
  g_assert_true (again == result);
  return 0;
}
