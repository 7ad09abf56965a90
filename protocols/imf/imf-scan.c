/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-scan.h"
#include "imf-deviation.h"
#include "imf-word.h"

#include <string.h>

WIRE_ELEMENT (fws, "Folding white space", 5322, "3.2.2");
WIRE_ELEMENT (comment, "Comment", 5322, "3.2.2");
WIRE_ELEMENT (quoted_pair, "Quoted character", 5322, "3.2.1");
WIRE_ELEMENT (atom, "Atom", 5322, "3.2.3");
WIRE_ELEMENT (dot_atom, "Dot-atom", 5322, "3.2.3");
WIRE_ELEMENT (quoted_string, "Quoted string", 5322, "3.2.4");
WIRE_ELEMENT (phrase, "Phrase", 5322, "3.2.5");
WIRE_ELEMENT (unstructured, "Unstructured text", 5322, "3.2.5");

static gboolean
is_white_space (guint8 byte)
{
  return byte == ' ' || byte == '\t';
}

/* atext =/ UTF8-non-ascii (RFC 6532 section 3.2) */
gboolean
imf_is_atext (guint8 byte)
{
  return g_ascii_isalnum (byte) || byte >= 0x80 ||
         (byte != '\0' && strchr ("!#$%&'*+-/=?^_`{|}~", byte) != NULL);
}

gboolean
imf_is_control (guint8 byte)
{
  return (byte < 0x20 && byte != '\t') || byte == 0x7f;
}

/* strchr() finds the NUL, too, which neither ctext nor qtext has. */
static gboolean
is_ctext (guint8 byte)
{
  return strchr (" \t\r\n()\\", byte) == NULL;
}

static gboolean
is_qtext (guint8 byte)
{
  return strchr (" \t\r\n\"\\", byte) == NULL;
}

static void
append_since (const WireScan *scan, gsize from, GString *out)
{
  if (out != NULL)
    g_string_append_len (out, (const char *) scan->data + from, (gssize) (scan->pos - from));
}

static gsize
get_out_length (const GString *out)
{
  return out != NULL ? out->len : 0;
}

/* Returns: @matched, with @out as before if it did not. */
static gboolean
keep_out (gboolean matched, GString *out, gsize length)
{
  if (!matched && out != NULL)
    g_string_truncate (out, length);
  return matched;
}

/* Returns: (nullable): the innermost open span. */
static WireSpan *
get_open_span (const WireScan *scan)
{
  if (scan->recorder == NULL || scan->open_span == G_MAXUINT)
    return NULL;
  return wire_spans_get (scan->recorder, scan->open_span);
}

ImfPlace
imf_scan_save (const WireScan *scan)
{
  const WireSpan *span = get_open_span (scan);

  return (ImfPlace){
    .pos = scan->pos,
    .flags = scan->flags,
    .n_spans = scan->recorder != NULL ? wire_spans_get_n (scan->recorder) : 0,
    .n_deviations = scan->recorder != NULL ? wire_spans_get_n_deviations (scan->recorder) : 0,
    .span_flags = span != NULL ? span->flags : 0,
  };
}

gboolean
imf_scan_restore (WireScan *scan, ImfPlace place)
{
  WireSpan *span = get_open_span (scan);

  scan->pos = place.pos;
  scan->flags = place.flags;
  if (scan->recorder != NULL)
    wire_spans_truncate (scan->recorder, place.n_spans, place.n_deviations);
  if (span != NULL)
    span->flags = (guint16) place.span_flags;
  return FALSE;
}

/* FWS = ([*WSP CRLF] 1*WSP) / obs-FWS
 * obs-FWS = 1*WSP *(CRLF 1*WSP)
 * White space on one line is left to the element it stands in; folding has a span. */
gboolean
imf_scan_fws (WireScan *scan)
{
  gsize    start = scan->pos;
  gsize    end = scan->pos;
  guint    n_folds = 0;
  WireMark mark;

  for (;;)
    {
      gsize line_end, next;

      while (end < scan->length && is_white_space (scan->data[end]))
        end++;
      line_end = end < scan->length && scan->data[end] == '\r' ? 2 : 1;
      next = end + line_end;
      if (next >= scan->length || scan->data[next - 1] != '\n' ||
          !is_white_space (scan->data[next]))
        break;
      n_folds++;
      end = next;
    }
  if (end == start)
    return wire_scan_fail (scan);
  if (n_folds == 0)
    {
      scan->pos = end;
      return TRUE;
    }
  mark = wire_scan_begin (scan, &fws);
  scan->pos = end;
  for (gsize i = start; i < end; i++)
    if (scan->data[i] == '\n' && (i == 0 || scan->data[i - 1] != '\r'))
      wire_scan_deviate_at (scan, &imf_deviation_bare_lf, i, 1);
  if (n_folds > 1 || wire_scan_at_end (scan))
    wire_scan_deviate (scan, &imf_deviation_blank_folded_line);
  return wire_scan_end (scan, mark, TRUE);
}

/* quoted-pair = ("\" (VCHAR / WSP)) / obs-qp */
static gboolean
scan_quoted_pair (WireScan *scan, GString *out)
{
  WireMark mark = wire_scan_begin (scan, &quoted_pair);
  gboolean matched = wire_scan_byte (scan, '\\');

  if (matched && wire_scan_at_end (scan))
    matched = wire_scan_fail (scan);
  if (matched)
    {
      scan->pos++;
      /* A character of UTF-8 stays whole. */
      while (scan->pos < scan->length && scan->data[scan->pos - 1] >= 0x80 &&
             (scan->data[scan->pos] & 0xc0) == 0x80)
        scan->pos++;
      append_since (scan, mark.pos + 1, out);
      if (scan->data[mark.pos + 1] == '\r' || scan->data[mark.pos + 1] == '\n')
        wire_scan_deviate (scan, &imf_deviation_control_character);
      imf_scan_flag_bytes (scan, mark.pos + 1);
    }
  return wire_scan_end (scan, mark, matched);
}

/* 1*member, with the encoded-words that are within. Returns: whether there is any. */
static gboolean
scan_run (WireScan *scan, gboolean (*is_member) (guint8 byte), ImfWordPlace place)
{
  gsize start = scan->pos;
  gsize length = wire_scan_while (scan, is_member);

  scan->pos = start;
  imf_scan_words_in (scan, start + length, place);
  return length > 0;
}

static gboolean scan_nested_comment (WireScan *scan, guint n_around);

/* ctext, quoted-pair, comment or FWS: whatever comes next */
static gboolean
scan_comment_content (WireScan *scan, guint n_around)
{
  gsize start = scan->pos;

  switch (wire_scan_peek (scan))
    {
    case '(':
      return scan_nested_comment (scan, n_around);
    case '\\':
      return scan_quoted_pair (scan, NULL);
    case ' ':
    case '\t':
    case '\r':
    case '\n':
      return imf_scan_fws (scan);
    default:
      if (!scan_run (scan, is_ctext, IMF_WORD_IN_COMMENT))
        return wire_scan_fail (scan);
      imf_scan_flag_bytes (scan, start);
      return TRUE;
    }
}

/* comment = "(" *([FWS] ccontent) [FWS] ")", inside of @n_around others */
static gboolean
scan_nested_comment (WireScan *scan, guint n_around)
{
  WireMark mark = wire_scan_begin (scan, &comment);
  gboolean matched = n_around < WIRE_SCAN_DEPTH_MAX && wire_scan_byte (scan, '(');

  if (!matched)
    wire_scan_fail (scan);
  while (matched && wire_scan_peek (scan) != ')')
    matched = scan_comment_content (scan, n_around + 1);
  matched = matched && wire_scan_byte (scan, ')');
  return wire_scan_end (scan, mark, matched);
}

gboolean
imf_scan_comment (WireScan *scan)
{
  return scan_nested_comment (scan, 0);
}

/* CFWS = (1*([FWS] comment) [FWS]) / FWS */
gboolean
imf_scan_optional_cfws (WireScan *scan)
{
  gboolean has_comment = FALSE;

  for (;;)
    {
      imf_scan_fws (scan);
      if (wire_scan_peek (scan) != '(' || !imf_scan_comment (scan))
        return has_comment;
      has_comment = TRUE;
    }
}

/* 1*atext */
static gboolean
scan_atext (WireScan *scan, GString *out)
{
  gsize start = scan->pos;

  if (wire_scan_while (scan, imf_is_atext) == 0)
    return wire_scan_fail (scan);
  imf_scan_flag_bytes (scan, start);
  append_since (scan, start, out);
  return TRUE;
}

static gboolean
scan_bare_atom (WireScan *scan, GString *out)
{
  WireMark mark = wire_scan_begin (scan, &atom);

  return wire_scan_end (scan, mark, scan_atext (scan, out));
}

/* The white space is content, its line ends are not. */
static gboolean
scan_quoted_fws (WireScan *scan, GString *out)
{
  gsize start = scan->pos;

  if (!imf_scan_fws (scan))
    return FALSE;
  for (gsize i = start; out != NULL && i < scan->pos; i++)
    if (is_white_space (scan->data[i]))
      g_string_append_c (out, (char) scan->data[i]);
  return TRUE;
}

/* qtext, quoted-pair or FWS: whatever comes next */
static gboolean
scan_quoted_content (WireScan *scan, GString *out)
{
  gsize start = scan->pos;
  int   byte = wire_scan_peek (scan);

  if (byte == '\\')
    return scan_quoted_pair (scan, out);
  if (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n')
    return scan_quoted_fws (scan, out);
  if (!scan_run (scan, is_qtext, IMF_WORD_IN_QUOTES))
    return wire_scan_fail (scan);
  imf_scan_flag_bytes (scan, start);
  append_since (scan, start, out);
  return TRUE;
}

gboolean
imf_scan_bare_quoted_string (WireScan *scan, GString *out)
{
  WireMark mark = wire_scan_begin (scan, &quoted_string);
  gsize    out_length = get_out_length (out);
  gboolean matched = wire_scan_byte (scan, '"');

  while (matched && wire_scan_peek (scan) != '"')
    matched = scan_quoted_content (scan, out);
  matched = matched && wire_scan_byte (scan, '"');
  return wire_scan_end (scan, mark, keep_out (matched, out, out_length));
}

static gboolean
scan_bare_word (WireScan *scan, GString *out)
{
  return wire_scan_peek (scan) == '"' ? imf_scan_bare_quoted_string (scan, out)
                                      : scan_bare_atom (scan, out);
}

/* [CFWS] token [CFWS] */
static gboolean
scan_between_cfws (WireScan *scan, gboolean (*scan_bare) (WireScan *, GString *), GString *out)
{
  ImfPlace place = imf_scan_save (scan);

  imf_scan_optional_cfws (scan);
  if (!scan_bare (scan, out))
    return imf_scan_restore (scan, place);
  imf_scan_optional_cfws (scan);
  return TRUE;
}

gboolean
imf_scan_atom (WireScan *scan, GString *out)
{
  return scan_between_cfws (scan, scan_bare_atom, out);
}

gboolean
imf_scan_quoted_string (WireScan *scan, GString *out)
{
  return scan_between_cfws (scan, imf_scan_bare_quoted_string, out);
}

gboolean
imf_scan_word (WireScan *scan, GString *out)
{
  return scan_between_cfws (scan, scan_bare_word, out);
}

/* dot-atom-text = 1*atext *("." 1*atext) */
static gboolean
scan_bare_dot_atom (WireScan *scan, GString *out)
{
  WireMark mark = wire_scan_begin (scan, &dot_atom);
  gsize    out_length = get_out_length (out);
  gboolean matched = scan_atext (scan, NULL);

  while (matched && wire_scan_peek (scan) == '.')
    matched = wire_scan_byte (scan, '.') && scan_atext (scan, NULL);
  append_since (scan, mark.pos, out);
  return wire_scan_end (scan, mark, keep_out (matched, out, out_length));
}

gboolean
imf_scan_dot_atom (WireScan *scan, GString *out)
{
  return scan_between_cfws (scan, scan_bare_dot_atom, out);
}

/* [CFWS] "." [CFWS] */
static gboolean
scan_dot (WireScan *scan, GString *out)
{
  ImfPlace place = imf_scan_save (scan);
  gsize    dot;

  imf_scan_optional_cfws (scan);
  dot = scan->pos;
  if (!wire_scan_byte (scan, '.'))
    return imf_scan_restore (scan, place);
  imf_scan_optional_cfws (scan);
  if (dot != place.pos || scan->pos != dot + 1)
    wire_scan_deviate_at (scan, &imf_deviation_space_around_dot, place.pos,
                          scan->pos - place.pos);
  if (out != NULL)
    g_string_append_c (out, '.');
  return TRUE;
}

/* word *("." word), where what follows the first may be missing */
gboolean
imf_scan_dotted (WireScan *scan, const WireElement *element, gboolean allow_quoted, GString *out)
{
  WireMark mark = wire_scan_begin (scan, element);
  gsize    out_length = get_out_length (out);
  gboolean matched = TRUE;
  gboolean has_quoted = FALSE;
  gboolean has_gap = FALSE;
  guint    n_items = 0;

  do
    {
      int byte = wire_scan_peek (scan);

      n_items++;
      has_quoted = has_quoted || byte == '"';
      if (allow_quoted && byte == '"')
        matched = imf_scan_bare_quoted_string (scan, out);
      else if (n_items == 1 || (byte != -1 && imf_is_atext ((guint8) byte)))
        matched = scan_atext (scan, out);
      else
        has_gap = TRUE;
    }
  while (matched && scan_dot (scan, out));
  if (matched && has_quoted && n_items > 1)
    wire_scan_deviate (scan, &imf_deviation_quoted_part_in_local_part);
  if (matched && has_gap)
    wire_scan_deviate (scan, &imf_deviation_misplaced_dot);
  return wire_scan_end (scan, mark, keep_out (matched, out, out_length));
}

/* Notes @deviation on the byte before the cursor, once in a span. */
static void
deviate_once (WireScan *scan, const WireDeviation *deviation, gboolean *is_noted)
{
  if (!*is_noted)
    wire_scan_deviate_at (scan, deviation, scan->pos - 1, 1);
  *is_noted = TRUE;
}

/* What a phrase has that should be in quotes. */
typedef struct
{
  const char *tolerated; /* specials to let pass */
  gboolean    has_dot;
  gboolean    has_special;
} PhraseState;

static gboolean
is_encoded_word (const WireScan *scan, gsize pos)
{
  return imf_word_find (scan->data, scan->length, pos, NULL);
}

/* encoded-word / atom / quoted-string: an atom ends where an encoded-word begins */
static gboolean
scan_phrase_word (WireScan *scan, GString *out)
{
  gsize    start = scan->pos;
  gsize    end = scan->pos;
  WireMark mark;

  if (wire_scan_peek (scan) == '"')
    return imf_scan_bare_quoted_string (scan, out);
  if (is_encoded_word (scan, start))
    {
      imf_scan_encoded_word_in (scan, IMF_WORD_IN_PHRASE);
      append_since (scan, start, out);
      return TRUE;
    }
  mark = wire_scan_begin (scan, &atom);
  while (end < scan->length && imf_is_atext (scan->data[end]) &&
         (scan->data[end] != '=' || !is_encoded_word (scan, end)))
    end++;
  if (end == start)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  scan->pos = end;
  imf_scan_flag_bytes (scan, start);
  append_since (scan, start, out);
  return wire_scan_end (scan, mark, TRUE);
}

/* What may follow the first word of a phrase: a word, ".", or a special that is tolerated. */
static gboolean
scan_phrase_item (WireScan *scan, PhraseState *state, GString *out)
{
  int byte = wire_scan_peek (scan);

  if (byte != '.' && (byte <= 0 || strchr (state->tolerated, byte) == NULL))
    return scan_phrase_word (scan, out);
  scan->pos++;
  if (byte == '.')
    deviate_once (scan, &imf_deviation_dot_in_phrase, &state->has_dot);
  else
    deviate_once (scan, &imf_deviation_unquoted_special, &state->has_special);
  append_since (scan, scan->pos - 1, out);
  return TRUE;
}

/* phrase = 1*word / obs-phrase
 * obs-phrase = word *(word / "." / CFWS) */
gboolean
imf_scan_phrase_as (WireScan *scan, const WireElement *element, const char *tolerated, GString *out)
{
  WireMark mark = wire_scan_begin (scan, element);
  PhraseState state = { .tolerated = tolerated };
  ImfPlace    place = imf_scan_save (scan);
  gsize       out_length = get_out_length (out);
  gsize       item_length = out_length;
  gboolean    matched = scan_phrase_item (scan, &state, out);
  gboolean    is_more = matched;

  /* obs-phrase begins with a word. */
  if (matched && scan->data[mark.pos] == '.')
    deviate_once (scan, &imf_deviation_unquoted_special, &state.has_special);
  while (is_more)
    {
      place = imf_scan_save (scan);
      item_length = get_out_length (out);
      imf_scan_optional_cfws (scan);
      if (out != NULL && scan->pos > place.pos)
        g_string_append_c (out, ' ');
      is_more = scan_phrase_item (scan, &state, out);
    }
  if (matched)
    {
      imf_scan_restore (scan, place);
      keep_out (FALSE, out, item_length);
    }
  return wire_scan_end (scan, mark, keep_out (matched, out, out_length));
}

gboolean
imf_scan_phrase (WireScan *scan, GString *out)
{
  ImfPlace place = imf_scan_save (scan);

  imf_scan_optional_cfws (scan);
  if (!imf_scan_phrase_as (scan, &phrase, "", out))
    return imf_scan_restore (scan, place);
  imf_scan_optional_cfws (scan);
  return TRUE;
}

static gboolean
is_line_byte (guint8 byte)
{
  return byte != '\r' && byte != '\n' && !is_white_space (byte);
}

/* unstructured = (*([FWS] VCHAR) *WSP) / obs-unstruct */
gboolean
imf_scan_unstructured (WireScan *scan)
{
  WireMark mark = wire_scan_begin (scan, &unstructured);
  gboolean has_bare_cr = FALSE;
  gboolean has_bare_lf = FALSE;

  while (!wire_scan_at_end (scan))
    {
      if (scan_run (scan, is_line_byte, IMF_WORD_IN_TEXT) || imf_scan_fws (scan))
        continue;
      /* CR or LF that ends no line: obs-unstruct */
      has_bare_cr = has_bare_cr || scan->data[scan->pos] == '\r';
      has_bare_lf = has_bare_lf || scan->data[scan->pos] == '\n';
      scan->pos++;
    }
  if (has_bare_cr)
    wire_scan_deviate (scan, &imf_deviation_bare_cr);
  if (has_bare_lf)
    wire_scan_deviate (scan, &imf_deviation_bare_lf);
  imf_scan_flag_bytes (scan, mark.pos);
  return wire_scan_end (scan, mark, TRUE);
}
