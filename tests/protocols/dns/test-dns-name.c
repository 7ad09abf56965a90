/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dns/dns-name.h>
#include <string.h>

#define LABEL_9 "abcdefghi"
#define LABEL_63 LABEL_9 LABEL_9 LABEL_9 LABEL_9 LABEL_9 LABEL_9 LABEL_9
#define LABEL_61 "1234567" LABEL_9 LABEL_9 LABEL_9 LABEL_9 LABEL_9 LABEL_9

/* Names as text and as labels with their lengths; NULL: not a name. */
static const struct
{
  const char *name, *text, *wire;
  gsize       wire_length;
} cases[] = {
  { "root", "", "\0", 1 },
  { "root-as-a-dot", ".", "\0", 1 },
  { "one-label", "arpa", "\4arpa\0", 6 },
  { "three-labels", "F.ISI.ARPA", "\1F\3ISI\4ARPA\0", 12 },
  { "final-dot", "isi.arpa.", "\3isi\4arpa\0", 10 },
  { "escaped-dot", "a\\.b.c", "\3a.b\1c\0", 7 },
  { "escaped-final-dot", "a\\.", "\2a.\0", 4 },
  { "backslash-before-the-final-dot", "a\\\\.", "\2a\\\0", 4 },
  { "escape-by-number", "\\000\\255\\065", "\3\0\xff" "A\0", 5 },
  { "escape-of-a-letter", "\\a", "\1a\0", 3 },
  { "empty-label-first", ".a", NULL, 0 },
  { "empty-label-inside", "a..b", NULL, 0 },
  { "two-final-dots", "a..", NULL, 0 },
  { "only-dots", "..", NULL, 0 },
  { "number-above-a-byte", "a\\256", NULL, 0 },
  { "number-cut-off", "a\\01", NULL, 0 },
  { "backslash-at-the-end", "a\\", NULL, 0 },
};

static void
test_to_wire (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *exact = g_strdup (cases[i].text);
  g_autoptr (GByteArray) wire = dns_name_to_wire (exact);

  if (cases[i].wire == NULL)
    g_assert_null (wire);
  else
    g_assert_cmpmem (wire->data, wire->len, cases[i].wire, cases[i].wire_length);
}

static void
test_limits (void)
{
  static const struct
  {
    const char *text;
    gboolean    is_name;
  } limits[] = {
    { LABEL_63, TRUE },
    { LABEL_63 "x", FALSE },
    { LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_61, TRUE },
    { LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_61 "x", FALSE },
    { LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_61 ".x", FALSE },
  };

  g_test_summary ("Labels have 63 octets at most, names 255 (RFC 1035 section 2.3.4).");
  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autoptr (GByteArray) wire = dns_name_to_wire (limits[i].text);

      g_assert_true ((wire != NULL) == limits[i].is_name);
    }
}

static void
test_equals (void)
{
  static const struct
  {
    const char *a, *b;
    gboolean    is_same;
  } pairs[] = {
    { "mail.example", "MAIL.Example", TRUE },
    { "mail.example.", "mail.example", TRUE },
    { "", ".", TRUE },
    { "", "", TRUE },
    { "\\109ail.example", "mail.example", TRUE },
    { "\\a", "a", TRUE },
    { "a\\.b", "a\\046b", TRUE },
    { "a\\.b", "a.b", FALSE },
    { "a\\\\.", "a\\\\", TRUE },
    { "a\\.", "a", FALSE },
    { "mail.example", "mail.exampl", FALSE },
    { "mail.example", "mail.examples", FALSE },
    { "mail.example", "", FALSE },
    { "\\196", "\\228", FALSE },
    { "a\\", "a\\", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_test_message ("%s, %s", pairs[i].a, pairs[i].b);
      g_assert_true (dns_name_equals (pairs[i].a, pairs[i].b) == pairs[i].is_same);
      g_assert_true (dns_name_equals (pairs[i].b, pairs[i].a) == pairs[i].is_same);
    }
}

static void
test_is_within (void)
{
  static const struct
  {
    const char *name, *domain;
    gboolean    is_within;
  } pairs[] = {
    { "mail.example", "example", TRUE },
    { "mail.EXAMPLE.", "example", TRUE },
    { "mail.example", "Example.", TRUE },
    { "example", "example", TRUE },
    { "example", "mail.example", FALSE },
    { "mailexample", "example", FALSE },
    { "mail\\.example", "example", FALSE },
    { "mail\\\\.example", "example", TRUE },
    { "a.b.example", "b.example", TRUE },
    { "example.a", "example", FALSE },
    { "example", "", TRUE },
    { "example", ".", TRUE },
    { "example.", "", TRUE },
    { "", "", TRUE },
    { "", "example", FALSE },
    { "a\\", "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_test_message ("%s, %s", pairs[i].name, pairs[i].domain);
      g_assert_true (dns_name_is_within (pairs[i].name, pairs[i].domain) == pairs[i].is_within);
    }
}

static void
test_every_byte (void)
{
  g_test_summary ("A label of any byte is shown as printable text that gives the byte back.");
  for (guint byte = 0; byte <= G_MAXUINT8; byte++)
    {
      const guint8 label[] = { 'a', (guint8) byte };
      const guint8 expected[] = { 2, 'a', (guint8) byte, 0 };
      g_autoptr (GString) name = g_string_new (NULL);
      g_autoptr (GByteArray) wire = NULL;

      dns_name_append_label (name, label, sizeof label);
      for (gsize i = 0; i < name->len; i++)
        g_assert_true (g_ascii_isgraph (name->str[i]));
      wire = dns_name_to_wire (name->str);
      g_assert_nonnull (wire);
      g_assert_cmpmem (wire->data, wire->len, expected, sizeof expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/dns/name/to-wire/", cases[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_to_wire);
    }
  g_test_add_func ("/dns/name/limits", test_limits);
  g_test_add_func ("/dns/name/equals", test_equals);
  g_test_add_func ("/dns/name/is-within", test_is_within);
  g_test_add_func ("/dns/name/every-byte", test_every_byte);
  return g_test_run ();
}
