/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lesson-front.h"

#include <string.h>

/* A lesson longer than this belongs in two (LESSONS.md: a lesson is ten minutes): ours. */
#define MINUTES_MAX 60

gboolean
lesson_fail (const char *file, guint line, GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list          arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, LESSON_ERROR, LESSON_ERROR_SYNTAX, "%s:%u: %s", file, line, text);
  return FALSE;
}

/* Items separated by @separator, without white space around them and without empty ones. */
static char **
split_list (const char *value, const char *separator)
{
  g_auto (GStrv) parts = g_strsplit (value, separator, -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0')
      g_strv_builder_add (builder, parts[i]);
  return g_strv_builder_end (builder);
}

static gboolean
read_title (Lesson *lesson, const char *value)
{
  lesson->title = g_strdup (value);
  return TRUE;
}

static gboolean
read_level (Lesson *lesson, const char *value)
{
  lesson->level = g_strdup (value);
  return strcmp (value, "foundation") == 0 || strcmp (value, "beyond") == 0;
}

static gboolean
read_minutes (Lesson *lesson, const char *value)
{
  guint64 minutes;

  if (!g_ascii_string_to_unsigned (value, 10, 1, MINUTES_MAX, &minutes, NULL))
    return FALSE;
  lesson->minutes = (guint) minutes;
  return TRUE;
}

static gboolean
read_needs (Lesson *lesson, const char *value)
{
  g_strfreev (lesson->needs);
  lesson->needs = split_list (value, ",");
  return TRUE;
}

static gboolean
read_goals (Lesson *lesson, const char *value)
{
  lesson->goals = split_list (value, ";");
  return lesson->goals[0] != NULL;
}

/* "RFC 5321 section 4.2; RFC 1939 section 3" */
static gboolean
read_covers (Lesson *lesson, const char *value)
{
  g_auto (GStrv) items = split_list (value, ";");

  for (guint i = 0; items[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (items[i], " ", -1);
      LessonReference reference;
      guint64         rfc;

      if (g_strv_length (words) != 4 || strcmp (words[0], "RFC") != 0 ||
          !g_ascii_string_to_unsigned (words[1], 10, 1, 99999, &rfc, NULL) ||
          strcmp (words[2], "section") != 0 || *words[3] == '\0')
        return FALSE;
      reference.rfc = (guint) rfc;
      reference.section = g_strdup (words[3]);
      g_array_append_val (lesson->covers, reference);
    }
  return items[0] != NULL;
}

static const struct
{
  const char *key;
  gboolean    is_required;
  gboolean (*read) (Lesson *lesson, const char *value);
  const char *form; /* what would be right */
} front_keys[] = {
  { "title", TRUE, read_title, "a line of text" },
  { "level", TRUE, read_level, "foundation or beyond" },
  { "minutes", TRUE, read_minutes, "a whole number from 1 to 60" },
  { "needs", FALSE, read_needs, "names of lessons separated by commas" },
  { "goals", TRUE, read_goals, "one or more goals separated by semicolons" },
  { "covers", TRUE, read_covers, "sections as \"RFC 5321 section 4.2\" separated by semicolons" },
};

/* Cuts "key: value" in two. Returns: the value, NULL when @line is not of that form. */
static char *
cut_value (char *line)
{
  char *colon = strchr (line, ':');

  if (colon == NULL || colon == line)
    return NULL;
  *colon = '\0';
  return g_strstrip (colon + 1);
}

static gboolean
read_front_line (Lesson *lesson, const char *file, guint number, char *line, guint *seen,
                 GError **error)
{
  char *value = cut_value (line);

  if (value == NULL)
    return lesson_fail (file, number, error, "the front matter has lines \"key: value\" only, and "
                        "\"---\" ends it");
  for (guint i = 0; i < G_N_ELEMENTS (front_keys); i++)
    if (strcmp (line, front_keys[i].key) == 0)
      {
        if (*seen & 1u << i)
          return lesson_fail (file, number, error, "%s is there twice; keep one", line);
        *seen |= 1u << i;
        if (*value == '\0' || !front_keys[i].read (lesson, value))
          return lesson_fail (file, number, error, "%s needs %s", line, front_keys[i].form);
        return TRUE;
      }
  return lesson_fail (file, number, error, "there is no key \"%s\"; keys are title, level, "
                      "minutes, needs, goals, covers", line);
}

const char *
lesson_front_read (Lesson *lesson, const char *file, const char *text, guint *out_n_lines,
                   GError **error)
{
  guint seen = 0;

  for (guint number = 1; *text != '\0'; number++)
    {
      const char      *lf = strchr (text, '\n');
      g_autofree char *line = g_strndup (text, lf != NULL ? (gsize) (lf - text) : strlen (text));
      gboolean         is_fence = strcmp (g_strchomp (line), "---") == 0;

      text = lf != NULL ? lf + 1 : text + strlen (text);
      if (number == 1 && !is_fence)
        break;
      if (number > 1 && is_fence)
        {
          for (guint i = 0; i < G_N_ELEMENTS (front_keys); i++)
            if (front_keys[i].is_required && !(seen & 1u << i))
              {
                lesson_fail (file, number, error, "%s is missing; it is %s", front_keys[i].key,
                             front_keys[i].form);
                return NULL;
              }
          *out_n_lines = number;
          return text;
        }
      if (number > 1 && *line != '\0' &&
          !read_front_line (lesson, file, number, line, &seen, error))
        return NULL;
    }
  lesson_fail (file, 1, error, "a lesson begins with its front matter: \"key: value\" lines "
               "between two lines \"---\"");
  return NULL;
}

/* What a live block may say. */
static const struct
{
  LessonBlockKind kind;
  const char     *key;
  gboolean        is_required;
  gboolean        is_repeatable;
} block_keys[] = {
  { LESSON_BLOCK_SHOW, "until", TRUE, FALSE },
  { LESSON_BLOCK_SHOW, "level", FALSE, FALSE },
  { LESSON_BLOCK_SHOW, "tab", FALSE, FALSE },
  { LESSON_BLOCK_PREDICT, "question", TRUE, FALSE },
  { LESSON_BLOCK_TASK, "role", TRUE, FALSE },
  { LESSON_BLOCK_TASK, "host", FALSE, FALSE },
  { LESSON_BLOCK_TASK, "says", TRUE, FALSE },
  { LESSON_BLOCK_CHECK, "until", TRUE, FALSE },
  { LESSON_BLOCK_CHECK, "says", TRUE, FALSE },
  { LESSON_BLOCK_CHECK, "hint", FALSE, TRUE },
  { LESSON_BLOCK_QUIZ, "question", TRUE, FALSE },
  { LESSON_BLOCK_QUIZ, "right", TRUE, TRUE },
  { LESSON_BLOCK_QUIZ, "wrong", TRUE, TRUE },
  { LESSON_BLOCK_COMPARE, "left", TRUE, FALSE },
  { LESSON_BLOCK_COMPARE, "right", TRUE, FALSE },
  { LESSON_BLOCK_COMPARE, "says", FALSE, FALSE },
};

static gboolean
has_value (GArray *values, const char *key)
{
  for (guint i = 0; i < values->len; i++)
    if (strcmp (g_array_index (values, LessonValue, i).key, key) == 0)
      return TRUE;
  return FALSE;
}

/* Returns: (transfer full): the keys of @kind for a message. */
static char *
list_keys (LessonBlockKind kind)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (block_keys); i++)
    if (block_keys[i].kind == kind)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", block_keys[i].key);
  return g_string_free (text, FALSE);
}

static gboolean
read_value (LessonBlockKind kind, const char *file, guint number, char *line, GArray *values,
            GError **error)
{
  const char      *name = lesson_block_kind_get_name (kind);
  char            *value = cut_value (line);
  g_autofree char *keys = NULL;

  if (value == NULL)
    return lesson_fail (file, number, error, "a %s block has lines \"key: value\" only; a line "
                        "that goes on is indented", name);
  for (guint i = 0; i < G_N_ELEMENTS (block_keys); i++)
    if (block_keys[i].kind == kind && strcmp (block_keys[i].key, line) == 0)
      {
        LessonValue new_value = { block_keys[i].key, NULL, number };

        if (!block_keys[i].is_repeatable && has_value (values, line))
          return lesson_fail (file, number, error, "%s is there twice; keep one", line);
        if (*value == '\0')
          return lesson_fail (file, number, error, "%s has no value; write \"%s: ...\"", line,
                              line);
        new_value.value = g_strdup (value);
        g_array_append_val (values, new_value);
        return TRUE;
      }
  keys = list_keys (kind);
  return lesson_fail (file, number, error, "a %s block has no key \"%s\"; its keys are %s", name,
                      line, keys);
}

/* An indented line goes on with the value before it. */
static void
continue_value (LessonValue *value, char *line)
{
  g_autofree char *before = value->value;

  value->value = g_strjoin (" ", before, g_strstrip (line), NULL);
}

gboolean
lesson_values_read (LessonBlockKind kind, const char *file, const char *text, guint line,
                    GArray *values, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      gboolean is_indented = g_ascii_isspace (lines[i][0]);

      if (*g_strchomp (lines[i]) == '\0')
        continue;
      if (is_indented && values->len > 0)
        continue_value (&g_array_index (values, LessonValue, values->len - 1), lines[i]);
      else if (!read_value (kind, file, line + i, lines[i], values, error))
        return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (block_keys); i++)
    if (block_keys[i].kind == kind && block_keys[i].is_required &&
        !has_value (values, block_keys[i].key))
      return lesson_fail (file, line, error, "this %s block has no \"%s: ...\"",
                          lesson_block_kind_get_name (kind), block_keys[i].key);
  return TRUE;
}
