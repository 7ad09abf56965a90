/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "smtp-mailbox.h"
#include "smtp-profile.h"
#include <wire/wire-grammar.h>

G_BEGIN_DECLS

/* SMTP as it is written on the wire (RFC 5321 section 4.1). A rule is a function
 * that both the engines and the inspector call; rules take whole units, line end
 * included. */

/** One command line, CRLF included (RFC 5321 section 4.5.3.1.4), with extensions such as SIZE and
 * AUTH adding to the 512 octets of the standard (RFC 1869 section 4.1.2, DESIGN.md section 8). */
#define SMTP_COMMAND_BYTES_MAX 4096

/** One reply line, CRLF included (RFC 5321 section 4.5.3.1.5). */
#define SMTP_REPLY_LINE_BYTES_MAX 512

/** A line of the client's inside AUTH may be this long: above the 12288 octets that RFC 4954
 * section 4 holds sufficient, and more than base64 of SASL_MESSAGE_BYTES_MAX is. */
#define SMTP_SASL_BYTES_MAX (96 * 1024)

/** One command line: "smtp-command". */
extern const WireGrammar smtp_grammar_command;
/** A line of the client's inside AUTH (RFC 4954 section 4): "smtp-sasl". */
extern const WireGrammar smtp_grammar_sasl;
/** One whole reply, maybe of several lines: "smtp-reply". Nothing in it says what it answers; that
 * it answers EHLO is taken from the keywords that it lists. */
extern const WireGrammar smtp_grammar_reply;

typedef enum
{
  SMTP_VERB_UNKNOWN,
  SMTP_VERB_HELO,
  SMTP_VERB_EHLO,
  SMTP_VERB_MAIL,
  SMTP_VERB_RCPT,
  SMTP_VERB_DATA,
  SMTP_VERB_RSET,
  SMTP_VERB_NOOP,
  SMTP_VERB_VRFY,
  SMTP_VERB_EXPN,
  SMTP_VERB_HELP,
  SMTP_VERB_QUIT,
  SMTP_VERB_STARTTLS, /* RFC 3207 */
  SMTP_VERB_AUTH,     /* RFC 4954 */
  SMTP_VERB_BDAT,     /* RFC 3030 */
  SMTP_VERB_LHLO,     /* RFC 2033 */
  SMTP_VERB_SEND,     /* RFC 821 section 3.4: obsolete, as are the next three */
  SMTP_VERB_SOML,
  SMTP_VERB_SAML,
  SMTP_VERB_TURN,
  SMTP_N_VERBS,
} SmtpVerb;

/** Returns: "MAIL"; "" for SMTP_VERB_UNKNOWN. */
const char *smtp_verb_get_keyword (SmtpVerb verb);
/** Returns: how the command is written, "MAIL FROM:<reverse-path> [parameters]". */
const char *smtp_verb_get_usage (SmtpVerb verb);

/** One esmtp-param. Strings are owned by the command, both in one piece of memory. */
typedef struct
{
  char *keyword;
  char *value; /* (nullable) */
} SmtpParameter;

/** A command line, read. Start from smtp_command_init(); end with smtp_command_clear(). In between
 * it may be used for one line after the other. */
typedef struct
{
  SmtpVerb verb;
  char    *argument;   /* owned, (nullable): the host's name of HELO, the path of MAIL and RCPT
                        * without brackets and source route, the mechanism of AUTH, the string of
                        * the others */
  GArray  *parameters; /* of SmtpParameter: of MAIL and RCPT; SMTPUTF8 of VRFY and EXPN */
  char    *initial;    /* owned, (nullable): AUTH: the initial response as written: base64 or "=" */
  guint64  chunk_size; /* BDAT */
  gboolean is_last;    /* BDAT: "LAST" */
  guint    leniencies; /* SmtpLeniency that the line needs to be let pass: a server refuses it
                        * when its profile has not all of them */
  gboolean is_utf8;    /* an address or string needs SMTPUTF8 (RFC 6531) */
} SmtpCommand;

void smtp_command_init (SmtpCommand *command);
void smtp_command_clear (SmtpCommand *command);

/**
 * smtp_scan_command:
 *
 * Reads a whole command line into @out_command, whatever was in it before. A known keyword is told
 * in @out_command->verb even when its arguments then fail to match, so that the refusal can name
 * it; an unknown keyword with any arguments matches as SMTP_VERB_UNKNOWN. Forms that common
 * practice lets pass match, with what they need in @out_command->leniencies and WIRE_SPAN_TOLERATED
 * in @scan->flags; source routes and obsolete commands with WIRE_SPAN_OBSOLETE.
 */
gboolean smtp_scan_command (WireScan *scan, SmtpCommand *out_command);

/** Reply-code = %x32-35 %x30-35 %x30-39; any three digits match, flagged. */
gboolean smtp_scan_reply_code (WireScan *scan, guint *out_code);

/** A whole reply, also one that no client should trust: see @out_is_sound. */
typedef struct
{
  guint    code;       /* of its last line */
  gboolean is_sound;   /* the code is of a class that there is, the same on all lines, and a space
                        * or a hyphen follows it */
  gboolean has_status; /* each line begins with the same enhanced status code */
} SmtpReplyShape;

gboolean smtp_scan_reply (WireScan *scan, SmtpReplyShape *out_shape);

G_END_DECLS
