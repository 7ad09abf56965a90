/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-address.h"

#include <string.h>

#include <smtp/smtp-mailbox.h>

static const char *const *
find_alias (const GArray *aliases, const char *local_part)
{
  for (guint i = 0; i < aliases->len; i++)
    {
      const SimScenarioAlias *alias = &g_array_index (aliases, SimScenarioAlias, i);

      if (g_ascii_strcasecmp (alias->name, local_part) == 0)
        return (const char *const *) alias->targets;
    }
  return NULL;
}

static const SimScenarioList *
find_list (MailHost *host, const char *path)
{
  const GArray *lists = sim_network_get_scenario (sim_host_get_network (host->net))->lists;

  for (guint i = 0; i < lists->len; i++)
    {
      const SimScenarioList *list = &g_array_index (lists, SimScenarioList, i);

      if (list->host == sim_host_get_index (host->net) &&
          g_ascii_strcasecmp (list->address, path) == 0)
        return list;
    }
  return NULL;
}

/* The list whose owner an address stands for: "news-bounces@lists.example". */
static const SimScenarioList *
find_owned_list (MailHost *host, const char *path)
{
  static const char *const suffixes[] = { "-bounces", "-owner", "-request" };
  const char *at = strrchr (path, '@');

  for (guint i = 0; at != NULL && i < G_N_ELEMENTS (suffixes); i++)
    {
      gsize            length = strlen (suffixes[i]);
      g_autofree char *list = NULL;

      if ((gsize) (at - path) <= length ||
          g_ascii_strncasecmp (at - length, suffixes[i], length) != 0)
        continue;
      list = g_strdup_printf ("%.*s%s", (int) (at - path - (gssize) length), path, at);
      return find_list (host, list);
    }
  return NULL;
}

static MailUser *
find_user (MailHost *host, const char *local_part)
{
  const char *plus = strchr (local_part, '+');
  MailUser   *user = mail_host_find_user (host, local_part);

  if (user == NULL && plus != NULL && plus > local_part)
    {
      g_autofree char *name = g_strndup (local_part, (gsize) (plus - local_part));

      user = mail_host_find_user (host, name);
    }
  if (user == NULL && g_ascii_strcasecmp (local_part, "postmaster") == 0 && host->users->len > 0)
    user = g_ptr_array_index (host->users, 0);
  return user;
}

/* Its own address, as a literal, is a domain of every host (RFC 5321 section 4.1.3). */
static gboolean
is_own_domain (const MailHost *host, const char *domain)
{
  gsize length = strlen (domain);

  if (domain[0] == '[' && length > 2)
    return strlen (host->address) == length - 2 &&
           strncmp (domain + 1, host->address, length - 2) == 0;
  return mail_host_is_local_domain (host, domain);
}

void
mail_address_resolve (MailHost *host, const char *path, MailAddress *out_address)
{
  g_autofree char *local_part = NULL;
  g_autofree char *domain = NULL;

  *out_address = (MailAddress){ .kind = MAIL_ADDRESS_ELSEWHERE };
  smtp_mailbox_split (path, &local_part, &domain);
  if (domain != NULL && !is_own_domain (host, domain))
    return;
  out_address->list = find_list (host, path);
  out_address->targets = find_alias (host->config->forwards, local_part);
  if (out_address->targets == NULL)
    out_address->targets = find_alias (host->config->aliases, local_part);
  out_address->user = find_user (host, local_part);
  if (out_address->list != NULL)
    out_address->kind = MAIL_ADDRESS_LIST;
  else if (out_address->targets != NULL)
    out_address->kind = MAIL_ADDRESS_ALIAS;
  else if (out_address->user != NULL)
    out_address->kind = MAIL_ADDRESS_MAILBOX;
  else if ((out_address->list = find_owned_list (host, path)) != NULL)
    out_address->kind = MAIL_ADDRESS_OWNER;
  else
    out_address->kind = MAIL_ADDRESS_UNKNOWN;
}
