/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-owner.h"

#include <string.h>

/* Every command, well-formed and not, in every state of several kinds of session: what becomes of
 * it is what the order table says, and nothing else. */

static const guint32 kinds[] = {
  IMAP_CAPABILITIES_ALL,
  IMAP_CAPABILITY_IMAP4REV1,
  IMAP_CAPABILITY_IMAP4REV2,
};

/* Roads to each state that a command can come in. */
static const struct
{
  ImapState   state;
  const char *client;
} roads[] = {
  { IMAP_STATE_NOT_AUTHENTICATED, "" },
  { IMAP_STATE_AUTHENTICATED, "x LOGIN tim tanstaaftanstaaf\r\n" },
  { IMAP_STATE_SELECTED, "x LOGIN tim tanstaaftanstaaf\r\ny SELECT INBOX\r\n" },
};

/* Each verb in full, and a form that its grammar does not match. */
static const struct
{
  const char *line, *malformed;
} verbs[IMAP_N_VERBS] = {
  [IMAP_VERB_CAPABILITY] = { "CAPABILITY", "CAPABILITY all" },
  [IMAP_VERB_NOOP] = { "NOOP", "NOOP 1" },
  [IMAP_VERB_LOGOUT] = { "LOGOUT", "LOGOUT now" },
  [IMAP_VERB_ID] = { "ID NIL", "ID" },
  [IMAP_VERB_STARTTLS] = { "STARTTLS", "STARTTLS 1.3" },
  [IMAP_VERB_AUTHENTICATE] = { "AUTHENTICATE PLAIN", "AUTHENTICATE" },
  [IMAP_VERB_LOGIN] = { "LOGIN tim tanstaaftanstaaf", "LOGIN tim" },
  [IMAP_VERB_ENABLE] = { "ENABLE CONDSTORE", "ENABLE" },
  [IMAP_VERB_SELECT] = { "SELECT INBOX", "SELECT" },
  [IMAP_VERB_EXAMINE] = { "EXAMINE INBOX", "EXAMINE a b" },
  [IMAP_VERB_CREATE] = { "CREATE a", "CREATE" },
  [IMAP_VERB_DELETE] = { "DELETE a", "DELETE" },
  [IMAP_VERB_RENAME] = { "RENAME a b", "RENAME a" },
  [IMAP_VERB_SUBSCRIBE] = { "SUBSCRIBE a", "SUBSCRIBE" },
  [IMAP_VERB_UNSUBSCRIBE] = { "UNSUBSCRIBE a", "UNSUBSCRIBE" },
  [IMAP_VERB_LIST] = { "LIST \"\" *", "LIST \"\"" },
  [IMAP_VERB_LSUB] = { "LSUB \"\" *", "LSUB" },
  [IMAP_VERB_NAMESPACE] = { "NAMESPACE", "NAMESPACE a" },
  [IMAP_VERB_STATUS] = { "STATUS a (MESSAGES)", "STATUS a" },
  [IMAP_VERB_APPEND] = { "APPEND a {3+}\r\na\r\n", "APPEND a b" },
  [IMAP_VERB_IDLE] = { "IDLE", "IDLE 5" },
  [IMAP_VERB_COMPRESS] = { "COMPRESS DEFLATE", "COMPRESS" },
  [IMAP_VERB_GETQUOTA] = { "GETQUOTA a", "GETQUOTA" },
  [IMAP_VERB_GETQUOTAROOT] = { "GETQUOTAROOT a", "GETQUOTAROOT" },
  [IMAP_VERB_SETQUOTA] = { "SETQUOTA a (STORAGE 5)", "SETQUOTA a" },
  [IMAP_VERB_GETACL] = { "GETACL a", "GETACL" },
  [IMAP_VERB_SETACL] = { "SETACL a b lr", "SETACL a b" },
  [IMAP_VERB_DELETEACL] = { "DELETEACL a b", "DELETEACL a" },
  [IMAP_VERB_LISTRIGHTS] = { "LISTRIGHTS a b", "LISTRIGHTS a" },
  [IMAP_VERB_MYRIGHTS] = { "MYRIGHTS a", "MYRIGHTS" },
  [IMAP_VERB_GETMETADATA] = { "GETMETADATA a /private/comment", "GETMETADATA a" },
  [IMAP_VERB_SETMETADATA] = { "SETMETADATA a (/private/comment NIL)", "SETMETADATA a" },
  [IMAP_VERB_CHECK] = { "CHECK", "CHECK 1" },
  [IMAP_VERB_CLOSE] = { "CLOSE", "CLOSE 1" },
  [IMAP_VERB_UNSELECT] = { "UNSELECT", "UNSELECT 1" },
  [IMAP_VERB_EXPUNGE] = { "EXPUNGE", "EXPUNGE x" },
  [IMAP_VERB_SEARCH] = { "SEARCH ALL", "SEARCH" },
  [IMAP_VERB_SORT] = { "SORT (DATE) UTF-8 ALL", "SORT" },
  [IMAP_VERB_THREAD] = { "THREAD REFERENCES UTF-8 ALL", "THREAD" },
  [IMAP_VERB_FETCH] = { "FETCH 1 FLAGS", "FETCH 0 FLAGS" },
  [IMAP_VERB_STORE] = { "STORE 1 FLAGS ()", "STORE 1" },
  [IMAP_VERB_COPY] = { "COPY 1 a", "COPY 1" },
  [IMAP_VERB_MOVE] = { "MOVE 1 a", "MOVE a" },
  [IMAP_VERB_REPLACE] = { "REPLACE 1 a {3+}\r\na\r\n", "REPLACE 1" },
  [IMAP_VERB_CANCELUPDATE] = { "CANCELUPDATE \"a\"", "CANCELUPDATE" },
};

static ImapServerConfig
get_config (guint32 capabilities)
{
  return (ImapServerConfig){
    .name = "b.example",
    .capabilities = capabilities,
    .mechanisms = SASL_MECHANISM_PLAIN,
    .mechanisms_in_clear = SASL_MECHANISM_PLAIN,
    .random = imap_owner_random,
  };
}

/* What the table says of a verb in a state. */
static gboolean
is_run (const ImapServerRule *rule, ImapState state, guint32 capabilities)
{
  return (rule->legal & state) != 0 &&
         (rule->capability == 0 || (rule->capability & capabilities) != 0);
}

static void
check_verb (const ImapServerRule *rule, guint road, guint32 capabilities, gboolean is_malformed)
{
  ImapServerConfig config = get_config (capabilities);
  const char      *line = is_malformed ? verbs[rule->verb].malformed : verbs[rule->verb].line;
  g_autofree char *client = g_strdup_printf ("a %s\r\n", line);
  g_autofree char *told = NULL;
  gboolean         is_legal = is_run (rule, roads[road].state, capabilities);
  ImapState        next = roads[road].state;
  ImapOwner        owner;
  gsize            events_before;
  const char      *expected = "a BAD ";

  if (is_legal && !is_malformed)
    {
      expected = "a OK ";
      if (rule->next != 0)
        next = rule->next;
    }
  imap_owner_init (&owner, &config);
  imap_owner_play (&owner, roads[road].client, 7);
  g_assert_cmpint (imap_server_get_state (owner.server), ==, roads[road].state);
  g_byte_array_set_size (owner.told, 0);
  events_before = owner.events->len;
  imap_owner_play (&owner, client, 7);
  if (is_legal && !is_malformed && rule->verb == IMAP_VERB_IDLE)
    imap_owner_play (&owner, "DONE\r\n", 7);
  if (is_legal && !is_malformed && rule->verb == IMAP_VERB_AUTHENTICATE)
    imap_owner_play (&owner, "AHRpbQB0YW5zdGFhZnRhbnN0YWFm\r\n", 7);
  told = imap_owner_dup_told (&owner);
  g_test_message ("%s in %s: %s", line, imap_state_get_name (roads[road].state), told);
  g_assert_true (g_str_has_prefix (told, expected) ||
                 (strstr (told, expected) != NULL && strstr (told, expected)[-1] == '\n'));
  g_assert_cmpint (imap_server_get_state (owner.server), ==, next);
  if (is_legal && !is_malformed && rule->is_open)
    g_assert_true (g_str_has_prefix (owner.events->str + events_before,
                                     imap_verb_get_keyword (rule->verb)));
  if (!is_legal || is_malformed)
    g_assert_cmpuint (owner.events->len, ==, events_before);
  imap_owner_clear (&owner);
}

static void
test_every_verb_in_every_state (void)
{
  const ImapServerRule *rule;

  g_test_summary ("Each command in each state of each kind of session does as the table says.");
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (guint road = 0; road < G_N_ELEMENTS (roads); road++)
      for (guint i = 0; (rule = imap_server_get_rule (i)) != NULL; i++)
        {
          check_verb (rule, road, kinds[k], FALSE);
          check_verb (rule, road, kinds[k], TRUE);
        }
}

static void
test_table (void)
{
  const ImapServerRule *rule;
  guint n_rows = 0;

  g_test_summary ("The table has each verb once, legal somewhere, and leads to states there are.");
  for (guint i = 0; (rule = imap_server_get_rule (i)) != NULL; i++)
    {
      g_assert_cmpint (rule->verb, ==, i + 1);
      g_assert_cmpuint (rule->legal, !=, 0);
      g_assert_cmpuint (rule->legal & ~(guint) IMAP_STATES_ANY, ==, 0);
      g_assert_nonnull (verbs[rule->verb].line);
      g_assert_nonnull (verbs[rule->verb].malformed);
      n_rows++;
    }
  g_assert_cmpuint (n_rows, ==, IMAP_N_VERBS - 1);
}

/* Which section of RFC 9051 has a command: 6.1 any state, 6.2 not authenticated, 6.3 authenticated
 * and selected, 6.4 selected; and the arrows of section 3. */
static const struct
{
  guint       legal;
  ImapState   next;
  const char *verbs;
} sections[] = {
  { IMAP_STATES_ANY, 0, "CAPABILITY NOOP" },
  { IMAP_STATES_ANY, IMAP_STATE_LOGOUT, "LOGOUT" },
  { IMAP_STATE_NOT_AUTHENTICATED, 0, "STARTTLS" },
  { IMAP_STATE_NOT_AUTHENTICATED, IMAP_STATE_AUTHENTICATED, "AUTHENTICATE LOGIN" },
  { IMAP_STATE_AUTHENTICATED, 0, "ENABLE" },
  { IMAP_STATE_AUTHENTICATED | IMAP_STATE_SELECTED, IMAP_STATE_SELECTED, "SELECT EXAMINE" },
  { IMAP_STATE_AUTHENTICATED | IMAP_STATE_SELECTED, 0,
    "CREATE DELETE RENAME SUBSCRIBE UNSUBSCRIBE LIST NAMESPACE STATUS APPEND IDLE LSUB" },
  { IMAP_STATE_SELECTED, IMAP_STATE_AUTHENTICATED, "CLOSE UNSELECT" },
  { IMAP_STATE_SELECTED, 0, "EXPUNGE SEARCH FETCH STORE COPY MOVE CHECK" },
};

static void
test_sections (void)
{
  g_test_summary ("The table says what the sections of RFC 9051 (and 3501) say.");
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    {
      g_auto (GStrv) words = g_strsplit (sections[i].verbs, " ", -1);

      for (guint j = 0; words[j] != NULL; j++)
        {
          ImapVerb              verb = imap_verb_find (words[j], strlen (words[j]));
          const ImapServerRule *rule = imap_server_get_rule (verb - 1);

          g_test_message ("%s", words[j]);
          g_assert_cmpuint (rule->legal, ==, sections[i].legal);
          g_assert_cmpint (rule->next, ==, sections[i].next);
        }
    }
}

/* The owner's no, by the row. */
static void
test_no (void)
{
  static const char *const lines[] = { "a SELECT nobox\r\n", "a EXAMINE nobox\r\n",
                                       "a STATUS nobox (MESSAGES)\r\n" };
  static const ImapState states[] = { IMAP_STATE_AUTHENTICATED, IMAP_STATE_AUTHENTICATED,
                                      IMAP_STATE_SELECTED };

  g_test_summary ("A refused SELECT leaves nothing selected (RFC 9051 section 6.3.2).");
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      ImapServerConfig config = get_config (IMAP_CAPABILITIES_ALL);
      ImapOwner        owner;

      imap_owner_init (&owner, &config);
      imap_owner_play (&owner, roads[2].client, 100);
      imap_owner_play (&owner, lines[i], 100);
      g_assert_cmpint (imap_server_get_state (owner.server), ==, states[i]);
      imap_owner_clear (&owner);
    }
}

/* What may be told when (RFC 9051 section 7.5.1). */
static void
test_expunge (void)
{
  static const struct
  {
    const char *line;
    gboolean    may_tell;
  } lines[] = {
    { "a FETCH 1 FLAGS\r\n", FALSE },      { "a UID FETCH 1 FLAGS\r\n", TRUE },
    { "a STORE 1 FLAGS ()\r\n", FALSE },   { "a UID STORE 1 FLAGS ()\r\n", TRUE },
    { "a SEARCH ALL\r\n", FALSE },         { "a UID SEARCH ALL\r\n", TRUE },
    { "a SORT (DATE) UTF-8 ALL\r\n", FALSE }, { "a NOOP\r\n", TRUE },
    { "a COPY 1 b\r\n", TRUE },            { "a SELECT {3}\r\n", FALSE },
    /* Message numbers are under way there, too (RFC 7162 section 3.2.10.2). */
    { "a UID SEARCH NOT (SEEN 2:3)\r\n", FALSE }, { "a UID SEARCH UID 2:3\r\n", TRUE },
    { "a UID THREAD REFERENCES UTF-8 1\r\n", FALSE },
  };

  g_test_summary ("Nobody is told that a message is gone while numbers are under way.");
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      ImapServerConfig config = get_config (IMAP_CAPABILITIES_ALL);
      ImapOwner        owner;

      imap_owner_init (&owner, &config);
      imap_owner_play (&owner, roads[2].client, 100);
      g_assert_false (imap_server_may_tell_expunge (owner.server));
      owner.holds = TRUE;
      imap_owner_play (&owner, lines[i].line, 100);
      g_test_message ("%s", lines[i].line);
      g_assert_cmpint (imap_server_may_tell_expunge (owner.server), ==, lines[i].may_tell);
      imap_owner_clear (&owner);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap/server/order/table", test_table);
  g_test_add_func ("/imap/server/order/sections", test_sections);
  g_test_add_func ("/imap/server/order/every-verb-in-every-state", test_every_verb_in_every_state);
  g_test_add_func ("/imap/server/order/no", test_no);
  g_test_add_func ("/imap/server/order/expunge", test_expunge);
  return g_test_run ();
}
