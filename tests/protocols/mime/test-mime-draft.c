/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "random-draft.h"

#include <imf/imf-address.h>
#include <imf/imf-composer.h>
#include <mime/mime-draft.h>
#include <mime/mime-flowed.h>
#include <mime/mime-message.h>
#include <mime/mime-words.h>
#include <wire/wire-deviation.h>

#include <string.h>

#define N_RANDOM_DRAFTS 600

/* 2026-11-24 08:00:00 UTC */
#define MORNING_US (1795507200 * G_GINT64_CONSTANT (1000000))

#define HEAD "Date: Tue, 24 Nov 2026 08:00:00 +0000\r\nFrom: ann@a.example\r\n"
#define SEVENTY "1234567890123456789012345678901234567890123456789012345678901234567890"
#define TAIL "Message-ID: <1@a.example>\r\n"

static guint64
count_up (gpointer user_data)
{
  return (*(guint64 *) user_data)++;
}

static GBytes *
build (const MimeDraft *draft, char **out_problem)
{
  guint64 next = 10;

  return mime_draft_build (draft, count_up, &next, out_problem);
}

/* Whole messages. */

typedef struct
{
  const char *name;
  MimeDraft draft;           /* From, Date and id come by themselves; strings are not owned */
  const char *attachment[4]; /* type, file name, content, and what for: "inline" an id */
  const char *message;
} Case;

static const Case cases[] = {
  { "plain",
    { .to = "bob@b.example,\"Carol\" <carol@c.example>",
      .cc = "dave@d.example",
      .subject = "A letter",
      .text = "Hello,\nhere\r\nI am." },
    { 0 },
    HEAD
    "To: bob@b.example, Carol <carol@c.example>\r\nCc: dave@d.example\r\nSubject: A letter\r\n" TAIL
    "\r\nHello,\r\nhere\r\nI am.\r\n" },
  { "least", { 0 }, { 0 }, HEAD TAIL "\r\n" },
  { "empty-fields",
    { .to = "", .cc = " ", .subject = "  ", .references = "", .text = "" },
    { 0 },
    HEAD TAIL "\r\n" },
  { "sender-is-author", { .sender = "Ann <ann@A.example>" }, { 0 }, HEAD TAIL "\r\n" },
  { "all-originators",
    { .sender = "s@a.example", .reply_to = "r@a.example", .bcc = "x@x.example" },
    { 0 },
    HEAD "Sender: s@a.example\r\nReply-To: r@a.example\r\nBcc: x@x.example\r\n" TAIL "\r\n" },
  { "groups",
    { .to = "undisclosed-recipients:;",
      .cc = "a@a.example, Grün: b@b.example, c@c.example;,d@d.example, T:;" },
    { 0 },
    HEAD "To: undisclosed-recipients:;\r\n"
         "Cc: a@a.example, =?utf-8?B?R3LDvG4=?= : b@b.example, c@c.example;,\r\n"
         " d@d.example, T:;\r\n" TAIL "\r\n" },
  { "words",
    { .to = "Jörg <j@xn--bcher-kva.example>, \"Ann Q. Example\" <ann@bücher.example>",
      .subject = "Grüße aus Köln" },
    { 0 },
    HEAD "To: =?utf-8?B?SsO2cmc=?= <j@xn--bcher-kva.example>, \"Ann Q. Example\"\r\n"
         " <ann@xn--bcher-kva.example>\r\n"
         "Subject: =?utf-8?B?R3LDvMOfZQ==?= aus =?utf-8?B?S8O2bG4=?=\r\n" TAIL "\r\n" },
  { "utf8-header",
    { .to = "Jörg <jörg@bücher.example>", .subject = "Grüße", .allows_utf8_header = TRUE },
    { 0 },
    HEAD "To: Jörg <jörg@xn--bcher-kva.example>\r\nSubject: Grüße\r\n" TAIL "\r\n" },
  { "references",
    { .in_reply_to = " <1@a.example> ",
      .references = "<111111111111111@a.example><2222222222222222222222222222@a.example>  "
                    "<3333333333333333333333333333@a.example>" },
    { 0 },
    HEAD TAIL "In-Reply-To: <1@a.example>\r\n"
              "References: <111111111111111@a.example>\r\n"
              " <2222222222222222222222222222@a.example>\r\n"
              " <3333333333333333333333333333@a.example>\r\n\r\n" },
  { "quoted-printable",
    { .text = "Grüße aus Köln, wo ich heute auf der Post war\n" },
    { 0 },
    HEAD TAIL "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
              "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
              "Gr=C3=BC=C3=9Fe aus K=C3=B6ln, wo ich heute auf der Post war\r\n" },
  { "line-of-78", { .text = SEVENTY "12345678" }, { 0 }, HEAD TAIL "\r\n" SEVENTY "12345678\r\n" },
  { "line-of-79",
    { .text = SEVENTY "123456789" },
    { 0 },
    HEAD TAIL "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n"
              "Content-Transfer-Encoding: quoted-printable\r\n\r\n" SEVENTY "12345=\r\n6789\r\n" },
  { "base64",
    { .text = "Привет, это длинное письмо, каких давно уже никто никому не пишет" },
    { 0 },
    HEAD TAIL "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
              "Content-Transfer-Encoding: base64\r\n\r\n"
              "0J/RgNC40LLQtdGCLCDRjdGC0L4g0LTQu9C40L3QvdC+0LUg0L/QuNGB0YzQvNC+LCDQutCw0LrQ\r\n"
              "uNGFINC00LDQstC90L4g0YPQttC1INC90LjQutGC0L4g0L3QuNC60L7QvNGDINC90LUg0L/QuNGI\r\n"
              "0LXRgg0K\r\n" },
  { "flowed",
    { .text = "From here to there it is a long way, and nobody knows how long it is, but those who "
              "went.\n"
              "\n> quoted  \n-- \nAnn",
      .is_flowed = TRUE },
    { 0 },
    HEAD TAIL "MIME-Version: 1.0\r\n"
              "Content-Type: text/plain; charset=us-ascii; format=flowed; delsp=no\r\n\r\n"
              " From here to there it is a long way, and nobody knows how long it is, \r\n"
              "but those who went.\r\n\r\n> quoted\r\n-- \r\nAnn\r\n" },
  { "alternative",
    { .text = "Hi", .html = "<p>Hi" },
    { 0 },
    HEAD TAIL
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/alternative; boundary=\"=_0_000000000000000a\"\r\n\r\n"
    "--=_0_000000000000000a\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nHi\r\n\r\n"
    "--=_0_000000000000000a\r\nContent-Type: text/html; charset=us-ascii\r\n\r\n<p>Hi\r\n\r\n"
    "--=_0_000000000000000a--\r\n" },
  { "html-alone",
    { .html = "<p>Hi" },
    { 0 },
    HEAD TAIL "MIME-Version: 1.0\r\nContent-Type: text/html; charset=us-ascii\r\n\r\n<p>Hi\r\n" },
  { "related",
    { .html = "<p>Hi" },
    { "image/png", "a b.png", "\211PNG", "1@a.example" },
    HEAD TAIL
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/related; type=\"text/html\";\r\n "
    "boundary=\"=_0_000000000000000a\"\r\n\r\n"
    "--=_0_000000000000000a\r\nContent-Type: text/html; charset=us-ascii\r\n\r\n<p>Hi\r\n\r\n"
    "--=_0_000000000000000a\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
    "Content-ID: <1@a.example>\r\nContent-Disposition: inline; filename=\"a "
    "b.png\"\r\n\r\niVBORw==\r\n"
    "--=_0_000000000000000a--\r\n" },
  { "mixed",
    { .text = "Hi" },
    { "text/csv", "C:\\Grüße.csv", "ä,b\r\n", NULL },
    HEAD TAIL
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=\"=_0_000000000000000a\"\r\n\r\n"
    "--=_0_000000000000000a\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nHi\r\n\r\n"
    "--=_0_000000000000000a\r\nContent-Type: text/csv; charset=utf-8\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n"
    "Content-Disposition: attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.csv\r\n\r\n"
    "=C3=A4,b\r\n\r\n--=_0_000000000000000a--\r\n" },
  { "attachment-alone",
    { 0 },
    { NULL, NULL, "x", NULL },
    HEAD TAIL
    "MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
    "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\neA==\r\n" },
  { "nothing-attached",
    { 0 },
    { "image/gif", NULL, "", NULL },
    HEAD TAIL
    "MIME-Version: 1.0\r\nContent-Type: image/gif\r\nContent-Disposition: attachment\r\n\r\n" },
  { "message-of-8bit",
    { .text = "" },
    { "message/rfc822", NULL, "Subject: x\n\n\303\244", NULL },
    HEAD TAIL
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=\"=_0_000000000000000a\"\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\n"
    "--=_0_000000000000000a\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n\r\n"
    "--=_0_000000000000000a\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n"
    "Content-Disposition: attachment\r\n\r\nSubject: x\r\n\r\n\303\244\r\n"
    "--=_0_000000000000000a--\r\n" },
  { "message-of-cr",
    { 0 },
    { "message/rfc822", NULL, "a\rb", NULL },
    HEAD TAIL
    "MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
    "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\nYQ1i\r\n" },
  { "text-of-unknown-charset",
    { 0 },
    { "text/plain", "a.txt", "\344", NULL },
    HEAD TAIL "MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
              "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; "
              "filename=a.txt\r\n\r\n5A==\r\n" },
  { "boundary-in-content",
    { .text = "--=_0_000000000000000a\n=_0_000000000000000c" },
    { "image/gif", NULL, "", NULL },
    HEAD TAIL "MIME-Version: 1.0\r\n"
              "Content-Type: multipart/mixed; boundary=\"=_0_000000000000000e\"\r\n\r\n"
              "--=_0_000000000000000e\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
              "--=_0_000000000000000a\r\n=_0_000000000000000c\r\n\r\n"
              "--=_0_000000000000000e\r\nContent-Type: image/gif\r\nContent-Disposition: "
              "attachment\r\n\r\n\r\n"
              "--=_0_000000000000000e--\r\n" },
  { "long-file-name",
    { 0 },
    { "image/gif",
      "\360\237\223\216\360\237\223\216\360\237\223\216\360\237\223\216\360\237\223\216\360\237\223"
      "\216",
      "", NULL },
    HEAD TAIL "MIME-Version: 1.0\r\nContent-Type: image/gif\r\n"
              "Content-Disposition: attachment;\r\n"
              " filename*0*=utf-8''%F0%9F%93%8E%F0%9F%93%8E%F0%9F%93%8E%F0%9F%93%8E;\r\n"
              " filename*1*=%F0%9F%93%8E%F0%9F%93%8E\r\n\r\n" },
};

static MimeDraft *
make_draft (const Case *test)
{
  MimeDraft *draft = mime_draft_new ();
  MimeDraft empty = *draft;

  *draft = test->draft;
  draft->from = g_strdup (test->draft.from != NULL ? test->draft.from : "ann@a.example");
  draft->sender = g_strdup (test->draft.sender);
  draft->reply_to = g_strdup (test->draft.reply_to);
  draft->to = g_strdup (test->draft.to);
  draft->cc = g_strdup (test->draft.cc);
  draft->bcc = g_strdup (test->draft.bcc);
  draft->subject = g_strdup (test->draft.subject);
  draft->message_id =
      g_strdup (test->draft.message_id != NULL ? test->draft.message_id : "1@a.example");
  draft->in_reply_to = g_strdup (test->draft.in_reply_to);
  draft->references = g_strdup (test->draft.references);
  draft->text = g_strdup (test->draft.text);
  draft->html = g_strdup (test->draft.html);
  draft->date.time_us = MORNING_US;
  draft->attachments = empty.attachments;
  draft->extra_fields = empty.extra_fields;
  if (test->attachment[2] != NULL)
    {
      g_autoptr (GBytes) content =
          g_bytes_new_static (test->attachment[2], strlen (test->attachment[2]));
      MimeAttachment *attachment =
          mime_draft_attach (draft, test->attachment[0], test->attachment[1], content);

      attachment->content_id = g_strdup (test->attachment[3]);
      attachment->is_inline = test->attachment[3] != NULL;
    }
  return draft;
}

/* Whether the draft asked for what the catalogue calls a deviation, or could not help it. */
static gboolean
is_wanted (const MimeDraft *draft, const WireDeviation *deviation)
{
  return draft->allows_utf8_header && strcmp (deviation->name, "utf8_header") == 0;
}

/* Returns: (transfer full) (nullable): the name of a deviation that the message has. */
static char *
find_deviation (const MimeDraft *draft, GBytes *message)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (message, &length);
  g_autoptr (WireSpans) spans = wire_annotate (&mime_grammar_message, data, length);

  for (guint i = 0; i < wire_spans_get_n_deviations (spans); i++)
    {
      WireSpanDeviation note = wire_spans_get_deviation (spans, i);

      if (!is_wanted (draft, note.deviation))
        return g_strdup_printf ("%s: %.60s", note.deviation->name, data + note.offset);
    }
  return NULL;
}

static void
test_message (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (MimeDraft) draft = make_draft (test);
  g_autofree char *problem = NULL;
  g_autoptr (GBytes) message = build (draft, &problem);
  g_autofree char *text = NULL;
  g_autofree char *deviation = NULL;

  g_assert_cmpstr (problem, ==, NULL);
  text = g_strndup (g_bytes_get_data (message, NULL), g_bytes_get_size (message));
  g_assert_cmpstr (text, ==, test->message);
  deviation = find_deviation (draft, message);
  if (strcmp (test->name, "message-of-8bit") != 0)
    g_assert_cmpstr (deviation, ==, NULL);
}

/* Refusals. */

typedef struct
{
  const char *name;
  MimeDraft draft;
  const char *extra[2];
  const char *attachment[3]; /* type, file name, id */
} Refusal;

static const Refusal refusals[] = {
  { "no-from", { .from = "" } },
  { "from-is-no-address", { .from = "a b" } },
  { "from-without-domain", { .from = "ann" } },
  { "from-group", { .from = "G: a@a.example;" } },
  { "from-control", { .from = "a\001b <a@a.example>" } },
  { "from-escape", { .from = "\"a\\\001b\" <a@a.example>" } },
  { "from-not-utf8", { .from = "\344 <a@a.example>" } },
  { "from-two-without-sender", { .from = "a@a.example, b@b.example" } },
  { "sender-two", { .sender = "a@b.example, b@b.example" } },
  { "to-broken", { .to = "<" } },
  { "to-empty-brackets", { .to = "x <>" } },
  { "to-without-domain", { .to = "b" } },
  { "to-domain-impossible", { .to = "a@\357\277\275\342\200\213.example" } },
  { "to-line-break", { .to = "a@a.example\r\nBcc: b@b.example" } },
  { "local-part-beyond-ascii", { .cc = "j\303\266rg@a.example" } },
  { "reply-to-comma", { .reply_to = "," } },
  { "id-without-at", { .message_id = "1" } },
  { "id-with-more", { .message_id = "1@a.example>\r\nBcc: <x" } },
  { "id-two", { .message_id = "1@a.example> <2@a.example" } },
  { "id-with-space", { .message_id = "1 @a.example" } },
  { "id-beyond-ascii", { .message_id = "\303\244@a.example" } },
  { "references-words", { .references = "<1@a.example> your letter" } },
  { "in-reply-to-naked", { .in_reply_to = "1@a.example" } },
  { "subject-line-break", { .subject = "a\r\nBcc: b" } },
  { "subject-control", { .subject = "a\033[0m" } },
  { "subject-c1", { .subject = "a\302\205b" } },
  { "subject-line-separator", { .subject = "a\342\200\250b" } },
  { "subject-not-utf8", { .subject = "\344" } },
  { "text-not-utf8", { .text = "\344" } },
  { "html-not-utf8", { .html = "\344" } },
  { "extra-reserved", { 0 }, { "from", "a@b.example" } },
  { "extra-mime", { 0 }, { "Content-Type", "text/plain" } },
  { "extra-trace", { 0 }, { "Received", "by a; 1 Jan 2026 00:00 +0000" } },
  { "extra-bad-name", { 0 }, { "a b", "x" } },
  { "extra-line-break", { 0 }, { "X-A", "x\r\n\r\ny" } },
  { "type-multipart", { 0 }, { 0 }, { "multipart/mixed", NULL, NULL } },
  { "type-none", { 0 }, { 0 }, { "x", NULL, NULL } },
  { "type-line-break", { 0 }, { 0 }, { "image/gif\r\nX: y", NULL, NULL } },
  { "file-name-control", { 0 }, { 0 }, { "image/gif", "a\nb", NULL } },
  { "file-name-not-utf8", { 0 }, { 0 }, { "image/gif", "\344", NULL } },
  { "id-of-part", { 0 }, { 0 }, { "image/gif", NULL, "x" } },
};

static void
test_refusal (gconstpointer data)
{
  const Refusal *test = data;
  Case as_case = { .draft = test->draft };
  g_autoptr (MimeDraft) draft = make_draft (&as_case);
  g_autofree char *problem = NULL;

  if (test->extra[0] != NULL)
    {
      g_ptr_array_add (draft->extra_fields, g_strdup (test->extra[0]));
      g_ptr_array_add (draft->extra_fields, g_strdup (test->extra[1]));
    }
  if (test->attachment[0] != NULL)
    {
      g_autoptr (GBytes) content = g_bytes_new_static ("x", 1);

      mime_draft_attach (draft, test->attachment[0], test->attachment[1], content)->content_id =
          g_strdup (test->attachment[2]);
    }
  g_assert_null (build (draft, &problem));
  g_assert_nonnull (problem);
  g_assert_true (g_str_has_suffix (problem, "."));
  g_assert_null (build (draft, NULL));
}

static void
test_long_lines (void)
{
  Case as_case = { 0 };
  g_autofree char *word = g_strnfill (3000, 'x');
  g_autofree char *id = g_strdup_printf ("%s@a.example", word);

  g_test_summary ("What could be cut is cut; what can't be is refused.");
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (MimeDraft) draft = make_draft (&as_case);
      g_autoptr (GBytes) message = NULL;
      g_autofree char *deviation = NULL;

      if (i == 0)
        draft->subject = g_strdup (word);
      else if (i == 1)
        draft->text = g_strdup (word);
      else if (i == 2)
        draft->to = g_strdup_printf ("%s <a@a.example>", word);
      else
        {
          g_free (draft->message_id);
          draft->message_id = g_strdup (id);
        }
      message = build (draft, NULL);
      if (i == 3)
        g_assert_null (message);
      else
        deviation = find_deviation (draft, message);
      g_assert_cmpstr (deviation, ==, NULL);
    }
}

/* Reading back. */

static char *
dup_value (const MimeTree *tree, MimeCharsets *charsets, const char *name)
{
  const ImfField *field = mime_tree_find_field (tree, mime_tree_get_part (tree, 0), name);
  gsize length;
  const guint8 *data = mime_tree_get_data (tree, &length);

  return field == NULL ? NULL
                       : g_strstrip (mime_words_decode (charsets, data + field->value_offset,
                                                        field->value_length));
}

static void
compare_addresses (const MimeTree *tree, MimeCharsets *charsets, const char *name, const char *text)
{
  const ImfField *field = mime_tree_find_field (tree, mime_tree_get_part (tree, 0), name);
  g_autoptr (ImfAddressList) wanted = text != NULL ? imf_address_list_parse_text (text) : NULL;
  g_autoptr (ImfAddressList) got = NULL;
  gsize length;
  const guint8 *data = mime_tree_get_data (tree, &length);

  g_assert_true ((field == NULL) == (text == NULL));
  if (text == NULL)
    return;
  got = imf_address_list_parse (data + field->value_offset, field->value_length);
  g_assert_nonnull (got);
  g_assert_cmpuint (imf_address_list_get_n (got), ==, imf_address_list_get_n (wanted));
  g_assert_cmpuint (got->groups->len, ==, wanted->groups->len);
  for (guint i = 0; i < imf_address_list_get_n (got); i++)
    {
      const ImfMailbox *a = imf_address_list_get (got, i);
      const ImfMailbox *b = imf_address_list_get (wanted, i);
      g_autofree char *domain = g_hostname_is_non_ascii (b->domain)
                                    ? g_hostname_to_ascii (b->domain)
                                    : g_strdup (b->domain);
      g_autofree char *display =
          a->display_name != NULL ? mime_words_decode_text (charsets, a->display_name) : NULL;
      g_autofree char *group =
          a->group != NULL ? mime_words_decode_text (charsets, a->group) : NULL;

      g_assert_cmpstr (display, ==, b->display_name);
      g_assert_cmpstr (a->local_part, ==, b->local_part);
      g_assert_cmpstr (a->domain, ==, domain);
      g_assert_cmpstr (group, ==, b->group);
    }
}

/* Lines that end in LF, the last one, too. */
static char *
dup_lines (const char *text)
{
  GString *out = g_string_new (text);

  g_string_replace (out, "\r\n", "\n", 0);
  if (out->len > 0 && out->str[out->len - 1] != '\n')
    g_string_append_c (out, '\n');
  return g_string_free (out, FALSE);
}

/* As a flowed text comes back: without spaces before line ends. */
static char *
dup_flowed (const char *text)
{
  g_autofree char *lines = dup_lines (text);
  g_auto (GStrv) all = g_strsplit (lines, "\n", -1);

  for (guint i = 0; all[i] != NULL; i++)
    if (strcmp (all[i], "-- ") != 0)
      g_strchomp (all[i]);
  return g_strjoinv ("\n", all);
}

static void
compare_text (const MimeTree *tree, MimeCharsets *charsets, const MimePart *part, const char *text)
{
  gsize length;
  const char *format = mime_tree_find_parameter (tree, part, "format");
  g_autofree char *content = mime_tree_dup_text (tree, part, charsets, &length, NULL);
  g_autofree char *got = format != NULL ? mime_flowed_decode (content, FALSE) : dup_lines (content);
  g_autofree char *wanted = format != NULL ? dup_flowed (text) : dup_lines (text);

  g_assert_cmpstr (got, ==, wanted);
}

static void
compare_attachment (const MimeTree *tree,
                    MimeCharsets *charsets,
                    const MimePart *part,
                    const MimeAttachment *attachment)
{
  g_autoptr (GBytes) content = mime_tree_dup_content (tree, part);
  g_autofree char *filename = mime_tree_dup_filename (tree, part, charsets);
  g_autofree char *type = g_strdup_printf ("%s/%s", part->type, part->subtype);

  g_assert_true (g_bytes_equal (content, attachment->content));
  g_assert_cmpstr (filename, ==, attachment->filename);
  g_assert_cmpstr (part->id, ==, attachment->content_id);
  g_assert_cmpstr (part->disposition, ==, attachment->is_inline ? "inline" : "attachment");
  if (attachment->type != NULL)
    g_assert_true (g_str_has_prefix (attachment->type, type));
}

/* The leaves in their order: text, html, those that the HTML shows, then the others. */
static void
compare_parts (const MimeTree *tree, MimeCharsets *charsets, const MimeDraft *draft)
{
  guint n_attachments = draft->attachments->len;
  guint i = 0;
  const MimePart *part = mime_tree_get_part (tree, i);

  while (part->kind == MIME_PART_MULTIPART)
    part = mime_tree_get_part (tree, ++i);
  for (guint round = 0; round < 2 + 2 * n_attachments; round++)
    {
      const MimeAttachment *attachment =
          round < 2 ? NULL : g_ptr_array_index (draft->attachments, (round - 2) % n_attachments);
      gboolean is_shown = attachment != NULL && attachment->is_inline && draft->html != NULL &&
                          attachment->content_id != NULL;

      if ((round == 0 && draft->text == NULL && (draft->html != NULL || n_attachments > 0)) ||
          (round == 1 && draft->html == NULL) ||
          (attachment != NULL && is_shown != (round - 2 < n_attachments)))
        continue;
      while (part->kind == MIME_PART_MULTIPART)
        part = mime_tree_get_part (tree, ++i);
      if (attachment != NULL)
        compare_attachment (tree, charsets, part, attachment);
      else
        compare_text (tree, charsets, part,
                      round == 1            ? draft->html
                      : draft->text != NULL ? draft->text
                                            : "");
      i = part->next;
      if (i < mime_tree_get_n_parts (tree))
        part = mime_tree_get_part (tree, i);
    }
  g_assert_cmpuint (i, ==, mime_tree_get_n_parts (tree));
}

static void
compare (const MimeDraft *draft, GBytes *message)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (message, &length);
  g_autoptr (MimeTree) tree = mime_tree_new (data, length);
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  g_autofree char *subject = dup_value (tree, charsets, "Subject");
  g_autofree char *references = dup_value (tree, charsets, "References");

  g_assert_cmpstr (subject, ==, draft->subject);
  g_assert_cmpstr (references, ==, draft->references);
  compare_addresses (tree, charsets, "From", draft->from);
  compare_addresses (tree, charsets, "To", draft->to);
  compare_addresses (tree, charsets, "Cc", draft->cc);
  compare_addresses (tree, charsets, "Bcc", draft->bcc);
  compare_addresses (tree, charsets, "Reply-To", draft->reply_to);
  compare_parts (tree, charsets, draft);
}

/* No line is longer than 998 octets, nor, in a header of ASCII, than it has to be. */
static void
check_lines (GBytes *message)
{
  gsize length;
  const char *data = g_bytes_get_data (message, &length);

  for (gsize line = 0; line < length;)
    {
      const char *lf = memchr (data + line, '\n', length - line);
      gsize end = lf != NULL ? (gsize) (lf - data) : length;

      g_assert_cmpuint (end - line, <=, IMF_LINE_CHARACTERS_MAX + 1);
      g_assert_true (lf == NULL || (end > line && data[end - 1] == '\r'));
      line = end + 1;
    }
}

static void
test_random (void)
{
  g_test_summary ("Drafts of all sorts come back equal, without a deviation.");
  for (guint32 seed = 0; seed < N_RANDOM_DRAFTS; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (MimeDraft) draft = random_draft_new (rand);
      g_autofree char *problem = NULL;
      g_autoptr (GBytes) message = mime_draft_build (draft, random_draft_number, rand, &problem);
      g_autofree char *deviation = NULL;

      g_test_message ("seed %u", seed);
      g_assert_cmpstr (problem, ==, NULL);
      check_lines (message);
      deviation = find_deviation (draft, message);
      g_assert_cmpstr (deviation, ==, NULL);
      compare (draft, message);
    }
}

static void
test_large (void)
{
  Case as_case = { 0 };
  gsize length = 20 * 1000 * 1000;
  char *data = g_malloc (length);
  g_autoptr (MimeDraft) draft = make_draft (&as_case);
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GBytes) message = NULL;
  g_autoptr (MimeTree) tree = NULL;
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();

  for (gsize i = 0; i < length; i++)
    data[i] = (char) (i * i >> 8);
  content = g_bytes_new_take (data, length);
  mime_draft_attach (draft, "image/png", "large.png", content);
  draft->text = g_strdup ("Look");
  message = build (draft, NULL);
  check_lines (message);
  tree = mime_tree_new (g_bytes_get_data (message, NULL), g_bytes_get_size (message));
  compare_parts (tree, charsets, draft);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mime-draft/message/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_message);
    }
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strconcat ("/mime-draft/refusal/", refusals[i].name, NULL);

      g_test_add_data_func (path, &refusals[i], test_refusal);
    }
  g_test_add_func ("/mime-draft/long-lines", test_long_lines);
  g_test_add_func ("/mime-draft/random", test_random);
  g_test_add_func ("/mime-draft/large", test_large);
  return g_test_run ();
}
