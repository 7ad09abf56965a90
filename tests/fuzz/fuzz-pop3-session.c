/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pop3/pop3-server.h>

#include <stdint.h>
#include <string.h>

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* More pipelined listings than this make a run slow and show nothing new. */
#define INPUT_BYTES_MAX 4096

static const char message[] = "Subject: x\n\n.\r\nb";

static void
answer (Pop3Server *server, const Pop3ServerEvent *event)
{
  static const Pop3MaildropItem items[] = { { 20, "a" }, { 20, "b" } };
  g_autoptr (GBytes) bytes = NULL;

  switch (event->kind)
    {
    case POP3_SERVER_EVENT_AUTH:
      if (event->sasl->kind == SASL_SERVER_EVENT_AUTHORIZE)
        sasl_server_accept (pop3_server_get_sasl (server));
      else if (event->sasl->kind == SASL_SERVER_EVENT_TOKEN)
        sasl_server_refuse (pop3_server_get_sasl (server), SASL_FAILURE_CREDENTIALS);
      else
        sasl_server_give_password (pop3_server_get_sasl (server), "p");
      pop3_server_auth_answered (server);
      break;
    case POP3_SERVER_EVENT_APOP:
      pop3_server_give_password (server, event->user[0] == 'x' ? NULL : "p");
      break;
    case POP3_SERVER_EVENT_AUTH_FAILED:
      break;
    case POP3_SERVER_EVENT_LOGIN:
      if (event->password != NULL && event->password[0] == 'x')
        pop3_server_refuse_login (server, "IN-USE", event->password);
      else
        pop3_server_accept_login (server, items, G_N_ELEMENTS (items));
      break;
    case POP3_SERVER_EVENT_MESSAGE:
      g_assert_cmpuint (event->index, <, G_N_ELEMENTS (items));
      bytes = g_bytes_new (message, strlen (message));
      pop3_server_give_message (server, event->index == 0 ? bytes : NULL);
      break;
    case POP3_SERVER_EVENT_UPDATE:
      g_assert_cmpuint (event->n_deleted, <=, G_N_ELEMENTS (items));
      pop3_server_finish_update (server, event->n_deleted != 1);
      break;
    case POP3_SERVER_EVENT_QUIT:
    case POP3_SERVER_EVENT_LOST:
      g_assert_true (pop3_server_is_done (server));
      break;
    case POP3_SERVER_EVENT_NONE:
      g_assert_not_reached ();
    }
}

/* Checks that the sent units joined are the output; that status lines keep the limit. */
static void
check_units (Pop3Server *server, GBytes *output)
{
  gsize length, offset = 0;
  const guint8 *data = g_bytes_get_data (output, &length);
  WireUnit unit;

  while (pop3_server_next_unit (server, &unit))
    {
      gsize unit_bytes = g_bytes_get_size (unit.bytes);

      if (unit.direction == WIRE_SENT)
        {
          const guint8 *bytes = g_bytes_get_data (unit.bytes, NULL);

          g_assert_cmpuint (offset + unit_bytes, <=, length);
          g_assert_true (memcmp (data + offset, bytes, unit_bytes) == 0);
          offset += unit_bytes;
          if (strcmp (unit.name, "response") == 0)
            g_assert_true (wire_matches (&pop3_grammar_response, bytes, unit_bytes));
        }
      else if (strcmp (unit.name, "sasl") == 0)
        g_assert_cmpuint (unit_bytes, <=, POP3_SASL_LINE_BYTES_MAX);
      else
        g_assert_cmpuint (unit_bytes, <=, POP3_COMMAND_BYTES_MAX);
      wire_unit_clear (&unit);
    }
  g_assert_cmpuint (offset, ==, length);
}

static void
draw (guint8 *data, gsize length, gpointer unused)
{
  memset (data, 0x5a, length);
}

/* Answers what is asked, and takes what is said. */
static void
drive (Pop3Server *server, GByteArray *all)
{
  g_autoptr (GBytes) output = NULL;
  Pop3ServerEvent event;

  while (pop3_server_next_event (server, &event))
    answer (server, &event);
  output = pop3_server_take_output (server);
  check_units (server, output);
  g_byte_array_append (all, g_bytes_get_data (output, NULL), (guint) g_bytes_get_size (output));
}

static GBytes *
run_server (const uint8_t *data, size_t size, size_t chunk, Pop3Profile profile)
{
  Pop3ServerConfig config = {
    "b.example",    NULL, POP3_CAPABILITIES_ALL | POP3_CAPABILITY_APOP,
    profile,        0,    .mechanisms_in_clear = (1 << SASL_N_MECHANISMS) - 1,
    .random = draw,
  };
  g_autoptr (Pop3Server) server = pop3_server_new (&config, 0);
  g_autoptr (GByteArray) all = g_byte_array_new ();

  for (size_t i = 0; i < size; i += chunk)
    {
      pop3_server_receive (server, data + i, MIN (chunk, size - i), 0);
      drive (server, all);
    }
  pop3_server_receive_end (server);
  do
    drive (server, all);
  while (pop3_server_is_waiting_for_room (server));
  g_assert_true (pop3_server_is_done (server));
  return g_byte_array_free_to_bytes (g_steal_pointer (&all));
}

/* The session says the same however the bytes are cut. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  Pop3Profile profile = size % 2 == 0 ? POP3_PROFILE_COMMON : POP3_PROFILE_STRICT;
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GBytes) bytewise = NULL;
  g_autoptr (GBytes) pieces = NULL;

  if (size > INPUT_BYTES_MAX)
    return -1;
  whole = run_server (data, size, size + 1, profile);
  bytewise = run_server (data, size, 1, profile);
  pieces = run_server (data, size, 17, profile);
  g_assert_true (g_bytes_equal (whole, bytewise));
  g_assert_true (g_bytes_equal (whole, pieces));
  return 0;
}
