/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mail/mail-message.h>

#include <stdio.h>
#include <string.h>

/* What IMAP asks of kept messages, over a mailbox made of a folder of real ones, again and again up
 * to N_MESSAGES: asked for the first time, and once more. Usage: bench-messages FOLDER */

#define N_MESSAGES 10000

/* Returns: (transfer full): messages, each with octets of its own */
static GPtrArray *
load_messages (const char *folder, gsize *out_n_bytes)
{
  g_autoptr (GPtrArray) contents = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_message_unref);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  *out_n_bytes = 0;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      char            *data;
      gsize            length;

      if (g_file_get_contents (path, &data, &length, NULL))
        g_ptr_array_add (contents, g_bytes_new_take (data, length));
    }
  for (guint i = 0; contents->len > 0 && i < N_MESSAGES; i++)
    {
      GBytes *original = contents->pdata[i % contents->len];
      g_autoptr (GBytes) bytes =
          g_bytes_new (g_bytes_get_data (original, NULL), g_bytes_get_size (original));

      g_ptr_array_add (messages, mail_message_new (bytes));
      *out_n_bytes += g_bytes_get_size (bytes);
    }
  return messages;
}

static guint
ask_envelope (MailMessage *message)
{
  gsize length;

  mail_message_get_envelope (message, &length);
  return length > 0;
}

static guint
ask_structure (MailMessage *message)
{
  gsize length;

  mail_message_get_body_structure (message, &length);
  return length > 0;
}

static guint
ask_header (MailMessage *message)
{
  return mail_message_has_in_header (message, "Subject", "RE: ");
}

static guint
ask_body (MailMessage *message)
{
  return mail_message_has_in_body (message, "MEETING");
}

static guint
ask_text (MailMessage *message)
{
  return mail_message_has_in_text (message, "NOT IN THERE");
}

static guint
ask_accents (MailMessage *message)
{
  return mail_message_has_in_body (message, "U\314\210BER");
}

static guint
ask_preview (MailMessage *message)
{
  g_autofree char *preview = mail_message_dup_preview (message);

  return preview[0] != '\0';
}

static const struct
{
  const char *name;
  guint (*ask) (MailMessage *message);
} questions[] = {
  { "ENVELOPE", ask_envelope }, { "BODYSTRUCTURE", ask_structure },
  { "SEARCH SUBJECT", ask_header },             { "SEARCH BODY", ask_body },
  { "SEARCH TEXT", ask_text },                  { "SEARCH BODY, accents", ask_accents },
  { "PREVIEW", ask_preview },
};

static double
measure (const GPtrArray *messages, guint (*ask) (MailMessage *message), guint *out_n)
{
  gint64 start = g_get_monotonic_time ();

  *out_n = 0;
  for (guint i = 0; i < messages->len; i++)
    *out_n += ask (messages->pdata[i]);
  return (double) (g_get_monotonic_time () - start) / 1000;
}

static void
measure_order (const GPtrArray *messages)
{
  g_autoptr (GArray) criteria = g_array_new (FALSE, FALSE, sizeof (ImapSortCriterion));
  const ImapSortCriterion by[] = { { IMAP_SORT_SUBJECT, FALSE }, { IMAP_SORT_DATE, TRUE } };
  g_autofree ImapSortItem   *items = g_new0 (ImapSortItem, messages->len);
  g_autofree ImapThreadItem *threads = g_new0 (ImapThreadItem, messages->len);
  g_autoptr (GString) out = g_string_new (NULL);
  gint64 start = g_get_monotonic_time ();
  gint64 keyed, sorted, threaded;

  g_array_append_vals (criteria, by, G_N_ELEMENTS (by));
  for (guint i = 0; i < messages->len; i++)
    {
      items[i].number = threads[i].number = i + 1;
      mail_message_fill_sort_item (messages->pdata[i], i, &items[i]);
      mail_message_fill_thread_item (messages->pdata[i], i, &threads[i]);
    }
  keyed = g_get_monotonic_time ();
  imap_sort (items, messages->len, criteria);
  sorted = g_get_monotonic_time ();
  imap_thread (threads, messages->len, IMAP_THREAD_REFERENCES, out);
  threaded = g_get_monotonic_time ();
  printf ("%-28s %9.1f ms\n", "keys of SORT and THREAD", (double) (keyed - start) / 1000);
  printf ("%-28s %9.1f ms\n", "SORT (SUBJECT REVERSE DATE)", (double) (sorted - keyed) / 1000);
  printf ("%-28s %9.1f ms\n", "THREAD REFERENCES", (double) (threaded - sorted) / 1000);
}

int
main (int argc, char **argv)
{
  gsize n_bytes;
  g_autoptr (GPtrArray) messages = load_messages (argc > 1 ? argv[1] : ".", &n_bytes);

  printf ("%u messages, %.1f MB\n", messages->len, (double) n_bytes / 1e6);
  printf ("%-28s %12s %12s\n", "", "first", "again");
  for (gsize i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      guint  n;
      double first = measure (messages, questions[i].ask, &n);
      double again = measure (messages, questions[i].ask, &n);

      printf ("%-28s %9.1f ms %9.1f ms  %u found\n", questions[i].name, first, again, n);
    }
  measure_order (messages);
  return 0;
}
