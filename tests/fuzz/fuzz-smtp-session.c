/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-server.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* More pipelined commands than this make a run slow and show nothing new. */
#define INPUT_BYTES_MAX 4096

/* Small, so that a short input reaches it. */
#define MESSAGE_BYTES_MAX 50

static void
answer (SmtpServer *server, const SmtpEvent *event)
{
  switch (event->kind)
    {
    case SMTP_EVENT_MAIL:
    case SMTP_EVENT_RECIPIENT:
    case SMTP_EVENT_VERIFY:
      g_assert_null (strpbrk (event->text, "\r\n"));
      switch (event->text[0])
        {
        case '0':
          smtp_server_answer (server, 550, NULL, event->text);
          break;
        case '1':
          smtp_server_answer (server, 421, NULL, event->text);
          break;
        default:
          smtp_server_answer (server, 250, NULL, event->text);
        }
      break;
    case SMTP_EVENT_MESSAGE:
      g_assert_cmpuint (g_bytes_get_size (event->message), <=, MESSAGE_BYTES_MAX);
      smtp_server_answer (server, g_bytes_get_size (event->message) % 2 == 0 ? 250 : 451, NULL,
                          "a\nb");
      break;
    case SMTP_EVENT_HELLO:
      g_assert_cmpstr (event->text, !=, "");
      break;
    case SMTP_EVENT_RESET:
    case SMTP_EVENT_TOLERATED:
      break;
    case SMTP_EVENT_QUIT:
    case SMTP_EVENT_LOST:
      g_assert_true (smtp_server_is_done (server));
      break;
    case SMTP_EVENT_EXPAND:
      smtp_server_answer (server, 550, NULL, event->text);
      break;
    case SMTP_EVENT_STARTTLS:
    case SMTP_EVENT_AUTH:
    case SMTP_EVENT_AUTHENTICATED:
    case SMTP_EVENT_AUTH_FAILED:
    case SMTP_EVENT_NONE:
      g_assert_not_reached ();
    }
}

/* Checks that the sent units joined are the output, that each is a reply, and that units
 * received keep the limits. */
static void
check_units (SmtpServer *server, GBytes *output)
{
  gsize         length, offset = 0;
  const guint8 *data = g_bytes_get_data (output, &length);
  WireUnit      unit;

  while (smtp_server_next_unit (server, &unit))
    {
      gsize         unit_bytes;
      const guint8 *bytes = g_bytes_get_data (unit.bytes, &unit_bytes);

      if (unit.direction == WIRE_SENT)
        {
          g_assert_cmpuint (offset + unit_bytes, <=, length);
          g_assert_true (memcmp (data + offset, bytes, unit_bytes) == 0);
          offset += unit_bytes;
          g_assert_true (wire_matches (&smtp_grammar_reply, bytes, unit_bytes));
        }
      else
        g_assert_cmpuint (unit_bytes, <=,
                          g_str_equal (unit.name, "data") ? 2 * MESSAGE_BYTES_MAX
                                                          : SMTP_COMMAND_BYTES_MAX);
      wire_unit_clear (&unit);
    }
  g_assert_cmpuint (offset, ==, length);
}

static GBytes *
run_server (const uint8_t *data, size_t size, size_t chunk, guint profile)
{
  SmtpServerConfig config = { .name = "b.example", .profile = profile,
                              .size_max = MESSAGE_BYTES_MAX, .recipients_max = 2 };
  g_autoptr (SmtpServer) server = smtp_server_new (&config, 0);
  SmtpEvent event;
  GBytes   *output;

  for (size_t i = 0; i < size; i += chunk)
    {
      smtp_server_receive (server, data + i, MIN (chunk, size - i), 0);
      while (smtp_server_next_event (server, &event))
        answer (server, &event);
    }
  smtp_server_receive_end (server);
  while (smtp_server_next_event (server, &event))
    answer (server, &event);
  g_assert_true (smtp_server_is_done (server));
  output = smtp_server_take_output (server);
  check_units (server, output);
  return output;
}

/* The session says the same however the bytes are cut. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const guint profiles[] = { SMTP_LENIENT_EARLY_PIPELINING, SMTP_PROFILE_COMMON,
                                    SMTP_PROFILE_LENIENT };
  guint profile = profiles[size % G_N_ELEMENTS (profiles)];
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
