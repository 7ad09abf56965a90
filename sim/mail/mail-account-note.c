/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-account-parts.h"

#include <stdarg.h>

/* Writes numbers as a set of IMAP's has them, "3,5:7", in the order in which they come. */
typedef struct
{
  GString *out;
  guint from, to;
  gboolean is_begun;
} Numbers;

static void
end_range (Numbers *self)
{
  if (!self->is_begun)
    return;
  if (self->out->len > 0)
    g_string_append_c (self->out, ',');
  g_string_append_printf (self->out, "%u", self->from);
  if (self->to > self->from)
    g_string_append_printf (self->out, ":%u", self->to);
  self->is_begun = FALSE;
}

static void
add_number (Numbers *self, guint number)
{
  if (self->is_begun && number == self->to + 1)
    {
      self->to = number;
      return;
    }
  end_range (self);
  *self = (Numbers){ self->out, number, number, TRUE };
}

/* Sentences and details */

static void
append_state (GString *out, const MailMailbox *mailbox)
{
  g_string_append_printf (
      out,
      "\nuid-validity: %u\nuid-next: %u\nmessages: %u\n"
      "bytes: %" G_GUINT64_FORMAT,
      mail_mailbox_get_uid_validity (mailbox), mail_mailbox_get_uid_next (mailbox),
      mail_mailbox_get_n_messages (mailbox), mail_mailbox_get_n_bytes (mailbox));
}

/* @details: each line after a line end. */
static void
tell (MailAccount *self, const char *sentence, const GString *details, guint message)
{
  g_autofree char *all = NULL;

  if (self->next_details != NULL)
    {
      g_string_append_len (self->next_details, details->str, (gssize) details->len);
      self->next_details = NULL;
      return;
    }
  if (self->funcs == NULL)
    return;
  all = g_strdup_printf ("user: %s%s", self->user, details->str);
  self->funcs->changed (sentence, all, message, self->user_data);
}

void
mail_account_tell (MailAccount *self,
                   const char *name,
                   const MailMailbox *mailbox,
                   const char *change,
                   const char *more,
                   const char *format,
                   ...)
{
  g_autoptr (GString) details = g_string_new (NULL);
  g_autofree char *sentence = NULL;
  va_list arguments;

  if (self->funcs == NULL && self->next_details == NULL)
    return;
  va_start (arguments, format);
  sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_string_append_printf (details, "\nmailbox: %s\nchange: %s", name, change);
  if (more != NULL)
    g_string_append_printf (details, "\n%s", more);
  if (mailbox != NULL)
    append_state (details, mailbox);
  tell (self, sentence, details, 0);
}

/* Changes of messages: one note for each set of flags */

static char *
format_flags (const MailMailbox *mailbox, const MailStored *stored)
{
  g_autoptr (GPtrArray) keywords = g_ptr_array_new ();
  GString *text = g_string_new (NULL);

  for (guint bit = 0; bit < mail_mailbox_get_n_keywords (mailbox); bit++)
    if ((stored->keywords & G_GUINT64_CONSTANT (1) << bit) != 0)
      g_ptr_array_add (keywords, (char *) mail_mailbox_get_keyword (mailbox, bit));
  g_ptr_array_add (keywords, NULL);
  imap_append_flags (text, stored->flags, (const char *const *) keywords->pdata);
  return g_string_free (text, FALSE);
}

static int
compare_flags (gconstpointer a, gconstpointer b)
{
  const MailStored *first = *(const MailStored *const *) a;
  const MailStored *second = *(const MailStored *const *) b;

  if (first->flags != second->flags)
    return first->flags < second->flags ? -1 : 1;
  if (first->keywords != second->keywords)
    return first->keywords < second->keywords ? -1 : 1;
  return first->uid < second->uid ? -1 : first->uid > second->uid;
}

static char *
make_sentence (const MailAccount *self,
               const MailMailbox *mailbox,
               MailChangeKind kind,
               guint n,
               const char *flags)
{
  const char *name = mail_mailbox_get_name (mailbox);
  g_autofree char *what = n == 1 ? g_strdup ("1 message") : g_strdup_printf ("%u messages", n);

  switch (kind)
    {
    case MAIL_CHANGE_ADDED:
      return g_strdup_printf ("%s %s put into %s's mailbox %s", what, n == 1 ? "is" : "are",
                              self->user, name);
    case MAIL_CHANGE_FLAGS:
      return g_strdup_printf ("%s in %s's mailbox %s %s the flags %s now", what, self->user, name,
                              n == 1 ? "has" : "have", flags);
    case MAIL_CHANGE_REMOVED:
      break;
    }
  return g_strdup_printf ("%s %s removed from %s's mailbox %s", what, n == 1 ? "is" : "are",
                          self->user, name);
}

/* @messages: (array length=n): with the same flags, unless they are removed */
static void
tell_group (MailAccount *self,
            const MailMailbox *mailbox,
            const MailChange *change,
            const MailStored *const *messages,
            guint n)
{
  static const char *const words[] = {
    [MAIL_CHANGE_ADDED] = "added",
    [MAIL_CHANGE_FLAGS] = "flags",
    [MAIL_CHANGE_REMOVED] = "removed",
  };
  g_autofree char *flags =
      change->kind != MAIL_CHANGE_REMOVED ? format_flags (mailbox, messages[0]) : NULL;
  g_autofree char *sentence = make_sentence (self, mailbox, change->kind, n, flags);
  g_autoptr (GString) details = g_string_new (NULL);
  g_autoptr (GString) uids = g_string_new (NULL);
  g_autoptr (GString) numbers = g_string_new (NULL);
  Numbers uid_set = { .out = uids }, number_set = { .out = numbers };
  gboolean has_numbers = FALSE;

  for (guint i = 0; i < n; i++)
    {
      add_number (&uid_set, messages[i]->uid);
      add_number (&number_set, messages[i]->number);
      has_numbers |= messages[i]->number != 0;
    }
  end_range (&uid_set);
  end_range (&number_set);
  g_string_append_printf (details, "\nmailbox: %s\nchange: %s\nuids: %s",
                          mail_mailbox_get_name (mailbox), words[change->kind], uids->str);
  if (flags != NULL)
    g_string_append_printf (details, "\nflags: %s", flags);
  if (change->kind == MAIL_CHANGE_ADDED && has_numbers && n > 1)
    g_string_append_printf (details, "\nnumbers: %s", numbers->str);
  g_string_append_printf (details, "\nmodseq: %" G_GUINT64_FORMAT, change->modseq);
  append_state (details, mailbox);
  tell (self, sentence, details, n == 1 ? messages[0]->number : 0);
}

static gboolean
has_same_flags (const MailStored *a, const MailStored *b)
{
  return a->flags == b->flags && a->keywords == b->keywords;
}

static void
tell_changed (MailAccount *self, MailMailbox *mailbox, const MailChange *change)
{
  g_autofree const MailStored **messages = NULL;

  if (change->kind == MAIL_CHANGE_REMOVED)
    {
      tell_group (self, mailbox, change, change->messages, change->n);
      return;
    }
  messages = g_memdup2 (change->messages, change->n * sizeof *messages);
  qsort (messages, change->n, sizeof *messages, compare_flags);
  for (guint from = 0, to; from < change->n; from = to)
    {
      for (to = from + 1; to < change->n && has_same_flags (messages[from], messages[to]); to++)
        ;
      tell_group (self, mailbox, change, messages + from, to - from);
    }
}

static void
on_changed (MailMailbox *mailbox, const MailChange *change, gpointer user_data)
{
  MailAccount *self = user_data;

  for (guint i = 0; i < change->n && change->kind != MAIL_CHANGE_FLAGS; i++)
    {
      guint64 size = mail_message_get_size (change->messages[i]->message);

      if (change->kind == MAIL_CHANGE_ADDED)
        self->n_bytes += size;
      else
        self->n_bytes -= size;
    }
  if (change->kind == MAIL_CHANGE_ADDED)
    self->n_messages += change->n;
  else if (change->kind == MAIL_CHANGE_REMOVED)
    self->n_messages -= change->n;
  if (self->funcs != NULL || self->next_details != NULL)
    tell_changed (self, mailbox, change);
}

static gint64
get_now (gpointer user_data)
{
  MailAccount *self = user_data;

  return self->funcs != NULL ? self->funcs->get_now (self->user_data) : 0;
}

const MailMailboxOwner mail_account_owner = { get_now, on_changed };

void
mail_account_tell_next (MailAccount *self, GString *details)
{
  self->next_details = details;
}
