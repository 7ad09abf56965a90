/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imap/imap-deviation.h>
#include <imap/imap-grammar.h>

#include <string.h>
#include <support/annotation.h>

#include "imap-response-cases.h"

static void
test_spans (gconstpointer data)
{
  const ImapResponseCase *c = data;
  g_autoptr (WireSpans) spans =
      annotation_of (&imap_grammar_response, c->response, strlen (c->response));
  g_autofree char *words = g_strchomp (annotation_describe (spans));

  g_assert_cmpstr (words, ==, c->spans);
  g_assert_true ((c->values != NULL) == (spans->expected == NULL));
}

static void
test_beginnings (void)
{
  g_test_summary ("Every beginning of every response is annotated without harm.");
  for (guint i = 0; imap_response_cases[i].name != NULL; i++)
    annotation_check_beginnings (&imap_grammar_response, imap_response_cases[i].response,
                                 strlen (imap_response_cases[i].response));
}

/* What a response has wrong, and where. */
static const struct
{
  const char *response;
  const char *deviations; /* "name@offset+length " */
} deviations[] = {
  { "* 1 EXISTS\n", "lf_ends_imap_line@10+1 " },
  { "* SEARCH \r\n", "extra_space@8+1 " },
  { "* SEARCH  1  2\r\n", "extra_space@8+2 extra_space@11+2 " },
  { "* FLAGS ( \\Seen )\r\n", "extra_space@9+1 extra_space@15+1 " },
  { "* 1 FETCH (FLAGS()UID 5)\r\n", "missing_space@15+1 missing_space@17+1 " },
  { "* X (a)(b)\"c\"\r\n", "missing_space@9+1 " },
  { "a OK\r\n", "response_without_text@0+6 " },
  { "a OK [ALERT]\r\n", "response_without_text@0+14 " },
  { "+\r\n", "response_without_text@0+3 " },
  { "+ \r\n", "" },
  { "* LIST () \"/\" Gr\xfc\xdf" "e\r\n", "odd_atom@14+5 " },
  { "* LIST () \"/\" \"Gr\xfc\xdf" "e\"\r\n", "eight_bit_string@14+7 " },
  { "* LIST () \"/\" \"Gr\xc3\xbc\"\r\n", "" },
  { "a NO Gr\xfc\xdf" "e\r\n", "eight_bit_string@5+5 " },
  { "a NO [X \xff] y\r\n", "odd_atom@8+1 " },
};

static void
test_deviations (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (deviations); i++)
    {
      g_autoptr (WireSpans) spans = annotation_of (&imap_grammar_response, deviations[i].response,
                                                   strlen (deviations[i].response));
      g_autoptr (GString) words = g_string_new (NULL);

      for (guint j = 0; j < wire_spans_get_n_deviations (spans); j++)
        {
          WireSpanDeviation found = wire_spans_get_deviation (spans, j);

          g_string_append_printf (words, "%s@%u+%u ", found.deviation->name, found.offset,
                                  found.length);
        }
      g_assert_cmpstr (words->str, ==, deviations[i].deviations);
      g_assert_null (spans->expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; imap_response_cases[i].name != NULL; i++)
    {
      g_autofree char *path =
          g_strdup_printf ("/imap/grammar-response/%s", imap_response_cases[i].name);

      g_test_add_data_func (path, &imap_response_cases[i], test_spans);
    }
  g_test_add_func ("/imap/grammar-response/beginnings", test_beginnings);
  g_test_add_func ("/imap/grammar-response/deviations", test_deviations);
  return g_test_run ();
}
