/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-unit.h"

#include <imap/imap-grammar.h>

void
imap_unit_assert_sound (const WireUnit *unit)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (unit->bytes, &length);
  WireScan      scan;

  if (unit->direction != WIRE_SENT)
    return;
  wire_scan_init (&scan, data, length, NULL);
  if (imap_scan_response (&scan, NULL) && scan.flags == 0)
    return;
  g_test_message ("at %" G_GSIZE_FORMAT ", flags %x: %.*s", scan.farthest, scan.flags,
                  (int) MIN (length, 2000), (const char *) data);
  g_test_fail ();
}
