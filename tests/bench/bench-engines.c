/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <diagram/diagram-cairo.h>
#include <diagram/diagram-layout.h>
#include <imap/imap-server.h>
#include <mail/mail-world.h>
#include <smtp/smtp-server.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Figures of the engines and the ladder without a window, from one run. */

#define FRAME_WIDTH 1280
#define FRAME_HEIGHT 800
#define FRAMES 200

static double
get_seconds (gint64 start_us)
{
  return (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC;
}

#define TRANSACTION                                                                                \
  "MAIL FROM:<alice@sender.example> SIZE=100\r\nRCPT TO:<bob@recipient.example>\r\nDATA\r\n"       \
  "From: alice@sender.example\r\nSubject: x\r\n\r\nbody\r\n.\r\n"
#define QUESTIONS "RSET\r\nMAIL FROM:<>\r\nRCPT TO:<bob@recipient.example>\r\nRSET\r\nNOOP\r\n"

/* One server session: commands in, replies out, units taken; by the time of its core alone. */
static void
bench_smtp_server (const char *name, const char *client)
{
  SmtpServerConfig config = { .name = "b.example",
                              .profile = SMTP_PROFILE_COMMON,
                              .extensions = SMTP_EXTENSIONS_ALL };
  g_autoptr (SmtpServer) server = smtp_server_new (&config, 0);
  gint64   start_us = g_get_monotonic_time ();
  clock_t  start = clock ();
  guint64  n_commands = 0;
  gsize    length = strlen (client);
  WireUnit unit;

  smtp_server_receive (server, (const guint8 *) "EHLO a.example\r\n", 16, 0);
  while (get_seconds (start_us) < 2)
    for (guint i = 0; i < 100; i++)
      {
        g_autoptr (GBytes) output = NULL;
        SmtpEvent event;

        smtp_server_receive (server, (const guint8 *) client, length, 0);
        while (smtp_server_next_event (server, &event))
          if (event.kind == SMTP_EVENT_MAIL || event.kind == SMTP_EVENT_RECIPIENT ||
              event.kind == SMTP_EVENT_MESSAGE)
            smtp_server_answer (server, 250, NULL, "OK");
        while (smtp_server_next_unit (server, &unit))
          {
            n_commands += unit.direction == WIRE_RECEIVED && *unit.name == 'c';
            wire_unit_clear (&unit);
          }
        output = smtp_server_take_output (server);
      }
  printf ("SMTP server engine, %-12s%10.0f commands/s\n", name,
          (double) n_commands * CLOCKS_PER_SEC / (double) (clock () - start));
}

#define SHORT_COMMANDS "a1 NOOP\r\na2 UID FETCH 1:* (FLAGS)\r\na3 NOOP\r\na4 UID FETCH 7 FLAGS\r\n"
#define LITERALS "a1 APPEND INBOX (\\Seen) {20+}\r\nSubject: x\r\n\r\nbody\r\n\r\n"

/* The same of IMAP, with an owner who answers at once. */
static void
bench_imap_server (const char *name, const char *client)
{
  ImapServerConfig config = { .name = "b.example",
                              .user = "alice",
                              .capabilities = IMAP_CAPABILITIES_ALL };
  g_autoptr (ImapServer) server = imap_server_new (&config, 0);
  gint64   start_us = g_get_monotonic_time ();
  clock_t  start = clock ();
  guint64  n_commands = 0;
  gsize    length = strlen (client);
  WireUnit unit;

  imap_server_receive (server, (const guint8 *) "a SELECT INBOX\r\n", 16, 0);
  while (get_seconds (start_us) < 2)
    for (guint i = 0; i < 100; i++)
      {
        g_autoptr (GBytes) output = NULL;
        ImapServerEvent event;

        imap_server_receive (server, (const guint8 *) client, length, 0);
        while (imap_server_next_event (server, &event))
          if (event.kind == IMAP_SERVER_EVENT_COMMAND)
            imap_server_complete (server, IMAP_OK, NULL, "Completed");
        while (imap_server_next_unit (server, &unit))
          {
            n_commands += unit.direction == WIRE_RECEIVED;
            wire_unit_clear (&unit);
          }
        output = imap_server_take_output (server);
      }
  printf ("IMAP server engine, %-12s%10.0f commands/s\n", name,
          (double) n_commands * CLOCKS_PER_SEC / (double) (clock () - start));
}

static guint
count_delivered (TraceLog *log)
{
  guint n_delivered = 0;

  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);

      n_delivered += event->kind == TRACE_MESSAGE &&
                     strcmp (trace_log_get_what (log, event), "delivered") == 0;
    }
  return n_delivered;
}

/* Letters through a world of four computers: submission, then a relay to the recipient's server,
 * every packet recorded. */
static void
bench_world (const char *scenario, guint n_letters)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (MailWorld) world = NULL;
  gint64    start_us;
  TraceLog *log;
  double    seconds;
  guint     n_events;

  g_assert_true (g_file_get_contents (scenario, &data, NULL, NULL));
  *strstr (data, "[Action 1]") = '\0';
  g_string_append (text, data);
  g_string_append_printf (text, "[Action 1]\nAt=0\nHost=alice-pc\nDo=send\nCount=%u\nEvery=0.05\n"
                                "From=alice@sender.example\nTo=bob@recipient.example\nSubject=x\n"
                                "Body=hello\nVia=mail.sender.example\n", n_letters);
  world = mail_world_new (sim_scenario_parse ("bench", text->str, text->len, &error),
                          MAIL_WORLD_OWN_SEED);
  g_assert_no_error (error);
  mail_world_schedule_actions (world);
  start_us = g_get_monotonic_time ();
  mail_world_run (world, G_MAXINT64);
  seconds = get_seconds (start_us);
  log = mail_world_get_log (world);
  n_events = trace_log_get_n_events (log);
  g_assert_cmpuint (count_delivered (log), ==, n_letters);
  printf ("two hops, %5u messages        %10.2f s (%u events, %.0f/s)\n", n_letters, seconds,
          n_events, n_events / seconds);
  printf ("trace memory                    %10.1f bytes an event, %zu of them the record\n",
          (double) trace_log_get_memory (log) / n_events, sizeof (TraceEvent));
}

static TraceLog *
make_trace (guint n_events)
{
  static const char *const lines[] = { "MAIL FROM:<alice@sender.example>\r\n", "250 OK\r\n" };
  TraceLog       *log = trace_log_new ("bench", 1);
  TraceConnection connection = { 0, 1, TRACE_SMTP, 49152, 25 };

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("host%u.example", i);

      trace_log_add_actor (log, name, "MTA", "192.0.2.1");
    }
  trace_log_add_connection (log, &connection);
  for (guint i = 0; i < n_events; i++)
    {
      TraceEvent event = { .time_us = i * 1000, .arrival_us = i * 1000 + 500, .kind = TRACE_UNIT,
                           .protocol = TRACE_SMTP, .connection = 1, .from = i % 2, .to = 1 - i % 2,
                           .what = trace_log_intern (log, i % 2 ? "reply" : "command") };

      trace_log_append (log, &event, lines[i % 2], strlen (lines[i % 2]));
    }
  return log;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return *(const gint64 *) a < *(const gint64 *) b ? -1 : 1;
}

/* Frames of a scrolling ladder: build the list in sight and paint it. */
static double
bench_frames (guint n_events)
{
  g_autoptr (TraceLog) log = make_trace (n_events);
  g_autoptr (DiagramLayout) layout = NULL;
  g_autoptr (DiagramList) list = diagram_list_new ();
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_RGB24, FRAME_WIDTH, FRAME_HEIGHT);
  DiagramOptions options;
  gint64         times_us[FRAMES], start_us = g_get_monotonic_time ();
  double         height, layout_seconds;

  diagram_options_init (&options);
  options.width = FRAME_WIDTH;
  layout = diagram_layout_new (log, &options);
  height = diagram_layout_get_height (layout);
  layout_seconds = get_seconds (start_us);
  for (guint i = 0; i < FRAMES; i++)
    {
      double   y = (height - FRAME_HEIGHT) * i / FRAMES;
      cairo_t *cr = cairo_create (surface);

      start_us = g_get_monotonic_time ();
      diagram_list_clear (list);
      diagram_layout_build (layout, y, y + FRAME_HEIGHT, list);
      diagram_cairo_paint (cr, list, DIAGRAM_THEME_LIGHT, 1, 0, y);
      cairo_destroy (cr);
      times_us[i] = g_get_monotonic_time () - start_us;
    }
  qsort (times_us, FRAMES, sizeof times_us[0], compare);
  printf ("ladder frame, %7u events    %10.2f ms median, %.2f ms p95 (layout once %.1f ms)\n",
          n_events, times_us[FRAMES / 2] / 1000.0, times_us[FRAMES * 95 / 100] / 1000.0,
          layout_seconds * 1000);
  cairo_surface_destroy (surface);
  return (double) times_us[FRAMES * 95 / 100];
}

int
main (int argc, char **argv)
{
  double small, large;

  g_assert_cmpint (argc, ==, 2);
  bench_smtp_server ("messages", TRANSACTION);
  bench_smtp_server ("commands", QUESTIONS);
  bench_imap_server ("commands", SHORT_COMMANDS);
  bench_imap_server ("literals", LITERALS);
  bench_world (argv[1], 10000);
  small = bench_frames (1000);
  large = bench_frames (100000);
  printf ("frame p95, 100,000 to 1,000     %10.2f times\n", large / small);
  return 0;
}
