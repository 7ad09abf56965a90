/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-command-dump.h"

#include <string.h>
#include <wire/wire-text.h>

static void
add_bytes (GString *out, const char *key, GBytes *bytes)
{
  g_autofree char *text = NULL;

  if (bytes == NULL)
    return;
  text = wire_text_escape (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_string_append_printf (out, "%s=[%s] ", key, text);
}

static void
add_text (GString *out, const char *key, const char *text)
{
  if (text != NULL)
    g_string_append_printf (out, "%s=[%s] ", key, text);
}

static void
add_set (GString *out, const char *key, const ImapSet *set)
{
  g_autofree char *text = set != NULL ? imap_set_format (set) : NULL;

  if (set != NULL)
    g_string_append_printf (out, "%s=%s ", key, text);
}

static void
add_bits (GString *out, const char *key, guint bits)
{
  if (bits != 0)
    g_string_append_printf (out, "%s=%x ", key, bits);
}

static void
add_flag (GString *out, const char *key, gboolean is_set)
{
  if (is_set)
    g_string_append_printf (out, "%s ", key);
}

static void
add_number (GString *out, const char *key, guint64 number)
{
  if (number != 0)
    g_string_append_printf (out, "%s=%" G_GUINT64_FORMAT " ", key, number);
}

static void
add_words (GString *out, const char *key, const GPtrArray *words)
{
  if (words == NULL)
    return;
  g_string_append_printf (out, "%s=", key);
  for (guint i = 0; i < words->len; i++)
    g_string_append_printf (out, "[%s]", (const char *) g_ptr_array_index (words, i));
  g_string_append_c (out, ' ');
}

static void
add_flags (GString *out, const ImapFlags *flags)
{
  if (flags->system == 0 && flags->keywords == NULL)
    return;
  if (flags->keywords != NULL)
    {
      g_autoptr (GPtrArray) list = g_ptr_array_copy (flags->keywords, NULL, NULL);

      g_ptr_array_set_free_func (list, NULL);
      g_ptr_array_add (list, NULL);
      imap_append_flags (out, flags->system, (const char *const *) list->pdata);
    }
  else
    imap_append_flags (out, flags->system, NULL);
  g_string_append_c (out, ' ');
}

static void
add_pairs (GString *out, const GArray *pairs)
{
  for (guint i = 0; pairs != NULL && i < pairs->len; i++)
    {
      const ImapPair *pair = &g_array_index (pairs, ImapPair, i);

      if (pair->value == NULL)
        g_string_append_printf (out, "%s=NIL ", pair->name);
      else
        add_bytes (out, pair->name, pair->value);
    }
  add_flag (out, "no-pairs", pairs != NULL && pairs->len == 0);
}

static void
add_appends (GString *out, const GArray *appends)
{
  for (guint i = 0; appends != NULL && i < appends->len; i++)
    {
      const ImapAppend *append = &g_array_index (appends, ImapAppend, i);

      g_string_append (out, "{ ");
      add_flags (out, &append->flags);
      if (append->has_date)
        g_string_append_printf (out, "date=%" G_GINT64_FORMAT "/%d ",
                                append->date.time_us / G_USEC_PER_SEC, append->date.zone_minutes);
      add_flag (out, "catenated", append->is_catenated);
      add_flag (out, "binary", append->is_binary);
      add_flag (out, "utf8", append->is_utf8);
      for (guint j = 0; append->parts != NULL && j < append->parts->len; j++)
        {
          add_bytes (out, "text", g_array_index (append->parts, ImapAppendPart, j).text);
          add_text (out, "url", g_array_index (append->parts, ImapAppendPart, j).url);
        }
      g_string_append (out, "} ");
    }
}

static void
add_fetch_items (GString *out, const GArray *items)
{
  static const char *const names[] = {
    "ENVELOPE", "FLAGS",       "INTERNALDATE", "RFC822", "RFC822.HEADER", "RFC822.SIZE",
    "RFC822.TEXT", "BODY",     "BODYSTRUCTURE", "UID",   "BODY[",         "BINARY[",
    "BINARY.SIZE[", "MODSEQ",  "EMAILID",      "THREADID", "SAVEDATE",    "PREVIEW",
  };

  for (guint i = 0; items != NULL && i < items->len; i++)
    {
      const ImapFetchItem *item = &g_array_index (items, ImapFetchItem, i);

      g_string_append (out, names[item->kind]);
      if (g_str_has_suffix (names[item->kind], "["))
        {
          imap_section_append (&item->section, out);
          g_string_append_c (out, ']');
        }
      if (item->is_partial)
        g_string_append_printf (out, "<%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT ">",
                                item->partial_offset, item->partial_length);
      g_string_append (out, item->is_peek ? "-peek" : "");
      g_string_append (out, item->is_lazy ? "-lazy " : " ");
    }
}

static void
add_key (GString *out, const ImapSearchKey *key)
{
  static const char *const names[] = {
    "ALL",         "AND",     "OR",         "NOT",         "SEQUENCE",   "UID",
    "FLAG",        "KEYWORD", "NEW",        "HEADER",      "BODY",       "TEXT",
    "BEFORE",      "ON",      "SINCE",      "SENTBEFORE",  "SENTON",     "SENTSINCE",
    "SAVEDBEFORE", "SAVEDON", "SAVEDSINCE", "SAVEDATESUPPORTED", "LARGER", "SMALLER",
    "OLDER",       "YOUNGER", "MODSEQ",     "EMAILID",     "THREADID",
  };

  g_string_append_printf (out, "%s( ", names[key->kind]);
  if (key->flag != 0)
    g_string_append_printf (out, "%s ", imap_flag_get_name (key->flag));
  add_text (out, "name", key->name);
  add_text (out, "text", key->text);
  add_bytes (out, "raw", key->raw);
  add_set (out, "set", key->set);
  if (key->day.year != 0)
    g_string_append_printf (out, "%04u-%02u-%02u ", key->day.year, key->day.month, key->day.day);
  add_number (out, "number", key->number);
  for (guint i = 0; key->children != NULL && i < key->children->len; i++)
    add_key (out, g_ptr_array_index (key->children, i));
  g_string_append (out, ") ");
}

static void
add_search (GString *out, const ImapSearch *search)
{
  add_flag (out, "return", search->has_return);
  add_bits (out, "options", search->options);
  if (search->partial_from != 0)
    g_string_append_printf (out, "partial=%u:%u ", search->partial_from, search->partial_to);
  add_text (out, "charset", search->charset);
  for (guint i = 0; search->criteria != NULL && i < search->criteria->len; i++)
    {
      ImapSortCriterion criterion = g_array_index (search->criteria, ImapSortCriterion, i);

      g_string_append_printf (out, "by=%s%d ", criterion.is_reverse ? "-" : "", criterion.key);
    }
  add_bits (out, "thread", search->thread);
  if (search->key != NULL)
    add_key (out, search->key);
}

char *
imap_command_dump (const ImapCommand *command)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "%s ", imap_verb_get_keyword (command->verb));
  add_flag (out, "UID", command->is_uid);
  add_text (out, "mailbox", command->mailbox);
  add_text (out, "target", command->target);
  add_text (out, "text", command->text);
  add_bytes (out, "secret", command->secret);
  add_flag (out, "has-initial", command->has_initial);
  add_bytes (out, "initial", command->initial);
  add_set (out, "set", command->set);
  add_words (out, "words", command->words);
  add_pairs (out, command->pairs);
  add_flag (out, "condstore", command->select.is_condstore);
  add_flag (out, "qresync", command->select.is_qresync);
  add_number (out, "uidvalidity", command->select.uid_validity);
  add_number (out, "modseq", command->select.modseq);
  add_set (out, "known", command->select.known_uids);
  add_set (out, "sequences", command->select.match_sequences);
  add_set (out, "uids", command->select.match_uids);
  add_flag (out, "extended", command->list.is_extended);
  add_bits (out, "list", command->list.options);
  add_text (out, "reference", command->list.reference);
  add_words (out, "patterns", command->list.patterns);
  add_bits (out, "status", command->status_items);
  add_bits (out, "uses", command->uses);
  add_flag (out, "unknown-use", command->has_unknown_use);
  add_appends (out, command->appends);
  add_fetch_items (out, command->fetch_items);
  add_flag (out, "changedsince", command->modifiers.has_changed_since);
  add_flag (out, "unchangedsince", command->modifiers.has_unchanged_since);
  add_flag (out, "vanished", command->modifiers.is_vanished);
  add_number (out, "modseq", command->modifiers.modseq);
  add_bits (out, "store", command->store);
  add_flag (out, "silent", command->is_silent);
  add_flags (out, &command->flags);
  add_search (out, &command->search);
  if (command->rights_change != 0)
    g_string_append_printf (out, "%c", command->rights_change);
  add_text (out, "rights", command->rights);
  add_flag (out, "has-maxsize", command->has_maxsize);
  add_number (out, "maxsize", command->maxsize);
  add_bits (out, "depth", command->depth);
  if (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}
