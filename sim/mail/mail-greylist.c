/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-greylist.h"

typedef struct
{
  gint64   first_us; /* when it was sent away */
  gint64   last_us;  /* when it was here last */
  gboolean is_known;
} Triplet;

struct _MailGreylist
{
  GHashTable *triplets; /* client, sender and recipient in one text -> Triplet; looked up only */
};

static gboolean
is_forgotten (const Triplet *triplet, gint64 now_us)
{
  if (triplet->is_known)
    return now_us - triplet->last_us > MAIL_GREYLIST_KNOWN_US;
  return now_us - triplet->first_us > MAIL_GREYLIST_RETRY_US;
}

static gboolean
is_stale (gpointer key, gpointer value, gpointer data)
{
  return is_forgotten (value, *(const gint64 *) data);
}

/* Returns: (nullable): what is remembered of @key; NULL, with the newcomer remembered if there is
 * room, when nothing is. */
static Triplet *
find_triplet (MailGreylist *self, const char *key, gint64 now_us, gboolean *out_is_full)
{
  Triplet *triplet = g_hash_table_lookup (self->triplets, key);

  *out_is_full = FALSE;
  if (triplet != NULL && !is_forgotten (triplet, now_us))
    return triplet;
  if (triplet == NULL)
    {
      if (g_hash_table_size (self->triplets) >= MAIL_GREYLIST_TRIPLETS_MAX)
        g_hash_table_foreach_remove (self->triplets, is_stale, &now_us);
      *out_is_full = g_hash_table_size (self->triplets) >= MAIL_GREYLIST_TRIPLETS_MAX;
      if (*out_is_full)
        return NULL;
      triplet = g_new0 (Triplet, 1);
      g_hash_table_insert (self->triplets, g_strdup (key), triplet);
    }
  *triplet = (Triplet){ .first_us = now_us, .last_us = now_us };
  return NULL;
}

MailGreylistVerdict
mail_greylist_check (MailGreylist *self,
                     const char   *client,
                     const char   *sender,
                     const char   *recipient,
                     gint64        wait_us,
                     gint64        now_us,
                     gint64       *out_us)
{
  g_autofree char *written = g_strdup_printf ("%s\n%s\n%s", client, sender, recipient);
  g_autofree char *key = g_ascii_strdown (written, -1);
  gboolean         is_full;
  Triplet         *triplet = find_triplet (self, key, now_us, &is_full);

  *out_us = 0;
  if (triplet == NULL)
    {
      *out_us = wait_us;
      return is_full ? MAIL_GREYLIST_KNOWN : MAIL_GREYLIST_WAIT;
    }
  triplet->last_us = now_us;
  if (triplet->is_known)
    return MAIL_GREYLIST_KNOWN;
  if (now_us - triplet->first_us < wait_us)
    {
      *out_us = wait_us - (now_us - triplet->first_us);
      return MAIL_GREYLIST_WAIT;
    }
  triplet->is_known = TRUE;
  *out_us = now_us - triplet->first_us;
  return MAIL_GREYLIST_PASSED;
}

MailGreylist *
mail_greylist_new (void)
{
  MailGreylist *self = g_new0 (MailGreylist, 1);

  self->triplets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
mail_greylist_free (MailGreylist *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->triplets);
  g_free (self);
}
