/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imap"
#include "imap-grammar-private.h"

/* The commands that select, make and list mailboxes. */

WIRE_ELEMENT (select_param, "Parameter of SELECT", 7162, "7");
WIRE_ELEMENT (select_param_name, "Name of the parameter", 7162, "7");
WIRE_ELEMENT (uid_validity, "UIDVALIDITY", 9051, "2.3.1.1");
WIRE_ELEMENT (modification_sequence, "Modification sequence", 7162, "3.1");
WIRE_ELEMENT (new_mailbox, "Name of the new mailbox", 9051, "5.1");
WIRE_ELEMENT (create_param, "Parameter of CREATE", 6154, "3");
WIRE_ELEMENT (create_param_name, "Name of the parameter", 6154, "3");
WIRE_ELEMENT (use_attr, "Special use", 6154, "2");
WIRE_ELEMENT (list_selection, "Which mailboxes", 9051, "6.3.9.1");
WIRE_ELEMENT (list_select_opt, "Selection option", 9051, "6.3.9.1");
WIRE_ELEMENT (list_reference, "Reference", 9051, "6.3.9");
WIRE_ELEMENT (list_pattern, "Pattern of names", 9051, "6.3.9");
WIRE_ELEMENT (list_return, "What is to be told", 9051, "6.3.9.2");
WIRE_ELEMENT (return_keyword, "RETURN", 9051, "6.3.9");
WIRE_ELEMENT (return_option, "Return option", 9051, "6.3.9.2");
WIRE_ELEMENT (status_items, "Items of STATUS", 9051, "6.3.11");
WIRE_ELEMENT (status_att, "Item of STATUS", 9051, "6.3.11");

/* SELECT */

/* known-uids: a sequence-set without "*" */
static gboolean
scan_known_set (ImapScan *self, ImapSet **out_set)
{
  gsize start = self->scan->pos;

  if (!imap_scan_sequence_set (self, out_set))
    return FALSE;
  for (gsize at = start; at < self->scan->pos; at++)
    if (self->scan->data[at] == '*' || self->scan->data[at] == '$')
      return wire_scan_fail (self->scan);
  return TRUE;
}

/* seq-match-data = "(" known-sequence-set SP known-uid-set ")" */
static gboolean
scan_seq_match_data (ImapScan *self, ImapSelect *select)
{
  return imap_scan_open (self) && scan_known_set (self, &select->match_sequences) &&
         imap_scan_space (self) && scan_known_set (self, &select->match_uids) &&
         imap_scan_close (self);
}

/* SP "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")" */
static gboolean
scan_qresync (ImapScan *self, ImapSelect *select)
{
  guint64 validity;

  if (!imap_scan_space (self) || !imap_scan_open (self) ||
      !imap_scan_number (self, &uid_validity, 1, G_MAXUINT32, &validity) ||
      !imap_scan_space (self) ||
      !imap_scan_number (self, &modification_sequence, 1, IMAP_NUMBER64_MAX, &select->modseq))
    return FALSE;
  select->uid_validity = (guint32) validity;
  if (imap_scan_goes_on (self))
    {
      if (!imap_scan_space (self))
        return FALSE;
      if (wire_scan_peek (self->scan) != '(')
        {
          if (!scan_known_set (self, &select->known_uids))
            return FALSE;
          if (!imap_scan_goes_on (self))
            return imap_scan_close (self);
          if (!imap_scan_space (self))
            return FALSE;
        }
      if (!scan_seq_match_data (self, select))
        return FALSE;
    }
  return imap_scan_close (self);
}

/* select-param = "CONDSTORE" / "QRESYNC" ... */
static gboolean
scan_select_param (ImapScan *self, ImapCommand *command)
{
  static const ImapWord words[] = { IMAP_WORD ("CONDSTORE"), IMAP_WORD ("QRESYNC") };

  WireMark mark = wire_scan_begin (self->scan, &select_param);
  guint    index;
  gboolean matched = imap_scan_word (self, &select_param_name, words, G_N_ELEMENTS (words), &index);

  if (matched && index == 0)
    command->select.is_condstore = TRUE;
  else if (matched)
    {
      matched = !command->select.is_qresync || wire_scan_fail (self->scan);
      command->select.is_qresync = TRUE;
      matched = matched && scan_qresync (self, &command->select);
    }
  return wire_scan_end (self->scan, mark, matched);
}

/* select = "SELECT" SP mailbox [SP "(" select-param *(SP select-param) ")"] */
gboolean
imap_scan_select_arguments (ImapScan *self, ImapCommand *command)
{
  return imap_scan_space_mailbox (self, command) &&
         (!imap_scan_goes_on (self) ||
          (imap_scan_space (self) && imap_scan_list (self, FALSE, scan_select_param, command)));
}

/* CREATE and RENAME */

/* use-attr = "\All" / ... / use-attr-ext */
static gboolean
scan_use_attr (ImapScan *self, ImapCommand *command)
{
  WireScan        *scan = self->scan;
  WireMark         mark = wire_scan_begin (scan, &use_attr);
  g_autofree char *name = NULL;
  guint            use;

  if (!wire_scan_byte (scan, '\\'))
    return wire_scan_end (scan, mark, FALSE);
  while (wire_scan_peek (scan) >= 0 && imap_is_atom_char ((guint8) wire_scan_peek (scan)))
    scan->pos++;
  if (scan->pos == mark.pos + 1)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  name = wire_scan_dup_since (scan, mark);
  use = imap_use_find (name);
  command->uses |= use;
  command->has_unknown_use |= use == 0;
  return wire_scan_end (scan, mark, TRUE);
}

/* create-param = "USE" SP "(" [use-attr *(SP use-attr)] ")" */
static gboolean
scan_create_param (ImapScan *self, ImapCommand *command)
{
  static const ImapWord words[] = { IMAP_WORD ("USE") };

  WireMark mark = wire_scan_begin (self->scan, &create_param);
  guint    index;
  gboolean matched;

  matched = imap_scan_word (self, &create_param_name, words, G_N_ELEMENTS (words), &index) &&
            imap_scan_space (self) && imap_scan_list (self, TRUE, scan_use_attr, command);
  return wire_scan_end (self->scan, mark, matched);
}

/* create = "CREATE" SP mailbox [SP "(" create-param *(SP create-param) ")"] */
gboolean
imap_scan_create_arguments (ImapScan *self, ImapCommand *command)
{
  return imap_scan_space (self) &&
         imap_scan_mailbox (self, &new_mailbox, TRUE, &command->mailbox) &&
         (!imap_scan_goes_on (self) ||
          (imap_scan_space (self) && imap_scan_list (self, FALSE, scan_create_param, command)));
}

/* rename = "RENAME" SP mailbox SP mailbox */
gboolean
imap_scan_rename_arguments (ImapScan *self, ImapCommand *command)
{
  return imap_scan_space_mailbox (self, command) && imap_scan_space (self) &&
         imap_scan_mailbox (self, &new_mailbox, TRUE, &command->target);
}

/* STATUS */

/* status-att */
static gboolean
scan_status_att (ImapScan *self, ImapCommand *command)
{
  static const ImapWord words[IMAP_N_STATUS_ITEMS] = {
    /* in the order of ImapStatusItem */
    IMAP_WORD ("MESSAGES"),    IMAP_WORD ("RECENT"),
    IMAP_WORD ("UIDNEXT"),     IMAP_WORD ("UIDVALIDITY"),
    IMAP_WORD ("UNSEEN"),      IMAP_WORD ("DELETED"),
    IMAP_WORD ("SIZE"),        IMAP_WORD ("HIGHESTMODSEQ"),
    IMAP_WORD ("APPENDLIMIT"), IMAP_WORD ("MAILBOXID"),
    IMAP_WORD ("DELETED-STORAGE"),
  };
  guint index;

  if (!imap_scan_word (self, &status_att, words, G_N_ELEMENTS (words), &index))
    return FALSE;
  command->status_items |= 1u << index;
  return TRUE;
}

/* "(" status-att *(SP status-att) ")" */
static gboolean
scan_status_items (ImapScan *self, ImapCommand *command)
{
  WireMark mark = wire_scan_begin (self->scan, &status_items);

  return wire_scan_end (self->scan, mark, imap_scan_list (self, FALSE, scan_status_att, command));
}

/* status = "STATUS" SP mailbox SP "(" status-att *(SP status-att) ")" */
gboolean
imap_scan_status_arguments (ImapScan *self, ImapCommand *command)
{
  return imap_scan_space_mailbox (self, command) && imap_scan_space (self) &&
         (self->is_cut || scan_status_items (self, command));
}

/* LIST */

/* list-select-opt */
static gboolean
scan_select_opt (ImapScan *self, ImapCommand *command)
{
  static const ImapWord words[] = {
    /* in the order of ImapListOption */
    IMAP_WORD ("SUBSCRIBED"),
    IMAP_WORD ("REMOTE"),
    IMAP_WORD ("RECURSIVEMATCH"),
    IMAP_WORD ("SPECIAL-USE"),
  };
  guint index;

  if (!imap_scan_word (self, &list_select_opt, words, G_N_ELEMENTS (words), &index))
    return FALSE;
  command->list.options |= IMAP_LIST_SELECT_SUBSCRIBED << index;
  return TRUE;
}

/* list-select-opts: RECURSIVEMATCH is nothing by itself, or with what does not build on names. */
static gboolean
scan_selection (ImapScan *self, ImapCommand *command)
{
  WireMark mark = wire_scan_begin (self->scan, &list_selection);
  gboolean matched = imap_scan_list (self, TRUE, scan_select_opt, command);

  command->list.is_extended = TRUE;
  if (matched && (command->list.options & IMAP_LIST_SELECT_RECURSIVE) != 0 &&
      (command->list.options & IMAP_LIST_SELECT_SUBSCRIBED) == 0)
    matched = wire_scan_fail (self->scan);
  return wire_scan_end (self->scan, mark, matched);
}

static gboolean
scan_pattern (ImapScan *self, ImapCommand *command)
{
  char *pattern;

  if (!imap_scan_list_mailbox (self, &list_pattern, &pattern))
    return FALSE;
  imap_add_word (&command->list.patterns, pattern);
  return TRUE;
}

/* mbox-or-pat = list-mailbox / "(" list-mailbox *(SP list-mailbox) ")" */
static gboolean
scan_patterns (ImapScan *self, ImapCommand *command)
{
  if (wire_scan_peek (self->scan) != '(')
    return scan_pattern (self, command);
  command->list.is_extended = TRUE;
  return imap_scan_list (self, FALSE, scan_pattern, command);
}

/* return-option = "SUBSCRIBED" / "CHILDREN" / "SPECIAL-USE" / status-option / "MYRIGHTS" */
static gboolean
scan_return_option (ImapScan *self, ImapCommand *command)
{
  static const ImapWord words[] = {
    /* in the order of ImapListOption */
    IMAP_WORD ("SUBSCRIBED"), IMAP_WORD ("CHILDREN"), IMAP_WORD ("SPECIAL-USE"),
    IMAP_WORD ("STATUS"),     IMAP_WORD ("MYRIGHTS"),
  };
  guint index;

  if (!imap_scan_word (self, &return_option, words, G_N_ELEMENTS (words), &index))
    return FALSE;
  command->list.options |= IMAP_LIST_RETURN_SUBSCRIBED << index;
  return IMAP_LIST_RETURN_SUBSCRIBED << index != IMAP_LIST_RETURN_STATUS ||
         (imap_scan_space (self) && scan_status_items (self, command));
}

/* list-return-opts = "RETURN" SP "(" [return-option *(SP return-option)] ")" */
static gboolean
scan_return (ImapScan *self, ImapCommand *command)
{
  static const ImapWord words[] = { IMAP_WORD ("RETURN") };

  WireMark mark = wire_scan_begin (self->scan, &list_return);
  guint    index;
  gboolean matched;

  command->list.is_extended = TRUE;
  matched = imap_scan_word (self, &return_keyword, words, G_N_ELEMENTS (words), &index) &&
            imap_scan_space (self) && imap_scan_list (self, TRUE, scan_return_option, command);
  return wire_scan_end (self->scan, mark, matched);
}

/* list = "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts] */
gboolean
imap_scan_list_arguments (ImapScan *self, ImapCommand *command)
{
  if (!imap_scan_space (self))
    return FALSE;
  if (wire_scan_peek (self->scan) == '(' &&
      (!scan_selection (self, command) || !imap_scan_space (self)))
    return FALSE;
  return imap_scan_mailbox (self, &list_reference, FALSE, &command->list.reference) &&
         imap_scan_space (self) && scan_patterns (self, command) &&
         (!imap_scan_goes_on (self) || (imap_scan_space (self) && scan_return (self, command)));
}

/* lsub = "LSUB" SP mailbox SP list-mailbox */
gboolean
imap_scan_lsub_arguments (ImapScan *self, ImapCommand *command)
{
  return imap_scan_space (self) &&
         imap_scan_mailbox (self, &list_reference, FALSE, &command->list.reference) &&
         imap_scan_space (self) && scan_pattern (self, command);
}
