/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imap"
#include "imap-grammar-private.h"

/* APPEND and REPLACE: messages that the client gives. */

WIRE_ELEMENT (append_data, "Message to append, with flags and date", 9051, "6.3.12");
WIRE_ELEMENT (append_message, "Message to append", 9051, "6.3.12");
WIRE_ELEMENT (catenate, "Message put together", 4469, "3");
WIRE_ELEMENT (catenate_keyword, "CATENATE", 4469, "3");
WIRE_ELEMENT (cat_part, "Part of the message", 4469, "5");
WIRE_ELEMENT (cat_part_kind, "Kind of the part", 4469, "5");
WIRE_ELEMENT (cat_url, "URL of what is there already", 4469, "3");
WIRE_ELEMENT (utf8_literal, "Message with a header in UTF-8", 6855, "4");
WIRE_ELEMENT (utf8_keyword, "UTF8", 6855, "4");

/* Returns: a part at the end of the message's, to be filled; NULL: there are too many */
static ImapAppendPart *
add_part (ImapAppend *append)
{
  if (append->parts == NULL)
    append->parts = g_array_new (FALSE, TRUE, sizeof (ImapAppendPart));
  if (append->parts->len == IMAP_APPENDS_MAX)
    return NULL;
  g_array_set_size (append->parts, append->parts->len + 1);
  return &g_array_index (append->parts, ImapAppendPart, append->parts->len - 1);
}

/* The literal of a part, or of a whole message */
static gboolean
scan_part_literal (ImapScan *self, guint flags, ImapAppend *append)
{
  ImapAppendPart *part = add_part (append);
  ImapText        text;

  if (part == NULL)
    return wire_scan_fail (self->scan);
  if (!imap_scan_literal (self, flags, &text))
    return FALSE;
  part->text = imap_text_dup_bytes (&text);
  append->is_binary |= text.is_binary;
  return TRUE;
}

static gboolean
scan_message_literal (ImapScan *self, guint flags, ImapAppend *append)
{
  WireMark mark = wire_scan_begin (self->scan, &append_message);

  return wire_scan_end (self->scan, mark, scan_part_literal (self, flags, append));
}

/* SP "(" literal8 ")" */
static gboolean
scan_utf8_octets (ImapScan *self, ImapAppend *append)
{
  append->is_utf8 = TRUE;
  return imap_scan_space (self) && imap_scan_open (self) &&
         (wire_scan_peek (self->scan) == '~' || wire_scan_fail (self->scan)) &&
         (append->is_catenated ? scan_part_literal (self, IMAP_LITERAL_BINARY, append)
                               : scan_message_literal (self, IMAP_LITERAL_BINARY, append)) &&
         imap_scan_close (self);
}

/* cat-part = "TEXT" SP literal / "URL" SP astring / "UTF8" SP "(" literal8 ")" */
static gboolean
scan_cat_part (ImapScan *self, ImapCommand *command)
{
  static const ImapWord words[] = { IMAP_WORD ("TEXT"), IMAP_WORD ("URL"), IMAP_WORD ("UTF8") };

  ImapAppend *append =
      &g_array_index (command->appends, ImapAppend, command->appends->len - 1);
  WireMark    mark = wire_scan_begin (self->scan, &cat_part);
  guint       index;
  gboolean    matched;

  matched = imap_scan_word (self, &cat_part_kind, words, G_N_ELEMENTS (words), &index);
  if (matched && index == 0)
    matched = imap_scan_space (self) && scan_part_literal (self, IMAP_LITERAL_NUL, append);
  else if (matched && index == 1)
    {
      ImapAppendPart *part = add_part (append);

      matched = part != NULL ? imap_scan_space (self) &&
                                   imap_scan_astring_dup (self, &cat_url, &part->url)
                             : wire_scan_fail (self->scan);
    }
  else if (matched)
    matched = scan_utf8_octets (self, append);
  return wire_scan_end (self->scan, mark, matched);
}

/* "CATENATE" SP "(" cat-part *(SP cat-part) ")" */
static gboolean
scan_catenate (ImapScan *self, ImapCommand *command)
{
  static const ImapWord words[] = { IMAP_WORD ("CATENATE") };

  WireMark mark = wire_scan_begin (self->scan, &catenate);
  guint    index;
  gboolean matched;

  g_array_index (command->appends, ImapAppend, command->appends->len - 1).is_catenated = TRUE;
  matched = imap_scan_word (self, &catenate_keyword, words, G_N_ELEMENTS (words), &index) &&
            imap_scan_space (self) && imap_scan_list (self, FALSE, scan_cat_part, command);
  return wire_scan_end (self->scan, mark, matched);
}

/* utf8-literal = "UTF8" SP "(" literal8 ")" */
static gboolean
scan_utf8_literal (ImapScan *self, ImapAppend *append)
{
  static const ImapWord words[] = { IMAP_WORD ("UTF8") };

  WireMark mark = wire_scan_begin (self->scan, &utf8_literal);
  guint    index;

  return wire_scan_end (self->scan, mark,
                        imap_scan_word (self, &utf8_keyword, words, G_N_ELEMENTS (words), &index) &&
                            scan_utf8_octets (self, append));
}

/* append-data = literal / literal8 / CATENATE ... / UTF8 ... */
static gboolean
scan_append_data (ImapScan *self, ImapCommand *command, ImapAppend *append)
{
  int next = wire_scan_peek (self->scan);

  if (next == 'C' || next == 'c')
    return scan_catenate (self, command);
  if (next == 'U' || next == 'u')
    return scan_utf8_literal (self, append);
  return scan_message_literal (self, IMAP_LITERAL_BINARY | IMAP_LITERAL_NUL, append);
}

/* append-message = [SP flag-list] [SP date-time] SP append-data */
static gboolean
scan_append_message (ImapScan *self, ImapCommand *command)
{
  WireMark    mark;
  ImapAppend *append;
  gboolean    matched = TRUE;

  if (self->is_cut)
    return TRUE;
  if (command->appends == NULL)
    command->appends = g_array_new (FALSE, TRUE, sizeof (ImapAppend));
  if (command->appends->len == IMAP_APPENDS_MAX)
    return wire_scan_fail (self->scan);
  g_array_set_size (command->appends, command->appends->len + 1);
  append = &g_array_index (command->appends, ImapAppend, command->appends->len - 1);
  mark = wire_scan_begin (self->scan, &append_data);
  if (wire_scan_peek (self->scan) == '(')
    matched = imap_scan_flag_list (self, FALSE, &append->flags) && imap_scan_space (self);
  if (matched && wire_scan_peek (self->scan) == '"')
    {
      append->has_date = TRUE;
      matched = imap_scan_date_time (self, &append->date) && imap_scan_space (self);
    }
  return wire_scan_end (self->scan, mark, matched && scan_append_data (self, command, append));
}

/* append = "APPEND" SP mailbox 1*(SP append-message) */
gboolean
imap_scan_append_arguments (ImapScan *self, ImapCommand *command)
{
  if (!imap_scan_space_mailbox (self, command))
    return FALSE;
  do
    if (!imap_scan_space (self) || !scan_append_message (self, command))
      return FALSE;
  while (imap_scan_goes_on (self));
  return TRUE;
}

/* replace = "REPLACE" SP seq-number SP mailbox append-message */
gboolean
imap_scan_replace_arguments (ImapScan *self, ImapCommand *command)
{
  const ImapRange *range;

  if (!imap_scan_space_set (self, command))
    return FALSE;
  if (command->set->ranges->len != 1) /* "$" has none */
    return wire_scan_fail (self->scan);
  range = &g_array_index (command->set->ranges, ImapRange, 0);
  if (range->from != range->to)
    return wire_scan_fail (self->scan);
  return imap_scan_space_mailbox (self, command) && imap_scan_space (self) &&
         scan_append_message (self, command);
}
