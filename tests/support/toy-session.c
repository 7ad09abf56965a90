/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "toy-session.h"

#include <string.h>

static void tell (ToySession *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
tell (ToySession *self, const char *format, ...)
{
  va_list arguments;

  if (self->told == NULL)
    return;
  va_start (arguments, format);
  g_string_append_vprintf (self->told, format, arguments);
  va_end (arguments);
  g_string_append (self->told, "; ");
}

static void
say (ToySession *self, const char *name, const char *line)
{
  g_autofree char *text = g_strconcat (line, "\r\n", NULL);

  wire_outbox_send_text (&self->outbox, name, text);
}

static void
start_tls (ToySession *self)
{
  self->is_starting = self->starts = TRUE;
}

static void
send_next (ToySession *self)
{
  if (self->script[self->n_lines] != NULL)
    say (self, "command", self->script[self->n_lines++]);
  else
    self->is_done = TRUE;
}

static void
take_reply (ToySession *self, const char *line)
{
  const char *last = self->n_lines > 0 ? self->script[self->n_lines - 1] : "";

  if (strcmp (last, "STLS") == 0 && g_str_has_prefix (line, "220 go"))
    start_tls (self);
  else
    send_next (self);
}

static void
take_command (ToySession *self, const char *line)
{
  g_autofree char *reply = NULL;

  if (strcmp (line, "STLS") == 0)
    {
      say (self, "response", "220 go");
      start_tls (self);
      return;
    }
  self->is_done = strcmp (line, "QUIT") == 0;
  reply = self->is_done ? g_strdup ("221 bye") : g_strdup_printf ("250 %u", ++self->n_lines);
  say (self, "response", reply);
}

static void
take_line (ToySession *self, const char *line, gsize length)
{
  g_autofree char *text = g_strndup (line, length - 2);

  wire_outbox_note (&self->outbox, self->script != NULL ? "response" : "command",
                    (const guint8 *) line, length);
  wire_session_tell_units (&self->session);
  tell (self, "%.40s", text);
  if (self->script != NULL)
    take_reply (self, text);
  else
    take_command (self, text);
}

static void
receive (WireSession *session, const guint8 *data, gsize length, gint64 now_us)
{
  ToySession *self = (ToySession *) session;
  char       *end;

  self->deadline_us = now_us + TOY_PATIENCE_US;
  g_string_append_len (self->in, (const char *) data, (gssize) length);
  while (!self->is_starting && !self->is_done && (end = strstr (self->in->str, "\r\n")) != NULL)
    {
      gsize line_length = (gsize) (end + 2 - self->in->str);

      take_line (self, self->in->str, line_length);
      g_string_erase (self->in, 0, (gssize) line_length);
    }
}

static void
receive_end (WireSession *session, gboolean is_lost, gint64 now_us)
{
  tell ((ToySession *) session, is_lost ? "lost" : "ended");
}

static gboolean
next_unit (WireSession *session, WireUnit *out_unit)
{
  return wire_outbox_next_unit (&((ToySession *) session)->outbox, out_unit);
}

static GBytes *
take_output (WireSession *session)
{
  return wire_outbox_take_output (&((ToySession *) session)->outbox);
}

static gint64
get_deadline (WireSession *session)
{
  ToySession *self = (ToySession *) session;

  return self->is_done ? G_MAXINT64 : self->deadline_us;
}

static void
expire (WireSession *session, gint64 now_us)
{
  ToySession *self = (ToySession *) session;

  if (self->is_done || now_us < self->deadline_us)
    return;
  tell (self, "expired");
  say (self, "response", "421 bye");
  self->is_done = TRUE;
}

static gboolean
is_done (WireSession *session)
{
  return ((ToySession *) session)->is_done;
}

static gboolean
starts_tls (WireSession *session)
{
  ToySession *self = (ToySession *) session;
  gboolean    starts = self->starts;

  self->starts = FALSE;
  return starts;
}

static void
tell_security (ToySession *self, const char *what, const WireSecurity *security)
{
  tell (self, "%s %s%s%s%s asked %s", what, security->version != NULL ? security->version : "?",
        security->is_verified ? " verified" : "", *security->problems != '\0' ? " but " : "",
        security->problems, security->asked_name != NULL ? security->asked_name : "nothing");
}

static void
secured (WireSession *session, const WireSecurity *security, gint64 now_us)
{
  ToySession *self = (ToySession *) session;

  tell_security (self, "secured", security);
  g_assert_nonnull (security->cipher);
  g_assert_nonnull (security->end_point);
  g_string_truncate (self->in, 0);
  if (self->script != NULL && self->is_starting)
    send_next (self);
  self->is_starting = FALSE;
}

static gboolean
trusts (WireSession *session, const WireSecurity *security)
{
  ToySession *self = (ToySession *) session;

  tell (self, "certificate %s", security->problems);
  return self->trusts;
}

static void
tls_failed (WireSession *session, const char *reason, gint64 now_us)
{
  tell ((ToySession *) session, "failed: %s", reason);
}

static void
free_session (WireSession *session)
{
  ToySession *self = (ToySession *) session;

  wire_outbox_clear (&self->outbox);
  g_string_free (self->in, TRUE);
  g_free (self);
}

static const WireSessionClass toy_class = {
  receive, receive_end,  next_unit,  take_output, get_deadline, expire,
  is_done, free_session, starts_tls, secured,     trusts,       tls_failed,
};

ToySession *
toy_session_new (const char *const *script, gint64 now_us, GString *told)
{
  ToySession *self = g_new0 (ToySession, 1);

  self->session.klass = &toy_class;
  wire_outbox_init (&self->outbox);
  self->in = g_string_new (NULL);
  self->script = script;
  self->told = told;
  self->deadline_us = now_us + TOY_PATIENCE_US;
  if (script == NULL)
    say (self, "response", "220 hello");
  return self;
}
