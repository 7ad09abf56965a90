/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imap"
#include "imap-grammar-private.h"

#include "imap-deviation.h"

WIRE_ELEMENT (command, "Command", 9051, "6");
WIRE_ELEMENT (tag, "Tag", 9051, "2.2.1");
WIRE_ELEMENT (uid_prefix, "UID", 9051, "6.4.9");
WIRE_ELEMENT (command_name, "Name of the command", 9051, "6");

WIRE_ELEMENT (unknown_command, "Unknown command", 9051, "6");
WIRE_ELEMENT (capability_command, "CAPABILITY command", 9051, "6.1.1");
WIRE_ELEMENT (noop_command, "NOOP command", 9051, "6.1.2");
WIRE_ELEMENT (logout_command, "LOGOUT command", 9051, "6.1.3");
WIRE_ELEMENT (id_command, "ID command", 2971, "3.1");
WIRE_ELEMENT (starttls_command, "STARTTLS command", 9051, "6.2.1");
WIRE_ELEMENT (authenticate_command, "AUTHENTICATE command", 9051, "6.2.2");
WIRE_ELEMENT (login_command, "LOGIN command", 9051, "6.2.3");
WIRE_ELEMENT (enable_command, "ENABLE command", 9051, "6.3.1");
WIRE_ELEMENT (select_command, "SELECT command", 9051, "6.3.2");
WIRE_ELEMENT (examine_command, "EXAMINE command", 9051, "6.3.3");
WIRE_ELEMENT (create_command, "CREATE command", 9051, "6.3.4");
WIRE_ELEMENT (delete_command, "DELETE command", 9051, "6.3.5");
WIRE_ELEMENT (rename_command, "RENAME command", 9051, "6.3.6");
WIRE_ELEMENT (subscribe_command, "SUBSCRIBE command", 9051, "6.3.7");
WIRE_ELEMENT (unsubscribe_command, "UNSUBSCRIBE command", 9051, "6.3.8");
WIRE_ELEMENT (list_command, "LIST command", 9051, "6.3.9");
WIRE_ELEMENT (lsub_command, "LSUB command", 3501, "6.3.9");
WIRE_ELEMENT (namespace_command, "NAMESPACE command", 9051, "6.3.10");
WIRE_ELEMENT (status_command, "STATUS command", 9051, "6.3.11");
WIRE_ELEMENT (append_command, "APPEND command", 9051, "6.3.12");
WIRE_ELEMENT (idle_command, "IDLE command", 9051, "6.3.13");
WIRE_ELEMENT (done_command, "End of IDLE", 9051, "6.3.13");
WIRE_ELEMENT (compress_command, "COMPRESS command", 4978, "3");
WIRE_ELEMENT (getquota_command, "GETQUOTA command", 9208, "4.1.1");
WIRE_ELEMENT (getquotaroot_command, "GETQUOTAROOT command", 9208, "4.1.2");
WIRE_ELEMENT (setquota_command, "SETQUOTA command", 9208, "4.1.3");
WIRE_ELEMENT (getacl_command, "GETACL command", 4314, "3.3");
WIRE_ELEMENT (setacl_command, "SETACL command", 4314, "3.1");
WIRE_ELEMENT (deleteacl_command, "DELETEACL command", 4314, "3.2");
WIRE_ELEMENT (listrights_command, "LISTRIGHTS command", 4314, "3.4");
WIRE_ELEMENT (myrights_command, "MYRIGHTS command", 4314, "3.5");
WIRE_ELEMENT (getmetadata_command, "GETMETADATA command", 5464, "4.2");
WIRE_ELEMENT (setmetadata_command, "SETMETADATA command", 5464, "4.3");
WIRE_ELEMENT (check_command, "CHECK command", 3501, "6.4.1");
WIRE_ELEMENT (close_command, "CLOSE command", 9051, "6.4.1");
WIRE_ELEMENT (unselect_command, "UNSELECT command", 9051, "6.4.2");
WIRE_ELEMENT (expunge_command, "EXPUNGE command", 9051, "6.4.3");
WIRE_ELEMENT (search_command, "SEARCH command", 9051, "6.4.4");
WIRE_ELEMENT (sort_command, "SORT command", 5256, "3");
WIRE_ELEMENT (thread_command, "THREAD command", 5256, "3");
WIRE_ELEMENT (fetch_command, "FETCH command", 9051, "6.4.5");
WIRE_ELEMENT (store_command, "STORE command", 9051, "6.4.6");
WIRE_ELEMENT (copy_command, "COPY command", 9051, "6.4.7");
WIRE_ELEMENT (move_command, "MOVE command", 9051, "6.4.8");
WIRE_ELEMENT (replace_command, "REPLACE command", 8508, "3.2");
WIRE_ELEMENT (cancelupdate_command, "CANCELUPDATE command", 5267, "4.3.5");

WIRE_ELEMENT (mailbox, "Mailbox", 9051, "5.1");
WIRE_ELEMENT (user_name, "Name of the user", 9051, "6.2.3");
WIRE_ELEMENT (password, "Password", 9051, "6.2.3");
WIRE_ELEMENT (sasl_mechanism, "Mechanism", 4422, "3.1");
WIRE_ELEMENT (initial_response, "Initial response", 4959, "3");
WIRE_ELEMENT (capability_name, "Name of a capability", 9051, "6.3.1");
WIRE_ELEMENT (compression, "Compression algorithm", 4978, "3");

WIRE_ELEMENT (command_rest, "Rest of a command", 9051, "2.2.1");
WIRE_ELEMENT (sasl_line, "Line of an authentication exchange", 9051, "6.2.2");
WIRE_ELEMENT (sasl_response, "Response", 9051, "6.2.2");
WIRE_ELEMENT (sasl_cancel, "Cancels the exchange", 9051, "6.2.2");

/* Pieces */

gboolean
imap_scan_list (ImapScan          *self,
                gboolean           is_optional,
                ImapArgumentsFunc  scan_item,
                ImapCommand       *command)
{
  if (self->is_cut)
    return TRUE;
  if (!imap_scan_open (self))
    return FALSE;
  if (is_optional && wire_scan_peek (self->scan) == ')')
    return imap_scan_close (self);
  if (!scan_item (self, command))
    return FALSE;
  while (imap_scan_goes_on (self))
    if (!imap_scan_space (self) || !scan_item (self, command))
      return FALSE;
  return imap_scan_close (self);
}

gboolean
imap_scan_command_mailbox (ImapScan *self, ImapCommand *command)
{
  return imap_scan_mailbox (self, &mailbox, FALSE, &command->mailbox);
}

gboolean
imap_scan_space_mailbox (ImapScan *self, ImapCommand *command)
{
  return imap_scan_space (self) && imap_scan_command_mailbox (self, command);
}

gboolean
imap_scan_space_set (ImapScan *self, ImapCommand *command)
{
  return imap_scan_space (self) && imap_scan_sequence_set (self, &command->set);
}

void
imap_add_word (GPtrArray **array, char *word)
{
  if (*array == NULL)
    *array = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (*array, word);
}

/* Arguments */

static gboolean
scan_no_arguments (ImapScan *self, ImapCommand *command)
{
  return TRUE;
}

static gboolean
scan_unknown_arguments (ImapScan *self, ImapCommand *command)
{
  return imap_scan_arguments (self);
}

/* login = "LOGIN" SP userid SP password */
static gboolean
scan_login_arguments (ImapScan *self, ImapCommand *command)
{
  ImapText text;

  if (!imap_scan_space (self) || !imap_scan_astring_dup (self, &user_name, &command->text) ||
      !imap_scan_space (self) || !imap_scan_astring (self, &password, &text))
    return FALSE;
  command->secret = imap_text_dup_bytes (&text);
  imap_text_clear (&text);
  return TRUE;
}

static gboolean
scan_atom_dup (ImapScan *self, const WireElement *element, char **out_text)
{
  ImapText text;

  if (!imap_scan_atom (self, element, &text))
    return FALSE;
  *out_text = imap_text_dup (&text);
  return TRUE;
}

/* initial-resp = (base64 / "="): the latter for what is empty (RFC 4959 section 3) */
static gboolean
scan_initial_response (ImapScan *self, ImapCommand *command)
{
  int after = wire_scan_peek_at (self->scan, 1);

  command->has_initial = TRUE;
  if (wire_scan_peek (self->scan) != '=' || after > ' ')
    return imap_scan_base64 (self, &initial_response, &command->initial);
  wire_scan_leaf (self->scan, &initial_response, 1);
  command->initial = g_bytes_new (NULL, 0);
  return TRUE;
}

/* authenticate = "AUTHENTICATE" SP auth-type [SP initial-resp] */
static gboolean
scan_authenticate_arguments (ImapScan *self, ImapCommand *command)
{
  if (!imap_scan_space (self) || !scan_atom_dup (self, &sasl_mechanism, &command->text))
    return FALSE;
  return !imap_scan_goes_on (self) ||
         (imap_scan_space (self) && scan_initial_response (self, command));
}

/* enable = "ENABLE" 1*(SP capability) */
static gboolean
scan_enable_arguments (ImapScan *self, ImapCommand *command)
{
  do
    {
      char *word;

      if (!imap_scan_space (self) || !scan_atom_dup (self, &capability_name, &word))
        return FALSE;
      imap_add_word (&command->words, word);
    }
  while (imap_scan_goes_on (self));
  return TRUE;
}

/* compress = "COMPRESS" SP algorithm */
static gboolean
scan_compress_arguments (ImapScan *self, ImapCommand *command)
{
  return imap_scan_space (self) && scan_atom_dup (self, &compression, &command->text);
}

/* uid-expunge = "EXPUNGE" SP sequence-set */
static gboolean
scan_expunge_arguments (ImapScan *self, ImapCommand *command)
{
  return !command->is_uid || imap_scan_space_set (self, command);
}

/* copy = "COPY" SP sequence-set SP mailbox */
static gboolean
scan_copy_arguments (ImapScan *self, ImapCommand *command)
{
  return imap_scan_space_set (self, command) && imap_scan_space_mailbox (self, command);
}

/* What follows each verb; has_uid: "UID" may stand before it. */
static const struct
{
  const WireElement *element;
  ImapArgumentsFunc  scan_arguments;
  gboolean           has_uid;
} rules[IMAP_N_VERBS] = {
  [IMAP_VERB_UNKNOWN] = { &unknown_command, scan_unknown_arguments },
  [IMAP_VERB_CAPABILITY] = { &capability_command, scan_no_arguments },
  [IMAP_VERB_NOOP] = { &noop_command, scan_no_arguments },
  [IMAP_VERB_LOGOUT] = { &logout_command, scan_no_arguments },
  [IMAP_VERB_ID] = { &id_command, imap_scan_id_arguments },
  [IMAP_VERB_STARTTLS] = { &starttls_command, scan_no_arguments },
  [IMAP_VERB_AUTHENTICATE] = { &authenticate_command, scan_authenticate_arguments },
  [IMAP_VERB_LOGIN] = { &login_command, scan_login_arguments },
  [IMAP_VERB_ENABLE] = { &enable_command, scan_enable_arguments },
  [IMAP_VERB_SELECT] = { &select_command, imap_scan_select_arguments },
  [IMAP_VERB_EXAMINE] = { &examine_command, imap_scan_select_arguments },
  [IMAP_VERB_CREATE] = { &create_command, imap_scan_create_arguments },
  [IMAP_VERB_DELETE] = { &delete_command, imap_scan_space_mailbox },
  [IMAP_VERB_RENAME] = { &rename_command, imap_scan_rename_arguments },
  [IMAP_VERB_SUBSCRIBE] = { &subscribe_command, imap_scan_space_mailbox },
  [IMAP_VERB_UNSUBSCRIBE] = { &unsubscribe_command, imap_scan_space_mailbox },
  [IMAP_VERB_LIST] = { &list_command, imap_scan_list_arguments },
  [IMAP_VERB_LSUB] = { &lsub_command, imap_scan_lsub_arguments },
  [IMAP_VERB_NAMESPACE] = { &namespace_command, scan_no_arguments },
  [IMAP_VERB_STATUS] = { &status_command, imap_scan_status_arguments },
  [IMAP_VERB_APPEND] = { &append_command, imap_scan_append_arguments },
  [IMAP_VERB_IDLE] = { &idle_command, scan_no_arguments },
  [IMAP_VERB_COMPRESS] = { &compress_command, scan_compress_arguments },
  [IMAP_VERB_GETQUOTA] = { &getquota_command, imap_scan_quota_root_arguments },
  [IMAP_VERB_GETQUOTAROOT] = { &getquotaroot_command, imap_scan_space_mailbox },
  [IMAP_VERB_SETQUOTA] = { &setquota_command, imap_scan_setquota_arguments },
  [IMAP_VERB_GETACL] = { &getacl_command, imap_scan_space_mailbox },
  [IMAP_VERB_SETACL] = { &setacl_command, imap_scan_setacl_arguments },
  [IMAP_VERB_DELETEACL] = { &deleteacl_command, imap_scan_identifier_arguments },
  [IMAP_VERB_LISTRIGHTS] = { &listrights_command, imap_scan_identifier_arguments },
  [IMAP_VERB_MYRIGHTS] = { &myrights_command, imap_scan_space_mailbox },
  [IMAP_VERB_GETMETADATA] = { &getmetadata_command, imap_scan_getmetadata_arguments },
  [IMAP_VERB_SETMETADATA] = { &setmetadata_command, imap_scan_setmetadata_arguments },
  [IMAP_VERB_CHECK] = { &check_command, scan_no_arguments },
  [IMAP_VERB_CLOSE] = { &close_command, scan_no_arguments },
  [IMAP_VERB_UNSELECT] = { &unselect_command, scan_no_arguments },
  [IMAP_VERB_EXPUNGE] = { &expunge_command, scan_expunge_arguments, TRUE },
  [IMAP_VERB_SEARCH] = { &search_command, imap_scan_search_arguments, TRUE },
  [IMAP_VERB_SORT] = { &sort_command, imap_scan_sort_arguments, TRUE },
  [IMAP_VERB_THREAD] = { &thread_command, imap_scan_thread_arguments, TRUE },
  [IMAP_VERB_FETCH] = { &fetch_command, imap_scan_fetch_arguments, TRUE },
  [IMAP_VERB_STORE] = { &store_command, imap_scan_store_arguments, TRUE },
  [IMAP_VERB_COPY] = { &copy_command, scan_copy_arguments, TRUE },
  [IMAP_VERB_MOVE] = { &move_command, scan_copy_arguments, TRUE },
  [IMAP_VERB_REPLACE] = { &replace_command, imap_scan_replace_arguments, TRUE },
  [IMAP_VERB_CANCELUPDATE] = { &cancelupdate_command, imap_scan_cancelupdate_arguments },
};

/* Commands */

static gboolean
is_tag_byte (guint8 byte)
{
  return imap_is_astring_char (byte) && byte != '+';
}

/* tag = 1*<any ASTRING-CHAR except "+"> */
static gboolean
scan_tag (WireScan *scan, ImapCommand *command)
{
  WireMark mark = wire_scan_begin (scan, &tag);
  gboolean matched = wire_scan_while (scan, is_tag_byte) > 0;

  /* A tag ends in a space; else it is none. */
  if (!matched || wire_scan_peek (scan) != ' ')
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  command->tag = wire_scan_dup_since (scan, mark);
  return wire_scan_end (scan, mark, TRUE);
}

static gsize
get_atom_length (const WireScan *scan, gsize from)
{
  gsize length = from;

  while (length < scan->length - scan->pos &&
         imap_is_atom_char (scan->data[scan->pos + length]))
    length++;
  return length - from;
}

/* Looks ahead: what command stands at the cursor. @out_uid: bytes of "UID" and spaces before it;
 * @out_length: bytes of its name */
static ImapVerb
find_verb (const WireScan *scan, gsize *out_uid, gsize *out_length)
{
  const char *text = (const char *) scan->data + scan->pos;
  gsize       uid = 0;
  gsize       length = get_atom_length (scan, 0);
  ImapVerb    verb;

  *out_uid = 0;
  *out_length = length;
  if (length == 3 && g_ascii_strncasecmp (text, "UID", 3) == 0)
    {
      for (uid = 3; wire_scan_peek_at (scan, uid) == ' ';)
        uid++;
      length = get_atom_length (scan, uid);
    }
  verb = imap_verb_find (text + uid, length);
  if (uid > 0 && !rules[verb].has_uid)
    return IMAP_VERB_UNKNOWN;
  *out_uid = uid;
  *out_length = length;
  return verb;
}

/* ["UID" SP] and the name */
static gboolean
scan_command_name (ImapScan *self, gsize uid_length, gsize length, ImapCommand *command)
{
  WireScan *scan = self->scan;
  WireMark  mark;

  if (uid_length > 0)
    {
      wire_scan_leaf (scan, &uid_prefix, 3);
      if (!imap_scan_space (self))
        return FALSE;
      command->is_uid = TRUE;
    }
  mark = wire_scan_begin (scan, &command_name);
  if (length == 0)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  scan->pos += length;
  if (command->verb == IMAP_VERB_UNKNOWN)
    command->text = wire_scan_dup_since (scan, mark);
  return wire_scan_end (scan, mark, TRUE);
}

/* command = tag SP (command-any / command-auth / command-nonauth / command-select) CRLF */
static gboolean
scan_command (ImapScan *self, ImapCommand *command)
{
  gsize    uid_length;
  gsize    length;
  WireMark mark;
  gboolean matched;

  if (!scan_tag (self->scan, command) || !imap_scan_space (self))
    return FALSE;
  command->verb = find_verb (self->scan, &uid_length, &length);
  mark = wire_scan_begin (self->scan, rules[command->verb].element);
  matched = scan_command_name (self, uid_length, length, command) &&
            rules[command->verb].scan_arguments (self, command) && imap_scan_line_end (self);
  return wire_scan_end (self->scan, mark, matched);
}

gboolean
imap_scan_command (WireScan *scan, const ImapReading *reading, ImapCommand *out_command)
{
  ImapScan self = { .scan = scan };

  if (reading != NULL)
    {
      self.is_utf8 = (reading->enabled & (IMAP_ENABLED_UTF8 | IMAP_ENABLED_REV2)) != 0;
      self.is_strict = reading->is_strict;
      self.may_be_cut = reading->may_be_cut;
    }
  return scan_command (&self, out_command);
}

/* Grammars. They do not know what the session has agreed on, and take UTF-8 for agreed on. */

/* idle = "IDLE" CRLF "DONE": the end is a line of its own. */
static gboolean
scan_done (ImapScan *self)
{
  WireMark mark = wire_scan_begin (self->scan, &done_command);

  return wire_scan_end (self->scan, mark,
                        wire_scan_text (self->scan, "DONE") && imap_scan_line_end (self));
}

static gboolean
scan_command_unit (WireScan *scan)
{
  ImapScan    self = { .scan = scan, .is_utf8 = TRUE, .may_be_cut = TRUE };
  ImapCommand read = { 0 };
  gboolean    matched = scan_command (&self, &read) || scan_done (&self);

  imap_command_clear (&read);
  return matched;
}

static gboolean
scan_rest_unit (WireScan *scan)
{
  ImapScan self = { .scan = scan, .is_utf8 = TRUE, .may_be_cut = TRUE };

  return imap_scan_arguments (&self) && imap_scan_line_end (&self);
}

/* base64 / "*" */
static gboolean
scan_sasl_unit (WireScan *scan)
{
  ImapScan self = { .scan = scan };
  GBytes  *bytes = NULL;

  if (wire_scan_peek (scan) == '*' && wire_scan_peek_at (scan, 1) <= ' ')
    wire_scan_leaf (scan, &sasl_cancel, 1);
  else if (wire_scan_peek (scan) > ' ')
    imap_scan_base64 (&self, &sasl_response, &bytes);
  g_clear_pointer (&bytes, g_bytes_unref);
  return imap_scan_line_end (&self);
}

const WireGrammar imap_grammar_command = {
  "imap-command", "IMAP command", &command, scan_command_unit,
};

const WireGrammar imap_grammar_rest = {
  "imap-rest", "Rest of an IMAP command", &command_rest, scan_rest_unit,
};

const WireGrammar imap_grammar_sasl = {
  "imap-sasl", "IMAP authentication", &sasl_line, scan_sasl_unit,
};
