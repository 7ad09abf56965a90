/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-data.h>

#include <string.h>

#include <wire/wire-framer.h>

#define BLOCK(text) text, sizeof text - 1

static const struct
{
  const char *block;
  gsize       length;
  guint       leniencies;
  const char *places; /* "deviation@offset+length" of each */
} cases[] = {
  { BLOCK (".\r\n"), 0, "" },
  { BLOCK ("a\r\n..b\r\n.\r\n"), 0, "" },
  { BLOCK ("a\r\n"), 0, "" },
  { BLOCK (""), 0, "" },
  { BLOCK ("a\nb\r\n.\r\n"), SMTP_LENIENT_BARE_LF_DATA, "bare_lf_in_data@1+1 " },
  { BLOCK ("\na\r\n.\r\n"), SMTP_LENIENT_BARE_LF_DATA, "bare_lf_in_data@0+1 " },
  { BLOCK ("a\rb\r\n.\r\n"), SMTP_LENIENT_BARE_CR_DATA, "bare_cr_in_data@1+1 " },
  { BLOCK ("a\r\r\n.\r\n"), SMTP_LENIENT_BARE_CR_DATA, "bare_cr_in_data@1+1 " },
  { BLOCK ("a\0b\r\n.\r\n"), SMTP_LENIENT_NUL, "nul_in_data@1+1 " },
  { BLOCK ("a\n.\nb\r\n.\r\n"), SMTP_LENIENT_BARE_LF_DATA,
    "bare_lf_in_data@1+1 false_end_of_data@1+3 bare_lf_in_data@3+1 " },
  { BLOCK ("a\n.\r\nb\r\n.\r\n"), SMTP_LENIENT_BARE_LF_DATA,
    "bare_lf_in_data@1+1 false_end_of_data@1+4 " },
  { BLOCK ("a\r\n.\nb\r\n.\r\n"), SMTP_LENIENT_BARE_LF_DATA,
    "false_end_of_data@1+4 bare_lf_in_data@4+1 " },
  { BLOCK ("a\r.\rb\r\n.\r\n"), SMTP_LENIENT_BARE_CR_DATA,
    "bare_cr_in_data@1+1 false_end_of_data@1+3 bare_cr_in_data@3+1 " },
  { BLOCK ("a\r.\r\nb\r\n.\r\n"), SMTP_LENIENT_BARE_CR_DATA,
    "bare_cr_in_data@1+1 false_end_of_data@1+4 " },
  { BLOCK ("a\r\n.\rb\r\n.\r\n"), SMTP_LENIENT_BARE_CR_DATA,
    "false_end_of_data@1+4 bare_cr_in_data@4+1 " },
  { BLOCK ("a\n.\rb\r\n.\r\n"), SMTP_LENIENT_BARE_CR_DATA | SMTP_LENIENT_BARE_LF_DATA,
    "bare_lf_in_data@1+1 false_end_of_data@1+3 bare_cr_in_data@3+1 " },
  { BLOCK ("a\r.\nb\r\n.\r\n"), SMTP_LENIENT_BARE_CR_DATA | SMTP_LENIENT_BARE_LF_DATA,
    "bare_cr_in_data@1+1 false_end_of_data@1+3 bare_lf_in_data@3+1 " },
  { BLOCK ("a\r\r\n.\r\r\nb\r\n.\r\n"), SMTP_LENIENT_BARE_CR_DATA,
    "bare_cr_in_data@1+1 false_end_of_data@2+4 bare_cr_in_data@5+1 " },
  { BLOCK ("a\r\n\0.\r\nb\r\n.\r\n"), SMTP_LENIENT_NUL, "nul_in_data@3+1 false_end_of_data@1+6 " },
  { BLOCK (".\nb\r\n.\r\n"), SMTP_LENIENT_BARE_LF_DATA,
    "false_end_of_data@0+2 bare_lf_in_data@1+1 " },
  { BLOCK ("a.\nb\r\n.\r\n"), SMTP_LENIENT_BARE_LF_DATA, "bare_lf_in_data@2+1 " },
  { BLOCK ("a\n.\n"), SMTP_LENIENT_BARE_LF_DATA | SMTP_LENIENT_END_LF_LF,
    "bare_lf_in_data@1+1 odd_end_of_data@2+2 " },
  { BLOCK ("a\r\n.\r"), SMTP_LENIENT_END_CRLF_CR, "odd_end_of_data@3+2 " },
  { BLOCK ("a\r\r\n.\r\r\n"), SMTP_LENIENT_BARE_CR_DATA | SMTP_LENIENT_END_CRCRLF_CRCRLF,
    "bare_cr_in_data@1+1 odd_end_of_data@4+4 " },
  { BLOCK ("a\r\n\0.\r\n"), SMTP_LENIENT_END_CRLF_NUL, "odd_end_of_data@3+4 " },
};

static void
append_place (const WireDeviation *deviation, gsize offset, gsize length, gpointer data)
{
  g_string_append_printf (data, "%s@%" G_GSIZE_FORMAT "+%" G_GSIZE_FORMAT " ", deviation->name,
                          offset, length);
}

static void
check (const char *block, gsize length, guint leniencies, const char *places)
{
  g_autofree guint8 *exact = g_memdup2 (block, length);
  g_autoptr (GString) found = g_string_new (NULL);

  smtp_data_foreach (exact, length, append_place, found);
  g_assert_cmpstr (found->str, ==, places);
  g_assert_cmphex (smtp_data_get_leniencies (exact, length), ==, leniencies);
}

static void
test_places (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check (cases[i].block, cases[i].length, cases[i].leniencies, cases[i].places);
}

/* 1000 octets with CRLF, and a stuffed dot besides. */
static void
test_line_lengths (void)
{
  for (guint n = 997; n < 1000; n++)
    for (guint n_dots = 0; n_dots < 3; n_dots++)
      {
        gboolean         is_long = n + MAX (n_dots, 1) - 1 > 998;
        g_autofree char *fill = g_strnfill (n, 'x');
        g_autofree char *dots = g_strnfill (n_dots, '.');
        g_autofree char *block = g_strconcat ("a\r\n", dots, fill, "\r\n.\r\n", NULL);
        g_autofree char *place =
            g_strdup_printf ("long_line_in_data@3+%u ", n + n_dots + 2);

        check (block, strlen (block), is_long ? SMTP_LENIENT_LONG_LINES : 0,
               is_long ? place : "");
      }
}

/* What is content to the strict profile is told as a false end where another takes it for one, and
 * only there. */
static void
test_false_ends (void)
{
  for (guint round = 0; round < 20000; round++)
    {
      char  data[12];
      gsize length;
      const guint8 *unit;
      g_autoptr (WireFramer) strict = wire_framer_new ();
      g_autoptr (WireFramer) lax = wire_framer_new ();
      g_autoptr (GString) places = g_string_new (NULL);

      for (guint i = 0; i < sizeof data; i++)
        data[i] = "\r\n.\0a\r\n"[g_test_rand_int_range (0, 7)];
      wire_framer_push (strict, (const guint8 *) data, sizeof data);
      wire_framer_push (strict, (const guint8 *) "a\r\n.\r\n", 6);
      g_assert_cmpint (wire_framer_next_block (strict, 99, 0, &unit, &length), ==,
                       WIRE_FRAME_UNIT);
      smtp_data_foreach (unit, length, append_place, places);
      wire_framer_push (lax, unit, length);
      g_assert_cmpint (wire_framer_next_block (lax, 99, WIRE_FRAMER_ENDS, &unit, &length), ==,
                       WIRE_FRAME_UNIT);
      g_assert_cmpint (strstr (places->str, "false_end_of_data") != NULL, ==,
                       wire_framer_get_end (lax) != 0);
    }
}

/* The flags of the framer and the leniencies name the same forms. */
static void
test_profile (void)
{
  for (guint i = 0; smtp_leniency_get_name (i) != NULL; i++)
    {
      guint            set = smtp_leniency_find (smtp_leniency_get_name (i));
      g_autofree char *names = smtp_leniencies_format (set);
      guint            flags = smtp_leniencies_get_framer_flags (set);

      if ((set & (set - 1)) == 0)
        g_assert_cmpstr (names, ==, smtp_leniency_get_name (i));
      g_assert_cmphex (smtp_leniency_of_end (flags & WIRE_FRAMER_ENDS), ==,
                       set & SMTP_LENIENT_ENDS);
    }
  g_assert_cmphex (smtp_leniencies_get_framer_flags (SMTP_PROFILE_STRICT), ==, 0);
  g_assert_cmphex (smtp_leniencies_get_framer_flags (SMTP_PROFILE_COMMON), ==,
                   WIRE_FRAMER_BARE_LF_ENDS_LINE);
  g_assert_cmphex (smtp_leniencies_get_framer_flags (SMTP_PROFILE_LENIENT), ==,
                   WIRE_FRAMER_BARE_LF_ENDS_LINE | WIRE_FRAMER_BARE_LF_ENDS_DATA);
  g_assert_cmphex (smtp_leniencies_get_framer_flags (SMTP_LENIENT_BARE_CR_ENDS_LINE), ==,
                   WIRE_FRAMER_BARE_CR_ENDS_LINE);
  g_assert_cmpuint (smtp_leniency_find ("no-such-leniency"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp/data/places", test_places);
  g_test_add_func ("/smtp/data/line-lengths", test_line_lengths);
  g_test_add_func ("/smtp/data/false-ends", test_false_ends);
  g_test_add_func ("/smtp/data/profile", test_profile);
  return g_test_run ();
}
