/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-match.h"

#include <string.h>

#define DAY_US ((gint64) 24 * 60 * 60 * G_USEC_PER_SEC)
/* Octets of a message that are searched in the time that one look at a flag takes: measured
 * roughly, on the safe side. */
#define OCTETS_PER_LOOK 32
/* Looks that it takes to find a field, or the day of Date. */
#define HEADER_LOOKS 64

/* How dear it is to find out, ascending. */
typedef enum
{
  PRICE_LOOK,   /* what the mailbox knows */
  PRICE_SIZE,   /* the message has to be at hand */
  PRICE_HEADER, /* its header has to be read */
  PRICE_BODY,   /* all of it has to be decoded */
  N_PRICES,
} Price;

typedef struct _Node Node;
struct _Node
{
  ImapSearchKind kind;
  Price          price;
  GPtrArray     *children; /* (nullable), of Node: cheapest first */
  ImapSet       *set;      /* (nullable) */
  guint          flag;
  char          *name;
  char          *text; /* collated, but KEYWORD and ids */
  gint64         day;
  guint64        number;
  int            bit; /* of a keyword; -1: there was none when it was looked up */
  guint          n_keywords; /* of the mailbox then; they only become more */
};

struct _MailMatcher
{
  Node        *top;
  MailMailbox *mailbox;
  gint64       now_us;
  guint        n_keys[N_PRICES];
  gboolean     has_modseq;
};

/* Days since 1970-01-01 in the Gregorian calendar: 400 years are 146,097 days; the year is taken to
 * begin in March, so that a leap day is its last. */
gint64
mail_match_day_number (const ImapDay *day)
{
  gint64 year = day->month > 2 ? day->year : (gint64) day->year - 1;
  gint64 month = (day->month + 9) % 12;
  gint64 of_year = (153 * month + 2) / 5 + day->day - 1;

  return year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719468;
}

/* Towards the past, also before 1970. */
static gint64
day_of (gint64 time_us)
{
  return time_us / DAY_US - (time_us % DAY_US < 0);
}

/* The keys against a message */

static gboolean
has_keyword (const MailMatcher *self, Node *node, const MailStored *stored)
{
  guint n_keywords = mail_mailbox_get_n_keywords (self->mailbox);

  if (node->bit < 0 && node->n_keywords != n_keywords)
    {
      node->bit = mail_mailbox_find_keyword (self->mailbox, node->text, FALSE);
      node->n_keywords = n_keywords;
    }
  return node->bit >= 0 && (stored->keywords >> node->bit & 1) != 0;
}

static gboolean
has_flag (const Node *node, const MailStored *stored, gboolean is_recent)
{
  return node->flag == IMAP_FLAG_RECENT ? is_recent : (stored->flags & node->flag) != 0;
}

/* BEFORE, ON, SINCE of @day; the three kinds follow one another for each of the dates. */
static gboolean
is_on (const Node *node, ImapSearchKind before, gint64 day)
{
  switch ((int) node->kind - (int) before)
    {
    case 0:
      return day < node->day;
    case 1:
      return day == node->day;
    default:
      return day >= node->day;
    }
}

static gboolean
is_sent_on (const Node *node, const MailStored *stored)
{
  ImapDay day;

  return mail_message_get_sent_day (stored->message, &day) &&
         is_on (node, IMAP_SEARCH_SENT_BEFORE, mail_match_day_number (&day));
}

/* Seconds that have passed since it came; what is yet to come is 0 old. */
static guint64
get_age (const MailMatcher *self, const MailStored *stored)
{
  gint64 age_us = self->now_us - stored->internal_us;

  return age_us > 0 ? (guint64) (age_us / G_USEC_PER_SEC) : 0;
}

static gboolean matches (MailMatcher *self, Node *node, const MailStored *stored,
                         guint sequence, gboolean is_recent);

/* Whether all children match, or (@is_any) one does. */
static gboolean
match_children (MailMatcher      *self,
                const Node       *node,
                const MailStored *stored,
                guint             sequence,
                gboolean          is_recent,
                gboolean          is_any)
{
  for (guint i = 0; i < node->children->len; i++)
    if (matches (self, g_ptr_array_index (node->children, i), stored, sequence, is_recent) ==
        is_any)
      return is_any;
  return !is_any;
}

static gboolean
match_text (const Node *node, MailMessage *message)
{
  switch ((int) node->kind)
    {
    case IMAP_SEARCH_HEADER:
      return mail_message_has_in_header (message, node->name, node->text);
    case IMAP_SEARCH_BODY:
      return *node->text == '\0' || mail_message_has_in_body (message, node->text);
    default:
      return *node->text == '\0' || mail_message_has_in_text (message, node->text);
    }
}

/* What the mailbox does not know. */
static gboolean
match_dear (const Node *node, const MailStored *stored)
{
  switch ((int) node->kind)
    {
    case IMAP_SEARCH_LARGER:
      return mail_message_get_size (stored->message) > node->number;
    case IMAP_SEARCH_SMALLER:
      return mail_message_get_size (stored->message) < node->number;
    case IMAP_SEARCH_EMAILID:
      return strcmp (mail_message_get_email_id (stored->message), node->text) == 0;
    case IMAP_SEARCH_SENT_BEFORE:
    case IMAP_SEARCH_SENT_ON:
    case IMAP_SEARCH_SENT_SINCE:
      return is_sent_on (node, stored);
    default:
      return match_text (node, stored->message);
    }
}

static gboolean
match_date (const MailMatcher *self, const Node *node, const MailStored *stored)
{
  switch ((int) node->kind)
    {
    case IMAP_SEARCH_BEFORE:
    case IMAP_SEARCH_ON:
    case IMAP_SEARCH_SINCE:
      return is_on (node, IMAP_SEARCH_BEFORE,
                    day_of (stored->internal_us +
                            (gint64) stored->zone_minutes * 60 * G_USEC_PER_SEC));
    case IMAP_SEARCH_OLDER:
      return get_age (self, stored) >= node->number;
    case IMAP_SEARCH_YOUNGER:
      return get_age (self, stored) <= node->number;
    default:
      return is_on (node, IMAP_SEARCH_SAVED_BEFORE, day_of (stored->saved_us));
    }
}

static gboolean
matches (MailMatcher      *self,
         Node             *node,
         const MailStored *stored,
         guint             sequence,
         gboolean          is_recent)
{
  switch (node->kind)
    {
    case IMAP_SEARCH_ALL:
    case IMAP_SEARCH_SAVEDATE_SUPPORTED:
      return TRUE;
    case IMAP_SEARCH_AND:
    case IMAP_SEARCH_OR:
      return match_children (self, node, stored, sequence, is_recent,
                             node->kind == IMAP_SEARCH_OR);
    case IMAP_SEARCH_NOT:
      return !match_children (self, node, stored, sequence, is_recent, FALSE);
    case IMAP_SEARCH_SEQUENCE:
      return imap_set_contains (node->set, sequence);
    case IMAP_SEARCH_UID:
      return imap_set_contains (node->set, stored->uid);
    case IMAP_SEARCH_FLAG:
      return has_flag (node, stored, is_recent);
    case IMAP_SEARCH_NEW:
      return is_recent && (stored->flags & IMAP_FLAG_SEEN) == 0;
    case IMAP_SEARCH_KEYWORD:
      return has_keyword (self, node, stored);
    case IMAP_SEARCH_MODSEQ:
      return stored->modseq >= node->number;
    case IMAP_SEARCH_THREADID:
      return FALSE; /* no message has one here: NIL (RFC 8474 section 5.2) */
    default:
      return node->price == PRICE_LOOK ? match_date (self, node, stored)
                                       : match_dear (node, stored);
    }
}

gboolean
mail_matcher_matches (MailMatcher      *self,
                      const MailStored *stored,
                      guint             sequence,
                      gboolean          is_recent)
{
  return matches (self, self->top, stored, sequence, is_recent);
}

guint64
mail_matcher_get_cost (const MailMatcher *self, const MailStored *stored)
{
  guint64 size = g_bytes_get_size (mail_message_get_bytes (stored->message));

  return 1 + self->n_keys[PRICE_LOOK] + self->n_keys[PRICE_SIZE] +
         (guint64) self->n_keys[PRICE_HEADER] * HEADER_LOOKS +
         (guint64) self->n_keys[PRICE_BODY] * (HEADER_LOOKS + size / OCTETS_PER_LOOK);
}

void
mail_matcher_set_now (MailMatcher *self, gint64 now_us)
{
  self->now_us = now_us;
}

gboolean
mail_matcher_has_modseq (const MailMatcher *self)
{
  return self->has_modseq;
}

/* Making them ready */

static void
node_free (Node *node)
{
  if (node == NULL)
    return;
  g_clear_pointer (&node->children, g_ptr_array_unref);
  imap_set_free (node->set);
  g_free (node->name);
  g_free (node->text);
  g_free (node);
}

static Price
get_price (ImapSearchKind kind)
{
  switch ((int) kind)
    {
    case IMAP_SEARCH_LARGER:
    case IMAP_SEARCH_SMALLER:
    case IMAP_SEARCH_EMAILID:
      return PRICE_SIZE;
    case IMAP_SEARCH_HEADER:
    case IMAP_SEARCH_SENT_BEFORE:
    case IMAP_SEARCH_SENT_ON:
    case IMAP_SEARCH_SENT_SINCE:
      return PRICE_HEADER;
    case IMAP_SEARCH_BODY:
    case IMAP_SEARCH_TEXT:
      return PRICE_BODY;
    default:
      return PRICE_LOOK;
    }
}

/* The UIDs that stand at the message sequence numbers of @set now. */
static ImapSet *
convert_to_uids (const ImapSet *set, const ImapView *view)
{
  ImapSet *uids = imap_set_new ();

  for (guint i = 0; i < set->ranges->len; i++)
    {
      const ImapRange *range = &g_array_index (set->ranges, ImapRange, i);

      for (guint number = range->from; number <= range->to; number++)
        imap_set_append (uids, imap_view_get_uid (view, number));
    }
  return uids;
}

/* "$": UIDs, whether it stands for those or for message sequence numbers (RFC 5182 section 2.1). */
static gboolean
read_saved (Node *node, const MailMatchContext *context)
{
  node->kind = IMAP_SEARCH_UID;
  node->set = context->saved != NULL ? imap_set_copy (context->saved) : imap_set_new ();
  return TRUE;
}

static gboolean
read_set (Node                   *node,
          const ImapSet          *set,
          const MailMatchContext *context,
          MailMatchProblem       *out_problem)
{
  guint    n = imap_view_get_n (context->view);
  gboolean is_wrong = FALSE;

  if (set->is_saved)
    return read_saved (node, context);
  if (node->kind == IMAP_SEARCH_UID)
    {
      node->set = imap_set_copy (set);
      imap_set_resolve (node->set, n > 0 ? imap_view_get_uid (context->view, n) : 0);
      return TRUE;
    }
  node->set = imap_view_resolve (context->view, set, FALSE, &is_wrong);
  if (is_wrong)
    {
      *out_problem = MAIL_MATCH_BAD_SEQUENCE;
      return FALSE;
    }
  if (context->is_kept)
    {
      ImapSet *uids = convert_to_uids (node->set, context->view);

      imap_set_free (node->set);
      node->set = uids;
      node->kind = IMAP_SEARCH_UID;
    }
  return TRUE;
}

/* Returns: (transfer full) (nullable): what the client wrote, in UTF-8. */
static char *
convert (const ImapSearchKey *key, const MailMatchContext *context)
{
  g_autoptr (GString) text = g_string_new (NULL);
  MimeConversion conversion = { 0 };
  gsize          length;
  const guint8  *data;

  if (key->text != NULL)
    return g_strdup (key->text);
  if (key->raw == NULL)
    return g_strdup ("");
  data = g_bytes_get_data (key->raw, &length);
  mime_charsets_convert (context->charsets, context->charset != NULL ? context->charset : "UTF-8",
                         data, length, text, &conversion);
  if (conversion.n_invalid > 0 || memchr (text->str, '\0', text->len) != NULL)
    return NULL;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
read_text (Node                   *node,
           const ImapSearchKey    *key,
           const MailMatchContext *context,
           MailMatchProblem       *out_problem)
{
  g_autofree char *text = convert (key, context);

  if (text == NULL)
    {
      *out_problem = MAIL_MATCH_BAD_TEXT;
      return FALSE;
    }
  node->text = node->price >= PRICE_HEADER ? imap_collate (text) : g_steal_pointer (&text);
  return TRUE;
}

static int
compare_prices (gconstpointer a, gconstpointer b)
{
  return (int) (*(Node *const *) a)->price - (int) (*(Node *const *) b)->price;
}

static Node *read_key (MailMatcher *self, const ImapSearchKey *key,
                       const MailMatchContext *context, MailMatchProblem *out_problem);

static gboolean
read_children (MailMatcher            *self,
               Node                   *node,
               const ImapSearchKey    *key,
               const MailMatchContext *context,
               MailMatchProblem       *out_problem)
{
  node->children = g_ptr_array_new_with_free_func ((GDestroyNotify) node_free);
  for (guint i = 0; i < key->children->len; i++)
    {
      Node *child = read_key (self, g_ptr_array_index (key->children, i), context, out_problem);

      if (child == NULL)
        return FALSE;
      g_ptr_array_add (node->children, child);
      node->price = MAX (node->price, child->price);
    }
  g_ptr_array_sort (node->children, compare_prices);
  return TRUE;
}

/* What a key is about, besides its kind. */
static gboolean
fill_node (MailMatcher            *self,
           Node                   *node,
           const ImapSearchKey    *key,
           const MailMatchContext *context,
           MailMatchProblem       *out_problem)
{
  switch ((int) node->kind)
    {
    case IMAP_SEARCH_AND:
    case IMAP_SEARCH_OR:
    case IMAP_SEARCH_NOT:
      return read_children (self, node, key, context, out_problem);
    case IMAP_SEARCH_SEQUENCE:
    case IMAP_SEARCH_UID:
      return read_set (node, key->set, context, out_problem);
    case IMAP_SEARCH_KEYWORD:
    case IMAP_SEARCH_EMAILID:
    case IMAP_SEARCH_THREADID:
    case IMAP_SEARCH_HEADER:
    case IMAP_SEARCH_BODY:
    case IMAP_SEARCH_TEXT:
      return read_text (node, key, context, out_problem);
    case IMAP_SEARCH_MODSEQ:
      self->has_modseq = TRUE;
      return TRUE;
    default:
      return TRUE;
    }
}

static Node *
read_key (MailMatcher            *self,
          const ImapSearchKey    *key,
          const MailMatchContext *context,
          MailMatchProblem       *out_problem)
{
  Node *node = g_new0 (Node, 1);

  node->kind = key->kind;
  node->bit = -1;
  node->price = get_price (key->kind);
  node->flag = key->flag;
  node->name = g_strdup (key->name);
  node->number = key->number;
  node->day = mail_match_day_number (&key->day);
  self->n_keys[node->price]++;
  if (fill_node (self, node, key, context, out_problem))
    return node;
  node_free (node);
  return NULL;
}

MailMatcher *
mail_matcher_new (const ImapSearchKey    *key,
                  const MailMatchContext *context,
                  MailMatchProblem       *out_problem)
{
  g_autoptr (MailMatcher) self = g_new0 (MailMatcher, 1);

  *out_problem = MAIL_MATCH_OK;
  self->mailbox = mail_mailbox_ref (context->mailbox);
  self->now_us = context->now_us;
  if (context->charset != NULL && !mime_charsets_is_known (context->charsets, context->charset))
    {
      *out_problem = MAIL_MATCH_BAD_CHARSET;
      return NULL;
    }
  self->top = read_key (self, key, context, out_problem);
  return self->top != NULL ? g_steal_pointer (&self) : NULL;
}

void
mail_matcher_free (MailMatcher *self)
{
  if (self == NULL)
    return;
  node_free (self->top);
  mail_mailbox_unref (self->mailbox);
  g_free (self);
}
