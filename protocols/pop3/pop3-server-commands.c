/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3-server-private.h"

#include <wire/wire-dots.h>

/* What CAPA says of this program (RFC 2449 section 6.9). */
#define IMPLEMENTATION "Postroad"

/* Before the login, or at any time */

/* Appends capability lines with their parameters (RFC 2449 section 6). The mechanisms are told
 * after the login, too (RFC 5034 section 3), STLS only where it may be given (RFC 2595 section
 * 4). */
static void
append_capabilities (Pop3Server *self, GString *response)
{
  guint offer = pop3_server_get_offer (self);

  if (offer & POP3_CAPABILITY_TOP)
    g_string_append (response, "TOP\r\n");
  if (offer & POP3_CAPABILITY_USER)
    g_string_append (response, "USER\r\n");
  if (offer & POP3_CAPABILITY_AUTH)
    {
      g_autofree char *names = sasl_mechanisms_format (pop3_server_get_mechanisms (self));

      g_string_append_printf (response, "SASL %s\r\n", names);
    }
  if (offer & POP3_CAPABILITY_UIDL)
    g_string_append (response, "UIDL\r\n");
  if (offer & POP3_CAPABILITY_RESP_CODES)
    g_string_append (response, "RESP-CODES\r\nAUTH-RESP-CODE\r\n");
  if (self->config.login_delay_s > 0)
    g_string_append_printf (response, "LOGIN-DELAY %u\r\n", self->config.login_delay_s);
  if (offer & POP3_CAPABILITY_STLS)
    g_string_append (response, "STLS\r\n");
  if (offer & POP3_CAPABILITY_PIPELINING)
    g_string_append (response, "PIPELINING\r\n");
  if (offer & POP3_CAPABILITY_EXPIRE)
    g_string_append (response, "EXPIRE NEVER\r\n");
  if (offer & POP3_CAPABILITY_UTF8)
    g_string_append (response, "UTF8 USER\r\n");
  if (offer & POP3_CAPABILITY_LANG)
    g_string_append (response, "LANG\r\n");
  g_string_append (response, "IMPLEMENTATION " IMPLEMENTATION "\r\n");
}

void
pop3_server_do_capa (Pop3Server *self)
{
  GString *response = pop3_server_format_line (
      self, TRUE, NULL, pop3_language_translate (self->language, "capability list follows"));

  append_capabilities (self, response);
  pop3_server_send_listing (self, response);
}

/* A client must not say STLS after UTF8 (RFC 6856 section 2.1). */
void
pop3_server_do_stls (Pop3Server *self)
{
  if (self->is_secured)
    {
      pop3_server_err (self, NULL, "command not permitted when TLS is active");
      return;
    }
  if (self->is_utf8)
    {
      pop3_server_err (self, NULL, "too late for STLS after UTF8");
      return;
    }
  pop3_server_ok (self, "begin TLS negotiation");
  self->is_starting = self->starts_tls = TRUE;
  wire_framer_drop (self->framer);
}

void
pop3_server_do_utf8 (Pop3Server *self)
{
  self->is_utf8 = TRUE;
  pop3_server_ok (self, "UTF-8 from now on");
}

static void
list_languages (Pop3Server *self)
{
  GString *response = pop3_server_format_line (
      self, TRUE, NULL, pop3_language_translate (self->language, "language list follows"));

  for (int i = 0; i < POP3_N_LANGUAGES; i++)
    g_string_append_printf (response, "%s %s\r\n", pop3_language_get_tag ((Pop3Language) i),
                            pop3_language_get_name ((Pop3Language) i));
  pop3_server_send_listing (self, response);
}

/* The answer to LANG is in the new language already (RFC 6856 section 3.3), its text after the
 * tag. */
void
pop3_server_do_lang (Pop3Server *self)
{
  int language;

  if (self->read.text == NULL)
    {
      list_languages (self);
      return;
    }
  language = pop3_language_find (self->read.text);
  if (language < 0)
    {
      pop3_server_err (self, NULL, "no such language here");
      return;
    }
  self->language = (Pop3Language) language;
  pop3_server_ok (self, "%s %s", pop3_language_get_tag (self->language),
                  pop3_language_translate (self->language, "language changed"));
}

void
pop3_server_do_quit (Pop3Server *self)
{
  pop3_server_ok (self, "%s POP3 server signing off", self->config.name);
  pop3_server_end (self, POP3_SERVER_EVENT_QUIT, NULL);
}

/* The maildrop */

/* Returns: (nullable): the message the command names; NULL when it was refused. */
static Pop3MaildropMessage *
find_message (Pop3Server *self)
{
  guint64 number = self->read.message_number;
  guint n_messages = pop3_maildrop_get_n (&self->maildrop);
  Pop3MaildropMessage *message;

  if (number < 1 || number > n_messages)
    {
      pop3_server_err (self, NULL, "no such message, the maildrop has %u", n_messages);
      return NULL;
    }
  message = pop3_maildrop_get (&self->maildrop, (guint) number - 1);
  if (message->is_deleted)
    {
      pop3_server_err (self, NULL, "message %" G_GUINT64_FORMAT " is marked as deleted", number);
      return NULL;
    }
  return message;
}

void
pop3_server_do_stat (Pop3Server *self)
{
  guint n_messages;
  guint64 octets;

  pop3_maildrop_count (&self->maildrop, &n_messages, &octets);
  pop3_server_ok (self, "%u %" G_GUINT64_FORMAT, n_messages, octets);
}

/* One line of LIST or UIDL. */
static void
append_listing (Pop3Server *self, GString *string, guint i)
{
  const Pop3MaildropMessage *message = pop3_maildrop_get (&self->maildrop, i);

  if (self->row->rule.verb == POP3_VERB_UIDL)
    g_string_append_printf (string, "%u %s", i + 1, message->unique_id);
  else
    g_string_append_printf (string, "%u %" G_GUINT64_FORMAT, i + 1, message->octets);
}

static void
list_one (Pop3Server *self)
{
  GString *line;

  if (find_message (self) == NULL)
    return;
  line = g_string_new (NULL);
  append_listing (self, line, (guint) self->read.message_number - 1);
  pop3_server_ok (self, "%s", line->str);
  g_string_free (line, TRUE);
}

void
pop3_server_do_list (Pop3Server *self)
{
  g_autofree char *text = NULL;
  GString *response;

  if (self->read.has_message_number)
    {
      list_one (self);
      return;
    }
  text = pop3_maildrop_describe (&self->maildrop, self->language);
  response = pop3_server_format_line (self, TRUE, NULL, text);
  for (guint i = 0; i < pop3_maildrop_get_n (&self->maildrop); i++)
    if (!pop3_maildrop_get (&self->maildrop, i)->is_deleted)
      {
        append_listing (self, response, i);
        g_string_append (response, "\r\n");
      }
  pop3_server_send_listing (self, response);
}

void
pop3_server_do_message (Pop3Server *self)
{
  if (find_message (self) != NULL)
    pop3_server_ask (self, POP3_SERVER_EVENT_MESSAGE);
}

static void
send_message (Pop3Server *self, GBytes *message)
{
  g_autoptr (GBytes) wire = pop3_message_to_wire (message);
  g_autoptr (GBytes) block = NULL;

  if (self->read.verb == POP3_VERB_TOP)
    {
      g_autoptr (GBytes) whole = g_steal_pointer (&wire);

      wire = pop3_message_top (whole, self->read.n_lines);
      pop3_server_ok (self, "top of message follows");
    }
  else
    pop3_server_ok (self, "%" G_GSIZE_FORMAT " octets", g_bytes_get_size (wire));
  block = wire_dots_stuff (g_bytes_get_data (wire, NULL), g_bytes_get_size (wire));
  wire_outbox_send_bytes (&self->outbox, "data", block);
}

void
pop3_server_give_message (Pop3Server *self, GBytes *message)
{
  g_return_if_fail (self != NULL && pop3_server_take_answer (self, POP3_SERVER_EVENT_MESSAGE));

  if (message == NULL)
    pop3_server_err (self, NULL, "message %" G_GUINT64_FORMAT " can't be read",
                     self->read.message_number);
  else if (!self->is_utf8 && (self->config.capabilities & POP3_CAPABILITY_UTF8) != 0 &&
           pop3_message_needs_utf8 (message))
    pop3_server_err (self, "UTF8",
                     "message %" G_GUINT64_FORMAT " needs a client that has said UTF8",
                     self->read.message_number);
  else
    send_message (self, message);
}

void
pop3_server_do_dele (Pop3Server *self)
{
  Pop3MaildropMessage *message = find_message (self);

  if (message == NULL)
    return;
  message->is_deleted = TRUE;
  pop3_server_ok (self, "message %" G_GUINT64_FORMAT " deleted", self->read.message_number);
}

void
pop3_server_do_noop (Pop3Server *self)
{
  pop3_server_ok (self, "%s", "");
}

void
pop3_server_do_rset (Pop3Server *self)
{
  g_autofree char *text = NULL;

  pop3_maildrop_reset (&self->maildrop);
  text = pop3_maildrop_describe (&self->maildrop, self->language);
  pop3_server_ok (self, "maildrop has %s", text);
}

/* The update */

void
pop3_server_do_update (Pop3Server *self)
{
  self->deleted = pop3_maildrop_list_deleted (&self->maildrop);
  self->state = self->row->rule.next;
  pop3_server_ask (self, POP3_SERVER_EVENT_UPDATE);
}

void
pop3_server_finish_update (Pop3Server *self, gboolean is_complete)
{
  guint n_left;
  guint64 octets;

  g_return_if_fail (self != NULL && pop3_server_take_answer (self, POP3_SERVER_EVENT_UPDATE));

  pop3_maildrop_count (&self->maildrop, &n_left, &octets);
  if (!is_complete)
    pop3_server_err (self, NULL, "some deleted messages not removed");
  else if (n_left == 0)
    pop3_server_ok (self, "%s POP3 server signing off (maildrop empty)", self->config.name);
  else if (n_left == 1)
    pop3_server_ok (self, "%s POP3 server signing off (%u message left)", self->config.name,
                    n_left);
  else
    pop3_server_ok (self, "%s POP3 server signing off (%u messages left)", self->config.name,
                    n_left);
  pop3_server_end (self, POP3_SERVER_EVENT_NONE, NULL);
}
