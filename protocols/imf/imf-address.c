/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imf"
#include "imf-address.h"
#include "imf-deviation.h"
#include "imf-scan.h"
#include "imf-word.h"

#include <string.h>

/* Specials that common readers let pass in a display name without quotes, as in
 * "a@b.example <a@b.example>" and "[list] <a@b.example>". */
#define NAME_SPECIALS_TOLERATED "@[]"

WIRE_ELEMENT (mailbox, "Mailbox", 5322, "3.4");
WIRE_ELEMENT (display_name, "Display name", 5322, "3.4");
WIRE_ELEMENT (angle_addr, "Address in angle brackets", 5322, "3.4");
WIRE_ELEMENT (group, "Group", 5322, "3.4");
WIRE_ELEMENT (addr_spec, "Address", 5322, "3.4.1");
WIRE_ELEMENT (local_part, "Local part", 5322, "3.4.1");
WIRE_ELEMENT (domain, "Domain", 5322, "3.4.1");
WIRE_ELEMENT (domain_literal, "Domain literal", 5322, "3.4.1");
WIRE_ELEMENT (obs_route, "Source route", 5322, "4.4");
WIRE_ELEMENT (empty_member, "Empty place in a list", 5322, "4.4");

/* dtext = %d33-90 / %d94-126, UTF8-non-ascii, and controls as obs-dtext */
static gboolean
is_dtext (guint8 byte)
{
  return strchr (" \t\r\n[]\\", byte) == NULL;
}

gboolean
imf_scan_local_part (WireScan *scan, GString *out)
{
  return imf_scan_dotted (scan, &local_part, TRUE, out);
}

/* dtext, quoted-pair or FWS: whatever comes next. The backslash stays where the literal
 * would not be one without it. */
static gboolean
scan_literal_content (WireScan *scan, GString *out)
{
  gsize start = scan->pos;

  if (wire_scan_peek (scan) == '\\' && wire_scan_peek_at (scan, 1) != -1)
    {
      wire_scan_deviate_at (scan, &imf_deviation_quoted_pair_in_literal, start, 2);
      start += is_dtext (scan->data[scan->pos + 1]) ? 1 : 0;
      scan->pos += 2;
    }
  else if (wire_scan_while (scan, is_dtext) == 0)
    return imf_scan_fws (scan);
  imf_scan_flag_bytes (scan, start);
  if (out != NULL)
    g_string_append_len (out, (const char *) scan->data + start, (gssize) (scan->pos - start));
  return TRUE;
}

/* domain-literal = [CFWS] "[" *([FWS] dtext) [FWS] "]" [CFWS], here without CFWS */
gboolean
imf_scan_domain_literal (WireScan *scan, GString *out)
{
  WireMark mark = wire_scan_begin (scan, &domain_literal);
  gsize    out_length = out != NULL ? out->len : 0;
  gboolean matched = wire_scan_byte (scan, '[');

  if (matched && out != NULL)
    g_string_append_c (out, '[');
  while (matched && wire_scan_peek (scan) != ']')
    matched = scan_literal_content (scan, out);
  matched = matched && wire_scan_byte (scan, ']');
  if (out != NULL && matched)
    g_string_append_c (out, ']');
  else if (out != NULL)
    g_string_truncate (out, out_length);
  return wire_scan_end (scan, mark, matched);
}

/* domain = dot-atom / domain-literal / obs-domain */
gboolean
imf_scan_domain (WireScan *scan, GString *out)
{
  WireMark mark;

  if (wire_scan_peek (scan) != '[')
    return imf_scan_dotted (scan, &domain, FALSE, out);
  mark = wire_scan_begin (scan, &domain);
  return wire_scan_end (scan, mark, imf_scan_domain_literal (scan, out));
}

/* [CFWS] "@" [CFWS] domain */
static gboolean
scan_at_domain (WireScan *scan, GString *out)
{
  ImfPlace place = imf_scan_save (scan);
  gsize    at;

  imf_scan_optional_cfws (scan);
  at = scan->pos;
  if (!wire_scan_byte (scan, '@'))
    return imf_scan_restore (scan, place);
  imf_scan_optional_cfws (scan);
  if (at != place.pos || scan->pos != at + 1)
    wire_scan_deviate_at (scan, &imf_deviation_space_around_at, place.pos,
                          scan->pos - place.pos);
  return imf_scan_domain (scan, out) || imf_scan_restore (scan, place);
}

/* addr-spec = local-part "@" domain; a local part alone, meant for this host, is tolerated */
gboolean
imf_scan_addr_spec (WireScan *scan, ImfMailbox *out_mailbox)
{
  WireMark mark = wire_scan_begin (scan, &addr_spec);
  g_autoptr (GString) local = g_string_new (NULL);
  g_autoptr (GString) host = g_string_new (NULL);
  gboolean matched = imf_scan_local_part (scan, local);

  if (matched && !scan_at_domain (scan, host))
    wire_scan_deviate (scan, &imf_deviation_missing_domain);
  if (matched && out_mailbox != NULL)
    {
      g_free (out_mailbox->local_part);
      g_free (out_mailbox->domain);
      out_mailbox->local_part = g_string_free (g_steal_pointer (&local), FALSE);
      out_mailbox->domain = g_string_free (g_steal_pointer (&host), FALSE);
    }
  return wire_scan_end (scan, mark, matched);
}

/* obs-route = obs-domain-list ":"
 * obs-domain-list = *(CFWS / ",") "@" domain *("," [CFWS] ["@" domain]) */
static gboolean
scan_route (WireScan *scan, ImfMailbox *out_mailbox)
{
  WireMark mark = wire_scan_begin (scan, &obs_route);
  g_autoptr (GString) route = g_string_new (NULL);
  gboolean matched = TRUE;

  wire_scan_deviate (scan, &imf_deviation_source_route);
  while (matched && wire_scan_peek (scan) != ':')
    {
      if (wire_scan_peek (scan) == ',')
        matched = wire_scan_byte (scan, ',');
      else
        {
          g_string_append (route, route->len > 0 ? ",@" : "@");
          matched = scan_at_domain (scan, route);
        }
      imf_scan_optional_cfws (scan);
    }
  matched = matched && wire_scan_byte (scan, ':');
  if (matched && out_mailbox != NULL && route->len > 0)
    {
      g_free (out_mailbox->route);
      out_mailbox->route = g_string_free (g_steal_pointer (&route), FALSE);
    }
  return wire_scan_end (scan, mark, matched);
}

/* Nothing where an addr-spec should be, as in "MAILER-DAEMON <>" */
static gboolean
scan_no_addr_spec (WireScan *scan, ImfMailbox *out_mailbox)
{
  wire_scan_deviate (scan, &imf_deviation_empty_angle_brackets);
  if (out_mailbox != NULL)
    {
      out_mailbox->local_part = g_strdup ("");
      out_mailbox->domain = g_strdup ("");
    }
  return TRUE;
}

/* angle-addr = [CFWS] "<" addr-spec ">" [CFWS] / obs-angle-addr, here without CFWS around;
 * "<>" is tolerated */
gboolean
imf_scan_angle_addr (WireScan *scan, ImfMailbox *out_mailbox)
{
  WireMark mark = wire_scan_begin (scan, &angle_addr);
  gboolean matched = wire_scan_byte (scan, '<');

  imf_scan_optional_cfws (scan);
  if (matched && (wire_scan_peek (scan) == '@' || wire_scan_peek (scan) == ','))
    {
      matched = scan_route (scan, out_mailbox);
      imf_scan_optional_cfws (scan);
    }
  else if (matched && wire_scan_peek (scan) == '>')
    {
      scan_no_addr_spec (scan, out_mailbox);
      return wire_scan_end (scan, mark, wire_scan_byte (scan, '>'));
    }
  matched = matched && imf_scan_addr_spec (scan, out_mailbox);
  imf_scan_optional_cfws (scan);
  return wire_scan_end (scan, mark, matched && wire_scan_byte (scan, '>'));
}

/* Returns: where a run from @open to @close ends, quoted characters passed over; or the end. */
static gsize
skip_enclosed (const WireScan *scan, gsize pos, char open, char close)
{
  gsize depth = 0;

  for (; pos < scan->length; pos++)
    {
      if (scan->data[pos] == '\\')
        pos++;
      else if (scan->data[pos] == close && (open != close || depth > 0) && --depth == 0)
        return pos;
      else if (scan->data[pos] == open)
        depth++;
    }
  return scan->length;
}

static gboolean
has_decider (const guint8 *bytes, gsize length)
{
  gsize i = 0;

  while (i < length && memchr ("<:,;", bytes[i], 4) == NULL)
    i++;
  return i < length;
}

/* Looks ahead for the special that says what an address is: "<" name-addr, ":"
 * group, else an addr-spec. One within an encoded-word does not count, but then only a name will
 * do: "=" if there is none. Each address is looked over once, so lists take linear time. */
static int
find_deciding_byte (const WireScan *scan)
{
  gboolean is_cut = FALSE;
  ImfWord  word;

  for (gsize pos = scan->pos; pos < scan->length; pos++)
    {
      switch (scan->data[pos])
        {
        case '"':
          pos = skip_enclosed (scan, pos, '"', '"');
          break;
        case '(':
          pos = skip_enclosed (scan, pos, '(', ')');
          break;
        case '[':
          pos = skip_enclosed (scan, pos, '[', ']');
          break;
        case '=':
          if (!imf_word_find (scan->data, scan->length, pos, &word))
            break;
          is_cut = is_cut || has_decider (&scan->data[pos], word.length);
          pos += word.length - 1;
          break;
        case '<':
        case ':':
          return scan->data[pos];
        case ',':
        case ';':
          return is_cut ? '=' : scan->data[pos];
        default:
          break;
        }
    }
  return is_cut ? '=' : -1;
}

/* mailbox = name-addr / addr-spec
 * name-addr = [display-name] angle-addr */
static gboolean
scan_mailbox_into (WireScan *scan, ImfMailbox *out_mailbox)
{
  WireMark mark = wire_scan_begin (scan, &mailbox);
  g_autoptr (GString) name = g_string_new (NULL);
  gboolean matched = TRUE;
  int      decider;

  decider = find_deciding_byte (scan);
  if (decider != '<')
    return wire_scan_end (scan, mark,
                          decider == '=' ? wire_scan_fail (scan)
                                         : imf_scan_addr_spec (scan, out_mailbox));
  if (wire_scan_peek (scan) != '<')
    {
      matched = imf_scan_phrase_as (scan, &display_name, NAME_SPECIALS_TOLERATED, name);
      imf_scan_optional_cfws (scan);
    }
  matched = matched && imf_scan_angle_addr (scan, out_mailbox);
  if (matched && name->len > 0 && out_mailbox != NULL)
    out_mailbox->display_name = g_string_free (g_steal_pointer (&name), FALSE);
  return wire_scan_end (scan, mark, matched);
}

/* Returns: (transfer full) (nullable): what is in the comment at the cursor, white space around
 * left out; NULL if nothing. Each comment of a list is looked over once. */
static char *
dup_comment (const WireScan *scan)
{
  g_autoptr (GString) text = NULL;
  gsize begin = scan->pos;
  gsize end;

  while (begin < scan->length && strchr (" \t\r\n", scan->data[begin]) != NULL)
    begin++;
  if (begin == scan->length || scan->data[begin] != '(')
    return NULL;
  end = skip_enclosed (scan, begin, '(', ')');
  if (end == scan->length)
    return NULL;
  text = g_string_new (NULL);
  for (gsize pos = begin + 1; pos < end; pos++)
    {
      pos += scan->data[pos] == '\\' && pos + 1 < end ? 1 : 0;
      if (strchr ("\r\n", scan->data[pos]) == NULL)
        g_string_append_c (text, (char) scan->data[pos]);
    }
  g_strstrip (text->str);
  return text->str[0] != '\0' ? g_strdup (text->str) : NULL;
}

static gboolean
scan_member (WireScan *scan, const char *group_name, ImfAddressList *out_list)
{
  ImfMailbox *read;

  if (out_list == NULL)
    return scan_mailbox_into (scan, NULL);
  read = g_new0 (ImfMailbox, 1);
  if (!scan_mailbox_into (scan, read))
    {
      imf_mailbox_free (read);
      return FALSE;
    }
  read->group = g_strdup (group_name);
  read->comment = dup_comment (scan);
  g_ptr_array_add (out_list->mailboxes, read);
  return TRUE;
}

gboolean
imf_scan_mailbox (WireScan *scan, ImfAddressList *out_list)
{
  return scan_member (scan, NULL, out_list);
}

/* Null members of a list: commas with nothing before them. */
static void
scan_empty_members (WireScan *scan)
{
  WireMark mark;

  while (wire_scan_peek (scan) == ',')
    {
      mark = wire_scan_begin (scan, &empty_member);
      scan->pos++;
      wire_scan_deviate (scan, &imf_deviation_empty_list_member);
      wire_scan_end (scan, mark, TRUE);
      imf_scan_optional_cfws (scan);
    }
}

/* group-list = mailbox-list / CFWS / obs-group-list */
static gboolean
scan_group_list (WireScan *scan, const char *group_name, ImfAddressList *out_list)
{
  gsize separator;

  imf_scan_optional_cfws (scan);
  scan_empty_members (scan);
  while (!wire_scan_at_end (scan) && wire_scan_peek (scan) != ';')
    {
      if (!scan_member (scan, group_name, out_list))
        return FALSE;
      imf_scan_optional_cfws (scan);
      if (wire_scan_at_end (scan) || wire_scan_peek (scan) == ';')
        break;
      separator = scan->pos;
      if (!wire_scan_byte (scan, ','))
        return FALSE;
      imf_scan_optional_cfws (scan);
      if (wire_scan_at_end (scan) || wire_scan_peek (scan) == ';')
        wire_scan_deviate_at (scan, &imf_deviation_empty_list_member, separator, 1);
      scan_empty_members (scan);
    }
  return TRUE;
}

/* group = display-name ":" [group-list] ";" [CFWS]; a ";" missing at the end is tolerated */
gboolean
imf_scan_group (WireScan *scan, ImfAddressList *out_list)
{
  WireMark mark = wire_scan_begin (scan, &group);
  g_autoptr (GString) name = g_string_new (NULL);
  gboolean matched = imf_scan_phrase_as (scan, &display_name, "", name);

  imf_scan_optional_cfws (scan);
  matched = matched && wire_scan_byte (scan, ':');
  if (matched && out_list != NULL)
    {
      g_ptr_array_add (out_list->groups, g_strdup (name->str));
      g_array_append_val (out_list->group_starts, out_list->mailboxes->len);
    }
  matched = matched && scan_group_list (scan, name->str, out_list);
  if (matched && wire_scan_at_end (scan))
    wire_scan_deviate (scan, &imf_deviation_unclosed_group);
  else
    matched = matched && wire_scan_byte (scan, ';');
  return wire_scan_end (scan, mark, matched);
}

/* address = mailbox / group */
gboolean
imf_scan_address (WireScan *scan, ImfAddressList *out_list)
{
  return find_deciding_byte (scan) == ':' ? imf_scan_group (scan, out_list)
                                          : imf_scan_mailbox (scan, out_list);
}

/* What stands between two members: "," or, tolerated, ";", or nothing after a group, or
 * between two that have angle brackets. @item_end: of the one before */
static gboolean
scan_separator (WireScan *scan, gsize item_end)
{
  guint8 last = scan->data[item_end - 1];

  if (wire_scan_peek (scan) == ',')
    return wire_scan_byte (scan, ',');
  if (wire_scan_peek (scan) != ';')
    {
      if (last != ';' && (last != '>' || find_deciding_byte (scan) != '<'))
        return wire_scan_fail (scan);
      wire_scan_deviate_at (scan, &imf_deviation_missing_comma, item_end, scan->pos - item_end);
      return TRUE;
    }
  scan->pos++;
  wire_scan_deviate_at (scan, &imf_deviation_semicolon_in_list, scan->pos - 1, 1);
  return TRUE;
}

/* obs-addr-list = *([CFWS] ",") address *("," [address / CFWS]), to the end of the scan */
static gboolean
scan_list (WireScan       *scan,
           ImfAddressList *out_list,
           gboolean (*scan_item) (WireScan *scan, ImfAddressList *out_list))
{
  gsize item_end;
  gsize separator;

  imf_scan_optional_cfws (scan);
  scan_empty_members (scan);
  while (!wire_scan_at_end (scan))
    {
      if (!scan_item (scan, out_list))
        return FALSE;
      item_end = scan->pos;
      imf_scan_optional_cfws (scan);
      separator = scan->pos;
      if (wire_scan_at_end (scan))
        break;
      if (!scan_separator (scan, item_end))
        return FALSE;
      imf_scan_optional_cfws (scan);
      if (wire_scan_at_end (scan))
        wire_scan_deviate_at (scan, &imf_deviation_empty_list_member, separator, 1);
      scan_empty_members (scan);
    }
  return TRUE;
}

/* mailbox, or a group for want of a better author (RFC 6854) */
gboolean
imf_scan_author (WireScan *scan, ImfAddressList *out_list)
{
  gsize start = scan->pos;

  if (find_deciding_byte (scan) != ':')
    return imf_scan_mailbox (scan, out_list);
  if (!imf_scan_group (scan, out_list))
    return FALSE;
  wire_scan_deviate_at (scan, &imf_deviation_group_of_authors, start, scan->pos - start);
  return TRUE;
}

gboolean
imf_scan_mailbox_list (WireScan *scan, ImfAddressList *out_list)
{
  return scan_list (scan, out_list, imf_scan_author);
}

gboolean
imf_scan_address_list (WireScan *scan, ImfAddressList *out_list)
{
  return scan_list (scan, out_list, imf_scan_address);
}

ImfAddressList *
imf_address_list_parse (const guint8 *value, gsize length)
{
  g_autoptr (ImfAddressList) self = imf_address_list_new ();
  WireScan scan;

  wire_scan_init (&scan, value, length, NULL);
  return imf_scan_address_list (&scan, self) ? g_steal_pointer (&self) : NULL;
}

ImfAddressList *
imf_address_list_parse_text (const char *text)
{
  return imf_address_list_parse ((const guint8 *) text, strlen (text));
}

ImfAddressList *
imf_address_list_new (void)
{
  ImfAddressList *self = g_new0 (ImfAddressList, 1);

  self->mailboxes = g_ptr_array_new_with_free_func ((GDestroyNotify) imf_mailbox_free);
  self->groups = g_ptr_array_new_with_free_func (g_free);
  self->group_starts = g_array_new (FALSE, FALSE, sizeof (guint));
  return self;
}

guint
imf_address_list_get_group_end (const ImfAddressList *self, guint group)
{
  guint i = imf_address_list_get_group_start (self, group);
  guint next = group + 1 < self->groups->len ? imf_address_list_get_group_start (self, group + 1)
                                             : imf_address_list_get_n (self);

  while (i < next && imf_address_list_get (self, i)->group != NULL)
    i++;
  return i;
}

void
imf_address_list_free (ImfAddressList *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->mailboxes);
  g_ptr_array_unref (self->groups);
  g_array_unref (self->group_starts);
  g_free (self);
}

void
imf_mailbox_free (ImfMailbox *self)
{
  if (self == NULL)
    return;
  g_free (self->display_name);
  g_free (self->comment);
  g_free (self->local_part);
  g_free (self->domain);
  g_free (self->route);
  g_free (self->group);
  g_free (self);
}
