/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "dns-name.h"
#include <wire/wire-grammar.h>

G_BEGIN_DECLS

/** Messages over UDP (RFC 1035 section 4.2.1). */
#define DNS_UDP_BYTES_MAX 512
/** Messages over TCP have a length of 16 bits (RFC 1035 section 4.2.2). */
#define DNS_MESSAGE_BYTES_MAX 65535
/** RFC 1035 section 4.1.1. */
#define DNS_HEADER_BYTES 12

/** RFC 1035 section 3.2.2; AAAA: RFC 3596 section 2.1; SRV: RFC 2782; OPT: RFC 6891 section 6.1.1;
 * TLSA: the registry of DNS parameters, for RFC 7672. */
typedef enum
{
  DNS_TYPE_A = 1,
  DNS_TYPE_NS = 2,
  DNS_TYPE_CNAME = 5,
  DNS_TYPE_SOA = 6,
  DNS_TYPE_PTR = 12,
  DNS_TYPE_MX = 15,
  DNS_TYPE_TXT = 16,
  DNS_TYPE_AAAA = 28,
  DNS_TYPE_SRV = 33,
  DNS_TYPE_OPT = 41, /* no record of a zone: says more about the message it is in */
  DNS_TYPE_TLSA = 52,
  DNS_TYPE_ANY = 255,
} DnsType;

#define DNS_CLASS_IN 1

/** RFC 1035 section 4.1.1. */
typedef enum
{
  DNS_RCODE_NOERROR = 0,
  DNS_RCODE_FORMERR = 1,
  DNS_RCODE_SERVFAIL = 2,
  DNS_RCODE_NXDOMAIN = 3,
  DNS_RCODE_NOTIMP = 4,
  DNS_RCODE_REFUSED = 5,
} DnsRcode;

typedef struct
{
  char   *name;
  guint16 type;
  guint16 klass;
} DnsQuestion;

/** One resource record. Strings are owned; those that the type does not use are NULL. */
typedef struct
{
  char   *name;
  guint16 type;
  guint16 klass;
  guint32 ttl;
  char   *target;     /* NS, CNAME, PTR, SRV: the name; MX: the exchange; SOA: MNAME */
  guint16 preference; /* MX; SRV: the priority */
  guint16 weight, port; /* SRV */
  char   *mailbox;    /* SOA: RNAME */
  guint32 serial, refresh, retry, expire, minimum; /* SOA */
  guint8  address[16]; /* A: 4 bytes; AAAA: 16 */
  guint8  usage, selector, matching; /* TLSA */
  GBytes *data; /* TXT: the character-strings with their lengths; TLSA: the certificate association
                 * data; OPT: the options; types unknown here: all RDATA */
} DnsRecord;

typedef struct
{
  guint16  id;
  gboolean is_response;      /* QR */
  guint8   opcode;
  gboolean is_authoritative; /* AA */
  gboolean is_truncated;     /* TC */
  gboolean recursion_desired;
  gboolean recursion_available;
  guint8   rcode; /* DnsRcode */
  GArray  *questions;   /* of DnsQuestion */
  GArray  *answers;     /* of DnsRecord */
  GArray  *authorities;
  GArray  *additionals;
} DnsMessage;

DnsMessage *dns_message_new (void);
void        dns_message_free (DnsMessage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DnsMessage, dns_message_free)

/** Returns: (transfer full) */
DnsMessage *dns_message_copy (const DnsMessage *self);

/** Returns: (transfer full): a query for one name with recursion desired. */
DnsMessage *dns_message_new_query (guint16 id, const char *name, guint16 type);

/** Returns: (transfer full): an answer to @query: its id, opcode, question and RD. */
DnsMessage *dns_message_new_answer (const DnsMessage *query, DnsRcode rcode);

/** @name: copied */
void dns_message_add_question (DnsMessage *self, const char *name, guint16 type);

/** Appends a record of class IN, all else empty, to a section of a message. Returns: it, borrowed
 * until the next. */
DnsRecord *dns_message_add_record (GArray *section, const char *name, guint16 type, guint32 ttl);

/** Appends a copy of @record to @section. */
void dns_message_add_copy (GArray *section, const DnsRecord *record);

/**
 * dns_message_get_options:
 *
 * Returns: (nullable): the OPT record (RFC 6891 section 6.1), whose class is the size of the
 *   datagrams that its writer takes, and whose TTL holds the upper bits of the response code, the
 *   version and flags
 */
const DnsRecord *dns_message_get_options (const DnsMessage *self);

/** Adds, as the first additional record, an OPT record of version 0 without options.
 * @extended_rcode: the upper 8 bits of the response code */
void dns_message_add_options (DnsMessage *self, guint16 udp_bytes_max, guint8 extended_rcode);

static inline const DnsRecord *
dns_message_get_record (const GArray *section, guint i)
{
  return &g_array_index (section, DnsRecord, i);
}

/**
 * dns_message_encode:
 * @bytes_max: at most DNS_MESSAGE_BYTES_MAX; questions and records that would go past it are
 *   left out and TC is set (RFC 1035 section 4.1.1), unless all of these are additional records
 *   (RFC 2181 section 9)
 *
 * Writes the message, names compressed (section 4.1.4) in owner names and in
 * the data of the types of RFC 1035. The same message always gives the same bytes.
 *
 * Returns: (transfer full) (nullable): the message; NULL when a name is not one or a record's
 *   data is longer than its 16-bit length can say
 */
GBytes *dns_message_encode (const DnsMessage *self, gsize bytes_max);

/**
 * dns_message_decode:
 * @out_reason: (optional) (transfer none): what is wrong, a static string
 *
 * Reads a message. A pointer must point before the name it is in, so that loops can't be
 * (RFC 1035 section 4.1.4: "a prior occurrence").
 *
 * Returns: (transfer full) (nullable): the message
 */
DnsMessage *dns_message_decode (const guint8 *data, gsize length, const char **out_reason);

/** Returns: (transfer full): one line for an arrow: "MX recipient.example?",
 *   "MX 10 mail.recipient.example", "NXDOMAIN", "ask ns.example" for a referral. */
char *dns_message_dup_summary (const DnsMessage *self);

/** Returns: (transfer full): the data of a record as in a zone file: "10 mail.example". */
char *dns_record_dup_data (const DnsRecord *record);

/**
 * dns_record_read_data:
 * @text: as dns_record_dup_data() writes it
 *
 * Fills in the data of a record whose type is set and whose data is empty.
 *
 * Returns: FALSE, the data still empty, when the text is not what its type needs, or the type is
 *   unknown here
 */
gboolean dns_record_read_data (DnsRecord *record, const char *text);

/** Returns: (transfer full): "MX"; "TYPE99" for types unknown here (RFC 3597 section 5). */
char *dns_type_to_string (guint16 type);
/** Returns: the type, 0 for none. */
guint16 dns_type_from_string (const char *text);
/** Returns: "NXDOMAIN"; "RCODE11" in full for codes unknown here. */
const char *dns_rcode_to_string (guint8 rcode);

/** One DNS message: "dns". */
extern const WireGrammar dns_grammar_message;

G_END_DECLS
