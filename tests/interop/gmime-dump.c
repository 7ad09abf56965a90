/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <json-line.h>

#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>

/* Prints what GMime makes of messages, one JSON object a line for each file:
 * {"file", "subject", "from", "to", "cc", "parts": [{"path", "type", "filename", "sha256",
 * "text"}]}. Addresses are {"name", "address"}, groups flattened. A path tells which child leads
 * to the part; leaves have a digest of what they decode to, and texts a text. */

static char *
dup_valid (const char *text)
{
  return text != NULL ? g_utf8_make_valid (text, -1) : NULL;
}

static void
print_utf8 (GString *line, const char *text)
{
  if (text != NULL)
    json_line_utf8 (line, text, strlen (text));
  else
    json_line_octets (line, NULL);
}

static void
print_digest (GString *line, GMimePart *part)
{
  GMimeDataWrapper *content = g_mime_part_get_content (part);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  GMimeStream      *stream = g_mime_stream_mem_new_with_byte_array (bytes);
  g_autofree char  *digest = NULL;

  g_mime_stream_mem_set_owner (GMIME_STREAM_MEM (stream), FALSE);
  if (content != NULL)
    g_mime_data_wrapper_write_to_stream (content, stream);
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes->data, bytes->len);
  json_line_name (line, "sha256");
  json_line_octets (line, digest);
  g_object_unref (stream);
}

static void
print_text (GString *line, GMimePart *part)
{
  g_autofree char *text = GMIME_IS_TEXT_PART (part)
                              ? g_mime_text_part_get_text (GMIME_TEXT_PART (part)) : NULL;
  g_autofree char *valid = dup_valid (text);

  json_line_name (line, "text");
  print_utf8 (line, valid);
}

static void
print_leaf (GString *line, GMimePart *part)
{
  g_autofree char *filename = dup_valid (g_mime_part_get_filename (part));

  json_line_name (line, "filename");
  print_utf8 (line, filename);
  print_digest (line, part);
  print_text (line, part);
}

static void
print_part (GString *line, GMimeObject *object, const char *path)
{
  GMimeContentType *type = g_mime_object_get_content_type (object);
  g_autofree char  *name = g_mime_content_type_get_mime_type (type);

  json_line_open (line, '{');
  json_line_name (line, "path");
  json_line_octets (line, path);
  json_line_name (line, "type");
  json_line_octets (line, name);
  if (GMIME_IS_PART (object))
    print_leaf (line, GMIME_PART (object));
  json_line_close (line, '}');
  if (GMIME_IS_MULTIPART (object))
    for (int i = 0; i < g_mime_multipart_get_count (GMIME_MULTIPART (object)); i++)
      {
        g_autofree char *child = g_strdup_printf ("%s.%d", path, i);

        print_part (line, g_mime_multipart_get_part (GMIME_MULTIPART (object), i), child);
      }
  else if (GMIME_IS_MESSAGE_PART (object))
    {
      GMimeMessage    *message = g_mime_message_part_get_message (GMIME_MESSAGE_PART (object));
      GMimeObject     *root = message != NULL ? g_mime_message_get_mime_part (message) : NULL;
      g_autofree char *child = g_strdup_printf ("%s.0", path);

      if (root != NULL)
        print_part (line, root, child);
    }
}

static void
print_list (GString *line, InternetAddressList *list)
{
  for (int i = 0; list != NULL && i < internet_address_list_length (list); i++)
    {
      InternetAddress *address = internet_address_list_get_address (list, i);
      g_autofree char *name = dup_valid (internet_address_get_name (address));

      if (INTERNET_ADDRESS_IS_GROUP (address))
        {
          print_list (line, internet_address_group_get_members (INTERNET_ADDRESS_GROUP (address)));
          continue;
        }
      json_line_open (line, '{');
      json_line_name (line, "name");
      print_utf8 (line, name);
      json_line_name (line, "address");
      print_utf8 (line,
                  internet_address_mailbox_get_idn_addr (INTERNET_ADDRESS_MAILBOX (address)));
      json_line_close (line, '}');
    }
}

static void
print_header (GString *line, GMimeMessage *message)
{
  static const struct
  {
    const char      *name;
    GMimeAddressType type;
  } lists[] = {
    { "from", GMIME_ADDRESS_TYPE_FROM },
    { "to", GMIME_ADDRESS_TYPE_TO },
    { "cc", GMIME_ADDRESS_TYPE_CC },
  };
  g_autofree char *subject = dup_valid (g_mime_message_get_subject (message));

  json_line_name (line, "subject");
  print_utf8 (line, subject);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      json_line_name (line, lists[i].name);
      json_line_open (line, '[');
      print_list (line, g_mime_message_get_addresses (message, lists[i].type));
      json_line_close (line, ']');
    }
}

static void
print_message (const char *path)
{
  g_autofree char   *data = NULL, *name = g_path_get_basename (path);
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  gsize              length;
  GMimeStream       *stream;
  GMimeParser       *parser;
  GMimeMessage      *message;

  if (!g_file_get_contents (path, &data, &length, &error))
    g_error ("%s", error->message);
  stream = g_mime_stream_mem_new_with_buffer (data, length);
  parser = g_mime_parser_new_with_stream (stream);
  message = g_mime_parser_construct_message (parser, NULL);
  json_line_open (line, '{');
  json_line_name (line, "file");
  json_line_octets (line, name);
  if (message != NULL)
    print_header (line, message);
  json_line_name (line, "parts");
  json_line_open (line, '[');
  if (message != NULL && g_mime_message_get_mime_part (message) != NULL)
    print_part (line, g_mime_message_get_mime_part (message), "");
  json_line_close (line, ']');
  json_line_close (line, '}');
  g_string_append_c (line, '\n');
  fwrite (line->str, 1, line->len, stdout);
  g_clear_object (&message);
  g_object_unref (parser);
  g_object_unref (stream);
}

int
main (int argc, char **argv)
{
  g_mime_init ();
  for (int i = 1; i < argc; i++)
    print_message (argv[i]);
  g_mime_shutdown ();
  return 0;
}
