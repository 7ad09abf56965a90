/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-grammar.h>
#include <smtp/smtp-meaning.h>

#include <string.h>
#include <support/annotation.h>

/* Each unit, and what its spans come to: "element=meaning; ". */
static const struct
{
  const WireGrammar *grammar;
  const char        *unit;
  const char        *meanings;
} cases[] = {
  { &smtp_grammar_command, "MAIL FROM:<x@a.example> SIZE=9\r\n", "" },
  { &smtp_grammar_command, "AUTH PLAIN AGEAYg==\r\n",
    "sasl_response=\342\220\200a\342\220\200b; " },
  { &smtp_grammar_command, "AUTH PLAIN AGEAYg\r\n", "" },
  { &smtp_grammar_command, "AUTH EXTERNAL =\r\n", "" },
  { &smtp_grammar_sasl, "dXNlcg==\r\n", "sasl_response=user; " },
  { &smtp_grammar_sasl, "/wE=\r\n", "sasl_response=ff 01; " },
  { &smtp_grammar_sasl, "G1s=\r\n", "sasl_response=1b 5b; " },
  { &smtp_grammar_sasl, "*\r\n", "" },
  { &smtp_grammar_command, "MAIL FROM:<> ENVID=a+20b AUTH=x@a\r\n", "xtext=a b; hexchar= ; " },
  { &smtp_grammar_command, "RCPT TO:<x@a> ORCPT=utf-8;\\x{F6}@a\r\n",
    "utf8_address=\303\266@a; unicode_char=\303\266; " },
  { &smtp_grammar_reply, "334 VXNlcm5hbWU6\r\n",
    "reply_code=Go on with the authentication; sasl_challenge=Username:; " },
  { &smtp_grammar_reply, "552 5.2.2 x\r\n",
    "reply_code=More than the mailbox or server may hold; enhanced_code=The mailbox is full; "
    "status_class=No: trying again as it is does not help; status_subject=Mailbox; " },
  { &smtp_grammar_reply, "250 2.1.99 x\r\n",
    "reply_code=Done; enhanced_code=Address; status_class=Success; status_subject=Address; " },
  { &smtp_grammar_reply, "499 4.99.0 x\r\n",
    "status_class=Not now: trying again later may help; " },
};

static void
test_meanings (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize              length = strlen (cases[i].unit);
      g_autofree guint8 *exact = g_memdup2 (cases[i].unit, length);
      g_autoptr (WireSpans) spans = annotation_of (cases[i].grammar, cases[i].unit, length);
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint j = 0; j < wire_spans_get_n (spans); j++)
        {
          g_autofree char *meaning = smtp_meaning_dup (wire_spans_get (spans, j), exact);

          if (meaning != NULL)
            g_string_append_printf (text, "%s=%s; ", wire_spans_get (spans, j)->element->name,
                                    meaning);
        }
      g_assert_cmpstr (text->str, ==, cases[i].meanings);
    }
}

static void
test_long (void)
{
  g_autofree char *fill = g_strnfill (4000, 'Q');
  g_autofree char *unit = g_strconcat (fill, "\r\n", NULL);
  g_autoptr (WireSpans) spans = annotation_of (&smtp_grammar_sasl, unit, strlen (unit));
  g_autofree char *meaning = smtp_meaning_dup (wire_spans_get (spans, 1), (const guint8 *) unit);

  g_assert_true (g_utf8_validate (meaning, -1, NULL));
  g_assert_cmpuint (strlen (meaning), <=, 1026);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp/meaning/units", test_meanings);
  g_test_add_func ("/smtp/meaning/long", test_long);
  return g_test_run ();
}
