/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imap/imap-deflate.h>
#include <imap/imap-server.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A server session of any kind, as the first octets of the input have it, is sent the others, and
 * its owner answers as chance will have it. */

/* More pipelined commands than this make a run slow and show nothing new. */
#define INPUT_BYTES_MAX 4096

/* Small, so that a short input reaches it. */
#define APPEND_BYTES_MAX 50

/* What the first octets mean. */
enum
{
  OCTET_CAPABILITIES, /* three of them */
  OCTET_KIND = 3,
  OCTET_MECHANISMS,
  OCTET_ANSWERS,
  OCTET_MOMENTS, /* which piece is followed by the deadline, if not 0 */
  N_OCTETS,
};

enum
{
  KIND_STRICT = 1 << 0,
  KIND_SECURED = 1 << 1,
  KIND_KNOWN = 1 << 2,
  KIND_REFUSES = 1 << 3,
  KIND_HAS_BINDING = 1 << 4,
  KIND_HAS_CERTIFICATE = 1 << 5,
  KIND_HOLDS = 1 << 6, /* commands are answered when the next piece has come */
};

typedef struct
{
  const uint8_t *octets;
  ImapServer    *server;
  ImapDeflate   *client; /* (nullable) */
  GByteArray    *told;   /* all responses, in clear */
  guint          dice;
  gboolean       is_held;
  gboolean       is_cut; /* what is told depends on how the input was cut */
} Siege;

static void
fill_random (guint8 *data, gsize length, gpointer user_data)
{
  memset (data, 7, length);
}

/* The owner's choice, the same for the same input however it was cut. */
static guint
draw (Siege *siege, guint n)
{
  siege->dice = siege->dice * 1103515245 + 12345;
  return (siege->dice >> 16) % n;
}

static ImapServerConfig
get_config (const uint8_t *octets)
{
  guint   kind = octets[OCTET_KIND];
  guint32 capabilities = octets[0] | (guint32) octets[1] << 8 | (guint32) octets[2] << 16;

  return (ImapServerConfig){
    .name = "b.example",
    .capabilities = capabilities * 0x101u | IMAP_CAPABILITY_IMAP4REV1,
    .is_strict = (kind & KIND_STRICT) != 0,
    .user = (kind & KIND_KNOWN) != 0 ? "alice" : NULL,
    .refusal = (kind & KIND_REFUSES) != 0 && octets[OCTET_ANSWERS] % 4 == 0 ? "no" : NULL,
    .mechanisms = octets[OCTET_MECHANISMS] | 0x300,
    .mechanisms_in_clear = octets[OCTET_MECHANISMS] * 5u & 0x3ff,
    .random = fill_random,
    .append_bytes_max = APPEND_BYTES_MAX,
  };
}

static void
secure (Siege *siege)
{
  static const char *const names[] = { "alice", NULL };
  guint        kind = siege->octets[OCTET_KIND];
  g_autoptr (GBytes) exporter = g_bytes_new_static ("exporter", 8);
  WireSecurity security = {
    .version = "TLSv1.3",
    .is_verified = (kind & KIND_HAS_CERTIFICATE) != 0,
    .peer_names = (kind & KIND_HAS_CERTIFICATE) ? names : NULL,
    .exporter = (kind & KIND_HAS_BINDING) ? exporter : NULL,
  };

  imap_server_secured (siege->server, &security, 0);
  g_assert_true (imap_server_is_secured (siege->server));
}

/* Answers */

static void
answer_command (Siege *siege)
{
  static const ImapCondition conditions[] = { IMAP_OK, IMAP_OK, IMAP_OK, IMAP_NO, IMAP_BAD };
  ImapServer        *server = siege->server;
  const ImapCommand *command = imap_server_get_command (server);

  g_assert_nonnull (command);
  g_assert_nonnull (command->tag);
  if (command->verb == IMAP_VERB_IDLE && draw (siege, 4) > 0)
    {
      imap_server_begin_idle (server);
      g_assert_true (imap_server_is_idle (server));
      return;
    }
  if (draw (siege, 3) == 0)
    imap_server_send (server, "* 1 EXISTS\r\n", 12);
  if (draw (siege, 8) == 0)
    imap_server_send_status (server, IMAP_OK, "ALERT", "two\nlines \303\266");
  if (draw (siege, 40) == 0)
    imap_server_bye (server, NULL, "going down");
  else
    imap_server_complete (server, conditions[draw (siege, G_N_ELEMENTS (conditions))],
                          draw (siege, 2) ? NULL : "X-CODE 1", draw (siege, 5) ? "text" : "");
}

static void
answer_auth (Siege *siege, const SaslServerEvent *question)
{
  static const SaslOauthbearerError error = { .status = "invalid_token" };
  SaslServer *sasl = imap_server_get_sasl (siege->server);
  guint       choice = draw (siege, 4);

  if (question->kind == SASL_SERVER_EVENT_TOKEN && (choice == 0 || *question->token == '\0'))
    sasl_server_refuse_token (sasl, &error);
  else if (choice == 1)
    sasl_server_refuse (sasl, SASL_FAILURE_UNAVAILABLE);
  else if (question->kind == SASL_SERVER_EVENT_TOKEN)
    sasl_server_accept_token (sasl, "alice");
  else if (question->kind == SASL_SERVER_EVENT_AUTHORIZE && choice == 2)
    sasl_server_accept (sasl);
  else if (question->kind == SASL_SERVER_EVENT_AUTHORIZE)
    sasl_server_refuse (sasl, SASL_FAILURE_AUTHORIZATION);
  else if (choice == 2)
    sasl_server_refuse (sasl, SASL_FAILURE_CREDENTIALS);
  else
    sasl_server_give_password (sasl, "secret");
  imap_server_auth_answered (siege->server);
}

/* A command is handed out only where the table lets it be. */
static void
check_legal (Siege *siege, const ImapCommand *command)
{
  const ImapServerRule *rule = imap_server_get_rule (command->verb - 1);

  g_assert_cmpint (rule->verb, ==, command->verb);
  g_assert_true (rule->is_open);
  g_assert_cmpuint (rule->legal & imap_server_get_state (siege->server), !=, 0);
  if (command->verb == IMAP_VERB_APPEND)
    for (guint i = 0; i < command->appends->len; i++)
      {
        const ImapAppend *append = &g_array_index (command->appends, ImapAppend, i);

        for (guint j = 0; j < append->parts->len; j++)
          {
            const ImapAppendPart *part = &g_array_index (append->parts, ImapAppendPart, j);

            g_assert_true (part->text == NULL ||
                           g_bytes_get_size (part->text) <= APPEND_BYTES_MAX);
          }
      }
}

static void
take_event (Siege *siege, const ImapServerEvent *event)
{
  switch (event->kind)
    {
    case IMAP_SERVER_EVENT_COMMAND:
      check_legal (siege, event->command);
      if (siege->octets[OCTET_KIND] & KIND_HOLDS)
        siege->is_held = TRUE;
      else
        answer_command (siege);
      break;
    case IMAP_SERVER_EVENT_DONE:
      imap_server_complete (siege->server, IMAP_OK, NULL, "done");
      g_assert_false (imap_server_is_idle (siege->server));
      break;
    case IMAP_SERVER_EVENT_AUTH:
      g_assert_nonnull (event->mechanism);
      answer_auth (siege, event->sasl);
      break;
    case IMAP_SERVER_EVENT_AUTHENTICATED:
      g_assert_cmpstr (event->text, ==, imap_server_get_user (siege->server));
      break;
    case IMAP_SERVER_EVENT_AUTH_FAILED:
      g_assert_nonnull (event->name);
      g_assert_null (imap_server_get_user (siege->server));
      break;
    case IMAP_SERVER_EVENT_STARTTLS:
      g_assert_false (imap_server_is_secured (siege->server));
      siege->is_cut = TRUE;
      break;
    case IMAP_SERVER_EVENT_COMPRESS:
      siege->client = imap_deflate_new ();
      siege->is_cut = TRUE;
      break;
    case IMAP_SERVER_EVENT_TOLERATED:
      g_assert_cmpstr (event->text, !=, "");
      break;
    case IMAP_SERVER_EVENT_QUIT:
    case IMAP_SERVER_EVENT_LOST:
      g_assert_true (imap_server_is_done (siege->server));
      siege->is_held = FALSE;
      break;
    case IMAP_SERVER_EVENT_NONE:
      g_assert_not_reached ();
    }
}

/* The sent units, as they are on the wire, joined are the output; each is a whole response. */
static void
take_units (Siege *siege)
{
  g_autoptr (GBytes) output = imap_server_take_output (siege->server);
  gsize         length, n, offset = 0;
  const guint8 *data = g_bytes_get_data (output, &length);
  WireUnit      unit;

  while (imap_server_next_unit (siege->server, &unit))
    {
      const guint8 *bytes = g_bytes_get_data (unit.bytes, &n);

      if (unit.direction == WIRE_SENT)
        {
          GBytes *wire = unit.wire != NULL ? unit.wire : unit.bytes;

          g_assert_cmpstr (unit.name, ==, "response");
          g_assert_true (n > 2 && bytes[n - 2] == '\r' && bytes[n - 1] == '\n');
          g_assert_cmpuint (g_bytes_get_size (wire), <=, length - offset);
          g_assert_true (memcmp (data + offset, g_bytes_get_data (wire, NULL),
                                 g_bytes_get_size (wire)) == 0);
          offset += g_bytes_get_size (wire);
          g_byte_array_append (siege->told, bytes, (guint) n);
        }
      wire_unit_clear (&unit);
    }
  g_assert_cmpuint (offset, ==, length);
}

static void
run (Siege *siege)
{
  ImapServerEvent event;

  while (imap_server_next_event (siege->server, &event))
    take_event (siege, &event);
  take_units (siege);
  if (imap_server_starts_tls (siege->server))
    secure (siege);
}

static void
receive (Siege *siege, const uint8_t *data, size_t length)
{
  g_autofree uint8_t *copy = NULL;
  g_autoptr (GBytes) wire = NULL;

  if (siege->client != NULL)
    {
      wire = imap_deflate_compress (siege->client, data, length);
      data = g_bytes_get_data (wire, &length);
    }
  copy = g_memdup2 (data, length);
  imap_server_receive (siege->server, copy, length, 0);
  if (siege->is_held)
    {
      siege->is_held = FALSE;
      answer_command (siege);
    }
  run (siege);
}

/* Returns: (transfer full): all responses; NULL when they depend on how the input was cut. */
static GByteArray *
run_siege (const uint8_t *octets, const uint8_t *data, size_t length, size_t chunk)
{
  ImapServerConfig config = get_config (octets);
  Siege siege = { .octets = octets, .told = g_byte_array_new (), .dice = octets[OCTET_ANSWERS] };
  guint n_pieces = 0;

  siege.server = imap_server_new (&config, 0);
  if (octets[OCTET_KIND] & KIND_SECURED)
    secure (&siege);
  run (&siege);
  for (size_t i = 0; i < length; i += chunk)
    {
      receive (&siege, data + i, MIN (chunk, length - i));
      if (++n_pieces == octets[OCTET_MOMENTS])
        {
          gint64 deadline = imap_server_get_deadline (siege.server);

          if (deadline < G_MAXINT64)
            imap_server_expire (siege.server, deadline);
          siege.is_cut = TRUE;
          run (&siege);
        }
    }
  if (siege.is_held && !imap_server_is_done (siege.server))
    {
      answer_command (&siege);
      siege.is_held = FALSE;
    }
  imap_server_receive_end (siege.server);
  run (&siege);
  if (siege.is_held)
    {
      siege.is_held = FALSE;
      imap_server_bye (siege.server, NULL, "the end");
      run (&siege);
    }
  g_assert_true (imap_server_is_done (siege.server));
  g_assert_cmpint (imap_server_get_deadline (siege.server), ==, G_MAXINT64);
  imap_server_free (siege.server);
  imap_deflate_free (siege.client);
  if (siege.is_cut)
    g_clear_pointer (&siege.told, g_byte_array_unref);
  return siege.told;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GByteArray) whole = NULL;
  g_autoptr (GByteArray) bytewise = NULL;
  g_autoptr (GByteArray) pieces = NULL;
  const uint8_t *client = data + N_OCTETS;
  size_t         length = size - N_OCTETS;

  if (size > INPUT_BYTES_MAX)
    return -1;
  if (size < N_OCTETS)
    return 0;
  whole = run_siege (data, client, length, length + 1);
  pieces = run_siege (data, client, length, 17);
  bytewise = run_siege (data, client, length, 1);
  if (whole == NULL || pieces == NULL || bytewise == NULL || (data[OCTET_KIND] & KIND_HOLDS))
    return 0;
  g_assert_cmpmem (whole->data, whole->len, bytewise->data, bytewise->len);
  g_assert_cmpmem (whole->data, whole->len, pieces->data, pieces->len);
  return 0;
}
