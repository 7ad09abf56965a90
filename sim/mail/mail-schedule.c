/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-schedule.h"

#define MINUTE_US (60 * G_TIME_SPAN_SECOND)

/* Waits before the second and later tries; the last one repeats. RFC 5321 section 4.5.4.1: "at
 * least 30 minutes", "two connection attempts in the first hour", then "one every two or three
 * hours". */
static const gint64 waits_us[] = {
  30 * MINUTE_US, 30 * MINUTE_US, 60 * MINUTE_US, 120 * MINUTE_US, 180 * MINUTE_US,
};

gint64
mail_schedule_get_warning_us (const MailHost *host, gint64 since_us)
{
  return since_us + (host->config->warn_us > 0 ? host->config->warn_us : MAIL_SCHEDULE_WARN_US);
}

gint64
mail_schedule_get_expiry_us (const MailHost *host, gint64 since_us)
{
  return since_us +
         (host->config->expire_us > 0 ? host->config->expire_us : MAIL_SCHEDULE_EXPIRE_US);
}

gint64
mail_schedule_get_next_us (const MailHost *host, gint64 since_us, guint n_tries)
{
  guint  i = CLAMP (n_tries, 1, G_N_ELEMENTS (waits_us)) - 1;
  gint64 next_us = mail_host_get_now (host) + waits_us[i];

  return MIN (next_us, mail_schedule_get_expiry_us (host, since_us));
}
