/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-command.h"

static const char *const verbs[IMAP_N_VERBS] = {
  [IMAP_VERB_UNKNOWN] = "",
  [IMAP_VERB_CAPABILITY] = "CAPABILITY",
  [IMAP_VERB_NOOP] = "NOOP",
  [IMAP_VERB_LOGOUT] = "LOGOUT",
  [IMAP_VERB_ID] = "ID",
  [IMAP_VERB_STARTTLS] = "STARTTLS",
  [IMAP_VERB_AUTHENTICATE] = "AUTHENTICATE",
  [IMAP_VERB_LOGIN] = "LOGIN",
  [IMAP_VERB_ENABLE] = "ENABLE",
  [IMAP_VERB_SELECT] = "SELECT",
  [IMAP_VERB_EXAMINE] = "EXAMINE",
  [IMAP_VERB_CREATE] = "CREATE",
  [IMAP_VERB_DELETE] = "DELETE",
  [IMAP_VERB_RENAME] = "RENAME",
  [IMAP_VERB_SUBSCRIBE] = "SUBSCRIBE",
  [IMAP_VERB_UNSUBSCRIBE] = "UNSUBSCRIBE",
  [IMAP_VERB_LIST] = "LIST",
  [IMAP_VERB_LSUB] = "LSUB",
  [IMAP_VERB_NAMESPACE] = "NAMESPACE",
  [IMAP_VERB_STATUS] = "STATUS",
  [IMAP_VERB_APPEND] = "APPEND",
  [IMAP_VERB_IDLE] = "IDLE",
  [IMAP_VERB_COMPRESS] = "COMPRESS",
  [IMAP_VERB_GETQUOTA] = "GETQUOTA",
  [IMAP_VERB_GETQUOTAROOT] = "GETQUOTAROOT",
  [IMAP_VERB_SETQUOTA] = "SETQUOTA",
  [IMAP_VERB_GETACL] = "GETACL",
  [IMAP_VERB_SETACL] = "SETACL",
  [IMAP_VERB_DELETEACL] = "DELETEACL",
  [IMAP_VERB_LISTRIGHTS] = "LISTRIGHTS",
  [IMAP_VERB_MYRIGHTS] = "MYRIGHTS",
  [IMAP_VERB_GETMETADATA] = "GETMETADATA",
  [IMAP_VERB_SETMETADATA] = "SETMETADATA",
  [IMAP_VERB_CHECK] = "CHECK",
  [IMAP_VERB_CLOSE] = "CLOSE",
  [IMAP_VERB_UNSELECT] = "UNSELECT",
  [IMAP_VERB_EXPUNGE] = "EXPUNGE",
  [IMAP_VERB_SEARCH] = "SEARCH",
  [IMAP_VERB_SORT] = "SORT",
  [IMAP_VERB_THREAD] = "THREAD",
  [IMAP_VERB_FETCH] = "FETCH",
  [IMAP_VERB_STORE] = "STORE",
  [IMAP_VERB_COPY] = "COPY",
  [IMAP_VERB_MOVE] = "MOVE",
  [IMAP_VERB_REPLACE] = "REPLACE",
  [IMAP_VERB_CANCELUPDATE] = "CANCELUPDATE",
};

/* In the order of ImapStatusItem. */
static const char *const status_items[IMAP_N_STATUS_ITEMS] = {
  "MESSAGES", "RECENT",        "UIDNEXT",     "UIDVALIDITY", "UNSEEN",          "DELETED",
  "SIZE",     "HIGHESTMODSEQ", "APPENDLIMIT", "MAILBOXID",   "DELETED-STORAGE",
};

const char *
imap_verb_get_keyword (ImapVerb verb)
{
  return verbs[verb];
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
