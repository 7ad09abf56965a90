/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <core/sim-scenario.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Either a whole scenario or a clear refusal with a line number. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SimScenario) scenario =
      sim_scenario_parse ("input", (const char *) data, size, &error);

  if (scenario == NULL)
    g_assert_true (g_str_has_prefix (error->message, "input:"));
  else
    g_assert_no_error (error);
  return 0;
}
