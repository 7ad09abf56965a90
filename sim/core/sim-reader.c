/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-reader.h"

#include <math.h>
#include <string.h>

/* The groups: how many words follow the kind in "[Kind WORD WORD]". */
static const struct
{
  const char *kind;
  guint       n_words;
  const char *form;
} kinds[] = {
  { "Scenario", 0, "[Scenario]" },
  { "Host", 1, "[Host NAME]" },
  { "Link", 2, "[Link A B]" },
  { "Zone", 1, "[Zone DOMAIN]" },
  { "List", 1, "[List ADDRESS]" },
  { "Mailbox", 1, "[Mailbox N]" },
  { "Action", 1, "[Action N]" },
};

#define ALL_FORMS                                                                                  \
  "[Scenario], [Host NAME], [Link A B], [Zone DOMAIN], [List ADDRESS], [Mailbox N] or [Action N]"

/* The keys. Ranges are ours: wide enough for any story, too small to stop a clock. */
static const SimScenarioKey keys[] = {
  { "Scenario", "Title", SIM_KEY_TEXT, TRUE, 0, 0, NULL, "what the scenario shows" },
  { "Scenario", "Seed", SIM_KEY_WHOLE, FALSE, 0, 0, NULL, "where chance starts; default 1" },
  { "Scenario", "Start", SIM_KEY_TEXT, FALSE, 0, 0, NULL,
    "date and time of the beginning in UTC; default 2026-01-01T00:00:00Z" },

  { "Host", "Roles", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "MUA, MSA, MTA, MDA, MS, DNS; a host without roles just forwards packets" },
  { "Host", "Address", SIM_KEY_TEXT, TRUE, 0, 0, NULL, "its IPv4 address" },
  { "Host", "Resolver", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "the hosts that it asks for names, the first one first" },
  { "Host", "Domains", SIM_KEY_LIST, FALSE, 0, 0, NULL, "the mail domains it takes mail for" },
  { "Host", "Users", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "NAME:PASSWORD of those with a mailbox there" },
  { "Host", "Mailboxes", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "what each user has besides INBOX, subscribed: Drafts, Sent, Trash, Junk, Archive, for their "
    "uses, and others" },
  { "Host", "Services", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "smtp, submission, submissions, lmtp, pop3, pop3s, imap, imaps" },
  { "Host", "Profile", SIM_KEY_TEXT, FALSE, 0, 0, NULL, "strict, common (default) or lenient" },
  { "Host", "Lenient", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "what it lets pass beyond its profile: bare-lf-ends-data ..." },
  { "Host", "Without", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "extensions of SMTP and IMAP that it does not offer: CHUNKING, SMTPUTF8, QRESYNC ..." },
  { "Host", "Unused", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "extensions of SMTP and IMAP that it does not use as a client" },
  { "Host", "Certificate", SIM_KEY_TEXT, FALSE, 0, 0, NULL,
    "good, expired, not-yet-valid, wrong-name, self-signed, unknown-issuer or none; not said: "
    "none, but a good one for real programs" },
  { "Host", "Tls", SIM_KEY_TEXT, FALSE, 0, 0, NULL,
    "as a client: if-offered (default), never, always or verified" },
  { "Host", "Compress", SIM_KEY_TRUTH, FALSE, 0, 0, NULL,
    "as a client of IMAP: whether to compress where the server can; default false" },
  { "Host", "DemandTls", SIM_KEY_TRUTH, FALSE, 0, 0, NULL,
    "whether submission takes neither AUTH nor mail without TLS; default false" },
  { "Host", "Mechanisms", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "of AUTH: PLAIN, SCRAM-SHA-256 ...; none for no AUTH" },
  { "Host", "Trusts", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "hosts that may relay without AUTH, none for no host; default mail programs on a link of its "
    "own" },
  { "Host", "Smarthost", SIM_KEY_TEXT, FALSE, 0, 0, NULL,
    "the host that all mail to elsewhere goes to, whatever MX says" },
  { "Host", "Aliases", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "NAME:TARGET TARGET, local names or addresses" },
  { "Host", "Forward", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "USER:TARGET TARGET, users whose mail goes on to other addresses" },
  { "Host", "Quota", SIM_KEY_WHOLE, FALSE, 0, 0, NULL,
    "bytes that all mailboxes of a user may hold" },
  { "Host", "MessageBytes", SIM_KEY_WHOLE, FALSE, 0, 0, NULL,
    "bytes of the largest message it takes; default 33554432" },
  { "Host", "MessageRecipients", SIM_KEY_WHOLE, FALSE, 0, 0, NULL,
    "recipients of one message; default 1000" },
  { "Host", "Apop", SIM_KEY_TRUTH, FALSE, 0, 0, NULL,
    "whether POP3 offers APOP, and takes USER and PASS under TLS alone; default false" },
  { "Host", "LoginDelay", SIM_KEY_NUMBER, FALSE, 0, SIM_SCENARIO_SECONDS_MAX, NULL,
    "seconds between the logins of one user by POP3; default 0, none" },
  { "Host", "Greylist", SIM_KEY_NUMBER, FALSE, 0, SIM_SCENARIO_SECONDS_MAX, NULL,
    "seconds that unknown senders are to wait and try again; default 0, none" },
  { "Host", "ClientConnections", SIM_KEY_WHOLE, FALSE, 0, 0, NULL,
    "connections at a time from one client; default no limit" },
  { "Host", "ClientMessages", SIM_KEY_WHOLE, FALSE, 0, 0, NULL,
    "messages in a minute from one client; default no limit" },
  { "Host", "WarnAfter", SIM_KEY_NUMBER, FALSE, 1, SIM_SCENARIO_SECONDS_MAX, NULL,
    "seconds after which a sender is told of a delay; default 14400" },
  { "Host", "ExpireAfter", SIM_KEY_NUMBER, FALSE, 1, SIM_SCENARIO_SECONDS_MAX, NULL,
    "seconds after which mail is given up; default 432000" },
  { "Host", "Down", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "FROM-TO in seconds: its cable is pulled, nobody answers" },
  { "Host", "Refuses", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "FROM-TO in seconds: its services do not run, connections are refused" },

  { "Link", "LatencyMs", SIM_KEY_NUMBER, FALSE, 0, 600000, NULL,
    "milliseconds from end to end; default 1" },
  { "Link", "BandwidthKbps", SIM_KEY_NUMBER, FALSE, 0.1, 1e9, NULL,
    "thousands of bits a second, each way; default 100000" },
  { "Link", "Loss", SIM_KEY_NUMBER, FALSE, 0, 1, NULL,
    "probability that a packet is lost; default 0" },
  { "Link", "Mtu", SIM_KEY_NUMBER, FALSE, 576, 65535, NULL,
    "bytes of the largest packet; default 1500" },

  { "Zone", "Server", SIM_KEY_TEXT, TRUE, 0, 0, NULL, "the host that answers for the zone" },
  { "Zone", "Ttl", SIM_KEY_NUMBER, FALSE, 0, 2147483647, NULL,
    "seconds that answers may be remembered; default 300" },
  { "Zone", "ServFail", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "FROM-TO in seconds: the server fails, and says so" },
  { "Zone", "Lame", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "FROM-TO in seconds: the server does not know the zone" },
  { "Zone", "DelayMs", SIM_KEY_NUMBER, FALSE, 0, 600000, NULL,
    "milliseconds that the server takes to answer; default 0" },
  { "Zone", "Truncate", SIM_KEY_TRUTH, FALSE, 0, 0, NULL,
    "whether answers over UDP are always cut off; default false" },

  { "List", "Host", SIM_KEY_TEXT, TRUE, 0, 0, NULL, "the host that expands it" },
  { "List", "Members", SIM_KEY_LIST, FALSE, 0, 0, NULL, "addresses" },
  { "List", "Name", SIM_KEY_TEXT, FALSE, 0, 0, NULL, "what it is called, for people" },
  { "List", "Owner", SIM_KEY_TEXT, FALSE, 0, 0, NULL,
    "the address that gets its failures; default the host's postmaster" },

  { "Mailbox", "Host", SIM_KEY_TEXT, TRUE, 0, 0, NULL, "where it is" },
  { "Mailbox", "User", SIM_KEY_TEXT, TRUE, 0, 0, NULL, "whose it is" },
  { "Mailbox", "Name", SIM_KEY_TEXT, FALSE, 0, 0, NULL,
    "what it is called: Work/2026; default INBOX" },
  { "Mailbox", "Use", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "what it is for: All, Archive, Drafts, Flagged, Junk, Sent, Trash, Important" },
  { "Mailbox", "Subscribed", SIM_KEY_TRUTH, FALSE, 0, 0, NULL,
    "whether the user is subscribed to it; default true" },
  { "Mailbox", "Import", SIM_KEY_TEXT, FALSE, 0, 0, NULL,
    "an mbox file, or a Maildir with its subfolders, whose messages are in it; a path from where "
    "the scenario is" },
  { "Mailbox", "Flags", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "what those messages have besides their own: Seen, Answered, Flagged, Deleted, Draft, or "
    "keywords" },

  { "Action", "At", SIM_KEY_NUMBER, TRUE, 0, SIM_SCENARIO_SECONDS_MAX, NULL,
    "seconds since the beginning" },
  { "Action", "Host", SIM_KEY_TEXT, TRUE, 0, 0, NULL, "where it is done" },
  { "Action", "Do", SIM_KEY_TEXT, TRUE, 0, 0, NULL,
    "send, fetch, sync, read, flag, move, copy, delete, save or create" },
  { "Action", "From", SIM_KEY_TEXT, TRUE, 0, 0, "send save", "the author's address" },
  { "Action", "To", SIM_KEY_LIST, TRUE, 0, 0, "send save", "addresses" },
  { "Action", "Cc", SIM_KEY_LIST, FALSE, 0, 0, "send save", "addresses" },
  { "Action", "Subject", SIM_KEY_TEXT, FALSE, 0, 0, "send save", "the message's subject" },
  { "Action", "Body", SIM_KEY_TEXT, FALSE, 0, 0, "send save",
    "the message's text; \\n begins a new line" },
  { "Action", "Html", SIM_KEY_TEXT, FALSE, 0, 0, "send",
    "the text once more, as HTML; default none" },
  { "Action", "Via", SIM_KEY_TEXT, TRUE, 0, 0, "send", "the host it is submitted to" },
  { "Action", "Count", SIM_KEY_WHOLE, FALSE, 0, 0, "send", "how many such messages; default 1" },
  { "Action", "Every", SIM_KEY_NUMBER, FALSE, 0, SIM_SCENARIO_SECONDS_MAX, "send",
    "seconds from one of them to the next; default 0" },
  { "Action", "Bytes", SIM_KEY_WHOLE, FALSE, 0, 0, "send",
    "bytes of filler after the text; default 0" },
  { "Action", "EightBit", SIM_KEY_TRUTH, FALSE, 0, 0, "send",
    "whether text beyond ASCII goes as it is, not encoded; default false" },
  { "Action", "Notify", SIM_KEY_LIST, FALSE, 0, 0, "send",
    "reports asked for: success, failure, delay, or never" },
  { "Action", "Return", SIM_KEY_TEXT, FALSE, 0, 0, "send",
    "what a report returns: full or headers" },
  { "Action", "EnvelopeId", SIM_KEY_TEXT, FALSE, 0, 0, "send",
    "the name by which reports refer to it" },
  { "Action", "RequireTls", SIM_KEY_TRUTH, FALSE, 0, 0, "send",
    "whether it may go over verified TLS alone (RFC 8689); default false" },
  { "Action", "Mechanism", SIM_KEY_LIST, FALSE, 0, 0, NULL,
    "mechanisms of AUTH that may be used; default any" },
  { "Action", "User", SIM_KEY_TEXT, FALSE, 0, 0, NULL,
    "whose mailbox; send: who proves to be whom by AUTH, default nobody" },
  { "Action", "Password", SIM_KEY_TEXT, FALSE, 0, 0, NULL, "the user's password" },
  { "Action", "Server", SIM_KEY_TEXT, TRUE, 0, 0,
    "fetch sync read flag move copy delete save create",
    "the host that has the mailbox; where that is Host itself, no protocol is needed" },
  { "Action", "Protocol", SIM_KEY_TEXT, FALSE, 0, 0, "fetch",
    "pop3 or imap; default pop3 where the server has it" },
  { "Action", "Keep", SIM_KEY_TRUTH, FALSE, 0, 0, "fetch",
    "whether messages stay on the server; default false" },
  { "Action", "LeaveDays", SIM_KEY_NUMBER, FALSE, 0, 366, "fetch",
    "days that messages stay on the server after they were fetched; not with Keep" },
  { "Action", "Mailboxes", SIM_KEY_LIST, FALSE, 0, 0, "sync", "their names; default all" },
  { "Action", "Idle", SIM_KEY_NUMBER, FALSE, 0, SIM_SCENARIO_SECONDS_MAX, "sync",
    "seconds to stay and be told of news; default 0" },
  { "Action", "Mailbox", SIM_KEY_TEXT, FALSE, 0, 0, "read flag move copy delete save create",
    "its name; default INBOX" },
  { "Action", "Messages", SIM_KEY_TEXT, FALSE, 0, 0, "read flag move copy delete",
    "which, counted from 1 in their order: 1, 2:4 or 3,5:*; default 1:*" },
  { "Action", "Into", SIM_KEY_TEXT, TRUE, 0, 0, "move copy", "the mailbox where they go" },
  { "Action", "Flags", SIM_KEY_LIST, FALSE, 0, 0, "flag save",
    "flag: each with + or -: +\\\\Seen;-Work; save: \\\\Draft" },
  { "Action", "Offline", SIM_KEY_TRUTH, FALSE, 0, 0, "read flag move copy delete save",
    "whether it is done to the copy of an earlier sync, for the next one; default false" },
};

/* Record types a zone may hold, as in "MX=" and "A mail.example=". */
static const char *const record_types[] = { "A",   "AAAA", "MX",  "CNAME", "NS",
                                            "TXT", "PTR",  "SOA", "SRV",   "TLSA" };

#define ALL_TYPES "A, AAAA, MX, CNAME, NS, TXT, PTR, SOA, SRV and TLSA"

static void
clear_entry (gpointer data)
{
  g_free (((SimReaderEntry *) data)->key);
}

static void
clear_group (gpointer data)
{
  SimReaderGroup *group = data;

  g_free (group->title);
  g_strfreev (group->words);
  g_array_unref (group->entries);
}

const SimScenarioKey *
sim_scenario_get_key (guint i)
{
  return i < G_N_ELEMENTS (keys) ? &keys[i] : NULL;
}

static const SimScenarioKey *
find_key (const char *kind, const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strcmp (keys[i].group, kind) == 0 && strcmp (keys[i].key, key) == 0)
      return &keys[i];
  return NULL;
}

gboolean
sim_reader_fail (const char *file, guint line, GError **error, const char *format, ...)
{
  g_autofree char *name = g_filename_display_name (file);
  g_autofree char *text = NULL;
  va_list          arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, SIM_SCENARIO_ERROR, SIM_SCENARIO_ERROR_WRONG, "%s:%u: %s", name, line, text);
  return FALSE;
}

/* Whether the whole text can be one at all. */
static gboolean
check_text (const char *file, const char *text, gsize length, GError **error)
{
  const char *end;
  guint       line = 1;

  if (length > SIM_SCENARIO_BYTES_MAX)
    return sim_reader_fail (file, 1, error, "larger than 1 MiB, a scenario is a few lines of text");
  if (length == 0)
    return sim_reader_fail (file, 1, error, "the file is empty, a scenario begins with [Scenario]");
  if (g_utf8_validate_len (text, length, &end))
    return TRUE;
  for (const char *at = text; at < end; at++)
    line += *at == '\n';
  return *end == '\0'
             ? sim_reader_fail (file, line, error, "a NUL byte, a scenario is UTF-8 text")
             : sim_reader_fail (file, line, error, "not valid UTF-8, a scenario is UTF-8 text");
}

static guint
find_kind (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].kind, name) == 0)
      return i;
  return G_N_ELEMENTS (kinds);
}

/* "[Kind WORD WORD]" */
static gboolean
add_group (SimReader *self, const char *line_text, guint line, GError **error)
{
  gsize             length = strlen (line_text);
  g_autofree char  *title = g_strndup (line_text + 1, length - 1);
  g_auto (GStrv)    words = NULL;
  SimReaderGroup    group = { 0 };
  guint             kind;

  if (length < 2 || line_text[length - 1] != ']' || strcspn (title, "[]") != length - 2)
    return sim_reader_fail (self->file, line, error,
                            "not a group's name, one looks like [Host mail.example]");
  title[length - 2] = '\0';
  words = g_strsplit (title, " ", -1);
  kind = find_kind (words[0] != NULL ? words[0] : "");
  if (kind == G_N_ELEMENTS (kinds))
    return sim_reader_fail (self->file, line, error, "unknown group [%s], a group is " ALL_FORMS,
                            title);
  if (g_strv_length (words) != kinds[kind].n_words + 1 ||
      g_strv_contains ((const char *const *) words, ""))
    return sim_reader_fail (self->file, line, error, "[%s] should have the form %s", title,
                            kinds[kind].form);
  for (guint i = 0; i < self->groups->len; i++)
    {
      const SimReaderGroup *other = &g_array_index (self->groups, SimReaderGroup, i);

      if (strcmp (other->title, title) == 0)
        return sim_reader_fail (self->file, line, error,
                                "second group [%s], the first is in line %u", title, other->line);
    }
  group = (SimReaderGroup){ g_steal_pointer (&title), kinds[kind].kind, g_strdupv (words + 1), line,
                            g_array_new (FALSE, FALSE, sizeof (SimReaderEntry)) };
  g_array_set_clear_func (group.entries, clear_entry);
  g_array_append_val (self->groups, group);
  return TRUE;
}

/* Whether "TYPE" or "TYPE NAME" is a record that a zone may hold. */
static gboolean
is_record (const char *key)
{
  gsize length = strcspn (key, " ");

  if (strpbrk (key, "[]") != NULL) /* which a GKeyFile would take for a locale */
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (record_types); i++)
    if (strlen (record_types[i]) == length && strncmp (key, record_types[i], length) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
fail_unknown_key (SimReader *self, const SimReaderGroup *group, const char *key, guint line,
                  GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strcmp (keys[i].group, group->kind) == 0)
      g_string_append_printf (known, "%s%s", known->len > 0 ? ", " : "", keys[i].key);
  if (strcmp (group->kind, "Zone") == 0)
    g_string_append (known, " and records, TYPE or TYPE NAME, of types " ALL_TYPES);
  return sim_reader_fail (self->file, line, error, "unknown key \"%s\" in [%s], it may have %s",
                          key, group->title, known->str);
}

/* "Key = value" */
static gboolean
add_entry (SimReader *self, const char *line_text, guint line, GError **error)
{
  const char      *equals = strchr (line_text, '=');
  SimReaderGroup  *group;
  SimReaderEntry   entry;
  g_autofree char *key = NULL;

  if (equals == NULL || equals == line_text)
    return sim_reader_fail (self->file, line, error,
                            "neither a group, a key nor a comment, a key looks like Title=Hello");
  if (self->groups->len == 0)
    return sim_reader_fail (self->file, line, error,
                            "a key before the first group, a scenario begins with [Scenario]");
  group = &g_array_index (self->groups, SimReaderGroup, self->groups->len - 1);
  key = g_strchomp (g_strndup (line_text, (gsize) (equals - line_text)));
  if (find_key (group->kind, key) == NULL &&
      !(strcmp (group->kind, "Zone") == 0 && is_record (key)))
    return fail_unknown_key (self, group, key, line, error);
  if (sim_reader_has (group, key))
    return sim_reader_fail (self->file, line, error,
                            "second key \"%s\" in [%s], the first is in line %u", key,
                            group->title, sim_reader_get_line (group, key));
  entry = (SimReaderEntry){ g_steal_pointer (&key), line };
  g_array_append_val (group->entries, entry);
  return TRUE;
}

/* The same lines that a GKeyFile reads; it gets them without the white space around them. */
static gboolean
read_lines (SimReader *self, const char *text, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *trimmed = NULL;
  g_autoptr (GError) problem = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line_text = g_strstrip (lines[i]);

      if (line_text[0] == '\0' || line_text[0] == '#')
        continue;
      if (!(line_text[0] == '[' ? add_group : add_entry) (self, line_text, i + 1, error))
        return FALSE;
    }
  if (self->groups->len == 0)
    return sim_reader_fail (self->file, 1, error,
                            "no group in it, a scenario begins with [Scenario]");
  trimmed = g_strjoinv ("\n", lines);
  if (!g_key_file_load_from_data (self->values, trimmed, strlen (trimmed), G_KEY_FILE_NONE,
                                  &problem))
    return sim_reader_fail (self->file, 1, error, "not a key file: %s", problem->message);
  return TRUE;
}

static gboolean
check_required (SimReader *self, GError **error)
{
  for (guint i = 0; i < self->groups->len; i++)
    {
      const SimReaderGroup *group = &g_array_index (self->groups, SimReaderGroup, i);

      for (guint j = 0; j < G_N_ELEMENTS (keys); j++)
        if (keys[j].is_required && keys[j].only == NULL &&
            strcmp (keys[j].group, group->kind) == 0 && !sim_reader_has (group, keys[j].key))
          return sim_reader_fail (self->file, group->line, error, "[%s] needs the key %s: %s",
                                  group->title, keys[j].key, keys[j].what);
    }
  return TRUE;
}

gboolean
sim_reader_has (const SimReaderGroup *group, const char *key)
{
  for (guint i = 0; i < group->entries->len; i++)
    if (strcmp (g_array_index (group->entries, SimReaderEntry, i).key, key) == 0)
      return TRUE;
  return FALSE;
}

guint
sim_reader_get_line (const SimReaderGroup *group, const char *key)
{
  for (guint i = 0; i < group->entries->len; i++)
    {
      const SimReaderEntry *entry = &g_array_index (group->entries, SimReaderEntry, i);

      if (strcmp (entry->key, key) == 0)
        return entry->line;
    }
  return group->line;
}

gboolean
sim_reader_get_text (SimReader            *self,
                     const SimReaderGroup *group,
                     const char           *key,
                     char                **out_text,
                     GError              **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) problem = NULL;

  if (!sim_reader_has (group, key))
    return TRUE;
  text = g_key_file_get_string (self->values, group->title, key, &problem);
  if (problem != NULL)
    return sim_reader_fail (self->file, sim_reader_get_line (group, key), error,
                            "%s has an unknown escape, \\n, \\t, \\r, \\s and \\\\ are known", key);
  g_free (*out_text);
  *out_text = g_steal_pointer (&text);
  return TRUE;
}

gboolean
sim_reader_get_list (SimReader            *self,
                     const SimReaderGroup *group,
                     const char           *key,
                     char               ***out_list,
                     GError              **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) items = NULL;
  g_autoptr (GError) problem = NULL;

  if (!sim_reader_has (group, key))
    return TRUE;
  items = g_key_file_get_string_list (self->values, group->title, key, NULL, &problem);
  if (problem != NULL)
    return sim_reader_fail (self->file, sim_reader_get_line (group, key), error,
                            "%s has an unknown escape, \\n, \\t, \\r, \\s, \\; and \\\\ are known",
                            key);
  for (guint i = 0; items[i] != NULL; i++)
    if (g_strstrip (items[i])[0] != '\0')
      g_strv_builder_add (builder, items[i]);
  g_strfreev (*out_list);
  *out_list = g_strv_builder_end (builder);
  return TRUE;
}

gboolean
sim_reader_parse_number (const char *text, double min, double max, double *out_number)
{
  gsize  n_digits = strspn (text, "0123456789");
  gsize  length = n_digits;
  double number;

  if (text[length] == '.')
    length += 1 + strspn (text + length + 1, "0123456789");
  if (n_digits == 0 || text[length] != '\0')
    return FALSE;
  number = g_ascii_strtod (text, NULL);
  if (!isfinite (number) || number < min || number > max)
    return FALSE;
  *out_number = number;
  return TRUE;
}

gboolean
sim_reader_get_number (SimReader            *self,
                       const SimReaderGroup *group,
                       const char           *key,
                       double               *out_number,
                       GError              **error)
{
  const SimScenarioKey *row = find_key (group->kind, key);
  g_autofree char      *text = NULL;

  if (!sim_reader_get_text (self, group, key, &text, error))
    return FALSE;
  if (text == NULL || sim_reader_parse_number (text, row->min, row->max, out_number))
    return TRUE;
  return sim_reader_fail (self->file, sim_reader_get_line (group, key), error,
                          "%s is \"%s\", it should be a number from %.10g to %.10g", key, text,
                          row->min, row->max);
}

gboolean
sim_reader_get_whole (SimReader            *self,
                      const SimReaderGroup *group,
                      const char           *key,
                      guint64              *out_whole,
                      GError              **error)
{
  g_autofree char *text = NULL;

  if (!sim_reader_get_text (self, group, key, &text, error))
    return FALSE;
  if (text == NULL ||
      g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, out_whole, NULL))
    return TRUE;
  return sim_reader_fail (self->file, sim_reader_get_line (group, key), error,
                          "%s is \"%s\", it should be a whole number from 0 up", key, text);
}

gboolean
sim_reader_get_truth (SimReader            *self,
                      const SimReaderGroup *group,
                      const char           *key,
                      gboolean             *out_truth,
                      GError              **error)
{
  g_autofree char *text = NULL;

  if (!sim_reader_get_text (self, group, key, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  if (strcmp (text, "true") != 0 && strcmp (text, "false") != 0)
    return sim_reader_fail (self->file, sim_reader_get_line (group, key), error,
                            "%s is \"%s\", it should be true or false", key, text);
  *out_truth = strcmp (text, "true") == 0;
  return TRUE;
}

SimReader *
sim_reader_new (const char *file, const char *text, gsize length, GError **error)
{
  g_autoptr (SimReader) self = g_new0 (SimReader, 1);
  g_autofree char *copy = NULL;

  self->file = g_strdup (file);
  self->values = g_key_file_new ();
  self->groups = g_array_new (FALSE, FALSE, sizeof (SimReaderGroup));
  g_array_set_clear_func (self->groups, clear_group);
  if (!check_text (file, text, length, error))
    return NULL;
  copy = g_strndup (text, length);
  if (!read_lines (self, copy, error) || !check_required (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
sim_reader_free (SimReader *self)
{
  if (self == NULL)
    return;
  g_free (self->file);
  g_key_file_unref (self->values);
  g_array_unref (self->groups);
  g_free (self);
}
