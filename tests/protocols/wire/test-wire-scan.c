/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "test"
#include <wire/wire-grammar.h>

#include <string.h>

WIRE_ELEMENT (pair, "Pair", 5234, "1");
WIRE_ELEMENT (key, "Key", 5234, "1");
WIRE_ELEMENT (number, "Number", 5234, "1");
WIRE_ELEMENT (word, "Word", 5234, "1");
WIRE_ELEMENT (list, "List", 5234, "1");

static gboolean
is_letter (guint8 byte)
{
  return g_ascii_isalpha (byte);
}

/* pair = key "=" ( number / word ) ";" */
static gboolean
scan_pair (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &pair);
  WireMark part = wire_scan_begin (scan, &key);
  gboolean matched = wire_scan_end (scan, part, wire_scan_while (scan, is_letter) > 0 ||
                                                    wire_scan_fail (scan));

  matched = matched && wire_scan_byte (scan, '=');
  if (matched)
    {
      part = wire_scan_begin (scan, &number);
      matched = wire_scan_end (scan, part,
                               wire_scan_number (scan, 1, 5, NULL) &&
                                   (wire_scan_peek (scan) == ';' || wire_scan_fail (scan)));
      if (!matched)
        {
          part = wire_scan_begin (scan, &word);
          if (wire_scan_peek (scan) == 'x')
            wire_scan_flag (scan, WIRE_SPAN_OBSOLETE);
          matched = wire_scan_end (scan, part, wire_scan_while (scan, is_letter) > 0 ||
                                                   wire_scan_fail (scan));
        }
    }
  return wire_scan_end (scan, mark, matched && wire_scan_byte (scan, ';'));
}

static gboolean
scan_list (WireScan *scan)
{
  do
    if (!scan_pair (scan))
      return FALSE;
  while (!wire_scan_at_end (scan));
  return TRUE;
}

static const WireGrammar grammar = { "list", "List", &list, scan_list };

/* What is read, and every span that comes out: name, offset, length, depth, flags. */
static const struct
{
  const char *name, *input, *spans, *expected;
} cases[] = {
  { "matches", "a=1;b=xy;",
    "list 0+9 0; pair 0+4 1; key 0+1 2; number 2+1 2; pair 4+5 1; key 4+1 2; word 6+2 2 obsolete; ",
    NULL },
  { "backtracks-input-and-spans", "a=b;", "list 0+4 0; pair 0+4 1; key 0+1 2; word 2+1 2; ", NULL },
  { "keeps-what-matched", "a=1;bc=2", "list 0+8 0 partial; pair 0+4 1; key 0+1 2; number 2+1 2; "
    "pair 4+4 1 partial; key 4+2 2; number 7+1 2 partial; ", "number" },
  { "tells-the-farthest-failure", "a=1;b?c", "list 0+7 0 partial; pair 0+4 1; key 0+1 2; "
    "number 2+1 2; pair 4+1 1 partial; key 4+1 2; unrecognised 5+2 1 unrecognised; ", "pair" },
  { "nothing-matches", "?", "list 0+1 0 partial; pair 0+0 1 partial; key 0+0 2 partial; "
    "unrecognised 0+1 1 unrecognised; ", "key" },
  { "empty", "", "list 0+0 0 partial; pair 0+0 1 partial; key 0+0 2 partial; ", "key" },
};

static char *
describe (const WireSpans *spans)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    {
      const WireSpan *span = wire_spans_get (spans, i);
      g_autofree const char **flags = wire_span_flags_get_names (span->flags);

      g_string_append_printf (text, "%s %u+%u %u", span->element->name, span->offset, span->length,
                              span->depth);
      for (guint j = 0; flags[j] != NULL; j++)
        g_string_append_printf (text, " %s", flags[j]);
      g_string_append (text, "; ");
    }
  return g_string_free (text, FALSE);
}

static void
test_spans (gconstpointer data)
{
  const char        *input = cases[GPOINTER_TO_UINT (data)].input;
  const char        *expected = cases[GPOINTER_TO_UINT (data)].expected;
  gsize              length = strlen (input);
  g_autofree guint8 *exact = g_memdup2 (input, length);
  g_autoptr (WireSpans) spans = wire_annotate (&grammar, exact, length);
  g_autofree char *text = describe (spans);
  g_autofree char *problem = wire_spans_check (spans);

  g_test_summary ("One mechanism backtracks input and spans; what matched is kept.");
  g_assert_cmpstr (text, ==, cases[GPOINTER_TO_UINT (data)].spans);
  g_assert_cmpstr (problem, ==, NULL);
  g_assert_cmpstr (spans->expected != NULL ? spans->expected->name : NULL, ==, expected);
  g_assert_true (wire_matches (&grammar, exact, length) == (expected == NULL));
}

static void
test_find_innermost (void)
{
  g_autoptr (WireSpans) spans = wire_annotate (&grammar, (const guint8 *) "a=1;b=xy;", 9);

  g_assert_cmpstr (wire_spans_get (spans, wire_spans_find_innermost (spans, 2))->element->name, ==,
                   "number");
  g_assert_cmpstr (wire_spans_get (spans, wire_spans_find_innermost (spans, 5))->element->name, ==,
                   "pair");
  g_assert_cmpuint (wire_spans_find_innermost (spans, 9), ==, G_MAXUINT);
  g_assert_cmpuint (wire_spans_get_parent (spans, 3), ==, 1);
  g_assert_cmpuint (wire_spans_get_parent (spans, 0), ==, G_MAXUINT);
}

/* Trees that break a promise are found out. */
static void
test_check (void)
{
  static const struct
  {
    gsize offset, length;
    guint depth;
  } wrong[][3] = {
    { { 0, 8, 0 } },                          /* the root is too short */
    { { 0, 9, 0 }, { 3, 9, 1 } },             /* ends outside its parent */
    { { 0, 9, 0 }, { 0, 5, 1 }, { 4, 2, 1 } }, /* overlaps its sibling */
    { { 0, 9, 0 }, { 0, 5, 2 } },             /* has no parent */
    { { 0, 9, 0 }, { 2, 5, 1 }, { 1, 2, 2 } }, /* begins before its parent */
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (WireSpans) spans = wire_spans_new ();
      g_autofree char *problem = NULL;

      spans->length = 9;
      for (guint j = 0; j < 3 && (j == 0 || wrong[i][j].length > 0); j++)
        wire_spans_add (spans, &pair, wrong[i][j].offset, wrong[i][j].length, wrong[i][j].depth, 0);
      problem = wire_spans_check (spans);
      g_assert_nonnull (problem);
    }
}

static void
test_numbers (void)
{
  static const struct
  {
    const char *text;
    guint       min, max;
    gboolean    matches;
    guint64     value;
  } numbers[] = {
    { "12a", 1, 5, TRUE, 12 }, { "123456", 1, 5, TRUE, 12345 }, { "", 1, 5, FALSE, 0 },
    { "1", 2, 5, FALSE, 0 },   { "18446744073709551615", 1, 20, TRUE, G_MAXUINT64 },
    { "18446744073709551616", 20, 20, FALSE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      WireScan scan;
      guint64  value = 0;

      wire_scan_init (&scan, (const guint8 *) numbers[i].text, strlen (numbers[i].text), NULL);
      g_assert_true (wire_scan_number (&scan, numbers[i].min, numbers[i].max, &value) ==
                     numbers[i].matches);
      g_assert_cmpuint (value, ==, numbers[i].value);
      if (!numbers[i].matches)
        g_assert_cmpuint (scan.pos, ==, 0);
    }
}

static void
count (const WireElement *element, gpointer data)
{
  *(guint *) data += 1;
}

static void
test_elements (void)
{
  guint n_elements = 0;

  wire_element_foreach (count, &n_elements);
  g_assert_cmpuint (n_elements, ==, 6); /* five here, and "unrecognised" */
  g_assert_true (wire_element_find ("test", "pair") == &pair);
  g_assert_null (wire_element_find ("test", "nobody"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/wire/spans/", cases[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_spans);
    }
  g_test_add_func ("/wire/find-innermost", test_find_innermost);
  g_test_add_func ("/wire/check", test_check);
  g_test_add_func ("/wire/numbers", test_numbers);
  g_test_add_func ("/wire/elements", test_elements);
  return g_test_run ();
}
