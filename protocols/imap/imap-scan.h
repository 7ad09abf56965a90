/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap-command.h"
#include <wire/wire-scan.h>

G_BEGIN_DECLS

/* The lexical rules of RFC 9051 section 9 that commands and responses share. */

/**
 * ImapScan:
 *
 * A WireScan, and what rules have to know besides the bytes. On the stack; nothing to clear.
 *
 * A unit may end in a literal's announcement: the client waits for leave, and the octets and what
 * follows come in units of their own. Where may_be_cut allows that, all that would come after
 * matches without a byte, and what is read there is empty.
 */
typedef struct
{
  WireScan *scan;
  gboolean  is_utf8;    /* strings may have UTF-8, and names of mailboxes do */
  gboolean  is_strict;  /* FALSE: deviations pass */
  gboolean  may_be_cut;
  gboolean  is_cut;
} ImapScan;

/** A string as it was read. Start from `{ 0 }`; end with imap_text_clear(). */
typedef struct
{
  const char *text;      /* not NUL-terminated; borrowed from the unit, or within unescaped */
  gsize       length;
  char       *unescaped; /* (nullable), owned */
  gboolean    is_literal;
  gboolean    is_binary; /* a literal8 */
  gboolean    is_nil;    /* nstring: NIL; text is NULL then */
} ImapText;

void    imap_text_clear (ImapText *self);
char   *imap_text_dup (const ImapText *self);       /* (transfer full): NUL-terminated */
GBytes *imap_text_dup_bytes (const ImapText *self); /* (transfer full) */

/** A keyword of a table. */
typedef struct
{
  const char *text; /* in capitals */
  guint       length;
} ImapWord;

#define IMAP_WORD(text) { text, sizeof (text) - 1 }

/** Returns: the index of the word in whatever case; -1: it is not there. */
int imap_word_find (const ImapWord *words, guint n_words, const guint8 *data, gsize length);

/* Classes of bytes. */

extern const guint8 imap_byte_classes[256];

enum
{
  IMAP_BYTE_ATOM = 1 << 0,    /* ATOM-CHAR */
  IMAP_BYTE_ASTRING = 1 << 1, /* ASTRING-CHAR: "]", too */
  IMAP_BYTE_LIST = 1 << 2,    /* list-char: "]", "%" and "*", too */
  IMAP_BYTE_ODD = 1 << 3,     /* what clients leave unquoted: "\" and octets beyond ASCII, too */
};

static inline gboolean
imap_is_atom_char (guint8 byte)
{
  return (imap_byte_classes[byte] & IMAP_BYTE_ATOM) != 0;
}

static inline gboolean
imap_is_astring_char (guint8 byte)
{
  return (imap_byte_classes[byte] & IMAP_BYTE_ASTRING) != 0;
}

/* Rules. Each returns whether it matched; output arguments are untouched when it did not. */

/** Notes a deviation of the innermost open span. Returns: FALSE in strict reading: no match. */
gboolean imap_scan_deviate (ImapScan *self, const WireDeviation *deviation);

/** One byte. */
static inline gboolean
imap_scan_byte (ImapScan *self, guint8 byte)
{
  return self->is_cut || wire_scan_byte (self->scan, byte);
}

/** SP; more than one is let pass. */
gboolean imap_scan_space (ImapScan *self);

/** "(" and ")", spaces inside let pass. */
gboolean imap_scan_open (ImapScan *self);
gboolean imap_scan_close (ImapScan *self);

/** Looks ahead: whether a space and something else follows in the list or command. */
gboolean imap_scan_goes_on (const ImapScan *self);

/** CRLF; spaces before it, and LF alone, are let pass. */
gboolean imap_scan_line_end (ImapScan *self);

/** Looks ahead: how many bytes of letters, digits, "." and "-" stand at the cursor. */
gsize imap_scan_get_word_length (const ImapScan *self);

/** A keyword of @words as @element. @out_index: 0 when cut */
gboolean imap_scan_word (ImapScan          *self,
                         const WireElement *element,
                         const ImapWord    *words,
                         guint              n_words,
                         guint             *out_index);

gboolean imap_scan_atom (ImapScan *self, const WireElement *element, ImapText *out_text);
gboolean imap_scan_quoted (ImapScan *self, ImapText *out_text);

/** What a literal may be besides. */
typedef enum
{
  IMAP_LITERAL_BINARY = 1 << 0, /* a literal8 */
  IMAP_LITERAL_NUL = 1 << 1,    /* NUL octets in a plain literal are let pass */
} ImapLiteralFlags;

gboolean imap_scan_literal (ImapScan *self, guint flags, ImapText *out_text);

/** quoted or literal */
gboolean imap_scan_string (ImapScan *self, ImapText *out_text);
/** Also literal8. */
gboolean imap_scan_string8 (ImapScan *self, ImapText *out_text);

/** string or NIL, as @element */
gboolean imap_scan_nstring (ImapScan *self, const WireElement *element, ImapText *out_text);

/** atom (with "]") or string, as @element; what should have been quoted is let pass. */
gboolean imap_scan_astring (ImapScan *self, const WireElement *element, ImapText *out_text);
/** The same, copied. */
gboolean imap_scan_astring_dup (ImapScan *self, const WireElement *element, char **out_text);

/** list-mailbox: as astring, with "%" and "*" */
gboolean imap_scan_list_mailbox (ImapScan *self, const WireElement *element, char **out_pattern);

/**
 * imap_scan_mailbox:
 * @is_new: the mailbox or pattern is to be made: its name has to be right (RFC 3501 section 5.1.3)
 * @out_name: UTF-8; "INBOX" in whatever case is "INBOX"
 */
gboolean imap_scan_mailbox (ImapScan          *self,
                            const WireElement *element,
                            gboolean           is_new,
                            char             **out_name);

/** A number from @min to @max; from 1 on, it has no leading zero (nz-number). */
gboolean imap_scan_number (ImapScan          *self,
                           const WireElement *element,
                           guint64            min,
                           guint64            max,
                           guint64           *out_number);

#define IMAP_NUMBER64_MAX G_MAXINT64 /* number64, mod-sequence-value */

/** sequence-set: a leaf. @out_set: (transfer full) */
gboolean imap_scan_sequence_set (ImapScan *self, ImapSet **out_set);

/** flag-list; @is_server: also \Recent and "\*". Adds to @flags. */
gboolean imap_scan_flag_list (ImapScan *self, gboolean is_server, ImapFlags *flags);
gboolean imap_scan_flag (ImapScan *self, gboolean is_server, ImapFlags *flags);

gboolean imap_scan_date (ImapScan *self, ImapDay *out_day);
gboolean imap_scan_date_time (ImapScan *self, ImapDate *out_date);

/** "[" section-spec "]"; @is_binary: section-binary, just a part's number. Adds to @section, which
 * may be half filled when it did not match. */
gboolean imap_scan_section (ImapScan *self, gboolean is_binary, ImapSection *section);

/** base64 up to a space or the end of the line; what is none matches, with NULL. */
gboolean imap_scan_base64 (ImapScan *self, const WireElement *element, GBytes **out_bytes);

/** Whatever arguments there are, up to the end of the line: for what is not known. */
gboolean imap_scan_arguments (ImapScan *self);

G_END_DECLS
