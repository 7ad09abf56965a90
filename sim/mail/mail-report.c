/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-report.h"

#include "mail-dsn.h"

#define ID_LENGTH 8

static const struct
{
  const char *what; /* of the note */
  guint       flags;
  const char *sentence;
} kinds[] = {
  [MAIL_DSN_FAILED] = { "bounced", TRACE_FLAG_ERROR, "a report of the failure" },
  [MAIL_DSN_DELAYED] = { "warned", TRACE_FLAG_WARNING, "a report of the delay" },
  [MAIL_DSN_SUCCEEDED] = { "reported", 0, "the report that was asked for" },
};

/* RFC 3461 section 4.1: without NOTIFY, failure and maybe delay. */
static gboolean
is_wanted (const MailRecipient *recipient, MailDsnKind kind)
{
  guint notify = recipient->envelope.notify;

  switch (kind)
    {
    case MAIL_DSN_FAILED:
      return notify == 0 || (notify & SMTP_NOTIFY_FAILURE) != 0;
    case MAIL_DSN_DELAYED:
      return notify == 0 || (notify & SMTP_NOTIFY_DELAY) != 0;
    case MAIL_DSN_SUCCEEDED:
      break;
    }
  return (notify & SMTP_NOTIFY_SUCCESS) != 0;
}

/* Queues a report. @notify: asked for the report itself */
static void
send_report (MailEntry *entry, MailDsnKind kind, const GPtrArray *recipients, const char *to,
             guint notify)
{
  MailHost        *host = entry->host;
  g_autofree char *id = sim_random_token (sim_host_get_random (host->net), ID_LENGTH);
  g_autoptr (GBytes) message = mail_dsn_build (entry, kind, recipients, to);
  SmtpRecipient recipient = { .path = (char *) to, .notify = notify };
  MailQueued    queued = {
       .id = id,
       /* RFC 3461 section 6.1; RFC 8689 section 5: as well protected as the message */
       .mail = { .reverse_path = (char *) "",
                 .is_utf8 = mail_dsn_is_utf8 (to),
                 .requires_tls = entry->mail.requires_tls },
       .recipients = &recipient,
       .n_recipients = 1,
       .message = message,
       .number = mail_register_number (host->messages, message),
  };

  mail_host_note (host, entry->number, kinds[kind].flags, kinds[kind].what,
                  "%s: %s goes to <%s>\nid: %s\nreport: %s\nto: %s", entry->id,
                  kinds[kind].sentence, to, entry->id, id, to);
  mail_host_tell_message (host, "composed", queued.number, host->actor, host->actor,
                          "%s writes to <%s>: %s", host->name, to, kinds[kind].sentence);
  mail_queue_accept (host->queue, &queued);
}

/* Of a report that failed itself nobody is told by mail but the postmaster here: RFC 5321 section
 * 4.5.5, RFC 3461 section 5.2. */
static void
tell_postmaster (MailEntry *entry, const GPtrArray *recipients)
{
  MailHost        *host = entry->host;
  const char      *domain = host->config->domains[0];
  g_autofree char *to = g_strdup_printf ("postmaster@%s", domain != NULL ? domain : "");

  mail_host_note (host, entry->number, TRACE_FLAG_ERROR, "double-bounce",
                  "%s has no sender to report the failure to\nid: %s", entry->id, entry->id);
  if (domain != NULL && host->users->len > 0)
    send_report (entry, MAIL_DSN_FAILED, recipients, to, SMTP_NOTIFY_NEVER);
  else
    mail_host_note (host, entry->number, TRACE_FLAG_ERROR, "dropped",
                    "%s is dropped: nobody here looks after the mail\nid: %s", entry->id,
                    entry->id);
}

/* RFC 3461 section 5.2.6 (b): failures that nobody wants to hear of. */
static void
note_unwanted (MailEntry *entry, const GPtrArray *recipients)
{
  g_autofree char *names = mail_entry_format_recipients (recipients);

  mail_host_note (entry->host, entry->number, TRACE_FLAG_WARNING, "dropped",
                  "%s is dropped for %s: no report is wanted\nid: %s\nrecipients: %s", entry->id,
                  names, entry->id, names);
}

static MailDsnKind
get_kind (const MailRecipient *recipient)
{
  return recipient->state == MAIL_STATE_FAILED ? MAIL_DSN_FAILED : MAIL_DSN_SUCCEEDED;
}

static void
report_kind (MailEntry *entry, MailDsnKind kind, const GPtrArray *wanted,
             const GPtrArray *unwanted)
{
  if (wanted->len > 0 && *entry->mail.reverse_path != '\0')
    send_report (entry, kind, wanted, entry->mail.reverse_path, 0);
  else if (wanted->len > 0 && kind == MAIL_DSN_FAILED)
    tell_postmaster (entry, wanted);
  if (unwanted->len > 0 && kind == MAIL_DSN_FAILED)
    note_unwanted (entry, unwanted);
}

void
mail_report_settled (MailEntry *entry)
{
  static const MailDsnKind order[] = { MAIL_DSN_SUCCEEDED, MAIL_DSN_FAILED };

  for (guint k = 0; k < G_N_ELEMENTS (order); k++)
    {
      g_autoptr (GPtrArray) wanted = g_ptr_array_new ();
      g_autoptr (GPtrArray) unwanted = g_ptr_array_new ();

      for (guint i = 0; i < entry->recipients->len; i++)
        {
          MailRecipient *recipient = g_ptr_array_index (entry->recipients, i);

          if (recipient->is_settled || recipient->state == MAIL_STATE_WAITING ||
              get_kind (recipient) != order[k])
            continue;
          recipient->is_settled = TRUE;
          if (recipient->state != MAIL_STATE_PASSED_ON)
            g_ptr_array_add (is_wanted (recipient, order[k]) ? wanted : unwanted, recipient);
        }
      report_kind (entry, order[k], wanted, unwanted);
    }
}

void
mail_report_delay (MailEntry *entry)
{
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();

  for (guint i = 0; i < entry->recipients->len; i++)
    {
      MailRecipient *recipient = g_ptr_array_index (entry->recipients, i);

      if (recipient->state == MAIL_STATE_WAITING && is_wanted (recipient, MAIL_DSN_DELAYED))
        g_ptr_array_add (wanted, recipient);
    }
  if (wanted->len > 0 && *entry->mail.reverse_path != '\0')
    send_report (entry, MAIL_DSN_DELAYED, wanted, entry->mail.reverse_path, 0);
}
