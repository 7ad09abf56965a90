/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls-layer.h"

#include <string.h>

#include "tls-record.h"
#include "tls-session.h"

typedef enum
{
  STATE_CLEAR,     /* passes on */
  STATE_HANDSHAKE, /* nothing is taken from the session inside, so nothing of it leaves in clear */
  STATE_SECURED,
  STATE_ENDED,     /* failed, or the peer said close_notify and everything has been answered */
} State;

typedef struct
{
  WireSession    session; /* first: the carrier drives this */
  WireSession   *inside;
  TlsLayerConfig config; /* peer_name and seed are its own */
  TlsSession    *tls;    /* (nullable) before TLS begins */
  State          state;
  WireOutbox     outbox;
  GByteArray    *received; /* the beginning of a record */
  gint64         now_us;   /* of the last call that knew it */
  gboolean       is_closing; /* close_notify has been sent */
} TlsLayer;

static void
add_unit (TlsLayer *self, const WireUnit *unit)
{
  wire_outbox_add_unit (&self->outbox, unit);
}

/* The records that the TLS session has made are units, and the output. */
static void
take_records (TlsLayer *self, gboolean is_secured)
{
  g_autoptr (GBytes) output = tls_session_take_output (self->tls);
  gsize         length;
  const guint8 *data = g_bytes_get_data (output, &length);
  gsize         n_bytes = 0;

  g_byte_array_append (self->outbox.output, data, (guint) length);
  for (gsize done = 0; done < length; done += n_bytes)
    {
      WireUnit unit = { .direction = WIRE_SENT, .name = "record", .is_secured = is_secured };

      if (tls_record_frame (data + done, length - done, &n_bytes) != TLS_FRAME_RECORD)
        g_assert_not_reached ();
      unit.bytes = g_bytes_new_from_bytes (output, done, n_bytes);
      add_unit (self, &unit);
    }
}

static void
tell_secrets (TlsLayer *self)
{
  g_autofree char *lines = tls_session_take_key_log (self->tls);

  if (*lines != '\0' && self->config.key_log != NULL)
    self->config.key_log (lines, self->config.key_log_data);
}

/* One unit of the session inside, which has just been taken from it. */
static void
pass_unit (TlsLayer *self, WireUnit *unit)
{
  gboolean is_sent = unit->direction == WIRE_SENT;

  if (is_sent && (self->state == STATE_ENDED || self->is_closing))
    {
      wire_unit_clear (unit);
      return;
    }
  unit->is_secured = self->state != STATE_CLEAR;
  add_unit (self, unit);
  if (is_sent && self->state == STATE_SECURED)
    {
      gsize         length;
      const guint8 *data =
          g_bytes_get_data (unit->wire != NULL ? unit->wire : unit->bytes, &length);

      tls_session_send (self->tls, data, length);
      take_records (self, TRUE);
    }
}

static void begin (TlsLayer *self);

/* Takes all that the session inside has to say, and acts on it. */
static void
pump (TlsLayer *self)
{
  const WireSessionClass *klass = self->inside->klass;
  g_autoptr (GBytes) output = NULL;
  WireUnit unit;

  if (self->state == STATE_HANDSHAKE)
    return;
  while (klass->next_unit (self->inside, &unit))
    pass_unit (self, &unit);
  output = klass->take_output (self->inside);
  if (self->state == STATE_CLEAR)
    {
      gsize         length;
      const guint8 *data = g_bytes_get_data (output, &length);

      g_byte_array_append (self->outbox.output, data, (guint) length);
      if (klass->starts_tls != NULL && klass->starts_tls (self->inside))
        begin (self);
    }
  else if (self->state == STATE_SECURED && !self->is_closing && klass->is_done (self->inside))
    {
      self->is_closing = TRUE;
      tls_session_close (self->tls);
      take_records (self, FALSE);
    }
}

/* The session inside is about to decide on what it has taken in. */
static void
on_inside_units (gpointer data)
{
  TlsLayer *self = data;

  pump (self);
  wire_session_tell_units (&self->session);
}

static void
on_inside_wake (gpointer data)
{
  TlsLayer *self = data;

  wire_session_wake (&self->session);
}

/* TLS has failed: the session inside learns why, and that nothing follows. */
static void
fail (TlsLayer *self, const char *reason)
{
  const WireSessionClass *klass = self->inside->klass;

  wire_session_tell_units (&self->session);
  self->state = STATE_ENDED;
  if (klass->tls_failed != NULL)
    klass->tls_failed (self->inside, reason, self->now_us);
  klass->receive_end (self->inside, TRUE, self->now_us);
  pump (self);
}

static char *
dup_reason (const TlsEvent *event, guint problems)
{
  const char      *alert = event->alert >= 0 ? tls_alert_get_name ((guint) event->alert) : NULL;
  g_autofree char *wrong = tls_problems_to_string (problems);

  switch (event->failure)
    {
    case TLS_FAILURE_NOT_TLS:
      return g_strdup ("what the peer sends is not TLS");
    case TLS_FAILURE_ALERT:
      return g_strdup_printf ("the peer gave up: %s", alert != NULL ? alert : "unknown alert");
    case TLS_FAILURE_REFUSED:
      return g_strdup_printf ("the certificate is not trusted: %s", wrong);
    case TLS_FAILURE_PEER:
      return g_strdup_printf ("%s%s%s", event->reason, alert != NULL ? ": " : "",
                              alert != NULL ? alert : "");
    case TLS_FAILURE_CUT_OFF:
    case TLS_FAILURE_NONE:
      break;
    }
  return g_strdup (event->reason);
}

static void
describe (const TlsEvent *event, const char *problems, WireSecurity *out_security)
{
  *out_security = (WireSecurity){
    .version = event->version_name,
    .cipher = event->cipher,
    .is_verified = event->problems == 0 && event->peer_names != NULL,
    .problems = problems,
    .peer_names = event->peer_names,
    .asked_name = event->asked_name,
  };
}

static void
do_certificate (TlsLayer *self, const TlsEvent *event)
{
  const WireSessionClass *klass = self->inside->klass;
  g_autofree char        *problems = tls_problems_to_string (event->problems);
  WireSecurity            security;
  gboolean                is_trusted;

  describe (event, problems, &security);
  wire_session_tell_units (&self->session);
  is_trusted = klass->trusts != NULL && klass->trusts (self->inside, &security);
  tls_session_answer (self->tls, is_trusted);
}

static void
do_secured (TlsLayer *self, const TlsEvent *event)
{
  const WireSessionClass *klass = self->inside->klass;
  g_autofree char        *problems = tls_problems_to_string (event->problems);
  g_autoptr (GBytes) exporter = tls_session_dup_binding (self->tls, TLS_BINDING_EXPORTER);
  g_autoptr (GBytes) end_point = tls_session_dup_binding (self->tls, TLS_BINDING_SERVER_END_POINT);
  WireSecurity security;

  describe (event, problems, &security);
  security.exporter = exporter;
  security.end_point = end_point;
  take_records (self, FALSE);
  wire_session_tell_units (&self->session);
  self->state = STATE_SECURED;
  if (klass->secured != NULL)
    klass->secured (self->inside, &security, self->now_us);
  pump (self);
}

/* Plaintext that the record before brought. */
static void
pass_plaintext (TlsLayer *self)
{
  g_autoptr (GBytes) plaintext = tls_session_take_plaintext (self->tls);
  gsize         length;
  const guint8 *data = g_bytes_get_data (plaintext, &length);

  take_records (self, FALSE);
  if (length == 0)
    return;
  self->inside->klass->receive (self->inside, data, length, self->now_us);
  pump (self);
}

/* The peer will send no more; what is left to say to it can still be said. */
static void
do_closed (TlsLayer *self)
{
  if (self->state != STATE_SECURED)
    {
      fail (self, "the peer closed during the handshake");
      return;
    }
  wire_session_tell_units (&self->session);
  self->inside->klass->receive_end (self->inside, FALSE, self->now_us);
  pump (self);
  if (!self->is_closing)
    tls_session_close (self->tls);
  self->is_closing = TRUE;
  take_records (self, FALSE);
  self->state = STATE_ENDED;
}

/* Acts on what the TLS session has come to. */
static void
drive (TlsLayer *self)
{
  TlsEvent event;
  guint    problems = 0;

  tell_secrets (self);
  while (tls_session_next_event (self->tls, &event))
    switch (event.kind)
      {
      case TLS_EVENT_CERTIFICATE:
        problems = event.problems;
        do_certificate (self, &event);
        tell_secrets (self);
        break;
      case TLS_EVENT_SECURED:
        do_secured (self, &event);
        break;
      case TLS_EVENT_CLOSED:
        pass_plaintext (self);
        do_closed (self);
        break;
      case TLS_EVENT_FAILED:
        {
          g_autofree char *reason = dup_reason (&event, problems);

          pass_plaintext (self);
          fail (self, reason);
          break;
        }
      case TLS_EVENT_NONE:
        break;
      }
  if (self->state == STATE_ENDED)
    return;
  pass_plaintext (self);
}

/* TLS begins: a client's hello is in the output at once. */
static void
begin (TlsLayer *self)
{
  TlsContext *context = self->config.get_context (self->config.context_data);
  gint64      unix_us = self->config.epoch_us + self->now_us;

  self->state = STATE_HANDSHAKE;
  if (context == NULL)
    {
      fail (self, "TLS is not to be had here");
      return;
    }
  self->tls = tls_session_new (context, self->config.peer_name, unix_us / G_USEC_PER_SEC,
                               self->config.seed);
  drive (self);
}

/* Whatever comes now is not for the session inside any more. */
static gboolean
is_over (TlsLayer *self)
{
  return self->state == STATE_ENDED || self->is_closing;
}

static void
note_received (TlsLayer *self, const guint8 *data, gsize length)
{
  wire_outbox_note (&self->outbox, "record", data, length);
}

/* Records one by one, each told before what was in it. What is no record ends the session. */
static void
take_received (TlsLayer *self)
{
  gsize    done = 0, length = 0;
  TlsFrame frame = TLS_FRAME_MORE;

  while (!is_over (self))
    {
      const guint8 *data = self->received->data + done;
      gsize         left = self->received->len - done;

      frame = tls_record_frame (data, left, &length);
      if (frame == TLS_FRAME_MORE)
        break;
      if (frame == TLS_FRAME_WRONG)
        length = left;
      note_received (self, data, length);
      tls_session_receive (self->tls, data, length);
      done += length;
      drive (self);
    }
  g_byte_array_remove_range (self->received, 0, (guint) done);
}

static void
tls_layer_receive (WireSession *session, const guint8 *data, gsize length, gint64 now_us)
{
  TlsLayer *self = (TlsLayer *) session;

  self->now_us = now_us;
  pump (self); /* may begin TLS */
  if (self->state == STATE_CLEAR)
    {
      self->inside->klass->receive (self->inside, data, length, now_us);
      pump (self);
    }
  else if (!is_over (self))
    {
      g_byte_array_append (self->received, data, (guint) length);
      take_received (self);
    }
}

static void
tls_layer_receive_end (WireSession *session, gboolean is_lost, gint64 now_us)
{
  TlsLayer *self = (TlsLayer *) session;

  self->now_us = now_us;
  if (self->state == STATE_CLEAR)
    {
      self->inside->klass->receive_end (self->inside, is_lost, now_us);
      pump (self);
    }
  else if (self->state == STATE_SECURED && (is_lost || self->is_closing))
    {
      /* A broken connection, or nothing was to come any more: no failure of TLS. */
      self->state = STATE_ENDED;
      self->inside->klass->receive_end (self->inside, is_lost, now_us);
      pump (self);
    }
  else if (self->state != STATE_ENDED)
    {
      tls_session_receive_end (self->tls);
      drive (self);
    }
}

static gboolean
tls_layer_next_unit (WireSession *session, WireUnit *out_unit)
{
  TlsLayer *self = (TlsLayer *) session;

  /* Its owner may have let the session inside speak without a call on this one. */
  if (!wire_outbox_has_unit (&self->outbox))
    pump (self);
  return wire_outbox_next_unit (&self->outbox, out_unit);
}

static GBytes *
tls_layer_take_output (WireSession *session)
{
  TlsLayer *self = (TlsLayer *) session;

  return wire_outbox_take_output (&self->outbox);
}

static gboolean
tls_layer_produce (WireSession *session, gint64 now_us)
{
  TlsLayer               *self = (TlsLayer *) session;
  const WireSessionClass *klass = self->inside->klass;
  gboolean                has_more;

  if (klass->produce == NULL || self->state == STATE_HANDSHAKE || self->state == STATE_ENDED ||
      self->is_closing)
    return FALSE;
  self->now_us = now_us;
  has_more = klass->produce (self->inside, now_us);
  pump (self);
  return has_more;
}

static gint64
tls_layer_get_deadline (WireSession *session)
{
  TlsLayer *self = (TlsLayer *) session;

  return self->inside->klass->get_deadline (self->inside);
}

/* During the handshake too: the session inside waits, and its patience is what bounds it. */
static void
tls_layer_expire (WireSession *session, gint64 now_us)
{
  TlsLayer *self = (TlsLayer *) session;

  self->now_us = now_us;
  self->inside->klass->expire (self->inside, now_us);
  pump (self);
}

static gboolean
tls_layer_is_done (WireSession *session)
{
  TlsLayer *self = (TlsLayer *) session;

  return self->state == STATE_ENDED || self->inside->klass->is_done (self->inside);
}

static void
tls_layer_free (WireSession *session)
{
  TlsLayer *self = (TlsLayer *) session;

  self->inside->klass->free (self->inside);
  tls_session_free (self->tls);
  wire_outbox_clear (&self->outbox);
  g_byte_array_unref (self->received);
  g_free ((char *) self->config.peer_name);
  g_clear_pointer (&self->config.seed, g_bytes_unref);
  g_free (self);
}

static const WireSessionClass tls_layer_class = {
  .receive = tls_layer_receive,
  .receive_end = tls_layer_receive_end,
  .next_unit = tls_layer_next_unit,
  .take_output = tls_layer_take_output,
  .get_deadline = tls_layer_get_deadline,
  .expire = tls_layer_expire,
  .is_done = tls_layer_is_done,
  .free = tls_layer_free,
  .produce = tls_layer_produce,
};

WireSession *
tls_layer_new (WireSession *inside, const TlsLayerConfig *config)
{
  TlsLayer *self = g_new0 (TlsLayer, 1);

  self->session.klass = &tls_layer_class;
  self->inside = inside;
  inside->on_units = on_inside_units;
  inside->on_wake = on_inside_wake;
  inside->carrier = self;
  self->config = *config;
  self->config.peer_name = g_strdup (config->peer_name);
  if (config->seed != NULL)
    g_bytes_ref (config->seed);
  wire_outbox_init (&self->outbox);
  self->received = g_byte_array_new ();
  self->now_us = config->now_us;
  if (config->is_implicit)
    begin (self);
  return &self->session;
}
