/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-message-parts.h"

#include <string.h>

/* Sections (RFC 9051 section 6.4.5.1), and what their transfer encoding hides (RFC 3516). */

gboolean
mail_message_is_multipart (const MimePart *part)
{
  return strcmp (part->type, "multipart") == 0;
}

gboolean
mail_message_is_message_part (const MimePart *part)
{
  return strcmp (part->type, "message") == 0 &&
         (strcmp (part->subtype, "rfc822") == 0 || strcmp (part->subtype, "global") == 0);
}

/* Where part numbers lead. */
typedef enum
{
  PLACE_NOWHERE,
  PLACE_PART,
  PLACE_MADE_UP, /* the empty part that BODYSTRUCTURE tells where there is none */
} Place;

/* Goes from part *@i to what has the parts inside it: itself, or the message that it is. Returns:
 * NOWHERE for a part without an inside, MADE_UP where nothing is inside */
static Place
go_inside (const MimeTree *tree, guint *i)
{
  const MimePart *part = mime_tree_get_part (tree, *i);

  if (mail_message_is_multipart (part))
    return PLACE_PART;
  if (!mail_message_is_message_part (part))
    return PLACE_NOWHERE;
  if (part->kind != MIME_PART_MESSAGE)
    return PLACE_MADE_UP;
  (*i)++;
  return PLACE_PART;
}

/* Goes from *@i to what is its part @number: a child of a multipart, or for 1 the only part of a
 * message that is none, its body. */
static Place
go_to_child (const MimeTree *tree, guint32 number, guint *i)
{
  const MimePart *part = mime_tree_get_part (tree, *i);
  guint           child = *i + 1;

  if (!mail_message_is_multipart (part))
    return number == 1 ? PLACE_PART : PLACE_NOWHERE;
  if (part->n_children == 0 && number == 1)
    return PLACE_MADE_UP;
  if (number == 0 || number > part->n_children)
    return PLACE_NOWHERE;
  while (--number > 0)
    child = mime_tree_get_part (tree, child)->next;
  *i = child;
  return PLACE_PART;
}

static Place
find_part (const MimeTree *tree, const GArray *path, guint *out_part)
{
  Place place = PLACE_PART;
  guint i = 0;

  for (guint n = 0; n < path->len && place == PLACE_PART; n++)
    {
      guint32 number = g_array_index (path, guint32, n);
      Place   inside = n > 0 ? go_inside (tree, &i) : PLACE_PART;

      if (inside == PLACE_PART)
        place = go_to_child (tree, number, &i);
      else
        place = number == 1 ? inside : PLACE_NOWHERE;
      if (place == PLACE_MADE_UP && n + 1 < path->len)
        place = PLACE_NOWHERE;
    }
  *out_part = i;
  return place;
}

static gboolean
has_path (const ImapSection *section)
{
  return section->path != NULL && section->path->len > 0;
}

/* Headers and bodies */

static GBytes *
slice (MailMessage *self, gsize begin, gsize end)
{
  return g_bytes_new_from_bytes (mail_message_get_wire (self), begin, end - begin);
}

/* Names of fields, to be asked whatever their case. */
static GHashTable *
new_name_set (const GPtrArray *names)
{
  GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; names != NULL && i < names->len; i++)
    g_hash_table_add (set, g_ascii_strdown (g_ptr_array_index (names, i), -1));
  return set;
}

/* Whether the header's end is told by an empty line: all but that of a message with neither an
 * empty line nor a body. */
static gboolean
has_empty_line (const MailMessageHeader *header)
{
  return header->body_offset > header->end || header->body_end > header->body_offset;
}

/* The header with its empty line, which is made up where the body begins without one. */
static GBytes *
dup_header (MailMessage *self, const MailMessageHeader *header)
{
  GByteArray *out;

  if (header->body_offset > header->end || !has_empty_line (header))
    return slice (self, header->begin, header->body_offset);
  out = g_byte_array_new ();
  g_byte_array_append (out, header->data + header->begin, (guint) (header->end - header->begin));
  g_byte_array_append (out, (const guint8 *) "\r\n", 2);
  return g_byte_array_free_to_bytes (out);
}

/* HEADER.FIELDS and HEADER.FIELDS.NOT: the fields, in the message's order. */
static GBytes *
dup_fields (const MailMessageHeader *header, const ImapSection *section)
{
  g_autoptr (GHashTable) names = new_name_set (section->fields);
  GByteArray *out = g_byte_array_new ();
  gboolean    is_wanted = section->kind == IMAP_SECTION_HEADER_FIELDS;

  for (guint i = 0; i < header->n_fields; i++)
    {
      const ImfField  *field = &header->fields[i];
      const guint8    *line = header->data + field->offset;
      g_autofree char *name = g_ascii_strdown ((const char *) line, (gssize) field->name_length);

      if (g_hash_table_contains (names, name) == is_wanted)
        g_byte_array_append (out, line, (guint) (field->end - field->offset));
    }
  if (has_empty_line (header))
    g_byte_array_append (out, (const guint8 *) "\r\n", 2);
  return g_byte_array_free_to_bytes (out);
}

static GBytes *
dup_of_message (MailMessage *self, const MailMessageHeader *header, const ImapSection *section)
{
  switch (section->kind)
    {
    case IMAP_SECTION_ALL:
      return slice (self, header->begin, header->body_end);
    case IMAP_SECTION_HEADER:
      return dup_header (self, header);
    case IMAP_SECTION_HEADER_FIELDS:
    case IMAP_SECTION_HEADER_FIELDS_NOT:
      return dup_fields (header, section);
    case IMAP_SECTION_TEXT:
      return slice (self, header->body_offset, header->body_end);
    case IMAP_SECTION_MIME:
    default:
      return NULL;
    }
}

static GBytes *
dup_of_part (MailMessage *self, const MimeTree *tree, guint i, const ImapSection *section)
{
  const MimePart   *part = mime_tree_get_part (tree, i);
  MailMessageHeader header;

  if (section->kind == IMAP_SECTION_ALL)
    return slice (self, part->body_offset, part->body_offset + part->body_length);
  if (section->kind == IMAP_SECTION_MIME)
    {
      mail_message_header_of_part (tree, i, &header);
      return dup_header (self, &header);
    }
  if (part->kind != MIME_PART_MESSAGE)
    return NULL;
  mail_message_header_of_part (tree, i + 1, &header);
  return dup_of_message (self, &header, section);
}

GBytes *
mail_message_dup_section (MailMessage *self, const ImapSection *section)
{
  const MimeTree *tree;
  guint           i;

  if (!has_path (section))
    {
      MailMessageHeader header;
      GBytes           *bytes;

      if (section->kind == IMAP_SECTION_ALL)
        return g_bytes_ref (mail_message_get_wire (self));
      mail_message_header_init (self, &header);
      bytes = dup_of_message (self, &header, section);
      mail_message_header_clear (&header);
      return bytes;
    }
  tree = mail_message_get_tree (self);
  switch (find_part (tree, section->path, &i))
    {
    case PLACE_PART:
      return dup_of_part (self, tree, i, section);
    case PLACE_MADE_UP:
      return section->kind == IMAP_SECTION_ALL || section->kind == IMAP_SECTION_MIME
                 ? g_bytes_new (NULL, 0)
                 : NULL;
    case PLACE_NOWHERE:
    default:
      return NULL;
    }
}

/* Transfer encodings undone */

/* Whether lines of @part's content end in CR and LF octets, or would if they were right. */
static gboolean
has_lines (const MimeTree *tree, const MimePart *part)
{
  const char *charset = mime_tree_find_parameter (tree, part, "charset");

  return strcmp (part->type, "text") == 0 &&
         (charset == NULL || (g_ascii_strncasecmp (charset, "utf-16", 6) != 0 &&
                              g_ascii_strncasecmp (charset, "utf-32", 6) != 0));
}

MailBinary
mail_message_dup_binary (MailMessage *self, const ImapSection *section, GBytes **out_bytes)
{
  const MimeTree *tree;
  const MimePart *part;
  g_autoptr (GBytes) content = NULL;
  guint i;
  Place place;

  if (!has_path (section))
    {
      *out_bytes = g_bytes_ref (mail_message_get_wire (self));
      return MAIL_BINARY_OK;
    }
  tree = mail_message_get_tree (self);
  place = find_part (tree, section->path, &i);
  if (place == PLACE_NOWHERE)
    return MAIL_BINARY_NO_PART;
  if (place == PLACE_MADE_UP)
    {
      *out_bytes = g_bytes_new (NULL, 0);
      return MAIL_BINARY_OK;
    }
  part = mime_tree_get_part (tree, i);
  if (part->encoding == MIME_ENCODING_UNKNOWN)
    return MAIL_BINARY_UNKNOWN_CTE;
  if (mime_encoding_is_identity (part->encoding) || part->kind != MIME_PART_LEAF)
    {
      *out_bytes = slice (self, part->body_offset, part->body_offset + part->body_length);
      return MAIL_BINARY_OK;
    }
  content = mime_tree_dup_content (tree, part);
  *out_bytes = has_lines (tree, part) ? mail_message_dup_with_crlf (content)
                                      : g_steal_pointer (&content);
  return MAIL_BINARY_OK;
}
