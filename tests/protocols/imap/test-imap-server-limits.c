/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-owner.h"

#include <malloc.h>
#include <string.h>

/* What a client may not do: too much, too long, too slowly, too often wrong. */

#define S ((gint64) G_USEC_PER_SEC)

static const ImapServerConfig known = {
  .name = "b.example",
  .capabilities = IMAP_CAPABILITIES_ALL,
  .user = "tim",
  .append_bytes_max = 100000,
};
static const ImapServerConfig minus = {
  .name = "b.example",
  .capabilities = IMAP_CAPABILITY_IMAP4REV2,
  .user = "tim",
};
static const ImapServerConfig unknown = {
  .name = "b.example",
  .capabilities = IMAP_CAPABILITIES_ALL,
  .mechanisms_in_clear = SASL_MECHANISM_PLAIN,
  .random = imap_owner_random,
};

static void
init (ImapOwner *owner, const ImapServerConfig *config)
{
  imap_owner_init (owner, config);
  imap_owner_run (owner);
  g_byte_array_set_size (owner->told, 0);
}

static void
assert_told (ImapOwner *owner, const char *expected)
{
  g_autofree char *told = imap_owner_dup_told (owner);

  g_assert_cmpstr (told, ==, expected);
  g_byte_array_set_size (owner->told, 0);
}

static void
send_fill (ImapOwner *owner, char byte, gsize length)
{
  g_autofree char *data = g_malloc (length);

  memset (data, byte, length);
  imap_owner_receive (owner, data, length);
}

static void
test_long_line (void)
{
  ImapOwner owner;

  g_test_summary ("A line that is too long is refused by its tag, and the next is read.");
  init (&owner, &known);
  imap_owner_play (&owner, "a SELECT ", 100);
  for (guint i = 0; i < 100; i++)
    send_fill (&owner, 'x', 10000);
  assert_told (&owner, "");
  imap_owner_play (&owner, "\r\nb NOOP\r\n", 100);
  assert_told (&owner, "a BAD Command line too long\r\nb OK NOOP completed\r\n");
  send_fill (&owner, 'x', 200000);
  imap_owner_play (&owner, "\r\n", 100);
  assert_told (&owner, "* BAD Command line too long\r\n");
  imap_owner_clear (&owner);
}

static void
test_literals (void)
{
  ImapOwner owner;

  g_test_summary ("Literals are taken up to what their command is allowed; refused ones are read "
                  "away where nobody can stop them.");
  init (&owner, &known);
  imap_owner_play (&owner, "a APPEND x {100001+}\r\n", 100);
  send_fill (&owner, 'x', 100001);
  imap_owner_play (&owner, "\r\nb APPEND x {100000+}\r\n", 100);
  assert_told (&owner, "a NO [TOOBIG] The message is too big\r\n");
  send_fill (&owner, 'x', 100000);
  imap_owner_play (&owner, "\r\n", 100);
  assert_told (&owner, "b OK APPEND completed\r\n");
  imap_owner_play (&owner, "c SELECT {262145+}\r\n", 100);
  send_fill (&owner, 'x', 262145);
  imap_owner_play (&owner, "\r\nd NOOP\r\n", 100);
  assert_told (&owner, "c BAD [TOOBIG] The literals are too big\r\nd OK NOOP completed\r\n");
  imap_owner_clear (&owner);
}

static void
test_literal_minus (void)
{
  ImapOwner owner;

  g_test_summary ("Without LITERAL+ a literal sent at once has 4096 octets at most (RFC 7888 "
                  "section 5).");
  init (&owner, &minus);
  imap_owner_play (&owner, "a APPEND x {4096+}\r\n", 100);
  send_fill (&owner, 'x', 4096);
  imap_owner_play (&owner, "\r\nb APPEND x {4097+}\r\n", 100);
  send_fill (&owner, 'x', 4097);
  imap_owner_play (&owner, "\r\nc APPEND x {4097}\r\n", 100);
  send_fill (&owner, 'x', 4097);
  imap_owner_play (&owner, "\r\n", 100);
  assert_told (&owner, "a OK APPEND completed\r\n"
                       "b BAD [TOOBIG] A literal that large must wait for leave\r\n"
                       "+ Ready for literal data\r\nc OK APPEND completed\r\n");
  imap_owner_clear (&owner);
}

static void
test_before_login (void)
{
  ImapOwner owner;

  g_test_summary ("Who is not known may send little, and wait for less.");
  init (&owner, &unknown);
  imap_owner_play (&owner, "a LOGIN {5000}\r\nb LOGIN {4097+}\r\n", 100);
  assert_told (&owner, "a BAD [TOOBIG] The literals are too big\r\n"
                       "b BAD [TOOBIG] The literals are too big\r\n");
  send_fill (&owner, 'x', 4097);
  imap_owner_play (&owner, " x\r\nc LOGIN {1000000+}\r\n", 100);
  assert_told (&owner, "* BYE [TOOBIG] The literal is too big, closing the connection\r\n");
  g_assert_cmpstr (owner.events->str, ==, "LOST a literal is too big; ");
  imap_owner_clear (&owner);
}

static void
test_login_of_2_to_the_63 (void)
{
  ImapOwner owner;

  g_test_summary ("A literal of 2^63 octets is not waited for.");
  init (&owner, &unknown);
  imap_owner_play (&owner, "a LOGIN {9223372036854775808}\r\n", 100);
  assert_told (&owner, "a BAD [TOOBIG] The literals are too big\r\n");
  imap_owner_play (&owner, "a LOGIN {9223372036854775807+}\r\n", 100);
  assert_told (&owner, "* BYE [TOOBIG] The literal is too big, closing the connection\r\n");
  imap_owner_clear (&owner);
}

static void
test_depth (void)
{
  g_autoptr (GString) line = g_string_new ("a SEARCH ");
  ImapOwner owner;

  g_test_summary ("Parentheses without end are no command.");
  init (&owner, &known);
  imap_owner_play (&owner, "a SELECT x\r\n", 100);
  g_byte_array_set_size (owner.told, 0);
  for (guint i = 0; i < 60000; i++)
    g_string_append_c (line, '(');
  g_string_append (line, "\r\n");
  imap_owner_receive (&owner, line->str, line->len);
  assert_told (&owner, "a BAD Error in the arguments of SEARCH\r\n");
  g_string_set_size (line, 9);
  for (guint i = 0; i < 100000; i++)
    g_string_append_c (line, '(');
  g_string_append (line, "\r\n");
  imap_owner_receive (&owner, line->str, line->len);
  assert_told (&owner, "a BAD Command line too long\r\n");
  imap_owner_clear (&owner);
}

/* Bytes that are in use; 0 where the allocator does not tell, as under sanitizers. */
static gsize
get_used (void)
{
  return mallinfo2 ().uordblks;
}

static void
test_unterminated (void)
{
  static const char *const beginnings[] = { "a LOGIN {4096}\r\nx", "a LOGIN {4096+}\r\nx",
                                            "a LOGIN ", "" };
  ImapOwner owners[200];
  gsize     before = get_used ();

  g_test_summary ("Who announces much and sends little costs little.");
  for (guint i = 0; i < G_N_ELEMENTS (owners); i++)
    {
      init (&owners[i], i % 2 == 0 ? &unknown : &known);
      imap_owner_play (&owners[i], i % 2 == 0 ? beginnings[i / 2 % 4] : "a APPEND x {100000}\r\nx",
                       100);
    }
  g_test_message ("%zu bytes a connection", (get_used () - before) / G_N_ELEMENTS (owners));
  g_assert_cmpuint (get_used () - before, <, G_N_ELEMENTS (owners) * 16384);
  for (guint i = 0; i < G_N_ELEMENTS (owners); i++)
    imap_owner_clear (&owners[i]);
}

static void
test_multiappend (void)
{
  ImapOwner owner;

  g_test_summary ("The messages of one APPEND together are bounded, whoever waits.");
  init (&owner, &known);
  imap_owner_play (&owner, "a APPEND x", 100);
  for (guint i = 0; i < IMAP_SERVER_APPENDS_BYTES_MAX / 100000; i++)
    {
      imap_owner_play (&owner, " {100000}\r\n", 100);
      assert_told (&owner, "+ Ready for literal data\r\n");
      send_fill (&owner, 'x', 100000);
    }
  imap_owner_play (&owner, " {100000}\r\nb NOOP\r\n", 100);
  assert_told (&owner, "a NO [TOOBIG] The message is too big\r\nb OK NOOP completed\r\n");
  imap_owner_clear (&owner);
}

static void
test_errors (void)
{
  ImapOwner owner;

  g_test_summary ("Too many bad commands in a row end the session; one good one does not.");
  init (&owner, &known);
  for (guint i = 1; i < IMAP_SERVER_ERRORS_MAX; i++)
    imap_owner_play (&owner, "a FROB\r\n", 100);
  imap_owner_play (&owner, "a NOOP\r\n", 100);
  for (guint i = 1; i < IMAP_SERVER_ERRORS_MAX; i++)
    imap_owner_play (&owner, "a SELECT x y {3}\r\n", 100);
  g_assert_false (imap_server_is_done (owner.server));
  imap_owner_clear (&owner);

  init (&owner, &known);
  for (guint i = 0; i < IMAP_SERVER_ERRORS_MAX; i++)
    {
      g_byte_array_set_size (owner.told, 0);
      imap_owner_play (&owner, "a FROB\r\n", 100);
    }
  assert_told (&owner, "a BAD Unknown command\r\n"
                       "* BYE Too many bad commands, closing the connection\r\n");
  g_assert_cmpstr (owner.events->str, ==, "LOST too many bad commands; ");
  g_assert_true (imap_server_is_done (owner.server));
  imap_owner_clear (&owner);
}

static void
test_waiting (void)
{
  ImapOwner owner;

  g_test_summary ("What is sent ahead of an answer has a bound.");
  init (&owner, &known);
  owner.holds = TRUE;
  imap_owner_play (&owner, "a NOOP\r\n", 100);
  for (guint i = 0; i < 64; i++)
    send_fill (&owner, '\n', 1024 * 1024);
  g_assert_false (imap_server_is_done (owner.server));
  for (guint i = 0; i < 2; i++)
    send_fill (&owner, '\n', 1024 * 1024);
  g_assert_cmpstr (owner.events->str, ==, "NOOP; LOST too much was sent ahead; ");
  imap_server_complete (owner.server, IMAP_OK, NULL, "too late");
  imap_server_send (owner.server, "* 1 EXISTS\r\n", 12);
  imap_owner_run (&owner);
  assert_told (&owner, "* BYE Too much was sent ahead, closing the connection\r\n");
  imap_owner_clear (&owner);
}

/* A compressed flood costs the server no more than is looked at. */
static void
test_bomb (void)
{
  ImapOwner owner;
  gsize     length = 16 * 1024 * 1024;
  g_autofree char *zeros = g_malloc0 (length);
  g_autoptr (GBytes) wire = NULL;

  g_test_summary ("A bomb of one long line is read away; one of a literal is bounded as any.");
  init (&owner, &known);
  imap_owner_play (&owner, "a COMPRESS DEFLATE\r\n" IMAP_DEFLATE "b NOOP\r\n", 100);
  wire = imap_deflate_compress (owner.client, (const guint8 *) zeros, length);
  imap_owner_receive (&owner, g_bytes_get_data (wire, NULL), g_bytes_get_size (wire));
  imap_owner_play (&owner, "\r\nc NOOP\r\nd APPEND x {16777216}\r\ne NOOP\r\n", 100);
  assert_told (&owner, "a OK DEFLATE active\r\nb OK NOOP completed\r\n"
                       "* BAD Command line too long\r\nc OK NOOP completed\r\n"
                       "d NO [TOOBIG] The message is too big\r\ne OK NOOP completed\r\n");
  imap_owner_clear (&owner);
}

static void
test_output (void)
{
  g_autoptr (GString) client = g_string_new (NULL);
  ImapServerEvent event;
  ImapOwner       owner;
  guint           n_turns = 0;

  g_test_summary ("Who asks much in few bytes waits until the answers have gone.");
  for (guint i = 0; i < 10000; i++)
    g_string_append (client, "a CAPABILITY\r\n");
  init (&owner, &known);
  imap_server_receive (owner.server, (const guint8 *) client->str, client->len, 0);
  for (gsize n_output = 1; n_output > 0; n_turns++)
    {
      g_autoptr (GBytes) output = NULL;

      g_assert_false (imap_server_next_event (owner.server, &event));
      n_output = imap_server_get_n_output (owner.server);
      g_assert_cmpuint (n_output, <, IMAP_SERVER_OUTPUT_BYTES_MAX + 2000);
      output = imap_server_take_output (owner.server);
    }
  g_assert_cmpuint (n_turns, >, 4);
  imap_owner_clear (&owner);
}

/* Time */

static void
expire (ImapOwner *owner, gint64 now_us)
{
  imap_server_expire (owner->server, now_us);
  imap_owner_run (owner);
}

static void
test_login_timeout (void)
{
  ImapOwner owner;

  g_test_summary ("Who has not logged in in time is shown out, however busy.");
  init (&owner, &unknown);
  owner.now_us = 100 * S;
  imap_owner_play (&owner, "a NOOP\r\n", 100);
  g_assert_cmpint (imap_server_get_deadline (owner.server), ==, IMAP_SERVER_LOGIN_TIMEOUT_US);
  expire (&owner, IMAP_SERVER_LOGIN_TIMEOUT_US - 1);
  assert_told (&owner, "a OK NOOP completed\r\n");
  expire (&owner, IMAP_SERVER_LOGIN_TIMEOUT_US);
  assert_told (&owner, "* BYE Autologout; nobody has logged in\r\n");
  g_assert_cmpstr (owner.events->str, ==, "NOOP; LOST timeout; ");
  g_assert_cmpint (imap_server_get_deadline (owner.server), ==, G_MAXINT64);
  imap_owner_clear (&owner);
}

static void
test_autologout (void)
{
  ImapOwner owner;

  g_test_summary ("Silence ends a session; a command begins it anew, and so does IDLE.");
  init (&owner, &known);
  owner.now_us = 10 * S;
  imap_owner_play (&owner, "a NOOP\r\n", 100);
  g_assert_cmpint (imap_server_get_deadline (owner.server), ==,
                   10 * S + IMAP_SERVER_AUTOLOGOUT_US);
  owner.now_us = 1000 * S;
  imap_owner_play (&owner, "b IDLE\r\n", 100);
  g_assert_cmpint (imap_server_get_deadline (owner.server), ==,
                   1000 * S + IMAP_SERVER_AUTOLOGOUT_US);
  imap_server_send (owner.server, "* 5 EXISTS\r\n", 12);
  imap_owner_run (&owner);
  expire (&owner, 1000 * S + IMAP_SERVER_AUTOLOGOUT_US);
  assert_told (&owner, "a OK NOOP completed\r\n+ idling\r\n* 4 EXISTS\r\n* 5 EXISTS\r\n"
                       "* BYE Autologout; idle for too long\r\n");
  g_assert_cmpstr (owner.events->str, ==, "NOOP; IDLE; LOST timeout; ");
  imap_owner_clear (&owner);
}

static void
test_slow_owner (void)
{
  gint64    late = 2 * (gint64) IMAP_SERVER_AUTOLOGOUT_US;
  ImapOwner owner;

  g_test_summary ("The time that an owner takes is not the client's silence.");
  init (&owner, &known);
  owner.holds = TRUE;
  imap_owner_play (&owner, "a NOOP\r\n", 100);
  g_assert_cmpint (imap_server_get_deadline (owner.server), ==, G_MAXINT64);
  expire (&owner, late);
  imap_owner_complete (&owner);
  imap_owner_run (&owner);
  expire (&owner, late);
  g_assert_false (imap_server_is_done (owner.server));
  g_assert_cmpint (imap_server_get_deadline (owner.server), ==, late + IMAP_SERVER_AUTOLOGOUT_US);
  expire (&owner, late + IMAP_SERVER_AUTOLOGOUT_US);
  g_assert_true (imap_server_is_done (owner.server));
  imap_owner_clear (&owner);
}

static void
test_slow_client (void)
{
  ImapOwner owner;
  gint64    deadline;

  g_test_summary ("A command that drips is cut; a literal has the time its octets take.");
  init (&owner, &known);
  owner.now_us = 60 * S;
  imap_owner_receive (&owner, "a APPEND x {30000}\r\n", 20);
  assert_told (&owner, "+ Ready for literal data\r\n");
  g_assert_cmpint (imap_server_get_deadline (owner.server), ==,
                   60 * S + IMAP_SERVER_COMMAND_TIMEOUT_US);
  owner.now_us = 120 * S;
  send_fill (&owner, 'x', 29980);
  deadline = imap_server_get_deadline (owner.server);
  g_assert_cmpint (deadline, ==, 60 * S + IMAP_SERVER_COMMAND_TIMEOUT_US + 1000 * S);
  expire (&owner, deadline - 1);
  g_assert_false (imap_server_is_done (owner.server));
  expire (&owner, deadline);
  assert_told (&owner, "* BYE Autologout; the command takes too long\r\n");
  imap_owner_clear (&owner);
}

static void
test_ends (void)
{
  ImapOwner owner;

  g_test_summary ("A session ends as its owner or its client wants.");
  init (&owner, &known);
  imap_server_bye (owner.server, "ALERT", "Going down\r\nfor repairs \303\266");
  imap_owner_play (&owner, "a NOOP\r\n", 100);
  assert_told (&owner, "* BYE [ALERT] Going down??for repairs ??\r\n");
  g_assert_cmpstr (owner.events->str, ==, "LOST the server closed; ");
  imap_owner_clear (&owner);

  init (&owner, &known);
  imap_owner_play (&owner, "a SELECT x\r\nb IDLE\r\n", 100);
  imap_server_receive_end (owner.server);
  imap_owner_run (&owner);
  g_assert_cmpstr (owner.events->str, ==, "SELECT x; IDLE; LOST connection lost; ");
  imap_owner_clear (&owner);

  init (&owner, &known);
  owner.holds = TRUE;
  imap_owner_play (&owner, "a NOOP\r\nb NOOP\r\nc NO", 100);
  imap_server_receive_end (owner.server);
  imap_owner_run (&owner);
  g_assert_cmpstr (owner.events->str, ==, "NOOP; ");
  owner.holds = FALSE;
  imap_owner_complete (&owner);
  imap_owner_run (&owner);
  g_assert_cmpstr (owner.events->str, ==, "NOOP; NOOP; LOST connection lost; ");
  assert_told (&owner, "a OK NOOP completed\r\nb OK NOOP completed\r\n");
  imap_owner_clear (&owner);
}

static void
test_deselect (void)
{
  ImapOwner owner;

  g_test_summary ("A mailbox that is gone leaves its session with none selected.");
  init (&owner, &known);
  imap_owner_play (&owner, "a SELECT x\r\n", 100);
  imap_server_send_status (owner.server, IMAP_OK, "CLOSED", "The mailbox was deleted");
  imap_server_deselect (owner.server);
  imap_owner_play (&owner, "b FETCH 1 FLAGS\r\n", 100);
  assert_told (&owner, "* 3 EXISTS\r\na OK [READ-WRITE] SELECT completed\r\n"
                       "* OK [CLOSED] The mailbox was deleted\r\n"
                       "b BAD Command not allowed now: no mailbox is selected\r\n");
  imap_owner_clear (&owner);
}

static void
test_units (void)
{
  ImapOwner owner;

  g_test_summary ("A record has a command whole, or in the pieces for which its client waited.");
  init (&owner, &known);
  imap_owner_play (&owner,
                   "a NOOP\r\nb APPEND x {3+}\r\nabc\r\nc APPEND x {3}\r\nabc {2}\r\nde\r\n"
                   "d IDLE\r\nDONE\r\n", 1);
  g_assert_cmpstr (owner.names->str, ==,
                   "command command command literal rest literal rest command command ");
  imap_owner_clear (&owner);
  init (&owner, &unknown);
  imap_owner_play (&owner, "a AUTHENTICATE PLAIN\r\n*\r\n", 1);
  g_assert_cmpstr (owner.names->str, ==, "command sasl ");
  imap_owner_clear (&owner);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap/server/limits/long-line", test_long_line);
  g_test_add_func ("/imap/server/limits/literals", test_literals);
  g_test_add_func ("/imap/server/limits/literal-minus", test_literal_minus);
  g_test_add_func ("/imap/server/limits/before-login", test_before_login);
  g_test_add_func ("/imap/server/limits/login-of-2-to-the-63", test_login_of_2_to_the_63);
  g_test_add_func ("/imap/server/limits/depth", test_depth);
  g_test_add_func ("/imap/server/limits/unterminated", test_unterminated);
  g_test_add_func ("/imap/server/limits/multiappend", test_multiappend);
  g_test_add_func ("/imap/server/limits/errors", test_errors);
  g_test_add_func ("/imap/server/limits/waiting", test_waiting);
  g_test_add_func ("/imap/server/limits/bomb", test_bomb);
  g_test_add_func ("/imap/server/limits/output", test_output);
  g_test_add_func ("/imap/server/limits/login-timeout", test_login_timeout);
  g_test_add_func ("/imap/server/limits/autologout", test_autologout);
  g_test_add_func ("/imap/server/limits/slow-owner", test_slow_owner);
  g_test_add_func ("/imap/server/limits/slow-client", test_slow_client);
  g_test_add_func ("/imap/server/limits/ends", test_ends);
  g_test_add_func ("/imap/server/limits/deselect", test_deselect);
  g_test_add_func ("/imap/server/limits/units", test_units);
  return g_test_run ();
}
