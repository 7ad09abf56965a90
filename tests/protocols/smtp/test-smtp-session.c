/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-client.h>

#include "smtp-owner.h"

#include <string.h>

#define BIG_BYTES (1024 * 1024)
#define N_SEEDS 40

/* How a message that is no binary one has to arrive: CRLF at each line's end, and at the end. */
static const struct
{
  const char *sent;
  const char *arrived;
} texts[] = {
  { "", "" },
  { ".", ".\r\n" },
  { ".\r\n", ".\r\n" },
  { "..\r\n.\r\n...\r\n\r\n.\r\n", "..\r\n.\r\n...\r\n\r\n.\r\n" },
  { "Subject: x\r\n\r\nno final line end", "Subject: x\r\n\r\nno final line end\r\n" },
  { "Subject: x\n\nbare\n.\nline ends\n.\r\nMAIL FROM:<evil@a>\r\n",
    "Subject: x\r\n\r\nbare\r\n.\r\nline ends\r\n.\r\nMAIL FROM:<evil@a>\r\n" },
  { "a\r\n.\rb\r\n\r", "a\r\n.\r\nb\r\n\r\n" },
  { "\r\n", "\r\n" },
  { "Subject: x\r\n\r\n\xc3\xb6\r\n.\xff\r\n", "Subject: x\r\n\r\n\xc3\xb6\r\n.\xff\r\n" },
};

/* Two of them are refused, one of these for now. */
static const char *const recipients[] = { "one@b.example", "nobody@b.example",
                                          "\"two \\\" @\"@[192.0.2.1]", "later@b.example", NULL };
static const char *const refused[] = { "nobody@b.example", "later@b.example", NULL };

/* One end with its owner, and what is on the way to it. */
typedef struct
{
  SmtpClient        *client;
  SmtpOwner          owner;
  GRand             *rand;
  GByteArray        *to_client;
  GByteArray        *to_server;
  gsize              taken; /* of what the server's owner sent */
  const char *const *paths;
  GPtrArray         *messages; /* of GBytes: to send */
  guint              n_sent;
  GString           *events;
} Join;

static void
join_init (Join *join, const SmtpClientConfig *client, const SmtpServerConfig *server,
           const char *const *paths, GRand *rand)
{
  *join = (Join){
    .client = smtp_client_new (client, 0),
    .rand = rand,
    .to_client = g_byte_array_new (),
    .to_server = g_byte_array_new (),
    .paths = paths,
    .messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref),
    .events = g_string_new (NULL),
  };
  smtp_owner_init (&join->owner, server);
  smtp_owner_run (&join->owner);
}

static void
join_clear (Join *join)
{
  smtp_client_free (join->client);
  smtp_owner_clear (&join->owner);
  g_byte_array_unref (join->to_client);
  g_byte_array_unref (join->to_server);
  g_ptr_array_unref (join->messages);
  g_string_free (join->events, TRUE);
}

/* What becomes of an 8-bit message where 8BITMIME is not offered. */
static GBytes *
convert (GBytes *message)
{
  gsize length;
  guint8 *data = g_memdup2 (g_bytes_get_data (message, NULL), g_bytes_get_size (message));

  length = g_bytes_get_size (message);
  for (gsize i = 0; i < length; i++)
    if (data[i] >= 0x80 || data[i] == '\0')
      data[i] = '?';
  return g_bytes_new_take (data, length);
}

static void
send_next (Join *join)
{
  guint n = g_strv_length ((char **) join->paths);
  g_autofree SmtpRecipient *list = g_new0 (SmtpRecipient, n);
  SmtpTransaction transaction = { .recipients = list, .n_recipients = n };

  for (guint i = 0; i < n; i++)
    list[i].path = (char *) join->paths[i];
  transaction.mail.reverse_path = (char *) "x@a.example";
  transaction.message = join->messages->pdata[join->n_sent++];
  smtp_client_send (join->client, &transaction, 0);
}

static void
answer (Join *join, const SmtpClientEvent *event)
{
  static const char *const names[] = { "", "READY ", "CONVERT ", "SENT ", "", "DONE ", "FAILED " };
  g_autoptr (GBytes) converted = NULL;

  g_string_append (join->events, names[event->kind]);
  if (event->kind == SMTP_CLIENT_EVENT_READY && join->n_sent < join->messages->len)
    send_next (join);
  else if (event->kind == SMTP_CLIENT_EVENT_READY)
    smtp_client_quit (join->client, 0);
  else if (event->kind == SMTP_CLIENT_EVENT_CONVERT)
    {
      converted = convert (join->messages->pdata[join->n_sent - 1]);
      smtp_client_convert (join->client, converted, 0);
    }
}

/* Moves a random piece of what waits, an exact-size copy of it. */
static GBytes *
cut_piece (GByteArray *waiting, GRand *rand)
{
  gsize length = (gsize) g_rand_int_range (rand, 1, (gint32) MIN (waiting->len, 100000) + 1);
  GBytes *piece;

  if (waiting->len < 100000 && g_rand_boolean (rand))
    length = MIN (length, 7);
  piece = g_bytes_new (waiting->data, length);
  g_byte_array_remove_range (waiting, 0, (guint) length);
  return piece;
}

static void
move_to_client (Join *join)
{
  g_autoptr (GBytes) piece = cut_piece (join->to_client, join->rand);
  g_autoptr (GBytes) output = NULL;
  SmtpClientEvent event;

  smtp_client_receive (join->client, g_bytes_get_data (piece, NULL), g_bytes_get_size (piece), 0);
  while (smtp_client_next_event (join->client, &event))
    answer (join, &event);
  output = smtp_client_take_output (join->client);
  g_byte_array_append (join->to_server, g_bytes_get_data (output, NULL),
                       (guint) g_bytes_get_size (output));
}

static void
move_to_server (Join *join)
{
  g_autoptr (GBytes) piece = cut_piece (join->to_server, join->rand);

  smtp_owner_receive (&join->owner, g_bytes_get_data (piece, NULL), g_bytes_get_size (piece));
}

/* Carries bytes both ways in random pieces until the client is done. */
static void
carry (Join *join)
{
  while (!smtp_client_is_done (join->client))
    {
      const GByteArray *sent = join->owner.sent;

      g_byte_array_append (join->to_client, sent->data + join->taken,
                           (guint) (sent->len - join->taken));
      join->taken = sent->len;
      g_assert_cmpuint (join->to_client->len + join->to_server->len, >, 0);
      if (join->to_client->len > 0)
        move_to_client (join);
      if (join->to_server->len > 0)
        move_to_server (join);
    }
}

static void
check_outcomes (SmtpClient *client, const char *const *paths, gboolean is_sent)
{
  for (guint i = 0; paths[i] != NULL; i++)
    {
      SmtpDelivery delivery;
      SmtpOutcome expected = is_sent ? SMTP_OUTCOME_ACCEPTED : SMTP_OUTCOME_PERMANENT;

      smtp_client_get_delivery (client, i, &delivery);
      if (g_str_has_prefix (paths[i], "nobody"))
        expected = SMTP_OUTCOME_PERMANENT;
      else if (g_str_has_prefix (paths[i], "later"))
        expected = SMTP_OUTCOME_TEMPORARY;
      g_assert_cmpint (delivery.outcome, ==, expected);
      g_assert_cmpuint (delivery.code / 100, ==, expected == SMTP_OUTCOME_ACCEPTED    ? 2
                                                 : expected == SMTP_OUTCOME_TEMPORARY ? 4
                                                                                      : 5);
    }
}

/* What each end says and does without differs with every seed. */
static SmtpServerConfig
draw_server (GRand *rand)
{
  guint always = SMTP_EXTENSION_SIZE;
  guint mask = SMTP_EXTENSION_8BITMIME | SMTP_EXTENSION_PIPELINING | SMTP_EXTENSION_CHUNKING |
               SMTP_EXTENSION_BINARYMIME | SMTP_EXTENSION_DSN |
               SMTP_EXTENSION_ENHANCEDSTATUSCODES | SMTP_EXTENSION_SMTPUTF8;

  return (SmtpServerConfig){
    .name = "b.example",
    .profile = g_rand_boolean (rand) ? SMTP_PROFILE_STRICT : SMTP_PROFILE_COMMON,
    .extensions = always | (g_rand_int (rand) & mask),
  };
}

static const SmtpClientConfig plain_client = { .name = "a.example" };

static void
check_arrived (const Join *join, guint i, const char *text)
{
  g_autoptr (GBytes) plain = g_bytes_new_static (text, strlen (text));
  g_autoptr (GBytes) converted = convert (plain);
  GBytes *arrived = join->owner.messages->pdata[i];

  g_assert_true (g_bytes_equal (arrived, plain) || g_bytes_equal (arrived, converted));
  if (g_bytes_equal (arrived, converted) && !g_bytes_equal (plain, converted))
    g_assert_nonnull (strstr (join->events->str, "CONVERT"));
}

static void
test_joined (void)
{
  g_test_summary ("What the client was given is what the server's owner gets, however it is cut "
                  "and whatever the two agree on.");
  for (guint32 seed = 1; seed <= N_SEEDS; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      SmtpServerConfig server = draw_server (rand);
      Join join;

      join_init (&join, &plain_client, &server, recipients, rand);
      for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_ptr_array_add (join.messages, g_bytes_new_static (texts[i].sent, strlen (texts[i].sent)));
      carry (&join);
      g_assert_true (g_str_has_suffix (join.events->str, "SENT READY DONE "));
      check_outcomes (join.client, recipients, TRUE);
      g_assert_true (smtp_server_is_done (join.owner.server));
      g_assert_cmpuint (join.owner.messages->len, ==, G_N_ELEMENTS (texts));
      for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        check_arrived (&join, i, texts[i].arrived);
      join_clear (&join);
    }
}

/* Lines that begin with dots now and then, of any bytes but those that a line can't have. */
static GBytes *
make_big_message (GRand *rand)
{
  guint8 *data = g_malloc (BIG_BYTES);

  for (gsize i = 0; i < BIG_BYTES; i++)
    do
      data[i] = (guint8) g_rand_int_range (rand, 1, 256);
    while (data[i] == '\r' || data[i] == '\n');
  memcpy (data, "A: b\r\n\r\n", 8);
  for (gsize i = 8; i + 3 < BIG_BYTES; i += 50)
    memcpy (data + i, "\r\n.", 3);
  memcpy (data + BIG_BYTES - 2, "\r\n", 2);
  return g_bytes_new_take (data, BIG_BYTES);
}

static void
test_big (void)
{
  for (guint32 seed = 1; seed <= 3; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (GBytes) message = make_big_message (rand);
      SmtpServerConfig server = { .name = "b.example", .extensions = SMTP_EXTENSION_8BITMIME };
      Join join;

      if (seed > 1)
        server.extensions |= SMTP_EXTENSION_CHUNKING;
      if (seed > 2)
        server.extensions |= SMTP_EXTENSION_PIPELINING;
      join_init (&join, &plain_client, &server, recipients, rand);
      g_ptr_array_add (join.messages, g_bytes_ref (message));
      carry (&join);
      check_outcomes (join.client, recipients, TRUE);
      g_assert_cmpuint (join.owner.messages->len, ==, 1);
      g_assert_true (g_bytes_equal (join.owner.messages->pdata[0], message));
      join_clear (&join);
    }
}

static void
test_refused (void)
{
  g_test_summary ("A message that nobody gets leaves the session fit for the next.");
  for (guint32 seed = 1; seed <= N_SEEDS; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      SmtpServerConfig server = draw_server (rand);
      Join join;

      join_init (&join, &plain_client, &server, seed % 2 == 0 ? refused : recipients, rand);
      g_ptr_array_add (join.messages, g_bytes_new_static ("Spam\r\n", 6));
      g_ptr_array_add (join.messages, g_bytes_new_static ("Spam again\r\n", 12));
      carry (&join);
      g_assert_cmpstr (join.events->str, ==, "READY SENT READY SENT READY DONE ");
      check_outcomes (join.client, join.paths, FALSE);
      g_assert_cmpuint (join.owner.messages->len, ==, 0);
      g_assert_true (g_str_has_suffix (join.owner.events->str, "QUIT; "));
      join_clear (&join);
    }
}

/* A server that takes fewer recipients than there are, and a message that is too big for it. */
static void
test_server_limits (void)
{
  static const char *const paths[] = { "one@b.example", "two@b.example", "three@b.example", NULL };
  SmtpServerConfig server = { .name = "b.example", .size_max = 100, .recipients_max = 1,
                              .extensions = SMTP_EXTENSION_SIZE };

  for (guint n_bytes = 100; n_bytes <= 102; n_bytes += 2)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (7);
      SmtpDelivery deliveries[2];
      Join join;

      join_init (&join, &plain_client, &server, paths, rand);
      g_ptr_array_add (join.messages,
                       g_bytes_new_take (g_strnfill (n_bytes - 2, 'm'), n_bytes - 2));
      carry (&join);
      for (guint i = 0; i < G_N_ELEMENTS (deliveries); i++)
        smtp_client_get_delivery (join.client, i, &deliveries[i]);
      g_assert_cmpint (deliveries[0].outcome, ==, n_bytes == 100 ? SMTP_OUTCOME_ACCEPTED
                                                                 : SMTP_OUTCOME_PERMANENT);
      g_assert_cmpint (deliveries[1].outcome, ==, n_bytes == 100 ? SMTP_OUTCOME_TEMPORARY
                                                                 : SMTP_OUTCOME_PERMANENT);
      g_assert_cmpuint (join.owner.messages->len, ==, n_bytes == 100 ? 1 : 0);
      join_clear (&join);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp/session/joined", test_joined);
  g_test_add_func ("/smtp/session/big", test_big);
  g_test_add_func ("/smtp/session/refused", test_refused);
  g_test_add_func ("/smtp/session/server-limits", test_server_limits);
  return g_test_run ();
}
