/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-host.h"

#include <stdarg.h>
#include <string.h>

#include "mail-greylist.h"
#include "mail-limits.h"
#include "mail-queue.h"
#include <imf/imf-address.h>
#include <smtp/smtp-mailbox.h>

static void
free_user (gpointer data)
{
  MailUser *user = data;

  g_free (user->name);
  g_free (user->password);
  mail_account_free (user->account);
  for (guint i = 0; i < G_N_ELEMENTS (user->keys); i++)
    sasl_keys_free (user->keys[i]);
  g_free (user);
}

MailUser *
mail_host_find_user (const MailHost *self, const char *local_part)
{
  for (guint i = 0; i < self->users->len; i++)
    {
      MailUser *user = g_ptr_array_index (self->users, i);

      if (g_ascii_strcasecmp (user->name, local_part) == 0)
        return user;
    }
  return NULL;
}

gboolean
mail_host_is_local_domain (const MailHost *self, const char *domain)
{
  for (guint i = 0; self->config->domains[i] != NULL; i++)
    if (g_ascii_strcasecmp (self->config->domains[i], domain) == 0)
      return TRUE;
  return FALSE;
}

MailUser *
mail_host_find_login (const MailHost *self, const char *name)
{
  g_autofree char *local_part = NULL;
  g_autofree char *domain = NULL;

  smtp_mailbox_split (name, &local_part, &domain);
  if (domain != NULL && !mail_host_is_local_domain (self, domain))
    return NULL;
  return mail_host_find_user (self, local_part);
}

const char *
mail_host_get_domain (const MailHost *self)
{
  return self->config->domains[0] != NULL ? self->config->domains[0] : self->name;
}

char *
mail_host_format_address (const MailHost *self, const MailUser *user)
{
  ImfMailbox mailbox = { .local_part = user->name, .domain = (char *) mail_host_get_domain (self) };

  return imf_mailbox_format_addr_spec (&mailbox);
}

gint64
mail_host_get_now (const MailHost *self)
{
  return sim_world_get_now (self->sim);
}

static void
record (const MailHost *self,
        TraceKind       kind,
        const char     *what,
        guint           flags,
        guint           message,
        guint           from,
        guint           to,
        const char     *text)
{
  TraceEvent event = {
    .arrival_us = mail_host_get_now (self),
    .kind = kind,
    .flags = flags,
    .message = message,
    .from = (guint16) from,
    .to = (guint16) to,
    .what = trace_log_intern (sim_world_get_log (self->sim), what),
  };

  sim_world_record (self->sim, &event, text, strlen (text));
}

void
mail_host_note (const MailHost *self,
                guint           message,
                guint           flags,
                const char     *what,
                const char     *format,
                ...)
{
  g_autofree char *text = NULL;
  va_list          arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  record (self, TRACE_NOTE, what, flags, message, self->actor, self->actor, text);
}

void
mail_host_tell_message (const MailHost *self,
                        const char     *what,
                        guint           message,
                        guint           from,
                        guint           to,
                        const char     *format,
                        ...)
{
  g_autofree char *text = NULL;
  va_list          arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  record (self, TRACE_MESSAGE, what, 0, message, from, to, text);
}

/* What accounts ask and tell */

static gint64
get_unix_us (gpointer user_data)
{
  MailHost *self = user_data;

  return sim_world_get_unix_us (self->sim);
}

static void
on_account_changed (const char *sentence, const char *details, guint message, gpointer user_data)
{
  mail_host_note (user_data, message, 0, "mailbox", "%s\n%s", sentence, details);
}

static const MailAccountFuncs account_funcs = { get_unix_us, on_account_changed };

/* "A good UIDVALIDITY value to use is a 32-bit representation of the current date/time when the
 * value is assigned" (RFC 9051 section 2.3.1.1). Never 0. */
static guint32
make_uid_validity (const MailHost *self)
{
  guint32 seconds = (guint32) (sim_world_get_unix_us (self->sim) / G_USEC_PER_SEC);

  return MAX (seconds, 1);
}

MailHost *
mail_host_new (SimHost *net, MailRegister *messages)
{
  MailHost *self = g_new0 (MailHost, 1);
  guint32   uid_validity;

  self->net = net;
  self->sim = sim_host_get_world (net);
  self->config = sim_host_get_scenario (net);
  self->messages = messages;
  self->name = sim_host_get_name (net);
  self->address = sim_host_get_address (net);
  self->actor = sim_host_get_actor (net);
  self->users = g_ptr_array_new_with_free_func (free_user);
  uid_validity = make_uid_validity (self);
  for (guint i = 0; i < self->config->users->len; i++)
    {
      const SimScenarioUser *user = &g_array_index (self->config->users, SimScenarioUser, i);
      MailUser              *made = g_new0 (MailUser, 1);

      made->name = g_strdup (user->name);
      made->password = g_strdup (user->password);
      made->account = mail_account_new (made->name, self->config->quota, uid_validity,
                                        &account_funcs, self);
      made->mailbox = mail_account_get_inbox (made->account);
      g_ptr_array_add (self->users, made);
    }
  self->greylist = mail_greylist_new ();
  self->limits = mail_limits_new ();
  self->queue = mail_queue_new (self);
  return self;
}

void
mail_host_free (MailHost *self)
{
  if (self == NULL)
    return;
  mail_queue_free (self->queue);
  mail_limits_free (self->limits);
  mail_greylist_free (self->greylist);
  g_ptr_array_unref (self->users);
  g_free (self);
}
