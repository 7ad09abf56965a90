/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap-capability.h"
#include "imap-flag.h"
#include "imap-name.h"
#include "imap-section.h"
#include "imap-set.h"

G_BEGIN_DECLS

/** In the order of RFC 9051 section 6: any state, not authenticated, authenticated, selected. */
typedef enum
{
  IMAP_VERB_UNKNOWN,
  IMAP_VERB_CAPABILITY,
  IMAP_VERB_NOOP,
  IMAP_VERB_LOGOUT,
  IMAP_VERB_ID,
  IMAP_VERB_STARTTLS,
  IMAP_VERB_AUTHENTICATE,
  IMAP_VERB_LOGIN,
  IMAP_VERB_ENABLE,
  IMAP_VERB_SELECT,
  IMAP_VERB_EXAMINE,
  IMAP_VERB_CREATE,
  IMAP_VERB_DELETE,
  IMAP_VERB_RENAME,
  IMAP_VERB_SUBSCRIBE,
  IMAP_VERB_UNSUBSCRIBE,
  IMAP_VERB_LIST,
  IMAP_VERB_LSUB,
  IMAP_VERB_NAMESPACE,
  IMAP_VERB_STATUS,
  IMAP_VERB_APPEND,
  IMAP_VERB_IDLE,
  IMAP_VERB_COMPRESS,
  IMAP_VERB_GETQUOTA,
  IMAP_VERB_GETQUOTAROOT,
  IMAP_VERB_SETQUOTA,
  IMAP_VERB_GETACL,
  IMAP_VERB_SETACL,
  IMAP_VERB_DELETEACL,
  IMAP_VERB_LISTRIGHTS,
  IMAP_VERB_MYRIGHTS,
  IMAP_VERB_GETMETADATA,
  IMAP_VERB_SETMETADATA,
  IMAP_VERB_CHECK,
  IMAP_VERB_CLOSE,
  IMAP_VERB_UNSELECT,
  IMAP_VERB_EXPUNGE, /* UID EXPUNGE (RFC 4315) has a set */
  IMAP_VERB_SEARCH,
  IMAP_VERB_SORT,
  IMAP_VERB_THREAD,
  IMAP_VERB_FETCH,
  IMAP_VERB_STORE,
  IMAP_VERB_COPY,
  IMAP_VERB_MOVE,
  IMAP_VERB_REPLACE,
  IMAP_VERB_CANCELUPDATE,
  IMAP_N_VERBS,
} ImapVerb;

/** Returns: "FETCH" ...; "" for IMAP_VERB_UNKNOWN. */
const char *imap_verb_get_keyword (ImapVerb verb);

/** Returns: the verb of that keyword, in whatever case; else IMAP_VERB_UNKNOWN */
ImapVerb imap_verb_find (const char *keyword, gsize length);

/** A day as a client writes it, without a zone: "date" of RFC 9051 section 9. */
typedef struct
{
  guint16 year;
  guint8  month, day; /* from 1 */
} ImapDay;

/** INTERNALDATE: a moment and the zone it was written in. */
typedef struct
{
  gint64 time_us; /* since 1970-01-01 00:00 UTC; whole seconds */
  int    zone_minutes;
} ImapDate;

/* SELECT and EXAMINE (RFC 7162 sections 3.1.8 and 3.2.5) */
typedef struct
{
  gboolean is_condstore;
  gboolean is_qresync;
  guint32  uid_validity;
  guint64  modseq;
  ImapSet *known_uids;      /* (nullable) */
  ImapSet *match_sequences; /* (nullable): message sequence numbers, and their UIDs: */
  ImapSet *match_uids;
} ImapSelect;

/* LIST (RFC 9051 section 6.3.9, RFC 5258) */
typedef enum
{
  IMAP_LIST_SELECT_SUBSCRIBED = 1 << 0,
  IMAP_LIST_SELECT_REMOTE = 1 << 1,
  IMAP_LIST_SELECT_RECURSIVE = 1 << 2, /* RECURSIVEMATCH */
  IMAP_LIST_SELECT_SPECIAL_USE = 1 << 3,
  IMAP_LIST_RETURN_SUBSCRIBED = 1 << 4,
  IMAP_LIST_RETURN_CHILDREN = 1 << 5,
  IMAP_LIST_RETURN_SPECIAL_USE = 1 << 6,
  IMAP_LIST_RETURN_STATUS = 1 << 7, /* with status_items */
  IMAP_LIST_RETURN_MYRIGHTS = 1 << 8, /* RFC 8440 */
} ImapListOption;

typedef struct
{
  gboolean   is_extended; /* any option or several patterns were there, also "()" */
  guint      options;     /* ImapListOption */
  char      *reference;
  GPtrArray *patterns;    /* of char *, in UTF-8 */
} ImapList;

/* STATUS, and STATUS in LIST (RFC 9051 section 6.3.11) */
typedef enum
{
  IMAP_STATUS_MESSAGES = 1 << 0,
  IMAP_STATUS_RECENT = 1 << 1, /* RFC 3501 */
  IMAP_STATUS_UIDNEXT = 1 << 2,
  IMAP_STATUS_UIDVALIDITY = 1 << 3,
  IMAP_STATUS_UNSEEN = 1 << 4,
  IMAP_STATUS_DELETED = 1 << 5,
  IMAP_STATUS_SIZE = 1 << 6,
  IMAP_STATUS_HIGHESTMODSEQ = 1 << 7,  /* RFC 7162 */
  IMAP_STATUS_APPENDLIMIT = 1 << 8,    /* RFC 7889 */
  IMAP_STATUS_MAILBOXID = 1 << 9,      /* RFC 8474 */
  IMAP_STATUS_DELETED_STORAGE = 1 << 10, /* RFC 9208 */
} ImapStatusItem;

#define IMAP_N_STATUS_ITEMS 11

/** Returns: "MESSAGES" ..., of one item. */
const char *imap_status_item_get_name (ImapStatusItem item);

/* APPEND and REPLACE (RFC 3502, RFC 4469, RFC 8508) */
typedef struct
{
  GBytes *text; /* (nullable): octets that the client gave */
  char   *url;  /* (nullable): CATENATE: else, a part or message that is there already */
} ImapAppendPart;

typedef struct
{
  ImapFlags flags;
  gboolean  has_date;
  ImapDate  date;
  gboolean  is_catenated;
  gboolean  is_binary; /* literal8: may have NUL octets (RFC 3516 section 4.4) */
  gboolean  is_utf8;   /* UTF8 (literal8) (RFC 6855 section 4) */
  GArray   *parts;     /* of ImapAppendPart; one where it is not catenated */
} ImapAppend;

/** Messages in one APPEND (RFC 3502), and parts of one message (RFC 4469): ours; each may have a
 * literal, and of those the framer takes IMAP_LITERALS_MAX. */
#define IMAP_APPENDS_MAX 1000

/* FETCH (RFC 9051 section 6.4.5) */

/** Items in one FETCH: ours; there are not so many, but of sections. */
#define IMAP_FETCH_ITEMS_MAX 500

typedef enum
{
  IMAP_FETCH_ENVELOPE,
  IMAP_FETCH_FLAGS,
  IMAP_FETCH_INTERNALDATE,
  IMAP_FETCH_RFC822,
  IMAP_FETCH_RFC822_HEADER,
  IMAP_FETCH_RFC822_SIZE,
  IMAP_FETCH_RFC822_TEXT,
  IMAP_FETCH_BODY, /* without section: the structure without extension data */
  IMAP_FETCH_BODYSTRUCTURE,
  IMAP_FETCH_UID,
  IMAP_FETCH_BODY_SECTION, /* BODY[...], BODY.PEEK[...] */
  IMAP_FETCH_BINARY,       /* BINARY[...], BINARY.PEEK[...] */
  IMAP_FETCH_BINARY_SIZE,
  IMAP_FETCH_MODSEQ,     /* RFC 7162 */
  IMAP_FETCH_EMAILID,    /* RFC 8474 */
  IMAP_FETCH_THREADID,
  IMAP_FETCH_SAVEDATE,   /* RFC 8514 */
  IMAP_FETCH_PREVIEW,    /* RFC 8970 */
} ImapFetchKind;

typedef struct
{
  ImapFetchKind kind;
  gboolean      is_peek; /* BODY_SECTION, BINARY: \Seen is not set */
  gboolean      is_lazy; /* PREVIEW (LAZY) */
  ImapSection   section;
  gboolean      is_partial;
  guint64       partial_offset, partial_length;
} ImapFetchItem;

/* What FETCH and STORE have besides (RFC 7162) */
typedef struct
{
  gboolean has_changed_since, has_unchanged_since, is_vanished;
  guint64  modseq; /* of CHANGEDSINCE or UNCHANGEDSINCE */
} ImapModifiers;

/* STORE (RFC 9051 section 6.4.6) */
typedef enum
{
  IMAP_STORE_REPLACE,
  IMAP_STORE_ADD,
  IMAP_STORE_REMOVE,
} ImapStoreKind;

/* SEARCH (RFC 9051 section 6.4.4) */
typedef enum
{
  IMAP_SEARCH_ALL,
  IMAP_SEARCH_AND,     /* children: all of a list in parentheses */
  IMAP_SEARCH_OR,      /* children: two */
  IMAP_SEARCH_NOT,     /* children: one */
  IMAP_SEARCH_SEQUENCE, /* set: message sequence numbers */
  IMAP_SEARCH_UID,      /* set */
  IMAP_SEARCH_FLAG,     /* flag is set; "UN..." is IMAP_SEARCH_NOT of it */
  IMAP_SEARCH_KEYWORD,  /* text; UNKEYWORD is IMAP_SEARCH_NOT of it */
  IMAP_SEARCH_NEW,      /* RFC 3501: \Recent and not \Seen */
  IMAP_SEARCH_HEADER,   /* name, text; BCC, CC, FROM, SUBJECT and TO are of this kind, too */
  IMAP_SEARCH_BODY,     /* text */
  IMAP_SEARCH_TEXT,     /* text */
  IMAP_SEARCH_BEFORE,   /* day: of INTERNALDATE, in its own zone */
  IMAP_SEARCH_ON,
  IMAP_SEARCH_SINCE,
  IMAP_SEARCH_SENT_BEFORE, /* day: of the Date field */
  IMAP_SEARCH_SENT_ON,
  IMAP_SEARCH_SENT_SINCE,
  IMAP_SEARCH_SAVED_BEFORE, /* RFC 8514 */
  IMAP_SEARCH_SAVED_ON,
  IMAP_SEARCH_SAVED_SINCE,
  IMAP_SEARCH_SAVEDATE_SUPPORTED,
  IMAP_SEARCH_LARGER,  /* number */
  IMAP_SEARCH_SMALLER, /* number */
  IMAP_SEARCH_OLDER,   /* number: seconds (RFC 5032) */
  IMAP_SEARCH_YOUNGER,
  IMAP_SEARCH_MODSEQ,  /* number (RFC 7162); name: (nullable): the flag it is of */
  IMAP_SEARCH_EMAILID,  /* text (RFC 8474) */
  IMAP_SEARCH_THREADID,
} ImapSearchKind;

/** Keys within keys: ours; what people search for has less than 10. */
#define IMAP_SEARCH_DEPTH_MAX 64
/** Keys in all: ours; with the messages, the bound on what one command costs. */
#define IMAP_SEARCH_KEYS_MAX 1000

typedef struct _ImapSearchKey ImapSearchKey;
struct _ImapSearchKey
{
  ImapSearchKind  kind;
  GPtrArray      *children; /* (nullable), of ImapSearchKey, owned */
  ImapSet        *set;      /* (nullable) */
  guint           flag;     /* one ImapFlag */
  char           *name;     /* (nullable): of a header field, as written */
  char           *text;     /* (nullable): UTF-8, converted from the command's charset by its owner
                             * */
  GBytes         *raw;      /* (nullable): what the client wrote for text, in its charset */
  ImapDay         day;
  guint64         number;
};

void imap_search_key_free (ImapSearchKey *self);

/** What SEARCH and SORT are to return (RFC 4731, RFC 5182, RFC 5267); none: as in RFC 3501 */
typedef enum
{
  IMAP_RETURN_MIN = 1 << 0,
  IMAP_RETURN_MAX = 1 << 1,
  IMAP_RETURN_ALL = 1 << 2, /* also for "()" */
  IMAP_RETURN_COUNT = 1 << 3,
  IMAP_RETURN_SAVE = 1 << 4,
  IMAP_RETURN_UPDATE = 1 << 5,
  IMAP_RETURN_CONTEXT = 1 << 6,
  IMAP_RETURN_PARTIAL = 1 << 7,
} ImapReturn;

/* SORT (RFC 5256 section 3, RFC 5957) */
typedef enum
{
  IMAP_SORT_ARRIVAL,
  IMAP_SORT_CC,
  IMAP_SORT_DATE,
  IMAP_SORT_DISPLAYFROM,
  IMAP_SORT_DISPLAYTO,
  IMAP_SORT_FROM,
  IMAP_SORT_SIZE,
  IMAP_SORT_SUBJECT,
  IMAP_SORT_TO,
} ImapSortKey;

typedef struct
{
  ImapSortKey key;
  gboolean    is_reverse;
} ImapSortCriterion;

#define IMAP_SORT_CRITERIA_MAX 32

typedef enum
{
  IMAP_THREAD_ORDEREDSUBJECT,
  IMAP_THREAD_REFERENCES,
} ImapThreadKind;

/* SEARCH, SORT, THREAD */
typedef struct
{
  gboolean       has_return;    /* "RETURN (...)" was there: the answer is ESEARCH */
  guint          options;       /* ImapReturn */
  guint32        partial_from, partial_to; /* from 1 (RFC 5267 section 4.4) */
  char          *charset;       /* (nullable): as written; NULL: US-ASCII, or UTF-8 once enabled */
  ImapSearchKey *key;           /* IMAP_SEARCH_AND at the top */
  GArray        *criteria;      /* (nullable), of ImapSortCriterion: SORT */
  ImapThreadKind thread;        /* THREAD */
} ImapSearch;

/** A pair of strings: of ID, METADATA and QUOTA. */
typedef struct
{
  char   *name;
  GBytes *value; /* (nullable): NIL */
} ImapPair;

/** Depth of GETMETADATA (RFC 5464 section 4.2.2). */
typedef enum
{
  IMAP_DEPTH_ZERO,
  IMAP_DEPTH_ONE,
  IMAP_DEPTH_INFINITY,
} ImapDepth;

/**
 * ImapCommand:
 *
 * A command, read. What a verb does not use is zero. Start from `{ 0 }`; end with
 * imap_command_clear(). Names of mailboxes are UTF-8; one that is INBOX in any case is "INBOX".
 */
typedef struct
{
  ImapVerb  verb;
  char     *tag;      /* (nullable): none could be read */
  gboolean  is_uid;   /* "UID" stood before it: sets, and numbers in the answer, are UIDs */
  char     *mailbox;  /* (nullable): the one it is about, or where to */
  char     *target;   /* RENAME: the new name */
  char     *text;     /* LOGIN: the user; AUTHENTICATE, COMPRESS: the mechanism; GETQUOTA, SETQUOTA:
                       * the root; ACL: the identifier; CANCELUPDATE: tags, space between them;
                       * UNKNOWN: the word that was no command */
  GBytes   *secret;   /* LOGIN: the password */
  gboolean  has_initial; /* AUTHENTICATE with an initial response (RFC 4959), maybe empty: */
  GBytes   *initial;     /* base64 undone; NULL where it is no base64 */
  ImapSet  *set;      /* (nullable): FETCH, STORE, COPY, MOVE, UID EXPUNGE, REPLACE */
  GPtrArray *words;   /* (nullable), of char *: ENABLE: capabilities; GETMETADATA: entries */
  GArray   *pairs;    /* (nullable), of ImapPair: ID (NULL: NIL), SETMETADATA, SETQUOTA: resource
                       * and limit as text */
  ImapSelect select;
  ImapList   list;
  guint      status_items; /* ImapStatusItem: STATUS, LIST RETURN (STATUS ...) */
  guint      uses;         /* ImapUse: CREATE (USE (...)) */
  gboolean   has_unknown_use; /* and one that is none of them: USEATTR (RFC 6154 section 3) */
  GArray    *appends;      /* (nullable), of ImapAppend */
  GArray    *fetch_items;  /* (nullable), of ImapFetchItem; macros are spelled out */
  ImapModifiers modifiers;
  ImapStoreKind store;
  gboolean   is_silent;
  ImapFlags  flags;        /* STORE */
  ImapSearch search;
  int        rights_change; /* SETACL: '+', '-' or 0: instead of those there are */
  char      *rights;        /* (nullable): SETACL */
  gboolean   has_maxsize;   /* GETMETADATA */
  guint64    maxsize;
  ImapDepth  depth;
} ImapCommand;

void imap_command_clear (ImapCommand *self);

G_END_DECLS
