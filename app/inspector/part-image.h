/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** Pixels of an image that is shown; one with more would take memory that nobody expects. */
#define PART_IMAGE_PIXELS_MAX (40 * 1000 * 1000)

/** The longer side of what is kept of a larger image. */
#define PART_IMAGE_SIDE_MAX 2048

/**
 * part_image_new:
 * @out_size: of the image itself: width and height
 *
 * Reads an image of any format there is a loader for. Nothing outside of @data is looked at.
 * Returns: (transfer full) (nullable): what can be drawn; NULL with @error set
 */
GdkTexture *part_image_new (GBytes *data, int out_size[2], GError **error);

G_END_DECLS
