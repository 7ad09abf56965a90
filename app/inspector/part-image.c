/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "part-image.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

typedef struct
{
  int      width;
  int      height;
  gboolean is_too_large;
} Size;

static void
on_size_prepared (GdkPixbufLoader *loader, int width, int height, Size *size)
{
  int side = MAX (width, height);

  size->width = width;
  size->height = height;
  size->is_too_large = (gint64) width * height > PART_IMAGE_PIXELS_MAX;
  if (size->is_too_large)
    gdk_pixbuf_loader_set_size (loader, 0, 0); /* which no loader goes on with */
  else if (side > PART_IMAGE_SIDE_MAX)
    gdk_pixbuf_loader_set_size (loader, MAX (width * PART_IMAGE_SIDE_MAX / side, 1),
                                MAX (height * PART_IMAGE_SIDE_MAX / side, 1));
}

static gboolean
load (GdkPixbufLoader *loader, GBytes *data, Size *size, GError **error)
{
  gboolean has_all = gdk_pixbuf_loader_write_bytes (loader, data, error);

  /* Closing reads on where the bytes were few, and has to be done in any case. */
  has_all = gdk_pixbuf_loader_close (loader, has_all ? error : NULL) && has_all;
  if (!size->is_too_large)
    return has_all;
  g_clear_error (error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
               _("%d × %d pixels are too many to be shown"), size->width, size->height);
  return FALSE;
}

GdkTexture *
part_image_new (GBytes *data, int out_size[2], GError **error)
{
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new ();
  Size       size = { 0 };
  GdkPixbuf *pixbuf;

  g_signal_connect (loader, "size-prepared", G_CALLBACK (on_size_prepared), &size);
  if (!load (loader, data, &size, error))
    return NULL;
  pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);
  if (pixbuf == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("There is no image in it"));
      return NULL;
    }
  out_size[0] = size.width;
  out_size[1] = size.height;
  return gdk_texture_new_for_pixbuf (pixbuf);
}
