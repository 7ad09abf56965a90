/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-owner.h"

#include <string.h>

/* Whole conversations of what an engine does by itself, and around what its owner does. */

static const ImapServerConfig plain = {
  .name = "b.example",
  .capabilities = IMAP_CAPABILITIES_ALL & ~(guint32) IMAP_CAPABILITY_STARTTLS,
  .mechanisms_in_clear = SASL_MECHANISM_PLAIN,
  .random = imap_owner_random,
};
static const ImapServerConfig small = {
  .name = "b.example",
  .capabilities =
      IMAP_CAPABILITY_IMAP4REV1 | IMAP_CAPABILITY_UNSELECT | IMAP_CAPABILITY_LITERAL_PLUS,
  .mechanisms_in_clear = SASL_MECHANISM_PLAIN,
  .random = imap_owner_random,
};
static const ImapServerConfig rev2 = {
  .name = "b.example",
  .capabilities = IMAP_CAPABILITY_IMAP4REV2,
  .user = "tim",
};
static const ImapServerConfig known = {
  .name = "b.example",
  .capabilities = IMAP_CAPABILITIES_ALL,
  .user = "tim",
  .greeting = "hello",
  .append_bytes_max = 100,
};
static const ImapServerConfig refusing = {
  .name = "b.example",
  .capabilities = IMAP_CAPABILITY_IMAP4REV1,
  .refusal = "Too many connections from your host",
};
static const ImapServerConfig strict = {
  .name = "b.example",
  .capabilities = IMAP_CAPABILITY_IMAP4REV1,
  .user = "tim",
  .is_strict = TRUE,
};

#define EXTENSIONS                                                                                 \
  "ID ENABLE IDLE NAMESPACE UNSELECT UIDPLUS MOVE CHILDREN LIST-EXTENDED LIST-STATUS "             \
  "SPECIAL-USE CREATE-SPECIAL-USE ESEARCH SEARCHRES WITHIN SORT SORT=DISPLAY "                     \
  "THREAD=ORDEREDSUBJECT THREAD=REFERENCES CONTEXT=SEARCH CONTEXT=SORT ESORT CONDSTORE QRESYNC "   \
  "MULTIAPPEND CATENATE BINARY REPLACE OBJECTID SAVEDATE PREVIEW STATUS=SIZE UTF8=ACCEPT "         \
  "COMPRESS=DEFLATE ACL RIGHTS=kxte LIST-MYRIGHTS QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE "      \
  "QUOTASET METADATA APPENDLIMIT="
#define ALL_BEFORE                                                                                 \
  "CAPABILITY IMAP4rev1 IMAP4rev2 AUTH=PLAIN SASL-IR LITERAL+ " EXTENSIONS "33554432"
#define ALL_AFTER "CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ " EXTENSIONS "33554432"
#define GREETING "* OK [" ALL_BEFORE "] b.example IMAP4 Postroad\r\n"
#define KNOWN                                                                                      \
  "* PREAUTH [CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ " EXTENSIONS "100] hello\r\n"
#define SMALL                                                                                      \
  "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN LITERAL+ UNSELECT] b.example IMAP4 Postroad\r\n"
#define REV2                                                                                       \
  "* PREAUTH [CAPABILITY IMAP4rev2 LITERAL-] b.example IMAP4 Postroad, logged in as tim\r\n"
#define LOGIN "a LOGIN tim tanstaaftanstaaf\r\n"
#define LOGGED_IN "AUTH LOGIN <tim>; AUTHENTICATED LOGIN <tim>; "
#define READY "+ Ready for literal data\r\n"

static const ImapConversation conversations[] = {
  { "logs-in-and-out", &plain, LOGIN "b LOGOUT\r\nc NOOP\r\n",
    GREETING "a OK [" ALL_AFTER "] Logged in\r\n"
             "* BYE IMAP4 server logging out\r\nb OK LOGOUT completed\r\n",
    LOGGED_IN "QUIT; " },
  { "capability", &small, "a capability\r\nb CAPABILITY\r\n",
    SMALL "* CAPABILITY IMAP4rev1 AUTH=PLAIN LITERAL+ UNSELECT\r\na OK CAPABILITY completed\r\n"
          "* CAPABILITY IMAP4rev1 AUTH=PLAIN LITERAL+ UNSELECT\r\nb OK CAPABILITY completed\r\n",
    "" },
  { "refuses-the-session", &refusing, "a NOOP\r\n",
    "* BYE Too many connections from your host\r\n",
    "LOST the server refused the session; " },
  { "selects", &known,
    "a SELECT INBOX\r\nb NOOP\r\nc CLOSE\r\nd EXAMINE x\r\ne SELECT nobox\r\nf CHECK\r\n"
    "g EXAMINE x\r\nh SELECT badbox\r\ni UNSELECT\r\n",
    KNOWN "* 3 EXISTS\r\na OK [READ-WRITE] SELECT completed\r\n"
          "* 23 EXISTS\r\nb OK NOOP completed\r\nc OK CLOSE completed\r\n"
          "* 3 EXISTS\r\nd OK [READ-ONLY] EXAMINE completed\r\n"
          "e NO [NONEXISTENT] No such mailbox\r\n"
          "f BAD Command not allowed now: no mailbox is selected\r\n"
          "* 3 EXISTS\r\ng OK [READ-ONLY] EXAMINE completed\r\nh BAD Bad mailbox\r\n"
          "i OK UNSELECT completed\r\n",
    "SELECT INBOX; NOOP; CLOSE; EXAMINE x; SELECT nobox; EXAMINE x; SELECT badbox; UNSELECT; " },
  { "answers-in-order", &known,
    "a SELECT INBOX\r\nb UID FETCH 1:* (FLAGS)\r\nc FETCH 1 BODY[]\r\nd NOOP\r\n",
    KNOWN "* 3 EXISTS\r\na OK [READ-WRITE] SELECT completed\r\n"
          "* 1 FETCH (BODY[] {5}\r\n1\r\n)2)\r\nb OK FETCH completed\r\n"
          "* 1 FETCH (BODY[] {5}\r\n1\r\n)2)\r\nc OK FETCH completed\r\n"
          "* 23 EXISTS\r\nd OK NOOP completed\r\n",
    "SELECT INBOX; UID FETCH 1:*; FETCH 1; NOOP; " },
  { "enables", &known,
    "a ENABLE CONDSTORE X-GOOD-IDEA\r\nb ENABLE condstore QRESYNC\r\nc ENABLE IMAP4REV2 "
    "UTF8=ACCEPT IDLE\r\nd ENABLE QRESYNC\r\ne ENABLE\r\nf SELECT x\r\ng ENABLE QRESYNC\r\n",
    KNOWN "* ENABLED CONDSTORE\r\na OK ENABLE completed\r\n"
          "* ENABLED QRESYNC\r\nb OK ENABLE completed\r\n"
          "* ENABLED UTF8=ACCEPT IMAP4rev2\r\nc OK ENABLE completed\r\n"
          "* ENABLED\r\nd OK ENABLE completed\r\n"
          "e BAD Error in the arguments of ENABLE\r\n"
          "* 3 EXISTS\r\nf OK [READ-WRITE] SELECT completed\r\n"
          "g BAD Command not allowed now: a mailbox is selected\r\n",
    "SELECT x; " },
  { "enables-what-there-is", &rev2, "a ENABLE CONDSTORE QRESYNC UTF8=ACCEPT IMAP4rev2\r\n",
    REV2 "* ENABLED IMAP4rev2\r\na OK ENABLE completed\r\n", "" },
  { "refuses-what-is-not-there", &small,
    LOGIN "b ENABLE x\r\nc NAMESPACE\r\nd IDLE\r\ne COMPRESS DEFLATE\r\nf GETQUOTA x\r\n"
          "g SELECT x\r\nh UID EXPUNGE 1\r\ni EXPUNGE\r\nj MOVE 1 y\r\nk UNSELECT\r\n",
    SMALL "a OK [CAPABILITY IMAP4rev1 LITERAL+ UNSELECT] Logged in\r\n"
          "b BAD Command not supported here\r\nc BAD Command not supported here\r\n"
          "d BAD Command not supported here\r\ne BAD Command not supported here\r\n"
          "f BAD Command not supported here\r\n"
          "* 3 EXISTS\r\ng OK [READ-WRITE] SELECT completed\r\n"
          "h BAD Command not supported here\r\ni OK EXPUNGE completed\r\n"
          "j BAD Command not supported here\r\nk OK UNSELECT completed\r\n",
    LOGGED_IN "SELECT x; EXPUNGE; UNSELECT; " },
  { "rev2-has-no-check-and-lsub", &rev2,
    "a LSUB \"\" *\r\nb SELECT x\r\nc CHECK\r\nd MOVE 1 y\r\ne UID EXPUNGE 1\r\n",
    REV2 "a BAD Command not supported here\r\n* 3 EXISTS\r\nb OK [READ-WRITE] SELECT completed\r\n"
         "c BAD Command not supported here\r\nd OK MOVE completed\r\ne OK EXPUNGE completed\r\n",
    "SELECT x; MOVE y 1; UID EXPUNGE 1; " },
  { "mistakes", &known,
    "\r\n* NOOP\r\na\r\na \r\nb FROBNICATE x\r\nc SELECT\r\nd NOOP x\r\ne LOGIN a b\r\n"
    "f FETCH 1 FLAGS\r\ng NOOP\r\n",
    KNOWN "* BAD A command begins with a tag\r\n* BAD A command begins with a tag\r\n"
          "* BAD A command begins with a tag\r\na BAD Unknown command\r\nb BAD Unknown command\r\n"
          "c BAD Error in the arguments of SELECT\r\nd BAD Error in the arguments of NOOP\r\n"
          "e BAD Command not allowed now: you are logged in already\r\n"
          "f BAD Command not allowed now: no mailbox is selected\r\ng OK NOOP completed\r\n",
    "NOOP; " },
  { "before-login", &plain, "a SELECT INBOX\r\nb FETCH 1 FLAGS\r\nc APPEND x {3}\r\nd NOOP\r\n",
    GREETING "a BAD Command not allowed now: log in first\r\n"
             "b BAD Command not allowed now: log in first\r\n"
             "c BAD Command not allowed now: log in first\r\nd OK NOOP completed\r\n",
    "NOOP; " },
  { "idles", &known, "a IDLE\r\n" IMAP_WAIT "DONE\r\nb NOOP\r\nc IDLE\r\ndone\r\n",
    KNOWN "+ idling\r\n* 4 EXISTS\r\na OK IDLE terminated\r\nb OK NOOP completed\r\n"
          "+ idling\r\n* 4 EXISTS\r\nc OK IDLE terminated\r\n",
    "IDLE; DONE; NOOP; IDLE; DONE; " },
  { "idle-ends-with-done-alone", &known, "a IDLE\r\nb NOOP\r\nc NOOP\r\nd IDLE\r\nDONE \r\n",
    KNOWN "+ idling\r\n* 4 EXISTS\r\na BAD IDLE ends with DONE alone\r\nc OK NOOP completed\r\n"
          "+ idling\r\n* 4 EXISTS\r\nd BAD IDLE ends with DONE alone\r\n",
    "IDLE; DONE; NOOP; IDLE; DONE; " },
  { "literals", &known,
    "b SELECT {5}\r\n" IMAP_WAIT "INBOX\r\nc APPEND x {9}\r\n"
    "From: a\r\n\r\nd APPEND x {4+}\r\na: b {3+}\r\n1\n2\r\ne SELECT {0}\r\n\r\nf NOOP\r\n",
    KNOWN READY "* 3 EXISTS\r\nb OK [READ-WRITE] SELECT completed\r\n" READY
                "c OK APPEND completed\r\nd OK APPEND completed\r\n" READY
                "* 3 EXISTS\r\ne OK [READ-WRITE] SELECT completed\r\n"
                "* 23 EXISTS\r\nf OK NOOP completed\r\n",
    "SELECT INBOX; APPEND x <9>; APPEND x <4> <3>; SELECT ; NOOP; " },
  { "literals-of-login", &plain, "a LOGIN {3}\r\ntim {16}\r\ntanstaaftanstaaf\r\n",
    GREETING READY READY "a OK [" ALL_AFTER "] Logged in\r\n", LOGGED_IN },
  { "literals-of-login-at-once", &plain, "a LOGIN {3+}\r\ntim {16+}\r\ntanstaaftanstaaf\r\n",
    GREETING "a OK [" ALL_AFTER "] Logged in\r\n", LOGGED_IN },
  { "refuses-a-literal-of-what-is-wrong", &known,
    "a FROB {3}\r\nb SELECT x y {3}\r\nc FETCH {3}\r\nd LIST {2000000}\r\ne NOOP\r\n",
    KNOWN "a BAD Unknown command\r\nb BAD Error in the arguments of SELECT\r\n"
          "c BAD Command not allowed now: no mailbox is selected\r\n"
          "d BAD [TOOBIG] The literals are too big\r\ne OK NOOP completed\r\n",
    "NOOP; " },
  { "appends-up-to-its-limit", &known,
    "a APPEND x {101}\r\nb APPEND x {99999999999}\r\nc APPEND x {9223372036854775808}\r\n"
    "d APPEND x {100000000000000000000000}\r\ne NOOP\r\n",
    KNOWN "a NO [TOOBIG] The message is too big\r\nb NO [TOOBIG] The message is too big\r\n"
          "c NO [TOOBIG] The message is too big\r\nd NO [TOOBIG] The message is too big\r\n"
          "e OK NOOP completed\r\n",
    "NOOP; " },
  { "closes-rather-than-to-read-2-to-the-63", &known, "a APPEND x {9223372036854775808+}\r\nb NOOP",
    KNOWN "* BYE [TOOBIG] The literal is too big, closing the connection\r\n",
    "LOST a literal is too big; " },
  { "tolerates-bare-lf", &known, "a NOOP\nb NOOP\r\n",
    KNOWN "a OK NOOP completed\r\nb OK NOOP completed\r\n", "[lf_ends_imap_line] NOOP; NOOP; " },
  { "strictly-no-bare-lf", &strict, "a NOOP\nb NOOP\r\nc NOOP\r\n",
    "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL-] b.example IMAP4 Postroad, logged in as tim\r\n"
    "a BAD Error in the arguments of NOOP\r\nc OK NOOP completed\r\n",
    "NOOP; " },
  { "compresses", &known,
    "a COMPRESS ZIP\r\nb COMPRESS DEFLATE\r\n" IMAP_DEFLATE
    "c NOOP\r\nd SELECT x\r\ne FETCH 1 BODY[]\r\nf COMPRESS deflate\r\ng APPEND x {5}\r\n12345\r\n"
    "h IDLE\r\nDONE\r\ni LOGOUT\r\n",
    KNOWN "a BAD There is no compression but DEFLATE\r\nb OK DEFLATE active\r\n"
          "c OK NOOP completed\r\n* 3 EXISTS\r\nd OK [READ-WRITE] SELECT completed\r\n"
          "* 1 FETCH (BODY[] {5}\r\n1\r\n)2)\r\ne OK FETCH completed\r\n"
          "f BAD [COMPRESSIONACTIVE] DEFLATE is active already\r\n" READY
          "g OK APPEND completed\r\n+ idling\r\n* 4 EXISTS\r\nh OK IDLE terminated\r\n"
          "* BYE IMAP4 server logging out\r\ni OK LOGOUT completed\r\n",
    "COMPRESS; NOOP; SELECT x; FETCH 1; APPEND x <5>; IDLE; DONE; QUIT; " },
  { "compressed-is-no-clear-text", &known, "a COMPRESS DEFLATE\r\n\377\377\377b NOOP\r\n",
    KNOWN "a OK DEFLATE active\r\n* BYE What came is not compressed as agreed\r\n",
    "COMPRESS; LOST what came is not compressed as agreed; " },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  imap_conversation_add_tests ("/imap/server", conversations, G_N_ELEMENTS (conversations));
  return g_test_run ();
}
