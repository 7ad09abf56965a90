/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-server-private.h"

#include <string.h>

void
imap_server_put (ImapServer *self, const char *data, gsize length)
{
  g_autoptr (GBytes) clear = NULL;
  g_autoptr (GBytes) wire = NULL;

  if (self->deflate == NULL)
    {
      wire_outbox_send (&self->outbox, "response", (const guint8 *) data, length);
      return;
    }
  clear = g_bytes_new (data, length);
  wire = imap_deflate_compress (self->deflate, (const guint8 *) data, length);
  wire_outbox_send_as (&self->outbox, "response", clear, wire);
}

/* Text is one line of printable characters (RFC 9051 section 9, text); beyond ASCII only to a
 * client that has enabled it (RFC 6855 section 3). */
static void
append_text (const ImapServer *self, GString *line, const char *text)
{
  gsize start = line->len;
  guint beyond_ascii = IMAP_ENABLED_UTF8 | IMAP_ENABLED_REV2;

  g_string_append (line, *text != '\0' ? text : "Completed");
  for (gsize i = start; i < line->len; i++)
    {
      guint8 byte = (guint8) line->str[i];

      if (byte < ' ' || byte == 0x7f || (byte > 0x7f && (self->enabled & beyond_ascii) == 0))
        line->str[i] = '?';
    }
}

void
imap_server_put_status (ImapServer *self, const char *tag, const char *condition,
                        const char *code, const char *text)
{
  GString *line = self->line;

  g_string_assign (line, tag != NULL ? tag : "*");
  g_string_append_c (line, ' ');
  g_string_append (line, condition);
  g_string_append_c (line, ' ');
  if (code != NULL)
    {
      g_string_append_c (line, '[');
      g_string_append (line, code);
      g_string_append (line, "] ");
    }
  append_text (self, line, text);
  g_string_append (line, "\r\n");
  imap_server_put (self, line->str, line->len);
}

/* Answers */

static void
count_error (ImapServer *self)
{
  if (++self->n_errors >= IMAP_SERVER_ERRORS_MAX)
    imap_server_close (self, NULL, "Too many bad commands, closing the connection",
                       "too many bad commands");
}

void
imap_server_finish (ImapServer *self, ImapCondition condition, const char *code, const char *text)
{
  const ImapServerRule *rule = &self->row->rule;

  imap_server_put_status (self, self->command.tag, imap_condition_get_name (condition), code,
                          text);
  if (condition == IMAP_OK && rule->next != 0)
    self->state = rule->next;
  else if (condition == IMAP_NO && rule->refused != 0)
    self->state = rule->refused;
  if (condition == IMAP_BAD)
    count_error (self);
  else
    self->n_errors = 0;
}

void
imap_server_refuse (ImapServer *self, const ImapRefusal *refusal)
{
  const char *tag = self->command.tag;

  imap_server_put_status (self, tag, imap_condition_get_name (refusal->condition), refusal->code,
                          refusal->text);
  if (refusal->condition == IMAP_BAD)
    count_error (self);
}

void
imap_server_close (ImapServer *self, const char *code, const char *text, const char *why)
{
  imap_server_put_status (self, NULL, "BYE", code, text);
  imap_server_end_session (self, IMAP_SERVER_EVENT_LOST, why);
}

/* Capabilities */

static void
append_words (GString *out, const char *words)
{
  if (out->len > 0 && out->str[out->len - 1] != '[')
    g_string_append_c (out, ' ');
  g_string_append (out, words);
}

/* How to log in: what is offered depends on what protects the connection (RFC 9051 sections 6.2.1
 * to 6.2.3), and is of no use to who is known. */
static void
append_logins (ImapServer *self, GString *out)
{
  guint mechanisms = imap_server_get_mechanisms (self);

  if (self->state != IMAP_STATE_NOT_AUTHENTICATED)
    return;
  if (!self->is_secured && imap_server_has (self, IMAP_CAPABILITY_STARTTLS))
    append_words (out, "STARTTLS");
  if (imap_server_check_login (self).text != NULL)
    append_words (out, "LOGINDISABLED");
  for (guint i = 0; i < SASL_N_MECHANISMS; i++)
    if (mechanisms & (1u << i))
      {
        append_words (out, "AUTH=");
        g_string_append (out, sasl_mechanism_get_name ((SaslMechanism) (1u << i)));
      }
  if (imap_server_has (self, IMAP_CAPABILITY_SASL_IR) && mechanisms != 0)
    append_words (out, "SASL-IR");
}

static void
append_capability (ImapServer *self, GString *out, ImapCapability capability)
{
  switch (capability)
    {
    case IMAP_CAPABILITY_STARTTLS:
      append_logins (self, out);
      break;
    case IMAP_CAPABILITY_SASL_IR:
      break;
    case IMAP_CAPABILITY_LITERAL_PLUS: /* never both: RFC 7888 section 5 */
      append_words (out, imap_server_has (self, capability) ? "LITERAL+" : "LITERAL-");
      break;
    case IMAP_CAPABILITY_ACCESS: /* APPENDLIMIT is the last of its words */
      if (!imap_server_has (self, capability))
        break;
      append_words (out, imap_capability_get_words (capability));
      g_string_append_printf (out, "=%" G_GUINT64_FORMAT, self->config.append_bytes_max);
      break;
    default:
      if (imap_server_has (self, capability))
        append_words (out, imap_capability_get_words (capability));
    }
}

void
imap_server_append_capabilities (ImapServer *self, GString *out)
{
  g_string_append (out, "CAPABILITY");
  for (guint i = 0; i < IMAP_N_CAPABILITIES; i++)
    append_capability (self, out, (ImapCapability) (1u << i));
}

void
imap_server_finish_with_capabilities (ImapServer *self, const char *text)
{
  g_autoptr (GString) code = g_string_new (NULL);

  self->state = self->row->rule.next != 0 ? self->row->rule.next : self->state;
  imap_server_append_capabilities (self, code);
  imap_server_finish (self, IMAP_OK, code->str, text);
}

/* The greeting (RFC 9051 section 7.1) waits until somebody listens: TLS, where it is there from
 * the start, has then been told. */
void
imap_server_greet (ImapServer *self)
{
  g_autoptr (GString) code = NULL;
  g_autofree char *text = NULL;

  if (self->is_greeted)
    return;
  self->is_greeted = TRUE;
  if (self->config.refusal != NULL)
    {
      imap_server_close (self, NULL, self->config.refusal, "the server refused the session");
      return;
    }
  code = g_string_new (NULL);
  imap_server_append_capabilities (self, code);
  if (self->config.greeting != NULL)
    text = g_strdup (self->config.greeting);
  else if (self->user != NULL)
    text = g_strdup_printf ("%s IMAP4 Postroad, logged in as %s", self->config.name, self->user);
  else
    text = g_strdup_printf ("%s IMAP4 Postroad", self->config.name);
  imap_server_put_status (self, NULL, self->user != NULL ? "PREAUTH" : "OK", code->str, text);
}

/* The owner's moves */

void
imap_server_send (ImapServer *self, const char *response, gsize length)
{
  imap_server_greet (self);
  if (self->state != IMAP_STATE_LOGOUT)
    imap_server_put (self, response, length);
}

void
imap_server_send_bytes (ImapServer *self, GBytes *response)
{
  g_autoptr (GBytes) wire = NULL;
  gsize         length;
  const guint8 *data = g_bytes_get_data (response, &length);

  imap_server_greet (self);
  if (self->state == IMAP_STATE_LOGOUT)
    return;
  if (self->deflate == NULL)
    {
      wire_outbox_send_bytes (&self->outbox, "response", response);
      return;
    }
  wire = imap_deflate_compress (self->deflate, data, length);
  wire_outbox_send_as (&self->outbox, "response", response, wire);
}

void
imap_server_send_status (ImapServer *self, ImapCondition condition, const char *code,
                         const char *text)
{
  imap_server_greet (self);
  if (self->state != IMAP_STATE_LOGOUT)
    imap_server_put_status (self, NULL, imap_condition_get_name (condition), code, text);
}

void
imap_server_bye (ImapServer *self, const char *code, const char *text)
{
  imap_server_greet (self);
  if (self->state != IMAP_STATE_LOGOUT)
    imap_server_close (self, code, text, "the server closed");
}

GBytes *
imap_server_take_output (ImapServer *self)
{
  imap_server_greet (self);
  self->is_late = self->is_late || (self->asked == IMAP_SERVER_EVENT_COMMAND && !self->is_idle);
  return wire_outbox_take_output (&self->outbox);
}

gsize
imap_server_get_n_output (const ImapServer *self)
{
  return wire_outbox_get_n_output (&self->outbox);
}

gboolean
imap_server_next_unit (ImapServer *self, WireUnit *out_unit)
{
  imap_server_greet (self);
  return wire_outbox_next_unit (&self->outbox, out_unit);
}
