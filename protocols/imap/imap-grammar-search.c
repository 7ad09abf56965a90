/* SPDX-License-Identifier: GPL-3.0-or-later */
#define WIRE_MODULE "imap"
#include "imap-grammar-private.h"

#include <string.h>

/* SEARCH, and SORT and THREAD, which search first. */

WIRE_ELEMENT (search_return, "What is to be returned", 4731, "3.1");
WIRE_ELEMENT (search_return_keyword, "RETURN", 4731, "3.1");
WIRE_ELEMENT (search_return_opt, "Result option", 4731, "3.1");
WIRE_ELEMENT (partial_range, "Range of the results", 5267, "4.4");
WIRE_ELEMENT (charset_keyword, "CHARSET", 9051, "6.4.4");
WIRE_ELEMENT (charset, "Charset of the texts", 9051, "6.4.4");
WIRE_ELEMENT (search_key, "Search key", 9051, "6.4.4");
WIRE_ELEMENT (search_key_name, "Name of the key", 9051, "6.4.4");
WIRE_ELEMENT (search_field, "Header field to search", 9051, "6.4.4");
WIRE_ELEMENT (search_text, "Text to search for", 9051, "6.4.4");
WIRE_ELEMENT (search_keyword, "Keyword to search for", 9051, "6.4.4");
WIRE_ELEMENT (search_number, "Number", 9051, "6.4.4");
WIRE_ELEMENT (search_entry, "Flag whose changes count", 7162, "3.1.5");
WIRE_ELEMENT (search_entry_type, "For whom the flag is", 7162, "3.1.5");
WIRE_ELEMENT (objectid, "Id of an object", 8474, "7");
WIRE_ELEMENT (sort_criteria, "Order", 5256, "3");
WIRE_ELEMENT (sort_criterion, "Sort criterion", 5256, "3");
WIRE_ELEMENT (sort_reverse, "REVERSE", 5256, "3");
WIRE_ELEMENT (sort_key, "What to sort by", 5256, "3");
WIRE_ELEMENT (thread_alg, "Threading algorithm", 5256, "3");
WIRE_ELEMENT (context_tag, "Tag of the search", 5267, "4.3.5");

/* Octets of an objectid (RFC 8474 section 7). */
#define OBJECTID_BYTES_MAX 255

/* What follows a key. */
typedef enum
{
  NOTHING,
  TEXT,         /* SP astring */
  FIELD,        /* SP header-fld-name SP astring */
  DATE,         /* SP date */
  NUMBER,       /* SP number64 */
  SECONDS,      /* SP nz-number */
  SET,          /* SP sequence-set */
  FLAG_KEYWORD, /* SP flag-keyword */
  MODSEQ,       /* [SP entry-name SP entry-type-req] SP mod-sequence-valzer */
  OBJECTID,     /* SP objectid */
  ONE_KEY,      /* SP search-key */
  TWO_KEYS,     /* SP search-key SP search-key */
} Argument;

/* The keys; is_not: IMAP_SEARCH_NOT of what is meant. */
static const struct
{
  ImapWord       word;
  ImapSearchKind kind;
  Argument       argument;
  guint          flag;
  gboolean       is_not;
  const char    *field;
} keys[] = {
  { IMAP_WORD ("ALL"), IMAP_SEARCH_ALL },
  { IMAP_WORD ("ANSWERED"), IMAP_SEARCH_FLAG, NOTHING, IMAP_FLAG_ANSWERED },
  { IMAP_WORD ("BCC"), IMAP_SEARCH_HEADER, TEXT, 0, FALSE, "Bcc" },
  { IMAP_WORD ("BEFORE"), IMAP_SEARCH_BEFORE, DATE },
  { IMAP_WORD ("BODY"), IMAP_SEARCH_BODY, TEXT },
  { IMAP_WORD ("CC"), IMAP_SEARCH_HEADER, TEXT, 0, FALSE, "Cc" },
  { IMAP_WORD ("DELETED"), IMAP_SEARCH_FLAG, NOTHING, IMAP_FLAG_DELETED },
  { IMAP_WORD ("DRAFT"), IMAP_SEARCH_FLAG, NOTHING, IMAP_FLAG_DRAFT },
  { IMAP_WORD ("EMAILID"), IMAP_SEARCH_EMAILID, OBJECTID },
  { IMAP_WORD ("FLAGGED"), IMAP_SEARCH_FLAG, NOTHING, IMAP_FLAG_FLAGGED },
  { IMAP_WORD ("FROM"), IMAP_SEARCH_HEADER, TEXT, 0, FALSE, "From" },
  { IMAP_WORD ("HEADER"), IMAP_SEARCH_HEADER, FIELD },
  { IMAP_WORD ("KEYWORD"), IMAP_SEARCH_KEYWORD, FLAG_KEYWORD },
  { IMAP_WORD ("LARGER"), IMAP_SEARCH_LARGER, NUMBER },
  { IMAP_WORD ("MODSEQ"), IMAP_SEARCH_MODSEQ, MODSEQ },
  { IMAP_WORD ("NEW"), IMAP_SEARCH_NEW },
  { IMAP_WORD ("NOT"), IMAP_SEARCH_NOT, ONE_KEY },
  { IMAP_WORD ("OLD"), IMAP_SEARCH_FLAG, NOTHING, IMAP_FLAG_RECENT, TRUE },
  { IMAP_WORD ("OLDER"), IMAP_SEARCH_OLDER, SECONDS },
  { IMAP_WORD ("ON"), IMAP_SEARCH_ON, DATE },
  { IMAP_WORD ("OR"), IMAP_SEARCH_OR, TWO_KEYS },
  { IMAP_WORD ("RECENT"), IMAP_SEARCH_FLAG, NOTHING, IMAP_FLAG_RECENT },
  { IMAP_WORD ("SAVEDATESUPPORTED"), IMAP_SEARCH_SAVEDATE_SUPPORTED },
  { IMAP_WORD ("SAVEDBEFORE"), IMAP_SEARCH_SAVED_BEFORE, DATE },
  { IMAP_WORD ("SAVEDON"), IMAP_SEARCH_SAVED_ON, DATE },
  { IMAP_WORD ("SAVEDSINCE"), IMAP_SEARCH_SAVED_SINCE, DATE },
  { IMAP_WORD ("SEEN"), IMAP_SEARCH_FLAG, NOTHING, IMAP_FLAG_SEEN },
  { IMAP_WORD ("SENTBEFORE"), IMAP_SEARCH_SENT_BEFORE, DATE },
  { IMAP_WORD ("SENTON"), IMAP_SEARCH_SENT_ON, DATE },
  { IMAP_WORD ("SENTSINCE"), IMAP_SEARCH_SENT_SINCE, DATE },
  { IMAP_WORD ("SINCE"), IMAP_SEARCH_SINCE, DATE },
  { IMAP_WORD ("SMALLER"), IMAP_SEARCH_SMALLER, NUMBER },
  { IMAP_WORD ("SUBJECT"), IMAP_SEARCH_HEADER, TEXT, 0, FALSE, "Subject" },
  { IMAP_WORD ("TEXT"), IMAP_SEARCH_TEXT, TEXT },
  { IMAP_WORD ("THREADID"), IMAP_SEARCH_THREADID, OBJECTID },
  { IMAP_WORD ("TO"), IMAP_SEARCH_HEADER, TEXT, 0, FALSE, "To" },
  { IMAP_WORD ("UID"), IMAP_SEARCH_UID, SET },
  { IMAP_WORD ("UNANSWERED"), IMAP_SEARCH_FLAG, NOTHING, IMAP_FLAG_ANSWERED, TRUE },
  { IMAP_WORD ("UNDELETED"), IMAP_SEARCH_FLAG, NOTHING, IMAP_FLAG_DELETED, TRUE },
  { IMAP_WORD ("UNDRAFT"), IMAP_SEARCH_FLAG, NOTHING, IMAP_FLAG_DRAFT, TRUE },
  { IMAP_WORD ("UNFLAGGED"), IMAP_SEARCH_FLAG, NOTHING, IMAP_FLAG_FLAGGED, TRUE },
  { IMAP_WORD ("UNKEYWORD"), IMAP_SEARCH_KEYWORD, FLAG_KEYWORD, 0, TRUE },
  { IMAP_WORD ("UNSEEN"), IMAP_SEARCH_FLAG, NOTHING, IMAP_FLAG_SEEN, TRUE },
  { IMAP_WORD ("YOUNGER"), IMAP_SEARCH_YOUNGER, SECONDS },
};

/* One search as it is read. */
typedef struct
{
  ImapScan *scan;
  guint     n_keys;
  guint     depth;
  gboolean  is_unicode; /* its texts are, by the charset */
} Search;

/* Returns: (nullable): a key at the end of @parent's children; NULL: there are too many */
static ImapSearchKey *
add_key (Search *search, ImapSearchKey *parent, ImapSearchKind kind)
{
  ImapSearchKey *key;

  if (search->n_keys == IMAP_SEARCH_KEYS_MAX)
    return NULL;
  search->n_keys++;
  key = g_new0 (ImapSearchKey, 1);
  key->kind = kind;
  if (parent->children == NULL)
    parent->children = g_ptr_array_new_with_free_func ((GDestroyNotify) imap_search_key_free);
  g_ptr_array_add (parent->children, key);
  return key;
}

/* What follows the name of a key */

static gboolean
scan_key_text (Search *search, ImapSearchKey *key)
{
  ImapText text;

  if (!imap_scan_astring (search->scan, &search_text, &text))
    return FALSE;
  key->raw = imap_text_dup_bytes (&text);
  if (search->is_unicode && g_utf8_validate_len (text.text, text.length, NULL))
    key->text = imap_text_dup (&text);
  imap_text_clear (&text);
  return TRUE;
}

static gboolean
scan_key_field (Search *search, ImapSearchKey *key)
{
  return imap_scan_astring_dup (search->scan, &search_field, &key->name) &&
         imap_scan_space (search->scan) && scan_key_text (search, key);
}

static gboolean
scan_key_keyword (Search *search, ImapSearchKey *key)
{
  ImapText text;

  if (!imap_scan_atom (search->scan, &search_keyword, &text))
    return FALSE;
  key->text = imap_text_dup (&text);
  return TRUE;
}

/* entry-name = DQUOTE "/flags/" attr-flag DQUOTE */
static gboolean
scan_entry_name (ImapScan *self, ImapSearchKey *key)
{
  static const char begin[] = "/flags/";
  WireMark          mark = wire_scan_begin (self->scan, &search_entry);
  ImapText          text = { 0 };
  gboolean          matched = imap_scan_quoted (self, &text);

  if (matched)
    {
      matched = text.length > strlen (begin) &&
                g_ascii_strncasecmp (text.text, begin, strlen (begin)) == 0;
      if (matched)
        key->name = g_strndup (text.text + strlen (begin), text.length - strlen (begin));
      else
        wire_scan_fail (self->scan);
    }
  imap_text_clear (&text);
  return wire_scan_end (self->scan, mark, matched);
}

/* search-modsequence = "MODSEQ" [search-modseq-ext] SP mod-sequence-valzer */
static gboolean
scan_key_modseq (ImapScan *self, ImapSearchKey *key)
{
  static const ImapWord types[] = { IMAP_WORD ("PRIV"), IMAP_WORD ("SHARED"), IMAP_WORD ("ALL") };

  guint index;

  if (wire_scan_peek (self->scan) == '"' &&
      (!scan_entry_name (self, key) || !imap_scan_space (self) ||
       !imap_scan_word (self, &search_entry_type, types, G_N_ELEMENTS (types), &index) ||
       !imap_scan_space (self)))
    return FALSE;
  return imap_scan_number (self, &search_number, 0, IMAP_NUMBER64_MAX, &key->number);
}

/* objectid = 1*255(ALPHA / DIGIT / "_" / "-") */
static gboolean
scan_key_objectid (ImapScan *self, ImapSearchKey *key)
{
  WireScan *scan = self->scan;
  WireMark  mark = wire_scan_begin (scan, &objectid);
  int       byte;

  for (byte = wire_scan_peek (scan);
       byte > 0 && (g_ascii_isalnum ((char) byte) || byte == '_' || byte == '-');
       byte = wire_scan_peek (scan))
    scan->pos++;
  if (scan->pos == mark.pos || scan->pos - mark.pos > OBJECTID_BYTES_MAX)
    return wire_scan_end (scan, mark, wire_scan_fail (scan));
  key->text = wire_scan_dup_since (scan, mark);
  return wire_scan_end (scan, mark, TRUE);
}

static gboolean scan_search_key (Search *search, ImapSearchKey *parent);

static gboolean
scan_key_keys (Search *search, ImapSearchKey *key, gboolean is_two)
{
  return scan_search_key (search, key) &&
         (!is_two || (imap_scan_space (search->scan) && scan_search_key (search, key)));
}

static gboolean
scan_key_argument (Search *search, ImapSearchKey *key, Argument argument)
{
  ImapScan *self = search->scan;

  if (argument == NOTHING)
    return TRUE;
  if (!imap_scan_space (self))
    return FALSE;
  switch (argument)
    {
    case TEXT:
      return scan_key_text (search, key);
    case FIELD:
      return scan_key_field (search, key);
    case DATE:
      return imap_scan_date (self, &key->day);
    case NUMBER:
      return imap_scan_number (self, &search_number, 0, IMAP_NUMBER64_MAX, &key->number);
    case SECONDS:
      return imap_scan_number (self, &search_number, 1, G_MAXUINT32, &key->number);
    case SET:
      return imap_scan_sequence_set (self, &key->set);
    case FLAG_KEYWORD:
      return scan_key_keyword (search, key);
    case MODSEQ:
      return scan_key_modseq (self, key);
    case OBJECTID:
      return scan_key_objectid (self, key);
    case ONE_KEY:
    case TWO_KEYS:
      return scan_key_keys (search, key, argument == TWO_KEYS);
    case NOTHING:
    default:
      return TRUE;
    }
}

/* Keys */

/* A key that has a name. */
static gboolean
scan_named_key (Search *search, ImapSearchKey *parent)
{
  WireScan      *scan = search->scan->scan;
  gsize          length = imap_scan_get_word_length (search->scan);
  const char    *text = (const char *) scan->data + scan->pos;
  guint          i = 0;
  ImapSearchKey *key;

  while (i < G_N_ELEMENTS (keys) &&
         (keys[i].word.length != length ||
          g_ascii_strncasecmp (keys[i].word.text, text, length) != 0))
    i++;
  if (i == G_N_ELEMENTS (keys))
    return wire_scan_fail (scan);
  if (keys[i].is_not)
    parent = add_key (search, parent, IMAP_SEARCH_NOT);
  key = parent != NULL ? add_key (search, parent, keys[i].kind) : NULL;
  if (key == NULL)
    return wire_scan_fail (scan);
  key->flag = keys[i].flag;
  key->name = g_strdup (keys[i].field);
  wire_scan_leaf (scan, &search_key_name, length);
  return scan_key_argument (search, key, keys[i].argument);
}

/* search-key *(SP search-key) */
static gboolean
scan_search_keys (Search *search, ImapSearchKey *parent)
{
  if (!scan_search_key (search, parent))
    return FALSE;
  while (imap_scan_goes_on (search->scan))
    if (!imap_scan_space (search->scan) || !scan_search_key (search, parent))
      return FALSE;
  return TRUE;
}

static gboolean
scan_any_key (Search *search, ImapSearchKey *parent)
{
  ImapScan      *self = search->scan;
  int            next = wire_scan_peek (self->scan);
  ImapSearchKey *key;

  if (next == '(')
    {
      key = add_key (search, parent, IMAP_SEARCH_AND);
      if (key == NULL)
        return wire_scan_fail (self->scan);
      return imap_scan_open (self) && scan_search_keys (search, key) && imap_scan_close (self);
    }
  if ((next >= '0' && next <= '9') || next == '*' || next == '$')
    {
      key = add_key (search, parent, IMAP_SEARCH_SEQUENCE);
      if (key == NULL)
        return wire_scan_fail (self->scan);
      return imap_scan_sequence_set (self, &key->set);
    }
  return scan_named_key (search, parent);
}

static gboolean
scan_search_key (Search *search, ImapSearchKey *parent)
{
  WireMark mark;
  gboolean matched;

  if (search->scan->is_cut)
    return TRUE;
  mark = wire_scan_begin (search->scan->scan, &search_key);
  if (search->depth == IMAP_SEARCH_DEPTH_MAX)
    return wire_scan_end (search->scan->scan, mark, wire_scan_fail (search->scan->scan));
  search->depth++;
  matched = scan_any_key (search, parent);
  search->depth--;
  return wire_scan_end (search->scan->scan, mark, matched);
}

/* All keys of a command: at the top they all have to hold. */
static gboolean
scan_program (ImapScan *self, ImapCommand *command)
{
  const char *name = command->search.charset;
  Search      search = { .scan = self };

  search.is_unicode = name == NULL || g_ascii_strcasecmp (name, "US-ASCII") == 0 ||
                      g_ascii_strcasecmp (name, "UTF-8") == 0;
  command->search.key = g_new0 (ImapSearchKey, 1);
  command->search.key->kind = IMAP_SEARCH_AND;
  return scan_search_keys (&search, command->search.key);
}

/* RETURN */

/* SP nz-number ":" nz-number: in either order */
static gboolean
scan_partial_range (ImapScan *self, ImapSearch *search)
{
  WireMark mark;
  guint64  from;
  guint64  to;
  gboolean matched;

  if (!imap_scan_space (self))
    return FALSE;
  mark = wire_scan_begin (self->scan, &partial_range);
  matched = imap_scan_number (self, &search_number, 1, G_MAXUINT32, &from) &&
            imap_scan_byte (self, ':') &&
            imap_scan_number (self, &search_number, 1, G_MAXUINT32, &to);
  if (matched)
    {
      search->partial_from = (guint32) MIN (from, to);
      search->partial_to = (guint32) MAX (from, to);
    }
  return wire_scan_end (self->scan, mark, matched);
}

/* search-return-opt */
static gboolean
scan_return_opt (ImapScan *self, ImapCommand *command)
{
  static const ImapWord words[] = {
    /* in the order of ImapReturn */
    IMAP_WORD ("MIN"),  IMAP_WORD ("MAX"),    IMAP_WORD ("ALL"),     IMAP_WORD ("COUNT"),
    IMAP_WORD ("SAVE"), IMAP_WORD ("UPDATE"), IMAP_WORD ("CONTEXT"), IMAP_WORD ("PARTIAL"),
  };
  guint *options = &command->search.options;
  guint  index;

  if (!imap_scan_word (self, &search_return_opt, words, G_N_ELEMENTS (words), &index))
    return FALSE;
  /* Just one of ALL and PARTIAL, and one PARTIAL (RFC 5267 section 4.4). */
  if ((1u << index == IMAP_RETURN_PARTIAL &&
       (*options & (IMAP_RETURN_PARTIAL | IMAP_RETURN_ALL)) != 0) ||
      (1u << index == IMAP_RETURN_ALL && (*options & IMAP_RETURN_PARTIAL) != 0))
    return wire_scan_fail (self->scan);
  *options |= 1u << index;
  return 1u << index != IMAP_RETURN_PARTIAL || scan_partial_range (self, &command->search);
}

/* [SP "RETURN" SP "(" [search-return-opt *(SP search-return-opt)] ")"] */
static gboolean
scan_return_opts (ImapScan *self, ImapCommand *command)
{
  static const ImapWord words[] = { IMAP_WORD ("RETURN") };

  WireMark mark;
  guint    index;
  gboolean matched;

  if (imap_word_find (words, 1, self->scan->data + self->scan->pos,
                      imap_scan_get_word_length (self)) < 0)
    return TRUE;
  mark = wire_scan_begin (self->scan, &search_return);
  command->search.has_return = TRUE;
  matched = imap_scan_word (self, &search_return_keyword, words, G_N_ELEMENTS (words), &index) &&
            imap_scan_space (self) && imap_scan_list (self, TRUE, scan_return_opt, command);
  if (command->search.options == 0)
    command->search.options = IMAP_RETURN_ALL;
  return wire_scan_end (self->scan, mark, matched) && imap_scan_space (self);
}

/* Commands */

/* search = "SEARCH" [search-return-opts] SP search-program;
 * search-program = ["CHARSET" SP charset SP] search-key *(SP search-key) */
gboolean
imap_scan_search_arguments (ImapScan *self, ImapCommand *command)
{
  static const ImapWord words[] = { IMAP_WORD ("CHARSET") };

  guint index;

  if (!imap_scan_space (self) || !scan_return_opts (self, command))
    return FALSE;
  if (imap_word_find (words, 1, self->scan->data + self->scan->pos,
                      imap_scan_get_word_length (self)) == 0 &&
      (!imap_scan_word (self, &charset_keyword, words, G_N_ELEMENTS (words), &index) ||
       !imap_scan_space (self) ||
       !imap_scan_astring_dup (self, &charset, &command->search.charset) ||
       !imap_scan_space (self)))
    return FALSE;
  return self->is_cut || scan_program (self, command);
}

/* charset 1*(SP search-key) */
static gboolean
scan_search_criteria (ImapScan *self, ImapCommand *command)
{
  return imap_scan_space (self) &&
         imap_scan_astring_dup (self, &charset, &command->search.charset) &&
         imap_scan_space (self) && (self->is_cut || scan_program (self, command));
}

/* sort-criterion = ["REVERSE" SP] sort-key */
static gboolean
scan_sort_criterion (ImapScan *self, ImapCommand *command)
{
  static const ImapWord reverse[] = { IMAP_WORD ("REVERSE") };
  static const ImapWord words[] = {
    /* in the order of ImapSortKey */
    IMAP_WORD ("ARRIVAL"),   IMAP_WORD ("CC"),   IMAP_WORD ("DATE"), IMAP_WORD ("DISPLAYFROM"),
    IMAP_WORD ("DISPLAYTO"), IMAP_WORD ("FROM"), IMAP_WORD ("SIZE"), IMAP_WORD ("SUBJECT"),
    IMAP_WORD ("TO"),
  };
  ImapSortCriterion criterion = { 0 };
  WireMark          mark = wire_scan_begin (self->scan, &sort_criterion);
  guint             index;

  criterion.is_reverse = imap_word_find (reverse, 1, self->scan->data + self->scan->pos,
                                         imap_scan_get_word_length (self)) == 0;
  if ((criterion.is_reverse &&
       (!imap_scan_word (self, &sort_reverse, reverse, G_N_ELEMENTS (reverse), &index) ||
        !imap_scan_space (self))) ||
      !imap_scan_word (self, &sort_key, words, G_N_ELEMENTS (words), &index))
    return wire_scan_end (self->scan, mark, FALSE);
  if (command->search.criteria->len == IMAP_SORT_CRITERIA_MAX)
    return wire_scan_end (self->scan, mark, wire_scan_fail (self->scan));
  criterion.key = (ImapSortKey) index;
  g_array_append_val (command->search.criteria, criterion);
  return wire_scan_end (self->scan, mark, TRUE);
}

/* sort = "SORT" [search-return-opts] SP sort-criteria SP search-criteria */
gboolean
imap_scan_sort_arguments (ImapScan *self, ImapCommand *command)
{
  WireMark mark;

  if (!imap_scan_space (self) || !scan_return_opts (self, command))
    return FALSE;
  command->search.criteria = g_array_new (FALSE, FALSE, sizeof (ImapSortCriterion));
  mark = wire_scan_begin (self->scan, &sort_criteria);
  return wire_scan_end (self->scan, mark,
                        imap_scan_list (self, FALSE, scan_sort_criterion, command)) &&
         scan_search_criteria (self, command);
}

/* thread = "THREAD" SP thread-alg SP search-criteria */
gboolean
imap_scan_thread_arguments (ImapScan *self, ImapCommand *command)
{
  static const ImapWord words[] = {
    /* in the order of ImapThreadKind */
    IMAP_WORD ("ORDEREDSUBJECT"),
    IMAP_WORD ("REFERENCES"),
  };
  guint index;

  if (!imap_scan_space (self) ||
      !imap_scan_word (self, &thread_alg, words, G_N_ELEMENTS (words), &index))
    return FALSE;
  command->search.thread = (ImapThreadKind) index;
  return scan_search_criteria (self, command);
}

/* "CANCELUPDATE" 1*(SP quoted) */
gboolean
imap_scan_cancelupdate_arguments (ImapScan *self, ImapCommand *command)
{
  g_autoptr (GString) tags = g_string_new (NULL);

  do
    {
      WireMark mark;
      ImapText text;

      if (!imap_scan_space (self))
        return FALSE;
      mark = wire_scan_begin (self->scan, &context_tag);
      if (!wire_scan_end (self->scan, mark, imap_scan_quoted (self, &text)))
        return FALSE;
      if (tags->len > 0)
        g_string_append_c (tags, ' ');
      g_string_append_len (tags, text.text, text.length);
      imap_text_clear (&text);
    }
  while (imap_scan_goes_on (self));
  command->text = g_strndup (tags->str, tags->len);
  return TRUE;
}
