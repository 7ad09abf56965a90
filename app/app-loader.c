/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-loader.h"

#include <mail/mail-world.h>
#include <trace/trace-file.h>

TraceLog *
app_loader_load (const char *path, GError **error)
{
  g_autoptr (MailWorld) world = NULL;
  g_autofree char *data = NULL;
  gsize            length;

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
  mail_world_schedule_actions (world);
  mail_world_run (world, G_MAXINT64);
  return trace_log_ref (mail_world_get_log (world));
}
