/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-grammar.h>

G_BEGIN_DECLS

/* POP3 as it is written on the wire: RFC 1939, with the general grammar and the
 * response codes of RFC 2449, AUTH of RFC 5034, UTF8 and LANG of RFC 6856. A rule is a function
 * that both the engines and the inspector call; rules take whole units, line end included. */

/** One command line, CRLF included (RFC 2449 section 4). */
#define POP3_COMMAND_BYTES_MAX 255

/** A response's first line, or a line of a capability list, CRLF included (RFC 2449 section 3). */
#define POP3_RESPONSE_BYTES_MAX 512

/** A line inside of AUTH, challenge or response, CRLF included. RFC 5034 section 4 wants room for
 * the largest of the mechanisms; ours: base64 of more than any of them needs. */
#define POP3_SASL_LINE_BYTES_MAX 12288

/** Hexadecimal digits of the MD5 digest in APOP (RFC 1939 section 7). */
#define POP3_APOP_DIGITS 32

/** A unique-id has one to 70 characters from "!" to "~" (RFC 1939 section 7, UIDL). */
#define POP3_UNIQUE_ID_BYTES_MAX 70

/** One command line: "pop3-command". */
extern const WireGrammar pop3_grammar_command;

/** A client's line inside of AUTH: "pop3-sasl" (RFC 5034 section 4). */
extern const WireGrammar pop3_grammar_sasl;

/**
 * pop3_grammar_response:
 *
 * One whole response, "pop3-response": a status line, alone or with the listing
 * it opens, to the line of a single dot. The message that follows a positive
 * answer to RETR and TOP is not part of it but a unit of its own, "pop3-data".
 *
 * A unit is read without the command it answers, so where two answers look
 * alike ("+OK 2 320" to STAT and to LIST 2) one element stands for both.
 */
extern const WireGrammar pop3_grammar_response;

typedef enum
{
  POP3_VERB_UNKNOWN,
  POP3_VERB_USER,
  POP3_VERB_PASS,
  POP3_VERB_APOP,
  POP3_VERB_AUTH,
  POP3_VERB_STAT,
  POP3_VERB_LIST,
  POP3_VERB_RETR,
  POP3_VERB_DELE,
  POP3_VERB_NOOP,
  POP3_VERB_RSET,
  POP3_VERB_QUIT,
  POP3_VERB_TOP,
  POP3_VERB_UIDL,
  POP3_VERB_CAPA,
  POP3_VERB_STLS,
  POP3_VERB_UTF8,
  POP3_VERB_LANG,
  POP3_N_VERBS,
} Pop3Verb;

/** A command line, read. Start from `{ 0 }`; end with pop3_command_clear(). */
typedef struct
{
  Pop3Verb verb;
  char *text;     /* owned, (nullable): the name of USER and APOP, the string of PASS, the
                   * mechanism of AUTH, the range of LANG; wiped when cleared, as is argument */
  char *argument; /* owned, (nullable): the digest of APOP, the initial response of AUTH */
  gboolean has_message_number; /* LIST and UIDL may come without */
  guint64 message_number;      /* as written, from 1 for the first message */
  guint64 n_lines;             /* TOP only */
} Pop3Command;

void
pop3_command_clear (Pop3Command *command);

/** Returns: the keyword in capitals, "RETR"; "" for POP3_VERB_UNKNOWN. */
const char *
pop3_verb_get_keyword (Pop3Verb verb);

/** Returns: how the command is written, "TOP msg n", for help and refusals. */
const char *
pop3_verb_get_usage (Pop3Verb verb);

/**
 * pop3_scan_command:
 *
 * Reads a whole command line. A known keyword is told in @out_command->verb even
 * when its arguments then fail to match, so that the refusal can name it; an
 * unknown keyword with any arguments matches as POP3_VERB_UNKNOWN.
 * What common practice lets pass (a bare LF, spaces too many, bytes beyond
 * ASCII) matches with WIRE_SPAN_TOLERATED in @scan->flags.
 */
gboolean
pop3_scan_command (WireScan *scan, Pop3Command *out_command);

/** The first line of a response, read. Start from `{ 0 }`; end with pop3_status_clear(). */
typedef struct
{
  gboolean is_ok; /* +OK or -ERR */
  char *code;     /* (nullable), owned: the response code without its brackets, "IN-USE" */
  char *text;     /* owned: what follows, for people; "" when nothing does */
} Pop3Status;

void
pop3_status_clear (Pop3Status *status);

/** single-line = status [SP text] CRLF (RFC 2449 section 3) */
gboolean
pop3_scan_status_line (WireScan *scan, Pop3Status *out_status);

/** The text of a positive answer to STAT: number of messages, size of the maildrop. */
gboolean
pop3_scan_drop_listing (WireScan *scan, guint64 *out_n_messages, guint64 *out_octets);

/** A line of LIST, without its line end: message number, size of the message. */
gboolean
pop3_scan_scan_listing (WireScan *scan, guint64 *out_message_number, guint64 *out_octets);

/** A line of UIDL, without its line end. @out_unique_id: (transfer full) */
gboolean
pop3_scan_unique_id_listing (WireScan *scan, guint64 *out_message_number, char **out_unique_id);

/** A line of CAPA, without its line end. @out_tag: (transfer full): "SASL"; @out_parameters:
 * (transfer full): a space between them, "PLAIN LOGIN"; "" for none */
gboolean
pop3_scan_capability (WireScan *scan, char **out_tag, char **out_parameters);

/** A challenge inside of AUTH, line end included. @out_base64: (transfer full): what follows "+ ",
 * base64 or not */
gboolean
pop3_scan_challenge (WireScan *scan, char **out_base64);

/** Returns: whether @unique_id may stand in a unique-id listing (RFC 1939 section 7, UIDL). */
gboolean
pop3_unique_id_is_valid (const char *unique_id);

G_END_DECLS
