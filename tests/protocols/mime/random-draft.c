/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "random-draft.h"

#include <string.h>

static const char *const words[] = {
  "a", "I", "the", "mail", "letters", "understanding", "B2B", "=", "==", "?", "100%", "x_y",
  "Grüße", "naïve", "Ærøskøbing", "Zażółć", "gęślą", "Ελληνικά", "Привет", "мир", "Україна",
  "שלום", "עולם", "مرحبا", "بالعالم", "سلام", "नमस्ते",
  "दुनिया", "สวัสดี", "ชาวโลก", "你好", "世界", "日本語",
  "こんにちは", "한국어", "안녕하세요", "👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇪🇺",
  "e\u0301\u0323", "Z\u0351\u036b\u0343algo",
  "\u202b\u0627\u0628\u202c", "ﬁ", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "=?utf-8?q?no?=", "a=?b", "?=",
  "o'clock", "\\", "\"q\"", "(c)",
  "<t>", "[x]", "a,b", "a;b", "a:b", "@", "Dr.", "Q.", "--", "-", "#1", "don't", "ß", "…", "—",
};

static const char *const locals[] = { "ann", "b.c", "o'brien+tag", "a=b", "x_y-z", "\"odd one\"",
                                      "\"a\\\"b\"", "\"dot.\"", "{curly}", "1" };
static const char *const domains[] = { "a.example",      "mail.b.example",  "bücher.example",
                                       "почта.example",  "例子.example",    "[192.0.2.1]",
                                       "xn--bcher-kva.example", "[IPv6:2001:db8::1]" };
static const char *const types[] = { "image/png", "application/pdf", "text/plain", "text/csv",
                                     "text/html", "application/octet-stream", NULL,
                                     "text/plain; charset=iso-8859-1", "audio/x-odd+thing",
                                     "application/x-stuff; title=\"a b\"; n=1" };
static const char *const name_parts[] = { "a", "report", " ", "  ", "\"", "'", "%",
                                          "%20", "*", "(1)", ".txt",
                                          ".tar.gz", "=", "=?utf-8?q?x?=", ";", ",", "é", "файл",
                                          "文件", "📎", "\u05e9\u05dc", "e\u0301", "~", "#", "+", "&",
                                          "averyveryveryveryverylongnamethatgoesonandon" };

#define PICK(array) (array)[g_rand_int_range (rand, 0, G_N_ELEMENTS (array))]

static gboolean
one_in (GRand *rand, gint n)
{
  return g_rand_int_range (rand, 0, n) == 0;
}

static void
append_word (GRand *rand, GString *out, gboolean is_ascii)
{
  const char *word = PICK (words);

  while (is_ascii && !g_str_is_ascii (word))
    word = PICK (words);
  if (one_in (rand, 60))
    {
      gint n = g_rand_int_range (rand, 1, one_in (rand, 10) ? 400 : 30);

      for (gint i = 0; i < n; i++)
        g_string_append (out, word);
    }
  else
    g_string_append (out, word);
}

/* Returns: (transfer full): words with a space, or more, between. */
static char *
make_line (GRand *rand, gint n_max, gboolean is_ascii)
{
  GString *out = g_string_new (NULL);
  gint     n = g_rand_int_range (rand, 1, n_max + 1);

  for (gint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append (out, one_in (rand, 25) ? "  " : " ");
      append_word (rand, out, is_ascii);
    }
  return g_string_free (out, FALSE);
}

static void
append_quoted (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++)
    {
      if (*text == '"' || *text == '\\')
        g_string_append_c (out, '\\');
      g_string_append_c (out, *text);
    }
  g_string_append_c (out, '"');
}

static void
append_mailbox (GRand *rand, GString *out)
{
  g_autofree char *name = make_line (rand, 5, one_in (rand, 2));
  gboolean         is_named = !one_in (rand, 3);

  if (is_named)
    {
      append_quoted (out, name);
      g_string_append (out, " <");
    }
  g_string_append (out, PICK (locals));
  g_string_append_c (out, '@');
  g_string_append (out, PICK (domains));
  if (is_named)
    g_string_append_c (out, '>');
}

static char *
make_mailbox (GRand *rand)
{
  GString *out = g_string_new (NULL);

  append_mailbox (rand, out);
  return g_string_free (out, FALSE);
}

static char *
make_addresses (GRand *rand)
{
  GString *out = g_string_new (NULL);
  gint     n = g_rand_int_range (rand, 1, one_in (rand, 10) ? 40 : 4);
  gint     n_in_group = one_in (rand, 10) ? g_rand_int_range (rand, 1, 3) : 0;

  for (gint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append (out, ", ");
      append_mailbox (rand, out);
    }
  if (n_in_group > 0)
    {
      g_autofree char *name = make_line (rand, 3, one_in (rand, 2));

      g_string_append (out, ", ");
      append_quoted (out, name);
      for (gint i = 0; i < n_in_group; i++)
        {
          g_string_append (out, i == 0 ? ": " : ", ");
          append_mailbox (rand, out);
        }
      g_string_append_c (out, ';');
    }
  return g_string_free (out, FALSE);
}

static char *
make_ids (GRand *rand, gint n)
{
  GString *out = g_string_new (NULL);

  for (gint i = 0; i < n; i++)
    {
      const char *domain = one_in (rand, 2) ? "a" : "mail.of.a.long.name.b";

      g_string_append_printf (out, "%s<%08x.%u@%s.example>", i > 0 ? " " : "", g_rand_int (rand), i,
                              domain);
    }
  return g_string_free (out, FALSE);
}

/* A line of text: quote marks as the builder writes them, and all that needs protection. */
static void
append_text_line (GRand *rand, GString *out, gboolean is_ascii)
{
  static const char *const odd[] = { "", ".", "..", "From here", "-- ", ">", "> ",
                                     "--=_0_", " indented",
                                     "a\tb", "> From", ">> deep", "From ", "--" };
  g_autofree char *line = make_line (rand, one_in (rand, 4) ? 60 : 8, is_ascii);

  if (one_in (rand, 6))
    {
      g_autofree char *plain = g_strdup (PICK (odd));

      g_string_append (out, plain);
      return;
    }
  if (one_in (rand, 10))
    g_string_append (out, one_in (rand, 2) ? "> " : ">>> ");
  g_string_append (out, line);
}

static char *
make_text (GRand *rand)
{
  GString *out = g_string_new (NULL);
  gint     n = g_rand_int_range (rand, 0, 12);
  gboolean is_ascii = one_in (rand, 3);

  for (gint i = 0; i < n; i++)
    {
      append_text_line (rand, out, is_ascii);
      if (i + 1 < n || one_in (rand, 2))
        g_string_append (out, one_in (rand, 3) ? "\r\n" : "\n");
    }
  return g_string_free (out, FALSE);
}

static char *
make_filename (GRand *rand)
{
  GString *out = g_string_new ("f");
  gint     n = g_rand_int_range (rand, 0, one_in (rand, 5) ? 30 : 5);

  for (gint i = 0; i < n; i++)
    g_string_append (out, PICK (name_parts));
  g_string_append_c (out, 'x');
  return g_string_free (out, FALSE);
}

static GBytes *
make_octets (GRand *rand)
{
  gsize   length = (gsize) g_rand_int_range (rand, 0, one_in (rand, 4) ? 5000 : 100);
  guint8 *data = g_malloc (MAX (length, 1));

  for (gsize i = 0; i < length; i++)
    data[i] = (guint8) g_rand_int_range (rand, 0, 256);
  return g_bytes_new_take (data, length);
}

/* Latin 1 for the one type that says so, else UTF-8. */
static GBytes *
make_text_file (GRand *rand, const char *type)
{
  char *text = strstr (type, "8859") != NULL ? g_strdup ("caf\351 \r\nau lait") : make_text (rand);

  return g_bytes_new_take (text, strlen (text));
}

static void
add_message (GRand *rand, MimeDraft *draft)
{
  g_autoptr (MimeDraft) inner = random_draft_new (rand);
  g_autoptr (GBytes) message = NULL;

  g_ptr_array_set_size (inner->attachments, 0);
  inner->allows_utf8_header = FALSE;
  message = mime_draft_build (inner, random_draft_number, rand, NULL);
  g_assert_nonnull (message);
  mime_draft_attach (draft, "message/rfc822", one_in (rand, 2) ? "mail.eml" : NULL, message);
}

static void
add_attachment (GRand *rand, MimeDraft *draft, guint i)
{
  const char      *type = PICK (types);
  gboolean         is_text = type != NULL && g_str_has_prefix (type, "text/");
  g_autofree char *filename = one_in (rand, 5) ? NULL : make_filename (rand);
  g_autoptr (GBytes) content = is_text ? make_text_file (rand, type) : make_octets (rand);
  MimeAttachment *attachment = mime_draft_attach (draft, type, filename, content);

  attachment->is_inline = one_in (rand, 3);
  if (attachment->is_inline && one_in (rand, 2))
    attachment->content_id = g_strdup_printf ("part%u@a.example", i);
  if (one_in (rand, 4))
    attachment->description = make_line (rand, 6, FALSE);
}

guint64
random_draft_number (gpointer rand)
{
  guint64 high = g_rand_int (rand);

  return high << 32 | g_rand_int (rand);
}

MimeDraft *
random_draft_new (GRand *rand)
{
  MimeDraft *draft = mime_draft_new ();
  gint       n_attachments = one_in (rand, 2) ? g_rand_int_range (rand, 0, 4) : 0;

  draft->from = make_mailbox (rand);
  if (one_in (rand, 5))
    draft->sender = make_mailbox (rand);
  if (one_in (rand, 5))
    draft->reply_to = make_addresses (rand);
  draft->to = one_in (rand, 10) ? g_strdup ("undisclosed-recipients:;") : make_addresses (rand);
  if (one_in (rand, 3))
    draft->cc = make_addresses (rand);
  if (one_in (rand, 8))
    draft->bcc = make_addresses (rand);
  if (!one_in (rand, 20))
    {
      gboolean is_ascii = one_in (rand, 3);

      draft->subject = make_line (rand, one_in (rand, 4) ? 40 : 6, is_ascii);
    }
  draft->message_id = g_strdup_printf ("%x@a.example", g_rand_int (rand));
  if (one_in (rand, 3))
    {
      draft->in_reply_to = make_ids (rand, 1);
      draft->references = make_ids (rand, g_rand_int_range (rand, 1, 30));
    }
  draft->date.time_us = (gint64) g_rand_int (rand) * G_USEC_PER_SEC;
  draft->date.zone_minutes = g_rand_int_range (rand, -12 * 60, 12 * 60);
  draft->is_flowed = one_in (rand, 2);
  draft->allows_utf8_header = one_in (rand, 12);
  draft->text = one_in (rand, 10) ? NULL : make_text (rand);
  draft->html = one_in (rand, 3) ? make_text (rand) : NULL;
  if (one_in (rand, 4))
    {
      g_ptr_array_add (draft->extra_fields, g_strdup ("X-Mood"));
      g_ptr_array_add (draft->extra_fields, make_line (rand, 10, FALSE));
      g_ptr_array_add (draft->extra_fields, g_strdup ("Keywords"));
      g_ptr_array_add (draft->extra_fields, g_strdup ("mail, Grüße, some words"));
    }
  if (one_in (rand, 40))
    n_attachments = 40;
  for (gint i = 0; i < n_attachments; i++)
    if (one_in (rand, 8))
      add_message (rand, draft);
    else
      add_attachment (rand, draft, (guint) i);
  return draft;
}
