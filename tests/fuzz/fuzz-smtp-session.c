/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-server.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A server session of any kind, as the first octets of the input have it, is sent the others, and
 * its owner answers as chance will have it. */

/* More pipelined commands than this make a run slow and show nothing new. */
#define INPUT_BYTES_MAX 4096

/* Small, so that a short input reaches them. */
#define MESSAGE_BYTES_MAX 50
#define RECIPIENTS_MAX 2

/* As the server has it for chunks that it refuses. */
#define REFUSED_CHUNK_BYTES_MAX 4096

/* What the first octets mean. */
enum
{
  OCTET_PROFILE,
  OCTET_LENIENCY, /* one of its own, with the highest bit */
  OCTET_EXTENSIONS,
  OCTET_MORE_EXTENSIONS,
  OCTET_KIND,
  OCTET_MECHANISMS,
  OCTET_ANSWERS,
  OCTET_MOMENTS, /* which piece is followed by the deadline, if not 0 */
  N_OCTETS,
};

enum
{
  KIND_LMTP = 1 << 0,
  KIND_SECURED = 1 << 1,
  KIND_DEMANDS_TLS = 1 << 2,
  KIND_DEMANDS_AUTH = 1 << 3,
  KIND_FAILS_TLS = 1 << 4,
  KIND_REFUSES = 1 << 5,
  KIND_HAS_BINDING = 1 << 6,
  KIND_HAS_CERTIFICATE = 1 << 7,
};

typedef struct
{
  const uint8_t *octets;
  SmtpServer    *server;
  GByteArray    *output;
  guint          n_replies, n_commands, n_data, n_chunks;
  guint          dice;
  gboolean       is_over; /* TLS has begun and been tried, or the deadline has come */
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

static SmtpServerConfig
get_config (const uint8_t *octets)
{
  static const guint profiles[] = { SMTP_PROFILE_STRICT, SMTP_LENIENT_EARLY_PIPELINING,
                                    SMTP_PROFILE_COMMON, SMTP_PROFILE_LENIENT };
  guint profile = profiles[octets[OCTET_PROFILE] % G_N_ELEMENTS (profiles)];
  guint kind = octets[OCTET_KIND];

  if (octets[OCTET_LENIENCY] & 0x80)
    profile |= 1u << (octets[OCTET_LENIENCY] % 26);
  return (SmtpServerConfig){
    .name = "b.example",
    .profile = profile,
    .extensions = (octets[OCTET_EXTENSIONS] | (guint) octets[OCTET_MORE_EXTENSIONS] << 8) &
                  SMTP_EXTENSIONS_ALL,
    .is_lmtp = (kind & KIND_LMTP) != 0,
    .demands_tls = (kind & KIND_DEMANDS_TLS) != 0,
    .demands_auth = (kind & KIND_DEMANDS_AUTH) != 0,
    .fails_tls = (kind & KIND_FAILS_TLS) != 0,
    .refusal = (kind & KIND_REFUSES) != 0 && octets[OCTET_ANSWERS] % 4 == 0 ? 554 : 0,
    .mechanisms = octets[OCTET_MECHANISMS] | 0x300,
    .mechanisms_in_clear = octets[OCTET_MECHANISMS] * 5u & 0x3ff,
    .random = fill_random,
    .size_max = MESSAGE_BYTES_MAX,
    .recipients_max = RECIPIENTS_MAX,
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

  smtp_server_secured (siege->server, &security, 0);
  g_assert_true (smtp_server_is_secured (siege->server));
  g_assert_null (smtp_server_get_user (siege->server));
}

/* Answers */

static void
answer (Siege *siege, const SmtpEvent *event, const char *text)
{
  static const guint codes[] = { 250, 250, 250, 250, 250, 251, 252, 450, 452, 550, 553, 421 };
  static const char *const statuses[] = { NULL, "2.1.5", "5.1.1", "4.999.999", "x" };

  g_assert_null (strpbrk (text, "\r\n"));
  smtp_server_answer (siege->server, codes[draw (siege, G_N_ELEMENTS (codes))],
                      statuses[draw (siege, G_N_ELEMENTS (statuses))],
                      draw (siege, 4) == 0 ? "two\nlines \303\266" : text);
}

static void
answer_auth (Siege *siege, const SaslServerEvent *question)
{
  static const SaslOauthbearerError error = { .status = "invalid_token" };
  SaslServer *sasl = smtp_server_get_sasl (siege->server);
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
  smtp_server_auth_answered (siege->server);
}

static void
take_event (Siege *siege, const SmtpEvent *event)
{
  switch (event->kind)
    {
    case SMTP_EVENT_MAIL:
      g_assert_cmpuint (event->mail->size, <=, MESSAGE_BYTES_MAX);
      answer (siege, event, event->mail->reverse_path);
      break;
    case SMTP_EVENT_RECIPIENT:
      answer (siege, event, event->recipient->path);
      break;
    case SMTP_EVENT_VERIFY:
    case SMTP_EVENT_EXPAND:
      answer (siege, event, event->text);
      break;
    case SMTP_EVENT_MESSAGE:
      g_assert_cmpuint (g_bytes_get_size (event->message), <=, MESSAGE_BYTES_MAX);
      g_assert_cmpuint (event->index, <, RECIPIENTS_MAX);
      answer (siege, event, "message");
      break;
    case SMTP_EVENT_AUTH:
      g_assert_nonnull (event->mechanism);
      answer_auth (siege, event->sasl);
      break;
    case SMTP_EVENT_AUTHENTICATED:
      g_assert_cmpstr (event->text, ==, smtp_server_get_user (siege->server));
      break;
    case SMTP_EVENT_AUTH_FAILED:
      g_assert_nonnull (event->name);
      g_assert_null (smtp_server_get_user (siege->server));
      break;
    case SMTP_EVENT_HELLO:
      g_assert_cmpstr (event->text, !=, "");
      break;
    case SMTP_EVENT_RESET:
      g_assert_nonnull (event->text);
      break;
    case SMTP_EVENT_TOLERATED:
      g_assert_cmpuint (event->leniencies, !=, 0);
      g_assert_cmpuint (event->leniencies & ~get_config (siege->octets).profile, ==, 0);
      break;
    case SMTP_EVENT_STARTTLS:
      g_assert_false (smtp_server_is_secured (siege->server));
      break;
    case SMTP_EVENT_QUIT:
    case SMTP_EVENT_LOST:
      g_assert_true (smtp_server_is_done (siege->server));
      break;
    case SMTP_EVENT_NONE:
      g_assert_not_reached ();
    }
}

/* Units */

static void
count_received (Siege *siege, const char *name, gsize length)
{
  gsize bytes_max = SMTP_COMMAND_BYTES_MAX;

  if (g_str_equal (name, "data"))
    bytes_max = MESSAGE_BYTES_MAX + MESSAGE_BYTES_MAX / 2 + 5;
  else if (g_str_equal (name, "chunk"))
    bytes_max = REFUSED_CHUNK_BYTES_MAX;
  else if (g_str_equal (name, "sasl"))
    bytes_max = SMTP_SERVER_SASL_LINE_BYTES_MAX;
  g_assert_cmpuint (length, <=, bytes_max);
  if (g_str_equal (name, "data"))
    siege->n_data++;
  else if (g_str_equal (name, "chunk"))
    siege->n_chunks++;
  else
    siege->n_commands++;
}

/* The sent units joined are the output; each is a whole reply. */
static void
take_units (Siege *siege)
{
  g_autoptr (GBytes) output = NULL;
  gsize         length, offset = 0;
  const guint8 *data;
  WireUnit      unit;

  output = smtp_server_take_output (siege->server);
  data = g_bytes_get_data (output, &length);
  while (smtp_server_next_unit (siege->server, &unit))
    {
      gsize         unit_bytes;
      const guint8 *bytes = g_bytes_get_data (unit.bytes, &unit_bytes);

      if (unit.direction == WIRE_SENT)
        {
          g_assert_cmpuint (offset + unit_bytes, <=, length);
          g_assert_true (memcmp (data + offset, bytes, unit_bytes) == 0);
          offset += unit_bytes;
          g_assert_true (wire_matches (&smtp_grammar_reply, bytes, unit_bytes));
          siege->n_replies++;
        }
      else
        count_received (siege, unit.name, unit_bytes);
      wire_unit_clear (&unit);
    }
  g_assert_cmpuint (offset, ==, length);
  g_byte_array_append (siege->output, data, (guint) length);
}

static void
drive (Siege *siege)
{
  SmtpEvent event;

  while (smtp_server_next_event (siege->server, &event))
    take_event (siege, &event);
  g_assert_cmpint (smtp_server_get_deadline (siege->server) == G_MAXINT64, ==,
                   smtp_server_is_done (siege->server));
  take_units (siege);
}

static void
send_piece (Siege *siege, const uint8_t *data, size_t size)
{
  g_autofree guint8 *copy = g_memdup2 (data, size);

  smtp_server_receive (siege->server, copy, size, 0);
  drive (siege);
  if (smtp_server_starts_tls (siege->server))
    {
      static const char client[] = "EHLO a.example\r\nAUTH EXTERNAL =\r\nSTARTTLS\r\nRSET\r\n";

      secure (siege);
      smtp_server_receive (siege->server, (const guint8 *) client, sizeof client - 1, 0);
      drive (siege);
      siege->is_over = TRUE;
    }
}

/* One reply a command or response, and one for data or a chunk; a chunk's command has none of its
 * own, and closing may say something more. In LMTP it depends on the recipients. */
static void
check_counts (const Siege *siege)
{
  guint n_due = 1 + siege->n_commands + siege->n_data;

  if (siege->octets[OCTET_KIND] & KIND_LMTP)
    n_due += siege->n_data + siege->n_chunks; /* RECIPIENTS_MAX is 2 */
  else
    g_assert_cmpuint (siege->n_replies + 1, >=, n_due); /* a chunk may not have come whole */
  g_assert_cmpuint (siege->n_replies, <=, n_due + RECIPIENTS_MAX);
}

static GByteArray *
run_siege (const uint8_t *octets, const uint8_t *data, size_t size, size_t chunk)
{
  SmtpServerConfig config = get_config (octets);
  Siege  siege = { .octets = octets, .output = g_byte_array_new (), .dice = octets[OCTET_ANSWERS] };
  size_t n_pieces = 0;

  siege.server = smtp_server_new (&config, 0);
  take_units (&siege);
  if (octets[OCTET_KIND] & KIND_SECURED)
    secure (&siege);
  for (size_t i = 0; i < size && !siege.is_over; i += chunk)
    {
      send_piece (&siege, data + i, MIN (chunk, size - i));
      if (octets[OCTET_MOMENTS] != 0 && ++n_pieces == octets[OCTET_MOMENTS])
        {
          smtp_server_expire (siege.server, smtp_server_get_deadline (siege.server));
          drive (&siege);
          g_assert_true (smtp_server_is_done (siege.server));
        }
    }
  smtp_server_receive_end (siege.server);
  drive (&siege);
  g_assert_true (smtp_server_is_done (siege.server));
  check_counts (&siege);
  smtp_server_free (siege.server);
  return siege.output;
}

/* The session says the same however the bytes are cut, unless it minds what comes ahead of its
 * replies, or its time is up. */
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
  if ((get_config (data).profile & SMTP_LENIENT_EARLY_PIPELINING) == 0 ||
      data[OCTET_MOMENTS] != 0)
    return 0;
  bytewise = run_siege (data, client, length, 1);
  g_assert_cmpmem (whole->data, whole->len, bytewise->data, bytewise->len);
  g_assert_cmpmem (whole->data, whole->len, pieces->data, pieces->len);
  return 0;
}
