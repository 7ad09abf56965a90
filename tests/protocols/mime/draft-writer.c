/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "random-draft.h"

#include <imf/imf-address.h>
#include <json-line.h>
#include <stdio.h>
#include <string.h>

/* Usage: draft-writer FOLDER N
 *
 * Writes N messages, made from drafts at random but the same each time, into FOLDER, and to
 * standard output what each was made of, one JSON object a line: {"file", "subject", "from", "to",
 * "cc", "text", "html", "attachments"}; addresses are [name, local part, domain], attachments
 * {"filename", "sha256", "length"} in the order in which they are written. The last one has 20 MB.
 */

#define LARGE_BYTES (20 * 1000 * 1000)

static void
print_string (GString *line, const char *text)
{
  if (text != NULL)
    json_line_utf8 (line, text, strlen (text));
  else
    json_line_octets (line, NULL);
}

static void
print_text (GString *line, const char *name, const char *text)
{
  json_line_name (line, name);
  print_string (line, text);
}

static void
print_addresses (GString *line, const char *name, const char *text)
{
  g_autoptr (ImfAddressList) list = imf_address_list_parse_text (text != NULL ? text : "");

  json_line_name (line, name);
  json_line_open (line, '[');
  for (guint i = 0; i < imf_address_list_get_n (list); i++)
    {
      const ImfMailbox *mailbox = imf_address_list_get (list, i);
      g_autofree char *ascii =
          g_hostname_is_non_ascii (mailbox->domain) ? g_hostname_to_ascii (mailbox->domain) : NULL;

      json_line_open (line, '[');
      print_string (line, mailbox->display_name);
      print_string (line, mailbox->local_part);
      print_string (line, ascii != NULL ? ascii : mailbox->domain);
      json_line_close (line, ']');
    }
  json_line_close (line, ']');
}

static void
print_attachment (GString *line, const MimeAttachment *attachment)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (attachment->content, &length);
  g_autofree char *digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, length);

  json_line_open (line, '{');
  print_text (line, "filename", attachment->filename);
  print_text (line, "sha256", digest);
  json_line_name (line, "length");
  json_line_number (line, length);
  json_line_close (line, '}');
}

static void
print_attachments (GString *line, const MimeDraft *draft)
{
  json_line_name (line, "attachments");
  json_line_open (line, '[');
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < draft->attachments->len; i++)
      {
        const MimeAttachment *attachment = g_ptr_array_index (draft->attachments, i);
        gboolean is_shown =
            draft->html != NULL && attachment->is_inline && attachment->content_id != NULL;

        if (is_shown == (round == 0))
          print_attachment (line, attachment);
      }
  json_line_close (line, ']');
}

static void
print_draft (const char *file, const MimeDraft *draft)
{
  g_autoptr (GString) line = g_string_new (NULL);

  json_line_open (line, '{');
  print_text (line, "file", file);
  print_text (line, "subject", draft->subject);
  print_addresses (line, "from", draft->from);
  print_addresses (line, "to", draft->to);
  print_addresses (line, "cc", draft->cc);
  print_text (line, "text", draft->text);
  print_text (line, "html", draft->html);
  print_attachments (line, draft);
  json_line_close (line, '}');
  puts (line->str);
}

static void
attach_large (MimeDraft *draft)
{
  guint8 *data = g_malloc (LARGE_BYTES);
  g_autoptr (GBytes) content = NULL;

  for (gsize i = 0; i < LARGE_BYTES; i++)
    data[i] = (guint8) (i * i >> 8);
  content = g_bytes_new_take (data, LARGE_BYTES);
  mime_draft_attach (draft, "image/png", "large.png", content);
}

int
main (int argc, char **argv)
{
  guint n = argc == 3 ? (guint) g_ascii_strtoull (argv[2], NULL, 10) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (1000 + i);
      g_autoptr (MimeDraft) draft = random_draft_new (rand);
      g_autofree char *file = g_strdup_printf ("%04u.eml", i);
      g_autofree char *path = g_build_filename (argv[1], file, NULL);
      g_autofree char *problem = NULL;
      g_autoptr (GBytes) message = NULL;

      draft->allows_utf8_header = FALSE;
      if (i + 1 == n)
        attach_large (draft);
      message = mime_draft_build (draft, random_draft_number, rand, &problem);
      if (message == NULL || !g_file_set_contents (path, g_bytes_get_data (message, NULL),
                                                   (gssize) g_bytes_get_size (message), NULL))
        g_error ("%s: %s", file, problem);
      print_draft (file, draft);
    }
  return n > 0 ? 0 : 2;
}
