/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imap/imap-grammar.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_name (const char *name)
{
  if (name == NULL)
    return;
  g_assert_true (g_utf8_validate (name, -1, NULL));
  if (imap_name_is_inbox (name))
    g_assert_cmpstr (name, ==, "INBOX");
}

static guint
count_keys (const ImapSearchKey *key, guint depth)
{
  guint n = 1;

  g_assert_cmpuint (depth, <=, 2 * IMAP_SEARCH_DEPTH_MAX); /* "UN..." adds a level of its own */
  if (key->text != NULL)
    g_assert_true (g_utf8_validate (key->text, -1, NULL));
  for (guint i = 0; key->children != NULL && i < key->children->len; i++)
    n += count_keys (g_ptr_array_index (key->children, i), depth + 1);
  return n;
}

/* What every command that was read promises to its owner. */
static void
check_command (const ImapCommand *command)
{
  g_assert_nonnull (command->tag);
  check_name (command->mailbox);
  check_name (command->target);
  check_name (command->list.reference);
  for (guint i = 0; command->list.patterns != NULL && i < command->list.patterns->len; i++)
    g_assert_true (g_utf8_validate (g_ptr_array_index (command->list.patterns, i), -1, NULL));
  if (command->search.key != NULL)
    g_assert_cmpuint (count_keys (command->search.key, 0), <=, IMAP_SEARCH_KEYS_MAX + 1);
  if (command->set != NULL)
    {
      g_autofree char *text = imap_set_format (command->set);
      g_autoptr (ImapSet) again = imap_set_parse (text, strlen (text));

      g_assert_nonnull (again);
      imap_set_resolve (again, 7);
    }
  for (guint i = 0; command->appends != NULL && i < command->appends->len; i++)
    {
      const ImapAppend *append = &g_array_index (command->appends, ImapAppend, i);

      g_assert_true (append->parts != NULL && append->parts->len > 0);
      g_assert_true (append->is_catenated || append->parts->len == 1);
    }
}

static void
check_grammar (const WireGrammar *grammar, const uint8_t *data, size_t size)
{
  g_autoptr (WireSpans) spans = wire_annotate (grammar, data, size);
  g_autofree char *problem = wire_spans_check (spans);

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_cmpint (wire_matches (grammar, data, size), ==, spans->expected == NULL);
}

/* Annotation keeps its promises, what is read is what its owner may rely on, and what passes
 * strictly passes always. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const ImapReading readings[] = {
    { 0, FALSE },
    { 0, TRUE },
    { IMAP_ENABLED_REV2, FALSE },
    { IMAP_ENABLED_UTF8, TRUE },
  };
  gboolean matched[G_N_ELEMENTS (readings)];

  for (guint i = 0; i < G_N_ELEMENTS (readings); i++)
    {
      ImapCommand command = { 0 };
      WireScan    scan;

      wire_scan_init (&scan, data, size, NULL);
      matched[i] = imap_scan_command (&scan, &readings[i], &command) && wire_scan_at_end (&scan);
      if (matched[i])
        check_command (&command);
      imap_command_clear (&command);
    }
  g_assert_true (!matched[1] || matched[0]);
  g_assert_true (!matched[3] || matched[2]);
  g_assert_true (!matched[2] || wire_matches (&imap_grammar_command, data, size));
  check_grammar (&imap_grammar_command, data, size);
  check_grammar (&imap_grammar_rest, data, size);
  check_grammar (&imap_grammar_sasl, data, size);
  return 0;
}
