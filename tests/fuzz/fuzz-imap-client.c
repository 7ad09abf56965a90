/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imap/imap-client.h>

#include <stdint.h>
#include <string.h>

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Events of one input: more make a run slow and show nothing new. */
#define EVENTS_MAX 2000

static void
draw (guint8 *data, gsize length, gpointer user_data)
{
  memset (data, 'r', length);
}

/* A mail program that does a little of everything once it may. */
static void
act (ImapClient *client, guint *n_acts)
{
  ImapRequest *request;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("literal", 7);

  switch ((*n_acts)++)
    {
    case 0:
      imap_client_send (client, imap_request_new ("SELECT INBOX"));
      break;
    case 1:
      request = imap_request_new ("APPEND");
      imap_request_add_mailbox (request, "W\xc3\xb6rter");
      imap_request_add_literal (request, bytes);
      imap_client_send (client, request);
      break;
    case 2:
      imap_client_idle (client);
      break;
    case 3:
      imap_client_end_idle (client);
      break;
    case 4:
      imap_client_quit (client);
      break;
    default:
      break;
    }
}

/* The sent units, as they are on the wire, are the output. */
static void
check_output (ImapClient *client)
{
  g_autoptr (GBytes) output = imap_client_take_output (client);
  gsize         length, offset = 0;
  const guint8 *data = g_bytes_get_data (output, &length);
  WireUnit      unit;

  while (imap_client_next_unit (client, &unit))
    {
      GBytes *wire = unit.wire != NULL ? unit.wire : unit.bytes;
      gsize   n = g_bytes_get_size (wire);

      if (unit.direction == WIRE_SENT)
        {
          g_assert_cmpuint (offset + n, <=, length);
          g_assert_true (memcmp (data + offset, g_bytes_get_data (wire, NULL), n) == 0);
          offset += n;
        }
      wire_unit_clear (&unit);
    }
  g_assert_cmpuint (offset, ==, length);
}

static void
drain (ImapClient *client, guint *n_acts, guint *n_events)
{
  static const WireSecurity security = { .version = "TLSv1.3", .cipher = "x", .problems = "" };
  ImapClientEvent event;

  while (*n_events < EVENTS_MAX && imap_client_next_event (client, &event))
    {
      ++*n_events;
      if (event.kind == IMAP_CLIENT_EVENT_FAILED)
        g_assert_true (imap_client_is_done (client) && event.text != NULL);
      if (event.kind == IMAP_CLIENT_EVENT_READY || event.kind == IMAP_CLIENT_EVENT_COMPLETED ||
          event.kind == IMAP_CLIENT_EVENT_IDLING)
        act (client, n_acts);
      check_output (client);
    }
  check_output (client);
  if (imap_client_starts_tls (client))
    {
      imap_client_secured (client, &security, 2);
      check_output (client);
    }
}

/* The first byte is what the client wants, the second how TCP cuts what follows: what a server
 * says. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ImapClientConfig config = {
    .user = "bob",
    .password = "secret",
    .mechanisms = SASL_MECHANISMS_SCRAM | SASL_MECHANISM_PLAIN | SASL_MECHANISM_CRAM_MD5,
    .random = draw,
  };
  ImapClient *client;
  guint       n_acts = 0, n_events = 0;
  gsize       chunk;

  if (size < 2)
    return 0;
  config.tls = data[0] & 3;
  config.allows_clear = (data[0] & 4) != 0;
  config.compresses = (data[0] & 8) != 0;
  if ((data[0] & 16) != 0)
    config.unused = IMAP_CAPABILITY_LITERAL_PLUS | IMAP_CAPABILITY_QRESYNC;
  if ((data[0] & 32) != 0)
    config.mechanisms = 0;
  chunk = data[1] == 0 ? size : data[1];
  client = imap_client_new (&config, 0);
  for (gsize pos = 2; pos < size && n_events < EVENTS_MAX; pos += chunk)
    {
      gsize              n = MIN (chunk, size - pos);
      g_autofree guint8 *copy = g_memdup2 (data + pos, n);

      imap_client_receive (client, copy, n, 1);
      drain (client, &n_acts, &n_events);
    }
  imap_client_expire (client, imap_client_get_deadline (client));
  drain (client, &n_acts, &n_events);
  imap_client_receive_end (client);
  drain (client, &n_acts, &n_events);
  g_assert_true (imap_client_is_done (client) || n_events >= EVENTS_MAX);
  imap_client_free (client);
  return 0;
}
