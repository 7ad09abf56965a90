/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-address.h>
#include <imf/imf-scan.h>
#include <smtp/smtp-mailbox.h>

#include <string.h>
#include <support/corpus.h>

/* The addresses of isemail (D. Sayers) and its diagnoses, held against three grammars: what may
 * stand in SMTP commands (RFC 5321), in fields that are written today (RFC 5322 section 3), and
 * in fields that must be read (section 4). */
typedef enum
{
  SMTP = 1 << 0,
  STRICT = 1 << 1,
  OBSOLETE = 1 << 2,
} Verdict;

/* What each class of diagnoses comes to. */
static const struct
{
  const char *category;
  guint       verdict;
} categories[] = {
  { "ISEMAIL_VALID_CATEGORY", SMTP | STRICT | OBSOLETE },
  { "ISEMAIL_DNSWARN", SMTP | STRICT | OBSOLETE },
  { "ISEMAIL_RFC5321", SMTP | STRICT | OBSOLETE },
  { "ISEMAIL_CFWS", STRICT | OBSOLETE },
  { "ISEMAIL_RFC5322", STRICT | OBSOLETE },
  { "ISEMAIL_DEPREC", OBSOLETE },
  { "ISEMAIL_ERR", 0 },
};

/* Where the RFC is of another opinion. */
static const struct
{
  const char *id;
  guint       verdict;
  const char *reason;
} disagreements[] = {
  { "28", SMTP | STRICT | OBSOLETE,
    "No grammar bounds a label; that DNS does (RFC 1035 section 2.3.4) is found when it is asked" },
  { "30", STRICT | OBSOLETE, "A dot-atom may begin with a hyphen (RFC 5322 section 3.2.3)" },
  { "31", STRICT | OBSOLETE, "... or end with one" },
  { "102", STRICT | OBSOLETE, "... or end with one" },
  { "66", SMTP | STRICT | OBSOLETE,
    "1111 is a Standardized-tag as far as grammar goes (RFC 5321 section 4.1.3)" },
  { "71", STRICT | OBSOLETE,
    "RFC 5321 section 4.1.3 has six groups beside :: at the most; for RFC 5322 section 3.4.1 any "
    "domain-literal is one, and deprecated by neither" },
  { "85", STRICT | OBSOLETE,
    "CFWS around the at-sign is part of dot-atom (RFC 5322 section 3.2.3); that section 3.4.1 "
    "advises against it makes it a hint" },
  { "93", STRICT | OBSOLETE, "As 85" },
  { "95", STRICT | OBSOLETE, "As 85, with a domain-literal" },
  { "97", STRICT | OBSOLETE, "As 85" },
  { "115", OBSOLETE, "obs-dtext is obsolete (RFC 5322 section 4.4)" },
  { "116", OBSOLETE, "As 115" },
  { "117", OBSOLETE, "As 115" },
  { "148", OBSOLETE,
    "No line of a folded field must be white space alone (RFC 5322 section 3.2.2)" },
  { "153", OBSOLETE, "As 148" },
  { "160", STRICT | OBSOLETE,
    "UTF-8 may be quoted since RFC 6532 section 3.2, which is later than the test" },
};

typedef struct
{
  const char *text_of; /* the element whose text is being read */
  GString    *address;
  char       *id;
  char       *category;
  char       *diagnosis;
  guint       n_tests;
  guint       n_disagreements;
} Reader;

/* Characters from U+2400 on stand for the controls, which XML can't have. */
static void
append_character (GString *out, gunichar character)
{
  if (character >= 0x2400 && character <= 0x2420)
    g_string_append_c (out, (char) (character - 0x2400));
  else
    g_string_append_unichar (out, character);
}

static gboolean
is_mailbox (const guint8 *text, gsize length)
{
  SmtpNeeds needs = { 0 };
  WireScan  scan;

  wire_scan_init (&scan, text, length, NULL);
  return length <= SMTP_PATH_BYTES_MAX - 2 && smtp_scan_mailbox (&scan, &needs) &&
         wire_scan_at_end (&scan) && scan.flags == 0 && !needs.is_utf8;
}

/* [CFWS] addr-spec [CFWS]. Returns: whether nothing but @flags is between it and the standard. */
static gboolean
is_addr_spec (const guint8 *text, gsize length, guint flags)
{
  WireScan scan;

  wire_scan_init (&scan, text, length, NULL);
  imf_scan_optional_cfws (&scan);
  if (!imf_scan_addr_spec (&scan, NULL))
    return FALSE;
  imf_scan_optional_cfws (&scan);
  return wire_scan_at_end (&scan) && (scan.flags & ~flags) == 0;
}

static guint
judge (const GString *address)
{
  g_autofree guint8 *copy = g_memdup2 (address->str, address->len);

  return (is_mailbox (copy, address->len) ? SMTP : 0) |
         (is_addr_spec (copy, address->len, 0) ? STRICT : 0) |
         (is_addr_spec (copy, address->len, WIRE_SPAN_OBSOLETE) ? OBSOLETE : 0);
}

static guint
get_expected (Reader *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (disagreements); i++)
    if (g_str_equal (disagreements[i].id, self->id))
      {
        self->n_disagreements++;
        return disagreements[i].verdict;
      }
  for (guint i = 0; i < G_N_ELEMENTS (categories); i++)
    if (g_str_equal (categories[i].category, self->category))
      return categories[i].verdict;
  g_assert_not_reached ();
}

static void
check_test (Reader *self)
{
  g_autofree char *shown = g_strescape (self->address->str, NULL);
  guint            expected = get_expected (self);
  guint            found = judge (self->address);

  self->n_tests++;
  if (found == expected)
    return;
  g_test_message ("test %s (%s) %s: found %x, not %x", self->id, self->diagnosis, shown, found,
                  expected);
  g_test_fail ();
}

static void
on_start (GMarkupParseContext *context,
          const char          *element,
          const char         **names,
          const char         **values,
          gpointer             user_data,
          GError             **error)
{
  Reader *self = user_data;

  self->text_of = g_intern_string (element);
  if (!g_str_equal (element, "test"))
    return;
  g_string_truncate (self->address, 0);
  g_free (self->id);
  self->id = g_strdup (values[0]);
}

static void
on_end (GMarkupParseContext *context, const char *element, gpointer user_data, GError **error)
{
  Reader *self = user_data;

  self->text_of = "";
  if (g_str_equal (element, "test"))
    check_test (self);
}

static void
on_text (GMarkupParseContext *context,
         const char          *text,
         gsize                length,
         gpointer             user_data,
         GError             **error)
{
  Reader *self = user_data;

  if (g_str_equal (self->text_of, "address"))
    for (const char *p = text; p < text + length; p = g_utf8_next_char (p))
      append_character (self->address, g_utf8_get_char (p));
  else if (g_str_equal (self->text_of, "category"))
    {
      g_free (self->category);
      self->category = g_strndup (text, length);
    }
  else if (g_str_equal (self->text_of, "diagnosis"))
    {
      g_free (self->diagnosis);
      self->diagnosis = g_strndup (text, length);
    }
}

static void
test_isemail (void)
{
  static const GMarkupParser parser = { on_start, on_end, on_text, NULL, NULL };

  g_autofree char *path = corpus_find ("vectors/isemail-tests.xml");
  g_autofree char *content = NULL;
  g_autoptr (GMarkupParseContext) context = NULL;
  Reader reader = { .text_of = "" };
  gsize  length;

  if (path == NULL)
    return;
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  reader.address = g_string_new (NULL);
  context = g_markup_parse_context_new (&parser, 0, &reader, NULL);
  g_assert_true (g_markup_parse_context_parse (context, content, (gssize) length, NULL));
  g_assert_cmpuint (reader.n_tests, ==, 164);
  g_assert_cmpuint (reader.n_disagreements, ==, G_N_ELEMENTS (disagreements));
  g_string_free (reader.address, TRUE);
  g_free (reader.id);
  g_free (reader.category);
  g_free (reader.diagnosis);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imf-isemail/addresses", test_isemail);
  return g_test_run ();
}
