/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire-deviation.h"

#include <string.h>

#include "wire-spans.h"

/* The linker makes these two for any section whose name is a C name; weak, for there is no
 * section in a program whose grammars know no deviation. */
extern const WireDeviation *const __start_wire_deviations[] __attribute__ ((weak));
extern const WireDeviation *const __stop_wire_deviations[] __attribute__ ((weak));

static const struct
{
  const char *name;
  guint       flags;
} severities[] = {
  [WIRE_SEVERITY_HINT] = { "hint", 0 },
  [WIRE_SEVERITY_OBSOLETE] = { "obsolete", WIRE_SPAN_OBSOLETE },
  [WIRE_SEVERITY_WARNING] = { "warning", WIRE_SPAN_TOLERATED },
  [WIRE_SEVERITY_ERROR] = { "error", WIRE_SPAN_TOLERATED },
};

void
wire_deviation_foreach (WireDeviationFunc func, gpointer user_data)
{
  for (const WireDeviation *const *at = __start_wire_deviations; at < __stop_wire_deviations; at++)
    func (*at, user_data);
}

const WireDeviation *
wire_deviation_find (const char *name)
{
  for (const WireDeviation *const *at = __start_wire_deviations; at < __stop_wire_deviations; at++)
    if (strcmp ((*at)->name, name) == 0)
      return *at;
  return NULL;
}

const char *
wire_severity_get_name (WireSeverity severity)
{
  return severities[severity].name;
}

guint
wire_severity_get_flags (WireSeverity severity)
{
  return severities[severity].flags;
}
