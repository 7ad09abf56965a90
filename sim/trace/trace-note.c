/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace-note.h"

#include <string.h>

#include <wire/wire-text.h>

struct _TraceNote
{
  char   *sentence;
  GArray *details; /* of TraceNoteDetail, strings owned */
};

/* Seconds of a world's clock beyond which a time makes no sense: ten thousand years. */
#define SECONDS_MAX (10000 * G_GINT64_CONSTANT (31557600))

static const struct
{
  const char   *what;
  TraceNoteKind kind;
} kinds[] = {
  { "queued", TRACE_NOTE_QUEUED },
  { "unqueued", TRACE_NOTE_QUEUED },
  { "mx-chosen", TRACE_NOTE_ROUTE },
  { "mx-implicit", TRACE_NOTE_ROUTE },
  { "null-mx", TRACE_NOTE_ROUTE },
  { "aliased", TRACE_NOTE_ROUTE },
  { "forwarded", TRACE_NOTE_ROUTE },
  { "expanded", TRACE_NOTE_ROUTE },
  { "merged", TRACE_NOTE_ROUTE },
  { "smarthost", TRACE_NOTE_ROUTE },
  { "list-empty", TRACE_NOTE_ROUTE },
  { "cached", TRACE_NOTE_NAMES },
  { "cache-hit", TRACE_NOTE_NAMES },
  { "dns-truncated", TRACE_NOTE_NAMES },
  { "dns-timeout", TRACE_NOTE_NAMES },
  { "dns-servfail", TRACE_NOTE_NAMES },
  { "dns-lame", TRACE_NOTE_NAMES },
  { "dns-failed", TRACE_NOTE_NAMES },
  { "dns-switch", TRACE_NOTE_NAMES },
  { "retry", TRACE_NOTE_WAITING },
  { "delayed", TRACE_NOTE_WAITING },
  { "warned", TRACE_NOTE_WAITING },
  { "host-failed", TRACE_NOTE_WAITING },
  { "greylisted", TRACE_NOTE_WAITING },
  { "limit", TRACE_NOTE_WAITING },
  { "limited", TRACE_NOTE_WAITING },
  { "converted", TRACE_NOTE_SENT },
  { "not-converted", TRACE_NOTE_FAILED },
  { "relayed-to", TRACE_NOTE_SENT },
  { "relayed", TRACE_NOTE_SENT },
  { "delivered", TRACE_NOTE_DELIVERED },
  { "failed", TRACE_NOTE_FAILED },
  { "expired", TRACE_NOTE_FAILED },
  { "dropped", TRACE_NOTE_FAILED },
  { "double-bounce", TRACE_NOTE_FAILED },
  { "loop", TRACE_NOTE_FAILED },
  { "list-loop", TRACE_NOTE_FAILED },
  { "relay-denied", TRACE_NOTE_FAILED },
  { "user-unknown", TRACE_NOTE_FAILED },
  { "quota", TRACE_NOTE_FAILED },
  { "over-quota", TRACE_NOTE_FAILED },
  { "address-refused", TRACE_NOTE_FAILED },
  { "message-refused", TRACE_NOTE_FAILED },
  { "not-sent", TRACE_NOTE_FAILED },
  { "bounced", TRACE_NOTE_BOUNCED },
  { "reported", TRACE_NOTE_BOUNCED },
  { "auth", TRACE_NOTE_IDENTITY },
  { "auth-failed", TRACE_NOTE_IDENTITY },
  { "login", TRACE_NOTE_IDENTITY },
  { "login-refused", TRACE_NOTE_IDENTITY },
  { "tls", TRACE_NOTE_SECURE },
  { "tls-failed", TRACE_NOTE_SECURE },
  { "tls-fallback", TRACE_NOTE_SECURE },
  { "tls-unavailable", TRACE_NOTE_SECURE },
  { "certificate", TRACE_NOTE_CERTIFICATE },
};

TraceNoteKind
trace_note_get_kind (const char *what)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].what, what) == 0)
      return kinds[i].kind;
  return TRACE_NOTE_PLAIN;
}

static gboolean
is_key_byte (guint8 byte)
{
  return g_ascii_islower (byte) || g_ascii_isdigit (byte) || byte == '-';
}

/* Reads a line "key: value". What has another form is no detail. */
static void
add_detail (TraceNote *self, const guint8 *line, gsize length)
{
  TraceNoteDetail detail;
  gsize           n = 0;
  gsize           value;

  if (length > 0 && line[length - 1] == '\r')
    length--;
  while (n < length && is_key_byte (line[n]))
    n++;
  if (n == 0 || n > TRACE_NOTE_KEY_BYTES_MAX || n == length || line[n] != ':')
    return;
  value = n + 1;
  while (value < length && line[value] == ' ')
    value++;
  detail.key = g_strndup ((const char *) line, n);
  detail.value = wire_text_escape (line + value, length - value);
  g_array_append_val (self->details, detail);
}

static void
clear_detail (gpointer data)
{
  TraceNoteDetail *detail = data;

  g_free ((char *) detail->key);
  g_free ((char *) detail->value);
}

const char *
trace_note_get_sentence (const TraceNote *self)
{
  return self->sentence;
}

guint
trace_note_get_n_details (const TraceNote *self)
{
  return self->details->len;
}

const TraceNoteDetail *
trace_note_get_nth_detail (const TraceNote *self, guint i)
{
  return &g_array_index (self->details, TraceNoteDetail, i);
}

const char *
trace_note_get_detail (const TraceNote *self, const char *key)
{
  for (guint i = 0; i < self->details->len; i++)
    if (strcmp (trace_note_get_nth_detail (self, i)->key, key) == 0)
      return trace_note_get_nth_detail (self, i)->value;
  return NULL;
}

gboolean
trace_note_get_number (const TraceNote *self, const char *key, guint64 *out_number)
{
  const char *value = trace_note_get_detail (self, key);

  return value != NULL &&
         g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT64, out_number, NULL);
}

gboolean
trace_note_get_time (const TraceNote *self, const char *key, gint64 *out_time_us)
{
  const char *p = trace_note_get_detail (self, key);
  gint64      seconds = 0;
  gint64      fraction_us = 0;
  gint64      unit_us = G_USEC_PER_SEC / 10;

  if (p == NULL || !g_ascii_isdigit (*p))
    return FALSE;
  for (; g_ascii_isdigit (*p); p++)
    {
      seconds = 10 * seconds + (*p - '0');
      if (seconds > SECONDS_MAX)
        return FALSE;
    }
  if (*p == '.')
    for (p++; g_ascii_isdigit (*p); p++)
      {
        fraction_us += unit_us * (*p - '0');
        unit_us /= 10;
      }
  if (*p != '\0')
    return FALSE;
  *out_time_us = seconds * G_USEC_PER_SEC + fraction_us;
  return TRUE;
}

/* Returns: (transfer full) (nullable): the item without what surrounds it; NULL if nothing is
 * left. */
static char *
dup_item (const char *start, gsize length)
{
  char *item = g_strstrip (g_strndup (start, length));
  gsize n = strlen (item);

  if (n >= 2 && item[0] == '<' && item[n - 1] == '>')
    {
      memmove (item, item + 1, n - 2);
      item[n - 2] = '\0';
    }
  if (item[0] == '\0')
    g_clear_pointer (&item, g_free);
  return item;
}

char **
trace_note_split (const char *value)
{
  GPtrArray  *items = g_ptr_array_new ();
  const char *start = value;
  gboolean    is_quoted = FALSE;

  for (const char *p = value;; p++)
    {
      if (*p == '"')
        is_quoted = !is_quoted;
      if (*p == '\0' || (*p == ',' && !is_quoted))
        {
          char *item = dup_item (start, (gsize) (p - start));

          if (item != NULL)
            g_ptr_array_add (items, item);
          start = p + 1;
        }
      if (*p == '\0')
        break;
    }
  g_ptr_array_add (items, NULL);
  return (char **) g_ptr_array_free (items, FALSE);
}

TraceNote *
trace_note_new (TraceLog *log, const TraceEvent *event)
{
  TraceNote    *self = g_new0 (TraceNote, 1);
  gsize         length;
  const guint8 *data = trace_log_get_bytes (log, event, &length);
  const guint8 *end = data + length;
  const guint8 *line = data;

  self->details = g_array_new (FALSE, FALSE, sizeof (TraceNoteDetail));
  g_array_set_clear_func (self->details, clear_detail);
  for (guint i = 0; line < end && self->details->len < TRACE_NOTE_DETAILS_MAX; i++)
    {
      const guint8 *lf = memchr (line, '\n', (gsize) (end - line));
      gsize         n = (gsize) ((lf != NULL ? lf : end) - line);

      if (i == 0)
        self->sentence = wire_text_escape (line, n);
      else
        add_detail (self, line, n);
      line += n + 1;
    }
  if (self->sentence == NULL)
    self->sentence = g_strdup ("");
  return self;
}

void
trace_note_free (TraceNote *self)
{
  if (self == NULL)
    return;
  g_free (self->sentence);
  g_array_unref (self->details);
  g_free (self);
}
