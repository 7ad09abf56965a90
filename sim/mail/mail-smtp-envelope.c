/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-smtp-parts.h"

#include "mail-address.h"
#include "mail-greylist.h"
#include "mail-limits.h"
#include "mail-submission.h"

/* Who may send, and to whom: MAIL and RCPT. */

/* Rounded up: who comes back at that second is late enough. */
static guint
to_seconds (gint64 us)
{
  return (guint) ((us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

/* The sender */

static gboolean
is_too_busy (MailSmtp *self)
{
  const SimScenarioHost *config = self->host->config;
  gint64 wait_us = mail_limits_count_message (self->host->limits, self->peer.address,
                                              config->messages_max, mail_host_get_now (self->host));
  MailSmtpRefusal  refusal = { "limit", 451, "4.7.1", NULL };
  g_autofree char *text = NULL;
  g_autofree char *limit = NULL;

  if (wait_us == 0)
    return FALSE;
  refusal.text = text = g_strdup_printf ("Too many messages, try again in %u seconds",
                                         to_seconds (wait_us));
  limit = g_strdup_printf ("%u messages in a minute", config->messages_max);
  mail_smtp_refuse (self, &refusal, "the client sends more than it may in a minute", "limit", limit,
                    NULL);
  return TRUE;
}

/* RFC 6409 section 6.1 lets a server refuse who sends as somebody else. */
static void
tell_other_sender (MailSmtp *self)
{
  const MailUser  *user = mail_smtp_get_user (self);
  g_autofree char *sentence = NULL;
  MailAddress      address;

  if (user == NULL || *self->mail.reverse_path == '\0')
    return;
  mail_address_resolve (self->host, self->mail.reverse_path, &address);
  if (address.kind == MAIL_ADDRESS_MAILBOX && address.user == user)
    return;
  sentence = g_strdup_printf ("%s sends from an address that is not its own: let pass", user->name);
  mail_smtp_note (self, 0, TRACE_FLAG_WARNING, "other-sender", sentence, "user", user->name, NULL);
}

/* What a submission server makes of a path; FALSE when it has refused it. */
static gboolean
complete_path (MailSmtp *self, const char *path, gboolean is_sender, char **out_path)
{
  MailRefusal     refused;
  MailSmtpRefusal refusal = { .what = "address-refused" };

  *out_path = NULL;
  if (!mail_policy_is_submission (self->service) || *path == '\0')
    {
      *out_path = g_strdup (path);
      return TRUE;
    }
  if (mail_submission_complete_path (self->host, path, is_sender, out_path, &refused))
    return TRUE;
  refusal.code = refused.code;
  refusal.status = refused.status;
  refusal.text = refused.text;
  mail_smtp_refuse (self, &refusal, "an address has to be complete to be of use elsewhere",
                    "address", path, NULL);
  mail_refusal_clear (&refused);
  return FALSE;
}

void
mail_smtp_answer_mail (MailSmtp *self, const SmtpMail *mail)
{
  char *path;

  mail_smtp_clear (self);
  if (is_too_busy (self) || !complete_path (self, mail->reverse_path, TRUE, &path))
    return;
  smtp_mail_copy (mail, &self->mail);
  g_free (self->mail.reverse_path);
  self->mail.reverse_path = path;
  tell_other_sender (self);
  smtp_server_answer (self->engine, 250, "2.1.0", "OK");
}

/* Recipients */

static gboolean
is_greylisted (MailSmtp *self, const char *path)
{
  gint64 wait_us = self->host->config->greylist_us;
  gint64 us;
  MailGreylistVerdict verdict;
  MailSmtpRefusal  refusal = { "greylisted", 451, "4.7.1", NULL };
  g_autofree char *text = NULL;
  g_autofree char *seconds = NULL;

  if (wait_us == 0 || self->service != SIM_SERVICE_SMTP || mail_smtp_may_relay (self))
    return FALSE;
  verdict = mail_greylist_check (self->host->greylist, self->peer.address, self->mail.reverse_path,
                                 path, wait_us, mail_host_get_now (self->host), &us);
  seconds = g_strdup_printf ("%u", to_seconds (us));
  if (verdict == MAIL_GREYLIST_PASSED)
    mail_smtp_note (self, 0, 0, "greylist-passed",
                    "the client has come back, as real mail servers do", "recipient", path,
                    "seconds", seconds, NULL);
  if (verdict != MAIL_GREYLIST_WAIT)
    return FALSE;
  refusal.text = text = g_strdup_printf ("Greylisted, try again in %s seconds", seconds);
  mail_smtp_refuse (self, &refusal,
                    "client, sender and recipient are new together: to come back later",
                    "recipient", path, "seconds", seconds, NULL);
  return TRUE;
}

void
mail_smtp_refuse_for_room (MailSmtp       *self,
                           MailMailboxRoom room,
                           const char     *recipient,
                           guint64         size)
{
  static const MailSmtpRefusal full = { "quota", 452, "4.2.2", "The mailbox is full" };
  static const MailSmtpRefusal too_small = { "quota", 552, "5.2.3",
                                             "The message is larger than the mailbox may be" };
  g_autofree char *quota = g_strdup_printf ("%" G_GUINT64_FORMAT, self->host->config->quota);
  g_autofree char *bytes = size != 0 ? g_strdup_printf ("%" G_GUINT64_FORMAT, size) : NULL;

  mail_smtp_refuse (self, room == MAIL_MAILBOX_FULL ? &full : &too_small,
                    "the message does not fit into the mailbox", "recipient", recipient, "quota",
                    quota, "size", bytes, NULL);
}

/* Whether it is known already that the message will not fit. */
static gboolean
is_over_quota (MailSmtp *self, const char *path, const MailAddress *address)
{
  MailMailboxRoom room = MAIL_MAILBOX_FITS;

  if (address->kind == MAIL_ADDRESS_MAILBOX)
    room = mail_account_check (address->user->account, MAX (self->mail.size, 1));
  if (room != MAIL_MAILBOX_FITS)
    mail_smtp_refuse_for_room (self, room, path, self->mail.size);
  return room != MAIL_MAILBOX_FITS;
}

/* Whether the host takes mail for @path (RFC 5321 sections 3.3 and 3.6.2); if not, it has said
 * why. */
static gboolean
takes_recipient (MailSmtp *self, const char *path)
{
  static const MailSmtpRefusal unknown = { "user-unknown", 550, "5.1.1", "No such user here" };
  static const MailSmtpRefusal denied = { "relay-denied", 550, "5.7.1", "Relaying denied" };
  MailAddress address;

  mail_address_resolve (self->host, path, &address);
  switch (address.kind)
    {
    case MAIL_ADDRESS_UNKNOWN:
      {
        g_autofree char *sentence = g_strdup_printf ("no mailbox for <%s>", path);

        mail_smtp_refuse (self, &unknown, sentence, "recipient", path, NULL);
        return FALSE;
      }
    case MAIL_ADDRESS_ELSEWHERE:
      if (mail_smtp_may_relay (self))
        return TRUE;
      mail_smtp_refuse (self, &denied,
                        "the domain is not ours, and the client may not send through us",
                        "recipient", path, NULL);
      return FALSE;
    case MAIL_ADDRESS_MAILBOX:
    case MAIL_ADDRESS_ALIAS:
    case MAIL_ADDRESS_LIST:
    case MAIL_ADDRESS_OWNER:
      break;
    }
  return !is_greylisted (self, path) && !is_over_quota (self, path, &address);
}

void
mail_smtp_answer_recipient (MailSmtp *self, const SmtpRecipient *recipient)
{
  SmtpRecipient copy;
  char         *path;

  if (!complete_path (self, recipient->path, FALSE, &path))
    return;
  if (!takes_recipient (self, path))
    {
      g_free (path);
      return;
    }
  smtp_recipient_copy (recipient, &copy);
  g_free (copy.path);
  copy.path = path;
  g_array_append_val (self->recipients, copy);
  smtp_server_answer (self->engine, 250, "2.1.5", "OK");
}
