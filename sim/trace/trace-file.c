/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace-file.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "trace-json.h"
#include "trace-text.h"
#include <json-glib/json-glib.h>
#include <wire/wire-base64.h>
#include <wire/wire-text.h>

/* The version of the saved form that the first line tells. */
#define VERSION 1

/* Microseconds that a time may have: they still fit the integers a double holds. */
#define TIME_US_MAX (G_GINT64_CONSTANT (1) << 52)

G_DEFINE_QUARK (trace-file-error-quark, trace_file_error)

/* Writing */

static void
append_text (GString *text, const char *value)
{
  trace_json_append_string (text, value, strlen (value));
}

static void
append_time (GString *text, gint64 time_us)
{
  if (time_us == TRACE_NO_TIME)
    g_string_append (text, "null");
  else
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT,
                            time_us < 0 ? "-" : "", ABS (time_us) / G_USEC_PER_SEC,
                            ABS (time_us) % G_USEC_PER_SEC);
}

static void
append_number_or_null (GString *text, guint number)
{
  if (number == 0)
    g_string_append (text, "null");
  else
    g_string_append_printf (text, "%u", number);
}

static void
append_header (GString *text, TraceLog *log)
{
  g_string_append_printf (text, "{\"postroad\":%d,\"title\":", VERSION);
  append_text (text, trace_log_get_title (log));
  g_string_append_printf (text, ",\"seed\":%" G_GUINT64_FORMAT ",\"actors\":[",
                          trace_log_get_seed (log));
  for (guint i = 0; i < trace_log_get_n_actors (log); i++)
    {
      const TraceActor *actor = trace_log_get_actor (log, i);

      g_string_append (text, i > 0 ? ",{\"name\":" : "{\"name\":");
      append_text (text, actor->name);
      g_string_append (text, ",\"role\":");
      append_text (text, actor->role);
      g_string_append (text, ",\"address\":");
      append_text (text, actor->address);
      g_string_append_c (text, '}');
    }
  g_string_append (text, "],\"connections\":[");
  for (guint id = 1; id <= trace_log_get_n_connections (log); id++)
    {
      const TraceConnection *connection = trace_log_get_connection (log, id);

      g_string_append_printf (text, "%s{\"id\":%u,\"from\":", id > 1 ? "," : "", id);
      append_text (text, trace_log_get_actor (log, connection->from)->name);
      g_string_append (text, ",\"to\":");
      append_text (text, trace_log_get_actor (log, connection->to)->name);
      g_string_append (text, ",\"protocol\":");
      append_text (text, trace_protocol_get_name (connection->protocol));
      g_string_append_printf (text, ",\"client_port\":%u,\"server_port\":%u}",
                              connection->client_port, connection->server_port);
    }
  g_string_append (text, "]}\n");
}

/* "verb" or "code", worked out from the bytes: not read back. */
static void
append_word (GString *text, TraceLog *log, const TraceEvent *event)
{
  g_autofree char *verb = trace_text_dup_verb (log, event);
  g_autofree char *code = verb == NULL ? trace_text_dup_code (log, event) : NULL;

  if (verb == NULL && code == NULL)
    return;
  g_string_append (text, verb != NULL ? ",\"verb\":" : ",\"code\":");
  append_text (text, verb != NULL ? verb : code);
}

static void
append_bytes (GString *text, TraceLog *log, const TraceEvent *event)
{
  gsize         length;
  const guint8 *data = trace_log_get_bytes (log, event, &length);

  if (wire_text_is_plain (data, length))
    {
      g_string_append (text, ",\"text\":");
      trace_json_append_string (text, (const char *) data, length);
    }
  else
    {
      g_autofree char *base64 = wire_base64_encode (data, length);

      g_string_append (text, ",\"base64\":");
      append_text (text, base64);
    }
}

static void
append_event (GString *text, TraceLog *log, guint position, guint cause)
{
  const TraceEvent              *event = trace_log_get_event (log, position);
  g_autofree const char        **flags = trace_flags_get_names (event->flags);

  g_string_append_printf (text, "{\"id\":%u,\"kind\":\"%s\",\"time\":",
                          trace_log_get_id (log, position),
                          trace_kind_get_name ((TraceKind) event->kind));
  append_time (text, event->time_us);
  g_string_append (text, ",\"arrival\":");
  append_time (text, event->arrival_us);
  g_string_append (text, ",\"connection\":");
  append_number_or_null (text, event->connection);
  g_string_append (text, ",\"from\":");
  append_text (text, trace_log_get_actor (log, event->from)->name);
  g_string_append (text, ",\"to\":");
  append_text (text, trace_log_get_actor (log, event->to)->name);
  g_string_append (text, ",\"cause\":");
  append_number_or_null (text, cause);
  g_string_append_printf (text, ",\"protocol\":\"%s\",\"unit\":",
                          trace_protocol_get_name ((TraceProtocol) event->protocol));
  append_text (text, trace_log_get_what (log, event));
  append_word (text, log, event);
  append_bytes (text, log, event);
  g_string_append (text, event->flags & TRACE_FLAG_TLS ? ",\"tls\":true,\"flags\":["
                                                       : ",\"tls\":false,\"flags\":[");
  for (guint i = 0; flags[i] != NULL; i++)
    g_string_append_printf (text, i > 0 ? ",\"%s\"" : "\"%s\"", flags[i]);
  g_string_append_c (text, ']');
  if (event->message != 0)
    g_string_append_printf (text, ",\"message\":%u", event->message);
  g_string_append (text, "}\n");
}

void
trace_file_write (TraceLog *log, TraceLevel level, GString *text)
{
  guint n_events = trace_log_get_n_events (log);
  /* For every event the nearest cause that the level holds: itself when it does. */
  g_autofree guint32 *kept = g_new (guint32, n_events + 1);

  append_header (text, log);
  for (guint position = 0; position < n_events; position++)
    {
      const TraceEvent *event = trace_log_get_event (log, position);
      guint cause_position = event->cause != 0 ? trace_log_find (log, event->cause) : G_MAXUINT;
      guint cause = cause_position < position ? kept[cause_position] : 0;

      if (trace_kind_get_level ((TraceKind) event->kind) > level)
        {
          kept[position] = cause;
          continue;
        }
      kept[position] = trace_log_get_id (log, position);
      append_event (text, log, position, cause);
    }
}

/* Reading */

typedef struct
{
  const char *name;
  guint       line;
  TraceLog   *log;
  GHashTable *actors; /* name -> index + 1 */
  GError    **error;
} Reader;

/* The message may quote the file, so it is escaped. */
static gboolean G_GNUC_PRINTF (2, 3)
refuse (Reader *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *shown = NULL;
  va_list          arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  shown = wire_text_escape ((const guint8 *) text, strlen (text));
  g_set_error (self->error, TRACE_FILE_ERROR, TRACE_FILE_ERROR_SYNTAX, "%s:%u: %s", self->name,
               self->line, shown);
  return FALSE;
}

/* Members: each function fills its output or refuses; a missing one is refused. */

static JsonNode *
get_member (JsonObject *object, const char *member, GType type)
{
  JsonNode *node = json_object_get_member (object, member);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != type)
    return NULL;
  return node;
}

static gboolean
read_string (Reader *self, JsonObject *object, const char *member, const char **out_value)
{
  JsonNode *node = get_member (object, member, G_TYPE_STRING);

  if (node == NULL)
    return refuse (self, "\"%s\" has to be a string", member);
  /* "\udfff" is read as what is no character. */
  if (!g_utf8_validate (json_node_get_string (node), -1, NULL))
    return refuse (self, "\"%s\" has half of a surrogate pair", member);
  *out_value = json_node_get_string (node);
  return TRUE;
}

/* A whole number from 0 to @max; null, if it may be, counts as 0. */
static gboolean
read_integer (Reader     *self,
              JsonObject *object,
              const char *member,
              gint64      max,
              gboolean    may_be_null,
              gint64     *out_value)
{
  JsonNode *node = get_member (object, member, G_TYPE_INT64);

  if (may_be_null && json_object_has_member (object, member) &&
      json_object_get_null_member (object, member))
    {
      *out_value = 0;
      return TRUE;
    }
  if (node == NULL || json_node_get_int (node) < 0 || json_node_get_int (node) > max)
    return refuse (self, "\"%s\" has to be a whole number from 0 to %" G_GINT64_FORMAT, member,
                   max);
  *out_value = json_node_get_int (node);
  return TRUE;
}

static gboolean
read_time (Reader *self, JsonObject *object, const char *member, gint64 *out_time_us)
{
  JsonNode *node = json_object_get_member (object, member);
  GType     type = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node)
                                                                : G_TYPE_INVALID;
  double    time_us;

  if (node != NULL && JSON_NODE_HOLDS_NULL (node))
    {
      *out_time_us = TRACE_NO_TIME;
      return TRUE;
    }
  if (type != G_TYPE_DOUBLE && type != G_TYPE_INT64)
    return refuse (self, "\"%s\" has to be a number of seconds", member);
  time_us = round (json_node_get_double (node) * G_USEC_PER_SEC);
  if (!(fabs (time_us) <= (double) TIME_US_MAX))
    return refuse (self, "\"%s\" is too far away", member);
  *out_time_us = (gint64) time_us;
  return TRUE;
}

static gboolean
read_actor (Reader *self, JsonObject *object, const char *member, guint16 *out_actor)
{
  const char *name = NULL;
  guint       found;

  if (!read_string (self, object, member, &name))
    return FALSE;
  found = GPOINTER_TO_UINT (g_hash_table_lookup (self->actors, name));
  if (found == 0)
    return refuse (self, "\"%s\" names %s, which is not among the actors of the first line",
                   member, name);
  *out_actor = (guint16) (found - 1);
  return TRUE;
}

static gboolean
read_protocol (Reader *self, JsonObject *object, TraceProtocol *out_protocol)
{
  const char *name = NULL;

  if (!read_string (self, object, "protocol", &name))
    return FALSE;
  if (!trace_protocol_from_name (name, out_protocol))
    return refuse (self, "there is no protocol \"%s\"; it is smtp, pop3, imap, dns, tcp, udp, tls"
                         " or empty", name);
  return TRUE;
}

/* Returns: (transfer none) (nullable): element @i, after refusing what is no object. */
static JsonObject *
get_object (Reader *self, JsonArray *array, guint i, const char *member)
{
  JsonNode *node = json_array_get_element (array, i);

  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_node_get_object (node);
  refuse (self, "\"%s\" has to hold objects", member);
  return NULL;
}

static JsonArray *
get_array (Reader *self, JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    return json_node_get_array (node);
  refuse (self, "\"%s\" has to be an array", member);
  return NULL;
}

static gboolean
read_actors (Reader *self, JsonObject *header)
{
  JsonArray *actors = get_array (self, header, "actors");

  if (actors == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (actors); i++)
    {
      JsonObject *actor = get_object (self, actors, i, "actors");
      const char *name = NULL, *role = NULL, *address = NULL;

      if (actor == NULL || !read_string (self, actor, "name", &name) ||
          !read_string (self, actor, "role", &role) ||
          !read_string (self, actor, "address", &address))
        return FALSE;
      if (g_hash_table_contains (self->actors, name))
        return refuse (self, "two actors are called %s", name);
      if (i >= G_MAXUINT16)
        return refuse (self, "there are more than %u actors", G_MAXUINT16);
      trace_log_add_actor_unchecked (self->log, name, role, address);
      g_hash_table_insert (self->actors, g_strdup (name), GUINT_TO_POINTER (i + 1));
    }
  return TRUE;
}

static gboolean
read_connections (Reader *self, JsonObject *header)
{
  JsonArray *connections = get_array (self, header, "connections");

  if (connections == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (connections); i++)
    {
      JsonObject     *object = get_object (self, connections, i, "connections");
      TraceConnection connection = { 0 };
      gint64          id, client_port, server_port;

      if (object == NULL || !read_integer (self, object, "id", G_MAXUINT32, FALSE, &id) ||
          !read_actor (self, object, "from", &connection.from) ||
          !read_actor (self, object, "to", &connection.to) ||
          !read_protocol (self, object, &connection.protocol) ||
          !read_integer (self, object, "client_port", G_MAXUINT16, FALSE, &client_port) ||
          !read_integer (self, object, "server_port", G_MAXUINT16, FALSE, &server_port))
        return FALSE;
      if (id != i + 1)
        return refuse (self, "connection ids have to count up from 1");
      connection.client_port = (guint16) client_port;
      connection.server_port = (guint16) server_port;
      trace_log_add_connection (self->log, &connection);
    }
  return TRUE;
}

static gboolean
read_header (Reader *self, JsonObject *header)
{
  const char *title = NULL;
  gint64      version, seed;

  if (!json_object_has_member (header, "postroad"))
    return refuse (self, "not a saved trace: the first line has to begin {\"postroad\":%d",
                   VERSION);
  if (!read_integer (self, header, "postroad", G_MAXINT64, FALSE, &version))
    return FALSE;
  if (version != VERSION)
    return refuse (self, "this is version %" G_GINT64_FORMAT " of the form; version %d is known",
                   version, VERSION);
  if (!read_string (self, header, "title", &title) ||
      !read_integer (self, header, "seed", G_MAXINT64, FALSE, &seed))
    return FALSE;
  self->log = trace_log_new (title, (guint64) seed);
  return read_actors (self, header) && read_connections (self, header);
}

static gboolean
read_flags (Reader *self, JsonObject *object, guint *out_flags)
{
  JsonNode  *tls = get_member (object, "tls", G_TYPE_BOOLEAN);
  JsonArray *flags = get_array (self, object, "flags");
  guint      value;

  if (flags == NULL)
    return FALSE;
  if (tls == NULL)
    return refuse (self, "\"tls\" has to be true or false");
  value = json_node_get_boolean (tls) ? TRACE_FLAG_TLS : 0;
  for (guint i = 0; i < json_array_get_length (flags); i++)
    {
      JsonNode *node = json_array_get_element (flags, i);
      guint     flag = 0;

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        flag = trace_flags_from_name (json_node_get_string (node));
      if (flag == 0)
        return refuse (self, "\"flags\" has to hold error, warning, lost or secret");
      value |= flag;
    }
  *out_flags = value;
  return TRUE;
}

/* Returns: (transfer full) (nullable): the event's bytes. */
static GBytes *
read_bytes (Reader *self, JsonObject *object)
{
  const char *value = NULL;
  GBytes     *bytes;
  gsize       offset;

  if (json_object_has_member (object, "text"))
    return read_string (self, object, "text", &value) ? g_bytes_new (value, strlen (value)) : NULL;
  if (!json_object_has_member (object, "base64"))
    {
      refuse (self, "an event has to have \"text\" or \"base64\"");
      return NULL;
    }
  if (!read_string (self, object, "base64", &value))
    return NULL;
  bytes = wire_base64_decode (value, strlen (value), &offset);
  if (bytes == NULL)
    refuse (self, "\"base64\" is not base64 from character %" G_GSIZE_FORMAT " on", offset);
  return bytes;
}

static gboolean
read_places (Reader *self, JsonObject *object, guint id, TraceEvent *event)
{
  guint  n_connections = trace_log_get_n_connections (self->log);
  gint64 connection, cause, message = 0;

  if (!read_integer (self, object, "connection", G_MAXUINT32, TRUE, &connection) ||
      !read_integer (self, object, "cause", G_MAXUINT32, TRUE, &cause) ||
      !read_actor (self, object, "from", &event->from) ||
      !read_actor (self, object, "to", &event->to))
    return FALSE;
  if (json_object_has_member (object, "message") &&
      !read_integer (self, object, "message", G_MAXUINT32, TRUE, &message))
    return FALSE;
  if (connection > n_connections)
    return refuse (self, "connection %" G_GINT64_FORMAT " is not among the %u of the first line",
                   connection, n_connections);
  if (cause >= id)
    return refuse (self, "the cause has to come before the event");
  event->connection = (guint32) connection;
  event->cause = (guint32) cause;
  event->message = (guint32) message;
  return TRUE;
}

static gboolean
read_event (Reader *self, JsonObject *object)
{
  guint         n_events = trace_log_get_n_events (self->log);
  guint         last_id = n_events > 0 ? trace_log_get_id (self->log, n_events - 1) : 0;
  TraceEvent    event = { 0 };
  TraceKind     kind;
  TraceProtocol protocol;
  const char   *kind_name = NULL, *what = NULL;
  gint64        id, time_us, arrival_us;
  guint         flags = 0;
  g_autoptr (GBytes) bytes = NULL;

  if (!read_integer (self, object, "id", G_MAXUINT32, FALSE, &id) ||
      !read_string (self, object, "kind", &kind_name) ||
      !read_time (self, object, "time", &time_us) ||
      !read_time (self, object, "arrival", &arrival_us))
    return FALSE;
  if (id <= last_id)
    return refuse (self, "event ids have to rise: %" G_GINT64_FORMAT " after %u", id, last_id);
  if (!trace_kind_from_name (kind_name, &kind))
    return refuse (self, "there is no kind of event \"%s\"", kind_name);
  if (time_us == TRACE_NO_TIME)
    return refuse (self, "\"time\" has to be a number of seconds");
  if (!read_places (self, object, (guint) id, &event) ||
      !read_protocol (self, object, &protocol) || !read_string (self, object, "unit", &what) ||
      !read_flags (self, object, &flags))
    return FALSE;
  bytes = read_bytes (self, object);
  if (bytes == NULL)
    return FALSE;
  if (!trace_log_can_intern (self->log, what))
    return refuse (self, "there are too many different \"unit\"s");
  event.time_us = time_us;
  event.arrival_us = arrival_us;
  event.kind = kind;
  event.protocol = protocol;
  event.flags = flags;
  event.what = trace_log_intern (self->log, what);
  trace_log_append_numbered (self->log, (guint) id, &event, g_bytes_get_data (bytes, NULL),
                             g_bytes_get_size (bytes));
  return TRUE;
}

static gboolean
read_line (Reader *self, JsonParser *parser, const char *line, gsize length)
{
  g_autoptr (GError) reason = NULL;
  const char *problem = NULL;
  JsonNode   *root;

  if (length > TRACE_FILE_LINE_BYTES_MAX)
    return refuse (self, "the line is longer than %u bytes", TRACE_FILE_LINE_BYTES_MAX);
  if (!g_utf8_validate_len (line, length, NULL))
    return refuse (self, "the line is not UTF-8 text");
  problem = trace_json_find_problem (line, length);
  if (problem != NULL)
    return refuse (self, "the line is not JSON: %s", problem);
  if (!json_parser_load_from_data (parser, line, (gssize) length, &reason))
    {
      const char *what = strrchr (reason->message, ':');

      return refuse (self, "the line is not JSON:%s",
                     what != NULL ? what + 1 : " it is broken off");
    }
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return refuse (self, "the line has to be a JSON object");
  return self->log == NULL ? read_header (self, json_node_get_object (root))
                           : read_event (self, json_node_get_object (root));
}

static gboolean
read_lines (Reader *self, const char *text, gsize length)
{
  g_autoptr (JsonParser) parser = json_parser_new ();

  for (gsize start = 0; start < length;)
    {
      const char *lf = memchr (text + start, '\n', length - start);
      gsize       end = lf != NULL ? (gsize) (lf - text) : length;

      self->line++;
      if (end > start && !read_line (self, parser, text + start, end - start))
        return FALSE;
      start = end + 1;
    }
  if (self->log == NULL)
    {
      self->line = 1;
      return refuse (self, "the file is empty; a saved trace begins {\"postroad\":%d", VERSION);
    }
  return TRUE;
}

TraceLog *
trace_file_read (const char *name, const guint8 *data, gsize length, GError **error)
{
  Reader   reader = { .name = name, .error = error };
  gboolean is_good;

  reader.actors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  is_good = read_lines (&reader, (const char *) data, length);
  g_hash_table_unref (reader.actors);
  if (!is_good)
    g_clear_pointer (&reader.log, trace_log_unref);
  return reader.log;
}

gboolean
trace_file_is_one (const guint8 *data, gsize length)
{
  static const char beginning[] = "{\"postroad\":";

  return length >= sizeof beginning - 1 && memcmp (data, beginning, sizeof beginning - 1) == 0;
}
