/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-address.h>

#include <string.h>

typedef struct
{
  const char *name;
  const char *value;
  const char *mailboxes; /* each as group:name(comment)|local part|domain; NULL: no address-list */
  const char *formatted; /* the list written again; NULL: as @value */
  guint       flags;
} Case;

#define OBSOLETE WIRE_SPAN_OBSOLETE
#define TOLERATED WIRE_SPAN_TOLERATED

static const Case cases[] = {
  /* RFC 5322 appendix A.1 */
  { "named", "John Doe <jdoe@machine.example>", ":John Doe|jdoe|machine.example;", NULL, 0 },
  { "quoted-name", "\"Joe Q. Public\" <john.q.public@example.com>",
    ":Joe Q. Public|john.q.public|example.com;", NULL, 0 },
  { "list", "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
    ":Mary Smith|mary|x.test;:|jdoe|example.org;:Who?|one|y.test;", NULL, 0 },
  { "escapes", "<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
    ":|boss|nil.test;:Giant; \"Big\" Box|sysservices|example.net;",
    "boss@nil.test, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>", 0 },
  { "group", "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
    "A Group:Ed Jones|c|a.test;A Group:|joe|where.test;A Group:John|jdoe|one.test;",
    "Ed Jones <c@a.test>, joe@where.test, John <jdoe@one.test>", 0 },
  { "empty-group", "Undisclosed recipients:;", "", "", 0 },
  { "colon-in-quotes", "\"Mary Smith: Personal Account\" <smith@home.example>",
    ":Mary Smith: Personal Account|smith|home.example;", NULL, 0 },
  /* appendix A.5 */
  { "comments", "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
    ":Pete|pete|silly.test;", "Pete <pete@silly.test>", 0 },
  { "comment-as-name", "a@b.test (A \\(B\\)\r\n (C) ), c@d.test ( )",
    ":(A (B) (C))|a|b.test;:|c|d.test;", "a@b.test, c@d.test", 0 },
  { "specials-in-a-comment", "a(<:)@b.test", ":|a|b.test;", "a@b.test", 0 },
  { "group-with-comments",
    "A Group(Some people)\r\n     :Chris Jones <c@(Chris's host.)public.example>,\r\n"
    "         joe@example.org,\r\n  John <jdoe@one.test> (my dear friend); (the end of the group)",
    "A Group:Chris Jones|c|public.example;A Group:|joe|example.org;"
    "A Group:John(my dear friend)|jdoe|one.test;",
    "Chris Jones <c@public.example>, joe@example.org, John <jdoe@one.test>", 0 },
  { "empty-group-with-comments", "(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;",
    "", "", 0 },
  /* appendix A.6 */
  { "dot-in-name", "Joe Q. Public <john.q.public@example.com>",
    ":Joe Q. Public|john.q.public|example.com;", "\"Joe Q. Public\" <john.q.public@example.com>",
    OBSOLETE },
  { "route-and-null-members", "Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
    ":Mary Smith|mary|example.net;:|jdoe|test.example;",
    "Mary Smith <mary@example.net>, jdoe@test.example", OBSOLETE },
  { "comment-in-domain", "John Doe <jdoe@machine(comment).  example>",
    ":John Doe|jdoe|machine.example;", "John Doe <jdoe@machine.example>", OBSOLETE },
  { "white-space-line", "Mary Smith\r\n  \r\n          <mary@example.net>",
    ":Mary Smith|mary|example.net;", "Mary Smith <mary@example.net>", OBSOLETE },

  { "long-route", "<@a.test, @b.test,:c@d.test>", ":|c|d.test;", "c@d.test", OBSOLETE },
  { "quoted-local-part", "\"a b\"@c.test", ":|a b|c.test;", NULL, 0 },
  { "quoted-for-nothing", "\"a.b\"@c.test", ":|a.b|c.test;", "a.b@c.test", 0 },
  { "words-of-a-local-part", "a.\"b c\".d@e.test", ":|a.b c.d|e.test;", "\"a.b c.d\"@e.test",
    OBSOLETE },
  { "empty-local-part", "\"\"@c.test", ":||c.test;", NULL, 0 },
  { "literal", "a@[192.0.2.1]", ":|a|[192.0.2.1];", NULL, 0 },
  { "literal-in-brackets", "A <a@[IPv6:2001:db8::1]>", ":A|a|[IPv6:2001:db8::1];", NULL, 0 },
  { "literal-quoted", "a@[\\b]", ":|a|[b];", "a@[b]", OBSOLETE },
  { "literal-quoted-bracket", "a@[b\\]]", ":|a|[b\\]];", NULL, OBSOLETE },
  { "commas-around", ",a@b.test,,", ":|a|b.test;", "a@b.test", OBSOLETE },
  { "comma-at-end", "a@b.test,", ":|a|b.test;", "a@b.test", OBSOLETE },
  { "blank", " ", "", "", 0 },
  { "empty", "", "", "", 0 },
  { "empty-comment", "()", "", "", 0 },
  { "special-looks", "a=b/c+d!e@f-g.test", ":|a=b/c+d!e|f-g.test;", NULL, 0 },
  { "utf-8", "J\303\266rg <j\303\266rg@b\303\274ro.example>",
    ":J\303\266rg|j\303\266rg|b\303\274ro.example;", NULL, 0 },
  { "utf-8-quoted", "\"J\303\266. \\\303\244\" <a@b.test>", ":J\303\266. \303\244|a|b.test;",
    "\"J\303\266. \303\244\" <a@b.test>", 0 },
  { "encoded-word", "=?utf-8?q?J=C3=B6rg?= <a@b.test>", ":=?utf-8?q?J=C3=B6rg?=|a|b.test;", NULL,
    0 },
  { "name-without-space", "A\"b\"C<a@b.test>", ":AbC|a|b.test;", "AbC <a@b.test>", 0 },
  { "initials", "J.R.R. T <a@b.test>", ":J.R.R. T|a|b.test;", "\"J.R.R. T\" <a@b.test>", OBSOLETE },
  { "folded-quotes", "\"a\r\n b\" <a@b.test>", ":a b|a|b.test;", "a b <a@b.test>", 0 },
  { "control-in-quotes", "\"a\001\" <a@b.test>", ":a\001|a|b.test;", "a? <a@b.test>", OBSOLETE },
  { "line-end-in-quotes", "\"a\\\r\\\nBcc: x\" <a@b.test>", ":a\r\nBcc: x|a|b.test;",
    "\"a??Bcc: x\" <a@b.test>", OBSOLETE },

  { "no-domain", "postmaster", ":|postmaster|;", NULL, TOLERATED },
  { "no-domain-in-brackets", "<root>", ":|root|;", "root", TOLERATED },
  { "at-in-name", "a@b.test <a@b.test>", ":a@b.test|a|b.test;", "\"a@b.test\" <a@b.test>",
    OBSOLETE | TOLERATED },
  { "brackets-in-name", "[list] x <a@b.test>", ":[list] x|a|b.test;", "\"[list] x\" <a@b.test>",
    TOLERATED },
  { "semicolons", "a@b.test; c@d.test", ":|a|b.test;:|c|d.test;", "a@b.test, c@d.test", TOLERATED },
  { "dots", "a..b.@c.test.", ":|a..b.|c.test.;", "\"a..b.\"@c.test.", TOLERATED },
  { "unclosed-group", "G: a@b.test", "G:|a|b.test;", "a@b.test", TOLERATED },
  { "no-address", "MAILER-DAEMON <>", ":MAILER-DAEMON||;", NULL, TOLERATED },
  { "no-address-no-name", "<>", ":||;", NULL, TOLERATED },
  { "invalid-utf-8", "\"\377\" <a@b.test>", ":\377|a|b.test;", "\377 <a@b.test>", TOLERATED },

  { "not-text", "a b c", NULL, NULL, 0 },
  { "not-unclosed", "<a@b.test", NULL, NULL, 0 },
  { "not-quotes", "\"a <a@b.test>", NULL, NULL, 0 },
  { "not-comment", "a@b.test (c", NULL, NULL, 0 },
  { "not-two", "a@b.test c@d.test", NULL, NULL, 0 },
  { "not-domain", "a@@b.test", NULL, NULL, 0 },
  { "not-dot-first", ".a@b.test", NULL, NULL, 0 },
  { "not-folded", "a@b.test\r\nc@d.test", NULL, NULL, 0 },
  { "not-group-in-group", "a: b: c@d.test;;", NULL, NULL, 0 },
};

static char *
describe (const ImfAddressList *list)
{
  GString *text;

  if (list == NULL)
    return NULL;
  text = g_string_new (NULL);
  for (guint i = 0; i < imf_address_list_get_n (list); i++)
    {
      const ImfMailbox *mailbox = imf_address_list_get (list, i);

      g_string_append_printf (text, "%s:%s", mailbox->group != NULL ? mailbox->group : "",
                              mailbox->display_name != NULL ? mailbox->display_name : "");
      if (mailbox->comment != NULL)
        g_string_append_printf (text, "(%s)", mailbox->comment);
      g_string_append_printf (text, "|%s|%s;", mailbox->local_part, mailbox->domain);
    }
  return g_string_free (text, FALSE);
}

static void
test_parse (gconstpointer data)
{
  const Case        *test = data;
  gsize              length = strlen (test->value);
  g_autofree guint8 *copy = g_memdup2 (test->value, length);
  g_autoptr (ImfAddressList) list = imf_address_list_parse (copy, length);
  g_autofree char *mailboxes = describe (list);
  g_autofree char *formatted = NULL;
  WireScan         scan;

  g_assert_cmpstr (mailboxes, ==, test->mailboxes);
  if (list == NULL)
    return;
  formatted = imf_address_list_format (list);
  g_assert_cmpstr (formatted, ==, test->formatted != NULL ? test->formatted : test->value);
  wire_scan_init (&scan, copy, length, NULL);
  g_assert_true (imf_scan_address_list (&scan, NULL));
  g_assert_true (wire_scan_at_end (&scan));
  g_assert_cmphex (scan.flags, ==, test->flags);
}

static void
test_format_is_read_back (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (ImfAddressList) list = imf_address_list_parse_text (test->value);
  g_autoptr (ImfAddressList) again = NULL;
  g_autofree char *once = NULL;
  g_autofree char *twice = NULL;

  if (list == NULL)
    return;
  once = imf_address_list_format (list);
  again = imf_address_list_parse_text (once);
  g_assert_nonnull (again);
  twice = imf_address_list_format (again);
  g_assert_cmpstr (once, ==, twice);
}

static void
test_groups (void)
{
  g_autoptr (ImfAddressList) list =
      imf_address_list_parse_text ("x@y.test, Empty:;, \"A b\": c@d.test;");

  g_assert_cmpuint (list->groups->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (list->groups, 0), ==, "Empty");
  g_assert_cmpstr (g_ptr_array_index (list->groups, 1), ==, "A b");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/imf-address/parse/", cases[i].name, NULL);
      g_autofree char *again = g_strconcat ("/imf-address/again/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_parse);
      g_test_add_data_func (again, &cases[i], test_format_is_read_back);
    }
  g_test_add_func ("/imf-address/groups", test_groups);
  return g_test_run ();
}
