/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <mail/mail-message.h>

/* ENVELOPE, BODY and BODYSTRUCTURE (RFC 9051 section 7.5.2), to the octet. */

static MailMessage *
new_message (const char *text, gssize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length < 0 ? strlen (text) : (gsize) length);

  return mail_message_new (bytes);
}

static const struct
{
  const char *message, *envelope;
} envelopes[] = {
  { "", "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)" },
  { "Date: Tue, 24 Nov 2026 08:00:00 +0000\r\nSubject: a \"b\" \\c\r\n"
    "From: Anna <a@example.org>\r\n"
    "Sender: s@example.org\r\nReply-To: r@example.org\r\nTo: t@example.org, \"T, Two\" "
    "<t2@example.org>\r\nCc: c@example.org\r\nBcc: b@example.org\r\n"
    "In-Reply-To: <x@example.org>\r\nMessage-ID: <y@example.org>\r\n\r\n",
    "(\"Tue, 24 Nov 2026 08:00:00 +0000\" \"a \\\"b\\\" \\\\c\" "
    "((\"Anna\" NIL \"a\" \"example.org\")) ((NIL NIL \"s\" \"example.org\")) "
    "((NIL NIL \"r\" \"example.org\")) "
    "((NIL NIL \"t\" \"example.org\")(\"T, Two\" NIL \"t2\" \"example.org\")) "
    "((NIL NIL \"c\" \"example.org\")) ((NIL NIL \"b\" \"example.org\")) "
    "\"<x@example.org>\" \"<y@example.org>\")" },
  /* From stands for Sender and Reply-To that are not there, or empty */
  { "From: a@b.example\nSender:\nReply-To: \n\n",
    "(NIL NIL ((NIL NIL \"a\" \"b.example\")) ((NIL NIL \"a\" \"b.example\")) "
    "((NIL NIL \"a\" \"b.example\")) NIL NIL NIL NIL NIL)" },
  /* Present but empty: an empty string, and NIL for addresses */
  { "Date:\r\nSubject: \r\nTo:\r\nIn-Reply-To:\r\nMessage-ID:\r\n\r\n",
    "(\"\" \"\" NIL NIL NIL NIL NIL NIL \"\" \"\")" },
  /* Groups, empty, alone, in the middle, side by side */
  { "To: undisclosed:;\r\n\r\n",
    "(NIL NIL NIL NIL NIL ((NIL NIL \"undisclosed\" NIL)(NIL NIL NIL NIL)) NIL NIL NIL NIL)" },
  { "To: a@x, G: b@x, c@x;, d@x\r\n\r\n",
    "(NIL NIL NIL NIL NIL ((NIL NIL \"a\" \"x\")(NIL NIL \"G\" NIL)(NIL NIL \"b\" \"x\")"
    "(NIL NIL \"c\" \"x\")(NIL NIL NIL NIL)(NIL NIL \"d\" \"x\")) NIL NIL NIL NIL)" },
  { "To: E:;, G: b@x;, G: c@x;, a@x, F:;\r\n\r\n",
    "(NIL NIL NIL NIL NIL ((NIL NIL \"E\" NIL)(NIL NIL NIL NIL)(NIL NIL \"G\" NIL)"
    "(NIL NIL \"b\" \"x\")(NIL NIL NIL NIL)(NIL NIL \"G\" NIL)(NIL NIL \"c\" \"x\")"
    "(NIL NIL NIL NIL)(NIL NIL \"a\" \"x\")(NIL NIL \"F\" NIL)(NIL NIL NIL NIL)) "
    "NIL NIL NIL NIL)" },
  /* A source route, a comment for a name, a quoted local part, no domain, no address */
  { "To: N <@r.example,@s.example:a@b.example>\r\n\r\n",
    "(NIL NIL NIL NIL NIL ((\"N\" \"@r.example,@s.example\" \"a\" \"b.example\")) "
    "NIL NIL NIL NIL)" },
  { "To: a@x (Anna), \"b c\"@x, d, <>\r\n\r\n",
    "(NIL NIL NIL NIL NIL ((\"Anna\" NIL \"a\" \"x\")(NIL NIL \"b c\" \"x\")(NIL NIL \"d\" \"\")"
    "(NIL NIL \"\" \"\")) NIL NIL NIL NIL)" },
  /* Encoded-words stay; text beyond ASCII is a literal; folding goes */
  { "Subject: =?utf-8?q?=C3=BC?=\r\n x\r\n\r\n",
    "(NIL \"=?utf-8?q?=C3=BC?= x\" NIL NIL NIL NIL NIL NIL NIL NIL)" },
  { "Subject: \303\274\r\nFrom: \303\274 <a@x>\r\n\r\n",
    "(NIL {2}\r\n\303\274 (({2}\r\n\303\274 NIL \"a\" \"x\")) (({2}\r\n\303\274 NIL \"a\" \"x\")) "
    "(({2}\r\n\303\274 NIL \"a\" \"x\")) NIL NIL NIL NIL NIL)" },
  /* Two fields of addresses are one list; of one that can't be read, nothing is told */
  { "To: a@x\r\nTo: b@x\r\nCc: <<<\r\n\r\n",
    "(NIL NIL NIL NIL NIL ((NIL NIL \"a\" \"x\")(NIL NIL \"b\" \"x\")) NIL NIL NIL NIL)" },
};

static void
test_envelope (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (envelopes); i++)
    {
      g_autoptr (MailMessage) message = new_message (envelopes[i].message, -1);
      gsize       length, again;
      const char *envelope = mail_message_get_envelope (message, &length);

      g_assert_cmpstr (envelope, ==, envelopes[i].envelope);
      g_assert_cmpuint (length, ==, strlen (envelopes[i].envelope));
      g_assert_true (mail_message_get_envelope (message, &again) == envelope);
      g_assert_cmpuint (again, ==, length);
    }
}

#define TEXT_BODY "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" "
#define MADE_UP TEXT_BODY "0 0)"
#define MADE_UP_EXT TEXT_BODY "0 0 NIL NIL NIL NIL)"

static const struct
{
  const char *message, *body, *structure;
} bodies[] = {
  { "", MADE_UP, MADE_UP_EXT },
  { "\r\nx\r\ny", TEXT_BODY "4 1)", TEXT_BODY "4 1 NIL NIL NIL NIL)" },
  { "\nx\ny\n", TEXT_BODY "6 2)", TEXT_BODY "6 2 NIL NIL NIL NIL)" },
  { "Content-Type: TEXT/HTML; Charset=UTF-8; X=\"a\\\"b\"\r\nContent-ID: <i@x>\r\n"
    "Content-Description: what\r\n it is\r\nContent-Transfer-Encoding: Quoted-Printable\r\n"
    "Content-MD5: Q2hlY2s=\r\nContent-Disposition: INLINE; filename=f\r\n"
    "Content-Language: en, de (German)\r\nContent-Location: http://x/\r\n\r\nx\r\n",
    "(\"text\" \"html\" (\"charset\" \"UTF-8\" \"x\" \"a\\\"b\") \"<i@x>\" \"what it is\" "
    "\"quoted-printable\" 3 1)",
    "(\"text\" \"html\" (\"charset\" \"UTF-8\" \"x\" \"a\\\"b\") \"<i@x>\" \"what it is\" "
    "\"quoted-printable\" 3 1 \"Q2hlY2s=\" (\"inline\" (\"filename\" \"f\")) "
    "(\"en\" \"de (German)\") \"http://x/\")" },
  { "Content-Type: image/gif\r\nContent-Disposition: attachment\r\n\r\nx\r\n",
    "(\"image\" \"gif\" NIL NIL NIL \"7bit\" 3)",
    "(\"image\" \"gif\" NIL NIL NIL \"7bit\" 3 NIL (\"attachment\" NIL) NIL NIL)" },
  /* A multipart, and parts within */
  { "Content-Type: multipart/mixed; boundary=b\r\nContent-Language: en\r\n\r\n"
    "--b\r\n\r\nx\r\n--b\r\nContent-Type: multipart/digest; boundary=c\r\n\r\n"
    "--c\r\n\r\nSubject: in\r\n\r\ny\r\n--c--\r\n--b--\r\n",
    "(" TEXT_BODY "1 0)"
    "((\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 16 "
    "(NIL \"in\" NIL NIL NIL NIL NIL NIL NIL NIL) " TEXT_BODY "1 0) 2) \"digest\") \"mixed\")",
    "(" TEXT_BODY "1 0 NIL NIL NIL NIL)"
    "((\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 16 "
    "(NIL \"in\" NIL NIL NIL NIL NIL NIL NIL NIL) " TEXT_BODY "1 0 NIL NIL NIL NIL) 2 "
    "NIL NIL NIL NIL) \"digest\" (\"boundary\" \"c\") NIL NIL NIL) "
    "\"mixed\" (\"boundary\" \"b\") NIL (\"en\") NIL)" },
  /* What IMAP has no words for is made up */
  { "Content-Type: multipart/mixed; boundary=b\r\n\r\nx\r\n", "(" MADE_UP " \"mixed\")",
    "(" MADE_UP_EXT " \"mixed\" (\"boundary\" \"b\") NIL NIL NIL)" },
  { "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n",
    "(\"message\" \"rfc822\" NIL NIL NIL \"base64\" 3 "
    "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) " MADE_UP " 1)",
    "(\"message\" \"rfc822\" NIL NIL NIL \"base64\" 3 "
    "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) " MADE_UP_EXT " 1 NIL NIL NIL NIL)" },
  { "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: message/rfc822\r\n--b--\r\n",
    "((\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 0 "
    "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) " MADE_UP " 0) \"mixed\")",
    "((\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 0 "
    "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) " MADE_UP_EXT " 0 NIL NIL NIL NIL) "
    "\"mixed\" (\"boundary\" \"b\") NIL NIL NIL)" },
  /* Continuations are joined */
  { "Content-Type: a/b; n*0=one; x=y; n*1=two; m*0*=utf-8''%C3%BC; m*1=\"a b\"; "
    "l*=utf-8''z\r\n\r\n",
    "(\"a\" \"b\" (\"n\" \"onetwo\" \"x\" \"y\" \"m*\" \"utf-8''%C3%BCa%20b\" "
    "\"l*\" \"utf-8''z\") NIL NIL \"7bit\" 0)",
    "(\"a\" \"b\" (\"n\" \"onetwo\" \"x\" \"y\" \"m*\" \"utf-8''%C3%BCa%20b\" "
    "\"l*\" \"utf-8''z\") NIL NIL \"7bit\" 0 NIL NIL NIL NIL)" },
  /* but not without a beginning */
  { "Content-Type: a/b; n*1=one; n*2=two\r\n\r\n",
    "(\"a\" \"b\" (\"n*1\" \"one\" \"n*2\" \"two\") NIL NIL \"7bit\" 0)",
    "(\"a\" \"b\" (\"n*1\" \"one\" \"n*2\" \"two\") NIL NIL \"7bit\" 0 NIL NIL NIL NIL)" },
};

static void
test_body (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (MailMessage) message = new_message (bodies[i].message, -1);
      gsize       length;
      const char *body = mail_message_get_body (message, &length);

      g_assert_cmpstr (body, ==, bodies[i].body);
      g_assert_cmpuint (length, ==, strlen (body));
      g_assert_cmpstr (mail_message_get_body_structure (message, &length), ==,
                       bodies[i].structure);
      g_assert_cmpuint (length, ==, strlen (bodies[i].structure));
    }
}

/* Messages that mean no good: whatever they are, what is told of them is one list, parentheses
 * balanced, in time and size that grow with them. */

static void
assert_balanced (const char *list, gsize length)
{
  guint    depth = 0;
  gboolean is_quoted = FALSE;

  g_assert_cmpuint (strlen (list), ==, length);
  for (gsize i = 0; i < length; i++)
    {
      if (list[i] == '{' && !is_quoted)
        {
          char *end;
          gsize n = g_ascii_strtoull (list + i + 1, &end, 10);

          g_assert_true (g_str_has_prefix (end, "}\r\n"));
          i = (gsize) (end - list) + 2 + n;
        }
      else if (list[i] == '\\' && is_quoted)
        i++;
      else if (list[i] == '"')
        is_quoted = !is_quoted;
      else if (!is_quoted && list[i] == '(')
        depth++;
      else if (!is_quoted && list[i] == ')')
        g_assert_true (depth-- > 0 && (depth > 0 || i + 1 == length));
      g_assert_cmpuint (i, <, length);
    }
  g_assert_cmpuint (depth, ==, 0);
}

static void
ask_everything (const GString *text)
{
  g_autoptr (MailMessage) message = new_message (text->str, (gssize) text->len);
  g_autoptr (GArray) path = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree char *preview = mail_message_dup_preview (message);
  ImapSection      section = { .path = path };
  ImapSortItem     sort_item;
  gsize            length;
  const char      *list;

  g_assert_cmpint (g_utf8_strlen (preview, -1), <=, 200);
  list = mail_message_get_envelope (message, &length);
  assert_balanced (list, length);
  list = mail_message_get_body_structure (message, &length);
  assert_balanced (list, length);
  g_assert_cmpuint (length, <, 20 * text->len + 10000);
  list = mail_message_get_body (message, &length);
  assert_balanced (list, length);
  for (guint32 i = 1; i <= IMAP_SECTION_DEPTH_MAX; i++)
    {
      const guint32 one = 1;
      g_autoptr (GBytes) bytes = NULL, decoded = NULL;

      g_array_append_val (path, one);
      bytes = mail_message_dup_section (message, &section);
      mail_message_dup_binary (message, &section, &decoded);
    }
  mail_message_fill_sort_item (message, 0, &sort_item);
  g_assert_false (mail_message_has_in_text (message, "NOT THERE, OR SO IT SEEMS"));
}

/* @begin, then @piece as often as makes a megabyte, or @n_max times, then @end. */
static const struct
{
  const char *begin, *piece, *end;
  guint       n_max;
} hostiles[] = {
  { "To: ", "(", "", G_MAXUINT },
  { "To: ", "a:", "", G_MAXUINT },
  { "To: ", "a:;,", "", G_MAXUINT },
  { "To: ", "<@a:", "", G_MAXUINT },
  { "To: ", "a@b,", "", G_MAXUINT },
  { "To: ", "\"", "", G_MAXUINT },
  { "Subject: ", "\377", "", G_MAXUINT },
  { "References: ", "<", "", G_MAXUINT },
  { "References: ", "<\"", "", G_MAXUINT },
  { "References: ", "<a@b>", "", G_MAXUINT },
  { "References: ", "<\"a@b>", "", G_MAXUINT },
  { "References: ", "<a\\\"@b>", "", G_MAXUINT },
  { "Date: ", "1 ", "", G_MAXUINT },
  { "Date: ", ",", "", G_MAXUINT },
  { "Content-Language: ", "a,", "", G_MAXUINT },
  { "Content-Type: a/b", "; n*0=x", "", G_MAXUINT },
  { "Content-Type: a/b", "; n*1*=x", "", 90 },
  { "Content-Type: a/b", "; *0=x", "", G_MAXUINT },
  { "Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\n\r\n", "", G_MAXUINT },
  { "Content-Type: multipart/mixed; boundary=b\r\n\r\n",
    "--b\r\nContent-Type: multipart/mixed\r\n\r\n", "", G_MAXUINT },
  { "Content-Type: multipart/mixed; boundary=b\r\n\r\n",
    "--b\r\nContent-Type: message/rfc822\r\n\r\n", "", G_MAXUINT },
  { "", "Content-Type: message/rfc822\r\n\r\n", "x", G_MAXUINT },
  { "", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", "x", G_MAXUINT },
  { "", "To: a\r\n", "\r\n", G_MAXUINT },
  { "", "\n", "", G_MAXUINT },
  { "", "\r", "", G_MAXUINT },
  { "\r\n", "<", "", G_MAXUINT },
  { "Content-Type: text/html\r\n\r\n", "<a", "", G_MAXUINT },
  { "Content-Transfer-Encoding: base64\r\n\r\n", "AAAA", "", G_MAXUINT },
};

static void
test_hostile (void)
{
  g_test_summary ("Whatever a message is, asking it takes time that grows with its length.");
  for (gsize i = 0; i < G_N_ELEMENTS (hostiles); i++)
    {
      g_autoptr (GString) text = g_string_new (hostiles[i].begin);

      for (guint n = 0; n < hostiles[i].n_max && text->len < 1000000; n++)
        g_string_append (text, hostiles[i].piece);
      g_string_append (text, hostiles[i].end);
      g_test_message ("shape %" G_GSIZE_FORMAT, i);
      ask_everything (text);
    }
}

static void
test_random (void)
{
  static const char *const pieces[] = {
    "Content-Type: multipart/mixed; boundary=b\r\n", "Content-Type: message/rfc822\r\n",
    "Content-Type: text/plain; charset=utf-16\r\n", "Content-Transfer-Encoding: base64\r\n",
    "\r\n", "\n", "--b\r\n", "--b--\r\n", "To: a@b, G:c@d;\r\n", "Subject: =?utf-8?b?w7w=?=\r\n",
    "\303\274", "x", "\r", " ", "From a\r\n", "Date: 1 Jan 2020 25:00 +0000\r\n", "QUJD\r\n",
    "Content-Disposition: attachment; filename*0=a\r\n", "References: <a@b> <\"c\"@d>\r\n",
  };

  for (guint round = 0; round < 3000; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint n = (guint) g_test_rand_int_range (0, 30); n > 0; n--)
        g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
      if (g_test_rand_bit () && text->len > 0)
        text->str[g_test_rand_int_range (0, (gint32) text->len)] = '\0';
      ask_everything (text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mail-message-structure/envelope", test_envelope);
  g_test_add_func ("/mail-message-structure/body", test_body);
  g_test_add_func ("/mail-message-structure/hostile", test_hostile);
  g_test_add_func ("/mail-message-structure/random", test_random);
  return g_test_run ();
}
