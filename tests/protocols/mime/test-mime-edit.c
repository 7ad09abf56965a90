/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <mime/mime-edit.h>

#include <string.h>
#include <support/corpus.h>

/* Fields. */

typedef struct
{
  const char *name;
  const char *message;
  guint part;
  const char *old; /* (nullable): the field that is replaced; NULL adds one */
  const char *field, *value;
  const char *result; /* (nullable): NULL when refused */
} FieldCase;

static const FieldCase field_cases[] = {
  { "replace", "A: b\nSubject: x\n y\nC: d\n\nz", 0, "Subject", "Subject", "Grün",
    "A: b\nSubject: =?utf-8?B?R3LDvG4=?=\nC: d\n\nz" },
  { "crlf", "A: b\r\nC: d\n\nz", 0, "A", "A", "e", "A: e\r\nC: d\n\nz" },
  { "lf-among-crlf", "A: b\r\nC: d\n\nz", 0, "C", "C", "e", "A: b\r\nC: e\n\nz" },
  { "remove", "A: b\nC: d\n e\nF: g\n\nz", 0, "C", "C", NULL, "A: b\nF: g\n\nz" },
  { "add", "A: b\r\n\r\nz", 0, NULL, "To", "Jörg <j@bücher.example>",
    "A: b\r\nTo: =?utf-8?B?SsO2cmc=?= <j@xn--bcher-kva.example>\r\n\r\nz" },
  { "add-nothing", "A: b\r\n\r\nz", 0, NULL, "To", NULL, "A: b\r\n\r\nz" },
  { "add-to-none", "\nz", 0, NULL, "A", "b", "A: b\n\nz" },
  { "add-before-body", "z z\n", 0, NULL, "A", "b", "A: b\n\nz z\n" },
  { "add-to-nothing", "", 0, NULL, "A", "b", "A: b\r\n\r\n" },
  { "add-after-cut", "A: b", 0, NULL, "C", "d", "A: b\r\nC: d\r\n" },
  { "replace-cut", "A: b", 0, "A", "A", "c", "A: c" },
  { "part", "Content-Type: multipart/mixed; boundary=b\n\n--b\nX-A: b\n\nz\n--b--\n", 1, "X-A",
    "Content-Disposition", "attachment; filename=\"Grüße.txt\"",
    "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
    "Content-Disposition: attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.txt\n\nz\n--b--\n" },
  { "part-without-header", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nz\n--b--\n", 1,
    NULL, "Content-ID", "<1@a.example>",
    "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-ID: <1@a.example>\n\nz\n--b--\n" },
  { "keywords", "A: b\n\n", 0, NULL, "Keywords", "a, Grün, b c",
    "A: b\nKeywords: a, =?utf-8?B?R3LDvG4=?= , b c\n\n" },
  { "date", "A: b\n\n", 0, NULL, "Date", "Tue, 24 Nov 2026 08:00:00 +0000",
    "A: b\nDate: Tue, 24 Nov 2026 08:00:00 +0000\n\n" },
  { "wrong-date", "A: b\n\n", 0, NULL, "Date", "tomorrow", NULL },
  { "wrong-address", "A: b\n\n", 0, NULL, "To", "x", NULL },
  { "wrong-id", "A: b\n\n", 0, NULL, "Message-ID", "x", NULL },
  { "wrong-type", "A: b\n\n", 0, NULL, "Content-Type", "x y", NULL },
  { "wrong-name", "A: b\n\n", 0, NULL, "A B", "x", NULL },
  { "name-like-a-boundary", "A: b\n\n", 0, NULL, "--b", "x", NULL },
  { "line-break", "A: b\n\n", 0, NULL, "A", "x\n\ny", NULL },
};

static char *
bytes_to_text (GBytes *bytes)
{
  return bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
                       : NULL;
}

static void
test_field (gconstpointer data)
{
  const FieldCase *test = data;
  gsize length = strlen (test->message);
  g_autofree guint8 *copy = g_memdup2 (test->message, length);
  g_autoptr (MimeTree) tree = mime_tree_new (copy, length);
  const MimePart *part = mime_tree_get_part (tree, test->part);
  const ImfField *field = test->old != NULL ? mime_tree_find_field (tree, part, test->old) : NULL;
  g_autofree char *problem = NULL;
  g_autoptr (GBytes) result =
      mime_edit_replace_field (tree, test->part, field, test->field, test->value, &problem);
  g_autofree char *text = bytes_to_text (result);

  g_assert_true ((field == NULL) == (test->old == NULL));
  g_assert_cmpstr (text, ==, test->result);
  g_assert_true ((problem == NULL) == (result != NULL));
}

/* Contents. */

typedef struct
{
  const char *name;
  const char *message;
  guint part;
  const char *content;
  const char *result; /* (nullable): NULL when refused */
} ContentCase;

#define MULTIPART(header, body, eol)                                                               \
  "Content-Type: multipart/mixed; boundary=b" eol eol "--b" eol header eol body eol "--b--" eol

static const ContentCase content_cases[] = {
  { "7bit", "A: b\n\nold", 0, "new\r\n", "A: b\n\nnew\n" },
  { "7bit-crlf", "A: b\r\n\r\nold", 0, "new\n", "A: b\r\n\r\nnew\r\n" },
  { "8bit-in-7bit", "A: b\n\nold", 0, "neü, but not much of it\n",
    "A: b\nContent-Transfer-Encoding: quoted-printable\n\nne=C3=BC, but not much of it\n" },
  { "8bit", "Content-Transfer-Encoding: 8bit\n\nold", 0, "ü",
    "Content-Transfer-Encoding: 8bit\n\nü" },
  { "control-in-7bit", "A: b\n\nold", 0, "a\rb",
    "A: b\nContent-Transfer-Encoding: quoted-printable\n\na=0Db" },
  { "base64", MULTIPART ("Content-Transfer-Encoding: BASE64\r\n", "b2xk", "\r\n"), 1, "new",
    MULTIPART ("Content-Transfer-Encoding: BASE64\r\n", "bmV3\r\n", "\r\n") },
  { "quoted-printable", "Content-Transfer-Encoding: quoted-printable\n\nold", 0, "a=\nü\n",
    "Content-Transfer-Encoding: quoted-printable\n\na=3D\n=C3=BC\n" },
  { "quoted-printable-data",
    "Content-Type: image/gif\nContent-Transfer-Encoding: quoted-printable\n\nold", 0, "a\n",
    "Content-Type: image/gif\nContent-Transfer-Encoding: quoted-printable\n\na=0A" },
  { "data-in-7bit", "Content-Type: image/gif\r\n\r\nold", 0, "a\n",
    "Content-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\n\r\nYQo=\r\n" },
  { "uuencode", "Content-Transfer-Encoding: x-uuencode\n\nold", 0, "new",
    "Content-Transfer-Encoding: quoted-printable\n\nnew" },
  { "boundary-line", MULTIPART ("", "old", "\n"), 1, "a\n--b\nc",
    MULTIPART ("Content-Transfer-Encoding: base64\n", "YQotLWIKYw==\n", "\n") },
  { "boundary-not-line", MULTIPART ("", "old", "\n"), 1, "a --b\nc",
    MULTIPART ("", "a --b\nc", "\n") },
  { "body-missing", "A: b", 0, "new", "A: b\r\n\r\nnew" },
  { "part-without-body", "Content-Type: multipart/mixed; boundary=b\n\n--b\nX: y\n--b--\n", 1,
    "new", "Content-Type: multipart/mixed; boundary=b\n\n--b\nX: y\n\nnew\n--b--\n" },
  { "message-missing", "Content-Type: multipart/digest; boundary=b\n\n--b", 2, "A: ü\n",
    "Content-Type: multipart/digest; boundary=b\n\n--b\n\n"
    "Content-Transfer-Encoding: quoted-printable\n\nA: =C3=BC\n" },
  { "multipart", MULTIPART ("", "old", "\n"), 0, "new", NULL },
};

static void
test_content (gconstpointer data)
{
  const ContentCase *test = data;
  gsize length = strlen (test->message);
  g_autofree guint8 *copy = g_memdup2 (test->message, length);
  g_autoptr (MimeTree) tree = mime_tree_new (copy, length);
  g_autoptr (GBytes) content = g_bytes_new (test->content, strlen (test->content));
  g_autofree char *problem = NULL;
  g_autoptr (GBytes) result = mime_edit_replace_content (tree, test->part, content, &problem);
  g_autofree char *text = bytes_to_text (result);

  g_assert_cmpstr (text, ==, test->result);
  g_assert_true ((problem == NULL) == (result != NULL));
}

/* The corpora. */

/* Parts with all that an edit of part @edited leaves alone. */
static char *
describe (const MimeTree *tree, guint edited)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < mime_tree_get_n_parts (tree); i++)
    {
      const MimePart *part = mime_tree_get_part (tree, i);

      g_string_append_printf (out, "%u %d %s/%s %s\n", part->depth, part->kind, part->type,
                              part->subtype, part->disposition);
      if (i != edited)
        g_string_append_printf (out, " %x %u %d\n", part->flags, part->n_fields, part->encoding);
    }
  return g_string_free (out, FALSE);
}

/* All bytes before @begin and after @end of the old message are those of the new one. */
static void
check_rest (const guint8 *data, gsize length, gsize begin, gsize end, GBytes *result)
{
  gsize new_length;
  const guint8 *new_data = g_bytes_get_data (result, &new_length);
  gsize n_after = length - end;

  g_assert_cmpuint (new_length, >=, begin + n_after);
  g_assert_true (memcmp (data, new_data, begin) == 0);
  g_assert_true (memcmp (data + end, new_data + new_length - n_after, n_after) == 0);
}

static void
check_same_tree (const MimeTree *tree, guint edited, GBytes *result)
{
  g_autoptr (MimeTree) again =
      mime_tree_new (g_bytes_get_data (result, NULL), g_bytes_get_size (result));
  g_autofree char *before = describe (tree, edited);
  g_autofree char *after = describe (again, edited);

  g_assert_cmpstr (after, ==, before);
}

/* A new value for some field of each part, and a field more. */
static void
check_fields (const MimeTree *tree, guint i, const guint8 *data, gsize length)
{
  const MimePart *part = mime_tree_get_part (tree, i);
  gsize end = part->header_offset + part->header_length;
  g_autoptr (GBytes) added =
      mime_edit_replace_field (tree, i, NULL, "X-Added", "words, Grüße", NULL);

  g_assert_nonnull (added);
  check_rest (data, length, end, end, added);
  check_same_tree (tree, i, added);
  for (guint j = part->first_field; j < part->first_field + part->n_fields; j++)
    {
      const ImfField *field = mime_tree_get_field (tree, j);
      g_autoptr (GBytes) result = NULL;

      if (field->name_length == 0 ||
          g_ascii_strncasecmp ((const char *) data + field->name_offset, "Content-", 8) == 0)
        continue;
      result = mime_edit_replace_field (tree, i, field, "X-Other", "a new value", NULL);
      check_rest (data, length, field->offset, field->end, result);
      check_same_tree (tree, i, result);
      break;
    }
}

static void
check_content (const MimeTree *tree, guint i, const guint8 *data, gsize length, const char *text)
{
  const MimePart *part = mime_tree_get_part (tree, i);
  g_autoptr (GBytes) content = g_bytes_new (text, strlen (text));
  g_autoptr (GBytes) result = mime_edit_replace_content (tree, i, content, NULL);
  g_autoptr (MimeTree) again = NULL;
  g_autoptr (GBytes) read = NULL;
  g_auto (GStrv) lines = NULL;
  g_autofree char *wanted = NULL;
  g_autofree char *got = NULL;

  g_assert_true ((result != NULL) == (part->kind == MIME_PART_LEAF));
  if (result == NULL)
    return;
  check_rest (data, length, part->header_offset, part->body_offset + part->body_length, result);
  check_same_tree (tree, i, result);
  again = mime_tree_new (g_bytes_get_data (result, NULL), g_bytes_get_size (result));
  read = mime_tree_dup_content (again, mime_tree_get_part (again, i));
  if (strcmp (part->type, "text") != 0)
    {
      g_assert_true (g_bytes_equal (read, content));
      return;
    }
  lines = g_strsplit (text, "\r\n", -1);
  wanted = g_strjoinv ("\n", lines);
  g_clear_pointer (&lines, g_strfreev);
  got = g_bytes_get_size (read) > 0 ? bytes_to_text (read) : g_strdup ("");
  lines = g_strsplit (got, "\r\n", -1);
  g_free (got);
  got = g_strjoinv ("\n", lines);
  g_assert_cmpstr (got, ==, wanted);
}

static void
check_corpus_message (const char *name, const guint8 *data, gsize length, gpointer user_data)
{
  g_autoptr (MimeTree) tree = mime_tree_new (data, length);
  guint n_parts = MIN (mime_tree_get_n_parts (tree), 20);

  if (length > 1024 * 1024)
    return;
  for (guint i = 0; i < n_parts; i++)
    {
      g_test_message ("%s, part %u", name, i);
      check_fields (tree, i, data, length);
      check_content (tree, i, data, length, "short\r\n");
      check_content (tree, i, data, length, "");
      check_content (tree, i, data, length, "beyond ASCII: ä\nand no line end");
    }
  (*(guint *) user_data)++;
}

static void
test_corpus (void)
{
  guint n = 0;

  g_test_summary ("Nothing but the edited field or part is another.");
  if (corpus_foreach (check_corpus_message, &n))
    g_test_message ("%u messages", n);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (field_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mime-edit/field/", field_cases[i].name, NULL);

      g_test_add_data_func (path, &field_cases[i], test_field);
    }
  for (guint i = 0; i < G_N_ELEMENTS (content_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mime-edit/content/", content_cases[i].name, NULL);

      g_test_add_data_func (path, &content_cases[i], test_content);
    }
  g_test_add_func ("/mime-edit/corpus", test_corpus);
  return g_test_run ();
}
