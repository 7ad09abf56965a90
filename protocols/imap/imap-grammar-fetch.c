/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imap"
#include "imap-grammar-private.h"

#include <string.h>

/* FETCH and STORE. */

WIRE_ELEMENT (fetch_macro, "Macro", 9051, "6.4.5");
WIRE_ELEMENT (fetch_att, "Item of FETCH", 9051, "6.4.5");
WIRE_ELEMENT (fetch_att_name, "Name of the item", 9051, "6.4.5");
WIRE_ELEMENT (partial, "Part of the text", 9051, "6.4.5");
WIRE_ELEMENT (partial_offset, "First octet", 9051, "6.4.5");
WIRE_ELEMENT (partial_length, "Number of octets", 9051, "6.4.5");
WIRE_ELEMENT (preview_mod, "How to preview", 8970, "4.1");
WIRE_ELEMENT (fetch_modifier, "Modifier of FETCH", 7162, "7");
WIRE_ELEMENT (store_modifier, "Modifier of STORE", 7162, "7");
WIRE_ELEMENT (modifier_name, "Name of the modifier", 7162, "7");
WIRE_ELEMENT (mod_sequence, "Modification sequence", 7162, "3.1");
WIRE_ELEMENT (store_att, "What to do to the flags", 9051, "6.4.6");

/* FETCH */

static const struct
{
  ImapWord      word;
  ImapFetchKind kind;
  gboolean      is_peek;
} items[] = {
  { IMAP_WORD ("UID"), IMAP_FETCH_UID },
  { IMAP_WORD ("FLAGS"), IMAP_FETCH_FLAGS },
  { IMAP_WORD ("BODY"), IMAP_FETCH_BODY }, /* or IMAP_FETCH_BODY_SECTION */
  { IMAP_WORD ("BODY.PEEK"), IMAP_FETCH_BODY_SECTION, TRUE },
  { IMAP_WORD ("BODYSTRUCTURE"), IMAP_FETCH_BODYSTRUCTURE },
  { IMAP_WORD ("ENVELOPE"), IMAP_FETCH_ENVELOPE },
  { IMAP_WORD ("INTERNALDATE"), IMAP_FETCH_INTERNALDATE },
  { IMAP_WORD ("RFC822"), IMAP_FETCH_RFC822 },
  { IMAP_WORD ("RFC822.HEADER"), IMAP_FETCH_RFC822_HEADER },
  { IMAP_WORD ("RFC822.SIZE"), IMAP_FETCH_RFC822_SIZE },
  { IMAP_WORD ("RFC822.TEXT"), IMAP_FETCH_RFC822_TEXT },
  { IMAP_WORD ("BINARY"), IMAP_FETCH_BINARY },
  { IMAP_WORD ("BINARY.PEEK"), IMAP_FETCH_BINARY, TRUE },
  { IMAP_WORD ("BINARY.SIZE"), IMAP_FETCH_BINARY_SIZE },
  { IMAP_WORD ("MODSEQ"), IMAP_FETCH_MODSEQ },
  { IMAP_WORD ("EMAILID"), IMAP_FETCH_EMAILID },
  { IMAP_WORD ("THREADID"), IMAP_FETCH_THREADID },
  { IMAP_WORD ("SAVEDATE"), IMAP_FETCH_SAVEDATE },
  { IMAP_WORD ("PREVIEW"), IMAP_FETCH_PREVIEW },
};

/* What each macro stands for (RFC 9051 section 6.4.5), as its first so many. */
static const ImapWord macros[] = { IMAP_WORD ("FAST"), IMAP_WORD ("ALL"), IMAP_WORD ("FULL") };

static const ImapFetchKind macro_items[] = {
  IMAP_FETCH_FLAGS,    IMAP_FETCH_INTERNALDATE, IMAP_FETCH_RFC822_SIZE,
  IMAP_FETCH_ENVELOPE, IMAP_FETCH_BODY,
};

/* Returns: an item at the end of the command's, to be filled; NULL: there are too many */
static ImapFetchItem *
add_item (ImapCommand *command, ImapFetchKind kind)
{
  ImapFetchItem *item;

  if (command->fetch_items == NULL)
    command->fetch_items = g_array_sized_new (FALSE, TRUE, sizeof (ImapFetchItem), 4);
  if (command->fetch_items->len == IMAP_FETCH_ITEMS_MAX)
    return NULL;
  g_array_set_size (command->fetch_items, command->fetch_items->len + 1);
  item = &g_array_index (command->fetch_items, ImapFetchItem, command->fetch_items->len - 1);
  item->kind = kind;
  return item;
}

/* partial = "<" number64 "." nz-number64 ">" */
static gboolean
scan_partial (ImapScan *self, ImapFetchItem *item)
{
  WireMark mark;

  if (wire_scan_peek (self->scan) != '<')
    return TRUE;
  mark = wire_scan_begin (self->scan, &partial);
  self->scan->pos++;
  item->is_partial = TRUE;
  return wire_scan_end (
      self->scan, mark,
      imap_scan_number (self, &partial_offset, 0, IMAP_NUMBER64_MAX, &item->partial_offset) &&
          wire_scan_byte (self->scan, '.') &&
          imap_scan_number (self, &partial_length, 1, IMAP_NUMBER64_MAX, &item->partial_length) &&
          wire_scan_byte (self->scan, '>'));
}

/* section [partial], of BODY and BINARY */
static gboolean
scan_item_section (ImapScan *self, ImapFetchItem *item)
{
  gboolean is_binary = item->kind != IMAP_FETCH_BODY_SECTION;

  return imap_scan_section (self, is_binary, &item->section) &&
         (item->kind == IMAP_FETCH_BINARY_SIZE || scan_partial (self, item));
}

static gboolean
scan_preview_mod (ImapScan *self, ImapCommand *command)
{
  static const ImapWord words[] = { IMAP_WORD ("LAZY") };

  guint index;

  if (!imap_scan_word (self, &preview_mod, words, G_N_ELEMENTS (words), &index))
    return FALSE;
  g_array_index (command->fetch_items, ImapFetchItem, command->fetch_items->len - 1).is_lazy = TRUE;
  return TRUE;
}

/* [SP "(" preview-mod *(SP preview-mod) ")"]: as a single item, a modifier of FETCH may follow it
 * instead. */
static gboolean
scan_preview_mods (ImapScan *self, ImapCommand *command)
{
  static const char begin[] = " (LAZY";
  const WireScan   *scan = self->scan;

  if (scan->length - scan->pos < strlen (begin) ||
      g_ascii_strncasecmp ((const char *) scan->data + scan->pos, begin, strlen (begin)) != 0)
    return TRUE;
  return imap_scan_space (self) && imap_scan_list (self, FALSE, scan_preview_mod, command);
}

/* Returns: the index of the item that is named at the cursor; -1: none */
static int
find_item (const ImapScan *self, gsize *out_length)
{
  const char *text = (const char *) self->scan->data + self->scan->pos;
  gsize       length = imap_scan_get_word_length (self);

  *out_length = length;
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    if (items[i].word.length == length &&
        g_ascii_strncasecmp (items[i].word.text, text, length) == 0)
      return (int) i;
  return -1;
}

/* fetch-att */
static gboolean
scan_fetch_att (ImapScan *self, ImapCommand *command)
{
  WireScan      *scan = self->scan;
  WireMark       mark = wire_scan_begin (scan, &fetch_att);
  gsize          length;
  int            index = find_item (self, &length);
  ImapFetchItem *item = index >= 0 ? add_item (command, items[index].kind) : NULL;
  gboolean       matched = TRUE;

  if (item == NULL)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  wire_scan_leaf (scan, &fetch_att_name, length);
  item->is_peek = items[index].is_peek;
  if (item->kind == IMAP_FETCH_BODY && wire_scan_peek (scan) == '[')
    item->kind = IMAP_FETCH_BODY_SECTION;
  if (item->kind == IMAP_FETCH_BODY_SECTION || item->kind == IMAP_FETCH_BINARY ||
      item->kind == IMAP_FETCH_BINARY_SIZE)
    matched = scan_item_section (self, item);
  else if (item->kind == IMAP_FETCH_PREVIEW)
    matched = scan_preview_mods (self, command);
  return wire_scan_end (scan, mark, matched);
}

/* "ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")" */
static gboolean
scan_fetch_atts (ImapScan *self, ImapCommand *command)
{
  guint index;

  if (wire_scan_peek (self->scan) == '(')
    return imap_scan_list (self, FALSE, scan_fetch_att, command);
  if (imap_word_find (macros, G_N_ELEMENTS (macros), self->scan->data + self->scan->pos,
                      imap_scan_get_word_length (self)) < 0)
    return scan_fetch_att (self, command);
  if (!imap_scan_word (self, &fetch_macro, macros, G_N_ELEMENTS (macros), &index))
    return FALSE;
  for (guint i = 0; i < 3 + index; i++)
    add_item (command, macro_items[i]);
  return TRUE;
}

/* "CHANGEDSINCE" SP mod-sequence-value / "VANISHED" */
static gboolean
scan_fetch_modifier (ImapScan *self, ImapCommand *command)
{
  static const ImapWord words[] = { IMAP_WORD ("CHANGEDSINCE"), IMAP_WORD ("VANISHED") };

  ImapModifiers *modifiers = &command->modifiers;
  WireMark       mark = wire_scan_begin (self->scan, &fetch_modifier);
  guint          index;
  gboolean       matched;

  matched = imap_scan_word (self, &modifier_name, words, G_N_ELEMENTS (words), &index);
  if (matched && index == 0)
    {
      matched = imap_scan_space (self) &&
                imap_scan_number (self, &mod_sequence, 1, IMAP_NUMBER64_MAX, &modifiers->modseq);
      modifiers->has_changed_since = TRUE;
    }
  else if (matched)
    modifiers->is_vanished = TRUE;
  return wire_scan_end (self->scan, mark, matched);
}

/* VANISHED is for UID FETCH with CHANGEDSINCE only (RFC 7162 section 3.2.6). */
static gboolean
scan_fetch_modifiers (ImapScan *self, ImapCommand *command)
{
  const ImapModifiers *modifiers = &command->modifiers;

  if (!imap_scan_space (self) || !imap_scan_list (self, FALSE, scan_fetch_modifier, command))
    return FALSE;
  if (modifiers->is_vanished && (!command->is_uid || !modifiers->has_changed_since))
    return wire_scan_fail (self->scan);
  return TRUE;
}

/* fetch = "FETCH" SP sequence-set SP fetch-atts [SP "(" fetch-modifier *(SP fetch-modifier) ")"] */
gboolean
imap_scan_fetch_arguments (ImapScan *self, ImapCommand *command)
{
  return imap_scan_space_set (self, command) && imap_scan_space (self) &&
         scan_fetch_atts (self, command) &&
         (!imap_scan_goes_on (self) || scan_fetch_modifiers (self, command));
}

/* STORE */

/* store-modifier = "UNCHANGEDSINCE" SP mod-sequence-valzer */
static gboolean
scan_store_modifier (ImapScan *self, ImapCommand *command)
{
  static const ImapWord words[] = { IMAP_WORD ("UNCHANGEDSINCE") };

  ImapModifiers *modifiers = &command->modifiers;
  WireMark       mark = wire_scan_begin (self->scan, &store_modifier);
  guint          index;
  gboolean       matched;

  matched = (!modifiers->has_unchanged_since || wire_scan_fail (self->scan)) &&
            imap_scan_word (self, &modifier_name, words, G_N_ELEMENTS (words), &index) &&
            imap_scan_space (self) &&
            imap_scan_number (self, &mod_sequence, 0, IMAP_NUMBER64_MAX, &modifiers->modseq);
  modifiers->has_unchanged_since |= matched;
  return wire_scan_end (self->scan, mark, matched);
}

/* ["+" / "-"] "FLAGS" [".SILENT"] */
static gboolean
scan_store_att (ImapScan *self, ImapCommand *command)
{
  static const ImapWord words[] = { IMAP_WORD ("FLAGS"), IMAP_WORD ("FLAGS.SILENT") };

  WireScan *scan = self->scan;
  WireMark  mark = wire_scan_begin (scan, &store_att);
  int       sign = wire_scan_peek (scan);
  gsize     length;
  int       index;

  if (sign == '+' || sign == '-')
    {
      command->store = sign == '+' ? IMAP_STORE_ADD : IMAP_STORE_REMOVE;
      scan->pos++;
    }
  length = imap_scan_get_word_length (self);
  index = imap_word_find (words, G_N_ELEMENTS (words), scan->data + scan->pos, length);
  if (index < 0)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  scan->pos += length;
  command->is_silent = index == 1;
  return wire_scan_end (scan, mark, TRUE);
}

/* flag-list / (flag *(SP flag)) */
static gboolean
scan_store_flags (ImapScan *self, ImapCommand *command)
{
  if (wire_scan_peek (self->scan) == '(')
    return imap_scan_flag_list (self, FALSE, &command->flags);
  if (!imap_scan_flag (self, FALSE, &command->flags))
    return FALSE;
  while (imap_scan_goes_on (self))
    if (!imap_scan_space (self) || !imap_scan_flag (self, FALSE, &command->flags))
      return FALSE;
  return TRUE;
}

/* store = "STORE" SP sequence-set [SP "(" store-modifier *(SP store-modifier) ")"]
 *         SP store-att-flags */
gboolean
imap_scan_store_arguments (ImapScan *self, ImapCommand *command)
{
  if (!imap_scan_space_set (self, command) || !imap_scan_space (self))
    return FALSE;
  if (wire_scan_peek (self->scan) == '(' &&
      (!imap_scan_list (self, FALSE, scan_store_modifier, command) || !imap_scan_space (self)))
    return FALSE;
  return scan_store_att (self, command) && imap_scan_space (self) &&
         scan_store_flags (self, command);
}
