/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** What a server lets pass that the standard does not ask it to, each by a name of its own. The
 * forms of an end of data other than CRLF "." CRLF are open to smuggling: what one server takes
 * for the end the next takes for content (RFC 5321 sections 2.3.8 and 4.1.1.4 forbid them). */
typedef enum
{
  SMTP_LENIENT_BARE_LF_ENDS_LINE = 1 << 0,  /* "bare-lf-ends-line": of a command */
  SMTP_LENIENT_BARE_CR_ENDS_LINE = 1 << 1,  /* "bare-cr-ends-line" */
  SMTP_LENIENT_SPACES = 1 << 2,             /* "needless-spaces": "MAIL FROM: <x@y>" */
  SMTP_LENIENT_NO_BRACKETS = 1 << 3,        /* "missing-brackets": "MAIL FROM:x@y" */
  SMTP_LENIENT_ODD_NAMES = 1 << 4,          /* "odd-names": HELO with what is no name */
  SMTP_LENIENT_EARLY_PIPELINING = 1 << 5,   /* "early-pipelining": before EHLO's reply, or where a
                                             * command must be the last of its group (RFC 2920) */
  SMTP_LENIENT_ODD_PATHS = 1 << 6,          /* "odd-paths": local parts with dots out of place... */
  SMTP_LENIENT_LONG_LINES = 1 << 7,         /* "long-lines": text lines above 1000 octets, command
                                             * lines above 512 and what the extensions add */
  SMTP_LENIENT_NUL = 1 << 8,                /* "nul-bytes": in data */
  SMTP_LENIENT_BARE_LF_DATA = 1 << 9,       /* "bare-lf-in-data": as content, not as an end */
  SMTP_LENIENT_BARE_CR_DATA = 1 << 10,      /* "bare-cr-in-data" */
  SMTP_LENIENT_EIGHT_BIT = 1 << 11,         /* "eight-bit": in commands, where no UTF-8 may be */
  SMTP_LENIENT_END_LF_LF = 1 << 16,         /* "lf-dot-lf-ends-data" */
  SMTP_LENIENT_END_LF_CRLF = 1 << 17,       /* "lf-dot-crlf-ends-data" */
  SMTP_LENIENT_END_CRLF_LF = 1 << 18,       /* "crlf-dot-lf-ends-data" */
  SMTP_LENIENT_END_CR_CR = 1 << 19,         /* "cr-dot-cr-ends-data" */
  SMTP_LENIENT_END_CR_CRLF = 1 << 20,       /* "cr-dot-crlf-ends-data" */
  SMTP_LENIENT_END_CRLF_CR = 1 << 21,       /* "crlf-dot-cr-ends-data" */
  SMTP_LENIENT_END_LF_CR = 1 << 22,         /* "lf-dot-cr-ends-data" */
  SMTP_LENIENT_END_CR_LF = 1 << 23,         /* "cr-dot-lf-ends-data" */
  SMTP_LENIENT_END_CRCRLF_CRCRLF = 1 << 24, /* "crcrlf-dot-crcrlf-ends-data" */
  SMTP_LENIENT_END_CRLF_NUL = 1 << 25,      /* "crlf-nul-dot-crlf-ends-data" */
} SmtpLeniency;

/** Those that end the data. */
#define SMTP_LENIENT_ENDS (0x3ffu << 16)

#define SMTP_PROFILE_STRICT 0
#define SMTP_PROFILE_COMMON                                                                        \
  (SMTP_LENIENT_BARE_LF_ENDS_LINE | SMTP_LENIENT_SPACES | SMTP_LENIENT_NO_BRACKETS |               \
   SMTP_LENIENT_ODD_NAMES | SMTP_LENIENT_EARLY_PIPELINING | SMTP_LENIENT_ODD_PATHS |               \
   SMTP_LENIENT_LONG_LINES | SMTP_LENIENT_NUL | SMTP_LENIENT_BARE_LF_DATA |                        \
   SMTP_LENIENT_BARE_CR_DATA | SMTP_LENIENT_EIGHT_BIT)
/** "bare-lf-ends-data" also stands for the three forms that have a bare LF and no bare CR. */
#define SMTP_LENIENT_BARE_LF_ENDS_DATA                                                             \
  (SMTP_LENIENT_END_LF_LF | SMTP_LENIENT_END_LF_CRLF | SMTP_LENIENT_END_CRLF_LF)
#define SMTP_PROFILE_LENIENT (SMTP_PROFILE_COMMON | SMTP_LENIENT_BARE_LF_ENDS_DATA)

/** Returns: (nullable): the name of leniency @i of the table, NULL past the last. */
const char *smtp_leniency_get_name (guint i);
/** Returns: the set that @name stands for; 0 for no name. */
guint smtp_leniency_find (const char *name);
/** Returns: the WireFramerFlags that let pass what @leniencies do of line ends and ends of data. */
guint smtp_leniencies_get_framer_flags (guint leniencies);
/** Returns: the SmtpLeniency that an end of data needs; 0 for 0. @end: of wire_framer_get_end() */
guint smtp_leniency_of_end (guint end);

/** Returns: (transfer full): the names of a set, ", " between them. */
char *smtp_leniencies_format (guint leniencies);

G_END_DECLS
