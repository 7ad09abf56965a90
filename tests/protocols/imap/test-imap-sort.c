/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <imap/imap-sort.h>

/* What messages are sorted by (RFC 5256 section 2), and the order they come to. */

static const struct
{
  const char *subject, *base;
  gboolean    is_reply;
} subjects[] = {
  { "", "", FALSE },
  { "Lunch", "Lunch", FALSE },
  /* Step 1 */
  { "  Lunch\t\tat \r\n\tnoon ", "Lunch at noon", FALSE },
  { "a\nb", "a b", FALSE },
  /* Step 2 */
  { "Lunch (fwd)", "Lunch", TRUE },
  { "Lunch (FWD) (fwd)  ", "Lunch", TRUE },
  { "Lunch(fwd)", "Lunch", TRUE },
  { "Lunch (fwd) today", "Lunch (fwd) today", FALSE },
  { "(fwd)", "", TRUE },
  { "fwd)", "fwd)", FALSE },
  /* Step 3 */
  { "Re: Lunch", "Lunch", TRUE },
  { "re:Lunch", "Lunch", TRUE },
  { "RE : Lunch", "Lunch", TRUE },
  { "Re: Re: Re: Lunch", "Lunch", TRUE },
  { "Fw: Fwd: FWD: Lunch", "Lunch", TRUE },
  { "Re[2]: Lunch", "Lunch", TRUE },
  { "Re [2] : Lunch", "Lunch", TRUE },
  { "Re:", "", TRUE },
  { "Re: (fwd)", "", TRUE },
  { "Re", "Re", FALSE },
  { "Re Lunch", "Re Lunch", FALSE },
  { "Reply: Lunch", "Reply: Lunch", FALSE },
  { "Forward: Lunch", "Forward: Lunch", FALSE },
  { "fwdx: Lunch", "fwdx: Lunch", FALSE },
  { "Re[[2]]: Lunch", "Re[[2]]: Lunch", FALSE },
  { "Re[2][3]: Lunch", "Re[2][3]: Lunch", FALSE },
  { "Aw: Lunch", "Aw: Lunch", FALSE },
  /* Step 4 */
  { "[list] Lunch", "Lunch", FALSE },
  { "[list] [other]  Lunch", "Lunch", FALSE },
  { "[list]Lunch", "Lunch", FALSE },
  { "[list]", "[list]", FALSE },
  { "[list] [other]", "[other]", FALSE },
  { "[list] (fwd)", "[list]", TRUE },
  { "[] Lunch", "Lunch", FALSE },
  { "[list Lunch", "[list Lunch", FALSE },
  { "[a [b] Lunch", "[a [b] Lunch", FALSE },
  { "Lunch [list]", "Lunch [list]", FALSE },
  /* Step 5 */
  { "[list] Re: Lunch", "Lunch", TRUE },
  { "Re: [list] Lunch", "Lunch", TRUE },
  { "Re: [list] Re: [other] Fwd: Lunch", "Lunch", TRUE },
  { "Re: [list]", "[list]", TRUE },
  { "[list] [other] Re: Lunch", "Lunch", TRUE },
  { "[list] Re:", "", TRUE },
  /* Step 6 */
  { "[fwd: Lunch]", "Lunch", TRUE },
  { "[Fwd: Re: [list] Lunch (fwd)]", "Lunch", TRUE },
  { "[fwd: [fwd: Lunch] ]", "Lunch", TRUE },
  { "Re: [fwd: Lunch] (fwd)", "Lunch", TRUE },
  { "[list] [fwd: Lunch]", "Lunch", TRUE },
  { "[fwd: Lunch] today", "today", FALSE },
  { "[fwd: Lunch", "[fwd: Lunch", FALSE },
  { "[fwd:]", "", TRUE },
  { "[fwd:", "[fwd:", FALSE },
  { "[fwd]", "[fwd]", FALSE },
  { "[fwd: [list] Lunch]", "Lunch", TRUE },
  { "\303\234ber: Re: x", "\303\234ber: Re: x", FALSE },
};

static void
test_base_subject (void)
{
  g_test_summary ("The base subject is what RFC 5256 section 2.1 says, exactly.");
  for (gsize i = 0; i < G_N_ELEMENTS (subjects); i++)
    {
      gboolean         is_reply = 2;
      g_autofree char *base = imap_base_subject (subjects[i].subject, &is_reply);
      g_autofree char *same = imap_base_subject (subjects[i].subject, NULL);

      g_test_message ("%s", subjects[i].subject);
      g_assert_cmpstr (base, ==, subjects[i].base);
      g_assert_cmpstr (same, ==, base);
      g_assert_cmpint (is_reply, ==, subjects[i].is_reply);
    }
}

/* Returns: (transfer full): @piece, @n times */
static char *
repeat (const char *piece, guint n, const char *end)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, piece);
  g_string_append (text, end);
  return g_string_free (text, FALSE);
}

static void
test_hostile_subjects (void)
{
  static const char *const pieces[] = { "[",      "]",       "[a]",   "[fwd:", "re:",
                                        "re [a",  "fw [a]:", "(fwd)", " ",     "[fwd: re: [x] ",
                                        "[a] re", "fwd" };
  gint64 start = g_get_monotonic_time ();

  g_test_summary ("A subject of a megabyte takes no more than its length.");
  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      guint            n = 1000000 / (guint) strlen (pieces[i]);
      g_autofree char *plain = repeat (pieces[i], n, "x");
      g_autofree char *closed = repeat (pieces[i], n, "]]]]]]]]]]");
      g_autofree char *base = imap_base_subject (plain, NULL);
      g_autofree char *other = imap_base_subject (closed, NULL);

      g_assert_cmpuint (strlen (base), <=, strlen (plain));
      g_assert_cmpuint (strlen (other), <=, strlen (closed));
    }
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_TIME_SPAN_SECOND);
}

static void
test_base_subject_is_its_own (void)
{
  static const char *const pieces[] = { "re", ":", "[", "]", "fwd", "[fwd:", "(fwd)", " ", "x",
                                        "[l]", "fw", "re:" };

  g_test_summary ("What is left of a subject, nothing more can be taken from.");
  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *base = NULL, *again = NULL;
      gboolean is_reply;

      for (guint n = (guint) g_test_rand_int_range (0, 9); n > 0; n--)
        g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
      base = imap_base_subject (text->str, NULL);
      again = imap_base_subject (base, &is_reply);
      g_assert_cmpstr (again, ==, base);
      g_assert_false (is_reply);
    }
}

static const struct
{
  const char *text, *collated;
} texts[] = {
  { "", "" },
  { "Ab z9[", "AB Z9[" },
  { "\303\251", "E\314\201" },               /* e with acute */
  { "\303\211", "E\314\201" },
  { "e\314\201", "E\314\201" },
  { "\303\237", "\303\237" },               /* sharp s has no titlecase of one character */
  { "\357\254\201x", "fiX" },               /* the ligature fi has no titlecase, but parts */
  { "\357\274\241", "A" },                  /* fullwidth */
  { "\317\203\317\202", "\316\243\316\243" }, /* sigma, final sigma */
  { "\321\217", "\320\257" },               /* Cyrillic ya */
  { "\344\270\255\346\226\207", "\344\270\255\346\226\207" },
  { "\352\260\200", "\341\204\200\341\205\241" }, /* Hangul */
  { "a\377b", "A\357\277\275B" },           /* not UTF-8 */
};

static void
test_collate (void)
{
  g_test_summary ("Equal for i;unicode-casemap is equal for strcmp() (RFC 5256 section 7).");
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *collated = imap_collate (texts[i].text);

      g_assert_cmpstr (collated, ==, texts[i].collated);
    }
}

/* Orders */

static const ImapSortItem items[] = {
  { 1, 11, 500, 300, 10, "C", "ANNA", "X", "ANNA A", "", "LUNCH" },
  { 2, 12, 400, 300, 30, "", "BEN", "X", "", "Z", "LUNCH" },
  { 3, 13, 300, 100, 20, "", "ANNA", "Y", "BEN B", "Z", "" },
  { 4, 14, 200, 200, 20, "B", "CARL", "", "ANNA A", "A", "AGENDA" },
  { 5, 15, 100, 400, 10, "B", "", "X", "", "A", "LUNCH" },
};

static const struct
{
  ImapSortCriterion criteria[3];
  guint             n;
  const char       *order;
} orders[] = {
  { { { IMAP_SORT_ARRIVAL, FALSE } }, 1, "5 4 3 2 1" },
  { { { IMAP_SORT_ARRIVAL, TRUE } }, 1, "1 2 3 4 5" },
  { { { IMAP_SORT_DATE, FALSE } }, 1, "3 4 1 2 5" },
  { { { IMAP_SORT_DATE, TRUE } }, 1, "5 1 2 4 3" },
  { { { IMAP_SORT_SIZE, FALSE } }, 1, "1 5 3 4 2" },
  { { { IMAP_SORT_CC, FALSE } }, 1, "2 3 4 5 1" },
  { { { IMAP_SORT_FROM, FALSE } }, 1, "5 1 3 2 4" },
  { { { IMAP_SORT_TO, TRUE } }, 1, "3 1 2 5 4" },
  { { { IMAP_SORT_DISPLAYFROM, FALSE } }, 1, "2 5 1 4 3" },
  { { { IMAP_SORT_DISPLAYTO, FALSE } }, 1, "1 4 5 2 3" },
  { { { IMAP_SORT_SUBJECT, FALSE } }, 1, "3 4 1 2 5" },
  { { { IMAP_SORT_SUBJECT, TRUE } }, 1, "1 2 5 4 3" },
  { { { IMAP_SORT_SUBJECT, FALSE }, { IMAP_SORT_DATE, TRUE } }, 2, "3 4 5 1 2" },
  { { { IMAP_SORT_SIZE, TRUE }, { IMAP_SORT_FROM, FALSE }, { IMAP_SORT_TO, TRUE } }, 3,
    "2 3 4 5 1" },
  { { { 0, FALSE } }, 0, "1 2 3 4 5" },
};

static void
test_order (void)
{
  g_test_summary ("Criteria count in their order, then the sequence number, never reversed.");
  for (gsize i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autoptr (GArray) criteria = g_array_new (FALSE, FALSE, sizeof (ImapSortCriterion));
      g_autoptr (GString) order = g_string_new (NULL);
      ImapSortItem sorted[G_N_ELEMENTS (items)];

      g_array_append_vals (criteria, orders[i].criteria, orders[i].n);
      for (guint j = 0; j < G_N_ELEMENTS (items); j++)
        sorted[j] = items[G_N_ELEMENTS (items) - 1 - j];
      imap_sort (sorted, G_N_ELEMENTS (items), criteria);
      imap_sort (NULL, 0, criteria);
      for (guint j = 0; j < G_N_ELEMENTS (items); j++)
        g_string_append_printf (order, "%s%u", j > 0 ? " " : "", sorted[j].number);
      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpstr (order->str, ==, orders[i].order);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap-sort/base-subject", test_base_subject);
  g_test_add_func ("/imap-sort/base-subject-is-its-own", test_base_subject_is_its_own);
  g_test_add_func ("/imap-sort/hostile-subjects", test_hostile_subjects);
  g_test_add_func ("/imap-sort/collate", test_collate);
  g_test_add_func ("/imap-sort/order", test_order);
  return g_test_run ();
}
