/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-fields.h>

#include <string.h>

typedef struct
{
  const char *name;
  const char *message;
  const char *fields; /* each as name=value|, unfolded; a line that is no field as =line| */
  const char *body;   /* NULL: there is none */
} Case;

static const Case cases[] = {
  { "one-field", "A: b\r\n\r\nbody", "A=b|", "body" },
  { "no-body", "A: b\r\n", "A=b|", NULL },
  { "no-line-end", "A: b", "A=b|", NULL },
  { "empty-body", "A: b\r\n\r\n", "A=b|", NULL },
  { "empty", "", "", NULL },
  { "only-body", "\r\nbody", "", "body" },
  { "no-header", "Just a text\r\n\r\nmore\r\n", "", "Just a text\r\n\r\nmore\r\n" },
  { "bare-lf", "A: b\nB: c\n\nbody\n", "A=b|B=c|", "body\n" },
  { "mixed-line-ends", "A: b\nB: c\r\nC: d\n\r\nx", "A=b|B=c|C=d|", "x" },
  { "folded", "A: b\r\n c\r\n\td\r\nB:e\r\n\r\n", "A=b c\td|B=e|", NULL },
  { "folded-bare-lf", "A: b\n c\n\n", "A=b c|", NULL },
  { "fold-of-white-space", "A: b\r\n  \r\n c\r\n\r\nx", "A=b   c|", "x" },
  { "fold-at-once", "A:\r\n b\r\n\r\n", "A=b|", NULL },
  { "empty-value", "A:\r\nB: \r\n\r\n", "A=|B=|", NULL },
  { "space-before-colon", "A \t: b\r\n\r\n", "A=b|", NULL },
  { "colons", "A: b: c\r\n\r\n", "A=b: c|", NULL },
  { "bare-cr", "A: b\rB: c\r\r\n\r\n", "A=b\rB: c\r|", NULL },
  { "no-field-among-fields", "A: b\r\nwrapped here\r\nB: c\r\n\r\n", "A=b|=wrapped here|B=c|",
    NULL },
  { "no-name", "A: b\r\n: c\r\n\r\n", "A=b|=: c|", NULL },
  { "name-with-space", "A: b\r\nB C: d\r\n\r\n", "A=b|=B C: d|", NULL },
  { "mbox", "From a@b.example Tue Nov 24\r\nA: b\r\n\r\nx", "=From a@b.example Tue Nov 24|A=b|",
    "x" },
  { "white-space-first", " \t \r\nA: b\r\n\r\nx", "=|A=b|", "x" },
  { "white-space-first-then-text", "  \r\nb\r\n", "", "  \r\nb\r\n" },
  { "white-space-only", "  ", "", "  " },
  { "byte-order-mark", "\357\273\277A: b\r\nB: c\r\n\r\nx", "=\357\273\277A: b|B=c|", "x" },
  { "byte-order-mark-then-text", "\357\273\277b\r\nB: c\r\n", "", "\357\273\277b\r\nB: c\r\n" },
  { "continued-first-line", " A: b\r\n\r\n", "", " A: b\r\n\r\n" },
};

static void
check_ranges (const ImfHeader *header)
{
  gsize end = 0;

  for (guint i = 0; i < imf_header_get_n (header); i++)
    {
      const ImfField *field = imf_header_get (header, i);

      g_assert_cmpuint (field->offset, ==, end);
      g_assert_cmpuint (field->name_offset + field->name_length, <=, field->value_offset);
      g_assert_cmpuint (field->value_offset + field->value_length, <=, field->end);
      g_assert_cmpuint (field->end, >, field->offset);
      end = field->end;
    }
  g_assert_cmpuint (header->end, ==, end);
  g_assert_cmpuint (header->body_offset, <=, header->length);
}

static void
test_split (gconstpointer data)
{
  const Case        *test = data;
  gsize              length = strlen (test->message);
  g_autofree guint8 *copy = g_memdup2 (test->message, length);
  g_autoptr (ImfHeader) header = imf_header_new (copy, length);
  g_autoptr (GString) fields = g_string_new (NULL);
  g_autofree char *body = NULL;

  for (guint i = 0; i < imf_header_get_n (header); i++)
    {
      const ImfField  *field = imf_header_get (header, i);
      g_autofree char *value = imf_header_dup_value (header, field);

      g_string_append_len (fields, (const char *) copy + field->name_offset, field->name_length);
      g_string_append_printf (fields, "=%s|", value);
    }
  g_assert_cmpstr (fields->str, ==, test->fields);
  check_ranges (header);
  if (header->body_offset < length)
    body = g_strndup ((const char *) copy + header->body_offset, length - header->body_offset);
  g_assert_cmpstr (body, ==, test->body);
}

static void
test_find (void)
{
  const char *text = "To: a\r\nX: b\r\ntO: c\r\nTop: d\r\n\r\nTo: e\r\n";
  g_autoptr (ImfHeader) header = imf_header_new ((const guint8 *) text, strlen (text));
  const ImfField *first = imf_header_find (header, "to", NULL);
  const ImfField *second;

  g_test_summary ("Names are found in order and whatever their case, in the header alone.");
  g_assert_true (first == imf_header_get (header, 0));
  second = imf_header_find (header, "TO", first);
  g_assert_true (second == imf_header_get (header, 2));
  g_assert_null (imf_header_find (header, "to", second));
  g_assert_null (imf_header_find (header, "y", NULL));
}

static void
test_nul (void)
{
  static const guint8 text[] = "A: b\0c\r\n\r\n";
  g_autoptr (ImfHeader) header = imf_header_new (text, sizeof text - 1);
  g_autofree char *value = imf_header_dup_value (header, imf_header_get (header, 0));

  g_test_summary ("A NUL octet is part of the value, but never of its text.");
  g_assert_cmpuint (imf_header_get (header, 0)->value_length, ==, 4);
  g_assert_cmpstr (value, ==, "bc");
}

static void
test_limits (void)
{
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (GString) big = g_string_new ("A: b\r\nB:");
  g_autoptr (ImfHeader) header = NULL;
  g_autoptr (ImfHeader) big_header = NULL;

  g_test_summary ("Past a limit the body begins, and no byte is lost.");
  for (guint i = 0; i < IMF_FIELDS_MAX + 5; i++)
    g_string_append (many, "A: b\r\n");
  header = imf_header_new ((const guint8 *) many->str, many->len);
  g_assert_cmpuint (imf_header_get_n (header), ==, IMF_FIELDS_MAX);
  g_assert_cmpuint (header->body_offset, ==, IMF_FIELDS_MAX * 6);
  check_ranges (header);

  while (big->len < IMF_HEADER_BYTES_MAX)
    g_string_append (big, " x\r\n");
  big_header = imf_header_new ((const guint8 *) big->str, big->len);
  g_assert_cmpuint (imf_header_get_n (big_header), ==, 2);
  g_string_append (big, " x\r\n");
  imf_header_free (g_steal_pointer (&big_header));
  big_header = imf_header_new ((const guint8 *) big->str, big->len);
  g_assert_cmpuint (imf_header_get_n (big_header), ==, 1);
  g_assert_cmpuint (big_header->body_offset, ==, 6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/imf-fields/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_split);
    }
  g_test_add_func ("/imf-fields/find", test_find);
  g_test_add_func ("/imf-fields/nul", test_nul);
  g_test_add_func ("/imf-fields/limits", test_limits);
  return g_test_run ();
}
