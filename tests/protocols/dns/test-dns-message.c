/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dns/dns-message.h>
#include <string.h>

/* Messages on the wire, and what they say; or why they are refused. */
static const struct
{
  const char *name;
  const char *bytes;
  gsize       length;
  const char *summary; /* NULL: refused */
  const char *reason;
} cases[] = {
#define BYTES(text) text, sizeof text - 1
  { "query", BYTES ("\x12\x34\x01\x00\0\1\0\0\0\0\0\0\1a\7example\0\0\x0f\0\1"), "MX a.example?",
    NULL },
  { "compressed-answer",
    BYTES ("\x12\x34\x81\x80\0\1\0\1\0\0\0\0\1a\7example\0\0\x0f\0\1"
           "\xc0\x0c\0\x0f\0\1\0\0\1\x2c\0\7\0\x0a\2mx\xc0\x0e"),
    "MX 10 mx.example", NULL },
  { "nxdomain", BYTES ("\0\1\x81\x83\0\1\0\0\0\0\0\0\0\0\1\0\1"), "NXDOMAIN", NULL },
  { "no-data", BYTES ("\0\1\x81\x80\0\1\0\0\0\0\0\0\0\0\1\0\1"), "no such record", NULL },
  { "truncated", BYTES ("\0\1\x83\x80\0\1\0\0\0\0\0\0\0\0\1\0\1"), "no such record (truncated)",
    NULL },
  { "pointer-to-itself", BYTES ("\0\1\0\0\0\1\0\0\0\0\0\0\xc0\x0c\0\1\0\1"), NULL,
    "a compression pointer does not point back" },
  { "pointer-forward", BYTES ("\0\1\0\0\0\1\0\0\0\0\0\0\xc0\x20\0\1\0\1"), NULL,
    "a compression pointer does not point back" },
  { "pointers-in-a-ring",
    BYTES ("\0\1\0\0\0\2\0\0\0\0\0\0\1a\xc0\x0c\0\1\0\1\xc0\x0c\0\1\0\1"), NULL,
    "a compression pointer does not point back" },
  { "reserved-label", BYTES ("\0\1\0\0\0\1\0\0\0\0\0\0\x80\0\0\1\0\1"), NULL,
    "a label has a reserved type" },
  { "short-header", BYTES ("\0\1\0\0\0"), NULL, "the message is cut off" },
  { "count-lies", BYTES ("\0\1\0\0\xff\xff\0\0\0\0\0\0\0\0\1\0\1"), NULL, "a name is cut off" },
  { "data-lies", BYTES ("\0\1\x80\0\0\0\0\1\0\0\0\0\0\0\1\0\1\0\0\0\0\xff\xff\1\2\3\4"), NULL,
    "a record's data is cut off" },
  { "address-of-3", BYTES ("\0\1\x80\0\0\0\0\1\0\0\0\0\0\0\1\0\1\0\0\0\0\0\3\1\2\3"), NULL,
    "an address has the wrong length" },
  { "bytes-after", BYTES ("\0\1\0\0\0\0\0\0\0\0\0\0x"), NULL, "bytes follow the last record" },
};

static void
test_message (gconstpointer data)
{
  guint              i = GPOINTER_TO_UINT (data);
  g_autofree guint8 *exact = g_memdup2 (cases[i].bytes, cases[i].length);
  const char        *reason = NULL;
  g_autoptr (DnsMessage) message = dns_message_decode (exact, cases[i].length, &reason);
  g_autofree char *summary = message != NULL ? dns_message_dup_summary (message) : NULL;

  g_assert_cmpstr (summary, ==, cases[i].summary);
  g_assert_cmpstr (reason, ==, cases[i].reason);
  /* Cut anywhere, it is refused, never read past its end. */
  for (gsize length = 0; message != NULL && length < cases[i].length; length++)
    {
      g_autofree guint8 *cut = g_memdup2 (cases[i].bytes, length);

      g_assert_null (dns_message_decode (cut, length, NULL));
    }
}

static DnsMessage *
make_answer (void)
{
  g_autoptr (DnsMessage) query = dns_message_new_query (7, "a.example", DNS_TYPE_MX);
  DnsMessage *answer = dns_message_new_answer (query, DNS_RCODE_NOERROR);
  DnsRecord  *record;

  answer->is_authoritative = TRUE;
  record = dns_message_add_record (answer->answers, "a.example", DNS_TYPE_MX, 300);
  record->preference = 10;
  record->target = g_strdup ("mx.a.example");
  record = dns_message_add_record (answer->answers, "a.example", DNS_TYPE_TXT, 300);
  record->data = g_bytes_new ("\3a\"b\1c", 6);
  record = dns_message_add_record (answer->authorities, "example", DNS_TYPE_SOA, 60);
  record->target = g_strdup ("ns.example");
  record->mailbox = g_strdup ("hostmaster.example");
  record->minimum = 60;
  record = dns_message_add_record (answer->additionals, "mx.a.example", DNS_TYPE_A, 300);
  memcpy (record->address, "\xc0\0\2\1", 4);
  record = dns_message_add_record (answer->additionals, "mx.a.example", DNS_TYPE_AAAA, 300);
  memcpy (record->address, "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
  return answer;
}

static void
test_round_trip (void)
{
  g_autoptr (DnsMessage) answer = make_answer ();
  g_autoptr (GBytes) bytes = dns_message_encode (answer, DNS_UDP_BYTES_MAX);
  gsize         length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_autoptr (DnsMessage) again = dns_message_decode (data, length, NULL);
  g_autoptr (GBytes) bytes_again = NULL;
  g_autofree char *txt = NULL;
  g_autofree char *soa = NULL;
  g_autofree char *ipv6 = NULL;

  g_assert_nonnull (again);
  bytes_again = dns_message_encode (again, DNS_UDP_BYTES_MAX);
  g_assert_true (g_bytes_equal (bytes, bytes_again));
  txt = dns_record_dup_data (dns_message_get_record (again->answers, 1));
  soa = dns_record_dup_data (dns_message_get_record (again->authorities, 0));
  ipv6 = dns_record_dup_data (dns_message_get_record (again->additionals, 1));
  g_assert_cmpstr (txt, ==, "\"a\\\"b\" \"c\"");
  g_assert_cmpstr (soa, ==, "ns.example hostmaster.example 0 0 0 0 60");
  g_assert_cmpstr (ipv6, ==, "2001:db8:0:0:0:0:0:1");
  g_assert_true (wire_matches (&dns_grammar_message, data, length));
}

/* "example" stands once; every other name ends in a pointer (RFC 1035 section 4.1.4). */
static void
test_compression (void)
{
  g_autoptr (DnsMessage) answer = make_answer ();
  g_autoptr (GBytes) bytes = dns_message_encode (answer, DNS_UDP_BYTES_MAX);
  gsize       length, n_found = 0;
  const char *data = g_bytes_get_data (bytes, &length);

  for (gsize i = 0; i + 7 <= length; i++)
    n_found += memcmp (data + i, "example", 7) == 0;
  g_assert_cmpuint (n_found, ==, 1);
}

/* What does not fit is left out whole, and TC says so (RFC 1035 section 4.1.1). */
static void
test_truncation (void)
{
  g_autoptr (DnsMessage) answer = make_answer ();

  for (gsize bytes_max = 30; bytes_max < 200; bytes_max++)
    {
      g_autoptr (GBytes) bytes = dns_message_encode (answer, bytes_max);
      gsize         length;
      const guint8 *data = g_bytes_get_data (bytes, &length);
      g_autoptr (DnsMessage) cut = dns_message_decode (data, length, NULL);
      guint n_records;

      g_assert_nonnull (cut);
      g_assert_cmpuint (length, <=, bytes_max);
      n_records = cut->answers->len + cut->authorities->len + cut->additionals->len;
      g_assert_true (cut->is_truncated == (n_records < 5));
    }
}

static void
test_names (void)
{
  static const char *const wrong[] = {
    "a..example", ".example",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example",
  };
  g_autoptr (GByteArray) wire = dns_name_to_wire ("a\\.b\\032c.example.");
  g_autoptr (GString) name = g_string_new (NULL);

  g_assert_cmpmem (wire->data, wire->len, "\5a.b c\7example\0", 15);
  dns_name_append_label (name, (const guint8 *) "a.b c", 5);
  g_assert_cmpstr (name->str, ==, "a\\.b\\032c");
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_null (dns_name_to_wire (wrong[i]));
  g_assert_true (dns_name_equals ("A.Example.", "a.example"));
  g_assert_false (dns_name_equals ("a.example", "b.example"));
  g_assert_true (dns_name_is_within ("mx.A.example", "a.example"));
  g_assert_true (dns_name_is_within ("a.example", "a.example"));
  g_assert_false (dns_name_is_within ("xa.example", "a.example"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/dns/message/", cases[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_message);
    }
  g_test_add_func ("/dns/round-trip", test_round_trip);
  g_test_add_func ("/dns/compression", test_compression);
  g_test_add_func ("/dns/truncation", test_truncation);
  g_test_add_func ("/dns/names", test_names);
  return g_test_run ();
}
