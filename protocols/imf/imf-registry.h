/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imf-kind.h"

G_BEGIN_DECLS

/** The fields of mail beyond RFC 5322: those of RFC 4021 section 2.1, those that were registered
 * since, and the commonest that never were; a part of the table that imf_kind_find() looks in. */
extern const ImfKind imf_registry_kinds[];
extern const guint   imf_n_registry_kinds;

G_END_DECLS
