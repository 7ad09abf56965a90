/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <imf/imf-kind.h>

#include <string.h>

typedef struct
{
  const char *name;
  const char *kind; /* as it is usually written; "" for an optional-field */
  ImfGroup    group;
  guint       max;
} Case;

static const Case cases[] = {
  { "Date", "Date", IMF_GROUP_ORIGINATION_DATE, 1 },
  { "from", "From", IMF_GROUP_ORIGINATOR, 1 },
  { "REPLY-TO", "Reply-To", IMF_GROUP_ORIGINATOR, 1 },
  { "cC", "Cc", IMF_GROUP_DESTINATION, 1 },
  { "message-ID", "Message-ID", IMF_GROUP_IDENTIFICATION, 1 },
  { "Comments", "Comments", IMF_GROUP_INFORMATIONAL, 0 },
  { "Resent-From", "Resent-From", IMF_GROUP_RESENT, 0 },
  { "Received", "Received", IMF_GROUP_TRACE, 0 },
  { "List-Id", "List-ID", IMF_GROUP_LIST, 1 },
  { "DKIM-Signature", "DKIM-Signature", IMF_GROUP_AUTHENTICATION, 0 },
  { "Froma", "", IMF_GROUP_OPTIONAL, 0 },
  { "Fro", "", IMF_GROUP_OPTIONAL, 0 },
  { "F", "", IMF_GROUP_OPTIONAL, 0 },
  { "X-From", "", IMF_GROUP_OPTIONAL, 0 },
  { "", "", IMF_GROUP_OPTIONAL, 0 },
};

static void
test_find (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize              length = strlen (cases[i].name);
      g_autofree guint8 *name = g_memdup2 (cases[i].name, length);
      const ImfKind     *kind = imf_kind_find (name, length);

      g_assert_cmpstr (kind->name, ==, cases[i].kind);
      g_assert_cmpuint (kind->group, ==, cases[i].group);
      g_assert_cmpuint (kind->max, ==, cases[i].max);
      g_assert_nonnull (kind->scan_value);
      g_assert_nonnull (kind->element);
    }
}

static void
test_find_in_table (void)
{
  static const ImfKind table[] = { { "B", NULL, IMF_GROUP_MIME, 1, NULL },
                                   { "A", NULL, IMF_GROUP_MIME, 2, NULL },
                                   { "a", NULL, IMF_GROUP_MIME, 3, NULL } };

  g_assert_true (imf_kind_find_in (table, 3, (const guint8 *) "a", 1) == &table[1]);
  g_assert_true (imf_kind_find_in (table, 3, (const guint8 *) "b", 1) == &table[0]);
  g_assert_null (imf_kind_find_in (table, 3, (const guint8 *) "ab", 2));
  g_assert_null (imf_kind_find_in (table, 0, (const guint8 *) "a", 1));
}

static void
test_groups_have_labels (void)
{
  for (guint i = 0; i < IMF_N_GROUPS; i++)
    g_assert_cmpuint (strlen (imf_group_get_label (i)), >, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imf-kind/find", test_find);
  g_test_add_func ("/imf-kind/find-in-table", test_find_in_table);
  g_test_add_func ("/imf-kind/groups", test_groups_have_labels);
  return g_test_run ();
}
