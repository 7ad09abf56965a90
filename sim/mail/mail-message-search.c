/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem(), strchrnul() */
#include "mail-message-parts.h"

#include <mime/mime-words.h>
#include <string.h>

/* Text of SEARCH (RFC 9051 section 6.4.4). It is decoded and collated once, and kept while there is
 * room; most bodies, being ASCII, need neither and are searched where they are. */

/* Octets of raw text that are made upper case at a time. */
#define BLOCK_BYTES 16384

/* Making text */

/* Appends @text collated, on one line. */
static void
append_line (GString *out, const char *text)
{
  g_autofree char *collated = imap_collate (text);
  gsize            begin = out->len;

  g_string_append (out, collated);
  for (gsize i = begin; i < out->len; i++)
    if (out->str[i] == '\n' || out->str[i] == '\r')
      out->str[i] = ' ';
}

static void
append_header (GString *out, const MailMessageHeader *header)
{
  for (guint i = 0; i < header->n_fields; i++)
    {
      const ImfField  *field = &header->fields[i];
      const char      *name = (const char *) header->data + field->name_offset;
      g_autofree char *upper = g_ascii_strup (name, (gssize) field->name_length);
      g_autofree char *value =
          mime_words_decode (mail_message_get_charsets (), header->data + field->value_offset,
                             field->value_length);

      g_string_append_c (out, '\n');
      g_string_append (out, upper);
      g_string_append (out, ": ");
      append_line (out, g_strstrip (value));
    }
}

/* Charsets whose octets below 0x80 are ASCII, whatever comes before; the many that are not named
 * here are converted. */
static gboolean
is_like_ascii (const char *charset)
{
  static const char *const beginnings[] = { "us-ascii", "utf-8", "iso-8859-", "windows-125" };

  for (gsize i = 0; charset != NULL && i < G_N_ELEMENTS (beginnings); i++)
    if (g_ascii_strncasecmp (charset, beginnings[i], strlen (beginnings[i])) == 0)
      return TRUE;
  return charset == NULL;
}

static gboolean
is_ascii (const guint8 *data, gsize length)
{
  guint8 all = 0;

  for (gsize i = 0; i < length; i++)
    all |= data[i];
  return all < 0x80;
}

char *
mail_message_dup_text (const MimeTree *tree, const MimePart *part)
{
  const char        *charset = mime_tree_find_parameter (tree, part, "charset");
  g_autoptr (GBytes) content = NULL;
  char              *text = NULL;
  gsize              length;

  if (charset == NULL || g_ascii_strcasecmp (charset, "us-ascii") == 0)
    {
      content = mime_tree_dup_content (tree, part);
      length = g_bytes_get_size (content);
      if (g_utf8_validate_len (g_bytes_get_data (content, NULL), length, NULL))
        return length > 0 ? g_strndup (g_bytes_get_data (content, NULL), length) : g_strdup ("");
    }
  text = mime_tree_dup_text (tree, part, mail_message_get_charsets (), &length, NULL);
  for (gsize i = 0; i < length; i++)
    if (text[i] == '\0')
      text[i] = ' ';
  return text;
}

static void
append_part (MailMessageText *text, const MimeTree *tree, const MimePart *part)
{
  gsize            length;
  const guint8    *data = mime_tree_get_data (tree, &length) + part->body_offset;
  g_autofree char *decoded = NULL;
  g_autofree char *collated = NULL;

  if (mime_encoding_is_identity (part->encoding) &&
      is_like_ascii (mime_tree_find_parameter (tree, part, "charset")) &&
      is_ascii (data, part->body_length))
    {
      MailMessageSpan span = { part->body_offset, part->body_length };

      g_array_append_val (text->raw, span);
      return;
    }
  decoded = mail_message_dup_text (tree, part);
  collated = imap_collate (decoded);
  g_string_append (text->body, collated);
  g_string_append_c (text->body, '\n');
}

/* Text of the body is that of its text parts, and the headers of messages within. */
static void
make_body (MailMessageText *text, const MimeTree *tree)
{
  text->mime = g_string_new (NULL);
  text->body = g_string_new (NULL);
  text->raw = g_array_new (FALSE, FALSE, sizeof (MailMessageSpan));
  for (guint i = 0; i < mime_tree_get_n_parts (tree); i++)
    {
      const MimePart   *part = mime_tree_get_part (tree, i);
      gboolean          is_message = i > 0 && mime_tree_get_part (tree, part->parent)->kind ==
                                                  MIME_PART_MESSAGE;
      MailMessageHeader header;

      mail_message_header_of_part (tree, i, &header);
      if (i > 0)
        append_header (is_message ? text->body : text->mime, &header);
      if (is_message)
        g_string_append_c (text->body, '\n');
      if (part->kind == MIME_PART_LEAF && strcmp (part->type, "text") == 0)
        append_part (text, tree, part);
    }
}

static MailMessageText *
ensure_text (MailMessage *self)
{
  gsize n_new = self->text == NULL ? sizeof *self->text : 0;

  if (self->text == NULL)
    self->text = g_new0 (MailMessageText, 1);
  mail_message_keep (self, n_new);
  return self->text;
}

static const GString *
get_header (MailMessage *self)
{
  MailMessageText  *text = ensure_text (self);
  MailMessageHeader header;

  if (text->header != NULL)
    return text->header;
  text->header = g_string_new (NULL);
  mail_message_header_init (self, &header);
  append_header (text->header, &header);
  mail_message_header_clear (&header);
  mail_message_keep (self, text->header->allocated_len);
  return text->header;
}

/* A tree made for this alone is not kept, so that there is room for the text of more messages. */
static const MailMessageText *
get_body (MailMessage *self)
{
  MailMessageText    *text = ensure_text (self);
  g_autoptr (MimeTree) tree = NULL;
  gsize         length;
  const guint8 *data;

  if (text->body != NULL)
    return text;
  data = g_bytes_get_data (mail_message_get_wire (self), &length);
  if (self->tree == NULL)
    tree = mime_tree_new (data, length);
  make_body (text, tree != NULL ? tree : self->tree);
  mail_message_keep (self, text->mime->allocated_len + text->body->allocated_len +
                               text->raw->len * sizeof (MailMessageSpan));
  return text;
}

static void
free_string (GString *string)
{
  g_string_free (string, TRUE);
}

void
mail_message_text_free (MailMessageText *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->header, free_string);
  g_clear_pointer (&self->body, free_string);
  g_clear_pointer (&self->mime, free_string);
  g_clear_pointer (&self->raw, g_array_unref);
  g_free (self);
}

/* Looking for text */

static gboolean
has (const GString *text, const char *needle, gsize length)
{
  return memmem (text->str, text->len, needle, length) != NULL;
}

static void
make_upper (guint8 *out, const guint8 *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    out[i] = (guint8) (data[i] - ((data[i] >= 'a' && data[i] <= 'z') ? 'a' - 'A' : 0));
}

/* Looks at ASCII text as if it were collated. */
static gboolean
has_raw (const guint8 *data, gsize length, const char *needle, gsize needle_length)
{
  gsize              room = MAX (BLOCK_BYTES, 4 * needle_length);
  guint8             small[BLOCK_BYTES];
  g_autofree guint8 *large = room > sizeof small ? g_malloc (room) : NULL;
  guint8            *block = large != NULL ? large : small;

  while (length >= needle_length)
    {
      gsize n = MIN (length, room);

      make_upper (block, data, n);
      if (memmem (block, n, needle, needle_length) != NULL)
        return TRUE;
      if (n == length)
        return FALSE;
      data += n - (needle_length - 1);
      length -= n - (needle_length - 1);
    }
  return FALSE;
}

static gboolean
has_in_spans (MailMessage *self, const GArray *spans, const char *needle, gsize length)
{
  gsize         size;
  const guint8 *data = g_bytes_get_data (mail_message_get_wire (self), &size);

  if (!g_str_is_ascii (needle))
    return FALSE;
  for (guint i = 0; i < spans->len; i++)
    {
      const MailMessageSpan *span = &g_array_index (spans, MailMessageSpan, i);

      if (span->length > 0 && has_raw (data + span->offset, span->length, needle, length))
        return TRUE;
    }
  return FALSE;
}

gboolean
mail_message_has_in_body (MailMessage *self, const char *needle)
{
  const MailMessageText *text;
  gsize                  length = strlen (needle);

  if (length == 0)
    return TRUE;
  text = get_body (self);
  return has (text->body, needle, length) || has_in_spans (self, text->raw, needle, length);
}

gboolean
mail_message_has_in_text (MailMessage *self, const char *needle)
{
  gsize length = strlen (needle);

  return length == 0 || has (get_header (self), needle, length) ||
         has (get_body (self)->mime, needle, length) || mail_message_has_in_body (self, needle);
}

gboolean
mail_message_has_in_header (MailMessage *self, const char *name, const char *needle)
{
  g_autofree char *upper = g_ascii_strup (name, -1);
  g_autofree char *begin = g_strconcat ("\n", upper, ": ", NULL);
  const char      *line;

  if (name[0] == '\0' || strpbrk (name, ":\r\n") != NULL)
    return FALSE;
  line = get_header (self)->str;
  while ((line = strstr (line, begin)) != NULL)
    {
      const char *value = line + strlen (begin);
      const char *end = strchrnul (value, '\n');

      if (memmem (value, (gsize) (end - value), needle, strlen (needle)) != NULL)
        return TRUE;
      line = end;
    }
  return FALSE;
}
