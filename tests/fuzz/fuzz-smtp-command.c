/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-grammar.h>
#include <smtp/smtp-meaning.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A path is handed out whole: it is again one, and what it is split into has no line end. */
static void
check_path (const char *path)
{
  g_autofree char *line = g_strdup_printf ("RCPT TO:<%s>\r\n", path);
  g_autofree char *local_part = NULL;
  g_autofree char *domain = NULL;

  g_assert_true (wire_matches (&smtp_grammar_command, (const guint8 *) line, strlen (line)));
  smtp_mailbox_split (path, &local_part, &domain);
  g_assert_nonnull (local_part);
  g_assert_null (strpbrk (local_part, "\r\n"));
  g_assert_true (domain != NULL ? domain[0] != '\0' : g_str_equal (path, "postmaster"));
}

static void
check_grammar (const WireGrammar *grammar, const uint8_t *data, size_t size, gboolean is_whole)
{
  g_autoptr (WireSpans) spans = wire_annotate (grammar, data, size);
  g_autofree char *problem = wire_spans_check (spans);

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_true ((spans->expected == NULL) == is_whole);
  for (guint i = 0; i < wire_spans_get_n (spans); i++)
    g_free (smtp_meaning_dup (wire_spans_get (spans, i), data));
}

/* Annotation keeps its promises, and what the engine reads without a recorder
 * is what the inspector shows with one. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  SmtpCommand command;
  WireScan    scan;
  gboolean    is_whole;

  smtp_command_init (&command);
  for (guint round = 0; round < 2; round++) /* the command may be used again */
    {
      wire_scan_init (&scan, data, size, NULL);
      is_whole = smtp_scan_command (&scan, &command) && wire_scan_at_end (&scan);
    }
  check_grammar (&smtp_grammar_command, data, size, is_whole);
  check_grammar (&smtp_grammar_sasl, data, size, wire_matches (&smtp_grammar_sasl, data, size));
  /* What needs a leniency shows in the inspector, too. */
  if (is_whole && command.leniencies != 0)
    g_assert_true ((scan.flags & WIRE_SPAN_TOLERATED) != 0);
  if (is_whole && (command.verb == SMTP_VERB_MAIL || command.verb == SMTP_VERB_RCPT))
    {
      g_assert_nonnull (command.argument);
      if (command.argument[0] != '\0')
        check_path (command.argument);
      else
        g_assert_cmpint (command.verb, ==, SMTP_VERB_MAIL);
    }
  smtp_command_clear (&command);
  return 0;
}
