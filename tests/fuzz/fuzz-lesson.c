/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <lesson.h>

#include <stdint.h>

/* A front matter that is right, so that the steps after it are reached too. */
#define FRONT "---\ntitle: T\nlevel: foundation\nminutes: 5\ngoals: g\n"                           \
              "covers: RFC 5321 section 4.2\n---\n## Step: A\n"

/* What a page is made of: valid text, tags that close, a condition where one is required. */
static void
check_block (const LessonBlock *block)
{
  static const GMarkupParser parser = { NULL, NULL, NULL, NULL, NULL };

  g_assert_cmpint (block->kind, <, LESSON_N_BLOCK_KINDS);
  if (block->kind == LESSON_BLOCK_PROSE)
    {
      g_autofree char *whole = g_strdup_printf ("<markup>%s</markup>", block->markup);
      g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, NULL, NULL);

      g_assert_true (g_markup_parse_context_parse (context, whole, -1, NULL));
      g_assert_true (g_markup_parse_context_end_parse (context, NULL));
    }
  if (block->kind == LESSON_BLOCK_SHOW || block->kind == LESSON_BLOCK_CHECK)
    g_assert_nonnull (block->until);
}

static void
check_text (const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Lesson) lesson = lesson_parse ("01-a", "a.md", text, length, &error);

  g_assert_true ((lesson == NULL) == (error != NULL));
  if (lesson == NULL)
    {
      g_assert_true (g_str_has_prefix (error->message, "a.md:"));
      return;
    }
  g_assert_cmpuint (lesson->steps->len, >, 0);
  for (guint i = 0; i < lesson->steps->len; i++)
    {
      const LessonStep *step = lesson_get_step (lesson, i);

      g_assert_cmpuint (step->blocks->len, >, 0);
      for (guint j = 0; j < step->blocks->len; j++)
        check_block (lesson_step_get_block (step, j));
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GString) whole = g_string_new (FRONT);

  check_text ((const char *) data, size);
  g_string_append_len (whole, (const char *) data, (gssize) size);
  check_text (whole->str, whole->len);
  return 0;
}
