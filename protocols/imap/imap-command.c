/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-command.h"

#include "imap-scan.h"

static const ImapWord verbs[IMAP_N_VERBS] = {
  [IMAP_VERB_UNKNOWN] = { "", 0 },
  [IMAP_VERB_CAPABILITY] = IMAP_WORD ("CAPABILITY"),
  [IMAP_VERB_NOOP] = IMAP_WORD ("NOOP"),
  [IMAP_VERB_LOGOUT] = IMAP_WORD ("LOGOUT"),
  [IMAP_VERB_ID] = IMAP_WORD ("ID"),
  [IMAP_VERB_STARTTLS] = IMAP_WORD ("STARTTLS"),
  [IMAP_VERB_AUTHENTICATE] = IMAP_WORD ("AUTHENTICATE"),
  [IMAP_VERB_LOGIN] = IMAP_WORD ("LOGIN"),
  [IMAP_VERB_ENABLE] = IMAP_WORD ("ENABLE"),
  [IMAP_VERB_SELECT] = IMAP_WORD ("SELECT"),
  [IMAP_VERB_EXAMINE] = IMAP_WORD ("EXAMINE"),
  [IMAP_VERB_CREATE] = IMAP_WORD ("CREATE"),
  [IMAP_VERB_DELETE] = IMAP_WORD ("DELETE"),
  [IMAP_VERB_RENAME] = IMAP_WORD ("RENAME"),
  [IMAP_VERB_SUBSCRIBE] = IMAP_WORD ("SUBSCRIBE"),
  [IMAP_VERB_UNSUBSCRIBE] = IMAP_WORD ("UNSUBSCRIBE"),
  [IMAP_VERB_LIST] = IMAP_WORD ("LIST"),
  [IMAP_VERB_LSUB] = IMAP_WORD ("LSUB"),
  [IMAP_VERB_NAMESPACE] = IMAP_WORD ("NAMESPACE"),
  [IMAP_VERB_STATUS] = IMAP_WORD ("STATUS"),
  [IMAP_VERB_APPEND] = IMAP_WORD ("APPEND"),
  [IMAP_VERB_IDLE] = IMAP_WORD ("IDLE"),
  [IMAP_VERB_COMPRESS] = IMAP_WORD ("COMPRESS"),
  [IMAP_VERB_GETQUOTA] = IMAP_WORD ("GETQUOTA"),
  [IMAP_VERB_GETQUOTAROOT] = IMAP_WORD ("GETQUOTAROOT"),
  [IMAP_VERB_SETQUOTA] = IMAP_WORD ("SETQUOTA"),
  [IMAP_VERB_GETACL] = IMAP_WORD ("GETACL"),
  [IMAP_VERB_SETACL] = IMAP_WORD ("SETACL"),
  [IMAP_VERB_DELETEACL] = IMAP_WORD ("DELETEACL"),
  [IMAP_VERB_LISTRIGHTS] = IMAP_WORD ("LISTRIGHTS"),
  [IMAP_VERB_MYRIGHTS] = IMAP_WORD ("MYRIGHTS"),
  [IMAP_VERB_GETMETADATA] = IMAP_WORD ("GETMETADATA"),
  [IMAP_VERB_SETMETADATA] = IMAP_WORD ("SETMETADATA"),
  [IMAP_VERB_CHECK] = IMAP_WORD ("CHECK"),
  [IMAP_VERB_CLOSE] = IMAP_WORD ("CLOSE"),
  [IMAP_VERB_UNSELECT] = IMAP_WORD ("UNSELECT"),
  [IMAP_VERB_EXPUNGE] = IMAP_WORD ("EXPUNGE"),
  [IMAP_VERB_SEARCH] = IMAP_WORD ("SEARCH"),
  [IMAP_VERB_SORT] = IMAP_WORD ("SORT"),
  [IMAP_VERB_THREAD] = IMAP_WORD ("THREAD"),
  [IMAP_VERB_FETCH] = IMAP_WORD ("FETCH"),
  [IMAP_VERB_STORE] = IMAP_WORD ("STORE"),
  [IMAP_VERB_COPY] = IMAP_WORD ("COPY"),
  [IMAP_VERB_MOVE] = IMAP_WORD ("MOVE"),
  [IMAP_VERB_REPLACE] = IMAP_WORD ("REPLACE"),
  [IMAP_VERB_CANCELUPDATE] = IMAP_WORD ("CANCELUPDATE"),
};

/* In the order of ImapStatusItem. */
static const char *const status_items[IMAP_N_STATUS_ITEMS] = {
  "MESSAGES", "RECENT",        "UIDNEXT",     "UIDVALIDITY", "UNSEEN",          "DELETED",
  "SIZE",     "HIGHESTMODSEQ", "APPENDLIMIT", "MAILBOXID",   "DELETED-STORAGE",
};

const char *
imap_verb_get_keyword (ImapVerb verb)
{
  return verbs[verb].text;
}

ImapVerb
imap_verb_find (const char *keyword, gsize length)
{
  int index = imap_word_find (verbs, G_N_ELEMENTS (verbs), (const guint8 *) keyword, length);

  return index < 0 ? IMAP_VERB_UNKNOWN : (ImapVerb) index;
}

const char *
imap_status_item_get_name (ImapStatusItem item)
{
  for (guint i = 0; i < IMAP_N_STATUS_ITEMS; i++)
    if ((guint) item == 1u << i)
      return status_items[i];
  return "";
}

static void
clear_bytes (GBytes **bytes)
{
  g_clear_pointer (bytes, g_bytes_unref);
}

static void
clear_array (GArray **array)
{
  g_clear_pointer (array, g_array_unref);
}

void
imap_search_key_free (ImapSearchKey *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->children, g_ptr_array_unref);
  imap_set_free (self->set);
  g_free (self->name);
  g_free (self->text);
  clear_bytes (&self->raw);
  g_free (self);
}

static void
clear_appends (GArray *appends)
{
  for (guint i = 0; appends != NULL && i < appends->len; i++)
    {
      ImapAppend *append = &g_array_index (appends, ImapAppend, i);

      imap_flags_clear (&append->flags);
      for (guint j = 0; append->parts != NULL && j < append->parts->len; j++)
        {
          clear_bytes (&g_array_index (append->parts, ImapAppendPart, j).text);
          g_free (g_array_index (append->parts, ImapAppendPart, j).url);
        }
      clear_array (&append->parts);
    }
}

static void
clear_fetch_items (GArray *items)
{
  for (guint i = 0; items != NULL && i < items->len; i++)
    imap_section_clear (&g_array_index (items, ImapFetchItem, i).section);
}

static void
clear_pairs (GArray *pairs)
{
  for (guint i = 0; pairs != NULL && i < pairs->len; i++)
    {
      g_free (g_array_index (pairs, ImapPair, i).name);
      clear_bytes (&g_array_index (pairs, ImapPair, i).value);
    }
}

void
imap_command_clear (ImapCommand *self)
{
  g_free (self->tag);
  g_free (self->mailbox);
  g_free (self->target);
  g_free (self->text);
  clear_bytes (&self->secret);
  clear_bytes (&self->initial);
  imap_set_free (self->set);
  g_clear_pointer (&self->words, g_ptr_array_unref);
  clear_pairs (self->pairs);
  clear_array (&self->pairs);
  imap_set_free (self->select.known_uids);
  imap_set_free (self->select.match_sequences);
  imap_set_free (self->select.match_uids);
  g_free (self->list.reference);
  g_clear_pointer (&self->list.patterns, g_ptr_array_unref);
  clear_appends (self->appends);
  clear_array (&self->appends);
  clear_fetch_items (self->fetch_items);
  clear_array (&self->fetch_items);
  imap_flags_clear (&self->flags);
  g_free (self->search.charset);
  imap_search_key_free (self->search.key);
  clear_array (&self->search.criteria);
  g_free (self->rights);
  *self = (ImapCommand){ 0 };
}
