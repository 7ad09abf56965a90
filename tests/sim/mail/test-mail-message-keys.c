/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <mail/mail-message.h>

/* What a message is sorted and threaded by (RFC 5256, RFC 5957), and when it was sent. */

static MailMessage *
new_message (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return mail_message_new (bytes);
}

#define ARRIVAL ((gint64) 1000000)

/* Dates: what is sorted by, in seconds; -1: INTERNALDATE; the day as written. */
static const struct
{
  const char *date;
  gint64      sent;
  const char *day;
} dates[] = {
  { "1 Jan 2001 00:01:33 +0000", 978307293, "2001-01-01" },
  /* RFC 5256 section 2.2's example: the same moment, another day */
  { "31 Dec 2000 16:01:33 -0800", 978307293, "2000-12-31" },
  { "Mon, 1 Jan 2001 00:01:33 GMT", 978307293, "2001-01-01" },
  { "Mon, 1 Jan 2001\r\n 00:01:33 +0000 (UTC)", 978307293, "2001-01-01" },
  { "Mon 1 Jan 2001 00:01:33 +0000", 978307293, "2001-01-01" },
  /* A zone, and a time, that make no sense */
  { "Mon, 1 Jan 2001 00:01:33 +99zz", 978307293, "2001-01-01" },
  { "1 Jan 2001 00:01:33 +0000 or so; ?", 978307293, "2001-01-01" },
  { "1 Jan 2001 25:99:99 +0000", 978307200, "2001-01-01" },
  { "1 Jan 2001", 978307200, "2001-01-01" },
  { "Mon, 1  Jan 2001 noon", 978307200, "2001-01-01" },
  { "30 Feb 2001 00:00:00 +0000", -1, NULL },
  { "yesterday", -1, NULL },
  { "", -1, NULL },
  { ",,,,", -1, NULL },
  { NULL, -1, NULL },
};

static void
test_dates (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (dates); i++)
    {
      g_autofree char *text =
          dates[i].date != NULL ? g_strconcat ("Date: ", dates[i].date, "\r\n\r\n", NULL)
                                : g_strdup ("\r\n");
      g_autoptr (MailMessage) message = new_message (text);
      ImapSortItem   sort_item;
      ImapThreadItem thread_item;
      ImapDay        day;
      gint64         sent = dates[i].sent < 0 ? ARRIVAL : dates[i].sent * G_USEC_PER_SEC;

      g_test_message ("%s", dates[i].date);
      mail_message_fill_sort_item (message, ARRIVAL, &sort_item);
      mail_message_fill_thread_item (message, ARRIVAL, &thread_item);
      g_assert_cmpint (sort_item.sent_us, ==, sent);
      g_assert_cmpint (thread_item.sent_us, ==, sent);
      g_assert_cmpint (sort_item.arrival_us, ==, ARRIVAL);
      g_assert_cmpint (mail_message_get_sent_day (message, &day), ==, dates[i].day != NULL);
      if (dates[i].day != NULL)
        {
          g_autofree char *told = g_strdup_printf ("%04u-%02u-%02u", day.year, day.month, day.day);

          g_assert_cmpstr (told, ==, dates[i].day);
        }
    }
}

/* Addresses: To's mailbox, and how it is displayed. */
static const struct
{
  const char *to, *mailbox, *display;
} addresses[] = {
  { "anna@a.example", "ANNA", "ANNA@A.EXAMPLE" },
  { "Ben <b@a.example>, anna@a.example", "B", "BEN" },
  { "\"\" <b@a.example>", "B", "B@A.EXAMPLE" },
  { "=?utf-8?q?=C3=84nne?= <b@a.example>", "B", "A\314\210NNE" },
  { "b@a.example (=?utf-8?b?w6Q=?=)", "B", "A\314\210" },
  { "\"b c\"@a.example", "B C", "B C@A.EXAMPLE" },
  { "root", "ROOT", "ROOT" },
  { "Team: b@a.example, c@a.example;, d@a.example", "TEAM", "TEAM" },
  { "none:;", "NONE", "NONE" },
  { "b@a.example, Team: c@a.example;", "B", "B@A.EXAMPLE" },
  { "\303\244@a.example", "A\314\210", "A\314\210@A.EXAMPLE" },
  { "<<", "", "" },
  { "", "", "" },
  { "\r\nTo: c@a.example", "C", "C@A.EXAMPLE" },
  { "<<\r\nTo: c@a.example", "C", "C@A.EXAMPLE" },
};

static void
test_addresses (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autofree char *text = g_strconcat ("To: ", addresses[i].to, "\r\n\r\n", NULL);
      g_autoptr (MailMessage) message = new_message (text);
      ImapSortItem item;

      g_test_message ("%s", addresses[i].to);
      mail_message_fill_sort_item (message, ARRIVAL, &item);
      g_assert_cmpstr (item.to, ==, addresses[i].mailbox);
      g_assert_cmpstr (item.display_to, ==, addresses[i].display);
      g_assert_cmpstr (item.from, ==, "");
      g_assert_cmpstr (item.display_from, ==, "");
      g_assert_cmpstr (item.cc, ==, "");
      g_assert_cmpuint (item.size, ==, strlen (text));
    }
}

static void
test_subjects (void)
{
  static const struct
  {
    const char *subject, *base;
    gboolean    is_reply;
  } subjects[] = {
    { "Lunch", "LUNCH", FALSE },
    { "=?utf-8?q?Re=3A_?=\r\n =?utf-8?q?[l]_=C3=BC?=", "U\314\210", TRUE },
    { "Re: \303\274", "U\314\210", TRUE },
    { "a\r\n b", "A B", FALSE },
    { "", "", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (subjects); i++)
    {
      g_autofree char *text = g_strconcat ("Subject: ", subjects[i].subject, "\r\n\r\n", NULL);
      g_autoptr (MailMessage) message = new_message (text);
      ImapSortItem   sort_item;
      ImapThreadItem thread_item;

      mail_message_fill_sort_item (message, ARRIVAL, &sort_item);
      mail_message_fill_thread_item (message, ARRIVAL, &thread_item);
      g_assert_cmpstr (sort_item.subject, ==, subjects[i].base);
      g_assert_cmpstr (thread_item.subject, ==, subjects[i].base);
      g_assert_cmpint (thread_item.is_reply, ==, subjects[i].is_reply);
    }
}

/* Message ids: own, and references, commas between. */
static const struct
{
  const char *fields, *id, *references;
} ids[] = {
  { "", NULL, "" },
  { "Message-ID: <a@x>\r\nReferences: <b@x> <c@x>\r\n <d@x>\r\nIn-Reply-To: <e@x>\r\n", "a@x",
    "b@x,c@x,d@x" },
  { "message-id: (comment) <a@x> <b@x>\r\nIn-Reply-To: <e@x> <f@x>\r\n", "a@x", "e@x" },
  { "References: none\r\nIn-Reply-To: Anna's mail of <today> <e@x>\r\n", NULL, "e@x" },
  { "In-Reply-To: <a@x\r\n", NULL, "" },
  { "Message-ID: a@x\r\nReferences: a@x b@x\r\n", NULL, "" },
  { "Message-ID: <nothing>\r\n", NULL, "" },
  /* RFC 5256 section 3's example of one id in two forms */
  { "Message-ID: <\"01KF8JCEOCBS0045PS\"@xxx.yyy.com>\r\n"
    "References: <01KF8JCEOCBS0045PS@xxx.yyy.com>\r\n",
    "01KF8JCEOCBS0045PS@xxx.yyy.com", "01KF8JCEOCBS0045PS@xxx.yyy.com" },
  { "Message-ID: <\"a\\\"> b\"@x>\r\n", "a\"> b@x", "" },
  { "References: <a@\r\n x> <b @ x>\r\n", NULL, "a@x,b@x" },
  { "References: <a@x><b@x>junk<c@x>\r\n", NULL, "a@x,b@x,c@x" },
  { "References: <a@x <b@x>\r\n", NULL, "b@x" },
  { "References: <\"a@x> <b@x>\r\n", NULL, "b@x" },
  { "References: <a@x> <\"b@x> <\"c\"@x> <d@x>\r\n", NULL, "a@x,d@x" },
};

static void
test_ids (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *text = g_strconcat (ids[i].fields, "\r\n", NULL);
      g_autoptr (MailMessage) message = new_message (text);
      g_autofree char *references = NULL;
      ImapThreadItem   item;

      g_test_message ("%s", ids[i].fields);
      mail_message_fill_thread_item (message, ARRIVAL, &item);
      references = g_strjoinv (",", (char **) item.references);
      g_assert_cmpstr (item.message_id, ==, ids[i].id);
      g_assert_cmpstr (references, ==, ids[i].references);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mail-message-keys/dates", test_dates);
  g_test_add_func ("/mail-message-keys/addresses", test_addresses);
  g_test_add_func ("/mail-message-keys/subjects", test_subjects);
  g_test_add_func ("/mail-message-keys/ids", test_ids);
  return g_test_run ();
}
