/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap-command.h"
#include "imap-response.h"
#include <wire/wire-grammar.h>

G_BEGIN_DECLS

/* IMAP as it is written on the wire: RFC 9051, with what RFC 3501 and the extensions have besides.
 * A rule is a function that both the engines and the inspector call; rules take whole units,
 * literals and the last CRLF included. */

/** A command without its literals (DESIGN.md section 8; RFC 7162 section 4 asks for 8192 at least).
 * */
#define IMAP_COMMAND_BYTES_MAX (64 * 1024)

/** Lists within lists in what a peer sends: ours, below WIRE_SCAN_DEPTH_MAX; a body structure is
 * read deeper than that as a flat list (see imap-response.h). */
#define IMAP_LIST_DEPTH_MAX 32

/**
 * imap_grammar_command:
 *
 * "imap-command": one command with its literals. A unit may end in a literal's announcement,
 * "{310}" CRLF, where the client waits for leave to go on: it matches so far.
 */
extern const WireGrammar imap_grammar_command;

/** "imap-rest": what follows a literal for which the client had to wait: the rest of the command,
 * or up to the next one: any arguments. Also "DONE" of IDLE is not this but a command. */
extern const WireGrammar imap_grammar_rest;

/** "imap-sasl": a client's line inside of AUTHENTICATE: base64, or "*". */
extern const WireGrammar imap_grammar_sasl;

/** "imap-response": one response with its literals. */
extern const WireGrammar imap_grammar_response;

/** How a command is read. */
typedef struct
{
  guint    enabled;   /* ImapEnabled: with UTF8 or REV2, strings may hold UTF-8 and names are UTF-8
                       * */
  gboolean is_strict; /* FALSE: what common practice lets pass matches with a deviation */
  gboolean may_be_cut; /* the bytes may end in a literal's announcement: they match so far */
} ImapReading;

/**
 * imap_scan_command:
 * @reading: (nullable): as a connection begins
 *
 * Reads a whole command. Tag and verb are told in @out_command even when the arguments then fail to
 * match, so that the refusal can name them.
 */
gboolean imap_scan_command (WireScan *scan, const ImapReading *reading, ImapCommand *out_command);

/** Reads a whole response. @out_response: (nullable) */
gboolean imap_scan_response (WireScan *scan, ImapResponse *out_response);

G_END_DECLS
