/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dns/dns-message.h>
#include <string.h>

#define HEADER(questions, answers) "\0\7\x80\0\0" questions "\0" answers "\0\0\0\0"
#define QUESTION "\1a\7example\0\0\1\0\1"
#define RECORD(type, length) "\0\0" type "\0\1\0\0\0\0\0" length

/* Messages that must not be read, and why. */
static const struct
{
  const char *name, *bytes;
  gsize       length;
  const char *reason;
} cases[] = {
#define BYTES(text) text, sizeof text - 1
  { "pointer-to-itself", BYTES (HEADER ("\1", "\0") "\xc0\x0c\0\1\0\1"),
    "a compression pointer does not point back" },
  { "pointer-forward", BYTES (HEADER ("\1", "\0") "\xc0\x12\0\1\0\1"),
    "a compression pointer does not point back" },
  { "pointer-past-the-end", BYTES (HEADER ("\1", "\0") "\xff\xff\0\1\0\1"),
    "a compression pointer does not point back" },
  { "two-pointers-at-each-other", BYTES (HEADER ("\2", "\0") "\1a\xc0\x12\0\1\1b\xc0\x0c\0\1"),
    "a compression pointer does not point back" },
  { "label-that-leads-back-to-its-pointer",
    BYTES (HEADER ("\2", "\0") "\1a\0\0\1\0\1\1b\1c\xc0\x13\0\1\0\1"),
    "a compression pointer does not point back" },
  { "pointer-into-the-same-name", BYTES (HEADER ("\1", "\0") "\1a\1b\xc0\x0e\0\1\0\1"),
    "a compression pointer does not point back" },
  { "pointer-cut-off", BYTES (HEADER ("\1", "\0") "\xc0"), "a name is cut off" },
  { "label-cut-off", BYTES (HEADER ("\1", "\0") "\7exam"), "a name is cut off" },
  { "label-type-01", BYTES (HEADER ("\1", "\0") "\x40\0\0\1\0\1"),
    "a label has a reserved type" },
  { "label-type-10", BYTES (HEADER ("\1", "\0") "\x80\0\0\1\0\1"),
    "a label has a reserved type" },
  { "more-questions-counted-than-there-are", BYTES (HEADER ("\2", "\0") QUESTION),
    "a name is cut off" },
  { "more-answers-counted-than-there-are", BYTES (HEADER ("\1", "\xff") QUESTION),
    "a name is cut off" },
  { "fewer-questions-counted-than-there-are", BYTES (HEADER ("\0", "\0") QUESTION),
    "bytes follow the last record" },
  { "short-ipv4-address", BYTES (HEADER ("\0", "\1") RECORD ("\1", "\3") "abc"),
    "an address has the wrong length" },
  { "no-ipv4-address", BYTES (HEADER ("\0", "\1") RECORD ("\1", "\0")),
    "an address has the wrong length" },
  { "ipv4-address-for-ipv6", BYTES (HEADER ("\0", "\1") RECORD ("\x1c", "\4") "abcd"),
    "an address has the wrong length" },
  { "data-cut-off", BYTES (HEADER ("\0", "\1") RECORD ("\x63", "\4") "abc"),
    "a record's data is cut off" },
  { "name-shorter-than-its-data", BYTES (HEADER ("\0", "\1") RECORD ("\2", "\4") "\1a\0x"),
    "a record's data does not fill it" },
  { "name-longer-than-its-data", BYTES (HEADER ("\0", "\1") RECORD ("\2", "\2") "\1a\0"),
    "a record's data does not fill it" },
  { "exchange-without-a-name", BYTES (HEADER ("\0", "\1") RECORD ("\x0f", "\2") "\0\1"),
    "a name is cut off" },
  { "soa-cut-off", BYTES (HEADER ("\0", "\1") RECORD ("\6", "\6") "\0\0\0\0\0\1"),
    "the message is cut off" },
  { "txt-string-past-its-data", BYTES (HEADER ("\0", "\1") RECORD ("\x10", "\3") "\3ab"),
    "a TXT record's strings do not fill it" },
  { "txt-without-a-string", BYTES (HEADER ("\0", "\1") RECORD ("\x10", "\0")),
    "a TXT record's strings do not fill it" },
#undef BYTES
};

/* Annotation keeps its promises whatever the bytes are, and what is read is always explained. */
static void
check (const guint8 *data, gsize length)
{
  g_autofree guint8 *exact = g_memdup2 (data, length);
  g_autoptr (DnsMessage) message = dns_message_decode (exact, length, NULL);
  g_autoptr (WireSpans) spans = wire_annotate (&dns_grammar_message, exact, length);
  g_autofree char *problem = wire_spans_check (spans);

  g_assert_cmpstr (problem, ==, NULL);
  if (message != NULL)
    g_assert_null (spans->expected);
}

static void
test_refused (gconstpointer data)
{
  guint       i = GPOINTER_TO_UINT (data);
  const char *reason = NULL;
  g_autofree guint8 *exact = g_memdup2 (cases[i].bytes, cases[i].length);

  g_assert_null (dns_message_decode (exact, cases[i].length, &reason));
  g_assert_cmpstr (reason, ==, cases[i].reason);
  check (exact, cases[i].length);
}

/* A message with a record of every kind. */
static GBytes *
make_full_message (void)
{
  g_autoptr (DnsMessage) message = dns_message_new_query (7, "a.example", DNS_TYPE_ANY);
  static const guint16 types[] = { DNS_TYPE_A,   DNS_TYPE_NS, DNS_TYPE_CNAME, DNS_TYPE_SOA,
                                   DNS_TYPE_PTR, DNS_TYPE_MX, DNS_TYPE_TXT,   DNS_TYPE_AAAA,
                                   65280 };

  message->is_response = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      DnsRecord *record =
          dns_message_add_record (message->answers, "b.a.example", types[i], 3600);

      record->target = g_strdup ("mail.example");
      record->mailbox = g_strdup ("hostmaster.a.example");
      record->data = g_bytes_new_static ("\2ab\1c", 5);
    }
  return dns_message_encode (message, DNS_UDP_BYTES_MAX);
}

static void
test_cut_anywhere (void)
{
  g_autoptr (GBytes) bytes = make_full_message ();
  gsize         length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  for (gsize n = 0; n < length; n++)
    {
      const char        *reason = NULL;
      g_autofree guint8 *exact = g_memdup2 (data, n);
      g_autoptr (DnsMessage) message = dns_message_decode (exact, n, &reason);

      g_assert_null (message);
      g_assert_nonnull (reason);
      check (data, n);
    }
  check (data, length);
}

static void
test_any_byte_changed (void)
{
  static const guint8 values[] = { 0x00, 0x01, 0x3F, 0x40, 0x80, 0xC0, 0xFF };
  g_autoptr (GBytes) bytes = make_full_message ();
  gsize              length = g_bytes_get_size (bytes);
  g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (bytes, NULL), length);

  for (gsize at = 0; at < length; at++)
    {
      guint8 was = data[at];

      for (guint i = 0; i < G_N_ELEMENTS (values); i++)
        {
          data[at] = values[i];
          check (data, length);
        }
      data[at] = was;
    }
}

/* Appends labels that, with the root to follow, make a name of @n_bytes. */
static void
append_labels (GByteArray *bytes, guint n_bytes)
{
  for (guint left = n_bytes - 1; left > 0;)
    {
      guint8 label[64];
      guint  length = MIN (left, sizeof label);

      memset (label, 'a', sizeof label);
      label[0] = (guint8) (length - 1);
      g_byte_array_append (bytes, label, length);
      left -= length;
    }
}

static void
test_long_name (void)
{
  g_test_summary ("A name of 255 octets is read, one of 256 is not, nor is one that pointers make "
                  "longer.");
  for (guint over = 0; over < 3; over++)
    {
      static const guint8 fixed[] = { 0, 0, 1, 0, 1 };
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      const char *reason = NULL;
      g_autoptr (DnsMessage) message = NULL;
      gboolean by_pointer = over == 2;

      g_byte_array_append (bytes, (const guint8 *) HEADER ("\1", "\0"), DNS_HEADER_BYTES);
      append_labels (bytes, over == 1 ? 256 : 255);
      g_byte_array_append (bytes, fixed, sizeof fixed);
      if (by_pointer)
        {
          bytes->data[5] = 2;
          g_byte_array_append (bytes, (const guint8 *) "\1b\xc0\x0c\0\1\0\1", 8);
        }
      message = dns_message_decode (bytes->data, bytes->len, &reason);
      g_assert_true ((message != NULL) == (over == 0));
      g_assert_cmpstr (reason, ==, over == 0 ? NULL : "a name is longer than 255 octets");
    }
}

/* Questions, the first with a name, each of the others a pointer to the one before. */
static GByteArray *
make_pointer_chain (guint n_pointers)
{
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) HEADER ("\0", "\0"), DNS_HEADER_BYTES);
  bytes->data[4] = (guint8) ((n_pointers + 1) >> 8);
  bytes->data[5] = (guint8) (n_pointers + 1);
  g_byte_array_append (bytes, (const guint8 *) "\1a\0\0\1\0\1", 7);
  for (guint i = 0; i < n_pointers; i++)
    {
      guint        target = i == 0 ? DNS_HEADER_BYTES : bytes->len - 6;
      const guint8 question[] = { (guint8) (0xC0 | target >> 8), (guint8) target, 0, 1, 0, 1 };

      g_byte_array_append (bytes, question, sizeof question);
    }
  return bytes;
}

static void
test_pointers_to_pointers (void)
{
  static const struct
  {
    guint    n_pointers;
    gboolean is_read;
  } chains[] = { { 1, TRUE }, { 127, TRUE }, { 128, FALSE }, { 2700, FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (chains); i++)
    {
      g_autoptr (GByteArray) bytes = make_pointer_chain (chains[i].n_pointers);
      g_autoptr (DnsMessage) message = dns_message_decode (bytes->data, bytes->len, NULL);

      g_assert_true ((message != NULL) == chains[i].is_read);
      check (bytes->data, bytes->len);
    }
}

/* What names and strings from a peer look like in a label of the diagram. */
static void
test_summary_is_printable (void)
{
  static const char bytes[] = HEADER ("\1", "\2") "\4\x1b[2J\0\0\1\0\1" RECORD ("\2", "\6")
      "\4\xe2\x80\xae\n\0" RECORD ("\x10", "\5") "\4\x1b]0\x07";
  g_autoptr (DnsMessage) message =
      dns_message_decode ((const guint8 *) bytes, sizeof bytes - 1, NULL);
  g_autofree char *answer = NULL;
  g_autofree char *query = NULL;

  g_assert_nonnull (message);
  answer = dns_message_dup_summary (message);
  g_assert_cmpstr (answer, ==, "NS \\226\\128\\174\\010, TXT \"\\027]0\\007\"");
  message->is_response = FALSE;
  query = dns_message_dup_summary (message);
  g_assert_cmpstr (query, ==, "A \\027[2J?");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/dns/hostile/refused/", cases[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_refused);
    }
  g_test_add_func ("/dns/hostile/cut-anywhere", test_cut_anywhere);
  g_test_add_func ("/dns/hostile/any-byte-changed", test_any_byte_changed);
  g_test_add_func ("/dns/hostile/long-name", test_long_name);
  g_test_add_func ("/dns/hostile/pointers-to-pointers", test_pointers_to_pointers);
  g_test_add_func ("/dns/hostile/summary-is-printable", test_summary_is_printable);
  return g_test_run ();
}
