/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <mime/mime-flowed.h>
#include <mime/mime-html.h>
#include <mime/mime-message.h>
#include <mime/mime-reply.h>

#include <string.h>
#include <support/corpus.h>

/* 2026-11-24 08:00:00 UTC */
static const ImfDate morning = { 1795507200 * G_GINT64_CONSTANT (1000000), 0, FALSE };

static guint64
count_up (gpointer user_data)
{
  return (*(guint64 *) user_data)++;
}

/* Recipients, subject and identifiers. */

typedef struct
{
  const char *name;
  MimeReplyKind kind;
  const char *message;
  /* "to|cc|subject|in-reply-to|references", "-" for what is not there */
  const char *result;
} Case;

#define OWN "Me <me@m.example>, also@m.example"

static const Case cases[] = {
  { "from", MIME_REPLY,
    "From: =?utf-8?q?J=C3=B6rg?= <j@a.example>\nTo: me@m.example\nSubject: "
    "=?utf-8?q?Gr=C3=BC=C3=9Fe?=\n"
    "Message-ID: <1@a.example>\n\nx",
    "Jörg <j@a.example>|-|Re: Grüße|<1@a.example>|<1@a.example>" },
  { "reply-to", MIME_REPLY, "From: j@a.example\nReply-To: l@a.example, k@a.example\n\nx",
    "l@a.example, k@a.example|-|Re: |-|-" },
  { "reply-to-broken", MIME_REPLY, "From: j@a.example\nReply-To: <\n\nx",
    "j@a.example|-|Re: |-|-" },
  { "quoted-name", MIME_REPLY, "From: =?utf-8?q?A=2C_B=22?= <j@a.example>\n\nx",
    "\"A, B\\\"\" <j@a.example>|-|Re: |-|-" },
  { "not-cc", MIME_REPLY, "From: j@a.example\nTo: k@a.example\nCc: l@a.example\n\nx",
    "j@a.example|-|Re: |-|-" },
  { "all", MIME_REPLY_ALL,
    "From: j@a.example\nTo: Me <ME@M.example>, me@M.EXAMPLE, k@a.example\n"
    "Cc: G: l@a.example, J <j@A.example>;, also@m.example\nBcc: x@a.example\n\nx",
    "j@a.example|Me <ME@M.example>, k@a.example, l@a.example|Re: |-|-" },
  { "all-reply-to", MIME_REPLY_ALL,
    "From: j@a.example\nReply-To: l@a.example\nTo: k@a.example\n\nx",
    "l@a.example|k@a.example|Re: |-|-" },
  { "own", MIME_REPLY_ALL, "From: me@m.example\nTo: k@a.example\nCc: l@a.example\n\nx",
    "k@a.example|l@a.example|Re: |-|-" },
  { "resent-is-ignored", MIME_REPLY_ALL,
    "Resent-From: r@a.example\nResent-To: s@a.example\nFrom: j@a.example\n\nx",
    "j@a.example|-|Re: |-|-" },
  { "broken-addresses", MIME_REPLY_ALL, "From: j@a.example\nTo: k, <>, l@a.example\n\nx",
    "j@a.example|l@a.example|Re: |-|-" },
  { "subject-once", MIME_REPLY, "From: j@a.example\nSubject: RE: re:  Re:x\n\nx",
    "j@a.example|-|Re: x|-|-" },
  { "subject-controls", MIME_REPLY, "From: j@a.example\nSubject: =?utf-8?q?a=0D=0ABcc=3A_b?=\n\nx",
    "j@a.example|-|Re: a  Bcc: b|-|-" },
  { "subject-of-forward", MIME_REPLY, "From: j@a.example\nSubject: Fwd: x\n\nx",
    "j@a.example|-|Re: Fwd: x|-|-" },
  { "forward", MIME_FORWARD_INLINE,
    "From: j@a.example\nSubject: Re: x\nReferences: <0@a.example>\nMessage-ID: <1@a.example>\n\nx",
    "-|-|Fwd: Re: x|-|<0@a.example> <1@a.example>" },
  { "forward-once", MIME_FORWARD_ATTACHED, "From: j@a.example\nSubject: FW: Fwd: x\n\nx",
    "-|-|Fwd: x|-|-" },
  { "references", MIME_REPLY,
    "From: j@a.example\nReferences: <1@a.example>\n <2@a.example>\nIn-Reply-To: <9@a.example>\n"
    "Message-ID: <3@a.example>\n\nx",
    "j@a.example|-|Re: |<3@a.example>|<1@a.example> <2@a.example> <3@a.example>" },
  { "references-of-in-reply-to", MIME_REPLY,
    "From: j@a.example\nIn-Reply-To: <9@a.example>\nMessage-ID: <3@a.example>\n\nx",
    "j@a.example|-|Re: |<3@a.example>|<9@a.example> <3@a.example>" },
  { "references-not-of-two", MIME_REPLY,
    "From: j@a.example\nIn-Reply-To: <8@a.example> <9@a.example>\nMessage-ID: <3@a.example>\n\nx",
    "j@a.example|-|Re: |<3@a.example>|<3@a.example>" },
  { "references-without-id", MIME_REPLY, "From: j@a.example\nReferences: <1@a.example>\n\nx",
    "j@a.example|-|Re: |-|<1@a.example>" },
  { "references-broken", MIME_REPLY,
    "From: j@a.example\nReferences: <1 @a.example> <<2@a.example>, your letter <x> 3@a.example\n"
    "Message-ID: 4@a.example\n\nx",
    "j@a.example|-|Re: |-|<2@a.example>" },
};

static const char *
or_dash (const char *text)
{
  return text != NULL ? text : "-";
}

static MimeDraft *
reply (const char *message, MimeReplyKind kind)
{
  gsize length = strlen (message);
  g_autofree guint8 *copy = g_memdup2 (message, length);
  g_autoptr (MimeTree) tree = mime_tree_new (copy, length);
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();

  return mime_reply_new (tree, kind, OWN, charsets);
}

static void
test_fields (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (MimeDraft) draft = reply (test->message, test->kind);
  g_autofree char *result =
      g_strjoin ("|", or_dash (draft->to), or_dash (draft->cc), draft->subject,
                 or_dash (draft->in_reply_to), or_dash (draft->references), NULL);

  g_assert_cmpstr (result, ==, test->result);
  g_assert_cmpstr (draft->from, ==, "Me <me@m.example>");
}

/* Quoted text. */

typedef struct
{
  const char *name;
  MimeReplyKind kind;
  const char *message;
  const char *text;        /* of the draft */
  const char *attachments; /* "type filename content|", or "" */
} TextCase;

#define FROM "From: Jo <j@a.example>\nDate: Tue, 24 Nov 2026 08:00:00 +0000\n"
#define WROTE "On Tue, 24 Nov 2026 08:00:00 +0000, Jo wrote:\n"
#define FORWARDED                                                                                  \
  "---------- Forwarded message ----------\nFrom: Jo <j@a.example>\n"                              \
  "Date: Tue, 24 Nov 2026 08:00:00 +0000\n\n"

static const TextCase text_cases[] = {
  { "plain", MIME_REPLY, FROM "\na\n\n> b\n>> c\r\nlast", WROTE "> a\n>\n>> b\n>>> c\n> last\n",
    "" },
  { "empty", MIME_REPLY, FROM "\n", WROTE, "" },
  { "charset", MIME_REPLY, FROM "Content-Type: text/plain; charset=iso-8859-1\n\n\344\n",
    WROTE "> ä\n", "" },
  { "flowed", MIME_REPLY,
    FROM "Content-Type: text/plain; format=flowed\n\nlong \nline\n> quoted \n> too\n-- \nJo\n",
    WROTE "> long line\n>> quoted too\n> -- \n> Jo\n", "" },
  { "flowed-delsp", MIME_REPLY,
    FROM "Content-Type: text/plain; format=Flowed; DelSp=YES\n\nlo \nng\n", WROTE "> long\n", "" },
  { "base64", MIME_REPLY, FROM "Content-Transfer-Encoding: base64\n\nSGkK\n", WROTE "> Hi\n", "" },
  { "html", MIME_REPLY, FROM "Content-Type: text/html\n\n<p>a<br>b &lt;<p>c",
    WROTE "> a\n> b <\n>\n> c\n", "" },
  { "alternative", MIME_REPLY,
    FROM "Content-Type: multipart/alternative; boundary=b\n\n--b\n\na\n--b\nContent-Type: "
         "text/html\n\nh\n--b--\n",
    WROTE "> a\n", "" },
  { "alternative-html-only", MIME_REPLY,
    FROM "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: image/gif\n\na\n"
         "--b\nContent-Type: text/html\n\nh\n--b--\n",
    WROTE "> h\n", "" },
  { "mixed", MIME_FORWARD_INLINE,
    FROM "Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n"
         "--b\nContent-Type: text/plain; charset=\"iso-8859-1\"; name=x\n"
         "Content-Disposition: attachment; filename*=utf-8''%C3%A4.txt\n\n\344\n"
         "--b\nContent-Disposition: attachment\n\nlog\n"
         "--b\nContent-Type: message/rfc822\n\nSubject: in\n\ninner\n"
         "--b\n\nfooter\n--b--\n",
    FORWARDED "> a\n> footer\n",
    "text/plain; charset=\"iso-8859-1\" ä.txt \344|text/plain - log|"
    "message/rfc822 - Subject: in\n\ninner|" },
  { "attached", MIME_FORWARD_ATTACHED, "From x\nFrom: j@a.example\n\nä\n", "",
    "message/rfc822 - From: j@a.example\n\nä\n|" },
  { "attached-utf8", MIME_FORWARD_ATTACHED, "From: ä <j@a.example>\n\n", "",
    "message/global - From: ä <j@a.example>\n\n|" },
  { "control", MIME_REPLY, FROM "\na\001\n", WROTE "> a\001\n", "" },
};

static char *
describe_attachments (const MimeDraft *draft)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < draft->attachments->len; i++)
    {
      const MimeAttachment *attachment = g_ptr_array_index (draft->attachments, i);
      gsize length;
      const char *content = g_bytes_get_data (attachment->content, &length);

      g_string_append_printf (out, "%s %s ", attachment->type, or_dash (attachment->filename));
      g_string_append_len (out, content, (gssize) length);
      g_string_append_c (out, '|');
    }
  return g_string_free (out, FALSE);
}

/* Whether it is a line that can't be folded: one long identifier or address. */
static gboolean
is_one_word (const WireSpanDeviation *deviation, const char *data)
{
  const char *line = data + deviation->offset;
  gsize length = deviation->length;
  const char *colon = memchr (line, ':', length);

  if (strcmp (deviation->deviation->name, "line_over_78") != 0)
    return FALSE;
  if (*line != ' ' && colon != NULL)
    {
      length -= (gsize) (colon + 1 - line);
      line = colon + 1;
    }
  return memchr (line + 1, ' ', length - 1) == NULL;
}

/* Builds the draft. Returns: (transfer full) (nullable): what is wrong with it, if anything is. */
static char *
check_build (MimeDraft *draft)
{
  guint64 next = 0;
  g_autofree char *problem = NULL;
  g_autoptr (GBytes) message = NULL;
  g_autoptr (WireSpans) spans = NULL;
  const char *data;

  draft->date = morning;
  draft->message_id = g_strdup ("new@m.example");
  message = mime_draft_build (draft, count_up, &next, &problem);
  if (message == NULL)
    return g_steal_pointer (&problem);
  if (draft->attachments->len > 0 || draft->allows_utf8_header)
    return NULL; /* what others wrote is in there, too */
  data = g_bytes_get_data (message, NULL);
  spans = wire_annotate (&mime_grammar_message, (const guint8 *) data, g_bytes_get_size (message));
  for (guint i = 0; i < wire_spans_get_n_deviations (spans); i++)
    {
      WireSpanDeviation deviation = wire_spans_get_deviation (spans, i);

      if (!is_one_word (&deviation, data))
        return g_strdup_printf ("%s: %.*s", deviation.deviation->name,
                                (int) MIN (deviation.length, 200), data + deviation.offset);
    }
  return NULL;
}

static void
test_text (gconstpointer data)
{
  const TextCase *test = data;
  g_autoptr (MimeDraft) draft = reply (test->message, test->kind);
  g_autofree char *attachments = describe_attachments (draft);
  g_autofree char *problem = NULL;

  g_assert_cmpstr (draft->text, ==, test->text);
  g_assert_cmpstr (attachments, ==, test->attachments);
  problem = check_build (draft);
  g_assert_cmpstr (problem, ==, NULL);
}

static void
check_corpus_message (const char *name, const guint8 *data, gsize length, gpointer user_data)
{
  guint *counts = user_data;
  g_autoptr (MimeTree) tree = mime_tree_new (data, length);
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();

  for (guint kind = MIME_REPLY; kind <= MIME_FORWARD_ATTACHED; kind++)
    {
      g_autoptr (MimeDraft) draft = mime_reply_new (tree, kind, OWN, charsets);
      g_autofree char *problem = check_build (draft);

      counts[0]++;
      if (problem == NULL)
        continue;
      counts[1]++;
      g_test_message ("%s, kind %u: %s", name, kind, problem);
    }
}

static void
test_corpus (void)
{
  guint counts[2] = { 0 };

  g_test_summary ("Whatever came, an answer to it can be sent, or it is said why not.");
  if (!corpus_foreach (check_corpus_message, counts))
    return;
  g_test_message ("%u drafts, %u can't be sent or depart from a standard", counts[0], counts[1]);
  g_assert_cmpuint (counts[1] * 100, <, counts[0]);
}

/* Resent blocks. */

typedef struct
{
  const char *name;
  const char *from, *to, *id;
  const char *message;
  const char *result; /* (nullable): NULL when refused */
} ResendCase;

#define DATE "Resent-Date: Tue, 24 Nov 2026 08:00:00 +0000"

static const ResendCase resend_cases[] = {
  { "crlf", "Jörg <j@a.example>", "k@b.example", "1@a.example", "Received: x\r\nTo: y\r\n\r\nz\n",
    DATE "\r\nResent-From: =?utf-8?B?SsO2cmc=?= <j@a.example>\r\nResent-To: k@b.example\r\n"
         "Resent-Message-ID: <1@a.example>\r\nReceived: x\r\nTo: y\r\n\r\nz\n" },
  { "lf", "j@a.example", "k@b.example", NULL, "To: y\n\nz\r\n",
    DATE "\nResent-From: j@a.example\nResent-To: k@b.example\nTo: y\n\nz\r\n" },
  { "mailbox-file", "j@a.example", "k@b.example", NULL, "From x\nTo: y\n\nz",
    "From x\n" DATE "\nResent-From: j@a.example\nResent-To: k@b.example\nTo: y\n\nz" },
  { "no-line-end", "j@a.example", "k@b.example", NULL, "",
    DATE "\r\nResent-From: j@a.example\r\nResent-To: k@b.example\r\n" },
  { "two-senders", "j@a.example, l@a.example", "k@b.example", NULL, "To: y\n\n", NULL },
  { "no-recipient", "j@a.example", "", NULL, "To: y\n\n", NULL },
  { "wrong-id", "j@a.example", "k@b.example", "1", "To: y\n\n", NULL },
};

static void
test_resend (gconstpointer data)
{
  const ResendCase *test = data;
  g_autoptr (GBytes) message = g_bytes_new (test->message, strlen (test->message));
  g_autofree char *problem = NULL;
  g_autoptr (GBytes) result =
      mime_resend (message, test->from, test->to, test->id, &morning, &problem);
  g_autofree char *text =
      result != NULL ? g_strndup (g_bytes_get_data (result, NULL), g_bytes_get_size (result))
                     : NULL;

  g_assert_cmpstr (text, ==, test->result);
  g_assert_true ((problem == NULL) == (result != NULL));
}

/* Flowed text and HTML by themselves. */

static const struct
{
  const char *text, *flowed; /* @flowed: (nullable) */
} flowed_cases[] = {
  { "", "" },
  { "a", "a\r\n" },
  { "a  \n b\n\n", "a\r\n  b\r\n\r\n" },
  { "From a\n>b\n> c\n>> > d\n>\n>  e", " From a\r\n> b\r\n> c\r\n>> > d\r\n>\r\n>  e\r\n" },
  { "-- \n> -- \n--  \n -- ", "-- \r\n> -- \r\n-- \r\n  --\r\n" },
  { "1234567890123456789012345678901234567890123456789012345678901234567890123 56789",
    "1234567890123456789012345678901234567890123456789012345678901234567890123 \r\n56789\r\n" },
  { "> x4567890123456789012345678901234567890123456789012345678901234567890 > 567 9 abcd",
    "> x4567890123456789012345678901234567890123456789012345678901234567890 \r\n> > 567 9 "
    "abcd\r\n" },
  { "12345678901234567890123456789012345678901234567890123456789012345678901234567890 a", NULL },
  { "-- 4567890123456789012345678901234567890123456789012345678901234567890123456789", NULL },
};

static void
test_flowed (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (flowed_cases); i++)
    {
      g_autofree char *flowed = mime_flowed_encode (flowed_cases[i].text);
      g_autofree char *back = flowed != NULL ? mime_flowed_decode (flowed, FALSE) : NULL;
      g_autofree char *again = back != NULL ? mime_flowed_encode (back) : NULL;

      g_assert_cmpstr (flowed, ==, flowed_cases[i].flowed);
      g_assert_cmpstr (again, ==, flowed);
    }
}

static const struct
{
  const char *flowed, *text;
} unflowed_cases[] = {
  { "a \nb", "a b\n" },
  { "a \n", "a \n" },
  { "a \n-- \nb", "a \n-- \nb\n" },
  { "> a \n>> b \nc \n", "> a \n>> b \nc \n" },
  { "> > a \n>  b", "> > a  b\n" },
  { " >a\n  b", ">a\n b\n" },
};

static void
test_unflowed (void)
{
  g_test_summary ("Flowed text that others wrote, well or not (RFC 3676 section 4.1, 4.5).");
  for (guint i = 0; i < G_N_ELEMENTS (unflowed_cases); i++)
    {
      g_autofree char *text = mime_flowed_decode (unflowed_cases[i].flowed, FALSE);

      g_assert_cmpstr (text, ==, unflowed_cases[i].text);
    }
}

static void
test_flowed_long (void)
{
  GString         *text = g_string_new (NULL);
  g_autofree char *flowed = NULL;
  g_autofree char *back = NULL;

  g_test_summary ("A paragraph of any length takes time in proportion.");
  for (guint i = 0; i < 500000; i++)
    g_string_append (text, "a ");
  g_string_append (text, "b\n");
  flowed = mime_flowed_encode (text->str);
  back = mime_flowed_decode (flowed, FALSE);
  g_assert_cmpstr (back, ==, text->str);
  g_string_free (text, TRUE);
}

static const struct
{
  const char *html, *text;
} html_cases[] = {
  { "", "" },
  { "a  b\n c", "a b c\n" },
  { "<html><head><title>t</title></head><body>a</body>", "a\n" },
  { "a<script>b<p></script>c<style>d</STYLE>e", "ace\n" },
  { "a<!-- <p> -->b<!-- c", "ab\n" },
  { "a<br><br/>b<div>c</div><div>d</div>", "a\n\nb\nc\nd\n" },
  { "<p>a<p>b</p><ul><li>c<li>d</ul>e", "a\n\nb\n\nc\nd\n\ne\n" },
  { "&amp;&#228;&#xe4;&auml;&nbsp;&unknown;&#0;&#27;&#x110000;&", "&äää &unknown; &\n" },
  { "a < b <3 <i>c</i>", "a < b <3 c\n" },
  { "a<b", "a\n" },
  { "<script>", "" },
};

static void
test_html (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (html_cases); i++)
    {
      g_autofree char *text = mime_html_to_text (html_cases[i].html);

      g_assert_cmpstr (text, ==, html_cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mime-reply/fields/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_fields);
    }
  for (guint i = 0; i < G_N_ELEMENTS (text_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mime-reply/text/", text_cases[i].name, NULL);

      g_test_add_data_func (path, &text_cases[i], test_text);
    }
  for (guint i = 0; i < G_N_ELEMENTS (resend_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mime-reply/resend/", resend_cases[i].name, NULL);

      g_test_add_data_func (path, &resend_cases[i], test_resend);
    }
  g_test_add_func ("/mime-reply/flowed", test_flowed);
  g_test_add_func ("/mime-reply/unflowed", test_unflowed);
  g_test_add_func ("/mime-reply/flowed-long", test_flowed_long);
  g_test_add_func ("/mime-reply/html", test_html);
  g_test_add_func ("/mime-reply/corpus", test_corpus);
  return g_test_run ();
}
