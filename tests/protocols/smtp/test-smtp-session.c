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
  SmtpMail           mail;
  guint              notify;   /* of each recipient */
  const char        *orcpt;    /* (nullable): of each recipient */
  GPtrArray         *messages; /* of GBytes: to send */
  guint              n_sent;
  GString           *events;
  GString           *told;
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
    .mail = { .reverse_path = (char *) "x@a.example" },
    .messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref),
    .events = g_string_new (NULL),
    .told = g_string_new (NULL),
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
  g_string_free (join->told, TRUE);
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
    list[i] = (SmtpRecipient){ (char *) join->paths[i], join->notify,
                               join->orcpt != NULL ? (char *) "rfc822" : NULL,
                               (char *) join->orcpt };
  transaction.mail = join->mail;
  transaction.message = join->messages->pdata[join->n_sent++];
  smtp_client_send (join->client, &transaction, 0);
}

static void
answer (Join *join, const SmtpClientEvent *event)
{
  static const char *const names[] = { "", "READY ", "CONVERT ", "SENT ", "", "DONE ", "FAILED " };
  g_autoptr (GBytes) converted = NULL;

  g_string_append (join->events, names[event->kind]);
  if (event->kind == SMTP_CLIENT_EVENT_TOLD)
    g_string_append_printf (join->told, "%s: %s; ", event->name, event->text);
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
drain_client (Join *join)
{
  g_autoptr (GBytes) output = NULL;
  SmtpClientEvent event;

  while (smtp_client_next_event (join->client, &event))
    answer (join, &event);
  output = smtp_client_take_output (join->client);
  g_byte_array_append (join->to_server, g_bytes_get_data (output, NULL),
                       (guint) g_bytes_get_size (output));
}

/* What a handshake would give both ends. */
static void
shake_hands (Join *join)
{
  static const char *const names[] = { "tim", NULL };
  g_autoptr (GBytes) exporter = g_bytes_new_static ("keying material", 15);
  WireSecurity security = { "TLSv1.3", "TLS_AES_256_GCM_SHA384", TRUE, "", names, NULL, exporter,
                            NULL };

  g_assert_true (smtp_server_starts_tls (join->owner.server));
  g_assert_cmpuint (join->to_client->len + join->to_server->len, ==, 0);
  smtp_server_secured (join->owner.server, &security, 0);
  smtp_client_secured (join->client, &security, 0);
  smtp_owner_run (&join->owner);
  drain_client (join);
}

static void
move_to_client (Join *join)
{
  g_autoptr (GBytes) piece = cut_piece (join->to_client, join->rand);

  smtp_client_receive (join->client, g_bytes_get_data (piece, NULL), g_bytes_get_size (piece), 0);
  drain_client (join);
  if (smtp_client_starts_tls (join->client))
    shake_hands (join);
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
make_big_message (GRand *rand, gsize length)
{
  guint8 *data = g_malloc (length);

  for (gsize i = 0; i < length; i++)
    do
      data[i] = (guint8) g_rand_int_range (rand, 1, 256);
    while (data[i] == '\r' || data[i] == '\n');
  memcpy (data, "A: b\r\n\r\n", 8);
  for (gsize i = 8; i + 3 < length; i += 50)
    memcpy (data + i, "\r\n.", 3);
  memcpy (data + length - 2, "\r\n", 2);
  return g_bytes_new_take (data, length);
}

static void
test_big (void)
{
  for (guint32 seed = 1; seed <= 3; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (GBytes) message = make_big_message (rand, BIG_BYTES);
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

/* What smugglers put into a message: each form that some server took for the end of data, with
 * commands behind it. */
static const struct
{
  const char *name; /* of the leniency */
  const char *form;
  gsize       length;
} ends[] = {
  { "lf-dot-lf-ends-data", "\n.\n", 3 },
  { "lf-dot-crlf-ends-data", "\n.\r\n", 4 },
  { "crlf-dot-lf-ends-data", "\r\n.\n", 4 },
  { "cr-dot-cr-ends-data", "\r.\r", 3 },
  { "cr-dot-crlf-ends-data", "\r.\r\n", 4 },
  { "crlf-dot-cr-ends-data", "\r\n.\r", 4 },
  { "lf-dot-cr-ends-data", "\n.\r", 3 },
  { "cr-dot-lf-ends-data", "\r.\n", 3 },
  { "crcrlf-dot-crcrlf-ends-data", "\r\r\n.\r\r\n", 7 },
  { "crlf-nul-dot-crlf-ends-data", "\r\n\0.\r\n", 6 },
};

static GBytes *
make_smuggler (guint end)
{
  static const char before[] = "Subject: x\r\n\r\nx";
  static const char after[] = "MAIL FROM:<evil@a.example>\r\nRCPT TO:<one@b.example>\r\nDATA\r\n";
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) before, sizeof before - 1);
  g_byte_array_append (bytes, (const guint8 *) ends[end].form, (guint) ends[end].length);
  g_byte_array_append (bytes, (const guint8 *) after, sizeof after - 1);
  return g_byte_array_free_to_bytes (bytes);
}

static void
check_smuggler (guint end, guint extensions, GRand *rand)
{
  guint profile = SMTP_PROFILE_COMMON | smtp_leniency_find (ends[end].name);
  SmtpServerConfig server = { .name = "b.example", .extensions = extensions, .profile = profile };
  Join join;

  join_init (&join, &plain_client, &server, recipients, rand);
  g_ptr_array_add (join.messages, make_smuggler (end));
  carry (&join);
  g_assert_cmpuint (join.owner.messages->len, ==, 1);
  g_assert_null (strstr (join.owner.events->str, "evil"));
  g_assert_true (g_str_has_suffix (join.events->str, "SENT READY DONE "));
  join_clear (&join);
}

static void
test_smuggling (void)
{
  g_test_summary ("What leaves the client holds no end of data but its own, for the most lenient "
                  "of servers.");
  g_assert_cmpuint (G_N_ELEMENTS (ends), ==, (guint) __builtin_popcount (SMTP_LENIENT_ENDS));
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    for (guint32 seed = 1; seed <= 10; seed++)
      {
        g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
        guint mask = SMTP_EXTENSION_PIPELINING | SMTP_EXTENSION_CHUNKING |
                     SMTP_EXTENSION_BINARYMIME;

        g_assert_cmpuint (smtp_leniency_find (ends[i].name), !=, 0);
        check_smuggler (i, SMTP_EXTENSION_SIZE | (g_rand_int (rand) & mask), rand);
      }
}

static void
fill (guint8 *data, gsize length, gpointer user_data)
{
  for (gsize i = 0; i < length; i++)
    data[i] = (guint8) g_rand_int (user_data);
}

static void
authenticate (guint mechanism, gboolean has_tls, gboolean is_right)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (mechanism);
  SmtpServerConfig server = { .name = "b.example", .random = fill, .random_data = rand,
                              .extensions = SMTP_EXTENSIONS_ALL, .mechanisms = mechanism,
                              .mechanisms_in_clear = mechanism, .demands_auth = TRUE };
  SmtpClientConfig client = { .name = "a.example", .random = fill, .random_data = rand,
                              .user = mechanism == SASL_MECHANISM_EXTERNAL ? "" : "tim",
                              .password = is_right ? "tanstaaftanstaaf" : "wrong",
                              .token = is_right ? "good" : "bad",
                              .tls = has_tls ? SMTP_TLS_VERIFIED : SMTP_TLS_NEVER,
                              .mechanisms = mechanism, .may_auth_in_clear = TRUE };
  g_autofree char *said = g_strdup_printf (
      "auth: by %s", sasl_mechanism_get_name ((SaslMechanism) mechanism));
  Join join;

  join_init (&join, &client, &server, recipients, rand);
  g_ptr_array_add (join.messages, g_bytes_new_static ("Hello\r\n", 7));
  carry (&join);
  g_assert_cmpstr (join.events->str, ==, is_right ? "READY SENT READY DONE " : "FAILED ");
  g_assert_true ((strstr (join.told->str, said) != NULL) == is_right);
  g_assert_cmpuint (join.owner.messages->len, ==, is_right);
  g_assert_true ((strstr (join.owner.events->str, "AUTHENTICATED") != NULL) == is_right);
  g_assert_true (smtp_server_is_secured (join.owner.server) == has_tls);
  if (!is_right)
    {
      SmtpDelivery delivery;

      smtp_client_get_delivery (join.client, 0, &delivery);
      g_assert_cmpuint (delivery.code, ==, 535);
      g_assert_cmpstr (delivery.status, ==, "5.7.8");
      g_assert_true (delivery.is_host);
    }
  join_clear (&join);
}

static void
test_auth (void)
{
  g_test_summary ("Each mechanism, with TLS and without, with what is right and what is wrong.");
  for (guint i = 0; i < SASL_N_MECHANISMS; i++)
    {
      guint mechanism = 1u << i;
      gboolean needs_no_secret = (mechanism & (SASL_MECHANISM_EXTERNAL |
                                               SASL_MECHANISM_ANONYMOUS)) != 0;
      gboolean needs_tls = (mechanism & (SASL_MECHANISMS_PLUS | SASL_MECHANISM_EXTERNAL)) != 0;

      authenticate (mechanism, TRUE, TRUE);
      if (!needs_tls)
        authenticate (mechanism, FALSE, TRUE);
      if (!needs_no_secret)
        authenticate (mechanism, TRUE, FALSE);
    }
}

/* Of all that a server offers the best is taken; with TLS it is one that binds. */
static void
test_best_mechanism (void)
{
  for (guint has_tls = 0; has_tls <= 1; has_tls++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (3);
      guint all = SASL_MECHANISMS_SCRAM | SASL_MECHANISM_CRAM_MD5 | SASL_MECHANISM_PLAIN;
      SmtpServerConfig server = { .name = "b.example", .random = fill, .random_data = rand,
                                  .extensions = SMTP_EXTENSIONS_ALL, .mechanisms = all,
                                  .mechanisms_in_clear = all };
      SmtpClientConfig client = { .name = "a.example", .random = fill, .random_data = rand,
                                  .user = "tim", .password = "tanstaaftanstaaf",
                                  .tls = has_tls ? SMTP_TLS_ALWAYS : SMTP_TLS_NEVER };
      Join join;

      join_init (&join, &client, &server, recipients, rand);
      carry (&join);
      g_assert_nonnull (strstr (join.told->str, has_tls ? "by SCRAM-SHA-256-PLUS"
                                                        : "by SCRAM-SHA-256,"));
      join_clear (&join);
    }
}

/* A client that can bind but may not by -PLUS has to say that it saw that offered: to say "I could,
 * but you can't" would be taken for a sign of an attack (RFC 5802 section 6). */
static void
test_no_downgrade (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  SmtpServerConfig server = { .name = "b.example", .random = fill, .random_data = rand,
                              .extensions = SMTP_EXTENSIONS_ALL,
                              .mechanisms = SASL_MECHANISMS_SCRAM };
  SmtpClientConfig client = { .name = "a.example", .random = fill, .random_data = rand,
                              .user = "tim", .password = "tanstaaftanstaaf",
                              .mechanisms = SASL_MECHANISM_SCRAM_SHA_1 };
  Join join;

  join_init (&join, &client, &server, recipients, rand);
  carry (&join);
  g_assert_nonnull (strstr (join.told->str, "by SCRAM-SHA-1,"));
  join_clear (&join);
}

/* What the envelope says arrives where it can be said, and nowhere else. */
static void
test_envelope (void)
{
  static const char *const paths[] = { "one@b.example", NULL };

  for (guint has_dsn = 0; has_dsn <= 1; has_dsn++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (3);
      SmtpServerConfig server = { .name = "b.example",
                                  .extensions = has_dsn ? SMTP_EXTENSION_DSN
                                                        : SMTP_EXTENSION_SIZE };
      SmtpDelivery delivery;
      Join join;

      join_init (&join, &plain_client, &server, paths, rand);
      join.mail.ret = SMTP_RETURN_HEADERS;
      join.mail.envid = (char *) "id + 1";
      join.mail.auth = (char *) "kim@a.example";
      join.notify = SMTP_NOTIFY_SUCCESS;
      join.orcpt = "first one@b.example";
      g_ptr_array_add (join.messages, g_bytes_new_static ("Hello\r\n", 7));
      carry (&join);
      smtp_client_get_delivery (join.client, 0, &delivery);
      g_assert_cmpint (delivery.outcome, ==, SMTP_OUTCOME_ACCEPTED);
      g_assert_cmphex (delivery.relayed, ==, has_dsn ? SMTP_EXTENSION_DSN : 0);
      g_assert_true ((strstr (join.owner.events->str, "ENVID=id + 1") != NULL) == has_dsn);
      g_assert_true ((strstr (join.owner.events->str, "ORCPT=rfc822;first one@") != NULL) ==
                     has_dsn);
      g_assert_null (strstr (join.owner.events->str, "AUTH="));
      join_clear (&join);
    }
}

/* In LMTP every second recipient of each message is refused for now. */
static void
test_lmtp (void)
{
  static const char *const paths[] = { "one@b.example", "nobody@b.example", "two@b.example",
                                       "three@b.example", NULL };
  static const SmtpOutcome outcomes[] = { SMTP_OUTCOME_ACCEPTED, SMTP_OUTCOME_PERMANENT,
                                          SMTP_OUTCOME_TEMPORARY, SMTP_OUTCOME_ACCEPTED };

  g_test_summary ("In LMTP each recipient has an outcome of its own.");
  for (guint32 seed = 1; seed <= N_SEEDS; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (GBytes) message = make_big_message (rand, seed == 1 ? BIG_BYTES : 1000);
      SmtpServerConfig server = draw_server (rand);
      SmtpClientConfig client = { .name = "a.example", .is_lmtp = TRUE };
      Join join;

      server.is_lmtp = TRUE;
      server.extensions |= SMTP_EXTENSION_8BITMIME;
      join_init (&join, &client, &server, paths, rand);
      g_ptr_array_add (join.messages, g_bytes_ref (message));
      g_ptr_array_add (join.messages, g_bytes_ref (message));
      carry (&join);
      g_assert_cmpstr (join.events->str, ==, "READY SENT READY SENT READY DONE ");
      for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
        {
          SmtpDelivery delivery;

          smtp_client_get_delivery (join.client, i, &delivery);
          g_assert_cmpint (delivery.outcome, ==, outcomes[i]);
          g_assert_false (delivery.is_host);
        }
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
  g_test_add_func ("/smtp/session/smuggling", test_smuggling);
  g_test_add_func ("/smtp/session/auth", test_auth);
  g_test_add_func ("/smtp/session/best-mechanism", test_best_mechanism);
  g_test_add_func ("/smtp/session/no-downgrade", test_no_downgrade);
  g_test_add_func ("/smtp/session/envelope", test_envelope);
  g_test_add_func ("/smtp/session/lmtp", test_lmtp);
  return g_test_run ();
}
