/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-reply.h"
#include "mime-html.h"
#include "mime-quote.h"
#include "mime-words.h"
#include "mime-writer.h"

#include <string.h>

#include <imf/imf-address.h>
#include <imf/imf-composer.h>
#include <imf/imf-message.h>

/* The one that is answered, and where its fields are. */
typedef struct
{
  const MimeTree *tree;
  const MimePart *part; /* the message itself */
  MimeCharsets *charsets;
} Original;

/* A field's value. Returns: (nullable) */
static const guint8 *
get_value (const Original *original, const char *name, gsize *out_length)
{
  const ImfField *field = mime_tree_find_field (original->tree, original->part, name);
  gsize length;

  if (field == NULL)
    return NULL;
  *out_length = field->value_length;
  return mime_tree_get_data (original->tree, &length) + field->value_offset;
}

/* Returns: (transfer full): @text with a space for what may not be in a field, none around it. */
static char *
dup_clean (const char *text)
{
  GString *out = g_string_new (NULL);

  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      g_string_append_unichar (out, g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029 ? ' ' : c);
    }
  return g_strstrip (g_string_free (out, FALSE));
}

/* Returns: (transfer full): a value with its encoded-words undone, "" when there is none. */
static char *
dup_text (const Original *original, const char *name)
{
  gsize length;
  const guint8 *value = get_value (original, name, &length);
  g_autofree char *text = NULL;

  if (value == NULL)
    return g_strdup ("");
  text = mime_words_decode (original->charsets, value, length);
  return dup_clean (text);
}

/* Identifiers. */

static gboolean
is_clean_id (const char *id)
{
  WireScan scan;

  wire_scan_init (&scan, (const guint8 *) id, strlen (id), NULL);
  return g_str_is_ascii (id) && imf_scan_msg_id (&scan, NULL) && wire_scan_at_end (&scan) &&
         scan.flags == 0;
}

/* Appends what stands in angle brackets and is an identifier. Returns: how many. */
static guint
append_ids (const Original *original, const char *name, GString *out)
{
  gsize length = 0;
  const guint8 *value = get_value (original, name, &length);
  const guint8 *open = NULL;
  guint n_ids = 0;

  for (const guint8 *at = value; at != NULL && at < value + length; at++)
    {
      if (*at == '<')
        open = at;
      if (*at != '>' || open == NULL)
        continue;
      {
        g_autofree char *id = g_strndup ((const char *) open, (gsize) (at + 1 - open));

        if (is_clean_id (id))
          {
            g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", id);
            n_ids++;
          }
        open = NULL;
      }
    }
  return n_ids;
}

static char *
null_if_empty (GString *text)
{
  return text->len > 0 ? g_string_free (text, FALSE) : (g_string_free (text, TRUE), NULL);
}

/* References: the parent's, or its one In-Reply-To, then its Message-ID (section 3.6.4). */
static void
set_ids (MimeDraft *draft, const Original *original, gboolean is_reply)
{
  GString *id = g_string_new (NULL);
  GString *references = g_string_new (NULL);

  append_ids (original, "Message-ID", id);
  if (append_ids (original, "References", references) == 0 &&
      append_ids (original, "In-Reply-To", references) > 1)
    g_string_truncate (references, 0);
  if (id->len > 0)
    g_string_append_printf (references, "%s%s", references->len > 0 ? " " : "", id->str);
  draft->references = null_if_empty (references);
  if (is_reply)
    draft->in_reply_to = null_if_empty (id);
  else
    g_string_free (id, TRUE);
}

/* Recipients. */

/* Returns: (transfer full): what two mailboxes that are one have in common. */
static char *
dup_mailbox_key (const ImfMailbox *mailbox)
{
  g_autofree char *domain = g_ascii_strdown (mailbox->domain, -1);

  return g_strdup_printf ("%s@%s", mailbox->local_part, domain);
}

static gboolean
is_usable (const ImfMailbox *mailbox)
{
  return *mailbox->local_part != '\0' && *mailbox->domain != '\0' &&
         mime_write_is_clean (mailbox->local_part) && mime_write_is_clean (mailbox->domain);
}

/* Appends a mailbox whose name has its encoded-words undone, if it is not among @seen. */
static void
append_mailbox (MimeDraft *draft,
                const Original *original,
                const ImfMailbox *mailbox,
                GHashTable *seen,
                GString *out)
{
  g_autofree char *decoded =
      mailbox->display_name != NULL
          ? mime_words_decode_text (original->charsets, mailbox->display_name)
          : NULL;
  g_autofree char *name = decoded != NULL ? dup_clean (decoded) : NULL;
  ImfMailbox plain = { .display_name = name != NULL && *name != '\0' ? name : NULL,
                       .local_part = mailbox->local_part,
                       .domain = mailbox->domain };
  g_autofree char *text = imf_mailbox_format (&plain);

  if (!is_usable (mailbox) || !g_hash_table_add (seen, dup_mailbox_key (mailbox)))
    return;
  g_string_append_printf (out, "%s%s", out->len > 0 ? ", " : "", text);
  draft->allows_utf8_header |= !g_str_is_ascii (mailbox->local_part);
}

/* Returns: how many addresses the field has, whether they were @seen or not. */
static guint
append_field_addresses (
    MimeDraft *draft, const Original *original, const char *name, GHashTable *seen, GString *out)
{
  gsize length = 0;
  const guint8 *value = get_value (original, name, &length);
  g_autoptr (ImfAddressList) list = value != NULL ? imf_address_list_parse (value, length) : NULL;

  for (guint i = 0; list != NULL && i < imf_address_list_get_n (list); i++)
    append_mailbox (draft, original, imf_address_list_get (list, i), seen, out);
  return list != NULL ? imf_address_list_get_n (list) : 0;
}

/* Who answers: the first is the author. Their mailboxes go into @own. */
static void
set_author (MimeDraft *draft, const char *own_addresses, GHashTable *own)
{
  g_autoptr (ImfAddressList) list =
      own_addresses != NULL ? imf_address_list_parse_text (own_addresses) : NULL;

  for (guint i = 0; list != NULL && i < imf_address_list_get_n (list); i++)
    g_hash_table_add (own, dup_mailbox_key (imf_address_list_get (list, i)));
  if (list != NULL && imf_address_list_get_n (list) > 0)
    draft->from = imf_mailbox_format (imf_address_list_get (list, 0));
}

/* To whom: Reply-To, or From; but who answers oneself writes to the same people again. */
static void
set_recipients (MimeDraft *draft, const Original *original, gboolean is_all, GHashTable *own)
{
  GString *to = g_string_new (NULL);
  GString *cc = g_string_new (NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, own);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_hash_table_add (seen, g_strdup (key));
  if (append_field_addresses (draft, original, "Reply-To", seen, to) == 0)
    append_field_addresses (draft, original, "From", seen, to);
  if (to->len == 0)
    append_field_addresses (draft, original, "To", seen, to);
  if (is_all)
    {
      append_field_addresses (draft, original, "To", seen, cc);
      append_field_addresses (draft, original, "Cc", seen, cc);
    }
  draft->to = null_if_empty (to);
  draft->cc = null_if_empty (cc);
}

/* Text. */

/* "Re: " once, whatever there was of it (section 3.6.5). */
static char *
dup_subject (const Original *original, const char *const *prefixes)
{
  g_autofree char *subject = dup_text (original, "Subject");
  const char *rest = subject;

  for (guint i = 0; prefixes[i] != NULL; i++)
    if (g_ascii_strncasecmp (rest, prefixes[i], strlen (prefixes[i]) - 1) == 0)
      {
        rest += strlen (prefixes[i]) - 1;
        rest += strspn (rest, " ");
        i = G_MAXUINT; /* and from the beginning */
      }
  return g_strconcat (prefixes[0], rest, NULL);
}

/* The name of who wrote, or the address. */
static char *
dup_author_name (const Original *original)
{
  gsize length = 0;
  const guint8 *value = get_value (original, "From", &length);
  g_autoptr (ImfAddressList) list = value != NULL ? imf_address_list_parse (value, length) : NULL;
  const ImfMailbox *mailbox;
  g_autofree char *name = NULL;

  if (list == NULL || imf_address_list_get_n (list) == 0)
    return g_strdup ("Somebody");
  mailbox = imf_address_list_get (list, 0);
  name = mailbox->display_name != NULL ? g_strdup (mailbox->display_name)
                                       : imf_mailbox_format_addr_spec (mailbox);
  {
    g_autofree char *decoded = mime_words_decode_text (original->charsets, name);

    return dup_clean (decoded);
  }
}

/* A part that goes along as it is. */
static void
add_attachment (MimeDraft *draft, const Original *original, const MimePart *part)
{
  g_autofree char *type = mime_quote_dup_type (original->tree, part);
  g_autofree char *filename = mime_tree_dup_filename (original->tree, part, original->charsets);
  g_autofree char *clean = filename != NULL ? dup_clean (filename) : NULL;
  g_autoptr (GBytes) content = mime_tree_dup_content (original->tree, part);
  MimeAttachment *attachment = mime_draft_attach (draft, type, clean, content);

  attachment->is_inline = g_strcmp0 (part->disposition, "inline") == 0;
}

static void
set_forwarded (MimeDraft *draft, const Original *original)
{
  static const char *const names[] = { "From", "Date", "Subject", "To", "Cc" };
  GString *text = g_string_new ("---------- Forwarded message ----------\n");
  GString *readable = g_string_new (NULL);
  g_autoptr (GPtrArray) attachments = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *value = dup_text (original, names[i]);

      if (*value != '\0')
        g_string_append_printf (text, "%s: %s\n", names[i], value);
    }
  g_string_append_c (text, '\n');
  mime_quote_collect (original->tree, original->charsets, readable, attachments);
  mime_quote_append (text, readable->str);
  g_string_free (readable, TRUE);
  draft->text = g_string_free (text, FALSE);
  for (guint i = 0; i < attachments->len; i++)
    add_attachment (draft, original, g_ptr_array_index (attachments, i));
}

static void
set_quoted (MimeDraft *draft, const Original *original)
{
  g_autofree char *name = dup_author_name (original);
  g_autofree char *date = dup_text (original, "Date");
  GString *text = g_string_new (NULL);
  GString *readable = g_string_new (NULL);

  if (*date != '\0')
    g_string_append_printf (text, "On %s, ", date);
  g_string_append_printf (text, "%s wrote:\n", name);
  mime_quote_collect (original->tree, original->charsets, readable, NULL);
  mime_quote_append (text, readable->str);
  g_string_free (readable, TRUE);
  draft->text = g_string_free (text, FALSE);
}

/* Whether a header has UTF-8 in it. */
static gboolean
has_utf8 (const guint8 *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (data[i] >= 0x80)
      return g_utf8_validate_len ((const char *) data, length, NULL);
  return FALSE;
}

/* The whole message, without the line that a mailbox file puts before it. A header of UTF-8 makes
 * it a message/global (RFC 6532 section 3.7). */
static void
attach_message (MimeDraft *draft, const Original *original)
{
  gsize length;
  const guint8 *data = mime_tree_get_data (original->tree, &length);
  const MimePart *part = original->part;
  gsize begin = 0;
  g_autoptr (GBytes) content = NULL;

  if (part->n_fields > 0)
    {
      const ImfField *first = mime_tree_get_field (original->tree, part->first_field);

      begin = first->name_length == 0 ? first->end : 0;
    }
  content = g_bytes_new (data + begin, length - begin);
  mime_draft_attach (draft,
                     has_utf8 (data, part->header_offset + part->header_length) ? "message/global"
                                                                                : "message/rfc822",
                     NULL, content);
  draft->text = g_strdup ("");
}

MimeDraft *
mime_reply_new (const MimeTree *message,
                MimeReplyKind kind,
                const char *own_addresses,
                MimeCharsets *charsets)
{
  static const char *const reply_prefixes[] = { "Re: ", NULL };
  static const char *const forward_prefixes[] = { "Fwd: ", "Fw: ", NULL };
  const Original original = { message, mime_tree_get_part (message, 0), charsets };
  gboolean is_reply = kind == MIME_REPLY || kind == MIME_REPLY_ALL;
  MimeDraft *draft = mime_draft_new ();
  g_autoptr (GHashTable) own = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  set_author (draft, own_addresses, own);
  set_ids (draft, &original, is_reply);
  draft->subject = dup_subject (&original, is_reply ? reply_prefixes : forward_prefixes);
  draft->is_flowed = TRUE;
  if (is_reply)
    {
      set_recipients (draft, &original, kind == MIME_REPLY_ALL, own);
      set_quoted (draft, &original);
    }
  else if (kind == MIME_FORWARD_INLINE)
    set_forwarded (draft, &original);
  else
    attach_message (draft, &original);
  return draft;
}
