/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-envelope.h"

void
smtp_mail_copy (const SmtpMail *from, SmtpMail *to)
{
  *to = *from;
  to->reverse_path = g_strdup (from->reverse_path);
  to->envid = g_strdup (from->envid);
  to->auth = g_strdup (from->auth);
}

void
smtp_mail_clear (SmtpMail *mail)
{
  g_free (mail->reverse_path);
  g_free (mail->envid);
  g_free (mail->auth);
  *mail = (SmtpMail){ NULL };
}

void
smtp_recipient_copy (const SmtpRecipient *from, SmtpRecipient *to)
{
  *to = *from;
  to->path = g_strdup (from->path);
  to->orcpt_type = g_strdup (from->orcpt_type);
  to->orcpt = g_strdup (from->orcpt);
}

void
smtp_recipient_clear (SmtpRecipient *recipient)
{
  g_free (recipient->path);
  g_free (recipient->orcpt_type);
  g_free (recipient->orcpt);
  *recipient = (SmtpRecipient){ NULL };
}
