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
    gdk_pixbuf_loader_set_size (loader, 1, 1);
  else if (side > PART_IMAGE_SIDE_MAX)
    gdk_pixbuf_loader_set_size (loader, MAX (width * PART_IMAGE_SIDE_MAX / side, 1),
                                MAX (height * PART_IMAGE_SIDE_MAX / side, 1));
}

/* Bytes that the loader gets at a time, so that a too large image is stopped early. */
#define PIECE_BYTES 4096

static gboolean
load (GdkPixbufLoader *loader, GBytes *data, Size *size, GError **error)
{
  gsize         length;
  const guint8 *bytes = g_bytes_get_data (data, &length);

  for (gsize pos = 0; pos < length; pos += PIECE_BYTES)
    {
      if (!gdk_pixbuf_loader_write (loader, bytes + pos, MIN (PIECE_BYTES, length - pos), error))
        {
          gdk_pixbuf_loader_close (loader, NULL);
          return FALSE;
        }
      if (size->is_too_large)
        {
          gdk_pixbuf_loader_close (loader, NULL);
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       _("%d × %d pixels are too many to be shown"), size->width, size->height);
          return FALSE;
        }
    }
  return gdk_pixbuf_loader_close (loader, error);
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
