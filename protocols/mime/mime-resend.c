/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-reply.h"
#include "mime-writer.h"

#include <string.h>

#include <imf/imf-address.h>
#include <imf/imf-composer.h>

/* Where the block goes: to the top, but below the line of a mailbox file. */
static gsize
find_top (const guint8 *data, gsize length)
{
  g_autoptr (ImfHeader) header = imf_header_new (data, length);

  return imf_header_get_n (header) > 0 && imf_header_get (header, 0)->name_length == 0
             ? imf_header_get (header, 0)->end
             : 0;
}

/* Several who resend would need a Resent-Sender. */
static gboolean
is_one_mailbox (const char *from)
{
  g_autoptr (ImfAddressList) list = imf_address_list_parse_text (from);

  return list == NULL || imf_address_list_get_n (list) <= 1;
}

static gboolean
append_block (GString *out,
              const char *from,
              const char *to,
              const char *message_id,
              const ImfDate *date,
              char **out_problem)
{
  g_autofree char *date_text = imf_date_format (date);

  if (!is_one_mailbox (from))
    {
      if (out_problem != NULL)
        *out_problem = g_strdup ("Resent-From has to be one address.");
      return FALSE;
    }
  imf_append_field (out, "Resent-Date", date_text);
  if (!mime_write_addresses (out, "Resent-From", from, FALSE, out_problem) ||
      !mime_write_addresses (out, "Resent-To", to, FALSE, out_problem))
    return FALSE;
  if (message_id != NULL)
    {
      g_autofree char *id = g_strdup_printf ("<%s>", message_id);

      return mime_write_ids (out, "Resent-Message-ID", id, FALSE, out_problem);
    }
  return TRUE;
}

GBytes *
mime_resend (GBytes *message,
             const char *from,
             const char *to,
             const char *message_id,
             const ImfDate *date,
             char **out_problem)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (message, &length);
  const guint8 *lf = length > 0 ? memchr (data, '\n', length) : NULL;
  gsize top = find_top (data, length);
  g_autoptr (GString) block = g_string_new (NULL);
  GString *out;

  if (!append_block (block, from, to, message_id, date, out_problem))
    return NULL;
  if (lf != NULL && (lf == data || lf[-1] != '\r'))
    g_string_replace (block, "\r\n", "\n", 0);
  out = g_string_sized_new (length + block->len);
  g_string_append_len (out, (const char *) data, (gssize) top);
  g_string_append_len (out, block->str, (gssize) block->len);
  if (length > top)
    g_string_append_len (out, (const char *) data + top, (gssize) (length - top));
  return g_string_free_to_bytes (out);
}
