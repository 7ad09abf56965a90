/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** What a server can do beyond the commands that all have, as bits for sets; in the order in which
 * a server lists them. STARTTLS, LOGINDISABLED, AUTH= and SASL-IR depend on the connection. */
typedef enum
{
  IMAP_CAPABILITY_IMAP4REV1 = 1u << 0,  /* RFC 3501 */
  IMAP_CAPABILITY_IMAP4REV2 = 1u << 1,  /* RFC 9051 */
  IMAP_CAPABILITY_STARTTLS = 1u << 2,   /* while there is no TLS */
  IMAP_CAPABILITY_SASL_IR = 1u << 3,    /* RFC 4959 */
  IMAP_CAPABILITY_LITERAL_PLUS = 1u << 4, /* RFC 7888; else LITERAL- is listed: section 5 */
  IMAP_CAPABILITY_ID = 1u << 5,         /* RFC 2971 */
  IMAP_CAPABILITY_ENABLE = 1u << 6,     /* RFC 5161 */
  IMAP_CAPABILITY_IDLE = 1u << 7,       /* RFC 2177 */
  IMAP_CAPABILITY_NAMESPACE = 1u << 8,  /* RFC 2342 */
  IMAP_CAPABILITY_UNSELECT = 1u << 9,   /* RFC 3691 */
  IMAP_CAPABILITY_UIDPLUS = 1u << 10,   /* RFC 4315 */
  IMAP_CAPABILITY_MOVE = 1u << 11,      /* RFC 6851 */
  IMAP_CAPABILITY_CHILDREN = 1u << 12,  /* RFC 3348; in RFC 5258 section 4 */
  IMAP_CAPABILITY_LIST_EXTENDED = 1u << 13, /* RFC 5258 */
  IMAP_CAPABILITY_LIST_STATUS = 1u << 14,   /* RFC 5819; in RFC 9051 section 6.3.9 */
  IMAP_CAPABILITY_SPECIAL_USE = 1u << 15,   /* RFC 6154, with CREATE-SPECIAL-USE */
  IMAP_CAPABILITY_ESEARCH = 1u << 16,   /* RFC 4731 */
  IMAP_CAPABILITY_SEARCHRES = 1u << 17, /* RFC 5182 */
  IMAP_CAPABILITY_WITHIN = 1u << 18,    /* RFC 5032 */
  IMAP_CAPABILITY_SORT = 1u << 19,      /* RFC 5256, with SORT=DISPLAY: RFC 5957 */
  IMAP_CAPABILITY_THREAD = 1u << 20,    /* RFC 5256: THREAD=ORDEREDSUBJECT THREAD=REFERENCES */
  IMAP_CAPABILITY_CONTEXT = 1u << 21,   /* RFC 5267: CONTEXT=SEARCH CONTEXT=SORT ESORT */
  IMAP_CAPABILITY_CONDSTORE = 1u << 22, /* RFC 7162 */
  IMAP_CAPABILITY_QRESYNC = 1u << 23,   /* RFC 7162 */
  IMAP_CAPABILITY_MULTIAPPEND = 1u << 24, /* RFC 3502 */
  IMAP_CAPABILITY_CATENATE = 1u << 25,  /* RFC 4469 */
  IMAP_CAPABILITY_BINARY = 1u << 26,    /* RFC 3516 */
  IMAP_CAPABILITY_REPLACE = 1u << 27,   /* RFC 8508 */
  IMAP_CAPABILITY_OBJECTS = 1u << 28,   /* OBJECTID, SAVEDATE, PREVIEW, STATUS=SIZE: RFC 8474, 8514,
                                         * 8970, 8438 */
  IMAP_CAPABILITY_UTF8 = 1u << 29,      /* UTF8=ACCEPT: RFC 6855 */
  IMAP_CAPABILITY_COMPRESS = 1u << 30,  /* COMPRESS=DEFLATE: RFC 4978 */
  IMAP_CAPABILITY_ACCESS = 1u << 31,    /* ACL, LIST-MYRIGHTS, QUOTA, METADATA, APPENDLIMIT: RFC
                                         * 4314, 8440, 9208, 5464, 7889 */
} ImapCapability;

#define IMAP_N_CAPABILITIES 32
#define IMAP_CAPABILITIES_ALL G_MAXUINT32

/** Returns: the words in CAPABILITY that say so, space between them: "CONTEXT=SEARCH ESORT ..."; of
 * one capability. */
const char *imap_capability_get_words (ImapCapability capability);

/** Returns: the capability to whose words @word belongs, in whatever case; 0: none. */
guint32 imap_capability_find (const char *word);

/** What ENABLE (RFC 5161), or the first command that needs it, has switched on. */
typedef enum
{
  IMAP_ENABLED_CONDSTORE = 1 << 0, /* RFC 7162 section 3.1 */
  IMAP_ENABLED_QRESYNC = 1 << 1,   /* section 3.2.3; with CONDSTORE */
  IMAP_ENABLED_UTF8 = 1 << 2,      /* RFC 6855 section 3 */
  IMAP_ENABLED_REV2 = 1 << 3,      /* RFC 9051 section 6.3.1 */
} ImapEnabled;

G_END_DECLS
