/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imap/imap-flag.h>
#include <imap/imap-name.h>
#include <imap/imap-section.h>

#include <string.h>

static const struct
{
  const char *name;
  const char *utf7;
} names[] = {
  { "", "" },
  { "INBOX", "INBOX" },
  { "R&D", "R&-D" },
  { "&&", "&-&-" },
  { "~peter/mail/\u53f0\u5317/\u65e5\u672c\u8a9e", "~peter/mail/&U,BTFw-/&ZeVnLIqe-" },
  { "\u53f0\u5317\u65e5\u672c\u8a9e", "&U,BTF2XlZyyKng-" },
  { "Entw\u00fcrfe", "Entw&APw-rfe" },
  { "\u263a!", "&Jjo-!" },
  { "\U0001f4ec", "&2D3c7A-" },
  { "\U0010ffff\u00e4", "&2,,f,wDk-" },
  { "\u00e4&\u00e4", "&AOQ-&-&AOQ-" },
  { "-\u00e4-", "-&AOQ--" },
  { "\x01", "&AAE-" },
  { "a\x7f", "a&AH8-" },
  { "\uffff", "&,,8-" },
};

static void
test_utf7 (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gsize              length = strlen (names[i].utf7);
      g_autofree guint8 *copy = g_memdup2 (names[i].utf7, length);
      g_autofree char   *utf7 = imap_name_to_utf7 (names[i].name);
      g_autofree char   *name = imap_name_from_utf7 ((const char *) copy, length);

      g_assert_cmpstr (utf7, ==, names[i].utf7);
      g_assert_cmpstr (name, ==, names[i].name);
    }
}

static void
test_wrong_utf7 (void)
{
  static const char *const wrong[] = {
    "&Jjo!",              /* no way back to ASCII */
    "&Jjo",               /* nor here */
    "&",                  /* nor here */
    "&U,BTFw-&ZeVnLIqe-", /* a superfluous shift: both of RFC 3501 section 5.1.3 */
    "&AGE-",              /* "a" needs no shift */
    "&AOQAYQ-",           /* nor here */
    "&ACY-",              /* nor does "&" */
    "&AAA-",              /* NUL */
    "&2D0-",              /* half a pair */
    "&3Ow-",              /* the other half */
    "&2D0A5A-",           /* half a pair, and a letter */
    "&AOR-",              /* bits left over that are not zero */
    "&AOQA-",             /* a digit too many */
    "&A-",                /* too few */
    "&AOQ/-",             /* "/" is not of this alphabet */
    "&AOQ=-",             /* no padding */
    "\xc3\xa4",           /* beyond ASCII */
    "a\x01",              /* a control */
    "a\x7f",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    if (imap_name_from_utf7 (wrong[i], strlen (wrong[i])) != NULL)
      g_error ("\"%s\" is taken for a name", wrong[i]);
  g_assert_null (imap_name_from_utf7 ("a\0b", 3));
}

/* Whatever UTF-8 goes out comes back; whatever comes in goes out as it was. */
static void
test_random_utf7 (void)
{
  static const char digits[] = "&&&&-----ABCDEabcde012+,Aa";

  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GString) in = g_string_new (NULL);
      g_autoptr (GString) name = g_string_new (NULL);
      g_autofree char *utf7 = NULL;
      g_autofree char *back = NULL;
      g_autofree char *read = NULL;

      for (int i = g_rand_int_range (rand, 0, 10); i > 0; i--)
        {
          gint32   end = g_rand_boolean (rand) ? 0x180 : 0x110000;
          gunichar c = (gunichar) g_rand_int_range (rand, 1, end);

          if (g_unichar_validate (c))
            g_string_append_unichar (name, c);
        }
      utf7 = imap_name_to_utf7 (name->str);
      back = imap_name_from_utf7 (utf7, strlen (utf7));
      g_assert_cmpstr (back, ==, name->str);

      for (int i = g_rand_int_range (rand, 0, 12); i > 0; i--)
        g_string_append_c (in, digits[g_rand_int_range (rand, 0, sizeof digits - 1)]);
      read = imap_name_from_utf7 (in->str, in->len);
      if (read != NULL)
        {
          g_autofree char *again = imap_name_to_utf7 (read);

          g_assert_true (g_utf8_validate (read, -1, NULL));
          g_assert_cmpstr (again, ==, in->str);
        }
    }
}

static void
test_valid (void)
{
  static const char *const right[] = {
    "INBOX", "a/b", "a.b", "\u00e4", "#news", "~a", " ", "a b", "\"", "\\", "&", "a\u00a0",
  };
  static const char *const wrong[] = {
    "",     "/",      "/a",         "a/",       "a//b", "a%",   "*",
    "a\tb", "\x7f",   "\xc2\x85",     "\u2028",   "\xc3", "\xff", "a/\u2029",
  };
  g_autofree char *longest = g_strnfill (IMAP_NAME_BYTES_MAX, 'a');
  g_autofree char *longer = g_strnfill (IMAP_NAME_BYTES_MAX + 1, 'a');
  g_autoptr (GString) deep = g_string_new ("a");

  for (guint i = 0; i < G_N_ELEMENTS (right); i++)
    if (!imap_name_is_valid (right[i], '/'))
      g_error ("\"%s\" is a name", right[i]);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    if (imap_name_is_valid (wrong[i], '/'))
      g_error ("\"%s\" is no name", wrong[i]);
  g_assert_true (imap_name_is_valid ("a//b", '.'));
  g_assert_true (imap_name_is_valid (longest, '/'));
  g_assert_false (imap_name_is_valid (longer, '/'));
  for (guint i = 1; i < IMAP_NAME_LEVELS_MAX; i++)
    g_string_append (deep, "/a");
  g_assert_true (imap_name_is_valid (deep->str, '/'));
  g_string_append (deep, "/a");
  g_assert_false (imap_name_is_valid (deep->str, '/'));
}

static const struct
{
  const char *pattern;
  const char *name;
  gboolean    matches;
} patterns[] = {
  { "*", "a/b/c", TRUE },
  { "%", "a", TRUE },
  { "%", "a/b", FALSE },
  { "%/%", "a/b", TRUE },
  { "%/%", "a/b/c", FALSE },
  { "a*", "a/b", TRUE },
  { "a%", "a/b", FALSE },
  { "a%", "abc", TRUE },
  { "*b", "a/b", TRUE },
  { "%b", "a/b", FALSE },
  { "*/b", "a/b", TRUE },
  { "a/%/c", "a/b/c", TRUE },
  { "a/%/c", "a/b/b/c", FALSE },
  { "a*c", "a/b/b/c", TRUE },
  { "a*c", "a/b/b/d", FALSE },
  { "", "", TRUE },
  { "", "a", FALSE },
  { "a", "", FALSE },
  { "a", "A", FALSE },
  { "a", "ab", FALSE },
  { "ab", "a", FALSE },
  { "%%", "ab", TRUE },
  { "%*%", "a/b", TRUE },
  { "*%", "a/b", TRUE },
  { "%a%", "bab", TRUE },
  { "%a%", "b/ab", FALSE },
  { "a*%b", "a/x/b", TRUE },
  { "%x*z", "axyz", TRUE },
  { "inbox", "INBOX", TRUE },
  { "inBOX/*", "Inbox/a", TRUE },
  { "INBOX/A", "INBOX/a", FALSE },
  { "%nb%", "INBOX", TRUE },
  { "%nb%", "INBOXES", FALSE },
  { "inboxes", "INBOXES", FALSE },
  { "a/inbox", "a/INBOX", FALSE },
  { "*\u00e4*", "b\u00e4/b", TRUE },
  { "\\%", "\\a", TRUE },
};

static void
test_matches (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    if (imap_name_matches (patterns[i].pattern, patterns[i].name, '/') != patterns[i].matches)
      g_error ("\"%s\" and \"%s\"", patterns[i].pattern, patterns[i].name);
  g_assert_true (imap_name_matches ("%", "a/b", '\0'));
  g_assert_true (imap_name_matches ("inbox.%", "INBOX.a", '.'));
}

/* By the definition, in time without bound. */
static gboolean
matches_slowly (const char *pattern, const char *name)
{
  if (*pattern == '\0')
    return *name == '\0';
  if (*pattern == '*' || *pattern == '%')
    return matches_slowly (pattern + 1, name) ||
           (*name != '\0' && (*pattern == '*' || *name != '/') &&
            matches_slowly (pattern, name + 1));
  return *pattern == *name && matches_slowly (pattern + 1, name + 1);
}

static void
test_random_matches (void)
{
  static const char letters[] = "aab/*%";

  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  guint n_matches = 0;

  for (guint round = 0; round < 100000; round++)
    {
      char pattern[9] = "";
      char name[9] = "";
      gboolean matches;

      for (int i = g_rand_int_range (rand, 0, 9) - 1; i >= 0; i--)
        pattern[i] = letters[g_rand_int_range (rand, 0, 6)];
      for (int i = g_rand_int_range (rand, 0, 9) - 1; i >= 0; i--)
        name[i] = letters[g_rand_int_range (rand, 0, 4)];
      matches = matches_slowly (pattern, name);
      n_matches += matches;
      g_assert_cmpint (imap_name_matches (pattern, name, '/'), ==, matches);
    }
  g_assert_cmpuint (n_matches, >, 1000);
}

/* Wild cards that would explode, and a pattern of a whole command line, take no time. */
static void
test_wild_cards_explode (void)
{
  g_autoptr (GString) pattern = g_string_new (NULL);
  g_autofree char *name = g_strnfill (IMAP_NAME_BYTES_MAX, 'a');
  gint64           start_us = g_get_monotonic_time ();

  for (guint i = 0; i < IMAP_NAME_BYTES_MAX; i++)
    g_string_append (pattern, i % 2 == 0 ? "*a" : "%a");
  g_assert_true (imap_name_matches (pattern->str, name, '/'));
  g_string_append (pattern, "*b");
  g_assert_false (imap_name_matches (pattern->str, name, '/'));
  while (pattern->len < 64 * 1024)
    g_string_append (pattern, "%*a");
  for (guint i = 0; i < 100; i++)
    g_assert_false (imap_name_matches (pattern->str, name, '/'));
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, 10 * G_USEC_PER_SEC);
}

static void
test_flags (void)
{
  static const char *const keywords[] = { "$Forwarded", "work", NULL };
  ImapFlags                flags = { 0 };

  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < IMAP_N_FLAGS; i++)
    {
      g_autofree char *lower = g_ascii_strdown (imap_flag_get_name (1 << i), -1);

      g_assert_cmpuint (imap_flag_find (lower), ==, 1u << i);
    }
  for (guint i = 0; i < IMAP_N_USES; i++)
    {
      g_autofree char *upper = g_ascii_strup (imap_use_get_name (1 << i), -1);

      g_assert_cmpuint (imap_use_find (upper), ==, 1u << i);
    }
  g_assert_cmpuint (imap_flag_find ("Seen"), ==, 0);
  g_assert_cmpuint (imap_use_find ("\\Seen"), ==, 0);
  g_assert_cmpstr (imap_flag_get_name (0), ==, "");

  imap_append_flags (out, 0, NULL);
  imap_append_flags (out, IMAP_FLAG_SEEN | IMAP_FLAG_ANSWERED, NULL);
  imap_append_flags (out, IMAP_FLAG_RECENT, keywords);
  imap_append_flags (out, 0, keywords);
  g_assert_cmpstr (out->str, ==,
                   "()(\\Answered \\Seen)(\\Recent $Forwarded work)($Forwarded work)");

  imap_flags_add_keyword (&flags, "Work");
  imap_flags_add_keyword (&flags, "work");
  imap_flags_add_keyword (&flags, "play");
  g_assert_cmpuint (flags.keywords->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (flags.keywords, 0), ==, "Work");
  imap_flags_clear (&flags);
  g_assert_null (flags.keywords);
}

static void
test_sections (void)
{
  static const char *const fields[] = { "From", "X Y", "", "a\"b\\", "]" };
  ImapSection              section = { 0 };
  ImapSection              copy;

  g_autoptr (GString) out = g_string_new (NULL);

  imap_section_append (&section, out);
  g_assert_cmpstr (out->str, ==, "");
  section.kind = IMAP_SECTION_TEXT;
  imap_section_append (&section, out);
  g_assert_cmpstr (out->str, ==, "TEXT");
  section.path = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint32 i = 1; i < 4; i++)
    g_array_append_val (section.path, i);
  section.kind = IMAP_SECTION_HEADER_FIELDS_NOT;
  section.fields = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    g_ptr_array_add (section.fields, g_strdup (fields[i]));
  imap_section_copy (&section, &copy);
  imap_section_clear (&section);
  g_string_truncate (out, 0);
  imap_section_append (&copy, out);
  g_assert_cmpstr (out->str, ==,
                   "1.2.3.HEADER.FIELDS.NOT (From \"X Y\" \"\" \"a\\\"b\\\\\" ])");
  copy.kind = IMAP_SECTION_ALL;
  g_string_truncate (out, 0);
  imap_section_append (&copy, out);
  g_assert_cmpstr (out->str, ==, "1.2.3");
  imap_section_clear (&copy);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap/name/utf7", test_utf7);
  g_test_add_func ("/imap/name/wrong-utf7", test_wrong_utf7);
  g_test_add_func ("/imap/name/random-utf7", test_random_utf7);
  g_test_add_func ("/imap/name/valid", test_valid);
  g_test_add_func ("/imap/name/matches", test_matches);
  g_test_add_func ("/imap/name/random-matches", test_random_matches);
  g_test_add_func ("/imap/name/wild-cards-explode", test_wild_cards_explode);
  g_test_add_func ("/imap/name/flags", test_flags);
  g_test_add_func ("/imap/name/sections", test_sections);
  return g_test_run ();
}
