/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-client-private.h"

#include <string.h>

#include "imap-grammar.h"

/* Telling */

static void
free_news (gpointer data)
{
  ImapClientNews *news = data;

  if (news == NULL)
    return;
  imap_response_clear (&news->response);
  g_free (news->code);
  g_free (news->text);
  g_free (news);
}

static ImapClientNews *
add_news (ImapClient *self, ImapClientEventKind kind)
{
  ImapClientNews *news = g_new0 (ImapClientNews, 1);

  news->event.kind = kind;
  g_queue_push_tail (&self->news, news);
  return news;
}

void
imap_client_tell (ImapClient *self, ImapClientEventKind kind, const char *code, const char *text)
{
  ImapClientNews *news = add_news (self, kind);

  news->event.code = news->code = g_strdup (code);
  news->event.text = news->text = g_strdup (text);
}

static void
end (ImapClient *self)
{
  self->step = IMAP_CLIENT_OVER;
  self->deadline_us = G_MAXINT64;
  imap_framer_drop (self->framer);
}

void
imap_client_fail (ImapClient *self, const char *text)
{
  if (self->step == IMAP_CLIENT_OVER)
    return;
  imap_client_tell (self, IMAP_CLIENT_EVENT_FAILED, NULL, text);
  end (self);
}

/* Sending */

static void
free_command (gpointer data)
{
  ImapClientCommand *command = data;

  if (command == NULL)
    return;
  imap_request_free (command->request);
  g_free (command);
}

static void
send_unit (ImapClient *self, const char *name, const guint8 *data, gsize length)
{
  g_autoptr (GBytes) wire = NULL;
  g_autoptr (GBytes) clear = NULL;

  self->deadline_us = self->now_us + self->config.timeout_us;
  if (self->deflate == NULL)
    {
      wire_outbox_send (&self->outbox, name, data, length);
      return;
    }
  clear = g_bytes_new (data, length);
  wire = imap_deflate_compress (self->deflate, data, length);
  wire_outbox_send_as (&self->outbox, name, clear, wire);
}

/* Whether a literal of @length may go without leave (RFC 7888 sections 3 and 5). */
static gboolean
may_go_at_once (const ImapClient *self, gsize length)
{
  guint32 usable = self->offered & ~self->config.unused;

  if ((self->config.unused & IMAP_CAPABILITY_LITERAL_PLUS) != 0)
    return FALSE;
  return (usable & IMAP_CAPABILITY_LITERAL_PLUS) != 0 ||
         (self->has_literal_minus && length <= 4096);
}

/* Sends of the command what may go now. Returns: whether that was all of it. */
static gboolean
send_pieces (ImapClient *self, ImapClientCommand *command)
{
  gboolean is_first = command->n_sent == 0;
  g_autoptr (GString) line = g_string_new (NULL);

  if (is_first)
    g_string_printf (line, "%s ", command->tag);
  while (command->n_sent < imap_request_get_n_pieces (command->request))
    {
      const ImapRequestPiece *piece =
          imap_request_get_piece (command->request, command->n_sent++);
      gsize         length = 0;
      const guint8 *data = NULL;

      g_string_append_len (line, piece->text->str, (gssize) piece->text->len);
      if (piece->literal == NULL)
        break;
      data = g_bytes_get_data (piece->literal, &length);
      if (!may_go_at_once (self, length))
        {
          g_string_append_printf (line, "{%" G_GSIZE_FORMAT "}\r\n", length);
          self->awaits_leave = TRUE;
          send_unit (self, is_first ? "command" : "rest", (const guint8 *) line->str, line->len);
          return FALSE;
        }
      g_string_append_printf (line, "{%" G_GSIZE_FORMAT "+}\r\n", length);
      g_string_append_len (line, (const char *) data, (gssize) length);
    }
  g_string_append (line, "\r\n");
  send_unit (self, is_first ? "command" : "rest", (const guint8 *) line->str, line->len);
  return TRUE;
}

/* AUTHENTICATE, STARTTLS and COMPRESS change what follows, and IDLE takes no command: nothing goes
 * out behind them. */
static gboolean
must_wait (const ImapClient *self)
{
  if (self->awaits_leave || self->idle != IMAP_IDLE_NONE || self->step == IMAP_CLIENT_OVER)
    return TRUE;
  return self->step != IMAP_CLIENT_READY && self->step != IMAP_CLIENT_LOGOUT &&
         self->out.head != NULL;
}

void
imap_client_flush (ImapClient *self)
{
  while (!must_wait (self) && !g_queue_is_empty (&self->waiting))
    {
      ImapClientCommand *command = g_queue_pop_head (&self->waiting);

      g_queue_push_tail (&self->out, command);
      if (command->is_idle)
        self->idle = IMAP_IDLE_ASKED;
      send_pieces (self, command);
    }
}

static guint
add_command (ImapClient *self, ImapRequest *request, gboolean is_own, gboolean is_idle)
{
  ImapClientCommand *command = g_new0 (ImapClientCommand, 1);

  command->number = ++self->n_commands;
  g_snprintf (command->tag, sizeof command->tag, "A%u", command->number);
  command->request = request;
  command->is_own = is_own;
  command->is_idle = is_idle;
  g_queue_push_tail (&self->waiting, command);
  imap_client_flush (self);
  return command->number;
}

void
imap_client_send_own (ImapClient *self, ImapClientStep step, ImapRequest *request)
{
  self->step = step;
  add_command (self, request, TRUE, FALSE);
}

guint
imap_client_send (ImapClient *self, ImapRequest *request)
{
  return add_command (self, request, FALSE, FALSE);
}

guint
imap_client_idle (ImapClient *self)
{
  self->idle_number = add_command (self, imap_request_new ("IDLE"), FALSE, TRUE);
  return self->idle_number;
}

static void
say_done (ImapClient *self)
{
  self->idle = IMAP_IDLE_ENDING;
  send_unit (self, "command", (const guint8 *) "DONE\r\n", 6);
}

void
imap_client_end_idle (ImapClient *self)
{
  self->is_renewed = FALSE;
  if (self->idle == IMAP_IDLE_ON)
    say_done (self);
  else if (self->idle == IMAP_IDLE_ASKED)
    self->idle_until_us = G_MININT64; /* as soon as the server waits */
}

void
imap_client_quit (ImapClient *self)
{
  imap_client_end_idle (self);
  if (self->step != IMAP_CLIENT_OVER)
    imap_client_send_own (self, IMAP_CLIENT_LOGOUT, imap_request_new ("LOGOUT"));
}

/* Taking in */

static void
do_leave (ImapClient *self)
{
  ImapClientCommand      *command = g_queue_peek_tail (&self->out);
  const ImapRequestPiece *piece = imap_request_get_piece (command->request, command->n_sent - 1);
  gsize                   length;
  const guint8           *data = g_bytes_get_data (piece->literal, &length);

  self->awaits_leave = FALSE;
  send_unit (self, "literal", data, length);
  if (send_pieces (self, command))
    imap_client_flush (self);
}

static void
do_idling (ImapClient *self)
{
  ImapClientCommand *command = g_queue_peek_tail (&self->out);
  gboolean           ends = self->idle_until_us == G_MININT64;

  self->idle = IMAP_IDLE_ON;
  self->idle_until_us = self->now_us + IMAP_CLIENT_IDLE_US;
  if (command->number == self->idle_number)
    add_news (self, IMAP_CLIENT_EVENT_IDLING)->event.command = command->number;
  if (ends)
    say_done (self);
}

static void
do_continue (ImapClient *self, const ImapResponse *response)
{
  if (self->awaits_leave)
    do_leave (self);
  else if (self->sasl != NULL)
    imap_client_on_challenge (self, response);
  else if (self->idle == IMAP_IDLE_ASKED)
    do_idling (self);
  else
    imap_client_tell (self, IMAP_CLIENT_EVENT_TOLD, "unreadable",
                      "the server bids to go on, but nothing waits for that");
}

static GList *
find_command (ImapClient *self, const char *tag)
{
  for (GList *link = self->out.head; link != NULL; link = link->next)
    if (strcmp (((ImapClientCommand *) link->data)->tag, tag) == 0)
      return link;
  return NULL;
}

static void
tell_response (ImapClient *self, ImapClientEventKind kind, guint command, ImapResponse *response)
{
  ImapClientNews *news = add_news (self, kind);

  news->response = *response;
  *response = (ImapResponse){ 0 };
  news->event.response = &news->response;
  news->event.command = command;
}

/* The end of an IDLE: goes on after half an hour, ends for good, or was refused. */
static void
end_idle (ImapClient *self, ImapClientCommand *command, ImapResponse *response)
{
  gboolean is_renewed = self->is_renewed && response->condition == IMAP_OK;

  self->idle = IMAP_IDLE_NONE;
  self->is_renewed = FALSE;
  if (!is_renewed)
    {
      tell_response (self, IMAP_CLIENT_EVENT_COMPLETED, self->idle_number, response);
      return;
    }
  self->idle_until_us = 0;
  add_command (self, imap_request_new ("IDLE"), FALSE, TRUE);
}

static void
do_tagged (ImapClient *self, ImapResponse *response)
{
  GList             *link = find_command (self, response->tag);
  ImapClientCommand *command;

  if (link == NULL)
    {
      imap_client_fail (self, "the server answers a command that was not given");
      return;
    }
  command = link->data;
  if (self->awaits_leave && link == self->out.tail)
    self->awaits_leave = FALSE; /* refused before its literal */
  g_queue_delete_link (&self->out, link);
  if (command->is_own)
    imap_client_on_own (self, response);
  else if (command->is_idle)
    end_idle (self, command, response);
  else
    tell_response (self, IMAP_CLIENT_EVENT_COMPLETED, command->number, response);
  free_command (command);
  if (g_queue_is_empty (&self->out) && self->step == IMAP_CLIENT_READY)
    self->deadline_us = G_MAXINT64;
  imap_client_flush (self);
}

static void
do_untagged (ImapClient *self, ImapResponse *response)
{
  if (response->kind == IMAP_RESPONSE_STATUS && response->condition == IMAP_BYE)
    {
      g_free (self->bye);
      self->bye = g_strdup (response->text != NULL ? response->text : "");
    }
  imap_client_note_data (self, response);
  if (self->is_authenticated)
    tell_response (self, IMAP_CLIENT_EVENT_RESPONSE, 0, response);
}

static void
take_response (ImapClient *self, const guint8 *data, gsize length)
{
  WireScan     scan;
  ImapResponse response = { 0 };

  wire_scan_init (&scan, data, length, NULL);
  self->deadline_us = self->now_us + self->config.timeout_us;
  if (!imap_scan_response (&scan, &response) || !wire_scan_at_end (&scan))
    {
      if (self->step == IMAP_CLIENT_GREETING)
        imap_client_fail (self, "the server does not speak IMAP");
      else
        imap_client_tell (self, IMAP_CLIENT_EVENT_TOLD, "unreadable",
                          "a response of the server can't be read");
    }
  else if (self->step == IMAP_CLIENT_GREETING)
    imap_client_on_greeting (self, &response);
  else if (response.kind == IMAP_RESPONSE_CONTINUE)
    do_continue (self, &response);
  else if (response.tag != NULL)
    do_tagged (self, &response);
  else
    do_untagged (self, &response);
  imap_response_clear (&response);
}

/* Inflates the next of what came. Returns: whether there was any. */
static gboolean
inflate_next (ImapClient *self)
{
  g_autoptr (GByteArray) piece = NULL;
  gboolean is_failed = FALSE;

  if (self->deflate == NULL)
    return FALSE;
  piece = g_byte_array_new ();
  if (!imap_deflate_next (self->deflate, piece, &is_failed))
    {
      if (is_failed)
        imap_client_fail (self, "what the server sends is not compressed as was agreed");
      return FALSE;
    }
  imap_framer_push (self->framer, piece->data, piece->len);
  return TRUE;
}

/* Takes in one response. Returns: whether there was one. */
static gboolean
take_next (ImapClient *self)
{
  ImapPiece piece;
  ImapFrame frame;

  if (self->step == IMAP_CLIENT_OVER || self->step == IMAP_CLIENT_TLS)
    return FALSE;
  do
    frame = imap_framer_next (self->framer, IMAP_CLIENT_RESPONSE_BYTES_MAX,
                              IMAP_CLIENT_RESPONSE_BYTES_MAX, TRUE, &piece);
  while (frame == IMAP_FRAME_MORE && inflate_next (self));
  if (frame == IMAP_FRAME_MORE)
    return FALSE;
  wire_outbox_note (&self->outbox, "response", piece.data, piece.length);
  if (frame == IMAP_FRAME_UNIT)
    take_response (self, piece.data, piece.length);
  else
    imap_client_fail (self, "the server sends a response that is too long");
  return TRUE;
}

static void
take_end (ImapClient *self)
{
  g_autofree char *text = NULL;

  if (self->step == IMAP_CLIENT_OVER)
    return;
  if (self->bye == NULL)
    imap_client_fail (self, "the server closed the connection");
  else
    {
      text = g_strdup_printf ("the server ended the session: %s", self->bye);
      imap_client_fail (self, text);
    }
}

gboolean
imap_client_next_event (ImapClient *self, ImapClientEvent *out_event)
{
  g_clear_pointer (&self->told, free_news);
  while (g_queue_is_empty (&self->news) && take_next (self))
    ;
  if (g_queue_is_empty (&self->news) && self->is_input_over)
    take_end (self);
  self->told = g_queue_pop_head (&self->news);
  if (self->told == NULL)
    {
      *out_event = (ImapClientEvent){ .kind = IMAP_CLIENT_EVENT_NONE };
      return FALSE;
    }
  *out_event = self->told->event;
  return TRUE;
}

void
imap_client_receive (ImapClient *self, const guint8 *data, gsize length, gint64 now_us)
{
  self->now_us = now_us;
  if (self->step == IMAP_CLIENT_OVER)
    return;
  if (self->deflate != NULL)
    imap_deflate_push (self->deflate, data, length);
  else
    imap_framer_push (self->framer, data, length);
}

void
imap_client_receive_end (ImapClient *self)
{
  self->is_input_over = TRUE;
}

/* Asking */

guint32
imap_client_get_capabilities (const ImapClient *self)
{
  return self->offered & ~self->config.unused;
}

guint
imap_client_get_enabled (const ImapClient *self)
{
  return self->enabled;
}

GBytes *
imap_client_take_output (ImapClient *self)
{
  return wire_outbox_take_output (&self->outbox);
}

gboolean
imap_client_next_unit (ImapClient *self, WireUnit *out_unit)
{
  return wire_outbox_next_unit (&self->outbox, out_unit);
}

gboolean
imap_client_is_done (const ImapClient *self)
{
  return self->step == IMAP_CLIENT_OVER;
}

gint64
imap_client_get_deadline (const ImapClient *self)
{
  return self->idle == IMAP_IDLE_ON ? self->idle_until_us : self->deadline_us;
}

void
imap_client_expire (ImapClient *self, gint64 now_us)
{
  self->now_us = now_us;
  if (now_us < imap_client_get_deadline (self))
    return;
  if (self->idle == IMAP_IDLE_ON)
    {
      self->is_renewed = TRUE;
      say_done (self);
    }
  else
    imap_client_fail (self, "the server does not answer");
}

/* TLS */

gboolean
imap_client_starts_tls (ImapClient *self)
{
  gboolean starts_tls = self->starts_tls;

  self->starts_tls = FALSE;
  return starts_tls;
}

gboolean
imap_client_trusts (const ImapClient *self)
{
  return self->config.tls != IMAP_TLS_VERIFIED;
}

void
imap_client_tls_failed (ImapClient *self, const char *reason)
{
  g_autofree char *text = g_strdup_printf ("TLS failed: %s", reason);

  imap_client_fail (self, text);
}

void
imap_client_secured (ImapClient *self, const WireSecurity *security, gint64 now_us)
{
  self->now_us = now_us;
  self->is_secured = TRUE;
  if (security->exporter != NULL)
    self->exporter = g_bytes_ref (security->exporter);
  if (security->end_point != NULL)
    self->end_point = g_bytes_ref (security->end_point);
  if (self->step == IMAP_CLIENT_TLS)
    imap_client_after_tls (self);
}

/* Life */

ImapClient *
imap_client_new (const ImapClientConfig *config, gint64 now_us)
{
  ImapClient *self = g_new0 (ImapClient, 1);

  self->config = *config;
  self->config.host = g_strdup (config->host);
  self->config.user = g_strdup (config->user);
  self->config.password = g_strdup (config->password);
  self->config.token = g_strdup (config->token);
  if (self->config.timeout_us == 0)
    self->config.timeout_us = IMAP_CLIENT_TIMEOUT_US;
  self->framer = imap_framer_new (FALSE);
  wire_outbox_init (&self->outbox);
  g_queue_init (&self->waiting);
  g_queue_init (&self->out);
  g_queue_init (&self->news);
  self->now_us = now_us;
  self->deadline_us = now_us + self->config.timeout_us;
  return self;
}

void
imap_client_free (ImapClient *self)
{
  if (self == NULL)
    return;
  g_free ((char *) self->config.host);
  g_free ((char *) self->config.user);
  g_free ((char *) self->config.password);
  g_free ((char *) self->config.token);
  imap_framer_free (self->framer);
  imap_deflate_free (self->deflate);
  wire_outbox_clear (&self->outbox);
  g_queue_clear_full (&self->waiting, free_command);
  g_queue_clear_full (&self->out, free_command);
  g_queue_clear_full (&self->news, free_news);
  free_news (self->told);
  g_free (self->bye);
  sasl_client_free (self->sasl);
  g_clear_pointer (&self->exporter, g_bytes_unref);
  g_clear_pointer (&self->end_point, g_bytes_unref);
  g_free (self);
}
