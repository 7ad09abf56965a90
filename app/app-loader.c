/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-loader.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include <mail/mail-world.h>
#include <trace/trace-file.h>

TraceLog *
app_loader_load (const char *path, gint64 *out_start_us, GError **error)
{
  g_autoptr (MailWorld) world = NULL;
  g_autofree char *data = NULL;
  gsize            length;

  *out_start_us = APP_SESSION_NO_START;
  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      if (!g_file_get_contents (path, &data, &length, error))
        return NULL;
      if (trace_file_is_one ((const guint8 *) data, length))
        return trace_file_read (path, (const guint8 *) data, length, error);
    }
  world = mail_world_new_from_file (path, MAIL_WORLD_OWN_SEED, error);
  if (world == NULL)
    return NULL;
  *out_start_us = sim_world_get_unix_us (mail_world_get_world (world));
  mail_world_schedule_actions (world);
  mail_world_run (world, G_MAXINT64);
  return trace_log_ref (mail_world_get_log (world));
}

/* What message files are called; others are looked into. */
static gboolean
is_named_so (const char *path)
{
  static const char *const endings[] = { ".eml", ".mbox", ".mbx", ".msg" };
  g_autofree char *lower = g_ascii_strdown (path, -1);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (lower, endings[i]))
      return TRUE;
  return FALSE;
}

AppMail *
app_loader_load_mail (const char *path, GError **error)
{
  GStatBuf status;
  g_autofree char *data = NULL;
  g_autoptr (GBytes) file = NULL;
  gsize length;

  if (g_stat (path, &status) < 0 || !S_ISREG (status.st_mode))
    return NULL;
  if ((guint64) status.st_size > APP_MAIL_BYTES_MAX)
    {
      if (is_named_so (path))
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                     _("%s: too large; files of up to %u bytes are opened"), path,
                     APP_MAIL_BYTES_MAX);
      return NULL;
    }
  if (!g_file_get_contents (path, &data, &length, error))
    return NULL;
  if (!is_named_so (path) && !app_mail_looks_so ((const guint8 *) data, length))
    return NULL;
  file = g_bytes_new_take (g_steal_pointer (&data), length);
  return app_mail_new (file, app_mail_is_mbox (file));
}
