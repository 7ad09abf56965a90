/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "json-line.h"

#include <imf/imf-address.h>
#include <mime/mime-tree.h>

#include <stdio.h>
#include <string.h>

/* Prints what our reader makes of messages, one JSON object a line, for tests to hold against
 * what other programs make of them. Usage: mime-dump [--text] FILE...; with --text, the text of
 * text parts is told whole. Strings that came off the wire are octets, each as the character of
 * its number; "filename" and "text" are text. */

static gboolean with_text;

/* Returns: (transfer full) (nullable): the value of the first field NAME, unfolded. */
static char *
dup_value (const MimeTree *tree, const MimePart *part, const char *name)
{
  const ImfField *field = mime_tree_find_field (tree, part, name);
  ImfHeader       header = { 0 };

  if (field == NULL)
    return NULL;
  header.data = mime_tree_get_data (tree, &header.length);
  return imf_header_dup_value (&header, field);
}

static void
print_value (GString *line, const MimeTree *tree, const MimePart *part, const char *key,
             const char *name)
{
  g_autofree char *value = dup_value (tree, part, name);

  json_line_name (line, key);
  json_line_octets (line, value);
}

static void
print_mailbox (GString *line, const char *name, const char *local_part, const char *domain)
{
  json_line_open (line, '[');
  json_line_octets (line, name);
  json_line_octets (line, local_part);
  json_line_octets (line, domain);
  json_line_close (line, ']');
}

/* A group as IMAP tells it: [null, name, null], its members, [null, null, null]. Where groups
 * without members stood among the others is not known: they come last. */
static void
print_addresses (GString *line, const ImfAddressList *list)
{
  const char *open = NULL;
  guint       n_told = 0;

  for (guint i = 0; i < imf_address_list_get_n (list); i++)
    {
      const ImfMailbox *mailbox = imf_address_list_get (list, i);

      if (open != NULL && g_strcmp0 (open, mailbox->group) != 0)
        print_mailbox (line, NULL, NULL, NULL);
      if (mailbox->group != NULL && g_strcmp0 (open, mailbox->group) != 0)
        {
          print_mailbox (line, NULL, mailbox->group, NULL);
          n_told++;
        }
      open = mailbox->group;
      print_mailbox (line, mailbox->display_name != NULL ? mailbox->display_name : mailbox->comment,
                     mailbox->local_part, mailbox->domain);
    }
  if (open != NULL)
    print_mailbox (line, NULL, NULL, NULL);
  for (guint i = n_told; i < list->groups->len; i++)
    {
      print_mailbox (line, NULL, g_ptr_array_index (list->groups, i), NULL);
      print_mailbox (line, NULL, NULL, NULL);
    }
}

/* Tells the addresses of all fields NAME as one list. Returns: whether any could be told. */
static gboolean
print_address_field (GString *line, const MimeTree *tree, const MimePart *part, const char *name)
{
  gsize         length, old_length = line->len;
  const guint8 *data = mime_tree_get_data (tree, &length);
  gboolean      is_any = FALSE;

  json_line_open (line, '[');
  for (guint i = 0; i < part->n_fields; i++)
    {
      const ImfField *field = mime_tree_get_field (tree, part->first_field + i);
      g_autoptr (ImfAddressList) list = NULL;

      if (field->name_length != strlen (name) ||
          g_ascii_strncasecmp ((const char *) data + field->name_offset, name, strlen (name)) != 0)
        continue;
      list = imf_address_list_parse (data + field->value_offset, field->value_length);
      if (list == NULL)
        continue;
      is_any |= imf_address_list_get_n (list) > 0 || list->groups->len > 0;
      print_addresses (line, list);
    }
  json_line_close (line, ']');
  if (!is_any)
    g_string_truncate (line, old_length);
  return is_any;
}

/* RFC 9051 section 7.5.2: without Sender or Reply-To, From stands for it. */
static void
print_addresses_or_from (GString *line, const MimeTree *tree, const MimePart *part, const char *key,
                         const char *name)
{
  gboolean may_be_from = strcmp (key, "sender") == 0 || strcmp (key, "reply_to") == 0;

  json_line_name (line, key);
  if (!print_address_field (line, tree, part, name) &&
      !(may_be_from && print_address_field (line, tree, part, "From")))
    json_line_octets (line, NULL);
}

static void
print_envelope (GString *line, const MimeTree *tree, const MimePart *part)
{
  json_line_open (line, '{');
  print_value (line, tree, part, "date", "Date");
  print_value (line, tree, part, "subject", "Subject");
  print_addresses_or_from (line, tree, part, "from", "From");
  print_addresses_or_from (line, tree, part, "sender", "Sender");
  print_addresses_or_from (line, tree, part, "reply_to", "Reply-To");
  print_addresses_or_from (line, tree, part, "to", "To");
  print_addresses_or_from (line, tree, part, "cc", "Cc");
  print_addresses_or_from (line, tree, part, "bcc", "Bcc");
  print_value (line, tree, part, "in_reply_to", "In-Reply-To");
  print_value (line, tree, part, "message_id", "Message-ID");
  json_line_close (line, '}');
}

static void
print_parameters (GString *line, const MimeTree *tree, const char *key, guint first, guint n)
{
  json_line_name (line, key);
  json_line_open (line, '[');
  for (guint i = first; i < first + n; i++)
    {
      const MimeParameter *parameter = mime_tree_get_parameter (tree, i);

      json_line_open (line, '[');
      json_line_octets (line, parameter->name);
      json_line_octets (line, parameter->value);
      json_line_close (line, ']');
    }
  json_line_close (line, ']');
}

static void
print_digest (GString *line, const char *key, const guint8 *data, gsize length)
{
  g_autofree char *digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, length);

  json_line_name (line, key);
  json_line_octets (line, digest);
}

/* NULs are allowed, too. */
static gboolean
is_utf8 (const char *text, gsize length)
{
  g_autofree char *copy = g_memdup2 (text, length);

  for (gsize i = 0; i < length; i++)
    if (copy[i] == '\0')
      copy[i] = ' ';
  return g_utf8_validate_len (copy, length, NULL);
}

static void
print_content (GString *line, const MimeTree *tree, const MimePart *part, MimeCharsets *charsets)
{
  g_autoptr (GBytes) content = mime_tree_dup_content (tree, part);
  gsize              length;
  const guint8      *data = g_bytes_get_data (content, &length);
  g_autofree char   *text = NULL;
  MimeDecoding       decoding;

  json_line_name (line, "decoded_size");
  json_line_number (line, length);
  print_digest (line, "decoded_sha256", data, length);
  if (part->kind != MIME_PART_LEAF || strcmp (part->type, "text") != 0)
    return;
  text = mime_tree_dup_text (tree, part, charsets, &length, &decoding);
  g_assert_true (is_utf8 (text, length));
  print_digest (line, "text_sha256", (const guint8 *) text, length);
  json_line_name (line, "n_invalid");
  json_line_number (line, decoding.conversion.n_invalid);
  if (!with_text)
    return;
  json_line_name (line, "text");
  json_line_utf8 (line, text, length);
}

static void
print_part (GString *line, const MimeTree *tree, guint i, MimeCharsets *charsets)
{
  static const char *const kinds[] = { "leaf", "multipart", "message" };
  const MimePart  *part = mime_tree_get_part (tree, i);
  g_autofree char *number = mime_tree_dup_number (tree, i);
  g_autofree char *filename = mime_tree_dup_filename (tree, part, charsets);

  json_line_open (line, '{');
  json_line_name (line, "number");
  json_line_octets (line, number);
  json_line_name (line, "depth");
  json_line_number (line, part->depth);
  json_line_name (line, "kind");
  json_line_octets (line, kinds[part->kind]);
  json_line_name (line, "flags");
  json_line_number (line, part->flags);
  json_line_name (line, "type");
  json_line_octets (line, part->type);
  json_line_name (line, "subtype");
  json_line_octets (line, part->subtype);
  print_parameters (line, tree, "parameters", part->first_parameter, part->n_parameters);
  json_line_name (line, "charset");
  json_line_octets (line, mime_tree_find_parameter (tree, part, "charset"));
  json_line_name (line, "encoding");
  json_line_octets (line, mime_encoding_get_name (part->encoding));
  json_line_name (line, "encoding_name");
  json_line_octets (line, part->encoding_name);
  json_line_name (line, "id");
  json_line_octets (line, part->id);
  print_value (line, tree, part, "raw_id", "Content-ID");
  print_value (line, tree, part, "description", "Content-Description");
  print_value (line, tree, part, "md5", "Content-MD5");
  print_value (line, tree, part, "location", "Content-Location");
  json_line_name (line, "disposition");
  json_line_octets (line, part->disposition);
  print_parameters (line, tree, "disposition_parameters", part->first_disposition_parameter,
                    part->n_disposition_parameters);
  json_line_name (line, "octets");
  json_line_number (line, part->body_length);
  json_line_name (line, "lines");
  json_line_number (line, mime_tree_count_lines (tree, part));
  json_line_name (line, "filename");
  if (filename != NULL)
    json_line_utf8 (line, filename, strlen (filename));
  else
    json_line_octets (line, NULL);
  print_content (line, tree, part, charsets);
  if (part->kind == MIME_PART_MESSAGE)
    {
      json_line_name (line, "envelope");
      print_envelope (line, tree, mime_tree_get_part (tree, i + 1));
    }
  json_line_close (line, '}');
}

static void
print_message (const char *path, MimeCharsets *charsets)
{
  g_autofree char     *contents = NULL, *name = g_path_get_basename (path);
  g_autofree guint8   *data = NULL;
  g_autoptr (MimeTree) tree = NULL;
  g_autoptr (GString)  line = g_string_new (NULL);
  g_autoptr (GError)   error = NULL;
  gsize                length;

  if (!g_file_get_contents (path, &contents, &length, &error))
    g_error ("%s", error->message);
  data = g_memdup2 (contents, length);
  tree = mime_tree_new (data, length);
  json_line_open (line, '{');
  json_line_name (line, "file");
  json_line_octets (line, name);
  json_line_name (line, "size");
  json_line_number (line, length);
  json_line_name (line, "envelope");
  print_envelope (line, tree, mime_tree_get_part (tree, 0));
  json_line_name (line, "parts");
  json_line_open (line, '[');
  for (guint i = 0; i < mime_tree_get_n_parts (tree); i++)
    print_part (line, tree, i, charsets);
  json_line_close (line, ']');
  json_line_close (line, '}');
  g_string_append_c (line, '\n');
  fwrite (line->str, 1, line->len, stdout);
}

int
main (int argc, char **argv)
{
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();

  for (int i = 1; i < argc; i++)
    if (strcmp (argv[i], "--text") == 0)
      with_text = TRUE;
    else
      print_message (argv[i], charsets);
  return 0;
}
