/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-limits.h"

typedef struct
{
  guint  n_connections;
  guint  n_messages; /* since minute_us */
  gint64 minute_us;  /* when the current minute began */
} Client;

struct _MailLimits
{
  GHashTable *clients; /* address -> Client; looked up only */
};

static gboolean
is_idle (const Client *client, gint64 now_us)
{
  return client->n_connections == 0 &&
         (client->n_messages == 0 || now_us - client->minute_us >= MAIL_LIMITS_MINUTE_US);
}

static gboolean
is_stale (gpointer key, gpointer value, gpointer data)
{
  return is_idle (value, *(const gint64 *) data);
}

/* Returns: (nullable): NULL when there are too many. */
static Client *
find_client (MailLimits *self, const char *address, gint64 now_us)
{
  Client *client = g_hash_table_lookup (self->clients, address);

  if (client != NULL)
    return client;
  if (g_hash_table_size (self->clients) >= MAIL_LIMITS_CLIENTS_MAX)
    g_hash_table_foreach_remove (self->clients, is_stale, &now_us);
  if (g_hash_table_size (self->clients) >= MAIL_LIMITS_CLIENTS_MAX)
    return NULL;
  client = g_new0 (Client, 1);
  g_hash_table_insert (self->clients, g_strdup (address), client);
  return client;
}

guint
mail_limits_enter (MailLimits *self, const char *address, gint64 now_us)
{
  Client *client = find_client (self, address, now_us);

  return client != NULL ? ++client->n_connections : 0;
}

void
mail_limits_leave (MailLimits *self, const char *address, gint64 now_us)
{
  Client *client = g_hash_table_lookup (self->clients, address);

  if (client == NULL || client->n_connections == 0)
    return;
  client->n_connections--;
  if (is_idle (client, now_us))
    g_hash_table_remove (self->clients, address);
}

gint64
mail_limits_count_message (MailLimits *self, const char *address, guint max, gint64 now_us)
{
  Client *client = max != 0 ? find_client (self, address, now_us) : NULL;

  if (client == NULL)
    return 0;
  if (client->n_messages == 0 || now_us - client->minute_us >= MAIL_LIMITS_MINUTE_US)
    {
      client->minute_us = now_us;
      client->n_messages = 0;
    }
  if (client->n_messages >= max)
    return client->minute_us + MAIL_LIMITS_MINUTE_US - now_us;
  client->n_messages++;
  return 0;
}

MailLimits *
mail_limits_new (void)
{
  MailLimits *self = g_new0 (MailLimits, 1);

  self->clients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
mail_limits_free (MailLimits *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->clients);
  g_free (self);
}
