/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <lesson.h>

#include <string.h>

#define FRONT "---\ntitle: T\nlevel: foundation\nminutes: 5\ngoals: one; two\n"                    \
              "covers: RFC 5321 section 4.2; RFC 1939 section 3\n---\n"
/* FRONT has 7 lines. */

typedef struct
{
  const char *name, *text, *message; /* the message's beginning, from the line number on */
} Mistake;

static const Mistake mistakes[] = {
  { "empty", "", "1: a lesson begins with its front matter" },
  { "no-front-matter", "## Step: A\n", "1: a lesson begins with its front matter" },
  { "no-end-of-front-matter", "---\ntitle: T\n", "1: a lesson begins with its front matter" },
  { "no-key", "---\ntitle T\n---\n", "2: the front matter has lines" },
  { "unknown-key", "---\ntitle: T\ncolour: red\n---\n", "3: there is no key \"colour\"" },
  { "twice", "---\ntitle: T\ntitle: T\n---\n", "3: title is there twice" },
  { "no-title", "---\nlevel: beyond\n---\n", "3: title is missing" },
  { "empty-title", "---\ntitle:\n---\n", "2: title needs a line of text" },
  { "level", "---\nlevel: hard\n---\n", "2: level needs foundation or beyond" },
  { "minutes", "---\nminutes: ten\n---\n", "2: minutes needs a whole number" },
  { "minutes-0", "---\nminutes: 0\n---\n", "2: minutes needs a whole number" },
  { "covers", "---\ncovers: 5321 4.2\n---\n", "2: covers needs sections as" },
  { "covers-rfc", "---\ncovers: RFC x section 4.2\n---\n", "2: covers needs sections as" },
  { "goals", "---\ngoals: ;\n---\n", "2: goals needs one or more" },
  { "no-step", FRONT, "8: there is no step" },
  { "text-first", FRONT "Hello\n", "8: this comes before the first step" },
  { "no-such-heading", FRONT "\n## First\n", "9: a heading of this level begins a step" },
  { "top-heading", FRONT "# Step: A\n## B\n", "9: a heading of this level begins a step" },
  { "no-title-of-step", FRONT "## Step:\n", "8: a heading of this level begins a step" },
  { "empty-step", FRONT "## Step: A\n\n## Step: B\nText\n", "8: this step is empty" },
  { "html", FRONT "## Step: A\n\n<div>\nx\n</div>\n", "10: HTML and rules are not shown" },
  { "inline-html", FRONT "## Step: A\n\na <b>c</b>\n", "10: pictures and HTML are not shown" },
  { "picture", FRONT "## Step: A\n\n![a](https://b.example/)\n", "10: pictures and HTML" },
  { "link", FRONT "## Step: A\n\ntext\n\n- [a](file:///etc/passwd)\n", "12: a link has to begin" },
  { "link-without-name", FRONT "## Step: A\n\n[a](glossary:smtp)\n", "10: a link has to begin" },
  { "link-to-file", FRONT "## Step: A\n\n[a](glossary:../../notes.a)\n", "10: a link has to" },
  { "link-too-long", FRONT "## Step: A\n\n[a](glossary:smtp.a.b)\n", "10: a link has to begin" },
  { "block-in-list", FRONT "## Step: A\n\n- a\n\n  ```show\n  until: event smtp\n  ```\n",
    "12: a live block stands by itself" },
  { "block-in-quotation", FRONT "## Step: A\n\n> ```show\n> until: event smtp\n> ```\n",
    "10: a live block stands by itself" },
  { "unknown-block", FRONT "## Step: A\n```sh\nls\n```\n", "9: there is no block \"sh\"" },
  { "two-words", FRONT "## Step: A\n```show it\n```\n", "9: there is no block \"show it\"" },
  { "no-value", FRONT "## Step: A\n```show\nuntil\n```\n", "10: a show block has lines" },
  { "empty-value", FRONT "## Step: A\n```show\nuntil:\n```\n", "10: until has no value" },
  { "bad-key", FRONT "## Step: A\n```show\nlevel: story\nwhen: x\n```\n",
    "11: a show block has no key \"when\"; its keys are until, level, tab" },
  { "same-key", FRONT "## Step: A\n```show\nlevel: story\nlevel: story\n```\n",
    "11: level is there twice" },
  { "no-until", FRONT "## Step: A\n```show\nlevel: story\n```\n",
    "10: this show block has no \"until: ...\"" },
  { "no-question", FRONT "## Step: A\n```predict\n```\n", "10: this predict block has no" },
  { "bad-level", FRONT "## Step: A\n```show\nuntil: event smtp\nlevel: high\n```\n",
    "11: there is no level \"high\"" },
  { "bad-tab", FRONT "## Step: A\n```show\nuntil: event smtp\ntab: hex\n```\n",
    "11: there is no tab \"hex\"" },
  { "bad-condition", FRONT "## Step: A\n```show\nuntil: soon\n```\n",
    "10: \"soon\" is no condition; write" },
  { "bad-check", FRONT "## Step: A\n```check\nsays: x\nuntil: event\n```\n",
    "11: \"event\" alone" },
  { "not-utf-8", FRONT "## Step: A\n\nx\xff\n", "10: there is a byte that is not UTF-8" },
};

static void
test_mistake (gconstpointer data)
{
  const Mistake *mistake = data;
  gsize          length = strlen (mistake->text);
  /* Exact size, so that an overread shows under the address sanitizer. */
  g_autofree char *copy = g_memdup2 (mistake->text, length);
  g_autofree char *expected = g_strconcat ("a.md:", mistake->message, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (Lesson) lesson = lesson_parse ("01-a", "a.md", copy, length, &error);

  g_assert_null (lesson);
  g_assert_error (error, LESSON_ERROR, LESSON_ERROR_SYNTAX);
  if (!g_str_has_prefix (error->message, expected))
    {
      g_test_message ("\"%s\" does not begin with \"%s\"", error->message, expected);
      g_test_fail ();
    }
}

static void
test_whole (void)
{
  static const char text[] =
      FRONT "## Step: *First* `a` & b\n\nA **strong** and *slanted* `<code>`\n& more.\n\n"
      "1. one\n2. two\n   - in\n\n> said\n\n"
      "```\nas < it is\n```\n\n"
      "```show\nlevel: packets\nuntil: a.example 2yz after\n  MAIL\ntab: bytes\n```\n\n"
      "[link](https://a.example/?a=1&b=2)\n\n"
      "```quiz\nquestion: Which?\nright: this\nwrong: that\nwrong: neither\n```\n"
      "## Step: Second\n```predict\nquestion: What: now?\n```\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (Lesson) lesson = lesson_parse ("x/07-name", "a.md", text, strlen (text), &error);
  const LessonStep  *step;
  const LessonBlock *block;

  g_assert_no_error (error);
  g_assert_cmpstr (lesson->name, ==, "07-name");
  g_assert_cmpuint (lesson->number, ==, 7);
  g_assert_cmpuint (lesson->minutes, ==, 5);
  g_assert_cmpstr (lesson->goals[1], ==, "two");
  g_assert_cmpuint (lesson->covers->len, ==, 2);
  g_assert_cmpuint (g_array_index (lesson->covers, LessonReference, 1).rfc, ==, 1939);
  g_assert_cmpstr (g_array_index (lesson->covers, LessonReference, 0).section, ==, "4.2");
  g_assert_cmpuint (lesson->steps->len, ==, 2);

  step = lesson_get_step (lesson, 0);
  g_assert_cmpstr (step->title, ==, "First a & b");
  g_assert_cmpuint (step->line, ==, 8);
  g_assert_cmpuint (step->blocks->len, ==, 4);
  g_assert_cmpstr (lesson_step_get_block (step, 0)->markup, ==,
                   "A <b>strong</b> and <i>slanted</i> <tt>&lt;code&gt;</tt> &amp; more.\n\n"
                   "1. one\n2. two\n    • in\n\n<i>said</i>\n\n<tt>as &lt; it is</tt>");
  block = lesson_step_get_block (step, 1);
  g_assert_cmpint (block->kind, ==, LESSON_BLOCK_SHOW);
  g_assert_true (block->has_level);
  g_assert_cmpint (block->level, ==, TRACE_LEVEL_PACKETS);
  g_assert_cmpstr (lesson_block_get (block, "tab"), ==, "bytes");
  g_assert_cmpstr (lesson_condition_get_text (block->until), ==, "a.example 2yz after MAIL");
  g_assert_cmpstr (lesson_step_get_block (step, 2)->markup, ==,
                   "<a href=\"https://a.example/?a=1&amp;b=2\">link</a>");
  block = lesson_step_get_block (step, 3);
  g_assert_cmpint (block->kind, ==, LESSON_BLOCK_QUIZ);
  g_assert_cmpuint (block->values->len, ==, 4);
  g_assert_null (lesson_block_get (block, "hint"));
  block = lesson_step_get_block (lesson_get_step (lesson, 1), 0);
  g_assert_cmpstr (lesson_block_get (block, "question"), ==, "What: now?");
}

/* A file from anywhere must not take the stack: @piece, over and over, nests what it opens. */
static void
test_nesting_is_bounded (gconstpointer piece)
{
  g_autoptr (GString) text = g_string_new (FRONT "## Step: A\n\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (Lesson) lesson = NULL;

  for (guint i = 0; i < 20; i++)
    g_string_append (text, piece);
  g_string_append (text, "x");
  for (guint i = 0; i < 20; i++)
    g_string_append (text, "*");
  lesson = lesson_parse ("01-a", "a.md", text->str, text->len, &error);
  g_assert_null (lesson);
  g_assert_error (error, LESSON_ERROR, LESSON_ERROR_SYNTAX);
  g_assert_nonnull (strstr (error->message, "nested too deep"));
}

static void
test_length_is_bounded (void)
{
  gsize            length = LESSON_BYTES_MAX + 1;
  g_autofree char *text = g_malloc (length);
  g_autoptr (GError) error = NULL;
  g_autoptr (Lesson) lesson = NULL;

  memset (text, 'a', length);
  memcpy (text, FRONT "## Step: A\n", strlen (FRONT "## Step: A\n"));
  lesson = lesson_parse ("01-a", "a.md", text, length, &error);
  g_assert_null (lesson);
  g_assert_error (error, LESSON_ERROR, LESSON_ERROR_SYNTAX);
  g_assert_cmpstr (error->message, ==, "a.md:1: this is longer than a megabyte; no lesson is");
  lesson = lesson_parse ("01-a", "a.md", text, length - 1, NULL);
  g_assert_nonnull (lesson);
}

static void
test_absent (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Lesson) lesson = lesson_load ("/nonexistent/01-a", &error);

  g_assert_null (lesson);
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree char *path = g_strdup_printf ("/lesson/mistake/%s", mistakes[i].name);

      g_test_add_data_func (path, &mistakes[i], test_mistake);
    }
  g_test_add_func ("/lesson/whole", test_whole);
  g_test_add_data_func ("/lesson/nesting-is-bounded/quotations", "> ", test_nesting_is_bounded);
  g_test_add_data_func ("/lesson/nesting-is-bounded/lists", "- ", test_nesting_is_bounded);
  g_test_add_data_func ("/lesson/nesting-is-bounded/emphasis", "*", test_nesting_is_bounded);
  g_test_add_func ("/lesson/length-is-bounded", test_length_is_bounded);
  g_test_add_func ("/lesson/absent", test_absent);
  return g_test_run ();
}
