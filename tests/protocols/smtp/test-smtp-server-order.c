/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-owner.h"

#include <string.h>

/* A hostile client: every command, well-formed and not, in every state of every kind of session.
 * What becomes of it is what the order table says, and nothing else. */

#define ALL SMTP_EXTENSIONS_ALL
#define BARE_BONES SMTP_EXTENSION_PIPELINING

static const struct
{
  const char *name;
  guint       extensions;
  gboolean    is_lmtp, demands_tls, demands_auth, is_secured;
  guint       refusal;
} kinds[] = {
  { "smtp", ALL, FALSE, FALSE, FALSE, FALSE, 0 },
  { "smtp-without-extensions", BARE_BONES, FALSE, FALSE, FALSE, FALSE, 0 },
  { "lmtp", ALL, TRUE, FALSE, FALSE, FALSE, 0 },
  { "smtp-under-tls", ALL, FALSE, TRUE, FALSE, TRUE, 0 },
  { "smtp-demands-tls", ALL, FALSE, TRUE, FALSE, FALSE, 0 },
  { "smtp-demands-auth", ALL, FALSE, FALSE, TRUE, FALSE, 0 },
  { "lmtp-demands-both", ALL, TRUE, TRUE, TRUE, FALSE, 0 },
  { "smtp-refuses", ALL, FALSE, FALSE, FALSE, FALSE, 554 },
};

/* Roads to each state; @is_lmtp has LHLO for EHLO. A session may be unable to go there. */
static const struct
{
  SmtpState   state;
  const char *client;
} roads[] = {
  { SMTP_STATE_GREETED, "" },
  { SMTP_STATE_READY, "EHLO bar.com\r\n" },
  { SMTP_STATE_MAIL, "EHLO bar.com\r\nMAIL FROM:<x@bar.com>\r\n" },
  { SMTP_STATE_RECIPIENT, "EHLO bar.com\r\nMAIL FROM:<x@bar.com>\r\nRCPT TO:<Jones@foo.com>\r\n" },
  { SMTP_STATE_CHUNKS, "EHLO bar.com\r\nMAIL FROM:<x@bar.com>\r\nRCPT TO:<Jones@foo.com>\r\n"
                       "BDAT 3\r\nabc" },
};

/* Each verb in full with the reply where it is legal, and a form that its grammar does not match,
 * where there is one. */
static const struct
{
  const char *line, *code, *malformed;
} verbs[SMTP_N_VERBS] = {
  [SMTP_VERB_HELO] = { "HELO bar.com\r\n", "250", "HELO\r\n" },
  [SMTP_VERB_EHLO] = { "EHLO bar.com\r\n", "250", "EHLO \r\n" },
  [SMTP_VERB_MAIL] = { "MAIL FROM:<>\r\n", "250", "MAIL TO:<>\r\n" },
  [SMTP_VERB_RCPT] = { "RCPT TO:<a@b>\r\n", "250", "RCPT TO:<\r\n" },
  [SMTP_VERB_DATA] = { "DATA\r\n", "354", "DATA data\r\n" },
  [SMTP_VERB_RSET] = { "RSET\r\n", "250", "RSET all\r\n" },
  [SMTP_VERB_NOOP] = { "NOOP\r\n", "250", NULL },
  [SMTP_VERB_VRFY] = { "VRFY who\r\n", "252", "VRFY\r\n" },
  [SMTP_VERB_EXPN] = { "EXPN Example-People\r\n", "250", "EXPN\r\n" },
  [SMTP_VERB_HELP] = { "HELP\r\n", "214", NULL },
  [SMTP_VERB_QUIT] = { "QUIT\r\n", "221", "QUIT now\r\n" },
  [SMTP_VERB_STARTTLS] = { "STARTTLS\r\n", "220", "STARTTLS 1.3\r\n" },
  [SMTP_VERB_AUTH] = { "AUTH CRAM-MD5\r\n", "334", "AUTH\r\n" },
  [SMTP_VERB_BDAT] = { "BDAT 4\r\nNOOP", "250", "BDAT four\r\n" },
  [SMTP_VERB_LHLO] = { "LHLO bar.com\r\n", "250", "LHLO\r\n" },
  [SMTP_VERB_SEND] = { "SEND FROM:<>\r\n", "", NULL },
  [SMTP_VERB_SOML] = { "SOML FROM:<>\r\n", "", NULL },
  [SMTP_VERB_SAML] = { "SAML FROM:<>\r\n", "", NULL },
  [SMTP_VERB_TURN] = { "TURN\r\n", "", NULL },
};

static void
fill_random (guint8 *data, gsize length, gpointer user_data)
{
  memset (data, 'r', length);
}

static SmtpServerConfig
get_config (guint k)
{
  return (SmtpServerConfig){
    .name = "foo.com",
    .profile = SMTP_LENIENT_EARLY_PIPELINING,
    .refusal = kinds[k].refusal,
    .extensions = kinds[k].extensions,
    .is_lmtp = kinds[k].is_lmtp,
    .demands_tls = kinds[k].demands_tls,
    .demands_auth = kinds[k].demands_auth,
    .mechanisms = SASL_MECHANISM_CRAM_MD5,
    .mechanisms_in_clear = SASL_MECHANISM_CRAM_MD5,
    .random = fill_random,
  };
}

static void
send_text (SmtpOwner *owner, const char *text)
{
  smtp_owner_receive_chunked (owner, text, strlen (text), 5);
}

/* Goes to a state. Returns: FALSE if this kind of session does not let the client go there. */
static gboolean
go (SmtpOwner *owner, guint k, guint r)
{
  static const WireSecurity security = { .version = "TLSv1.3" };
  g_autofree char *client = g_strdup (roads[r].client);

  smtp_owner_run (owner);
  if (kinds[k].is_secured)
    smtp_server_secured (owner->server, &security, 0);
  if (kinds[k].is_lmtp && *client != '\0')
    client[0] = 'L';
  send_text (owner, client);
  return smtp_server_get_state (owner->server) == roads[r].state;
}

/* Returns: (nullable): the row for the verb in the state; the verb's first in @out_first. */
static const SmtpServerRule *
find_rule (SmtpVerb verb, SmtpState state, const SmtpServerRule **out_first)
{
  const SmtpServerRule *found = NULL;
  const SmtpServerRule *rule;

  *out_first = NULL;
  for (guint i = 0; (rule = smtp_server_get_rule (i)) != NULL; i++)
    {
      if (rule->verb != verb)
        continue;
      if (*out_first == NULL)
        *out_first = rule;
      if (rule->legal & state)
        {
          g_assert_null (found); /* the table is without doubt */
          found = rule;
        }
    }
  g_assert_nonnull (*out_first);
  return found;
}

/* What the table says of a verb: "" where it says that it is run. */
static const char *
get_refusal (guint k, const SmtpServerRule *rule, gboolean is_legal)
{
  if (kinds[k].refusal != 0 && rule->verb != SMTP_VERB_QUIT)
    return "503";
  if (rule->needs & (kinds[k].is_lmtp ? SMTP_NEED_SMTP : SMTP_NEED_LMTP))
    return "500";
  if ((rule->needs & SMTP_NEED_TLS) && kinds[k].demands_tls && !kinds[k].is_secured)
    return "530";
  if ((rule->needs & SMTP_NEED_AUTH) && kinds[k].demands_auth)
    return "530";
  if ((rule->needs & SMTP_NEED_CLEAR) && kinds[k].is_secured)
    return "503";
  if ((kinds[k].extensions & rule->extension) != rule->extension)
    return "502";
  if (!is_legal)
    return rule->refusal == 502 ? "502" : "503";
  return "";
}

static void
check_verb_in_state (SmtpVerb verb, gboolean is_malformed, guint k, guint r)
{
  SmtpServerConfig      config = get_config (k);
  SmtpState             state = roads[r].state, expected = state;
  const SmtpServerRule *first;
  const SmtpServerRule *rule = find_rule (verb, state, &first);
  const char           *code = get_refusal (k, first, rule != NULL);
  SmtpOwner             owner;
  guint                 before;
  gsize                 events_before;

  smtp_owner_init (&owner, &config);
  if (go (&owner, k, r))
    {
      before = owner.sent->len;
      events_before = owner.events->len;
      send_text (&owner, is_malformed ? verbs[verb].malformed : verbs[verb].line);
      if (*code == '\0' && is_malformed)
        code = "501";
      else if (*code == '\0')
        {
          code = verbs[verb].code;
          if (rule->next != 0)
            expected = rule->next;
          g_assert_cmpint (owner.events->len > events_before, ==,
                           rule->event != SMTP_EVENT_NONE && rule->event != SMTP_EVENT_AUTH);
        }
      else if (verb == SMTP_VERB_BDAT && !is_malformed && g_str_equal (code, "502"))
        send_text (&owner, "\r\n"); /* a server that knows no chunks takes the octets for a line */
      g_test_message ("%s: %s in %s: %s", kinds[k].name, smtp_verb_get_keyword (verb),
                      smtp_state_get_name (state), code);
      g_assert_cmpuint (owner.sent->len, >=, before + 3);
      g_assert_cmpmem (owner.sent->data + before, 3, code, 3);
      g_assert_cmpint (smtp_server_get_state (owner.server), ==, expected);
    }
  smtp_owner_clear (&owner);
}

static void
test_every_verb_in_every_state (void)
{
  g_test_summary ("Each command in each state of each kind of session does as the table says.");
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (guint r = 0; r < G_N_ELEMENTS (roads); r++)
      for (guint verb = SMTP_VERB_UNKNOWN + 1; verb < SMTP_N_VERBS; verb++)
        {
          check_verb_in_state (verb, FALSE, k, r);
          if (verbs[verb].malformed != NULL)
            check_verb_in_state (verb, TRUE, k, r);
        }
}

static void
test_roads (void)
{
  SmtpOwner owner;

  g_test_summary ("The client of the test above does reach every state of a plain session.");
  for (guint r = 0; r < G_N_ELEMENTS (roads); r++)
    for (guint k = 0; k < 4; k++)
      {
        SmtpServerConfig config = get_config (k);

        if (k == 1 && roads[r].state == SMTP_STATE_CHUNKS)
          continue;
        smtp_owner_init (&owner, &config);
        g_assert_true (go (&owner, k, r));
        smtp_owner_clear (&owner);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp/server/order/roads", test_roads);
  g_test_add_func ("/smtp/server/order/every-verb-in-every-state", test_every_verb_in_every_state);
  return g_test_run ();
}
