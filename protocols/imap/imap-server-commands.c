/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-server-private.h"

/* What needs no mailbox, and is in order. */

void
imap_server_do_capability (ImapServer *self)
{
  g_autoptr (GString) response = g_string_new ("* ");

  imap_server_append_capabilities (self, response);
  g_string_append (response, "\r\n");
  imap_server_put (self, response->str, response->len);
  imap_server_finish (self, IMAP_OK, NULL, "CAPABILITY completed");
}

/* RFC 9051 section 6.1.3. */
void
imap_server_do_logout (ImapServer *self)
{
  imap_server_put_status (self, NULL, "BYE", NULL, "IMAP4 server logging out");
  imap_server_finish (self, IMAP_OK, NULL, "LOGOUT completed");
  imap_server_end_session (self, IMAP_SERVER_EVENT_QUIT, NULL);
}

/* ENABLE */

/* What may be enabled (RFC 9051 section 6.3.1, RFC 7162 sections 3.1 and 3.2.3, RFC 6855 section
 * 3); anything else is passed over. */
static const struct
{
  const char *name;
  guint32     capability;
  guint       enabled;
} extensions[] = {
  { "CONDSTORE", IMAP_CAPABILITY_CONDSTORE | IMAP_CAPABILITY_QRESYNC, IMAP_ENABLED_CONDSTORE },
  { "QRESYNC", IMAP_CAPABILITY_QRESYNC, IMAP_ENABLED_QRESYNC },
  { "UTF8=ACCEPT", IMAP_CAPABILITY_UTF8, IMAP_ENABLED_UTF8 },
  { "IMAP4rev2", IMAP_CAPABILITY_IMAP4REV2, IMAP_ENABLED_REV2 },
};

static guint
get_wanted (const ImapServer *self, const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (extensions); i++)
    if (g_ascii_strcasecmp (word, extensions[i].name) == 0 &&
        imap_server_has (self, extensions[i].capability))
      return extensions[i].enabled;
  return 0;
}

/* ENABLED names what was asked for and was not enabled before (RFC 5161 section 3.1); CONDSTORE
 * comes unnamed with QRESYNC. */
void
imap_server_do_enable (ImapServer *self)
{
  g_autoptr (GString) response = g_string_new ("* ENABLED");
  guint wanted = 0;

  for (guint i = 0; self->command.words != NULL && i < self->command.words->len; i++)
    wanted |= get_wanted (self, g_ptr_array_index (self->command.words, i));
  for (guint i = 0; i < G_N_ELEMENTS (extensions); i++)
    if (extensions[i].enabled & wanted & ~self->enabled)
      g_string_append_printf (response, " %s", extensions[i].name);
  imap_server_enable (self, wanted);
  g_string_append (response, "\r\n");
  imap_server_put (self, response->str, response->len);
  imap_server_finish (self, IMAP_OK, NULL, "ENABLE completed");
}

/* RFC 9051 section 6.2.1. What waits behind the command came in clear, be it from the client or
 * from somebody between, and must not count as protected: it is dropped. */
void
imap_server_do_starttls (ImapServer *self)
{
  if (self->is_secured)
    {
      imap_server_finish (self, IMAP_BAD, NULL, "TLS is active already");
      return;
    }
  imap_framer_drop (self->framer);
  imap_server_begin_unit (self);
  imap_server_finish (self, IMAP_OK, NULL, "Begin TLS negotiation now");
  self->begins_tls = self->tells_tls = TRUE;
  imap_server_tell (self, IMAP_SERVER_EVENT_STARTTLS, NULL);
}

/* RFC 4978 section 3. The answer goes in clear; what the client sent behind the command is
 * compressed already. */
void
imap_server_do_compress (ImapServer *self)
{
  g_autoptr (GBytes) waiting = NULL;
  const guint8 *data;
  gsize         length;

  if (self->deflate != NULL)
    {
      imap_server_finish (self, IMAP_BAD, "COMPRESSIONACTIVE", "DEFLATE is active already");
      return;
    }
  if (g_ascii_strcasecmp (self->command.text, "DEFLATE") != 0)
    {
      imap_server_finish (self, IMAP_BAD, NULL, "There is no compression but DEFLATE");
      return;
    }
  imap_server_finish (self, IMAP_OK, NULL, "DEFLATE active");
  waiting = imap_framer_take_waiting (self->framer);
  data = g_bytes_get_data (waiting, &length);
  self->deflate = imap_deflate_new ();
  self->inflated = g_byte_array_new ();
  imap_deflate_push (self->deflate, data, length);
  imap_server_tell (self, IMAP_SERVER_EVENT_COMPRESS, NULL);
}
