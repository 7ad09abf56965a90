/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dns/dns-message.h>
#include <string.h>

/* Reads from an exact-size copy, so that an overread shows. */
static DnsMessage *
decode (const void *data, gsize length, const char **out_reason)
{
  g_autofree guint8 *exact = g_memdup2 (data, length);

  return dns_message_decode (exact, length, out_reason);
}

static DnsMessage *
decode_bytes (GBytes *bytes)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  return decode (data, length, NULL);
}

static void
set_address (DnsRecord *record, guint8 a, guint8 b, guint8 c, guint8 d)
{
  const guint8 address[] = { a, b, c, d };

  memcpy (record->address, address, sizeof address);
}

/* The answers of RFC 1034 section 6.2, and queries; each with all its bytes. */

static DnsMessage *
make_answer (const char *name, guint16 type, DnsRcode rcode)
{
  g_autoptr (DnsMessage) query = dns_message_new_query (7, name, type);
  DnsMessage *answer;

  query->recursion_desired = FALSE;
  answer = dns_message_new_answer (query, rcode);
  answer->is_authoritative = TRUE;
  return answer;
}

static DnsMessage *
make_query (void)
{
  return dns_message_new_query (0xABCD, "mail.example", DNS_TYPE_AAAA);
}

static DnsMessage *
make_addresses (void)
{
  DnsMessage *self = make_answer ("SRI-NIC.ARPA", DNS_TYPE_A, DNS_RCODE_NOERROR);

  set_address (dns_message_add_record (self->answers, "SRI-NIC.ARPA.", DNS_TYPE_A, 86400), 26, 0,
               0, 73);
  set_address (dns_message_add_record (self->answers, "sri-nic.arpa", DNS_TYPE_A, 86400), 10, 0, 0,
               51);
  return self;
}

static DnsMessage *
make_exchange (void)
{
  DnsMessage *self = make_answer ("SRI-NIC.ARPA", DNS_TYPE_MX, DNS_RCODE_NOERROR);
  DnsRecord  *record =
      dns_message_add_record (self->answers, "SRI-NIC.ARPA", DNS_TYPE_MX, 86400);

  record->preference = 0;
  record->target = g_strdup ("SRI-NIC.ARPA");
  return self;
}

static DnsMessage *
make_no_such_name (void)
{
  DnsMessage *self = make_answer ("SIR-NIC.ARPA", DNS_TYPE_A, DNS_RCODE_NXDOMAIN);
  DnsRecord  *record = dns_message_add_record (self->authorities, "", DNS_TYPE_SOA, 0);

  record->target = g_strdup ("SRI-NIC.ARPA");
  record->mailbox = g_strdup ("HOSTMASTER.SRI-NIC.ARPA");
  record->serial = 870611;
  record->refresh = 1800;
  record->retry = 300;
  record->expire = 604800;
  record->minimum = 86400;
  return self;
}

static DnsMessage *
make_referral (void)
{
  DnsMessage *self = make_answer ("BRL.MIL", DNS_TYPE_A, DNS_RCODE_NOERROR);

  self->is_authoritative = FALSE;
  dns_message_add_record (self->authorities, "MIL", DNS_TYPE_NS, 86400)->target =
      g_strdup ("SRI-NIC.ARPA");
  dns_message_add_record (self->authorities, "MIL", DNS_TYPE_NS, 86400)->target =
      g_strdup ("A.ISI.EDU");
  set_address (dns_message_add_record (self->additionals, "A.ISI.EDU", DNS_TYPE_A, 86400), 26, 3,
               0, 103);
  return self;
}

static DnsMessage *
make_alias (void)
{
  DnsMessage *self = make_answer ("USC-ISIC.ARPA", DNS_TYPE_A, DNS_RCODE_NOERROR);

  dns_message_add_record (self->answers, "USC-ISIC.ARPA", DNS_TYPE_CNAME, 86400)->target =
      g_strdup ("C.ISI.EDU");
  set_address (dns_message_add_record (self->answers, "C.ISI.EDU", DNS_TYPE_A, 86400), 10, 0, 0,
               52);
  return self;
}

/* The names of RFC 1035 section 4.1.4, in its order. */
static DnsMessage *
make_compressed (void)
{
  DnsMessage *self = make_query ();

  g_array_set_size (self->questions, 0);
  self->recursion_desired = FALSE;
  dns_message_add_question (self, "F.ISI.ARPA", DNS_TYPE_A);
  dns_message_add_question (self, "FOO.F.ISI.ARPA", DNS_TYPE_A);
  dns_message_add_question (self, "ARPA", DNS_TYPE_A);
  dns_message_add_question (self, "", DNS_TYPE_A);
  return self;
}

static DnsMessage *
make_null_exchange (void)
{
  DnsMessage *self = make_answer ("a.example", DNS_TYPE_MX, DNS_RCODE_NOERROR);

  dns_message_add_record (self->answers, "a.example", DNS_TYPE_MX, 60)->target = g_strdup ("");
  return self;
}

static DnsMessage *
make_texts (void)
{
  DnsMessage *self = make_answer ("a.example", DNS_TYPE_TXT, DNS_RCODE_NOERROR);
  DnsRecord  *record = dns_message_add_record (self->answers, "a.example", DNS_TYPE_TXT, 60);

  record->data = g_bytes_new_static ("\2\"\\\0\3a\0\xff", 8);
  record = dns_message_add_record (self->answers, "a.example", 65280, 60);
  record->data = g_bytes_new_static ("xyz", 3);
  record = dns_message_add_record (self->answers, "a.example", DNS_TYPE_AAAA, 60);
  memcpy (record->address, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x19", 16);
  return self;
}

/* An SRV record of RFC 2782's fictional example: its name is not compressed. */
static DnsMessage *
make_service (void)
{
  DnsMessage *self = make_answer ("_foobar._tcp.a.example", DNS_TYPE_SRV, DNS_RCODE_NOERROR);
  DnsRecord  *record =
      dns_message_add_record (self->answers, "_foobar._tcp.a.example", DNS_TYPE_SRV, 60);

  g_assert_true (dns_record_read_data (record, "0 1 9 old.a.example."));
  return self;
}

static DnsMessage *
make_association (void)
{
  DnsMessage *self = make_answer ("_25._tcp.a.example", DNS_TYPE_TLSA, DNS_RCODE_NOERROR);
  DnsRecord  *record =
      dns_message_add_record (self->answers, "_25._tcp.a.example", DNS_TYPE_TLSA, 60);

  g_assert_true (dns_record_read_data (record, "3 1 2 00fF10 a0"));
  return self;
}

static DnsMessage *
make_edns (void)
{
  DnsMessage *self = make_query ();
  DnsRecord  *record;

  dns_message_add_options (self, 1232, 0);
  record = &g_array_index (self->additionals, DnsRecord, 0);
  record->ttl = 0x8000; /* DO */
  g_bytes_unref (record->data);
  record->data = g_bytes_new_static ("\0\x0a\0\2xy\0\x0c\0\0", 10);
  return self;
}

#define IN "\0\1"
#define TTL_DAY "\0\1\x51\x80"
#define TTL_MINUTE "\0\0\0\x3c"

static const struct
{
  const char *name;
  DnsMessage *(*make) (void);
  const char *summary, *bytes;
  gsize       length;
} cases[] = {
#define BYTES(text) text, sizeof text - 1
  { "query", make_query, "AAAA mail.example?",
    BYTES ("\xab\xcd\1\0\0\1\0\0\0\0\0\0"
           "\4mail\7example\0\0\x1c" IN) },
  { "addresses", make_addresses, "A 26.0.0.73, A 10.0.0.51",
    BYTES ("\0\7\x84\0\0\1\0\2\0\0\0\0"
           "\7SRI-NIC\4ARPA\0\0\1" IN
           "\xc0\x0c\0\1" IN TTL_DAY "\0\4\x1a\0\0\x49"
           "\xc0\x0c\0\1" IN TTL_DAY "\0\4\x0a\0\0\x33") },
  { "exchange", make_exchange, "MX 0 SRI-NIC.ARPA",
    BYTES ("\0\7\x84\0\0\1\0\1\0\0\0\0"
           "\7SRI-NIC\4ARPA\0\0\x0f" IN
           "\xc0\x0c\0\x0f" IN TTL_DAY "\0\4\0\0\xc0\x0c") },
  { "no-such-name", make_no_such_name, "NXDOMAIN",
    BYTES ("\0\7\x84\3\0\1\0\0\0\1\0\0"
           "\7SIR-NIC\4ARPA\0\0\1" IN
           "\0\0\6" IN "\0\0\0\0\0\x2b"
           "\7SRI-NIC\xc0\x14"
           "\x0aHOSTMASTER\xc0\x29"
           "\0\x0d\x48\xd3\0\0\7\x08\0\0\1\x2c\0\x09\x3a\x80\0\1\x51\x80") },
  { "referral", make_referral, "ask SRI-NIC.ARPA, A.ISI.EDU",
    BYTES ("\0\7\x80\0\0\1\0\0\0\2\0\1"
           "\3BRL\3MIL\0\0\1" IN
           "\xc0\x10\0\2" IN TTL_DAY "\0\x0e\7SRI-NIC\4ARPA\0"
           "\xc0\x10\0\2" IN TTL_DAY "\0\x0b\1A\3ISI\3EDU\0"
           "\xc0\x3f\0\1" IN TTL_DAY "\0\4\x1a\3\0\x67") },
  { "alias", make_alias, "CNAME C.ISI.EDU, A 10.0.0.52",
    BYTES ("\0\7\x84\0\0\1\0\2\0\0\0\0"
           "\x08USC-ISIC\4ARPA\0\0\1" IN
           "\xc0\x0c\0\5" IN TTL_DAY "\0\x0b\1C\3ISI\3EDU\0"
           "\xc0\x2b\0\1" IN TTL_DAY "\0\4\x0a\0\0\x34") },
  { "compression", make_compressed, "A F.ISI.ARPA?, A FOO.F.ISI.ARPA?, A ARPA?, A .?",
    BYTES ("\xab\xcd\0\0\0\4\0\0\0\0\0\0"
           "\1F\3ISI\4ARPA\0\0\1" IN
           "\3FOO\xc0\x0c\0\1" IN
           "\xc0\x12\0\1" IN
           "\0\0\1" IN) },
  { "null-exchange", make_null_exchange, "MX 0 .",
    BYTES ("\0\7\x84\0\0\1\0\1\0\0\0\0"
           "\1a\7example\0\0\x0f" IN
           "\xc0\x0c\0\x0f" IN TTL_MINUTE "\0\3\0\0\0") },
  { "texts", make_texts,
    "TXT \"\\\"\\\\\" \"\" \"a\\000\\255\", TYPE65280 3 bytes, AAAA 2001:db8::19",
    BYTES ("\0\7\x84\0\0\1\0\3\0\0\0\0"
           "\1a\7example\0\0\x10" IN
           "\xc0\x0c\0\x10" IN TTL_MINUTE "\0\x08\2\"\\\0\3a\0\xff"
           "\xc0\x0c\xff\0" IN TTL_MINUTE "\0\3xyz"
           "\xc0\x0c\0\x1c" IN TTL_MINUTE "\0\x10"
           "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x19") },
  { "service", make_service, "SRV 0 1 9 old.a.example",
    BYTES ("\0\7\x84\0\0\1\0\1\0\0\0\0"
           "\7_foobar\4_tcp\1a\7example\0\0\x21" IN
           "\xc0\x0c\0\x21" IN TTL_MINUTE "\0\x15\0\0\0\1\0\x09\3old\1a\7example\0") },
  { "association", make_association, "TLSA 3 1 2 00ff10a0",
    BYTES ("\0\7\x84\0\0\1\0\1\0\0\0\0"
           "\3_25\4_tcp\1a\7example\0\0\x34" IN
           "\xc0\x0c\0\x34" IN TTL_MINUTE "\0\7\3\1\2\0\xff\x10\xa0") },
  { "edns", make_edns, "AAAA mail.example?",
    BYTES ("\xab\xcd\1\0\0\1\0\0\0\0\0\1"
           "\4mail\7example\0\0\x1c" IN
           "\0\0\x29\x04\xd0\0\0\x80\0\0\x0a\0\x0a\0\2xy\0\x0c\0\0") },
#undef BYTES
};

static void
test_known (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (DnsMessage) message = cases[i].make ();
  g_autoptr (DnsMessage) read = NULL;
  g_autoptr (GBytes) bytes = dns_message_encode (message, DNS_UDP_BYTES_MAX);
  g_autoptr (GBytes) again = NULL;
  g_autofree char *summary = NULL;

  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), cases[i].bytes,
                   cases[i].length);
  read = decode (cases[i].bytes, cases[i].length, NULL);
  g_assert_nonnull (read);
  summary = dns_message_dup_summary (read);
  g_assert_cmpstr (summary, ==, cases[i].summary);
  again = dns_message_encode (read, DNS_UDP_BYTES_MAX);
  g_assert_true (g_bytes_equal (again, bytes));
  g_assert_true (
      wire_matches (&dns_grammar_message, (const guint8 *) cases[i].bytes, cases[i].length));
}

/* Random messages */

static char *
make_random_name (GRand *random)
{
  static const char *const labels[] = { "a", "mail", "example", "Example", "x\\.y", "\\007" };
  GString *name = g_string_new (NULL);

  for (gint n = g_rand_int_range (random, 0, 6); n > 0; n--)
    g_string_append_printf (name, "%s%s", name->len > 0 ? "." : "",
                            labels[g_rand_int_range (random, 0, G_N_ELEMENTS (labels))]);
  return g_string_free (name, FALSE);
}

static GBytes *
make_random_data (GRand *random, gboolean is_text)
{
  GByteArray *data = g_byte_array_new ();

  for (gint n = g_rand_int_range (random, 1, 4); n > 0; n--)
    {
      guint8 length = (guint8) g_rand_int_range (random, 0, 256);

      if (is_text)
        g_byte_array_append (data, &length, 1);
      for (guint i = 0; i < length; i++)
        {
          guint8 byte = (guint8) g_rand_int_range (random, 0, 256);

          g_byte_array_append (data, &byte, 1);
        }
    }
  return g_byte_array_free_to_bytes (data);
}

static void
add_random_record (GArray *section, GRand *random)
{
  static const guint16 types[] = { DNS_TYPE_A,   DNS_TYPE_NS, DNS_TYPE_CNAME, DNS_TYPE_SOA,
                                   DNS_TYPE_PTR, DNS_TYPE_MX, DNS_TYPE_TXT,   DNS_TYPE_AAAA,
                                   DNS_TYPE_SRV, DNS_TYPE_TLSA, 99, 65280 };
  g_autofree char *name = make_random_name (random);
  guint16          type = types[g_rand_int_range (random, 0, G_N_ELEMENTS (types))];
  DnsRecord *record = dns_message_add_record (section, name, type, g_rand_int (random));

  record->klass = g_rand_boolean (random) ? DNS_CLASS_IN : 3;
  switch (type)
    {
    case DNS_TYPE_A:
    case DNS_TYPE_AAAA:
      for (guint i = 0; i < (type == DNS_TYPE_A ? 4 : 16); i++)
        record->address[i] = (guint8) g_rand_int_range (random, 0, 256);
      break;
    case DNS_TYPE_SOA:
      record->mailbox = make_random_name (random);
      record->serial = g_rand_int (random);
      record->refresh = g_rand_int (random);
      record->retry = g_rand_int (random);
      record->expire = g_rand_int (random);
      record->minimum = g_rand_int (random);
      record->target = make_random_name (random);
      break;
    case DNS_TYPE_MX:
      record->preference = (guint16) g_rand_int (random);
      record->target = make_random_name (random);
      break;
    case DNS_TYPE_SRV:
      record->preference = (guint16) g_rand_int (random);
      record->weight = (guint16) g_rand_int (random);
      record->port = (guint16) g_rand_int (random);
      record->target = make_random_name (random);
      break;
    case DNS_TYPE_TLSA:
      record->usage = (guint8) g_rand_int_range (random, 0, 256);
      record->selector = (guint8) g_rand_int_range (random, 0, 256);
      record->matching = (guint8) g_rand_int_range (random, 0, 256);
      record->data = make_random_data (random, FALSE);
      break;
    case DNS_TYPE_NS:
    case DNS_TYPE_CNAME:
    case DNS_TYPE_PTR:
      record->target = make_random_name (random);
      break;
    default:
      record->data = make_random_data (random, type == DNS_TYPE_TXT);
    }
}

static DnsMessage *
make_random_message (GRand *random)
{
  DnsMessage *self = dns_message_new ();
  GArray     *sections[] = { self->answers, self->authorities, self->additionals };

  self->id = (guint16) g_rand_int (random);
  self->is_response = g_rand_boolean (random);
  self->opcode = (guint8) g_rand_int_range (random, 0, 16);
  self->is_authoritative = g_rand_boolean (random);
  self->recursion_desired = g_rand_boolean (random);
  self->recursion_available = g_rand_boolean (random);
  self->rcode = (guint8) g_rand_int_range (random, 0, 16);
  for (gint n = g_rand_int_range (random, 0, 4); n > 0; n--)
    {
      g_autofree char *name = make_random_name (random);

      dns_message_add_question (self, name, (guint16) g_rand_int (random));
    }
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    for (gint n = g_rand_int_range (random, 0, 8); n > 0; n--)
      add_random_record (sections[i], random);
  return self;
}

static void
assert_same_name (const char *a, const char *b)
{
  g_assert_true ((a == NULL) == (b == NULL));
  g_assert_true (a == NULL || dns_name_equals (a, b));
}

/* That @section is the beginning of @whole. */
static void
assert_begins (const GArray *whole, const GArray *section)
{
  g_assert_cmpuint (section->len, <=, whole->len);
  for (guint i = 0; i < section->len; i++)
    {
      const DnsRecord *a = dns_message_get_record (whole, i);
      const DnsRecord *b = dns_message_get_record (section, i);

      assert_same_name (a->name, b->name);
      assert_same_name (a->target, b->target);
      assert_same_name (a->mailbox, b->mailbox);
      g_assert_cmpuint (a->type, ==, b->type);
      g_assert_cmpuint (a->klass, ==, b->klass);
      g_assert_cmpuint (a->ttl, ==, b->ttl);
      g_assert_cmpuint (a->preference, ==, b->preference);
      g_assert_cmpuint (a->weight, ==, b->weight);
      g_assert_cmpuint (a->port, ==, b->port);
      g_assert_cmpuint (a->usage, ==, b->usage);
      g_assert_cmpuint (a->selector, ==, b->selector);
      g_assert_cmpuint (a->matching, ==, b->matching);
      g_assert_cmpuint (a->serial, ==, b->serial);
      g_assert_cmpuint (a->refresh, ==, b->refresh);
      g_assert_cmpuint (a->retry, ==, b->retry);
      g_assert_cmpuint (a->expire, ==, b->expire);
      g_assert_cmpuint (a->minimum, ==, b->minimum);
      g_assert_cmpmem (a->address, 16, b->address, 16);
      g_assert_true ((a->data == NULL) == (b->data == NULL));
      g_assert_true (a->data == NULL || g_bytes_equal (a->data, b->data));
    }
}

static void
assert_same_header (const DnsMessage *a, const DnsMessage *b)
{
  g_assert_cmpuint (a->id, ==, b->id);
  g_assert_cmpuint (a->opcode, ==, b->opcode);
  g_assert_cmpuint (a->rcode, ==, b->rcode);
  g_assert_cmpint (a->is_response, ==, b->is_response);
  g_assert_cmpint (a->is_authoritative, ==, b->is_authoritative);
  g_assert_cmpint (a->recursion_desired, ==, b->recursion_desired);
  g_assert_cmpint (a->recursion_available, ==, b->recursion_available);
}

/* All but additional records, whose absence TC does not tell (RFC 2181 section 9). */
static guint
count_entries (const DnsMessage *self)
{
  return self->questions->len + self->answers->len + self->authorities->len;
}

static void
check_encoded (const DnsMessage *message, gsize bytes_max)
{
  g_autoptr (GBytes) bytes = dns_message_encode (message, bytes_max);
  g_autoptr (GBytes) again = dns_message_encode (message, bytes_max);
  g_autoptr (DnsMessage) read = decode_bytes (bytes);
  g_autoptr (WireSpans) spans = NULL;
  g_autofree char *problem = NULL;

  g_assert_cmpuint (g_bytes_get_size (bytes), <=, bytes_max);
  g_assert_true (g_bytes_equal (again, bytes));
  g_assert_nonnull (read);
  assert_same_header (message, read);
  for (guint i = 0; i < read->questions->len; i++)
    assert_same_name (g_array_index (message->questions, DnsQuestion, i).name,
                      g_array_index (read->questions, DnsQuestion, i).name);
  assert_begins (message->answers, read->answers);
  assert_begins (message->authorities, read->authorities);
  assert_begins (message->additionals, read->additionals);
  g_assert_true (read->is_truncated == (count_entries (read) < count_entries (message)));
  spans = wire_annotate (&dns_grammar_message, g_bytes_get_data (bytes, NULL),
                         g_bytes_get_size (bytes));
  problem = wire_spans_check (spans);
  g_assert_cmpstr (problem, ==, NULL);
  g_assert_null (spans->expected);
}

static void
test_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1035);

  g_test_summary ("What is written is read as the same; over the limit, whole entries are missing "
                  "from the end and TC says so.");
  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (DnsMessage) message = make_random_message (random);

      check_encoded (message, DNS_MESSAGE_BYTES_MAX);
      check_encoded (message, DNS_UDP_BYTES_MAX);
      check_encoded (message, (gsize) g_rand_int_range (random, DNS_HEADER_BYTES, 1500));
    }
}

static void
test_truncates_at_the_octet (void)
{
  g_autoptr (DnsMessage) message = make_addresses ();

  g_test_summary ("A record stays when it ends at the limit and goes when it is one octet over.");
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GBytes) bytes = dns_message_encode (message, 62 - i);
      g_autoptr (DnsMessage) read = decode_bytes (bytes);

      g_assert_cmpuint (g_bytes_get_size (bytes), ==, i == 0 ? 62 : 46);
      g_assert_cmpuint (read->answers->len, ==, 2 - i);
      g_assert_cmpint (read->is_truncated, ==, i == 1);
    }
}

/* Names past offset 0x3FFF can't be pointed to (RFC 1035 section 4.1.4: 14 bits). */
static void
test_long_message (void)
{
  g_autoptr (DnsMessage) message = dns_message_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (DnsMessage) read = NULL;

  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *name = g_strdup_printf ("h%u.zone%u.example", i, i / 2);

      set_address (dns_message_add_record (message->answers, name, DNS_TYPE_A, 60), 192, 0, 2, 1);
    }
  bytes = dns_message_encode (message, DNS_MESSAGE_BYTES_MAX);
  g_assert_cmpuint (g_bytes_get_size (bytes), >, 0x4000);
  read = decode_bytes (bytes);
  g_assert_nonnull (read);
  assert_begins (message->answers, read->answers);
  g_assert_cmpuint (read->answers->len, >, 1500);
}

static void
test_refuses_to_write (void)
{
  g_autoptr (DnsMessage) bad_name = dns_message_new_query (1, "a..b", DNS_TYPE_A);
  g_autoptr (DnsMessage) bad_data = dns_message_new_query (1, "a", 99);
  g_autofree guint8 *zeros = g_malloc0 (65536);

  g_assert_null (dns_message_encode (bad_name, DNS_UDP_BYTES_MAX));
  dns_message_add_record (bad_data->answers, "a", 99, 0)->data = g_bytes_new (zeros, 65536);
  g_assert_null (dns_message_encode (bad_data, DNS_UDP_BYTES_MAX));
}

static void
test_names_of_numbers (void)
{
  static const guint16 types[] = { 1, 2, 5, 6, 12, 15, 16, 28, 33, 41, 52, 255 };
  g_autofree char *unknown = dns_type_to_string (99);

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *name = dns_type_to_string (types[i]);
      g_autofree char *lower = g_ascii_strdown (name, -1);

      g_assert_cmpuint (dns_type_from_string (name), ==, types[i]);
      g_assert_cmpuint (dns_type_from_string (lower), ==, types[i]);
    }
  g_assert_cmpstr (unknown, ==, "TYPE99");
  g_assert_cmpuint (dns_type_from_string ("WKS2"), ==, 0);
  g_assert_cmpstr (dns_rcode_to_string (0), ==, "NOERROR");
  g_assert_cmpstr (dns_rcode_to_string (5), ==, "REFUSED");
  g_assert_cmpstr (dns_rcode_to_string (11), ==, "RCODE11");
}

/* Answers that hold no records mean different things. */
static void
test_empty_answers (void)
{
  g_autoptr (DnsMessage) message = make_answer ("a.example", DNS_TYPE_A, DNS_RCODE_NOERROR);
  g_autofree char *nothing = dns_message_dup_summary (message);
  g_autofree char *denied = NULL;
  g_autofree char *truncated = NULL;
  DnsRecord       *soa;

  g_assert_cmpstr (nothing, ==, "no such record");
  dns_message_add_record (message->authorities, "example", DNS_TYPE_NS, 60)->target =
      g_strdup ("ns.example");
  soa = dns_message_add_record (message->authorities, "example", DNS_TYPE_SOA, 60);
  soa->target = g_strdup ("ns.example");
  soa->mailbox = g_strdup ("hostmaster.example");
  denied = dns_message_dup_summary (message);
  g_assert_cmpstr (denied, ==, "no such record");
  message->is_truncated = TRUE;
  truncated = dns_message_dup_summary (message);
  g_assert_cmpstr (truncated, ==, "truncated");
}

/* The data of records as text, written again; NULL: it can't be read. */
static const struct
{
  guint16     type;
  const char *text, *again;
} texts[] = {
  { DNS_TYPE_A, "192.0.2.1", "192.0.2.1" },
  { DNS_TYPE_A, "192.0.2.256", NULL },
  { DNS_TYPE_A, "", NULL },
  { DNS_TYPE_A, "192.0.2.1 192.0.2.2", NULL },
  { DNS_TYPE_AAAA, "2001:DB8:0::1", "2001:db8::1" },
  { DNS_TYPE_AAAA, "192.0.2.1", NULL },
  { DNS_TYPE_MX, "  10   mail.example. ", "10 mail.example" },
  { DNS_TYPE_MX, "0 .", "0 ." },
  { DNS_TYPE_MX, "mail.example", NULL },
  { DNS_TYPE_MX, "65536 mail.example", NULL },
  { DNS_TYPE_MX, "10 a..b", NULL },
  { DNS_TYPE_NS, "a\\.b\\032c.example", "a\\.b\\032c.example" },
  { DNS_TYPE_CNAME, "a\\.", "a\\." },
  { DNS_TYPE_PTR, "a b", NULL },
  { DNS_TYPE_SRV, "1 2 3 a.example", "1 2 3 a.example" },
  { DNS_TYPE_SRV, "0 0 0 .", "0 0 0 ." },
  { DNS_TYPE_SRV, "1 2 a.example", NULL },
  { DNS_TYPE_SRV, "1 2 70000 a.example", NULL },
  { DNS_TYPE_SRV, "1 2 3 a.example 4", NULL },
  { DNS_TYPE_SOA, "ns.example h.example 4294967295 1 2 3 4",
    "ns.example h.example 4294967295 1 2 3 4" },
  { DNS_TYPE_SOA, "ns.example h.example 4294967296 1 2 3 4", NULL },
  { DNS_TYPE_SOA, "ns.example h..example 1 1 2 3 4", NULL },
  { DNS_TYPE_SOA, "ns.example h.example 1 2 3 4", NULL },
  { DNS_TYPE_TLSA, "3 1 1 AB cd ef", "3 1 1 abcdef" },
  { DNS_TYPE_TLSA, "3 1 1 abc", NULL },
  { DNS_TYPE_TLSA, "3 1 1 xy", NULL },
  { DNS_TYPE_TLSA, "3 1 1", NULL },
  { DNS_TYPE_TLSA, "3 1 256 ab", NULL },
  { DNS_TYPE_TXT, "\"a\"", NULL },
  { 99, "a", NULL },
};

static void
test_texts (void)
{
  g_test_summary ("The data of records, read from text and written.");
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (DnsMessage) message = dns_message_new ();
      DnsRecord       *record = dns_message_add_record (message->answers, "a", texts[i].type, 0);
      g_autofree char *text = NULL;

      g_assert_true (dns_record_read_data (record, texts[i].text) == (texts[i].again != NULL));
      if (texts[i].again != NULL)
        text = dns_record_dup_data (record);
      g_assert_cmpstr (text, ==, texts[i].again);
      g_assert_true (text != NULL ||
                     (record->target == NULL && record->mailbox == NULL && record->data == NULL));
    }
}

static void
test_options (void)
{
  g_autoptr (DnsMessage) message = make_edns ();
  g_autoptr (DnsMessage) copy = dns_message_copy (message);
  g_autoptr (DnsMessage) none = make_query ();
  g_autofree char *text = dns_record_dup_data (dns_message_get_options (copy));

  g_assert_cmpstr (text, ==, "version 0, datagrams of 1232 bytes");
  g_assert_null (dns_message_get_options (none));
}

static void
test_copies (void)
{
  g_autoptr (DnsMessage) from = make_no_such_name ();
  g_autoptr (DnsMessage) texts = make_texts ();
  g_autoptr (DnsMessage) copy = dns_message_new ();
  g_autofree char *text = NULL;

  dns_message_add_copy (copy->answers, dns_message_get_record (from->authorities, 0));
  dns_message_add_copy (copy->additionals, dns_message_get_record (texts->answers, 0));
  assert_begins (from->authorities, copy->answers);
  assert_begins (texts->answers, copy->additionals);
  text = dns_record_dup_data (dns_message_get_record (copy->answers, 0));
  g_assert_cmpstr (text, ==,
                   "SRI-NIC.ARPA HOSTMASTER.SRI-NIC.ARPA 870611 1800 300 604800 86400");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/dns/message/known/", cases[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_known);
    }
  g_test_add_func ("/dns/message/random", test_random);
  g_test_add_func ("/dns/message/truncates-at-the-octet", test_truncates_at_the_octet);
  g_test_add_func ("/dns/message/long-message", test_long_message);
  g_test_add_func ("/dns/message/refuses-to-write", test_refuses_to_write);
  g_test_add_func ("/dns/message/names-of-numbers", test_names_of_numbers);
  g_test_add_func ("/dns/message/empty-answers", test_empty_answers);
  g_test_add_func ("/dns/message/copies", test_copies);
  g_test_add_func ("/dns/message/texts", test_texts);
  g_test_add_func ("/dns/message/options", test_options);
  return g_test_run ();
}
