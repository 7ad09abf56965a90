/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <wire/wire-deviation.h>

G_BEGIN_DECLS

/* How much a deviation matters, shown by shape and word, never by colour alone. */

/** Returns: (transfer none): "Error" and so on, in the reader's language. */
const char *severity_get_label (WireSeverity severity);

/** Returns: (transfer full): the icon, which says its severity to who can't see it. */
GtkWidget *severity_new_image (WireSeverity severity);

G_END_DECLS
