/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imap"
#include "imap-scan.h"

#include "imap-deviation.h"

#include <string.h>

WIRE_ELEMENT (needless_space, "Needless space", 9051, "9");
WIRE_ELEMENT (crlf, "End of line", 9051, "2.2");
WIRE_ELEMENT (sequence_set, "Set of messages", 9051, "9");
WIRE_ELEMENT (flag_list, "List of flags", 9051, "9");
WIRE_ELEMENT (system_flag, "System flag", 9051, "2.3.2");
WIRE_ELEMENT (flag_extension, "Flag of an extension", 9051, "9");
WIRE_ELEMENT (flag_keyword, "Keyword", 9051, "2.3.2");
WIRE_ELEMENT (any_keyword, "Any keyword", 9051, "7.1");
WIRE_ELEMENT (section, "Section", 9051, "6.4.5.1");
WIRE_ELEMENT (section_part, "Number of a part", 9051, "6.4.5.1");
WIRE_ELEMENT (section_text, "What of the part", 9051, "6.4.5.1");
WIRE_ELEMENT (header_list, "List of header fields", 9051, "9");
WIRE_ELEMENT (header_fld_name, "Name of a header field", 9051, "9");

#define ATOM (IMAP_BYTE_ATOM | IMAP_BYTE_ASTRING | IMAP_BYTE_LIST | IMAP_BYTE_ODD)
#define WILDCARD (IMAP_BYTE_LIST | IMAP_BYTE_ODD)

/* atom-specials are "(" ")" "{" SP CTL "%" "*" DQUOTE "\" "]". */
const guint8 imap_byte_classes[256] = {
  [0x21] = ATOM,
  [0x23 ... 0x24] = ATOM,
  ['%'] = WILDCARD,
  [0x26 ... 0x27] = ATOM,
  ['*'] = WILDCARD,
  [0x2b ... 0x5b] = ATOM,
  ['\\'] = IMAP_BYTE_ODD,
  [']'] = IMAP_BYTE_ASTRING | IMAP_BYTE_LIST | IMAP_BYTE_ODD,
  [0x5e ... 0x7a] = ATOM,
  [0x7c ... 0x7e] = ATOM,
  [0x80 ... 0xff] = IMAP_BYTE_ODD,
};

int
imap_word_find (const ImapWord *words, guint n_words, const guint8 *data, gsize length)
{
  guint first = length > 0 ? (guint) g_ascii_toupper ((char) data[0]) : 0;

  for (guint i = 0; i < n_words; i++)
    if (words[i].length == length && (guint) words[i].text[0] == first && length > 0 &&
        g_ascii_strncasecmp (words[i].text, (const char *) data, length) == 0)
      return (int) i;
  return -1;
}

gboolean
imap_scan_deviate (ImapScan *self, const WireDeviation *deviation)
{
  if (self->is_strict)
    return wire_scan_fail (self->scan);
  wire_scan_deviate (self->scan, deviation);
  return TRUE;
}

/* Spaces and lines */

static gsize
count_spaces (const ImapScan *self)
{
  gsize n = 0;

  while (wire_scan_peek_at (self->scan, n) == ' ')
    n++;
  return n;
}

/* Always matches but in strict reading: spaces that nothing asks for. */
static gboolean
scan_needless_spaces (ImapScan *self)
{
  WireMark mark;
  gsize    n = count_spaces (self);

  if (n == 0)
    return TRUE;
  mark = wire_scan_begin (self->scan, &needless_space);
  if (!imap_scan_deviate (self, &imap_deviation_extra_space))
    return wire_scan_end (self->scan, mark, FALSE);
  self->scan->pos += n;
  return wire_scan_end (self->scan, mark, TRUE);
}

gboolean
imap_scan_space (ImapScan *self)
{
  if (self->is_cut)
    return TRUE;
  return wire_scan_byte (self->scan, ' ') && scan_needless_spaces (self);
}

gboolean
imap_scan_open (ImapScan *self)
{
  return imap_scan_byte (self, '(') && scan_needless_spaces (self);
}

gboolean
imap_scan_close (ImapScan *self)
{
  return self->is_cut || (scan_needless_spaces (self) && wire_scan_byte (self->scan, ')'));
}

gboolean
imap_scan_goes_on (const ImapScan *self)
{
  int next;

  if (self->is_cut || wire_scan_peek (self->scan) != ' ')
    return FALSE;
  next = wire_scan_peek_at (self->scan, count_spaces (self));
  return self->is_strict || (next != ')' && next != '\r' && next != '\n');
}

gboolean
imap_scan_line_end (ImapScan *self)
{
  WireMark mark;
  gboolean matched;

  if (self->is_cut)
    return TRUE;
  if (!scan_needless_spaces (self))
    return FALSE;
  mark = wire_scan_begin (self->scan, &crlf);
  if (wire_scan_peek (self->scan) == '\n')
    {
      matched = imap_scan_deviate (self, &imap_deviation_lf_ends_imap_line);
      self->scan->pos += matched;
    }
  else
    matched = wire_scan_crlf (self->scan);
  return wire_scan_end (self->scan, mark, matched);
}

/* Words and numbers */

gsize
imap_scan_get_word_length (const ImapScan *self)
{
  const WireScan *scan = self->scan;
  gsize           n = scan->pos;

  while (n < scan->length && (g_ascii_isalnum ((char) scan->data[n]) || scan->data[n] == '.' ||
                              scan->data[n] == '-'))
    n++;
  return n - scan->pos;
}

gboolean
imap_scan_word (ImapScan          *self,
                const WireElement *element,
                const ImapWord    *words,
                guint              n_words,
                guint             *out_index)
{
  WireScan *scan = self->scan;
  gsize     length;
  int       index;
  WireMark  mark;

  if (self->is_cut)
    {
      *out_index = 0;
      return TRUE;
    }
  mark = wire_scan_begin (scan, element);
  length = imap_scan_get_word_length (self);
  index = imap_word_find (words, n_words, scan->data + scan->pos, length);
  if (index < 0)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  scan->pos += length;
  *out_index = (guint) index;
  return wire_scan_end (scan, mark, TRUE);
}

/* number = 1*DIGIT; nz-number = digit-nz *DIGIT */
static gboolean
scan_number (WireScan *scan, guint64 min, guint64 max, guint64 *out_number)
{
  gsize   start = scan->pos;
  guint64 number;

  if (min > 0 && wire_scan_peek (scan) == '0')
    return wire_scan_fail (scan);
  if (!wire_scan_number (scan, 1, G_MAXUINT, &number))
    return FALSE;
  if (number >= min && number <= max &&
      (wire_scan_at_end (scan) || !g_ascii_isdigit ((char) wire_scan_peek (scan))))
    {
      *out_number = number;
      return TRUE;
    }
  scan->pos = start;
  return wire_scan_fail (scan);
}

gboolean
imap_scan_number (ImapScan          *self,
                  const WireElement *element,
                  guint64            min,
                  guint64            max,
                  guint64           *out_number)
{
  WireMark mark;

  if (self->is_cut)
    {
      *out_number = min;
      return TRUE;
    }
  mark = wire_scan_begin (self->scan, element);
  return wire_scan_end (self->scan, mark, scan_number (self->scan, min, max, out_number));
}

/* Sets */

/* seq-number = nz-number / "*" */
static gboolean
scan_seq_number (WireScan *scan, guint32 *out_number)
{
  guint64 number;

  if (wire_scan_peek (scan) == '*')
    {
      scan->pos++;
      *out_number = IMAP_STAR;
      return TRUE;
    }
  if (!scan_number (scan, 1, G_MAXUINT32, &number))
    return FALSE;
  *out_number = (guint32) number;
  return TRUE;
}

/* seq-range = seq-number ":" seq-number, or one number */
static gboolean
scan_range (WireScan *scan, ImapSet *set)
{
  guint32 from;
  guint32 to;

  if (set->ranges->len == IMAP_SET_RANGES_MAX)
    return wire_scan_fail (scan);
  if (!scan_seq_number (scan, &from))
    return FALSE;
  to = from;
  if (wire_scan_peek (scan) == ':')
    {
      scan->pos++;
      if (!scan_seq_number (scan, &to))
        return FALSE;
    }
  imap_set_add (set, from, to);
  return TRUE;
}

/* sequence-set = (seq-number / seq-range) ["," sequence-set] / "$" */
static gboolean
scan_sequence_set (WireScan *scan, ImapSet *set)
{
  if (wire_scan_peek (scan) == '$')
    {
      scan->pos++;
      set->is_saved = TRUE;
      return TRUE;
    }
  while (scan_range (scan, set))
    {
      if (wire_scan_peek (scan) != ',')
        return TRUE;
      scan->pos++;
    }
  return FALSE;
}

gboolean
imap_scan_sequence_set (ImapScan *self, ImapSet **out_set)
{
  ImapSet *set = imap_set_new ();
  WireMark mark;

  if (self->is_cut)
    {
      *out_set = set;
      return TRUE;
    }
  mark = wire_scan_begin (self->scan, &sequence_set);
  if (!scan_sequence_set (self->scan, set))
    {
      imap_set_free (set);
      return wire_scan_end (self->scan, mark, FALSE);
    }
  *out_set = set;
  return wire_scan_end (self->scan, mark, TRUE);
}

/* Flags */

static gboolean
is_atom_byte (guint8 byte)
{
  return imap_is_atom_char (byte);
}

/* "\" atom: a system flag, or one of an extension, which nobody keeps. */
static gboolean
scan_backslash_flag (ImapScan *self, gboolean is_server, ImapFlags *flags)
{
  WireScan        *scan = self->scan;
  g_autofree char *name = NULL;
  gsize            length = 1;
  guint            flag;
  WireMark         mark;

  while (wire_scan_peek_at (scan, length) >= 0 &&
         imap_is_atom_char ((guint8) wire_scan_peek_at (scan, length)))
    length++;
  name = g_strndup ((const char *) scan->data + scan->pos, length);
  flag = imap_flag_find (name);
  mark = wire_scan_begin (scan, flag != 0 ? &system_flag : &flag_extension);
  if (length == 1 || (flag == IMAP_FLAG_RECENT && !is_server))
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  flags->system |= flag;
  scan->pos += length;
  return wire_scan_end (scan, mark, TRUE);
}

/* flag = system flags / flag-keyword / flag-extension; flag-perm = flag / "\*" */
gboolean
imap_scan_flag (ImapScan *self, gboolean is_server, ImapFlags *flags)
{
  WireScan *scan = self->scan;
  WireMark  mark;

  if (self->is_cut)
    return TRUE;
  if (wire_scan_peek (scan) == '\\' && wire_scan_peek_at (scan, 1) == '*' && is_server)
    {
      wire_scan_leaf (scan, &any_keyword, 2);
      flags->has_star = TRUE;
      return TRUE;
    }
  if (wire_scan_peek (scan) == '\\')
    return scan_backslash_flag (self, is_server, flags);
  mark = wire_scan_begin (scan, &flag_keyword);
  if ((flags->keywords != NULL && flags->keywords->len == IMAP_KEYWORDS_MAX) ||
      wire_scan_while (scan, is_atom_byte) == 0)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  else
    {
      g_autofree char *keyword = wire_scan_dup_since (scan, mark);

      imap_flags_add_keyword (flags, keyword);
    }
  return wire_scan_end (scan, mark, TRUE);
}

/* flag-list = "(" [flag *(SP flag)] ")" */
gboolean
imap_scan_flag_list (ImapScan *self, gboolean is_server, ImapFlags *flags)
{
  WireMark mark;
  gboolean matched;

  if (self->is_cut)
    return TRUE;
  mark = wire_scan_begin (self->scan, &flag_list);
  matched = imap_scan_open (self);
  if (matched && wire_scan_peek (self->scan) != ')')
    {
      matched = imap_scan_flag (self, is_server, flags);
      while (matched && imap_scan_goes_on (self))
        matched = imap_scan_space (self) && imap_scan_flag (self, is_server, flags);
    }
  return wire_scan_end (self->scan, mark, matched && imap_scan_close (self));
}

/* Sections */

static gboolean
scan_field_name (ImapScan *self, ImapSection *out_section)
{
  char *name;

  if (!imap_scan_astring_dup (self, &header_fld_name, &name))
    return FALSE;
  g_ptr_array_add (out_section->fields, name);
  return TRUE;
}

/* header-list = "(" header-fld-name *(SP header-fld-name) ")" */
static gboolean
scan_header_list (ImapScan *self, ImapSection *out_section)
{
  WireMark mark = wire_scan_begin (self->scan, &header_list);
  gboolean matched;

  out_section->fields = g_ptr_array_new_with_free_func (g_free);
  matched = imap_scan_open (self) && scan_field_name (self, out_section);
  while (matched && imap_scan_goes_on (self))
    matched = imap_scan_space (self) && scan_field_name (self, out_section);
  return wire_scan_end (self->scan, mark, matched && imap_scan_close (self));
}

/* section-part = nz-number *("." nz-number); a "." before section-text is left to be read. */
static gboolean
scan_section_part (ImapScan *self, ImapSection *out_section)
{
  WireScan *scan = self->scan;
  WireMark  mark = wire_scan_begin (scan, &section_part);
  gboolean  is_more = TRUE;

  out_section->path = g_array_new (FALSE, FALSE, sizeof (guint32));
  while (is_more)
    {
      guint64 number;
      guint32 part;

      if (out_section->path->len == IMAP_SECTION_DEPTH_MAX)
        return wire_scan_end (scan, mark, wire_scan_fail (scan));
      if (!scan_number (scan, 1, G_MAXUINT32, &number))
        return wire_scan_end (scan, mark, FALSE);
      part = (guint32) number;
      g_array_append_val (out_section->path, part);
      is_more = wire_scan_peek (scan) == '.' && wire_scan_peek_at (scan, 1) >= '0' &&
                wire_scan_peek_at (scan, 1) <= '9';
      scan->pos += is_more;
    }
  return wire_scan_end (scan, mark, TRUE);
}

/* section-text = section-msgtext / "MIME" */
static gboolean
scan_section_text (ImapScan *self, ImapSection *out_section)
{
  static const ImapWord words[] = {
    [IMAP_SECTION_ALL] = { "", 0 },
    [IMAP_SECTION_HEADER] = IMAP_WORD ("HEADER"),
    [IMAP_SECTION_HEADER_FIELDS] = IMAP_WORD ("HEADER.FIELDS"),
    [IMAP_SECTION_HEADER_FIELDS_NOT] = IMAP_WORD ("HEADER.FIELDS.NOT"),
    [IMAP_SECTION_TEXT] = IMAP_WORD ("TEXT"),
    [IMAP_SECTION_MIME] = IMAP_WORD ("MIME"),
  };
  guint n_words = G_N_ELEMENTS (words) - (out_section->path == NULL); /* MIME is of parts only */
  guint index;

  if (!imap_scan_word (self, &section_text, words, n_words, &index))
    return FALSE;
  out_section->kind = (ImapSectionKind) index;
  if (index != IMAP_SECTION_HEADER_FIELDS && index != IMAP_SECTION_HEADER_FIELDS_NOT)
    return TRUE;
  return imap_scan_space (self) && scan_header_list (self, out_section);
}

/* section-spec = section-msgtext / (section-part ["." section-text]) */
static gboolean
scan_section_spec (ImapScan *self, gboolean is_binary, ImapSection *out_section)
{
  int next = wire_scan_peek (self->scan);

  if (next == ']')
    return TRUE;
  if (next >= '0' && next <= '9')
    {
      if (!scan_section_part (self, out_section))
        return FALSE;
      if (is_binary || wire_scan_peek (self->scan) != '.')
        return TRUE;
      self->scan->pos++;
    }
  else if (is_binary)
    return wire_scan_fail (self->scan);
  return scan_section_text (self, out_section);
}

/* section = "[" [section-spec] "]"; section-binary = "[" [section-part] "]" */
gboolean
imap_scan_section (ImapScan *self, gboolean is_binary, ImapSection *out_section)
{
  WireMark mark;
  gboolean matched;

  if (self->is_cut)
    return TRUE;
  mark = wire_scan_begin (self->scan, &section);
  matched = wire_scan_byte (self->scan, '[') && scan_section_spec (self, is_binary, out_section) &&
            imap_scan_byte (self, ']');
  return wire_scan_end (self->scan, mark, matched);
}
