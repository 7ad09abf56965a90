/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <imf/imf-kind.h>

G_BEGIN_DECLS

/** As imf_kind_find(), with the fields of MIME. */
const ImfKind *mime_kind_find (const guint8 *name, gsize length);

G_END_DECLS
