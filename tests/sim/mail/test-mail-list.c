/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "mail-scenario.h"
#include "mail-story.h"
#include <mail/mail-list.h>

/* Mailing lists: what their mail says of itself (RFC 2369, RFC 2919), and whom reports reach
 * (RFC 5321 section 3.9.2). */

static const struct
{
  const char     *name;
  SimScenarioList list;
  const char     *message, *dressed;
} cases[] = {
  { "fields", { .address = (char *) "News@lists.example", .name = (char *) "All the news" },
    "From: a@a.example\r\n\r\nx\r\n",
    "Delivered-To: News@lists.example\r\n"
    "List-Id: \"All the news\" <news.lists.example>\r\n"
    "List-Help: <mailto:News-request@lists.example?subject=help>\r\n"
    "List-Unsubscribe: <mailto:News-request@lists.example?subject=unsubscribe>\r\n"
    "List-Post: <mailto:News@lists.example>\r\nFrom: a@a.example\r\n\r\nx\r\n" },
  { "no-name", { .address = (char *) "n@lists.example", .name = (char *) "" }, "From: a@a.example",
    "Delivered-To: n@lists.example\r\nList-Id: <n.lists.example>\r\n"
    "List-Help: <mailto:n-request@lists.example?subject=help>\r\n"
    "List-Unsubscribe: <mailto:n-request@lists.example?subject=unsubscribe>\r\n"
    "List-Post: <mailto:n@lists.example>\r\nFrom: a@a.example" },
  { "quotes-in-the-name", { .address = (char *) "n@lists.example", .name = (char *) "The \"n\"" },
    "\r\n",
    "Delivered-To: n@lists.example\r\nList-Id: \"The \\\"n\\\"\" <n.lists.example>\r\n"
    "List-Help: <mailto:n-request@lists.example?subject=help>\r\n"
    "List-Unsubscribe: <mailto:n-request@lists.example?subject=unsubscribe>\r\n"
    "List-Post: <mailto:n@lists.example>\r\n\r\n" },
  { "fields-of-others-go", { .address = (char *) "n@lists.example", .name = (char *) "" },
    "List-ID: <old.example>\r\nlist-post: NO\r\nList-Archive: <http://a.example/>\r\n"
    "List-Owner: <mailto:x@x.example>\r\n (folded)\r\nFrom: a@a.example\r\n\r\nList-Id: y\r\n",
    "Delivered-To: n@lists.example\r\nList-Id: <n.lists.example>\r\n"
    "List-Help: <mailto:n-request@lists.example?subject=help>\r\n"
    "List-Unsubscribe: <mailto:n-request@lists.example?subject=unsubscribe>\r\n"
    "List-Post: <mailto:n@lists.example>\r\nList-Archive: <http://a.example/>\r\n"
    "From: a@a.example\r\n\r\nList-Id: y\r\n" },
};

static void
test_dress (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (GBytes) message = g_bytes_new (cases[i].message, strlen (cases[i].message));
  g_autoptr (GBytes) dressed = mail_list_dress (&cases[i].list, message);
  g_autofree char *text = g_strndup (g_bytes_get_data (dressed, NULL), g_bytes_get_size (dressed));

  g_assert_cmpstr (text, ==, cases[i].dressed);
}

#define LIST(members)                                                                              \
  "[List news@sender.example]\nHost=mail.sender.example\nName=News\nOwner=anna@sender.example\n"   \
  "Members=" members "\n"

static TraceLog *
run_list (const char *list, const char *to)
{
  g_autofree char *scenario = g_strconcat (
      MAIL_SCENARIO ("", "", "", MAIL_SCENARIO_FIRST, MAIL_SCENARIO_SEND ("@TO@", "")), list, NULL);
  g_autoptr (GString) text = g_string_new (scenario);
  TraceLog *log;

  g_string_replace (text, "@TO@", to, 0);
  log = mail_story_run (text->str);
  g_assert_cmpuint (mail_story_count (log, "queued"), ==, mail_story_count (log, "unqueued"));
  return log;
}

static void
test_bad_member (void)
{
  g_autoptr (TraceLog) log = run_list (
      LIST ("bob@recipient.example;ghost@recipient.example;Alice A <alice@sender.example>"),
      "news@sender.example");
  g_autofree char *bounced = mail_story_dup_note (log, "bounced", 0);
  g_autofree char *to = mail_story_dup_value (bounced, "to");
  g_autofree char *posted = mail_story_dup_note (log, "queued", 1);
  g_autofree char *from = mail_story_dup_value (posted, "from");
  g_autofree char *to_owner = mail_story_dup_note (log, "delivered", 2);
  g_autofree char *owner = mail_story_dup_value (to_owner, "user");

  g_test_summary ("A member's failure is reported to the list's owner, never to the author.");
  g_assert_cmpstr (from, ==, "<news-bounces@sender.example>");
  g_assert_cmpuint (mail_story_count (log, "bounced"), ==, 1);
  g_assert_cmpstr (to, ==, "news-bounces@sender.example");
  g_assert_cmpuint (mail_story_count (log, "delivered"), ==, 3);
  g_assert_cmpstr (owner, ==, "anna");
}

static void
test_loop (void)
{
  g_autoptr (TraceLog) log = run_list (LIST ("bob@recipient.example;news@sender.example"),
                                       "news@sender.example");

  g_test_summary ("What has been through a list does not go through it again.");
  g_assert_cmpuint (mail_story_count (log, "list-loop"), ==, 1);
  g_assert_cmpuint (mail_story_count (log, "delivered"), ==, 1);
}

static void
test_loop_of_two (void)
{
  g_autoptr (TraceLog) log = run_list (
      LIST ("bob@recipient.example;more@sender.example")
      "[List more@sender.example]\nHost=mail.sender.example\nOwner=anna@sender.example\n"
      "Members=carol@recipient.example;news@sender.example\n", "news@sender.example");

  g_test_summary ("Nor by way of another list, which says that it is its own.");
  g_assert_cmpuint (mail_story_count (log, "list-loop"), ==, 1);
  g_assert_cmpuint (mail_story_count (log, "delivered"), ==, 2);
}

static void
test_to_the_owner (void)
{
  static const char *const names[] = { "news-owner", "news-request", "news-bounces",
                                       "NEWS-Bounces" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *to = g_strconcat (names[i], "@sender.example", NULL);
      g_autoptr (TraceLog) log = run_list (LIST ("bob@recipient.example"), to);
      g_autofree char *delivered = mail_story_dup_note (log, "delivered", 0);
      g_autofree char *user = mail_story_dup_value (delivered, "user");

      g_assert_cmpuint (mail_story_count (log, "delivered"), ==, 1);
      g_assert_cmpstr (user, ==, "anna");
    }
}

static void
test_no_members (void)
{
  g_autoptr (TraceLog) log = run_list (LIST (""), "news@sender.example");

  g_assert_cmpuint (mail_story_count (log, "list-empty"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mail-list/dress/", cases[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_dress);
    }
  g_test_add_func ("/mail-list/bad-member", test_bad_member);
  g_test_add_func ("/mail-list/loop", test_loop);
  g_test_add_func ("/mail-list/loop-of-two", test_loop_of_two);
  g_test_add_func ("/mail-list/to-the-owner", test_to_the_owner);
  g_test_add_func ("/mail-list/no-members", test_no_members);
  return g_test_run ();
}
